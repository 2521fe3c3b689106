/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A kept index of a base, for one process after the other that works on the same one: what is
 * derived from the base is mapped from a file instead of being computed anew.
 *
 *	base = btf_index__load(vmlinux, getenv("BTFKIT_INDEX"), NULL, report);
 *	encoder = btf_encoder__new(base, ...);
 *
 * Results are the same with an index and without one; it is never a reason to fail.
 */
#ifndef BTFKIT_BASE_INDEX_H
#define BTFKIT_BASE_INDEX_H

#include <btf/load.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

/*
 * btf_load__file() of a base, with its index: what is not split, and has no .BTF.base. `dir` is
 * as below; NULL or "": none. Where the index is there, the types are not even parsed.
 */
struct btf *btf_index__load(struct btf_file *f, const char *dir, struct btf_load_info *info,
			    struct btf_report *r);

/*
 * The same for an object that is there already. Takes the index of `base` from the folder `dir`;
 * where there is none, or one that is damaged, it is made and put there, and the folder too if need
 * be. The folder and the file must belong to this user or to root, and nobody else may have the
 * right to write to them. The file's name is a hash of the base; folders keep the newest eight.
 *
 * `base` is what was parsed, is no split, and has not been changed; and no other thread uses it
 * yet. A later change of the base drops what was taken from the index.
 *
 * Returns 1: the index was there; 0: it was made, or dir is NULL or "", or base is no such base; a
 * negative errno with errno set and a warning: no index could be kept, and base works without.
 */
int btf_index__use(struct btf *base, const char *dir, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
