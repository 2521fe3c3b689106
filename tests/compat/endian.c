// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Both byte orders: out, in again, changed, out. */
#include "client.h"

static void fill(struct btf *b)
{
	btf__add_int(b, "long", 8, BTF_INT_SIGNED);
	btf__add_ptr(b, 3);
	btf__add_struct(b, "s", 16);
	btf__add_field(b, "m1", 1, 0, 0);
	btf__add_field(b, "bits", 1, 65, 3);
	btf__add_array(b, 1, 3, 4);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "E1", -1);
	btf__add_fwd(b, "fwd", BTF_FWD_UNION);
	btf__add_typedef(b, "t", 3);
	btf__add_volatile(b, 7);
	btf__add_const(b, 8);
	btf__add_restrict(b, 2);
	btf__add_func_proto(b, 1);
	btf__add_func_param(b, "p", 2);
	btf__add_func(b, "f", BTF_FUNC_GLOBAL, 11);
	btf__add_var(b, "v", BTF_VAR_STATIC, 1);
	btf__add_datasec(b, ".data", 4);
	btf__add_datasec_var_info(b, 13, 0, 4);
	btf__add_float(b, "double", 8);
	btf__add_decl_tag(b, "tag", 3, 0);
	btf__add_type_tag(b, "ttag", 3);
	btf__add_enum64(b, "e64", 8, true);
	btf__add_enum64_value(b, "E64", 0x1122334455667788ULL);
}

int main(void)
{
	struct btf *b, *in, *split, *split_in;
	const void *raw, *again;
	__u32 size, size2;

	client_quiet();
	b = btf__new_empty();
	fill(b);
	INT("endianness", btf__endianness(b));
	INT("set 2", btf__set_endianness(b, (enum btf_endianness)2));
	INT("set -1", btf__set_endianness(b, (enum btf_endianness) - 1));
	INT("set little", btf__set_endianness(b, BTF_LITTLE_ENDIAN));
	print_content("little", b);
	INT("set big", btf__set_endianness(b, BTF_BIG_ENDIAN));
	INT("endianness big", btf__endianness(b));
	print_content("big", b);

	raw = btf__raw_data(b, &size);
	PTR("parse big", in, btf__new(raw, size));
	INT("parsed endianness", btf__endianness(in));
	INT("parsed pointer size", (long)btf__pointer_size(in));
	again = btf__raw_data(in, &size2);
	printf("round trip: %d\n", size == size2 && !memcmp(raw, again, size));
	INT("parsed size", btf__resolve_size(in, 4));
	INT("parsed add", btf__add_typedef(in, "more", 3));
	print_content("changed big", in);
	INT("back to little", btf__set_endianness(in, BTF_LITTLE_ENDIAN));
	print_content("changed little", in);

	split = btf__new_empty_split(b);
	INT("split endianness", btf__endianness(split));
	INT("split add", btf__add_typedef(split, "of_base", 3));
	print_content("split big", split);
	raw = btf__raw_data(split, &size);
	PTR("parse split", split_in, btf__new_split(raw, size, b));
	INT("split parsed endianness", btf__endianness(split_in));
	INT("split parsed size", btf__resolve_size(split_in, btf__type_cnt(b)));
	btf__free(split_in);
	btf__free(split);
	btf__free(in);
	btf__free(b);
	return 0;
}
