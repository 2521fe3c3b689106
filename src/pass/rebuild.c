// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Survivors -> a new object: see rebuild.h.
 *
 * In: an object and which types stay. Out: the object with only those, or as it was and -ENOMEM.
 * Strings are taken from the survivors and from the few others that may have had a say (a FWD
 * that became a struct, an enum that was only declared, whatever gave way to a later type): any
 * other dropped type has the names of an earlier one.
 */
#include "pass/rebuild.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/ext.h"
#include "btf/index.h"

/* ---- equal strings, equal offsets ---- */

struct canon {
	struct btf *b;
	u32 *to;   /* by own offset of a string's start: canonical offset + 1; 0: no start */
	bool differs;
};

/* strings of the section: the first of equals, or the base's */
static int canon_fill(struct canon *c)
{
	struct btf *b = c->b;
	struct string_set *set = string_set_new(b);
	const char *s = b->strs, *end = b->strs + b->strs_len;

	if (!set)
		return -ENOMEM;
	while (s < end) {
		size_t len = strlen(s);
		u32 hash = hash_bytes(s, len), at = (u32)(s - b->strs);
		s64 off = -1;

		for (const struct btf *l = b->base; l && len && off < 0; l = l->base) {
			const struct string_index *x = object_strings(l);

			if (!x) {
				string_set_free(set);
				return -ENOMEM;
			}
			off = string_index_find(l, x, s, len, hash);
		}
		if (off < 0)
			off = (s64)b->start_str + string_set_find(set, b->strs, s, len, hash);
		if (!len)
			off = 0;
		c->to[at] = (u32)off + 1;
		c->differs |= (u32)off != b->start_str + at && (len || b->start_str + at);
		s += len + 1;
	}
	string_set_free(set);
	return 0;
}

/* a name that starts inside of another string is a string of its own */
static int canon_inside(struct canon *c, u32 *off)
{
	int to = object_add_str(c->b, object_str(c->b, *off));

	if (to < 0)
		return to;
	*off = (u32)to;
	return 0;
}

static int canon_rewrite(struct canon *c, u32 strs_len)
{
	struct btf *b = c->b;
	int err = object_modify(b);
	u32 *f;

	for (u32 i = 0; !err && i < b->nr; i++) {
		struct field_iter it = type_names(object_own(b, i));

		while (!err && (f = field_next(&it))) {
			if (*f < b->start_str || *f - b->start_str >= strs_len)
				continue;
			if (c->to[*f - b->start_str])
				*f = c->to[*f - b->start_str] - 1;
			else
				err = canon_inside(c, f);
		}
	}
	object_rewritten(b);
	return err;
}

/* names that start inside of a string: rare enough that finding one costs the whole rewrite */
static bool names_inside(const struct btf *b, const u32 *to)
{
	for (u32 i = 0; i < b->nr; i++) {
		struct field_iter it = type_names(object_own(b, i));
		u32 *f;

		while ((f = field_next(&it)))
			if (*f >= b->start_str && *f && !to[*f - b->start_str])
				return true;
	}
	return false;
}

int strings_canon(struct btf *b)
{
	struct canon c = {.b = b};
	u32 strs_len = b->strs_len;
	int err;

	if (b->strs_unique)
		return 0;
	c.to = calloc((size_t)strs_len + 1, sizeof(*c.to));
	if (!c.to)
		return -ENOMEM;
	err = canon_fill(&c);
	if (!err && (c.differs || names_inside(b, c.to)))
		err = canon_rewrite(&c, strs_len);
	free(c.to);
	return err;
}

/* ---- survivors ---- */

struct rebuild {
	struct btf *b;
	const u32 *map;
	u32 *to; /* by own index: new id of a survivor, 0 else */
	u32 kept;
	struct buf types, strs;
	u32 *offs;
	u32 *str_to; /* by own offset: new offset; 0 not seen */
	bool keep_strs;
};

static u32 final_id(const struct rebuild *x, u32 id)
{
	u32 next;

	while ((next = x->map[id]) && next != id)
		id = next;
	return id < x->b->start_id ? id : x->to[id - x->b->start_id];
}

static int move_str(struct rebuild *x, u32 *off)
{
	const struct btf *b = x->b;
	const char *s;
	u32 own;

	if (*off < b->start_str || !*off || x->keep_strs)
		return 0;
	own = *off - b->start_str;
	if (!x->str_to[own]) {
		s = object_str(b, *off);
		if (!*s) {
			*off = 0;
			return 0;
		}
		x->str_to[own] = b->start_str + (u32)x->strs.len;
		if (buf_add(&x->strs, s, strlen(s) + 1))
			return -ENOMEM;
	}
	*off = x->str_to[own];
	return 0;
}

