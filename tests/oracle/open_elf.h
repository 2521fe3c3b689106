/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A file by its path as the ELF reader has it; mapped until the program ends. */
#ifndef ORACLE_OPEN_ELF_H
#define ORACLE_OPEN_ELF_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/open.h"

static inline int open_elf(const char *path, struct elf *e, struct btf_report *r)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st))
		return -1;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return p == MAP_FAILED ? -1 : elf_init(e, p, (u64)st.st_size, path, 0, r);
}

#endif
