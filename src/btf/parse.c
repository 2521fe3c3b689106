// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Bytes -> object.
 *
 * In: any bytes, and the base they were made on (NULL: none). Out: an object whose every record
 * lies inside the type section, whose every string offset lies inside the strings of its levels
 * and whose every type id exists. Nothing else is promised: cycles, sizes and names are for
 * src/check. Cost: one pass over the records; strings are not touched.
 *
 * The pass keeps only the largest name offset and id it met; that both are in range proves that
 * all are. Only a refusal walks again, to name the culprit.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/object.h"

struct parse {
	struct btf *b;
	struct btf_report *r;
	struct wire_header h; /* native order; layout fields zero where absent */
	const u8 *data;
	size_t size;
	bool swapped; /* the data is in the other byte order */
};

#define NOVAL BTF_NO_VALUE
#define AT(off) (&(struct place){.section = p->r ? p->r->section : NULL, .offset_plus1 = (u64)(off) + 1})

static int parse_header(struct parse *p)
{
	struct wire_header *h = &p->h;
	size_t known;

	if (p->size < 2 ||
	    (p->size < WIRE_HDR_LEN && *(const u8 *)p->data != 0x9f && *(const u8 *)p->data != 0xeb))
		return report_error(p->r, BTF_CODE_HDR_SHORT, AT(0), WIRE_HDR_LEN, (s64)p->size,
				    "a BTF header takes %d bytes, %zu are there", WIRE_HDR_LEN,
				    p->size);
	memcpy(&h->magic, p->data, 2);
	if (h->magic != WIRE_MAGIC && h->magic != WIRE_MAGIC_SWAPPED)
		return report_error(p->r, BTF_CODE_HDR_MAGIC, AT(0), WIRE_MAGIC, h->magic,
				    "magic is 0x%04x", h->magic);
	p->swapped = h->magic == WIRE_MAGIC_SWAPPED;
	if (p->size < WIRE_HDR_LEN)
		return report_error(p->r, BTF_CODE_HDR_SHORT, AT(0), WIRE_HDR_LEN, (s64)p->size,
				    "a BTF header takes %d bytes, %zu are there", WIRE_HDR_LEN,
				    p->size);
	memcpy(h, p->data, WIRE_HDR_LEN);
	if (p->swapped)
		header_swap(h);
	if (p->swapped && h->hdr_len < WIRE_HDR_LEN)
		return report_errno(p->r, BTF_CODE_HDR_LEN, ENOTSUP, AT(4),
				    "header length is %u; in the other byte order at least %d is needed",
				    h->hdr_len, WIRE_HDR_LEN);
	if (h->hdr_len < WIRE_HDR_LEN || h->hdr_len > p->size)
		return report_error(p->r, BTF_CODE_HDR_LEN, AT(4), WIRE_HDR_LEN, h->hdr_len,
				    "header length is %u, the data has %zu bytes", h->hdr_len,
				    p->size);
	h->layout_off = h->layout_len = 0;
	if (h->hdr_len >= WIRE_HDR_LEN_LAYOUT) {
		memcpy(h, p->data, WIRE_HDR_LEN_LAYOUT);
		if (p->swapped)
			header_swap(h);
	}
	known = h->hdr_len >= WIRE_HDR_LEN_LAYOUT ? WIRE_HDR_LEN_LAYOUT : WIRE_HDR_LEN;
	for (size_t i = known; i < h->hdr_len; i++)
		p->b->frozen |= p->data[i] != 0;
	return 0;
}

/* types, then layout, then strings; gaps between them are tolerated */
static int parse_sections(struct parse *p)
{
	const struct wire_header *h = &p->h;
	u64 room = p->size - h->hdr_len;
	u64 types_end = (u64)h->type_off + h->type_len;
	u64 strs_end = (u64)h->str_off + h->str_len;
	u64 layout_end = (u64)h->layout_off + h->layout_len;

	if (strs_end > room)
		return report_error(p->r, BTF_CODE_HDR_SECTION, AT(16), (s64)room, (s64)strs_end,
				    "strings end at byte %llu of the data behind the header, which has "
				    "%llu",
				    (unsigned long long)strs_end, (unsigned long long)room);
	if (types_end > h->str_off)
		return report_error(p->r, BTF_CODE_HDR_SECTION, AT(8), h->str_off, (s64)types_end,
				    "types end at %llu, strings start before that at %u",
				    (unsigned long long)types_end, h->str_off);
	if (h->type_off % 4)
		return report_error(p->r, BTF_CODE_HDR_SECTION, AT(8), 0, h->type_off % 4,
				    "types start at offset %u, which is not a multiple of 4",
				    h->type_off);
	if (!h->layout_len)
		return 0;
	if (h->layout_off < types_end || layout_end > h->str_off || h->layout_off % 4 ||
	    h->layout_len % 4)
		return report_error(p->r, BTF_CODE_LAYOUT, AT(24), NOVAL, NOVAL,
				    "layout section at %u+%u must lie between types (end %llu) and "
				    "strings (start %u), in multiples of 4",
				    h->layout_off, h->layout_len, (unsigned long long)types_end,
				    h->str_off);
	return 0;
}

