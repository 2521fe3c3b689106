// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * relocate around the matching rules (match.c): bases of several levels, strings, the id map, what
 * stays as it was on failure, raw data that was asked for before, and input that no program wrote.
 */
#include "common.h"

#include "btf/index.h"
#include "pass/distill.h"
#include "pass/relocate.h"

/* relocates and expects the code; b's bytes and base must be as before */
static void refuses_with(struct btf *b, const struct btf *base, enum relocate_rules rules, int err,
			 enum btf_code code)
{
	struct relocate_opts opts = {.rules = rules};
	struct btf_report *r = btf_report__new();
	struct buf before = bytes_of(b), after;
	const struct btf *old = b->base;

	assert_int_equal(relocate(b, base, &opts, r), err);
	assert_int_equal(finding(r, code)->severity, BTF_ERROR);
	after = bytes_of(b);
	assert_true(same_buf(&before, &after));
	assert_ptr_equal(b->base, old);
	/* the same without anybody to tell */
	assert_int_equal(relocate(b, base, &opts, NULL), err);
	buf_deinit(&before);
	buf_deinit(&after);
	btf_report__free(r);
}

/* ---- bases of several levels ---- */

static void levels(u32 depth)
{
	struct btf *dist = new_base(), *base[4] = {NULL}, *top, *split, *b;
	struct buf bytes;
	u32 want[3] = {0};

	put(dist, BTF_KIND_STRUCT, "low", 4);
	put(dist, BTF_KIND_STRUCT, "mid", 8);
	put(dist, BTF_KIND_STRUCT, "high", 12);
	split = new_split(dist);
	put(split, BTF_KIND_STRUCT, "holder", 24);
	for (u32 id = 1; id <= 3; id++)
		put_member(split, id == 1 ? "low" : "own", id, 64 * (id - 1));
	base[0] = new_base();
	put_plain_int(base[0]);
	want[0] = put(base[0], BTF_KIND_STRUCT, "low", 4);
	top = base[0];
	for (u32 l = 1; l < depth; l++) {
		top = base[l] = new_split(top);
		put(top, BTF_KIND_PTR, NULL, want[0]);
		if (l == 1)
			want[1] = put(top, BTF_KIND_STRUCT, "mid", 8);
	}
	if (!want[1])
		want[1] = put(top, BTF_KIND_STRUCT, "mid", 8);
	want[2] = put(top, BTF_KIND_STRUCT, "high", 12);
	b = reparsed(split, dist);
	assert_int_equal(relocate(b, top, NULL, NULL), 0);
	assert_int_equal(b->start_id, object_type_cnt(top));
	assert_int_equal(b->start_str, object_str_end(top));
	for (u32 k = 0; k < 3; k++)
		assert_int_equal(member(b, b->start_id, k)->type, want[k]);
	assert_true(has_name(b, b->start_id, "holder"));
	assert_string_equal(object_str(b, member(b, b->start_id, 0)->name_off), "low");
	assert_string_equal(object_str(b, member(b, b->start_id, 1)->name_off), "own");
	/* and its bytes are good on that base */
	bytes = bytes_of(b);
	object_free(b);
	assert_int_equal(object_parse(bytes.data, bytes.len, top, OBJECT_ADOPT, NULL, &b), 0);
	assert_int_equal(member(b, b->start_id, 2)->type, want[2]);
	object_free(b);
	object_free(split);
	object_free(dist);
	for (u32 l = depth; l--;)
		object_free(base[l]);
}

static void test_split_bases(void **state)
{
	(void)state;
	for (u32 depth = 1; depth <= 4; depth++)
		levels(depth);
}

/* a name on two levels of the base is two candidates, as within one */
static void test_one_name_on_two_levels(void **state)
{
	struct btf *dist = new_base(), *low = new_base(), *high, *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "s", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	put(low, BTF_KIND_STRUCT, "s", 4);
	high = new_split(low);
	put(high, BTF_KIND_STRUCT, "s", 4);
	refuses_with(split, high, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_AMBIGUOUS);
	object_free(high);
	high = new_split(low);
	put(high, BTF_KIND_STRUCT, "s", 8);
	assert_int_equal(relocate(split, high, NULL, NULL), 0);
	assert_int_equal(object_type(split, 3)->type, 1);
	object_free(split);
	object_free(high);
	object_free(low);
	object_free(dist);
}

