// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Files -> transformed files: see batch.h.
 *
 * In: paths, a base, a transformation. Out: files written whole or left alone, a line per file
 * that has something to say, a summary. One file's failure never stops the others. Memory: what
 * -j files take, plus the findings of files that wait for an earlier one.
 */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <btf/run.h>

#include "findings.h"

enum status { DONE, UNCHANGED, REFUSED, UNREADABLE };

struct item {
	const char *path;
	char *name; /* detached: NAME */
	enum status status;
	int err;
	struct btf_report *report;
	struct btf_module_info info; /* numbers only; the bytes are gone */
};

struct run {
	const struct batch *b;
	struct item *items;
	size_t cnt, said, count[4];
	unsigned long long before, btf, base; /* bytes */
	bool bar;
	struct timespec drawn;
};

/* ---- one file ---- */

static bool cut_suffix(char *name, const char *suffix)
{
	size_t len = strlen(name), cut = strlen(suffix);

	if (len <= cut || strcmp(name + len - cut, suffix))
		return false;
	name[len - cut] = 0;
	return true;
}

/* "/lib/modules/x/nf_nat.ko.xz" -> "nf_nat" */
static char *detached_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = strdup(slash ? slash + 1 : path);

	if (!name)
		return NULL;
	if (!cut_suffix(name, ".xz") && !cut_suffix(name, ".zst"))
		cut_suffix(name, ".gz");
	if (!cut_suffix(name, ".ko"))
		cut_suffix(name, ".btf");
	return name;
}

static int write_bytes(const struct batch *b, const char *path, const char *suffix, const void *data,
		       size_t size, struct btf_report *r)
{
	struct btf_save_opts opts = {.sz = sizeof(opts),
				     .no_fsync = b->args->no_fsync,
				     .break_hardlinks = b->args->break_hardlinks};
	char *full;
	int err;

	if (!data)
		return 0;
	if (asprintf(&full, "%s%s", path, suffix) < 0)
		return -ENOMEM;
	err = btf_file__write(full, data, size, &opts, r);
	free(full);
	return err;
}

/* a file that was distilled already is written out as it is */
static int write_section(const struct batch *b, struct btf_file *f, const char *section,
			 const char *path, const char *suffix, struct btf_report *r)
{
	size_t size;
	const void *data = btf_file__section(f, section, &size, r);

	if (!data)
		return errno == ENODATA ? 0 : -errno;
	return write_bytes(b, path, suffix, data, size, r);
}

static int write_detached(const struct batch *b, struct btf_file *f, const struct btf_module_info *m,
			  const char *name, struct btf_report *r)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s.btf", b->args->detached, name) < 0)
		return -ENOMEM;
	if (m->unchanged) {
		err = write_section(b, f, ".BTF.base", path, ".base", r);
		if (!err)
			err = write_section(b, f, ".BTF_ids", path, ".ids", r);
		if (!err)
			err = write_section(b, f, ".BTF", path, "", r);
	} else {
		/* the split last: where it is complete, so is what belongs to it */
		err = write_bytes(b, path, ".base", m->base, m->base_size, r);
		if (!err)
			err = write_bytes(b, path, ".ids", m->ids, m->ids_size, r);
		if (!err)
			err = write_bytes(b, path, "", m->btf, m->btf_size, r);
	}
	free(path);
	return err;
}

static int write_item(const struct batch *b, struct btf_file *f, const struct btf_module *m,
		      const struct item *item)
{
	struct btf_save_opts opts = {.sz = sizeof(opts),
				     .strip_signature = b->args->strip_signature,
				     .no_fsync = b->args->no_fsync,
				     .break_hardlinks = b->args->break_hardlinks};
	const struct btf_module_info *info = btf_module__info(m);
	struct btf_file_change change[BTF_MODULE_CHANGES];
	const char *to = b->args->in_place ? NULL : b->args->out;
	size_t cnt;
	int err;

	if (b->args->detached)
		return write_detached(b, f, info, item->name, item->report);
	if (info->unchanged && !to)
		return 0;
	if (btf_file__info(f)->carrier == BTF_CARRIER_RAW) {
		/* raw BTF has one section: the distilled base stands beside it */
		to = to ? to : item->path;
		err = write_bytes(b, to, ".base", info->base, info->base_size, item->report);
		return err ? err :
			     write_bytes(b, to, "", info->btf, info->btf_size, item->report);
	}
	cnt = btf_module__changes(m, change);
	return btf_file__save(f, to, change, cnt, &opts, item->report);
}

