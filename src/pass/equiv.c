// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Graph equivalence: see equiv.h.
 *
 * The candidate's graph is taken to come from one compilation unit, in which each C type stands
 * once: so one canonical type has one counterpart there. Compilers break that (two DIEs of one
 * array, one per macro expansion); then the second counterpart must be the same as the first,
 * type for type, which same_type() decides without hypotheses.
 *
 * Both walks use a stack of their own, so depth costs memory and not the thread's stack; both end
 * because a pair is walked into once. Cost: one visit per reference of what is not decided yet;
 * differences that are for good, and sameness, are remembered as pairs, so that what stands above
 * them is not walked again and again.
 */
#include "pass/equiv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pass/names.h"
#include "pass/ranges.h"

struct fill {
	struct equiv *e;
	const struct names *n;
};

static void fill_range(void *ctx, u32 from, u32 to)
{
	const struct fill *f = ctx;
	struct equiv_node *own = f->e->node + f->e->start;

	for (u32 i = from; i < to; i++)
		own[i].rec = names_own(f->n, i);
}

int equiv_init(struct equiv *e, const struct names *n, int jobs)
{
	const struct btf *b = n->b;

	*e = (struct equiv){.b = b, .start = b->start_id};
	/* untouched pages of a big base cost nothing: records of its types are looked up when met
	 */
	e->nodes = (size_t)object_type_cnt(b) + 1;
	e->node = zalloc_sparse(e->nodes, sizeof(*e->node));
	e->hint = calloc((size_t)b->nr + 1, sizeof(*e->hint));
	if (!e->node || !e->hint)
		return -ENOMEM;
	return ranges_run(b->nr, jobs, fill_range, NULL, &(struct fill){e, n});
}

void equiv_deinit(struct equiv *e)
{
	zfree_sparse(e->node, e->nodes, sizeof(*e->node));
	free(e->hint);
	free(e->trail.at);
	free(e->base_changed.at);
	free(e->stack.at);
	free(e->same.at);
	free(e->differ.at);
	*e = (struct equiv){0};
}

/* ---- records ---- */

static bool same_words(const struct btf_type *a, const struct btf_type *b, size_t size)
{
	return !memcmp(type_tail(a), type_tail(b), size);
}

/* names and offsets of members, names of parameters: all of an element but its id */
static bool same_elems(const struct btf_type *a, const struct btf_type *b)
{
	const struct kind_info *k = &kind_table[type_kind(a)];
	const u8 *x = type_tail(a), *y = type_tail(b);

	for (u32 i = 0; i < type_vlen(a); i++, x += k->elem_sz, y += k->elem_sz)
		for (u32 w = 0; w < k->elem_sz; w += 4)
			if (w != k->elem_id && memcmp(x + w, y + w, 4))
				return false;
	return true;
}

static bool same_members(const struct btf_type *a, const struct btf_type *b)
{
	const struct btf_member *x = type_tail(a), *y = type_tail(b);

	for (u32 n = type_vlen(a); n; n--, x++, y++)
		if (x->name_off != y->name_off || x->offset != y->offset)
			return false;
	return true;
}

bool equiv_shallow(const struct btf_type *a, const struct btf_type *b)
{
	if (a->name_off != b->name_off || a->info != b->info)
		return false;
	switch (type_kind(a)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return a->size == b->size && same_members(a, b);
	case BTF_KIND_FUNC_PROTO:
		return same_elems(a, b);
	case BTF_KIND_ARRAY:
		return a->size == b->size && ((struct btf_array *)type_tail(a))->nelems ==
						     ((struct btf_array *)type_tail(b))->nelems;
	case BTF_KIND_DECL_TAG:
		return same_words(a, b, sizeof(u32));
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return a->size == b->size && same_words(a, b, type_size(a) - sizeof(*a));
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
		return a->size == b->size;
	default:
		return true;
	}
}

bool equiv_enum_declares(const struct btf_type *a, const struct btf_type *b)
{
	/* an anonymous one declares nothing: two of them have nothing in common */
	return a->name_off && a->name_off == b->name_off && kind_in(type_kind(a), KINDS_ENUM) &&
	       kind_in(type_kind(b), KINDS_ENUM) && (!type_vlen(a) || !type_vlen(b));
}

