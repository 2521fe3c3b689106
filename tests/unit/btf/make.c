// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* See make.h. */
#include "make.h"

const struct parts every_kind = {
	WORDS(INT(1, 4, BTF_INT_SIGNED, 32),				     /* 1 */
	      PTR(3),							     /* 2 */
	      REC(1, STRUCT, 2, 0, 16), 1, 1, 0, 3, 2, 64,		     /* 3 */
	      REC(3, STRUCT, 2, 1, 8), 1, 1, 0, 3, 1, 3 << 24 | 33,	     /* 4 */
	      REC(0, UNION, 1, 0, 4), 6, 1, 0,				     /* 5 */
	      REC(0, ARRAY, 0, 0, 0), 3, 1, 7,				     /* 6 */
	      REC(6, ENUM, 2, 0, 4), 1, 1, 3, 0xffffffff,		     /* 7 */
	      REC(0, ENUM, 1, 1, 1), 6, 0xffffffff,			     /* 8 */
	      REC(6, ENUM, 0, 0, 4),					     /* 9 */
	      REC(1, FWD, 0, 0, 0),					     /* 10 */
	      REC(3, FWD, 0, 1, 0),					     /* 11 */
	      REC(6, TYPEDEF, 0, 0, 3),					     /* 12 */
	      REC(0, VOLATILE, 0, 0, 12), REC(0, CONST, 0, 0, 0),	     /* 13, 14 */
	      REC(0, RESTRICT, 0, 0, 2),				     /* 15 */
	      REC(0, FUNC_PROTO, 3, 0, 0), 1, 1, 3, 2, 0, 0,		     /* 16 */
	      REC(1, FUNC, 2, 0, 16),					     /* 17 */
	      REC(3, VAR, 0, 0, 1), 1,					     /* 18 */
	      REC(6, DATASEC, 2, 0, 8), 18, 0, 4, 18, 4, 4,		     /* 19 */
	      REC(1, FLOAT, 0, 0, 8),					     /* 20 */
	      REC(3, DECL_TAG, 0, 1, 3), 0xffffffff,			     /* 21 */
	      REC(3, TYPE_TAG, 0, 1, 1),				     /* 22 */
	      REC(6, ENUM64, 1, 1, 8), 1, 0x55667788, 0x11223344),	     /* 23 */
	STRS("\0a\0bb\0ccc"),
};

static void put(struct blob *b, const void *data, u32 len)
{
	b->data = realloc(b->data, b->len + len + 1);
	assert_non_null(b->data);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void pad(struct blob *b, u32 len)
{
	u8 fill[256];

	memset(fill, 0xee, sizeof(fill));
	assert_true(len <= sizeof(fill));
	put(b, fill, len);
}

struct blob blob_make(const struct parts *p)
{
	struct wire_header h = {.magic = WIRE_MAGIC, .version = WIRE_VERSION};
	struct blob b = {0};
	u8 more[256] = {0};

	h.hdr_len = p->hdr_len ? p->hdr_len : p->layout ? WIRE_HDR_LEN_LAYOUT : WIRE_HDR_LEN;
	h.type_off = p->type_gap;
	h.type_len = p->types_len;
	h.str_off = h.type_off + h.type_len;
	if (p->layout) {
		h.layout_off = h.str_off + p->layout_gap;
		h.layout_len = p->layout_len;
		h.str_off = h.layout_off + h.layout_len;
	}
	h.str_off += p->str_gap;
	h.str_len = p->strs_len;
	memcpy(more, &h, h.hdr_len < sizeof(h) ? h.hdr_len : sizeof(h));
	put(&b, more, h.hdr_len);
	pad(&b, p->type_gap);
	put(&b, p->types, p->types_len);
	if (p->layout) {
		pad(&b, p->layout_gap);
		put(&b, p->layout, p->layout_len);
	}
	pad(&b, p->str_gap);
	put(&b, p->strs, p->strs_len);
	pad(&b, p->tail);
	return b;
}

/* word by word, knowing only where strings and layout are: nothing of the code under test */
struct blob blob_swapped(const struct blob *b)
{
	struct blob s = {malloc(b->len + 1), b->len};
	struct wire_header h = {0};
	u32 end, words;

	assert_non_null(s.data);
	memcpy(s.data, b->data, b->len);
	memcpy(&h, b->data, WIRE_HDR_LEN);
	if (h.hdr_len >= WIRE_HDR_LEN_LAYOUT)
		memcpy(&h, b->data, WIRE_HDR_LEN_LAYOUT);
	s.data[0] = b->data[1];
	s.data[1] = b->data[0];
	words = h.hdr_len >= WIRE_HDR_LEN_LAYOUT ? WIRE_HDR_LEN_LAYOUT : WIRE_HDR_LEN;
	for (u32 at = 4; at < words; at += 4)
		for (u32 i = 0; i < 4; i++)
			s.data[at + i] = b->data[at + 3 - i];
	end = h.hdr_len + h.type_off + h.type_len;
	for (u32 at = h.hdr_len + h.type_off; at < end; at += 4)
		for (u32 i = 0; i < 4; i++)
			s.data[at + i] = b->data[at + 3 - i];
	for (u32 i = 0; i < h.layout_len; i += 4) {
		u32 at = h.hdr_len + h.layout_off + i;

		s.data[at + 2] = b->data[at + 3];
		s.data[at + 3] = b->data[at + 2];
	}
	return s;
}

void blob_free(struct blob *b)
{
	free(b->data);
	*b = (struct blob){0};
}

struct btf *parsed(const struct blob *blob, struct btf *base)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = NULL;
	char text[512] = "";
	int err;

	err = object_parse(blob->data, blob->len, base, OBJECT_COPY, r, &b);
	if (err && btf_report__count(r))
		btf_finding__format(btf_report__get(r, 0), text, sizeof(text));
	if (err)
		fail_msg("parse: %d: %s", err, text);
	assert_int_equal(btf_report__count(r), 0);
	btf_report__free(r);
	return b;
}

