/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DWARF written DIE by DIE, each with an abbreviation of its own, and what the encoder makes of
 * it, as text.
 *
 *	struct assembly a = {0};
 *	unit(&a, 5);
 *	u32 i = DIE(&a, DW_TAG_base_type, false, NAME("int"), U1(DW_AT_byte_size, 4), ...);
 *	DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, i));
 *	end(&a);
 */
#ifndef UNIT_ENCODE_ASM_H
#define UNIT_ENCODE_ASM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "encode/encode.h"

struct attr {
	u32 at, form;
	u64 v;
	const char *s; /* of strings and blocks (v bytes) */
};

#define NAME(s) ((struct attr){DW_AT_name, DW_FORM_string, 0, s})
#define STRP(s) ((struct attr){DW_AT_name, DW_FORM_strp, 0, s})
#define TEXT(at, s) ((struct attr){at, DW_FORM_string, 0, s})
#define U1(at, v) ((struct attr){at, DW_FORM_data1, v, NULL})
#define U2(at, v) ((struct attr){at, DW_FORM_data2, v, NULL})
#define U4(at, v) ((struct attr){at, DW_FORM_data4, v, NULL})
#define U8(at, v) ((struct attr){at, DW_FORM_data8, v, NULL})
#define UDATA(at, v) ((struct attr){at, DW_FORM_udata, v, NULL})
#define SDATA(at, v) ((struct attr){at, DW_FORM_sdata, (u64)(v), NULL})
#define IMPLICIT(at, v) ((struct attr){at, DW_FORM_implicit_const, (u64)(v), NULL})
#define FLAG(at) ((struct attr){at, DW_FORM_flag_present, 0, NULL})
#define REF(at, off) ((struct attr){at, DW_FORM_ref4, off, NULL})
#define REF_ADDR(at, off) ((struct attr){at, DW_FORM_ref_addr, off, NULL})
#define SIG(at, v) ((struct attr){at, DW_FORM_ref_sig8, v, NULL})
#define BLOCK(at, bytes) ((struct attr){at, DW_FORM_block1, sizeof(bytes) - 1, bytes})
#define FORM(at, form, v) ((struct attr){at, form, v, NULL})

struct assembly {
	struct buf info, types, abbrev, str;
	struct buf *to; /* info or types: where the unit stands */
	u32 unit; /* offset of its header */
	u32 version;
	u64 abbrev_off;
	u32 code;
	bool same_abbrev; /* units go on with the table of the one before */
	bool big, merged;
};

/* a unit of type DW_UT_compile, its DIE (with children, "unit.c", in C) open */
void unit(struct assembly *a, u32 version);
/* a type unit; type: offset of its type from the header, 0: patched later with patch_type */
void type_unit(struct assembly *a, u32 version, u64 signature);
void patch_type(struct assembly *a, u32 off);
/* the end of a list of children */
void end(struct assembly *a);
/* closes the unit's DIE and sets the length */
void unit_end(struct assembly *a);
/* offset from the unit's header */
u32 die(struct assembly *a, u32 tag, bool children, const struct attr *attr, size_t cnt);
#define DIE(a, tag, children, ...)                                                                 \
	die(a, tag, children, (const struct attr[]){__VA_ARGS__},                                  \
	    sizeof((const struct attr[]){__VA_ARGS__}) / sizeof(struct attr))
/* a DIE that has no attributes */
#define BARE(a, tag, children) die(a, tag, children, NULL, 0)
/* where the next DIE will be */
u32 here(const struct assembly *a);
void bytes(struct buf *b, const void *p, size_t len);
void uleb(struct buf *b, u64 v);
void assembly_free(struct assembly *a);

/* base types that most tests need */
u32 int_type(struct assembly *a);
u32 base_type(struct assembly *a, const char *name, u32 size, u32 encoding);
u32 member(struct assembly *a, const char *name, u32 type, u32 off);

/* ---- encoding ---- */

struct dwarf assembled(struct assembly *a);
/* the BTF, made by `jobs` workers; NULL where it is refused. r may be NULL. */
struct btf *encoded(struct assembly *a, int jobs, const struct btf *base, struct btf_report *r);
void same_bytes(const struct btf *a, const struct btf *b);
/* must succeed with one worker, and give the same bytes with 2, 3 and 8 */
struct btf *encoded_ok(struct assembly *a);
/* must be refused with that code and a text that has `text` in it */
void refused(struct assembly *a, enum btf_code code, const char *text);
/* must succeed with a warning of that code which says `text` */
struct btf *warned(struct assembly *a, enum btf_code code, const char *text);

/*
 * A type as text: "struct s{8;a@0:int;*b@32:4...}"; what is named is described once, further in
 * only by its name. Lives until the next call.
 */
const char *type_text(const struct btf *b, u32 id);
/* the same of the type with that kind and name, which must be there */
const char *text_of(const struct btf *b, const char *name, u32 kind);
u32 count_kind(const struct btf *b, u32 kind);

#define assert_type(b, name, kind, text) assert_string_equal(text_of(b, name, kind), text)

#endif
