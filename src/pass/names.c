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
#include "pass/ranges.h"

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
 * Does any string stand in the base too, or is one besides the first empty? Marks where strings
 * start: one bit per own offset. 1 yes, 0 no; *cnt strings.
 */
static int strings_mark(const struct btf *b, u32 *starts, u32 *cnt)
{
	const char *s = b->strs, *end = b->strs + b->strs_len;

	*cnt = 0;
	for (; s < end; s += strlen(s) + 1, ++*cnt) {
		u32 at = (u32)(s - b->strs);
		s64 off;

		starts[at / 32] |= 1u << at % 32;
		if (!b->base)
			continue;
		off = *s ? base_off(b, s, strlen(s), hash_bytes(s, strlen(s))) : 0;
		if (off != -ENOENT)
			return off < 0 ? (int)off : 1;
	}
	return 0;
}

/* one reading of all records: their kinds, and whether a name starts inside of a string */
struct scan {
	struct names *n;
	const u32 *starts; /* NULL: not asked */
	bool inside;	   /* atomic */
};

static bool name_inside(const struct btf *b, const u32 *starts, const struct btf_type *t)
{
	struct field_iter it = type_names(t);
	u32 *f, at;

	while ((f = field_next(&it))) {
		if (*f < b->start_str || !*f)
			continue;
		at = *f - b->start_str;
		if (unlikely(!(starts[at / 32] >> at % 32 & 1)))
			return true;
	}
	return false;
}

static void scan_range(void *ctx, u32 from, u32 to)
{
	struct scan *s = ctx;
	const struct btf *b = s->n->b;
	bool inside = false;

	for (u32 i = from; i < to; i++) {
		const struct btf_type *t = object_own(b, i);

		s->n->kind[i] = (u8)type_kind(t);
		if (s->starts && !inside)
			inside = name_inside(b, s->starts, t);
	}
	if (inside)
		__atomic_store_n(&s->inside, true, __ATOMIC_RELAXED);
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

static void make_set(void *ctx)
{
	struct names *n = ((struct scan *)ctx)->n;

	n->set = string_set_new(n->b, 0);
}

int names_init(struct names *n, const struct btf *b, int jobs)
{
	struct scan scan = {.n = n};
	u32 *starts, cnt;
	int err;

	*n = (struct names){.b = b, .kind = malloc((size_t)b->nr + 1)};
	if (!n->kind)
		return -ENOMEM;
	if (b->strs_unique)
		return ranges_run(b->nr, jobs, scan_range, NULL, &scan);
	starts = calloc((size_t)b->strs_len / 32 + 1, sizeof(*starts));
	if (!starts)
		return -ENOMEM;
	scan.starts = starts;
	err = strings_mark(b, starts, &cnt);
	if (err >= 0 && ranges_run(b->nr, jobs, scan_range, make_set, &scan))
		err = -ENOMEM;
	free(starts);
	if (err >= 0 && !n->set)
		err = -ENOMEM;
	if (err < 0)
		return err;
	return err || scan.inside || cnt != string_set_count(n->set) ? rewrite(n) : 0;
}

void names_deinit(struct names *n)
{
	string_set_free(n->set);
	free(n->to);
	free(n->kind);
	buf_deinit(&n->types);
}
