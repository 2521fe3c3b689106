// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Bytes in, object out, bytes out again: headers, sections, both byte orders, layouts, splits. */
#include "make.h"

static void round_trip(const struct parts *p)
{
	struct blob blob = blob_make(p), swapped = blob_swapped(&blob);
	struct btf *b = parsed(&blob, NULL), *s = parsed(&swapped, NULL);

	assert_false(b->swapped_out);
	assert_true(s->swapped_out);
	assert_raw(b, &blob);
	assert_raw(s, &swapped);
	assert_same_types(b, s);
	/* and each in the other order */
	b->swapped_out = true;
	s->swapped_out = false;
	assert_raw(b, &swapped);
	assert_raw(s, &blob);
	object_free(b);
	object_free(s);
	blob_free(&blob);
	blob_free(&swapped);
}

static void every_kind_both_orders(void **state)
{
	struct blob blob = blob_make(&every_kind);
	struct btf *b = parsed(&blob, NULL);
	u32 seen = 0;

	(void)state;
	assert_int_equal(object_type_cnt(b), EVERY_KIND_CNT);
	for (u32 id = 1; id < object_type_cnt(b); id++)
		seen |= KIND_BIT(type_kind(object_type(b, id)));
	assert_int_equal(seen, KIND_BIT(WIRE_KINDS) - 2);
	object_free(b);
	blob_free(&blob);
	round_trip(&every_kind);
}

static void headers(void **state)
{
	static const u32 lens[] = {24, 28, 32, 36, 40, 64, 128};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct parts p = every_kind;

		p.hdr_len = lens[i];
		round_trip(&p);
	}
}

/* a header whose length is no multiple of 4 puts records where no word can be read */
static void headers_odd(void **state)
{
	(void)state;
	for (u32 len = 25; len < 40; len++) {
		struct parts p = every_kind;
		struct blob blob;
		struct btf *b;

		p.hdr_len = len;
		blob = blob_make(&p);
		b = parsed(&blob, NULL);
		assert_raw(b, &blob);
		assert_int_equal(object_type(b, 3)->size, 16);
		assert_int_equal(object_add_str(b, "new"), 10);
		assert_int_equal(object_type(b, 3)->size, 16);
		object_free(b);
		if (len % 4) {
			struct blob swapped = blob_swapped(&blob);

			assert_refused(&swapped, NULL, BTF_CODE_HDR_LEN);
			blob_free(&swapped);
		}
		blob_free(&blob);
	}
}

/* bytes of a later format: readable, not changeable, in either order; they stay where they are */
static void headers_of_later_formats(void **state)
{
	static const u32 lens[] = {28, 36, 64};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct parts p = every_kind;
		struct blob blob, swapped;
		struct btf *b, *s;

		p.hdr_len = lens[i];
		blob = blob_make(&p);
		blob.data[lens[i] - 1] = 0x5a;
		swapped = blob_swapped(&blob);
		b = parsed(&blob, NULL);
		s = parsed(&swapped, NULL);
		assert_true(b->frozen && s->frozen);
		assert_int_equal(object_add_str(b, "x"), -EOPNOTSUPP);
		assert_int_equal(object_add_record(b, 12, NULL), -EOPNOTSUPP);
		assert_raw(b, &blob);
		assert_raw(s, &swapped);
		b->swapped_out = true;
		assert_raw(b, &swapped);
		object_free(b);
		object_free(s);
		blob_free(&blob);
		blob_free(&swapped);
	}
}

static void gaps_and_tail(void **state)
{
	struct parts p = every_kind;
	struct blob blob, plain = blob_make(&every_kind);
	struct btf *b, *again, *q;
	const void *data;
	u32 len;

	(void)state;
	p.type_gap = 8;
	p.str_gap = 5;
	p.tail = 3;
	round_trip(&p);
	/* once it is changed, offsets are those of what is written (and gaps are gone) */
	blob = blob_make(&p);
	b = parsed(&blob, NULL);
	assert_true(object_add_str(b, "ccc") == 6);
	assert_int_equal(object_modify(b), 0);
	assert_int_equal(object_raw(b, false, &data, &len), 0);
	assert_int_equal(len, plain.len);
	assert_memory_equal(data, plain.data, len);
	again = parsed(&(struct blob){(u8 *)(uintptr_t)data, len}, NULL);
	q = parsed(&plain, NULL);
	assert_same_types(again, q);
	object_free(q);
	object_free(again);
	object_free(b);
	blob_free(&blob);
	blob_free(&plain);
}

