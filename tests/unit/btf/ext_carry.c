// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .BTF.ext in step with the .BTF beside it: through dedup, permute and append, in both byte orders,
 * with records longer than known; and as it was where the call is refused or memory ends. What the
 * records say, as text, must stay.
 */
#include "make.h"

#include <btf/btf.h>
#include <btf/dedup.h>

#include "btf/ext.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define SANITIZED 1
#endif

/* all of it zeroed, bytes between and behind the fields too: those are looked at */
#define DEDUP_WITH(name, x)                                                                        \
	struct btf_dedup_opts name;                                                                \
	memset(&(name), 0, sizeof(name));                                                          \
	(name).sz = sizeof(name);                                                                  \
	(name).btf_ext = (x)

static volatile long until_failure = -1; /* allocations left; < 0: they never fail */

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static bool fails(void)
{
	return until_failure >= 0 && until_failure-- == 0;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
#endif

/* ---- a .BTF and its .BTF.ext ---- */

/* ids: int, struct node, ptr, proto, func, from `first` on; func is first + 4 */
static void put_unit(struct btf *b, const char *func)
{
	int first = (int)btf__type_cnt(b);

	assert_true(btf__add_int(b, "int", 4, BTF_INT_SIGNED) > 0);
	assert_true(btf__add_struct(b, "node", 16) > 0);
	assert_int_equal(btf__add_field(b, "next", first + 2, 0, 0), 0);
	assert_int_equal(btf__add_field(b, "v", first, 64, 0), 0);
	assert_true(btf__add_ptr(b, first + 1) > 0);
	assert_true(btf__add_func_proto(b, first) > 0);
	assert_int_equal(btf__add_func_param(b, "n", first + 2), 0);
	assert_true(btf__add_func(b, func, BTF_FUNC_GLOBAL, first + 3) > 0);
}

struct words {
	u32 at[128], cnt;
};

static void word(struct words *w, u32 v)
{
	w->at[w->cnt++] = v;
}

static void record(struct words *w, int size, const u32 *f, int longer)
{
	for (int i = 0; i < size; i++)
		word(w, f[i]);
	for (int i = 0; i < longer; i++)
		word(w, 0x55555555);
}

/* two sections in each part, records with `longer` unknown words; types: a function and a struct */
static struct btf_ext *make_ext(struct btf *b, u32 func, u32 node, int longer, bool swapped)
{
	u32 sec[2] = {(u32)btf__add_str(b, "tp/one"), (u32)btf__add_str(b, "node")};
	u32 file = (u32)btf__add_str(b, "file.c"), line = (u32)btf__add_str(b, "int x;");
	u32 access = (u32)btf__add_str(b, "0:1"), start;
	struct words w = {{0x0001eb9f, 32}, 8};
	struct btf_ext *x;

	for (int part = 0; part < 3; part++) {
		int size = part ? 4 : 2;

		start = w.cnt;
		word(&w, 4 * (u32)(size + longer));
		for (int s = 0; s < 2; s++) {
			word(&w, sec[s]);
			word(&w, 2);
			for (u32 r = 0; r < 2; r++) {
				u32 all[3][4] = {{r, func},
						 {r, file, r ? line : 0, 1025},
						 {r, node, access, 2}};

				record(&w, size, all[part], longer);
			}
		}
		w.at[2 + 2 * part] = 4 * (start - 8);
		w.at[3 + 2 * part] = 4 * (w.cnt - start);
	}
	x = btf_ext__new((const __u8 *)w.at, w.cnt * 4);
	assert_non_null(x);
	if (swapped)
		assert_int_equal(btf_ext__set_endianness(x, BTF_BIG_ENDIAN), 0);
	return x;
}

struct said {
	const struct btf *b;
	char text[4096];
	size_t len;
};

static int say_id(void *ctx, u32 *id)
{
	struct said *s = ctx;
	const struct btf_type *t = btf__type_by_id(s->b, *id);

	assert_non_null(t);
	s->len += (size_t)snprintf(s->text + s->len, sizeof(s->text) - s->len, "%u %s\n",
				   btf_kind(t), btf__name_by_offset(s->b, t->name_off));
	return 0;
}

static int say_str(void *ctx, u32 *off)
{
	struct said *s = ctx;

	assert_non_null(btf__str_by_offset(s->b, *off));
	s->len += (size_t)snprintf(s->text + s->len, sizeof(s->text) - s->len, "%s\n",
				   btf__str_by_offset(s->b, *off));
	return 0;
}

static void say(const struct btf *b, struct btf_ext *x, struct said *s)
{
	s->b = b;
	s->len = 0;
	assert_int_equal(ext_each_id(x, say_id, s), 0);
	assert_int_equal(ext_each_str(x, say_str, s), 0);
}

static void says_the_same(const struct btf *b, struct btf_ext *x, const struct said *before)
{
	static struct said now;

	say(b, x, &now);
	assert_string_equal(now.text, before->text);
}

/* the bytes, whatever the order that is asked for */
static struct blob ext_bytes(struct btf_ext *x)
{
	struct blob out;
	const void *data = btf_ext__raw_data(x, &out.len);

	assert_non_null(data);
	out.data = malloc(out.len);
	memcpy(out.data, data, out.len);
	return out;
}

static void is_still(struct btf_ext *x, const struct blob *bytes)
{
	__u32 len;
	const void *data = btf_ext__raw_data(x, &len);

	assert_int_equal(len, bytes->len);
	assert_memory_equal(data, bytes->data, len);
}

/* through bytes: strings of what is parsed are not known to be unique */
static struct btf *reparse(struct btf *b, struct btf *base)
{
	__u32 size;
	const void *data = btf__raw_data(b, &size);
	struct btf *p = btf__new_split(data, size, base);

	assert_non_null(p);
	btf__free(b);
	return p;
}

/* ---- dedup ---- */

struct form {
	bool split, parsed, swapped;
	int longer;
};

static struct btf *doubled(const struct form *f, struct btf **base, struct btf_ext **x)
{
	struct btf *b;
	u32 first;

	*base = f->split ? btf__new_empty() : NULL;
	if (*base)
		put_unit(*base, "of_base");
	b = *base ? btf__new_empty_split(*base) : btf__new_empty();
	btf__add_str(b, "nobody refers to this");
	put_unit(b, "first");
	first = btf__type_cnt(b);
	put_unit(b, "second");
	*x = make_ext(b, first + 4, first + 1, f->longer, f->swapped);
	return f->parsed ? reparse(b, *base) : b;
}

static void dedup_follows(void **state)
{
	(void)state;
	for (int n = 0; n < 24; n++) {
		struct form f = {n & 1, n & 2, n & 4, n / 8};
		static struct said before;
		struct btf *base, *b;
		struct btf_ext *x;

		b = doubled(&f, &base, &x);
		{
			DEDUP_WITH(opts, x);
			struct blob bytes;
			__u32 was = btf__type_cnt(b);

			say(b, x, &before);
			assert_int_equal(btf__dedup(b, &opts), 0);
			/* both functions stay; a split keeps nothing else */
			assert_int_equal(btf__type_cnt(b), was - (f.split ? 8 : 4));
			says_the_same(b, x, &before);
			assert_int_equal(btf_ext__endianness(x),
					 f.swapped ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
			bytes = ext_bytes(x);
			assert_int_equal(btf__dedup(b, &opts), 0);
			is_still(x, &bytes);
			blob_free(&bytes);
		}
		btf_ext__free(x);
		btf__free(b);
		btf__free(base);
	}
}

/* what somebody holds of bytes stays where nothing is to be done */
static void dedup_of_nothing(void **state)
{
	struct btf *b = btf__new_empty();
	struct btf_ext *x;
	__u32 size;

	(void)state;
	put_unit(b, "only");
	x = make_ext(b, 5, 2, 0, false);
	b = reparse(b, NULL);
	{
		DEDUP_WITH(opts, x);
		const void *ext = btf_ext__raw_data(x, &size), *data = btf__raw_data(b, &size);

		assert_int_equal(btf__dedup(b, &opts), 0);
		assert_ptr_equal(btf_ext__raw_data(x, &size), ext);
		assert_ptr_equal(btf__raw_data(b, &size), data);
	}
	btf_ext__free(x);
	btf__free(b);
}

/* every allocation fails once */
static void dedup_without_memory(void **state)
{
	struct form f = {.parsed = true};
	int failures = 0, err;

	(void)state;
	do {
		static struct said before;
		struct btf *base, *b;
		struct btf_ext *x;
		struct blob ext;

		b = doubled(&f, &base, &x);
		say(b, x, &before);
		ext = ext_bytes(x);
		{
			DEDUP_WITH(opts, x);
			__u32 was = btf__type_cnt(b);

			until_failure = failures;
			err = btf__dedup(b, &opts);
			until_failure = -1;
			if (err) {
				failures++;
				assert_int_equal(err, -ENOMEM);
				assert_int_equal(btf__type_cnt(b), was);
				is_still(x, &ext);
			}
			says_the_same(b, x, &before);
		}
		blob_free(&ext);
		btf_ext__free(x);
		btf__free(b);
	} while (err);
#ifndef SANITIZED
	assert_true(failures > 5);
#endif
	print_message("%d allocations, each failed once\n", failures);
}

static void dedup_of_another(void **state)
{
	struct btf *b = btf__new_empty(), *small = btf__new_empty();
	struct btf_report *r = btf_report__new();
	struct btf_ext *x;
	struct blob bytes;

	(void)state;
	put_unit(b, "f");
	x = make_ext(b, 5, 2, 0, false);
	bytes = ext_bytes(x);
	assert_true(btf__add_int(small, "int", 4, 0) > 0);
	assert_true(btf__add_int(small, "int", 4, 0) > 0);
	{
		struct btf_dedup_run_opts opts = {.sz = sizeof(opts), .btf_ext = x};

		errno = 0;
		assert_int_equal(btf_dedup__run(small, &opts, r), -EINVAL);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(btf_report__count(r), 1);
		assert_string_equal(btf_code__name(btf_report__get(r, 0)->code), "ext.ref");
		assert_int_equal(btf__type_cnt(small), 3);
		/* ids fit now, strings do not */
		for (int i = 0; i < 10; i++)
			assert_true(btf__add_ptr(small, 0) > 0);
		btf_report__clear(r);
		assert_int_equal(btf_dedup__run(small, &opts, r), -EINVAL);
		assert_non_null(strstr(btf_report__get(r, 0)->text, "string"));
	}
	is_still(x, &bytes);
	blob_free(&bytes);
	btf_ext__free(x);
	btf_report__free(r);
	btf__free(b);
	btf__free(small);
}

/* ---- permute ---- */

static void permute_follows(void **state)
{
	(void)state;
	for (int n = 0; n < 8; n++) {
		static struct said before;
		struct btf *base = btf__new_empty(), *b;
		struct btf_ext *x;
		bool split = n & 1;

		put_unit(base, "of_base");
		b = split ? btf__new_empty_split(base) : btf__new_empty();
		put_unit(b, "f");
		x = make_ext(b, btf__type_cnt(b) - 1, split ? 2 : btf__type_cnt(b) - 4, n >> 2,
			     n & 2);
		say(b, x, &before);
		{
			u32 all[6] = {0, 3, 1, 5, 2, 4}, own[5] = {8, 6, 10, 7, 9};
			struct btf_permute_opts opts = {.sz = sizeof(opts), .btf_ext = x};
			struct blob bytes;

			assert_int_equal(btf__permute(b, split ? own : all, split ? 5 : 6, &opts),
					 0);
			says_the_same(b, x, &before);
			bytes = ext_bytes(x);
			all[5] = own[4] = 6;
			assert_int_equal(btf__permute(b, split ? own : all, split ? 5 : 6, &opts),
					 -EINVAL);
			is_still(x, &bytes);
			blob_free(&bytes);
		}
		btf_ext__free(x);
		btf__free(b);
		btf__free(base);
	}
}

static void permute_of_another(void **state)
{
	struct btf *b = btf__new_empty(), *small = btf__new_empty();
	u32 map[2] = {0, 1};
	struct btf_ext *x;

	(void)state;
	put_unit(b, "f");
	x = make_ext(b, 5, 2, 0, false);
	assert_true(btf__add_int(small, "int", 4, 0) > 0);
	{
		struct btf_permute_opts opts = {.sz = sizeof(opts), .btf_ext = x};

		assert_int_equal(btf__permute(small, map, 2, &opts), -EINVAL);
	}
	btf_ext__free(x);
	btf__free(b);
	btf__free(small);
}

/* ---- append ---- */

static void append_follows(void **state)
{
	(void)state;
	for (int n = 0; n < 16; n++) {
		struct btf *base = btf__new_empty(), *a, *b;
		bool dst_split = n & 1, src_split = n & 2;
		static struct said before;
		struct btf_ext *x;
		int first;

		put_unit(base, "of_base");
		a = dst_split ? btf__new_empty_split(base) : btf__new_empty();
		put_unit(a, "in_front");
		b = src_split ? btf__new_empty_split(base) : btf__new_empty();
		put_unit(b, "behind");
		x = make_ext(b, btf__type_cnt(b) - 1, src_split ? 2 : btf__type_cnt(b) - 4, n >> 3,
			     n & 4);
		if (n & 8)
			b = reparse(b, src_split ? base : NULL);
		say(b, x, &before);
		{
			struct btf_append_opts opts = {.sz = sizeof(opts), .src_ext = x};
			__u32 cnt = btf__type_cnt(a);
			struct blob bytes = ext_bytes(x);

			errno = 0;
			first = btf_append__run(a, b, &opts, NULL);
			if (src_split && !dst_split) {
				assert_int_equal(first, -EOPNOTSUPP);
				assert_int_equal(errno, EOPNOTSUPP);
				assert_int_equal(btf__type_cnt(a), cnt);
				is_still(x, &bytes);
			} else {
				assert_int_equal(first, cnt);
				says_the_same(a, x, &before);
			}
			blob_free(&bytes);
			if (first > 0) {
				/* and from there through dedup */
				DEDUP_WITH(dedup, x);

				assert_int_equal(btf__dedup(a, &dedup), 0);
				says_the_same(a, x, &before);
			}
		}
		btf_ext__free(x);
		btf__free(b);
		btf__free(a);
		btf__free(base);
	}
}

static void append_refused(void **state)
{
	struct btf *a = btf__new_empty(), *b = btf__new_empty(), *other = btf__new_empty();
	struct btf_append_opts opts = {.sz = sizeof(opts)};
	struct btf_report *r = btf_report__new();
	struct blob bytes;
	struct btf_ext *x;

	(void)state;
	put_unit(a, "a");
	put_unit(b, "b");
	x = make_ext(b, 5, 2, 0, false);
	bytes = ext_bytes(x);
	assert_int_equal(btf_append__run(a, other, NULL, r), 6); /* nothing */
	assert_int_equal(btf_append__run(a, NULL, NULL, r), -EINVAL);
	opts.src_ext = x;
	assert_int_equal(btf_append__run(b, b, &opts, r), -EINVAL);
	assert_int_equal(btf_report__count(r), 0);
	assert_int_equal(btf_append__run(a, other, &opts, r), -EINVAL);
	assert_string_equal(btf_code__name(btf_report__get(r, 0)->code), "ext.ref");
	opts.sz = 4;
	assert_int_equal(btf_append__run(a, b, &opts, r), -EINVAL);
	assert_int_equal(btf__type_cnt(a), 6);
	is_still(x, &bytes);
	blob_free(&bytes);
	btf_ext__free(x);
	btf_report__free(r);
	btf__free(other);
	btf__free(b);
	btf__free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dedup_follows),	cmocka_unit_test(dedup_of_nothing),
		cmocka_unit_test(dedup_without_memory), cmocka_unit_test(dedup_of_another),
		cmocka_unit_test(permute_follows),	cmocka_unit_test(permute_of_another),
		cmocka_unit_test(append_follows),	cmocka_unit_test(append_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
