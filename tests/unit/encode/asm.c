// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* See asm.h. */
#include "asm.h"

#include <btf/report.h>

#include "btf/kind.h"

void bytes(struct buf *b, const void *p, size_t len)
{
	assert_int_equal(buf_add(b, p, len), 0);
}

static void number(const struct assembly *a, struct buf *b, u64 v, u32 size)
{
	u8 out[8];

	for (u32 i = 0; i < size; i++)
		out[i] = (u8)(v >> 8 * (a->big ? size - 1 - i : i));
	bytes(b, out, size);
}

void uleb(struct buf *b, u64 v)
{
	do {
		u8 c = (u8)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));

		bytes(b, &c, 1);
		v >>= 7;
	} while (v);
}

static void sleb(struct buf *b, s64 v)
{
	bool more = true;

	while (more) {
		u8 c = (u8)(v & 0x7f);

		v >>= 7;
		more = !((!v && !(c & 0x40)) || (v == -1 && c & 0x40));
		c |= more ? 0x80 : 0;
		bytes(b, &c, 1);
	}
}

u32 here(const struct assembly *a)
{
	return (u32)a->to->len - a->unit;
}

static void put_attr(struct assembly *a, const struct attr *x)
{
	static const u8 size[] = {
		[DW_FORM_data1] = 1,	[DW_FORM_data2] = 2, [DW_FORM_data4] = 4,
		[DW_FORM_data8] = 8,	[DW_FORM_ref1] = 1,  [DW_FORM_ref2] = 2,
		[DW_FORM_ref4] = 4,	[DW_FORM_ref8] = 8,  [DW_FORM_ref_addr] = 4,
		[DW_FORM_ref_sig8] = 8, [DW_FORM_flag] = 1,  [DW_FORM_sec_offset] = 4,
		[DW_FORM_addr] = 8,	[DW_FORM_strx1] = 1, [DW_FORM_addrx1] = 1,
	};
	u32 off;

	switch (x->form) {
	case DW_FORM_string:
		bytes(a->to, x->s, strlen(x->s) + 1);
		return;
	case DW_FORM_strp:
		off = (u32)a->str.len;
		if (x->s)
			bytes(&a->str, x->s, strlen(x->s) + 1);
		else
			off = (u32)x->v;
		number(a, a->to, off, 4);
		return;
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
		uleb(a->to, x->v);
		return;
	case DW_FORM_sdata:
		sleb(a->to, (s64)x->v);
		return;
	case DW_FORM_block1:
		number(a, a->to, x->v, 1);
		bytes(a->to, x->s, x->v);
		return;
	case DW_FORM_implicit_const:
	case DW_FORM_flag_present:
		return;
	default:
		if (x->form < sizeof(size))
			number(a, a->to, x->v, size[x->form]);
	}
}

u32 die(struct assembly *a, u32 tag, bool children, const struct attr *attr, size_t cnt)
{
	u32 at = here(a);
	u8 kids = children;

	uleb(&a->abbrev, ++a->code);
	uleb(&a->abbrev, tag);
	bytes(&a->abbrev, &kids, 1);
	uleb(a->to, a->code);
	for (size_t i = 0; i < cnt; i++) {
		uleb(&a->abbrev, attr[i].at);
		uleb(&a->abbrev, attr[i].form);
		if (attr[i].form == DW_FORM_implicit_const)
			sleb(&a->abbrev, (s64)attr[i].v);
		put_attr(a, &attr[i]);
	}
	bytes(&a->abbrev, "\0\0", 2);
	return at;
}

static void header(struct assembly *a, u32 version, u32 type, u64 signature)
{
	a->to = version == 4 && type == DW_UT_type ? &a->types : &a->info;
	a->unit = (u32)a->to->len;
	a->version = version;
	if (!a->same_abbrev || !a->code) {
		a->abbrev_off = a->abbrev.len;
		a->code = 0;
	} else {
		a->abbrev.len--; /* its end */
	}
	number(a, a->to, 0, 4);
	number(a, a->to, version, 2);
	if (version >= 5) {
		number(a, a->to, type, 1);
		number(a, a->to, 8, 1);
		number(a, a->to, a->abbrev_off, 4);
	} else {
		number(a, a->to, a->abbrev_off, 4);
		number(a, a->to, 8, 1);
	}
	if (type != DW_UT_type)
		return;
	number(a, a->to, signature, 8);
	number(a, a->to, 0, 4);
}

void unit(struct assembly *a, u32 version)
{
	header(a, version, DW_UT_compile, 0);
	DIE(a, DW_TAG_compile_unit, true, NAME("unit.c"), U1(DW_AT_language, 12));
}

void type_unit(struct assembly *a, u32 version, u64 signature)
{
	header(a, version, DW_UT_type, signature);
	DIE(a, DW_TAG_type_unit, true, U1(DW_AT_language, 12));
}

