// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The parts of an explanation that need no file: layouts beside each other, CRCs, the kernel's
 * words. Tables of small types; what was found is compared as text.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../ref/build.h"
#include "../../ref/spell.h"
#include "check/explain.h"

static char *findings(const struct btf_report *r)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (size_t i = 0; i < btf_report__count(r); i++) {
		const struct btf_finding *x = btf_report__get(r, i);

		fprintf(f, "%s%s: %s", i ? "; " : "", x->type_name ? x->type_name : "-", x->text);
	}
	fclose(f);
	return text;
}

/* ---- layouts ---- */

#define K "int i 4; "

struct row {
	const char *name;
	const char *old, *own; /* own: split on old; "": old is whole, as from DWARF */
	const char *target;
	const char *findings;
	u32 structs, farther;
};

static const struct row rows[] = {
	{"held by value, equal", K "struct s 8 a:1@0 b:1@32", "struct o 8 s:2@0",
	 K "struct s 8 a:1@0 b:1@32", "", 1, 0},
	{"held by value, grown behind", K "struct s 8 a:1@0 b:1@32", "struct o 8 s:2@0",
	 K "struct s 12 a:1@0 b:1@32 c:1@64", "s: held by value: had 8 bytes, has 12", 1, 0},
	{"pointed at, grown behind", K "struct s 8 a:1@0 b:1@32; ptr 2", "struct o 8 s:3@0",
	 K "struct s 12 a:1@0 b:1@32 c:1@64", "", 1, 0},
	{"pointed at, grown before", K "struct s 8 a:1@0 b:1@32; ptr 2", "struct o 8 s:3@0",
	 K "struct s 12 c:1@0 a:1@32 b:1@64",
	 "s: pointed at: had 8 bytes, has 12, 'a' was at 0, is at 4, 'b' was at 4, is at 8", 1, 0},
	{"a member is gone, one has another size", K "int l 8; struct s 12 a:1@0 b:2@32",
	 "struct o 12 s:3@0", K "struct s 12 b:1@32 x:1@0",
	 "s: held by value, 'a' (at 0) is gone, 'b' had 8 bytes, has 4", 1, 0},
	{"bitfields", K "kstruct s 4 a:1@0x03000000 b:1@0x05000003", "struct o 4 s:2@0",
	 K "kstruct s 4 a:1@0x03000000 b:1@0x04000004",
	 "s: held by value, 'b' was at bit 3, is at bit 4", 1, 0},
	{"through arrays, typedefs and modifiers", K "struct s 4 a:1@0; typedef t 2; array 3 1 2",
	 "const 4; struct o 8 s:5@0", K "struct s 8 a:1@0", "s: held by value: had 4 bytes, has 8",
	 1, 0},
	{"anonymous members are looked into", K "union - 4 a:1@0 b:1@0; struct s 8 x:1@0 -:2@32",
	 "struct o 8 s:3@0", K "struct s 8 x:1@0 a:1@32", "s: held by value, 'b' (at 4) is gone", 1,
	 0},
	{"a function takes it", K "struct s 8 a:1@0 b:1@32; ptr 2", "proto 0 p:3; func f 4 1",
	 K "struct s 8 b:1@0 a:1@32", "s: pointed at, 'a' was at 0, is at 4, 'b' was at 4, is at 0",
	 1, 0},
	{"what a struct of the kernel holds is its affair",
	 K "struct in 4 a:1@0; ptr 2; struct s 8 p:3@0", "struct o 8 s:4@0",
	 K "struct in 8 a:1@32; ptr 2; struct s 8 p:3@0", "", 1, 0},
	{"all members are others", K "struct s 4 a:1@0", "struct o 4 s:2@0",
	 K "struct s 8 b:1@0 c:1@32", "s: held by value: had 4 bytes, has 8, 'a' (at 0) is gone", 1,
	 0},
	{"whole: half of the members are others: it is the module's own",
	 K "struct s 8 a:1@0 b:1@32; struct o 8 s:2@0", "", K "struct s 8 b:1@32 c:1@0", "", 1, 0},
	{"whole: less than half are", K "struct s 12 a:1@0 b:1@32 c:1@64; struct o 12 s:2@0", "",
	 K "struct s 12 a:1@0 b:1@32 d:1@64", "s: held by value, 'c' (at 8) is gone", 1, 0},
	{"not in the target", K "struct s 4 a:1@0", "struct o 4 s:2@0", K, "", 0, 0},
	{"one of several of the name is equal", K "struct s 4 a:1@0", "struct o 4 s:2@0",
	 K "struct s 8 a:1@32; struct s 4 a:1@0", "", 1, 0},
	{"whole: own structs are those that the kernel has not",
	 K "struct s 4 a:1@0; struct o 4 s:2@0; struct far 4 a:1@0", "",
	 K "struct s 8 a:1@32; struct far 4 a:1@0 b:1@8",
	 "s: held by value: had 4 bytes, has 8, 'a' was at 0, is at 4", 2, 0},
	{"whole: farther away", K "struct far 4 a:1@0; struct s 8 p:4@0; ptr 2; struct o 8 s:3@0",
	 "", K "struct far 8 a:1@32; struct s 8 p:4@0; ptr 2", "", 2, 1},
	{"whole: a variable", K "struct s 4 a:1@0; var v 2 1", "", K "struct s 8 a:1@0",
	 "s: held by value: had 4 bytes, has 8", 1, 0},
	{"loops end", K "struct s 4 s:2@0", "struct o 4 o:3@0 s:2@0", K "struct s 8 s:2@0",
	 "s: held by value: had 4 bytes, has 8, 's' had 4 bytes, has 8", 1, 0},
	{"anonymous loops end", K "struct s 4 -:3@0; struct - 4 -:3@0 a:1@0", "struct o 4 s:2@0",
	 K "struct s 8 -:3@0; struct - 4 -:3@0 a:1@0",
	 "s: held by value: had 4 bytes, has 8; -: some structs have too many members to be "
	 "compared",
	 1, 0},
};

