// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Any bytes as an ELF file that is to be encoded: types, functions, variables, tags. */
#include <errno.h>
#include <stdint.h>

#include <btf/btf.h>

#include "encode/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

static void encode(const struct elf *e, const struct debug_image *image, u8 profile)
{
	const struct encode_opts o = {.jobs = 1,
				      .key = {.type_tags = true, .enum64 = true},
				      .vars = VARS_ALL,
				      .decl_tags = true,
				      .kfuncs = true,
				      .attributes = true,
				      .funcs = {.profile = profile, .decl_tags = true}};
	struct btf_report *r = btf_report__new();
	struct encode_file f;
	struct btf *b = NULL;
	struct btf *parsed;
	const void *raw;
	__u32 len;
	int err;

	require(r != NULL);
	encode_file_init(&f, e, image);
	err = encode_run(&f, NULL, &o, NULL, r, NULL, &b);
	require(!err == (b != NULL));
	require(!err || err == -ENODATA || btf_report__count(r));
	if (b) {
		/* what was made can be read */
		raw = btf__raw_data(b, &len);
		require(raw != NULL);
		parsed = btf__new(raw, len);
		require(parsed && btf__type_cnt(parsed) == btf__type_cnt(b));
		btf__free(parsed);
	}
	btf__free(b);
	btf_report__free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct debug_opts o = {.sections = ENCODE_SECTIONS};
	struct debug_image image;
	struct elf e;

	if (size > 1 << 16 || elf_init(&e, data, size, NULL, 1 << 20, NULL))
		return 0;
	if (!debug_image_init(&image, &e, &o, NULL)) {
		encode(&e, &image, (u8)(size % 3));
		debug_image_deinit(&image);
	}
	elf_deinit(&e);
	return 0;
}
