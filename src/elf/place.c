// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Where the changed parts of a file go.
 *
 * In: the old file, and the sizes of what is written anew. Out: offsets, and the size of the new
 * file. Always: nothing that stays is written over [fix_sections, fix_segments]; the same sizes at
 * the same places give the same places again.
 */
#include "elf/plan.h"

#include <errno.h>

static bool is_slot(const struct plan *p, u32 index)
{
	u32 i;

	for (i = 0; i < p->slot_cnt; i++)
		if (p->slot[i].s.index == index)
			return true;
	return false;
}

/* the header is written anew: what lies over it would change with it */
static int check_header(struct plan *p, const struct elf_section *s)
{
	struct place where = plan_at(p, s->name);

	if (!s->size || s->offset >= elf_header_size(p->e))
		return 0;
	return report_error(p->r, BTF_CODE_ELF_SECTION, &where, (s64)elf_header_size(p->e),
			    (s64)s->offset, "the section lies over the ELF header");
}

/* the spans of what stays; a section that is not inside the file is an error */
static int fix_sections(struct plan *p)
{
	const struct elf *e = p->e;
	struct elf_section s;
	const u8 *bytes;
	u32 i;
	int err;

	err = layout_add_fixed(&p->lay, 0, elf_header_size(e));
	if (!err)
		err = layout_add_fixed(
			&p->lay, e->phoff,
			e->phnum * (u64)(e->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)));
	for (i = 1; !err && i < e->shnum; i++) {
		err = elf_section_at(e, i, &s, p->r);
		if (err)
			return err;
		if (i != e->shstrndx && (s.type == SHT_NULL || s.type == SHT_NOBITS))
			continue;
		err = check_header(p, &s);
		if (!err)
			err = elf_file_bytes(e, &s, &bytes, p->r);
		if (err)
			return err;
		if (is_slot(p, i) || (i == e->shstrndx && p->names_move && !p->renamed))
			continue;
		/* an empty section needs no bytes, but loaders want its offset inside the file */
		if (!s.size)
			p->lay.least = max_of(p->lay.least, s.offset);
		if (s.flags & SHF_ALLOC)
			p->loaded_end = max_of(p->loaded_end, s.offset + s.size);
		err = layout_add_fixed(&p->lay, s.offset, s.size);
	}
	layout_sort(&p->lay);
	return err;
}

static int fix_segments(struct plan *p)
{
	struct elf_segment g;
	u32 i;
	int err = 0;

	for (i = 0; !err && i < p->e->phnum; i++) {
		elf_segment_at(p->e, i, &g);
		if (g.type == PT_NULL || g.offset >= p->lay.size)
			continue;
		g.filesz = min_of(g.filesz, p->lay.size - g.offset);
		p->loaded_end = max_of(p->loaded_end, g.offset + g.filesz);
		err = layout_add_fixed(&p->lay, g.offset, g.filesz);
	}
	layout_sort(&p->lay);
	return err;
}

/* the name table may still move, so it is not among the fixed spans */
static bool is_over_names(const struct plan *p, u64 off, u64 size)
{
	u64 names = p->e->names ? (u64)((const u8 *)p->e->names - p->e->data) : 0;

	return p->e->names && off < names + p->e->names_size && names < off + size;
}

/* sections in memory stay where they are, and must not lie over others */
static int fix_alloc(struct plan *p)
{
	struct slot *slot;
	struct place where;
	u32 i;
	int err;

	for (i = 0; i < p->slot_cnt; i++) {
		slot = &p->slot[i];
		if (!(slot->s.flags & SHF_ALLOC))
			continue;
		if (!layout_may_write(&p->lay, slot->old_off, slot->old_size) ||
		    is_over_names(p, slot->old_off, slot->old_size)) {
			where = plan_at(p, slot->s.name);
			return report_error(p->r, BTF_CODE_ELF_SECTION, &where, BTF_NO_VALUE,
					    BTF_NO_VALUE, "the section shares bytes with another");
		}
		slot->placed = true;
		err = layout_fix(&p->lay, slot->old_off, slot->old_size);
		if (!err)
			err = layout_add_loose(&p->lay, slot->old_off, slot->old_size);
		if (err)
			return err;
	}
	return 0;
}

