// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/btf.h>: create and query. Each function checks its arguments, asks src/btf and sets errno;
 * there is no knowledge about BTF here.
 */
#include <btf/btf.h>
#include <btf/dedup.h>

#include <unistd.h>

#include "api/api.h"
#include "btf/append.h"
#include "btf/ext.h"
#include "btf/index.h"
#include "btf/query.h"
#include "pass/dedup.h"
#include "pass/distill.h"
#include "pass/relocate.h"

#define HOST_BIG (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

/* ---- life ---- */

void btf__free(struct btf *btf)
{
	if (!api_ours(btf))
		return;
	if (btf->fd >= 0)
		close(btf->fd);
	object_free(btf);
}

struct btf *btf__new_split(const void *data, __u32 size, struct btf *base_btf)
{
	struct btf *b;
	int err;

	if (!api_base_ok(base_btf) || (!data && size))
		return api_null(-EINVAL);
	err = object_parse(data, size, base_btf, OBJECT_COPY, NULL, &b);
	return err ? api_null(err) : b;
}

struct btf *btf__new(const void *data, __u32 size)
{
	return btf__new_split(data, size, NULL);
}

static struct btf *new_empty(struct btf *base, bool add_layout)
{
	struct btf *b;
	int err;

	if (!api_base_ok(base))
		return api_null(-EINVAL);
	err = object_new(base, add_layout, &b);
	if (err)
		return api_null(err);
	b->ptr_sz = sizeof(void *);
	return b;
}

struct btf *btf__new_empty(void)
{
	return new_empty(NULL, false);
}

struct btf *btf__new_empty_split(struct btf *base_btf)
{
	return new_empty(base_btf, false);
}

struct btf *btf__new_empty_opts(struct btf_new_opts *opts)
{
	if (!API_OPTS_OK(opts, btf_new_opts))
		return api_null(-EINVAL);
	return new_empty(API_OPT(opts, base_btf, NULL), API_OPT(opts, add_layout, false));
}

/* ---- query ---- */

__s32 btf__find_by_name_kind(const struct btf *btf, const char *type_name, __u32 kind)
{
	if (!api_ours(btf) || !type_name)
		return api_ret(-EINVAL);
	if (kind == BTF_KIND_UNKN || !strcmp(type_name, "void"))
		return 0;
	if (kind > WIRE_MAX_KIND)
		return api_ret(-ENOENT);
	return api_ret(object_find(btf, type_name, (int)kind, 1));
}

__s32 btf__find_by_name(const struct btf *btf, const char *type_name)
{
	if (!api_ours(btf) || !type_name)
		return api_ret(-EINVAL);
	if (!strcmp(type_name, "void"))
		return 0;
	return api_ret(object_find(btf, type_name, -1, 1));
}

__u32 btf__type_cnt(const struct btf *btf)
{
	if (!api_ours(btf)) {
		errno = EINVAL;
		return 0;
	}
	return object_type_cnt(btf);
}

const struct btf *btf__base_btf(const struct btf *btf)
{
	return api_ours(btf) ? btf->base : api_null(-EINVAL);
}

const struct btf_type *btf__type_by_id(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = api_ours(btf) ? object_type_checked(btf, id) : NULL;

	return t ? t : api_null(-EINVAL);
}

size_t btf__pointer_size(const struct btf *btf)
{
	if (!api_ours(btf)) {
		errno = EINVAL;
		return 0;
	}
	return (size_t)object_ptr_size(btf);
}

int btf__set_pointer_size(struct btf *btf, size_t ptr_sz)
{
	if (!api_ours(btf) || (ptr_sz != 4 && ptr_sz != 8))
		return api_ret(-EINVAL);
	btf->ptr_sz = (int)ptr_sz;
	return 0;
}

enum btf_endianness btf__endianness(const struct btf *btf)
{
	if (!api_ours(btf)) {
		errno = EINVAL;
		return HOST_BIG ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN;
	}
	return btf->swapped_out == HOST_BIG ? BTF_LITTLE_ENDIAN : BTF_BIG_ENDIAN;
}

int btf__set_endianness(struct btf *btf, enum btf_endianness endian)
{
	if (!api_ours(btf) || (endian != BTF_LITTLE_ENDIAN && endian != BTF_BIG_ENDIAN))
		return api_ret(-EINVAL);
	btf->swapped_out = (endian == BTF_BIG_ENDIAN) != HOST_BIG;
	return 0;
}

