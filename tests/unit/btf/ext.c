// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* .BTF.ext: both byte orders, what is visited, what is refused and with which words. */
#include "make.h"

#include <btf/btf.h>

#include "btf/ext.h"

static const u32 sample[] = {
	0x0001eb9f, 32, 0,  20, 20, 68,	  92,	28, 8, 1,  1,	 0, 7, /* func_info */
	16,	    1,	2,  0,	5,  9,	  1024, 8,  6, 10, 2048,       /* line_info, two */
	2,	    1,	16, 11, 12, 1025,			       /* of another section */
	99,							       /* belongs to nothing */
	16,	    1,	1,  8,	3,  12,	  0,			       /* core_relo */
};

static struct btf_ext *good(const void *data, size_t size)
{
	struct btf_report *r = btf_report__new();
	struct btf_ext *x = NULL;

	assert_int_equal(ext_parse(data, size, r, &x), 0);
	assert_int_equal(btf_report__count(r), 0);
	btf_report__free(r);
	return x;
}

static void refused(const u32 *words, size_t size, int err, enum btf_code code)
{
	struct btf_report *r = btf_report__new();
	struct btf_ext *x = NULL;

	assert_int_equal(ext_parse(words, size, r, &x), -err);
	assert_null(x);
	assert_int_equal(btf_report__count(r), 1);
	assert_string_equal(btf_code__name(btf_report__get(r, 0)->code), btf_code__name(code));
	btf_report__free(r);
}

static int collect(void *ctx, u32 *v)
{
	u32 *all = ctx;

	all[++all[0]] = *v;
	return 0;
}

static int stop_at_7(void *ctx, u32 *v)
{
	(void)ctx;
	return *v == 7 ? 77 : 0;
}

static int double_it(void *ctx, u32 *v)
{
	(void)ctx;
	*v *= 2;
	return 0;
}

static void fields(void **state)
{
	static const u32 ids[] = {2, 7, 3}, strs[] = {10, 1, 1, 5, 9, 6, 10, 2, 11, 12, 1};
	struct btf_ext *x = good(sample, sizeof(sample));
	u32 got[32] = {0};

	(void)state;
	assert_int_equal(ext_each_id(x, collect, got), 0);
	assert_memory_equal(got, ids, 4);
	assert_memory_equal(got, ids, sizeof(ids));
	memset(got, 0, sizeof(got));
	assert_int_equal(ext_each_str(x, collect, got), 0);
	assert_int_equal(got[0], 11);
	assert_memory_equal(got + 1, strs + 1, sizeof(strs) - 4);
	assert_int_equal(got[11], 12);
	assert_int_equal(ext_each_id(x, stop_at_7, NULL), 77);
	ext_free(x);
}

static void both_orders(void **state)
{
	u32 other[ARRAY_SIZE(sample)], sixth = __builtin_bswap32(14);
	struct btf_ext *x = good(sample, sizeof(sample)), *s;
	const u32 *data;
	__u32 len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sample); i++)
		other[i] = __builtin_bswap32(sample[i]);
	/* magic is a u16, version and flags are bytes; what belongs to nothing stays */
	other[0] = 0x00019feb;
	other[30] = 99;
	assert_int_equal(btf_ext__endianness(x), BTF_LITTLE_ENDIAN);
	assert_int_equal(btf_ext__set_endianness(x, BTF_BIG_ENDIAN), 0);
	assert_int_equal(btf_ext__endianness(x), BTF_BIG_ENDIAN);
	data = btf_ext__raw_data(x, &len);
	assert_int_equal(len, sizeof(sample));
	assert_memory_equal(data, other, len);
	s = good(other, sizeof(other));
	assert_int_equal(btf_ext__endianness(s), BTF_BIG_ENDIAN);
	assert_memory_equal(btf_ext__raw_data(s, &len), other, sizeof(other));
	assert_int_equal(btf_ext__set_endianness(s, BTF_LITTLE_ENDIAN), 0);
	assert_memory_equal(btf_ext__raw_data(s, &len), sample, sizeof(sample));
	/* a change drops what was made of the old values */
	assert_int_equal(ext_each_id(x, double_it, NULL), 0);
	data = btf_ext__raw_data(x, &len);
	assert_memory_equal(&data[12], &sixth, 4);
	assert_int_equal(btf_ext__set_endianness(x, (enum btf_endianness)2), -EINVAL);
	btf_ext__free(x);
	btf_ext__free(s);
	btf_ext__free(NULL);
	btf_ext__free((struct btf_ext *)-22L);
}

