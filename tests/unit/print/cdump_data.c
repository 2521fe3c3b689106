// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf_dump__dump_type_data: every kind, every option, data that ends early, broken types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

enum { INT = 1, CHAR, LONG, PTR, U128, FLOAT, DOUBLE, UINT, LAST };

struct fixture {
	struct btf *b;
	struct btf_dump *d;
	struct btf_dump_type_data_opts opts;
	char text[4096];
	size_t len;
};

static void sink_printf(void *ctx, const char *fmt, va_list args)
{
	struct fixture *f = ctx;
	int n = vsnprintf(f->text + f->len, sizeof(f->text) - f->len, fmt, args);

	assert_true(n > 0);
	f->len += (size_t)n;
	assert_true(f->len < sizeof(f->text));
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct btf *b = btf__new_empty();

	assert_true(f && b);
	f->b = b;
	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), INT);
	assert_int_equal(btf__add_int(b, "char", 1, BTF_INT_SIGNED), CHAR);
	assert_int_equal(btf__add_int(b, "long", 8, BTF_INT_SIGNED), LONG);
	assert_int_equal(btf__add_ptr(b, 0), PTR);
	assert_int_equal(btf__add_int(b, "__int128", 16, BTF_INT_SIGNED), U128);
	assert_int_equal(btf__add_float(b, "float", 4), FLOAT);
	assert_int_equal(btf__add_float(b, "double", 8), DOUBLE);
	assert_int_equal(btf__add_int(b, "unsigned int", 4, 0), UINT);
	f->opts.sz = sizeof(f->opts);
	f->opts.compact = true;
	f->d = btf_dump__new(b, sink_printf, f, NULL);
	assert_non_null(f->d);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	btf_dump__free(f->d);
	btf__free(f->b);
	free(f);
	return 0;
}

/* the data lies alone, for the sanitizers to see what is read behind it */
static void shows(struct fixture *f, int id, const void *data, size_t size, int ret,
		  const char *want)
{
	void *copy = malloc(size ? size : 1);

	assert_true(copy && id >= 0);
	memcpy(copy, data, size);
	f->len = 0;
	f->text[0] = 0;
	assert_int_equal(btf_dump__dump_type_data(f->d, (__u32)id, copy, size, &f->opts), ret);
	if (ret < 0)
		assert_int_equal(errno, -ret);
	assert_string_equal(f->text, want);
	free(copy);
}
#define SHOWS(id, value, want) shows(f, id, &(value), sizeof(value), (int)sizeof(value), want)

static void numbers(void **state)
{
	struct fixture *f = *state;
	int i = -5;
	unsigned int u = 4000000000;
	long l = -1;
	char c = 'a';
	void *p = (void *)0x1234, *null = NULL;
	__u64 wide[2] = {1, 2}, low[2] = {255, 0};
	float fl = 1.5f;
	double d = -0.25;

	SHOWS(INT, i, "(int)-5");
	SHOWS(UINT, u, "(unsigned int)4000000000");
	SHOWS(LONG, l, "(long)-1");
	SHOWS(CHAR, c, "(char)97");
	SHOWS(PTR, p, "(void *)0x1234");
	SHOWS(PTR, null, "(void *)(nil)");
	SHOWS(U128, wide, "(__int128)0x20000000000000001");
	SHOWS(U128, low, "(__int128)0xff");
	SHOWS(FLOAT, fl, "(float)1.500000");
	SHOWS(DOUBLE, d, "(double)-0.250000");
	SHOWS(btf__add_typedef(f->b, "my_int", btf__add_const(f->b, INT)), i, "(my_int)-5");
	f->opts.skip_names = true;
	SHOWS(INT, i, "-5");
}

static void enums(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int u = btf__add_enum(b, "u", 4), s, e64;
	int minus = -1, two = 2, seven = 7;
	__u64 big = 1ULL << 40, other = 5;

	btf__add_enum_value(b, "TOP", 0xffffffff);
	s = btf__add_enum(b, "s", 4);
	btf__add_enum_value(b, "MINUS", -1);
	btf__add_enum_value(b, "TWO", 2);
	e64 = btf__add_enum64(b, "e", 8, false);
	btf__add_enum64_value(b, "BIG", big);
	SHOWS(u, minus, "(enum u)TOP");
	SHOWS(u, two, "(enum u)2");
	SHOWS(s, minus, "(enum s)MINUS");
	SHOWS(s, two, "(enum s)TWO");
	SHOWS(s, seven, "(enum s)7");
	SHOWS(e64, big, "(enum e)BIG");
	SHOWS(e64, other, "(enum e)5ULL");
}

