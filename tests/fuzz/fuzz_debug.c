// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as an ELF file with debug sections: found, inflated, joined, relocated, whatever its
 * headers, relocations and symbols say. Kept buffers change nothing; a refusal has one reason and
 * leaves the image alone.
 */
#include "elf/debug.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

#define MAX_SIZE (1 << 20)

/* every byte, so that a sanitizer sees all of them */
static u64 sum_of(const struct debug_image *image)
{
	u64 sum = 0, k, off;
	u32 i;

	for (i = 0; i < DEBUG_SECTIONS; i++) {
		require(image->section[i].data || !image->section[i].size);
		for (k = 0; k < image->section[i].size; k++)
			sum = sum * 31 + image->section[i].data[k];
	}
	for (i = 0; i <= image->address_cnt && i < 200; i++)
		sum = sum * 31 + debug_section_address(image, i);
	for (k = 0; k < 0x40000; k += 0x777) {
		off = 0;
		i = debug_find_section(image, k, &off);
		require(i < image->address_cnt || !i);
		require(!i || debug_section_address(image, i) + off == k);
	}
	return sum;
}

/* 0 where it is refused */
static u64 read_debug(struct elf *e, const struct debug_opts *o)
{
	struct btf_report *r = btf_report__new();
	struct debug_image image = {.address_cnt = 4711};
	u64 sum = 0;

	require(r != NULL);
	if (debug_image_init(&image, e, o, r)) {
		require(btf_report__count(r) == 1 && image.address_cnt == 4711);
	} else {
		require(!btf_report__count(r));
		sum = sum_of(&image) | 1;
		debug_image_deinit(&image);
	}
	btf_report__free(r);
	return sum;
}

static void read_symbols(const struct elf *e)
{
	struct elf_symbol_table t;
	struct elf_symbol s;
	size_t sum = 0;
	u64 i;

	if (elf_symbol_table_init(&t, e, ELF_EVERY_SECTION, NULL))
		return;
	for (i = 0; i < t.cnt; i++)
		if (!elf_symbol_at(&t, i, &s, NULL))
			sum += strlen(s.name) + s.section;
	require(sum < SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct debug_buffers kept; /* from one input to the next, as in a run over modules */
	struct debug_opts o = {0};
	struct elf e;
	u64 sum;

	if (size > 1 << 16 || elf_init(&e, data, size, NULL, MAX_SIZE, NULL))
		return 0;
	sum = read_debug(&e, &o);
	o.buffers = &kept;
	require(read_debug(&e, &o) == sum);
	o.sections = DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_ABBREV);
	/* less cannot fail where all of it does not */
	require(read_debug(&e, &o) || !sum);
	o.dwo = true;
	read_debug(&e, &o);
	read_symbols(&e);
	elf_deinit(&e);
	return 0;
}
