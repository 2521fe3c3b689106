// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * relocate DIR: each line of DIR/MANIFEST gives exactly the code that stands there, and each code
 * of distilling, relocating and suspecting has a line.
 * relocate --write DIR: makes the files; MANIFEST is written by hand.
 *
 * A line of MANIFEST: FILES... | HOW | CODE. HOW is `distill` (bases, then the split), `suspect`
 * (likewise), `relocate` or `relocate-kernel` (distilled base, split, new bases). A code that only
 * warns is expected of a job that succeeds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref/build.h"
#include "pass/distill.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

/* ---- making ---- */

static void save(const char *dir, const char *name, struct btf *b)
{
	struct buf bytes = bytes_of(b);
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.btf", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(bytes.data, 1, bytes.len, f) != bytes.len || fclose(f)) {
		perror(path);
		exit(2);
	}
	buf_deinit(&bytes);
	object_free(b);
}

/* a base of one type, named s */
static void save_s(const char *dir, const char *name, u32 kind, bool kflag, u32 size)
{
	struct btf *b = new_base();

	(kflag ? put_kflag : put)(b, kind, "s", size);
	save(dir, name, b);
}

static struct btf *dist(void)
{
	static struct btf *b;

	if (!b) {
		b = new_base();
		put(b, BTF_KIND_STRUCT, "s", 8);
	}
	return b;
}

/* on any of the distilled bases, which all have one type and the string s */
static void write_splits(const char *dir)
{
	struct btf *b = new_split(dist());

	put(b, BTF_KIND_STRUCT, "holder", 8);
	put_member(b, "s", 1, 0);
	save(dir, "split-by-value", b);
	b = new_split(dist());
	put(b, BTF_KIND_PTR, NULL, 1);
	save(dir, "split-pointer", b);
	b = new_split(dist());
	put_array(b, 2, 1, 4);
	put(b, BTF_KIND_STRUCT, "holder", 8);
	put_member(b, "m", 2, 0);
	save(dir, "split-array-of-itself", b);
	b = new_split(dist());
	put(b, BTF_KIND_TYPEDEF, "a", 3);
	put(b, BTF_KIND_CONST, NULL, 4);
	put(b, BTF_KIND_TYPEDEF, "b", 2);
	save(dir, "split-typedef-loop", b);
}

static void write_bases(const char *dir)
{
	struct btf *b;

	save_s(dir, "distilled", BTF_KIND_STRUCT, false, 8);
	save_s(dir, "distilled-fwd", BTF_KIND_FWD, false, 0);
	save_s(dir, "distilled-enum64", BTF_KIND_ENUM64, false, 8);
	save_s(dir, "distilled-typedef", BTF_KIND_TYPEDEF, false, 0);
	b = new_base();
	object_add_str(b, "s");
	put(b, BTF_KIND_STRUCT, NULL, 8);
	save(dir, "distilled-anonymous", b);
	b = new_base();
	put_plain_int(b);
	save(dir, "new-missing", b);
	save_s(dir, "new-union", BTF_KIND_UNION, false, 8);
	save_s(dir, "new-size", BTF_KIND_STRUCT, false, 12);
	save_s(dir, "new-bitfields", BTF_KIND_STRUCT, true, 8);
	save_s(dir, "new-enum64", BTF_KIND_ENUM64, false, 8);
	b = new_base();
	put(b, BTF_KIND_STRUCT, "s", 8);
	put(b, BTF_KIND_STRUCT, "s", 8);
	save(dir, "new-two", b);
}

/* a name that the distilled base has, but not as a type's */
static void write_string(const char *dir)
{
	struct btf *d = new_base(), *b;

	put(d, BTF_KIND_STRUCT, "s", 8);
	object_add_str(d, "other");
	b = new_split(d);
	put(b, BTF_KIND_STRUCT, "holder", 8);
	put_member(b, "other", 1, 0);
	save(dir, "split-string", b);
	save(dir, "distilled-string", d);
}

/* a kernel, and modules that cannot be of it */
static void write_kernel(const char *dir)
{
	struct btf *k = new_base(), *b;

	put_int(k, "long unsigned int", 8, 0, 64); /* 1 */
	put(k, BTF_KIND_STRUCT, "task", 16);	   /* 2 */
	put_member(k, "flags", 1, 0);
	put(k, BTF_KIND_FUNC_PROTO, NULL, 0); /* 3 */
	put(k, BTF_KIND_FUNC, "schedule", 3); /* 4 */
	b = new_split(k);
	put(b, BTF_KIND_PTR, NULL, 4);
	save(dir, "module-of-function", b);
	b = new_split(k);
	put(b, BTF_KIND_STRUCT, "long unsigned int", 8);
	save(dir, "module-name", b);
	b = new_split(k);
	put(b, BTF_KIND_STRUCT, "holder", 8);
	((struct btf_type *)(uintptr_t)object_own(b, 0))->name_off = b->start_str + 3;
	save(dir, "module-string", b);
	b = new_split(k);
	put(b, BTF_KIND_STRUCT, "holder", 12);
	put_member(b, "task", 2, 0);
	save(dir, "module-layout", b);
	save(dir, "kernel", k);
}

