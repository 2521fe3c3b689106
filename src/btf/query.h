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
/*
 * Alignments of many types of an object that does not change meanwhile: what was found is kept, so
 * that all questions together cost no more than the types have members.
 */
struct query_aligns;
struct query_aligns *query_aligns_new(const struct btf *b); /* NULL: out of memory */
/* as query_align_of */
int query_aligns_of(struct query_aligns *q, u32 id);
void query_aligns_free(struct query_aligns *q);

/* bytes of a pointer to compute with: this machine's where the types do not tell */
u32 query_ptr_size(const struct btf *b);

#endif