static int parse_strings(struct parse *p)
{
	const struct wire_header *h = &p->h;
	struct btf *b = p->b;
	u64 at = (u64)h->hdr_len + h->str_off;

	if (b->base && !h->str_len)
		return 0;
	if (!h->str_len)
		return report_error(p->r, BTF_CODE_STR_SECTION, AT(20), 1, 0,
				    "a base has at least the empty string, this string section is empty");
	if ((u64)b->start_str + h->str_len > WIRE_MAX_STRS)
		return report_error(p->r, BTF_CODE_STR_SECTION, AT(20), WIRE_MAX_STRS, h->str_len,
				    "strings of all levels together exceed 2 GiB");
	if (b->strs[h->str_len - 1])
		return report_error(p->r, BTF_CODE_STR_SECTION, AT(at + h->str_len - 1), 0,
				    (u8)b->strs[h->str_len - 1],
				    "the last string does not end with a NUL byte");
	if (!b->base && b->strs[0])
		return report_error(p->r, BTF_CODE_STR_SECTION, AT(at), 0, (u8)b->strs[0],
				    "the first string must be empty; split BTF? give its base with -B");
	return 0;
}

/* bytes of the record at t with `left` bytes in the section, or -errno */
static s64 record_size(struct parse *p, const u8 *at, size_t left, u32 id)
{
	const struct btf_type *t = (const void *)at;
	u64 off = (u64)p->h.hdr_len + p->h.type_off + (u64)(at - p->b->types);
	const struct wire_layout *l;
	u64 size;
	u32 kind;

	if (left < sizeof(*t))
		return report_error(p->r, BTF_CODE_TYPE_CUT,
				    &(struct place){.type_id = id, .offset_plus1 = off + 1},
				    sizeof(*t), (s64)left,
				    "a record takes at least 12 bytes, the type section has %zu left",
				    left);
	kind = type_kind(t);
	if (kind && kind < WIRE_KINDS) {
		size = type_size(t);
	} else {
		/* kind 0 is void, which is id 0 and has no record */
		l = kind ? object_layout(p->b, kind) : NULL;
		if (!l)
			return report_error(
				p->r, BTF_CODE_TYPE_KIND,
				&(struct place){.type_id = id, .offset_plus1 = off + 1},
				WIRE_KINDS - 1, kind,
				kind ? "kind %u is unknown and no layout section tells its size" :
				       "kind %u is void, which has no record",
				kind);
		if (l->info_sz % 4 || l->elem_sz % 4)
			return report_error(
				p->r, BTF_CODE_LAYOUT,
				&(struct place){.type_id = id, .offset_plus1 = off + 1}, 0, NOVAL,
				"layout gives kind %u sizes %u and %u, which are not multiples of 4",
				kind, l->info_sz, l->elem_sz);
		size = sizeof(*t) + l->info_sz + (u64)type_vlen(t) * l->elem_sz;
		p->b->has_unknown = true;
	}
	if (size > left)
		return report_error(
			p->r, BTF_CODE_TYPE_CUT,
			&(struct place){.type_id = id, .offset_plus1 = off + 1, .kind = (int)kind},
			(s64)size, (s64)left,
			"the record takes %llu bytes, the type section has %zu left",
			(unsigned long long)size, left);
	return (s64)size;
}

