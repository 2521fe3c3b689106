// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* .BTF_ids: looking names up, filling in, filling in again, verifying. */
#include "pass/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <btf/btf.h>

#include <errno.h>

#include "section.h"

static struct btf *base, *split;

enum {
	B_INT = 1,
	B_ALPHA,
	B_ALPHABET,
	B_GAMMA,
	B_PROTO,
	B_TWIN,
	B_TWIN2,
	O_F8,
	O_F9,
	O_SHORT,
	O_ALPHA,
	O_TWIN3,
};

static int make_types(void **state)
{
	(void)state;
	base = btf__new_empty();
	assert_int_equal(btf__add_int(base, "int", 4, BTF_INT_SIGNED), B_INT);
	assert_int_equal(btf__add_struct(base, "alpha", 8), B_ALPHA);
	assert_int_equal(btf__add_struct(base, "alphabetical", 8), B_ALPHABET);
	assert_int_equal(btf__add_typedef(base, "gamma_t", B_INT), B_GAMMA);
	assert_int_equal(btf__add_func_proto(base, B_INT), B_PROTO);
	assert_int_equal(btf__add_struct(base, "twin", 4), B_TWIN);
	assert_int_equal(btf__add_struct(base, "twin", 8), B_TWIN2);
	split = btf__new_empty_split(base);
	assert_int_equal(btf__add_func(split, "function", BTF_FUNC_STATIC, B_PROTO), O_F8);
	assert_int_equal(btf__add_func(split, "functions", BTF_FUNC_STATIC, B_PROTO), O_F9);
	assert_int_equal(btf__add_func(split, "f", BTF_FUNC_STATIC, B_PROTO), O_SHORT);
	assert_int_equal(btf__add_struct(split, "alpha", 8), O_ALPHA);
	assert_int_equal(btf__add_struct(split, "twin", 16), O_TWIN3);
	return 0;
}

static int free_types(void **state)
{
	(void)state;
	btf__free(split);
	btf__free(base);
	return 0;
}

static struct ids read_section(struct section *s)
{
	struct ids x;

	assert_int_equal(
		ids_parse(data(s), (size_t)s->words * 4, s->swapped, s->sym, s->syms, NULL, &x), 0);
	return x;
}

/* resolves; the result becomes the section. What was found, in order. */
static int resolve(struct section *s, enum btf_code *code, size_t max)
{
	struct btf_report *r = btf_report__new();
	struct ids x = read_section(s);
	u32 id[MAX_SYMS] = {0};
	u8 out[MAX_WORDS * 4];
	int err;

	assert_int_equal(ids_find(&x, split, id, r), 0);
	err = ids_fill(&x, id, out, r);
	assert_int_equal(ids_fill(&x, id, out, NULL), err);
	assert_true(btf_report__count(r) <= max);
	for (size_t i = 0; i < max; i++)
		code[i] = i < btf_report__count(r) ? btf_report__get(r, i)->code : 0;
	ids_deinit(&x);
	btf_report__free(r);
	if (!err)
		memcpy(data(s), out, (size_t)s->words * 4);
	return err;
}

static int verify(struct section *s, enum btf_code *code)
{
	struct btf_report *r = btf_report__new();
	struct ids x = read_section(s);
	u32 id[MAX_SYMS] = {0};
	int err;

	assert_int_equal(ids_find(&x, split, id, NULL), 0);
	err = ids_verify(&x, split, id, r);
	*code = btf_report__count(r) ? btf_report__get(r, 0)->code : 0;
	assert_int_equal(ids_verify(&x, split, id, NULL), err);
	ids_deinit(&x);
	btf_report__free(r);
	return err;
}

static u32 word(struct section *s, u32 i)
{
	u32 v;

	memcpy(&v, data(s) + (size_t)i * 4, 4);
	return s->swapped ? __builtin_bswap32(v) : v;
}

static void assert_words(struct section *s, const u32 *want, u32 cnt)
{
	assert_int_equal(s->words, cnt);
	for (u32 i = 0; i < cnt; i++)
		if (word(s, i) != want[i])
			fail_msg("word %u is %u, expected %u", i, word(s, i), want[i]);
}

