// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * dedup: see dedup.h.
 *
 * In: types of many compilation units, one behind the other. Out: each type once. The input is
 * only read; every decision is a word beside the type (id -> id that stays), and the survivors are
 * copied out at the end.
 *
 *	dedup_check()	kinds and ids are sound	     from here on every id can be followed
 *	strings_canon() equal strings, equal offsets  from here on names are compared as numbers
 *	prims()		INT FLOAT ENUM ENUM64 FWD    equal records are one type
 *	graphs()	STRUCT UNION TYPEDEF	     equal graphs are one type (equiv.h); FWDs that
 *						     stood for a struct now point to it
 *	fwds()		FWD whose name has exactly one definition is that definition
 *	refs()		all others, from the leaves up: equal records of decided references
 *	rebuild()	survivors in their old order, ids and strings renumbered
 *
 * Of equal types the first stays; an ENUM that is only declared gives way to its definition.
 * A base keeps all its types; it is searched through a table that is built once per base.
 * Cost: O(1) look-ups per type and one visit per reference; sized by the split, not its base.
 */
#include "pass/dedup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/ext.h"
#include "btf/index.h"
#include "pass/equiv.h"
#include "pass/rebuild.h"
#include "pass/typetab.h"

#define NOVAL BTF_NO_VALUE
#define IN_PROGRESS UINT32_MAX
#define KINDS_PRIM                                                                                 \
	(KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT) | KIND_BIT(BTF_KIND_FWD) | KINDS_ENUM)
#define KINDS_AS_GRAPH (KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF))
#define KINDS_STAY (KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC))

struct dedup {
	struct btf *b;
	struct btf_report *r;
	u32 start, end; /* own ids */
	struct equiv eq; /* what is decided: eq.node[id].map */
	struct typetab own;   /* own types that stay, by typetab_hash */
	struct typetab enums; /* own named enums that stay, by name */
	const struct btf *bottom; /* the lowest level of the base; b itself where there is none */
	bool collide;
};

static inline const struct btf_type *own(const struct dedup *d, u32 id)
{
	return d->eq.node[id].rec;
}

static inline u32 *map(const struct dedup *d, u32 id)
{
	return &d->eq.node[id].map;
}

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

/* ---- the base ---- */

static u32 hash_own(const struct dedup *d, const struct btf_type *t, u32 ref)
{
	return d->collide ? 0 : typetab_hash(t, ref);
}

/* references of kinds that are compared record by record, folded */
static u32 fold_refs(const struct equiv *eq, const struct btf_type *t)
{
	struct field_iter it = type_ids(t);
	u32 h = 0, *f;

	if (kind_in(type_kind(t), KINDS_AS_GRAPH))
		return 0;
	while ((f = field_next(&it)))
		h = typetab_fold(h, eq ? equiv_resolve(eq, *f) : *f);
	return h;
}

static void base_table_free(void *p)
{
	typetab_deinit(p);
	free(p);
}

static struct typetab *base_table_build(const struct btf *base)
{
	struct typetab *t = malloc(sizeof(*t));

	if (!t || typetab_init(t, base->nr)) {
		free(t);
		return NULL;
	}
	for (u32 i = 0; i < base->nr; i++) {
		const struct btf_type *rec = object_own(base, i);

		if (type_kind(rec) >= WIRE_KINDS || kind_in(type_kind(rec), KINDS_STAY))
			continue;
		if (typetab_add(t, typetab_hash(rec, fold_refs(NULL, rec)), base->start_id + i)) {
			base_table_free(t);
			return NULL;
		}
	}
	return t;
}

