// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Hash of a type's graph: see deep.h.
 *
 * The graph is unrolled in wire order, to a depth and a number of types that are fixed, so that
 * equal graphs are unrolled alike whatever their ids. Where equivalence looks at a name only (a
 * struct that a FWD may stand for, an enum that may be declared), so does the hash. Cost: bounded
 * per type, and only types of crowded families are asked.
 */
#include "pass/deep.h"

#include <errno.h>
#include <stdlib.h>

#include "pass/typetab.h"

#define MAX_DEPTH 12
#define MAX_TYPES 96

static u32 name_slot(const struct name_set *s, u32 name_off)
{
	u32 i = (name_off * 0x9e3779b1u >> 7) & s->mask;

	while (s->at[i] && s->at[i] != name_off)
		i = (i + 1) & s->mask;
	return i;
}

int name_set_add(struct name_set *s, u32 name_off)
{
	u32 i;

	if (s->cnt * 2 >= s->mask) {
		struct name_set next = {.mask = s->mask ? s->mask * 2 + 1 : 63, .cnt = s->cnt};

		next.at = calloc((size_t)next.mask + 1, sizeof(*next.at));
		if (!next.at)
			return -ENOMEM;
		for (i = 0; s->at && i <= s->mask; i++)
			if (s->at[i])
				next.at[name_slot(&next, s->at[i])] = s->at[i];
		free(s->at);
		*s = next;
	}
	i = name_slot(s, name_off);
	s->cnt += !s->at[i];
	s->at[i] = name_off;
	return 0;
}

bool name_set_has(const struct name_set *s, u32 name_off)
{
	return s->cnt && s->at[name_slot(s, name_off)];
}

struct unroll {
	const struct deep *d;
	u32 left; /* types that may still be visited */
};

static u32 below(struct unroll *u, const struct btf_type *t, int depth);

/* what is compared by name alone: equal hash for a FWD and what it declares */
static u32 by_name(u32 kind, const struct btf_type *t)
{
	return typetab_fold(kind, t->name_off);
}

static u32 one(struct unroll *u, u32 id, int depth)
{
	const struct btf_type *t;
	u32 kind;

	if (!id || !u->left || !depth)
		return id ? 1 : 0;
	u->left--;
	t = u->d->type(u->d->ctx, id);
	kind = type_kind(t);
	if (kind == BTF_KIND_FWD)
		return by_name(type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT, t);
	if (kind_in(kind, KINDS_ENUM) && t->name_off)
		return by_name(BTF_KIND_ENUM, t);
	if (kind_in(kind, KINDS_COMPOSITE) && t->name_off &&
	    (!u->d->declared || name_set_has(u->d->declared, t->name_off)))
		return by_name(kind, t);
	return below(u, t, depth);
}

static u32 below(struct unroll *u, const struct btf_type *t, int depth)
{
	struct field_iter it = type_ids(t);
	u32 h = typetab_hash(t, 0), *f;

	/* these are equal to themselves only: nothing below them is compared */
	if (kind_in(type_kind(t), KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC)))
		return h;
	while (u->left && (f = field_next(&it)))
		h = typetab_fold(h, one(u, *f, depth - 1));
	return h;
}

u32 deep_hash(const struct deep *d, const struct btf_type *t)
{
	struct unroll u = {d, MAX_TYPES};

	return below(&u, t, MAX_DEPTH);
}
