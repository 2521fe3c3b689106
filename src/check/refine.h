/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The coarsest partition of a graph that its edges respect. */
#ifndef CHECK_REFINE_H
#define CHECK_REFINE_H

#include "base/types.h"

/* edges of node v, in order: to[first[v]] .. to[first[v + 1] - 1] */
struct refine_graph {
	u32 nodes;
	const u32 *first;
	const u32 *to;
};

/*
 * class[v] < nodes on entry: the partition to refine. Afterwards two nodes have one class exactly
 * where they had one before, have as many edges, and their edges lead, one by one in order, to
 * nodes of one class. Nodes of one class must have as many edges on entry. 0 or -ENOMEM.
 * Time O(e log e log v), for any graph.
 */
int refine_partition(const struct refine_graph *g, u32 *class);

#endif
