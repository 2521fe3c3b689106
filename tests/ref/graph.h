/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Random type graphs: a kernel before, a module split on it, the kernel after. The same seed gives
 * the same graphs on every machine. Names repeat often, kinds and sizes change often, so that
 * every row of the matching tables is met many times.
 */
#ifndef REF_GRAPH_H
#define REF_GRAPH_H

#include "btf/object.h"

struct rng {
	u64 state;
};

u32 rng_next(struct rng *r);
static inline u32 rng_below(struct rng *r, u32 n)
{
	return n ? rng_next(r) % n : 0;
}
static inline bool rng_percent(struct rng *r, u32 percent)
{
	return rng_below(r, 100) < percent;
}

#define GRAPH_LEVELS 3

struct graph {
	struct btf *old[GRAPH_LEVELS]; /* each split on the one before; NULL: no more */
	struct btf *split;	       /* on the top of old */
	struct btf *new_base[GRAPH_LEVELS];
};

struct graph_opts {
	/* leave out what libbpf is known to crash on or to do otherwise: anonymous INT and FLOAT
	 * in a kernel, a kernel of several levels to relocate to */
	bool tame;
};

void graph_make(struct graph *g, u64 seed, const struct graph_opts *opts);
/* the split of a graph on a distilled base that no distiller made: any kinds, any names */
void graph_make_foreign(struct graph *g, u64 seed, const struct graph_opts *opts);
void graph_free(struct graph *g);

static inline struct btf *graph_top(struct btf *const *level)
{
	int i = GRAPH_LEVELS - 1;

	while (!level[i])
		i--;
	return level[i];
}

#endif
