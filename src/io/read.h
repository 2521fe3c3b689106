/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The bytes of a file, mapped or read, whichever is cheaper or works. */
#ifndef IO_READ_H
#define IO_READ_H

#include "base/report.h"

struct bytes {
	const u8 *data;
	u64 size;
	enum {
		BYTES_BORROWED,
		BYTES_HEAP,
		BYTES_MAPPED,
	} how;
	bool is_stream; /* came out of a pipe: there is no file to write back to */
};

/*
 * Regular files and pipes. max bounds what is read from something that does not know its size.
 * `ret` untouched on failure.
 */
int bytes_read(const char *path, u64 max, struct bytes *ret, struct btf_report *r);
void bytes_release(struct bytes *b);

#endif
