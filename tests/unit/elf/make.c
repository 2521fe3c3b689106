// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* See make.h. libelf writes to a file only, so each ELF goes through a memfd. */
#include "make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static void add_section(Elf *e, const struct make_section *s, uint32_t name, bool raw)
{
	Elf_Scn *scn = elf_newscn(e);
	Elf_Data *d;
	GElf_Shdr h;

	assert_non_null(scn);
	if (s->data || s->type == SHT_NOBITS) {
		d = elf_newdata(scn);
		assert_non_null(d);
		d->d_buf = (void *)(uintptr_t)s->data;
		d->d_size = s->size;
		d->d_align = s->align ? s->align : 1;
		/* only .shstrtab and the like are libelf's to translate */
		d->d_type = raw ? ELF_T_BYTE : d->d_type;
		d->d_version = EV_CURRENT;
	}
	assert_non_null(gelf_getshdr(scn, &h));
	h.sh_name = name;
	h.sh_type = s->type;
	h.sh_flags = s->flags;
	h.sh_addralign = s->align ? s->align : 1;
	h.sh_link = s->link;
	h.sh_info = s->info;
	h.sh_entsize = s->entsize;
	h.sh_addr = s->addr;
	assert_true(gelf_update_shdr(scn, &h));
}

static void finish(Elf *e, uint32_t strndx)
{
	GElf_Ehdr h;

	assert_non_null(gelf_getehdr(e, &h));
	if (strndx < SHN_LORESERVE) {
		h.e_shstrndx = (uint16_t)strndx;
	} else {
		Elf_Scn *zero = elf_getscn(e, 0);
		GElf_Shdr z;

		h.e_shstrndx = SHN_XINDEX;
		assert_non_null(gelf_getshdr(zero, &z));
		z.sh_link = strndx;
		assert_true(gelf_update_shdr(zero, &z));
	}
	assert_true(gelf_update_ehdr(e, &h));
	assert_true(elf_update(e, ELF_C_WRITE) > 0);
}

static struct made slurp(int fd)
{
	struct made m = {0};
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	m.size = (size_t)st.st_size;
	m.data = malloc(m.size);
	assert_non_null(m.data);
	assert_int_equal(pread(fd, m.data, m.size, 0), st.st_size);
	return m;
}

struct made make_elf(int class, int order, int type, const struct make_section *sections)
{
	const struct make_section *s;
	struct make_section strs = {.name = ".shstrtab", .type = SHT_STRTAB};
	size_t len = 1, at = 1;
	uint32_t cnt = 1;
	struct made m;
	GElf_Ehdr h;
	char *names;
	Elf *e;
	int fd;

	for (s = sections; s->name; s++)
		len += strlen(s->name) + 1;
	len += sizeof(".shstrtab");
	names = calloc(1, len);
	fd = memfd_create("elf", MFD_CLOEXEC);
	assert_true(fd >= 0);
	elf_version(EV_CURRENT);
	e = elf_begin(fd, ELF_C_WRITE, NULL);
	assert_non_null(e);
	assert_non_null(gelf_newehdr(e, class));
	assert_non_null(gelf_getehdr(e, &h));
	h.e_ident[EI_DATA] = (unsigned char)order;
	h.e_type = (uint16_t)type;
	h.e_machine = class == ELFCLASS64 ? EM_X86_64 : EM_PPC;
	h.e_version = EV_CURRENT;
	assert_true(gelf_update_ehdr(e, &h));
	for (s = sections; s->name; s++, cnt++) {
		strcpy(names + at, s->name);
		add_section(e, s, (uint32_t)at, true);
		at += strlen(s->name) + 1;
	}
	strcpy(names + at, ".shstrtab");
	strs.data = names;
	strs.size = len;
	add_section(e, &strs, (uint32_t)at, true);
	finish(e, cnt);
	elf_end(e);
	free(names);
	m = slurp(fd);
	close(fd);
	return m;
}

void made_free(struct made *m)
{
	free(m->data);
	m->data = NULL;
	m->size = 0;
}

void make_check(const void *data, size_t size)
{
	size_t i, cnt, strndx;
	GElf_Shdr h;
	Elf *e;

	elf_version(EV_CURRENT);
	e = elf_memory((char *)(uintptr_t)data, size);
	assert_non_null(e);
	assert_int_equal(elf_kind(e), ELF_K_ELF);
	assert_int_equal(elf_getshdrnum(e, &cnt), 0);
	/* libelf asks its file for section 0 unless it has it already, and there is no file */
	assert_non_null(gelf_getshdr(elf_getscn(e, 0), &h));
	assert_int_equal(elf_getshdrstrndx(e, &strndx), 0);
	for (i = 1; i < cnt; i++) {
		Elf_Scn *scn = elf_getscn(e, i);

		assert_non_null(scn);
		assert_non_null(gelf_getshdr(scn, &h));
		if (h.sh_type == SHT_NULL)
			continue;
		assert_non_null(elf_strptr(e, strndx, h.sh_name));
		if (h.sh_type == SHT_NOBITS)
			continue;
		assert_true(h.sh_offset <= size && h.sh_size <= size - h.sh_offset);
		assert_non_null(elf_rawdata(scn, NULL));
	}
	elf_end(e);
}

void make_number(int order, uint64_t v, size_t n, void *to)
{
	uint8_t *p = to;
	size_t i;

	for (i = 0; i < n; i++)
		p[order == ELFDATA2LSB ? i : n - 1 - i] = (uint8_t)(v >> (8 * i));
}

struct made make_symbols(int class, int order, const struct make_symbol *syms, size_t cnt)
{
	size_t entry = class == ELFCLASS64 ? 24 : 16, i;
	struct made m = {calloc(cnt, entry), cnt * entry};

	assert_non_null(m.data);
	for (i = 0; i < cnt; i++) {
		uint8_t *p = m.data + i * entry;
		bool wide = class == ELFCLASS64;

		make_number(order, syms[i].name, 4, p);
		make_number(order, syms[i].value, wide ? 8 : 4, p + (wide ? 8 : 4));
		make_number(order, syms[i].size, wide ? 8 : 4, p + (wide ? 16 : 8));
		p[wide ? 4 : 12] = syms[i].info;
		make_number(order, syms[i].section, 2, p + (wide ? 6 : 14));
	}
	return m;
}

struct made make_compressed(int class, int order, int method, const void *data, size_t size)
{
	size_t header = class == ELFCLASS64 ? 24 : 12, room = compressBound(size) + size + 1024;
	struct made m = {calloc(1, header + room), 0};
	unsigned long n = room;

	assert_non_null(m.data);
	make_number(order, (uint64_t)method, 4, m.data);
	if (class == ELFCLASS64) {
		make_number(order, size, 8, m.data + 8);
		make_number(order, 1, 8, m.data + 16);
	} else {
		make_number(order, size, 4, m.data + 4);
		make_number(order, 1, 4, m.data + 8);
	}
	if (method == 2)
		n = ZSTD_compress(m.data + header, room, data, size, 3);
	else
		assert_int_equal(compress(m.data + header, &n, data, size), Z_OK);
	m.size = header + n;
	return m;
}
