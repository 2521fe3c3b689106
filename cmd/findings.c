// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* JSON of what batches did: see findings.h. */
#include "findings.h"

#include <string.h>

/* bytes of the UTF-8 character at s, 0 where there is none */
static int utf8_len(const unsigned char *s)
{
	int len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;

	for (int i = 1; i < len; i++)
		if (s[i] >> 6 != 2)
			return 0;
	/* overlong forms, surrogates and beyond U+10FFFF are no characters */
	if ((len == 2 && s[0] < 0xc2) || (len == 3 && s[0] == 0xe0 && s[1] < 0xa0) ||
	    (len == 3 && s[0] == 0xed && s[1] > 0x9f) || (len == 4 && s[0] == 0xf0 && s[1] < 0x90) ||
	    (len == 4 && (s[0] > 0xf4 || (s[0] == 0xf4 && s[1] > 0x8f))))
		return 0;
	return len;
}

void findings_string(FILE *to, const char *str)
{
	const unsigned char *s = (const void *)str;
	int len;

	if (!s) {
		fputs("null", to);
		return;
	}
	fputc('"', to);
	for (; *s; s += len) {
		len = utf8_len(s);
		if (*s == '"' || *s == '\\') {
			fputc('\\', to);
			fputc(*s, to);
		} else if (!len || *s < 0x20 || *s == 0x7f) {
			fprintf(to, "\\u%04x", *s);
			len = 1;
		} else {
			fwrite(s, 1, (size_t)len, to);
		}
	}
	fputc('"', to);
}

static void field(FILE *to, const char *name, const char *value)
{
	fprintf(to, ",\"%s\":", name);
	findings_string(to, value);
}

static void number(FILE *to, const char *name, __s64 value)
{
	if (value == BTF_NO_VALUE)
		fprintf(to, ",\"%s\":null", name);
	else
		fprintf(to, ",\"%s\":%lld", name, (long long)value);
}

void findings_json(FILE *to, const struct btf_report *r)
{
	static const char *const severity[] = {"note", "warning", "error"};

	fputc('[', to);
	for (size_t i = 0; i < btf_report__count(r); i++) {
		const struct btf_finding *f = btf_report__get(r, i);

		fprintf(to, "%s{\"code\":\"%s\"", i ? "," : "", btf_code__name(f->code));
		field(to, "severity", severity[f->severity]);
		field(to, "section", f->section);
		number(to, "offset", f->offset == BTF_NO_OFFSET ? BTF_NO_VALUE : (__s64)f->offset);
		number(to, "type_id", f->type_id == BTF_NO_TYPE ? BTF_NO_VALUE : f->type_id);
		field(to, "type_name", f->type_name);
		number(to, "kind", f->kind ? f->kind : BTF_NO_VALUE);
		number(to, "member", f->member == BTF_NO_MEMBER ? BTF_NO_VALUE : f->member);
		number(to, "expected", f->expected);
		number(to, "actual", f->actual);
		field(to, "text", f->text);
		field(to, "hint", f->hint);
		fputc('}', to);
	}
	fputc(']', to);
}
