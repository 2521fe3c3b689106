// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/show.h>: arguments checked, errno set. */
#include <btf/show.h>

#include "api/api.h"
#include "print/show.h"

static bool take_opts(struct btf_show_opts *o, const struct btf_show_opts *opts)
{
	*o = (struct btf_show_opts){.sz = sizeof(*o)};
	return api_opts_take(o, sizeof(*o), opts) && !(o->cacheline & (o->cacheline - 1));
}

int btf_show__query(const struct btf *btf, const char *query, const struct btf_show_opts *opts,
		    int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		    struct btf_report *r)
{
	struct btf_show_opts o;

	if (!api_ours(btf) || !query || !write || !take_opts(&o, opts))
		return api_ret(-EINVAL);
	return api_ret(show_query(btf, query, &o, write, ctx, r));
}

int btf_show__type(const struct btf *btf, __u32 id, const struct btf_show_opts *opts,
		   int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		   struct btf_report *r)
{
	struct btf_show_opts o;

	if (!api_ours(btf) || !write || !take_opts(&o, opts))
		return api_ret(-EINVAL);
	return api_ret(show_id(btf, id, &o, write, ctx, r));
}

int btf_show__layout(const struct btf *btf, __u32 id, struct btf_layout *ret, struct btf_report *r)
{
	struct btf_layout l;
	size_t sz;
	int err;

	if (!api_ours(btf) || !ret || ret->sz < sizeof(ret->sz) || id >= object_type_cnt(btf) ||
	    !kind_in(type_kind(object_type(btf, id)), KINDS_COMPOSITE))
		return api_ret(-EINVAL);
	err = show_layout(btf, id, &l, r);
	if (err)
		return api_ret(err);
	sz = ret->sz;
	memcpy(ret, &l, min_of(sz, sizeof(l)));
	ret->sz = sz;
	return 0;
}
