// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Names as numbers: see names.h.
 *
 * In: an object. Out: its records with canonical names. Nearly every BTF has each string once and
 * refers to starts of strings only: for that one pass over the strings, and over the names of the
 * types, proves that there is nothing to do. Else every name is looked up by its text, once per
 * offset.
 */
#include "pass/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/index.h"

/* the offset in the lowest base that has the string, -ENOENT, -ENOMEM */
static s64 base_off(const struct btf *b, const char *s, size_t len, u32 hash)
{
	s64 found = -ENOENT;

	for (const struct btf *l = b->base; l; l = l->base) {
		const struct string_index *x = object_strings(l);
		s64 off;

		if (!x)
			return -ENOMEM;
		off = string_index_find(l, x, s, len, hash);
		if (off >= 0)
			found = off;
	}
	return found;
}

/*
 * Does any string stand twice, or in the base too, or is one besides the first empty? Marks where
 * strings start: one bit per own offset. 1 yes, 0 no.
 */
static int strings_repeat(const struct btf *b, const struct string_set *set, u32 *starts)
{
	const char *s = b->strs, *end = b->strs + b->strs_len;
	u32 n = 0;

	for (; s < end; s += strlen(s) + 1, n++) {
		u32 at = (u32)(s - b->strs);
		s64 off;

		starts[at / 32] |= 1u << at % 32;
		if (!b->base)
			continue;
		off = *s ? base_off(b, s, strlen(s), hash_bytes(s, strlen(s))) : 0;
		if (off != -ENOENT)
			return off < 0 ? (int)off : 1;
	}
	return n != string_set_count(set);
}

/* a name that starts inside of a string */
static bool names_inside(const struct btf *b, const u32 *starts)
{
	for (u32 i = 0; i < b->nr; i++) {
		struct field_iter it = type_names(object_own(b, i));
		u32 *f, at;

		while ((f = field_next(&it))) {
			if (*f < b->start_str || !*f)
				continue;
			at = *f - b->start_str;
			if (unlikely(!(starts[at / 32] >> at % 32 & 1)))
				return true;
		}
	}
	return false;
}

static s64 canon_slow(struct names *n, u32 own)
{
	const char *s = n->b->strs + own;
	size_t len = strlen(s);
	u32 hash = hash_bytes(s, len);
	s64 off;

	if (!len)
		return 0;
	off = base_off(n->b, s, len, hash);
	if (off != -ENOENT)
		return off;
	off = string_set_find(n->set, n->b->strs, s, len, hash);
	if (off >= 0)
		return (s64)n->b->start_str + off;
	/* the end of a longer string: of its like the first that was asked for counts */
	if (string_set_add(n->set, own, hash))
		return -ENOMEM;
	return (s64)n->b->start_str + own;
}

s64 names_canon(struct names *n, u32 off)
{
	const struct btf *b = n->b;
	s64 to;

	if (off < b->start_str || off - b->start_str >= b->strs_len || !n->set)
		return off;
	if (n->to && n->to[off - b->start_str])
		return (s64)n->to[off - b->start_str] - 1;
	to = canon_slow(n, off - b->start_str);
	if (to >= 0 && n->to)
		n->to[off - b->start_str] = (u32)to + 1;
	return to;
}

static int rewrite(struct names *n)
{
	const struct btf *b = n->b;

	if (buf_add(&n->types, b->types, b->types_len))
		return -ENOMEM;
	n->to = calloc((size_t)b->strs_len + 1, sizeof(*n->to));
	if (!n->to)
		return -ENOMEM;
	for (u32 i = 0; i < b->nr; i++) {
		struct field_iter it = type_names(names_own(n, i));
		u32 *f;

		while ((f = field_next(&it))) {
			s64 off = names_canon(n, *f);

			if (off < 0)
				return (int)off;
			*f = (u32)off;
		}
	}
	return 0;
}

int names_init(struct names *n, const struct btf *b)
{
	u32 *starts;
	int err;

	*n = (struct names){.b = b};
	if (b->strs_unique)
		return 0;
	n->set = string_set_new(b, 0);
	starts = calloc((size_t)b->strs_len / 32 + 1, sizeof(*starts));
	err = n->set && starts ? strings_repeat(b, n->set, starts) : -ENOMEM;
	if (!err)
		err = names_inside(b, starts);
	free(starts);
	if (err > 0)
		err = rewrite(n);
	return err;
}

void names_deinit(struct names *n)
{
	string_set_free(n->set);
	free(n->to);
	buf_deinit(&n->types);
}
