/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Compressed bytes -> bytes, in the forms that kernels and modules come in; bounded. */
#ifndef IO_UNPACK_H
#define IO_UNPACK_H

#include "base/report.h"

enum pack_kind {
	PACK_NONE,
	PACK_GZIP,
	PACK_XZ,
	PACK_LZMA, /* .lzma, as old kernels have it */
	PACK_ZSTD,
	PACK_LZ4,	 /* the frame format */
	PACK_LZ4_LEGACY, /* what the kernel's build makes */
	PACK_BZIP2,	 /* recognised only */
	PACK_LZO,
};

enum pack_kind pack_recognise(const u8 *data, u64 size);
const char *pack_name(enum pack_kind kind);

struct unpack {
	const char *path; /* for findings */
	const u8 *in;
	u64 in_size;
	u64 max; /* more output than this is an error */
	/* the first member only, and never mind what follows it: images append a size word */
	bool first_only;
	/* success once `max` bytes are there, whatever would come after */
	bool head_only;
};

/*
 * Appends to out, which is left empty after an error. Members that follow each other are joined as
 * zcat and xz -d do; other bytes after the last are an error.
 */
int unpack(enum pack_kind kind, const struct unpack *u, struct buf *out, struct btf_report *r);

#endif
