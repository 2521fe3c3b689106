/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A struct or union -> where its members lie and what lies between them.
 *
 * A gap between two members is split by what could fill it: bits that are left in the storage
 * unit of a bit-field (the naturally aligned integer of its type that it lies in) are a bit hole,
 * whole bytes outside of such units are a hole. Behind the last member the same two are called
 * bit padding and padding.
 */
#ifndef PRINT_SHAPE_H
#define PRINT_SHAPE_H

#include "btf/object.h"
#include "btf/query.h"

struct shape_member {
	u32 name_off, type;
	u32 target;	/* the type behind typedefs and modifiers; 0: void */
	u64 bit_off;	/* from the start of the struct */
	u64 size;	/* bytes of its type; of a bit-field, of its storage unit */
	u32 bits;	/* of a bit-field, or 0 */
	u32 align;	/* of its type; 0: it has none */
	u32 inner;	/* padding at the end of the struct that it is */
	u32 forced;	/* alignment above that of its type, which the hole in front tells; or 0 */
	u32 hole;	/* bytes in front of it */
	u32 bit_hole;	/* bits in front of it; they lie before the hole unless bits_last */
	u32 bit_hole_2; /* bits in front of it and behind the hole */
	bool overlaps;	/* starts before the end of the one before it; of a union: never set */
	bool outside;	/* ends behind the end of the struct */
};

struct shape {
	const struct btf_type *t;
	u32 id, cnt;
	struct shape_member *member;
	u32 size, align; /* align 0: it has none */
	bool packed;	 /* no compiler lays it out so without being told */
	u64 sum_members; /* bytes of members that are no bit-fields */
	u64 sum_bits;	 /* bits of bit-fields */
	u32 holes, bit_holes, paddings, overlaps, forced;
	u64 sum_holes, sum_bit_holes, sum_paddings;
	u32 padding, bit_padding;
};

/* What shapes of one object share: alignments that are known, and a bound on all work. */
struct shapes {
	const struct btf *b;
	struct query_aligns *aligns;
	s64 allowance;
};

/* -ENOMEM. b must not change as long as it lives */
int shapes_init(struct shapes *l, const struct btf *b);
void shapes_deinit(struct shapes *l);
/* one step of work; false: there were too many */
static inline bool shapes_charge(struct shapes *l, u32 cost)
{
	l->allowance -= cost;
	return l->allowance >= 0;
}

/* of a struct or union; -ELOOP, -E2BIG: more work than real types take, -ENOMEM */
int shape_init(struct shape *ret, struct shapes *l, u32 id);
void shape_deinit(struct shape *l);

/* the type behind typedefs and modifiers (0: void), and its size (0: it has none); -ELOOP, -E2BIG
 */
int shape_target(struct shapes *l, u32 id, u32 *ret_target, u64 *ret_size);

/* byte that a member starts at: of a bit-field, that of its storage unit */
static inline u64 shape_byte(const struct shape_member *m)
{
	return m->bits && m->size ? m->bit_off / (m->size * 8) * m->size : m->bit_off / 8;
}

static inline u64 shape_end_bit(const struct shape_member *m)
{
	return m->bit_off + (m->bits ? m->bits : m->size * 8);
}

#endif
