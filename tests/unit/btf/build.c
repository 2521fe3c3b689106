// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Adding types and strings through the public interface: values, refusals, and that a refusal
 * changes nothing. What equals libbpf is compared in tests/compat; here is what does not. */
#include "make.h"

#include <btf/btf.h>

static struct blob snapshot(struct btf *b)
{
	const void *data;
	struct blob s;

	data = btf__raw_data(b, &s.len);
	assert_non_null(data);
	s.data = malloc(s.len);
	memcpy(s.data, data, s.len);
	return s;
}

#define REFUSED(call, err)                                                                         \
	do {                                                                                       \
		errno = 0;                                                                         \
		assert_int_equal(call, -(err));                                                    \
		assert_int_equal(errno, err);                                                      \
	} while (0)

/* an offset that 24 bits do not hold, before and after the first bit-field */
static void bitfield_offsets(void **state)
{
	struct btf *b = btf__new_empty();
	const struct btf_type *t;
	struct blob before;

	(void)state;
	assert_int_equal(btf__add_int(b, "int", 4, 0), 1);
	assert_int_equal(btf__add_struct(b, "far", 0x10000000), 2);
	assert_int_equal(btf__add_field(b, "a", 1, 0, 0), 0);
	assert_int_equal(btf__add_field(b, "b", 1, 0x1000000, 0), 0);
	before = snapshot(b);
	REFUSED(btf__add_field(b, "bits", 1, 64, 3), E2BIG);
	assert_raw(b, &before);
	t = btf__type_by_id(b, 2);
	assert_false(btf_kflag(t));
	assert_int_equal(btf_vlen(t), 2);
	assert_int_equal(btf_member_bit_offset(t, 1), 0x1000000);
	blob_free(&before);

	assert_int_equal(btf__add_struct(b, "near", 0x10000000), 3);
	assert_int_equal(btf__add_field(b, "a", 1, 0xfffff8, 0), 0);
	assert_int_equal(btf__add_field(b, "bits", 1, 65, 3), 0);
	before = snapshot(b);
	REFUSED(btf__add_field(b, "c", 1, 0x1000000, 0), E2BIG);
	REFUSED(btf__add_field(b, "c", 1, 0x1000000, 1), EINVAL);
	assert_raw(b, &before);
	t = btf__type_by_id(b, 3);
	assert_true(btf_kflag(t));
	assert_int_equal(btf_member_bit_offset(t, 0), 0xfffff8);
	assert_int_equal(btf_member_bitfield_size(t, 0), 0);
	assert_int_equal(btf_member_bit_offset(t, 1), 65);
	assert_int_equal(btf_member_bitfield_size(t, 1), 3);
	blob_free(&before);
	btf__free(b);
}

/* 2^24 - 1 elements are the most; the record is made by hand, for adding them takes long */
static void most_elements(void **state)
{
	static const struct {
		u32 kind, elem;
	} kinds[] = {{BTF_KIND_STRUCT, 12}, {BTF_KIND_FUNC_PROTO, 8}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		u32 len = 12 + 0xfffffe * kinds[i].elem;
		struct wire_header h = {WIRE_MAGIC, 1, 0, 24, 0, len, len, 1, 0, 0};
		u8 *data = calloc(24 + (size_t)len + 1, 1);
		struct btf_type *t = (void *)(data + 24);
		struct btf *b;

		assert_non_null(data);
		memcpy(data, &h, 24);
		t->info = info_make(kinds[i].kind, 0xfffffe, false);
		assert_int_equal(
			object_parse(data, 24 + (size_t)len + 1, NULL, OBJECT_ADOPT, NULL, &b), 0);
		if (kinds[i].kind == BTF_KIND_STRUCT) {
			assert_int_equal(btf__add_field(b, "m", 1, 0, 0), 0);
			REFUSED(btf__add_field(b, "m", 1, 0, 0), ENOSPC);
		} else {
			assert_int_equal(btf__add_func_param(b, "m", 1), 0);
			REFUSED(btf__add_func_param(b, "m", 1), ENOSPC);
		}
		assert_int_equal(btf_vlen(btf__type_by_id(b, 1)), 0xffffff);
		assert_int_equal(btf__add_ptr(b, 1), 2);
		btf__free(b);
	}
}

