/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Names as numbers: the own types of an object so that equal names have equal string offsets. */
#ifndef PASS_NAMES_H
#define PASS_NAMES_H

#include "btf/object.h"

struct string_set;

/*
 * The canonical offset of a string is the one of the lowest base that has it, else the first in
 * the object; of the empty string it is 0. An object whose names are canonical already is read
 * where it is; of any other a copy of the records is made. The object itself is never changed.
 */
struct names {
	const struct btf *b;
	struct string_set *set; /* own strings; NULL: every offset is canonical */
	u32 *to;	  /* by own offset: canonical offset + 1, 0: not asked yet; may be NULL */
	struct buf types; /* the copy, if one is needed */
	u8 *kind; /* of own types: a loop that looks for some kinds need not touch every record */
};

int names_init(struct names *n, const struct btf *b, int jobs); /* 0 or -ENOMEM */
void names_deinit(struct names *n);
/* canonical offset of a string offset in range, or -ENOMEM */
s64 names_canon(struct names *n, u32 off);

/* own type by index, with canonical names */
static inline const struct btf_type *names_own(const struct names *n, u32 i)
{
	const u8 *types = n->types.data ? n->types.data : n->b->types;

	return (const struct btf_type *)(const void *)(types + n->b->offs[i]);
}

#endif
