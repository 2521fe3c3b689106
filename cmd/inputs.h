/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Several files as one BTF: the operands of dump and header. One file is taken as it is; more are
 * merged, with findings where a name means different types.
 */
#ifndef CMD_INPUTS_H
#define CMD_INPUTS_H

#include "base.h"

struct inputs {
	struct btf *btf; /* what to work on */
	struct input one;
	struct base own_base; /* of files of /sys/kernel/btf: found by itself */
	struct btf *merged;
};

/*
 * Opens path[0..cnt-1], split on base where they are split (may be NULL). each (may be NULL) is
 * called for every file while it is open. 0 or a negative errno with findings in r, and nothing
 * left open.
 */
int inputs_open(struct inputs *in, int cnt, char **path, struct btf *base,
		int (*each)(void *ctx, struct btf_file *f, struct btf_report *r), void *ctx,
		struct btf_report *r);
void inputs_close(struct inputs *in);

#endif
