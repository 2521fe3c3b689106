// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * About a megabyte of types that no compiler makes, each of another sort, through everything that
 * prints C: headers in both orders, declarations, sizes and alignments, values. What must hold is
 * that each call ends, with 0 or one of its errors, in a time and with a text that are in
 * proportion to the types, or to the data.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <btf/btf.h>
#include <btf/print.h>

#define MEGABYTE (1 << 20)
/* a build with sanitizers takes some ten times as long as the slowest of these, about a second */
#define SECONDS 20
/* what the allowance of a megabyte of types comes to, in bytes of text */
#define TEXT_MOST (400ull << 20)

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int count(void *ctx, const void *data, size_t size)
{
	(void)data;
	*(unsigned long long *)ctx += size;
	return 0;
}

static void count_printf(void *ctx, const char *fmt, va_list args)
{
	(void)fmt;
	*(unsigned long long *)ctx += strlen(va_arg(args, const char *));
}

static bool is_known(long long err)
{
	return err >= 0 || err == -E2BIG || err == -ELOOP || err == -EINVAL || err == -ENOTSUP;
}

static struct btf *fresh(void)
{
	struct btf *b = btf__new_empty();

	assert_non_null(b);
	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), 1);
	assert_int_equal(btf__add_int(b, "char", 1, BTF_INT_CHAR), 2);
	return b;
}

/* the whole of it, and the last type by itself; frees the object */
static void survives(struct btf *b, int header)
{
	unsigned char data[64];
	unsigned long long text = 0;
	__u32 size, last = btf__type_cnt(b) - 1;
	struct btf_dump *d;
	double start = seconds();

	memset(data, 0x5a, sizeof(data));
	assert_non_null(btf__raw_data(b, &size));
	assert_in_range(size, MEGABYTE / 4, MEGABYTE * 5 / 4);
	for (int sorted = 0; sorted < 2; sorted++) {
		struct btf_print_opts opts = {.sz = sizeof(opts), .sorted = sorted};

		text = 0;
		assert_int_equal(btf_print__types(b, BTF_PRINT_C, &opts, count, &text, NULL),
				 header);
		assert_true(text < TEXT_MOST);
	}
	text = 0;
	d = btf_dump__new(b, count_printf, &text, NULL);
	assert_non_null(d);
	assert_true(is_known(btf_dump__emit_type_decl(d, last, NULL)));
	assert_true(text < TEXT_MOST);
	text = 0;
	assert_true(is_known(btf_dump__dump_type_data(
		d, last, data, sizeof(data),
		&(struct btf_dump_type_data_opts){.sz = sizeof(struct btf_dump_type_data_opts),
						  .emit_zeroes = true})));
	/* 64 steps a byte and a million besides, of at most 64 bytes */
	assert_true(text < 64ull * (MEGABYTE + 64 * sizeof(data)));
	btf_dump__free(d);
	assert_true(is_known(btf__resolve_size(b, last)));
	assert_true(is_known(btf__align_of(b, last)));
	assert_true(seconds() - start < SECONDS);
	btf__free(b);
}

/* structs within structs, each of a name of its own, and one that has all of them behind pointers
 */
static void deep_structs(void **state)
{
	struct btf *b = fresh();
	char name[16];

	(void)state;
	for (int i = 0, id = 1; i < 25000; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		id = btf__add_struct(b, name, 4);
		assert_int_equal(btf__add_field(b, "m", i ? id - 1 : 1, 0, 0), 0);
	}
	survives(b, 0);
}

/* the same without names: one definition, 30,000 levels of it */
static void deep_anonymous(void **state)
{
	struct btf *b = fresh();

	(void)state;
	for (int i = 0, id = 1; i < 30000; i++) {
		id = btf__add_union(b, NULL, 4);
		assert_int_equal(btf__add_field(b, "m", i ? id - 1 : 1, 0, 0), 0);
	}
	btf__add_typedef(b, "t", (int)btf__type_cnt(b) - 1);
	survives(b, 0);
}

/* arrays of arrays, of more elements than there are bytes anywhere, of structs of such arrays */
static void lying_arrays(void **state)
{
	struct btf *b = fresh();

	(void)state;
	for (int i = 0, id = 1; i < 15000; i++) {
		int a = btf__add_array(b, 1, id, 0x7fffffff), s = btf__add_struct(b, "s", 64);

		assert_int_equal(btf__add_field(b, "a", a, 0, 0), 0);
		assert_int_equal(btf__add_field(b, "b", 1, 256, 0), 0);
		id = s;
	}
	btf__add_array(b, 1, 1, 0x7fffffff);
	survives(b, 0);
}