static void header_kept_when_changed(void **state)
{
	struct parts p = every_kind;
	struct wire_header h;
	struct blob blob;
	const void *data;
	struct btf *b;
	u32 len;

	(void)state;
	p.hdr_len = 32;
	blob = blob_make(&p);
	blob.data[2] = 2; /* version and flags are the writer's business */
	blob.data[3] = 1;
	b = parsed(&blob, NULL);
	assert_raw(b, &blob);
	assert_true(object_add_str(b, "new") > 0);
	assert_int_equal(object_raw(b, false, &data, &len), 0);
	memcpy(&h, data, WIRE_HDR_LEN);
	assert_int_equal(h.version, 2);
	assert_int_equal(h.flags, 1);
	assert_int_equal(h.hdr_len, 24);
	object_free(b);
	blob_free(&blob);
}

static void unaligned_data(void **state)
{
	struct blob blob = blob_make(&every_kind);
	u8 *copy = malloc(blob.len + 4);
	struct btf *b;

	(void)state;
	for (u32 shift = 0; shift < 4; shift++) {
		memcpy(copy + shift, blob.data, blob.len);
		assert_int_equal(object_parse(copy + shift, blob.len, NULL, 0, NULL, &b), 0);
		assert_true((uintptr_t)b->types % 4 == 0);
		assert_raw(b, &blob);
		object_free(b);
	}
	free(copy);
	blob_free(&blob);
}

/* kind 20: 4 bytes, and 8 a piece; kind 0x7f: nothing behind the head */
static const u32 layout_words[0x80] = {[1] = 4, [20] = 4 | 8 << 8, [21] = 2, [0x7f] = 0};
#define UNKNOWN_TYPES                                                                              \
	WORDS(INT(1, 4, 0, 32), 3, INFO(20, 2, 1), 77, 100, 1, 2, 3, 4, PTR(2), 6,                 \
	      INFO(0x7f, 0xffffff, 0), 0, PTR(4))

static void unknown_kinds(void **state)
{
	struct parts p = {UNKNOWN_TYPES, STRS("\0a\0bb\0ccc"), .layout = layout_words,
			  .layout_len = sizeof(layout_words)};
	struct blob blob = blob_make(&p), swapped;
	struct btf *b = parsed(&blob, NULL), *again;
	const void *data;
	u32 len;

	(void)state;
	assert_true(b->has_unknown);
	assert_int_equal(object_type_cnt(b), 6);
	assert_int_equal(type_kind(object_type(b, 2)), 20);
	assert_int_equal(object_type_size(b, object_type(b, 2)), 32);
	assert_int_equal(type_kind(object_type(b, 4)), 0x7f);
	assert_int_equal(object_type_size(b, object_type(b, 4)), 12);
	assert_string_equal(object_name(b, object_type(b, 4)), "ccc");
	assert_raw(b, &blob);
	/* changed, it keeps its layout section and its 32-byte header */
	assert_int_equal(object_add_str(b, "new"), 10);
	assert_int_equal(object_raw(b, false, &data, &len), 0);
	again = parsed(&(struct blob){(u8 *)(uintptr_t)data, len}, NULL);
	assert_same_types(b, again);
	assert_int_equal(again->hdr_len, 32);
	assert_int_equal(again->layout_len, sizeof(layout_words));
	object_free(again);
	/* nobody knows which of its bytes are words */
	b->swapped_out = true;
	assert_int_equal(object_raw(b, true, &data, &len), -EINVAL);
	object_free(b);
	swapped = blob_swapped(&blob);
	assert_refused(&swapped, NULL, BTF_CODE_TYPE_CUT);
	blob_free(&swapped);
	blob_free(&blob);

	/* without the section, with one that is too short, with sizes that are no words */
	p.layout = NULL;
	blob = blob_make(&p);
	assert_refused(&blob, NULL, BTF_CODE_TYPE_KIND);
	blob_free(&blob);
	p.layout = layout_words;
	p.layout_len = 20 * 4;
	blob = blob_make(&p);
	assert_refused(&blob, NULL, BTF_CODE_TYPE_KIND);
	blob_free(&blob);
	p = (struct parts){WORDS(0, INFO(21, 0, 0), 0, 0, 0), STRS(""), .layout = layout_words,
			   .layout_len = sizeof(layout_words)};
	blob = blob_make(&p);
	assert_refused(&blob, NULL, BTF_CODE_LAYOUT);
	blob_free(&blob);
}

/* a split without a layout reads its base's */
static void unknown_kinds_of_a_split(void **state)
{
	struct parts p = {WORDS(INT(1, 4, 0, 32)), STRS("\0a"), .layout = layout_words,
			  .layout_len = sizeof(layout_words)};
	struct parts s = {UNKNOWN_TYPES, STRS("\0bb\0ccc")};
	struct blob base = blob_make(&p), split = blob_make(&s);
	struct btf *b = parsed(&base, NULL), *x = parsed(&split, b);

	(void)state;
	assert_int_equal(object_type_cnt(x), 7);
	assert_true(x->has_unknown);
	assert_false(b->has_unknown);
	assert_refused(&split, NULL, BTF_CODE_TYPE_KIND);
	object_free(x);
	object_free(b);
	blob_free(&base);
	blob_free(&split);
}

