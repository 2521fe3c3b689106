// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Types, one by one: what each DIE becomes, and what is left of those that BTF has no words for. */
#include "asm.h"

static void numbers(void **state)
{
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	unit(&a, 5);
	int_type(&a);
	base_type(&a, "char", 1, DW_ATE_signed_char);
	base_type(&a, "unsigned char", 1, DW_ATE_unsigned_char);
	base_type(&a, "_Bool", 1, DW_ATE_boolean);
	base_type(&a, "__int128", 16, DW_ATE_signed);
	base_type(&a, "char16_t", 2, DW_ATE_UTF);
	base_type(&a, "_Float16", 2, DW_ATE_float);
	base_type(&a, "float", 4, DW_ATE_float);
	base_type(&a, "long double", 12, DW_ATE_float);
	base_type(&a, "__float128", 16, DW_ATE_float);
	/* sizes that an INT cannot have */
	base_type(&a, "_BitInt(192)", 24, DW_ATE_signed);
	base_type(&a, "empty", 0, DW_ATE_unsigned);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "int", BTF_KIND_INT, "int{4;32;signed}");
	assert_type(b, "char", BTF_KIND_INT, "char{1;8;signed}");
	assert_type(b, "unsigned char", BTF_KIND_INT, "unsigned char{1;8;unsigned}");
	assert_type(b, "_Bool", BTF_KIND_INT, "_Bool{1;8;bool}");
	assert_type(b, "__int128", BTF_KIND_INT, "__int128{16;128;signed}");
	assert_type(b, "char16_t", BTF_KIND_INT, "char16_t{2;16;unsigned}");
	assert_type(b, "_Float16", BTF_KIND_FLOAT, "_Float16{float}2");
	assert_type(b, "long double", BTF_KIND_FLOAT, "long double{float}12");
	assert_type(b, "__float128", BTF_KIND_FLOAT, "__float128{float}16");
	assert_true(btf__find_by_name_kind(b, "_BitInt(192)", BTF_KIND_INT) < 0);
	/* a signed and an unsigned one */
	assert_int_equal(count_kind(b, BTF_KIND_INT), 8);
	assert_type(b, "__SANITIZED_FAKE_INT__", BTF_KIND_INT,
		    "__SANITIZED_FAKE_INT__{4;32;signed}");
	btf__free(b);
	assembly_free(&a);
}

