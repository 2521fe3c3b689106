// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Files -> transformed files: see batch.h.
 *
 * In: paths, a base, a transformation. Out: files written whole or left alone, each with an
 * outcome that is told in the order of the operands. One file's failure never stops the others.
 * Memory: what -j files take, plus the findings of files that wait for an earlier one.
 *
 * A result of several files (NAME.btf.base, NAME.btf.ids, NAME.btf) is complete where NAME.btf
 * is there: it is removed first and written last [write_detached]. What a failed write leaves of
 * a set is taken back. A signal lets the files that are being worked on finish.
 */
#include "batch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/run.h>

struct item {
	struct outcome o;
	bool finished; /* not told yet, maybe */
	char *key;	     /* detached: NAME; in place: the file behind all links */
	const char *same_as; /* in place: this file was given before, under that name */
};

struct run {
	const struct batch *b;
	struct item *items;
	size_t cnt;
	size_t *order; /* in which files are begun */
	size_t begun;  /* of these: before the ones that run in parallel */
	struct teller teller;
	/* what files in work have reserved, under the lock */
	pthread_mutex_t lock;
	pthread_cond_t freed;
	unsigned long long reserved;
	/* held by the one who opens a file and waits for room, so that others are not open too */
	pthread_mutex_t turn;
};

/* ---- signals ---- */

static int stop_signal; /* atomic: set by the handler, 0 as long as there was none */

static void on_signal(int sig)
{
	__atomic_store_n(&stop_signal, sig, __ATOMIC_RELAXED);
}

static int stopped(void)
{
	return __atomic_load_n(&stop_signal, __ATOMIC_RELAXED);
}

/* the second one of a kind ends the process as usual; what is ignored (nohup) stays so */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction catch = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_RESTART};
	struct sigaction old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &catch, NULL);
	/* a reader that goes away must not kill us in the middle of a file */
	signal(SIGPIPE, SIG_IGN);
}

