// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A name with two meanings, and references to both from other units: by the signature of a type
 * unit, and by offset, as LTO and dwz write them. Each of them means the one type that it names,
 * over however many others it gets there.
 */
#include "asm.h"

enum { TAG_SMALL = 1, TAG_LARGE, HOLDER_SMALL, HOLDER_LARGE };

/* "struct tag { int a; [int b;] struct holder *back; }" in a unit of its own */
static void tag_unit(struct assembly *a, u32 version, bool large)
{
	u32 i, p, s;

	type_unit(a, version, large ? TAG_LARGE : TAG_SMALL);
	i = int_type(a);
	p = DIE(a, DW_TAG_pointer_type, false,
		SIG(DW_AT_type, large ? HOLDER_LARGE : HOLDER_SMALL));
	s = DIE(a, DW_TAG_structure_type, true, NAME("tag"), U1(DW_AT_byte_size, large ? 16 : 12));
	member(a, "a", i, 0);
	if (large)
		member(a, "b", i, 4);
	member(a, "back", p, large ? 8 : 4);
	end(a);
	patch_type(a, s);
	unit_end(a);
}

/* "struct holder { struct tag *p; }" */
static void holder_unit(struct assembly *a, u32 version, bool large)
{
	u32 p, s;

	type_unit(a, version, large ? HOLDER_LARGE : HOLDER_SMALL);
	p = DIE(a, DW_TAG_pointer_type, false, SIG(DW_AT_type, large ? TAG_LARGE : TAG_SMALL));
	s = DIE(a, DW_TAG_structure_type, true, NAME("holder"), U1(DW_AT_byte_size, 8));
	member(a, "p", p, 0);
	end(a);
	patch_type(a, s);
	unit_end(a);
}

/* "struct NAME { struct holder *p; int (*f)(struct holder); }", and a type that has no part in it */
static void user_unit(struct assembly *a, u32 version, const char *name, bool large)
{
	u32 i, p, f, fp, s;

	unit(a, version);
	i = int_type(a);
	p = DIE(a, DW_TAG_pointer_type, false,
		SIG(DW_AT_type, large ? HOLDER_LARGE : HOLDER_SMALL));
	f = DIE(a, DW_TAG_subroutine_type, true, REF(DW_AT_type, i));
	DIE(a, DW_TAG_formal_parameter, false,
	    SIG(DW_AT_type, large ? HOLDER_LARGE : HOLDER_SMALL));
	end(a);
	fp = DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, f));
	DIE(a, DW_TAG_structure_type, true, NAME(name), U1(DW_AT_byte_size, 16));
	member(a, "p", p, 0);
	member(a, "f", fp, 8);
	end(a);
	s = DIE(a, DW_TAG_structure_type, true, NAME("other"), U1(DW_AT_byte_size, 4));
	member(a, "a", i, 0);
	end(a);
	DIE(a, DW_TAG_typedef, false, NAME("other_t"), REF(DW_AT_type, s));
	unit_end(a);
}

/* the type of the member, what it points to where it is a pointer */
static u32 step(const struct btf *b, u32 id, const char *name)
{
	const struct btf_type *t = btf__type_by_id(b, id);

	assert_true(btf_is_composite(t));
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		if (strcmp(btf__name_by_offset(b, m->name_off), name))
			continue;
		t = btf__type_by_id(b, m->type);
		return btf_is_ptr(t) ? t->type : m->type;
	}
	fail_msg("there is no member '%s'", name);
	return 0;
}

#define SMALL "struct tag{12;a@0:int;back@32:*struct holder}"
#define LARGE "struct tag{16;a@0:int;b@32:int;back@64:*struct holder}"

/* from the user over the holder to the tag and round once more */
static void assert_means(const struct btf *b, const char *user, bool large)
{
	int id = btf__find_by_name_kind(b, user, BTF_KIND_STRUCT);
	const struct btf_type *f;
	u32 holder, tag;

	assert_true(id > 0);
	holder = step(b, (u32)id, "p");
	tag = step(b, holder, "p");
	assert_string_equal(type_text(b, tag), large ? LARGE : SMALL);
	assert_int_equal(step(b, tag, "back"), holder);
	f = btf__type_by_id(b, step(b, (u32)id, "f"));
	assert_true(btf_is_func_proto(f));
	assert_int_equal(btf_params(f)[0].type, holder);
}

static void type_units(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	for (u32 version = 4; version <= 5; version++) {
		tag_unit(&a, version, false);
		holder_unit(&a, version, false);
		user_unit(&a, version, "first", false);
		holder_unit(&a, version, true);
		user_unit(&a, version, "second", true);
		tag_unit(&a, version, true);
		user_unit(&a, version, "third", false);
		b = encoded_ok(&a);
		assert_means(b, "first", false);
		assert_means(b, "second", true);
		assert_means(b, "third", false);
		/* two tags, two holders, three users, "other" */
		assert_int_equal(count_kind(b, BTF_KIND_STRUCT), 8);
		assert_int_equal(count_kind(b, BTF_KIND_TYPEDEF), 1);
		btf__free(b);
		assembly_free(&a);
	}
}

