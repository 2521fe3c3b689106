// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Size, target and alignment where types are deep, wide, or contain themselves. */
#include "make.h"

#include <btf/btf.h>

#include <time.h>

#include "btf/query.h"

#define DEEP 100000

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct btf *from_words(const u32 *types, u32 words)
{
	struct parts p = {.types = types, .types_len = words * 4, STRS("")};
	struct blob blob = blob_make(&p);
	struct btf *b = parsed(&blob, NULL);

	blob_free(&blob);
	return b;
}

/* DEEP records of one form, each referring to the next, the last to an INT of 4 bytes */
static struct btf *chain(const u32 *rec, u32 words, u32 ref)
{
	u32 *types = calloc((size_t)DEEP * words + 4, 4);
	const u32 last[] = {INT(0, 4, 0, 32)};
	struct btf *b;

	for (u32 i = 0; i < DEEP; i++) {
		memcpy(types + i * words, rec, words * 4);
		types[i * words + ref] = i + 2;
	}
	memcpy(types + DEEP * words, last, sizeof(last));
	b = from_words(types, DEEP * words + 4);
	free(types);
	return b;
}

static void deep(void **state)
{
	static const u32 td[] = {REC(0, TYPEDEF, 0, 0, 0)};
	static const u32 arr[] = {REC(0, ARRAY, 0, 0, 0), 0, 0, 1};
	static const u32 st[] = {REC(0, STRUCT, 1, 0, 4), 0, 0, 0};
	static const u32 var[] = {REC(0, VAR, 0, 0, 0), 0};
	double start = seconds();
	struct btf *b;

	(void)state;
	b = chain(td, 3, 2);
	assert_int_equal(query_size(b, 1), 4);
	assert_int_equal(query_resolve(b, 1), DEEP + 1);
	assert_int_equal(query_align_of(b, 1), 4);
	object_free(b);
	b = chain(arr, 6, 3);
	assert_int_equal(query_size(b, 1), 4);
	assert_int_equal(query_resolve(b, 1), 1);
	assert_int_equal(query_align_of(b, 1), 4);
	object_free(b);
	b = chain(var, 4, 2);
	assert_int_equal(query_size(b, 1), 4);
	assert_int_equal(query_resolve(b, 1), DEEP + 1);
	assert_int_equal(query_align_of(b, 1), -EINVAL);
	object_free(b);
	b = chain(st, 6, 4);
	assert_int_equal(query_size(b, 1), 4);
	assert_int_equal(query_align_of(b, 1), 4);
	object_free(b);
	assert_true(seconds() - start < 1);
}

/* a member's chain of modifiers is walked once, however many members hang on it */
static void many_members_on_one_chain(void **state)
{
	u32 words = DEEP * 3 + 4 + 3 + DEEP * 3;
	u32 *types = calloc(words, 4), *t = types;
	const u32 last[] = {INT(0, 8, 0, 64), REC(0, STRUCT, DEEP, 0, 0)};
	double start = seconds();
	struct btf *b;

	(void)state;
	for (u32 i = 0; i < DEEP; i++, t += 3) {
		const u32 rec[] = {REC(0, CONST, 0, 0, i + 2)};

		memcpy(t, rec, sizeof(rec));
	}
	memcpy(t, last, sizeof(last));
	t += 7;
	for (u32 i = 0; i < DEEP; i++, t += 3)
		t[1] = i * 7919 % DEEP + 1;
	b = from_words(types, words);
	assert_int_equal(query_align_of(b, DEEP + 2), 8);
	assert_true(seconds() - start < 1);
	object_free(b);
	free(types);
}

/* struct n holds struct n + 1 twice: 2^60 paths, 60 structs */
static void fan_out(void **state)
{
	enum { LEVELS = 60 };
	u32 types[LEVELS * 9 + 4], *t = types;
	const u32 last[] = {INT(0, 2, 0, 16)};
	double start = seconds();
	struct btf *b;

	(void)state;
	for (u32 i = 0; i < LEVELS; i++, t += 9) {
		const u32 rec[] = {REC(0, STRUCT, 2, 0, 8), 0, i + 2, 0, 0, i + 2, 16};

		memcpy(t, rec, sizeof(rec));
	}
	memcpy(t, last, sizeof(last));
	b = from_words(types, ARRAY_SIZE(types));
	assert_int_equal(query_align_of(b, 1), 2);
	assert_true(seconds() - start < 1);
	object_free(b);
}