/* ends as the signal would have ended us */
static void obey_signal(void)
{
	int sig = stopped();

	if (!sig)
		return;
	fflush(stdout);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* ---- writing ---- */

/* a file among several that belong together */
struct part {
	const char *suffix;
	const void *data; /* NULL: the result has no such part */
	size_t size;
};

/* path of a part; caller frees; NULL: out of memory */
static char *part_path(const char *path, const char *suffix)
{
	char *full;

	return asprintf(&full, "%s%s", path, suffix) < 0 ? NULL : full;
}

static struct btf_save_opts save_opts(const struct batch *b)
{
	return (struct btf_save_opts){.sz = sizeof(struct btf_save_opts),
				      .strip_signature = b->args->strip_signature,
				      .no_fsync = b->args->no_fsync,
				      .break_hardlinks = b->args->break_hardlinks};
}

/* *ret_new: the file was not there before */
static int write_part(const struct batch *b, const char *path, const struct part *p, bool *ret_new,
		      struct btf_report *r)
{
	struct btf_save_opts opts = save_opts(b);
	char *full = part_path(path, p->suffix);
	struct stat st;
	int err;

	if (!full)
		return -ENOMEM;
	*ret_new = lstat(full, &st) && errno == ENOENT;
	err = btf_file__write(full, p->data, p->size, &opts, r);
	free(full);
	return err;
}

static void remove_part(const char *path, const struct part *p)
{
	char *full = part_path(path, p->suffix);

	if (full)
		unlink(full);
	free(full);
}

/* all parts there are, in order; after a failure those that are new are removed again */
static int write_parts(const struct batch *b, const char *path, const struct part *p, size_t cnt,
		       struct btf_report *r)
{
	bool is_new[3] = {false};
	size_t i = 0;
	int err = 0;

	for (; !err && i < cnt; i++)
		if (p[i].data)
			err = write_part(b, path, &p[i], &is_new[i], r);
	if (!err)
		return 0;
	for (i--; i-- > 0;)
		if (is_new[i])
			remove_part(path, &p[i]);
	return err;
}

/*
 * The old NAME.btf would not belong to the parts that are written before the new one. It stays
 * where it is the input, or something else than a plain file of one name.
 */
static void retire(const char *path, const char *input)
{
	struct stat st, in;

	if (!lstat(path, &st) && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	    !(!stat(input, &in) && in.st_ino == st.st_ino && in.st_dev == st.st_dev))
		unlink(path);
}

/* parts of an earlier run that this one has not written */
static void warn_stale(const char *path, const struct part *p, size_t cnt, struct btf_report *r)
{
	for (size_t i = 0; i < cnt; i++) {
		char *full = p[i].data ? NULL : part_path(path, p[i].suffix);

		if (full && !access(full, F_OK))
			btf_report__add(r, BTF_CODE_OUTPUT_STALE, BTF_WARNING, full,
					"stands here from another run: the new result has no such "
					"part");
		free(full);
	}
}

static int write_detached(const struct batch *b, const struct item *item,
			  const struct btf_module_info *m)
{
	const struct part parts[] = {{".base", m->base, m->base_size},
				     {".ids", m->ids, m->ids_size},
				     {"", m->btf, m->btf_size}};
	struct btf_report *r = item->o.report;
	char *path;
	int err;

	if (asprintf(&path, "%s/%s.btf", b->args->detached, item->key) < 0)
		return -ENOMEM;
	if (m->base || m->ids)
		retire(path, item->o.path);
	err = write_parts(b, path, parts, 3, r);
	if (!err)
		warn_stale(path, parts, 2, r);
	free(path);
	return err;
}

/* OUT, and OUT.base where there is one */
static int write_out(const struct batch *b, const char *input, const struct btf_module_info *m,
		     struct btf_report *r)
{
	const struct part parts[] = {{".base", m->base, m->base_size},
				     {"", m->btf, m->btf_size}};
	const char *path = b->args->out;

	if (m->base && !strcmp(path, "-"))
		return btf_report__add(r, BTF_CODE_OUTPUT_PAIR, BTF_ERROR, path,
				       "is one stream, and there are two results: the split and "
				       "its base, OUT.base");
	if (m->base)
		retire(path, input);
	return write_parts(b, path, parts, 2, r);
}

/* raw BTF holds one section: the distilled base stands beside it */
static int write_raw(const struct batch *b, struct btf_file *f, const char *to,
		     const struct btf_module_info *m, struct btf_report *r)
{
	const struct part base = {".base", m->base, m->base_size};
	const struct btf_file_change change = {
		.name = ".BTF", .data = m->btf, .size = m->btf_size};
	struct btf_save_opts opts = save_opts(b);
	const char *path = to ? to : btf_file__path(f);
	bool is_new = false;
	struct stat st;
	int err = 0;

	if (base.data && (!strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode))))
		return btf_report__add(
			r, BTF_CODE_OUTPUT_PAIR, BTF_ERROR, path,
			"is no regular file, and raw BTF becomes two files: the split "
			"and its base, FILE.base");
	if (base.data)
		err = write_part(b, path, &base, &is_new, r);
	if (!err) {
		err = btf_file__save(f, to, &change, 1, &opts, r);
		if (err && is_new)
			remove_part(path, &base);
	}
	return err;
}

static int write_item(const struct batch *b, struct btf_file *f, const struct btf_module *m,
		      const struct item *item)
{
	const struct btf_module_info *info = btf_module__info(m);
	struct btf_file_change change[BTF_MODULE_CHANGES];
	struct btf_save_opts opts = save_opts(b);

	if (b->args->detached)
		return write_detached(b, item, info);
	if (info->unchanged && b->args->in_place)
		return 0;
	if (b->raw_out && b->args->out)
		return write_out(b, item->o.path, info, item->o.report);
	if (btf_file__info(f)->carrier == BTF_CARRIER_RAW)
		return write_raw(b, f, b->args->out, info, item->o.report);
	return btf_file__save(f, b->args->out, change, btf_module__changes(m, change), &opts,
			      item->o.report);
}

/* ---- one file ---- */

/* a refusal tells something about the file; that the disk is full does not */
static enum status why_failed(const struct btf_report *r)
{
	enum status status = STATUS_FAILED;

	for (size_t i = 0; i < btf_report__count(r); i++) {
		const struct btf_finding *f = btf_report__get(r, i);

		if (f->severity != BTF_ERROR)
			continue;
		if (f->code == BTF_CODE_MEMORY || f->code == BTF_CODE_SAVE_WRITE)
			return STATUS_FAILED;
		status = STATUS_REFUSED;
	}
	return status;
}

