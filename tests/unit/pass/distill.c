// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* distill, row by row: what goes where, in which order, with which strings; and what is refused. */
#include "common.h"

#include <sys/resource.h>

#include "pass/distill.h"

struct made {
	struct btf *base, *split;
	struct btf_report *r;
	struct id_map map;
};

static int distill_into(struct made *m, const struct btf *split, struct distill_opts opts)
{
	memset(m, 0, sizeof(*m));
	m->r = btf_report__new();
	opts.ret_map = &m->map;
	return distill(split, &opts, m->r, &m->base, &m->split);
}

static void made_free(struct made *m)
{
	object_free(m->split);
	object_free(m->base);
	btf_report__free(m->r);
	id_map_deinit(&m->map);
}

/* ---- where each kind goes ---- */

enum { IN_BASE, IN_SPLIT, REFUSED };

struct row {
	u32 kind;
	bool named;
	int where;
	u32 kind_there;
	bool whole; /* with its elements and its kind_flag */
};

static const struct row rows[] = {
	{BTF_KIND_INT, true, IN_BASE, BTF_KIND_INT, true},
	{BTF_KIND_FLOAT, true, IN_BASE, BTF_KIND_FLOAT, true},
	{BTF_KIND_FWD, true, IN_BASE, BTF_KIND_FWD, true},
	{BTF_KIND_STRUCT, true, IN_BASE, BTF_KIND_STRUCT, false},
	{BTF_KIND_UNION, true, IN_BASE, BTF_KIND_UNION, false},
	{BTF_KIND_ENUM, true, IN_BASE, BTF_KIND_ENUM, false},
	{BTF_KIND_ENUM64, true, IN_BASE, BTF_KIND_ENUM, false},
	{BTF_KIND_STRUCT, false, IN_SPLIT, BTF_KIND_STRUCT, true},
	{BTF_KIND_UNION, false, IN_SPLIT, BTF_KIND_UNION, true},
	{BTF_KIND_ENUM, false, IN_SPLIT, BTF_KIND_ENUM, true},
	{BTF_KIND_ENUM64, false, IN_SPLIT, BTF_KIND_ENUM64, true},
	/* nothing in a distilled base is found without a name */
	{BTF_KIND_INT, false, IN_SPLIT, BTF_KIND_INT, true},
	{BTF_KIND_FLOAT, false, IN_SPLIT, BTF_KIND_FLOAT, true},
	{BTF_KIND_FWD, false, IN_SPLIT, BTF_KIND_FWD, true},
	{BTF_KIND_TYPEDEF, true, IN_SPLIT, BTF_KIND_TYPEDEF, true},
	{BTF_KIND_PTR, false, IN_SPLIT, BTF_KIND_PTR, true},
	{BTF_KIND_ARRAY, false, IN_SPLIT, BTF_KIND_ARRAY, true},
	{BTF_KIND_CONST, false, IN_SPLIT, BTF_KIND_CONST, true},
	{BTF_KIND_VOLATILE, false, IN_SPLIT, BTF_KIND_VOLATILE, true},
	{BTF_KIND_RESTRICT, false, IN_SPLIT, BTF_KIND_RESTRICT, true},
	{BTF_KIND_TYPE_TAG, true, IN_SPLIT, BTF_KIND_TYPE_TAG, true},
	{BTF_KIND_FUNC_PROTO, false, IN_SPLIT, BTF_KIND_FUNC_PROTO, true},
	{BTF_KIND_FUNC, true, REFUSED, 0, false},
	{BTF_KIND_VAR, true, REFUSED, 0, false},
	{BTF_KIND_DATASEC, true, REFUSED, 0, false},
	{BTF_KIND_DECL_TAG, true, REFUSED, 0, false},
};

