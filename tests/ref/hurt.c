// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Damage to blobs that were right: see blobs.h. Each function breaks one thing, or nothing. */
#include <stdlib.h>
#include <string.h>

#include "blobs.h"
#include "btf/wire.h"

static u32 a_word(struct blob *b)
{
	static const u32 words[] = {0,	       1,	   2,	       3,	   4,
				    7,	       8,	   31,	       32,	   63,
				    64,	       127,	   128,	       255,	   256,
				    0xffff,    0x10000,	   0xfffff,    0x100000,   0xffffff,
				    0x1000000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};

	return words[blob_rnd(b, ARRAY_SIZE(words))];
}

/* a new value for a word that may be an id, a size, an offset, a name */
static u32 other_word(struct blob *b, u32 was)
{
	switch (blob_rnd(b, 7)) {
	case 0:
		return was ^ 1u << blob_rnd(b, 32);
	case 1:
		return was + blob_rnd(b, 9) - 4;
	case 2:
		return blob_rnd(b, b->nr + 3);
	case 3:
		return a_word(b);
	case 4:
		return blob_rnd(b, (u32)b->strs.len + 2);
	case 5:
		return 0;
	}
	return blob_rnd(b, 0) >> blob_rnd(b, 32);
}

static void hurt_word(struct blob *b)
{
	u32 off = blob_rnd(b, (u32)b->types.len / 4) * 4;

	blob_set(b, off, other_word(b, blob_get(b, off)));
}

/* one of the three words of a record's head, or the first behind it */
static void hurt_head(struct blob *b)
{
	u32 off = b->at[1 + blob_rnd(b, b->nr)] + blob_rnd(b, 4) * 4;

	if (off < b->types.len)
		blob_set(b, off, other_word(b, blob_get(b, off)));
}

static void hurt_info(struct blob *b)
{
	u32 off = b->at[1 + blob_rnd(b, b->nr)] + 4, info = blob_get(b, off);

	switch (blob_rnd(b, 4)) {
	case 0:
		info ^= 1u << 31;
		break;
	case 1:
		info = (info & 0xe0ffffff) | blob_rnd(b, 21) << 24;
		break;
	case 2:
		info = (info & 0xffff0000) | (u16)((info & 0xffff) + blob_rnd(b, 3) - 1);
		break;
	default:
		info ^= 1u << blob_rnd(b, 32);
	}
	blob_set(b, off, info);
}

/* another id, of a kind that may not stand there */
static void hurt_ref(struct blob *b)
{
	u32 id = 1 + blob_rnd(b, b->nr), off = b->at[id] + 8;

	switch (b->kind[id]) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		off += 8;
		break;
	case BTF_KIND_FUNC_PROTO:
		off += blob_one_in(b, 2) ? 8 : 0;
		break;
	case BTF_KIND_ARRAY:
		off += 4 + 4 * blob_rnd(b, 2);
		break;
	case BTF_KIND_DATASEC:
		off += 4;
		break;
	}
	if (off + 4 <= b->types.len)
		blob_set(b, off,
			 blob_one_in(b, 8) ? b->nr + blob_rnd(b, 3) : blob_rnd(b, b->nr + 1));
}

/* words of which few values are wrong */
static void hurt_rare(struct blob *b)
{
	u32 id = blob_of_kind(b, blob_one_in(b, 2) ? BTF_KIND_INT : BTF_KIND_DECL_TAG), at;

	if (!id)
		return;
	at = b->at[id] + 12;
	if (b->kind[id] == BTF_KIND_DECL_TAG)
		blob_set(b, at, blob_rnd(b, 6) - 3);
	else
		blob_set(b, at, (blob_get(b, at) & 0xffffff) | blob_rnd(b, 32) << 24);
}

/* a record of a kind, and a word in it by its place */
static void hurt_field(struct blob *b)
{
	u32 id = blob_of_kind(b, 1 + blob_rnd(b, 19)), at, end, off;

	if (!id)
		return;
	at = b->at[id];
	end = id < b->nr ? b->at[id + 1] : (u32)b->types.len;
	off = at + blob_rnd(b, (end - at) / 4) * 4;
	blob_set(b, off, other_word(b, blob_get(b, off)));
}

static void hurt_string(struct blob *b)
{
	static const char chars[] = {
		0,    'a', '0',	       '.',	   ' ',	       '<',	   ':',	       '_',
		'\t', 127, (char)0x80, (char)0xa0, (char)0xc3, (char)0xd7, (char)0xf7, (char)0xff};
	u32 off = blob_rnd(b, (u32)b->strs.len);

	b->strs.data[off] = (u8)chars[blob_rnd(b, sizeof(chars))];
}

