// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Growable buffers and arenas: see mem.h. Growth is by half again, so appending costs O(1). */
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void buf_deinit(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

static size_t buf_grown(const struct buf *b, size_t need)
{
	size_t cap = b->cap + b->cap / 2;

	if (cap < 256)
		cap = 256;
	return cap < need ? need : cap;
}

int buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;
	void *p;

	if (__builtin_add_overflow(b->len, more, &need))
		return -ENOMEM;
	if (need <= b->cap)
		return 0;
	cap = buf_grown(b, need);
	p = realloc(b->data, cap);
	if (!p)
		return -ENOMEM;
	b->data = p;
	b->cap = cap;
	return 0;
}

int buf_move(struct buf *b, size_t more)
{
	size_t need, cap;
	void *p;

	if (__builtin_add_overflow(b->len, more, &need))
		return -ENOMEM;
	cap = need <= b->cap ? b->cap : buf_grown(b, need);
	p = malloc(cap ? cap : 1);
	if (!p)
		return -ENOMEM;
	if (b->len)
		memcpy(p, b->data, b->len);
	if (b->data)
		memset(b->data, 0xa5, b->len);
	free(b->data);
	b->data = p;
	b->cap = cap;
	return 0;
}

int buf_add(struct buf *b, const void *data, size_t len)
{
	int err = buf_reserve(b, len);

	if (err)
		return err;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}

int buf_add_zero(struct buf *b, size_t len, void **ret)
{
	int err = buf_reserve(b, len);

	if (err)
		return err;
	if (len)
		memset(b->data + b->len, 0, len);
	*ret = b->data ? b->data + b->len : NULL;
	b->len += len;
	return 0;
}

struct arena_chunk {
	struct arena_chunk *next;
	max_align_t data[];
};

void arena_deinit(struct arena *a)
{
	struct arena_chunk *c, *next;

	for (c = a->chunk; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){0};
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_chunk *c;
	size_t chunk;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + 15) & ~(size_t)15;
	if (!a->chunk || a->size - a->used < size) {
		chunk = a->size ? min_of(a->size * 2, (size_t)1 << 20) : 4096;
		chunk = max_of(chunk, size);
		c = malloc(sizeof(*c) + chunk);
		if (!c)
			return NULL;
		c->next = a->chunk;
		a->chunk = c;
		a->used = 0;
		a->size = chunk;
	}
	p = (u8 *)a->chunk->data + a->used;
	a->used += size;
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);

	if (p)
		memset(p, 0, size);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	size_t len;
	char *p;

	if (!s)
		return NULL;
	len = strlen(s) + 1;
	p = arena_alloc(a, len);
	return p ? memcpy(p, s, len) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list ap2;
	char *p;
	int n;

	va_copy(ap2, ap);
	n = vsnprintf(NULL, 0, fmt, ap2);
	va_end(ap2);
	if (n < 0)
		return NULL;
	p = arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

int array_grow(void **at, u32 *cap, u32 need, size_t size)
{
	u32 n = *cap ? *cap : 256;
	void *p;

	if (need <= *cap)
		return 0;
	while (n < need) {
		if (n > UINT32_MAX / 2)
			return -ENOMEM;
		n *= 2;
	}
	p = realloc(*at, n * size);
	if (!p)
		return -ENOMEM;
	*at = p;
	*cap = n;
	return 0;
}

void *zalloc_array(size_t n, size_t size)
{
	return calloc(n ? n : 1, size ? size : 1);
}

/* small ones are not worth a mapping of their own */
#define SPARSE_FROM ((size_t)256 << 10)

void *zalloc_sparse(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	if (bytes < SPARSE_FROM)
		return zalloc_array(n, size);
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		 -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

void zfree_sparse(void *p, size_t n, size_t size)
{
	if (n * size < SPARSE_FROM)
		free(p);
	else if (p)
		munmap(p, n * size);
}

/*
 * A page that is read before it is written faults twice; a kernel that is asked brings all of them
 * in for less. Large tables take huge pages, where there are any: those are filled at several
 * times the speed, and what lies all over them is found faster. A kernel that cannot do either
 * changes nothing but the time.
 */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_FROM ((size_t)1 << 20)

void *zalloc_present(size_t n, size_t size)
{
	size_t bytes, page = (size_t)sysconf(_SC_PAGESIZE), skip;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - HUGE_PAGE)
		return NULL;
	if (bytes >= HUGE_FROM) {
		size_t whole = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

		p = aligned_alloc(HUGE_PAGE, whole);
		if (!p)
			return NULL;
		madvise(p, whole, MADV_HUGEPAGE);
		return memset(p, 0, bytes);
	}
	p = zalloc_array(n, size);
	if (!p || bytes < 16 * page)
		return p;
	skip = (page - (uintptr_t)p % page) % page;
	madvise((char *)p + skip, (bytes - skip) / page * page, MADV_POPULATE_WRITE);
	return p;
}
