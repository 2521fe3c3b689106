// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Exported comparison: arguments checked, errno set. */
#include <btf/diff.h>

#include "api/api.h"
#include "check/diff.h"

int btf_diff__equal(const struct btf *left, const struct btf *right,
		    const struct btf_diff_opts *opts, struct btf_diff_result *result,
		    struct btf_report *r)
{
	struct btf_diff_result res = {.sz = sizeof(res)};
	struct btf_diff_opts o = {.sz = sizeof(o)};
	size_t sz;
	int ret;

	if (!api_ours(left) || !api_ours(right) || !api_opts_take(&o, sizeof(o), opts) ||
	    (result && result->sz < sizeof(result->sz)))
		return api_ret(-EINVAL);
	ret = diff_equal(left, right, &o, &res, r);
	if (ret >= 0 && result) {
		sz = result->sz;
		memcpy(result, &res, sz < sizeof(res) ? sz : sizeof(res));
		result->sz = sz;
	}
	return api_ret(ret);
}

int btf_diff__path(const struct btf *left, __u32 left_id, const struct btf *right, __u32 right_id,
		   struct btf_report *r)
{
	if (!api_ours(left) || !api_ours(right) || left_id >= object_type_cnt(left) ||
	    right_id >= object_type_cnt(right))
		return api_ret(-EINVAL);
	return api_ret(diff_path(left, left_id, right, right_id, r));
}
