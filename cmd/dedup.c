// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf dedup: the types of one or more files, each once; or why a name stays twice. */
#include <btf/btf.h>
#include <btf/dedup.h>
#include <btf/diff.h>
#include <btf/module.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "cmd.h"

struct dedup_args {
	struct list base;
	const char *out;
	const char *why;
	unsigned long jobs;
	bool in_place;
	bool no_fsync;
};

static const struct opt dedup_options[] = {
	OPT_BASE(offsetof(struct dedup_args, base)),
	{"output", 'o', OPT_STRING, "OUT", "write raw BTF to OUT; - is standard output",
	 offsetof(struct dedup_args, out)},
	{"in-place", 'i', OPT_FLAG, NULL,
	 "replace each file, alone, whole or not at all; .BTF.ext follows",
	 offsetof(struct dedup_args, in_place)},
	{"why", 'w', OPT_STRING, "NAME",
	 "for a name that stays more than once: the shortest path to where\n"
	 "its definitions differ",
	 offsetof(struct dedup_args, why)},
	{"jobs", 'j', OPT_NUMBER, "N", "threads (default: processors); the result is the same",
	 offsetof(struct dedup_args, jobs)},
	{"no-fsync", 0, OPT_FLAG, NULL, "do not wait for the disk: for build systems",
	 offsetof(struct dedup_args, no_fsync)},
	{0},
};

/* a copy of the first input, where it stands on that base already: its strings keep their order */
static struct btf *first_input(const struct btf *in, struct btf *base)
{
	enum btf_endianness native =
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? BTF_LITTLE_ENDIAN : BTF_BIG_ENDIAN;
	const void *data;
	struct btf *btf;
	__u32 size;

	if (btf__base_btf(in) != base)
		return NULL;
	data = btf__raw_data(in, &size);
	btf = data ? btf__new_split(data, size, base) : NULL;
	if (btf)
		btf__set_endianness(btf, native);
	return btf;
}

/* all inputs behind each other, as the linker would put them */
static struct btf *concatenate(const struct base *base, int cnt, char **path, struct btf_report *r)
{
	struct btf *top = base_top(base), *all = NULL;
	bool ok = true;

	for (int i = 0; ok && i < cnt; i++) {
		struct input in = {0};
		bool first = !all;

		ok = !input_open(&in, path[i], top, r);
		if (ok && first)
			all = first_input(in.btf, top);
		first = first && all;
		if (ok && !all)
			all = top ? btf__new_empty_split(top) : btf__new_empty();
		if (ok && !first && (!all || btf__add_btf(all, in.btf) < 0)) {
			say_error("%s: cannot be added: %s", path[i], strerror(errno));
			ok = false;
		}
		input_close(&in);
	}
	if (!ok) {
		btf__free(all);
		return NULL;
	}
	return all;
}

static void say_path(const struct btf *btf, __u32 a, __u32 b)
{
	struct btf_report *r = btf_report__new();

	if (!r)
		return;
	btf_diff__path(btf, a, btf, b, r);
	for (size_t i = 0; i < btf_report__count(r); i++)
		printf("[%u] %s\n", a, btf_report__get(r, i)->text);
	btf_report__free(r);
}

/* every definition of the name against the first of its kind */
static int say_why(const struct btf *btf, const char *name)
{
	__u32 first[32] = {0};
	int found = 0, twice = 0;

	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		__u32 kind = btf_kind(t);

		if (kind >= 32 || strcmp(btf__name_by_offset(btf, t->name_off), name))
			continue;
		found++;
		if (!first[kind]) {
			first[kind] = id;
			continue;
		}
		twice++;
		say_path(btf, first[kind], id);
	}
	if (!found) {
		say_error("no type is named '%s'", name);
		return EXIT_FINDING;
	}
	if (!twice)
		printf("'%s' stands once\n", name);
	return EXIT_OK;
}

static int write_out(const struct dedup_args *a, const struct btf *btf, struct btf_report *r)
{
	struct btf_save_opts save = {.sz = sizeof(save), .no_fsync = a->no_fsync};
	const void *data;
	__u32 size;

	data = btf__raw_data(btf, &size);
	if (!data)
		return say_error("out of memory");
	return btf_file__write(a->out, data, size, &save, r) ? EXIT_TROUBLE : EXIT_OK;
}

