/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A whole object as a C header: types, kernel functions, and what surrounds them. */
#ifndef PRINT_C_H
#define PRINT_C_H

#include "print/cdump.h"
#include "print/print.h"

/*
 * Everything of b and of its bases, or opts->ids and what they need. In the order of ids, or of
 * names with opts->sorted. -ELOOP, -E2BIG, -EINVAL with the type in r; text has been written then.
 */
int print_c(const struct btf *b, const struct btf_print_opts *opts,
	    int (*write)(void *ctx, const void *data, size_t size), void *ctx,
	    struct btf_report *r);

/* the finding for what a dump failed with, about type id (0: none); returns its errno */
int c_blame(const struct btf *b, u32 id, int err, struct btf_report *r);
/* the first type that keeps cdump_new from taking the object */
u32 c_unknown(const struct btf *b);

/* Dumps every type in the order that bpftool of Linux 6.12 has by default (c_sort.c). */
int c_dump_sorted(struct cdump *d);

#endif
