// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf kernel: a vmlinux and all its modules, from DWARF to BTF, in one process.
 *
 * In: files and folders. Out: BTF of each, that of modules split on that of vmlinux; a summary.
 * vmlinux comes first, alone, its units in parallel; its BTF is kept in memory and indexed once,
 * then the modules are encoded in parallel. What is said does not depend on the number of threads.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <btf/btf.h>
#include <btf/merge.h>
#include <btf/run.h>

#include "encoding.h"
#include "folder.h"
#include "json.h"

struct kernel_args {
	struct batch_args batch;
	struct encoding_args encoding;
	bool repeated;
};

static const struct opt kernel_options[] = {
	BATCH_FOLDER_OPTIONS(struct kernel_args, batch,
			     "write raw BTF into DIR: NAME.btf, and with --distill\n"
			     "NAME.btf.base; NAME is the file's name without .ko, .debug and\n"
			     "compression"),
	{"repeated", 0, OPT_FLAG, NULL, "sum up what several modules describe, each for itself",
	 offsetof(struct kernel_args, repeated)},
	ENCODING_OPTIONS(struct kernel_args, encoding),
	{0},
};

/* a module that got no BTF */
struct failure {
	char *path, *text;
	struct failure *next;
};

struct kernel_run {
	const struct kernel_args *args;
	struct encoding encoding;
	struct batch *batch;
	struct btf *base; /* of vmlinux; NULL as long as it is not encoded */
	struct btf_encoder *encoder;
	int jobs;
	/* told so far */
	bool told_vmlinux;
	__u64 vmlinux_types, vmlinux_bytes;
	__u64 modules, types, not_split, split, distilled, bases;
	struct btf_merge *merge;
	bool merge_failed;
	__u64 repeated_types, repeated_bytes;
	struct failure *failures, **last;
};

/* ---- which files ---- */

struct paths {
	char **at;
	size_t cnt, cap;
};

static int add_path(struct paths *p, const char *path)
{
	if (p->cnt == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		char **at = realloc(p->at, cap * sizeof(*at));

		if (!at)
			return say_error("out of memory");
		p->at = at;
		p->cap = cap;
	}
	p->at[p->cnt] = strdup(path);
	if (!p->at[p->cnt])
		return say_error("out of memory");
	p->cnt++;
	return EXIT_OK;
}

static void free_paths(struct paths *p)
{
	for (size_t i = 0; i < p->cnt; i++)
		free(p->at[i]);
	free(p->at);
}

static bool ends_with(const char *s, size_t *len, const char *end)
{
	size_t cut = strlen(end);

	if (*len <= cut || memcmp(s + *len - cut, end, cut) != 0)
		return false;
	*len -= cut;
	return true;
}

/* NAME.ko, NAME.ko.debug, either compressed */
static bool is_module_name(const char *name)
{
	size_t len = strlen(name);

	if (!ends_with(name, &len, ".xz") && !ends_with(name, &len, ".zst"))
		ends_with(name, &len, ".gz");
	ends_with(name, &len, ".debug");
	return ends_with(name, &len, ".ko");
}

static int add_module(void *ctx, const char *path, const char *name)
{
	return is_module_name(name) ? add_path(ctx, path) : EXIT_OK;
}

