// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The half of both.c that is compiled against <btf/btf.h>. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <btf/btf.h>

int ours_check(void *foreign, const void *data, unsigned int size);

static int failed;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		errno = 0;                                                                         \
		if (!(cond)) {                                                                     \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #cond);                          \
			failed++;                                                                  \
		}                                                                                  \
	} while (0)

static void refuses(struct btf *f, struct btf *own)
{
	__u32 n, map[1] = {0};
	struct btf *x, *y;

	CHECK(btf__type_cnt(f) == 0 && errno == EINVAL);
	CHECK(!btf__type_by_id(f, 1) && errno == EINVAL);
	CHECK(!btf__base_btf(f) && errno == EINVAL);
	CHECK(!btf__raw_data(f, &n) && errno == EINVAL);
	CHECK(!btf__str_by_offset(f, 0) && errno == EINVAL);
	CHECK(!btf__name_by_offset(f, 0) && errno == EINVAL);
	CHECK(btf__find_by_name(f, "int") == -EINVAL && errno == EINVAL);
	CHECK(btf__find_by_name_kind(f, "int", 1) == -EINVAL);
	CHECK(btf__pointer_size(f) == 0 && errno == EINVAL);
	CHECK(btf__set_pointer_size(f, 8) == -EINVAL);
	CHECK((btf__endianness(f), errno) == EINVAL);
	CHECK(btf__set_endianness(f, BTF_BIG_ENDIAN) == -EINVAL);
	CHECK(btf__resolve_size(f, 1) == -EINVAL);
	CHECK(btf__resolve_type(f, 1) == -EINVAL);
	CHECK(btf__align_of(f, 1) == 0 && errno == EINVAL);
	CHECK(btf__fd(f) == -EINVAL);
	CHECK((btf__set_fd(f, 3), errno) == EINVAL);
	CHECK(!btf__new_split("", 0, f) && errno == EINVAL);
	/* NULL is: no base */
	CHECK(!f || (!btf__new_empty_split(f) && errno == EINVAL));
	CHECK(btf__find_str(f, "int") == -EINVAL);
	CHECK(btf__add_str(f, "x") == -EINVAL);
	CHECK(btf__add_int(f, "x", 4, 0) == -EINVAL);
	CHECK(btf__add_float(f, "x", 4) == -EINVAL);
	CHECK(btf__add_ptr(f, 1) == -EINVAL);
	CHECK(btf__add_array(f, 1, 1, 1) == -EINVAL);
	CHECK(btf__add_struct(f, "x", 4) == -EINVAL);
	CHECK(btf__add_union(f, "x", 4) == -EINVAL);
	CHECK(btf__add_field(f, "x", 1, 0, 0) == -EINVAL);
	CHECK(btf__add_enum(f, "x", 4) == -EINVAL);
	CHECK(btf__add_enum_value(f, "x", 4) == -EINVAL);
	CHECK(btf__add_enum64(f, "x", 4, false) == -EINVAL);
	CHECK(btf__add_enum64_value(f, "x", 4) == -EINVAL);
	CHECK(btf__add_fwd(f, "x", BTF_FWD_STRUCT) == -EINVAL);
	CHECK(btf__add_fwd(f, "x", BTF_FWD_ENUM) == -EINVAL);
	CHECK(btf__add_typedef(f, "x", 1) == -EINVAL);
	CHECK(btf__add_volatile(f, 1) == -EINVAL);
	CHECK(btf__add_const(f, 1) == -EINVAL);
	CHECK(btf__add_restrict(f, 1) == -EINVAL);
	CHECK(btf__add_type_tag(f, "x", 1) == -EINVAL);
	CHECK(btf__add_type_attr(f, "x", 1) == -EINVAL);
	CHECK(btf__add_func(f, "x", BTF_FUNC_STATIC, 1) == -EINVAL);
	CHECK(btf__add_func_proto(f, 1) == -EINVAL);
	CHECK(btf__add_func_param(f, "x", 1) == -EINVAL);
	CHECK(btf__add_var(f, "x", 0, 1) == -EINVAL);
	CHECK(btf__add_datasec(f, "x", 1) == -EINVAL);
	CHECK(btf__add_datasec_var_info(f, 1, 0, 1) == -EINVAL);
	CHECK(btf__add_decl_tag(f, "x", 1, -1) == -EINVAL);
	CHECK(btf__add_decl_attr(f, "x", 1, -1) == -EINVAL);
	CHECK(btf__add_btf(f, own) == -EINVAL);
	CHECK(btf__add_btf(own, f) == -EINVAL);
	CHECK(btf__add_type(f, own, btf__type_by_id(own, 1)) == -EINVAL);
	CHECK(btf__add_type(own, f, btf__type_by_id(own, 1)) == -EINVAL);
	CHECK(btf__distill_base(f, &x, &y) == -EINVAL);
	CHECK(btf__relocate(f, own) == -EINVAL);
	CHECK(btf__relocate(own, f) == -EINVAL);
	CHECK(btf__dedup(f, NULL) == -EINVAL);
	CHECK(btf__permute(f, map, 1, NULL) == -EINVAL);
	btf__free(f);
}

int ours_check(void *foreign, const void *data, unsigned int size)
{
	struct btf *own = btf__new(data, size), *split;
	struct btf_new_opts opts = {sizeof(opts), (struct btf *)foreign, false};

	CHECK(own && btf__type_cnt(own) == 3);
	CHECK(btf__find_by_name(own, "s") == 2);
	refuses((struct btf *)foreign, own);
	refuses(NULL, own);
	CHECK(!btf__new_empty_opts(&opts) && errno == EINVAL);
	split = btf__new_empty_split(own);
	CHECK(split && btf__add_const(split, 2) == 3);
	btf__free(split);
	btf__free(own);
	return failed;
}
