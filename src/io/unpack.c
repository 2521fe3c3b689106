// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * gzip, xz, lzma, zstd, lz4 -> bytes.
 *
 * In: any bytes that begin like one of these. Out: at most `max` bytes, in memory that grows with
 * what really comes out, never with what a header promises (but for a size that the compressed
 * bytes can be shown to hold). Always: the decoders get a bound on their own memory as well.
 *
 * Every decoder has the same shape: [room] makes space or says that the bound is reached, the
 * library takes a step, and what it says decides between going on, the next member and the end.
 */
#include "io/unpack.h"

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* a dictionary of xz -9 needs 65 MiB, one of the kernel's own options at most 128 MiB */
#define LZMA_MEMORY ((u64)256 << 20)

struct job {
	const struct unpack *u;
	struct buf *out;
	u64 pos; /* in the input */
	struct btf_report *r;
};

#define DONE 1 /* head_only, and the head is there */

enum pack_kind pack_recognise(const u8 *p, u64 size)
{
	static const struct {
		enum pack_kind kind;
		u8 len;
		const char *magic;
	} magics[] = {
		{PACK_GZIP, 3, "\x1f\x8b\x08"},
		{PACK_XZ, 6,
		 "\xfd"
		 "7zXZ\0"},
		{PACK_ZSTD, 4, "\x28\xb5\x2f\xfd"},
		{PACK_LZ4, 4, "\x04\x22\x4d\x18"},
		{PACK_LZ4_LEGACY, 4, "\x02\x21\x4c\x18"},
		{PACK_BZIP2, 3, "BZh"},
		{PACK_LZO, 9, "\x89LZO\0\r\n\x1a\n"},
	};
	u32 dict;
	u64 len;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(magics); i++)
		if (size >= magics[i].len && !memcmp(p, magics[i].magic, magics[i].len))
			return magics[i].kind;
	/* .lzma has no magic: the usual properties, a dictionary of 2^n or 2^n + 2^(n-1) bytes,
	 * and a size that is unknown or not absurd */
	if (size < 13 || p[0] != 0x5d)
		return PACK_NONE;
	dict = p[1] | p[2] << 8 | p[3] << 16 | (u32)p[4] << 24;
	memcpy(&len, p + 5, sizeof(len));
	if (dict < 4096 || ((dict & (dict - 1)) && (dict / 3 & (dict / 3 - 1))))
		return PACK_NONE;
	return len == UINT64_MAX || le64toh(len) < (u64)1 << 38 ? PACK_LZMA : PACK_NONE;
}

const char *pack_name(enum pack_kind kind)
{
	static const char *const names[] = {
		[PACK_NONE] = "none",	   [PACK_GZIP] = "gzip",   [PACK_XZ] = "xz",
		[PACK_LZMA] = "lzma",	   [PACK_ZSTD] = "zstd",   [PACK_LZ4] = "lz4",
		[PACK_LZ4_LEGACY] = "lz4", [PACK_BZIP2] = "bzip2", [PACK_LZO] = "lzo",
	};

	return names[kind];
}

static struct place here(const struct job *j)
{
	return (struct place){.file = j->u->path, .offset_plus1 = j->pos + 1};
}

static int damaged(const struct job *j, const char *method, const char *what)
{
	struct place p = here(j);

	return report_error(j->r, BTF_CODE_FILE_PACKED, &p, BTF_NO_VALUE, BTF_NO_VALUE, "%s: %s",
			    method, what);
}

static int too_big(const struct job *j)
{
	struct place p = {.file = j->u->path};

	return report_error(j->r, BTF_CODE_FILE_TOO_BIG, &p, (s64)j->u->max, BTF_NO_VALUE,
			    "unpacked, it has more than the %llu bytes that are allowed",
			    (unsigned long long)j->u->max);
}

