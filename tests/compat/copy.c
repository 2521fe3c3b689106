// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf__add_type and btf__add_btf: from base to base, to itself, and the other ways. */
#include "client.h"

static void fill(struct btf *b, int n)
{
	char name[16];

	for (int i = 0; i < n; i++) {
		int first = (int)btf__type_cnt(b);

		snprintf(name, sizeof(name), "s%d", i);
		btf__add_struct(b, name, 8);
		btf__add_field(b, "next", first + 1, 0, 0);
		btf__add_ptr(b, first);
		btf__add_enum(b, NULL, 4);
		snprintf(name, sizeof(name), "E%d", i);
		btf__add_enum_value(b, name, i);
		btf__add_func_proto(b, first + 1);
		btf__add_func_param(b, "arg", first + 2);
		btf__add_func(b, "fn", BTF_FUNC_EXTERN, first + 3);
	}
}

int main(void)
{
	struct btf *a, *b, *split;
	struct btf_type *bad;

	client_quiet();
	a = btf__new_empty();
	b = btf__new_empty();
	fill(a, 2);
	fill(b, 3);
	btf__add_str(b, "unused");
	INT("add_btf", btf__add_btf(a, b));
	print_content("a + b", a);
	INT("add empty", btf__add_btf(a, split = btf__new_empty()));
	btf__free(split);
	INT("add itself", btf__add_btf(a, a));
	print_content("a + b twice", a);

	for (__u32 id = 1; id < btf__type_cnt(b); id++) {
		char label[32];

		snprintf(label, sizeof(label), "add_type %u", id);
		INT(label, btf__add_type(a, b, btf__type_by_id(b, id)));
	}
	bad = (struct btf_type *)calloc(1, 64);
	bad->info = 20u << 24;
	INT("add_type unknown kind", btf__add_type(a, b, bad));
	free(bad);

	split = btf__new_empty_split(a);
	fill(split, 1);
	INT("base to split", btf__add_btf(split, b));
	print_content("split", split);
	INT("type of split to base",
	    btf__add_type(b, split, btf__type_by_id(split, btf__type_cnt(a))));
	print_content("b", b);
	print_content("a", a);
	btf__free(split);
	btf__free(b);
	btf__free(a);
	return 0;
}
