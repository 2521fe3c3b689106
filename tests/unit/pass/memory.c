// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Every allocation of distill, relocate and dedup fails once: the answer is -ENOMEM, nothing leaks,
 * nothing that the caller holds has changed. The allocator is replaced by one that counts, which
 * sanitizers replace in turn: with them there is nothing to see here.
 */
#include "common.h"

#include "../../ref/spell.h"
#include "pass/dedup.h"
#include "pass/distill.h"
#include "pass/relocate.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define SANITIZED 1
#endif

/* volatile: compilers take it for granted that malloc changes no variable of ours */
static volatile long until_failure = -1; /* allocations left; < 0: they never fail */
static volatile long live;

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	return until_failure >= 0 && until_failure-- == 0;
}

void *malloc(size_t size)
{
	void *p = fails() ? NULL : __libc_malloc(size);

	live += p != NULL;
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(n, size);

	live += p != NULL;
	return p;
}

void *realloc(void *old, size_t size)
{
	void *p = fails() ? NULL : __libc_realloc(old, size);

	live += p && !old;
	return p;
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}
#endif

static struct btf *kernel(u32 shift)
{
	struct btf *b = new_base();
	char name[16];

	for (u32 i = 0; i < shift; i++)
		put(b, BTF_KIND_ENUM, "shift", 4);
	for (u32 i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		put(b, BTF_KIND_STRUCT, name, 8);
	}
	put(b, BTF_KIND_STRUCT, "twice", 8);
	put(b, BTF_KIND_TYPEDEF, "twice_t", object_type_cnt(b) - 1);
	put(b, BTF_KIND_STRUCT, "twice", 8);
	return b;
}

/* reaches every allocation: many types, many strings, typedef evidence */
static struct btf *module(struct btf *base)
{
	struct btf *b = new_split(base);
	char name[16];

	for (u32 i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		put(b, BTF_KIND_STRUCT, name, 8);
		put_member(b, name, 1 + i, 0);
	}
	put(b, BTF_KIND_PTR, NULL, 202);
	return b;
}

static void test_distill(void **state)
{
	struct btf *old = kernel(0), *split = module(old), *base = NULL, *b = NULL;
	struct id_map map = {0};
	struct distill_opts opts = {.own_fwds = true, .ret_map = &map};
	int err = -ENOMEM, failures;
	long before;

	(void)state;
	for (failures = 0; err; failures++) {
		before = live;
		until_failure = failures;
		err = distill(split, &opts, NULL, &base, &b);
		until_failure = -1;
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_null(base);
		assert_null(b);
		assert_null(map.base);
		assert_int_equal(live, before);
	}
#ifndef SANITIZED
	assert_true(failures > 10);
#endif
	print_message("%d allocations, each failed once\n", failures);
	id_map_deinit(&map);
	object_free(b);
	object_free(base);
	object_free(split);
	object_free(old);
}

static void test_relocate(void **state)
{
	struct btf *old = kernel(0), *split = module(old), *after = kernel(5), *dist, *d, *b;
	struct id_map map = {0};
	struct relocate_opts opts = {.ret_map = &map};
	int err, failures = 0;
	struct buf bytes, now;
	long before;

	(void)state;
	assert_int_equal(distill(split, NULL, NULL, &dist, &d), 0);
	/* a string for the split to take along */
	object_add_str(dist, "taken along");
	object_free(d);
	d = new_split(dist);
	put(d, BTF_KIND_STRUCT, "taken along", 8);
	put(d, BTF_KIND_TYPEDEF, "twice_t", dist->nr);
	bytes = bytes_of(d);
	do {
		struct btf *fresh;

		before = live;
		fresh = reparsed(after, NULL);
		assert_int_equal(object_parse(bytes.data, bytes.len, dist, 0, NULL, &b), 0);
		until_failure = failures;
		err = relocate(b, fresh, &opts, NULL);
		until_failure = -1;
		if (err) {
			failures++;
			assert_int_equal(err, -ENOMEM);
			assert_null(map.base);
			now = bytes_of(b);
			assert_true(same_buf(&bytes, &now));
			buf_deinit(&now);
			assert_ptr_equal(b->base, dist);
			object_free(b);
			object_free(fresh);
			assert_int_equal(live, before);
			continue;
		}
		assert_true(has_name(b, b->start_id, "taken along"));
		object_free(b);
		object_free(fresh);
	} while (err);
#ifndef SANITIZED
	assert_true(failures > 10);
#endif
	print_message("%d allocations, each failed once\n", failures);
	id_map_deinit(&map);
	buf_deinit(&bytes);
	object_free(d);
	object_free(dist);
	object_free(split);
	object_free(after);
	object_free(old);
}

/* until all allocations have failed once: those of a second round leave what the first one made */
static void test_dedup(void **state)
{
	static const char *const text =
		"int int 4; enum e 4; struct s 16 a:5@0 b:5@64; fwd x; ptr 4; typedef t 3; enum e 4 V=0;"
		"fwd x; ptr 8; struct x 8 m:1@0; ptr 10; struct s 16 a:9@0 b:11@64; fwd b; ptr 13";
	struct btf *base = new_base(), *built, *b;
	struct buf bytes, now;
	int failures = 0, err;
	char name[16];
	bool failed;
	long before;

	(void)state;
	spell(base, "fwd b; enum e 4; struct h 8 m:1@0");
	built = new_split(base);
	for (u32 i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		put(built, BTF_KIND_TYPEDEF, "crowd", object_type_cnt(built) + 1);
		put(built, BTF_KIND_STRUCT, name, 8);
	}
	bytes = bytes_of(built);
	object_free(built);
	built = new_base();
	spell(built, text);
	do {
		struct btf *fresh;
		u32 *map = NULL;
		struct dedup_opts opts = {.ret_map = &map};

		before = live;
		fresh = failures & 1 ? reparsed(base, NULL) : NULL;
		if (fresh)
			assert_int_equal(object_parse(bytes.data, bytes.len, fresh, 0, NULL, &b), 0);
		else
			b = reparsed(built, NULL);
		now = bytes_of(b);
		until_failure = failures / 2;
		err = dedup(b, &opts, NULL);
		failed = until_failure < 0;
		until_failure = -1;
		if (err) {
			struct buf after = bytes_of(b);

			assert_int_equal(err, -ENOMEM);
			assert_null(map);
			assert_true(same_buf(&now, &after));
			buf_deinit(&after);
		}
		free(map);
		buf_deinit(&now);
		object_free(b);
		object_free(fresh);
		assert_int_equal(live, before);
		failures++;
	} while (failed || failures & 1);
#ifndef SANITIZED
	assert_true(failures > 30);
#endif
	print_message("%d runs, in each one allocation failed\n", failures);
	buf_deinit(&bytes);
	object_free(built);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distill),
		cmocka_unit_test(test_relocate),
		cmocka_unit_test(test_dedup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
