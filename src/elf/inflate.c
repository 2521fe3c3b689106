// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Compressed section -> its bytes.
 *
 * In: compressed bytes and the size that they state. Out: exactly that many bytes, or an error.
 * Always: nothing is written past out_size. zstd is done here because libelf before 0.189 does
 * not know it.
 */
#include "elf/inflate.h"

#include <errno.h>
#include <limits.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

u64 inflate_bound(const struct inflate *how)
{
	u64 bound;

	if (how->kind == INFLATE_ZSTD) {
		/* a block of 128 KiB takes at least its 3-byte header and one byte */
		bound = how->in_size / 4 + 1;
		return bound > UINT64_MAX >> 17 ? UINT64_MAX : bound << 17;
	}
	/* deflate reaches 1032:1, plus what the last code may start */
	bound = how->in_size + 1;
	return bound > UINT64_MAX / 1032 ? UINT64_MAX : bound * 1032;
}

static uInt piece(u64 left)
{
	return left > UINT_MAX ? UINT_MAX : (uInt)left;
}

static int inflate_zlib(const struct inflate *how, u8 *out)
{
	u64 in_left = how->in_size, out_left = how->out_size;
	z_stream z = {.next_in = (Bytef *)how->in, .next_out = out};
	int ret;

	ret = inflateInit(&z);
	if (ret != Z_OK)
		return ret == Z_MEM_ERROR ? -ENOMEM : -EINVAL;
	do {
		uInt in = piece(in_left), room = piece(out_left);

		z.avail_in = in;
		z.avail_out = room;
		ret = inflate(&z, Z_NO_FLUSH);
		in_left -= in - z.avail_in;
		out_left -= room - z.avail_out;
	} while (ret == Z_OK);
	inflateEnd(&z);
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	return ret == Z_STREAM_END && !out_left ? 0 : -EINVAL;
}

int inflate_exact(const struct inflate *how, u8 *out)
{
	size_t n;

	if (how->kind == INFLATE_ZLIB)
		return inflate_zlib(how, out);
	n = ZSTD_decompress(out, how->out_size, how->in, how->in_size);
	if (ZSTD_isError(n))
		return ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation ? -ENOMEM : -EINVAL;
	return n == how->out_size ? 0 : -EINVAL;
}
