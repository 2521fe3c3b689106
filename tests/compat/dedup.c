// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf__dedup: what stays, in which order, under which ids and with which strings, for a base, a
 * split and a split of a split, alone and with a .BTF.ext that refers to the types.
 */
#include "client.h"

#include "ext_words.h"

/* ---- units: the same types as a compiler gives them, once per unit ---- */

/* a list of nodes, the prototype of a function and a function; whole: `other` is defined here */
static void unit(struct btf *b, int whole, const char *param)
{
	int i = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	int c = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
	int node = (int)btf__type_cnt(b), other, e, a, proto;

	btf__add_struct(b, "node", 24);
	btf__add_field(b, "next", node + 1, 0, 0);
	btf__add_field(b, "other", node + 2, 64, 0);
	btf__add_field(b, "value", i, 128, 0);
	btf__add_field(b, "bits", i, 160, 3);
	btf__add_ptr(b, node);
	btf__add_ptr(b, node + 3);
	if (whole) {
		other = btf__add_struct(b, "other", 16);
		btf__add_field(b, "first", node + 1, 0, 0);
		btf__add_field(b, "self", node + 2, 64, 0);
	} else {
		other = btf__add_fwd(b, "other", BTF_FWD_STRUCT);
	}
	e = whole ? btf__add_enum(b, "color", 4) : btf__add_fwd(b, "color", BTF_FWD_ENUM);
	if (whole) {
		btf__add_enum_value(b, "RED", 0);
		btf__add_enum_value(b, "GREEN", 1);
	}
	a = btf__add_array(b, i, c, 16);
	btf__add_typedef(b, "name_t", a);
	btf__add_const(b, a + 1);
	btf__add_volatile(b, other);
	btf__add_restrict(b, node + 1);
	btf__add_type_tag(b, "user", c);
	btf__add_ptr(b, a + 5);
	proto = btf__add_func_proto(b, i);
	btf__add_func_param(b, param, a + 6);
	btf__add_func_param(b, "color", e);
	btf__add_func_param(b, "where", a + 4);
	btf__add_func(b, "work", BTF_FUNC_GLOBAL, proto);
	btf__add_decl_tag(b, "tagged", proto + 1, 1);
	btf__add_decl_tag(b, "tagged", node, -1);
	btf__add_float(b, "double", 8);
	btf__add_union(b, NULL, 8);
	btf__add_field(b, "d", proto + 4, 0, 0);
	btf__add_field(b, "p", a + 3, 0, 0);
	btf__add_enum64(b, "big", 8, 0);
	btf__add_enum64_value(b, "BIG", 0x123456789abULL);
	btf__add_var(b, "var", BTF_VAR_STATIC, a + 2);
	btf__add_datasec(b, ".data", 16);
	btf__add_datasec_var_info(b, (int)btf__type_cnt(b) - 2, 0, 16);
}

/* through bytes: what was parsed has its strings looked at, what was built has not */
static struct btf *again(struct btf *b, struct btf *base)
{
	__u32 size;
	const void *data = btf__raw_data(b, &size);
	struct btf *p = base ? client_new_split(data, size, base) : btf__new(data, size);

	btf__free(b);
	return p;
}

static void one(const char *label, struct btf *b, const struct btf_dedup_opts *opts)
{
	char line[80];

	INT(label, btf__dedup(b, opts));
	snprintf(line, sizeof(line), "%s content", label);
	print_content(line, b);
	snprintf(line, sizeof(line), "%s twice", label);
	INT(line, btf__dedup(b, opts));
	snprintf(line, sizeof(line), "%s twice content", label);
	print_content(line, b);
}

static void bases(void)
{
	LIBBPF_OPTS(btf_dedup_opts, collide, .force_collisions = true);
	static const struct {
		const char *label;
		int whole[3], parsed;
		const char *param[3];
	} of[] = {
		{"equal units", {1, 1, 1}, 0, {"p", "p", "p"}},
		{"equal units, parsed", {1, 1, 1}, 1, {"p", "p", "p"}},
		{"declared later", {1, 0, 0}, 1, {"p", "p", "p"}},
		{"declared first", {0, 1, 0}, 1, {"p", "p", "p"}},
		{"never defined", {0, 0, 0}, 1, {"p", "p", "p"}},
		{"parameters of other names", {1, 1, 1}, 1, {"p", "q", "p"}},
		{"all of it", {0, 1, 0}, 0, {"p", "q", "r"}},
	};
	char label[80];

	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		for (int c = 0; c < 2; c++) {
			struct btf *b = btf__new_empty();

			for (int u = 0; u < 3; u++)
				unit(b, of[i].whole[u], of[i].param[u]);
			if (of[i].parsed)
				b = again(b, NULL);
			snprintf(label, sizeof(label), "%s%s", of[i].label, c ? ", colliding" : "");
			one(label, b, c ? &collide : NULL);
			btf__free(b);
		}
	}
}

