// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One type as text for people: C, with what C does not say in comments. The words of the sums are
 * those of pahole. In: an object, an id. Out: text in s->out. Anonymous structs nest at most
 * SHOW_DEPTH deep, and everything is charged to s->shapes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "print/print.h"
#include "print/show.h"

#define COMMENT_COLUMN 56

/* ---- lines ---- */

static void indent(struct show *s, int level)
{
	for (int i = 0; i < level; i++)
		show_put(s, "\t");
}

/* "\ttext;        /" with the comment's column reached, or passed by one */
static void code(struct show *s, int level, const char *text, size_t len, const char *end)
{
	int width = level * 8 + (int)len + (int)strlen(end);

	indent(s, level);
	show_put(s, "%s%s%*s", text, end, width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1, "");
}

/* ---- structs ---- */

static int text_members(struct show *s, u32 id, u64 base, int level, u64 *line, bool *ret_packed);

/* a comment that stands for itself, set off by empty lines */
static void __printf_fmt(4, 5) aside(struct show *s, int level, bool *spaced, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!*spaced)
		show_put(s, "\n");
	*spaced = true;
	indent(s, level);
	show_put(s, "/* %s */\n", text);
}

static const char *plural(u64 n)
{
	return n == 1 ? "" : "s";
}

static void text_gap(struct show *s, const struct shape_member *m, int level)
{
	bool spaced = false;

	if (m->overlaps)
		aside(s, level, &spaced, "overlaps what stands before it");
	if (m->bit_hole)
		aside(s, level, &spaced, "hole: %u bit%s", m->bit_hole, plural(m->bit_hole));
	if (m->hole && m->forced)
		aside(s, level, &spaced, "hole: %u byte%s, for an alignment of %u", m->hole,
		      plural(m->hole), m->forced);
	else if (m->hole)
		aside(s, level, &spaced, "hole: %u byte%s", m->hole, plural(m->hole));
	if (m->bit_hole_2)
		aside(s, level, &spaced, "hole: %u bit%s", m->bit_hole_2, plural(m->bit_hole_2));
	if (spaced)
		show_put(s, "\n");
}

/* at absolute byte `at` a member starts: is it the first in its cache line? */
static void text_boundary(struct show *s, u64 at, int level, u64 *line)
{
	u64 now = at / s->cacheline, start = now * s->cacheline;

	if (now <= *line)
		return;
	*line = now;
	indent(s, level);
	if (start == at)
		show_put(s, "/* --- cache line %llu (%llu bytes) --- */\n", (unsigned long long)now,
			 (unsigned long long)start);
	else
		show_put(s, "/* --- cache line %llu (%llu bytes) was %llu byte%s ago --- */\n",
			 (unsigned long long)now, (unsigned long long)start,
			 (unsigned long long)(at - start), plural(at - start));
}

static void text_where(struct show *s, const struct shape_member *m, u64 base)
{
	u64 byte = shape_byte(m);

	if (m->bits)
		show_put(s, "/* %5llu:%2llu %5llu */", (unsigned long long)(base + byte),
			 (unsigned long long)(m->bit_off - byte * 8), (unsigned long long)m->size);
	else
		show_put(s, "/* %5llu    %5llu */", (unsigned long long)(base + byte),
			 (unsigned long long)m->size);
	if (m->outside)
		show_put(s, " /* ends behind the end */");
	show_put(s, "\n");
}

static int text_member(struct show *s, const struct shape_member *m, u64 base, int level, u64 *line)
{
	const char *name = object_str(s->b, m->name_off);
	u32 body = show_inline(s, m->type);
	bool packed = false;
	struct ctype c, d;
	char end[16];
	int err;

	text_gap(s, m, level);
	text_boundary(s, base + shape_byte(m), level, line);
	if (m->bits)
		snprintf(end, sizeof(end), ":%u;", m->bits);
	else
		snprintf(end, sizeof(end), ";");
	if (!body) {
		ctype_decl(&c, s->b, m->type, name);
		code(s, level, c.text, c.len, end);
		text_where(s, m, base);
		if (m->inner) {
			indent(s, level);
			show_put(s, "/* its last %u byte%s are padding */\n", m->inner,
				 plural(m->inner));
		}
		return 0;
	}
	indent(s, level);
	show_put(s, "%s {\n", ctype_keyword(show_at(s, body)));
	if (level > SHOW_DEPTH)
		return show_fail(s, body, -ELOOP);
	err = text_members(s, body, base + m->bit_off / 8, level + 1, line, &packed);
	if (err)
		return err;
	ctype_declarator(&d, s->b, m->type, name);
	c.len = (size_t)snprintf(c.text, sizeof(c.text), "}%s%s%.900s",
				 packed ? " __attribute__((packed))" : "", d.len ? " " : "",
				 d.text);
	code(s, level, c.text, c.len, end);
	text_where(s, m, base);
	return 0;
}

