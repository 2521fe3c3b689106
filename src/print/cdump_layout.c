// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Sizes and alignments for the padding of structs: id -> bytes.
 *
 * The rules are those of btf__resolve_size and btf__align_of, but what a struct has is kept
 * (d->layout), as printing asks for every member: so a struct nested a hundred thousand levels
 * deep costs as much as one beside another. Structs that contain themselves have no alignment.
 */
#include "print/cdump.h"

#include <errno.h>

enum {
	LAYOUT_ALIGN = 0x0f, /* in d->layout: at most the size of a pointer */
	LAYOUT_PACKED = 0x10,
	LAYOUT_OPEN = 0x40, /* being computed */
	LAYOUT_KNOWN = 0x80,
};

struct align_frame {
	u32 id;
	u32 next;
	u32 max;
	int answer; /* alignment, decided by some member; -1: not yet */
	bool packed;
};

#define KINDS_ALIAS (KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF))
#define LONG_CHAIN 16

#define SKIP_VOID 0x7fffffffu /* in a table: 0 means not asked yet */

static u32 skip_next(const struct btf_type *t)
{
	return type_is(t, BTF_KIND_ARRAY) ? type_array(t)->type : t->type;
}

u32 cdump_skip(struct cdump *d, u32 **table, u32 id, u32 kinds)
{
	u32 at = id, steps = 0, arrays = 0, to;

	if (!*table)
		*table = zalloc_array(d->cnt, sizeof(**table));
	if (!*table) {
		cdump_fail(d, -ENOMEM, 0);
		return 0;
	}
	/* arrays: how many steps lie before the end of the last one */
	for (; kind_in(type_kind(cdump_at(d, at)), kinds) && !(*table)[at]; steps++) {
		if (steps > d->cnt) {
			cdump_fail(d, -ELOOP, id);
			return 0;
		}
		if (type_is(cdump_at(d, at), BTF_KIND_ARRAY))
			arrays = steps + 1;
		at = skip_next(cdump_at(d, at));
	}
	if (kind_in(type_kind(cdump_at(d, at)), kinds)) {
		to = (*table)[at];
		if (to & SKIP_ARRAY)
			arrays = steps + 1;
		to &= ~SKIP_ARRAY;
	} else {
		to = at ? at : SKIP_VOID;
	}
	at = id;
	for (u32 i = 0; i < steps; i++) {
		u32 next = skip_next(cdump_at(d, at));

		(*table)[at] = to | (i < arrays ? SKIP_ARRAY : 0);
		at = next;
	}
	return (to == SKIP_VOID ? 0 : to) | (arrays ? SKIP_ARRAY : 0);
}

u32 cdump_solid(struct cdump *d, u32 id)
{
	for (u32 steps = 0; steps < LONG_CHAIN; steps++) {
		const struct btf_type *t = cdump_at(d, id);

		if (!kind_in(type_kind(t), KINDS_ALIAS))
			return id;
		id = t->type;
	}
	return cdump_skip(d, &d->solid, id, KINDS_ALIAS);
}

/* ---- alignment ---- */

/* of what is no struct; 0: none */
static u32 leaf_align(const struct cdump *d, const struct btf_type *t)
{
	switch (type_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
		return min_of(d->ptr_sz, t->size);
	case BTF_KIND_PTR:
		return d->ptr_sz;
	default:
		return 0;
	}
}

/* the type that has the alignment: behind typedefs, modifiers, arrays */
static u32 align_target(struct cdump *d, u32 id)
{
	for (u32 steps = 0; steps <= d->cnt; steps++) {
		id = cdump_solid(d, id);
		if (!type_is(cdump_at(d, id), BTF_KIND_ARRAY))
			return id;
		id = type_array(cdump_at(d, id))->type;
		if (!cdump_charge(d, 1))
			return 0;
	}
	return 0;
}

static inline void align_member(const struct btf_type *t, struct align_frame *f, u32 align)
{
	const struct btf_member *m = (const struct btf_member *)type_tail(t) + f->next++;

	/* nearly always a power of two */
	bool is_pow2 = !(align & (align - 1));
	u32 beyond = is_pow2 ? m->offset & (8 * align - 1) : m->offset % (8 * align);

	if (align && !member_bits(t, m) && beyond) {
		f->packed = true;
		if (f->answer < 0)
			f->answer = 1;
	}
	if (!align && f->answer < 0)
		f->answer = 0;
	f->max = max_of(f->max, align);
}

