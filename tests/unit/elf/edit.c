// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Changing sections: what must stay stays, whatever is changed, again and again, and the file does
 * not grow by it.
 */
#include "elf/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"

#define RELOCATION_SIZE 24

static const char text[] = "some code that must not move";
static u8 filler[1 << 17];

struct form {
	int class, order;
};
static const struct form forms[] = {
	{ELFCLASS32, ELFDATA2LSB},
	{ELFCLASS32, ELFDATA2MSB},
	{ELFCLASS64, ELFDATA2LSB},
	{ELFCLASS64, ELFDATA2MSB},
};

/* .text, .BTF in the middle, data after it; names shared with .strtab on demand */
static struct made plain_elf(struct form f)
{
	struct make_section s[] = {
		{.name = ".text", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = text,
		 .size = sizeof(text), .align = 16},
		{.name = ".BTF_ids", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = filler,
		 .size = 64, .align = 4},
		{.name = ".BTF", .type = SHT_PROGBITS, .data = filler, .size = 500},
		{.name = ".data", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = filler + 7,
		 .size = 100, .align = 32},
		{.name = ".note.GNU-stack", .type = SHT_PROGBITS},
		{.name = ".comment", .type = SHT_PROGBITS, .data = "tail", .size = 5},
		{0},
	};

	return make_elf(f.class, f.order, ET_REL, s);
}

static bool is_changed(const struct btf_file_change *c, size_t cnt, const char *name)
{
	size_t i;

	for (i = 0; i < cnt; i++)
		if (!strcmp(c[i].name, name))
			return true;
	return false;
}

/* the promise, checked on old and new bytes */
static void check_promise(const struct made *old, const struct made *new,
			  const struct btf_file_change *c, size_t cnt)
{
	struct elf_section s, t;
	const u8 *data;
	struct elf a, b;
	u64 size;
	u32 i;
	size_t n;

	assert_int_equal(elf_init(&a, old->data, old->size, "old", 0, NULL), 0);
	assert_int_equal(elf_init(&b, new->data, new->size, "new", 0, NULL), 0);
	assert_int_equal(a.phnum, b.phnum);
	assert_int_equal(a.phoff, b.phoff);
	for (i = 1; i < a.shnum; i++) {
		assert_int_equal(elf_section_at(&a, i, &s, NULL), 0);
		if (s.type == SHT_NULL || is_changed(c, cnt, s.name) ||
		    (i == a.shstrndx && i == b.shstrndx))
			continue;
		assert_true(i < b.shnum);
		assert_int_equal(elf_section_at(&b, i, &t, NULL), 0);
		assert_string_equal(s.name, t.name);
		assert_int_equal(s.type, t.type);
		assert_int_equal(s.flags, t.flags);
		assert_int_equal(s.addr, t.addr);
		assert_int_equal(s.offset, t.offset);
		assert_int_equal(s.size, t.size);
		assert_int_equal(s.link, t.link);
		assert_int_equal(s.info, t.info);
		assert_true(s.offset <= new->size);
		if (s.type != SHT_NOBITS)
			assert_memory_equal(old->data + s.offset, new->data + t.offset, s.size);
	}
	for (n = 0; n < cnt; n++) {
		if (!c[n].data) {
			assert_int_equal(elf_find(&b, c[n].name, &s), -ENOENT);
			continue;
		}
		assert_int_equal(elf_find(&b, c[n].name, &s), 0);
		assert_int_equal(elf_bytes(&b, &s, &data, &size, NULL), 0);
		assert_int_equal(s.size, c[n].size);
		assert_int_equal(size, c[n].size);
		assert_memory_equal(data, c[n].data, size);
		assert_false(s.flags & SHF_COMPRESSED);
	}
	elf_deinit(&a);
	elf_deinit(&b);
}

