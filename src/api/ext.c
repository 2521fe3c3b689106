// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* <btf/btf.h>: .BTF.ext. Argument checks and errno around src/btf/ext.c. */
#include <btf/btf.h>

#include "api/api.h"
#include "btf/ext.h"

#define HOST_BIG (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

static bool ours(const struct btf_ext *x)
{
	return !api_no_pointer(x) && ext_ours(x);
}

struct btf_ext *btf_ext__new(const __u8 *data, __u32 size)
{
	struct btf_ext *x;
	int err;

	if (!data && size)
		return api_null(-EINVAL);
	err = ext_parse(data, size, NULL, &x);
	return err ? api_null(err) : x;
}

void btf_ext__free(struct btf_ext *btf_ext)
{
	if (ours(btf_ext))
		ext_free(btf_ext);
}

const void *btf_ext__raw_data(const struct btf_ext *btf_ext, __u32 *size)
{
	const void *data;
	int err;

	if (!ours(btf_ext) || !size)
		return api_null(-EINVAL);
	err = ext_raw((struct btf_ext *)(uintptr_t)btf_ext, &data, size);
	return err ? api_null(err) : (void *)(uintptr_t)data;
}

enum btf_endianness btf_ext__endianness(const struct btf_ext *btf_ext)
{
	if (!ours(btf_ext)) {
		errno = EINVAL;
		return HOST_BIG ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN;
	}
	return ext_swapped(btf_ext) == HOST_BIG ? BTF_LITTLE_ENDIAN : BTF_BIG_ENDIAN;
}

int btf_ext__set_endianness(struct btf_ext *btf_ext, enum btf_endianness endian)
{
	if (!ours(btf_ext) || (endian != BTF_LITTLE_ENDIAN && endian != BTF_BIG_ENDIAN))
		return api_ret(-EINVAL);
	ext_set_swapped(btf_ext, (endian == BTF_BIG_ENDIAN) != HOST_BIG);
	return 0;
}
