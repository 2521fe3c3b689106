/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Reports: what libbtf found and why it refused.
 *
 * The library never prints. A call that takes a `struct btf_report *` adds its findings to it and
 * returns a negative errno; NULL is allowed everywhere and means that only the errno is wanted.
 * A report belongs to one thread at a time.
 */
#ifndef BTFKIT_REPORT_H
#define BTFKIT_REPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum btf_code {
	BTF_CODE_NONE = 0,
#define BTF_CODE(id, name, err, hint) BTF_CODE_##id,
#include <btf/codes.def>
#undef BTF_CODE
	BTF_CODE_CNT
};

enum btf_severity {
	BTF_NOTE,    /* worth knowing, changes nothing */
	BTF_WARNING, /* the result stands, but look at it */
	BTF_ERROR,   /* the job was refused */
};

#define BTF_NO_OFFSET ((__u64)-1)
#define BTF_NO_TYPE ((__u32)-1)
#define BTF_NO_MEMBER (-1)
#define BTF_NO_VALUE ((__s64)0x8000000000000000ULL)

/*
 * One finding. Strings belong to the report and live as long as it does; NULL where unknown.
 * `text` is a whole sentence without the place; expected/actual are BTF_NO_VALUE where the
 * finding is not about a number.
 */
struct btf_finding {
	enum btf_code code;
	enum btf_severity severity;
	int err;              /* positive errno, 0 for notes */
	const char *file;     /* path as the caller gave it */
	const char *section;  /* ".BTF", ".BTF.base", ... */
	__u64 offset;         /* bytes from the start of the section or file, or BTF_NO_OFFSET */
	__u32 type_id;        /* or BTF_NO_TYPE */
	int member;           /* index of the member, parameter, enumerator; or BTF_NO_MEMBER */
	int kind;             /* kind of the type, BTF_KIND_UNKN where unknown */
	const char *type_name;
	__s64 expected;
	__s64 actual;
	const char *text;
	const char *hint;     /* what to do, or NULL */
};

struct btf_report;

struct btf_report *btf_report__new(void); /* NULL + errno; free with btf_report__free */
void btf_report__free(struct btf_report *r);
/* forget all findings, keep the memory */
void btf_report__clear(struct btf_report *r);
size_t btf_report__count(const struct btf_report *r);
/* i < count; valid until the next call that adds, clears or frees */
const struct btf_finding *btf_report__get(const struct btf_report *r, size_t i);
/* the findings of src appended to dst, strings copied; 0 or -ENOMEM */
int btf_report__append(struct btf_report *dst, const struct btf_report *src);
/*
 * A finding of the caller's own about a file (may be NULL); strings are copied. Returns the
 * negative errno of the code for an error, else 0.
 */
int btf_report__add(struct btf_report *r, enum btf_code code, enum btf_severity severity,
		    const char *file, const char *text);
/* name and hint of a code: "type.kind" */
const char *btf_code__name(enum btf_code code);
const char *btf_code__hint(enum btf_code code);
/*
 * One finding as a line without newline: "file: section: type [id] KIND 'name': text; hint".
 * Returns the length like snprintf. Control characters of names are written as \xNN.
 */
int btf_finding__format(const struct btf_finding *f, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
