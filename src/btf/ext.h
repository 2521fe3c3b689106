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

struct btf_ext;

/* Parses a copy. -EINVAL, -ENOTSUP (version, flags), -ENOMEM, with a finding. */
int ext_parse(const void *data, size_t size, struct btf_report *r, struct btf_ext **ret);
void ext_free(struct btf_ext *x);
bool ext_ours(const struct btf_ext *x); /* made by ext_parse and not freed */

bool ext_swapped(const struct btf_ext *x); /* raw data is in the other byte order */
void ext_set_swapped(struct btf_ext *x, bool swapped);
/* the bytes in that order, owned by x */
int ext_raw(struct btf_ext *x, const void **ret, u32 *ret_len);

/* Calls fn for each type id, or string offset, until it returns non-zero; returns that. */
int ext_each_id(struct btf_ext *x, int (*fn)(void *ctx, u32 *id), void *ctx);
int ext_each_str(struct btf_ext *x, int (*fn)(void *ctx, u32 *off), void *ctx);

#endif
