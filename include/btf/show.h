/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Types for people: the layout of a struct with offsets, holes and cache lines; where a member
 * lies; what lies at an offset. What `btf show` prints, described in btf-show(1).
 */
#ifndef BTFKIT_SHOW_H
#define BTFKIT_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

struct btf_show_opts {
	size_t sz;		/* sizeof this struct */
	unsigned int cacheline; /* bytes of a cache line, a power of two; 0: 64 */
	bool json;		/* JSON Lines, schema btf-show/1, instead of text */
};

/*
 * Shows what `query` asks for: "struct sk_buff", "sk_buff", "task_struct.se.load",
 * "task_struct+0x40", a type id, or a shell pattern. Names are looked for among the own types
 * first, then in the bases. Text goes to write(ctx, data, size), which returns 0 or a negative
 * errno. opts may be NULL. Returns 0, or a negative errno with errno set and a finding in r:
 * ENOENT: there is no such type, member or offset (the finding names up to five that are spelled
 * alike, nothing was written); EINVAL: arguments; ELOOP, E2BIG: types that contain themselves, or
 * that are much larger than real ones; what write returned.
 */
int btf_show__query(const struct btf *btf, const char *query, const struct btf_show_opts *opts,
		    int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		    struct btf_report *r);

/* One type by its id. */
int btf_show__type(const struct btf *btf, __u32 id, const struct btf_show_opts *opts,
		   int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		   struct btf_report *r);

/* Sums over the members of a struct or union. Of a union, holes and padding are 0. */
struct btf_layout {
	size_t sz;	   /* sizeof this struct: callers see how much is filled */
	__u32 size, align; /* bytes; align is 0 where no type tells it */
	__u32 members;
	bool packed;		/* no compiler lays it out so without being told */
	__u64 sum_members;	/* bytes of members that are no bit-fields */
	__u64 sum_bits;		/* bits of bit-fields */
	__u32 holes, bit_holes; /* between members: whole bytes; bits beside bit-fields */
	__u64 sum_holes, sum_bit_holes;
	__u32 padding, bit_padding; /* behind the last member: bytes, bits */
	__u32 paddings;		    /* members that are structs with padding */
	__u64 sum_paddings;
	__u32 overlaps; /* members of a struct that start before the last one ends */
};

/* 0, or a negative errno with errno set: EINVAL: no struct or union; ELOOP, E2BIG, ENOMEM. */
int btf_show__layout(const struct btf *btf, __u32 id, struct btf_layout *ret, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
