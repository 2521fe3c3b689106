// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/print.h>: arguments checked, errno set. */
#include <btf/print.h>

#include "api/api.h"
#include "print/c.h"
#include "print/print.h"

int btf_print__types(const struct btf *btf, enum btf_print_format format,
		     const struct btf_print_opts *opts,
		     int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		     struct btf_report *r)
{
	static const struct print_format *const formats[] = {
		[BTF_PRINT_RAW] = &print_raw,
		[BTF_PRINT_JSON] = &print_json,
		[BTF_PRINT_BPFTOOL_JSON] = &print_bpftool_json,
	};
	struct btf_print_opts o = {
		.ids = API_OPT(opts, ids, NULL),
		.id_cnt = API_OPT(opts, id_cnt, 0),
		.string_values = API_OPT(opts, string_values, false),
		.sorted = API_OPT(opts, sorted, false),
	};

	if (!api_ours(btf) || !write || (unsigned int)format > BTF_PRINT_C ||
	    !api_opts_ok(opts, sizeof(o)))
		return api_ret(-EINVAL);
	if (format == BTF_PRINT_C)
		return api_ret(print_c(btf, &o, write, ctx, r));
	return api_ret(print_types(btf, formats[format], &o, write, ctx, r));
}
