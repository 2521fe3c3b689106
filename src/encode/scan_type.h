/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the attributes of one DIE mean: the leaves of the walk in scan.c. */
#ifndef ENCODE_SCAN_TYPE_H
#define ENCODE_SCAN_TYPE_H

#include "btf/kind.h"
#include "encode/scan.h"

#define SCAN_NO_TYPE 0xff
/* BTF kind (or SCAN_ALIAS) that a DIE of this tag becomes, SCAN_NO_TYPE where it is no type */
u8 scan_kind(u16 tag);

void scan_type_attrs(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
		     const struct dwarf_attr *at);
/* is the DIE a member, enumerator or parameter that a type of this kind has? */
bool scan_item_fits(const struct scan_type *t, const struct dwarf_die *die,
		    const struct dwarf_attr *at);
void scan_item_attrs(struct scan *s, struct scan_type *t, struct scan_item *m,
		     const struct dwarf_die *die, const struct dwarf_attr *at);
void scan_param_attrs(struct scan *s, struct scan_param *p, const struct dwarf_die *die,
		      const struct dwarf_attr *at);
void scan_func_attrs(struct scan *s, struct scan_func *f, const struct dwarf_die *die,
		     const struct dwarf_attr *at);
void scan_var_attrs(struct scan *s, struct scan_var *v, const struct dwarf_die *die,
		    const struct dwarf_attr *at);
void scan_dimension(struct scan_type *t, const struct dwarf_die *die, const struct dwarf_attr *at);
/* one more dimension of an array, of so many elements */
void scan_dimension_of(struct scan_type *t, u64 n);

scan_ref scan_ref_of(struct scan *s, const struct dwarf_attr *at);
/* a type without a DIE of its own */
scan_ref scan_made(struct scan *s, const struct scan_type *t);
/* counts what BTF has no words for */
void scan_note_odd(struct scan *s, u32 off, const char *name, enum scan_refusal why);
/* GCC's annotations: a DIE of one, who refers to one, and all once the DIEs are read; or -ENOMEM */
int scan_gnu_note(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at);
int scan_gnu_owner(struct scan *s, const struct dwarf_attr *at, enum scan_owner kind, u32 owner,
		   s32 component);
int scan_gnu_resolve(struct scan *s);
/* room for one more element of an array of the scan */
#define scan_room(a)                                                                                    \
	((a)->cnt < (a)->cap || !array_grow((void **)&(a)->at, &(a)->cap, (a)->cnt + 1,            \
					    sizeof(*(a)->at)))
/* what can be said only once all types are known; 0 or -ENOMEM */
int scan_finish(struct scan *s);

/* names that begin with prefix become prefix, which must outlive s */
void scan_cut_names(struct scan *s, const char *prefix);

#endif
