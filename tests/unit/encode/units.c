// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Many units to one BTF: names that mean different things, declarations, references from unit to
 * unit; and the same over a base.
 */
#include "asm.h"

/* begins a unit with "struct tag { int; [int;] }" of the int *ret; a pointer to it */
static u32 tag_unit(struct assembly *a, bool second, u32 *ret)
{
	u32 i, s;

	unit(a, 5);
	i = *ret = int_type(a);
	s = DIE(a, DW_TAG_structure_type, true, NAME("tag"), U1(DW_AT_byte_size, second ? 8 : 4));
	member(a, "a", i, 0);
	if (second)
		member(a, "b", i, 4);
	end(a);
	return DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, s));
}

/* ends it with "struct HOLDER", whose only member is p */
static void hold(struct assembly *a, const char *holder, u32 p)
{
	DIE(a, DW_TAG_structure_type, true, NAME(holder), U1(DW_AT_byte_size, 8));
	member(a, "p", p, 0);
	end(a);
	unit_end(a);
}

static void definition(struct assembly *a, const char *holder, bool second)
{
	u32 i;

	hold(a, holder, tag_unit(a, second, &i));
}

static void declaration(struct assembly *a, const char *holder)
{
	u32 s, p;

	unit(a, 5);
	s = DIE(a, DW_TAG_structure_type, false, NAME("tag"), FLAG(DW_AT_declaration));
	p = DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, s));
	hold(a, holder, p);
}

/* what the first member of that struct points to, as text */
static const char *pointee(const struct btf *b, const char *holder, u32 nth)
{
	for (u32 id = 1; id < btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);

		if (!btf_is_struct(t) || strcmp(btf__name_by_offset(b, t->name_off), holder) ||
		    nth--)
			continue;
		t = btf__type_by_id(b, btf_members(t)[0].type);
		assert_true(btf_is_ptr(t));
		return type_text(b, t->type);
	}
	fail_msg("there are not that many '%s'", holder);
	return NULL;
}

#define SMALL "struct tag{4;a@0:int}"
#define LARGE "struct tag{8;a@0:int;b@32:int}"

static void one_meaning(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	declaration(&a, "here");
	definition(&a, "there", false);
	definition(&a, "there", false);
	declaration(&a, "here");
	b = encoded_ok(&a);
	assert_int_equal(count_kind(b, BTF_KIND_STRUCT), 3);
	assert_int_equal(count_kind(b, BTF_KIND_FWD), 0);
	assert_string_equal(pointee(b, "here", 0), SMALL);
	assert_string_equal(pointee(b, "there", 0), SMALL);
	btf__free(b);
	assembly_free(&a);
}

static void two_meanings(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	definition(&a, "first", false);
	definition(&a, "same", false);
	definition(&a, "second", true);
	definition(&a, "same", true);
	declaration(&a, "open");
	b = encoded_ok(&a);
	assert_string_equal(pointee(b, "first", 0), SMALL);
	assert_string_equal(pointee(b, "second", 0), LARGE);
	assert_string_equal(pointee(b, "same", 0), SMALL);
	assert_string_equal(pointee(b, "same", 1), LARGE);
	/* nobody can tell which one is meant */
	assert_string_equal(pointee(b, "open", 0), "struct tag;");
	assert_int_equal(count_kind(b, BTF_KIND_STRUCT), 2 + 5);
	assert_int_equal(count_kind(b, BTF_KIND_FWD), 1);
	btf__free(b);
	assembly_free(&a);
}

/* "struct tag", "struct outer { struct tag *p; [int more;] }" and "struct HOLDER { struct outer *p; }" */
static void nested(struct assembly *a, const char *holder, bool large, bool more)
{
	u32 i, s, p = tag_unit(a, large, &i);

	s = DIE(a, DW_TAG_structure_type, true, NAME("outer"), U1(DW_AT_byte_size, 16));
	member(a, "p", p, 0);
	if (more)
		member(a, "more", i, 8);
	end(a);
	hold(a, holder, DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, s)));
}

