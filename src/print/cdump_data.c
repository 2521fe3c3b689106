// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Values: type + bytes -> a C initialiser.
 *
 * In: bytes in this machine's order, of which any number may be missing at the end. Out: the text
 * up to the first value that is not all there, and -E2BIG then; in an array, elements that are
 * not there are left out. No byte behind the data is read. Members and elements that are zero are
 * left out too, unless they are asked for; an array that is shown is shown whole, and what lies
 * in it comes without casts.
 *
 * The form is that of libbpf's btf_dump__dump_type_data; docs/c-dump-differences.md lists where
 * the text differs. This part recurses, as deep as structs and arrays are nested: at most
 * MAX_DEPTH. What is looked at is counted: unions of unions can have more members than there are
 * atoms to hold them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "print/cdump.h"

#define MAX_DEPTH 256
#define ALLOWANCE_MIN (1 << 20)
#define ALLOWANCE_PER_BYTE 64 /* of data */
#define INDENT_MAX 31

struct value {
	struct cdump *d;
	const u8 *data;
	s64 size; /* of the data */
	char indent[INDENT_MAX + 1];
	int level;
	bool compact, skip_names, zeroes, strings;

	int depth;   /* of indentation */
	int nesting; /* of emit_value */
	bool in_array;
	bool in_chars;	 /* in an array of one-byte integers */
	bool terminated; /* its NUL was printed */
};

/* where a value lies: bits is 0, or the width of a bit-field that starts at bit `first` */
struct spot {
	s64 at;
	u32 first, bits;
};

/* ---- pieces ---- */

static void emit_indent(struct value *v)
{
	s64 n = v->compact ? 0 : (s64)v->level + v->depth;

	for (s64 i = 0; i < n && cdump_charge(v->d, 1); i++)
		emit_str(v->d, v->indent);
}

static void emit_newline(struct value *v)
{
	if (!v->compact && v->depth)
		EMIT(v->d, "\n");
}

/* what follows a value */
static void emit_end(struct value *v)
{
	if (v->depth)
		EMIT(v->d, ",");
	emit_newline(v);
}

static void emit_number(struct value *v, const char *fmt, u64 n)
{
	char text[32];

	snprintf(text, sizeof(text), fmt, (unsigned long long)n);
	emit_str(v->d, text);
	emit_end(v);
}

static void emit_signed(struct value *v, u64 n, bool is_signed)
{
	char *p = out_room(&v->d->out);

	out_done(&v->d->out, is_signed ? put_s64(p, (s64)n) : put_u64(p, n));
}

static void emit_cast(struct value *v, u32 id, bool in_parens)
{
	struct cdump *d = v->d;
	u32 kind = type_kind(cdump_at(d, id));

	if (v->in_array || kind == BTF_KIND_VAR || kind == BTF_KIND_DATASEC)
		return;
	if (in_parens)
		EMIT(d, "(");
	d->no_bodies = d->strip_mods = true;
	emit_decl(d, id, "", 1, 0);
	d->no_bodies = d->strip_mods = false;
	if (in_parens)
		EMIT(d, ")");
}

/* ---- reading ---- */

static u64 sign_extend(u64 n, u32 bits)
{
	u64 sign = 1ull << (bits - 1);

	return bits < 64 ? (n ^ sign) - sign : n;
}

/* little end first or last, as the machine has it; size 1..8 */
static u64 read_bytes(const u8 *p, u32 size)
{
	u64 n = 0;

	for (u32 i = 0; i < size; i++)
		n = n << 8 | p[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? size - 1 - i : i];
	return n;
}

static bool fits(const struct value *v, s64 at, s64 size)
{
	return at <= v->size && size <= v->size - at;
}

/* up to 64 bits out of up to nine bytes; -EINVAL: the type is too wide; -E2BIG */
static int read_bits(const struct value *v, const struct btf_type *t, const struct spot *s,
		     u64 *ret)
{
	u32 bytes = (s->first + s->bits + 7) / 8, shift;
	const u8 *p = v->data + s->at;
	u64 low, high;

	if (!fits(v, s->at, bytes))
		return -E2BIG;
	if (t->size > 8 || s->bits > 64)
		return -EINVAL;
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		low = read_bytes(p, min_of(bytes, 8u));
		high = bytes > 8 ? p[8] : 0;
		shift = s->first;
	} else {
		/* the first bit is the highest one; the last byte stands for the low bits */
		low = read_bytes(p + (bytes > 8), min_of(bytes, 8u));
		high = bytes > 8 ? p[0] : 0;
		shift = bytes * 8 - s->first - s->bits;
	}
	low = low >> shift | (shift ? high << (64 - shift) : 0);
	*ret = s->bits < 64 ? low & ((1ull << s->bits) - 1) : low;
	return 0;
}

