// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * All states of all workers -> one verdict for each name.
 *
 * In: states by unit. Out: verdicts in order of names, with every reason and with the description
 * that was chosen. Holds: the states of a name stand in the order of their units, and within a
 * unit in the order of DIEs, so the verdict does not depend on which worker read what.
 */
#include <errno.h>
#include <stdlib.h>

#include "encode/func.h"

static const struct {
	const char *name, *text;
	u32 profiles;
} rules[] = {
#define FUNC_RULE(id, rule_name, in, words) [FUNC_RULE_##id] = {rule_name, words, in},
#include "encode/func-rules.def"
#undef FUNC_RULE
};

const char *func_rule_name(enum func_rule rule)
{
	return rules[rule].name;
}

const char *func_rule_text(enum func_rule rule)
{
	return rules[rule].text;
}

bool func_rule_in(enum func_rule rule, enum func_profile profile)
{
	static const u32 bit[] = {[FUNC_PROFILE_1_31] = 1,
				  [FUNC_PROFILE_MASTER] = 2,
				  [FUNC_PROFILE_CORRECT] = 4,
				  [FUNC_PROFILE_1_24] = 8};

	return rules[rule].profiles & bit[profile];
}

struct judge {
	const struct func_env *env;
	const struct symbols *symbols;
	const struct btf *b;
	const struct join_ids *ids;
	struct func_set *set;
};

/* ---- states by name ---- */

static const struct func_state *unit_states(const struct func_unit *u)
{
	return (const struct func_state *)(const void *)u->notes->state.data + u->first;
}

/* set->at by group, in order of units; *ret: where each group's start, group_cnt + 1 of them */
static int gather(struct func_set *set, const struct func_unit *unit, u32 units, u32 **ret)
{
	u32 groups = set->symbols->group_cnt, at = 0;
	u32 *first = calloc((size_t)groups + 2, sizeof(*first));

	if (!first)
		return -ENOMEM;
	for (u32 u = 0; u < units; u++)
		for (u32 i = 0; i < unit[u].cnt; i++)
			first[unit_states(&unit[u])[i].group + 2]++;
	for (u32 g = 0; g < groups; g++)
		first[g + 2] += first[g + 1];
	at = first[groups + 1];
	set->states = at;
	set->at = malloc((at ? at : 1) * sizeof(*set->at));
	if (!set->at) {
		free(first);
		return -ENOMEM;
	}
	for (u32 u = 0; u < units; u++)
		for (u32 i = 0; i < unit[u].cnt; i++) {
			const struct func_state *st = &unit_states(&unit[u])[i];

			set->at[first[st->group + 1]++] = (struct func_at){st, unit[u].notes};
		}
	*ret = first;
	return 0;
}

/* ---- one name ---- */

/* whose first description is taken, and what the compiler changed is not looked at */
static bool released(const struct judge *j)
{
	return func_profile_released(j->env->opts->profile);
}

static bool usable(const struct func_at *at)
{
	return !(at->state->flags & (STATE_UNNAMED | STATE_MANY));
}

/* the symbol that a state is the code of; NULL: none, or it cannot be told */
static const struct func_symbol *symbol_of(const struct judge *j, const struct func_at *at)
{
	bool correct = j->env->opts->profile == FUNC_PROFILE_CORRECT;

	if (!(at->state->flags & STATE_HAS_PC))
		return NULL;
	/* pahole compares offsets in sections with addresses: they never meet */
	if (j->symbols->relocatable && !correct)
		return NULL;
	return symbols_at(j->symbols, &j->symbols->group[at->state->group], at->state->pc, false);
}

/* does it lack a parameter that the source has? */
static bool lacks(const struct func_at *at, const struct func_symbol *sym)
{
	if (!(at->state->flags & STATE_OPTIMIZED))
		return false;
	return at->state->flags & STATE_CHANGED || (sym && sym->suffix == SUFFIX_CLONE);
}

static u32 reason(enum func_rule rule)
{
	return 1u << rule;
}

