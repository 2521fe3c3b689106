// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* DWARF that nobody's compiler wrote: an error that says where, or a bounded result, and soon. */
#include "asm.h"

#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double started;

static int begin(void **state)
{
	(void)state;
	started = now();
	return 0;
}

/* of what all_jobs does in asm.c: four runs */
static int soon(void **state)
{
	(void)state;
	assert_true(now() - started < 20);
	return 0;
}

static void loops(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 at;

	(void)state;
	/* typedef of itself; const of volatile of const */
	unit(&a, 5);
	at = here(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("self_t"), REF(DW_AT_type, at));
	at = here(&a);
	at = DIE(&a, DW_TAG_const_type, false, REF(DW_AT_type, at + 5));
	DIE(&a, DW_TAG_volatile_type, false, REF(DW_AT_type, at));
	unit_end(&a);
	b = warned(&a, BTF_CODE_DWARF_REFERENCE, "the type consists of itself");
	assert_type(b, "self_t", BTF_KIND_TYPEDEF, "self_t=void");
	btf__free(b);
	assembly_free(&a);

	/* a struct that is its own specification, and its own member */
	unit(&a, 5);
	at = here(&a);
	DIE(&a, DW_TAG_structure_type, true, REF(DW_AT_specification, at), U1(DW_AT_byte_size, 8));
	member(&a, "me", at, 0);
	end(&a);
	unit_end(&a);
	btf__free(warned(&a, BTF_CODE_DWARF_REFERENCE, "the type consists of itself"));
	assembly_free(&a);
}

static void nowhere(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME("a_t"), REF(DW_AT_type, 0xfffffff0));
	DIE(&a, DW_TAG_typedef, false, NAME("b_t"), REF(DW_AT_type, 12)); /* the unit */
	DIE(&a, DW_TAG_typedef, false, NAME("c_t"), REF(DW_AT_type, 3));
	unit_end(&a);
	b = warned(&a, BTF_CODE_DWARF_REFERENCE, "unit unit.c: there is no type at 0x");
	assert_type(b, "a_t", BTF_KIND_TYPEDEF, "a_t=void");
	btf__free(b);
	assembly_free(&a);

	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME("a_t"), REF_ADDR(DW_AT_type, 0x1234));
	unit_end(&a);
	btf__free(warned(&a, BTF_CODE_DWARF_REFERENCE, "no type at 0x1234, which another unit"));
	assembly_free(&a);

	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME("a_t"), SIG(DW_AT_type, 0x1234));
	unit_end(&a);
	btf__free(warned(&a, BTF_CODE_DWARF_REFERENCE, "signature 0x0000000000001234"));
	assembly_free(&a);

	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME("a_t"), FORM(DW_AT_type, DW_FORM_GNU_ref_alt, 0));
	bytes(a.to, "\x21\0\0", 4);
	unit_end(&a);
	btf__free(warned(&a, BTF_CODE_DWARF_SUPPLEMENT, "which dwz -m made"));
	assembly_free(&a);
}

static void strings(void **state)
{
	struct assembly a = {0};

	(void)state;
	/* outside of .debug_str: on the fast way and on the slow one */
	unit(&a, 5);
	bytes(&a.str, "", 1);
	DIE(&a, DW_TAG_typedef, false, FORM(DW_AT_name, DW_FORM_strp, 0x100));
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_DIE, "DIE at 0x15: a string of it lies outside");
	assembly_free(&a);
	unit(&a, 5);
	bytes(&a.str, "", 1);
	DIE(&a, DW_TAG_structure_type, true, NAME("s"));
	DIE(&a, DW_TAG_member, false, FORM(DW_AT_name, DW_FORM_strp, 0x100));
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_DIE, "a string of it lies outside");
	assembly_free(&a);
	/* without a NUL: at the end of .debug_str, in a DIE */
	unit(&a, 5);
	bytes(&a.str, "abc", 3);
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_STRINGS, "its NUL is missing");
	assembly_free(&a);
	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME(""));
	a.to->len--;
	bytes(a.to, "abcdefghij", 10);
	end(&a);
	a.to->data[a.to->len - 1] = 'x';
	a.unit = 0;
	a.to->data[0] = (u8)(a.to->len - 4);
	bytes(&a.abbrev, "", 1);
	refused(&a, BTF_CODE_DWARF_DIE, "unit unit.c at 0x0, DIE at 0x15: its attributes are cut");
	assembly_free(&a);
}

