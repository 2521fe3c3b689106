/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Which type of a base a distilled type means: the matching rules, apart from the machinery that
 * walks and rewrites. Two sets of rules answer the same question; docs/format.md puts them side
 * by side.
 */
#ifndef PASS_MATCH_H
#define PASS_MATCH_H

#include "btf/object.h"

/* what is known of a distilled type besides its record */
struct distilled {
	const struct btf_type *t;
	const char *name;
	u32 id;
	bool embedded; /* the split holds it by value: its size is part of the split's layout */
	bool twins;    /* the distilled base has more than one of this name and kind */
};

/* types of one name in the base, ascending by id; only kinds that can match anything */
struct candidates {
	const struct btf *base;
	u32 *ids;
	u32 cnt, cap;
	/* base types that may still be looked at in this run: a bound on time for bases that give
	 * one name to everything */
	u32 left;
};

enum match_result {
	MATCH_OK,
	MATCH_MISSING,	 /* nothing of that name */
	MATCH_KIND,	 /* only other kinds; `other` is the nearest */
	MATCH_SIZE,	 /* right kind, wrong size or encoding */
	MATCH_AMBIGUOUS, /* `id` and `other` both fit */
};

struct match {
	enum match_result result;
	u32 id, other;
};

struct match match_sound(const struct distilled *d, const struct candidates *c);
struct match match_kernel(const struct distilled *d, const struct candidates *c);
/* nothing about t speaks against it: kind, size and encoding are the same */
bool match_is_full(const struct distilled *d, const struct btf_type *t);

#endif