static u32 register_reason(const struct judge *j, u16 flags)
{
	if (!(flags & STATE_UNEXPECTED))
		return 0;
	if (released(j))
		return reason(FUNC_RULE_REGISTER_INDEX);
	return reason(flags & STATE_ORDER_UNKNOWN ? FUNC_RULE_REGISTER_UNKNOWN
						  : FUNC_RULE_REGISTER_SLOT);
}

static u32 state_reasons(const struct judge *j, const struct func_at *at)
{
	u16 flags = at->state->flags;
	u32 r = register_reason(j, flags);

	if (flags & STATE_PACKED)
		r |= reason(FUNC_RULE_PACKED);
	if (flags & STATE_REORDERED && !released(j))
		r |= reason(FUNC_RULE_REORDERED);
	return r;
}

static u32 group_reasons(const struct judge *j, u32 group)
{
	const struct func_group *g = &j->symbols->group[group];

	if (j->env->opts->profile == FUNC_PROFILE_CORRECT)
		return g->several_addresses ? reason(FUNC_RULE_AMBIGUOUS_ADDRESS) : 0;
	/* pahole's check stops one name early */
	return g->several_values && group != j->symbols->last ? reason(FUNC_RULE_AMBIGUOUS_VALUE)
							      : 0;
}

static void choose(const struct judge *j, struct func_verdict *v)
{
	bool correct = j->env->opts->profile == FUNC_PROFILE_CORRECT;
	u32 matching = SCAN_NONE, whole = SCAN_NONE;

	v->choice = FUNC_RULE_TAKEN_FIRST;
	if (released(j))
		return;
	for (u32 i = v->first; i < v->first + v->cnt && whole == SCAN_NONE; i++) {
		const struct func_symbol *sym =
			usable(&j->set->at[i]) ? symbol_of(j, &j->set->at[i]) : NULL;

		if (!sym)
			continue;
		if (matching == SCAN_NONE)
			matching = i;
		if (!lacks(&j->set->at[i], sym))
			whole = i;
	}
	if (whole == SCAN_NONE)
		whole = matching;
	v->choice = v->cnt == 1		 ? FUNC_RULE_TAKEN_ONLY
		    : whole == SCAN_NONE ? FUNC_RULE_TAKEN_NONE
		    : correct		 ? FUNC_RULE_TAKEN_ADDRESS
					 : FUNC_RULE_TAKEN_VALUE;
	if (whole != SCAN_NONE)
		v->chosen = whole;
}

static u32 choice_reasons(const struct judge *j, const struct func_verdict *v)
{
	const struct func_at *at = &j->set->at[v->chosen];

	if (released(j) || !lacks(at, symbol_of(j, at)))
		return 0;
	return reason(j->env->opts->profile == FUNC_PROFILE_CORRECT ? FUNC_RULE_OPTIMIZED_ADDRESS
								    : FUNC_RULE_OPTIMIZED_VALUE);
}

/* an order that the compiler made says nothing of the prototype in the source; pahole 1.31 saw none
 */
static bool comparable(const struct judge *j, const struct func_at *at)
{
	return usable(at) && (released(j) ||
			      !(at->state->flags & STATE_REORDERED));
}

static bool consistent(const struct judge *j, const struct func_verdict *v)
{
	const struct func_at *at = j->set->at;
	u32 first = v->first, end = v->first + v->cnt;

	while (first < end && !comparable(j, &at[first]))
		first++;
	for (u32 i = first + 1; i < end; i++)
		if (comparable(j, &at[i]) && !func_same_prototype(&at[first], &at[i], j->b, j->ids))
			return false;
	return true;
}

/* why none of its descriptions can be used; 0: one can */
static u32 unusable(const struct judge *j, struct func_verdict *v)
{
	u32 r = 0;

	for (u32 i = v->first; i < v->first + v->cnt; i++) {
		u16 flags = j->set->at[i].state->flags;

		if (usable(&j->set->at[i])) {
			v->chosen = i;
			return 0;
		}
		r |= flags & STATE_UNNAMED ? reason(FUNC_RULE_UNNAMED) : 0;
		r |= flags & STATE_MANY ? reason(FUNC_RULE_MANY) : 0;
	}
	v->chosen = v->first;
	return r;
}