/* "outer" looks the same in the first two units, and means what their "tag" means */
static void meanings_of_meanings(void **state)
{
	static const struct {
		const char *holder, *outer, *tag;
		bool large, more;
	} units[] = {
		{"first", "struct outer{16;p@0:*struct tag}", SMALL, false, false},
		{"second", "struct outer{16;p@0:*struct tag}", LARGE, true, false},
		{"third", "struct outer{16;p@0:*struct tag;more@64:int}", SMALL, false, true},
	};
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		nested(&a, units[i].holder, units[i].large, units[i].more);
	b = encoded_ok(&a);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		const struct btf_type *t;
		int id = btf__find_by_name_kind(b, units[i].holder, BTF_KIND_STRUCT);

		assert_true(id > 0);
		assert_string_equal(pointee(b, units[i].holder, 0), units[i].outer);
		t = btf__type_by_id(b, (u32)id);
		t = btf__type_by_id(b, btf__type_by_id(b, btf_members(t)[0].type)->type);
		t = btf__type_by_id(b, btf_members(t)[0].type);
		assert_string_equal(type_text(b, t->type), units[i].tag);
	}
	/* two tags, three times "outer", three holders */
	assert_int_equal(count_kind(b, BTF_KIND_STRUCT), 8);
	btf__free(b);
	assembly_free(&a);
}

/* split on `base`: ids of the base are what the split does not repeat */
static struct btf *split(struct assembly *a, const struct btf *base)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = encoded(a, 1, base, r);
	struct btf *c = encoded(a, 3, base, NULL);

	assert_non_null(b);
	assert_non_null(c);
	assert_int_equal(btf_report__count(r), 0);
	same_bytes(b, c);
	btf_report__free(r);
	btf__free(c);
	return b;
}

static u32 own_types(const struct btf *b, const struct btf *base)
{
	return btf__type_cnt(b) - btf__type_cnt(base);
}

static void over_a_base(void **state)
{
	struct assembly in_base = {0}, a = {0};
	struct btf *base, *b;

	(void)state;
	definition(&in_base, "there", false);
	base = encoded_ok(&in_base);
	/* all that is there is found again */
	b = split(&in_base, base);
	assert_int_equal(own_types(b, base), 0);
	btf__free(b);
	/* a declaration here means what the base defines */
	declaration(&a, "here");
	b = split(&a, base);
	assert_string_equal(pointee(b, "here", 0), SMALL);
	assert_int_equal(own_types(b, base), 1);
	btf__free(b);
	assembly_free(&a);
	/* another definition is another type */
	definition(&a, "here", true);
	b = split(&a, base);
	assert_string_equal(pointee(b, "here", 0), LARGE);
	assert_int_equal(own_types(b, base), 3);
	btf__free(b);
	btf__free(base);
	assembly_free(&a);
	assembly_free(&in_base);

	/* the base has a declaration only: it stays one there */
	declaration(&in_base, "there");
	base = encoded_ok(&in_base);
	definition(&a, "here", false);
	b = split(&a, base);
	assert_string_equal(pointee(b, "here", 0), SMALL);
	assert_string_equal(pointee(b, "there", 0), "struct tag;");
	btf__free(b);
	btf__free(base);
	assembly_free(&a);
	assembly_free(&in_base);

	/* the base has two: each is found */
	definition(&in_base, "first", false);
	definition(&in_base, "second", true);
	base = encoded_ok(&in_base);
	definition(&a, "third", true);
	b = split(&a, base);
	assert_string_equal(pointee(b, "third", 0), LARGE);
	assert_int_equal(own_types(b, base), 1);
	btf__free(b);
	btf__free(base);
	assembly_free(&a);
	assembly_free(&in_base);
}

