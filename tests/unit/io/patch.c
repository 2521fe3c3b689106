// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A section written over where it lies: nothing else changes, and whatever is odd is refused. */
#include "folder.h"

#include <btf/file.h>

#include <errno.h>
#include <gelf.h>
#include <sys/wait.h>

#include "../elf/make.h"

#define NAME ".BTF_ids"

static const char old[] = "the old ids 1234";
static const char new[] = "the NEW ids 5678";

/* the section is the second one; `old` stands in the first too */
static struct made put_elf(const char *path, uint64_t flags)
{
	struct make_section s[] = {
		{.name = ".text", .type = SHT_PROGBITS, .data = old, .size = 16, .align = 4},
		{.name = NAME,
		 .type = SHT_PROGBITS,
		 .flags = flags,
		 .data = old,
		 .size = 16,
		 .align = 1},
		{.name = ".bss", .type = SHT_NOBITS, .size = 4096, .align = 4},
		{0},
	};
	struct made m = make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);

	folder_put(path, m.data, m.size);
	return m;
}

/* offset of the second `old` in the file, which is the section's */
static size_t section_at(const struct made *m)
{
	const uint8_t *first = memmem(m->data, m->size, old, 16), *second;

	assert_non_null(first);
	second = memmem(first + 16, m->size - (size_t)(first + 16 - m->data), old, 16);
	assert_non_null(second);
	return (size_t)(second - m->data);
}

static int patch(struct btf_file *f, const char *section, const void *data, size_t size,
		 enum btf_code *code)
{
	const struct btf_save_opts opts = {.sz = sizeof(opts), .no_fsync = true};
	struct btf_report *r = btf_report__new();
	int err = btf_file__patch(f, section, data, size, &opts, r);

	*code = btf_report__count(r) ? btf_report__get(r, 0)->code : 0;
	assert_int_equal(btf_report__count(r), err != 0);
	btf_report__free(r);
	return err;
}

static struct btf_file *open_file(const char *path)
{
	struct btf_file *f = btf_file__open(path, NULL, NULL);

	assert_non_null(f);
	return f;
}

static void only_the_section(void **state)
{
	struct made m = put_elf("a", 0);
	struct btf_file *f = open_file("a");
	struct stat before, after;
	enum btf_code code;

	(void)state;
	assert_int_equal(link("a", "b"), 0);
	assert_int_equal(stat("a", &before), 0);
	assert_int_equal(patch(f, NAME, new, 16, &code), 0);
	memcpy(m.data + section_at(&m), new, 16);
	folder_expect("a", m.data, m.size);
	folder_expect("b", m.data, m.size);
	assert_int_equal(stat("a", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	btf_file__close(f);
	/* with fsync, and no report */
	f = open_file("a");
	assert_int_equal(btf_file__patch(f, NAME, old, 16, NULL, NULL), 0);
	btf_file__close(f);
	made_free(&m);
}

/* nothing would change: not even a file that cannot be written to is opened */
static void the_same_bytes(void **state)
{
	struct made m = put_elf("a", 0);
	struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
	struct btf_file *f;
	struct stat st;
	enum btf_code code;

	(void)state;
	assert_int_equal(utimensat(AT_FDCWD, "a", long_ago, 0), 0);
	f = open_file("a");
	assert_int_equal(unlink("a"), 0);
	assert_int_equal(patch(f, NAME, old, 16, &code), 0);
	assert_int_equal(patch(f, NAME, new, 16, &code), -ENOENT);
	assert_int_equal(code, BTF_CODE_SAVE_WRITE);
	assert_int_equal(stat("a", &st), -1);
	btf_file__close(f);
	made_free(&m);
}

static void changed_meanwhile(void **state)
{
	struct made m = put_elf("a", 0), copy;
	struct btf_file *f = open_file("a");
	size_t at = section_at(&m);
	enum btf_code code;
	int fd;

	(void)state;
	/* another file of that name: longer; of other bytes there; another header */
	for (int i = 0; i < 3; i++) {
		copy = put_elf("new", 0);
		fd = open("new", O_WRONLY);
		assert_true(fd >= 0);
		assert_int_equal(pwrite(fd, "x", 1,
					i == 0	 ? (off_t)m.size
					: i == 1 ? (off_t)at
						 : 24),
				 1);
		close(fd);
		assert_int_equal(rename("new", "a"), 0);
		assert_int_equal(patch(f, NAME, new, 16, &code), -EBUSY);
		assert_int_equal(code, BTF_CODE_SAVE_CHANGED);
		made_free(&copy);
	}
	/* the same again, though another file: it is what was read */
	folder_put("a", m.data, m.size);
	assert_int_equal(patch(f, NAME, new, 16, &code), 0);
	btf_file__close(f);
	made_free(&m);
}

static void refused(void **state)
{
	struct made m = put_elf("a", 0);
	struct btf_file *f = open_file("a");
	enum btf_code code;

	(void)state;
	assert_int_equal(patch(f, NAME, new, 12, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_SAVE_SIZE);
	assert_int_equal(patch(f, ".none", new, 16, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_SAVE_SECTION);
	assert_int_equal(patch(f, ".bss", new, 16, &code), -EINVAL);
	assert_int_equal(code, BTF_CODE_SAVE_SECTION);
	assert_int_equal(btf_file__patch(f, NULL, new, 16, NULL, NULL), -EINVAL);
	assert_int_equal(btf_file__patch(NULL, NAME, new, 16, NULL, NULL), -EINVAL);
	assert_int_equal(btf_file__patch(f, NAME, NULL, 16, NULL, NULL), -EINVAL);
	btf_file__close(f);
	folder_expect("a", m.data, m.size);
	/* from memory; raw BTF */
	f = btf_file__open_memory(m.data, m.size, "memory", NULL, NULL);
	assert_int_equal(patch(f, NAME, new, 16, &code), -EOPNOTSUPP);
	assert_int_equal(code, BTF_CODE_SAVE_CARRIER);
	btf_file__close(f);
	made_free(&m);
}

/* the section table says that two sections share bytes, or one lies over a header */
static void over_something_else(void **state)
{
	struct made m = put_elf("a", 0);
	Elf64_Ehdr head;
	Elf64_Shdr section;
	uint64_t offsets[3];
	enum btf_code code;
	struct btf_file *f;
	size_t at;

	(void)state;
	memcpy(&head, m.data, sizeof(head));
	at = head.e_shoff + 2 * sizeof(section);
	memcpy(&section, m.data + at, sizeof(section));
	offsets[0] = section.sh_offset - 16; /* .text's */
	offsets[1] = 8;
	offsets[2] = head.e_shoff + 8;
	for (int i = 0; i < 3; i++) {
		section.sh_offset = offsets[i];
		memcpy(m.data + at, &section, sizeof(section));
		folder_put("a", m.data, m.size);
		f = open_file("a");
		assert_int_equal(patch(f, NAME, new, 16, &code), -EINVAL);
		assert_int_equal(code, BTF_CODE_ELF_SECTION);
		btf_file__close(f);
		folder_expect("a", m.data, m.size);
	}
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_the_section, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(the_same_bytes, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(changed_meanwhile, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(refused, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(over_something_else, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