/* space for at least one byte. One byte more than max may come out, to tell "max" from "more". */
static int room(struct job *j, u8 **ret, size_t *ret_avail)
{
	u64 limit = j->u->max < SIZE_MAX ? j->u->max + 1 : SIZE_MAX;
	struct buf *out = j->out;
	u64 want;

	if (j->u->head_only && out->len >= j->u->max)
		return DONE;
	if (out->len >= limit)
		return too_big(j);
	if (out->len == out->cap) {
		want = out->len ? out->len / 2 : max_of(j->u->in_size * 3, (u64)64 << 10);
		want = min_of(max_of(want, (u64)64 << 10), limit - out->len);
		if (buf_reserve(out, want))
			return report_nomem(j->r);
	}
	*ret = out->data + out->len;
	*ret_avail = min_of(out->cap, limit) - out->len;
	return 0;
}

static u64 left(const struct job *j)
{
	return j->u->in_size - j->pos;
}

static const u8 *input(const struct job *j)
{
	return j->u->in + j->pos;
}

static void skip_zeros(struct job *j)
{
	while (left(j) && !*input(j))
		j->pos++;
}

/* --- gzip --- */

static int gzip_next_member(struct job *j, z_stream *z)
{
	skip_zeros(j);
	if (j->u->first_only || !left(j))
		return DONE;
	if (pack_recognise(input(j), left(j)) != PACK_GZIP)
		return damaged(j, "gzip", "other data follows the compressed data");
	return inflateReset(z) == Z_OK ? 0 : damaged(j, "gzip", "cannot start again");
}

static int gzip_step(struct job *j, z_stream *z)
{
	size_t avail = 0, step;
	u8 *to = NULL;
	int err, ret;

	err = room(j, &to, &avail);
	if (err)
		return err;
	avail = min_of(avail, (size_t)UINT_MAX);
	step = (size_t)min_of(left(j), (u64)UINT_MAX);
	z->next_in = (Bytef *)(uintptr_t)input(j);
	z->avail_in = (uInt)step;
	z->next_out = to;
	z->avail_out = (uInt)avail;
	ret = inflate(z, Z_NO_FLUSH);
	j->pos += step - z->avail_in;
	j->out->len += avail - z->avail_out;
	switch (ret) {
	case Z_OK:
		return 0;
	case Z_STREAM_END:
		return gzip_next_member(j, z);
	case Z_MEM_ERROR:
		return report_nomem(j->r);
	case Z_BUF_ERROR:
		return damaged(j, "gzip", "the data is cut off");
	default:
		return damaged(j, "gzip", z->msg ? z->msg : "the data is damaged");
	}
}

static int unpack_gzip(struct job *j)
{
	z_stream z = {0};
	int err;

	if (inflateInit2(&z, MAX_WBITS + 16) != Z_OK)
		return report_nomem(j->r);
	do {
		err = gzip_step(j, &z);
	} while (!err);
	inflateEnd(&z);
	return err;
}

/* --- xz and lzma --- */

static int lzma_error(struct job *j, lzma_stream *s, lzma_ret ret)
{
	struct place p = here(j);

	switch (ret) {
	case LZMA_MEM_ERROR:
		return report_nomem(j->r);
	case LZMA_MEMLIMIT_ERROR:
		return report_error(j->r, BTF_CODE_FILE_TOO_BIG, &p, (s64)LZMA_MEMORY,
				    (s64)lzma_memusage(s),
				    "unpacking needs %llu MiB of memory; the limit is %llu",
				    (unsigned long long)(lzma_memusage(s) >> 20),
				    (unsigned long long)(LZMA_MEMORY >> 20));
	case LZMA_BUF_ERROR:
		return damaged(j, "xz", "the data is cut off");
	case LZMA_OPTIONS_ERROR:
		return damaged(j, "xz", "it uses a filter or check that liblzma does not know");
	case LZMA_FORMAT_ERROR:
		return damaged(j, "xz", "other data follows the compressed data");
	default:
		return damaged(j, "xz", "the data is damaged");
	}
}

static int lzma_step(struct job *j, lzma_stream *s)
{
	lzma_ret ret;
	size_t avail = 0;
	u8 *to = NULL;
	int err;

	err = room(j, &to, &avail);
	if (err)
		return err;
	s->next_in = input(j);
	s->avail_in = left(j);
	s->next_out = to;
	s->avail_out = avail;
	ret = lzma_code(s, LZMA_FINISH);
	j->pos = j->u->in_size - s->avail_in;
	j->out->len += avail - s->avail_out;
	if (ret == LZMA_OK)
		return 0;
	if (ret != LZMA_STREAM_END)
		return lzma_error(j, s, ret);
	if (!j->u->first_only && left(j))
		return damaged(j, "lzma", "other data follows the compressed data");
	return DONE;
}

