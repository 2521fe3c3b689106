// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes -> symbols and a .BTF_ids section, read, checked and translated against a fixed split.
 *
 * The input: a byte of which bit 0 says the section is in the other byte order; a byte, the number
 * of symbols; for each of them 6 bytes: prefix, name, words from the section's start and words of
 * its size (16 bits each, little-endian; the high bit: plus one byte); the rest is the section.
 *
 * What must hold beyond not crashing: a section that is read and moved to the numbering that it
 * has comes back the same, but for sets that were not sorted; moved on and back again it is equal
 * to that; ids that are roots can travel; every word that is no id stays; filled in, it is right, and
 * filled in again the same; what kfunc sets make of BTF is BTF.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "pass/kfunc.h"

#define MAX_SYMS 64
#define MAX_SECTION 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* base ids 1..6, own ids 7..10 */
static struct btf *make_split(void)
{
	struct btf *base = btf__new_empty(), *split;

	must(btf__add_int(base, "int", 4, BTF_INT_SIGNED) == 1);
	must(btf__add_struct(base, "s", 4) == 2);
	must(btf__add_union(base, "u", 4) == 3);
	must(btf__add_typedef(base, "t", 1) == 4);
	must(btf__add_func_proto(base, 0) == 5);
	must(btf__add_func(base, "bf", BTF_FUNC_STATIC, 5) == 6);
	split = btf__new_empty_split(base);
	must(btf__add_func(split, "f", BTF_FUNC_STATIC, 5) == 7);
	must(btf__add_func(split, "f__", BTF_FUNC_STATIC, 5) == 8);
	must(btf__add_struct(split, "s", 8) == 9);
	must(btf__add_typedef(split, "t", 1) == 10);
	return split;
}

struct names {
	char name[MAX_SYMS][64];
	struct ids_symbol sym[MAX_SYMS];
	size_t cnt;
};

/* the symbols in front of the section; the number of bytes they take */
static size_t make_symbols(const uint8_t *data, size_t size, struct names *n)
{
	static const char *const prefixes[] = {"func__", "struct__", "union__", "typedef__",
					       "set__",	 "set8__",   "enum__",	""};
	static const char *const names[] = {"f", "f__", "s", "t", "u", "bf", "", "none"};
	size_t at = 2, want = data[1] % MAX_SYMS;

	while (n->cnt < want && at + 6 <= size) {
		const uint8_t *p = data + at;
		struct ids_symbol *s = &n->sym[n->cnt];
		unsigned int off = p[2] | p[3] << 8, len = p[4] | p[5] << 8;
		const char *number = p[1] & 8 ? "" : "__1";

		snprintf(n->name[n->cnt], sizeof(n->name[0]), "%s%s%s%s",
			 p[1] & 16 ? "" : "__BTF_ID__", prefixes[p[0] % 8], names[p[1] % 8],
			 number);
		s->name = n->name[n->cnt];
		s->offset = (off & 0x7fff) * 4ull + (off >> 15);
		s->size = (len & 0x7fff) * 4ull + (len >> 15);
		if (p[1] & 32)
			s->size |= 1ull << 32;
		n->cnt++;
		at += 6;
	}
	return at;
}

static void move(const struct ids *x, u32 from, u32 to, u8 *out)
{
	struct id_map map = {.own_from = from, .own_cnt = UINT32_MAX - from, .own_to = to};

	must(!ids_translate(x, &map, out, NULL));
}

static bool is_id(const struct ids *x, u32 i)
{
	return x->kind[i] == IDS_ID || x->kind[i] == IDS_MEMBER;
}

static void check_moves(const struct ids *x, const struct names *n)
{
	size_t size = (size_t)x->words * 4;
	u8 *same = malloc(size + 1), *on = malloc(size + 1), *back = malloc(size + 1);
	struct ids y;

	must(same && on && back);
	move(x, 1, 1, same);
	for (u32 i = 0; i < x->words; i++)
		if (x->kind[i] == IDS_NONE || x->kind[i] == IDS_COUNT || x->kind[i] == IDS_ID)
			must(!memcmp(same + i * 4ull, x->data + i * 4ull, 4));
	/* ids one further on, and back */
	move(x, 1, 2, on);
	must(!ids_parse(on, size, x->swapped, n->sym, n->cnt, NULL, &y));
	must(y.resolved == x->resolved);
	for (u32 i = 0; i < x->words; i++)
		must(y.kind[i] == x->kind[i]);
	move(&y, 2, 1, back);
	must(!memcmp(same, back, size));
	ids_deinit(&y);
	/* sorted, each id behind a smaller one */
	must(!ids_parse(same, size, x->swapped, n->sym, n->cnt, NULL, &y));
	for (u32 i = 0; i < y.set_cnt; i++) {
		u32 step = y.set[i].pairs ? 2 : 1, first = y.set[i].word + step;

		for (u32 k = 1; k < y.set[i].cnt; k++)
			must(ids_word(&y, first + (k - 1) * step) <=
			     ids_word(&y, first + k * step));
	}
	ids_deinit(&y);
	free(same);
	free(on);
	free(back);
}

