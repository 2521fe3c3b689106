// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One type as a line of JSON, schema btf-show/1 (docs/schema/btf-show-1.json). Says what the text
 * says; within version 1 fields are added, never renamed or removed.
 */
#include <errno.h>
#include <stdio.h>

#include "print/print.h"
#include "print/show.h"

/* ---- writing ---- */

static void put_key(struct show *s, const char *key)
{
	char *p = out_room(&s->out);

	if (s->comma)
		*p++ = ',';
	s->comma = true;
	if (key) {
		p = put_json_str(&s->out, p, key);
		*p++ = ':';
	}
	out_done(&s->out, p);
	s->shapes.allowance--;
}

void show_json_open(struct show *s, const char *key, char bracket)
{
	put_key(s, key);
	show_put(s, "%c", bracket);
	s->comma = false;
}

void show_json_close(struct show *s, char bracket)
{
	show_put(s, "%c", bracket);
	s->comma = true;
}

void show_json_str(struct show *s, const char *key, const char *value)
{
	put_key(s, key);
	if (value)
		out_done(&s->out, put_json_str(&s->out, out_room(&s->out), value));
	else
		show_put(s, "null");
}

void show_json_num(struct show *s, const char *key, u64 value)
{
	put_key(s, key);
	show_put(s, "%llu", (unsigned long long)value);
}

static void json_signed(struct show *s, const char *key, s64 value)
{
	put_key(s, key);
	show_put(s, "%lld", (long long)value);
}

static void json_bool(struct show *s, const char *key, bool value)
{
	put_key(s, key);
	show_put(s, value ? "true" : "false");
}

static void json_name(struct show *s, const char *key, u32 off)
{
	show_json_str(s, key, off ? object_str(s->b, off) : NULL);
}

void show_json_head(struct show *s, const char *what, u32 id)
{
	const struct btf_type *t = show_at(s, id);
	u32 kind = type_kind(t);

	s->comma = false;
	show_json_open(s, NULL, '{');
	show_json_str(s, "schema", "btf-show/1");
	show_json_str(s, "what", what);
	show_json_num(s, "id", id);
	show_json_str(s, "kind", id ? kind_name(kind) : "VOID");
	json_name(s, "name", t->name_off);
}

void show_json_end(struct show *s)
{
	show_json_close(s, '}');
	show_put(s, "\n");
	s->comma = false;
}

/* ---- structs ---- */

static int json_layout(struct show *s, const struct shape *l, u64 base, int depth);

/* what no member has: "hole" or "padding", in "bytes" or "bits" */
static void json_gap(struct show *s, const char *gap, const char *unit, u64 size)
{
	if (!size)
		return;
	show_json_open(s, NULL, '{');
	show_json_str(s, "gap", gap);
	show_json_num(s, unit, size);
	show_json_close(s, '}');
}

static int json_member(struct show *s, const struct shape_member *m, u64 base, int depth)
{
	u32 body = show_inline(s, m->type);
	u64 byte = shape_byte(m);
	struct ctype c;
	struct shape l;
	int err = 0;

	json_gap(s, "hole", "bits", m->bit_hole);
	json_gap(s, "hole", "bytes", m->hole);
	json_gap(s, "hole", "bits", m->bit_hole_2);
	show_json_open(s, NULL, '{');
	json_name(s, "name", m->name_off);
	ctype_decl(&c, s->b, m->type, "");
	show_json_str(s, "type", c.text);
	show_json_num(s, "type_id", m->type);
	show_json_num(s, "offset", base + byte);
	show_json_num(s, "size", m->size);
	if (m->bits) {
		show_json_num(s, "bit_offset", m->bit_off - byte * 8);
		show_json_num(s, "bits", m->bits);
	}
	if (m->align)
		show_json_num(s, "align", m->align);
	if (m->forced)
		show_json_num(s, "forced_align", m->forced);
	if (m->inner)
		show_json_num(s, "padding", m->inner);
	if (m->overlaps)
		json_bool(s, "overlaps", true);
	if (m->outside)
		json_bool(s, "outside", true);
	if (body) {
		if (depth > SHOW_DEPTH)
			return show_fail(s, body, -ELOOP);
		err = shape_init(&l, &s->shapes, body);
		if (err)
			return show_fail(s, body, err);
		show_json_str(s, "inline", ctype_keyword(show_at(s, body)));
		json_bool(s, "packed", l.packed);
		err = json_layout(s, &l, base + m->bit_off / 8, depth + 1);
		shape_deinit(&l);
	}
	show_json_close(s, '}');
	return err;
}

