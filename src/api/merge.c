// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/merge.h>: arguments checked, errno set. */
#include <btf/merge.h>

#include "api/api.h"
#include "pass/merge.h"

static struct merge *inside(struct btf_merge *m)
{
	return (struct merge *)m;
}

struct btf_merge *btf_merge__new(struct btf *base)
{
	struct merge *m;
	int err;

	if (!api_base_ok(base))
		return api_null(-EINVAL);
	err = merge_new(base, &m);
	return err ? api_null(err) : (struct btf_merge *)m;
}

void btf_merge__free(struct btf_merge *m)
{
	merge_free(inside(m));
}

int btf_merge__add(struct btf_merge *m, const struct btf *btf, const char *name,
		   struct btf_report *r)
{
	int err;

	if (!m || !api_ours(btf))
		return api_ret(-EINVAL);
	report_context(r, name, NULL);
	err = merge_add(inside(m), btf, name, r);
	report_context(r, NULL, NULL);
	return api_ret(err);
}

struct btf *btf_merge__finish(struct btf_merge *m, struct btf_report *r)
{
	struct btf *b = NULL;
	int err;

	if (!m)
		return api_null(-EINVAL);
	err = merge_finish(inside(m), r, &b);
	merge_free(inside(m));
	return err ? api_null(err) : b;
}