static void put_all(struct section *s)
{
	put_id(s, "struct__alpha__1", 0);
	put(s, 0); /* unused */
	put_id(s, "typedef__gamma_t__2", 0);
	begin_set8(s, 4, 0, 1);
	put_pair(s, "func__functions__3", 0, 0x33);
	put_pair(s, "func__nowhere__4", 0, 0x44);
	put_pair(s, "func__f__5", 0, 0x55);
	put_pair(s, "func__function__6", 0, 0x66);
	begin_set(s, 2, 0);
	put_id(s, "struct__alphabetical__7", 0);
	put_id(s, "struct__alpha__8", 0);
}

static const u32 all_words[] = {
	B_ALPHA, 0,    B_GAMMA, 4,	 1,    0, 0x44,	   O_F8,
	0x66,	 O_F9, 0x33,	O_SHORT, 0x55, 2, B_ALPHA, B_ALPHABET,
};

static void fills_in_both_byte_orders(void **state)
{
	enum btf_code code[2];

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct section s = {.swapped = swapped};

		put_all(&s);
		assert_int_equal(verify(&s, code), -EINVAL);
		assert_int_equal(code[0], BTF_CODE_IDS_UNFILLED);
		/* alpha is in base and split, of both only the first is taken; one is nowhere */
		assert_int_equal(resolve(&s, code, 2), 0);
		assert_int_equal(code[0], BTF_CODE_IDS_TWICE);
		assert_int_equal(code[1], BTF_CODE_IDS_UNRESOLVED);
		assert_words(&s, all_words, sizeof(all_words) / 4);
		assert_int_equal(verify(&s, code), 0);
		assert_int_equal(code[0], 0);
		clear(&s);
	}
}

static void again_it_is_the_same(void **state)
{
	struct section s = {0};
	enum btf_code code[2];

	(void)state;
	put_all(&s);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(resolve(&s, code, 2), 0);
		assert_words(&s, all_words, sizeof(all_words) / 4);
	}
	clear(&s);
}

/* as a module that was encoded again on another base: resolved with ids that are `by` too small */
static void put_moved(struct section *s, u32 by, u32 flags)
{
	begin_set8(s, 3, 3, 1);
	put_pair(s, "func__functions__1", O_F8 - by, 0x11);
	put_pair(s, "func__f__2", O_F9 - by, flags);
	put_pair(s, "func__function__3", O_SHORT - by, 0x33);
}

static void flags_after_another_resolve(void **state)
{
	const u32 moved[] = {3, 1, O_F8, 0x11, O_F9, 0x22, O_SHORT, 0x33};
	struct section s = {0};
	enum btf_code code[1];

	(void)state;
	put_moved(&s, 5, 0x22);
	assert_int_equal(resolve(&s, code, 1), 0);
	assert_int_equal(code[0], BTF_CODE_IDS_AGAIN);
	assert_words(&s, moved, 8);
	clear(&s);
	/* not all by as much: whose are the flags? */
	begin_set8(&s, 2, 2, 1);
	put_pair(&s, "func__f__2", 3, 0x22);
	put_pair(&s, "func__function__3", 9, 0x33);
	assert_int_equal(resolve(&s, code, 1), -EINVAL);
	assert_int_equal(code[0], BTF_CODE_IDS_FLAGS);
	clear(&s);
	/* one that had no type has one now */
	begin_set8(&s, 2, 2, 1);
	put_pair(&s, "func__f__2", 0, 0x22);
	put_pair(&s, "func__function__3", O_F8, 0x33);
	assert_int_equal(resolve(&s, code, 1), -EINVAL);
	assert_int_equal(code[0], BTF_CODE_IDS_FLAGS);
	clear(&s);
	/* the same flags are everybody's */
	begin_set8(&s, 2, 2, 1);
	put_pair(&s, "func__f__2", 3, 0x22);
	put_pair(&s, "func__function__3", 9, 0x22);
	assert_int_equal(resolve(&s, code, 1), 0);
	assert_int_equal(code[0], 0);
	assert_int_equal(word(&s, 2), O_F8);
	assert_int_equal(word(&s, 4), O_SHORT);
	clear(&s);
	/* a set without flags can always be made anew */
	begin_set(&s, 2, 2);
	put_id(&s, "func__f__2", 1);
	put_id(&s, "func__function__3", 9);
	assert_int_equal(resolve(&s, code, 1), 0);
	assert_int_equal(word(&s, 1), O_F8);
	assert_int_equal(word(&s, 2), O_SHORT);
	clear(&s);
}

