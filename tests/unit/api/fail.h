/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Memory that runs out: the linker sends every allocation through here (--wrap), and one of which
 * fails() says so gets none. Included once in a program, which defines that function.
 */
#ifndef UNIT_API_FAIL_H
#define UNIT_API_FAIL_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static bool fails(void);

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? errno = ENOMEM, NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? errno = ENOMEM, NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? errno = ENOMEM, NULL : __real_realloc(p, size);
}

#endif
