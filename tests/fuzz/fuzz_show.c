// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Object -> types for people: any type as text and JSON, members and offsets, names that are not
 * there. What must hold beyond not crashing: a call ends with 0, -ELOOP or -E2BIG (queries also
 * with -ENOENT); what was shown is not empty; every byte of a struct is found; sums add up.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "print/show.h"

#define TYPES_MAX 16 /* and the last one: what explodes is slow enough once */

static void must(bool holds)
{
	if (!holds)
		abort();
}

static int sink(void *ctx, const void *data, size_t size)
{
	(void)data;
	*(size_t *)ctx += size;
	return 0;
}

static bool fine(int err)
{
	return !err || err == -ELOOP || err == -E2BIG;
}

static void layout_adds_up(const struct btf *b, u32 id)
{
	struct btf_layout l;
	int err = show_layout(b, id, &l, NULL);

	must(fine(err));
	if (err || !type_is(object_type(b, id), BTF_KIND_STRUCT) || l.overlaps)
		return;
	/* where members stand one behind the other and inside, every bit is somewhere */
	if (l.sum_members * 8 + l.sum_bits <= (u64)l.size * 8)
		must(l.sum_members * 8 + l.sum_bits + l.sum_holes * 8 + l.sum_bit_holes +
				     l.padding * 8ull + l.bit_padding + 7 >=
			     (u64)l.size * 8 ||
		     l.size > 1u << 28);
}

static void show_all(const struct btf *b)
{
	struct btf_show_opts text = {.sz = sizeof(text)}, json = {.sz = sizeof(json), .json = true};
	u32 cnt = object_type_cnt(b);
	char query[64];

	for (u32 id = 0; id < cnt; id++) {
		const struct btf_type *t = object_type(b, id);
		size_t size = 0;
		int err;

		if (id >= TYPES_MAX && id != cnt - 1)
			continue;
		err = show_id(b, id, &text, sink, &size, NULL);

		must(fine(err) && (err || size));
		err = show_id(b, id, &json, sink, &size, NULL);
		must(fine(err));
		if (!kind_in(type_kind(t), KINDS_COMPOSITE))
			continue;
		layout_adds_up(b, id);
		for (u32 at = 0; at < 8 && at < t->size; at++) {
			snprintf(query, sizeof(query), "%u+%u", id, t->size / 8 * at);
			size = 0;
			err = show_query(b, query, at & 1 ? &json : &text, sink, &size, NULL);
			must(fine(err) && (err || size));
		}
		snprintf(query, sizeof(query), "%u.a[1].b", id);
		err = show_query(b, query, &text, sink, &size, NULL);
		must(fine(err) || err == -ENOENT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf_show_opts opts = {.sz = sizeof(opts)};
	struct btf *b;
	size_t out = 0;
	int err;

	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &b))
		return 0;
	show_all(b);
	err = show_query(b, "struct nothing_of_that_name", &opts, sink, &out, NULL);
	must(!err || err == -ENOENT || err == -ELOOP || err == -E2BIG);
	err = show_query(b, "s*", &opts, sink, &out, NULL);
	must(fine(err) || err == -ENOENT);
	object_free(b);
	return 0;
}
