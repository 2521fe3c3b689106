// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What libbpf has had since 1.6, 1.7 and 1.8, for which there is no peer here: the lines are those
 * of newer.out, each of which was looked at beside the rules of libbpf 1.8.
 *
 * newer LITTLE BIG: the same BPF program compiled for either byte order
 */
#include "client.h"

#include "ext_words.h"

static void layouts(void)
{
	LIBBPF_OPTS(btf_new_opts, plain);
	LIBBPF_OPTS(btf_new_opts, layout, .add_layout = true);
	struct btf *b, *split, *in;
	const __u32 *h;
	__u32 size;

	PTR("new_empty_opts", b, btf__new_empty_opts(NULL));
	btf__free(b);
	PTR("new_empty_opts plain", b, btf__new_empty_opts(&plain));
	h = (const __u32 *)btf__raw_data(b, &size);
	printf("plain: header %u of %u bytes\n", h[1], size);
	btf__free(b);
	plain.sz = 4;
	PTR("new_empty_opts of 4 bytes", b, btf__new_empty_opts(&plain));

	PTR("new_empty_opts layout", b, btf__new_empty_opts(&layout));
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	h = (const __u32 *)btf__raw_data(b, &size);
	print_hex("with layout", h, size);
	PTR("layout read", in, btf__new(h, size));
	INT("layout types", btf__type_cnt(in));
	INT("layout changed", btf__add_ptr(in, 1));
	h = (const __u32 *)btf__raw_data(in, &size);
	printf("layout changed: header %u types %u layout at %u of %u strings at %u\n", h[1], h[3],
	       h[6], h[7], h[4]);
	btf__free(in);
	layout.base_btf = b;
	layout.add_layout = false;
	PTR("split by options", split, btf__new_empty_opts(&layout));
	printf("split by options: base %d\n", btf__base_btf(split) == b);
	btf__free(split);
	btf__free(b);
}

static void attributes(void)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	INT("type_attr", btf__add_type_attr(b, "noderef", 1));
	INT("type_attr no name", btf__add_type_attr(b, "", 1));
	INT("type_attr bad id", btf__add_type_attr(b, "x", -1));
	INT("decl_attr", btf__add_decl_attr(b, "cold", 1, -1));
	INT("decl_attr component", btf__add_decl_attr(b, "cold", 1, 2));
	INT("decl_attr no name", btf__add_decl_attr(b, NULL, 1, -1));
	INT("decl_attr bad component", btf__add_decl_attr(b, "x", 1, -2));
	INT("decl_attr bad id", btf__add_decl_attr(b, "x", -1, -1));
	print_content("attributes", b);
	btf__free(b);
}

static void chain(struct btf *b, int first)
{
	btf__add_struct(b, "s", 8);
	btf__add_field(b, "next", first + 2, 0, 0);
	btf__add_typedef(b, "t", first);
	btf__add_ptr(b, first + 1);
	btf__add_func_proto(b, first + 2);
	btf__add_func_param(b, "p", first);
	btf__add_func(b, "f", BTF_FUNC_STATIC, first + 3);
}

static void permutations(void)
{
	struct btf *b = btf__new_empty(), *split;
	__u32 map[6] = {0, 5, 4, 3, 2, 1}, same[6] = {0, 1, 2, 3, 4, 5}, str[4],
	      func[3] = {5, 5, 0}, node[3] = {1, 2, 3};
	struct ext_words w = {};
	struct btf_ext *x;

	chain(b, 1);
	for (int i = 0; i < 4; i++)
		str[i] = (__u32)btf__add_str(b, i & 1 ? "next" : "f");
	ext_words_two(&w, str, func, node, 0);
	x = btf_ext__new((const __u8 *)w.at, w.cnt * 4);
	{
		LIBBPF_OPTS(btf_permute_opts, opts, .btf_ext = x);

		INT("permute", btf__permute(b, map, 6, &opts));
		print_content("permuted", b);
		print_ext("permuted ext", x);
		INT("permute back", btf__permute(b, map, 6, &opts));
		print_content("permuted back", b);
		print_ext("permuted back ext", x);
		opts.sz = 3;
		INT("permute options of 3 bytes", btf__permute(b, map, 6, &opts));
	}
	INT("permute, too few", btf__permute(b, map, 5, NULL));
	INT("permute, too many", btf__permute(b, map, 7, NULL));
	map[0] = 1;
	INT("permute void", btf__permute(b, map, 6, NULL));
	map[0] = 0, map[5] = 2;
	INT("permute onto one", btf__permute(b, map, 6, NULL));
	map[5] = 6;
	INT("permute out of range", btf__permute(b, map, 6, NULL));
	map[5] = 0;
	INT("permute to void", btf__permute(b, map, 6, NULL));
	INT("permute nothing", btf__permute(b, same, 6, NULL));
	print_content("after all", b);

	split = btf__new_empty_split(b);
	chain(split, 6);
	{
		__u32 own[5] = {8, 6, 7, 10, 9};

		INT("permute split", btf__permute(split, own, 5, NULL));
		print_content("permuted split", split);
		own[0] = 3;
		INT("permute split into base", btf__permute(split, own, 5, NULL));
		INT("permute split with void", btf__permute(split, own, 6, NULL));
	}
	btf_ext__free(x);
	btf__free(split);
	btf__free(b);
}

