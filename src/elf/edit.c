// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Changing sections of a finished ELF file.
 *
 * In: an opened image and the sections to set or remove. Out: patches that make the new file.
 * Always: no other section's bytes, offset or address change, no segment moves, and no section
 * changes its index. Only the ELF header, the section table and the section name table do.
 *
 * A file that a linker wrote leaves no room behind a section, so one that grows moves to the end
 * of the file, with the section table after it. What keeps the file from growing again with the
 * next run [place_sections]: the room that is left behind is zeroed, and zero bytes that belong
 * to nothing are room; a section stays where it is if it fits there, with such room behind and
 * before it, else goes to the first gap that is large enough, and to the end only then; the
 * section table, and the name table if it is behind everything else, are laid out anew each time;
 * a removed section's slot in the table is used again.
 */
#include "elf/edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/layout.h"

/* one section that is written anew */
struct slot {
	struct elf_section s; /* as it will be; type SHT_NULL: removed */
	const u8 *data;
	u64 old_off, old_size; /* its room; size 0 if it has none that may be written to */
	bool is_new, placed;
};

struct plan {
	struct elf *e;
	struct elf_edit *edit;
	struct btf_report *r;
	struct slot *slot;
	u32 slot_cnt;
	u32 shnum, shstrndx;     /* as they will be */
	struct buf names;        /* new name table, where names_grow */
	bool names_grow;         /* the name table gets more bytes */
	bool names_move;         /* it may be moved */
	struct elf_section strs; /* header of the name table, as it will be */
	u32 *renamed;            /* shnum name offsets, where all names move to a new table */
	u64 shoff;
	u64 loaded_end; /* end of what is in memory at run time: no use is made of gaps before it */
	struct layout lay;
};

static struct place at(const struct plan *p, const char *section)
{
	return (struct place){.file = p->e->path, .section = section};
}

/* --- which sections change --- */

static int check_unique(struct plan *p, const struct elf_section *s)
{
	struct elf_section other;
	struct place where = at(p, s->name);
	u32 i;
	int err;

	for (i = s->index + 1; i < p->e->shnum; i++) {
		err = elf_section_at(p->e, i, &other, p->r);
		if (err)
			return err;
		if (other.type != SHT_NULL && !strcmp(other.name, s->name))
			return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE, i,
					    "sections %u and %u both have this name: which one "
					    "to change is not clear", s->index, i);
	}
	return 0;
}

/* relocations would be applied to the new bytes */
static int check_relocations(struct plan *p, const struct elf_section *s)
{
	struct place where = at(p, s->name);
	struct elf_section rel;
	u32 i;
	int err;

	for (i = 1; i < p->e->shnum; i++) {
		err = elf_section_at(p->e, i, &rel, p->r);
		if (err)
			return err;
		if ((rel.type == SHT_REL || rel.type == SHT_RELA) && rel.info == s->index &&
		    rel.size)
			return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE,
					    BTF_NO_VALUE, "%s relocates this section: its bytes "
					    "are not final before the file is linked", rel.name);
	}
	return 0;
}

static int check_alloc(struct plan *p, const struct elf_section *s,
		       const struct btf_file_change *c)
{
	struct place where = at(p, s->name);

	if (!c->data)
		return report_error(p->r, BTF_CODE_SAVE_ALLOC, &where, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the section is loaded into memory (SHF_ALLOC) and cannot be "
				    "removed from a linked file");
	if (c->size > s->size)
		return report_error(p->r, BTF_CODE_SAVE_ALLOC, &where, (s64)s->size, (s64)c->size,
				    "the section is loaded into memory (SHF_ALLOC): %zu bytes do "
				    "not fit into its %llu", c->size, (unsigned long long)s->size);
	if (c->size < s->size)
		report_warning(p->r, BTF_CODE_SAVE_ALLOC_SHRUNK, &where, (s64)s->size,
			       (s64)c->size, "the section gets smaller, from %llu to %zu bytes, "
			       "but symbols that mark its end do not move: who uses them sees "
			       "zeros after it", (unsigned long long)s->size, c->size);
	return 0;
}