/* old becomes new; false if nothing was to change */
static bool apply(struct made *m, const struct btf_file_change *c, size_t cnt)
{
	struct elf_edit edit;
	struct made new;
	struct elf e;
	size_t i;
	bool changed;

	assert_int_equal(elf_init(&e, m->data, m->size, "x", 0, NULL), 0);
	assert_int_equal(elf_edit_init(&edit, &e, c, cnt, NULL), 0);
	changed = edit.changed;
	if (changed) {
		for (i = 1; i < edit.cnt; i++)
			assert_true(edit.patch[i - 1].off + edit.patch[i - 1].size <=
				    edit.patch[i].off);
		new.size = edit.size;
		new.data = malloc(edit.size);
		elf_edit_copy(&edit, &e, new.data);
		make_check(new.data, new.size);
		check_promise(m, &new, c, cnt);
		free(m->data);
		*m = new;
	}
	elf_edit_deinit(&edit);
	elf_deinit(&e);
	return changed;
}

static bool set(struct made *m, const char *name, const void *data, size_t size)
{
	struct btf_file_change c = {.name = name, .data = data, .size = size};

	return apply(m, &c, 1);
}

static struct elf_section section(const struct made *m, const char *name)
{
	struct elf_section s;
	struct elf e;

	assert_int_equal(elf_init(&e, m->data, m->size, "x", 0, NULL), 0);
	assert_int_equal(elf_find(&e, name, &s), 0);
	return s;
}

static u32 section_count(const struct made *m)
{
	struct elf e;

	assert_int_equal(elf_init(&e, m->data, m->size, "x", 0, NULL), 0);
	return e.shnum;
}

static enum btf_code refusal_of(const struct made *m, const struct btf_file_change *c, size_t cnt)
{
	struct btf_report *r = btf_report__new();
	struct elf_edit edit;
	enum btf_code code;
	struct elf e;

	assert_int_equal(elf_init(&e, m->data, m->size, "x", 0, r), 0);
	assert_true(elf_edit_init(&edit, &e, c, cnt, r) < 0);
	assert_int_equal(btf_report__count(r), 1);
	code = btf_report__get(r, 0)->code;
	elf_deinit(&e);
	btf_report__free(r);
	return code;
}

static enum btf_code refusal(const struct made *m, const char *name, const void *data, size_t size)
{
	struct btf_file_change c = {.name = name, .data = data, .size = size};

	return refusal_of(m, &c, 1);
}

static void replace(void **state)
{
	static const size_t sizes[] = {500, 499, 1, 0, 501, 5000};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			struct made m = plain_elf(forms[i]);
			u64 was = section(&m, ".BTF").offset;

			assert_true(set(&m, ".BTF", filler + 3, sizes[j]));
			if (sizes[j] <= 500)
				assert_int_equal(section(&m, ".BTF").offset, was);
			made_free(&m);
		}
	}
}

static void add_and_remove(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct made m = plain_elf(forms[i]);
		struct btf_file_change both[] = {
			{.name = ".BTF", .data = filler + 5, .size = 700},
			{.name = ".BTF.base", .data = filler + 9, .size = 300, .align = 16},
		};
		struct elf_section s;
		u32 index;

		assert_true(apply(&m, both, 2));
		s = section(&m, ".BTF.base");
		assert_int_equal(s.align, 16);
		assert_int_equal(s.offset % 16, 0);
		assert_int_equal(s.type, SHT_PROGBITS);
		assert_int_equal(s.flags, 0);
		assert_int_equal(s.addr, 0);
		index = s.index;
		assert_false(apply(&m, both, 2));
		assert_true(set(&m, ".BTF.base", NULL, 0));
		assert_false(set(&m, ".BTF.base", NULL, 0));
		/* the last entry is gone; the name that is free is used again */
		assert_int_equal(section_count(&m), index);
		assert_true(set(&m, ".BTF.base", filler, 20));
		assert_int_equal(section(&m, ".BTF.base").index, index);
		assert_int_equal(section(&m, ".BTF.base").align, 4);
		/* an entry in the middle stays, so that no section changes its index, and is used
		 * again; the one behind it goes with it */
		assert_true(set(&m, ".third", filler, 20));
		assert_true(set(&m, ".BTF.base", NULL, 0));
		assert_int_equal(section_count(&m), index + 2);
		assert_true(set(&m, ".fourth", filler, 20));
		assert_int_equal(section(&m, ".fourth").index, index);
		assert_true(set(&m, ".fourth", NULL, 0));
		assert_true(set(&m, ".third", NULL, 0));
		assert_int_equal(section_count(&m), index);
		made_free(&m);
	}
}

