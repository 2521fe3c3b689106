/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What stays of an object when types go: survivors copied, ids and strings renumbered. */
#ifndef PASS_REBUILD_H
#define PASS_REBUILD_H

#include "btf/object.h"

struct btf_ext;

/*
 * Gives equal strings equal offsets: of an object's own strings that stand twice, or in its base
 * too, only one is referred to afterwards. Does nothing, and touches nothing, where that is so.
 */
int strings_canon(struct btf *b);

/*
 * Keeps own types with map[id] == id, in order; every reference follows map[] to what stays.
 * Strings: those that the input refers to, in order of first reference, unless the object was
 * built here and has each once (then all stay). `ext` follows. *ret_map as in dedup_opts.
 */
int rebuild(struct btf *b, const u32 *map, struct btf_ext *ext, u32 **ret_map);

#endif
