// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Which functions are described: each rule under each profile, on assembled DWARF. */
#include "func_run.h"

/* ---- registers ---- */

static void in_place(void **state)
{
	struct make_dwarf d = {0};
	u32 i;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", PC, i);
	make_param(&d, "a", i, R0);
	make_param(&d, "b", i, R1);
	make_end(&d);
	check(x86(&d, plain), "f", ALL_KEEP);
}

static void elsewhere(void **state)
{
	struct make_dwarf d = {0};
	u32 i;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", PC, i);
	make_param(&d, "a", i, R1);
	make_end(&d);
	check(x86(&d, plain), "f", BY_REGISTER);
}

/* of a list the first entry counts, and what was in a register at the entry */
static void lists(void **state)
{
	const struct {
		struct make_loc entry[3];
		struct verdicts want;
	} cases[] = {
		{{IN_REG(5), IN_REG(3), IN_REG(0)}, ALL_KEEP},
		{{IN_REG(3), IN_REG(5), IN_REG(0)}, BY_REGISTER},
		/* the released version believes an entry value more than the first entry */
		{{IN_REG(3), IN_REG(0), {.len = 4, .byte = {0xa3, 1, 0x55, 0x9f}}},
		 {0, BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)}},
		{{{.len = 3, .byte = {0x75, 0, 0x9f}}, IN_REG(3), IN_REG(0)}, ALL_KEEP},
		{{{.len = 3, .byte = {0x73, 0, 0x9f}}, IN_REG(3), IN_REG(0)},
		 {0, BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)}},
		/* GNU's number of DW_OP_entry_value; only of a register */
		{{ON_STACK, IN_REG(0), {.len = 4, .byte = {0xf3, 1, 0x53, 0x9f}}}, BY_REGISTER},
		{{ON_STACK, IN_REG(0), {.len = 5, .byte = {0xf3, 2, 0x73, 0, 0x9f}}}, ALL_KEEP},
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct make_dwarf d = {0};
		u32 at = make_list(&d, cases[k].entry, 3), i;

		make_unit(&d, "a.c", GCC);
		i = make_int(&d, "int", 4);
		make_func(&d, "f", PC, i);
		make_param(&d, "a", i, IN_LIST(at));
		make_end(&d);
		check(x86(&d, plain), "f", cases[k].want);
	}
}

/* a struct by value takes as many registers as its size asks for; with one nothing is certain */
static void by_value(void **state)
{
	const struct {
		bool is_union, through;
		u8 size;
		struct make_loc second;
		struct verdicts want;
	} cases[] = {
		{false, false, 16, IN_REG(1), ALL_KEEP},
		{false, true, 16, IN_REG(9), ALL_KEEP},
		{true, false, 16, IN_REG(1), {BIT(REGISTER_INDEX), 0, 0}},
		{true, true, 8, IN_REG(4), ALL_KEEP},
		{true, false, 16, IN_REG(4), {0, BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)}},
		/* in memory: how many registers that leaves, "correct" does not pretend to know */
		{true, false, 24, IN_REG(5), {BIT(REGISTER_INDEX), BIT(REGISTER_SLOT), 0}},
		{true, false, 24, IN_REG(4), ALL_KEEP},
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct make_dwarf d = {0};
		u32 i, t;

		make_unit(&d, "a.c", GCC);
		i = make_int(&d, "int", 4);
		t = make_struct(&d, "s", cases[k].size, cases[k].is_union);
		make_member(&d, "m", i, 0);
		make_end(&d);
		if (cases[k].through)
			t = make_const(&d, make_typedef(&d, "t", t));
		make_func(&d, "f", PC, i);
		make_param(&d, "s", t, ON_STACK);
		make_param(&d, "b", i, cases[k].second);
		make_end(&d);
		check(x86(&d, plain), "f", cases[k].want);
	}
}