/* -EINVAL: no size an enum can have */
static int read_enum(const struct value *v, const struct btf_type *t, const struct spot *s,
		     u64 *ret)
{
	u32 bits = s->bits ? s->bits : t->size * 8;
	int err = 0;

	if (s->bits)
		err = read_bits(v, t, s, ret);
	else if (t->size != 1 && t->size != 2 && t->size != 4 && t->size != 8)
		return -EINVAL;
	else if (!fits(v, s->at, t->size))
		return -E2BIG;
	else
		*ret = read_bytes(v->data + s->at, t->size);
	if (!err && type_kflag(t))
		*ret = sign_extend(*ret, bits);
	return err;
}

/* ---- is it zero? 1: yes, 0: no or not all there, or a negative errno ---- */

static int is_zero(struct value *v, u32 id, const struct spot *s, int depth);

static int is_zero_bytes(const struct value *v, s64 at, u32 size)
{
	static const u8 zero[16];

	if (size < 1 || size > 16)
		return -EINVAL;
	return fits(v, at, size) && !memcmp(v->data + at, zero, size);
}

static int is_zero_array(struct value *v, const struct btf_type *t, s64 at, int depth)
{
	const struct btf_array *a = type_array(t);
	struct cdump_layout elem;
	u32 solid = cdump_solid(v->d, a->type);
	int res = 1;

	cdump_layout(v->d, a->type, &elem);
	if (a->nelems && elem.size == 1 && type_is(cdump_at(v->d, solid), BTF_KIND_INT))
		if (fits(v, at, 1) && !v->data[at])
			return 1;
	if (elem.size < 0)
		return -EINVAL;
	/* elements without a size are all the same one */
	for (u32 i = 0; i < a->nelems && res > 0 && (elem.size || !i); i++)
		res = is_zero(v, a->type, &(struct spot){.at = at + i * elem.size}, depth + 1);
	return res;
}

static int is_zero_struct(struct value *v, const struct btf_type *t, s64 at, int depth)
{
	const struct btf_member *m = type_tail(t);
	int res = 1;

	for (u32 i = 0; i < type_vlen(t) && res > 0; i++) {
		u32 off = member_bit_off(t, &m[i]);

		res = is_zero(v, m[i].type,
			      &(struct spot){at + off / 8, off % 8, member_bits(t, &m[i])},
			      depth + 1);
	}
	return res;
}

static int is_zero(struct value *v, u32 id, const struct spot *s, int depth)
{
	const struct btf_type *t;
	u64 n;
	int err;

	id = cdump_solid(v->d, id);
	t = cdump_at(v->d, id);
	if (depth > MAX_DEPTH)
		return cdump_fail(v->d, -E2BIG, id);
	if (!cdump_charge(v->d, 1) || v->d->err)
		return v->d->err;
	switch (type_kind(t)) {
	case BTF_KIND_INT:
		if (!s->bits)
			return is_zero_bytes(v, s->at, t->size);
		err = read_bits(v, t, s, &n);
		return err == -E2BIG ? 0 : err ? err : !n;
	case BTF_KIND_FLOAT:
		return is_zero_bytes(v, s->at, t->size);
	case BTF_KIND_PTR:
		return is_zero_bytes(v, s->at, v->d->ptr_sz);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		err = read_enum(v, t, s, &n);
		return err == -E2BIG ? 0 : err ? err : !n;
	case BTF_KIND_ARRAY:
		return is_zero_array(v, t, s->at, depth);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return is_zero_struct(v, t, s->at, depth);
	default:
		return 0;
	}
}

/* Is it left out? Nothing is where zeroes are asked for, at the top, and in an array. */
static int left_out(struct value *v, u32 id, const struct spot *s)
{
	if (v->zeroes || !v->depth || (v->in_array && !v->in_chars))
		return 0;
	return is_zero(v, id, s, v->depth);
}

