// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Where members lie: see shape.h.
 *
 * In: any object that passed object_parse. Out: one entry a member with the gap in front of it,
 * and sums over them. One pass in the order of the members, with two marks: the end of what was
 * seen, and the end of the storage unit that the bit-fields before it lie in. Chains of typedefs
 * and arrays are followed step by step and every step is charged, so that a call ends soon
 * whatever the types are.
 */
#include "print/shape.h"

#include <errno.h>
#include <stdlib.h>

/* real kernels take below a hundred steps a member; hostile BTF ends here */
#define ALLOWANCE (4 * 1024 * 1024)

int shapes_init(struct shapes *l, const struct btf *b)
{
	*l = (struct shapes){.b = b, .allowance = ALLOWANCE};
	l->aligns = query_aligns_new(b);
	return l->aligns ? 0 : -ENOMEM;
}

void shapes_deinit(struct shapes *l)
{
	query_aligns_free(l->aligns);
	*l = (struct shapes){0};
}

#define KINDS_ALIAS                                                                                \
	(KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_VAR) |                         \
	 KIND_BIT(BTF_KIND_DECL_TAG))

/* the size of what is no alias; 0: none */
static u64 own_size(const struct btf *b, const struct btf_type *t)
{
	u32 kind = type_kind(t);

	if (kind == BTF_KIND_PTR)
		return query_ptr_size(b);
	return kind < WIRE_KINDS && kind_table[kind].head_size ? t->size : 0;
}

int shape_target(struct shapes *l, u32 id, u32 *ret_target, u64 *ret_size)
{
	u32 target = 0, steps = 0, cnt = object_type_cnt(l->b);
	u64 elems = 1, size;
	bool found = false;

	for (;; steps++) {
		const struct btf_type *t = object_type(l->b, id);
		bool array = type_is(t, BTF_KIND_ARRAY);

		if (!shapes_charge(l, 1))
			return -E2BIG;
		if (steps > cnt)
			return -ELOOP;
		if (!array && !kind_in(type_kind(t), KINDS_ALIAS)) {
			target = found ? target : id;
			size = own_size(l->b, t);
			break;
		}
		if (array) {
			const struct btf_array *a = type_tail(t);

			target = found ? target : id;
			found = true;
			/* what does not fit stays above 32 bits, and is above every struct */
			elems = elems > UINT32_MAX ? elems : elems * a->nelems;
			id = a->type;
		} else {
			id = t->type;
		}
	}
	*ret_target = target;
	*ret_size = !size || !elems ? 0 : elems > (1ull << 56) / size ? 1ull << 56 : size * elems;
	return 0;
}

/* ---- one pass over the members ---- */

struct pass {
	u64 end;      /* bits: what was seen ends here */
	u64 unit_end; /* bits: so does the storage unit of the bit-fields before */
	bool in_bits; /* the member before is a bit-field */
};

/* what a member record says; its target and size too */
static int read_member(struct shapes *l, const struct btf_type *t, u32 i, struct shape_member *ret)
{
	const struct btf_member *m = (const struct btf_member *)type_tail(t) + i;
	const struct btf_type *target;
	int err;

	*ret = (struct shape_member){.name_off = m->name_off,
				     .type = m->type,
				     .bit_off = member_bit_off(t, m),
				     .bits = member_bits(t, m)};
	err = shape_target(l, m->type, &ret->target, &ret->size);
	if (err)
		return err;
	target = object_type(l->b, ret->target);
	/* bit-fields of old compilers: the INT says which of its bits are meant */
	if (!type_kflag(t) && type_is(target, BTF_KIND_INT)) {
		u32 word = *(const u32 *)type_tail(target);

		if (BTF_INT_BITS(word) != target->size * 8 || BTF_INT_OFFSET(word)) {
			ret->bits = BTF_INT_BITS(word);
			ret->bit_off += BTF_INT_OFFSET(word);
		}
	}
	return 0;
}

/* the gap in front of a member, and the marks moved behind it */
static void step(struct pass *p, struct shape_member *m)
{
	u64 start = m->bit_off, at = p->end, unit = m->size * 8;
	u64 first = m->bits && unit ? start / unit * unit : start;

	m->overlaps = start < at;
	if (p->in_bits && at < start) {
		u64 to = min_of(start, p->unit_end);

		if (to > at) {
			m->bit_hole = (u32)(to - at);
			at = to;
		}
	}
	if (at < first) {
		m->hole = (u32)((first - at) / 8);
		at = first;
	}
	if (at < start) {
		if (m->hole)
			m->bit_hole_2 = (u32)(start - at);
		else
			m->bit_hole += (u32)(start - at);
	}
	at = shape_end_bit(m);
	p->end = max_of(p->end, at);
	if (m->bits) {
		/* a field that sticks out of its unit goes on in the next */
		u64 unit_end = unit ? first + unit * (at > first + unit ? 2 : 1) : at;

		p->unit_end = p->in_bits ? max_of(p->unit_end, unit_end) : unit_end;
	} else {
		p->unit_end = p->end;
	}
	p->in_bits = m->bits;
}

