// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Files told apart by content, what they say about themselves, and saving them, by the API. */
#include <btf/file.h>

#include "folder.h"

#include <errno.h>

#include "../elf/make.h"
#include "base/types.h"
#include "io/pack.h"

#define MARKER "~Module signature appended~\n"
static const char signature[] = "signature" "\0\0\2\0\0\0\0\0\0\0\0\x09" MARKER;
static const char modinfo[] = "license=GPL\0\0vermagic=6.1.0-42-amd64 SMP mod_unload \0name=mod\0";
static const char rodata[] = "x\0Linux version %s (\0Linux version 5.4 (no user)\0"
			     "Linux version 6.6.6-test+ (me@host) (gcc 12) #1 SMP\n";

/* the smallest blob there is, with one INT */
static const u8 blob[] = {
	0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 5, 0, 0, 0,
	1, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 32, 0, 0, 1, 0, 'i', 'n', 't', 0};
static u8 data[3000];

static struct made module(void)
{
	struct make_section s[] = {
		{.name = ".modinfo", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = modinfo,
		 .size = sizeof(modinfo)},
		{.name = ".BTF", .type = SHT_PROGBITS, .data = blob, .size = sizeof(blob)},
		{.name = ".empty", .type = SHT_PROGBITS},
		{0},
	};

	return make_elf(ELFCLASS64, ELFDATA2LSB, ET_REL, s);
}

static struct made kernel(void)
{
	struct make_section s[] = {
		{.name = ".rodata", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = rodata,
		 .size = sizeof(rodata)},
		{.name = ".BTF", .type = SHT_PROGBITS, .flags = SHF_ALLOC, .data = blob,
		 .size = sizeof(blob), .addr = 0x1000},
		{0},
	};

	return make_elf(ELFCLASS64, ELFDATA2LSB, ET_EXEC, s);
}

static struct btf_file *opened(const char *path)
{
	struct btf_file *f = btf_file__open(path, NULL, NULL);

	assert_non_null(f);
	assert_string_equal(btf_file__path(f), path);
	assert_int_equal(btf_file__info(f)->sz, sizeof(struct btf_file_info));
	return f;
}

static void expect_section(struct btf_file *f, const char *name, const void *bytes, size_t len)
{
	size_t size = 12345;
	const void *got = btf_file__section(f, name, &size, NULL);

	assert_non_null(got);
	assert_int_equal(size, len);
	if (len)
		assert_memory_equal(got, bytes, len);
}

static void expect_no_section(struct btf_file *f, const char *name)
{
	struct btf_report *r = btf_report__new();
	size_t size = 12345;

	errno = 0;
	assert_null(btf_file__section(f, name, &size, r));
	assert_int_equal(errno, ENODATA);
	assert_int_equal(size, 12345);
	assert_int_equal(btf_report__count(r), 0);
	btf_report__free(r);
}

static enum btf_code open_refused(const char *path, int err)
{
	struct btf_report *r = btf_report__new();
	enum btf_code code;

	errno = 0;
	assert_null(btf_file__open(path, NULL, r));
	assert_int_equal(errno, err);
	assert_int_equal(btf_report__count(r), 1);
	assert_string_equal(btf_report__get(r, 0)->file, path);
	code = btf_report__get(r, 0)->code;
	btf_report__free(r);
	return code;
}

static int set_in(struct btf_file *f, const char *path, const void *bytes, size_t size,
		  struct btf_save_opts opts, struct btf_report *r)
{
	struct btf_file_change c = {.name = ".BTF", .data = bytes, .size = size};

	opts.sz = sizeof(opts);
	return btf_file__save(f, path, &c, 1, &opts, r);
}

static enum btf_code set_refused(const char *path, struct btf_save_opts opts, int err)
{
	struct btf_report *r = btf_report__new();
	struct btf_file *f = opened(path);
	enum btf_code code;

	assert_int_equal(set_in(f, NULL, data, sizeof(data), opts, r), -err);
	assert_int_equal(btf_report__count(r), 1);
	code = btf_report__get(r, 0)->code;
	btf_report__free(r);
	btf_file__close(f);
	return code;
}

/* --- opening --- */

