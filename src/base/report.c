// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Findings: see report.h and <btf/report.h>.
 * In: a code and a place. Out: an item in the report, -errno to the caller.
 * Invariant: a report that runs out of memory loses text, never the return code, and says so.
 */
#include "base/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int err;
	const char *hint;
} codes[] = {
	[BTF_CODE_NONE] = {"none", 0, NULL},
#define BTF_CODE(id, name, err, hint) [BTF_CODE_##id] = {name, err, hint},
#include <btf/codes.def>
#undef BTF_CODE
};

static int code_errno(enum btf_code code)
{
	return (unsigned int)code < ARRAY_SIZE(codes) ? codes[code].err : EINVAL;
}

const char *btf_code__name(enum btf_code code)
{
	return (unsigned int)code < ARRAY_SIZE(codes) ? codes[code].name : "unknown";
}

const char *btf_code__hint(enum btf_code code)
{
	return (unsigned int)code < ARRAY_SIZE(codes) ? codes[code].hint : NULL;
}

struct btf_report *btf_report__new(void)
{
	return calloc(1, sizeof(struct btf_report));
}

void btf_report__free(struct btf_report *r)
{
	if (!r)
		return;
	arena_deinit(&r->arena);
	free(r->items);
	free(r);
}

void btf_report__clear(struct btf_report *r)
{
	if (!r)
		return;
	arena_deinit(&r->arena);
	r->cnt = r->dropped = 0;
	r->lost = false;
	r->file = r->section = NULL;
}

size_t btf_report__count(const struct btf_report *r)
{
	return r ? r->cnt + r->lost : 0;
}

const struct btf_finding *btf_report__get(const struct btf_report *r, size_t i)
{
	/* stands behind the others where there was no memory for more */
	static const struct btf_finding lost = {
		.code = BTF_CODE_MEMORY,
		.severity = BTF_ERROR,
		.err = ENOMEM,
		.offset = BTF_NO_OFFSET,
		.type_id = BTF_NO_TYPE,
		.member = BTF_NO_MEMBER,
		.expected = BTF_NO_VALUE,
		.actual = BTF_NO_VALUE,
		.text = "out of memory: findings are missing",
	};

	if (!r || i >= r->cnt)
		return r && r->lost && i == r->cnt ? &lost : NULL;
	return &r->items[i];
}

void report_context(struct btf_report *r, const char *file, const char *section)
{
	if (!r)
		return;
	r->file = arena_strdup(&r->arena, file);
	r->section = arena_strdup(&r->arena, section);
}

static struct btf_finding *report_slot(struct btf_report *r)
{
	if (r->max && r->cnt >= r->max) {
		r->dropped++;
		return NULL;
	}
	if (r->cnt == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 8;
		void *p = realloc(r->items, cap * sizeof(*r->items));

		if (!p) {
			r->lost = true;
			return NULL;
		}
		r->items = p;
		r->cap = cap;
	}
	return &r->items[r->cnt++];
}

static void report_add(struct btf_report *r, enum btf_code code, enum btf_severity severity,
		       int err, const struct place *at, s64 expected, s64 actual, const char *fmt,
		       va_list ap)
{
	static const struct place nowhere;
	struct btf_finding *f;

	if (!r)
		return;
	f = report_slot(r);
	if (!f)
		return;
	if (!at)
		at = &nowhere;
	*f = (struct btf_finding){
		.code = code,
		.severity = severity,
		.err = err,
		.file = at->file ? arena_strdup(&r->arena, at->file) : r->file,
		.section = at->section ? arena_strdup(&r->arena, at->section) : r->section,
		.offset = at->offset_plus1 ? at->offset_plus1 - 1 : BTF_NO_OFFSET,
		.type_id = at->type_id ? at->type_id : BTF_NO_TYPE,
		.member = at->member_plus1 ? at->member_plus1 - 1 : BTF_NO_MEMBER,
		.kind = at->kind,
		.type_name = arena_strdup(&r->arena, at->name),
		.expected = expected,
		.actual = actual,
		.text = arena_vprintf(&r->arena, fmt, ap),
		.hint = btf_code__hint(code),
	};
	r->lost |= !f->text || (at->name && !f->type_name);
	if (!f->text)
		f->text = "out of memory while describing this";
}

int report_error(struct btf_report *r, enum btf_code code, const struct place *at, s64 expected,
		 s64 actual, const char *fmt, ...)
{
	int err = code_errno(code);
	va_list ap;

	va_start(ap, fmt);
	report_add(r, code, BTF_ERROR, err, at, expected, actual, fmt, ap);
	va_end(ap);
	return -err;
}

int report_errno(struct btf_report *r, enum btf_code code, int err, const struct place *at,
		 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_add(r, code, BTF_ERROR, err, at, BTF_NO_VALUE, BTF_NO_VALUE, fmt, ap);
	va_end(ap);
	return -err;
}

