// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * An open file with changed sections -> a new file.
 *
 * In: an open file and the sections to set or remove. Out: the new file under the old or another
 * name. Always: where nothing would change in place, nothing is touched.
 *
 * The new content is a list of pieces of the old bytes and of patches [edit_pieces]; only a file
 * that has to be compressed again is put together in memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/edit.h"
#include "io/file_inside.h"
#include "io/pack.h"
#include "io/save.h"

static int carrier_error(const struct btf_file *f, const char *what, struct btf_report *r)
{
	struct place p = {.file = f->path};

	return report_error(r, BTF_CODE_SAVE_CARRIER, &p, BTF_NO_VALUE, BTF_NO_VALUE, "%s", what);
}

/* the old bytes from `from` to `to`, with zeros where the old file ends before that */
static size_t old_pieces(const struct elf *e, u64 from, u64 to, struct piece *out)
{
	u64 kept = min_of(to, e->size);
	size_t n = 0;

	if (from < kept)
		out[n++] = (struct piece){e->data + from, kept - from};
	if (to > max_of(from, e->size))
		out[n++] = (struct piece){NULL, to - max_of(from, e->size)};
	return n;
}

static struct piece *edit_pieces(const struct elf_edit *edit, const struct elf *e, size_t *ret_cnt)
{
	struct piece *piece = zalloc_array(edit->cnt * 3 + 2, sizeof(*piece));
	size_t i, n = 0;
	u64 pos = 0;

	if (!piece)
		return NULL;
	for (i = 0; i < edit->cnt; i++) {
		n += old_pieces(e, pos, edit->patch[i].off, piece + n);
		piece[n++] = (struct piece){edit->patch[i].data, edit->patch[i].size};
		pos = edit->patch[i].off + edit->patch[i].size;
	}
	n += old_pieces(e, pos, edit->size, piece + n);
	*ret_cnt = n;
	return piece;
}

static int save_packed(struct btf_file *f, const char *path, const u8 *data, u64 size,
		       const struct btf_save_opts *opts, struct btf_report *r)
{
	struct buf packed = {0};
	struct piece piece;
	int err;

	err = pack(f->kind, data, size, f->path, &packed, r);
	if (err)
		return err;
	piece = (struct piece){packed.data, packed.len};
	err = save_pieces(path, &piece, 1, opts, r);
	buf_deinit(&packed);
	return err;
}

static int save_edit(struct btf_file *f, const char *path, const struct elf_edit *edit,
		     const struct btf_save_opts *opts, struct btf_report *r)
{
	struct piece *piece;
	size_t cnt;
	u8 *whole;
	int err;

	if (f->kind != PACK_NONE) {
		whole = malloc(edit->size);
		if (!whole)
			return report_nomem(r);
		elf_edit_copy(edit, &f->elf, whole);
		err = save_packed(f, path, whole, edit->size, opts, r);
		free(whole);
		return err;
	}
	piece = edit_pieces(edit, &f->elf, &cnt);
	if (!piece)
		return report_nomem(r);
	err = save_pieces(path, piece, cnt, opts, r);
	free(piece);
	return err;
}

/* nothing changes: nothing to do in place, a copy elsewhere */
static int save_same(struct btf_file *f, const char *path, const struct btf_save_opts *opts,
		     struct btf_report *r)
{
	struct piece piece = {f->raw.data, f->raw.size};

	return path ? save_pieces(path, &piece, 1, opts, r) : 0;
}

static int save_elf(struct btf_file *f, const char *path, const struct btf_file_change *changes,
		    size_t cnt, const struct btf_save_opts *opts, struct btf_report *r)
{
	struct elf_edit edit;
	int err;

	err = elf_edit_init(&edit, &f->elf, changes, cnt, r);
	if (err)
		return err;
	if (!edit.changed)
		err = save_same(f, path, opts, r);
	else if (f->signature && !(opts && opts->strip_signature))
		err = report_error(r, BTF_CODE_MODULE_SIGNED, &(struct place){.file = f->path},
				   BTF_NO_VALUE, (s64)f->signature,
				   "the module is signed: its signature would not fit the changed "
				   "file");
	else
		err = save_edit(f, path ? path : f->path, &edit, opts, r);
	elf_edit_deinit(&edit);
	return err;
}

/* the whole file is the section */
static int save_raw(struct btf_file *f, const char *path, const struct btf_file_change *changes,
		    size_t cnt, const struct btf_save_opts *opts, struct btf_report *r)
{
	const struct btf_file_change *set = NULL;
	struct piece piece;
	size_t i;

	for (i = 0; i < cnt; i++) {
		/* what is not there need not be removed */
		if (strcmp(changes[i].name, ".BTF") && !changes[i].data)
			continue;
		if (strcmp(changes[i].name, ".BTF") || !changes[i].data)
			return carrier_error(f, "a file of raw BTF holds .BTF and nothing else", r);
		if (set)
			return carrier_error(f, "the section is to be changed twice", r);
		set = &changes[i];
	}
	if (!set || (set->size == f->size && !memcmp(set->data, f->data, f->size)))
		return save_same(f, path, opts, r);
	if (f->kind != PACK_NONE)
		return save_packed(f, path ? path : f->path, set->data, set->size, opts, r);
	piece = (struct piece){set->data, set->size};
	return save_pieces(path ? path : f->path, &piece, 1, opts, r);
}

int file_save(struct btf_file *f, const char *path, const struct btf_file_change *changes,
	      size_t cnt, const struct btf_save_opts *opts, struct btf_report *r)
{
	if (!path && f->raw.is_stream)
		return carrier_error(f, "came from a pipe or from memory: give a path to write to",
				     r);
	if (f->info.carrier == BTF_CARRIER_IMAGE)
		return carrier_error(f,
				     "a kernel image cannot be changed: its vmlinux is packed "
				     "into it when it is built",
				     r);
	if (f->info.carrier == BTF_CARRIER_RAW)
		return save_raw(f, path, changes, cnt, opts, r);
	return save_elf(f, path, changes, cnt, opts, r);
}

int file_write(const char *path, const void *data, size_t size, const struct btf_save_opts *opts,
	       struct btf_report *r)
{
	struct piece piece = {data, size};

	return save_pieces(path, &piece, 1, opts, r);
}
