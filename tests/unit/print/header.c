// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The header: each rule of the text that C++ takes, on small types (tests/ref/spell.h), kfuncs,
 * slim headers, releases; errors and sinks that fail. What compilers say is tests/oracle/header's
 * affair.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../ref/build.h"
#include "../../ref/spell.h"
#include "print/header.h"

static int keep(void *ctx, const void *data, size_t size)
{
	return buf_add(ctx, data, size);
}

static char *header_of(const char *types, const struct header_opts *o)
{
	struct btf *b = new_base();
	struct buf text = {0};

	spell(b, types);
	assert_int_equal(print_header(b, o, keep, &text, NULL), 0);
	assert_int_equal(buf_add(&text, "", 1), 0);
	object_free(b);
	return (char *)text.data;
}

/* the header of the types has, or lacks, a piece of text */
static void has(const char *types, const char *piece)
{
	char *text = header_of(types, &(struct header_opts){0});

	if (!strstr(text, piece))
		fail_msg("no '%s' in\n%s", piece, strstr(text, "#ifndef __weak"));
	free(text);
}

static void lacks(const char *types, const char *piece)
{
	char *text = header_of(types, &(struct header_opts){0});

	if (strstr(strstr(text, "#ifndef __weak"), piece))
		fail_msg("'%s' in\n%s", piece, strstr(text, "#ifndef __weak"));
	free(text);
}

static void test_words(void **state)
{
	(void)state;
	has("int int 4; struct s 8 class:1@0 new:1@32",
	    "\tint __btf_name(class);\n\tint __btf_name(new);");
	has("int int 4; struct new 4 a:1@0", "struct __btf_name(new) {\n");
	has("int int 4; typedef wchar_t 1", "typedef int __btf_name(wchar_t);");
	has("enum e 4 not=0 nota=1 xor_eq=2",
	    "\t__btf_name(not) = 0,\n\tnota = 1,\n\t__btf_name(xor_eq) = 2,");
	has("int int 4; proto 1 this:1; ptr 2; struct s 8 try:3@0",
	    "int (*__btf_name(try))(int __btf_name(this));");
	/* the second of a name is no word of C++ */
	has("int int 4; struct new 4 a:1@0; struct new 4 b:1@0", "struct new___2 {\n");
	has("int int 4; array 1 1 4; struct s 16 or:2@0", "int __btf_name(or)[4];");
	lacks("int int 4; struct s 8 news:1@0 clas:1@32", "__btf_name(");
}

static void test_members_named_as_types(void **state)
{
	(void)state;
	has("int int 4; typedef port 1; struct s 8 port:2@0 other:2@32",
	    "\tport __btf_name(port);\n\tport other;");
	has("int int 4; typedef fn 3; proto 1; ptr 2; struct s 8 fn:4@0", "\tfn *__btf_name(fn);");
	/* a callback whose name is a type's, and whose parameters are of it */
	has("int int 4; typedef cb 1; proto 1 -:2; ptr 3; struct s 8 cb:4@0",
	    "int (*__btf_name(cb))(cb);");
	/* outside of structs no name hides a type */
	has("int int 4; typedef port 1; enum e 4 x=0; typedef q 2", "typedef port q;");
	/* in an anonymous union, where it counts as a member of the struct around */
	has("int int 4; union - 4 irte:1@0 x:1@0; struct irte 4 -:2@0",
	    "\t\tint __btf_name(irte);");
	has("int int 4; struct irte 4 irte:1@0", "\tint irte;");
}

static void test_tags_named_as_typedefs(void **state)
{
	(void)state;
	has("int int 4; struct mac 4 a:1@0; typedef mac 1; ptr 2; struct s 8 m:4@0",
	    "struct __btf_name(mac) {");
	has("int int 4; struct mac 4 a:1@0; typedef mac 1; ptr 2; struct s 8 m:4@0",
	    "struct __btf_name(mac) *m;");
	lacks("int int 4; struct mac 4 a:1@0; typedef mac 2", "__btf_name(");
	/* the typedef names the second of the structs */
	has("int int 4; struct mac 4 a:1@0; struct mac 4 b:1@0; typedef mac 3",
	    "typedef struct __btf_name(mac___2) mac;");
}

static void test_shapes(void **state)
{
	(void)state;
	has("struct none 0", "struct none { __btf_empty };");
	has("int int 4; struct - 0; struct s 4 e:2@0 i:1@0", "struct { __btf_empty } e;");
	has("enum open 4; ptr 1; struct s 8 p:2@0", "enum open __btf_enum(unsigned int);\n");
	/* the definition says the same as the declaration */
	has("enum open 4; enum open 4 A=1", "enum open __btf_enum(unsigned int) {\n\tA = 1,\n");
	has("int int 4; int _Bool 1; typedef bool 2",
	    "#ifndef __btf_bool\ntypedef _Bool bool;\n#endif\n");
	has("enum - 4 false=0 true=1",
	    "#ifndef __btf_bool\nenum {\n\tfalse = 0,\n\ttrue = 1,\n};\n#endif\n");
	has("enum - 4 true=1", "enum {\n\ttrue = 1,\n};");
	has("int int 4; typetag user 1; ptr 2; struct s 8 p:3@0",
	    "int __btf_attr((btf_type_tag(\"user\"))) *p;");
	has("int int 4; typetag new 1; ptr 2; struct s 8 p:3@0", "((btf_type_tag(\"new\")))");
	has("int int 4; int char 1; struct s 5 c:2@0 i:1@8", "} __attribute__((packed));");
}

