/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the tests of src/pass share: cmocka's includes, objects (tests/ref/build.h), findings. */
#ifndef UNIT_PASS_COMMON_H
#define UNIT_PASS_COMMON_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../ref/build.h"
#include "base/report.h"

/* findings of that code; BTF_CODE_NONE: of any */
static inline int count_code(const struct btf_report *r, enum btf_code code)
{
	int n = 0;

	for (size_t i = 0; i < btf_report__count(r); i++)
		n += code == BTF_CODE_NONE || btf_report__get(r, i)->code == code;
	return n;
}

/* the first finding of that code; fails the test where there is none */
static inline const struct btf_finding *finding(const struct btf_report *r, enum btf_code code)
{
	for (size_t i = 0; i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->code == code)
			return btf_report__get(r, i);
	for (size_t i = 0; i < btf_report__count(r); i++)
		print_message("found instead: %s\n", btf_report__get(r, i)->text);
	fail_msg("no finding %s", btf_code__name(code));
	return NULL;
}

/* a name, or nothing */
static inline bool has_name(const struct btf *b, u32 id, const char *name)
{
	return !strcmp(object_name(b, object_type(b, id)), name);
}

static inline struct btf_member *member(const struct btf *b, u32 id, u32 k)
{
	return (struct btf_member *)type_tail(object_type(b, id)) + k;
}

static inline bool same_buf(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

#endif
