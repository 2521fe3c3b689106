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
 * next run [place.c]: the room that is left behind is zeroed, and zero bytes that belong
 * to nothing are room; a section stays where it is if it fits there, with such room behind and
 * before it, else goes to the first gap that is large enough, and to the end only then; the
 * section table, and the name table if it is behind everything else, are laid out anew each time;
 * a removed section's entry in the table is dropped if it is the last, or else used again.
 */
#include "elf/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int check_unique(struct plan *p, const struct elf_section *s)
{
	struct elf_section other;
	struct place where = plan_at(p, s->name);
	u32 i;
	int err;

	for (i = s->index + 1; i < p->e->shnum; i++) {
		err = elf_section_at(p->e, i, &other, p->r);
		if (err)
			return err;
		if (other.type != SHT_NULL && !strcmp(other.name, s->name))
			return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE, i,
					    "sections %u and %u both have this name: which one "
					    "to change is not clear",
					    s->index, i);
	}
	return 0;
}

/* relocations would be applied to the new bytes */
static int check_relocations(struct plan *p, const struct elf_section *s)
{
	struct place where = plan_at(p, s->name);
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
					    BTF_NO_VALUE,
					    "%s relocates this section: its bytes "
					    "are not final before the file is linked",
					    rel.name);
	}
	return 0;
}

static int check_alloc(struct plan *p, const struct elf_section *s, const struct btf_file_change *c)
{
	struct place where = plan_at(p, s->name);

	if (!c->data)
		return report_error(p->r, BTF_CODE_SAVE_ALLOC, &where, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the section is loaded into memory (SHF_ALLOC) and cannot be "
				    "removed from a linked file");
	if (c->size > s->size)
		return report_error(p->r, BTF_CODE_SAVE_ALLOC, &where, (s64)s->size, (s64)c->size,
				    "the section is loaded into memory (SHF_ALLOC): %zu bytes do "
				    "not fit into its %llu",
				    c->size, (unsigned long long)s->size);
	if (c->size < s->size)
		report_warning(p->r, BTF_CODE_SAVE_ALLOC_SHRUNK, &where, (s64)s->size, (s64)c->size,
			       "the section gets smaller, from %llu to %zu bytes, "
			       "but symbols that mark its end do not move: who uses them sees "
			       "zeros after it",
			       (unsigned long long)s->size, c->size);
	return 0;
}

static int change_existing(struct plan *p, const struct elf_section *s,
			   const struct btf_file_change *c)
{
	struct place where = plan_at(p, s->name);
	struct slot *slot = &p->slot[p->slot_cnt];
	bool relocations;
	const u8 *bytes;
	u64 size;
	int err;

	err = check_unique(p, s);
	if (!err)
		err = elf_bytes(p->e, s, &bytes, &size, p->r);
	if (err || (c->data && size == c->size && !memcmp(bytes, c->data, size)))
		return err;
	relocations = s->type == SHT_REL && c->keeps_relocations && c->data && c->size == s->size;
	if ((s->type != SHT_PROGBITS && !relocations) || s->index == p->e->shstrndx)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, SHT_PROGBITS, s->type,
				    "only SHT_PROGBITS (1) sections can be changed; this one has "
				    "type %u",
				    s->type);
	if (!c->data && s->flags & SHF_GROUP)
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the section is a member of a section group and "
				    "cannot be removed");
	err = c->keeps_relocations ? 0 : check_relocations(p, s);
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
	struct place where = plan_at(p, c->name);
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
		return report_error(p->r, BTF_CODE_SAVE_SECTION, &where, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the file has no section table to add to");
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

static int run_plan(struct plan *p, const struct btf_file_change *change, size_t cnt)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < cnt; i++)
		err = match_change(p, &change[i]);
	if (err || !p->slot_cnt)
		return err;
	p->edit->changed = true;
	err = plan_number(p);
	if (!err)
		err = plan_place(p);
	if (!err && !p->e->is64 && p->edit->size > UINT32_MAX)
		err = -E2BIG;
	if (!err)
		err = plan_bytes(p);
	return err;
}

/*
 * Both are written anew, and what one writes the other would read: a file where they lie over each
 * other is damaged already.
 */
static int check_tables(const struct elf *e, struct btf_report *r)
{
	u64 headers = (u64)e->shnum * elf_section_header_size(e);
	struct elf_section names;
	int err;

	if (!e->shnum || !e->shstrndx || e->shstrndx >= e->shnum)
		return 0;
	err = elf_section_at(e, e->shstrndx, &names, r);
	if (err || names.type == SHT_NOBITS || !names.size || names.offset >= e->shoff + headers ||
	    names.offset + names.size <= e->shoff)
		return err;
	return report_error(r, BTF_CODE_ELF_SECTION,
			    &(struct place){.file = e->path, .offset_plus1 = names.offset + 1},
			    BTF_NO_VALUE, BTF_NO_VALUE,
			    "the section name table lies over the section headers: the file is damaged");
}

int elf_edit_init(struct elf_edit *edit, struct elf *e, const struct btf_file_change *change,
		  size_t cnt, struct btf_report *r)
{
	struct plan p = {
		.e = e,
		.edit = edit,
		.r = r,
		.kept = e->shnum,
		.shnum = e->shnum,
		.shstrndx = e->shstrndx,
	};
	struct place where = {.file = e->path};
	int err;

	*edit = (struct elf_edit){0};
	err = check_tables(e, r);
	if (err)
		return err;
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
