// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> object, as a base, as a split on a fixed base, as .BTF.ext; then everything that
 * <btf/btf.h> can ask and do. What must hold beyond not crashing: input that is not changed comes
 * back as it was; the other byte order and back is the same; what is written after changes parses
 * to the same types; names that are there are found, at the lowest id.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "btf/object.h"

#define MANY 300 /* types that get the questions whose cost grows with the object */

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct btf *fixed_base(void)
{
	struct btf *b = btf__new_empty();

	must(b && btf__add_int(b, "int", 4, BTF_INT_SIGNED) == 1);
	must(btf__add_struct(b, "s", 8) == 2);
	must(!btf__add_field(b, "a", 1, 0, 0) && !btf__add_field(b, "b", 1, 32, 7));
	must(btf__add_ptr(b, 2) == 3);
	must(btf__add_func_proto(b, 1) == 4);
	must(btf__add_func(b, "f", BTF_FUNC_STATIC, 4) == 5);
	must(btf__add_typedef(b, "t", 2) == 6);
	return b;
}

static void ask(const struct btf *b)
{
	u32 first = btf__type_cnt(b) - b->nr;

	must(!btf__type_by_id(b, btf__type_cnt(b)));
	btf__pointer_size(b);
	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = btf__type_by_id(b, first + i);
		const char *name = btf__name_by_offset(b, t->name_off);
		int id;

		must(t && name);
		must(btf__resolve_size(b, first + i) <= UINT32_MAX);
		id = btf__resolve_type(b, first + i);
		must(id < (int)btf__type_cnt(b));
		must(btf__align_of(b, first + i) <= 8);
		if (i >= MANY)
			continue;
		id = btf__find_by_name_kind(b, name, btf_kind(t));
		must(strcmp(name, "void") ? id > 0 && (u32)id <= first + i : !id);
		if (id)
			must(!strcmp(btf__name_by_offset(b, btf__type_by_id(b, (u32)id)->name_off),
				     name));
		id = btf__find_by_name(b, name);
		must(id >= 0 && (u32)id <= first + i);
	}
}

/* the same ids, kinds, counts and references; the same names as text */
static void must_equal(const struct btf *a, const struct btf *b)
{
	must(btf__type_cnt(a) == btf__type_cnt(b));
	for (u32 id = a->start_id; id < btf__type_cnt(a); id++) {
		const struct btf_type *ta = btf__type_by_id(a, id), *tb = btf__type_by_id(b, id);
		struct field_iter ia = type_ids(ta), ib = type_ids(tb);
		u32 *fa, *fb;

		must(ta->info == tb->info);
		while ((fa = field_next(&ia)))
			must((fb = field_next(&ib)) && *fa == *fb);
		ia = type_names(ta);
		ib = type_names(tb);
		while ((fa = field_next(&ia)))
			must((fb = field_next(&ib)) &&
			     !strcmp(object_str(a, *fa), object_str(b, *fb)));
	}
}

static struct btf *again(struct btf *b)
{
	__u32 len;
	const void *raw = btf__raw_data(b, &len);
	struct btf *c;

	if (!raw) {
		/* only the other byte order can be impossible */
		must(b->swapped_out);
		return NULL;
	}
	c = btf__new_split(raw, len, b->base);
	must(c);
	must_equal(b, c);
	return c;
}

static void both_orders(struct btf *b)
{
	enum btf_endianness was = btf__endianness(b);
	struct btf *c;

	for (int i = 0; i < 2; i++) {
		must(!btf__set_endianness(b, i ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN));
		c = again(b);
		must(!c || btf__endianness(c) == btf__endianness(b));
		btf__free(c);
	}
	must(!btf__set_endianness(b, was));
}

static void add_some(struct btf *b)
{
	int id = btf__add_struct(b, "added", 16), last = (int)btf__type_cnt(b) - 1;

	if (id < 0) {
		must(b->frozen);
		return;
	}
	must(!btf__add_field(b, "a", last, 0, 0) && !btf__add_field(b, "b", 1, 65, 3));
	must(btf__add_enum(b, "added_enum", 4) == id + 1);
	must(!btf__add_enum_value(b, "V", -1));
	must(btf__add_func_proto(b, last) == id + 2);
	must(!btf__add_func_param(b, NULL, last));
	must(btf__add_typedef(b, btf__name_by_offset(b, btf__type_by_id(b, (u32)id)->name_off),
			      id) == id + 3);
	must(btf__find_by_name_kind(b, "added_enum", BTF_KIND_ENUM) > 0);
	must(btf__find_str(b, "added") > 0);
}

static void copy(struct btf *b)
{
	struct btf *to = b->base ? btf__new_empty_split(b->base) : btf__new_empty();
	int first = btf__add_btf(to, b);

	must(b->has_unknown ? first < 0 : first == (int)b->start_id);
	if (first > 0)
		must_equal(b, to);
	for (u32 i = 0; i < b->nr && i < MANY; i++)
		must(btf__add_type(to, b, object_own(b, i)) > 0 ||
		     type_kind(object_own(b, i)) >= WIRE_KINDS);
	btf__free(to);
	if (b->nr < MANY)
		must(btf__add_btf(b, b) > 0 || b->has_unknown || b->frozen);
}

static void turn_round(struct btf *b)
{
	u32 skip = b->base ? 0 : 1, cnt = b->nr + skip;
	__u32 *map = calloc(cnt + 1, sizeof(*map));
	struct btf *was = again(b);

	must(map);
	for (int round = 0; round < 2; round++) {
		for (u32 i = 0; i < b->nr; i++)
			map[i + skip] = b->start_id + b->nr - 1 - i;
		must(!btf__permute(b, map, cnt, NULL) || b->has_unknown || b->frozen);
	}
	/* twice backwards is as it was */
	if (was)
		must_equal(b, was);
	btf__free(was);
	free(map);
}

static void object(const uint8_t *data, size_t size, struct btf *base)
{
	struct btf *b = btf__new_split(data, (u32)size, base);
	const void *raw;
	__u32 len;

	if (!b)
		return;
	raw = btf__raw_data(b, &len);
	must(raw && len == size && !memcmp(raw, data, size));
	ask(b);
	both_orders(b);
	turn_round(b);
	copy(b);
	add_some(b);
	ask(b);
	both_orders(b);
	btf__free(b);
}

static void ext(const uint8_t *data, size_t size)
{
	struct btf_ext *x = btf_ext__new(data, (u32)size), *y;
	const void *raw;
	__u32 len;

	if (!x)
		return;
	raw = btf_ext__raw_data(x, &len);
	must(raw && len == size && !memcmp(raw, data, size));
	must(!btf_ext__set_endianness(
		x, btf_ext__endianness(x) == BTF_BIG_ENDIAN ? BTF_LITTLE_ENDIAN : BTF_BIG_ENDIAN));
	raw = btf_ext__raw_data(x, &len);
	must(raw && len == size);
	/* longer records are taken in this machine's order only */
	y = btf_ext__new(raw, len);
	if (y) {
		must(!btf_ext__set_endianness(y, btf_ext__endianness(x)));
		must(!memcmp(btf_ext__raw_data(y, &len), raw, size));
	}
	btf_ext__free(y);
	btf_ext__free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct btf *base;

	if (!base)
		base = fixed_base();
	object(data, size, NULL);
	object(data, size, base);
	ext(data, size);
	return 0;
}
