// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Do two functions of one name have the same prototype?
 *
 * In: two states, and the types that are joined. Out: yes or no, as pahole answers: structs,
 * unions, enums and typedefs are the same where their names are; a declaration is as good as a
 * definition; const that only one side has does not count; of a function that is pointed at, the
 * number of parameters and what it returns count. Holds: keys that are equal need no look at
 * types, which is the case nearly always.
 */
#include "encode/func.h"

#define MAX_STEPS 256 /* pointers, arrays and qualifiers in one type; no compiler comes near */

static u32 plain_kind(const struct btf_type *t)
{
	if (type_is(t, BTF_KIND_FWD))
		return type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	return type_kind(t);
}

static bool same_name(const struct btf *b, const struct btf_type *x, const struct btf_type *y)
{
	return x->name_off == y->name_off || !strcmp(object_name(b, x), object_name(b, y));
}

enum { DIFFERENT, SAME, GO_ON };

/* two types of one kind; where they depend on other types these are in *x and *y */
static int same_kind(const struct btf *b, const struct btf_type *s, const struct btf_type *t,
		     u32 kind, u32 *x, u32 *y)
{
	const struct btf_array *p, *q;

	switch (kind) {
	case BTF_KIND_INT:
		if (*(const u32 *)type_tail(s) != *(const u32 *)type_tail(t))
			return DIFFERENT;
		/* fall through */
	case BTF_KIND_FLOAT:
		return s->size == t->size && same_name(b, s, t);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return same_name(b, s, t);
	case BTF_KIND_ARRAY:
		p = type_tail(s);
		q = type_tail(t);
		*x = p->type;
		*y = q->type;
		return p->nelems == q->nelems ? GO_ON : DIFFERENT;
	case BTF_KIND_FUNC_PROTO:
		if (type_vlen(s) != type_vlen(t))
			return DIFFERENT;
		/* fall through */
	case BTF_KIND_PTR:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		*x = s->type;
		*y = t->type;
		return GO_ON;
	default:
		return DIFFERENT;
	}
}

static bool same_type(const struct btf *b, u32 x, u32 y)
{
	for (u32 steps = 0; steps < MAX_STEPS; steps++) {
		const struct btf_type *s, *t;
		u32 k, l;
		int same;

		if (x == y)
			return true;
		if (!x || !y)
			return false;
		s = object_type(b, x);
		t = object_type(b, y);
		k = plain_kind(s);
		l = plain_kind(t);
		if (k == l) {
			same = same_kind(b, s, t, k, &x, &y);
			if (same != GO_ON)
				return same;
		} else if (k == BTF_KIND_CONST) {
			x = s->type;
		} else if (l == BTF_KIND_CONST) {
			y = t->type;
		} else {
			return false;
		}
	}
	return false;
}

static bool same_key(const struct btf *b, const struct join_ids *ids, u64 x, u64 y)
{
	return x == y || same_type(b, join_id(ids, x), join_id(ids, y));
}

bool func_same_prototype(const struct func_at *a, const struct func_at *b, const struct btf *btf,
			 const struct join_ids *ids)
{
	const struct func_param *p = func_params(a), *q = func_params(b);
	u16 differ = a->state->flags ^ b->state->flags;
	u32 x = a->state->cnt, y = b->state->cnt;

	/* one more parameter of no type, "..." */
	if (x + !!(a->state->flags & STATE_VARARG) != y + !!(b->state->flags & STATE_VARARG))
		return false;
	if (!same_key(btf, ids, a->state->ret, b->state->ret))
		return false;
	for (u32 i = 0; i < min_of(x, y); i++)
		if (!same_key(btf, ids, p[i].ref, q[i].ref))
			return false;
	return !(differ & STATE_VARARG) || (x > y ? p[y].ref : q[x].ref) == KEY_VOID;
}
