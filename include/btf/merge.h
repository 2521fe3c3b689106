/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Many BTFs as one: the modules of a kernel in one object, each type once.
 *
 *	struct btf_merge *m = btf_merge__new(vmlinux);
 *	for each module: btf_merge__add(m, btf, path, report);
 *	struct btf *all = btf_merge__finish(m, report);
 */
#ifndef BTFKIT_MERGE_H
#define BTFKIT_MERGE_H

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_merge;

/*
 * The result will be split on base, which must outlive it; whole where base is NULL. NULL + errno.
 */
struct btf_merge *btf_merge__new(struct btf *base);
void btf_merge__free(struct btf_merge *m);
/*
 * Adds the own types of btf, which is whole or split on the same base; it may be freed afterwards.
 * `name` is what findings call it; it is copied. There is no bound on how many are added. 0, or a
 * negative errno with errno set and a finding: EINVAL for another base or unknown kinds, E2BIG.
 */
int btf_merge__add(struct btf_merge *m, const struct btf *btf, const char *name,
		   struct btf_report *r);
/*
 * What was added, deduplicated, in the order of adding; m is freed in any case. A struct, union,
 * enum or typedef name that stands for more than one type stays as often; a note of code
 * "merge.conflict" tells who has which. In C the second one is printed as NAME___2, the third as
 * NAME___3, in the order of the header. NULL + errno with a finding where dedup refuses.
 */
struct btf *btf_merge__finish(struct btf_merge *m, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
