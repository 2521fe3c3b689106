// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Byte order. Everything in BTF is 32-bit words except magic (u16) and the layout entries
 * (u8 u8 u16), so a record is swapped word by word once its length is known.
 */
#include <errno.h>
#include <string.h>

#include "btf/object.h"

void header_swap(struct wire_header *h)
{
	u32 hdr_len = __builtin_bswap32(h->hdr_len);
	/* native or not: the smaller one is a length */
	u32 len = min_of(hdr_len, h->hdr_len);

	h->magic = __builtin_bswap16(h->magic);
	h->hdr_len = hdr_len;
	h->type_off = __builtin_bswap32(h->type_off);
	h->type_len = __builtin_bswap32(h->type_len);
	h->str_off = __builtin_bswap32(h->str_off);
	h->str_len = __builtin_bswap32(h->str_len);
	if (len < WIRE_HDR_LEN_LAYOUT)
		return;
	h->layout_off = __builtin_bswap32(h->layout_off);
	h->layout_len = __builtin_bswap32(h->layout_len);
}

void layout_swap(u8 *layout, u32 len)
{
	for (u32 i = 0; i + 4 <= len; i += 4) {
		u8 tmp = layout[i + 2];

		layout[i + 2] = layout[i + 3];
		layout[i + 3] = tmp;
	}
}

int types_swap(u8 *types, u32 len, bool to_native)
{
	u32 at = 0;

	while (at < len) {
		u32 *w = (u32 *)(void *)(types + at);
		u32 info, words;

		if (len - at < sizeof(struct btf_type))
			return -EINVAL;
		info = to_native ? __builtin_bswap32(w[1]) : w[1];
		if (!info_kind(info) || info_kind(info) >= WIRE_KINDS)
			return -EINVAL;
		words = 3 + kind_table[info_kind(info)].tail_sz / 4;
		if (((u64)words + (u64)info_vlen(info) * (kind_table[info_kind(info)].elem_sz / 4)) *
			    4 >
		    len - at)
			return -EINVAL;
		words += info_vlen(info) * (kind_table[info_kind(info)].elem_sz / 4);
		for (u32 i = 0; i < words; i++)
			w[i] = __builtin_bswap32(w[i]);
		at += words * 4;
	}
	return 0;
}
