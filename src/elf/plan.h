/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The inside of edit.h: one change of an ELF file in four steps. edit.c says which sections change,
 * number.c gives new ones their index and name, place.c finds room, bytes.c writes headers and
 * patches. Each fills in what the next one needs.
 */
#ifndef ELF_PLAN_H
#define ELF_PLAN_H

#include "elf/edit.h"
#include "elf/layout.h"

/* one section that is written anew */
struct slot {
	struct elf_section s; /* as it will be; type SHT_NULL: removed */
	const u8 *data;
	u64 old_off, old_size; /* its room; size 0 if it has none that may be written to */
	bool is_new, placed;
	bool dropped; /* removed, and its entry in the table too */
};

struct plan {
	struct elf *e;
	struct elf_edit *edit;
	struct btf_report *r;
	struct slot *slot;
	u32 slot_cnt;
	u32 kept;		 /* entries of the old table that the new one begins with */
	u32 shnum, shstrndx;	 /* as they will be */
	struct buf names;	 /* new name table, where names_grow */
	bool names_grow;	 /* the name table gets more bytes */
	bool names_move;	 /* it may be moved */
	struct elf_section strs; /* header of the name table, as it will be */
	u32 *renamed;		 /* shnum name offsets, where all names move to a new table */
	u64 shoff;
	u64 loaded_end; /* end of what is in memory at run time: no use is made of gaps before it */
	struct layout lay;
};

static inline struct place plan_at(const struct plan *p, const char *section)
{
	return (struct place){.file = p->e->path, .section = section};
}

/* -ENOMEM and -E2BIG come without a finding, from all three; other errors with one */
int plan_number(struct plan *p); /* every slot has its index and name, p->strs is known */
int plan_place(struct plan *p);	 /* every part of the new file has its place */
int plan_bytes(struct plan *p);	 /* p->edit is complete */

#endif
