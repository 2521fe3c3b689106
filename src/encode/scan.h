/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * One unit's DIEs, sorted into what BTF is made of: types with their members, functions with
 * their parameters, variables, annotations.
 *
 * In: a unit and its compiled abbreviations. Out: flat arrays that live until the next unit is
 * scanned; names are addresses in the debug sections. Nothing is looked up and nothing is hashed
 * here: one pass over the bytes, in order.
 */
#ifndef ENCODE_SCAN_H
#define ENCODE_SCAN_H

#include "base/mem.h"
#include "base/report.h"
#include "dwarf/abbrev.h"

/*
 * A reference to a type: 0 is void; else the DIE's offset from the unit's header; or, with
 * SCAN_REF_MADE, the index of a type that has no DIE; or, with SCAN_REF_REMOTE, an index of
 * scan.remote.
 */
typedef u32 scan_ref;
#define SCAN_REF_MADE 0x40000000u
#define SCAN_REF_REMOTE 0x80000000u
#define SCAN_REF_MAX 0x3fffffffu

#define SCAN_ALIAS 0 /* kind of a type that stands for what it refers to */

enum scan_type_flags {
	SCAN_UNION = 1,	   /* of a FWD: of a union */
	SCAN_BITS = 2,	   /* of a struct: some member is a bit-field */
	SCAN_SIGNED = 4,   /* of an enum: some value is negative */
	SCAN_VARARG = 8,   /* of a FUNC_PROTO */
	SCAN_REFUSED = 16, /* too big for BTF: becomes a FWD */
	SCAN_UNDER_SIGNED = 32, /* of an enum: its underlying type is signed */
	SCAN_ENUM_FWD = 64,
	SCAN_LATE = 128, /* something of it can be said only once all types are known */
};

struct scan_type {
	const char *name; /* NULL: anonymous */
	scan_ref ref;
	u32 size;  /* bytes; of an ARRAY its elements */
	u32 first; /* members, enumerators, parameters: scan.item[first .. first + cnt) */
	u32 cnt;
	u32 off; /* of the DIE, from the unit's header; 0: there is none */
	u8 kind; /* BTF_KIND_*; ENUM for any size; SCAN_ALIAS */
	u8 flags;
	u8 encoding; /* of an INT: BTF_INT_* */
	u8 refused;  /* why: enum scan_refusal */
};

enum scan_refusal {
	SCAN_FINE,
	SCAN_TOO_MANY, /* members */
	SCAN_TOO_BIG,  /* size */
	SCAN_OFFSET,   /* of a member: too big, or no constant */
	SCAN_BIT_RANGE,
	SCAN_UNION_OFFSET,
	SCAN_ENUM_RANGE,
	SCAN_DIMENSIONS,
	SCAN_NAME, /* is in another file */
	SCAN_SUPPLEMENT, /* the unit refers to another file */
	SCAN_SKELETON, /* the unit is in another file, which name says */
	SCAN_ANNOTATIONS, /* a chain of them that does not end */
	SCAN_REFUSALS,
};

/* what is left of it, for people: "... : only its size is described" */
const char *scan_refusal_text(enum scan_refusal why);

/* something that BTF has no words for */
struct scan_odd {
	const char *name;
	u32 off;
	u8 why; /* enum scan_refusal */
};
#define SCAN_ODD_MAX 16

struct scan_item {
	const char *name; /* NULL: anonymous */
	union {
		struct {
			scan_ref ref;
			u32 bit_off;
		};
		u64 value; /* of an enumerator */
	};
	u16 bits;   /* of a bit-field */
	u16 flags;
};

#define SCAN_NONE 0xffffffffu

enum scan_func_flags {
	FUNC_DECLARATION = 1,
	FUNC_EXTERNAL = 2,
	FUNC_HAS_PC = 4,
	FUNC_NOCALL = 8,  /* DW_CC_nocall: its signature was changed */
	FUNC_VARARG = 16,
	FUNC_UNNAMED_PARAM = 32,
};

struct scan_func {
	const char *name;    /* NULL: that of origin or specification */
	const char *linkage; /* linkage name */
	scan_ref ref;	     /* what it returns */
	scan_ref origin, specification;
	u32 off;
	u32 first, cnt; /* scan.param[] */
	u32 flags;
	u32 parent; /* type index where it is a member function, else SCAN_NONE */
	u64 pc;
};

enum scan_location {
	LOCATION_NONE,
	LOCATION_EXPR, /* loc is the address of loc_len bytes */
	LOCATION_LIST, /* loc is an offset in .debug_loclists or .debug_loc */
	LOCATION_LIST_INDEX,
};

