// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as a base, a split on it and a new base: the split is suspected, relocated onto the
 * new base by both rules, distilled, and what comes of that relocated again, onto the new base and
 * back onto the old one. What must hold: a result is read again on its base as what it is; a
 * failure changes nothing and gives a finding.
 *
 * Framing: three little-endian words (flags, bytes of the base, bytes of the split), then base,
 * split and new base. Lengths are cut to what is there.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pass/distill.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	OWN_FWDS = 1,  /* distill forward declarations into the split */
	ROOTS = 2,     /* and some ids of the base that nothing refers to */
	NEW_SPLIT = 4, /* the new base is split on the old one */
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct buf bytes_of(const struct btf *b)
{
	struct buf out = {0};

	must(!object_write(b, b->swapped_out, &out));
	return out;
}

/* reads b's bytes on its own base: the same ids and names */
static void must_read_again(const struct btf *b)
{
	struct buf bytes = bytes_of(b);
	struct btf *again;

	must(!object_parse(bytes.data, bytes.len, b->base, 0, NULL, &again));
	must(object_type_cnt(again) == object_type_cnt(b) && again->start_id == b->start_id);
	for (u32 i = 0; i < b->nr; i++)
		must(!strcmp(object_name(again, object_own(again, i)),
			     object_name(b, object_own(b, i))));
	object_free(again);
	buf_deinit(&bytes);
}

static void relocate_copy(const struct btf *b, struct btf *new_base, enum relocate_rules rules)
{
	struct btf_report *r = btf_report__new();
	struct id_map map = {0};
	struct relocate_opts opts = {.rules = rules, .ret_map = &map};
	struct buf before = bytes_of(b), after;
	struct btf *x;
	int err;

	must(!object_parse(before.data, before.len, b->base, 0, NULL, &x));
	err = relocate(x, new_base, &opts, r);
	if (!err) {
		must(x->base == new_base);
		must_read_again(x);
		for (u32 id = 1; id < b->start_id; id++)
			must(id_map_get(&map, id) < object_type_cnt(new_base));
		must(!b->nr || id_map_get(&map, b->start_id) == object_type_cnt(new_base));
	} else {
		after = bytes_of(x);
		must(x->base == b->base && before.len == after.len);
		must(!memcmp(before.data, after.data, before.len));
		must(btf_report__count(r));
		must(!map.base);
		buf_deinit(&after);
	}
	object_free(x);
	id_map_deinit(&map);
	buf_deinit(&before);
	btf_report__free(r);
}

static void relocate_both(const struct btf *b, struct btf *new_base)
{
	relocate_copy(b, new_base, RELOCATE_SOUND);
	relocate_copy(b, new_base, RELOCATE_KERNEL);
}

static void distill_it(const struct btf *split, struct btf *new_base, u32 flags)
{
	u32 roots[] = {1, split->start_id / 2, split->start_id - 1, split->start_id};
	struct id_map map = {0};
	struct distill_opts opts = {.own_fwds = flags & OWN_FWDS,
				    .roots = roots,
				    .root_cnt = flags & ROOTS ? ARRAY_SIZE(roots) : 0,
				    .ret_map = &map};
	struct btf_report *r = btf_report__new();
	struct btf *base = NULL, *b = NULL;

	if (distill(split, &opts, r, &base, &b)) {
		must(!base && !b && btf_report__count(r) && !map.base);
		btf_report__free(r);
		return;
	}
	must(!base->base && b->base == base && b->nr >= split->nr);
	must_read_again(base);
	must_read_again(b);
	for (u32 id = 1; id < object_type_cnt(split); id++)
		must(id_map_get(&map, id) < object_type_cnt(b));
	for (u32 i = 0; i < split->nr; i++)
		must(!strcmp(
			object_name(split, object_own(split, i)),
			object_name(b, object_type(b, id_map_get(&map, split->start_id + i)))));
	relocate_both(b, new_base);
	relocate_both(b, split->base);
	id_map_deinit(&map);
	btf_report__free(r);
	object_free(b);
	object_free(base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *base = NULL, *split = NULL, *new_base = NULL;
	struct btf_report *r;
	u32 head[3];

	if (size < sizeof(head))
		return 0;
	memcpy(head, data, sizeof(head));
	data += sizeof(head);
	size -= sizeof(head);
	head[1] = (u32)min_of(head[1], size);
	head[2] = (u32)min_of(head[2], size - head[1]);
	if (object_parse(data, head[1], NULL, 0, NULL, &base))
		goto out;
	if (object_parse(data + head[1], head[2], base, 0, NULL, &split))
		goto out;
	if (object_parse(data + head[1] + head[2], size - head[1] - head[2],
			 head[0] & NEW_SPLIT ? base : NULL, 0, NULL, &new_base))
		goto out;
	r = btf_report__new();
	must(!suspect_base(split, r) == !btf_report__count(r));
	btf_report__free(r);
	relocate_both(split, new_base);
	distill_it(split, new_base, head[0]);
out:
	object_free(new_base);
	object_free(split);
	object_free(base);
	return 0;
}
