// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Kept tables as bytes: see kept.h.
 *
 * In: parts, or any bytes. Out: one run of bytes, or parts of it. Holds of what is opened: it has
 * the version, byte order and base that were asked for, every part lies inside, and all bytes are
 * those that were written. Cost of opening: one pass over the bytes.
 */
#include "btf/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "btf/object.h"

#define MAGIC 0x0a7865646e496274ull /* "tbIndex\n" where the lowest byte is first */
#define ALIGN 64u

/* in the byte order of the machine: the magic is another one elsewhere */
struct header {
	u64 magic;
	u64 check; /* XXH3 of everything behind this word */
	u64 size;
	struct kept_key key;
	u32 version;
	u32 types, strs; /* of the base */
	u32 parts;
	struct {
		u64 off, size;
	} part[KEPT_PARTS];
};

_Static_assert(sizeof(struct header) % 8 == 0, "no padding at the end");

#define CHECKED_FROM (offsetof(struct header, check) + sizeof(u64))

static u64 check_of(const void *data, u64 size)
{
	return XXH3_64bits((const u8 *)data + CHECKED_FROM, size - CHECKED_FROM);
}

void kept_key(const void *blob, size_t size, struct kept_key *ret)
{
	XXH128_hash_t h = XXH3_128bits(blob, size);

	*ret = (struct kept_key){{h.high64, h.low64}};
}

int kept_key_of(const struct btf *b, struct kept_key *ret)
{
	if (b->base || b->dirty || !b->blob || b->has_unknown)
		return -EINVAL;
	kept_key(b->blob, b->blob_len, ret);
	return 0;
}

void kept_name(const struct kept_key *key, char *ret)
{
	snprintf(ret, KEPT_NAME_MAX, "%016llx%016llx-%u" KEPT_SUFFIX,
		 (unsigned long long)key->word[0], (unsigned long long)key->word[1], KEPT_VERSION);
}

const char *kept_open(const void *data, u64 size, const struct kept_key *key, struct kept *ret)
{
	const struct header *h = data;
	struct kept k = {.map = NULL};

	if (size < sizeof(*h))
		return "is cut off";
	if (h->magic != MAGIC)
		return "is no index, or one of a machine of the other byte order";
	if (h->version != KEPT_VERSION || h->parts != KEPT_PARTS)
		return "is of another version";
	if (h->size != size)
		return "is cut off";
	if (memcmp(&h->key, key, sizeof(*key)))
		return "is of another base";
	if (h->check != check_of(data, size))
		return "is damaged: its checksum is wrong";
	for (u32 i = 0; i < KEPT_PARTS; i++) {
		if (h->part[i].off % 8 || h->part[i].off > size ||
		    h->part[i].size > size - h->part[i].off)
			return "is damaged: a table lies outside of it";
		k.part[i] = (struct kept_slice){(const u8 *)data + h->part[i].off, h->part[i].size};
	}
	k.types = h->types;
	k.strs = h->strs;
	*ret = k;
	return NULL;
}

int kept_write(struct kept_slice part[KEPT_PARTS], const struct kept_key *key, const struct btf *b,
	       struct buf *out)
{
	struct header h = {.magic = MAGIC,
			   .key = *key,
			   .version = KEPT_VERSION,
			   .types = object_type_cnt(b),
			   .strs = b->strs_len,
			   .parts = KEPT_PARTS};
	static const u8 zeros[ALIGN];
	u64 at = (sizeof(h) + ALIGN - 1) / ALIGN * ALIGN;
	int err;

	part[KEPT_OFFSETS] = (struct kept_slice){b->offs, (u64)b->nr * sizeof(*b->offs)};
	for (u32 i = 0; i < KEPT_PARTS; i++) {
		h.part[i].off = at;
		h.part[i].size = part[i].size;
		at += (part[i].size + ALIGN - 1) / ALIGN * ALIGN;
	}
	h.size = at;
	out->len = 0;
	err = buf_reserve(out, at);
	if (!err)
		err = buf_add(out, &h, sizeof(h));
	for (u32 i = 0; !err && i < KEPT_PARTS; i++) {
		err = buf_add(out, zeros, h.part[i].off - out->len);
		if (!err)
			err = buf_add(out, part[i].data, part[i].size);
	}
	if (!err)
		err = buf_add(out, zeros, at - out->len);
	if (err)
		return err;
	((struct header *)(void *)out->data)->check = check_of(out->data, at);
	return 0;
}

void kept_free(struct kept *k)
{
	if (!k)
		return;
	if (k->map)
		munmap(k->map, k->map_len);
	free(k);
}
