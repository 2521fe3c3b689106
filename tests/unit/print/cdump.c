// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf_dump__dump_type and btf_dump__emit_type_decl: each rule of the text, what is kept between
 * calls, arguments, and types that no compiler makes: in bounded time and memory.
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

struct fixture {
	struct btf *b;
	struct btf_dump *d;
	char *text;
	size_t len, cap, calls, longest;
};

static void sink_printf(void *ctx, const char *fmt, va_list args)
{
	struct fixture *f = ctx;
	char piece[512];
	int n = vsnprintf(piece, sizeof(piece), fmt, args);

	assert_string_equal(fmt, "%s");
	assert_true(n > 0 && n < (int)sizeof(piece));
	if (f->cap - f->len <= (size_t)n) {
		f->cap = f->cap * 2 + sizeof(piece);
		f->text = realloc(f->text, f->cap);
		assert_non_null(f->text);
	}
	memcpy(f->text + f->len, piece, (size_t)n + 1);
	f->len += (size_t)n;
	f->calls++;
	if ((size_t)n > f->longest)
		f->longest = (size_t)n;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->b = btf__new_empty();
	assert_non_null(f->b);
	assert_int_equal(btf__add_int(f->b, "int", 4, BTF_INT_SIGNED), 1);
	assert_int_equal(btf__add_int(f->b, "char", 1, BTF_INT_SIGNED), 2);
	assert_int_equal(btf__add_int(f->b, "long", 8, BTF_INT_SIGNED), 3);
	assert_int_equal(btf__add_ptr(f->b, 0), 4);
	f->text = calloc(1, 1);
	assert_non_null(f->text);
	f->cap = 1;
	f->d = btf_dump__new(f->b, sink_printf, f, NULL);
	assert_non_null(f->d);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	btf_dump__free(f->d);
	btf__free(f->b);
	free(f->text);
	free(f);
	return 0;
}

/* the text since the last look */
static void printed(struct fixture *f, const char *want)
{
	assert_string_equal(f->text, want);
	f->len = 0;
	f->text[0] = 0;
}

static void dump_all(struct fixture *f)
{
	for (__u32 id = 1; id < btf__type_cnt(f->b); id++)
		assert_int_equal(btf_dump__dump_type(f->d, id), 0);
}

/* ---- declarations ---- */

static void declares(struct fixture *f, int id, const char *name, const char *want)
{
	struct btf_dump_emit_type_decl_opts opts = {.sz = sizeof(opts), .field_name = name};

	assert_true(id >= 0);
	assert_int_equal(btf_dump__emit_type_decl(f->d, (__u32)id, &opts), 0);
	printed(f, want);
}

