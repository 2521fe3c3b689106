// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One section of an ELF file, written over where it lies.
 *
 * In: an open file, a section and as many bytes as it has. Out: the same file, with its other names
 * and whoever has it open. Always: nothing but the section's own bytes is written, and nothing at
 * all unless the file still holds there what was read.
 *
 * Unlike a save [change.c] this is not whole or nothing where the machine dies in the middle: it is
 * for a build, which makes its files again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file_inside.h"

static int patch_error(const struct btf_file *f, enum btf_code code, const char *section,
		       const char *what, struct btf_report *r)
{
	return report_error(r, code, &(struct place){.file = f->path, .section = section},
			    BTF_NO_VALUE, BTF_NO_VALUE, "%s", what);
}

static int patch_errno(const struct btf_file *f, int err, const char *what, struct btf_report *r)
{
	return report_errno(r, BTF_CODE_SAVE_WRITE, err, &(struct place){.file = f->path}, "%s: %s",
			    what, strerror(err));
}

static bool apart(const struct elf_section *s, u64 off, u64 size)
{
	return !size || s->offset + s->size <= off || off + size <= s->offset;
}

/* from here on the section's bytes are in the file, and nobody else's */
static int check_section(const struct btf_file *f, const struct elf_section *s,
			 struct btf_report *r)
{
	const struct elf *e = &f->elf;
	struct elf_section other;
	const u8 *bytes;
	bool alone;
	int err;

	err = elf_file_bytes(e, s, &bytes, r);
	if (err)
		return err;
	/* sizes were checked when the file was opened */
	alone = apart(s, 0, elf_header_size(e)) &&
		apart(s, e->shoff, (u64)e->shnum * elf_section_header_size(e)) &&
		apart(s, e->phoff,
		      (u64)e->phnum * (e->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)));
	for (u32 i = 1; !err && alone && i < e->shnum; i++) {
		err = elf_section_at(e, i, &other, r);
		if (!err && i != s->index && other.type != SHT_NOBITS && other.type != SHT_NULL)
			alone = other.offset > e->size || other.size > e->size ||
				apart(s, other.offset, other.size);
	}
	if (!err && !alone)
		err = patch_error(f, BTF_CODE_ELF_SECTION, s->name,
				  "the section lies over something else in the file", r);
	return err;
}

/* the file was opened some time ago */
static int check_same(const struct btf_file *f, int fd, u64 off, const u8 *was, u64 size,
		      struct btf_report *r)
{
	size_t head = elf_header_size(&f->elf);
	u8 header[sizeof(Elf64_Ehdr)];
	struct stat st;
	bool same;
	u8 *now;

	now = malloc(size);
	if (!now)
		return report_nomem(r);
	same = !fstat(fd, &st) && (u64)st.st_size == f->raw.size &&
	       pread(fd, header, head, 0) == (ssize_t)head && !memcmp(header, f->data, head) &&
	       pread(fd, now, size, (off_t)off) == (ssize_t)size && !memcmp(now, was, size);
	free(now);
	return same ? 0
		    : patch_error(f, BTF_CODE_SAVE_CHANGED, NULL,
				  "the file was changed while it was worked on", r);
}

static int write_at(const struct btf_file *f, const struct elf_section *s, const u8 *data,
		    const struct btf_save_opts *opts, struct btf_report *r)
{
	int fd = open(f->path, O_RDWR | O_CLOEXEC | O_NOCTTY), err;
	u64 done = 0;
	ssize_t n;

	if (fd < 0)
		return patch_errno(f, errno, "cannot open for writing", r);
	err = check_same(f, fd, s->offset, f->data + s->offset, s->size, r);
	while (!err && done < s->size) {
		n = pwrite(fd, data + done, s->size - done, (off_t)(s->offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			err = patch_errno(f, n ? errno : EIO, "cannot write", r);
		else
			done += (u64)n;
	}
	if (!err && !opts->no_fsync && fsync(fd))
		err = patch_errno(f, errno, "cannot write", r);
	if (close(fd) && !err)
		err = patch_errno(f, errno, "cannot write", r);
	return err;
}

int file_patch(struct btf_file *f, const char *section, const void *data, size_t size,
	       const struct btf_save_opts *opts, struct btf_report *r)
{
	struct elf_section s;
	int err;

	if (f->info.carrier != BTF_CARRIER_ELF || f->kind != PACK_NONE || f->raw.is_stream)
		return patch_error(f, BTF_CODE_SAVE_CARRIER, NULL,
				   "only an ELF file that is not compressed can be patched", r);
	if (elf_find(&f->elf, section, &s))
		return patch_error(f, BTF_CODE_SAVE_SECTION, section,
				   "is not there: only what a file has can be patched", r);
	if (s.flags & SHF_COMPRESSED || s.type == SHT_NOBITS)
		return patch_error(f, BTF_CODE_SAVE_SECTION, section,
				   "is compressed or has no bytes: it cannot be patched", r);
	if (s.size != size)
		return report_error(r, BTF_CODE_SAVE_SIZE,
				    &(struct place){.file = f->path, .section = section},
				    (s64)s.size, (s64)size, "has %llu bytes, the new content %zu",
				    (unsigned long long)s.size, size);
	if (!size)
		return 0;
	err = check_section(f, &s, r);
	if (err || !memcmp(f->data + s.offset, data, size))
		return err;
	if (f->signature)
		return patch_error(f, BTF_CODE_MODULE_SIGNED, NULL,
				   "the module is signed: its signature would not fit the changed "
				   "file",
				   r);
	return write_at(f, &s, data, opts, r);
}
