// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Compressed data: every kind, joined, cut off anywhere, damaged, too large; and written. */
#include "io/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

static u8 content[50000];

static struct buf make_xz(const void *data, size_t size, bool alone)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma o;
	lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &o}, {LZMA_VLI_UNKNOWN, NULL}};
	struct buf b = {0};

	lzma_lzma_preset(&o, 6);
	/* the tests unpack thousands of times: no large memory each time */
	o.dict_size = 1 << 16;
	if (alone)
		assert_int_equal(lzma_alone_encoder(&s, &o), LZMA_OK);
	else
		assert_int_equal(lzma_stream_encoder(&s, filters, LZMA_CHECK_CRC64), LZMA_OK);
	buf_reserve(&b, size + 1000);
	s.next_in = data;
	s.avail_in = size;
	s.next_out = b.data;
	s.avail_out = b.cap;
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	b.len = s.total_out;
	lzma_end(&s);
	return b;
}

static struct buf make_gzip(const void *data, size_t size)
{
	z_stream z = {0};
	struct buf b = {0};

	buf_reserve(&b, size + 1000);
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = b.data;
	z.avail_out = (uInt)b.cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.len = z.total_out;
	deflateEnd(&z);
	return b;
}

static struct buf make_zstd(const void *data, size_t size, bool with_size)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	struct buf b = {0};

	buf_reserve(&b, ZSTD_compressBound(size));
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, with_size);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	b.len = ZSTD_compress2(c, b.data, b.cap, data, size);
	assert_false(ZSTD_isError(b.len));
	ZSTD_freeCCtx(c);
	return b;
}

static struct buf make_lz4(const void *data, size_t size)
{
	LZ4F_preferences_t p = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled};
	struct buf b = {0};

	buf_reserve(&b, LZ4F_compressFrameBound(size, &p));
	b.len = LZ4F_compressFrame(b.data, b.cap, data, size, &p);
	assert_false(LZ4F_isError(b.len));
	return b;
}

static struct buf make_lz4_legacy(const void *data, size_t size)
{
	const size_t block = 8 << 20;
	struct buf b = {0};
	size_t at;

	buf_add(&b, "\x02\x21\x4c\x18", 4);
	for (at = 0; at < size; at += block) {
		int n = (int)(size - at < block ? size - at : block), got;
		u32 le;

		buf_reserve(&b, 4 + (size_t)LZ4_compressBound(n));
		got = LZ4_compress_default((const char *)data + at, (char *)b.data + b.len + 4, n,
					   LZ4_compressBound(n));
		assert_true(got > 0);
		le = htole32((u32)got);
		memcpy(b.data + b.len, &le, 4);
		b.len += 4 + (size_t)got;
	}
	return b;
}

static struct buf make(enum pack_kind kind, const void *data, size_t size)
{
	switch (kind) {
	case PACK_GZIP:
		return make_gzip(data, size);
	case PACK_XZ:
		return make_xz(data, size, false);
	case PACK_LZMA:
		return make_xz(data, size, true);
	case PACK_ZSTD:
		return make_zstd(data, size, true);
	case PACK_LZ4:
		return make_lz4(data, size);
	default:
		return make_lz4_legacy(data, size);
	}
}

static int run(const u8 *data, u64 size, u64 max, bool first, struct buf *out,
	       struct btf_report *r)
{
	struct unpack u = {
		.path = "x", .in = data, .in_size = size, .max = max, .first_only = first};

	return unpack(pack_recognise(data, size), &u, out, r);
}

static enum btf_code code_of(const u8 *data, u64 size, u64 max)
{
	struct btf_report *r = btf_report__new();
	struct buf out = {0};
	enum btf_code code;

	assert_true(run(data, size, max, false, &out, r) < 0);
	assert_null(out.data);
	assert_int_equal(btf_report__count(r), 1);
	code = btf_report__get(r, 0)->code;
	btf_report__free(r);
	return code;
}

#define EACH_KIND(kind) for (enum pack_kind kind = PACK_GZIP; kind <= PACK_LZ4_LEGACY; kind++)

static void every_kind(void **state)
{
	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, content, sizeof(content)), out = {0};

		assert_int_equal(pack_recognise(b.data, b.len), kind);
		assert_int_equal(run(b.data, b.len, 1 << 20, false, &out, NULL), 0);
		assert_int_equal(out.len, sizeof(content));
		assert_memory_equal(out.data, content, sizeof(content));
		buf_deinit(&out);
		buf_deinit(&b);
	}
}

static void zstd_without_size(void **state)
{
	struct buf b = make_zstd(content, sizeof(content), false), out = {0};

	(void)state;
	assert_int_equal(run(b.data, b.len, sizeof(content), false, &out, NULL), 0);
	assert_int_equal(out.len, sizeof(content));
	assert_int_equal(code_of(b.data, b.len, sizeof(content) - 1), BTF_CODE_FILE_TOO_BIG);
	assert_int_equal(code_of(b.data, b.len - 1, 1 << 20), BTF_CODE_FILE_PACKED);
	buf_deinit(&out);
	buf_deinit(&b);
}