/* types of other units by their offset, as LTO and dwz write it, and by their signature */
static void other_units(void **state)
{
	struct assembly a = {0};
	u32 i, s, p, arr;
	struct btf *b;

	(void)state;
	for (int merged = 0; merged < 2; merged++) {
		a.merged = merged;
		bytes(&a.str, "", 1);
		unit(&a, 5);
		i = DIE(&a, DW_TAG_base_type, false, STRP("int"), U1(DW_AT_byte_size, 4),
			U1(DW_AT_encoding, DW_ATE_signed));
		s = DIE(&a, DW_TAG_structure_type, true, STRP("tag"), U1(DW_AT_byte_size, 4));
		member(&a, "a", i, 0);
		end(&a);
		arr = DIE(&a, DW_TAG_array_type, true, REF(DW_AT_type, i));
		DIE(&a, DW_TAG_subrange_type, false, U1(DW_AT_count, 7));
		end(&a);
		p = DIE(&a, DW_TAG_structure_type, true, U1(DW_AT_byte_size, 4));
		member(&a, "anon", i, 0);
		end(&a);
		unit_end(&a);
		unit(&a, 5);
		DIE(&a, DW_TAG_typedef, false, NAME("tag_t"), REF_ADDR(DW_AT_type, s));
		DIE(&a, DW_TAG_typedef, false, NAME("arr_t"), REF_ADDR(DW_AT_type, arr));
		DIE(&a, DW_TAG_typedef, false, NAME("anon_t"), REF_ADDR(DW_AT_type, p));
		DIE(&a, DW_TAG_typedef, false, NAME("int_t"), REF_ADDR(DW_AT_type, i));
		unit_end(&a);
		b = encoded_ok(&a);
		assert_type(b, "tag_t", BTF_KIND_TYPEDEF, "tag_t=struct tag");
		assert_type(b, "arr_t", BTF_KIND_TYPEDEF, "arr_t=int[7]");
		assert_type(b, "anon_t", BTF_KIND_TYPEDEF, "anon_t=struct {4;anon@0:int}");
		assert_type(b, "int_t", BTF_KIND_TYPEDEF, "int_t=int");
		assert_int_equal(count_kind(b, BTF_KIND_INT), 1);
		btf__free(b);
		assembly_free(&a);
	}
	for (u32 version = 4; version <= 5; version++) {
		type_unit(&a, version, 0x1122334455667788);
		i = int_type(&a);
		p = DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, i));
		s = DIE(&a, DW_TAG_structure_type, true, NAME("tag"), U1(DW_AT_byte_size, 8));
		member(&a, "a", p, 0);
		end(&a);
		patch_type(&a, s);
		unit_end(&a);
		type_unit(&a, version, 0x99);
		i = int_type(&a);
		p = DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, i));
		s = DIE(&a, DW_TAG_structure_type, true, U1(DW_AT_byte_size, 8));
		member(&a, "anon", p, 0);
		end(&a);
		patch_type(&a, s);
		unit_end(&a);
		unit(&a, version);
		s = DIE(&a, DW_TAG_structure_type, false, NAME("tag"), FLAG(DW_AT_declaration),
			SIG(DW_AT_signature, 0x1122334455667788));
		DIE(&a, DW_TAG_typedef, false, NAME("tag_t"), REF(DW_AT_type, s));
		DIE(&a, DW_TAG_typedef, false, NAME("anon_t"), SIG(DW_AT_type, 0x99));
		unit_end(&a);
		b = encoded_ok(&a);
		assert_type(b, "tag_t", BTF_KIND_TYPEDEF, "tag_t=struct tag");
		assert_type(b, "tag", BTF_KIND_STRUCT, "struct tag{8;a@0:*int}");
		assert_type(b, "anon_t", BTF_KIND_TYPEDEF, "anon_t=struct {8;anon@0:*int}");
		btf__free(b);
		assembly_free(&a);
	}
}

/* the name at the start of .debug_str is a name like any other */
static void first_string(void **state)
{
	struct assembly a = {.merged = true};
	struct btf *b;
	u32 s;

	(void)state;
	unit(&a, 5);
	s = DIE(&a, DW_TAG_structure_type, false, STRP("first"), U1(DW_AT_byte_size, 4));
	DIE(&a, DW_TAG_typedef, false, STRP("first_t"), REF(DW_AT_type, s));
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "first_t", BTF_KIND_TYPEDEF, "first_t=struct first");
	btf__free(b);
	assembly_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_meaning),	cmocka_unit_test(two_meanings),
		cmocka_unit_test(meanings_of_meanings),
		cmocka_unit_test(over_a_base),	cmocka_unit_test(other_units),
		cmocka_unit_test(first_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
