// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The matching rules, row by row, as they are meant and as kernels code them. A row is a distilled
 * base, a use of its types in the split, a new base, and two verdicts.
 *
 * Types are written as letters: S4 struct of 4 bytes, U union, E enum, Q enum64, D float, I4 int,
 * F and G forward declarations of a struct and of a union, T typedef, P a function's prototype and
 * V a variable. Behind the size: k kind_flag (bitfields), u unsigned, 5 or so: bits. All of them
 * are named x. A verdict is the numbers of the base types that the distilled ones became, or what
 * the first obstacle is called.
 */
#include "common.h"

#include <ctype.h>

#include "pass/relocate.h"

enum use { PTR, EMBED, IN_ARRAY, IN_TYPEDEF, IN_CONST, IN_ANON, AS_VAR, AS_PARAM };

struct row {
	const char *dist;
	enum use use;
	const char *base;
	const char *sound, *kernel;
};

#define REFUSED "refused"
#define MISSING "relocate.missing"
#define KIND "relocate.kind"
#define SIZE "relocate.size"
#define MANY "relocate.ambiguous"

static const struct row rows[] = {
	/* ---- INT: size, encoding and bits ---- */
	{"I4", PTR, "I4", "1", "1"},
	{"I4", PTR, "I8", SIZE, REFUSED},
	{"I4", PTR, "I4u", SIZE, REFUSED},
	{"I4 31", PTR, "I4", SIZE, "1"}, /* (!) bits are part of the type */
	{"I4", PTR, "I4 31", SIZE, "1"}, /* (!) */
	{"I4 31", PTR, "I4 31", "1", "1"},
	{"I4 31", PTR, "I8 31", SIZE, REFUSED},
	{"I4", PTR, "I8,I4", "2", "2"},
	{"I4", PTR, "I4,I4u", "1", "1"},
	{"I4", PTR, "I4,I4 31", "1", REFUSED}, /* (!) */
	{"I4", PTR, "I4,I4", MANY, REFUSED},
	{"I4", PTR, "S4", KIND, REFUSED},
	{"I4", PTR, "T,I4", "2", "2"},
	{"I4", PTR, "", MISSING, REFUSED},
	{"I4", PTR, "T", MISSING, REFUSED},
	/* ---- FLOAT ---- */
	{"D8", PTR, "D8", "1", "1"},
	{"D8", PTR, "D4", SIZE, REFUSED},
	{"D8", PTR, "I8", KIND, REFUSED},
	{"D8", PTR, "D8,D8", MANY, REFUSED},
	{"D8", PTR, "D4,D8", "2", "2"},
	/* ---- ENUM: values are not compared, ENUM and ENUM64 are one kind ---- */
	{"E4", PTR, "E4", "1", "1"},
	{"E4", PTR, "Q4", "1", "1"},
	{"E8", PTR, "Q8", "1", "1"},
	{"E4", PTR, "E8", SIZE, REFUSED},
	{"E4", PTR, "E4k", "1", "1"},
	{"E4", PTR, "E4,Q4", MANY, REFUSED},
	{"E4", PTR, "E8,E4", "2", "2"},
	{"E4", PTR, "I4", KIND, REFUSED},
	{"E4", PTR, "S4", KIND, REFUSED},
	/* ---- STRUCT and UNION behind a pointer: size may change ---- */
	{"S4", PTR, "S4", "1", "1"},
	{"U4", PTR, "U4", "1", "1"},
	{"S4", PTR, "S8", "1", "1"},
	{"S8", PTR, "S4", "1", "1"},
	{"S4", PTR, "S4k", "1", "1"},
	{"S4", PTR, "U4", KIND, "1"}, /* (!) */
	{"U4", PTR, "S4", KIND, "1"}, /* (!) */
	{"S4", PTR, "U8", KIND, "1"}, /* (!) */
	{"S4", PTR, "E4", KIND, "1"}, /* (!) */
	{"S4", PTR, "I4", KIND, "1"}, /* (!) */
	{"S4", PTR, "D4", KIND, "1"}, /* (!) */
	{"S4", PTR, "Q4", KIND, "1"}, /* (!) */
	{"S4", PTR, "E8", KIND, REFUSED},
	{"S4", PTR, "I8", KIND, REFUSED},
	{"S4", PTR, "T", MISSING, REFUSED},
	{"S4", PTR, "P,V,T", MISSING, REFUSED},
	{"S4", PTR, "F", "1", "1"},  /* only declared there */
	{"S4", PTR, "G", KIND, "1"}, /* (!) declared as a union */
	{"U4", PTR, "G", "1", "1"},
	{"S4", PTR, "F,F", "1", REFUSED},   /* declarations of one name are one thing */
	{"S4", PTR, "S4,F", "1", REFUSED},  /* (!) */
	{"S4", PTR, "F,S4", "2", REFUSED},  /* (!) */
	{"S4", PTR, "S8,F", "1", REFUSED},  /* (!) */
	{"S4", PTR, "S4,U4", "1", REFUSED}, /* (!) */
	{"S4", PTR, "U4,S4", "2", REFUSED}, /* (!) */
	{"S4", PTR, "U8,S4", "2", "2"},
	{"S4", PTR, "U4,S8", "2", "1"},	    /* (!) kinds differ, sizes do not matter */
	{"S4", PTR, "S4,E4", "1", REFUSED}, /* (!) */
	{"S4", PTR, "S4,T", "1", "1"},
	{"S4", PTR, "S4,S8", "1", "1"},
	{"S4", PTR, "S8,S4", "2", "2"},
	{"S4", PTR, "S8,S12", MANY, REFUSED},
	{"S4", PTR, "S2147483652,S8", MANY, "1"}, /* (!) kernels compare 31 bits of a size */
	{"S4", PTR, "S4,S4", MANY, REFUSED},
	{"S4", PTR, "S4,S4,S8", MANY, REFUSED},
	/* ---- held by value: size is part of the module's own layout ---- */
	{"S4", EMBED, "S4", "1", "1"},
	{"S4", EMBED, "S8", SIZE, REFUSED},
	{"S4", IN_ARRAY, "S8", SIZE, REFUSED},
	{"S4", IN_TYPEDEF, "S8", SIZE, REFUSED},
	{"S4", IN_CONST, "S8", SIZE, REFUSED},
	{"S4", IN_ANON, "S8", SIZE, REFUSED},
	{"S4", AS_VAR, "S8", "1", "1"},
	{"S4", AS_PARAM, "S8", "1", "1"},
	{"U4", EMBED, "U8", SIZE, REFUSED},
	{"S4", EMBED, "U4", KIND, "1"}, /* (!) */
	{"S4", EMBED, "E4", KIND, "1"}, /* (!) */
	{"S4", EMBED, "F", SIZE, REFUSED},
	{"S0", EMBED, "F", SIZE, "1"}, /* (!) a declaration has no size, not size 0 */
	{"S4", EMBED, "S8,S4", "2", "2"},
	{"S4", EMBED, "S8,S12", SIZE, REFUSED},
	{"S4", EMBED, "S4,S4", MANY, REFUSED},
	{"S4", EMBED, "S4,F", "1",
	 REFUSED}, /* (!) the match makes kernels forget that it is embedded */
	{"S4", EMBED, "F,S4", "2", "2"},
	{"S4", EMBED, "", MISSING, REFUSED},
	/* ---- FWD: a definition of its flavour, or a declaration ---- */
	{"F", PTR, "F", "1", "1"},
	{"G", PTR, "G", "1", "1"},
	{"F", PTR, "G", KIND, REFUSED},
	{"G", PTR, "F", KIND, REFUSED},
	{"F", PTR, "S4", "1", "1"},
	{"F", PTR, "S4k", "1", REFUSED}, /* (!) with bitfields */
	{"G", PTR, "U4", "1", REFUSED},	 /* (!) */
	{"G", PTR, "U4k", "1", "1"},
	{"F", PTR, "U4", KIND, REFUSED},
	{"F", PTR, "U4k", KIND, "1"}, /* (!) */
	{"G", PTR, "S4", KIND, "1"},  /* (!) */
	{"G", PTR, "S4k", KIND, REFUSED},
	{"F", PTR, "F,S4", "2", REFUSED}, /* (!) */
	{"F", PTR, "S4,F", "1", REFUSED}, /* (!) */
	{"F", PTR, "S4k,F", "1", "2"},	  /* (!) */
	{"F", PTR, "F,F", "1", REFUSED},
	{"F", PTR, "S4,U4", "1",
	 REFUSED}, /* (!) two of a name: kernels compare sizes, and it has none */
	{"F", PTR, "S4,S8", MANY, REFUSED},
	{"F", PTR, "S4,S8,F", "3", "3"}, /* the declaration itself is certain */
	{"F", PTR, "S0,S8", MANY, "1"},	 /* (!) */
	{"F", PTR, "E4", KIND, REFUSED},
	{"F", PTR, "T", MISSING, REFUSED},
	/* ---- several distilled types of one name ---- */
	{"S4,S8", PTR, "S4,S8", "1 2", "1 2"},
	{"S4,S8", PTR, "S8,S4", "2 1", "2 1"},
	{"S4,S8", PTR, "S8", SIZE, "1 1"}, /* (!) both became one */
	{"S4,S8", PTR, "S4,S12", SIZE, REFUSED},
	{"S4,U8", PTR, "S4,U8", "1 2", "1 2"},
	{"S4,U8", PTR, "S8,U12", "1 2", REFUSED}, /* (!) */
	{"S4,F", PTR, "S4", "1 1", "1 1"},
	{"S4,F", PTR, "S4k,F", "1 1", REFUSED},	 /* (!) */
	{"S4,I4", PTR, "S4,I4", "1 2", REFUSED}, /* (!) */
	{"S4,E4", PTR, "S8,E4", "1 2", REFUSED}, /* (!) */
	{"I4,I4u", PTR, "I4u,I4", "2 1", "2 1"},
	{"F,G", PTR, "F,G", "1 2", "1 2"},
	/* ---- what no distiller writes ---- */
	{"Q8", PTR, "Q8", "1", REFUSED},
	{"Q8", PTR, "E8", "1", REFUSED},
	{"Q8", PTR, "E4", SIZE, REFUSED},
	{"T", PTR, "T", "relocate.base-kind", REFUSED},
	{"P", PTR, "P", "relocate.base-kind", REFUSED},
	{"V", PTR, "V", "relocate.base-kind", REFUSED},
};

