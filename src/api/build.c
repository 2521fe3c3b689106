// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/btf.h>: build. The rules about arguments are here, one record or element at a time; strings
 * are added before the record, so that a failure leaves the types as they were.
 */
#include <btf/btf.h>

#include "api/api.h"
#include "btf/append.h"

static bool empty(const char *s)
{
	return !s || !*s;
}

/*
 * Appends a record: head, and `size` bytes of tail. `word` is the size or the referenced id.
 * Returns the id, or -errno with errno set.
 */
static int add(struct btf *b, const char *name, u32 info, u32 word, const void *tail, u32 size)
{
	struct btf_type *t;
	int off, id;

	off = object_add_str(b, name);
	if (off < 0)
		return api_ret(off);
	id = object_add_record(b, sizeof(*t) + size, &t);
	if (id < 0)
		return api_ret(id);
	t->name_off = (u32)off;
	t->info = info;
	t->size = word;
	if (size)
		memcpy(type_tail(t), tail, size);
	return id;
}

/* the last type where it is of one of these kinds, for adding an element to it */
static struct btf_type *last(const struct btf *b, u32 kinds)
{
	const struct btf_type *t;

	if (!api_ours(b) || !b->nr)
		return NULL;
	t = object_own(b, b->nr - 1);
	return kind_in(type_kind(t), kinds) ? (struct btf_type *)(uintptr_t)t : NULL;
}

/* Appends an element to the last type, whose name, if it has one, becomes its first word. kflag
 * is or'ed to that of the type. Returns 0, or -errno with errno set. */
static int add_elem(struct btf *b, bool kflag, const void *elem, u32 size)
{
	struct btf_type *t = last(b, ~0u);
	void *to;
	int err;

	if (type_vlen(t) == WIRE_MAX_VLEN)
		return api_ret(-ENOSPC);
	err = object_add_elem(b, size, &to);
	if (err)
		return api_ret(err);
	memcpy(to, elem, size);
	/* the records have moved */
	t = last(b, ~0u);
	t->info = info_make(type_kind(t), type_vlen(t) + 1, type_kflag(t) || kflag);
	return 0;
}

/* ---- strings ---- */

int btf__find_str(struct btf *btf, const char *s)
{
	return api_ret(api_ours(btf) && s ? object_find_str(btf, s) : -EINVAL);
}

int btf__add_str(struct btf *btf, const char *s)
{
	return api_ret(api_ours(btf) && s ? object_add_str(btf, s) : -EINVAL);
}

/* ---- copies ---- */

int btf__add_type(struct btf *btf, const struct btf *src_btf, const struct btf_type *src_type)
{
	if (!api_ours(btf) || !api_ours(src_btf) || !src_type)
		return api_ret(-EINVAL);
	return api_ret(object_add_type(btf, src_btf, src_type));
}

int btf__add_btf(struct btf *btf, const struct btf *src_btf)
{
	if (!api_ours(btf) || !api_ours(src_btf))
		return api_ret(-EINVAL);
	return api_ret(object_append(btf, src_btf));
}

/* ---- types that stand alone ---- */

static bool power_of_2(u64 v, u64 max)
{
	return v && v <= max && !(v & (v - 1));
}

int btf__add_int(struct btf *btf, const char *name, size_t byte_sz, int encoding)
{
	u32 word;

	if (!api_ours(btf) || empty(name) || !power_of_2(byte_sz, 16) ||
	    (encoding & ~(BTF_INT_SIGNED | BTF_INT_CHAR | BTF_INT_BOOL)))
		return api_ret(-EINVAL);
	word = (u32)encoding << 24 | (u32)byte_sz * 8;
	return add(btf, name, info_make(BTF_KIND_INT, 0, false), (u32)byte_sz, &word, sizeof(word));
}

int btf__add_float(struct btf *btf, const char *name, size_t byte_sz)
{
	if (!api_ours(btf) || empty(name) || (byte_sz != 12 && !power_of_2(byte_sz, 16)) ||
	    byte_sz == 1)
		return api_ret(-EINVAL);
	return add(btf, name, info_make(BTF_KIND_FLOAT, 0, false), (u32)byte_sz, NULL, 0);
}

int btf__add_fwd(struct btf *btf, const char *name, enum btf_fwd_kind fwd_kind)
{
	if (!api_ours(btf) || empty(name))
		return api_ret(-EINVAL);
	switch (fwd_kind) {
	case BTF_FWD_STRUCT:
	case BTF_FWD_UNION:
		return add(btf, name, info_make(BTF_KIND_FWD, 0, fwd_kind == BTF_FWD_UNION), 0,
			   NULL, 0);
	case BTF_FWD_ENUM:
		return btf__add_enum(btf, name, sizeof(int));
	default:
		return api_ret(-EINVAL);
	}
}

