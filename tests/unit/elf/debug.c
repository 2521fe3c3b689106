// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Debug sections: found, inflated, joined, left out; addresses; bounds. Relocations: reloc.c. */
#include "elf/debug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "make_debug.h"

static void addresses(void **state)
{
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_X86_64,
			   .rela = true,
			   .info = "x",
			   .info_size = 1};
	struct elf_symbol func = {.section = TEXT, .value = 7};
	struct debug_opts o = {0};
	struct debug_image image;
	u64 chosen[16] = {0};
	struct made m;
	struct elf e;

	(void)state;
	m = make_input(&in);
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_true(image.relocatable);
	assert_int_equal(debug_section_address(&image, TEXT), TEXT_ADDRESS);
	/* aligned, and not where .text ends */
	assert_int_equal(debug_section_address(&image, TDATA), TEXT_ADDRESS + 0x40);
	assert_int_equal(debug_section_address(&image, STR), 0);
	assert_int_equal(debug_section_address(&image, 0), 0);
	assert_int_equal(debug_section_address(&image, 12345), 0);
	assert_int_equal(debug_symbol_address(&image, &func), TEXT_ADDRESS + 7);
	debug_image_deinit(&image);

	chosen[TEXT] = 0xabc000;
	o.address = chosen;
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_int_equal(debug_section_address(&image, TEXT), 0xabc000);
	debug_image_deinit(&image);
	elf_deinit(&e);
	made_free(&m);

	/* linked: addresses are those of the file, and its relocations are done already */
	in.type = ET_EXEC;
	m = make_input(&in);
	o.address = NULL;
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_false(image.relocatable);
	assert_int_equal(debug_section_address(&image, TEXT), 0x5000);
	assert_int_equal(debug_symbol_address(&image, &func), 7);
	debug_image_deinit(&image);
	elf_deinit(&e);
	made_free(&m);
}

/* --- sections that are compressed, joined, left out --- */

/* against the slow way: each section that the file has, in order */
static void check_addresses(const struct debug_image *image, const struct elf *e)
{
	u64 address, offset, want_offset;
	struct elf_section s;
	u32 i, want;

	for (address = 0; address < 0x12000; address += 7) {
		want = 0;
		want_offset = offset = 4711;
		for (i = 1; !want && i < e->shnum; i++) {
			assert_int_equal(elf_section_at(e, i, &s, NULL), 0);
			if (s.flags & SHF_ALLOC && !(s.flags & SHF_TLS) &&
			    address >= debug_section_address(image, i) &&
			    address - debug_section_address(image, i) < s.size) {
				want = i;
				want_offset = address - debug_section_address(image, i);
			}
		}
		assert_int_equal(debug_find_section(image, address, &offset), want);
		assert_int_equal(offset, want_offset);
	}
}

static void sections_of_addresses(void **state)
{
	static const u8 bytes[0x700];
	struct make_section s[] = {
		{.name = "a",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC,
		 .data = bytes,
		 .size = 0x700,
		 .addr = 0x3000},
		{.name = "nothing",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC,
		 .data = bytes,
		 .addr = 0x3800},
		{.name = "tls",
		 .type = SHT_NOBITS,
		 .flags = SHF_ALLOC | SHF_TLS,
		 .size = 0x400,
		 .addr = 0x4000},
		{.name = "c",
		 .type = SHT_NOBITS,
		 .flags = SHF_ALLOC,
		 .size = 0x333,
		 .addr = 0x4100},
		{.name = "d",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC,
		 .data = bytes,
		 .size = 0x10,
		 .addr = 0x5000},
		{.name = ".comment", .type = SHT_PROGBITS, .data = bytes, .size = 0x700},
		{0},
	};
	struct debug_opts o = {0};
	struct debug_image image;
	struct made m;
	struct elf e;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		if (i == 2) /* as percpu sections do: back to the start, over another one */
			s[4].addr = 0;
		if (i == 3)
			s[4].addr = 0x30ff;
		m = make_elf(ELFCLASS64, ELFDATA2LSB, i ? ET_EXEC : ET_REL, s);
		assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
		assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
		check_addresses(&image, &e);
		debug_image_deinit(&image);
		elf_deinit(&e);
		made_free(&m);
	}
}

