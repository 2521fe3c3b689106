/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A base by keys: built once, read by all workers and all modules.
 *
 * Types that reach a name with more than one definition are not in the table by content: whether
 * such a type is the same as one of a module only the graphs can tell, and dedup looks at them.
 */
#ifndef ENCODE_BASE_H
#define ENCODE_BASE_H

#include "btf/object.h"
#include "encode/shard.h"

struct base_tag {
	u32 def;  /* id of its definition, 0: none */
	u32 fwd;  /* id of a declaration, 0: none */
	u32 defs; /* how many definitions */
	bool tainted; /* the definition reaches a name that has several */
	u64 content;  /* of def */
};

struct base_index {
	const struct btf *btf;
	struct keytab tab;  /* content key -> id */
	struct keytab tags; /* tag key -> index of tag */
	struct base_tag *tag;
	u32 tag_cnt;
};

int base_index_build(struct base_index *b, const struct btf *btf);
void base_index_free(struct base_index *b);

static inline const struct base_tag *base_tag_find(const struct base_index *b, u64 key)
{
	const struct keytab_slot *slot = keytab_find(&b->tags, key);

	return slot->key ? &b->tag[slot->v] : NULL;
}

#endif
