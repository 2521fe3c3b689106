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

/* a FUNC whose prototype stands before it can be checked at once; the few others wait */
static bool func_is_late(const struct parse *p, u32 proto, u32 n)
{
	const struct btf *b = p->b;

	return proto < b->start_id || proto - b->start_id >= n ||
	       !type_is(object_own(b, proto - b->start_id), BTF_KIND_FUNC_PROTO);
}

/* what the walk has learned so far */
struct walk {
	const u8 *at, *end;
	u32 n, max_name, max_id;
	u32 late; /* FUNCs that are still to be checked */
};

static inline u32 word(const u8 *p)
{
	return *(const u32 *)(const void *)p;
}

/* the largest words at p + x and p + y of n elements; y is the id's place where there is one */
static inline void walk_elems(const u8 *p, u32 n, u32 step, u32 x, u32 *max_x, u32 y, u32 *max_y)
{
	for (; n; n--, p += step) {
		if (max_x)
			*max_x = max_of(*max_x, word(p + x));
		if (max_y)
			*max_y = max_of(*max_y, word(p + y));
	}
}

/*
 * As many records as lie inside the section and are of known kinds. Stops in front of anything
 * else.
 *
 * This loop is what parsing costs. It is a switch and not the kind table, because where the next
 * record starts must come out of a predicted branch and not out of a loaded word: otherwise every
 * record waits for the one before (measured: 0.66 against 0.86 ms for a kernel). A unit
 * test holds it to the table.
 */
static void walk_known(const struct parse *p, struct walk *w)
{
	const u8 *at = w->at, *const types = p->b->types, *const end = w->end;
	u32 *const offs = p->b->offs;
	u32 n = w->n, names = w->max_name, ids = w->max_id;

	while (end - at >= (ptrdiff_t)sizeof(struct btf_type)) {
		u32 info = word(at + 4), vlen = info_vlen(info);
		const u8 *tail = at + sizeof(struct btf_type);
		size_t room = (size_t)(end - tail), tail_sz;

		switch (info_kind(info)) {
		case BTF_KIND_FUNC:
			w->late += func_is_late(p, word(at + 8), n);
			/* fall through */
		case BTF_KIND_PTR:
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			ids = max_of(ids, word(at + 8));
			tail_sz = 0;
			break;
		case BTF_KIND_FUNC_PROTO:
			tail_sz = (size_t)vlen * 8;
			if (tail_sz > room)
				goto out;
			ids = max_of(ids, word(at + 8));
			walk_elems(tail, vlen, 8, 0, &names, 4, &ids);
			break;
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			tail_sz = (size_t)vlen * 12;
			if (tail_sz > room)
				goto out;
			walk_elems(tail, vlen, 12, 0, &names, 4, &ids);
			break;
		case BTF_KIND_ARRAY:
			tail_sz = 12;
			if (tail_sz > room)
				goto out;
			walk_elems(tail, 2, 4, 0, NULL, 0, &ids);
			break;
		case BTF_KIND_ENUM:
			tail_sz = (size_t)vlen * 8;
			if (tail_sz > room)
				goto out;
			walk_elems(tail, vlen, 8, 0, &names, 0, NULL);
			break;
		case BTF_KIND_ENUM64:
			tail_sz = (size_t)vlen * 12;
			if (tail_sz > room)
				goto out;
			walk_elems(tail, vlen, 12, 0, &names, 0, NULL);
			break;
		case BTF_KIND_DATASEC:
			tail_sz = (size_t)vlen * 12;
			if (tail_sz > room)
				goto out;
			walk_elems(tail, vlen, 12, 0, NULL, 0, &ids);
			break;
		case BTF_KIND_VAR:
		case BTF_KIND_DECL_TAG:
			ids = max_of(ids, word(at + 8));
			tail_sz = 4;
			break;
		case BTF_KIND_INT:
			tail_sz = 4;
			break;
		case BTF_KIND_FLOAT:
		case BTF_KIND_FWD:
			tail_sz = 0;
			break;
		default:
			/* unknown, or void, which has no record: record_size says what */
			goto out;
		}
		if (tail_sz > room)
			goto out;
		offs[n++] = (u32)(at - types);
		names = max_of(names, word(at));
		at = tail + tail_sz;
	}
out:
	w->at = at;
	w->n = n;
	w->max_name = names;
	w->max_id = ids;
}

