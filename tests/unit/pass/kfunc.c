// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What the build of Linux 7 makes of kfuncs, on cases worked out by hand from the description of
 * its resolve_btfids; and the order of types.
 */
#include "pass/kfunc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <btf/btf.h>

#include <errno.h>

#include "section.h"

enum {
	T_INT = 1,
	T_AUX,	   /* struct bpf_prog_aux */
	T_AUX_PTR, /* struct bpf_prog_aux * */
	T_META,
	T_META_CONST,
	T_META_PTR, /* const struct btf_struct_meta * */
	T_INT_PTR,
	T_PROTO,  /* int (int a, int *b, struct bpf_prog_aux *aux) */
	T_FUNC,	  /* kf_give */
	T_SHARED, /* plain, of the same prototype */
	T_META_PROTO,
	T_META_FUNC, /* kf_meta */
	T_END
};

static struct btf *make_types(void)
{
	struct btf *b = btf__new_empty();

	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), T_INT);
	assert_int_equal(btf__add_struct(b, "bpf_prog_aux", 4), T_AUX);
	assert_int_equal(btf__add_ptr(b, T_AUX), T_AUX_PTR);
	assert_int_equal(btf__add_struct(b, "btf_struct_meta", 4), T_META);
	assert_int_equal(btf__add_const(b, T_META), T_META_CONST);
	assert_int_equal(btf__add_ptr(b, T_META_CONST), T_META_PTR);
	assert_int_equal(btf__add_ptr(b, T_INT), T_INT_PTR);
	assert_int_equal(btf__add_func_proto(b, T_INT), T_PROTO);
	btf__add_func_param(b, "a", T_INT);
	btf__add_func_param(b, "b", T_INT_PTR);
	btf__add_func_param(b, "aux", T_AUX_PTR);
	assert_int_equal(btf__add_func(b, "kf_give", BTF_FUNC_GLOBAL, T_PROTO), T_FUNC);
	assert_int_equal(btf__add_func(b, "plain", BTF_FUNC_STATIC, T_PROTO), T_SHARED);
	assert_int_equal(btf__add_func_proto(b, T_INT_PTR), T_META_PROTO);
	btf__add_func_param(b, "p__arena", T_INT_PTR);
	btf__add_func_param(b, "meta", T_META_PTR);
	assert_int_equal(btf__add_func(b, "kf_meta", BTF_FUNC_STATIC, T_META_PROTO), T_META_FUNC);
	return b;
}

static int apply(struct btf *b, struct section *s, struct kfunc_stats *stats, enum btf_code *code)
{
	struct btf_report *r = btf_report__new();
	struct ids x;
	int err;

	assert_int_equal(ids_parse(data(s), (size_t)s->words * 4, false, s->sym, s->syms, NULL, &x),
			 0);
	err = kfuncs_apply(b, &x, r, stats);
	*code = btf_report__count(r) ? btf_report__get(r, 0)->code : 0;
	ids_deinit(&x);
	btf_report__free(r);
	clear(s);
	return err;
}

static const struct btf_type *type(const struct btf *b, u32 id)
{
	const struct btf_type *t = btf__type_by_id(b, id);

	assert_non_null(t);
	return t;
}

static void assert_type(const struct btf *b, u32 id, u32 kind, const char *name, u32 to)
{
	const struct btf_type *t = type(b, id);

	assert_int_equal(btf_kind(t), kind);
	assert_string_equal(btf__name_by_offset(b, t->name_off), name);
	assert_int_equal(t->type, to);
}

static void assert_tag(const struct btf *b, u32 id, const char *name, u32 to, s32 component)
{
	assert_type(b, id, BTF_KIND_DECL_TAG, name, to);
	assert_int_equal(btf_decl_tag(type(b, id))->component_idx, component);
}

