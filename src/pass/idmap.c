// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Where ids went: see idmap.h. A look-up is a bisection: maps hold tens to hundreds of pairs. */
#include "pass/idmap.h"

#include <stdlib.h>

void id_map_deinit(struct id_map *m)
{
	free(m->base);
	*m = (struct id_map){0};
}

static int by_from(const void *a, const void *b)
{
	const struct id_pair *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

void id_map_sort(struct id_map *m)
{
	bool sorted = true;

	for (u32 i = 1; i < m->base_cnt && sorted; i++)
		sorted = m->base[i - 1].from < m->base[i].from;
	if (!sorted)
		qsort(m->base, m->base_cnt, sizeof(*m->base), by_from);
}

u32 id_map_get(const struct id_map *m, u32 from)
{
	u32 lo = 0, hi = m->base_cnt;

	if (from >= m->own_from && from - m->own_from < m->own_cnt)
		return m->own_to + (from - m->own_from);
	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (m->base[mid].from == from)
			return m->base[mid].to;
		if (m->base[mid].from < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}
