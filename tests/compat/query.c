// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Look-ups, sizes and alignments over types made for their corners. */
#include "client.h"

static void all_types(const char *what, const struct btf *b)
{
	char label[64];

	for (__u32 id = 0; id <= btf__type_cnt(b); id++) {
		snprintf(label, sizeof(label), "%s size %u", what, id);
		INT(label, btf__resolve_size(b, id));
		snprintf(label, sizeof(label), "%s type %u", what, id);
		INT(label, btf__resolve_type(b, id));
		/* libbpf crashes on an id that does not exist */
		if (id == btf__type_cnt(b))
			break;
		errno = 0;
		printf("%s align %u: %d", what, id, btf__align_of(b, id));
		printf(" errno %d\n", errno);
	}
}

static void fill(struct btf *b)
{
	btf__add_int(b, "int", 4, BTF_INT_SIGNED);		/* 1 */
	btf__add_int(b, "char", 1, BTF_INT_CHAR);		/* 2 */
	btf__add_int(b, "__int128", 16, BTF_INT_SIGNED);	/* 3 */
	btf__add_ptr(b, 0);					/* 4 */
	btf__add_array(b, 1, 1, 10);				/* 5 */
	btf__add_array(b, 1, 5, 7);				/* 6: int [7][10] */
	btf__add_array(b, 1, 1, 0);				/* 7 */
	btf__add_array(b, 1, 5, 0xffffffff);			/* 8: too big */
	btf__add_array(b, 1, 7, 0xffffffff);			/* 9: int [huge][0] */
	btf__add_struct(b, "packed", 5);			/* 10 */
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_field(b, "i", 1, 8, 0);
	btf__add_struct(b, "plain", 24);			/* 11 */
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_field(b, "i", 1, 32, 0);
	btf__add_field(b, "p", 4, 64, 0);
	btf__add_field(b, "packed", 10, 128, 0);
	btf__add_struct(b, "bits", 4);				/* 12 */
	btf__add_field(b, "a", 1, 0, 3);
	btf__add_field(b, "b", 1, 3, 5);
	btf__add_struct(b, "odd_size", 7);			/* 13 */
	btf__add_field(b, "i", 1, 0, 0);
	btf__add_union(b, "u", 24);				/* 14 */
	btf__add_field(b, "s", 11, 0, 0);
	btf__add_field(b, "c", 2, 0, 0);
	btf__add_struct(b, "empty", 0);				/* 15 */
	btf__add_fwd(b, "fwd", BTF_FWD_STRUCT);			/* 16 */
	btf__add_typedef(b, "t_int", 1);			/* 17 */
	btf__add_const(b, 17);					/* 18 */
	btf__add_volatile(b, 18);				/* 19 */
	btf__add_restrict(b, 4);				/* 20 */
	btf__add_type_tag(b, "tag", 19);			/* 21 */
	btf__add_const(b, 0);					/* 22: const void */
	btf__add_typedef(b, "t_fwd", 16);			/* 23 */
	btf__add_func_proto(b, 1);				/* 24 */
	btf__add_func_param(b, "a", 21);
	btf__add_func(b, "func", BTF_FUNC_GLOBAL, 24);		/* 25 */
	btf__add_var(b, "var", BTF_VAR_GLOBAL_ALLOCATED, 11);	/* 26 */
	btf__add_datasec(b, ".bss", 24);			/* 27 */
	btf__add_datasec_var_info(b, 26, 0, 24);
	btf__add_float(b, "double", 8);				/* 28 */
	btf__add_float(b, "long double", 16);			/* 29 */
	btf__add_decl_tag(b, "dtag", 11, -1);			/* 30 */
	btf__add_enum(b, "e", 4);				/* 31 */
	btf__add_enum_value(b, "A", 1);
	btf__add_enum64(b, "e64", 8, false);			/* 32 */
	btf__add_array(b, 1, 16, 2);				/* 33: of fwd */
	btf__add_struct(b, "has_fwd", 8);			/* 34 */
	btf__add_field(b, "f", 16, 0, 0);
	btf__add_struct(b, "plain", 4);				/* 35: a second one of the name */
	btf__add_field(b, "i", 1, 0, 0);
	btf__add_ptr(b, 34);					/* 36 */
	btf__add_array(b, 1, 36, 4);				/* 37 */
	btf__add_struct(b, NULL, 8);				/* 38 */
	btf__add_field(b, "flex", 7, 64, 0);
	btf__add_fwd(b, "plain", BTF_FWD_STRUCT);		/* 39 */
}

