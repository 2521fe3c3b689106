// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf distill: modules that survive a new kernel. In: modules and the BTF they were built on. */
#include <stddef.h>

#include "batch.h"

struct distill_args {
	struct batch_args batch;
	bool force;
	bool fwds_in_base;
};

static const struct opt distill_options[] = {
	BATCH_OPTIONS(struct distill_args, batch,
		      "BTF that the modules were built on: vmlinux, vmlinuz or raw BTF;\n"
		      "given several times, each is split on the one before it",
		      "write raw sections into DIR: NAME.btf, NAME.btf.base and, where\n"
		      "there are any, NAME.btf.ids; NAME is the file's name without .ko\n"
		      "and compression"),
	{"force", 'f', OPT_FLAG, NULL,
	 "go on although the base looks like another one than the module's",
	 offsetof(struct distill_args, force)},
	{"fwds-in-base", 0, OPT_FLAG, NULL,
	 "put forward declarations into .BTF.base, as libbpf does; released\n"
	 "kernels refuse one that became a struct with bitfields",
	 offsetof(struct distill_args, fwds_in_base)},
	{0},
};

static struct btf_module *transform(const struct batch *b, struct btf_file *f,
				    const struct beside *base, struct outcome *o)
{
	const struct distill_args *args = b->opts;
	struct btf_distill_opts opts = {.sz = sizeof(opts),
					.base_release = b->release,
					.force = args->force,
					.fwds_in_base = args->fwds_in_base,
					.distilled = base->data,
					.distilled_size = base->size};

	return btf_module__distill(f, base_top(&b->base), &opts, o->report);
}

static int run(void *args, int cnt, char **operand)
{
	struct distill_args *a = args;
	struct batch b = {.command = "distill",
			  .schema = "btf-distill/1",
			  .args = &a->batch,
			  .transform = transform,
			  .opts = a,
			  .two_files = true};

	return batch_run(&b, (size_t)cnt, operand);
}

const struct command cmd_distill = {
	.name = "distill",
	.help = "give modules a base that travels with them (.BTF.base)",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = distill_options,
	.args_size = sizeof(struct distill_args),
	.notes = "BASE is the BTF that the modules were built on. A module so distilled finds its "
		 "types\n"
		 "again in any kernel that has them: kernels from 6.11 on do that when they load "
		 "it,\n"
		 "'btf relocate' does it beforehand. Ids in .BTF_ids are renumbered in the same "
		 "write.\n"
		 "Raw BTF becomes two files, FILE and FILE.base.",
	.run = run,
};