static void assert_param(const struct btf *b, u32 proto, u32 i, const char *name, u32 to)
{
	const struct btf_type *t = type(b, proto);

	assert_true(i < btf_vlen(t));
	assert_string_equal(btf__name_by_offset(b, btf_params(t)[i].name_off), name);
	assert_int_equal(btf_params(t)[i].type, to);
}

/* tags of the encoder's: Linux 7.0 */
static void with_tags(void **state)
{
	struct btf *b = make_types();
	struct section s = {0};
	struct kfunc_stats stats;
	enum btf_code code;

	(void)state;
	/* the order of work is that of the tags */
	assert_int_equal(btf__add_decl_tag(b, "bpf_kfunc", T_META_FUNC, -1), T_END);
	assert_int_equal(btf__add_decl_tag(b, "bpf_kfunc", T_FUNC, -1), T_END + 1);
	assert_int_equal(btf__add_decl_tag(b, "bpf_fastcall", T_FUNC, -1), T_END + 2);
	assert_int_equal(btf__add_decl_tag(b, "of_b", T_FUNC, 1), T_END + 3);
	begin_set8(&s, 2, 0, 1);
	put_pair(&s, "func__kf_give__1", 0, KF_IMPLICIT_ARGS | KF_FASTCALL | KF_ARENA_ARG2);
	put_pair(&s, "func__kf_meta__2", 0, KF_IMPLICIT_ARGS);
	assert_int_equal(apply(b, &s, &stats, &code), 0);
	assert_int_equal(code, 0);
	assert_int_equal(stats.kfuncs, 2);
	assert_int_equal(stats.implicit, 2);
	assert_false(stats.tagged);
	/* kf_meta: what is no bpf_prog_aux was not implicit then, and arenas are pahole's */
	assert_type(b, T_END + 4, BTF_KIND_FUNC, "kf_meta_impl", T_META_PROTO);
	assert_int_equal(btf_vlen(type(b, T_END + 4)), BTF_FUNC_STATIC);
	assert_type(b, T_END + 5, BTF_KIND_FUNC_PROTO, "", T_INT_PTR);
	assert_int_equal(btf_vlen(type(b, T_END + 5)), 2);
	assert_param(b, T_END + 5, 0, "p__arena", T_INT_PTR);
	assert_param(b, T_END + 5, 1, "meta", T_META_PTR);
	assert_int_equal(type(b, T_META_FUNC)->type, T_END + 5);
	/* kf_give, its tags but for bpf_kfunc, and the prototype that callers see */
	assert_type(b, T_END + 6, BTF_KIND_FUNC, "kf_give_impl", T_PROTO);
	assert_int_equal(btf_vlen(type(b, T_END + 6)), BTF_FUNC_GLOBAL);
	assert_tag(b, T_END + 7, "bpf_fastcall", T_END + 6, -1);
	assert_tag(b, T_END + 8, "of_b", T_END + 6, 1);
	assert_type(b, T_END + 9, BTF_KIND_FUNC_PROTO, "", T_INT);
	assert_int_equal(btf_vlen(type(b, T_END + 9)), 2);
	assert_param(b, T_END + 9, 0, "a", T_INT);
	assert_param(b, T_END + 9, 1, "b", T_INT_PTR);
	assert_int_equal(type(b, T_FUNC)->type, T_END + 9);
	/* the prototype may be others' too */
	assert_int_equal(btf_vlen(type(b, T_PROTO)), 3);
	assert_int_equal(type(b, T_SHARED)->type, T_PROTO);
	assert_int_equal(btf__type_cnt(b), T_END + 10);
	btf__free(b);
}

