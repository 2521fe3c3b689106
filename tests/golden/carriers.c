// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * carriers DIR: each file that DIR/MANIFEST lists for opening or saving is refused with exactly the
 * code that stands there, and each code of theirs has a file.
 * carriers --write DIR: makes those files; MANIFEST is written by hand.
 *
 * WHAT of a line of MANIFEST is here:
 *   open     btf_file__open refuses it
 *   bounded  the same, where at most 4096 bytes may come out of decompressing
 *   section  it opens, but .BTF cannot be read
 *   symbols  it opens, but its symbols cannot be read
 *   debug    it opens, but its debug sections cannot be read
 *   save     it opens, but .BTF cannot be set to eight zero bytes; or it can, with a warning
 */
#include <btf/file.h>

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"
#include "elf/debug.h"
#include "io/pack.h"

static int failed, passed;

/* ---- making ---- */

static void put(u8 *p, u64 v, int n)
{
	while (n--) {
		*p++ = (u8)v;
		v >>= 8;
	}
}

static void write_file(const char *dir, const char *name, const void *data, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f)) {
		perror(path);
		exit(2);
	}
}

struct section {
	const char *name;
	u32 type;
	u64 flags;
	const char *data;
	u64 size; /* as stated; past the end of the file if it is large */
	u32 link, entsize;
};

/* a little-endian ELF64 module with at most six sections, data of up to 64 bytes each */
static size_t make_elf(const struct section *s, size_t cnt, u8 out[2048])
{
	u8 *h = out + 512, *names = out + 448, *row;
	size_t i, at = 1;

	memset(out, 0, 2048);
	memcpy(out, ELFMAG "\2\1\1", 7);
	put(out + 16, ET_REL, 2);
	put(out + 18, EM_X86_64, 2);
	put(out + 20, 1, 4);
	put(out + 40, 512, 8);
	put(out + 52, 64, 2);
	put(out + 58, 64, 2);
	put(out + 60, cnt + 2, 2);
	put(out + 62, cnt + 1, 2);
	for (i = 0; i < cnt; i++) {
		row = h + 64 * (i + 1);
		put(row, at, 4);
		put(row + 4, s[i].type, 4);
		put(row + 8, s[i].flags, 8);
		put(row + 24, 64 + 64 * i, 8);
		put(row + 32, s[i].size, 8);
		put(row + 40, s[i].link, 4);
		put(row + 44, s[i].type == SHT_RELA, 4); /* they apply to the first section */
		put(row + 48, 1, 8);
		put(row + 56, s[i].entsize, 8);
		memcpy(out + 64 + 64 * i, s[i].data, min_of(s[i].size, (u64)64));
		memcpy(names + at, s[i].name, strlen(s[i].name) + 1);
		at += strlen(s[i].name) + 1;
	}
	row = h + 64 * (cnt + 1);
	put(row, at, 4);
	put(row + 4, SHT_STRTAB, 4);
	put(row + 24, 448, 8);
	put(row + 32, 64, 8);
	memcpy(names + at, ".shstrtab", 10);
	return (size_t)(row + 64 - out);
}

static const char bytes[64] = "sixty-four bytes";
static const char zeros[64];
static const char packed[64] = "\1\0\0\0\0\0\0\0\x20\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0not zlib";
static const char signature[] = "sig\0\0\2\0\0\0\0\0\0\0\0\3~Module signature appended~\n";

