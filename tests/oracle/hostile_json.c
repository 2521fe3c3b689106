// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Text -> is it a row of JSON values (RFC 8259, strings in UTF-8)? */
#include "hostile.h"

#include <string.h>

#define MAX_DEPTH 256

struct text {
	const u8 *at, *end;
};

static void space(struct text *t)
{
	while (t->at < t->end && *t->at && strchr(" \t\r\n", *t->at))
		t->at++;
}

static bool take(struct text *t, char c)
{
	if (t->at == t->end || *t->at != (u8)c)
		return false;
	t->at++;
	return true;
}

static bool hex4(struct text *t)
{
	for (int i = 0; i < 4; i++, t->at++)
		if (t->at == t->end || !*t->at || !strchr("0123456789abcdefABCDEF", *t->at))
			return false;
	return true;
}

/* a character of more than one byte */
static bool wide(struct text *t)
{
	u8 c = *t->at++;
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	u32 v = c & (0x3f >> more);

	if (c < 0xc2 || c > 0xf4 || t->end - t->at < more)
		return false;
	while (more--) {
		if ((*t->at & 0xc0) != 0x80)
			return false;
		v = v << 6 | (*t->at++ & 0x3f);
	}
	return (c < 0xe0 || v >= 0x800) && (c < 0xf0 || v >= 0x10000) && v <= 0x10ffff &&
	       !(v >= 0xd800 && v <= 0xdfff);
}

static bool string(struct text *t)
{
	if (!take(t, '"'))
		return false;
	while (t->at < t->end) {
		u8 c = *t->at;

		if (c >= 0x80) {
			if (!wide(t))
				return false;
			continue;
		}
		t->at++;
		if (c == '"')
			return true;
		if (c < 0x20)
			return false;
		if (c != '\\')
			continue;
		if (take(t, 'u')) {
			if (!hex4(t))
				return false;
		} else if (t->at == t->end || !*t->at || !strchr("\"\\/bfnrt", *t->at++)) {
			return false;
		}
	}
	return false;
}

static bool digits(struct text *t)
{
	const u8 *from = t->at;

	while (t->at < t->end && *t->at >= '0' && *t->at <= '9')
		t->at++;
	return t->at > from;
}

static bool number(struct text *t)
{
	take(t, '-');
	if (!take(t, '0') && !digits(t))
		return false;
	if (take(t, '.') && !digits(t))
		return false;
	if (take(t, 'e') || take(t, 'E')) {
		if (!take(t, '+'))
			take(t, '-');
		return digits(t);
	}
	return true;
}

static bool word(struct text *t, const char *w)
{
	size_t len = strlen(w);

	if ((size_t)(t->end - t->at) < len || memcmp(t->at, w, len))
		return false;
	t->at += len;
	return true;
}

static bool value(struct text *t, int depth);

static bool members(struct text *t, char close, int depth)
{
	space(t);
	if (take(t, close))
		return true;
	do {
		space(t);
		if (close == '}') {
			if (!string(t))
				return false;
			space(t);
			if (!take(t, ':'))
				return false;
		}
		if (!value(t, depth))
			return false;
		space(t);
	} while (take(t, ','));
	return take(t, close);
}

static bool value(struct text *t, int depth)
{
	space(t);
	if (t->at == t->end || depth == MAX_DEPTH)
		return false;
	switch (*t->at) {
	case '{':
		t->at++;
		return members(t, '}', depth + 1);
	case '[':
		t->at++;
		return members(t, ']', depth + 1);
	case '"':
		return string(t);
	case 't':
		return word(t, "true");
	case 'f':
		return word(t, "false");
	case 'n':
		return word(t, "null");
	}
	return number(t);
}

bool json_valid(const char *text, size_t len)
{
	struct text t = {(const u8 *)text, (const u8 *)text + len};

	for (space(&t); t.at < t.end; space(&t))
		if (!value(&t, 0))
			return false;
	return true;
}
