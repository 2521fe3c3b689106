// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What is known of a file before it is encoded: how much memory that takes, and whether a section
 * is loaded.
 */
#include <btf/encode.h>
#include <btf/file.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../elf/make.h"

#define MB ((size_t)1 << 20)

static struct btf_file *opened(const struct made *m)
{
	struct btf_file *f = btf_file__open_memory(m->data, m->size, NULL, NULL, NULL);

	assert_non_null(f);
	return f;
}

static uint64_t memory_of(const struct made *m, int jobs, bool split)
{
	struct btf_file *f = opened(m);
	uint64_t ret = btf_encode__memory(f, jobs, split);

	btf_file__close(f);
	return ret;
}

/* .debug_info of `size` bytes in units of `unit` */
static uint8_t *units(size_t size, size_t unit)
{
	uint8_t *p = calloc(1, size);

	assert_non_null(p);
	for (size_t at = 0; at < size; at += unit)
		make_number(ELFDATA2LSB, unit - 4, 4, p + at);
	return p;
}

static struct made with_info(int type, const uint8_t *info, size_t size, size_t strings)
{
	uint8_t *str = calloc(1, strings + 1);
	const struct make_section s[] = {
		{.name = ".debug_info", .type = SHT_PROGBITS, .data = info, .size = size, .align = 1},
		{.name = ".debug_str", .type = SHT_PROGBITS, .data = str, .size = strings + 1,
		 .align = 1},
		/* lines are not read */
		{.name = ".debug_line", .type = SHT_PROGBITS, .data = str, .size = strings + 1,
		 .align = 1},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, type, s);

	free(str);
	return m;
}

/* each thing that costs memory counts, and nothing counts that does not */
static void parts(void **state)
{
	uint8_t *one = units(8 * MB, 8 * MB), *many = units(8 * MB, MB / 4), *less = units(4 * MB, MB / 4);
	struct made big = with_info(ET_EXEC, one, 8 * MB, 100);
	struct made small = with_info(ET_EXEC, many, 8 * MB, 100);
	struct made half = with_info(ET_EXEC, less, 4 * MB, 100);
	struct made strings = with_info(ET_EXEC, many, 8 * MB, 4 * MB);
	struct made object = with_info(ET_REL, many, 8 * MB, 100);

	(void)state;
	/* a unit is held by each thread, as long as there are units */
	assert_true(memory_of(&big, 1, false) > memory_of(&small, 1, false) + 8 * MB);
	assert_true(memory_of(&small, 8, false) > memory_of(&small, 2, false) + MB);
	assert_true(memory_of(&small, 2, false) > memory_of(&small, 1, false));
	assert_int_equal(memory_of(&big, 2, false), memory_of(&big, 64, false));
	/* the types that a base has are not made again */
	assert_true(memory_of(&small, 1, true) < memory_of(&small, 1, false));
	assert_true(memory_of(&half, 1, false) < memory_of(&small, 1, false) - 4 * MB);
	/* strings are read where they lie, lines not at all */
	assert_true(memory_of(&strings, 1, false) > memory_of(&small, 1, false) + 4 * MB);
	assert_true(memory_of(&strings, 1, false) < memory_of(&small, 1, false) + 5 * MB);
	/* what relocations apply to is copied */
	assert_true(memory_of(&object, 1, true) > memory_of(&small, 1, true) + 7 * MB);
	made_free(&big);
	made_free(&small);
	made_free(&half);
	made_free(&strings);
	made_free(&object);
	free(one);
	free(many);
	free(less);
}

/* a section that is compressed needs what it inflates to; what no data can inflate to is not believed */
static void compressed(void **state)
{
	uint8_t *many = units(8 * MB, MB / 4);
	struct made info = make_compressed(ELFCLASS64, ELFDATA2LSB, ELFCOMPRESS_ZLIB, many, 8 * MB);
	const struct make_section s[] = {
		{.name = ".debug_info", .type = SHT_PROGBITS, .flags = SHF_COMPRESSED, .align = 8,
		 .data = info.data, .size = info.size},
		{0},
	};
	struct made plain = with_info(ET_EXEC, many, 8 * MB, 0);
	struct made packed = make_elf(ELFCLASS64, ELFDATA2LSB, ET_EXEC, s), lying;

	(void)state;
	assert_true(packed.size < MB);
	assert_true(memory_of(&packed, 1, false) > memory_of(&plain, 1, false) - 8 * MB);
	make_number(ELFDATA2LSB, 1ull << 60, 8, info.data + offsetof(Elf64_Chdr, ch_size));
	lying = make_elf(ELFCLASS64, ELFDATA2LSB, ET_EXEC, s);
	assert_true(memory_of(&lying, 1, false) < (1ull << 40));
	made_free(&plain);
	made_free(&packed);
	made_free(&lying);
	made_free(&info);
	free(many);
}

/* lengths of units that lie, and files that have none */
static void damaged(void **state)
{
	uint8_t info[64] = {0};
	struct made m;

	(void)state;
	assert_int_equal(btf_encode__memory(NULL, 1, false), 0);
	memset(info, 0xff, sizeof(info));
	m = with_info(ET_EXEC, info, sizeof(info), 0);
	assert_in_range(memory_of(&m, 1, false), 1, 16 * MB);
	assert_in_range(memory_of(&m, 0, false), 1, 64 * MB);
	made_free(&m);
	make_number(ELFDATA2LSB, 0xfffffff0, 4, info);
	m = with_info(ET_REL, info, sizeof(info), 0);
	assert_in_range(memory_of(&m, 1, true), 1, 16 * MB);
	made_free(&m);
	m = with_info(ET_REL, info, 5, 0);
	assert_in_range(memory_of(&m, 1, true), 1, 16 * MB);
	made_free(&m);
}

static void loaded(void **state)
{
	static const uint8_t header[24] = {0x9f, 0xeb, 1, 0, 24};
	const struct make_section s[] = {
		{.name = ".BTF", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 1,
		 .data = header, .size = sizeof(header), .addr = 0x1000},
		{.name = ".BTF.base", .type = SHT_PROGBITS, .align = 1, .data = header,
		 .size = sizeof(header)},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	struct made raw = {(uint8_t *)(uintptr_t)header, sizeof(header)};
	struct btf_file *f = opened(&m);

	(void)state;
	assert_true(btf_file__loaded(f, ".BTF"));
	assert_false(btf_file__loaded(f, ".BTF.base"));
	assert_false(btf_file__loaded(f, ".BTF_ids"));
	assert_false(btf_file__loaded(f, NULL));
	assert_false(btf_file__loaded(NULL, ".BTF"));
	btf_file__close(f);
	f = opened(&raw);
	assert_false(btf_file__loaded(f, ".BTF"));
	btf_file__close(f);
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(compressed),
		cmocka_unit_test(damaged),
		cmocka_unit_test(loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