/* ---- proving ---- */

#define MAX_FILES 4

struct line {
	char file[MAX_FILES][64];
	int files;
	char how[32], code[64];
};

static bool parse_line(const char *text, struct line *l)
{
	const char *bar = strchr(text, '|');
	int n;

	l->files = 0;
	while (l->files < MAX_FILES && text < bar &&
	       sscanf(text, "%63[^ \t|]%n", l->file[l->files], &n) == 1) {
		text += n + strspn(text + n, " \t");
		l->files++;
	}
	return bar && l->files && sscanf(bar, "| %31s | %63s", l->how, l->code) == 2;
}

static struct btf *load(const char *dir, const char *name, struct btf *base)
{
	char path[4096];
	struct btf *b = NULL;
	u8 data[8192];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(2);
	}
	len = fread(data, 1, sizeof(data), f);
	fclose(f);
	if (object_parse(data, len, base, OBJECT_COPY, NULL, &b)) {
		printf("%s: does not parse\n", name);
		exit(2);
	}
	return b;
}

static int run_distill(struct btf *const *b, int files, struct btf_report *r)
{
	struct btf *base, *split;
	int err = distill(b[files - 1], NULL, r, &base, &split);

	if (!err) {
		object_free(split);
		object_free(base);
	}
	return err;
}

static int run_relocate(struct btf *const *b, int files, enum relocate_rules rules,
			struct btf_report *r)
{
	struct relocate_opts opts = {.rules = rules};

	return relocate(b[1], files > 2 ? b[files - 1] : NULL, &opts, r);
}

static int run_line(const char *dir, const struct line *l, struct btf_report *r)
{
	bool relocates = !strncmp(l->how, "relocate", 8);
	struct btf *b[MAX_FILES] = {NULL};
	int err = 1;

	for (int i = 0; i < l->files; i++)
		b[i] = load(dir, l->file[i], i && !(relocates && i == 2) ? b[i - 1] : NULL);
	if (!strcmp(l->how, "distill"))
		err = run_distill(b, l->files, r);
	else if (!strcmp(l->how, "suspect"))
		err = suspect_base(b[l->files - 1], r);
	else if (relocates && l->files >= 2)
		err = run_relocate(b, l->files, l->how[8] ? RELOCATE_KERNEL : RELOCATE_SOUND, r);
	/* what stands on another goes first, but a relocated split stands on the last */
	if (relocates)
		object_free(b[1]);
	for (int i = l->files; i--;)
		if (!relocates || i != 1)
			object_free(b[i]);
	return err;
}

static bool seen[BTF_CODE_CNT];

/* 0 where the line holds */
static int check_line(const char *dir, const struct line *l)
{
	struct btf_report *r = btf_report__new();
	int err = run_line(dir, l, r), bad = 1;

	for (size_t i = 0; i < btf_report__count(r); i++) {
		const struct btf_finding *f = btf_report__get(r, i);
		char text[512];

		if (strcmp(btf_code__name(f->code), l->code))
			continue;
		seen[f->code] = true;
		bad = f->severity == BTF_ERROR ? err != -f->err : err != 0;
		btf_finding__format(f, text, sizeof(text));
		printf("%s: %s\n", l->file[l->files > 1], text);
		break;
	}
	if (bad)
		printf("FAILED: %s %s: %d, expected %s\n", l->how, l->file[l->files > 1], err,
		       l->code);
	btf_report__free(r);
	return bad;
}

static int check_all_seen(void)
{
	static const char *const ours[] = {"distill.", "relocate.", "base.suspect-"};
	int bad = 0;

	for (int c = 1; c < BTF_CODE_CNT; c++)
		for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
			const char *name = btf_code__name(c);

			/* of the version that --rules names, not of a file */
			if (c == BTF_CODE_RELOC_UNSUPPORTED || seen[c])
				continue;
			if (strncmp(name, ours[i], strlen(ours[i])))
				continue;
			printf("FAILED: no line gives %s\n", name);
			bad++;
		}
	return bad;
}

int main(int argc, char **argv)
{
	const char *dir = argv[argc - 1];
	char path[4096], text[512];
	int bad = 0, lines = 0;
	struct line l;
	FILE *f;

	if (argc == 3 && !strcmp(argv[1], "--write")) {
		write_bases(dir);
		write_splits(dir);
		write_string(dir);
		write_kernel(dir);
		object_free(dist());
		return 0;
	}
	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "%s/MANIFEST", dir);
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		return 2;
	}
	while (fgets(text, sizeof(text), f)) {
		if (*text == '#' || *text == '\n')
			continue;
		lines++;
		if (!parse_line(text, &l)) {
			printf("FAILED: line not understood: %s", text);
			bad++;
			continue;
		}
		bad += check_line(dir, &l);
	}
	fclose(f);
	bad += check_all_seen();
	printf("%d lines, %d failed\n", lines, bad);
	return bad || !lines;
}
