/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * distill: a split on a big base -> the same split on a small base that travels with it.
 * relocate (relocate.h) is the way back, onto any kernel's base.
 */
#ifndef PASS_DISTILL_H
#define PASS_DISTILL_H

#include "btf/object.h"
#include "pass/idmap.h"

struct distill_opts {
	/*
	 * Forward declarations go into the split part instead of the distilled base. Released
	 * kernels match a FWD by a bit that says something else (docs/format.md), and refuse a
	 * whole module over it; a FWD of the split's own needs no match. For the same kernels the
	 * distilled base is never without a type where the split has one.
	 */
	bool own_fwds;
	/* base ids to keep although no type refers to them: what .BTF_ids names */
	const u32 *roots;
	u32 root_cnt;
	struct id_map *ret_map; /* where ids went, or NULL; filled on success */
};

/*
 * 0 and two new objects (ret_split borrows ret_base), or -errno and a finding: -EINVAL where
 * split has no base or refers to a base type that cannot travel (FUNC, VAR, DATASEC, DECL_TAG);
 * -E2BIG where names that overlap would make the result many times the input; -EOPNOTSUPP for
 * header fields of a later format.
 * Same input, same bytes: the distilled base is in ascending order of old ids; the new split is
 * the old one followed by copied base types in the same order.
 */
int distill(const struct btf *split, const struct distill_opts *opts, struct btf_report *r,
	    struct btf **ret_base, struct btf **ret_split);

#endif