static void text_end_gap(struct show *s, const struct shape *l, int level)
{
	bool spaced = false;

	if (l->bit_padding)
		aside(s, level, &spaced, "padding: %u bit%s", l->bit_padding,
		      plural(l->bit_padding));
	if (l->padding)
		aside(s, level, &spaced, "padding: %u byte%s", l->padding, plural(l->padding));
}

static int text_layout(struct show *s, const struct shape *l, u64 base, int level, u64 *line)
{
	int err = 0;

	for (u32 i = 0; i < l->cnt && !err && !s->out.err; i++)
		err = text_member(s, &l->member[i], base, level, line);
	return err;
}

static int text_members(struct show *s, u32 id, u64 base, int level, u64 *line, bool *ret_packed)
{
	struct shape l;
	int err = shape_init(&l, &s->shapes, id);

	if (err)
		return show_fail(s, id, err);
	err = text_layout(s, &l, base, level, line);
	if (!err)
		text_end_gap(s, &l, level);
	*ret_packed = l.packed;
	shape_deinit(&l);
	return err;
}

static void text_sums(struct show *s, const struct shape *l)
{
	bool gaps = l->holes || l->bit_holes;

	show_put(s, "\n\t/* size: %u, cachelines: %u, members: %u */\n", l->size,
		 (u32)(((u64)l->size + s->cacheline - 1) / s->cacheline), l->cnt);
	if (gaps && type_is(l->t, BTF_KIND_STRUCT)) {
		show_put(s, "\t/* sum members: %llu", (unsigned long long)l->sum_members);
		if (l->holes)
			show_put(s, ", holes: %u, sum holes: %llu", l->holes,
				 (unsigned long long)l->sum_holes);
		show_put(s, " */\n");
	}
	if (l->sum_bits && gaps && type_is(l->t, BTF_KIND_STRUCT)) {
		show_put(s, "\t/* sum bitfield members: %llu bit%s",
			 (unsigned long long)l->sum_bits, plural(l->sum_bits));
		if (l->bit_holes)
			show_put(s, ", bit holes: %u, sum bit holes: %llu bit%s", l->bit_holes,
				 (unsigned long long)l->sum_bit_holes, plural(l->sum_bit_holes));
		show_put(s, " */\n");
	}
	if (l->padding)
		show_put(s, "\t/* padding: %u */\n", l->padding);
	if (l->bit_padding)
		show_put(s, "\t/* bit padding: %u bit%s */\n", l->bit_padding,
			 plural(l->bit_padding));
	if (l->paddings)
		show_put(s, "\t/* paddings: %u, sum paddings: %llu */\n", l->paddings,
			 (unsigned long long)l->sum_paddings);
	if (l->overlaps)
		show_put(s, "\t/* overlapping members: %u */\n", l->overlaps);
	if (l->align)
		show_put(s, "\t/* alignment: %u%s */\n", l->align,
			 l->forced ? " (of the types; some members are aligned further)" : "");
	if (l->size % s->cacheline)
		show_put(s, "\t/* last cacheline: %u bytes */\n", l->size % s->cacheline);
}

static int text_struct(struct show *s, u32 id, const struct btf_type *t)
{
	struct ctype name, head;
	struct shape l;
	u64 line = 0;
	int err;

	err = shape_init(&l, &s->shapes, id);
	if (err)
		return show_fail(s, id, err);
	ctype_name(&name, object_name(s->b, t));
	head.len = (size_t)snprintf(head.text, sizeof(head.text), "%s %s%s", ctype_keyword(t),
				    name.text, name.len ? " " : "");
	code(s, 0, head.text, head.len, "{");
	show_put(s, "/* [%u] offset, size */\n", id);
	err = text_layout(s, &l, 0, 1, &line);
	if (!err) {
		text_sums(s, &l);
		show_put(s, "}%s;\n", l.packed ? " __attribute__((packed))" : "");
	}
	shape_deinit(&l);
	return err;
}

/* ---- everything else ---- */

