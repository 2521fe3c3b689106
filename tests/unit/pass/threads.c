// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Many threads on one base that nobody has asked anything yet: all of them come to its indexes at
 * once, and every result is what one thread alone makes. Meant for the thread sanitizer; without
 * it the comparison of bytes still stands.
 */
#include "common.h"

#include <pthread.h>

#include "pass/distill.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

#define THREADS 8
#define ROUNDS 20
#define TYPES 2000

static struct btf *kernel(u32 shift)
{
	struct btf *b = new_base();
	char name[32];

	for (u32 i = 0; i < shift; i++)
		put(b, BTF_KIND_UNION, "shifted", 4);
	put_plain_int(b);
	for (u32 i = 0; i < TYPES; i++) {
		snprintf(name, sizeof(name), "type_%u", i);
		put(b, i % 5 ? BTF_KIND_STRUCT : BTF_KIND_ENUM, name, 4 + (i % 5 ? i : 0));
		if (i % 5)
			put_member(b, "m", 1 + shift, 0);
		if (i % 7 == 0)
			put(b, BTF_KIND_TYPEDEF, "some_t", object_type_cnt(b) - 1);
	}
	/* two of a name: the evidence asks for typedefs */
	put(b, BTF_KIND_STRUCT, "twice", 8);
	put(b, BTF_KIND_STRUCT, "twice", 8);
	put(b, BTF_KIND_TYPEDEF, "twice_t", object_type_cnt(b) - 1);
	return b;
}

struct job {
	const struct btf *old, *after;
	pthread_barrier_t *start;
	u32 seed;
	struct buf base, split, moved;
	int err;
};

static void work(struct job *j)
{
	struct btf *split = new_split((struct btf *)(uintptr_t)j->old), *dist, *b;
	u32 cnt = object_type_cnt(j->old);

	for (u32 i = 0; i < 200; i++) {
		put(split, BTF_KIND_STRUCT, "holder", 1 << 20);
		put_member(split, "m", 1 + (i * 37 + j->seed * 101) % (cnt - 4), 0);
	}
	put(split, BTF_KIND_PTR, NULL, cnt - 1); /* twice_t */
	if (j->start)
		pthread_barrier_wait(j->start);
	j->err = suspect_base(split, NULL);
	if (!j->err)
		j->err = distill(split, NULL, NULL, &dist, &b);
	if (!j->err) {
		j->base = bytes_of(dist);
		j->split = bytes_of(b);
		b->owns_base = true;
		j->err = relocate(b, j->after, NULL, NULL);
		if (!j->err)
			j->moved = bytes_of(b);
		object_free(b);
	}
	object_free(split);
}

static void *thread(void *arg)
{
	work(arg);
	return NULL;
}

static void job_free(struct job *j)
{
	buf_deinit(&j->base);
	buf_deinit(&j->split);
	buf_deinit(&j->moved);
}

static void test_shared_bases(void **state)
{
	struct job alone[THREADS] = {0};
	struct btf *old = kernel(0), *after = kernel(3);

	(void)state;
	for (u32 i = 0; i < THREADS; i++) {
		alone[i] = (struct job){.old = old, .after = after, .seed = i};
		work(&alone[i]);
		assert_int_equal(alone[i].err, 0);
	}
	for (int round = 0; round < ROUNDS; round++) {
		struct btf *fresh_old = reparsed(old, NULL), *fresh_after = reparsed(after, NULL);
		struct job job[THREADS];
		pthread_t id[THREADS];
		pthread_barrier_t start;

		pthread_barrier_init(&start, NULL, THREADS);
		for (u32 i = 0; i < THREADS; i++) {
			job[i] = (struct job){
				.old = fresh_old, .after = fresh_after, .start = &start, .seed = i};
			assert_int_equal(pthread_create(&id[i], NULL, thread, &job[i]), 0);
		}
		for (u32 i = 0; i < THREADS; i++) {
			pthread_join(id[i], NULL);
			assert_int_equal(job[i].err, 0);
			assert_true(same_buf(&job[i].base, &alone[i].base));
			assert_true(same_buf(&job[i].split, &alone[i].split));
			assert_true(same_buf(&job[i].moved, &alone[i].moved));
			job_free(&job[i]);
		}
		pthread_barrier_destroy(&start);
		object_free(fresh_old);
		object_free(fresh_after);
	}
	for (u32 i = 0; i < THREADS; i++)
		job_free(&alone[i]);
	object_free(old);
	object_free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
