/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Loops over many types, cut into ranges that several threads work on. */
#ifndef PASS_RANGES_H
#define PASS_RANGES_H

#include "base/types.h"

/*
 * Calls work(ctx, from, to) for ranges that together are 0..n-1, and beside(ctx) once (NULL:
 * nothing), with at most `jobs` threads. What each call writes is its own: the ranges are the same
 * for every number of threads, their order is not. 0 or -ENOMEM.
 */
int ranges_run(u32 n, int jobs, void (*work)(void *ctx, u32 from, u32 to),
	       void (*beside)(void *ctx), void *ctx);

#endif