static int text_enum(struct show *s, u32 id, const struct btf_type *t)
{
	bool wide = type_is(t, BTF_KIND_ENUM64), sign = type_kflag(t);
	const struct wire_enum64 *e64 = type_tail(t);
	const struct btf_enum *e = type_tail(t);
	struct ctype name, line;

	ctype_name(&name, object_name(s->b, t));
	line.len = (size_t)snprintf(line.text, sizeof(line.text), "enum %s%s", name.text,
				    name.len ? " " : "");
	code(s, 0, line.text, line.len, "{");
	show_put(s, "/* [%u] %u byte%s, %s */\n", id, t->size, plural(t->size),
		 sign ? "signed" : "unsigned");
	for (u32 i = 0; i < type_vlen(t) && !s->out.err; i++) {
		u64 v = wide ? enum64_value(&e64[i]) : sign ? (u64)(s64)e[i].val : (u32)e[i].val;
		u64 hex = t->size < 8 ? v & ((1ull << (t->size * 8)) - 1) : v;

		ctype_name(&name, object_str(s->b, wide ? e64[i].name_off : e[i].name_off));
		line.len =
			(size_t)snprintf(line.text, sizeof(line.text),
					 sign ? "%s = %lld" : "%s = %llu", name.text, (long long)v);
		code(s, 1, line.text, line.len, ",");
		show_put(s, "/* 0x%llx */\n", (unsigned long long)hex);
	}
	show_put(s, "\n\t/* values: %u */\n};\n", type_vlen(t));
	return 0;
}

static int text_int(struct show *s, u32 id, const struct btf_type *t)
{
	u32 word = type_is(t, BTF_KIND_INT) ? int_word(t) : 0;
	struct ctype name;

	ctype_name(&name, object_name(s->b, t));
	code(s, 0, name.text, name.len, ";");
	show_put(s, "/* [%u] %s, %u byte%s", id, ctype_keyword(t), t->size, plural(t->size));
	if (type_is(t, BTF_KIND_INT)) {
		u32 e = BTF_INT_ENCODING(word);

		show_put(s, ", %s",
			 e & BTF_INT_SIGNED ? "signed"
			 : e & BTF_INT_BOOL ? "bool"
					    : "unsigned");
		if (e & BTF_INT_CHAR)
			show_put(s, ", char");
		if (BTF_INT_BITS(word) != t->size * 8 || BTF_INT_OFFSET(word))
			show_put(s, ", %u bits from bit %u", BTF_INT_BITS(word),
				 BTF_INT_OFFSET(word));
	}
	show_put(s, " */\n");
	return 0;
}

/* the size of what a declaration names, where it has one */
static int text_size(struct show *s, u32 id)
{
	u32 target;
	u64 size;
	int err = shape_target(&s->shapes, id, &target, &size);

	if (err)
		return show_fail(s, id, err);
	if (size)
		show_put(s, ", %llu byte%s", (unsigned long long)size, plural(size));
	show_put(s, " */\n");
	return 0;
}

static int text_decl(struct show *s, u32 id, u32 type, const char *before, const char *name,
		     const char *after)
{
	struct ctype c, line;

	ctype_decl(&c, s->b, type, name);
	line.len = (size_t)snprintf(line.text, sizeof(line.text), "%s%.1000s", before, c.text);
	code(s, 0, line.text, line.len, ";");
	show_put(s, "/* [%u]%s", id, after);
	return 0;
}

/* every step down to what has a layout of its own, and that */
static int text_typedef(struct show *s, u32 id, const struct btf_type *t)
{
	int err = 0;

	for (u32 steps = 0; !err; steps++) {
		if (steps > SHOW_DEPTH)
			return show_fail(s, id, -ELOOP);
		if (type_is(t, BTF_KIND_TYPEDEF)) {
			text_decl(s, id, t->type, "typedef ", object_name(s->b, t), "");
			err = text_size(s, id);
		} else if (!kind_in(type_kind(t), KINDS_MOD)) {
			break;
		}
		id = t->type;
		t = show_at(s, id);
	}
	if (err || !id ||
	    kind_in(type_kind(t), KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY) |
					  KIND_BIT(BTF_KIND_FUNC_PROTO)))
		return err;
	return show_text(s, id);
}

static int text_section_of(struct show *s, const struct btf_type *sec,
			   const struct btf_var_secinfo *at)
{
	struct ctype name;

	ctype_name(&name, object_name(s->b, sec));
	show_put(s, "\t/* in section %s: offset %u, size %u */\n", name.text, at->offset, at->size);
	return 0;
}

static const char *linkage_word(const char *word)
{
	return word ? word : "unknown linkage";
}

static int text_var(struct show *s, u32 id, const struct btf_type *t)
{
	const struct btf_var *v = type_tail(t);
	const char *linkage = var_linkage_name(v->linkage);
	char after[32];
	int err;

	snprintf(after, sizeof(after), " var, %s", linkage_word(linkage));
	text_decl(s, id, t->type, "", object_name(s->b, t), after);
	err = text_size(s, t->type);
	return err ? err : show_each_section(s, id, text_section_of);
}

