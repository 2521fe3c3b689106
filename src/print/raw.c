// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The raw format: one type a line, what it consists of in indented lines below. Byte for byte
 * what bpftool prints, names as they stand; where bpftool's versions differ, the newer.
 *
 * Room is asked for once a type and given again by every name; what stands between two names is
 * far below OUT_ROOM bytes.
 */
#include "print/print.h"

static char *raw_name(struct print *w, char *p, u32 off)
{
	return put_str(&w->out, p, bpftool_name(w->b, off));
}

/* a line of something inside a type, up to and including the name's closing quote */
static char *raw_inner(struct print *w, char *p, u32 name_off)
{
	p = PUT(p, "\n\t'");
	p = raw_name(w, p, name_off);
	*p++ = '\'';
	return p;
}

static char *raw_size_vlen(char *p, const struct btf_type *t)
{
	p = PUT(p, " size=");
	p = put_u32(p, t->size);
	p = PUT(p, " vlen=");
	return put_u32(p, type_vlen(t));
}

static char *raw_int(struct print *w, char *p, const struct btf_type *t)
{
	u32 v = int_word(t);

	(void)w;
	p = PUT(p, " size=");
	p = put_u32(p, t->size);
	p = PUT(p, " bits_offset=");
	p = put_u32(p, BTF_INT_OFFSET(v));
	p = PUT(p, " nr_bits=");
	p = put_u32(p, BTF_INT_BITS(v));
	p = PUT(p, " encoding=");
	return put_word(p, int_encoding_word(BTF_INT_ENCODING(v)));
}

static char *raw_ref(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	p = PUT(p, " type_id=");
	return put_u32(p, t->type);
}

static char *raw_array(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_array *a = type_tail(t);

	(void)w;
	p = PUT(p, " type_id=");
	p = put_u32(p, a->type);
	p = PUT(p, " index_type_id=");
	p = put_u32(p, a->index_type);
	p = PUT(p, " nr_elems=");
	return put_u32(p, a->nelems);
}

static char *raw_struct(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);
	u32 vlen = type_vlen(t);

	p = raw_size_vlen(p, t);
	for (u32 i = 0; i < vlen && !w->out.err; i++, m++) {
		u32 bits = member_bits(t, m);

		p = raw_inner(w, p, m->name_off);
		p = PUT(p, " type_id=");
		p = put_u32(p, m->type);
		p = PUT(p, " bits_offset=");
		p = put_u32(p, member_bit_off(t, m));
		if (bits) {
			p = PUT(p, " bitfield_size=");
			p = put_u32(p, bits);
		}
	}
	return p;
}

static char *raw_encoding(char *p, const struct btf_type *t)
{
	return type_kflag(t) ? PUT(p, " encoding=SIGNED") : PUT(p, " encoding=UNSIGNED");
}

static char *raw_enum(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_enum *v = type_tail(t);
	const struct wire_enum64 *v64 = type_tail(t);
	u32 vlen = type_vlen(t);
	bool is_signed = type_kflag(t), wide = type_is(t, BTF_KIND_ENUM64);

	p = raw_size_vlen(raw_encoding(p, t), t);
	for (u32 i = 0; i < vlen && !w->out.err; i++) {
		p = raw_inner(w, p, wide ? v64[i].name_off : v[i].name_off);
		p = PUT(p, " val=");
		if (!wide)
			p = is_signed ? put_s32(p, v[i].val) : put_u32(p, (u32)v[i].val);
		else if (is_signed)
			p = PUT(put_s64(p, (s64)enum64_value(&v64[i])), "LL");
		else
			p = PUT(put_u64(p, enum64_value(&v64[i])), "ULL");
	}
	return p;
}

static char *raw_fwd(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	return type_kflag(t) ? PUT(p, " fwd_kind=union") : PUT(p, " fwd_kind=struct");
}

static char *raw_func(struct print *w, char *p, const struct btf_type *t)
{
	const char *linkage = func_linkage_name(type_vlen(t));

	p = raw_ref(w, p, t);
	p = PUT(p, " linkage=");
	return put_word(p, linkage ? linkage : "(unknown)");
}

