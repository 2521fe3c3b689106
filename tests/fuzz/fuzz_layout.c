// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> object -> sizes and alignments of every type, asked three ways: one question at a
 * time, all of an object together, and as the printer of C knows them. What must hold beyond not
 * crashing: each answer is one of those that are documented, also for types that contain
 * themselves; the first two ways agree in everything, the printer where there is an answer.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "btf/query.h"
#include "print/cdump.h"

static void must_at(bool holds, int line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_layout.c:%d does not hold\n", line);
	abort();
}
#define must(holds) must_at(holds, __LINE__)

static int nowhere(void *ctx, const void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static bool is_answer(s64 v)
{
	return v >= 0 || v == -EINVAL || v == -ELOOP || v == -E2BIG;
}

static void ask(const struct btf *b, struct query_aligns *all, struct cdump *d, u32 id)
{
	s64 size = query_size(b, id), target = query_resolve(b, id);
	int align = query_align_of(b, id), again = query_aligns_of(all, id);
	struct cdump_layout layout;

	must(is_answer(size) && is_answer(target) && is_answer(align));
	must(align && align <= 8);
	must(target < (s64)object_type_cnt(b));
	must(again == align);
	must(query_aligns_of(all, id) == again);
	if (!d)
		return;
	cdump_layout(d, id, &layout);
	if (d->err) /* long before it is done it has counted all types */
		return;
	must(is_answer(layout.size) && layout.align <= 8);
	if (size >= 0 && layout.size >= 0)
		must(layout.size == size);
	must(cdump_sized(d, id)->size == max_of(layout.size, (s64)0));
	must(cdump_sized(d, id)->align == layout.align);
	must(!d->align.nr);
}

static void ask_all(const struct btf *b)
{
	struct query_aligns *all = query_aligns_new(b);
	struct cdump *d = NULL;

	must(all);
	if (cdump_new(b, nowhere, NULL, &d))
		d = NULL;
	/* from the end: what is at the bottom is not known yet */
	for (u32 id = object_type_cnt(b); id-- > 0;)
		ask(b, all, d, id);
	must(query_size(b, object_type_cnt(b)) == -EINVAL);
	if (d)
		must(!cdump_free(d));
	query_aligns_free(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *base, *split;

	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &base))
		return 0;
	ask_all(base);
	if (!object_parse(data, size, base, OBJECT_COPY, NULL, &split)) {
		ask_all(split);
		object_free(split);
	}
	object_free(base);
	return 0;
}
