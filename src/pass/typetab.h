/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Tables from hash to types, in the order in which types were added: what dedup looks for
 * candidates in. One is built per run for the types that stay; one per base is built once, kept
 * with the base and shared.
 */
#ifndef PASS_TYPETAB_H
#define PASS_TYPETAB_H

#include "btf/object.h"

struct typetab_entry {
	u32 hash;
	u32 id;
	u32 next; /* index + 1 of the next entry of this bucket, 0: none */
	u32 last; /* of a bucket's first entry: index + 1 of the last one */
};

/* the same of a packed table, where the entries of a bucket stand together */
struct typetab_packed {
	u32 hash;
	u32 id;
};

struct typetab {
	u32 *head; /* index + 1 by bucket */
	u32 mask;
	struct typetab_entry *entry;
	u32 cnt, cap;
	/*
	 * Packed: instead of head and entry, somebody else's arrays (btf/kept.h). Bucket i has
	 * packed[start[i]] .. packed[start[i + 1]]; nothing is added.
	 */
	const u32 *start;
	const struct typetab_packed *packed;
	u32 end; /* ids are below: others are passed over */
};

int typetab_init(struct typetab *t, u32 expect);
void typetab_deinit(struct typetab *t);
/* behind all entries of the same hash */
int typetab_add(struct typetab *t, u32 hash, u32 id);

/* the table as arrays for typetab_borrow: u32[mask + 2], struct typetab_packed[cnt]. 0 or -ENOMEM */
int typetab_pack(const struct typetab *t, struct buf *start, struct buf *packed);
/* A packed table of ids below `end`; starts: a power of two, and one. False: they cannot be that. */
bool typetab_borrow(struct typetab *t, const u32 *start, u32 starts,
		    const struct typetab_packed *packed, u32 cnt, u32 end);

/*
 * Entries of a hash, oldest first, in any table: for (i = typetab_seek(t, h); i;
 * i = typetab_after(t, i)) ... typetab_id(t, i).
 */
static inline u32 typetab_skip_packed(const struct typetab *t, u32 i, u32 hash)
{
	u32 end = min_of(t->start[(hash & t->mask) + 1], t->cnt);

	for (; i < end; i++)
		if (t->packed[i].hash == hash && t->packed[i].id < t->end)
			return i + 1;
	return 0;
}

static inline u32 typetab_skip_chain(const struct typetab *t, u32 i, u32 hash)
{
	while (i && t->entry[i - 1].hash != hash)
		i = t->entry[i - 1].next;
	return i;
}

static inline u32 typetab_seek(const struct typetab *t, u32 hash)
{
	return t->start ? typetab_skip_packed(t, t->start[hash & t->mask], hash) :
			  typetab_skip_chain(t, t->head[hash & t->mask], hash);
}

static inline u32 typetab_after(const struct typetab *t, u32 i)
{
	return t->start ? typetab_skip_packed(t, i, t->packed[i - 1].hash) :
			  typetab_skip_chain(t, t->entry[i - 1].next, t->entry[i - 1].hash);
}

static inline u32 typetab_id(const struct typetab *t, u32 i)
{
	return t->start ? t->packed[i - 1].id : t->entry[i - 1].id;
}

/* of a table that is not packed: for (e = typetab_first(t, h); e; e = typetab_next(t, e)) */
static inline const struct typetab_entry *typetab_skip(const struct typetab *t, u32 i, u32 hash)
{
	while (i && t->entry[i - 1].hash != hash)
		i = t->entry[i - 1].next;
	return i ? &t->entry[i - 1] : NULL;
}

static inline const struct typetab_entry *typetab_first(const struct typetab *t, u32 hash)
{
	return typetab_skip(t, t->head[hash & t->mask], hash);
}

static inline const struct typetab_entry *typetab_next(const struct typetab *t,
						       const struct typetab_entry *e)
{
	return typetab_skip(t, e->next, e->hash);
}

/* how many entries of a hash there are, as far as max */
static inline u32 typetab_count(const struct typetab *t, u32 hash, u32 max)
{
	const struct typetab_entry *e = typetab_first(t, hash);
	u32 n = 0;

	for (; e && n < max; e = typetab_next(t, e))
		n++;
	return n;
}

/*
 * The hash by which equal types find each other. For kinds that are compared as graphs (STRUCT,
 * UNION, TYPEDEF) it leaves references out; for the others it takes `ref`, the canonical ids of
 * their references in wire order, folded by typetab_fold.
 */
u32 typetab_hash(const struct btf_type *t, u32 ref);

static inline u32 typetab_fold(u32 h, u32 id)
{
	return (h ^ id) * 0x9e3779b1u + 0x7f4a7c15u;
}

#endif
