// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* dedup by libbpf: see dedup.h. 0 or its negative error code. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dedup.h"

static struct btf *parse(const struct bytes *b, struct btf *base)
{
	struct btf *btf = base ? btf__new_split(b->data, (__u32)b->len, base)
			       : btf__new(b->data, (__u32)b->len);

	if (!btf) {
		fprintf(stderr, "libbpf cannot parse what the generator made: %s\n",
			strerror(errno));
		exit(2);
	}
	return btf;
}

int peer_dedup(const struct bytes *base, const struct bytes *in, struct bytes *ret)
{
	struct btf *b = base ? parse(base, NULL) : NULL, *btf;
	const void *data;
	__u32 len;
	int err;

	libbpf_set_print(NULL);
	btf = parse(in, b);
	err = btf__dedup(btf, NULL);
	data = err ? NULL : btf__raw_data(btf, &len);
	if (data) {
		ret->len = len;
		ret->data = malloc(len);
		memcpy(ret->data, data, len);
	}
	btf__free(btf);
	btf__free(b);
	return err;
}