static int unpack_lzma(struct job *j, bool alone)
{
	u32 flags = j->u->first_only ? 0 : LZMA_CONCATENATED;
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret ret;
	int err;

	ret = alone ? lzma_alone_decoder(&s, LZMA_MEMORY)
		    : lzma_stream_decoder(&s, LZMA_MEMORY, flags);
	if (ret != LZMA_OK)
		return report_nomem(j->r);
	do {
		err = lzma_step(j, &s);
	} while (!err);
	lzma_end(&s);
	return err;
}

/* --- zstd --- */

static int zstd_error(struct job *j, size_t code)
{
	struct place p = here(j);

	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_memory_allocation:
		return report_nomem(j->r);
	case ZSTD_error_frameParameter_windowTooLarge:
		return report_error(j->r, BTF_CODE_FILE_TOO_BIG, &p, 128, BTF_NO_VALUE,
				    "unpacking needs a window of more than 128 MiB (zstd --long)");
	case ZSTD_error_srcSize_wrong:
		return damaged(j, "zstd", "the data is cut off");
	default:
		return damaged(j, "zstd", ZSTD_getErrorName(code));
	}
}

static int zstd_stream(struct job *j, ZSTD_DCtx *ctx)
{
	ZSTD_inBuffer in = {j->u->in, j->u->in_size, j->pos};
	size_t ret, avail = 0;
	u8 *to = NULL;
	int err;

	ZSTD_DCtx_reset(ctx, ZSTD_reset_session_only);
	do {
		ZSTD_outBuffer out;

		err = room(j, &to, &avail);
		if (err)
			return err;
		out = (ZSTD_outBuffer){to, avail, 0};
		ret = ZSTD_decompressStream(ctx, &out, &in);
		j->pos = in.pos;
		j->out->len += out.pos;
		if (ZSTD_isError(ret))
			return zstd_error(j, ret);
		if (ret && in.pos == in.size && out.pos < out.size)
			return damaged(j, "zstd", "the data is cut off");
	} while (ret);
	return 0;
}

/* one frame whose size is known: straight to its place, whatever window it asks for */
static int zstd_frame(struct job *j, ZSTD_DCtx *ctx)
{
	unsigned long long size = ZSTD_getFrameContentSize(input(j), left(j));
	size_t frame, ret;

	if (size == ZSTD_CONTENTSIZE_UNKNOWN || j->u->head_only)
		return zstd_stream(j, ctx);
	if (size == ZSTD_CONTENTSIZE_ERROR)
		return damaged(j, "zstd", "other data follows the compressed data");
	frame = ZSTD_findFrameCompressedSize(input(j), left(j));
	if (ZSTD_isError(frame))
		return zstd_error(j, frame);
	if (j->out->len > j->u->max || size > j->u->max - j->out->len)
		return too_big(j);
	/* a block takes at least 4 bytes and holds at most 128 KiB */
	if (size > ((u64)frame / 4 + 1) << 17)
		return damaged(j, "zstd", "the stated size is impossible");
	if (buf_reserve(j->out, max_of(size, 1ull)))
		return report_nomem(j->r);
	ret = ZSTD_decompressDCtx(ctx, j->out->data + j->out->len, size, input(j), frame);
	if (ZSTD_isError(ret))
		return zstd_error(j, ret);
	j->out->len += ret;
	j->pos += frame;
	return 0;
}

static int unpack_zstd(struct job *j)
{
	ZSTD_DCtx *ctx = ZSTD_createDCtx();
	int err;

	if (!ctx)
		return report_nomem(j->r);
	do {
		err = zstd_frame(j, ctx);
	} while (!err && !j->u->first_only && left(j));
	ZSTD_freeDCtx(ctx);
	return err;
}

/* --- lz4 --- */

