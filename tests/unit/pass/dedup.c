// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Dedup, rule by rule: types before and after as text (tests/ref/spell.h). Every row is also run
 * with one hash for everything, on an object that was built instead of parsed, and a second time
 * on its own result, which must not change a byte.
 */
#include "common.h"

#include "../../ref/spell.h"
#include "btf/ext.h"
#include "pass/dedup.h"

struct row {
	const char *name;
	const char *base; /* levels separated by '/'; NULL: no base */
	const char *in, *out;
	const char *strs; /* own strings of the result, NULL: not looked at */
};

#define LEVELS 4

struct bases {
	struct btf *at[LEVELS];
	u32 cnt;
};

static struct btf *bases_make(struct bases *s, const char *text)
{
	char *copy = strdup(text ? text : ""), *save, *level;
	struct btf *top = NULL;

	s->cnt = 0;
	for (level = strtok_r(copy, "/", &save); level; level = strtok_r(NULL, "/", &save)) {
		struct btf *b = new_split(top);

		spell(b, level);
		top = s->at[s->cnt++] = reparsed(b, top);
		object_free(b);
	}
	free(copy);
	return top;
}

static void bases_free(struct bases *s)
{
	while (s->cnt)
		object_free(s->at[--s->cnt]);
}

static void expect(const char *row, const char *what, char *have, const char *want)
{
	if (strcmp(have, want))
		fail_msg("%s: %s\nhave %s\nwant %s", row, what, have, want);
	free(have);
}

/* a second run, on the object and on its bytes, changes nothing */
static void expect_fixed(const char *row, struct btf *b)
{
	struct buf once = bytes_of(b), twice;
	struct btf *again = reparsed(b, b->base);

	assert_int_equal(dedup(b, NULL, NULL), 0);
	twice = bytes_of(b);
	if (!same_buf(&once, &twice))
		fail_msg("%s: a second run changes something", row);
	buf_deinit(&twice);
	assert_int_equal(dedup(again, NULL, NULL), 0);
	twice = bytes_of(again);
	if (!same_buf(&once, &twice))
		fail_msg("%s: a second run on the bytes changes something", row);
	buf_deinit(&twice);
	buf_deinit(&once);
	object_free(again);
}

/* where each type went has its name, and its kind unless it was only declared */
static void expect_map(const char *row, const struct btf *before, const struct btf *b,
		       const u32 *map)
{
	for (u32 i = 0; i < before->nr; i++) {
		const struct btf_type *was = object_own(before, i), *is;
		u32 open = KIND_BIT(BTF_KIND_FWD) | KINDS_ENUM;

		if (!map[i] || map[i] >= object_type_cnt(b))
			fail_msg("%s: type %u went to %u", row, before->start_id + i, map[i]);
		is = object_type(b, map[i]);
		if (strcmp(object_name(before, was), object_name(b, is)) ||
		    (!kind_in(type_kind(was), open) && type_kind(was) != type_kind(is)))
			fail_msg("%s: type %u went to another one, %u", row, before->start_id + i,
				 map[i]);
	}
}

static void run_row(const struct row *row, struct btf *base)
{
	struct btf *built = new_split(base), *b, *before;
	struct btf_report *r = btf_report__new();
	u32 *map = NULL;
	struct dedup_opts opts = {.ret_map = &map};
	struct dedup_opts collide = {.force_collisions = true};

	spell(built, row->in);
	b = reparsed(built, base);
	before = reparsed(built, base);
	assert_int_equal(dedup(b, &opts, r), 0);
	assert_int_equal(btf_report__count(r), 0);
	expect(row->name, "types", spelled(b), row->out);
	if (row->strs)
		expect(row->name, "strings", spelled_strings(b), row->strs);
	expect_map(row->name, before, b, map);
	expect_fixed(row->name, b);
	free(map);
	object_free(b);
	assert_int_equal(dedup(before, &collide, r), 0);
	expect(row->name, "types with one hash", spelled(before), row->out);
	object_free(before);
	assert_int_equal(dedup(built, NULL, r), 0);
	expect(row->name, "types of a built object", spelled(built), row->out);
	object_free(built);
	btf_report__free(r);
}

static void run_rows(const struct row *row, size_t cnt)
{
	for (; cnt; cnt--, row++) {
		struct bases s;
		struct btf *base = bases_make(&s, row->base);
		struct buf before = {0}, after = {0};

		if (base)
			before = bytes_of(base);
		run_row(row, base);
		if (base)
			after = bytes_of(base);
		if (base && !same_buf(&before, &after))
			fail_msg("%s: the base has changed", row->name);
		buf_deinit(&before);
		buf_deinit(&after);
		bases_free(&s);
	}
}

