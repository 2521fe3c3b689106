// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One file's DWARF to BTF: the table of contents of the job.
 *
 * In: debug sections. Out: an object. Holds: units are handed out in order and each worker adds
 * what it meets to its own shard; what is joined afterwards depends on the units alone, so every
 * number of workers gives the same bytes. Of several broken units the first one is reported.
 */
#include "encode/encode.h"

#include <errno.h>
#include <stdlib.h>

#include <btf/run.h>

#include "encode/apart.h"
#include "encode/flavour.h"
#include "encode/join.h"
#include "encode/odd.h"
#include "encode/release.h"
#include "encode/remote.h"
#include "encode/scan_type.h"
#include "encode/tag.h"
#include "encode/var.h"
#include "pass/dedup.h"

struct worker {
	struct dwarf_abbrevs abbrevs;
	struct scan scan;
	struct keys keys;
	struct shard shard;
	struct remote remote;
	struct var_notes vars;
	struct tag_notes tags;
	struct func_notes funcs;
	struct odd_notes odd;
	struct buf own_defs; /* u64[]: tags, as they are met */
	struct buf places;   /* u64[]: of DIEs, for remote_units.apart */
	struct btf_report *report; /* of the first of its units that failed */
	u32 failed;
	int err;
	u32 skipped;
	u32 skeletons; /* units whose types are in another file, and the first of them */
	u32 skeleton;
	const char *skeleton_name;
	u64 dies;
};

struct encode_memory {
	struct worker *worker, *again;
	int workers;
};

struct job {
	const struct encode_file *file;
	const struct dwarf *d;
	const struct base_index *base;
	const struct encode_opts *o;
	struct dwarf_unit *unit;  /* as their headers say: read by all */
	struct dwarf_unit *begun; /* with what the first DIE says: written by the one who reads it */
	u32 units;
	struct remote_units remote;
	struct encode_memory *mem;
	struct worker *worker, *again; /* of mem; again: second reading */
	int workers;
	struct join_unit *seen; /* by unit */
	const u32 *item;	/* units that are read once more */
	struct keytab ambiguous;
	struct keytab own_defs; /* tags that the base only declares and a unit defines */
	struct var_sections sections;
	struct symbols symbols;
	struct func_env funcs;
	struct func_unit *func_unit; /* by unit; NULL: no functions are wanted */
	u32 first_failed; /* atomic: units behind it need not be read */
	struct release release;
};

/* ---- units ---- */

/*
 * A base tells what its names mean: only its own single definition is what a name means there.
 * Where the base has no more than a declaration and some unit of this file a definition, what units
 * that only declare it mean, the base's types or this file's, is for dedup to say: their types are
 * kept apart from the base's. Names that the base does not know are ambiguous once units of this file were found to disagree.
 */
static bool is_ambiguous(const struct job *j, u64 tag, bool declared, const u64 *content)
{
	const struct base_tag *t;

	t = j->base && (!declared || j->own_defs.cnt) ? base_tag_find(j->base, tag) : NULL;
	if (declared)
		return t && !t->defs && keytab_find(&j->own_defs, tag)->key;
	if (t)
		return t->defs != 1 || t->tainted || base_tag_content(j->base, t) != *content;
	return j->ambiguous.cnt && keytab_find(&j->ambiguous, tag)->key;
}

struct unit_env {
	struct job *job;
	struct worker *worker;
};

static u64 env_remote(void *ctx, const struct scan_remote *to)
{
	struct unit_env *e = ctx;

	return remote_key(&e->worker->remote, to);
}

/* a definition of what the base only declares, for own_defs */
static void note_own(struct unit_env *e, u64 tag)
{
	const struct base_tag *t = e->job->base ? base_tag_find(e->job->base, tag) : NULL;

	if (t && !t->defs && buf_add(&e->worker->own_defs, &tag, sizeof(tag)))
		e->worker->remote.nomem = true;
}