static void bytes_of_die(struct assembly *a, const char *abbrev, size_t abbrev_len,
			 const char *info, size_t info_len)
{
	unit(a, 5);
	uleb(&a->abbrev, ++a->code);
	bytes(&a->abbrev, abbrev, abbrev_len);
	uleb(a->to, a->code);
	bytes(a->to, info, info_len);
	unit_end(a);
}

#define RAW(a, abbrev, info) bytes_of_die(a, abbrev, sizeof(abbrev) - 1, info, sizeof(info) - 1)

static void forms(void **state)
{
	struct assembly a = {0};

	(void)state;
	/* DW_FORM_indirect that names itself, and a form that does not exist */
	RAW(&a, "\x16\0\x03\x16\0\0", "\x16\x16\x16\x16");
	refused(&a, BTF_CODE_DWARF_DIE, "DIE at 0x15");
	assembly_free(&a);
	RAW(&a, "\x16\0\x03\x7e\0\0", "abc");
	refused(&a, BTF_CODE_DWARF_DIE, "an attribute has a form that is not known here");
	assembly_free(&a);
	/* a block longer than the unit */
	RAW(&a, "\x0d\0\x38\x09\0\0", "\xff\xff\xff\x0f");
	refused(&a, BTF_CODE_DWARF_DIE, "broken length");
	assembly_free(&a);
	/* a code that the table has not; numbers that do not end */
	unit(&a, 5);
	uleb(a.to, 77);
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_DIE, "abbreviation code that the unit's table has not");
	assembly_free(&a);
	unit(&a, 5);
	bytes(a.to, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_DIE, "its abbreviation code is cut off");
	assembly_free(&a);
}

static void tables(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	/* outside of the section; cut off; a code no table of that size needs; overlapping ones */
	unit(&a, 5);
	unit_end(&a);
	a.info.data[8] = 200;
	refused(&a, BTF_CODE_DWARF_ABBREV, "unit at 0x0: its abbreviations lie outside");
	assembly_free(&a);
	unit(&a, 5);
	unit_end(&a);
	a.abbrev.len -= 3;
	refused(&a, BTF_CODE_DWARF_ABBREV, "of the unit at 0x0 are cut off or broken");
	assembly_free(&a);
	unit(&a, 5);
	a.code = 0xfffff;
	BARE(&a, DW_TAG_const_type, false);
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_ABBREV, "of the unit at 0x0 are cut off or broken");
	assembly_free(&a);
	unit(&a, 5);
	unit_end(&a);
	unit(&a, 5);
	unit_end(&a);
	a.info.data[a.unit + 8] = 2; /* in the middle of the first */
	refused(&a, BTF_CODE_DWARF_ABBREV, "or another unit's start in them");
	assembly_free(&a);
	/* the same attribute 30,000 times, for a DIE of one byte: the first counts */
	unit(&a, 5);
	uleb(&a.abbrev, ++a.code);
	bytes(&a.abbrev, "\x16\0", 2);
	bytes(&a.abbrev, "\x03\x08", 2);
	for (int i = 0; i < 30000; i++)
		bytes(&a.abbrev, "\x49\x21\0", 3);
	bytes(&a.abbrev, "\0\0", 2);
	for (int i = 0; i < 200000; i++) {
		uleb(a.to, a.code);
		bytes(a.to, "t", 2);
	}
	unit_end(&a);
	b = warned(&a, BTF_CODE_DWARF_REFERENCE, "there is no type at");
	assert_int_equal(count_kind(b, BTF_KIND_TYPEDEF), 1);
	btf__free(b);
	assembly_free(&a);
}

/* small units that name two large tables in turn */
static void table_in_turn(void **state)
{
	struct assembly a = {0};
	u64 at[2];

	(void)state;
	for (int t = 0; t < 2; t++) {
		unit(&a, 5);
		at[t] = a.abbrev_off;
		for (int i = 0; i < 100000; i++) {
			uleb(&a.abbrev, ++a.code);
			bytes(&a.abbrev, "\x26\0\x49\x13\0\0", 6);
		}
		unit_end(&a);
	}
	for (int i = 0; i < 20000; i++) {
		unit(&a, 5);
		a.abbrev.len = a.abbrev_off;
		a.info.data[a.unit + 8] = (u8)at[i & 1];
		a.info.data[a.unit + 9] = (u8)(at[i & 1] >> 8);
		a.info.data[a.unit + 10] = (u8)(at[i & 1] >> 16);
		unit_end(&a);
		a.abbrev.len = a.abbrev_off;
	}
	bytes(&a.abbrev, "", 1);
	btf__free(encoded_ok(&a));
	assembly_free(&a);
}