static void window_of_clang(void **state)
{
	struct make_dwarf d = {0};
	u32 i, t;

	(void)state;
	make_unit(&d, "a.c", CLANG);
	i = make_int(&d, "int", 4);
	t = make_struct(&d, "s", 16, false);
	make_member(&d, "m", i, 0);
	make_end(&d);
	make_func(&d, "f", PC, i);
	/* in the second register of its two, and one behind them: with GCC the struct excuses all
	 */
	make_param(&d, "s", t, R1);
	make_param(&d, "b", i, R3);
	make_end(&d);
	check(x86(&d, plain), "f", (struct verdicts){0, BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)});
}

/* machines whose order of registers pahole does not know, and one that it knows nothing of */
static void machines(void **state)
{
	const struct {
		int machine;
		const char *producer;
		struct make_loc loc[2];
		struct verdicts want;
	} cases[] = {
		{EM_RISCV, CLANG, {IN_REG(10), IN_REG(11)}, {0, BIT(REGISTER_UNKNOWN), 0}},
		{EM_RISCV, GCC, {IN_REG(10), IN_REG(11)}, ALL_KEEP},
		{EM_RISCV, GCC, {IN_REG(11), IN_REG(12)}, {0, 0, BIT(REGISTER_SLOT)}},
		{EM_PPC64, CLANG, {IN_REG(3), IN_REG(4)}, {0, BIT(REGISTER_UNKNOWN), 0}},
		{EM_MIPS, GCC, {IN_REG(4), IN_REG(6)}, {0, 0, BIT(REGISTER_SLOT)}},
		{EM_S390, GCC, {IN_REG(2), IN_REG(3)}, ALL_KEEP},
		{EM_S390, GCC, {IN_REG(3), IN_REG(2)}, BY_REGISTER},
		{EM_AARCH64, CLANG, {IN_REG(0), IN_REG(1)}, ALL_KEEP},
		{258, GCC, {IN_REG(4), IN_REG(5)}, ALL_KEEP},
		{258, CLANG, {IN_REG(5), IN_REG(5)}, {0, 0, BIT(REGISTER_SLOT)}},
		{EM_ALPHA, GCC, {IN_REG(16), IN_REG(1)}, ALL_KEEP},
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct make_dwarf d = {0};
		u32 i;

		make_unit(&d, "a.c", cases[k].producer);
		i = make_int(&d, "int", 4);
		make_func(&d, "f", PC, i);
		make_param(&d, "a", i, cases[k].loc[0]);
		make_param(&d, "b", i, cases[k].loc[1]);
		make_end(&d);
		make_unit_end(&d);
		check(make_dwarf_elf(&d, ET_EXEC, cases[k].machine, plain), "f", cases[k].want);
	}
}

/* a packed struct behind the last register lies where nothing tells */
static void packed(void **state)
{
	const u8 second_at[] = {1, 4};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct make_dwarf d = {0};
		u32 c, i, t;

		make_unit(&d, "a.c", GCC);
		i = make_int(&d, "int", 4);
		c = make_int(&d, "char", 1);
		t = make_struct(&d, "s", k ? 8 : 5, false);
		make_member(&d, "c", c, 0);
		make_member(&d, "i", i, second_at[k]);
		make_end(&d);
		make_func(&d, "f", PC, i);
		make_param(&d, "a", i, R0);
		make_param(&d, "b", i, R1);
		make_param(&d, "c", i, R2);
		make_param(&d, "d", i, R3);
		make_param(&d, "e", i, R4);
		make_param(&d, "f", i, R5);
		make_param(&d, "g", t, ON_STACK);
		make_end(&d);
		check(x86(&d, plain), "f", k ? ALL_KEEP : ALL(PACKED));
	}
}

/* ---- what the compiler changed ---- */

static void reordered(void **state)
{
	struct make_dwarf d = {0};
	u32 i, f, a, b;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	f = make_func(&d, "f", 0, i);
	a = make_param(&d, "a", i, NO_LOC);
	b = make_param(&d, "b", i, NO_LOC);
	make_end(&d);
	make_instance(&d, f, PC);
	make_param_of(&d, b, R0);
	make_param_of(&d, a, R1);
	make_end(&d);
	check(x86(&d, plain), "f", (struct verdicts){0, BIT(REORDERED), BIT(REORDERED)});
}

