// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* See make_dwarf.h. One table of abbreviations serves all units. */
#include "make_dwarf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum {
	AB_UNIT = 1,
	AB_INT,
	AB_POINTER,
	AB_CONST,
	AB_TYPEDEF,
	AB_STRUCT,
	AB_UNION,
	AB_MEMBER,
	AB_FUNC,
	AB_FUNC_VOID,
	AB_FUNC_CHANGED,
	AB_FUNC_LINKAGE,
	AB_INSTANCE,
	AB_FAR_INSTANCE,
	AB_DECLARED,
	AB_ASM,
	AB_PARAM,
	AB_PARAM_EXPR,
	AB_PARAM_LIST,
	AB_PARAM_CONST,
	AB_OF,
	AB_OF_EXPR,
	AB_OF_LIST,
	AB_OF_CONST,
	AB_FAR_OF_EXPR,
	AB_UNNAMED,
	AB_DOTS,
	AB_NOTE,
	AB_VOID_POINTER,
	AB_ABSTRACT,
};

/* code, tag, children, (attribute, form)..., 0, 0 */
/* clang-format off */
static const uint8_t abbrevs[] = {
	AB_UNIT, 0x11, 1, 0x03, 0x08, 0x25, 0x08, 0x13, 0x0b, 0, 0,
	AB_INT, 0x24, 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0,
	AB_POINTER, 0x0f, 0, 0x49, 0x13, 0, 0,
	AB_VOID_POINTER, 0x0f, 0, 0, 0,
	AB_CONST, 0x26, 0, 0x49, 0x13, 0, 0,
	AB_TYPEDEF, 0x16, 0, 0x03, 0x08, 0x49, 0x13, 0, 0,
	AB_STRUCT, 0x13, 1, 0x03, 0x08, 0x0b, 0x0b, 0, 0,
	AB_UNION, 0x17, 1, 0x03, 0x08, 0x0b, 0x0b, 0, 0,
	AB_MEMBER, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b, 0, 0,
	AB_FUNC, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x49, 0x13, 0, 0,
	AB_FUNC_VOID, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0, 0,
	AB_ABSTRACT, 0x2e, 1, 0x03, 0x08, 0x49, 0x13, 0x20, 0x0b, 0, 0,
	AB_FUNC_CHANGED, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x49, 0x13, 0x36, 0x0b, 0, 0,
	AB_FUNC_LINKAGE, 0x2e, 1, 0x03, 0x08, 0x6e, 0x08, 0x11, 0x01, 0x49, 0x13, 0, 0,
	AB_INSTANCE, 0x2e, 1, 0x31, 0x13, 0x11, 0x01, 0, 0,
	AB_FAR_INSTANCE, 0x2e, 1, 0x31, 0x10, 0x11, 0x01, 0, 0,
	AB_DECLARED, 0x2e, 0, 0x03, 0x08, 0x3c, 0x19, 0, 0,
	AB_ASM, 0x2e, 0, 0x03, 0x08, 0x11, 0x01, 0, 0,
	AB_PARAM, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0, 0,
	AB_PARAM_EXPR, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x18, 0, 0,
	AB_PARAM_LIST, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x17, 0, 0,
	AB_PARAM_CONST, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0x1c, 0x0b, 0, 0,
	AB_OF, 0x05, 0, 0x31, 0x13, 0, 0,
	AB_OF_EXPR, 0x05, 0, 0x31, 0x13, 0x02, 0x18, 0, 0,
	AB_OF_LIST, 0x05, 0, 0x31, 0x13, 0x02, 0x17, 0, 0,
	AB_OF_CONST, 0x05, 0, 0x31, 0x13, 0x1c, 0x0b, 0, 0,
	AB_FAR_OF_EXPR, 0x05, 0, 0x31, 0x10, 0x02, 0x18, 0, 0,
	AB_UNNAMED, 0x05, 0, 0x49, 0x13, 0, 0,
	AB_DOTS, 0x18, 0, 0, 0,
	AB_NOTE, 0x80, 0xc0, 0x01, 0, 0x03, 0x08, 0x1c, 0x08, 0, 0,
	0,
};
/* clang-format on */

static void put(struct buf *b, const void *data, size_t len)
{
	assert_int_equal(buf_add(b, data, len), 0);
}

static void number(struct make_dwarf *d, struct buf *b, uint64_t v, size_t n)
{
	uint8_t raw[8];

	make_number(d->order, v, n, raw);
	put(b, raw, n);
}

static void text(struct make_dwarf *d, const char *s)
{
	put(&d->info, s, strlen(s) + 1);
}

static uint32_t die(struct make_dwarf *d, uint8_t code)
{
	uint32_t at = (uint32_t)(d->info.len - d->unit);

	number(d, &d->info, code, 1);
	return at;
}

