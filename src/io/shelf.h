/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A shelf: a folder of files that this user's processes keep for each other. Whoever could write
 * into it could say what others read; so only a folder and files that nobody else can write to are
 * looked at.
 */
#ifndef IO_SHELF_H
#define IO_SHELF_H

#include "base/report.h"

struct shelf {
	int fd;
	const char *path; /* as given */
};

/* a file that was mapped */
struct shelf_file {
	void *data;
	size_t size;
};

/*
 * Opens the folder; where there is none, it is made (`create`), for this user alone. 0; -ENOENT:
 * there is none, and none was to be made; -EPERM with a warning: it is not this user's (or root's),
 * or others may write into it; -errno with a warning.
 */
int shelf_open(struct shelf *s, const char *path, bool create, struct btf_report *r);
void shelf_close(struct shelf *s);

/* 0, -ENOENT, or another -errno: a file that is none, or that others may write to (-EPERM) */
int shelf_map(const struct shelf *s, const char *name, struct shelf_file *ret);

/*
 * Puts a file there under a name, whole or not at all: whoever else does the same at the same time
 * does no harm. Of files whose names end in `suffix`, the oldest beyond `most` are removed. -errno.
 */
int shelf_put(const struct shelf *s, const char *name, const void *data, size_t size,
	      const char *suffix, u32 most);

#endif
