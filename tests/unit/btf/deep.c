// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * 100,000 types that each need the one before, of every kind that can: each question of the library
 * is answered in less than a second of CPU time (twenty with sanitizers and the like, whose times
 * say little: there only an endless loop is meant), and without more stack than there is.
 */
#include "make.h"

#include <time.h>

#include <btf/btf.h>

#define LINKS 100000

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(BTFKIT_DEBUG_MOVE) || \
	!defined(__OPTIMIZE__)
#define SECONDS 20.0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SECONDS 20.0
#endif
#endif
#ifndef SECONDS
#define SECONDS 1.0
#endif

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#define IN_TIME(question, call)                                                                    \
	do {                                                                                       \
		double from_ = cpu_seconds(), took_;                                               \
		call;                                                                              \
		took_ = cpu_seconds() - from_;                                                     \
		if (took_ > SECONDS)                                                               \
			fail_msg("%s, %s: %.3f s", chains[kind].what, question, took_);            \
	} while (0)

static int link_struct(struct btf *b, const char *name, int to)
{
	int id = btf__add_struct(b, name, 4);

	assert_int_equal(btf__add_field(b, "m", to, 0, 0), 0);
	return id;
}

static int link_pointer(struct btf *b, const char *name, int to)
{
	(void)name;
	return btf__add_ptr(b, to);
}

static int link_const(struct btf *b, const char *name, int to)
{
	(void)name;
	return btf__add_const(b, to);
}

static int link_typedef(struct btf *b, const char *name, int to)
{
	return btf__add_typedef(b, name, to);
}

static int link_array(struct btf *b, const char *name, int to)
{
	(void)name;
	return btf__add_array(b, 1, to, 1);
}

static int link_anonymous(struct btf *b, const char *name, int to)
{
	(void)name;
	return link_struct(b, NULL, to);
}

static int link_proto(struct btf *b, const char *name, int to)
{
	(void)name;
	return btf__add_func_proto(b, to);
}

static const struct {
	const char *what;
	int (*link)(struct btf *b, const char *name, int to);
	int size, align; /* of the last one */
} chains[] = {
	{"pointers", link_pointer, 8, 8},	{"consts", link_const, 4, 4},
	{"typedefs", link_typedef, 4, 4},	{"arrays", link_array, 4, 4},
	{"structs", link_struct, 4, 4},		{"anonymous structs", link_anonymous, 4, 4},
	{"prototypes", link_proto, -EINVAL, 0},
};

static void count(void *ctx, const char *fmt, va_list args)
{
	(void)fmt;
	*(size_t *)ctx += strlen(va_arg(args, const char *));
}

static void chain(size_t kind)
{
	struct btf *b = btf__new_empty();
	int last = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	struct btf_dump *d;
	size_t printed = 0;
	char name[16];

	for (int i = 0; i < LINKS; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		last = chains[kind].link(b, name, last);
	}
	assert_int_equal(last, LINKS + 1);
	IN_TIME("size", assert_int_equal(btf__resolve_size(b, last), chains[kind].size));
	IN_TIME("type", assert_true(btf__resolve_type(b, last) > 0));
	IN_TIME("align", assert_int_equal(btf__align_of(b, last), chains[kind].align));
	IN_TIME("find", assert_int_equal(btf__find_by_name(b, "nobody"), -ENOENT));
	d = btf_dump__new(b, count, &printed, NULL);
	assert_non_null(d);
	IN_TIME("definition", assert_int_equal(btf_dump__dump_type(d, last), 0));
	IN_TIME("declaration", assert_int_equal(btf_dump__emit_type_decl(d, last, NULL), 0));
	IN_TIME("value", btf_dump__dump_type_data(d, last, "\1\0\0\0\0\0\0", 8, NULL));
	assert_true(printed > 0);
	btf_dump__free(d);
	IN_TIME("dedup", assert_int_equal(btf__dedup(b, NULL), 0));
	assert_int_equal(btf__type_cnt(b), LINKS + 2);
	btf__free(b);
}

static void test_chains(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < sizeof(chains) / sizeof(*chains); kind++)
		chain(kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_chains)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