static bool env_ambiguous(void *ctx, u64 tag, bool declared, u64 *content)
{
	struct unit_env *e = ctx;
	bool ret = is_ambiguous(e->job, tag, declared, content);

	if (ret && !declared && !e->job->own_defs.cnt)
		note_own(e, tag);
	return ret;
}

/* of a unit that is read again */
static bool env_reaches(void *ctx, const struct scan_remote *to)
{
	const struct unit_env *e = ctx;
	const struct job *j = e->job;
	u64 off;
	const struct dwarf_unit *u = remote_unit_of(&j->remote, to, &off);

	return u && j->seen[u - j->unit].reread;
}

static u64 env_apart(void *ctx, const struct scan *s, u32 off)
{
	const struct unit_env *e = ctx;
	u64 place = remote_place(s->u->off + off, s->u->in_types);

	return remote_is_apart(&e->job->remote, place) ? place : 0;
}

static int make_keys(struct job *j, struct worker *w, const struct key_env *env, u32 n)
{
	int err = keys_make(&w->keys, &w->scan, &j->o->key, env);
	u64 flavour;

	if (err || (!j->base && !j->ambiguous.cnt))
		return err;
	if (j->base)
		base_find_all(j->base, &w->keys, &w->scan);
	flavour = flavour_of(&w->keys, &w->scan, env);
	if (!flavour)
		return 0;
	if (!env->reaches)
		j->seen[n].flavoured = true;
	return flavour_keys(&w->keys, &w->scan, &j->o->key, env, flavour);
}

/* `marked`: others of the file were read, and it is known what their names mean */
static int read_unit(struct job *j, struct worker *w, u32 n, bool marked)
{
	struct unit_env ctx = {j, w};
	struct key_env env = {.ctx = &ctx, .remote = env_remote, .ambiguous = env_ambiguous,
			      .reaches = marked ? env_reaches : NULL,
			      .apart = marked ? env_apart : NULL};
	struct dwarf_unit *u = &j->begun[n];
	int err;

	*u = j->unit[n];
	err = dwarf_unit_begin(j->d, u, &w->abbrevs, w->report);
	if (err)
		return err;
	if (!encode_wants(j->o, u->language)) {
		w->skipped++;
		return 0;
	}
	err = scan_unit(&w->scan, j->d, u, &w->abbrevs, w->report);
	w->dies += w->scan.dies;
	w->remote.missing = 0;
	w->remote.from = n;
	if (!err && unlikely(u->dwo_name && !w->scan.type.cnt)) {
		scan_note_odd(&w->scan, (u32)(u->die - u->off), u->dwo_name, SCAN_SKELETON);
		if (!w->skeletons++) {
			w->skeleton = n;
			w->skeleton_name = u->dwo_name;
		}
	}
	if (!err)
		err = make_keys(j, w, &env, n);
	if (!err)
		odd_note_unit(&w->odd, u, n, &w->scan, &w->keys, &w->remote);
	if (!err)
		err = shard_add_unit(&w->shard, j->base, &w->keys, &w->scan, &j->o->key, &env, n);
	if (!err)
		err = vars_note(&w->vars, &j->sections, &w->keys, &w->scan, &env, n);
	if (!err && j->o->decl_tags)
		err = tags_note(&w->tags, &w->keys, &w->scan, n);
	if (!err && j->func_unit)
		err = func_note_unit(&w->funcs, &j->funcs, &w->scan, &w->keys, &env, &w->remote, n,
				     &j->func_unit[n]);
	if (!err && w->remote.broken)
		err = odd_broken(u, &w->remote, w->report);
	return err == -ENOMEM || w->remote.nomem ? report_nomem(w->report) : err;
}

