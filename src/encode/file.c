// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * An ELF file as the encoder reads it.
 *
 * In: a file and its debug sections. Out: what src/dwarf reads, which knows no ELF. Holds: the
 * bytes stay where they are.
 */
#include "encode/encode.h"

static void slice(struct dwarf_slice *to, const struct debug_image *d, enum debug_section s)
{
	to->data = d->section[s].data;
	to->len = d->section[s].size;
}

/* does the linker see to it that a string stands in .debug_str once? Only where it has linked. */
static bool strings_merged(const struct elf *e)
{
	struct elf_section s;

	return e->type != ET_REL && !elf_find(e, ".debug_str", &s) &&
	       (s.flags & (SHF_MERGE | SHF_STRINGS)) == (SHF_MERGE | SHF_STRINGS);
}

void encode_file_init(struct encode_file *f, const struct elf *e, const struct debug_image *d)
{
	*f = (struct encode_file){.elf = e, .image = d};
	f->dwarf.swap = e->swap;
	f->dwarf.big = e->big;
	f->dwarf.str_merged = strings_merged(e);
	slice(&f->dwarf.info, d, DEBUG_INFO);
	slice(&f->dwarf.types, d, DEBUG_TYPES);
	slice(&f->dwarf.abbrev, d, DEBUG_ABBREV);
	slice(&f->dwarf.str, d, DEBUG_STR);
	slice(&f->dwarf.line_str, d, DEBUG_LINE_STR);
	slice(&f->dwarf.str_offsets, d, DEBUG_STR_OFFSETS);
	slice(&f->dwarf.addr, d, DEBUG_ADDR);
	slice(&f->dwarf.loc, d, DEBUG_LOC);
	slice(&f->dwarf.loclists, d, DEBUG_LOCLISTS);
}

static bool in_list(const u32 *list, u32 language)
{
	for (; list && *list; list++)
		if (*list == language)
			return true;
	return false;
}

bool encode_wants(const struct encode_opts *o, u32 language)
{
	if (in_list(o->lang_exclude, language))
		return false;
	return !o->lang_only || in_list(o->lang_only, language);
}
