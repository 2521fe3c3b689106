// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf header: the vmlinux.h of a kernel. In: BTF of the kernel and of modules; programs that need
 * some of it. Out: a header, whole or not at all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/header.h>

#include "inputs.h"
#include "text.h"

struct header_args {
	struct list base, need;
	const char *out;
};

static const struct opt header_options[] = {
	OPT_BASE(offsetof(struct header_args, base)),
	{"need", 'n', OPT_LIST, "WHAT",
	 "only what WHAT needs: prog.bpf.c, prog.bpf.o, or the name of a\n"
	 "type, enumerator or kfunc (shell pattern); may be given several\n"
	 "times",
	 offsetof(struct header_args, need)},
	{"output", 'o', OPT_STRING, "OUT", "write to OUT instead of standard output",
	 offsetof(struct header_args, out)},
	{0},
};

/* ---- what programs need ---- */

/* a program is a file; no name in C has a dot or a slash */
static bool is_path(const char *what)
{
	return strpbrk(what, "./");
}

static int need_file(struct btf_header_maker *h, const char *path, struct btf_report *r)
{
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	struct btf_report *why = btf_report__new();
	struct btf_file *f;
	int err;

	if (!why)
		return -ENOMEM;
	f = btf_file__open(path, &opts, why);
	err = f ? 0 : -errno;
	if (f) {
		err = btf_header__need_object(h, f, r);
	} else if (err == -EPROTO ||
		   err == -EINVAL) { /* nothing that carries BTF: source, or empty */
		struct text text = {0};

		err = text_read(path, &text, r);
		if (!err)
			err = btf_header__need_source(h, text.data, text.len, r);
		free(text.data);
	} else {
		btf_report__append(r, why);
	}
	btf_file__close(f);
	btf_report__free(why);
	return err;
}

static int need_all(struct btf_header_maker *h, const struct list *need, struct btf_report *r)
{
	int err = 0;

	for (size_t i = 0; i < need->cnt && !err; i++)
		err = is_path(need->item[i]) ? need_file(h, need->item[i], r)
					     : btf_header__need_name(h, need->item[i], r);
	return err;
}

/* ---- the kernel ---- */

static int take_file(void *ctx, struct btf_file *f, struct btf_report *r)
{
	return btf_header__add_file(ctx, f, r);
}

static int write_header(const struct header_args *a, const struct btf_header_maker *h,
			const struct btf *btf, struct btf_report *r)
{
	struct btf_save_opts save = {.sz = sizeof(save), .no_fsync = true};
	struct text text = {0};
	int err = btf_header__print(h, btf, text_write, &text, r);

	if (!err)
		err = btf_file__write(a->out ? a->out : "-", text.data, text.len, &save, r);
	free(text.data);
	return err;
}

static int header(const struct header_args *a, int cnt, char **path, const struct base *base,
		  struct btf_header_maker *h, struct btf_report *r)
{
	struct inputs in;
	int err = 0;

	/* functions of the kernel count also where FILE is a module */
	for (size_t i = 0; i < base->cnt && !err; i++)
		err = btf_header__add_file(h, base->level[i].file, r);
	if (!err)
		err = inputs_open(&in, cnt, path, base_top(base), take_file, h, r);
	if (err)
		return err;
	err = write_header(a, h, in.btf, r);
	inputs_close(&in);
	return err;
}

/* a name that nothing has is a finding; what cannot be read or written is trouble */
static int header_code(int err, const struct btf_report *r)
{
	for (size_t i = 0; err && r && i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->code == BTF_CODE_ROOT_NAME)
			return EXIT_FINDING;
	return err ? EXIT_TROUBLE : EXIT_OK;
}

static int header_run(void *args, int cnt, char **operand)
{
	const struct header_args *a = args;
	struct btf_report *r = btf_report__new();
	struct btf_header_maker *h = btf_header__new();
	struct base base = {0};
	int err = r && h ? 0 : -ENOMEM, code;

	if (err)
		say_error("out of memory");
	if (!err)
		err = base_open(&base, &a->base, r);
	if (!err)
		err = need_all(h, &a->need, r);
	if (!err)
		err = header(a, cnt, operand, &base, h, r);
	if (r && say_report(r) < BTF_ERROR && err)
		say_error("%s", strerror(-err));
	code = header_code(err, r);
	base_close(&base);
	btf_header__free(h);
	btf_report__free(r);
	return code;
}

const struct command cmd_header = {
	.name = "header",
	.help = "make the vmlinux.h of a kernel",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = header_options,
	.args_size = sizeof(struct header_args),
	.notes = "With -B the header has the types of BASE too. It compiles as C and as C++, with\n"
		 "gcc and clang.",
	.run = header_run,
};
