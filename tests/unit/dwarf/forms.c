// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Every form, for every size of offset and address, in both byte orders: value, class, length. */
#include "dwarf/abbrev.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define SECTION(s) ((struct dwarf_slice){(const u8 *)(s), sizeof(s) - 1})

struct form {
	u32 form;
	u8 addr, off, version; /* sizes of the unit */
	const char *bytes;     /* little-endian */
	u32 len;
	u8 cls;
	u64 v; /* of strings: offset in the section */
	const char *s;
};

#define ROW(form, addr, off, version, bytes, cls, v, s)                                            \
	{form, addr, off, version, bytes, sizeof(bytes) - 1, cls, v, s}

static const struct form forms[] = {
	ROW(DW_FORM_addr, 8, 4, 5, "\1\2\3\4\5\6\7\x8", ATTR_ADDR, 0x0807060504030201, NULL),
	ROW(DW_FORM_addr, 4, 4, 5, "\1\2\3\4", ATTR_ADDR, 0x04030201, NULL),
	ROW(DW_FORM_data1, 8, 4, 5, "\xff", ATTR_CONST, 0xff, NULL),
	ROW(DW_FORM_data2, 8, 4, 5, "\1\2", ATTR_CONST, 0x201, NULL),
	ROW(DW_FORM_data4, 8, 4, 5, "\1\2\3\4", ATTR_CONST, 0x4030201, NULL),
	ROW(DW_FORM_data8, 8, 4, 5, "\1\2\3\4\5\6\7\x8", ATTR_CONST, 0x0807060504030201, NULL),
	ROW(DW_FORM_udata, 8, 4, 5, "\x80\1", ATTR_CONST, 128, NULL),
	ROW(DW_FORM_sdata, 8, 4, 5, "\x7f", ATTR_SIGNED, UINT64_MAX, NULL),
	ROW(DW_FORM_implicit_const, 8, 4, 5, "", ATTR_SIGNED, (u64)-5, NULL),
	ROW(DW_FORM_flag, 8, 4, 5, "\1", ATTR_CONST, 1, NULL),
	ROW(DW_FORM_flag_present, 8, 4, 5, "", ATTR_CONST, 1, NULL),
	ROW(DW_FORM_string, 8, 4, 5, "abc\0", ATTR_STRING, 0, "abc"),
	ROW(DW_FORM_strp, 8, 4, 5, "\1\0\0\0", ATTR_STRING, 0, "one"),
	ROW(DW_FORM_strp, 8, 8, 5, "\5\0\0\0\0\0\0\0", ATTR_STRING, 0, "two"),
	ROW(DW_FORM_line_strp, 8, 4, 5, "\1\0\0\0", ATTR_STRING, 0, "line"),
	ROW(DW_FORM_line_strp, 8, 8, 5, "\1\0\0\0\0\0\0\0", ATTR_STRING, 0, "line"),
	ROW(DW_FORM_strx, 8, 4, 5, "\1", ATTR_STRING, 0, "two"),
	ROW(DW_FORM_strx1, 8, 4, 5, "\1", ATTR_STRING, 0, "two"),
	ROW(DW_FORM_strx2, 8, 4, 5, "\1\0", ATTR_STRING, 0, "two"),
	ROW(DW_FORM_strx3, 8, 4, 5, "\1\0\0", ATTR_STRING, 0, "two"),
	ROW(DW_FORM_strx4, 8, 4, 5, "\0\0\0\0", ATTR_STRING, 0, "one"),
	ROW(DW_FORM_GNU_str_index, 8, 4, 4, "\0", ATTR_STRING, 0, "one"),
	ROW(DW_FORM_strx1, 8, 4, 5, "\7", ATTR_BAD_STRING, 7, NULL),
	ROW(DW_FORM_addrx, 8, 4, 5, "\1", ATTR_ADDR, 0x22, NULL),
	ROW(DW_FORM_addrx1, 8, 4, 5, "\1", ATTR_ADDR, 0x22, NULL),
	ROW(DW_FORM_addrx2, 8, 4, 5, "\1\0", ATTR_ADDR, 0x22, NULL),
	ROW(DW_FORM_addrx3, 8, 4, 5, "\0\0\0", ATTR_ADDR, 0x11, NULL),
	ROW(DW_FORM_addrx4, 8, 4, 5, "\0\0\0\0", ATTR_ADDR, 0x11, NULL),
	ROW(DW_FORM_GNU_addr_index, 8, 4, 4, "\1", ATTR_ADDR, 0x22, NULL),
	ROW(DW_FORM_addrx1, 8, 4, 5, "\7", ATTR_LIST_INDEX, 7, NULL),
	ROW(DW_FORM_sec_offset, 8, 4, 5, "\1\2\0\0", ATTR_SEC_OFFSET, 0x201, NULL),
	ROW(DW_FORM_sec_offset, 8, 8, 5, "\1\2\0\0\0\0\0\0", ATTR_SEC_OFFSET, 0x201, NULL),
	ROW(DW_FORM_loclistx, 8, 4, 5, "\3", ATTR_LIST_INDEX, 3, NULL),
	ROW(DW_FORM_rnglistx, 8, 4, 5, "\3", ATTR_LIST_INDEX, 3, NULL),
	ROW(DW_FORM_ref1, 8, 4, 5, "\x10", ATTR_REF, 0x110, NULL),
	ROW(DW_FORM_ref2, 8, 4, 5, "\x10\0", ATTR_REF, 0x110, NULL),
	ROW(DW_FORM_ref4, 8, 4, 5, "\x10\0\0\0", ATTR_REF, 0x110, NULL),
	ROW(DW_FORM_ref8, 8, 4, 5, "\x10\0\0\0\0\0\0\0", ATTR_REF, 0x110, NULL),
	ROW(DW_FORM_ref_udata, 8, 4, 5, "\x90\1", ATTR_REF, 0x190, NULL),
	ROW(DW_FORM_ref_addr, 8, 4, 5, "\x10\0\0\0", ATTR_REF_INFO, 0x10, NULL),
	ROW(DW_FORM_ref_addr, 8, 8, 5, "\x10\0\0\0\0\0\0\0", ATTR_REF_INFO, 0x10, NULL),
	ROW(DW_FORM_ref_addr, 8, 4, 2, "\x10\0\0\0\0\0\0\0", ATTR_REF_INFO, 0x10, NULL),
	ROW(DW_FORM_ref_sig8, 8, 4, 5, "\1\2\3\4\5\6\7\x8", ATTR_REF_SIG, 0x0807060504030201, NULL),
	ROW(DW_FORM_ref_sup4, 8, 4, 5, "\1\0\0\0", ATTR_REF_SUP, 1, NULL),
	ROW(DW_FORM_ref_sup8, 8, 4, 5, "\1\0\0\0\0\0\0\0", ATTR_REF_SUP, 1, NULL),
	ROW(DW_FORM_GNU_ref_alt, 8, 4, 4, "\1\0\0\0", ATTR_REF_SUP, 1, NULL),
	ROW(DW_FORM_strp_sup, 8, 4, 5, "\1\0\0\0", ATTR_BAD_STRING, 1, NULL),
	ROW(DW_FORM_GNU_strp_alt, 8, 8, 4, "\1\0\0\0\0\0\0\0", ATTR_BAD_STRING, 1, NULL),
	ROW(DW_FORM_block1, 8, 4, 5, "\2ab", ATTR_BLOCK, 2, "ab"),
	ROW(DW_FORM_block2, 8, 4, 5, "\2\0ab", ATTR_BLOCK, 2, "ab"),
	ROW(DW_FORM_block4, 8, 4, 5, "\2\0\0\0ab", ATTR_BLOCK, 2, "ab"),
	ROW(DW_FORM_block, 8, 4, 5, "\2ab", ATTR_BLOCK, 2, "ab"),
	ROW(DW_FORM_exprloc, 8, 4, 5, "\2ab", ATTR_BLOCK, 2, "ab"),
	ROW(DW_FORM_data16, 8, 4, 5, "0123456789abcdef", ATTR_WIDE, 0, "0123456789abcdef"),
	/* the form stands in the DIE */
	ROW(DW_FORM_indirect, 8, 4, 5, "\x0b\7", ATTR_CONST, 7, NULL),
	ROW(DW_FORM_indirect, 8, 4, 5, "\x21\x7b", ATTR_SIGNED, (u64)-5, NULL),
	ROW(DW_FORM_indirect, 8, 4, 5, "\x0e\1\0\0\0", ATTR_STRING, 0, "one"),
};

