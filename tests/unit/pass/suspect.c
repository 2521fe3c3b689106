// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A split on a base that it was not built on: each sort of evidence, and what is none. The real
 * modules, on their own kernel and on another, come in tests/real.
 */
#include "common.h"

#include "pass/suspect.h"

enum {
	INT = 1,
	S,
	ARRAY,
	TYPEDEF,
	FWD,
	PROTO,
	FUNC,
	VAR,
	SEC,
	TAG,
	ENUM,
	VOIDP,
	FUNCP,
	CHAR,
	VOID_T,
	BASE_END,
};

static struct btf *kernel(void)
{
	struct btf *b = new_base();

	put_plain_int(b);			  /* INT */
	put(b, BTF_KIND_STRUCT, "good_name", 16); /* S */
	put_member(b, "m", 1, 0);
	put_array(b, S, INT, 4);		  /* ARRAY: 64 bytes */
	put(b, BTF_KIND_TYPEDEF, "good_t", S);	  /* TYPEDEF */
	put(b, BTF_KIND_FWD, "declared", 0);	  /* FWD */
	put(b, BTF_KIND_FUNC_PROTO, NULL, 0);	  /* PROTO */
	put(b, BTF_KIND_FUNC, "do_it", PROTO);	  /* FUNC */
	put_word(b, BTF_KIND_VAR, "var", INT, 1); /* VAR */
	put(b, BTF_KIND_DATASEC, ".data", 4);	  /* SEC */
	put_var(b, VAR, 0, 4);
	put_word(b, BTF_KIND_DECL_TAG, "tag", S, ~0u); /* TAG */
	put(b, BTF_KIND_ENUM, "e", 4);		       /* ENUM */
	put(b, BTF_KIND_PTR, NULL, 0);		       /* VOIDP */
	put(b, BTF_KIND_PTR, NULL, PROTO);	       /* FUNCP */
	put_int(b, "unsigned char", 1, 0, 8);	       /* CHAR */
	put(b, BTF_KIND_TYPEDEF, "void_t", 0);	       /* VOID_T */
	return b;
}

/* code of the first finding, or none; frees both */
static enum btf_code suspected(struct btf *split, struct btf *base)
{
	struct btf_report *r = btf_report__new();
	int err = suspect_base(split, r);
	enum btf_code code = BTF_CODE_NONE;

	assert_int_equal(err, btf_report__count(r) ? -EINVAL : 0);
	assert_true(btf_report__count(r) <= 5);
	assert_int_equal(suspect_base(split, NULL), err);
	if (err) {
		code = btf_report__get(r, 0)->code;
		assert_true(btf_report__get(r, 0)->type_id >= split->start_id);
		assert_int_equal(btf_report__get(r, 0)->severity, BTF_ERROR);
	}
	btf_report__free(r);
	object_free(split);
	object_free(base);
	return code;
}

static void test_not_split(void **state)
{
	(void)state;
	assert_int_equal(suspected(kernel(), NULL), BTF_CODE_NONE);
}

/* everything that C allows */
static void test_good(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);

	(void)state;
	put(s, BTF_KIND_STRUCT, "own", 128);
	put_member(s, "good_name", S, 0);
	put_member(s, "m", ARRAY, 128);
	put_member(s, "e", ENUM, 128 + 512);
	put_member(s, "var", VOIDP, 128 + 512 + 64);
	put_member(s, NULL, CHAR, 1000);
	put(s, BTF_KIND_UNION, "u", 64);
	put_member(s, "a", ARRAY, 0);
	put_member(s, "s", TYPEDEF, 0);
	put_array(s, TYPEDEF, INT, 2);
	put_array(s, TYPEDEF, CHAR, 2);
	put(s, BTF_KIND_PTR, NULL, FWD);
	put(s, BTF_KIND_PTR, NULL, PROTO);
	put(s, BTF_KIND_CONST, NULL, 0);
	put(s, BTF_KIND_RESTRICT, NULL, VOIDP);
	put(s, BTF_KIND_TYPEDEF, "fwd_t", FWD);
	put(s, BTF_KIND_FUNC_PROTO, NULL, 0);
	put_param(s, "m", S);
	put_param(s, NULL, 0);
	put(s, BTF_KIND_FUNC_PROTO, NULL, VOID_T); /* returns a typedef of void */
	put(s, BTF_KIND_FUNC, "own_func", PROTO);
	put_word(s, BTF_KIND_VAR, "own_var", ARRAY, 1);
	put_word(s, BTF_KIND_DECL_TAG, "a tag of any text", S, ~0u);
	put_word(s, BTF_KIND_DECL_TAG, "tag", FUNC, ~0u);
	put(s, BTF_KIND_TYPE_TAG, "any text, too", S);
	put_int(s, "long long int", 8, 0, 64);
	put(s, BTF_KIND_STRUCT, "Option<u8>", 1); /* odd, but by the split's own account */
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
}

