// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Where dedup looks for a type that is there already: see dedup_inside.h.
 *
 * In: what is decided so far, and a type. Out: the types that may be it, in the order in which they
 * are asked. A base has one table, built when first needed and kept with it; own types that stay
 * are in another. A family of many types with one record is told apart by what stands below them
 * (deep.h), so that no chain of candidates is long.
 */
#include <errno.h>
#include <stdlib.h>

#include "pass/dedup.h"
#include "pass/dedup_inside.h"

/*
 * A run over few types on a base that has no table yet, and was asked for one this often at most,
 * makes one of what it may need, for itself: a third of what the whole costs goes into the first.
 */
#define LEAN_RUNS 2
#define LEAN_TYPES 4096
#define LEAN_EXPECT 8192

/* types of one hash in a table before more of them are told apart by deep_hash */
#define FAMILY_MAX 16

/* ---- the base ---- */

u32 fold_refs(const struct equiv *eq, const struct btf_type *t)
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

/* what types that are equal have in common, and can be told without a look at all of the record */
static inline u32 wanted_hash(const struct btf_type *t)
{
	u32 kind = type_kind(t), h = t->info ^ t->name_off * 0x9e3779b1u;

	/* prototypes have no name; their first parameter may */
	if (kind == BTF_KIND_FUNC_PROTO && type_vlen(t))
		h ^= ((const struct btf_param *)type_tail(t))->name_off * 0x85ebca6bu;
	h *= 0xc2b2ae35u;
	return h >> 16 & (WANTED_BITS - 1);
}

static inline bool is_wanted(const struct wanted *w, const struct btf_type *t)
{
	u32 h = wanted_hash(t);

	return w->bit[h / 64] >> h % 64 & 1;
}

/* wanted NULL: of all types; else of those that may be equal to one that is wanted, and all FWDs */
static struct base_table *base_table_build(const struct btf *base, const struct wanted *wanted)
{
	struct deep deep = {.type = type_in_base, .ctx = base, .cnt = object_type_cnt(base)};
	struct base_table *t = calloc(1, sizeof(*t));
	int err = t ? typetab_init(&t->tab, wanted ? LEAN_EXPECT : base->nr) : -ENOMEM;

	/* an object that was built call by call may refer to anything */
	for (u32 i = 0; !err && !wanted && !t->broken && i < base->nr; i++)
		if (!refs_exist(object_own(base, i), object_type_cnt(base)))
			t->broken = base->start_id + i;
	for (u32 i = 0; !err && !t->broken && i < base->nr; i++) {
		const struct btf_type *rec = object_own(base, i);

		if (!wanted || is_wanted(wanted, rec) || type_is(rec, BTF_KIND_FWD))
			err = base_table_add(t, base, i, &deep);
	}
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
	mine = base_table_build(base, NULL);
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

int dedup_keep(const struct btf *b, struct kept_slice part[KEPT_PARTS], struct buf own[3])
{
	const struct base_table *t = base_table(b);

	if (!t)
		return -ENOMEM;
	if (t->broken || t->tab.start)
		return -EINVAL;
	if (typetab_pack(&t->tab, &own[0], &own[1]))
		return -ENOMEM;
	for (u32 i = 0; t->declared.at && i <= t->declared.mask; i++)
		if (t->declared.at[i] && buf_add(&own[2], &t->declared.at[i], sizeof(u32)))
			return -ENOMEM;
	part[KEPT_PASS_START] = (struct kept_slice){own[0].data, own[0].len};
	part[KEPT_PASS_ENTRY] = (struct kept_slice){own[1].data, own[1].len};
	part[KEPT_PASS_DECLARED] = (struct kept_slice){own[2].data, own[2].len};
	return 0;
}

static int table_take(struct base_table *t, const struct btf *b, const struct kept *k)
{
	u32 names = kept_count(k, KEPT_PASS_DECLARED, sizeof(u32));
	const u32 *name = k->part[KEPT_PASS_DECLARED].data;

	if (!typetab_borrow(&t->tab, k->part[KEPT_PASS_START].data,
			    kept_count(k, KEPT_PASS_START, sizeof(u32)),
			    k->part[KEPT_PASS_ENTRY].data,
			    kept_count(k, KEPT_PASS_ENTRY, sizeof(struct typetab_packed)),
			    object_type_cnt(b)))
		return -EINVAL;
	for (u32 i = 0; i < names; i++)
		if (name[i] && name_set_add(&t->declared, name[i]))
			return -ENOMEM;
	return 0;
}

int dedup_take(struct btf *b, const struct kept *k)
{
	struct base_table *t = b->pass_index ? NULL : calloc(1, sizeof(*t));
	int err = t || b->pass_index ? 0 : -ENOMEM;

	if (!t)
		return err;
	err = table_take(t, b, k);
	if (err) {
		base_table_free(t);
		return err;
	}
	b->pass_index = t;
	b->pass_index_free = base_table_free;
	return 0;
}

/*
 * A table for this run alone? Names must be numbers already, and the same ones as the base has; and
 * nothing in the base may refer to what is not there.
 */
static bool lean_fits(const struct dedup *d)
{
	const struct btf *base = d->b->base;
	struct btf *w = (struct btf *)(uintptr_t)base;

	if (!base || base->base || base->dirty || base->has_unknown || !base->blob ||
	    !d->b->strs_unique || d->b->nr > LEAN_TYPES ||
	    __atomic_load_n(&base->pass_index, __ATOMIC_ACQUIRE))
		return false;
	return __atomic_fetch_add(&w->pass_lean, 1, __ATOMIC_RELAXED) < LEAN_RUNS;
}

static struct base_table *lean_table(const struct dedup *d)
{
	struct wanted *w = calloc(1, sizeof(*w));
	struct base_table *t;

