// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/dedup.h>: types behind those of another object, with the .BTF.ext that refers to them.
 *
 * The strings of .BTF.ext are added first and into a clone: what can fail comes before the types,
 * and what follows them is a shift.
 */
#include <btf/dedup.h>

#include "api/api.h"
#include "btf/append.h"
#include "btf/ext.h"

struct move {
	struct btf *dst;
	const struct btf *src;
	u32 shift; /* of ids from src->start_id on */
};

static int move_str(void *ctx, u32 *off)
{
	const struct move *m = ctx;
	int to;

	/* strings of the base are the same ones in dst */
	if (!*off || *off < m->src->start_str)
		return 0;
	to = object_add_str(m->dst, object_str(m->src, *off));
	if (to < 0)
		return to;
	*off = (u32)to;
	return 0;
}

static int move_id(void *ctx, u32 *id)
{
	const struct move *m = ctx;

	if (*id >= m->src->start_id)
		*id += m->shift;
	return 0;
}

static int append_with_ext(struct btf *dst, const struct btf *src, struct btf_ext *ext,
			   struct btf_report *r)
{
	struct move m = {dst, src, object_type_cnt(dst) - src->start_id};
	struct btf_ext *moved = NULL;
	int ret = ext_fits(ext, src, r);

	if (ret)
		return ret;
	if (src == dst || (src->base && src->base != dst->base))
		return src == dst ? -EINVAL : -EOPNOTSUPP;
	ret = ext_clone(ext, &moved);
	if (!ret)
		ret = ext_each_str(moved, move_str, &m);
	if (!ret)
		ret = object_append(dst, src);
	if (ret < 0) {
		ext_free(moved);
		return ret;
	}
	ext_each_id(moved, move_id, &m);
	ext_adopt(ext, moved);
	return ret;
}

int btf_append__run(struct btf *btf, const struct btf *src, const struct btf_append_opts *opts,
		    struct btf_report *r)
{
	struct btf_append_opts o = {.sz = sizeof(o)};

	if (!api_ours(btf) || !api_ours(src) || !api_opts_take(&o, sizeof(o), opts))
		return api_ret(-EINVAL);
	if (!o.src_ext)
		return api_ret(object_append(btf, src));
	if (api_no_pointer(o.src_ext) || !ext_ours(o.src_ext))
		return api_ret(-EINVAL);
	return api_ret(append_with_ext(btf, src, o.src_ext, r));
}
