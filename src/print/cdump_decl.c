// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Declarators, parameters and bodies: type + name -> text.
 *
 * A declaration is a chain of types: from the outermost declarator (what the name is: a pointer,
 * an array, ...) down to the base, a type that has a name or a body. C writes it from the inside:
 *
 *	prefix   the base with the modifiers on it, then up the chain `*`, modifiers of pointers,
 *	         and `(` where an array or a prototype has something around it
 *	name
 *	suffix   down the chain again `)`, `[n]` and parameters
 *
 * Modifiers on an array or on a prototype are dropped: gcc makes them up.
 *
 * Most chains end in a name and are printed in one go. The rest, with parameters or with the body
 * of an anonymous struct in it, takes frames: a chain, which waits for the body of its base or for
 * parameters; parameters; a body, which waits for the chain of a member.
 */
#include "print/cdump.h"

#include <errno.h>

enum frame_step {
	CHAIN_REST,   /* the base is printed: the rest of the prefix, and the name */
	CHAIN_SUFFIX, /* from position `next` on */
	PARAMS,
	BODY,
};

struct print_frame {
	enum frame_step step;
	int level;
	u32 id;	  /* PARAMS, BODY */
	u32 next; /* parameter, member, or position in the chain */
	/* a chain */
	u32 start, cnt, rest; /* in d->chain; what is left above the base */
	const char *name;
	u32 nth;
	/* a body */
	bool packed, after_bits, member_bits;
	u32 align;
	s64 at; /* in bits: end of the last member, while it is printed too */
};

#define KINDS_LINK                                                                                 \
	(KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY) |                           \
	 KIND_BIT(BTF_KIND_FUNC_PROTO))
#define KINDS_CVR                                                                                  \
	(KIND_BIT(BTF_KIND_CONST) | KIND_BIT(BTF_KIND_VOLATILE) | KIND_BIT(BTF_KIND_RESTRICT))

/* ---- chains ---- */

/* puts the chain of id on d->chain; true: it has no frames in it */
static bool chain_push(struct cdump *d, u32 id)
{
	bool plain = true;

	for (u32 n = 0;; n++) {
		const struct btf_type *t = cdump_at(d, id);
		u32 kind = type_kind(t);

		if (!(d->strip_mods && kind_in(kind, KINDS_MOD)) &&
		    !cdump_push_id(d, &d->chain, id))
			return false;
		if (!kind_in(kind, KINDS_LINK)) {
			if (kind_in(kind, KINDS_COMPOSITE) && !t->name_off && !d->no_bodies)
				plain = false;
			break;
		}
		if (kind == BTF_KIND_FUNC_PROTO)
			plain = false;
		if (n > d->cnt) {
			cdump_fail(d, -ELOOP, id);
			return false;
		}
		id = kind == BTF_KIND_ARRAY ? type_array(t)->type : t->type;
	}
	return plain;
}

static inline const struct btf_type *chain_type(const struct cdump *d, const struct print_frame *f,
						u32 i)
{
	return cdump_at(d, ((const u32 *)d->chain.data)[f->start + i]);
}

/* modifiers to the left of what they modify; `rest` is what remains of the chain */
static void emit_mods(struct cdump *d, const struct print_frame *f, u32 *rest)
{
	for (; *rest; --*rest) {
		switch (type_kind(chain_type(d, f, *rest - 1))) {
		case BTF_KIND_CONST:
			EMIT(d, "const ");
			break;
		case BTF_KIND_VOLATILE:
			EMIT(d, "volatile ");
			break;
		case BTF_KIND_RESTRICT:
			EMIT(d, "restrict ");
			break;
		default:
			return;
		}
	}
}

static u32 drop_mods(const struct cdump *d, const struct print_frame *f, u32 rest)
{
	while (rest && kind_in(type_kind(chain_type(d, f, rest - 1)), KINDS_MOD))
		rest--;
	return rest;
}

/* Does an array or prototype, with `rest` around it, stand in parentheses? */
static bool in_parens(const struct cdump *d, const struct print_frame *f, const struct btf_type *t,
		      u32 rest)
{
	return rest &&
	       !(type_is(t, BTF_KIND_ARRAY) && type_is(chain_type(d, f, rest - 1), BTF_KIND_ARRAY));
}

