// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * DIEs by plans: the values of attributes.
 *
 * In: a cursor and the plan of the DIE it stands at. Out: the attributes that the plan asks for,
 * and where the next DIE starts. Holds: nothing behind the cursor's end is read; an offset of a
 * string or a list is checked before it becomes an address.
 */
#include <errno.h>
#include <stdlib.h>

#include "dwarf/abbrev.h"
#include "dwarf/how.h"

static u64 fixed_value(const struct dwarf_cursor *c, u32 size, const u8 *p)
{
	switch (size) {
	case 1:
		return *p;
	case 2:
		return dwarf_u16(c->d->swap, p);
	case 3:
		return dwarf_u24(c->d->big, p);
	case 4:
		return dwarf_u32(c->d->swap, p);
	default:
		return dwarf_u64(c->d->swap, p);
	}
}

static inline void set_string(struct dwarf_attr *at, const struct dwarf_slice *s, u64 off)
{
	bool ok = off < s->len;

	at->cls = ok ? ATTR_STRING : ATTR_BAD_STRING;
	at->v = ok ? (u64)(uintptr_t)(s->data + off) : off;
}

/* a string by its offset; p, what follows it, or NULL */
static const u8 *string_at(struct dwarf_cursor *c, struct dwarf_attr *at,
			   const struct dwarf_slice *s, u64 off, const u8 *p)
{
	set_string(at, s, off);
	if (likely(at->cls == ATTR_STRING))
		return p;
	c->why = "a string of it lies outside of its section";
	return NULL;
}

static void set_strx(const struct dwarf_cursor *c, struct dwarf_attr *at, u64 index)
{
	const struct dwarf_slice *s = &c->d->str_offsets;
	u32 size = c->u->off_size;
	u64 base = c->u->str_offsets_base;

	at->cls = ATTR_BAD_STRING;
	at->v = index;
	if (base <= s->len && index < (s->len - base) / size)
		set_string(at, &c->d->str, fixed_value(c, size, s->data + base + index * size));
}

static void set_addrx(const struct dwarf_cursor *c, struct dwarf_attr *at, u64 index)
{
	const struct dwarf_slice *s = &c->d->addr;
	u32 size = c->u->addr_size;
	u64 base = c->u->addr_base;

	at->cls = ATTR_LIST_INDEX;
	at->v = index;
	if (base <= s->len && index < (s->len - base) / size) {
		at->v = fixed_value(c, size, s->data + base + index * size);
		at->cls = ATTR_ADDR;
	}
}

/* forms that are rare, and those that need more than a load; the end of the value or NULL */
static const u8 *rare_value(struct dwarf_cursor *c, u32 how, struct dwarf_attr *at, const u8 *p)
{
	const u8 *end = c->end;
	u32 size = how < HOW_ULEB ? how_size[how] : 0;
	u64 v = 0;

	if ((u64)(end - p) < size)
		return NULL;
	if (size && size <= 8)
		v = fixed_value(c, size, p);
	p += size;
	at->v = v;
	at->cls = ATTR_CONST;
	switch (how) {
	case HOW_16:
		at->v = (u64)(uintptr_t)(p - 16);
		at->cls = ATTR_WIDE;
		return p;
	case HOW_INFO4:
	case HOW_INFO8:
		at->cls = ATTR_REF_INFO;
		return p;
	case HOW_SIG8:
		at->cls = ATTR_REF_SIG;
		return p;
	case HOW_SUP4:
	case HOW_SUP8:
		at->cls = ATTR_REF_SUP;
		return p;
	case HOW_SUP_STRP4:
	case HOW_SUP_STRP8:
		at->cls = ATTR_BAD_STRING;
		return p;
	case HOW_STRP8:
		return string_at(c, at, &c->d->str, v, p);
	case HOW_LINE_STRP4:
	case HOW_LINE_STRP8:
		return string_at(c, at, &c->d->line_str, v, p);
	case HOW_STRX1:
	case HOW_STRX2:
	case HOW_STRX3:
	case HOW_STRX4:
		set_strx(c, at, v);
		return p;
	case HOW_ADDRX1:
	case HOW_ADDRX2:
	case HOW_ADDRX3:
	case HOW_ADDRX4:
		set_addrx(c, at, v);
		return p;
	case HOW_STRX:
	case HOW_ADDRX:
	case HOW_LISTX:
		p = dwarf_uleb(p, end, &v);
		if (how == HOW_STRX && p)
			set_strx(c, at, v);
		else if (how == HOW_ADDRX && p)
			set_addrx(c, at, v);
		else
			*at = (struct dwarf_attr){.v = v, .cls = ATTR_LIST_INDEX};
		return p;
	case HOW_SLEB:
		at->cls = ATTR_SIGNED;
		return dwarf_sleb(p, end, (s64 *)&at->v);
	default:
		return NULL;
	}
}

