// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Two types fit: the split's typedefs settle it, or both are named. */
#include "common.h"

#include "pass/distill.h"
#include "pass/relocate.h"

/* new base: struct s twice, ids 1 and 2, of 8 bytes; typedefs as wanted follow */
static struct btf *two_of_them(void)
{
	struct btf *b = new_base();

	put(b, BTF_KIND_STRUCT, "s", 8);
	put(b, BTF_KIND_STRUCT, "s", 8);
	return b;
}

/* distilled base: struct s; split: PTR to it, then what the test adds from id 3 on */
static struct btf *user_of_s(struct btf **ret_dist)
{
	struct btf *split;

	*ret_dist = new_base();
	put(*ret_dist, BTF_KIND_STRUCT, "s", 8);
	split = new_split(*ret_dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	return split;
}

/* relocates; the id that s became, 0 where it was refused with both named */
static u32 became(struct btf *split, struct btf *dist, struct btf *base)
{
	struct btf_report *r = btf_report__new();
	struct id_map map = {0};
	struct relocate_opts opts = {.ret_map = &map};
	const struct btf_finding *f;
	u32 id = 0;

	if (!relocate(split, base, &opts, r)) {
		id = id_map_get(&map, 1);
		/* kernels refuse: they know no evidence */
		finding(r, BTF_CODE_RELOC_KERNEL);
	} else {
		f = finding(r, BTF_CODE_RELOC_AMBIGUOUS);
		assert_int_equal(f->expected, 1);
		assert_int_equal(f->actual, 2);
		assert_string_equal(f->type_name, "s");
	}
	id_map_deinit(&map);
	btf_report__free(r);
	object_free(split);
	object_free(dist);
	object_free(base);
	return id;
}

static void test_nothing_said(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(base, BTF_KIND_TYPEDEF, "s_t", 2); /* which the split does not use */
	assert_int_equal(became(split, dist, base), 0);
}

static void test_typedef(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 2);
	assert_int_equal(became(split, dist, base), 2);
}

static void test_through_modifiers(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_CONST, NULL, 1);	    /* 3 */
	put(split, BTF_KIND_TYPEDEF, "inner_t", 3); /* 4 */
	put(split, BTF_KIND_TYPEDEF, "outer_t", 4); /* 5 */
	put(base, BTF_KIND_VOLATILE, NULL, 2);	    /* 3 */
	put(base, BTF_KIND_TYPEDEF, "outer_t", 3);
	assert_int_equal(became(split, dist, base), 2);
}

/* a name that the new base does not have says nothing */
static void test_unknown_typedef(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "mine_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 2);
	assert_int_equal(became(split, dist, base), 0);
	/* nor does one that is something else there */
	split = user_of_s(&dist);
	base = two_of_them();
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_STRUCT, "s_t", 8);
	assert_int_equal(became(split, dist, base), 0);
}

static void test_typedef_of_a_pointer(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_ptr", 2);
	put(base, BTF_KIND_PTR, NULL, 2);
	put(base, BTF_KIND_TYPEDEF, "s_ptr", 3);
	assert_int_equal(became(split, dist, base), 0);
}

static void test_typedef_of_both(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 2);
	assert_int_equal(became(split, dist, base), 0);
	/* a second one decides */
	split = user_of_s(&dist);
	base = two_of_them();
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(split, BTF_KIND_TYPEDEF, "r_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 2);
	put(base, BTF_KIND_TYPEDEF, "r_t", 1);
	assert_int_equal(became(split, dist, base), 1);
}

static void test_contradiction(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(split, BTF_KIND_TYPEDEF, "r_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "r_t", 2);
	assert_int_equal(became(split, dist, base), 0);
	/* one that leads to something else, or to void */
	for (u32 to = 0; to < 4; to += 3) {
		split = user_of_s(&dist);
		base = two_of_them();
		put(base, BTF_KIND_STRUCT, "other", 8); /* 3 */
		put(split, BTF_KIND_TYPEDEF, "s_t", 1);
		put(split, BTF_KIND_TYPEDEF, "r_t", 1);
		put(base, BTF_KIND_TYPEDEF, "s_t", 1);
		put(base, BTF_KIND_TYPEDEF, "r_t", to);
		assert_int_equal(became(split, dist, base), 0);
	}
}

/* one that fits less well is not taken because a typedef names it */
static void test_not_a_full_match(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(base, BTF_KIND_STRUCT, "s", 16); /* 3 */
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 3);
	assert_int_equal(became(split, dist, base), 0);
}

static void test_int_of_another_encoding(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put_int(dist, "w", 4, BTF_INT_SIGNED, 32);
	split = new_split(dist);
	put(split, BTF_KIND_TYPEDEF, "w_t", 1);
	put_int(base, "w", 4, BTF_INT_SIGNED, 32);
	put_int(base, "w", 4, BTF_INT_SIGNED, 32);
	put_int(base, "w", 4, 0, 32);
	put(base, BTF_KIND_TYPEDEF, "w_t", 3);
	assert_int_equal(relocate(split, base, NULL, NULL), -EINVAL);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_enum64(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_ENUM, "e", 8);
	split = new_split(dist);
	put(split, BTF_KIND_TYPEDEF, "e_t", 1);
	put(base, BTF_KIND_ENUM, "e", 8);
	put(base, BTF_KIND_ENUM64, "e", 8);
	put(base, BTF_KIND_TYPEDEF, "e_t", 2);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_int_equal(object_type(split, 4)->type, 2);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* from the old kernel to the new one: the typedef that distill copied is evidence too */
static void test_copied_typedef(void **state)
{
	struct btf *old = new_base(), *split, *dist, *b, *base = two_of_them();

	(void)state;
	put(old, BTF_KIND_STRUCT, "s", 8);
	put(old, BTF_KIND_TYPEDEF, "s_t", 1);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "own", 8);
	put_member(split, "s", 2, 0);
	put(base, BTF_KIND_TYPEDEF, "s_t", 2);
	assert_int_equal(distill(split, NULL, NULL, &dist, &b), 0);
	assert_int_equal(relocate(b, base, NULL, NULL), 0);
	assert_int_equal(object_type(b, object_type_cnt(b) - 1)->type, 2);
	object_free(b);
	object_free(dist);
	object_free(split);
	object_free(old);
	object_free(base);
}

/* the typedef may stand on another level of the base than the type */
static void test_levels(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *low = two_of_them(), *high = new_split(low);

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(high, BTF_KIND_TYPEDEF, "s_t", 2);
	assert_int_equal(became(split, dist, high), 2);
	object_free(low);
}

static void test_typedef_loops(void **state)
{
	struct btf *dist, *split = user_of_s(&dist), *base = two_of_them();

	(void)state;
	put(split, BTF_KIND_TYPEDEF, "s_t", 1);
	put(base, BTF_KIND_TYPEDEF, "s_t", 4);
	put(base, BTF_KIND_CONST, NULL, 3);
	assert_int_equal(became(split, dist, base), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_said),
		cmocka_unit_test(test_typedef),
		cmocka_unit_test(test_through_modifiers),
		cmocka_unit_test(test_unknown_typedef),
		cmocka_unit_test(test_typedef_of_a_pointer),
		cmocka_unit_test(test_typedef_of_both),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_not_a_full_match),
		cmocka_unit_test(test_int_of_another_encoding),
		cmocka_unit_test(test_enum64),
		cmocka_unit_test(test_copied_typedef),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_typedef_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
