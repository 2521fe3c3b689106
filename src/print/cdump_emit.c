// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One definition: queue entry -> text.
 *
 * Before a struct is printed, everything its members refer to is visited: a named struct or union
 * that is not defined yet gets a declaration `struct X;`, unless it is the one that is being
 * printed; a typedef gets its definition, where the queue has not brought it before. The
 * *container* is the definition on whose behalf the visit is made; 0 means that the type itself
 * is to be defined.
 */
#include "print/cdump.h"

#include <errno.h>

struct emit_frame {
	u32 id;
	u32 next; /* member, or 1 + parameter */
	u32 container;
};

/* ---- pieces ---- */

void emit_struct_name(struct cdump *d, u32 id, const struct btf_type *t)
{
	if (type_is(t, BTF_KIND_STRUCT))
		EMIT(d, "struct");
	else
		EMIT(d, "union");
	if (t->name_off) {
		EMIT(d, " ");
		emit_tag(d, id, t);
	}
}

void emit_fwd(struct cdump *d, u32 id, const struct btf_type *t)
{
	if (type_kflag(t))
		EMIT(d, "union ");
	else
		EMIT(d, "struct ");
	emit_tag(d, id, t);
}

/* "NAME = 1," on a line of its own; they share their space of names with typedefs */
static void emit_enumerator(struct cdump *d, u32 name_off, u32 hash, int level)
{
	emit_line(d, level + 1);
	emit_name(d, name_off, cdump_name_use(d, &d->idents, name_off, hash));
}

static void emit_enum32(struct cdump *d, const struct btf_type *t, u32 i)
{
	const struct btf_enum *v = (const struct btf_enum *)type_tail(t) + i;
	char *p = PUT(out_room(&d->out), " = ");

	p = type_kflag(t) ? put_s32(p, v->val) : put_u32(p, (u32)v->val);
	out_done(&d->out, PUT(p, ","));
}

static void emit_enum64(struct cdump *d, const struct btf_type *t, u32 i)
{
	const struct wire_enum64 *v = (const struct wire_enum64 *)type_tail(t) + i;
	u64 val = (u64)v->hi32 << 32 | v->lo32;
	char *p = PUT(out_room(&d->out), " = ");

	p = type_kflag(t) ? PUT(put_s64(p, (s64)val), "LL,") : PUT(put_u64(p, val), "ULL,");
	out_done(&d->out, p);
}

/* enumerators count whenever they are printed */
static void emit_enumerators(struct cdump *d, const struct btf_type *t, int level)
{
	const struct kind_info *k = &kind_table[type_kind(t)];
	const u8 *v = type_tail(t);
	u32 vlen = type_vlen(t), name[16], hash[16];

	for (u32 i = 0; i < vlen && !d->err; i++) {
		/* some at a time, so that they are fetched side by side */
		for (u32 n = i; i % 16 == 0 && n < vlen && n < i + 16; n++) {
			name[n % 16] = *(const u32 *)(const void *)(v + (size_t)n * k->elem_sz);
			hash[n % 16] = cdump_name_hash(d, &d->idents, name[n % 16]);
		}
		emit_enumerator(d, name[i % 16], hash[i % 16], level);
		if (type_is(t, BTF_KIND_ENUM64))
			emit_enum64(d, t, i);
		else
			emit_enum32(d, t, i);
		cdump_charge(d, 1);
	}
}

/* Does the compiler need to be told that it takes eight bytes? */
static bool enum_needs_word(const struct btf_type *t)
{
	const struct wire_enum64 *v = type_tail(t);

	if (type_is(t, BTF_KIND_ENUM))
		return true;
	for (u32 i = 0; i < type_vlen(t); i++)
		if (v[i].hi32)
			return false;
	return true;
}

void emit_enum(struct cdump *d, u32 id, const struct btf_type *t, int level)
{
	EMIT(d, "enum");
	if (t->name_off) {
		EMIT(d, " ");
		emit_tag(d, id, t);
	}
	if (!type_vlen(t))
		return;
	EMIT(d, " {");
	emit_enumerators(d, t, level);
	emit_line(d, level);
	EMIT(d, "}");
	if (t->size == 1)
		EMIT(d, " __attribute__((mode(byte)))");
	else if (t->size == 8 && d->ptr_sz == 8 && enum_needs_word(t))
		EMIT(d, " __attribute__((mode(word)))");
}

