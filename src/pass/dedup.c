// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * dedup: see dedup.h.
 *
 * In: types of many compilation units, one behind the other. Out: each type once. The input is
 * only read; every decision is a word beside the type (id -> id that stays), and the survivors are
 * copied out at the end.
 *
 *	dedup_check()	kinds and ids are sound	     from here on every id can be followed
 *	names_init()	equal strings, equal offsets  from here on names are compared as numbers
 *	prims()		INT FLOAT ENUM ENUM64 FWD    equal records are one type
 *	graphs()	STRUCT UNION TYPEDEF	     equal graphs are one type (equiv.h); FWDs that
 *						     stood for a struct now point to it
 *	fwds()		FWD whose name has exactly one definition is that definition
 *	refs()		all others, from the leaves up: equal records of decided references
 *	rebuild()	survivors in their old order, ids and strings renumbered
 *
 * Of equal types the first stays; an ENUM that is only declared gives way to its definition.
 * A base keeps all its types; it is searched through a table that is built once per base.
 * What FWDs stand for is known only at the end, and two types may be equal only then: as long as
 * there may be such, and a round changes something, another one follows, so that what comes out is
 * a fixed point.
 * Threads share what reads each record once and decides nothing: kinds and names, and copying what
 * stays. What is decided depends on what was decided before, and is decided by one thread.
 * Cost: O(1) look-ups per type and one visit per reference; sized by the split, not its base. A
 * family of many types with one record is told apart by what stands below them (deep.h).
 */
#include "pass/dedup.h"

#include <errno.h>
#include <stdlib.h>

#include <btf/run.h>

#include "pass/dedup_inside.h"
#include "pass/rebuild.h"

/* Two are the rule. A chain of types could be made to need one per link; it stays a bit longer. */
#define ROUNDS_MAX 32

static int dedup_check(const struct dedup *d)
{
	for (u32 id = d->start; id < d->end; id++) {
		const struct btf_type *t = object_own(d->b, id - d->start);
		struct place at = {.type_id = id, .kind = (int)type_kind(t)};
		struct field_iter it = type_ids(t);
		u32 *f;

		if (type_kind(t) >= WIRE_KINDS || !type_kind(t))
			return report_error(d->r, BTF_CODE_TYPE_KIND, &at, NOVAL, type_kind(t),
					    "kind %u cannot be deduplicated", type_kind(t));
		while ((f = field_next(&it)))
			if (unlikely(*f >= d->end))
				return report_error(d->r, BTF_CODE_TYPE_REF, &at, d->end - 1, *f,
						    "refers to type id %u, the last one is %u", *f,
						    d->end - 1);
	}
	return 0;
}

/* ---- STRUCT UNION TYPEDEF ---- */

static int graph(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	struct cands c = cands_of(d, id, 0);
	u32 cand;
	int eq;

	while ((cand = cands_next(&c))) {
		if (!equiv_shallow(t, equiv_type(&d->eq, cand)))
			continue;
		eq = equiv_check(&d->eq, id, cand);
		if (eq < 0)
			return eq;
		if (!eq)
			continue;
		if (equiv_merge(&d->eq))
			return -ENOMEM;
		if (d->eq.base_fwd) {
			d->eq.unsettled = true;
			continue;
		}
		*map(d, id) = cand;
		return 0;
	}
	return stays(d, id, &c);
}

/*
 * A walk from one type reaches most of its unit, in no order. So records are fetched in the order
 * in which they lie, well before a walk comes to them: this many types ahead, so many at a time.
 */
#define LEAD 8192
#define BATCH 64
#define CACHE_LINE 64

static void fetch_ahead(const struct dedup *d, u32 id)
{
	const u8 *at, *end;

	if ((id - d->start) % BATCH || d->end - id <= LEAD + BATCH)
		return;
	at = (const u8 *)own(d, id + LEAD);
	end = (const u8 *)own(d, id + LEAD + BATCH);
	for (; at < end; at += CACHE_LINE)
		__builtin_prefetch(at, 0, 2);
}

static int graphs(struct dedup *d)
{
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++) {
		fetch_ahead(d, id);
		if (!*map(d, id) && kind_in(own_kind(d, id), KINDS_AS_GRAPH))
			err = graph(d, id);
	}
	return err;
}

/* ---- the whole ---- */

