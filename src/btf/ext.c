// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .BTF.ext: see ext.h; docs/format.md has the layout.
 *
 * In: any bytes. Out: an object in native byte order whose every record lies inside its section.
 * Nothing in .BTF.ext is narrower than a word but the magic, so the other byte order is a swap of
 * all words; for that the records must have exactly the size this version knows, because a longer
 * one could end in something else. Words are read with memcpy: a header of odd length is legal.
 */
#include "btf/ext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/object.h"
#include "btf/wire.h"

#define EXT_MAGIC 0x6b6674622e657874ULL
#define EXT_HDR_MIN 8	 /* up to hdr_len */
#define EXT_HDR_LINES 24 /* with func_info and line_info */
#define EXT_HDR_CORE 32	 /* with core_relo */
#define EXT_SEC_HEAD 8	 /* sec_name_off, num_info */

enum { EXT_FUNC, EXT_LINE, EXT_CORE, EXT_PARTS };

static const struct {
	const char *name;
	u32 hdr_at; /* where the header has offset and length */
	u32 min_size;
	u8 id, str[2]; /* offsets in a record; 0: none (0 is insn_off) */
} parts[EXT_PARTS] = {
	[EXT_FUNC] = {"func_info", 8, 8, .id = 4},
	[EXT_LINE] = {"line_info", 16, 16, .str = {4, 8}},
	[EXT_CORE] = {"core_relo", 24, 16, .id = 4, .str = {8}},
};

struct btf_ext {
	u64 magic;
	bool swapped_out;
	u32 len, hdr_len;
	struct {
		u32 at, len; /* in data; len 0: absent */
	} part[EXT_PARTS];
	u8 *data;  /* native */
	u8 *other; /* cache: the other byte order; atomic */
};

