// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ELF image -> sections and symbols.
 *
 * In: any bytes. Out: slices of those bytes (or of an inflated copy that the struct elf owns).
 * Always: no byte outside [data, data + size) is read, whatever the headers say; a section that
 * reaches past the end is an error when its bytes are asked for, not before, so that a cut-off
 * file can still be described.
 *
 * The headers are decoded here and not by libelf: that costs nothing per section that is not
 * looked at, and the same few structs have to be known for writing (edit.c). The unit tests hold
 * this reader against libelf.
 */
#include "elf/open.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/inflate.h"

struct elf_inflated {
	struct elf_inflated *next;
	u32 index;
	u64 size;
	u8 *data;
};

static const u8 no_bytes[1];

static struct place at(const struct elf *e, const char *section, u64 offset)
{
	return (struct place){.file = e->path, .section = section, .offset_plus1 = offset + 1};
}

bool elf_recognise(const void *data, u64 size)
{
	return size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG);
}

static bool inside(const struct elf *e, u64 offset, u64 size)
{
	return offset <= e->size && size <= e->size - offset;
}

static int header_error(const struct elf *e, u64 offset, s64 expected, s64 actual, const char *what,
			struct btf_report *r)
{
	struct place p = at(e, NULL, offset);

	if (expected == BTF_NO_VALUE)
		return report_error(r, BTF_CODE_ELF_HEADER, &p, expected, actual, "%s", what);
	return report_error(r, BTF_CODE_ELF_HEADER, &p, expected, actual,
			    "%s: expected %lld, found %lld", what, (long long)expected,
			    (long long)actual);
}

/* what the two classes' file headers have in common */
struct ehdr {
	u64 phoff, shoff;
	u16 type, machine, phentsize, phnum, shentsize, shnum, shstrndx;
};

#define DECODE_EHDR(e, h, from)                                                                    \
	(*(h) = (struct ehdr){                                                                     \
		 .phoff = elf_num(e, (from).e_phoff),                                              \
		 .shoff = elf_num(e, (from).e_shoff),                                              \
		 .type = elf_num(e, (from).e_type),                                                \
		 .machine = elf_num(e, (from).e_machine),                                          \
		 .phentsize = elf_num(e, (from).e_phentsize),                                      \
		 .phnum = elf_num(e, (from).e_phnum),                                              \
		 .shentsize = elf_num(e, (from).e_shentsize),                                      \
		 .shnum = elf_num(e, (from).e_shnum),                                              \
		 .shstrndx = elf_num(e, (from).e_shstrndx),                                        \
	 })

static int read_header(struct elf *e, struct ehdr *h, struct btf_report *r)
{
	const u8 *ident = e->data;

	if (e->size < EI_NIDENT)
		return header_error(e, 0, EI_NIDENT, (s64)e->size, "bytes of the ELF header", r);
	if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64)
		return header_error(e, EI_CLASS, BTF_NO_VALUE, ident[EI_CLASS],
				    "the ELF class is neither 32 nor 64 bit", r);
	if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB)
		return header_error(e, EI_DATA, BTF_NO_VALUE, ident[EI_DATA],
				    "the ELF byte order is neither little nor big", r);
	e->is64 = ident[EI_CLASS] == ELFCLASS64;
	e->big = ident[EI_DATA] == ELFDATA2MSB;
	e->swap = e->big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	if (e->size < elf_header_size(e))
		return header_error(e, 0, (s64)elf_header_size(e), (s64)e->size,
				    "bytes of the ELF header", r);
	if (e->is64) {
		Elf64_Ehdr raw;

		memcpy(&raw, e->data, sizeof(raw));
		DECODE_EHDR(e, h, raw);
	} else {
		Elf32_Ehdr raw;

		memcpy(&raw, e->data, sizeof(raw));
		DECODE_EHDR(e, h, raw);
	}
	e->type = h->type;
	e->machine = h->machine;
	return 0;
}