/* ---- values of one type ---- */

static int emit_value(struct value *v, const char *name, u32 id, const struct spot *s);

static int emit_char(struct value *v, u8 c, bool is_signed)
{
	if (v->in_chars) {
		char quoted[] = {'\'', (char)c, '\'', 0};

		if (v->terminated)
			return 0;
		if (!c) {
			EMIT(v->d, "'\\0'");
			v->terminated = true;
			emit_end(v);
			return 0;
		}
		if (isprint(c)) {
			emit_str(v->d, quoted);
			emit_end(v);
			return 0;
		}
	}
	emit_signed(v, is_signed ? sign_extend(c, 8) : c, is_signed);
	emit_end(v);
	return 0;
}

static int emit_int(struct value *v, const struct btf_type *t, const u8 *p)
{
	bool is_signed = *(const u32 *)type_tail(t) >> 24 & BTF_INT_SIGNED;
	bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	char text[40];
	u64 high, low;

	switch (t->size) {
	case 1:
		return emit_char(v, *p, is_signed);
	case 2:
	case 4:
	case 8:
		low = read_bytes(p, t->size);
		emit_signed(v, is_signed ? sign_extend(low, t->size * 8) : low, is_signed);
		emit_end(v);
		return 0;
	case 16:
		high = read_bytes(little ? p + 8 : p, 8);
		low = read_bytes(little ? p : p + 8, 8);
		if (!high) {
			emit_number(v, "0x%llx", low);
			return 0;
		}
		snprintf(text, sizeof(text), "0x%llx%016llx", (unsigned long long)high,
			 (unsigned long long)low);
		emit_str(v->d, text);
		emit_end(v);
		return 0;
	default:
		return -EINVAL;
	}
}

static int emit_float(struct value *v, const struct btf_type *t, const u8 *p)
{
	char text[5000]; /* the largest has 4933 digits before the point */
	long double ld;
	double d;
	float f;

	if (t->size == sizeof(f)) {
		memcpy(&f, p, sizeof(f));
		snprintf(text, sizeof(text), "%f", (double)f);
	} else if (t->size == sizeof(d)) {
		memcpy(&d, p, sizeof(d));
		snprintf(text, sizeof(text), "%f", d);
	} else if (t->size == 16 && t->size == sizeof(ld)) {
		memcpy(&ld, p, sizeof(ld));
		snprintf(text, sizeof(text), "%Lf", ld);
	} else {
		return -EINVAL;
	}
	emit_str(v->d, text);
	emit_end(v);
	return 0;
}

static int emit_pointer(struct value *v, const u8 *p)
{
	u32 size = v->d->ptr_sz;
	u64 n = read_bytes(p, size);

	/* as %p has it, which libbpf uses where it can */
	if (!n && size == sizeof(void *) && (uintptr_t)p % size == 0) {
		EMIT(v->d, "(nil)");
		emit_end(v);
	} else {
		emit_number(v, "0x%llx", n);
	}
	return 0;
}

/* the first enumerator of the value; false: there is none */
static bool enum_name(const struct btf_type *t, u64 n, u32 *ret_name_off)
{
	const struct btf_enum *e = type_tail(t);
	const struct wire_enum64 *e64 = type_tail(t);
	bool wide = type_is(t, BTF_KIND_ENUM64);

	for (u32 i = 0; i < type_vlen(t); i++) {
		u64 have;

		if (wide)
			have = (u64)e64[i].hi32 << 32 | e64[i].lo32;
		else
			have = type_kflag(t) ? (u64)(s64)e[i].val : (u32)e[i].val;
		if (have == n) {
			*ret_name_off = wide ? e64[i].name_off : e[i].name_off;
			return true;
		}
	}
	return false;
}

static int emit_enum_value(struct value *v, const struct btf_type *t, const struct spot *s)
{
	bool is_signed = type_kflag(t);
	u32 name_off;
	u64 n;
	int err = read_enum(v, t, s, &n);

	if (err)
		return err;
	cdump_charge(v->d, type_vlen(t) / 8);
	if (enum_name(t, n, &name_off))
		emit_str(v->d, cdump_str(v->d, name_off));
	else
		emit_signed(v, n, is_signed);
	if (type_is(t, BTF_KIND_ENUM64) && !enum_name(t, n, &name_off)) {
		if (is_signed)
			EMIT(v->d, "LL");
		else
			EMIT(v->d, "ULL");
	}
	emit_end(v);
	return 0;
}

