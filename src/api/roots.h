/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Types that somebody asks for: by id, by name, by shell pattern. */
#ifndef API_ROOTS_H
#define API_ROOTS_H

#include "btf/object.h"

/* every kind that may have a name */
#define ROOTS_ANY 0xffffffffu

/*
 * Appends ids to ret: of the own types of b whose name matches, or of those of its bases where it
 * has none. `spec` may be a decimal id. Returns how many, 0 too; -ENOENT with a finding for an id
 * that b lacks; -ENOMEM.
 */
int roots_find(const struct btf *b, const char *spec, u32 kinds, struct buf *ret,
	       struct btf_report *r);
/* nothing has that name: -ENOENT with a finding that tells names like it */
int roots_miss(const struct btf *b, const char *spec, u32 kinds, struct btf_report *r);

#endif
