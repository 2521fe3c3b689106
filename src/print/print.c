// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The run over the types, and the words that all formats share.
 * In: an object, a format, a sink. Out: text in the sink. The object is only read. Cost: one pass
 * over the types that are printed; memory: one buffer.
 */
#include "print/print.h"

#include <errno.h>

const char *func_linkage_name(u32 linkage)
{
	static const char *const names[] = {"static", "global", "extern"};

	return linkage < ARRAY_SIZE(names) ? names[linkage] : NULL;
}

/* the same words today; FUNC and VAR number their linkages apart */
const char *var_linkage_name(u32 linkage)
{
	static const char *const names[] = {"static", "global", "extern"};

	return linkage < ARRAY_SIZE(names) ? names[linkage] : NULL;
}

const char *int_encoding_word(u32 encoding)
{
	switch (encoding) {
	case 0:
		return "(none)";
	case BTF_INT_SIGNED:
		return "SIGNED";
	case BTF_INT_CHAR:
		return "CHAR";
	case BTF_INT_BOOL:
		return "BOOL";
	}
	return "UNKN";
}

/* before anything is printed: a list with a wrong id prints nothing */
int print_check_ids(const struct btf *b, const struct btf_print_opts *opts, struct btf_report *r)
{
	u32 cnt = object_type_cnt(b);

	for (size_t i = 0; opts && i < opts->id_cnt; i++)
		if (opts->ids[i] >= cnt)
			return report_error(r, BTF_CODE_PRINT_NO_TYPE, NULL, (s64)cnt - 1,
					    opts->ids[i],
					    "there is no type id %u, the last one is %u",
					    opts->ids[i], cnt - 1);
	return 0;
}

int print_types(const struct btf *b, const struct print_format *f,
		const struct btf_print_opts *opts,
		int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		struct btf_report *r)
{
	struct print w = {.b = b, .first = true, .string_values = opts && opts->string_values};
	int err;

	err = print_check_ids(b, opts, r);
	if (err)
		return err;
	if (out_init(&w.out, write, ctx))
		return report_nomem(r);
	f->begin(&w);
	if (opts && opts->ids) {
		for (size_t i = 0; i < opts->id_cnt && !w.out.err; i++, w.first = false)
			f->type(&w, opts->ids[i], object_type(b, opts->ids[i]));
	} else {
		for (u32 i = 0; i < b->nr && !w.out.err; i++, w.first = false)
			f->type(&w, b->start_id + i, object_own(b, i));
	}
	f->end(&w);
	return out_deinit(&w.out);
}
