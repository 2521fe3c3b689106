// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Loops in ranges: see ranges.h.
 *
 * In: a loop. Out: nothing of its own. A range is large enough to pay for being handed out, and
 * small enough that no thread waits long for the last one. One thread makes a plain loop of it.
 */
#include "pass/ranges.h"

#include <btf/run.h>

#define RANGE 4096

struct ranges {
	u32 n, first; /* items before `first` are not ranges */
	void (*work)(void *ctx, u32 from, u32 to);
	void (*beside)(void *ctx);
	void *ctx;
};

static void run_item(void *ctx, size_t item, int worker)
{
	const struct ranges *r = ctx;
	u32 from;

	(void)worker;
	if (item < r->first) {
		r->beside(r->ctx);
		return;
	}
	from = ((u32)item - r->first) * RANGE;
	r->work(r->ctx, from, min_of(r->n, from + RANGE));
}

int ranges_run(u32 n, int jobs, void (*work)(void *ctx, u32 from, u32 to),
	       void (*beside)(void *ctx), void *ctx)
{
	struct ranges r = {n, beside != NULL, work, beside, ctx};
	size_t items = ((size_t)n + RANGE - 1) / RANGE + r.first;

	return btf_run__parallel(items, max_of(jobs, 1), run_item, NULL, &r);
}
