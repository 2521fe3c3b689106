/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes -> what they say about themselves, without the base that parsing them needs. */
#ifndef BTF_LOOK_H
#define BTF_LOOK_H

#include <btf/survey.h>

#include "base/report.h"
#include "base/types.h"

/* Header and first string only: BTF_SPLIT_NO_STRINGS, BTF_SPLIT_FIRST_STRING or, for anything
 * else and for what is no BTF, BTF_SPLIT_NONE. */
enum btf_split_sign look_split_sign(const void *data, size_t size);
/* everything; *ret untouched on failure */
int look_blob(const void *data, size_t size, struct btf_survey *ret, struct btf_report *r);

#endif