/* a forward declaration without a name declares nothing */
static bool fwd_fits(const struct btf_type *fwd, const struct btf_type *t)
{
	return fwd->name_off && type_is(t, type_kflag(fwd) ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

/* ---- sets of pairs: open addressing, cand 0 is empty ---- */

static u32 pair_slot(const struct pair_set *s, u32 cand, u32 canon)
{
	u32 i = (u32)(((u64)cand << 32 | canon) * 0x9e3779b97f4a7c15u >> 32) & s->mask;

	while (s->at[i].cand && (s->at[i].cand != cand || s->at[i].canon != canon))
		i = (i + 1) & s->mask;
	return i;
}

static bool pair_set_has(const struct pair_set *s, u32 cand, u32 canon)
{
	return s->cnt && s->at[pair_slot(s, cand, canon)].cand;
}

/* 1: new, 0: stood there, -ENOMEM */
static int pair_set_add(struct pair_set *s, u32 cand, u32 canon)
{
	u32 i;

	if (s->cnt * 2 >= s->mask) {
		struct pair_set next = {.mask = s->mask ? s->mask * 2 + 1 : 63};

		next.at = calloc((size_t)next.mask + 1, sizeof(*next.at));
		if (!next.at)
			return -ENOMEM;
		for (i = 0; s->at && i <= s->mask; i++)
			if (s->at[i].cand)
				next.at[pair_slot(&next, s->at[i].cand, s->at[i].canon)] = s->at[i];
		next.cnt = s->cnt;
		free(s->at);
		*s = next;
	}
	i = pair_slot(s, cand, canon);
	if (s->at[i].cand)
		return 0;
	s->at[i] = (struct equiv_pair){.cand = cand, .canon = canon};
	s->cnt++;
	return 1;
}

/* room for n more pairs */
static inline int pairs_reserve(struct pair_list *l, size_t n)
{
	size_t cap;
	void *p;

	if (likely(n <= l->cap - l->cnt))
		return 0;
	cap = (l->cnt + n) * 2 + 64;
	p = realloc(l->at, cap * sizeof(*l->at));
	if (!p)
		return -ENOMEM;
	l->at = p;
	l->cap = cap;
	return 0;
}

/*
 * A pair that is known to be one type already is left out; so is, with `walk`, one whose hypothesis
 * is made. What the others will be asked for is fetched: by the time they are popped it is there.
 */
static inline void push_pair(struct equiv *e, struct pair_list *l, u32 i, u32 j, u32 from,
			     bool walk)
{
	const struct equiv_node *x = &e->node[i], *y = &e->node[j];

	if (i == j || (walk && y->hypot == i && i) || equiv_resolve(e, i) == equiv_resolve(e, j))
		return;
	__builtin_prefetch(x->rec);
	__builtin_prefetch(y->rec);
	l->at[l->cnt++] = (struct equiv_pair){i, j, from};
}

/* references of both, last first, so that they are popped in wire order. The records have one
 * shape. */
static int push_refs(struct equiv *e, struct pair_list *l, const struct btf_type *a,
		     const struct btf_type *b, u32 from, bool walk)
{
	const struct kind_info *k = &kind_table[type_kind(a)];
	u32 n = k->elem_id != NO_FIELD ? type_vlen(a) : 0, step = k->elem_sz;
	const u8 *x = (const u8 *)type_tail(a) + k->elem_id + (size_t)n * step;
	const u8 *y = (const u8 *)type_tail(b) + k->elem_id + (size_t)n * step;

	if (pairs_reserve(l, (size_t)n + 2))
		return -ENOMEM;
	for (; n; n--) {
		x -= step;
		y -= step;
		push_pair(e, l, *(const u32 *)(const void *)x, *(const u32 *)(const void *)y, from,
			  walk);
	}
	if (k->head_ref)
		push_pair(e, l, a->type, b->type, from, walk);
	if (type_is(a, BTF_KIND_ARRAY)) {
		const struct btf_array *p = type_tail(a), *q = type_tail(b);

		/* the index type is compared before the elements */
		push_pair(e, l, p->type, q->type, from, walk);
		push_pair(e, l, p->index_type, q->index_type, from, walk);
	}
	return 0;
}

/* ---- without hypotheses: the same type twice in one unit? ---- */

#define KINDS_GRAPH                                                                                \
	(KINDS_DATA | KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY) |              \
	 KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_FUNC_PROTO))

/*
 * An enum that is declared is the definition that was found for it. Only where a base has both
 * they may still be two, which are taken for one.
 */
static bool same_enum(struct equiv *e, u32 a, u32 b)
{
	const struct btf_type *x = equiv_type(e, equiv_resolve(e, a));
	const struct btf_type *y = equiv_type(e, equiv_resolve(e, b));

	if (equiv_shallow(x, y))
		return true;
	if (!equiv_enum_declares(x, y))
		return false;
	/* what is merged now may be declared where it was defined */
	e->unsettled = true;
	return true;
}

static bool same_pair(struct equiv *e, u32 a, u32 b)
{
	const struct btf_type *x = equiv_type(e, a), *y = equiv_type(e, b);

	if (kind_in(type_kind(x), KINDS_ENUM))
		return same_enum(e, a, b);
	return kind_in(type_kind(x), KINDS_GRAPH) && equiv_shallow(x, y);
}