/* what is written anew gives its bytes back; where it lies over something, it has none to give */
static int loosen(struct plan *p, u64 *off, u64 *size)
{
	if (*size && !layout_may_write(&p->lay, *off, *size))
		*size = 0;
	return layout_add_loose(&p->lay, *off, *size);
}

static int place_at(struct plan *p, struct slot *slot, u64 off)
{
	slot->s.offset = off;
	slot->placed = true;
	if (!slot->s.size)
		p->lay.least = max_of(p->lay.least, off);
	return layout_fix(&p->lay, off, slot->s.size);
}

/* a section that grew: with the room behind it, else also with the room before it */
static int place_near(struct plan *p, struct slot *slot)
{
	u64 size = slot->s.size, off = slot->old_off, room, start;

	if (!slot->old_size)
		return 0;
	room = layout_room(&p->lay, off, size);
	if (room < slot->old_size)
		return 0;
	if (room == size)
		return place_at(p, slot, off);
	if (size - room > off)
		return 0;
	start = layout_align_down(off - (size - room), slot->s.align);
	if (layout_room(&p->lay, start, size) == size)
		return place_at(p, slot, start);
	return 0;
}

static int place_sections(struct plan *p)
{
	struct slot *slot;
	u64 off;
	u32 i;
	int pass, err = 0;

	for (pass = 0; pass < 3; pass++) {
		for (i = 0; !err && i < p->slot_cnt; i++) {
			slot = &p->slot[i];
			if (slot->placed || slot->s.type == SHT_NULL)
				continue;
			if (pass == 0 && slot->s.size <= slot->old_size &&
			    layout_may_write(&p->lay, slot->old_off, slot->s.size))
				err = place_at(p, slot, slot->old_off);
			else if (pass == 1)
				err = place_near(p, slot);
			else if (pass == 2) {
				off = layout_find(&p->lay, p->loaded_end, slot->s.size,
						  max_of(slot->s.align, (u64)4));
				err = place_at(p, slot, off);
			}
		}
	}
	return err;
}

/* where a table goes: where it was if that is free and not behind a hole, else at the end */
static int place_table(struct plan *p, u64 old, u64 old_size, u64 size, u64 align, u64 *ret)
{
	u64 end = layout_end(&p->lay), near = layout_align(end, align) + 16;

	if (size <= old_size && old <= near && layout_may_write(&p->lay, old, size))
		*ret = old;
	else
		*ret = layout_align(end, align);
	return layout_fix(&p->lay, *ret, size);
}

int plan_place(struct plan *p)
{
	const struct elf *e = p->e;
	u64 table_off = e->shoff, table_size = e->shnum * (u64)elf_section_header_size(e);
	u64 names_off = 0, names_size = 0;
	u32 i;
	int err;

	p->lay.data = e->data;
	p->lay.size = e->size;
	err = fix_sections(p);
	if (!err)
		err = fix_alloc(p);
	if (!err)
		err = fix_segments(p);
	if (!err && p->names_move && !p->renamed) {
		names_off = p->strs.offset;
		names_size = e->names_size;
		err = loosen(p, &names_off, &names_size);
		if (!err && !names_size && !p->names_grow) {
			/* it shares bytes with something, and need not change */
			p->names_move = false;
			err = layout_fix(&p->lay, p->strs.offset, e->names_size);
		}
	}
	for (i = 0; !err && i < p->slot_cnt; i++)
		if (!p->slot[i].placed)
			err = loosen(p, &p->slot[i].old_off, &p->slot[i].old_size);
	if (!err)
		err = loosen(p, &table_off, &table_size);
	if (!err)
		err = place_sections(p);
	if (!err && p->names_move)
		err = place_table(p, names_off, names_size, p->strs.size, 1, &p->strs.offset);
	if (!err)
		err = place_table(p, table_off, table_size,
				  p->shnum * (u64)elf_section_header_size(e), e->is64 ? 8 : 4,
				  &p->shoff);
	p->edit->size = max_of(layout_end(&p->lay), p->lay.least);
	return err;
}