static int lz4_frame(struct job *j, LZ4F_dctx *ctx)
{
	size_t ret, avail = 0, step;
	u8 *to = NULL;
	int err;

	do {
		err = room(j, &to, &avail);
		if (err)
			return err;
		step = left(j);
		ret = LZ4F_decompress(ctx, to, &avail, input(j), &step, NULL);
		j->pos += step;
		j->out->len += avail;
		if (LZ4F_isError(ret))
			return damaged(j, "lz4", LZ4F_getErrorName(ret));
		if (ret && !step && !avail)
			return damaged(j, "lz4", "the data is cut off");
	} while (ret);
	return 0;
}

static int lz4_block(struct job *j, u32 size, u32 block)
{
	const char *from = (const char *)input(j) + 4;
	char *to = (char *)j->out->data + j->out->len;

	if (j->u->head_only)
		return LZ4_decompress_safe_partial(from, to, (int)size,
						   (int)min_of(j->u->max, (u64)block), (int)block);
	return LZ4_decompress_safe(from, to, (int)size, (int)block);
}

/* blocks of at most 8 MiB, each with its size before it, up to the end or the next magic */
static int lz4_legacy(struct job *j)
{
	const u32 block = 8 << 20;
	u64 start = j->out->len;
	u32 size;
	int n;

	j->pos += 4;
	while (left(j) >= 4) {
		if (j->u->head_only && j->out->len >= j->u->max)
			return DONE;
		if (pack_recognise(input(j), left(j)) == PACK_LZ4_LEGACY)
			return 0;
		memcpy(&size, input(j), sizeof(size));
		size = le32toh(size);
		if (size > left(j) - 4 || size > (u32)LZ4_compressBound((int)block))
			break;
		if (j->out->len > j->u->max && !j->u->head_only)
			return too_big(j);
		if (buf_reserve(j->out, block))
			return report_nomem(j->r);
		n = lz4_block(j, size, block);
		if (n < 0)
			return damaged(j, "lz4", "the data is damaged");
		j->pos += 4 + (u64)size;
		j->out->len += (size_t)n;
		if ((u32)n < block)
			break;
	}
	/* an image has a size word after the blocks */
	if (j->u->first_only && j->out->len > start)
		return DONE;
	if (left(j) && pack_recognise(input(j), left(j)) != PACK_LZ4_LEGACY &&
	    pack_recognise(input(j), left(j)) != PACK_LZ4)
		return damaged(j, "lz4", "the data is damaged or cut off");
	return 0;
}

static int unpack_lz4(struct job *j)
{
	LZ4F_dctx *ctx;
	int err;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&ctx, LZ4F_VERSION)))
		return report_nomem(j->r);
	do {
		if (pack_recognise(input(j), left(j)) == PACK_LZ4_LEGACY)
			err = lz4_legacy(j);
		else
			err = lz4_frame(j, ctx);
	} while (!err && !j->u->first_only && left(j));
	LZ4F_freeDecompressionContext(ctx);
	return err;
}

static int unsupported(const struct job *j, enum pack_kind kind)
{
	struct place p = {.file = j->u->path};

	return report_error(j->r, BTF_CODE_FILE_METHOD, &p, BTF_NO_VALUE, BTF_NO_VALUE,
			    "compressed with %s, which is not supported", pack_name(kind));
}

static int run_job(struct job *j, enum pack_kind kind)
{
	switch (kind) {
	case PACK_GZIP:
		return unpack_gzip(j);
	case PACK_XZ:
		return unpack_lzma(j, false);
	case PACK_LZMA:
		return unpack_lzma(j, true);
	case PACK_ZSTD:
		return unpack_zstd(j);
	case PACK_LZ4:
	case PACK_LZ4_LEGACY:
		return unpack_lz4(j);
	default:
		return unsupported(j, kind);
	}
}

int unpack(enum pack_kind kind, const struct unpack *u, struct buf *out, struct btf_report *r)
{
	struct job j = {.u = u, .out = out, .r = r};
	int err;

	err = run_job(&j, kind);
	if (err >= 0 && out->len > u->max) {
		if (u->head_only)
			out->len = u->max;
		else
			err = too_big(&j);
	}
	if (err < 0)
		buf_deinit(out);
	return err < 0 ? err : 0;
}
