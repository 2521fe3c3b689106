// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The first pass: every record by itself, in id order.
 *
 * In: a header that was found right. Out: k->offs, k->nr: where each type stands. Holds afterwards:
 * each record lies in the type section with all that belongs to it, and its names in the strings
 * (but parameters': those are looked at with the references). Ids may lead anywhere. Cost: linear.
 *
 * A kernel stops taking types in at 0xfffff of them and does not say so: a reference beyond that
 * leads nowhere.
 */
#include "check/kernel.h"

#include <errno.h>
#include <stdlib.h>

#define FAIL(rule, ...) kc_fail(k, BTF_CODE_CHECK_##rule, id, -1, __VA_ARGS__)
#define FAIL_AT(rule, i, ...) kc_fail(k, BTF_CODE_CHECK_##rule, id, (int)(i), __VA_ARGS__)

/* bytes behind the head of a record */
static u32 tail_size(u32 kind, u32 vlen)
{
	switch (kind) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return vlen * 8;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return vlen * 12;
	}
	return 0;
}

static int no_vlen(struct kcheck *k, u32 id, const struct krec *t)
{
	return krec_vlen(t) ? FAIL(REC_VLEN, 0, krec_vlen(t), "vlen is %u, this kind has none",
				   krec_vlen(t))
			    : 0;
}

static int no_kflag(struct kcheck *k, u32 id, const struct krec *t)
{
	return krec_kflag(t) ? FAIL(REC_KFLAG, 0, 1, "kind_flag is set, this kind has none") : 0;
}

static int plain(struct kcheck *k, u32 id, const struct krec *t)
{
	int err = no_vlen(k, id, t);

	return err ? err : no_kflag(k, id, t);
}

/* a name that must be there and an identifier */
static bool named(const struct kcheck *k, const struct krec *t)
{
	return t->name && kc_identifier(k, t->name);
}

/* a name that may be missing */
static bool named_or_not(const struct kcheck *k, u32 name)
{
	return !name || kc_identifier(k, name);
}

static bool id_ok(u32 id)
{
	return id <= WIRE_MAX_ID;
}

static int meta_int(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 word = kc_u32(t->tail), enc = word >> 24 & 0xf, bits;
	int err = plain(k, id, t);

	if (err)
		return err;
	if (word & 0xf0000000)
		return FAIL(INT_DATA, NOVAL, word, "the word of the INT is %#x", word);
	bits = (word & 0xff) + (word >> 16 & 0xff);
	if (bits > 128)
		return FAIL(INT_BITS, 128, bits, "%u bits at bit %u end behind 128", word & 0xff,
			    word >> 16 & 0xff);
	if ((bits + 7) / 8 > t->size)
		return FAIL(INT_SIZE, (bits + 7) / 8, t->size, "%u bits do not fit into %u bytes",
			    bits, t->size);
	if (enc & (enc - 1) || enc > 4)
		return FAIL(INT_ENCODING, NOVAL, enc, "the encoding is %u", enc);
	return 0;
}

static int tag_kflag(struct kcheck *k, u32 id, const struct krec *t)
{
	if (krec_kflag(t) && kc_asks(k, BTF_CODE_CHECK_TAG_KFLAG))
		return FAIL(TAG_KFLAG, 0, 1, "kernels before 6.15 refuse tags of attributes");
	return 0;
}

static int meta_ref(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 kind = krec_kind(t);
	int err = no_vlen(k, id, t);

	if (!err)
		err = kind == BTF_KIND_TYPE_TAG ? tag_kflag(k, id, t) : no_kflag(k, id, t);
	if (err)
		return err;
	if (!id_ok(t->size))
		return FAIL(REF_ID, WIRE_MAX_ID, t->size, "refers to [%u]", t->size);
	if (kind == BTF_KIND_TYPEDEF && !named(k, t))
		return FAIL(TYPEDEF_NAME, NOVAL, NOVAL, "the name is no identifier");
	if (kind == BTF_KIND_TYPE_TAG && !*kc_name(k, t->name))
		return FAIL(TYPE_TAG_NAME, NOVAL, NOVAL, "the tag is empty");
	if (kind != BTF_KIND_TYPEDEF && kind != BTF_KIND_TYPE_TAG && t->name)
		return FAIL(REF_NAMED, 0, t->name, "has a name");
	return 0;
}

