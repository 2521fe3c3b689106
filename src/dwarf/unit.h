/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Units: where each one lies, how its numbers are written, and what its first DIE says. */
#ifndef DWARF_UNIT_H
#define DWARF_UNIT_H

#include "dwarf/dwarf.h"

struct dwarf_unit {
	u64 off; /* of the header in its section */
	u64 die; /* of the first DIE */
	u64 end;
	u64 abbrev_off;
	u64 abbrev_end; /* where the next table starts that some unit names */
	u64 signature; /* of a type unit */
	u64 type_die;  /* of a type unit: the type, as offset in the section */
	bool in_types; /* the section is .debug_types */
	u8 version, addr_size, off_size;
	u8 type; /* DW_UT_*, 0 where version < 5 does not tell */

	/* from the unit DIE, once dwarf_unit_begin was called */
	u64 str_offsets_base, addr_base, loclists_base, low_pc;
	const char *name, *producer, *dwo_name;
	u32 language;
	u32 tag;
};

static inline const struct dwarf_slice *dwarf_unit_section(const struct dwarf *d,
							   const struct dwarf_unit *u)
{
	return u->in_types ? &d->types : &d->info;
}

static inline const char *dwarf_unit_section_name(const struct dwarf_unit *u)
{
	return u->in_types ? ".debug_types" : ".debug_info";
}

/*
 * All unit headers, .debug_info first, then .debug_types; *ret is malloc'ed. A header that lies
 * about its length, version or sizes is an error that names its offset.
 */
int dwarf_units(const struct dwarf *d, struct btf_report *r, struct dwarf_unit **ret,
		u32 *ret_cnt);

struct dwarf_abbrevs;
/* Compiles the unit's abbreviations into `a` and reads the attributes of the unit DIE. */
int dwarf_unit_begin(const struct dwarf *d, struct dwarf_unit *u, struct dwarf_abbrevs *a,
		     struct btf_report *r);

#endif