static void odd_types(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i, c, s, p, sub;

	(void)state;
	unit(&a, 5);
	i = int_type(&a);
	c = base_type(&a, "complex double", 16, DW_ATE_complex_float);
	DIE(&a, DW_TAG_typedef, false, NAME("complex_t"), REF(DW_AT_type, c));
	c = base_type(&a, "complex _Float16", 4, DW_ATE_complex_float);
	DIE(&a, DW_TAG_typedef, false, NAME("half_t"), REF(DW_AT_type, c));
	c = base_type(&a, "complex odd", 10, DW_ATE_complex_float);
	DIE(&a, DW_TAG_typedef, false, NAME("odd_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_atomic_type, false, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_typedef, false, NAME("atomic_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_reference_type, false, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_typedef, false, NAME("ref_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_rvalue_reference_type, false, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_typedef, false, NAME("rref_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_unspecified_type, false, NAME("decltype(nullptr)"));
	DIE(&a, DW_TAG_typedef, false, NAME("nullptr_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_unspecified_type, false, NAME("void"));
	DIE(&a, DW_TAG_typedef, false, NAME("nothing_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_ptr_to_member_type, false, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_typedef, false, NAME("member_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_string_type, false, U1(DW_AT_byte_size, 9));
	DIE(&a, DW_TAG_typedef, false, NAME("string_t"), REF(DW_AT_type, c));
	c = DIE(&a, DW_TAG_immutable_type, false, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_template_alias, false, NAME("alias_t"), REF(DW_AT_type, c));
	/* a declaration without a name is nothing */
	c = DIE(&a, DW_TAG_structure_type, false, FLAG(DW_AT_declaration));
	DIE(&a, DW_TAG_typedef, false, NAME("nameless_t"), REF(DW_AT_type, c));
	DIE(&a, DW_TAG_structure_type, false, NAME("fwd"), FLAG(DW_AT_declaration));
	DIE(&a, DW_TAG_union_type, false, NAME("ufwd"), FLAG(DW_AT_declaration));
	DIE(&a, DW_TAG_enumeration_type, false, NAME("efwd"), FLAG(DW_AT_declaration));
	DIE(&a, DW_TAG_const_type, false, REF(DW_AT_type, 0));
	DIE(&a, DW_TAG_typedef, false, NAME("void_t"));
	/* a prototype of K&R */
	sub = BARE(&a, DW_TAG_subroutine_type, true);
	BARE(&a, DW_TAG_unspecified_parameters, false);
	end(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("knr_t"), REF(DW_AT_type, sub));
	/* class, base class left out, static members left out */
	s = DIE(&a, DW_TAG_class_type, true, NAME("cls"), U1(DW_AT_byte_size, 8));
	p = DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, s));
	DIE(&a, DW_TAG_inheritance, false, REF(DW_AT_type, s), U1(DW_AT_data_member_location, 0));
	member(&a, "self", p, 0);
	DIE(&a, DW_TAG_member, false, NAME("st"), REF(DW_AT_type, i), FLAG(DW_AT_external),
	    FLAG(DW_AT_declaration));
	end(&a);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "complex_t", BTF_KIND_TYPEDEF, "complex_t=double[2]");
	assert_type(b, "half_t", BTF_KIND_TYPEDEF, "half_t=_Float16[2]");
	assert_type(b, "odd_t", BTF_KIND_TYPEDEF, "odd_t=__SANITIZED_FAKE_INT__");
	assert_type(b, "atomic_t", BTF_KIND_TYPEDEF, "atomic_t=int");
	assert_type(b, "ref_t", BTF_KIND_TYPEDEF, "ref_t=*int");
	assert_type(b, "rref_t", BTF_KIND_TYPEDEF, "rref_t=*int");
	assert_type(b, "nullptr_t", BTF_KIND_TYPEDEF, "nullptr_t=*void");
	assert_type(b, "nothing_t", BTF_KIND_TYPEDEF, "nothing_t=void");
	assert_type(b, "member_t", BTF_KIND_TYPEDEF, "member_t=__ptr_to_member");
	assert_type(b, "__ptr_to_member", BTF_KIND_INT, "__ptr_to_member{8;64;unsigned}");
	assert_type(b, "string_t", BTF_KIND_TYPEDEF, "string_t=char[9]");
	assert_type(b, "alias_t", BTF_KIND_TYPEDEF, "alias_t=const int");
	assert_type(b, "nameless_t", BTF_KIND_TYPEDEF, "nameless_t=void");
	assert_type(b, "fwd", BTF_KIND_FWD, "struct fwd;");
	assert_type(b, "ufwd", BTF_KIND_FWD, "union ufwd;");
	assert_type(b, "efwd", BTF_KIND_ENUM, "enum efwd{4}");
	assert_type(b, "knr_t", BTF_KIND_TYPEDEF, "knr_t=void(void)");
	assert_type(b, "cls", BTF_KIND_STRUCT, "struct cls{8;self@0:*struct cls}");
	btf__free(b);
	assembly_free(&a);
}

static u32 array(struct assembly *a, u32 of, const u32 *dim, u32 cnt)
{
	u32 at = DIE(a, DW_TAG_array_type, true, REF(DW_AT_type, of));

	for (u32 i = 0; i < cnt; i++)
		if (dim[i])
			DIE(a, DW_TAG_subrange_type, false, UDATA(DW_AT_upper_bound, dim[i] - 1));
		else
			DIE(a, DW_TAG_subrange_type, false, U1(DW_AT_count, 0));
	end(a);
	return at;
}

static void arrays(void **state)
{
	const u32 three[] = {2, 3, 4}, none[] = {5, 0}, huge[] = {0x10000, 0x10000};
	u32 many[64], i, t;
	struct assembly a = {0};
	struct btf *b;

	(void)state;
	for (i = 0; i < 64; i++)
		many[i] = i % 16 ? 1 : 4;
	unit(&a, 5);
	i = int_type(&a);
	t = array(&a, i, three, 3);
	DIE(&a, DW_TAG_typedef, false, NAME("three_t"), REF(DW_AT_type, t));
	t = array(&a, i, none, 2);
	DIE(&a, DW_TAG_typedef, false, NAME("none_t"), REF(DW_AT_type, t));
	t = array(&a, i, many, 64);
	DIE(&a, DW_TAG_typedef, false, NAME("many_t"), REF(DW_AT_type, t));
	/* of variable length: the bound is an expression */
	t = DIE(&a, DW_TAG_array_type, true, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_subrange_type, false, BLOCK(DW_AT_upper_bound, "\x91\x70\x06"));
	end(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("vla_t"), REF(DW_AT_type, t));
	/* a vector of four */
	t = DIE(&a, DW_TAG_array_type, true, FLAG(DW_AT_GNU_vector), REF(DW_AT_type, i));
	DIE(&a, DW_TAG_subrange_type, false, U1(DW_AT_count, 4));
	end(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("vec_t"), REF(DW_AT_type, t));
	/* -1 and lower bounds */
	t = DIE(&a, DW_TAG_array_type, true, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_subrange_type, false, SDATA(DW_AT_lower_bound, 3),
	    SDATA(DW_AT_upper_bound, 7));
	end(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("low_t"), REF(DW_AT_type, t));
	t = DIE(&a, DW_TAG_array_type, true, REF(DW_AT_type, i));
	DIE(&a, DW_TAG_subrange_type, false, SDATA(DW_AT_upper_bound, -1));
	end(&a);
	DIE(&a, DW_TAG_typedef, false, NAME("minus_t"), REF(DW_AT_type, t));
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "three_t", BTF_KIND_TYPEDEF, "three_t=int[24]");
	assert_type(b, "none_t", BTF_KIND_TYPEDEF, "none_t=int[0]");
	assert_type(b, "many_t", BTF_KIND_TYPEDEF, "many_t=int[256]");
	assert_type(b, "vla_t", BTF_KIND_TYPEDEF, "vla_t=int[0]");
	assert_type(b, "vec_t", BTF_KIND_TYPEDEF, "vec_t=int[4]");
	assert_type(b, "low_t", BTF_KIND_TYPEDEF, "low_t=int[5]");
	assert_type(b, "minus_t", BTF_KIND_TYPEDEF, "minus_t=int[0]");
	/* the index of all of them, and what they are made of */
	assert_int_equal(count_kind(b, BTF_KIND_INT), 1);
	btf__free(b);
	assembly_free(&a);

	unit(&a, 5);
	i = int_type(&a);
	t = array(&a, i, huge, 2);
	DIE(&a, DW_TAG_typedef, false, NAME("huge_t"), REF(DW_AT_type, t));
	unit_end(&a);
	b = warned(&a, BTF_CODE_ENCODE_ODD, "more elements than BTF can count");
	assert_type(b, "huge_t", BTF_KIND_TYPEDEF, "huge_t=int[0]");
	btf__free(b);
	assembly_free(&a);
}

static void bitfields(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i;

	(void)state;
	unit(&a, 5);
	i = int_type(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("new"), U1(DW_AT_byte_size, 8));
	DIE(&a, DW_TAG_member, false, NAME("a"), REF(DW_AT_type, i), U1(DW_AT_bit_size, 3),
	    U1(DW_AT_data_bit_offset, 5));
	DIE(&a, DW_TAG_member, false, NAME("b"), REF(DW_AT_type, i), UDATA(DW_AT_bit_size, 32),
	    UDATA(DW_AT_data_bit_offset, 32));
	end(&a);
	unit_end(&a);
	/* counted from the high end of the storage, whose size is told or that of the type */
	unit(&a, 3);
	i = int_type(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("old"), U1(DW_AT_byte_size, 8));
	DIE(&a, DW_TAG_member, false, NAME("a"), REF(DW_AT_type, i), U1(DW_AT_byte_size, 4),
	    U1(DW_AT_bit_size, 3), U1(DW_AT_bit_offset, 24), U1(DW_AT_data_member_location, 0));
	DIE(&a, DW_TAG_member, false, NAME("b"), REF(DW_AT_type, i), U1(DW_AT_bit_size, 8),
	    U1(DW_AT_bit_offset, 24), BLOCK(DW_AT_data_member_location, "\x23\x04"));
	end(&a);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "new", BTF_KIND_STRUCT, "struct new{8;a@5:3:int;b@32:32:int}");
	assert_type(b, "old", BTF_KIND_STRUCT, "struct old{8;a@5:3:int;b@32:8:int}");
	btf__free(b);
	assembly_free(&a);

	/* big-endian: from the high end, which is where BTF counts from too */
	a.big = true;
	unit(&a, 3);
	i = int_type(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("old"), U1(DW_AT_byte_size, 8));
	DIE(&a, DW_TAG_member, false, NAME("a"), REF(DW_AT_type, i), U1(DW_AT_byte_size, 4),
	    U1(DW_AT_bit_size, 3), U1(DW_AT_bit_offset, 24), U1(DW_AT_data_member_location, 0));
	end(&a);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "old", BTF_KIND_STRUCT, "struct old{8;a@24:3:int}");
	btf__free(b);
	assembly_free(&a);
}

