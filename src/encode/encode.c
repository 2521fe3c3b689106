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

#include "encode/join.h"
#include "encode/remote.h"
#include "pass/dedup.h"

struct worker {
	struct dwarf_abbrevs abbrevs;
	struct scan scan;
	struct keys keys;
	struct shard shard;
	struct remote remote;
	struct btf_report *report; /* of the first of its units that failed */
	u32 failed;
	int err;
	u32 skipped;
	u64 dies;
};

struct job {
	const struct dwarf *d;
	const struct base_index *base;
	const struct encode_opts *o;
	struct dwarf_unit *unit;
	u32 units;
	struct remote_units remote;
	struct worker *worker, *again; /* second reading: units with a flavour */
	int workers;
	struct join_unit *seen; /* by unit */
	u32 *reread;		/* units with a flavour */
	u32 reread_cnt;
	struct keytab ambiguous;
	u32 first_failed; /* atomic: units behind it need not be read */
};

/* ---- units ---- */

static bool in_list(const u32 *list, u32 language)
{
	for (; list && *list; list++)
		if (*list == language)
			return true;
	return false;
}

static bool wanted(const struct encode_opts *o, const struct dwarf_unit *u)
{
	if (in_list(o->lang_exclude, u->language))
		return false;
	return !o->lang_only || in_list(o->lang_only, u->language);
}

static bool is_ambiguous(void *ctx, u64 tag, u64 content)
{
	const struct job *j = ctx;
	const struct base_tag *t = j->base ? base_tag_find(j->base, tag) : NULL;

	if (t && t->defs == 1 && !t->tainted && t->content == content)
		return false;
	return keytab_find(&j->ambiguous, tag)->key != 0;
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

static bool env_ambiguous(void *ctx, u64 tag, u64 content)
{
	struct unit_env *e = ctx;

	return is_ambiguous(e->job, tag, content);
}

static int read_unit(struct job *j, struct worker *w, u32 n, u64 flavour)
{
	struct unit_env ctx = {j, w};
	struct key_env env = {.ctx = &ctx, .remote = env_remote, .flavour = flavour,
			      .ambiguous = env_ambiguous};
	struct dwarf_unit *u = &j->unit[n];
	int err = dwarf_unit_begin(j->d, u, &w->abbrevs, w->report);

	if (err)
		return err;
	if (!wanted(j->o, u)) {
		w->skipped++;
		return 0;
	}
	err = scan_unit(&w->scan, j->d, u, &w->abbrevs, w->report);
	w->dies += w->scan.dies;
	if (!err)
		err = keys_make(&w->keys, &w->scan, &j->o->key, &env);
	if (!err)
		err = shard_add_unit(&w->shard, j->base, &w->keys, &w->scan, &j->o->key, &env, n);
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
	err = read_unit(j, w, (u32)item, 0);
	seen->cnt = (u32)(w->shard.seen.len / sizeof(u32) - seen->first);
	if (err)
		failed(j, w, (u32)item, err);
}

static void again_work(void *ctx, size_t item, int worker)
{
	struct job *j = ctx;
	struct worker *w = &j->again[worker];
	u32 n = j->reread[item];
	int err;

	if (n > __atomic_load_n(&j->first_failed, __ATOMIC_RELAXED))
		return;
	err = read_unit(j, w, n, j->seen[n].flavour);
	if (err)
		failed(j, w, n, err);
}

/* ---- workers ---- */

static struct worker *workers_new(struct job *j)
{
	struct worker *w = calloc((size_t)j->workers, sizeof(*w));

	for (int i = 0; w && i < j->workers; i++) {
		w[i].failed = SCAN_NONE;
		remote_init(&w[i].remote, &j->remote, &j->o->key);
		w[i].report = btf_report__new();
		if (shard_init(&w[i].shard) || !w[i].report)
			w[i].err = -ENOMEM;
	}
	return w;
}

static void workers_free(struct worker *w, int cnt)
{
	for (int i = 0; w && i < cnt; i++) {
		dwarf_abbrevs_deinit(&w[i].abbrevs);
		scan_deinit(&w[i].scan);
		keys_deinit(&w[i].keys);
		shard_deinit(&w[i].shard);
		remote_deinit(&w[i].remote);
		btf_report__free(w[i].report);
	}
	free(w);
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
	int err;

	j->worker = workers_new(j);
	j->seen = calloc(j->units ? j->units : 1, sizeof(*j->seen));
	if (!j->worker || !j->seen)
		return report_nomem(r);
	err = workers_err(j, j->worker, r);
	if (!err)
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

/* from here on, j->again has the types of units that disagree with others about a name */
static int read_again(struct job *j, const struct shard *sh, struct btf_report *r)
{
	u32 cnt = 0;
	int err = join_ambiguous(sh, (u32)j->workers, j->base, &j->ambiguous);

	if (err)
		return report_nomem(r);
	if (!j->ambiguous.cnt)
		return 0;
	join_flavours(sh, j->seen, j->units, j->base, &j->ambiguous, &cnt);
	if (!cnt)
		return 0;
	j->reread = calloc(cnt, sizeof(*j->reread));
	j->again = workers_new(j);
	if (!j->reread || !j->again)
		return report_nomem(r);
	for (u32 u = 0; u < j->units; u++)
		if (j->seen[u].flavour)
			j->reread[j->reread_cnt++] = u;
	err = workers_err(j, j->again, r);
	if (!err)
		err = btf_run__parallel(j->reread_cnt, j->workers, again_work, NULL, j);
	return err ? err : workers_err(j, j->again, r);
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

static int job_run(struct job *j, struct btf_report *r, struct btf **ret)
{
	struct btf *base = j->base ? (struct btf *)(uintptr_t)j->base->btf : NULL;
	struct join_ids ids = {.base = j->base};
	struct dedup_opts dd = {0};
	struct btf *b = NULL;
	int err = read_all(j, r);

	if (!err)
		err = object_new(base, false, &b);
	if (!err)
		err = job_join(j, b, &ids, r);
	if (!err)
		err = dedup(b, &dd, r);
	join_ids_deinit(&ids);
	if (err)
		object_free(b);
	else
		*ret = b;
	return err;
}

int encode_dwarf(const struct dwarf *d, const struct base_index *base,
		 const struct encode_opts *o, struct btf_report *r, struct encode_stats *stats,
		 struct btf **ret)
{
	struct job j = {.d = d, .base = base, .o = o, .first_failed = SCAN_NONE};
	int err = dwarf_units(d, r, &j.unit, &j.units);

	if (err)
		return err;
	j.workers = o->jobs > 0 ? o->jobs : btf_run__processors();
	if (!j.units)
		err = -ENODATA;
	else if (remote_units_init(&j.remote, d, j.unit, j.units))
		err = report_nomem(r);
	if (!err)
		err = job_run(&j, r, ret);
	for (int i = 0; stats && j.worker && i < j.workers; i++) {
		stats->dies += j.worker[i].dies;
		stats->skipped += j.worker[i].skipped;
	}
	if (stats)
		stats->units = j.units;
	workers_free(j.worker, j.workers);
	workers_free(j.again, j.workers);
	keytab_deinit(&j.ambiguous);
	remote_units_deinit(&j.remote);
	free(j.seen);
	free(j.reread);
	free(j.unit);
	return err;
}
