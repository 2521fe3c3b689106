// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/print.h>: arguments checked, errno set; roots by name become ids here. */
#include <btf/print.h>

#include "api/api.h"
#include "api/roots.h"
#include "pass/subset.h"
#include "print/c.h"
#include "print/print.h"

static int print(const struct btf *btf, enum btf_print_format format,
		 const struct btf_print_opts *o,
		 int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		 struct btf_report *r)
{
	static const struct print_format *const formats[] = {
		[BTF_PRINT_RAW] = &print_raw,
		[BTF_PRINT_JSON] = &print_json,
		[BTF_PRINT_BPFTOOL_JSON] = &print_bpftool_json,
	};

	if (format == BTF_PRINT_C)
		return print_c(btf, o, write, ctx, r);
	return print_types(btf, formats[format], o, write, ctx, r);
}

/* every root that is missing is reported */
static int find_roots(const struct btf *btf, const struct btf_print_opts *o, struct buf *ret,
		      struct btf_report *r)
{
	int err = 0;

	for (size_t i = 0; i < o->root_cnt; i++) {
		int found = o->roots[i] ? roots_find(btf, o->roots[i], ROOTS_ANY, ret, r) : -EINVAL;

		if (!found)
			found = roots_miss(btf, o->roots[i], ROOTS_ANY, r);
		if (found < 0 && found != -ENOENT)
			return found;
		if (found < 0)
			err = found;
	}
	return err;
}

static int print_roots(const struct btf *btf, enum btf_print_format format,
		       struct btf_print_opts *o,
		       int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		       struct btf_report *r)
{
	struct buf roots = {0}, closed = {0};
	const struct buf *ids = &roots;
	int err = find_roots(btf, o, &roots, r);

	if (!err && format != BTF_PRINT_C) {
		err = subset_close(btf, (const void *)roots.data, roots.len / sizeof(u32), NULL,
				   SUBSET_ALL, &closed);
		if (err)
			err = report_nomem(r);
		ids = &closed;
	}
	if (!err) {
		/* no id is not the same as no list */
		o->ids = ids->len ? (const void *)ids->data : &(u32){0};
		o->id_cnt = ids->len / sizeof(u32);
		err = print(btf, format, o, write, ctx, r);
	}
	buf_deinit(&roots);
	buf_deinit(&closed);
	return err;
}

int btf_print__types(const struct btf *btf, enum btf_print_format format,
		     const struct btf_print_opts *opts,
		     int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		     struct btf_report *r)
{
	struct btf_print_opts o = {.sz = sizeof(o)};

	if (!api_ours(btf) || !write || (unsigned int)format > BTF_PRINT_C ||
	    !api_opts_take(&o, sizeof(o), opts) || (o.roots && o.ids))
		return api_ret(-EINVAL);
	if (o.roots)
		return api_ret(print_roots(btf, format, &o, write, ctx, r));
	return api_ret(print(btf, format, &o, write, ctx, r));
}
