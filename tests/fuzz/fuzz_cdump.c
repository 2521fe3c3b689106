// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> object -> C: whole headers in both orders; every type by itself, as a declaration
 * and as a value. What must hold beyond not crashing: each call ends with 0 or one of its errors;
 * a dump that succeeded prints nothing when it is asked again; a failure can be repeated; the
 * text is in proportion to the types.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "print/c.h"

static void must_at(bool holds, int line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_cdump.c:%d does not hold\n", line);
	abort();
}
#define must(holds) must_at(holds, __LINE__)

static int count(void *ctx, const void *data, size_t size)
{
	(void)data;
	*(uint64_t *)ctx += size;
	return 0;
}

static bool known(int err)
{
	return !err || err == -ELOOP || err == -E2BIG;
}

static void headers(const struct btf *b, uint64_t limit)
{
	for (int sorted = 0; sorted < 2; sorted++) {
		struct btf_print_opts opts = {.sz = sizeof(opts), .sorted = sorted};
		uint64_t bytes = 0;
		int err = print_c(b, &opts, count, &bytes, NULL);

		must(known(err) || (err == -EINVAL && (b->has_unknown || b->base)));
		must(bytes < limit);
	}
}

static void one_by_one(struct cdump *d, uint64_t *bytes)
{
	for (u32 id = 0; id < d->cnt; id++) {
		int err = cdump_type(d, id), again;
		uint64_t before;

		must(known(err));
		cdump_flush(d);
		before = *bytes;
		again = cdump_type(d, id);
		cdump_flush(d);
		must(err ? again && known(again) : !again && *bytes == before);
	}
}

static void declarations(struct cdump *d)
{
	for (u32 id = 0; id < d->cnt; id++) {
		struct cdump_decl how = {.name = id % 2 ? "name" : "", .level = (int)(id % 20) - 2};

		must(known(cdump_declare(d, id, &how)));
		how.strip_mods = true;
		must(known(cdump_declare(d, id, &how)));
	}
}

static void values(struct cdump *d, const uint8_t *data, size_t size)
{
	for (u32 id = 0; id < d->cnt; id++) {
		struct cdump_values how = {.compact = id & 1,
					   .skip_names = id & 2,
					   .zeroes = id & 4,
					   .strings = id & 8};
		/* exactly as long as it is, for the sanitizers to see */
		size_t len = size < 64 ? size : 64 - id % 64;
		uint8_t *copy = malloc(len ? len : 1);
		int ret;

		must(copy);
		memcpy(copy, data + size - len, len);
		ret = cdump_value(d, id, copy, len, &how);
		must(ret >= 0 || known(ret) || ret == -EINVAL || ret == -ENOTSUP);
		free(copy);
	}
}

static void dump(const struct btf *b, const uint8_t *data, size_t size)
{
	uint64_t limit = (1 << 24) + (uint64_t)size * 10000, bytes = 0;
	struct cdump *d;
	int err;

	headers(b, limit);
	err = cdump_new(b, count, &bytes, &d);
	must(!err || err == -EINVAL);
	if (err)
		return;
	one_by_one(d, &bytes);
	cdump_flush(d);
	must(bytes < limit);
	declarations(d);
	values(d, data, size);
	must(!d->print.nr && !d->chain.nr && !d->order.nr && !d->emit.nr && !d->align.nr);
	for (u32 id = 0; id < d->cnt; id++)
		must(!(d->state[id] & (TYPE_ORDERING | TYPE_EMITTING | TYPE_PRINTING)));
	must(!cdump_free(d));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *base, *split;

	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &base))
		return 0;
	dump(base, data, size);
	if (!object_parse(data, size, base, OBJECT_COPY, NULL, &split)) {
		dump(split, data, size);
		object_free(split);
	}
	object_free(base);
	return 0;
}