static void body_push(struct cdump *d, u32 id, const struct btf_type *t, int level);

/*
 * The innermost type and its modifiers. false: it is of a kind that stands in no declaration, and
 * nothing is printed, not even the name. A body is pushed, to be printed next.
 */
static bool emit_base(struct cdump *d, struct print_frame *f, u32 *rest)
{
	u32 id = ((const u32 *)d->chain.data)[f->start + f->cnt - 1];
	const struct btf_type *t = cdump_at(d, id);

	*rest = f->cnt - 1;
	if (id && !kind_in(type_kind(t), KINDS_DATA))
		return false;
	emit_mods(d, f, rest);
	switch (type_kind(t)) {
	case BTF_KIND_UNKN:
		EMIT(d, "void");
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (t->name_off || d->no_bodies) {
			emit_struct_name(d, id, t);
			break;
		}
		f->rest = *rest; /* f moves with the push */
		body_push(d, id, t, f->level);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!t->name_off && !d->no_bodies) {
			emit_enum(d, id, t, f->level);
			break;
		}
		EMIT(d, "enum ");
		emit_tag(d, id, t);
		break;
	case BTF_KIND_FWD:
		emit_fwd(d, id, t);
		break;
	case BTF_KIND_TYPEDEF:
		emit_name(d, t->name_off, cdump_name_nth(d, &d->idents, id, t));
		break;
	default:
		emit_name(d, t->name_off, 1);
	}
	return true;
}

static void emit_type_tag(struct cdump *d, const struct btf_type *t)
{
	if (type_kflag(t)) {
		EMIT(d, " __attribute__((");
		emit_str(d, cdump_str(d, t->name_off));
		EMIT(d, "))");
	} else {
		EMIT(d, " __attribute__((btf_type_tag(\"");
		emit_str(d, cdump_str(d, t->name_off));
		EMIT(d, "\")))");
	}
}

/* the prefix above the base, and the name */
static void emit_rest(struct cdump *d, const struct print_frame *f, u32 rest)
{
	bool glued = false; /* to what comes next, without a space */

	d->varies = false;
	while (rest) {
		const struct btf_type *t = chain_type(d, f, --rest);

		switch (type_kind(t)) {
		case BTF_KIND_PTR:
			if (!glued)
				EMIT(d, " ");
			EMIT(d, "*");
			glued = true;
			continue;
		case BTF_KIND_CONST:
			EMIT(d, " const");
			break;
		case BTF_KIND_VOLATILE:
			EMIT(d, " volatile");
			break;
		case BTF_KIND_RESTRICT:
			EMIT(d, " restrict");
			break;
		case BTF_KIND_TYPE_TAG:
			emit_type_tag(d, t);
			break;
		case BTF_KIND_ARRAY:
			rest = drop_mods(d, f, rest);
			if (!rest)
				goto name;
			if (f->name[0] && !glued)
				EMIT(d, " ");
			d->varies = true;
			if (in_parens(d, f, t, rest))
				EMIT(d, "(");
			glued = true;
			continue;
		default: /* a prototype */
			rest = drop_mods(d, f, rest);
			if (!rest)
				goto name;
			EMIT(d, " (");
			glued = true;
			continue;
		}
		glued = false;
	}
name:
	d->glued = glued;
	d->name_at = (u32)(d->out.at - d->out.buf);
	if (f->name[0] && !glued)
		EMIT(d, " ");
	emit_nth(d, f->name, f->nth);
	d->name_end = (u32)(d->out.at - d->out.buf);
}

static bool frame_push(struct cdump *d, const struct print_frame *f)
{
	struct print_frame *to = cdump_push(d, &d->print, sizeof(*to));

	if (to)
		*to = *f;
	return to;
}

