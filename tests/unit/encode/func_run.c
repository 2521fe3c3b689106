// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* What tests of functions share. */
#include "func_run.h"

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

void encode(struct run *r, const struct func_opts *o, int jobs)
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

u32 reasons_of(const struct heard *h, const char *name)
{
	for (u32 i = 0; i < h->cnt; i++)
		if (!strcmp(h->at[i].name, name))
			return h->at[i].reasons;
	return ABSENT;
}

void check(struct made elf, const char *name, struct verdicts want)
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

const struct make_func_symbol plain[] = {{"f", PC, 1}, {0}};
const struct make_func_symbol clone[] = {{"f.constprop.0", PC, 1}, {0}};
const struct make_func_symbol other_clone[] = {{"f.isra.0", PC, 1}, {0}};

struct made x86(struct make_dwarf *d, const struct make_func_symbol *s)
{
	make_unit_end(d);
	return make_dwarf_elf(d, ET_EXEC, EM_X86_64, s);
}

struct made missing(int type, u64 pc, struct make_loc loc, const struct make_func_symbol *s)
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
