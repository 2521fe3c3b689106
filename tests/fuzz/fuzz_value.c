// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Types + bytes -> values. Input: a byte of options, two of a length, that many bytes of data, and
 * BTF; or BTF alone, which is its own data then. What must hold beyond not crashing: each type
 * ends with the bytes it takes or one of the errors, without a byte behind the data being read;
 * the text is in proportion to the data, whatever sizes the types claim; asked again, the answer
 * is the same.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "print/cdump.h"

static void must_at(bool holds, int line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_value.c:%d does not hold\n", line);
	abort();
}
#define must(holds) must_at(holds, __LINE__)

struct text {
	uint64_t bytes, sum;
};

static int add(void *ctx, const void *data, size_t size)
{
	const uint8_t *p = data;
	struct text *t = ctx;

	for (size_t i = 0; i < size; i++)
		t->sum = t->sum * 31 + p[i];
	t->bytes += size;
	return 0;
}

static bool expected(int ret)
{
	return ret >= 0 || ret == -EINVAL || ret == -E2BIG || ret == -ENOTSUP || ret == -ELOOP ||
	       ret == -ENODATA || ret == -ENOENT;
}

static void value(const struct btf *b, u32 id, const uint8_t *data, size_t size, u8 options)
{
	struct cdump_values how = {
		.compact = options & 1,
		.skip_names = options & 2,
		.zeroes = options & 4,
		.strings = options & 8,
		.level = options & 16 ? 3 : 0,
		.indent = options & 32 ? "  " : NULL,
	};
	struct text text[2] = {{0}};
	int ret[2];

	for (int i = 0; i < 2; i++) {
		struct cdump *d;

		if (cdump_new(b, add, &text[i], &d))
			return;
		ret[i] = cdump_value(d, id, data, size, &how);
		must(!d->print.nr && !d->chain.nr);
		must(!cdump_free(d));
	}
	must(expected(ret[0]) && ret[0] == ret[1]);
	must(text[0].bytes == text[1].bytes && text[0].sum == text[1].sum);
	/* a step is at most a name of sixteen bytes and an indentation */
	must(text[0].bytes <= (1 << 20) * 64ull + size * 64 * 64);
}

static void values(const struct btf *b, const uint8_t *data, size_t size, u8 options)
{
	/* a few of them: each may take a million steps */
	u32 cnt = object_type_cnt(b), step = cnt / 8 + 1;
	/* exactly as long as it is, for the sanitizers to see */
	uint8_t *copy = malloc(size ? size : 1);

	must(copy);
	if (size)
		memcpy(copy, data, size);
	for (u32 id = cnt - 1; id && id < cnt; id -= min_of(id, step))
		value(b, id, copy, size, options);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t magic[2] = {0x9f, 0xeb};
	const uint8_t *bytes = data;
	size_t len = size < 4096 ? size : 4096;
	u8 options = 4;
	struct btf *b;

	if (size < 3)
		return 0;
	if (memcmp(data, magic, 2)) {
		options = data[0];
		len = (size_t)data[1] | (size_t)data[2] << 8;
		bytes = data + 3;
		if (len > size - 3)
			return 0;
		size -= 3 + len;
		data = bytes + len;
	}
	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &b))
		return 0;
	values(b, bytes, len, options);
	object_free(b);
	return 0;
}
