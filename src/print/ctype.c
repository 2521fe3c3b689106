// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Type -> one line of C: see ctype.h.
 *
 * A declarator grows from the inside: the walk starts at the name and goes from type to type,
 * putting a '*' in front, or brackets or parameters behind, until it meets what has a name of its
 * own. The text stands in the middle of a buffer, so that both ends can grow. Cost is bounded by
 * the buffer and by a number of steps; parameters nest at most PARAM_DEPTH deep.
 */
#include "print/ctype.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define STEPS 256
#define PARAM_DEPTH 6
#define NAME_MAX_SHOWN 256

const char *ctype_keyword(const struct btf_type *t)
{
	static const char *const words[WIRE_KINDS] = {
		[BTF_KIND_UNKN] = "void",
		[BTF_KIND_INT] = "int",
		[BTF_KIND_PTR] = "ptr",
		[BTF_KIND_ARRAY] = "array",
		[BTF_KIND_STRUCT] = "struct",
		[BTF_KIND_UNION] = "union",
		[BTF_KIND_ENUM] = "enum",
		[BTF_KIND_TYPEDEF] = "typedef",
		[BTF_KIND_VOLATILE] = "volatile",
		[BTF_KIND_CONST] = "const",
		[BTF_KIND_RESTRICT] = "restrict",
		[BTF_KIND_FUNC] = "func",
		[BTF_KIND_FUNC_PROTO] = "prototype",
		[BTF_KIND_VAR] = "var",
		[BTF_KIND_DATASEC] = "datasec",
		[BTF_KIND_FLOAT] = "float",
		[BTF_KIND_DECL_TAG] = "decl_tag",
		[BTF_KIND_TYPE_TAG] = "type_tag",
		[BTF_KIND_ENUM64] = "enum",
	};
	u32 kind = type_kind(t);

	if (kind == BTF_KIND_FWD)
		return type_kflag(t) ? "union" : "struct";
	return kind < WIRE_KINDS ? words[kind] : "unknown";
}

/* ---- a text that grows at both ends ---- */

struct decl {
	char buf[2 * CTYPE_MAX];
	size_t from, to;
	bool cut;
};

static void push_back(struct decl *d, const char *s, size_t len)
{
	size_t room = sizeof(d->buf) - d->to;

	if (len > room || d->to - d->from + len >= CTYPE_MAX) {
		d->cut = true;
		return;
	}
	memcpy(d->buf + d->to, s, len);
	d->to += len;
}

static void push_front(struct decl *d, const char *s, size_t len)
{
	if (len > d->from || d->to - d->from + len >= CTYPE_MAX) {
		d->cut = true;
		return;
	}
	d->from -= len;
	memcpy(d->buf + d->from, s, len);
}

static void __printf_fmt(2, 3) back(struct decl *d, const char *fmt, ...)
{
	char piece[64];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(piece, sizeof(piece), fmt, ap);
	va_end(ap);
	push_back(d, piece, (size_t)len);
}

static void front(struct decl *d, const char *s)
{
	push_front(d, s, strlen(s));
}

static void text_add(struct ctype *c, const char *s, size_t len)
{
	len = min_of(len, sizeof(c->text) - 1 - c->len);
	memcpy(c->text + c->len, s, len);
	c->len += len;
	c->text[c->len] = 0;
}

void ctype_name(struct ctype *ret, const char *name)
{
	size_t len = strnlen(name, NAME_MAX_SHOWN + 1);

	ret->len = 0;
	ret->text[0] = 0;
	for (size_t i = 0; i < min_of(len, NAME_MAX_SHOWN); i++) {
		char hex[8];

		if (!iscntrl((unsigned char)name[i])) {
			text_add(ret, name + i, 1);
			continue;
		}
		text_add(ret, hex, (size_t)snprintf(hex, sizeof(hex), "\\x%02x", (u8)name[i]));
	}
	if (len > NAME_MAX_SHOWN)
		text_add(ret, "...", 3);
}

/* ---- the walk ---- */

/* what qualifies the next type of the walk, in the order of C's words */
struct quals {
	bool is_const, is_volatile, is_restrict;
	struct ctype tags; /* " __user" */
};

static void quals_add(struct quals *q, const struct btf *b, const struct btf_type *t)
{
	struct ctype value;
	bool plain = true;

	switch (type_kind(t)) {
	case BTF_KIND_CONST:
		q->is_const = true;
		return;
	case BTF_KIND_VOLATILE:
		q->is_volatile = true;
		return;
	case BTF_KIND_RESTRICT:
		q->is_restrict = true;
		return;
	}
	ctype_name(&value, object_name(b, t));
	for (const char *s = value.text; *s; s++)
		plain &= isalnum((unsigned char)*s) || *s == '_';
	/* as kernel sources write it: __user, __rcu, __percpu */
	if (type_kflag(t))
		text_add(&q->tags, " __attribute__((", 16);
	else if (plain)
		text_add(&q->tags, " __", 3);
	else
		text_add(&q->tags, " __attribute__((btf_type_tag(\"", 30);
	text_add(&q->tags, value.text, value.len);
	if (type_kflag(t))
		text_add(&q->tags, "))", 2);
	else if (!plain)
		text_add(&q->tags, "\")))", 4);
}

