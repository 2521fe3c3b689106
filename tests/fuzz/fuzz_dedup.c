// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as a base and a split on it: both are deduplicated, with one hash for everything
 * too, and the base twice in one object. What must hold: a failure changes nothing
 * and gives a finding; a result is read again as what it is, every type went to one of its name,
 * nothing is left out, and a second run changes no byte. Then both are compared by meaning.
 *
 * Framing: a little-endian word (bytes of the base), then base and split. The length is cut to what
 * is there; bytes that are no base are only parsed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "btf/append.h"
#include "check/diff.h"
#include "pass/dedup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct buf bytes_of(const struct btf *b)
{
	struct buf out = {0};

	must(!object_write(b, false, &out));
	return out;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

/* all but ids; names as text */
static bool same_shape(const struct btf *a, const struct btf_type *x, const struct btf *b,
		       const struct btf_type *y)
{
	struct field_iter i = type_names(x), k = type_names(y);
	u32 *p, *q;

	if (x->info != y->info)
		return false;
	if (kind_table[type_kind(x)].head_size && x->size != y->size)
		return false;
	while ((p = field_next(&i)) && (q = field_next(&k)))
		if (strcmp(object_str(a, *p), object_str(b, *q)))
			return false;
	return true;
}

/* every type is somewhere: as it was, or where a declaration was resolved to */
static void must_have_all(const struct btf *was, const struct btf *is, const u32 *map)
{
	u8 *met = malloc((size_t)is->nr + 1);

	for (u32 i = 0; i < was->nr; i++) {
		const struct btf_type *x = object_own(was, i), *y;
		u32 declared = KIND_BIT(BTF_KIND_FWD) | KINDS_ENUM;

		must(map[i] && map[i] < object_type_cnt(is));
		y = object_type(is, map[i]);
		must(!strcmp(object_name(was, x), object_name(is, y)));
		if (kind_in(type_kind(x), declared) &&
		    (type_kind(x) != type_kind(y) || !type_vlen(x)))
			continue;
		must(same_shape(was, x, is, y));
	}
	/* and nothing is there that no type went to */
	for (u32 i = 0; i < is->nr; i++)
		met[i] = 0;
	for (u32 i = 0; i < was->nr; i++)
		if (map[i] >= is->start_id)
			met[map[i] - is->start_id] = 1;
	for (u32 i = 0; i < is->nr; i++)
		must(met[i]);
	free(met);
}

static void must_be_fixed(const struct btf *b)
{
	struct buf once = bytes_of(b), twice;
	struct btf *again;
	u32 *map = NULL;
	struct dedup_opts opts = {.ret_map = &map};

	must(!object_parse(once.data, once.len, b->base, 0, NULL, &again));
	must(object_type_cnt(again) == object_type_cnt(b) && again->start_id == b->start_id);
	must(!dedup(again, &opts, NULL));
	for (u32 i = 0; i < again->nr; i++)
		must(map[i] == again->start_id + i);
	twice = bytes_of(again);
	must(same(&once, &twice));
	free(map);
	buf_deinit(&once);
	buf_deinit(&twice);
	object_free(again);
}

static void compare(const struct btf *a, const struct btf *b)
{
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	struct btf_diff_result res = {.sz = sizeof(res)};
	struct btf_report *r = btf_report__new();
	int equal = diff_equal(a, b, &opts, &res, r);

	must(equal == 0 || equal == 1);
	must(equal == (!res.unmatched[0] && !res.unmatched[1]));
	btf_report__clear(r);
	must(diff_equal(a, a, &opts, &res, r) == 1 && !btf_report__count(r));
	for (u32 i = 0; i < a->nr && i < b->nr && i < 4; i++)
		must(diff_path(a, a->start_id + i, b, b->start_id + i, r) >= 0);
	btf_report__free(r);
}

static void dedup_copy(const struct btf *b, bool collide)
{
	struct btf_report *r = btf_report__new();
	struct buf before = bytes_of(b), base = {0}, after;
	u32 *map = NULL;
	struct dedup_opts opts = {.force_collisions = collide, .ret_map = &map};
	struct btf *x;
	int err;

	if (b->base)
		base = bytes_of(b->base);
	if (object_parse(before.data, before.len, b->base, 0, NULL, &x)) {
		/* only header fields of a later format keep bytes from being read as they were */
		must(b->frozen);
		goto out;
	}
	err = dedup(x, &opts, r);
	if (err) {
		after = bytes_of(x);
		must(same(&before, &after) && btf_report__count(r) && !map);
		buf_deinit(&after);
	} else {
		must(!btf_report__count(r));
		must_have_all(b, x, map);
		must_be_fixed(x);
		compare(b, x);
	}
	if (b->base) {
		after = bytes_of(b->base);
		must(same(&base, &after));
		buf_deinit(&after);
	}
	free(map);
	object_free(x);
out:
	buf_deinit(&before);
	buf_deinit(&base);
	btf_report__free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *base = NULL, *split = NULL, *whole = NULL;
	u32 len;

	if (size < sizeof(len))
		return 0;
	memcpy(&len, data, sizeof(len));
	data += sizeof(len);
	size -= sizeof(len);
	len = (u32)min_of(len, size);
	if (object_parse(data, len, NULL, 0, NULL, &base))
		goto out;
	dedup_copy(base, false);
	dedup_copy(base, true);
	if (object_parse(data + len, size - len, base, 0, NULL, &split))
		goto out;
	dedup_copy(split, false);
	dedup_copy(split, true);
	/* the same as one object: a base that is deduplicated with it */
	must(!object_new(NULL, false, &whole));
	if (object_append(whole, base) > 0 && object_append(whole, base) > 0)
		dedup_copy(whole, false);
out:
	object_free(whole);
	object_free(split);
	object_free(base);
	return 0;
}
