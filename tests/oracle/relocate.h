/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The other side of the comparison, libbpf, behind plain bytes: its `struct btf` and ours never
 * meet in one file.
 */
#ifndef ORACLE_RELOCATE_H
#define ORACLE_RELOCATE_H

#include <stddef.h>

struct bytes {
	void *data;
	size_t len;
};

/* level[0] is whole, each next one split on the one before, the last one is the module */
int peer_distill(const struct bytes *level, int cnt, struct bytes *ret_base,
		 struct bytes *ret_split);
int peer_relocate(const struct bytes *dist, const struct bytes *split, const struct bytes *base,
		  struct bytes *ret);

#endif
