// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * reloc-libdw FILE...: the debug sections of object files as elfutils relocates them and as we
 * do, byte for byte. Sections get the addresses that elfutils chooses. Prints what was compared;
 * exit code 1 at the first difference.
 */
#include <elfutils/libdwfl.h>
#include <gelf.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/debug.h"

static const Dwfl_Callbacks callbacks = {
	.section_address = dwfl_offline_section_address,
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

static unsigned long long compared;

static int differs(const char *file, const char *section, const struct debug_slice *s, Elf_Data *d)
{
	u64 i;

	if (s->size != d->d_size) {
		printf("%s: %s: %llu bytes, elfutils has %zu\n", file, section,
		       (unsigned long long)s->size, d->d_size);
		return 1;
	}
	if (!memcmp(s->data, d->d_buf, s->size)) {
		compared += s->size;
		return 0;
	}
	for (i = 0; s->data[i] == ((u8 *)d->d_buf)[i];)
		i++;
	printf("%s: %s: differs at 0x%llx: 0x%02x, elfutils has 0x%02x\n", file, section,
	       (unsigned long long)i, s->data[i], ((u8 *)d->d_buf)[i]);
	return 1;
}

/* theirs: relocated in place by libdwfl, which also sets sh_addr */
static int compare(const char *file, Elf *theirs, struct elf *e, struct debug_buffers *b)
{
	struct debug_opts o = {.buffers = b};
	struct debug_image image;
	u64 *address = calloc(e->shnum, sizeof(*address));
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;
	size_t names;
	int bad = 0, i;

	if (!address || elf_getshdrstrndx(theirs, &names))
		return 2;
	while ((scn = elf_nextscn(theirs, scn)) && gelf_getshdr(scn, &shdr))
		address[elf_ndxscn(scn)] = shdr.sh_addr;
	o.address = address;
	if (debug_image_init(&image, e, &o, NULL)) {
		printf("%s: we refuse it\n", file);
		free(address);
		return 1;
	}
	for (scn = NULL; (scn = elf_nextscn(theirs, scn)) && gelf_getshdr(scn, &shdr);) {
		const char *name = elf_strptr(theirs, names, shdr.sh_name);

		for (i = 0; name && i < DEBUG_SECTIONS; i++)
			if (!strcmp(name, debug_section_name(i)))
				bad |= differs(file, name, &image.section[i],
					       elf_rawdata(scn, NULL));
	}
	debug_image_deinit(&image);
	free(address);
	return bad;
}

static int one_file(const char *file, struct debug_buffers *b)
{
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *m = dwfl ? dwfl_report_offline(dwfl, file, file, -1) : NULL;
	int fd = open(file, O_RDONLY | O_CLOEXEC), bad = 2;
	struct btf_report *r = NULL;
	GElf_Addr bias;
	struct stat st;
	struct elf e;
	void *p;

	if (!m || fd < 0 || fstat(fd, &st)) {
		printf("%s: cannot be opened\n", file);
		return 2;
	}
	dwfl_report_end(dwfl, NULL, NULL);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED || elf_init(&e, p, (u64)st.st_size, file, 0, r))
		printf("%s: cannot be read\n", file);
	else if (!dwfl_module_getdwarf(m, &bias))
		printf("%s: elfutils: %s\n", file, dwfl_errmsg(-1));
	else
		bad = compare(file, dwfl_module_getelf(m, &bias), &e, b);
	if (p != MAP_FAILED)
		munmap(p, (size_t)st.st_size);
	close(fd);
	dwfl_end(dwfl);
	return bad;
}

int main(int argc, char **argv)
{
	struct debug_buffers b = {0};
	int i, bad = 0;

	for (i = 1; i < argc && !bad; i++)
		bad = one_file(argv[i], &b);
	debug_buffers_deinit(&b);
	if (!bad)
		printf("%d files, %llu bytes of debug sections are the same\n", argc - 1, compared);
	return bad;
}
