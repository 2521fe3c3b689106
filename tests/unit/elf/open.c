// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Reading ELF files of either class and byte order, whole, compressed, damaged and cut off. */
#include "elf/open.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"

static const int classes[] = {ELFCLASS32, ELFCLASS64};
static const int orders[] = {ELFDATA2LSB, ELFDATA2MSB};

#define EACH_FORM(class, order)                                                                    \
	for (int c_ = 0, class, order; c_ < 4 && (class = classes[c_ & 1], order = orders[c_ / 2]); \
	     c_++)

static const char btf[] = "the bytes of .BTF, which this reader does not look into";
static const char text[] = "\x90\x90\x90\xc3";

static enum btf_code only_code(struct btf_report *r)
{
	assert_int_equal(btf_report__count(r), 1);
	return btf_report__get(r, 0)->code;
}

static struct made small_elf(int class, int order)
{
	static const char strs[] = "\0first\0second";
	const struct make_symbol syms[] = {
		{0, 0, 0, 0, 0},
		{1, 0x1002, 2, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 1},
		{7, 0x2001, 4, ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), 2},
		{1, 5, 0, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), SHN_ABS},
	};
	struct made st = make_symbols(class, order, syms, ARRAY_SIZE(syms));
	struct make_section s[] = {
		{.name = ".text", .type = SHT_PROGBITS, .flags = SHF_ALLOC | SHF_EXECINSTR,
		 .data = text, .size = sizeof(text), .align = 16, .addr = 0x1000},
		{.name = ".BTF", .type = SHT_PROGBITS, .data = btf, .size = sizeof(btf),
		 .addr = 0x2000},
		{.name = ".bss", .type = SHT_NOBITS, .flags = SHF_ALLOC | SHF_WRITE, .size = 99},
		{.name = ".symtab", .type = SHT_SYMTAB, .data = st.data, .size = st.size,
		 .align = 8, .link = 5, .info = 1, .entsize = class == ELFCLASS64 ? 24 : 16},
		{.name = ".strtab", .type = SHT_STRTAB, .data = strs, .size = sizeof(strs)},
		{0},
	};
	struct made m = make_elf(class, order, ET_DYN, s);

	made_free(&st);
	return m;
}

static void both_classes_and_orders(void **state)
{
	(void)state;
	EACH_FORM(class, order) {
		struct made m = small_elf(class, order);
		struct elf_section s;
		const u8 *data;
		struct elf e;
		u64 size;

		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		assert_int_equal(e.is64, class == ELFCLASS64);
		assert_int_equal(e.big, order == ELFDATA2MSB);
		assert_int_equal(e.type, ET_DYN);
		assert_int_equal(e.shnum, 7);
		assert_int_equal(elf_find(&e, ".BTF", &s), 0);
		assert_int_equal(s.index, 2);
		assert_int_equal(s.addr, 0x2000);
		assert_int_equal(elf_bytes(&e, &s, &data, &size, NULL), 0);
		assert_int_equal(size, sizeof(btf));
		assert_memory_equal(data, btf, size);
		assert_ptr_equal(data, m.data + s.offset);
		assert_int_equal(elf_find(&e, ".BT", &s), -ENOENT);
		assert_int_equal(elf_find(&e, "BTF", &s), -ENOENT);
		assert_int_equal(elf_find(&e, ".BTF.base", &s), -ENOENT);
		elf_deinit(&e);
		made_free(&m);
	}
}

