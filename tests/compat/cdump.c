// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf_dump__*: definitions, declarations and values of every kind, with every option, and what is
 * refused. A newline of the text is shown as \n. */
#include "client.h"

struct text {
	char at[65536];
	size_t len;
};

static void take(void *ctx, const char *fmt, va_list args)
{
	struct text *t = (struct text *)ctx;
	int len = vsnprintf(t->at + t->len, sizeof(t->at) - t->len, fmt, args);

	t->len += len > 0 ? (size_t)len : 0;
}

static void show(const char *label, int ret, struct text *t)
{
	printf("%s: %d errno %d ", label, ret, ret < 0 ? errno : 0);
	for (size_t i = 0; i < t->len; i++)
		if (t->at[i] == '\n')
			printf("\\n");
		else
			putchar(t->at[i]);
	putchar('\n');
	t->len = 0;
}

static void fill(struct btf *b)
{
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);  /* 1 */
	btf__add_int(b, "char", 1, BTF_INT_SIGNED); /* 2 */
	btf__add_int(b, "_Bool", 1, BTF_INT_BOOL);  /* 3 */
	btf__add_int(b, "unsigned long", 8, 0);	    /* 4 */
	btf__add_float(b, "double", 8);		    /* 5 */
	btf__add_ptr(b, 7);			    /* 6 */
	btf__add_struct(b, "list", 16);		    /* 7 */
	btf__add_field(b, "next", 6, 0, 0);
	btf__add_field(b, "bits", 1, 64, 3);
	btf__add_field(b, "more", 1, 67, 5);
	btf__add_field(b, "flag", 3, 96, 0);
	btf__add_array(b, 1, 2, 8);   /* 8 */
	btf__add_array(b, 1, 1, 3);   /* 9 */
	btf__add_enum(b, "color", 4); /* 10 */
	btf__add_enum_value(b, "RED", 0);
	btf__add_enum_value(b, "GREEN", 1);
	btf__add_enum_value(b, "BLUE", -7);
	btf__add_enum64(b, "big", 8, false); /* 11 */
	btf__add_enum64_value(b, "BIG", 0x100000001ULL);
	btf__add_union(b, NULL, 8); /* 12 */
	btf__add_field(b, "d", 5, 0, 0);
	btf__add_field(b, "l", 4, 0, 0);
	btf__add_struct(b, "all", 64); /* 13 */
	btf__add_field(b, "name", 8, 0, 0);
	btf__add_field(b, "n", 9, 64, 0);
	btf__add_field(b, "color", 10, 160, 0);
	btf__add_field(b, NULL, 12, 192, 0);
	btf__add_field(b, "big", 11, 256, 0);
	btf__add_field(b, "list", 7, 320, 0);
	btf__add_field(b, "last", 18, 448, 0);
	btf__add_typedef(b, "all_t", 13);	  /* 14 */
	btf__add_const(b, 14);			  /* 15 */
	btf__add_volatile(b, 15);		  /* 16 */
	btf__add_fwd(b, "opaque", BTF_FWD_UNION); /* 17 */
	btf__add_ptr(b, 17);			  /* 18 */
	btf__add_restrict(b, 18);		  /* 19 */
	btf__add_func_proto(b, 1);		  /* 20 */
	btf__add_func_param(b, "a", 19);
	btf__add_func_param(b, "b", 16);
	btf__add_func_param(b, NULL, 0);
	btf__add_ptr(b, 20);			     /* 21 */
	btf__add_typedef(b, "fn_t", 21);	     /* 22 */
	btf__add_func(b, "fn", BTF_FUNC_GLOBAL, 20); /* 23 */
	btf__add_var(b, "var", BTF_VAR_STATIC, 9);   /* 24 */
	btf__add_datasec(b, ".data", 16);	     /* 25 */
	btf__add_datasec_var_info(b, 24, 0, 12);
	btf__add_decl_tag(b, "tag", 13, -1); /* 26 */
	btf__add_type_tag(b, "user", 1);     /* 27 */
	btf__add_ptr(b, 27);		     /* 28 */
	btf__add_array(b, 1, 22, 2);	     /* 29 */
	btf__add_struct(b, "packed", 5);     /* 30 */
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_field(b, "i", 1, 8, 0);
	btf__add_struct(b, "list", 4); /* 31: again */
	btf__add_field(b, "i", 1, 0, 0);
	btf__add_struct(b, "user", 16); /* 32 */
	btf__add_field(b, "fns", 29, 0, 0);
	btf__add_struct(b, "itself", 8); /* 33 */
	btf__add_field(b, "me", 33, 0, 0);
	btf__add_struct(b, "hole", 32); /* 34 */
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_field(b, "l", 4, 128, 0);
	btf__add_struct(b, "none", 0); /* 35 */
	btf__add_enum(b, NULL, 4);     /* 36 */
	btf__add_enum_value(b, "FREE", 5);
	btf__add_array(b, 1, 9, 4); /* 37 */
	btf__add_const(b, 0);	    /* 38 */
	btf__add_ptr(b, 38);	    /* 39 */
}