static const struct row records[] = {
	{"nothing", NULL, "", "", ""},
	{"one type", NULL, "int int 4", "int int 4", "int"},
	{"integers", NULL, "int int 4; int int 4; int uint 4; int int 8; int int 4",
	 "int int 4; int uint 4; int int 8", "int uint"},
	{"floats", NULL, "float f 4; float f 8; float f 4", "float f 4; float f 8", NULL},
	{"forward declarations", NULL, "fwd s; fwdu s; fwd s; fwd t; fwdu s",
	 "fwd s; fwdu s; fwd t", "s t"},
	{"enums", NULL, "enum e 4 A=0 B=1; enum e 4 A=0 B=1; enum e 4 A=0 B=2; enum e 1 A=0 B=1",
	 "enum e 4 A=0 B=1; enum e 4 A=0 B=2; enum e 1 A=0 B=1", "e A B"},
	{"enums of 64 bits", NULL,
	 "enum64 e 8 A=4294967296; enum64 e 8 A=4294967296; enum64 e 8 A=8589934592",
	 "enum64 e 8 A=4294967296; enum64 e 8 A=8589934592", NULL},
	{"anonymous enums", NULL, "enum - 4 A=0; enum - 4 B=0; enum - 4 A=0; enum64 - 8 A=0",
	 "enum - 4 A=0; enum - 4 B=0; enum64 - 8 A=0", NULL},
	{"anonymous enums without values are not declarations", NULL,
	 "enum - 4; enum - 4 A=0; ptr 1; ptr 2; enum - 4; enum - 8; enum64 - 8 A=1",
	 "enum - 4; enum - 4 A=0; ptr 1; ptr 2; enum - 8; enum64 - 8 A=1", NULL},
	{"references", NULL,
	 "int int 4; ptr 1; ptr 1; const 2; const 3; volatile 1; restrict 2; volatile 1; restrict "
	 "3",
	 "int int 4; ptr 1; const 2; volatile 1; restrict 2", NULL},
	{"pointers to void", NULL, "ptr 0; const 0; ptr 2; ptr 0; const 0; ptr 5",
	 "ptr 0; const 0; ptr 2", ""},
	{"references to later types", NULL, "ptr 2; const 3; int int 4; ptr 5; const 6; int int 4",
	 "ptr 2; const 3; int int 4", NULL},
	{"arrays", NULL,
	 "int int 4; int uint 4; array 1 1 2; array 1 1 2; array 1 1 3; array 2 1 2; array 1 2 2",
	 "int int 4; int uint 4; array 1 1 2; array 1 1 3; array 2 1 2; array 1 2 2", NULL},
	{"prototypes: names of parameters count", NULL,
	 "int int 4; proto 1 a:1; proto 1 b:1; proto 1 a:1; proto 0 a:1; proto 1 a:1 -:0; proto 1",
	 "int int 4; proto 1 a:1; proto 1 b:1; proto 0 a:1; proto 1 a:1 -:0; proto 1", NULL},
	{"functions", NULL,
	 "int int 4; proto 1; func f 2 1; proto 1; func f 4 1; func f 2 0; func g 4 1; func f 4 0",
	 "int int 4; proto 1; func f 2 1; func f 2 0; func g 2 1", NULL},
	{"type tags", NULL,
	 "int int 4; typetag user 1; ptr 2; typetag user 1; ptr 4; ptr 1; typetag rcu 1; ptr 7",
	 "int int 4; typetag user 1; ptr 2; ptr 1; typetag rcu 1; ptr 5", NULL},
	{"declaration tags", NULL,
	 "struct s 4; tag a 1 4294967295; tag a 1 4294967295; tag b 1 4294967295; tag a 1 0;"
	 "struct s 4; tag a 6 4294967295; tag a 6 1; tag a 1 1",
	 "struct s 4; tag a 1 4294967295; tag b 1 4294967295; tag a 1 0; tag a 1 1", "s a b"},
	{"tags of functions and of their parameters", NULL,
	 "proto 0 p:0; func f 1 1; tag kfunc 2 4294967295; tag nullable 2 0; proto 0 p:0;"
	 "func f 5 1; tag kfunc 6 4294967295; tag nullable 6 1",
	 "proto 0 p:0; func f 1 1; tag kfunc 2 4294967295; tag nullable 2 0; tag nullable 2 1",
	 NULL},
	{"variables and sections stay, their types do not", NULL,
	 "int int 4; var v 1 1; var v 1 1; sec .data 8 2@0+4 3@4+4; int int 4; var w 5 0; sec "
	 ".data 4 6@0+4",
	 "int int 4; var v 1 1; var v 1 1; sec .data 8 2@0+4 3@4+4; var w 1 0; sec .data 4 5@0+4",
	 "int v .data w"},
	{"tags of variables", NULL,
	 "int int 4; var v 1 1; tag t 2 4294967295; var v 1 1; tag t 4 4294967295; tag t 2 "
	 "4294967295",
	 "int int 4; var v 1 1; tag t 2 4294967295; var v 1 1; tag t 4 4294967295", NULL},
};

static void test_records(void **state)
{
	(void)state;
	run_rows(records, ARRAY_SIZE(records));
}