static int text_func(struct show *s, u32 id, const struct btf_type *t)
{
	char after[48];

	snprintf(after, sizeof(after), " func, %s */\n",
		 linkage_word(func_linkage_name(type_vlen(t))));
	return text_decl(s, id, t->type, "", object_name(s->b, t), after);
}

static int text_datasec(struct show *s, u32 id, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = type_tail(t);
	struct ctype name, c;

	ctype_name(&name, object_name(s->b, t));
	code(s, 0, name.text, name.len, " {");
	show_put(s, "/* [%u] section, %u bytes; offset, size */\n", id, t->size);
	for (u32 i = 0; i < type_vlen(t) && !s->out.err; i++) {
		const struct btf_type *var = show_at(s, v[i].type);
		bool is_var = type_is(var, BTF_KIND_VAR);

		if (!shapes_charge(&s->shapes, 1))
			return show_fail(s, id, -E2BIG);
		ctype_decl(&c, s->b, is_var ? var->type : v[i].type, object_name(s->b, var));
		code(s, 1, c.text, c.len, ";");
		show_put(s, "/* %5u    %5u */\n", v[i].offset, v[i].size);
	}
	show_put(s, "\n\t/* variables: %u */\n};\n", type_vlen(t));
	return 0;
}

static int text_tag(struct show *s, u32 id, const struct btf_type *t)
{
	s32 component = *(const s32 *)type_tail(t);
	const struct btf_type *of = show_at(s, t->type);
	struct ctype value, name;

	ctype_name(&value, object_name(s->b, t));
	ctype_name(&name, object_name(s->b, of));
	show_put(s, "decl tag \"%s\" /* [%u] of [%u] %s %s", value.text, id, t->type,
		 ctype_keyword(of), name.text);
	if (component >= 0)
		show_put(s, ", component %d", component);
	show_put(s, " */\n");
	return 0;
}

static int text_other(struct show *s, u32 id, const struct btf_type *t)
{
	char after[48];

	snprintf(after, sizeof(after), " %s", ctype_keyword(t));
	if (type_is(t, BTF_KIND_FWD)) {
		text_decl(s, id, id, "", "", " declared only, without members */\n");
		return 0;
	}
	text_decl(s, id, id, "", "", after);
	if (!id || type_kind(t) >= WIRE_KINDS) {
		show_put(s, " */\n");
		return 0;
	}
	return text_size(s, id);
}

/* the name of the member or parameter that a tag is about; NULL: of the whole */
static int text_decl_tag(struct show *s, const char *tag, s32 component)
{
	struct ctype name;

	ctype_name(&name, tag);
	if (component < 0)
		show_put(s, "\t/* decl tag \"%s\" */\n", name.text);
	else
		show_put(s, "\t/* decl tag \"%s\" of number %d */\n", name.text, component);
	return 0;
}

int show_text(struct show *s, u32 id)
{
	static int (*const kinds[WIRE_KINDS])(struct show * s, u32 id, const struct btf_type *t) = {
		[BTF_KIND_INT] = text_int,	   [BTF_KIND_FLOAT] = text_int,
		[BTF_KIND_STRUCT] = text_struct,   [BTF_KIND_UNION] = text_struct,
		[BTF_KIND_ENUM] = text_enum,	   [BTF_KIND_ENUM64] = text_enum,
		[BTF_KIND_TYPEDEF] = text_typedef, [BTF_KIND_VAR] = text_var,
		[BTF_KIND_FUNC] = text_func,	   [BTF_KIND_DATASEC] = text_datasec,
		[BTF_KIND_DECL_TAG] = text_tag,
	};
	const struct btf_type *t = show_at(s, id);
	u32 kind = type_kind(t);
	int err;

	err = (kind < WIRE_KINDS && kinds[kind] ? kinds[kind] : text_other)(s, id, t);
	return err ? err : show_each_tag(s, id, text_decl_tag);
}

void show_text_line(struct show *s, u32 id)
{
	const struct btf_type *t = show_at(s, id);
	u32 kind = type_kind(t);
	struct ctype c;

	show_put(s, "[%u] %s ", id, ctype_keyword(t));
	if (kind_in(kind,
		    KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_TYPEDEF)))
		ctype_decl(&c, s->b, t->type, object_name(s->b, t));
	else
		ctype_name(&c, object_name(s->b, t));
	show_put(s, "%s", c.text);
	if (kind == BTF_KIND_FWD)
		show_put(s, " (declared only)");
	else if (kind < WIRE_KINDS && kind_table[kind].head_size)
		show_put(s, ", %u byte%s", t->size, plural(t->size));
	show_put(s, "\n");
}
