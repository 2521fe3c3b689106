/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A buffered writer for text.
 *
 * Formatters write through a pointer of their own: out_room() gives at least OUT_ROOM bytes, the
 * put_* functions advance the pointer, out_done() hands it back. So a line of numbers costs one
 * check, and a name one more. The first error of the sink stays; what is written after it goes
 * nowhere.
 */
#ifndef PRINT_OUT_H
#define PRINT_OUT_H

#include <string.h>

#include "base/types.h"

#define OUT_ROOM 512

struct out {
	char *buf, *at, *end;
	int (*write)(void *ctx, const void *data, size_t size);
	void *ctx;
	int err; /* negative errno of the first failure */
	u32 flushes;
};

/* -ENOMEM, or 0 */
int out_init(struct out *o, int (*write)(void *ctx, const void *data, size_t size), void *ctx);
/* writes the rest and frees the buffer; the first error, or 0 */
int out_deinit(struct out *o);

void out_flush(struct out *o);
/* any number of bytes; returns a pointer with OUT_ROOM bytes */
char *out_bytes(struct out *o, char *p, const char *s, size_t len);

static inline char *out_room(struct out *o)
{
	if (unlikely((size_t)(o->end - o->at) < OUT_ROOM))
		out_flush(o);
	return o->at;
}

static inline void out_done(struct out *o, char *p)
{
	o->at = p;
}

/* from a pointer in use to one with OUT_ROOM bytes */
static inline char *out_more(struct out *o, char *p)
{
	o->at = p;
	return out_room(o);
}

/* a string of any length, with OUT_ROOM bytes after it */
static inline char *put_str(struct out *o, char *p, const char *s)
{
	size_t len = strlen(s);

	if (unlikely((size_t)(o->end - p) < len + OUT_ROOM))
		return out_bytes(o, p, s, len);
	memcpy(p, s, len);
	return p + len;
}

/* the same between double quotes as JSON; what is not UTF-8 becomes \udc80..\udcff */
char *put_json_str(struct out *o, char *p, const char *s);
/* with the escapes of bpftool's JSON writer: C's, and nothing else */
char *put_c_str(struct out *o, char *p, const char *s);
/* lower-case hex digits, two a byte */
char *put_hex(struct out *o, char *p, const void *data, size_t len);

/* ---- short pieces: the caller has the room ---- */

#define PUT(p, literal) ((char *)memcpy(p, literal, sizeof(literal) - 1) + sizeof(literal) - 1)

static inline char *put_word(char *p, const char *s)
{
	size_t len = strlen(s);

	memcpy(p, s, len);
	return p + len;
}

/*
 * `len` bytes, in steps of eight or more: up to PUT_SLACK bytes behind them are read at s and
 * written at p. Steps are cheap, not to know how many there are is not.
 */
#define PUT_SLACK 31
static inline char *put_wide(char *p, const char *s, size_t len)
{
	memcpy(p, s, 32);
	for (size_t i = 32; unlikely(i < len); i += 8)
		memcpy(p + i, s + i, 8);
	return p + len;
}

static inline u64 zero_bytes(u64 v)
{
	const u64 ones = 0x0101010101010101ull;

	return (v - ones) & ~v & (ones << 7);
}

/*
 * A string of at most `most` bytes, a multiple of 16; NULL: it is longer, or the 16 bytes in which
 * it ends are not all in front of `end`. Bytes behind it are written.
 */
static inline char *put_upto(char *p, const char *s, const char *end, size_t most)
{
	for (size_t i = 0; i < most && (size_t)(end - s) >= i + 16; i += 16) {
		u64 v[2], low, high;

		memcpy(v, s + i, 16);
		memcpy(p + i, v, 16);
		low = zero_bytes(v[0]);
		high = zero_bytes(v[1]);
		if (likely(low | high)) {
			/* the lowest byte of the mask is right, those above it need not be */
			if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
				return p + i + strlen(s + i);
			i += low ? 0 : 8;
			return p + i + (unsigned int)__builtin_ctzll(low ? low : high) / 8;
		}
	}
	return NULL;
}

char *put_u32_long(char *p, u32 v);
char *put_u64(char *p, u64 v);
char *put_s64(char *p, s64 v);

static inline char *put_u32(char *p, u32 v)
{
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	return put_u32_long(p, v);
}

static inline char *put_s32(char *p, s32 v)
{
	if (v < 0) {
		*p++ = '-';
		return put_u32(p, 0u - (u32)v);
	}
	return put_u32(p, (u32)v);
}

#endif
