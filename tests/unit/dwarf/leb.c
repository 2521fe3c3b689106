// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Variable-length numbers: all lengths, padding, too many bits, cut off. */
#include "dwarf/dwarf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static u64 uleb(const char *bytes, size_t len, size_t used)
{
	const u8 *p = (const u8 *)bytes;
	u64 v = 0xdead;
	const u8 *end = dwarf_uleb(p, p + len, &v);

	assert_ptr_equal(end, used ? p + used : NULL);
	return v;
}

static s64 sleb(const char *bytes, size_t len, size_t used)
{
	const u8 *p = (const u8 *)bytes;
	s64 v = 0xdead;
	const u8 *end = dwarf_sleb(p, p + len, &v);

	assert_ptr_equal(end, used ? p + used : NULL);
	return v;
}

static void unsigned_ones(void **state)
{
	(void)state;
	assert_int_equal(uleb("\x00", 1, 1), 0);
	assert_int_equal(uleb("\x7f\xff", 2, 1), 127);
	assert_int_equal(uleb("\x80\x01", 2, 2), 128);
	assert_int_equal(uleb("\xe5\x8e\x26", 3, 3), 624485);
	assert_true(uleb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, 10) == UINT64_MAX);
	/* zeros for padding */
	assert_int_equal(uleb("\x85\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 12, 12), 5);
	/* 65 bits, and more */
	uleb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 0);
	uleb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, 0);
	uleb("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, 0);
	/* cut off */
	uleb("\x80", 1, 0);
	uleb("\xff\xff", 2, 0);
	uleb("", 0, 0);
}

static void signed_ones(void **state)
{
	(void)state;
	assert_int_equal(sleb("\x02", 1, 1), 2);
	assert_int_equal(sleb("\x7e", 1, 1), -2);
	assert_int_equal(sleb("\xff\x00", 2, 2), 127);
	assert_int_equal(sleb("\x81\x7f", 2, 2), -127);
	assert_int_equal(sleb("\x80\x7f", 2, 2), -128);
	assert_true(sleb("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 10, 10) == INT64_MIN);
	assert_true(sleb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00", 10, 10) == INT64_MAX);
	assert_int_equal(sleb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11, 11), -1);
	sleb("\x80", 1, 0);
	sleb("", 0, 0);
}

/* what is written in the shortest way is read again */
static void there_and_back(void **state)
{
	(void)state;
	for (u32 bit = 0; bit < 64; bit++) {
		for (s64 d = -1; d <= 1; d++) {
			u64 v = (1ull << bit) + (u64)d, w = v, got;
			s64 sv = (s64)v, sw = sv, sgot;
			bool more = true;
			u8 buf[16];
			u32 n = 0;

			do {
				buf[n++] = (u8)((w & 0x7f) | (w > 0x7f ? 0x80 : 0));
				w >>= 7;
			} while (w);
			assert_ptr_equal(dwarf_uleb(buf, buf + n, &got), buf + n);
			assert_true(got == v);
			for (n = 0; more; n++) {
				buf[n] = (u8)(sw & 0x7f);
				sw >>= 7;
				more = !((!sw && !(buf[n] & 0x40)) || (sw == -1 && buf[n] & 0x40));
				buf[n] |= more ? 0x80 : 0;
			}
			assert_ptr_equal(dwarf_sleb(buf, buf + n, &sgot), buf + n);
			assert_true(sgot == sv);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_ones),
		cmocka_unit_test(signed_ones),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
