/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Where ids went: what distill and relocate did to the numbering, for those who hold ids outside
 * the BTF (.BTF_ids, .BTF.ext). Own types move as one block, base ids one by one.
 */
#ifndef PASS_IDMAP_H
#define PASS_IDMAP_H

#include "base/types.h"

struct id_pair {
	u32 from, to;
};

struct id_map {
	u32 own_from, own_cnt, own_to; /* own ids own_from.. -> own_to.. */
	struct id_pair *base;	       /* ascending by `from` */
	u32 base_cnt;
};

void id_map_deinit(struct id_map *m);
/* the new id; 0 for 0, and for an id that the new numbering does not have */
u32 id_map_get(const struct id_map *m, u32 from);
/* sorts m->base; pairs are added in any order before the first get */
void id_map_sort(struct id_map *m);

#endif
