// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as an ELF file: every section and symbol is read, then sections are set, added and
 * removed. What comes out of that must be an ELF file again, with all other sections as before,
 * and with what was asked for.
 */
#include "elf/edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

static int see(void *ctx, const struct elf_symbol *s)
{
	*(size_t *)ctx += strlen(s->name) + s->section;
	return 0;
}

static void read_all(struct elf *e)
{
	struct elf_section s;
	const u8 *bytes;
	size_t sum = 0;
	u64 n;
	u32 i;

	for (i = 0; i < e->shnum && i < 200; i++) {
		if (elf_section_at(e, i, &s, NULL))
			continue;
		sum += strlen(s.name);
		if (!elf_bytes(e, &s, &bytes, &n, NULL) && n)
			sum += bytes[0] + bytes[n - 1];
	}
	elf_symbols(e, ELF_EVERY_SECTION, see, &sum, NULL);
	elf_symbols(e, 1, see, &sum, NULL);
	require(sum < SIZE_MAX);
}

static bool is_changed(const struct btf_file_change *c, size_t cnt, const char *name)
{
	while (cnt--)
		if (!strcmp(c[cnt].name, name))
			return true;
	return false;
}

static void check_same(struct elf *a, struct elf *b, const struct btf_file_change *c, size_t cnt)
{
	struct elf_section s, t;
	const u8 *x, *y;
	u32 i;

	require(b->phnum == a->phnum);
	for (i = 1; i < a->shnum; i++) {
		require(!elf_section_at(a, i, &s, NULL));
		if (s.type == SHT_NULL || is_changed(c, cnt, s.name) ||
		    (i == a->shstrndx && i == b->shstrndx))
			continue;
		require(i < b->shnum && !elf_section_at(b, i, &t, NULL));
		require(s.type == t.type && s.offset == t.offset && s.size == t.size &&
			s.addr == t.addr && s.flags == t.flags && !strcmp(s.name, t.name));
		if (s.type == SHT_NOBITS)
			continue;
		require(!elf_file_bytes(a, &s, &x, NULL) && !elf_file_bytes(b, &t, &y, NULL));
		require(!memcmp(x, y, s.size));
	}
}

static void check_new(struct elf *b, const struct btf_file_change *c, size_t cnt)
{
	struct elf_section s;
	const u8 *bytes;
	u64 n;
	size_t i;

	for (i = 0; i < cnt; i++) {
		if (!c[i].data) {
			require(elf_find(b, c[i].name, &s));
			continue;
		}
		require(!elf_find(b, c[i].name, &s) && !elf_bytes(b, &s, &bytes, &n, NULL));
		require(n == c[i].size && !memcmp(bytes, c[i].data, n));
	}
}

/* the file after the changes (to be freed), or NULL if they were refused or change nothing */
static u8 *change(const u8 *data, size_t size, const struct btf_file_change *c, size_t cnt,
		  size_t *ret_size)
{
	struct elf_edit edit;
	struct elf a, b;
	u8 *out = NULL;

	if (elf_init(&a, data, size, NULL, 1 << 20, NULL))
		return NULL;
	read_all(&a);
	if (!elf_edit_init(&edit, &a, c, cnt, NULL)) {
		if (edit.changed) {
			require(edit.size <= size + 200000);
			out = malloc(edit.size);
			require(out != NULL);
			elf_edit_copy(&edit, &a, out);
			require(!elf_init(&b, out, edit.size, NULL, 1 << 20, NULL));
			check_same(&a, &b, c, cnt);
			check_new(&b, c, cnt);
			elf_deinit(&b);
			*ret_size = edit.size;
		}
		elf_edit_deinit(&edit);
	}
	elf_deinit(&a);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static u8 bytes[300];
	struct btf_file_change set[] = {
		{.name = ".BTF", .data = bytes, .size = size % 2 ? 40 : 300},
		{.name = ".BTF.base", .data = bytes, .size = size % 3 * 10},
	};
	struct btf_file_change unset[] = {
		{.name = ".BTF", .data = bytes + 1, .size = 100},
		{.name = ".BTF.base"},
		{.name = ".comment"},
	};
	u8 *once, *twice;
	size_t once_size, twice_size;

	memset(bytes, 0x5a, sizeof(bytes));
	if (size > 1 << 16)
		return 0;
	size -= elf_signature_size(data, size);
	once = change(data, size, set, ARRAY_SIZE(set), &once_size);
	if (once) {
		/* done is done */
		require(!change(once, once_size, set, ARRAY_SIZE(set), &twice_size));
		twice = change(once, once_size, unset, ARRAY_SIZE(unset), &twice_size);
		free(twice);
	}
	free(once);
	return 0;
}
