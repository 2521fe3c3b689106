// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The exported names of <btf/file.h>: argument checks, option sizes, errno. See src/io/file.h.
 *
 * An options struct that is larger than ours comes from a newer caller: fine as long as what we do
 * not know is zero.
 */
#include <btf/file.h>

#include <errno.h>
#include <string.h>

#include "base/types.h"
#include "io/file.h"

/* opts (may be NULL) into a struct of `size` zeroed bytes; both begin with their size */
static bool take_opts(void *to, size_t size, const void *opts)
{
	size_t given, i;

	if (!opts)
		return true;
	memcpy(&given, opts, sizeof(given));
	if (given < sizeof(given))
		return false;
	for (i = size; i < given; i++)
		if (((const u8 *)opts)[i])
			return false;
	memcpy(to, opts, min_of(given, size));
	return true;
}

static void *fail(int err)
{
	errno = err;
	return NULL;
}

struct btf_file *btf_file__open(const char *path, const struct btf_file_opts *opts,
				struct btf_report *r)
{
	struct btf_file_opts known = {0};
	struct btf_file *f;
	int err;

	if (!path || !take_opts(&known, sizeof(known), opts))
		return fail(EINVAL);
	err = file_open(path, &known, r, &f);
	return err ? fail(-err) : f;
}

struct btf_file *btf_file__open_memory(const void *data, size_t size, const char *name,
				       const struct btf_file_opts *opts, struct btf_report *r)
{
	struct btf_file_opts known = {0};
	struct btf_file *f;
	int err;

	if ((!data && size) || !take_opts(&known, sizeof(known), opts))
		return fail(EINVAL);
	err = file_open_memory(data, size, name ? name : "(memory)", &known, r, &f);
	return err ? fail(-err) : f;
}

void btf_file__close(struct btf_file *f)
{
	int saved = errno;

	file_close(f);
	errno = saved;
}

bool btf_file__loaded(const struct btf_file *f, const char *section)
{
	return f && section && file_section_loaded(f, section);
}

const char *btf_file__path(const struct btf_file *f)
{
	return f ? file_path(f) : fail(EINVAL);
}

const struct btf_file_info *btf_file__info(const struct btf_file *f)
{
	return f ? file_info(f) : fail(EINVAL);
}

const void *btf_file__section(struct btf_file *f, const char *name, size_t *ret_size,
			      struct btf_report *r)
{
	const void *data;
	size_t size;
	int err;

	if (!f || !name)
		return fail(EINVAL);
	err = file_section(f, name, &data, &size, r);
	if (err)
		return fail(-err);
	if (ret_size)
		*ret_size = size;
	return data;
}

static int result(int err)
{
	if (err < 0)
		errno = -err;
	return err;
}

int btf_file__symbols(struct btf_file *f, const char *section,
		      int (*fn)(void *ctx, const struct btf_file_symbol *sym), void *ctx,
		      struct btf_report *r)
{
	if (!f || !fn)
		return result(-EINVAL);
	return result(file_symbols(f, section, fn, ctx, r));
}

int btf_file__save(struct btf_file *f, const char *path, const struct btf_file_change *changes,
		   size_t cnt, const struct btf_save_opts *opts, struct btf_report *r)
{
	struct btf_save_opts known = {0};
	size_t i;

	if (!f || (cnt && !changes) || !take_opts(&known, sizeof(known), opts))
		return result(-EINVAL);
	for (i = 0; i < cnt; i++)
		if (!changes[i].name || !*changes[i].name)
			return result(-EINVAL);
	return result(file_save(f, path, changes, cnt, &known, r));
}

int btf_file__patch(struct btf_file *f, const char *section, const void *data, size_t size,
		    const struct btf_save_opts *opts, struct btf_report *r)
{
	struct btf_save_opts known = {0};

	if (!f || !section || (!data && size) || !take_opts(&known, sizeof(known), opts))
		return result(-EINVAL);
	return result(file_patch(f, section, data, size, &known, r));
}

int btf_file__write(const char *path, const void *data, size_t size,
		    const struct btf_save_opts *opts, struct btf_report *r)
{
	struct btf_save_opts known = {0};

	if (!path || (!data && size) || !take_opts(&known, sizeof(known), opts))
		return result(-EINVAL);
	return result(file_write(path, data, size, &known, r));
}
