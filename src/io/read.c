// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Path -> bytes.
 *
 * In: a path of any kind of file. Out: all its bytes, at least one. Always: no wait on a FIFO
 * that nobody writes to, no device is read, and no more than max bytes come from a file that does
 * not state its size.
 *
 * Small files are read: below 16 KiB that costs less than a mapping, and above it a mapping leaves
 * the bytes to the page cache instead of private memory. What cannot be mapped is read too: files
 * in /sys and /proc, some network and FUSE file systems. Files in /sys/kernel/btf state their
 * right size, but may return a page at a time.
 */
#include "io/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BELOW ((u64)16 << 10)

static int read_error(const char *path, int err, const char *what, struct btf_report *r)
{
	return report_errno(r, BTF_CODE_FILE_READ, err, &(struct place){.file = path}, "%s: %s",
			    what, strerror(err));
}

/* kinds of file that hold no bytes to read, or never stop to give some */
static int check_kind(const char *path, const struct stat *st, struct btf_report *r)
{
	const char *what = NULL;

	if (S_ISDIR(st->st_mode))
		what = "is a directory";
	else if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		what = "is a device";
	else if (!S_ISREG(st->st_mode) && !S_ISFIFO(st->st_mode))
		what = "is neither a file nor a pipe";
	if (!what)
		return 0;
	return report_errno(r, BTF_CODE_FILE_KIND, S_ISDIR(st->st_mode) ? EISDIR : EINVAL,
			    &(struct place){.file = path}, "%s", what);
}

/* up to size bytes; stops early only at the end of the file */
static int read_upto(int fd, u8 *data, u64 size, u64 *ret_got)
{
	u64 got = 0;
	ssize_t n;

	while (got < size) {
		n = read(fd, data + got, min_of(size - got, (u64)1 << 30));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		got += (u64)n;
	}
	*ret_got = got;
	return 0;
}

static int read_known(int fd, const char *path, u64 size, struct bytes *ret, struct btf_report *r)
{
	u8 *data = malloc(size);
	u64 got = 0;
	int err;

	if (!data)
		return report_nomem(r);
	err = read_upto(fd, data, size, &got);
	if (!err && got == size) {
		*ret = (struct bytes){.data = data, .size = size, .how = BYTES_HEAP};
		return 0;
	}
	free(data);
	if (err)
		return read_error(path, -err, "cannot read", r);
	return report_error(r, BTF_CODE_FILE_READ, &(struct place){.file = path}, (s64)size,
			    (s64)got,
			    "only %llu of %llu bytes could be read: the file was cut meanwhile",
			    (unsigned long long)got, (unsigned long long)size);
}

static int read_unknown(int fd, const char *path, u64 max, struct bytes *ret, struct btf_report *r)
{
	struct buf b = {0};
	u64 got = 0;
	int err;

	do {
		err = buf_reserve(&b, 64 << 10);
		if (err) {
			err = report_nomem(r);
			goto fail;
		}
		err = read_upto(fd, b.data + b.len, b.cap - b.len, &got);
		if (err) {
			err = read_error(path, -err, "cannot read", r);
			goto fail;
		}
		b.len += got;
		if (b.len > max) {
			err = report_error(r, BTF_CODE_FILE_TOO_BIG, &(struct place){.file = path},
					   (s64)max, BTF_NO_VALUE,
					   "more than the %llu bytes that are allowed come from it",
					   (unsigned long long)max);
			goto fail;
		}
	} while (got);
	if (b.len) {
		*ret = (struct bytes){.data = b.data, .size = b.len, .how = BYTES_HEAP};
		return 0;
	}
	err = report_error(r, BTF_CODE_FILE_EMPTY, &(struct place){.file = path}, BTF_NO_VALUE,
			   BTF_NO_VALUE, "is empty");
fail:
	buf_deinit(&b);
	return err;
}

static int read_fd(int fd, const char *path, u64 max, struct bytes *ret, struct btf_report *r)
{
	struct stat st;
	void *map;
	int err;

	if (fstat(fd, &st))
		return read_error(path, errno, "cannot look at it", r);
	err = check_kind(path, &st, r);
	if (err)
		return err;
	if (S_ISFIFO(st.st_mode)) {
		/* opened without waiting, so that a FIFO without a writer ends at once */
		if (fcntl(fd, F_SETFL, 0))
			return read_error(path, errno, "cannot read", r);
		err = read_unknown(fd, path, max, ret, r);
		if (!err)
			ret->is_stream = true;
		return err;
	}
	if (st.st_size <= 0)
		return read_unknown(fd, path, max, ret, r);
	if ((u64)st.st_size < READ_BELOW)
		return read_known(fd, path, (u64)st.st_size, ret, r);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return read_known(fd, path, (u64)st.st_size, ret, r);
	*ret = (struct bytes){.data = map, .size = (u64)st.st_size, .how = BYTES_MAPPED};
	return 0;
}

int bytes_read(const char *path, u64 max, struct bytes *ret, struct btf_report *r)
{
	int err, fd;

	do {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return report_errno(r, BTF_CODE_FILE_OPEN, errno, &(struct place){.file = path},
				    "cannot open: %s", strerror(errno));
	err = read_fd(fd, path, max, ret, r);
	close(fd);
	return err;
}

void bytes_release(struct bytes *b)
{
	if (b->how == BYTES_MAPPED)
		munmap((void *)(uintptr_t)b->data, b->size);
	else if (b->how == BYTES_HEAP)
		free((void *)(uintptr_t)b->data);
	*b = (struct bytes){0};
}