static void run_item(void *ctx, size_t i, int worker)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];
	struct btf_file *f;
	struct btf_module *m;

	(void)worker;
	item->status = UNREADABLE;
	item->report = btf_report__new();
	f = btf_file__open(item->path, NULL, item->report);
	if (!f)
		return;
	m = run->b->transform(run->b, f, item->report);
	if (m) {
		item->info = *btf_module__info(m);
		item->status = item->info.unchanged ? UNCHANGED : DONE;
		item->err = write_item(run->b, f, m, item);
		if (item->err)
			item->status = REFUSED;
	} else {
		item->status = REFUSED;
	}
	btf_module__free(m);
	btf_file__close(f);
}

/* ---- what is said ---- */

static void draw_bar(struct run *run)
{
	struct timespec now;
	int width = 30, full;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (run->said < run->cnt && (now.tv_sec - run->drawn.tv_sec) * 1000 +
						     (now.tv_nsec - run->drawn.tv_nsec) / 1000000 <
					     50)
		return;
	run->drawn = now;
	full = (int)(run->said * (size_t)width / run->cnt);
	fprintf(stderr, "\r%s [%.*s%.*s] %zu/%zu", run->b->command, full,
		"##############################", width - full, "                              ",
		run->said, run->cnt);
	if (run->said == run->cnt)
		fputs("\r\033[K", stderr);
}

static void say_json(const struct run *run, const struct item *item)
{
	static const char *const status[] = {"done", "unchanged", "refused", "unreadable"};
	const struct btf_module_info *m = &item->info;

	printf("{\"schema\":\"%s\",\"file\":", run->b->schema);
	findings_string(stdout, item->path);
	printf(",\"status\":\"%s\"", status[item->status]);
	if (item->status == DONE)
		printf(",\"bytes_before\":%zu,\"bytes\":%zu,\"base_bytes\":%zu,\"types_before\":%u,"
		       "\"types\":%u,\"base_types\":%u,\"copied_types\":%u,\"ids_translated\":%s",
		       m->bytes_before, m->btf_size, m->base_size, m->types_before, m->types_after,
		       m->base_types, m->copied_types, m->ids_size ? "true" : "false");
	fputs(",\"findings\":", stdout);
	findings_json(stdout, item->report);
	fputs("}\n", stdout);
}

/* called in the order of the files, one at a time */
static void say_item(void *ctx, size_t i)
{
	struct run *run = ctx;
	struct item *item = &run->items[i];

	run->said++;
	run->count[item->status]++;
	if (item->status == DONE) {
		run->before += item->info.bytes_before;
		run->btf += item->info.btf_size;
		run->base += item->info.base_size;
	}
	if (run->b->args->json) {
		say_json(run, item);
	} else {
		if (run->bar && btf_report__count(item->report))
			fputs("\r\033[K", stderr);
		say_report(item->report);
		if (item->status >= REFUSED && !btf_report__count(item->report))
			say_error("%s: out of memory", item->path);
	}
	if (run->bar)
		draw_bar(run);
	btf_report__free(item->report);
	item->report = NULL;
}

static void say_summary(const struct run *run)
{
	const size_t *c = run->count;

	if (run->b->args->json) {
		printf("{\"schema\":\"%s\",\"summary\":{\"files\":%zu,\"done\":%zu,\"unchanged\":%zu,"
		       "\"refused\":%zu,\"unreadable\":%zu,\"bytes_before\":%llu,\"bytes\":%llu,"
		       "\"base_bytes\":%llu}}\n",
		       run->b->schema, run->cnt, c[DONE], c[UNCHANGED], c[REFUSED], c[UNREADABLE],
		       run->before, run->btf, run->base);
		return;
	}
	if (run->b->args->quiet)
		return;
	fprintf(stderr, "btf %s: %zu done", run->b->command, c[DONE]);
	if (c[UNCHANGED])
		fprintf(stderr, ", %zu unchanged", c[UNCHANGED]);
	if (c[REFUSED])
		fprintf(stderr, ", %zu refused", c[REFUSED]);
	if (c[UNREADABLE])
		fprintf(stderr, ", %zu unreadable", c[UNREADABLE]);
	if (c[DONE])
		fprintf(stderr, "; .BTF %llu -> %llu bytes", run->before, run->btf);
	if (run->base)
		fprintf(stderr, ", .BTF.base %llu", run->base);
	fputc('\n', stderr);
}

