/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Functions on assembled DWARF: what is judged of them, profile by profile. */
#ifndef UNIT_ENCODE_FUNC_RUN_H
#define UNIT_ENCODE_FUNC_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "encode/encode.h"
#include "make_dwarf.h"

#define PC 0x1000
#define GCC "GNU C11 12.2.0"
#define CLANG "clang version 18.1.0"
#define MAX_NAMES 8
/* x86-64: registers of parameters, DWARF numbers */
#define R0 IN_REG(5)
#define R1 IN_REG(4)
#define R2 IN_REG(1)
#define R3 IN_REG(2)
#define R4 IN_REG(8)
#define R5 IN_REG(9)

/* what was judged: names in order, with their reasons */
struct heard {
	u32 cnt;
	struct {
		char name[64];
		u32 reasons, choice, unit;
	} at[MAX_NAMES];
};

struct run {
	struct made elf;
	struct heard heard;
	struct btf *btf;
};

#define KEPT 0
#define BIT(rule) (1u << FUNC_RULE_##rule)
#define ABSENT 0xffffffffu

/* what each profile says of one name */
struct verdicts {
	u32 released, master, correct;
};

/* what is judged of the functions of r->elf, and the BTF, which is the caller's */
void encode(struct run *r, const struct func_opts *o, int jobs);
u32 reasons_of(const struct heard *h, const char *name);
/* what each profile says of one name; the file is freed */
void check(struct made elf, const char *name, struct verdicts want);

/* symbols of "f", and of clones of it */
extern const struct make_func_symbol plain[], clone[], other_clone[];

#define ALL(r) ((struct verdicts){BIT(r), BIT(r), BIT(r)})
#define BY_REGISTER ((struct verdicts){BIT(REGISTER_INDEX), BIT(REGISTER_SLOT), BIT(REGISTER_SLOT)})
#define ALL_KEEP ((struct verdicts){0})
#define NOWHERE ((struct verdicts){ABSENT, ABSENT, ABSENT})

/* the unit is closed */
struct made x86(struct make_dwarf *d, const struct make_func_symbol *s);
/* "int f(int a, int b)" at pc, b as loc says */
struct made missing(int type, u64 pc, struct make_loc loc, const struct make_func_symbol *s);

#endif