static const struct row declared_enums[] = {
	{"declared, then defined", NULL, "enum e 4; ptr 1; enum e 4 A=0; ptr 3",
	 "ptr 2; enum e 4 A=0", "e A"},
	{"defined, then declared", NULL, "enum e 4 A=0; enum e 4; ptr 2", "enum e 4 A=0; ptr 1",
	 NULL},
	{"size and width of a declaration do not count", NULL,
	 "enum e 4; ptr 1; enum64 e 8 A=4294967296; ptr 3; enum64 e 8; ptr 5",
	 "ptr 2; enum64 e 8 A=4294967296", NULL},
	{"declarations are one", NULL, "enum e 4; enum e 1; enum64 e 8; ptr 3", "enum e 4; ptr 1",
	 NULL},
	{"two definitions: the first is declared", NULL,
	 "enum e 4; enum e 4 A=0; enum e 4 B=0; enum e 4; ptr 1; ptr 4",
	 "enum e 4 A=0; enum e 4 B=0; ptr 1", NULL},
	{"in structs", NULL,
	 "enum e 4; struct s 4 m:1@0; enum e 4 A=0; struct s 4 m:3@0; enum e 8; struct s 4 m:5@0",
	 "struct s 4 m:2@0; enum e 4 A=0", NULL},
	{"different definitions in structs", NULL,
	 "enum e 4 A=0; struct s 4 m:1@0; enum e 4 B=0; struct s 4 m:3@0",
	 "enum e 4 A=0; struct s 4 m:1@0; enum e 4 B=0; struct s 4 m:3@0", NULL},
	{"a declaration is the definition that was found for it", NULL,
	 "enum e 4 A=0; enum e 4; struct s 4 m:2@0; enum e 4 B=0; struct s 4 m:4@0",
	 "enum e 4 A=0; struct s 4 m:1@0; enum e 4 B=0; struct s 4 m:3@0", NULL},
	{"anonymous enums in structs", NULL,
	 "struct s 4 m:2@0; enum - 4 A=0; struct s 4 m:4@0; enum - 4; struct s 4 m:6@0; enum - 4 "
	 "A=0",
	 "struct s 4 m:2@0; enum - 4 A=0; struct s 4 m:4@0; enum - 4", NULL},
	{"base: defined", "enum e 4 A=0", "enum e 4; ptr 2; enum e 4 A=0; ptr 4", "ptr 1", ""},
	{"base: declared, defined here", "enum e 4; ptr 1",
	 "enum e 4 A=0; ptr 3; ptr 1; enum e 4; ptr 6", "enum e 4 A=0; ptr 3", "A"},
	{"base: declared, defined here last", "enum e 4; ptr 1",
	 "enum e 4; ptr 3; enum e 4 A=0; ptr 5", "ptr 4; enum e 4 A=0", NULL},
	{"base: both", "enum e 4; enum e 4 A=0", "enum e 8; ptr 3; enum e 4 B=0; ptr 1",
	 "ptr 2; enum e 4 B=0; ptr 1", NULL},
	{"base: on two levels", "enum e 4/enum e 4 A=0", "enum e 8; ptr 3", "ptr 2", ""},
};

static void test_declared_enums(void **state)
{
	(void)state;
	run_rows(declared_enums, ARRAY_SIZE(declared_enums));
}

static const struct row graph_rows[] = {
	{"a list", NULL, "struct list 16 n:2@0 p:2@64; ptr 1; struct list 16 n:4@0 p:4@64; ptr 3",
	 "struct list 16 n:2@0 p:2@64; ptr 1", "list n p"},
	{"two structs that know each other", NULL,
	 "struct a 8 p:2@0; ptr 3; struct b 8 p:4@0; ptr 1; ptr 7; struct a 8 p:5@0; struct b 8 "
	 "p:8@0; ptr 6",
	 "struct a 8 p:2@0; ptr 3; struct b 8 p:4@0; ptr 1", NULL},
	{"one leaf is different", NULL,
	 "int int 4; struct a 8 p:3@0; ptr 4; struct b 4 m:1@0; int uint 4; struct a 8 p:7@0; ptr "
	 "8; struct b 4 m:5@0",
	 "int int 4; struct a 8 p:3@0; ptr 4; struct b 4 m:1@0; int uint 4; struct a 8 p:7@0; ptr "
	 "8; struct b 4 m:5@0",
	 NULL},
	{"sizes, names, offsets, counts", NULL,
	 "int int 4; struct s 4 a:1@0; struct s 8 a:1@0; struct s 4 b:1@0; struct s 4 a:1@1;"
	 "struct s 4; struct t 4 a:1@0; union s 4 a:1@0; kstruct s 4 a:1@0; struct s 4 a:1@0",
	 "int int 4; struct s 4 a:1@0; struct s 8 a:1@0; struct s 4 b:1@0; struct s 4 a:1@1; "
	 "struct s 4; struct t 4 a:1@0; union s 4 a:1@0; kstruct s 4 a:1@0",
	 NULL},
	{"a member that is void", NULL,
	 "struct s 4 a:0@0; struct s 4 a:0@0; int int 4; struct s 4 a:3@0",
	 "struct s 4 a:0@0; int int 4; struct s 4 a:2@0", NULL},
	{"anonymous structs inside", NULL,
	 "int int 4; union - 4 x:1@0; struct s 4 -:2@0; int int 4; union - 4 x:4@0; struct s 4 "
	 "-:5@0; union - 4 y:1@0",
	 "int int 4; union - 4 x:1@0; struct s 4 -:2@0; union - 4 y:1@0", NULL},
	{"type tags make another type", NULL,
	 "struct a 4; ptr 1; struct s 8 p:2@0; typetag user 1; ptr 4; struct s 8 p:5@0",
	 "struct a 4; ptr 1; struct s 8 p:2@0; typetag user 1; ptr 4; struct s 8 p:5@0", NULL},
	{"callbacks", NULL,
	 "struct o 8 f:2@0; ptr 3; proto 0 self:4; ptr 1; struct o 8 f:6@0; ptr 7; proto 0 self:8; "
	 "ptr 5;"
	 "struct o 8 f:10@0; ptr 11; proto 0 me:12; ptr 9",
	 "struct o 8 f:2@0; ptr 3; proto 0 self:4; ptr 1; struct o 8 f:6@0; ptr 7; proto 0 me:8; "
	 "ptr 5",
	 NULL},
	{"typedefs", NULL,
	 "int int 4; typedef t 1; int uint 4; typedef t 3; typedef u 1; int int 4; typedef t 6; "
	 "typedef u 6",
	 "int int 4; typedef t 1; int uint 4; typedef t 3; typedef u 1", NULL},
	{"typedefs that lead back to themselves", NULL,
	 "typedef t 2; ptr 1; typedef t 4; ptr 3; typedef t 6; const 7; ptr 5",
	 "typedef t 2; ptr 1; typedef t 4; const 5; ptr 3", NULL},
	{"a typedef of itself", NULL, "typedef t 1; typedef t 2; typedef u 4; typedef t 3",
	 "typedef t 1; typedef u 3; typedef t 2", NULL},
	{"a typedef of a FWD", NULL, "typedef t 2; fwd s; typedef t 4; struct s 4",
	 "typedef t 2; struct s 4", NULL},
	{"several units", NULL,
	 "struct a 8 p:2@0; ptr 1; struct a 8 p:4@0; ptr 3; struct a 8 p:6@0; ptr 5; struct a 8 "
	 "p:8@0; const 9; ptr 7",
	 "struct a 8 p:2@0; ptr 1; struct a 8 p:4@0; const 5; ptr 3", NULL},
	{"a variable as a member", NULL,
	 "int int 4; var v 1 0; struct s 4 m:2@0; struct s 4 m:2@0; var v 1 0; struct s 4 m:5@0",
	 "int int 4; var v 1 0; struct s 4 m:2@0; var v 1 0; struct s 4 m:4@0", NULL},
	{"a tag as a member", NULL,
	 "int int 4; tag t 1 4294967295; struct s 4 m:2@0; tag t 1 4294967295; struct s 4 m:4@0",
	 "int int 4; tag t 1 4294967295; struct s 4 m:2@0", NULL},
};