static void thumb(void **state)
{
	struct elf_symbol s = {.section = TEXT, .value = 0x21, .type = STT_FUNC};
	struct debug_image image = {.machine = EM_ARM};

	(void)state;
	assert_int_equal(debug_symbol_address(&image, &s), 0x20);
	s.type = STT_OBJECT;
	assert_int_equal(debug_symbol_address(&image, &s), 0x21);
	s.type = STT_FUNC;
	image.machine = EM_AARCH64;
	assert_int_equal(debug_symbol_address(&image, &s), 0x21);
}

static const u8 word[64] = "unchanged: the bytes that no relocation touches, 64 of them";

static void check_forms(int class, int order, const char *name, u64 flags, const void *data,
			size_t size)
{
	struct entry e = {32, 1, IN_STR, 5}; /* R_X86_64_64, R_PPC_ADDR32 */
	struct input in = {.class = class,
			   .order = order,
			   .machine = class == ELFCLASS64 ? EM_X86_64 : EM_PPC,
			   .rela = true,
			   .entries = &e,
			   .cnt = 1,
			   .info = data,
			   .info_size = size,
			   .name = name,
			   .flags = flags};
	struct made m = make_input(&in);
	struct debug_opts o = {0};
	struct debug_image image;
	struct elf elf;
	u8 want[64];

	memcpy(want, word, 64);
	make_number(order, SMALL + 5, class == ELFCLASS64 ? 8 : 4, want + 32);
	assert_int_equal(elf_init(&elf, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &elf, &o, NULL), 0);
	assert_int_equal(image.present, DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_STR));
	assert_int_equal(image.section[DEBUG_INFO].size, 64);
	assert_memory_equal(image.section[DEBUG_INFO].data, want, 64);
	debug_image_deinit(&image);
	elf_deinit(&elf);
	made_free(&m);
}

static void compressed(void **state)
{
	static const int classes[] = {ELFCLASS32, ELFCLASS64};
	int i, method, order;
	struct made c;
	u8 z[256];
	size_t header;

	(void)state;
	for (i = 0; i < 4; i++) {
		order = i & 2 ? ELFDATA2MSB : ELFDATA2LSB;
		header = i & 1 ? 24 : 12;
		check_forms(classes[i & 1], order, ".debug_info", 0, word, 64);
		for (method = 1; method <= 2; method++) {
			c = make_compressed(classes[i & 1], order, method, word, 64);
			check_forms(classes[i & 1], order, ".debug_info", SHF_COMPRESSED, c.data,
				    c.size);
			if (method == 1) {
				memcpy(z, "ZLIB\0\0\0\0\0\0\0\x40", 12);
				memcpy(z + 12, c.data + header, c.size - header);
				check_forms(classes[i & 1], order, ".zdebug_info", 0, z,
					    c.size - header + 12);
			}
			made_free(&c);
		}
	}
}

static void too_big(void **state)
{
	struct made c = make_compressed(ELFCLASS64, ELFDATA2LSB, 1, word, 64);
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_X86_64,
			   .rela = true,
			   .info = c.data,
			   .info_size = c.size,
			   .flags = SHF_COMPRESSED};

	(void)state;
	make_number(ELFDATA2LSB, 1ull << 40, 8, c.data + 8);
	assert_int_equal(relocated(&in, NULL), BTF_CODE_FILE_TOO_BIG);
	make_number(ELFDATA2LSB, 1 << 30, 8, c.data + 8);
	assert_int_equal(relocated(&in, NULL), BTF_CODE_ELF_COMPRESSED);
	make_number(ELFDATA2LSB, 65, 8, c.data + 8);
	assert_int_equal(relocated(&in, NULL), BTF_CODE_ELF_COMPRESSED);
	make_number(ELFDATA2LSB, 9, 4, c.data);
	assert_int_equal(relocated(&in, NULL), BTF_CODE_ELF_COMPRESSED);
	made_free(&c);
}