static void patch4(const struct assembly *a, u32 at, u32 v)
{
	struct buf four = {0};

	number(a, &four, v, 4);
	memcpy(a->to->data + at, four.data, 4);
	buf_deinit(&four);
}

void patch_type(struct assembly *a, u32 off)
{
	patch4(a, a->unit + (a->version >= 5 ? 20 : 19), off);
}

void end(struct assembly *a)
{
	bytes(a->to, "", 1);
}

void unit_end(struct assembly *a)
{
	end(a);
	patch4(a, a->unit, (u32)a->to->len - a->unit - 4);
	bytes(&a->abbrev, "", 1);
}

void assembly_free(struct assembly *a)
{
	buf_deinit(&a->info);
	buf_deinit(&a->types);
	buf_deinit(&a->abbrev);
	buf_deinit(&a->str);
	*a = (struct assembly){0};
}

u32 base_type(struct assembly *a, const char *name, u32 size, u32 encoding)
{
	return DIE(a, DW_TAG_base_type, false, U1(DW_AT_byte_size, size),
		   U1(DW_AT_encoding, encoding), NAME(name));
}

u32 int_type(struct assembly *a)
{
	return base_type(a, "int", 4, DW_ATE_signed);
}

u32 member(struct assembly *a, const char *name, u32 type, u32 off)
{
	return DIE(a, DW_TAG_member, false, NAME(name), REF(DW_AT_type, type),
		   UDATA(DW_AT_data_member_location, off));
}

/* ---- encoding ---- */

struct dwarf assembled(struct assembly *a)
{
	struct dwarf d = {.big = a->big, .str_merged = a->merged};

	d.swap = a->big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	d.info = (struct dwarf_slice){a->info.data, a->info.len};
	d.types = (struct dwarf_slice){a->types.data, a->types.len};
	d.abbrev = (struct dwarf_slice){a->abbrev.data, a->abbrev.len};
	d.str = (struct dwarf_slice){a->str.data, a->str.len};
	return d;
}

struct btf *encoded(struct assembly *a, int jobs, const struct btf *base, struct btf_report *r)
{
	const struct encode_opts o = {
		.jobs = jobs, .key = {.type_tags = true, .enum64 = true}, .decl_tags = true};
	struct encode_file f = {.dwarf = assembled(a)};
	struct base_index ix;
	struct btf *b = NULL;

	if (base)
		assert_int_equal(base_index_build(&ix, base), 0);
	if (encode_run(&f, base ? &ix : NULL, &o, NULL, r, NULL, &b))
		assert_null(b);
	if (base)
		base_index_free(&ix);
	return b;
}

void same_bytes(const struct btf *a, const struct btf *b)
{
	u32 len_a, len_b;
	const void *x = btf__raw_data(a, &len_a), *y = btf__raw_data(b, &len_b);

	assert_int_equal(len_a, len_b);
	assert_memory_equal(x, y, len_a);
}

static void same_text(const struct btf_report *a, const struct btf_report *b)
{
	char x[1000], y[1000];

	assert_int_equal(btf_report__count(a), btf_report__count(b));
	for (size_t i = 0; i < btf_report__count(a); i++) {
		btf_finding__format(btf_report__get(a, i), x, sizeof(x));
		btf_finding__format(btf_report__get(b, i), y, sizeof(y));
		assert_string_equal(x, y);
	}
}

static struct btf *all_jobs(struct assembly *a, struct btf_report *r)
{
	struct btf *b = encoded(a, 1, NULL, r);
	const int jobs[] = {2, 3, 8};

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct btf_report *other = btf_report__new();
		struct btf *c = encoded(a, jobs[i], NULL, other);

		assert_int_equal(!b, !c);
		if (b)
			same_bytes(b, c);
		same_text(r, other);
		btf__free(c);
		btf_report__free(other);
	}
	return b;
}

static void show(const struct btf_report *r)
{
	char text[1000];

	for (size_t i = 0; i < btf_report__count(r); i++) {
		btf_finding__format(btf_report__get(r, i), text, sizeof(text));
		print_message("%s\n", text);
	}
}

struct btf *encoded_ok(struct assembly *a)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = all_jobs(a, r);

	show(r);
	assert_non_null(b);
	assert_int_equal(btf_report__count(r), 0);
	btf_report__free(r);
	return b;
}

static void said(const struct btf_report *r, enum btf_code code, const char *what)
{
	char text[1000];

	for (size_t i = 0; i < btf_report__count(r); i++) {
		btf_finding__format(btf_report__get(r, i), text, sizeof(text));
		if (btf_report__get(r, i)->code == code && strstr(text, what))
			return;
	}
	show(r);
	fail_msg("nothing says '%s'", what);
}

void refused(struct assembly *a, enum btf_code code, const char *text)
{
	struct btf_report *r = btf_report__new();

	assert_null(all_jobs(a, r));
	said(r, code, text);
	btf_report__free(r);
}

