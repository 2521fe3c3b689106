/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The slow twins of dedup, on the model of model.h. */
#ifndef REF_DEDUP_H
#define REF_DEDUP_H

#include "model.h"

struct ref_deduped {
	struct ref_btf btf;		     /* what stays, strings as text in the input's bytes */
	uint32_t map[REF_MAX_TYPES];	     /* own type by index -> id in btf */
	const char *strs[REF_MAX_TYPES * 8]; /* own strings in order, not empty */
	uint32_t str_cnt;
	int rounds;
};

/*
 * The rules one by one: every type against every candidate, by recursion, until a round changes
 * nothing. 0 or -ELOOP.
 */
int ref_dedup(const struct ref_btf *b, struct ref_deduped *out);

/*
 * Strict equality, by refining a partition until nothing can be told apart any more: no names of
 * FWDs, no declared enums. class[id] is the lowest id that is the same type, for all levels. VAR
 * and DATASEC are the same as themselves only.
 */
void ref_classes(const struct ref_btf *b, uint32_t *class);

#endif
