/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What modules share with the encoder. */
#ifndef API_MODULE_H
#define API_MODULE_H

#include <btf/module.h>

#include "btf/object.h"

/*
 * A result from an object that was made for the file: in the object's byte order, with a distilled
 * base where make_base asks for one. in_file: warns where the file's .BTF_ids do not fit it. 0, or
 * -errno with a finding.
 */
int module_encoded(struct btf_file *f, const struct btf *b, bool make_base, bool in_file,
		   struct btf_report *r, struct btf_module **ret);

/* the object's bytes behind those of `out`, in its byte order; 0, or -errno with a finding */
int module_write(const struct btf *b, struct buf *out, struct btf_report *r);

#endif
