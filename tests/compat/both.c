// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One program, both libraries: this file speaks libbpf's, both-ours.c libbtf's. Objects of one are
 * handed to the other, which must refuse them; each works on its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

int ours_check(void *foreign, const void *data, unsigned int size);

static int failed;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #cond);                          \
			failed++;                                                                  \
		}                                                                                  \
	} while (0)

int main(void)
{
	struct btf *b = btf__new_empty(), *parsed;
	const void *data, *again;
	__u32 size, size2;

	CHECK(b);
	CHECK(btf__add_int(b, "int", 4, BTF_INT_SIGNED) == 1);
	CHECK(btf__add_struct(b, "s", 4) == 2);
	CHECK(!btf__add_field(b, "i", 1, 0, 0));
	data = btf__raw_data(b, &size);
	failed += ours_check(b, data, size);
	/* libbpf's object is as it was */
	CHECK(btf__type_cnt(b) == 3);
	again = btf__raw_data(b, &size2);
	CHECK(again == data && size2 == size);
	/* and parses what it wrote */
	parsed = btf__new(data, size);
	CHECK(parsed && btf__find_by_name_kind(parsed, "s", BTF_KIND_STRUCT) == 2);
	btf__free(parsed);
	btf__free(b);
	/* the rest of libbpf works beside it */
	CHECK(libbpf_major_version() >= 1);
	printf("%s\n", failed ? "failed" : "ok");
	return failed != 0;
}
