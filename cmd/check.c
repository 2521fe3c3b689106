// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf check: what a kernel would say to BTF, and whether what it would take is safe. In: files and
 * folders, a base. Out: a line for each file that is refused, its findings, a summary; or JSON
 * Lines. Files are checked by several threads; what is said comes in the order of the operands.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <btf/btf.h>
#include <btf/check.h>
#include <btf/run.h>

#include "base.h"
#include "folder.h"
#include "json.h"

#define SCHEMA "btf-check/1"

struct check_args {
	struct list base;
	const char *kernel;
	int as;
	bool all;
	unsigned long jobs;
	bool json;
	bool quiet;
};

static const struct opt check_options[] = {
	{"base", 'B', OPT_LIST, "BASE",
	 "BTF of the kernel that modules are for: vmlinux, vmlinuz or raw BTF",
	 offsetof(struct check_args, base)},
	{"as", 0, OPT_CHOICE, "user|vmlinux|module",
	 "who the kernel takes the BTF for: a program loads it, it is the kernel's\n"
	 "own, it is a module's (default: as each file looks)",
	 offsetof(struct check_args, as)},
	{"kernel", 'k', OPT_STRING, "X.Y", "by the rules of that kernel (default: the running one)",
	 offsetof(struct check_args, kernel)},
	{"all", 'a', OPT_FLAG, NULL, "every finding, not only the one that the kernel stops at",
	 offsetof(struct check_args, all)},
	{"jobs", 'j', OPT_NUMBER, "N", "work on N files at once (default: processors)",
	 offsetof(struct check_args, jobs)},
	{"json", 0, OPT_FLAG, NULL, "one JSON object per file, and a summary, on stdout",
	 offsetof(struct check_args, json)},
	{"quiet", 'q', OPT_FLAG, NULL, "no summary", offsetof(struct check_args, quiet)},
	{0},
};

enum verdict { ACCEPTED, REFUSED, UNSAFE, WITHOUT, UNREADABLE, VERDICTS };

static const char *const words[VERDICTS] = {"accepted", "refused", "unsafe", "without-btf",
					    "unreadable"};

struct item {
	char *path;
	bool found; /* in a folder: what is no BTF is passed over */
	enum verdict verdict;
	struct btf_check_result res;
	struct btf_report *report;
};

struct run {
	const struct check_args *args;
	struct item *items;
	size_t cnt, cap;
	struct btf_check_opts opts;
	struct btf_check_base *base;
	size_t count[VERDICTS];
};

/* ---- one file ---- */

/* what a folder holds beside modules */
static bool is_other(const struct btf_report *r)
{
	const struct btf_finding *f = btf_report__get(r, 0);

	return f && (f->code == BTF_CODE_FILE_UNKNOWN || f->code == BTF_CODE_FILE_EMPTY);
}

static enum verdict check_file(struct run *run, struct item *item)
{
	struct btf_file *f = btf_file__open(item->path, NULL, item->report);
	int ret;

	item->res.sz = sizeof(item->res);
	if (!f)
		return item->found && is_other(item->report) ? WITHOUT : UNREADABLE;
	ret = btf_check__file(f, run->base, &run->opts, &item->res, item->report);
	if (ret == -ENODATA && !item->found)
		btf_report__add(item->report, BTF_CODE_NO_SECTION, BTF_ERROR, item->path,
				"has no .BTF");
	btf_file__close(f);
	if (ret == -ENODATA)
		return item->found ? WITHOUT : UNREADABLE;
	if (ret < 0)
		return UNREADABLE;
	if (!ret)
		return ACCEPTED;
	return item->res.rule ? REFUSED : UNSAFE;
}

static void work(void *ctx, size_t i, int worker)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];

	(void)worker;
	item->report = btf_report__new();
	item->verdict = item->report ? check_file(run, item) : UNREADABLE;
}

/* ---- telling ---- */

static const char *errno_word(int err)
{
	const char *word = strerrorname_np(err);

	/* of the kernel's own, which programs see too */
	return err == 524 ? "ENOTSUPP" : word ? word : "?";
}

