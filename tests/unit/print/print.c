// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf_print__types, btf_survey__blob: arguments, options, lists, errors of the sink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/print.h>
#include <btf/survey.h>

struct sink {
	char text[4096];
	size_t len;
	int err;
	int calls;
};

static int sink_write(void *ctx, const void *data, size_t size)
{
	struct sink *s = ctx;

	s->calls++;
	if (s->err)
		return s->err;
	assert_true(s->len + size < sizeof(s->text));
	memcpy(s->text + s->len, data, size);
	s->len += size;
	s->text[s->len] = 0;
	return 0;
}

static int setup(void **state)
{
	struct btf *b = btf__new_empty();

	assert_non_null(b);
	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), 1);
	assert_int_equal(btf__add_ptr(b, 1), 2);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	btf__free(*state);
	return 0;
}

#define INT_LINE "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n"
#define PTR_LINE "[2] PTR '(anon)' type_id=1\n"

static void defaults(void **state)
{
	struct sink s = {0};

	assert_int_equal(btf_print__types(*state, BTF_PRINT_RAW, NULL, sink_write, &s, NULL), 0);
	assert_string_equal(s.text, INT_LINE PTR_LINE);
	assert_int_equal(s.calls, 1);
}

/* a list is printed as it is given: order, repeats, void; an empty one prints nothing */
static void lists(void **state)
{
	static const __u32 ids[] = {2, 1, 2, 0};
	struct btf_print_opts opts = {.sz = sizeof(opts), .ids = ids, .id_cnt = 4};
	struct sink s = {0};

	assert_int_equal(btf_print__types(*state, BTF_PRINT_RAW, &opts, sink_write, &s, NULL), 0);
	assert_string_equal(s.text, PTR_LINE INT_LINE PTR_LINE "[0] UNKNOWN '(anon)'\n");
	opts.id_cnt = 0;
	s.len = 0;
	assert_int_equal(
		btf_print__types(*state, BTF_PRINT_BPFTOOL_JSON, &opts, sink_write, &s, NULL), 0);
	assert_string_equal(s.text, "{\"types\":[]}\n");
}

/* an id that is not there: ENOENT, a finding, and nothing was printed */
static void missing(void **state)
{
	static const __u32 ids[] = {1, 3};
	struct btf_print_opts opts = {.sz = sizeof(opts), .ids = ids, .id_cnt = 2};
	struct btf_report *r = btf_report__new();
	struct sink s = {0};

	assert_non_null(r);
	errno = 0;
	assert_int_equal(btf_print__types(*state, BTF_PRINT_RAW, &opts, sink_write, &s, r),
			 -ENOENT);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(s.calls, 0);
	assert_int_equal(btf_report__count(r), 1);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_PRINT_NO_TYPE);
	assert_int_equal(btf_report__get(r, 0)->actual, 3);
	assert_int_equal(btf_report__get(r, 0)->expected, 2);
	btf_report__free(r);
}

static void arguments(void **state)
{
	struct {
		struct btf_print_opts known;
		__u64 later;
	} opts = {.known.sz = sizeof(opts)};
	static __u64 foreign[32];
	struct sink s = {0};
	struct btf *b = *state;

	assert_int_equal(btf_print__types(NULL, BTF_PRINT_RAW, NULL, sink_write, &s, NULL),
			 -EINVAL);
	assert_int_equal(
		btf_print__types((struct btf *)foreign, BTF_PRINT_RAW, NULL, sink_write, &s, NULL),
		-EINVAL);
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, NULL, NULL, &s, NULL), -EINVAL);
	assert_int_equal(btf_print__types(b, (enum btf_print_format)4, NULL, sink_write, &s, NULL),
			 -EINVAL);
	/* a struct of a later version, with nothing in what this one does not know, and with */
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, &opts.known, sink_write, &s, NULL), 0);
	opts.later = 1;
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, &opts.known, sink_write, &s, NULL),
			 -EINVAL);
	/* of an earlier one, which ended before ids */
	opts.known.ids = (const __u32 *)foreign;
	opts.known.sz = sizeof(size_t);
	s.len = 0;
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, &opts.known, sink_write, &s, NULL), 0);
	assert_string_equal(s.text, INT_LINE PTR_LINE);
	opts.known.sz = 4;
	errno = 0;
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, &opts.known, sink_write, &s, NULL),
			 -EINVAL);
	assert_int_equal(errno, EINVAL);
}