static int add_folder(struct paths *p, char *path)
{
	size_t before = p->cnt;
	int code = folder_files(path, add_module, p);

	if (!code && p->cnt == before)
		code = say_error("%s: there are no modules in this folder: no file is called "
				 "NAME.ko, NAME.ko.debug, or so and compressed",
				 path);
	return code;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* a folder as VMLINUX stands for the vmlinux in it, and alone for its modules too */
static int collect(struct paths *p, int cnt, char **operand)
{
	bool folder = is_folder(operand[0]);
	char *path = NULL;
	int code;

	if (folder && asprintf(&path, "%s/vmlinux", operand[0]) < 0)
		return say_error("out of memory");
	code = add_path(p, folder ? path : operand[0]);
	free(path);
	if (!code && folder && cnt == 1)
		code = add_folder(p, operand[0]);
	for (int i = 1; !code && i < cnt; i++)
		code = is_folder(operand[i]) ? add_folder(p, operand[i]) : add_path(p, operand[i]);
	return code;
}

/* ---- vmlinux ---- */

/* the base of all modules; data is of the file or of a result, and is copied */
static int use_base(struct kernel_run *run, const void *data, size_t size)
{
	unsigned long long *memory = &run->batch->memory, takes;

	if (size > UINT32_MAX)
		return -E2BIG;
	run->base = btf__new(data, (__u32)size);
	if (!run->base)
		return -errno;
	run->encoder = encoding_encoder(&run->encoding, run->base, 1);
	if (!run->encoder)
		return -ENOMEM;
	takes = encoding_base_memory(run->base);
	if (*memory)
		*memory = *memory > takes ? *memory - takes : 1;
	if (run->args->repeated)
		run->merge = btf_merge__new(run->base);
	return 0;
}

/* vmlinux stays as it is, and modules are for the BTF that it has */
static struct btf_module *keep_vmlinux(struct kernel_run *run, struct btf_file *f,
				       struct outcome *o, const char *why)
{
	struct btf *b = btf_load__section(f, ".BTF", NULL, o->report);
	const void *data;
	__u32 size;

	if (!b)
		return NULL;
	data = btf__raw_data(b, &size);
	if (data && !use_base(run, data, size)) {
		o->status = STATUS_UNCHANGED;
		o->info.types_before = o->info.types_after = btf__type_cnt(b) - 1;
		o->info.bytes_before = o->info.btf_size = size;
		btf_report__add(o->report, BTF_CODE_ENCODE_KEPT, BTF_NOTE, o->path, why);
	}
	btf__free(b);
	return NULL;
}

static bool has_btf(struct btf_file *f)
{
	size_t size;

	return btf_file__section(f, ".BTF", &size, NULL) != NULL;
}

static struct btf_module *vmlinux(struct kernel_run *run, struct btf_file *f, struct outcome *o)
{
	const struct btf_module_info *info;
	struct btf_encoder *e;
	struct btf_module *m;

	if (run->args->batch.in_place && btf_file__loaded(f, ".BTF"))
		return keep_vmlinux(run, f, o,
				    "keeps its .BTF, which is linked into it, and modules are made "
				    "for that; --detached DIR encodes its DWARF");
	if (btf_file__info(f)->carrier == BTF_CARRIER_RAW)
		return keep_vmlinux(run, f, o, "is BTF already; modules are made for that");
	e = encoding_encoder(&run->encoding, NULL, run->jobs);
	m = e ? encoding_file(&run->encoding, e, f, o) : NULL;
	if (!m && e && errno == ENODATA && has_btf(f))
		keep_vmlinux(run, f, o, "keeps its .BTF; modules are made for that");
	/* its memory is not needed any more */
	btf_encoder__free(e);
	info = btf_module__info(m);
	if (info && use_base(run, info->btf, info->btf_size)) {
		btf_module__free(m);
		m = NULL;
	}
	return m;
}

static struct btf_module *transform(const struct batch *b, struct btf_file *f,
				    const struct beside *base, struct outcome *o)
{
	struct kernel_run *run = b->opts;

	(void)base;
	return run->base ? encoding_file(&run->encoding, run->encoder, f, o) : vmlinux(run, f, o);
}

static unsigned long long need(const struct batch *b, struct btf_file *f)
{
	struct kernel_run *run = b->opts;

	if (run->base)
		return btf_encode__memory(f, 1, true);
	run->jobs = encoding_jobs(&run->encoding, f, run->jobs);
	return btf_encode__memory(f, run->jobs, false);
}

/* ---- telling ---- */

static void note_failure(struct kernel_run *run, const struct outcome *o)
{
	const char *text = "out of memory";
	struct failure *f;

	for (size_t i = btf_report__count(o->report); i-- > 0;)
		if (btf_report__get(o->report, i)->severity == BTF_ERROR)
			text = btf_report__get(o->report, i)->text;
	f = calloc(1, sizeof(*f));
	if (!f)
		return;
	f->path = strdup(o->path);
	f->text = strdup(o->status == STATUS_STOPPED ? "not begun" : text);
	*run->last = f;
	run->last = &f->next;
}

static void tell(void *ctx, const struct outcome *o)
{
	struct kernel_run *run = ctx;

	encoding_tell(&run->encoding, o);
	if (!run->told_vmlinux) {
		run->told_vmlinux = true;
		run->vmlinux_types = o->info.types_after;
		run->vmlinux_bytes = o->info.btf_size;
		return;
	}
	if (o->status >= STATUS_REFUSED)
		note_failure(run, o);
	if (o->status != STATUS_DONE || !o->encoded)
		return;
	run->modules++;
	run->types += o->stats.own_types;
	run->split += o->stats.own_bytes;
	run->not_split += o->stats.own_bytes + o->stats.whole_bytes;
	run->distilled += o->info.base ? o->info.btf_size : 0;
	run->bases += o->info.base_size;
	if (run->merge && !run->merge_failed && o->split)
		run->merge_failed = btf_merge__add(run->merge, o->split, o->path, NULL);
}

/* what modules have in common: their own types, less what is left of them together */
static void sum_repeated(struct kernel_run *run)
{
	struct btf *all = run->merge_failed ? NULL : btf_merge__finish(run->merge, NULL);
	__u32 size;

	if (run->merge_failed)
		btf_merge__free(run->merge);
	run->merge = NULL;
	run->merge_failed |= !all || !btf__raw_data(all, &size);
	if (!run->merge_failed) {
		const __u64 header = 24;

		run->repeated_types = run->types - (btf__type_cnt(all) - btf__type_cnt(run->base));
		run->repeated_bytes = run->split - header * run->modules - (size - header);
	}
	btf__free(all);
}

static void summary_json(void *ctx, struct json *j)
{
	struct kernel_run *run = ctx;

	if (run->merge)
		sum_repeated(run);
	json_number(j, "vmlinux_types", (long long)run->vmlinux_types);
	json_number(j, "vmlinux_bytes", (long long)run->vmlinux_bytes);
	json_number(j, "modules", (long long)run->modules);
	json_number(j, "not_split_bytes", (long long)run->not_split);
	json_number(j, "split_bytes", (long long)run->split);
	if (run->args->encoding.distill) {
		json_number(j, "distilled_bytes", (long long)run->distilled);
		json_number(j, "distilled_base_bytes", (long long)run->bases);
	}
	if (run->args->repeated && !run->merge_failed) {
		json_number(j, "repeated_types", (long long)run->repeated_types);
		json_number(j, "repeated_bytes", (long long)run->repeated_bytes);
	}
	json_array(j, "without_btf");
	for (struct failure *f = run->failures; f; f = f->next) {
		json_object(j, NULL);
		json_string(j, "file", f->path);
		json_string(j, "reason", f->text);
		json_object_end(j);
	}
	json_array_end(j);
}

static void summary_text(void *ctx)
{
	struct kernel_run *run = ctx;

	if (run->merge)
		sum_repeated(run);
	if (run->vmlinux_bytes)
		fprintf(stderr, "  vmlinux: %llu types, %llu bytes\n", run->vmlinux_types,
			run->vmlinux_bytes);
	if (run->modules)
		fprintf(stderr, "  modules: %llu bytes not split, %llu split\n", run->not_split,
			run->split);
	if (run->modules && run->args->encoding.distill)
		fprintf(stderr, "  distilled: %llu, and %llu of bases\n", run->distilled,
			run->bases);
	if (run->args->repeated && run->merge_failed)
		fprintf(stderr, "  repeated between modules: unknown, they cannot be merged\n");
	else if (run->args->repeated && run->modules)
		fprintf(stderr, "  repeated between modules: %llu of %llu types, %llu bytes\n",
			run->repeated_types, run->types, run->repeated_bytes);
	for (struct failure *f = run->failures; f; f = f->next)
		fprintf(stderr, "  without BTF: %s: %s\n", f->path ? f->path : "?",
			f->text ? f->text : "?");
}

/* ---- the command ---- */

static void end_run(struct kernel_run *run)
{
	for (struct failure *f = run->failures, *next; f; f = next) {
		next = f->next;
		free(f->path);
		free(f->text);
		free(f);
	}
	btf_merge__free(run->merge);
	btf_encoder__free(run->encoder);
	btf__free(run->base);
}

static int run(void *args, int cnt, char **operand)
{
	struct kernel_args *a = args;
	struct kernel_run run = {.args = a, .last = &run.failures};
	struct batch b = {.command = "kernel",
			  .schema = "btf-kernel/1",
			  .args = &a->batch,
			  .transform = transform,
			  .leader = true,
			  .big_first = true,
			  .need = need,
			  .telling = {&run, tell, summary_json, summary_text},
			  .without_base = true,
			  .opts = &run};
	struct paths paths = {0};
	int code;

	run.batch = &b;
	if (a->batch.in_place + !!a->batch.detached != 1)
		return say_usage("kernel", "say where to write: --in-place or --detached DIR");
	code = encoding_begin(&run.encoding, "kernel", &a->encoding, &a->batch);
	run.encoding.stats = !a->batch.quiet || a->batch.json;
	run.encoding.split = a->repeated;
	run.jobs = a->batch.jobs ? (int)a->batch.jobs : btf_run__processors();
	b.memory = run.encoding.memory;
	if (!code)
		code = collect(&paths, cnt, operand);
	if (!code)
		code = batch_run(&b, paths.cnt, paths.at);
	free_paths(&paths);
	end_run(&run);
	return encoding_end(&run.encoding, code);
}

const struct command cmd_kernel = {
	.name = "kernel",
	.help = "make BTF of a vmlinux and all its modules",
	.operands = "VMLINUX [MODULES...]",
	.min = 1,
	.max = -1,
	.options = kernel_options,
	.args_size = sizeof(struct kernel_args),
	.notes = "VMLINUX is an ELF file with debug information, MODULES are modules, compressed "
		 "or not,\n"
		 "or folders of them. A folder as VMLINUX stands for the vmlinux in it; alone, for "
		 "its\n"
		 "modules too. Exit status 0: all written; 1: a file was refused; 2: trouble, or "
		 "modules\n"
		 "were not begun because there is no BTF of VMLINUX.",
	.run = run,
};
