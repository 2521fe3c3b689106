/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* .BTF.ext as words: made for a test, and shown. */
#ifndef COMPAT_EXT_WORDS_H
#define COMPAT_EXT_WORDS_H

#include "client.h"

struct ext_words {
	__u32 at[256], cnt;
};

static inline void ext_put(struct ext_words *w, __u32 v)
{
	w->at[w->cnt++] = v;
}

/* section head and records; `longer` words behind each, which no version knows */
static inline void ext_rec(struct ext_words *w, __u32 a, __u32 b, __u32 c, __u32 d, int size,
			   int longer)
{
	__u32 f[4] = {a, b, c, d};

	for (int i = 0; i < size; i++)
		ext_put(w, f[i]);
	for (int i = 0; i < longer; i++)
		ext_put(w, 0xabcdef00u + (__u32)i);
}

/*
 * func_info, line_info and core_relo with two sections each: names str[0] and str[1], file and
 * lines str[2] and str[1], access strings str[3]; ids of three functions and three structs.
 */
static inline void ext_words_two(struct ext_words *w, const __u32 *str, const __u32 *func,
				 const __u32 *node, int longer)
{
	static const __u32 head[8] = {0x0001eb9f, 32};
	__u32 from;

	for (int i = 0; i < 8; i++)
		ext_put(w, head[i]);
	from = w->cnt;
	ext_put(w, 8 + 4 * (__u32)longer);
	ext_put(w, str[0]), ext_put(w, 2);
	ext_rec(w, 0, func[0], 0, 0, 2, longer), ext_rec(w, 16, func[1], 0, 0, 2, longer);
	ext_put(w, str[1]), ext_put(w, 1);
	ext_rec(w, 0, func[2], 0, 0, 2, longer);
	w->at[2] = 0, w->at[3] = 4 * (w->cnt - from);
	w->at[4] = w->at[3], from = w->cnt;
	ext_put(w, 16 + 4 * (__u32)longer);
	ext_put(w, str[0]), ext_put(w, 2);
	ext_rec(w, 0, str[2], str[1], 1024, 4, longer);
	ext_rec(w, 8, str[2], 0, 2049, 4, longer);
	ext_put(w, str[1]), ext_put(w, 1);
	ext_rec(w, 0, str[2], str[2], 3, 4, longer);
	w->at[5] = 4 * (w->cnt - from);
	w->at[6] = w->at[4] + w->at[5], from = w->cnt;
	ext_put(w, 16 + 4 * (__u32)longer);
	ext_put(w, str[0]), ext_put(w, 2);
	ext_rec(w, 8, node[0], str[3], 0, 4, longer), ext_rec(w, 24, node[1], str[3], 2, 4, longer);
	ext_put(w, str[1]), ext_put(w, 1);
	ext_rec(w, 8, node[2], str[3], 8, 4, longer);
	w->at[7] = 4 * (w->cnt - from);
}

static inline void print_ext(const char *label, const struct btf_ext *x)
{
	__u32 size = 0;
	const void *data;

#ifdef PEER_IS_DEBIAN
	/* 1.1 has it under an older name */
	data = btf_ext__get_raw_data(x, &size);
#else
	data = btf_ext__raw_data(x, &size);
#endif
	print_hex(label, data, size);
}

#endif
