// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf dump: the types of one or several files as text. In: files, their bases, which types. Out:
 * text on standard output, or whole in a file.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/print.h>

#include "inputs.h"
#include "running.h"
#include "text.h"

struct dump_args {
	struct list base, ids, names, roots;
	struct running_args running;
	int format;
	bool json, string_values, sorted;
	const char *out;
};

static const struct opt dump_options[] = {
	OPT_BASE(offsetof(struct dump_args, base)),
	{"format", 'f', OPT_CHOICE, "raw|json|bpftool-json|c",
	 "raw: as bpftool prints it (the default); json: JSON Lines;\n"
	 "bpftool-json: one JSON document, as bpftool -j prints it;\n"
	 "c: a C header, as bpftool prints it",
	 offsetof(struct dump_args, format)},
	{"json", 0, OPT_FLAG, NULL, "short for --format json", offsetof(struct dump_args, json)},
	{"id", 0, OPT_LIST, "N", "only this type id; may be given several times",
	 offsetof(struct dump_args, ids)},
	{"name", 0, OPT_LIST, "GLOB",
	 "only types of this name (shell pattern); where FILE has\n"
	 "none, those of its base; may be given several times",
	 offsetof(struct dump_args, names)},
	OPTS_RUNNING(offsetof(struct dump_args, running)),
	{"output", 'o', OPT_STRING, "OUT", "write to OUT instead of standard output",
	 offsetof(struct dump_args, out)},
	{"root", 0, OPT_LIST, "NAME",
	 "only types of this name (shell pattern) or id, and what\n"
	 "they need; may be given several times",
	 offsetof(struct dump_args, roots)},
	{"sorted", 0, OPT_FLAG, NULL, "c: in the order of names instead of ids",
	 offsetof(struct dump_args, sorted)},
	{"string-values", 0, OPT_FLAG, NULL,
	 "json: values of ENUM64 as strings, for readers that keep\n"
	 "numbers as doubles",
	 offsetof(struct dump_args, string_values)},
	{0},
};

/* ---- which types ---- */

struct ids {
	__u32 *id;
	size_t cnt, cap;
};

static int ids_add(struct ids *ids, __u32 id)
{
	if (ids->cnt == ids->cap) {
		size_t cap = ids->cap ? ids->cap * 2 : 64;
		void *p = realloc(ids->id, cap * sizeof(*ids->id));

		if (!p)
			return say_error("out of memory");
		ids->id = p;
		ids->cap = cap;
	}
	ids->id[ids->cnt++] = id;
	return 0;
}

static int ids_add_names(struct ids *ids, const struct btf *btf, __u32 from, __u32 to,
			 const char *glob)
{
	bool plain = !strpbrk(glob, "*?[\\");

	for (__u32 id = from; id < to; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = t->name_off ? btf__name_by_offset(btf, t->name_off) : NULL;
		int err;

		if (!name || !*name || (plain ? strcmp(glob, name) : fnmatch(glob, name, 0)))
			continue;
		err = ids_add(ids, id);
		if (err)
			return err;
	}
	return 0;
}

/* a pattern that matches nothing is a finding, but what else was asked for is still printed */
static int ids_collect(const struct dump_args *a, const char *path, const struct btf *btf,
		       struct ids *ids)
{
	const struct btf *base = btf__base_btf(btf);
	__u32 end = btf__type_cnt(btf), own = base ? btf__type_cnt(base) : 1;
	int code = EXIT_OK, err;

	for (size_t i = 0; i < a->ids.cnt; i++) {
		unsigned long id;

		if (!opts_number(a->ids.item[i], 0xffffffff, &id))
			return say_usage("dump", "--id '%s': expected a number", a->ids.item[i]);
		if (id >= end)
			return say_error("%s: there is no type id %lu, the last one is %u", path,
					 id, end - 1);
		err = ids_add(ids, (__u32)id);
		if (err)
			return err;
	}
	for (size_t i = 0; i < a->names.cnt; i++) {
		size_t before = ids->cnt;

		err = ids_add_names(ids, btf, own, end, a->names.item[i]);
		if (!err && ids->cnt == before)
			err = ids_add_names(ids, btf, 1, own, a->names.item[i]);
		if (err)
			return err;
		if (ids->cnt == before) {
			say_error("%s: no type is named '%s'", path, a->names.item[i]);
			code = EXIT_FINDING;
		}
	}
	return code;
}

/* ---- where to ---- */

