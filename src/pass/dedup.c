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
 * Cost: O(1) look-ups per type and one visit per reference; sized by the split, not its base. A
 * family of many types with one record is told apart by what stands below them (deep.h).
 */
#include "pass/dedup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/ext.h"
#include "btf/index.h"
#include "pass/deep.h"
#include "pass/equiv.h"
#include "pass/names.h"
#include "pass/rebuild.h"
#include "pass/typetab.h"

#define NOVAL BTF_NO_VALUE
#define IN_PROGRESS UINT32_MAX
#define KINDS_PRIM                                                                                 \
	(KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT) | KIND_BIT(BTF_KIND_FWD) | KINDS_ENUM)
#define KINDS_AS_GRAPH (KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF))
#define KINDS_STAY (KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC))

/* types of one hash in a table before more of them are told apart by deep_hash */
#define FAMILY_MAX 16
/* Two are the rule. A chain of types could be made to need one per link; it stays a bit longer. */
#define ROUNDS_MAX 32

/* what is kept of a base: built once, read by all */
struct base_table {
	struct typetab tab;	  /* all but VAR and DATASEC, by typetab_hash or deep_hash */
	struct name_set declared; /* names of FWDs */
	u32 broken;		  /* a type that refers to one that is not there, or 0 */
};

struct dedup {
	struct btf *b;
	struct btf_report *r;
	u32 start, end; /* own ids */
	struct names names;
	struct equiv eq;	  /* what is decided: eq.node[id].map */
	struct typetab own;	  /* own types that stay, as in a base_table */
	struct typetab enums;	  /* by name: the own enum that stands for a declaration */
	struct deep deep[2];	  /* made when first asked: for own types, for those of the base */
	struct name_set declared; /* names of all FWDs, for deep[0] */
	const struct base_table **level; /* of the bases, lowest first */
	u32 levels;
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
	struct base_table *t = p;

	typetab_deinit(&t->tab);
	free(t->declared.at);
	free(t);
}

static const struct btf_type *type_in_base(const void *base, u32 id)
{
	return object_type(base, id);
}

static bool refs_exist(const struct btf_type *t, u32 end)
{
	struct field_iter it = type_ids(t);
	u32 *f;

	while ((f = field_next(&it)))
		if (*f >= end)
			return false;
	return true;
}

static int base_table_add(struct base_table *t, const struct btf *base, u32 i, struct deep *deep)
{
	const struct btf_type *rec = object_own(base, i);
	u32 kind = type_kind(rec);
	s64 hash;

	if (kind >= WIRE_KINDS || kind_in(kind, KINDS_STAY))
		return 0;
	if (kind == BTF_KIND_FWD && rec->name_off && name_set_add(&t->declared, rec->name_off))
		return -ENOMEM;
	hash = typetab_hash(rec, fold_refs(NULL, rec));
	if (kind_in(kind, KINDS_AS_GRAPH) && typetab_count(&t->tab, hash, FAMILY_MAX) == FAMILY_MAX)
		hash = deep_hash(deep, base->start_id + i);
	return hash < 0 ? (int)hash : typetab_add(&t->tab, (u32)hash, base->start_id + i);
}

static struct base_table *base_table_build(const struct btf *base)
{
	struct deep deep = {.type = type_in_base, .ctx = base, .cnt = object_type_cnt(base)};
	struct base_table *t = calloc(1, sizeof(*t));
	int err = t ? typetab_init(&t->tab, base->nr) : -ENOMEM;

	/* an object that was built call by call may refer to anything */
	for (u32 i = 0; !err && !t->broken && i < base->nr; i++)
		if (!refs_exist(object_own(base, i), object_type_cnt(base)))
			t->broken = base->start_id + i;
	for (u32 i = 0; !err && !t->broken && i < base->nr; i++)
		err = base_table_add(t, base, i, &deep);
	deep_deinit(&deep);
	if (err && t)
		base_table_free(t);
	return err ? NULL : t;
}

