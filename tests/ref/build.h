/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Objects for tests, written down type by type. A test that cannot build its input has nothing to
 * say, so every failure here ends the process. Ids need not exist yet.
 */
#ifndef REF_BUILD_H
#define REF_BUILD_H

#include "btf/object.h"

struct btf *new_base(void);
struct btf *new_split(struct btf *base);

/* a record without elements; word is the size or the type of the kind */
u32 put(struct btf *b, u32 kind, const char *name, u32 word);
u32 put_kflag(struct btf *b, u32 kind, const char *name, u32 word);
u32 put_int(struct btf *b, const char *name, u32 size, u32 encoding, u32 bits);
u32 put_array(struct btf *b, u32 type, u32 index, u32 nelems);
/* one word behind the head: VAR's linkage, DECL_TAG's component */
u32 put_word(struct btf *b, u32 kind, const char *name, u32 type, u32 word);

/* elements of the last record */
void put_member(struct btf *b, const char *name, u32 type, u32 offset);
void put_enumerator(struct btf *b, const char *name, u32 value);
void put_enumerator64(struct btf *b, const char *name, u64 value);
void put_param(struct btf *b, const char *name, u32 type);
void put_var(struct btf *b, u32 type, u32 offset, u32 size);

/* "int", 4 bytes, signed */
static inline u32 put_plain_int(struct btf *b)
{
	return put_int(b, "int", 4, BTF_INT_SIGNED, 32);
}

/* bytes of b; owned by the caller */
struct buf bytes_of(const struct btf *b);
/* parsed again from its bytes, as a file would be: nothing of b is shared */
struct btf *reparsed(const struct btf *b, struct btf *base);

#endif