/* one type of the kind; type 1 is an INT, type 2 a prototype */
static u32 put_kind(struct btf *b, u32 kind, const char *name)
{
	bool flag = kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD));
	u32 id;

	switch (kind) {
	case BTF_KIND_INT:
		return put_int(b, name, 2, BTF_INT_SIGNED, 13);
	case BTF_KIND_ARRAY:
		return put_array(b, 1, 1, 3);
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return put_word(b, kind, name, 1, 0);
	case BTF_KIND_FUNC:
		return put(b, kind, name, 2);
	case BTF_KIND_FWD:
		return put_kflag(b, kind, name, 0);
	}
	id = (flag ? put_kflag : put)(b, kind, name, kind_table[kind].head_ref ? 1 : 4);
	if (kind_in(kind, KINDS_COMPOSITE))
		put_member(b, "m", 1, 0);
	if (kind == BTF_KIND_ENUM)
		put_enumerator(b, "ONE", 1);
	if (kind == BTF_KIND_ENUM64)
		put_enumerator64(b, "BIG", 1ull << 40);
	if (kind == BTF_KIND_FUNC_PROTO)
		put_param(b, "p", 1);
	if (kind == BTF_KIND_DATASEC)
		put_var(b, 1, 0, 4);
	return id;
}

static void check_row(const struct row *row)
{
	const char *name = row->named ? "it" : NULL;
	struct btf *old = new_base(), *split;
	const struct btf_type *t, *was;
	struct made m;
	u32 id, ptr;
	int err;

	put_plain_int(old);
	put(old, BTF_KIND_FUNC_PROTO, NULL, 0);
	id = put_kind(old, row->kind, name);
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, id);
	err = distill_into(&m, split, (struct distill_opts){0});
	if (row->where == REFUSED) {
		assert_int_equal(err, -EINVAL);
		assert_int_equal(finding(m.r, BTF_CODE_DISTILL_KIND)->type_id, id);
		assert_null(m.base);
		assert_null(m.split);
		goto out;
	}
	assert_int_equal(err, 0);
	ptr = id_map_get(&m.map, object_type_cnt(old));
	id = object_type(m.split, ptr)->type;
	assert_int_equal(id < m.split->start_id, row->where == IN_BASE);
	assert_int_equal(id_map_get(&m.map, 3), id);
	t = object_type(m.split, id);
	was = object_type(old, 3);
	assert_int_equal(type_kind(t), row->kind_there);
	assert_true(has_name(m.split, id, name ? name : ""));
	assert_int_equal(type_vlen(t), row->whole ? type_vlen(was) : 0);
	assert_int_equal(type_kflag(t), row->whole && type_kflag(was));
	if (kind_table[row->kind].head_size)
		assert_int_equal(t->size, was->size);
	if (row->kind == BTF_KIND_INT)
		assert_int_equal(*(u32 *)type_tail(t), *(u32 *)type_tail(was));
out:
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("%s%s\n", rows[i].named ? "" : "anonymous ", kind_name(rows[i].kind));
		check_row(&rows[i]);
	}
}

static void test_members_of_copies_follow(void **state)
{
	struct btf *old = new_base(), *split;
	u32 i, inner, anon, named, proto;
	struct made m;

	(void)state;
	i = put_plain_int(old);
	inner = put(old, BTF_KIND_STRUCT, "inner", 4);
	put_member(old, "x", put_int(old, "never", 4, 0, 32), 0);
	anon = put(old, BTF_KIND_UNION, NULL, 4);
	put_member(old, "in", inner, 0);
	put_member(old, "i", i, 0);
	named = put(old, BTF_KIND_STRUCT, "named", 4);
	put_member(old, "a", anon, 0);
	proto = put(old, BTF_KIND_FUNC_PROTO, NULL, named);
	put_param(old, "p", anon);
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, proto);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	/* proto -> named (not followed) and anon -> inner (not followed), int */
	assert_int_equal(m.base->nr, 3);
	assert_true(has_name(m.base, 1, "int"));
	assert_true(has_name(m.base, 2, "inner"));
	assert_true(has_name(m.base, 3, "named"));
	assert_int_equal(m.split->nr, 3);
	assert_int_equal(type_kind(object_type(m.split, 4)), BTF_KIND_PTR);
	assert_int_equal(type_kind(object_type(m.split, 5)), BTF_KIND_UNION);
	assert_int_equal(member(m.split, 5, 0)->type, 2);
	assert_int_equal(member(m.split, 5, 1)->type, 1);
	assert_int_equal(type_kind(object_type(m.split, 6)), BTF_KIND_FUNC_PROTO);
	assert_int_equal(object_type(m.split, 6)->type, 3);
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* ---- order, strings, levels, byte order ---- */

