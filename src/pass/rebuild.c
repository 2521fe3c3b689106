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
#include "pass/ranges.h"

struct rebuild {
	struct btf *b;
	struct names *names;
	u32 *map;   /* by old id: what stands for it; own ones, once number() is done: its new id */
	u32 *spoke; /* own types whose strings are kept: one bit each */
	u32 *stays; /* own types that do: one bit each */
	u32 kept;
	u32 *from; /* by new index: the old one */
	struct buf types, strs;
	u32 *offs;
	u32 *str_to; /* by own offset: new offset; 0 not seen */
	bool keep_strs;
	bool changed; /* a reference leads elsewhere now; atomic */
};

static u32 final_id(const struct rebuild *x, u32 id)
{
	u32 to = x->map[id];

	if (id >= x->b->start_id)
		return to;
	/* a type of the base: itself, another of the base, or an own one */
	if (!to)
		return id;
	return to < x->b->start_id ? to : x->map[to];
}

/* gives a string its place in the order */
static int see_str(struct rebuild *x, u32 off)
{
	const struct btf *b = x->b;
	const char *s;
	u32 own;

	if (off < b->start_str || !off || x->keep_strs)
		return 0;
	own = off - b->start_str;
	if (x->str_to[own])
		return 0;
	s = object_str(b, off);
	if (!*s)
		return 0;
	x->str_to[own] = b->start_str + (u32)x->strs.len;
	return buf_add(&x->strs, s, strlen(s) + 1);
}

static int see_strs(struct rebuild *x, const struct btf_type *t)
{
	struct field_iter it = type_names(t);
	int err = 0;
	u32 *f;

	while (!err && (f = field_next(&it)))
		err = see_str(x, *f);
	return err;
}

/* where a string that was seen is now; the empty one is at 0 */
static inline u32 new_str(const struct rebuild *x, u32 off)
{
	return off < x->b->start_str || !off || x->keep_strs ? off
							     : x->str_to[off - x->b->start_str];
}

static inline bool has_bit(const u32 *bits, u32 i)
{
	return bits[i / 32] >> i % 32 & 1;
}

static inline void set_bit(u32 *bits, u32 i)
{
	bits[i / 32] |= 1u << i % 32;
}

/* From here on map[] holds new ids, which are never larger than the old ones. */
static int number(struct rebuild *x)
{
	u32 nr = x->b->nr, start = x->b->start_id, *map = x->map + start;
	bool late = false;

	x->stays = calloc((size_t)nr / 32 + 1, sizeof(*x->stays));
	if (!x->stays)
		return -ENOMEM;
	for (u32 i = 0; i < nr; i++) {
		if (map[i] == start + i) {
			map[i] = start + x->kept++;
			set_bit(x->stays, i);
		} else if (map[i] < start + i) {
			map[i] = map[i] < start ? map[i] : map[map[i] - start];
		} else {
			late = true;
			set_bit(x->spoke, i);
		}
	}
	/* what gave way to a later type, and what came to lead there before that had a number */
	for (u32 i = 0; late && i < nr; i++)
		if (map[i] > start + i)
			map[i] = map[map[i] - start];
	x->offs = malloc(((size_t)x->kept + 1) * sizeof(*x->offs));
	x->from = malloc(((size_t)x->kept + 1) * sizeof(*x->from));
	return x->offs && x->from ? 0 : -ENOMEM;
}

/* the next of 0..nr-1 from i on that has its bit in one of the two, or nr */
static u32 next_bit(const u32 *a, const u32 *b, u32 i, u32 nr)
{
	u32 w = i < nr ? (a[i / 32] | b[i / 32]) >> i % 32 << i % 32 : 0;

	while (!w && i / 32 < (nr - 1) / 32 && i < nr) {
		i = (i / 32 + 1) * 32;
		w = a[i / 32] | b[i / 32];
	}
	return w ? min_of(i / 32 * 32 + (u32)__builtin_ctz(w), nr) : nr;
}