/* From position f->next: what follows the name. true: parameters were pushed. */
static bool emit_suffix(struct cdump *d, struct print_frame *f)
{
	while (f->next < f->cnt) {
		u32 i = f->next++;
		const struct btf_type *t = chain_type(d, f, i);
		u32 id = ((const u32 *)d->chain.data)[f->start + i];

		if (!type_is(t, BTF_KIND_ARRAY) && !type_is(t, BTF_KIND_FUNC_PROTO))
			continue;
		if (in_parens(d, f, t, drop_mods(d, f, i)))
			EMIT(d, ")");
		if (type_is(t, BTF_KIND_ARRAY)) {
			EMIT(d, "[");
			emit_u32(d, type_array(t)->nelems);
			EMIT(d, "]");
			continue;
		}
		if (d->state[id] & TYPE_PRINTING) {
			cdump_fail(d, -ELOOP, id);
			return true;
		}
		EMIT(d, "(");
		if (frame_push(d,
			       &(struct print_frame){.step = PARAMS, .id = id, .level = f->level}))
			d->state[id] |= TYPE_PRINTING;
		return true;
	}
	return false;
}

/* a chain without frames in it; the next time it is known by heart */
static void emit_plain(struct cdump *d, u32 id, struct print_frame *f)
{
	u32 last = ((const u32 *)d->chain.data)[f->start + f->cnt - 1], rest;
	struct cdump_mark from = cdump_mark(d);
	const struct btf_type *t = cdump_at(d, last);

	if (!emit_base(d, f, &rest))
		return;
	emit_rest(d, f, rest);
	emit_suffix(d, f);
	/* enumerators are in it */
	if (kind_in(type_kind(t), KINDS_ENUM) && !t->name_off)
		return;
	if (!d->strip_mods && !d->no_bodies)
		cdump_keep(d, id, from);
}

/* Prints a declaration, or as much of it as there is before a frame. true: a frame was pushed. */
static bool decl_push(struct cdump *d, u32 id, const char *name, u32 nth, int level)
{
	struct print_frame f;
	u32 floor = d->print.nr, rest;
	bool plain;

	f = (struct print_frame){.step = CHAIN_REST, .level = level, .name = name, .nth = nth};
	f.start = d->chain.nr;
	plain = chain_push(d, id);
	f.cnt = d->chain.nr - f.start;
	if (!cdump_charge(d, f.cnt) || d->err)
		goto done;
	if (plain) {
		emit_plain(d, id, &f);
		goto done;
	}
	/* the frame of the chain lies below that of the body */
	if (!frame_push(d, &f) || !emit_base(d, (struct print_frame *)d->print.data + floor, &rest))
		goto drop;
	((struct print_frame *)d->print.data)[floor].rest = rest;
	return true;
drop:
	d->print.nr = floor;
done:
	d->chain.nr = f.start;
	return false;
}

static bool step_chain(struct cdump *d, struct print_frame *f)
{
	if (f->step == CHAIN_REST) {
		emit_rest(d, f, f->rest);
		f->step = CHAIN_SUFFIX;
	}
	if (emit_suffix(d, f))
		return true;
	d->chain.nr = f->start;
	return false;
}

/* true: wait for what was pushed; false: done, to be popped */
static bool step_params(struct cdump *d, struct print_frame *f, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);
	u32 vlen = type_vlen(t), at = d->print.nr - 1;

	if (!vlen || (vlen == 1 && !p->type)) {
		EMIT(d, "void)");
		return false;
	}
	while (f->next < vlen && !d->err) {
		u32 i = f->next++;
		char *to = out_room(&d->out);

		if (i)
			to = PUT(to, ", ");
		if (i == vlen - 1 && !p[i].type) {
			out_done(&d->out, PUT(to, "..."));
			break;
		}
		out_done(&d->out, to);
		to = put_known(d, to, p[i].type, p[i].name_off);
		if (likely(to)) {
			out_done(&d->out, to);
			continue;
		}
		if (decl_push(d, p[i].type, cdump_str(d, p[i].name_off), 1, f->level))
			return true;
		f = (struct print_frame *)d->print.data + at;
	}
	EMIT(d, ")");
	return false;
}

/* ---- bodies ---- */

static s64 round_up(s64 v, s64 to)
{
	return (v + to - 1) / to * to;
}

struct pad {
	const char *type;
	u32 bits;
};

static inline char *put_line(char *p, int level)
{
	memcpy(p, "\n\t\t\t\t\t\t\t\t\t\t\t\t\t", 14);
	return p + 1 + ((unsigned int)level < 13 ? (unsigned int)level : 13);
}