/* what gcc calls the elements of Arm's vectors without defining it */
static void emit_int_alias(struct cdump *d, u32 id, const struct btf_type *t)
{
	static const struct {
		const char *name, *is;
	} aliases[] = {
		{"__Poly8_t", "unsigned char"},
		{"__Poly16_t", "unsigned short"},
		{"__Poly64_t", "unsigned long long"},
		{"__Poly128_t", "unsigned __int128"},
	};
	const char *name = cdump_str(d, t->name_off);
	u32 nth = cdump_name_nth(d, &d->tags, id, t); /* INTs count among tags */

	if (nth > 1 || strncmp(name, "__Poly", 6))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		if (strcmp(name, aliases[i].name))
			continue;
		EMIT(d, "typedef ");
		emit_str(d, aliases[i].is);
		EMIT(d, " ");
		emit_str(d, name);
		EMIT(d, ";\n\n");
	}
}

/* every compiler has that one built in */
static bool is_builtin(const struct cdump *d, const struct btf_type *t)
{
	const char *name = cdump_str(d, t->name_off);

	return t->name_off && name[0] == '_' && !strcmp(name, "__builtin_va_list");
}

static void emit_typedef(struct cdump *d, u32 id, const struct btf_type *t)
{
	const char *name = cdump_str(d, t->name_off);
	u32 nth;

	if (is_builtin(d, t))
		return;
	nth = cdump_name_nth(d, &d->idents, id, t);
	/* old gcc describes it as void */
	if (!t->type && nth == 1 && !strcmp(name, "__gnuc_va_list")) {
		EMIT(d, "typedef __builtin_va_list __gnuc_va_list");
	} else {
		EMIT(d, "typedef ");
		emit_decl(d, t->type, name, nth, 0);
	}
	EMIT(d, ";\n\n");
}

/* ---- the visit ---- */

static void declare(struct cdump *d, u32 id, const struct btf_type *t)
{
	emit_struct_name(d, id, t);
	EMIT(d, ";\n\n");
	d->state[id] |= TYPE_DECLARED;
}

/* a definition is met while it waits for what it needs */
static void visit_again(struct cdump *d, u32 id, const struct btf_type *t, u32 container)
{
	if (d->state[id] & TYPE_DECLARED)
		return;
	if (type_is(t, BTF_KIND_TYPEDEF)) {
		/* good enough for pointers, and then it is done */
		emit_typedef(d, id, t);
		d->state[id] |= TYPE_DECLARED;
	} else if (id != container && t->name_off) {
		declare(d, id, t);
	}
}

/* what was cut short was not printed */
static void set(struct cdump *d, u32 id, u8 state)
{
	d->state[id] = (u8)((d->state[id] & ~TYPE_EMITTING) | (d->err ? 0 : state));
}

static bool push(struct cdump *d, u32 id, u32 container)
{
	struct emit_frame *f = cdump_push(d, &d->emit, sizeof(*f));

	if (!f)
		return false;
	*f = (struct emit_frame){.id = id, .container = container};
	return true;
}

/* true: a frame was pushed, the visit goes on there */
static bool visit_kind(struct cdump *d, u32 id, const struct btf_type *t, u32 container)
{
	switch (type_kind(t)) {
	case BTF_KIND_INT:
		emit_int_alias(d, id, t);
		set(d, id, TYPE_EMITTED);
		return false;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!container) {
			emit_enum(d, id, t, 0);
			EMIT(d, ";\n\n");
		}
		set(d, id, TYPE_EMITTED);
		return false;
	case BTF_KIND_FWD:
		emit_fwd(d, id, t);
		EMIT(d, ";\n\n");
		set(d, id, TYPE_EMITTED);
		return false;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (container && t->name_off) {
			if (!(d->state[id] & TYPE_DECLARED) && id != container)
				declare(d, id, t);
			return false;
		}
		/* fall through */
	case BTF_KIND_TYPEDEF:
		set(d, id, TYPE_EMITTING);
		/* fall through */
	case BTF_KIND_FUNC_PROTO:
		return push(d, id, container);
	default:
		return false;
	}
}

