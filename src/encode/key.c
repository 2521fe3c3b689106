// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Strings of any length to keys: the same values as the short path in key.h gives. */
#include "encode/key.h"

u64 key_name_long(const char *s)
{
	u64 h = 0, word[2];
	size_t len, at;

	if (!s || !*s)
		return 0;
	len = strlen(s);
	for (at = 0; at + 16 <= len; at += 16) {
		memcpy(word, s + at, 16);
		h = at ? key_mix(h ^ word[0], word[1]) : key_mix(word[0], word[1]);
	}
	word[0] = word[1] = 0;
	memcpy(word, s + at, len - at);
	if (len < 8)
		return key_mix(word[0], len);
	h = at ? key_mix(h ^ word[0], word[1]) : key_mix(word[0], word[1]);
	return key_mix(h, len);
}
