/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A hash of what stands below a struct, union or typedef, for families of types whose own records
 * are all the same. Types that graph equivalence (equiv.h) can find equal have equal hashes.
 */
#ifndef PASS_DEEP_H
#define PASS_DEEP_H

#include "btf/object.h"

/* names by string offset */
struct name_set {
	u32 *at; /* open addressing; 0 is empty */
	u32 mask, cnt;
};

int name_set_add(struct name_set *s, u32 name_off); /* 0 or -ENOMEM */
bool name_set_has(const struct name_set *s, u32 name_off);

struct deep {
	const struct btf_type *(*type)(const void *ctx, u32 id);
	const void *ctx;
	/* what FWDs declare: such a struct may be meant by one; NULL: any name may be declared */
	const struct name_set *declared;
	u32 cnt;		/* types: ids are below */
	struct deep_memo *memo; /* by id; made when first asked for */
};

/* a u32, or -ENOMEM */
s64 deep_hash(struct deep *d, u32 id);
void deep_deinit(struct deep *d);

#endif