/* every header as libelf sees it */
static void agrees_with_libelf(void **state)
{
	(void)state;
	EACH_FORM(class, order) {
		struct made m = small_elf(class, order);
		Elf *ref = elf_memory((char *)m.data, m.size);
		struct elf_section s;
		struct elf e;
		GElf_Shdr h;
		size_t i, strndx;

		assert_int_equal(elf_getshdrstrndx(ref, &strndx), 0);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		for (i = 1; i < e.shnum; i++) {
			assert_non_null(gelf_getshdr(elf_getscn(ref, i), &h));
			assert_int_equal(elf_section_at(&e, (u32)i, &s, NULL), 0);
			assert_string_equal(s.name, elf_strptr(ref, strndx, h.sh_name));
			assert_int_equal(s.type, h.sh_type);
			assert_int_equal(s.flags, h.sh_flags);
			assert_int_equal(s.addr, h.sh_addr);
			assert_int_equal(s.offset, h.sh_offset);
			assert_int_equal(s.size, h.sh_size);
			assert_int_equal(s.link, h.sh_link);
			assert_int_equal(s.info, h.sh_info);
			assert_int_equal(s.align, h.sh_addralign);
			assert_int_equal(s.entsize, h.sh_entsize);
		}
		elf_end(ref);
		made_free(&m);
	}
}

struct seen {
	int cnt;
	struct elf_symbol sym[8];
};

static int see(void *ctx, const struct elf_symbol *sym)
{
	struct seen *seen = ctx;

	assert_in_range(seen->cnt, 0, 7);
	seen->sym[seen->cnt++] = *sym;
	return 0;
}

static int stop(void *ctx, const struct elf_symbol *sym)
{
	(void)sym;
	++*(int *)ctx;
	return 42;
}

static void symbols(void **state)
{
	(void)state;
	EACH_FORM(class, order) {
		struct made m = small_elf(class, order);
		struct seen all = {0}, some = {0};
		struct elf e;
		int calls = 0;

		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		assert_int_equal(elf_symbols(&e, ELF_EVERY_SECTION, see, &all, NULL), 0);
		assert_int_equal(all.cnt, 3);
		assert_string_equal(all.sym[0].name, "first");
		assert_int_equal(all.sym[0].value, 0x1002);
		assert_int_equal(all.sym[0].size, 2);
		assert_int_equal(all.sym[0].section, 1);
		assert_int_equal(all.sym[0].type, STT_FUNC);
		assert_int_equal(all.sym[0].bind, STB_GLOBAL);
		assert_string_equal(all.sym[1].name, "second");
		assert_int_equal(all.sym[2].section, SHN_UNDEF);
		assert_int_equal(elf_symbols(&e, 2, see, &some, NULL), 0);
		assert_int_equal(some.cnt, 1);
		assert_int_equal(some.sym[0].value, 0x2001);
		assert_int_equal(elf_symbols(&e, ELF_NO_SECTION, stop, &calls, NULL), 0);
		assert_int_equal(calls, 0);
		assert_int_equal(elf_symbols(&e, ELF_EVERY_SECTION, stop, &calls, NULL), 42);
		assert_int_equal(calls, 1);
		made_free(&m);
	}
}

static void no_symbols(void **state)
{
	struct make_section s[] = {
		{.name = ".BTF", .type = SHT_PROGBITS, .data = btf, .size = sizeof(btf)}, {0}};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	struct elf e;

	(void)state;
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
	assert_int_equal(elf_symbols(&e, ELF_EVERY_SECTION, see, NULL, NULL), -ENODATA);
	made_free(&m);
}

