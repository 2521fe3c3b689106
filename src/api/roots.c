// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Ids, names and patterns -> types: see roots.h. Cost: a look at every name. */
#include "api/roots.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "print/show.h"

#define NOVAL BTF_NO_VALUE

static const char *name_of(const struct btf *b, const struct btf_type *t, u32 kinds)
{
	u32 kind = type_kind(t);

	return t->name_off && (kinds == ROOTS_ANY || kind_in(kind, kinds)) ? object_name(b, t) : "";
}

static int add_matches(const struct btf *b, u32 from, u32 to, const char *spec, u32 kinds,
		       struct buf *ret)
{
	bool plain = !strpbrk(spec, "*?[\\");
	int found = 0;

	for (u32 id = from; id < to; id++) {
		const char *name = name_of(b, object_type(b, id), kinds);

		if (!*name || (plain ? strcmp(spec, name) : fnmatch(spec, name, 0)))
			continue;
		if (buf_add(ret, &id, sizeof(id)))
			return -ENOMEM;
		found++;
	}
	return found;
}

static int add_id(const struct btf *b, const char *spec, struct buf *ret, struct btf_report *r)
{
	u32 cnt = object_type_cnt(b), id;
	unsigned long long v;

	errno = 0;
	v = strtoull(spec, NULL, 10);
	if (errno || v >= cnt)
		return report_error(r, BTF_CODE_PRINT_NO_TYPE, NULL, (s64)cnt - 1, NOVAL,
				    "there is no type id %.32s, the last one is %u", spec, cnt - 1);
	id = (u32)v;
	return buf_add(ret, &id, sizeof(id)) ? report_nomem(r) : 1;
}

int roots_find(const struct btf *b, const char *spec, u32 kinds, struct buf *ret,
	       struct btf_report *r)
{
	u32 own = b->base ? b->start_id : 1;
	int found;

	if (*spec && !spec[strspn(spec, "0123456789")])
		return add_id(b, spec, ret, r);
	found = add_matches(b, own, object_type_cnt(b), spec, kinds, ret);
	if (!found)
		found = add_matches(b, 1, own, spec, kinds, ret);
	return found < 0 ? report_nomem(r) : found;
}

int roots_miss(const struct btf *b, const char *spec, u32 kinds, struct btf_report *r)
{
	u32 cnt = object_type_cnt(b);
	char text[512];
	struct nears n;

	near_init(&n, spec);
	for (u32 id = 1; id < cnt; id++) {
		const char *name = name_of(b, object_type(b, id), kinds);

		if (*name)
			near_offer(&n, name, id);
	}
	near_text(&n, b, text, sizeof(text));
	return report_error(r, BTF_CODE_ROOT_NAME, NULL, NOVAL, NOVAL,
			    "no type is named '%.128s'%s%s", spec, *text ? "; there is " : "",
			    text);
}
