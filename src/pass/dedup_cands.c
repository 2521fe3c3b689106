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

#include "pass/dedup_inside.h"

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

int levels_init(struct dedup *d)
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
	id = c->e->id;
	c->seen++;
	c->e = typetab_next(c->t, c->e);
	return id;
}

int stays(struct dedup *d, u32 id, const struct cands *c)
{
	if (c->fail)
		return -ENOMEM;
	*map(d, id) = id;
	return typetab_add(&d->own, c->own, id);
}
