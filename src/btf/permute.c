// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Types in another order: see append.h.
 *
 * In: an object and the new id of each own type. Out: the same types under those ids; every id in
 * types and in .BTF.ext follows. The new type section is built beside the old one and replaces it
 * at the end, so a refusal changes nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/append.h"
#include "btf/ext.h"

struct permute {
	const struct btf *b;
	const u32 *map;
	u32 *from; /* new own index -> old own index */
	u32 *offs;
	struct buf types;
};

static void permute_deinit(struct permute *p)
{
	free(p->from);
	free(p->offs);
	buf_deinit(&p->types);
}

/* from here on map is a permutation of the own ids */
static int permute_check(struct permute *p)
{
	const struct btf *b = p->b;

	p->from = malloc(((size_t)b->nr + 1) * sizeof(*p->from));
	if (!p->from)
		return -ENOMEM;
	memset(p->from, 0xff, (size_t)b->nr * sizeof(*p->from));
	for (u32 i = 0; i < b->nr; i++) {
		u32 to = p->map[i] - b->start_id;

		if (p->map[i] < b->start_id || to >= b->nr || p->from[to] != UINT32_MAX)
			return -EINVAL;
		p->from[to] = i;
	}
	return 0;
}

static void permute_id(const struct permute *p, u32 *id)
{
	if (*id >= p->b->start_id && *id - p->b->start_id < p->b->nr)
		*id = p->map[*id - p->b->start_id];
}

static int permute_build(struct permute *p)
{
	const struct btf *b = p->b;
	u32 *id;

	p->offs = malloc(((size_t)b->nr + 1) * sizeof(*p->offs));
	if (!p->offs || buf_reserve(&p->types, b->types_len))
		return -ENOMEM;
	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, p->from[i]);
		struct field_iter it;

		p->offs[i] = (u32)p->types.len;
		/* cannot fail: the room is there */
		buf_add(&p->types, t, type_size(t));
		it = type_ids((const void *)(p->types.data + p->offs[i]));
		while ((id = field_next(&it)))
			permute_id(p, id);
	}
	return 0;
}

static int ext_id_known(void *ctx, u32 *id)
{
	const struct permute *p = ctx;

	return *id < object_type_cnt(p->b) ? 0 : -EINVAL;
}

static int ext_id_permute(void *ctx, u32 *id)
{
	permute_id(ctx, id);
	return 0;
}

int object_permute(struct btf *b, const u32 *map, struct btf_ext *ext)
{
	struct permute p = {.b = b, .map = map};
	int err;

	if (b->has_unknown)
		return -EINVAL;
	err = permute_check(&p);
	if (!err && ext)
		err = ext_each_id(ext, ext_id_known, &p);
	if (!err)
		err = object_modify(b);
	if (!err)
		err = permute_build(&p);
	if (!err && ext)
		err = ext_each_id(ext, ext_id_permute, &p);
	if (!err)
		object_set_types(b, &p.types, &p.offs);
	permute_deinit(&p);
	return err;
}