static void check_layout(const struct row *w)
{
	struct btf *old = new_base(), *own = NULL, *target = new_base();
	struct btf_report *r = btf_report__new();
	struct explain_layout l;
	char *text;

	spell(old, w->old);
	if (*w->own) {
		own = new_split(old);
		spell(own, w->own);
	}
	spell(target, w->target);
	assert_int_equal(explain_layout(own ? own : old, target, &l, r), 0);
	text = findings(r);
	if (strcmp(text, w->findings) || l.structs != w->structs || l.farther != w->farther)
		fail_msg("%s: %s (%u compared, %u farther)", w->name, text, l.structs, l.farther);
	assert_int_equal(l.differ + l.too_many, btf_report__count(r));
	free(text);
	btf_report__free(r);
	object_free(own);
	object_free(old);
	object_free(target);
}

static void test_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_layout(&rows[i]);
}

/* a file that is made to cost time: many structs of a name that has many members in the kernel */
static void test_layout_work(void **state)
{
	struct btf *mine = new_base(), *target = new_base();
	struct btf_report *r = btf_report__new();
	struct explain_layout l;
	char name[16];

	(void)state;
	put_plain_int(mine);
	put_plain_int(target);
	put(target, BTF_KIND_STRUCT, "s", 4 * 60000);
	for (u32 i = 0; i < 60000; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		put_member(target, name, 1, 32 * i);
	}
	for (u32 i = 0; i < 20000; i++) {
		put(mine, BTF_KIND_STRUCT, "s", 4 + i);
		put_member(mine, "m0", 1, 0);
	}
	assert_int_equal(explain_layout(mine, target, &l, r), 0);
	assert_true(l.too_many);
	assert_in_range(l.structs, 250, 300);
	btf_report__free(r);
	object_free(mine);
	object_free(target);
}

/* ---- CRCs ---- */

struct version {
	u64 crc;
	char name[56];
};

static char *crcs(const void *data, size_t size, bool is64, bool swapped, const char *symvers)
{
	struct btf_report *r = btf_report__new();
	struct explain_crcs c;
	char *text;
	int err = explain_crcs(data, size, is64, swapped, symvers, strlen(symvers), &c, r);

	text = findings(r);
	if (err)
		assert_true(!*text);
	btf_report__free(r);
	if (err) {
		free(text);
		if (asprintf(&text, "%d", err) < 0)
			fail();
	}
	return text;
}

#define WANT(text, ...)                                                                            \
	do {                                                                                       \
		char *got_ = crcs(__VA_ARGS__);                                                    \
		assert_string_equal(got_, text);                                                   \
		free(got_);                                                                        \
	} while (0)

