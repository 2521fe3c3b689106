/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Shards to one BTF: each type once, in the order of first sight, references as ids. */
#ifndef ENCODE_JOIN_H
#define ENCODE_JOIN_H

#include "btf/object.h"
#include "encode/base.h"
#include "encode/shard.h"

struct join_tag {
	u64 key;
	u64 content; /* of the first definition */
	u32 defs;    /* definitions that differ */
	bool fwd;
};

/* from reference keys to ids of the result */
struct join_ids {
	struct keytab tab;
	const struct base_index *base;
};

u32 join_id(const struct join_ids *ids, u64 key);
void join_ids_deinit(struct join_ids *ids);

/* the part of a shard's `seen` that is one unit's */
struct join_unit {
	u32 shard;
	u32 cnt;
	u64 first;
	bool reread; /* it defines a name that means something else elsewhere */
	bool flavoured; /* its first reading has told such a name apart (flavour.h) */
};

/*
 * The tags that units disagree about: tag key -> 1. Empty (cnt 0) for most files. What a base
 * knows by name was told apart before (flavour.c). 0 or -ENOMEM.
 */
int join_ambiguous(const struct shard *sh, u32 cnt, struct keytab *ret);
/* Marks each unit that defines an ambiguous tag. *ret_cnt: how many there are. 0 or -ENOMEM. */
int join_reread(const struct shard *sh, u32 cnt, struct join_unit *unit, u32 units,
		const struct keytab *ambiguous, u32 *ret_cnt);
/*
 * Appends to `b`, which must be empty, the types of `cnt` shards. Units so marked were read again
 * into `again` (again_cnt shards): of them, only what stands there counts.
 */
int join_types(struct btf *b, const struct shard *sh, u32 cnt, const struct join_unit *unit,
	       u32 units, const struct shard *again, u32 again_cnt, struct join_ids *ids);

#endif
