// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Look-ups by name: hashed, bisected where types are sorted, and over levels; all equal a walk. */
#include "make.h"

#include <pthread.h>

#include "btf/index.h"

/* the slow twin */
static s64 walk(const struct btf *b, const char *name, int kind, u32 from_id)
{
	for (u32 id = from_id; id < object_type_cnt(b); id++) {
		const struct btf_type *t = object_type(b, id);

		if ((kind < 0 || (int)type_kind(t) == kind) && !strcmp(object_name(b, t), name))
			return id;
	}
	return -ENOENT;
}

static const int kinds[] = {-1, BTF_KIND_STRUCT, BTF_KIND_TYPEDEF, BTF_KIND_RESTRICT,
			    BTF_KIND_ENUM};

static void compare_all(const struct btf *b, u32 names)
{
	char name[32];

	for (u32 n = 0; n <= names; n++) {
		snprintf(name, sizeof(name), "n%u", n);
		if (!n)
			name[0] = 0;
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
			assert_int_equal(object_find(b, name, kinds[k], 1),
					 walk(b, name, kinds[k], 1));
			assert_int_equal(object_find(b, name, kinds[k], b->start_id),
					 walk(b, name, kinds[k], b->start_id));
			assert_int_equal(object_find(b, name, kinds[k], n),
					 walk(b, name, kinds[k], n ? n : 1));
		}
	}
}

/* nr types with names n1..n`names` and without; sorted by name, or in any order */
static void fill(struct btf *b, u32 nr, u32 names, bool sorted)
{
	static const u32 of[] = {BTF_KIND_STRUCT, BTF_KIND_TYPEDEF, BTF_KIND_FWD,
				 BTF_KIND_RESTRICT};
	u32 seed = 12345;

	for (u32 i = 0; i < nr; i++) {
		struct btf_type *t;
		char name[32];
		int off;

		seed = seed * 1103515245 + 12345;
		snprintf(name, sizeof(name), "n%u", seed >> 8 & 1 ? i % names : seed >> 16 & 15);
		if (sorted)
			snprintf(name, sizeof(name), "s%06u", i / 3);
		if (i < nr / 8)
			name[0] = 0;
		off = object_add_str(b, name);
		assert_true(off >= 0);
		assert_true(object_add_record(b, sizeof(*t), &t) > 0);
		t->name_off = (u32)off;
		t->info = info_make(of[seed >> 12 & 3], 0, false);
	}
}

/* what was built, as something that was read: only that can be sorted */
static struct btf *reread(struct btf *b, struct btf *base)
{
	struct blob blob;
	const void *data;
	struct btf *r;

	assert_int_equal(object_raw(b, false, &data, &blob.len), 0);
	blob.data = (u8 *)(uintptr_t)data;
	r = parsed(&blob, base);
	object_free(b);
	return r;
}

static void unsorted(void **state)
{
	struct btf *b, *s, *t;

	(void)state;
	assert_int_equal(object_new(NULL, false, &b), 0);
	fill(b, 500, 100, false);
	compare_all(b, 110);
	b = reread(b, NULL);
	compare_all(b, 110);
	assert_int_equal(b->sorted, 0);
	assert_int_equal(object_new(b, false, &s), 0);
	fill(s, 300, 105, false);
	compare_all(s, 110);
	assert_int_equal(object_new(s, false, &t), 0);
	fill(t, 30, 108, false);
	compare_all(t, 110);
	/* types added after the index was built: a few, and more than are walked */
	fill(t, 5, 109, false);
	compare_all(t, 110);
	fill(t, 1000, 110, false);
	compare_all(t, 111);
	object_free(t);
	object_free(s);
	object_free(b);
}

static void compare_sorted(const struct btf *b, u32 names)
{
	char name[32];

	for (u32 n = 0; n < names; n++) {
		snprintf(name, sizeof(name), "s%06u", n);
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			assert_int_equal(object_find(b, name, kinds[k], 1),
					 walk(b, name, kinds[k], 1));
	}
	assert_int_equal(object_find(b, "", -1, 1), walk(b, "", -1, 1));
	assert_int_equal(object_find(b, "", BTF_KIND_RESTRICT, 1),
			 walk(b, "", BTF_KIND_RESTRICT, 1));
	assert_int_equal(object_find(b, "a", -1, 1), -ENOENT);
	assert_int_equal(object_find(b, "s0", -1, 1), -ENOENT);
	assert_int_equal(object_find(b, "z", -1, 1), -ENOENT);
}

static void sorted(void **state)
{
	struct btf *b, *s;

	(void)state;
	assert_int_equal(object_new(NULL, false, &b), 0);
	fill(b, 600, 1, true);
	b = reread(b, NULL);
	/* by bisection, and after so many that an index was worth it, by that */
	compare_sorted(b, 210);
	assert_int_equal(b->sorted, 1);
	assert_null(b->names[NAMES_DATA]);
	for (int i = 0; i < 5; i++)
		compare_sorted(b, 210);
	assert_non_null(b->names[NAMES_DATA]);
	assert_int_equal(object_new(b, false, &s), 0);
	fill(s, 300, 1, true);
	s = reread(s, b);
	compare_sorted(s, 210);
	/* a change ends it */
	fill(s, 1, 1, false);
	compare_sorted(s, 210);
	assert_int_equal(s->sorted, 0);
	object_free(s);
	object_free(b);
}

/* threads that share a const base find the same, whoever builds what they look it up in */
struct shared {
	struct btf *b;
	pthread_barrier_t start;
};

static void *reader(void *arg)
{
	struct shared *x = arg;
	const void *data;
	uintptr_t bad = 0;
	u32 len;

	pthread_barrier_wait(&x->start);
	bad |= object_find(x->b, "n7", -1, 1) != walk(x->b, "n7", -1, 1);
	bad |= object_find(x->b, "n8", BTF_KIND_RESTRICT, 1) !=
	       walk(x->b, "n8", BTF_KIND_RESTRICT, 1);
	bad |= object_find_str(x->b, "n9") <= 0;
	bad |= object_find_str(x->b, "not there") != -ENOENT;
	bad |= object_ptr_size(x->b) != 0;
	bad |= object_raw(x->b, true, &data, &len) != 0 || len < WIRE_HDR_LEN;
	bad |= *(const u16 *)data != WIRE_MAGIC_SWAPPED;
	return (void *)bad;
}

static void threads(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		struct shared x;
		pthread_t t[4];
		void *bad;

		assert_int_equal(object_new(NULL, false, &x.b), 0);
		fill(x.b, 2000, 500, round & 1);
		fill(x.b, 100, 50, false);
		x.b = reread(x.b, NULL);
		/* an index that is there but too short for what was added since */
		if (round & 2) {
			assert_true(object_find(x.b, "n1", -1, 1) != -ENOMEM);
			fill(x.b, 2000, 700, false);
		}
		pthread_barrier_init(&x.start, NULL, 4);
		for (int i = 0; i < 4; i++)
			assert_int_equal(pthread_create(&t[i], NULL, reader, &x), 0);
		for (int i = 0; i < 4; i++) {
			pthread_join(t[i], &bad);
			assert_null(bad);
		}
		pthread_barrier_destroy(&x.start);
		object_free(x.b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsorted),
		cmocka_unit_test(sorted),
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests_name("btf/index", tests, NULL, NULL);
}
