/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What every exported function does first and last: check what it was given, set errno. */
#ifndef API_API_H
#define API_API_H

#include <errno.h>
#include <string.h>

#include "btf/object.h"

/* int-returning calls: negative errno, and errno too */
static inline int api_ret(s64 ret)
{
	if (ret < 0)
		errno = (int)-ret;
	return (int)ret;
}

/* pointer-returning calls: NULL and errno; err is negative */
static inline void *api_null(int err)
{
	errno = -err;
	return NULL;
}

/* NULL, or an errno cast to a pointer, as the calls of libbpf before 1.0 returned them */
static inline bool api_no_pointer(const void *p)
{
	return (uintptr_t)p + 4095 <= 4095;
}

/* an object that this library made and did not free */
static inline bool api_ours(const struct btf *b)
{
	return !api_no_pointer(b) && object_ours(b);
}

/* NULL is a base that is not there */
static inline bool api_base_ok(const struct btf *b)
{
	return !b || api_ours(b);
}

/*
 * The rules of options structs: NULL is all defaults; sz covers at least itself; bytes beyond
 * what is known here are zero.
 */
static inline bool api_opts_ok(const void *opts, size_t known)
{
	const u8 *p = opts;
	size_t sz;

	if (!opts)
		return true;
	memcpy(&sz, opts, sizeof(sz));
	if (sz < sizeof(sz))
		return false;
	for (size_t i = known; i < sz; i++)
		if (p[i])
			return false;
	return true;
}
/* our own options structs: what the caller filled, over the defaults that stand in `known` */
static inline bool api_opts_take(void *known, size_t size, const void *opts)
{
	size_t sz;

	if (!api_opts_ok(opts, size))
		return false;
	if (!opts)
		return true;
	memcpy(&sz, opts, sizeof(sz));
	memcpy(known, opts, sz < size ? sz : size);
	return true;
}

#define API_OPTS_OK(opts, type)                                                                    \
	api_opts_ok(opts, offsetof(struct type, type##__last_field) +                              \
				  sizeof((opts)->type##__last_field))
/* the field, or a default where the caller's struct ends before it */
#define API_OPT(opts, field, otherwise)                                                            \
	((opts) && (opts)->sz >= offsetof(__typeof__(*(opts)), field) + sizeof((opts)->field)      \
		 ? (opts)->field                                                                   \
		 : (otherwise))

#endif
