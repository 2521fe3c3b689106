/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Random programs as compilers would describe them: several units one behind the other, each with
 * the types it uses, some only declared, some written twice, some different from the other units'.
 * The same seed gives the same types on every machine.
 */
#ifndef REF_UNITS_H
#define REF_UNITS_H

#include "graph.h"

#define UNITS_LEVELS 2

struct units {
	struct btf *base[UNITS_LEVELS]; /* each split on the one before; NULL: no more */
	struct btf *b;			/* on the top of them; not deduplicated */
};

struct units_opts {
	bool whole;	 /* no base */
	bool no_forward; /* nothing is only declared: equality is strict */
	bool no_repeat;	 /* a unit has each type once, as compilers should */
	bool no_odd;	 /* no members that are tags, no pointers to themselves: what C can say */
	bool one_each;	 /* a name has one definition */
	bool own_refs;	 /* a unit does not refer to the base, as a compiler's output does not */
	bool plain_base; /* one level of one unit: a base has no duplicates */
};

void units_make(struct units *u, u64 seed, const struct units_opts *opts);
void units_free(struct units *u);

static inline struct btf *units_base(const struct units *u)
{
	return u->base[1] ? u->base[1] : u->base[0];
}

#endif
