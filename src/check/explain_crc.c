// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The CRCs that a module was built with, beside those that a kernel exports.
 *
 * In: __versions, an array of a CRC in a machine word and a name, 64 bytes together;
 * Module.symvers, a line "0xCRC<tab>symbol<tab>..." for each symbol. Out: the symbols that differ.
 * Both may be anything.
 */
#include "check/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NOVAL BTF_NO_VALUE
#define MAX_FINDINGS 10

struct symbol {
	const char *name; /* in the text, len bytes */
	size_t len;
	u32 crc;
};

static int compare_names(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int d = memcmp(a, b, min_of(a_len, b_len));

	return d ? d : a_len < b_len ? -1 : a_len > b_len;
}

static int by_name(const void *a, const void *b)
{
	const struct symbol *s = a, *t = b;

	return compare_names(s->name, s->len, t->name, t->len);
}

/* "0x1234abcd\tname\t..." up to `end`; false: no such line */
static bool parse_line(const char *p, const char *end, struct symbol *ret)
{
	u32 crc = 0;
	int digits = 0;

	if (end - p < 3 || p[0] != '0' || (p[1] | 32) != 'x')
		return false;
	for (p += 2; p < end && digits <= 8; p++, digits++) {
		char c = (char)(*p | 32);

		if (*p >= '0' && *p <= '9')
			crc = crc << 4 | (u32)(*p - '0');
		else if (c >= 'a' && c <= 'f')
			crc = crc << 4 | (u32)(c - 'a' + 10);
		else
			break;
	}
	if (!digits || digits > 8 || p == end || *p != '\t')
		return false;
	p++;
	ret->name = p;
	while (p < end && *p != '\t')
		p++;
	ret->len = (size_t)(p - ret->name);
	ret->crc = crc;
	return ret->len > 0;
}

/* sorted by name; -ENOMEM */
static s64 parse_symvers(const char *text, size_t size, struct symbol **ret)
{
	const char *end = text + size, *p = text, *line;
	size_t cnt = 0, cap = 0;
	struct symbol one, *all = NULL;

	for (; p < end; p = line + 1) {
		line = memchr(p, '\n', (size_t)(end - p));
		line = line ? line : end;
		if (!parse_line(p, line, &one))
			continue;
		if (cnt == cap) {
			void *more = realloc(all, (cap * 2 + 1024) * sizeof(*all));

			if (!more) {
				free(all);
				return -ENOMEM;
			}
			all = more;
			cap = cap * 2 + 1024;
		}
		all[cnt++] = one;
	}
	if (cnt)
		qsort(all, cnt, sizeof(*all), by_name);
	*ret = all;
	return (s64)cnt;
}

/* the CRC of an entry; 32 bits of a word */
static u32 entry_crc(const u8 *p, bool is64, bool swapped)
{
	u64 v64;
	u32 v32;

	if (is64) {
		memcpy(&v64, p, 8);
		return (u32)(swapped ? __builtin_bswap64(v64) : v64);
	}
	memcpy(&v32, p, 4);
	return swapped ? __builtin_bswap32(v32) : v32;
}

static void compare_entry(const char *name, size_t len, u32 crc, const struct symbol *all,
			  size_t cnt, struct explain_crcs *ret, struct btf_report *r)
{
	struct symbol key = {name, len, crc};
	const struct symbol *s = cnt ? bsearch(&key, all, cnt, sizeof(*all), by_name) : NULL;

	ret->compared++;
	if (s && s->crc == crc)
		return;
	if (s)
		ret->differ++;
	else
		ret->missing++;
	if (ret->differ + ret->missing > MAX_FINDINGS)
		return;
	if (s)
		report_warning(r, BTF_CODE_EXPLAIN_CRC, NULL, crc, s->crc,
			       "%.*s: the module wants CRC 0x%08x, the kernel has 0x%08x", (int)len,
			       name, crc, s->crc);
	else
		report_warning(r, BTF_CODE_EXPLAIN_CRC, NULL, crc, NOVAL,
			       "%.*s: the kernel does not export it", (int)len, name);
}

int explain_crcs(const u8 *versions, size_t size, bool is64, bool swapped, const char *symvers,
		 size_t symvers_size, struct explain_crcs *ret, struct btf_report *r)
{
	size_t word = is64 ? 8 : 4, entry = 64;
	struct symbol *all = NULL;
	s64 cnt;

	*ret = (struct explain_crcs){0};
	if (size % entry)
		return -EINVAL;
	cnt = parse_symvers(symvers, symvers_size, &all);
	if (cnt < 0)
		return (int)cnt;
	for (size_t at = 0; at < size; at += entry) {
		const char *name = (const char *)versions + at + word;

		compare_entry(name, strnlen(name, entry - word),
			      entry_crc(versions + at, is64, swapped), all, (size_t)cnt, ret, r);
	}
	free(all);
	return 0;
}
