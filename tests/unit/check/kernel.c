// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The kernel's check, without a kernel: every rule is met by a blob made by hand or from a seed;
 * versions differ where the table says so; the unsafe is found in what kernels take; what is large
 * or nested without end is answered in time. That verdicts are those of a kernel is what
 * tests/oracle/check shows.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../ref/blobs.h"
#include "../../ref/build.h"
#include "btf/object.h"
#include "check/kernel.h"

/* fewer do not meet every rule */
#define SEEDS 60000
/* seconds for what ends by the bound of work: sanitizers are slow */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PATIENCE 240
#else
#define PATIENCE 60
#endif

/* ---- by hand ---- */

#define INFO(kind, vlen) ((u32)(kind) << 24 | (u32)(vlen))
#define KFLAG (1u << 31)
#define HDR(types, strs) 0x0001eb9f, 24, 0, types, types, strs
#define A 0x00006100 /* "\0a\0\0" */
#define INT 1, INFO(BTF_KIND_INT, 0), 4, 32
#define WORDS(...) (const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__})

struct row {
	const char *what;
	u32 version;
	enum btf_check_as as;
	enum btf_code rule; /* NONE: accepted */
	const u32 *words;
	size_t len;
};

#define USER BTF_CHECK_USER
#define MOD BTF_CHECK_MODULE
#define VMLINUX BTF_CHECK_VMLINUX
#define R(id) BTF_CODE_CHECK_##id
#define OK BTF_CODE_NONE

