// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Comparison by meaning: what is equal, what is found by name, how the path to a difference reads;
 * beside a twin that writes every type down as text, unrolled; and graphs that are long.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../ref/build.h"
#include "../../ref/spell.h"
#include "../../ref/units.h"
#include "btf/append.h"
#include "check/diff.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOW 10
#else
#define SLOW 1
#endif

static struct btf *made(const char *text, struct btf *base)
{
	struct btf *b = new_split(base);

	spell(b, text);
	return b;
}

static char *findings(const struct btf_report *r)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (size_t i = 0; i < btf_report__count(r); i++) {
		const struct btf_finding *x = btf_report__get(r, i);

		fprintf(f, "%s%s %s: %s", i ? "; " : "", btf_code__name(x->code),
			x->type_name ? x->type_name : "-", x->text);
	}
	fclose(f);
	return text;
}

struct row {
	const char *name;
	const char *left, *right;
	u32 ignore;
	int equal;
	const char *findings;
	u32 unmatched[2], duplicates[2];
};

static const struct row rows[] = {
	{"nothing", "", "", 0, 1, "", {0}, {0}},
	{"another order",
	 "int int 4; ptr 1; struct s 8 a:2@0",
	 "struct s 8 a:3@0; int int 4; ptr 2",
	 0,
	 1,
	 "",
	 {0},
	 {0}},
	{"cycles in another order",
	 "struct a 8 p:2@0; ptr 3; struct b 8 p:4@0; ptr 1",
	 "ptr 4; ptr 3; struct a 8 p:1@0; struct b 8 p:2@0",
	 0,
	 1,
	 "",
	 {0},
	 {0}},
	{"a cycle of another length",
	 "struct a 8 p:2@0; ptr 1",
	 "struct a 8 p:2@0; ptr 3; struct a 8 p:4@0; ptr 1",
	 0,
	 0,
	 "diff.only a: stands on the right side only",
	 {0, 2},
	 {0, 2}},
	{"a field's name",
	 "int int 4; struct s 4 a:1@0",
	 "int int 4; struct s 4 b:1@0",
	 0,
	 0,
	 "diff.changed s: differs from [2] of the right side",
	 {1, 1},
	 {0}},
	{"a field's offset",
	 "int int 4; struct s 4 a:1@0; ptr 2",
	 "int int 4; struct s 4 a:1@8; ptr 2",
	 0,
	 0,
	 "diff.changed s: differs from [2] of the right side",
	 {2, 2},
	 {0}},
	{"a size",
	 "struct s 4; typedef t 1",
	 "struct s 8; typedef t 1",
	 0,
	 0,
	 "diff.changed s: differs from [1] of the right side: size 4, there 8",
	 {2, 2},
	 {0}},
	{"a field's type",
	 "int int 4; int u 4; struct s 4 a:1@0",
	 "int int 4; int u 4; struct s 4 a:2@0",
	 0,
	 0,
	 "diff.changed s: differs from [3] of the right side",
	 {1, 1},
	 {0}},
	{"on one side",
	 "int int 4; struct s 4",
	 "int int 4; fwd t",
	 0,
	 0,
	 "diff.only s: stands on the left side only; diff.only t: stands on the right side only",
	 {1, 1},
	 {0}},
	{"another kind",
	 "struct s 4",
	 "union s 4",
	 0,
	 0,
	 "diff.only s: stands on the left side only; diff.only s: stands on the right side only",
	 {1, 1},
	 {0}},
	{"duplicates count",
	 "int int 4; int int 4; int int 4",
	 "int int 4; int int 4",
	 0,
	 0,
	 "diff.only int: stands on the left side only",
	 {1, 0},
	 {2, 1}},
	{"as often", "int int 4; int int 4", "int int 4; int int 4", 0, 1, "", {0}, {1, 1}},
	{"left out",
	 "proto 0; func f 1 1; tag t 2 4294967295",
	 "proto 0",
	 1u << BTF_KIND_FUNC | 1u << 17,
	 1,
	 "",
	 {0},
	 {0}},
	{"left out, but part of others",
	 "struct s 4; ptr 1",
	 "struct s 8; ptr 1",
	 1u << BTF_KIND_STRUCT,
	 0,
	 "",
	 {1, 1},
	 {0}},
	{"values",
	 "enum e 4 A=1 B=2",
	 "enum e 4 A=1 B=3",
	 0,
	 0,
	 "diff.changed e: differs from [1] of the right side",
	 {1, 1},
	 {0}},
	{"components of tags",
	 "struct s 4; tag t 1 0",
	 "struct s 4; tag t 1 1",
	 0,
	 0,
	 "diff.changed t: differs from [2] of the right side",
	 {1, 1},
	 {0}},
	{"elements of arrays",
	 "int int 4; array 1 1 2",
	 "int int 4; array 1 1 3",
	 0,
	 0,
	 "",
	 {1, 1},
	 {0}},
	{"index types",
	 "int int 4; int u 4; array 1 1 2",
	 "int int 4; int u 4; array 1 2 2",
	 0,
	 0,
	 "",
	 {1, 1},
	 {0}},
	{"names of parameters",
	 "proto 0 a:0; func f 1 1",
	 "proto 0 b:0; func f 1 1",
	 0,
	 0,
	 "",
	 {2, 2},
	 {0}},
	{"linkage",
	 "proto 0; func f 1 0",
	 "proto 0; func f 1 1",
	 0,
	 0,
	 "diff.changed f: differs from [2] of the right side",
	 {1, 1},
	 {0}},
	{"flags",
	 "struct s 4",
	 "kstruct s 4",
	 0,
	 0,
	 "diff.changed s: differs from [1] of the right side",
	 {1, 1},
	 {0}},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct btf *left = made(row->left, NULL), *right = made(row->right, NULL);
		struct btf_diff_opts opts = {.sz = sizeof(opts), .ignore_kinds = row->ignore};
		struct btf_diff_result res = {.sz = sizeof(res)}, back = {.sz = sizeof(back)};
		struct btf_report *r = btf_report__new();
		char *text;

		assert_int_equal(diff_equal(left, right, &opts, &res, r), row->equal);
		text = findings(r);
		if (strcmp(text, row->findings))
			fail_msg("%s: '%s', expected '%s'", row->name, text, row->findings);
		free(text);
		for (int k = 0; k < 2; k++)
			if (res.unmatched[k] != row->unmatched[k] ||
			    res.duplicates[k] != row->duplicates[k])
				fail_msg("%s: side %d: %u unmatched, %u duplicates", row->name, k,
					 res.unmatched[k], res.duplicates[k]);
		assert_int_equal(diff_equal(right, left, &opts, &back, NULL), row->equal);
		assert_int_equal(back.unmatched[0], res.unmatched[1]);
		assert_int_equal(back.unmatched[1], res.unmatched[0]);
		assert_int_equal(back.changed, res.changed);
		assert_int_equal(back.reached, res.reached);
		btf_report__free(r);
		object_free(left);
		object_free(right);
	}
}

