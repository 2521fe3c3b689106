// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * make DIR: writes the files of tests/golden/good that are built rather than found. Small BTF with
 * every kind, every flag, both byte orders; split, distilled, with a layout section, with a kind
 * of the future. tests/golden/run compares what it writes with what is committed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

static const char *dir;

static void die(const char *what, const char *name)
{
	fprintf(stderr, "make: %s: %s\n", what, name);
	exit(2);
}

static void write_bytes(const char *name, const void *data, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		die("cannot write", path);
}

static void write_btf(const char *name, struct btf *b)
{
	__u32 size;
	const void *data = btf__raw_data(b, &size);

	if (!data)
		die("cannot assemble", name);
	write_bytes(name, data, size);
}

/* every add_* of this file has to succeed */
static int ok(int ret, const char *what)
{
	if (ret < 0)
		die("cannot add", what);
	return ret;
}
#define OK(call) ok(call, #call)

static struct btf *new_btf(struct btf *base, enum btf_endianness order, bool layout)
{
	struct btf_new_opts opts = {.sz = sizeof(opts), .base_btf = base, .add_layout = layout};
	struct btf *b = btf__new_empty_opts(&opts);

	if (!b || btf__set_endianness(b, order))
		die("cannot create", "an object");
	return b;
}

/* ---- all kinds ---- */

static void add_ints(struct btf *b)
{
	OK(btf__add_int(b, "int", 4, BTF_INT_SIGNED));		       /* 1 */
	OK(btf__add_int(b, "char", 1, BTF_INT_CHAR));		       /* 2 */
	OK(btf__add_int(b, "_Bool", 1, BTF_INT_BOOL));		       /* 3 */
	OK(btf__add_int(b, "unsigned long", 8, 0));		       /* 4 */
	OK(btf__add_int(b, "odd", 16, BTF_INT_SIGNED | BTF_INT_CHAR)); /* 5 */
	OK(btf__add_float(b, "double", 8));			       /* 6 */
}

static void add_composites(struct btf *b)
{
	OK(btf__add_ptr(b, 0));		     /* 7 */
	OK(btf__add_array(b, 4, 1, 16));     /* 8 */
	OK(btf__add_struct(b, "plain", 24)); /* 9 */
	OK(btf__add_field(b, "next", 11, 0, 0));
	OK(btf__add_field(b, NULL, 10, 64, 0));
	OK(btf__add_field(b, "last", 1, 128, 0));
	OK(btf__add_union(b, NULL, 8)); /* 10 */
	OK(btf__add_field(b, "word", 4, 0, 0));
	OK(btf__add_field(b, "real", 6, 0, 0));
	OK(btf__add_ptr(b, 9));		   /* 11 */
	OK(btf__add_struct(b, "bits", 8)); /* 12 */
	OK(btf__add_field(b, "a", 1, 0, 3));
	OK(btf__add_field(b, "b", 1, 3, 29));
	OK(btf__add_field(b, "c", 1, 32, 0));
	OK(btf__add_struct(b, "empty", 0));    /* 13 */
	OK(btf__add_union(b, "bit_union", 4)); /* 14 */
	OK(btf__add_field(b, "u", 1, 0, 7));
}

static void add_enums(struct btf *b)
{
	OK(btf__add_enum(b, "color", 4)); /* 15: unsigned */
	OK(btf__add_enum_value(b, "RED", 0));
	OK(btf__add_enum_value(b, "BLUE", 0xffffffff));
	OK(btf__add_enum(b, NULL, 1)); /* 16: signed */
	OK(btf__add_enum_value(b, "MINUS", -1));
	OK(btf__add_enum_value(b, "PLUS", 1));
	OK(btf__add_enum64(b, "wide", 8, false)); /* 17 */
	OK(btf__add_enum64_value(b, "SMALL", 1));
	OK(btf__add_enum64_value(b, "HUGE", ~0ull));
	OK(btf__add_enum64(b, "deep", 8, true)); /* 18 */
	OK(btf__add_enum64_value(b, "LOWEST", 1ull << 63));
	OK(btf__add_enum64_value(b, "MINUS_TWO", (__u64)-2));
	OK(btf__add_fwd(b, "far", BTF_FWD_STRUCT));	 /* 19 */
	OK(btf__add_fwd(b, "far_union", BTF_FWD_UNION)); /* 20 */
	OK(btf__add_fwd(b, "far_enum", BTF_FWD_ENUM));	 /* 21 */
}

static void add_refs(struct btf *b)
{
	OK(btf__add_typedef(b, "number", 1));		  /* 22 */
	OK(btf__add_volatile(b, 22));			  /* 23 */
	OK(btf__add_const(b, 23));			  /* 24 */
	OK(btf__add_restrict(b, 11));			  /* 25 */
	OK(btf__add_type_tag(b, "user", 1));		  /* 26 */
	OK(btf__add_type_attr(b, "address_space(1)", 1)); /* 27 */
}

