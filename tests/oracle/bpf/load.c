// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* load OBJECT...: asks the running kernel's verifier. Exit 0: all are accepted; 77: not allowed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <bpf/libbpf.h>

int main(int argc, char **argv)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	int bad = 0;

	setrlimit(RLIMIT_MEMLOCK, &all);
	for (int i = 1; i < argc; i++) {
		struct bpf_object *o = bpf_object__open_file(argv[i], NULL);
		int err = o ? bpf_object__load(o) : -errno;

		bpf_object__close(o);
		if (err == -EPERM || err == -ENOSYS) {
			fprintf(stderr, "bpf(2): %s\n", strerror(-err));
			return 77;
		}
		if (err)
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-err));
		bad |= !!err;
	}
	return bad;
}