static const u8 *block_value(struct dwarf_cursor *c, u32 how, struct dwarf_attr *at, const u8 *p)
{
	u32 size = how == HOW_BLOCK1 ? 1 : how == HOW_BLOCK2 ? 2 : how == HOW_BLOCK4 ? 4 : 0;
	u64 len;

	if (!size) {
		p = dwarf_uleb(p, c->end, &len);
	} else if ((u64)(c->end - p) >= size) {
		len = fixed_value(c, size, p);
		p += size;
	} else {
		return NULL;
	}
	if (!p || len > (u64)(c->end - p) || len > UINT32_MAX)
		return NULL;
	*at = (struct dwarf_attr){.v = (u64)(uintptr_t)p, .len = (u32)len, .cls = ATTR_BLOCK};
	return p + len;
}

static const u8 *value(struct dwarf_cursor *c, u32 how, struct dwarf_attr *at, const u8 *p);

/* DW_FORM_indirect: the form stands in the DIE */
static const u8 *indirect_value(struct dwarf_cursor *c, struct dwarf_attr *at, const u8 *p)
{
	s64 constant;
	u64 form;

	p = dwarf_uleb(p, c->end, &form);
	if (!p || form == DW_FORM_indirect)
		return NULL;
	if (form == DW_FORM_implicit_const) {
		p = dwarf_sleb(p, c->end, &constant);
		*at = (struct dwarf_attr){.v = (u64)constant, .cls = ATTR_SIGNED};
		return p;
	}
	return value(c, how_of(form, c->u), at, p);
}

static inline __attribute__((always_inline)) const u8 *
common_value(struct dwarf_cursor *c, u32 how, struct dwarf_attr *at, const u8 *p)
{
	const bool swap = c->d->swap;

	if (how < HOW_ULEB && unlikely((u64)(c->end - p) < how_size[how]))
		return NULL;
	switch (how) {
	case HOW_SKIP:
		return p;
	case HOW_TRUE:
		at->v = 1;
		at->cls = ATTR_CONST;
		return p;
	case HOW_1:
		at->v = *p;
		at->cls = ATTR_CONST;
		return p + 1;
	case HOW_2:
		at->v = dwarf_u16(swap, p);
		at->cls = ATTR_CONST;
		return p + 2;
	case HOW_4:
		at->v = dwarf_u32(swap, p);
		at->cls = ATTR_CONST;
		return p + 4;
	case HOW_8:
		at->v = dwarf_u64(swap, p);
		at->cls = ATTR_CONST;
		return p + 8;
	case HOW_ADDR4:
		at->v = dwarf_u32(swap, p);
		at->cls = ATTR_ADDR;
		return p + 4;
	case HOW_ADDR8:
		at->v = dwarf_u64(swap, p);
		at->cls = ATTR_ADDR;
		return p + 8;
	case HOW_REF1:
		at->v = c->u->off + *p;
		at->cls = ATTR_REF;
		return p + 1;
	case HOW_REF2:
		at->v = c->u->off + dwarf_u16(swap, p);
		at->cls = ATTR_REF;
		return p + 2;
	case HOW_REF4:
		at->v = c->u->off + dwarf_u32(swap, p);
		at->cls = ATTR_REF;
		return p + 4;
	case HOW_REF8:
		at->v = c->u->off + dwarf_u64(swap, p);
		at->cls = ATTR_REF;
		return p + 8;
	case HOW_STRP4:
		return string_at(c, at, &c->d->str, dwarf_u32(swap, p), p + 4);
	case HOW_SEC4:
		at->v = dwarf_u32(swap, p);
		at->cls = ATTR_SEC_OFFSET;
		return p + 4;
	case HOW_SEC8:
		at->v = dwarf_u64(swap, p);
		at->cls = ATTR_SEC_OFFSET;
		return p + 8;
	case HOW_ULEB:
		at->cls = ATTR_CONST;
		return dwarf_uleb(p, c->end, &at->v);
	case HOW_REF_ULEB:
		at->cls = ATTR_REF;
		p = dwarf_uleb(p, c->end, &at->v);
		at->v += c->u->off;
		return p;
	case HOW_STRING:
		at->v = (u64)(uintptr_t)p;
		at->cls = ATTR_STRING;
		return dwarf_skip_str(p, c->end);
	case HOW_BLOCK1:
	case HOW_BLOCK2:
	case HOW_BLOCK4:
	case HOW_BLOCK:
		return block_value(c, how, at, p);
	case HOW_INDIRECT:
		return indirect_value(c, at, p);
	default:
		return rare_value(c, how, at, p);
	}
}