static char *raw_func_proto(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_param *param = type_tail(t);
	u32 vlen = type_vlen(t);

	p = PUT(p, " ret_type_id=");
	p = put_u32(p, t->type);
	p = PUT(p, " vlen=");
	p = put_u32(p, vlen);
	for (u32 i = 0; i < vlen && !w->out.err; i++, param++) {
		p = raw_inner(w, p, param->name_off);
		p = PUT(p, " type_id=");
		p = put_u32(p, param->type);
	}
	return p;
}

static char *raw_var(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var *v = type_tail(t);
	const char *linkage = var_linkage_name(v->linkage);

	p = raw_ref(w, p, t);
	p = PUT(p, ", linkage=");
	return put_word(p, linkage ? linkage : "(unknown)");
}

static char *raw_datasec(struct print *w, char *p, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = type_tail(t);
	u32 vlen = type_vlen(t);

	p = raw_size_vlen(p, t);
	for (u32 i = 0; i < vlen && !w->out.err; i++, v++) {
		const struct btf_type *var = object_type(w->b, v->type);

		p = PUT(p, "\n\ttype_id=");
		p = put_u32(p, v->type);
		p = PUT(p, " offset=");
		p = put_u32(p, v->offset);
		p = PUT(p, " size=");
		p = put_u32(p, v->size);
		p = PUT(p, " (");
		p = put_word(p, bpftool_kind(type_kind(var)));
		p = PUT(p, " '");
		p = raw_name(w, p, var->name_off);
		p = PUT(p, "')");
	}
	return p;
}

static char *raw_float(struct print *w, char *p, const struct btf_type *t)
{
	(void)w;
	p = PUT(p, " size=");
	return put_u32(p, t->size);
}

static char *raw_decl_tag(struct print *w, char *p, const struct btf_type *t)
{
	const s32 *component = type_tail(t);

	p = raw_ref(w, p, t);
	p = PUT(p, " component_idx=");
	return put_s32(p, *component);
}

static char *(*const raw_kinds[WIRE_KINDS])(struct print *w, char *p, const struct btf_type *t) = {
	[BTF_KIND_INT] = raw_int,
	[BTF_KIND_PTR] = raw_ref,
	[BTF_KIND_ARRAY] = raw_array,
	[BTF_KIND_STRUCT] = raw_struct,
	[BTF_KIND_UNION] = raw_struct,
	[BTF_KIND_ENUM] = raw_enum,
	[BTF_KIND_FWD] = raw_fwd,
	[BTF_KIND_TYPEDEF] = raw_ref,
	[BTF_KIND_VOLATILE] = raw_ref,
	[BTF_KIND_CONST] = raw_ref,
	[BTF_KIND_RESTRICT] = raw_ref,
	[BTF_KIND_FUNC] = raw_func,
	[BTF_KIND_FUNC_PROTO] = raw_func_proto,
	[BTF_KIND_VAR] = raw_var,
	[BTF_KIND_DATASEC] = raw_datasec,
	[BTF_KIND_FLOAT] = raw_float,
	[BTF_KIND_DECL_TAG] = raw_decl_tag,
	[BTF_KIND_TYPE_TAG] = raw_ref,
	[BTF_KIND_ENUM64] = raw_enum,
};

static void raw_type(struct print *w, u32 id, const struct btf_type *t)
{
	u32 kind = type_kind(t);
	char *p = out_room(&w->out);

	*p++ = '[';
	p = put_u32(p, id);
	p = PUT(p, "] ");
	p = put_word(p, bpftool_kind(kind));
	p = PUT(p, " '");
	p = raw_name(w, p, t->name_off);
	*p++ = '\'';
	/* nothing is known about the content of kinds that only a layout section describes */
	if (kind < WIRE_KINDS && raw_kinds[kind])
		p = raw_kinds[kind](w, p, t);
	*p++ = '\n';
	out_done(&w->out, p);
}

static void raw_nothing(struct print *w)
{
	(void)w;
}

const struct print_format print_raw = {raw_nothing, raw_type, raw_nothing};
