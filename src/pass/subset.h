/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A few types -> the types that come with them. */
#ifndef PASS_SUBSET_H
#define PASS_SUBSET_H

#include "btf/object.h"
#include "pass/subset_words.h"

/*
 * The types that a C compiler must know before it knows the roots, and those: everything that
 * stands in them by value, pointers and what they are declared with, but no named struct or union
 * that is only pointed at. `members` (NULL: none) are names of members that a program uses: what a
 * member of such a name points at comes too, if it has a member of such a name itself. u32s
 * appended to `ret`, ascending: all of them or, with SUBSET_DEFINED, only the structs, unions,
 * enums and typedefs that must be defined, which printing C starts from. -ENOMEM. Roots out of
 * range, and references that are, are skipped.
 */
enum subset_which { SUBSET_ALL, SUBSET_DEFINED };
int subset_close(const struct btf *b, const u32 *roots, size_t cnt, const struct words *members,
		 enum subset_which which, struct buf *ret);

/*
 * The types that words name: tags (WORD_TAG) of structs, unions and enums; typedefs and enums that
 * have such an enumerator (WORD_IDENT); types of WORD_LIKE too if they agree in kind, size and
 * number of members. u32s appended to ret, ascending. -ENOMEM.
 */
int subset_named(const struct btf *b, const struct words *words, struct buf *ret);

/* FUNCs that a DECL_TAG calls a kfunc, in the order of the tags; u32s appended to ret. -ENOMEM. */
int subset_kfuncs(const struct btf *b, struct buf *ret);

#endif