static void enums(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 l, ul, t;

	(void)state;
	unit(&a, 5);
	l = base_type(&a, "long", 8, DW_ATE_signed);
	ul = base_type(&a, "ulong", 8, DW_ATE_unsigned);
	t = DIE(&a, DW_TAG_typedef, false, NAME("long_t"), REF(DW_AT_type, l));
	DIE(&a, DW_TAG_enumeration_type, true, NAME("small"), U1(DW_AT_byte_size, 4));
	DIE(&a, DW_TAG_enumerator, false, NAME("S_A"), U1(DW_AT_const_value, 255));
	DIE(&a, DW_TAG_enumerator, false, NAME("S_B"), UDATA(DW_AT_const_value, 0xffffffff));
	end(&a);
	DIE(&a, DW_TAG_enumeration_type, true, NAME("neg"), U1(DW_AT_byte_size, 1));
	DIE(&a, DW_TAG_enumerator, false, NAME("N_A"), SDATA(DW_AT_const_value, -2));
	DIE(&a, DW_TAG_enumerator, false, NAME("N_B"), IMPLICIT(DW_AT_const_value, -1));
	end(&a);
	DIE(&a, DW_TAG_enumeration_type, true, NAME("wide"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_type, l));
	DIE(&a, DW_TAG_enumerator, false, NAME("W"), SDATA(DW_AT_const_value, -1));
	end(&a);
	DIE(&a, DW_TAG_enumeration_type, true, NAME("uwide"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_type, ul));
	DIE(&a, DW_TAG_enumerator, false, NAME("U"), U8(DW_AT_const_value, 1ull << 63));
	end(&a);
	/* only the direct underlying type counts */
	DIE(&a, DW_TAG_enumeration_type, true, NAME("twide"), U1(DW_AT_byte_size, 8),
	    REF(DW_AT_type, t));
	DIE(&a, DW_TAG_enumerator, false, NAME("T"), SDATA(DW_AT_const_value, 5));
	end(&a);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "small", BTF_KIND_ENUM, "enum small{4;S_A=255;S_B=-1}");
	assert_type(b, "neg", BTF_KIND_ENUM, "enum neg{1s;N_A=-2;N_B=-1}");
	assert_type(b, "wide", BTF_KIND_ENUM64, "enum64 wide{8s;W=0xffffffffffffffff}");
	assert_type(b, "uwide", BTF_KIND_ENUM64, "enum64 uwide{8;U=0x8000000000000000}");
	assert_type(b, "twide", BTF_KIND_ENUM64, "enum64 twide{8;T=0x5}");
	btf__free(b);
	assembly_free(&a);
}

