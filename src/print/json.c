// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The JSON of btfkit: JSON Lines, schema btf-dump/1 (docs/schema/btf-dump-1.json). The first line
 * is about the BTF, each further line is one type with everything that its record says.
 *
 * Field names are bpftool's where bpftool has the field. Otherwise: anonymous is null, the kind
 * flag is "kflag":true where it is set, encodings are arrays, a linkage that has no word is its
 * number. Within version 1 fields are added, never renamed or removed.
 */
#include "print/print.h"

#define KEY(p, key) PUT(p, ",\"" key "\":")

static char *json_name(struct print *w, char *p, u32 off)
{
	p = PUT(p, "\"name\":");
	return off ? put_json_str(&w->out, p, object_str(w->b, off)) : PUT(p, "null");
}

static char *json_elem(struct print *w, char *p, u32 i, u32 name_off)
{
	if (i)
		*p++ = ',';
	*p++ = '{';
	return json_name(w, p, name_off);
}

static char *json_type_id(char *p, u32 id)
{
	p = KEY(p, "type_id");
	return put_u32(p, id);
}

static char *json_size(char *p, const struct btf_type *t)
{
	p = KEY(p, "size");
	return put_u32(p, t->size);
}

static char *json_bool(char *p, bool v)
{
	return v ? PUT(p, "true") : PUT(p, "false");
}

/* a word, or the number where there is no word for it */
static char *json_linkage(char *p, const char *word, u32 linkage)
{
	p = KEY(p, "linkage");
	if (!word)
		return put_u32(p, linkage);
	*p++ = '"';
	p = put_word(p, word);
	*p++ = '"';
	return p;
}

static char *json_int(struct print *w, char *p, const struct btf_type *t)
{
	static const char *const words[] = {"SIGNED", "CHAR", "BOOL", "8"};
	u32 v = int_word(t), encoding = BTF_INT_ENCODING(v);
	bool first = true;

	(void)w;
	p = json_size(p, t);
	p = KEY(p, "bits_offset");
	p = put_u32(p, BTF_INT_OFFSET(v));
	p = KEY(p, "nr_bits");
	p = put_u32(p, BTF_INT_BITS(v));
	p = KEY(p, "encoding");
	*p++ = '[';
	for (u32 i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(encoding >> i & 1))
			continue;
		if (!first)
			*p++ = ',';
		*p++ = '"';
		p = put_word(p, words[i]);
		*p++ = '"';
		first = false;
	}
	*p++ = ']';
	return p;
}

static char *json_ref(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return json_type_id(p, t->type);
}

static char *json_array(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_array *a = type_tail(t);

	(void)w;
	p = json_type_id(p, a->type);
	p = KEY(p, "index_type_id");
	p = put_u32(p, a->index_type);
	p = KEY(p, "nr_elems");
	return put_u32(p, a->nelems);
}

