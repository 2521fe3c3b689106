// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* .BTF_ids: sections as the kernel's macros make them, damaged ones, and their translation. */
#include "pass/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <btf/btf.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

/* ---- the types that sections refer to ---- */

enum {
	B_INT = 1,
	B_ALPHA,
	B_BETA,
	B_GAMMA,
	B_PROTO,
	B_FUNC,
	B_LINES,
	B_TWIN,
	B_TWIN2,
	B_PTR,
	O_PROTO,
	O_ZETA,
	O_ETA,
	O_INIT,
	O_OWN,
	O_GAMMA,
	TYPE_CNT
};

static struct btf *base, *split;

static int make_types(void **state)
{
	(void)state;
	base = btf__new_empty();
	assert_int_equal(btf__add_int(base, "int", 4, BTF_INT_SIGNED), B_INT);
	assert_int_equal(btf__add_struct(base, "alpha", 8), B_ALPHA);
	assert_int_equal(btf__add_union(base, "beta", 8), B_BETA);
	assert_int_equal(btf__add_typedef(base, "gamma_t", B_INT), B_GAMMA);
	assert_int_equal(btf__add_func_proto(base, B_INT), B_PROTO);
	assert_int_equal(btf__add_func(base, "base_func", BTF_FUNC_STATIC, B_PROTO), B_FUNC);
	assert_int_equal(btf__add_struct(base, "a__b__", 4), B_LINES);
	assert_int_equal(btf__add_struct(base, "twin", 4), B_TWIN);
	assert_int_equal(btf__add_struct(base, "twin", 8), B_TWIN2);
	assert_int_equal(btf__add_ptr(base, B_ALPHA), B_PTR);
	split = btf__new_empty_split(base);
	assert_int_equal(btf__add_func_proto(split, B_INT), O_PROTO);
	assert_int_equal(btf__add_func(split, "zeta", BTF_FUNC_STATIC, O_PROTO), O_ZETA);
	assert_int_equal(btf__add_func(split, "eta", BTF_FUNC_STATIC, O_PROTO), O_ETA);
	assert_int_equal(btf__add_func(split, "nf_conn___init", BTF_FUNC_STATIC, O_PROTO), O_INIT);
	assert_int_equal(btf__add_struct(split, "own", 4), O_OWN);
	assert_int_equal(btf__add_typedef(split, "gamma_t", B_INT), O_GAMMA);
	return 0;
}

static int free_types(void **state)
{
	(void)state;
	btf__free(split);
	btf__free(base);
	return 0;
}

/* ---- sections (section.h) ---- */

static struct ids parsed(struct section *s)
{
	struct btf_report *r = btf_report__new();
	struct ids x;
	int err = ids_parse(data(s), (size_t)s->words * 4, s->swapped, s->sym, s->syms, r, &x);

	if (err)
		fail_msg("%s", btf_report__get(r, 0)->text);
	btf_report__free(r);
	return x;
}

/* the one finding, of this code; its text is a sentence */
static void assert_code(struct btf_report *r, int err, enum btf_code code)
{
	assert_int_equal(err, -EINVAL);
	assert_int_equal(btf_report__count(r), 1);
	if (btf_report__get(r, 0)->code != code)
		fail_msg("%s: %s", btf_code__name(btf_report__get(r, 0)->code),
			 btf_report__get(r, 0)->text);
	assert_string_equal(btf_report__get(r, 0)->section, ".BTF_ids");
	assert_true(strlen(btf_report__get(r, 0)->text) > 10);
}

/* refused while it is read; nothing is given out, and no report is needed */
static void assert_refused(struct section *s, enum btf_code code)
{
	struct btf_report *r = btf_report__new();
	struct ids untouched, x;

	memset(&untouched, 0xa5, sizeof(untouched));
	memcpy(&x, &untouched, sizeof(x));
	assert_code(r, ids_parse(data(s), (size_t)s->words * 4, s->swapped, s->sym, s->syms, r, &x),
		    code);
	assert_memory_equal(&x, &untouched, sizeof(x));
	assert_int_equal(
		ids_parse(data(s), (size_t)s->words * 4, s->swapped, s->sym, s->syms, NULL, &x),
		-EINVAL);
	btf_report__free(r);
	clear(s);
}