/* ---- all files ---- */

static int by_name(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	return strcmp(x->name, y->name);
}

/* two files of one NAME would overwrite each other's output */
static int name_items(struct run *run)
{
	struct item **sorted;
	int code = 0;

	sorted = calloc(run->cnt, sizeof(*sorted));
	if (!sorted)
		return say_error("out of memory");
	for (size_t i = 0; i < run->cnt; i++) {
		sorted[i] = &run->items[i];
		run->items[i].name = detached_name(run->items[i].path);
		if (!run->items[i].name) {
			free(sorted);
			return say_error("out of memory");
		}
	}
	qsort(sorted, run->cnt, sizeof(*sorted), by_name);
	for (size_t i = 1; i < run->cnt && !code; i++)
		if (!strcmp(sorted[i - 1]->name, sorted[i]->name))
			code = say_error("%s and %s would both be written to %s/%s.btf",
					 sorted[i - 1]->path, sorted[i]->path, run->b->args->detached,
					 sorted[i]->name);
	free(sorted);
	if (!code && mkdir(run->b->args->detached, 0777) && errno != EEXIST)
		code = say_error("%s: %s", run->b->args->detached, strerror(errno));
	return code;
}

static int check_args(const struct batch *b, size_t cnt)
{
	const struct batch_args *a = b->args;
	int outputs = a->in_place + !!a->out + !!a->detached;

	if (!a->base.cnt)
		return say_usage(b->command, "-B BASE is missing: which kernel's BTF?");
	if (outputs != 1)
		return say_usage(b->command, "say where to write: one of --in-place, -o FILE, "
					     "--detached DIR");
	if (a->out && cnt > 1)
		return say_usage(b->command, "-o takes one input; use --in-place or --detached DIR");
	if (a->jobs > 4096)
		return say_usage(b->command, "-j %lu: at most 4096", a->jobs);
	return 0;
}

const char *batch_release(const struct batch *b)
{
	static struct utsname running;
	const struct btf_file *f;
	char *real;
	bool sysfs;

	if (!b->base.cnt)
		return NULL;
	f = b->base.level[b->base.cnt - 1].file;
	if (btf_file__info(f)->release)
		return btf_file__info(f)->release;
	real = realpath(btf_file__path(f), NULL);
	sysfs = real && !strncmp(real, "/sys/kernel/btf/", 16);
	free(real);
	return sysfs && !uname(&running) ? running.release : NULL;
}

static int open_base(struct batch *b)
{
	struct btf_report *r = btf_report__new();
	int err = base_open(&b->base, &b->args->base, r);

	say_report(r);
	btf_report__free(r);
	return err ? EXIT_TROUBLE : EXIT_OK;
}

int batch_run(struct batch *b, size_t cnt, char **paths)
{
	struct run run = {.b = b, .cnt = cnt};
	int code = check_args(b, cnt);

	if (code)
		return code;
	run.items = calloc(cnt, sizeof(*run.items));
	if (!run.items)
		return say_error("out of memory");
	for (size_t i = 0; i < cnt; i++)
		run.items[i].path = paths[i];
	if (b->args->detached)
		code = name_items(&run);
	if (!code)
		code = open_base(b);
	if (!code) {
		run.bar = !b->args->quiet && !b->args->json && cnt > 1 && isatty(2);
		if (btf_run__parallel(cnt, (int)b->args->jobs, run_item, say_item, &run))
			code = say_error("out of memory");
	}
	if (!code) {
		say_summary(&run);
		code = run.count[UNREADABLE] ? EXIT_TROUBLE : run.count[REFUSED] ? EXIT_FINDING : EXIT_OK;
	}
	base_close(&b->base);
	for (size_t i = 0; i < cnt; i++)
		free(run.items[i].name);
	free(run.items);
	return code;
}