/* built by whoever comes first, kept with the base, read by all */
static const struct base_table *base_table(const struct btf *base)
{
	struct btf *w = (struct btf *)(uintptr_t)base;
	void *have = __atomic_load_n(&w->pass_index, __ATOMIC_ACQUIRE), *mine;

	if (have)
		return have;
	mine = base_table_build(base);
	if (!mine)
		return NULL;
	/* every thread stores the same */
	__atomic_store_n(&w->pass_index_free, base_table_free, __ATOMIC_RELAXED);
	if (__atomic_compare_exchange_n(&w->pass_index, &have, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	base_table_free(mine);
	return have;
}

static int levels_init(struct dedup *d)
{
	u32 n = 0;

	for (const struct btf *l = d->b->base; l; l = l->base)
		d->levels++;
	d->level = malloc((d->levels + 1) * sizeof(*d->level));
	if (!d->level)
		return report_nomem(d->r);
	for (const struct btf *l = d->b->base; l; l = l->base) {
		const struct base_table *t = base_table(l);

		if (!t)
			return report_nomem(d->r);
		if (t->broken)
			return report_error(d->r, BTF_CODE_TYPE_REF,
					    &(struct place){.type_id = t->broken}, NOVAL, NOVAL,
					    "a type of the base refers to one that is not there");
		d->level[d->levels - ++n] = t;
	}
	return 0;
}

/* ---- candidates ---- */

static const struct btf_type *type_in_run(const void *eq, u32 id)
{
	/* looks the record up and remembers it; nothing else is written */
	return equiv_type((struct equiv *)(uintptr_t)eq, id);
}

static int collect_declared(struct dedup *d)
{
	int err = 0;

	for (u32 k = 0; !err && k < d->levels; k++) {
		const struct name_set *s = &d->level[k]->declared;

		for (u32 i = 0; !err && s->at && i <= s->mask; i++)
			err = s->at[i] ? name_set_add(&d->declared, s->at[i]) : 0;
	}
	for (u32 id = d->start; !err && id < d->end; id++)
		if (type_is(own(d, id), BTF_KIND_FWD) && own(d, id)->name_off)
			err = name_set_add(&d->declared, own(d, id)->name_off);
	return err;
}

/* of a base any name may be declared: by this object, which the base's table does not know */
static s64 hash_below(struct dedup *d, u32 id, bool in_base)
{
	struct deep *deep = &d->deep[in_base];

	if (!deep->type)
		*deep = (struct deep){.type = type_in_run, .ctx = &d->eq, .cnt = d->end};
	if (!in_base && !deep->declared) {
		if (collect_declared(d))
			return -ENOMEM;
		deep->declared = &d->declared;
	}
	return deep_hash(deep, id);
}

/*
 * All candidates for a type, own ones first (what stayed because a FWD of the base stands for an
 *own type is what others like it are), then the base, lowest level first: for (struct cands c =
 *cands_of(d, id, ref); (cand = cands_next(&c));)
 */
struct cands {
	struct dedup *d;
	u32 id;
	const struct typetab *t;
	const struct typetab_entry *e;
	u32 level; /* whose table t is; d->levels for own */
	u32 own;   /* hash by which the type would be added to the own ones */
	u32 hash;  /* of the record */
	u32 at;	   /* hash that e is searched by */
	u32 seen;  /* entries of t by that */
	bool deep; /* t is searched by deep_hash */
	bool fail;
};

static void cands_enter(struct cands *c, u32 level)
{
	bool own = level == c->d->levels;

	c->level = level;
	c->t = own ? &c->d->own : &c->d->level[level]->tab;
	/* collisions are forced among own types only */
	c->at = own && c->d->collide ? 0 : c->hash;
	c->e = typetab_first(c->t, c->at);
	c->seen = 0;
	c->deep = false;
}

/* the rest of a crowded family; false: that is not what there is */
static bool cands_enter_deep(struct cands *c)
{
	s64 below;

	if (c->deep || c->seen < FAMILY_MAX ||
	    !kind_in(type_kind(own(c->d, c->id)), KINDS_AS_GRAPH) ||
	    (c->level == c->d->levels && c->d->collide))
		return false;
	c->deep = true;
	below = hash_below(c->d, c->id, c->level < c->d->levels);
	if (below < 0) {
		c->fail = true;
		return false;
	}
	c->at = (u32)below;
	c->e = typetab_first(c->t, c->at);
	return true;
}

static struct cands cands_of(struct dedup *d, u32 id, u32 ref)
{
	struct cands c = {.d = d, .id = id, .hash = typetab_hash(own(d, id), ref)};

	cands_enter(&c, d->levels);
	return c;
}

static inline u32 cands_next(struct cands *c)
{
	u32 id;

	while (unlikely(!c->e)) {
		if (cands_enter_deep(c))
			continue;
		if (c->level == c->d->levels)
			c->own = c->at;
		if (c->fail ||
		    (c->level == c->d->levels ? !c->level : c->level + 1 == c->d->levels))
			return 0;
		cands_enter(c, c->level == c->d->levels ? 0 : c->level + 1);
	}
	id = c->e->id;
	c->seen++;
	c->e = typetab_next(c->t, c->e);
	return id;
}

/* none of the candidates is the type: it stays, where the next one will look for it */
static int stays(struct dedup *d, u32 id, const struct cands *c)
{
	if (c->fail)
		return -ENOMEM;
	*map(d, id) = id;
	return typetab_add(&d->own, c->own, id);
}

/* ---- INT FLOAT ENUM ENUM64 FWD ---- */

/* the lowest enums of a name in the base, or 0: with and without values */
static int enums_in_base(const struct dedup *d, const char *name, u32 *defined, u32 *declared)
{
	u32 hash = name_hash(name), id;

	*defined = *declared = 0;
	for (const struct btf *l = d->b->base; l; l = l->base) {
		struct name_iter it;
		u32 *ret, met = 0;

		if (name_iter_init(&it, l, NAMES_DATA, name, hash))
			return -ENOMEM;
		while ((id = name_iter_next(&it))) {
			const struct btf_type *t = object_type(l, id);

			if (!kind_in(type_kind(t), KINDS_ENUM) || (met & 1u << !type_vlen(t)))
				continue;
			met |= 1u << !type_vlen(t);
			ret = type_vlen(t) ? defined : declared;
			*ret = id;
		}
	}
	return 0;
}

/* ENUM declared and defined under one name; *ret stands for t, or is 0 */
static int enum_by_name(struct dedup *d, u32 id, u32 *ret)
{
	const struct btf_type *t = own(d, id);
	u32 hash = t->name_off * 0x9e3779b1u, defined = 0, declared = 0;
	const struct typetab_entry *e;

	*ret = 0;
	if (!t->name_off)
		return 0;
	if (d->levels && enums_in_base(d, object_name(d->b, t), &defined, &declared))
		return -ENOMEM;
	for (e = typetab_first(&d->enums, hash); e; e = typetab_next(&d->enums, e))
		if (own(d, e->id)->name_off == t->name_off)
			break;
	if (!type_vlen(t)) {
		*ret = defined ? defined : declared ? declared : e ? e->id : 0;
		if (*ret)
			return 0;
	} else if (declared && !defined && !*map(d, declared)) {
		/* for own types the base's declaration is this one */
		*map(d, declared) = id;
		return equiv_add_id(&d->eq.base_changed, declared);
	}
	if (!e)
		return typetab_add(&d->enums, hash, id);
	if (!type_vlen(own(d, e->id))) {
		/* declared before, defined here */
		*map(d, e->id) = id;
		d->enums.entry[e - d->enums.entry].id = id;
	}
	return 0;
}

static int prim(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	struct cands c = cands_of(d, id, 0);
	u32 cand;

	while ((cand = cands_next(&c)))
		if (equiv_shallow(t, equiv_type(&d->eq, cand))) {
			*map(d, id) = cand;
			return 0;
		}
	if (kind_in(type_kind(t), KINDS_ENUM)) {
		u32 stands;

		if (enum_by_name(d, id, &stands))
			return -ENOMEM;
		if (stands) {
			*map(d, id) = stands;
			return 0;
		}
	}
	return stays(d, id, &c);
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
		u32 hash = t->name_off * 0x9e3779b1u;

		/* the hash is as good as the name, and two definitions are as good as many */
		if (*map(d, id) == id && t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE) &&
		    typetab_count(&defs, hash, 2) < 2)
			err = typetab_add(&defs, hash, id);
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
	struct cands c = cands_of(d, id, fold_refs(&d->eq, t));
	u32 cand;

	while ((cand = cands_next(&c)))
		if (same_refs(d, t, equiv_type(&d->eq, cand))) {
			*map(d, id) = cand;
			return 0;
		}
	return stays(d, id, &c);
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

	return report_errno(
		d->r, BTF_CODE_DEDUP_LOOP, ELOOP,
		&(struct place){
			.type_id = id, .kind = (int)type_kind(t), .name = object_name(d->b, t)},
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
static int finish(struct dedup *d, struct btf_ext *ext, u32 **ret_map)
{
	u32 *to = calloc((size_t)d->end + 1, sizeof(*to));
	int ret;

	if (!to)
		return -ENOMEM;
	for (u32 id = d->start; id < d->end; id++)
		to[id] = equiv_resolve(&d->eq, id);
	/* a FWD of the base that turned out to be an own struct is that struct for own types */
	for (u32 i = 0; i < d->eq.base_changed.cnt; i++)
		to[d->eq.base_changed.at[i]] = equiv_resolve(&d->eq, d->eq.base_changed.at[i]);
	ret = rebuild(&d->names, to, ext, ret_map);
	free(to);
	return ret;
}

static int decide(struct dedup *d)
{
	int err;

	if (names_init(&d->names, d->b) || equiv_init(&d->eq, &d->names) ||
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
	err = dedup_check(&d);
	if (err)
		return err;
	if (b->frozen)
		return report_error(r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
				    "the header has fields this version does not know");
	err = levels_init(&d);
	if (!err)
		err = rounds(&d, opts);
	free(d.level);
	return err;
}
