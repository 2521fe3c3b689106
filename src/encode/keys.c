// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Keys of one unit's types.
 *
 * In: a scanned unit. Out: for each type its reference key and its content key. Holds: tags get
 * their reference keys from their names first, so what is left refers to each other without
 * cycles in every program that a compiler accepts; where it does not, the reference that closes
 * the circle counts as void. Depth costs heap, not stack.
 */
#include "encode/keys.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"

enum { KEY_NEW = 0, KEY_OPEN, KEY_DONE };

/* a type whose key waits for those of what it refers to */
struct key_step {
	u32 type;
	u32 at; /* items that are in the key so far */
	u64 h;
};

void keys_deinit(struct keys *k)
{
	free(k->name);
	free(k->ref);
	free(k->content);
	free(k->item_name);
	free(k->stack);
	free(k->state);
	*k = (struct keys){0};
}

static int keys_room(struct keys *k, const struct scan *s)
{
	if (s->type.cnt > k->cap) {
		u32 n = s->type.cap;

		free(k->name);
		free(k->ref);
		free(k->content);
		free(k->state);
		k->cap = 0;
		k->name = malloc(n * sizeof(*k->name));
		k->ref = malloc(n * sizeof(*k->ref));
		k->content = malloc(n * sizeof(*k->content));
		k->state = malloc(n);
		if (!k->name || !k->ref || !k->content || !k->state)
			return -ENOMEM;
		k->cap = n;
	}
	if (s->item.cnt > k->item_cap) {
		free(k->item_name);
		k->item_cap = 0;
		k->item_name = malloc(s->item.cap * sizeof(*k->item_name));
		if (!k->item_name)
			return -ENOMEM;
		k->item_cap = s->item.cap;
	}
	return 0;
}

u64 keys_ref(struct keys *k, const struct scan *s, const struct key_env *env, scan_ref ref)
{
	u32 i;

	if (!ref)
		return KEY_VOID;
	if (unlikely(ref & SCAN_REF_REMOTE))
		return env->remote ? env->remote(env->ctx, &s->remote.at[ref & ~SCAN_REF_REMOTE])
				   : KEY_VOID;
	i = keys_index(s, ref);
	if (unlikely(i >= s->type.cnt)) {
		if (!k->unresolved++)
			k->unresolved_off = ref;
		return KEY_VOID;
	}
	return k->ref[i];
}

/* the type that must be done before a reference has a key; SCAN_NONE: it has one */
static inline u32 waits_for(struct keys *k, const struct scan *s, scan_ref ref)
{
	u32 i = keys_index(s, ref);

	if (i >= s->type.cnt || k->state[i] == KEY_DONE)
		return SCAN_NONE;
	if (k->state[i] == KEY_OPEN) {
		if (!k->loops++)
			k->loop_off = s->type.at[i].off;
		k->ref[i] = KEY_VOID;
		return SCAN_NONE;
	}
	return i;
}

bool keys_is_tag(const struct scan_type *t)
{
	return t->name && (kind_in(t->kind, KINDS_COMPOSITE | KINDS_ENUM) ||
			   t->kind == BTF_KIND_FWD);
}

u64 keys_tag(const struct scan_type *t, u64 name)
{
	if (t->kind == BTF_KIND_FWD)
		return key_tag(t->flags & SCAN_UNION ? BTF_KIND_UNION : BTF_KIND_STRUCT, name);
	return key_tag(t->kind, name);
}

bool keys_has_record(const struct scan_type *t, const struct key_opts *o)
{
	if (t->kind == BTF_KIND_TYPE_TAG)
		return o->type_tags;
	return t->kind != SCAN_ALIAS && !(t->flags & SCAN_REFUSED && !t->name);
}

/* ---- content ---- */

u32 keys_enum_kind(const struct scan_type *t, const struct key_opts *o)
{
	return t->size > 4 && o->enum64 ? BTF_KIND_ENUM64 : BTF_KIND_ENUM;
}

bool keys_enum_kflag(const struct scan_type *t, const struct key_opts *o)
{
	if (keys_enum_kind(t, o) == BTF_KIND_ENUM64)
		return t->flags & SCAN_UNDER_SIGNED;
	return t->flags & SCAN_SIGNED && t->size <= 4;
}

u32 keys_member_offset(const struct scan_type *t, const struct scan_item *m)
{
	return t->flags & SCAN_BITS ? (u32)m->bits << 24 | m->bit_off : m->bit_off;
}

