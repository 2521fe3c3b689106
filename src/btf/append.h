/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Types of one object copied into another, and types put into another order. */
#ifndef BTF_APPEND_H
#define BTF_APPEND_H

#include "btf/object.h"

struct btf_ext;

/*
 * Appends a copy of record t, whose strings are src's; ids stay. t may be a record of dst. Returns
 * the id; -EINVAL for an unknown kind or a string that src does not have.
 */
int object_add_type(struct btf *dst, const struct btf *src, const struct btf_type *t);
/* Appends a DECL_TAG of type `to`, or with component >= 0 of that part of it; returns the id. */
int object_add_decl_tag(struct btf *b, const char *value, u32 to, s32 component, bool kflag);
/*
 * Appends all own types of src; ids of own types are shifted, strings are added where used.
 * Returns the first new id. src may be dst. -EOPNOTSUPP: src is split from another base than dst.
 */
int object_append(struct btf *dst, const struct btf *src);
/*
 * Renumbers the own types: own type i becomes id map[i]. Ids in types and in ext (NULL: none)
 * follow. -EINVAL, and nothing changed, where map is no permutation of the own ids.
 */
int object_permute(struct btf *b, const u32 *map, struct btf_ext *ext);

#endif
