/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* struct btf_file, for file.c (reading) and change.c (writing). */
#ifndef IO_FILE_INSIDE_H
#define IO_FILE_INSIDE_H

#include "elf/open.h"
#include "io/file.h"
#include "io/image.h"
#include "io/read.h"
#include "io/unpack.h"

struct btf_file {
	struct btf_file_info info;
	struct bytes raw;    /* the file as it is */
	enum pack_kind kind; /* how all of it is compressed */
	struct buf unpacked; /* if it is */
	struct image image;  /* if it is one */
	const u8 *data;	     /* the carrier: the innermost of these three */
	u64 size;
	u64 max;
	bool has_elf;
	struct elf elf;
	u64 signature;	       /* bytes at the end of data, not part of elf */
	u64 btf_off, btf_size; /* in data, where there is no ELF */
	char release[RELEASE_MAX];
	char module[64];
	char path[];
};

#endif
