// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The example of the kernel's BTF documentation (Documentation/bpf/btf.rst, ".BTF.base section"),
 * worked through: literally as printed there, where foo's second member is foo itself, and as it
 * is meant, with an int there.
 */
#include "common.h"

#include "pass/distill.h"
#include "pass/relocate.h"

/* [1] INT int, [2] STRUCT foo size 8: f1 int, f2 */
static struct btf *kernel_before(u32 f2)
{
	struct btf *b = new_base();

	put_plain_int(b);
	put(b, BTF_KIND_STRUCT, "foo", 8);
	put_member(b, "f1", 1, 0);
	put_member(b, "f2", f2, 32);
	return b;
}

/* [1] INT long unsigned int, [2] INT int, [3] STRUCT foo */
static struct btf *kernel_after(u32 f2)
{
	struct btf *b = new_base();

	put_int(b, "long unsigned int", 8, 0, 64);
	put_plain_int(b);
	put(b, BTF_KIND_STRUCT, "foo", 8);
	put_member(b, "f1", 2, 0);
	put_member(b, "f2", f2, 32);
	return b;
}

static void check_foo(const struct btf *dist, u32 id)
{
	const struct btf_type *foo = object_type(dist, id);

	assert_int_equal(type_kind(foo), BTF_KIND_STRUCT);
	assert_true(has_name(dist, id, "foo"));
	assert_int_equal(foo->size, 8);
	assert_int_equal(type_vlen(foo), 0);
}

static void ptr_to_foo(bool literal)
{
	struct btf *old = kernel_before(literal ? 2 : 1), *after = kernel_after(literal ? 3 : 2);
	struct btf *split = new_split(old), *dist, *b;

	assert_int_equal(put(split, BTF_KIND_PTR, NULL, 2), 3);
	assert_int_equal(distill(split, NULL, NULL, &dist, &b), 0);
	/* base: foo alone, without members; split: [2] PTR -> 1 */
	assert_int_equal(dist->nr, 1);
	check_foo(dist, 1);
	assert_int_equal(b->nr, 1);
	assert_int_equal(type_kind(object_type(b, 2)), BTF_KIND_PTR);
	assert_int_equal(object_type(b, 2)->type, 1);
	/* onto the kernel after: [4] PTR -> 3 */
	assert_int_equal(relocate(b, after, NULL, NULL), 0);
	assert_int_equal(object_type_cnt(b), 5);
	assert_int_equal(type_kind(object_type(b, 4)), BTF_KIND_PTR);
	assert_int_equal(object_type(b, 4)->type, 3);
	object_free(b);
	object_free(dist);
	object_free(split);
	object_free(after);
	object_free(old);
}

static void test_as_printed(void **state)
{
	(void)state;
	ptr_to_foo(true);
}

static void test_as_meant(void **state)
{
	(void)state;
	ptr_to_foo(false);
}

/* a split that uses int as well: both travel, in the order of the old ids */
static void test_with_an_int(void **state)
{
	struct btf *old = kernel_before(1), *after = kernel_after(2);
	struct btf *split = new_split(old), *dist, *b;

	(void)state;
	put(split, BTF_KIND_PTR, NULL, 2);
	put(split, BTF_KIND_TYPEDEF, "count_t", 1);
	assert_int_equal(distill(split, NULL, NULL, &dist, &b), 0);
	assert_int_equal(dist->nr, 2);
	assert_int_equal(type_kind(object_type(dist, 1)), BTF_KIND_INT);
	assert_true(has_name(dist, 1, "int"));
	check_foo(dist, 2);
	assert_int_equal(object_type(b, 3)->type, 2);
	assert_int_equal(object_type(b, 4)->type, 1);
	assert_int_equal(relocate(b, after, NULL, NULL), 0);
	assert_int_equal(object_type(b, 4)->type, 3);
	assert_int_equal(object_type(b, 5)->type, 2);
	assert_true(has_name(b, 5, "count_t"));
	object_free(b);
	object_free(dist);
	object_free(split);
	object_free(after);
	object_free(old);
}

/* and where foo changed its size: free behind a pointer, refused where it is held by value */
static void test_foo_grew(void **state)
{
	struct btf *old = kernel_before(1), *after = new_base();

	(void)state;
	put(after, BTF_KIND_STRUCT, "foo", 12);
	for (int by_value = 0; by_value < 2; by_value++) {
		struct btf *split = new_split(old), *dist, *b;

		if (by_value) {
			put(split, BTF_KIND_STRUCT, "bar", 8);
			put_member(split, "foo", 2, 0);
		} else {
			put(split, BTF_KIND_PTR, NULL, 2);
		}
		assert_int_equal(distill(split, NULL, NULL, &dist, &b), 0);
		/* the size is recorded in both cases; the split tells which it is */
		check_foo(dist, 1);
		assert_int_equal(relocate(b, after, NULL, NULL), by_value ? -EINVAL : 0);
		object_free(b);
		object_free(dist);
		object_free(split);
	}
	object_free(after);
	object_free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_printed),
		cmocka_unit_test(test_as_meant),
		cmocka_unit_test(test_with_an_int),
		cmocka_unit_test(test_foo_grew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