/* appends the types of the list; returns how many */
static u32 put_list(struct btf *b, const char *list, const char *name)
{
	u32 n = 0;

	while (*list) {
		char kind = *list++;
		u32 size = (u32)strtoul(list, (char **)(uintptr_t)&list, 10), bits = 8 * size;
		bool flag = *list == 'k', is_unsigned = *list == 'u';

		list += flag || is_unsigned;
		if (*list == ' ')
			bits = (u32)strtoul(list, (char **)(uintptr_t)&list, 10);
		list += *list == ',';
		n++;
		switch (kind) {
		case 'I':
			put_int(b, name, size, is_unsigned ? 0 : BTF_INT_SIGNED, bits);
			break;
		case 'S':
			(flag ? put_kflag : put)(b, BTF_KIND_STRUCT, name, size);
			break;
		case 'U':
			(flag ? put_kflag : put)(b, BTF_KIND_UNION, name, size);
			break;
		case 'E':
			(flag ? put_kflag : put)(b, BTF_KIND_ENUM, name, size);
			break;
		case 'Q':
			put(b, BTF_KIND_ENUM64, name, size);
			break;
		case 'D':
			put(b, BTF_KIND_FLOAT, name, size);
			break;
		case 'F':
			put(b, BTF_KIND_FWD, name, 0);
			break;
		case 'G':
			put_kflag(b, BTF_KIND_FWD, name, 0);
			break;
		case 'T':
			put(b, BTF_KIND_TYPEDEF, name, 0);
			break;
		case 'P':
			put(b, BTF_KIND_FUNC_PROTO, name, 0);
			break;
		case 'V':
			put_word(b, BTF_KIND_VAR, name, 0, 1);
			break;
		default:
			fail_msg("type %c", kind);
		}
	}
	return n;
}

