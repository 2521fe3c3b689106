/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The debug sections of an ELF file, ready to read: found by either name, inflated, joined where
 * a file has several of one name (COMDAT groups), and with relocations applied in ET_REL files.
 *
 * Addresses. In ET_EXEC and ET_DYN an address is what the file says. In ET_REL every allocated
 * section gets a range of its own, in index order, from DEBUG_FIRST_ADDRESS on, with a gap between
 * any two; sh_addr is ignored. So an address in DWARF says section and offset, the end of a
 * section is not the start of the next, and no address of an allocated section is 0. References
 * into debug sections are offsets in the section as it is given here, joined or not.
 */
#ifndef ELF_DEBUG_H
#define ELF_DEBUG_H

#include "elf/open.h"

enum debug_section {
	DEBUG_INFO,
	DEBUG_TYPES,
	DEBUG_ABBREV,
	DEBUG_STR,
	DEBUG_LINE_STR,
	DEBUG_STR_OFFSETS,
	DEBUG_ADDR,
	DEBUG_LOC,
	DEBUG_LOCLISTS,
	DEBUG_RANGES,
	DEBUG_RNGLISTS,
	DEBUG_LINE,
	DEBUG_CU_INDEX, /* of a .dwp file */
	DEBUG_TU_INDEX,
	DEBUG_SECTIONS
};
#define DEBUG_MASK(section) (1u << (section))

#define DEBUG_FIRST_ADDRESS 0x10000

/*
 * Memory that is kept from one file to the next: one for each thread, used by one image at a
 * time. Zeroed before its first use. A caller who has none lets each image have its own.
 */
struct debug_buffers {
	struct buf section[DEBUG_SECTIONS];
	struct buf address; /* u64 for each section of the file */
	struct buf value;   /* u64 for each symbol */
	struct buf range;   /* struct debug_range for each section that holds addresses */
	struct buf part;    /* see debug.c: which sections are read, */
	struct buf part_of; /* which of them a section of the file is, */
	struct buf reloc;   /* and what is to be applied */
};

void debug_buffers_deinit(struct debug_buffers *b);

struct debug_opts {
	u32 sections; /* DEBUG_MASK()s of those that are wanted; 0: all */
	bool dwo;     /* the .dwo sections of that name (split DWARF) instead of the others */
	bool mapped;  /* the file is mapped: what was read once need not stay in memory */
	struct debug_buffers *buffers; /* NULL: memory of the image's own */
	/*
	 * ET_REL: an address for each section of the file (elf.shnum of them; those of debug
	 * sections are ignored). NULL: the layout that the head comment speaks of.
	 */
	const u64 *address;
};

struct debug_slice {
	const u8 *data; /* NULL: the file has none, or it was not asked for */
	u64 size;
};

/* where a section stands */
struct debug_range {
	u64 start, size;
	u32 index;
};

struct debug_image {
	struct debug_slice section[DEBUG_SECTIONS];
	/* DEBUG_MASK()s of what the file has, asked for or not: without and with .dwo in the name
	 */
	u32 present, present_dwo;
	bool relocatable; /* ET_REL: addresses are those that the head comment speaks of */
	/* private */
	const u64 *address;
	u32 address_cnt;
	u16 machine;
	bool ordered; /* ranges by address, and disjoint */
	const struct debug_range *range;
	size_t range_cnt;
	struct debug_buffers *own;
};

/*
 * e and the bytes under it must outlive ret. A file without debug sections is no error: ret has
 * none. ret is untouched after an error.
 */
int debug_image_init(struct debug_image *ret, const struct elf *e, const struct debug_opts *o,
		     struct btf_report *r);
void debug_image_deinit(struct debug_image *d);

/* name of a section, as in ".debug_info" */
const char *debug_section_name(enum debug_section section);

/*
 * The address that section `index` of the file starts at; 0 where it has none. Of a debug section
 * in ET_REL: where it starts in the section as it is given here.
 */
static inline u64 debug_section_address(const struct debug_image *d, u32 index)
{
	return index < d->address_cnt ? d->address[index] : 0;
}

/*
 * The address of a symbol, as DWARF of this file states it: in ET_REL the section's address is
 * added, and the bit that marks Thumb functions is not part of it.
 */
u64 debug_symbol_address(const struct debug_image *d, const struct elf_symbol *s);

/*
 * The section that holds an address, and how far in it stands: the first in index order of those
 * that are allocated and hold data, code or zeros; 0 if there is none. Thread-local storage has
 * no addresses.
 */
u32 debug_find_section(const struct debug_image *d, u64 address, u64 *ret_offset);

#endif
