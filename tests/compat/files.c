// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* files DIR: what each parse call says about the files that tests/compat/run made in DIR. */
#include "client.h"

static void result(const char *what, const char *name, struct btf *b, struct btf_ext *ext)
{
	int err = b ? 0 : errno;
	const struct btf *base = b ? btf__base_btf(b) : NULL;

	printf("%s %s: %s errno %d ext %d ptr %d types %u base %u\n", what, name,
	       b ? "ok" : "NULL", err, ext != NULL, b ? (int)btf__pointer_size(b) : 0,
	       b ? btf__type_cnt(b) : 0, base ? btf__type_cnt(base) : 0);
	btf_ext__free(ext);
	btf__free(b);
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"missing", "empty",	  "one-byte", "two-bytes", "text",
					    "dir",     "raw",	  "raw-big",  "raw-cut",   "no-btf.o",
					    "btf.o",   "ext.o",   "bad-btf.o", "bad-ext.o", "cut.o",
					    "split",  "elf32.o",  "empty-btf.o",
					    "distilled.o", "distilled-bad.o"};
	struct btf *base;
	char path[512];

	if (argc != 2)
		return 2;
	client_quiet();
	snprintf(path, sizeof(path), "%s/raw", argv[1]);
	base = btf__parse(path, NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *n = names[i];
		struct btf_ext *ext;

		snprintf(path, sizeof(path), "%s/%s", argv[1], n);
		errno = 0;
		ext = NULL;
		result("parse", n, btf__parse(path, &ext), ext);
		errno = 0;
		result("parse no ext", n, btf__parse(path, NULL), NULL);
		errno = 0;
		ext = NULL;
		result("parse_elf", n, btf__parse_elf(path, &ext), ext);
		errno = 0;
		result("parse_raw", n, btf__parse_raw(path), NULL);
		errno = 0;
		result("parse_split", n, btf__parse_split(path, base), NULL);
		errno = 0;
		result("parse_elf_split", n, btf__parse_elf_split(path, base), NULL);
		errno = 0;
		result("parse_raw_split", n, btf__parse_raw_split(path, base), NULL);
	}
	btf__free(base);
	return 0;
}
