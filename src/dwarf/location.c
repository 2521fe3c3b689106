// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Location expressions and lists of DWARF 2 to 5.
 *
 * In: bytes of an expression, or an offset in .debug_loclists or .debug_loc. Out: what the first
 * entry's first operation says, and which registers entries take the entry value of. Holds: every
 * length is checked against the section; a list takes time by its length only, since each entry
 * has at least one byte.
 */
#include "dwarf/location.h"

enum {
	OP_const1u = 0x08,
	OP_const1s = 0x09,
	OP_const2u = 0x0a,
	OP_const2s = 0x0b,
	OP_const4u = 0x0c,
	OP_const4s = 0x0d,
	OP_const8u = 0x0e,
	OP_const8s = 0x0f,
	OP_constu = 0x10,
	OP_consts = 0x11,
	OP_lit0 = 0x30,
	OP_lit31 = 0x4f,
	OP_reg31 = 0x6f,
	OP_breg31 = 0x8f,
};

enum {
	LLE_end_of_list,
	LLE_base_addressx,
	LLE_startx_endx,
	LLE_startx_length,
	LLE_offset_pair,
	LLE_default_location,
	LLE_base_address,
	LLE_start_end,
	LLE_start_length,
	LLE_view_pair, /* GNU */
};

/* ---- expressions ---- */

struct operation {
	u8 how, reg;
	const u8 *inner; /* of an entry value: the expression of its block */
	u64 inner_len;
};

static const u8 *skip_leb(const u8 *p, const u8 *end)
{
	u64 v;

	return dwarf_uleb(p, end, &v);
}

static const u8 *skip_bytes(const u8 *p, const u8 *end, u64 n)
{
	return p && (u64)(end - p) >= n ? p + n : NULL;
}

static const u8 *constant(u8 op, const u8 *p, const u8 *end)
{
	switch (op) {
	case OP_const1u:
	case OP_const1s:
		return skip_bytes(p, end, 1);
	case OP_const2u:
	case OP_const2s:
		return skip_bytes(p, end, 2);
	case OP_const4u:
	case OP_const4s:
		return skip_bytes(p, end, 4);
	case OP_const8u:
	case OP_const8s:
		return skip_bytes(p, end, 8);
	default:
		return skip_leb(p, end);
	}
}

/* what follows the operation at p < end; NULL where it is cut off or not one that counts here */
static const u8 *operation(const u8 *p, const u8 *end, struct operation *ret)
{
	u8 op = *p++;

	*ret = (struct operation){.how = LOCATED_OTHER};
	if (op >= DW_OP_reg0 && op <= OP_reg31) {
		ret->how = LOCATED_REG;
		ret->reg = op - DW_OP_reg0;
		return p;
	}
	if (op >= DW_OP_breg0 && op <= OP_breg31) {
		ret->how = LOCATED_BY_REG;
		ret->reg = op - DW_OP_breg0;
		return skip_leb(p, end);
	}
	if (op >= OP_lit0 && op <= OP_lit31) {
		ret->how = LOCATED_CONST;
		return p;
	}
	if (op >= OP_const1u && op <= OP_consts) {
		ret->how = LOCATED_CONST;
		return constant(op, p, end);
	}
	switch (op) {
	case DW_OP_fbreg:
		ret->how = LOCATED_STACK;
		return skip_leb(p, end);
	case DW_OP_implicit_value:
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value:
		p = dwarf_uleb(p, end, &ret->inner_len);
		if (op == DW_OP_implicit_value)
			ret->how = LOCATED_CONST;
		else
			ret->inner = p;
		return skip_bytes(p, end, ret->inner_len);
	default:
		return NULL;
	}
}

/* the register whose entry value an operation is; LOCATION_ANY: it is none */
static u32 entry_register(const struct operation *op)
{
	if (!op->inner || op->inner_len != 1 || *op->inner < DW_OP_reg0 || *op->inner > OP_reg31)
		return LOCATION_ANY;
	return *op->inner - DW_OP_reg0;
}

static void add_entry(const u8 *expr, u32 len, u32 want, bool first, struct location *l)
{
	const u8 *end = expr + len, *p;
	struct operation op;
	bool single;
	u32 reg;

	if (!len)
		return;
	p = operation(expr, end, &op);
	single = p && (p == end || (p + 1 == end && *p == DW_OP_stack_value));
	if (first) {
		l->how = p ? op.how : LOCATED_OTHER;
		l->reg = op.reg;
		l->several = !single;
		l->value = p && end[-1] == DW_OP_stack_value;
		l->pieces = p && p < end && *p == DW_OP_piece;
	}
	reg = single ? entry_register(&op) : LOCATION_ANY;
	if (reg == LOCATION_ANY)
		return;
	if (!l->entry)
		l->entry_reg = (u8)reg;
	l->entry_last = (u8)reg;
	l->entry = true;
	l->entry_wanted |= reg == want;
}

/* nothing that a later entry says matters */
static bool settled(const struct location *l, u32 want)
{
	return (l->how == LOCATED_REG && l->reg == want && !l->several) || l->entry_wanted;
}

void location_of_expr(const u8 *expr, u32 len, u32 want, struct location *ret)
{
	*ret = (struct location){0};
	add_entry(expr, len, want, true, ret);
}