/* bits and bytes that are left behind the last member */
static void finish(const struct pass *p, u32 size, u32 *ret_bits, u32 *ret_bytes)
{
	u64 at = p->end, whole = (u64)size * 8;

	*ret_bits = *ret_bytes = 0;
	if (p->in_bits && at < whole) {
		u64 to = min_of(whole, max_of(at, p->unit_end));

		*ret_bits = (u32)(to - at);
		at = to;
	}
	if (at < whole)
		*ret_bytes = (u32)((whole - at) / 8);
}

/* the padding of a struct that is a member; arrays of structs have none of their own */
static int inner_padding(struct shapes *l, u32 id, u32 *ret)
{
	const struct btf_type *t = object_type(l->b, id);
	struct pass p = {0};
	u32 bits;

	for (u32 i = 0; i < type_vlen(t); i++) {
		struct shape_member m;
		int err = read_member(l, t, i, &m);

		if (err)
			return err;
		step(&p, &m);
	}
	finish(&p, t->size, &bits, ret);
	return 0;
}

static void sum(struct shape *l, const struct shape_member *m)
{
	u64 bit_hole = (u64)m->bit_hole + m->bit_hole_2;

	if (m->bits)
		l->sum_bits += m->bits;
	else
		l->sum_members += m->size;
	l->holes += m->hole != 0;
	l->sum_holes += m->hole;
	l->bit_holes += bit_hole != 0;
	l->sum_bit_holes += bit_hole;
	l->paddings += m->inner != 0;
	l->sum_paddings += m->inner;
	l->overlaps += m->overlaps;
}

/*
 * A hole that the type's own alignment does not need was asked for: the smallest power of two
 * that gives the offset.
 */
static u32 forced_alignment(const struct shape_member *m)
{
	u64 start = m->bit_off / 8, end = start - m->hole;

	if (!m->hole || !m->align || m->bits || m->hole < m->align || m->bit_off % 8)
		return 0;
	for (u64 a = m->align * 2; a <= 1u << 20; a *= 2)
		if ((end + a - 1) / a * a == start)
			return (u32)a;
	return 0;
}

/* alignment of the whole and of the members, and what follows from them */
static int alignments(struct shape *ret, struct shapes *l)
{
	u32 max = 1;
	int align;

	for (u32 i = 0; i < ret->cnt; i++) {
		struct shape_member *m = &ret->member[i];

		align = query_aligns_of(l->aligns, m->type);
		if (align == -ENOMEM)
			return align;
		m->align = align > 0 ? (u32)align : 0;
		max = max_of(max, m->align);
		m->forced = forced_alignment(m);
		ret->forced += m->forced != 0;
		ret->packed |= m->align && !m->bits && m->bit_off % (8ull * m->align);
	}
	ret->packed |= ret->size % max != 0;
	align = query_aligns_of(l->aligns, ret->id);
	if (align == -ENOMEM || align == -ELOOP)
		return align;
	ret->align = align > 0 ? (u32)align : 0;
	return 0;
}

static int members(struct shape *ret, struct shapes *l)
{
	bool is_union = type_is(ret->t, BTF_KIND_UNION);
	struct pass p = {0};

	for (u32 i = 0; i < ret->cnt; i++) {
		struct shape_member *m = &ret->member[i];
		int err = read_member(l, ret->t, i, m);

		if (!err && type_is(object_type(l->b, m->target), BTF_KIND_STRUCT))
			err = inner_padding(l, m->target, &m->inner);
		if (err)
			return err;
		if (!is_union)
			step(&p, m);
		m->outside = shape_end_bit(m) > (u64)ret->size * 8;
		sum(ret, m);
	}
	if (!is_union)
		finish(&p, ret->size, &ret->bit_padding, &ret->padding);
	return 0;
}

int shape_init(struct shape *ret, struct shapes *l, u32 id)
{
	const struct btf_type *t = object_type(l->b, id);
	int err;

	*ret = (struct shape){.t = t, .id = id, .cnt = type_vlen(t), .size = t->size};
	/* a bound on memory too: an entry is some five times its record */
	if (!shapes_charge(l, 16 + ret->cnt))
		return -E2BIG;
	ret->member = zalloc_array(ret->cnt ? ret->cnt : 1, sizeof(*ret->member));
	if (!ret->member)
		return -ENOMEM;
	err = members(ret, l);
	if (!err)
		err = alignments(ret, l);
	if (err)
		shape_deinit(ret);
	return err;
}

void shape_deinit(struct shape *l)
{
	free(l->member);
	*l = (struct shape){0};
}
