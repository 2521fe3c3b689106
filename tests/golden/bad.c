// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bad DIR: each file that DIR/MANIFEST lists for the object or for .BTF.ext is refused with
 * exactly the code that stands there, and each code of theirs has a file.
 * bad --write DIR: makes those files; MANIFEST is written by hand.
 *
 * A line of MANIFEST: FILE CODE WHAT [BASE]. WHAT here is `parse` (BASE: on this one), `modify`
 * (parsed, but not changed), `ext`, `dedup` (parsed, but not deduplicated) or `c` (parsed, but not written as C); lines with
 * another WHAT are for other tests.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/ext.h"
#include "btf/object.h"
#include "pass/dedup.h"
#include "print/c.h"

static int failed, passed;

/* ---- making ---- */

#define INFO(kind, vlen) ((u32)(kind) << 24 | (u32)(vlen))
#define HDR(types, strs) 0x0001eb9f, 24, 0, types, types, strs
#define STRS_A 0x00006100 /* "\0a\0\0" */
#define INT_A 1, INFO(BTF_KIND_INT, 0), 4, 32
#define WORDS(...) (const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__})

static const struct {
	const char *name;
	const u32 *words;
	size_t len;
	size_t cut; /* bytes that are left out at the end */
} files[] = {
	{"good-base.btf", WORDS(HDR(16, 4), INT_A, STRS_A), 0},
	{"header-empty.btf", NULL, 0, 0},
	{"header-cut.btf", WORDS(HDR(0, 1)), 1},
	{"header-magic.btf", WORDS(0x0001eb9e, 24, 0, 0, 0, 4, 0), 0},
	{"header-len-small.btf", WORDS(0x0001eb9f, 23, 0, 0, 0, 4, 0), 0},
	{"header-len-large.btf", WORDS(0x0001eb9f, 29, 0, 0, 0, 4, 0), 0},
	{"header-len-odd-swapped.btf",
	 WORDS(0x00019feb, 0x1d000000, 0, 0, 0, 0x01000000, 0, 0, 0), 0},
	{"header-len-small-swapped.btf", WORDS(0x00019feb, 0x17000000, 0, 0, 0, 0x01000000, 0), 0},
	{"section-strings-outside.btf", WORDS(HDR(0, 5), 0), 0},
	{"section-strings-wrap.btf", WORDS(0x0001eb9f, 24, 0, 0, 0xfffffff0, 0x20, 0), 0},
	{"section-types-behind-strings.btf", WORDS(0x0001eb9f, 24, 4, 16, 0, 4, STRS_A, INT_A), 0},
	{"section-types-wrap.btf", WORDS(0x0001eb9f, 24, 0xfffffff0, 0x20, 0, 4, 0), 0},
	{"section-types-unaligned.btf", WORDS(0x0001eb9f, 24, 2, 0, 4, 4, 0, 0), 0},
	{"strings-none.btf", WORDS(HDR(16, 0), INT_A), 0},
	{"strings-no-end.btf", WORDS(HDR(0, 4), 0x61616100), 0},
	{"strings-first-not-empty.btf", WORDS(HDR(0, 4), 0x00616161), 0},
	{"layout-in-types.btf",
	 WORDS(0x0001eb9f, 32, 0, 16, 16, 4, 12, 4, INT_A, STRS_A), 0},
	{"layout-in-strings.btf",
	 WORDS(0x0001eb9f, 32, 0, 16, 16, 4, 16, 4, INT_A, STRS_A), 0},
	{"layout-unaligned.btf",
	 WORDS(0x0001eb9f, 32, 0, 16, 24, 4, 18, 4, INT_A, 0, 0, STRS_A), 0},
	{"layout-length.btf",
	 WORDS(0x0001eb9f, 32, 0, 16, 24, 4, 16, 5, INT_A, 0, 0, STRS_A), 0},
	{"layout-sizes.btf",
	 WORDS(0x0001eb9f, 32, 0, 16, 100, 4, 16, 84, 0, INFO(20, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0,
	       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, STRS_A), 0},
	{"type-cut-head.btf", WORDS(HDR(8, 4), 1, INFO(BTF_KIND_INT, 0), STRS_A), 0},
	{"type-cut-tail.btf", WORDS(HDR(12, 4), 1, INFO(BTF_KIND_INT, 0), 4, STRS_A), 0},
	{"type-cut-members.btf",
	 WORDS(HDR(24, 4), 1, INFO(BTF_KIND_STRUCT, 0xffffff), 4, 1, 1, 0, STRS_A), 0},
	{"type-cut-swapped.btf",
	 WORDS(0x00019feb, 0x18000000, 0, 0x0c000000, 0x0c000000, 0x04000000, 0x01000000, 0x1,
	       0x04000000, STRS_A), 0},
	{"type-kind-void.btf", WORDS(HDR(12, 4), 1, 0, 0, STRS_A), 0},
	{"type-kind-unknown.btf", WORDS(HDR(12, 4), 1, INFO(20, 0), 0, STRS_A), 0},
	{"type-kind-not-in-layout.btf",
	 WORDS(0x0001eb9f, 32, 0, 12, 16, 4, 12, 4, 1, INFO(20, 0), 0, 0, STRS_A), 0},
	{"type-name.btf", WORDS(HDR(16, 4), 4, INFO(BTF_KIND_INT, 0), 4, 32, STRS_A), 0},
	{"type-name-member.btf",
	 WORDS(HDR(24, 4), 1, INFO(BTF_KIND_STRUCT, 1), 4, 4, 1, 0, STRS_A), 0},
	{"type-name-enumerator.btf",
	 WORDS(HDR(20, 4), 1, INFO(BTF_KIND_ENUM, 1), 4, ~0u, 1, STRS_A), 0},
	{"type-name-param.btf",
	 WORDS(HDR(20, 4), 0, INFO(BTF_KIND_FUNC_PROTO, 1), 0, 4, 1, STRS_A), 0},
	{"type-id-ptr.btf", WORDS(HDR(12, 4), 0, INFO(BTF_KIND_PTR, 0), 2, STRS_A), 0},
	{"type-id-member.btf",
	 WORDS(HDR(24, 4), 1, INFO(BTF_KIND_STRUCT, 1), 4, 1, 2, 0, STRS_A), 0},
	{"type-id-array.btf",
	 WORDS(HDR(24, 4), 0, INFO(BTF_KIND_ARRAY, 0), 0, 1, 2, 1, STRS_A), 0},
	{"type-id-return.btf", WORDS(HDR(12, 4), 0, INFO(BTF_KIND_FUNC_PROTO, 0), ~0u, STRS_A), 0},
	{"type-id-param.btf",
	 WORDS(HDR(20, 4), 0, INFO(BTF_KIND_FUNC_PROTO, 1), 0, 1, 2, STRS_A), 0},
	{"type-id-datasec.btf",
	 WORDS(HDR(24, 4), 1, INFO(BTF_KIND_DATASEC, 1), 4, 2, 0, 4, STRS_A), 0},
	{"type-func-void.btf", WORDS(HDR(12, 4), 1, INFO(BTF_KIND_FUNC, 0), 0, STRS_A), 0},
	{"type-func-int.btf",
	 WORDS(HDR(28, 4), INT_A, 1, INFO(BTF_KIND_FUNC, 0), 1, STRS_A), 0},
	/* on good-base.btf, whose ids end at 1 and whose strings end at 4 */
	{"split-strings-no-end.btf", WORDS(HDR(0, 4), 0x61616161), 0},
	{"split-name.btf", WORDS(HDR(12, 4), 8, INFO(BTF_KIND_PTR, 0), 1, STRS_A), 0},
	{"split-id.btf", WORDS(HDR(12, 0), 0, INFO(BTF_KIND_PTR, 0), 3), 0},
	{"split-func.btf", WORDS(HDR(12, 0), 1, INFO(BTF_KIND_FUNC, 0), 1), 0},
	/* it is read, and cannot be changed */
	{"later-format.btf", WORDS(0x0001eb9f, 36, 0, 0, 0, 4, 0, 0, 1, 0), 0},
	/* read, but not to be written as C */
	{"dedup-loop.btf", WORDS(HDR(12, 4), 0, INFO(BTF_KIND_PTR, 0), 1, STRS_A), 0},
	{"c-loop.btf", WORDS(HDR(24, 4), 1, INFO(BTF_KIND_STRUCT, 1), 4, 1, 1, 0, STRS_A), 0},
	{"c-size.btf", WORDS(HDR(12, 4), 1, INFO(BTF_KIND_STRUCT, 0), ~0u, STRS_A), 0},
	{"c-kind.btf",
	 WORDS(0x0001eb9f, 32, 0, 12, 96, 4, 12, 84, 1, INFO(20, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, STRS_A), 0},
	{"ext-magic.btf.ext", WORDS(0x0001eb9e, 24, 0, 20, 20, 0, 8, 1, 1, 0, 1), 0},
	{"ext-version.btf.ext", WORDS(0x0002eb9f, 24, 0, 20, 20, 0, 8, 1, 1, 0, 1), 0},
	{"ext-nothing.btf.ext", WORDS(0x0001eb9f, 24, 0, 0, 0, 0), 0},
	{"ext-outside.btf.ext", WORDS(0x0001eb9f, 24, 0, 24, 20, 0, 8, 1, 1, 0, 1), 0},
	{"ext-record-size.btf.ext", WORDS(0x0001eb9f, 24, 0, 20, 20, 0, 4, 1, 1, 0, 1), 0},
	{"ext-records.btf.ext", WORDS(0x0001eb9f, 24, 0, 20, 20, 0, 8, 1, 2, 0, 1), 0},
	{"ext-overlap.btf.ext", WORDS(0x0001eb9f, 24, 0, 28, 0, 28, 16, 1, 1, 0, 1, 1, 1), 0},
};

static void path_of(char *path, size_t size, const char *dir, const char *name)
{
	if ((size_t)snprintf(path, size, "%s/%s", dir, name) >= size) {
		fprintf(stderr, "bad: path too long: %s/%s\n", dir, name);
		exit(2);
	}
}

static int write_all(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		size_t len = files[i].len - files[i].cut;
		char path[4096];
		FILE *f;

		path_of(path, sizeof(path), dir, files[i].name);
		f = fopen(path, "wb");
		if (!f || (len && fwrite(files[i].words, 1, len, f) != len) || fclose(f)) {
			perror(path);
			return 2;
		}
	}
	return 0;
}

/* ---- proving ---- */

static void *load(const char *dir, const char *name, size_t *ret_len)
{
	u8 *data = malloc(1 << 16);
	char path[4096];
	FILE *f;

	path_of(path, sizeof(path), dir, name);
	f = fopen(path, "rb");
	if (!f || !data) {
		perror(path);
		exit(2);
	}
	*ret_len = fread(data, 1, 1 << 16, f);
	fclose(f);
	/* exactly as long as it is, for the sanitizers to see */
	return realloc(data, *ret_len ? *ret_len : 1);
}

static void check(bool good, const char *file, const char *what, const char *found)
{
	passed += good;
	failed += !good;
	if (!good)
		printf("not ok - %s: expected %s, found %s\n", file, what, found);
}

static const char *only_code(const struct btf_report *r)
{
	if (btf_report__count(r) != 1)
		return btf_report__count(r) ? "more than one finding" : "no finding";
	return btf_code__name(btf_report__get(r, 0)->code);
}

static void check_parse(const char *dir, const char *file, const char *code, const char *base_name)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = NULL, *base = NULL;
	size_t len, base_len;
	void *data = load(dir, file, &len), *base_data = NULL;

	if (*base_name) {
		base_data = load(dir, base_name, &base_len);
		check(!object_parse(base_data, base_len, NULL, 0, r, &base), base_name,
		      "a good base", only_code(r));
	}
	if (object_parse(data, len, base, 0, r, &b) >= 0)
		object_free(b);
	check(!strcmp(only_code(r), code), file, code, only_code(r));
	object_free(base);
	btf_report__free(r);
	free(data);
	free(base_data);
}

