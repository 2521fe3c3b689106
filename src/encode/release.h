/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A mapped .debug_info is given back while it is read, part by part: each once all units in it are
 * read. Whoever still has a name from there, or needs a unit once more, gets it from the file
 * again.
 */
#ifndef ENCODE_RELEASE_H
#define ENCODE_RELEASE_H

#include "dwarf/unit.h"

struct release {
	const struct dwarf *d;
	u32 *unread; /* by part: atomic: units; NULL: nothing is given back */
};

/* 0 or -ENOMEM */
int release_init(struct release *rel, const struct dwarf *d, const struct dwarf_unit *unit,
		 u32 units);
void release_deinit(struct release *rel);
/* the unit is read; threads may say so at the same time */
void release_unit(struct release *rel, const struct dwarf_unit *u);

#endif
