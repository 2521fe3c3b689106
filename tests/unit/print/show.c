// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf_show__*: layouts that gcc made, types that no compiler makes, arguments, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/show.h>

struct sink {
	char *text;
	size_t len, cap;
	int err;
};

static int sink_write(void *ctx, const void *data, size_t size)
{
	struct sink *s = ctx;

	if (s->err)
		return s->err;
	if (s->cap - s->len <= size) {
		s->cap = s->cap * 2 + size + 1;
		s->text = realloc(s->text, s->cap);
		assert_non_null(s->text);
	}
	memcpy(s->text + s->len, data, size);
	s->len += size;
	s->text[s->len] = 0;
	return 0;
}

/* what a query prints, to be freed; NULL where it fails, with the code in *ret_err */
static char *show(const struct btf *b, const char *query, int *ret_err)
{
	struct sink s = {0};
	int err = btf_show__query(b, query, NULL, sink_write, &s, NULL);

	if (ret_err)
		*ret_err = err;
	if (!err)
		return s.text;
	free(s.text);
	return NULL;
}

static void says(const struct btf *b, const char *query, const char *words)
{
	char *text = show(b, query, NULL);

	assert_non_null(text);
	if (!strstr(text, words))
		fail_msg("%s: '%s' is not in:\n%s", query, words, text);
	free(text);
}

static struct btf_layout layout(const struct btf *b, int id)
{
	struct btf_layout l = {.sz = sizeof(l)};

	assert_int_equal(btf_show__layout(b, (__u32)id, &l, NULL), 0);
	assert_int_equal(l.sz, sizeof(l));
	return l;
}

static struct btf *empty(void)
{
	struct btf *b = btf__new_empty();

	assert_non_null(b);
	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), 1);
	assert_int_equal(btf__add_int(b, "char", 1, 0), 2);
	assert_int_equal(btf__add_int(b, "long", 8, BTF_INT_SIGNED), 3);
	return b;
}

static void member(struct btf *b, const char *name, int type, __u32 bit_off, __u32 bits)
{
	assert_int_equal(btf__add_field(b, name, type, bit_off, bits), 0);
}

/* struct { char a; int b:3; int c:5; long d; char e; int f:2; } */
static void sums(void **state)
{
	struct btf *b = empty();
	struct btf_layout l;
	int id;

	(void)state;
	id = btf__add_struct(b, "s", 24);
	member(b, "a", 2, 0, 0);
	member(b, "b", 1, 8, 3);
	member(b, "c", 1, 11, 5);
	member(b, "d", 3, 64, 0);
	member(b, "e", 2, 128, 0);
	member(b, "f", 1, 136, 2);
	l = layout(b, id);
	assert_int_equal(l.size, 24);
	assert_int_equal(l.align, 8);
	assert_int_equal(l.members, 6);
	assert_false(l.packed);
	assert_int_equal(l.sum_members, 1 + 8 + 1);
	assert_int_equal(l.sum_bits, 10);
	/* behind c: 16 bits of its int, then 4 bytes */
	assert_int_equal(l.bit_holes, 1);
	assert_int_equal(l.sum_bit_holes, 16);
	assert_int_equal(l.holes, 1);
	assert_int_equal(l.sum_holes, 4);
	assert_int_equal(l.bit_padding, 32 - 10);
	assert_int_equal(l.padding, 4);
	/* every bit is accounted for */
	assert_int_equal(8 * (l.sum_members + l.sum_holes + l.padding) + l.sum_bits +
				 l.sum_bit_holes + l.bit_padding,
			 24 * 8);
	says(b, "s", "/*     0: 8     4 */");
	says(b, "s", "/* hole: 16 bits */\n\t/* hole: 4 bytes */");
	says(b, "s", "/* bit padding: 22 bits */");
	btf__free(b);
}