static u64 enum_content(const struct keys *k, const struct scan *s, u32 i, const struct key_opts *o)
{
	const struct scan_type *t = &s->type.at[i];
	u64 h = key_enum(keys_enum_kind(t, o), k->name[i], t->size, keys_enum_kflag(t, o));

	for (u32 j = t->first; j < t->first + t->cnt; j++) {
		u64 v = s->item.at[j].value;

		/* of 32 bits: what the record holds */
		if (keys_enum_kind(t, o) == BTF_KIND_ENUM)
			v = (u32)v;
		h = key_enumerator(h, k->item_name[j], v);
	}
	return h;
}

/* a struct or union all of whose members' types have keys */
static u64 struct_content(struct keys *k, const struct scan *s, u32 i, const struct key_env *env)
{
	const struct scan_type *t = &s->type.at[i];
	u64 h = key_struct(t->kind, k->name[i], t->size, t->flags & SCAN_BITS);

	for (u32 j = t->first; j < t->first + t->cnt; j++) {
		const struct scan_item *m = &s->item.at[j];

		h = key_member(h, k->item_name[j], keys_member_offset(t, m),
			       keys_ref(k, s, env, m->ref));
	}
	return h;
}

static u64 tag_content(struct keys *k, const struct scan *s, u32 i, const struct key_opts *o,
		       const struct key_env *env)
{
	const struct scan_type *t = &s->type.at[i];

	if (t->kind == BTF_KIND_FWD)
		return key_fwd(t->flags & SCAN_UNION, k->name[i]);
	if (t->flags & SCAN_REFUSED)
		return key_fwd(t->kind == BTF_KIND_UNION, k->name[i]);
	if (t->kind == BTF_KIND_ENUM)
		return enum_content(k, s, i, o);
	return struct_content(k, s, i, env);
}

/* ---- the walk over what is no tag ---- */

static int push(struct keys *k, u32 type)
{
	if (k->stack_cnt == k->stack_cap) {
		u32 n = k->stack_cap ? 2 * k->stack_cap : 256;
		void *p = realloc(k->stack, n * sizeof(*k->stack));

		if (!p)
			return -ENOMEM;
		k->stack = p;
		k->stack_cap = n;
	}
	k->stack[k->stack_cnt++] = (struct key_step){.type = type};
	k->state[type] = KEY_OPEN;
	return 0;
}

/* the next type that step must wait for, or SCAN_NONE and its key in *ret */
static u32 advance(struct keys *k, const struct scan *s, const struct key_opts *o,
		   const struct key_env *env, struct key_step *step, u64 *ret)
{
	u32 i = step->type, wait;
	const struct scan_type *t = &s->type.at[i];

	switch (t->kind) {
	case BTF_KIND_INT:
		*ret = key_int(BTF_KIND_INT, k->name[i], t->size, t->encoding);
		return SCAN_NONE;
	case BTF_KIND_FLOAT:
		*ret = o->float_as_int ? key_int(BTF_KIND_INT, k->name[i], t->size, 0)
				       : key_int(BTF_KIND_FLOAT, k->name[i], t->size, 0);
		return SCAN_NONE;
	case BTF_KIND_ENUM:
		*ret = enum_content(k, s, i, o);
		return SCAN_NONE;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_FUNC_PROTO:
		for (; step->at < t->cnt; step->at++) {
			wait = waits_for(k, s, s->item.at[t->first + step->at].ref);
			if (wait != SCAN_NONE)
				return wait;
		}
		break;
	default:
		break;
	}
	if (t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION) {
		*ret = t->flags & SCAN_REFUSED ? KEY_VOID : struct_content(k, s, i, env);
		return SCAN_NONE;
	}
	wait = waits_for(k, s, t->ref);
	if (wait != SCAN_NONE)
		return wait;
	step->h = keys_ref(k, s, env, t->ref);
	switch (t->kind) {
	case SCAN_ALIAS:
		*ret = step->h;
		break;
	case BTF_KIND_TYPE_TAG:
		*ret = o->type_tags ? key_ref(t->kind, k->name[i], step->h) : step->h;
		break;
	case BTF_KIND_ARRAY:
		*ret = key_array(step->h, k->ref[s->index_type], t->size);
		break;
	case BTF_KIND_FUNC_PROTO:
		step->h = key_proto(step->h);
		for (u32 j = t->first; j < t->first + t->cnt; j++)
			step->h = key_param(step->h, 0, keys_ref(k, s, env, s->item.at[j].ref));
		*ret = t->flags & SCAN_VARARG ? key_param(step->h, 0, KEY_VOID) : step->h;
		break;
	default:
		*ret = key_ref(t->kind, k->name[i], step->h);
	}
	return SCAN_NONE;
}