/* built by whoever comes first, kept with the base, read by all */
static const struct typetab *base_table(const struct btf *base)
{
	struct btf *w = (struct btf *)(uintptr_t)base;
	void *have = __atomic_load_n(&w->pass_index, __ATOMIC_ACQUIRE), *mine;

	if (have)
		return have;
	mine = base_table_build(base);
	if (!mine)
		return NULL;
	w->pass_index_free = base_table_free;
	if (__atomic_compare_exchange_n(&w->pass_index, &have, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	base_table_free(mine);
	return have;
}

/*
 * All candidates for a hash, lowest level of the base first, then own ones:
 *	for (struct cands c = cands_of(d, h); (id = cands_next(&c));)
 */
struct cands {
	const struct dedup *d;
	const struct typetab *t;
	const struct typetab_entry *e;
	const struct btf *level; /* whose table t is; d->b for own */
	u32 hash;
	bool fail;
};

static const struct btf *level_above(const struct btf *top, const struct btf *level)
{
	while (top->base != level)
		top = top->base;
	return top;
}

static void cands_enter(struct cands *c, const struct btf *level)
{
	bool own = level == c->d->b;

	c->level = level;
	c->t = own ? &c->d->own : base_table(level);
	c->fail |= !c->t;
	/* collisions are forced among own types only */
	c->e = c->t ? typetab_first(c->t, own && c->d->collide ? 0 : c->hash) : NULL;
}

static struct cands cands_of(const struct dedup *d, const struct btf_type *t, u32 ref)
{
	struct cands c = {.d = d, .hash = typetab_hash(t, ref)};

	cands_enter(&c, d->bottom);
	return c;
}

static inline u32 cands_next(struct cands *c)
{
	u32 id;

	while (unlikely(!c->e)) {
		if (c->level == c->d->b || c->fail)
			return 0;
		cands_enter(c, level_above(c->d->b, c->level));
	}
	id = c->e->id;
	c->e = typetab_next(c->t, c->e);
	return id;
}

static int stays(struct dedup *d, u32 id, u32 ref)
{
	*map(d, id) = id;
	return typetab_add(&d->own, hash_own(d, own(d, id), ref), id);
}

/* ---- INT FLOAT ENUM ENUM64 FWD ---- */

/* a named enum of the base that the declaration t can stand for, or 0 */
static u32 enum_in_base(const struct dedup *d, const struct btf_type *t)
{
	const char *name = object_name(d->b, t);
	s64 a, b;

	if (!d->b->base)
		return 0;
	a = object_find(d->b->base, name, BTF_KIND_ENUM, 1);
	b = object_find(d->b->base, name, BTF_KIND_ENUM64, 1);
	if (a > 0 && b > 0)
		return (u32)min_of(a, b);
	return a > 0 ? (u32)a : b > 0 ? (u32)b : 0;
}

/* ENUM declared and defined under one name; returns what stands for t, or 0 */
static u32 enum_by_name(struct dedup *d, const struct btf_type *t, u32 id)
{
	u32 hash = t->name_off * 0x9e3779b1u, found = 0;
	const struct typetab_entry *e;

	if (!t->name_off)
		return 0;
	if (!type_vlen(t))
		found = enum_in_base(d, t);
	for (e = typetab_first(&d->enums, hash); e && !found; e = typetab_next(&d->enums, e)) {
		const struct btf_type *o = own(d, e->id);

		if (*map(d, e->id) != e->id || !equiv_enum_declares(o, t))
			continue;
		if (!type_vlen(t))
			found = e->id;
		else
			*map(d, e->id) = id; /* declared before, defined here */
	}
	return found;
}

static int prim(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	struct cands c = cands_of(d, t, 0);
	u32 cand;

	while ((cand = cands_next(&c)))
		if (equiv_shallow(t, equiv_type(&d->eq, cand))) {
			*map(d, id) = cand;
			return 0;
		}
	if (c.fail)
		return -ENOMEM;
	if (kind_in(type_kind(t), KINDS_ENUM)) {
		*map(d, id) = enum_by_name(d, t, id);
		if (*map(d, id))
			return 0;
		if (t->name_off && typetab_add(&d->enums, t->name_off * 0x9e3779b1u, id))
			return -ENOMEM;
	}
	return stays(d, id, 0);
}

static int prims(struct dedup *d)
{
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++) {
		u32 kind = type_kind(own(d, id));

		if (kind_in(kind, KINDS_STAY))
			*map(d, id) = id;
		else if (kind_in(kind, KINDS_PRIM))
			err = prim(d, id);
	}
	return err;
}

/* ---- STRUCT UNION TYPEDEF ---- */

static int graph(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	struct cands c = cands_of(d, t, 0);
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
		if (d->eq.base_fwd)
			continue;
		*map(d, id) = cand;
		return 0;
	}
	return c.fail ? -ENOMEM : stays(d, id, 0);
}