static void packed_and_overlapping(void **state)
{
	struct btf *b = empty();
	struct btf_layout l;
	int id;

	(void)state;
	id = btf__add_struct(b, "p", 5);
	member(b, "a", 2, 0, 0);
	member(b, "b", 1, 8, 0);
	l = layout(b, id);
	assert_true(l.packed);
	assert_int_equal(l.align, 1);
	assert_int_equal(l.holes, 0);
	says(b, "p", "} __attribute__((packed));");
	id = btf__add_struct(b, "o", 4);
	member(b, "a", 1, 0, 0);
	member(b, "b", 1, 16, 0);
	l = layout(b, id);
	assert_int_equal(l.overlaps, 1);
	says(b, "o", "overlaps what stands before it");
	says(b, "o", "ends behind the end");
	/* both lie there */
	says(b, "o+2", "o.a");
	says(b, "o+2", "o.b");
	/* a hole that was asked for */
	id = btf__add_struct(b, "f", 128);
	member(b, "a", 1, 0, 0);
	member(b, "b", 1, 64 * 8, 0);
	l = layout(b, id);
	assert_int_equal(l.sum_holes, 60);
	says(b, "f", "hole: 60 bytes, for an alignment of 64");
	says(b, "f", "--- cache line 1 (64 bytes) ---");
	says(b, "f+70", "padding");
	btf__free(b);
}

/* before bit-fields had a size in members, the INT said which bits are meant */
static void old_bit_fields(void **state)
{
	static const __u32 words[] = {/* INT of 4 bytes, bits 3..7 */
				      1, BTF_KIND_INT << 24, 4, 3 << 16 | 5,
				      /* STRUCT with one member of it at bit 8 */
				      3, BTF_KIND_STRUCT << 24 | 1, 4, 5, 1, 8};
	static const char strs[] = "\0i\0s\0m";
	struct btf_header h = {.magic = BTF_MAGIC,
			       .version = BTF_VERSION,
			       .hdr_len = sizeof(h),
			       .type_len = sizeof(words),
			       .str_off = sizeof(words),
			       .str_len = sizeof(strs)};
	char blob[sizeof(h) + sizeof(words) + sizeof(strs)];
	struct btf_layout l;
	struct btf *b;

	(void)state;
	memcpy(blob, &h, sizeof(h));
	memcpy(blob + sizeof(h), words, sizeof(words));
	memcpy(blob + sizeof(h) + sizeof(words), strs, sizeof(strs));
	b = btf__new(blob, sizeof(blob));
	assert_non_null(b);
	l = layout(b, 2);
	assert_int_equal(l.sum_bits, 5);
	says(b, "s", "i m:5;");
	says(b, "s", "/*     0:11     4 */");
	btf__free(b);
}

static void declarators(void **state)
{
	struct btf *b = empty();
	int proto, ptr, array, chars, cptr, ccptr, id;

	(void)state;
	chars = btf__add_const(b, 2);
	cptr = btf__add_ptr(b, btf__add_type_tag(b, "user", chars));
	ccptr = btf__add_const(b, cptr);
	proto = btf__add_func_proto(b, cptr);
	assert_int_equal(btf__add_func_param(b, "x", ccptr), 0);
	assert_int_equal(btf__add_func_param(b, NULL, 0), 0);
	ptr = btf__add_ptr(b, proto);
	array = btf__add_array(b, 1, ptr, 3);
	id = btf__add_ptr(b, array);
	assert_true(btf__add_struct(b, "d", 32) > 0);
	member(b, "fns", array, 0, 0);
	member(b, "to", id, 24 * 8, 0);
	says(b, "d", "const char __user *(*fns[3])(const char __user *const x, ...);");
	says(b, "d", "const char __user *(*(*to)[3])(const char __user *const x, ...);");
	says(b, "d.fns[2]", "    16         8");
	btf__free(b);
}

static void fails(const struct btf *b, const char *query, int want)
{
	int err;

	assert_null(show(b, query, &err));
	assert_int_equal(err, want);
	assert_int_equal(errno, -want);
}

/* anonymous structs in each other, typedefs in a circle, an array of itself */
static void cycles(void **state)
{
	struct btf *b = empty();
	struct btf_layout l = {.sz = sizeof(l)};
	int anon, outer;

	(void)state;
	anon = btf__add_struct(b, NULL, 4);
	member(b, NULL, anon, 0, 0);
	outer = btf__add_struct(b, "outer", 4);
	member(b, NULL, anon, 0, 0);
	fails(b, "outer", -ELOOP);
	fails(b, "outer.x", -ELOOP);
	fails(b, "outer+1", -ELOOP);
	assert_int_equal(btf_show__layout(b, (__u32)outer, &l, NULL), -ELOOP);
	assert_int_equal(btf__add_typedef(b, "t1", outer + 2), outer + 1);
	assert_int_equal(btf__add_typedef(b, "t2", outer + 1), outer + 2);
	fails(b, "t1", -ELOOP);
	assert_int_equal(btf__add_array(b, 1, outer + 3, 2), outer + 3);
	assert_true(btf__add_struct(b, "holds", 4) > 0);
	member(b, "m", outer + 3, 0, 0);
	fails(b, "holds", -ELOOP);
	/* a pointer to itself is written, and cut */
	assert_int_equal(btf__add_ptr(b, outer + 5), outer + 5);
	assert_true(btf__add_struct(b, "points", 8) > 0);
	member(b, "m", outer + 5, 0, 0);
	says(b, "points", "...;");
	btf__free(b);
}

