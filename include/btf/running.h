/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTF that the running kernel holds, over bpf(2): of the kernel and its modules, and of what was
 * loaded with BPF programs and maps. Listing and getting things by id take CAP_SYS_ADMIN in the
 * initial user namespace; without it calls fail with EPERM and a finding.
 */
#ifndef BTFKIT_RUNNING_H
#define BTFKIT_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;

struct btf_running_object {
	__u32 id;
	__u32 size;	  /* bytes of its BTF */
	const char *name; /* "vmlinux", a module's name, or what its loader called it; may be "" */
	bool kernel;	  /* of the kernel or a module, not loaded by a program */
	/* ids of the BPF programs and maps that use it, ascending */
	const __u32 *progs, *maps;
	size_t prog_cnt, map_cnt;
};

/*
 * Calls fn for each object by ascending id until it returns non-zero, and returns that. What
 * appears or goes meanwhile may or may not be seen. The object is the library's and valid in fn.
 * A negative errno with errno set otherwise: EPERM, ENOSYS, what bpf(2) says.
 */
int btf_running__each(int (*fn)(void *ctx, const struct btf_running_object *o), void *ctx,
		      struct btf_report *r);

enum btf_running_kind {
	BTF_RUNNING_PROG,
	BTF_RUNNING_MAP,
};

struct btf_running_user {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	__u32 id;
	__u32 btf_id;	/* its BTF, or 0 */
	__u32 key_type; /* of a map: type ids in that BTF, or 0 */
	__u32 value_type;
	char name[16];
};

/*
 * A program or map by what people call it: "ID" or "id:ID", "name:NAME", "tag:TAG" (programs: 16
 * hex digits), "pinned:PATH"; without a word in front, a path where there is a slash, else a name.
 * 0, or a negative errno with errno set and a finding: ENOENT: there is none; EEXIST: several have
 * that name or tag; EINVAL: arguments.
 */
int btf_running__find(enum btf_running_kind kind, const char *which, struct btf_running_user *ret,
		      struct btf_report *r);

/*
 * The BTF with this id. A module's is split on `base`; where base is NULL, on the kernel's own,
 * which is loaded too and which the object then owns. NULL + errno with a finding.
 */
struct btf *btf_running__load(__u32 id, struct btf *base, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