static void declarators(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int c_int = btf__add_const(b, 1), p = btf__add_ptr(b, c_int), cp = btf__add_const(b, p);
	int arr = btf__add_array(b, 1, p, 3), arr2 = btf__add_array(b, 1, arr, 4);
	int carr2 = btf__add_const(b, arr2), p_arr = btf__add_ptr(b, carr2);
	int fn = btf__add_func_proto(b, 4), p_fn, v_fn, a_fn, fn2, p_fn2, tag, attr, none, dots;

	btf__add_func_param(b, "x", cp);
	btf__add_func_param(b, "", p_arr);
	btf__add_func_param(b, NULL, 0);
	p_fn = btf__add_ptr(b, fn);
	v_fn = btf__add_ptr(b, btf__add_volatile(b, fn));
	a_fn = btf__add_array(b, 1, p_fn, 7);
	fn2 = btf__add_func_proto(b, p_fn);
	btf__add_func_param(b, "cb", p_fn);
	p_fn2 = btf__add_ptr(b, fn2);
	tag = btf__add_ptr(b, btf__add_const(b, btf__add_type_tag(b, "user", 1)));
	attr = btf__add_ptr(b, btf__add_type_attr(b, "address_space(1)", 1));
	none = btf__add_func_proto(b, 0);
	dots = btf__add_func_proto(b, 0);
	btf__add_func_param(b, NULL, 0);

	declares(f, 0, "v", "void v");
	declares(f, 1, "", "int");
	declares(f, p, "p", "const int *p");
	declares(f, cp, "p", "const int * const p");
	declares(f, btf__add_restrict(b, btf__add_ptr(b, p)), "p", "const int ** restrict p");
	declares(f, arr, "a", "const int *a[3]");
	declares(f, carr2, "a", "const int *a[4][3]");
	declares(f, p_arr, "a", "const int *(*a)[4][3]");
	declares(f, p_arr, "", "const int *(*)[4][3]");
	declares(f, fn, "f", "void *f(const int * const x, const int *(*)[4][3], ...)");
	declares(f, p_fn, "f", "void * (*f)(const int * const x, const int *(*)[4][3], ...)");
	declares(f, v_fn, "", "void * (*)(const int * const x, const int *(*)[4][3], ...)");
	declares(f, a_fn, "f", "void * (*f[7])(const int * const x, const int *(*)[4][3], ...)");
	declares(f, p_fn2, "f",
		 "void * (* (*f)(void * (*cb)(const int * const x, const int *(*)[4][3], ...)))"
		 "(const int * const x, const int *(*)[4][3], ...)");
	declares(f, tag, "t", "int __attribute__((btf_type_tag(\"user\"))) const *t");
	declares(f, attr, "t", "int __attribute__((address_space(1))) *t");
	declares(f, none, "f", "void f(void)");
	declares(f, dots, "f", "void f(void)");
}

static void strip_mods(void **state)
{
	struct fixture *f = *state;
	struct btf_dump_emit_type_decl_opts opts = {
		.sz = sizeof(opts), .field_name = "p", .strip_mods = true};
	int id = btf__add_const(f->b, btf__add_ptr(f->b, btf__add_volatile(f->b, 1)));

	assert_int_equal(btf_dump__emit_type_decl(f->d, (__u32)id, &opts), 0);
	printed(f, "int *p");
	opts.strip_mods = false;
	assert_int_equal(btf_dump__emit_type_decl(f->d, (__u32)id, &opts), 0);
	printed(f, "volatile int * const p");
}

/* ---- definitions ---- */

static void bodies(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int s = btf__add_struct(b, "s", 40), u, anon, e;

	btf__add_field(b, "self", btf__type_cnt(b), 0, 0); /* the next type, a PTR to it */
	btf__add_field(b, "a", 1, 64, 3);
	btf__add_field(b, "b", 1, 67, 5);
	btf__add_field(b, "c", 2, 96, 0);
	btf__add_field(b, "", s + 2, 128, 0);
	btf__add_ptr(b, s);
	anon = btf__add_union(b, NULL, 8);
	assert_int_equal(anon, s + 2);
	btf__add_field(b, "l", 3, 0, 0);
	btf__add_field(b, "e", s + 3, 0, 0);
	e = btf__add_enum(b, NULL, 4);
	assert_int_equal(e, s + 3);
	btf__add_enum_value(b, "A", -1);
	u = btf__add_struct(b, "empty", 0);
	(void)u;
	btf__add_struct(b, "hole", 16);
	btf__add_struct(b, "packed", 5);
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_field(b, "i", 1, 8, 0);
	btf__add_union(b, "not_packed", 5);
	btf__add_field(b, "i", 1, 0, 0);
	dump_all(f);
	printed(f, "struct s {\n"
		   "\tstruct s *self;\n"
		   "\tint a: 3;\n"
		   "\tint b: 5;\n"
		   "\tint: 0;\n"
		   "\tchar c;\n"
		   "\tunion {\n"
		   "\t\tlong l;\n"
		   "\t\tenum {\n"
		   "\t\t\tA = -1,\n"
		   "\t\t} e;\n"
		   "\t};\n"
		   "\tlong: 64;\n"
		   "\tlong: 64;\n"
		   "};\n\n"
		   "struct empty {};\n\n"
		   "struct hole {\n\tlong: 64;\n\tlong: 64;\n};\n\n"
		   "struct packed {\n\tchar c;\n\tint i;\n} __attribute__((packed));\n\n"
		   "union not_packed {\n\tint i;\n};\n\n");
}

