// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * sort IN OUT: BTF in the order that kernels from 7.0 on ship: anonymous types first, then by
 * name. Linked with libbtf; the libbpf of 6.12 has no btf__permute.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct btf *btf;

static const char *name_of(__u32 id)
{
	return btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off);
}

static int compare(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;
	int order = strcmp(name_of(x), name_of(y));

	return order ? order : x < y ? -1 : x > y;
}

static int stop(const char *what, const char *path)
{
	fprintf(stderr, "sort: %s %s: %s\n", what, path, strerror(errno));
	return 2;
}

int main(int argc, char **argv)
{
	__u32 count, i, *order, *map, size;
	const void *data;
	FILE *file;

	if (argc != 3) {
		fprintf(stderr, "usage: sort IN OUT\n");
		return 2;
	}
	btf = btf__parse(argv[1], NULL);
	if (!btf)
		return stop("cannot parse", argv[1]);
	count = btf__type_cnt(btf);
	order = calloc(count, sizeof(*order));
	map = calloc(count, sizeof(*map));
	if (!order || !map)
		return stop("no memory for", argv[1]);
	for (i = 0; i < count; i++)
		order[i] = i;
	qsort(order + 1, count - 1, sizeof(*order), compare);
	for (i = 1; i < count; i++)
		map[order[i]] = i;
	if (btf__permute(btf, map, count, NULL))
		return stop("cannot permute", argv[1]);
	data = btf__raw_data(btf, &size);
	file = fopen(argv[2], "wb");
	if (!data || !file || fwrite(data, 1, size, file) != size || fclose(file))
		return stop("cannot write", argv[2]);
	return 0;
}