/* none: the middle of 2026 */
static void without_tags(void **state)
{
	struct btf *b = make_types();
	struct section s = {0};
	struct kfunc_stats stats;
	enum btf_code code;

	(void)state;
	begin_set8(&s, 3, 0, 1);
	put_pair(&s, "func__kf_meta__1", 0, KF_IMPLICIT_ARGS | KF_ARENA_RET);
	put_pair(&s, "func__kf_give__2", 0, KF_FASTCALL | KF_ARENA_ARG2);
	put_pair(&s, "func__kf_gone__3", 0, 0);
	assert_int_equal(apply(b, &s, &stats, &code), 0);
	assert_int_equal(code, BTF_CODE_KFUNC_NONE);
	assert_int_equal(stats.kfuncs, 2);
	assert_int_equal(stats.implicit, 1);
	assert_true(stats.tagged);
	/* in the order of their ids: kf_give, marked */
	assert_tag(b, T_END, "bpf_kfunc", T_FUNC, -1);
	assert_tag(b, T_END + 1, "bpf_fastcall", T_FUNC, -1);
	assert_type(b, T_END + 2, BTF_KIND_FUNC_PROTO, "", T_INT);
	assert_param(b, T_END + 2, 0, "a", T_INT);
	assert_param(b, T_END + 2, 1, "b", T_END + 4);
	assert_param(b, T_END + 2, 2, "aux", T_AUX_PTR);
	assert_type(b, T_END + 3, BTF_KIND_TYPE_TAG, "address_space(1)", T_INT);
	assert_true(btf_kflag(type(b, T_END + 3)));
	assert_type(b, T_END + 4, BTF_KIND_PTR, "", T_END + 3);
	assert_int_equal(type(b, T_FUNC)->type, T_END + 2);
	/* kf_meta: twin, short prototype, and of that the marked one */
	assert_tag(b, T_END + 5, "bpf_kfunc", T_META_FUNC, -1);
	assert_type(b, T_END + 6, BTF_KIND_FUNC, "kf_meta_impl", T_META_PROTO);
	assert_type(b, T_END + 7, BTF_KIND_FUNC_PROTO, "", T_INT_PTR);
	assert_int_equal(btf_vlen(type(b, T_END + 7)), 1);
	assert_type(b, T_END + 8, BTF_KIND_TYPE_TAG, "address_space(1)", T_INT);
	assert_type(b, T_END + 9, BTF_KIND_PTR, "", T_END + 8);
	assert_type(b, T_END + 10, BTF_KIND_FUNC_PROTO, "", T_END + 9);
	assert_param(b, T_END + 10, 0, "p__arena", T_END + 12);
	assert_type(b, T_END + 12, BTF_KIND_PTR, "", T_END + 11);
	assert_int_equal(type(b, T_META_FUNC)->type, T_END + 10);
	assert_int_equal(btf__type_cnt(b), T_END + 13);
	btf__free(b);
}

static void a_twin_that_is_there(void **state)
{
	struct btf *b = make_types();
	struct section s = {0};
	struct kfunc_stats stats;
	enum btf_code code;

	(void)state;
	assert_int_equal(btf__add_func(b, "kf_give_impl", BTF_FUNC_STATIC, T_PROTO), T_END);
	assert_int_equal(btf__add_decl_tag(b, "bpf_kfunc", T_FUNC, -1), T_END + 1);
	begin_set8(&s, 1, 0, 1);
	put_pair(&s, "func__kf_give__1", 0, KF_IMPLICIT_ARGS);
	assert_int_equal(apply(b, &s, &stats, &code), 0);
	assert_int_equal(type(b, T_FUNC)->type, T_END + 2);
	assert_int_equal(btf_vlen(type(b, T_END + 2)), 2);
	assert_int_equal(btf__type_cnt(b), T_END + 3);
	btf__free(b);
}

/* sets of other things than kfuncs, and no sets */
static void nothing_to_do(void **state)
{
	struct btf *b = make_types();
	struct section s = {0};
	struct kfunc_stats stats = {0};
	enum btf_code code;

	(void)state;
	begin_set8(&s, 1, 0, 0);
	put_pair(&s, "func__kf_give__1", 0, KF_IMPLICIT_ARGS);
	assert_int_equal(apply(b, &s, &stats, &code), 0);
	assert_int_equal(stats.kfuncs, 0);
	put_id(&s, "func__kf_give__1", 0);
	assert_int_equal(apply(b, &s, &stats, &code), 0);
	assert_int_equal(btf__type_cnt(b), T_END);
	btf__free(b);
}