/* an instance has name, types and what it returns from its origin */
static void instance(void **state)
{
	struct run r = {.heard = {0}};
	struct func_opts o = {.profile = FUNC_PROFILE_MASTER};
	struct make_dwarf d = {0};
	const struct btf_type *t;
	u32 i, l, f, a;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	l = make_int(&d, "long", 8);
	f = make_func(&d, "f", 0, l);
	a = make_param(&d, "a", i, NO_LOC);
	make_dots(&d);
	make_end(&d);
	make_instance(&d, f, PC);
	make_param_of(&d, a, R0);
	make_dots(&d);
	make_end(&d);
	r.elf = x86(&d, plain);
	encode(&r, &o, 1);
	assert_int_equal(reasons_of(&r.heard, "f"), KEPT);
	assert_int_equal(r.heard.at[0].choice, FUNC_RULE_TAKEN_VALUE);
	t = btf__type_by_id(r.btf, (u32)btf__find_by_name_kind(r.btf, "f", BTF_KIND_FUNC));
	t = btf__type_by_id(r.btf, t->type);
	assert_string_equal(btf__name_by_offset(r.btf, btf__type_by_id(r.btf, t->type)->name_off),
			    "long");
	assert_int_equal(info_vlen(t->info), 2);
	{
		const struct btf_param *p = (const void *)(t + 1);

		assert_string_equal(btf__name_by_offset(r.btf, p[0].name_off), "a");
		assert_int_equal(p[1].name_off, 0);
		assert_int_equal(p[1].type, 0);
	}
	btf__free(r.btf);
	made_free(&r.elf);
}

/* the same with the origin in another unit, as link-time optimization leaves it */
static void far_origin(void **state)
{
	struct run r = {.heard = {0}};
	struct func_opts o = {.profile = FUNC_PROFILE_CORRECT};
	struct make_dwarf d = {0};
	const struct btf_type *t;
	const struct btf_param *p;
	u32 i, s, f, a, b;

	(void)state;
	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	s = make_struct(&d, "s", 4, false);
	make_member(&d, "m", i, 0);
	make_end(&d);
	s = make_pointer(&d, s);
	f = make_func(&d, "f", 0, i);
	a = make_param(&d, "a", i, NO_LOC);
	b = make_param(&d, "b", s, NO_LOC);
	make_end(&d);
	make_unit_end(&d);
	make_unit(&d, "b.c", GCC);
	make_far_instance(&d, f, PC);
	make_far_param_of(&d, a, R0);
	make_far_param_of(&d, b, R1);
	make_end(&d);
	r.elf = x86(&d, plain);
	encode(&r, &o, 1);
	assert_int_equal(reasons_of(&r.heard, "f"), KEPT);
	assert_int_equal(r.heard.at[0].unit, 1);
	t = btf__type_by_id(r.btf, (u32)btf__find_by_name_kind(r.btf, "f", BTF_KIND_FUNC));
	t = btf__type_by_id(r.btf, t->type);
	assert_int_equal(t->type, btf__find_by_name_kind(r.btf, "int", BTF_KIND_INT));
	assert_int_equal(info_vlen(t->info), 2);
	p = (const void *)(t + 1);
	assert_string_equal(btf__name_by_offset(r.btf, p[1].name_off), "b");
	t = btf__type_by_id(r.btf, p[1].type);
	assert_int_equal(info_kind(t->info), BTF_KIND_PTR);
	assert_int_equal(t->type, btf__find_by_name_kind(r.btf, "s", BTF_KIND_STRUCT));
	btf__free(r.btf);
	made_free(&r.elf);
}

static void optimized(void **state)
{
	const struct verdicts drop = {0, BIT(OPTIMIZED_VALUE), BIT(OPTIMIZED_ADDRESS)};
	const struct make_loc gone[] = {
		NO_LOC, CONST_VALUE, ON_STACK, {.len = 2, .byte = {0x31, 0x9f}}};
	struct make_func_symbol of_section[] = {{"f.constprop.0", 8, 1}, {0}};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(gone); k++) {
		check(missing(ET_EXEC, PC, gone[k], clone), "f", drop);
		check(missing(ET_EXEC, PC, gone[k], other_clone), "f", drop);
		/* not a clone: it just does not use it */
		check(missing(ET_EXEC, PC, gone[k], plain), "f", ALL_KEEP);
		/* values in modules are offsets: only with the section's address are they found */
		check(missing(ET_REL, DEBUG_FIRST_ADDRESS + 8, gone[k], of_section), "f",
		      (struct verdicts){0, 0, BIT(OPTIMIZED_ADDRESS)});
	}
	check(missing(ET_EXEC, PC, R1, clone), "f", ALL_KEEP);
}