static void definitions(const struct btf *b)
{
	static struct text t;
	struct btf_dump *d;
	char label[64];

	/* in one dump, in order, and each in its own */
	PTR("new", d, btf_dump__new(b, take, &t, NULL));
	for (__u32 id = 0; id <= btf__type_cnt(b); id++) {
		snprintf(label, sizeof(label), "type %u", id);
		errno = 0;
		show(label, btf_dump__dump_type(d, id), &t);
	}
	btf_dump__free(d);
	for (__u32 id = btf__type_cnt(b) - 1; id; id--) {
		d = btf_dump__new(b, take, &t, NULL);
		snprintf(label, sizeof(label), "type %u alone", id);
		show(label, btf_dump__dump_type(d, id), &t);
		btf_dump__free(d);
	}
}

static void declarations(const struct btf *b)
{
	static struct text t;
	struct btf_dump *d = btf_dump__new(b, take, &t, NULL);
	char label[64];

	for (__u32 id = 1; id < btf__type_cnt(b); id++) {
		for (int how = 0; how < 8; how++) {
			LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts,
				    .field_name = how & 1 ? "f" : "", .indent_level = how & 2,
				    .strip_mods = how & 4);

			snprintf(label, sizeof(label), "declare %u how %d", id, how);
			show(label, btf_dump__emit_type_decl(d, id, &opts), &t);
		}
		snprintf(label, sizeof(label), "declare %u", id);
		show(label, btf_dump__emit_type_decl(d, id, NULL), &t);
	}
	btf_dump__free(d);
}

static void values(const struct btf *b)
{
	static struct text t;
	struct btf_dump *d = btf_dump__new(b, take, &t, NULL);
	unsigned char data[64];
	char label[64];
	double d2 = 1.5;
	int red = 1;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 37 + 1);
	memcpy(data, "text\0xy", 8);
	memcpy(data + 20, &red, 4);
	memcpy(data + 24, &d2, 8);
	for (int zero = 0; zero < 2; zero++) {
		if (zero)
			memset(data, 0, sizeof(data));
		for (__u32 id = 0; id <= btf__type_cnt(b); id++) {
			/* those that libbpf 6.12 cannot end on */
			if (id == 33)
				continue;
			for (int how = 0; how < 16; how++) {
				LIBBPF_OPTS(btf_dump_type_data_opts, opts,
					    .indent_str = how == 3 ? "  " : NULL,
					    .indent_level = how & 2, .compact = how & 4,
					    .skip_names = how & 8, .emit_zeroes = how & 1);

				snprintf(label, sizeof(label), "value%s %u how %d",
					 zero ? " zero" : "", id, how);
				errno = 0;
				show(label,
				     btf_dump__dump_type_data(d, id, data, sizeof(data), &opts),
				     &t);
			}
			snprintf(label, sizeof(label), "value%s %u cut", zero ? " zero" : "", id);
			errno = 0;
			show(label, btf_dump__dump_type_data(d, id, data, 3, NULL), &t);
		}
	}
	data[20] = 99;
	show("value without a name", btf_dump__dump_type_data(d, 13, data, sizeof(data), NULL), &t);
	btf_dump__free(d);
}

static void errors(const struct btf *b)
{
	static struct text t;
	struct btf_dump_emit_type_decl_opts decl = {.sz = 4};
	struct btf_dump_type_data_opts data = {.sz = 4};
	struct btf_dump_opts opts = {.sz = 4};
	struct btf_dump *d;

	PTR("no function", d, btf_dump__new(b, NULL, NULL, NULL));
	PTR("new with options of 4 bytes", d, btf_dump__new(b, take, &t, &opts));
	opts.sz = sizeof(opts);
	PTR("new with options", d, btf_dump__new(b, take, &t, &opts));
	INT("declare with options of 4 bytes", btf_dump__emit_type_decl(d, 1, &decl));
	INT("value with options of 4 bytes", btf_dump__dump_type_data(d, 1, "", 1, &data));
	data.sz = sizeof(data);
	data.indent_str = "an indentation that is too long to be stored";
	data.indent_level = 1;
	errno = 0;
	show("long indentation", btf_dump__dump_type_data(d, 30, "12345", 5, &data), &t);
	btf_dump__free(d);
	btf_dump__free(NULL);
}

/* the dump follows what is appended to the object */
static void grows(struct btf *b)
{
	static struct text t;
	struct btf_dump *d = btf_dump__new(b, take, &t, NULL);
	int id;

	show("before", btf_dump__dump_type(d, 13), &t);
	id = btf__add_struct(b, "later", 64);
	btf__add_field(b, "all", 13, 0, 0);
	show("after", btf_dump__dump_type(d, (__u32)id), &t);
	btf_dump__free(d);
}

int main(void)
{
	struct btf *b = btf__new_empty(), *split;

	client_quiet();
	fill(b);
	definitions(b);
	declarations(b);
	values(b);
	errors(b);
	split = btf__new_empty_split(b);
	btf__add_struct(split, "of_split", 8);
	btf__add_field(split, "p", 6, 0, 0);
	grows(b);
	btf__free(split);
	btf__free(b);
	return 0;
}