static bool has_error(const struct btf_report *r)
{
	for (size_t i = 0; i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->severity == BTF_ERROR)
			return true;
	return false;
}

/* FILE.base of raw BTF; *ret NULL where there is none */
static int open_beside(struct btf_file *f, struct btf_report *r, struct btf_file **ret)
{
	char *path;
	int err = 0;

	*ret = NULL;
	if (btf_file__info(f)->carrier != BTF_CARRIER_RAW)
		return 0;
	path = part_path(btf_file__path(f), ".base");
	if (!path)
		return -ENOMEM;
	if (!access(path, F_OK)) {
		*ret = btf_file__open(path, NULL, r);
		err = *ret ? 0 : -errno;
	}
	free(path);
	return err;
}

/* ids that came with raw BTF cannot follow it */
static void warn_ids_beside(struct btf_file *f, struct btf_report *r)
{
	char *path = NULL;

	if (btf_file__info(f)->carrier == BTF_CARRIER_RAW)
		path = part_path(btf_file__path(f), ".ids");
	if (path && !access(path, F_OK))
		btf_report__add(r, BTF_CODE_IDS_BESIDE, BTF_WARNING, path,
				"keeps its ids, which were those of the BTF before");
	free(path);
}

static void transform_item(const struct batch *b, struct item *item, struct btf_file *f,
			   const struct beside *base)
{
	struct outcome *o = &item->o;
	struct btf_module *m;
	bool nothing;

	errno = 0;
	o->status = STATUS_FAILED;
	m = b->transform(b, f, base, o);
	nothing = !m && errno == ENODATA;
	if (!m && o->status == STATUS_UNCHANGED)
		return;
	if (nothing && !has_error(o->report)) {
		o->status = STATUS_EMPTY;
	} else if (m && !write_item(b, f, m, item)) {
		o->info = *btf_module__info(m);
		o->status = o->info.unchanged ? STATUS_UNCHANGED : STATUS_DONE;
		if (o->status == STATUS_DONE)
			warn_ids_beside(f, o->report);
	} else {
		o->status = why_failed(o->report);
	}
	btf_module__free(m);
}

/* ---- memory ---- */

/* waits until there is room; 0: there never is */
static unsigned long long reserve(struct run *run, struct btf_file *f, struct btf_report *r)
{
	unsigned long long need = run->b->need(run->b, f), limit = run->b->memory;
	char *text;

	if (need > limit) {
		if (asprintf(&text, "needs about %llu MiB, and %llu of --max-memory are left",
			     (need >> 20) + 1, limit >> 20) < 0)
			return 0;
		btf_report__add(r, BTF_CODE_ENCODE_MEMORY, BTF_ERROR, btf_file__path(f), text);
		free(text);
		return 0;
	}
	pthread_mutex_lock(&run->lock);
	while (run->reserved > limit - need)
		pthread_cond_wait(&run->freed, &run->lock);
	run->reserved += need;
	pthread_mutex_unlock(&run->lock);
	return need;
}

static void release(struct run *run, unsigned long long need)
{
	pthread_mutex_lock(&run->lock);
	run->reserved -= need;
	pthread_cond_broadcast(&run->freed);
	pthread_mutex_unlock(&run->lock);
}

/* what one file is worked on with */
struct work {
	struct run *run;
	struct item *item;
	bool has_turn;
	unsigned long long reserved;
};

static void begin_turn(struct work *w)
{
	w->has_turn = w->run->b->memory != 0;
	if (w->has_turn)
		pthread_mutex_lock(&w->run->turn);
}

static void end_turn(struct work *w)
{
	if (w->has_turn)
		pthread_mutex_unlock(&w->run->turn);
	w->has_turn = false;
}

static void transform_in_bounds(struct work *w, struct btf_file *f, const struct beside *base)
{
	if (w->has_turn) {
		w->item->o.status = STATUS_REFUSED;
		w->reserved = reserve(w->run, f, w->item->o.report);
		end_turn(w);
		if (!w->reserved)
			return;
	}
	transform_item(w->run->b, w->item, f, base);
}

static void repeat_item(struct item *item)
{
	char *text;

	item->o.status = STATUS_REPEATED;
	if (asprintf(&text, "is the same file as %s", item->same_as) < 0)
		return;
	btf_report__add(item->o.report, BTF_CODE_INPUT_TWICE, BTF_NOTE, item->o.path, text);
	free(text);
}

