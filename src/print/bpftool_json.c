// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * JSON as `bpftool -j btf dump file F` prints it, byte for byte: one document in one line,
 * anonymous names as "(anon)", names escaped as bpftool does (C escapes only, so what it prints
 * for odd names need not be valid JSON), values of unsigned ENUMs sign-extended to 64 bits.
 * For anything new, print_json is the better format.
 */
#include "print/print.h"

#define KEY(p, key) PUT(p, ",\"" key "\":")
#define WORD(p, key, value) PUT(p, ",\"" key "\":\"" value "\"")

static char *key_u32(char *p, const char *key, u32 v)
{
	p = put_word(p, key);
	return put_u32(p, v);
}

static char *name_field(struct print *w, char *p, u32 off)
{
	p = PUT(p, "\"name\":");
	return put_c_str(&w->out, p, bpftool_name(w->b, off));
}

static char *key_word(char *p, const char *key, const char *word)
{
	p = put_word(p, key);
	*p++ = '"';
	p = put_word(p, word);
	*p++ = '"';
	return p;
}

/* "size", "vlen" and the start of the array */
static char *size_vlen(char *p, const struct btf_type *t, const char *array)
{
	p = key_u32(p, ",\"size\":", t->size);
	p = key_u32(p, ",\"vlen\":", type_vlen(t));
	return put_word(p, array);
}

static char *elem_begin(char *p, u32 i)
{
	if (i)
		*p++ = ',';
	*p++ = '{';
	return p;
}

static char *bj_int(struct print *w, char *p, const struct btf_type *t)
{
	u32 v = int_word(t);

	(void)w;
	p = key_u32(p, ",\"size\":", t->size);
	p = key_u32(p, ",\"bits_offset\":", BTF_INT_OFFSET(v));
	p = key_u32(p, ",\"nr_bits\":", BTF_INT_BITS(v));
	return key_word(p, ",\"encoding\":", int_encoding_word(BTF_INT_ENCODING(v)));
}

static char *bj_ref(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return key_u32(p, ",\"type_id\":", t->type);
}

static char *bj_array(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_array *a = type_tail(t);

	(void)w;
	p = key_u32(p, ",\"type_id\":", a->type);
	p = key_u32(p, ",\"index_type_id\":", a->index_type);
	return key_u32(p, ",\"nr_elems\":", a->nelems);
}