static void test_crcs(void **state)
{
	static const struct version v[] = {{1, "a"}, {0xdeadbeef, "ab"}};
	static const struct {
		u32 crc;
		char name[60];
	} v32[] = {{0x01020304, "a"}};
	struct version full = {7, ""};

	(void)state;
	WANT("", v, sizeof(v), true, false, "0x00000001\ta\tvmlinux\tX\n0xdeadbeef\tab\tm\tX");
	WANT("-: ab: the module wants CRC 0xdeadbeef, the kernel has 0x00000002", v, sizeof(v),
	     true, false, "0x2\tab\n0x1\ta\n");
	WANT("-: a: the kernel does not export it; -: ab: the kernel does not export it", v,
	     sizeof(v), true, false, "");
	/* lines that are none: no number, too long a one, no name */
	WANT("-: ab: the kernel does not export it", v, sizeof(v), true, false,
	     "\n1\tab\n0x\tab\n0x123456789\tab\n0x1\n0x1\t\n0xg\tab\n0x1\ta");
	/* the other word size and byte order; bytes that are none */
	WANT("", v32, sizeof(v32), false, false, "0x01020304\ta\n");
	WANT("", v32, sizeof(v32), false, true, "0x04030201\ta\n");
	WANT("-22", v, 63, true, false, "");
	WANT("", v, 0, true, false, "");
	memset(full.name, 'x', sizeof(full.name));
	WANT("-: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: the kernel does not "
	     "export it",
	     &full, sizeof(full), true, false, "0x7\tx\n");
}

/* ---- the kernel's words ---- */

static char *logged(const struct btf *base, const void *data, size_t size,
		    const struct btf_finding *f, bool mismatch)
{
	struct explain_bytes bytes = {data, size, base};
	struct explain_log log = {0};
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	explain_log_rule(&log, &bytes, f, mismatch);
	for (size_t i = 0; i < log.cnt; i++)
		fprintf(to, "%s%s", i ? "|" : "", log.line[i]);
	fclose(to);
	explain_log_deinit(&log);
	return text;
}

static void want_log(const char *want, const struct btf *base, const void *data, size_t size,
		     struct btf_finding f, bool mismatch)
{
	char *got = logged(base, data, size, &f, mismatch);

	assert_string_equal(got, want);
	free(got);
}

/* findings may name places that the bytes do not have */
static void test_log_bounds(void **state)
{
	struct btf *base = new_base(), *split;
	struct btf_finding f = {.code = BTF_CODE_CHECK_INT_SIZE,
				.type_id = 2,
				.member = BTF_NO_MEMBER,
				.actual = 9};
	struct buf bytes;

	(void)state;
	put_plain_int(base);
	split = new_split(base);
	put_int(split, "own", 1, 0, 32);
	bytes = bytes_of(split);
	f.offset = 24;
	want_log("BPF: [2] INT own|BPF: size=1 bits_offset=0 nr_bits=32 encoding=(none)|"
		 "BPF: nr_bits exceeds type_size",
		 base, bytes.data, bytes.len, f, false);
	want_log("", base, bytes.data, bytes.len, f, true);
	for (size_t len = 0; len < bytes.len; len++)
		free(logged(base, bytes.data, len, &f, false));
	for (f.offset = 0; f.offset < bytes.len + 8; f.offset++)
		free(logged(base, bytes.data, bytes.len, &f, false));
	f.offset = UINT64_MAX - 3;
	free(logged(base, bytes.data, bytes.len, &f, false));
	f.offset = BTF_NO_OFFSET;
	want_log("", base, bytes.data, bytes.len, f, false);
	f.code = BTF_CODE_CHECK_HDR_MAGIC;
	want_log("BPF: Invalid magic", base, bytes.data, bytes.len, f, true);
	f.code = BTF_CODE_CHECK_TAG_TARGET;
	want_log("", base, bytes.data, bytes.len, f, false);
	f.code = BTF_CODE_RELOC_SIZE;
	want_log("", base, bytes.data, bytes.len, f, false);
	buf_deinit(&bytes);
	object_free(split);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_layout_work),
		cmocka_unit_test(test_crcs),
		cmocka_unit_test(test_log_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
