// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Under which name and with which parameters a function is described, and which of several it is. */
#include "func_run.h"

static struct made one(int type, u64 pc, const struct make_func_symbol *s)
{
	struct make_dwarf d = {0};
	u32 i;

	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", pc, i);
	make_param(&d, "a", i, R0);
	make_end(&d);
	make_unit_end(&d);
	return make_dwarf_elf(&d, type, EM_X86_64, s);
}

static void ambiguous(void **state)
{
	const struct verdicts drop = {BIT(AMBIGUOUS_VALUE), BIT(AMBIGUOUS_VALUE),
				      BIT(AMBIGUOUS_ADDRESS)};
	const struct verdicts address = {0, 0, BIT(AMBIGUOUS_ADDRESS)};
	const struct make_func_symbol two[] = {{"f", PC, 1}, {"f", PC + 8, 1}, {"z", 1, 1}, {0}};
	const struct make_func_symbol same[] = {{"f", PC, 1}, {"f", PC, 1}, {"z", 1, 1}, {0}};
	const struct make_func_symbol split[] = {
		{"f.cold", 4, 1}, {"f", PC, 1}, {"f.part.0", 9, 1}, {"z", 1, 1}, {0}};
	/* the name that sorts last is not looked at */
	const struct make_func_symbol last[] = {{"e", 1, 1}, {"f", PC, 1}, {"f", PC + 8, 1}, {0}};
	/* the same offset in two sections, and one that is somewhere else altogether */
	const struct make_func_symbol offsets[] = {{"f", 8, 1}, {"f", 8, 2}, {"z", 1, 1}, {0}};
	const struct make_func_symbol zero[] = {{"f", 0, 1}, {"f", 8, 1}, {"z", 1, 1}, {0}};
	const struct make_func_symbol undefined[] = {{"f", 8, 1}, {"f", 0, 0}, {"z", 1, 1}, {0}};

	(void)state;
	check(one(ET_EXEC, PC, two), "f", drop);
	check(one(ET_EXEC, PC, same), "f", ALL_KEEP);
	check(one(ET_EXEC, PC, split), "f", ALL_KEEP);
	check(one(ET_EXEC, PC, last), "f", address);
	check(one(ET_REL, DEBUG_FIRST_ADDRESS + 8, offsets), "f", address);
	check(one(ET_REL, DEBUG_FIRST_ADDRESS + 8, zero), "f", address);
	check(one(ET_REL, DEBUG_FIRST_ADDRESS + 8, undefined), "f",
	      (struct verdicts){BIT(AMBIGUOUS_VALUE), BIT(AMBIGUOUS_VALUE), 0});
}

/* the definition that the linker took, not the first of two */
static void strong_over_weak(void **state)
{
	const struct {
		int type;
		u64 pc;
		struct make_func_symbol symbol;
		u32 taken[3]; /* units, by profile: 1.31, master, correct */
	} cases[] = {
		{ET_EXEC, PC, {"f", PC, 1}, {0, 1, 1}},
		{ET_REL, DEBUG_FIRST_ADDRESS + 8, {"f", 8, 1}, {0, 0, 1}},
	};
	const u8 profiles[] = {FUNC_PROFILE_1_31, FUNC_PROFILE_MASTER, FUNC_PROFILE_CORRECT};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		const struct make_func_symbol symbols[] = {cases[k].symbol, {0}};
		struct make_dwarf d = {0};
		struct run r = {.heard = {0}};
		u32 i;

		make_unit(&d, "weak.c", GCC);
		i = make_int(&d, "int", 4);
		make_func(&d, "f", cases[k].pc + 16, i);
		make_param(&d, "unused", i, R0);
		make_end(&d);
		make_unit_end(&d);
		make_unit(&d, "strong.c", GCC);
		i = make_int(&d, "int", 4);
		make_func(&d, "f", cases[k].pc, i);
		make_param(&d, "regs", i, R0);
		make_end(&d);
		make_unit_end(&d);
		r.elf = make_dwarf_elf(&d, cases[k].type, EM_X86_64, symbols);
		for (size_t p = 0; p < 3; p++) {
			struct func_opts o = {.profile = profiles[p]};

			/* any number of workers */
			for (int jobs = 1; jobs < 4; jobs++) {
				encode(&r, &o, jobs);
				assert_int_equal(r.heard.cnt, 1);
				assert_int_equal(r.heard.at[0].reasons, 0);
				assert_int_equal(r.heard.at[0].unit, cases[k].taken[p]);
				btf__free(r.btf);
			}
		}
		made_free(&r.elf);
	}
}