static int json_layout(struct show *s, const struct shape *l, u64 base, int depth)
{
	int err = 0;

	show_json_open(s, "layout", '[');
	for (u32 i = 0; i < l->cnt && !err && !s->out.err && s->shapes.allowance >= 0; i++)
		err = json_member(s, &l->member[i], base, depth);
	json_gap(s, "padding", "bits", l->bit_padding);
	json_gap(s, "padding", "bytes", l->padding);
	show_json_close(s, ']');
	return err;
}

static int json_struct(struct show *s, u32 id)
{
	struct shape l;
	int err = shape_init(&l, &s->shapes, id);

	if (err)
		return show_fail(s, id, err);
	show_json_num(s, "size", l.size);
	if (l.align)
		show_json_num(s, "align", l.align);
	json_bool(s, "packed", l.packed);
	show_json_num(s, "cacheline", s->cacheline);
	show_json_num(s, "cachelines", ((u64)l.size + s->cacheline - 1) / s->cacheline);
	show_json_num(s, "last_cacheline", l.size % s->cacheline);
	show_json_num(s, "members", l.cnt);
	show_json_num(s, "sum_members", l.sum_members);
	show_json_num(s, "sum_bits", l.sum_bits);
	show_json_num(s, "holes", l.holes);
	show_json_num(s, "sum_holes", l.sum_holes);
	show_json_num(s, "bit_holes", l.bit_holes);
	show_json_num(s, "sum_bit_holes", l.sum_bit_holes);
	show_json_num(s, "padding", l.padding);
	show_json_num(s, "bit_padding", l.bit_padding);
	show_json_num(s, "paddings", l.paddings);
	show_json_num(s, "sum_paddings", l.sum_paddings);
	show_json_num(s, "overlaps", l.overlaps);
	err = json_layout(s, &l, 0, 0);
	shape_deinit(&l);
	return err;
}

/* ---- everything else ---- */

static void json_enum(struct show *s, const struct btf_type *t)
{
	bool wide = type_is(t, BTF_KIND_ENUM64), sign = type_kflag(t);
	const struct wire_enum64 *e64 = type_tail(t);
	const struct btf_enum *e = type_tail(t);

	show_json_num(s, "size", t->size);
	json_bool(s, "signed", sign);
	show_json_open(s, "values", '[');
	for (u32 i = 0; i < type_vlen(t) && !s->out.err; i++) {
		show_json_open(s, NULL, '{');
		json_name(s, "name", wide ? e64[i].name_off : e[i].name_off);
		if (wide && !sign)
			show_json_num(s, "val", enum64_value(&e64[i]));
		else if (wide)
			json_signed(s, "val", (s64)enum64_value(&e64[i]));
		else
			json_signed(s, "val", sign ? (s64)e[i].val : (s64)(u32)e[i].val);
		show_json_close(s, '}');
	}
	show_json_close(s, ']');
}

static int json_typedef(struct show *s, u32 id, const struct btf_type *t)
{
	show_json_open(s, "steps", '[');
	for (u32 steps = 0; type_is(t, BTF_KIND_TYPEDEF) || kind_in(type_kind(t), KINDS_MOD);
	     steps++) {
		struct ctype c;

		if (steps > SHOW_DEPTH)
			return show_fail(s, id, -ELOOP);
		id = t->type;
		t = show_at(s, id);
		show_json_open(s, NULL, '{');
		show_json_num(s, "id", id);
		show_json_str(s, "kind", id ? kind_name(type_kind(t)) : "VOID");
		ctype_decl(&c, s->b, id, "");
		show_json_str(s, "type", c.text);
		show_json_close(s, '}');
	}
	show_json_close(s, ']');
	return 0;
}

static int json_section_of(struct show *s, const struct btf_type *sec,
			   const struct btf_var_secinfo *at)
{
	show_json_open(s, NULL, '{');
	json_name(s, "name", sec->name_off);
	show_json_num(s, "offset", at->offset);
	show_json_num(s, "size", at->size);
	show_json_close(s, '}');
	return 0;
}

static int json_var(struct show *s, u32 id, const struct btf_type *t)
{
	const struct btf_var *v = type_tail(t);
	int err;

	show_json_str(s, "linkage", var_linkage_name(v->linkage));
	show_json_open(s, "sections", '[');
	err = show_each_section(s, id, json_section_of);
	show_json_close(s, ']');
	return err;
}

