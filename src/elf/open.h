/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The section table of an ELF image: either class, either byte order, any number of sections.
 *
 * Nothing is copied and nothing is decoded ahead: opening looks at the file header only, a
 * section header is decoded when it is asked for, and only compressed sections get memory of
 * their own. Every offset and length that the file states is checked before it is used.
 */
#ifndef ELF_OPEN_H
#define ELF_OPEN_H

#include <elf.h>

#include "base/mem.h"
#include "base/report.h"

struct elf_inflated;

struct elf {
	const u8 *data;
	u64 size;
	const char *path; /* for findings; may be NULL */
	bool is64, big;
	bool swap; /* the file's byte order is not this machine's */
	u16 type, machine;
	u64 shoff;
	u32 shnum; /* with the null section; 0: the file has no section table */
	u32 shstrndx;
	u64 phoff;
	u32 phnum;
	const char *names; /* section name table, NULL if there is none */
	u64 names_size;
	u64 max_size;		       /* most bytes that one section may inflate to */
	struct elf_inflated *inflated; /* what was inflated so far, freed by elf_deinit */
};

struct elf_section {
	u32 index;
	const char *name; /* points into the image */
	u32 name_off;
	u32 type;
	u64 flags, addr, offset, size, align, entsize;
	u32 link, info;
};

struct elf_symbol {
	const char *name;
	u64 value, size;
	u32 section; /* index, extended numbers resolved; SHN_UNDEF for none, absolute and common */
	u8 type, bind;
	bool absolute, common; /* SHN_ABS, SHN_COMMON; both false for an undefined symbol */
};

/* `v` read from a header of the file, in this machine's byte order; and the other way round */
#define elf_num(e, v) ((__typeof__(v))elf_num_sized(e, v, sizeof(v)))
static inline u64 elf_num_sized(const struct elf *e, u64 v, size_t size)
{
	if (!e->swap || size == 1)
		return v;
	return size == 8   ? __builtin_bswap64(v)
	       : size == 4 ? __builtin_bswap32((u32)v)
			   : __builtin_bswap16((u16)v);
}

static inline size_t elf_header_size(const struct elf *e)
{
	return e->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
}

static inline size_t elf_section_header_size(const struct elf *e)
{
	return e->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

bool elf_recognise(const void *data, u64 size);
/* max_size 0: 4 GiB. The image must outlive e. Nothing to undo after an error. */
int elf_init(struct elf *e, const void *data, u64 size, const char *path, u64 max_size,
	     struct btf_report *r);
void elf_deinit(struct elf *e);

/* index < e->shnum */
int elf_section_at(const struct elf *e, u32 index, struct elf_section *ret, struct btf_report *r);
/* the first section of that name; -ENOENT without a finding */
int elf_find(const struct elf *e, const char *name, struct elf_section *ret);
/* as they are in the file, compressed or not; *ret_data is not NULL even for size 0 */
int elf_file_bytes(const struct elf *e, const struct elf_section *s, const u8 **ret_data,
		   struct btf_report *r);
/* inflated where compressed (SHF_COMPRESSED or .zdebug); owned by e */
int elf_bytes(struct elf *e, const struct elf_section *s, const u8 **ret_data, u64 *ret_size,
	      struct btf_report *r);

/*
 * How a section is compressed: stated size checked against max_size and against what its bytes
 * can hold. Kind INFLATE_NONE when it is not: then `in` are its bytes, not NULL even for size 0.
 */
struct inflate;
int elf_compression(const struct elf *e, const struct elf_section *s, struct inflate *ret,
		    struct btf_report *r);
/* out has room for how->out_size bytes */
int elf_inflate(const struct elf *e, const struct elf_section *s, const struct inflate *how,
		u8 *out, struct btf_report *r);

struct elf_segment {
	u32 type;
	u64 offset, filesz;
};
/* index < e->phnum; the table was checked by elf_init */
void elf_segment_at(const struct elf *e, u32 index, struct elf_segment *ret);

#define ELF_EVERY_SECTION ((u32)-1)
#define ELF_NO_SECTION ((u32)-2)
/*
 * Calls fn for each symbol of .symtab that is defined in section `section` until it returns
 * non-zero, and returns that. -ENODATA without a finding where there is no .symtab.
 */
int elf_symbols(const struct elf *e, u32 section,
		int (*fn)(void *ctx, const struct elf_symbol *sym), void *ctx,
		struct btf_report *r);

/* A symbol table that is read by number: symbols 0 (never a real one) to cnt - 1, in file order. */
struct elf_symbol_table {
	const struct elf *e;
	u32 index; /* of the table's section */
	u64 cnt;
	const u8 *syms, *xindex; /* xindex: SHT_SYMTAB_SHNDX words, or NULL */
	const char *strs;
	u64 strs_size, xindex_cnt;
	const char *name; /* of the section */
};

/* section ELF_EVERY_SECTION: .symtab, -ENODATA without a finding where there is none */
int elf_symbol_table_init(struct elf_symbol_table *ret, const struct elf *e, u32 section,
			  struct btf_report *r);
/* i < cnt */
int elf_symbol_at(const struct elf_symbol_table *t, u64 i, struct elf_symbol *ret,
		  struct btf_report *r);
/* all but the name, which is not looked at */
int elf_symbol_value_at(const struct elf_symbol_table *t, u64 i, struct elf_symbol *ret,
			struct btf_report *r);

#endif