static void sink_errors(void **state)
{
	struct sink s = {.err = -EPIPE};

	errno = 0;
	assert_int_equal(btf_print__types(*state, BTF_PRINT_JSON, NULL, sink_write, &s, NULL),
			 -EPIPE);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(s.calls, 1);
	/* what is no errno is an I/O error */
	s.err = 7;
	assert_int_equal(btf_print__types(*state, BTF_PRINT_JSON, NULL, sink_write, &s, NULL),
			 -EIO);
}

struct count {
	size_t lines, bytes;
	char first[64], last[16];
};

static int count_write(void *ctx, const void *data, size_t size)
{
	struct count *c = ctx;
	const char *p = data;

	if (!c->bytes && size > sizeof(c->first))
		memcpy(c->first, p, sizeof(c->first) - 1);
	for (size_t i = 0; i < size; i++)
		c->lines += p[i] == '\n';
	if (size > sizeof(c->last))
		memcpy(c->last, p + size - sizeof(c->last) + 1, sizeof(c->last) - 1);
	c->bytes += size;
	return 0;
}

/* more values than 16 bits count: every one is printed, over many pieces */
static void many_values(void **state)
{
	struct btf *b = btf__new_empty();
	struct count c = {0};

	(void)state;
	assert_non_null(b);
	assert_int_equal(btf__add_enum(b, "many", 4), 1);
	for (int i = 0; i < 70000; i++)
		assert_int_equal(btf__add_enum_value(b, "v", 100000 + i), 0);
	assert_int_equal(btf_print__types(b, BTF_PRINT_RAW, NULL, count_write, &c, NULL), 0);
	assert_int_equal(c.lines, 70001);
	assert_non_null(strstr(c.first, "ENUM 'many' encoding=UNSIGNED size=4 vlen=70000\n"));
	assert_string_equal(c.last, "'v' val=169999\n");
	/* one line of 18 bytes each: "\n\t'v' val=100000" */
	assert_int_equal(c.bytes, strlen("[1] ENUM 'many' encoding=UNSIGNED size=4 vlen=70000\n") +
					  70000 * strlen("\t'v' val=100000\n"));
	btf__free(b);
}

static void surveys(void **state)
{
	struct {
		struct btf_survey known;
		__u64 later;
	} big = {.known.sz = sizeof(big), .later = 77};
	struct btf_survey s = {.sz = sizeof(s)};
	__u32 size;
	const void *data = btf__raw_data(*state, &size);

	assert_non_null(data);
	assert_int_equal(btf_survey__blob(data, size, &s, NULL), 0);
	assert_int_equal(s.types, 2);
	assert_int_equal(s.kind[BTF_KIND_PTR].types, 1);
	assert_int_equal(s.kind[BTF_KIND_INT].bytes, 16);
	assert_int_equal(s.split, BTF_SPLIT_NONE);
	assert_int_equal(s.sz, sizeof(s));
	/* a later, bigger struct keeps its size and its fields */
	assert_int_equal(btf_survey__blob(data, size, &big.known, NULL), 0);
	assert_int_equal(big.later, 77);
	assert_int_equal(big.known.sz, sizeof(big));
	/* an earlier, smaller one is not written past its end */
	memset(&s, 0x55, sizeof(s));
	s.sz = offsetof(struct btf_survey, hdr_len);
	assert_int_equal(btf_survey__blob(data, size, &s, NULL), 0);
	assert_int_equal(s.split, BTF_SPLIT_NONE);
	assert_int_equal(s.hdr_len, 0x55555555);
	assert_int_equal(btf_survey__blob(data, size, NULL, NULL), -EINVAL);
	assert_int_equal(btf_survey__blob(NULL, 0, &s, NULL), -EINVAL);
	errno = 0;
	assert_int_equal(btf_survey__blob(data, size - 1, &s, NULL), -EINVAL);
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(lists, setup, teardown),
		cmocka_unit_test_setup_teardown(missing, setup, teardown),
		cmocka_unit_test_setup_teardown(arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(sink_errors, setup, teardown),
		cmocka_unit_test(many_values),
		cmocka_unit_test_setup_teardown(surveys, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
