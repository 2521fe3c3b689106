/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What kernel_fields.c finds and kernel_owners.c asks about. */
#ifndef CHECK_KERNEL_FIELDS_H
#define CHECK_KERNEL_FIELDS_H

#include "check/kernel.h"

#define FAIL(rule, id, i, ...)                                                                     \
	kc_fail(k, BTF_CODE_CHECK_##rule, id, (int)(i), NOVAL, NOVAL, __VA_ARGS__)

enum field_type {
	F_LOCK = 1,
	F_RES_LOCK = 2,
	F_LIST_HEAD = 4,
	F_LIST_NODE = 8,
	F_RB_ROOT = 16,
	F_RB_NODE = 32,
	F_REFCOUNT = 64,
	F_KPTR_UNREF = 128,
	F_KPTR_REF = 256,
	F_KPTR_PERCPU = 512,
};
#define F_ROOT (F_LIST_HEAD | F_RB_ROOT)
#define F_NODE (F_LIST_NODE | F_RB_NODE)
#define F_KPTR (F_KPTR_UNREF | F_KPTR_REF | F_KPTR_PERCPU)

struct field {
	u32 type, off;
	u32 target;	  /* root: the struct that it contains; kptr: the struct it points to */
	const char *node; /* root: the member of that */
	bool foreign;	  /* kptr: the struct is the kernel's */
};

struct field_record {
	u32 id, mask, cnt;
	u32 first; /* of its fields, in walk.fields */
	u8 depth;  /* owners below it, with itself; 0: not counted yet */
};

struct field_walk {
	struct kcheck *k;
	struct buf starters; /* ascending ids: structs with such a member are looked at */
	struct buf records;  /* struct field_record, ascending by id */
	struct buf fields;   /* struct field */
	struct buf contains; /* ids */
	bool has_contains;
	u32 top; /* the struct that is parsed, for findings */
};

/*
 * Kernels were made stricter in 2026, and stable releases with them: Debian's 6.12.117 is, 6.18.44
 * is not. Locks of nested structs count together, reference
 * counts too, and owners are bounded by their number.
 */
static inline bool kc_fields_strict(const struct kcheck *k)
{
	return k->version == KV(6, 12) || k->version >= KV(7, 2);
}

/* kernel_owners.c: do owners own each other? */
int kc_owners(struct field_walk *w);

#endif