static void raw_btf(void **state)
{
	u8 swapped[sizeof(blob)];
	struct btf_file *f;

	(void)state;
	folder_put("raw", blob, sizeof(blob));
	f = opened("raw");
	assert_int_equal(btf_file__info(f)->carrier, BTF_CARRIER_RAW);
	assert_int_equal(btf_file__info(f)->compression, BTF_PLAIN);
	assert_int_equal(btf_file__info(f)->elf_class, 0);
	assert_int_equal(btf_file__info(f)->file_size, sizeof(blob));
	assert_false(btf_file__info(f)->big_endian);
	assert_null(btf_file__info(f)->release);
	assert_null(btf_file__info(f)->module);
	expect_section(f, ".BTF", blob, sizeof(blob));
	expect_no_section(f, ".BTF.base");
	assert_int_equal(btf_file__symbols(f, NULL, (void *)1, NULL, NULL), -ENODATA);
	btf_file__close(f);
	memcpy(swapped, blob, sizeof(blob));
	swapped[0] = 0xeb;
	swapped[1] = 0x9f;
	folder_put("swapped", swapped, sizeof(swapped));
	f = opened("swapped");
	assert_true(btf_file__info(f)->big_endian);
	btf_file__close(f);
}

/* as large as the files that are mapped and not read */
static void large_file(void **state)
{
	size_t size = 300000;
	u8 *big = calloc(1, size);
	struct btf_file *f;

	(void)state;
	memcpy(big, blob, sizeof(blob));
	big[size - 1] = 7;
	folder_put("raw", big, size);
	f = opened("raw");
	expect_section(f, ".BTF", big, size);
	btf_file__close(f);
	free(big);
}

static void module_file(void **state)
{
	struct made m = module();
	const struct btf_file_info *i;
	struct btf_file *f;

	(void)state;
	folder_put("whatever.txt", m.data, m.size);
	f = opened("whatever.txt");
	i = btf_file__info(f);
	assert_int_equal(i->carrier, BTF_CARRIER_ELF);
	assert_int_equal(i->elf_class, 64);
	assert_int_equal(i->elf_type, ET_REL);
	assert_int_equal(i->elf_machine, EM_X86_64);
	assert_false(i->is_signed);
	assert_string_equal(i->release, "6.1.0-42-amd64");
	assert_string_equal(i->module, "mod");
	expect_section(f, ".BTF", blob, sizeof(blob));
	expect_section(f, ".empty", NULL, 0);
	expect_no_section(f, ".BTF.base");
	btf_file__close(f);
	made_free(&m);
}

/* from before modules had their name in .modinfo */
static void old_module_name(void **state)
{
	u8 this_module[100] = {0};

	(void)state;
	for (int class = ELFCLASS32; class <= ELFCLASS64; class++) {
		struct make_section s[] = {
			{.name = ".modinfo", .type = SHT_PROGBITS, .data = "license=GPL", .size = 12},
			{.name = ".gnu.linkonce.this_module", .type = SHT_PROGBITS,
			 .data = this_module, .size = sizeof(this_module)},
			{0},
		};
		struct btf_file *f;
		struct made m;

		memset(this_module, 0, sizeof(this_module));
		strcpy((char *)this_module + (class == ELFCLASS64 ? 24 : 12), "old_one");
		m = make_elf(class, ELFDATA2MSB, ET_REL, s);
		f = btf_file__open_memory(m.data, m.size, "m", NULL, NULL);
		assert_non_null(f);
		assert_string_equal(btf_file__info(f)->module, "old_one");
		assert_null(btf_file__info(f)->release);
		assert_true(btf_file__info(f)->big_endian);
		btf_file__close(f);
		made_free(&m);
	}
}

static void kernel_file(void **state)
{
	struct made m = kernel();
	struct btf_file *f = btf_file__open_memory(m.data, m.size, NULL, NULL, NULL);

	(void)state;
	assert_non_null(f);
	assert_string_equal(btf_file__info(f)->release, "6.6.6-test+");
	assert_null(btf_file__info(f)->module);
	expect_section(f, ".BTF", blob, sizeof(blob));
	btf_file__close(f);
	made_free(&m);
}

