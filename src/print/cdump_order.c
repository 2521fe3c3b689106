// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Which definitions a type needs, in which order: see cdump.h.
 *
 * In C a struct that is a member must be defined before, one that is only pointed at must be
 * known by its tag. So each type that is met is one of two things to whoever refers to it:
 * *strong*, its definition has to stand before; or *weak*, a declaration is enough. A named struct
 * or union behind a pointer is weak, and is left out of the queue. An anonymous one is defined
 * where it is used, so what it needs counts for its user, also behind a pointer. A typedef behind
 * a pointer is weak when what it names is; then it is not queued either.
 *
 * The walk is depth first and post-order. What is done is marked, and is strong to whoever meets
 * it later: this, and INTs being weak the first time only, decide the order of the text, so it
 * follows libbpf to the letter. Modifiers, arrays and prototypes are not marked, as what they are
 * depends on the way to them.
 *
 * A type that contains itself gives -ELOOP: a struct met again before it is done, unless it is
 * named and behind a pointer; and any circle without a struct, which shows in a stack deeper than
 * there are types. Whatever fails, here or in printing, all marks of the call are taken back, so
 * that what was not printed is not taken for printed.
 */
#include "print/cdump.h"

#include <errno.h>

enum { WEAK = 0, STRONG = 1, PUSHED = 2 };

struct order_frame {
	u32 id;
	u32 next; /* member, or 1 + parameter */
	bool through_ptr;
	bool strong;
};

#define LONG_CHAIN 16 /* modifiers and arrays; longer ones are remembered */
#define KINDS_PASS (KINDS_MOD | KIND_BIT(BTF_KIND_ARRAY))

static int mark(struct cdump *d, u32 id, int result)
{
	d->state[id] = (u8)((d->state[id] & ~TYPE_ORDERING) | TYPE_ORDERED);
	return cdump_push_id(d, &d->marked, id) ? result : d->err;
}

static int queue(struct cdump *d, u32 id, const struct btf_type *t)
{
	if (t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE | KINDS_ENUM) && !d->ref[id].nth)
		cdump_name_hash(d, &d->tags, t->name_off);
	return cdump_push_id(d, &d->queue, id) ? mark(d, id, STRONG) : d->err;
}

static int push(struct cdump *d, u32 id, bool through_ptr)
{
	struct order_frame *f;

	/* each type, reached with and without a pointer before it */
	if (d->order.nr / 2 > d->cnt)
		return cdump_fail(d, -ELOOP, id);
	f = cdump_push(d, &d->order, sizeof(*f));
	if (!f || !cdump_charge(d, 1))
		return d->err;
	*f = (struct order_frame){.id = id, .through_ptr = through_ptr};
	return PUSHED;
}

/* Modifiers pass on what they refer to; array elements are needed in full. */
static int pass_on(struct cdump *d, u32 *id, bool *through_ptr)
{
	for (u32 steps = 0; steps < LONG_CHAIN; steps++) {
		const struct btf_type *t = cdump_at(d, *id);
		u32 kind = type_kind(t);

		if (kind == BTF_KIND_ARRAY) {
			*id = type_array(t)->type;
			*through_ptr = false;
		} else if (kind_in(kind, KINDS_MOD)) {
			*id = t->type;
		} else {
			return 0;
		}
	}
	u32 to = cdump_skip(d, &d->target, *id, KINDS_PASS);

	if (d->err)
		return d->err;
	if (to & SKIP_ARRAY)
		*through_ptr = false;
	*id = to & ~SKIP_ARRAY;
	return 0;
}

static bool is_tagged(const struct btf_type *t)
{
	return t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE);
}

