// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf encode: DWARF to BTF. In: ELF files with debug information, and the BTF to split on. */
#include <stddef.h>
#include <stdlib.h>

#include <btf/run.h>

#include "encoding.h"

struct encode_args {
	struct batch_args batch;
	struct encoding_args encoding;
	const char *index;
};

static const struct opt encode_options[] = {
	BATCH_OPTIONS(struct encode_args, batch,
		      "make split BTF, on this one: vmlinux, vmlinuz or raw BTF; given\n"
		      "several times, each is split on the one before it",
		      "write raw BTF into DIR: NAME.btf, and with --distill\n"
		      "NAME.btf.base; NAME is the file's name without .ko and compression"),
	ENCODING_OPTIONS(struct encode_args, encoding),
	{"index", 0, OPT_STRING, "DIR",
	 "keep an index of BASE in DIR, for the next process that encodes\n"
	 "on the same one (default: BTFKIT_INDEX in the environment)",
	 offsetof(struct encode_args, index)},
	{0},
};

struct encode_run {
	struct encoding encoding;
	struct btf_encoder *encoder;
	int jobs; /* for the units of a file */
	bool one; /* file: it has the processors to itself */
};

static int prepare(struct batch *b)
{
	struct encode_run *run = b->opts;

	unsigned long long takes = encoding_base_memory(base_top(&b->base));

	if (b->memory)
		b->memory = b->memory > takes ? b->memory - takes : 1;
	/* one file, and how many threads there is memory for is not known before it is open */
	if (run->one)
		return EXIT_OK;
	run->encoder = encoding_encoder(&run->encoding, base_top(&b->base), 1);
	return run->encoder ? EXIT_OK : EXIT_TROUBLE;
}

static unsigned long long need(const struct batch *b, struct btf_file *f)
{
	struct encode_run *run = b->opts;

	if (run->one)
		run->jobs = encoding_jobs(&run->encoding, f, run->jobs);
	return btf_encode__memory(f, run->one ? run->jobs : 1, base_top(&b->base));
}

static struct btf_module *transform(const struct batch *b, struct btf_file *f,
				    const struct beside *base, struct outcome *o)
{
	struct encode_run *run = b->opts;

	(void)base;
	if (run->one)
		run->encoder = encoding_encoder(&run->encoding, base_top(&b->base), run->jobs);
	return run->encoder ? encoding_file(&run->encoding, run->encoder, f, o) : NULL;
}

static void tell(void *ctx, const struct outcome *o)
{
	struct encode_run *run = ctx;

	encoding_tell(&run->encoding, o);
}

static int run(void *args, int cnt, char **operand)
{
	struct encode_args *a = args;
	struct encode_run run = {.one = cnt == 1};
	struct batch b = {.command = "encode",
			  .schema = "btf-encode/1",
			  .args = &a->batch,
			  .transform = transform,
			  .prepare = prepare,
			  .big_first = true,
			  .need = need,
			  .telling = {.ctx = &run, .file = tell},
			  .without_base = true,
			  .index = a->index ? a->index : getenv("BTFKIT_INDEX"),
			  .raw_out = true,
			  .opts = &run};
	int code;

	if (a->encoding.distill && !a->batch.base.cnt)
		return say_usage("encode",
				 "--distill makes a base for split BTF: -B BASE is missing");
	code = encoding_begin(&run.encoding, "encode", &a->encoding, &a->batch);
	if (code)
		return encoding_end(&run.encoding, code);
	b.memory = run.encoding.memory;
	run.jobs = a->batch.jobs ? (int)a->batch.jobs : btf_run__processors();
	code = batch_run(&b, (size_t)cnt, operand);
	btf_encoder__free(run.encoder);
	return encoding_end(&run.encoding, code);
}

const struct command cmd_encode = {
	.name = "encode",
	.help = "make BTF from the DWARF of ELF files",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = encode_options,
	.args_size = sizeof(struct encode_args),
	.notes = "-o writes raw BTF to OUT, and with --distill its base to OUT.base; --in-place "
		 "puts both\n"
		 "into the file, as .BTF and .BTF.base.\n"
		 "Each FILE is an ELF file with debug information: a vmlinux, a module, any "
		 "program.\n"
		 "With -B only what BASE has not is described. Exit status 0: all written, or "
		 "without\n"
		 "DWARF and said so; 1: refused; 2: trouble.",
	.run = run,
};