/* ---- names ---- */

static void rename_to(struct btf *b, u32 id, u32 off)
{
	((struct btf_type *)(uintptr_t)object_type(b, id))->name_off = off;
}

static void test_middle_of_a_string(void **state)
{
	(void)state;
	for (int own = 0; own < 2; own++) {
		struct btf *base = kernel(), *s = new_split(base);

		put(s, BTF_KIND_STRUCT, "own_struct", 4);
		rename_to(s, BASE_END,
			  own ? s->start_str + 3 : (u32)object_find_str(base, "good_name") + 2);
		assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_STRING);
	}
}

static void test_middle_of_a_members_string(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);

	(void)state;
	put(s, BTF_KIND_STRUCT, "own", 8);
	put_member(s, "a", INT, 0);
	put_member(s, "b", INT, 32);
	member(s, BASE_END, 1)->name_off = (u32)object_find_str(base, "declared") + 1;
	assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_STRING);
}

static void test_no_identifier(void **state)
{
	static const u32 kinds[] = {BTF_KIND_STRUCT, BTF_KIND_UNION,   BTF_KIND_ENUM,
				    BTF_KIND_FWD,    BTF_KIND_TYPEDEF, BTF_KIND_ENUM64};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct btf *base = kernel(), *s = new_split(base);

		put(s, kinds[i], "unsigned char", kinds[i] == BTF_KIND_TYPEDEF ? INT : 0);
		assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_NAME);
	}
	for (int i = 0; i < 5; i++) {
		struct btf *base = kernel(), *s = new_split(base);

		if (i == 0) {
			put(s, BTF_KIND_STRUCT, "own", 4);
			put_member(s, "unsigned char", INT, 0);
		} else if (i == 1) {
			put(s, BTF_KIND_FUNC_PROTO, NULL, 0);
			put_param(s, "unsigned char", INT);
		} else if (i == 2) {
			put(s, BTF_KIND_ENUM, "own", 4);
			put_enumerator(s, "unsigned char", 1);
		} else if (i == 3) {
			put(s, BTF_KIND_FUNC, "unsigned char", PROTO);
		} else {
			put_word(s, BTF_KIND_VAR, "unsigned char", INT, 1);
		}
		assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_NAME);
	}
}

/* ---- references ---- */

struct ref_row {
	const char *what;
	u32 kind; /* of the referring type */
	u32 to;
};

static void test_references(void **state)
{
	static const struct ref_row rows[] = {
		{"pointer to a function", BTF_KIND_PTR, FUNC},
		{"pointer to a variable", BTF_KIND_PTR, VAR},
		{"pointer to a section", BTF_KIND_PTR, SEC},
		{"pointer to a tag", BTF_KIND_PTR, TAG},
		{"typedef of a function", BTF_KIND_TYPEDEF, FUNC},
		{"const variable", BTF_KIND_CONST, VAR},
		{"restrict struct", BTF_KIND_RESTRICT, S},
		{"variable of a prototype", BTF_KIND_VAR, PROTO},
		{"variable of a declaration", BTF_KIND_VAR, FWD},
		{"variable of void", BTF_KIND_VAR, VOID_T},
		{"tag of a tag", BTF_KIND_DECL_TAG, TAG},
		{"tag of an int", BTF_KIND_DECL_TAG, INT},
		{"member that is a function", BTF_KIND_STRUCT, FUNC},
		{"member that is a prototype", BTF_KIND_STRUCT, PROTO},
		{"member that is only declared", BTF_KIND_UNION, FWD},
		{"member of void", BTF_KIND_STRUCT, VOID_T},
		{"parameter that is an array", BTF_KIND_FUNC_PROTO, ARRAY},
		{"parameter that is a variable", BTF_KIND_FUNC_PROTO, VAR},
		{"parameter of void", BTF_KIND_FUNC_PROTO, VOID_T},
		{"section of an int", BTF_KIND_DATASEC, INT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct btf *base = kernel(), *s = new_split(base);
		u32 kind = rows[i].kind;

		if (kind == BTF_KIND_VAR || kind == BTF_KIND_DECL_TAG)
			put_word(s, kind, "own", rows[i].to, 1);
		else
			put(s, kind, kind_in(kind, KINDS_DATA) ? "own" : NULL,
			    kind_table[kind].head_size	  ? 400
			    : kind == BTF_KIND_FUNC_PROTO ? 0
							  : rows[i].to);
		if (kind_in(kind, KINDS_COMPOSITE))
			put_member(s, "m", rows[i].to, 0);
		if (kind == BTF_KIND_FUNC_PROTO)
			put_param(s, "m", rows[i].to);
		if (kind == BTF_KIND_DATASEC)
			put_var(s, rows[i].to, 0, 4);
		print_message("%s\n", rows[i].what);
		assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_REF);
	}
}