/* names the first record whose name offset or id is out of range */
static int blame(struct parse *p)
{
	struct btf *b = p->b;
	u32 ids_end = object_type_cnt(b), strs_end = object_str_end(b);
	u32 *f;

	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);
		struct place at = {.type_id = b->start_id + i,
				   .kind = (int)type_kind(t),
				   .offset_plus1 = (u64)p->h.hdr_len + p->h.type_off + b->offs[i] + 1};
		struct field_iter it = type_names(t);
		int n = type_kind(t) < WIRE_KINDS ? 0 : -1;

		if (n < 0)
			it.left = 0;
		for (n = -1; (f = field_next(&it)); n++) {
			if (*f < strs_end || !*f)
				continue;
			at.member_plus1 = n + 1;
			return report_error(p->r, BTF_CODE_TYPE_NAME, &at, (s64)strs_end - 1, *f,
					    "name offset %u, the strings end at %u", *f, strs_end);
		}
		at.name = object_name(b, t);
		it = type_ids(t);
		n = it.head ? -1 : 0;
		for (; (f = field_next(&it)); n++) {
			if (*f < ids_end)
				continue;
			at.member_plus1 = n + 1;
			return report_error(p->r, BTF_CODE_TYPE_REF, &at, (s64)ids_end - 1, *f,
					    "refers to type id %u, the last one is %u", *f,
					    ids_end - 1);
		}
	}
	return report_error(p->r, BTF_CODE_INTERNAL, NULL, NOVAL, NOVAL, "no culprit found");
}

static int parse_func(struct parse *p, u32 i)
{
	struct btf *b = p->b;
	const struct btf_type *t = object_own(b, i), *proto;

	proto = object_type(b, t->type);
	if (likely(type_is(proto, BTF_KIND_FUNC_PROTO)))
		return 0;
	return report_error(p->r, BTF_CODE_TYPE_FUNC,
			    &(struct place){.type_id = b->start_id + i,
					    .kind = BTF_KIND_FUNC,
					    .name = object_name(b, t)},
			    BTF_KIND_FUNC_PROTO, type_kind(proto), "refers to type [%u] of kind %s",
			    t->type, kind_name(type_kind(proto)));
}

/* the largest word at p, p + stride, ... */
static inline u32 max_words(const u8 *p, u32 n, u32 stride, u32 max)
{
	for (; n; n--, p += stride) {
		u32 v = *(const u32 *)(const void *)p;

		max = v > max ? v : max;
	}
	return max;
}

/*
 * Walks all records; from here on offs[] is complete and every record is inside the section.
 * Returns the number of FUNCs, so that the caller knows whether to look at them.
 */
static int parse_records(struct parse *p, u32 *ret_max_name, u32 *ret_max_id)
{
	struct btf *b = p->b;
	const u8 *at = b->types, *end = b->types + b->types_len;
	u32 max_name = 0, max_id = 0, n = 0;
	int funcs = 0;

	while (at < end) {
		const struct btf_type *t = (const void *)at;
		const struct kind_info *k;
		s64 size = record_size(p, at, (size_t)(end - at), b->start_id + n);
		const u8 *elem = at + sizeof(*t);
		u32 kind, vlen;

		if (unlikely(size < 0))
			return (int)size;
		b->offs[n++] = (u32)(at - b->types);
		at += size;
		max_name = max_of(max_name, t->name_off);
		kind = type_kind(t);
		if (unlikely(kind >= WIRE_KINDS))
			continue;
		k = &kind_table[kind];
		if (k->head_ref) {
			max_id = max_of(max_id, t->type);
			funcs += kind == BTF_KIND_FUNC;
		}
		if (k->elem_sz) {
			vlen = type_vlen(t);
			if (k->elem_name != NO_FIELD)
				max_name = max_words(elem + k->elem_name, vlen, k->elem_sz, max_name);
			if (k->elem_id != NO_FIELD)
				max_id = max_words(elem + k->elem_id, vlen, k->elem_sz, max_id);
		} else if (k->tail_ids) {
			max_id = max_words(elem, k->tail_ids, 4, max_id);
		}
	}
	b->nr = n;
	*ret_max_name = max_name;
	*ret_max_id = max_id;
	return funcs;
}

static int parse_types(struct parse *p)
{
	struct btf *b = p->b;
	u32 max_name, max_id, most = b->types_len / sizeof(struct btf_type);
	int err, funcs;

	if ((u64)b->start_id + most > INT32_MAX)
		return report_error(p->r, BTF_CODE_TOO_BIG, NULL, INT32_MAX, most,
				    "more types than ids can number");
	b->offs = malloc(((size_t)most + 1) * sizeof(*b->offs));
	if (!b->offs)
		return report_nomem(p->r);
	b->offs_cap = most + 1;
	funcs = parse_records(p, &max_name, &max_id);
	if (funcs < 0)
		return funcs;
	if (b->nr + 1 < b->offs_cap) {
		u32 *o = realloc(b->offs, ((size_t)b->nr + 1) * sizeof(*o));

		if (o) {
			b->offs = o;
			b->offs_cap = b->nr + 1;
		}
	}
	if ((max_name && max_name >= object_str_end(b)) || max_id >= object_type_cnt(b))
		return blame(p);
	for (u32 i = 0; funcs && i < b->nr; i++) {
		if (!type_is(object_own(b, i), BTF_KIND_FUNC))
			continue;
		funcs--;
		err = parse_func(p, i);
		if (err)
			return err;
	}
	return 0;
}