static void tell_text(const struct item *item)
{
	const struct btf_check_result *r = &item->res;

	if (item->verdict == REFUSED)
		printf("%s: refused: %s, %s\n", item->path, errno_word(r->err),
		       btf_code__name(r->rule));
	else if (item->verdict == UNSAFE)
		printf("%s: unsafe, though the kernel takes it: %s\n", item->path,
		       btf_code__name(r->danger));
	if (!item->report)
		say_error("%s: out of memory", item->path);
	else if (item->verdict != WITHOUT)
		say_report(item->report);
}

static void json_kernel(struct json *j, const struct btf_check_result *r)
{
	char kernel[32];

	snprintf(kernel, sizeof(kernel), "%u.%u", r->kernel_major, r->kernel_minor);
	json_string(j, "kernel", kernel);
	json_bool(j, "proved", r->proved);
}

static void tell_json(const struct item *item)
{
	const struct btf_check_result *r = &item->res;
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", SCHEMA);
	json_string(&j, "file", item->path);
	json_string(&j, "verdict", words[item->verdict]);
	if (item->verdict <= UNSAFE) {
		json_string(&j, "as", btf_check__as_name(r->as));
		json_kernel(&j, r);
		json_number(&j, "types", r->types);
		json_bool(&j, "relocated", r->relocated);
		if (r->rule) {
			json_string(&j, "rule", btf_code__name(r->rule));
			json_string(&j, "errno", errno_word(r->err));
		}
		if (r->danger)
			json_string(&j, "danger", btf_code__name(r->danger));
	}
	if (item->verdict != WITHOUT)
		json_findings(&j, "findings", item->report);
	json_object_end(&j);
	json_line(&j);
}

static void tell(void *ctx, size_t i)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];

	run->count[item->verdict]++;
	if (run->args->json)
		tell_json(item);
	else
		tell_text(item);
	btf_report__free(item->report);
	item->report = NULL;
}

/* which rules were asked: the same for all files */
static const struct btf_check_result *any_result(const struct run *run)
{
	for (size_t i = 0; i < run->cnt; i++)
		if (run->items[i].verdict <= UNSAFE)
			return &run->items[i].res;
	return NULL;
}

static void summary_text(const struct run *run)
{
	const struct btf_check_result *r = any_result(run);

	fprintf(stderr, "btf check: %zu accepted", run->count[ACCEPTED]);
	for (int i = REFUSED; i < VERDICTS; i++)
		if (run->count[i])
			fprintf(stderr, ", %zu %s", run->count[i],
				i == WITHOUT ? "without BTF" : words[i]);
	if (r)
		fprintf(stderr, "; by the rules of kernel %u.%u (%s)", r->kernel_major,
			r->kernel_minor,
			r->proved ? "proved on that kernel" : "not run on that kernel");
	fputc('\n', stderr);
}

static void summary_json(const struct run *run)
{
	const struct btf_check_result *r = any_result(run);
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", SCHEMA);
	json_object(&j, "summary");
	json_number(&j, "files", (long long)run->cnt);
	for (int i = 0; i < VERDICTS; i++)
		json_number(&j, words[i], (long long)run->count[i]);
	if (r)
		json_kernel(&j, r);
	json_object_end(&j);
	json_object_end(&j);
	json_line(&j);
}

static int finish(const struct run *run)
{
	if (run->args->json)
		summary_json(run);
	else if (!run->args->quiet)
		summary_text(run);
	if (run->count[UNREADABLE])
		return EXIT_TROUBLE;
	return run->count[REFUSED] || run->count[UNSAFE] ? EXIT_FINDING : EXIT_OK;
}

/* ---- which files ---- */

static bool make_room(struct run *run)
{
	size_t cap = run->cap ? run->cap * 2 : 64;
	void *p;

	if (run->cnt < run->cap)
		return true;
	p = realloc(run->items, cap * sizeof(*run->items));
	if (!p)
		return false;
	run->items = p;
	run->cap = cap;
	return true;
}

