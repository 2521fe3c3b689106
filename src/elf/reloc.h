/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Relocations of the sections that are not loaded: those with which an assembler writes numbers,
 * offsets and addresses into .debug_*. Code is not relocated here.
 */
#ifndef ELF_RELOC_H
#define ELF_RELOC_H

#include "elf/open.h"

/* What a relocation does to its field. S: the symbol's value, A: the addend, P: the field's place.
 */
enum reloc_op {
	RELOC_NOTHING,
	RELOC_SET,	    /* S + A, which may be of either sign */
	RELOC_SET_UNSIGNED, /* S + A */
	RELOC_SET_SIGNED,   /* S + A */
	RELOC_SET_WRAP,	    /* S + A, of which only the low bits count: a RELOC_SUB follows */
	RELOC_TLS,	    /* S + A, an offset in thread-local storage */
	RELOC_TLS_800,	    /* S + A - 0x800, - 0x8000: so far into that storage points the */
	RELOC_TLS_8000,	    /* register of these machines that it is reached by */
	RELOC_PLACE,	    /* S + A - P */
	RELOC_ADD,	    /* field + S + A, and so on: the field's old value counts, and wraps */
	RELOC_SUB,
	RELOC_SET_6, /* the lower six bits of a byte */
	RELOC_SUB_6,
	RELOC_ADD_6,
	RELOC_SET_ULEB, /* a ULEB128 that keeps its length */
	RELOC_ADD_ULEB,
	RELOC_SUB_ULEB,
};

struct reloc_rule {
	u16 type;
	u8 op;	 /* enum reloc_op */
	u8 size; /* of the field in bytes; 0 with RELOC_NOTHING and for a ULEB128 */
};

struct reloc_machine {
	u16 machine; /* EM_* */
	const char *name;
	const struct reloc_rule *rules;
	size_t cnt;
};

/* NULL: no rules are known for that machine */
const struct reloc_machine *reloc_machine(u16 machine);
/* for tests: the i-th machine, NULL behind the last */
const struct reloc_machine *reloc_machine_at(size_t i);

/*
 * A section on its way from where it lies to where it may be changed. Bytes are copied when a
 * relocation comes near them, so that they are changed while the cache still has them.
 */
struct reloc_target {
	const char *name; /* of the section */
	const u8 *from;	  /* NULL: all are there already */
	u8 *to;
	u64 size;
	u64 ready; /* to[0..ready) is filled */
	u64 start; /* what P counts from: where `to` starts in the section as the reader sees it */
	bool mapped; /* `from` and the relocations lie in a mapped file, which is read once */
};

/* fills the rest */
void reloc_finish(struct reloc_target *t);

/* what a relocation may refer to */
struct reloc_symbols {
	const u64 *value; /* S of symbol i: an address, or an offset in thread-local storage */
	u64 cnt;
};

/* applies what section s (SHT_RELA or SHT_REL) holds to t */
int reloc_apply(const struct elf *e, const struct elf_section *s, struct reloc_target *t,
		const struct reloc_symbols *symbols, struct btf_report *r);

#endif
