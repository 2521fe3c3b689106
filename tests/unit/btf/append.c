// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Types copied between objects, and put into another order. */
#include "make.h"

#include <btf/btf.h>

#include "btf/append.h"
#include "btf/ext.h"

static struct btf *every(void)
{
	struct blob blob = blob_make(&every_kind);
	struct btf *b = parsed(&blob, NULL);

	blob_free(&blob);
	return b;
}

/* own type i of b is own type j of a, ids shifted where they are own ones */
static void assert_copy(const struct btf *a, u32 j, const struct btf *b, u32 i, u32 from, u32 shift)
{
	const struct btf_type *ta = object_own(a, j), *tb = object_own(b, i);
	struct field_iter ia = type_ids(ta), ib = type_ids(tb);
	u32 *fa, *fb;

	assert_int_equal(ta->info, tb->info);
	while ((fa = field_next(&ia))) {
		fb = field_next(&ib);
		assert_int_equal(*fb, *fa >= from ? *fa + shift : *fa);
	}
	ia = type_names(ta);
	ib = type_names(tb);
	while ((fa = field_next(&ia))) {
		fb = field_next(&ib);
		assert_string_equal(object_str(a, *fa), object_str(b, *fb));
	}
}

static void base_to_base(void **state)
{
	struct btf *dst = btf__new_empty(), *src = every();
	u32 strs;

	(void)state;
	assert_int_equal(btf__add_int(dst, "ccc", 4, 0), 1);
	assert_int_equal(btf__add_ptr(dst, 1), 2);
	assert_int_equal(btf__add_btf(dst, src), 3);
	assert_int_equal(btf__type_cnt(dst), 3 + EVERY_KIND_CNT - 1);
	for (u32 i = 0; i < src->nr; i++)
		assert_copy(src, i, dst, 2 + i, 1, 2);
	/* the string both have stands once */
	strs = dst->strs_len;
	assert_int_equal(strs, (u32)sizeof("\0ccc\0a\0bb"));
	/* once more: no string is new */
	assert_int_equal(btf__add_btf(dst, src), 3 + EVERY_KIND_CNT - 1);
	assert_int_equal(dst->strs_len, strs);
	btf__free(dst);
	btf__free(src);
}

static void to_itself(void **state)
{
	struct btf *b = every();

	(void)state;
	for (int round = 0; round < 4; round++) {
		u32 nr = b->nr;

		assert_int_equal(btf__add_btf(b, b), nr + 1);
		assert_int_equal(b->nr, nr * 2);
		assert_int_equal(b->strs_len, 10);
		for (u32 i = 0; i < nr; i++)
			assert_copy(b, i, b, nr + i, 1, nr);
	}
	btf__free(b);
}

static void split_rules(void **state)
{
	struct btf *base = every(), *other = every();
	struct btf *a = btf__new_empty_split(base), *b = btf__new_empty_split(base);
	struct btf *c = btf__new_empty_split(other), *top;

	(void)state;
	assert_int_equal(btf__add_typedef(b, "own", 3), EVERY_KIND_CNT);
	assert_int_equal(btf__add_typedef(b, "bb", EVERY_KIND_CNT), EVERY_KIND_CNT + 1);
	assert_int_equal(btf__add_ptr(a, 1), EVERY_KIND_CNT);
	/* the same base: its ids and strings stay, own ones move */
	assert_int_equal(btf__add_btf(a, b), EVERY_KIND_CNT + 1);
	assert_copy(b, 0, a, 1, EVERY_KIND_CNT, 1);
	assert_copy(b, 1, a, 2, EVERY_KIND_CNT, 1);
	assert_int_equal(object_own(a, 2)->name_off, 3);
	/* another base, though it is equal; no base */
	assert_int_equal(btf__add_btf(c, b), -EOPNOTSUPP);
	assert_int_equal(errno, EOPNOTSUPP);
	assert_int_equal(btf__add_btf(base, b), -EOPNOTSUPP);
	/* its base is a's base's split */
	top = btf__new_empty_split(a);
	assert_int_equal(btf__add_btf(top, b), -EOPNOTSUPP);
	/* a base's own types may go anywhere */
	assert_int_equal(btf__add_btf(top, base), EVERY_KIND_CNT + 3);
	for (u32 i = 0; i < base->nr; i++)
		assert_copy(base, i, top, i, 1, EVERY_KIND_CNT + 2);
	assert_int_equal(top->strs_len, 0);
	btf__free(top);
	btf__free(a);
	btf__free(b);
	btf__free(c);
	btf__free(base);
	btf__free(other);
}