static void test_order(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put(old, BTF_KIND_STRUCT, "z", 4);    /* 1 */
	put(old, BTF_KIND_PTR, NULL, 5);      /* 2 */
	put(old, BTF_KIND_STRUCT, "gone", 4); /* 3 */
	put_plain_int(old);		      /* 4 */
	put(old, BTF_KIND_UNION, "a", 8);     /* 5 */
	put(old, BTF_KIND_TYPEDEF, "t", 1);   /* 6 */
	split = new_split(old);
	put(split, BTF_KIND_CONST, NULL, 6); /* 7 */
	put(split, BTF_KIND_CONST, NULL, 2); /* 8 */
	put(split, BTF_KIND_CONST, NULL, 7); /* 9 */
	put(split, BTF_KIND_CONST, NULL, 4); /* 10 */
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	/* base: ascending old ids, whatever the order they were found in */
	assert_int_equal(m.base->nr, 3);
	assert_true(has_name(m.base, 1, "z"));
	assert_true(has_name(m.base, 2, "int"));
	assert_true(has_name(m.base, 3, "a"));
	/* split: its own types as they stood, then the copies in ascending old ids */
	assert_int_equal(m.split->nr, 6);
	assert_int_equal(object_type(m.split, 4)->type, 9);
	assert_int_equal(object_type(m.split, 5)->type, 8);
	assert_int_equal(object_type(m.split, 6)->type, 4);
	assert_int_equal(object_type(m.split, 7)->type, 2);
	assert_int_equal(type_kind(object_type(m.split, 8)), BTF_KIND_PTR);
	assert_int_equal(object_type(m.split, 8)->type, 3);
	assert_int_equal(type_kind(object_type(m.split, 9)), BTF_KIND_TYPEDEF);
	/* the map says the same */
	assert_int_equal(id_map_get(&m.map, 0), 0);
	assert_int_equal(id_map_get(&m.map, 1), 1);
	assert_int_equal(id_map_get(&m.map, 2), 8);
	assert_int_equal(id_map_get(&m.map, 3), 0);
	assert_int_equal(id_map_get(&m.map, 6), 9);
	assert_int_equal(id_map_get(&m.map, 7), 4);
	assert_int_equal(id_map_get(&m.map, 10), 7);
	assert_int_equal(id_map_get(&m.map, 11), 0);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_strings(void **state)
{
	static const char base_strs[] = "\0int\0wide", split_strs[] = "own\0member\0v";
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	object_add_str(old, "unused");
	put_plain_int(old);
	put(old, BTF_KIND_STRUCT, "wide", 64);
	put_member(old, "not needed", 1, 0);
	put(old, BTF_KIND_TYPEDEF, "v", 1);
	split = new_split(old);
	object_add_str(split, "unused too");
	put(split, BTF_KIND_STRUCT, "own", 8);
	put_member(split, "member", 2, 0);
	put_member(split, "int", 3, 32);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->strs_len, sizeof(base_strs));
	assert_memory_equal(m.base->strs, base_strs, sizeof(base_strs));
	assert_int_equal(m.split->strs_len, sizeof(split_strs));
	assert_memory_equal(m.split->strs, split_strs, sizeof(split_strs));
	/* what the distilled base has is not stored twice */
	assert_int_equal(member(m.split, 3, 1)->name_off, 1);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_levels_are_flattened(void **state)
{
	struct btf *l1 = new_base(), *l2, *l3, *split;
	struct made m;

	(void)state;
	put_plain_int(l1);		    /* 1 */
	put(l1, BTF_KIND_STRUCT, "one", 4); /* 2 */
	l2 = new_split(l1);
	put(l2, BTF_KIND_STRUCT, "two", 8); /* 3 */
	put(l2, BTF_KIND_PTR, NULL, 2);	    /* 4 */
	l3 = new_split(l2);
	put(l3, BTF_KIND_TYPEDEF, "three", 4); /* 5 */
	put(l3, BTF_KIND_ENUM, "e", 4);	       /* 6 */
	split = new_split(l3);
	put(split, BTF_KIND_STRUCT, "s", 16); /* 7 */
	put_member(split, "a", 5, 0);
	put_member(split, "b", 3, 64);
	put_member(split, "one", 6, 96);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_null(m.base->base);
	assert_ptr_equal(m.split->base, m.base);
	assert_int_equal(m.base->nr, 3);
	assert_true(has_name(m.base, 1, "one"));
	assert_true(has_name(m.base, 2, "two"));
	assert_true(has_name(m.base, 3, "e"));
	assert_int_equal(m.split->nr, 3);
	assert_int_equal(member(m.split, 4, 0)->type, 6);
	assert_int_equal(object_type(m.split, 5)->type, 1); /* PTR of level 2 */
	assert_int_equal(object_type(m.split, 6)->type, 5); /* TYPEDEF of level 3 */
	made_free(&m);
	object_free(split);
	object_free(l3);
	object_free(l2);
	object_free(l1);
}

static void test_byte_order_is_inherited(void **state)
{
	struct btf *old = new_base(), *split, *b, *s;
	struct buf base_bytes, split_bytes, base_bytes2, split_bytes2;
	struct made m, m2;

	(void)state;
	put_plain_int(old);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "s", 4);
	put_member(split, "i", 1, 0);
	old->swapped_out = split->swapped_out = true;
	b = reparsed(old, NULL);
	s = reparsed(split, b);
	split->swapped_out = false;
	assert_true(s->swapped_out);
	assert_int_equal(distill_into(&m, s, (struct distill_opts){0}), 0);
	base_bytes = bytes_of(m.base);
	split_bytes = bytes_of(m.split);
	assert_int_equal(*(u16 *)base_bytes.data, WIRE_MAGIC_SWAPPED);
	assert_int_equal(*(u16 *)split_bytes.data, WIRE_MAGIC_SWAPPED);
	/* the same types as in the other order, only swapped */
	assert_int_equal(distill_into(&m2, split, (struct distill_opts){0}), 0);
	m2.base->swapped_out = m2.split->swapped_out = true;
	base_bytes2 = bytes_of(m2.base);
	split_bytes2 = bytes_of(m2.split);
	assert_true(same_buf(&base_bytes, &base_bytes2));
	assert_true(same_buf(&split_bytes, &split_bytes2));
	made_free(&m);
	made_free(&m2);
	buf_deinit(&base_bytes);
	buf_deinit(&split_bytes);
	buf_deinit(&base_bytes2);
	buf_deinit(&split_bytes2);
	object_free(s);
	object_free(b);
	object_free(split);
	object_free(old);
}

