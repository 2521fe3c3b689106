// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Changing an object: records and strings are appended to buffers that it owns.
 *
 * In: an object, parsed or empty. Out: the same with more in it, or unchanged and -errno. A
 * pointer into the types or strings is good until the next call here; builds with
 * -DBTFKIT_DEBUG_MOVE move the buffers on every add, so that a stale one fails at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "btf/index.h"
#include "btf/object.h"

static int grow(struct buf *b, size_t more)
{
	if (b->len + more > UINT32_MAX)
		return -E2BIG;
#ifdef BTFKIT_DEBUG_MOVE
	/* up to a size that does not make a test of a whole kernel quadratic */
	if (b->len < 1 << 16)
		return buf_move(b, more);
#endif
	return buf_reserve(b, more);
}

static void point_to_buffers(struct btf *b)
{
	b->types = b->types_buf.data ? b->types_buf.data : object_nothing;
	b->types_len = (u32)b->types_buf.len;
	b->strs = (const char *)(b->strs_buf.data ? b->strs_buf.data : object_nothing);
	b->strs_len = (u32)b->strs_buf.len;
}

void object_changed(struct btf *b)
{
	for (int i = 0; i < 2; i++) {
		free(b->raw[i]);
		b->raw[i] = NULL;
	}
	object_drop_tables(b);
	b->sorted = 0;
}

void object_drop_tables(struct btf *b)
{
	string_index_free(b->str_index);
	b->str_index = NULL;
	if (b->pass_index)
		b->pass_index_free(b->pass_index);
	b->pass_index = NULL;
}

void object_rewritten(struct btf *b)
{
	object_changed(b);
	for (int i = 0; i < 2; i++) {
		name_index_free(b->names[i]);
		b->names[i] = NULL;
	}
}

/* nothing points into the parsed bytes any more */
static void drop_blob(struct btf *b)
{
	if (b->owns_blob)
		free((void *)(uintptr_t)b->blob);
	if (b->map)
		munmap(b->map, b->map_len);
	b->blob = NULL;
	b->map = NULL;
	b->owns_blob = false;
}

int object_modify(struct btf *b)
{
	struct buf types = {0}, strs = {0}, layout = {0};

	if (b->frozen)
		return -EOPNOTSUPP;
	if (b->dirty)
		return 0;
	if (buf_add(&types, b->types, b->types_len) || buf_add(&strs, b->strs, b->strs_len) ||
	    buf_add(&layout, b->layout, b->layout_len)) {
		buf_deinit(&types);
		buf_deinit(&strs);
		buf_deinit(&layout);
		return -ENOMEM;
	}
	buf_deinit(&b->types_buf);
	b->types_buf = types;
	b->strs_buf = strs;
	b->layout_buf = layout;
	point_to_buffers(b);
	b->layout = b->layout_len ? b->layout_buf.data : NULL;
	drop_blob(b);
	b->dirty = true;
	object_changed(b);
	return 0;
}

static int offs_reserve(struct btf *b, u32 more)
{
	u32 cap, *o;

	if (more <= b->offs_cap - b->nr)
		return 0;
	if ((u64)object_type_cnt(b) + more > INT32_MAX)
		return -E2BIG;
	cap = max_of(b->offs_cap + b->offs_cap / 2, b->nr + more) + 64;
	o = realloc(b->offs_borrowed ? NULL : b->offs, (size_t)cap * sizeof(*o));
	if (!o)
		return -ENOMEM;
	if (b->offs_borrowed)
		memcpy(o, b->offs, (size_t)b->nr * sizeof(*o));
	b->offs_borrowed = false;
	b->offs = o;
	b->offs_cap = cap;
	return 0;
}

int object_add_record(struct btf *b, size_t size, struct btf_type **ret)
{
	void *rec;
	int err = object_modify(b);

	if (!err)
		err = offs_reserve(b, 1);
	if (!err)
		err = grow(&b->types_buf, size);
	if (err)
		return err;
	b->offs[b->nr] = (u32)b->types_buf.len;
	buf_add_zero(&b->types_buf, size, &rec);
	point_to_buffers(b);
	b->nr++;
	object_changed(b);
	if (ret)
		*ret = rec;
	return (int)object_type_cnt(b) - 1;
}

int object_reserve(struct btf *b, u32 nr, u32 bytes)
{
	int err = offs_reserve(b, nr);

	if (!err)
		err = grow(&b->types_buf, bytes);
	if (!err)
		point_to_buffers(b);
	return err;
}

int object_reserve_strs(struct btf *b, u32 cnt, u32 bytes)
{
	int err = grow(&b->strs_buf, bytes);

	if (!err && !b->set) {
		b->set = string_set_new(b, cnt);
		err = b->set ? 0 : -ENOMEM;
	}
	if (!err)
		point_to_buffers(b);
	return err;
}