/* ---- names ---- */

static void names(void **state)
{
	struct make_dwarf d = {0};
	u32 i;

	(void)state;
	/* declared, or without a symbol: nobody speaks of it */
	make_unit(&d, "a.c", GCC);
	make_declared(&d, "f");
	check(x86(&d, plain), "f", NOWHERE);
	check(one(ET_EXEC, PC, (const struct make_func_symbol[]){{"ff", PC, 1}, {0}}), "f",
	      NOWHERE);
	check(one(ET_EXEC, PC, (const struct make_func_symbol[]){{0}}), "f", NOWHERE);

	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", PC, i);
	make_unnamed(&d, i);
	make_end(&d);
	check(x86(&d, plain), "f", ALL(UNNAMED));

	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", PC, i);
	make_param(&d, "", i, R0);
	make_end(&d);
	check(x86(&d, plain), "f", ALL(UNNAMED));

	make_unit(&d, "a.S", "GNU AS 2.40");
	make_asm(&d, "f", PC);
	check(x86(&d, plain), "f", ALL_KEEP);
}

/* C++: the name of the symbol */
static void linkage(void **state)
{
	static const struct make_func_symbol mangled[] = {{"_Z1fi", PC, 1}, {0}};
	const char *name[] = {"_Z1fi", "f"};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct make_dwarf d = {0};
		u32 i;

		make_unit(&d, "a.cc", GCC);
		i = make_int(&d, "int", 4);
		make_func_linkage(&d, "f", "_Z1fi", PC, i);
		make_param(&d, "a", i, R0);
		make_end(&d);
		check(x86(&d, mangled), name[k],
		      k ? NOWHERE : (struct verdicts){ABSENT, ABSENT, KEPT});
	}
}

static const char *param_name(const struct run *r, const char *func, u32 i, u32 *ret_cnt)
{
	int id = btf__find_by_name_kind(r->btf, func, BTF_KIND_FUNC);
	const struct btf_type *t;

	assert_true(id > 0);
	t = btf__type_by_id(r->btf, btf__type_by_id(r->btf, (u32)id)->type);
	*ret_cnt = info_vlen(t->info);
	if (i >= *ret_cnt)
		return NULL;
	return btf__name_by_offset(r->btf,
				   ((const struct btf_param *)(const void *)(t + 1))[i].name_off);
}

static void long_name(void **state)
{
	struct func_opts o = {.profile = FUNC_PROFILE_CORRECT};
	struct run r = {.heard = {0}};
	struct make_dwarf d = {0};
	char name[201];
	u32 i, cnt;

	(void)state;
	memset(name, 'x', 200);
	name[200] = 0;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", PC, i);
	make_param(&d, name, i, R0);
	make_end(&d);
	r.elf = x86(&d, plain);
	encode(&r, &o, 1);
	assert_int_equal(strlen(param_name(&r, "f", 0, &cnt)), 127);
	btf__free(r.btf);
	made_free(&r.elf);
}

