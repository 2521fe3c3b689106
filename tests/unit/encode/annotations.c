// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Annotations of declarations and types, as clang writes them and as GCC does. */
#include "asm.h"

#define LLVM(a, name, text)                                                                        \
	DIE(a, DW_TAG_LLVM_annotation, false, NAME(name), TEXT(DW_AT_const_value, text))

/* how many DECL_TAGs there are that say so of that component of that type */
static u32 tags(const struct btf *b, const char *text, const char *owner, u32 kind, s32 component)
{
	s32 to = btf__find_by_name_kind(b, owner, kind);
	u32 n = 0;

	assert_true(to > 0);
	for (u32 id = 1; id < btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);

		n += btf_is_decl_tag(t) && t->type == (u32)to &&
		     btf_decl_tag(t)->component_idx == component &&
		     !strcmp(btf__name_by_offset(b, t->name_off), text);
	}
	return n;
}

static void llvm(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i, p;

	(void)state;
	for (int k = 0; k < 2; k++) {
		unit(&a, 5);
		i = int_type(&a);
		p = DIE(&a, DW_TAG_pointer_type, true, REF(DW_AT_type, i));
		LLVM(&a, "btf_type_tag", "far");
		LLVM(&a, "btf_type_tag", "near");
		LLVM(&a, "btf_decl_tag", "of a pointer: nothing");
		end(&a);
		DIE(&a, DW_TAG_typedef, true, NAME("tagged_t"), REF(DW_AT_type, p));
		LLVM(&a, "btf_decl_tag", "typedef");
		LLVM(&a, "btf_type_tag", "not of a pointer");
		LLVM(&a, "something else", "nothing");
		end(&a);
		DIE(&a, DW_TAG_structure_type, true, NAME("s"), U1(DW_AT_byte_size, 8));
		DIE(&a, DW_TAG_member, true, NAME("a"), REF(DW_AT_type, i),
		    U1(DW_AT_data_member_location, 0));
		LLVM(&a, "btf_decl_tag", "first");
		end(&a);
		DIE(&a, DW_TAG_member, true, NAME("b"), REF(DW_AT_type, i),
		    U1(DW_AT_data_member_location, 4));
		LLVM(&a, "btf_decl_tag", "second");
		LLVM(&a, "btf_decl_tag", "twice");
		LLVM(&a, "btf_decl_tag", "");
		end(&a);
		LLVM(&a, "btf_decl_tag", "struct");
		end(&a);
		unit_end(&a);
	}
	b = encoded_ok(&a);
	/* what is nearest to the star comes first */
	assert_type(b, "tagged_t", BTF_KIND_TYPEDEF, "tagged_t=*tag(near)tag(far)int");
	assert_int_equal(tags(b, "typedef", "tagged_t", BTF_KIND_TYPEDEF, -1), 1);
	assert_int_equal(tags(b, "first", "s", BTF_KIND_STRUCT, 0), 1);
	assert_int_equal(tags(b, "second", "s", BTF_KIND_STRUCT, 1), 1);
	assert_int_equal(tags(b, "twice", "s", BTF_KIND_STRUCT, 1), 1);
	assert_int_equal(tags(b, "struct", "s", BTF_KIND_STRUCT, -1), 1);
	assert_int_equal(count_kind(b, BTF_KIND_DECL_TAG), 5);
	btf__free(b);
	assembly_free(&a);
}

static u32 gnu(struct assembly *a, const char *name, const char *text, u32 next)
{
	if (next)
		return DIE(a, DW_TAG_GNU_annotation, false, NAME(name),
			   TEXT(DW_AT_const_value, text), REF(DW_AT_GNU_annotation, next));
	return DIE(a, DW_TAG_GNU_annotation, false, NAME(name), TEXT(DW_AT_const_value, text));
}

static void chains(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i, p, one, two, type1, type2;

	(void)state;
	unit(&a, 5);
	i = int_type(&a);
	one = gnu(&a, "btf_decl_tag", "one", 0);
	two = gnu(&a, "btf_decl_tag", "two", one);
	type1 = gnu(&a, "btf_type_tag", "far", 0);
	type2 = gnu(&a, "btf_type_tag", "near", type1);
	p = DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, i),
		REF(DW_AT_GNU_annotation, type2));
	DIE(&a, DW_TAG_typedef, false, NAME("tagged_t"), REF(DW_AT_type, p),
	    REF(DW_AT_GNU_annotation, one));
	DIE(&a, DW_TAG_structure_type, true, NAME("s"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_GNU_annotation, two));
	member(&a, "a", i, 0);
	DIE(&a, DW_TAG_member, false, NAME("b"), REF(DW_AT_type, i),
	    U1(DW_AT_data_member_location, 4), REF(DW_AT_GNU_annotation, two));
	end(&a);
	/* a chain that is not one: another DIE */
	DIE(&a, DW_TAG_structure_type, false, NAME("wrong"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_GNU_annotation, i));
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "tagged_t", BTF_KIND_TYPEDEF, "tagged_t=*tag(near)tag(far)int");
	assert_int_equal(tags(b, "one", "tagged_t", BTF_KIND_TYPEDEF, -1), 1);
	assert_int_equal(tags(b, "one", "s", BTF_KIND_STRUCT, -1), 1);
	assert_int_equal(tags(b, "two", "s", BTF_KIND_STRUCT, -1), 1);
	assert_int_equal(tags(b, "one", "s", BTF_KIND_STRUCT, 1), 1);
	assert_int_equal(tags(b, "two", "s", BTF_KIND_STRUCT, 1), 1);
	assert_int_equal(count_kind(b, BTF_KIND_DECL_TAG), 5);
	btf__free(b);
	assembly_free(&a);
}

/* a chain that ends where it began is followed for a while */
static void endless(void **state)
{
	struct assembly a = {0};
	u32 at;

	(void)state;
	unit(&a, 5);
	at = here(&a);
	gnu(&a, "btf_decl_tag", "again", at);
	DIE(&a, DW_TAG_structure_type, false, NAME("s"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_GNU_annotation, at));
	unit_end(&a);
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "more than 64 annotations"));
	assembly_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(llvm),
		cmocka_unit_test(chains),
		cmocka_unit_test(endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
