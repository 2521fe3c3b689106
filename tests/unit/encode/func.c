// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Which functions are described: each rule under each profile, on assembled DWARF. */
#include "encode/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "make_dwarf.h"

#define PC 0x1000
#define GCC "GNU C11 12.2.0"
#define CLANG "clang version 18.1.0"
#define MAX_NAMES 8
/* x86-64: registers of parameters, DWARF numbers */
#define R0 IN_REG(5)
#define R1 IN_REG(4)
#define R2 IN_REG(1)
#define R3 IN_REG(2)
#define R4 IN_REG(8)
#define R5 IN_REG(9)

/* what was judged: names in order, with their reasons */
struct heard {
	u32 cnt;
	struct {
		char name[64];
		u32 reasons, choice, unit;
	} at[MAX_NAMES];
};

static void listen(void *ctx, const struct func_set *set, const struct dwarf_unit *unit)
{
	struct heard *h = ctx;

	(void)unit;
	for (u32 i = 0; i < set->cnt; i++) {
		const struct func_verdict *v = &set->verdict[i];
		const struct func_group *g = &set->symbols->group[v->group];

		assert_true(h->cnt < MAX_NAMES);
		snprintf(h->at[h->cnt].name, sizeof(h->at[0].name), "%.*s",
			 v->true_symbol ? 63 : (int)g->name_len,
			 v->true_symbol ? v->true_symbol->name : g->name);
		h->at[h->cnt].reasons = v->reasons;
		h->at[h->cnt].choice = v->choice;
		h->at[h->cnt++].unit = set->at[v->chosen].state->unit;
	}
}

struct run {
	struct made elf;
	struct heard heard;
	struct btf *btf;
};

static void encode(struct run *r, const struct func_opts *o, int jobs)
{
	struct encode_opts eo = {
		.jobs = jobs, .funcs = *o, .judged = listen, .judged_ctx = &r->heard};
	struct debug_opts d = {.sections = ENCODE_SECTIONS};
	struct debug_image image;
	struct encode_file f;
	struct elf e;

	r->heard = (struct heard){0};
	assert_int_equal(elf_init(&e, r->elf.data, r->elf.size, NULL, 0, NULL), 0);
	assert_int_equal(debug_image_init(&image, &e, &d, NULL), 0);
	encode_file_init(&f, &e, &image);
	assert_int_equal(encode_run(&f, NULL, &eo, NULL, NULL, NULL, &r->btf), 0);
	debug_image_deinit(&image);
	elf_deinit(&e);
}

#define KEPT 0
#define BIT(rule) (1u << FUNC_RULE_##rule)
#define ABSENT 0xffffffffu

static u32 reasons_of(const struct heard *h, const char *name)
{
	for (u32 i = 0; i < h->cnt; i++)
		if (!strcmp(h->at[i].name, name))
			return h->at[i].reasons;
	return ABSENT;
}

/* what each profile says of one name */
struct verdicts {
	u32 released, master, correct;
};

static void check(struct made elf, const char *name, struct verdicts want)
{
	const struct {
		u8 profile;
		u32 want;
	} all[] = {
		{FUNC_PROFILE_1_31, want.released},
		{FUNC_PROFILE_MASTER, want.master},
		{FUNC_PROFILE_CORRECT, want.correct},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct func_opts o = {.profile = all[i].profile};
		struct run r = {.elf = elf};
		u32 got;

		encode(&r, &o, 1);
		got = reasons_of(&r.heard, name);
		if (got != all[i].want)
			fail_msg("%s, profile %u: reasons %#x, expected %#x", name, all[i].profile,
				 got, all[i].want);
		/* what is kept, and only that, is in the BTF; and for rules of that profile only */
		assert_int_equal(btf__find_by_name_kind(r.btf, name, BTF_KIND_FUNC) > 0,
				 got == KEPT);
		for (u32 rule = 0; got != ABSENT && rule < FUNC_RULES; rule++)
			if (got >> rule & 1)
				assert_true(func_rule_in(rule, all[i].profile));
		btf__free(r.btf);
	}
	made_free(&elf);
}

static const struct make_func_symbol plain[] = {{"f", PC, 1}, {0}};
static const struct make_func_symbol clone[] = {{"f.constprop.0", PC, 1}, {0}};
static const struct make_func_symbol other_clone[] = {{"f.isra.0", PC, 1}, {0}};

#define ALL(r) ((struct verdicts){BIT(r), BIT(r), BIT(r)})
#define BY_REGISTER ((struct verdicts){BIT(REGISTER_INDEX), BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)})
#define ALL_KEEP ((struct verdicts){0})
#define NOWHERE ((struct verdicts){ABSENT, ABSENT, ABSENT})

static struct made x86(struct make_dwarf *d, const struct make_func_symbol *s)
{
	make_unit_end(d);
	return make_dwarf_elf(d, ET_EXEC, EM_X86_64, s);
}

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

static struct made missing(int type, u64 pc, struct make_loc loc, const struct make_func_symbol *s)
{
	struct make_dwarf d = {0};
	u32 i;

	make_unit(&d, "a.c", GCC);
	i = make_int(&d, "int", 4);
	make_func(&d, "f", pc, i);
	make_param(&d, "a", i, R0);
	make_param(&d, "b", i, loc);
	make_end(&d);
	make_unit_end(&d);
	return make_dwarf_elf(&d, type, EM_X86_64, s);
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
