// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Survivors -> a new object: see rebuild.h.
 *
 * In: an object and which types stay. Out: the object with only those, or as it was and -ENOMEM.
 * Where nothing goes, nothing is touched: strings keep their order, so that a second run on what
 * the first made changes no byte.
 * Strings are taken from the survivors and from the few others that may have had a say (a FWD
 * that became a struct, an enum that was only declared, whatever gave way to a later type): any
 * other dropped type has the names of an earlier one.
 */
#include "pass/rebuild.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/ext.h"

struct rebuild {
	struct btf *b;
	struct names *names;
	const u32 *map;
	u32 *to; /* by own index: new id of a survivor, 0 else */
	u32 kept;
	struct buf types, strs;
	u32 *offs;
	u32 *str_to; /* by own offset: new offset; 0 not seen */
	bool keep_strs;
	bool changed; /* a reference leads elsewhere now */
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
	while ((f = field_next(&it))) {
		u32 to = final_id(x, *f);

		x->changed |= to != *f;
		*f = to;
	}
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
		const struct btf_type *t = names_own(x->names, i);

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
	s64 to;

	if (*off >= object_str_end(x->b))
		return 0;
	to = names_canon(x->names, *off);
	if (to < 0)
		return (int)to;
	*off = (u32)to;
	return move_str(x, off);
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
	int err = x->keep_strs ? object_modify(b) : 0;

	if (!err)
		err = object_take(b, &x->types, x->keep_strs ? NULL : &x->strs);
	if (err)
		return err;
	free(b->offs);
	b->offs = x->offs;
	b->offs_cap = x->kept + 1;
	b->nr = x->kept;
	x->offs = NULL;
	return 0;
}

/* the object is what would come out, byte for byte but for the order of its strings */
static bool nothing_to_do(const struct rebuild *x)
{
	return x->kept == x->b->nr && !x->changed && !x->names->types.data &&
	       (x->keep_strs || x->strs.len == x->b->strs_len);
}

int rebuild(struct names *names, const u32 *map, struct btf_ext *ext, u32 **ret_map)
{
	struct btf *b = (struct btf *)(uintptr_t)names->b;
	struct rebuild x = {.b = b, .names = names, .map = map, .keep_strs = b->strs_unique};
	bool types_changed;
	int err = number(&x);

	if (!err && !x.keep_strs) {
		x.str_to = calloc((size_t)b->strs_len + 1, sizeof(*x.str_to));
		err = x.str_to ? 0 : -ENOMEM;
	}
	if (!err)
		err = copy(&x);
	if (!err)
		err = fill_ret_map(&x, ret_map);
	/* the strings of ext are appended, so they come before the strings are installed */
	if (!err && ext)
		err = ext_each_str(ext, ext_str, &x);
	if (!err && ext)
		err = ext_each_id(ext, ext_id, &x);
	types_changed = x.changed || x.kept != b->nr;
	if (!err && (ext || !nothing_to_do(&x)))
		err = install(&x);
	free(x.to);
	free(x.offs);
	free(x.str_to);
	buf_deinit(&x.types);
	buf_deinit(&x.strs);
	return err ? err : types_changed;
}