/* types that BTF has no words for: the file goes on, and so does what holds them */
static void refusals(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i, s, u, e, big;

	(void)state;
	unit(&a, 5);
	i = int_type(&a);
	s = DIE(&a, DW_TAG_structure_type, true, NAME("far"), U4(DW_AT_byte_size, 0x40000000));
	member(&a, "near", i, 0);
	member(&a, "far", i, 0x20000000);
	end(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("bits"), U4(DW_AT_byte_size, 0x400000));
	DIE(&a, DW_TAG_member, false, NAME("x"), REF(DW_AT_type, i), U1(DW_AT_bit_size, 3),
	    U4(DW_AT_data_bit_offset, 0x1000000));
	end(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("wide"), U1(DW_AT_byte_size, 64));
	DIE(&a, DW_TAG_member, false, NAME("x"), REF(DW_AT_type, i), U2(DW_AT_bit_size, 300),
	    U1(DW_AT_data_bit_offset, 0));
	end(&a);
	u = DIE(&a, DW_TAG_union_type, true, NAME("shifted"), U1(DW_AT_byte_size, 8));
	member(&a, "x", i, 4);
	end(&a);
	DIE(&a, DW_TAG_structure_type, false, NAME("huge"), U8(DW_AT_byte_size, 1ull << 32));
	e = DIE(&a, DW_TAG_enumeration_type, true, NAME("range"), U1(DW_AT_byte_size, 4));
	DIE(&a, DW_TAG_enumerator, false, NAME("R"), U8(DW_AT_const_value, 1ull << 40));
	end(&a);
	DIE(&a, DW_TAG_structure_type, true, NAME("holder"), U4(DW_AT_byte_size, 0x40000010));
	member(&a, "s", s, 0);
	member(&a, "u", u, 0x100);
	member(&a, "e", e, 0x108);
	end(&a);
	/* 70,000 members, values, parameters */
	big = DIE(&a, DW_TAG_structure_type, true, NAME("many"), U4(DW_AT_byte_size, 280000));
	for (u32 n = 0; n < 70000; n++) {
		uleb(a.to, a.code + 1);
		bytes(a.to, "m", 2);
		bytes(a.to, &i, 4);
		uleb(a.to, 4 * n);
	}
	u = a.code;
	member(&a, "m", i, 0); /* whose abbreviation it was */
	assert_int_equal(a.code, u + 1);
	end(&a);
	DIE(&a, DW_TAG_pointer_type, false, REF(DW_AT_type, big));
	BARE(&a, DW_TAG_subroutine_type, true);
	for (u32 n = 0; n < 65535; n++) {
		uleb(a.to, a.code + 1);
		bytes(a.to, &i, 4);
	}
	DIE(&a, DW_TAG_formal_parameter, false, REF(DW_AT_type, i));
	end(&a);
	unit_end(&a);
	b = warned(&a, BTF_CODE_ENCODE_ODD,
		   "unit unit.c, DIE at 0x1c, far: a member stands behind what BTF can say");
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "bits: a bit-field stands behind"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "wide: a bit-field stands behind"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "shifted: a member of a union"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "huge: it is larger than BTF can say"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "range: a value has more bits"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "many: it has more members"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "(anonymous): it has more members"));
	assert_type(b, "far", BTF_KIND_STRUCT, "struct far{1073741824}");
	assert_type(b, "bits", BTF_KIND_STRUCT, "struct bits{4194304}");
	assert_type(b, "wide", BTF_KIND_STRUCT, "struct wide{64}");
	assert_type(b, "shifted", BTF_KIND_UNION, "union shifted{8}");
	assert_type(b, "huge", BTF_KIND_FWD, "struct huge;");
	assert_type(b, "range", BTF_KIND_ENUM, "enum range{4}");
	assert_type(b, "many", BTF_KIND_STRUCT, "struct many{280000}");
	assert_type(b, "holder", BTF_KIND_STRUCT,
		    "struct holder{1073741840;s@0:struct far;u@2048:union shifted;"
		    "e@2112:enum range}");
	assert_int_equal(count_kind(b, BTF_KIND_FUNC_PROTO), 0);
	btf__free(b);
	assembly_free(&a);
}