/* two .debug_abbrev: a reference to the second counts from the start of the first */
static void joined(void **state)
{
	const struct make_symbol syms[] = {
		{0}, {0, 0, 0, STT_SECTION, 1}, {0, 0, 0, STT_SECTION, 2}};
	struct made st = make_symbols(ELFCLASS64, ELFDATA2LSB, syms, 3);
	struct made packed = make_compressed(ELFCLASS64, ELFDATA2LSB, 2, "second part", 11);
	u8 rel[72] = {0}, info[12] = {0}, abs8[8];
	const struct make_section s[] = {
		{.name = ".debug_abbrev", .type = SHT_PROGBITS, .data = "first part", .size = 10},
		{.name = ".debug_abbrev",
		 .type = SHT_PROGBITS,
		 .flags = SHF_COMPRESSED,
		 .data = packed.data,
		 .size = packed.size},
		{.name = ".debug_info", .type = SHT_PROGBITS, .data = info, .size = 12},
		{.name = ".rela.debug_info",
		 .type = SHT_RELA,
		 .data = rel,
		 .size = 48,
		 .link = 6,
		 .info = 3,
		 .entsize = 24},
		{.name = ".rela.debug_abbrev",
		 .type = SHT_RELA,
		 .data = rel + 48,
		 .size = 24,
		 .link = 6,
		 .info = 2,
		 .entsize = 24},
		{.name = ".symtab",
		 .type = SHT_SYMTAB,
		 .data = st.data,
		 .size = st.size,
		 .link = 7,
		 .entsize = 24},
		{.name = ".strtab", .type = SHT_STRTAB, .data = "", .size = 1},
		{0},
	};
	struct debug_opts o = {0};
	struct debug_image image;
	struct made m;
	struct elf e;

	(void)state;
	make_number(ELFDATA2LSB, 4, 8, rel);
	make_number(ELFDATA2LSB, 2ull << 32 | R_X86_64_32, 8, rel + 8);
	make_number(ELFDATA2LSB, 7, 8, rel + 16);
	make_number(ELFDATA2LSB, 8, 8, rel + 24);
	make_number(ELFDATA2LSB, 1ull << 32 | R_X86_64_32, 8, rel + 32);
	make_number(ELFDATA2LSB, 7, 8, rel + 40);
	make_number(ELFDATA2LSB, 3, 8, rel + 48);
	make_number(ELFDATA2LSB, R_X86_64_PC64, 8, rel + 56);
	make_number(ELFDATA2LSB, 0x100, 8, rel + 64);
	m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_int_equal(image.section[DEBUG_ABBREV].size, 21);
	assert_memory_equal(image.section[DEBUG_ABBREV].data, "first partsec", 13);
	make_number(ELFDATA2LSB, 0x100 - 13, 8, abs8);
	assert_memory_equal(image.section[DEBUG_ABBREV].data + 13, abs8, 8);
	assert_int_equal(number(image.section[DEBUG_INFO].data + 4, 4, ELFDATA2LSB), 17);
	assert_int_equal(number(image.section[DEBUG_INFO].data + 8, 4, ELFDATA2LSB), 7);
	assert_int_equal(debug_section_address(&image, 2), 10);
	debug_image_deinit(&image);
	elf_deinit(&e);
	made_free(&m);
	made_free(&st);
	made_free(&packed);
}

static void only_what_is_asked_for(void **state)
{
	const struct make_section s[] = {
		{.name = ".debug_info", .type = SHT_PROGBITS, .data = "a", .size = 1},
		{.name = ".debug_info.dwo", .type = SHT_PROGBITS, .data = "bb", .size = 2},
		/* damaged, but not wanted */
		{.name = ".debug_loclists",
		 .type = SHT_PROGBITS,
		 .flags = SHF_COMPRESSED,
		 .data = "x",
		 .size = 1},
		{.name = ".debug_strange", .type = SHT_PROGBITS, .data = "c", .size = 1},
		{.name = ".debug_str_offsets.dwo", .type = SHT_PROGBITS, .data = "ddd", .size = 3},
		{.name = ".debug_", .type = SHT_PROGBITS, .data = "e", .size = 1},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	struct debug_opts o = {.sections = DEBUG_MASK(DEBUG_INFO)};
	struct btf_report *r = btf_report__new();
	struct debug_image image;
	struct elf e;

	(void)state;
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, r), 0);
	assert_int_equal(image.present, DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_LOCLISTS));
	assert_int_equal(image.present_dwo, DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_STR_OFFSETS));
	assert_int_equal(image.section[DEBUG_INFO].size, 1);
	/* nothing to do: it is where it lies */
	assert_true(image.section[DEBUG_INFO].data > m.data &&
		    image.section[DEBUG_INFO].data < m.data + m.size);
	assert_null(image.section[DEBUG_LOCLISTS].data);
	debug_image_deinit(&image);

	o.sections |= DEBUG_MASK(DEBUG_LOCLISTS);
	assert_int_equal(debug_image_init(&image, &e, &o, r), -EINVAL);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_ELF_COMPRESSED);

	o.sections = 0;
	o.dwo = true;
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_int_equal(image.section[DEBUG_INFO].size, 2);
	assert_int_equal(image.section[DEBUG_STR_OFFSETS].size, 3);
	assert_null(image.section[DEBUG_LOCLISTS].data);
	debug_image_deinit(&image);
	elf_deinit(&e);
	made_free(&m);
	btf_report__free(r);
}