static void json_datasec(struct show *s, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = type_tail(t);

	show_json_num(s, "size", t->size);
	show_json_open(s, "vars", '[');
	for (u32 i = 0; i < type_vlen(t) && !s->out.err && s->shapes.allowance >= 0; i++) {
		const struct btf_type *var = show_at(s, v[i].type);
		struct ctype c;

		show_json_open(s, NULL, '{');
		json_name(s, "name", var->name_off);
		ctype_decl(&c, s->b, type_is(var, BTF_KIND_VAR) ? var->type : v[i].type, "");
		show_json_str(s, "type", c.text);
		show_json_num(s, "type_id", v[i].type);
		show_json_num(s, "offset", v[i].offset);
		show_json_num(s, "size", v[i].size);
		show_json_close(s, '}');
	}
	show_json_close(s, ']');
}

static void json_params(struct show *s, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);
	struct ctype c;

	ctype_decl(&c, s->b, t->type, "");
	show_json_str(s, "returns", c.text);
	show_json_num(s, "returns_id", t->type);
	show_json_open(s, "params", '[');
	for (u32 i = 0; i < type_vlen(t) && !s->out.err && s->shapes.allowance >= 0; i++) {
		bool dots = i + 1 == type_vlen(t) && !p[i].type && !p[i].name_off;

		show_json_open(s, NULL, '{');
		json_name(s, "name", p[i].name_off);
		ctype_decl(&c, s->b, p[i].type, "");
		show_json_str(s, "type", dots ? "..." : c.text);
		show_json_num(s, "type_id", p[i].type);
		show_json_close(s, '}');
	}
	show_json_close(s, ']');
}

static int json_tag(struct show *s, const char *tag, s32 component)
{
	show_json_open(s, NULL, '{');
	show_json_str(s, "value", tag);
	json_signed(s, "component", component);
	show_json_close(s, '}');
	return 0;
}

/* C's declaration, and the size, of what has no layout of its own */
static int json_decl(struct show *s, u32 id, const struct btf_type *t)
{
	bool named = kind_in(type_kind(t), KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_FUNC) |
						   KIND_BIT(BTF_KIND_VAR));
	struct ctype c;
	u32 target;
	u64 size;
	int err;

	ctype_decl(&c, s->b, named ? t->type : id, named ? object_name(s->b, t) : "");
	show_json_str(s, "c", c.text);
	err = shape_target(&s->shapes, id, &target, &size);
	if (err)
		return show_fail(s, id, err);
	if (size)
		show_json_num(s, "size", size);
	return 0;
}

static int json_body(struct show *s, u32 id, const struct btf_type *t)
{
	u32 kind = type_kind(t);
	const struct btf_type *proto;
	int err = 0;

	if (kind_in(kind, KINDS_COMPOSITE))
		return json_struct(s, id);
	if (kind_in(kind, KINDS_ENUM)) {
		json_enum(s, t);
		return 0;
	}
	if (kind == BTF_KIND_DATASEC) {
		json_datasec(s, t);
		return 0;
	}
	if (kind == BTF_KIND_DECL_TAG) {
		show_json_num(s, "type_id", t->type);
		json_signed(s, "component", *(const s32 *)type_tail(t));
		return 0;
	}
	if (kind < WIRE_KINDS)
		err = json_decl(s, id, t);
	proto = kind == BTF_KIND_FUNC ? show_at(s, t->type) : t;
	if (!err && kind == BTF_KIND_FUNC)
		show_json_str(s, "linkage", func_linkage_name(type_vlen(t)));
	if (!err && type_is(proto, BTF_KIND_FUNC_PROTO))
		json_params(s, proto);
	if (!err && (kind == BTF_KIND_TYPEDEF || kind_in(kind, KINDS_MOD)))
		err = json_typedef(s, id, t);
	if (!err && kind == BTF_KIND_VAR)
		err = json_var(s, id, t);
	return err;
}

int show_json(struct show *s, u32 id)
{
	const struct btf_type *t = show_at(s, id);
	int err;

	show_json_head(s, "type", id);
	err = json_body(s, id, t);
	if (err)
		return err;
	show_json_open(s, "decl_tags", '[');
	err = show_each_tag(s, id, json_tag);
	show_json_close(s, ']');
	show_json_end(s);
	return err;
}