static void add_code(struct btf *b)
{
	OK(btf__add_func_proto(b, 0)); /* 28: void (int first, char, ...) */
	OK(btf__add_func_param(b, "first", 1));
	OK(btf__add_func_param(b, NULL, 2));
	OK(btf__add_func_param(b, NULL, 0));
	OK(btf__add_func_proto(b, 1));				    /* 29 */
	OK(btf__add_func(b, "hidden", BTF_FUNC_STATIC, 28));	    /* 30 */
	OK(btf__add_func(b, "known", BTF_FUNC_GLOBAL, 28));	    /* 31 */
	OK(btf__add_func(b, "elsewhere", BTF_FUNC_EXTERN, 29));	    /* 32 */
	OK(btf__add_var(b, "local", BTF_VAR_STATIC, 1));	    /* 33 */
	OK(btf__add_var(b, "shared", BTF_VAR_GLOBAL_ALLOCATED, 9)); /* 34 */
	OK(btf__add_var(b, "other", BTF_VAR_GLOBAL_EXTERN, 11));    /* 35 */
	OK(btf__add_datasec(b, ".data", 40));			    /* 36 */
	OK(btf__add_datasec_var_info(b, 33, 0, 4));
	OK(btf__add_datasec_var_info(b, 34, 8, 24));
	OK(btf__add_datasec_var_info(b, 31, 32, 8));   /* a FUNC: the format allows it */
	OK(btf__add_datasec(b, ".empty", 0));	       /* 37 */
	OK(btf__add_decl_tag(b, "tagged", 9, -1));     /* 38 */
	OK(btf__add_decl_tag(b, "member", 9, 2));      /* 39 */
	OK(btf__add_decl_attr(b, "noinline", 31, -1)); /* 40 */
}

static struct btf *all_kinds(enum btf_endianness order, bool layout)
{
	struct btf *b = new_btf(NULL, order, layout);

	add_ints(b);
	add_composites(b);
	add_enums(b);
	add_refs(b);
	add_code(b);
	return b;
}

/* ---- split, distilled ---- */

static struct btf *split_on(struct btf *base, enum btf_endianness order)
{
	struct btf *b = new_btf(base, order, false);
	int plain = OK(btf__find_by_name(base, "plain"));
	int self;

	self = OK(btf__add_struct(b, "module_state", 40));
	OK(btf__add_field(b, "embedded", plain, 0, 0));
	OK(btf__add_field(b, "first", 1, 192, 0));
	OK(btf__add_field(b, "own_name", 22, 224, 0));
	OK(btf__add_ptr(b, self));
	OK(btf__add_typedef(b, "module_state_t", self));
	OK(btf__add_func_proto(b, 1));
	OK(btf__add_func_param(b, "state", self + 1));
	OK(btf__add_func(b, "module_start", BTF_FUNC_STATIC, self + 3));
	return b;
}

static void write_split(void)
{
	static const struct {
		const char *name, *upper, *distilled, *distilled_base;
		enum btf_endianness order;
	} files[] = {
		{"split.btf", "split2.btf", "distilled.btf", "distilled-base.btf",
		 BTF_LITTLE_ENDIAN},
		{"split-be.btf", "split2-be.btf", "distilled-be.btf", "distilled-base-be.btf",
		 BTF_BIG_ENDIAN},
	};

	for (int i = 0; i < 2; i++) {
		struct btf *base = all_kinds(files[i].order, false), *new_base, *new_split, *upper;
		struct btf *split = split_on(base, files[i].order);

		write_btf(files[i].name, split);
		/* a second level: refers to both below */
		upper = new_btf(split, files[i].order, false);
		OK(btf__add_typedef(upper, "upper", OK(btf__find_by_name(split, "module_state"))));
		OK(btf__add_typedef(upper, "lower", 1));
		write_btf(files[i].upper, upper);
		if (btf__distill_base(split, &new_base, &new_split))
			die("cannot distill", files[i].name);
		write_btf(files[i].distilled_base, new_base);
		write_btf(files[i].distilled, new_split);
		btf__free(new_split);
		btf__free(new_base);
		btf__free(upper);
		btf__free(split);
		btf__free(base);
	}
}

/* ---- odd names ---- */

