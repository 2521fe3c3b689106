/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* .BTF_ids of an open file, for those who join files and passes. */
#ifndef API_IDS_H
#define API_IDS_H

#include <btf/file.h>

#include "pass/ids.h"

/*
 * Section and symbols; -ENODATA without a finding where the file has no section, or an empty one.
 * Borrows the file's bytes. A section without any symbol of its own is read as words that nothing
 * is known of: x->name_cnt and x->set_cnt are 0.
 */
int ids_of_file(struct btf_file *f, struct btf_report *r, struct ids *ret);

#endif
