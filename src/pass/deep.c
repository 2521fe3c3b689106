// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Hash of a type's graph: see deep.h.
 *
 * Where equivalence looks at a name only (a struct that a FWD may stand for, an enum that may be
 * declared), so does the hash. A graph that ends is hashed as a whole, from its leaves up, once per
 * type. One that leads back to itself is unrolled in wire order, to a depth and a number of types
 * that are fixed. That a graph ends does not depend on its ids, so equal graphs are treated alike.
 * Cost: linear for all types that end, bounded for each other one; only types of crowded families
 * are asked.
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

enum { NEW, OPEN, ENDS, LOOPS };

struct deep_memo {
	u32 hash; /* of what ENDS */
	u8 state;
};

/* what is compared by name alone: equal hash for a FWD and what it declares */
static u32 by_name(u32 kind, const struct btf_type *t)
{
	return typetab_fold(kind, t->name_off);
}

/* what nothing is compared below of */
static bool leaf_hash(const struct deep *d, const struct btf_type *t, u32 *ret)
{
	u32 kind = type_kind(t);

	if (kind == BTF_KIND_FWD)
		*ret = by_name(type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT, t);
	else if (kind_in(kind, KINDS_ENUM) && t->name_off)
		*ret = by_name(BTF_KIND_ENUM, t);
	else if (kind_in(kind, KINDS_COMPOSITE) && t->name_off &&
		 (!d->declared || name_set_has(d->declared, t->name_off)))
		*ret = by_name(kind, t);
	else if (!kind || kind >= WIRE_KINDS || kind == BTF_KIND_VAR || kind == BTF_KIND_DATASEC)
		*ret = kind;
	else
		return false;
	return true;
}

struct frame {
	u32 id, hash;
	struct field_iter it;
	bool loops;
};

static int open_frame(struct deep *d, struct buf *stack, u32 id)
{
	const struct btf_type *t = d->type(d->ctx, id);
	struct frame f = {id, typetab_hash(t, 0), type_ids(t), false};

	d->memo[id].state = OPEN;
	return buf_add(stack, &f, sizeof(f));
}

/* decides for id and all below it whether it ends, and the hash of what does */
static int settle(struct deep *d, u32 id)
{
	struct buf stack = {0};
	int err = open_frame(d, &stack, id);

	while (!err && stack.len) {
		struct frame *top = (struct frame *)(void *)(stack.data + stack.len) - 1;
		u32 *f = field_next(&top->it), leaf;
		struct deep_memo *m;

		if (!f) {
			m = &d->memo[top->id];
			*m = (struct deep_memo){top->hash, top->loops ? LOOPS : ENDS};
			stack.len -= sizeof(*top);
			if (stack.len) {
				top--;
				top->loops |= m->state == LOOPS;
				top->hash = typetab_fold(top->hash, m->hash);
			}
			continue;
		}
		m = &d->memo[*f];
		if (leaf_hash(d, d->type(d->ctx, *f), &leaf))
			top->hash = typetab_fold(top->hash, leaf);
		else if (m->state == NEW)
			err = open_frame(d, &stack, *f);
		else if (m->state == ENDS)
			top->hash = typetab_fold(top->hash, m->hash);
		else
			top->loops = true;
	}
	buf_deinit(&stack);
	return err;
}

static u32 unroll(const struct deep *d, u32 id, int depth, u32 *left)
{
	const struct btf_type *t = d->type(d->ctx, id);
	struct field_iter it = type_ids(t);
	u32 h = typetab_hash(t, 0), *f, leaf;

	while (depth && *left && (f = field_next(&it))) {
		--*left;
		if (leaf_hash(d, d->type(d->ctx, *f), &leaf))
			h = typetab_fold(h, leaf);
		else if (d->memo[*f].state == ENDS)
			h = typetab_fold(h, d->memo[*f].hash);
		else
			h = typetab_fold(h, unroll(d, *f, depth - 1, left));
	}
	return h;
}

s64 deep_hash(struct deep *d, u32 id)
{
	u32 left = MAX_TYPES;

	if (!d->memo) {
		d->memo = calloc(d->cnt, sizeof(*d->memo));
		if (!d->memo)
			return -ENOMEM;
	}
	if (d->memo[id].state == NEW && settle(d, id))
		return -ENOMEM;
	return d->memo[id].state == ENDS ? d->memo[id].hash : unroll(d, id, MAX_DEPTH, &left);
}

void deep_deinit(struct deep *d)
{
	free(d->memo);
	d->memo = NULL;
}
