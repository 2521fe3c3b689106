/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Questions that follow references: size, the type behind modifiers, alignment. */
#ifndef BTF_QUERY_H
#define BTF_QUERY_H

#include "btf/object.h"

/*
 * All three end for every object that passed object_parse: -ELOOP where the type contains itself,
 * -EINVAL where it has no answer or the id does not exist. Only query_align_of allocates, and only
 * where more than a thousand types are behind the question.
 */

/* bytes; -E2BIG: more than 32 bits hold */
s64 query_size(const struct btf *b, u32 id);
/* the id behind modifiers, typedefs and variables; -EINVAL: that is void or FWD */
s64 query_resolve(const struct btf *b, u32 id);
/* bytes, 1 for a packed struct; -ENOMEM */
int query_align_of(const struct btf *b, u32 id);
/* bytes of a pointer to compute with: this machine's where the types do not tell */
u32 query_ptr_size(const struct btf *b);

#endif