static void members_are_joined(void **state)
{
	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, content, 30000), more = make(kind, content + 30000, 20000);
		struct buf out = {0};

		if (kind == PACK_LZMA) {
			buf_add(&b, more.data, more.len);
			assert_int_equal(code_of(b.data, b.len, 1 << 20), BTF_CODE_FILE_PACKED);
		} else {
			buf_add(&b, more.data, more.len);
			assert_int_equal(run(b.data, b.len, 1 << 20, false, &out, NULL), 0);
			assert_int_equal(out.len, sizeof(content));
			assert_memory_equal(out.data, content, sizeof(content));
			buf_deinit(&out);
		}
		/* an image has one, and what follows it is not looked at */
		assert_int_equal(run(b.data, b.len, 1 << 20, true, &out, NULL), 0);
		if (kind != PACK_LZ4_LEGACY)
			assert_int_equal(out.len, 30000);
		assert_memory_equal(out.data, content, 30000);
		buf_deinit(&out);
		buf_deinit(&more);
		buf_deinit(&b);
	}
}

static void what_follows(void **state)
{
	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, content, sizeof(content)), out = {0};

		buf_add(&b, "\x50\xc3\0\0", 4);
		assert_int_equal(run(b.data, b.len, 1 << 20, true, &out, NULL), 0);
		assert_int_equal(out.len, sizeof(content));
		assert_int_equal(code_of(b.data, b.len, 1 << 20), BTF_CODE_FILE_PACKED);
		buf_deinit(&out);
		buf_deinit(&b);
	}
}

/* padding that gzip and xz accept */
static void zeros_may_follow(void **state)
{
	static const enum pack_kind kinds[] = {PACK_GZIP, PACK_XZ};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct buf b = make(kinds[i], content, sizeof(content)), out = {0};

		buf_add(&b, "\0\0\0\0\0\0\0\0", 8);
		assert_int_equal(run(b.data, b.len, 1 << 20, false, &out, NULL), 0);
		assert_int_equal(out.len, sizeof(content));
		buf_deinit(&out);
		buf_deinit(&b);
	}
}

/* no cut passes for the whole, and none reads past its end */
static void cut_off_anywhere(void **state)
{
	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, content, 2000);
		size_t n;

		for (n = 0; n < b.len; n++) {
			u8 *copy = malloc(n ? n : 1);
			struct buf out = {0};
			int err;

			memcpy(copy, b.data, n);
			if (pack_recognise(copy, n) == kind) {
				err = run(copy, n, 1 << 20, false, &out, NULL);
				/* the old lz4 form has no end: no block at all is a whole file */
				if (kind != PACK_LZ4_LEGACY || n > 4)
					assert_true(err < 0);
				buf_deinit(&out);
				run(copy, n, 1 << 20, true, &out, NULL);
				buf_deinit(&out);
			}
			free(copy);
		}
		buf_deinit(&b);
	}
}

static void damaged_anywhere(void **state)
{
	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, content, 2000);
		size_t i;
		int bit;

		for (i = 0; i < b.len; i++) {
			for (bit = 0; bit < 8; bit += 3) {
				struct buf out = {0};

				b.data[i] ^= (u8)(1 << bit);
				run(b.data, b.len, 10000, false, &out, NULL);
				assert_true(out.len <= 10000);
				buf_deinit(&out);
				b.data[i] ^= (u8)(1 << bit);
			}
		}
		buf_deinit(&b);
	}
}

/* small files that unpack to much more than is allowed; and to just as much */
static void bombs(void **state)
{
	size_t size = 20 << 20;
	u8 *zeros = calloc(1, size);

	(void)state;
	EACH_KIND(kind) {
		struct buf b = make(kind, zeros, size), out = {0};

		assert_true(b.len < size / 100);
		assert_int_equal(code_of(b.data, b.len, size - 1), BTF_CODE_FILE_TOO_BIG);
		assert_int_equal(code_of(b.data, b.len, 1000), BTF_CODE_FILE_TOO_BIG);
		assert_int_equal(run(b.data, b.len, size, false, &out, NULL), 0);
		assert_int_equal(out.len, size);
		buf_deinit(&out);
		buf_deinit(&b);
	}
	free(zeros);
}