static void splits(void)
{
	char label[80];

	for (int kinds = 0; kinds < 8; kinds++) {
		struct btf *base = btf__new_empty(), *split, *top;

		unit(base, kinds & 1, "p");
		split = btf__new_empty_split(base);
		unit(split, kinds & 2, kinds & 4 ? "q" : "p");
		btf__add_struct(split, "own", 8);
		btf__add_field(split, "node", btf__find_by_name(base, "node") + 1, 0, 0);
		split = again(split, base);
		snprintf(label, sizeof(label), "split %d", kinds);
		one(label, split, NULL);
		top = btf__new_empty_split(split);
		unit(top, 1, "p");
		btf__add_typedef(top, "of_own", btf__find_by_name(split, "own"));
		snprintf(label, sizeof(label), "split of split %d", kinds);
		one(label, top, NULL);
		btf__free(top);
		btf__free(split);
		btf__free(base);
	}
}

/* ---- corners ---- */

static void kinds_apart(void)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "x", 4, 0);
	btf__add_int(b, "x", 4, BTF_INT_SIGNED);
	btf__add_int(b, "x", 8, 0);
	btf__add_typedef(b, "x", 1);
	btf__add_typedef(b, "x", 2);
	btf__add_typedef(b, "x", 1);
	btf__add_struct(b, "x", 4);
	btf__add_field(b, "m", 1, 0, 0);
	btf__add_struct(b, "x", 4);
	btf__add_field(b, "m", 2, 0, 0);
	btf__add_union(b, "x", 4);
	btf__add_field(b, "m", 1, 0, 0);
	btf__add_struct(b, "x", 4);
	btf__add_field(b, "n", 1, 0, 0);
	btf__add_fwd(b, "x", BTF_FWD_STRUCT);
	btf__add_fwd(b, "x", BTF_FWD_UNION);
	btf__add_func_proto(b, 0);
	btf__add_func(b, "x", BTF_FUNC_STATIC, 13);
	btf__add_func(b, "x", BTF_FUNC_GLOBAL, 13);
	btf__add_func(b, "x", BTF_FUNC_STATIC, 13);
	btf__add_decl_tag(b, "x", 14, -1);
	btf__add_decl_tag(b, "x", 14, 0);
	btf__add_decl_tag(b, "x", 16, -1);
	btf__add_float(b, "x", 4);
	btf__add_float(b, "x", 8);
	btf__add_array(b, 1, 2, 3);
	btf__add_array(b, 1, 2, 4);
	btf__add_array(b, 1, 2, 3);
	one("one name, many kinds", again(b, NULL), NULL);
}

static void enums(void)
{
	struct btf *b = btf__new_empty();

	btf__add_enum(b, "e", 4);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "A", 1);
	btf__add_enum(b, "e", 8);
	btf__add_enum64(b, "e", 8, true);
	btf__add_enum64_value(b, "A", 1);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "A", 1);
	btf__add_enum(b, "e", 4);
	btf__add_enum_value(b, "A", 2);
	for (int id = 1; id < 7; id++)
		btf__add_ptr(b, id);
	btf__add_enum(b, NULL, 4);
	btf__add_enum_value(b, "ANON", 1);
	btf__add_enum(b, NULL, 4);
	btf__add_enum_value(b, "ANON", 1);
	btf__add_enum(b, NULL, 4);
	btf__add_enum_value(b, "OTHER", 1);
	one("enums", again(b, NULL), NULL);
}

/* a struct in a unit whose copy of it has tags: both stay */
static void tags(void)
{
	struct btf *b = btf__new_empty();

	for (int i = 0; i < 3; i++) {
		int id = btf__add_int(b, "int", 4, BTF_INT_SIGNED);

		if (i == 1)
			id = btf__add_type_tag(b, "tag", id);
		id = btf__add_ptr(b, id);
		btf__add_struct(b, "tagged", 8);
		btf__add_field(b, "p", id, 0, 0);
		btf__add_decl_tag(b, "of_struct", id + 1, -1);
		btf__add_decl_tag(b, "of_member", id + 1, 0);
	}
	one("tags", again(b, NULL), NULL);
}

/* strings: twice, unused, the end of another */
static void strings(void)
{
	struct btf *b = btf__new_empty();
	unsigned char *copy;
	const void *data;
	__u32 size, h[6];

	btf__add_str(b, "unused");
	btf__add_int(b, "aaaa", 4, 0);
	btf__add_int(b, "bbbb", 4, 0);
	btf__add_typedef(b, "cccc", 1);
	btf__add_typedef(b, "unused too", 2);
	btf__add_int(b, "aaaa", 4, 0);
	data = btf__raw_data(b, &size);
	copy = (unsigned char *)malloc(size);
	memcpy(copy, data, size);
	memcpy(h, data, sizeof(h));
	/* bbbb becomes a second aaaa */
	memcpy(copy + h[1] + h[4] + 8 + 5, "aaaa", 4);
	btf__free(b);
	b = btf__new(copy, size);
	free(copy);
	one("strings", b, NULL);
	btf__free(b);
}

