/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A temporary folder for a test, and small files in it. */
#ifndef TESTS_IO_FOLDER_H
#define TESTS_IO_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka setup and teardown: a new folder becomes the current one, and is removed afterwards */
static inline int folder_enter(void **state)
{
	char *path = strdup("/tmp/btfkit-test-XXXXXX");

	if (!mkdtemp(path) || chdir(path))
		return -1;
	*state = path;
	return 0;
}

static inline int folder_unlink(const char *path, const struct stat *st, int type,
				struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static inline int folder_leave(void **state)
{
	if (chdir("/"))
		return -1;
	nftw(*state, folder_unlink, 10, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return 0;
}

static inline void folder_put(const char *name, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
}

static inline void folder_expect(const char *name, const void *data, size_t size)
{
	char *got = malloc(size + 1);
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, size + 1), (ssize_t)size);
	if (size)
		assert_memory_equal(got, data, size);
	close(fd);
	free(got);
}

/* entries of the current folder, hidden ones too */
static inline int folder_count(void)
{
	DIR *d = opendir(".");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

#endif