static void judge_name(const struct judge *j, struct func_verdict *v)
{
	const struct func_opts *o = j->env->opts;

	v->choice = FUNC_RULE_TAKEN_FIRST;
	v->reasons = unusable(j, v);
	if (v->reasons)
		return;
	choose(j, v);
	for (u32 i = v->first; i < v->first + v->cnt; i++)
		if (usable(&j->set->at[i]))
			v->reasons |= state_reasons(j, &j->set->at[i]);
	v->reasons |= group_reasons(j, v->group);
	v->reasons |= choice_reasons(j, v);
	if (v->cnt > 1 && !o->inconsistent && !consistent(j, v))
		v->reasons |= reason(FUNC_RULE_INCONSISTENT);
	/* 1.24 knew names only, whole ones */
	if (o->profile == FUNC_PROFILE_1_24)
		v->reasons = j->symbols->group[v->group].plain ? 0 : reason(FUNC_RULE_ONLY_CLONES);
	/* the released version drops nothing without "consistent_func" */
	if (o->profile == FUNC_PROFILE_1_31 && o->inconsistent)
		v->reasons = 0;
}

/* ---- true signatures ---- */

/*
 * Some parameter is in no register: where the compiler passes what it needs of a parameter instead
 * of the parameter (".isra"), what that is cannot be told.
 */
static bool loses(const struct func_at *at)
{
	const struct func_param *p = func_params(at);

	for (u32 i = 0; i < at->state->cnt; i++)
		if (p[i].flags & PARAM_LOST)
			return true;
	return false;
}

/*
 * The first description that is the code of a symbol with a suffix and whose parameters are where
 * they should be; SCAN_NONE: none.
 */
static u32 true_state(const struct judge *j, const struct func_verdict *v,
		      const struct func_symbol **ret)
{
	u32 bad = reason(FUNC_RULE_REGISTER_INDEX) | reason(FUNC_RULE_REGISTER_SLOT) |
		  reason(FUNC_RULE_REGISTER_UNKNOWN) | reason(FUNC_RULE_PACKED);

	if (group_reasons(j, v->group))
		return SCAN_NONE;
	for (u32 i = v->first; i < v->first + v->cnt; i++) {
		const struct func_symbol *sym =
			usable(&j->set->at[i]) ? symbol_of(j, &j->set->at[i]) : NULL;

		if (!sym || sym->suffix == SUFFIX_NONE || state_reasons(j, &j->set->at[i]) & bad ||
		    (sym->replaces && loses(&j->set->at[i])))
			continue;
		*ret = sym;
		return i;
	}
	return SCAN_NONE;
}

/* v is the plain name's; whether a second verdict was made behind it */
static bool judge_true(const struct judge *j, struct func_verdict *v)
{
	const struct func_symbol *sym;
	u32 i = true_state(j, v, &sym);

	if (i == SCAN_NONE)
		return false;
	v[1] = *v;
	v[1].chosen = i;
	v[1].reasons = 0;
	v[1].choice = FUNC_RULE_TRUE_SIGNATURE;
	v[1].true_symbol = sym;
	v[1].name = sym->name;
	v[1].name_len = (u32)strlen(sym->name);
	v->reasons |= reason(FUNC_RULE_RENAMED);
	return true;
}

/* ---- order of names ---- */

struct sort_key {
	u64 prefix; /* eight bytes of the name, as a number that sorts like them */
	u32 verdict;
};

