// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A folder of kept files: see shelf.h.
 *
 * In: a path, names, bytes. Out: mapped files; files under their names. Holds: nothing is looked
 * at before the folder that is open is known to be this user's; every name is looked up in that
 * folder, whatever the path means by then; links are not followed. A file is complete when it has
 * its name. What a process that was killed leaves is a name that begins with TEMP, which goes with
 * the old files.
 */
#include "io/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TEMP ".btfkit-"
#define TEMP_OLD (60 * 60) /* seconds after which nobody is writing it any more */

static void warn(const char *path, const char *what, const char *why, struct btf_report *r)
{
	report_warning(r, BTF_CODE_INDEX_FOLDER, &(struct place){.file = path}, BTF_NO_VALUE,
		       BTF_NO_VALUE, "%s%s", what, why);
}

static bool is_ours(const struct stat *st)
{
	return st->st_uid == geteuid() || st->st_uid == 0;
}

static bool others_write(const struct stat *st)
{
	return st->st_mode & (S_IWGRP | S_IWOTH);
}

int shelf_open(struct shelf *s, const char *path, bool create, struct btf_report *r)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	struct stat st;
	int fd = open(path, flags), err;

	if (fd < 0 && errno == ENOENT) {
		if (!create)
			return -ENOENT;
		if (!mkdir(path, 0700) || errno == EEXIST)
			fd = open(path, flags);
	}
	if (fd < 0 || fstat(fd, &st)) {
		err = -errno;
		warn(path, "no index is kept there: ", strerror(-err), r);
		if (fd >= 0)
			close(fd);
		return err;
	}
	if (is_ours(&st) && !others_write(&st)) {
		*s = (struct shelf){.fd = fd, .path = path};
		return 0;
	}
	close(fd);
	warn(path, "is not used for indexes: ",
	     is_ours(&st) ? "others may write into it (chmod go-w)" : "it belongs to another user",
	     r);
	return -EPERM;
}

void shelf_close(struct shelf *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int shelf_map(const struct shelf *s, const char *name, struct shelf_file *ret)
{
	int fd = openat(s->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	void *map;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size <= 0)
		err = -EINVAL;
	else if (!is_ours(&st) || others_write(&st))
		err = -EPERM;
	if (!err) {
		/* all of it is going to be read, and one call is cheaper than a fault for each bit
		 */
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
		if (map == MAP_FAILED)
			err = -errno;
		else
			*ret = (struct shelf_file){map, (size_t)st.st_size};
	}
	close(fd);
	return err;
}

/* ---- writing ---- */

static int write_all(int fd, const u8 *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, min_of(size, (size_t)1 << 30));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static int create_temp(const struct shelf *s, char *name, size_t room, int *ret_fd)
{
	u64 random;

	for (int i = 0; i < 100; i++) {
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -EAGAIN;
		snprintf(name, room, TEMP "%016llx", (unsigned long long)random);
		*ret_fd = openat(s->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				 0600);
		if (*ret_fd >= 0)
			return 0;
		if (errno != EEXIST && errno != EINTR)
			break;
	}
	return -errno;
}

/* ---- old files ---- */

struct old {
	struct timespec time;
	char name[256];
};

static int newest_first(const void *a, const void *b)
{
	const struct timespec *x = &((const struct old *)a)->time;
	const struct timespec *y = &((const struct old *)b)->time;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec > y->tv_sec ? -1 : 1;
	return x->tv_nsec > y->tv_nsec ? -1 : x->tv_nsec < y->tv_nsec;
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	return len > tail && !strcmp(name + len - tail, suffix);
}

static void look_at(const struct shelf *s, const char *name, const char *suffix, struct buf *old)
{
	bool temp = !strncmp(name, TEMP, strlen(TEMP));
	struct old *o;
	struct stat st;

	if ((!temp && !ends_in(name, suffix)) || strlen(name) >= sizeof(o->name) ||
	    fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return;
	if (temp) {
		if (st.st_mtim.tv_sec + TEMP_OLD < time(NULL))
			unlinkat(s->fd, name, 0);
	} else if (!buf_add_zero(old, sizeof(*o), (void **)&o)) {
		o->time = st.st_mtim;
		memcpy(o->name, name, strlen(name) + 1);
	}
}

/* what cannot be removed stays: it is only room on the disk */
static void thin_out(const struct shelf *s, const char *suffix, u32 most)
{
	int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct buf old = {0};
	struct old *o;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(dir));)
		look_at(s, e->d_name, suffix, &old);
	closedir(dir);
	o = (struct old *)(void *)old.data;
	if (old.len / sizeof(*o) > most) {
		qsort(o, old.len / sizeof(*o), sizeof(*o), newest_first);
		for (size_t i = most; i < old.len / sizeof(*o); i++)
			unlinkat(s->fd, o[i].name, 0);
	}
	buf_deinit(&old);
}

int shelf_put(const struct shelf *s, const char *name, const void *data, size_t size,
	      const char *suffix, u32 most)
{
	char temp[64];
	int fd, err = create_temp(s, temp, sizeof(temp), &fd);

	if (err)
		return err;
	err = write_all(fd, data, size);
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(s->fd, temp, s->fd, name))
		err = -errno;
	if (err)
		unlinkat(s->fd, temp, 0);
	else
		thin_out(s, suffix, most);
	return err;
}
