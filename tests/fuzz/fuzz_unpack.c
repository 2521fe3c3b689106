// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as a file: compressed ones, kernel images, raw BTF and ELF, by the public interface.
 * What opens says what it is, gives its .BTF, and gives it again when it is written and read back.
 */
#include <btf/file.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"
#include "io/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

#define LIMIT (1 << 20)

static void look(const uint8_t *data, size_t size)
{
	struct btf_file_opts opts = {.sz = sizeof(opts), .max_size = LIMIT};
	struct btf_report *r = btf_report__new();
	struct btf_file *f = btf_file__open_memory(data, size, "fuzz", &opts, r);
	const struct btf_file_info *i;
	const uint8_t *btf;
	size_t n = 0;

	/* an error has its reason */
	require(f || btf_report__count(r));
	if (f) {
		i = btf_file__info(f);
		require(i->elf_class == 0 || i->elf_class == 32 || i->elf_class == 64);
		require(!i->release || strlen(i->release) < 200);
		require(!i->module || strlen(i->module) < 100);
		btf = btf_file__section(f, ".BTF", &n, r);
		require(!btf || n <= LIMIT || n <= size);
		if (btf && n)
			require(btf[0] + btf[n - 1] >= 0);
		btf_file__close(f);
	}
	btf_report__free(r);
}

/* the bytes after the kind, compressed by us and unpacked: they are the same */
static void round_trip(const uint8_t *data, size_t size)
{
	static const enum pack_kind kinds[] = {PACK_GZIP, PACK_XZ, PACK_ZSTD};
	enum pack_kind kind = kinds[size % 3];
	struct buf packed = {0}, out = {0};
	struct unpack u = {.max = LIMIT};

	if (size > 2000)
		return;
	require(!pack(kind, data, size, NULL, &packed, NULL));
	u.in = packed.data;
	u.in_size = packed.len;
	require(!unpack(kind, &u, &out, NULL));
	require(out.len == size && (!size || !memcmp(out.data, data, size)));
	buf_deinit(&packed);
	buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	look(data, size);
	/* costly, so not for each */
	if (size && data[0] % 128 == 0)
		round_trip(data, size);
	return 0;
}