typedef int (*check_fn)(const struct ids *x, struct btf_report *r);

static int check_types(const struct ids *x, struct btf_report *r)
{
	return ids_check(x, split, r);
}

static int check_roots(const struct ids *x, struct btf_report *r)
{
	struct buf roots = {0};
	int err = ids_roots(x, split, &roots, r);

	buf_deinit(&roots);
	return err;
}

/* read, and then refused by a check */
static void assert_check(struct section *s, check_fn check, enum btf_code code)
{
	struct btf_report *r = btf_report__new();
	struct ids x = parsed(s);

	assert_code(r, check(&x, r), code);
	assert_int_equal(check(&x, NULL), -EINVAL);
	ids_deinit(&x);
	btf_report__free(r);
	clear(s);
}

static void assert_fine(struct section *s, check_fn check)
{
	struct ids x = parsed(s);

	assert_int_equal(check(&x, NULL), 0);
	ids_deinit(&x);
}

static void assert_roots(struct section *s, const u32 *want, u32 cnt)
{
	struct ids x = parsed(s);
	struct buf roots = {0};

	assert_int_equal(ids_roots(&x, split, &roots, NULL), 0);
	assert_int_equal(roots.len, cnt * sizeof(u32));
	if (cnt)
		assert_memory_equal(roots.data, want, cnt * sizeof(u32));
	buf_deinit(&roots);
	ids_deinit(&x);
}

/* base ids 1..10 go to 110, 109, .. 101, own ids 1000 further up */
static struct id_map reverse_map(struct id_pair *pair)
{
	struct id_map map = {.own_from = O_PROTO,
			     .own_cnt = TYPE_CNT - O_PROTO,
			     .own_to = O_PROTO + 1000,
			     .base = pair,
			     .base_cnt = B_PTR};

	for (u32 i = 0; i < B_PTR; i++)
		pair[i] = (struct id_pair){i + 1, 110 - i};
	return map;
}

/* translated, the section holds these words */
static void assert_translated(struct section *s, const u32 *want, u32 cnt)
{
	struct id_pair pair[B_PTR];
	struct id_map map = reverse_map(pair);
	u8 out[MAX_WORDS * 4 + 3];
	struct ids x = parsed(s);

	assert_int_equal(s->words, cnt);
	assert_int_equal(ids_translate(&x, &map, out + 3, NULL), 0);
	for (u32 i = 0; i < cnt; i++) {
		u32 v;

		memcpy(&v, out + 3 + (size_t)i * 4, 4);
		if (s->swapped)
			v = __builtin_bswap32(v);
		if (v != want[i])
			fail_msg("word %u: expected %u, got %u", i, want[i], v);
	}
	ids_deinit(&x);
}

#define WORDS(...) (const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32)

/* ---- what the kernel's macros make ---- */

static void fill_all(struct section *s)
{
	symbol(s, "my_list", 0);
	put_id(s, "struct__alpha__1", B_ALPHA);
	put(s, 0); /* BTF_ID_UNUSED */
	put_id(s, "union__beta__2", B_BETA);
	put_id(s, "typedef__gamma_t__3", B_GAMMA);
	put_id(s, "func__zeta__4", O_ZETA);
	put_id(s, "struct__gone__5", 0);
	begin_set(s, 3, 3);
	put_id(s, "struct__own__6", B_ALPHA);
	put_id(s, "struct__alpha__7", B_BETA);
	put_id(s, "union__beta__8", O_OWN);
	begin_set8(s, 2, 2, 1);
	put_pair(s, "func__zeta__9", O_ZETA, 0x21);
	put_pair(s, "func__eta__10", O_ETA, 0x12);
}

