// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as an abbreviation table, and any bytes as DIEs by it. The first byte of the input says
 * the unit's sizes, the second how much of the rest is the table.
 */
#include <stdint.h>

#include "dwarf/abbrev.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

/* every value that is said to be there can be read to its end */
static u64 look(const struct dwarf_die *die, const struct dwarf_attr *at)
{
	u64 sum = die->have;

	for (u32 i = 0; i < DWARF_SLOTS; i++) {
		if (!(die->have >> i & 1))
			continue;
		sum += at[i].v;
		if (at[i].cls == ATTR_STRING)
			sum += strlen((const char *)(uintptr_t)at[i].v);
		else if (at[i].cls == ATTR_BLOCK)
			for (u32 k = 0; k < at[i].len; k++)
				sum += ((const u8 *)(uintptr_t)at[i].v)[k];
		else if (at[i].cls == ATTR_WIDE)
			sum += ((const u8 *)(uintptr_t)at[i].v)[15];
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dwarf_unit u = {.str_offsets_base = 0};
	struct dwarf_attr at[DWARF_SLOTS];
	struct dwarf_abbrevs a = {0};
	struct dwarf d = {0};
	struct dwarf_cursor c;
	struct dwarf_die die;
	u64 sum = 0;
	int err;

	if (size < 3)
		return 0;
	u.addr_size = data[0] & 1 ? 8 : 4;
	u.off_size = data[0] & 2 ? 8 : 4;
	u.version = (u8)(2 + (data[0] >> 2 & 3));
	d.swap = data[0] & 16;
	d.big = d.swap != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	d.abbrev = (struct dwarf_slice){data + 2, min_of(size - 2, 4u * data[1])};
	d.info = (struct dwarf_slice){data + 2 + d.abbrev.len, size - 2 - d.abbrev.len};
	d.str = d.line_str = (struct dwarf_slice){(const u8 *)"a\0bc\0", 6};
	d.str_offsets = d.addr = d.info;
	u.abbrev_end = d.abbrev.len;
	u.end = d.info.len;
	if (!dwarf_abbrevs_load(&a, &d, &u, NULL)) {
		dwarf_cursor_init(&c, &d, &u, &a, d.info.data, d.info.data + d.info.len);
		while ((err = dwarf_next(&c, &die, at)) > 0) {
			require(c.p <= c.end);
			sum += die.null ? 1 : look(&die, at);
		}
		require(!err || c.why);
		require(err || c.p == c.end);
		/* the same table again is there already */
		require(!dwarf_abbrevs_load(&a, &d, &u, NULL));
	}
	dwarf_abbrevs_deinit(&a);
	require(sum != 1 || size);
	return 0;
}
