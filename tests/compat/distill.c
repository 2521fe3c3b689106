// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf__distill_base and btf__relocate: their arguments, and small types where both libraries are
 * of one opinion. */
#include "client.h"

static struct btf *base_of(__u32 foo_size, int with_first)
{
	struct btf *b = btf__new_empty();
	int i, foo;

	if (with_first)
		btf__add_int(b, "long unsigned int", 8, 0);
	i = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	foo = btf__add_struct(b, "foo", foo_size);
	btf__add_field(b, "f1", i, 0, 0);
	btf__add_field(b, "f2", i, 32, 0);
	btf__add_typedef(b, "foo_t", foo);
	btf__add_enum(b, "color", 4);
	btf__add_enum_value(b, "RED", 1);
	btf__add_struct(b, NULL, 4);
	btf__add_field(b, "anon", i, 0, 0);
	btf__add_fwd(b, "opaque", BTF_FWD_STRUCT);
	btf__add_func_proto(b, i);
	btf__add_func_param(b, "arg", foo);
	btf__add_func(b, "fn", BTF_FUNC_STATIC, (int)btf__type_cnt(b) - 1);
	return b;
}

static int id(const struct btf *b, const char *name)
{
	return btf__find_by_name(b, name);
}

/* by pointer, by value, through typedef and prototype, anonymous, enum, forward */
static void use(struct btf *s, const struct btf *b)
{
	int t;

	btf__add_ptr(s, id(b, "foo"));
	t = btf__add_struct(s, "user", 32);
	btf__add_field(s, "color", id(b, "color"), 0, 0);
	btf__add_field(s, "anon", id(b, "color") + 1, 32, 0);
	btf__add_field(s, "p", t - 1, 64, 0);
	btf__add_ptr(s, id(b, "foo_t"));
	btf__add_ptr(s, id(b, "opaque"));
	btf__add_ptr(s, id(b, "opaque") + 1);
	btf__add_array(s, id(b, "int"), t, 2);
}

int main(void)
{
	struct btf *b = base_of(8, 0), *other = base_of(8, 1), *bigger = base_of(16, 1), *s, *dist,
		   *moved, *none;

	client_quiet();
	INT("distill a base", btf__distill_base(b, &dist, &moved));
	s = btf__new_empty_split(b);
	use(s, b);
	INT("distill no base out", btf__distill_base(s, NULL, &moved));
	INT("distill no split out", btf__distill_base(s, &dist, NULL));
	INT("distill", btf__distill_base(s, &dist, &moved));
	print_content("distilled base", dist);
	print_content("distilled split", moved);
	printf("split's base: %d\n", btf__base_btf(moved) == dist);
	btf__free(moved);
	btf__free(dist);
	/* once more: libbpf goes on giving the bytes that were asked for before relocating */
	INT("distill to relocate", btf__distill_base(s, &dist, &moved));
	INT("relocate to no base", btf__relocate(moved, NULL));
	INT("relocate to its base", btf__relocate(moved, dist));
	INT("relocate", btf__relocate(moved, other));
	print_content("relocated", moved);
	printf("relocated base: %d\n", btf__base_btf(moved) == other);
	btf__free(moved);
	btf__free(dist);

	/* by pointer only: a struct may have grown */
	INT("distill again", btf__distill_base(s, &dist, &moved));
	INT("relocate to bigger", btf__relocate(moved, bigger));
	print_content("relocated to bigger", moved);
	btf__free(moved);
	btf__free(dist);

	/* embedded: it may not */
	btf__add_struct(s, "holder", 8);
	btf__add_field(s, "foo", id(b, "foo"), 0, 0);
	INT("distill embedded", btf__distill_base(s, &dist, &moved));
	print_content("embedded base", dist);
	print_content("embedded split", moved);
	btf__free(moved);
	btf__free(dist);
	INT("distill embedded to relocate", btf__distill_base(s, &dist, &moved));
	INT("relocate embedded to bigger", btf__relocate(moved, bigger));
	INT("relocate embedded", btf__relocate(moved, other));
	print_content("embedded relocated", moved);
	btf__free(moved);
	btf__free(dist);

	/* nothing fits */
	none = btf__new_empty();
	btf__add_int(none, "unrelated", 4, 0);
	INT("distill third", btf__distill_base(s, &dist, &moved));
	INT("relocate to nothing", btf__relocate(moved, none));
	btf__free(moved);
	btf__free(dist);
	btf__free(none);

	/* a kind that does not travel */
	btf__add_decl_tag(s, "tag", id(b, "fn"), 0);
	INT("distill tag on base func", btf__distill_base(s, &dist, &moved));
	btf__free(s);
	btf__free(bigger);
	btf__free(other);
	btf__free(b);
	return 0;
}