/* gives the strings of a dropped type their place in the order */
static int note_strs(struct rebuild *x, const struct btf_type *t)
{
	struct field_iter it = type_names(t);
	int err = 0;
	u32 *f, off;

	while (!err && (f = field_next(&it))) {
		off = *f;
		err = move_str(x, &off);
	}
	return err;
}

static int copy_type(struct rebuild *x, const struct btf_type *old)
{
	size_t at = x->types.len;
	struct field_iter it;
	struct btf_type *t;
	int err = 0;
	u32 *f;

	if (buf_add(&x->types, old, type_size(old)))
		return -ENOMEM;
	t = (void *)(x->types.data + at);
	it = type_names(t);
	while (!err && (f = field_next(&it)))
		err = move_str(x, f);
	it = type_ids(t);
	while ((f = field_next(&it)))
		*f = final_id(x, *f);
	return err;
}

static int number(struct rebuild *x)
{
	struct btf *b = x->b;

	x->to = malloc(((size_t)b->nr + 1) * sizeof(*x->to));
	if (!x->to)
		return -ENOMEM;
	for (u32 i = 0; i < b->nr; i++)
		x->to[i] = x->map[b->start_id + i] == b->start_id + i ? b->start_id + x->kept++ : 0;
	x->offs = malloc(((size_t)x->kept + 1) * sizeof(*x->offs));
	return x->offs ? 0 : -ENOMEM;
}

static int copy(struct rebuild *x)
{
	struct btf *b = x->b;
	u32 kept = 0;
	int err = 0;

	if (!x->keep_strs && !b->base && buf_add(&x->strs, "", 1))
		return -ENOMEM;
	for (u32 i = 0; !err && i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);

		if (x->to[i]) {
			x->offs[kept++] = (u32)x->types.len;
			err = copy_type(x, t);
		} else if (kind_in(type_kind(t), KINDS_ENUM | KIND_BIT(BTF_KIND_FWD)) ||
			   x->map[b->start_id + i] > b->start_id + i) {
			err = note_strs(x, t);
		}
	}
	return err;
}

static int ext_id(void *ctx, u32 *id)
{
	struct rebuild *x = ctx;

	if (*id < object_type_cnt(x->b))
		*id = final_id(x, *id);
	return 0;
}

static int ext_str(void *ctx, u32 *off)
{
	struct rebuild *x = ctx;

	return *off < object_str_end(x->b) ? move_str(x, off) : 0;
}

/* the old ids' new ids, for whoever holds some; own types that went follow what replaced them */
static int fill_ret_map(struct rebuild *x, u32 **ret_map)
{
	u32 *m;

	if (!ret_map)
		return 0;
	m = malloc(((size_t)x->b->nr + 1) * sizeof(*m));
	if (!m)
		return -ENOMEM;
	for (u32 i = 0; i < x->b->nr; i++)
		m[i] = final_id(x, x->b->start_id + i);
	*ret_map = m;
	return 0;
}

static int install(struct rebuild *x)
{
	struct btf *b = x->b;
	int err = object_take(b, &x->types, x->keep_strs ? NULL : &x->strs);

	if (err)
		return err;
	free(b->offs);
	b->offs = x->offs;
	b->offs_cap = x->kept + 1;
	b->nr = x->kept;
	x->offs = NULL;
	return 0;
}

int rebuild(struct btf *b, const u32 *map, struct btf_ext *ext, u32 **ret_map)
{
	struct rebuild x = {.b = b, .map = map, .keep_strs = b->strs_unique};
	int err = number(&x);

	if (!err && !x.keep_strs) {
		x.str_to = calloc((size_t)b->strs_len + 1, sizeof(*x.str_to));
		err = x.str_to ? 0 : -ENOMEM;
	}
	if (!err && x.keep_strs)
		err = object_modify(b);
	if (!err)
		err = copy(&x);
	if (!err)
		err = fill_ret_map(&x, ret_map);
	/* the strings of ext are appended, so they come before the strings are installed */
	if (!err && ext)
		err = ext_each_str(ext, ext_str, &x);
	if (!err && ext)
		err = ext_each_id(ext, ext_id, &x);
	if (!err)
		err = install(&x);
	free(x.to);
	free(x.offs);
	free(x.str_to);
	buf_deinit(&x.types);
	buf_deinit(&x.strs);
	return err;
}