#define DECODE_SHDR(e, s, from)                                                                    \
	do {                                                                                       \
		(s)->name_off = elf_num(e, (from).sh_name);                                        \
		(s)->type = elf_num(e, (from).sh_type);                                            \
		(s)->flags = elf_num(e, (from).sh_flags);                                          \
		(s)->addr = elf_num(e, (from).sh_addr);                                            \
		(s)->offset = elf_num(e, (from).sh_offset);                                        \
		(s)->size = elf_num(e, (from).sh_size);                                            \
		(s)->link = elf_num(e, (from).sh_link);                                            \
		(s)->info = elf_num(e, (from).sh_info);                                            \
		(s)->align = elf_num(e, (from).sh_addralign);                                      \
		(s)->entsize = elf_num(e, (from).sh_entsize);                                      \
	} while (0)

static void decode_section(const struct elf *e, u32 index, struct elf_section *s)
{
	const u8 *p = e->data + e->shoff + (u64)index * elf_section_header_size(e);

	s->index = index;
	s->name = "";
	if (e->is64) {
		Elf64_Shdr raw;

		memcpy(&raw, p, sizeof(raw));
		DECODE_SHDR(e, s, raw);
	} else {
		Elf32_Shdr raw;

		memcpy(&raw, p, sizeof(raw));
		DECODE_SHDR(e, s, raw);
	}
}

/* section table and name table; from here on section indices below shnum can be decoded */
static int find_tables(struct elf *e, const struct ehdr *h, struct btf_report *r)
{
	struct elf_section s;
	u64 cnt = h->shnum;

	e->shoff = h->shoff;
	e->shstrndx = h->shstrndx;
	if (!h->shoff) {
		e->shstrndx = 0;
		return 0;
	}
	if (h->shentsize != elf_section_header_size(e))
		return header_error(e, 0, (s64)elf_section_header_size(e), h->shentsize,
				    "size of a section header", r);
	if (!inside(e, h->shoff, elf_section_header_size(e)))
		return header_error(e, h->shoff, BTF_NO_VALUE, (s64)e->size,
				    "the section table is past the end: the file is cut off", r);
	decode_section(e, 0, &s);
	if (!cnt)
		cnt = s.size; /* extended numbering */
	if (e->shstrndx == SHN_XINDEX)
		e->shstrndx = s.link;
	if (cnt > UINT32_MAX || !inside(e, h->shoff, cnt * elf_section_header_size(e)))
		return header_error(e, h->shoff, BTF_NO_VALUE, (s64)e->size,
				    "the section table reaches past the end: the file is cut off",
				    r);
	e->shnum = (u32)cnt;
	if (!e->shstrndx || e->shstrndx >= e->shnum) {
		e->shstrndx = 0;
		return 0;
	}
	decode_section(e, e->shstrndx, &s);
	if (s.type == SHT_NOBITS || !inside(e, s.offset, s.size))
		return header_error(e, s.offset, BTF_NO_VALUE, (s64)e->size,
				    "the section name table is past the end: the file is cut off",
				    r);
	e->names = (const char *)e->data + s.offset;
	e->names_size = s.size;
	return 0;
}

static int find_segments(struct elf *e, const struct ehdr *h, struct btf_report *r)
{
	size_t entry = e->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	struct elf_section s;
	u32 cnt = h->phnum;

	if (!h->phoff || !cnt)
		return 0;
	if (cnt == PN_XNUM && e->shnum) {
		decode_section(e, 0, &s);
		cnt = s.info;
	}
	if (h->phentsize != entry)
		return header_error(e, 0, (s64)entry, h->phentsize, "size of a program header", r);
	if (!inside(e, h->phoff, (u64)cnt * entry))
		return header_error(e, h->phoff, BTF_NO_VALUE, (s64)e->size,
				    "the program headers reach past the end: the file is cut off",
				    r);
	e->phoff = h->phoff;
	e->phnum = cnt;
	return 0;
}

int elf_init(struct elf *e, const void *data, u64 size, const char *path, u64 max_size,
	     struct btf_report *r)
{
	struct ehdr h = {0};
	int err;

