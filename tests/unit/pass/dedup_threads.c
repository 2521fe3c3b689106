// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Many threads dedup their own splits on one base that nobody has asked anything yet: all of them
 * come to its table at once, and every result is what one thread alone makes. Meant for the thread
 * sanitizer; without it the comparison of bytes still stands.
 */
#include "common.h"

#include <pthread.h>

#include "pass/dedup.h"

#define THREADS 8
#define ROUNDS 20
#define TYPES 2000

static struct btf *kernel(void)
{
	struct btf *b = new_base();
	char name[32];

	put_plain_int(b);
	for (u32 i = 0; i < TYPES; i++) {
		snprintf(name, sizeof(name), "type_%u", i);
		put(b,
		    i % 5    ? BTF_KIND_STRUCT
		    : i % 10 ? BTF_KIND_FWD
			     : BTF_KIND_ENUM,
		    name,
		    i % 5    ? 8
		    : i % 10 ? 0
			     : 4);
		if (i % 5)
			put_member(b, "m", 1, 0);
		put(b, BTF_KIND_PTR, NULL, object_type_cnt(b) - 1);
		/* a crowded family */
		put(b, BTF_KIND_STRUCT, NULL, 8);
		put_member(b, "p", object_type_cnt(b) - 2, 0);
	}
	return b;
}

struct job {
	struct btf *base;
	pthread_barrier_t *start;
	u32 seed;
	struct buf bytes;
	int err;
};

static void work(struct job *j)
{
	struct btf *b, *built = new_split(j->base);
	u32 first = object_type_cnt(built);
	char name[32];

	/* types that the base has, declares, or does not know */
	put_plain_int(built);
	for (u32 i = j->seed; i < TYPES; i += 7) {
		snprintf(name, sizeof(name), "type_%u", i);
		put(built, BTF_KIND_STRUCT, name, 8);
		put_member(built, i % 3 ? "m" : "n", first, 0);
		put(built, BTF_KIND_PTR, NULL, object_type_cnt(built) - 1);
		put(built, BTF_KIND_STRUCT, NULL, 8);
		put_member(built, "p", object_type_cnt(built) - 2, 0);
	}
	b = reparsed(built, j->base);
	if (j->start)
		pthread_barrier_wait(j->start);
	j->err = dedup(b, NULL, NULL);
	j->bytes = bytes_of(b);
	object_free(b);
	object_free(built);
}

static void *thread(void *arg)
{
	work(arg);
	return NULL;
}

static void test_shared_base(void **state)
{
	struct job alone[THREADS] = {0};
	struct btf *base = kernel();

	(void)state;
	for (u32 i = 0; i < THREADS; i++) {
		alone[i] = (struct job){.base = base, .seed = i};
		work(&alone[i]);
		assert_int_equal(alone[i].err, 0);
	}
	for (int round = 0; round < ROUNDS; round++) {
		struct btf *fresh = reparsed(base, NULL);
		struct job job[THREADS];
		pthread_t id[THREADS];
		pthread_barrier_t start;

		pthread_barrier_init(&start, NULL, THREADS);
		for (u32 i = 0; i < THREADS; i++) {
			job[i] = (struct job){.base = fresh, .start = &start, .seed = i};
			assert_int_equal(pthread_create(&id[i], NULL, thread, &job[i]), 0);
		}
		for (u32 i = 0; i < THREADS; i++) {
			pthread_join(id[i], NULL);
			assert_int_equal(job[i].err, 0);
			assert_true(same_buf(&job[i].bytes, &alone[i].bytes));
			buf_deinit(&job[i].bytes);
		}
		pthread_barrier_destroy(&start);
		object_free(fresh);
	}
	for (u32 i = 0; i < THREADS; i++)
		buf_deinit(&alone[i].bytes);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
