// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/btf.h>: BTF from files. The file is opened once; its first two bytes tell raw BTF from
 * what src/io has to unpack. A raw file that is mapped becomes the object's own memory; sections
 * of other files are copied, so the file may change afterwards.
 */
#include <btf/btf.h>
#include <btf/file.h>

#include <sys/mman.h>

#include "api/api.h"
#include "btf/ext.h"
#include "io/read.h"
#include "pass/relocate.h"

#define ERR_FORMAT 4001 /* libbpf's LIBBPF_ERRNO__FORMAT */

/* ---- raw ---- */

static bool is_raw(const struct bytes *f)
{
	u16 magic;

	memcpy(&magic, f->data, sizeof(magic));
	return magic == WIRE_MAGIC || magic == WIRE_MAGIC_SWAPPED;
}

/* the bytes become the object's, or are freed */
static int from_raw(struct bytes *f, struct btf *base, struct btf **ret)
{
	struct btf *b;
	int err;

	if (f->how == BYTES_HEAP) {
		err = object_parse(f->data, f->size, base, OBJECT_ADOPT, NULL, &b);
	} else {
		err = object_parse(f->data, f->size, base, 0, NULL, &b);
		if (!err && b->blob == f->data) {
			b->map = (void *)(uintptr_t)f->data;
			b->map_len = f->size;
		} else {
			bytes_release(f);
		}
	}
	if (!err)
		*ret = b;
	return err;
}

/* ---- sections of a file ---- */

static int section(struct btf_file *f, const char *name, const void **ret, size_t *ret_size)
{
	*ret = btf_file__section(f, name, ret_size, NULL);
	if (*ret)
		return 0;
	return errno == ENODATA || errno == ENOMEM ? -errno : -ERR_FORMAT;
}

/* .BTF on the base that travels with it, and from there onto the base given */
static int on_distilled(const void *data, size_t size, const void *base_data, size_t base_size,
			struct btf *base, struct btf **ret)
{
	struct btf *distilled, *b;
	int err;

	err = object_parse(base_data, base_size, NULL, OBJECT_COPY, NULL, &distilled);
	if (err)
		return err;
	err = object_parse(data, size, distilled, OBJECT_COPY, NULL, &b);
	if (err) {
		object_free(distilled);
		return err;
	}
	b->owns_base = true;
	if (base)
		err = relocate(b, base, NULL, NULL);
	if (err) {
		object_free(b);
		return err;
	}
	*ret = b;
	return 0;
}

static int ext_from_file(struct btf_file *f, struct btf_ext **ret)
{
	const void *data;
	size_t size;
	int err = section(f, BTF_EXT_ELF_SEC, &data, &size);

	if (!err)
		return ext_parse(data, size, NULL, ret);
	*ret = NULL;
	return err == -ENODATA ? 0 : err;
}

static int from_sections(struct btf_file *f, struct btf *base, struct btf **ret,
			 struct btf_ext **ret_ext)
{
	const void *data, *base_data;
	size_t size, base_size;
	struct btf *b;
	int err;

	err = section(f, BTF_ELF_SEC, &data, &size);
	if (err)
		return err;
	err = section(f, BTF_BASE_ELF_SEC, &base_data, &base_size);
	if (!err)
		err = on_distilled(data, size, base_data, base_size, base, &b);
	else if (err == -ENODATA)
		err = object_parse(data, size, base, OBJECT_COPY, NULL, &b);
	if (err)
		return err;
	if (btf_file__info(f)->elf_class)
		b->ptr_sz = btf_file__info(f)->elf_class / 8;
	if (ret_ext) {
		err = ext_from_file(f, ret_ext);
		if (err) {
			object_free(b);
			return err;
		}
	}
	*ret = b;
	return 0;
}

static int from_file(const struct bytes *raw, const char *path, struct btf *base, struct btf **ret,
		     struct btf_ext **ret_ext)
{
	struct btf_file *f = btf_file__open_memory(raw->data, raw->size, path, NULL, NULL);
	int err;

	if (!f)
		return errno == ENOMEM ? -ENOMEM : -ERR_FORMAT;
	err = from_sections(f, base, ret, ret_ext);
	btf_file__close(f);
	return err;
}

/* ---- the calls ---- */

enum { TAKE_RAW = 1, TAKE_ELF = 2 };

static int parse_opened(struct bytes *f, const char *path, struct btf *base, int take,
			struct btf **ret, struct btf_ext **ret_ext)
{
	int err;

	if (f->size < 2)
		err = take & TAKE_RAW ? -EIO : -ERR_FORMAT;
	else if (!is_raw(f))
		err = take & TAKE_ELF ? from_file(f, path, base, ret, ret_ext) : -EPROTO;
	else if (take & TAKE_RAW)
		return from_raw(f, base, ret);
	else
		err = -ERR_FORMAT;
	bytes_release(f);
	return err;
}

static struct btf *parse(const char *path, struct btf *base, int take, struct btf_ext **ret_ext)
{
	struct btf_ext *ext = NULL;
	struct btf *b = NULL;
	struct bytes f;
	int err;

	if (ret_ext)
		*ret_ext = NULL;
	if (!path || !api_base_ok(base))
		return api_null(-EINVAL);
	err = bytes_read(path, UINT32_MAX, &f, NULL);
	if (!err)
		err = parse_opened(&f, path, base, take, &b, ret_ext ? &ext : NULL);
	else if (err == -EISDIR || err == -EINVAL)
		/* a directory, a device, nothing in it: libbpf finds out by reading */
		err = take & TAKE_RAW ? -EIO : -ERR_FORMAT;
	if (err)
		return api_null(err);
	if (ret_ext)
		*ret_ext = ext;
	return b;
}

struct btf *btf__parse(const char *path, struct btf_ext **btf_ext)
{
	return parse(path, NULL, TAKE_RAW | TAKE_ELF, btf_ext);
}

struct btf *btf__parse_split(const char *path, struct btf *base_btf)
{
	return parse(path, base_btf, TAKE_RAW | TAKE_ELF, NULL);
}

struct btf *btf__parse_elf(const char *path, struct btf_ext **btf_ext)
{
	return parse(path, NULL, TAKE_ELF, btf_ext);
}

struct btf *btf__parse_elf_split(const char *path, struct btf *base_btf)
{
	return parse(path, base_btf, TAKE_ELF, NULL);
}

struct btf *btf__parse_raw(const char *path)
{
	return parse(path, NULL, TAKE_RAW, NULL);
}

struct btf *btf__parse_raw_split(const char *path, struct btf *base_btf)
{
	return parse(path, base_btf, TAKE_RAW, NULL);
}
