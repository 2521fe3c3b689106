// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Every inline reader and every macro of the header, on every kind. C and C++: tests/compat/run
 * compiles it as both.
 */
#include "client.h"

#define KINDS 20

static int dsec_of(struct btf *b)
{
	return btf__add_datasec(b, ".data", 8);
}

static void fill(struct btf *b)
{
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	btf__add_ptr(b, 1);
	btf__add_array(b, 1, 2, 3);
	btf__add_struct(b, "s", 16);
	btf__add_field(b, "a", 1, 0, 0);
	btf__add_field(b, "bits", 1, 35, 7);
	btf__add_field(b, "p", 2, 64, 0);
	btf__add_union(b, "u", 4);
	btf__add_field(b, "a", 1, 0, 0);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "A", 3);
	btf__add_enum_value(b, "B", -2);
	btf__add_fwd(b, "f", BTF_FWD_UNION);
	btf__add_typedef(b, "t", 1);
	btf__add_volatile(b, 1);
	btf__add_const(b, 1);
	btf__add_restrict(b, 2);
	btf__add_func(b, "fn", BTF_FUNC_EXTERN, 13);
	btf__add_func_proto(b, 1);
	btf__add_func_param(b, "x", 2);
	btf__add_func_param(b, NULL, 0);
	btf__add_var(b, "v", BTF_VAR_GLOBAL_ALLOCATED, 1);
	btf__add_datasec_var_info(b, dsec_of(b) - 1, 4, 4);
	btf__add_float(b, "float", 4);
	btf__add_decl_tag(b, "tag", 4, 1);
	btf__add_type_tag(b, "ttag", 1);
	btf__add_enum64(b, "e64", 8, true);
	btf__add_enum64_value(b, "M", 0x8000000012345678ULL);
	btf__add_int(b, "bool", 1, BTF_INT_BOOL);
}

static void head(__u32 id, const struct btf_type *t)
{
	printf("%u: kind %u vlen %u kflag %d is", id, btf_kind(t), (unsigned int)btf_vlen(t),
	       btf_kflag(t));
#define IS(what)                                                                                   \
	if (btf_is_##what(t))                                                                      \
	printf(" " #what)
	IS(void);
	IS(int);
	IS(ptr);
	IS(array);
	IS(struct);
	IS(union);
	IS(composite);
	IS(enum);
	IS(enum64);
	IS(any_enum);
	IS(fwd);
	IS(typedef);
	IS(volatile);
	IS(const);
	IS(restrict);
	IS(mod);
	IS(func);
	IS(func_proto);
	IS(var);
	IS(datasec);
	IS(float);
	IS(decl_tag);
	IS(type_tag);
	printf("\n");
}

static void tail(__u32 id, const struct btf_type *t)
{
	__u32 i;

	printf("%u tail:", id);
	if (btf_is_int(t))
		printf(" %u %u %u", btf_int_encoding(t), btf_int_offset(t), btf_int_bits(t));
	if (btf_is_array(t))
		printf(" %u %u %u", btf_array(t)->type, btf_array(t)->index_type,
		       btf_array(t)->nelems);
	if (btf_is_var(t))
		printf(" %u", btf_var(t)->linkage);
	if (btf_is_decl_tag(t))
		printf(" %d", btf_decl_tag(t)->component_idx);
	for (i = 0; i < btf_vlen(t) && !btf_is_func(t); i++) {
		if (btf_is_composite(t))
			printf(" %u@%u:%u", btf_members(t)[i].type, btf_member_bit_offset(t, i),
			       btf_member_bitfield_size(t, i));
		if (btf_is_enum(t))
			printf(" %d", btf_enum(t)[i].val);
		if (btf_is_enum64(t))
			printf(" %llx", (unsigned long long)btf_enum64_value(btf_enum64(t) + i));
		if (btf_is_func_proto(t))
			printf(" %u", btf_params(t)[i].type);
		if (btf_is_datasec(t))
			printf(" %u@%u+%u", btf_var_secinfos(t)[i].type,
			       btf_var_secinfos(t)[i].offset, btf_var_secinfos(t)[i].size);
	}
	printf("\n");
}

int main(void)
{
	LIBBPF_OPTS(btf_dedup_opts, opts, .force_collisions = true);
	DECLARE_LIBBPF_OPTS(btf_dump_type_data_opts, data, .compact = true, .skip_names = true);
	struct btf *b = btf__new_empty();

	client_quiet();
	fill(b);
	for (__u32 id = 0; id < btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);

		head(id, t);
		tail(id, t);
		printf("%u compat:", id);
		for (__u32 k = 0; k < btf__type_cnt(b); k++)
			printf("%d", btf_kind_core_compat(t, btf__type_by_id(b, k)));
		printf("\n");
	}
	printf("sections: %s %s %s\n", BTF_ELF_SEC, BTF_EXT_ELF_SEC, MAPS_ELF_SEC);
#ifdef PEER_IS_DEBIAN
	printf("base section: .BTF.base\n");
#else
	printf("base section: %s\n", BTF_BASE_ELF_SEC);
#endif
	printf("kinds: %d %d %d %d %d %d %d %d\n", BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR,
	       BTF_KIND_DATASEC, BTF_KIND_FLOAT, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG,
	       BTF_KIND_ENUM64);
	printf("enums: %d %d %d %d %d\n", BTF_LITTLE_ENDIAN, BTF_BIG_ENDIAN, BTF_FWD_STRUCT,
	       BTF_FWD_UNION, BTF_FWD_ENUM);
	printf("options: %d %d %d %d %d\n", opts.sz == sizeof(opts), opts.force_collisions,
	       opts.btf_ext == NULL, data.compact, data.skip_names && !data.emit_zeroes);
	printf("options end: %zu %zu %zu\n",
	       offsetof(struct btf_dedup_opts, btf_dedup_opts__last_field),
	       offsetof(struct btf_dump_emit_type_decl_opts,
			btf_dump_emit_type_decl_opts__last_field),
	       offsetof(struct btf_dump_opts, btf_dump_opts__last_field));
	INT("last field", btf__dedup(b, &opts));
	btf__free(b);
	return 0;
}