	*e = (struct elf){
		.data = data,
		.size = size,
		.path = path,
		.max_size = max_size ? max_size : (u64)4 << 30,
	};
	if (!elf_recognise(data, size))
		return header_error(e, 0, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the file does not start with \\x7fELF", r);
	err = read_header(e, &h, r);
	if (!err)
		err = find_tables(e, &h, r);
	if (!err)
		err = find_segments(e, &h, r);
	return err;
}

void elf_deinit(struct elf *e)
{
	struct elf_inflated *i, *next;

	for (i = e->inflated; i; i = next) {
		next = i->next;
		free(i->data);
		free(i);
	}
	e->inflated = NULL;
}

/* NULL if the name is not a terminated string inside the table */
static const char *name_at(const struct elf *e, u32 off)
{
	if (off >= e->names_size || !memchr(e->names + off, 0, e->names_size - off))
		return NULL;
	return e->names + off;
}

int elf_section_at(const struct elf *e, u32 index, struct elf_section *ret, struct btf_report *r)
{
	decode_section(e, index, ret);
	if (e->names) {
		ret->name = name_at(e, ret->name_off);
		if (!ret->name && ret->type != SHT_NULL) {
			struct place p = at(e, NULL, e->shoff + index * elf_section_header_size(e));

			ret->name = "";
			return report_error(
				r, BTF_CODE_ELF_SECTION, &p, BTF_NO_VALUE, ret->name_off,
				"the name of section %u is at %u, outside the name "
				"table of %llu bytes",
				index, ret->name_off, (unsigned long long)e->names_size);
		}
		if (!ret->name)
			ret->name = "";
	}
	return 0;
}

static u32 section_name_off(const struct elf *e, u32 index)
{
	/* sh_name comes first in both classes */
	const u8 *p = e->data + e->shoff + (u64)index * elf_section_header_size(e);
	u32 off;

	memcpy(&off, p, sizeof(off));
	return elf_num(e, off);
}

int elf_find(const struct elf *e, const char *name, struct elf_section *ret)
{
	size_t len = strlen(name) + 1;
	u32 i, off;

	for (i = 1; i < e->shnum; i++) {
		off = section_name_off(e, i);
		if (off >= e->names_size || len > e->names_size - off)
			continue;
		if (memcmp(e->names + off, name, len))
			continue;
		decode_section(e, i, ret);
		ret->name = e->names + off;
		if (ret->type != SHT_NULL)
			return 0;
	}
	return -ENOENT;
}

int elf_file_bytes(const struct elf *e, const struct elf_section *s, const u8 **ret_data,
		   struct btf_report *r)
{
	struct place p = at(e, s->name, s->offset);

	if (s->type == SHT_NOBITS)
		return report_error(r, BTF_CODE_ELF_NOBITS, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the section has no bytes in this file (SHT_NOBITS)");
	if (!inside(e, s->offset, s->size))
		return report_error(r, BTF_CODE_ELF_SECTION, &p, (s64)s->size, (s64)e->size,
				    "the section needs %llu bytes at %llu, the file has %llu: it "
				    "is cut off",
				    (unsigned long long)s->size, (unsigned long long)s->offset,
				    (unsigned long long)e->size);
	*ret_data = s->size ? e->data + s->offset : no_bytes;
	return 0;
}

/* what a section's header says of how it is compressed; kind INFLATE_NONE when it is not */
static int find_compression(const struct elf *e, const struct elf_section *s, const u8 *data,
			    struct inflate *ret, struct btf_report *r)
{
	struct place p = at(e, s->name, s->offset);
	u64 header, type, size;

	*ret = (struct inflate){INFLATE_NONE, data, s->size, s->size};
	if (!(s->flags & SHF_COMPRESSED)) {
		/* the older GNU form: the name says it, then "ZLIB" and the size, big endian */
		if (strncmp(s->name, ".zdebug", 7) || s->size < 12 || memcmp(data, "ZLIB", 4))
			return 0;
		memcpy(&size, data + 4, sizeof(size));
		*ret = (struct inflate){INFLATE_ZLIB, data + 12, s->size - 12, be64toh(size)};
		return 0;
	}
	header = e->is64 ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
	if (s->size < header)
		return report_error(r, BTF_CODE_ELF_COMPRESSED, &p, (s64)header, (s64)s->size,
				    "compressed section of %llu bytes, its header needs %llu",
				    (unsigned long long)s->size, (unsigned long long)header);
	if (e->is64) {
		Elf64_Chdr c;

		memcpy(&c, data, sizeof(c));
		type = elf_num(e, c.ch_type);
		size = elf_num(e, c.ch_size);
	} else {
		Elf32_Chdr c;

		memcpy(&c, data, sizeof(c));
		type = elf_num(e, c.ch_type);
		size = elf_num(e, c.ch_size);
	}
	if (type != ELFCOMPRESS_ZLIB && type != INFLATE_ELFCOMPRESS_ZSTD)
		return report_error(r, BTF_CODE_ELF_COMPRESSED, &p, BTF_NO_VALUE, (s64)type,
				    "section compressed by method %llu; known are 1 (zlib) and 2 "
				    "(zstd)",
				    (unsigned long long)type);
	*ret = (struct inflate){type == ELFCOMPRESS_ZLIB ? INFLATE_ZLIB : INFLATE_ZSTD,
				data + header, s->size - header, size};
	return 0;
}

int elf_compression(const struct elf *e, const struct elf_section *s, struct inflate *ret,
		    struct btf_report *r)
{
	struct place p = at(e, s->name, s->offset);
	const u8 *data = no_bytes;
	struct inflate how;
	int err;