void assert_refused(const struct blob *blob, struct btf *base, enum btf_code code)
{
	struct btf_report *r = btf_report__new();
	const struct btf_finding *f;
	struct btf *untouched = (struct btf *)8, *b = untouched;
	int err;

	err = object_parse(blob->data, blob->len, base, OBJECT_COPY, r, &b);
	assert_true(err < 0);
	assert_ptr_equal(b, untouched);
	assert_int_equal(btf_report__count(r), 1);
	f = btf_report__get(r, 0);
	assert_string_equal(btf_code__name(f->code), btf_code__name(code));
	assert_int_equal(f->severity, BTF_ERROR);
	assert_int_equal(f->err, -err);
	assert_true(strlen(f->text) > 10);
	btf_report__free(r);
	/* and the same without a report */
	assert_int_equal(object_parse(blob->data, blob->len, base, OBJECT_COPY, NULL, &b), err);
}

void assert_raw(struct btf *b, const struct blob *blob)
{
	const void *data;
	u32 len;

	assert_int_equal(object_raw(b, b->swapped_out, &data, &len), 0);
	assert_int_equal(len, blob->len);
	assert_memory_equal(data, blob->data, len);
}

static void assert_same_record(const struct btf *a, const struct btf_type *ta,
			       const struct btf *b, const struct btf_type *tb)
{
	size_t size = object_type_size(a, ta);
	struct field_iter ia = type_names(ta), ib = type_names(tb);
	u8 *ca = malloc(size), *cb = malloc(size);
	u32 *fa, *fb;

	assert_int_equal(ta->info, tb->info);
	assert_int_equal(size, object_type_size(b, tb));
	assert_true(ca && cb);
	while ((fa = field_next(&ia)) && (fb = field_next(&ib)))
		assert_string_equal(object_str(a, *fa), object_str(b, *fb));
	memcpy(ca, ta, size);
	memcpy(cb, tb, size);
	ia = type_names((const void *)ca);
	ib = type_names((const void *)cb);
	while ((fa = field_next(&ia)) && (fb = field_next(&ib)))
		*fa = *fb = 0;
	assert_memory_equal(ca, cb, size);
	free(ca);
	free(cb);
}

void assert_same_types(const struct btf *a, const struct btf *b)
{
	assert_int_equal(a->start_id, b->start_id);
	assert_int_equal(a->nr, b->nr);
	for (u32 i = 0; i < a->nr; i++)
		assert_same_record(a, object_own(a, i), b, object_own(b, i));
}
