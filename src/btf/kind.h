/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The kind table: everything about a kind that is layout and not meaning. Sizes, where ids are,
 * where string offsets are. Whoever walks records asks this table, so that a new kind is one row.
 */
#ifndef BTF_KIND_H
#define BTF_KIND_H

#include "btf/wire.h"

#define NO_FIELD 0xff

struct kind_info {
	char name[12];	  /* "STRUCT" */
	u8 tail_sz;	  /* bytes after the head, once */
	u8 elem_sz;	  /* bytes per vlen; 0: vlen is not a count of anything */
	bool head_ref;	  /* the size/type word is a type id */
	bool head_size;	  /* the size/type word is a byte size */
	u8 tail_ids;	  /* number of ids at the start of the tail */
	u8 elem_id;	  /* offset of the id in an element, or NO_FIELD */
	u8 elem_name;	  /* offset of the name in an element, or NO_FIELD */
	u8 tail_swap;	  /* u32 words of the tail to swap (all tails are words) */
};

extern const struct kind_info kind_table[WIRE_KINDS];

/* "STRUCT"; "UNKNOWN" for kinds not in the table */
const char *kind_name(u32 kind);

#define KIND_BIT(k) (1u << (k))
#define KINDS_MOD                                                                                  \
	(KIND_BIT(BTF_KIND_CONST) | KIND_BIT(BTF_KIND_VOLATILE) | KIND_BIT(BTF_KIND_RESTRICT) |    \
	 KIND_BIT(BTF_KIND_TYPE_TAG))
#define KINDS_COMPOSITE (KIND_BIT(BTF_KIND_STRUCT) | KIND_BIT(BTF_KIND_UNION))
#define KINDS_ENUM (KIND_BIT(BTF_KIND_ENUM) | KIND_BIT(BTF_KIND_ENUM64))
/* kinds that name data: what a distilled base can hold, plus TYPEDEF */
#define KINDS_DATA                                                                                 \
	(KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT) | KINDS_COMPOSITE | KINDS_ENUM |        \
	 KIND_BIT(BTF_KIND_FWD) | KIND_BIT(BTF_KIND_TYPEDEF))

static inline bool kind_in(u32 kind, u32 set)
{
	return kind < 32 && (set >> kind & 1);
}

static inline bool type_is(const struct btf_type *t, u32 kind)
{
	return type_kind(t) == kind;
}

/* bytes of a record of a known kind; the head must be readable */
static inline size_t type_size(const struct btf_type *t)
{
	const struct kind_info *k = &kind_table[type_kind(t)];

	return sizeof(*t) + k->tail_sz + (size_t)type_vlen(t) * k->elem_sz;
}

/*
 * Iterates over the fields of one sort of a record, in wire order:
 *
 *	struct field_iter it = type_ids(t);
 *	for (u32 *id; (id = field_next(&it));) ...
 *
 * Unknown kinds have no fields: whoever must not miss any refuses them first.
 */
struct field_iter {
	u32 *head;
	u8 *run;
	u32 left, stride;
};

static inline struct field_iter type_ids(const struct btf_type *t)
{
	u32 kind = type_kind(t);
	const struct kind_info *k = &kind_table[kind < WIRE_KINDS ? kind : 0];
	struct field_iter it = {0};
	u8 *tail = type_tail(t);

	if (k->head_ref)
		it.head = (u32 *)(uintptr_t)&t->type;
	if (k->tail_ids) {
		it.run = tail;
		it.left = k->tail_ids;
		it.stride = sizeof(u32);
	} else if (k->elem_id != NO_FIELD) {
		it.run = tail + k->tail_sz + k->elem_id;
		it.left = type_vlen(t);
		it.stride = k->elem_sz;
	}
	return it;
}

static inline struct field_iter type_names(const struct btf_type *t)
{
	u32 kind = type_kind(t);
	const struct kind_info *k = &kind_table[kind < WIRE_KINDS ? kind : 0];
	struct field_iter it = {0};

	it.head = (u32 *)(uintptr_t)&t->name_off;
	if (k->elem_name != NO_FIELD) {
		it.run = (u8 *)type_tail(t) + k->tail_sz + k->elem_name;
		it.left = type_vlen(t);
		it.stride = k->elem_sz;
	}
	return it;
}

static inline u32 *field_next(struct field_iter *it)
{
	u32 *p = it->head;

	if (p) {
		it->head = NULL;
		return p;
	}
	if (!it->left)
		return NULL;
	it->left--;
	p = (u32 *)(void *)it->run;
	it->run += it->stride;
	return p;
}

#endif