struct btf *warned(struct assembly *a, enum btf_code code, const char *text)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = all_jobs(a, r);

	if (!b)
		show(r);
	assert_non_null(b);
	said(r, code, text);
	btf_report__free(r);
	return b;
}

/* ---- text ---- */

static char text[1 << 16];
static size_t text_len;

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (text_len < sizeof(text) - 300)
		text_len += (size_t)vsnprintf(text + text_len, sizeof(text) - text_len, fmt, ap);
	va_end(ap);
}

static void put_type(const struct btf *b, u32 id, int depth);

static void put_members(const struct btf *b, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	put("{%u", t->size);
	for (u32 i = 0; i < btf_vlen(t) && i < 20; i++) {
		put(";%s@%u:", btf__name_by_offset(b, m[i].name_off), btf_member_bit_offset(t, i));
		if (btf_member_bitfield_size(t, i))
			put("%u:", btf_member_bitfield_size(t, i));
		put_type(b, m[i].type, 1);
	}
	put("}");
}

static void put_values(const struct btf *b, const struct btf_type *t)
{
	put("{%u%s", t->size, btf_kflag(t) ? "s" : "");
	for (u32 i = 0; i < btf_vlen(t) && i < 20; i++)
		if (btf_is_enum(t))
			put(";%s=%d", btf__name_by_offset(b, btf_enum(t)[i].name_off),
			    btf_enum(t)[i].val);
		else
			put(";%s=0x%llx", btf__name_by_offset(b, btf_enum64(t)[i].name_off),
			    (unsigned long long)btf_enum64_value(btf_enum64(t) + i));
	put("}");
}

static void put_type(const struct btf *b, u32 id, int depth)
{
	static const char *const word[] = {
		[BTF_KIND_STRUCT] = "struct",
		[BTF_KIND_UNION] = "union",
		[BTF_KIND_ENUM] = "enum",
		[BTF_KIND_ENUM64] = "enum64",
		[BTF_KIND_PTR] = "*",
		[BTF_KIND_CONST] = "const ",
		[BTF_KIND_VOLATILE] = "volatile ",
		[BTF_KIND_RESTRICT] = "restrict ",
	};
	const struct btf_type *t = btf__type_by_id(b, id);
	const char *name = id ? btf__name_by_offset(b, t->name_off) : "void";

	if (!id || depth > 20) {
		put("%s", id ? "..." : "void");
		return;
	}
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		put("%s %s", word[btf_kind(t)], name);
		if (!depth || !*name)
			put_members(b, t);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		put("%s %s", word[btf_kind(t)], name);
		if (!depth || !*name)
			put_values(b, t);
		break;
	case BTF_KIND_FWD:
		put("%s %s;", btf_kflag(t) ? "union" : "struct", name);
		break;
	case BTF_KIND_INT:
		put("%s", name);
		if (!depth)
			put("{%u;%u;%s}", t->size, btf_int_bits(t),
			    btf_int_encoding(t) == BTF_INT_SIGNED ? "signed"
			    : btf_int_encoding(t) == BTF_INT_BOOL ? "bool"
								  : "unsigned");
		break;
	case BTF_KIND_FLOAT:
		put("%s%s", name, depth ? "" : "{float}");
		if (!depth)
			put("%u", t->size);
		break;
	case BTF_KIND_TYPEDEF:
		put("%s", name);
		if (depth)
			break;
		put("=");
		put_type(b, t->type, depth + 1);
		break;
	case BTF_KIND_ARRAY:
		put_type(b, btf_array(t)->type, depth + 1);
		put("[%u]", btf_array(t)->nelems);
		break;
	case BTF_KIND_FUNC_PROTO:
		put_type(b, t->type, depth + 1);
		put("(");
		for (u32 i = 0; i < btf_vlen(t) && i < 20; i++) {
			put("%s", i ? "," : "");
			put_type(b, btf_params(t)[i].type, depth + 1);
		}
		put(")");
		break;
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_DECL_TAG:
		put("%s(%s)", btf_is_decl_tag(t) ? "decl" : "tag", name);
		if (btf_is_decl_tag(t))
			put("[%d]", btf_decl_tag(t)->component_idx);
		put_type(b, t->type, depth + 1);
		break;
	default:
		put("%s", word[btf_kind(t)]);
		put_type(b, t->type, depth + 1);
	}
}

const char *type_text(const struct btf *b, u32 id)
{
	text_len = 0;
	text[0] = 0;
	put_type(b, id, 0);
	return text;
}

const char *text_of(const struct btf *b, const char *name, u32 kind)
{
	s32 id = btf__find_by_name_kind(b, name, kind);

	if (id <= 0)
		fail_msg("there is no type '%s' of kind %u", name, kind);
	return type_text(b, (u32)id);
}

u32 count_kind(const struct btf *b, u32 kind)
{
	u32 n = 0;

	for (u32 id = 1; id < btf__type_cnt(b); id++)
		n += btf_kind(btf__type_by_id(b, id)) == kind;
	return n;
}