struct scan_param {
	const char *name;
	scan_ref ref;
	scan_ref origin;
	u32 off;
	u32 func; /* index in scan.func */
	u64 loc;
	u32 loc_len;
	u8 loc_kind;
	bool has_const;
	bool has_type;
};

enum scan_var_flags { VAR_DECLARATION = 1, VAR_EXTERNAL = 2, VAR_ARTIFICIAL = 4, VAR_TOP = 8 };

struct scan_var {
	const char *name;
	scan_ref ref;
	scan_ref specification;
	u32 off;
	u32 flags;
	const u8 *loc; /* expression, NULL: none */
	u32 loc_len;
};

/* what an annotation is about: index in the array of that name */
enum scan_owner { OWNER_TYPE, OWNER_FUNC, OWNER_VAR };

struct scan_annotation {
	const char *value;
	u32 owner;
	s32 component; /* member or parameter index, -1: the owner itself */
	u8 owner_kind; /* enum scan_owner */
};

/* a DW_TAG_GNU_annotation; who has one refers to the first of a chain */
struct scan_gnu_note {
	const char *value;
	u32 off, next;
	bool is_type; /* "btf_type_tag" */
};

struct scan_gnu_owner {
	u32 note; /* offset */
	u32 owner;
	s32 component;
	u8 kind; /* enum scan_owner */
};

struct scan_remote {
	u64 v;	/* offset in .debug_info, or signature */
	u8 cls; /* ATTR_REF_INFO, ATTR_REF_SIG, ATTR_REF_SUP; ATTR_REF: an offset in .debug_types */
};

#define SCAN_ARRAY(T)                                                                              \
	struct {                                                                                   \
		T *at;                                                                             \
		u32 cnt, cap;                                                                      \
	}

struct scan {
	const struct dwarf *d;
	const struct dwarf_unit *u;
	u64 start; /* first byte that the bitmap stands for, as offset from the unit's header */

	SCAN_ARRAY(struct scan_type) type; /* with a DIE, by offset; then those made */
	u32 die_types;			   /* how many have a DIE */
	SCAN_ARRAY(struct scan_item) item;
	SCAN_ARRAY(u32) order; /* type indices as their DIEs end */
	SCAN_ARRAY(struct scan_func) func;
	SCAN_ARRAY(struct scan_param) param;
	SCAN_ARRAY(struct scan_var) var;
	SCAN_ARRAY(struct scan_annotation) annotation;
	SCAN_ARRAY(struct scan_gnu_note) gnu_note;
	SCAN_ARRAY(struct scan_gnu_owner) gnu_owner;
	SCAN_ARRAY(struct scan_remote) remote;
	SCAN_ARRAY(struct scan_type) made; /* while scanning */
	SCAN_ARRAY(struct scan_frame) frame;

	/* offset to index: the DIEs of types as bits, and how many stand before each word */
	u64 *bits;
	u32 *rank;
	u32 words, words_cap;

	u32 index_type; /* type "int" that was made, SCAN_NONE until an array was seen */
	u64 dies;
	bool nomem;  /* where that could not be returned */
	u32 odd_cnt; /* how many; the first of them: */
	struct scan_odd odd[SCAN_ODD_MAX];
};

void scan_deinit(struct scan *s);
/* 0, or -errno with a finding that names the unit and the DIE */
int scan_unit(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u,
	      const struct dwarf_abbrevs *a, struct btf_report *r);
/*
 * The same for one DIE and its children, `off` from the start of the unit's section. Of a struct,
 * union or enum with a name, the name is all; what is nested more than 64 deep is left out.
 */
int scan_die(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u,
	     const struct dwarf_abbrevs *a, u64 off, struct btf_report *r);

/* without the instruction, which not every x86-64 has, the compiler would call a function */
static inline u32 scan_count_bits(u64 w)
{
#ifdef __x86_64__
	if (likely(__builtin_cpu_supports("popcnt"))) {
		__asm__("popcnt %0, %0" : "+r"(w) : : "cc");
		return (u32)w;
	}
#endif
	w -= w >> 1 & 0x5555555555555555ull;
	w = (w & 0x3333333333333333ull) + (w >> 2 & 0x3333333333333333ull);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (u32)(w * 0x0101010101010101ull >> 56);
}

/* index of the type whose DIE is at `off`; SCAN_NONE: there is no type */
static inline u32 scan_index(const struct scan *s, u32 off)
{
	u64 at = (u64)off - s->start;
	u64 word;

	if (unlikely(at >= (u64)s->words * 64))
		return SCAN_NONE;
	word = s->bits[at >> 6];
	if (unlikely(!(word >> (at & 63) & 1)))
		return SCAN_NONE;
	return s->rank[at >> 6] + scan_count_bits(word & ((1ull << (at & 63)) - 1));
}

#endif
