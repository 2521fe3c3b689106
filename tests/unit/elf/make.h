/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ELF files for tests, assembled by libelf: another pair of eyes than src/elf. Every function
 * fails the running test when libelf refuses.
 */
#ifndef TESTS_ELF_MAKE_H
#define TESTS_ELF_MAKE_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct make_section {
	const char *name; /* NULL ends the list */
	uint32_t type;
	uint64_t flags;
	const void *data;
	size_t size;
	uint64_t align;
	uint32_t link, info;
	uint64_t entsize;
	uint64_t addr;
};

struct made {
	uint8_t *data;
	size_t size;
};

/*
 * Sections get the indices 1, 2, ... in order; .shstrtab comes last. Data is taken as it is, in
 * the file's byte order.
 */
struct made make_elf(int class, int order, int type, const struct make_section *sections);
void made_free(struct made *m);

/* fails the test unless libelf reads the file and every section's bytes are inside it */
void make_check(const void *data, size_t size);

/* n-byte number in the file's byte order */
void make_number(int order, uint64_t v, size_t n, void *to);
/* symbol table of `cnt` entries in the file's form */
struct make_symbol {
	uint32_t name;
	uint64_t value, size;
	uint8_t info;
	uint16_t section;
};
struct made make_symbols(int class, int order, const struct make_symbol *syms, size_t cnt);
/* SHF_COMPRESSED data: header and payload; method 1 zlib, 2 zstd */
struct made make_compressed(int class, int order, int method, const void *data, size_t size);

#endif
