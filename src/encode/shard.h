/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A shard: the types that one worker has met, each once.
 *
 * A type is a wire record from its first sight on; its names are numbers of the shard's strings,
 * and where ids will stand it has zeros: what it refers to is kept beside it, as reference keys.
 */
#ifndef ENCODE_SHARD_H
#define ENCODE_SHARD_H

#include "base/mem.h"
#include "encode/keys.h"

struct base_index;
struct btf;

/* hash table from key to a number; keys are never 0 */
struct keytab {
	struct keytab_slot {
		u64 key;
		u32 v;
	} *slot;
	u32 mask, cnt;
};

int keytab_init(struct keytab *t, u32 expect);
void keytab_deinit(struct keytab *t);
/* empty again; a table that has grown large for one file is given back */
int keytab_reset(struct keytab *t);
int keytab_grow(struct keytab *t);

/* the slot of the key, or the empty one where it belongs */
static inline struct keytab_slot *keytab_find(const struct keytab *t, u64 key)
{
	u32 i = (u32)(key >> 20) & t->mask;

	while (t->slot[i].key && t->slot[i].key != key)
		i = (i + 1) & t->mask;
	return &t->slot[i];
}

/* where the search for a key starts: for prefetching */
static inline const void *keytab_place(const struct keytab *t, u64 key)
{
	return &t->slot[(u32)(key >> 20) & t->mask];
}

/* room for one more, before keytab_find whose slot is to be filled */
static inline int keytab_room(struct keytab *t)
{
	return likely(t->cnt < t->mask / 2) ? 0 : keytab_grow(t);
}

struct shard_rec {
	u64 key;   /* content */
	u64 ref;   /* reference key; that of a FWD is its tag's */
	u64 order; /* unit << 32 | place in it, of the first sight */
	u32 wire;  /* offset in shard.wire */
	u32 refs;  /* first of its reference keys in shard.refs */
	bool flavoured; /* a tag whose reference key is not made of its name alone (flavour.c) */
};

#define SHARD_IN_BASE 0x80000000u /* the rest is an id of the base */

struct shard {
	struct keytab tab;	/* content key -> index of rec */
	struct keytab strs_tab; /* string key -> its number */
	struct buf rec;		/* struct shard_rec[] */
	struct buf wire, strs, refs;
	struct buf str_off; /* u32[]: where string n lies in strs; 0 is "" */
	struct buf seen; /* u32[]: of each unit, what its types are: rec or SHARD_IN_BASE */
};

int shard_init(struct shard *sh);
void shard_deinit(struct shard *sh);
/* empty again, with the memory it has */
int shard_reset(struct shard *sh);

static inline u32 shard_cnt(const struct shard *sh)
{
	return (u32)(sh->rec.len / sizeof(struct shard_rec));
}

static inline struct shard_rec *shard_recs(const struct shard *sh)
{
	return (struct shard_rec *)(void *)sh->rec.data;
}

static inline const char *shard_string(const struct shard *sh, u32 n)
{
	return (const char *)sh->strs.data + ((const u32 *)(const void *)sh->str_off.data)[n];
}

/*
 * Adds what is new in a unit: types whose content key neither the base (NULL: none) nor the shard
 * has. `unit` is the unit's place in the file. 0 or -ENOMEM.
 */
int shard_add_unit(struct shard *sh, const struct base_index *base, struct keys *k,
		   const struct scan *s, const struct key_opts *o, const struct key_env *env,
		   u32 unit);
/* Bytes of what units have in common with the base: types and names. 0 or -ENOMEM. */
int shard_shared_bytes(const struct shard *sh, int cnt, const struct btf *base, u64 *ret);
/* number of a string; 0 for NULL and ""; -ENOMEM */
int shard_str(struct shard *sh, const char *s, u64 key);

#endif