/* the bytes that it has: nothing to do; other bytes of the same size: the same layout */
static void same_again(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct made m = plain_elf(forms[i]);
		struct elf_section before, after;
		size_t size;

		assert_false(set(&m, ".BTF", filler, 500));
		assert_true(set(&m, ".BTF", filler + 1, 900));
		assert_false(set(&m, ".BTF", filler + 1, 900));
		before = section(&m, ".BTF");
		size = m.size;
		assert_true(set(&m, ".BTF", filler + 2, 900));
		after = section(&m, ".BTF");
		assert_int_equal(before.offset, after.offset);
		assert_int_equal(m.size, size);
		made_free(&m);
	}
}

static void no_growth(void **state)
{
	static const size_t sizes[] = {9000, 600, 8000, 20, 9000, 3000};
	size_t i, n, after_first = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct made m = plain_elf(forms[i]);

		for (n = 0; n < 60; n++) {
			size_t size = sizes[n % 6];
			struct btf_file_change c[] = {
				{.name = ".BTF", .data = filler + n, .size = size},
				{.name = ".BTF.base", .data = n % 4 ? filler + n : NULL,
				 .size = n % 4 ? 9200 - size : 0},
			};

			apply(&m, c, 2);
			if (n == 5)
				after_first = m.size;
			if (n > 5)
				assert_true(m.size <= after_first + 9200);
		}
		made_free(&m);
	}
}

static u32 random_next(u32 *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* any sequence of changes keeps the promise at each step, and stays within a bound */
static void any_sequence(void **state)
{
	static const char *const names[] = {".BTF", ".BTF.base", ".BTF.ext", ".comment", ".new"};
	u32 seed, run;

	(void)state;
	for (run = 0; run < 120; run++) {
		struct made m = plain_elf(forms[run % 4]);
		size_t start = m.size;
		int step;

		seed = run;
		for (step = 0; step < 100; step++) {
			struct btf_file_change c[3];
			size_t cnt = 1 + random_next(&seed) % 3, i;

			for (i = 0; i < cnt; i++) {
				u32 size = random_next(&seed) % 4 ? random_next(&seed) % 3000 : 7;
				bool del = random_next(&seed) % 4 == 0;

				c[i] = (struct btf_file_change){
					.name = names[(run + i + random_next(&seed) % 3) % 5],
					.data = del ? NULL : filler + random_next(&seed) % 1000,
					.size = del ? 0 : size};
				while (is_changed(c, i, c[i].name))
					c[i].name = names[random_next(&seed) % 5];
			}
			apply(&m, c, cnt);
		}
		/* five sections of 3000 bytes at most: dead room does not add up */
		assert_true(m.size < start + 5 * 3000 + 1000);
		made_free(&m);
	}
}

static void loaded_section(void **state)
{
	struct btf_report *r = btf_report__new();
	struct made m = plain_elf(forms[2]);
	struct btf_file_change c = {.name = ".BTF_ids", .data = filler + 1, .size = 60};
	struct elf_edit edit;
	struct elf e;

	(void)state;
	assert_true(set(&m, ".BTF_ids", filler + 5, 64));
	assert_int_equal(refusal(&m, ".BTF_ids", filler, 65), BTF_CODE_SAVE_ALLOC);
	assert_int_equal(refusal(&m, ".BTF_ids", NULL, 0), BTF_CODE_SAVE_ALLOC);
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, r), 0);
	assert_int_equal(elf_edit_init(&edit, &e, &c, 1, r), 0);
	assert_int_equal(btf_report__count(r), 1);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_SAVE_ALLOC_SHRUNK);
	assert_int_equal(btf_report__get(r, 0)->severity, BTF_WARNING);
	assert_int_equal(edit.size, m.size);
	elf_edit_deinit(&edit);
	assert_true(set(&m, ".BTF_ids", filler + 1, 60));
	made_free(&m);
	btf_report__free(r);
}

