// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* distill and relocate by libbpf: see relocate.h. 0 or its negative error code. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relocate.h"

static int say(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return getenv("BTFKIT_VERBOSE") ? vfprintf(stderr, format, args) : 0;
}

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

static struct bytes copy(const struct btf *btf)
{
	struct bytes out;
	__u32 len;
	const void *data = btf__raw_data(btf, &len);

	out.len = len;
	out.data = malloc(len);
	memcpy(out.data, data, len);
	return out;
}

int peer_distill(const struct bytes *level, int cnt, struct bytes *ret_base,
		 struct bytes *ret_split)
{
	struct btf *btf[8], *base = NULL, *split = NULL;
	int err;

	libbpf_set_print(say);
	for (int i = 0; i < cnt; i++)
		btf[i] = parse(&level[i], i ? btf[i - 1] : NULL);
	err = btf__distill_base(btf[cnt - 1], &base, &split);
	if (!err) {
		*ret_base = copy(base);
		*ret_split = copy(split);
		btf__free(split);
		btf__free(base);
	}
	while (cnt--)
		btf__free(btf[cnt]);
	return err;
}

int peer_relocate(const struct bytes *dist, const struct bytes *split, const struct bytes *base,
		  struct bytes *ret)
{
	struct btf *d = parse(dist, NULL), *s = parse(split, d), *b = parse(base, NULL);
	int err;

	libbpf_set_print(say);
	err = btf__relocate(s, b);
	if (!err)
		*ret = copy(s);
	btf__free(s);
	btf__free(d);
	btf__free(b);
	return err;
}
