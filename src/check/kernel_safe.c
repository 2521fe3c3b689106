// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What no kernel asks of its own BTF and of modules': that every id is there. Kernels publish such
 * BTF, those who read it refuse it or fall, and relocating a module with a dangling id reads and
 * writes where nothing is.
 *
 * In: records that are right by themselves. Cost: linear. Loops, wrong kinds and sizes are found
 * by the second pass (kernel_resolve.c), which kernels do only for what programs load; it follows
 * nothing before this phase has passed.
 */
#include "check/kernel.h"

static int check_id(struct kcheck *k, u32 id, int member, u32 to)
{
	if (kc_has(k, to))
		return 0;
	return kc_fail(k, BTF_CODE_CHECK_DANGLING, id, member, (s64)kc_end(k) - 1, to,
		       "refers to [%u], the last type is [%u]", to, kc_end(k) - 1);
}

/* words of each entry of the tail, and which of them is an id; width 0: no entries */
static void entries_of(u32 kind, u32 *width, u32 *word)
{
	*width = 0;
	*word = 0;
	if (kind_is_struct(kind)) {
		*width = 12;
		*word = 4;
	} else if (kind == BTF_KIND_FUNC_PROTO) {
		*width = 8;
		*word = 4;
	} else if (kind == BTF_KIND_DATASEC) {
		*width = 12;
	}
}

static int check_refs(struct kcheck *k, u32 id, const struct krec *t)
{
	u32 kind = krec_kind(t), width, word;
	int err = 0;

	if (kind_is_modifier(kind) || kind == BTF_KIND_PTR || kind == BTF_KIND_FUNC ||
	    kind == BTF_KIND_FUNC_PROTO || kind == BTF_KIND_VAR || kind == BTF_KIND_DECL_TAG)
		err = check_id(k, id, -1, t->size);
	if (!err && kind == BTF_KIND_ARRAY) {
		err = check_id(k, id, -1, kc_u32(t->tail));
		if (!err)
			err = check_id(k, id, -1, kc_u32(t->tail + 4));
	}
	entries_of(kind, &width, &word);
	for (u32 i = 0; width && !err && i < krec_vlen(t); i++)
		err = check_id(k, id, (int)i, kc_u32(t->tail + (size_t)i * width + word));
	return err;
}

int kc_dangling(struct kcheck *k)
{
	int err = 0;

	for (u32 i = k->base ? 0 : 1; i < k->nr; i++) {
		u32 id = k->start_id + i;
		struct krec t = kc_rec(k, id);
		int bad = check_refs(k, id, &t);

		err = err ? err : bad;
		if (err && !k->all)
			break;
	}
	return err;
}