static u32 word(const u8 *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void words_swap(u8 *p, u32 len)
{
	for (; len >= 4; len -= 4, p += 4) {
		u32 v = __builtin_bswap32(word(p));

		memcpy(p, &v, sizeof(v));
	}
}

#define NOVAL BTF_NO_VALUE
#define AT(off) (&(struct place){.section = ".BTF.ext", .offset_plus1 = (u64)(off) + 1})

/* the header's words that this version knows: from hdr_len to the last whole pair */
static u32 header_words(u32 hdr_len)
{
	u32 known = hdr_len < EXT_HDR_CORE ? EXT_HDR_LINES : EXT_HDR_CORE;

	return hdr_len < EXT_HDR_LINES ? 4 : known - 4;
}

static void header_bytes_swap(u8 *data, u32 hdr_len)
{
	u8 tmp = data[0];

	data[0] = data[1];
	data[1] = tmp;
	words_swap(data + 4, header_words(hdr_len));
}

static int ext_header(struct btf_ext *x, struct btf_report *r, bool *ret_swapped)
{
	u16 magic;
	bool swapped;

	if (x->len < EXT_HDR_MIN)
		return report_error(r, BTF_CODE_EXT_HEADER, AT(0), EXT_HDR_LINES, x->len,
				    "a .BTF.ext header takes %d bytes, %u are there", EXT_HDR_LINES,
				    x->len);
	memcpy(&magic, x->data, 2);
	swapped = magic == WIRE_MAGIC_SWAPPED;
	if (magic != WIRE_MAGIC && !swapped)
		return report_error(r, BTF_CODE_EXT_HEADER, AT(0), WIRE_MAGIC, magic,
				    "magic is 0x%04x", magic);
	if (x->data[2] != WIRE_VERSION || x->data[3])
		return report_errno(r, BTF_CODE_EXT_HEADER, ENOTSUP, AT(2),
				    "version %u, flags 0x%x; only version 1 without flags is known",
				    x->data[2], x->data[3]);
	x->hdr_len = swapped ? __builtin_bswap32(word(x->data + 4)) : word(x->data + 4);
	if (x->hdr_len < EXT_HDR_LINES || x->hdr_len >= x->len)
		return report_error(r, BTF_CODE_EXT_HEADER, AT(4), NOVAL, x->hdr_len,
				    "header length is %u; it must be at least %d and less than the "
				    "%u bytes there are",
				    x->hdr_len, EXT_HDR_LINES, x->len);
	if (swapped)
		header_bytes_swap(x->data, x->hdr_len);
	*ret_swapped = swapped;
	return 0;
}

/* The sections of one part. From here on all its records are inside it. */
static int ext_part(struct btf_ext *x, int which, bool swapped, struct btf_report *r)
{
	const char *name = parts[which].name;
	u32 at = x->part[which].at, len = x->part[which].len, size, left;
	const u8 *p;

	if (len < 4)
		return report_error(r, BTF_CODE_EXT_SECTION, AT(at), 4, len,
				    "%s has %u bytes, too few for the record size", name, len);
	size = word(x->data + at);
	if (size < parts[which].min_size || size % 4 || (swapped && size != parts[which].min_size))
		return report_error(r, BTF_CODE_EXT_SECTION, AT(at), parts[which].min_size, size,
				    "%s has records of %u bytes, expected %u%s", name, size,
				    parts[which].min_size,
				    swapped ? "" : " or more in multiples of 4");
	p = x->data + at + 4;
	left = len - 4;
	if (!left)
		return report_error(r, BTF_CODE_EXT_SECTION, AT(at), NOVAL, NOVAL,
				    "%s has no sections", name);
	while (left) {
		u32 n = left < EXT_SEC_HEAD ? 0 : word(p + 4);

		if (!n || (u64)n * size > left - EXT_SEC_HEAD)
			return report_error(r, BTF_CODE_EXT_SECTION, AT(p - x->data), NOVAL, n,
					    "a section of %s has %u records of %u bytes, %u bytes "
					    "are left",
					    name, n, size, left);
		p += EXT_SEC_HEAD + n * size;
		left -= EXT_SEC_HEAD + n * size;
	}
	return 0;
}

static int ext_parts(struct btf_ext *x, struct btf_report *r, bool swapped)
{
	u32 room = x->len - x->hdr_len;

	for (int i = 0; i < EXT_PARTS; i++) {
		u32 off, len;
		int err;

		if (i == EXT_CORE && x->hdr_len < EXT_HDR_CORE)
			break;
		off = word(x->data + parts[i].hdr_at);
		len = word(x->data + parts[i].hdr_at + 4);
		if (!len)
			continue;
		if (off % 4 || (u64)off + len > room)
			return report_error(
				r, BTF_CODE_EXT_SECTION, AT(parts[i].hdr_at), room, (s64)off + len,
				"%s lies at %u+%u of the %u bytes behind the header, at a "
				"multiple of 4",
				parts[i].name, off, len, room);
		x->part[i].at = x->hdr_len + off;
		for (int j = 0; j < i; j++)
			if (x->part[j].len && x->part[j].at < x->part[i].at + len &&
			    x->part[i].at < x->part[j].at + x->part[j].len)
				return report_error(r, BTF_CODE_EXT_SECTION, AT(parts[i].hdr_at),
						    NOVAL, NOVAL, "%s overlaps %s", parts[i].name,
						    parts[j].name);
		if (swapped)
			words_swap(x->data + x->part[i].at, len);
		x->part[i].len = len;
		err = ext_part(x, i, swapped, r);
		if (err)
			return err;
	}
	return 0;
}

int ext_parse(const void *data, size_t size, struct btf_report *r, struct btf_ext **ret)
{
	struct btf_ext *x = calloc(1, sizeof(*x));
	bool swapped = false;
	int err;

	if (!x)
		return report_nomem(r);
	if (size > UINT32_MAX) {
		free(x);
		return report_error(r, BTF_CODE_TOO_BIG, AT(0), UINT32_MAX, (s64)size,
				    ".BTF.ext is at most 4 GiB");
	}
	x->magic = EXT_MAGIC;
	x->len = (u32)size;
	x->data = malloc(size ? size : 1);
	if (!x->data) {
		ext_free(x);
		return report_nomem(r);
	}
	if (size)
		memcpy(x->data, data, size);
	err = ext_header(x, r, &swapped);
	if (!err)
		err = ext_parts(x, r, swapped);
	if (err) {
		ext_free(x);
		return err;
	}
	x->swapped_out = swapped;
	*ret = x;
	return 0;
}

int ext_clone(const struct btf_ext *x, struct btf_ext **ret)
{
	struct btf_ext *y = malloc(sizeof(*y));

	if (!y)
		return -ENOMEM;
	*y = *x;
	y->other = NULL;
	y->data = malloc(x->len);
	if (!y->data) {
		free(y);
		return -ENOMEM;
	}
	memcpy(y->data, x->data, x->len);
	*ret = y;
	return 0;
}

void ext_adopt(struct btf_ext *x, struct btf_ext *clone)
{
	bool same = !memcmp(x->data, clone->data, x->len);

	/* who holds what ext_raw gave keeps it where nothing changed */
	if (!same) {
		free(x->data);
		free(x->other);
		x->data = clone->data;
		x->other = NULL;
		clone->data = NULL;
	}
	ext_free(clone);
}

void ext_free(struct btf_ext *x)
{
	if (!x)
		return;
	x->magic = 0;
	free(x->data);
	free(x->other);
	free(x);
}

bool ext_ours(const struct btf_ext *x)
{
	return x->magic == EXT_MAGIC;
}

bool ext_swapped(const struct btf_ext *x)
{
	return x->swapped_out;
}

void ext_set_swapped(struct btf_ext *x, bool swapped)
{
	x->swapped_out = swapped;
}

int ext_raw(struct btf_ext *x, const void **ret, u32 *ret_len)
{
	u8 *other = NULL, *p;

	*ret_len = x->len;
	if (!x->swapped_out) {
		*ret = x->data;
		return 0;
	}
	p = __atomic_load_n(&x->other, __ATOMIC_ACQUIRE);
	if (!p) {
		p = malloc(x->len);
		if (!p)
			return -ENOMEM;
		memcpy(p, x->data, x->len);
		for (int i = 0; i < EXT_PARTS; i++)
			words_swap(p + x->part[i].at, x->part[i].len);
		header_bytes_swap(p, x->hdr_len);
		if (!__atomic_compare_exchange_n(&x->other, &other, p, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_ACQUIRE)) {
			free(p);
			p = other;
		}
	}
	*ret = p;
	return 0;
}

/* Calls fn with a copy of the word at p, and writes back what it made of it. */
static int visit(struct btf_ext *x, u8 *p, int (*fn)(void *ctx, u32 *w), void *ctx)
{
	u32 v = word(p), old = v;
	int ret = fn(ctx, &v);

	if (v != old) {
		memcpy(p, &v, sizeof(v));
		free(x->other);
		x->other = NULL;
	}
	return ret;
}

typedef int visit_record_fn(struct btf_ext *x, int which, u8 *rec, int (*fn)(void *ctx, u32 *w),
			    void *ctx);

static int each(struct btf_ext *x, bool sections, visit_record_fn *record,
		int (*fn)(void *ctx, u32 *w), void *ctx)
{
	int ret = 0;

	for (int i = 0; i < EXT_PARTS; i++) {
		u8 *p = x->data + x->part[i].at, *end = p + x->part[i].len;
		u32 size = x->part[i].len ? word(p) : 0;

		for (p += size ? 4 : 0; p < end && !ret;) {
			u32 n = word(p + 4);

			if (sections)
				ret = visit(x, p, fn, ctx);
			for (p += EXT_SEC_HEAD; n-- && !ret; p += size)
				ret = record(x, i, p, fn, ctx);
		}
	}
	return ret;
}

static int record_id(struct btf_ext *x, int which, u8 *rec, int (*fn)(void *ctx, u32 *w), void *ctx)
{
	return parts[which].id ? visit(x, rec + parts[which].id, fn, ctx) : 0;
}

static int record_strs(struct btf_ext *x, int which, u8 *rec, int (*fn)(void *ctx, u32 *w),
		       void *ctx)
{
	int ret = 0;

	for (int i = 0; i < 2 && !ret; i++)
		if (parts[which].str[i])
			ret = visit(x, rec + parts[which].str[i], fn, ctx);
	return ret;
}

int ext_each_id(struct btf_ext *x, int (*fn)(void *ctx, u32 *id), void *ctx)
{
	return each(x, false, record_id, fn, ctx);
}

int ext_each_str(struct btf_ext *x, int (*fn)(void *ctx, u32 *off), void *ctx)
{
	return each(x, true, record_strs, fn, ctx);
}

/* ---- with the BTF beside it ---- */

struct ext_fit {
	const struct btf *b;
	struct btf_report *r;
};

static int id_fits(void *ctx, u32 *id)
{
	const struct ext_fit *f = ctx;

	if (*id < object_type_cnt(f->b))
		return 0;
	return report_error(f->r, BTF_CODE_EXT_REF, &(struct place){.section = ".BTF.ext"},
			    object_type_cnt(f->b) - 1, *id,
			    "refers to type [%u]; the last one is [%u]", *id,
			    object_type_cnt(f->b) - 1);
}

static int str_fits(void *ctx, u32 *off)
{
	const struct ext_fit *f = ctx;

	if (!*off || *off < object_str_end(f->b))
		return 0;
	return report_error(f->r, BTF_CODE_EXT_REF, &(struct place){.section = ".BTF.ext"},
			    object_str_end(f->b), *off,
			    "refers to a string at %u; the strings have %u bytes", *off,
			    object_str_end(f->b));
}

int ext_fits(const struct btf_ext *x, const struct btf *b, struct btf_report *r)
{
	struct ext_fit f = {b, r};
	/* only looked at */
	struct btf_ext *w = (struct btf_ext *)(uintptr_t)x;
	int err = ext_each_id(w, id_fits, &f);

	return err ? err : ext_each_str(w, str_fits, &f);
}