static int visit(struct keys *k, const struct scan *s, const struct key_opts *o,
		 const struct key_env *env, u32 type)
{
	u32 wait;
	u64 key;

	if (push(k, type))
		return -ENOMEM;
	while (k->stack_cnt) {
		struct key_step *step = &k->stack[k->stack_cnt - 1];

		wait = advance(k, s, o, env, step, &key);
		if (wait != SCAN_NONE) {
			if (push(k, wait))
				return -ENOMEM;
			continue;
		}
		type = step->type;
		k->ref[type] = key;
		k->content[type] = keys_has_record(&s->type.at[type], o) ? key : 0;
		k->state[type] = KEY_DONE;
		k->stack_cnt--;
	}
	return 0;
}

/* what refers to one thing that is done, the usual case, needs no stack */
static inline bool easy(struct keys *k, const struct scan *s, const struct key_env *env, u32 i)
{
	const struct scan_type *t = &s->type.at[i];
	u32 to;

	if (t->kind != BTF_KIND_PTR && t->kind != BTF_KIND_CONST && t->kind != BTF_KIND_TYPEDEF)
		return false;
	if (t->ref >= SCAN_REF_MADE)
		return false;
	if (!t->ref) {
		k->content[i] = k->ref[i] = key_ref(t->kind, k->name[i], KEY_VOID);
		return true;
	}
	to = scan_index(s, t->ref);
	if (to == SCAN_NONE || k->state[to] != KEY_DONE)
		return false;
	k->content[i] = k->ref[i] = key_ref(t->kind, k->name[i], k->ref[to]);
	(void)env;
	return true;
}

int keys_walk(struct keys *k, const struct scan *s, const struct key_opts *o,
	      const struct key_env *env, const u8 *only)
{
	int err;

	if (s->index_type != SCAN_NONE && k->state[s->index_type] != KEY_DONE) {
		err = visit(k, s, o, env, s->index_type);
		if (err)
			return err;
	}
	for (u32 i = 0; i < s->type.cnt; i++) {
		if (k->state[i] == KEY_DONE)
			continue;
		if (easy(k, s, env, i)) {
			k->state[i] = KEY_DONE;
			continue;
		}
		err = visit(k, s, o, env, i);
		if (err)
			return err;
	}
	for (u32 i = 0; i < s->type.cnt; i++)
		if (keys_is_tag(&s->type.at[i]) && (!only || only[i]))
			k->content[i] = tag_content(k, s, i, o, env);
	return 0;
}

/* a definition whose name stands at another DIE (C++) */
static const char *specified_name(const struct scan *s, const struct scan_type *t)
{
	u32 i = keys_index(s, t->ref);

	return i < s->type.cnt ? s->type.at[i].name : NULL;
}

/* a string's address is its key where each string has one */
static inline u64 name_key(const struct dwarf *d, const char *name)
{
	u64 off = (u64)((const u8 *)name - d->str.data);

	if (d->str_merged && off < d->str.len)
		return (off + 1) * 0xff51afd7ed558ccdull; /* not a constant of key_mix: no 0 */
	return key_name(name);
}

int keys_make(struct keys *k, const struct scan *s, const struct key_opts *o,
	      const struct key_env *env)
{
	int err = keys_room(k, s);

	if (err)
		return err;
	k->stack_cnt = k->unresolved = k->loops = 0;
	for (u32 i = 0; i < s->item.cnt; i++)
		k->item_name[i] = name_key(s->d, s->item.at[i].name);
	for (u32 i = 0; i < s->type.cnt; i++) {
		struct scan_type *t = &s->type.at[i];

		if (unlikely(t->ref && !t->name && kind_in(t->kind, KINDS_COMPOSITE)))
			t->name = specified_name(s, t);
		k->name[i] = name_key(s->d, t->name);
		k->state[i] = KEY_NEW;
		if (keys_is_tag(t)) {
			k->ref[i] = keys_tag(t, k->name[i]);
			k->state[i] = KEY_DONE;
		}
	}
	return keys_walk(k, s, o, env, NULL);
}
