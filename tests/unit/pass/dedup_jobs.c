// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One object, deduplicated by 1, 2, 3 and 8 threads: the same bytes, the same ids. The objects are
 * large enough to be cut into many ranges, and differ in what the threads share: names that are
 * sound, that stand twice, that start inside of another; types that were parsed, or built. Meant for
 * the thread sanitizer too.
 */
#include "common.h"

#include "pass/dedup.h"

#define UNITS 40
#define TYPES 400 /* of each unit, times three */

static u32 below(u32 *state, u32 n)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 8) % n;
}

/* structs that point to each other and to what is only declared; each unit has most of them */
static void put_unit(struct btf *b, u32 unit)
{
	u32 state = unit + 1, first = object_type_cnt(b);
	char name[32];

	put_plain_int(b);
	for (u32 i = 0; i < TYPES; i++) {
		u32 self = object_type_cnt(b), other = first + 1 + i / 7 * 3;

		snprintf(name, sizeof(name), "type_%u", i % 50 == 7 ? i + unit % 3 * 1000 : i);
		if (below(&state, 4)) {
			put(b, BTF_KIND_STRUCT, name, 16);
			put_member(b, "next", self + 1, 0);
			/* now and then a unit of its own mind */
			put_member(b, "value", below(&state, 500) ? other + 1 : first, 64);
		} else {
			put(b, BTF_KIND_FWD, name, 0);
		}
		put(b, BTF_KIND_PTR, NULL, self);
		put(b, i % 2 ? BTF_KIND_CONST : BTF_KIND_TYPEDEF, i % 2 ? NULL : "alias", self + 1);
	}
}

static struct btf *program(void)
{
	struct btf *b = new_base();

	for (u32 unit = 0; unit < UNITS; unit++)
		put_unit(b, unit);
	return b;
}

/* the same types with each string twice; every second name is the second one */
static struct btf *doubled(struct btf *b)
{
	struct btf *twice = reparsed(b, NULL), *ret;
	u32 len = twice->strs_len, n = 0;
	struct buf types = {0}, strs = {0};

	assert_int_equal(buf_add(&types, twice->types, twice->types_len), 0);
	assert_int_equal(buf_add(&strs, twice->strs, len), 0);
	/* with a letter before the first one: those are the ends of longer strings too */
	assert_int_equal(buf_add(&strs, "x", 1), 0);
	assert_int_equal(buf_add(&strs, twice->strs + 1, len - 1), 0);
	for (u32 i = 0; i < twice->nr; i++) {
		struct field_iter it = type_names((void *)(types.data + twice->offs[i]));

		for (u32 *f; (f = field_next(&it));)
			if (*f && n++ % 2)
				*f += len;
	}
	assert_int_equal(object_modify(twice), 0);
	assert_int_equal(object_take(twice, &types, &strs), 0);
	ret = reparsed(twice, NULL);
	object_free(twice);
	return ret;
}

struct result {
	struct buf bytes;
	u32 *map;
	u32 nr;
};

static struct result run(const struct btf *from, bool built, int jobs)
{
	struct result r = {.nr = from->nr};
	struct dedup_opts opts = {.ret_map = &r.map, .jobs = jobs};
	struct btf *b = reparsed((struct btf *)(uintptr_t)from, NULL);

	if (built)
		assert_true(object_add_str(b, "one more") > 0);
	assert_int_equal(b->dirty, built);
	assert_int_equal(dedup(b, &opts, NULL), 0);
	assert_true(b->nr < from->nr / 4);
	r.bytes = bytes_of(b);
	object_free(b);
	return r;
}

static void same_for_all(const struct btf *b, bool built)
{
	static const int jobs[] = {0, 2, 3, 8, -1};
	struct result one = run(b, built, 1);

	for (u32 i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct result r = run(b, built, jobs[i]);

		assert_true(same_buf(&r.bytes, &one.bytes));
		assert_memory_equal(r.map, one.map, one.nr * sizeof(*one.map));
		buf_deinit(&r.bytes);
		free(r.map);
	}
	buf_deinit(&one.bytes);
	free(one.map);
}

static void test_program(void **state)
{
	struct btf *b = program();

	(void)state;
	assert_true(b->nr > 40000);
	same_for_all(b, false);
	same_for_all(b, true);
	object_free(b);
}

static void test_names(void **state)
{
	struct btf *b = program(), *twice = doubled(b);

	(void)state;
	same_for_all(twice, false);
	same_for_all(twice, true);
	object_free(twice);
	object_free(b);
}

/* however names are spelt, the types that stay are the same */
static void test_spelling(void **state)
{
	struct btf *b = program(), *twice = doubled(b);
	struct result x = run(b, false, 2), y = run(twice, false, 2);

	(void)state;
	assert_int_equal(x.bytes.len, y.bytes.len);
	assert_memory_equal(x.map, y.map, x.nr * sizeof(*x.map));
	buf_deinit(&x.bytes);
	buf_deinit(&y.bytes);
	free(x.map);
	free(y.map);
	object_free(twice);
	object_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