/* From here on it is known where each record that stays, and each string, will be. */
static int place(struct rebuild *x)
{
	struct btf *b = x->b;
	u32 nr = b->nr, kept = 0, size = 0;
	int err = 0;

	if (!x->keep_strs && !b->base && buf_add(&x->strs, "", 1))
		return -ENOMEM;
	for (u32 i = next_bit(x->stays, x->spoke, 0, nr), next; !err && i < nr; i = next) {
		const struct btf_type *t = names_own(x->names, i);

		next = next_bit(x->stays, x->spoke, i + 1, nr);
		if (next < nr)
			__builtin_prefetch(names_own(x->names, next));
		if (has_bit(x->stays, i)) {
			x->from[kept] = i;
			x->offs[kept++] = size;
			size += (u32)type_size(t);
		}
		err = see_strs(x, t);
	}
	if (!err)
		err = buf_reserve(&x->types, size);
	x->types.len = err ? 0 : size;
	return err;
}

static bool copy_type(const struct rebuild *x, u32 k)
{
	const struct btf_type *old = names_own(x->names, x->from[k]);
	struct btf_type *t = (void *)(x->types.data + x->offs[k]);
	struct field_iter it;
	bool changed = false;
	u32 *f;

	memcpy(t, old, type_size(old));
	it = type_names(t);
	while ((f = field_next(&it)))
		*f = new_str(x, *f);
	it = type_ids(t);
	while ((f = field_next(&it))) {
		u32 to = final_id(x, *f);

		changed |= to != *f;
		*f = to;
	}
	return changed;
}

static void copy_range(void *ctx, u32 from, u32 to)
{
	struct rebuild *x = ctx;
	bool changed = false;

	for (u32 k = from; k < to; k++) {
		if (k + 4 < to)
			__builtin_prefetch(names_own(x->names, x->from[k + 4]));
		changed |= copy_type(x, k);
	}
	if (changed)
		__atomic_store_n(&x->changed, true, __ATOMIC_RELAXED);
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
	if (see_str(x, (u32)to))
		return -ENOMEM;
	*off = new_str(x, (u32)to);
	return 0;
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
	object_drop_offs(b);
	b->offs = x->offs;
	b->offs_cap = x->kept + 1;
	b->nr = x->kept;
	x->offs = NULL;
	return 0;
}

/* .BTF.ext as it will be: a clone, so that a failure further on leaves the old one */
static int copy_ext(struct rebuild *x, const struct btf_ext *ext, struct btf_ext **ret)
{
	int err = ext_clone(ext, ret);

	if (!err)
		err = ext_each_str(*ret, ext_str, x);
	return err ? err : ext_each_id(*ret, ext_id, x);
}

/* the object is what would come out, byte for byte but for the order of its strings */
static bool nothing_to_do(const struct rebuild *x)
{
	return x->kept == x->b->nr && !x->changed && !x->names->types.data &&
	       (x->keep_strs || x->strs.len == x->b->strs_len);
}

int rebuild(struct names *names, const struct rebuild_opts *o, u32 **ret_map)
{
	struct btf *b = (struct btf *)(uintptr_t)names->b;
	struct rebuild x = {.b = b,
			    .names = names,
			    .map = o->map,
			    .spoke = o->spoke,
			    .keep_strs = b->strs_unique};
	struct btf_ext *new_ext = NULL;
	bool types_changed;
	int err = number(&x);

	if (!err && !x.keep_strs) {
		x.str_to = calloc((size_t)b->strs_len + 1, sizeof(*x.str_to));
		err = x.str_to ? 0 : -ENOMEM;
	}
	if (!err)
		err = place(&x);
	if (!err)
		err = ranges_run(x.kept, o->jobs, copy_range, NULL, &x);
	/* from here on x.types is what the types will be */
	if (!err)
		err = fill_ret_map(&x, ret_map);
	/* the strings of ext are appended, so they come before the strings are installed */
	if (!err && o->ext)
		err = copy_ext(&x, o->ext, &new_ext);
	types_changed = x.changed || x.kept != b->nr;
	if (!err && !nothing_to_do(&x)) {
		err = install(&x);
		if (!err && o->ext) {
			ext_adopt(o->ext, new_ext);
			new_ext = NULL;
		}
	}
	ext_free(new_ext);
	free(x.stays);
	free(x.from);
	free(x.offs);
	free(x.str_to);
	buf_deinit(&x.types);
	buf_deinit(&x.strs);
	return err ? err : types_changed;
}
