// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * subset: see subset.h.
 *
 * In: an object, roots. Out: ids. The walk keeps a list of types to be looked at, each of which
 * was reached by value, or only behind a pointer; it is looked at once for each, by value last. A
 * named struct behind a pointer is left out, as a declaration is enough for it, unless the program
 * reads its members: it has one of a name that the program uses, and the member that leads there
 * has such a name too (or it is a root's parameter, which has no name that counts).
 * Cost: linear in the types that are reached.
 */
#include "pass/subset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	BY_VALUE = 1,
	BY_POINTER = 2,
	READ_YES = 4, /* has a member that the program uses */
	READ_NO = 8,
};

/* chains of pointers and modifiers to what a member points at; longer ones are not followed */
#define CHAIN_MAX 64
/* anonymous structs in anonymous structs whose members count as those of the outermost */
#define NESTING_MAX 16

struct subset {
	const struct btf *b;
	const struct words *members;
	u32 cnt;
	u8 *state;
	struct buf todo; /* u32: id << 1 | through a pointer */
	int err;
};

static void reach(struct subset *s, u32 id, bool through_ptr)
{
	u32 item = id << 1 | through_ptr;
	const struct btf_type *t;
	u8 bit = through_ptr ? BY_POINTER : BY_VALUE;

	if (!id || id >= s->cnt || s->state[id] & (bit | BY_VALUE))
		return;
	t = object_type(s->b, id);
	if (through_ptr && t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE))
		return;
	s->state[id] |= bit;
	if (buf_add(&s->todo, &item, sizeof(item)))
		s->err = -ENOMEM;
}

/* ---- what the program reads ---- */

static bool is_read(struct subset *s, u32 id, int depth)
{
	const struct btf_type *t = object_type(s->b, id);
	const struct btf_member *m = type_tail(t);
	bool yes = false;

	if (s->state[id] & (READ_YES | READ_NO))
		return s->state[id] & READ_YES;
	for (u32 i = 0; i < type_vlen(t) && !yes; i++) {
		const struct btf_type *inner;

		if (m[i].name_off) {
			yes = words_has(s->members, object_str(s->b, m[i].name_off), WORD_MEMBER);
			continue;
		}
		inner = m[i].type < s->cnt ? object_type(s->b, m[i].type) : &object_void;
		if (!inner->name_off && kind_in(type_kind(inner), KINDS_COMPOSITE) &&
		    depth < NESTING_MAX)
			yes = is_read(s, m[i].type, depth + 1);
	}
	s->state[id] |= yes ? READ_YES : READ_NO;
	return yes;
}

/* the named struct behind a pointer, where that is what id is */
static void reach_pointee(struct subset *s, u32 id)
{
	bool pointer = false;

	for (u32 steps = 0; steps < CHAIN_MAX && id && id < s->cnt; steps++) {
		const struct btf_type *t = object_type(s->b, id);
		u32 kind = type_kind(t);

		if (kind_in(kind, KINDS_COMPOSITE)) {
			if (pointer && is_read(s, id, 0))
				reach(s, id, false);
			return;
		}
		if (kind == BTF_KIND_ARRAY)
			id = ((const struct btf_array *)type_tail(t))->type;
		else if (kind_in(kind,
				 KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF)))
			id = t->type;
		else
			return;
		pointer |= kind == BTF_KIND_PTR;
	}
}

static void reach_pointees(struct subset *s, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	const struct btf_param *p = type_tail(t);
	bool proto = type_is(t, BTF_KIND_FUNC_PROTO);

	if (proto)
		reach_pointee(s, t->type);
	for (u32 i = 0; i < type_vlen(t); i++) {
		if (proto)
			reach_pointee(s, p[i].type);
		else if (m[i].name_off &&
			 words_has(s->members, object_str(s->b, m[i].name_off), WORD_MEMBER))
			reach_pointee(s, m[i].type);
	}
}

/* ---- the walk ---- */