/* a struct is left out only when all of it is zero */
static void zeroes(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int in = btf__add_struct(b, "in", 8), out;
	int v[4] = {0, 0, 3, 0}, none[4] = {0};

	btf__add_field(b, "a", INT, 0, 0);
	btf__add_field(b, "b", INT, 32, 0);
	out = btf__add_struct(b, "out", 16);
	btf__add_field(b, "x", in, 0, 0);
	btf__add_field(b, "y", INT, 64, 0);
	btf__add_field(b, "z", INT, 96, 0);
	SHOWS(out, v, "(struct out){.y = (int)3,}");
	SHOWS(out, none, "(struct out){}");
	v[1] = 7;
	v[2] = 0;
	SHOWS(out, v, "(struct out){.x = (struct in){.b = (int)7,},}");
	f->opts.emit_zeroes = true;
	SHOWS(out, v,
	      "(struct out){.x = (struct in){.a = (int)0,.b = (int)7,},.y = (int)0,.z = (int)0,}");
}

/* a char array changes how it is printed, and nothing after it */
static void arrays(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int chars = btf__add_array(b, INT, CHAR, 4), ints = btf__add_array(b, INT, INT, 3), s, two;
	struct {
		char name[4];
		int n[3];
		char c;
		char pad[3];
	} v = {"ab\n", {0, 1, 0}, 'x', {0}};
	char text[4] = "a\"\x01", full[4] = {'a', 'b', 'c', 'd'}, late[4] = {0, 'b', 0, 0};
	char grid[2][4] = {"abc", "d"};

	s = btf__add_struct(b, "s", 20);
	btf__add_field(b, "name", chars, 0, 0);
	btf__add_field(b, "n", ints, 32, 0);
	btf__add_field(b, "c", CHAR, 128, 0);
	two = btf__add_array(b, INT, chars, 2);
	SHOWS(s, v,
	      "(struct s){.name = (char[4])['a','b',10,],.n = (int[3])[0,1,0,],.c = (char)120,}");
	SHOWS(two, grid, "(char[2][4])[['a','b','c',],['d',],]");
	f->opts.emit_zeroes = true;
	SHOWS(chars, text, "(char[4])['a','\"',1,'\\0',]");
	f->opts.emit_zeroes = false;
	f->opts.emit_strings = true;
	SHOWS(chars, text, "(char[4])\"a\"\\x01\"");
	SHOWS(chars, full, "(char[4])['a','b','c','d',]");
	SHOWS(chars, late, "(char[4])\"\"");
	SHOWS(s, v,
	      "(struct s){.name = (char[4])\"ab\\x0a\",.n = (int[3])[0,1,0,],.c = (char)120,}");
}

static void bits(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int e = btf__add_enum(b, "e", 4), s;
	/* a = 5 in bits 0-2, e = -1 in 3-5, wide in 6-65, last = 3 in 66-68 */
	unsigned char v[16] = {0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f};

	btf__add_enum_value(b, "MINUS", -1);
	s = btf__add_struct(b, "s", 16);
	btf__add_field(b, "a", INT, 0, 3);
	btf__add_field(b, "e", e, 3, 3);
	btf__add_field(b, "wide", LONG, 6, 60);
	btf__add_field(b, "last", INT, 66, 3);
	SHOWS(s, v,
	      "(struct s){.a = (int)0x5,.e = (enum e)MINUS,.wide = (long)0xfffffffffffffff,"
	      ".last = (int)0x3,}");
	memset(v, 0, sizeof(v));
	SHOWS(s, v, "(struct s){}");
}

