// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* See make_debug.h. */
#include "make_debug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

static u64 packed_info(const struct input *in, const struct entry *e)
{
	u64 low = e->type & 0xff, middle = e->type >> 8 & 0xff, high = e->type >> 16 & 0xff;

	if (in->class == ELFCLASS32)
		return (u64)e->symbol << 8 | e->type;
	if (in->machine != EM_MIPS)
		return (u64)e->symbol << 32 | e->type;
	/* the bytes are the same in either order: symbol, special symbol, third, second, first */
	if (in->order == ELFDATA2LSB)
		return e->symbol | high << 40 | middle << 48 | low << 56;
	return (u64)e->symbol << 32 | high << 16 | middle << 8 | low;
}

static size_t entry_size(const struct input *in)
{
	return (in->class == ELFCLASS64 ? 8 : 4) * (in->rela ? 3 : 2);
}

static u8 *make_entries(const struct input *in)
{
	size_t word = in->class == ELFCLASS64 ? 8 : 4, size = entry_size(in), i;
	u8 *all = calloc(in->cnt + 1, size), *p;

	assert_non_null(all);
	for (i = 0, p = all; i < in->cnt; i++, p += size) {
		make_number(in->order, in->entries[i].off, word, p);
		make_number(in->order, packed_info(in, &in->entries[i]), word, p + word);
		if (in->rela)
			make_number(in->order, (u64)in->entries[i].addend, word, p + 2 * word);
	}
	return all;
}

/* what libelf would not write; in 64-bit little-endian files only */
static void damage(const struct input *in, u8 *file, size_t size)
{
	u8 *header;
	u64 shoff;

	if (!in->rel_type && !in->rel_cut && !in->rel_link && !in->rel_info && !in->rel_entsize)
		return;
	memcpy(&shoff, file + 40, sizeof(shoff));
	header = file + le64toh(shoff) + REL * sizeof(Elf64_Shdr);
	if (in->rel_type)
		make_number(ELFDATA2LSB, in->rel_type, 4, header + 4);
	make_number(ELFDATA2LSB, size - in->rel_cut, 8, header + 32);
	if (in->rel_link)
		make_number(ELFDATA2LSB, in->rel_link, 4, header + 40);
	if (in->rel_info)
		make_number(ELFDATA2LSB, in->rel_info, 4, header + 44);
	if (in->rel_entsize)
		make_number(ELFDATA2LSB, in->rel_entsize, 8, header + 56);
}

struct made make_input(const struct input *in)
{
	const struct make_symbol syms[SYMBOLS] = {
		[IN_TEXT] = {0, 0x20, 0, ELF64_ST_INFO(STB_LOCAL, STT_FUNC), TEXT},
		[IN_STR] = {0, SMALL, 0, 0, STR},
		[IN_TLS] = {0, SMALL, 0, ELF64_ST_INFO(STB_LOCAL, STT_TLS), TDATA},
		[ABSOLUTE] = {0, 0x1234, 0, 0, SHN_ABS},
		[UNDEFINED] = {0, 0x55, 0, 0, SHN_UNDEF},
		[COMMON] = {0, 16, 0, 0, SHN_COMMON},
	};
	static const u8 some[256];
	struct made st = make_symbols(in->class, in->order, syms, SYMBOLS), m;
	u8 *entries = make_entries(in);
	size_t cnt_size = in->cnt * entry_size(in);
	const struct make_section s[] = {
		{.name = ".text",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC,
		 .data = some,
		 .size = 0x30,
		 .align = 16,
		 .addr = 0x5000},
		{.name = ".tdata",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC | SHF_TLS,
		 .data = some,
		 .size = 0x80,
		 .align = 32},
		{.name = in->name ? in->name : ".debug_info",
		 .type = SHT_PROGBITS,
		 .flags = in->flags,
		 .data = in->info,
		 .size = in->info_size},
		{.name = ".debug_str", .type = SHT_PROGBITS, .data = some, .size = 0x40},
		{.name = in->rel_name ? in->rel_name : ".rel",
		 .type = in->rela ? SHT_RELA : SHT_REL,
		 .data = entries,
		 .size = cnt_size,
		 .link = SYMTAB,
		 .info = DEBUG,
		 .entsize = entry_size(in)},
		{.name = ".symtab",
		 .type = SHT_SYMTAB,
		 .data = st.data,
		 .size = st.size,
		 .link = STRTAB,
		 .entsize = in->class == ELFCLASS64 ? 24 : 16},
		{.name = ".strtab", .type = SHT_STRTAB, .data = "", .size = 1},
		{0},
	};

	m = make_elf(in->class, in->order, in->type ? in->type : ET_REL, s);
	make_number(in->order, in->machine, 2, m.data + 18);
	damage(in, m.data, cnt_size);
	made_free(&st);
	free(entries);
	return m;
}

u64 number(const u8 *p, size_t size, int order)
{
	u64 v = 0;
	size_t i;

	for (i = 0; i < size; i++)
		v = v << 8 | p[order == ELFDATA2LSB ? size - 1 - i : i];
	return v;
}

enum btf_code relocated(const struct input *in, u8 *out)
{
	struct btf_report *r = btf_report__new();
	struct made m = make_input(in);
	struct debug_opts o = {0};
	struct debug_image image;
	enum btf_code code = BTF_CODE_NONE;
	struct elf e;
	int err;

	assert_int_equal(elf_init(&e, m.data, m.size, "x.o", 0, r), 0);
	err = debug_image_init(&image, &e, &o, r);
	if (err) {
		assert_int_equal(btf_report__count(r), 1);
		code = btf_report__get(r, 0)->code;
		assert_string_equal(btf_report__get(r, 0)->file, "x.o");
	} else {
		assert_int_equal(btf_report__count(r), 0);
		assert_int_equal(image.section[DEBUG_INFO].size, in->info_size);
		if (out)
			memcpy(out, image.section[DEBUG_INFO].data, in->info_size);
		debug_image_deinit(&image);
	}
	elf_deinit(&e);
	made_free(&m);
	btf_report__free(r);
	return code;
}