/* in order of names, however long they are alike; one prototype for all that have it */
static void order(void **state)
{
	static const char *const want[] = {"a", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab", "ab", "b"};
	static const u8 given[] = {3, 5, 1, 0, 4, 2};
	struct func_opts o = {.profile = FUNC_PROFILE_CORRECT};
	struct make_func_symbol symbols[7] = {{0}};
	struct run r = {.heard = {0}};
	struct make_dwarf d = {0};
	u32 i, funcs = 0, protos = 0;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	for (u32 k = 0; k < 6; k++) {
		symbols[k] = (struct make_func_symbol){want[given[k]], PC + k, 1};
		make_func(&d, want[given[k]], PC + k, i);
		make_param(&d, "a", i, R0);
		make_end(&d);
	}
	r.elf = x86(&d, symbols);
	encode(&r, &o, 1);
	assert_int_equal(r.heard.cnt, 6);
	for (u32 id = 1; id < btf__type_cnt(r.btf); id++) {
		const struct btf_type *t = btf__type_by_id(r.btf, id);

		protos += info_kind(t->info) == BTF_KIND_FUNC_PROTO;
		if (info_kind(t->info) == BTF_KIND_FUNC) {
			assert_string_equal(btf__name_by_offset(r.btf, t->name_off), want[funcs]);
			assert_string_equal(r.heard.at[funcs].name, want[funcs]);
			funcs++;
		}
	}
	assert_int_equal(funcs, 6);
	assert_int_equal(protos, 1);
	btf__free(r.btf);
	made_free(&r.elf);
}

/* a FUNC's annotations */
static void tags(void **state)
{
	struct func_opts o = {.profile = FUNC_PROFILE_CORRECT, .decl_tags = true};
	struct run r = {.heard = {0}};
	struct make_dwarf d = {0};
	const struct btf_type *t;
	int func, tag;
	u32 i;

	(void)state;
	make_unit(&d, "a.c", CLANG);
	i = make_int(&d, "int", 4);
	make_func(&d, "g", PC + 8, i);
	make_note(&d, "other");
	make_end(&d);
	make_func(&d, "f", PC, i);
	make_note(&d, "mine");
	make_end(&d);
	r.elf = x86(&d, (const struct make_func_symbol[]){{"f", PC, 1}, {"g", PC + 8, 1}, {0}});
	for (int on = 0; on < 2; on++) {
		o.decl_tags = on;
		encode(&r, &o, 1);
		func = btf__find_by_name_kind(r.btf, "f", BTF_KIND_FUNC);
		tag = btf__find_by_name_kind(r.btf, "mine", BTF_KIND_DECL_TAG);
		assert_int_equal(tag > 0, on);
		if (on) {
			t = btf__type_by_id(r.btf, (u32)tag);
			assert_int_equal(t->type, func);
			assert_int_equal(*(const int *)(const void *)(t + 1), -1);
		}
		btf__free(r.btf);
	}
	made_free(&r.elf);
}

/* ---- true signatures ---- */

static void true_signature(void **state)
{
	struct func_opts o = {.profile = FUNC_PROFILE_MASTER, .true_signature = true};
	struct run r = {.heard = {0}};
	u32 cnt;

	(void)state;
	r.elf = missing(ET_EXEC, PC, CONST_VALUE, clone);
	encode(&r, &o, 1);
	assert_int_equal(reasons_of(&r.heard, "f.constprop.0"), KEPT);
	assert_int_equal(reasons_of(&r.heard, "f"), BIT(OPTIMIZED_VALUE) | BIT(RENAMED));
	assert_string_equal(param_name(&r, "f.constprop.0", 0, &cnt), "a");
	assert_int_equal(cnt, 1);
	btf__free(r.btf);
	made_free(&r.elf);

	/* what .isra passes instead of a parameter cannot be told */
	r.elf = missing(ET_EXEC, PC, ON_STACK, other_clone);
	encode(&r, &o, 1);
	assert_int_equal(reasons_of(&r.heard, "f.isra.0"), ABSENT);
	assert_int_equal(reasons_of(&r.heard, "f"), BIT(OPTIMIZED_VALUE));
	btf__free(r.btf);
	made_free(&r.elf);
}

/* of a struct one member is left */
static void true_member(void **state)
{
	static const struct make_func_symbol llvm[] = {{"f.llvm.77", PC, 1}, {0}};
	struct func_opts o = {.profile = FUNC_PROFILE_CORRECT, .true_signature = true};
	struct run r = {.heard = {0}};
	struct make_dwarf d = {0};
	u32 i, b, s, cnt;

	(void)state;
	make_unit(&d, "a.c", CLANG);
	i = make_int(&d, "int", 4);
	b = make_int(&d, "bool", 1);
	s = make_struct(&d, "s", 16, false);
	make_member(&d, "user", make_pointer(&d, 0), 0);
	make_member(&d, "is_kernel", b, 8);
	make_end(&d);
	make_func_changed(&d, "f", PC, i);
	make_param(&d, "attr", i, R0);
	make_param(&d, "uattr", s, (struct make_loc){.len = 5, .byte = {0x93, 8, 0x54, 0x93, 1}});
	make_param(&d, "gone", i, NO_LOC);
	make_end(&d);
	r.elf = x86(&d, llvm);
	encode(&r, &o, 1);
	assert_int_equal(reasons_of(&r.heard, "f.llvm.77"), KEPT);
	assert_string_equal(param_name(&r, "f.llvm.77", 1, &cnt), "uattr__is_kernel");
	assert_int_equal(cnt, 2);
	btf__free(r.btf);
	made_free(&r.elf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ambiguous),
		cmocka_unit_test(strong_over_weak),
		cmocka_unit_test(names),
		cmocka_unit_test(linkage),
		cmocka_unit_test(long_name),
		cmocka_unit_test(order),
		cmocka_unit_test(tags),
		cmocka_unit_test(true_signature),
		cmocka_unit_test(true_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
