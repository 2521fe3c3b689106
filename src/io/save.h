/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes -> a file, whole or not at all. */
#ifndef IO_SAVE_H
#define IO_SAVE_H

#include <btf/file.h>

#include "base/report.h"

/* the new content is these, one after the other; data NULL: zeros */
struct piece {
	const u8 *data;
	u64 size;
};

/* opts may be NULL; opts->sz is not looked at */
int save_pieces(const char *path, const struct piece *piece, size_t cnt,
		const struct btf_save_opts *opts, struct btf_report *r);

#endif