static void loops(void **state)
{
	/* each type stands for a way into itself */
	const u32 types[] = {
		REC(0, TYPEDEF, 0, 0, 1),			      /* 1 -> 1 */
		REC(0, CONST, 0, 0, 3), REC(0, TYPEDEF, 0, 0, 2),     /* 2 -> 3 -> 2 */
		REC(0, ARRAY, 0, 0, 0), 4, 1, 1,		      /* 4: of itself */
		REC(0, STRUCT, 1, 0, 4), 0, 5, 0,		      /* 5 in 5 */
		REC(0, UNION, 1, 0, 4), 0, 7, 0,		      /* 6 in 7[] in 6 */
		REC(0, ARRAY, 0, 0, 0), 6, 1, 2,		      /* 7 */
		REC(0, VAR, 0, 0, 8), 0,			      /* 8 */
		REC(0, DECL_TAG, 0, 0, 9), 0,			      /* 9 */
		REC(0, TYPE_TAG, 0, 0, 11), REC(0, RESTRICT, 0, 0, 12), /* 10 -> 11 -> 12 */
		REC(0, VOLATILE, 0, 0, 11),			      /* -> 11: not the first */
		REC(0, STRUCT, 2, 0, 8), 0, 14, 0, 0, 13, 32,	      /* 13 behind an int */
		INT(0, 4, 0, 32),				      /* 14 */
		REC(0, STRUCT, 2, 0, 8), 0, 14, 8, 0, 15, 32,	      /* 15: packed, seen first */
		PTR(5),						      /* 16 */
	};
	struct btf *b = from_words(types, ARRAY_SIZE(types));
	/* size, target, alignment */
	static const int want[][3] = {
		[1] = {-ELOOP, -ELOOP, -ELOOP}, [2] = {-ELOOP, -ELOOP, -ELOOP},
		[3] = {-ELOOP, -ELOOP, -ELOOP}, [4] = {-ELOOP, 4, -ELOOP},
		[5] = {4, 5, -ELOOP},		[6] = {4, 6, -ELOOP},
		[7] = {8, 7, -ELOOP},		[8] = {-ELOOP, -ELOOP, -EINVAL},
		[9] = {-ELOOP, 9, -EINVAL},	[10] = {-ELOOP, -ELOOP, -ELOOP},
		[11] = {-ELOOP, -ELOOP, -ELOOP}, [12] = {-ELOOP, -ELOOP, -ELOOP},
		[13] = {8, 13, -ELOOP},		[14] = {4, 14, 4},
		[15] = {8, 15, 1},		[16] = {8, 16, 8},
		[17] = {-EINVAL, -EINVAL, -EINVAL},
	};

	(void)state;
	for (u32 id = 1; id < ARRAY_SIZE(want); id++) {
		assert_int_equal(query_size(b, id), want[id][0]);
		assert_int_equal(query_resolve(b, id), want[id][1]);
		assert_int_equal(query_align_of(b, id), want[id][2]);
	}
	object_free(b);
}

/* a struct of more members than the first round looks at gives what a small one gives */
static void rounds_agree(void **state)
{
	enum { N = 5000 };
	u32 *types = calloc(4 + 6 + 3 + N * 3 + 3, 4);
	const u32 head[] = {INT(0, 4, 0, 32), REC(0, STRUCT, 1, 0, 4), 0, 1, 0,
			    REC(0, STRUCT, N, 0, N * 4)};
	struct btf *b;

	(void)state;
	for (u32 odd = 0; odd < 2; odd++) {
		memcpy(types, head, sizeof(head));
		for (u32 i = 0; i < N; i++) {
			types[13 + i * 3 + 1] = 1 + i % 2;
			types[13 + i * 3 + 2] = i * 32 + (odd && i == N - 1 ? 8 : 0);
		}
		b = from_words(types, 13 + N * 3);
		assert_int_equal(query_align_of(b, 3), odd ? 1 : 4);
		object_free(b);
	}
	free(types);
}

static void sizes(void **state)
{
	const u32 types[] = {
		INT(0, 4, 0, 32),
		REC(0, ARRAY, 0, 0, 0), 1, 1, 0x3fffffff, /* 2: 4 GiB - 4 */
		REC(0, ARRAY, 0, 0, 0), 1, 1, 0x40000000, /* 3: 4 GiB */
		REC(0, ARRAY, 0, 0, 0), 2, 1, 1,	  /* 4 */
		REC(0, ARRAY, 0, 0, 0), 2, 1, 0xffffffff, /* 5 */
		REC(0, ARRAY, 0, 0, 0), 5, 1, 0,	  /* 6: none of much */
		REC(0, STRUCT, 0, 0, 0xffffffff),	  /* 7 */
		REC(0, ARRAY, 0, 0, 0), 7, 1, 1,	  /* 8 */
		REC(0, INT, 0, 0, 0), 0,		  /* 9: size 0 */
	};
	struct btf *b = from_words(types, ARRAY_SIZE(types));
	static const s64 want[] = {-EINVAL, 4, 0xfffffffc, -E2BIG, 0xfffffffc, -E2BIG,
				   0, 0xffffffff, 0xffffffff, 0, -EINVAL};

	(void)state;
	for (u32 id = 0; id < ARRAY_SIZE(want); id++)
		assert_true(query_size(b, id) == want[id]);
	assert_int_equal(query_align_of(b, 9), -EINVAL);
	object_free(b);
}

/* of an object that is being built: ids that are not there yet, or never will be */
static void ids_to_come(void **state)
{
	struct btf *b = btf__new_empty();

	(void)state;
	assert_int_equal(btf__add_const(b, 1000), 1);
	assert_int_equal(btf__add_array(b, 1, 0x7fffffff, 1), 2);
	assert_int_equal(btf__add_struct(b, "s", 8), 3);
	assert_int_equal(btf__add_field(b, "m", 4, 0, 0), 0);
	for (u32 id = 1; id < 4; id++)
		assert_int_equal(query_align_of(b, id), -EINVAL);
	assert_int_equal(query_size(b, 1), -EINVAL);
	assert_int_equal(query_size(b, 2), -EINVAL);
	assert_int_equal(query_size(b, 3), 8);
	assert_int_equal(query_resolve(b, 1), -EINVAL);
	/* and now it is there */
	assert_int_equal(btf__add_int(b, "int", 4, 0), 4);
	assert_int_equal(query_align_of(b, 3), 4);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_to_come),	 cmocka_unit_test(deep),	 cmocka_unit_test(many_members_on_one_chain),
		cmocka_unit_test(fan_out), cmocka_unit_test(loops),
		cmocka_unit_test(rounds_agree), cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests_name("btf/query", tests, NULL, NULL);
}
