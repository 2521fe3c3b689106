/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTF -> text. A format is three functions: what stands before the types, one type, what stands
 * after them; print_types() runs them over the types that are asked for.
 */
#ifndef PRINT_PRINT_H
#define PRINT_PRINT_H

#include <btf/print.h>

#include "btf/object.h"
#include "print/out.h"

struct print {
	struct out out;
	const struct btf *b;
	bool string_values;
	bool first; /* no type has been printed yet */
};

struct print_format {
	void (*begin)(struct print *w);
	void (*type)(struct print *w, u32 id, const struct btf_type *t);
	void (*end)(struct print *w);
};

extern const struct print_format print_raw, print_json, print_bpftool_json;

int print_types(const struct btf *b, const struct print_format *f,
		const struct btf_print_opts *opts,
		int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		struct btf_report *r);

/* -ENOENT and a finding for an id that b lacks */
int print_check_ids(const struct btf *b, const struct btf_print_opts *opts, struct btf_report *r);

/* ---- words that the formats share ---- */

/* NULL: not one of the known linkages */
const char *func_linkage_name(u32 linkage);
const char *var_linkage_name(u32 linkage);
/* bpftool's word for the encoding of an INT: of one bit or none, "UNKN" for the rest */
const char *int_encoding_word(u32 encoding);

/* the u32 behind an INT's head */
static inline u32 int_word(const struct btf_type *t)
{
	return *(const u32 *)type_tail(t);
}

static inline u64 enum64_value(const struct wire_enum64 *v)
{
	return (u64)v->hi32 << 32 | v->lo32;
}

/* bpftool's word for a kind and for a name */
static inline const char *bpftool_kind(u32 kind)
{
	return kind && kind < WIRE_KINDS ? kind_table[kind].name : "UNKNOWN";
}

static inline const char *bpftool_name(const struct btf *b, u32 off)
{
	return off ? object_str(b, off) : "(anon)";
}

#endif