static void failed(struct job *j, struct worker *w, u32 n, int err)
{
	u32 first = __atomic_load_n(&j->first_failed, __ATOMIC_RELAXED);

	w->failed = n;
	w->err = err;
	while (n < first && !__atomic_compare_exchange_n(&j->first_failed, &first, n, true,
							 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

static void unit_work(void *ctx, size_t item, int worker)
{
	struct job *j = ctx;
	struct worker *w = &j->worker[worker];
	struct join_unit *seen = &j->seen[item];
	int err;

	if (item > __atomic_load_n(&j->first_failed, __ATOMIC_RELAXED))
		return;
	seen->shard = (u32)worker;
	seen->first = w->shard.seen.len / sizeof(u32);
	err = read_unit(j, w, (u32)item, false);
	seen->cnt = (u32)(w->shard.seen.len / sizeof(u32) - seen->first);
	release_unit(&j->release, &j->unit[item]);
	if (err)
		failed(j, w, (u32)item, err);
}

static void again_work(void *ctx, size_t item, int worker)
{
	struct job *j = ctx;
	struct worker *w = &j->again[worker];
	u32 n = j->item[item];
	int err;

	if (n > __atomic_load_n(&j->first_failed, __ATOMIC_RELAXED))
		return;
	err = read_unit(j, w, n, true);
	if (err)
		failed(j, w, n, err);
}

/* the places of the unit's definitions that need keys of their own */
static int mark_unit(struct job *j, struct worker *w, u32 n)
{
	struct unit_env ctx = {j, w};
	struct key_env env = {.ctx = &ctx, .remote = env_remote, .ambiguous = env_ambiguous,
			      .reaches = env_reaches};
	struct dwarf_unit u = j->unit[n];
	int err = dwarf_unit_begin(j->d, &u, &w->abbrevs, w->report);

	if (err || !encode_wants(j->o, u.language))
		return err;
	w->remote.from = n;
	err = scan_unit(&w->scan, j->d, &u, &w->abbrevs, w->report);
	if (!err)
		err = keys_make(&w->keys, &w->scan, &j->o->key, &env);
	if (!err)
		err = flavour_places(&w->keys, &w->scan, &env, &w->places);
	return err == -ENOMEM ? report_nomem(w->report) : err;
}

static void mark_work(void *ctx, size_t item, int worker)
{
	struct job *j = ctx;
	struct worker *w = &j->again[worker];
	u32 n = j->item[item];
	int err = mark_unit(j, w, n);

	if (err)
		failed(j, w, n, err);
}

/* ---- workers ---- */

static void worker_deinit(struct worker *w)
{
	dwarf_abbrevs_deinit(&w->abbrevs);
	scan_deinit(&w->scan);
	keys_deinit(&w->keys);
	shard_deinit(&w->shard);
	remote_deinit(&w->remote);
	var_notes_deinit(&w->vars);
	tag_notes_deinit(&w->tags);
	func_notes_deinit(&w->funcs);
	buf_deinit(&w->own_defs);
	buf_deinit(&w->places);
	btf_report__free(w->report);
}

static void workers_free(struct worker *w, int cnt)
{
	for (int i = 0; w && i < cnt; i++)
		worker_deinit(&w[i]);
	free(w);
}

static struct worker *workers_new(int cnt)
{
	struct worker *w = calloc((size_t)cnt, sizeof(*w));
	bool ok = w != NULL;

	for (int i = 0; ok && i < cnt; i++) {
		w[i].report = btf_report__new();
		ok = w[i].report && !shard_init(&w[i].shard);
	}
	if (ok)
		return w;
	workers_free(w, cnt);
	return NULL;
}

/* ready for a file: nothing of the last one is left but memory */
static int worker_begin(struct worker *w, const struct job *j)
{
	dwarf_abbrevs_reset(&w->abbrevs);
	w->odd.cnt = 0;
	w->odd.total = 0;
	w->failed = SCAN_NONE;
	w->err = 0;
	w->skipped = 0;
	w->skeletons = 0;
	w->dies = 0;
	w->vars.note.len = 0;
	w->own_defs.len = 0;
	w->places.len = 0;
	w->tags.note.len = 0;
	func_notes_reset(&w->funcs);
	btf_report__clear(w->report);
	remote_deinit(&w->remote);
	remote_init(&w->remote, &j->remote, &j->o->key);
	return shard_reset(&w->shard) || (w->tags.seen.slot && keytab_reset(&w->tags.seen))
		       ? -ENOMEM
		       : 0;
}

static int workers_begin(struct worker **w, struct job *j, struct btf_report *r)
{
	if (!*w)
		*w = workers_new(j->workers);
	for (int i = 0; *w && i < j->workers; i++)
		if (worker_begin(&(*w)[i], j))
			return report_nomem(r);
	return *w ? 0 : report_nomem(r);
}

struct encode_memory *encode_memory_new(int jobs)
{
	struct encode_memory *m = calloc(1, sizeof(*m));

	if (m)
		m->workers = jobs > 0 ? jobs : btf_run__processors();
	return m;
}

void encode_memory_free(struct encode_memory *m)
{
	if (!m)
		return;
	workers_free(m->worker, m->workers);
	workers_free(m->again, m->workers);
	free(m);
}

/* the error of the first unit that has one */
static int workers_err(const struct job *j, const struct worker *w, struct btf_report *r)
{
	const struct worker *first = NULL;

	for (int i = 0; i < j->workers; i++)
		if (w[i].err && (!first || w[i].failed < first->failed))
			first = &w[i];
	if (!first)
		return 0;
	if (r && first->report)
		btf_report__append(r, first->report);
	return first->err;
}

/* ---- phases ---- */

/* from here on, j->worker has every type of the file, told apart by names */
static int read_all(struct job *j, struct btf_report *r)
{
	int err = workers_begin(&j->mem->worker, j, r);

	if (err)
		return err;
	j->worker = j->mem->worker;
	j->seen = calloc(j->units ? j->units : 1, sizeof(*j->seen));
	j->begun = calloc(j->units ? j->units : 1, sizeof(*j->begun));
	if (!j->seen || !j->begun ||
	    (j->file->mapped && release_init(&j->release, j->d, j->unit, j->units)))
		return report_nomem(r);
	/* about what a kernel needs, so that it need not move: a type in 48 bytes of DWARF */
	for (int i = 0; i < j->workers; i++)
		if (buf_reserve(&j->worker[i].shard.seen, j->d->info.len / 12 / (u64)j->workers))
			return report_nomem(r);
	err = btf_run__parallel(j->units, j->workers, unit_work, NULL, j);
	return err ? err : workers_err(j, j->worker, r);
}

static struct shard *shards_of(struct worker *w, int cnt)
{
	struct shard *sh = calloc((size_t)cnt, sizeof(*sh));

	for (int i = 0; sh && i < cnt; i++)
		sh[i] = w[i].shard;
	return sh;
}

/* each worker's `at`-th buffer in one */
static int gather_bufs(const struct worker *w, int cnt, size_t at, struct buf *ret)
{
	int err = 0;

	for (int i = 0; !err && i < cnt; i++) {
		const struct buf *b = (const struct buf *)(const void *)((const u8 *)&w[i] + at);

		err = b->len ? buf_add(ret, b->data, b->len) : 0;
	}
	return err;
}

/* runs fn on the units that `item` lists, in the workers of the second reading */
static int run_again(struct job *j, const u32 *item, u32 cnt,
		     void (*fn)(void *ctx, size_t item, int worker), struct btf_report *r)
{
	int err = workers_begin(&j->mem->again, j, r);

	if (err)
		return err;
	j->again = j->mem->again;
	j->item = item;
	err = btf_run__parallel(cnt, j->workers, fn, NULL, j);
	return err ? err : workers_err(j, j->again, r);
}

/* what units mean that refer to types of those that are read again (apart.h) */
static int tell_apart(struct job *j, u32 *cnt, struct btf_report *r)
{
	struct buf links = {0}, places = {0};
	u32 *target = NULL, targets = 0;
	int err = gather_bufs(j->worker, j->workers, offsetof(struct worker, remote.links), &links);

	if (!err && links.len)
		err = apart_spread(&links, j->seen, j->units, cnt, &target, &targets);
	if (err)
		report_nomem(r);
	if (!err && targets)
		err = run_again(j, target, targets, mark_work, r);
	if (!err && targets &&
	    (gather_bufs(j->again, j->workers, offsetof(struct worker, places), &places) ||
	     apart_gather(&j->remote.apart, &places)))
		err = report_nomem(r);
	buf_deinit(&links);
	buf_deinit(&places);
	free(target);
	return err;
}

/* from here on, j->again has the types of units that disagree with others about a name */
static int read_again(struct job *j, const struct shard *sh, struct btf_report *r)
{
	struct buf own = {0};
	u32 cnt = 0, n = 0, *list;
	int err = join_ambiguous(sh, (u32)j->workers, &j->ambiguous);

	if (!err)
		err = gather_bufs(j->worker, j->workers, offsetof(struct worker, own_defs), &own);
	if (!err)
		err = apart_gather(&j->own_defs, &own);
	if (!err && j->ambiguous.cnt)
		err = join_reread(sh, (u32)j->workers, j->seen, j->units, &j->ambiguous, &cnt);
	if (!err)
		err = apart_declarers(j->base, &j->own_defs, sh, j->seen, j->units, &cnt);
	buf_deinit(&own);
	if (err)
		return report_nomem(r);
	err = tell_apart(j, &cnt, r);
	if (err || !cnt)
		return err;
	list = malloc(cnt * sizeof(*list));
	if (!list)
		return report_nomem(r);
	for (u32 u = 0; u < j->units; u++)
		if (j->seen[u].reread)
			list[n++] = u;
	err = run_again(j, list, n, again_work, r);
	free(list);
	return err;
}

static int job_join(struct job *j, struct btf *b, struct join_ids *ids, struct btf_report *r)
{
	struct shard *sh = shards_of(j->worker, j->workers), *again = NULL;
	int err = sh ? read_again(j, sh, r) : report_nomem(r);

	if (!err && j->again) {
		again = shards_of(j->again, j->workers);
		err = again ? 0 : report_nomem(r);
	}
	if (!err) {
		err = join_types(b, sh, (u32)j->workers, j->seen, j->units, again,
				 again ? (u32)j->workers : 0, ids);
		if (err == -ENOMEM)
			report_nomem(r);
	}
	free(sh);
	free(again);
	return err;
}

/* notes of all workers in one buffer; those that the second reading replaces are left out */
static int gather(const struct job *j, size_t size, size_t order_at,
		  const struct buf *(*notes)(const struct worker *w), struct buf *ret)
{
	for (int i = 0; i < 2 * j->workers; i++) {
		bool again = i >= j->workers;
		const struct worker *w = again ? j->again : j->worker;
		const struct buf *from = w ? notes(&w[i % j->workers]) : NULL;

		for (size_t at = 0; from && at < from->len; at += size) {
			u64 order;

			memcpy(&order, from->data + at + order_at, sizeof(order));
			if (j->seen[order >> 32].reread == again &&
			    buf_add(ret, from->data + at, size))
				return -ENOMEM;
		}
	}
	return 0;
}

static const struct buf *notes_of_vars(const struct worker *w)
{
	return &w->vars.note;
}

static const struct buf *notes_of_tags(const struct worker *w)
{
	return &w->tags.note;
}

static int job_funcs(struct job *j, struct btf *b, const struct join_ids *ids,
		     struct encode_stats *stats)
{
	struct func_set set;
	int err = func_judge(&set, &j->funcs, j->func_unit, j->units, b, ids);

	if (err)
		return err;
	err = func_emit(&set, &j->funcs, b, ids);
	for (u32 i = 0; stats && i < set.cnt; i++) {
		stats->funcs += !set.verdict[i].reasons;
		stats->funcs_dropped += set.verdict[i].reasons != 0;
	}
	if (!err && j->o->judged)
		j->o->judged(j->o->judged_ctx, &set, j->begun);
	func_set_deinit(&set);
	return err;
}

/* what stands on the types: from here on, b is whole but not deduplicated */
static int job_emit(struct job *j, struct btf *b, const struct join_ids *ids,
		    struct encode_stats *stats, struct btf_report *r)
{
	struct buf vars = {0}, tags = {0}, made = {0};
	int err;

	err = gather(j, sizeof(struct var_note), offsetof(struct var_note, order), notes_of_vars,
		     &vars);
	if (!err)
		err = gather(j, sizeof(struct tag_note), offsetof(struct tag_note, order),
			     notes_of_tags, &tags);
	if (!err)
		err = vars_emit(b, &j->sections, &vars, ids, &made);
	if (!err)
		err = tags_emit(b, &tags, ids);
	if (!err && j->func_unit)
		err = job_funcs(j, b, ids, stats);
	if (!err && j->o->decl_tags && j->o->kfuncs && j->file->elf)
		err = kfuncs_emit(b, j->file->elf, j->o->attributes, r);
	if (!err)
		err = datasecs_emit(b, &j->sections, &made);
	if (stats)
		stats->vars = (u32)(made.len / sizeof(struct var_made));
	buf_deinit(&vars);
	buf_deinit(&tags);
	buf_deinit(&made);
	return err == -ENOMEM ? report_nomem(r) : err;
}

/* all of it in .dwo files: an empty BTF is not what anybody wants of that */
static int job_split(const struct job *j, struct btf_report *r)
{
	const struct worker *first = NULL;
	u32 split = 0, skipped = 0;

	for (int i = 0; i < j->workers; i++) {
		split += j->worker[i].skeletons;
		skipped += j->worker[i].skipped;
		if (j->worker[i].skeletons &&
		    (!first || j->worker[i].skeleton < first->skeleton))
			first = &j->worker[i];
	}
	if (!split || split + skipped < j->units)
		return 0;
	/* not ENODATA, which says that there is no DWARF */
	if (j->file->image && j->file->image->present_dwo & DEBUG_MASK(DEBUG_INFO))
		return report_errno(r, BTF_CODE_ENCODE_SPLIT_DWARF, EINVAL, &(struct place){0},
				    "the types are in .dwo sections beside others "
				    "(-gsplit-dwarf=single), which is not read");
	return report_errno(r, BTF_CODE_ENCODE_SPLIT_DWARF, EINVAL, &(struct place){0},
			    "the types are in %s%s (split DWARF), not in this file",
			    first->skeleton_name, split > 1 ? " and other files" : "");
}

static int job_run(struct job *j, struct btf_report *r, struct encode_stats *stats,
		   struct btf **ret)
{
	struct btf *base = j->base ? (struct btf *)(uintptr_t)j->base->btf : NULL;
	struct join_ids ids = {.base = j->base};
	struct dedup_opts dd = {.jobs = j->workers};
	struct btf *b = NULL;
	int err = read_all(j, r);

	if (!err)
		err = job_split(j, r);
	if (!err)
		err = object_new(base, j->o->layout && !base, &b);
	if (!err)
		err = job_join(j, b, &ids, r);
	if (!err)
		err = job_emit(j, b, &ids, stats, r);
	if (!err)
		err = dedup(b, &dd, r);
	join_ids_deinit(&ids);
	if (err)
		object_free(b);
	else
		*ret = b;
	return err;
}

/* what is described in part only */
static void job_odd(const struct job *j, struct btf_report *r)
{
	const struct odd_notes **o = calloc((size_t)j->workers, sizeof(const struct odd_notes *));

	for (int i = 0; o && i < j->workers; i++)
		o[i] = &j->worker[i].odd;
	if (o)
		odd_report(o, j->workers, r);
	free(o);
}

static int job_count(const struct job *j, struct encode_stats *stats)
{
	int err = 0;

	if (stats->whole_wanted && j->base && j->worker) {
		struct shard *sh = shards_of(j->worker, j->workers);

		err = sh ? shard_shared_bytes(sh, j->workers, j->base->btf, &stats->whole_bytes)
			 : -ENOMEM;
		free(sh);
	}
	stats->units = j->units;
	for (int i = 0; j->worker && i < j->workers; i++) {
		stats->dies += j->worker[i].dies;
		stats->skipped += j->worker[i].skipped;
	}
	return err;
}

/* from here on, functions can be told by their symbols, variables by their sections */
static int job_symbols(struct job *j, struct btf_report *r)
{
	const struct encode_file *f = j->file;
	int err;

	if (!f->elf)
		return 0;
	err = var_sections_init(&j->sections, f->elf, f->image, j->o->vars, r);
	j->sections.not_at_0 = j->o->funcs.profile == FUNC_PROFILE_1_24;
	if (err || j->o->funcs.off)
		return err;
	err = symbols_init(&j->symbols, f->elf, f->image, r);
	j->funcs = (struct func_env){.symbols = &j->symbols, .opts = &j->o->funcs};
	j->funcs.regs = func_regs_of(f->elf->machine, f->elf->is64);
	return err;
}

/* from here on, it is known where units are and which of them hold what others refer to */
static int job_units(struct job *j, struct btf_report *r)
{
	int err = dwarf_units(j->d, r, &j->unit, &j->units);

	if (err || !j->units)
		return err ? err : -ENODATA;
	return remote_units_init(&j->remote, j->d, j->unit, j->units) ? report_nomem(r) : 0;
}

/* what is known before units are read: two things that need nothing of each other */
struct tables {
	struct job *job;
	struct {
		struct btf_report *report;
		int err;
	} of[2];
};

static void tables_work(void *ctx, size_t item, int worker)
{
	struct tables *t = ctx;

	(void)worker;
	t->of[item].err = item ? job_symbols(t->job, t->of[item].report)
			       : job_units(t->job, t->of[item].report);
}

static int job_tables(struct job *j, struct btf_report *r)
{
	struct tables t = {.job = j};
	int err;

	t.of[0].report = r;
	t.of[1].report = btf_report__new();
	if (!t.of[1].report)
		return report_nomem(r);
	err = btf_run__parallel(2, j->workers, tables_work, NULL, &t);
	if (!err)
		err = t.of[0].err;
	if (!err) {
		err = t.of[1].err;
		if (r)
			btf_report__append(r, t.of[1].report);
	}
	btf_report__free(t.of[1].report);
	if (err || !j->funcs.symbols)
		return err;
	j->func_unit = calloc(j->units, sizeof(*j->func_unit));
	return j->func_unit ? 0 : report_nomem(r);
}

int encode_run(const struct encode_file *f, const struct base_index *base,
	       const struct encode_opts *o, struct encode_memory *m, struct btf_report *r,
	       struct encode_stats *stats, struct btf **ret)
{
	struct dwarf d = f->dwarf;
	struct job j = {.file = f, .d = &d, .base = base, .o = o, .mem = m,
			.first_failed = SCAN_NONE};
	int err = dwarf_check(&d, r);

	/* keys of a base are made of texts */
	d.str_merged &= !base;
	if (!err && !m)
		j.mem = encode_memory_new(o->jobs);
	if (!err && !j.mem)
		err = report_nomem(r);
	if (!err) {
		j.workers = j.mem->workers;
		err = job_tables(&j, r);
	}
	if (!err)
		err = job_run(&j, r, stats, ret);
	if (!err)
		job_odd(&j, r);
	if (stats && job_count(&j, stats) && !err) {
		object_free(*ret);
		*ret = NULL;
		err = report_nomem(r);
	}
	if (!m)
		encode_memory_free(j.mem);
	keytab_deinit(&j.ambiguous);
	keytab_deinit(&j.own_defs);
	var_sections_deinit(&j.sections);
	symbols_deinit(&j.symbols);
	free(j.func_unit);
	remote_units_deinit(&j.remote);
	free(j.seen);
	free(j.unit);
	free(j.begun);
	release_deinit(&j.release);
	return err;
}
