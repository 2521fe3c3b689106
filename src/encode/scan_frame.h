/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The DIEs whose children are being read: what scan.c and scan_fast.c share.
 *
 * A type inside another type interrupts the outer one's run of members: the pieces are put
 * together when the outer one ends.
 */
#ifndef ENCODE_SCAN_FRAME_H
#define ENCODE_SCAN_FRAME_H

#include <errno.h>

#include "encode/scan_type.h"

enum frame_kind { FRAME_OTHER, FRAME_TYPE, FRAME_FUNC, FRAME_VAR, FRAME_MEMBER, FRAME_PARAM };

struct scan_run {
	u32 first, cnt;
};

struct scan_frame {
	u8 kind;
	bool top;  /* of the unit: variables below it are not local to anything */
	u32 index; /* in the array of its kind */
	u32 owner; /* of a member or parameter: index of the type or function */
	s32 component;
	struct scan_run *runs; /* finished pieces of its items or parameters */
	u32 run_cnt;
	u32 done; /* children in finished pieces */
};

static inline struct scan_frame *frame_top(const struct scan *s)
{
	return likely(s->frame.cnt) ? &s->frame.at[s->frame.cnt - 1] : NULL;
}

static inline struct scan_frame *frame_open(struct scan *s, enum frame_kind kind, u32 index)
{
	struct scan_frame *f;

	if (!scan_room(&s->frame))
		return NULL;
	f = &s->frame.at[s->frame.cnt++];
	*f = (struct scan_frame){.kind = (u8)kind, .index = index};
	return f;
}

/* of a frame with finished pieces: puts them together; 0 or -ENOMEM */
int frame_join(struct scan *s, struct scan_frame *f);

static inline int frame_close(struct scan *s)
{
	struct scan_frame *f = &s->frame.at[--s->frame.cnt];
	int err = unlikely(f->run_cnt) ? frame_join(s, f) : 0;

	if (f->kind != FRAME_TYPE)
		return err;
	if (!scan_room(&s->order))
		return -ENOMEM;
	s->order.at[s->order.cnt++] = f->index;
	return err;
}

/*
 * As many DIEs as can be read without a loop over their attributes, from c->p on. Leaves c->p at
 * the first that cannot.
 */
void scan_fast(struct scan *s, const struct dwarf_abbrevs *a, struct dwarf_cursor *c);

#endif
