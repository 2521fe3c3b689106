// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* mkfiles DIR: raw BTF and .BTF.ext blobs that tests/compat/run puts into ELF files. */
#include <stdio.h>
#include <stdlib.h>

#include <btf/btf.h>

static void save(const char *dir, const char *name, const void *data, __u32 len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const __u32 ext[] = {0x0001eb9f, 24, 0, 20, 20, 0, 8, 1, 1, 0, 1};
	static const __u32 bad_ext[] = {0x0001eb9f, 24, 0, 20, 20, 0, 8, 1, 9, 0, 1};
	struct btf *b = btf__new_empty(), *split, *dist, *moved;
	const void *data;
	__u32 len;

	if (argc != 2 || !b)
		return 2;
	btf__add_int(b, "unsigned int", 4, 0);
	btf__add_struct(b, "s", 8);
	btf__add_field(b, "a", 1, 0, 0);
	btf__add_field(b, "b", 1, 32, 0);
	data = btf__raw_data(b, &len);
	save(argv[1], "raw", data, len);
	save(argv[1], "raw-cut", data, len - 1);
	split = btf__new_empty_split(b);
	btf__add_ptr(split, 2);
	btf__add_typedef(split, "of_split", 3);
	data = btf__raw_data(split, &len);
	save(argv[1], "split", data, len);
	if (btf__distill_base(split, &dist, &moved))
		return 1;
	data = btf__raw_data(dist, &len);
	save(argv[1], "dist-base.bin", data, len);
	data = btf__raw_data(moved, &len);
	save(argv[1], "dist-split.bin", data, len);
	btf__free(moved);
	btf__free(dist);
	btf__set_endianness(b, BTF_BIG_ENDIAN);
	data = btf__raw_data(b, &len);
	save(argv[1], "raw-big", data, len);
	save(argv[1], "ext.bin", ext, sizeof(ext));
	save(argv[1], "bad-ext.bin", bad_ext, sizeof(bad_ext));
	btf__free(split);
	btf__free(b);
	return 0;
}