static const struct row rows[] = {
	{"an INT", KV(6, 18), USER, OK, WORDS(HDR(16, 4), INT, A)},
	{"a header and no more", KV(6, 18), USER, R(HDR_NO_DATA), WORDS(HDR(0, 0))},
	{"the other byte order", KV(6, 18), USER, R(HDR_MAGIC),
	 WORDS(0x00019feb, 24, 0, 16, 16, 4, INT, A)},
	{"32 bytes of header", KV(6, 18), USER, OK,
	 WORDS(0x0001eb9f, 32, 0, 16, 16, 4, 0, 0, INT, A)},
	{"a layout section, before it is known", KV(7, 0), USER, R(HDR_UNKNOWN),
	 WORDS(0x0001eb9f, 32, 0, 16, 20, 4, 16, 4, INT, 0, A)},
	{"a layout section", KV(7, 1), USER, OK,
	 WORDS(0x0001eb9f, 32, 0, 16, 20, 4, 16, 4, INT, 0, A)},
	{"a layout section that is odd", KV(7, 1), USER, R(LAYOUT_LENGTH),
	 WORDS(0x0001eb9f, 32, 0, 16, 18, 6, 16, 2, INT, 0, A)},
	{"a layout section at an odd byte", KV(7, 1), USER, R(LAYOUT_OFFSET),
	 WORDS(0x0001eb9f, 32, 0, 16, 16, 2, 18, 6, 0, INFO(BTF_KIND_INT, 0), 4, 32, 0, 0)},
	{"types behind strings, where that may be", KV(7, 1), USER, OK,
	 WORDS(0x0001eb9f, 24, 4, 16, 0, 4, A, INT)},
	{"types at an odd byte", KV(7, 1), USER, R(TYPES_OFFSET),
	 WORDS(0x0001eb9f, 24, 2, 18, 0, 2, 0, INT)},
	{"a tag of an attribute", KV(6, 15), USER, OK,
	 WORDS(HDR(28, 4), INT, 1, KFLAG | INFO(BTF_KIND_TYPE_TAG, 0), 1, A)},
	{"a tag of an attribute, before", KV(6, 14), USER, R(TAG_KFLAG),
	 WORDS(HDR(28, 4), INT, 1, KFLAG | INFO(BTF_KIND_TYPE_TAG, 0), 1, A)},
	{"wide info", KV(7, 1), USER, R(REC_INFO),
	 WORDS(HDR(16, 4), 1, INFO(BTF_KIND_INT, 0x10000), 4, 32, A)},
	{"wide info, from when it is known", KV(7, 2), USER, R(REC_VLEN),
	 WORDS(HDR(16, 4), 1, INFO(BTF_KIND_INT, 0x10000), 4, 32, A)},
	{"a chain that leads nowhere", KV(6, 12), VMLINUX, R(TAG_TARGET),
	 WORDS(HDR(12, 4), 1, INFO(BTF_KIND_TYPEDEF, 0), 9, A)},
	{"the same, of a program", KV(6, 12), USER, R(REF_TARGET),
	 WORDS(HDR(12, 4), 1, INFO(BTF_KIND_TYPEDEF, 0), 9, A)},
	{"a typedef of itself", KV(6, 12), VMLINUX, R(TAG_CHAIN),
	 WORDS(HDR(12, 4), 1, INFO(BTF_KIND_TYPEDEF, 0), 1, A)},
	{"a type that is not there", KV(6, 12), VMLINUX, R(DANGLING),
	 WORDS(HDR(12, 4), 0, INFO(BTF_KIND_PTR, 0), 9, A)},
	{"an array of itself", KV(6, 12), VMLINUX, R(UNSAFE_LOOP),
	 WORDS(HDR(40, 4), INT, 0, INFO(BTF_KIND_ARRAY, 0), 0, 2, 1, 1, A)},
	{"a struct in itself", KV(6, 12), VMLINUX, R(UNSAFE_LOOP),
	 WORDS(HDR(24, 4), 1, INFO(BTF_KIND_STRUCT, 1), 4, 1, 1, 0, A)},
	{"a struct that points to itself", KV(6, 12), VMLINUX, OK,
	 WORDS(HDR(36, 4), 1, INFO(BTF_KIND_STRUCT, 1), 8, 1, 2, 0, 0, INFO(BTF_KIND_PTR, 0), 1,
	       A)},
	{"a member behind the end", KV(6, 12), VMLINUX, R(UNSAFE_SIZE),
	 WORDS(HDR(40, 4), INT, 1, INFO(BTF_KIND_STRUCT, 1), 3, 1, 1, 0, A)},
	{"a pointer to a variable", KV(6, 12), VMLINUX, R(UNSAFE_KIND),
	 WORDS(HDR(44, 4), INT, 1, INFO(BTF_KIND_VAR, 0), 1, 1, 0, INFO(BTF_KIND_PTR, 0), 2, A)},
	{"a function without prototype", KV(6, 12), VMLINUX, R(UNSAFE_KIND),
	 WORDS(HDR(28, 4), INT, 1, INFO(BTF_KIND_FUNC, 0), 1, A)},
	{"a pointer to a function before it", KV(6, 18), USER, OK,
	 WORDS(HDR(36, 4), 0, INFO(BTF_KIND_FUNC_PROTO, 0), 0, 1, INFO(BTF_KIND_FUNC, 0), 1, 0,
	       INFO(BTF_KIND_PTR, 0), 2, A)},
	{"a pointer to a function behind it", KV(6, 18), USER, R(REF_SIZELESS),
	 WORDS(HDR(36, 4), 0, INFO(BTF_KIND_PTR, 0), 2, 1, INFO(BTF_KIND_FUNC, 0), 3, 0,
	       INFO(BTF_KIND_FUNC_PROTO, 0), 0, A)},
};

static struct kcheck run_blob(const void *data, size_t size, const struct row *row,
			      struct btf_report *r, u64 *hits)
{
	struct kcheck k = {.size = (u32)size,
			   .as = row->as,
			   .version = row->version,
			   .section = ".BTF",
			   .r = r,
			   .hits = hits};
	/* a copy that ends where the data ends */
	void *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	k.data = copy;
	kc_run(&k);
	kc_deinit(&k);
	free(copy);
	return k;
}

static void by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct btf_report *r = btf_report__new();
		struct kcheck k = run_blob(rows[i].words, rows[i].len, &rows[i], r, NULL);
		enum btf_code got = k.first ? k.first : k.danger;

		if (got != rows[i].rule)
			print_error("%s: expected %s, got %s\n", rows[i].what,
				    btf_code__name(rows[i].rule), btf_code__name(got));
		assert_int_equal(got, rows[i].rule);
		assert_int_equal(btf_report__count(r), got != OK);
		if (got != OK) {
			assert_int_equal(btf_report__get(r, 0)->code, got);
			assert_int_equal(btf_report__get(r, 0)->err, kernel_rule(got)->err);
		}
		assert_int_equal(k.err, k.first ? kernel_rule(k.first)->err : 0);
		btf_report__free(r);
	}
}

/* ---- the table ---- */

