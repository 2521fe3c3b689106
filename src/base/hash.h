/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Hashing: XXH3 inlined, so that nothing is called per string. Seen outside of the process in a kept
 * index only (btf/kept.h): a change counts its version up.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/types.h"

static inline u32 hash_bytes(const void *p, size_t len)
{
	u64 h = XXH3_64bits(p, len);

	return (u32)(h ^ (h >> 32));
}

/* smallest power of two >= n (n <= 2^31), at least 1 */
static inline u32 pow2_at_least(u32 n)
{
	return n <= 1 ? 1 : 1u << (32 - __builtin_clz(n - 1));
}

#endif
