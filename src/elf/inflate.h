/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Inflating a section whose inflated size is known from its header. */
#ifndef ELF_INFLATE_H
#define ELF_INFLATE_H

#include "base/types.h"

#define INFLATE_ELFCOMPRESS_ZSTD 2 /* ELFCOMPRESS_ZSTD, which older <elf.h> lack */

enum inflate_kind {
	INFLATE_NONE,
	INFLATE_ZLIB,
	INFLATE_ZSTD,
};

struct inflate {
	enum inflate_kind kind;
	const u8 *in;
	u64 in_size;
	u64 out_size; /* as stated; not trusted */
};

/* no input of in_size bytes can inflate to more than this */
u64 inflate_bound(const struct inflate *how);
/* out has room for out_size bytes; -EINVAL unless exactly that many come out, or -ENOMEM */
int inflate_exact(const struct inflate *how, u8 *out);

#endif