/* the results stand on their own: nothing of the input is needed any more, and twice is the same */
static void test_deterministic(void **state)
{
	struct btf *old = new_base(), *split;
	struct buf bytes[2][2];
	struct made m[2];

	(void)state;
	for (int i = 0; i < 300; i++) {
		char name[16];

		snprintf(name, sizeof(name), "s%d", i * 7919 % 300);
		put(old, i % 3 ? BTF_KIND_STRUCT : BTF_KIND_UNION, name, (u32)i);
	}
	split = new_split(old);
	for (u32 i = 0; i < 300; i++)
		put(split, BTF_KIND_PTR, NULL, 1 + i * 131 % 300);
	for (int i = 0; i < 2; i++)
		assert_int_equal(distill_into(&m[i], split, (struct distill_opts){0}), 0);
	object_free(split);
	object_free(old);
	for (int i = 0; i < 2; i++) {
		bytes[i][0] = bytes_of(m[i].base);
		bytes[i][1] = bytes_of(m[i].split);
		made_free(&m[i]);
	}
	assert_true(same_buf(&bytes[0][0], &bytes[1][0]));
	assert_true(same_buf(&bytes[0][1], &bytes[1][1]));
	for (int i = 0; i < 4; i++)
		buf_deinit(&bytes[i / 2][i % 2]);
}

/* ---- options ---- */