static void check_modify(const char *dir, const char *file, const char *code)
{
	struct btf *b = NULL;
	size_t len;
	void *data = load(dir, file, &len);
	int err = object_parse(data, len, NULL, 0, NULL, &b);

	check(!err, file, "that it is read", strerror(-err));
	if (!err) {
		err = object_add_str(b, "x");
		check(err == -EOPNOTSUPP, file, code, strerror(err < 0 ? -err : 0));
		object_free(b);
	}
	free(data);
}

static void check_ext(const char *dir, const char *file, const char *code)
{
	struct btf_report *r = btf_report__new();
	struct btf_ext *x = NULL;
	size_t len;
	void *data = load(dir, file, &len);

	if (ext_parse(data, len, r, &x) >= 0)
		ext_free(x);
	check(!strcmp(only_code(r), code), file, code, only_code(r));
	btf_report__free(r);
	free(data);
}

static int to_nowhere(void *ctx, const void *data, size_t size)
{
	(void)ctx, (void)data, (void)size;
	return 0;
}

static void check_c(const char *dir, const char *file, const char *code)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = NULL;
	size_t len;
	void *data = load(dir, file, &len);
	int err = object_parse(data, len, NULL, 0, NULL, &b);

	check(!err, file, "that it is read", strerror(-err));
	if (!err) {
		check(print_c(b, NULL, to_nowhere, NULL, r) < 0, file, "a refusal", "none");
		check(!strcmp(only_code(r), code), file, code, only_code(r));
		object_free(b);
	}
	btf_report__free(r);
	free(data);
}

