/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Deduplication with the reason where it is refused: btf__dedup and a report. */
#ifndef BTFKIT_DEDUP_H
#define BTFKIT_DEDUP_H

#include <btf/btf.h>
#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * btf__dedup; what is refused is refused with a finding that names the type. `opts` and `r` may be
 * NULL. 0, or a negative errno with errno set and the object as it was.
 */
int btf_dedup__run(struct btf *btf, const struct btf_dedup_opts *opts, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