static void work_on(struct work *w)
{
	struct outcome *o = &w->item->o;
	struct btf_file *f, *base_file;
	struct beside base = {0};

	o->status = STATUS_UNREADABLE;
	f = btf_file__open(o->path, NULL, o->report);
	if (!f)
		return;
	if (!open_beside(f, o->report, &base_file)) {
		base.data = base_file ? btf_file__section(base_file, ".BTF", &base.size, o->report)
				      : NULL;
		if (!base_file || base.data)
			transform_in_bounds(w, f, &base);
	}
	btf_file__close(base_file);
	btf_file__close(f);
}

static void run_item(void *ctx, size_t i, int worker)
{
	struct run *run = ctx;
	struct item *item = &run->items[run->order[run->begun + i]];
	struct work w = {.run = run, .item = item};
	struct outcome *o = &item->o;

	(void)worker;
	o->status = STATUS_STOPPED;
	if (stopped())
		return;
	o->status = STATUS_FAILED;
	o->report = btf_report__new();
	if (!o->report)
		return;
	if (item->same_as) {
		repeat_item(item);
		return;
	}
	begin_turn(&w);
	work_on(&w);
	end_turn(&w);
	if (w.reserved)
		release(run, w.reserved);
}

/* called by one thread at a time; tells the files whose turn has come */
static void tell_item(void *ctx, size_t i)
{
	struct run *run = ctx;

	run->items[run->order[run->begun + i]].finished = true;
	while (run->teller.told < run->cnt && run->items[run->teller.told].finished) {
		struct outcome *o = &run->items[run->teller.told].o;

		teller_file(&run->teller, o);
		btf_report__free(o->report);
		o->report = NULL;
		btf_encode_reasons__free(o->reasons);
		btf__free(o->split);
		o->reasons = NULL;
		o->split = NULL;
	}
	teller_progress(&run->teller);
}

/* ---- all files ---- */

static bool cut_suffix(char *name, const char *suffix)
{
	size_t len = strlen(name), cut = strlen(suffix);

	if (len <= cut || strcmp(name + len - cut, suffix) != 0)
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
	cut_suffix(name, ".debug");
	if (!cut_suffix(name, ".ko"))
		cut_suffix(name, ".btf");
	return name;
}

/* what two operands must not share */
static char *item_key(const struct batch *b, const char *path)
{
	char *real;

	if (b->args->detached)
		return detached_name(path);
	real = realpath(path, NULL);
	return real ? real : strdup(path);
}

static int by_key(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
	int diff = strcmp(x->key, y->key);

	/* they lie in one array, in the order of the operands */
	return diff ? diff : x < y ? -1 : x > y;
}

/* Detached, two files of one NAME would write the same output; in place, one is enough. */
static int check_twice(const struct run *run, struct item **sorted)
{
	const char *dir = run->b->args->detached;

	for (size_t i = 1; i < run->cnt; i++) {
		struct item *before = sorted[i - 1], *item = sorted[i];

		if (strcmp(before->key, item->key) != 0)
			continue;
		if (dir)
			return say_error("%s and %s would both be written to %s/%s.btf",
					 before->o.path, item->o.path, dir, item->key);
		item->same_as = before->same_as ? before->same_as : before->o.path;
	}
	return 0;
}

static int name_items(struct run *run)
{
	struct item **sorted = calloc(run->cnt, sizeof(*sorted));
	int code = 0;

	if (!sorted)
		return say_error("out of memory");
	for (size_t i = 0; i < run->cnt && !code; i++) {
		sorted[i] = &run->items[i];
		run->items[i].key = item_key(run->b, run->items[i].o.path);
		if (!run->items[i].key)
			code = say_error("out of memory");
	}
	if (!code) {
		qsort(sorted, run->cnt, sizeof(*sorted), by_key);
		code = check_twice(run, sorted);
	}
	free(sorted);
	return code;
}

static int make_folder(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0777))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (errno == EEXIST)
		return 0;
	return say_error("%s: cannot make the folder: %s", path, strerror(errno));
}