static void put_use(struct btf *b, u32 id, enum use use)
{
	u32 held = id;

	switch (use) {
	case PTR:
		held = put(b, BTF_KIND_PTR, NULL, id);
		break;
	case IN_ARRAY:
		held = put_array(b, id, id, 2);
		break;
	case IN_TYPEDEF:
		held = put(b, BTF_KIND_TYPEDEF, "t", id);
		break;
	case IN_CONST:
		held = put(b, BTF_KIND_CONST, NULL, put(b, BTF_KIND_TYPE_TAG, "tag", id));
		break;
	case IN_ANON:
		held = put(b, BTF_KIND_UNION, NULL, 16);
		put_member(b, "x", id, 0);
		break;
	case AS_VAR:
		put_word(b, BTF_KIND_VAR, "v", id, 1);
		return;
	case AS_PARAM:
		put(b, BTF_KIND_FUNC_PROTO, NULL, id);
		put_param(b, "p", id);
		return;
	case EMBED:
		break;
	}
	put(b, BTF_KIND_STRUCT, "holder", 16);
	put_member(b, "m", held, 0);
}

/* the verdict in words: "1 2", or the first obstacle */
static void verdict(const struct row *row, enum relocate_rules rules, char *out, size_t size)
{
	struct btf *dist = new_base(), *base = new_base(), *split, *b;
	struct btf_report *r = btf_report__new();
	struct id_map map = {0};
	struct relocate_opts opts = {.rules = rules, .ret_map = &map};
	struct buf before, after;
	u32 n = put_list(dist, row->dist, "x");
	int err;

	put_list(base, row->base, "x");
	split = new_split(dist);
	for (u32 id = 1; id <= n; id++)
		put_use(split, id, row->use);
	b = reparsed(split, dist);
	before = bytes_of(b);
	err = relocate(b, base, &opts, r);
	if (err) {
		assert_int_equal(err, -EINVAL);
		after = bytes_of(b);
		assert_true(same_buf(&before, &after));
		assert_ptr_equal(b->base, dist);
		buf_deinit(&after);
		for (size_t i = 0; i < r->cnt; i++)
			if (r->items[i].severity == BTF_ERROR) {
				snprintf(out, size, "%s", btf_code__name(r->items[i].code));
				break;
			}
	} else {
		assert_ptr_equal(b->base, base);
		for (u32 id = 1, at = 0; id <= n; id++)
			at += (u32)snprintf(out + at, size - at, "%s%u", id > 1 ? " " : "",
					    id_map_get(&map, id));
	}
	id_map_deinit(&map);
	buf_deinit(&before);
	btf_report__free(r);
	object_free(b);
	object_free(split);
	object_free(dist);
	object_free(base);
}

