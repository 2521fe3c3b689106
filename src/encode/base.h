/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A base by keys: built once, read by all workers and all modules. Most of it is never asked for by
 * a single module: what tags contain is computed when it is.
 *
 * Types that reach a name with more than one definition are not in the table by content: whether
 * such a type is the same as one of a module only the graphs can tell, and dedup looks at them.
 */
#ifndef ENCODE_BASE_H
#define ENCODE_BASE_H

#include "btf/kept.h"
#include "btf/object.h"
#include "encode/shard.h"

struct base_tag {
	u32 def;  /* id of its definition, 0: none */
	u32 fwd;  /* id of a declaration, 0: none */
	u32 defs; /* how many definitions */
	u32 tainted; /* the definition reaches a name that has several */
	u64 content; /* key of def; atomic: 0 until somebody asks */
};

struct base_index {
	const struct btf *btf;
	u64 *ref;	    /* by id: reference key; NULL where no content is left to be computed */
	struct keytab tab;  /* content key -> id, of all but tags */
	struct keytab tags; /* tag key -> index of tag */
	struct base_tag *tag;
	u32 tag_cnt;
	bool borrowed; /* the tables are those of btf->kept */
};

/* built, or taken from what is kept with the base */
int base_index_build(struct base_index *b, const struct btf *btf);
void base_index_free(struct base_index *b);

/* the tables as parts, with all that is otherwise computed when asked for; they live as long as b */
void base_index_keep(struct base_index *b, struct kept_slice part[KEPT_PARTS]);
/* b->btf is set; k must outlive b. -EINVAL */
int base_index_take(struct base_index *b, const struct kept *k);

static inline const struct base_tag *base_tag_find(const struct base_index *b, u64 key)
{
	const struct keytab_slot *slot = keytab_find(&b->tags, key);

	return slot->key ? &b->tag[slot->v] : NULL;
}

/* key of what a tag's definition has in it */
u64 base_tag_content_slow(const struct base_index *b, const struct base_tag *tag);
static inline u64 base_tag_content(const struct base_index *b, const struct base_tag *tag)
{
	u64 have = __atomic_load_n(&tag->content, __ATOMIC_RELAXED);

	return likely(have) ? have : base_tag_content_slow(b, tag);
}

/* the one type of the base with this content and reference key, or 0 */
u32 base_find_tag(const struct base_index *b, u64 content, u64 ref);
static inline u32 base_find(const struct base_index *b, u64 content, u64 ref)
{
	return content == ref ? keytab_find(&b->tab, content)->v : base_find_tag(b, content, ref);
}

/* the same for all types of a unit: k->known */
void base_find_all(const struct base_index *b, struct keys *k, const struct scan *s);

/* where that search starts: for prefetching */
static inline const void *base_place(const struct base_index *b, u64 content, u64 ref)
{
	return keytab_place(content == ref ? &b->tab : &b->tags, ref);
}

#endif
