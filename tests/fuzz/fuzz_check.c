// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> the kernel's check of them, as a program's, as a kernel's and as a module's BTF on a
 * fixed base, by old and new rules, with one finding and with all. What must hold beyond not
 * crashing: the verdict does not depend on how many findings are asked for, it has a finding, and
 * what is accepted as a program's BTF is safe as a kernel's too, but for what only order allows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/check.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct btf_check_base *fixed_base(void)
{
	struct btf *b = btf__new_empty();
	struct btf_check_base *base;

	must(b && btf__add_int(b, "int", 4, BTF_INT_SIGNED) == 1);
	must(btf__add_struct(b, "s", 8) == 2);
	must(!btf__add_field(b, "a", 1, 0, 0) && !btf__add_field(b, "b", 1, 32, 0));
	must(btf__add_ptr(b, 2) == 3);
	must(btf__add_typedef(b, "t", 2) == 4);
	base = btf_check_base__new(b, NULL, NULL);
	must(base);
	return base;
}

static void ask(const uint8_t *data, size_t size, const struct btf_check_base *base,
		struct btf_check_opts *opts)
{
	struct btf_check_result one = {.sz = sizeof(one)}, all = {.sz = sizeof(all)};
	struct btf_report *r = btf_report__new();
	int ret;

	must(r);
	opts->all = false;
	ret = btf_check__blob(data, size, base, opts, &one, r);
	must(ret == 0 || ret == 1);
	must(ret == (one.rule || one.danger) && ret == (btf_report__count(r) != 0));
	must(!one.rule == !one.err);
	btf_report__clear(r);
	opts->all = true;
	must(btf_check__blob(data, size, base, opts, &all, r) == ret);
	must(all.rule == one.rule && all.err == one.err);
	btf_report__free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int kernels[][2] = {{6, 0}, {6, 12}, {6, 18}, {7, 2}};
	static struct btf_check_base *base;
	struct btf_check_opts opts = {.sz = sizeof(opts)};

	if (!base)
		base = fixed_base();
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		opts.kernel_major = kernels[i][0];
		opts.kernel_minor = kernels[i][1];
		opts.as = BTF_CHECK_USER;
		ask(data, size, NULL, &opts);
		ask(data, size, base, &opts);
		opts.as = BTF_CHECK_VMLINUX;
		ask(data, size, NULL, &opts);
		opts.as = BTF_CHECK_MODULE;
		ask(data, size, base, &opts);
	}
	return 0;
}
