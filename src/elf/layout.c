// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Spans of a file: see layout.h.
 *
 * In: spans inside the file. Out: answers about room. Always: after layout_sort the fixed spans
 * are sorted, disjoint and not empty.
 */
#include "elf/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void layout_deinit(struct layout *l)
{
	free(l->fixed);
	free(l->loose);
	*l = (struct layout){0};
}

static int add(struct span **spans, size_t *cnt, size_t *cap, u64 off, u64 size)
{
	if (*cnt == *cap) {
		size_t n = *cap ? *cap * 2 : 64;
		void *p = realloc(*spans, n * sizeof(**spans));

		if (!p)
			return -ENOMEM;
		*spans = p;
		*cap = n;
	}
	(*spans)[(*cnt)++] = (struct span){off, off + size};
	return 0;
}

int layout_add_fixed(struct layout *l, u64 off, u64 size)
{
	return size ? add(&l->fixed, &l->fixed_cnt, &l->fixed_cap, off, size) : 0;
}

int layout_add_loose(struct layout *l, u64 off, u64 size)
{
	return size ? add(&l->loose, &l->loose_cnt, &l->loose_cap, off, size) : 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

void layout_sort(struct layout *l)
{
	size_t i, n = 0;

	if (!l->fixed_cnt)
		return;
	qsort(l->fixed, l->fixed_cnt, sizeof(*l->fixed), by_offset);
	for (i = 1; i < l->fixed_cnt; i++) {
		if (l->fixed[i].off <= l->fixed[n].end)
			l->fixed[n].end = max_of(l->fixed[n].end, l->fixed[i].end);
		else
			l->fixed[++n] = l->fixed[i];
	}
	l->fixed_cnt = n + 1;
}

/* index of the first fixed span that ends after off */
static size_t first_after(const struct layout *l, u64 off)
{
	size_t lo = 0, hi = l->fixed_cnt, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->fixed[mid].end <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int layout_fix(struct layout *l, u64 off, u64 size)
{
	int err = layout_add_fixed(l, off, size);

	if (!err)
		layout_sort(l);
	return err;
}

bool layout_may_write(const struct layout *l, u64 off, u64 size)
{
	size_t i = first_after(l, off);

	return !size || i == l->fixed_cnt || l->fixed[i].off >= off + size;
}

/* the loose span with pos in it; else NULL, and *next gets the nearest start after pos */
static const struct span *loose_at(const struct layout *l, u64 pos, u64 *next)
{
	size_t i;

	for (i = 0; i < l->loose_cnt; i++) {
		if (l->loose[i].off <= pos && pos < l->loose[i].end)
			return &l->loose[i];
		if (l->loose[i].off > pos)
			*next = min_of(*next, l->loose[i].off);
	}
	return NULL;
}

u64 layout_room(const struct layout *l, u64 off, u64 want)
{
	size_t i = first_after(l, off);
	u64 pos, stop, end = off + want;
	const struct span *s;

	if (i < l->fixed_cnt)
		end = min_of(end, max_of(l->fixed[i].off, off));
	for (pos = off; pos < end && pos < l->size; pos = stop) {
		stop = min_of(end, l->size);
		s = loose_at(l, pos, &stop);
		if (s) {
			stop = min_of(s->end, end);
			continue;
		}
		for (; pos < stop; pos++)
			if (l->data[pos])
				return pos - off;
	}
	return end - off;
}

u64 layout_end(const struct layout *l)
{
	u64 end = l->fixed_cnt ? l->fixed[l->fixed_cnt - 1].end : 0, pos, unused = 0;
	const struct span *s;

	for (pos = l->size; pos > end; pos--) {
		if (!l->data[pos - 1])
			continue;
		s = loose_at(l, pos - 1, &unused);
		if (!s)
			return pos;
		/* one less is taken off on the next turn; a span begins inside the file */
		pos = s->off + 1;
	}
	return end;
}

u64 layout_find(const struct layout *l, u64 from, u64 size, u64 align)
{
	size_t i = first_after(l, from);
	u64 pos, next, room;

	for (; i < l->fixed_cnt; i++) {
		next = l->fixed[i].off;
		for (pos = layout_align(from, align); pos < next && size <= next - pos;
		     pos = layout_align(pos + room + 1, align)) {
			room = layout_room(l, pos, size);
			if (room == size)
				return pos;
		}
		from = l->fixed[i].end;
	}
	return layout_align(max_of(layout_end(l), from), align);
}
