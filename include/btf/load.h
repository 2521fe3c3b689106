/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * From an open file to the BTF in it, with findings where it cannot be had: what btf__parse and
 * btf__parse_split do for a path, for any carrier and with the reasons.
 */
#ifndef BTFKIT_LOAD_H
#define BTFKIT_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include <btf/file.h>
#include <btf/report.h>
#include <btf/survey.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

/*
 * One section (".BTF", ".BTF.base") as an object, split on base where base is not NULL. The
 * object reads the bytes where the file has them: the file must stay open as long as it lives.
 * NULL + errno with a finding; ENODATA where there is no such section.
 */
struct btf *btf_load__section(struct btf_file *f, const char *section, struct btf *base,
			      struct btf_report *r);

/* The same section surveyed instead of parsed: no base is needed (see <btf/survey.h>). ret->sz is
 * set by the caller. 0, or a negative errno with errno set; ENODATA without a finding. */
int btf_load__survey(struct btf_file *f, const char *section, struct btf_survey *ret,
		     struct btf_report *r);

enum btf_load_how {
	BTF_LOAD_WHOLE,	    /* not split */
	BTF_LOAD_SPLIT,	    /* split on the base given */
	BTF_LOAD_DISTILLED, /* split on its own .BTF.base: no base was given */
	BTF_LOAD_RELOCATED, /* had a .BTF.base, now split on the base given */
};

struct btf_load_info {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	enum btf_load_how how;
};

/*
 * The .BTF of a file as one wants to look at it: split on `base` where it is split; with a
 * .BTF.base it is relocated onto base or, where base is NULL, shown on its distilled base (which
 * the object then owns). BTF that is whole is never read as split: base is not used then, and a
 * warning says so. Split BTF without a base is refused with the way out. `info` may be NULL.
 * The file must stay open as long as the object lives.
 */
struct btf *btf_load__file(struct btf_file *f, struct btf *base, struct btf_load_info *info,
			   struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
