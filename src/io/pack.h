/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes -> a compressed file as the kernel's build makes them for modules. */
#ifndef IO_PACK_H
#define IO_PACK_H

#include "io/unpack.h"

/* can pack() write this kind? */
bool pack_writable(enum pack_kind kind);
/* appends to out, which is left empty after an error; the same bytes give the same bytes */
int pack(enum pack_kind kind, const u8 *data, u64 size, const char *path, struct buf *out,
	 struct btf_report *r);

#endif