static char *json_struct(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t);

	p = json_size(p, t);
	p = KEY(p, "members");
	*p++ = '[';
	for (u32 i = 0; i < vlen && !w->out.err; i++, m++) {
		u32 bits = member_bits(t, m);

		p = json_type_id(json_elem(w, p, i, m->name_off), m->type);
		p = KEY(p, "bits_offset");
		p = put_u32(p, member_bit_off(t, m));
		if (bits) {
			p = KEY(p, "bitfield_size");
			p = put_u32(p, bits);
		}
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

/* size, sign and the start of the values */
static char *json_enum_head(char *p, const struct btf_type *t)
{
	p = json_size(p, t);
	p = KEY(p, "signed");
	p = json_bool(p, type_kflag(t));
	p = KEY(p, "values");
	*p++ = '[';
	return p;
}

static char *json_enum(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_enum *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = json_enum_head(p, t);
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		p = json_elem(w, p, i, v->name_off);
		p = KEY(p, "val");
		p = type_kflag(t) ? put_s32(p, v->val) : put_u32(p, (u32)v->val);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *json_enum64(struct print *w, char *p, const struct btf_type *t)
{
	const struct wire_enum64 *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = json_enum_head(p, t);
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		u64 val = enum64_value(v);

		p = json_elem(w, p, i, v->name_off);
		p = KEY(p, "val");
		if (w->string_values)
			*p++ = '"';
		p = type_kflag(t) ? put_s64(p, (s64)val) : put_u64(p, val);
		if (w->string_values)
			*p++ = '"';
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *json_fwd(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	p = KEY(p, "fwd_kind");
	return type_kflag(t) ? PUT(p, "\"union\"") : PUT(p, "\"struct\"");
}

static char *json_func(struct print *w, char *p, const struct btf_type *t)
{
	u32 linkage = type_vlen(t);

	(void)w;
	return json_linkage(json_type_id(p, t->type), func_linkage_name(linkage), linkage);
}

static char *json_func_proto(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_param *param = type_tail(t);
	u32 vlen = type_vlen(t);

	p = KEY(p, "ret_type_id");
	p = put_u32(p, t->type);
	p = KEY(p, "params");
	*p++ = '[';
	for (u32 i = 0; i < vlen && !w->out.err; i++, param++) {
		p = json_type_id(json_elem(w, p, i, param->name_off), param->type);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *json_var(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var *v = type_tail(t);

	(void)w;
	return json_linkage(json_type_id(p, t->type), var_linkage_name(v->linkage), v->linkage);
}

static char *json_datasec(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = json_size(p, t);
	p = KEY(p, "vars");
	*p++ = '[';
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		p = out_more(&w->out, p);
		p = i ? PUT(p, ",{\"type_id\":") : PUT(p, "{\"type_id\":");
		p = put_u32(p, v->type);
		p = KEY(p, "offset");
		p = put_u32(p, v->offset);
		p = KEY(p, "size");
		p = put_u32(p, v->size);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *json_float(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return json_size(p, t);
}

static char *json_decl_tag(struct print *w, char *p, const struct btf_type *t)
{
	const s32 *component = type_tail(t);

	(void)w;
	p = json_type_id(p, t->type);
	p = KEY(p, "component_idx");
	return put_s32(p, *component);
}

/* the whole record behind the name, for kinds that only a layout section describes */
static char *json_unknown(struct print *w, char *p, u32 id, const struct btf_type *t)
{
	const struct btf *level = w->b;

	/* a split with a layout of its own may not describe the kinds of its base */
	while (id < level->start_id && level->base)
		level = level->base;
	p = KEY(p, "kind_nr");
	p = put_u32(p, type_kind(t));
	p = KEY(p, "vlen");
	p = put_u32(p, type_vlen(t));
	p = KEY(p, "size_or_type");
	p = put_u32(p, t->size);
	p = PUT(p, ",\"data\":\"");
	p = put_hex(&w->out, p, type_tail(t), object_type_size(level, t) - sizeof(*t));
	*p++ = '"';
	return p;
}

static char *(*const json_kinds[WIRE_KINDS])(struct print *w, char *p, const struct btf_type *t) = {
	[BTF_KIND_INT] = json_int,
	[BTF_KIND_PTR] = json_ref,
	[BTF_KIND_ARRAY] = json_array,
	[BTF_KIND_STRUCT] = json_struct,
	[BTF_KIND_UNION] = json_struct,
	[BTF_KIND_ENUM] = json_enum,
	[BTF_KIND_FWD] = json_fwd,
	[BTF_KIND_TYPEDEF] = json_ref,
	[BTF_KIND_VOLATILE] = json_ref,
	[BTF_KIND_CONST] = json_ref,
	[BTF_KIND_RESTRICT] = json_ref,
	[BTF_KIND_FUNC] = json_func,
	[BTF_KIND_FUNC_PROTO] = json_func_proto,
	[BTF_KIND_VAR] = json_var,
	[BTF_KIND_DATASEC] = json_datasec,
	[BTF_KIND_FLOAT] = json_float,
	[BTF_KIND_DECL_TAG] = json_decl_tag,
	[BTF_KIND_TYPE_TAG] = json_ref,
	[BTF_KIND_ENUM64] = json_enum64,
};

static void json_type(struct print *w, u32 id, const struct btf_type *t)
{
	u32 kind = type_kind(t);
	bool known = kind < WIRE_KINDS && json_kinds[kind];
	char *p = PUT(out_room(&w->out), "{\"id\":");

	p = put_u32(p, id);
	p = PUT(p, ",\"kind\":\"");
	p = put_word(p, known ? kind_table[kind].name : "UNKNOWN");
	p = PUT(p, "\",");
	p = json_name(w, p, t->name_off);
	p = known ? json_kinds[kind](w, p, t) : json_unknown(w, p, id, t);
	if (type_kflag(t))
		p = PUT(p, ",\"kflag\":true");
	p = PUT(p, "}\n");
	out_done(&w->out, p);
}

static bool big_endian(const struct btf *b)
{
	return (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != b->swapped_out;
}

static void json_begin(struct print *w)
{
	const struct btf *b = w->b;
	char *p = PUT(out_room(&w->out), "{\"schema\":\"btf-dump/1\"");
	int ptr = object_ptr_size(b);

	p = KEY(p, "byte_order");
	p = big_endian(b) ? PUT(p, "\"big\"") : PUT(p, "\"little\"");
	p = KEY(p, "pointer_size");
	p = ptr ? put_u32(p, (u32)ptr) : PUT(p, "null");
	p = KEY(p, "split");
	p = json_bool(p, b->base);
	p = KEY(p, "first_id");
	p = put_u32(p, b->start_id);
	p = KEY(p, "types");
	p = put_u32(p, b->nr);
	p = KEY(p, "base_types");
	p = put_u32(p, b->start_id - 1);
	p = KEY(p, "string_bytes");
	p = put_u32(p, b->strs_len);
	p = KEY(p, "base_string_bytes");
	p = put_u32(p, b->start_str);
	p = PUT(p, "}\n");
	out_done(&w->out, p);
}

static void json_end(struct print *w)
{
	(void)w;
}

const struct print_format print_json = {json_begin, json_type, json_end};