static void test_graphs(void **state)
{
	(void)state;
	run_rows(graph_rows, ARRAY_SIZE(graph_rows));
}

static const struct row forwards[] = {
	{"FWD in the first unit", NULL,
	 "ptr 2; fwd b; struct a 8 p:1@0; ptr 5; struct b 4 x:0@0; struct a 8 p:4@0",
	 "ptr 3; struct a 8 p:1@0; struct b 4 x:0@0", "b a p x"},
	{"FWD in the second unit", NULL,
	 "ptr 2; struct b 4; struct a 8 p:1@0; ptr 5; fwd b; struct a 8 p:4@0",
	 "ptr 2; struct b 4; struct a 8 p:1@0", NULL},
	{"each unit declares what the other one defines", NULL,
	 "struct a 8 b:2@0; ptr 3; fwd b; struct s 16 a:5@0 b:2@64; ptr 1;"
	 "struct b 8 a:7@0; ptr 8; fwd a; struct s 16 a:7@0 b:10@64; ptr 6",
	 "struct a 8 b:2@0; ptr 5; struct s 16 a:4@0 b:2@64; ptr 1; struct b 8 a:4@0", NULL},
	{"unions", NULL, "ptr 2; fwdu b; struct a 8 p:1@0; ptr 5; union b 4; struct a 8 p:4@0",
	 "ptr 3; struct a 8 p:1@0; union b 4", NULL},
	{"the other flavour", NULL,
	 "ptr 2; fwdu b; struct a 8 p:1@0; ptr 5; struct b 4; struct a 8 p:4@0",
	 "ptr 2; fwdu b; struct a 8 p:1@0; ptr 5; struct b 4; struct a 8 p:4@0", NULL},
	{"the only one of the name", NULL, "fwd b; ptr 1; struct b 4; ptr 3; fwd c; ptr 5",
	 "ptr 2; struct b 4; fwd c; ptr 3", "b c"},
	{"duplicates are one", NULL, "fwd b; ptr 1; struct b 4; struct b 4", "ptr 2; struct b 4",
	 NULL},
	{"two of the name", NULL, "fwd b; ptr 1; struct b 4; struct b 8",
	 "fwd b; ptr 1; struct b 4; struct b 8", NULL},
	{"struct and union of the name", NULL, "fwd b; ptr 1; struct b 4; union b 4",
	 "fwd b; ptr 1; struct b 4; union b 4", NULL},
	{"the only one is of the other flavour", NULL, "fwd b; ptr 1; union b 4",
	 "fwd b; ptr 1; union b 4", NULL},
	{"without a name", NULL,
	 "fwd -; ptr 1; struct - 4; struct s 8 p:2@0; struct s 8 p:6@0; ptr 3",
	 "fwd -; ptr 1; struct - 4; struct s 8 p:2@0; struct s 8 p:6@0; ptr 3", NULL},
	{"two of the name, but a graph tells which", NULL,
	 "struct b 4; struct b 8; ptr 4; fwd b; struct a 8 p:3@0; ptr 2; struct a 8 p:6@0",
	 "struct b 4; struct b 8; ptr 2; struct a 8 p:3@0", NULL},
	{"what a FWD stands for holds afterwards", NULL,
	 "ptr 2; fwd b; struct a 8 p:1@0; ptr 5; struct b 4; struct a 8 p:4@0; ptr 8; struct b 8; "
	 "struct a 8 p:7@0",
	 "ptr 3; struct a 8 p:1@0; struct b 4; ptr 5; struct b 8; struct a 8 p:4@0", NULL},
	{"FWDs are not followed inside one unit", NULL,
	 "fwd s; ptr 1; struct s 4; ptr 3; struct t 16 a:2@0 b:4@64; struct s 4; ptr 6; struct t "
	 "16 a:7@0 b:7@64",
	 "ptr 2; struct s 4; struct t 16 a:1@0 b:1@64", NULL},
	{"and the other way round", NULL,
	 "struct s 4; ptr 1; struct t 16 a:2@0 b:2@64; fwd s; ptr 4; struct s 4; ptr 6; struct t "
	 "16 a:5@0 b:7@64",
	 "struct s 4; ptr 1; struct t 16 a:2@0 b:2@64", NULL},
	{"of arrays of pointers to FWDs", NULL,
	 "int int 4; fwd s; ptr 2; array 3 1 4; struct t 32 v:4@0; struct s 1; ptr 6; array 7 1 4; "
	 "struct t 32 v:8@0",
	 "int int 4; ptr 5; array 2 1 4; struct t 32 v:3@0; struct s 1", NULL},
};