/* of a split only its own types count, but all that they refer to */
static void test_splits(void **state)
{
	struct btf *base = made("int int 4; struct s 4 a:1@0", NULL);
	struct btf *other = made("struct s 4 a:2@0; int int 4; int more 4", NULL);
	struct btf *third = made("int int 4; struct s 4 b:1@0", NULL);
	struct btf *left = made("ptr 2", base), *right = made("ptr 1", other),
		   *far = made("ptr 2", third);
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	struct btf_diff_result res = {.sz = sizeof(res)};

	(void)state;
	assert_int_equal(diff_equal(left, right, &opts, &res, NULL), 1);
	assert_int_equal(res.types[0], 1);
	assert_int_equal(res.types[1], 1);
	assert_int_equal(diff_equal(left, far, &opts, &res, NULL), 0);
	object_free(left);
	object_free(right);
	object_free(far);
	object_free(base);
	object_free(other);
	object_free(third);
}

static void test_findings_have_a_bound(void **state)
{
	struct btf *left = made("struct a 4; struct b 4; struct c 4; struct d 4", NULL),
		   *right = new_base();
	struct btf_diff_opts opts = {.sz = sizeof(opts), .max_findings = 2};
	struct btf_diff_result res = {.sz = sizeof(res)};
	struct btf_report *r = btf_report__new();
	char *text;

	(void)state;
	assert_int_equal(diff_equal(left, right, &opts, &res, r), 0);
	text = findings(r);
	assert_string_equal(
		text, "diff.only a: stands on the left side only; diff.only b: stands on the left "
		      "side only; diff.more -: 2 more differences are not listed");
	assert_int_equal(res.only[0], 4);
	free(text);
	btf_report__free(r);
	object_free(left);
	object_free(right);
}

