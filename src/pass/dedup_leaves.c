// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Types that refer to nothing: see dedup_inside.h.
 *
 * In: an object's types. Out: prims() decides INT, FLOAT, ENUM, ENUM64 and FWD by their records,
 * and an ENUM that is only declared by its name; fwds(), once structs and unions are decided, a FWD
 * whose name has exactly one definition.
 */
#include <errno.h>

#include "btf/index.h"
#include "pass/dedup_inside.h"

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
	if (kind_in(type_kind(t), KINDS_ENUM | KIND_BIT(BTF_KIND_FWD)))
		d->spoke[(id - d->start) / 32] |= 1u << (id - d->start) % 32;
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

/* how many types ahead records are fetched */
#define FETCH 24

int prims(struct dedup *d)
{
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++) {
		u32 kind = own_kind(d, id);

		if (d->end - id > FETCH && kind_in(own_kind(d, id + FETCH), KINDS_PRIM))
			__builtin_prefetch(own(d, id + FETCH));
		if (kind_in(kind, KINDS_STAY))
			*map(d, id) = id;
		else if (kind_in(kind, KINDS_PRIM))
			err = prim(d, id);
	}
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

/* own types that are still what stands for themselves: for (i = 0; i < d->own.cnt; i++) */
static inline u32 staying(const struct dedup *d, u32 i)
{
	u32 id = d->own.entry[i].id;

	return *map(d, id) == id ? id : 0;
}

int fwds(struct dedup *d)
{
	struct typetab defs = {0};
	bool open = false;
	u32 id;
	int err;

	for (u32 i = 0; !open && i < d->own.cnt; i++)
		open = (id = staying(d, i)) && type_is(own(d, id), BTF_KIND_FWD);
	if (!open)
		return 0;
	err = typetab_init(&defs, d->own.cnt);
	for (u32 i = 0; !err && i < d->own.cnt; i++) {
		const struct btf_type *t;
		u32 hash;

		id = staying(d, i);
		if (!id)
			continue;
		t = own(d, id);
		hash = t->name_off * 0x9e3779b1u;
		/* the hash is as good as the name, and two definitions are as good as many */
		if (t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE) &&
		    typetab_count(&defs, hash, 2) < 2)
			err = typetab_add(&defs, hash, id);
	}
	for (u32 i = 0; !err && i < d->own.cnt; i++) {
		id = staying(d, i);
		if (id && type_is(own(d, id), BTF_KIND_FWD))
			err = fwd(d, &defs, id);
	}
	typetab_deinit(&defs);
	return err;
}