static void emit_open(struct value *v, bool array)
{
	v->depth++;
	if (array)
		EMIT(v->d, "[");
	else
		EMIT(v->d, "{");
	emit_newline(v);
}

static void emit_close(struct value *v, bool array)
{
	v->depth--;
	emit_indent(v);
	if (array)
		EMIT(v->d, "]");
	else
		EMIT(v->d, "}");
	emit_end(v);
}

/* false: there is no NUL in it */
static bool emit_string(struct value *v, const u8 *p, u32 len)
{
	const u8 *end = memchr(p, 0, len);

	if (!end)
		return false;
	EMIT(v->d, "\"");
	for (; p < end; p++) {
		char text[5];

		snprintf(text, sizeof(text), isprint(*p) ? "%c" : "\\x%02x", *p);
		emit_str(v->d, text);
	}
	EMIT(v->d, "\"");
	emit_end(v);
	return true;
}

static int emit_array(struct value *v, const struct btf_type *t, const struct spot *s)
{
	const struct btf_array *a = type_array(t);
	struct value outer = *v;
	struct cdump_layout elem;
	u32 solid = cdump_solid(v->d, a->type);

	cdump_layout(v->d, a->type, &elem);
	if (elem.size <= 0)
		return -EINVAL;
	v->in_chars = elem.size == 1 && type_is(cdump_at(v->d, solid), BTF_KIND_INT);
	if (v->in_chars && v->strings && fits(v, s->at, 1) &&
	    emit_string(v, v->data + s->at, (u32)min_of(v->size - s->at, (s64)a->nelems))) {
		v->in_chars = outer.in_chars;
		return 0;
	}
	v->in_array = true;
	v->terminated = false;
	emit_open(v, true);
	for (u32 i = 0; i < a->nelems && !v->terminated && !v->d->err; i++) {
		struct spot at = {.at = s->at + i * elem.size};

		if (at.at >= v->size)
			break;
		/* what is not all there is left out, and so is the rest */
		if (emit_value(v, NULL, solid, &at))
			break;
	}
	v->in_array = outer.in_array;
	v->in_chars = outer.in_chars;
	v->terminated = outer.terminated;
	v->depth = outer.depth + 1;
	emit_close(v, true);
	return v->d->err;
}

static int emit_members(struct value *v, const struct btf_type *t, const struct spot *s)
{
	const struct btf_member *m = type_tail(t);

	emit_open(v, false);
	for (u32 i = 0; i < type_vlen(t); i++) {
		u32 off = member_bit_off(t, &m[i]);
		struct spot at = {s->at + off / 8, off % 8, member_bits(t, &m[i])};
		int err = emit_value(v, cdump_str(v->d, m[i].name_off), m[i].type, &at);

		if (err)
			return err;
	}
	emit_close(v, false);
	return 0;
}

static int emit_var(struct value *v, const struct btf_type *t, const struct spot *s)
{
	u32 linkage = *(const u32 *)type_tail(t);

	if (linkage == BTF_VAR_STATIC)
		EMIT(v->d, "static ");
	else if (linkage == BTF_VAR_GLOBAL_EXTERN)
		EMIT(v->d, "extern ");
	emit_cast(v, t->type, false);
	EMIT(v->d, " ");
	emit_str(v->d, cdump_str(v->d, t->name_off));
	EMIT(v->d, " = ");
	return emit_value(v, NULL, t->type, s);
}

static int emit_section(struct value *v, const struct btf_type *t, const struct spot *s)
{
	const struct btf_var_secinfo *var = type_tail(t);

	EMIT(v->d, "SEC(\"");
	emit_str(v->d, cdump_str(v->d, t->name_off));
	EMIT(v->d, "\") ");
	emit_end(v);
	for (u32 i = 0; i < type_vlen(t); i++) {
		int err = emit_value(v, NULL, var[i].type,
				     &(struct spot){.at = s->at + var[i].offset});

		if (err)
			return err;
		EMIT(v->d, ";");
	}
	return 0;
}