static void test_forwards(void **state)
{
	(void)state;
	run_rows(forwards, ARRAY_SIZE(forwards));
}

/* compilers write one type several times into one unit */
static const struct row within_unit[] = {
	{"arrays", NULL,
	 "int int 4; struct s 16 a:3@0 b:3@64; array 1 1 2; int int 4; struct s 16 a:6@0 b:7@64; "
	 "array 4 4 2; array 4 4 2",
	 "int int 4; struct s 16 a:3@0 b:3@64; array 1 1 2", NULL},
	{"arrays of one length and different types", NULL,
	 "int int 4; int uint 4; array 1 1 2; struct s 16 a:3@0 b:3@64;"
	 "int int 4; int uint 4; array 5 5 2; array 6 5 2; struct s 16 a:7@0 b:8@64",
	 "int int 4; int uint 4; array 1 1 2; struct s 16 a:3@0 b:3@64; array 2 1 2; struct s 16 "
	 "a:3@0 b:5@64",
	 NULL},
	{"arrays with different indexes", NULL,
	 "int int 4; int uint 4; array 1 1 2; struct s 16 a:3@0 b:3@64;"
	 "int int 4; int uint 4; array 5 5 2; array 5 6 2; struct s 16 a:7@0 b:8@64",
	 "int int 4; int uint 4; array 1 1 2; struct s 16 a:3@0 b:3@64; array 1 2 2; struct s 16 "
	 "a:3@0 b:5@64",
	 NULL},
	{"structs", NULL,
	 "int int 4; struct s 8 a:3@0 b:3@32; struct - 4 x:1@0; struct s 8 a:5@0 b:6@32; struct - "
	 "4 x:1@0; struct - 4 x:1@0",
	 "int int 4; struct s 8 a:3@0 b:3@32; struct - 4 x:1@0", NULL},
	{"structs that differ below", NULL,
	 "struct s 16 a:2@0 b:2@64; struct - 8 x:3@0; ptr 0;"
	 "struct s 16 a:5@0 b:7@64; struct - 8 x:6@0; ptr 0; struct - 8 x:8@0; ptr 9; const 0",
	 "struct s 16 a:2@0 b:2@64; struct - 8 x:3@0; ptr 0; struct s 16 a:2@0 b:5@64; struct - 8 "
	 "x:6@0; ptr 7; const 0",
	 NULL},
	{"pointers, of pointers, to const", NULL,
	 "struct s 16 a:2@0 b:2@64; ptr 3; ptr 4; const 5; int int 4;"
	 "struct s 16 a:7@0 b:11@64; ptr 8; ptr 9; const 10; int int 4; ptr 12; ptr 13; const 14; "
	 "int int 4",
	 "struct s 16 a:2@0 b:2@64; ptr 3; ptr 4; const 5; int int 4", NULL},
	{"prototypes", NULL,
	 "struct s 16 a:2@0 b:2@64; ptr 3; proto 0 p:1; ptr 6; ptr 8; proto 0 p:7; struct s 16 "
	 "a:4@0 b:5@64; proto 0 p:7",
	 "struct s 16 a:2@0 b:2@64; ptr 3; proto 0 p:1", NULL},
	{"typedefs that lead back", NULL,
	 "struct s 16 a:2@0 b:2@64; typedef t 3; ptr 2;"
	 "struct s 16 a:5@0 b:7@64; typedef t 6; ptr 5; typedef t 8; ptr 7",
	 "struct s 16 a:2@0 b:2@64; typedef t 3; ptr 2", NULL},
	{"typedefs that lead back, differently", NULL,
	 "struct s 16 a:2@0 b:2@64; typedef t 3; ptr 2;"
	 "struct s 16 a:5@0 b:7@64; typedef t 6; ptr 5; typedef t 8; const 9; ptr 7",
	 "struct s 16 a:2@0 b:2@64; typedef t 3; ptr 2; struct s 16 a:2@0 b:5@64; typedef t 6; "
	 "const 7; ptr 5",
	 NULL},
	{"many-to-many", NULL,
	 "struct s 32 a:2@0 b:4@64 c:2@128 d:4@192; struct - 8 x:3@0; ptr 2; struct - 8 x:5@0; ptr "
	 "4;"
	 "struct s 32 a:7@0 b:7@64 c:9@128 d:9@192; struct - 8 x:8@0; ptr 7; struct - 8 x:10@0; "
	 "ptr 9",
	 "struct s 32 a:2@0 b:2@64 c:2@128 d:2@192; struct - 8 x:3@0; ptr 2", NULL},
};

