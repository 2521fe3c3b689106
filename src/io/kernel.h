/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The running kernel's BTF, over bpf(2). Everything here needs the privileges that bpf(2) asks for
 * and gives back its errno.
 */
#ifndef IO_KERNEL_H
#define IO_KERNEL_H

#include "base/mem.h"
#include "base/report.h"
#include "btf/object.h"

struct kernel_btf_info {
	u32 id, size;
	char name[64]; /* "vmlinux", a module's name, or "" for BTF of programs */
	bool in_kernel; /* of the kernel itself or a module, not loaded by a program */
};

/* file descriptor of a loaded BTF, close-on-exec; the caller closes it */
int kernel_btf_fd(u32 id);
int kernel_btf_info(int fd, struct kernel_btf_info *ret);
/* the bytes of a loaded BTF, appended to out */
int kernel_btf_read(int fd, struct buf *out);
/* what has ids of its own, each kind counted apart */
enum kernel_kind { KERNEL_PROG, KERNEL_MAP, KERNEL_BTF };

/* the next id after `id`; -ENOENT behind the last */
int kernel_next(enum kernel_kind kind, u32 id, u32 *ret);
/* file descriptor by id, and of what is pinned at a path; the caller closes it */
int kernel_fd(enum kernel_kind kind, u32 id);
int kernel_pinned_fd(const char *path);

/* what the kernel says of a program or map */
struct kernel_user {
	u32 id, btf_id;
	u32 key_type, value_type; /* of a map */
	u8 tag[8];		  /* of a program */
	char name[16];
};
/* -EINVAL: the descriptor is of another kind */
int kernel_user_info(enum kernel_kind kind, int fd, struct kernel_user *ret);
/*
 * Loads the object; returns its file descriptor. On a refusal the kernel's last words become the
 * finding. A layout section is left out for kernels that do not know it.
 */
int kernel_btf_load(const struct btf *b, struct btf_report *r);

#endif