static int change_existing(struct plan *p, const struct elf_section *s,
			   const struct btf_file_change *c)
{
	struct place where = at(p, s->name);
	struct slot *slot = &p->slot[p->slot_cnt];
	const u8 *bytes;
	u64 size;
	int err;

	err = check_unique(p, s);
	if (!err)
		err = elf_bytes(p->e, s, &bytes, &size, p->r);
	if (err || (c->data && size == c->size && !memcmp(bytes, c->data, size)))
		return err;
	if (s->type != SHT_PROGBITS || s->index == p->e->shstrndx)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, SHT_PROGBITS, s->type,
				    "only SHT_PROGBITS (1) sections can be changed; this one has "
				    "type %u", s->type);
	if (!c->data && s->flags & SHF_GROUP)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE,
				    BTF_NO_VALUE, "the section is a member of a section group and "
				    "cannot be removed");
	err = check_relocations(p, s);
	if (!err && s->flags & SHF_ALLOC)
		err = check_alloc(p, s, c);
	if (err)
		return err;
	*slot = (struct slot){.s = *s, .data = c->data, .old_off = s->offset, .old_size = s->size};
	slot->s.size = c->size;
	slot->s.flags &= ~(u64)SHF_COMPRESSED;
	/* behind the file header: at offset 0 libelf's elf_update would write over it */
	if (!c->data)
		slot->s = (struct elf_section){.index = s->index,
					       .type = SHT_NULL,
					       .name = s->name,
					       .offset = elf_header_size(p->e)};
	p->slot_cnt++;
	return 0;
}

static int match_change(struct plan *p, const struct btf_file_change *c)
{
	u64 align = c->align ? c->align : 4;
	struct elf_section s;
	struct place where = at(p, c->name);
	u32 i;

	for (i = 0; i < p->slot_cnt; i++)
		if (!strcmp(p->slot[i].s.name, c->name))
			return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE,
					    BTF_NO_VALUE, "the section is to be changed twice");
	if (!elf_find(p->e, c->name, &s))
		return change_existing(p, &s, c);
	if (!c->data)
		return 0;
	if (!p->e->shnum)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE,
				    BTF_NO_VALUE, "the file has no section table to add to");
	if (align & (align - 1) || align > 4096)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE, (s64)align,
				    "alignment %llu is not a power of two up to 4096",
				    (unsigned long long)align);
	p->slot[p->slot_cnt++] = (struct slot){
		.s = {.name = c->name, .type = SHT_PROGBITS, .size = c->size, .align = align},
		.data = c->data,
		.is_new = true,
	};
	return 0;
}

/* --- indices and names of new sections --- */

static int stop_at_symbol(void *ctx, const struct elf_symbol *sym)
{
	(void)ctx;
	(void)sym;
	return 1;
}

/* a slot of the table that nobody uses: all zero, or as we leave it, and no symbol refers to it */
static bool is_vacant(const struct plan *p, u32 index)
{
	struct elf_section s;
	size_t i;
	int err;

	if (elf_section_at(p->e, index, &s, NULL) || s.type != SHT_NULL || s.name_off || s.flags ||
	    s.addr || s.size || s.link || s.info || s.align || s.entsize ||
	    (s.offset && s.offset != elf_header_size(p->e)))
		return false;
	for (i = 0; i < p->slot_cnt; i++)
		if (p->slot[i].s.index == index)
			return false;
	err = elf_symbols(p->e, index, stop_at_symbol, NULL, NULL);
	return !err || err == -ENODATA;
}

static int choose_index(struct plan *p, struct slot *slot)
{
	u32 i;

	for (i = 1; i < p->e->shnum; i++) {
		if (is_vacant(p, i)) {
			slot->s.index = i;
			return 0;
		}
	}
	if (p->shnum == UINT32_MAX)
		return -E2BIG;
	slot->s.index = p->shnum++;
	return 0;
}

/* offset of a name in the table: there already (also as the end of another), or appended */
static int name_offset(struct plan *p, const char *name, u32 *ret)
{
	size_t len = strlen(name) + 1;
	const u8 *found = p->names.len ? memmem(p->names.data, p->names.len, name, len) : NULL;
	int err;

	if (found) {
		*ret = (u32)(found - p->names.data);
		return 0;
	}
	if (p->names.len > UINT32_MAX - len)
		return -E2BIG;
	*ret = (u32)p->names.len;
	err = buf_add(&p->names, name, len);
	p->names_grow = true;
	return err;
}