static void table(void **state)
{
	size_t cnt;
	const struct btf_check_rule *rules = kernel_rules(&cnt);

	(void)state;
	for (size_t i = 0; i < cnt; i++) {
		assert_ptr_equal(kernel_rule(rules[i].code), &rules[i]);
		assert_string_equal(btf_code__name(rules[i].code), rules[i].name);
		assert_true(rules[i].err > 0 && rules[i].text[0]);
		assert_true(!rules[i].until || rules[i].since < rules[i].until);
		/* classes follow each other */
		if (i)
			assert_true(rules[i].cls >= rules[i - 1].cls);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(rules[i].name, rules[j].name);
	}
	assert_null(kernel_rule(BTF_CODE_NONE));
	assert_null(kernel_rule(BTF_CODE_CNT));
	assert_null(kernel_rule((enum btf_code)(rules[0].code - 1)));
	assert_null(kernel_rule((enum btf_code)(rules[cnt - 1].code + 1)));
}

/*
 * Rules that no blob of these tests meets: too large for here (big() has them), met only where a
 * module has other sections, or behind another rule that is always broken first.
 */
static bool met_elsewhere(enum btf_code rule)
{
	return rule == R(SIZE) || rule == R(STR_LENGTH) || rule == R(STATE) ||
	       rule == R(VSI_VAR_TYPE) || rule == R(FIELD_END) || rule == R(FIELD_DTOR) ||
	       rule == R(UNSAFE_WORK) || rule == R(UNSAFE_IDS) || rule == R(UNSAFE_BASE);
}

static void from_seeds(void **state)
{
	static const struct row asked[] = {{.version = KV(6, 18), .as = USER},
					   {.version = KV(6, 12), .as = USER},
					   {.version = KV(6, 1), .as = USER},
					   {.version = KV(7, 2), .as = VMLINUX}};
	static u64 hits[BTF_CODE_CNT];
	struct blob b = {0};
	size_t cnt;
	const struct btf_check_rule *rules = kernel_rules(&cnt);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		run_blob(rows[i].words, rows[i].len, &rows[i], NULL, hits);
	for (u64 seed = 0; seed < SEEDS; seed++) {
		struct kcheck k;

		assert_true(blob_make(&b, seed));
		k = run_blob(b.bytes.data, b.bytes.len, &asked[seed % 4], NULL, hits);
		assert_true(k.findings == (k.first || k.danger));
	}
	for (size_t i = 0; i < cnt; i++) {
		if (!hits[rules[i].code] && !met_elsewhere(rules[i].code))
			print_error("%s is met by nothing\n", rules[i].name);
		assert_true(hits[rules[i].code] || met_elsewhere(rules[i].code));
	}
	blob_deinit(&b);
}

/* what --all finds begins with what the kernel stops at, and the same seed finds the same */
static void all_findings(void **state)
{
	struct blob b = {0};
	u64 more = 0;

	(void)state;
	for (u64 seed = 0; seed < SEEDS / 8; seed++) {
		enum btf_check_as as = seed % 2 ? USER : VMLINUX;
		struct btf_report *r = btf_report__new();
		struct kcheck k, one, all;

		assert_true(blob_make(&b, seed));
		k = (struct kcheck){.data = b.bytes.data,
				    .size = (u32)b.bytes.len,
				    .as = as,
				    .version = KV(6, 18),
				    .section = ".BTF"};
		one = all = k;
		all.all = true;
		all.r = r;
		kc_run(&one);
		kc_run(&all);
		assert_int_equal(one.first, all.first);
		assert_int_equal(one.err, all.err);
		assert_true(all.findings >= one.findings);
		assert_int_equal(all.findings, btf_report__count(r));
		more += all.findings > 1;
		kc_deinit(&one);
		kc_deinit(&all);
		btf_report__free(r);
	}
	assert_true(more > 100);
	blob_deinit(&b);
}

/* ---- large ---- */

/* HDR, cnt records of the kind that refer to `to`, strings of strs bytes */
static u32 *large(u32 kind, u32 cnt, u32 to, u32 strs, size_t *ret_size)
{
	size_t size = 24 + (size_t)cnt * 12 + strs;
	u32 *p = calloc(1, size);
	const u32 hdr[] = {HDR(cnt * 12, strs)};

	assert_non_null(p);
	memcpy(p, hdr, sizeof(hdr));
	for (u32 i = 0; i < cnt; i++) {
		p[6 + i * 3 + 1] = INFO(kind, 0);
		p[6 + i * 3 + 2] = to;
	}
	*ret_size = size;
	return p;
}