/* clang says that it changed a signature: no symbol is asked */
static void changed(void **state)
{
	struct make_dwarf d = {0};
	u32 i;

	(void)state;
	make_unit(&d, "a.c", CLANG);
	i = make_int(&d, "int", 4);
	make_func_changed(&d, "f", PC, i);
	make_param(&d, "a", i, NO_LOC);
	make_param(&d, "b", i, R0);
	make_end(&d);
	check(x86(&d, plain), "f",
	      (struct verdicts){BIT(REGISTER_INDEX), BIT(OPTIMIZED_VALUE), BIT(OPTIMIZED_ADDRESS)});
}

/* ---- several of one name ---- */

struct second {
	u32 (*type)(struct make_dwarf *d, u32 i);
	struct verdicts want;
};

static u32 is_long(struct make_dwarf *d, u32 i)
{
	(void)i;
	return make_int(d, "long", 8);
}

static u32 is_const(struct make_dwarf *d, u32 i)
{
	return make_const(d, i);
}

static u32 is_typedef(struct make_dwarf *d, u32 i)
{
	return make_typedef(d, "t", i);
}

static u32 is_same(struct make_dwarf *d, u32 i)
{
	(void)d;
	return i;
}

static void prototypes(void **state)
{
	const struct second cases[] = {{is_same, ALL_KEEP},
				       {is_const, ALL_KEEP},
				       {is_long, ALL(INCONSISTENT)},
				       {is_typedef, ALL(INCONSISTENT)}};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct make_dwarf d = {0};

		for (u32 unit = 0; unit < 2; unit++) {
			u32 i, t;

			make_unit(&d, unit ? "b.c" : "a.c", GCC);
			i = make_int(&d, "int", 4);
			t = unit ? cases[k].type(&d, i) : i;
			make_func(&d, "f", PC, i);
			make_param(&d, "a", make_pointer(&d, t), NO_LOC);
			make_end(&d);
			if (!unit)
				make_unit_end(&d);
		}
		check(x86(&d, plain), "f", cases[k].want);
	}
}

static void consistent_off(void **state)
{
	const u8 profiles[] = {FUNC_PROFILE_1_31, FUNC_PROFILE_MASTER, FUNC_PROFILE_CORRECT};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(profiles); k++) {
		struct func_opts o = {.profile = profiles[k], .inconsistent = true};
		struct run r = {.heard = {0}};
		struct make_dwarf d = {0};
		u32 i;

		make_unit(&d, "a.c", GCC);
		i = make_int(&d, "int", 4);
		make_func(&d, "f", PC, i);
		make_end(&d);
		/* in a register that is not the first: the released version keeps even that */
		make_func(&d, "f", PC, i);
		make_param(&d, "a", i, R1);
		make_end(&d);
		r.elf = x86(&d, plain);
		encode(&r, &o, 1);
		assert_int_equal(reasons_of(&r.heard, "f"), k ? BIT(REGISTER_SLOT) : KEPT);
		btf__free(r.btf);
		made_free(&r.elf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_place),
		cmocka_unit_test(elsewhere),
		cmocka_unit_test(lists),
		cmocka_unit_test(by_value),
		cmocka_unit_test(window_of_clang),
		cmocka_unit_test(machines),
		cmocka_unit_test(packed),
		cmocka_unit_test(reordered),
		cmocka_unit_test(instance),
		cmocka_unit_test(far_origin),
		cmocka_unit_test(optimized),
		cmocka_unit_test(changed),
		cmocka_unit_test(prototypes),
		cmocka_unit_test(consistent_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