static char *bj_struct(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t);

	p = size_vlen(p, t, ",\"members\":[");
	for (u32 i = 0; i < vlen && !w->out.err; i++, m++) {
		u32 bits = member_bits(t, m);

		p = name_field(w, elem_begin(p, i), m->name_off);
		p = key_u32(p, ",\"type_id\":", m->type);
		p = key_u32(p, ",\"bits_offset\":", member_bit_off(t, m));
		if (bits)
			p = key_u32(p, ",\"bitfield_size\":", bits);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *bj_encoding(char *p, const struct btf_type *t)
{
	return type_kflag(t) ? WORD(p, "encoding", "SIGNED") : WORD(p, "encoding", "UNSIGNED");
}

static char *bj_enum(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_enum *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = size_vlen(bj_encoding(p, t), t, ",\"values\":[");
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		p = name_field(w, elem_begin(p, i), v->name_off);
		p = KEY(p, "val");
		/* bpftool hands the signed 32-bit field to its printer of unsigned 64-bit values */
		p = type_kflag(t) ? put_s32(p, v->val) : put_u64(p, (u64)(s64)v->val);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *bj_enum64(struct print *w, char *p, const struct btf_type *t)
{
	const struct wire_enum64 *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = size_vlen(bj_encoding(p, t), t, ",\"values\":[");
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		p = name_field(w, elem_begin(p, i), v->name_off);
		p = KEY(p, "val");
		p = type_kflag(t) ? put_s64(p, (s64)enum64_value(v)) : put_u64(p, enum64_value(v));
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *bj_fwd(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return type_kflag(t) ? WORD(p, "fwd_kind", "union") : WORD(p, "fwd_kind", "struct");
}

static char *bj_func(struct print *w, char *p, const struct btf_type *t)
{
	const char *linkage = func_linkage_name(type_vlen(t));

	p = bj_ref(w, p, t);
	return key_word(p, ",\"linkage\":", linkage ? linkage : "(unknown)");
}

static char *bj_func_proto(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_param *param = type_tail(t);
	u32 vlen = type_vlen(t);

	p = key_u32(p, ",\"ret_type_id\":", t->type);
	p = key_u32(p, ",\"vlen\":", vlen);
	p = PUT(p, ",\"params\":[");
	for (u32 i = 0; i < vlen && !w->out.err; i++, param++) {
		p = name_field(w, elem_begin(p, i), param->name_off);
		p = key_u32(p, ",\"type_id\":", param->type);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *bj_var(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var *v = type_tail(t);
	const char *linkage = var_linkage_name(v->linkage);

	p = bj_ref(w, p, t);
	return key_word(p, ",\"linkage\":", linkage ? linkage : "(unknown)");
}

static char *bj_datasec(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = size_vlen(p, t, ",\"vars\":[");
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		p = elem_begin(out_more(&w->out, p), i);
		p = key_u32(p, "\"type_id\":", v->type);
		p = key_u32(p, ",\"offset\":", v->offset);
		p = key_u32(p, ",\"size\":", v->size);
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *bj_float(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return key_u32(p, ",\"size\":", t->size);
}

static char *bj_decl_tag(struct print *w, char *p, const struct btf_type *t)
{
	const s32 *component = type_tail(t);

	p = bj_ref(w, p, t);
	p = KEY(p, "component_idx");
	return put_s32(p, *component);
}

static char *(*const bj_kinds[WIRE_KINDS])(struct print *w, char *p, const struct btf_type *t) = {
	[BTF_KIND_INT] = bj_int,
	[BTF_KIND_PTR] = bj_ref,
	[BTF_KIND_ARRAY] = bj_array,
	[BTF_KIND_STRUCT] = bj_struct,
	[BTF_KIND_UNION] = bj_struct,
	[BTF_KIND_ENUM] = bj_enum,
	[BTF_KIND_FWD] = bj_fwd,
	[BTF_KIND_TYPEDEF] = bj_ref,
	[BTF_KIND_VOLATILE] = bj_ref,
	[BTF_KIND_CONST] = bj_ref,
	[BTF_KIND_RESTRICT] = bj_ref,
	[BTF_KIND_FUNC] = bj_func,
	[BTF_KIND_FUNC_PROTO] = bj_func_proto,
	[BTF_KIND_VAR] = bj_var,
	[BTF_KIND_DATASEC] = bj_datasec,
	[BTF_KIND_FLOAT] = bj_float,
	[BTF_KIND_DECL_TAG] = bj_decl_tag,
	[BTF_KIND_TYPE_TAG] = bj_ref,
	[BTF_KIND_ENUM64] = bj_enum64,
};

static void bj_type(struct print *w, u32 id, const struct btf_type *t)
{
	u32 kind = type_kind(t);
	char *p = elem_begin(out_room(&w->out), !w->first);

	p = key_u32(p, "\"id\":", id);
	p = key_word(p, ",\"kind\":", bpftool_kind(kind));
	*p++ = ',';
	p = name_field(w, p, t->name_off);
	if (kind < WIRE_KINDS && bj_kinds[kind])
		p = bj_kinds[kind](w, p, t);
	*p++ = '}';
	out_done(&w->out, p);
}

static void bj_begin(struct print *w)
{
	out_done(&w->out, PUT(out_room(&w->out), "{\"types\":["));
}

static void bj_end(struct print *w)
{
	out_done(&w->out, PUT(out_room(&w->out), "]}\n"));
}

const struct print_format print_bpftool_json = {bj_begin, bj_type, bj_end};
