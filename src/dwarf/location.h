/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Where a parameter is when its function starts, as far as DWARF tells.
 *
 * Of a location list two things count: what the first entry says, because it holds at the entry
 * of the function; and any entry that speaks of the value that a register had at the entry.
 * Addresses are stepped over, not resolved: nobody asks from where to where an entry holds.
 */
#ifndef DWARF_LOCATION_H
#define DWARF_LOCATION_H

#include "dwarf/unit.h"

enum location_how {
	LOCATED_NOWHERE, /* no entry, or an empty expression */
	LOCATED_REG,	 /* in register reg */
	LOCATED_BY_REG,	 /* its value is computed from register reg */
	LOCATED_STACK,	 /* in memory, relative to the frame */
	LOCATED_CONST,	 /* its value is known */
	LOCATED_OTHER,
};

struct location {
	u8 how;	      /* by the first operation of the first entry */
	bool several; /* the first entry has more operations than one and a DW_OP_stack_value */
	bool value;   /* its last operation is DW_OP_stack_value */
	bool pieces;  /* a DW_OP_piece follows the first operation */
	bool entry;   /* some entry is the value that entry_reg had at the entry: the first such */
	bool entry_wanted; /* some entry is that of the wanted register */
	u8 reg, entry_reg; /* DWARF numbers, 0 to 31 */
	u8 entry_last;	   /* as entry_reg, of the last such entry */
};

#define LOCATION_ANY 0xffu /* no register is wanted */

/* of one expression */
void location_of_expr(const u8 *expr, u32 len, u32 want, struct location *ret);
/*
 * Of a list: `off` in .debug_loclists (DWARF 5) or .debug_loc. Reading stops where nothing more
 * can be learned: where the first entry is register `want`. False where the list is damaged; what
 * was read before stands in *ret.
 */
bool location_of_list(const struct dwarf *d, const struct dwarf_unit *u, u64 off, u32 want,
		      struct location *ret);
/* offset of list number `index` of the unit (DW_FORM_loclistx); false where there is none */
bool location_list_at(const struct dwarf *d, const struct dwarf_unit *u, u64 index, u64 *ret);

/* a value that lies in several places: one of them */
struct location_piece {
	u8 how, reg; /* as in struct location */
	u32 size;
};

/* the pieces of an expression: how many, 0 where it has none or more than max, or is damaged */
u32 location_pieces(const u8 *expr, u32 len, struct location_piece *ret, u32 max);
/* the expression of a list's first entry; false where there is none */
bool location_first(const struct dwarf *d, const struct dwarf_unit *u, u64 off, const u8 **ret,
		    u32 *ret_len);

#endif
