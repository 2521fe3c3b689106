/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Memory: growable buffers and arenas.
 *
 * A buffer is one contiguous run of bytes that may move when it grows; an arena hands out pieces
 * that never move and frees them all at once. Both return NULL (arena) or -ENOMEM (buffer) and
 * leave what they held untouched.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/types.h"

struct buf {
	u8 *data;
	size_t len;
	size_t cap;
};

void buf_deinit(struct buf *b);
/* room for `more` bytes after len; the data may move */
int buf_reserve(struct buf *b, size_t more);
int buf_add(struct buf *b, const void *data, size_t len);
/* len zeroed bytes appended; the address of the first in *ret (valid until the next growth) */
int buf_add_zero(struct buf *b, size_t len, void **ret);
/* Moves the data to a new address even if there is room: debug builds use it to catch stale pointers. */
int buf_move(struct buf *b, size_t more);

struct arena_chunk;
struct arena {
	struct arena_chunk *chunk;
	size_t used, size;
};

void arena_deinit(struct arena *a);
void *arena_alloc(struct arena *a, size_t size); /* 16-byte aligned, not zeroed */
void *arena_zalloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL in gives NULL out */
char *arena_printf(struct arena *a, const char *fmt, ...) __printf_fmt(2, 3);
#include <stdarg.h>
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

/* room for `need` elements of an array that doubles; 0 or -ENOMEM with the array as it was */
int array_grow(void **at, u32 *cap, u32 need, size_t size);

/* n * size without overflow, zeroed; NULL when out of memory */
void *zalloc_array(size_t n, size_t size);
/*
 * The same for an array that mostly stays zero, as one by id of a base does: pages that nobody
 * writes to cost nothing, whatever the allocator thinks. Freed by zfree_sparse with the same sizes.
 */
void *zalloc_sparse(size_t n, size_t size);
void zfree_sparse(void *p, size_t n, size_t size);
/* the same, in memory at once: for tables that are going to be written all over */
void *zalloc_present(size_t n, size_t size);

#endif
