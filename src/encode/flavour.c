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
#include "encode/remote.h"

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
	const struct scan_type *t = &s->type.at[i];

	*ret = k->content[i];
	if (!is_named(t))
		return false;
	if (is_declared(t))
		return env->ambiguous(env->ctx, k->ref[i], true, ret);
	/* most definitions are the base's */
	return !k->known[i] && env->ambiguous(env->ctx, k->ref[i], false, ret);
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
	u32 cnt = s->type.cnt, n = 0, from = 0, to;
	u64 most = (u64)cnt + s->item.cnt + 1;
	u32 *target = malloc(most * sizeof(*target)); /* of all types in turn, */
	u32 *end = malloc((cnt + 1ull) * sizeof(*end)); /* those of each up to here */

	e->first = calloc(cnt + 2ull, sizeof(*e->first));
	e->user = malloc(most * sizeof(*e->user));
	for (u32 i = 0; target && end && e->first && i < cnt; i++) {
		for_each_target(s, i, to) {
			e->first[to + 2]++;
			target[n++] = to;
		}
		end[i] = n;
	}
	for (u32 i = 2; n && i < cnt + 2; i++)
		e->first[i] += e->first[i - 1];
	for (u32 i = 0; n && e->user && i < cnt; i++)
		for (; from < end[i]; from++)
			e->user[e->first[target[from] + 1]++] = i;
	free(target);
	free(end);
	return e->first && e->user && target && end ? 0 : -ENOMEM;
}

static bool reaches(const struct scan *s, const struct key_env *env, scan_ref ref)
{
	return ref & SCAN_REF_REMOTE &&
	       env->reaches(env->ctx, &s->remote.at[ref & ~SCAN_REF_REMOTE]);
}

/* Does the type refer to one in another unit that reaches an ambiguous name? */
static bool leads_out(const struct scan *s, const struct key_env *env, u32 i)
{
	const struct scan_type *t = &s->type.at[i];
	bool ret = env->reaches && reaches(s, env, t->ref);

	for (u32 j = 0; env->reaches && !ret && has_items(t) && j < t->cnt; j++)
		ret = reaches(s, env, s->item.at[t->first + j].ref);
	return ret;
}

/*
 * What a type reaches: NAME_USER reaches an ambiguous name. Of those that have one themselves,
 * NAME_ALONE reaches no other: its content says which one it is. NAME_MIXED means what its unit
 * means by the others.
 */
enum { NAME_FREE, NAME_USER, NAME_ALONE, NAME_MIXED };

#define BELOW_NONE SCAN_NONE
#define BELOW_MANY (SCAN_NONE - 1)

struct marking {
	u8 *reached;  /* by type, as above */
	u32 *below;   /* by type: the one ambiguous name that what it refers to reaches; or as above */
	u32 *queue;   /* types whose users do not know yet; as often in it as below[] changes: twice */
	u32 tail;
};

static void reach(struct marking *m, u32 i, u32 what)
{
	u32 was = m->below[i];

	m->below[i] = was == BELOW_NONE || was == what ? what : BELOW_MANY;
	if (m->below[i] == was)
		return;
	if (!m->reached[i])
		m->reached[i] = NAME_USER;
	m->queue[m->tail++] = i;
}

static void spread(struct marking *m, const struct edges *e)
{
	for (u32 head = 0; head < m->tail; head++) {
		u32 i = m->queue[head], what = m->below[i];

		if (m->reached[i] == NAME_ALONE)
			what = what == BELOW_NONE || what == i ? i : BELOW_MANY;
		for (u32 j = e->first[i]; j < e->first[i + 1]; j++)
			reach(m, e->user[j], what);
	}
}

