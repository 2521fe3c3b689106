// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Every add_* call with good and bad arguments, and the bytes that come out. */
#include "client.h"

static void ints(struct btf *b)
{
	char label[64];

	for (int sz = 0; sz <= 33; sz++) {
		snprintf(label, sizeof(label), "int size %d", sz);
		INT(label, btf__add_int(b, "int", (size_t)sz, 0));
		snprintf(label, sizeof(label), "float size %d", sz);
		INT(label, btf__add_float(b, "float", (size_t)sz));
		snprintf(label, sizeof(label), "enum size %d", sz);
		INT(label, btf__add_enum(b, "E", (__u32)sz));
		snprintf(label, sizeof(label), "enum64 size %d", sz);
		INT(label, btf__add_enum64(b, "E64", (__u32)sz, sz & 8));
	}
	for (int enc = -1; enc < 10; enc++) {
		snprintf(label, sizeof(label), "int encoding %d", enc);
		INT(label, btf__add_int(b, "enc", 4, enc));
	}
	INT("int no name", btf__add_int(b, NULL, 4, 0));
	INT("int empty name", btf__add_int(b, "", 4, 0));
	INT("float no name", btf__add_float(b, NULL, 4));
}

static void refs(struct btf *b)
{
	static const int ids[] = {-1, 0, 1, 7, 100000, 0x7fffffff};
	char label[64];

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
#define REF(name, call)                                                                            \
	snprintf(label, sizeof(label), name " id %d", ids[i]);                                     \
	INT(label, call)
		REF("ptr", btf__add_ptr(b, ids[i]));
		REF("const", btf__add_const(b, ids[i]));
		REF("volatile", btf__add_volatile(b, ids[i]));
		REF("restrict", btf__add_restrict(b, ids[i]));
		REF("typedef", btf__add_typedef(b, "td", ids[i]));
		REF("type_tag", btf__add_type_tag(b, "tag", ids[i]));
		REF("array elem", btf__add_array(b, 1, ids[i], 3));
		REF("array index", btf__add_array(b, ids[i], 1, 3));
		REF("func", btf__add_func(b, "f", BTF_FUNC_STATIC, ids[i]));
		REF("var", btf__add_var(b, "v", BTF_VAR_STATIC, ids[i]));
		REF("decl_tag", btf__add_decl_tag(b, "dt", ids[i], -1));
		REF("func_proto", btf__add_func_proto(b, ids[i]));
		REF("param", btf__add_func_param(b, "p", ids[i]));
	}
	INT("typedef no name", btf__add_typedef(b, NULL, 1));
	INT("typedef empty name", btf__add_typedef(b, "", 1));
	INT("type_tag no name", btf__add_type_tag(b, NULL, 1));
	INT("decl_tag no name", btf__add_decl_tag(b, "", 1, -1));
	INT("func no name", btf__add_func(b, "", BTF_FUNC_GLOBAL, 1));
	INT("var no name", btf__add_var(b, NULL, BTF_VAR_STATIC, 1));
	for (int i = -3; i < 5; i++) {
		snprintf(label, sizeof(label), "func linkage %d", i);
		INT(label, btf__add_func(b, "fl", (enum btf_func_linkage)i, 1));
		snprintf(label, sizeof(label), "var linkage %d", i);
		INT(label, btf__add_var(b, "vl", i, 1));
		snprintf(label, sizeof(label), "decl_tag idx %d", i);
		INT(label, btf__add_decl_tag(b, "dti", 1, i));
		snprintf(label, sizeof(label), "fwd kind %d", i);
		INT(label, btf__add_fwd(b, "fwd", (enum btf_fwd_kind)i));
	}
	INT("fwd no name", btf__add_fwd(b, NULL, BTF_FWD_STRUCT));
}