/* names may be strings of the object itself, which move when something is added */
static void names_of_its_own(void **state)
{
	struct btf *b = btf__new_empty();
	char name[40];
	int off;

	(void)state;
	assert_int_equal(btf__add_struct(b, "first", 4), 1);
	for (int i = 0; i < 2000; i++) {
		const char *own;

		snprintf(name, sizeof(name), "prefix_%d", i);
		off = btf__add_str(b, name);
		assert_true(off > 0);
		/* the tail of a string is not found by its text, so it is added anew */
		own = btf__str_by_offset(b, (__u32)off + 3);
		assert_int_equal(btf__add_typedef(b, own, 1), i + 2);
		snprintf(name, sizeof(name), "fix_%d", i);
		assert_string_equal(
			btf__name_by_offset(b, btf__type_by_id(b, (__u32)i + 2)->name_off), name);
	}
	btf__free(b);
}

static void enum_values(void **state)
{
	struct btf *b = btf__new_empty();
	const struct btf_type *t;

	(void)state;
	assert_int_equal(btf__add_enum(b, "e", 4), 1);
	assert_int_equal(btf__add_enum_value(b, "BIG", 0xffffffff), 0);
	assert_false(btf_kflag(btf__type_by_id(b, 1)));
	assert_int_equal(btf__add_enum_value(b, "NEG", -1), 0);
	t = btf__type_by_id(b, 1);
	assert_true(btf_kflag(t));
	assert_int_equal(btf_enum(t)[0].val, -1);
	assert_int_equal(btf_enum(t)[1].val, -1);
	assert_int_equal(btf__add_enum64(b, "e64", 8, true), 2);
	assert_int_equal(btf__add_enum64_value(b, "V", 0xfedcba9876543210ULL), 0);
	t = btf__type_by_id(b, 2);
	assert_true(btf_kflag(t));
	assert_true(btf_enum64_value(btf_enum64(t)) == 0xfedcba9876543210ULL);
	btf__free(b);
}

static void attributes(void **state)
{
	struct btf *b = btf__new_empty();

	(void)state;
	assert_int_equal(btf__add_struct(b, "s", 4), 1);
	assert_int_equal(btf__add_decl_tag(b, "tag", 1, -1), 2);
	assert_int_equal(btf__add_decl_attr(b, "attr", 1, 0), 3);
	assert_int_equal(btf__add_type_tag(b, "tag", 1), 4);
	assert_int_equal(btf__add_type_attr(b, "attr", 1), 5);
	for (__u32 id = 2; id < 6; id++)
		assert_int_equal(btf_kflag(btf__type_by_id(b, id)), id & 1);
	REFUSED(btf__add_decl_attr(b, "attr", 1, -2), EINVAL);
	REFUSED(btf__add_decl_attr(b, NULL, 1, 0), EINVAL);
	REFUSED(btf__add_type_attr(b, "", 1), EINVAL);
	REFUSED(btf__add_type_attr(b, "a", -1), EINVAL);
	btf__free(b);
}

/* libbpf turns the base into a changed object when a split looks for a string; here it stays */
static void base_is_only_read(void **state)
{
	struct blob blob = blob_make(&every_kind);
	struct btf *base = parsed(&blob, NULL), *split = btf__new_empty_split(base);
	const void *data;
	__u32 len;

	(void)state;
	data = btf__raw_data(base, &len);
	assert_int_equal(btf__add_str(split, "ccc"), 6);
	assert_int_equal(btf__add_str(split, "cc"), 10);
	assert_int_equal(btf__add_str(split, "new"), 13);
	assert_int_equal(btf__find_str(split, "bb"), 3);
	REFUSED(btf__find_str(split, "nowhere"), ENOENT);
	assert_int_equal(btf__add_typedef(split, "bb", 3), EVERY_KIND_CNT);
	assert_int_equal(btf__type_by_id(split, EVERY_KIND_CNT)->name_off, 3);
	assert_ptr_equal(btf__raw_data(base, &len), data);
	assert_raw(base, &blob);
	assert_false(base->dirty);
	btf__free(split);
	btf__free(base);
	blob_free(&blob);
}

/* of equal strings that came in, the first counts; new ones are appended */
static void strings_that_stand_twice(void **state)
{
	struct parts p = {STRS("\0dup\0x\0dup\0x")};
	struct blob blob = blob_make(&p);
	struct btf *b = parsed(&blob, NULL), *split = btf__new_empty_split(b);

	(void)state;
	assert_int_equal(btf__find_str(split, "dup"), 1);
	assert_int_equal(btf__find_str(b, "x"), 5);
	assert_int_equal(btf__add_str(b, "dup"), 1);
	assert_int_equal(btf__add_str(b, "y"), (int)sizeof("\0dup\0x\0dup\0x"));
	btf__free(split);
	btf__free(b);
	blob_free(&blob);
}

