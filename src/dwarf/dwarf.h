/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DWARF as a stream of DIEs.
 *
 * In: slices of the debug sections, inflated and relocated. Out: for each unit its header, for
 * each DIE its tag and the attributes that the encoder asks for, decoded into one small array.
 * This room knows no ELF and no BTF; every length, offset and index of the input is checked
 * before it is used.
 */
#ifndef DWARF_DWARF_H
#define DWARF_DWARF_H

#include <string.h>

#include "base/mem.h"
#include "base/report.h"
#include "dwarf/names.h"

struct dwarf_slice {
	const u8 *data; /* NULL: the section is not there */
	u64 len;
};

struct dwarf {
	struct dwarf_slice info, types, abbrev, str, line_str, str_offsets, addr, loc, loclists;
	bool swap; /* not this machine's byte order */
	bool big;  /* big-endian */
	/*
	 * The linker has merged .debug_str: a string stands there once, so that its address is as
	 * good as its text. Where that is a mistake, types are recognised as the same later, not
	 * never.
	 */
	bool str_merged;
	/* names that begin with it are taken for it; NULL: none. It outlives what is read. */
	const char *name_prefix;
};

/* checks what is asked once per file: string sections end in a NUL */
int dwarf_check(struct dwarf *d, struct btf_report *r);

/* ---- reading, bounds are the caller's ---- */

static inline u16 dwarf_u16(bool swap, const u8 *p)
{
	u16 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap16(v) : v;
}

static inline u32 dwarf_u32(bool swap, const u8 *p)
{
	u32 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap32(v) : v;
}

static inline u64 dwarf_u64(bool swap, const u8 *p)
{
	u64 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap64(v) : v;
}

static inline u32 dwarf_u24(bool big, const u8 *p)
{
	return big ? (u32)p[0] << 16 | p[1] << 8 | p[2] : p[0] | p[1] << 8 | (u32)p[2] << 16;
}

/*
 * LEB128. Returns what follows, NULL where the number is cut off or has more than 64 bits; more
 * than ten bytes are taken only as padding of zeros.
 */
const u8 *dwarf_uleb_slow(const u8 *p, const u8 *end, u64 *ret);
const u8 *dwarf_sleb(const u8 *p, const u8 *end, s64 *ret);

static inline const u8 *dwarf_uleb(const u8 *p, const u8 *end, u64 *ret)
{
	if (likely(p < end && *p < 0x80)) {
		*ret = *p;
		return p + 1;
	}
	return dwarf_uleb_slow(p, end, ret);
}

/* behind the NUL of the string at p, NULL if there is none before end */
static inline const u8 *dwarf_skip_str(const u8 *p, const u8 *end)
{
	const u8 *nul = memchr(p, 0, (size_t)(end - p));

	return nul ? nul + 1 : NULL;
}

#endif