static void structs(struct btf *b)
{
	INT("struct", btf__add_struct(b, "s", 64));
	INT("field", btf__add_field(b, "a", 1, 0, 0));
	INT("field no name", btf__add_field(b, NULL, 1, 32, 0));
	INT("field bad id", btf__add_field(b, "x", -1, 32, 0));
	INT("field off 7 no bits", btf__add_field(b, "x", 1, 7, 0));
	INT("field bits 256", btf__add_field(b, "x", 1, 8, 256));
	INT("field bits 0 odd", btf__add_field(b, "x", 1, 9, 0));
	INT("field bits far", btf__add_field(b, "x", 1, 0x1000000, 3));
	INT("field bits", btf__add_field(b, "bits", 1, 65, 3));
	INT("field bits 255", btf__add_field(b, "bits255", 1, 0xffffff, 255));
	INT("field after bits", btf__add_field(b, "after", 1, 128, 0));
	INT("struct anon", btf__add_struct(b, NULL, 0));
	INT("struct far", btf__add_struct(b, "far", 0xffffffff));
	INT("field far", btf__add_field(b, "far", 1, 0xfffffff8, 0));
	INT("union", btf__add_union(b, "u", 8));
	INT("union field", btf__add_field(b, "a", 1, 0, 0));
	INT("union field off", btf__add_field(b, "b", 1, 8, 0));
	INT("union field bits", btf__add_field(b, "c", 1, 0, 5));
	INT("value on union", btf__add_enum_value(b, "V", 1));
	INT("param on union", btf__add_func_param(b, "V", 1));
	INT("var_info on union", btf__add_datasec_var_info(b, 1, 0, 4));
}

static void enums(struct btf *b)
{
	INT("enum", btf__add_enum(b, "en", 4));
	INT("field on enum", btf__add_field(b, "f", 1, 0, 0));
	INT("value64 on enum", btf__add_enum64_value(b, "V", 1));
	INT("value", btf__add_enum_value(b, "A", 1));
	INT("value no name", btf__add_enum_value(b, NULL, 1));
	INT("value empty name", btf__add_enum_value(b, "", 1));
	INT("value max", btf__add_enum_value(b, "B", 0xffffffffLL));
	INT("value max + 1", btf__add_enum_value(b, "C", 0x100000000LL));
	INT("value min", btf__add_enum_value(b, "D", -0x80000000LL));
	INT("value min - 1", btf__add_enum_value(b, "E", -0x80000001LL));
	INT("enum anon", btf__add_enum(b, NULL, 8));
	INT("enum64", btf__add_enum64(b, "en64", 8, true));
	INT("value on enum64", btf__add_enum_value(b, "V", 1));
	INT("value64", btf__add_enum64_value(b, "V64", 0x123456789abcdefULL));
	INT("value64 no name", btf__add_enum64_value(b, NULL, 1));
	INT("enum64 anon", btf__add_enum64(b, "", 8, false));
}

static void sections(struct btf *b)
{
	INT("datasec no name", btf__add_datasec(b, NULL, 8));
	INT("datasec", btf__add_datasec(b, ".data", 0));
	INT("var_info", btf__add_datasec_var_info(b, 1, 8, 4));
	INT("var_info lower", btf__add_datasec_var_info(b, 1, 0, 4));
	INT("var_info bad id", btf__add_datasec_var_info(b, -1, 0, 4));
	INT("field on datasec", btf__add_field(b, "f", 1, 0, 0));
}

static void strings(struct btf *b)
{
	INT("find missing", btf__find_str(b, "not there"));
	INT("find empty", btf__find_str(b, ""));
	INT("find int", btf__find_str(b, "int"));
	INT("find tail", btf__find_str(b, "nt"));
	INT("add empty", btf__add_str(b, ""));
	INT("add int", btf__add_str(b, "int"));
	INT("add new", btf__add_str(b, "brand new"));
	INT("add new again", btf__add_str(b, "brand new"));
	INT("find new", btf__find_str(b, "brand new"));
}

int main(void)
{
	struct btf *b, *none;

	client_quiet();
	PTR("new_empty", b, btf__new_empty());
	INT("field on nothing", btf__add_field(b, "f", 1, 0, 0));
	INT("value on nothing", btf__add_enum_value(b, "f", 1));
	INT("param on nothing", btf__add_func_param(b, "f", 1));
	INT("var_info on nothing", btf__add_datasec_var_info(b, 1, 0, 0));
	INT("pointer size", (long)btf__pointer_size(b));
	INT("type_cnt empty", btf__type_cnt(b));
	ints(b);
	refs(b);
	structs(b);
	enums(b);
	sections(b);
	strings(b);
	print_content("content", b);
	btf__free(b);
	PTR("new_empty again", none, btf__new_empty());
	print_content("empty", none);
	btf__free(none);
	return 0;
}
