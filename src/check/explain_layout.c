// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What a module was compiled for, beside the kernel that loads it.
 *
 * In: types as the module knows them, and those of the kernel. Out: the structs and unions that
 * both have and that differ where it matters to the module's code.
 *
 * reach()    what the module's own types and functions touch, with or without a pointer between.
 *	      Own are the types of a split; of whole BTF functions, variables, and structs that the
 *	      kernel has not. Named structs of the kernel are not looked into: that is their affair
 * flatten()  the members of a struct by name, those of anonymous ones inside it too
 * compare()  what mine says of a struct and the target does not; of whole BTF types of one
 *	      name that share less than half of their members are taken for different things (a
 *	      driver has a "struct bucket" too)
 *
 * What is held by value must have its size. What is only pointed at must have its members where
 * they were; it may grow behind them. Bounds: MAX_MEMBERS a struct, MAX_DEPTH anonymous ones in
 * each other, MAX_WORK in all; what exceeds them is not compared, and said to be so.
 */
#include "check/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/index.h"
#include "btf/query.h"

#define NOVAL BTF_NO_VALUE
#define MAX_MEMBERS 65536
#define MAX_DEPTH 16
#define MAX_FINDINGS 20
#define MAX_WORK (1u << 24) /* members of the target that are sorted, in all */
#define MAX_TOLD 4	    /* members in one finding */
#define MAX_TWINS 16	    /* types of one name in the target that are compared */

enum { UNTOUCHED, POINTED, EMBEDDED };

struct member {
	const char *name;
	u32 nth;       /* as it was found */
	u64 off, bits; /* bits 0: not known */
};

struct members {
	struct member *item;
	u32 cnt, cap;
	bool too_many;
};

struct layout {
	const struct btf *mine, *target;
	u8 *touch; /* by id of mine */
	u32 *todo; /* ids to look into, with how they are held in the top bit */
	u32 todo_cnt;
	struct members left, right;
	u32 work;
	struct explain_layout *ret;
	struct btf_report *r;
};

#define HELD 0x80000000u

/* ---- what is touched ---- */

static bool named_composite(const struct btf *b, const struct btf_type *t)
{
	return kind_in(type_kind(t), KINDS_COMPOSITE) && *object_name(b, t);
}

static s64 in_target(const struct layout *x, const struct btf_type *t)
{
	return object_find(x->target, object_name(x->mine, t), (int)type_kind(t), 1);
}

/* each type is looked into at most twice: pointed at, then held */
static void touch(struct layout *x, u32 id, bool held)
{
	u8 how = held ? EMBEDDED : POINTED;

	if (!id || x->touch[id] >= how)
		return;
	x->touch[id] = how;
	x->todo[x->todo_cnt++] = id | (held ? HELD : 0);
}

static void look_into(struct layout *x, u32 id, bool held)
{
	const struct btf_type *t = object_type(x->mine, id);
	struct field_iter it = type_ids(t);
	const u32 *f;

	switch (type_kind(t)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FUNC:
	case BTF_KIND_DECL_TAG:
		held = false;
		break;
	default:
		break;
	}
	while ((f = field_next(&it)))
		touch(x, *f, held);
}

/* where the module begins */
static int is_own(const struct layout *x, u32 id)
{
	const struct btf_type *t = object_type(x->mine, id);
	s64 found;

	if (x->mine->base)
		return id >= x->mine->start_id;
	if (type_is(t, BTF_KIND_FUNC) || type_is(t, BTF_KIND_VAR))
		return 1;
	if (!named_composite(x->mine, t))
		return 0;
	found = in_target(x, t);
	return found == -ENOENT ? 1 : found < 0 ? (int)found : 0;
}

static int reach(struct layout *x)
{
	u32 cnt = object_type_cnt(x->mine);

	x->touch = zalloc_array(cnt, 1);
	x->todo = zalloc_array(cnt, 2 * sizeof(*x->todo));
	if (!x->touch || !x->todo)
		return -ENOMEM;
	for (u32 id = 1; id < cnt; id++) {
		int own = is_own(x, id);

		if (own < 0)
			return own;
		/* a function's or a variable's type is not held by its being named */
		if (own)
			look_into(x, id,
				  kind_in(type_kind(object_type(x->mine, id)),
					  KINDS_COMPOSITE | KIND_BIT(BTF_KIND_VAR)));
	}
	while (x->todo_cnt) {
		u32 top = x->todo[--x->todo_cnt], id = top & ~HELD;
		const struct btf_type *t = object_type(x->mine, id);

		if (!named_composite(x->mine, t) && type_kind(t) < WIRE_KINDS)
			look_into(x, id, top & HELD);
	}
	return 0;
}

