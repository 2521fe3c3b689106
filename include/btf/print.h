/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BTF as text: the formats of `btf dump`, described in btf-dump(1). */
#ifndef BTFKIT_PRINT_H
#define BTFKIT_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

enum btf_print_format {
	/* one type a line, members indented: what `bpftool btf dump file F format raw` prints */
	BTF_PRINT_RAW,
	/* JSON Lines, schema btf-dump/1: one object about the BTF, then one object per type */
	BTF_PRINT_JSON,
	/* one JSON document in one line: what `bpftool -j btf dump file F` prints */
	BTF_PRINT_BPFTOOL_JSON,
	/* a C header: what `bpftool btf dump file F format c unsorted` prints. Of split BTF, the
	 * types of its bases too: the header is complete */
	BTF_PRINT_C,
};

struct btf_print_opts {
	size_t sz; /* sizeof this struct */
	/* only these types, in this order; NULL: all types of the object but not of its base.
	 * BTF_PRINT_C: these and what they need, without the prototypes of kernel functions */
	const __u32 *ids;
	size_t id_cnt;
	/* BTF_PRINT_JSON: values of ENUM64 as strings, for readers that keep numbers as doubles */
	bool string_values;
	/* BTF_PRINT_C: in the order of names, as bpftool without `unsorted` */
	bool sorted;
	/* only types of these names or shell patterns, or of these decimal ids, and what they need: in
	 * C as with ids; else in the order of ids what a C compiler has to know before it knows them,
	 * which leaves out structs that are only pointed at. Not together with ids */
	const char *const *roots;
	size_t root_cnt;
};

/*
 * Prints through write(ctx, data, size), which gets the text in pieces of some 64 KiB and returns
 * 0 or a negative errno; after an error it is not called again and the error is returned. Names
 * are printed as they stand in the BTF, except that JSON strings are escaped. opts may be NULL.
 * 0, or a negative errno with errno set: EINVAL for arguments, ENOENT for an id that btf lacks or a
 * root that nothing has the name of (nothing is printed then, findings tell names like it).
 * BTF_PRINT_C: EINVAL for kinds that are not known, ELOOP for types that contain themselves, E2BIG
 * for types that would take far more room in C; text has been written then.
 */
int btf_print__types(const struct btf *btf, enum btf_print_format format,
		     const struct btf_print_opts *opts,
		     int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		     struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