/* a header without core_relo, one with fields of the future, records that are longer */
static void other_forms(void **state)
{
	static const u32 old[] = {0x0001eb9f, 24, 0, 20, 20, 0, 8, 1, 1, 0, 7};
	static const u32 longer[] = {0x0001eb9f, 40, 0, 24, 24, 0, 24, 0, 5, 5, 12, 1, 1, 0, 7, 55};
	u32 got[8] = {0};
	struct btf_ext *x = good(old, sizeof(old));

	(void)state;
	ext_free(x);
	x = good(longer, sizeof(longer));
	assert_int_equal(ext_each_id(x, collect, got), 0);
	assert_int_equal(got[0], 1);
	assert_int_equal(got[1], 7);
	ext_free(x);
}

static void bad_ones(void **state)
{
	static const struct {
		u32 word, value;
		int err;
		enum btf_code code;
	} cases[] = {
		{0, 0x0001eb9e, EINVAL, BTF_CODE_EXT_HEADER},
		{0, 0x0002eb9f, ENOTSUP, BTF_CODE_EXT_HEADER},
		{0, 0x0101eb9f, ENOTSUP, BTF_CODE_EXT_HEADER},
		{1, 8, EINVAL, BTF_CODE_EXT_HEADER},
		{1, sizeof(sample), EINVAL, BTF_CODE_EXT_HEADER},
		{1, ~0u, EINVAL, BTF_CODE_EXT_HEADER},
		{2, 1, EINVAL, BTF_CODE_EXT_SECTION}, /* offset */
		{2, ~3u, EINVAL, BTF_CODE_EXT_SECTION},
		{3, 3, EINVAL, BTF_CODE_EXT_SECTION}, /* length */
		{3, 4, EINVAL, BTF_CODE_EXT_SECTION}, /* no section */
		{3, 19, EINVAL, BTF_CODE_EXT_SECTION},
		{3, ~0u, EINVAL, BTF_CODE_EXT_SECTION},
		{4, 16, EINVAL, BTF_CODE_EXT_SECTION}, /* into func_info */
		{8, 4, EINVAL, BTF_CODE_EXT_SECTION},  /* record size */
		{8, 10, EINVAL, BTF_CODE_EXT_SECTION},
		{8, ~3u, EINVAL, BTF_CODE_EXT_SECTION},
		{10, 0, EINVAL, BTF_CODE_EXT_SECTION}, /* records */
		{10, 2, EINVAL, BTF_CODE_EXT_SECTION},
		{10, 0x20000001, EINVAL, BTF_CODE_EXT_SECTION},
	};
	u32 copy[ARRAY_SIZE(sample)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(copy, sample, sizeof(sample));
		copy[cases[i].word] = cases[i].value;
		refused(copy, sizeof(copy), cases[i].err, cases[i].code);
	}
	for (size_t len = 0; len < 32; len++)
		refused(sample, len, EINVAL, BTF_CODE_EXT_HEADER);
	/* in the other order a longer record could end in anything */
	for (size_t i = 1; i < ARRAY_SIZE(sample); i++)
		copy[i] = __builtin_bswap32(sample[i]);
	copy[0] = 0x00019feb;
	copy[3] = __builtin_bswap32(24);
	copy[4] = __builtin_bswap32(24);
	copy[5] = 0;
	copy[7] = 0;
	copy[8] = __builtin_bswap32(12);
	refused(copy, sizeof(copy), EINVAL, BTF_CODE_EXT_SECTION);
	errno = 0;
	assert_null(btf_ext__new(NULL, 10));
	assert_int_equal(errno, EINVAL);
}

/* every byte turned over: an object, or one finding; and then it can be walked */
static void damaged(void **state)
{
	u8 copy[sizeof(sample)];
	u32 got[200];

	(void)state;
	for (size_t at = 0; at < sizeof(sample) * 8; at++) {
		struct btf_ext *x = NULL;

		memcpy(copy, sample, sizeof(sample));
		copy[at / 8] ^= 1u << at % 8;
		if (ext_parse(copy, sizeof(copy), NULL, &x))
			continue;
		got[0] = 0;
		assert_int_equal(ext_each_id(x, collect, got), 0);
		assert_int_equal(ext_each_str(x, collect, got), 0);
		ext_free(x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),      cmocka_unit_test(both_orders),
		cmocka_unit_test(other_forms), cmocka_unit_test(bad_ones),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests_name("btf/ext", tests, NULL, NULL);
}
