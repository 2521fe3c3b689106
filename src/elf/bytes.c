// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The new headers, and all of a change as patches.
 *
 * In: where everything goes. Out: patches by offset, disjoint. Always: the header of a section that
 * does not change is copied bit by bit, not decoded and encoded.
 */
#include "elf/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

	memcpy(table, p->e->data + p->e->shoff, p->kept * entry);
	for (i = 0; p->renamed && i < p->kept; i++) {
		off = elf_num(p->e, p->renamed[i]);
		memcpy(table + i * entry, &off, sizeof(off));
	}
	for (i = 0; i < p->slot_cnt; i++)
		if (!p->slot[i].dropped)
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

int plan_bytes(struct plan *p)
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
			err = add_patch(p, p->slot[i].s.offset, p->slot[i].s.size, p->slot[i].data);
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
