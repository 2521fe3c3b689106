// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * New content for a path.
 *
 * In: pieces of bytes and a path. Out: a file that holds them, under that name. Always, also when
 * the process is killed or the disk is full or the power fails: the name refers to the old file or
 * to the complete new one. After an error nothing is left behind; a process that is killed
 * [between temp_create and temp_commit] leaves one file named .NAME.btfkit-XXXXXX. Only a file that
 * was created here is ever removed.
 *
 * The steps: resolve symbolic links, so that the link stays and its target is replaced [resolve];
 * a new file beside it that nobody else can open, O_EXCL and O_NOFOLLOW [temp_create]; owner, mode
 * and extended attributes of the old one [copy_attributes]; the bytes [write_pieces]; fsync,
 * close, rename, fsync of the folder [temp_commit]. Every one of these may fail, and close too.
 *
 * What is no regular file - a terminal, a pipe, /dev/null - has no content to protect: it is
 * written to straight.
 */
#include "io/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MAX_LINKS 40
#define NAME_LIMIT 255
#define SUFFIX ".btfkit-XXXXXX"

struct target {
	const char *given; /* for findings */
	char *path;	   /* links resolved */
	char *folder;
	const char *name; /* in path */
	int folder_fd;
	bool exists;
	struct stat st;
	char temp[NAME_LIMIT + 1];
	const struct btf_save_opts *opts;
	struct btf_report *r;
};

static int save_error(const struct target *t, int err, const char *what)
{
	return report_errno(t->r, BTF_CODE_SAVE_WRITE, err, &(struct place){.file = t->given},
			    "%s: %s", what, strerror(err));
}

static void save_warning(const struct target *t, const char *what, const char *which, int err)
{
	report_warning(t->r, BTF_CODE_SAVE_ATTRIBUTES, &(struct place){.file = t->given},
		       BTF_NO_VALUE, BTF_NO_VALUE, "%s%s: %s", what, which, strerror(err));
}

/* --- writing --- */

static int write_all(int fd, const u8 *data, u64 size)
{
	ssize_t n;

	while (size) {
		n = write(fd, data, min_of(size, (u64)1 << 30));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -EIO;
		data += n;
		size -= (u64)n;
	}
	return 0;
}

static int write_zeros(int fd, u64 size)
{
	static const u8 zeros[16 << 10];
	u64 step;
	int err = 0;

	for (; !err && size; size -= step) {
		step = min_of(size, (u64)sizeof(zeros));
		err = write_all(fd, zeros, step);
	}
	return err;
}

static int write_pieces(int fd, const struct piece *piece, size_t cnt)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < cnt; i++)
		err = piece[i].data ? write_all(fd, piece[i].data, piece[i].size)
				    : write_zeros(fd, piece[i].size);
	return err;
}

/* what is no regular file; keep: it is open already, and stays open */
static int write_straight(struct target *t, int keep, const struct piece *piece, size_t cnt)
{
	int err, fd = keep;

	if (fd < 0)
		fd = open(t->given, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return save_error(t, errno, "cannot open for writing");
	err = write_pieces(fd, piece, cnt);
	if (keep < 0 && close(fd) && !err)
		err = -errno;
	return err ? save_error(t, -err, "cannot write") : 0;
}

/* --- where to --- */

/* "a/link" -> "x": "a/x"; -> "/x": "/x" */
static int link_target(const char *path, char **ret)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	char to[4096];
	ssize_t n = readlink(path, to, sizeof(to));
	char *joined;

	if (n < 0)
		return -errno;
	if (n == sizeof(to))
		return -ENAMETOOLONG;
	if (n && to[0] == '/')
		folder = 0;
	joined = malloc(folder + (size_t)n + 1);
	if (!joined)
		return -ENOMEM;
	memcpy(joined, path, folder);
	memcpy(joined + folder, to, (size_t)n);
	joined[folder + (size_t)n] = 0;
	*ret = joined;
	return 0;
}

/* t->path and t->st: the file itself, behind any symbolic links; it may not exist yet */
static int resolve_links(struct target *t)
{
	char *next = NULL;
	int i, err;

	t->path = strdup(t->given);
	if (!t->path)
		return report_nomem(t->r);
	for (i = 0; i < MAX_LINKS; i++) {
		if (lstat(t->path, &t->st)) {
			if (errno != ENOENT)
				return save_error(t, errno, "cannot look at it");
			return 0;
		}
		if (!S_ISLNK(t->st.st_mode)) {
			t->exists = true;
			return 0;
		}
		err = link_target(t->path, &next);
		if (err)
			return save_error(t, -err, "cannot follow the symbolic link");
		free(t->path);
		t->path = next;
	}
	return save_error(t, ELOOP, "cannot follow the symbolic link");
}