/* resolve_btfids tells of second ones while it still looks for names of the kind */
static void names_of_more_than_one_type(void **state)
{
	struct section s = {0};
	enum btf_code code[4];

	(void)state;
	put_id(&s, "struct__twin__1", 0);
	assert_int_equal(resolve(&s, code, 4), 0);
	assert_int_equal(code[0], 0);
	assert_int_equal(word(&s, 0), B_TWIN);
	clear(&s);
	/* two words for one name: one of them is never found */
	put_id(&s, "struct__twin__1", 0);
	put_id(&s, "struct__twin__2", 0);
	assert_int_equal(resolve(&s, code, 4), 0);
	assert_int_equal(code[0], BTF_CODE_IDS_TWICE);
	assert_int_equal(code[1], BTF_CODE_IDS_TWICE);
	assert_int_equal(code[2], 0);
	assert_int_equal(word(&s, 0), B_TWIN);
	assert_int_equal(word(&s, 1), B_TWIN);
	clear(&s);
}

static void what_is_wrong(void **state)
{
	struct section s = {0};
	enum btf_code code;

	(void)state;
	/* not sorted */
	begin_set(&s, 2, 2);
	put_id(&s, "func__f__2", O_SHORT);
	put_id(&s, "func__function__3", O_F8);
	assert_int_equal(verify(&s, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_IDS_ORDER);
	clear(&s);
	/* a list with a word that was left out */
	put_id(&s, "func__f__1", O_SHORT);
	put_id(&s, "func__function__2", 0);
	assert_int_equal(verify(&s, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_IDS_UNFILLED);
	clear(&s);
	/* a set with one */
	begin_set(&s, 2, 2);
	put_id(&s, "func__f__2", 0);
	put_id(&s, "func__function__3", O_F8);
	assert_int_equal(verify(&s, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_IDS_UNFILLED);
	clear(&s);
	/* a type of another name */
	put_id(&s, "func__f__1", O_F8);
	assert_int_equal(verify(&s, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_IDS_STALE);
	clear(&s);
	/* no such type, and the word says so: nothing is wrong */
	put_id(&s, "func__f__1", O_SHORT);
	put_id(&s, "func__nowhere__2", 0);
	assert_int_equal(verify(&s, &code), 0);
	clear(&s);
}

/* every name against a plain search */
static void many_names(void **state)
{
	struct btf *b = btf__new_empty(), *was = split;
	struct section s = {0};
	enum btf_code code[300];
	char name[64];

	(void)state;
	assert_int_equal(btf__add_func_proto(b, 0), 1);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "%.*s_%d", i % 13, "commonprefix_", i % 1500);
		assert_true(btf__add_func(b, name, BTF_FUNC_STATIC, 1) > 0);
	}
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "func__%.*s_%d__9", i % 13, "commonprefix_", i * 7);
		put_id(&s, name, 0);
	}
	split = b;
	assert_int_equal(resolve(&s, code, 300), 0);
	split = was;
	for (int i = 0; i < 200; i++) {
		int id;

		snprintf(name, sizeof(name), "%.*s_%d", i % 13, "commonprefix_", i * 7);
		id = btf__find_by_name_kind(b, name, BTF_KIND_FUNC);
		assert_int_equal(word(&s, (u32)i), id < 0 ? 0 : id);
	}
	clear(&s);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_in_both_byte_orders),
		cmocka_unit_test(again_it_is_the_same),
		cmocka_unit_test(flags_after_another_resolve),
		cmocka_unit_test(names_of_more_than_one_type),
		cmocka_unit_test(what_is_wrong),
		cmocka_unit_test(many_names),
	};

	return cmocka_run_group_tests(tests, make_types, free_types);
}
