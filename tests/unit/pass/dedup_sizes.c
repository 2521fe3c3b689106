// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Dedup on what is long, deep or crowded: how many types stay is known, and each takes less than a
 * second of CPU time (twenty with sanitizers, without optimization and where buffers move on every
 * add, whose times say little: there only an endless loop is meant).
 */
#include "common.h"

#include <time.h>

#include "pass/dedup.h"

#define LONG 100000
#define MANY 50000

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(BTFKIT_DEBUG_MOVE) || \
	!defined(__OPTIMIZE__)
#define SECONDS 20.0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SECONDS 20.0
#endif
#endif
#ifndef SECONDS
#define SECONDS 1.0
#endif

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* in time, and `stay` types are left of b */
static void finishes(const char *what, struct btf *b, u32 stay)
{
	u32 before = b->nr;
	double from = cpu_seconds(), took;

	assert_int_equal(dedup(b, NULL, NULL), 0);
	took = cpu_seconds() - from;
	print_message("%s: %u types -> %u in %.3f s\n", what, before, b->nr, took);
	if (b->nr != stay)
		fail_msg("%s: %u types, expected %u", what, b->nr, stay);
	if (took > SECONDS)
		fail_msg("%s: %.3f s", what, took);
}

static const char *numbered(const char *word, u32 n)
{
	static char name[32];

	snprintf(name, sizeof(name), "%s%u", word, n);
	return name;
}

/* two chains of n references, and an int below each */
static struct btf *chains(u32 kind, const char *name)
{
	struct btf *b = new_base();

	for (int copy = 0; copy < 2; copy++) {
		u32 last = put_plain_int(b);

		for (u32 i = 0; i < LONG; i++)
			last = put(b, kind, name, last);
	}
	return b;
}

