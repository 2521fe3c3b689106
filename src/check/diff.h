/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Comparison by meaning: see <btf/diff.h>; the arguments are checked in api/. */
#ifndef CHECK_DIFF_H
#define CHECK_DIFF_H

#include <btf/diff.h>

#include "btf/object.h"

int diff_equal(const struct btf *left, const struct btf *right, const struct btf_diff_opts *opts,
	       struct btf_diff_result *res, struct btf_report *r);

/* why.c */
int diff_path(const struct btf *left, u32 left_id, const struct btf *right, u32 right_id,
	      struct btf_report *r);

#endif
