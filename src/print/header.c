// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Object -> the vmlinux.h people want: one header for gcc, clang, clang -target bpf, g++ and
 * clang++, without their warnings.
 *
 * In: an object, and which of its types and functions. Out: text, whole or not at all. Types are
 * those of cdump, in the order of names; header_text.c then makes them fit for C++. Structs that
 * are only pointed at by a kfunc are declared before it. Nothing in the text depends on time,
 * place or machine.
 */
#include "print/header.h"

#include <errno.h>

#include "base/mem.h"
#include "print/c.h"

/* ---- what surrounds the types ---- */

static const char head[] =
	"#ifndef __VMLINUX_H__\n"
	"#define __VMLINUX_H__\n"
	"\n"
	"/* what other compilers do not know would only make them warn */\n"
	"#if defined(__clang__) && defined(__bpf__)\n"
	"#define __btf_attr(x) __attribute__(x)\n"
	"#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
	"#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n"
	"#endif\n"
	"#else\n"
	"#define __btf_attr(x)\n"
	"#endif\n"
	"\n"
	"/* C++: names that are words of the language get a _ behind them */\n"
	"#ifdef __cplusplus\n"
	"#define __btf_name(x) x##_\n"
	"#define __btf_empty char __btf_none[0];\n"
	"#define __btf_enum(x) : x\n"
	"#pragma push_macro(\"_Bool\")\n"
	"#pragma push_macro(\"restrict\")\n"
	"#undef _Bool\n"
	"#undef restrict\n"
	"#define _Bool bool\n"
	"#define restrict __restrict\n"
	"#else\n"
	"#define __btf_name(x) x\n"
	"#define __btf_empty\n"
	"#define __btf_enum(x)\n"
	"#endif\n"
	"\n"
	"/* C23 has them, as has <stdbool.h>; compilers came to it one by one */\n"
	"#if defined(__cplusplus) || defined(__bool_true_false_are_defined) || \\\n"
	"	(defined(__STDC_VERSION__) && __STDC_VERSION__ > 201710L && \\\n"
	"	 (defined(__clang__) ? __clang_major__ >= 15 : __GNUC__ >= 13))\n"
	"#define __btf_bool\n"
	"#endif\n"
	"\n" CDUMP_KSYM_MACROS;

static const char tail[] = "#undef __btf_attr\n"
			   "#undef __btf_bool\n"
			   "#undef __btf_empty\n"
			   "#undef __btf_enum\n"
			   "#undef __btf_name\n"
			   "\n"
			   "#ifdef __cplusplus\n"
			   "#pragma pop_macro(\"_Bool\")\n"
			   "#pragma pop_macro(\"restrict\")\n"
			   "#endif\n"
			   "\n"
			   "#if defined(__clang__) && defined(__bpf__) && "
			   "!defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
			   "#pragma clang attribute pop\n"
			   "#endif\n"
			   "\n"
			   "#endif /* __VMLINUX_H__ */\n";

/* a release is the word of a file: what could end a comment stays out */
static void say_release(struct out *o, const char *release)
{
	char *p = out_room(o);

	p = put_word(p, release ? "/* Types of Linux " : "/* Types of a kernel");
	for (size_t i = 0; release && release[i] && i < 128; i++) {
		char c = release[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || strchr(".+-~_:", c);

		*p++ = plain ? c : '_';
	}
	p = put_word(p, ", from its BTF: made by btf header. */\n");
	out_done(o, p);
}

/* ---- kfuncs ---- */

/* Declared by bpf_helpers.h of libbpf 1.7 and later as well, with other parameters in some. */
static bool of_helpers(const char *name)
{
	return !strcmp(name, "bpf_stream_vprintk") || !strcmp(name, "bpf_stream_vprintk_impl");
}

#define KINDS_AROUND                                                                               \
	(KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY) |                           \
	 KIND_BIT(BTF_KIND_FUNC_PROTO))
#define NEEDS_MAX 4096 /* types that the parameters of one function lead to */

static void declare(struct cdump *d, u32 id, const struct btf_type *t)
{
	if (!t->name_off || d->state[id] & (TYPE_DECLARED | TYPE_EMITTED))
		return;
	emit_struct_name(d, id, t);
	EMIT(d, ";\n\n");
	d->state[id] |= TYPE_DECLARED;
}