/* a whole member in one go; false: it has to be printed the long way */
static inline bool emit_member(struct cdump *d, const struct btf_member *m, u32 bits, int level)
{
	char *p = put_known(d, put_line(out_room(&d->out), level), m->type, m->name_off);

	if (unlikely(!p))
		return false;
	if (bits)
		p = put_u32(PUT(p, ": "), bits);
	*p++ = ';';
	out_done(&d->out, p);
	return true;
}

static void emit_pad(struct cdump *d, const char *type, u32 bits, int level)
{
	emit_line(d, level);
	emit_str(d, type);
	EMIT(d, ": ");
	emit_u32(d, bits);
	EMIT(d, ";");
	cdump_charge(d, 1);
}

/*
 * Makes the compiler put the next member at bit `next`, the last one having ended at `at`:
 * unnamed bit-fields. First up to a boundary of the largest type that has one on the way, unless
 * the alignment of the next member does that; from there in steps of that type; the rest in one
 * bit-field of the smallest type that holds it.
 */
static void emit_padding(struct cdump *d, s64 at, s64 next, u32 next_align, bool in_bits, int level)
{
	const struct pad pads[] = {
		{"long", d->ptr_sz * 8}, {"int", 32}, {"short", 16}, {"char", 8}};
	const struct pad *pad = pads;
	s64 to;

	if (at >= next)
		return;
	while (pad < pads + 3 && round_up(at, pad->bits) > next)
		pad++;
	to = round_up(at, pad->bits);
	if (to > at && to <= next) {
		/* the marker is needed where the member alone would land too low, or where the
		 * bit-field that follows would fit before the boundary */
		bool needed = in_bits;

		if (to == next)
			needed |= round_up(at, max_of(next_align, 1u) * 8) != to;
		else
			needed |= next - to <= to - at;
		if (needed)
			emit_pad(d, pad->type, in_bits ? (u32)(to - at) : 0, level);
		at = to;
	}
	for (; next - at >= pad->bits && !d->err; at += pad->bits)
		emit_pad(d, pad->type, pad->bits, level);
	if (at == next || d->err)
		return;
	for (pad = pads + 3; pad->bits < next - at;)
		pad--;
	emit_pad(d, pad->type, (u32)(next - at), level);
}

/* what is needed of members that are printed soon lies all over the memory */
static inline void fetch_members(const struct cdump *d, const struct btf_type *t, u32 from, u32 cnt)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t);

	for (u32 i = from; i < vlen && i < from + cnt; i++) {
		__builtin_prefetch(cdump_str(d, m[i].name_off));
		__builtin_prefetch(&d->ref[m[i].type]);
	}
}

/* In a packed struct nothing is aligned: the gap itself, as bit-fields. */
static void emit_gap(struct cdump *d, s64 bits, int level)
{
	for (; bits >= 64 && !d->err; bits -= 64)
		emit_pad(d, "long long", 64, level);
	if (bits > 0)
		emit_pad(d, bits > 32 ? "long long" : bits > 8 ? "int" : "char", (u32)bits, level);
}

static void body_push(struct cdump *d, u32 id, const struct btf_type *t, int level)
{
	struct print_frame f = {.step = BODY, .id = id, .level = level};
	bool packed;

	if (d->state[id] & TYPE_PRINTING) {
		cdump_fail(d, -ELOOP, id);
		return;
	}
	fetch_members(d, t, 0, 16);
	f.align = cdump_struct_align(d, id, &packed);
	f.packed = packed && (type_is(t, BTF_KIND_STRUCT) || d->exact);
	emit_struct_name(d, id, t);
	EMIT(d, " {");
	if (frame_push(d, &f))
		d->state[id] |= TYPE_PRINTING;
}

/* what follows the declaration of a member */
static void end_member(struct cdump *d, const struct btf_type *t, const struct print_frame *f)
{
	u32 bits = member_bits(t, (const struct btf_member *)type_tail(t) + f->next - 1);

	if (bits) {
		EMIT(d, ": ");
		emit_u32(d, bits);
	}
	EMIT(d, ";");
}

