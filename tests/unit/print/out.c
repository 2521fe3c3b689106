// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The writer: numbers against printf, strings at every distance from the buffer's end, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "print/out.h"

struct sink {
	struct buf text;
	int fail_at; /* this call, counted from 1, fails */
	int calls;
};

static int sink_write(void *ctx, const void *data, size_t size)
{
	struct sink *s = ctx;

	if (++s->calls == s->fail_at)
		return -ENOSPC;
	return buf_add(&s->text, data, size);
}

static void numbers(void **state)
{
	char got[64], want[64];
	u64 v = 1;

	(void)state;
	for (int digits = 0; digits < 20; digits++, v *= 10) {
		u64 near[] = {v - 1, v, v + 1, v * 9, 0 - v};

		for (size_t i = 0; i < ARRAY_SIZE(near); i++) {
			*put_u64(got, near[i]) = 0;
			snprintf(want, sizeof(want), "%llu", (unsigned long long)near[i]);
			assert_string_equal(got, want);
			*put_s64(got, (s64)near[i]) = 0;
			snprintf(want, sizeof(want), "%lld", (long long)near[i]);
			assert_string_equal(got, want);
			*put_u32(got, (u32)near[i]) = 0;
			snprintf(want, sizeof(want), "%u", (u32)near[i]);
			assert_string_equal(got, want);
			*put_s32(got, (s32)near[i]) = 0;
			snprintf(want, sizeof(want), "%d", (s32)near[i]);
			assert_string_equal(got, want);
		}
	}
	*put_s64(got, INT64_MIN) = 0;
	assert_string_equal(got, "-9223372036854775808");
	*put_s32(got, INT32_MIN) = 0;
	assert_string_equal(got, "-2147483648");
}

/* strings of every length around the buffer's end, one after the other, come out whole */
static void strings_at_the_end(void **state)
{
	static const size_t lengths[] = {0,	1,     511,   512,   513,   4000,
					 65023, 65024, 65025, 65536, 200000};
	char *s = malloc(200001);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct sink sink = {0};
		struct out o;
		size_t want = 0;

		for (size_t k = 0; k < lengths[i]; k++)
			s[k] = (char)('a' + k % 26);
		s[lengths[i]] = 0;
		assert_int_equal(out_init(&o, sink_write, &sink), 0);
		for (int n = 0; n < 200; n++) {
			char *p = out_room(&o);

			p = put_str(&o, p, s);
			assert_true(o.end - p >= OUT_ROOM);
			/* move on by a number of bytes that is prime to everything */
			memset(p, '#', 37);
			out_done(&o, p + 37);
			want += lengths[i] + 37;
		}
		assert_int_equal(out_deinit(&o), 0);
		assert_int_equal(sink.text.len, want);
		for (size_t at = 0; at < want; at += lengths[i] + 37) {
			assert_memory_equal(sink.text.data + at, s, lengths[i]);
			assert_int_equal(sink.text.data[at + lengths[i]], '#');
		}
		buf_deinit(&sink.text);
	}
	free(s);
}

static char *escaped(char *(*put)(struct out *o, char *p, const char *s), const char *s)
{
	struct sink sink = {0};
	struct out o;

	assert_int_equal(out_init(&o, sink_write, &sink), 0);
	out_done(&o, put(&o, out_room(&o), s));
	assert_int_equal(out_deinit(&o), 0);
	assert_int_equal(buf_add(&sink.text, "", 1), 0);
	return (char *)sink.text.data;
}

#define ESCAPES(put, from, to)                                                                     \
	do {                                                                                       \
		char *got_ = escaped(put, from);                                                   \
		assert_string_equal(got_, to);                                                     \
		free(got_);                                                                        \
	} while (0)

static void json_strings(void **state)
{
	(void)state;
	ESCAPES(put_json_str, "", "\"\"");
	ESCAPES(put_json_str, "a'b</c>\x7f", "\"a'b</c>\x7f\"");
	ESCAPES(put_json_str, "\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	ESCAPES(put_json_str, "\x01\x1f", "\"\\u0001\\u001f\"");
	/* the first and last sequence of each length stay */
	ESCAPES(put_json_str, "\xc2\x80\xdf\xbf", "\"\xc2\x80\xdf\xbf\"");
	ESCAPES(put_json_str, "\xe0\xa0\x80\xef\xbf\xbf", "\"\xe0\xa0\x80\xef\xbf\xbf\"");
	ESCAPES(put_json_str, "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		"\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
	/* overlong, surrogates, beyond the end, cut off, alone */
	ESCAPES(put_json_str, "\xc1\xbf", "\"\\udcc1\\udcbf\"");
	ESCAPES(put_json_str, "\xe0\x9f\xbf", "\"\\udce0\\udc9f\\udcbf\"");
	ESCAPES(put_json_str, "\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"");
	ESCAPES(put_json_str, "\xf0\x8f\xbf\xbf", "\"\\udcf0\\udc8f\\udcbf\\udcbf\"");
	ESCAPES(put_json_str, "\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"");
	ESCAPES(put_json_str, "\xe2\x82", "\"\\udce2\\udc82\"");
	ESCAPES(put_json_str, "\x80\xff", "\"\\udc80\\udcff\"");
}

static void c_strings(void **state)
{
	(void)state;
	ESCAPES(put_c_str, "'\"\\\b\f\n\r\t\x01\xff", "\"'\\\"\\\\\\b\\f\\n\\r\\t\x01\xff\"");
}

/* the worst string: every byte becomes six, over more than one buffer */
static void long_escapes(void **state)
{
	char *s = malloc(100001), *got;

	(void)state;
	assert_non_null(s);
	memset(s, 1, 100000);
	s[100000] = 0;
	got = escaped(put_json_str, s);
	assert_int_equal(strlen(got), 600002);
	for (size_t i = 0; i < 100000; i++)
		assert_memory_equal(got + 1 + i * 6, "\\u0001", 6);
	free(got);
	free(s);
}

/* the first error stays, and the sink is left alone from then on */
static void errors(void **state)
{
	struct sink sink = {.fail_at = 2};
	struct out o;

	(void)state;
	assert_int_equal(out_init(&o, sink_write, &sink), 0);
	for (int i = 0; i < 1000000; i++)
		out_done(&o, put_str(&o, out_room(&o), "some text"));
	assert_int_equal(o.err, -ENOSPC);
	assert_int_equal(out_deinit(&o), -ENOSPC);
	assert_int_equal(sink.calls, 2);
	buf_deinit(&sink.text);
}

static void hex(void **state)
{
	u8 bytes[300];
	struct sink sink = {0};
	struct out o;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)i;
	assert_int_equal(out_init(&o, sink_write, &sink), 0);
	out_done(&o, put_hex(&o, out_room(&o), bytes, sizeof(bytes)));
	assert_int_equal(out_deinit(&o), 0);
	assert_int_equal(sink.text.len, 600);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		char want[3];

		snprintf(want, sizeof(want), "%02x", bytes[i]);
		assert_memory_equal(sink.text.data + 2 * i, want, 2);
	}
	buf_deinit(&sink.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),	cmocka_unit_test(strings_at_the_end),
		cmocka_unit_test(json_strings), cmocka_unit_test(c_strings),
		cmocka_unit_test(long_escapes), cmocka_unit_test(errors),
		cmocka_unit_test(hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