static int resolve(struct target *t)
{
	char *slash;
	int err;

	err = resolve_links(t);
	if (err)
		return err;
	if (t->exists && S_ISDIR(t->st.st_mode))
		return save_error(t, EISDIR, "cannot write");
	slash = strrchr(t->path, '/');
	t->name = slash ? slash + 1 : t->path;
	if (!*t->name)
		return save_error(t, EISDIR, "cannot write");
	t->folder = slash ? strndup(t->path, (size_t)(slash - t->path) + 1) : strdup(".");
	if (!t->folder)
		return report_nomem(t->r);
	/* a folder that may be written to but not listed cannot be synced, and need not be */
	t->folder_fd = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->folder_fd < 0 && errno == EACCES)
		t->folder_fd = open(t->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->folder_fd < 0)
		return save_error(t, errno, "cannot open the folder");
	return 0;
}

static int check_hard_links(const struct target *t)
{
	unsigned long others;

	if (!t->exists || t->st.st_nlink < 2)
		return 0;
	others = (unsigned long)t->st.st_nlink - 1;
	if (t->opts->break_hardlinks) {
		report_note(t->r, BTF_CODE_SAVE_HARD_LINKS, &(struct place){.file = t->given},
			    "the file has %lu other name%s: there it keeps its old content", others,
			    others > 1 ? "s" : "");
		return 0;
	}
	return report_error(t->r, BTF_CODE_SAVE_HARD_LINKS, &(struct place){.file = t->given}, 1,
			    (s64)t->st.st_nlink,
			    "the file has %lu other name%s (hard links): a new file cannot replace "
			    "it under all of them",
			    others, others > 1 ? "s" : "");
}

/* --- the temporary file --- */

static int temp_name(struct target *t)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t keep = NAME_LIMIT - 1 - strlen(SUFFIX);
	u8 random[6];
	char *at;
	size_t i;
	int len;

	len = snprintf(t->temp, sizeof(t->temp), ".%.*s%s", (int)keep, t->name, SUFFIX);
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EAGAIN;
	at = t->temp + len - sizeof(random);
	for (i = 0; i < sizeof(random); i++)
		at[i] = digits[random[i] % (sizeof(digits) - 1)];
	return 0;
}

static int temp_create(struct target *t, int *ret_fd)
{
	/* nobody may open it before it has its owner; a file that is new gets the usual mode */
	mode_t mode = t->exists ? 0600 : 0666;
	int i, fd;

	for (i = 0; i < 100; i++) {
		if (temp_name(t))
			return save_error(t, EAGAIN, "no random numbers for a temporary file");
		fd = openat(t->folder_fd, t->temp,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd >= 0) {
			*ret_fd = fd;
			return 0;
		}
		if (errno != EEXIST && errno != EINTR)
			return save_error(t, errno, "cannot create a file in its folder");
	}
	return save_error(t, EEXIST, "cannot create a file in its folder");
}

static bool is_acl(const char *name)
{
	return !strcmp(name, "system.posix_acl_access");
}

/* a digest of the content or of the attributes, which the new file does not match */
static bool is_digest(const char *name)
{
	return !strcmp(name, "security.ima") || !strcmp(name, "security.evm");
}

static void copy_xattr(const struct target *t, int fd, const char *name)
{
	char stack[256], *value = stack;
	ssize_t n;

	if (is_digest(name)) {
		if (!strcmp(name, "security.ima"))
			report_warning(t->r, BTF_CODE_SAVE_ATTRIBUTES,
				       &(struct place){.file = t->given}, BTF_NO_VALUE,
				       BTF_NO_VALUE,
				       "security.ima is not copied: it was for the old content, "
				       "sign the file again");
		return;
	}
	n = lgetxattr(t->path, name, stack, sizeof(stack));
	if (n < 0 && errno == ERANGE) {
		n = lgetxattr(t->path, name, NULL, 0);
		value = n >= 0 ? malloc((size_t)n + 1) : NULL;
		if (value)
			n = lgetxattr(t->path, name, value, (size_t)n);
		else
			n = -1; /* errno is ENOMEM, or why the size was not told */
	}
	if (n < 0 || fsetxattr(fd, name, value, (size_t)n, 0))
		save_warning(t, "lost extended attribute ", name, errno);
	if (value != stack)
		free(value);
}