static void deep(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 code, at, nothing = 0;

	(void)state;
	/* a million structs, each in the one before */
	unit(&a, 5);
	DIE(&a, DW_TAG_structure_type, true, U1(DW_AT_byte_size, 1));
	code = a.code;
	for (u32 i = 1; i < 1000000; i++) {
		uleb(a.to, code);
		bytes(a.to, "\x01", 1);
	}
	unit_end(&a); /* what is not closed ends with the unit */
	b = encoded(&a, 1, NULL, NULL);
	assert_non_null(b);
	assert_type(b, "", BTF_KIND_STRUCT, "struct {1}");
	btf__free(b);
	assembly_free(&a);

	/* a pointer to a pointer ..., the last one first */
	unit(&a, 5);
	at = here(&a);
	DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, at + 5));
	code = a.code;
	for (u32 i = 1; i < 1000000; i++) {
		u32 to = here(&a) + 5;

		uleb(a.to, code);
		bytes(a.to, i < 999999 ? &to : &nothing, 4);
	}
	unit_end(&a);
	b = encoded(&a, 1, NULL, NULL);
	assert_non_null(b);
	assert_int_equal(count_kind(b, BTF_KIND_PTR), 1000000);
	btf__free(b);
	assembly_free(&a);
}

static void headers(void **state)
{
	struct assembly a = {0};

	(void)state;
	unit(&a, 5);
	unit_end(&a);
	a.info.data[0]++;
	refused(&a, BTF_CODE_DWARF_UNIT, "unit at 0x0: it is longer than the section");
	a.info.data[0]--;
	a.info.data[4] = 6;
	refused(&a, BTF_CODE_DWARF_UNIT, "a version that is not read here");
	a.info.data[4] = 5;
	a.info.data[7] = 3;
	refused(&a, BTF_CODE_DWARF_UNIT, "addresses of a size that is not read here");
	memcpy(a.info.data, "\xf5\xff\xff\xff", 4);
	refused(&a, BTF_CODE_DWARF_UNIT, "its length is a reserved value");
	a.info.len = 3;
	refused(&a, BTF_CODE_DWARF_UNIT, "its length is cut off");
	assembly_free(&a);
	/* a type outside of its type unit */
	type_unit(&a, 5, 1);
	patch_type(&a, 0x1000);
	unit_end(&a);
	refused(&a, BTF_CODE_DWARF_UNIT, "its type lies outside of it");
	assembly_free(&a);
}

/* types of two units that refer to each other for ever, or very far */
static void far_away(void **state)
{
	struct assembly a = {0};
	u32 first, second;

	(void)state;
	unit(&a, 5);
	first = DIE(&a, DW_TAG_typedef, false, NAME("a_t"), REF_ADDR(DW_AT_type, 0));
	unit_end(&a);
	unit(&a, 5);
	second = DIE(&a, DW_TAG_pointer_type, false, REF_ADDR(DW_AT_type, first)) + a.unit;
	unit_end(&a);
	memcpy(a.info.data + first + 5, &second, 4);
	refused(&a, BTF_CODE_DWARF_DIE, "unit unit.c at 0x0: the type at 0x");
	assembly_free(&a);

	/* a chain through 2000 units */
	for (u32 i = 0; i < 2000; i++) {
		unit(&a, 5);
		DIE(&a, DW_TAG_pointer_type, false,
		    REF_ADDR(DW_AT_type, i ? a.unit - 6 : 0x7fffffff));
		unit_end(&a);
	}
	refused(&a, BTF_CODE_DWARF_DIE, "or of types of more than 64 units");
	assembly_free(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, soon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(loops),	     TEST(nowhere), TEST(strings), TEST(forms),	   TEST(tables),
		TEST(table_in_turn), TEST(deep),    TEST(headers), TEST(far_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
