// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Object -> C header: what `bpftool btf dump file F format c` prints. In: an object of known
 * kinds. Out: text; on failure the text so far, and a finding that names the type.
 */
#include "print/c.h"

#include <errno.h>

/* ---- what surrounds the types ---- */

static const char head[] = "#ifndef __VMLINUX_H__\n"
			   "#define __VMLINUX_H__\n"
			   "\n"
			   "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
			   "#pragma clang attribute push (__attribute__((preserve_access_index)), "
			   "apply_to = record)\n"
			   "#endif\n"
			   "\n" CDUMP_KSYM_MACROS;

static const char tail[] = "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
			   "#pragma clang attribute pop\n"
			   "#endif\n"
			   "\n"
			   "#endif /* __VMLINUX_H__ */\n";

/* ---- kernel functions that BPF programs may call ---- */

/* the FUNC that a DECL_TAG says it of, or NULL */
static const struct btf_type *kfunc_of(const struct btf *b, const struct btf_type *t)
{
	const struct btf_type *func;

	if (!type_is(t, BTF_KIND_DECL_TAG) || *(const s32 *)type_tail(t) != -1 ||
	    strcmp(object_name(b, t), "bpf_kfunc"))
		return NULL;
	func = object_type(b, t->type);
	return type_is(func, BTF_KIND_FUNC) ? func : NULL;
}

static int dump_kfuncs(struct cdump *d)
{
	int err = 0;

	EMIT(d, "\n/* BPF kfuncs */\n#ifndef BPF_NO_KFUNC_PROTOTYPES\n");
	for (u32 id = d->first_tag; id && id < d->cnt && !err; id++) {
		const struct btf_type *func = kfunc_of(d->b, cdump_at(d, id));

		if (func)
			err = cdump_kfunc(d, func);
	}
	EMIT(d, "#endif\n\n");
	return err;
}

/* ---- the run ---- */

static int dump_types(struct cdump *d, const struct btf_print_opts *opts)
{
	int err = 0;

	if (opts && opts->ids) {
		for (size_t i = 0; i < opts->id_cnt && !err; i++)
			err = cdump_type(d, opts->ids[i]);
		return err;
	}
	if (opts && opts->sorted)
		err = c_dump_sorted(d);
	else
		err = cdump_all(d);
	return err ? err : dump_kfuncs(d);
}

int c_blame(const struct btf *b, u32 id, int err, struct btf_report *r)
{
	const struct btf_type *t = object_type(b, id);
	struct place at = {.type_id = id, .kind = (int)type_kind(t), .name = object_name(b, t)};

	switch (err) {
	case -ELOOP:
		return report_error(r, BTF_CODE_PRINT_C_LOOP, &at, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the type contains itself");
	case -E2BIG:
		return report_error(r, BTF_CODE_PRINT_C_SIZE, id ? &at : NULL, BTF_NO_VALUE,
				    BTF_NO_VALUE,
				    "as C, the types take far more room than they do as BTF");
	case -EINVAL:
		return report_error(r, BTF_CODE_PRINT_C_KIND, &at, WIRE_KINDS - 1, type_kind(t),
				    "kind %u cannot be written as C", type_kind(t));
	default:
		return report_nomem(r);
	}
}

u32 c_unknown(const struct btf *b)
{
	u32 cnt = object_type_cnt(b), id = 1;

	while (id < cnt - 1 && type_kind(object_type(b, id)) < WIRE_KINDS)
		id++;
	return id;
}

int print_c(const struct btf *b, const struct btf_print_opts *opts,
	    int (*write)(void *ctx, const void *data, size_t size), void *ctx, struct btf_report *r)
{
	struct cdump *d;
	u32 culprit;
	int err, sink;

	err = print_check_ids(b, opts, r);
	if (err)
		return err;
	err = cdump_new(b, write, ctx, &d);
	if (err)
		return c_blame(b, err == -EINVAL ? c_unknown(b) : 0, err, r);
	EMIT(d, head);
	err = dump_types(d, opts);
	culprit = d->culprit;
	if (!err)
		EMIT(d, tail);
	sink = cdump_free(d);
	if (sink)
		return sink;
	return err ? c_blame(b, culprit, err, r) : 0;
}
