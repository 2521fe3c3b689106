/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DWARF to BTF: one file.
 *
 * The whole way: unit headers -> units in parallel, each scanned, keyed and added to its worker's
 * shard -> shards joined -> functions, variables -> dedup.
 */
#ifndef ENCODE_ENCODE_H
#define ENCODE_ENCODE_H

#include "btf/object.h"
#include "dwarf/dwarf.h"
#include "elf/debug.h"
#include "encode/base.h"
#include "encode/func.h"
#include "encode/keys.h"
#include "encode/var.h"

struct encode_opts {
	struct key_opts key;
	int jobs;
	/* languages (DW_LANG_*) that are left out, and those that alone are kept; 0 ends the list */
	const u32 *lang_exclude, *lang_only;
	u8 vars; /* enum var_which */
	bool decl_tags, kfuncs, attributes;
	bool layout; /* a layout section, where there is no base */
	struct func_opts funcs;
	/* what became of each function, unit[] by struct func_state.unit; may be NULL */
	void (*judged)(void *ctx, const struct func_set *set, const struct dwarf_unit *unit);
	void *judged_ctx;
};

struct encode_stats {
	u32 units, skipped; /* units, and those left out by language */
	u64 dies;
	u32 vars;
	u32 funcs, funcs_dropped;
	u64 whole_bytes; /* with whole_wanted: records and names that the base has */
	bool whole_wanted;
};

/* one file, as the caller has opened it */
struct encode_file {
	const struct elf *elf;		 /* NULL: DWARF alone; then there are types only */
	const struct debug_image *image; /* of elf */
	struct dwarf dwarf;
	/* .debug_info lies in a mapped file: what was read need not stay in memory */
	bool mapped;
};

/* the sections of an image that encode_file is to have */
#define ENCODE_SECTIONS                                                                            \
	(DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_TYPES) | DEBUG_MASK(DEBUG_ABBREV) |             \
	 DEBUG_MASK(DEBUG_STR) | DEBUG_MASK(DEBUG_LINE_STR) | DEBUG_MASK(DEBUG_STR_OFFSETS) |      \
	 DEBUG_MASK(DEBUG_ADDR) | DEBUG_MASK(DEBUG_LOC) | DEBUG_MASK(DEBUG_LOCLISTS))
void encode_file_init(struct encode_file *f, const struct elf *e, const struct debug_image *d);

/* are units in this language (DW_LANG_*) to be encoded? */
bool encode_wants(const struct encode_opts *o, u32 language);

/* what a job needs and the next one can use again: one for each job that runs at a time */
struct encode_memory;
struct encode_memory *encode_memory_new(int jobs); /* NULL: no memory */
void encode_memory_free(struct encode_memory *m);

/*
 * The BTF of a file as an object on base->btf (base NULL: on none). m may be NULL. -ENODATA
 * without a finding where there is no unit, or none is left.
 */
int encode_run(const struct encode_file *f, const struct base_index *base,
	       const struct encode_opts *o, struct encode_memory *m, struct btf_report *r,
	       struct encode_stats *stats, struct btf **ret);

#endif
