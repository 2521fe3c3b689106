/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The inside of reports: one call both records a finding and returns its errno.
 *
 *	return report_error(r, BTF_CODE_TYPE_CUT, &(struct place){.section = ".BTF", .offset = off},
 *			    BTF_NO_VALUE, BTF_NO_VALUE, "record needs %u bytes, %u are left", a, b);
 *
 * Text is made here, once, by the function that knows; nothing above rewrites it.
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <btf/report.h>

#include "base/mem.h"

/* Where: zero means unknown for each field, so a designated initialiser says only what it knows. */
struct place {
	const char *file;    /* NULL: the report's current file */
	const char *section; /* NULL: the report's current section */
	u64 offset_plus1;    /* offset + 1 */
	u32 type_id;         /* 0: none (void is never a culprit) */
	int member_plus1;    /* index + 1 */
	int kind;
	const char *name; /* of the type */
};

struct btf_report {
	struct arena arena;
	struct btf_finding *items;
	size_t cnt, cap;
	const char *file, *section; /* current context; in the arena */
	size_t max;                 /* 0: no bound; findings past it are counted, not kept */
	size_t dropped;
	bool lost; /* findings, for want of memory */
};

/* sets the context that findings inherit; either may be NULL */
void report_context(struct btf_report *r, const char *file, const char *section);

/* records an error and returns -errno of the code, also when r is NULL */
int report_error(struct btf_report *r, enum btf_code code, const struct place *at, s64 expected,
		 s64 actual, const char *fmt, ...) __printf_fmt(6, 7);
/* like report_error, with the errno of a failed system call instead of the code's own */
int report_errno(struct btf_report *r, enum btf_code code, int err, const struct place *at,
		 const char *fmt, ...) __printf_fmt(5, 6);
void report_warning(struct btf_report *r, enum btf_code code, const struct place *at, s64 expected,
		    s64 actual, const char *fmt, ...) __printf_fmt(6, 7);
void report_note(struct btf_report *r, enum btf_code code, const struct place *at, const char *fmt,
		 ...) __printf_fmt(4, 5);
/* -ENOMEM, recorded */
int report_nomem(struct btf_report *r);

#endif