/* is the name table also the string table of somebody else (as clang's .strtab is)? */
static int names_are_shared(struct plan *p)
{
	struct elf_section s;
	u32 i;
	int err;

	if (!p->e->names || p->strs.type != SHT_STRTAB || p->strs.flags & SHF_ALLOC)
		return 1;
	for (i = 1; i < p->e->shnum; i++) {
		err = elf_section_at(p->e, i, &s, p->r);
		if (err)
			return err;
		if (s.type != SHT_NULL && s.link == p->e->shstrndx)
			return 1;
	}
	return 0;
}

/* all names into a table of their own, in a section of its own: the old table stays as it is */
static int names_apart(struct plan *p)
{
	struct elf_section s;
	u32 i, off;
	int err;

	p->names.len = 0;
	err = buf_add(&p->names, "", 1);
	if (err)
		return err;
	p->strs = (struct elf_section){.name = ".shstrtab", .type = SHT_STRTAB, .align = 1};
	if (p->shnum == UINT32_MAX)
		return -E2BIG;
	p->strs.index = p->shstrndx = p->shnum++;
	p->renamed = arena_zalloc(&p->edit->arena, (size_t)p->shnum * sizeof(*p->renamed));
	if (!p->renamed)
		return -ENOMEM;
	for (i = 1; i < p->e->shnum; i++) {
		err = elf_section_at(p->e, i, &s, p->r);
		if (err)
			return err;
		off = (u32)p->names.len;
		if (!*s.name)
			continue;
		err = buf_add(&p->names, s.name, strlen(s.name) + 1);
		if (err)
			return err;
		p->renamed[i] = off;
	}
	p->names_grow = true;
	return name_offset(p, ".shstrtab", &p->strs.name_off);
}

/* from here on every slot has its index and name, and p->strs describes the name table */
static int number_and_name(struct plan *p)
{
	bool any_new = false;
	u32 i, off;
	int err, shared;

	for (i = 0; i < p->slot_cnt; i++) {
		if (!p->slot[i].is_new)
			continue;
		any_new = true;
		err = choose_index(p, &p->slot[i]);
		if (err)
			return err;
	}
	if (p->e->names)
		err = elf_section_at(p->e, p->e->shstrndx, &p->strs, p->r);
	else
		err = 0;
	if (err)
		return err;
	shared = names_are_shared(p);
	if (shared < 0)
		return shared;
	p->names_move = !shared;
	if (!any_new)
		return 0;
	err = buf_add(&p->names, p->e->names, p->e->names_size);
	if (!err && p->names.len && p->names.data[p->names.len - 1]) {
		err = buf_add(&p->names, "", 1);
		p->names_grow = true;
	}
	for (i = 0; !err && i < p->slot_cnt; i++)
		if (p->slot[i].is_new)
			err = name_offset(p, p->slot[i].s.name, &p->slot[i].s.name_off);
	if (err || !p->names_grow || !shared) {
		p->strs.size = p->names.len;
		return err;
	}
	err = names_apart(p);
	for (i = 0; !err && i < p->slot_cnt; i++) {
		if (p->slot[i].is_new)
			err = name_offset(p, p->slot[i].s.name, &p->slot[i].s.name_off);
		else if (p->slot[i].s.type != SHT_NULL) {
			off = p->renamed[p->slot[i].s.index];
			p->slot[i].s.name_off = off;
		}
	}
	p->strs.size = p->names.len;
	p->names_move = true;
	return err;
}

/* --- where things go --- */

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
	struct place where = at(p, s->name);

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
		err = layout_add_fixed(&p->lay, e->phoff,
				       e->phnum * (u64)(e->is64 ? sizeof(Elf64_Phdr)
								: sizeof(Elf32_Phdr)));
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
			where = at(p, slot->s.name);
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

/* from here on every part of the new file has its place */
static int place_all(struct plan *p)
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
	for (i = 0; !err && i < p->slot_cnt; i++)
		if (!p->slot[i].placed)
			err = loosen(p, &p->slot[i].old_off, &p->slot[i].old_size);
	if (!err)
		err = loosen(p, &table_off, &table_size);
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

/* --- the new bytes --- */