/* one of the meanings is the base's: what leads there is the base's too, what leads elsewhere not */
static void type_units_over_a_base(void **state)
{
	struct assembly in_base = {0}, a = {0};
	struct btf *base, *b, *c;
	u32 first;

	(void)state;
	for (u32 version = 4; version <= 5; version++) {
		tag_unit(&in_base, version, false);
		holder_unit(&in_base, version, false);
		user_unit(&in_base, version, "first", false);
		base = encoded_ok(&in_base);
		b = encoded(&in_base, 2, base, NULL);
		assert_non_null(b);
		assert_int_equal(btf__type_cnt(b), btf__type_cnt(base));
		btf__free(b);

		tag_unit(&a, version, true);
		holder_unit(&a, version, true);
		user_unit(&a, version, "second", true);
		tag_unit(&a, version, false);
		holder_unit(&a, version, false);
		user_unit(&a, version, "third", false);
		b = encoded(&a, 1, base, NULL);
		c = encoded(&a, 3, base, NULL);
		assert_non_null(b);
		assert_non_null(c);
		same_bytes(b, c);
		assert_means(b, "second", true);
		assert_means(b, "third", false);
		first = (u32)btf__find_by_name_kind(base, "first", BTF_KIND_STRUCT);
		assert_int_equal(step(b, (u32)btf__find_by_name_kind(b, "third", BTF_KIND_STRUCT),
				      "p"),
				 step(base, first, "p"));
		btf__free(b);
		btf__free(c);
		btf__free(base);
		assembly_free(&a);
		assembly_free(&in_base);
	}
}

/* "tag" and "holder" once more, in a unit as compilers write it; *ret: the holder in .debug_info */
static void plain_unit(struct assembly *a, bool large, u32 *ret)
{
	u32 i, p, s, back, h;

	unit(a, 5);
	i = int_type(a);
	/* the holder comes after what points to it: its place is known beforehand */
	back = DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, 0));
	s = DIE(a, DW_TAG_structure_type, true, NAME("tag"), U1(DW_AT_byte_size, large ? 16 : 12));
	member(a, "a", i, 0);
	if (large)
		member(a, "b", i, 4);
	member(a, "back", back, large ? 8 : 4);
	end(a);
	p = DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, s));
	h = DIE(a, DW_TAG_structure_type, true, NAME("holder"), U1(DW_AT_byte_size, 8));
	member(a, "p", p, 0);
	end(a);
	/* of the pointer, its one attribute stands behind the code */
	memcpy(a->info.data + a->unit + s - 4, &h, 4);
	unit_end(a);
	*ret = a->unit + h;
}

static void far_user(struct assembly *a, const char *name, u32 holder)
{
	u32 i, p, f, fp;

	unit(a, 5);
	i = int_type(a);
	p = DIE(a, DW_TAG_pointer_type, false, REF_ADDR(DW_AT_type, holder));
	f = DIE(a, DW_TAG_subroutine_type, true, REF(DW_AT_type, i));
	DIE(a, DW_TAG_formal_parameter, false, REF_ADDR(DW_AT_type, holder));
	end(a);
	fp = DIE(a, DW_TAG_pointer_type, false, REF(DW_AT_type, f));
	DIE(a, DW_TAG_structure_type, true, NAME(name), U1(DW_AT_byte_size, 16));
	member(a, "p", p, 0);
	member(a, "f", fp, 8);
	end(a);
	unit_end(a);
}

static void by_offset(void **state)
{
	struct assembly a = {0};
	u32 small, large;
	struct btf *b;

	(void)state;
	plain_unit(&a, false, &small);
	far_user(&a, "first", small);
	plain_unit(&a, true, &large);
	far_user(&a, "second", large);
	far_user(&a, "third", small);
	b = encoded_ok(&a);
	assert_means(b, "first", false);
	assert_means(b, "second", true);
	assert_means(b, "third", false);
	assert_int_equal(count_kind(b, BTF_KIND_STRUCT), 7);
	btf__free(b);
	assembly_free(&a);
}

/* of a type without a name: it is the same thing wherever it is referred to from */
static void nameless(void **state)
{
	struct assembly a = {0};
	u32 i, s, p, anon[2];
	struct btf *b;

	(void)state;
	for (u32 large = 0; large < 2; large++) {
		unit(&a, 5);
		i = int_type(&a);
		s = DIE(&a, DW_TAG_structure_type, true, NAME("tag"),
			U1(DW_AT_byte_size, large ? 8 : 4));
		member(&a, "a", i, 0);
		if (large)
			member(&a, "b", i, 4);
		end(&a);
		p = DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, s));
		anon[large] = DIE(&a, DW_TAG_structure_type, true, U1(DW_AT_byte_size, 8));
		member(&a, "p", p, 0);
		end(&a);
		DIE(&a, DW_TAG_typedef, false, NAME(large ? "large_t" : "small_t"),
		    REF(DW_AT_type, anon[large]));
		anon[large] += a.unit;
		unit_end(&a);
	}
	unit(&a, 5);
	DIE(&a, DW_TAG_typedef, false, NAME("small_too"), REF_ADDR(DW_AT_type, anon[0]));
	DIE(&a, DW_TAG_typedef, false, NAME("large_too"), REF_ADDR(DW_AT_type, anon[1]));
	unit_end(&a);
	b = encoded_ok(&a);
	for (u32 large = 0; large < 2; large++) {
		const char *name = large ? "large_t" : "small_t";
		const char *too = large ? "large_too" : "small_too";
		u32 id = (u32)btf__find_by_name_kind(b, name, BTF_KIND_TYPEDEF);
		u32 twin = (u32)btf__find_by_name_kind(b, too, BTF_KIND_TYPEDEF);

		id = btf__type_by_id(b, id)->type;
		assert_int_equal(btf__type_by_id(b, twin)->type, id);
		assert_string_equal(type_text(b, step(b, id, "p")),
				    large ? "struct tag{8;a@0:int;b@32:int}"
					  : "struct tag{4;a@0:int}");
	}
	btf__free(b);
	assembly_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_units),
		cmocka_unit_test(type_units_over_a_base),
		cmocka_unit_test(by_offset),
		cmocka_unit_test(nameless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
