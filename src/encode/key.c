// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Strings of any length to keys: the same values as the short path in key.h gives. */
#include "encode/key.h"

/* the key from what is in it so far, the last words, filled up with zeros, and the length of all */
static u64 name_end(u64 h, u64 lo, u64 hi, size_t len)
{
	if (len < 8)
		return key_mix(lo, len);
	return key_mix(len < 16 ? key_mix(lo, hi) : key_mix(h ^ lo, hi), len);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && !defined(KEY_READ_NO_FURTHER)
/* bytes before the first NUL of a word, 8: there is none */
static inline u32 before_nul(u64 w)
{
	u64 zero = (w - 0x0101010101010101ull) & ~w & 0x8080808080808080ull;

	return zero ? (u32)__builtin_ctzll(zero) >> 3 : 8;
}

static inline u64 first_bytes(u64 w, u32 len)
{
	return w & ((1ull << (8 * len)) - 1);
}
#endif

u64 key_name_long(const char *s)
{
	u64 h = 0, word[2];
	size_t len, at = 0;

	if (!s || !*s)
		return 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && !defined(KEY_READ_NO_FURTHER)
	/* both words lie in one page */
	for (; at < KEY_NAME_MAX && ((uintptr_t)(s + at) & 4095) <= 4096 - 16; at += 16) {
		u32 lo, hi;

		memcpy(word, s + at, 16);
		lo = before_nul(word[0]);
		if (lo < 8)
			return name_end(h, first_bytes(word[0], lo), 0, at + lo);
		hi = before_nul(word[1]);
		if (hi < 8)
			return name_end(h, word[0], first_bytes(word[1], hi), at + 8 + hi);
		h = at ? key_mix(h ^ word[0], word[1]) : key_mix(word[0], word[1]);
	}
#endif
	len = at + strnlen(s + at, KEY_NAME_MAX - at);
	for (; at + 16 <= len; at += 16) {
		memcpy(word, s + at, 16);
		h = at ? key_mix(h ^ word[0], word[1]) : key_mix(word[0], word[1]);
	}
	word[0] = word[1] = 0;
	memcpy(word, s + at, len - at);
	return name_end(h, word[0], word[1], len);
}
