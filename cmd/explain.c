// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf explain: why a kernel refuses a module's BTF, and what mends it. In: modules by path, by name
 * or by folder, and the kernel that shall load them. Out: for one module everything, for several a
 * line each; or JSON Lines. Several threads work on modules; what is said comes in their order.
 */
#include "explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <btf/btf.h>
#include <btf/load.h>
#include <btf/run.h>

#include "folder.h"
#include "json.h"

static const struct opt explain_options[] = {
	{"base", 'B', OPT_STRING, "BASE",
	 "BTF of the kernel that shall load the modules: vmlinux, vmlinuz or\n"
	 "raw BTF (default: the running kernel's)",
	 offsetof(struct explain_args, base)},
	{"image", 'I', OPT_STRING, "FILE",
	 "the same, and the configuration that the image carries is read",
	 offsetof(struct explain_args, image)},
	{"built-on", 0, OPT_STRING, "BASE",
	 "BTF of the kernel that the modules were built on: what they use of\n"
	 "it is compared (default: looked for by their release)",
	 offsetof(struct explain_args, built_on)},
	{"kernel", 'k', OPT_STRING, "X.Y", "by the rules of that kernel (default: as BASE says)",
	 offsetof(struct explain_args, kernel)},
	{"config", 0, OPT_STRING, "FILE",
	 "configuration of that kernel (default: looked for by its release)",
	 offsetof(struct explain_args, config)},
	{"symvers", 0, OPT_STRING, "FILE",
	 "Module.symvers of that kernel: CRCs of symbols are compared",
	 offsetof(struct explain_args, symvers)},
	{"root", 0, OPT_STRING, "DIR", "look for /boot and /lib/modules below DIR",
	 offsetof(struct explain_args, root)},
	{"jobs", 'j', OPT_NUMBER, "N", "work on N modules at once (default: processors)",
	 offsetof(struct explain_args, jobs)},
	{"verbose", 'v', OPT_FLAG, NULL, "of several modules too, everything",
	 offsetof(struct explain_args, verbose)},
	{"json", 0, OPT_FLAG, NULL, "one JSON object per module, and a summary, on stdout",
	 offsetof(struct explain_args, json)},
	{"quiet", 'q', OPT_FLAG, NULL, "no summary", offsetof(struct explain_args, quiet)},
	{0},
};

struct run {
	const struct explain_args *args;
	struct target target;
	struct btf_check_base *base;
	struct item *items;
	size_t cnt, cap;
	size_t count[EXPLAIN_STATUSES];
};

/* ---- one module ---- */

struct built {
	char *path;
	struct btf_file *file;
	struct btf *btf;
};

/*
 * The kernel that a module says it was built for, where it is installed. Only for a module that is
 * asked for alone: it costs more than all the rest.
 */
static void find_built(struct built *b, const struct run *run, struct btf_file *f)
{
	const char *release = btf_file__info(f)->release;

	if (run->target.built_on || run->cnt != 1 || !release ||
	    !strcmp(release, run->target.release))
		return;
	b->path = target_kernel(&run->target, release);
	b->file = b->path ? btf_file__open(b->path, NULL, NULL) : NULL;
	/* a file of that name may hold another kernel */
	if (b->file && btf_file__info(b->file)->release &&
	    strcmp(btf_file__info(b->file)->release, release))
		return;
	b->btf = b->file ? btf_load__section(b->file, ".BTF", NULL, NULL) : NULL;
}

static enum explain_status explain(const struct run *run, struct item *item)
{
	const struct target *t = &run->target;
	struct btf_explain_opts o = {.sz = sizeof(o),
				     .kernel_major = t->major,
				     .kernel_minor = t->minor,
				     .mismatch = t->mismatch,
				     .base_release = *t->release ? t->release : NULL,
				     .built_on = t->built_on,
				     .symvers = t->symvers,
				     .symvers_size = t->symvers_size};
	struct built built = {0};

	find_built(&built, run, item->file);
	if (built.btf)
		o.built_on = built.btf;
	item->e = btf_explain__new(item->file, t->btf, run->base, &o, item->report);
	if (built.btf && item->e) {
		item->built_path = built.path;
		built.path = NULL;
	}
	btf__free(built.btf);
	btf_file__close(built.file);
	free(built.path);
	if (!item->e)
		return STATUS_NOT_READ;
	return (enum explain_status)btf_explain__info(item->e)->verdict;
}

/* what a folder holds beside modules */
static bool is_other(const struct item *item)
{
	const struct btf_finding *f = btf_report__get(item->report, 0);

	if (item->file)
		return !btf_file__info(item->file)->module &&
		       btf_file__info(item->file)->carrier != BTF_CARRIER_RAW;
	return f && (f->code == BTF_CODE_FILE_UNKNOWN || f->code == BTF_CODE_FILE_EMPTY);
}

static void work(void *ctx, size_t i, int worker)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];

	(void)worker;
	item->status = STATUS_NOT_READ;
	item->report = or_end(btf_report__new());
	item->file = btf_file__open(item->path, NULL, item->report);
	if (item->found && is_other(item)) {
		item->passed = true;
		return;
	}
	if (item->file)
		item->status = explain(run, item);
	if (item->status != STATUS_NOT_READ)
		mend_find(item, &run->target);
}

static void item_close(struct item *item)
{
	mend_free(item);
	btf_explain__free(item->e);
	btf_file__close(item->file);
	btf_report__free(item->report);
	free(item->built_path);
	item->e = NULL;
	item->file = NULL;
	item->report = NULL;
	item->built_path = NULL;
}

