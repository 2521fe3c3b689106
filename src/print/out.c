// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The buffered writer: see out.h. Invariant: buf <= at <= end, and after a flush there is room
 * for OUT_ROOM bytes, so that a caller that asks for room never has to look at errors.
 */
#include "print/out.h"

#include <errno.h>
#include <stdlib.h>

/* small enough to stay in the second-level cache, big enough that system calls do not show */
#define OUT_SIZE (64 * 1024)

static const char hex_digits[] = "0123456789abcdef";

static const char pairs[] = "0001020304050607080910111213141516171819"
			    "2021222324252627282930313233343536373839"
			    "4041424344454647484950515253545556575859"
			    "6061626364656667686970717273747576777879"
			    "8081828384858687888990919293949596979899";

int out_init(struct out *o, int (*write)(void *ctx, const void *data, size_t size), void *ctx)
{
	*o = (struct out){.write = write, .ctx = ctx};
	o->buf = malloc(OUT_SIZE);
	if (!o->buf)
		return -ENOMEM;
	o->at = o->buf;
	o->end = o->buf + OUT_SIZE;
	return 0;
}

static void out_write(struct out *o, const char *data, size_t size)
{
	int err;

	if (o->err || !size)
		return;
	err = o->write(o->ctx, data, size);
	if (err)
		o->err = err < 0 ? err : -EIO;
}

void out_flush(struct out *o)
{
	out_write(o, o->buf, (size_t)(o->at - o->buf));
	o->at = o->buf;
	o->flushes++;
}

int out_deinit(struct out *o)
{
	out_flush(o);
	free(o->buf);
	return o->err;
}

char *out_bytes(struct out *o, char *p, const char *s, size_t len)
{
	size_t room = (size_t)(o->end - p);

	if (room < len + OUT_ROOM) {
		o->at = p;
		out_flush(o);
		p = o->at;
		if (len + OUT_ROOM > OUT_SIZE) {
			out_write(o, s, len);
			return p;
		}
	}
	memcpy(p, s, len);
	return p + len;
}

/* ---- numbers ---- */

static char *put_pairs(char *end, u64 v)
{
	while (v >= 100) {
		end -= 2;
		memcpy(end, &pairs[v % 100 * 2], 2);
		v /= 100;
	}
	if (v >= 10) {
		end -= 2;
		memcpy(end, &pairs[v * 2], 2);
	} else {
		*--end = (char)('0' + v);
	}
	return end;
}

char *put_u32_long(char *p, u32 v)
{
	u32 n = v < 100		 ? 2
		: v < 1000	 ? 3
		: v < 10000	 ? 4
		: v < 100000	 ? 5
		: v < 1000000	 ? 6
		: v < 10000000	 ? 7
		: v < 100000000	 ? 8
		: v < 1000000000 ? 9
				 : 10;
	char *end = p + n;

	for (p = end; v >= 100; v /= 100) {
		p -= 2;
		memcpy(p, &pairs[v % 100 * 2], 2);
	}
	if (v >= 10)
		memcpy(p - 2, &pairs[v * 2], 2);
	else
		p[-1] = (char)('0' + v);
	return end;
}

char *put_u64(char *p, u64 v)
{
	char tmp[20], *end = tmp + sizeof(tmp), *at;

	if (v <= UINT32_MAX)
		return put_u32(p, (u32)v);
	at = put_pairs(end, v);
	memcpy(p, at, (size_t)(end - at));
	return p + (end - at);
}

char *put_s64(char *p, s64 v)
{
	if (v >= 0)
		return put_u64(p, (u64)v);
	*p++ = '-';
	return put_u64(p, 0ull - (u64)v);
}

/* ---- strings ---- */

/* bytes of the UTF-8 sequence at s, 0 where it is none; ASCII is the caller's */
static int utf8_len(const u8 *s)
{
	u32 c = s[0], v;
	int n;

	if (c >= 0xc2 && c <= 0xdf) {
		n = 2;
		v = c & 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		n = 3;
		v = c & 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		n = 4;
		v = c & 0x07;
	} else {
		return 0;
	}
	/* a NUL is no continuation, so this ends inside the string */
	for (int i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3f);
	}
	if ((n == 3 && (v < 0x800 || (v >= 0xd800 && v <= 0xdfff))) ||
	    (n == 4 && (v < 0x10000 || v > 0x10ffff)))
		return 0;
	return n;
}

static char c_escape(u8 c)
{
	switch (c) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\f':
		return 'f';
	case '\b':
		return 'b';
	case '\\':
	case '"':
		return (char)c;
	}
	return 0;
}

static bool plain(u8 c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static char *put_json_odd(char *p, const u8 **ps)
{
	const u8 *s = *ps;
	u8 c = *s;
	char esc = c_escape(c);
	int n = c >= 0x80 ? utf8_len(s) : 0;

	*ps = s + (n ? n : 1);
	if (n) {
		memcpy(p, s, (size_t)n);
		return p + n;
	}
	*p++ = '\\';
	if (esc) {
		*p++ = esc;
		return p;
	}
	p = c >= 0x80 ? PUT(p, "udc") : PUT(p, "u00");
	*p++ = hex_digits[c >> 4];
	*p++ = hex_digits[c & 15];
	return p;
}

char *put_json_str(struct out *o, char *p, const char *str)
{
	const u8 *s = (const u8 *)str;

	*p++ = '"';
	while (*s) {
		p = out_more(o, p);
		for (int i = 0; i < OUT_ROOM / 8 && *s; i++) {
			if (likely(plain(*s)))
				*p++ = (char)*s++;
			else
				p = put_json_odd(p, &s);
		}
	}
	*p++ = '"';
	return out_more(o, p);
}

char *put_c_str(struct out *o, char *p, const char *s)
{
	*p++ = '"';
	while (*s) {
		p = out_more(o, p);
		for (int i = 0; i < OUT_ROOM / 4 && *s; i++, s++) {
			char esc = c_escape((u8)*s);

			if (unlikely(esc)) {
				*p++ = '\\';
				*p++ = esc;
			} else {
				*p++ = *s;
			}
		}
	}
	*p++ = '"';
	return out_more(o, p);
}

char *put_hex(struct out *o, char *p, const void *data, size_t len)
{
	const u8 *s = data;

	for (size_t i = 0; i < len; i++) {
		if (i % 64 == 0)
			p = out_more(o, p);
		*p++ = hex_digits[s[i] >> 4];
		*p++ = hex_digits[s[i] & 15];
	}
	return out_more(o, p);
}
