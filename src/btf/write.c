// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Object -> bytes. An unchanged object gives back the bytes it was parsed from; a changed one is
 * assembled: header, types, layout where one is kept or asked for, strings, no gaps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/object.h"

/* the layout section of everything this library knows */
static void own_layout(struct wire_layout *l)
{
	for (u32 k = 0; k < WIRE_KINDS; k++)
		l[k] = (struct wire_layout){kind_table[k].tail_sz, kind_table[k].elem_sz, 0};
}

static int assemble(const struct btf *b, bool layout_wanted, struct buf *out)
{
	struct wire_layout known[WIRE_KINDS];
	const void *layout = b->layout;
	u32 layout_len = b->layout_len;
	struct wire_header h = {.magic = WIRE_MAGIC, .version = b->version, .flags = b->flags};
	u64 total;

	if (!layout_wanted) {
		layout_len = 0;
	} else if (b->with_layout && !layout) {
		own_layout(known);
		layout = known;
		layout_len = sizeof(known);
	}
	h.hdr_len = layout_len ? WIRE_HDR_LEN_LAYOUT : WIRE_HDR_LEN;
	h.type_len = b->types_len;
	h.layout_off = layout_len ? b->types_len : 0;
	h.layout_len = layout_len;
	total = (u64)h.hdr_len + b->types_len + layout_len + b->strs_len;
	if (total > UINT32_MAX)
		return -E2BIG;
	h.str_off = b->types_len + layout_len;
	h.str_len = b->strs_len;
	if (buf_reserve(out, total))
		return -ENOMEM;
	buf_add(out, &h, h.hdr_len);
	buf_add(out, b->types, b->types_len);
	buf_add(out, layout, layout_len);
	buf_add(out, b->strs, b->strs_len);
	return 0;
}

/* native blob -> other order, in place */
static int blob_swap(u8 *blob)
{
	struct wire_header h = {0};

	memcpy(&h, blob, WIRE_HDR_LEN);
	if (h.hdr_len >= WIRE_HDR_LEN_LAYOUT)
		memcpy(&h, blob, WIRE_HDR_LEN_LAYOUT);
	if (h.hdr_len % 4)
		return -EINVAL;
	if (types_swap(blob + h.hdr_len + h.type_off, h.type_len, false))
		return -EINVAL;
	if (h.layout_len)
		layout_swap(blob + h.hdr_len + h.layout_off, h.layout_len);
	header_swap(&h);
	memcpy(blob, &h,
	       __builtin_bswap32(h.hdr_len) >= WIRE_HDR_LEN_LAYOUT ? WIRE_HDR_LEN_LAYOUT :
								     WIRE_HDR_LEN);
	return 0;
}

int object_write(const struct btf *b, bool other_order, struct buf *out)
{
	size_t at = out->len;
	struct buf blob = {0};
	int err;

	if (b->dirty)
		err = assemble(b, true, &blob);
	else
		err = buf_add(&blob, b->blob, b->blob_len);
	if (!err && other_order)
		err = blob_swap(blob.data);
	if (!err && !at && !out->data) {
		*out = blob;
		return 0;
	}
	if (!err)
		err = buf_add(out, blob.data, blob.len);
	buf_deinit(&blob);
	return err;
}

int object_write_plain(const struct btf *b, struct buf *out)
{
	return assemble(b, false, out);
}

int object_raw(struct btf *b, bool other_order, const void **ret, u32 *ret_len)
{
	struct buf out = {0};
	u8 *raw = __atomic_load_n(&b->raw[other_order], __ATOMIC_ACQUIRE);
	int err;

	if (!b->dirty && !other_order) {
		*ret = b->blob;
		*ret_len = b->blob_len;
		return 0;
	}
	if (!raw) {
		err = object_write(b, other_order, &out);
		if (err) {
			buf_deinit(&out);
			return err;
		}
		/* every thread finds the same length; whoever comes second drops its copy */
		__atomic_store_n(&b->raw_len[other_order], (u32)out.len, __ATOMIC_RELAXED);
		if (__atomic_compare_exchange_n(&b->raw[other_order], &raw, out.data, false,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			raw = out.data;
		else
			buf_deinit(&out);
	}
	*ret = raw;
	*ret_len = __atomic_load_n(&b->raw_len[other_order], __ATOMIC_RELAXED);
	return 0;
}
