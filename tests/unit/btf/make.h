/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Blobs written word by word, and the questions all tests of this folder ask about a result. */
#ifndef UNIT_BTF_MAKE_H
#define UNIT_BTF_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/object.h"

/* ---- a blob from its parts ---- */

struct parts {
	const u32 *types;
	u32 types_len; /* bytes */
	const char *strs;
	u32 strs_len;
	const u32 *layout;
	u32 layout_len;
	u32 hdr_len;				 /* 0: 24, or 32 with a layout */
	u32 type_gap, layout_gap, str_gap, tail; /* bytes of 0xee before each section, at the end */
};

struct blob {
	u8 *data;
	u32 len;
};

struct blob blob_make(const struct parts *p);
/* a copy in the other byte order; known kinds only */
struct blob blob_swapped(const struct blob *b);
void blob_free(struct blob *b);
static inline void blob_put32(struct blob *b, u32 at, u32 v)
{
	memcpy(b->data + at, &v, 4);
}

/* info words and records as initialisers */
#define INFO(kind, vlen, kflag) ((u32)(kflag) << 31 | (u32)(kind) << 24 | (u32)(vlen))
#define REC(name, kind, vlen, kflag, word) (name), INFO(BTF_KIND_##kind, vlen, kflag), (u32)(word)
#define INT(name, size, enc, bits) REC(name, INT, 0, 0, size), (u32)((enc) << 24 | (bits))
#define PTR(id) REC(0, PTR, 0, 0, id)
#define WORDS(...)                                                                                 \
	.types = (const u32[]){__VA_ARGS__}, .types_len = sizeof((const u32[]){__VA_ARGS__})
#define STRS(s) .strs = s, .strs_len = sizeof(s)

/* every kind, every flag; ids 1..23, strings "\0a\0bb\0ccc" */
extern const struct parts every_kind;
#define EVERY_KIND_CNT 24 /* with void */

/* ---- checks ---- */

/* parses, which must succeed */
struct btf *parsed(const struct blob *blob, struct btf *base);
/* parses, which must be refused with this code alone */
void assert_refused(const struct blob *blob, struct btf *base, enum btf_code code);
/* raw data in the order asked for equals the blob */
void assert_raw(struct btf *b, const struct blob *blob);
/* both objects have the same types under the same ids, names compared as text */
void assert_same_types(const struct btf *a, const struct btf *b);

#endif