/* the decisions as rebuild wants them: by id, 0 where a type of the base is itself */
static int finish(struct dedup *d, struct btf_ext *ext, u32 **ret_map)
{
	u32 *to = zalloc_sparse((size_t)d->end + 1, sizeof(*to));
	int ret;

	if (!to)
		return -ENOMEM;
	for (u32 id = d->start; id < d->end; id++) {
		u32 m = *map(d, id);

		/* one step is enough where the next type is told already */
		to[id] = m < id && m >= d->start ? to[m] : equiv_resolve(&d->eq, id);
	}
	/* a FWD of the base that turned out to be an own struct is that struct for own types */
	for (u32 i = 0; i < d->eq.base_changed.cnt; i++)
		to[d->eq.base_changed.at[i]] = equiv_resolve(&d->eq, d->eq.base_changed.at[i]);
	ret = rebuild(&d->names, &(struct rebuild_opts){to, d->spoke, ext, d->jobs}, ret_map);
	zfree_sparse(to, (size_t)d->end + 1, sizeof(*to));
	return ret;
}

static int decide(struct dedup *d)
{
	int err;

	if (names_init(&d->names, d->b, d->jobs))
		return -ENOMEM;
	d->spoke = calloc((size_t)d->b->nr / 32 + 1, sizeof(*d->spoke));
	if (!d->spoke || equiv_init(&d->eq, &d->names, d->jobs) ||
	    typetab_init(&d->own, d->b->nr / 32) || typetab_init(&d->enums, 64))
		return -ENOMEM;
	err = prims(d);
	/* from here on the leaves of every type graph are decided */
	if (!err)
		err = graphs(d);
	/* from here on all cycles of types run through decided ones */
	if (!err)
		err = fwds(d);
	if (!err)
		err = refs(d);
	/* from here on every type knows which one stays for it */
	return err;
}

/* 1: another round may find more, 0: it will not, or -errno and nothing has changed */
static int round_of(struct dedup *d, struct btf_ext *ext, u32 **ret_map)
{
	int ret;

	d->end = object_type_cnt(d->b);
	ret = decide(d);
	if (!ret)
		ret = finish(d, ext, ret_map);
	/* a base forgets what its declarations stood for */
	if (ret > 0)
		ret = d->eq.unsettled || d->eq.base_changed.cnt;
	names_deinit(&d->names);
	equiv_deinit(&d->eq);
	typetab_deinit(&d->own);
	typetab_deinit(&d->enums);
	free(d->spoke);
	d->spoke = NULL;
	for (int k = 0; k < 2; k++) {
		deep_deinit(&d->deep[k]);
		d->deep[k] = (struct deep){0};
	}
	free(d->declared.at);
	d->declared = (struct name_set){0};
	return ret == -ENOMEM ? report_nomem(d->r) : ret;
}

/* the second round's map is of ids that the first gave */
static void compose(u32 *map, u32 cnt, const u32 *next, u32 start)
{
	for (u32 i = 0; i < cnt; i++)
		if (map[i] >= start)
			map[i] = next[map[i] - start];
}

static int rounds(struct dedup *d, const struct dedup_opts *opts)
{
	u32 *map = NULL, *next, cnt = d->b->nr;
	int ret = round_of(d, opts->ext, opts->ret_map ? &map : NULL);

	if (ret < 0)
		return ret;
	/* without the memory for another round the result so far stands */
	d->r = NULL;
	for (int n = 1; ret > 0 && n < ROUNDS_MAX; n++) {
		next = NULL;
		ret = round_of(d, opts->ext, map ? &next : NULL);
		if (ret >= 0 && map)
			compose(map, cnt, next, d->start);
		free(next);
	}
	if (map)
		*opts->ret_map = map;
	return 0;
}

int dedup(struct btf *b, const struct dedup_opts *opts, struct btf_report *r)
{
	static const struct dedup_opts none;
	struct dedup d = {.b = b, .r = r, .start = b->start_id, .end = object_type_cnt(b)};
	int err;

	opts = opts ? opts : &none;
	d.collide = opts->force_collisions;
	d.jobs = opts->jobs < 0 ? btf_run__processors() : max_of(opts->jobs, 1);
	/* what was parsed, and not changed since, was looked at then */
	err = b->dirty || b->has_unknown ? dedup_check(&d) : 0;
	if (err)
		return err;
	if (b->frozen)
		return report_error(r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
				    "the header has fields this version does not know");
	err = levels_init(&d);
	if (!err)
		err = rounds(&d, opts);
	levels_deinit(&d);
	return err;
}
