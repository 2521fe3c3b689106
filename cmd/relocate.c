// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf relocate: distilled modules onto the BTF of another kernel, or the reasons why not. */
#include <stddef.h>
#include <string.h>

#include "batch.h"

struct relocate_args {
	struct batch_args batch;
	const char *rules;
	struct btf_relocate_opts opts; /* made from rules */
};

static const struct opt relocate_options[] = {
	BATCH_OPTIONS(struct relocate_args, batch,
		      "BTF that the modules shall go to: vmlinux, vmlinuz or raw BTF;\n"
		      "given several times, each is split on the one before it",
		      "write raw sections into DIR: NAME.btf and, where there are any,\n"
		      "NAME.btf.ids; NAME is the file's name without .ko and compression"),
	{"rules", 'r', OPT_STRING, "RULES",
	 "sound (default): what is right, with a warning where released\n"
	 "kernels decide otherwise; kernel-X.Y: that kernel's verdict",
	 offsetof(struct relocate_args, rules)},
	{0},
};

/* "sound" or "kernel-6.12" */
static bool parse_rules(const char *s, struct btf_relocate_opts *opts)
{
	static const char prefix[] = "kernel-";
	char minor[16];
	unsigned long major, second;
	const char *dot;

	if (!s || !strcmp(s, "sound"))
		return true;
	if (strncmp(s, prefix, sizeof(prefix) - 1))
		return false;
	s += sizeof(prefix) - 1;
	dot = strchr(s, '.');
	if (!dot || (size_t)(dot - s) >= sizeof(minor))
		return false;
	memcpy(minor, s, (size_t)(dot - s));
	minor[dot - s] = 0;
	if (!opts_number(minor, 999, &major) || !opts_number(dot + 1, 999, &second))
		return false;
	opts->rules = BTF_RULES_KERNEL;
	opts->kernel_major = (unsigned int)major;
	opts->kernel_minor = (unsigned int)second;
	return true;
}

static struct btf_module *transform(const struct batch *b, struct btf_file *f,
				    const struct beside *base, struct outcome *o)
{
	const struct relocate_args *args = b->opts;
	struct btf_relocate_opts opts = args->opts;

	opts.distilled = base->data;
	opts.distilled_size = base->size;
	return btf_module__relocate(f, base_top(&b->base), &opts, o->report);
}

static int run(void *args, int cnt, char **operand)
{
	struct relocate_args *a = args;
	struct batch b = {.command = "relocate",
			  .schema = "btf-relocate/1",
			  .args = &a->batch,
			  .transform = transform,
			  .opts = a};

	a->opts.sz = sizeof(a->opts);
	if (!parse_rules(a->rules, &a->opts))
		return say_usage(b.command, "--rules '%s': expected sound or kernel-X.Y", a->rules);
	return batch_run(&b, (size_t)cnt, operand);
}

const struct command cmd_relocate = {
	.name = "relocate",
	.help = "move distilled modules onto another kernel's BTF",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = relocate_options,
	.args_size = sizeof(struct relocate_args),
	.notes = "A file that cannot be relocated names every type that stands in the way; the "
		 "others\n"
		 "still go through, and the exit status is 1. Raw BTF needs its distilled base "
		 "beside it:\n"
		 "FILE.base.",
	.run = run,
};