/* the names of all attributes, each with its zero; NULL where there are none */
static char *list_xattrs(const struct target *t, ssize_t *ret_size)
{
	ssize_t size = llistxattr(t->path, NULL, 0);
	char *list;

	if (size < 0 && errno != EOPNOTSUPP)
		save_warning(t, "extended attributes", " are not copied", errno);
	if (size <= 0)
		return NULL;
	list = malloc((size_t)size);
	if (list)
		size = llistxattr(t->path, list, (size_t)size);
	if (!list || size < 0) {
		save_warning(t, "extended attributes", " are not copied", list ? errno : ENOMEM);
		free(list);
		return NULL;
	}
	*ret_size = size;
	return list;
}

static void copy_xattrs(const struct target *t, int fd)
{
	ssize_t size = 0;
	char *list = list_xattrs(t, &size), *name;
	bool acl = false;

	for (name = list; name && name < list + size; name += strlen(name) + 1) {
		acl |= is_acl(name);
		copy_xattr(t, fd, name);
	}
	free(list);
	/* the folder may have given the new file an access list that the old one did not have */
	if (!acl && fremovexattr(fd, "system.posix_acl_access") && errno != ENODATA &&
	    errno != EOPNOTSUPP)
		save_warning(t, "cannot remove the", " folder's default access list", errno);
}

static int copy_attributes(const struct target *t, int fd)
{
	mode_t mode = t->st.st_mode & 07777;
	struct stat st;

	if (fstat(fd, &st))
		return save_error(t, errno, "cannot look at the new file");
	if ((st.st_uid != t->st.st_uid || st.st_gid != t->st.st_gid) &&
	    fchown(fd, t->st.st_uid, t->st.st_gid)) {
		save_warning(t, "the new file has", " another owner or group", errno);
		mode &= 0777;
		/* the group's rights were not meant for another group */
		if (st.st_gid != t->st.st_gid && fchown(fd, (uid_t)-1, t->st.st_gid))
			mode &= 0707;
	}
	if (fchmod(fd, mode))
		return save_error(t, errno, "cannot set the mode of the new file");
	copy_xattrs(t, fd);
	return 0;
}

/* from here on the name refers to the new file, or nothing has happened */
static int temp_commit(struct target *t, int *fd)
{
	int err;

	if (!t->opts->no_fsync && fsync(*fd))
		return save_error(t, errno, "cannot write the new file to disk");
	err = close(*fd) ? errno : 0;
	*fd = -1;
	if (err)
		return save_error(t, err, "cannot write the new file");
	if (renameat(t->folder_fd, t->temp, t->folder_fd, t->name))
		return save_error(t, errno, "cannot rename the new file over the old one");
	t->temp[0] = 0;
	/* EBADF: opened with O_PATH; EINVAL: a file system without it */
	if (!t->opts->no_fsync && fsync(t->folder_fd) && errno != EBADF && errno != EINVAL)
		save_warning(t, "the new file is complete, but its", " name is not on disk yet",
			     errno);
	return 0;
}

static int replace(struct target *t, const struct piece *piece, size_t cnt)
{
	int err, fd = -1;

	t->temp[0] = 0;
	err = temp_create(t, &fd);
	if (err) {
		t->temp[0] = 0;
		return err;
	}
	err = write_pieces(fd, piece, cnt);
	if (err)
		err = save_error(t, -err, "cannot write the new file");
	/* after the bytes: writing would drop capabilities and set-id bits */
	if (!err && t->exists)
		err = copy_attributes(t, fd);
	if (!err)
		err = temp_commit(t, &fd);
	if (fd >= 0)
		close(fd);
	if (t->temp[0])
		unlinkat(t->folder_fd, t->temp, 0);
	return err;
}

int save_pieces(const char *path, const struct piece *piece, size_t cnt,
		const struct btf_save_opts *opts, struct btf_report *r)
{
	static const struct btf_save_opts defaults;
	struct target t = {.given = path, .folder_fd = -1, .opts = opts ? opts : &defaults, .r = r};
	struct stat st;
	int err;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdout"))
		return write_straight(&t, STDOUT_FILENO, piece, cnt);
	if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return write_straight(&t, -1, piece, cnt);
	err = resolve(&t);
	if (!err)
		err = check_hard_links(&t);
	if (!err)
		err = replace(&t, piece, cnt);
	if (t.folder_fd >= 0)
		close(t.folder_fd);
	free(t.folder);
	free(t.path);
	return err;
}