static void test_own_fwds(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put(old, BTF_KIND_FWD, "f", 0);
	put_kflag(old, BTF_KIND_FWD, "u", 0);
	put(old, BTF_KIND_STRUCT, "s", 4);
	split = new_split(old);
	for (u32 id = 1; id <= 3; id++)
		put(split, BTF_KIND_PTR, NULL, id);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){.own_fwds = true}), 0);
	assert_int_equal(m.base->nr, 1);
	assert_true(has_name(m.base, 1, "s"));
	assert_int_equal(m.split->nr, 5);
	assert_int_equal(object_type(m.split, 2)->type, 5);
	assert_int_equal(type_kind(object_type(m.split, 5)), BTF_KIND_FWD);
	assert_true(has_name(m.split, 5, "f"));
	assert_false(type_kflag(object_type(m.split, 5)));
	assert_true(has_name(m.split, 6, "u"));
	assert_true(type_kflag(object_type(m.split, 6)));
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* kernels misread what is split on a base without types: one goes along, if anything is split */
static void test_never_on_nothing(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put(old, BTF_KIND_STRUCT, "s", 4);
	put_plain_int(old);
	split = new_split(old);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){.own_fwds = true}), 0);
	assert_int_equal(m.base->nr, 0);
	made_free(&m);
	put(split, BTF_KIND_FWD, "f", 0);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){.own_fwds = true}), 0);
	assert_int_equal(m.base->nr, 1);
	assert_int_equal(type_kind(object_type(m.base, 1)), BTF_KIND_INT);
	assert_int_equal(m.split->nr, 1);
	made_free(&m);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){.own_fwds = false}), 0);
	assert_int_equal(m.base->nr, 0);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_roots(void **state)
{
	struct btf *old = new_base(), *split;
	u32 roots[] = {4, 5, 2, 0, 4};
	struct made m;

	(void)state;
	put_plain_int(old);			 /* 1 */
	put(old, BTF_KIND_STRUCT, "task", 8);	 /* 2 */
	put(old, BTF_KIND_STRUCT, "other", 8);	 /* 3 */
	put(old, BTF_KIND_TYPEDEF, "task_t", 2); /* 4 */
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, 1); /* 5 */
	assert_int_equal(
		distill_into(&m, split, (struct distill_opts){.roots = roots, .root_cnt = 5}), 0);
	assert_int_equal(m.base->nr, 2);
	assert_true(has_name(m.base, id_map_get(&m.map, 2), "task"));
	assert_true(has_name(m.split, id_map_get(&m.map, 4), "task_t"));
	assert_int_equal(object_type(m.split, id_map_get(&m.map, 4))->type, id_map_get(&m.map, 2));
	assert_int_equal(id_map_get(&m.map, 5), 3);
	assert_int_equal(id_map_get(&m.map, 3), 0);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_root_that_cannot_travel(void **state)
{
	struct btf *old = new_base(), *split;
	const struct btf_finding *f;
	struct made m;
	u32 root;

	(void)state;
	put(old, BTF_KIND_FUNC_PROTO, NULL, 0);
	root = put(old, BTF_KIND_FUNC, "tcp_reno", 1);
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, 0);
	assert_int_equal(
		distill_into(&m, split, (struct distill_opts){.roots = &root, .root_cnt = 1}),
		-EINVAL);
	f = finding(m.r, BTF_CODE_DISTILL_KIND);
	assert_string_equal(f->type_name, "tcp_reno");
	assert_non_null(strstr(f->text, ".BTF_ids"));
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* ---- edges ---- */

static void test_not_split(void **state)
{
	struct btf *b = new_base();
	struct made m;

	(void)state;
	put_plain_int(b);
	assert_int_equal(distill_into(&m, b, (struct distill_opts){0}), -EINVAL);
	finding(m.r, BTF_CODE_DISTILL_NO_BASE);
	assert_null(m.base);
	made_free(&m);
	object_free(b);
}

