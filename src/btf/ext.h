/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * .BTF.ext: for each ELF section with BPF programs, records that tie instructions to functions
 * (func_info), source lines (line_info) and CO-RE relocations. Its strings and type ids are those
 * of the .BTF beside it.
 */
#ifndef BTF_EXT_H
#define BTF_EXT_H

#include "base/report.h"
#include "base/types.h"

struct btf;
struct btf_ext;

/* Parses a copy. -EINVAL, -ENOTSUP (version, flags), -ENOMEM, with a finding. */
int ext_parse(const void *data, size_t size, struct btf_report *r, struct btf_ext **ret);
void ext_free(struct btf_ext *x);
/*
 * For whoever changes it together with a .BTF: the clone is changed, and at the end, when nothing
 * can fail any more, x becomes what the clone is and the clone goes. -ENOMEM.
 */
int ext_clone(const struct btf_ext *x, struct btf_ext **ret);
void ext_adopt(struct btf_ext *x, struct btf_ext *clone);
bool ext_ours(const struct btf_ext *x); /* made by ext_parse and not freed */

bool ext_swapped(const struct btf_ext *x); /* raw data is in the other byte order */
void ext_set_swapped(struct btf_ext *x, bool swapped);
/* the bytes in that order, owned by x */
int ext_raw(struct btf_ext *x, const void **ret, u32 *ret_len);

/* Calls fn for each type id, or string offset, until it returns non-zero; returns that. */
int ext_each_id(struct btf_ext *x, int (*fn)(void *ctx, u32 *id), void *ctx);
int ext_each_str(struct btf_ext *x, int (*fn)(void *ctx, u32 *off), void *ctx);

/* Every type id and string is one of b's; -EINVAL with a finding. */
int ext_fits(const struct btf_ext *x, const struct btf *b, struct btf_report *r);

#endif
