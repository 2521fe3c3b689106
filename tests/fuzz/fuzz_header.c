// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> object and, as C source, words -> merged objects, subsets, headers. What must hold
 * beyond not crashing: what is merged with itself does not grow; a subset holds its roots and
 * is closed: the subset of a subset is itself; a header is printed or refused, in proportion to the
 * types, and slim ones of all types are.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass/merge.h"
#include "pass/subset.h"
#include "print/header.h"

static void must_at(bool holds, int line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_header.c:%d does not hold\n", line);
	abort();
}
#define must(holds) must_at(holds, __LINE__)

static int count(void *ctx, const void *data, size_t size)
{
	(void)data;
	*(uint64_t *)ctx += size;
	return 0;
}

static struct btf *merged(struct btf *base, const struct btf *a, const struct btf *b)
{
	struct btf_report *r = btf_report__new();
	struct btf *out = NULL;
	struct merge *m = NULL;
	int err;

	must(r);
	must(!merge_new(base, &m));
	err = merge_add(m, a, "a", r);
	if (!err)
		err = merge_add(m, b, "b", r);
	if (!err)
		err = merge_finish(m, r, &out);
	must(!err == !!out);
	must(!err || btf_report__count(r));
	merge_free(m);
	btf_report__free(r);
	return out;
}

/* variables stay, and what is said of them: those of two modules are two */
static u32 lasting(const struct btf *b)
{
	u32 n = 0;

	for (u32 i = 0; i < b->nr; i++) {
		u32 kind = type_kind(object_own(b, i));

		n += kind != BTF_KIND_VAR && kind != BTF_KIND_DATASEC && kind != BTF_KIND_DECL_TAG;
	}
	return n;
}

static void merge(struct btf *base, const struct btf *a, const struct btf *b)
{
	struct btf *once = merged(base, a, b), *twice;

	if (!once)
		return;
	twice = merged(base, once, once);
	must(twice);
	must(lasting(twice) == lasting(once));
	object_free(twice);
	object_free(once);
}

static bool holds(const struct buf *ids, u32 id)
{
	const u32 *at = (const void *)ids->data;

	for (size_t i = 0; i < ids->len / 4; i++)
		if (at[i] == id)
			return true;
	return false;
}

static void subsets(const struct btf *b, const struct words *words)
{
	u32 cnt = object_type_cnt(b), step = cnt / 64 + 1;

	for (u32 id = 1; id < cnt; id += step) {
		struct buf once = {0}, twice = {0}, wide = {0};

		must(!subset_close(b, &id, 1, NULL, SUBSET_ALL, &once));
		must(holds(&once, id));
		must(!subset_close(b, &id, 1, words, SUBSET_ALL, &wide));
		must(wide.len >= once.len);
		must(!subset_close(b, (const void *)wide.data, wide.len / 4, words, SUBSET_ALL,
				   &twice));
		must(twice.len >= wide.len);
		buf_deinit(&once);
		buf_deinit(&wide);
		buf_deinit(&twice);
	}
}

static void headers(const struct btf *b, const struct words *words, uint64_t limit)
{
	struct buf ids = {0}, closed = {0}, kfuncs = {0};
	struct header_opts o = {.release = words->nr ? words->slot[0].text : NULL};
	uint64_t bytes = 0;
	int err;

	must(!subset_kfuncs(b, &kfuncs) && !subset_named(b, words, &ids));
	must(!subset_close(b, (const void *)ids.data, ids.len / 4, words, SUBSET_DEFINED, &closed));
	o.kfuncs = (const void *)kfuncs.data;
	o.kfunc_cnt = kfuncs.len / 4;
	for (int slim = 0; slim < 2; slim++) {
		o.slim = slim;
		o.ids = (const void *)closed.data;
		o.id_cnt = closed.len / 4;
		err = print_header(b, &o, count, &bytes, NULL);
		must(!err || err == -ELOOP || err == -E2BIG ||
		     (err == -EINVAL && (b->has_unknown || b->base)));
		must(bytes < limit);
	}
	buf_deinit(&ids);
	buf_deinit(&closed);
	buf_deinit(&kfuncs);
}

static void all(struct btf *b, const uint8_t *data, size_t size)
{
	uint64_t limit = (1 << 25) + (uint64_t)size * 40000;
	struct words words = {0};

	must(!words_of_source(&words, (const char *)data, size));
	/* the names of the types themselves, so that something matches */
	for (u32 i = 0; i < b->nr; i += 3)
		must(words_add(&words, object_name(b, object_own(b, i)),
			       strlen(object_name(b, object_own(b, i))), i & 31));
	subsets(b, &words);
	headers(b, &words, limit);
	words_deinit(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *base, *split;

	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &base))
		return 0;
	all(base, data, size);
	merge(NULL, base, base);
	if (!object_parse(data, size, base, OBJECT_COPY, NULL, &split)) {
		all(split, data, size);
		merge(base, split, base);
		object_free(split);
	}
	object_free(base);
	return 0;
}