__s64 btf__resolve_size(const struct btf *btf, __u32 type_id)
{
	__s64 size = api_ours(btf) ? query_size(btf, type_id) : -EINVAL;

	if (size < 0)
		errno = (int)-size;
	return size;
}

int btf__resolve_type(const struct btf *btf, __u32 type_id)
{
	return api_ret(api_ours(btf) ? query_resolve(btf, type_id) : -EINVAL);
}

int btf__align_of(const struct btf *btf, __u32 id)
{
	int align = api_ours(btf) ? query_align_of(btf, id) : -EINVAL;

	if (align > 0)
		return align;
	errno = -align;
	return 0;
}

int btf__fd(const struct btf *btf)
{
	return api_ours(btf) ? btf->fd : api_ret(-EINVAL);
}

void btf__set_fd(struct btf *btf, int fd)
{
	if (api_ours(btf))
		btf->fd = fd;
	else
		errno = EINVAL;
}

const void *btf__raw_data(const struct btf *btf, __u32 *size)
{
	const void *data;
	u32 len;
	int err;

	if (!api_ours(btf) || !size)
		return api_null(-EINVAL);
	/* what is written is a cache */
	err = object_raw((struct btf *)(uintptr_t)btf, btf->swapped_out, &data, &len);
	if (err)
		return api_null(err);
	*size = len;
	return data;
}

const char *btf__str_by_offset(const struct btf *btf, __u32 offset)
{
	const char *s = api_ours(btf) ? object_str_checked(btf, offset) : NULL;

	return s ? s : api_null(-EINVAL);
}

const char *btf__name_by_offset(const struct btf *btf, __u32 offset)
{
	return btf__str_by_offset(btf, offset);
}

/* ---- whole objects ---- */

int btf__distill_base(const struct btf *src_btf, struct btf **new_base_btf,
		      struct btf **new_split_btf)
{
	struct btf *base, *split;
	int err;

	if (!api_ours(src_btf) || !src_btf->base || !new_base_btf || !new_split_btf)
		return api_ret(-EINVAL);
	err = distill(src_btf, NULL, NULL, &base, &split);
	if (err)
		return api_ret(err);
	*new_base_btf = base;
	*new_split_btf = split;
	return 0;
}

int btf__relocate(struct btf *btf, const struct btf *base_btf)
{
	if (!api_ours(btf) || !api_ours(base_btf) || btf->base == base_btf)
		return api_ret(-EINVAL);
	return api_ret(relocate(btf, base_btf, NULL, NULL));
}

int btf_dedup__run(struct btf *btf, const struct btf_dedup_run_opts *opts, struct btf_report *r)
{
	struct dedup_opts o = {0};
	int err = 0;

	if (!api_ours(btf) || !API_OPTS_OK(opts, btf_dedup_run_opts))
		return api_ret(-EINVAL);
	o.ext = API_OPT(opts, btf_ext, NULL);
	o.force_collisions = API_OPT(opts, force_collisions, false);
	o.jobs = API_OPT(opts, jobs, 0);
	if (o.ext && (api_no_pointer(o.ext) || !ext_ours(o.ext)))
		return api_ret(-EINVAL);
	if (o.ext)
		err = ext_fits(o.ext, btf, r);
	return api_ret(err ? err : dedup(btf, &o, r));
}

int btf__dedup(struct btf *btf, const struct btf_dedup_opts *opts)
{
	struct btf_dedup_run_opts run = {.sz = sizeof(run)};

	if (!api_ours(btf) || !API_OPTS_OK(opts, btf_dedup_opts))
		return api_ret(-EINVAL);
	run.btf_ext = API_OPT(opts, btf_ext, NULL);
	run.force_collisions = API_OPT(opts, force_collisions, false);
	return btf_dedup__run(btf, &run, NULL);
}

int btf__permute(struct btf *btf, __u32 *id_map, __u32 id_map_cnt,
		 const struct btf_permute_opts *opts)
{
	struct btf_ext *ext;
	u32 skip;

	if (!api_ours(btf) || !API_OPTS_OK(opts, btf_permute_opts))
		return api_ret(-EINVAL);
	ext = API_OPT(opts, btf_ext, NULL);
	if (ext && (api_no_pointer(ext) || !ext_ours(ext)))
		return api_ret(-EINVAL);
	/* a base's map has an entry for void */
	skip = btf->base ? 0 : 1;
	if (!id_map || id_map_cnt != btf->nr + skip || (skip && id_map[0]))
		return api_ret(-EINVAL);
	return api_ret(object_permute(btf, id_map + skip, ext));
}
