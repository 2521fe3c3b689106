/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Two types of the new base fit one distilled type: which one the split means, as far as the split
 * says so itself.
 */
#ifndef PASS_EVIDENCE_H
#define PASS_EVIDENCE_H

#include "pass/match.h"

/* the split's typedefs by the distilled type they lead to; made at the first question */
struct evidence {
	const struct btf *split;
	u32 *first; /* distilled id -> own index + 1 of a typedef */
	u32 *next;  /* own index -> own index + 1 of the next one that leads to the same */
};

void evidence_deinit(struct evidence *e);
/*
 * The one of the candidates that the split means; 0 where it does not say, or contradicts itself.
 * -ENOMEM, -E2BIG (c->left is used up).
 */
s64 evidence_settle(struct evidence *e, const struct distilled *d, struct candidates *c);

#endif