static void compressed_files(void **state)
{
	static const enum btf_compression as[] = {
		[PACK_GZIP] = BTF_GZIP, [PACK_XZ] = BTF_XZ, [PACK_ZSTD] = BTF_ZSTD};
	static const enum pack_kind kinds[] = {PACK_GZIP, PACK_XZ, PACK_ZSTD};
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	struct made m = module();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct btf_file *f;
		struct buf b = {0};

		assert_int_equal(pack(kinds[i], m.data, m.size, "x", &b, NULL), 0);
		folder_put("m.ko", b.data, b.len);
		f = opened("m.ko");
		assert_int_equal(btf_file__info(f)->carrier, BTF_CARRIER_ELF);
		assert_int_equal(btf_file__info(f)->compression, as[kinds[i]]);
		assert_int_equal(btf_file__info(f)->file_size, b.len);
		assert_string_equal(btf_file__info(f)->module, "mod");
		expect_section(f, ".BTF", blob, sizeof(blob));
		btf_file__close(f);
		opts.max_size = m.size - 1;
		errno = 0;
		assert_null(btf_file__open("m.ko", &opts, NULL));
		assert_int_equal(errno, EFBIG);
		buf_deinit(&b);
		assert_int_equal(pack(kinds[i], blob, sizeof(blob), "x", &b, NULL), 0);
		folder_put("btf", b.data, b.len);
		f = opened("btf");
		assert_int_equal(btf_file__info(f)->carrier, BTF_CARRIER_RAW);
		expect_section(f, ".BTF", blob, sizeof(blob));
		btf_file__close(f);
		buf_deinit(&b);
	}
	made_free(&m);
}

static void not_such_files(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_int_equal(open_refused("absent", ENOENT), BTF_CODE_FILE_OPEN);
	assert_int_equal(open_refused(".", EISDIR), BTF_CODE_FILE_KIND);
	assert_int_equal(open_refused("/dev/zero", EINVAL), BTF_CODE_FILE_KIND);
	folder_put("empty", "", 0);
	assert_int_equal(open_refused("empty", EINVAL), BTF_CODE_FILE_EMPTY);
	folder_put("text", "hello world\n", 12);
	assert_int_equal(open_refused("text", EPROTO), BTF_CODE_FILE_UNKNOWN);
	folder_put("one", "\x9f", 1);
	assert_int_equal(open_refused("one", EPROTO), BTF_CODE_FILE_UNKNOWN);
	folder_put("elf", "\177ELF", 4);
	assert_int_equal(open_refused("elf", EINVAL), BTF_CODE_ELF_HEADER);
	folder_put("bz", "BZh91AY&SY", 10);
	assert_int_equal(open_refused("bz", EOPNOTSUPP), BTF_CODE_FILE_METHOD);
	assert_int_equal(pack(PACK_GZIP, data, 0, "x", &b, NULL), 0);
	folder_put("empty.gz", b.data, b.len);
	assert_int_equal(open_refused("empty.gz", EINVAL), BTF_CODE_FILE_EMPTY);
	folder_put("cut.gz", b.data, b.len - 1);
	assert_int_equal(open_refused("cut.gz", EINVAL), BTF_CODE_FILE_PACKED);
	buf_deinit(&b);
	assert_int_equal(pack(PACK_GZIP, (const u8 *)"hello", 5, "x", &b, NULL), 0);
	folder_put("text.gz", b.data, b.len);
	assert_int_equal(open_refused("text.gz", EPROTO), BTF_CODE_FILE_UNKNOWN);
	buf_deinit(&b);
	/* a FIFO that nobody writes to: no waiting */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(open_refused("fifo", EINVAL), BTF_CODE_FILE_EMPTY);
}

static void through_a_pipe(void **state)
{
	struct btf_file *f;
	char path[40];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], blob, sizeof(blob)), sizeof(blob));
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	f = opened(path);
	close(fds[0]);
	expect_section(f, ".BTF", blob, sizeof(blob));
	assert_int_equal(set_in(f, NULL, data, 10, (struct btf_save_opts){0}, NULL), -EOPNOTSUPP);
	assert_int_equal(set_in(f, "out", data, 10, (struct btf_save_opts){0}, NULL), 0);
	folder_expect("out", data, 10);
	btf_file__close(f);
}

