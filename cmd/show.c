// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf show: types for people. In: what to show, and where to look: a file, or the running kernel
 * and then its modules. Out: text or JSON Lines on standard output. Exit status 1: some of what
 * was asked for is not there.
 */
#include <btf/show.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <btf/btf.h>

#include "base.h"

#define SYSFS "/sys/kernel/btf"

struct show_args {
	struct list base;
	const char *from;
	unsigned long cacheline;
	bool json;
};

static const struct opt show_options[] = {
	OPT_BASE(offsetof(struct show_args, base)),
	{"from", 0, OPT_STRING, "FILE", "look in FILE: every operand is a TYPE then",
	 offsetof(struct show_args, from)},
	{"cacheline", 0, OPT_NUMBER, "N", "bytes of a cache line (default 64)",
	 offsetof(struct show_args, cacheline)},
	{"json", 0, OPT_FLAG, NULL, "JSON Lines, schema btf-show/1",
	 offsetof(struct show_args, json)},
	{0},
};

/* ---- what is asked for ---- */

/* "struct" and "foo" given as two words are one query, as one writes it in C */
static bool is_keyword(const char *word)
{
	static const char *const words[] = {"struct", "union",	 "enum",     "typedef", "func",
					    "var",    "datasec", "decl_tag", "type_tag"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

struct queries {
	char **item;
	size_t cnt;
};

static void queries_free(struct queries *q)
{
	for (size_t i = 0; i < q->cnt; i++)
		free(q->item[i]);
	free(q->item);
}

/* joins words; false: out of memory */
static bool queries_take(struct queries *q, int cnt, char **operand)
{
	q->item = calloc((size_t)cnt, sizeof(*q->item));
	for (int i = 0; q->item && i < cnt; i++) {
		bool two = is_keyword(operand[i]) && i + 1 < cnt;
		size_t size = strlen(operand[i]) + (two ? strlen(operand[i + 1]) : 0) + 2;
		char *s = malloc(size);

		if (!s)
			return false;
		snprintf(s, size, "%s%s%s", operand[i], two ? " " : "", two ? operand[i + 1] : "");
		q->item[q->cnt++] = s;
		i += two;
	}
	return q->item;
}

/* ---- where to look ---- */

struct show_run {
	const struct show_args *args;
	struct btf_report *r;
	bool any; /* something was printed */
};

static int write_stdout(void *ctx, const void *data, size_t size)
{
	(void)ctx;
	return fwrite(data, 1, size, stdout) == size ? 0 : -(errno ? errno : EIO);
}

/* an empty line between two answers; before the second one is known to exist nothing is said */
static int write_apart(void *ctx, const void *data, size_t size)
{
	struct show_run *run = ctx;

	if (run->any && !run->args->json && fputs("\n", stdout) == EOF)
		return -EIO;
	run->any = false;
	return write_stdout(NULL, data, size);
}

/* 0, or a negative errno with findings in the report */
static int show_in(struct show_run *run, const struct btf *btf, const char *query)
{
	struct btf_show_opts opts = {.sz = sizeof(opts),
				     .cacheline = (unsigned int)run->args->cacheline,
				     .json = run->args->json};
	bool before = run->any;
	int err = btf_show__query(btf, query, &opts, write_apart, run, run->r);

	run->any = before || !err;
	return err;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *d)
{
	return d->d_name[0] != '.' && strcmp(d->d_name, "vmlinux");
}

/* the running kernel's modules in the order of their names; the first that has it answers */
static int show_in_modules(struct show_run *run, struct btf *vmlinux, const char *query)
{
	struct dirent **entry;
	int cnt = scandir(SYSFS, &entry, no_dots, by_name), err = -ENOENT;

	for (int i = 0; i < cnt; i++) {
		char path[sizeof(SYSFS) + sizeof(entry[i]->d_name) + 1];
		struct input in = {0};

		snprintf(path, sizeof(path), SYSFS "/%s", entry[i]->d_name);
		free(entry[i]);
		btf_report__clear(run->r);
		/* what cannot be read now was unloaded meanwhile */
		if (err != -ENOENT || input_open(&in, path, vmlinux, run->r))
			continue;
		err = show_in(run, in.btf, query);
		if (!err)
			fprintf(stderr, "btf: '%s' is from module %s\n", query,
				path + sizeof(SYSFS));
		input_close(&in);
	}
	if (cnt >= 0)
		free(entry);
	return err;
}

/* running: vmlinux of the running kernel, so that modules are looked at too */
static int show_all(struct show_run *run, struct btf *btf, bool running, const struct queries *q)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < q->cnt; i++) {
		int err;

		btf_report__clear(run->r);
		err = show_in(run, btf, q->item[i]);
		if (err == -ENOENT && running) {
			struct btf_report *first = run->r;

			run->r = btf_report__new();
			if (run->r)
				err = show_in_modules(run, btf, q->item[i]);
			btf_report__free(run->r);
			run->r = first;
			if (!err)
				continue;
		}
		if (err && !btf_report__count(run->r))
			say_error("standard output: %s", strerror(-err));
		say_report(run->r);
		if (err)
			code = err == -ENOENT && code != EXIT_TROUBLE ? EXIT_FINDING : EXIT_TROUBLE;
	}
	return code;
}

/* The last of several operands is a file where there is one: no type has a slash in its name, and
 * --from is there for who has a file that is called like a type. */
static const char *take_file(const struct show_args *a, int *cnt, char **operand)
{
	const char *last = operand[*cnt - 1];

	if (a->from)
		return a->from;
	if (*cnt < 2 || (*cnt == 2 && is_keyword(operand[0]) && !strchr(last, '/')))
		return NULL;
	if (!strchr(last, '/') && access(last, F_OK))
		return NULL;
	--*cnt;
	return last;
}

static int show_run(void *args, int cnt, char **operand)
{
	const struct show_args *a = args;
	struct show_run run = {.args = a};
	const char *file = take_file(a, &cnt, operand);
	struct queries q = {0};
	struct base base = {0};
	struct input in = {0};
	int code = EXIT_TROUBLE;

	if (a->cacheline & (a->cacheline - 1) || a->cacheline > 65536)
		return say_usage("show", "--cacheline %lu: expected a power of two up to 65536",
				 a->cacheline);
	run.r = btf_report__new();
	if (!run.r || !queries_take(&q, cnt, operand)) {
		say_error("out of memory");
	} else if (base_open(&base, &a->base, run.r) ||
		   input_open(&in, file ? file : SYSFS "/vmlinux", base_top(&base), run.r)) {
		say_report(run.r);
	} else {
		say_report(run.r);
		code = show_all(&run, in.btf, !file && !a->base.cnt, &q);
	}
	input_close(&in);
	base_close(&base);
	queries_free(&q);
	btf_report__free(run.r);
	return code;
}

const struct command cmd_show = {
	.name = "show",
	.help = "show the layout of types, with offsets, holes and cache lines",
	.operands = "TYPE... [FILE]",
	.min = 1,
	.max = -1,
	.options = show_options,
	.args_size = sizeof(struct show_args),
	.notes = "TYPE is a name (sk_buff, struct sk_buff), a member (task_struct.se.load), an "
		 "offset\n"
		 "(task_struct+0x40), a type id, or a pattern ('sk_*'). The last operand is FILE "
		 "where\n"
		 "such a file exists. Without FILE: the running kernel, then its modules.",
	.run = show_run,
};
