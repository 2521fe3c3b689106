// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* .BTF.ext: every word of a small one replaced by corner values. */
#include "client.h"

static __u32 blob[] = {
	0x0001eb9f, 32,	   0,  20, /* magic, version, flags; hdr_len; func_info */
	20,	    44,	   64, 28, /* line_info; core_relo */
	8,	    1,	   1,  0,  7, /* func_info: 8-byte records, a section with one */
	16,	    1,	   2,  0,  5, 9, 1024, 8, 6, 10, 2048, /* line_info with two */
	16,	    1,	   1,  8,  3, 12, 0, /* core_relo with one */
};

static void try(const char *label, const void *data, __u32 len)
{
	struct btf_ext *x;
	const void *raw;
	char line[64];
	__u32 size = 0;

	PTR(label, x, btf_ext__new((const __u8 *)data, len));
	if (!x)
		return;
	raw = btf_ext__raw_data(x, &size);
	snprintf(line, sizeof(line), "%s raw", label);
	print_hex(line, raw, size);
	btf_ext__free(x);
}

int main(void)
{
	static const __u32 values[] = {0,  1,  2,  3,	   4,	   7,	   8,	  12,	      15,
				       16, 20, 24, 31,	   32,	   33,	   40,	  100,	      128,
				       0xff, 0x10000, 0x7fffffff, 0x80000000, ~0u, 0x0001eb9f,
				       0x0002eb9f, 0x0101eb9f};
	__u32 copy[sizeof(blob) / 4 + 4];
	char label[64];

	client_quiet();
	try("whole", blob, sizeof(blob));
	for (__u32 cut = 0; cut < sizeof(blob); cut++) {
		snprintf(label, sizeof(label), "cut %u", cut);
		try(label, blob, cut);
	}
	for (size_t at = 0; at < sizeof(blob) / 4; at++) {
		for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
			memset(copy, 0, sizeof(copy));
			memcpy(copy, blob, sizeof(blob));
			copy[at] = values[v];
			snprintf(label, sizeof(label), "word %zu value %x", at, values[v]);
			try(label, copy, sizeof(blob));
		}
	}
	memset(copy, 0, sizeof(copy));
	memcpy(copy, blob, sizeof(blob));
	try("longer", copy, sizeof(copy));
	return 0;
}