static int emit_kind(struct value *v, u32 id, const struct spot *s)
{
	const struct btf_type *t = cdump_at(v->d, id);
	const u8 *p = v->data + s->at;
	u64 n;
	int err;

	switch (type_kind(t)) {
	case BTF_KIND_INT:
		if (!s->bits)
			return emit_int(v, t, p);
		err = read_bits(v, t, s, &n);
		if (!err)
			emit_number(v, "0x%llx", n);
		return err;
	case BTF_KIND_FLOAT:
		return emit_float(v, t, p);
	case BTF_KIND_PTR:
		return emit_pointer(v, p);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return emit_enum_value(v, t, s);
	case BTF_KIND_ARRAY:
		return emit_array(v, t, s);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return emit_members(v, t, s);
	case BTF_KIND_VAR:
		return emit_var(v, t, s);
	case BTF_KIND_DATASEC:
		return emit_section(v, t, s);
	default:
		EMIT(v->d, "<unsupported kind:");
		emit_u32(v->d, type_kind(t));
		EMIT(v->d, ">");
		return -ENOTSUP;
	}
}

/* Bytes the type takes. -E2BIG: it is a number or a pointer, and not all of it is there */
static s64 value_size(struct value *v, u32 id, const struct spot *s)
{
	const struct btf_type *t = cdump_at(v->d, id);
	struct cdump_layout layout;
	u32 kind;

	if (s->bits) {
		u32 bytes = (s->first + s->bits + 7) / 8;

		return fits(v, s->at, bytes) ? (s64)bytes : -E2BIG;
	}
	if (type_is(t, BTF_KIND_VAR) || type_is(t, BTF_KIND_DECL_TAG))
		cdump_layout(v->d, t->type, &layout);
	else
		cdump_layout(v->d, id, &layout);
	if (layout.size < 0 || layout.size >= INT32_MAX)
		return -EINVAL;
	kind = type_kind(cdump_at(v->d, cdump_solid(v->d, id)));
	if (!kind_in(kind, KINDS_COMPOSITE | KIND_BIT(BTF_KIND_ARRAY) | KIND_BIT(BTF_KIND_VAR) |
				   KIND_BIT(BTF_KIND_DATASEC) | KIND_BIT(BTF_KIND_DECL_TAG)) &&
	    !fits(v, s->at, layout.size))
		return -E2BIG;
	return layout.size;
}

/* name NULL: no member. 0, or a negative errno */
static int emit_value(struct value *v, const char *name, u32 id, const struct spot *s)
{
	s64 size = value_size(v, id, s);
	int err;

	if (size < 0)
		return (int)size;
	if (v->nesting > MAX_DEPTH)
		return cdump_fail(v->d, -E2BIG, id);
	if (!cdump_charge(v->d, 1) || v->d->err)
		return v->d->err;
	err = left_out(v, id, s);
	if (err)
		return err < 0 ? err : 0;
	emit_indent(v);
	if (!v->skip_names) {
		if (name && *name) {
			EMIT(v->d, ".");
			emit_str(v->d, name);
			EMIT(v->d, " = ");
		}
		emit_cast(v, id, true);
	}
	v->nesting++;
	err = emit_kind(v, cdump_solid(v->d, id), s);
	v->nesting--;
	return err ? err : v->d->err;
}

int cdump_value(struct cdump *d, u32 id, const void *data, size_t size,
		const struct cdump_values *how)
{
	struct value v = {
		.d = d,
		.data = data,
		.size = size > INT64_MAX / 256 ? INT64_MAX / 256 : (s64)size,
		.level = how->level,
		.compact = how->compact,
		.skip_names = how->skip_names,
		.zeroes = how->zeroes,
		.strings = how->strings,
	};
	struct spot top = {0};
	s64 kept;
	int err = cdump_begin(d);

	if (err)
		return err;
	if (id >= d->cnt)
		return cdump_fail(d, -ENOENT, 0);
	snprintf(v.indent, sizeof(v.indent), "%s", how->indent ? how->indent : "\t");
	/* of its own: what a value takes has nothing to do with what definitions took before */
	kept = d->allowance;
	d->allowance = ALLOWANCE_MIN + v.size * ALLOWANCE_PER_BYTE;
	err = emit_value(&v, NULL, id, &top);
	d->allowance = kept;
	if (!err)
		err = (int)value_size(&v, id, &top);
	return err;
}