/* a linked file: .BTF inside a segment is not moved, and none of the segment's bytes are taken */
static void segments(void **state)
{
	struct make_section s[] = {
		{.name = ".rodata", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = filler,
		 .size = 256, .addr = 0x1000},
		{.name = ".BTF", .type = SHT_PROGBITS, .data = filler, .size = 200},
		{.name = ".pad", .type = SHT_PROGBITS, .data = filler + 1, .size = 10},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_EXEC, s), with;
	struct elf_section btf = section(&m, ".BTF");
	u8 phdr[56] = {0};

	(void)state;
	/* a program header at the end, over .rodata and half of .BTF */
	with.size = m.size + sizeof(phdr);
	with.data = calloc(1, with.size);
	memcpy(with.data, m.data, m.size);
	make_number(ELFDATA2LSB, PT_LOAD, 4, phdr);
	make_number(ELFDATA2LSB, 0, 8, phdr + 8);
	make_number(ELFDATA2LSB, btf.offset + 100, 8, phdr + 32);
	memcpy(with.data + m.size, phdr, sizeof(phdr));
	make_number(ELFDATA2LSB, m.size, 8, with.data + 32);
	make_number(ELFDATA2LSB, sizeof(phdr), 2, with.data + 54);
	make_number(ELFDATA2LSB, 1, 2, with.data + 56);
	make_check(with.data, with.size);
	u8 *before = malloc(btf.offset + 100);
	memcpy(before, with.data, btf.offset + 100);
	assert_true(set(&with, ".BTF", filler + 8, 200));
	assert_true(section(&with, ".BTF").offset >= btf.offset + 100);
	/* but for e_shoff and what follows it in the ELF header */
	assert_memory_equal(with.data + 64, before + 64, btf.offset + 100 - 64);
	assert_memory_equal(with.data + m.size, phdr, sizeof(phdr));
	free(before);
	made_free(&with);
	made_free(&m);
}