static void every_prefix_in_both_byte_orders(void **state)
{
	struct section s = {0};
	struct ids x;
	u32 all, listed;

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		s.swapped = swapped;
		fill_all(&s);
		x = parsed(&s);
		assert_true(x.resolved);
		assert_int_equal(ids_word(&x, 0), B_ALPHA);
		assert_int_equal(ids_word(&x, 12), O_ZETA);
		ids_count(&x, &all, &listed);
		assert_int_equal(all, 10);
		assert_int_equal(listed, 8);
		ids_deinit(&x);
		assert_fine(&s, check_types);
		assert_roots(&s, WORDS(B_ALPHA, B_BETA, B_GAMMA, B_ALPHA, B_BETA));
		assert_translated(&s, WORDS(109, 0, 108, 107, 1012, 0, /* set */ 3, 108, 109, 1015,
					    /* set8 */ 2, 1, 1012, 0x21, 1013, 0x12));
		clear(&s);
	}
}

static void flags_stay_with_their_id(void **state)
{
	struct section s = {0};

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		s.swapped = swapped;
		begin_set8(&s, 6, 6, 7);
		/* two that resolve_btfids did not find keep their order */
		put_pair(&s, "func__zeta__1", 0, 0xa);
		put_pair(&s, "func__gone__2", 0, 0x9);
		put_pair(&s, "struct__twin__3", B_TWIN, 0x8);
		put_pair(&s, "struct__twin__4", B_TWIN, 0x7);
		put_pair(&s, "struct__twin__5", B_TWIN2, 0x6);
		put_pair(&s, "struct__own__6", O_OWN, 0x5);
		assert_fine(&s, check_types);
		assert_translated(
			&s, WORDS(6, 7, 0, 0xa, 0, 0x9, 102, 0x6, 103, 0x8, 103, 0x7, 1015, 0x5));
		clear(&s);
	}
}

static void sections_without_ids(void **state)
{
	struct section s = {0};

	(void)state;
	assert_translated(&s, NULL, 0);
	put(&s, 0);
	symbol(&s, "my_list", 0);
	begin_set(&s, 0, 0);
	begin_set8(&s, 0, 0, 1);
	assert_roots(&s, NULL, 0);
	assert_translated(&s, WORDS(0, 0, 0, 1));
	clear(&s);
}

/* ---- before resolve_btfids ---- */

static void unresolved_sets_keep_their_order(void **state)
{
	struct section s = {0};
	struct ids x;

	(void)state;
	begin_set8(&s, 3, 0, 1);
	put_pair(&s, "func__zeta__1", 0, 0x30);
	put_pair(&s, "func__eta__2", 0, 0x10);
	put_pair(&s, "func__nf_conn___init__3", 0, 0x20);
	x = parsed(&s);
	assert_false(x.resolved);
	ids_deinit(&x);
	assert_translated(&s, WORDS(0, 1, 0, 0x30, 0, 0x10, 0, 0x20));
	clear(&s);
}

static void unresolved_names_are_roots(void **state)
{
	struct section s = {0};

	(void)state;
	put_id(&s, "struct__alpha__1", 0);
	put_id(&s, "struct__a__b____12", 0);		/* "a__b__": the last __ cuts */
	put_id(&s, "struct__twin__3", 0);		/* the first of two */
	put_id(&s, "func__nf_conn___init__1052266", 0); /* own: nothing to keep */
	put_id(&s, "struct__nowhere__5", 0);
	put_id(&s, "union__alpha__6", 0); /* a struct is no union */
	begin_set(&s, 1, 0);
	put_id(&s, "union__beta__7", 0);
	assert_fine(&s, check_types);
	assert_roots(&s, WORDS(B_ALPHA, B_LINES, B_TWIN, B_BETA));
	clear(&s);
	/* what is resolved says itself what it needs: alpha was not found then, nor is it kept */
	put_id(&s, "struct__alpha__1", 0);
	put_id(&s, "union__beta__2", B_BETA);
	assert_roots(&s, WORDS(B_BETA));
	clear(&s);
	/* a count alone tells that resolve_btfids has been here */
	begin_set(&s, 1, 1);
	put_id(&s, "struct__alpha__1", 0);
	assert_roots(&s, NULL, 0);
	clear(&s);
}