#define KINDS_THROUGH (KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY))

/* From now on, what was visited as `ref` and led to `id` needs nothing before a named struct? */
static void settle(struct cdump *d, u32 ref, u32 id, const struct btf_type *t)
{
	u8 state = d->state[id];

	if (state & TYPE_EMITTED ||
	    (state & TYPE_DECLARED && t->name_off && kind_in(type_kind(t), KINDS_COMPOSITE)))
		d->state[ref] |= TYPE_SETTLED;
}

static bool visit(struct cdump *d, u32 ref, u32 container)
{
	const struct btf_type *t = cdump_at(d, ref);
	u32 steps = 1, id = ref;
	bool pushed;

	for (; kind_in(type_kind(t), KINDS_THROUGH); t = cdump_at(d, id), steps++) {
		if (unlikely(steps % 1024 == 0) && !cdump_charge(d, 1024))
			return false;
		id = type_is(t, BTF_KIND_ARRAY) ? type_array(t)->type : t->type;
	}
	if (!cdump_charge(d, steps % 1024))
		return false;
	if (d->state[id] & TYPE_EMITTED)
		pushed = false;
	else if (d->state[id] & TYPE_EMITTING)
		pushed = (visit_again(d, id, t, container), false);
	else
		pushed = visit_kind(d, id, t, container);
	settle(d, ref, id, t);
	return pushed;
}

/* all that a struct or typedef needs is there: print it, where that was asked for */
static void finish(struct cdump *d, const struct emit_frame *f, const struct btf_type *t)
{
	if (type_is(t, BTF_KIND_TYPEDEF)) {
		if (!(d->state[f->id] & TYPE_DECLARED))
			emit_typedef(d, f->id, t);
		set(d, f->id, TYPE_EMITTED);
	} else if (!type_is(t, BTF_KIND_FUNC_PROTO)) {
		if (!f->container) {
			emit_struct(d, f->id, t, 0);
			EMIT(d, ";\n\n");
		}
		set(d, f->id, f->container ? 0 : TYPE_EMITTED);
	}
}

/* the type of the next member that may need something */
static bool next_member(struct cdump *d, struct emit_frame *f, const struct btf_type *t,
			u32 container, u32 *ref)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t), i = f->next, from = i;

	if (container)
		while (i < vlen && d->state[m[i].type] & TYPE_SETTLED)
			i++;
	f->next = i + 1;
	if (!cdump_charge(d, i - from) || i >= vlen)
		return false;
	*ref = m[i].type;
	return true;
}

/* what a prototype returns, and what it takes */
static inline u32 proto_ref(const struct btf_type *t, u32 i)
{
	return i ? ((const struct btf_param *)type_tail(t))[i - 1].type : t->type;
}

/* the next reference of the frame; false: there is none */
static bool next_ref(struct cdump *d, struct emit_frame *f, const struct btf_type *t, u32 *ref,
		     u32 *container)
{
	*container = f->container;
	switch (type_kind(t)) {
	case BTF_KIND_TYPEDEF:
		*container = f->id;
		*ref = t->type;
		return !f->next++;
	case BTF_KIND_FUNC_PROTO:
		do {
			if (f->next > type_vlen(t))
				return false;
			*ref = proto_ref(t, f->next++);
		} while (f->container && d->state[*ref] & TYPE_SETTLED);
		return true;
	default:
		if (t->name_off)
			*container = f->id;
		return next_member(d, f, t, *container, ref);
	}
}

void cdump_emit(struct cdump *d, u32 id)
{
	visit(d, id, 0);
	while (d->emit.nr && !d->err) {
		struct emit_frame *f = (struct emit_frame *)d->emit.data + d->emit.nr - 1;
		const struct btf_type *t = cdump_at(d, f->id);
		u32 ref, container;
		bool pushed = false;

		while (!pushed && !d->err && next_ref(d, f, t, &ref, &container))
			pushed = visit(d, ref, container);
		if (pushed || d->err)
			continue;
		finish(d, f, t);
		d->emit.nr--;
	}
	for (; d->emit.nr; d->emit.nr--)
		set(d, ((struct emit_frame *)d->emit.data)[d->emit.nr - 1].id, 0);
}
