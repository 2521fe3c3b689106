// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/btf.h>: BTF of the running kernel, and BTF into it. */
#include <btf/btf.h>

#include <limits.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "api/api.h"
#include "io/kernel.h"

/*
 * Where distributions keep a vmlinux, best first: the kernel's own view, then files of this
 * release. The list is libbpf's, so that programs find the same one.
 */
struct btf *btf__load_vmlinux_btf(void)
{
	static const char *const places[] = {
		"/sys/kernel/btf/vmlinux",
		"/boot/vmlinux-%s",
		"/lib/modules/%s/vmlinux-%s",
		"/lib/modules/%s/build/vmlinux",
		"/usr/lib/modules/%s/kernel/vmlinux",
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/boot/vmlinux-%s.debug",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
	};
	char path[PATH_MAX];
	struct utsname u;
	struct btf *b;

	if (uname(&u))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *at = places[i];
		size_t len = 0;

		/* every %s is the release */
		for (; *at && len + sizeof(u.release) < sizeof(path); at++) {
			if (at[0] == '%') {
				len += (size_t)snprintf(path + len, sizeof(path) - len, "%s", u.release);
				at++;
			} else {
				path[len++] = *at;
			}
		}
		path[len] = 0;
		if (access(path, R_OK))
			continue;
		b = btf__parse(path, NULL);
		if (b)
			return b;
	}
	return api_null(-ESRCH);
}

struct btf *btf__load_module_btf(const char *module_name, struct btf *vmlinux_btf)
{
	char path[PATH_MAX];

	if (!module_name || !api_base_ok(vmlinux_btf) ||
	    snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module_name) >= (int)sizeof(path))
		return api_null(-EINVAL);
	return btf__parse_split(path, vmlinux_btf);
}

struct btf *btf__load_from_kernel_by_id_split(__u32 id, struct btf *base_btf)
{
	struct buf data = {0};
	struct btf *b;
	int fd, err;

	if (!api_base_ok(base_btf))
		return api_null(-EINVAL);
	fd = kernel_btf_fd(id);
	if (fd < 0)
		return api_null(fd);
	err = kernel_btf_read(fd, &data);
	close(fd);
	if (err) {
		buf_deinit(&data);
		return api_null(err);
	}
	err = object_parse(data.data, data.len, base_btf, OBJECT_ADOPT, NULL, &b);
	return err ? api_null(err) : b;
}

struct btf *btf__load_from_kernel_by_id(__u32 id)
{
	return btf__load_from_kernel_by_id_split(id, NULL);
}

int btf__load_into_kernel(struct btf *btf)
{
	int fd;

	if (!api_ours(btf))
		return api_ret(-EINVAL);
	if (btf->fd >= 0)
		return api_ret(-EEXIST);
	fd = kernel_btf_load(btf, NULL);
	if (fd < 0)
		return api_ret(fd);
	btf->fd = fd;
	return 0;
}