	err = elf_file_bytes(e, s, &data, r);
	if (!err)
		err = find_compression(e, s, data, &how, r);
	if (err)
		return err;
	if (how.kind != INFLATE_NONE && how.out_size > e->max_size)
		return report_error(
			r, BTF_CODE_FILE_TOO_BIG, &p, (s64)e->max_size, (s64)how.out_size,
			"inflated, the section has %llu bytes; "
			"the limit is %llu",
			(unsigned long long)how.out_size, (unsigned long long)e->max_size);
	if (how.kind != INFLATE_NONE && how.out_size > inflate_bound(&how))
		return report_error(r, BTF_CODE_ELF_COMPRESSED, &p, BTF_NO_VALUE, (s64)how.out_size,
				    "%llu compressed bytes cannot hold the "
				    "%llu that the header states",
				    (unsigned long long)how.in_size,
				    (unsigned long long)how.out_size);
	*ret = how;
	return 0;
}

int elf_inflate(const struct elf *e, const struct elf_section *s, const struct inflate *how,
		u8 *out, struct btf_report *r)
{
	struct place p = at(e, s->name, s->offset);
	int err = inflate_exact(how, out);

	if (err == -ENOMEM)
		return report_nomem(r);
	if (err)
		return report_error(r, BTF_CODE_ELF_COMPRESSED, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the compressed section is damaged");
	return 0;
}

static int inflate_section(struct elf *e, const struct elf_section *s, const struct inflate *how,
			   const u8 **ret_data, struct btf_report *r)
{
	struct elf_inflated *n;
	int err;

	n = calloc(1, sizeof(*n));
	if (!n)
		return report_nomem(r);
	n->data = malloc(how->out_size ? how->out_size : 1);
	err = n->data ? elf_inflate(e, s, how, n->data, r) : report_nomem(r);
	if (err) {
		free(n->data);
		free(n);
		return err;
	}
	n->index = s->index;
	n->size = how->out_size;
	n->next = e->inflated;
	e->inflated = n;
	*ret_data = n->data;
	return 0;
}

int elf_bytes(struct elf *e, const struct elf_section *s, const u8 **ret_data, u64 *ret_size,
	      struct btf_report *r)
{
	struct elf_inflated *i;
	struct inflate how;
	int err;

	for (i = e->inflated; i; i = i->next) {
		if (i->index == s->index) {
			*ret_data = i->data;
			*ret_size = i->size;
			return 0;
		}
	}
	err = elf_compression(e, s, &how, r);
	if (err)
		return err;
	if (how.kind == INFLATE_NONE)
		*ret_data = how.in;
	else
		err = inflate_section(e, s, &how, ret_data, r);
	if (!err)
		*ret_size = how.out_size;
	return err;
}

void elf_segment_at(const struct elf *e, u32 index, struct elf_segment *ret)
{
	if (e->is64) {
		Elf64_Phdr raw;

		memcpy(&raw, e->data + e->phoff + index * sizeof(raw), sizeof(raw));
		ret->type = elf_num(e, raw.p_type);
		ret->offset = elf_num(e, raw.p_offset);
		ret->filesz = elf_num(e, raw.p_filesz);
	} else {
		Elf32_Phdr raw;

		memcpy(&raw, e->data + e->phoff + index * sizeof(raw), sizeof(raw));
		ret->type = elf_num(e, raw.p_type);
		ret->offset = elf_num(e, raw.p_offset);
		ret->filesz = elf_num(e, raw.p_filesz);
	}
}