static void ids_that_cannot_be_kept(void **state)
{
	struct section s = {0};

	(void)state;
	put_id(&s, "func__base_func__1", B_FUNC);
	assert_check(&s, check_roots, BTF_CODE_IDS_LOST);
	put_id(&s, "func__base_func__1", 0);
	assert_check(&s, check_roots, BTF_CODE_IDS_LOST);
	/* in a set without member symbols any id may stand */
	begin_set(&s, 1, 1);
	put(&s, B_PTR);
	assert_check(&s, check_roots, BTF_CODE_IDS_LOST);
	/* resolved, the base's typedef travels; by its name the module's own would be found */
	put_id(&s, "typedef__gamma_t__1", B_GAMMA);
	assert_roots(&s, WORDS(B_GAMMA));
	clear(&s);
	put_id(&s, "typedef__gamma_t__1", 0);
	assert_check(&s, check_roots, BTF_CODE_IDS_LOST);
}

/* ---- symbols and bytes that do not fit ---- */

static void symbols_gone(void **state)
{
	struct section s = {0};

	(void)state;
	put(&s, B_ALPHA);
	assert_refused(&s, BTF_CODE_IDS_GONE);
	put_id(&s, "struct__alpha__1", B_ALPHA);
	put(&s, 1); /* the count of a set whose symbol is gone */
	put_id(&s, "struct__own__2", O_OWN);
	assert_refused(&s, BTF_CODE_IDS_GONE);
	/* BTF_ID_FLAGS outside of a set8 */
	put_pair(&s, "struct__alpha__1", B_ALPHA, 4);
	assert_refused(&s, BTF_CODE_IDS_GONE);
}

static void misplaced_symbols(void **state)
{
	static const u64 offsets[] = {
		1, 2, 3, 5, 8, 9, 12, 1u << 31, UINT32_MAX, UINT64_MAX, UINT64_MAX - 3, 1ull << 34};
	struct section s = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++)
		for (int set = 0; set < 3; set++) {
			static const char *const names[] = {"__BTF_ID__struct__alpha__1",
							    "__BTF_ID__set__x",
							    "__BTF_ID__set8__x"};

			symbol(&s, names[set], set == 2 ? 8 : 4)->offset = offsets[i];
			put(&s, 0);
			put(&s, 0);
			assert_refused(&s, BTF_CODE_IDS_SYMBOL);
		}
}