static void test_sound(void **state)
{
	char have[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		verdict(&rows[i], RELOCATE_SOUND, have, sizeof(have));
		if (strcmp(have, rows[i].sound))
			fail_msg("row %zu: %s -> {%s}: %s, expected %s", i, rows[i].dist,
				 rows[i].base, have, rows[i].sound);
	}
}

static void test_kernel(void **state)
{
	char have[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		verdict(&rows[i], RELOCATE_KERNEL, have, sizeof(have));
		if (strcmp(rows[i].kernel, isdigit(*have) ? have : REFUSED))
			fail_msg("row %zu: %s -> {%s}: %s, expected %s", i, rows[i].dist,
				 rows[i].base, have, rows[i].kernel);
	}
}

/* the sound rules say where a released kernel decides otherwise, and only there */
static void test_warnings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct btf *dist, *base, *split;
		struct btf_report *r;
		bool differs = strcmp(rows[i].sound, rows[i].kernel);
		u32 n;

		if (!isdigit(*rows[i].sound) || *rows[i].dist == 'Q')
			continue;
		dist = new_base();
		base = new_base();
		r = btf_report__new();
		n = put_list(dist, rows[i].dist, "x");
		put_list(base, rows[i].base, "x");
		split = new_split(dist);
		for (u32 id = 1; id <= n; id++)
			put_use(split, id, rows[i].use);
		assert_int_equal(relocate(split, base, NULL, r), 0);
		if (differs != (count_code(r, BTF_CODE_RELOC_KERNEL) > 0))
			fail_msg("row %zu: %s -> {%s}: %s", i, rows[i].dist, rows[i].base,
				 differs ? "does not warn" : "warns");
		assert_int_equal(count_code(r, BTF_CODE_NONE),
				 count_code(r, BTF_CODE_RELOC_KERNEL));
		btf_report__free(r);
		object_free(split);
		object_free(dist);
		object_free(base);
	}
}