static void test_refs_that_lead_nowhere(void **state)
{
	struct btf *left = made("int int 4; ptr 9", NULL), *right = made("int int 4", NULL);
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	struct btf_diff_result res = {.sz = sizeof(res)};
	struct btf_report *r = btf_report__new();

	(void)state;
	assert_int_equal(diff_equal(left, right, &opts, &res, r), -EINVAL);
	assert_int_equal(diff_equal(right, left, &opts, &res, r), -EINVAL);
	assert_int_equal(diff_path(left, 2, left, 2, r), -EINVAL);
	assert_int_equal(btf_report__count(r), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(btf_report__get(r, i)->code, BTF_CODE_TYPE_REF);
	btf_report__free(r);
	object_free(left);
	object_free(right);
}

/* ---- paths ---- */

static void test_paths(void **state)
{
	static const struct {
		const char *types;
		u32 left, right;
		const char *text;
	} paths[] = {
		{"struct s 4; struct s 8", 1, 2, "differs from [2] at: size 4, there 8"},
		{"int int 4; int u 4; struct s 4 a:1@0; struct s 4 a:2@0", 3, 4,
		 "differs from [4] at s.a: INT 'int', there 'u'"},
		{"struct a 8 p:2@0; ptr 3; struct b 4 x:0@0; struct a 8 p:5@0; ptr 6; struct b 4 "
		 "y:0@0",
		 1, 4, "differs from [4] at a.p -> b: #0 is 'x', there 'y'"},
		{"struct s 4 a:0@0 b:0@8; struct s 4 a:0@0", 1, 2,
		 "differs from [2] at: 2 members, there 1"},
		{"struct s 8 p:2@0; ptr 1; struct s 8 p:4@0; ptr 3", 1, 3, NULL},
		{"typedef t 2; array 3 3 4; int int 4; typedef t 5; array 3 3 5", 1, 4,
		 "differs from [4] at t =: 4 elements, there 5"},
		{"proto 0 a:2; ptr 0; proto 0 a:4; ptr 2", 1, 3,
		 "differs from [3] at takes a ->: void, there PTR"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct btf *b = made(paths[i].types, NULL);
		struct btf_report *r = btf_report__new();
		int ret = diff_path(b, paths[i].left, b, paths[i].right, r);

		assert_int_equal(ret, paths[i].text == NULL);
		assert_int_equal(btf_report__count(r), ret ? 0 : 1);
		if (!ret) {
			assert_string_equal(btf_report__get(r, 0)->text, paths[i].text);
			assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_DIFF_PATH);
		}
		btf_report__free(r);
		object_free(b);
	}
}

/* ---- the twin: types as text, unrolled as deep as there are types ---- */

static void unroll(FILE *f, const struct btf *b, u32 id, u32 depth)
{
	const struct btf_type *t = object_type(b, id);
	struct btf *one = new_base();
	struct field_iter it;
	char *text;
	u32 *p;

	if (!id || !depth) {
		fprintf(f, id ? "_" : "void");
		object_free(one);
		return;
	}
	object_add_type(one, b, t);
	it = type_ids(object_own(one, 0));
	while ((p = field_next(&it)))
		*p = 0;
	text = spelled(one);
	fprintf(f, "{%s", text);
	free(text);
	object_free(one);
	it = type_ids(t);
	while ((p = field_next(&it)))
		unroll(f, b, *p, depth - 1);
	fprintf(f, "}");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **unrolled(const struct btf *b, u32 depth)
{
	char **all = calloc(b->nr + 1, sizeof(*all));

	for (u32 i = 0; i < b->nr; i++) {
		size_t size;
		FILE *f = open_memstream(&all[i], &size);

		unroll(f, b, b->start_id + i, depth);
		fclose(f);
	}
	qsort(all, b->nr, sizeof(*all), by_text);
	return all;
}

static bool twin_equal(const struct btf *a, const struct btf *b, u32 depth)
{
	char **x = unrolled(a, depth), **y = unrolled(b, depth);
	bool same = a->nr == b->nr;

	for (u32 i = 0; same && i < a->nr; i++)
		same = !strcmp(x[i], y[i]);
	for (u32 i = 0; i < a->nr; i++)
		free(x[i]);
	for (u32 i = 0; i < b->nr; i++)
		free(y[i]);
	free(x);
	free(y);
	return same;
}

/* b in another order, with one word changed or not */
static struct btf *shuffled(const struct btf *b, struct rng *r, bool change)
{
	u32 *order = malloc((b->nr + 1) * sizeof(*order)), *to = malloc((b->nr + 1) * sizeof(*to)),
	    *p;
	struct btf *x = new_base();

	for (u32 i = 0; i < b->nr; i++)
		order[i] = i;
	for (u32 i = b->nr; i > 1; i--) {
		u32 k = rng_below(r, i), t = order[i - 1];

		order[i - 1] = order[k];
		order[k] = t;
	}
	for (u32 i = 0; i < b->nr; i++)
		to[order[i]] = i + 1;
	for (u32 i = 0; i < b->nr; i++) {
		struct field_iter it;

		object_add_type(x, b, object_own(b, order[i]));
		it = type_ids(object_own(x, i));
		while ((p = field_next(&it)))
			*p = *p ? to[*p - 1] : 0;
	}
	if (change && x->nr) {
		struct btf_type *t =
			(struct btf_type *)(uintptr_t)object_own(x, rng_below(r, x->nr));
		struct field_iter it = type_ids(t);

		p = field_next(&it);
		if (p && !type_is(t, BTF_KIND_FUNC))
			*p = rng_below(r, x->nr + 1);
		else if (!p && kind_table[type_kind(t)].head_size && rng_percent(r, 50))
			t->size += 4;
	}
	free(order);
	free(to);
	return x;
}

static void test_twin(void **state)
{
	const struct units_opts small = {.whole = true, .no_odd = true, .no_repeat = true};
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	u32 cases = 400, equal = 0, compared = 0;

	(void)state;
	for (u32 seed = 0; seed < cases; seed++) {
		struct btf_diff_result res = {.sz = sizeof(res)};
		struct rng r = {seed};
		struct units u;
		struct btf *x;
		bool want;
		int got;

		units_make(&u, seed, &small);
		if (u.b->nr > 24) { /* the text would be long */
			units_free(&u);
			continue;
		}
		x = shuffled(u.b, &r, seed & 1);
		got = diff_equal(u.b, x, &opts, &res, NULL);
		want = twin_equal(u.b, x, 9);
		if (got != want)
			fail_msg("seed %u: %d, the twin says %d\n%s\n%s", seed, got, want,
				 spelled(u.b), spelled(x));
		if (!(seed & 1))
			assert_int_equal(got, 1);
		equal += (u32)got;
		compared++;
		object_free(x);
		units_free(&u);
	}
	print_message("%u compared, %u equal\n", compared, equal);
	assert_true(compared > cases / 3 && equal < compared * 9 / 10);
}

/* ---- long graphs ---- */

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#define LONG 100000

static struct btf *chain(u32 size, bool ring)
{
	struct btf *b = new_base();

	put(b, BTF_KIND_STRUCT, "s", size);
	if (ring)
		put_member(b, "m", LONG + 1, 0);
	for (u32 i = 0; i < LONG; i++)
		put(b, BTF_KIND_PTR, NULL, i + 1);
	return b;
}

static void test_long_graphs(void **state)
{
	struct btf_diff_opts opts = {.sz = sizeof(opts)};

	(void)state;
	for (int ring = 0; ring < 2; ring++) {
		struct btf *a = chain(4, ring), *b = chain(4, ring), *c = chain(8, ring);
		struct btf_diff_result res = {.sz = sizeof(res)};
		struct btf_report *r = btf_report__new();
		double from = cpu_seconds();

		assert_int_equal(diff_equal(a, b, &opts, &res, NULL), 1);
		assert_int_equal(res.duplicates[0], 0);
		assert_int_equal(diff_equal(a, c, &opts, &res, NULL), 0);
		assert_int_equal(res.unmatched[0], LONG + 1);
		assert_int_equal(diff_path(a, LONG + 1, b, LONG + 1, r), 1);
		assert_int_equal(diff_path(a, LONG + 1, c, LONG + 1, r), 0);
		assert_true(strlen(btf_report__get(r, 0)->text) < 1000);
		assert_non_null(strstr(btf_report__get(r, 0)->text, "steps"));
		print_message("%s of %u: %.3f s\n", ring ? "ring" : "chain", LONG,
			      cpu_seconds() - from);
		assert_true(cpu_seconds() - from < 6.0 * SLOW);
		btf_report__free(r);
		object_free(a);
		object_free(b);
		object_free(c);
	}
}

/* two rings whose lengths have no common divisor have more pairs than there is memory for */
static void test_path_through_rings(void **state)
{
	u32 len[2] = {30011, 30013};
	struct btf *b[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		b[k] = new_base();
		for (u32 i = 0; i < len[k]; i++)
			put(b[k], BTF_KIND_PTR, NULL, (i + 1) % len[k] + 1);
	}
	assert_int_equal(diff_path(b[0], 1, b[1], 1, NULL), 1);
	object_free(b[0]);
	object_free(b[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_findings_have_a_bound),
		cmocka_unit_test(test_refs_that_lead_nowhere),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_long_graphs),
		cmocka_unit_test(test_path_through_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
