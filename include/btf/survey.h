/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What BTF says about itself, read without its base: for files of which one does not know yet
 * what they are. Nothing in the format marks a blob as split or names its base; what tells is
 * listed in enum btf_split_sign.
 */
#ifndef BTFKIT_SURVEY_H
#define BTFKIT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BTF_SURVEY_KINDS 128 /* a kind has seven bits */

/* how one knows that BTF is split; the first that holds */
enum btf_split_sign {
	BTF_SPLIT_NONE,		/* whole, as far as one can see */
	BTF_SPLIT_NO_STRINGS,	/* not even the empty string, which a base starts with */
	BTF_SPLIT_FIRST_STRING, /* its first string is not the empty one */
	BTF_SPLIT_IDS,		/* it refers to a type id beyond its own types */
	BTF_SPLIT_NAMES,	/* it names something by an offset beyond its own strings */
};

struct btf_survey {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	bool big_endian;
	enum btf_split_sign split;
	__u32 hdr_len;
	__u32 type_len, str_len, layout_len; /* bytes */
	__u32 types;
	/* by kind; bytes are those of the records */
	struct {
		__u32 types;
		__u32 bytes;
	} kind[BTF_SURVEY_KINDS];
};

/*
 * Walks the records; names and ids are looked at, but only to tell split from whole. 0 and *ret
 * (whose sz is set by the caller) filled; or a negative errno with errno set and a finding, where
 * header or records are broken. BTF_SPLIT_IDS and BTF_SPLIT_NAMES may also mean that a whole BTF
 * is broken: parsing it on the base that it should have settles that.
 */
int btf_survey__blob(const void *data, size_t size, struct btf_survey *ret, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