void make_unit(struct make_dwarf *d, const char *name, const char *producer)
{
	if (!d->order)
		d->order = ELFDATA2LSB;
	d->unit = d->info.len;
	number(d, &d->info, 0, 4);
	number(d, &d->info, 5, 2);
	number(d, &d->info, 1, 1);
	number(d, &d->info, 8, 1);
	number(d, &d->info, 0, 4);
	die(d, AB_UNIT);
	text(d, name);
	text(d, producer);
	number(d, &d->info, 0x0c, 1);
}

void make_unit_end(struct make_dwarf *d)
{
	make_end(d);
	make_number(d->order, d->info.len - d->unit - 4, 4, d->info.data + d->unit);
}

void make_end(struct make_dwarf *d)
{
	number(d, &d->info, 0, 1);
}

uint32_t make_int(struct make_dwarf *d, const char *name, uint8_t size)
{
	uint32_t at = die(d, AB_INT);

	text(d, name);
	number(d, &d->info, size, 1);
	number(d, &d->info, 5, 1);
	return at;
}

uint32_t make_pointer(struct make_dwarf *d, uint32_t to)
{
	uint32_t at = die(d, to ? AB_POINTER : AB_VOID_POINTER);

	if (to)
		number(d, &d->info, to, 4);
	return at;
}

uint32_t make_const(struct make_dwarf *d, uint32_t to)
{
	uint32_t at = die(d, AB_CONST);

	number(d, &d->info, to, 4);
	return at;
}

uint32_t make_typedef(struct make_dwarf *d, const char *name, uint32_t to)
{
	uint32_t at = die(d, AB_TYPEDEF);

	text(d, name);
	number(d, &d->info, to, 4);
	return at;
}

uint32_t make_struct(struct make_dwarf *d, const char *name, uint8_t size, bool is_union)
{
	uint32_t at = die(d, is_union ? AB_UNION : AB_STRUCT);

	text(d, name);
	number(d, &d->info, size, 1);
	return at;
}

void make_member(struct make_dwarf *d, const char *name, uint32_t type, uint8_t off)
{
	die(d, AB_MEMBER);
	text(d, name);
	number(d, &d->info, type, 4);
	number(d, &d->info, off, 1);
}

uint32_t make_func(struct make_dwarf *d, const char *name, uint64_t pc, uint32_t type)
{
	uint32_t at = die(d, !pc ? AB_ABSTRACT : type ? AB_FUNC : AB_FUNC_VOID);

	text(d, name);
	if (pc)
		number(d, &d->info, pc, 8);
	if (type)
		number(d, &d->info, type, 4);
	if (!pc)
		number(d, &d->info, 1, 1);
	return at;
}

uint32_t make_func_changed(struct make_dwarf *d, const char *name, uint64_t pc, uint32_t type)
{
	uint32_t at = die(d, AB_FUNC_CHANGED);

	text(d, name);
	number(d, &d->info, pc, 8);
	number(d, &d->info, type, 4);
	number(d, &d->info, 3, 1);
	return at;
}

uint32_t make_func_linkage(struct make_dwarf *d, const char *name, const char *linkage, uint64_t pc,
			   uint32_t type)
{
	uint32_t at = die(d, AB_FUNC_LINKAGE);

	text(d, name);
	text(d, linkage);
	number(d, &d->info, pc, 8);
	number(d, &d->info, type, 4);
	return at;
}

uint32_t make_instance(struct make_dwarf *d, uint32_t origin, uint64_t pc)
{
	uint32_t at = die(d, AB_INSTANCE);

	number(d, &d->info, origin, 4);
	number(d, &d->info, pc, 8);
	return at;
}

uint32_t make_far_instance(struct make_dwarf *d, uint32_t origin, uint64_t pc)
{
	uint32_t at = die(d, AB_FAR_INSTANCE);

	number(d, &d->info, origin, 4);
	number(d, &d->info, pc, 8);
	return at;
}

void make_declared(struct make_dwarf *d, const char *name)
{
	die(d, AB_DECLARED);
	text(d, name);
}

void make_asm(struct make_dwarf *d, const char *name, uint64_t pc)
{
	die(d, AB_ASM);
	text(d, name);
	number(d, &d->info, pc, 8);
}

static void location(struct make_dwarf *d, struct make_loc loc)
{
	if (loc.list) {
		number(d, &d->info, loc.at, 4);
	} else if (loc.is_const) {
		number(d, &d->info, 7, 1);
	} else if (!loc.none) {
		number(d, &d->info, loc.len, 1);
		put(&d->info, loc.byte, loc.len);
	}
}