static int meta_fwd(struct kcheck *k, u32 id, const struct krec *t)
{
	int err = no_vlen(k, id, t);

	if (err)
		return err;
	if (t->size)
		return FAIL(FWD_TYPE, 0, t->size, "refers to [%u]", t->size);
	if (!named(k, t))
		return FAIL(FWD_NAME, NOVAL, NOVAL, "the name is no identifier");
	return 0;
}

static int meta_array(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 elem = kc_u32(t->tail), index = kc_u32(t->tail + 4);
	int err;

	if (t->name)
		return FAIL(ARRAY_NAMED, 0, t->name, "has a name");
	err = plain(k, id, t);
	if (err)
		return err;
	if (t->size)
		return FAIL(ARRAY_SIZE, 0, t->size, "the size word is %u", t->size);
	if (!elem || !id_ok(elem))
		return FAIL(ARRAY_ELEM_ID, NOVAL, elem, "elements are of type [%u]", elem);
	if (!index || !id_ok(index))
		return FAIL(ARRAY_INDEX_ID, NOVAL, index, "the index is of type [%u]", index);
	return 0;
}

static int meta_member(struct kcheck *k, u32 id, const struct krec *t, u32 i, u32 *last)
{
	struct kc_member m = kc_member(t, i);
	u32 off = kc_bit_off(t, &m);

	if (!kc_name_ok(k, m.name))
		return FAIL_AT(MEMBER_NAME_RANGE, i, NOVAL, m.name, "the name is at %u", m.name);
	if (!named_or_not(k, m.name))
		return FAIL_AT(MEMBER_NAME, i, NOVAL, NOVAL, "the name is no identifier");
	if (!m.type || !id_ok(m.type))
		return FAIL_AT(MEMBER_ID, i, NOVAL, m.type, "is of type [%u]", m.type);
	if (krec_kind(t) == BTF_KIND_UNION && off)
		return FAIL_AT(UNION_OFFSET, i, 0, off, "begins at bit %u of a union", off);
	if (*last > off)
		return FAIL_AT(MEMBER_ORDER, i, *last, off,
			       "begins at bit %u, the one before at %u", off, *last);
	if (off / 8 + !!(off % 8) > t->size)
		return FAIL_AT(MEMBER_OFFSET, i, (s64)t->size * 8, off,
			       "begins at bit %u of a type of %u bytes", off, t->size);
	*last = off;
	return 0;
}

static int meta_struct(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 last = 0;
	int err = 0;

	if (!named_or_not(k, t->name))
		return FAIL(STRUCT_NAME, NOVAL, NOVAL, "the name is no identifier");
	for (u32 i = 0; i < krec_vlen(t) && !err; i++)
		err = meta_member(k, id, t, i, &last);
	return err;
}

static int meta_enum(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 width = krec_kind(t) == BTF_KIND_ENUM ? 8 : 12;

	if (t->size > 8 || !t->size || t->size & (t->size - 1))
		return FAIL(ENUM_SIZE, NOVAL, t->size, "has %u bytes", t->size);
	if (!named_or_not(k, t->name))
		return FAIL(ENUM_NAME, NOVAL, NOVAL, "the name is no identifier");
	for (u32 i = 0; i < krec_vlen(t); i++) {
		u32 name = kc_u32(t->tail + (size_t)i * width);

		if (!kc_name_ok(k, name))
			return FAIL_AT(VALUE_NAME_RANGE, i, NOVAL, name, "the name is at %u", name);
		if (!name || !kc_identifier(k, name))
			return FAIL_AT(VALUE_NAME, i, NOVAL, NOVAL, "the name is no identifier");
	}
	return 0;
}

static int meta_proto(struct kcheck *k, u32 id, const struct krec *t)
{
	return t->name ? FAIL(PROTO_NAMED, 0, t->name, "has a name") : no_kflag(k, id, t);
}