/* each holds the next twice: 2^40 members as text */
static void explosion(void **state)
{
	struct btf *b = empty();
	int last = 1;

	(void)state;
	for (int i = 0; i < 40; i++) {
		int id = btf__add_union(b, i < 39 ? NULL : "boom", 4);

		member(b, NULL, last, 0, 0);
		member(b, NULL, last, 0, 0);
		last = id;
	}
	fails(b, "boom", -E2BIG);
	fails(b, "boom.x", -E2BIG);
	btf__free(b);
}

/* a long chain behind each of many members */
static void long_chains(void **state)
{
	struct btf *b = empty();
	int last = 1;

	(void)state;
	for (int i = 0; i < 20000; i++)
		last = btf__add_const(b, last);
	assert_true(btf__add_struct(b, "chains", 4 * 20000) > 0);
	for (__u32 i = 0; i < 20000; i++)
		member(b, "m", last, 32 * i, 0);
	fails(b, "chains", -E2BIG);
	btf__free(b);
}

static void near_names(void **state)
{
	struct btf *b = empty();
	struct btf_report *r = btf_report__new();
	struct sink s = {0};

	(void)state;
	assert_true(btf__add_struct(b, "task_struct", 0) > 0);
	assert_true(btf__add_struct(b, "sk_buff", 0) > 0);
	assert_int_equal(btf_show__query(b, "struct taks_struct", NULL, sink_write, &s, r),
			 -ENOENT);
	assert_int_equal(btf_report__count(r), 1);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_SHOW_NO_TYPE);
	assert_string_equal(btf_report__get(r, 0)->text,
			    "there is no type 'taks_struct'; near: struct task_struct");
	btf_report__clear(r);
	assert_int_equal(btf_show__query(b, "skbuff", NULL, sink_write, &s, r), -ENOENT);
	assert_non_null(strstr(btf_report__get(r, 0)->text, "near: struct sk_buff"));
	assert_int_equal(s.len, 0);
	btf_report__free(r);
	btf__free(b);
}

static void arguments(void **state)
{
	struct btf_show_opts opts = {.sz = sizeof(opts), .cacheline = 48};
	struct btf_layout l = {.sz = 4};
	struct btf *b = empty();
	struct sink s = {.err = -EPIPE};

	(void)state;
	assert_int_equal(btf_show__query(b, NULL, NULL, sink_write, &s, NULL), -EINVAL);
	assert_int_equal(btf_show__query(NULL, "int", NULL, sink_write, &s, NULL), -EINVAL);
	assert_int_equal(btf_show__query(b, "int", NULL, NULL, &s, NULL), -EINVAL);
	assert_int_equal(btf_show__query(b, "int", &opts, sink_write, &s, NULL), -EINVAL);
	assert_int_equal(btf_show__query(b, "int", NULL, sink_write, &s, NULL), -EPIPE);
	assert_int_equal(btf_show__type(b, 4, NULL, sink_write, &s, NULL), -ENOENT);
	assert_int_equal(btf_show__layout(b, 1, &l, NULL), -EINVAL);
	l.sz = sizeof(l);
	assert_int_equal(btf_show__layout(b, 1, &l, NULL), -EINVAL);
	fails(b, "", -ENOENT);
	fails(b, "struct ", -ENOENT);
	fails(b, "int.x", -ENOENT);
	fails(b, "+1", -ENOENT);
	fails(b, "99999999999999999999", -ENOENT);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums),		  cmocka_unit_test(packed_and_overlapping),
		cmocka_unit_test(old_bit_fields), cmocka_unit_test(declarators),
		cmocka_unit_test(cycles),	  cmocka_unit_test(explosion),
		cmocka_unit_test(long_chains),	  cmocka_unit_test(near_names),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