static int check_args(const struct batch *b, size_t cnt)
{
	const struct batch_args *a = b->args;
	int outputs = a->in_place + !!a->out + !!a->detached;

	if (!a->base.cnt && !b->without_base)
		return say_usage(b->command, "-B BASE is missing: which kernel's BTF?");
	if (outputs != 1)
		return say_usage(b->command, "say where to write: one of --in-place, -o FILE, "
					     "--detached DIR");
	if (a->out && cnt > 1)
		return say_usage(b->command,
				 "-o takes one input; use --in-place or --detached DIR");
	if (a->out && a->json && !strcmp(a->out, "-"))
		return say_usage(b->command, "--json and -o - would both write to standard output");
	if (a->jobs > 4096)
		return say_usage(b->command, "-j %lu: at most 4096", a->jobs);
	return 0;
}

/* of the topmost base; what the running kernel shows is of the running kernel */
static const char *base_release(const struct batch *b)
{
	static struct utsname running;
	const struct btf_file *f = b->base.level[b->base.cnt - 1].file;
	const char *release = btf_file__info(f)->release;
	char *real;

	if (release)
		return release;
	real = realpath(btf_file__path(f), NULL);
	if (real && !strncmp(real, "/sys/kernel/btf/", 16) && !uname(&running))
		release = running.release;
	free(real);
	return release;
}

static int open_base(struct batch *b)
{
	struct btf_report *r;
	int err;

	if (!b->args->base.cnt)
		return EXIT_OK;
	r = btf_report__new();
	err = base_open_indexed(&b->base, &b->args->base, b->index, r);

	say_report(r);
	btf_report__free(r);
	if (err)
		return EXIT_TROUBLE;
	b->release = base_release(b);
	return EXIT_OK;
}

static int by_size(const void *a, const void *b, void *ctx)
{
	const unsigned long long *size = ctx;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	if (size[x] != size[y])
		return size[x] < size[y] ? 1 : -1;
	return x < y ? -1 : x > y;
}

/* the largest ones first, so that none of them is begun when the others are done already */
static int order_items(struct run *run)
{
	unsigned long long *size = calloc(run->cnt, sizeof(*size));
	struct stat st;

	run->order = calloc(run->cnt, sizeof(*run->order));
	if (!size || !run->order) {
		free(size);
		return say_error("out of memory");
	}
	for (size_t i = 0; i < run->cnt; i++) {
		run->order[i] = i;
		if (run->b->big_first && !stat(run->items[i].o.path, &st))
			size[i] = (unsigned long long)st.st_size;
	}
	if (run->b->big_first && run->cnt > 1) {
		size_t first = run->b->leader;

		qsort_r(run->order + first, run->cnt - first, sizeof(*run->order), by_size, size);
	}
	free(size);
	return 0;
}

static bool begun_well(const struct run *run)
{
	return run->items[0].o.status <= STATUS_UNCHANGED;
}

static int run_items(struct run *run)
{
	int err = 0;

	run->teller = (struct teller){.command = run->b->command,
				      .schema = run->b->schema,
				      .json = run->b->args->json,
				      .quiet = run->b->args->quiet,
				      .files = run->cnt,
				      .telling = &run->b->telling};
	teller_begin(&run->teller);
	catch_signals();
	pthread_mutex_init(&run->lock, NULL);
	pthread_cond_init(&run->freed, NULL);
	pthread_mutex_init(&run->turn, NULL);
	if (run->b->leader) {
		run_item(run, 0, 0);
		tell_item(run, 0);
		run->begun = 1;
	}
	if (!run->b->leader || begun_well(run))
		err = btf_run__parallel(run->cnt - run->begun, (int)run->b->args->jobs, run_item,
					tell_item, run);
	pthread_mutex_destroy(&run->turn);
	pthread_cond_destroy(&run->freed);
	pthread_mutex_destroy(&run->lock);
	if (err)
		return say_error("out of memory");
	return teller_end(&run->teller);
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
		run.items[i].o.path = paths[i];
	code = order_items(&run);
	if (!code && !b->args->out)
		code = name_items(&run);
	if (!code)
		code = open_base(b);
	if (!code && b->prepare)
		code = b->prepare(b);
	if (!code && b->args->detached)
		code = make_folder(b->args->detached);
	if (!code)
		code = run_items(&run);
	base_close(&b->base);
	for (size_t i = 0; i < cnt; i++)
		free(run.items[i].key);
	free(run.items);
	free(run.order);
	obey_signal();
	return code;
}
