// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Copying types between objects: see append.h.
 *
 * In: two objects. Out: the types of one at the end of the other. Records are copied as one run of
 * bytes and then rewritten in place; a string is looked up once per distinct offset of the source.
 * On failure no type was added; strings may have been, which nobody refers to. Cost: linear in
 * the types copied, whatever the size of the destination.
 */
#include "btf/append.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int object_add_type(struct btf *dst, const struct btf *src, const struct btf_type *t)
{
	struct field_iter it;
	struct buf rec = {0};
	int off, ret;
	u32 *f;

	if (!type_kind(t) || type_kind(t) >= WIRE_KINDS)
		return -EINVAL;
	/* a copy: adding a string may move the record where it is dst's own */
	ret = buf_add(&rec, t, type_size(t));
	if (ret)
		return ret;
	it = type_names((const struct btf_type *)(const void *)rec.data);
	while (src != dst && (f = field_next(&it))) {
		const char *s = object_str_checked(src, *f);

		off = s ? object_add_str(dst, s) : -EINVAL;
		if (off < 0) {
			buf_deinit(&rec);
			return off;
		}
		*f = (u32)off;
	}
	ret = object_add_raw(dst, rec.data, rec.len);
	buf_deinit(&rec);
	return ret;
}

int object_add_decl_tag(struct btf *b, const char *value, u32 to, s32 component, bool kflag)
{
	int name = object_add_str(b, value), id;
	struct btf_type *t;

	if (name < 0)
		return name;
	id = object_add_record(b, sizeof(*t) + sizeof(struct btf_decl_tag), &t);
	if (id < 0)
		return id;
	t->name_off = (u32)name;
	t->info = info_make(BTF_KIND_DECL_TAG, 0, kflag);
	t->type = to;
	((struct btf_decl_tag *)type_tail(t))->component_idx = component;
	return id;
}

struct append {
	struct btf *dst;
	const struct btf *src;
	u32 *str_map;	      /* own string offset of src -> offset in dst; 0: not met yet */
	u32 src_start, shift; /* ids from src_start on are shifted */
};

static int append_str(struct append *a, u32 *off)
{
	const struct btf *src = a->src;
	u32 own = *off - src->start_str;
	int ret;

	/* strings of the base are the same ones in dst */
	if (*off < src->start_str || !*off)
		return 0;
	if (!a->str_map[own]) {
		ret = object_add_str(a->dst, object_str(src, *off));
		if (ret < 0)
			return ret;
		a->str_map[own] = (u32)ret;
	}
	*off = a->str_map[own];
	return 0;
}

static int append_record(struct append *a, const struct btf_type *t)
{
	struct field_iter it;
	u32 *f;
	int err;

	it = type_ids(t);
	while ((f = field_next(&it)))
		if (*f >= a->src_start)
			*f += a->shift;
	if (!a->str_map)
		return 0;
	it = type_names(t);
	while ((f = field_next(&it))) {
		err = append_str(a, f);
		if (err)
			return err;
	}
	return 0;
}

/* from here on the records lie behind those of dst, as src has them */
static int append_copy(struct append *a, u32 nr, u32 len)
{
	struct btf *dst = a->dst;
	u32 at, *offs;
	int err = object_reserve(dst, nr, len);

	if (err)
		return err;
	/* read only now: src may be dst, whose arrays have just moved */
	offs = a->src->offs;
	at = (u32)dst->types_buf.len;
	for (u32 i = 0; i < nr; i++)
		dst->offs[dst->nr + i] = at + offs[i];
	buf_add(&dst->types_buf, a->src->types, len);
	return 0;
}

int object_append(struct btf *dst, const struct btf *src)
{
	struct append a = {.dst = dst, .src = src, .src_start = src->start_id};
	u32 nr = src->nr, old_nr = dst->nr, len = src->types_len;
	u32 first = object_type_cnt(dst);
	size_t old_len;
	int err;

	if (src->base && src->base != dst->base)
		return -EOPNOTSUPP;
	if (src->has_unknown)
		return -EINVAL;
	err = object_modify(dst);
	if (err)
		return err;
	a.shift = first - src->start_id;
	if (src != dst && src->strs_len) {
		a.str_map = calloc(src->strs_len, sizeof(*a.str_map));
		if (!a.str_map)
			return -ENOMEM;
	}
	old_len = dst->types_buf.len;
	err = append_copy(&a, nr, len);
	for (u32 i = 0; !err && i < nr; i++)
		err = append_record(&a,
				    (const void *)(dst->types_buf.data + dst->offs[old_nr + i]));
	if (err)
		dst->types_buf.len = old_len;
	else
		object_added(dst, nr);
	free(a.str_map);
	return err ? err : (int)first;
}