/* ---- types that refer to one type ---- */

static int add_ref(struct btf *btf, u32 kind, const char *name, int id, bool kflag)
{
	if (!api_ours(btf) || id < 0)
		return api_ret(-EINVAL);
	return add(btf, name, info_make(kind, 0, kflag), (u32)id, NULL, 0);
}

static int add_named_ref(struct btf *btf, u32 kind, const char *name, int id, bool kflag)
{
	if (empty(name))
		return api_ret(-EINVAL);
	return add_ref(btf, kind, name, id, kflag);
}

int btf__add_ptr(struct btf *btf, int ref_type_id)
{
	return add_ref(btf, BTF_KIND_PTR, NULL, ref_type_id, false);
}

int btf__add_typedef(struct btf *btf, const char *name, int ref_type_id)
{
	return add_named_ref(btf, BTF_KIND_TYPEDEF, name, ref_type_id, false);
}

int btf__add_volatile(struct btf *btf, int ref_type_id)
{
	return add_ref(btf, BTF_KIND_VOLATILE, NULL, ref_type_id, false);
}

int btf__add_const(struct btf *btf, int ref_type_id)
{
	return add_ref(btf, BTF_KIND_CONST, NULL, ref_type_id, false);
}

int btf__add_restrict(struct btf *btf, int ref_type_id)
{
	return add_ref(btf, BTF_KIND_RESTRICT, NULL, ref_type_id, false);
}

int btf__add_type_tag(struct btf *btf, const char *value, int ref_type_id)
{
	return add_named_ref(btf, BTF_KIND_TYPE_TAG, value, ref_type_id, false);
}

int btf__add_type_attr(struct btf *btf, const char *value, int ref_type_id)
{
	return add_named_ref(btf, BTF_KIND_TYPE_TAG, value, ref_type_id, true);
}

static int add_decl(struct btf *btf, const char *value, int id, int component_idx, bool kflag)
{
	if (!api_ours(btf) || empty(value) || id < 0 || component_idx < -1)
		return api_ret(-EINVAL);
	return add(btf, value, info_make(BTF_KIND_DECL_TAG, 0, kflag), (u32)id, &component_idx,
		   sizeof(component_idx));
}

int btf__add_decl_tag(struct btf *btf, const char *value, int ref_type_id, int component_idx)
{
	return add_decl(btf, value, ref_type_id, component_idx, false);
}

int btf__add_decl_attr(struct btf *btf, const char *value, int ref_type_id, int component_idx)
{
	return add_decl(btf, value, ref_type_id, component_idx, true);
}

int btf__add_var(struct btf *btf, const char *name, int linkage, int type_id)
{
	if (!api_ours(btf) || empty(name) || type_id < 0 || linkage < BTF_VAR_STATIC ||
	    linkage > BTF_VAR_GLOBAL_EXTERN)
		return api_ret(-EINVAL);
	return add(btf, name, info_make(BTF_KIND_VAR, 0, false), (u32)type_id, &linkage,
		   sizeof(linkage));
}

int btf__add_array(struct btf *btf, int index_type_id, int elem_type_id, __u32 nr_elems)
{
	struct btf_array a = {(u32)elem_type_id, (u32)index_type_id, nr_elems};

	if (!api_ours(btf) || index_type_id < 0 || elem_type_id < 0)
		return api_ret(-EINVAL);
	return add(btf, NULL, info_make(BTF_KIND_ARRAY, 0, false), 0, &a, sizeof(a));
}

/* ---- structs and unions ---- */

static int add_composite(struct btf *btf, u32 kind, const char *name, u32 size)
{
	if (!api_ours(btf))
		return api_ret(-EINVAL);
	return add(btf, name, info_make(kind, 0, false), size, NULL, 0);
}

int btf__add_struct(struct btf *btf, const char *name, __u32 sz)
{
	return add_composite(btf, BTF_KIND_STRUCT, name, sz);
}

int btf__add_union(struct btf *btf, const char *name, __u32 sz)
{
	return add_composite(btf, BTF_KIND_UNION, name, sz);
}

#define KFLAG_BITS_MAX 255u
#define KFLAG_OFF_MAX 0xffffffu

/* whether every member so far can be written with the offset of a struct with bit-fields */
static bool offsets_fit_kflag(const struct btf_type *t)
{
	const struct btf_member *m = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++)
		if (m[i].offset > KFLAG_OFF_MAX)
			return false;
	return true;
}

