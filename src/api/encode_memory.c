// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf_encode__memory: how much encoding a file takes, before it is done.
 *
 * In: an open file. Out: bytes, from the sizes of its debug sections and the length of its largest
 * unit. The factors were measured on kernels (docs/encode.md has the figures); they err upwards.
 */
#include <btf/encode.h>

#include <btf/run.h>

#include "dwarf/dwarf.h"
#include "elf/inflate.h"
#include "encode/encode.h"
#include "io/file_inside.h"

/* of a thread: its tables when they are small, and what a unit becomes for each of its bytes */
#define THREAD_BYTES (2u << 20)
#define UNIT_FACTOR 6
/* a type that no base has, and what tells it apart: for so many bytes of DWARF one byte */
#define WHOLE_SHARE 3
#define SPLIT_SHARE 16
/*
 * Of a mapped file, pages are given back that are read no more: of .debug_info unit by unit, though
 * some come back for names; of relocations and what they apply to but so many bytes stay.
 */
#define INFO_STAYS(size) ((size) - (size) / 4)
#define RELOC_STAYS (12u << 20)

struct sizes {
	bool in_file; /* the file is mapped as it is */
	u64 mapped;  /* what is read where the file lies */
	u64 copied;  /* inflated or relocated */
	u64 info;    /* .debug_info and .debug_types, inflated */
	u64 largest; /* unit */
};

static bool starts_with(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool is_relocation(const struct elf_section *s)
{
	return s->type == SHT_RELA || s->type == SHT_REL;
}

/* lines, frames and ranges are not read */
static bool is_read(const char *name)
{
	static const char *const not_read[] = {"line",	"frame",   "aranges",  "rnglists", "ranges",
					       "macro", "macinfo", "pubnames", "pubtypes", "gdb"};

	name += strcspn(name, "_") + 1;
	if (starts_with(name, "line_str"))
		return true;
	for (u32 i = 0; i < ARRAY_SIZE(not_read); i++)
		if (starts_with(name, not_read[i]))
			return false;
	return true;
}

/* the longest unit of a section that is not compressed; damaged ones are the encoder's affair */
static u64 largest_unit(const struct elf *e, const struct elf_section *s)
{
	const u8 *data;
	u64 at = 0, largest = 0;

	if (elf_file_bytes(e, s, &data, NULL))
		return 0;
	while (s->size - at >= 12) {
		u64 left = s->size - at, len;
		u32 word;

		memcpy(&word, data + at, sizeof(word));
		len = elf_num(e, word) + 4ull;
		if (word == 0xffffffff) {
			memcpy(&len, data + at + 4, sizeof(len));
			len = elf_num(e, len);
			len = len > left - 12 ? left : len + 12;
		}
		if (len > left)
			len = left;
		largest = max_of(largest, len);
		at += len;
	}
	return largest;
}

static void add_section(struct sizes *z, const struct elf *e, const struct elf_section *s)
{
	bool is_info = strstr(s->name, "debug_info") || strstr(s->name, "debug_types");
	struct inflate how = {0};
	u64 size = min_of(s->size, e->size); /* a header may say anything */
	bool read_once = z->in_file && e->type == ET_REL && e->machine == EM_X86_64;

	if (is_relocation(s)) {
		z->mapped += read_once ? min_of(size, RELOC_STAYS) : size;
		return;
	}
	if (!z->in_file || !is_info || s->flags & SHF_COMPRESSED)
		z->mapped += size;
	else if (e->type != ET_REL)
		z->mapped += INFO_STAYS(size);
	else
		z->mapped += read_once ? min_of(size, RELOC_STAYS) : size;
	if (!elf_compression(e, s, &how, NULL) && how.kind != INFLATE_NONE) {
		size = min_of(how.out_size, inflate_bound(&how));
		z->copied += size;
		z->largest = max_of(z->largest, is_info ? size : 0);
	} else if (is_info) {
		z->largest = max_of(z->largest, largest_unit(e, s));
	}
	if (is_info)
		z->info += size;
	if (e->type == ET_REL && how.kind == INFLATE_NONE && strcmp(s->name, ".debug_str") != 0)
		z->copied += size;
}

static void add_elf(struct sizes *z, const struct elf *e)
{
	struct elf_section s;

	for (u32 i = 1; i < e->shnum; i++) {
		const char *name;

		if (elf_section_at(e, i, &s, NULL) || s.type == SHT_NOBITS || !s.name)
			continue;
		name = s.name;
		if (is_relocation(&s))
			name += starts_with(name, ".rela") ? 5 : 4;
		if (s.type == SHT_SYMTAB || s.type == SHT_STRTAB)
			z->mapped += min_of(s.size, e->size);
		else if ((starts_with(name, ".debug_") || starts_with(name, ".zdebug_")) &&
			 is_read(name))
			add_section(z, e, &s);
	}
}

__u64 btf_encode__memory(struct btf_file *f, int jobs, bool split)
{
	struct sizes z = {0};
	u64 threads, all;

	if (!f)
		return 0;
	z.in_file = f->kind == PACK_NONE && f->raw.how == BYTES_MAPPED;
	if (f->has_elf)
		add_elf(&z, &f->elf);
	/* what is compressed as a whole lies unpacked in memory, behind the mapped file */
	if (f->kind != PACK_NONE)
		z.mapped += f->raw.size + f->size;
	threads = jobs > 0 ? (u64)jobs : (u64)btf_run__processors();
	all = z.mapped + z.copied + z.info / (split ? SPLIT_SHARE : WHOLE_SHARE);
	if (z.largest && threads > z.info / z.largest + 1)
		threads = z.info / z.largest + 1;
	all += threads * (THREAD_BYTES + UNIT_FACTOR * z.largest);
	return all + all / 16;
}