/* named structs that id leads to without a typedef in between get a declaration */
static int declare_needs(struct cdump *d, u32 id, struct buf *todo)
{
	u32 seen = 0;
	int err;

	todo->len = 0;
	err = buf_add(todo, &id, sizeof(id));
	while (!err && todo->len && seen++ < NEEDS_MAX) {
		const struct btf_type *t;
		struct field_iter it;
		u32 *ref;

		todo->len -= sizeof(id);
		memcpy(&id, todo->data + todo->len, sizeof(id));
		t = cdump_at(d, id);
		if (kind_in(type_kind(t), KINDS_COMPOSITE))
			declare(d, id, t);
		if (!kind_in(type_kind(t), KINDS_AROUND))
			continue;
		it = type_ids(t);
		while (!err && (ref = field_next(&it)))
			err = buf_add(todo, ref, sizeof(*ref));
	}
	return err;
}

static int declare_kfunc(struct cdump *d, const struct btf_type *func)
{
	bool guarded = of_helpers(object_name(d->b, func));
	int err;

	if (guarded)
		EMIT(d, "#ifdef BPF_ALL_KFUNC_PROTOTYPES /* bpf_helpers.h may declare it too */\n");
	err = cdump_kfunc(d, func);
	if (guarded)
		EMIT(d, "#endif\n");
	return err;
}

static int print_kfuncs(struct cdump *d, const struct header_opts *o)
{
	struct buf todo = {0};
	int err = 0;

	for (size_t i = 0; i < o->kfunc_cnt && !err; i++) {
		u32 proto = object_type(d->b, o->kfuncs[i])->type;

		err = cdump_type(d, proto);
		if (!err)
			err = declare_needs(d, proto, &todo);
	}
	buf_deinit(&todo);
	if (err || !o->kfunc_cnt)
		return err;
	EMIT(d, "/* functions of the kernel that BPF programs may call */\n"
		"#ifndef BPF_NO_KFUNC_PROTOTYPES\n"
		"#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
	for (size_t i = 0; i < o->kfunc_cnt && !err; i++)
		err = declare_kfunc(d, object_type(d->b, o->kfuncs[i]));
	EMIT(d, "#ifdef __cplusplus\n}\n#endif\n#endif\n\n");
	return err;
}

/* ---- the run ---- */

static int keep(void *ctx, const void *data, size_t size)
{
	return buf_add(ctx, data, size);
}

static int print_types_of(struct cdump *d, const struct header_opts *o)
{
	int err = 0;

	if (!o->slim)
		return c_dump_sorted(d);
	for (size_t i = 0; i < o->id_cnt && !err; i++)
		err = cdump_type(d, o->ids[i]);
	return err;
}

/* the types and functions as cdump prints them */
static int make_text(const struct btf *b, const struct header_opts *o, struct buf *text,
		     struct btf_report *r)
{
	struct cdump *d;
	u32 culprit;
	int err, sink;

	err = cdump_new(b, keep, text, &d);
	if (err)
		return c_blame(b, err == -EINVAL ? c_unknown(b) : 0, err, r);
	d->exact = true;
	err = print_types_of(d, o);
	if (!err)
		err = print_kfuncs(d, o);
	culprit = d->culprit;
	sink = cdump_free(d);
	if (!err)
		err = sink;
	return err ? c_blame(b, culprit, err, r) : 0;
}

int print_header(const struct btf *b, const struct header_opts *o,
		 int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		 struct btf_report *r)
{
	struct buf text = {0};
	struct out out;
	int err, sink;

	err = make_text(b, o, &text, r);
	if (!err && out_init(&out, write, ctx))
		err = report_nomem(r);
	if (err) {
		buf_deinit(&text);
		return err;
	}
	say_release(&out, o->release);
	out_done(&out, put_str(&out, out_room(&out), head));
	err = header_text(b, (const char *)text.data, text.len, &out);
	out_done(&out, put_str(&out, out_room(&out), tail));
	buf_deinit(&text);
	sink = out_deinit(&out);
	if (err)
		return report_nomem(r);
	return sink;
}
