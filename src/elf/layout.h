/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Which bytes of a file are taken and which may be written to.
 *
 * fixed: bytes that must stay as and where they are. loose: bytes that belonged to something that
 * is about to be written anew. A byte outside both is free if it is zero (padding), and is left
 * alone if it is not: somebody put it there.
 */
#ifndef ELF_LAYOUT_H
#define ELF_LAYOUT_H

#include "base/mem.h"

struct span {
	u64 off, end;
};

struct layout {
	const u8 *data; /* the file as it is */
	u64 size;
	struct span *fixed; /* sorted and disjoint once layout_sort was called */
	size_t fixed_cnt, fixed_cap;
	struct span *loose; /* in no order */
	size_t loose_cnt, loose_cap;
	u64 least; /* the new file must not be shorter than this */
};

void layout_deinit(struct layout *l);
/* before layout_sort: any number in any order; 0 or -ENOMEM */
int layout_add_fixed(struct layout *l, u64 off, u64 size);
void layout_sort(struct layout *l);
/* after layout_sort: for a few */
int layout_fix(struct layout *l, u64 off, u64 size);
int layout_add_loose(struct layout *l, u64 off, u64 size);
/* does no byte of [off, off + size) have to stay? */
bool layout_may_write(const struct layout *l, u64 off, u64 size);
/* how many bytes from off on can be written to, at most want; the end of the file is no bound */
u64 layout_room(const struct layout *l, u64 off, u64 want);
/* the first place at or after `from` with room for size bytes */
u64 layout_find(const struct layout *l, u64 from, u64 size, u64 align);
/* end of the last byte that has to stay */
u64 layout_end(const struct layout *l);

/* what the file asks for, if that is a power of two of reasonable size; else 1 */
static inline u64 layout_alignment(u64 align)
{
	return align && !(align & (align - 1)) && align <= 1 << 16 ? align : 1;
}

static inline u64 layout_align_down(u64 off, u64 align)
{
	return off & ~(layout_alignment(align) - 1);
}

static inline u64 layout_align(u64 off, u64 align)
{
	return layout_align_down(off + layout_alignment(align) - 1, align);
}

#endif
