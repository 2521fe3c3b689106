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
	bool begun; /* what it returns is in the key */
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
	free(k->known);
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
		free(k->known);
		k->cap = 0;
		k->name = malloc(n * sizeof(*k->name));
		k->ref = malloc(n * sizeof(*k->ref));
		k->content = malloc(n * sizeof(*k->content));
		k->state = malloc(n);
		k->known = malloc(n * sizeof(*k->known));
		if (!k->name || !k->ref || !k->content || !k->state || !k->known)
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

u64 keys_ref_rare(struct keys *k, const struct scan *s, const struct key_env *env, scan_ref ref)
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

/*
 * The key of a reference; or the type that must be done before it has one, else SCAN_NONE. A
 * reference that closes a circle is void from here on, for whoever makes a record of it too.
 */
static inline u32 key_or_wait(struct keys *k, const struct scan *s, const struct key_env *env,
			      scan_ref *at, u64 *ret)
{
	scan_ref ref = *at;
	u32 i;

	if (likely(ref && ref < SCAN_REF_MADE)) {
		i = scan_index(s, ref);
		if (likely(i != SCAN_NONE && k->state[i] == KEY_DONE)) {
			*ret = k->ref[i];
			return SCAN_NONE;
		}
	}
	i = keys_index(s, ref);
	if (i < s->type.cnt && k->state[i] == KEY_NEW)
		return i;
	if (i < s->type.cnt && k->state[i] == KEY_OPEN) {
		if (!k->loops++)
			k->loop_off = s->type.at[i].off;
		*at = 0;
		*ret = KEY_VOID;
		return SCAN_NONE;
	}
	*ret = keys_ref(k, s, env, ref);
	return SCAN_NONE;
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
	/* kernels that have no ENUM64 do not take the flag of ENUM either */
	return o->enum64 && t->flags & SCAN_SIGNED && t->size <= 4;
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
		h = key_enumerator(h, keys_item(k, s, j), v);
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

		h = key_member(h, keys_item(k, s, j), keys_member_offset(t, m),
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

static int push(struct keys *k, const struct key_step *step)
{
	if (k->stack_cnt == k->stack_cap) {
		u32 n = k->stack_cap ? 2 * k->stack_cap : 256;
		void *p = realloc(k->stack, n * sizeof(*k->stack));

		if (!p)
			return -ENOMEM;
		k->stack = p;
		k->stack_cap = n;
	}
	k->stack[k->stack_cnt++] = *step;
	k->state[step->type] = KEY_OPEN;
	return 0;
}

/* members or parameters, from where the step stopped */
static u32 advance_items(struct keys *k, const struct scan *s, const struct key_env *env,
			 struct key_step *step)
{
	const struct scan_type *t = &s->type.at[step->type];
	bool proto = t->kind == BTF_KIND_FUNC_PROTO;
	u64 key = KEY_VOID, h = step->h;

	for (; step->at < t->cnt; step->at++) {
		u32 j = t->first + step->at;
		struct scan_item *m = &s->item.at[j];
		u32 wait = key_or_wait(k, s, env, &m->ref, &key);

		if (wait != SCAN_NONE) {
			step->h = h;
			return wait;
		}
		h = proto ? key_param(h, 0, key)
			  : key_member(h, keys_item(k, s, j), keys_member_offset(t, m), key);
	}
	step->h = h;
	return SCAN_NONE;
}

/* of a struct or union without a name */
static u32 advance_struct(struct keys *k, const struct scan *s, const struct key_env *env,
			  struct key_step *step)
{
	const struct scan_type *t = &s->type.at[step->type];

	if (!step->at)
		step->h = key_struct(t->kind, k->name[step->type], t->size, t->flags & SCAN_BITS);
	return advance_items(k, s, env, step);
}

static u32 advance_proto(struct keys *k, const struct scan *s, const struct key_env *env,
			 struct key_step *step)
{
	struct scan_type *t = &s->type.at[step->type];
	u64 key = KEY_VOID;
	u32 wait;

	if (!step->begun) {
		wait = key_or_wait(k, s, env, &t->ref, &key);
		if (wait != SCAN_NONE)
			return wait;
		step->h = key_proto(key);
		step->begun = true;
	}
	wait = advance_items(k, s, env, step);
	if (wait == SCAN_NONE && t->flags & SCAN_VARARG)
		step->h = key_param(step->h, 0, KEY_VOID);
	return wait;
}

/* the next type that step must wait for, or SCAN_NONE and its key in step->h */
static u32 advance(struct keys *k, const struct scan *s, const struct key_opts *o,
		   const struct key_env *env, struct key_step *step)
{
	u32 i = step->type, wait;
	struct scan_type *t = &s->type.at[i];
	u64 key = KEY_VOID;

	switch (t->kind) {
	case BTF_KIND_INT:
		step->h = key_int(BTF_KIND_INT, k->name[i], t->size, t->encoding);
		return SCAN_NONE;
	case BTF_KIND_FLOAT:
		step->h = key_int(o->float_as_int ? BTF_KIND_INT : BTF_KIND_FLOAT, k->name[i],
				  t->size, 0);
		return SCAN_NONE;
	case BTF_KIND_ENUM:
		step->h = enum_content(k, s, i, o);
		return SCAN_NONE;
	case BTF_KIND_FUNC_PROTO:
		return advance_proto(k, s, env, step);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (!(t->flags & SCAN_REFUSED))
			return advance_struct(k, s, env, step);
		step->h = KEY_VOID;
		return SCAN_NONE;
	default:
		break;
	}
	wait = key_or_wait(k, s, env, &t->ref, &key);
	if (wait != SCAN_NONE)
		return wait;
	switch (t->kind) {
	case SCAN_ALIAS:
		step->h = key;
		break;
	case BTF_KIND_TYPE_TAG:
		step->h = o->type_tags ? key_ref(t->kind, k->name[i], key) : key;
		break;
	case BTF_KIND_ARRAY:
		step->h = key_array(key, k->ref[s->index_type], t->size);
		break;
	default:
		step->h = key_ref(t->kind, k->name[i], key);
	}
	return SCAN_NONE;
}

static void done(struct keys *k, const struct scan *s, const struct key_opts *o, u32 type, u64 key)
{
	k->ref[type] = key;
	k->content[type] = keys_has_record(&s->type.at[type], o) ? key : 0;
	k->state[type] = KEY_DONE;
}

/* types that wait for others are kept on a stack of our own */
static int visit(struct keys *k, const struct scan *s, const struct key_opts *o,
		 const struct key_env *env, u32 type)
{
	struct key_step first = {.type = type};
	u32 wait = advance(k, s, o, env, &first);

	/* the usual case: all that it refers to was there */
	if (likely(wait == SCAN_NONE)) {
		done(k, s, o, type, first.h);
		return 0;
	}
	if (push(k, &first) || push(k, &(struct key_step){.type = wait}))
		return -ENOMEM;
	while (k->stack_cnt) {
		struct key_step *step = &k->stack[k->stack_cnt - 1];

		wait = advance(k, s, o, env, step);
		if (wait != SCAN_NONE) {
			if (push(k, &(struct key_step){.type = wait}))
				return -ENOMEM;
			continue;
		}
		done(k, s, o, step->type, step->h);
		k->stack_cnt--;
	}
	return 0;
}

/* a pointer, const or typedef of what is done already: more than half of all types */
static inline bool easy(struct keys *k, const struct scan *s, u32 i)
{
	const struct scan_type *t = &s->type.at[i];
	u64 key = KEY_VOID;
	u32 to;

	if ((t->kind != BTF_KIND_PTR && t->kind != BTF_KIND_CONST && t->kind != BTF_KIND_TYPEDEF) ||
	    t->ref >= SCAN_REF_MADE)
		return false;
	if (t->ref) {
		to = scan_index(s, t->ref);
		if (to == SCAN_NONE || k->state[to] != KEY_DONE)
			return false;
		key = k->ref[to];
	}
	k->content[i] = k->ref[i] = key_ref(t->kind, k->name[i], key);
	k->state[i] = KEY_DONE;
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
		if (k->state[i] == KEY_DONE || easy(k, s, i))
			continue;
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

int keys_make(struct keys *k, const struct scan *s, const struct key_opts *o,
	      const struct key_env *env)
{
	int err = keys_room(k, s);

	if (err)
		return err;
	k->stack_cnt = k->unresolved = k->loops = 0;
	if (s->type.cnt)
		memset(k->known, 0, s->type.cnt * sizeof(*k->known));
	for (u32 i = 0; i < s->item.cnt && !s->d->str_merged; i++)
		k->item_name[i] = key_name(s->item.at[i].name);
	for (u32 i = 0; i < s->type.cnt; i++) {
		struct scan_type *t = &s->type.at[i];

		if (unlikely(t->ref && !t->name && kind_in(t->kind, KINDS_COMPOSITE)))
			t->name = specified_name(s, t);
		k->name[i] = keys_name(s->d, t->name);
		k->state[i] = KEY_NEW;
		if (keys_is_tag(t)) {
			k->ref[i] = keys_tag(t, k->name[i]);
			k->state[i] = KEY_DONE;
		}
	}
	return keys_walk(k, s, o, env, NULL);
}
