/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Raw BTF for holding a checker against a kernel: from a seed comes a blob that is nearly right.
 * It has all 19 kinds, is right to begin with, and is then broken in one or two places, most of
 * them at a field whose meaning is known. The same seed gives the same bytes everywhere.
 */
#ifndef REF_BLOBS_H
#define REF_BLOBS_H

#include "base/mem.h"
#include "base/types.h"

#define BLOB_TYPES 400

struct blob {
	struct buf bytes; /* the whole BTF */
	/* while it is made */
	u64 rng;
	u32 nr;		    /* last id */
	u32 at[BLOB_TYPES]; /* record, bytes from the first type */
	u8 kind[BLOB_TYPES];
	u32 size[BLOB_TYPES]; /* 0: none */
	struct buf types, strs;
};

/* the blob of a seed; false: out of memory */
bool blob_make(struct blob *b, u64 seed);
void blob_deinit(struct blob *b);

/* ---- between blobs.c and hurt.c ---- */

u32 blob_rnd(struct blob *b, u32 below); /* below 0: any word */
bool blob_one_in(struct blob *b, u32 n);
u32 blob_str(struct blob *b, const char *s);
/* a word of the types, by its place in bytes */
u32 blob_get(const struct blob *b, u32 off);
void blob_set(struct blob *b, u32 off, u32 w);
/* an id of one kind; 0 where there is none */
u32 blob_of_kind(struct blob *b, u32 kind);
void blob_hurt_types(struct blob *b);
/* of the whole bytes */
void blob_hurt_header(struct blob *b);
void blob_hurt_sections(struct blob *b);
void blob_hurt_bytes(struct blob *b);

#endif