#define ENCODE_SHDR(e, to, s)                                                                      \
	do {                                                                                       \
		(to)->sh_name = elf_num(e, (__typeof__((to)->sh_name))(s)->name_off);              \
		(to)->sh_type = elf_num(e, (__typeof__((to)->sh_type))(s)->type);                  \
		(to)->sh_flags = elf_num(e, (__typeof__((to)->sh_flags))(s)->flags);               \
		(to)->sh_addr = elf_num(e, (__typeof__((to)->sh_addr))(s)->addr);                  \
		(to)->sh_offset = elf_num(e, (__typeof__((to)->sh_offset))(s)->offset);            \
		(to)->sh_size = elf_num(e, (__typeof__((to)->sh_size))(s)->size);                  \
		(to)->sh_link = elf_num(e, (__typeof__((to)->sh_link))(s)->link);                  \
		(to)->sh_info = elf_num(e, (__typeof__((to)->sh_info))(s)->info);                  \
		(to)->sh_addralign = elf_num(e, (__typeof__((to)->sh_addralign))(s)->align);       \
		(to)->sh_entsize = elf_num(e, (__typeof__((to)->sh_entsize))(s)->entsize);         \
	} while (0)

static void encode_section(const struct elf *e, const struct elf_section *s, u8 *table)
{
	u8 *p = table + s->index * elf_section_header_size(e);

	if (e->is64) {
		Elf64_Shdr raw;

		ENCODE_SHDR(e, &raw, s);
		memcpy(p, &raw, sizeof(raw));
	} else {
		Elf32_Shdr raw;

		ENCODE_SHDR(e, &raw, s);
		memcpy(p, &raw, sizeof(raw));
	}
}

#define ENCODE_EHDR(e, to, shoff_, shnum_, shstrndx_)                                              \
	do {                                                                                       \
		(to)->e_shoff = elf_num(e, (__typeof__((to)->e_shoff))(shoff_));                   \
		(to)->e_shnum = elf_num(e, (u16)(shnum_));                                         \
		(to)->e_shstrndx = elf_num(e, (u16)(shstrndx_));                                   \
	} while (0)

static void encode_header(const struct plan *p, u8 *header)
{
	u32 shnum = p->shnum < SHN_LORESERVE ? p->shnum : 0;
	u32 shstrndx = p->shstrndx < SHN_LORESERVE ? p->shstrndx : SHN_XINDEX;

	memcpy(header, p->e->data, elf_header_size(p->e));
	if (p->e->is64) {
		Elf64_Ehdr raw;

		memcpy(&raw, header, sizeof(raw));
		ENCODE_EHDR(p->e, &raw, p->shoff, shnum, shstrndx);
		memcpy(header, &raw, sizeof(raw));
	} else {
		Elf32_Ehdr raw;

		memcpy(&raw, header, sizeof(raw));
		ENCODE_EHDR(p->e, &raw, p->shoff, shnum, shstrndx);
		memcpy(header, &raw, sizeof(raw));
	}
}

/* the null section's header holds what the file header has no room for */
static int encode_numbers(const struct plan *p, u8 *table)
{
	struct elf_section zero;
	int err = elf_section_at(p->e, 0, &zero, p->r);

	if (err)
		return err;
	zero.size = p->shnum < SHN_LORESERVE ? 0 : p->shnum;
	zero.link = p->shstrndx < SHN_LORESERVE ? 0 : p->shstrndx;
	encode_section(p->e, &zero, table);
	return 0;
}

/* unchanged headers are copied as they are, not decoded and encoded */
static int make_table(const struct plan *p, u8 *table)
{
	size_t entry = elf_section_header_size(p->e);
	u32 i, off;
	int err = 0;

	memcpy(table, p->e->data + p->e->shoff, p->e->shnum * entry);
	for (i = 0; p->renamed && i < p->e->shnum; i++) {
		off = elf_num(p->e, p->renamed[i]);
		memcpy(table + i * entry, &off, sizeof(off));
	}
	for (i = 0; i < p->slot_cnt; i++)
		encode_section(p->e, &p->slot[i].s, table);
	if (p->names_move)
		encode_section(p->e, &p->strs, table);
	if (p->shnum != p->e->shnum || p->shstrndx != p->e->shstrndx)
		err = encode_numbers(p, table);
	return err;
}