static int graphs(struct dedup *d)
{
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++)
		if (!*map(d, id) && kind_in(type_kind(own(d, id)), KINDS_AS_GRAPH))
			err = graph(d, id);
	return err;
}

/* ---- FWD by name ---- */

/* definitions of a name: the only one, 0 none, UINT32_MAX several */
static u32 add_definition(u32 have, u32 id)
{
	return have ? UINT32_MAX : id;
}

static int definition_in_base(const struct dedup *d, const char *name, u32 *ret)
{
	u32 hash = name_hash(name), id;

	for (const struct btf *level = d->b->base; level; level = level->base) {
		struct name_iter it;

		if (name_iter_init(&it, level, NAMES_DATA, name, hash))
			return -ENOMEM;
		while ((id = name_iter_next(&it)))
			if (kind_in(type_kind(object_type(level, id)), KINDS_COMPOSITE))
				*ret = add_definition(*ret, id);
	}
	return 0;
}

static int fwd(struct dedup *d, const struct typetab *defs, u32 id)
{
	const struct btf_type *t = own(d, id);
	const struct typetab_entry *e;
	u32 one = 0;

	if (!t->name_off)
		return 0;
	if (definition_in_base(d, object_name(d->b, t), &one))
		return -ENOMEM;
	for (e = typetab_first(defs, t->name_off * 0x9e3779b1u); e; e = typetab_next(defs, e))
		if (own(d, e->id)->name_off == t->name_off)
			one = add_definition(one, e->id);
	if (one && one != UINT32_MAX &&
	    type_is(equiv_type(&d->eq, one), type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT))
		*map(d, id) = one;
	return 0;
}

static int fwds(struct dedup *d)
{
	struct typetab defs = {0};
	bool open = false;
	int err;

	for (u32 id = d->start; !open && id < d->end; id++)
		open = *map(d, id) == id && type_is(own(d, id), BTF_KIND_FWD);
	if (!open)
		return 0;
	err = typetab_init(&defs, d->own.cnt);
	for (u32 id = d->start; !err && id < d->end; id++) {
		const struct btf_type *t = own(d, id);

		if (*map(d, id) == id && t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE))
			err = typetab_add(&defs, t->name_off * 0x9e3779b1u, id);
	}
	for (u32 id = d->start; !err && id < d->end; id++)
		if (*map(d, id) == id && type_is(own(d, id), BTF_KIND_FWD))
			err = fwd(d, &defs, id);
	typetab_deinit(&defs);
	return err;
}

/* ---- everything that refers to something ---- */

static bool same_refs(const struct dedup *d, const struct btf_type *a, const struct btf_type *b)
{
	struct field_iter x = type_ids(a), y = type_ids(b);
	u32 *i, *j;

	if (!equiv_shallow(a, b))
		return false;
	while ((i = field_next(&x)) && (j = field_next(&y)))
		if (equiv_resolve(&d->eq, *i) != equiv_resolve(&d->eq, *j))
			return false;
	return true;
}

/* all its references are decided */
static int ref(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	u32 fold = fold_refs(&d->eq, t), cand;
	struct cands c = cands_of(d, t, fold);

	while ((cand = cands_next(&c)))
		if (same_refs(d, t, equiv_type(&d->eq, cand))) {
			*map(d, id) = cand;
			return 0;
		}
	return c.fail ? -ENOMEM : stays(d, id, fold);
}

