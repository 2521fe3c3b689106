/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Is this split perhaps parsed on a base that it was not built on? Nothing in a split names its
 * base; but on a wrong one its ids and string offsets land anywhere.
 */
#ifndef PASS_SUSPECT_H
#define PASS_SUSPECT_H

#include "btf/object.h"

/*
 * 0: nothing speaks against it (also for BTF that is not split). -EINVAL: something does, with at
 * most five findings. Sees only what the base is to blame for: a split that is odd by itself, on
 * the right base, is not suspect. Cost in proportion to the split.
 */
int suspect_base(const struct btf *split, struct btf_report *r);

#endif