static void test_chains(void **state)
{
	static const struct {
		const char *what;
		u32 kind;
		const char *name;
	} of[] = {
		{"pointers", BTF_KIND_PTR, NULL},
		{"consts", BTF_KIND_CONST, NULL},
		{"typedefs of one name", BTF_KIND_TYPEDEF, "t"},
		{"type tags", BTF_KIND_TYPE_TAG, "user"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		struct btf *b = chains(of[i].kind, of[i].name);

		finishes(of[i].what, b, LONG + 1);
		object_free(b);
	}
}

/* the same, written down from the top; and a struct above that two units have */
static void test_chains_from_the_top(void **state)
{
	struct btf *b = new_base();

	(void)state;
	for (u32 copy = 0; copy < 2; copy++) {
		u32 first = object_type_cnt(b);

		put(b, BTF_KIND_STRUCT, "s", 8);
		put_member(b, "m", first + 1, 0);
		for (u32 i = 0; i < LONG; i++)
			put(b, i % 2 ? BTF_KIND_TYPEDEF : BTF_KIND_PTR,
			    i % 2 ? numbered("t", i) : NULL, first + 2 + i);
		put_plain_int(b);
	}
	finishes("a struct above a chain", b, LONG + 2);
	object_free(b);
}

enum { EQUAL, OTHER_LEAF, OTHER_DEEP };

/*
 * Two units of structs, each inside the one before; `up`: written down from the innermost. The
 * second unit's innermost one has another member (OTHER_LEAF), or one of another type.
 */
static struct btf *nested(bool up, int leaf, bool one_name)
{
	struct btf *b = new_base();
	u32 ints[2] = {put_plain_int(b), put_int(b, "uint", 4, 0, 32)};

	for (int copy = 0; copy < 2; copy++) {
		u32 first = object_type_cnt(b);

		for (u32 k = 0; k < LONG; k++) {
			u32 i = up ? LONG - 1 - k : k, inner = up ? first + k - 1 : first + k + 1;

			put(b, BTF_KIND_STRUCT, one_name ? "s" : numbered("s", i), 4);
			if (i + 1 < LONG)
				put_member(b, "m", inner, 0);
			else
				put_member(b, copy && leaf == OTHER_LEAF ? "o" : "n",
					   ints[copy && leaf == OTHER_DEEP], 0);
		}
	}
	return b;
}

static void test_nested(void **state)
{
	static const char *const leaves[] = {"equal", "another leaf", "another leaf below"};
	char what[64];

	(void)state;
	for (int up = 0; up < 2; up++) {
		for (int leaf = EQUAL; leaf <= OTHER_DEEP; leaf++) {
			struct btf *b = nested(up, leaf, false);

			snprintf(what, sizeof(what), "structs inside each other, %s, %s",
				 leaves[leaf], up ? "innermost first" : "outermost first");
			finishes(what, b, 2 + LONG * (leaf == EQUAL ? 1 : 2));
			object_free(b);
		}
	}
}

/* a ring of structs, twice */
static void test_ring(void **state)
{
	struct btf *b = new_base();

	(void)state;
	for (u32 copy = 0; copy < 2; copy++) {
		u32 first = object_type_cnt(b);

		for (u32 i = 0; i < MANY; i++) {
			put(b, BTF_KIND_STRUCT, numbered("s", i), 8);
			put_member(b, "next", first + 2 * i + 1, 0);
			put(b, BTF_KIND_PTR, NULL, first + 2 * ((i + 1) % MANY));
		}
	}
	finishes("a ring of structs", b, 2 * MANY);
	object_free(b);
}

/* ---- crowds: many types of one name, or of none ---- */

static void test_enums(void **state)
{
	struct btf *b = new_base();

	(void)state;
	for (u32 copy = 0; copy < 2; copy++) {
		for (u32 i = 0; i < MANY; i++) {
			put(b, BTF_KIND_ENUM, NULL, 4);
			put_enumerator(b, numbered("V", i), 0);
		}
	}
	finishes("anonymous enums", b, MANY);
	object_free(b);
	b = new_base();
	for (u32 copy = 0; copy < 2; copy++) {
		for (u32 i = 0; i < MANY; i++) {
			put(b, BTF_KIND_ENUM, "e", 4);
			put_enumerator(b, "V", i);
		}
	}
	finishes("enums of one name", b, MANY);
	object_free(b);
}

enum {
	POINTS,	   /* struct { struct sN *p; } */
	HOLDS,	   /* struct { struct { struct { struct sN *p; } a; } a; } */
	TYPEDEFS,  /* typedef struct sN t */
	SAME_NAME, /* struct s { struct in *p; }, and "in" is another one each time */
	CROWDS
};

static void crowd_member(struct btf *b, int form, u32 i)
{
	u32 inner;

	put(b, BTF_KIND_STRUCT, form == SAME_NAME ? "in" : numbered("s", i), 8);
	put_member(b, numbered("m", form == SAME_NAME ? i : 0), 0, 0);
	inner = object_type_cnt(b) - 1;
	if (form != TYPEDEFS)
		inner = put(b, BTF_KIND_PTR, NULL, inner);
	for (int depth = form == HOLDS ? 3 : form == TYPEDEFS ? 0 : 1; depth; depth--) {
		u32 id = put(b, BTF_KIND_STRUCT, form == SAME_NAME ? "s" : NULL, 8);

		put_member(b, "a", inner, 0);
		inner = id;
	}
	if (form == TYPEDEFS)
		put(b, BTF_KIND_TYPEDEF, "t", inner);
}

static struct btf *crowd(int form, u32 from, struct btf *base)
{
	struct btf *b = new_split(base);

	for (u32 i = from; i < from + MANY / 2; i++)
		crowd_member(b, form, i);
	return b;
}

static void test_crowds(void **state)
{
	static const char *const names[] = {"structs with one pointer", "nested anonymous structs",
					    "typedefs", "structs of one name"};
	static const u32 each[] = {3, 5, 2, 3};

	(void)state;
	for (int form = 0; form < CROWDS; form++) {
		struct btf *b = new_base(), *base, *fresh;

		for (int copy = 0; copy < 2; copy++)
			for (u32 i = 0; i < MANY; i++)
				crowd_member(b, form, i);
		finishes(names[form], b, each[form] * MANY);
		object_free(b);
		if (form == SAME_NAME)
			continue; /* any name of the base may be declared by the split */
		base = crowd(form, 0, NULL);
		fresh = reparsed(base, NULL);
		b = crowd(form, MANY / 4, fresh);
		finishes(names[form], b, each[form] * MANY / 4);
		object_free(b);
		object_free(fresh);
		object_free(base);
	}
}

static void test_forwards(void **state)
{
	struct btf *b = new_base();

	(void)state;
	for (u32 i = 0; i < MANY; i++) {
		put(b, BTF_KIND_STRUCT, "s", 4 + i);
		put(b, i % 2 ? BTF_KIND_FWD : BTF_KIND_UNION, i % 2 ? numbered("s", i) : "s", 0);
	}
	finishes("definitions of one name", b, MANY + 1 + MANY / 2);
	object_free(b);
}

/* the second of many counterparts of one type: a unit that repeats itself */
static void test_repeats(void **state)
{
	struct btf *b = new_base();
	u32 n = 300, deep = 100;

	(void)state;
	for (u32 copy = 0; copy < 2; copy++) {
		u32 first = object_type_cnt(b);

		put(b, BTF_KIND_STRUCT, "all", 8);
		for (u32 i = 0; i < n; i++)
			put_member(b, "m", first + 1 + i * deep, 0);
		for (u32 i = 0; i < n; i++)
			for (u32 k = 0; k < deep; k++)
				put(b, BTF_KIND_CONST + k % 2, NULL,
				    k + 1 < deep ? object_type_cnt(b) + 1 : 0);
	}
	finishes("a unit that repeats itself", b, deep + 1);
	object_free(b);
}

/* a second run finds nothing to compare */
static void test_split_of_large_base(void **state)
{
	struct btf *base = nested(false, EQUAL, false), *fresh = reparsed(base, NULL), *b;
	double from, took;

	(void)state;
	b = new_split(fresh);
	put(b, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(dedup(b, NULL, NULL), 0); /* builds what is kept of the base */
	object_free(b);
	from = cpu_seconds();
	for (int i = 0; i < 100; i++) {
		b = new_split(fresh);
		put_plain_int(b);
		put(b, BTF_KIND_PTR, NULL, 3);
		assert_int_equal(dedup(b, NULL, NULL), 0);
		assert_int_equal(b->nr, 1);
		object_free(b);
	}
	took = cpu_seconds() - from;
	print_message("100 splits on a base of %u types in %.3f s\n", fresh->nr, took);
	assert_true(took < SECONDS);
	object_free(fresh);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_chains_from_the_top),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_enums),
		cmocka_unit_test(test_crowds),
		cmocka_unit_test(test_forwards),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_split_of_large_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
