// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Words of C source, and which types they and other roots bring along. */
#include "common.h"

#include <time.h>

#include "../../ref/spell.h"
#include "pass/subset.h"

/* ---- words ---- */

struct row {
	const char *source;
	const char *want; /* "t:tag i:ident m:member d:defined", by name; flags in this order */
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static char *words_text(const struct words *w)
{
	static const struct {
		u32 flag;
		char letter;
	} letters[] = {{WORD_TAG, 't'}, {WORD_IDENT, 'i'}, {WORD_MEMBER, 'm'}, {WORD_DEFINED, 'd'}};
	struct word *list = calloc(w->nr + 1, sizeof(*list));
	char *text = calloc(1, 4096);
	u32 nr = 0;

	for (u32 i = 0; w->slot && i <= w->mask; i++)
		if (w->slot[i].text)
			list[nr++] = w->slot[i];
	assert_int_equal(nr, w->nr);
	qsort(list, nr, sizeof(*list), by_text);
	for (u32 i = 0; i < nr; i++) {
		char *p = text + strlen(text);

		if (i)
			*p++ = ' ';
		for (size_t k = 0; k < ARRAY_SIZE(letters); k++)
			if (list[i].flags & letters[k].flag)
				*p++ = letters[k].letter;
		sprintf(p, ":%s", list[i].text);
	}
	free(list);
	return text;
}

static void test_words(void **state)
{
	static const struct row rows[] = {
		{"", ""},
		{"u32 x;", "i:u32 i:x"},
		{"struct a *b; union c d; enum e f;", "t:a i:b t:c i:d t:e i:f"},
		{"struct /* no */ a\n*b;", "t:a i:b"},
		{"struct own { int x; };", "i:int d:own i:x"},
		{"struct own /* { */ x;", "t:own i:x"},
		{"struct { int x; } y;", "i:int i:x i:y"},
		{"a->b.c + d . e", "i:a m:b m:c i:d m:e"},
		{"a-b", "i:a i:b"},
		{"x = 0x1fUL + 1.5e3 + 017u;", "i:x"},
		{"s = \"struct no { -> }\" 'q' \"a\\\"b\";", "i:s"},
		{"\"open string\nstruct a", "t:a"},
		{"// struct no\nstruct a // x\\\nstruct no\n;", "t:a"},
		{"/* struct no * / */ struct a /* open struct no", "t:a"},
		{"#include <linux/no.h>\n#if NO\nstruct a;\n#endif\n", "t:a"},
		{"#define NAME(arg) struct a arg\nb", "t:a i:arg i:b"},
		{"#define NAME \\\n\tstruct a\n", "t:a"},
		{"#pragma no \\\nno\n  # define X y", "i:y"},
		{"BPF_CORE_READ(task, mm, pgd.x)", "i:BPF_CORE_READ im:mm im:pgd im:task m:x"},
		{"BPF_CORE_READ(f(a), b); c", "i:BPF_CORE_READ im:a im:b i:c im:f"},
		{"bpf_core_field_exists(struct s, m)", "i:bpf_core_field_exists im:m t:s"},
		{"BPF_CORE_READ; (a)", "i:BPF_CORE_READ i:a"},
		{"struct bpf_core_x; (a)", "i:a t:bpf_core_x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct words w = {0};
		/* exactly as long as it is, for the sanitizers to see */
		char *copy = malloc(strlen(rows[i].source) + 1), *have;

		assert_non_null(copy);
		memcpy(copy, rows[i].source, strlen(rows[i].source));
		copy = realloc(copy, strlen(rows[i].source) ? strlen(rows[i].source) : 1);
		assert_int_equal(words_of_source(&w, copy, strlen(rows[i].source)), 0);
		have = words_text(&w);
		if (strcmp(have, rows[i].want))
			fail_msg("%s\nhave %s\nwant %s", rows[i].source, have, rows[i].want);
		free(have);
		free(copy);
		words_deinit(&w);
	}
}

/* megabytes of what makes a scanner look twice */
static void test_words_linear(void **state)
{
	static const char *const pieces[] = {"struct a /*", "struct ",	      "/*",
					     "\"",	    "#define x(",     "a->",
					     "\\\n",	    "BPF_CORE_READ(", "aaaaaaaa"};
	const size_t size = 4 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		size_t len = strlen(pieces[i]);
		double from = (double)clock() / CLOCKS_PER_SEC, took;
		struct words w = {0};

		for (size_t at = 0; at < size; at++)
			text[at] = pieces[i][at % len];
		assert_int_equal(words_of_source(&w, text, size), 0);
		words_deinit(&w);
		took = (double)clock() / CLOCKS_PER_SEC - from;
		if (took > 10)
			fail_msg("'%s' takes %.1f s", pieces[i], took);
	}
	free(text);
}

static void test_set(void **state)
{
	struct words w = {0};
	char name[16];

	(void)state;
	assert_null(words_find(&w, "a"));
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "w%d", i);
		assert_non_null(words_add(&w, name, strlen(name), WORD_TAG));
	}
	assert_int_equal(w.nr, 5000);
	assert_non_null(words_add(&w, "w17x", 3, WORD_IDENT));
	assert_int_equal(w.nr, 5000);
	assert_int_equal(words_find(&w, "w17")->flags, WORD_TAG | WORD_IDENT);
	assert_null(words_find(&w, "w17x"));
	assert_true(words_has(&w, "w4999", WORD_TAG));
	assert_false(words_has(&w, "w4999", WORD_IDENT));
	words_deinit(&w);
}

