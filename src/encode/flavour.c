// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The types of one unit that reach an ambiguous definition, and their keys.
 *
 * In: a unit with the keys that names alone give. Out: the same with other keys for those types.
 * Holds: a type that reaches no ambiguous definition keeps its keys; two tags of the unit have the
 * same reference key only if they are the same DIE or have the same name and neither is reached.
 */
#include "encode/flavour.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"

struct edges {
	u32 *first; /* by type, cnt + 1: its users */
	u32 *user;
};

/* a definition or a declaration: what has a name of its own in the unit */
static bool is_named(const struct scan_type *t)
{
	return keys_is_tag(t) && !(t->flags & SCAN_REFUSED);
}

static bool is_declared(const struct scan_type *t)
{
	return t->kind == BTF_KIND_FWD || t->flags & SCAN_ENUM_FWD;
}

/* must it be told apart? Then the content of the definition that it means is in *ret. */
static bool is_ambiguous(const struct keys *k, const struct scan *s, const struct key_env *env,
			 u32 i, u64 *ret)
{
	*ret = k->content[i];
	return is_named(&s->type.at[i]) &&
	       env->ambiguous(env->ctx, k->ref[i], is_declared(&s->type.at[i]), ret);
}

/* calls fn with the index of each type that type i refers to */
#define for_each_target(s, i, to)                                                                  \
	for (u32 __n = 0, __cnt = has_items(&(s)->type.at[i]) ? (s)->type.at[i].cnt : 0;           \
	     __n <= __cnt; __n++)                                                                  \
		if ((to = keys_index(s, __n < __cnt                                                \
					       ? (s)->item.at[(s)->type.at[i].first + __n].ref     \
					       : (s)->type.at[i].ref)) < (s)->type.cnt)

static bool has_items(const struct scan_type *t)
{
	return kind_in(t->kind, KINDS_COMPOSITE | KIND_BIT(BTF_KIND_FUNC_PROTO));
}

static int find_users(const struct scan *s, struct edges *e)
{
	u64 total = 0;
	u32 to;

	e->user = NULL;
	e->first = calloc((size_t)s->type.cnt + 2, sizeof(*e->first));
	if (!e->first)
		return -ENOMEM;
	for (u32 i = 0; i < s->type.cnt; i++)
		for_each_target(s, i, to) {
			e->first[to + 2]++;
			total++;
		}
	e->user = malloc((total ? total : 1) * sizeof(*e->user));
	if (!e->user)
		return -ENOMEM;
	for (u32 i = 2; i < s->type.cnt + 2; i++)
		e->first[i] += e->first[i - 1];
	for (u32 i = 0; i < s->type.cnt; i++)
		for_each_target(s, i, to)
			e->user[e->first[to + 1]++] = i;
	return 0;
}

/* reached[i]: 2 for an ambiguous name, 1 for what reaches one */
static int mark(struct keys *k, const struct scan *s, const struct key_env *env, u8 *reached,
		u32 *ret_cnt)
{
	u32 *queue = malloc((s->type.cnt ? s->type.cnt : 1) * sizeof(*queue)), head = 0, tail = 0;
	struct edges e;
	int err = find_users(s, &e);
	u64 content;

	if (!queue)
		err = -ENOMEM;
	for (u32 i = 0; !err && i < s->type.cnt; i++)
		if (is_ambiguous(k, s, env, i, &content)) {
			reached[i] = 2;
			queue[tail++] = i;
		}
	while (!err && head < tail) {
		u32 i = queue[head++];

		for (u32 j = e.first[i]; j < e.first[i + 1]; j++)
			if (!reached[e.user[j]]) {
				reached[e.user[j]] = 1;
				queue[tail++] = e.user[j];
			}
	}
	free(queue);
	free(e.first);
	free(e.user);
	*ret_cnt = tail;
	return err;
}

struct named {
	u64 key;
	u32 type;
};

static int by_key(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->key != y->key ? (x->key < y->key ? -1 : 1)
	       : x->type != y->type ? (x->type < y->type ? -1 : 1)
				    : 0;
}

/* new reference keys for tags that are reached; two DIEs never share one by accident */
static int rename_tags(struct keys *k, const struct scan *s, const struct key_env *env, u64 flavour,
		       const u8 *reached, u32 cnt)
{
	struct named *all = malloc((cnt ? cnt : 1) * sizeof(*all));
	u32 n = 0;

	if (!all)
		return -ENOMEM;
	for (u32 i = 0; i < s->type.cnt; i++) {
		u64 content;

		if (!reached[i] || !is_named(&s->type.at[i]))
			continue;
		if (reached[i] == 1)
			content = flavour;
		else
			is_ambiguous(k, s, env, i, &content);
		k->ref[i] = key_mix(k->ref[i], content);
		all[n++] = (struct named){k->ref[i], i};
	}
	qsort(all, n, sizeof(*all), by_key);
	for (u32 i = 1; i < n; i++)
		if (all[i].key == all[i - 1].key && reached[all[i].type] == 1)
			k->ref[all[i].type] =
				key_mix(all[i].key, s->u->off + s->type.at[all[i].type].off);
	free(all);
	return 0;
}

u64 flavour_of(const struct keys *k, const struct scan *s, const struct key_env *env)
{
	u64 sum = 0, content;

	for (u32 i = 0; i < s->die_types; i++)
		/* a sum: the order in which a unit defines does not matter */
		if (is_ambiguous(k, s, env, i, &content))
			sum += key_mix(k->ref[i], content) | 1;
	return sum;
}

int flavour_keys(struct keys *k, const struct scan *s, const struct key_opts *o,
		 const struct key_env *env, u64 flavour)
{
	u8 *reached = calloc(s->type.cnt ? s->type.cnt : 1, 1);
	u32 cnt = 0;
	int err;

	if (!reached)
		return -ENOMEM;
	err = mark(k, s, env, reached, &cnt);
	if (!err)
		err = rename_tags(k, s, env, flavour, reached, cnt);
	for (u32 i = 0; !err && i < s->type.cnt; i++)
		if (reached[i] && !is_named(&s->type.at[i]))
			k->state[i] = 0;
	if (!err)
		err = keys_walk(k, s, o, env, reached);
	/* the same members under two flavours are two records, so that each has its reference key */
	for (u32 i = 0; !err && i < s->type.cnt; i++)
		if (reached[i] && is_named(&s->type.at[i]))
			k->content[i] = key_mix(k->content[i], k->ref[i]);
	free(reached);
	return err;
}
