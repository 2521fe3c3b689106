// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * kernel BASE [MODULE...]: every answer about a real kernel's types, as one number each; modules
 * are split BTF on the base, raw or ELF. With a distilling library also what distill and relocate
 * make of them.
 */
#include "client.h"

static void answers(const char *what, const struct btf *b, __u32 from)
{
	unsigned long long size = FNV_START, type = FNV_START, align = FNV_START, name = FNV_START,
			   raw = FNV_START;
	__u32 len = 0;
	const void *data;

	for (__u32 id = from; id < btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);
		const char *s = btf__name_by_offset(b, t->name_off);
		long long v = btf__resolve_size(b, id);

		size = fnv(size, &v, sizeof(v));
		v = btf__resolve_type(b, id);
		type = fnv(type, &v, sizeof(v));
		v = btf__align_of(b, id);
		align = fnv(align, &v, sizeof(v));
		name = fnv(name, s, strlen(s) + 1);
	}
	data = btf__raw_data(b, &len);
	raw = fnv(raw, data, len);
	printf("%s: types %u sizes %llx targets %llx aligns %llx names %llx raw %llx\n", what,
	       btf__type_cnt(b), size, type, align, name, raw);
}

static void finds(const char *what, const struct btf *b, __u32 from, __u32 step)
{
	unsigned long long h = FNV_START;

	for (__u32 id = from; id < btf__type_cnt(b); id += step) {
		const struct btf_type *t = btf__type_by_id(b, id);
		const char *s = btf__name_by_offset(b, t->name_off);
		int found[2] = {0, 0};

		if (*s) {
			found[0] = btf__find_by_name(b, s);
			found[1] = btf__find_by_name_kind(b, s, btf_kind(t));
		}
		h = fnv(h, found, sizeof(found));
	}
	printf("%s: found %llx\n", what, h);
}

#ifdef PEER_DISTILLS
static void travel(const char *path, const struct btf *split, const struct btf *base)
{
	struct btf *dist = NULL, *moved = NULL;
	char label[600];
	int err;

	snprintf(label, sizeof(label), "distill %s", path);
	err = btf__distill_base(split, &dist, &moved);
	printf("%s: %d\n", label, err);
	if (err)
		return;
	snprintf(label, sizeof(label), "distilled base of %s", path);
	answers(label, dist, 1);
	snprintf(label, sizeof(label), "distilled split of %s", path);
	answers(label, moved, btf__type_cnt(dist));
	btf__free(moved);
	btf__free(dist);
	/* once more: libbpf goes on giving the bytes that were asked for before relocating */
	btf__distill_base(split, &dist, &moved);
	snprintf(label, sizeof(label), "relocate %s", path);
	INT(label, btf__relocate(moved, base));
	snprintf(label, sizeof(label), "relocated %s", path);
	answers(label, moved, btf__type_cnt(base));
	btf__free(moved);
	btf__free(dist);
}
#endif

int main(int argc, char **argv)
{
	struct btf *base, *all, *again;
	const void *raw;
	__u32 len;

	if (argc < 2)
		return 2;
	client_quiet();
	base = btf__parse(argv[1], NULL);
	if (!base) {
		printf("base: NULL errno %d\n", errno);
		return 0;
	}
	answers("base", base, 1);
	finds("base names", base, 1, 97);

	/* a changed copy: strings looked up, types appended, the other byte order and back */
	raw = btf__raw_data(base, &len);
	all = btf__new(raw, len);
	INT("add known string", btf__add_str(all, "task_struct"));
	INT("add new string", btf__add_str(all, "no kernel has this"));
	INT("add typedef", btf__add_typedef(all, "my_task", 1));
	answers("changed", all, 1);
	btf__set_endianness(all, BTF_BIG_ENDIAN);
	raw = btf__raw_data(all, &len);
	again = btf__new(raw, len);
	answers("swapped", again, 1);
	btf__free(again);
	btf__free(all);

	for (int i = 2; i < argc; i++) {
		struct btf *split = btf__parse_split(argv[i], base);
		char label[600];

		if (!split) {
			printf("%s: NULL errno %d\n", argv[i], errno);
			continue;
		}
		answers(argv[i], split, btf__type_cnt(base));
		snprintf(label, sizeof(label), "%s names", argv[i]);
		finds(label, split, btf__type_cnt(base), 41);
#ifdef PEER_DISTILLS
		travel(argv[i], split, base);
#endif
		btf__free(split);
	}
	btf__free(base);
	return 0;
}