/* ---- types ---- */

static const char types[] = "int int 4;"				 /* 1 */
			    "struct leaf 4 v:1@0;"			 /* 2 */
			    "ptr 2;"					 /* 3 -> leaf */
			    "struct held 4 v:1@0;"			 /* 4 */
			    "struct top 24 in:4@0 leaf:3@64 next:6@128;" /* 5 */
			    "ptr 7;"					 /* 6 -> const top */
			    "const 5;"					 /* 7 */
			    "typedef leaf_p 3;"				 /* 8 */
			    "proto 1 x:3;"		       /* 9: int (struct leaf *) */
			    "func take 9 1;"		       /* 10 */
			    "tag bpf_kfunc 10 -1;"	       /* 11 */
			    "enum - 4 RED=0 BLUE=1;"	       /* 12 */
			    "enum color 4 GREEN=2;"	       /* 13 */
			    "struct - 4 deep:1@0;"	       /* 14 */
			    "struct nest 4 -:14@0;"	       /* 15 */
			    "ptr 15;"			       /* 16 */
			    "array 16 1 3;"		       /* 17 */
			    "struct user 32 n:17@0 cb:19@192;" /* 18 */
			    "ptr 9;"			       /* 19 -> callback */
			    "fwd away;"			       /* 20 */
			    "tag other 10 -1;"		       /* 21 */
			    "tag bpf_kfunc 10 0;"	       /* 22 */
			    "typedef alias 4";		       /* 23 */

static struct btf *make(void)
{
	struct btf *b = new_base(), *parsed;

	spell(b, types);
	parsed = reparsed(b, NULL);
	object_free(b);
	return parsed;
}

static void expect_ids(const struct buf *ids, const char *want)
{
	char have[512] = "";

	for (size_t i = 0; i < ids->len / 4; i++)
		sprintf(have + strlen(have), "%s%u", i ? " " : "",
			((const u32 *)(const void *)ids->data)[i]);
	assert_string_equal(have, want);
}

static void close_is(const struct btf *b, u32 root, const char *members, const char *want)
{
	struct words w = {0};
	struct buf ids = {0};
	char *copy = strdup(members ? members : ""), *save, *s;

	for (s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save))
		assert_non_null(words_add(&w, s, strlen(s), WORD_MEMBER));
	assert_int_equal(subset_close(b, &root, 1, members ? &w : NULL, SUBSET_ALL, &ids), 0);
	expect_ids(&ids, want);
	buf_deinit(&ids);
	words_deinit(&w);
	free(copy);
}

static void test_close(void **state)
{
	struct btf *b = make();

	(void)state;
	close_is(b, 1, NULL, "1");
	close_is(b, 0, NULL, "");
	close_is(b, 9999, NULL, "");
	close_is(b, 5, NULL, "1 3 4 5 6 7");
	close_is(b, 8, NULL, "3 8");
	close_is(b, 23, NULL, "1 4 23");
	close_is(b, 10, NULL, "1 3 9 10");
	/* leaf is read where both the way to it and what it has are named */
	close_is(b, 5, "leaf", "1 3 4 5 6 7");
	close_is(b, 5, "v", "1 3 4 5 6 7");
	close_is(b, 5, "leaf v", "1 2 3 4 5 6 7");
	/* a parameter has no name that counts */
	close_is(b, 9, "v", "1 2 3 9");
	close_is(b, 9, "x", "1 3 9");
	/* behind arrays and in anonymous structs; callbacks are the kernel's */
	close_is(b, 18, "n deep", "1 3 9 14 15 16 17 18 19");
	close_is(b, 18, "n v", "1 3 9 16 17 18 19");
	close_is(b, 18, "cb v", "1 3 9 16 17 18 19");
	object_free(b);
}