static const u8 *value(struct dwarf_cursor *c, u32 how, struct dwarf_attr *at, const u8 *p)
{
	return common_value(c, how, at, p);
}

const u8 *dwarf_attrs(struct dwarf_cursor *c, const struct dwarf_plan *plan, const u8 *p,
		      u64 *ret_have, struct dwarf_attr *at)
{
	const struct dwarf_plan_op *op = c->a->op + plan->op, *last = op + plan->op_cnt;
	u64 have = 0;

	for (; op < last; op++) {
		if (unlikely((u64)(c->end - p) < op->skip)) {
			c->why = "its attributes are cut off";
			return NULL;
		}
		p += op->skip;
		have |= 1ull << op->slot;
		if (op->how == HOW_IMPLICIT) {
			u32 i;

			at[op->slot].cls = ATTR_SIGNED;
			memcpy(&i, ++op, sizeof(i));
			at[op[-1].slot].v = (u64)c->a->constant[i];
			continue;
		}
		p = common_value(c, op->how, &at[op->slot], p);
		if (unlikely(!p)) {
			if (op->how == HOW_BAD)
				c->why = "an attribute has a form that is not known here";
			else if (!c->why)
				c->why = "its attributes are cut off or have a broken length";
			return NULL;
		}
	}
	*ret_have = have;
	return p;
}

const u8 *dwarf_skip(const struct dwarf_abbrevs *a, const struct dwarf_plan *plan, const u8 *p,
		     const u8 *end)
{
	const struct dwarf_plan_op *op = a->op + plan->op, *last = op + plan->op_cnt;
	u64 size;

	for (; op < last; op++) {
		size = op->skip;
		if (op->how < HOW_ULEB)
			size += how_size[op->how];
		if (unlikely((u64)(end - p) < size))
			return NULL;
		p += size;
		switch (op->how) {
		case HOW_BLOCK:
			p = dwarf_uleb(p, end, &size);
			if (unlikely(!p || size > (u64)(end - p)))
				return NULL;
			p += size;
			break;
		case HOW_STRING:
			p = dwarf_skip_str(p, end);
			if (unlikely(!p))
				return NULL;
			break;
		case HOW_IMPLICIT:
			op++;
			break;
		default:
			if (unlikely(op->how >= HOW_ULEB))
				return NULL;
		}
	}
	return p;
}

int dwarf_bad_die(const struct dwarf_cursor *c, const struct dwarf_die *die, struct btf_report *r)
{
	return report_error(r, BTF_CODE_DWARF_DIE,
			    &(struct place){.section = dwarf_unit_section_name(c->u),
					    .offset_plus1 = die->off + 1},
			    BTF_NO_VALUE, BTF_NO_VALUE, "unit %s at 0x%llx, DIE at 0x%llx: %s",
			    c->u->name ? c->u->name : "(unnamed)", (unsigned long long)c->u->off,
			    (unsigned long long)die->off, c->why);
}