static int meta_func(struct kcheck *k, u32 id, const struct krec *t)
{
	if (!named(k, t))
		return FAIL(FUNC_NAME, NOVAL, NOVAL, "the name is no identifier");
	if (krec_vlen(t) > BTF_FUNC_GLOBAL)
		return FAIL(FUNC_LINKAGE, NOVAL, krec_vlen(t), "the linkage is %u", krec_vlen(t));
	return no_kflag(k, id, t);
}

static int meta_var(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 linkage = kc_u32(t->tail);
	int err = plain(k, id, t);

	if (err)
		return err;
	if (!named(k, t))
		return FAIL(VAR_NAME, NOVAL, NOVAL, "the name is no identifier");
	if (!t->size || !id_ok(t->size))
		return FAIL(VAR_ID, NOVAL, t->size, "is of type [%u]", t->size);
	if (linkage > BTF_VAR_GLOBAL_ALLOCATED)
		return FAIL(VAR_LINKAGE, NOVAL, linkage, "the linkage is %u", linkage);
	return 0;
}

/* *end: of the entry before */
static int meta_secinfo(struct kcheck *k, u32 id, const struct krec *t, u32 i, u64 *end)
{
	const u8 *p = t->tail + (size_t)i * 12;
	u32 type = kc_u32(p), off = kc_u32(p + 4), size = kc_u32(p + 8);

	if (!type || !id_ok(type))
		return FAIL_AT(VSI_ID, i, NOVAL, type, "refers to [%u]", type);
	if (off < *end || off >= t->size)
		return FAIL_AT(VSI_OFFSET, i, (s64)*end, off,
			       "begins at %u, the one before ends at %llu, the section at %u", off,
			       (unsigned long long)*end, t->size);
	if (!size || size > t->size)
		return FAIL_AT(VSI_SIZE, i, NOVAL, size, "has %u bytes, the section %u", size,
			       t->size);
	/* the kernel adds in 32 bits */
	*end = (u32)(off + size);
	if (*end > t->size)
		return FAIL_AT(VSI_END, i, t->size, (s64)*end, "ends at %llu, the section at %u",
			       (unsigned long long)*end, t->size);
	return 0;
}

static int meta_datasec(struct kcheck *k, u32 id, const struct krec *t)
{
	u64 end = 0, sum = 0;
	int err;

	if (!t->size)
		return FAIL(SEC_SIZE, NOVAL, 0, "the section is empty");
	err = no_kflag(k, id, t);
	if (err)
		return err;
	if (!t->name || !kc_section_name(k, t->name))
		return FAIL(SEC_NAME, NOVAL, NOVAL, "the name is none of a section");
	for (u32 i = 0; i < krec_vlen(t) && !err; i++) {
		err = meta_secinfo(k, id, t, i, &end);
		sum += kc_u32(t->tail + (size_t)i * 12 + 8);
	}
	if (!err && t->size < sum)
		err = FAIL(SEC_SUM, t->size, (s64)sum,
			   "the entries have %llu bytes, the section %u", (unsigned long long)sum,
			   t->size);
	return err;
}

static int meta_float(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 s = t->size;
	int err = plain(k, id, t);

	if (!err && s != 2 && s != 4 && s != 8 && s != 12 && s != 16)
		err = FAIL(FLOAT_SIZE, NOVAL, s, "has %u bytes", s);
	return err;
}

static int meta_decl_tag(struct kcheck *k, u32 id, const struct krec *t)
{
	s32 idx = (s32)kc_u32(t->tail);
	int err;

	if (!*kc_name(k, t->name))
		return FAIL(DECL_TAG_NAME, NOVAL, NOVAL, "the tag is empty");
	err = no_vlen(k, id, t);
	if (!err)
		err = tag_kflag(k, id, t);
	if (!err && idx < -1)
		err = FAIL(DECL_TAG_IDX, -1, idx, "the component is %d", idx);
	return err;
}

