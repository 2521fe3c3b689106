/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* dedup: an object in which each type stands once. The rules are in dedup.c and equiv.c. */
#ifndef PASS_DEDUP_H
#define PASS_DEDUP_H

#include "btf/kept.h"
#include "btf/object.h"

struct btf_ext;

struct dedup_opts {
	struct btf_ext *ext;   /* its ids and strings are carried along; may be NULL */
	bool force_collisions; /* one hash for everything: a test of the equality rules */
	/* where ids went: own id start_id + i is new id (*ret_map)[i]; malloc'ed, or NULL */
	u32 **ret_map;
	int jobs; /* threads; 0 is one, < 0 one per processor. What comes out is the same for any */
};

/*
 * Removes own types that stand before in the object or in its base, drops strings that nothing
 * refers to, keeps the order of what survives. 0, or -errno with a finding and the object as it
 * was: -EINVAL for types of unknown kinds and ids out of range, -ELOOP for a cycle of types that
 * refer to each other without a struct, union or typedef in between.
 */
int dedup(struct btf *b, const struct dedup_opts *opts, struct btf_report *r);

/*
 * What a base is searched through, as parts; `own` is what they are made of.
 * -ENOMEM, -EINVAL: a base that nothing can be split on, or that has them from an index.
 */
int dedup_keep(const struct btf *b, struct kept_slice part[KEPT_PARTS], struct buf own[3]);
/* the same as b's, where b has none yet; k must outlive it. -ENOMEM, -EINVAL */
int dedup_take(struct btf *b, const struct kept *k);

#endif