/* no named type is needed: libbpf then drops types and leaves ids that mean others */
static void test_empty_base(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put_plain_int(old);		     /* 1 */
	put(old, BTF_KIND_PTR, NULL, 0);     /* 2: void * */
	put(old, BTF_KIND_STRUCT, NULL, 16); /* 3 */
	put_member(old, "p", 2, 0);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "s", 24); /* 4 */
	put_member(split, "a", 3, 0);
	put_member(split, "q", 2, 128);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 0);
	assert_int_equal(m.base->strs_len, 1);
	assert_int_equal(m.split->nr, 3);
	assert_int_equal(member(m.split, 1, 0)->type, 3);
	assert_int_equal(member(m.split, 1, 1)->type, 2);
	assert_int_equal(type_kind(object_type(m.split, 2)), BTF_KIND_PTR);
	assert_int_equal(object_type(m.split, 2)->type, 0);
	assert_int_equal(type_kind(object_type(m.split, 3)), BTF_KIND_STRUCT);
	assert_int_equal(member(m.split, 3, 0)->type, 2);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_nothing_in_split(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put_plain_int(old);
	split = new_split(old);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 0);
	assert_int_equal(m.split->nr, 0);
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* an object under construction may hold ids that do not exist, in the split or in its base */
static void test_dangling_ids(void **state)
{
	struct made m;

	(void)state;
	for (int in_base = 0; in_base < 2; in_base++) {
		struct btf *old = new_base(), *split;

		put_plain_int(old);
		put(old, BTF_KIND_PTR, NULL, in_base ? 99 : 1);
		split = new_split(old);
		put(split, BTF_KIND_PTR, NULL, in_base ? 2 : 99);
		assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), -EINVAL);
		assert_int_equal(finding(m.r, BTF_CODE_TYPE_REF)->type_id, in_base ? 2 : 3);
		assert_int_equal(finding(m.r, BTF_CODE_TYPE_REF)->actual, 99);
		made_free(&m);
		object_free(split);
		object_free(old);
	}
}

/* a base that grew after the split was made: its new types are not the split's */
static void test_base_grew(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put_plain_int(old);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "mine", 4);
	put_member(split, "i", 1, 0);
	put(split, BTF_KIND_PTR, NULL, 2);
	put(old, BTF_KIND_STRUCT, "later", 99);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 1);
	assert_true(has_name(m.split, object_type(m.split, 3)->type, "mine"));
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* an offset of an empty string inside the section is no name either */
static void test_empty_name(void **state)
{
	struct btf *old = new_base(), *split;
	struct btf_type *t;
	struct made m;
	u32 id;

	(void)state;
	put_plain_int(old);
	object_add_str(old, "ab");
	id = put(old, BTF_KIND_STRUCT, NULL, 4);
	put_member(old, "i", 1, 0);
	t = (struct btf_type *)(uintptr_t)object_type(old, id);
	t->name_off = (u32)object_find_str(old, "ab") + 2;
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, id);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 1);
	assert_int_equal(type_kind(object_type(m.split, 3)), BTF_KIND_STRUCT);
	assert_int_equal(object_type(m.split, 3)->name_off, 0);
	assert_int_equal(type_vlen(object_type(m.split, 3)), 1);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_unknown_kind(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	/* in the split: its ids cannot be moved; in the base and used: it cannot travel */
	for (int in_base = 0; in_base < 2; in_base++) {
		split = new_split(old);
		if (in_base)
			put(old, 77, "odd", 0);
		object_free(split);
		split = new_split(old);
		put(split, in_base ? BTF_KIND_PTR : 77, NULL, in_base);
		assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), -EINVAL);
		finding(m.r, in_base ? BTF_CODE_DISTILL_KIND : BTF_CODE_TYPE_KIND);
		made_free(&m);
		object_free(split);
	}
	object_free(old);
}

static void test_unknown_header_fields(void **state)
{
	struct btf *old = new_base(), *split, *s;
	struct buf bytes, longer = {0};
	struct made m;
	void *tail;

	(void)state;
	put_plain_int(old);
	split = new_split(old);
	put(split, BTF_KIND_STRUCT, "s", 4);
	bytes = bytes_of(split);
	buf_add(&longer, bytes.data, 24);
	((struct wire_header *)(void *)longer.data)->hdr_len = 40;
	buf_add_zero(&longer, 16, &tail);
	((u32 *)tail)[3] = 1;
	buf_add(&longer, bytes.data + 24, bytes.len - 24);
	assert_int_equal(object_parse(longer.data, longer.len, old, 0, NULL, &s), 0);
	assert_int_equal(distill_into(&m, s, (struct distill_opts){0}), -EOPNOTSUPP);
	finding(m.r, BTF_CODE_HDR_UNKNOWN);
	made_free(&m);
	object_free(s);
	object_free(split);
	object_free(old);
	buf_deinit(&bytes);
	buf_deinit(&longer);
}