static void test_within_unit(void **state)
{
	(void)state;
	run_rows(within_unit, ARRAY_SIZE(within_unit));
}

static const struct row splits[] = {
	{"what the base has goes", "int int 4; struct s 4 a:1@0; ptr 2; array 3 1 2",
	 "int int 4; struct s 4 a:5@0; ptr 6; array 7 5 2; ptr 8", "ptr 4", ""},
	{"functions, tags and typedefs of the base",
	 "int int 4; proto 1; func f 2 1; tag t 3 4294967295; typedef i 1",
	 "int int 4; proto 6; func f 7 1; tag t 8 4294967295; typedef i 6; tag t 8 0", "tag t 3 0",
	 ""},
	{"nothing is left", "int int 4", "int int 4", "", ""},
	{"FWD in the base, defined here", "fwd s; ptr 1; struct h 8 p:2@0",
	 "struct s 4; ptr 4; struct h 8 p:5@0; ptr 6", "struct s 4; ptr 4; struct h 8 p:5@0; ptr 6",
	 ""},
	{"what else reaches the FWD of the base is the base's",
	 "fwd s; ptr 1; struct h 8 p:2@0; struct g 8 p:2@0",
	 "struct s 4; ptr 5; struct h 8 p:6@0; struct g 8 p:6@0; ptr 8",
	 "struct s 4; ptr 5; struct h 8 p:6@0; ptr 4", NULL},
	{"own references to the base's FWD follow", "fwd s; ptr 1; struct h 8 p:2@0",
	 "struct s 4; ptr 4; struct h 8 p:5@0; ptr 1; typedef t 1",
	 "struct s 4; ptr 4; struct h 8 p:5@0; typedef t 4", NULL},
	{"FWD here, defined in the base", "struct s 4", "fwd s; ptr 2; typedef t 2",
	 "ptr 1; typedef t 1", "t"},
	{"in a graph", "struct s 4; ptr 1; struct h 8 p:2@0",
	 "fwd s; ptr 4; struct h 8 p:5@0; ptr 6", "ptr 3", ""},
	{"two definitions in the base", "struct s 4; struct s 8", "fwd s; ptr 3", "fwd s; ptr 3",
	 ""},
	{"another one here", "struct s 4", "struct s 8; fwd s; ptr 3", "struct s 8; fwd s; ptr 3",
	 ""},
	{"the base's FWD is as good", "fwd s", "fwd s; ptr 2", "ptr 1", ""},
	{"duplicates of the base stay", "int int 4; int int 4; ptr 1; ptr 2",
	 "int int 4; ptr 5; ptr 1; ptr 2; const 4", "const 4", ""},
	{"duplicates here go", "int int 4", "struct a 4 m:1@0; struct a 4 m:1@0; ptr 2; ptr 3",
	 "struct a 4 m:1@0; ptr 2", "a m"},
	{"several levels", "int int 4; fwd u/struct s 4 a:1@0/ptr 3; struct u 8 x:4@0",
	 "int int 4; struct s 4 a:6@0; ptr 7; fwd u; struct u 8 x:8@0; ptr 9; const 8",
	 "ptr 2; const 4", ""},
	{"strings of all levels", "int int 4; struct s 4 a:1@0/struct t 4 b:1@0",
	 "struct own 12 a:1@0 b:1@32 c:1@64; struct s 4 b:1@0",
	 "struct own 12 a:1@0 b:1@32 c:1@64; struct s 4 b:1@0", "own c"},
	{"graphs through base and split", "struct a 8 p:2@0; ptr 1",
	 "struct b 16 a:2@0 b:4@64; ptr 3; struct b 16 a:6@0 b:8@64; ptr 7; struct a 8 p:6@0; ptr "
	 "5",
	 "struct b 16 a:2@0 b:4@64; ptr 3", NULL},
	{"variables stay", "int int 4; var v 1 1", "int int 4; var v 3 1; var v 1 1",
	 "var v 1 1; var v 1 1", ""},
};

static void test_splits(void **state)
{
	(void)state;
	run_rows(splits, ARRAY_SIZE(splits));
}

/* ---- strings ---- */

static const struct row string_rows[] = {
	{"order of first reference", NULL,
	 "struct s 8 b:3@0 a:3@32; fwd z; int int 4; struct z 4 q:3@0",
	 "struct s 8 b:2@0 a:2@32; int int 4; struct z 4 q:2@0", "s b a z int q"},
	{"of what went too", NULL, "enum e 4; struct a 4; enum e 4 V=0", "struct a 4; enum e 4 V=0",
	 "e a V"},
};