static void write_elves(const char *dir)
{
	static const struct {
		const char *name;
		struct section s[2];
	} files[] = {
		{"elf-section-outside.ko", {{".BTF", SHT_PROGBITS, 0, bytes, 1 << 20, 0, 0}}},
		{"elf-no-bits.ko", {{".BTF", SHT_NOBITS, 0, bytes, 30, 0, 0}}},
		{"elf-compressed.ko", {{".BTF", SHT_PROGBITS, SHF_COMPRESSED, packed, 40, 0, 0}}},
		{"elf-symbols.ko",
		 {{".BTF", SHT_PROGBITS, 0, bytes, 30, 0, 0},
		  {".symtab", SHT_SYMTAB, 0, bytes, 48, 77, 24}}},
		{"save-twice.ko",
		 {{".BTF", SHT_PROGBITS, 0, bytes, 30, 0, 0},
		  {".BTF", SHT_PROGBITS, 0, bytes, 30, 0, 0}}},
		{"save-alloc.ko", {{".BTF", SHT_PROGBITS, SHF_ALLOC, bytes, 7, 0, 0}}},
		{"save-alloc-shrunk.ko", {{".BTF", SHT_PROGBITS, SHF_ALLOC, bytes, 9, 0, 0}}},
	};
	u8 out[4096];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		n = make_elf(files[i].s, files[i].s[1].name ? 2 : 1, out);
		write_file(dir, files[i].name, out, n);
	}
	n = make_elf(files[1].s, 1, out);
	write_file(dir, "elf-header-cut.ko", out, 60);
	write_file(dir, "elf-table-cut.ko", out, n - 1);
	n = make_elf(&(struct section){".BTF", SHT_PROGBITS, 0, bytes, 30, 0, 0}, 1, out);
	memcpy(out + n, signature, sizeof(signature) - 1);
	write_file(dir, "save-signed.ko", out, n + sizeof(signature) - 1);
	/* the names' 64 bytes end where the headers begin: now they reach into them */
	put(out + 512 + 64 * 2 + 32, 128, 8);
	write_file(dir, "save-names.ko", out, n);
}

/* .debug_info with one relocation that cannot be applied */
static void write_relocations(const char *dir)
{
	static const struct {
		const char *name;
		char type, symbol;
		u64 offset, addend;
		u32 entsize;
	} files[] = {
		{"elf-reloc-entries.ko", R_X86_64_32, 0, 0, 0, 16},
		{"elf-reloc-type.ko", R_X86_64_GOTPCREL, 0, 0, 0, 24},
		{"elf-reloc-offset.ko", R_X86_64_32, 0, 61, 0, 24},
		{"elf-reloc-symbol.ko", R_X86_64_32, 1, 0, 0, 24},
		{"elf-reloc-value.ko", R_X86_64_32, 0, 0, 1ull << 32, 24},
	};
	char entry[64] = {0};
	u8 out[4096];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		const struct section s[] = {
			{".debug_info", SHT_PROGBITS, 0, bytes, 64, 0, 0},
			{".rela.debug_info", SHT_RELA, 0, entry, 24, 3, files[i].entsize},
			{".symtab", SHT_SYMTAB, 0, zeros, 24, 4, 24},
			{".strtab", SHT_STRTAB, 0, zeros, 1, 0, 0},
		};

		put((u8 *)entry, files[i].offset, 8);
		entry[8] = files[i].type;
		entry[12] = files[i].symbol;
		put((u8 *)entry + 16, files[i].addend, 8);
		n = make_elf(s, ARRAY_SIZE(s), out);
		write_file(dir, files[i].name, out, n);
	}
}

static void write_packed(const char *dir)
{
	u8 raw[5000] = {0}, image[1024] = {0};
	struct buf b = {0};

	memcpy(raw, "\x9f\xeb\1", 3);
	if (pack(PACK_GZIP, raw, sizeof(raw), NULL, &b, NULL))
		exit(2);
	write_file(dir, "file-too-big.btf.gz", b.data, b.len);
	write_file(dir, "file-damaged.btf.gz", b.data, b.len - 9);
	buf_deinit(&b);
	write_file(dir, "file-bzip2.ko.bz2", "BZh91AY&SY", 10);
	write_file(dir, "file-empty", "", 0);
	write_file(dir, "file-text", "hello\n", 6);
	memcpy(image, "MZ", 2);
	memcpy(image + 0x1fe, "\x55\xaaxxHdrS\x0f\2", 10);
	write_file(dir, "file-image", image, sizeof(image));
	/* raw BTF in an lz4 frame of one stored block */
	write_file(dir, "save-carrier.btf.lz4",
		   "\x04\x22\x4d\x18\x60\x40\x82\x04\0\0\x80\x9f\xeb\1\0\0\0\0\0", 19);
}

/* ---- testing ---- */

static int set_btf(struct btf_file *f, struct btf_report *r)
{
	static const u8 eight[8];
	struct btf_file_change c = {.name = ".BTF", .data = eight, .size = sizeof(eight)};

	return btf_file__save(f, "/dev/null", &c, 1, NULL, r);
}

static int count(void *ctx, const struct btf_file_symbol *s)
{
	(void)s;
	++*(size_t *)ctx;
	return 0;
}