/* what libbpf does to strings of types that all stay: nothing is a reason to move them */
static void nothing_twice(void)
{
	struct btf *b = btf__new_empty();

	btf__add_str(b, "zzz");
	btf__add_int(b, "int", 4, 0);
	btf__add_typedef(b, "zzz", 1);
	one("nothing twice", again(b, NULL), NULL);
}

/* a FWD without a name, which no compiler makes */
static void anonymous_fwd(void)
{
	struct btf *b = btf__new_empty();
	unsigned char *copy;
	const void *data;
	__u32 size, zero = 0;

	btf__add_fwd(b, "x", BTF_FWD_STRUCT);
	btf__add_ptr(b, 1);
	btf__add_struct(b, NULL, 0);
	btf__add_ptr(b, 3);
	data = btf__raw_data(b, &size);
	copy = (unsigned char *)malloc(size);
	memcpy(copy, data, size);
	memcpy(copy + ((__u32 *)(void *)copy)[1], &zero, 4);
	btf__free(b);
	b = btf__new(copy, size);
	free(copy);
	one("anonymous FWD", b, NULL);
	btf__free(b);
}

/* ---- refused ---- */

static void errors(void)
{
	struct btf_dedup_opts opts = {.sz = sizeof(opts)};
	char big[sizeof(opts) + 8] = {0};
	struct btf *b = btf__new_empty();

	INT("nothing", btf__dedup(b, NULL));
	btf__add_const(b, 2);
	btf__add_volatile(b, 1);
	INT("a circle of modifiers", btf__dedup(b, NULL));
	btf__free(b);
	b = btf__new_empty();
	btf__add_int(b, "int", 4, 0);
	opts.sz = 4;
	INT("options of 4 bytes", btf__dedup(b, &opts));
	opts.sz = 0;
	INT("options of 0 bytes", btf__dedup(b, &opts));
	opts.sz = sizeof(size_t);
	INT("options of 8 bytes", btf__dedup(b, &opts));
	opts.sz = sizeof(big);
	memcpy(big, &opts, sizeof(opts));
	INT("longer options", btf__dedup(b, (struct btf_dedup_opts *)(void *)big));
	big[sizeof(opts)] = 1;
	INT("longer options that are set", btf__dedup(b, (struct btf_dedup_opts *)(void *)big));
	btf__free(b);
}

/* ---- .BTF.ext ---- */

static void with_ext(int on_base)
{
	struct btf *base = NULL, *b;
	struct ext_words w = {0};
	struct btf_ext *x;
	__u32 func[3], node[3], str[4];
	char label[64];

	if (on_base) {
		base = btf__new_empty();
		unit(base, 1, "p");
	}
	b = base ? btf__new_empty_split(base) : btf__new_empty();
	for (int u = 0; u < 3; u++) {
		__u32 start = btf__type_cnt(b);

		unit(b, u == 1, "p");
		btf__add_func(b, u == 2 ? "late" : "early", BTF_FUNC_STATIC, (int)start + 14);
		func[u] = btf__type_cnt(b) - 1;
		node[u] = start + 2;
	}
	str[0] = (__u32)btf__add_str(b, "section/one");
	str[1] = (__u32)btf__add_str(b, "int");
	str[2] = (__u32)btf__add_str(b, "file.c");
	btf__add_str(b, "nobody asks for this");
	str[3] = (__u32)btf__add_str(b, "0:1");
	b = again(b, base);
	ext_words_two(&w, str, func, node, 0);
	x = btf_ext__new((const __u8 *)w.at, w.cnt * 4);
	for (int n = 0; n < 2; n++) {
		LIBBPF_OPTS(btf_dedup_opts, opts, .btf_ext = x);

		snprintf(label, sizeof(label), "ext, %s, run %d", on_base ? "split" : "base", n);
		INT(label, btf__dedup(b, &opts));
		print_content(label, b);
		snprintf(label, sizeof(label), "ext, %s, words %d", on_base ? "split" : "base", n);
		print_ext(label, x);
	}
	btf_ext__free(x);
	btf__free(b);
	btf__free(base);
}

int main(void)
{
	client_quiet();
	bases();
	splits();
	kinds_apart();
	enums();
	tags();
	strings();
	nothing_twice();
	anonymous_fwd();
	errors();
	with_ext(0);
	with_ext(1);
	return 0;
}