static void later_formats_stay(void **state)
{
	struct parts p = every_kind;
	__u32 map[EVERY_KIND_CNT];
	struct blob blob;
	struct btf *b, *other = btf__new_empty();

	(void)state;
	p.hdr_len = 40;
	blob = blob_make(&p);
	blob.data[39] = 1;
	b = parsed(&blob, NULL);
	REFUSED(btf__add_str(b, "x"), EOPNOTSUPP);
	REFUSED(btf__add_int(b, "x", 4, 0), EOPNOTSUPP);
	REFUSED(btf__add_enum64_value(b, "x", 4), EOPNOTSUPP);
	REFUSED(btf__add_btf(b, other), EOPNOTSUPP);
	for (u32 i = 0; i < EVERY_KIND_CNT; i++)
		map[i] = i;
	REFUSED(btf__permute(b, map, EVERY_KIND_CNT, NULL), EOPNOTSUPP);
	/* it is read as any other */
	assert_int_equal(btf__add_btf(other, b), 1);
	assert_int_equal(btf__type_cnt(other), EVERY_KIND_CNT);
	assert_raw(b, &blob);
	btf__free(b);
	btf__free(other);
	blob_free(&blob);
}

static void new_options(void **state)
{
	struct btf *base = btf__new_empty(), *b;
	struct {
		struct btf_new_opts o;
		char later[16];
	} opts;
	__u32 len;

	(void)state;
	memset(&opts, 0, sizeof(opts));
	REFUSED(({
			b = btf__new_empty_opts(&opts.o);
			b ? 0 : -errno;
		}),
		EINVAL);
	opts.o.sz = sizeof(size_t) - 1;
	REFUSED(({
			b = btf__new_empty_opts(&opts.o);
			b ? 0 : -errno;
		}),
		EINVAL);
	/* fields behind the caller's size are not read */
	opts.o.sz = sizeof(size_t);
	opts.o.base_btf = (struct btf *)1;
	b = btf__new_empty_opts(&opts.o);
	assert_non_null(b);
	assert_null(btf__base_btf(b));
	btf__free(b);
	opts.o.sz = sizeof(opts);
	opts.o.base_btf = base;
	opts.later[15] = 1;
	REFUSED(({
			b = btf__new_empty_opts(&opts.o);
			b ? 0 : -errno;
		}),
		EINVAL);
	opts.later[15] = 0;
	opts.o.add_layout = true;
	b = btf__new_empty_opts(&opts.o);
	assert_ptr_equal(btf__base_btf(b), base);
	assert_int_equal(btf__pointer_size(b), 8);
	assert_non_null(btf__raw_data(b, &len));
	assert_int_equal(len, 32 + 80);
	btf__free(b);
	b = btf__new_empty_opts(NULL);
	assert_non_null(btf__raw_data(b, &len));
	assert_int_equal(len, 24 + 1);
	btf__free(b);
	btf__free(base);
}

/* pointer size: what is set, else the base's, else what `long` has, asked once */
static void pointer_sizes(void **state)
{
	struct parts p = {WORDS(INT(1, 4, 0, 32)), STRS("\0long unsigned int")}, none = {STRS("")};
	struct blob blob = blob_make(&p), empty = blob_make(&none);
	struct btf *b = parsed(&blob, NULL), *s, *e = parsed(&empty, NULL);

	(void)state;
	assert_int_equal(btf__pointer_size(b), 4);
	s = parsed(&empty, b);
	assert_int_equal(btf__pointer_size(s), 4);
	assert_int_equal(btf__set_pointer_size(s, 8), 0);
	assert_int_equal(btf__pointer_size(s), 8);
	assert_int_equal(btf__pointer_size(b), 4);
	assert_int_equal(btf__pointer_size(e), 0);
	assert_true(btf__add_int(e, "long", 8, 0) > 0);
	assert_int_equal(btf__pointer_size(e), 0);
	assert_true(btf__add_ptr(e, 0) > 0);
	assert_int_equal(btf__resolve_size(e, 2), sizeof(void *));
	REFUSED(btf__set_pointer_size(e, 16), EINVAL);
	btf__free(s);
	btf__free(b);
	btf__free(e);
	blob_free(&blob);
	blob_free(&empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bitfield_offsets),
		cmocka_unit_test(most_elements),
		cmocka_unit_test(names_of_its_own),
		cmocka_unit_test(enum_values),
		cmocka_unit_test(attributes),
		cmocka_unit_test(base_is_only_read),
		cmocka_unit_test(strings_that_stand_twice),
		cmocka_unit_test(later_formats_stay),
		cmocka_unit_test(new_options),
		cmocka_unit_test(pointer_sizes),
	};

	return cmocka_run_group_tests_name("btf/build", tests, NULL, NULL);
}
