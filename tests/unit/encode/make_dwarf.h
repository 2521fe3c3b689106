/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DWARF 5 for tests, assembled DIE by DIE, and an ELF file around it. Offsets that functions
 * return are those of DIEs in their unit, which references take; 0 is void.
 */
#ifndef TESTS_ENCODE_MAKE_DWARF_H
#define TESTS_ENCODE_MAKE_DWARF_H

#include "../elf/make.h"
#include "base/mem.h"

struct make_dwarf {
	int order;
	struct buf info, lists;
	size_t unit; /* where the open one starts */
};

/* how a parameter is located: bytes of an expression */
struct make_loc {
	uint8_t len, byte[15];
	bool none;     /* no location */
	bool is_const; /* DW_AT_const_value instead */
	bool list;     /* in a list; the bytes are its offset */
	uint32_t at;
};

#define NO_LOC ((struct make_loc){.none = true})
#define CONST_VALUE ((struct make_loc){.is_const = true})
#define IN_REG(n) ((struct make_loc){.len = 1, .byte = {0x50 + (n)}})
#define ON_STACK ((struct make_loc){.len = 2, .byte = {0x91, 0x10}})
#define IN_LIST(off) ((struct make_loc){.list = true, .at = (off)})

void make_unit(struct make_dwarf *d, const char *name, const char *producer);
void make_unit_end(struct make_dwarf *d);
uint32_t make_int(struct make_dwarf *d, const char *name, uint8_t size);
uint32_t make_pointer(struct make_dwarf *d, uint32_t to);
uint32_t make_const(struct make_dwarf *d, uint32_t to);
uint32_t make_typedef(struct make_dwarf *d, const char *name, uint32_t to);
/* closed by make_end */
uint32_t make_struct(struct make_dwarf *d, const char *name, uint8_t size, bool is_union);
void make_member(struct make_dwarf *d, const char *name, uint32_t type, uint8_t off);
/* functions, closed by make_end; pc 0: none */
uint32_t make_func(struct make_dwarf *d, const char *name, uint64_t pc, uint32_t type);
uint32_t make_func_changed(struct make_dwarf *d, const char *name, uint64_t pc, uint32_t type);
uint32_t make_func_linkage(struct make_dwarf *d, const char *name, const char *linkage, uint64_t pc,
			   uint32_t type);
uint32_t make_instance(struct make_dwarf *d, uint32_t origin, uint64_t pc);
/* of another unit: offset in .debug_info */
uint32_t make_far_instance(struct make_dwarf *d, uint32_t origin, uint64_t pc);
void make_declared(struct make_dwarf *d, const char *name);
void make_asm(struct make_dwarf *d, const char *name, uint64_t pc);
uint32_t make_param(struct make_dwarf *d, const char *name, uint32_t type, struct make_loc loc);
uint32_t make_param_of(struct make_dwarf *d, uint32_t origin, struct make_loc loc);
uint32_t make_far_param_of(struct make_dwarf *d, uint32_t origin, struct make_loc loc);
void make_unnamed(struct make_dwarf *d, uint32_t type);
void make_dots(struct make_dwarf *d);
void make_note(struct make_dwarf *d, const char *tag); /* btf_decl_tag */
void make_end(struct make_dwarf *d);

/* a list of entries: offset in .debug_loclists */
uint32_t make_list(struct make_dwarf *d, const struct make_loc *loc, size_t cnt);

struct make_func_symbol {
	const char *name; /* NULL ends the list */
	uint64_t value;
	uint16_t section; /* 1: .text, 2: .init.text; 0: undefined */
};

/* frees what d holds */
struct made make_dwarf_elf(struct make_dwarf *d, int type, int machine,
			   const struct make_func_symbol *symbol);

#endif
