// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> survey, object -> text in all formats, also as split BTF on themselves. What must
 * hold beyond not crashing: what parses can be surveyed and is whole; every format prints every
 * type; JSON Lines are UTF-8 without control characters, one object a line.
 */
#include <stdint.h>
#include <stdlib.h>

#include <btf/survey.h>

#include "btf/look.h"
#include "print/print.h"

struct sink {
	size_t bytes, lines;
	char last;
	bool control;	  /* a control character other than newline */
	int continuation; /* bytes of a UTF-8 sequence still to come */
	bool bad_utf8;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static int sink_write(void *ctx, const void *data, size_t size)
{
	struct sink *s = ctx;
	const uint8_t *p = data;

	for (size_t i = 0; i < size; i++) {
		uint8_t c = p[i];

		s->lines += c == '\n';
		s->control |= c < 0x20 && c != '\n';
		if (s->continuation) {
			s->bad_utf8 |= (c & 0xc0) != 0x80;
			s->continuation--;
		} else if (c >= 0x80) {
			s->bad_utf8 |= c < 0xc2 || c > 0xf4;
			s->continuation = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
		}
	}
	s->bytes += size;
	s->last = (char)p[size - 1];
	return 0;
}

static void print_all(const struct btf *b)
{
	struct sink raw = {0}, json = {0}, bpftool = {0};

	must(!print_types(b, &print_raw, NULL, sink_write, &raw, NULL));
	must(b->nr ? raw.last == '\n' && raw.lines >= b->nr : !raw.bytes);
	must(!print_types(b, &print_json, NULL, sink_write, &json, NULL));
	must(json.last == '\n' && json.lines == (size_t)b->nr + 1);
	must(!json.control && !json.bad_utf8 && !json.continuation);
	must(!print_types(b, &print_bpftool_json, NULL, sink_write, &bpftool, NULL));
	must(bpftool.last == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf_survey s = {.sz = sizeof(s)};
	struct btf *base, *split;
	int surveyed = look_blob(data, size, &s, NULL);

	if (object_parse(data, size, NULL, OBJECT_COPY, NULL, &base))
		return 0;
	must(!surveyed && s.types == base->nr && s.split == BTF_SPLIT_NONE);
	print_all(base);
	if (!object_parse(data, size, base, OBJECT_COPY, NULL, &split)) {
		print_all(split);
		object_free(split);
	}
	object_free(base);
	return 0;
}
