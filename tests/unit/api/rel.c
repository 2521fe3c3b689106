// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Relocations of .BTF: after types went, each is of the word it was of; what is of none is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "api/rel.h"
#include "pass/dedup.h"

/* two equal ints in front of a section with two variables: it moves by 16 bytes */
static struct btf *sample(bool swapped)
{
	struct btf *b = btf__new_empty(), *in;
	const void *data;
	__u32 size;

	assert_int_equal(btf__add_int(b, "int", 4, 0), 1);
	assert_int_equal(btf__add_int(b, "int", 4, 0), 2);
	assert_int_equal(btf__add_var(b, "v", BTF_VAR_STATIC, 2), 3);
	assert_int_equal(btf__add_datasec(b, ".data", 8), 4);
	assert_int_equal(btf__add_datasec_var_info(b, 3, 0, 4), 0);
	assert_int_equal(btf__add_datasec_var_info(b, 3, 4, 4), 0);
	btf__set_endianness(b, swapped ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
	data = btf__raw_data(b, &size);
	in = btf__new(data, size);
	assert_non_null(in);
	btf__free(b);
	return in;
}

/* where the offset of the n-th variable stands in the bytes of .BTF, before */
#define OFFSET_OF(n) (24 + 16 + 16 + 16 + 12 + 12 * (n) + 4)

static size_t put_rel(u8 *at, u64 off, bool is64, bool swapped)
{
	u64 v64 = swapped ? __builtin_bswap64(off) : off, info64 = 0x1122334455667788;
	u32 v32 = swapped ? __builtin_bswap32((u32)off) : (u32)off, info32 = 0x11223344;

	memcpy(at, is64 ? (void *)&v64 : (void *)&v32, is64 ? 8 : 4);
	memcpy(at + (is64 ? 8 : 4), is64 ? (void *)&info64 : (void *)&info32, is64 ? 8 : 4);
	return is64 ? 16 : 8;
}

static void follows(void **state)
{
	(void)state;
	for (int n = 0; n < 4; n++) {
		bool is64 = n & 1, swapped = n & 2;
		struct btf *b = sample(swapped);
		struct rel_places p = {0};
		u8 rel[64], want[64];
		u32 *map = NULL;
		struct dedup_opts opts = {.ret_map = &map};
		struct buf blob = {0}, out = {0};
		size_t size;

		/* in no order */
		size = put_rel(rel, OFFSET_OF(1), is64, swapped);
		size += put_rel(rel + size, OFFSET_OF(0), is64, swapped);
		put_rel(want, OFFSET_OF(1) - 16, is64, swapped);
		put_rel(want + size / 2, OFFSET_OF(0) - 16, is64, swapped);
		assert_int_equal(rel_read(&p, b, rel, size, is64, swapped, NULL), 0);
		assert_int_equal(p.cnt, 2);
		assert_int_equal(dedup(b, &opts, NULL), 0);
		assert_int_equal(b->nr, 3);
		assert_int_equal(object_write(b, swapped, &blob), 0);
		assert_int_equal(rel_write(&p, b, map, blob.data, &out, NULL), 0);
		assert_int_equal(out.len, size);
		assert_memory_equal(out.data, want, size);
		buf_deinit(&blob);
		buf_deinit(&out);
		rel_deinit(&p);
		free(map);
		btf__free(b);
	}
}

static void refused(void **state)
{
	/* header, an int, the end of the types, far away */
	static const u64 wrong[] = {0, 23, 24, 24 + 3 * 16 - 1, 24 + 3 * 16 + 36, ~0ull};
	struct btf *b = sample(false), *none = btf__new_empty();
	struct btf_report *r = btf_report__new();
	u8 rel[16];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct rel_places p;

		btf_report__clear(r);
		put_rel(rel, wrong[i], true, false);
		assert_int_equal(rel_read(&p, b, rel, 16, true, false, r), -EINVAL);
		assert_int_equal(btf_report__count(r), 1);
		assert_string_equal(btf_code__name(btf_report__get(r, 0)->code), "module.rel");
		rel_deinit(&p);
		assert_int_equal(rel_read(&p, none, rel, 16, true, false, r), -EINVAL);
		rel_deinit(&p);
		assert_int_equal(rel_read(&p, b, rel, 15, true, false, r), -EINVAL);
		rel_deinit(&p);
	}
	btf_report__free(r);
	btf__free(none);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(follows), cmocka_unit_test(refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
