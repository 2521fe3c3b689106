// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Are a function's parameters where the calling convention puts them?
 *
 * In: parameters with their locations and types. Out: flags of the function. A program that is
 * attached to a function finds arguments by position; where the compiler moved or dropped them,
 * it would find others.
 *
 * The three profiles differ. pahole 1.31 counts one register for each parameter. Its development
 * tree gives a struct or union by value as many as its size asks for, and looks at what clang
 * made in another way than at what GCC made. "correct" knows the registers of more machines, and
 * that numbers of two words take two registers on 32 bits.
 */
#include <elf.h>

#include "dwarf/location.h"
#include "encode/func.h"

#define MACHINE_LOONGARCH 258
#define MAX_HOPS 64

/* clang-format off */
static const struct func_regs machines[] = {
	{EM_X86_64, 64, 6, true, false, 6, {5, 4, 1, 2, 8, 9}},
	/* kernels are built with -mregparm=3 */
	{EM_386, 32, 0, false, false, 3, {0, 2, 1}},
	{EM_AARCH64, 64, 8, true, false, 8, {0, 1, 2, 3, 4, 5, 6, 7}},
	{EM_ARM, 32, 8, true, true, 4, {0, 1, 2, 3, 4, 5, 6, 7}},
	{EM_S390, 64, 5, true, false, 5, {2, 3, 4, 5, 6}},
	{EM_RISCV, 64, 8, false, false, 8, {10, 11, 12, 13, 14, 15, 16, 17}},
	{EM_RISCV, 32, 8, false, false, 8, {10, 11, 12, 13, 14, 15, 16, 17}},
	{EM_PPC64, 64, 8, false, false, 8, {3, 4, 5, 6, 7, 8, 9, 10}},
	{EM_PPC, 32, 8, false, true, 8, {3, 4, 5, 6, 7, 8, 9, 10}},
	{EM_MIPS, 64, 8, false, false, 8, {4, 5, 6, 7, 8, 9, 10, 11}},
	{EM_MIPS, 32, 8, false, true, 4, {4, 5, 6, 7}},
	{MACHINE_LOONGARCH, 64, 0, false, false, 8, {4, 5, 6, 7, 8, 9, 10, 11}},
	/* register windows: in which registers they are depends on where one looks */
	{EM_SPARCV9, 64, 6, false, false, 0, {0, 0}},
	{EM_SPARC, 32, 6, false, false, 0, {0, 0}},
	{EM_ARC, 32, 8, false, false, 0, {0, 0}},
};
/* clang-format on */

const struct func_regs *func_regs_of(u16 machine, bool is64)
{
	for (u32 i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].machine == machine && machines[i].bits == (is64 ? 64 : 32))
			return &machines[i];
	return NULL;
}

/* ---- types ---- */

u32 func_plain_type(const struct scan *s, u32 type)
{
	for (u32 hops = 0; hops < MAX_HOPS && type < s->type.cnt; hops++) {
		const struct scan_type *t = &s->type.at[type];

		switch (t->kind) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
		case SCAN_ALIAS:
			type = keys_index(s, t->ref);
			break;
		default:
			return type;
		}
	}
	return SCAN_NONE;
}

/* a struct by value, behind typedefs and const at most */
static bool is_struct(const struct scan *s, u32 type)
{
	for (u32 hops = 0; hops < MAX_HOPS && type < s->type.cnt; hops++) {
		const struct scan_type *t = &s->type.at[type];

		if (t->kind == BTF_KIND_STRUCT)
			return true;
		if (t->kind == BTF_KIND_FWD)
			return !(t->flags & SCAN_UNION);
		if (t->kind != BTF_KIND_TYPEDEF && t->kind != BTF_KIND_CONST)
			return false;
		type = keys_index(s, t->ref);
	}
	return false;
}

#define MAX_VISITS 4096 /* types, to find one alignment: structs of structs grow by powers */

static u32 natural_alignment(const struct scan *s, u32 type, u32 depth, u32 *visits)
{
	const struct scan_type *t;
	u32 max = 1;

	type = func_plain_type(s, type);
	if (type == SCAN_NONE || depth > 16 || !*visits)
		return 1;
	--*visits;
	t = &s->type.at[type];
	switch (t->kind) {
	case BTF_KIND_PTR:
		return s->u->addr_size;
	case BTF_KIND_ARRAY:
		return natural_alignment(s, keys_index(s, t->ref), depth + 1, visits);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		for (u32 i = t->first; i < t->first + t->cnt; i++) {
			u32 of = natural_alignment(s, keys_index(s, s->item.at[i].ref), depth + 1,
						   visits);

			max = max_of(max, of);
		}
		/* its size says that its alignment is smaller */
		while (max > 1 && t->size % max)
			max /= 2;
		return max;
	default:
		return t->size ? t->size : 1;
	}
}