/* ---- members ---- */

static int add_member(struct members *m, const char *name, u64 off, u64 bits)
{
	if (m->cnt == m->cap) {
		u32 cap = m->cap ? m->cap * 2 : 64;
		void *p = realloc(m->item, cap * sizeof(*m->item));

		if (!p)
			return -ENOMEM;
		m->item = p;
		m->cap = cap;
	}
	m->item[m->cnt] = (struct member){name, m->cnt, off, bits};
	m->cnt++;
	return 0;
}

/* the composite behind modifiers, if it is one without a name */
static const struct btf_type *anonymous(const struct btf *b, u32 id)
{
	const struct btf_type *t;

	for (int hops = 0; hops < 32; hops++) {
		t = object_type(b, id);
		if (!kind_in(type_kind(t), KINDS_MOD))
			return kind_in(type_kind(t), KINDS_COMPOSITE) && !*object_name(b, t) ? t
											     : NULL;
		id = t->type;
	}
	return NULL;
}

static int flatten(struct members *m, const struct btf *b, const struct btf_type *t, u64 from,
		   int depth)
{
	const struct btf_member *f = type_tail(t);
	int err = 0;

	for (u32 i = 0; i < type_vlen(t) && !err && !m->too_many; i++) {
		const char *name = object_str(b, f[i].name_off);
		u64 off = from + member_bit_off(t, &f[i]), bits = member_bits(t, &f[i]);
		const struct btf_type *inner = *name ? NULL : anonymous(b, f[i].type);
		s64 size;

		if (m->cnt == MAX_MEMBERS || depth == MAX_DEPTH) {
			m->too_many = true;
			break;
		}
		if (inner) {
			err = flatten(m, b, inner, off, depth + 1);
			continue;
		}
		size = bits ? 0 : query_size(b, f[i].type);
		err = add_member(m, name, off, bits ? bits : size > 0 ? 8 * (u64)size : 0);
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct member *m = a, *n = b;
	int d = strcmp(m->name, n->name);

	return d ? d : m->nth < n->nth ? -1 : m->nth > n->nth;
}

/* the target's members are sorted */
static const struct member *find_member(const struct members *m, const char *name)
{
	u32 lo = 0, hi = m->cnt;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (strcmp(m->item[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->cnt && !strcmp(m->item[lo].name, name) ? &m->item[lo] : NULL;
}

/* ---- one struct ---- */

struct verdict {
	u32 wrong, gone, named; /* members */
	bool size;
	char text[256];
	size_t len;
};

static void __printf_fmt(2, 3) tell(struct verdict *v, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (v->wrong >= MAX_TOLD || v->len >= sizeof(v->text))
		return;
	va_start(ap, fmt);
	len = vsnprintf(v->text + v->len, sizeof(v->text) - v->len, fmt, ap);
	va_end(ap);
	v->len += len > 0 ? (size_t)len : 0;
}

static void tell_member(struct verdict *v, const struct member *m, const struct member *n)
{
	if (!n)
		tell(v, ", '%.40s' (at %llu) is gone", m->name, (unsigned long long)m->off / 8);
	else if (m->off != n->off && (m->off | n->off) % 8)
		tell(v, ", '%.40s' was at bit %llu, is at bit %llu", m->name,
		     (unsigned long long)m->off, (unsigned long long)n->off);
	else if (m->off != n->off)
		tell(v, ", '%.40s' was at %llu, is at %llu", m->name,
		     (unsigned long long)m->off / 8, (unsigned long long)n->off / 8);
	else if ((m->bits | n->bits) % 8)
		tell(v, ", '%.40s' had %llu bits, has %llu", m->name, (unsigned long long)m->bits,
		     (unsigned long long)n->bits);
	else
		tell(v, ", '%.40s' had %llu bytes, has %llu", m->name,
		     (unsigned long long)m->bits / 8, (unsigned long long)n->bits / 8);
	v->wrong++;
}

/* x->left is of mine; 0 or -ENOMEM */
static int compare(struct layout *x, const struct btf_type *t, const struct btf_type *u,
		   struct verdict *v)
{
	int err;

	*v = (struct verdict){.size = t->size != u->size};
	x->right.cnt = 0;
	x->right.too_many = false;
	err = flatten(&x->right, x->target, u, 0, 0);
	if (err)
		return err;
	x->work += min_of(x->right.cnt, MAX_WORK);
	if (x->right.too_many || x->left.too_many || x->work >= MAX_WORK) {
		x->ret->too_many = true;
		return 0;
	}
	qsort(x->right.item, x->right.cnt, sizeof(*x->right.item), by_name);
	for (u32 i = 0; i < x->left.cnt; i++) {
		const struct member *m = &x->left.item[i], *n;

		if (!*m->name) /* padding, by name of nobody */
			continue;
		n = find_member(&x->right, m->name);
		v->named++;
		v->gone += !n;
		if (!n || m->off != n->off || (m->bits && n->bits && m->bits != n->bits))
			tell_member(v, m, n);
	}
	return 0;
}

static void say(struct layout *x, u32 id, const struct btf_type *t, const struct btf_type *u,
		const struct verdict *v)
{
	struct place at = {
		.type_id = id, .kind = (int)type_kind(t), .name = object_name(x->mine, t)};
	char more[32] = "";

	if (x->ret->differ++ >= MAX_FINDINGS)
		return;
	if (v->wrong > MAX_TOLD)
		snprintf(more, sizeof(more), ", and %u more", v->wrong - MAX_TOLD);
	if (v->size)
		report_warning(x->r, BTF_CODE_EXPLAIN_LAYOUT, &at, t->size, u->size,
			       "%s: had %u bytes, has %u%s%s",
			       x->touch[id] == EMBEDDED ? "held by value" : "pointed at", t->size,
			       u->size, v->text, more);
	else
		report_warning(x->r, BTF_CODE_EXPLAIN_LAYOUT, &at, NOVAL, NOVAL, "%s%s%s",
			       x->touch[id] == EMBEDDED ? "held by value" : "pointed at", v->text,
			       more);
}

/* of whole BTF nothing tells a struct of the kernel from one of the module's own of that name */
static bool is_same(const struct layout *x, const struct verdict *v)
{
	return x->mine->base || !v->gone || 2 * v->gone < v->named;
}

/* the first type of the target that has the name, unless another one is equal; 0: nothing to say */
static s64 find_other(struct layout *x, const struct btf_type *t, struct verdict *first)
{
	s64 found = in_target(x, t), ret = 0;
	struct verdict v;

	for (int n = 0; found > 0 && n < MAX_TWINS; n++) {
		int err = compare(x, t, object_type(x->target, (u32)found), &v);

		if (err)
			return err;
		if (!n)
			x->ret->structs++;
		if (!v.size && !v.wrong)
			return 0;
		if (!ret && is_same(x, &v)) {
			ret = found;
			*first = v;
		}
		found = object_find(x->target, object_name(x->mine, t), (int)type_kind(t),
				    (u32)found + 1);
	}
	return found < 0 && found != -ENOENT ? found : ret;
}

static int one(struct layout *x, u32 id, const struct btf_type *t)
{
	struct verdict v = {0};
	s64 other;
	int err;

	x->left.cnt = 0;
	x->left.too_many = false;
	err = flatten(&x->left, x->mine, t, 0, 0);
	if (err)
		return err;
	other = find_other(x, t, &v);
	if (other <= 0)
		return (int)other;
	/* it grew behind what the module knows, and nobody but the kernel makes one */
	if (x->touch[id] == POINTED && !v.wrong)
		return 0;
	if (x->touch[id] == UNTOUCHED)
		x->ret->farther++;
	else
		say(x, id, t, object_type(x->target, (u32)other), &v);
	return 0;
}

int explain_layout(const struct btf *mine, const struct btf *target, struct explain_layout *ret,
		   struct btf_report *r)
{
	struct layout x = {.mine = mine, .target = target, .ret = ret, .r = r};
	u32 cnt = object_type_cnt(mine);
	int err;

	*ret = (struct explain_layout){0};
	err = reach(&x);
	for (u32 id = 1; id < cnt && !err && x.work < MAX_WORK; id++) {
		const struct btf_type *t = object_type(mine, id);

		/* of the kernel it was built on only what it touches; nothing is said of structs
		 * that are only declared */
		if (!named_composite(mine, t) || !type_vlen(t) ||
		    (mine->base && (id >= mine->start_id || x.touch[id] == UNTOUCHED)))
			continue;
		err = one(&x, id, t);
	}
	if (!err && ret->too_many)
		report_note(r, BTF_CODE_EXPLAIN_LAYOUT, NULL,
			    "some structs have too many members to be compared");
	free(x.touch);
	free(x.todo);
	free(x.left.item);
	free(x.right.item);
	return err;
}
