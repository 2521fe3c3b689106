// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* root_client FILE ID...: what btf_dump__dump_type of libbpf prints for these ids, one after the
 * other. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/btf.h>

static void to_stdout(void *ctx, const char *fmt, va_list args)
{
	(void)ctx;
	vprintf(fmt, args);
}

int main(int argc, char **argv)
{
	struct btf *btf = argc > 2 ? btf__parse(argv[1], NULL) : NULL;
	struct btf_dump *d = btf ? btf_dump__new(btf, to_stdout, NULL, NULL) : NULL;

	if (!d)
		return 2;
	for (int i = 2; i < argc; i++)
		if (btf_dump__dump_type(d, (__u32)strtoul(argv[i], NULL, 10)))
			return 1;
	btf_dump__free(d);
	btf__free(btf);
	return 0;
}