static bool add_item(struct run *run, const char *path, bool found)
{
	struct item *item;

	if (!make_room(run))
		return false;
	item = &run->items[run->cnt];
	memset(item, 0, sizeof(*item));
	item->found = found;
	item->path = strdup(path);
	run->cnt += item->path != NULL;
	return item->path != NULL;
}

static int add_found(void *ctx, const char *path, const char *name)
{
	(void)name;
	return add_item(ctx, path, true) ? EXIT_OK : say_error("out of memory");
}

/* a file as it is named; of a folder all regular files below it, by name */
static int add_operand(struct run *run, char *path)
{
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return folder_files(path, add_found, run);
	return add_item(run, path, false) ? EXIT_OK : say_error("out of memory");
}

/* ---- the run ---- */

/* "6.12" */
static bool parse_kernel(const char *s, struct btf_check_opts *o)
{
	unsigned long major, minor;
	char first[8];
	const char *dot = strchr(s, '.');

	if (!dot || (size_t)(dot - s) >= sizeof(first))
		return false;
	memcpy(first, s, (size_t)(dot - s));
	first[dot - s] = 0;
	if (!opts_number(first, 999, &major) || !opts_number(dot + 1, 999, &minor) || major < 6)
		return false;
	o->kernel_major = (unsigned int)major;
	o->kernel_minor = (unsigned int)minor;
	return true;
}

/* what a program's kptrs point to is looked for in the kernel that is asked */
static struct btf *open_running(const struct check_args *a)
{
	if (a->kernel || a->base.cnt || a->as > BTF_CHECK_USER)
		return NULL;
	return btf__parse("/sys/kernel/btf/vmlinux", NULL);
}

static int open_base(struct run *run, struct base *base)
{
	struct btf_report *r = btf_report__new();
	int err = base_open(base, &run->args->base, r);

	if (!err && base_top(base)) {
		run->base = btf_check_base__new(base_top(base), &run->opts, r);
		if (!run->base) {
			say_error("%s: no base that modules could be checked on", base_path(base));
			err = -EINVAL;
		}
	}
	say_report(r);
	btf_report__free(r);
	return err ? EXIT_TROUBLE : 0;
}

static int check_run(void *args, int cnt, char **operand)
{
	struct run run = {.args = args, .opts.sz = sizeof(run.opts)};
	const struct check_args *a = args;
	struct base base = {0};
	struct btf *running;
	int code = 0;

	if (a->kernel && !parse_kernel(a->kernel, &run.opts))
		return say_usage("check", "--kernel '%s': expected X.Y, from 6.0 on", a->kernel);
	if (a->jobs > 4096)
		return say_usage("check", "-j %lu: at most 4096", a->jobs);
	run.opts.as = (enum btf_check_as)a->as;
	run.opts.all = a->all;
	running = open_running(a);
	run.opts.running = running;
	for (int i = 0; i < cnt && !code; i++)
		code = add_operand(&run, operand[i]);
	if (!code)
		code = open_base(&run, &base);
	if (!code && btf_run__parallel(run.cnt, (int)a->jobs, work, tell, &run))
		code = say_error("out of memory");
	if (!code)
		code = finish(&run);
	btf_check_base__free(run.base);
	base_close(&base);
	btf__free(running);
	for (size_t i = 0; i < run.cnt; i++)
		free(run.items[i].path);
	free(run.items);
	return code;
}

const struct command cmd_check = {
	.name = "check",
	.help = "what a kernel would say to BTF, and whether it is safe",
	.operands = "FILE|DIR...",
	.min = 1,
	.max = -1,
	.options = check_options,
	.args_size = sizeof(struct check_args),
	.notes = "Modules need their kernel's BTF (-B); of a DIR all files below it that carry BTF "
		 "are\n"
		 "checked. With --as user, -B makes base and split one BTF, of which every rule is "
		 "asked.\n"
		 "Exit status 0: accepted and safe; 1: refused, or unsafe; 2: a file could not be "
		 "read.",
	.run = check_run,
};