static void refused(void **state)
{
	static const char rela[RELOCATION_SIZE];
	struct make_section s[] = {
		{.name = ".BTF", .type = SHT_PROGBITS, .data = filler, .size = 100},
		{.name = ".rela.BTF", .type = SHT_RELA, .data = rela, .size = sizeof(rela),
		 .info = 1, .entsize = RELOCATION_SIZE},
		{.name = ".twice", .type = SHT_PROGBITS, .data = filler, .size = 100},
		{.name = ".twice", .type = SHT_PROGBITS, .data = filler, .size = 100},
		{.name = ".nobits", .type = SHT_NOBITS, .size = 100},
		{.name = ".note", .type = SHT_NOTE, .data = filler, .size = 100},
		{.name = ".group", .type = SHT_PROGBITS, .flags = SHF_GROUP, .data = filler,
		 .size = 10},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
	struct btf_file_change twice[] = {
		{.name = ".a", .data = filler, .size = 1},
		{.name = ".a"},
		{.name = ".a", .data = filler, .size = 2},
	};
	struct btf_file_change odd = {.name = ".a", .data = filler, .size = 1, .align = 3};
	struct btf_file_change moved = {
		.name = ".BTF", .data = filler + 1, .size = 90, .keeps_relocations = true};

	(void)state;
	assert_int_equal(refusal(&m, ".BTF", filler + 1, 100), BTF_CODE_SAVE_SECTION);
	assert_false(set(&m, ".BTF", filler, 100));
	/* who moves the relocations along says so; of these only the bytes of SHT_REL may change */
	assert_true(apply(&m, &moved, 1));
	moved.name = ".rela.BTF";
	moved.size = sizeof(rela);
	assert_int_equal(refusal_of(&m, &moved, 1), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal(&m, ".twice", filler + 1, 100), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal(&m, ".nobits", filler, 100), BTF_CODE_ELF_NOBITS);
	assert_int_equal(refusal(&m, ".note", filler + 1, 100), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal(&m, ".shstrtab", filler, 100), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal(&m, ".group", NULL, 0), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal_of(&m, twice, 3), BTF_CODE_SAVE_SECTION);
	assert_int_equal(refusal_of(&m, &odd, 1), BTF_CODE_SAVE_SECTION);
	made_free(&m);
}

/* sections that lie over each other: a changed one leaves, the other keeps its bytes */
static void overlapping_sections(void **state)
{
	struct made m = plain_elf(forms[2]);
	struct elf_section btf = section(&m, ".BTF"), data = section(&m, ".data");
	struct elf e;

	(void)state;
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
	make_number(ELFDATA2LSB, btf.offset + 10, 8, m.data + e.shoff + data.index * 64 + 24);
	assert_true(set(&m, ".BTF", filler + 77, 500));
	assert_int_not_equal(section(&m, ".BTF").offset, btf.offset);
	/* but the ELF header has to be written */
	assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
	make_number(ELFDATA2LSB, 60, 8, m.data + e.shoff + data.index * 64 + 24);
	assert_int_equal(refusal(&m, ".BTF", filler, 10), BTF_CODE_ELF_SECTION);
	made_free(&m);
}

/* bytes that belong to no section are somebody's all the same, unless they are zero */
static void unknown_bytes(void **state)
{
	struct made m = plain_elf(forms[2]);
	size_t end = m.size;

	(void)state;
	m.data = realloc(m.data, end + 100);
	memset(m.data + end, 0, 100);
	memcpy(m.data + end + 40, "appended", 8);
	m.size = end + 100;
	assert_true(set(&m, ".BTF", filler + 1, 2000));
	assert_memory_equal(m.data + end + 40, "appended", 8);
	assert_true(section(&m, ".BTF").offset >= end + 48);
	made_free(&m);
}

/* as clang writes objects: section names and symbol names in one table */
static void shared_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		bool wide = forms[i].class == ELFCLASS64;
		static const struct make_symbol null[] = {{0}};
		struct made st = make_symbols(forms[i].class, forms[i].order, null, 1);
		struct make_section s[] = {
			{.name = ".BTF", .type = SHT_PROGBITS, .data = filler, .size = 100},
			{.name = ".symtab", .type = SHT_SYMTAB, .data = st.data, .size = st.size,
			 .link = 3, .entsize = wide ? 24 : 16},
			{0},
		};
		struct made m = make_elf(forms[i].class, forms[i].order, ET_REL, s);
		struct elf_section strs = section(&m, ".shstrtab"), moved;
		struct elf e;

		assert_int_equal(strs.index, 3);
		assert_true(set(&m, ".BTF.base", filler, 30));
		moved = section(&m, ".BTF");
		assert_int_equal(moved.index, 1);
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		assert_int_equal(e.shnum, 6);
		assert_int_equal(e.shstrndx, 5);
		assert_int_equal(elf_section_at(&e, 3, &moved, NULL), 0);
		assert_int_equal(moved.offset, strs.offset);
		assert_int_equal(moved.size, strs.size);
		/* and from now on the names have a table of their own */
		assert_true(set(&m, ".BTF.ext", filler, 30));
		assert_int_equal(elf_init(&e, m.data, m.size, "x", 0, NULL), 0);
		assert_int_equal(e.shnum, 7);
		made_free(&m);
		made_free(&st);
	}
}

