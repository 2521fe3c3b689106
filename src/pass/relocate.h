/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * relocate: a split on a distilled base -> the same split on another kernel's base, each
 * distilled type found again by name, kind and, where layout depends on it, size.
 */
#ifndef PASS_RELOCATE_H
#define PASS_RELOCATE_H

#include "btf/object.h"
#include "pass/idmap.h"

enum relocate_rules {
	/* what the rules mean to be: sound, and every candidate looked at (docs/format.md) */
	RELOCATE_SOUND,
	/* as released kernels from 6.11 on code them, with their faults */
	RELOCATE_KERNEL,
};

struct relocate_opts {
	enum relocate_rules rules;
	struct id_map *ret_map; /* where ids went, or NULL; filled on success */
};

/*
 * 0, or -errno with a finding for every type that stands in the way (-EINVAL; -E2BIG where base
 * and split are made to cost time; -ENOENT as kernels give it); on failure nothing of b has
 * changed. The base is only read, and may be shared by threads. Pointers into b and raw data of b
 * are invalid afterwards; a distilled base that b owns is freed.
 */
int relocate(struct btf *b, const struct btf *base, const struct relocate_opts *opts,
	     struct btf_report *r);

#endif