/* what id is to whoever refers to it, or PUSHED: that depends on what it refers to */
static int enter(struct cdump *d, u32 id, bool through_ptr)
{
	const struct btf_type *t = cdump_at(d, id);
	u8 state;

	if (kind_in(type_kind(t), KINDS_PASS)) {
		if (pass_on(d, &id, &through_ptr))
			return d->err;
		t = cdump_at(d, id);
	}
	state = d->state[id];
	if (state & TYPE_ORDERED)
		return STRONG;
	if (state & TYPE_ORDERING) {
		if (through_ptr && t->name_off)
			return WEAK;
		return cdump_fail(d, -ELOOP, id);
	}
	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (through_ptr && is_tagged(t))
			return WEAK;
		d->state[id] |= TYPE_ORDERING;
		return push(d, id, through_ptr);
	case BTF_KIND_PTR:
		if (d->state[t->type] & TYPE_ORDERED)
			return mark(d, id, STRONG);
		if (is_tagged(cdump_at(d, t->type)))
			return mark(d, id, WEAK);
		return push(d, id, through_ptr);
	case BTF_KIND_TYPEDEF:
		if (d->state[t->type] & TYPE_ORDERED)
			return queue(d, id, t);
		/* fall through */
	case BTF_KIND_FUNC_PROTO:
		return push(d, id, through_ptr);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FWD:
		/* an anonymous one that is referred to is printed there */
		return t->name_off || !(state & TYPE_REFERENCED) ? queue(d, id, t)
								 : mark(d, id, STRONG);
	default:
		return mark(d, id, WEAK);
	}
}

/* Looks at what is next in the frame on top; when all was seen, pops it and returns what it is. */
static int step_struct(struct cdump *d, struct order_frame *f, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t), id = f->id;

	while (f->next < vlen) {
		u32 i = f->next++;
		int res;

		/* the records lie all over the memory */
		if (i + 3 < vlen && !(d->state[m[i + 3].type] & TYPE_ORDERED))
			__builtin_prefetch(cdump_at(d, m[i + 3].type));
		/* done is what it is to all that come later */
		if (likely(d->state[m[i].type] & TYPE_ORDERED))
			continue;
		res = enter(d, m[i].type, false);
		if (res < 0 || res == PUSHED)
			return res;
	}
	if (!cdump_charge(d, vlen))
		return d->err;
	d->order.nr--;
	return t->name_off ? queue(d, id, t) : mark(d, id, STRONG);
}

static int step_proto(struct cdump *d, struct order_frame *f, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);

	while (f->next <= type_vlen(t)) {
		u32 ref = f->next ? p[f->next - 1].type : t->type;
		int res;

		f->next++;
		if (likely(d->state[ref] & TYPE_ORDERED)) {
			f->strong = true;
			continue;
		}
		res = enter(d, ref, f->through_ptr);
		if (res < 0 || res == PUSHED)
			return res;
		f->strong |= res == STRONG;
	}
	d->order.nr--;
	return f->strong;
}

/* a PTR or TYPEDEF learns what its target is */
static int step_target(struct cdump *d, struct order_frame *f, const struct btf_type *t, int res)
{
	u32 id = f->id;

	d->order.nr--;
	if (type_is(t, BTF_KIND_PTR))
		return mark(d, id, res);
	return f->through_ptr && res == WEAK ? WEAK : queue(d, id, t);
}

static int step(struct cdump *d, int res)
{
	struct order_frame *f = (struct order_frame *)d->order.data + d->order.nr - 1;
	const struct btf_type *t = cdump_at(d, f->id);

	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return step_struct(d, f, t);
	case BTF_KIND_FUNC_PROTO:
		if (res == STRONG)
			f->strong = true;
		return step_proto(d, f, t);
	default:
		if (res != PUSHED)
			return step_target(d, f, t, res);
		res = enter(d, t->type, type_is(t, BTF_KIND_PTR) || f->through_ptr);
		return res == WEAK || res == STRONG ? step_target(d, f, t, res) : res;
	}
}

void cdump_order_undo(struct cdump *d)
{
	const u32 *marked = d->marked.data;
	const struct order_frame *f = d->order.data;

	for (u32 i = 0; i < d->marked.nr; i++)
		d->state[marked[i]] &= (u8)~TYPE_ORDERED;
	for (u32 i = 0; i < d->order.nr; i++)
		d->state[f[i].id] &= (u8)~TYPE_ORDERING;
	d->order.nr = 0;
	d->queue.nr = 0;
}

int cdump_order(struct cdump *d, u32 id)
{
	int res;

	d->marked.nr = 0;
	res = enter(d, id, false);
	while (res >= 0 && d->order.nr)
		res = step(d, res);
	return res < 0 ? res : 0;
}
