// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A growing text: see text.h. */
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/report.h>

#define READ_MAX (64u << 20)

int text_write(void *ctx, const void *data, size_t size)
{
	struct text *t = ctx;

	if (!size)
		return 0;
	if (t->cap - t->len < size) {
		size_t cap = t->cap + (t->cap > size ? t->cap : size);
		char *p = realloc(t->data, cap);

		if (!p)
			return -ENOMEM;
		t->data = p;
		t->cap = cap;
	}
	memcpy(t->data + t->len, data, size);
	t->len += size;
	return 0;
}

static int fail(const char *path, enum btf_code code, int err, struct btf_report *r)
{
	btf_report__add(r, code, BTF_ERROR, path, strerror(err));
	return -err;
}

int text_read(const char *path, struct text *t, struct btf_report *r)
{
	FILE *f = fopen(path, "re");
	char piece[16384];
	size_t n;
	int err = 0;

	if (!f)
		return fail(path, BTF_CODE_FILE_OPEN, errno, r);
	while (!err && (n = fread(piece, 1, sizeof(piece), f)) > 0) {
		err = text_write(t, piece, n);
		if (!err && t->len > READ_MAX)
			err = -EFBIG;
	}
	if (!err && ferror(f))
		err = -EIO;
	fclose(f);
	return err ? fail(path, BTF_CODE_FILE_READ, -err, r) : 0;
}
