// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ELF image -> symbols of .symtab.
 *
 * In: an opened image. Out: symbols, in table order. Always: a damaged table is an error before
 * the first symbol; a symbol with a bad name or section is one when it is reached.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "elf/open.h"

static int table_error(const struct elf_symbol_table *t, const char *text, struct btf_report *r)
{
	struct place at = {.file = t->e->path, .section = t->name};

	return report_error(r, BTF_CODE_ELF_SYMBOLS, &at, BTF_NO_VALUE, BTF_NO_VALUE, "%s", text);
}

static int find_by_type(const struct elf *e, u32 type, u32 link, struct elf_section *ret,
			struct btf_report *r)
{
	u32 i;
	int err;

	for (i = 1; i < e->shnum; i++) {
		err = elf_section_at(e, i, ret, r);
		if (err)
			return err;
		if (ret->type == type && (link == ELF_EVERY_SECTION || ret->link == link))
			return 0;
	}
	return -ENODATA;
}

static int find_section(const struct elf *e, u32 section, struct elf_section *ret,
			struct btf_report *r)
{
	if (section == ELF_EVERY_SECTION)
		return find_by_type(e, SHT_SYMTAB, ELF_EVERY_SECTION, ret, r);
	return elf_section_at(e, section, ret, r);
}

/* the table's three sections; from here on cnt symbols can be decoded */
int elf_symbol_table_init(struct elf_symbol_table *ret, const struct elf *e, u32 section,
			  struct btf_report *r)
{
	size_t entry = e->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	struct elf_symbol_table t = {.e = e};
	struct elf_section s, strs, xindex;
	int err;

	err = find_section(e, section, &s, r);
	if (err)
		return err;
	t.index = s.index;
	t.name = s.name;
	err = elf_file_bytes(e, &s, &t.syms, r);
	if (err)
		return err;
	if ((s.type != SHT_SYMTAB && s.type != SHT_DYNSYM) || s.entsize != entry || s.size % entry)
		return table_error(&t, "the symbol table is not a whole number of symbols", r);
	t.cnt = s.size / entry;
	if (!s.link || s.link >= e->shnum)
		return table_error(&t, "the symbol table has no string table", r);
	err = elf_section_at(e, s.link, &strs, r);
	if (!err)
		err = elf_file_bytes(e, &strs, (const u8 **)&t.strs, r);
	if (err)
		return err;
	t.strs_size = strs.size;
	if (!strs.size || t.strs[strs.size - 1])
		return table_error(&t, "the symbols' string table does not end with a zero", r);
	err = find_by_type(e, SHT_SYMTAB_SHNDX, s.index, &xindex, r);
	if (!err) {
		err = elf_file_bytes(e, &xindex, &t.xindex, r);
		t.xindex_cnt = xindex.size / sizeof(u32);
	} else if (err == -ENODATA) {
		err = 0;
	}
	if (!err)
		*ret = t;
	return err;
}

#define DECODE_SYM(e, s, from, ret_name, ret_index)                                                \
	do {                                                                                       \
		*(ret_name) = elf_num(e, (from).st_name);                                          \
		*(ret_index) = elf_num(e, (from).st_shndx);                                        \
		(s)->value = elf_num(e, (from).st_value);                                          \
		(s)->size = elf_num(e, (from).st_size);                                            \
		(s)->type = ELF64_ST_TYPE((from).st_info);                                         \
		(s)->bind = ELF64_ST_BIND((from).st_info);                                         \
	} while (0)

/* all but the name's text */
static int decode(const struct elf_symbol_table *t, u64 i, struct elf_symbol *s, u32 *ret_name,
		  struct btf_report *r)
{
	u32 index;

	if (t->e->is64) {
		Elf64_Sym raw;

		memcpy(&raw, t->syms + i * sizeof(raw), sizeof(raw));
		DECODE_SYM(t->e, s, raw, ret_name, &index);
	} else {
		Elf32_Sym raw;

		memcpy(&raw, t->syms + i * sizeof(raw), sizeof(raw));
		DECODE_SYM(t->e, s, raw, ret_name, &index);
	}
	s->absolute = index == SHN_ABS;
	s->common = index == SHN_COMMON;
	if (index == SHN_XINDEX) {
		if (i >= t->xindex_cnt)
			return table_error(t, "a symbol's extended section index is missing", r);
		memcpy(&index, t->xindex + i * sizeof(index), sizeof(index));
		index = elf_num(t->e, index);
	} else if (index >= SHN_LORESERVE) {
		index = SHN_UNDEF;
	}
	if (index >= t->e->shnum)
		return table_error(t, "a symbol is in a section that does not exist", r);
	s->section = index;
	return 0;
}

static int set_name(const struct elf_symbol_table *t, u32 name, struct elf_symbol *s,
		    struct btf_report *r)
{
	if (name >= t->strs_size)
		return table_error(t, "a symbol's name is outside the string table", r);
	s->name = t->strs + name;
	return 0;
}

int elf_symbol_at(const struct elf_symbol_table *t, u64 i, struct elf_symbol *ret,
		  struct btf_report *r)
{
	struct elf_symbol s;
	u32 name;
	int err;

	err = decode(t, i, &s, &name, r);
	if (!err)
		err = set_name(t, name, &s, r);
	if (!err)
		*ret = s;
	return err;
}

int elf_symbol_value_at(const struct elf_symbol_table *t, u64 i, struct elf_symbol *ret,
			struct btf_report *r)
{
	struct elf_symbol s = {0};
	u32 name;
	int err = decode(t, i, &s, &name, r);

	if (!err)
		*ret = s;
	return err;
}

/*
 * Is the symbol plainly in another section? Most are, and then nothing else of it is looked at.
 * False for an index that is extended, or of no section: decode() tells.
 */
static inline bool elsewhere(const struct elf_symbol_table *t, u64 i, u32 section)
{
	u16 index;

	if (t->e->is64)
		memcpy(&index, t->syms + i * sizeof(Elf64_Sym) + offsetof(Elf64_Sym, st_shndx),
		       sizeof(index));
	else
		memcpy(&index, t->syms + i * sizeof(Elf32_Sym) + offsetof(Elf32_Sym, st_shndx),
		       sizeof(index));
	index = elf_num(t->e, index);
	return index != section && index < SHN_LORESERVE && index < t->e->shnum;
}

int elf_symbols(const struct elf *e, u32 section,
		int (*fn)(void *ctx, const struct elf_symbol *sym), void *ctx, struct btf_report *r)
{
	struct elf_symbol_table t;
	struct elf_symbol s;
	u32 name;
	u64 i;
	int err;

	err = elf_symbol_table_init(&t, e, ELF_EVERY_SECTION, r);
	for (i = 1; !err && i < t.cnt; i++) {
		if (section != ELF_EVERY_SECTION && elsewhere(&t, i, section))
			continue;
		err = decode(&t, i, &s, &name, r);
		if (err)
			return err;
		if (section != ELF_EVERY_SECTION && s.section != section)
			continue;
		err = set_name(&t, name, &s, r);
		if (!err)
			err = fn(ctx, &s);
	}
	return err;
}
