// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * cdump_client MODE FILE [BASE]: a program of libbpf's dump API, to be built with libbpf and with
 * libbtf; both have to print the same.
 *
 *	types   every type in the order of ids, of the base too
 *	own     the same of FILE alone, last id first
 *	decls   a declaration of every type, with and without modifiers
 *	values  bytes that look random, as a value of every struct, union, enum and number of a
 *	        modest size, with every combination of options
 *
 * Errors are printed as they come.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#ifdef PEER_IS_LIBBPF
#include <bpf/libbpf.h>
#endif

static void to_stdout(void *ctx, const char *fmt, va_list args)
{
	(void)ctx;
	vprintf(fmt, args);
}

static void show(const char *what, __u32 id, int err)
{
	if (err < 0)
		printf("%s of [%u]: %d\n", what, id, err);
}

static void types(struct btf_dump *d, const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++)
		show("definition", id, btf_dump__dump_type(d, id));
}

static void own(struct btf_dump *d, const struct btf *btf)
{
	const struct btf *base = btf__base_btf(btf);
	__u32 from = base ? btf__type_cnt(base) : 1;

	for (__u32 id = btf__type_cnt(btf) - 1; id >= from; id--)
		show("definition", id, btf_dump__dump_type(d, id));
}

static void decls(struct btf_dump *d, const struct btf *btf)
{
	for (__u32 id = 0; id < btf__type_cnt(btf); id++) {
		LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts);

		show("type", id, btf_dump__emit_type_decl(d, id, NULL));
		printf(" | ");
		opts.field_name = "name";
		opts.indent_level = (int)(id % 17);
		show("declaration", id, btf_dump__emit_type_decl(d, id, &opts));
		printf(" | ");
		opts.strip_mods = true;
		show("bare declaration", id, btf_dump__emit_type_decl(d, id, &opts));
		printf("\n");
	}
}

/* zeroes, a few bits, text, anything: enough of each for every branch */
static void fill(unsigned char *data, size_t size, __u32 seed)
{
	unsigned long long x = seed * 0x9e3779b97f4a7c15ULL + 1;
	unsigned int style = seed % 4;

	for (size_t i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		data[i] = style == 0   ? (unsigned char)(x >> 40)
			  : style == 1 ? (unsigned char)((x & 0xf0) ? 0 : x >> 41)
			  : style == 2 ? (unsigned char)('a' + (x >> 40) % 26)
				       : (unsigned char)(x >> 40 & 1);
	}
}

static int has_values(const struct btf_type *t)
{
	return btf_is_int(t) || btf_is_composite(t) || btf_is_any_enum(t) || btf_is_float(t) ||
	       btf_is_ptr(t) || btf_is_array(t) || btf_is_typedef(t) || btf_is_var(t) ||
	       btf_is_datasec(t);
}

static void values(struct btf_dump *d, const struct btf *btf)
{
	static unsigned char data[4096] __attribute__((aligned(16)));

	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		LIBBPF_OPTS(btf_dump_type_data_opts, opts);
		long long size = btf__resolve_size(btf, id);

		if (!has_values(btf__type_by_id(btf, id)) || size <= 0 ||
		    size > (long long)sizeof(data))
			continue;
		fill(data, (size_t)size, id);
		opts.compact = id & 1;
		opts.skip_names = id & 2;
		opts.emit_zeroes = id & 4;
		opts.indent_level = (int)(id >> 3 & 3);
		opts.indent_str = id & 32 ? "  " : NULL;
		printf("[%u] ", id);
		show("value", id, btf_dump__dump_type_data(d, id, data, (size_t)size, &opts));
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct btf_dump *d, const struct btf *btf);
	} modes[] = {{"types", types}, {"own", own}, {"decls", decls}, {"values", values}};
	struct btf *btf, *base = NULL;
	struct btf_dump *d;

	if (argc < 3)
		return 2;
#ifdef PEER_IS_LIBBPF
	libbpf_set_print(NULL);
#endif
	if (argc > 3)
		base = btf__parse(argv[3], NULL);
	btf = btf__parse_split(argv[2], base);
	if (!btf || (argc > 3 && !base)) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
		return 2;
	}
	d = btf_dump__new(btf, to_stdout, NULL, NULL);
	if (!d) {
		printf("no dump: %d\n", -errno);
		return 0;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (!strcmp(argv[1], modes[i].name))
			modes[i].run(d, btf);
	btf_dump__free(d);
	btf__free(btf);
	btf__free(base);
	return 0;
}