/* a member that gives a union the size it has where its members do not: one of them is aligned */
static void emit_union_size(struct cdump *d, const struct btf_type *t, const struct print_frame *f)
{
	const struct btf_member *m = type_tail(t);
	s64 size = 0;

	for (u32 i = 0; i < type_vlen(t); i++) {
		u32 bits = member_bits(t, &m[i]);

		size = max_of(size, bits ? (bits + 7) / 8 : (s64)cdump_sized(d, m[i].type)->size);
	}
	if (!cdump_charge(d, type_vlen(t)) ||
	    round_up(size, f->packed ? 1 : max_of(f->align, 1u)) >= (s64)t->size)
		return;
	emit_line(d, f->level + 1);
	/* of an anonymous union the member counts as one of the struct around it */
	EMIT(d, "unsigned char __btf_size_");
	emit_u32(d, f->id);
	EMIT(d, "[");
	emit_u32(d, t->size);
	EMIT(d, "];");
}

static bool step_body(struct cdump *d, struct print_frame *f, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t), at = d->print.nr - 1;

	if (f->next)
		end_member(d, t, f);
	while (f->next < vlen && !d->err) {
		u32 i = f->next++;
		const struct btf_member *it = &m[i];
		u32 bits = member_bits(t, it);
		s64 off = member_bit_off(t, it);
		const struct cdump_ref *ref = cdump_sized(d, it->type);

		fetch_members(d, t, i + 16, 1);
		/* not to a member outside: no padding brings it there */
		if (f->at < off && off <= (s64)t->size * 8 && d->exact && f->packed)
			emit_gap(d, off - f->at, f->level + 1);
		else if (f->at < off && off <= (s64)t->size * 8)
			emit_padding(d, f->at, off, f->packed ? 1 : ref->align,
				     f->after_bits && bits, f->level + 1);
		f->at = off + (bits ? bits : (s64)ref->size * 8);
		f->after_bits = bits;
		if (likely(emit_member(d, it, bits, f->level + 1)))
			continue;
		emit_line(d, f->level + 1);
		if (decl_push(d, it->type, cdump_str(d, it->name_off), 1, f->level + 1))
			return true;
		f = (struct print_frame *)d->print.data + at;
		end_member(d, t, f);
	}
	if (type_is(t, BTF_KIND_STRUCT) && d->exact && f->packed)
		emit_gap(d, (s64)t->size * 8 - f->at, f->level + 1);
	else if (type_is(t, BTF_KIND_STRUCT))
		emit_padding(d, f->at, (s64)t->size * 8, f->align, false, f->level + 1);
	else if (d->exact)
		emit_union_size(d, t, f);
	if (vlen || t->size)
		emit_line(d, f->level);
	EMIT(d, "}");
	if (f->packed)
		EMIT(d, " __attribute__((packed))");
	return false;
}

/* ---- the run ---- */

static void step(struct cdump *d)
{
	struct print_frame *f = (struct print_frame *)d->print.data + d->print.nr - 1;
	u32 top = d->print.nr, id = f->id;
	bool waits;

	switch (f->step) {
	case PARAMS:
		waits = step_params(d, f, cdump_at(d, id));
		break;
	case BODY:
		waits = step_body(d, f, cdump_at(d, id));
		break;
	default:
		waits = step_chain(d, f);
		id = 0;
	}
	if (waits || d->err)
		return;
	d->state[id] &= (u8)~TYPE_PRINTING;
	d->print.nr = top - 1;
}

static void run(struct cdump *d)
{
	while (d->print.nr && !d->err)
		step(d);
	for (; d->print.nr; d->print.nr--) {
		const struct print_frame *f = (struct print_frame *)d->print.data + d->print.nr - 1;

		d->state[f->id] &= (u8)~TYPE_PRINTING;
	}
	d->chain.nr = 0;
}

void emit_decl(struct cdump *d, u32 id, const char *name, u32 nth, int level)
{
	decl_push(d, id, name, nth, level);
	run(d);
}

void emit_struct(struct cdump *d, u32 id, const struct btf_type *t, int level)
{
	body_push(d, id, t, level);
	run(d);
}