/* splits of one base behind each other */
static void splits(void)
{
	struct btf *base = btf__new_empty(), *other = btf__new_empty(), *a, *b, *c;

	chain(base, 1);
	chain(other, 1);
	a = btf__new_empty_split(base);
	b = btf__new_empty_split(base);
	c = btf__new_empty_split(other);
	chain(a, 6);
	chain(b, 6);
	btf__add_typedef(b, "of_base", 1);
	chain(c, 6);
	INT("add split", btf__add_btf(a, b));
	print_content("split and split", a);
	INT("add split of another base", btf__add_btf(a, c));
	INT("add split to its base", btf__add_btf(base, b));
	btf__free(c);
	btf__free(b);
	btf__free(a);
	btf__free(other);
	btf__free(base);
}

/* longer: records have words that nobody knows */
static void orders(int longer)
{
	__u32 str[4] = {1, 2, 3, 4}, id[3] = {1, 2, 3}, size;
	struct ext_words w = {};
	struct btf_ext *x, *back;
	char label[64];
	const void *data;

#define ORDER(what)                                                                                \
	(snprintf(label, sizeof(label), "ext%s: %s", longer ? ", longer" : "", what), label)
	ext_words_two(&w, str, id, id, longer);
	PTR(ORDER("new"), x, btf_ext__new((const __u8 *)w.at, w.cnt * 4));
	INT(ORDER("order"), btf_ext__endianness(x));
	INT(ORDER("set 2"), btf_ext__set_endianness(x, (enum btf_endianness)2));
	INT(ORDER("set big"), btf_ext__set_endianness(x, BTF_BIG_ENDIAN));
	INT(ORDER("order big"), btf_ext__endianness(x));
	if (!longer)
		print_ext(ORDER("big"), x);
	data = btf_ext__raw_data(x, &size);
	PTR(ORDER("read big"), back, btf_ext__new((const __u8 *)data, size));
	if (back) {
		INT(ORDER("order read"), btf_ext__endianness(back));
		INT(ORDER("set little"), btf_ext__set_endianness(back, BTF_LITTLE_ENDIAN));
		print_ext(ORDER("little again"), back);
	}
	INT(ORDER("set back"), btf_ext__set_endianness(x, BTF_LITTLE_ENDIAN));
	print_ext(ORDER("little"), x);
	btf_ext__free(back);
	btf_ext__free(x);
}

/* a BPF object of the other byte order, turned round and deduplicated: as that of this one */
static void objects(const char *little, const char *big)
{
	struct btf_ext *x[2] = {0};
	const void *data[2];
	struct btf *b[2];
	__u32 size[2];

	PTR("little object", b[0], btf__parse(little, &x[0]));
	PTR("big object", b[1], btf__parse(big, &x[1]));
	if (!b[0] || !b[1])
		return;
	printf("orders: %d %d %d %d\n", btf__endianness(b[0]), btf_ext__endianness(x[0]),
	       btf__endianness(b[1]), btf_ext__endianness(x[1]));
	for (int i = 0; i < 2; i++) {
		LIBBPF_OPTS(btf_dedup_opts, opts, .btf_ext = x[i]);

		printf("object %d: more types %d, dedup ", i, btf__add_btf(b[i], b[i]) > 0);
		printf("%d, order stays %d\n", btf__dedup(b[i], &opts),
		       (int)btf__endianness(b[i]) == i && (int)btf_ext__endianness(x[i]) == i);
		btf__set_endianness(b[i], BTF_LITTLE_ENDIAN);
		btf_ext__set_endianness(x[i], BTF_LITTLE_ENDIAN);
	}
	for (int i = 0; i < 2; i++)
		data[i] = btf__raw_data(b[i], &size[i]);
	printf("the same BTF: %d\n", size[0] == size[1] && !memcmp(data[0], data[1], size[0]));
	for (int i = 0; i < 2; i++)
		data[i] = btf_ext__raw_data(x[i], &size[i]);
	printf("the same ext: %d\n", size[0] == size[1] && !memcmp(data[0], data[1], size[0]));
	for (int i = 0; i < 2; i++) {
		btf_ext__free(x[i]);
		btf__free(b[i]);
	}
}

static void take(void *ctx, const char *fmt, va_list args)
{
	(void)ctx;
	vprintf(fmt, args);
}

static void strings_of_data(void)
{
	static const struct {
		const char *label, data[8];
	} of[] = {
		{"text", "text"},
		{"no text", {0}},
		{"no end", {'n', 'o', ' ', 'e', 'n', 'd', 's', '!'}},
		{"escapes", "a\nb\177"},
	};
	struct btf *b = btf__new_empty();
	struct btf_dump *d;

	btf__add_int(b, "char", 1, BTF_INT_SIGNED);
	btf__add_array(b, 1, 1, 8);
	d = btf_dump__new(b, take, NULL, NULL);
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		LIBBPF_OPTS(btf_dump_type_data_opts, opts, .compact = true, .emit_strings = true);

		printf("emit_strings %s: ", of[i].label);
		btf_dump__dump_type_data(d, 2, of[i].data, 8, &opts);
		printf("\n");
	}
	btf_dump__free(d);
	btf__free(b);
}

int main(int argc, char **argv)
{
	client_quiet();
	layouts();
	attributes();
	permutations();
	splits();
	orders(0);
	orders(1);
	if (argc == 3)
		objects(argv[1], argv[2]);
	strings_of_data();
	return 0;
}