static int (*const metas[])(struct kcheck *k, u32 id, const struct krec *t) = {
	[BTF_KIND_INT] = meta_int,	     [BTF_KIND_PTR] = meta_ref,
	[BTF_KIND_ARRAY] = meta_array,	     [BTF_KIND_STRUCT] = meta_struct,
	[BTF_KIND_UNION] = meta_struct,	     [BTF_KIND_ENUM] = meta_enum,
	[BTF_KIND_FWD] = meta_fwd,	     [BTF_KIND_TYPEDEF] = meta_ref,
	[BTF_KIND_VOLATILE] = meta_ref,	     [BTF_KIND_CONST] = meta_ref,
	[BTF_KIND_RESTRICT] = meta_ref,	     [BTF_KIND_FUNC] = meta_func,
	[BTF_KIND_FUNC_PROTO] = meta_proto,  [BTF_KIND_VAR] = meta_var,
	[BTF_KIND_DATASEC] = meta_datasec,   [BTF_KIND_FLOAT] = meta_float,
	[BTF_KIND_DECL_TAG] = meta_decl_tag, [BTF_KIND_TYPE_TAG] = meta_ref,
	[BTF_KIND_ENUM64] = meta_enum,
};
_Static_assert(ARRAY_SIZE(metas) == WIRE_KINDS, "a kind has no rules");

/*
 * One record of at most `left` bytes; its length, or a negative errno. *ret_bad: a finding was
 * made, but where the next record begins is known.
 */
static s64 check_record(struct kcheck *k, u32 id, const u8 *p, u32 left, bool *ret_bad)
{
	struct krec t;
	u32 kind, need;
	int err;

	k->last_off = (u32)(p - k->data);
	if (left < 12)
		return FAIL(REC_CUT, 12, left, "%u bytes are left for the record", left);
	t = (struct krec){kc_u32(p), kc_u32(p + 4), kc_u32(p + 8), p + 12};
	if (t.info & ~0x9f00ffffu && kc_asks(k, BTF_CODE_CHECK_REC_INFO))
		return FAIL(REC_INFO, NOVAL, t.info, "info is %#x", t.info);
	kind = krec_kind(&t);
	if (!kind || kind >= WIRE_KINDS)
		return FAIL(REC_KIND, NOVAL, kind, "the kind is %u", kind);
	need = tail_size(kind, krec_vlen(&t));
	if (!kc_name_ok(k, t.name)) {
		err = FAIL(REC_NAME, NOVAL, t.name, "the name is at %u of %u bytes of strings",
			   t.name, k->start_str + k->hdr.str_len);
		if (!k->all || left - 12 < need)
			return err;
		*ret_bad = true;
		return 12 + need;
	}
	if (left - 12 < need)
		return FAIL(REC_TAIL, need, left - 12, "%u bytes belong to the record, %u are left",
			    need, left - 12);
	err = metas[kind](k, id, &t);
	if (err && !k->all)
		return err;
	*ret_bad = err != 0;
	return 12 + need;
}

/* a type is taken in as the kernel does it; 0 or -ENOMEM */
static int add_type(struct kcheck *k, u32 off, bool bad)
{
	if (k->nr == k->cap) {
		/* how kernels grow: they stop at 0xfffff, and drop what comes then */
		u32 more = k->cap / 4 > 16 ? k->cap / 4 : 16, cap;
		void *offs, *state;

		if (k->start_id + k->cap == WIRE_MAX_ID)
			return 0;
		cap = k->cap + more < WIRE_MAX_ID ? k->cap + more : WIRE_MAX_ID;
		offs = realloc(k->offs, cap * sizeof(*k->offs));
		if (offs)
			k->offs = offs;
		state = realloc(k->state, cap);
		if (state)
			k->state = state;
		if (!offs || !state)
			return report_nomem(k->r);
		if (!k->nr && !k->base) {
			k->offs[0] = 0;
			k->state[k->nr++] = 0;
		}
		k->cap = cap;
	}
	k->state[k->nr] = bad ? KC_DONE | KC_BAD : KC_NEW;
	k->offs[k->nr++] = off;
	return 0;
}

int kc_metas(struct kcheck *k)
{
	const u8 *p = k->types, *end = p + k->hdr.type_len;
	u32 id = k->base ? k->start_id : 1;
	int err;

	for (; p < end; id++) {
		bool bad = false;
		s64 len = check_record(k, id, p, (u32)(end - p), &bad);

		if (len < 0)
			return (int)len;
		err = add_type(k, (u32)(p - k->types), bad);
		if (err)
			return err;
		p += len;
	}
	k->last_off = 0;
	return k->first ? -k->err : 0;
}