static int add_patch(struct plan *p, u64 off, u64 size, const u8 *data)
{
	struct elf_edit *edit = p->edit;

	if (!size)
		return 0;
	if (edit->cnt == edit->cap) {
		size_t cap = edit->cap ? edit->cap * 2 : 16;
		void *grown = realloc(edit->patch, cap * sizeof(*edit->patch));

		if (!grown)
			return -ENOMEM;
		edit->patch = grown;
		edit->cap = cap;
	}
	edit->patch[edit->cnt++] = (struct elf_patch){off, size, data};
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf_patch *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

/* room that was given back and not taken again is zeroed: [off, end) less the patches */
static int zero_left_over(struct plan *p, size_t data_cnt, u64 off, u64 end)
{
	const struct elf_patch *patch;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < data_cnt && off < end; i++) {
		patch = &p->edit->patch[i];
		if (patch->off + patch->size <= off || patch->off >= end)
			continue;
		if (patch->off > off)
			err = add_patch(p, off, patch->off - off, NULL);
		patch = &p->edit->patch[i];
		off = patch->off + patch->size;
	}
	if (!err && off < end)
		err = add_patch(p, off, end - off, NULL);
	return err;
}

static int make_patches(struct plan *p)
{
	struct arena *arena = &p->edit->arena;
	u64 table_size = p->shnum * (u64)elf_section_header_size(p->e);
	u8 *header = arena_alloc(arena, elf_header_size(p->e));
	u8 *table = arena_zalloc(arena, table_size), *names;
	size_t i, cnt;
	int err;

	if (!header || !table)
		return -ENOMEM;
	encode_header(p, header);
	err = make_table(p, table);
	if (!err)
		err = add_patch(p, 0, elf_header_size(p->e), header);
	if (!err)
		err = add_patch(p, p->shoff, table_size, table);
	if (!err && p->names_move) {
		names = arena_alloc(arena, p->strs.size);
		if (!names)
			return -ENOMEM;
		memcpy(names, p->names.len ? (const void *)p->names.data : p->e->names,
		       p->strs.size);
		err = add_patch(p, p->strs.offset, p->strs.size, names);
	}
	for (i = 0; !err && i < p->slot_cnt; i++)
		if (p->slot[i].s.type != SHT_NULL)
			err = add_patch(p, p->slot[i].s.offset, p->slot[i].s.size,
					p->slot[i].data);
	if (err)
		return err;
	qsort(p->edit->patch, p->edit->cnt, sizeof(*p->edit->patch), by_offset);
	cnt = p->edit->cnt;
	for (i = 0; !err && i < p->lay.loose_cnt; i++)
		err = zero_left_over(p, cnt, p->lay.loose[i].off,
				     min_of(p->lay.loose[i].end, p->edit->size));
	qsort(p->edit->patch, p->edit->cnt, sizeof(*p->edit->patch), by_offset);
	return err;
}

static int run_plan(struct plan *p, const struct btf_file_change *change, size_t cnt)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < cnt; i++)
		err = match_change(p, &change[i]);
	if (err || !p->slot_cnt)
		return err;
	p->edit->changed = true;
	err = number_and_name(p);
	if (!err)
		err = place_all(p);
	if (!err && !p->e->is64 && p->edit->size > UINT32_MAX)
		err = -E2BIG;
	if (!err)
		err = make_patches(p);
	return err;
}

int elf_edit_init(struct elf_edit *edit, struct elf *e, const struct btf_file_change *change,
		  size_t cnt, struct btf_report *r)
{
	struct plan p = {.e = e, .edit = edit, .r = r, .shnum = e->shnum, .shstrndx = e->shstrndx};
	struct place where = {.file = e->path};
	int err;

	*edit = (struct elf_edit){0};
	p.slot = zalloc_array(cnt, sizeof(*p.slot));
	err = p.slot ? run_plan(&p, change, cnt) : -ENOMEM;
	free(p.slot);
	buf_deinit(&p.names);
	layout_deinit(&p.lay);
	if (err)
		elf_edit_deinit(edit);
	if (err == -ENOMEM)
		return report_nomem(r);
	if (err == -E2BIG)
		return report_error(r, BTF_CODE_FILE_TOO_BIG, &where, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the changed file would be larger than its format allows");
	return err;
}

void elf_edit_deinit(struct elf_edit *edit)
{
	free(edit->patch);
	arena_deinit(&edit->arena);
	*edit = (struct elf_edit){0};
}

void elf_edit_copy(const struct elf_edit *edit, const struct elf *e, u8 *out)
{
	u64 kept = min_of(e->size, edit->size);
	const struct elf_patch *p;

	memcpy(out, e->data, kept);
	memset(out + kept, 0, edit->size - kept);
	for (p = edit->patch; p < edit->patch + edit->cnt; p++) {
		if (p->data)
			memcpy(out + p->off, p->data, p->size);
		else
			memset(out + p->off, 0, p->size);
	}
}
