/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Two BTFs, compared by meaning: ids, order of types and order of strings do not count; every
 * name, size, offset, value and the whole graph below each type do.
 */
#ifndef BTFKIT_DIFF_H
#define BTFKIT_DIFF_H

#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

struct btf_diff_opts {
	size_t sz;
	/* types of these kinds are not counted (1 << BTF_KIND_*); they still count as part of types
	 * that refer to them */
	__u32 ignore_kinds;
	/* at most this many findings; 0: 100 */
	size_t max_findings;
};

struct btf_diff_result {
	size_t sz;
	__u32 types[2];	     /* compared types of the left and the right */
	__u32 unmatched[2];  /* those with no equal on the other side */
	__u32 duplicates[2]; /* own types that stand more than once on their side */
	__u32 changed;	     /* kind and name on both sides, itself different */
	__u32 reached;	     /* kind and name on both sides, only what it refers to is different */
	__u32 only[2];	     /* kind and name on one side only */
	__u32 anonymous[2];  /* pointers and other types without a name that have no equal */
	__u32 rounds;	     /* passes over all references that were needed */
};

/*
 * Compares the own types of two objects (of a split, not those of its base; types of bases count
 * as part of what refers to them). 1: the same multiset of types; 0: different, with findings by
 * name in r; negative errno otherwise.
 */
int btf_diff__equal(const struct btf *left, const struct btf *right,
		    const struct btf_diff_opts *opts, struct btf_diff_result *result,
		    struct btf_report *r);

/*
 * The shortest way from two types to a place where they differ, as one finding of code
 * "diff.path": "task_struct.se -> sched_entity.load: size 16, there 24". Both types are of `left`
 * and `right`, which may be one object. 1: they are equal all the way down; 0: a finding was
 * added; negative errno otherwise.
 */
int btf_diff__path(const struct btf *left, __u32 left_id, const struct btf *right, __u32 right_id,
		   struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
