/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Text that is kept whole before it goes anywhere, or was read whole. */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

#include <stddef.h>

struct btf_report;

struct text {
	char *data; /* malloc'ed; free() it */
	size_t len, cap;
};

/* appends; the write function of the library's printers, with a struct text as ctx. -ENOMEM */
int text_write(void *ctx, const void *data, size_t size);
/* the bytes of a file of at most 64 MiB appended to t; a negative errno with a finding */
int text_read(const char *path, struct text *t, struct btf_report *r);

#endif