uint32_t make_param(struct make_dwarf *d, const char *name, uint32_t type, struct make_loc loc)
{
	uint32_t at = die(d, loc.none	    ? AB_PARAM
			     : loc.is_const ? AB_PARAM_CONST
			     : loc.list	    ? AB_PARAM_LIST
					    : AB_PARAM_EXPR);

	text(d, name);
	number(d, &d->info, type, 4);
	location(d, loc);
	return at;
}

uint32_t make_param_of(struct make_dwarf *d, uint32_t origin, struct make_loc loc)
{
	uint32_t at = die(d, loc.none	    ? AB_OF
			     : loc.is_const ? AB_OF_CONST
			     : loc.list	    ? AB_OF_LIST
					    : AB_OF_EXPR);

	number(d, &d->info, origin, 4);
	location(d, loc);
	return at;
}

uint32_t make_far_param_of(struct make_dwarf *d, uint32_t origin, struct make_loc loc)
{
	uint32_t at = die(d, AB_FAR_OF_EXPR);

	number(d, &d->info, origin, 4);
	location(d, loc);
	return at;
}

void make_unnamed(struct make_dwarf *d, uint32_t type)
{
	die(d, AB_UNNAMED);
	number(d, &d->info, type, 4);
}

void make_dots(struct make_dwarf *d)
{
	die(d, AB_DOTS);
}

void make_note(struct make_dwarf *d, const char *tag)
{
	die(d, AB_NOTE);
	text(d, "btf_decl_tag");
	text(d, tag);
}

uint32_t make_list(struct make_dwarf *d, const struct make_loc *loc, size_t cnt)
{
	uint32_t at;

	if (!d->order)
		d->order = ELFDATA2LSB;
	if (!d->lists.len)
		put(&d->lists, "\0\0\0\0\0\0\0\0\0\0\0\0", 12); /* where the header stands */
	at = (uint32_t)d->lists.len;
	for (size_t i = 0; i < cnt; i++) {
		uint8_t head[4] = {4, (uint8_t)i, (uint8_t)(i + 1), loc[i].len};

		put(&d->lists, head, sizeof(head));
		put(&d->lists, loc[i].byte, loc[i].len);
	}
	number(d, &d->lists, 0, 1);
	return at;
}

#define MAX_SYMBOLS 16

struct made make_dwarf_elf(struct make_dwarf *d, int type, int machine,
			   const struct make_func_symbol *symbol)
{
	struct make_symbol sym[MAX_SYMBOLS] = {{0}};
	struct buf names = {0};
	struct made m, table;
	size_t cnt = 1;
	uint16_t raw;

	put(&names, "", 1);
	for (; symbol->name; symbol++, cnt++) {
		assert_true(cnt < MAX_SYMBOLS);
		sym[cnt] = (struct make_symbol){.name = (uint32_t)names.len,
						.value = symbol->value,
						.info = 1 << 4 | STT_FUNC,
						.section = symbol->section};
		put(&names, symbol->name, strlen(symbol->name) + 1);
	}
	table = make_symbols(ELFCLASS64, d->order, sym, cnt);
	{
		const struct make_section sections[] = {
			{.name = ".text",
			 .type = SHT_PROGBITS,
			 .flags = SHF_ALLOC | SHF_EXECINSTR,
			 .data = "01234567890123456789012345678901",
			 .size = 32,
			 .align = 16},
			{.name = ".init.text",
			 .type = SHT_PROGBITS,
			 .flags = SHF_ALLOC | SHF_EXECINSTR,
			 .data = "0123456789012345",
			 .size = 16,
			 .align = 16},
			{.name = ".symtab",
			 .type = SHT_SYMTAB,
			 .data = table.data,
			 .size = table.size,
			 .align = 8,
			 .link = 4,
			 .info = 1,
			 .entsize = 24},
			{.name = ".strtab",
			 .type = SHT_STRTAB,
			 .data = names.data,
			 .size = names.len,
			 .align = 1},
			{.name = ".debug_info",
			 .type = SHT_PROGBITS,
			 .data = d->info.data,
			 .size = d->info.len,
			 .align = 1},
			{.name = ".debug_abbrev",
			 .type = SHT_PROGBITS,
			 .data = abbrevs,
			 .size = sizeof(abbrevs),
			 .align = 1},
			{.name = ".debug_loclists",
			 .type = SHT_PROGBITS,
			 .data = d->lists.data,
			 .size = d->lists.len,
			 .align = 1},
			{0},
		};
		m = make_elf(ELFCLASS64, d->order, type, sections);
	}
	/* libelf has nothing to say about the machine */
	make_number(d->order, (uint64_t)machine, sizeof(raw), &raw);
	memcpy(m.data + 18, &raw, sizeof(raw));
	made_free(&table);
	buf_deinit(&names);
	buf_deinit(&d->info);
	buf_deinit(&d->lists);
	*d = (struct make_dwarf){0};
	return m;
}