static void oversized_symbols(void **state)
{
	static const u64 sizes[] = {
		0,	   1, 3, 6, 20, 24, 1ull << 32, UINT64_MAX, UINT64_MAX - 3, UINT64_MAX - 7,
		1ull << 63};
	struct section s = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (int pairs = 0; pairs < 2; pairs++) {
			symbol(&s, pairs ? "__BTF_ID__set8__x" : "__BTF_ID__set__x", sizes[i]);
			for (int w = 0; w < 4; w++)
				put(&s, 0);
			assert_refused(&s, BTF_CODE_IDS_SYMBOL);
		}
	/* an id is one word */
	symbol(&s, "__BTF_ID__struct__alpha__1", 8);
	put(&s, B_ALPHA);
	put(&s, 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	/* without .size it is not told, and one all the same */
	symbol(&s, "__BTF_ID__struct__alpha__1", 0);
	put(&s, B_ALPHA);
	assert_fine(&s, check_types);
	clear(&s);
}

static void overlapping_symbols(void **state)
{
	struct section s = {0};

	(void)state;
	/* a set inside a set, from either side */
	symbol(&s, "__BTF_ID__set__x", 16);
	put(&s, 0);
	symbol(&s, "__BTF_ID__set__y", 8);
	for (int w = 0; w < 3; w++)
		put(&s, 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	symbol(&s, "__BTF_ID__set8__x", 16);
	symbol(&s, "__BTF_ID__set__y", 8);
	for (int w = 0; w < 4; w++)
		put(&s, 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	/* ids where a set counts, or has flags */
	symbol(&s, "__BTF_ID__set__x", 8);
	put_id(&s, "struct__alpha__1", 0);
	put(&s, 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	symbol(&s, "__BTF_ID__set8__x", 16);
	put(&s, 0);
	put_id(&s, "struct__alpha__1", 0);
	put(&s, 0);
	put(&s, 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	/* two ids at one word, in a list and in a set */
	symbol(&s, "__BTF_ID__struct__alpha__1", 4);
	put_id(&s, "union__beta__2", 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	begin_set(&s, 1, 0);
	symbol(&s, "__BTF_ID__struct__alpha__1", 4);
	put_id(&s, "union__beta__2", 0);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
}

static void names_that_ask_for_nothing(void **state)
{
	static const char *const names[] = {
		"",	     "enum__x__1", "structure__x__1", "func_x__1", "func__", "func__x",
		"func____1", "func__x_1",  "FUNC__x__1",      "set16__x",  "set",    "setter__x__1",
	};
	struct section s = {0};
	char *huge = malloc(20000);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		put_id(&s, names[i], 0);
		assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	}
	/* string tables may overlap: a bound on time */
	memset(huge, 'x', 20000);
	memcpy(huge, "__BTF_ID__func__", 16);
	for (size_t len = 4094; len <= 19999; len += 15905) {
		memcpy(huge + len - 3, "__1", 4);
		symbol(&s, huge, 4);
		put(&s, 0);
		if (len > 4094)
			assert_refused(&s, BTF_CODE_IDS_SYMBOL);
		else
			assert_roots(&s, NULL, 0);
		clear(&s);
		huge[len] = 'x';
	}
	free(huge);
}

static void counts_that_disagree(void **state)
{
	struct section s = {0};

	(void)state;
	for (u32 count = 1; count < 4; count += 2) {
		begin_set(&s, 2, count);
		put(&s, B_ALPHA);
		put(&s, B_BETA);
		assert_refused(&s, BTF_CODE_IDS_SYMBOL);
		begin_set8(&s, 2, count, 0);
		for (int w = 0; w < 4; w++)
			put(&s, 1);
		assert_refused(&s, BTF_CODE_IDS_SYMBOL);
	}
	/* counts nothing, but holds an id */
	begin_set(&s, 2, 0);
	put(&s, 0);
	put(&s, B_BETA);
	assert_refused(&s, BTF_CODE_IDS_SYMBOL);
}

static void a_section_of_no_words(void **state)
{
	struct btf_report *r = btf_report__new();
	u8 bytes[8] = {0};
	struct ids x;

	(void)state;
	for (size_t size = 1; size < 8; size += size == 3 ? 2 : 1) {
		assert_code(r, ids_parse(bytes, size, false, NULL, 0, r, &x), BTF_CODE_IDS_SYMBOL);
		btf_report__clear(r);
	}
	assert_code(r, ids_parse(bytes, (size_t)1 << 33, false, NULL, 0, r, &x),
		    BTF_CODE_IDS_SYMBOL);
	btf_report__free(r);
}

/* ---- section and BTF of different builds ---- */

static void ids_of_another_build(void **state)
{
	struct section s = {0};

	(void)state;
	put_id(&s, "struct__alpha__1", TYPE_CNT);
	assert_check(&s, check_types, BTF_CODE_IDS_RANGE);
	begin_set8(&s, 1, 1, 0);
	put_pair(&s, "struct__alpha__1", UINT32_MAX, 0);
	assert_check(&s, check_types, BTF_CODE_IDS_RANGE);
	/* another type, another kind, a name that is a beginning */
	put_id(&s, "struct__alpha__1", B_TWIN);
	assert_check(&s, check_types, BTF_CODE_IDS_STALE);
	put_id(&s, "union__alpha__1", B_ALPHA);
	assert_check(&s, check_types, BTF_CODE_IDS_STALE);
	put_id(&s, "struct__alph__1", B_ALPHA);
	assert_check(&s, check_types, BTF_CODE_IDS_STALE);
	put_id(&s, "struct__alphas__1", B_ALPHA);
	assert_check(&s, check_types, BTF_CODE_IDS_STALE);
	/* in a set the order is free, the types are not */
	begin_set(&s, 3, 3);
	put_id(&s, "struct__own__1", B_ALPHA);
	put_id(&s, "struct__alpha__2", B_BETA);
	put_id(&s, "union__beta__3", O_ETA);
	assert_check(&s, check_types, BTF_CODE_IDS_STALE);
	/* nothing to compare with: a member without a symbol */
	begin_set(&s, 2, 2);
	put_id(&s, "struct__own__1", B_ALPHA);
	put(&s, B_BETA);
	assert_fine(&s, check_types);
	clear(&s);
}

static void an_id_without_a_place(void **state)
{
	struct id_pair pair[] = {{B_ALPHA, 5}};
	struct id_map map = {.base = pair, .base_cnt = 1};
	struct btf_report *r = btf_report__new();
	struct section s = {0};
	struct ids x;
	u8 out[8];

	(void)state;
	put_id(&s, "struct__alpha__1", B_ALPHA);
	put_id(&s, "union__beta__2", B_BETA);
	x = parsed(&s);
	assert_code(r, ids_translate(&x, &map, out, r), BTF_CODE_IDS_LOST);
	ids_deinit(&x);
	clear(&s);
	btf_report__free(r);
}

/* ---- many sections, against a translation that is obviously right ---- */

static u32 next_random(u32 *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void put_random_set(struct section *s, u32 *seed)
{
	u32 cnt = next_random(seed) % 9;
	bool pairs = next_random(seed) % 2, resolved = next_random(seed) % 4;

	if (pairs)
		begin_set8(s, cnt, resolved ? cnt : 0, next_random(seed) % 3);
	else
		begin_set(s, cnt, resolved ? cnt : 0);
	for (u32 i = 0; i < cnt; i++) {
		put(s, resolved ? next_random(seed) % TYPE_CNT : 0);
		if (pairs)
			put(s, next_random(seed) % 3);
	}
}

/* out[word..] is what in[word..] becomes: each member's place in the new order counted by hand */
static void assert_set(const struct ids *x, const struct ids_set *set, const struct id_map *map,
		       const u8 *out)
{
	u32 step = set->pairs ? 2 : 1, first = set->word + step;
	bool resolved = ids_word(x, set->word) != 0;

	for (u32 i = 0; i < set->cnt; i++) {
		u32 id = id_map_get(map, ids_word(x, first + i * step)), place = resolved ? 0 : i,
		    v;

		for (u32 k = 0; resolved && k < set->cnt; k++) {
			u32 other = id_map_get(map, ids_word(x, first + k * step));

			place += other < id || (other == id && k < i);
		}
		memcpy(&v, out + (size_t)(first + place * step) * 4, 4);
		assert_int_equal(x->swapped ? __builtin_bswap32(v) : v, id);
		if (set->pairs)
			assert_memory_equal(out + (size_t)(first + place * step + 1) * 4,
					    x->data + (size_t)(first + i * step + 1) * 4, 4);
	}
}

static void random_sections(void **state)
{
	struct id_pair pair[B_PTR];
	struct id_map map = reverse_map(pair);
	u8 out[MAX_WORDS * 4];
	u32 seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct section s = {.swapped = next_random(&seed) % 2};
		struct ids x;

		for (int i = 0; i < 4; i++)
			put_random_set(&s, &seed);
		x = parsed(&s);
		assert_int_equal(ids_translate(&x, &map, out, NULL), 0);
		assert_int_equal(x.set_cnt, 4);
		for (u32 i = 0; i < x.set_cnt; i++)
			assert_set(&x, &x.set[i], &map, out);
		ids_deinit(&x);
		clear(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prefix_in_both_byte_orders),
		cmocka_unit_test(flags_stay_with_their_id),
		cmocka_unit_test(sections_without_ids),
		cmocka_unit_test(unresolved_sets_keep_their_order),
		cmocka_unit_test(unresolved_names_are_roots),
		cmocka_unit_test(ids_that_cannot_be_kept),
		cmocka_unit_test(symbols_gone),
		cmocka_unit_test(misplaced_symbols),
		cmocka_unit_test(oversized_symbols),
		cmocka_unit_test(overlapping_symbols),
		cmocka_unit_test(names_that_ask_for_nothing),
		cmocka_unit_test(counts_that_disagree),
		cmocka_unit_test(a_section_of_no_words),
		cmocka_unit_test(ids_of_another_build),
		cmocka_unit_test(an_id_without_a_place),
		cmocka_unit_test(random_sections),
	};

	return cmocka_run_group_tests(tests, make_types, free_types);
}