static void read_debug(const char *path, struct btf_report *r)
{
	struct debug_opts opts = {0};
	struct debug_image image;
	u8 data[4096];
	struct elf e;
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f)
		return;
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	if (elf_init(&e, data, n, path, 0, r))
		return;
	if (!debug_image_init(&image, &e, &opts, r))
		debug_image_deinit(&image);
	elf_deinit(&e);
}

/* what the line is about; the code of the finding is in r */
static void provoke(const char *path, const char *what, struct btf_report *r)
{
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	struct btf_file *f;
	size_t n = 0;

	if (!strcmp(what, "debug"))
		return read_debug(path, r);
	if (!strcmp(what, "bounded"))
		opts.max_size = 4096;
	f = btf_file__open(path, &opts, r);
	if (!f)
		return;
	if (!strcmp(what, "section"))
		btf_file__section(f, ".BTF", &n, r);
	else if (!strcmp(what, "symbols"))
		btf_file__symbols(f, NULL, count, &n, r);
	else if (!strcmp(what, "save"))
		set_btf(f, r);
	btf_file__close(f);
}

static bool is_ours(const char *what)
{
	static const char *const all[] = {"open", "bounded", "section", "symbols", "debug", "save"};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(what, all[i]))
			return true;
	return false;
}

static void check_line(const char *dir, const char *file, const char *code, const char *what)
{
	struct btf_report *r = btf_report__new();
	const char *got = "nothing";
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	provoke(path, what, r);
	if (btf_report__count(r) == 1)
		got = btf_code__name(btf_report__get(r, 0)->code);
	else if (btf_report__count(r))
		got = "several findings";
	if (!strcmp(got, code)) {
		passed++;
	} else {
		failed++;
		printf("%s: %s: expected %s, got %s\n", file, what, code, got);
	}
	btf_report__free(r);
}

/* codes of files, but for those that depend on more than the file: their tests are unit tests */
static bool needs_file(enum btf_code code)
{
	switch (code) {
	case BTF_CODE_FILE_EMPTY:
	case BTF_CODE_FILE_UNKNOWN:
	case BTF_CODE_FILE_TOO_BIG:
	case BTF_CODE_FILE_PACKED:
	case BTF_CODE_FILE_METHOD:
	case BTF_CODE_FILE_IMAGE:
	case BTF_CODE_ELF_HEADER:
	case BTF_CODE_ELF_SECTION:
	case BTF_CODE_ELF_NOBITS:
	case BTF_CODE_ELF_COMPRESSED:
	case BTF_CODE_ELF_SYMBOLS:
	case BTF_CODE_ELF_RELOC:
	case BTF_CODE_ELF_RELOC_TYPE:
	case BTF_CODE_ELF_RELOC_OFFSET:
	case BTF_CODE_ELF_RELOC_SYMBOL:
	case BTF_CODE_ELF_RELOC_VALUE:
	case BTF_CODE_SAVE_SECTION:
	case BTF_CODE_SAVE_ALLOC:
	case BTF_CODE_SAVE_ALLOC_SHRUNK:
	case BTF_CODE_SAVE_CARRIER:
	case BTF_CODE_MODULE_SIGNED:
		return true;
	default:
		return false;
	}
}

static void check_codes(const bool *seen)
{
	for (int i = 0; i < BTF_CODE_CNT; i++) {
		if (!needs_file((enum btf_code)i))
			continue;
		if (seen[i]) {
			passed++;
			continue;
		}
		failed++;
		printf("no file provokes %s\n", btf_code__name((enum btf_code)i));
	}
}

int main(int argc, char **argv)
{
	char line[1024], file[256], code[64], what[32];
	bool seen[BTF_CODE_CNT] = {false};
	FILE *f;

	if (argc == 3 && !strcmp(argv[1], "--write")) {
		write_elves(argv[2]);
		write_relocations(argv[2]);
		write_packed(argv[2]);
		return 0;
	}
	if (argc != 2)
		return 2;
	snprintf(line, sizeof(line), "%s/MANIFEST", argv[1]);
	f = fopen(line, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (*line == '#' || sscanf(line, "%255s %63s %31s", file, code, what) != 3 ||
		    !is_ours(what))
			continue;
		check_line(argv[1], file, code, what);
		for (int i = 0; i < BTF_CODE_CNT; i++)
			if (!strcmp(btf_code__name((enum btf_code)i), code))
				seen[i] = true;
	}
	if (f)
		fclose(f);
	check_codes(seen);
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed;
}