/* turns one string of the bytes into another of the same length */
static void rename_string(struct buf *bytes, const char *from, const char *to)
{
	size_t len = strlen(from) + 1;

	assert_int_equal(len, strlen(to) + 1);
	for (size_t at = 24; at + len <= bytes->len; at++) {
		if (bytes->data[at - 1] || memcmp(bytes->data + at, from, len))
			continue;
		memcpy(bytes->data + at, to, len);
		return;
	}
	fail_msg("no string '%s'", from);
}

static struct btf *parse_bytes(const struct buf *bytes, struct btf *base)
{
	struct btf *b;

	assert_int_equal(object_parse(bytes->data, bytes->len, base, OBJECT_COPY, NULL, &b), 0);
	return b;
}

static void test_strings(void **state)
{
	struct btf *base = new_base(), *b = new_base(), *x;
	struct buf bytes;

	(void)state;
	run_rows(string_rows, ARRAY_SIZE(string_rows));
	/* a string that stands twice */
	spell(b, "int foo 4; int fop 4; ptr 2; struct s 8 fop:1@0; struct s 8 foo:1@0");
	bytes = bytes_of(b);
	rename_string(&bytes, "fop", "foo");
	x = parse_bytes(&bytes, NULL);
	assert_int_equal(dedup(x, NULL, NULL), 0);
	expect("a string twice", "types", spelled(x), "int foo 4; ptr 1; struct s 8 foo:1@0");
	expect("a string twice", "strings", spelled_strings(x), "foo s");
	object_free(x);
	buf_deinit(&bytes);
	object_free(b);
	/* a string that the base has too */
	spell(base, "int foo 4");
	b = new_split(base);
	spell(b, "int fop 4; struct fop 4 m:2@0; ptr 3");
	bytes = bytes_of(b);
	rename_string(&bytes, "fop", "foo");
	x = parse_bytes(&bytes, base);
	assert_int_equal(dedup(x, NULL, NULL), 0);
	expect("a string of the base", "types", spelled(x), "struct foo 4 m:1@0; ptr 2");
	expect("a string of the base", "strings", spelled_strings(x), "m");
	object_free(x);
	buf_deinit(&bytes);
	object_free(b);
	object_free(base);
}

/* names may start inside of a string; nothing that nobody refers to stays */
static void test_ends_of_strings(void **state)
{
	struct btf *b = new_base(), *x;
	struct buf bytes;
	u32 *name;

	(void)state;
	spell(b, "int unfoo 4; int foo 4; int unused 8; int bar 4; ptr 2; ptr 4");
	bytes = bytes_of(b);
	/* the second one: the end of "unfoo"; the fourth: the same once more */
	for (u32 i = 1; i < 4; i += 2) {
		name = (u32 *)(void *)(bytes.data + 24 + b->offs[i]);
		*name = 3;
	}
	name = (u32 *)(void *)(bytes.data + 24 + b->offs[2]);
	*name = 0;
	x = parse_bytes(&bytes, NULL);
	assert_int_equal(dedup(x, NULL, NULL), 0);
	expect("ends", "types", spelled(x), "int unfoo 4; int foo 4; int - 8; ptr 2");
	expect("ends", "strings", spelled_strings(x), "unfoo foo");
	expect_fixed("ends", x);
	object_free(x);
	buf_deinit(&bytes);
	object_free(b);
}

/* ---- .BTF.ext ---- */

static void ext_for(u32 *w, u32 sec_name, u32 func, u32 line, u32 core, u32 access)
{
	const u32 words[] = {
		0x0001eb9f, 32,	      0, 20, 20,   28,	   48,	 28, /* header */
		8,	    sec_name, 1, 0,  func,		     /* func_info */
		16,	    sec_name, 1, 8,  line, line,   1024,     /* line_info */
		16,	    sec_name, 1, 16, core, access, 0,	     /* core_relo */
	};

	memcpy(w, words, sizeof(words));
}

#define EXT_WORDS 27

static void test_ext(void **state)
{
	const char *text =
		"int int 4; proto 1; func f 2 1; int int 4; proto 4; func f 5 1; struct s 4 m:4@0";
	struct btf *built = new_base(), *b;
	u32 words[EXT_WORDS], want[EXT_WORDS], len;
	struct btf_ext *ext = NULL;
	struct dedup_opts opts = {0};
	const void *raw;
	struct buf bytes;

	(void)state;
	spell(built, text);
	object_add_str(built, ".text"); /* no type has these */
	object_add_str(built, "a line");
	object_add_str(built, "0:0");
	object_add_str(built, "0:1");
	bytes = bytes_of(built);
	/* a string that stands twice, once in types and once here */
	rename_string(&bytes, "0:1", "int");
	b = parse_bytes(&bytes, NULL);
	ext_for(words, (u32)object_find_str(built, ".text"), 6,
		(u32)object_find_str(built, "a line"), 7, (u32)object_find_str(built, "0:1"));
	assert_int_equal(ext_parse(words, sizeof(words), NULL, &ext), 0);
	opts.ext = ext;
	assert_int_equal(dedup(b, &opts, NULL), 0);
	expect("ext", "types", spelled(b), "int int 4; proto 1; func f 2 1; struct s 4 m:1@0");
	expect("ext", "strings", spelled_strings(b), "int f s m .text a line");
	ext_for(want, (u32)object_find_str(b, ".text"), 3, (u32)object_find_str(b, "a line"), 4,
		(u32)object_find_str(b, "int"));
	assert_int_equal(ext_raw(ext, &raw, &len), 0);
	assert_int_equal(len, sizeof(want));
	assert_memory_equal(raw, want, sizeof(want));
	/* once more: nothing moves */
	assert_int_equal(dedup(b, &opts, NULL), 0);
	assert_int_equal(ext_raw(ext, &raw, &len), 0);
	assert_memory_equal(raw, want, sizeof(want));
	ext_free(ext);
	object_free(b);
	buf_deinit(&bytes);
	object_free(built);
}

