/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The parts of an explanation that need no file: see <btf/explain.h>. */
#ifndef CHECK_EXPLAIN_H
#define CHECK_EXPLAIN_H

#include "btf/object.h"

/* ---- explain_log.c: what the kernel says ---- */

struct explain_log {
	struct arena text;
	char **line;
	size_t cnt, cap;
	bool nomem;
};

/* the bytes that a finding of the checker is about */
struct explain_bytes {
	const u8 *data;
	size_t size;
	const struct btf *base; /* its names and ids go on in this one; NULL: it is a base itself */
};

void explain_log_deinit(struct explain_log *log);
void explain_log_add(struct explain_log *log, const char *fmt, ...) __printf_fmt(2, 3);
/*
 * The lines for the finding that the kernel stops at. mismatch: the kernel was configured to load
 * modules without their BTF, and says less.
 */
void explain_log_rule(struct explain_log *log, const struct explain_bytes *bytes,
		      const struct btf_finding *f, bool mismatch);
/* the one for a type that stands in the way of relocation; string: for BTF_CODE_RELOC_STRING */
void explain_log_relocate(struct explain_log *log, const struct btf_finding *f, const char *string);
/* the one for a type that fits twice: f->expected and f->actual are ids of the base */
void explain_log_twice(struct explain_log *log, const struct btf_finding *f,
		       const struct btf *base);

/* ---- explain_layout.c: what the module was compiled for, beside the base ---- */

struct explain_layout {
	u32 structs;   /* compared */
	u32 differ;    /* that matter, each with a finding */
	u32 farther;   /* differ, but the module's own types and functions do not touch them */
	bool too_many; /* some were not compared */
};

/*
 * mine: BTF as the module sees it, whole (from its DWARF) or split on the kernel that it was
 * built on. target: the kernel that loads it. A warning for each struct or union that differs
 * where that matters: in size where mine holds it by value, else in a member. 0 or -ENOMEM.
 */
int explain_layout(const struct btf *mine, const struct btf *target, struct explain_layout *ret,
		   struct btf_report *r);

/* ---- explain_crc.c ---- */

struct explain_crcs {
	u32 compared, differ, missing;
};

/*
 * versions: the bytes of __versions; symvers: the text of Module.symvers. A warning for each symbol
 * whose CRC differs or that the kernel does not export, at most 10. 0, -EINVAL for bytes that are
 * no __versions, -ENOMEM.
 */
int explain_crcs(const u8 *versions, size_t size, bool is64, bool swapped, const char *symvers,
		 size_t symvers_size, struct explain_crcs *ret, struct btf_report *r);

#endif