/* many odd types: some are named, all are counted, and -j changes nothing (see asm.c) */
static void many_odd(void **state)
{
	struct assembly a = {0};

	(void)state;
	for (u32 k = 0; k < 40; k++) {
		char name[20];

		snprintf(name, sizeof(name), "odd%02u", k);
		unit(&a, 5);
		DIE(&a, DW_TAG_structure_type, false, NAME("everywhere"),
		    U8(DW_AT_byte_size, 1ull << 33));
		DIE(&a, DW_TAG_structure_type, false, NAME(name), U8(DW_AT_byte_size, 1ull << 32));
		unit_end(&a);
	}
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "odd14: it is larger"));
	btf__free(warned(&a, BTF_CODE_ENCODE_ODD, "such places in all units: 80"));
	assembly_free(&a);
}

static void nested(void **state)
{
	struct assembly a = {0};
	struct btf *b;
	u32 i, in;

	(void)state;
	unit(&a, 5);
	i = int_type(&a);
	/* types that stand between members, as C++ puts them */
	DIE(&a, DW_TAG_structure_type, true, NAME("outer"), U1(DW_AT_byte_size, 16));
	member(&a, "a", i, 0);
	in = DIE(&a, DW_TAG_union_type, true, U1(DW_AT_byte_size, 4));
	member(&a, "u", i, 0);
	member(&a, "v", i, 0);
	end(&a);
	DIE(&a, DW_TAG_member, false, REF(DW_AT_type, in), U1(DW_AT_data_member_location, 4));
	DIE(&a, DW_TAG_structure_type, false, NAME("between"), U1(DW_AT_byte_size, 0));
	member(&a, "z", i, 12);
	end(&a);
	/* and types in functions, blocks, namespaces */
	DIE(&a, DW_TAG_subprogram, true, NAME("f"));
	BARE(&a, DW_TAG_lexical_block, true);
	DIE(&a, DW_TAG_structure_type, true, NAME("local"), U1(DW_AT_byte_size, 4));
	member(&a, "m", i, 0);
	end(&a);
	end(&a);
	end(&a);
	DIE(&a, DW_TAG_namespace, true, NAME("ns"));
	DIE(&a, DW_TAG_typedef, false, NAME("in_ns"), REF(DW_AT_type, i));
	end(&a);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_type(b, "outer", BTF_KIND_STRUCT,
		    "struct outer{16;a@0:int;@32:union {4;u@0:int;v@0:int};z@96:int}");
	assert_type(b, "local", BTF_KIND_STRUCT, "struct local{4;m@0:int}");
	assert_type(b, "in_ns", BTF_KIND_TYPEDEF, "in_ns=int");
	btf__free(b);
	assembly_free(&a);
}