static u64 prefix_at(const struct func_set *set, u32 verdict, u32 depth)
{
	const char *name = set->verdict[verdict].name;
	u32 len = set->verdict[verdict].name_len;
	u64 p = 0;

	if (len >= depth + 8) {
		memcpy(&p, name + depth, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		p = __builtin_bswap64(p);
#endif
		return p;
	}
	for (u32 i = 0; i < 8; i++)
		p = p << 8 | (depth + i < len ? (u8)name[depth + i] : 0);
	return p;
}

static int by_prefix(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	return x->prefix != y->prefix ? (x->prefix < y->prefix ? -1 : 1)
				      : (x->verdict < y->verdict ? -1 : x->verdict > y->verdict);
}

static int by_name(const void *a, const void *b, void *ctx)
{
	const struct func_set *set = ctx;
	const struct func_verdict *x = &set->verdict[((const struct sort_key *)a)->verdict];
	const struct func_verdict *y = &set->verdict[((const struct sort_key *)b)->verdict];
	int cmp = memcmp(x->name, y->name, min_of(x->name_len, y->name_len));

	return cmp ? cmp : x->name_len < y->name_len ? -1 : x->name_len > y->name_len;
}

#define SORT_DEEPEST 256 /* names that are alike for longer are compared whole */

/* eight bytes at a time: names that begin alike are sorted by what follows */
static void sort_keys(struct func_set *set, struct sort_key *key, u32 cnt, u32 depth)
{
	if (depth > SORT_DEEPEST) {
		qsort_r(key, cnt, sizeof(*key), by_name, set);
		return;
	}
	for (u32 i = 0; i < cnt; i++) {
		if (!depth && i + 16 < cnt)
			func_touch(set->verdict[key[i + 16].verdict].name);
		key[i].prefix = prefix_at(set, key[i].verdict, depth);
	}
	qsort(key, cnt, sizeof(*key), by_prefix);
	for (u32 i = 0, end; i < cnt; i = end) {
		for (end = i + 1; end < cnt && key[end].prefix == key[i].prefix;)
			end++;
		/* a name that ends here is alone: names differ */
		if (end - i > 1 && key[i].prefix & 0xff)
			sort_keys(set, key + i, end - i, depth + 8);
	}
}

static int sort_verdicts(struct func_set *set)
{
	struct func_verdict *sorted = malloc((set->cnt ? set->cnt : 1) * sizeof(*sorted));
	struct sort_key *key = malloc((set->cnt ? set->cnt : 1) * sizeof(*key));

	if (!sorted || !key) {
		free(sorted);
		free(key);
		return -ENOMEM;
	}
	for (u32 i = 0; i < set->cnt; i++)
		key[i].verdict = i;
	sort_keys(set, key, set->cnt, 0);
	for (u32 i = 0; i < set->cnt; i++)
		sorted[i] = set->verdict[key[i].verdict];
	free(key);
	free(set->verdict);
	set->verdict = sorted;
	return 0;
}

/* ---- all names ---- */

/* from here on, v is final */
static void settle(struct func_set *set, struct func_verdict *v)
{
	const struct func_state *st = set->at[v->chosen].state;

	v->taken = set->at[v->chosen];
	if (v->reasons)
		return;
	set->records += 2 + st->tag_cnt;
	set->bytes += 2 * sizeof(struct btf_type) + (st->cnt + 1u) * sizeof(struct btf_param) +
		      st->tag_cnt * (sizeof(struct btf_type) + sizeof(s32));
}

int func_judge(struct func_set *ret, const struct func_env *env, const struct func_unit *unit,
	       u32 units, const struct btf *b, const struct join_ids *ids)
{
	struct func_set set = {.symbols = env->symbols};
	struct judge j = {.env = env, .symbols = env->symbols, .b = b, .ids = ids, .set = &set};
	u32 *first = NULL, from = 0;
	int err = gather(&set, unit, units, &first);

	if (!err) {
		set.verdict = malloc(((size_t)2 * set.states + 1) * sizeof(*set.verdict));
		err = set.verdict ? 0 : -ENOMEM;
	}
	for (u32 g = 0; !err && g < env->symbols->group_cnt; g++) {
		struct func_verdict *v = &set.verdict[set.cnt];
		u32 cnt = first[g + 1] - from;

		if (!cnt)
			continue;
		*v = (struct func_verdict){.group = g,
					   .first = from,
					   .cnt = cnt,
					   .name = env->symbols->group[g].name,
					   .name_len = env->symbols->group[g].name_len};
		from += cnt;
		judge_name(&j, v);
		if (env->opts->true_signature && judge_true(&j, v))
			settle(&set, &set.verdict[set.cnt++]);
		settle(&set, &set.verdict[set.cnt++]);
	}
	free(first);
	if (!err)
		err = sort_verdicts(&set);
	if (err)
		func_set_deinit(&set);
	else
		*ret = set;
	return err;
}

void func_set_deinit(struct func_set *set)
{
	free(set->at);
	free(set->verdict);
	*set = (struct func_set){0};
}