/* more than e_shnum can count, a symbol in a section past 0xffff, the names past it too */
static void many_sections(void **state)
{
	const u32 cnt = 66000;
	struct make_section *s = calloc(cnt + 5, sizeof(*s));
	const struct make_symbol syms[] = {{0}, {1, 8, 0, 0, SHN_XINDEX}};
	struct seen seen = {0};

	(void)state;
	assert_non_null(s);
	EACH_FORM(class, order) {
		struct made st = make_symbols(class, order, syms, 2), m;
		u8 xindex[8] = {0};
		struct elf_section found;
		struct elf e;
		u32 i;

		make_number(order, cnt, 4, xindex + 4);
		for (i = 0; i < cnt - 1; i++)
			s[i] = (struct make_section){.name = ".text.f", .type = SHT_PROGBITS,
						     .data = text, .size = 1};
		s[i++] = (struct make_section){
			.name = ".BTF", .type = SHT_PROGBITS, .data = btf, .size = sizeof(btf)};
		s[i++] = (struct make_section){.name = ".symtab", .type = SHT_SYMTAB,
					       .data = st.data, .size = st.size, .link = cnt + 3,
					       .entsize = class == ELFCLASS64 ? 24 : 16};
		s[i++] = (struct make_section){.name = ".symtab_shndx", .type = SHT_SYMTAB_SHNDX,
					       .data = xindex, .size = sizeof(xindex),
					       .link = cnt + 1, .entsize = 4};
		s[i++] = (struct make_section){
			.name = ".strtab", .type = SHT_STRTAB, .data = "\0sym", .size = 5};
		m = make_elf(class, order, ET_REL, s);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		assert_int_equal(e.shnum, cnt + 5);
		assert_int_equal(elf_find(&e, ".BTF", &found), 0);
		assert_int_equal(found.index, cnt);
		seen.cnt = 0;
		assert_int_equal(elf_symbols(&e, cnt, see, &seen, NULL), 0);
		assert_int_equal(seen.cnt, 1);
		assert_string_equal(seen.sym[0].name, "sym");
		made_free(&m);
		made_free(&st);
	}
	free(s);
}

static struct made compressed_elf(int class, int order, int method)
{
	static char big[20000];
	struct made c, m;
	size_t i;

	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)(i / 7);
	c = make_compressed(class, order, method, big, sizeof(big));
	struct make_section s[] = {
		{.name = ".BTF", .type = SHT_PROGBITS, .flags = SHF_COMPRESSED, .data = c.data,
		 .size = c.size, .align = 8},
		{0},
	};

	m = make_elf(class, order, ET_REL, s);
	made_free(&c);
	return m;
}

static void compressed_sections(void **state)
{
	(void)state;
	for (int method = 1; method <= 2; method++) {
		EACH_FORM(class, order) {
			struct made m = compressed_elf(class, order, method);
			const u8 *data, *again;
			struct elf_section s;
			struct elf e;
			u64 size, i;

			assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
			assert_int_equal(elf_find(&e, ".BTF", &s), 0);
			assert_int_equal(elf_bytes(&e, &s, &data, &size, NULL), 0);
			assert_int_equal(size, 20000);
			for (i = 0; i < size; i++)
				assert_int_equal(data[i], (u8)(i / 7));
			assert_int_equal(elf_bytes(&e, &s, &again, &size, NULL), 0);
			assert_ptr_equal(data, again);
			elf_deinit(&e);
			made_free(&m);
		}
	}
}

static void old_gnu_compression(void **state)
{
	struct made c = make_compressed(ELFCLASS64, ELFDATA2LSB, 1, btf, sizeof(btf)), m;
	u8 *z = malloc(c.size);
	struct elf_section s;
	const u8 *data;
	struct elf e;
	u64 size;

	(void)state;
	memcpy(z, "ZLIB", 4);
	make_number(ELFDATA2MSB, sizeof(btf), 8, z + 4);
	memcpy(z + 12, c.data + 24, c.size - 24);
	struct make_section sections[] = {
		{.name = ".zdebug_info", .type = SHT_PROGBITS, .data = z, .size = c.size - 12},
		{.name = ".zdebug_str", .type = SHT_PROGBITS, .data = "short", .size = 5},
		{0},
	};
	m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, sections);
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
	assert_int_equal(elf_find(&e, ".zdebug_info", &s), 0);
	assert_int_equal(elf_bytes(&e, &s, &data, &size, NULL), 0);
	assert_int_equal(size, sizeof(btf));
	assert_memory_equal(data, btf, size);
	assert_int_equal(elf_find(&e, ".zdebug_str", &s), 0);
	assert_int_equal(elf_bytes(&e, &s, &data, &size, NULL), 0);
	assert_int_equal(size, 5);
	elf_deinit(&e);
	made_free(&m);
	made_free(&c);
	free(z);
}