struct frame {
	u32 id;
	struct field_iter it;
};

static int push_frame(struct dedup *d, struct buf *stack, u32 id)
{
	struct frame f = {id, type_ids(own(d, id))};

	*map(d, id) = IN_PROGRESS;
	return buf_add(stack, &f, sizeof(f));
}

static int loop_error(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);

	return report_errno(d->r, BTF_CODE_DEDUP_LOOP, ELOOP,
			    &(struct place){.type_id = id,
					    .kind = (int)type_kind(t),
					    .name = object_name(d->b, t)},
			    "the type leads back to itself without a struct, union or typedef between");
}

/* decides id and all it needs, leaves first; a stack of our own bounds nothing but memory */
static int ref_tree(struct dedup *d, struct buf *stack, u32 id)
{
	int err = push_frame(d, stack, id);

	while (!err && stack->len) {
		struct frame *top = (struct frame *)(void *)(stack->data + stack->len) - 1;
		u32 *f = field_next(&top->it);

		if (!f) {
			u32 done = top->id;

			stack->len -= sizeof(*top);
			err = ref(d, done);
		} else if (*f >= d->start && *map(d, *f) == IN_PROGRESS) {
			err = loop_error(d, *f);
		} else if (*f >= d->start && !*map(d, *f)) {
			err = push_frame(d, stack, *f);
		}
	}
	return err;
}

static int refs(struct dedup *d)
{
	struct buf stack = {0};
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++)
		if (!*map(d, id))
			err = ref_tree(d, &stack, id);
	buf_deinit(&stack);
	return err;
}

/* ---- the whole ---- */

/* the decisions as rebuild wants them: by id, 0 where a type of the base is itself */
static int finish(struct dedup *d, const struct dedup_opts *opts)
{
	u32 *to = calloc((size_t)d->end + 1, sizeof(*to));
	int err;

	if (!to)
		return -ENOMEM;
	for (u32 id = d->start; id < d->end; id++)
		to[id] = equiv_resolve(&d->eq, id);
	/* a FWD of the base that turned out to be an own struct is that struct for own types */
	for (u32 i = 0; i < d->eq.base_fwds.cnt; i++)
		to[d->eq.base_fwds.at[i]] = equiv_resolve(&d->eq, d->eq.base_fwds.at[i]);
	err = rebuild(d->b, to, opts->ext, opts->ret_map);
	free(to);
	return err;
}

static int run(struct dedup *d, const struct dedup_opts *opts)
{
	int err;

	if (equiv_init(&d->eq, d->b) || typetab_init(&d->own, d->b->nr / 32) ||
	    typetab_init(&d->enums, 64))
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
	return err ? err : finish(d, opts);
}

int dedup(struct btf *b, const struct dedup_opts *opts, struct btf_report *r)
{
	static const struct dedup_opts none;
	struct dedup d = {.b = b, .r = r, .start = b->start_id, .end = object_type_cnt(b)};
	int err;

	opts = opts ? opts : &none;
	d.collide = opts->force_collisions;
	d.bottom = b;
	while (d.bottom->base)
		d.bottom = d.bottom->base;
	err = dedup_check(&d);
	if (err)
		return err;
	if (b->frozen)
		return report_error(r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
				    "the header has fields this version does not know");
	err = strings_canon(b);
	if (!err)
		err = run(&d, opts);
	equiv_deinit(&d.eq);
	typetab_deinit(&d.own);
	typetab_deinit(&d.enums);
	if (err == -ENOMEM)
		return report_nomem(r);
	if (err == -EINVAL)
		return report_error(r, BTF_CODE_DEDUP_KIND, NULL, NOVAL, NOVAL,
				    "a struct, union or typedef refers to a VAR, DATASEC or DECL_TAG");
	return err;
}