static void enums(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;

	btf__add_enum(b, "u8", 1);
	btf__add_enum_value(b, "BYTE", 200);
	btf__add_enum(b, "u16", 2);
	btf__add_enum_value(b, "SHORT", 40000);
	btf__add_enum(b, "u32", 4);
	btf__add_enum_value(b, "BIG", 0xffffffff);
	btf__add_enum(b, "word", 8);
	btf__add_enum_value(b, "WORD", 1);
	btf__add_enum64(b, "big", 8, false);
	btf__add_enum64_value(b, "MAX", ~0ULL);
	btf__add_enum64(b, "small", 8, true);
	btf__add_enum64_value(b, "ONE", 1);
	btf__add_enum(b, "later", 4);
	btf__add_enum(b, NULL, 4);
	btf__add_enum_value(b, "CONSTANT", 3);
	dump_all(f);
	printed(f, "enum u8 {\n\tBYTE = 200,\n} __attribute__((mode(byte)));\n\n"
		   "enum u16 {\n\tSHORT = 40000,\n};\n\n"
		   "enum u32 {\n\tBIG = 4294967295,\n};\n\n"
		   "enum word {\n\tWORD = 1,\n} __attribute__((mode(word)));\n\n"
		   "enum big {\n\tMAX = 18446744073709551615ULL,\n};\n\n"
		   "enum small {\n\tONE = 1LL,\n} __attribute__((mode(word)));\n\n"
		   "enum later;\n\n"
		   "enum {\n\tCONSTANT = 3,\n};\n\n");
}

/* tags have a space of their own; FWD and enums without values use no name up */
static void names(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;

	btf__add_fwd(b, "x", BTF_FWD_STRUCT);
	btf__add_enum(b, "x", 4);
	btf__add_struct(b, "x", 0);
	btf__add_union(b, "x", 0);
	btf__add_typedef(b, "x", 1);
	btf__add_typedef(b, "x", 2);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "x", 0);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "y", 0);
	btf__add_enum_value(b, "x", 1);
	dump_all(f);
	printed(f, "struct x;\n\nenum x;\n\nstruct x {};\n\nunion x___2 {};\n\n"
		   "typedef int x;\n\ntypedef char x___2;\n\n"
		   "enum e {\n\tx___3 = 0,\n};\n\n"
		   "enum e___2 {\n\ty = 0,\n\tx___4 = 1,\n};\n\n");
}

static void order(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int a = btf__add_struct(b, "a", 16); /* 5 */

	btf__add_field(b, "b", a + 2, 0, 0);
	btf__add_field(b, "t", a + 3, 64, 0);
	btf__add_struct(b, "b", 0);	 /* 6 */
	btf__add_ptr(b, a + 1);		 /* 7 */
	btf__add_typedef(b, "t", a + 4); /* 8: of a pointer to a struct of t */
	btf__add_ptr(b, a + 5);		 /* 9 */
	btf__add_struct(b, "c", 8);	 /* 10 */
	btf__add_field(b, "t", a + 3, 0, 0);
	assert_int_equal(btf_dump__dump_type(f->d, (__u32)a), 0);
	printed(f, "struct c;\n\ntypedef struct c *t;\n\n"
		   "struct b;\n\nstruct a {\n\tstruct b *b;\n\tt t;\n};\n\n");
	/* once is enough */
	assert_int_equal(btf_dump__dump_type(f->d, (__u32)a), 0);
	printed(f, "");
	dump_all(f);
	printed(f, "struct b {};\n\nstruct c {\n\tt t;\n};\n\n");
}

static void builtins(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;

	btf__add_struct(b, "__va_list_tag", 0);
	btf__add_typedef(b, "__builtin_va_list", 5);
	btf__add_typedef(b, "__gnuc_va_list", 0);
	btf__add_int(b, "__Poly8_t", 1, 0);
	btf__add_typedef(b, "poly", 8);
	dump_all(f);
	printed(f, "struct __va_list_tag {};\n\ntypedef __builtin_va_list __gnuc_va_list;\n\n"
		   "typedef unsigned char __Poly8_t;\n\ntypedef __Poly8_t poly;\n\n");
}