void report_warning(struct btf_report *r, enum btf_code code, const struct place *at, s64 expected,
		    s64 actual, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_add(r, code, BTF_WARNING, 0, at, expected, actual, fmt, ap);
	va_end(ap);
}

void report_note(struct btf_report *r, enum btf_code code, const struct place *at, const char *fmt,
		 ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_add(r, code, BTF_NOTE, 0, at, BTF_NO_VALUE, BTF_NO_VALUE, fmt, ap);
	va_end(ap);
}

int report_nomem(struct btf_report *r)
{
	return report_error(r, BTF_CODE_MEMORY, NULL, BTF_NO_VALUE, BTF_NO_VALUE, "out of memory");
}

int btf_report__add(struct btf_report *r, enum btf_code code, enum btf_severity severity,
		    const char *file, const char *text)
{
	struct place at = {.file = file};

	if (severity == BTF_ERROR)
		return report_error(r, code, &at, BTF_NO_VALUE, BTF_NO_VALUE, "%s", text);
	if (severity == BTF_WARNING)
		report_warning(r, code, &at, BTF_NO_VALUE, BTF_NO_VALUE, "%s", text);
	else
		report_note(r, code, &at, "%s", text);
	return 0;
}

int btf_report__append(struct btf_report *dst, const struct btf_report *src)
{
	struct btf_finding *f;
	size_t i;

	if (!dst || !src)
		return 0;
	dst->lost |= src->lost;
	for (i = 0; i < src->cnt; i++) {
		f = report_slot(dst);
		if (!f)
			return dst->max ? 0 : -ENOMEM;
		*f = src->items[i];
		f->file = arena_strdup(&dst->arena, f->file);
		f->section = arena_strdup(&dst->arena, f->section);
		f->type_name = arena_strdup(&dst->arena, f->type_name);
		f->text = arena_strdup(&dst->arena, f->text);
		if (!f->text)
			f->text = "out of memory while describing this";
	}
	return 0;
}

/* a bounded writer that keeps counting past the end, as snprintf does */
struct out {
	char *buf;
	size_t size, len;
};

static void out_char(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

/* names come from files: whatever could steer a terminal or break a line is escaped */
static void out_text(struct out *o, const char *s)
{
	static const char hex[] = "0123456789abcdef";

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c != 0x7f) {
			out_char(o, (char)c);
			continue;
		}
		out_char(o, '\\');
		out_char(o, 'x');
		out_char(o, hex[c >> 4]);
		out_char(o, hex[c & 15]);
	}
}

static const char *const kind_names[] = {
	"",	"INT",	  "PTR",      "ARRAY", "STRUCT",     "UNION", "ENUM",
	"FWD",	"TYPEDEF", "VOLATILE", "CONST", "RESTRICT",   "FUNC",  "FUNC_PROTO",
	"VAR",	"DATASEC", "FLOAT",    "DECL_TAG", "TYPE_TAG", "ENUM64"};

int btf_finding__format(const struct btf_finding *f, char *buf, size_t size)
{
	struct out o = {buf, size, 0};
	char num[64];

	if (f->file) {
		out_text(&o, f->file);
		out_text(&o, ": ");
	}
	if (f->section) {
		out_text(&o, f->section);
		out_text(&o, ": ");
	}
	if (f->type_id != BTF_NO_TYPE || f->type_name) {
		out_text(&o, "type");
		if (f->type_id != BTF_NO_TYPE) {
			snprintf(num, sizeof(num), " [%u]", f->type_id);
			out_text(&o, num);
		}
		if (f->kind > 0 && f->kind < (int)ARRAY_SIZE(kind_names)) {
			out_char(&o, ' ');
			out_text(&o, kind_names[f->kind]);
		}
		if (f->type_name) {
			out_text(&o, " '");
			out_text(&o, *f->type_name ? f->type_name : "(anon)");
			out_char(&o, '\'');
		}
		if (f->member != BTF_NO_MEMBER) {
			snprintf(num, sizeof(num), " #%d", f->member);
			out_text(&o, num);
		}
		out_text(&o, ": ");
	} else if (f->offset != BTF_NO_OFFSET) {
		snprintf(num, sizeof(num), "offset 0x%llx: ", (unsigned long long)f->offset);
		out_text(&o, num);
	}
	if (f->severity == BTF_WARNING)
		out_text(&o, "warning: ");
	else if (f->severity == BTF_NOTE)
		out_text(&o, "note: ");
	out_text(&o, f->text);
	if (f->hint) {
		out_text(&o, "; ");
		out_text(&o, f->hint);
	}
	if (size)
		buf[o.len < size ? o.len : size - 1] = 0;
	return (int)o.len;
}
