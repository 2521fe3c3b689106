// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The second pass: where references lead, by the walk that the kernel does.
 *
 * In: records that are right by themselves. Out: k->to and k->to_size of every type that needs it:
 * what it comes down to. Cost: linear in types, members and parameters.
 *
 * Types are resolved in id order, each by a depth-first walk over what it refers to. A verdict
 * depends on that order, and this walk is the same one: at most 32 types that wait for each other
 * (a chain that leads to lower ids may have any length, those were resolved before); a pointer
 * ends the walk below a struct, but not below another pointer; a walk that began at a pointer ends
 * at structs. Asking for what is unsafe (k->safe) has no bound of depth, and everything of the
 * base counts as resolved.
 */
#include "check/kernel.h"

#include <errno.h>
#include <stdlib.h>

bool kc_is_sink(const struct kcheck *k, u32 kind)
{
	switch (k->mode) {
	case KC_TBD:
		return !kind_needs_resolve(kind);
	case KC_PTR:
		return !kind_is_modifier(kind) && kind != BTF_KIND_PTR;
	case KC_SA:
		break;
	}
	return !kind_is_modifier(kind) && kind != BTF_KIND_ARRAY && !kind_is_struct(kind);
}

bool kc_resolved(const struct kcheck *k, u32 id)
{
	return id < k->start_id || (k->state[id - k->start_id] & KC_STATE) == KC_DONE;
}

static int grow_stack(struct kcheck *k)
{
	u32 cap = k->stack_cap * 2;
	void *p = realloc(k->stack, cap * sizeof(*k->stack));

	if (!p)
		return -ENOMEM;
	k->stack = p;
	k->stack_cap = cap;
	return 0;
}

int kc_push(struct kcheck *k, u32 id)
{
	u8 *state = &k->state[id - k->start_id];
	u32 kind;

	if (k->top == KC_DEPTH && !k->safe)
		return -E2BIG;
	if ((*state & KC_STATE) != KC_NEW)
		return -EEXIST;
	if (k->top == k->stack_cap && grow_stack(k))
		return -ENOMEM;
	*state |= KC_OPEN;
	k->stack[k->top++] = (struct kc_vertex){.id = id};
	if (k->mode == KC_TBD) {
		struct krec t = kc_rec(k, id);

		kind = krec_kind(&t);
		if (kind == BTF_KIND_PTR)
			k->mode = KC_PTR;
		else if (kind_is_struct(kind) || kind == BTF_KIND_ARRAY)
			k->mode = KC_SA;
	}
	return 0;
}

void kc_pop(struct kcheck *k, u32 to, u32 to_size)
{
	u32 i = k->stack[--k->top].id - k->start_id;

	k->to[i] = to;
	k->to_size[i] = to_size;
	k->state[i] = (u8)((k->state[i] & ~KC_STATE) | KC_DONE);
}

u32 kc_resolved_to(const struct kcheck *k, u32 id)
{
	if (id < k->start_id)
		k = k->base;
	return k->to[id - k->start_id];
}

static u32 resolved_size(const struct kcheck *k, u32 id)
{
	if (id < k->start_id)
		k = k->base;
	return k->to_size[id - k->start_id];
}

/* of a type that is no modifier */
static bool own_size(const struct kcheck *k, u32 id, const struct krec *t, u32 *ret)
{
	u32 kind = krec_kind(t);

	if (kind_has_size_word(kind))
		*ret = t->size;
	else if (kind == BTF_KIND_ARRAY)
		*ret = resolved_size(k, id);
	else if (kind == BTF_KIND_PTR)
		*ret = 8;
	else
		return false;
	return true;
}

bool kc_size_of(const struct kcheck *k, u32 *id, u32 *ret_size)
{
	struct krec t;
	u32 kind, size, to = *id;

	if (!kc_has(k, to))
		return false;
	t = kc_rec(k, to);
	kind = krec_kind(&t);
	if (kind_is_modifier(kind) || kind == BTF_KIND_VAR) {
		to = kc_resolved_to(k, to);
		if (!kc_has(k, to))
			return false;
		t = kc_rec(k, to);
	}
	if (!own_size(k, to, &t, &size))
		return false;
	*id = to;
	if (ret_size)
		*ret_size = size;
	return true;
}

bool kc_int_regular(const struct krec *t)
{
	u32 word = kc_u32(t->tail), bits = word & 0xff;

	return !(word >> 16 & 0xff) &&
	       (bits == 8 || bits == 16 || bits == 32 || bits == 64 || bits == 128);
}

/* what the walk wants to hold at its end; it always does, as far as is known */
static bool right_state(const struct kcheck *k, u32 id)
{
	struct krec t = kc_rec(k, id);
	u32 kind = krec_kind(&t), to = kc_resolved_to(k, id), size;

	if (!kc_resolved(k, id))
		return false;
	if (kind_is_struct(kind) || kind == BTF_KIND_DATASEC)
		return !to && !resolved_size(k, id);
	if (kind == BTF_KIND_DECL_TAG || kind == BTF_KIND_FUNC)
		return to && !resolved_size(k, id);
	if (kind_is_modifier(kind) || kind == BTF_KIND_PTR || kind == BTF_KIND_VAR) {
		struct krec end;

		if (!kc_has(k, to))
			return false;
		end = kc_rec(k, to);
		kind = krec_kind(&end);
		return !kind_is_modifier(kind) && kind != BTF_KIND_VAR && kind != BTF_KIND_DATASEC;
	}
	to = kc_u32(t.tail);
	if (!kc_size_of(k, &to, &size))
		return false;
	t = kc_rec(k, to);
	return !kind_is_modifier(krec_kind(&t));
}

/* those that wait for each other when a rule is broken: said once, then left alone */
static void give_up(struct kcheck *k)
{
	while (k->top) {
		u32 i = k->stack[--k->top].id - k->start_id;

		k->to[i] = k->to_size[i] = 0;
		k->state[i] = KC_DONE | KC_BAD;
	}
}

int kc_resolve(struct kcheck *k, u32 id)
{
	int err;

	k->mode = KC_TBD;
	err = kc_push(k, id);
	while (!err && k->top)
		err = kc_step(k);
	if (err == -E2BIG)
		kc_fail(k, BTF_CODE_CHECK_DEPTH, id, -1, KC_DEPTH, NOVAL,
			"more than %d types wait for each other", KC_DEPTH);
	else if (err == -EEXIST)
		kc_fail(k, BTF_CODE_CHECK_LOOP, id, -1, NOVAL, NOVAL, "contains itself");
	else if (err == -ENOMEM)
		report_nomem(k->r);
	else if (!err && !k->safe && !right_state(k, id))
		err = kc_fail(k, BTF_CODE_CHECK_STATE, id, -1, NOVAL, NOVAL, "comes down to [%u]",
			      kc_resolved_to(k, id));
	if (err)
		give_up(k);
	return err;
}

int kc_resolve_all(struct kcheck *k)
{
	int err = 0, first = 0;

	for (u32 i = k->base ? 0 : 1; i < k->nr; i++) {
		u32 id = k->start_id + i;
		struct krec t = kc_rec(k, id);

		if (k->state[i] & KC_BAD)
			continue;
		err = 0;
		if (kind_needs_resolve(krec_kind(&t)) && !kc_resolved(k, id))
			err = kc_resolve(k, id);
		if (!err && krec_kind(&t) == BTF_KIND_FUNC_PROTO)
			err = kc_proto(k, id);
		if (err && (!k->all || err == -ENOMEM))
			return err;
		first = first ? first : err;
	}
	return first;
}