/* types that come later are taken in; names are counted on; layouts follow a struct that grows */
static void appended(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;

	btf__add_struct(b, "s", 4);
	btf__add_field(b, "i", 1, 0, 0);
	dump_all(f);
	printed(f, "struct s {\n\tint i;\n};\n\n");
	btf__add_struct(b, "s", 8);
	btf__add_field(b, "s", 5, 0, 0);
	btf__add_field(b, "n", 2, 32, 0);
	dump_all(f);
	printed(f, "struct s___2 {\n\tstruct s s;\n\tchar n;\n};\n\n");
	btf__add_struct(b, "late", 8);
	btf__add_field(b, "x", 99, 0, 0);
	assert_int_equal(btf_dump__dump_type(f->d, 7), -EINVAL);
	assert_int_equal(errno, EINVAL);
}

/* ---- arguments ---- */

static void arguments(void **state)
{
	struct fixture *f = *state;
	struct btf_dump_opts opts = {.sz = 4};
	static __u64 foreign[16];

	assert_null(btf_dump__new(f->b, NULL, f, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(btf_dump__new(NULL, sink_printf, f, NULL));
	assert_null(btf_dump__new((struct btf *)foreign, sink_printf, f, NULL));
	assert_null(btf_dump__new(f->b, sink_printf, f, &opts));
	assert_int_equal(btf_dump__dump_type((struct btf_dump *)foreign, 1), -EINVAL);
	assert_int_equal(btf_dump__dump_type(NULL, 1), -EINVAL);
	assert_int_equal(btf_dump__dump_type(f->d, 5), -EINVAL);
	assert_int_equal(btf_dump__emit_type_decl(f->d, 5, NULL), -EINVAL);
	btf_dump__free(NULL);
	btf_dump__free((struct btf_dump *)-EINVAL);
	printed(f, "");
}

static void pieces(void **state)
{
	struct fixture *f = *state;
	char name[1001];

	memset(name, 'x', 1000);
	name[1000] = 0;
	btf__add_struct(f->b, name, 0);
	dump_all(f);
	assert_int_equal(f->len, strlen("struct  {};\n\n") + 1000);
	assert_int_equal(f->longest, 240);
	assert_int_equal(f->calls, 5);
}

/* ---- types that no compiler makes ---- */

static void cycles(void **state)
{
	struct fixture *f = *state;
	struct btf *b = f->b;
	int s = btf__add_struct(b, "s", 4), t, p, fp, anon, arr;

	btf__add_field(b, "s", s, 0, 0);
	arr = btf__add_array(b, 1, (int)btf__type_cnt(b), 1);
	t = btf__add_typedef(b, "t", (int)btf__type_cnt(b));
	p = btf__add_ptr(b, p = (int)btf__type_cnt(b));
	fp = btf__add_func_proto(b, (int)btf__type_cnt(b));
	anon = btf__add_struct(b, NULL, 4);
	btf__add_field(b, "x", anon, 0, 0);
	btf__add_const(b, (int)btf__type_cnt(b));
	for (int round = 0; round < 3; round++) {
		for (__u32 id = (__u32)s; id < btf__type_cnt(b); id++) {
			int err = btf_dump__dump_type(f->d, id);

			assert_int_equal(err, -ELOOP);
			/* a struct that has a name can be declared all the same */
			err = btf_dump__emit_type_decl(f->d, id, NULL);
			assert_int_equal(err, id == (__u32)s ? 0 : id <= (__u32)t ? err : -ELOOP);
		}
	}
	(void)arr, (void)fp, (void)p;
	/* and what is sound still comes out */
	btf__add_struct(b, "sound", 0);
	f->len = 0;
	assert_int_equal(btf_dump__dump_type(f->d, btf__type_cnt(b) - 1), 0);
	assert_non_null(strstr(f->text, "struct sound {};\n\n"));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#define MANY 100000

/* a chain of MANY, each dumped by itself, from the far end and from the near one */
static void chain(struct fixture *f, int (*add)(struct btf *b, int target), int err)
{
	double start = seconds();
	__u32 last;

	for (int i = 0, id = 1; i < MANY; i++)
		id = add(f->b, id);
	last = btf__type_cnt(f->b) - 1;
	for (int up = 0; up < 2; up++) {
		struct btf_dump *d = btf_dump__new(f->b, sink_printf, f, NULL);

		assert_non_null(d);
		for (__u32 i = 1; i <= last; i++)
			assert_int_equal(btf_dump__dump_type(d, up ? i : last + 1 - i), 0);
		assert_int_equal(btf_dump__emit_type_decl(d, last, NULL), err);
		btf_dump__free(d);
	}
	assert_true(seconds() - start < 2);
}

static int add_typedef(struct btf *b, int target)
{
	return btf__add_typedef(b, "t", target);
}

static int add_one_array(struct btf *b, int target)
{
	return btf__add_array(b, 1, target, 1);
}

static int add_nested(struct btf *b, int target)
{
	int id = btf__add_struct(b, "s", 4);

	return btf__add_field(b, "m", target, 0, 0) ? -1 : id;
}

static int add_nested_anon(struct btf *b, int target)
{
	int id = btf__add_struct(b, NULL, 4);

	return btf__add_field(b, "m", target, 0, 0) ? -1 : id;
}

static void long_pointers(void **state)
{
	chain(*state, btf__add_ptr, 0);
}

static void long_consts(void **state)
{
	chain(*state, btf__add_const, 0);
}

static void long_typedefs(void **state)
{
	chain(*state, add_typedef, 0);
}

static void long_arrays(void **state)
{
	chain(*state, add_one_array, 0);
}

/* all of one name, too */
static void long_nested(void **state)
{
	chain(*state, add_nested, 0);
}

static void long_nested_anon(void **state)
{
	chain(*state, add_nested_anon, 0);
}

/* 2^60 members, and 2^60 parameters, if they were printed */
static void explosion(void **state)
{
	struct fixture *f = *state;
	double start = seconds();
	int id = 1, proto = 1;

	for (int i = 0; i < 60; i++) {
		int s = btf__add_struct(f->b, NULL, 4), p;

		btf__add_field(f->b, "a", id, 0, 0);
		btf__add_field(f->b, "b", id, 0, 0);
		id = s;
		p = btf__add_func_proto(f->b, 1);
		btf__add_func_param(f->b, "a", proto);
		btf__add_func_param(f->b, "b", proto);
		proto = btf__add_ptr(f->b, p);
	}
	btf__add_typedef(f->b, "structs", id);
	btf__add_typedef(f->b, "protos", proto);
	id = (int)btf__type_cnt(f->b) - 2;
	assert_int_equal(btf_dump__dump_type(f->d, (__u32)id), -E2BIG);
	assert_int_equal(errno, E2BIG);
	assert_int_equal(btf_dump__dump_type(f->d, (__u32)id + 1), -E2BIG);
	assert_true(seconds() - start < 2);
}

/* a struct of four gigabytes without a member takes 64 million lines of padding */
static void padding(void **state)
{
	struct fixture *f = *state;

	btf__add_struct(f->b, "huge", 0xffffffff);
	assert_int_equal(btf_dump__dump_type(f->d, 5), -E2BIG);
	assert_int_equal(btf_dump__dump_type(f->d, 5), -E2BIG);
	assert_true(f->len < 16 << 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(declarators),
		TEST(strip_mods),
		TEST(bodies),
		TEST(enums),
		TEST(names),
		TEST(order),
		TEST(builtins),
		TEST(appended),
		TEST(arguments),
		TEST(pieces),
		TEST(cycles),
		TEST(long_pointers),
		TEST(long_consts),
		TEST(long_typedefs),
		TEST(long_arrays),
		TEST(long_nested),
		TEST(long_nested_anon),
		TEST(explosion),
		TEST(padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