/* reached[] of all types; *ret_cnt: of how many it is not NAME_FREE */
static int mark(struct keys *k, const struct scan *s, const struct key_env *env, u8 *reached,
		u32 *ret_cnt)
{
	size_t cnt = s->type.cnt ? s->type.cnt : 1;
	struct marking m = {.reached = reached};
	struct edges e;
	int err = find_users(s, &e);
	u64 content;

	m.below = malloc(cnt * sizeof(*m.below));
	m.queue = malloc(3 * cnt * sizeof(*m.queue));
	if (!m.below || !m.queue)
		err = -ENOMEM;
	for (u32 i = 0; !err && i < s->type.cnt; i++) {
		m.below[i] = BELOW_NONE;
		if (is_ambiguous(k, s, env, i, &content)) {
			reached[i] = NAME_ALONE;
			m.queue[m.tail++] = i;
		}
	}
	for (u32 i = 0; !err && i < s->type.cnt; i++)
		if (leads_out(s, env, i))
			reach(&m, i, BELOW_MANY);
	if (!err)
		spread(&m, &e);
	*ret_cnt = 0;
	for (u32 i = 0; !err && i < s->type.cnt; i++) {
		if (reached[i] == NAME_ALONE && m.below[i] != BELOW_NONE && m.below[i] != i)
			reached[i] = NAME_MIXED;
		*ret_cnt += reached[i] != NAME_FREE;
	}
	free(m.below);
	free(m.queue);
	free(e.first);
	free(e.user);
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
		u64 content = flavour, place;

		if (!reached[i] || !is_named(&s->type.at[i]))
			continue;
		if (reached[i] != NAME_USER)
			is_ambiguous(k, s, env, i, &content);
		if (reached[i] == NAME_MIXED)
			content = key_mix(content, flavour);
		place = env->apart ? env->apart(env->ctx, s, s->type.at[i].off) : 0;
		k->ref[i] = key_mix(k->ref[i], place ? place : content);
		all[n++] = (struct named){k->ref[i], i};
	}
	qsort(all, n, sizeof(*all), by_key);
	for (u32 i = 1; i < n; i++)
		if (all[i].key == all[i - 1].key && reached[all[i].type] != NAME_ALONE)
			k->ref[all[i].type] =
				key_mix(all[i].key, s->u->off + s->type.at[all[i].type].off);
	free(all);
	return 0;
}

/* what a type that leads out adds to the flavour */
static u64 flavour_out(struct keys *k, const struct scan *s, const struct key_env *env, u32 i)
{
	const struct scan_type *t = &s->type.at[i];
	u64 sum = reaches(s, env, t->ref) ? keys_ref(k, s, env, t->ref) | 1 : 0;

	for (u32 j = 0; has_items(t) && j < t->cnt; j++) {
		scan_ref ref = s->item.at[t->first + j].ref;

		sum += reaches(s, env, ref) ? keys_ref(k, s, env, ref) | 1 : 0;
	}
	return sum;
}

u64 flavour_of(struct keys *k, const struct scan *s, const struct key_env *env)
{
	u64 sum = 0, content;

	for (u32 i = 0; i < s->type.cnt; i++) {
		/* a sum: the order in which a unit defines does not matter */
		if (i < s->die_types && is_ambiguous(k, s, env, i, &content))
			sum += key_mix(k->ref[i], content) | 1;
		if (env->reaches)
			sum += flavour_out(k, s, env, i);
	}
	return sum;
}

int flavour_places(struct keys *k, const struct scan *s, const struct key_env *env, struct buf *ret)
{
	u8 *reached = calloc(s->type.cnt ? s->type.cnt : 1, 1);
	u32 cnt = 0;
	int err = reached ? mark(k, s, env, reached, &cnt) : -ENOMEM;

	for (u32 i = 0; !err && cnt && i < s->die_types; i++) {
		u64 place = remote_place(s->u->off + s->type.at[i].off, s->u->in_types);

		if (reached[i] && is_named(&s->type.at[i]))
			err = buf_add(ret, &place, sizeof(place));
	}
	free(reached);
	return err;
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
		if (reached[i]) {
			k->known[i] = 0;
			if (!is_named(&s->type.at[i]))
				k->state[i] = 0;
		}
	if (!err)
		err = keys_walk(k, s, o, env, reached);
	/* the same members under two flavours are two records, so that each has its reference key */
	for (u32 i = 0; !err && i < s->type.cnt; i++)
		if (reached[i] && is_named(&s->type.at[i]))
			k->content[i] = key_mix(k->content[i], k->ref[i]);
	free(reached);
	return err;
}
