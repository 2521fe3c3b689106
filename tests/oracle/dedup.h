/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The other side of the comparison, libbpf, behind plain bytes, as in relocate.h. */
#ifndef ORACLE_DEDUP_H
#define ORACLE_DEDUP_H

#include <stddef.h>

struct bytes {
	void *data;
	size_t len;
};

/* base NULL: none. The result's bytes are malloc'ed. */
int peer_dedup(const struct bytes *base, const struct bytes *in, struct bytes *ret);

#endif