bool func_packed(const struct scan *s, u32 type)
{
	const struct scan_type *t = &s->type.at[type];
	u32 max = 1, visits = MAX_VISITS;

	for (u32 i = t->first; i < t->first + t->cnt; i++) {
		const struct scan_item *m = &s->item.at[i];
		u32 align = natural_alignment(s, keys_index(s, m->ref), 0, &visits);

		if (m->bits)
			continue;
		if (m->bit_off / 8 % align)
			return true;
		max = max_of(max, align);
	}
	return t->size % max;
}

/* ---- registers ---- */

void func_walk_begin(struct func_walk *w, const struct func_env *env, const struct scan *s,
		     bool clang, bool changed)
{
	bool correct = env->opts->profile == FUNC_PROFILE_CORRECT;

	*w = (struct func_walk){
		.env = env, .s = s, .regs = env->regs, .clang = clang, .changed = changed};
	if (!env->regs)
		return;
	w->cnt = correct ? env->regs->cnt : env->regs->pahole_cnt;
	w->order = correct || env->regs->pahole_order;
}

/* aggregates of two words at most are in registers, larger ones are not */
static bool pairs(const struct func_regs *r)
{
	return r && r->bits == 64 &&
	       (r->machine == EM_X86_64 || r->machine == EM_AARCH64 || r->machine == EM_RISCV ||
		r->machine == MACHINE_LOONGARCH);
}

/* a value of n words: do the machine's rules say more than is known here? */
static bool uncertain(const struct func_walk *w, bool aggregate, u32 n)
{
	if (!aggregate)
		return n > 1 && w->regs && w->regs->bits == 64 && w->regs->machine != EM_X86_64;
	if (!pairs(w->regs) || (n > 2 && w->regs->machine == EM_X86_64))
		return true;
	/* it may be split, or be in memory while others still get registers */
	return n <= 2 && w->slot + n > w->cnt;
}

/* how many registers a parameter takes */
static u32 slots(struct func_walk *w, u32 type)
{
	bool correct = w->env->opts->profile == FUNC_PROFILE_CORRECT, aggregate = false;
	u32 word = w->s->u->addr_size, n;
	const struct scan_type *t;

	type = func_plain_type(w->s, type);
	if (type == SCAN_NONE)
		return 1;
	t = &w->s->type.at[type];
	switch (t->kind) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		aggregate = true;
		break;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_FLOAT:
		if (correct && t->size > word)
			break;
		return 1;
	default:
		return 1;
	}
	n = t->size / word + !!(t->size % word);
	if (correct) {
		w->unsure |= uncertain(w, aggregate, n);
		if (w->regs && w->regs->even && n == 2)
			w->slot += w->slot & 1;
	}
	/* in memory */
	if (aggregate && n > 2)
		return 1;
	return n ? n : 1;
}

static bool locate(const struct func_walk *w, const struct scan_param *p, u32 want,
		   struct location *l)
{
	u64 off = p->loc;

	switch (p->loc_kind) {
	case LOCATION_EXPR:
		location_of_expr((const u8 *)(uintptr_t)p->loc, p->loc_len, want, l);
		return true;
	case LOCATION_LIST_INDEX:
		if (!location_list_at(w->s->d, w->s->u, p->loc, &off))
			break;
		/* fall through */
	case LOCATION_LIST:
		location_of_list(w->s->d, w->s->u, off, want, l);
		return true;
	default:
		break;
	}
	*l = (struct location){0};
	return p->loc_kind != LOCATION_NONE;
}

/* pahole 1.31: by position */
static void walk_1_31(struct func_walk *w, const struct scan_param *p, struct func_param *ret)
{
	u32 want = w->order && w->index < w->cnt ? w->regs->reg[w->index] : LOCATION_ANY;
	struct location l;

	if (w->index >= w->cnt)
		return;
	if (!locate(w, p, want, &l)) {
		w->optimized = true;
		return;
	}
	ret->flags |= PARAM_LOCATED;
	if (l.entry)
		ret->reg = l.entry_wanted ? (u8)want : l.entry_last;
	else if (l.how == LOCATED_REG && !l.several)
		ret->reg = l.reg;
	else {
		w->optimized = true;
		return;
	}
	if (l.how == LOCATED_REG && !l.several && l.reg == want)
		ret->reg = (u8)want;
	ret->flags |= PARAM_REG;
	w->unexpected |= want != LOCATION_ANY && ret->reg != want;
}

static bool in_window(const struct func_walk *w, u32 reg, u32 n)
{
	for (u32 i = w->slot; i < w->slot + n && i < w->cnt; i++)
		if (w->regs->reg[i] == reg)
			return true;
	return false;
}

