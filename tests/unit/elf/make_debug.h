/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Object files with a .debug_info and its relocations, right or damaged. */
#ifndef TESTS_ELF_MAKE_DEBUG_H
#define TESTS_ELF_MAKE_DEBUG_H

#include "elf/debug.h"
#include "make.h"

#define TEXT_ADDRESS DEBUG_FIRST_ADDRESS
#define SMALL 0x21 /* what the symbol that most tests refer to stands for */

struct entry {
	u64 off;
	u32 type, symbol;
	s64 addend;
};

enum symbol {
	NO_SYMBOL,
	IN_TEXT,  /* .text + 0x20 */
	IN_STR,	  /* .debug_str + SMALL */
	IN_TLS,	  /* .tdata + SMALL */
	ABSOLUTE, /* 0x1234 */
	UNDEFINED,
	COMMON,
	SYMBOLS
};

enum section {
	TEXT = 1,
	TDATA,
	DEBUG,
	STR,
	REL,
	SYMTAB,
	STRTAB,
};

struct input {
	int class, order;
	u16 machine;
	bool rela;
	const struct entry *entries;
	size_t cnt;
	const void *info;
	size_t info_size;
	int type;		     /* 0: ET_REL */
	u32 rel_info, rel_link;	     /* 0: the right ones */
	u64 rel_cut, rel_entsize;    /* 0: right */
	u32 rel_type;		     /* 0: right */
	const char *name, *rel_name; /* NULL: .debug_info */
	u64 flags;		     /* of .debug_info */
};

struct made make_input(const struct input *in);
/* number of `size` bytes */
u64 number(const u8 *p, size_t size, int order);
/* the code it is refused with, 0 if not; what came out of .debug_info goes to out */
enum btf_code relocated(const struct input *in, u8 *out);

#endif