	if (!w)
		return NULL;
	for (u32 i = 0; i < d->b->nr; i++) {
		u32 h = wanted_hash(object_own(d->b, i));

		w->bit[h / 64] |= 1ull << h % 64;
	}
	t = base_table_build(d->b->base, w);
	free(w);
	return t;
}

void levels_deinit(struct dedup *d)
{
	if (d->lean)
		base_table_free(d->lean);
	free(d->level);
}

int levels_init(struct dedup *d)
{
	u32 n = 0;

	for (const struct btf *l = d->b->base; l; l = l->base)
		d->levels++;
	d->level = malloc((d->levels + 1) * sizeof(*d->level));
	if (!d->level)
		return report_nomem(d->r);
	if (lean_fits(d))
		d->lean = lean_table(d);
	for (const struct btf *l = d->b->base; l; l = l->base) {
		const struct base_table *t = d->lean ? d->lean : base_table(l);

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

static void cands_enter(struct cands *c, u32 level)
{
	bool own = level == c->d->levels;

	c->level = level;
	c->t = own ? &c->d->own : &c->d->level[level]->tab;
	/* collisions are forced among own types only */
	c->at = own && c->d->collide ? 0 : c->hash;
	c->e = typetab_seek(c->t, c->at);
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
	c->e = typetab_seek(c->t, c->at);
	return true;
}

struct cands cands_of(struct dedup *d, u32 id, u32 ref)
{
	struct cands c = {.d = d, .id = id, .hash = typetab_hash(own(d, id), ref)};

	cands_enter(&c, d->levels);
	return c;
}

u32 cands_next_level(struct cands *c)
{
	u32 id;

	while (!c->e) {
		if (cands_enter_deep(c))
			continue;
		if (c->level == c->d->levels)
			c->own = c->at;
		if (c->fail ||
		    (c->level == c->d->levels ? !c->level : c->level + 1 == c->d->levels))
			return 0;
		cands_enter(c, c->level == c->d->levels ? 0 : c->level + 1);
	}
	id = typetab_id(c->t, c->e);
	c->seen++;
	c->e = typetab_after(c->t, c->e);
	return id;
}

int stays(struct dedup *d, u32 id, const struct cands *c)
{
	if (c->fail)
		return -ENOMEM;
	*map(d, id) = id;
	return typetab_add(&d->own, c->own, id);
}
