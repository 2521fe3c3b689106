// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The configuration of a kernel, wherever it stands: as text (/boot/config-*), compressed
 * (/proc/config.gz), or in a kernel itself, between IKCFG_ST and IKCFG_ED in its read-only data.
 *
 * In: a path. Out: text, ended by a zero byte. Cost: of an image, that of unpacking it.
 */
#include <btf/explain.h>

#include <stdlib.h>

#include "api/api.h"
#include "io/file.h"
#include "io/read.h"
#include "io/unpack.h"

#define MAX_CONFIG (16u << 20)

static char *text_of(const u8 *data, u64 size, size_t *ret_size, struct btf_report *r)
{
	char *text = malloc(size + 1);

	if (!text)
		return api_null(report_nomem(r));
	memcpy(text, data, size);
	text[size] = 0;
	if (ret_size)
		*ret_size = size;
	return text;
}

static bool is_config(const u8 *data, u64 size)
{
	return size && !memchr(data, 0, size) && memmem(data, size, "CONFIG_", 7);
}

/* -ENODATA: what it holds is no text */
static int unpack_config(const char *path, const u8 *data, u64 size, struct buf *out,
			 struct btf_report *r)
{
	enum pack_kind kind = pack_recognise(data, size);
	const struct unpack u = {
		.path = path, .in = data, .in_size = size, .max = MAX_CONFIG, .first_only = true};
	int err = kind == PACK_NONE ? -ENODATA : unpack(kind, &u, out, r);

	if (!err && !is_config(out->data, out->len)) {
		buf_deinit(out);
		err = -ENODATA;
	}
	return err;
}

static int carried(struct btf_file *f, const char *path, struct buf *out, struct btf_report *r)
{
	static const u8 start[] = "IKCFG_ST";
	const u8 *data, *at;
	size_t size;
	int err = file_section(f, ".rodata", (const void **)&data, &size, r);

	if (err)
		return err;
	at = memmem(data, size, start, sizeof(start) - 1);
	if (!at)
		return -ENODATA;
	at += sizeof(start) - 1;
	return unpack_config(path, at, (u64)(data + size - at), out, r);
}

static int find_config(const char *path, struct bytes *raw, struct buf *out, struct btf_report *r)
{
	struct btf_file *f;
	int err;

	/* what is no configuration may be a kernel, so what it is not is no finding */
	err = unpack_config(path, raw->data, raw->size, out, NULL);
	if (!err || err == -ENOMEM)
		return err;
	err = file_open_memory(raw->data, raw->size, path, NULL, NULL, &f);
	if (err)
		return err == -ENOMEM ? err : -ENODATA;
	err = carried(f, path, out, r);
	file_close(f);
	return err;
}

char *btf_explain__config(const char *path, size_t *ret_size, struct btf_report *r)
{
	struct bytes raw;
	struct buf out = {0};
	char *text = NULL;
	int err;

	if (!path)
		return api_null(-EINVAL);
	err = bytes_read(path, (u64)4 << 30, &raw, r);
	if (err)
		return api_null(err);
	if (is_config(raw.data, raw.size)) {
		text = text_of(raw.data, raw.size, ret_size, r);
		err = text ? 0 : -ENOMEM;
	} else {
		err = find_config(path, &raw, &out, r);
		if (!err) {
			text = text_of(out.data, out.len, ret_size, r);
			err = text ? 0 : -ENOMEM;
		}
	}
	buf_deinit(&out);
	bytes_release(&raw);
	return err ? api_null(err) : text;
}