/* in front of what is there: words behind a '*' or behind a name */
static void front_quals(struct decl *d, struct quals *q, bool pointer)
{
	bool any = q->tags.len || (pointer && (q->is_const || q->is_volatile || q->is_restrict));

	/* "*const name", but "*name" */
	if (any && pointer && d->to > d->from && d->buf[d->from] != ' ')
		front(d, " ");
	if (pointer && q->is_restrict)
		front(d, "restrict");
	if (pointer && q->is_volatile)
		front(d, q->is_restrict ? "volatile " : "volatile");
	if (pointer && q->is_const)
		front(d, q->is_volatile || q->is_restrict ? "const " : "const");
	if (q->tags.len) {
		const char *tags = q->tags.text + (pointer ? 1 : 0);

		if (pointer && (q->is_const || q->is_volatile || q->is_restrict))
			front(d, " ");
		front(d, tags);
	}
}

static void walk(struct decl *d, const struct btf *b, u32 id, bool with_base, int depth);

static void add_params(struct decl *d, const struct btf *b, const struct btf_type *t, int depth)
{
	const struct btf_param *p = type_tail(t);
	u32 vlen = type_vlen(t);

	back(d, "(");
	if (!vlen)
		back(d, "void");
	for (u32 i = 0; i < vlen && !d->cut; i++) {
		struct ctype name;
		struct decl one;

		if (i)
			back(d, ", ");
		if (!p[i].type && !p[i].name_off && i + 1 == vlen) {
			back(d, "...");
			break;
		}
		if (depth >= PARAM_DEPTH) {
			d->cut = true;
			break;
		}
		ctype_name(&name, object_str(b, p[i].name_off));
		one.from = one.to = CTYPE_MAX;
		one.cut = false;
		push_back(&one, name.text, name.len);
		walk(&one, b, p[i].type, true, depth + 1);
		push_back(d, one.buf + one.from, one.to - one.from);
		d->cut |= one.cut;
	}
	back(d, ")");
}

static void add_base(struct decl *d, const struct btf *b, const struct btf_type *t, struct quals *q)
{
	u32 kind = type_kind(t);
	struct ctype name;

	if (d->to > d->from)
		front(d, " ");
	front_quals(d, q, false);
	ctype_name(&name, object_name(b, t));
	if (kind == BTF_KIND_UNKN) {
		front(d, "void");
	} else if (kind >= WIRE_KINDS) {
		front(d, "unknown");
	} else if (kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD))) {
		front(d, name.len ? name.text : "{...}");
		front(d, " ");
		front(d, ctype_keyword(t));
	} else {
		front(d, name.len ? name.text : "(anon)");
	}
	if (q->is_volatile)
		front(d, "volatile ");
	if (q->is_const)
		front(d, "const ");
}

static void walk(struct decl *d, const struct btf *b, u32 id, bool with_base, int depth)
{
	struct quals q = {0};
	bool pointer = false; /* the declarator starts with a '*' */

	for (u32 steps = 0; !d->cut; steps++) {
		const struct btf_type *t = object_type(b, id);
		u32 kind = type_kind(t);

		if (steps == STEPS) {
			d->cut = true;
			return;
		}
		if (kind_in(kind, KINDS_MOD)) {
			quals_add(&q, b, t);
			id = t->type;
			continue;
		}
		if (kind == BTF_KIND_PTR) {
			front_quals(d, &q, true);
			front(d, "*");
			pointer = true;
			id = t->type;
		} else if (kind == BTF_KIND_ARRAY || kind == BTF_KIND_FUNC_PROTO) {
			const struct btf_array *a = type_tail(t);

			if (pointer) {
				front(d, "(");
				back(d, ")");
			}
			pointer = false;
			if (kind == BTF_KIND_ARRAY)
				back(d, "[%u]", a->nelems);
			else
				add_params(d, b, t, depth);
			id = kind == BTF_KIND_ARRAY ? a->type : t->type;
			/* qualifiers of an array are those of its elements */
			if (kind == BTF_KIND_ARRAY)
				continue;
		} else {
			if (with_base)
				add_base(d, b, t, &q);
			return;
		}
		q = (struct quals){0};
	}
}

static void decl_make(struct ctype *ret, const struct btf *b, u32 id, const char *name,
		      bool with_base)
{
	struct decl d = {.from = CTYPE_MAX, .to = CTYPE_MAX};
	struct ctype shown;

	ctype_name(&shown, name);
	push_back(&d, shown.text, shown.len);
	walk(&d, b, id, with_base, 0);
	ret->len = 0;
	ret->text[0] = 0;
	text_add(ret, d.buf + d.from, d.to - d.from);
	if (d.cut) {
		ret->len = min_of(ret->len, sizeof(ret->text) - 4);
		text_add(ret, "...", 3);
	}
}

void ctype_decl(struct ctype *ret, const struct btf *b, u32 id, const char *name)
{
	decl_make(ret, b, id, name, true);
}

void ctype_declarator(struct ctype *ret, const struct btf *b, u32 id, const char *name)
{
	decl_make(ret, b, id, name, false);
}