static void bad_arguments(void **state)
{
	struct {
		struct btf_file_opts opts;
		u64 later;
	} newer = {.opts.sz = sizeof(newer)};
	struct btf_file_opts small = {.sz = 4};
	struct btf_file *f;

	(void)state;
	folder_put("raw", blob, sizeof(blob));
	errno = 0;
	assert_null(btf_file__open(NULL, NULL, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(btf_file__open("raw", &small, NULL));
	f = btf_file__open("raw", &newer.opts, NULL);
	assert_non_null(f);
	assert_null(btf_file__section(f, NULL, NULL, NULL));
	assert_non_null(btf_file__section(f, ".BTF", NULL, NULL));
	btf_file__close(f);
	newer.later = 1;
	assert_null(btf_file__open("raw", &newer.opts, NULL));
	assert_int_equal(btf_file__write(NULL, data, 1, NULL, NULL), -EINVAL);
	assert_int_equal(btf_file__save(NULL, "x", NULL, 0, NULL, NULL), -EINVAL);
	btf_file__close(NULL);
}

/* --- symbols --- */

static int see_symbol(void *ctx, const struct btf_file_symbol *s)
{
	struct btf_file_symbol *seen = ctx;

	while (seen->name)
		seen++;
	*seen = *s;
	return 0;
}

static void symbols(void **state)
{
	const struct make_symbol syms[] = {
		{0}, {1, 0x1008, 4, STT_OBJECT, 1}, {3, 0x10, 8, STT_NOTYPE, SHN_ABS}};

	(void)state;
	for (int type = ET_REL; type <= ET_EXEC; type++) {
		struct made st = make_symbols(ELFCLASS64, ELFDATA2MSB, syms, 3);
		struct make_section s[] = {
			{.name = ".BTF_ids", .type = SHT_PROGBITS, .flags = SHF_ALLOC,
			 .data = data, .size = 64, .addr = 0x1000},
			{.name = ".symtab", .type = SHT_SYMTAB, .data = st.data,
			 .size = st.size, .link = 3, .entsize = 24},
			{.name = ".strtab", .type = SHT_STRTAB, .data = "\0a\0b", .size = 5},
			{0},
		};
		struct made m = make_elf(ELFCLASS64, ELFDATA2MSB, type, s);
		struct btf_file *f = btf_file__open_memory(m.data, m.size, "m", NULL, NULL);
		struct btf_file_symbol seen[5] = {{0}}, in[5] = {{0}};

		assert_int_equal(btf_file__symbols(f, NULL, see_symbol, seen, NULL), 0);
		assert_string_equal(seen[0].name, "a");
		assert_string_equal(seen[0].section, ".BTF_ids");
		assert_int_equal(seen[0].value, 0x1008);
		assert_int_equal(seen[0].section_offset, type == ET_REL ? 0x1008 : 8);
		assert_int_equal(seen[0].size, 4);
		assert_string_equal(seen[1].name, "b");
		assert_null(seen[1].section);
		assert_null(seen[2].name);
		assert_int_equal(btf_file__symbols(f, ".BTF_ids", see_symbol, in, NULL), 0);
		assert_non_null(in[0].name);
		assert_null(in[1].name);
		assert_int_equal(btf_file__symbols(f, ".none", see_symbol, in + 1, NULL), 0);
		assert_null(in[1].name);
		btf_file__close(f);
		made_free(&m);
		made_free(&st);
	}
}

/* --- kernel images --- */

static void put_le32(u8 *p, u32 v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (u8)(v >> (8 * i));
}

static struct btf_file *open_image(const struct buf *b)
{
	struct btf_file *f = btf_file__open_memory(b->data, b->len, "image", NULL, NULL);

	assert_non_null(f);
	assert_int_equal(btf_file__info(f)->carrier, BTF_CARRIER_IMAGE);
	return f;
}

static struct buf x86_image(bool with_header)
{
	struct made m = kernel();
	struct buf b = {0}, packed = {0};
	void *p;

	assert_int_equal(buf_add_zero(&b, 3 * 512 + 100, &p), 0);
	memcpy(b.data, "MZ", 2);
	/* bytes that look like the start of something compressed, and are not */
	memcpy(b.data + 700, "\x1f\x8b\x08\0\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", 17);
	if (with_header) {
		b.data[0x1f1] = 2;
		memcpy(b.data + 0x1fe, "\x55\xaa", 2);
		memcpy(b.data + 0x202, "HdrS\x0f\x02", 6);
		memcpy(b.data + 0x20e, "\0\x04", 2); /* 0x200 + 0x400 */
		strcpy((char *)b.data + 0x600, "7.7.7-image (me@host) #1 SMP");
	}
	assert_int_equal(pack(PACK_XZ, m.data, m.size, "x", &packed, NULL), 0);
	if (with_header) {
		put_le32(b.data + 0x248, 100);
		put_le32(b.data + 0x24c, (u32)packed.len + 4);
	}
	buf_add(&b, packed.data, packed.len);
	buf_add(&b, "\x34\x12\0\0", 4);
	buf_add(&b, "rest of the image", 17);
	buf_deinit(&packed);
	made_free(&m);
	return b;
}

static void x86_kernel_image(void **state)
{
	struct buf b = x86_image(true);
	struct btf_file *f = open_image(&b);

	(void)state;
	assert_int_equal(btf_file__info(f)->compression, BTF_XZ);
	assert_string_equal(btf_file__info(f)->release, "7.7.7-image");
	assert_int_equal(btf_file__info(f)->elf_class, 64);
	expect_section(f, ".BTF", blob, sizeof(blob));
	assert_int_equal(set_in(f, "out", data, 10, (struct btf_save_opts){0}, NULL), -EOPNOTSUPP);
	btf_file__close(f);
	buf_deinit(&b);
}

static void searched_image(void **state)
{
	struct buf b = x86_image(false);
	struct btf_file *f = open_image(&b);

	(void)state;
	assert_string_equal(btf_file__info(f)->release, "6.6.6-test+");
	expect_section(f, ".BTF", blob, sizeof(blob));
	btf_file__close(f);
	buf_deinit(&b);
}

/* no ELF in it: the BTF is found by its header, and a smaller or broken one is not taken for it */
static struct buf flat_image(void)
{
	struct buf b = {0};
	void *p;

	assert_int_equal(buf_add_zero(&b, 200, &p), 0);
	memcpy(b.data, "MZ", 2);
	memcpy(b.data + 0x38, "ARM\x64", 4);
	buf_add(&b, rodata, sizeof(rodata));
	buf_add(&b, blob, 30);
	buf_add(&b, blob, sizeof(blob));
	buf_add(&b, "more", 4);
	return b;
}

static void flat_images(void **state)
{
	struct buf flat = flat_image(), b = {0}, packed = {0};
	struct btf_file *f = open_image(&flat);
	void *p;

	(void)state;
	assert_int_equal(btf_file__info(f)->compression, BTF_PLAIN);
	assert_int_equal(btf_file__info(f)->elf_class, 0);
	assert_string_equal(btf_file__info(f)->release, "6.6.6-test+");
	expect_section(f, ".BTF", blob, sizeof(blob));
	expect_no_section(f, ".BTF_ids");
	btf_file__close(f);
	/* as a file of its own, compressed */
	assert_int_equal(pack(PACK_GZIP, flat.data, flat.len, "x", &packed, NULL), 0);
	f = open_image(&packed);
	assert_int_equal(btf_file__info(f)->compression, BTF_GZIP);
	expect_section(f, ".BTF", blob, sizeof(blob));
	btf_file__close(f);
	/* in an EFI zboot image */
	assert_int_equal(buf_add_zero(&b, 600, &p), 0);
	memcpy(b.data, "MZ\0\0zimg", 8);
	put_le32(b.data + 8, 600);
	put_le32(b.data + 12, (u32)packed.len);
	memcpy(b.data + 24, "gzip", 4);
	buf_add(&b, packed.data, packed.len);
	f = open_image(&b);
	expect_section(f, ".BTF", blob, sizeof(blob));
	btf_file__close(f);
	buf_deinit(&flat);
	buf_deinit(&packed);
	buf_deinit(&b);
}

static void image_without_btf(void **state)
{
	(void)state;
	memcpy(data, "MZ", 2);
	folder_put("image", data, sizeof(data));
	assert_int_equal(open_refused("image", EINVAL), BTF_CODE_FILE_IMAGE);
}

static void damaged_images(void **state)
{
	struct buf b = x86_image(true);
	struct btf_file_opts opts = {.sz = sizeof(opts), .max_size = 1 << 20};
	size_t n;

	(void)state;
	for (n = 0; n < b.len; n++) {
		u8 *copy = malloc(n ? n : 1);

		memcpy(copy, b.data, n);
		btf_file__close(btf_file__open_memory(copy, n, "i", &opts, NULL));
		free(copy);
		b.data[n] ^= 0x55;
		btf_file__close(btf_file__open_memory(b.data, b.len, "i", &opts, NULL));
		b.data[n] ^= 0x55;
	}
	buf_deinit(&b);
}

/* --- saving --- */

static void saved_elf(void **state)
{
	struct made m = module();
	struct btf_file *f;

	(void)state;
	folder_put("m.ko", m.data, m.size);
	f = opened("m.ko");
	/* to another name: the old one stays */
	assert_int_equal(set_in(f, "n.ko", data, 777, (struct btf_save_opts){0}, NULL), 0);
	folder_expect("m.ko", m.data, m.size);
	assert_int_equal(set_in(f, NULL, data, 888, (struct btf_save_opts){0}, NULL), 0);
	btf_file__close(f);
	f = opened("n.ko");
	expect_section(f, ".BTF", data, 777);
	expect_section(f, ".modinfo", modinfo, sizeof(modinfo));
	btf_file__close(f);
	f = opened("m.ko");
	expect_section(f, ".BTF", data, 888);
	btf_file__close(f);
	made_free(&m);
}

static void untouched_when_same(void **state)
{
	struct made m = module();
	struct stat before, after;
	struct btf_file *f;
	struct btf_file_change c[] = {
		{.name = ".BTF", .data = blob, .size = sizeof(blob)}, {.name = ".BTF.base"}};

	(void)state;
	folder_put("m.ko", m.data, m.size);
	/* not even hard links or a signature are in the way of doing nothing */
	assert_int_equal(link("m.ko", "other"), 0);
	assert_int_equal(stat("m.ko", &before), 0);
	f = opened("m.ko");
	assert_int_equal(btf_file__save(f, NULL, c, 2, NULL, NULL), 0);
	assert_int_equal(btf_file__save(f, NULL, NULL, 0, NULL, NULL), 0);
	assert_int_equal(stat("m.ko", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	/* but a file that is asked for is made */
	assert_int_equal(btf_file__save(f, "copy", c, 2, NULL, NULL), 0);
	folder_expect("copy", m.data, m.size);
	btf_file__close(f);
	made_free(&m);
}

static void signed_module(void **state)
{
	struct made m = module();
	struct btf_file *f;
	struct stat st;
	struct buf b = {0};

	(void)state;
	buf_add(&b, m.data, m.size);
	buf_add(&b, signature, sizeof(signature) - 1);
	folder_put("m.ko", b.data, b.len);
	f = opened("m.ko");
	assert_true(btf_file__info(f)->is_signed);
	expect_section(f, ".BTF", blob, sizeof(blob));
	assert_int_equal(set_in(f, NULL, blob, sizeof(blob), (struct btf_save_opts){0}, NULL), 0);
	folder_expect("m.ko", b.data, b.len);
	btf_file__close(f);
	assert_int_equal(set_refused("m.ko", (struct btf_save_opts){0}, EPERM),
			 BTF_CODE_MODULE_SIGNED);
	folder_expect("m.ko", b.data, b.len);
	f = opened("m.ko");
	assert_int_equal(set_in(f, NULL, data, 20, (struct btf_save_opts){.strip_signature = true},
				NULL), 0);
	btf_file__close(f);
	f = opened("m.ko");
	assert_false(btf_file__info(f)->is_signed);
	expect_section(f, ".BTF", data, 20);
	btf_file__close(f);
	assert_int_equal(stat("m.ko", &st), 0);
	assert_true(st.st_size <= (off_t)m.size);
	buf_deinit(&b);
	made_free(&m);
}

static void saved_compressed(void **state)
{
	static const enum pack_kind kinds[] = {PACK_GZIP, PACK_XZ, PACK_ZSTD};
	struct made m = module();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct buf b = {0}, raw = {0};
		struct btf_file *f;

		assert_int_equal(pack(kinds[i], m.data, m.size, "x", &b, NULL), 0);
		folder_put("m.ko", b.data, b.len);
		f = opened("m.ko");
		assert_int_equal(set_in(f, NULL, data, 999, (struct btf_save_opts){0}, NULL), 0);
		btf_file__close(f);
		f = opened("m.ko");
		assert_int_not_equal(btf_file__info(f)->compression, BTF_PLAIN);
		expect_section(f, ".BTF", data, 999);
		btf_file__close(f);
		assert_int_equal(pack(kinds[i], blob, sizeof(blob), "x", &raw, NULL), 0);
		folder_put("raw", raw.data, raw.len);
		f = opened("raw");
		assert_int_equal(set_in(f, NULL, blob, 40, (struct btf_save_opts){0}, NULL), 0);
		btf_file__close(f);
		f = opened("raw");
		assert_int_not_equal(btf_file__info(f)->compression, BTF_PLAIN);
		expect_section(f, ".BTF", blob, 40);
		btf_file__close(f);
		buf_deinit(&b);
		buf_deinit(&raw);
	}
	made_free(&m);
}

static void saved_raw(void **state)
{
	struct btf_file_change base = {.name = ".BTF.base", .data = data, .size = 10};
	struct btf_file_change gone = {.name = ".BTF"};
	struct btf_file_change no_base = {.name = ".BTF.base"};
	struct btf_file *f;

	(void)state;
	folder_put("raw", blob, sizeof(blob));
	f = opened("raw");
	assert_int_equal(btf_file__save(f, NULL, &base, 1, NULL, NULL), -EOPNOTSUPP);
	assert_int_equal(btf_file__save(f, NULL, &gone, 1, NULL, NULL), -EOPNOTSUPP);
	assert_int_equal(btf_file__save(f, NULL, &no_base, 1, NULL, NULL), 0);
	folder_expect("raw", blob, sizeof(blob));
	assert_int_equal(set_in(f, NULL, data, 100, (struct btf_save_opts){0}, NULL), 0);
	folder_expect("raw", data, 100);
	btf_file__close(f);
}

static void from_memory(void **state)
{
	struct btf_report *r = btf_report__new();
	struct made m = module();
	struct btf_file *f = btf_file__open_memory(m.data, m.size, "m", NULL, NULL);

	(void)state;
	assert_int_equal(set_in(f, NULL, data, 10, (struct btf_save_opts){0}, r), -EOPNOTSUPP);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_SAVE_CARRIER);
	assert_int_equal(folder_count(), 0);
	assert_int_equal(set_in(f, "out", data, 10, (struct btf_save_opts){0}, NULL), 0);
	assert_int_equal(folder_count(), 1);
	btf_file__close(f);
	made_free(&m);
	btf_report__free(r);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(raw_btf),
		IN_FOLDER(large_file),
		IN_FOLDER(module_file),
		IN_FOLDER(old_module_name),
		IN_FOLDER(kernel_file),
		IN_FOLDER(compressed_files),
		IN_FOLDER(not_such_files),
		IN_FOLDER(through_a_pipe),
		IN_FOLDER(bad_arguments),
		IN_FOLDER(symbols),
		IN_FOLDER(x86_kernel_image),
		IN_FOLDER(searched_image),
		IN_FOLDER(flat_images),
		IN_FOLDER(image_without_btf),
		IN_FOLDER(damaged_images),
		IN_FOLDER(saved_elf),
		IN_FOLDER(untouched_when_same),
		IN_FOLDER(signed_module),
		IN_FOLDER(saved_compressed),
		IN_FOLDER(saved_raw),
		IN_FOLDER(from_memory),
	};

	memset(data, 0xa5, sizeof(data));
	return cmocka_run_group_tests_name("io-file", tests, NULL, NULL);
}
