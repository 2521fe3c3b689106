/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What stays of an object when types go: survivors copied, ids and strings renumbered. */
#ifndef PASS_REBUILD_H
#define PASS_REBUILD_H

#include "pass/names.h"

struct btf_ext;

struct rebuild_opts {
	u32 *map;   /* by id: what stays for it, itself included; 0 where a type of the base is
		     * itself;   used up */
	u32 *spoke; /* own types that go and whose strings are kept, one bit each; added to */
	struct btf_ext *ext; /* follows; may be NULL */
	int jobs;
};

/*
 * Of names->b: keeps own types with map[id] == id, in order; every reference follows map[] to what
 * stays. Strings: those that the input refers to, in order of first reference, unless the object
 * was built here and has each once (then all stay). *ret_map as in dedup_opts.
 * 1: types went or refer to others now; 0: they are as they were; or -ENOMEM.
 */
int rebuild(struct names *names, const struct rebuild_opts *o, u32 **ret_map);

#endif
