/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Deduplication with the reason where it is refused, and bringing together what is deduplicated:
 * btf__dedup with a report, btf__add_btf with the .BTF.ext beside what is added.
 */
#ifndef BTFKIT_DEDUP_H
#define BTFKIT_DEDUP_H

#include <btf/btf.h>
#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf_dedup_run_opts {
	size_t sz;
	struct btf_ext *btf_ext; /* its type ids and strings are rewritten too */
	bool force_collisions;	 /* one hash for all types: for tests of the equality rules */
	/* threads: 0 is one, < 0 one per processor. The result is the same for any number. */
	int jobs;
	__extension__ size_t : 0;
};
#define btf_dedup_run_opts__last_field jobs

/*
 * btf__dedup, which itself never starts a thread, with a choice of threads; what is refused is
 * refused with a finding that names the type. `opts` and `r` may be NULL. 0, or a negative errno with
 * errno set and the object as it was.
 */
int btf_dedup__run(struct btf *btf, const struct btf_dedup_run_opts *opts, struct btf_report *r);

struct btf_append_opts {
	size_t sz;
	/* .BTF.ext of src: its ids and strings become those of btf */
	struct btf_ext *src_ext;
};

/*
 * btf__add_btf: returns the id of the first type added, or a negative errno with errno set; then no
 * type was added and src_ext is as it was. EINVAL: src_ext refers to a type or a string that src
 * does not have (with a finding), or is given and src is btf. `opts` and `r` may be NULL.
 */
int btf_append__run(struct btf *btf, const struct btf *src, const struct btf_append_opts *opts,
		    struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