int btf__add_field(struct btf *btf, const char *name, int field_type_id, __u32 bit_offset,
		   __u32 bit_size)
{
	struct btf_type *t = last(btf, KINDS_COMPOSITE);
	bool bitfield = bit_size || bit_offset % 8;
	struct btf_member m = {.type = (u32)field_type_id, .offset = bit_offset};
	int off;

	if (!t || field_type_id < 0 || (type_is(t, BTF_KIND_UNION) && bit_offset))
		return api_ret(-EINVAL);
	if (bitfield && (!bit_size || bit_size > KFLAG_BITS_MAX || bit_offset > KFLAG_OFF_MAX))
		return api_ret(-EINVAL);
	if (type_kflag(t) ? bit_offset > KFLAG_OFF_MAX : bitfield && !offsets_fit_kflag(t))
		return api_ret(-E2BIG);
	off = object_add_str(btf, name);
	if (off < 0)
		return api_ret(off);
	m.name_off = (u32)off;
	m.offset |= bit_size << 24;
	return add_elem(btf, bitfield, &m, sizeof(m));
}

/* ---- enums ---- */

static int add_enum(struct btf *btf, u32 kind, const char *name, u32 size, bool is_signed)
{
	if (!api_ours(btf) || !power_of_2(size, 8))
		return api_ret(-EINVAL);
	return add(btf, name, info_make(kind, 0, is_signed), size, NULL, 0);
}

int btf__add_enum(struct btf *btf, const char *name, __u32 bytes_sz)
{
	return add_enum(btf, BTF_KIND_ENUM, name, bytes_sz, false);
}

int btf__add_enum_value(struct btf *btf, const char *name, __s64 value)
{
	struct btf_enum e = {.val = (s32)value};
	int off;

	if (!last(btf, KIND_BIT(BTF_KIND_ENUM)) || empty(name))
		return api_ret(-EINVAL);
	if (value < INT32_MIN || value > UINT32_MAX)
		return api_ret(-E2BIG);
	off = object_add_str(btf, name);
	if (off < 0)
		return api_ret(off);
	e.name_off = (u32)off;
	return add_elem(btf, value < 0, &e, sizeof(e));
}

int btf__add_enum64(struct btf *btf, const char *name, __u32 bytes_sz, bool is_signed)
{
	return add_enum(btf, BTF_KIND_ENUM64, name, bytes_sz, is_signed);
}

int btf__add_enum64_value(struct btf *btf, const char *name, __u64 value)
{
	struct wire_enum64 e = {.lo32 = (u32)value, .hi32 = (u32)(value >> 32)};
	int off;

	if (!last(btf, KIND_BIT(BTF_KIND_ENUM64)) || empty(name))
		return api_ret(-EINVAL);
	off = object_add_str(btf, name);
	if (off < 0)
		return api_ret(off);
	e.name_off = (u32)off;
	return add_elem(btf, false, &e, sizeof(e));
}

/* ---- functions ---- */

int btf__add_func(struct btf *btf, const char *name, enum btf_func_linkage linkage,
		  int proto_type_id)
{
	if (!api_ours(btf) || empty(name) || proto_type_id < 0 ||
	    (linkage != BTF_FUNC_STATIC && linkage != BTF_FUNC_GLOBAL &&
	     linkage != BTF_FUNC_EXTERN))
		return api_ret(-EINVAL);
	return add(btf, name, info_make(BTF_KIND_FUNC, linkage, false), (u32)proto_type_id, NULL,
		   0);
}

int btf__add_func_proto(struct btf *btf, int ret_type_id)
{
	return add_ref(btf, BTF_KIND_FUNC_PROTO, NULL, ret_type_id, false);
}

int btf__add_func_param(struct btf *btf, const char *name, int type_id)
{
	struct btf_param p = {.type = (u32)type_id};
	int off;

	if (!last(btf, KIND_BIT(BTF_KIND_FUNC_PROTO)) || type_id < 0)
		return api_ret(-EINVAL);
	off = object_add_str(btf, name);
	if (off < 0)
		return api_ret(off);
	p.name_off = (u32)off;
	return add_elem(btf, false, &p, sizeof(p));
}

/* ---- data sections ---- */

int btf__add_datasec(struct btf *btf, const char *name, __u32 byte_sz)
{
	if (!api_ours(btf) || empty(name))
		return api_ret(-EINVAL);
	return add(btf, name, info_make(BTF_KIND_DATASEC, 0, false), byte_sz, NULL, 0);
}

int btf__add_datasec_var_info(struct btf *btf, int var_type_id, __u32 offset, __u32 byte_sz)
{
	struct btf_var_secinfo v = {(u32)var_type_id, offset, byte_sz};

	if (!last(btf, KIND_BIT(BTF_KIND_DATASEC)) || var_type_id < 0)
		return api_ret(-EINVAL);
	return add_elem(btf, false, &v, sizeof(v));
}