void object_added(struct btf *b, u32 nr)
{
	b->nr += nr;
	point_to_buffers(b);
	object_changed(b);
}

void object_set_types(struct btf *b, struct buf *types, u32 **offs)
{
	buf_deinit(&b->types_buf);
	b->types_buf = *types;
	*types = (struct buf){0};
	object_drop_offs(b);
	b->offs = *offs;
	b->offs_cap = b->nr;
	*offs = NULL;
	point_to_buffers(b);
	object_rewritten(b);
}

int object_add_raw(struct btf *b, const void *data, size_t size)
{
	struct btf_type *t = NULL;
	struct buf copy = {0};
	int id;

	/* the record may be one of our own */
	if (buf_add(&copy, data, size))
		return -ENOMEM;
	id = object_add_record(b, size, &t);
	if (id > 0)
		memcpy(t, copy.data, size);
	buf_deinit(&copy);
	return id;
}

int object_add_elem(struct btf *b, size_t size, void **ret)
{
	int err = object_modify(b);

	if (!err)
		err = grow(&b->types_buf, size);
	if (err)
		return err;
	buf_add_zero(&b->types_buf, size, ret);
	point_to_buffers(b);
	object_changed(b);
	return 0;
}

/* offset of s in b or below, -ENOENT, -ENOMEM; own strings only through the set when there is one */
static s64 find_str(const struct btf *b, const char *s, size_t len, u32 hash)
{
	const struct btf *level;
	s64 off;

	for (level = b->base; level; level = level->base) {
		const struct string_index *x = object_strings(level);

		if (!x)
			return -ENOMEM;
		off = string_index_find(level, x, s, len, hash);
		if (off >= 0)
			return off;
	}
	if (b->set) {
		off = string_set_find(b->set, b->strs, s, len, hash);
		return off >= 0 ? (s64)b->start_str + off : -ENOENT;
	}
	return -ENOENT;
}

int object_find_str(const struct btf *b, const char *s)
{
	size_t len = strlen(s);
	u32 hash = hash_bytes(s, len);
	const struct string_index *x;
	s64 off;

	if (!len)
		return 0;
	off = find_str(b, s, len, hash);
	if (off != -ENOENT || b->set)
		return (int)off;
	x = object_strings(b);
	if (!x)
		return -ENOMEM;
	off = string_index_find(b, x, s, len, hash);
	return off >= 0 ? (int)off : -ENOENT;
}

int object_add_str(struct btf *b, const char *s)
{
	size_t len = s ? strlen(s) : 0;
	char *copy = NULL;
	u32 hash;
	s64 off;
	int err;

	if (!len)
		return 0;
	err = object_modify(b);
	if (err)
		return err;
	if (!b->set) {
		b->set = string_set_new(b, 0);
		if (!b->set)
			return -ENOMEM;
	}
	hash = hash_bytes(s, len);
	off = find_str(b, s, len, hash);
	if (off != -ENOENT)
		return (int)off;
	if ((u64)b->start_str + b->strs_buf.len + len + 1 > WIRE_MAX_STRS - 1)
		return -E2BIG;
	/* s may point into our own strings, which are about to move */
	if (s >= b->strs && s < b->strs + b->strs_len) {
		copy = strdup(s);
		if (!copy)
			return -ENOMEM;
	}
	err = grow(&b->strs_buf, len + 1);
	if (!err)
		err = string_set_add(b->set, (u32)b->strs_buf.len, hash);
	if (!err) {
		off = (s64)b->start_str + (s64)b->strs_buf.len;
		buf_add(&b->strs_buf, copy ? copy : s, len + 1);
	}
	free(copy);
	point_to_buffers(b);
	object_changed(b);
	return err ? err : (int)off;
}

int object_take(struct btf *b, struct buf *types, struct buf *strs)
{
	struct buf layout = {0};

	if (!b->dirty && buf_add(&layout, b->layout, b->layout_len))
		return -ENOMEM;
	if (!b->dirty) {
		b->layout_buf = layout;
		b->layout = b->layout_len ? b->layout_buf.data : NULL;
	}
	buf_deinit(&b->types_buf);
	b->types_buf = *types;
	*types = (struct buf){0};
	if (strs) {
		buf_deinit(&b->strs_buf);
		b->strs_buf = *strs;
		*strs = (struct buf){0};
		string_set_free(b->set);
		b->set = NULL;
	}
	drop_blob(b);
	point_to_buffers(b);
	b->strs_unique = true;
	b->dirty = true;
	object_rewritten(b);
	return 0;
}