/* headers that promise what the data cannot hold, or ask for too much memory */
static void false_promises(void **state)
{
	/* a zstd frame with an 8-byte size of 2^40 and one empty block */
	static const u8 zstd[] = {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0};
	/* .lzma with a dictionary of 1 GiB */
	static const u8 lzma[] = {0x5d, 0, 0, 0, 0x40, 255, 255, 255, 255, 255, 255, 255, 255, 0};
	/* an lz4 block of more than any block can have */
	static const u8 lz4[] = {2, 0x21, 0x4c, 0x18, 255, 255, 255, 0x7f, 0, 0, 0};

	(void)state;
	assert_int_equal(code_of(zstd, sizeof(zstd), (u64)4 << 30), BTF_CODE_FILE_TOO_BIG);
	assert_int_equal(code_of(zstd, sizeof(zstd), (u64)1 << 50), BTF_CODE_FILE_PACKED);
	assert_int_equal(code_of(lzma, sizeof(lzma), 1 << 20), BTF_CODE_FILE_TOO_BIG);
	assert_int_equal(code_of(lz4, sizeof(lz4), 1 << 20), BTF_CODE_FILE_PACKED);
}

static void unsupported(void **state)
{
	static const u8 bzip2[] = "BZh91AY&SY";

	(void)state;
	assert_int_equal(code_of(bzip2, sizeof(bzip2), 1 << 20), BTF_CODE_FILE_METHOD);
	assert_int_equal(pack_recognise((const u8 *)"\x7f" "ELF", 4), PACK_NONE);
	assert_int_equal(pack_recognise(content, 0), PACK_NONE);
}

static void written_and_read(void **state)
{
	static const enum pack_kind kinds[] = {PACK_GZIP, PACK_XZ, PACK_ZSTD};
	static const size_t sizes[] = {0, 1, sizeof(content)};
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (n = 0; n < ARRAY_SIZE(sizes); n++) {
			struct buf a = {0}, b = {0}, out = {0};

			assert_int_equal(pack(kinds[i], content, sizes[n], "x", &a, NULL), 0);
			assert_int_equal(pack(kinds[i], content, sizes[n], "x", &b, NULL), 0);
			assert_int_equal(a.len, b.len);
			assert_memory_equal(a.data, b.data, a.len);
			assert_int_equal(pack_recognise(a.data, a.len), kinds[i]);
			assert_int_equal(run(a.data, a.len, 1 << 20, false, &out, NULL), 0);
			assert_int_equal(out.len, sizes[n]);
			if (out.len)
				assert_memory_equal(out.data, content, out.len);
			buf_deinit(&a);
			buf_deinit(&b);
			buf_deinit(&out);
		}
	}
}

/* the forms that kernels ask for, by their headers */
static void kernel_forms(void **state)
{
	struct buf gz = {0}, xz = {0}, zst = {0};
	size_t big_size = 20 << 20;
	u8 *big = calloc(1, big_size);
	lzma_stream_flags flags;
	u8 descriptor;

	(void)state;
	assert_int_equal(pack(PACK_GZIP, content, sizeof(content), "x", &gz, NULL), 0);
	/* no flags (so no name), no time */
	assert_memory_equal(gz.data, "\x1f\x8b\x08\0\0\0\0\0", 8);
	assert_int_equal(pack(PACK_XZ, content, sizeof(content), "x", &xz, NULL), 0);
	assert_int_equal(lzma_stream_header_decode(&flags, xz.data), LZMA_OK);
	assert_int_equal(flags.check, LZMA_CHECK_CRC32);
	/* block header: LZMA2 (0x21), one property byte: dictionary 1 MiB is 16 */
	assert_int_equal(xz.data[14], 0x21);
	assert_int_equal(xz.data[16], 16);
	assert_int_equal(pack(PACK_ZSTD, big, big_size, "x", &zst, NULL), 0);
	assert_int_equal(ZSTD_getFrameContentSize(zst.data, zst.len), big_size);
	/* window descriptor: exponent - 10 in the upper five bits; no single-segment flag */
	descriptor = zst.data[4];
	assert_false(descriptor & 0x20);
	assert_true(zst.data[5] >> 3 <= 23 - 10);
	buf_deinit(&gz);
	buf_deinit(&xz);
	buf_deinit(&zst);
	free(big);
}

static void not_written(void **state)
{
	struct btf_report *r = btf_report__new();
	struct buf out = {0};

	(void)state;
	assert_int_equal(pack(PACK_LZ4, content, 10, "x", &out, r), -EOPNOTSUPP);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_SAVE_CARRIER);
	btf_report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind),
		cmocka_unit_test(zstd_without_size),
		cmocka_unit_test(members_are_joined),
		cmocka_unit_test(what_follows),
		cmocka_unit_test(zeros_may_follow),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(damaged_anywhere),
		cmocka_unit_test(bombs),
		cmocka_unit_test(false_promises),
		cmocka_unit_test(unsupported),
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(kernel_forms),
		cmocka_unit_test(not_written),
	};
	size_t i;

	/* compresses, but not to nothing */
	for (i = 0; i < sizeof(content); i++)
		content[i] = (u8)((i * 2654435761u >> 20) % 23 * (i / 500));
	return cmocka_run_group_tests_name("io-unpack", tests, NULL, NULL);
}
