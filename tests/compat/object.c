// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * object twice OBJECT OUT    the .BTF of a BPF object with each type once more, as raw BTF
 * object rel OBJECT          what each relocation of .BTF is of: section and variable
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/file.h>

static int twice(const char *path, const char *to)
{
	struct btf *b = btf__parse(path, NULL);
	const void *data;
	__u32 size;
	FILE *f;

	if (!b || btf__add_btf(b, b) < 0)
		return 1;
	data = btf__raw_data(b, &size);
	f = fopen(to, "w");
	if (!data || !f || fwrite(data, 1, size, f) != size || fclose(f))
		return 1;
	btf__free(b);
	return 0;
}

/* bytes of a record behind its head */
static size_t tail_size(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return 12 * btf_vlen(t);
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * btf_vlen(t);
	default:
		return 0;
	}
}

static void say(const struct btf *b, size_t off, unsigned long long info)
{
	size_t at = 24;

	for (__u32 id = 1; id < btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);
		size_t size = 12 + tail_size(t);

		if (off < at + size) {
			const struct btf_type *var;
			size_t n = (off - at - 12) / 12;

			if (!btf_is_datasec(t) || off < at + 12) {
				printf("%zu: no variable\n", off);
				return;
			}
			var = btf__type_by_id(b, btf_var_secinfos(t)[n].type);
			printf("%s %s byte %zu info %llx\n", btf__name_by_offset(b, t->name_off),
			       btf__name_by_offset(b, var->name_off), (off - at) % 12, info);
			return;
		}
		at += size;
	}
	printf("%zu: behind the types\n", off);
}

static int relocations(const char *path)
{
	struct btf_file *f = btf_file__open(path, NULL, NULL);
	struct btf *b = btf__parse(path, NULL);
	const unsigned char *rel;
	size_t size;

	rel = f ? btf_file__section(f, ".rel.BTF", &size, NULL) : NULL;
	if (!rel || !b)
		return 1;
	for (; size >= 16; size -= 16, rel += 16) {
		__u64 word[2];

		memcpy(word, rel, sizeof(word));
		if (btf__endianness(b) == BTF_BIG_ENDIAN)
			word[0] = __builtin_bswap64(word[0]);
		say(b, word[0], word[1]);
	}
	btf__free(b);
	btf_file__close(f);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "twice"))
		return twice(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "rel"))
		return relocations(argv[2]);
	return 2;
}
