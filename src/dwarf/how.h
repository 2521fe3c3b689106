/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Forms with the sizes of a unit put in: what an op of a plan says of a value. */
#ifndef DWARF_HOW_H
#define DWARF_HOW_H

#include "dwarf/unit.h"

/* how a value is written; the ones before HOW_ULEB have a fixed number of bytes */
enum how {
	HOW_SKIP, /* nothing: only the skip before it */
	HOW_TRUE,
	HOW_IMPLICIT, /* followed by the index of its constant, in the skip of the next op */
	HOW_1,
	HOW_2,
	HOW_4,
	HOW_8,
	HOW_16,
	HOW_ADDR4,
	HOW_ADDR8,
	HOW_REF1,
	HOW_REF2,
	HOW_REF4,
	HOW_REF8,
	HOW_INFO4,
	HOW_INFO8,
	HOW_SIG8,
	HOW_SUP4,
	HOW_SUP8,
	HOW_STRP4,
	HOW_STRP8,
	HOW_LINE_STRP4,
	HOW_LINE_STRP8,
	HOW_SUP_STRP4,
	HOW_SUP_STRP8,
	HOW_STRX1,
	HOW_STRX2,
	HOW_STRX3,
	HOW_STRX4,
	HOW_ADDRX1,
	HOW_ADDRX2,
	HOW_ADDRX3,
	HOW_ADDRX4,
	HOW_SEC4,
	HOW_SEC8,
	HOW_ULEB,
	HOW_SLEB,
	HOW_REF_ULEB,
	HOW_STRING,
	HOW_STRX,
	HOW_ADDRX,
	HOW_LISTX,
	HOW_BLOCK1,
	HOW_BLOCK2,
	HOW_BLOCK4,
	HOW_BLOCK,
	HOW_INDIRECT,
	HOW_BAD,
};

/* bytes of those that have a fixed number */
static const u8 how_size[HOW_ULEB] = {
	[HOW_1] = 1,	   [HOW_2] = 2,		 [HOW_4] = 4,	      [HOW_8] = 8,
	[HOW_16] = 16,	   [HOW_ADDR4] = 4,	 [HOW_ADDR8] = 8,     [HOW_REF1] = 1,
	[HOW_REF2] = 2,	   [HOW_REF4] = 4,	 [HOW_REF8] = 8,      [HOW_INFO4] = 4,
	[HOW_INFO8] = 8,   [HOW_SIG8] = 8,	 [HOW_SUP4] = 4,      [HOW_SUP8] = 8,
	[HOW_STRP4] = 4,   [HOW_STRP8] = 8,	 [HOW_LINE_STRP4] = 4, [HOW_LINE_STRP8] = 8,
	[HOW_SUP_STRP4] = 4, [HOW_SUP_STRP8] = 8, [HOW_STRX1] = 1,    [HOW_STRX2] = 2,
	[HOW_STRX3] = 3,   [HOW_STRX4] = 4,	 [HOW_ADDRX1] = 1,    [HOW_ADDRX2] = 2,
	[HOW_ADDRX3] = 3,  [HOW_ADDRX4] = 4,	 [HOW_SEC4] = 4,      [HOW_SEC8] = 8,
};

enum how how_of(u64 form, const struct dwarf_unit *u);

#endif
