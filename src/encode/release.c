// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Parts of a mapped section back to the system.
 *
 * In: units as they are read. Out: system calls, one for each part. Holds: only whole parts that
 * lie in the section are given back.
 */
#include "encode/release.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

/* a call for less would cost more than it is worth, with other threads more so; pages are smaller */
#define PART_SHIFT 20

/* parts are counted from the one that the section starts in */
static size_t part_of(const struct dwarf *d, u64 off)
{
	uintptr_t start = (uintptr_t)d->info.data;

	return ((start + off) >> PART_SHIFT) - (start >> PART_SHIFT);
}

int release_init(struct release *rel, const struct dwarf *d, const struct dwarf_unit *unit,
		 u32 units)
{
	*rel = (struct release){.d = d};
	rel->unread = calloc(part_of(d, d->info.len) + 1, sizeof(*rel->unread));
	for (u32 n = 0; rel->unread && n < units && !unit[n].in_types; n++)
		for (size_t i = part_of(d, unit[n].off); i <= part_of(d, unit[n].end - 1); i++)
			rel->unread[i]++;
	return rel->unread ? 0 : -ENOMEM;
}

void release_deinit(struct release *rel)
{
	free(rel->unread);
	rel->unread = NULL;
}

void release_unit(struct release *rel, const struct dwarf_unit *u)
{
	const struct dwarf *d = rel->d;
	uintptr_t start;

	if (!rel->unread || u->in_types)
		return;
	start = (uintptr_t)d->info.data;
	for (size_t i = part_of(d, u->off); i <= part_of(d, u->end - 1); i++) {
		uintptr_t from = ((start >> PART_SHIFT) + i) << PART_SHIFT;

		if (__atomic_sub_fetch(&rel->unread[i], 1, __ATOMIC_ACQ_REL))
			continue;
		if (from >= start && from + (1ul << PART_SHIFT) <= start + d->info.len)
			madvise((void *)from, 1ul << PART_SHIFT, MADV_DONTNEED);
	}
}