/* what libbpf prints in another size */
static void test_exact(void **state)
{
	(void)state;
	has("int int 4; int char 1; array 2 1 15; struct - 12 a:1@0 b:1@32 c:1@64; "
	    "union u 15 -:4@0 pad:3@0",
	    "\tchar pad[15];\n} __attribute__((packed));");
	has("int int 4; union u 64 a:1@0", "\tint a;\n\tunsigned char __btf_size_2[64];\n};");
	has("int int 4; union u 4 a:1@0 b:1@0", "\tint a;\n\tint b;\n};");
	has("int int 4; int char 1; struct s 16 c:2@0 i:1@8",
	    "\tchar c;\n\tint i;\n\tlong long: 64;\n\tint: 24;\n} __attribute__((packed));");
}

/* ---- functions ---- */

static const char functions[] = "int int 4;"			 /* 1 */
				"struct task 4 pid:1@0;"	 /* 2 */
				"ptr 2;"			 /* 3 */
				"proto 3 p:3 namespace:1;"	 /* 4 */
				"func take 4 1;"		 /* 5 */
				"fwd sock;"			 /* 6 */
				"ptr 6; proto 0 sk:7;"		 /* 7, 8 */
				"func bpf_stream_vprintk 8 1;"	 /* 9 */
				"typedef alias 3; proto 0 a:10;" /* 10, 11 */
				"func third 11 1";		 /* 12 */

static void test_kfuncs(void **state)
{
	const u32 ids[] = {9, 5, 12};
	struct header_opts o = {.kfuncs = ids, .kfunc_cnt = 3};
	char *text = header_of(functions, &o);

	(void)state;
	assert_non_null(strstr(text, "#ifndef BPF_NO_KFUNC_PROTOTYPES\n"));
	assert_non_null(
		strstr(text, "#ifdef BPF_ALL_KFUNC_PROTOTYPES /* bpf_helpers.h may declare it "
			     "too */\n"
			     "extern void bpf_stream_vprintk(struct sock *sk) __weak __ksym;\n"
			     "#endif\n"
			     "extern struct task *take(struct task *p, int __btf_name(namespace)) "
			     "__weak __ksym;\n"
			     "extern void third(alias a) __weak __ksym;\n"
			     "#ifdef __cplusplus\n}\n#endif\n#endif\n"));
	free(text);
	text = header_of(functions, &(struct header_opts){0});
	assert_null(strstr(text, "extern "));
	assert_null(strstr(text, "KFUNC"));
	free(text);
}

/* what a prototype mentions is declared before it */
static void test_slim(void **state)
{
	const u32 ids[] = {5, 12};
	struct header_opts o = {.slim = true, .kfuncs = ids, .kfunc_cnt = 2};
	char *text = header_of(functions, &o);
	const char *task = strstr(text, "struct task;\n"),
		   *typedefed = strstr(text, "typedef struct task *alias;");

	(void)state;
	assert_non_null(task);
	assert_non_null(typedefed);
	assert_true(task < strstr(text, "extern struct task *take("));
	assert_true(typedefed < strstr(text, "extern void third("));
	assert_null(strstr(text, "sock"));
	assert_null(strstr(text, "struct task {"));
	free(text);
	o = (struct header_opts){.slim = true, .ids = &(u32){2}, .id_cnt = 1};
	text = header_of(functions, &o);
	assert_non_null(strstr(text, "struct task {\n\tint pid;\n};\n"));
	assert_null(strstr(text, "alias"));
	free(text);
}

/* ---- the first line, failures ---- */

static void test_release(void **state)
{
	char *text =
		header_of("int int 4", &(struct header_opts){.release = "6.12.1-x+b1 */\n#error"});

	(void)state;
	assert_int_equal(
		strncmp(text,
			"/* Types of Linux 6.12.1-x+b1_____error, from its BTF: made by btf "
			"header. */\n#ifndef __VMLINUX_H__\n",
			80),
		0);
	free(text);
	text = header_of("int int 4", &(struct header_opts){0});
	assert_int_equal(
		strncmp(text, "/* Types of a kernel, from its BTF: made by btf header. */\n", 58),
		0);
	free(text);
}

static int refuse(void *ctx, const void *data, size_t size)
{
	(void)data;
	(void)size;
	++*(int *)ctx;
	return -ENOSPC;
}

static void test_failures(void **state)
{
	struct btf *b = new_base();
	struct header_opts o = {0};
	int calls = 0;

	(void)state;
	spell(b, "int int 4");
	assert_int_equal(print_header(b, &o, refuse, &calls, NULL), -ENOSPC);
	assert_int_equal(calls, 1);
	/* a type that contains itself: nothing is written */
	spell(b, "struct s 4 s:2@0");
	calls = 0;
	assert_int_equal(print_header(b, &o, refuse, &calls, NULL), -ELOOP);
	assert_int_equal(calls, 0);
	/* a reference that leads nowhere */
	object_free(b);
	b = new_base();
	spell(b, "ptr 7");
	assert_int_equal(print_header(b, &o, refuse, &calls, NULL), -EINVAL);
	assert_int_equal(calls, 0);
	object_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_members_named_as_types),
		cmocka_unit_test(test_tags_named_as_typedefs),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_kfuncs),
		cmocka_unit_test(test_slim),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
