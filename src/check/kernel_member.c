// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Does a member fit into its struct? Asked when the member's type is resolved.
 *
 * Two ways to write a bitfield: by an INT with fewer bits than its bytes (kind_flag of the struct
 * is 0), or by a width in the member's offset word (kind_flag 1); the rules differ. Sums are in 32
 * bits where the kernel's are.
 */
#include "check/kernel.h"

#include <errno.h>

#define FAIL(rule, ...) kc_fail(k, BTF_CODE_CHECK_##rule, f->id, (int)f->i, __VA_ARGS__)

struct fit {
	u32 id, i; /* of the struct and of the member */
	u32 struct_size;
	u32 offset; /* the whole word */
	u32 type;   /* what the member comes down to */
	u32 size;   /* of that */
};

static int past_end(struct kcheck *k, const struct fit *f)
{
	return FAIL(MEMBER_END, f->struct_size, NOVAL, "ends behind the %u bytes of its type",
		    f->struct_size);
}

static int not_aligned(struct kcheck *k, const struct fit *f)
{
	return FAIL(MEMBER_ALIGN, NOVAL, f->offset, "begins at bit %u", f->offset);
}

/* the bytes that hold `bits` bits from `offset` on lie in the struct */
static int int_span(struct kcheck *k, const struct fit *f, u32 offset, u32 bits)
{
	u32 at = offset / 8;

	bits += offset % 8;
	if (bits > 128)
		return FAIL(MEMBER_SPAN, 128, bits, "spans %u bits", bits);
	if (f->struct_size < at || f->struct_size - at < (bits + 7) / 8)
		return past_end(k, f);
	return 0;
}

static int fit_int(struct kcheck *k, const struct fit *f, const struct krec *t)
{
	u32 word = kc_u32(t->tail), off = word >> 16 & 0xff;

	if (UINT32_MAX - f->offset < off)
		return FAIL(MEMBER_INT_OFFSET, NOVAL, f->offset, "begins at bit %u + %u", f->offset,
			    off);
	return int_span(k, f, f->offset + off, word & 0xff);
}

static int fit_int_kflag(struct kcheck *k, const struct fit *f, const struct krec *t)
{
	u32 bits = f->offset >> 24, offset = f->offset & 0xffffff, most = kc_u32(t->tail) & 0xff;

	if (!kc_int_regular(t))
		return FAIL(MEMBER_INT, NOVAL, f->type, "is of [%u], an INT of %u bits", f->type,
			    most);
	if (!bits && offset % 8)
		return FAIL(MEMBER_BIT_OFFSET, NOVAL, offset, "begins at bit %u", offset);
	if (bits > most)
		return FAIL(MEMBER_BITFIELD, most, bits, "has %u bits of an INT of %u", bits, most);
	return int_span(k, f, offset, bits ? bits : most);
}

/* whatever its size, an enum counts as 32 bits where it is no bitfield */
static int fit_enum_kflag(struct kcheck *k, const struct fit *f)
{
	u32 bits = f->offset >> 24, offset = f->offset & 0xffffff;

	if (!bits && offset % 8)
		return not_aligned(k, f);
	if (bits > 32)
		return FAIL(MEMBER_BITFIELD, 32, bits, "has %u bits of an enum", bits);
	bits = bits ? bits : 32;
	return f->struct_size < (offset + bits + 7) / 8 ? past_end(k, f) : 0;
}

static int fit_float(struct kcheck *k, const struct fit *f)
{
	u32 align = f->size < 8 ? f->size : 8;

	if (f->offset % (align * 8))
		return FAIL(MEMBER_FLOAT, (s64)align * 8, f->offset, "begins at bit %u", f->offset);
	return (u64)f->offset / 8 + f->size > f->struct_size ? past_end(k, f) : 0;
}

static int fit_bytes(struct kcheck *k, const struct fit *f)
{
	if (f->offset % 8)
		return not_aligned(k, f);
	return f->struct_size - f->offset / 8 < f->size ? past_end(k, f) : 0;
}

/* kernels trust it: only that it ends in its struct counts */
static int fits_safely(struct kcheck *k, const struct fit *f, const struct krec *s,
		       const struct krec *t)
{
	u64 begin = f->offset, bits = (u64)f->size * 8;

	if (krec_kflag(s)) {
		begin = f->offset & 0xffffff;
		bits = f->offset >> 24 ? f->offset >> 24 : bits;
	} else if (krec_kind(t) == BTF_KIND_INT) {
		begin += kc_u32(t->tail) >> 16 & 0xff;
		bits = kc_u32(t->tail) & 0xff;
	}
	return begin + bits > (u64)f->struct_size * 8 ? past_end(k, f) : 0;
}

int kc_member_fits(struct kcheck *k, u32 id, u32 i)
{
	struct krec s = kc_rec(k, id), t;
	struct kc_member m = kc_member(&s, i);
	struct fit fit = {
		.id = id, .i = i, .struct_size = s.size, .offset = m.offset, .type = m.type};
	const struct fit *f = &fit;
	u32 kind;

	if (k->all && m.type >= k->start_id && k->state[m.type - k->start_id] & KC_BAD)
		return 0;
	if (!kc_size_of(k, &fit.type, &fit.size))
		return k->safe ? 0
			       : FAIL(MEMBER_TYPE, NOVAL, m.type, "is of [%u], which has no size",
				      m.type);
	t = kc_rec(k, fit.type);
	kind = krec_kind(&t);
	if (k->safe)
		return fits_safely(k, f, &s, &t);
	if (kind == BTF_KIND_INT)
		return krec_kflag(&s) ? fit_int_kflag(k, f, &t) : fit_int(k, f, &t);
	if (krec_kflag(&s) && (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64))
		return fit_enum_kflag(k, f);
	if (krec_kflag(&s) && m.offset >> 24)
		return FAIL(MEMBER_BITFIELD, 0, m.offset >> 24,
			    "has %u bits of what is no INT or enum", m.offset >> 24);
	return kind == BTF_KIND_FLOAT ? fit_float(k, f) : fit_bytes(k, f);
}
