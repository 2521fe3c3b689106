// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Indices and names of sections that are new.
 *
 * In: which sections change. Out: an index and a name offset for each, and the name table. Always:
 * no section that stays gets another index, and no other section's bytes change: where the name
 * table is the string table of somebody else too, the names get a table of their own.
 */
#include "elf/plan.h"

#include <errno.h>
#include <string.h>

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

/* unused entries at the end of the table go; a symbol that refers to one keeps it */
static void drop_entries(struct plan *p)
{
	struct slot *slot;
	u32 i, last;
	int err;

	for (; p->kept > 1; p->kept--) {
		last = p->kept - 1;
		slot = NULL;
		for (i = 0; i < p->slot_cnt; i++)
			if (!p->slot[i].is_new && p->slot[i].s.index == last)
				slot = &p->slot[i];
		if (!slot && !is_vacant(p, last))
			break;
		if (slot) {
			err = elf_symbols(p->e, last, stop_at_symbol, NULL, NULL);
			if (slot->s.type != SHT_NULL || (err && err != -ENODATA))
				break;
			slot->dropped = true;
		}
	}
	p->shnum = p->kept;
}

static int choose_index(struct plan *p, struct slot *slot)
{
	u32 i;

	for (i = 1; i < p->kept; i++) {
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
	for (i = 1; i < p->kept; i++) {
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

int plan_number(struct plan *p)
{
	bool any_new = false;
	u32 i, off;
	int err, shared;

	drop_entries(p);
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
