// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * encode-twin FILE JOINED TWIN [BASE]: the types of a file's DWARF, made in two ways.
 *
 * JOINED: as the encoder makes them, all units at once, on BASE. TWIN, the slow and obvious way:
 * each unit encoded as if it were the only one in the world, without a base; all of them put one
 * behind the other, ids moved up; then one dedup over that, on BASE. TWIN.all is what dedup was
 * given, for another dedup. No key, flavour, shard or index of a base has a say in the twin.
 *
 * Functions, variables and tags on them are left out: they belong to the file, not to a unit (the
 * verdict on a function needs all units), and pahole is the oracle for them.
 *
 * Exit code 77: a unit refers to another one, so that it means nothing alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/file.h>

#include "encode/encode.h"
#include "open_elf.h"
#include "pass/dedup.h"

#define NOT_ALONE 77

static const struct encode_opts opts = {.jobs = 2, .key = {.type_tags = true, .enum64 = true}};

static int fail(const char *what, const struct btf_report *r)
{
	const struct btf_finding *f = r && btf_report__count(r) ? btf_report__get(r, 0) : NULL;

	fprintf(stderr, "%s%s%s\n", what, f ? ": " : "", f ? f->text : "");
	return 1;
}

static int write_raw(const struct btf *b, const char *path)
{
	__u32 len;
	const void *raw = btf__raw_data(b, &len);
	FILE *f = raw ? fopen(path, "w") : NULL;
	bool ok = f && fwrite(raw, 1, len, f) == len;

	return f && fclose(f) == 0 && ok ? 0 : fail(path, NULL);
}

static int joined(const struct encode_file *f, struct btf *base, const char *path)
{
	struct btf_report *r = btf_report__new();
	struct base_index index;
	struct btf *b = NULL;
	int err;

	if (base && base_index_build(&index, base))
		return fail("no index of the base", NULL);
	if (encode_run(f, base ? &index : NULL, &opts, NULL, r, NULL, &b))
		return fail("joined", r);
	err = write_raw(b, path);
	btf__free(b);
	if (base)
		base_index_free(&index);
	btf_report__free(r);
	return err;
}

/* leads out of the unit: cannot be encoded alone */
static bool refers(const struct btf_report *r)
{
	for (size_t i = 0; i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->code == BTF_CODE_DWARF_REFERENCE)
			return true;
	return false;
}

/* the unit alone, behind what there is */
static int add_unit(const struct encode_file *f, const struct dwarf_unit *u,
		    struct encode_memory *m, struct btf *all)
{
	struct btf_report *r = btf_report__new();
	struct encode_file one = *f;
	struct btf *b = NULL;
	int err;

	one.dwarf.types = (struct dwarf_slice){0};
	one.dwarf.info = (struct dwarf_slice){f->dwarf.info.data + u->off, u->end - u->off};
	if (encode_run(&one, NULL, &opts, m, r, NULL, &b))
		return fail("a unit", r);
	err = refers(r) ? NOT_ALONE : 0;
	if (!err && btf__type_cnt(b) > 1 && btf__add_btf(all, b) < 0)
		err = fail("btf__add_btf", NULL);
	btf__free(b);
	btf_report__free(r);
	return err;
}

static int twin(const struct encode_file *f, struct btf *base, const char *path)
{
	struct btf *all = base ? btf__new_empty_split(base) : btf__new_empty();
	struct encode_memory *m = encode_memory_new(opts.jobs);
	struct dedup_opts dd = {.jobs = opts.jobs};
	struct dwarf_unit *unit;
	char name[4096];
	u32 units;
	int err;

	if (dwarf_units(&f->dwarf, NULL, &unit, &units) || !m || !all)
		return fail("units", NULL);
	for (u32 i = 0; i < units; i++) {
		if (unit[i].in_types || unit[i].type_die)
			return NOT_ALONE;
		err = add_unit(f, &unit[i], m, all);
		if (err)
			return err;
	}
	encode_memory_free(m);
	free(unit);
	snprintf(name, sizeof(name), "%s.all", path);
	err = write_raw(all, name);
	if (!err && dedup(all, &dd, NULL))
		err = fail("dedup", NULL);
	if (!err)
		err = write_raw(all, path);
	btf__free(all);
	return err;
}

int main(int argc, char **argv)
{
	const struct debug_opts o = {.sections = ENCODE_SECTIONS};
	struct debug_image image;
	struct encode_file f;
	struct btf *base = NULL;
	struct elf e;
	int err;

	if (argc < 4) {
		fprintf(stderr, "usage: encode-twin FILE JOINED TWIN [BASE]\n");
		return 2;
	}
	if (argc > 4) {
		base = btf__parse_raw(argv[4]);
		if (!base)
			return fail(argv[4], NULL);
	}
	if (open_elf(argv[1], &e, NULL) || debug_image_init(&image, &e, &o, NULL))
		return fail(argv[1], NULL);
	encode_file_init(&f, &e, &image);
	f.elf = NULL;
	err = joined(&f, base, argv[2]);
	if (!err)
		err = twin(&f, base, argv[3]);
	debug_image_deinit(&image);
	btf__free(base);
	return err;
}