/* different now; but a FWD may come to stand for the other, and tags are merged later */
static bool open_pair(const struct equiv *e, u32 a, u32 b)
{
	const struct btf_type *x = equiv_type(e, a), *y = equiv_type(e, b);

	if (x->name_off != y->name_off)
		return false;
	return (type_is(x, BTF_KIND_FWD) && fwd_fits(x, y)) ||
	       (type_is(y, BTF_KIND_FWD) && fwd_fits(y, x)) ||
	       (type_kind(x) == type_kind(y) && !kind_in(type_kind(x), KINDS_GRAPH));
}

/* what a walk that met no difference has met is the same, pair by pair */
static int same_remember(struct equiv *e, const struct pair_set *seen)
{
	int err = 0;

	for (u32 i = 0; err >= 0 && seen->at && i <= seen->mask; i++)
		if (seen->at[i].cand)
			err = pair_set_add(&e->same, seen->at[i].cand, seen->at[i].canon);
	return err;
}

/* both from the candidate's side: equal all the way down, names and ids and nothing assumed */
static int same_type(struct equiv *e, u32 a, u32 b)
{
	struct pair_set seen = {0};
	struct pair_list l = {0};
	int err = pairs_reserve(&l, 1), same = 1;

	if (!err)
		l.at[l.cnt++] = (struct equiv_pair){a, b, 0};
	while (err >= 0 && same && l.cnt) {
		struct equiv_pair p = l.at[--l.cnt];

		if (equiv_resolve(e, p.cand) == equiv_resolve(e, p.canon) ||
		    pair_set_has(&e->same, p.cand, p.canon))
			continue;
		if (!p.cand || !p.canon || !same_pair(e, p.cand, p.canon)) {
			e->unsettled |= open_pair(e, p.cand, p.canon);
			same = 0;
			break;
		}
		err = pair_set_add(&seen, p.cand, p.canon);
		/* enums have no references to go on with, whether of one record or not */
		if (err > 0)
			err = push_refs(e, &l, equiv_type(e, p.cand), equiv_type(e, p.canon), 0,
					false);
	}
	if (err >= 0 && same)
		err = same_remember(e, &seen);
	free(seen.at);
	free(l.at);
	return err < 0 ? err : same;
}

/* ---- with hypotheses ---- */

/* in a graph, but decided only later: these are never merged, but it is noted what they may equal
 */
#define KINDS_HINTED (KINDS_GRAPH & ~(KINDS_DATA))

/* a canonical FWD that was resolved stands for what it was resolved to */
static u32 resolve_fwd(const struct equiv *e, u32 id)
{
	u32 to;

	if (!type_is(equiv_type(e, id), BTF_KIND_FWD))
		return id;
	to = equiv_resolve(e, id);
	return type_is(equiv_type(e, to), BTF_KIND_FWD) ? id : to;
}

int equiv_add_id(struct id_list *l, u32 id)
{
	if (l->cnt == l->cap) {
		u32 cap = l->cap * 2 + 64;
		void *p = realloc(l->at, cap * sizeof(*l->at));

		if (!p)
			return -ENOMEM;
		l->at = p;
		l->cap = cap;
	}
	l->at[l->cnt++] = id;
	return 0;
}

static int assume(struct equiv *e, const struct equiv_pair *p, u32 canon)
{
	if (e->trail.cnt == e->trail.cap) {
		u32 cap = e->trail.cap * 2 + 64;
		void *at = realloc(e->trail.at, cap * sizeof(*e->trail.at));

		if (!at)
			return -ENOMEM;
		e->trail.at = at;
		e->trail.cap = cap;
	}
	e->trail.at[e->trail.cnt++] = (struct equiv_step){canon, p->cand, p->from, 0};
	e->node[canon].hypot = p->cand;
	return 0;
}

/* Enough for two layouts of every struct there is; past it, comparing again is the cheaper way. */
#define DIFFER_MAX (1u << 21)
/* A walk that fails before this many steps costs less than a look into a set in cold memory. */
#define DIFFER_ASK 64
#define DIFFER_TELL 256

/*
 * Two records differ that no later decision makes equal; so do all the types on the way to them.
 * Remembering that keeps a chain of types above one difference from being walked for each. (A FWD
 * whose name has several definitions may be an exception: then less is merged in this round.)
 */