static void indentation(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int in = btf__add_array(b, INT, INT, 2), s = btf__add_struct(b, "s", 8);
	int v[2] = {1, 2};

	btf__add_field(b, "a", in, 0, 0);
	f->opts.compact = false;
	SHOWS(s, v, "(struct s){\n\t.a = (int[2])[\n\t\t1,\n\t\t2,\n\t],\n}");
	f->opts.indent_level = 1;
	f->opts.indent_str = "..";
	SHOWS(s, v, "..(struct s){\n.....a = (int[2])[\n......1,\n......2,\n....],\n..}");
	f->opts.indent_level = -3;
	SHOWS(INT, v[0], "(int)1");
}

static void variables(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int var = btf__add_var(b, "counter", BTF_VAR_STATIC, INT);
	int ext = btf__add_var(b, "outside", BTF_VAR_GLOBAL_EXTERN, INT), sec;
	int v[2] = {4, 5};

	sec = btf__add_datasec(b, ".data", 8);
	btf__add_datasec_var_info(b, var, 0, 4);
	btf__add_datasec_var_info(b, ext, 4, 4);
	SHOWS(var, v[0], "static int counter = (int)4");
	SHOWS(sec, v, "SEC(\".data\") static int counter = (int)4;extern int outside = (int)5;");
}

/* nothing behind the data is looked at; what comes before is printed */
static void cut_off(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int arr = btf__add_array(b, INT, INT, 4), in = btf__add_struct(b, "in", 8), s, many;
	int v[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	btf__add_field(b, "a", INT, 0, 0);
	btf__add_field(b, "b", INT, 32, 0);
	s = btf__add_struct(b, "s", 12);
	btf__add_field(b, "x", INT, 0, 0);
	btf__add_field(b, "in", in, 32, 0);
	many = btf__add_array(b, INT, in, 1000);
	shows(f, INT, v, 3, -E2BIG, "");
	shows(f, arr, v, 10, 16, "(int[4])[1,2,]");
	shows(f, s, v, 8, -E2BIG, "(struct s){.x = (int)1,.in = (struct in){.a = (int)2,");
	shows(f, s, v, 4, -E2BIG, "(struct s){.x = (int)1,.in = (struct in){");
	shows(f, many, v, 16, 8000, "(struct in[1000])[{.a = 1,.b = 2,},{.a = 3,.b = 4,},]");
	shows(f, arr, v, 0, 16, "(int[4])[]");
}

static void refusals(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int fwd = btf__add_fwd(b, "fwd", BTF_FWD_STRUCT), proto = btf__add_func_proto(b, 0), s, sec;
	int v[4] = {0};
	struct btf_dump_type_data_opts bad = {.sz = 4};

	shows(f, 0, v, sizeof(v), -EINVAL, "");
	shows(f, fwd, v, sizeof(v), -EINVAL, "");
	shows(f, proto, v, sizeof(v), -EINVAL, "");
	shows(f, 1000, v, sizeof(v), -ENOENT, "");
	assert_int_equal(btf_dump__dump_type_data(f->d, INT, NULL, 4, NULL), -EINVAL);
	assert_int_equal(btf_dump__dump_type_data(f->d, INT, v, 4, &bad), -EINVAL);
	assert_int_equal(btf_dump__dump_type_data(NULL, INT, v, 4, NULL), -EINVAL);
	/* by value in itself; unions of unions; a section in itself */
	f->opts.skip_names = true;
	s = btf__add_struct(b, "loop", 8);
	btf__add_field(b, "s", s, 0, 0);
	assert_int_equal(btf_dump__dump_type_data(f->d, (__u32)s, v, sizeof(v), &f->opts), -E2BIG);
	f->len = 0;
	for (int i = 0, at = INT; i < 60; i++, at = s) {
		s = btf__add_union(b, "u", 4);
		btf__add_field(b, "a", at, 0, 0);
		btf__add_field(b, "b", at, 0, 0);
	}
	assert_int_equal(btf_dump__dump_type_data(f->d, (__u32)s, v, sizeof(v), &f->opts), -E2BIG);
	f->len = 0;
	sec = btf__add_datasec(b, ".loop", 4);
	btf__add_datasec_var_info(b, sec, 0, 4);
	assert_int_equal(btf_dump__dump_type_data(f->d, (__u32)sec, v, sizeof(v), &f->opts),
			 -E2BIG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(numbers),	   TEST(enums),	    TEST(zeroes),  TEST(arrays),   TEST(bits),
		TEST(indentation), TEST(variables), TEST(cut_off), TEST(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