static void buffers_are_kept(void **state)
{
	struct entry entry[] = {{0, R_X86_64_32, IN_TEXT, 0}};
	static const u8 info[3000];
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_X86_64,
			   .rela = true,
			   .entries = entry,
			   .cnt = 1,
			   .info = info,
			   .info_size = sizeof(info)};
	struct debug_buffers b = {0};
	struct debug_opts o = {.buffers = &b};
	struct debug_image image;
	const u8 *first = NULL;
	struct made m;
	struct elf e;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		in.info_size = sizeof(info) - (size_t)i * 1000;
		m = make_input(&in);
		assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
		assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
		assert_int_equal(number(image.section[DEBUG_INFO].data, 4, ELFDATA2LSB),
				 TEXT_ADDRESS + 0x20);
		assert_int_equal(image.section[DEBUG_INFO].size, in.info_size);
		if (!i)
			first = image.section[DEBUG_INFO].data;
		assert_ptr_equal(image.section[DEBUG_INFO].data, first);
		debug_image_deinit(&image);
		elf_deinit(&e);
		made_free(&m);
	}
	debug_buffers_deinit(&b);
}

static void nothing_there(void **state)
{
	const struct make_section s[] = {
		{.name = ".text", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = "x", .size = 1},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	struct debug_opts o = {0};
	struct debug_image image;
	struct elf e;
	int i;

	(void)state;
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_int_equal(image.present | image.present_dwo, 0);
	for (i = 0; i < DEBUG_SECTIONS; i++)
		assert_null(image.section[i].data);
	debug_image_deinit(&image);
	elf_deinit(&e);
	/* no sections at all */
	memset(m.data + 40, 0, 8);
	memset(m.data + 60, 0, 4);
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, NULL), 0);
	assert_int_equal(e.shnum, 0);
	assert_int_equal(debug_image_init(&image, &e, &o, NULL), 0);
	assert_int_equal(image.present, 0);
	debug_image_deinit(&image);
	elf_deinit(&e);
	made_free(&m);
}

/* a symbol whose section's number stands in a table of its own */
static void extended_numbers(void **state)
{
	const struct make_symbol syms[] = {{0}, {0, 5, 0, 0, SHN_XINDEX}};
	struct made st = make_symbols(ELFCLASS64, ELFDATA2LSB, syms, 2), m;
	u8 rel[24] = {0}, info[8] = {0}, xindex[8] = {0};
	const struct make_section s[] = {
		{.name = ".text", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = "x", .size = 1},
		{.name = ".debug_info", .type = SHT_PROGBITS, .data = info, .size = 8},
		{.name = ".rela.debug_info",
		 .type = SHT_RELA,
		 .data = rel,
		 .size = 24,
		 .link = 4,
		 .info = 2,
		 .entsize = 24},
		{.name = ".symtab",
		 .type = SHT_SYMTAB,
		 .data = st.data,
		 .size = st.size,
		 .link = 5,
		 .entsize = 24},
		{.name = ".strtab", .type = SHT_STRTAB, .data = "", .size = 1},
		{.name = ".xindex",
		 .type = SHT_SYMTAB_SHNDX,
		 .data = xindex,
		 .size = 8,
		 .link = 4,
		 .entsize = 4},
		{0},
	};
	struct btf_report *r = btf_report__new();
	struct debug_opts o = {0};
	struct debug_image image;
	struct elf e;
	u32 i;

	(void)state;
	make_number(ELFDATA2LSB, 1ull << 32 | R_X86_64_64, 8, rel + 8);
	for (i = 1; i < 100; i += 98) {
		make_number(ELFDATA2LSB, i, 4, xindex + 4);
		m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
		assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, r), 0);
		if (i == 1) {
			assert_int_equal(debug_image_init(&image, &e, &o, r), 0);
			assert_int_equal(number(image.section[DEBUG_INFO].data, 8, ELFDATA2LSB),
					 TEXT_ADDRESS + 5);
			debug_image_deinit(&image);
		} else {
			assert_int_equal(debug_image_init(&image, &e, &o, r), -EINVAL);
			assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_ELF_SYMBOLS);
		}
		elf_deinit(&e);
		made_free(&m);
	}
	made_free(&st);
	btf_report__free(r);
}

