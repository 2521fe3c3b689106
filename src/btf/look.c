// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Bytes -> survey: see look.h. Checks what it needs to walk the records and no more: that
 * sections lie inside the data and records inside their section. Ranges of names and ids are
 * what parsing checks; here they tell split from whole. Cost: one pass, and a copy of the types
 * where they are in the other byte order.
 */
#include "btf/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "btf/object.h"

struct look {
	struct wire_header h;
	bool swapped;
	const u8 *types; /* native order */
	u8 *copy;	 /* behind types, or NULL */
	const struct wire_layout *layout;
	const char *strs;
	struct btf_survey out;
	u32 max_id, max_name;
};

static int look_header(struct look *l, const u8 *data, size_t size)
{
	struct wire_header *h = &l->h;

	if (size < WIRE_HDR_LEN)
		return -EINVAL;
	memcpy(h, data, WIRE_HDR_LEN);
	h->layout_off = h->layout_len = 0;
	l->swapped = h->magic == WIRE_MAGIC_SWAPPED;
	if (l->swapped)
		header_swap(h);
	if (h->magic != WIRE_MAGIC || h->hdr_len < WIRE_HDR_LEN || h->hdr_len > size)
		return -EINVAL;
	if (h->hdr_len >= WIRE_HDR_LEN_LAYOUT) {
		memcpy(h, data, WIRE_HDR_LEN_LAYOUT);
		if (l->swapped)
			header_swap(h);
	}
	if ((u64)h->type_off + h->type_len > size - h->hdr_len ||
	    (u64)h->str_off + h->str_len > size - h->hdr_len ||
	    (h->layout_len && (u64)h->layout_off + h->layout_len > size - h->hdr_len))
		return -EINVAL;
	l->strs = (const char *)data + h->hdr_len + h->str_off;
	return 0;
}

static enum btf_split_sign look_sign(const struct look *l)
{
	if (!l->h.str_len)
		return BTF_SPLIT_NO_STRINGS;
	return l->strs[0] ? BTF_SPLIT_FIRST_STRING : BTF_SPLIT_NONE;
}

enum btf_split_sign look_split_sign(const void *data, size_t size)
{
	struct look l = {0};

	return data && !look_header(&l, data, size) ? look_sign(&l) : BTF_SPLIT_NONE;
}

/* types aligned and in native order, layout where there is one */
static int look_types(struct look *l, const u8 *data, struct btf_report *r)
{
	const struct wire_header *h = &l->h;

	l->types = data + h->hdr_len + h->type_off;
	if (h->layout_len)
		l->layout = (const void *)(data + h->hdr_len + h->layout_off);
	if (!l->swapped && (uintptr_t)l->types % 4 == 0)
		return 0;
	l->copy = malloc(h->type_len ? h->type_len : 1);
	if (!l->copy)
		return report_nomem(r);
	memcpy(l->copy, l->types, h->type_len);
	l->types = l->copy;
	if (l->swapped && types_swap(l->copy, h->type_len, true))
		return report_error(r, BTF_CODE_TYPE_CUT, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				    "a record is cut off or of an unknown kind, so the byte order "
				    "cannot be changed");
	return 0;
}

/* bytes of the record, 0: its kind is unknown, or that of void, which has no record */
static u64 look_size(const struct look *l, const struct btf_type *t)
{
	struct wire_layout row;
	u32 kind = type_kind(t);

	if (!kind)
		return 0;
	if (kind < WIRE_KINDS)
		return type_size(t);
	if (((u64)kind + 1) * sizeof(row) > l->h.layout_len)
		return 0;
	memcpy(&row, l->layout + kind, sizeof(row)); /* may lie unaligned; bytes have no order */
	return sizeof(*t) + row.info_sz + (u64)type_vlen(t) * row.elem_sz;
}

static void look_fields(struct look *l, const struct btf_type *t)
{
	struct field_iter it = type_ids(t);

	for (u32 *f; (f = field_next(&it));)
		l->max_id = max_of(l->max_id, *f);
	it = type_names(t);
	for (u32 *f; (f = field_next(&it));)
		l->max_name = max_of(l->max_name, *f);
}

static int look_records(struct look *l, struct btf_report *r)
{
	const u8 *at = l->types, *end = at + l->h.type_len;
	struct btf_survey *s = &l->out;

	while (at < end) {
		const struct btf_type *t = (const void *)at;
		size_t left = (size_t)(end - at);
		u64 size = left < sizeof(*t) ? sizeof(*t) : look_size(l, t);
		struct place where = {.offset_plus1 = (u64)l->h.hdr_len + l->h.type_off +
						      (u64)(at - l->types) + 1};

		if (!size)
			return report_error(
				r, BTF_CODE_TYPE_KIND, &where, WIRE_KINDS - 1, type_kind(t),
				"kind %u is unknown and no layout section tells its size",
				type_kind(t));
		if (size > left)
			return report_error(
				r, BTF_CODE_TYPE_CUT, &where, (s64)size, (s64)left,
				"the record takes %llu bytes, the type section has %zu left",
				(unsigned long long)size, left);
		if (size % 4)
			return report_error(
				r, BTF_CODE_LAYOUT, &where, 0, (s64)(size % 4),
				"layout gives kind %u a size that is not a multiple of 4",
				type_kind(t));
		look_fields(l, t);
		s->types++;
		s->kind[type_kind(t)].types++;
		s->kind[type_kind(t)].bytes += (u32)size;
		at += size;
	}
	return 0;
}

/* parsing refuses every header that this refuses, and says why */
static int blame_header(const void *data, size_t size, struct btf_report *r)
{
	struct btf *b;
	int err = object_parse(data, size, NULL, 0, r, &b);

	if (err)
		return err;
	object_free(b);
	return report_error(r, BTF_CODE_INTERNAL, NULL, BTF_NO_VALUE, (s64)size,
			    "a header that parses was refused");
}

int look_blob(const void *data, size_t size, struct btf_survey *ret, struct btf_report *r)
{
	struct look l = {0};
	struct btf_survey *s = &l.out;
	int err;

	err = look_header(&l, data, size);
	if (err)
		return blame_header(data, size, r);
	err = look_types(&l, data, r);
	if (!err)
		err = look_records(&l, r);
	free(l.copy);
	if (err)
		return err;
	s->sz = sizeof(*s);
	s->big_endian = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != l.swapped;
	s->hdr_len = l.h.hdr_len;
	s->type_len = l.h.type_len;
	s->str_len = l.h.str_len;
	s->layout_len = l.h.layout_len;
	s->split = look_sign(&l);
	if (!s->split && l.max_id > s->types)
		s->split = BTF_SPLIT_IDS;
	if (!s->split && l.max_name >= l.h.str_len)
		s->split = BTF_SPLIT_NAMES;
	*ret = *s;
	return 0;
}