/* own layout sections, of the kinds we know, survive too */
static void layout_of_known_kinds(void **state)
{
	struct parts p = every_kind;

	(void)state;
	p.layout = layout_words;
	p.layout_len = 20 * 4;
	round_trip(&p);
	p.layout_gap = 4;
	p.str_gap = 3;
	round_trip(&p);
}

static void layout_written(void **state)
{
	struct wire_header h;
	const u8 *data;
	struct btf *b, *again;
	u32 len;

	(void)state;
	assert_int_equal(object_new(NULL, true, &b), 0);
	assert_int_equal(object_raw(b, false, (const void **)&data, &len), 0);
	memcpy(&h, data, sizeof(h));
	assert_int_equal(h.hdr_len, 32);
	assert_int_equal(h.layout_len, 20 * 4);
	assert_int_equal(data[h.hdr_len + h.layout_off + 4 * BTF_KIND_ARRAY], 12);
	assert_int_equal(data[h.hdr_len + h.layout_off + 4 * BTF_KIND_ENUM64 + 1], 12);
	again = parsed(&(struct blob){(u8 *)(uintptr_t)data, len}, NULL);
	object_free(again);
	object_free(b);
}

/* more members than 16 bits count */
static void wide_vlen(void **state)
{
	enum { N = 70000 };
	u32 *types = calloc(4 + 3 + N * 3, 4);
	struct parts p = {.types = types, .types_len = (7 + N * 3) * 4, STRS("\0a")};
	const u32 head[] = {INT(1, 4, 0, 32), REC(1, STRUCT, N, 0, N * 4)};
	struct blob blob;
	struct btf *b;

	(void)state;
	memcpy(types, head, sizeof(head));
	for (u32 i = 0; i < N; i++) {
		types[7 + i * 3 + 1] = 1;
		types[7 + i * 3 + 2] = i * 32;
	}
	round_trip(&p);
	blob = blob_make(&p);
	b = parsed(&blob, NULL);
	assert_int_equal(object_type_cnt(b), 3);
	assert_int_equal(type_vlen(object_type(b, 2)), N);
	object_free(b);
	blob_free(&blob);
	free(types);
}

/* every level continues the ids and the strings of the one below */
static void three_levels(void **state)
{
	struct parts p[] = {
		{WORDS(INT(1, 4, 0, 32)), STRS("\0int")},
		{WORDS(PTR(1), REC(6, TYPEDEF, 0, 0, 2)), STRS("\0td")},
		{WORDS(PTR(3)), .strs = "", .strs_len = 0},
		/* names from all levels: its own start at 5 + 4 + 0 */
		{WORDS(REC(9, TYPEDEF, 0, 0, 4), REC(1, TYPEDEF, 0, 0, 5),
		       REC(6, TYPEDEF, 0, 0, 1)),
		 STRS("top")},
	};
	struct btf *b[4] = {NULL};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct blob blob = blob_make(&p[i]), swapped = blob_swapped(&blob);
		struct btf *below = i ? b[i - 1] : NULL, *s;

		b[i] = parsed(&blob, below);
		assert_raw(b[i], &blob);
		s = parsed(&swapped, below);
		assert_raw(s, &swapped);
		assert_same_types(b[i], s);
		object_free(s);
		blob_free(&blob);
		blob_free(&swapped);
	}
	assert_int_equal(b[3]->start_id, 5);
	assert_int_equal(b[3]->start_str, 9);
	assert_int_equal(object_type_cnt(b[3]), 8);
	assert_string_equal(object_name(b[3], object_type(b[3], 5)), "top");
	assert_string_equal(object_name(b[3], object_type(b[3], 6)), "int");
	assert_string_equal(object_name(b[3], object_type(b[3], 7)), "td");
	assert_string_equal(object_name(b[3], object_type(b[3], 1)), "int");
	assert_ptr_equal(object_type(b[3], 2), object_type(b[1], 2));
	assert_null(object_type_checked(b[3], 8));
	assert_string_equal(object_str_checked(b[3], 0), "");
	assert_string_equal(object_str_checked(b[2], 0), "");
	assert_string_equal(object_str_checked(b[3], 12), "");
	assert_null(object_str_checked(b[3], 13));
	for (int i = 3; i >= 0; i--)
		object_free(b[i]);
}

