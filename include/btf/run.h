/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Run the items of a job on several threads. This is the only place where the library starts
 * threads, and only a caller that asks for more than one gets any.
 */
#ifndef BTFKIT_RUN_H
#define BTFKIT_RUN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Calls work(ctx, item, worker) once for each item in 0..cnt-1, worker in 0..jobs-1; items are
 * started in order. jobs <= 0: one per processor. After each item, done(ctx, item) is called in
 * item order, never by two threads at once: output made there is the same for every jobs value.
 * `done` may be NULL. Returns 0 or a negative errno (no thread could be started is not an error:
 * the calling thread works too).
 */
int btf_run__parallel(size_t cnt, int jobs, void (*work)(void *ctx, size_t item, int worker),
		      void (*done)(void *ctx, size_t item), void *ctx);
/* what jobs <= 0 means here */
int btf_run__processors(void);

#ifdef __cplusplus
}
#endif
#endif