static struct dwarf sections(const u8 *abbrev, u64 len)
{
	return (struct dwarf){
		.swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
		.abbrev = {abbrev, len},
		.str = SECTION("\0one\0two\0"),
		.line_str = SECTION("\0line\0"),
		/* behind headers of eight bytes */
		.str_offsets = SECTION("hhhhhhhh\1\0\0\0\5\0\0\0"),
		.addr = SECTION("hhhhhhhh\x11\0\0\0\0\0\0\0\x22\0\0\0\0\0\0\0"),
	};
}

static u32 table(const struct form *f, u8 *out)
{
	u32 n = 0, form = f->form;

	/* a typed DIE: what is wanted, and what is stepped over, before and behind */
	memcpy(out, "\1\x34\0\x39\x0b\x02", 6); /* decl_column data1, location */
	n = 6;
	do {
		out[n++] = (u8)((form & 0x7f) | (form > 0x7f ? 0x80 : 0));
		form >>= 7;
	} while (form);
	if (f->form == DW_FORM_implicit_const)
		out[n++] = 0x7b;
	memcpy(out + n, "\x3a\x05\0\0\0", 5); /* decl_file data2 */
	return n + 5;
}

static void one(const struct form *f)
{
	struct dwarf_unit u = {.off = 0x100, .addr_size = f->addr, .off_size = f->off,
			       .version = f->version, .str_offsets_base = 8, .addr_base = 8};
	struct dwarf_attr at[DWARF_SLOTS];
	struct dwarf_abbrevs a = {0};
	struct dwarf_cursor c;
	struct dwarf_die die;
	u8 abbrev[32], *info;
	struct dwarf d = sections(abbrev, table(f, abbrev));
	u32 len = 2 + f->len + 2;

	u.abbrev_end = d.abbrev.len;
	u.end = u.off + len;
	assert_int_equal(dwarf_abbrevs_load(&a, &d, &u, NULL), 0);
	/* exactly as many bytes as there are, then one less */
	for (u32 cut = 0; cut <= len; cut++) {
		int err;

		info = malloc(len - cut + 1);
		assert_non_null(info);
		memcpy(info, "\1\x63", min_of(2, len - cut));
		for (u32 i = 2; i < len - cut; i++)
			info[i] = i < 2 + f->len ? (u8)f->bytes[i - 2] : 0;
		dwarf_cursor_init(&c, &d, &u, &a, info, info + len - cut);
		c.section = info;
		err = dwarf_next(&c, &die, at);
		assert_int_equal(err, cut == 0 ? 1 : cut == len ? 0 : -22);
		assert_true(err >= 0 || c.why);
		if (!cut) {
			const struct dwarf_attr *x = &at[SLOT_LOCATION];

			assert_true(dwarf_has(&die, SLOT_LOCATION));
			assert_int_equal(x->cls, f->cls);
			assert_ptr_equal(c.p, c.end);
			if (f->cls == ATTR_STRING)
				assert_string_equal((const char *)(uintptr_t)x->v, f->s);
			else if (f->cls == ATTR_BLOCK || f->cls == ATTR_WIDE)
				assert_memory_equal((const void *)(uintptr_t)x->v, f->s,
						    strlen(f->s));
			else
				assert_true(x->v == f->v);
			if (f->cls == ATTR_BLOCK)
				assert_int_equal(x->len, f->v);
		}
		free(info);
	}
	dwarf_abbrevs_deinit(&a);
}

