// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * craft KIND BASE MODULE NAME OUT: distilled BTF of unusual shapes, for a kernel to judge.
 *
 *   fwd-base    struct NAME of the distilled base is a forward declaration
 *   fwd-split   struct NAME is a forward declaration of the split part, not of the base
 *   resized     struct NAME of the distilled base claims to be 8 bytes longer
 *   renamed     the first letter of struct NAME in the distilled base is another one
 *
 * In: MODULE, whose BTF was made against BASE and refers to struct NAME of it by pointers.
 * Out: OUT.btf and OUT.btf.base. Only calls that libbpf has too are used.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void stop(const char *what, const char *on)
{
	fprintf(stderr, "craft: %s %s: %s\n", what, on, strerror(errno));
	exit(2);
}

static void put(const char *out, const char *suffix, struct btf *btf)
{
	char path[4096];
	const void *data;
	FILE *file;
	__u32 size;

	data = btf__raw_data(btf, &size);
	snprintf(path, sizeof(path), "%s%s", out, suffix);
	file = fopen(path, "wb");
	if (!data || !file || fwrite(data, 1, size, file) != size || fclose(file))
		stop("cannot write", path);
}

/* Members and parameters of type FROM are of type TO from here on. */
static void turn_users(struct btf_type *t, __u32 from, __u32 to)
{
	__u32 i;

	if (btf_is_composite(t))
		for (i = 0; i < btf_vlen(t); i++)
			if (btf_members(t)[i].type == from)
				btf_members(t)[i].type = to;
	if (btf_is_func_proto(t))
		for (i = 0; i < btf_vlen(t); i++)
			if (btf_params(t)[i].type == from)
				btf_params(t)[i].type = to;
}

/*
 * The pointer to a struct of the base is the base's own. The split part gets a forward
 * declaration and a pointer to it, and uses them instead.
 */
static void keep_in_split(struct btf *base, struct btf *split, const char *name)
{
	int from = btf__find_by_name_kind(base, name, BTF_KIND_STRUCT);
	__u32 first = btf__type_cnt(base), last = btf__type_cnt(split), pointer, at;
	int forward, own;

	for (pointer = 1; from > 0 && pointer < first; pointer++) {
		const struct btf_type *t = btf__type_by_id(base, pointer);

		if (btf_is_ptr(t) && t->type == (__u32)from)
			break;
	}
	if (from < 0 || pointer == first)
		stop("the base has no pointer to struct", name);
	forward = btf__add_fwd(split, name, BTF_FWD_STRUCT);
	own = forward < 0 ? forward : btf__add_ptr(split, forward);
	if (own < 0)
		stop("cannot add a forward declaration of", name);
	for (at = first; at < last; at++)
		turn_users((struct btf_type *)btf__type_by_id(split, at), pointer, own);
}

static void change_base(struct btf *distilled, const char *kind, const char *name)
{
	int id = btf__find_by_name_kind(distilled, name, BTF_KIND_STRUCT);
	struct btf_type *t;

	if (id < 0)
		stop("the distilled base has no struct", name);
	t = (struct btf_type *)btf__type_by_id(distilled, id);
	if (!strcmp(kind, "fwd-base")) {
		t->info = (__u32)BTF_KIND_FWD << 24;
		t->type = 0;
	} else if (!strcmp(kind, "resized")) {
		t->size += 8;
	} else {
		*(char *)btf__name_by_offset(distilled, t->name_off) ^= 1;
	}
}

int main(int argc, char **argv)
{
	struct btf *base, *split, *new_base = NULL, *new_split = NULL;
	const char *kind = argc == 6 ? argv[1] : "";
	int in_split = !strcmp(kind, "fwd-split");

	if (!in_split && strcmp(kind, "fwd-base") && strcmp(kind, "resized") &&
	    strcmp(kind, "renamed")) {
		fprintf(stderr, "usage: craft fwd-base|fwd-split|resized|renamed "
				"BASE MODULE NAME OUT\n");
		return 2;
	}
	base = btf__parse(argv[2], NULL);
	if (!base)
		stop("cannot parse", argv[2]);
	split = btf__parse_split(argv[3], base);
	if (!split)
		stop("cannot parse", argv[3]);
	if (in_split)
		keep_in_split(base, split, argv[4]);
	if (btf__distill_base(split, &new_base, &new_split))
		stop("cannot distill", argv[3]);
	if (!in_split)
		change_base(new_base, kind, argv[4]);
	put(argv[5], ".btf", new_split);
	put(argv[5], ".btf.base", new_base);
	return 0;
}
