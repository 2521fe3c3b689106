// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf_dump__*: arguments checked, errno set, text handed to the caller's printf_fn. The text of a
 * call has been handed over when the call returns.
 */
#include <stdlib.h>

#include <btf/btf.h>

#include "api/api.h"
#include "base/mem.h"
#include "print/cdump.h"

#define DUMP_MAGIC 0x6b6674622e64756dULL

struct btf_dump {
	u64 magic; /* first word of ours; tells a foreign pointer apart */
	struct cdump *d;
	btf_dump_printf_fn_t printf_fn;
	void *ctx;
};

static bool dump_ours(const struct btf_dump *d)
{
	return !api_no_pointer(d) && d->magic == DUMP_MAGIC;
}

/* ---- handing over ---- */

/* callers format into buffers that were big enough for libbpf, which prints word by word */
#define PIECE 240

static void hand_over(const struct btf_dump *d, const char *fmt, ...) __printf_fmt(2, 3);

static void hand_over(const struct btf_dump *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	d->printf_fn(d->ctx, fmt, args);
	va_end(args);
}

/* up to the end of a line where there is one within reach */
static size_t piece_len(const char *at, size_t size)
{
	size_t len = PIECE;

	if (size <= PIECE)
		return size;
	while (len && at[len - 1] != '\n')
		len--;
	return len ? len : PIECE;
}

static int dump_write(void *ctx, const void *data, size_t size)
{
	const char *at = data;
	char piece[PIECE + 1];

	while (size) {
		size_t len = piece_len(at, size);

		memcpy(piece, at, len);
		piece[len] = 0;
		hand_over(ctx, "%s", piece);
		at += len;
		size -= len;
	}
	return 0;
}

static int dump_ret(struct btf_dump *d, int ret)
{
	cdump_flush(d->d);
	return api_ret(ret);
}

/* ---- calls ---- */

struct btf_dump *btf_dump__new(const struct btf *btf, btf_dump_printf_fn_t printf_fn, void *ctx,
			       const struct btf_dump_opts *opts)
{
	struct btf_dump *d;
	int err;

	if (!api_ours(btf) || !printf_fn || !API_OPTS_OK(opts, btf_dump_opts))
		return api_null(-EINVAL);
	d = zalloc_array(1, sizeof(*d));
	if (!d)
		return api_null(-ENOMEM);
	d->magic = DUMP_MAGIC;
	d->printf_fn = printf_fn;
	d->ctx = ctx;
	err = cdump_new(btf, dump_write, d, &d->d);
	if (err) {
		free(d);
		return api_null(err);
	}
	return d;
}

void btf_dump__free(struct btf_dump *d)
{
	if (!dump_ours(d))
		return;
	cdump_free(d->d);
	d->magic = 0;
	free(d);
}

int btf_dump__dump_type(struct btf_dump *d, __u32 id)
{
	if (!dump_ours(d))
		return api_ret(-EINVAL);
	return dump_ret(d, cdump_type(d->d, id));
}

int btf_dump__emit_type_decl(struct btf_dump *d, __u32 id,
			     const struct btf_dump_emit_type_decl_opts *opts)
{
	struct cdump_decl how = {
		.name = API_OPT(opts, field_name, NULL),
		.level = API_OPT(opts, indent_level, 0),
		.strip_mods = API_OPT(opts, strip_mods, false),
	};

	if (!dump_ours(d) || !API_OPTS_OK(opts, btf_dump_emit_type_decl_opts))
		return api_ret(-EINVAL);
	if (!how.name)
		how.name = "";
	return dump_ret(d, cdump_declare(d->d, id, &how));
}

int btf_dump__dump_type_data(struct btf_dump *d, __u32 id, const void *data, size_t data_sz,
			     const struct btf_dump_type_data_opts *opts)
{
	struct cdump_values how = {
		.indent = API_OPT(opts, indent_str, NULL),
		.level = API_OPT(opts, indent_level, 0),
		.compact = API_OPT(opts, compact, false),
		.skip_names = API_OPT(opts, skip_names, false),
		.zeroes = API_OPT(opts, emit_zeroes, false),
		.strings = API_OPT(opts, emit_strings, false),
	};

	if (!dump_ours(d) || !API_OPTS_OK(opts, btf_dump_type_data_opts) || (!data && data_sz))
		return api_ret(-EINVAL);
	return dump_ret(d, cdump_value(d->d, id, data, data_sz, &how));
}