/* what is expected, what is there, and where: enough to act on */
static void test_obstacles_are_named(void **state)
{
	struct btf *dist = new_base(), *base = new_base(), *split;
	struct btf_report *r = btf_report__new();
	const struct btf_finding *f;

	(void)state;
	put(dist, BTF_KIND_STRUCT, "gone", 4);	/* 1 */
	put(dist, BTF_KIND_STRUCT, "fine", 4);	/* 2 */
	put(dist, BTF_KIND_STRUCT, "kind", 4);	/* 3 */
	put(dist, BTF_KIND_STRUCT, "size", 48); /* 4 */
	put(dist, BTF_KIND_STRUCT, "two", 4);	/* 5 */
	put_int(dist, "bits", 4, 0, 32);	/* 6 */
	put(base, BTF_KIND_STRUCT, "fine", 4);	/* 1 */
	put(base, BTF_KIND_UNION, "kind", 4);	/* 2 */
	put(base, BTF_KIND_STRUCT, "size", 56); /* 3 */
	put(base, BTF_KIND_STRUCT, "two", 4);	/* 4 */
	put(base, BTF_KIND_STRUCT, "two", 4);	/* 5 */
	put_int(base, "bits", 4, 0, 31);	/* 6 */
	split = new_split(dist);
	for (u32 id = 1; id <= 6; id++)
		put_use(split, id, id == 4 ? EMBED : PTR);
	assert_int_equal(relocate(split, base, NULL, r), -EINVAL);
	assert_int_equal(count_code(r, BTF_CODE_NONE), 5);
	f = finding(r, BTF_CODE_RELOC_MISSING);
	assert_string_equal(f->type_name, "gone");
	assert_int_equal(f->type_id, 1);
	assert_int_equal(f->expected, 4);
	f = finding(r, BTF_CODE_RELOC_KIND);
	assert_string_equal(f->type_name, "kind");
	assert_int_equal(f->expected, BTF_KIND_STRUCT);
	assert_int_equal(f->actual, BTF_KIND_UNION);
	f = finding(r, BTF_CODE_RELOC_SIZE);
	assert_string_equal(f->type_name, "size");
	assert_int_equal(f->expected, 48);
	assert_int_equal(f->actual, 56);
	assert_non_null(strstr(f->text, "48"));
	assert_non_null(strstr(f->text, "56"));
	assert_string_equal(f->section, ".BTF.base");
	f = finding(r, BTF_CODE_RELOC_AMBIGUOUS);
	assert_non_null(strstr(f->text, "[4]"));
	assert_non_null(strstr(f->text, "[5]"));
	assert_string_equal(btf_report__get(r, 4)->type_name, "bits");
	assert_non_null(strstr(btf_report__get(r, 4)->text, "0x0000001f"));
	btf_report__free(r);
	object_free(split);
	object_free(dist);
	object_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_obstacles_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
