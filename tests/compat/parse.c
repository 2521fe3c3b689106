// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Which bytes are taken and which refused: every word of a small BTF replaced by corner values. */
#include "client.h"

static struct btf *sample(void)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	btf__add_ptr(b, 3);
	btf__add_struct(b, "s", 16);
	btf__add_field(b, "m1", 1, 0, 0);
	btf__add_field(b, "m2", 2, 64, 0);
	btf__add_array(b, 1, 3, 4);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "E1", 1);
	btf__add_func_proto(b, 1);
	btf__add_func_param(b, "p", 2);
	btf__add_func(b, "f", BTF_FUNC_STATIC, 6);
	btf__add_var(b, "v", BTF_VAR_STATIC, 1);
	btf__add_datasec(b, ".data", 4);
	btf__add_datasec_var_info(b, 8, 0, 4);
	btf__add_decl_tag(b, "tag", 3, 0);
	btf__add_enum64(b, "e64", 8, false);
	btf__add_enum64_value(b, "E64", 1);
	return b;
}

static void try(const char *label, const void *data, __u32 len, struct btf *base)
{
	struct btf *b;
	char line[96];
	__u32 size = 0;
	const void *raw;

	PTR(label, b, base ? btf__new_split(data, len, base) : btf__new(data, len));
	if (!b)
		return;
	snprintf(line, sizeof(line), "%s type_cnt", label);
	INT(line, btf__type_cnt(b));
	raw = btf__raw_data(b, &size);
	printf("%s raw same: %d\n", label, raw && size == len && !memcmp(raw, data, len));
	for (__u32 id = 1; id < btf__type_cnt(b); id++)
		btf__resolve_type(b, id);
	btf__free(b);
}

/* a header of 24 bytes in any case, so that the words stand at the same places */
static void *classic(struct btf *b, __u32 *len)
{
	__u32 size, h[6];
	const unsigned char *raw = (const unsigned char *)btf__raw_data(b, &size);
	unsigned char *copy = (unsigned char *)malloc(size);

	memcpy(h, raw, sizeof(h));
	memcpy(copy + 24, raw + h[1], size - h[1]);
	*len = 24 + size - h[1];
	h[1] = 24;
	memcpy(copy, h, sizeof(h));
	return copy;
}

int main(void)
{
	static const __u32 values[] = {0,	   1,	       2,	   3,	   4,
				       12,	   13,	       0xff,	   0xffff, 0x10000,
				       0x7fffffff, 0x80000000, 0xfffffff0, ~0u,	   0x01000000,
				       0x13000000, 0x14000000, 0x1f000000};
	struct btf *b, *base;
	__u32 len, len2;
	unsigned char *blob, *copy;
	char label[64];

	client_quiet();
	b = sample();
	blob = (unsigned char *)classic(b, &len);
	copy = (unsigned char *)malloc(len + 64);
	printf("length: %u\n", len);
	for (__u32 cut = 0; cut <= len; cut++) {
		snprintf(label, sizeof(label), "cut %u", cut);
		try(label, blob, cut, NULL);
	}
	for (__u32 at = 0; at + 4 <= len; at += 4) {
		for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
			memcpy(copy, blob, len);
			memcpy(copy + at, &values[v], 4);
			snprintf(label, sizeof(label), "word %u value %x", at, values[v]);
			try(label, copy, len, NULL);
		}
	}
	for (__u32 at = 0; at < len; at++) {
		memcpy(copy, blob, len);
		copy[at] ^= 0xff;
		snprintf(label, sizeof(label), "byte %u", at);
		try(label, copy, len, NULL);
	}
	memset(copy, 0, len + 64);
	memcpy(copy, blob, len);
	try("trailing", copy, len + 8, NULL);

	/* the same types once more, as split from themselves: ids and names mean the base's */
	base = btf__new(blob, len);
	try("on itself", blob, len, base);
	/* what a writer of split BTF makes */
	{
		struct btf *s = btf__new_empty_split(base);

		btf__add_const(s, 3);
		btf__add_typedef(s, "own", (int)btf__type_cnt(base));
		free(copy);
		copy = (unsigned char *)classic(s, &len2);
		try("split", copy, len2, base);
		try("split without base", copy, len2, NULL);
		for (__u32 cut = 0; cut <= len2; cut++) {
			snprintf(label, sizeof(label), "split cut %u", cut);
			try(label, copy, cut, base);
		}
		for (__u32 at = 24; at + 4 <= len2; at += 4) {
			for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
				unsigned char *c = (unsigned char *)malloc(len2);

				memcpy(c, copy, len2);
				memcpy(c + at, &values[v], 4);
				snprintf(label, sizeof(label), "split word %u value %x", at,
					 values[v]);
				try(label, c, len2, base);
				free(c);
			}
		}
		btf__free(s);
	}
	free(copy);
	free(blob);
	btf__free(base);
	btf__free(b);
	return 0;
}
