// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Location expressions and lists: what the first entry says, entry values, every form of entry. */
#include "dwarf/location.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define ENTRY_RDI 0xa3, 1, 0x55

struct expr_case {
	u8 byte[12];
	u32 len;
	u8 how, reg;
	bool several, value, pieces, entry;
};

static void expressions(void **state)
{
	static const struct expr_case cases[] = {
		{{0}, 0, LOCATED_NOWHERE, 0, false, false, false, false},
		{{0x50}, 1, LOCATED_REG, 0, false, false, false, false},
		{{0x6f}, 1, LOCATED_REG, 31, false, false, false, false},
		{{0x55, 0x93, 8}, 3, LOCATED_REG, 5, true, false, true, false},
		{{0x75, 0x7f}, 2, LOCATED_BY_REG, 5, false, false, false, false},
		{{0x75, 0x80, 0x01, 0x9f}, 4, LOCATED_BY_REG, 5, false, true, false, false},
		{{0x75, 0, 0x33, 0x24, 0x9f}, 5, LOCATED_BY_REG, 5, true, true, false, false},
		{{0x75}, 1, LOCATED_OTHER, 5, true, false, false, false}, /* cut off */
		{{0x91, 0x70}, 2, LOCATED_STACK, 0, false, false, false, false},
		{{0x30, 0x9f}, 2, LOCATED_CONST, 0, false, true, false, false},
		{{0x4f}, 1, LOCATED_CONST, 0, false, false, false, false},
		{{0x08, 1, 0x9f}, 3, LOCATED_CONST, 0, false, true, false, false},
		{{0x0b, 1, 2, 0x9f}, 4, LOCATED_CONST, 0, false, true, false, false},
		{{0x0c, 1, 2, 3, 4}, 5, LOCATED_CONST, 0, false, false, false, false},
		{{0x0e, 1, 2, 3, 4, 5, 6, 7, 8}, 9, LOCATED_CONST, 0, false, false, false, false},
		{{0x0e, 1, 2, 3, 4, 5, 6, 7}, 8, LOCATED_OTHER, 0, true, false, false, false},
		{{0x10, 0x80, 1}, 3, LOCATED_CONST, 0, false, false, false, false},
		{{0x9e, 2, 7, 7}, 4, LOCATED_CONST, 0, false, false, false, false},
		{{0x9e, 200, 1}, 3, LOCATED_OTHER, 0, true, false, false, false},
		{{0x03, 1, 2, 3, 4, 5, 6, 7, 8}, 9, LOCATED_OTHER, 0, true, false, false, false},
		{{ENTRY_RDI, 0x9f}, 4, LOCATED_OTHER, 5, false, true, false, true},
		{{ENTRY_RDI}, 3, LOCATED_OTHER, 5, false, false, false, true},
		{{0xf3, 1, 0x55, 0x9f}, 4, LOCATED_OTHER, 5, false, true, false, true},
		{{0xf3, 2, 0x75, 0, 0x9f}, 5, LOCATED_OTHER, 0, false, true, false, false},
		{{ENTRY_RDI, 0x31, 0x22, 0x9f}, 6, LOCATED_OTHER, 0, true, true, false, false},
		{{0x93, 8}, 2, LOCATED_OTHER, 0, true, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct expr_case *c = &cases[i];
		u8 *copy = malloc(c->len + 1);
		struct location l;

		memcpy(copy, c->byte, c->len);
		location_of_expr(copy, c->len, 5, &l);
		if (l.how != c->how || l.several != c->several || l.value != c->value ||
		    l.pieces != c->pieces || l.entry != c->entry || l.entry_wanted != c->entry)
			fail_msg("case %zu: how %u several %d value %d pieces %d entry %d", i,
				 l.how, l.several, l.value, l.pieces, l.entry);
		if (l.how == LOCATED_REG || l.how == LOCATED_BY_REG)
			assert_int_equal(l.reg, c->reg);
		if (l.entry)
			assert_int_equal(l.entry_reg, c->reg);
		free(copy);
	}
}

static struct location read_v5(const void *data, u64 len, u32 want, bool whole)
{
	struct dwarf d = {.loclists = {data, len}};
	struct dwarf_unit u = {.version = 5, .addr_size = 8, .off_size = 4};
	struct location l;

	assert_int_equal(location_of_list(&d, &u, 0, want, &l), whole);
	return l;
}

/* each kind of entry is stepped over, and its expression is read */
static void entries(void **state)
{
	static const struct {
		u8 byte[24];
		u32 len; /* operands and kind */
		bool expr;
	} kinds[] = {
		{{1, 0x80, 1}, 3, false},
		{{2, 0x80, 1, 2}, 4, true},
		{{3, 1, 0x82, 3}, 4, true},
		{{4, 1, 2}, 3, true},
		{{5}, 1, true},
		{{6, 1, 2, 3, 4, 5, 6, 7, 8}, 9, false},
		{{7, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}, 17, true},
		{{8, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 2}, 11, true},
		{{9, 1, 0x80, 2}, 4, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		/* the entry, then another one, then the end */
		static const u8 rest[] = {4, 0, 1, 1, 0x51, 0};
		u8 list[40];
		u32 len = kinds[i].len;
		struct location l;

		memcpy(list, kinds[i].byte, len);
		if (kinds[i].expr) {
			list[len++] = 1;
			list[len++] = 0x53;
		}
		memcpy(list + len, rest, sizeof(rest));
		l = read_v5(list, len + sizeof(rest), LOCATION_ANY, true);
		assert_int_equal(l.how, LOCATED_REG);
		assert_int_equal(l.reg, kinds[i].expr ? 3 : 1);
		/* cut off anywhere: an end, no crash */
		for (u32 cut = 0; cut < len + sizeof(rest); cut++) {
			u8 *copy = malloc(cut + 1);

			memcpy(copy, list, cut);
			read_v5(copy, cut, LOCATION_ANY, false);
			free(copy);
		}
	}
	/* a kind that nobody knows */
	read_v5("\x0b\0\0\0", 4, LOCATION_ANY, false);
}

static void entry_values(void **state)
{
	/* rbx; entry value of rsi; entry value of rdi; entry value of rdx */
	static const u8 list[] = {4, 0, 1, 1,	      0x53, 4, 1, 2, 4, 0xa3, 1, 0x54, 0x9f, 4,
				  2, 3, 4, ENTRY_RDI, 0x9f, 4, 3, 4, 3, 0xf3, 1, 0x51, 0};
	struct location l;

	(void)state;
	l = read_v5(list, sizeof(list), 5, true);
	assert_int_equal(l.how, LOCATED_REG);
	assert_int_equal(l.reg, 3);
	assert_true(l.entry && l.entry_wanted);
	assert_int_equal(l.entry_reg, 4);
	/* reading stopped there */
	assert_int_equal(l.entry_last, 5);
	l = read_v5(list, sizeof(list), 9, true);
	assert_true(l.entry && !l.entry_wanted);
	assert_int_equal(l.entry_last, 1);
	l = read_v5(list, sizeof(list), 3, true);
	assert_false(l.entry);
}

/* DWARF 2 to 4, either byte order, addresses of either size */
static void old_lists(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		const bool swap = i & 1;
		const u8 size = i & 2 ? 4 : 8;
		u64 words[] = {UINT64_MAX, 0x1000, 0, 8, 8, 16, 0, 0};
		struct dwarf d = {.swap = swap};
		struct dwarf_unit u = {.version = 4, .addr_size = size, .off_size = 4};
		struct location l;
		u8 list[100], *p = list;

		for (size_t w = 0; w < ARRAY_SIZE(words); w++) {
			u64 v = swap ? __builtin_bswap64(words[w]) : words[w];
			u32 half = swap ? __builtin_bswap32((u32)words[w]) : (u32)words[w];
			u16 len = swap ? __builtin_bswap16(1) : 1;

			memcpy(p, size == 8 ? (void *)&v : (void *)&half, size);
			p += size;
			/* behind the second word of an entry that is neither base nor end */
			if (w != 3 && w != 5)
				continue;
			memcpy(p, &len, 2);
			p[2] = w == 3 ? 0x55 : 0x50;
			p += 3;
		}
		d.loc = (struct dwarf_slice){list, (u64)(p - list)};
		assert_true(location_of_list(&d, &u, 0, LOCATION_ANY, &l));
		assert_int_equal(l.how, LOCATED_REG);
		assert_int_equal(l.reg, 5);
		for (u64 cut = 0; cut < (u64)(p - list); cut++) {
			u8 *copy = malloc(cut + 1);

			memcpy(copy, list, cut);
			d.loc = (struct dwarf_slice){copy, cut};
			assert_false(location_of_list(&d, &u, 0, LOCATION_ANY, &l));
			free(copy);
		}
	}
}

static void by_index(void **state)
{
	static const u8 section[] = {0, 0, 0, 0, 5,    0,    8, 0, 2, 0, 0, 0, /* header */
				     8, 0, 0, 0, 0xff, 0xff, 0, 0,	       /* offsets */
				     4, 0, 1, 1, 0x52, 0};
	struct dwarf d = {.loclists = {section, sizeof(section)}};
	struct dwarf_unit u = {.version = 5, .addr_size = 8, .off_size = 4};
	const u8 *expr;
	u64 off = 0;
	u32 len;

	(void)state;
	/* without a stated base: behind the header */
	for (int stated = 0; stated < 2; stated++) {
		u.loclists_base = stated ? 12 : 0;
		assert_true(location_list_at(&d, &u, 0, &off));
		assert_int_equal(off, 20);
		assert_false(location_list_at(&d, &u, 1, &off));
		assert_false(location_list_at(&d, &u, 4, &off));
		assert_false(location_list_at(&d, &u, UINT64_MAX / 2, &off));
	}
	assert_true(location_first(&d, &u, 20, &expr, &len));
	assert_int_equal(len, 1);
	assert_int_equal(*expr, 0x52);
	assert_false(location_first(&d, &u, 25, &expr, &len));
	assert_false(location_first(&d, &u, sizeof(section), &expr, &len));
	u.loclists_base = sizeof(section) + 1;
	assert_false(location_list_at(&d, &u, 0, &off));
	d.loclists.data = NULL;
	assert_false(location_list_at(&d, &u, 0, &off));
}

static void pieces(void **state)
{
	static const u8 two[] = {0x55, 0x93, 8, 0x75, 0, 0x9f, 0x93, 0x80, 1};
	static const u8 hole[] = {0x93, 8, ENTRY_RDI, 0x9f, 0x93, 1};
	static const u8 whole[] = {0x55};
	struct location_piece p[2];

	(void)state;
	assert_int_equal(location_pieces(two, sizeof(two), p, 2), 2);
	assert_int_equal(p[0].how, LOCATED_REG);
	assert_int_equal(p[0].size, 8);
	assert_int_equal(p[1].how, LOCATED_BY_REG);
	assert_int_equal(p[1].size, 128);
	assert_int_equal(location_pieces(two, sizeof(two), p, 1), 0);
	assert_int_equal(location_pieces(two, sizeof(two) - 1, p, 2), 0);
	assert_int_equal(location_pieces(hole, sizeof(hole), p, 2), 2);
	assert_int_equal(p[0].how, LOCATED_NOWHERE);
	assert_int_equal(p[1].how, LOCATED_REG);
	assert_int_equal(p[1].reg, 5);
	assert_int_equal(location_pieces(whole, 1, p, 2), 0);
	assert_int_equal(location_pieces(whole, 0, p, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions),	cmocka_unit_test(entries),
		cmocka_unit_test(entry_values), cmocka_unit_test(old_lists),
		cmocka_unit_test(by_index),	cmocka_unit_test(pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