static int dedup(const struct dedup_args *a, struct btf *all, struct btf_report *r)
{
	__u32 first = btf__base_btf(all) ? btf__type_cnt(btf__base_btf(all)) : 1;
	__u32 before = btf__type_cnt(all) - first;
	struct btf_dedup_run_opts opts = {.sz = sizeof(opts), .jobs = a->jobs ? (int)a->jobs : -1};
	int code = EXIT_OK;

	if (btf_dedup__run(all, &opts, r))
		return errno == ENOMEM ? EXIT_TROUBLE : EXIT_FINDING;
	if (a->out)
		code = write_out(a, all, r);
	if (!code && a->why)
		code = say_why(all, a->why);
	else if (!code)
		fprintf(stderr, "btf dedup: %u types -> %u\n", before, btf__type_cnt(all) - first);
	return code;
}

/* one file with all that refers to its types */
static int replace(const struct dedup_args *a, const char *path, struct btf *base,
		   struct btf_report *r)
{
	struct btf_dedup_run_opts opts = {.sz = sizeof(opts), .jobs = a->jobs ? (int)a->jobs : -1};
	struct btf_save_opts save = {.sz = sizeof(save), .no_fsync = a->no_fsync};
	struct btf_file_change change[BTF_MODULE_CHANGES];
	struct btf_file *f = btf_file__open(path, NULL, r);
	const struct btf_module_info *info;
	struct btf_module *m;
	int code = EXIT_OK;

	if (!f)
		return EXIT_TROUBLE;
	m = btf_module__dedup(f, base, &opts, r);
	if (!m) {
		code = errno == ENOMEM ? EXIT_TROUBLE : EXIT_FINDING;
		btf_file__close(f);
		return code;
	}
	info = btf_module__info(m);
	if (!info->unchanged &&
	    btf_file__save(f, NULL, change, btf_module__changes(m, change), &save, r))
		code = EXIT_TROUBLE;
	else
		fprintf(stderr, "%s: %u types -> %u\n", path, info->types_before, info->types_after);
	btf_module__free(m);
	btf_file__close(f);
	return code;
}

static int replace_all(const struct dedup_args *a, struct btf *base, int cnt, char **path,
		       struct btf_report *r)
{
	int code = EXIT_OK;

	for (int i = 0; i < cnt; i++) {
		int one = replace(a, path[i], base, r);

		code = one > code ? one : code;
	}
	return code;
}

static int dedup_run(void *args, int cnt, char **operand)
{
	const struct dedup_args *a = args;
	struct btf_report *r;
	struct base base = {0};
	struct btf *all;
	int code = EXIT_TROUBLE, err;

	if (!a->out && !a->why && !a->in_place)
		return say_usage("dedup", "say what is wanted: -o OUT, --in-place, or --why NAME");
	if (a->in_place && (a->out || a->why))
		return say_usage("dedup", "--in-place goes with neither -o nor --why");
	if (a->out && a->why && !strcmp(a->out, "-"))
		return say_usage("dedup", "--why and -o - would both write to standard output");
	if (a->jobs > 4096)
		return say_usage("dedup", "-j %lu: at most 4096", a->jobs);
	r = btf_report__new();
	if (!r)
		return say_error("out of memory");
	err = base_open(&base, &a->base, r);
	if (!err && a->in_place) {
		code = replace_all(a, base_top(&base), cnt, operand, r);
	} else if (!err) {
		all = concatenate(&base, cnt, operand, r);
		if (all)
			code = dedup(a, all, r);
		btf__free(all);
	}
	say_report(r);
	base_close(&base);
	btf_report__free(r);
	return code;
}

const struct command cmd_dedup = {
	.name = "dedup",
	.help = "leave each type once, in one or several files",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = dedup_options,
	.args_size = sizeof(struct dedup_args),
	.notes = "Inputs are concatenated first, but for --in-place. With -B the result is split BTF on\n"
		 "that base.",
	.run = dedup_run,
};
