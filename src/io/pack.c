// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Bytes -> gzip, xz or zstd, in a form that a kernel can unpack by itself
 * (CONFIG_MODULE_DECOMPRESS).
 *
 * In: a module. Out: one member. Always: no name, time or thread count gets in, so the output
 * depends on the input and on the version of the compression library only.
 *
 * What kernels need: gzip with a plain header; xz with CRC32 or no check (xz -t of the default,
 * CRC64, passes, but kernels refuse it) and a dictionary that vmalloc can give, as
 * scripts/Makefile.modinst asks for; zstd with its content size in the frame and a window of at
 * most 8 MiB.
 */
#include "io/pack.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#define XZ_DICTIONARY (1u << 20)
#define ZSTD_WINDOW_LOG 23
/* within 5 % of level 19's size in a tenth of its time */
#define ZSTD_LEVEL 12

bool pack_writable(enum pack_kind kind)
{
	return kind == PACK_GZIP || kind == PACK_XZ || kind == PACK_ZSTD;
}

static int pack_gzip(const u8 *data, u64 size, struct buf *out)
{
	z_stream z = {0};
	u64 pos = 0;
	int ret;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	do {
		uInt step = (uInt)min_of(size - pos, (u64)INT_MAX), avail = 64 << 10;

		if (buf_reserve(out, avail)) {
			deflateEnd(&z);
			return -ENOMEM;
		}
		z.next_in = (Bytef *)(uintptr_t)(data + pos);
		z.avail_in = step;
		z.next_out = out->data + out->len;
		z.avail_out = avail;
		ret = deflate(&z, pos + step == size ? Z_FINISH : Z_NO_FLUSH);
		pos += step - z.avail_in;
		out->len += avail - z.avail_out;
	} while (ret == Z_OK || ret == Z_BUF_ERROR);
	deflateEnd(&z);
	return ret == Z_STREAM_END ? 0 : -EIO;
}

static int pack_xz(const u8 *data, u64 size, struct buf *out)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{.id = LZMA_FILTER_LZMA2, .options = &options},
		{.id = LZMA_VLI_UNKNOWN},
	};
	lzma_ret ret;

	if (lzma_lzma_preset(&options, LZMA_PRESET_DEFAULT))
		return -EIO;
	options.dict_size = XZ_DICTIONARY;
	if (lzma_stream_encoder(&s, filters, LZMA_CHECK_CRC32) != LZMA_OK)
		return -ENOMEM;
	s.next_in = data;
	s.avail_in = size;
	do {
		if (buf_reserve(out, 64 << 10)) {
			lzma_end(&s);
			return -ENOMEM;
		}
		s.next_out = out->data + out->len;
		s.avail_out = out->cap - out->len;
		ret = lzma_code(&s, LZMA_FINISH);
		out->len = out->cap - s.avail_out;
	} while (ret == LZMA_OK);
	lzma_end(&s);
	return ret == LZMA_STREAM_END ? 0 : ret == LZMA_MEM_ERROR ? -ENOMEM : -EIO;
}

static int pack_zstd(const u8 *data, u64 size, struct buf *out)
{
	size_t bound = ZSTD_compressBound(size), n;
	ZSTD_CCtx *ctx = ZSTD_createCCtx();

	if (!ctx || buf_reserve(out, bound)) {
		ZSTD_freeCCtx(ctx);
		return -ENOMEM;
	}
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog, ZSTD_WINDOW_LOG);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_contentSizeFlag, 1);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(ctx, out->data + out->len, bound, data, size);
	ZSTD_freeCCtx(ctx);
	if (ZSTD_isError(n))
		return -EIO;
	out->len += n;
	return 0;
}

int pack(enum pack_kind kind, const u8 *data, u64 size, const char *path, struct buf *out,
	 struct btf_report *r)
{
	struct place p = {.file = path};
	int err;

	if (!pack_writable(kind))
		return report_error(r, BTF_CODE_SAVE_CARRIER, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "a %s-compressed file can be read, but not written",
				    pack_name(kind));
	err = kind == PACK_GZIP ? pack_gzip(data, size, out)
	      : kind == PACK_XZ ? pack_xz(data, size, out)
				: pack_zstd(data, size, out);
	if (!err)
		return 0;
	buf_deinit(out);
	if (err == -ENOMEM)
		return report_nomem(r);
	return report_errno(r, BTF_CODE_SAVE_WRITE, -err, &p, "%s: cannot compress",
			    pack_name(kind));
}
