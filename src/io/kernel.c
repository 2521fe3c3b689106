// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * BTF in and out of the running kernel: see kernel.h.
 *
 * In: ids, or an object. Out: bytes, or a file descriptor; negative errno of bpf(2) otherwise.
 * bpf(2) is called directly, with the attribute zeroed beyond what a command uses.
 */
#include "io/kernel.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOG_FIRST (64u << 10)
#define LOG_MOST (16u << 20)
#define ERR_NOTSUPP 524 /* ENOTSUPP of the kernel, which has no name outside of it */

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	int ret;

	/* EAGAIN: the verifier was interrupted and asks to be called again */
	do {
		ret = (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
	} while (ret < 0 && (errno == EAGAIN || errno == EINTR));
	return ret < 0 ? -errno : ret;
}

int kernel_fd(enum kernel_kind kind, u32 id)
{
	static const int cmds[] = {[KERNEL_PROG] = BPF_PROG_GET_FD_BY_ID,
				   [KERNEL_MAP] = BPF_MAP_GET_FD_BY_ID,
				   [KERNEL_BTF] = BPF_BTF_GET_FD_BY_ID};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf_id = id; /* prog_id and map_id are the same word */
	return sys_bpf(cmds[kind], &attr);
}

int kernel_btf_fd(u32 id)
{
	return kernel_fd(KERNEL_BTF, id);
}

int kernel_pinned_fd(const char *path)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (u64)(uintptr_t)path;
	return sys_bpf(BPF_OBJ_GET, &attr);
}