/* a string section without NULs makes each name as long as itself: it is cut, and as such compared */
static void long_names(void **state)
{
	struct assembly a = {0};
	char name[3 * KEY_NAME_MAX], want[KEY_NAME_MAX + 1];
	struct btf *b;
	u32 id;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(want, 'n', KEY_NAME_MAX);
	want[KEY_NAME_MAX] = '\0';
	unit(&a, 5);
	base_type(&a, name, 4, DW_ATE_signed);
	base_type(&a, name + 1, 4, DW_ATE_signed);
	base_type(&a, name + sizeof(name) - KEY_NAME_MAX, 4, DW_ATE_signed);
	unit_end(&a);
	b = encoded_ok(&a);
	assert_int_equal(count_kind(b, BTF_KIND_INT), 2);
	id = (u32)btf__find_by_name_kind(b, want, BTF_KIND_INT);
	assert_int_equal(id, 1);
	assert_true(btf__find_by_name_kind(b, want + 1, BTF_KIND_INT) > 0);
	btf__free(b);
	assembly_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),  cmocka_unit_test(odd_types),
		cmocka_unit_test(arrays),   cmocka_unit_test(bitfields),
		cmocka_unit_test(enums),    cmocka_unit_test(refusals),
		cmocka_unit_test(many_odd), cmocka_unit_test(nested),
		cmocka_unit_test(long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