static void names(const char *what, const struct btf *b)
{
	static const char *const all[] = {"int",  "plain", "e",	    "func", "var",   ".bss",
					  "t_int", "",	   "void",  "nope", "A",     "dtag",
					  "tag",  "fwd",   "u",	    "char", "split", "t_split"};
	char label[64];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		snprintf(label, sizeof(label), "%s find '%s'", what, all[i]);
		INT(label, btf__find_by_name(b, all[i]));
		for (__u32 kind = 0; kind < 24; kind++) {
			snprintf(label, sizeof(label), "%s find '%s' kind %u", what, all[i], kind);
			INT(label, btf__find_by_name_kind(b, all[i], kind));
		}
	}
}

static void strings(const char *what, const struct btf *b)
{
	char label[64];

	for (__u32 off = 0; off < 420; off += 3) {
		const char *s;

		errno = 0;
		s = btf__str_by_offset(b, off);
		snprintf(label, sizeof(label), "%s string %u", what, off);
		printf("%s: %s errno %d\n", label, s ? s : "NULL", s ? 0 : errno);
		errno = 0;
		s = btf__name_by_offset(b, off);
		printf("%s name: %s errno %d\n", label, s ? s : "NULL", s ? 0 : errno);
	}
}

int main(void)
{
	struct btf *b, *s, *s2;

	client_quiet();
	b = btf__new_empty();
	fill(b);
	all_types("host", b);
	names("base", b);
	strings("base", b);
	INT("set pointer size 4", btf__set_pointer_size(b, 4));
	INT("pointer size 4", (long)btf__pointer_size(b));
	INT("set pointer size 3", btf__set_pointer_size(b, 3));
	INT("set pointer size 0", btf__set_pointer_size(b, 0));
	all_types("ptr4", b);

	s = btf__new_empty_split(b);
	INT("split pointer size", (long)btf__pointer_size(s));
	INT("split type_cnt", btf__type_cnt(s));
	INT("split add", btf__add_struct(s, "split", 24));
	INT("split field", btf__add_field(s, "m", 11, 0, 0));
	INT("split typedef", btf__add_typedef(s, "t_split", btf__type_cnt(b)));
	INT("split plain", btf__add_struct(s, "plain", 12));
	INT("split int string", btf__add_str(s, "int"));
	INT("split new string", btf__add_str(s, "new in split"));
	INT("split find base string", btf__find_str(s, "plain"));
	INT("split find own string", btf__find_str(s, "t_split"));
	INT("split find no string", btf__find_str(s, "no such"));
	all_types("split", s);
	names("split", s);
	strings("split", s);
	printf("split base: %d\n", btf__base_btf(s) == b);
	printf("base base: %d\n", btf__base_btf(b) == NULL);
	print_content("split", s);

	s2 = btf__new_empty_split(s);
	INT("split2 add", btf__add_typedef(s2, "t_split2", btf__type_cnt(b)));
	INT("split2 find", btf__find_by_name(s2, "t_split"));
	INT("split2 find own", btf__find_by_name(s2, "t_split2"));
	all_types("split2", s2);
	btf__free(s2);
	btf__free(s);

	INT("fd", btf__fd(b));
	btf__set_fd(b, 77);
	INT("fd set", btf__fd(b));
	btf__set_fd(b, -1);
	btf__free(b);
	return 0;
}
