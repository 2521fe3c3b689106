// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Relocations of .BTF: see rel.h.
 *
 * In: the section, and .BTF as it was parsed and as it is. Out: the section with each offset where
 * its word is now. Symbols and kinds of relocation are not looked at. A DATASEC is never merged
 * with another, so no two relocations come to point to one word.
 */
#include "api/rel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SEC ".rel.BTF"
#define NOVAL BTF_NO_VALUE

static u64 get(const struct rel_places *p, const u8 *at)
{
	u64 v64;
	u32 v32;

	if (p->is64) {
		memcpy(&v64, at, sizeof(v64));
		return p->swapped ? __builtin_bswap64(v64) : v64;
	}
	memcpy(&v32, at, sizeof(v32));
	return p->swapped ? __builtin_bswap32(v32) : v32;
}

static void put(const struct rel_places *p, u8 *at, u32 off)
{
	u64 v64 = p->swapped ? __builtin_bswap64(off) : off;
	u32 v32 = p->swapped ? __builtin_bswap32(off) : off;

	if (p->is64)
		memcpy(at, &v64, sizeof(v64));
	else
		memcpy(at, &v32, sizeof(v32));
}

/* the last own type that starts at or before `at` of the type section */
static u32 type_at(const struct btf *b, u64 at)
{
	u32 low = 0, high = b->nr;

	while (low + 1 < high) {
		u32 mid = low + (high - low) / 2;

		if (b->offs[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static int read_one(struct rel_places *p, const struct btf *b, u64 off, struct rel_place *ret,
		    struct btf_report *r)
{
	u64 from = b->nr ? (u64)(b->types - b->blob) : 0, at = off - from;
	u32 i = type_at(b, at);

	if (off < from || at >= b->types_len || !type_is(object_own(b, i), BTF_KIND_DATASEC) ||
	    b->offs[i] > at)
		return report_error(r, BTF_CODE_MODULE_REL, &(struct place){.section = SEC}, NOVAL,
				    (s64)off,
				    "relocation %zu is of byte %llu of .BTF, where no variable of "
				    "a DATASEC stands",
				    (size_t)(ret - p->at), (unsigned long long)off);
	*ret = (struct rel_place){i, (u32)at - b->offs[i]};
	return 0;
}

int rel_read(struct rel_places *p, const struct btf *b, const void *data, size_t size, bool is64,
	     bool swapped, struct btf_report *r)
{
	size_t entry = is64 ? 16 : 8, cnt = size / entry;
	int err = 0;

	*p = (struct rel_places){.data = data, .size = size, .is64 = is64, .swapped = swapped};
	if (size % entry)
		return report_error(r, BTF_CODE_MODULE_REL, &(struct place){.section = SEC},
				    (s64)entry, (s64)size,
				    "%zu bytes are no number of relocations of %zu bytes", size,
				    entry);
	p->at = malloc((cnt + 1) * sizeof(*p->at));
	if (!p->at)
		return report_nomem(r);
	for (p->cnt = 0; !err && p->cnt < cnt; p->cnt++)
		err = read_one(p, b, get(p, p->data + p->cnt * entry), &p->at[p->cnt], r);
	return err;
}

void rel_deinit(struct rel_places *p)
{
	free(p->at);
}

int rel_write(const struct rel_places *p, const struct btf *b, const u32 *map, const u8 *blob,
	      struct buf *out, struct btf_report *r)
{
	size_t entry = p->is64 ? 16 : 8;
	u32 head[2];

	if (!p->cnt)
		return 0;
	/* hdr_len and type_off */
	memcpy(head, blob + 4, sizeof(head));
	if (b->swapped_out) {
		head[0] = __builtin_bswap32(head[0]);
		head[1] = __builtin_bswap32(head[1]);
	}
	if (buf_add(out, p->data, p->size))
		return report_nomem(r);
	for (size_t i = 0; i < p->cnt; i++)
		put(p, out->data + i * entry,
		    head[0] + head[1] + b->offs[map[p->at[i].type] - b->start_id] +
			    p->at[i].within);
	return 0;
}