/* a name of 510 to 514 characters */
static void hurt_length(struct blob *b)
{
	char s[520];
	u32 len = 510 + blob_rnd(b, 5), id = 1 + blob_rnd(b, b->nr), off = b->at[id];

	memset(s, 'x', len);
	s[len] = 0;
	if (blob_one_in(b, 4))
		off += 12;
	if (off < b->types.len)
		blob_set(b, off, blob_str(b, s));
}

/* no name, or that of another */
static void hurt_name(struct blob *b)
{
	u32 id = 1 + blob_rnd(b, b->nr), off = b->at[id];

	if (blob_one_in(b, 3) && id < b->nr && b->at[id + 1] > off + 12)
		off += 12;
	blob_set(b, off, blob_one_in(b, 2) ? 0 : blob_rnd(b, (u32)b->strs.len + 1));
}

void blob_hurt_types(struct blob *b)
{
	static void (*const hurts[])(struct blob *) = {
		hurt_word,  hurt_head,	 hurt_info,   hurt_ref,	 hurt_field,
		hurt_field, hurt_string, hurt_length, hurt_name, hurt_rare};

	hurts[blob_rnd(b, ARRAY_SIZE(hurts))](b);
}

void blob_hurt_header(struct blob *b)
{
	static const u8 small[] = {0, 2, 3};
	u32 at = blob_rnd(b, 6) * 4, w;
	u8 *p = b->bytes.data;

	if (blob_one_in(b, 4)) {
		p[small[blob_rnd(b, 3)]] ^= (u8)(1u << blob_rnd(b, 8));
		return;
	}
	memcpy(&w, p + at, 4);
	w = blob_one_in(b, 2) ? w + blob_rnd(b, 17) - 8 : other_word(b, w);
	memcpy(p + at, &w, 4);
}

/* a section moved or resized so that only one rule is broken */
void blob_hurt_sections(struct blob *b)
{
	u32 h[6], delta = 1 + blob_rnd(b, 8);

	memcpy(h, b->bytes.data, sizeof(h));
	switch (blob_rnd(b, 10)) {
	case 8: /* the last record cut short */
		delta = 4 * (1 + blob_rnd(b, 3));
		h[3] -= delta;
		h[4] -= delta;
		h[5] += delta;
		if (h[4] < b->bytes.len && b->bytes.len - h[4] > 24 + delta)
			memset(b->bytes.data + 24 + h[4], 0, delta);
		break;
	case 9: /* the strings, and nothing else */
		memmove(b->bytes.data + 24, b->strs.data, b->strs.len);
		b->bytes.len = 24 + b->strs.len;
		h[1] = 24;
		h[2] = h[3] = h[4] = 0;
		h[5] = (u32)b->strs.len;
		break;
	case 0:
		h[4] += delta;
		break;
	case 1:
		h[4] -= delta;
		break;
	case 2:
		h[5] -= delta;
		break;
	case 3:
		h[5] += delta;
		break;
	case 4:
		h[3] -= delta;
		h[4] -= delta;
		h[5] += delta;
		break;
	case 5: /* no types, or no strings */
		h[4] = h[3] = 0;
		h[5] = (u32)b->bytes.len - h[1];
		break;
	case 6:
		h[5] = 0;
		h[3] = (u32)b->bytes.len - h[1];
		h[4] = h[3];
		break;
	case 7: /* a header that is all there is */
		h[1] = (u32)b->bytes.len;
		if (blob_one_in(b, 2)) {
			b->bytes.len = 24;
			h[1] = 24;
		}
	}
	memcpy(b->bytes.data, h, sizeof(h));
}

void blob_hurt_bytes(struct blob *b)
{
	u32 len = (u32)b->bytes.len;

	switch (blob_rnd(b, 4)) {
	case 0:
		b->bytes.len = blob_rnd(b, blob_one_in(b, 3) ? 32 : len);
		break;
	case 1:
		buf_add(&b->bytes, "abcdefgh", 1 + blob_rnd(b, 8));
		break;
	case 2:
		b->bytes.data[blob_rnd(b, len)] ^= (u8)(1u << blob_rnd(b, 8));
		break;
	default:
		b->bytes.data[blob_rnd(b, len)] = (u8)blob_rnd(b, 256);
	}
}