static void string_rules(void **state)
{
	struct parts base = {STRS("\0a")}, p;
	struct blob blob = blob_make(&base);
	struct btf *b = parsed(&blob, NULL), *s;

	(void)state;
	blob_free(&blob);
	/* {strings, length, taken as a base, taken as a split} */
	static const struct {
		const char *strs;
		u32 len;
		bool base, split;
	} cases[] = {
		{"", 0, false, true},	   {"", 1, true, true},	     {"a", 2, false, true},
		{"\0a", 3, true, true},	   {"\0a", 2, false, false}, {"a", 1, false, false},
		{"\0\0\0", 3, true, true},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		p = (struct parts){.strs = cases[i].strs, .strs_len = cases[i].len};
		blob = blob_make(&p);
		if (cases[i].base)
			object_free(parsed(&blob, NULL));
		else
			assert_refused(&blob, NULL, BTF_CODE_STR_SECTION);
		if (cases[i].split) {
			s = parsed(&blob, b);
			assert_int_equal(s->start_str, 3);
			object_free(s);
		} else {
			assert_refused(&blob, b, BTF_CODE_STR_SECTION);
		}
		blob_free(&blob);
	}
	object_free(b);
}

static void too_big(void **state)
{
	struct btf_report *r = btf_report__new();
	struct btf *b;

	(void)state;
	/* nothing of it is read */
	assert_int_equal(object_parse("", 1ULL << 32, NULL, 0, r, &b), -E2BIG);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_TOO_BIG);
	btf_report__free(r);
}

/* every prefix, and every byte turned over, ends in an object or in one finding */
static void damaged(void **state)
{
	struct blob blob = blob_make(&every_kind), cut;

	(void)state;
	for (u32 len = 0; len < blob.len; len++) {
		/* exactly as long as it says, for the sanitizers to see */
		cut = (struct blob){malloc(len + !len), len};
		memcpy(cut.data, blob.data, len);
		assert_refused(&cut, NULL,
			       len < WIRE_HDR_LEN ? BTF_CODE_HDR_SHORT : BTF_CODE_HDR_SECTION);
		blob_free(&cut);
	}
	for (u32 at = 0; at < blob.len; at++) {
		for (u32 bit = 0; bit < 8; bit++) {
			struct btf_report *r = btf_report__new();
			struct btf *b;

			blob.data[at] ^= 1u << bit;
			if (object_parse(blob.data, blob.len, NULL, OBJECT_COPY, r, &b)) {
				assert_int_equal(btf_report__count(r), 1);
			} else {
				assert_raw(b, &blob);
				object_free(b);
			}
			btf_report__free(r);
			blob.data[at] ^= 1u << bit;
		}
	}
	blob_free(&blob);
}

static void findings_say_where(void **state)
{
	struct parts p = {WORDS(INT(1, 4, 0, 32), REC(1, STRUCT, 2, 0, 8), 1, 1, 0, 1, 9, 32),
			  STRS("\0abc")};
	struct blob blob = blob_make(&p);
	struct btf_report *r = btf_report__new();
	const struct btf_finding *f;
	char text[300];
	struct btf *b;

	(void)state;
	report_context(r, "some.ko", ".BTF");
	assert_int_equal(object_parse(blob.data, blob.len, NULL, OBJECT_COPY, r, &b), -EINVAL);
	f = btf_report__get(r, 0);
	assert_int_equal(f->code, BTF_CODE_TYPE_REF);
	assert_int_equal(f->type_id, 2);
	assert_int_equal(f->kind, BTF_KIND_STRUCT);
	assert_int_equal(f->member, 1);
	assert_int_equal(f->expected, 2);
	assert_int_equal(f->actual, 9);
	assert_int_equal(f->offset, 24 + 16);
	assert_string_equal(f->type_name, "abc");
	btf_finding__format(f, text, sizeof(text));
	assert_string_equal(text,
			    "some.ko: .BTF: type [2] STRUCT 'abc' #1: refers to type id 9, the "
			    "last one is 2; split BTF? give the BTF it was built on with -B; "
			    "or the base given is not that one");
	btf_report__free(r);
	blob_free(&blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_both_orders),
		cmocka_unit_test(headers),
		cmocka_unit_test(headers_odd),
		cmocka_unit_test(headers_of_later_formats),
		cmocka_unit_test(gaps_and_tail),
		cmocka_unit_test(header_kept_when_changed),
		cmocka_unit_test(unaligned_data),
		cmocka_unit_test(unknown_kinds),
		cmocka_unit_test(unknown_kinds_of_a_split),
		cmocka_unit_test(layout_of_known_kinds),
		cmocka_unit_test(layout_written),
		cmocka_unit_test(wide_vlen),
		cmocka_unit_test(three_levels),
		cmocka_unit_test(string_rules),
		cmocka_unit_test(too_big),
		cmocka_unit_test(damaged),
		cmocka_unit_test(findings_say_where),
	};

	return cmocka_run_group_tests_name("btf/parse", tests, NULL, NULL);
}