/* sizes that are too large, impossible or wrong, methods that do not exist, damaged bytes */
static void bad_compression(void **state)
{
	static const struct {
		u64 method, size, max;
		enum btf_code code;
	} rows[] = {
		{1, 20000, 19999, BTF_CODE_FILE_TOO_BIG},
		{1, (u64)1 << 60, 0, BTF_CODE_FILE_TOO_BIG},
		{1, (u64)1 << 30, 0, BTF_CODE_ELF_COMPRESSED},
		{1, 19999, 0, BTF_CODE_ELF_COMPRESSED},
		{1, 20001, 0, BTF_CODE_ELF_COMPRESSED},
		{1, 0, 0, BTF_CODE_ELF_COMPRESSED},
		{2, 20000, 0, BTF_CODE_ELF_COMPRESSED},
		{3, 20000, 0, BTF_CODE_ELF_COMPRESSED},
		{0, 20000, 0, BTF_CODE_ELF_COMPRESSED},
	};
	struct btf_report *r = btf_report__new();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct made m = compressed_elf(ELFCLASS64, ELFDATA2MSB, 1);
		struct elf_section s;
		const u8 *data;
		struct elf e;
		u64 size;

		btf_report__clear(r);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", rows[i].max, r), 0);
		assert_int_equal(elf_find(&e, ".BTF", &s), 0);
		make_number(ELFDATA2MSB, rows[i].method, 4, m.data + s.offset);
		make_number(ELFDATA2MSB, rows[i].size, 8, m.data + s.offset + 8);
		assert_true(elf_bytes(&e, &s, &data, &size, r) < 0);
		assert_int_equal(only_code(r), rows[i].code);
		elf_deinit(&e);
		made_free(&m);
	}
	btf_report__free(r);
}

static void read_everything(const u8 *data, size_t size)
{
	struct elf_section s;
	const u8 *bytes;
	struct elf e;
	u32 i;
	u64 n;
	int calls = 0;

	if (elf_init(&e, data, size, "x", 1 << 20, NULL))
		return;
	for (i = 0; i < e.shnum; i++)
		if (!elf_section_at(&e, i, &s, NULL))
			elf_bytes(&e, &s, &bytes, &n, NULL);
	elf_find(&e, ".BTF", &s);
	elf_symbols(&e, ELF_EVERY_SECTION, stop, &calls, NULL);
	elf_symbols(&e, ELF_NO_SECTION, stop, &calls, NULL);
	elf_deinit(&e);
}

/* each in a block of memory of just that size, for the sanitizer and valgrind to see */
static void cut_off_anywhere(void **state)
{
	(void)state;
	EACH_FORM(class, order) {
		struct made m = small_elf(class, order);
		size_t n;

		for (n = 0; n <= m.size; n++) {
			u8 *copy = malloc(n ? n : 1);

			memcpy(copy, m.data, n);
			read_everything(copy, n);
			free(copy);
		}
		made_free(&m);
	}
}

/* each byte set to something else */
static void any_byte_wrong(void **state)
{
	static const u8 values[] = {0, 1, 0x7f, 0x80, 0xff};
	size_t i, v;

	(void)state;
	EACH_FORM(class, order) {
		struct made m = small_elf(class, order);

		for (i = 0; i < m.size; i++) {
			u8 was = m.data[i];

			for (v = 0; v < ARRAY_SIZE(values); v++) {
				m.data[i] = values[v];
				read_everything(m.data, m.size);
			}
			m.data[i] = was;
		}
		made_free(&m);
	}
}