static int write_stdout(void *ctx, const void *data, size_t size)
{
	const char *at = data;

	(void)ctx;
	while (size) {
		ssize_t n = write(STDOUT_FILENO, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

/* what was asked for and is not there is a finding; what cannot be printed is trouble */
static int dump_code(const struct dump_args *a, int err, const struct btf_report *r, size_t said)
{
	if (!err)
		return EXIT_OK;
	return a->roots.cnt && btf_report__count(r) > said &&
			       btf_report__get(r, said)->code == BTF_CODE_ROOT_NAME
		       ? EXIT_FINDING
		       : EXIT_TROUBLE;
}

static int dump_print(const struct dump_args *a, const struct btf *btf,
		      const struct btf_print_opts *opts, struct btf_report *r)
{
	struct btf_save_opts save = {.sz = sizeof(save), .no_fsync = true};
	enum btf_print_format format = BTF_PRINT_RAW;
	struct text text = {0};
	size_t said = btf_report__count(r);
	int err;

	if (a->format)
		format = (enum btf_print_format)(a->format - 1);
	if (a->json)
		format = BTF_PRINT_JSON;
	if (!a->out || !strcmp(a->out, "-")) {
		err = btf_print__types(btf, format, opts, write_stdout, NULL, r);
		if (err && btf_report__count(r) == said)
			return say_error("standard output: %s", strerror(-err));
	} else {
		err = btf_print__types(btf, format, opts, text_write, &text, r);
		if (!err)
			err = btf_file__write(a->out, text.data, text.len, &save, r);
		free(text.data);
		if (err && btf_report__count(r) == said)
			return say_error("%s: %s", a->out, strerror(-err));
	}
	say_findings(r, said);
	return dump_code(a, err, r, said);
}

static int dump_files(const struct dump_args *a, int cnt, char **path, struct btf *base,
		      struct btf_report *r)
{
	struct btf_print_opts opts = {.sz = sizeof(opts), .string_values = a->string_values,
				      .sorted = a->sorted};
	const char *name = cnt ? path[0] : "running kernel";
	struct running running = {0};
	struct ids ids = {0};
	struct inputs in = {0};
	int code = EXIT_OK, err;

	if (running_asked(&a->running)) {
		err = running_open(&running, &a->running, base, r);
		in.btf = in.merged = running.btf;
	} else {
		err = inputs_open(&in, cnt, path, base, NULL, NULL, r);
	}
	say_report(r);
	if (err)
		return EXIT_TROUBLE;
	if (a->roots.cnt) {
		opts.roots = a->roots.item;
		opts.root_cnt = a->roots.cnt;
	} else if (a->ids.cnt || a->names.cnt) {
		code = ids_collect(a, name, in.btf, &ids);
		/* no id is not the same as no list */
		opts.ids = ids.id ? ids.id : &(__u32){0};
		opts.id_cnt = ids.cnt;
	} else if (running.id_cnt) {
		opts.ids = running.id;
		opts.id_cnt = running.id_cnt;
	}
	if (code != EXIT_TROUBLE) {
		err = dump_print(a, in.btf, &opts, r);
		code = err ? err : code;
	}
	free(ids.id);
	inputs_close(&in);
	return code;
}

static int dump_check(const struct dump_args *a, int cnt)
{
	if (a->json && a->format && a->format - 1 != BTF_PRINT_JSON)
		return say_usage("dump", "--json and another --format exclude each other");
	if (a->sorted && a->format - 1 != BTF_PRINT_C)
		return say_usage("dump", "--sorted goes with --format c");
	if (a->roots.cnt && (a->ids.cnt || a->names.cnt))
		return say_usage("dump", "--root excludes --id and --name");
	return running_check("dump", &a->running, cnt);
}

static int dump_run(void *args, int cnt, char **operand)
{
	const struct dump_args *a = args;
	struct btf_report *r;
	struct base base;
	int code = dump_check(a, cnt);

	if (code)
		return code;
	code = EXIT_TROUBLE;
	r = btf_report__new();
	if (!r)
		return say_error("out of memory");
	if (base_open(&base, &a->base, r)) {
		say_report(r);
	} else {
		say_report(r);
		btf_report__clear(r);
		code = dump_files(a, cnt, operand, base_top(&base), r);
		base_close(&base);
	}
	btf_report__free(r);
	return code;
}

const struct command cmd_dump = {
	.name = "dump",
	.help = "print the types of files as text",
	.operands = "FILE...",
	.min = 0,
	.max = -1,
	.options = dump_options,
	.args_size = sizeof(struct dump_args),
	.notes = "Of split BTF only the types of FILE itself are printed, but with --format c "
		 "those\n"
		 "of its base too. A file with a .BTF.base is shown on that; with -B it is\n"
		 "relocated onto BASE first. Several FILEs are merged: types that they share are\n"
		 "printed once, and ids are those of the result.",
	.run = dump_run,
};