static void write_names(void)
{
	struct btf *b = new_btf(NULL, BTF_LITTLE_ENDIAN, false);
	char *name = malloc(70001);

	if (!name)
		die("out of memory", "names");
	OK(btf__add_int(b, "quote\" back\\slash", 4, 0));
	OK(btf__add_int(b, "tab\tnewline\nreturn\rfeed\fback\b", 4, 0));
	OK(btf__add_int(b, "bell\a escape\x1b delete\x7f", 4, 0));
	OK(btf__add_int(b, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7", 4, 0));
	OK(btf__add_int(b, "broken \xff \xc3 \xe2\x82 \xed\xa0\x80 \xc0\x80 \xf4\x90\x80\x80", 4,
			0));
	OK(btf__add_int(b, "'single' </script>", 4, 0));
	/* longer than any buffer of the printers */
	memset(name, 'n', 70000);
	name[70000] = 0;
	OK(btf__add_int(b, name, 4, 0));
	write_btf("names.btf", b);
	free(name);
	btf__free(b);
}

/* ---- by hand: what no builder makes ---- */

struct blob {
	unsigned char data[512];
	size_t len;
};

static void words(struct blob *b, int cnt, ...)
{
	va_list ap;

	va_start(ap, cnt);
	while (cnt--) {
		unsigned int v = va_arg(ap, unsigned int);

		for (int i = 0; i < 4; i++)
			b->data[b->len++] = (unsigned char)(v >> 8 * i);
	}
	va_end(ap);
}

static void strings(struct blob *b, const char *s, size_t len)
{
	memcpy(b->data + b->len, s, len);
	b->len += len;
}

#define INFO(kind, vlen) ((unsigned int)(kind) << 24 | (vlen))

/* a 32-byte header, a layout of 22 kinds, types of the kinds 20 and 21, which nobody knows */
static void write_unknown(void)
{
	static const char strs[] = "\0int\0later\0latest";
	static const unsigned char layout[22][2] = {
		[1] = {4, 0},  [3] = {12, 0},  [4] = {0, 12}, [5] = {0, 12},
		[6] = {0, 8},  [13] = {0, 8},  [14] = {4, 0}, [15] = {0, 12},
		[17] = {4, 0}, [19] = {0, 12}, [20] = {8, 0}, [21] = {0, 4},
	};
	struct blob b = {0};
	unsigned int types = 16 + 20 + 24 + 12, len = sizeof(layout) / 2 * 4;

	words(&b, 8, 0x0001eb9fu, 32u, 0u, types, types + len, (unsigned int)sizeof(strs), types,
	      len);
	words(&b, 4, 1u, INFO(BTF_KIND_INT, 0), 4u, 0x01000020u);
	words(&b, 5, 5u, INFO(20, 0), 77u, 0x11223344u, 0x55667788u);
	words(&b, 6, 11u, INFO(21, 3) | 1u << 31, 1u, 1u, 2u, 3u);
	words(&b, 3, 0u, INFO(BTF_KIND_PTR, 0), 3u);
	for (int i = 0; i < 22; i++)
		words(&b, 1, layout[i][0] | (unsigned int)layout[i][1] << 8);
	strings(&b, strs, sizeof(strs));
	write_bytes("unknown.btf", b.data, b.len);
}

/* what old compilers wrote and what is legal though odd */
static void write_legacy(void)
{
	static const char strs[] = "\0int\0old\0f\0g";
	struct blob b = {0};

	words(&b, 6, 0x0001eb9fu, 24u, 0u, 0u, 0u, (unsigned int)sizeof(strs));
	words(&b, 4, 1u, INFO(BTF_KIND_INT, 0), 4u, 0x01000020u);
	/* a bit-field as an INT with an offset and fewer bits than its size has */
	words(&b, 4, 0u, INFO(BTF_KIND_INT, 0), 4u, 0x01030005u);
	words(&b, 3, 5u, INFO(BTF_KIND_STRUCT, 2), 8u);
	words(&b, 3, 9u, 2u, 0u);
	words(&b, 3, 11u, 1u, 0xffffff00u); /* an offset that needs 32 bits */
	/* an encoding and linkages that have no word */
	words(&b, 4, 1u, INFO(BTF_KIND_INT, 0), 4u, 0x0f000020u);
	words(&b, 3, 0u, INFO(BTF_KIND_FUNC_PROTO, 0), 0u);
	words(&b, 3, 9u, INFO(BTF_KIND_FUNC, 7), 5u);
	words(&b, 2, 11u, INFO(BTF_KIND_VAR, 0));
	words(&b, 2, 1u, 9u);
	b.data[12] = b.data[16] = (unsigned char)(b.len - 24); /* types end, strings start */
	strings(&b, strs, sizeof(strs));
	write_bytes("legacy.btf", b.data, b.len);
}

static void write_empty(void)
{
	struct blob b = {0};

	words(&b, 6, 0x0001eb9fu, 24u, 0u, 0u, 0u, 0u);
	write_bytes("empty-split.btf", b.data, b.len);
	b.len = 0;
	words(&b, 6, 0x0001eb9fu, 24u, 0u, 0u, 0u, 1u);
	strings(&b, "", 1);
	write_bytes("empty.btf", b.data, b.len);
}

static void write_kinds(const char *name, enum btf_endianness order, bool layout)
{
	struct btf *b = all_kinds(order, layout);

	write_btf(name, b);
	btf__free(b);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: make DIR\n");
		return 2;
	}
	dir = argv[1];
	write_kinds("kinds.btf", BTF_LITTLE_ENDIAN, false);
	write_kinds("kinds-be.btf", BTF_BIG_ENDIAN, false);
	write_kinds("layout.btf", BTF_LITTLE_ENDIAN, true);
	write_kinds("layout-be.btf", BTF_BIG_ENDIAN, true);
	write_split();
	write_names();
	write_unknown();
	write_legacy();
	write_empty();
	return 0;
}
