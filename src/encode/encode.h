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
#include "encode/base.h"
#include "encode/keys.h"

struct encode_opts {
	struct key_opts key;
	int jobs;
	/* languages (DW_LANG_*) that are left out, and those that alone are kept; 0 ends the list */
	const u32 *lang_exclude, *lang_only;
};

struct encode_stats {
	u32 units, skipped; /* units, and those left out by language */
	u64 dies;
};

/*
 * The types of a file, each once, as an object on base->btf (base NULL: of its own). -ENODATA
 * without a finding where there is no unit.
 */
int encode_dwarf(const struct dwarf *d, const struct base_index *base,
		 const struct encode_opts *o, struct btf_report *r, struct encode_stats *stats,
		 struct btf **ret);

#endif