static int get_info(int fd, void *info, u32 size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (u32)fd;
	attr.info.info = (u64)(uintptr_t)info;
	attr.info.info_len = size;
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

int kernel_btf_info(int fd, struct kernel_btf_info *ret)
{
	struct bpf_btf_info info;
	int err;

	*ret = (struct kernel_btf_info){0};
	memset(&info, 0, sizeof(info));
	info.name = (u64)(uintptr_t)ret->name;
	info.name_len = sizeof(ret->name);
	err = get_info(fd, &info, sizeof(info));
	if (err)
		return err;
	ret->name[sizeof(ret->name) - 1] = 0;
	ret->id = info.id;
	ret->size = info.btf_size;
	ret->in_kernel = info.kernel_btf;
	return 0;
}

int kernel_btf_read(int fd, struct buf *out)
{
	struct bpf_btf_info info;
	size_t at = out->len;
	u32 room = 4096;
	void *p;
	int err;

	/* it may be replaced by a larger one between asking and reading: one more try is enough */
	for (int tries = 0; tries < 3; tries++) {
		out->len = at;
		err = buf_add_zero(out, room, &p);
		if (err)
			return err;
		memset(&info, 0, sizeof(info));
		info.btf = (u64)(uintptr_t)p;
		info.btf_size = room;
		err = get_info(fd, &info, sizeof(info));
		if (err)
			break;
		if (info.btf_size <= room) {
			out->len = at + info.btf_size;
			return 0;
		}
		room = info.btf_size;
		err = -E2BIG;
	}
	out->len = at;
	return err;
}

int kernel_next(enum kernel_kind kind, u32 id, u32 *ret)
{
	static const int cmds[] = {[KERNEL_PROG] = BPF_PROG_GET_NEXT_ID,
				   [KERNEL_MAP] = BPF_MAP_GET_NEXT_ID,
				   [KERNEL_BTF] = BPF_BTF_GET_NEXT_ID};
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = id;
	err = sys_bpf(cmds[kind], &attr);
	if (err)
		return err;
	*ret = attr.next_id;
	return 0;
}

/* Which kind a descriptor is of: the kernel fills the answer of that kind whatever is asked, but
 * names it in /proc only. */
static bool fd_is(int fd, const char *what)
{
	char path[64], target[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, target, sizeof(target) - 1);
	/* without /proc it is taken at its word */
	if (len < 0)
		return true;
	target[len] = 0;
	return !strcmp(target, what);
}

static int prog_info(int fd, struct kernel_user *ret)
{
	struct bpf_prog_info info;
	int err;

	memset(&info, 0, sizeof(info));
	err = get_info(fd, &info, sizeof(info));
	if (err)
		return err;
	*ret = (struct kernel_user){.id = info.id, .btf_id = info.btf_id};
	memcpy(ret->tag, info.tag, sizeof(ret->tag));
	memcpy(ret->name, info.name, sizeof(ret->name));
	return 0;
}

static int map_info(int fd, struct kernel_user *ret)
{
	struct bpf_map_info info;
	int err;

	memset(&info, 0, sizeof(info));
	err = get_info(fd, &info, sizeof(info));
	if (err)
		return err;
	*ret = (struct kernel_user){.id = info.id,
				    .btf_id = info.btf_id,
				    .key_type = info.btf_key_type_id,
				    .value_type = info.btf_value_type_id};
	memcpy(ret->name, info.name, sizeof(ret->name));
	return 0;
}

int kernel_user_info(enum kernel_kind kind, int fd, struct kernel_user *ret)
{
	int err;

	if (!fd_is(fd, kind == KERNEL_PROG ? "anon_inode:bpf-prog" : "anon_inode:bpf-map"))
		return -EINVAL;
	err = kind == KERNEL_PROG ? prog_info(fd, ret) : map_info(fd, ret);
	ret->name[sizeof(ret->name) - 1] = 0;
	return err;
}

static int load(const struct buf *data, char *log, u32 log_size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (u64)(uintptr_t)data->data;
	attr.btf_size = (u32)data->len;
	if (log) {
		attr.btf_log_buf = (u64)(uintptr_t)log;
		attr.btf_log_size = log_size;
		attr.btf_log_level = 1;
	}
	return sys_bpf(BPF_BTF_LOAD, &attr);
}

/* the log lists every type and ends with the reason: its last line that is not empty */
static const char *last_words(char *log)
{
	size_t len = strlen(log);
	char *line;

	while (len && (log[len - 1] == '\n' || log[len - 1] == ' '))
		log[--len] = 0;
	line = strrchr(log, '\n');
	return line ? line + 1 : log;
}

/* asks again with a log, which costs the kernel more: only where it has refused */
static int load_again(const struct buf *data, int err, struct btf_report *r)
{
	u32 size = LOG_FIRST;
	char *log = NULL;
	int fd;

	for (;;) {
		free(log);
		log = calloc(1, size);
		if (!log)
			return report_nomem(r);
		fd = load(data, log, size);
		if (fd != -ENOSPC || size >= LOG_MOST)
			break;
		size *= 4;
	}
	if (fd >= 0) {
		free(log);
		return fd;
	}
	/* the log that did not fit has an error of its own */
	err = fd == -ENOSPC ? err : fd;
	report_errno(r, BTF_CODE_KERNEL_REFUSED, -err, NULL, "the running kernel refuses it: %s",
		     *log ? last_words(log) : "without a word");
	free(log);
	return err;
}

int kernel_btf_load(const struct btf *b, struct btf_report *r)
{
	struct buf data = {0};
	int fd, err;

	err = object_write(b, false, &data);
	if (err)
		return err == -ENOMEM ? report_nomem(r) : err;
	fd = load(&data, NULL, 0);
	/* E2BIG and ENOTSUPP: header fields that this kernel does not know */
	if ((fd == -E2BIG || fd == -ERR_NOTSUPP || fd == -EINVAL) && b->with_layout) {
		struct buf plain = {0};

		err = object_write_plain(b, &plain);
		if (!err) {
			buf_deinit(&data);
			data = plain;
			fd = load(&data, NULL, 0);
		}
	}
	if (fd < 0 && fd != -EPERM)
		fd = load_again(&data, fd, r);
	else if (fd < 0)
		report_errno(r, BTF_CODE_KERNEL_REFUSED, -fd, NULL,
			     "bpf(2) is not allowed here: %s", strerror(-fd));
	buf_deinit(&data);
	return fd;
}