static void ladders(void **state)
{
	struct btf *b = fresh();

	(void)state;
	/* typedefs of pointers to consts of typedefs ... */
	for (int i = 0, id = 1; i < 25000; i++)
		id = btf__add_typedef(b, "t", btf__add_ptr(b, btf__add_const(b, id)));
	survives(b, 0);
}

/* one name for all its values, and it has no name itself: it is printed wherever it is used */
static void huge_enum(void **state)
{
	struct btf *b = fresh();
	int e = btf__add_enum(b, NULL, 4);

	(void)state;
	for (int i = 0; i < 60000; i++)
		assert_int_equal(btf__add_enum_value(b, "VALUE", i), 0);
	for (int i = 0; i < 10000; i++) {
		btf__add_struct(b, "s", 4);
		assert_int_equal(btf__add_field(b, "m", e, 0, 0), 0);
	}
	survives(b, -E2BIG);
}

/* a name of ten thousand letters, 60,000 times */
static void long_name(void **state)
{
	struct btf *b = fresh();
	char name[10001];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	btf__add_struct(b, "s", 4);
	for (int i = 0; i < 60000; i++)
		assert_int_equal(btf__add_field(b, name, 1, 0, 0), 0);
	survives(b, -E2BIG);
}

/* a struct whose name is long, too long to be known by heart, behind all its members */
static void long_tag(void **state)
{
	struct btf *b = fresh();
	char name[1001];
	int s, p;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	s = btf__add_struct(b, name, 8);
	p = btf__add_ptr(b, s);
	btf__add_union(b, "u", 8);
	for (int i = 0; i < 80000; i++)
		assert_int_equal(btf__add_field(b, "m", p, 0, 0), 0);
	survives(b, 0);
}

/* all of one name: the n-th is NAME___n */
static void same_names(void **state)
{
	struct btf *b = fresh();

	(void)state;
	for (int i = 0; i < 30000; i++) {
		btf__add_struct(b, "same", 4);
		assert_int_equal(btf__add_field(b, "m", 1, 0, 0), 0);
	}
	survives(b, 0);
}

/* each has the one before twice, and has no name: 2^16000 members, if they were printed */
static void explosion(void **state)
{
	struct btf *b = fresh();

	(void)state;
	for (int i = 0, id = 1; i < 16000; i++) {
		id = btf__add_union(b, NULL, 4);
		assert_int_equal(btf__add_field(b, "a", i ? id - 1 : 1, 0, 0), 0);
		assert_int_equal(btf__add_field(b, "b", i ? id - 1 : 1, 0, 0), 0);
	}
	btf__add_typedef(b, "t", (int)btf__type_cnt(b) - 1);
	survives(b, -E2BIG);
}

/* prototypes of prototypes, whose parameters are all of them the one before */
static void prototypes(void **state)
{
	struct btf *b = fresh();

	(void)state;
	for (int i = 0, id = 1; i < 14000; i++) {
		int p = btf__add_func_proto(b, 1);

		for (int n = 0; n < 3; n++)
			assert_int_equal(btf__add_func_param(b, "p", id), 0);
		id = btf__add_ptr(b, p);
	}
	btf__add_typedef(b, "t", (int)btf__type_cnt(b) - 1);
	survives(b, -E2BIG);
}

/* a struct that ends four gigabytes behind its members, a thousand times */
static void gaps(void **state)
{
	struct btf *b = fresh();
	char name[24];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "with_a_gap_%d", i);
		btf__add_struct(b, name, 0xffffffff);
		assert_int_equal(btf__add_field(b, "m", 1, 0, 0), 0);
	}
	survives(b, -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deep_structs), cmocka_unit_test(deep_anonymous),
		cmocka_unit_test(lying_arrays), cmocka_unit_test(ladders),
		cmocka_unit_test(huge_enum),	cmocka_unit_test(long_name),
		cmocka_unit_test(long_tag),	cmocka_unit_test(same_names),
		cmocka_unit_test(explosion),	cmocka_unit_test(prototypes),
		cmocka_unit_test(gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