static void single_records(void **state)
{
	struct btf *dst = btf__new_empty(), *src = every();
	struct {
		struct btf_type t;
		u32 words[2];
	} bad = {{.info = INFO(20, 0, 0)}, {0}};

	(void)state;
	for (u32 id = 1; id < EVERY_KIND_CNT; id++) {
		assert_int_equal(btf__add_type(dst, src, btf__type_by_id(src, id)), id);
		/* ids stay as they are */
		assert_copy(src, id - 1, dst, id - 1, ~0u, 0);
	}
	/* of its own: the record is about to move */
	for (u32 id = 1; id < EVERY_KIND_CNT; id++) {
		int new = btf__add_type(dst, dst, btf__type_by_id(dst, id));

		assert_int_equal(new, EVERY_KIND_CNT - 1 + id);
		assert_copy(src, id - 1, dst, (u32) new - 1, ~0u, 0);
	}
	assert_int_equal(btf__add_type(dst, src, &bad.t), -EINVAL);
	bad.t = object_void;
	assert_int_equal(btf__add_type(dst, src, &bad.t), -EINVAL);
	bad.t.info = INFO(BTF_KIND_PTR, 0, 0);
	bad.t.name_off = 10;
	assert_int_equal(btf__add_type(dst, src, &bad.t), -EINVAL);
	assert_int_equal(btf__add_type(dst, src, NULL), -EINVAL);
	assert_int_equal(btf__type_cnt(dst), 2 * EVERY_KIND_CNT - 1);
	btf__free(dst);
	btf__free(src);
}

/* a kind that nobody knows the inside of goes nowhere */
static void unknown_kinds(void **state)
{
	static const u32 layout[21] = {0};
	struct parts p = {WORDS(1, INFO(20, 0, 0), 0, PTR(1)), STRS("\0a"), .layout = layout,
			  .layout_len = sizeof(layout)};
	struct blob blob = blob_make(&p);
	struct btf *b = parsed(&blob, NULL), *dst = btf__new_empty();
	__u32 map[] = {0, 2, 1};

	(void)state;
	assert_int_equal(btf__add_btf(dst, b), -EINVAL);
	assert_int_equal(btf__add_btf(b, b), -EINVAL);
	assert_int_equal(btf__add_type(dst, b, btf__type_by_id(b, 1)), -EINVAL);
	assert_int_equal(btf__permute(b, map, 3, NULL), -EINVAL);
	assert_int_equal(btf__find_by_name(b, "a"), 1);
	assert_int_equal(btf__find_by_name_kind(b, "a", 20), 1);
	assert_raw(b, &blob);
	btf__free(b);
	btf__free(dst);
	blob_free(&blob);
}

static void permute_base(void **state)
{
	struct btf *b = every(), *was = every();
	__u32 map[EVERY_KIND_CNT], bad[EVERY_KIND_CNT];

	(void)state;
	/* 1 <-> 23 and so on */
	for (u32 i = 0; i < EVERY_KIND_CNT; i++)
		map[i] = i ? EVERY_KIND_CNT - i : 0;
	assert_int_equal(btf__find_by_name_kind(b, "a", BTF_KIND_INT), 1);
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT, NULL), 0);
	assert_int_equal(btf__type_cnt(b), EVERY_KIND_CNT);
	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *old = object_own(was, i);
		const struct btf_type *new = object_type(b, map[i + 1]);
		struct field_iter io = type_ids(old), in = type_ids(new);
		u32 *fo;

		assert_int_equal(old->info, new->info);
		assert_int_equal(old->name_off, new->name_off);
		while ((fo = field_next(&io)))
			assert_int_equal(*field_next(&in), map[*fo]);
	}
	/* nothing that was looked up before is remembered */
	assert_int_equal(btf__find_by_name_kind(b, "a", BTF_KIND_INT), 23);
	/* room for more is where it says (libbpf 1.8 writes past its buffer) */
	for (int i = 0; i < 1000; i++)
		assert_int_equal(btf__add_typedef(b, "more", 1), EVERY_KIND_CNT + i);
	btf__free(b);

	b = every();
	for (u32 i = 0; i < EVERY_KIND_CNT; i++) {
		memcpy(bad, map, sizeof(map));
		bad[i] = i == 3 ? 4 : EVERY_KIND_CNT;
		bad[4] = 4;
		errno = 0;
		assert_int_equal(btf__permute(b, bad, EVERY_KIND_CNT, NULL), -EINVAL);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT - 1, NULL), -EINVAL);
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT + 1, NULL), -EINVAL);
	assert_int_equal(btf__permute(b, NULL, EVERY_KIND_CNT, NULL), -EINVAL);
	map[0] = 1;
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT, NULL), -EINVAL);
	assert_same_types(b, was);
	btf__free(b);
	btf__free(was);
}