static void tell(void *ctx, size_t i)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];

	if (!item->passed) {
		run->count[item->status]++;
		if (run->args->json)
			explain_json(item, &run->target);
		else
			explain_text(item, &run->target, run->cnt == 1 || run->args->verbose);
	}
	item_close(item);
}

/* ---- which modules ---- */

static bool add_item(struct run *run, const char *path, bool found)
{
	char *copy;

	if (run->cnt == run->cap) {
		size_t cap = run->cap ? run->cap * 2 : 64;
		void *p = realloc(run->items, cap * sizeof(*run->items));

		if (!p)
			return false;
		run->items = p;
		run->cap = cap;
	}
	copy = strdup(path);
	if (!copy)
		return false;
	run->items[run->cnt++] = (struct item){.path = copy, .found = found};
	return true;
}

static int add_found(void *ctx, const char *path, const char *name)
{
	(void)name;
	return add_item(ctx, path, true) ? EXIT_OK : say_error("out of memory");
}

static bool is_name(const char *s)
{
	return !strchr(s, '/') && !strchr(s, '.') && *s;
}

/* a file, a folder, or a module by name */
static int add_operand(struct run *run, char *operand)
{
	struct stat st;
	char *path;
	int code;

	if (!stat(operand, &st))
		return S_ISDIR(st.st_mode)	       ? folder_files(operand, add_found, run)
		       : add_item(run, operand, false) ? 0
						       : say_error("out of memory");
	if (!is_name(operand))
		return say_error("%s: %s", operand, strerror(errno));
	path = target_find(&run->target, run->target.release, operand);
	if (!path)
		return *run->target.release
			       ? say_error("%s: there is no such file, and kernel %s has no module "
					   "of "
					   "that name",
					   operand, run->target.release)
			       : say_error(
					 "%s: there is no such file, and the base does not say of "
					 "which kernel it is: give the module's path",
					 operand);
	code = add_item(run, path, false) ? 0 : say_error("out of memory");
	free(path);
	return code;
}

/* ---- the run ---- */

static int open_base(struct run *run)
{
	struct btf_check_opts o = {.sz = sizeof(o),
				   .kernel_major = run->target.major,
				   .kernel_minor = run->target.minor};
	struct btf_report *r = btf_report__new();

	run->base = btf_check_base__new(run->target.btf, &o, r);
	say_report(r);
	btf_report__free(r);
	return run->base
		       ? 0
		       : say_error("%s: no base that modules could be loaded on", run->target.path);
}

static void summary(const struct run *run)
{
	struct json j = {.to = stdout};
	size_t cnt = 0;

	for (int i = 0; i < EXPLAIN_STATUSES; i++)
		cnt += run->count[i];
	if (run->args->json) {
		json_object(&j, NULL);
		json_string(&j, "schema", "btf-explain/1");
		json_object(&j, "summary");
		json_number(&j, "modules", (long long)cnt);
		for (int i = 0; i < EXPLAIN_STATUSES; i++)
			json_number(&j, status_word((enum explain_status)i),
				    (long long)run->count[i]);
		json_object_end(&j);
		json_object_end(&j);
		json_line(&j);
		return;
	}
	if (run->args->quiet || run->cnt == 1)
		return;
	fprintf(stderr, "btf explain: %zu modules", cnt);
	for (int i = 0; i < EXPLAIN_STATUSES; i++)
		if (run->count[i])
			fprintf(stderr, ", %zu %s", run->count[i],
				status_word((enum explain_status)i));
	fputc('\n', stderr);
}

static int finish(const struct run *run)
{
	size_t bad = 0;

	summary(run);
	if (run->count[STATUS_NOT_READ])
		return EXIT_TROUBLE;
	for (int i = STATUS_IS_REFUSED; i < STATUS_NOT_READ; i++)
		bad += run->count[i];
	return bad ? EXIT_FINDING : EXIT_OK;
}

static int explain_run(void *args, int cnt, char **operand)
{
	struct run run = {.args = args};
	int code;

	if (run.args->jobs > 4096)
		return say_usage("explain", "-j %lu: at most 4096", run.args->jobs);
	code = target_open(&run.target, args);
	if (!code)
		code = open_base(&run);
	for (int i = 0; i < cnt && !code; i++)
		code = add_operand(&run, operand[i]);
	if (!code && btf_run__parallel(run.cnt, (int)run.args->jobs, work, tell, &run))
		code = say_error("out of memory");
	if (!code)
		code = finish(&run);
	btf_check_base__free(run.base);
	target_close(&run.target);
	for (size_t i = 0; i < run.cnt; i++)
		free(run.items[i].path);
	free(run.items);
	return code;
}

const struct command cmd_explain = {
	.name = "explain",
	.help = "why a kernel refuses a module's BTF, and what mends it",
	.operands = "MODULE|DIR...",
	.min = 1,
	.max = -1,
	.options = explain_options,
	.args_size = sizeof(struct explain_args),
	.notes = "MODULE is a file, or the name of a module of the kernel that is asked, as in "
		 "\"failed "
		 "to\n"
		 "validate module [NAME] BTF\". Of one module everything is said, of several one "
		 "line "
		 "each.\n"
		 "Exit status 0: all load with their BTF; 1: one does not; 2: one could not be "
		 "read.",
	.run = explain_run,
};