static void refused(void **state)
{
	struct btf *b = make_types();
	struct section s = {0};
	struct kfunc_stats stats;
	enum btf_code code;
	char long_name[600];
	int id;

	(void)state;
	/* other flags in another set */
	symbol(&s, "__BTF_ID__set8__one", 16);
	put(&s, 0);
	put(&s, 1);
	put_pair(&s, "func__kf_give__1", 0, 0x10);
	symbol(&s, "__BTF_ID__set8__two", 16);
	put(&s, 0);
	put(&s, 1);
	put_pair(&s, "func__kf_give__2", 0, 0x20);
	assert_int_equal(apply(b, &s, &stats, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_KFUNC_FLAGS);
	/* resolved before: whose flags are these? */
	begin_set8(&s, 2, 2, 1);
	put_pair(&s, "func__kf_give__1", 1, 0x10);
	put_pair(&s, "func__kf_meta__2", 2, 0x20);
	assert_int_equal(apply(b, &s, &stats, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_IDS_FLAGS);
	/* an arena in what is no pointer */
	begin_set8(&s, 1, 0, 1);
	put_pair(&s, "func__kf_give__1", 0, KF_ARENA_ARG1);
	assert_int_equal(apply(b, &s, &stats, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_KFUNC_PROTO);
	btf__free(b);
	/* a name that has no room for the suffix */
	b = make_types();
	memset(long_name, 'x', 508);
	long_name[508] = 0;
	id = btf__add_func(b, long_name, BTF_FUNC_STATIC, T_PROTO);
	assert_true(id > 0);
	begin_set8(&s, 1, 0, 1);
	memcpy(long_name, "__BTF_ID__func__", 16);
	memset(long_name + 16, 'x', 508);
	strcpy(long_name + 16 + 508, "__1");
	symbol(&s, long_name, 4);
	put(&s, 0);
	put(&s, KF_IMPLICIT_ARGS);
	assert_int_equal(apply(b, &s, &stats, &code), -E2BIG);
	assert_int_equal(code, BTF_CODE_KFUNC_NAME);
	btf__free(b);
}

static void sorted_by_name(void **state)
{
	struct btf *base = btf__new_empty(), *b = btf__new_empty_split(base);

	(void)state;
	assert_int_equal(types_sort_by_name(b), 0);
	assert_int_equal(btf__add_int(base, "zero", 4, 0), 1);
	btf__free(b);
	b = btf__new_empty_split(base);
	assert_int_equal(btf__add_struct(b, "b", 4), 2);
	btf__add_field(b, "x", 4, 0, 0);
	assert_int_equal(btf__add_ptr(b, 2), 3);
	assert_int_equal(btf__add_typedef(b, "b", 3), 4);
	assert_int_equal(btf__add_struct(b, "a", 4), 5);
	assert_int_equal(btf__add_ptr(b, 5), 6);
	assert_int_equal(types_sort_by_name(b), 0);
	/* without a name first; then by name, the same name as they stood */
	assert_type(b, 2, BTF_KIND_PTR, "", 5);
	assert_type(b, 3, BTF_KIND_PTR, "", 4);
	assert_int_equal(btf_kind(type(b, 4)), BTF_KIND_STRUCT);
	assert_string_equal(btf__name_by_offset(b, type(b, 4)->name_off), "a");
	assert_int_equal(btf_kind(type(b, 5)), BTF_KIND_STRUCT);
	assert_int_equal(btf_members(type(b, 5))[0].type, 6);
	assert_type(b, 6, BTF_KIND_TYPEDEF, "b", 2);
	btf__free(b);
	btf__free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_tags),
		cmocka_unit_test(without_tags),
		cmocka_unit_test(a_twin_that_is_there),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(refused),
		cmocka_unit_test(sorted_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