static void too_much(void **state)
{
	struct make_section s[] = {
		{.name = ".debug_info", .type = SHT_PROGBITS, .flags = SHF_COMPRESSED},
		{.name = ".debug_str", .type = SHT_PROGBITS, .flags = SHF_COMPRESSED},
		{0},
	};
	struct made c = make_compressed(ELFCLASS64, ELFDATA2LSB, 1, word, 64), m;
	struct btf_report *r = btf_report__new();
	struct debug_opts o = {0};
	struct debug_image image;
	struct elf e;
	int i;

	(void)state;
	s[0].data = s[1].data = c.data;
	s[0].size = s[1].size = c.size;
	m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	/* each of them is small enough */
	for (i = 0; i < 2; i++) {
		assert_int_equal(elf_init(&e, m.data, m.size, NULL, i ? 127 : 128, r), 0);
		if (i) {
			assert_int_equal(debug_image_init(&image, &e, &o, r), -EFBIG);
			assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_FILE_TOO_BIG);
		} else {
			assert_int_equal(debug_image_init(&image, &e, &o, r), 0);
			debug_image_deinit(&image);
		}
		elf_deinit(&e);
	}
	made_free(&m);
	made_free(&c);
	btf_report__free(r);
}

/* many sections over the same bytes do not make many times the work */
static void overlapping(void **state)
{
	enum { CNT = 40 };
	struct make_section s[CNT + 4] = {0};
	struct made st = make_symbols(ELFCLASS64, ELFDATA2LSB, (struct make_symbol[]){{0}}, 1);
	struct btf_report *r = btf_report__new();
	static const u8 zeros[24 * 50];
	struct debug_opts o = {0};
	struct debug_image image;
	struct made m;
	struct elf e;
	u64 shoff, at = 0;
	int i;

	(void)state;
	s[0] = (struct make_section){
		.name = ".debug_info", .type = SHT_PROGBITS, .data = zeros, .size = 64};
	s[1] = (struct make_section){.name = ".symtab",
				     .type = SHT_SYMTAB,
				     .data = st.data,
				     .size = st.size,
				     .link = 3,
				     .entsize = 24};
	s[2] = (struct make_section){.name = ".strtab", .type = SHT_STRTAB, .data = "", .size = 1};
	for (i = 0; i < CNT; i++)
		s[3 + i] = (struct make_section){.name = ".rela",
						 .type = SHT_RELA,
						 .data = zeros,
						 .size = i ? 24 : sizeof(zeros),
						 .link = 2,
						 .info = 1,
						 .entsize = 24};
	m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	shoff = number(m.data + 40, 8, ELFDATA2LSB);
	at = number(m.data + shoff + 64 * 4 + 24, 8, ELFDATA2LSB);
	for (i = 1; i < CNT; i++) {
		make_number(ELFDATA2LSB, at, 8, m.data + shoff + 64 * (4 + (u64)i) + 24);
		make_number(ELFDATA2LSB, sizeof(zeros), 8, m.data + shoff + 64 * (4 + (u64)i) + 32);
	}
	assert_int_equal(elf_init(&e, m.data, m.size, NULL, 0, r), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, r), -EINVAL);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_ELF_RELOC);
	elf_deinit(&e);
	made_free(&m);
	made_free(&st);
	btf_report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(sections_of_addresses),
		cmocka_unit_test(thumb),
		cmocka_unit_test(compressed),
		cmocka_unit_test(too_big),
		cmocka_unit_test(too_much),
		cmocka_unit_test(joined),
		cmocka_unit_test(extended_numbers),
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(buffers_are_kept),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(overlapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
