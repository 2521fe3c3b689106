/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Types -> a C header for every compiler that BPF programs and their loaders meet. */
#ifndef PRINT_HEADER_H
#define PRINT_HEADER_H

#include "btf/object.h"

struct out;

struct header_opts {
	const char *release; /* of the kernel, for the first line; may be NULL */
	bool slim;	     /* only ids[] and what they need; else everything, in order of names */
	const u32 *ids;
	size_t id_cnt;
	const u32 *kfuncs; /* FUNCs to declare, each name once */
	size_t kfunc_cnt;
};

/* Nothing is written where this fails: -ELOOP, -E2BIG, -EINVAL with the type in r, -ENOMEM. */
int print_header(const struct btf *b, const struct header_opts *o,
		 int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		 struct btf_report *r);

/*
 * What cdump printed, so that C++ takes it too and no compiler warns of another one's attributes
 * (header_text.c). -ENOMEM. The macros that the result uses are those of header.c's head.
 */
int header_text(const struct btf *b, const char *text, size_t size, struct out *out);

#endif