static u8 align_done(const struct btf_type *t, const struct align_frame *f)
{
	bool tail = t->size % f->max;
	u32 align = f->answer >= 0 ? (u32)f->answer : tail ? 1 : f->max;

	return (u8)(LAYOUT_KNOWN | align | (f->packed || tail ? LAYOUT_PACKED : 0));
}

static bool align_push(struct cdump *d, u32 id)
{
	struct align_frame *f = cdump_push(d, &d->align, sizeof(*f));

	if (!f)
		return false;
	*f = (struct align_frame){.id = id, .max = 1, .answer = -1};
	d->layout[id] = LAYOUT_OPEN;
	return true;
}

/* Computes d->layout[id] of a struct or union, and of those that are its members. */
static void align_run(struct cdump *d, u32 id)
{
	u32 floor = d->align.nr;

	if (!align_push(d, id))
		return;
	while (d->align.nr > floor) {
		struct align_frame *f = (struct align_frame *)d->align.data + d->align.nr - 1;
		const struct btf_type *t = cdump_at(d, f->id);
		const struct btf_member *m = type_tail(t);
		u32 vlen = type_vlen(t), align = 0;

		while (f->next < vlen) {
			const struct cdump_ref *known = &d->ref[m[f->next].type];
			const struct btf_type *target;
			u32 to;

			if (likely(known->sized)) {
				align_member(t, f, known->align);
				continue;
			}
			to = align_target(d, m[f->next].type);
			target = cdump_at(d, to);
			if (!kind_in(type_kind(target), KINDS_COMPOSITE)) {
				align = leaf_align(d, target);
			} else if (!d->layout[to]) {
				if (align_push(d, to))
					goto next;
			} else {
				align = d->layout[to] & LAYOUT_ALIGN;
			}
			align_member(t, f, align);
		}
		d->layout[f->id] = align_done(t, f);
		d->align.nr--;
	next:;
	}
}

u32 cdump_struct_align(struct cdump *d, u32 id, bool *ret_packed)
{
	if (!(d->layout[id] & LAYOUT_KNOWN))
		align_run(d, id);
	if (ret_packed)
		*ret_packed = d->layout[id] & LAYOUT_PACKED;
	return d->layout[id] & LAYOUT_ALIGN;
}

/* ---- both ---- */

void cdump_layout(struct cdump *d, u32 id, struct cdump_layout *ret)
{
	u64 elems = 1, size;
	bool sized = true;

	ret->align = 0;
	for (u32 steps = 0;; steps++) {
		const struct btf_type *t;
		u32 kind;

		id = cdump_solid(d, id);
		t = cdump_at(d, id);
		kind = type_kind(t);
		if (kind == BTF_KIND_ARRAY) {
			elems *= type_array(t)->nelems;
			sized &= elems <= UINT32_MAX;
			elems = sized ? elems : 1;
			id = type_array(t)->type;
			if (!cdump_charge(d, 1) || steps > d->cnt)
				break;
			continue;
		}
		if (kind_in(kind, KINDS_COMPOSITE))
			ret->align = cdump_struct_align(d, id, NULL);
		else
			ret->align = leaf_align(d, t);
		if (!kind_in(kind, KIND_BIT(BTF_KIND_PTR)) && !kind_table[kind].head_size)
			break;
		size = elems * (kind == BTF_KIND_PTR ? d->ptr_sz : t->size);
		ret->size = sized && size <= UINT32_MAX ? (s64)size : -E2BIG;
		return;
	}
	ret->size = -EINVAL;
}

const struct cdump_ref *cdump_size(struct cdump *d, u32 id)
{
	struct cdump_ref *r = &d->ref[id];
	struct cdump_layout layout;

	cdump_layout(d, id, &layout);
	r->size = (u32)max_of(layout.size, (s64)0);
	r->align = layout.align & 15;
	r->sized = !d->err;
	return r;
}