static void permute_split(void **state)
{
	struct btf *base = every(), *b = btf__new_empty_split(base);
	__u32 first = EVERY_KIND_CNT, map[] = {first + 1, first + 2, first}, low[] = {1, 2, 3};

	(void)state;
	assert_int_equal(btf__add_ptr(b, 3), first);
	assert_int_equal(btf__add_typedef(b, "own", (int)first), first + 1);
	assert_int_equal(btf__add_const(b, (int)first + 2), first + 2);
	assert_int_equal(btf__permute(b, low, 3, NULL), -EINVAL);
	assert_int_equal(btf__permute(b, map, 4, NULL), -EINVAL);
	assert_int_equal(btf__permute(b, map, 3, NULL), 0);
	assert_int_equal(btf_kind(btf__type_by_id(b, first)), BTF_KIND_CONST);
	assert_int_equal(btf__type_by_id(b, first)->type, first);
	assert_int_equal(btf_kind(btf__type_by_id(b, first + 1)), BTF_KIND_PTR);
	assert_int_equal(btf__type_by_id(b, first + 1)->type, 3);
	assert_int_equal(btf__type_by_id(b, first + 2)->type, first + 1);
	btf__free(b);
	btf__free(base);
}

static int only_id(void *ctx, u32 *id)
{
	*(u32 *)ctx = *id;
	return 0;
}

static void permute_with_ext(void **state)
{
	static const u32 words[] = {0x0001eb9f, 24, 0, 20, 20, 0, 8, 1, 1, 0, 17};
	struct {
		struct btf_permute_opts o;
		u64 later;
	} opts = {{.sz = sizeof(opts.o)}, 0};
	struct btf *b = every();
	struct btf_ext *x = btf_ext__new((const __u8 *)words, sizeof(words));
	__u32 map[EVERY_KIND_CNT];
	u32 id;

	(void)state;
	for (u32 i = 0; i < EVERY_KIND_CNT; i++)
		map[i] = i ? i % (EVERY_KIND_CNT - 1) + 1 : 0;
	opts.o.btf_ext = x;
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT, &opts.o), 0);
	assert_int_equal(ext_each_id(x, only_id, &id), 0);
	assert_int_equal(id, 18);
	/* an id that does not exist: nothing moves */
	assert_int_equal(btf__add_ptr(b, 18), EVERY_KIND_CNT);
	opts.o.sz = sizeof(opts);
	opts.later = 1;
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT + 1, &opts.o), -EINVAL);
	opts.later = 0;
	opts.o.sz = 4;
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT + 1, &opts.o), -EINVAL);
	opts.o.sz = sizeof(opts.o);
	opts.o.btf_ext = (struct btf_ext *)b;
	assert_int_equal(btf__permute(b, map, EVERY_KIND_CNT + 1, &opts.o), -EINVAL);
	btf_ext__free(x);
	btf__free(b);

	b = btf__new_empty();
	assert_int_equal(btf__add_ptr(b, 0), 1);
	x = btf_ext__new((const __u8 *)words, sizeof(words));
	opts.o.btf_ext = x;
	map[1] = 1;
	assert_int_equal(btf__permute(b, map, 2, &opts.o), -EINVAL);
	assert_int_equal(ext_each_id(x, only_id, &id), 0);
	assert_int_equal(id, 17);
	btf_ext__free(x);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_to_base),	 cmocka_unit_test(to_itself),
		cmocka_unit_test(split_rules),	 cmocka_unit_test(single_records),
		cmocka_unit_test(unknown_kinds), cmocka_unit_test(permute_base),
		cmocka_unit_test(permute_split), cmocka_unit_test(permute_with_ext),
	};

	return cmocka_run_group_tests_name("btf/append", tests, NULL, NULL);
}
