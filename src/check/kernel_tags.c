// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Chains of modifiers: TYPE_TAGs come first, and a chain ends.
 *
 * In: records that are right by themselves; of kernel and module BTF nothing has followed
 * references yet, and this is all that kernels follow there. A chain is left as soon as it
 * reaches an id that was looked at before. Cost: at most 32 steps a type.
 */
#include "check/kernel.h"

#define FAIL(rule, ...) kc_fail(k, BTF_CODE_CHECK_##rule, id, -1, __VA_ARGS__)

static int check_chain(struct kcheck *k, u32 id, u32 good)
{
	struct krec t = kc_rec(k, id);
	bool in_tags = krec_kind(&t) == BTF_KIND_TYPE_TAG;
	u32 at = id;

	for (int left = 32; kind_is_modifier(krec_kind(&t)); left--) {
		if (!left)
			return FAIL(TAG_CHAIN, 32, NOVAL,
				    "its modifiers go on after 32 or for ever");
		if (krec_kind(&t) != BTF_KIND_TYPE_TAG)
			in_tags = false;
		else if (!in_tags)
			return FAIL(TAG_ORDER, NOVAL, at,
				    "TYPE_TAG [%u] stands behind another modifier", at);
		if (at <= good)
			break;
		at = t.size;
		if (!kc_has(k, at))
			return FAIL(TAG_TARGET, NOVAL, at, "leads to [%u], which is not there", at);
		t = kc_rec(k, at);
	}
	return 0;
}

int kc_tags(struct kcheck *k)
{
	u32 first = k->base ? k->start_id : 1, good = first - 1;
	int err, ret = 0;

	for (u32 id = first; id < kc_end(k); id++) {
		struct krec t = kc_rec(k, id);

		if (!kind_is_modifier(krec_kind(&t)))
			continue;
		err = check_chain(k, id, good);
		if (err && !k->all)
			return err;
		ret = ret ? ret : err;
		good = id;
	}
	return ret;
}