static enum btf_code verdict_of(u32 *p, size_t size)
{
	struct row row = {.version = KV(6, 18), .as = USER};
	struct kcheck k = run_blob(p, size, &row, NULL, NULL);

	free(p);
	return k.first ? k.first : k.danger;
}

static void big(void **state)
{
	size_t size;
	u32 *p;

	(void)state;
	/* a kernel stops counting at 0xfffff and says nothing */
	p = large(BTF_KIND_PTR, 1200000, 0, 4, &size);
	assert_int_equal(verdict_of(p, size), OK);
	p = large(BTF_KIND_PTR, 1200000, 0, 4, &size);
	p[6 + 2] = 0xffffe;
	assert_int_equal(verdict_of(p, size), OK);
	p = large(BTF_KIND_PTR, 1200000, 0, 4, &size);
	p[6 + 2] = 0xfffff;
	assert_int_equal(verdict_of(p, size), R(REF_TARGET));
	p = large(BTF_KIND_PTR, 1, 0, (16u << 20) - 36, &size);
	assert_int_equal(verdict_of(p, size), OK);
	p = large(BTF_KIND_PTR, 1, 0, (16u << 20) - 35, &size);
	assert_int_equal(verdict_of(p, size), R(SIZE));
}

/* strings over 16 MiB: only of a kernel's own BTF */
static void big_strings(void **state)
{
	struct row row = {.version = KV(6, 18), .as = VMLINUX};
	struct kcheck k;
	size_t size;
	u32 *p = large(BTF_KIND_PTR, 1, 0, (16u << 20) + 1, &size);

	(void)state;
	k = run_blob(p, size, &row, NULL, NULL);
	assert_int_equal(k.first, R(STR_LENGTH));
	free(p);
}

/* a struct that holds two of the struct before, 31 deep: 2^31 ways down */
static void nested(void **state)
{
	struct btf *b = new_base();
	struct row row = {.version = KV(6, 18), .as = USER};
	u32 lock = put(b, BTF_KIND_STRUCT, "bpf_spin_lock", 4), last, top;
	struct timespec begin, end;
	struct kcheck k;
	struct buf bytes;

	(void)state;
	last = put(b, BTF_KIND_STRUCT, "s", 0);
	for (u32 i = 0; i < 29; i++) {
		u32 id = put(b, BTF_KIND_STRUCT, NULL, 0);

		put_member(b, NULL, last, 0);
		put_member(b, NULL, last, 0);
		last = id;
	}
	top = put(b, BTF_KIND_STRUCT, "top", 4);
	put_member(b, NULL, last, 0);
	put_member(b, NULL, lock, 0);
	(void)top;
	bytes = bytes_of(b);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	k = run_blob(bytes.data, bytes.len, &row, NULL, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(k.first, OK);
	assert_int_equal(k.danger, R(UNSAFE_WORK));
	assert_true(end.tv_sec - begin.tv_sec < PATIENCE);
	buf_deinit(&bytes);
	object_free(b);
}

/* a prototype of 60,000 parameters behind 100,000 functions: looked at once */
static void many_functions(void **state)
{
	struct row row = {.version = KV(6, 18), .as = USER};
	struct btf *b = new_base();
	struct kcheck k;
	struct buf bytes;
	u32 i;

	(void)state;
	i = put_plain_int(b);
	put(b, BTF_KIND_FUNC_PROTO, NULL, 0);
	for (u32 n = 0; n < 60000; n++)
		put_param(b, "p", i);
	for (u32 n = 0; n < 100000; n++)
		put(b, BTF_KIND_FUNC, "f", i + 1);
	bytes = bytes_of(b);
	k = run_blob(bytes.data, bytes.len, &row, NULL, NULL);
	assert_int_equal(k.first, OK);
	buf_deinit(&bytes);
	object_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),    cmocka_unit_test(table),
		cmocka_unit_test(from_seeds), cmocka_unit_test(all_findings),
		cmocka_unit_test(big),	      cmocka_unit_test(big_strings),
		cmocka_unit_test(nested),     cmocka_unit_test(many_functions),
	};

	return cmocka_run_group_tests_name("check-kernel", tests, NULL, NULL);
}
