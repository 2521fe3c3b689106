// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A streaming JSON writer: see json.h. Write errors stay in the stream, main looks at the end. */
#include "json.h"

#include <string.h>

/* bytes of the UTF-8 sequence at s, 0: none */
static int utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char mask, lead, second_min, second_max;
	} forms[] = {
		/* the second byte's range keeps out overlong forms and surrogates */
		{0xff, 0xe0, 0xa0, 0xbf}, {0xff, 0xed, 0x80, 0x9f}, {0xf0, 0xe0, 0x80, 0xbf},
		{0xff, 0xf0, 0x90, 0xbf}, {0xff, 0xf4, 0x80, 0x8f}, {0xfc, 0xf0, 0x80, 0xbf},
	};

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return (s[1] & 0xc0) == 0x80 ? 2 : 0;
	for (int i = 0; i < 6; i++) {
		int n = i < 3 ? 3 : 4;

		if ((s[0] & forms[i].mask) != forms[i].lead)
			continue;
		if (s[1] < forms[i].second_min || s[1] > forms[i].second_max)
			return 0;
		for (int k = 2; k < n; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return n;
	}
	return 0;
}

static void put_string(FILE *to, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;
	int n;

	putc('"', to);
	while (*s) {
		if (*s == '"' || *s == '\\') {
			fprintf(to, "\\%c", *s++);
		} else if (*s < 0x20) {
			fprintf(to, "\\u%04x", *s++);
		} else if (*s < 0x80) {
			putc(*s++, to);
		} else if ((n = utf8_len(s))) {
			fwrite(s, 1, (size_t)n, to);
			s += n;
		} else {
			fprintf(to, "\\udc%02x", *s++);
		}
	}
	putc('"', to);
}

static void put_key(struct json *j, const char *key)
{
	if (j->comma)
		putc(',', j->to);
	j->comma = true;
	if (!key)
		return;
	put_string(j->to, key);
	putc(':', j->to);
}

static void begin(struct json *j, const char *key, char c)
{
	put_key(j, key);
	putc(c, j->to);
	j->comma = false;
}

static void end(struct json *j, char c)
{
	putc(c, j->to);
	j->comma = true;
}

void json_object(struct json *j, const char *key)
{
	begin(j, key, '{');
}

void json_object_end(struct json *j)
{
	end(j, '}');
}

void json_array(struct json *j, const char *key)
{
	begin(j, key, '[');
}

void json_array_end(struct json *j)
{
	end(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
	if (!value) {
		json_null(j, key);
		return;
	}
	put_key(j, key);
	put_string(j->to, value);
}

void json_number(struct json *j, const char *key, long long value)
{
	put_key(j, key);
	fprintf(j->to, "%lld", value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	fputs(value ? "true" : "false", j->to);
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	fputs("null", j->to);
}

static const char *severity_word(enum btf_severity severity)
{
	switch (severity) {
	case BTF_NOTE:
		return "note";
	case BTF_WARNING:
		return "warning";
	case BTF_ERROR:
		break;
	}
	return "error";
}

/* what is unknown is left out */
void json_finding(struct json *j, const char *key, const struct btf_finding *f)
{
	json_object(j, key);
	json_string(j, "code", btf_code__name(f->code));
	json_string(j, "severity", severity_word(f->severity));
	if (f->file)
		json_string(j, "file", f->file);
	if (f->section)
		json_string(j, "section", f->section);
	if (f->offset != BTF_NO_OFFSET)
		json_number(j, "offset", (long long)f->offset);
	if (f->type_id != BTF_NO_TYPE)
		json_number(j, "type_id", f->type_id);
	if (f->kind)
		json_number(j, "kind", f->kind);
	if (f->type_name)
		json_string(j, "type_name", f->type_name);
	if (f->member != BTF_NO_MEMBER)
		json_number(j, "member", f->member);
	if (f->expected != BTF_NO_VALUE)
		json_number(j, "expected", f->expected);
	if (f->actual != BTF_NO_VALUE)
		json_number(j, "actual", f->actual);
	json_string(j, "text", f->text);
	if (f->hint)
		json_string(j, "hint", f->hint);
	json_object_end(j);
}

void json_findings(struct json *j, const char *key, const struct btf_report *r)
{
	json_array(j, key);
	for (size_t i = 0; i < btf_report__count(r); i++)
		json_finding(j, NULL, btf_report__get(r, i));
	json_array_end(j);
}

void json_line(struct json *j)
{
	putc('\n', j->to);
	j->comma = false;
}