static int differ(struct equiv *e)
{
	if (e->trail.cnt < DIFFER_TELL)
		return 0;
	for (u32 i = e->trail.cnt; i && e->differ.cnt < DIFFER_MAX; i = e->trail.at[i - 1].from) {
		u32 canon = e->trail.at[i - 1].canon;

		if (kind_in(type_kind(equiv_type(e, canon)), KINDS_COMPOSITE) &&
		    pair_set_add(&e->differ, e->node[canon].hypot, canon) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int check_fwd(struct equiv *e, u32 cand, u32 canon)
{
	const struct btf_type *x = equiv_type(e, cand), *y = equiv_type(e, canon);

	if (type_is(x, BTF_KIND_FWD)) {
		/* where it stands for another one already, the graph that stays may equal more */
		e->unsettled |= !type_is(equiv_type(e, equiv_resolve(e, cand)), BTF_KIND_FWD);
		return fwd_fits(x, y);
	}
	if (!fwd_fits(y, x))
		return 0;
	if (canon < e->start)
		e->base_fwd = true;
	return 1;
}

/* one pair, whose hypothesis is made: as far as the records tell; its references are pushed */
static int check_records(struct equiv *e, u32 cand, u32 canon)
{
	const struct btf_type *x = equiv_type(e, cand), *y = equiv_type(e, canon);
	u32 kind = type_kind(x);

	if (x->name_off != y->name_off)
		return 0;
	e->trail.at[e->trail.cnt - 1].kind = kind;
	if (kind_in(kind, KINDS_ENUM))
		return same_enum(e, cand, canon);
	if (kind != type_kind(y))
		return kind == BTF_KIND_FWD || type_is(y, BTF_KIND_FWD) ? check_fwd(e, cand, canon)
									: 0;
	if (!equiv_shallow(x, y))
		return 0;
	if (e->trail.cnt >= DIFFER_ASK && kind_in(kind, KINDS_COMPOSITE) &&
	    pair_set_has(&e->differ, cand, canon))
		return 0;
	return push_refs(e, &e->stack, x, y, e->trail.cnt, true) ? -ENOMEM : 1;
}

static int check_pair(struct equiv *e, const struct equiv_pair *p)
{
	u32 cand = p->cand, canon = p->canon, hypot;
	int eq;

	if (equiv_resolve(e, cand) == equiv_resolve(e, canon))
		return 1;
	canon = resolve_fwd(e, canon);
	hypot = e->node[canon].hypot;
	if (canon && hypot)
		return hypot == cand ? 1 : same_type(e, hypot, cand);
	if (assume(e, p, canon))
		return -ENOMEM;
	if (unlikely(!kind_in(type_kind(equiv_type(e, cand)), KINDS_GRAPH)) &&
	    open_pair(e, cand, canon)) {
		e->unsettled = true;
		return 0;
	}
	eq = cand && canon ? check_records(e, cand, canon) : 0;
	return eq ? eq : differ(e);
}

static void forget(struct equiv *e)
{
	for (u32 i = 0; i < e->trail.cnt; i++)
		e->node[e->trail.at[i].canon].hypot = 0;
	e->trail.cnt = 0;
	e->base_fwd = false;
}

int equiv_check(struct equiv *e, u32 cand, u32 canon)
{
	struct equiv_pair p = {cand, canon, 0};
	int eq;

	forget(e);
	e->stack.cnt = 0;
	eq = check_pair(e, &p);
	while (eq == 1 && e->stack.cnt) {
		p = e->stack.at[--e->stack.cnt];
		eq = check_pair(e, &p);
	}
	return eq;
}

/*
 * What follows from a success: a FWD on either side is the other side's struct, and structs of
 * the candidate whose counterpart is canonical already need no comparison of their own. Where a
 * FWD of the base would have to change, only that FWD's meaning for this object is kept.
 */
int equiv_merge(struct equiv *e)
{
	for (u32 i = 0; i < e->trail.cnt; i++) {
		const struct equiv_step *s = &e->trail.at[i];
		u32 canon, cand, x, y;

		if (kind_in(s->kind, KINDS_HINTED)) {
			if (s->cand >= e->start)
				e->hint[s->cand - e->start] = s->canon;
			continue;
		}
		canon = equiv_resolve(e, s->canon);
		cand = equiv_resolve(e, s->cand);
		x = type_kind(equiv_type(e, cand));
		y = type_kind(equiv_type(e, canon));
		if (x != BTF_KIND_FWD && y == BTF_KIND_FWD) {
			if (canon < e->start && equiv_add_id(&e->base_changed, canon))
				return -ENOMEM;
			e->node[canon].map = cand;
		}
		if (e->base_fwd)
			continue;
		if (x == BTF_KIND_FWD && y != BTF_KIND_FWD) {
			if (cand < e->start && equiv_add_id(&e->base_changed, cand))
				return -ENOMEM;
			e->node[cand].map = canon;
		}
		if (kind_in(x, KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF)) && y != BTF_KIND_FWD &&
		    (e->node[canon].map || canon < e->start) && !e->node[cand].map &&
		    cand >= e->start)
			e->node[cand].map = canon;
	}
	return 0;
}
