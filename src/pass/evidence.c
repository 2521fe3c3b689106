// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * evidence: see evidence.h.
 *
 * In: a distilled type and the base types that fit it equally well. Out: the one that the split
 * means, or 0. What counts as evidence are the split's typedefs (its own, or copied from its old
 * base) that lead to the distilled type and whose names the new base gives to typedefs too. A
 * candidate is consistent with such a name where one of these leads to it; the candidate that is
 * consistent with all names, if it is the only one, is meant.
 *
 * Nothing else in a split counts. Members are not in a distilled base. An anonymous struct or a
 * function prototype of the same shape in the new base is none either: whether two shapes are the
 * same is the very question which candidate is meant, and nothing tells a copy of the old base
 * from a type of the module's own that looks alike.
 */
#include "pass/evidence.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/index.h"

#define MAX_HOPS 32 /* what kernels follow at most */

void evidence_deinit(struct evidence *e)
{
	free(e->first);
	free(e->next);
	e->first = e->next = NULL;
}

/* what a typedef leads to through modifiers and typedefs; 0: void, or too far away */
static u32 leads_to(const struct btf *b, u32 id)
{
	for (int hops = 0; hops < MAX_HOPS; hops++) {
		const struct btf_type *t = object_type(b, id);

		if (!kind_in(type_kind(t), KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF)))
			return id;
		id = t->type;
	}
	return 0;
}

static int build(struct evidence *e)
{
	const struct btf *b = e->split;

	e->first = zalloc_array(b->start_id, sizeof(*e->first));
	e->next = zalloc_array((size_t)b->nr + 1, sizeof(*e->next));
	if (!e->first || !e->next) {
		evidence_deinit(e);
		return -ENOMEM;
	}
	/* backwards, so that the lists are in the order of the split */
	for (u32 i = b->nr; i--;) {
		u32 to = b->start_id;

		if (type_is(object_own(b, i), BTF_KIND_TYPEDEF))
			to = leads_to(b, b->start_id + i);
		if (!to || to >= b->start_id)
			continue;
		e->next[i] = e->first[to];
		e->first[to] = i + 1;
	}
	return 0;
}

/* for each candidate, how many of the split's typedefs speak for it */
struct votes {
	u32 cnt;   /* typedefs that had a say: the new base knows the name */
	u32 *of;   /* by index of the candidate */
	u32 *last; /* the last typedef that spoke for it: each has one vote */
};

static void vote(struct votes *v, const struct candidates *c, u32 id)
{
	u32 lo = 0, hi = c->cnt;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (c->ids[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < c->cnt && c->ids[lo] == id && v->last[lo] != v->cnt) {
		v->last[lo] = v->cnt;
		v->of[lo]++;
	}
}

/* one typedef of the split: all of its name in the new base say what they lead to */
static int hear(struct votes *v, struct candidates *c, const char *name)
{
	u32 hash = name_hash(name);
	bool counted = false;

	for (const struct btf *level = c->base; level; level = level->base) {
		struct name_iter it;
		u32 id;

		if (name_iter_init(&it, level, NAMES_DATA, name, hash))
			return -ENOMEM;
		while ((id = name_iter_next(&it))) {
			if (!c->left)
				return -E2BIG;
			c->left--;
			if (!type_is(object_type(level, id), BTF_KIND_TYPEDEF))
				continue;
			v->cnt += !counted;
			counted = true;
			vote(v, c, leads_to(level, id));
		}
	}
	return 0;
}

/* the one that every typedef spoke for */
static u32 elected(const struct votes *v, const struct distilled *d, const struct candidates *c)
{
	u32 one = 0;

	for (u32 i = 0; v->cnt && i < c->cnt; i++) {
		if (v->of[i] != v->cnt || !match_is_full(d, object_type(c->base, c->ids[i])))
			continue;
		if (one)
			return 0;
		one = c->ids[i];
	}
	return one;
}

s64 evidence_settle(struct evidence *e, const struct distilled *d, struct candidates *c)
{
	struct votes v = {.of = zalloc_array(c->cnt, sizeof(*v.of)),
			  .last = zalloc_array(c->cnt, sizeof(*v.last))};
	int err = v.of && v.last ? 0 : -ENOMEM;
	s64 one;

	if (!err && !e->first)
		err = build(e);
	for (u32 at = err ? 0 : e->first[d->id]; at && !err; at = e->next[at - 1])
		err = hear(&v, c, object_name(e->split, object_own(e->split, at - 1)));
	one = err ? err : (s64)elected(&v, d, c);
	free(v.of);
	free(v.last);
	return one;
}
