// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * peer: what a library makes of the inputs through the calls that libbpf and libbtf share. Linked
 * with the libbpf of scripts/build-libbpf it is the oracle; linked with libbtf, the same text
 * tests the API.
 *
 *   peer distill BASE DIR FILE...            DIR/NAME.btf and DIR/NAME.btf.base
 *   peer relocate NEWBASE FROM DIR NAME...   FROM/NAME.btf(.base) -> DIR/NAME.btf
 *   peer copy BASE DIR FILE...               DIR/NAME.btf: parsed and written again
 *   peer swap BASE DIR FILE...               the same, by way of the other byte order
 *   peer dedup BASE OUT FILE...              OUT: the types of all files, each once
 *
 * BASE "-" stands for none. FILE is a module or raw BTF; NAME is its name without folder, .ko and
 * .btf. What is refused gives DIR/NAME.error with the error code; the rest still goes through,
 * exit code 0.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void stop(const char *what, const char *path)
{
	fprintf(stderr, "peer: %s %s: %s\n", what, path, strerror(errno));
	exit(2);
}

/* The part of PATH that names the module. */
static const char *name_of(const char *path)
{
	static char name[256];
	const char *slash = strrchr(path, '/');
	char *suffix;

	snprintf(name, sizeof(name), "%s", slash ? slash + 1 : path);
	suffix = strrchr(name, '.');
	if (suffix && (!strcmp(suffix, ".ko") || !strcmp(suffix, ".btf")))
		*suffix = 0;
	return name;
}

static void put_bytes(const char *dir, const char *name, const char *suffix, const void *data,
		      size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		stop("cannot write", path);
}

static void put_btf(const char *dir, const char *name, const char *suffix, struct btf *btf)
{
	__u32 size;
	const void *data = btf__raw_data(btf, &size);

	if (!data)
		stop("no raw data for", name);
	put_bytes(dir, name, suffix, data, size);
}

static void put_error(const char *dir, const char *name, int error)
{
	char text[64];

	put_bytes(dir, name, ".error", text, snprintf(text, sizeof(text), "%d\n", error));
}

static void distill(struct btf *base, const char *dir, const char *path)
{
	struct btf *split = btf__parse_split(path, base), *new_base = NULL, *new_split = NULL;
	const char *name = name_of(path);
	int error;

	if (!split) {
		put_error(dir, name, -errno);
		return;
	}
	error = btf__distill_base(split, &new_base, &new_split);
	if (error) {
		put_error(dir, name, error);
	} else {
		put_btf(dir, name, ".btf", new_split);
		put_btf(dir, name, ".btf.base", new_base);
		btf__free(new_split);
		btf__free(new_base);
	}
	btf__free(split);
}

static void relocate(struct btf *base, const char *from, const char *dir, const char *name)
{
	struct btf *distilled, *split;
	char path[4096];
	int error;

	snprintf(path, sizeof(path), "%s/%s.btf.base", from, name);
	distilled = btf__parse_raw(path);
	if (!distilled)
		stop("cannot parse", path);
	snprintf(path, sizeof(path), "%s/%s.btf", from, name);
	split = btf__parse_raw_split(path, distilled);
	if (!split)
		stop("cannot parse", path);
	error = btf__relocate(split, base);
	if (error)
		put_error(dir, name, error);
	else
		put_btf(dir, name, ".btf", split);
	btf__free(split);
	btf__free(distilled);
}

static void copy(struct btf *base, const char *dir, const char *path)
{
	struct btf *split = btf__parse_split(path, base);

	if (!split) {
		put_error(dir, name_of(path), -errno);
		return;
	}
	put_btf(dir, name_of(path), ".btf", split);
	btf__free(split);
}

/* Foreign bytes of SRC, parsed: every field has been written once when they are native again. */
static void swap(struct btf *base, const char *dir, const char *path)
{
	enum btf_endianness native, foreign;
	struct btf *split = btf__parse_split(path, base), *turned;
	const char *name = name_of(path);
	const void *data;
	__u32 size;

	if (!split) {
		put_error(dir, name, -errno);
		return;
	}
	native = btf__endianness(split);
	foreign = native == BTF_LITTLE_ENDIAN ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN;
	if (btf__set_endianness(split, foreign))
		stop("cannot change the byte order of", path);
	data = btf__raw_data(split, &size);
	turned = data ? btf__new_split(data, size, base) : NULL;
	if (!turned)
		stop("cannot parse in the other byte order:", path);
	if (btf__set_endianness(turned, native))
		stop("cannot change the byte order of", path);
	put_btf(dir, name, ".btf", turned);
	btf__free(turned);
	btf__free(split);
}

static void dedup(struct btf *base, const char *out, int cnt, char **path)
{
	struct btf *all = base ? btf__new_empty_split(base) : btf__new_empty(), *one;
	const void *data;
	__u32 size;
	FILE *f;

	for (int i = 0; i < cnt; i++) {
		one = btf__parse_split(path[i], base);
		if (!all || !one || btf__add_btf(all, one) < 0)
			stop("cannot add", path[i]);
		btf__free(one);
	}
	if (btf__dedup(all, NULL))
		stop("cannot deduplicate", out);
	data = btf__raw_data(all, &size);
	f = fopen(out, "wb");
	if (!data || !f || fwrite(data, 1, size, f) != size || fclose(f))
		stop("cannot write", out);
	btf__free(all);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 4 ? argv[1] : "";
	struct btf *base;
	int i;

	if (strcmp(verb, "distill") && strcmp(verb, "copy") && strcmp(verb, "swap") &&
	    strcmp(verb, "dedup") && (strcmp(verb, "relocate") || argc < 6)) {
		fprintf(stderr, "usage: peer distill|copy|swap BASE DIR FILE...\n"
				"       peer relocate NEWBASE FROM DIR NAME...\n"
				"       peer dedup BASE OUT FILE...\n");
		return 2;
	}
	base = strcmp(argv[2], "-") ? btf__parse(argv[2], NULL) : NULL;
	if (!base && strcmp(argv[2], "-"))
		stop("cannot parse", argv[2]);
	if (!strcmp(verb, "dedup"))
		dedup(base, argv[3], argc - 4, argv + 4);
	for (i = !strcmp(verb, "relocate") ? 5 : 4; strcmp(verb, "dedup") && i < argc; i++) {
		if (!strcmp(verb, "distill"))
			distill(base, argv[3], argv[i]);
		else if (!strcmp(verb, "copy"))
			copy(base, argv[3], argv[i]);
		else if (!strcmp(verb, "swap"))
			swap(base, argv[3], argv[i]);
		else
			relocate(base, argv[3], argv[4], argv[i]);
	}
	btf__free(base);
	return 0;
}