static void bad_headers(void **state)
{
	static const struct {
		size_t off, len;
		u64 value;
	} rows[] = {
		{EI_CLASS, 1, 3},       {EI_DATA, 1, 0},	    {58, 2, 63},
		{40, 8, (u64)-1},	{40, 8, (u64)-63},	    {60, 2, 0xfeff},
		{40, 8, 1 << 20},
	};
	struct btf_report *r = btf_report__new();
	struct elf e;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct made m = small_elf(ELFCLASS64, ELFDATA2LSB);

		btf_report__clear(r);
		make_number(ELFDATA2LSB, rows[i].value, rows[i].len, m.data + rows[i].off);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, r), -EINVAL);
		assert_int_equal(only_code(r), BTF_CODE_ELF_HEADER);
		made_free(&m);
	}
	btf_report__clear(r);
	assert_int_equal(elf_init(&e, "\177ELF", 4, "x", 0, r), -EINVAL);
	assert_int_equal(only_code(r), BTF_CODE_ELF_HEADER);
	btf_report__free(r);
}

/* a section table is described even where the sections themselves are gone */
static void section_past_the_end(void **state)
{
	struct btf_report *r = btf_report__new();
	struct made m = small_elf(ELFCLASS64, ELFDATA2LSB);
	struct elf_section s;
	const u8 *data;
	struct elf e;
	u64 size, shoff;

	(void)state;
	memcpy(&shoff, m.data + 40, 8);
	shoff = le64toh(shoff);
	make_number(ELFDATA2LSB, (u64)-8, 8, m.data + shoff + 2 * 64 + 32);
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, r), 0);
	assert_int_equal(elf_find(&e, ".BTF", &s), 0);
	assert_int_equal(elf_bytes(&e, &s, &data, &size, r), -EINVAL);
	assert_int_equal(only_code(r), BTF_CODE_ELF_SECTION);
	assert_string_equal(btf_report__get(r, 0)->section, ".BTF");
	btf_report__clear(r);
	assert_int_equal(elf_find(&e, ".bss", &s), 0);
	assert_int_equal(elf_bytes(&e, &s, &data, &size, r), -EINVAL);
	assert_int_equal(only_code(r), BTF_CODE_ELF_NOBITS);
	made_free(&m);
	btf_report__free(r);
}

static void bad_symbols(void **state)
{
	/* what to write where in the section header of .symtab, or in the symbol itself */
	static const struct {
		bool in_symbol;
		size_t off, len;
		u64 value;
	} rows[] = {
		{false, 40, 4, 99}, {false, 40, 4, 0},	   {false, 40, 4, 1},
		{false, 56, 8, 23}, {false, 32, 8, 25},	   {true, 0, 4, 14},
		{true, 6, 2, 7},    {true, 6, 2, SHN_XINDEX},
	};
	struct btf_report *r = btf_report__new();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct made m = small_elf(ELFCLASS64, ELFDATA2LSB);
		struct elf_section s;
		struct elf e;
		struct seen seen = {0};
		size_t at;

		btf_report__clear(r);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, r), 0);
		assert_int_equal(elf_find(&e, ".symtab", &s), 0);
		at = rows[i].in_symbol ? s.offset + 24 : e.shoff + s.index * 64;
		make_number(ELFDATA2LSB, rows[i].value, rows[i].len, m.data + at + rows[i].off);
		assert_int_equal(elf_symbols(&e, ELF_EVERY_SECTION, see, &seen, r), -EINVAL);
		assert_int_equal(only_code(r), BTF_CODE_ELF_SYMBOLS);
		made_free(&m);
	}
	btf_report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_classes_and_orders),
		cmocka_unit_test(agrees_with_libelf),
		cmocka_unit_test(symbols),
		cmocka_unit_test(no_symbols),
		cmocka_unit_test(many_sections),
		cmocka_unit_test(compressed_sections),
		cmocka_unit_test(old_gnu_compression),
		cmocka_unit_test(bad_compression),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(any_byte_wrong),
		cmocka_unit_test(bad_headers),
		cmocka_unit_test(section_past_the_end),
		cmocka_unit_test(bad_symbols),
	};

	return cmocka_run_group_tests_name("elf-open", tests, NULL, NULL);
}
