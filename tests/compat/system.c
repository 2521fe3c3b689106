// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What asks the running kernel: both libraries get the same answers or the same refusals, whether
 * bpf(2) is allowed here or not.
 */
#include "client.h"

#include <fcntl.h>

static void answer(const char *label, const struct btf *b)
{
	if (b)
		printf("%s types: %u pointer %zu base %d order %d\n", label, btf__type_cnt(b),
		       btf__pointer_size(b), btf__base_btf(b) != NULL, btf__endianness(b));
}

int main(void)
{
	struct btf *vmlinux, *b;
	int fd;

	client_quiet();
	PTR("vmlinux", vmlinux, btf__load_vmlinux_btf());
	answer("vmlinux", vmlinux);
	PTR("no such module", b, btf__load_module_btf("no_such_module", vmlinux));
	PTR("module with a slash", b, btf__load_module_btf("../../../etc/passwd", vmlinux));
	PTR("vmlinux as a module", b, btf__load_module_btf("vmlinux", NULL));
	answer("vmlinux as a module", b);
	btf__free(b);

	PTR("id 0", b, btf__load_from_kernel_by_id(0));
	PTR("id 1", b, btf__load_from_kernel_by_id(1));
	answer("id 1", b);
	btf__free(b);
	PTR("id 0x7fffffff", b, btf__load_from_kernel_by_id(0x7fffffff));
	PTR("id 1 without base", b, btf__load_from_kernel_by_id_split(1, NULL));
	answer("id 1 without base", b);
	btf__free(b);
	PTR("id 0x7fffffff on vmlinux", b, btf__load_from_kernel_by_id_split(0x7fffffff, vmlinux));

	b = btf__new_empty();
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	printf("fd before: %d\n", btf__fd(b));
	fd = btf__load_into_kernel(b);
	printf("load: %d errno %d\n", fd, fd < 0 ? errno : 0);
	printf("fd after: %d\n", btf__fd(b) >= 0);
	if (fd >= 0)
		INT("load again", btf__load_into_kernel(b));
	btf__free(b);
	/* a descriptor that is set is in the way, and closed with the object */
	b = btf__new_empty();
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	fd = open("/dev/null", O_RDONLY);
	btf__set_fd(b, fd);
	INT("load with a descriptor", btf__load_into_kernel(b));
	btf__free(b);
	INT("descriptor closed", fcntl(fd, F_GETFD));
	/* a name that no kernel takes */
	b = btf__new_empty();
	btf__add_int(b, "in t", 4, BTF_INT_SIGNED);
	fd = btf__load_into_kernel(b);
	printf("load bad: %d errno %d\n", fd < 0, fd < 0 ? errno : 0);
	btf__free(b);
	btf__free(vmlinux);
	return 0;
}
