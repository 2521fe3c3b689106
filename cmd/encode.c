// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf encode: DWARF to BTF. In: ELF files with debug information, and the BTF to split on. */
#include <stddef.h>
#include <stdlib.h>

#include "batch.h"
#include "encoding.h"

struct encode_args {
	struct batch_args batch;
	struct encoding_args encoding;
};

static const struct opt encode_options[] = {
	BATCH_OPTIONS(struct encode_args, batch,
		      "make split BTF, on this one: vmlinux, vmlinuz or raw BTF; given\n"
		      "several times, each is split on the one before it",
		      "write raw BTF into DIR: NAME.btf, and with --distill\n"
		      "NAME.btf.base; NAME is the file's name without .ko and compression"),
	ENCODING_OPTIONS(struct encode_args, encoding),
	{0},
};

struct encode_run {
	const struct encode_args *args;
	struct btf_encode_opts opts;
	__u32 exclude[64], only[64];
	struct btf_encoder *encoder;
	struct encoding_report report;
};

static int prepare(struct batch *b)
{
	struct encode_run *run = b->opts;
	struct btf_report *r = btf_report__new();

	run->encoder = btf_encoder__new(batch_base(b), &run->opts, r);
	say_report(r);
	btf_report__free(r);
	return run->encoder ? EXIT_OK : EXIT_TROUBLE;
}

static struct btf_module *transform(const struct batch *b, struct btf_file *f,
				    const struct beside *base, struct btf_report *r)
{
	struct encode_run *run = b->opts;
	struct btf_encode_reasons *reasons = NULL;
	struct btf_module *m;

	(void)base;
	m = encoding_file(&run->args->encoding, run->encoder, f,
			  run->args->batch.in_place, NULL, &reasons, r);
	if (reasons)
		encoding_report_file(&run->report, btf_file__path(f), reasons);
	btf_encode_reasons__free(reasons);
	return m;
}

static int run(void *args, int cnt, char **operand)
{
	struct encode_args *a = args;
	struct encode_run run = {.args = a, .opts = {.sz = sizeof(run.opts)}};
	struct batch b = {.command = "encode",
			  .schema = "btf-encode/1",
			  .args = &a->batch,
			  .transform = transform,
			  .prepare = prepare,
			  .without_base = true,
			  .raw_out = true,
			  .opts = &run};
	int code = encoding_opts("encode", &a->encoding, &run.opts, run.exclude, run.only);

	if (code)
		return code;
	if (a->encoding.distill && !a->batch.base.cnt)
		return say_usage("encode", "--distill makes a base for split BTF: -B BASE is missing");
	/* one file: its units in parallel; several: the files, and reasons in their order */
	run.opts.jobs = cnt == 1 ? (a->batch.jobs ? (int)a->batch.jobs : -1) : 1;
	if (a->encoding.why || a->encoding.report)
		a->batch.jobs = 1;
	code = encoding_report_open(&run.report, &a->encoding);
	if (code)
		return code;
	code = batch_run(&b, (size_t)cnt, operand);
	if (encoding_report_close(&run.report) && !code)
		code = EXIT_TROUBLE;
	btf_encoder__free(run.encoder);
	return code;
}

const struct command cmd_encode = {
	.name = "encode",
	.help = "make BTF from the DWARF of ELF files",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = encode_options,
	.args_size = sizeof(struct encode_args),
	.notes = "-o writes raw BTF to OUT, and with --distill its base to OUT.base; --in-place puts both\n"
		 "into the file, as .BTF and .BTF.base.\n"
		 "Each FILE is an ELF file with debug information: a vmlinux, a module, any program.\n"
		 "With -B only what BASE has not is described. Exit status 0: all written, or without\n"
		 "DWARF and said so; 1: refused; 2: trouble.",
	.run = run,
};