/* From here on offs[] is complete and every record is inside the section. */
static int parse_records(struct parse *p, struct walk *w)
{
	s64 size;

	*w = (struct walk){.at = p->b->types, .end = p->b->types + p->b->types_len};
	for (;;) {
		walk_known(p, w);
		if (w->at == w->end)
			break;
		size = record_size(p, w->at, (size_t)(w->end - w->at), p->b->start_id + w->n);
		if (size < 0)
			return (int)size;
		p->b->offs[w->n++] = (u32)(w->at - p->b->types);
		w->max_name = max_of(w->max_name, word(w->at));
		w->at += size;
	}
	p->b->nr = w->n;
	return 0;
}

static int parse_types(struct parse *p)
{
	struct btf *b = p->b;
	u32 most = b->types_len / sizeof(struct btf_type);
	struct walk w;
	int err;

	if ((u64)b->start_id + most > INT32_MAX)
		return report_error(p->r, BTF_CODE_TOO_BIG, NULL, INT32_MAX, most,
				    "more types than ids can number");
	b->offs = malloc(((size_t)most + 1) * sizeof(*b->offs));
	if (!b->offs)
		return report_nomem(p->r);
	b->offs_cap = most + 1;
	err = parse_records(p, &w);
	if (err)
		return err;
	if (b->nr + 1 < b->offs_cap) {
		u32 *o = realloc(b->offs, ((size_t)b->nr + 1) * sizeof(*o));

		if (o) {
			b->offs = o;
			b->offs_cap = b->nr + 1;
		}
	}
	if ((w.max_name && w.max_name >= object_str_end(b)) || w.max_id >= object_type_cnt(b))
		return blame(p);
	for (u32 i = 0; w.late && i < b->nr; i++) {
		if (!type_is(object_own(b, i), BTF_KIND_FUNC))
			continue;
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

/* from here on the object knows where its types and strings are */
static int take_sections(struct parse *p)
{
	struct btf *b = p->b;

	b->hdr_len = p->h.hdr_len;
	b->version = p->h.version;
	b->flags = p->h.flags;
	/* a header of odd length leaves the records unaligned: they are read from a copy */
	if (b->hdr_len % 4 && buf_add(&b->types_buf, p->data + p->h.hdr_len + p->h.type_off,
				      p->h.type_len))
		return report_nomem(p->r);
	b->types = b->types_buf.data ? b->types_buf.data : p->data + p->h.hdr_len + p->h.type_off;
	b->types_len = p->h.type_len;
	b->strs = (const char *)p->data + p->h.hdr_len + p->h.str_off;
	b->strs_len = p->h.str_len;
	if (p->h.layout_len) {
		b->layout = p->data + p->h.hdr_len + p->h.layout_off;
		b->layout_len = p->h.layout_len;
		b->with_layout = true;
	}
	return parse_strings(p);
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
	err = take_sections(p);
	return err ? err : parse_types(p);
}

/* each record begins where the one before it ends, the first one at 0, and the last one fills it up */
static bool records_at(const struct btf *b, const u32 *offs, u32 nr)
{
	u32 len = b->types_len, last;
	bool ok = true;

	if (!nr || len < sizeof(struct btf_type))
		return !nr && !len;
	last = len - (u32)sizeof(struct btf_type);
	ok = !offs[0];
	for (u32 i = 0; i < nr; i++) {
		u32 at = min_of(offs[i], last) & ~3u;
		const struct btf_type *t = (const void *)(b->types + at);
		u32 kind = type_kind(t);
		const struct kind_info *k = &kind_table[kind < WIRE_KINDS ? kind : 0];
		u64 size = sizeof(*t) + k->tail_sz + (u64)type_vlen(t) * k->elem_sz;

		ok &= (kind - 1 < WIRE_KINDS - 1) &
		      (offs[i] + size == (i + 1 < nr ? offs[i + 1] : len));
	}
	return ok;
}

int object_parse_known(const void *data, size_t size, const u32 *offs, u32 nr, struct btf **ret)
{
	struct parse p = {.data = data, .size = size};
	struct btf *b;
	int err = object_new(NULL, false, &b);

	if (err)
		return err;
	buf_deinit(&b->strs_buf);
	b->strs_unique = false;
	b->dirty = false;
	b->blob = data;
	b->blob_len = (u32)size;
	p.b = b;
	if ((uintptr_t)data % 4 || size > UINT32_MAX || nr >= INT32_MAX)
		err = -EINVAL;
	if (!err)
		err = parse_header(&p);
	if (!err && (p.swapped || p.h.hdr_len % 4))
		err = -EINVAL;
	if (!err)
		err = parse_sections(&p);
	if (!err)
		err = take_sections(&p);
	if (!err && !records_at(b, offs, nr))
		err = -EINVAL;
	if (err) {
		object_free(b);
		return err;
	}
	b->offs = (u32 *)(uintptr_t)offs;
	b->offs_cap = b->nr = nr;
	b->offs_borrowed = true;
	*ret = b;
	return 0;
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