/* ---- refusals ---- */

static void refused(struct btf *b, int err, enum btf_code code)
{
	struct btf_report *r = btf_report__new();
	struct buf before = bytes_of(b), after;
	u32 *map = (u32 *)8;
	struct dedup_opts opts = {.ret_map = &map};

	assert_int_equal(dedup(b, &opts, r), err);
	finding(r, code);
	assert_int_equal(btf_report__count(r), 1);
	after = bytes_of(b);
	assert_true(same_buf(&before, &after));
	assert_ptr_equal(map, (u32 *)8);
	assert_int_equal(dedup(b, NULL, NULL), err);
	buf_deinit(&before);
	buf_deinit(&after);
	btf_report__free(r);
}

static void test_refusals(void **state)
{
	static const char *const loops[] = {
		"ptr 1",
		"const 2; ptr 1",
		"array 1 0 2",
		"int int 4; array 2 3 1; ptr 2",
		"proto 1",
		"proto 0 a:2; ptr 1",
		"ptr 0; tag t 2 4294967295",
		"struct s 8 p:2@0; ptr 3; ptr 2; struct s 8 p:2@0",
	};
	struct btf *base, *b;
	struct buf bytes;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++) {
		b = new_base();
		spell(b, loops[i]);
		refused(b, -ELOOP, BTF_CODE_DEDUP_LOOP);
		object_free(b);
	}
	/* also where names had to be looked up by their text */
	b = new_base();
	spell(b, "int foo 4; int fop 4; ptr 3");
	bytes = bytes_of(b);
	object_free(b);
	rename_string(&bytes, "fop", "foo");
	b = parse_bytes(&bytes, NULL);
	refused(b, -ELOOP, BTF_CODE_DEDUP_LOOP);
	object_free(b);
	buf_deinit(&bytes);
	b = new_base();
	spell(b, "int int 4; ptr 3");
	refused(b, -EINVAL, BTF_CODE_TYPE_REF);
	object_free(b);
	base = new_base();
	spell(base, "int int 4; ptr 3");
	b = new_split(base);
	spell(b, "ptr 2");
	refused(b, -EINVAL, BTF_CODE_TYPE_REF);
	object_free(b);
	object_free(base);
}

/* kinds of later versions: in the object refused, in its base left alone */
static void test_unknown_kinds(void **state)
{
#define INFO(kind, vlen) ((u32)(kind) << 24 | (vlen))
	static const struct {
		struct wire_header h;
		u32 types[20];
		struct wire_layout layout[21];
		char strs[8];
	} blob = {
		{WIRE_MAGIC, 1, 0, 32, 0, 80, 80 + 84, 8, 80, 84},
		{1, INFO(20, 0),
		 7, 5, /* 1: kind 20, one word more */
		 1, INFO(20, 0),
		 8, 5, /* 2 */
		 3, INFO(BTF_KIND_STRUCT, 1),
		 4, 3,
		 1, 0, /* 3: of 1 */
		 3, INFO(BTF_KIND_STRUCT, 1),
		 4, 3,
		 2, 0}, /* 4: of 2 */
		{[20] = {4, 0, 0}},
		"\0x\0s\0",
	};
#undef INFO
	struct buf bytes = {0};
	struct btf *base, *b;

	(void)state;
	buf_add(&bytes, &blob, sizeof(blob));
	base = parse_bytes(&bytes, NULL);
	assert_true(base->has_unknown);
	refused(base, -EINVAL, BTF_CODE_TYPE_KIND);
	b = new_split(base);
	/* two that the unit takes for one, of a struct with an unknown kind inside */
	spell(b,
	      "struct t 8 a:3@0 b:4@32; struct t 8 a:3@0 b:3@32; struct t 8 a:3@0 b:4@32; ptr 3");
	assert_int_equal(dedup(b, NULL, NULL), 0);
	expect("unknown", "types", spelled(b),
	       "struct t 8 a:3@0 b:4@32; struct t 8 a:3@0 b:3@32; ptr 3");
	object_free(b);
	object_free(base);
	buf_deinit(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),	      cmocka_unit_test(test_declared_enums),
		cmocka_unit_test(test_graphs),	      cmocka_unit_test(test_forwards),
		cmocka_unit_test(test_within_unit),   cmocka_unit_test(test_splits),
		cmocka_unit_test(test_strings),	      cmocka_unit_test(test_ends_of_strings),
		cmocka_unit_test(test_ext),	      cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_unknown_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
