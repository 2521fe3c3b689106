/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTF on the wire: the records of <linux/btf.h> with what later formats added.
 *
 * Debian's <linux/btf.h> knows 16-bit vlen, 5-bit kinds and the 24-byte header; the widened info
 * word and the 32-byte header live here under names of our own. docs/format.md is the
 * specification.
 */
#ifndef BTF_WIRE_H
#define BTF_WIRE_H

#include <linux/btf.h>

#include "base/types.h"

#ifndef BTF_KIND_FUNC
#define BTF_KIND_FUNC 12
#define BTF_KIND_FUNC_PROTO 13
#define BTF_KIND_VAR 14
#define BTF_KIND_DATASEC 15
#endif
#ifndef BTF_KIND_FLOAT
#define BTF_KIND_FLOAT 16
#endif

#define WIRE_MAGIC 0xeb9f
#define WIRE_MAGIC_SWAPPED 0x9feb
#define WIRE_VERSION 1
#define WIRE_HDR_LEN 24	       /* without layout */
#define WIRE_HDR_LEN_LAYOUT 32 /* with layout_off and layout_len */
#define WIRE_MAX_VLEN 0xffffffu
#define WIRE_MAX_KIND 0x7f
#define WIRE_MAX_ID 0xfffffu	    /* what kernels accept; the library's own bound is 2^31 */
#define WIRE_MAX_NAME_OFF 0xffffffu /* likewise */
#define WIRE_MAX_STRS 0x80000000u   /* bytes of strings of base and split together */
#define WIRE_KINDS 20		    /* kinds 0..19 are known */

/* struct btf_header with the fields of 2026; hdr_len says which are there */
struct wire_header {
	u16 magic;
	u8 version;
	u8 flags;
	u32 hdr_len;
	u32 type_off, type_len;
	u32 str_off, str_len;
	u32 layout_off, layout_len;
};

/* one entry of the layout section, indexed by kind */
struct wire_layout {
	u8 info_sz; /* bytes after the 12-byte record head */
	u8 elem_sz; /* bytes per vlen */
	u16 flags;
};

struct wire_enum64 {
	u32 name_off;
	u32 lo32, hi32;
};

_Static_assert(sizeof(struct wire_header) == 32, "wire");
_Static_assert(sizeof(struct wire_layout) == 4, "wire");
_Static_assert(sizeof(struct btf_type) == 12, "wire");
_Static_assert(sizeof(struct btf_member) == 12, "wire");
_Static_assert(sizeof(struct btf_array) == 12, "wire");
_Static_assert(sizeof(struct btf_enum) == 8, "wire");
_Static_assert(sizeof(struct wire_enum64) == 12, "wire");
_Static_assert(sizeof(struct btf_param) == 8, "wire");
_Static_assert(sizeof(struct btf_var) == 4, "wire");
_Static_assert(sizeof(struct btf_var_secinfo) == 12, "wire");

static inline u32 info_kind(u32 info)
{
	return (info >> 24) & 0x7f;
}

static inline u32 info_vlen(u32 info)
{
	return info & 0xffffff;
}

static inline bool info_kflag(u32 info)
{
	return info >> 31;
}

static inline u32 info_make(u32 kind, u32 vlen, bool kflag)
{
	return (u32)kflag << 31 | kind << 24 | vlen;
}

static inline u32 type_kind(const struct btf_type *t)
{
	return info_kind(t->info);
}

static inline u32 type_vlen(const struct btf_type *t)
{
	return info_vlen(t->info);
}

static inline bool type_kflag(const struct btf_type *t)
{
	return info_kflag(t->info);
}

/* what follows the record head */
static inline void *type_tail(const struct btf_type *t)
{
	return (void *)(uintptr_t)(t + 1);
}

static inline u32 member_bit_off(const struct btf_type *t, const struct btf_member *m)
{
	return type_kflag(t) ? m->offset & 0xffffff : m->offset;
}

static inline u32 member_bits(const struct btf_type *t, const struct btf_member *m)
{
	return type_kflag(t) ? m->offset >> 24 : 0;
}

#endif