/* the other byte order: a private copy is swapped, and is from here on the blob */
static int parse_swap(struct parse *p)
{
	struct btf *b = p->b;
	u8 *data = (u8 *)(uintptr_t)p->data;
	struct wire_header *h = (void *)data;
	int err;

	/* bytes of unknown header fields stay as they are: such an object is never written anew */
	header_swap(h);
	if (p->h.hdr_len >= WIRE_HDR_LEN_LAYOUT && p->h.layout_len)
		layout_swap(data + p->h.hdr_len + p->h.layout_off, p->h.layout_len);
	err = types_swap(data + p->h.hdr_len + p->h.type_off, p->h.type_len, true);
	if (err)
		return report_error(p->r, BTF_CODE_TYPE_CUT, NULL, NOVAL, NOVAL,
				    "a record is cut off or of an unknown kind, so the byte order "
				    "cannot be changed");
	b->swapped_out = true;
	return 0;
}

static int parse_all(struct parse *p)
{
	struct btf *b = p->b;
	int err;

	err = parse_header(p);
	if (err)
		return err;
	err = parse_sections(p);
	if (err)
		return err;
	if (p->swapped && p->h.hdr_len % 4)
		return report_error(p->r, BTF_CODE_HDR_LEN, AT(4), 0, p->h.hdr_len % 4,
				    "header length %u is not a multiple of 4", p->h.hdr_len);
	if (p->swapped) {
		if (!b->owns_blob) {
			u8 *copy = malloc(p->size);

			if (!copy)
				return report_nomem(p->r);
			p->data = b->blob = memcpy(copy, p->data, p->size);
			b->owns_blob = true;
		}
		err = parse_swap(p);
		if (err)
			return err;
	}
	b->hdr_len = p->h.hdr_len;
	b->version = p->h.version;
	b->flags = p->h.flags;
	/* a header of odd length leaves the records unaligned: they are read from a copy */
	if (b->hdr_len % 4) {
		err = buf_add(&b->types_buf, p->data + p->h.hdr_len + p->h.type_off,
			      p->h.type_len);
		if (err)
			return report_nomem(p->r);
	}
	b->types = b->types_buf.data ? b->types_buf.data : p->data + p->h.hdr_len + p->h.type_off;
	b->types_len = p->h.type_len;
	b->strs = (const char *)p->data + p->h.hdr_len + p->h.str_off;
	b->strs_len = p->h.str_len;
	if (p->h.layout_len) {
		b->layout = p->data + p->h.hdr_len + p->h.layout_off;
		b->layout_len = p->h.layout_len;
		b->with_layout = true;
	}
	err = parse_strings(p);
	return err ? err : parse_types(p);
}

int object_parse(const void *data, size_t size, struct btf *base, int flags, struct btf_report *r,
		 struct btf **ret)
{
	struct parse p = {.r = r, .data = data, .size = size};
	struct btf *b;
	void *copy;
	int err;

	err = object_new(base, false, &b);
	if (err) {
		if (flags & OBJECT_ADOPT)
			free((void *)(uintptr_t)data);
		return report_nomem(r);
	}
	buf_deinit(&b->strs_buf);
	b->strs_unique = false;
	b->dirty = false;
	b->swapped_out = false;
	p.b = b;
	if (flags & OBJECT_ADOPT)
		b->owns_blob = true;
	if (size > UINT32_MAX) {
		b->blob = data;
		object_free(b);
		return report_error(r, BTF_CODE_TOO_BIG, NULL, UINT32_MAX, (s64)size,
				    "BTF is at most 4 GiB");
	}
	/* records are read as words: an unaligned view is copied too */
	if ((flags & OBJECT_COPY) || (!(flags & OBJECT_ADOPT) && (uintptr_t)data % 4)) {
		copy = malloc(size ? size : 1);
		if (!copy) {
			object_free(b);
			return report_nomem(r);
		}
		p.data = size ? memcpy(copy, data, size) : copy;
		b->owns_blob = true;
	}
	b->blob = p.data;
	b->blob_len = (u32)size;
	err = parse_all(&p);
	if (err) {
		object_free(b);
		return err;
	}
	*ret = b;
	return 0;
}
