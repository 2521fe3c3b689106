// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The order of a header that is to differ little between kernels: by names instead of ids.
 *
 * A type is sorted by a rank (enums, numbers, structs, prototypes, the rest), then by the name at
 * the end of its chain of references, then by its own name, then by a hash over the names in it,
 * then by id. Ranks, names and the hash are bpftool's, so that the header is too.
 *
 * The last rank holds most types (pointers, modifiers, prototypes), nearly all of which have
 * nothing left to print when their turn comes: those are recognised and left out instead of being
 * sorted. What can be left out: a type that is ordered already; whatever passes on to such a type;
 * and a pointer to a named struct or union, as the only thing that it changes is its own mark,
 * which no typedef that is still to come looks at: those end in void or in a forward declaration.
 *
 * Cost: a pass over the types, and sorting those of the first ranks. Chains are followed once
 * (d->... `end`); the hash is made for ties only, and within an allowance: past it, ids decide.
 */
#include <errno.h>
#include <stdlib.h>

#include "print/c.h"

enum {
	RANK_ENUM_ANON,
	RANK_ENUM,
	RANK_NUMBER,
	RANK_STRUCT,
	RANK_PROTO,
	RANK_LAST = 10,
};

struct sort_item {
	u64 key[2]; /* rank and the first 15 bytes of the name, so that they compare as numbers */
	u32 id;
	u32 name_off; /* of the end of the chain */
	u64 hash;
	bool hashed;
};

struct sort {
	struct cdump *d;
	u32 *end; /* by id: last of its chain; 0: not asked yet, or void */
	struct sort_item *item;
	u32 nr;
	s64 allowance;
};

#define KINDS_CHAIN                                                                                \
	(KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF) |                         \
	 KIND_BIT(BTF_KIND_ARRAY) | KIND_BIT(BTF_KIND_DECL_TAG))
#define KINDS_VALUE (KINDS_ENUM | KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT))
#define END_OPEN 0xffffffffu /* on the chain that is being followed */

static bool is_chain(const struct btf_type *t)
{
	return kind_in(type_kind(t), KINDS_CHAIN);
}

static u32 chain_next(const struct btf_type *t)
{
	return type_is(t, BTF_KIND_ARRAY) ? type_array(t)->type : t->type;
}

/* chains that go in a circle end in void */
static u32 chain_end(struct sort *s, u32 id)
{
	u32 at = id, end, next;

	while (is_chain(cdump_at(s->d, at)) && !s->end[at]) {
		s->end[at] = END_OPEN;
		at = chain_next(cdump_at(s->d, at));
	}
	end = is_chain(cdump_at(s->d, at)) ? s->end[at] : at;
	if (end == END_OPEN)
		end = 0;
	for (at = id; is_chain(cdump_at(s->d, at)) && s->end[at] == END_OPEN; at = next) {
		next = chain_next(cdump_at(s->d, at));
		s->end[at] = end;
	}
	return end;
}

static u32 rank_of(const struct btf_type *end, bool named)
{
	switch (type_kind(end)) {
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return named ? RANK_ENUM : RANK_ENUM_ANON;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		return RANK_NUMBER;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return named ? RANK_STRUCT : RANK_LAST;
	case BTF_KIND_FUNC_PROTO:
		return named ? RANK_PROTO : RANK_LAST;
	default:
		return RANK_LAST;
	}
}

static void sort_add(struct sort *s, u32 id, u32 rank, u32 name_off)
{
	const char *name = cdump_str(s->d, name_off);
	u64 key[2] = {rank};

	for (int i = 1; i < 16; i++) {
		key[i / 8] = key[i / 8] << 8 | (u8)*name;
		if (*name)
			name++;
	}
	s->item[s->nr++] = (struct sort_item){
		.key = {key[0], key[1]},
		.id = id,
		.name_off = name_off,
	};
}

/* rank, and the name to sort by, of any type; types without a name of their own rank last */
static u32 sort_rank(struct sort *s, u32 id, const struct btf_type *t, u32 *name_off)
{
	const struct btf_type *end = t;

	if (is_chain(t)) {
		end = cdump_at(s->d, chain_end(s, id));
		*name_off = end->name_off;
		return t->name_off ? rank_of(end, true) : RANK_LAST;
	}
	*name_off = t->name_off;
	/* an anonymous enum is known by its first value */
	if (!t->name_off && kind_in(type_kind(t), KINDS_ENUM) && type_vlen(t))
		*name_off = *(const u32 *)type_tail(t);
	return rank_of(t, t->name_off);
}

/* ---- ties ---- */

static u64 str_hash(const char *s)
{
	u64 h = 0;

	for (; *s; s++)
		h = h * 31 + (u64)(s64)(signed char)*s;
	return h;
}

static u64 name_hash31(const struct sort *s, u64 h, u32 name_off)
{
	return name_off ? h * 31 + str_hash(cdump_str(s->d, name_off)) : h;
}

/* follows a chain to its end, adding what each link has; each link's value is times 31 */
static u64 hash_chain(struct sort *s, u32 *id)
{
	u64 sum = 0;

	for (;;) {
		const struct btf_type *t = cdump_at(s->d, *id);
		u64 h = name_hash31(s, 0, t->name_off);

		if (!is_chain(t) || s->allowance-- <= 0)
			return sum;
		if (type_is(t, BTF_KIND_ARRAY))
			h = h * 31 + type_array(t)->nelems;
		sum += h * 31;
		*id = chain_next(t);
	}
}

