/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Kept tables: what is derived from a base, as one run of bytes that other processes can map.
 *
 * Without pointers: each part is an array, of the room that fills it. Bytes that were not made for
 * this very base, or not by this version, are refused by kept_open(). What it let through may still
 * say anything to somebody who can forge a checksum; so whoever takes a part checks that every
 * number in it stays inside of what it counts, before or when it is used. Then the worst that such
 * bytes can do is to give another answer.
 *
 *	parts of 	 filled and taken by
 *	record offsets	 kept_write(), btf/parse.c
 *	strings, names	 btf/index.c
 *	pass tables	 pass/dedup_cands.c
 *	keys		 encode/base.c
 */
#ifndef BTF_KEPT_H
#define BTF_KEPT_H

#include "base/mem.h"

struct btf;

enum kept_part {
	KEPT_OFFSETS,			      /* u32: where each record begins */
	KEPT_STRING_START, KEPT_STRING_ENTRY, /* string_index */
	KEPT_NAME_START, KEPT_NAME_ENTRY,     /* name_index of NAMES_DATA */
	KEPT_PASS_START, KEPT_PASS_ENTRY,     /* typetab of dedup's base table, packed */
	KEPT_PASS_DECLARED,		      /* u32: names of FWDs */
	KEPT_KEY_SLOTS,			      /* keytab by content */
	KEPT_TAG_SLOTS, KEPT_TAGS,	      /* keytab by tag, and struct base_tag */
	KEPT_PARTS
};

/*
 * Counts up whenever the bytes of a part mean something else, above all when a hash or a key is
 * computed in another way. tests/unit/api/index.c holds it to that.
 */
#define KEPT_VERSION 1u

struct kept_slice {
	const void *data;
	u64 size;
};

/* what the tables are of: the base's bytes as they were parsed */
struct kept_key {
	u64 word[2];
};

struct kept {
	u32 types, strs; /* of the base: type ids, bytes of strings */
	struct kept_slice part[KEPT_PARTS];
	void *map; /* munmap by kept_free, or NULL: the bytes are somebody else's */
	size_t map_len;
};

void kept_key(const void *blob, size_t size, struct kept_key *ret);
/* only of an object that was parsed, has not been changed since, and is no split; else -EINVAL */
int kept_key_of(const struct btf *b, struct kept_key *ret);
/* name of the file for a key, 32 digits and the version; `ret` has room for KEPT_NAME_MAX */
#define KEPT_NAME_MAX 64
#define KEPT_SUFFIX ".btfindex"
void kept_name(const struct kept_key *key, char *ret);

/*
 * A view of bytes that kept_write made: NULL, or one line about what is wrong. ret->map is NULL.
 * The data is aligned to eight bytes, and outlives ret.
 */
const char *kept_open(const void *data, u64 size, const struct kept_key *key, struct kept *ret);
/* the whole, from parts; those that are b's own are filled here. 0 or -ENOMEM */
int kept_write(struct kept_slice part[KEPT_PARTS], const struct kept_key *key, const struct btf *b,
	       struct buf *out);
/* may be NULL; frees the struct too */
void kept_free(struct kept *k);

/* number of elements of a part, or 0 where it has not a whole number of them, or too many */
static inline u32 kept_count(const struct kept *k, enum kept_part p, size_t size)
{
	u64 n = k->part[p].size / size;

	return k->part[p].size % size || n > INT32_MAX ? 0 : (u32)n;
}

#endif