static void test_arrays(void **state)
{
	static const u32 bad[][2] = {{FUNC, INT}, {VOID_T, INT}, {FWD, INT}, {INT, S}, {INT, ENUM}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct btf *base = kernel(), *s = new_split(base);

		put_array(s, bad[i][0], bad[i][1], 1);
		assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_REF);
	}
}

/* through types of the split's own */
static void test_through_own_types(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);

	(void)state;
	put(s, BTF_KIND_TYPEDEF, "own_t", FWD); /* allowed */
	put(s, BTF_KIND_STRUCT, "own", 4);
	put_member(s, "m", BASE_END, 0); /* an own type: the split's own affair */
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
}

/* ---- layout ---- */

static void test_member_runs_over_the_end(void **state)
{
	static const u32 types[] = {S, TYPEDEF, ARRAY};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		for (u32 room = 0; room < 2; room++) {
			u32 size = types[i] == ARRAY ? 64 : 16;
			struct btf *base = kernel(), *s = new_split(base);

			put(s, i & 1 ? BTF_KIND_UNION : BTF_KIND_STRUCT, "own", size + room - 1);
			put_member(s, "m", types[i], 0);
			assert_int_equal(suspected(s, base),
					 room ? BTF_CODE_NONE : BTF_CODE_SUSPECT_LAYOUT);
		}
}

static void test_member_runs_over_the_next(void **state)
{
	(void)state;
	for (u32 room = 0; room < 2; room++) {
		struct btf *base = kernel(), *s = new_split(base);

		put(s, BTF_KIND_STRUCT, "own", 64);
		put_member(s, "a", S, 0);
		put_member(s, "b", CHAR, 120 + 8 * room);
		assert_int_equal(suspected(s, base),
				 room ? BTF_CODE_NONE : BTF_CODE_SUSPECT_LAYOUT);
	}
}

/* an array of the split's own of a base type, and bitfields, which may share bytes */
static void test_layout_edges(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);

	(void)state;
	put_array(s, S, INT, 4);
	put(s, BTF_KIND_STRUCT, "own", 60);
	put_member(s, "m", BASE_END, 0);
	assert_int_equal(suspected(s, base), BTF_CODE_SUSPECT_LAYOUT);
	base = kernel();
	s = new_split(base);
	put_kflag(s, BTF_KIND_STRUCT, "own", 4);
	put_member(s, "a", INT, 3u << 24 | 0);
	put_member(s, "b", INT, 29u << 24 | 3);
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
	/* members that stand in another order than they lie, as some compilers have it */
	base = kernel();
	s = new_split(base);
	put(s, BTF_KIND_STRUCT, "own", 32);
	put_member(s, "b", S, 128);
	put_member(s, "a", S, 0);
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
	/* an old encoder's bitfield: an INT that has fewer bits than its size */
	base = kernel();
	put_int(base, "bits", 4, 0, 3);
	s = new_split(base);
	put(s, BTF_KIND_STRUCT, "own", 1);
	put_member(s, "a", BASE_END, 0);
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
	/* an array of 2^32 elements is not judged, and does not overflow */
	base = kernel();
	s = new_split(base);
	put_array(s, ARRAY, INT, UINT32_MAX);
	put_array(s, BASE_END, INT, UINT32_MAX);
	put(s, BTF_KIND_STRUCT, "own", 60);
	put_member(s, "m", BASE_END + 1, 0);
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
}

/* bounded, whatever leads in circles */
static void test_loops(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);

	(void)state;
	put(s, BTF_KIND_TYPEDEF, "a", BASE_END + 1);
	put(s, BTF_KIND_CONST, NULL, BASE_END);
	put_array(s, BASE_END + 2, INT, 1);
	put(s, BTF_KIND_STRUCT, "own", 8);
	put_member(s, "x", BASE_END, 0);
	put_member(s, "y", BASE_END + 2, 32);
	assert_int_equal(suspected(s, base), BTF_CODE_NONE);
}

/* at most five, however bad it is */
static void test_few_findings(void **state)
{
	struct btf *base = kernel(), *s = new_split(base);
	struct btf_report *r = btf_report__new();

	(void)state;
	for (int i = 0; i < 100; i++) {
		put(s, BTF_KIND_STRUCT, "unsigned char", 1);
		put_member(s, "unsigned char", S, 0);
		put_member(s, "unsigned char", FUNC, 0);
	}
	assert_int_equal(suspect_base(s, r), -EINVAL);
	assert_int_equal(btf_report__count(r), 5);
	btf_report__free(r);
	object_free(s);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_split),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_middle_of_a_string),
		cmocka_unit_test(test_middle_of_a_members_string),
		cmocka_unit_test(test_no_identifier),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_through_own_types),
		cmocka_unit_test(test_member_runs_over_the_end),
		cmocka_unit_test(test_member_runs_over_the_next),
		cmocka_unit_test(test_layout_edges),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_few_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