static void check_dedup(const char *dir, const char *file, const char *code)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = NULL;
	size_t len;
	void *data = load(dir, file, &len);
	int err = object_parse(data, len, NULL, 0, NULL, &b);

	check(!err, file, "that it is read", strerror(-err));
	if (!err) {
		check(dedup(b, NULL, r) < 0, file, "a refusal", "none");
		check(!strcmp(only_code(r), code), file, code, only_code(r));
		object_free(b);
	}
	btf_report__free(r);
	free(data);
}

/* TOO_BIG needs gigabytes: tests/unit/btf/parse.c */
static const enum btf_code covered[] = {
	BTF_CODE_HDR_SHORT,   BTF_CODE_HDR_MAGIC,  BTF_CODE_HDR_LEN,    BTF_CODE_HDR_SECTION,
	BTF_CODE_HDR_UNKNOWN, BTF_CODE_STR_SECTION, BTF_CODE_LAYOUT,    BTF_CODE_TYPE_CUT,
	BTF_CODE_TYPE_KIND,   BTF_CODE_TYPE_NAME,  BTF_CODE_TYPE_REF,   BTF_CODE_TYPE_FUNC,
	BTF_CODE_EXT_HEADER,  BTF_CODE_EXT_SECTION, BTF_CODE_PRINT_C_LOOP,
	BTF_CODE_PRINT_C_SIZE, BTF_CODE_PRINT_C_KIND, BTF_CODE_DEDUP_LOOP,
};