static void find_register(const struct location *l, struct func_param *ret)
{
	ret->flags |= PARAM_REG;
	if (l->how == LOCATED_REG || (l->how == LOCATED_BY_REG && l->value))
		ret->reg = l->reg;
	else if (l->entry)
		ret->reg = l->entry_reg;
	else
		ret->flags &= (u8)~PARAM_REG;
}

/* by what the calling convention says */
static void walk_slots(struct func_walk *w, const struct scan_param *p, u32 type,
		       struct func_param *ret)
{
	u32 n = slots(w, type), want;
	struct location l;

	want = w->order && w->slot < w->cnt ? w->regs->reg[w->slot] : LOCATION_ANY;
	if (locate(w, p, want, &l)) {
		ret->flags |= PARAM_LOCATED;
		find_register(&l, ret);
		ret->flags |= l.how == LOCATED_CONST && !l.entry ? PARAM_CONST : 0;
	}
	if (p->has_const)
		ret->flags |= PARAM_CONST;
	w->optimized |= !(ret->flags & PARAM_LOCATED);
	if (w->changed && (!(ret->flags & PARAM_LOCATED) || ret->flags & PARAM_CONST)) {
		w->optimized = true;
		return; /* it takes no register */
	}
	if (w->slot < w->cnt && ret->flags & PARAM_REG) {
		if (w->clang && !w->changed) {
			w->unknown |= !w->order;
			w->unexpected |= !w->order || !in_window(w, ret->reg, n);
		} else {
			w->unexpected |= w->order && ret->reg != want;
		}
	} else if (w->slot < w->cnt && !w->clang) {
		w->optimized = true;
		ret->flags |= ret->flags & PARAM_LOCATED ? PARAM_LOST : 0;
	}
	w->slot += n;
}

/* ---- parameters that were taken apart ---- */

#define MAX_PIECES 16

static u32 member_at(const struct scan *s, const struct scan_type *t, u64 off, u64 size)
{
	for (u32 i = t->first; i < t->first + t->cnt; i++) {
		const struct scan_item *m = &s->item.at[i];
		u32 of = func_plain_type(s, keys_index(s, m->ref));
		u32 have = of == SCAN_NONE			 ? 0
			   : s->type.at[of].kind == BTF_KIND_PTR ? s->u->addr_size
								 : s->type.at[of].size;

		if (!m->bits && m->bit_off == off * 8 && have == size)
			return i;
	}
	return SCAN_NONE;
}

u32 func_only_member(const struct scan *s, const struct scan_param *p, u32 type)
{
	struct location_piece piece[MAX_PIECES];
	const u8 *expr = (const u8 *)(uintptr_t)p->loc;
	u32 len = p->loc_len, n, at = SCAN_NONE;
	u64 list = p->loc, off = 0, start = 0;

	type = func_plain_type(s, type);
	if (type == SCAN_NONE || s->type.at[type].kind != BTF_KIND_STRUCT)
		return SCAN_NONE;
	if (p->loc_kind == LOCATION_LIST_INDEX && !location_list_at(s->d, s->u, p->loc, &list))
		return SCAN_NONE;
	if (p->loc_kind != LOCATION_EXPR && !location_first(s->d, s->u, list, &expr, &len))
		return SCAN_NONE;
	n = location_pieces(expr, len, piece, MAX_PIECES);
	for (u32 i = 0; i < n; off += piece[i++].size) {
		if (piece[i].how != LOCATED_REG && piece[i].how != LOCATED_BY_REG)
			continue;
		if (at != SCAN_NONE)
			return SCAN_NONE;
		at = i;
		start = off;
	}
	return at == SCAN_NONE ? at : member_at(s, &s->type.at[type], start, piece[at].size);
}

void func_walk_param(struct func_walk *w, const struct scan_param *p, u32 type,
		     struct func_param *ret)
{
	if (func_profile_released(w->env->opts->profile))
		walk_1_31(w, p, ret);
	else
		walk_slots(w, p, type, ret);
	w->index++;
	if (type < w->s->type.cnt && w->s->type.at[type].kind != BTF_KIND_PTR &&
	    w->s->type.at[type].kind != BTF_KIND_INT && is_struct(w->s, type))
		w->whole_struct = true;
}

u16 func_walk_end(const struct func_walk *w)
{
	bool by_window = !func_profile_released(w->env->opts->profile) && w->clang && !w->changed;
	u16 flags = w->optimized ? STATE_OPTIMIZED : 0;

	if (w->unexpected && (by_window || !w->whole_struct) && !w->unsure)
		flags |= STATE_UNEXPECTED | (w->unknown ? STATE_ORDER_UNKNOWN : 0);
	return flags;
}
