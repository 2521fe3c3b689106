// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as debug sections: encoded, by one worker and by two, which must say and make the
 * same; and split on what came out, where nothing may be left to say twice. The input is a list of
 * sections: a byte that names it, two bytes of length, contents.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include <btf/btf.h>

#include "encode/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(x)                                                                                 \
	do {                                                                                       \
		if (!(x))                                                                          \
			__builtin_trap();                                                          \
	} while (0)

static int cut(struct dwarf *d, const uint8_t *p, size_t size)
{
	struct dwarf_slice *const to[] = {&d->info,	&d->abbrev,	 &d->str,  &d->types,
					  &d->line_str, &d->str_offsets, &d->addr, &d->loclists};
	u8 flags = size ? *p : 0;

	if (!size)
		return -1;
	d->swap = flags & 1;
	d->big = d->swap != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	d->str_merged = flags & 2;
	for (p++, size--; size >= 3;) {
		size_t len = p[1] | (size_t)p[2] << 8;
		struct dwarf_slice *s = to[*p % ARRAY_SIZE(to)];

		p += 3;
		size -= 3;
		len = min_of(len, size);
		*s = (struct dwarf_slice){len ? p : NULL, len};
		p += len;
		size -= len;
	}
	return 0;
}

static struct btf *encode(const struct dwarf *d, int jobs, const struct base_index *base,
			  struct btf_report *r)
{
	const struct encode_opts o = {
		.jobs = jobs, .key = {.type_tags = true, .enum64 = true}, .decl_tags = true};
	const struct encode_file f = {.dwarf = *d};
	struct btf *b = NULL;
	int err = encode_run(&f, base, &o, NULL, r, NULL, &b);

	require(!err == (b != NULL));
	require(!err || err == -ENODATA || btf_report__count(r));
	return b;
}

static void same(const struct btf *a, const struct btf *b)
{
	__u32 x, y;
	const void *p, *q;

	require(!a == !b);
	if (!a)
		return;
	p = btf__raw_data(a, &x);
	q = btf__raw_data(b, &y);
	require(p && q && x == y && !memcmp(p, q, x));
}

static void same_words(const struct btf_report *a, const struct btf_report *b)
{
	char x[600], y[600];

	require(btf_report__count(a) == btf_report__count(b));
	for (size_t i = 0; i < btf_report__count(a); i++) {
		btf_finding__format(btf_report__get(a, i), x, sizeof(x));
		btf_finding__format(btf_report__get(b, i), y, sizeof(y));
		require(!strcmp(x, y));
	}
}

/* what is in the base is found there */
static void again(const struct dwarf *d, const struct btf *base)
{
	struct btf_report *r = btf_report__new();
	struct base_index ix;
	struct btf *b;

	require(r && !base_index_build(&ix, base));
	b = encode(d, 1, &ix, r);
	require(b != NULL);
	btf__free(b);
	base_index_free(&ix);
	btf_report__free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf_report *r1 = btf_report__new(), *r2 = btf_report__new();
	struct btf *one, *two;
	struct dwarf d = {0};

	require(r1 && r2);
	if (size <= 1 << 16 && !cut(&d, data, size)) {
		one = encode(&d, 1, NULL, r1);
		two = encode(&d, 2, NULL, r2);
		same(one, two);
		same_words(r1, r2);
		if (one)
			again(&d, one);
		btf__free(one);
		btf__free(two);
	}
	btf_report__free(r1);
	btf_report__free(r2);
	return 0;
}