static void look_at(struct subset *s, u32 id, bool through_ptr)
{
	const struct btf_type *t = object_type(s->b, id);
	struct field_iter it = type_ids(t);
	u32 kind = type_kind(t), *ref;

	/* a prototype behind a pointer is a callback, which the kernel calls and not the program */
	if (s->members &&
	    (kind_in(kind, KINDS_COMPOSITE) || (kind == BTF_KIND_FUNC_PROTO && !through_ptr)))
		reach_pointees(s, t);
	switch (kind) {
	case BTF_KIND_PTR:
		through_ptr = true;
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC_PROTO:
		break;
	default: /* members, elements, variables */
		through_ptr = false;
	}
	while ((ref = field_next(&it)))
		reach(s, *ref, through_ptr);
}

#define KINDS_DEFINED                                                                              \
	(KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_FWD))

static bool is_wanted(const struct subset *s, u32 id, enum subset_which which)
{
	if (which == SUBSET_ALL)
		return s->state[id] & (BY_VALUE | BY_POINTER);
	return s->state[id] & BY_VALUE && kind_in(type_kind(object_type(s->b, id)), KINDS_DEFINED);
}

int subset_close(const struct btf *b, const u32 *roots, size_t cnt, const struct words *members,
		 enum subset_which which, struct buf *ret)
{
	struct subset s = {.b = b, .members = members, .cnt = object_type_cnt(b)};

	s.state = zalloc_array(s.cnt, 1);
	if (!s.state)
		return -ENOMEM;
	for (size_t i = 0; i < cnt; i++)
		reach(&s, roots[i], false);
	while (s.todo.len && !s.err) {
		u32 item;

		s.todo.len -= sizeof(item);
		memcpy(&item, s.todo.data + s.todo.len, sizeof(item));
		look_at(&s, item >> 1, item & 1);
	}
	for (u32 id = 1; id < s.cnt && !s.err; id++)
		if (is_wanted(&s, id, which))
			s.err = buf_add(ret, &id, sizeof(id));
	buf_deinit(&s.todo);
	free(s.state);
	return s.err;
}

/* ---- by name ---- */

static bool enum_has(const struct btf *b, const struct btf_type *t, const struct words *words)
{
	struct field_iter it = type_names(t);
	const u32 *off = field_next(&it); /* the tag */

	while ((off = field_next(&it)))
		if (words_has(words, object_str(b, *off), WORD_IDENT))
			return true;
	return false;
}

static bool tag_named(const struct btf *b, const struct btf_type *t, const struct words *words)
{
	const struct word *w = words_find(words, object_name(b, t));

	if (!w || w->flags & WORD_DEFINED)
		return false;
	if (w->flags & WORD_TAG)
		return true;
	return w->flags & WORD_LIKE && w->like.kind == type_kind(t) && w->like.size == t->size &&
	       w->like.vlen == type_vlen(t);
}

static bool is_named(const struct btf *b, const struct btf_type *t, const struct words *words)
{
	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_FWD:
		return t->name_off && tag_named(b, t, words);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return (t->name_off && tag_named(b, t, words)) || enum_has(b, t, words);
	case BTF_KIND_TYPEDEF:
		return words_has(words, object_name(b, t), WORD_IDENT);
	default:
		return false;
	}
}

int subset_named(const struct btf *b, const struct words *words, struct buf *ret)
{
	u32 cnt = object_type_cnt(b);
	int err = 0;

	for (u32 id = 1; id < cnt && !err; id++)
		if (is_named(b, object_type(b, id), words))
			err = buf_add(ret, &id, sizeof(id));
	return err;
}

/* ---- kfuncs ---- */

int subset_kfuncs(const struct btf *b, struct buf *ret)
{
	u32 cnt = object_type_cnt(b);
	int err = 0;

	for (u32 id = 1; id < cnt && !err; id++) {
		const struct btf_type *t = object_type(b, id);

		if (type_is(t, BTF_KIND_DECL_TAG) && *(const s32 *)type_tail(t) == -1 &&
		    t->type < cnt && type_is(object_type(b, t->type), BTF_KIND_FUNC) &&
		    !strcmp(object_name(b, t), "bpf_kfunc"))
			err = buf_add(ret, &t->type, sizeof(t->type));
	}
	return err;
}