u32 location_pieces(const u8 *expr, u32 len, struct location_piece *ret, u32 max)
{
	const u8 *p = expr, *end = expr + len;
	u32 n = 0;

	while (p < end) {
		struct operation op = {.how = LOCATED_NOWHERE};
		u64 size;
		u32 reg;

		/* a piece without a place: optimized out */
		if (*p != DW_OP_piece) {
			p = operation(p, end, &op);
			if (!p)
				return 0;
			reg = entry_register(&op);
			if (reg != LOCATION_ANY) {
				op.how = LOCATED_REG;
				op.reg = (u8)reg;
			}
			if (p < end && *p == DW_OP_stack_value)
				p++;
		}
		if (p >= end || *p != DW_OP_piece || n == max)
			return 0;
		p = dwarf_uleb(p + 1, end, &size);
		if (!p || size > UINT32_MAX)
			return 0;
		ret[n++] = (struct location_piece){.how = op.how, .reg = op.reg, .size = (u32)size};
	}
	return n;
}

/* ---- lists ---- */

struct list {
	const struct dwarf *d;
	const struct dwarf_unit *u;
	const u8 *p, *end;
	const u8 *expr;
	u32 len;
};

static bool take_expr(struct list *l, u64 len)
{
	if (len > (u64)(l->end - l->p) || len > UINT32_MAX)
		return false;
	l->expr = l->p;
	l->len = (u32)len;
	l->p += len;
	return true;
}

/* the operands of one entry of .debug_loclists, without the expression */
static const u8 *entry_operands(const struct list *l, u8 kind, const u8 *p)
{
	u32 addr = l->u->addr_size;

	switch (kind) {
	case LLE_base_addressx:
		return skip_leb(p, l->end);
	case LLE_startx_endx:
	case LLE_startx_length:
	case LLE_offset_pair:
	case LLE_view_pair:
		p = skip_leb(p, l->end);
		return p ? skip_leb(p, l->end) : NULL;
	case LLE_default_location:
		return p;
	case LLE_base_address:
		return skip_bytes(p, l->end, addr);
	case LLE_start_end:
		return skip_bytes(p, l->end, 2 * addr);
	case LLE_start_length:
		p = skip_bytes(p, l->end, addr);
		return p ? skip_leb(p, l->end) : NULL;
	default:
		return NULL;
	}
}

/* 1: l->expr is the next entry's, 0 at the end of the list, -1 where it is damaged */
static int next_v5(struct list *l)
{
	while (l->p < l->end) {
		u8 kind = *l->p;
		u64 len;

		if (kind == LLE_end_of_list)
			return 0;
		l->p = entry_operands(l, kind, l->p + 1);
		if (!l->p)
			return -1;
		if (kind == LLE_base_addressx || kind == LLE_base_address || kind == LLE_view_pair)
			continue;
		l->p = dwarf_uleb(l->p, l->end, &len);
		return l->p && take_expr(l, len) ? 1 : -1;
	}
	return -1;
}

static u64 address(const struct list *l, const u8 *p)
{
	return l->u->addr_size == 8 ? dwarf_u64(l->d->swap, p) : dwarf_u32(l->d->swap, p);
}

static int next_v4(struct list *l)
{
	u32 size = l->u->addr_size;
	u64 max = size == 8 ? UINT64_MAX : UINT32_MAX;

	while ((u64)(l->end - l->p) >= 2 * size) {
		u64 begin = address(l, l->p), end = address(l, l->p + size);
		u16 len;

		l->p += 2 * size;
		if (!begin && !end)
			return 0;
		if (begin == max)
			continue;
		if (l->end - l->p < 2)
			return -1;
		len = dwarf_u16(l->d->swap, l->p);
		l->p += 2;
		return take_expr(l, len) ? 1 : -1;
	}
	return -1;
}

static bool list_begin(struct list *l, const struct dwarf *d, const struct dwarf_unit *u, u64 off)
{
	const struct dwarf_slice *s = u->version >= 5 ? &d->loclists : &d->loc;

	if (!s->data || off >= s->len)
		return false;
	*l = (struct list){.d = d, .u = u, .p = s->data + off, .end = s->data + s->len};
	return true;
}

static int list_next(struct list *l)
{
	return l->u->version >= 5 ? next_v5(l) : next_v4(l);
}

bool location_of_list(const struct dwarf *d, const struct dwarf_unit *u, u64 off, u32 want,
		      struct location *ret)
{
	struct list l;
	bool first = true;
	int more;

	*ret = (struct location){0};
	if (!list_begin(&l, d, u, off))
		return false;
	while ((more = list_next(&l)) > 0) {
		add_entry(l.expr, l.len, want, first, ret);
		first = false;
		if (settled(ret, want))
			return true;
	}
	return !more;
}

bool location_first(const struct dwarf *d, const struct dwarf_unit *u, u64 off, const u8 **ret,
		    u32 *ret_len)
{
	struct list l;

	if (!list_begin(&l, d, u, off) || list_next(&l) <= 0)
		return false;
	*ret = l.expr;
	*ret_len = l.len;
	return true;
}

bool location_list_at(const struct dwarf *d, const struct dwarf_unit *u, u64 index, u64 *ret)
{
	const struct dwarf_slice *s = &d->loclists;
	/* units of .dwo files do not state it: behind the header of the section */
	u64 base = u->loclists_base ? u->loclists_base : u->off_size == 8 ? 20 : 12;
	u64 at, off;

	if (!s->data || base > s->len || index >= (s->len - base) / u->off_size)
		return false;
	at = base + index * u->off_size;
	off = u->off_size == 8 ? dwarf_u64(d->swap, s->data + at)
			       : dwarf_u32(d->swap, s->data + at);
	if (off > s->len - base)
		return false;
	*ret = base + off;
	return true;
}