/* a distilled base of several levels is one distilled base */
static void test_distilled_base_of_two_levels(void **state)
{
	struct btf *d1 = new_base(), *d2, *base = new_base(), *split;

	(void)state;
	put(d1, BTF_KIND_STRUCT, "a", 4);
	d2 = new_split(d1);
	put(d2, BTF_KIND_STRUCT, "b", 8);
	split = new_split(d2);
	put(split, BTF_KIND_STRUCT, "own", 16);
	put_member(split, "a", 1, 0);
	put_member(split, "b", 2, 64);
	put(base, BTF_KIND_STRUCT, "b", 8);
	put(base, BTF_KIND_UNION, "c", 8);
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_int_equal(member(split, 4, 0)->type, 3);
	assert_int_equal(member(split, 4, 1)->type, 1);
	assert_string_equal(object_str(split, member(split, 4, 0)->name_off), "a");
	object_free(split);
	object_free(base);
	object_free(d2);
	object_free(d1);
}

/* types that a base got after the split was made are not the split's */
static void test_bases_that_grew(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_STRUCT, "own", 4);
	put(split, BTF_KIND_PTR, NULL, 2);
	put(dist, BTF_KIND_STRUCT, "later", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	put(base, BTF_KIND_STRUCT, "afterwards", 4);
	assert_int_equal(object_type(split, 3)->type, 2);
	assert_true(has_name(split, 2, "own"));
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_bases_that_cannot_be(void **state)
{
	struct btf *dist = new_base(), *split, *above, *beside;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	above = new_split(split);
	beside = new_split(dist);
	refuses_with(split, NULL, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	refuses_with(split, dist, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	refuses_with(split, split, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	refuses_with(split, above, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	refuses_with(dist, split, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	/* a distilled base that goes with the split must not be in use elsewhere */
	split->owns_base = true;
	refuses_with(split, beside, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_NO_BASE);
	split->owns_base = false;
	assert_int_equal(relocate(split, beside, NULL, NULL), 0);
	object_free(beside);
	object_free(above);
	object_free(split);
	object_free(dist);
}

/* ---- what the object shows before and after ---- */

static void test_owned_base_is_freed(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	split->owns_base = true;
	put(split, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_false(split->owns_base);
	object_free(split); /* a sanitizer sees what is freed twice or never */
	object_free(base);
}

static void test_raw_data_is_fresh(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *b;
	const struct btf_type *t;
	const void *raw;
	u32 len;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put_plain_int(base);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	put(split, BTF_KIND_STRUCT, "own", 8);
	b = reparsed(split, dist);
	for (int other = 0; other < 2; other++) {
		assert_int_equal(object_raw(b, other, &raw, &len), 0);
		assert_int_equal(object_raw(split, other, &raw, &len), 0);
	}
	assert_int_equal(object_find(b, "own", BTF_KIND_STRUCT, 1), 3);
	assert_int_equal(relocate(b, base, NULL, NULL), 0);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_int_equal(object_raw(b, false, &raw, &len), 0);
	t = (const void *)((const u8 *)raw + 24);
	assert_int_equal(t->type, 2);
	assert_int_equal(object_raw(split, true, &raw, &len), 0);
	t = (const void *)((const u8 *)raw + 24);
	assert_int_equal(__builtin_bswap32(t->type), 2);
	/* and so are lookups */
	assert_int_equal(object_find(b, "own", BTF_KIND_STRUCT, 1), 4);
	assert_int_equal(object_find(b, "a", BTF_KIND_STRUCT, 1), 2);
	object_free(b);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_pointer_size_comes_with_the_base(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put_int(base, "long int", 4, BTF_INT_SIGNED, 32);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(object_ptr_size(split), 0);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_int_equal(object_ptr_size(split), 4);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_id_map(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;
	struct id_map map = {0};
	struct relocate_opts opts = {.ret_map = &map};

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(dist, BTF_KIND_STRUCT, "b", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	put(split, BTF_KIND_PTR, NULL, 2);
	put(base, BTF_KIND_STRUCT, "b", 4);
	/* untouched where nothing came of it */
	map.own_cnt = 77;
	assert_int_equal(relocate(split, base, &opts, NULL), -EINVAL);
	assert_int_equal(map.own_cnt, 77);
	assert_null(map.base);
	put_plain_int(base);
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(relocate(split, base, &opts, NULL), 0);
	assert_int_equal(id_map_get(&map, 0), 0);
	assert_int_equal(id_map_get(&map, 1), 3);
	assert_int_equal(id_map_get(&map, 2), 1);
	assert_int_equal(id_map_get(&map, 3), 4);
	assert_int_equal(id_map_get(&map, 4), 5);
	assert_int_equal(id_map_get(&map, 5), 0);
	id_map_deinit(&map);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* foreign byte order in, foreign byte order out */
static void test_byte_order(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *d, *b;
	struct buf bytes;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	dist->swapped_out = split->swapped_out = true;
	d = reparsed(dist, NULL);
	b = reparsed(split, d);
	put_plain_int(base);
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(relocate(b, base, NULL, NULL), 0);
	bytes = bytes_of(b);
	assert_int_equal(*(u16 *)bytes.data, WIRE_MAGIC_SWAPPED);
	assert_int_equal(*(u32 *)(bytes.data + 24 + 8), __builtin_bswap32(2));
	buf_deinit(&bytes);
	object_free(b);
	object_free(d);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* ---- strings ---- */

/* a name of the split that is in the distilled base, but as no type's name there */
static void test_strings_only_the_distilled_base_has(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *b;
	u32 own;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	object_add_str(dist, "known");
	object_add_str(dist, "unknown");
	split = new_split(dist);
	put(split, BTF_KIND_STRUCT, "own", 12);
	put_member(split, "known", 1, 0);
	put_member(split, "unknown", 1, 32);
	put_member(split, "unknown", 1, 64);
	put(split, BTF_KIND_UNION, "unknown", 4);
	put(base, BTF_KIND_STRUCT, "known", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	/* kernels look up what is a type's name, and refuse the rest half done */
	b = reparsed(split, dist);
	refuses_with(b, base, RELOCATE_KERNEL, -ENOENT, BTF_CODE_RELOC_STRING);
	assert_int_equal(relocate(b, base, NULL, NULL), 0);
	own = b->start_id;
	assert_true(has_name(b, own, "own"));
	assert_int_equal(member(b, own, 0)->name_off, object_type(base, 1)->name_off);
	assert_string_equal(object_str(b, member(b, own, 1)->name_off), "unknown");
	assert_int_equal(member(b, own, 1)->name_off, member(b, own, 2)->name_off);
	assert_int_equal(object_type(b, own + 1)->name_off, member(b, own, 2)->name_off);
	assert_int_equal(b->strs_len, strlen("own") + 1 + strlen("unknown") + 1);
	object_free(reparsed(b, base));
	object_free(b);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* a split whose own string section is empty */
static void test_no_strings(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *b;
	struct buf bytes;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	object_add_str(dist, "zz");
	split = new_split(dist);
	put(split, BTF_KIND_TYPEDEF, "zz", 1);
	assert_int_equal(split->strs_len, 0);
	bytes = bytes_of(split);
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(object_parse(bytes.data, bytes.len, dist, OBJECT_ADOPT, NULL, &b), 0);
	assert_int_equal(relocate(b, base, NULL, NULL), 0);
	assert_true(has_name(b, 2, "zz"));
	object_free(b);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* ---- nothing needed, nothing there ---- */

static void test_empty_distilled_base(void **state)
{
	struct btf *old = new_base(), *split, *base = new_base(), *dist, *b;

	(void)state;
	put(old, BTF_KIND_PTR, NULL, 0);
	put(old, BTF_KIND_STRUCT, NULL, 8);
	put_member(old, "p", 1, 0);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "s", 16);
	put_member(split, "a", 2, 0);
	put_member(split, "b", 1, 64);
	assert_int_equal(distill(split, NULL, NULL, &dist, &b), 0);
	assert_int_equal(dist->nr, 0);
	put_plain_int(base);
	put_plain_int(base);
	for (int i = 0; i < 2; i++) {
		struct relocate_opts opts = {.rules = i ? RELOCATE_KERNEL : RELOCATE_SOUND};
		struct btf *x = reparsed(b, dist);

		assert_int_equal(relocate(x, base, &opts, NULL), 0);
		assert_int_equal(member(x, 3, 0)->type, 5);
		assert_int_equal(member(x, 3, 1)->type, 4);
		assert_int_equal(member(x, 5, 0)->type, 4);
		assert_int_equal(object_type(x, 4)->type, 0);
		assert_true(has_name(x, 3, "s"));
		object_free(x);
	}
	object_free(b);
	object_free(dist);
	object_free(split);
	object_free(base);
	object_free(old);
}

static void test_empty_split(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	assert_int_equal(object_type_cnt(split), 2);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* ---- input that no program wrote ---- */

static void test_dangling_ids(void **state)
{
	struct btf *base = new_base();

	(void)state;
	put(base, BTF_KIND_STRUCT, "a", 4);
	for (int kind = 0; kind < 3; kind++) {
		struct btf *dist = new_base(), *split = new_split(dist);

		object_free(split);
		put(dist, BTF_KIND_STRUCT, "a", 4);
		split = new_split(dist);
		if (kind == 0)
			put(split, BTF_KIND_PTR, NULL, 524287);
		else if (kind == 1)
			put_array(split, 1, 99, 1);
		else
			put(split, BTF_KIND_STRUCT, "s", 4);
		if (kind == 2)
			put_member(split, "m", 99, 0);
		refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_TYPE_REF);
		refuses_with(split, base, RELOCATE_KERNEL, -EINVAL, BTF_CODE_TYPE_REF);
		object_free(split);
		object_free(dist);
	}
	object_free(base);
}

static void test_dangling_name(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	((struct btf_type *)(uintptr_t)object_type(split, put(split, BTF_KIND_STRUCT, "s", 4)))
		->name_off = 1000;
	refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_TYPE_NAME);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* kernels hang on these where a struct member leads there */
static void test_loops(void **state)
{
	struct btf *dist = new_base(), *base = new_base();
	struct relocate_opts kernel = {.rules = RELOCATE_KERNEL};

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4); /* 1 */
	put(base, BTF_KIND_STRUCT, "a", 4);
	for (int shape = 0; shape < 5; shape++)
		for (int reached = 0; reached < 2; reached++) {
			struct btf *split = new_split(dist);

			switch (shape) {
			case 0: /* an array of itself */
				put_array(split, 2, 1, 1);
				break;
			case 1: /* a typedef of itself */
				put(split, BTF_KIND_TYPEDEF, "t", 2);
				break;
			case 2: /* typedef, const, array, and around */
				put(split, BTF_KIND_TYPEDEF, "t", 3);
				put(split, BTF_KIND_CONST, NULL, 4);
				put_array(split, 2, 1, 1);
				break;
			case 3: /* a tail that ends in a loop */
				put(split, BTF_KIND_VOLATILE, NULL, 3);
				put(split, BTF_KIND_TYPEDEF, "t", 4);
				put(split, BTF_KIND_TYPE_TAG, "u", 3);
				break;
			case 4: /* two members that meet in it */
				put_array(split, 3, 1, 1);
				put_array(split, 2, 1, 1);
				put(split, BTF_KIND_STRUCT, "other", 4);
				put_member(split, "m", 3, 0);
				break;
			}
			if (reached) {
				put(split, BTF_KIND_STRUCT, "holder", 8);
				put_member(split, "good", 1, 0);
				put_member(split, "bad", 2, 32);
			}
			refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_CYCLE);
			if (reached || shape == 4)
				refuses_with(split, base, RELOCATE_KERNEL, -EINVAL,
					     BTF_CODE_RELOC_CYCLE);
			else
				assert_int_equal(relocate(split, base, &kernel, NULL), 0);
			object_free(split);
		}
	object_free(base);
	object_free(dist);
}

/* chains that meet, and long ones, are no loops */
static void test_no_loops(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;
	u32 t;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 8);
	split = new_split(dist);
	t = 1;
	for (int i = 0; i < 100000; i++)
		t = put(split, i & 1 ? BTF_KIND_CONST : BTF_KIND_TYPEDEF, i & 1 ? NULL : "t", t);
	for (int i = 0; i < 1000; i++) {
		put(split, BTF_KIND_STRUCT, "s", 8);
		put_member(split, "m", t - (u32)i, 0);
		put_member(split, "n", t, 0);
	}
	/* the chain leads to a distilled type, whose size matters then */
	refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_SIZE);
	object_free(base);
	base = new_base();
	put(base, BTF_KIND_STRUCT, "a", 4);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	object_free(split);
	object_free(base);
	object_free(dist);
}

/* a struct that holds itself by value is a loop of another kind; relocating follows no members */
static void test_struct_in_itself(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	put_member(base, "self", 1, 0);
	split = new_split(dist);
	put(split, BTF_KIND_STRUCT, "b", 4);
	put_member(split, "self", 2, 0);
	put_member(split, "a", 1, 0);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_wrong_distilled_bases(void **state)
{
	static const u32 wrong[] = {BTF_KIND_PTR,   BTF_KIND_ARRAY,	 BTF_KIND_TYPEDEF,
				    BTF_KIND_CONST, BTF_KIND_FUNC_PROTO, BTF_KIND_TYPE_TAG,
				    BTF_KIND_VAR,   BTF_KIND_DATASEC,	 BTF_KIND_DECL_TAG};
	static const u32 anonymous[] = {BTF_KIND_INT,  BTF_KIND_FLOAT, BTF_KIND_STRUCT,
					BTF_KIND_ENUM, BTF_KIND_UNION, BTF_KIND_FWD};
	struct btf *base = new_base();

	(void)state;
	put(base, BTF_KIND_STRUCT, "a", 4);
	for (size_t i = 0; i < ARRAY_SIZE(wrong) + ARRAY_SIZE(anonymous); i++) {
		struct btf *dist = new_base(), *split;
		bool anon = i >= ARRAY_SIZE(wrong);
		u32 kind = anon ? anonymous[i - ARRAY_SIZE(wrong)] : wrong[i];

		put(dist, BTF_KIND_STRUCT, "a", 4);
		if (kind == BTF_KIND_ARRAY)
			put_array(dist, 1, 1, 1);
		else if (kind == BTF_KIND_VAR || kind == BTF_KIND_DECL_TAG)
			put_word(dist, kind, "a", 1, 0);
		else if (kind == BTF_KIND_INT)
			put_int(dist, NULL, 4, 0, 32);
		else
			put(dist, kind, anon ? NULL : "a", kind_table[kind].head_ref ? 1 : 4);
		split = new_split(dist);
		put(split, BTF_KIND_PTR, NULL, 1);
		refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_RELOC_BASE_KIND);
		refuses_with(split, base, RELOCATE_KERNEL, -EINVAL, BTF_CODE_RELOC_BASE_KIND);
		object_free(split);
		object_free(dist);
	}
	object_free(base);
}

static void test_enum64_in_a_distilled_base(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;
	struct btf_report *r = btf_report__new();

	(void)state;
	put(dist, BTF_KIND_ENUM64, "e", 8);
	put(base, BTF_KIND_ENUM64, "e", 8);
	put_enumerator64(base, "BIG", 1ull << 60);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	refuses_with(split, base, RELOCATE_KERNEL, -EINVAL, BTF_CODE_RELOC_ENUM64);
	assert_int_equal(relocate(split, base, NULL, r), 0);
	assert_int_equal(finding(r, BTF_CODE_RELOC_ENUM64)->severity, BTF_WARNING);
	assert_int_equal(object_type(split, 2)->type, 1);
	btf_report__free(r);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_unknown_kind(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, 100, "odd", 1);
	refuses_with(split, base, RELOCATE_SOUND, -EINVAL, BTF_CODE_TYPE_KIND);
	object_free(split);
	/* in the new base it is in nobody's way */
	put(base, 100, "a", 1);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(relocate(split, base, NULL, NULL), 0);
	object_free(split);
	object_free(base);
	object_free(dist);
}

static void test_unknown_header_fields(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *b;
	struct buf bytes, longer = {0};
	void *tail;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "a", 4);
	put(base, BTF_KIND_STRUCT, "a", 4);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	bytes = bytes_of(split);
	buf_add(&longer, bytes.data, 24);
	((struct wire_header *)(void *)longer.data)->hdr_len = 40;
	buf_add_zero(&longer, 16, &tail);
	((u32 *)tail)[3] = 1;
	buf_add(&longer, bytes.data + 24, bytes.len - 24);
	assert_int_equal(object_parse(longer.data, longer.len, dist, 0, NULL, &b), 0);
	refuses_with(b, base, RELOCATE_SOUND, -EOPNOTSUPP, BTF_CODE_HDR_UNKNOWN);
	object_free(b);
	object_free(split);
	object_free(base);
	object_free(dist);
	buf_deinit(&bytes);
	buf_deinit(&longer);
}

static void set_name(struct btf *b, u32 id, u32 off)
{
	((struct btf_type *)(uintptr_t)object_type(b, id))->name_off = off;
}

static void add_long_str(struct btf *b, u32 len)
{
	char *s = malloc(len + 1);

	memset(s, 'a', len);
	s[len] = 0;
	object_add_str(b, s);
	free(s);
}

/* every offset into one long string is another name */
static void test_overlapping_names(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;
	u32 len = 100000;

	(void)state;
	add_long_str(dist, len);
	for (u32 i = 0; i < len; i++)
		set_name(dist, put(dist, BTF_KIND_STRUCT, NULL, 4), 1 + i);
	put_plain_int(base);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	refuses_with(split, base, RELOCATE_SOUND, -E2BIG, BTF_CODE_TOO_BIG);
	object_free(split);
	object_free(dist);
	/* names of the split in the distilled base's strings */
	dist = new_base();
	put_plain_int(dist);
	add_long_str(dist, len);
	split = new_split(dist);
	for (u32 i = 0; i < len; i++)
		set_name(split, put(split, BTF_KIND_STRUCT, NULL, 4), 5 + i);
	refuses_with(split, base, RELOCATE_SOUND, -E2BIG, BTF_CODE_TOO_BIG);
	object_free(split);
	object_free(dist);
	object_free(base);
}

/* one name for everything: time is bounded, whatever is asked for */
static void test_one_name_for_all(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;

	(void)state;
	for (u32 i = 0; i < 20000; i++)
		put(dist, BTF_KIND_STRUCT, "x", i);
	for (u32 i = 0; i < 20000; i++)
		put(base, BTF_KIND_TYPEDEF, "x", 0);
	split = new_split(dist);
	put(split, BTF_KIND_PTR, NULL, 1);
	refuses_with(split, base, RELOCATE_SOUND, -E2BIG, BTF_CODE_TOO_BIG);
	object_free(base);
	base = new_base();
	for (u32 i = 0; i < 5000; i++)
		put(base, BTF_KIND_STRUCT, "x", i);
	refuses_with(split, base, RELOCATE_SOUND, -E2BIG, BTF_CODE_TOO_BIG);
	object_free(split);
	object_free(base);
	object_free(dist);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_bases),
		cmocka_unit_test(test_one_name_on_two_levels),
		cmocka_unit_test(test_distilled_base_of_two_levels),
		cmocka_unit_test(test_bases_that_grew),
		cmocka_unit_test(test_bases_that_cannot_be),
		cmocka_unit_test(test_owned_base_is_freed),
		cmocka_unit_test(test_raw_data_is_fresh),
		cmocka_unit_test(test_pointer_size_comes_with_the_base),
		cmocka_unit_test(test_id_map),
		cmocka_unit_test(test_byte_order),
		cmocka_unit_test(test_strings_only_the_distilled_base_has),
		cmocka_unit_test(test_no_strings),
		cmocka_unit_test(test_empty_distilled_base),
		cmocka_unit_test(test_empty_split),
		cmocka_unit_test(test_dangling_ids),
		cmocka_unit_test(test_dangling_name),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_no_loops),
		cmocka_unit_test(test_struct_in_itself),
		cmocka_unit_test(test_wrong_distilled_bases),
		cmocka_unit_test(test_enum64_in_a_distilled_base),
		cmocka_unit_test(test_unknown_kind),
		cmocka_unit_test(test_unknown_header_fields),
		cmocka_unit_test(test_overlapping_names),
		cmocka_unit_test(test_one_name_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
