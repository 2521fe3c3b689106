/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Many objects -> one: what several of them carry stands in it once. */
#ifndef PASS_MERGE_H
#define PASS_MERGE_H

#include "btf/object.h"

struct merge;

/* The result will be split on base, or whole where base is NULL. base must outlive the result. */
int merge_new(struct btf *base, struct merge **ret); /* -ENOMEM */
void merge_free(struct merge *m);
/*
 * Adds the own types of b, which is whole or split on the same base; b may go afterwards. `name`
 * is what conflicts call it. Or a negative errno with a finding, and m as it was.
 */
int merge_add(struct merge *m, const struct btf *b, const char *name, struct btf_report *r);
/*
 * What was added, deduplicated, in the order of adding. A note in r for each name that means more
 * than one type of C. m can only be freed afterwards, also after a failure.
 */
int merge_finish(struct merge *m, struct btf_report *r, struct btf **ret);

#endif