/* one more section makes the count too large for the ELF header, or it is already */
static void many_sections(void **state)
{
	static const u32 counts[] = {0xfefd, 0xfefe, 0xff00, 66000};
	struct make_section *s = calloc(66001, sizeof(*s));
	size_t i;
	u32 n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct form f = forms[i];
		struct made m;

		for (n = 0; n < counts[i]; n++)
			s[n] = (struct make_section){
				.name = ".t", .type = SHT_PROGBITS, .data = text, .size = 1};
		s[n] = (struct make_section){0};
		m = make_elf(f.class, f.order, ET_REL, s);
		assert_true(set(&m, ".BTF", filler, 30));
		assert_int_equal(section(&m, ".BTF").index, counts[i] + 2);
		assert_true(set(&m, ".BTF.base", filler, 30));
		assert_true(set(&m, ".BTF", filler, 40));
		assert_true(set(&m, ".BTF", NULL, 0));
		made_free(&m);
	}
	free(s);
}

static void compressed_section(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct made c = make_compressed(forms[i].class, forms[i].order, 2, filler, 3000);
		struct make_section s[] = {
			{.name = ".BTF", .type = SHT_PROGBITS, .flags = SHF_COMPRESSED,
			 .data = c.data, .size = c.size},
			{0},
		};
		struct made m = make_elf(forms[i].class, forms[i].order, ET_REL, s);

		assert_false(set(&m, ".BTF", filler, 3000));
		assert_true(set(&m, ".BTF", filler + 1, 3000));
		made_free(&m);
		made_free(&c);
	}
}

/* an index that symbols refer to is not given to another section */
static void symbols_keep_their_section(void **state)
{
	const struct make_symbol syms[] = {{0}, {0, 0, 0, STT_SECTION, 1}};
	struct made st = make_symbols(ELFCLASS64, ELFDATA2LSB, syms, 2);
	struct make_section s[] = {
		{.name = ".BTF.base", .type = SHT_PROGBITS, .data = filler, .size = 100},
		{.name = ".symtab", .type = SHT_SYMTAB, .data = st.data, .size = st.size,
		 .link = 3, .entsize = 24},
		{.name = ".strtab", .type = SHT_STRTAB, .data = "", .size = 1},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);

	(void)state;
	assert_true(set(&m, ".BTF.base", NULL, 0));
	assert_true(set(&m, ".new", filler, 10));
	assert_int_equal(section(&m, ".new").index, 5);
	made_free(&m);
	made_free(&st);
}

static void damaged_files(void **state)
{
	struct made m = plain_elf(forms[2]);
	struct btf_file_change c[] = {
		{.name = ".BTF", .data = filler + 9, .size = 777},
		{.name = ".BTF.base", .data = filler, .size = 333},
	};
	struct elf_edit edit;
	struct elf e;
	size_t i;
	int v;

	(void)state;
	for (i = 0; i < m.size; i++) {
		u8 was = m.data[i];

		for (v = 0; v < 256; v += 51) {
			m.data[i] = (u8)v;
			if (elf_init(&e, m.data, m.size, "x", 0, NULL))
				continue;
			if (!elf_edit_init(&edit, &e, c, 2, NULL)) {
				struct made new = {malloc(edit.size), edit.size};

				elf_edit_copy(&edit, &e, new.data);
				check_promise(&m, &new, c, 2);
				made_free(&new);
				elf_edit_deinit(&edit);
			}
			elf_deinit(&e);
		}
		m.data[i] = was;
	}
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replace),
		cmocka_unit_test(add_and_remove),
		cmocka_unit_test(same_again),
		cmocka_unit_test(no_growth),
		cmocka_unit_test(any_sequence),
		cmocka_unit_test(loaded_section),
		cmocka_unit_test(segments),
		cmocka_unit_test(refused),
		cmocka_unit_test(overlapping_sections),
		cmocka_unit_test(unknown_bytes),
		cmocka_unit_test(shared_names),
		cmocka_unit_test(many_sections),
		cmocka_unit_test(compressed_section),
		cmocka_unit_test(symbols_keep_their_section),
		cmocka_unit_test(damaged_files),
	};
	size_t i;

	for (i = 0; i < sizeof(filler); i++)
		filler[i] = (u8)(i * 2654435761u >> 24) | 1;
	return cmocka_run_group_tests_name("elf-edit", tests, NULL, NULL);
}