static void each(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		one(&forms[i]);
}

/* numbers of the other byte order */
static void swapped(void **state)
{
	static const u8 abbrev[] = "\1\x34\0\x02\x05\0\0\2\x34\0\x02\x27\0\0\0";
	struct dwarf d = sections(abbrev, sizeof(abbrev) - 1);
	struct dwarf_unit u = {.addr_size = 8, .off_size = 4, .version = 5,
			       .abbrev_end = sizeof(abbrev) - 1, .end = 100,
			       .str_offsets_base = 8};
	struct dwarf_attr at[DWARF_SLOTS];
	static const u8 info[] = {1, 0x12, 0x34, 2, 0, 0, 1};
	struct dwarf_abbrevs a = {0};
	struct dwarf_cursor c;
	struct dwarf_die die;

	(void)state;
	d.swap = !d.swap;
	d.big = !(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	d.str_offsets = SECTION("hhhhhhhh\0\0\0\1\0\0\0\5");
	assert_int_equal(dwarf_abbrevs_load(&a, &d, &u, NULL), 0);
	dwarf_cursor_init(&c, &d, &u, &a, info, info + sizeof(info));
	c.section = info;
	assert_int_equal(dwarf_next(&c, &die, at), 1);
	assert_int_equal(at[SLOT_LOCATION].v, d.big ? 0x1234 : 0x3412);
	assert_int_equal(dwarf_next(&c, &die, at), 1);
	if (d.big)
		assert_string_equal((const char *)(uintptr_t)at[SLOT_LOCATION].v, "two");
	assert_int_equal(dwarf_next(&c, &die, at), 0);
	dwarf_abbrevs_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each),
		cmocka_unit_test(swapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