static u64 hash_enum(const struct sort *s, const struct btf_type *t, u64 h)
{
	u32 stride = kind_table[type_kind(t)].elem_sz;
	const u8 *v = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++)
		h = name_hash31(s, h, *(const u32 *)(const void *)(v + (size_t)i * stride));
	return h;
}

static u64 hash_type(struct sort *s, u32 id)
{
	u64 h = hash_chain(s, &id);
	const struct btf_type *t = cdump_at(s->d, id);
	const struct btf_member *m = type_tail(t);
	u64 own = name_hash31(s, 0, t->name_off);

	if (kind_in(type_kind(t), KINDS_ENUM))
		return h + hash_enum(s, t, own);
	if (!kind_in(type_kind(t), KINDS_COMPOSITE))
		return h + own;
	for (u32 i = 0; i < type_vlen(t) && s->allowance-- > 0; i++) {
		u32 to = m[i].type;
		u64 ref = hash_chain(s, &to);
		const struct btf_type *target = cdump_at(s->d, to);
		u64 name = name_hash31(s, 0, target->name_off);

		if (kind_in(type_kind(target), KINDS_ENUM))
			name = hash_enum(s, target, name);
		own = name_hash31(s, own, m[i].name_off);
		own = own * 31 + ref + name;
	}
	return h + own;
}

static u64 item_hash(struct sort *s, struct sort_item *it)
{
	if (!it->hashed)
		it->hash = s->allowance > 0 ? hash_type(s, it->id) : 0;
	it->hashed = true;
	return it->hash;
}

static int by_name(struct sort *s, u32 a, u32 b)
{
	return a == b ? 0 : strcmp(cdump_str(s->d, a), cdump_str(s->d, b));
}

static int compare(const void *left, const void *right, void *ctx)
{
	/* the hash is filled in on the way */
	struct sort_item *a = (struct sort_item *)(uintptr_t)left;
	struct sort_item *b = (struct sort_item *)(uintptr_t)right;
	struct sort *s = ctx;
	int res;

	for (int i = 0; i < 2; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	/* the name ends in the keys */
	res = a->key[1] & 0xff ? by_name(s, a->name_off, b->name_off) : 0;
	if (!res)
		res = by_name(s, cdump_at(s->d, a->id)->name_off, cdump_at(s->d, b->id)->name_off);
	if (res)
		return res;
	if (item_hash(s, a) != item_hash(s, b))
		return a->hash < b->hash ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

/* ---- the two halves ---- */

static int dump_items(struct sort *s)
{
	int err = 0;

	s->allowance = 1000000 + 64 * (s64)s->d->cnt;
	qsort_r(s->item, s->nr, sizeof(*s->item), compare, s);
	for (u32 i = 0; i < s->nr && !err; i++)
		err = cdump_type(s->d, s->item[i].id);
	s->nr = 0;
	return err;
}

/* functions, variables and what is said about them print nothing */
#define KINDS_NOT_C                                                                                \
	(KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC) |           \
	 KIND_BIT(BTF_KIND_DECL_TAG))

/* Has nothing to print, whenever its turn comes? See above; in doubt, no. */
static bool is_quiet(const struct cdump *d, u32 id, int depth)
{
	for (int steps = 0; steps < 16; steps++) {
		const struct btf_type *t = cdump_at(d, id);
		const struct btf_param *p = type_tail(t);
		u32 kind = type_kind(t);

		if (d->state[id] & TYPE_ORDERED)
			return true;
		if (kind == BTF_KIND_FUNC_PROTO) {
			if (depth == 4 || !is_quiet(d, t->type, depth + 1))
				return false;
			for (u32 i = 0; i < type_vlen(t); i++)
				if (!is_quiet(d, p[i].type, depth + 1))
					return false;
			return true;
		}
		if (kind_in(kind, KINDS_COMPOSITE))
			return t->name_off && steps;
		if (!kind_in(kind, KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_ARRAY)))
			return false;
		id = chain_next(t);
	}
	return false;
}

static int dump_all(struct sort *s)
{
	u32 cnt = s->d->cnt, name_off, rank;
	int err;

	for (u32 id = 1; id < cnt; id++) {
		const struct btf_type *t = cdump_at(s->d, id);

		if (kind_in(type_kind(t), KINDS_NOT_C))
			continue;
		/* most types: they rank last, whatever they lead to */
		if (!t->name_off && !kind_in(type_kind(t), KINDS_VALUE))
			continue;
		rank = sort_rank(s, id, t, &name_off);
		if (rank < RANK_LAST)
			sort_add(s, id, rank, name_off);
	}
	err = dump_items(s);
	if (err)
		return err;
	for (u32 id = 1; id < cnt; id++) {
		const struct btf_type *t;

		if (s->d->state[id] & TYPE_ORDERED)
			continue;
		t = cdump_at(s->d, id);
		if (type_is(t, BTF_KIND_FUNC_PROTO) && cdump_proto_done(s->d, t))
			continue;
		if (kind_in(type_kind(t), KINDS_NOT_C) || is_quiet(s->d, id, 0))
			continue;
		rank = sort_rank(s, id, t, &name_off);
		if (rank == RANK_LAST)
			sort_add(s, id, rank, name_off);
	}
	return dump_items(s);
}

int c_dump_sorted(struct cdump *d)
{
	struct sort s = {.d = d};
	int err = -ENOMEM;

	s.end = zalloc_array(d->cnt, sizeof(*s.end));
	s.item = malloc(d->cnt * sizeof(*s.item));
	if (s.end && s.item)
		err = dump_all(&s);
	free(s.end);
	free(s.item);
	return err;
}
