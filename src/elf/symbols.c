// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ELF image -> symbols of .symtab.
 *
 * In: an opened image. Out: one call per symbol, in table order. Always: a damaged table is an
 * error before the first call; a symbol with a bad name or section is one when it is reached.
 */
#include <errno.h>
#include <string.h>

#include "elf/open.h"

struct table {
	const struct elf *e;
	const u8 *syms, *xindex; /* xindex: SHT_SYMTAB_SHNDX words, or NULL */
	const char *strs;
	u64 cnt, strs_size, xindex_cnt;
	struct place at;
};

static int table_error(const struct table *t, const char *text, struct btf_report *r)
{
	return report_error(r, BTF_CODE_ELF_SYMBOLS, &t->at, BTF_NO_VALUE, BTF_NO_VALUE, "%s",
			    text);
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

/* the table's three sections; from here on cnt symbols can be decoded */
static int find_table(struct table *t, const struct elf *e, struct btf_report *r)
{
	size_t entry = e->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	struct elf_section s, strs, xindex;
	int err;

	*t = (struct table){.e = e};
	err = find_by_type(e, SHT_SYMTAB, ELF_EVERY_SECTION, &s, r);
	if (err)
		return err;
	t->at = (struct place){.file = e->path, .section = s.name};
	err = elf_file_bytes(e, &s, &t->syms, r);
	if (err)
		return err;
	if (s.entsize != entry || s.size % entry)
		return table_error(t, "the symbol table is not a whole number of symbols", r);
	t->cnt = s.size / entry;
	if (!s.link || s.link >= e->shnum)
		return table_error(t, "the symbol table has no string table", r);
	err = elf_section_at(e, s.link, &strs, r);
	if (!err)
		err = elf_file_bytes(e, &strs, (const u8 **)&t->strs, r);
	if (err)
		return err;
	t->strs_size = strs.size;
	if (!strs.size || t->strs[strs.size - 1])
		return table_error(t, "the symbols' string table does not end with a zero", r);
	err = find_by_type(e, SHT_SYMTAB_SHNDX, s.index, &xindex, r);
	if (!err)
		err = elf_file_bytes(e, &xindex, &t->xindex, r);
	else if (err == -ENODATA)
		return 0;
	t->xindex_cnt = xindex.size / sizeof(u32);
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

static int symbol_at(const struct table *t, u64 i, struct elf_symbol *s, u32 *ret_name,
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

int elf_symbols(const struct elf *e, u32 section,
		int (*fn)(void *ctx, const struct elf_symbol *sym), void *ctx, struct btf_report *r)
{
	struct elf_symbol s;
	struct table t;
	u32 name;
	u64 i;
	int err;

	err = find_table(&t, e, r);
	for (i = 1; !err && i < t.cnt; i++) {
		err = symbol_at(&t, i, &s, &name, r);
		if (err)
			return err;
		if (section != ELF_EVERY_SECTION && s.section != section)
			continue;
		if (name >= t.strs_size)
			return table_error(&t, "a symbol's name is outside the string table", r);
		s.name = t.strs + name;
		err = fn(ctx, &s);
	}
	return err;
}