static void check_types(const struct ids *x, const struct btf *split)
{
	struct buf roots = {0};
	u32 all, listed;

	ids_count(x, &all, &listed);
	must(listed <= all && all <= x->words);
	if (ids_check(x, split, NULL))
		return;
	for (u32 i = 0; i < x->words; i++)
		must(!is_id(x, i) || ids_word(x, i) < btf__type_cnt(split));
	if (!ids_roots(x, split, &roots, NULL))
		for (size_t i = 0; i < roots.len; i += 4) {
			u32 id;

			memcpy(&id, roots.data + i, 4);
			must(id && id < split->start_id &&
			     kind_in(type_kind(object_type(split, id)), KINDS_DATA));
		}
	buf_deinit(&roots);
}

static bool fill(const struct ids *x, const struct btf *split, u8 *out)
{
	u32 id[MAX_SYMS] = {0};

	must(x->name_cnt <= MAX_SYMS && !ids_find(x, split, id, NULL));
	if (ids_fill(x, id, out, NULL)) {
		must(x->resolved);
		return false;
	}
	return true;
}

static void check_fill(const struct ids *x, const struct names *n, const struct btf *split)
{
	size_t size = (size_t)x->words * 4;
	u8 *once = malloc(size + 1), *twice = malloc(size + 1);
	u32 id[MAX_SYMS] = {0};
	struct ids y;

	must(once && twice);
	if (fill(x, split, once)) {
		for (u32 i = 0; i < x->words; i++)
			if (x->kind[i] == IDS_NONE)
				must(!memcmp(once + i * 4ull, x->data + i * 4ull, 4));
		must(!ids_parse(once, size, x->swapped, n->sym, n->cnt, NULL, &y));
		must(!ids_find(&y, split, id, NULL));
		must(!ids_verify(&y, split, id, NULL));
		must(fill(&y, split, twice) && !memcmp(once, twice, size));
		ids_deinit(&y);
	}
	free(once);
	free(twice);
}

static void check_kfuncs(const struct ids *x)
{
	struct btf *b = btf__new_empty(), *again;
	struct kfunc_stats stats;
	struct buf out = {0};

	must(btf__add_struct(b, "bpf_prog_aux", 0) == 1);
	must(btf__add_ptr(b, 1) == 2);
	must(btf__add_func_proto(b, 2) == 3);
	must(!btf__add_func_param(b, "s", 2));
	must(!btf__add_func_param(b, "t__arena", 2));
	must(btf__add_func(b, "f", BTF_FUNC_STATIC, 3) == 4);
	must(btf__add_func(b, "f__", BTF_FUNC_STATIC, 3) == 5);
	if (x->words & 1)
		must(btf__add_decl_tag(b, "bpf_kfunc", 4, -1) == 6);
	if (!kfuncs_apply(b, x, NULL, &stats)) {
		must(stats.implicit <= stats.kfuncs && stats.kfuncs <= 2);
		must(!types_sort_by_name(b));
		must(!object_write(b, false, &out));
		must(!object_parse(out.data, out.len, NULL, 0, NULL, &again));
		must(again->nr == b->nr);
		object_free(again);
	}
	buf_deinit(&out);
	object_free(b);
}

/* an id that is the largest number has none behind it */
static bool can_move(const struct ids *x)
{
	for (u32 i = 0; i < x->words; i++)
		if (is_id(x, i) && ids_word(x, i) >= UINT32_MAX - 2)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct btf *split;
	struct btf_report *r;
	struct names n = {0};
	struct ids x;
	size_t at;

	if (!split)
		split = make_split();
	if (size < 2)
		return 0;
	at = make_symbols(data, size, &n);
	if (size - at > MAX_SECTION)
		return 0;
	r = btf_report__new();
	if (ids_parse(data + at, size - at, data[0] & 1, n.sym, n.cnt, r, &x)) {
		/* refused, and said why */
		must(btf_report__count(r) == 1);
	} else {
		if (can_move(&x))
			check_moves(&x, &n);
		check_types(&x, split);
		check_fill(&x, &n, split);
		check_kfuncs(&x);
		ids_deinit(&x);
	}
	btf_report__free(r);
	return 0;
}