int main(int argc, char **argv)
{
	bool seen[ARRAY_SIZE(covered)] = {false};
	char path[4096], line[1024];
	FILE *f;

	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_all(argv[2]);
	if (argc != 2) {
		fprintf(stderr, "usage: bad [--write] DIR\n");
		return 2;
	}
	path_of(path, sizeof(path), argv[1], "MANIFEST");
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		return 2;
	}
	while (fgets(line, sizeof(line), f)) {
		char file[256] = "", code[256] = "", what[256] = "", base[256] = "";

		if (sscanf(line, "%255s %255s %255s %255s", file, code, what, base) < 3 ||
		    *file == '#')
			continue;
		if (!strcmp(what, "parse"))
			check_parse(argv[1], file, code, base);
		else if (!strcmp(what, "modify"))
			check_modify(argv[1], file, code);
		else if (!strcmp(what, "ext"))
			check_ext(argv[1], file, code);
		else if (!strcmp(what, "dedup"))
			check_dedup(argv[1], file, code);
		else if (!strcmp(what, "c"))
			check_c(argv[1], file, code);
		else
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(covered); i++)
			seen[i] |= !strcmp(btf_code__name(covered[i]), code);
	}
	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(covered); i++)
		check(seen[i], "MANIFEST", btf_code__name(covered[i]), "no file for it");
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