/* a chain as long as a file may make it: a worklist, not a recursion */
static void test_long_chain(void **state)
{
	struct btf *old = new_base(), *split;
	u32 n = 300000;
	struct made m;

	(void)state;
	put_plain_int(old);
	for (u32 id = 2; id <= n; id++)
		put(old, BTF_KIND_PTR, NULL, id - 1);
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, n);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 1);
	assert_int_equal(m.split->nr, n);
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_cycles(void **state)
{
	struct btf *old = new_base(), *split;
	struct made m;

	(void)state;
	put(old, BTF_KIND_STRUCT, NULL, 8); /* 1: anonymous, holds a pointer to itself */
	put_member(old, "next", 2, 0);
	put(old, BTF_KIND_PTR, NULL, 1);    /* 2 */
	put(old, BTF_KIND_TYPEDEF, "t", 3); /* 3: of itself, which no C has */
	split = new_split(old);
	put(split, BTF_KIND_PTR, NULL, 1);
	put(split, BTF_KIND_PTR, NULL, 3);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	assert_int_equal(m.base->nr, 0);
	assert_int_equal(m.split->nr, 5);
	assert_int_equal(member(m.split, 3, 0)->type, 4);
	assert_int_equal(object_type(m.split, 4)->type, 3);
	assert_int_equal(object_type(m.split, 5)->type, 5);
	made_free(&m);
	object_free(split);
	object_free(old);
}

/* every offset into one long string is another name: a small file must not ask for terabytes */
static void test_overlapping_names(void **state)
{
	struct btf *old = new_base(), *split;
	u32 len = 200000;
	char *s = malloc(len + 1);
	struct rusage before, after;
	struct made m;

	(void)state;
	memset(s, 'a', len);
	s[len] = 0;
	put_plain_int(old);
	split = new_split(old);
	object_add_str(split, s);
	free(s);
	for (u32 i = 0; i < len; i++) {
		u32 id = put(split, BTF_KIND_STRUCT, NULL, 4);

		((struct btf_type *)(uintptr_t)object_type(split, id))->name_off =
			split->start_str + i;
	}
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), -E2BIG);
	getrusage(RUSAGE_SELF, &after);
	finding(m.r, BTF_CODE_TOO_BIG);
	assert_true(after.ru_maxrss - before.ru_maxrss < 500 * 1024); /* KiB */
	made_free(&m);
	object_free(split);
	object_free(old);
}

static void test_layout_is_inherited(void **state)
{
	struct btf *old = new_base(), *split;
	struct buf bytes;
	struct made m;

	(void)state;
	put_plain_int(old);
	split = new_split(old);
	split->with_layout = true;
	put(split, BTF_KIND_PTR, NULL, 1);
	assert_int_equal(distill_into(&m, split, (struct distill_opts){0}), 0);
	bytes = bytes_of(m.split);
	assert_int_equal(((struct wire_header *)(void *)bytes.data)->hdr_len, WIRE_HDR_LEN_LAYOUT);
	buf_deinit(&bytes);
	bytes = bytes_of(m.base);
	assert_int_equal(((struct wire_header *)(void *)bytes.data)->hdr_len, WIRE_HDR_LEN_LAYOUT);
	buf_deinit(&bytes);
	made_free(&m);
	object_free(split);
	object_free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_members_of_copies_follow),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_levels_are_flattened),
		cmocka_unit_test(test_byte_order_is_inherited),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_own_fwds),
		cmocka_unit_test(test_never_on_nothing),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_root_that_cannot_travel),
		cmocka_unit_test(test_not_split),
		cmocka_unit_test(test_empty_base),
		cmocka_unit_test(test_nothing_in_split),
		cmocka_unit_test(test_dangling_ids),
		cmocka_unit_test(test_base_grew),
		cmocka_unit_test(test_empty_name),
		cmocka_unit_test(test_unknown_kind),
		cmocka_unit_test(test_unknown_header_fields),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_overlapping_names),
		cmocka_unit_test(test_layout_is_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
