// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The kind table: see kind.h. */
#include "btf/kind.h"

#define ROW(k, ...) [BTF_KIND_##k] = {#k, .elem_id = NO_FIELD, .elem_name = NO_FIELD, __VA_ARGS__}
#define SIZED .head_size = true
#define REF .head_ref = true

/* gcc and clang accept the later designator; both warn by default, and here it is the point */
#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

const struct kind_info kind_table[WIRE_KINDS] = {
	ROW(UNKN),
	ROW(INT, SIZED, .tail_sz = 4, .tail_swap = 1),
	ROW(PTR, REF),
	ROW(ARRAY, .tail_sz = 12, .tail_ids = 2, .tail_swap = 3),
	ROW(STRUCT, SIZED, .elem_sz = 12, .elem_name = 0, .elem_id = 4),
	ROW(UNION, SIZED, .elem_sz = 12, .elem_name = 0, .elem_id = 4),
	ROW(ENUM, SIZED, .elem_sz = 8, .elem_name = 0),
	ROW(FWD),
	ROW(TYPEDEF, REF),
	ROW(VOLATILE, REF),
	ROW(CONST, REF),
	ROW(RESTRICT, REF),
	ROW(FUNC, REF),
	ROW(FUNC_PROTO, REF, .elem_sz = 8, .elem_name = 0, .elem_id = 4),
	ROW(VAR, REF, .tail_sz = 4, .tail_swap = 1),
	ROW(DATASEC, SIZED, .elem_sz = 12, .elem_id = 0),
	ROW(FLOAT, SIZED),
	ROW(DECL_TAG, REF, .tail_sz = 4, .tail_swap = 1),
	ROW(TYPE_TAG, REF),
	ROW(ENUM64, SIZED, .elem_sz = 12, .elem_name = 0),
};
#pragma GCC diagnostic pop

const char *kind_name(u32 kind)
{
	return kind < WIRE_KINDS ? kind_table[kind].name : "UNKNOWN";
}