/* from these a C dump starts: not from what is only on the way to a pointer's target */
static void test_close_defined(void **state)
{
	struct btf *b = make();
	struct buf ids = {0};

	(void)state;
	assert_int_equal(subset_close(b, &(u32){5}, 1, NULL, SUBSET_DEFINED, &ids), 0);
	expect_ids(&ids, "4 5");
	ids.len = 0;
	assert_int_equal(subset_close(b, (u32[]){18, 8, 12, 20}, 4, NULL, SUBSET_DEFINED, &ids), 0);
	expect_ids(&ids, "8 12 18 20");
	buf_deinit(&ids);
	object_free(b);
}

static void named_is(const struct btf *b, const char *source, const char *want)
{
	struct words w = {0};
	struct buf ids = {0};

	assert_int_equal(words_of_source(&w, source, strlen(source)), 0);
	assert_int_equal(subset_named(b, &w, &ids), 0);
	expect_ids(&ids, want);
	buf_deinit(&ids);
	words_deinit(&w);
}

static void test_named(void **state)
{
	struct btf *b = make();

	(void)state;
	named_is(b, "struct leaf x;", "2");
	named_is(b, "leaf top held int take", "");
	named_is(b, "leaf_p x = struct_leaf; alias", "8 23");
	named_is(b, "BLUE", "12");
	named_is(b, "GREEN", "13");
	named_is(b, "enum color c; struct away *a", "13 20");
	named_is(b, "struct leaf { int mine; }; struct leaf x;", "");
	named_is(b, "x.BLUE", "");
	object_free(b);
}

static void test_like(void **state)
{
	struct btf *b = make();
	struct words w = {0};
	struct buf ids = {0};

	(void)state;
	words_add(&w, "leaf", 4, WORD_LIKE)->like = (struct word_like){BTF_KIND_STRUCT, 4, 1};
	words_add(&w, "held", 4, WORD_LIKE)->like = (struct word_like){BTF_KIND_STRUCT, 8, 1};
	words_add(&w, "nest", 4, WORD_LIKE)->like = (struct word_like){BTF_KIND_UNION, 4, 1};
	assert_int_equal(subset_named(b, &w, &ids), 0);
	expect_ids(&ids, "2");
	ids.len = 0;
	assert_int_equal(subset_kfuncs(b, &ids), 0);
	expect_ids(&ids, "10");
	buf_deinit(&ids);
	words_deinit(&w);
	object_free(b);
}

/* anonymous structs, each of which holds the next one twice; and a circle of them */
static void test_deep(void **state)
{
	struct btf *b = new_base();
	struct words w = {0};
	struct buf ids = {0};
	u32 root = 1, inner = 2;

	(void)state;
	put_plain_int(b);
	for (u32 i = 0; i < 60; i++) {
		put(b, BTF_KIND_STRUCT, NULL, 4);
		put_member(b, NULL, i == 59 ? 2 : inner + i + 1, 0);
		put_member(b, NULL, i == 59 ? 2 : inner + i + 1, 0);
	}
	root = put(b, BTF_KIND_STRUCT, "top", 4);
	put_member(b, NULL, 2, 0);
	put(b, BTF_KIND_PTR, NULL, root);
	root = put(b, BTF_KIND_STRUCT, "user", 8);
	put_member(b, "p", root - 1, 0);
	assert_non_null(words_add(&w, "p", 1, WORD_MEMBER));
	assert_int_equal(subset_close(b, &root, 1, &w, SUBSET_ALL, &ids), 0);
	assert_int_equal(ids.len / 4, 2);
	buf_deinit(&ids);
	words_deinit(&w);
	object_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words), cmocka_unit_test(test_words_linear),
		cmocka_unit_test(test_set),   cmocka_unit_test(test_close),
		cmocka_unit_test(test_named), cmocka_unit_test(test_like),
		cmocka_unit_test(test_deep),  cmocka_unit_test(test_close_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
