// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Merging: what comes out as text (tests/ref/spell.h), conflicts and who has them, what is refused.
 */
#include "common.h"

#include <time.h>

#include "../../ref/spell.h"
#include "pass/merge.h"

static const char base_text[] = "int int 4; struct dev 8 id:1@0 n:1@32; typedef u32 1";

struct fixture {
	struct btf *base;
	struct merge *m;
	struct btf_report *r;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct btf *b = new_base();

	assert_non_null(f);
	spell(b, base_text);
	f->base = reparsed(b, NULL);
	object_free(b);
	f->r = btf_report__new();
	assert_non_null(f->r);
	assert_int_equal(merge_new(f->base, &f->m), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	merge_free(f->m);
	btf_report__free(f->r);
	object_free(f->base);
	free(f);
	return 0;
}

/* a split on the fixture's base, added and gone */
static void add(struct fixture *f, const char *name, const char *text)
{
	struct btf *b = new_split(f->base), *parsed;

	spell(b, text);
	parsed = reparsed(b, f->base);
	object_free(b);
	assert_int_equal(merge_add(f->m, parsed, name, f->r), 0);
	object_free(parsed);
}

static void expect(struct fixture *f, const char *want)
{
	struct btf *b;
	char *have;

	assert_int_equal(merge_finish(f->m, f->r, &b), 0);
	assert_ptr_equal(b->base, f->base);
	have = spelled(b);
	assert_string_equal(have, want);
	free(have);
	object_free(b);
}

/* own ids start at 4 */
static void test_shared(void **state)
{
	struct fixture *f = *state;

	add(f, "a.ko", "ptr 2; struct lamp 8 dev:4@0; typedef u32 1");
	add(f, "b.ko", "struct bell 16 dev:6@0 lamp:7@64; struct lamp 8 dev:6@0; ptr 2; ptr 5");
	expect(f, "ptr 2; struct lamp 8 dev:4@0; struct bell 16 dev:4@0 lamp:7@64; ptr 5");
	assert_int_equal(btf_report__count(f->r), 0);
}

/* a forward declaration in one module is the struct of another */
static void test_forward(void **state)
{
	struct fixture *f = *state;

	add(f, "a.ko", "fwd lamp; ptr 4");
	add(f, "b.ko", "struct lamp 8 dev:5@0; ptr 2");
	expect(f, "ptr 5; struct lamp 8 dev:6@0; ptr 2");
	assert_int_equal(btf_report__count(f->r), 0);
}

static void test_conflicts(void **state)
{
	struct fixture *f = *state;
	const struct btf_finding *n;

	add(f, "a.ko", "struct cfg 4 a:1@0; typedef size 1; enum dev 4 A=1");
	add(f, "b.ko", "union cfg 4 b:1@0; typedef cfg 1; typedef size 2");
	add(f, "c.ko", "struct cfg 4 a:1@0; fwd cfg; enum size 4");
	expect(f, "struct cfg 4 a:1@0; typedef size 1; enum dev 4 A=1; union cfg 4 b:1@0; "
		  "typedef cfg 1; typedef size 2; fwd cfg; enum size 4");
	assert_int_equal(btf_report__count(f->r), 3);
	n = btf_report__get(f->r, 0);
	assert_int_equal(n->code, BTF_CODE_MERGE_CONFLICT);
	assert_int_equal(n->severity, BTF_NOTE);
	assert_string_equal(n->type_name, "cfg");
	assert_string_equal(n->text, "the name has 2 definitions: a.ko, c.ko; b.ko");
	n = btf_report__get(f->r, 1);
	assert_string_equal(n->type_name, "dev");
	assert_string_equal(n->text, "the name has 2 definitions: the base; a.ko");
	n = btf_report__get(f->r, 2);
	assert_string_equal(n->type_name, "size");
	assert_string_equal(n->text, "the name has 2 definitions: a.ko; b.ko");
}

static void test_many_carriers(void **state)
{
	struct fixture *f = *state;
	char name[16];

	add(f, "first", "struct cfg 8 a:1@0 b:1@32");
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		add(f, name, "struct cfg 4 a:1@0");
	}
	expect(f, "struct cfg 8 a:1@0 b:1@32; struct cfg 4 a:1@0");
	assert_int_equal(btf_report__count(f->r), 1);
	assert_string_equal(btf_report__get(f->r, 0)->text,
			    "the name has 2 definitions: first; m0, m1, m2, m3, m4, m5, m6, m7 and "
			    "12 more");
}

static void test_refused(void **state)
{
	struct fixture *f = *state;
	struct btf *other = new_base(), *split;

	spell(other, base_text);
	split = new_split(other);
	put(split, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(merge_add(f->m, split, "x.ko", f->r), -EINVAL);
	finding(f->r, BTF_CODE_MERGE_BASE);
	object_free(split);
	/* what is whole brings all of its types */
	assert_int_equal(merge_add(f->m, other, "whole", f->r), 0);
	object_free(other);
	expect(f, "");
}

/* without a base; nothing at all; without a report */
static void test_whole(void **state)
{
	struct btf *a = new_base(), *b;
	struct merge *m;
	char *have;

	(void)state;
	spell(a, base_text);
	assert_int_equal(merge_new(NULL, &m), 0);
	assert_int_equal(merge_add(m, a, "a", NULL), 0);
	assert_int_equal(merge_add(m, a, NULL, NULL), 0);
	object_free(a);
	assert_int_equal(merge_finish(m, NULL, &b), 0);
	have = spelled(b);
	assert_string_equal(have, "int int 4; struct dev 8 id:1@0 n:1@32; typedef u32 1");
	free(have);
	object_free(b);
	merge_free(m);
	assert_int_equal(merge_new(NULL, &m), 0);
	assert_int_equal(merge_finish(m, NULL, &b), 0);
	assert_int_equal(b->nr, 0);
	object_free(b);
	merge_free(m);
}

/* every name in conflict: notes cost as much as there is to say, not its square */
static void test_all_conflict(void **state)
{
	struct fixture *f = *state;
	const int structs = 20000;
	double from = (double)clock() / CLOCKS_PER_SEC, took;
	struct btf *out;

	for (int k = 0; k < 3; k++) {
		struct btf *b = new_split(f->base);
		char name[32];

		for (int i = 0; i < structs; i++) {
			snprintf(name, sizeof(name), "s%d", i);
			put(b, BTF_KIND_STRUCT, name, 4);
			put_member(b, k == 0 ? "a" : k == 1 ? "b" : "c", 1, 0);
		}
		assert_int_equal(merge_add(f->m, b, "x.ko", f->r), 0);
		object_free(b);
	}
	assert_int_equal(merge_finish(f->m, f->r, &out), 0);
	assert_int_equal(out->nr, 3 * structs);
	assert_int_equal(count_code(f->r, BTF_CODE_MERGE_CONFLICT), structs);
	object_free(out);
	took = (double)clock() / CLOCKS_PER_SEC - from;
	print_message("%d conflicts in %.2f s\n", structs, took);
	assert_true(took < 5);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shared),	  TEST(test_forward), TEST(test_conflicts),
		TEST(test_many_carriers), TEST(test_refused), TEST(test_whole),
		TEST(test_all_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
