/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The function symbols of a file, grouped by name: what stands before the first dot. Built once
 * per file and read by all workers.
 */
#ifndef ENCODE_SYMBOLS_H
#define ENCODE_SYMBOLS_H

#include "elf/debug.h"
#include "encode/shard.h"

enum func_suffix {
	SUFFIX_NONE,
	SUFFIX_OTHER,
	SUFFIX_CLONE, /* ".constprop" or ".isra" is in it */
};

struct func_symbol {
	const char *name; /* whole, as in the file */
	u64 value;	  /* st_value */
	u64 address;	  /* as DWARF states it */
	u8 suffix;	  /* enum func_suffix */
	bool replaces;	  /* ".isra": parameters may be replaced by what is needed of them */
	bool defined;
};

struct func_group {
	const char *name; /* of its first symbol: the group's name is its first name_len bytes */
	u32 name_len;
	u32 first, cnt;		/* in symbols.sym, in the order of the file */
	bool plain;		/* a symbol is the name itself, without a suffix */
	bool several_values;	/* st_values differ, as pahole compares them */
	bool several_addresses; /* addresses differ */
};

/* where a name's group is; v is its index + 1, 0: there is none */
struct symbols_slot {
	u32 tag; /* upper half of the key */
	u32 v;
};

struct symbols {
	struct func_group *group;
	u64 *key; /* by group: of its name */
	u32 group_cnt;
	struct func_symbol *sym;
	u32 sym_cnt;
	struct symbols_slot *slot; /* by the lower half of the key */
	u32 mask;
	u32 last;	  /* the group whose name sorts last, SCAN_NONE: no group */
	bool relocatable; /* values are offsets in sections: they are no addresses */
};

/*
 * A file without .symtab, or without functions in it, has no groups; that is no error. The file's
 * bytes must outlive ret.
 */
int symbols_init(struct symbols *ret, const struct elf *e, const struct debug_image *image,
		 struct btf_report *r);
void symbols_deinit(struct symbols *s);
/* index of the group of that name, SCAN_NONE: there is none */
u32 symbols_find(const struct symbols *s, const char *name);
/* the same by key, which is symbols_key of the name; s must have groups */
u64 symbols_key(const char *name);
u32 symbols_find_key(const struct symbols *s, u64 key);

/* where the search for a key starts */
static inline const void *symbols_place(const struct symbols *s, u64 key)
{
	return &s->slot[(u32)key & s->mask];
}
/* the first symbol of the group at an address, NULL: none; raw: st_value is meant */
const struct func_symbol *symbols_at(const struct symbols *s, const struct func_group *g,
				     u64 address, bool raw);

#endif
