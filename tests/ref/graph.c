// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Random type graphs: see graph.h.
 *
 * A graph is drafted as an array of plain types first, since the kernel after is the kernel before
 * with some types dropped, doubled, resized or turned into another kind; then it is emitted as
 * objects. Typedefs, modifiers and arrays refer to lower ids only, so that such chains end.
 */
#include "graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define MAX_DRAFT 96
#define MAX_ELEMS 4

struct draft {
	u32 kind;
	int name; /* -1: none */
	bool kflag;
	u32 size, encoding, bits;
	u32 ref, index;
	u32 cnt;
	int elem_name[MAX_ELEMS];
	u32 elem_ref[MAX_ELEMS];
};

struct drafts {
	struct draft type[MAX_DRAFT]; /* id - 1 */
	u32 cnt;
};

u32 rng_next(struct rng *r)
{
	u64 z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (u32)((z ^ z >> 31) >> 16);
}

static const u32 sizes[] = {4, 4, 4, 8, 8, 12, 1, 2};

static bool power_of_two(u32 n)
{
	return !(n & (n - 1));
}

static u32 any_size(struct rng *r)
{
	return sizes[rng_below(r, ARRAY_SIZE(sizes))];
}

static const char *name_of(int n, char *buf, size_t size)
{
	if (n < 0)
		return NULL;
	snprintf(buf, size, "%c%d", 'a' + n % 26, n / 26);
	return buf;
}

/* ---- drafting ---- */

static const u32 base_kinds[] = {
	BTF_KIND_INT,	     BTF_KIND_INT,	BTF_KIND_INT,	   BTF_KIND_FLOAT,
	BTF_KIND_STRUCT,     BTF_KIND_STRUCT,	BTF_KIND_STRUCT,   BTF_KIND_STRUCT,
	BTF_KIND_UNION,	     BTF_KIND_UNION,	BTF_KIND_ENUM,	   BTF_KIND_ENUM64,
	BTF_KIND_FWD,	     BTF_KIND_FWD,	BTF_KIND_TYPEDEF,  BTF_KIND_TYPEDEF,
	BTF_KIND_PTR,	     BTF_KIND_PTR,	BTF_KIND_PTR,	   BTF_KIND_CONST,
	BTF_KIND_VOLATILE,   BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG, BTF_KIND_ARRAY,
	BTF_KIND_FUNC_PROTO, BTF_KIND_FUNC,	BTF_KIND_VAR,	   BTF_KIND_DECL_TAG,
};

static bool never_named(u32 kind)
{
	return kind == BTF_KIND_PTR || kind == BTF_KIND_CONST || kind == BTF_KIND_VOLATILE ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_ARRAY || kind == BTF_KIND_FUNC_PROTO;
}

static bool may_be_anonymous(u32 kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION || kind == BTF_KIND_ENUM ||
	       kind == BTF_KIND_ENUM64;
}

static bool kind_travels(u32 kind)
{
	return kind != BTF_KIND_FUNC && kind != BTF_KIND_VAR && kind != BTF_KIND_DECL_TAG;
}

struct drafting {
	struct rng *r;
	struct drafts *d;
	const struct graph_opts *opts;
	u32 names; /* how many different ones */
	u32 end;   /* last id that will exist */
};

/* an id in 1..end (0 now and then) that something may refer to */
static u32 any_ref(const struct drafting *x, u32 end)
{
	u32 id = rng_percent(x->r, 5) ? 0 : 1 + rng_below(x->r, end);

	/* mostly types that can travel, else hardly any split would be distilled */
	for (int tries = 0; tries < 8 && id && id <= x->d->cnt; tries++) {
		if (kind_travels(x->d->type[id - 1].kind))
			break;
		if (rng_percent(x->r, 2))
			break;
		id = rng_below(x->r, end + 1);
	}
	return id > end ? 0 : id;
}

static u32 find_proto(const struct drafting *x)
{
	for (u32 id = x->d->cnt; id; id--)
		if (x->d->type[id - 1].kind == BTF_KIND_FUNC_PROTO)
			return id;
	return 0;
}

static void draft_one(const struct drafting *x, u32 kind)
{
	struct rng *r = x->r;
	struct draft t = {.kind = kind, .name = (int)rng_below(r, x->names), .size = any_size(r)};
	u32 lower = x->d->cnt;

	if (kind == BTF_KIND_FUNC && !find_proto(x))
		t.kind = kind = BTF_KIND_FWD;
	if (never_named(kind) || (may_be_anonymous(kind) && rng_percent(r, 25)) ||
	    (!x->opts->tame && kind_in(kind, KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT)) &&
	     rng_percent(r, 2)))
		t.name = -1;
	t.kflag = kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD)) &&
		  rng_percent(r, 30);
	t.encoding = rng_percent(r, 50) ? BTF_INT_SIGNED : 0;
	t.bits = rng_percent(r, 90) ? 8 * t.size : 7;
	t.ref = kind_in(kind, KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_ARRAY))
			? any_ref(x, lower)
			: any_ref(x, x->end);
	t.index = any_ref(x, x->end);
	if (kind == BTF_KIND_FUNC)
		t.ref = find_proto(x);
	if (kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FUNC_PROTO) |
				  KIND_BIT(BTF_KIND_DATASEC)))
		t.cnt = rng_below(r, MAX_ELEMS + 1);
	for (u32 i = 0; i < t.cnt; i++) {
		t.elem_name[i] = rng_percent(r, 10) ? -1 : (int)rng_below(r, x->names);
		t.elem_ref[i] = any_ref(x, x->end);
	}
	if (x->d->cnt < MAX_DRAFT)
		x->d->type[x->d->cnt++] = t;
}

static void draft(struct drafts *d, struct rng *r, u32 cnt, u32 names,
		  const struct graph_opts *opts)
{
	struct drafting x = {.r = r, .d = d, .opts = opts, .names = names, .end = d->cnt + cnt};

	for (u32 i = 0; i < cnt; i++)
		draft_one(&x, base_kinds[rng_below(r, ARRAY_SIZE(base_kinds))]);
}

/* ---- the kernel after ---- */

static void mutate(struct draft *t, struct rng *r, u32 percent)
{
	static const u32 data[] = {BTF_KIND_STRUCT, BTF_KIND_UNION,  BTF_KIND_FWD,
				   BTF_KIND_ENUM,   BTF_KIND_ENUM64, BTF_KIND_INT};

	if (rng_percent(r, percent))
		t->size = any_size(r);
	if (rng_percent(r, percent))
		t->kflag = !t->kflag && !never_named(t->kind);
	if (rng_percent(r, percent))
		t->encoding ^= BTF_INT_SIGNED;
	if (rng_percent(r, percent))
		t->bits = 8 * t->size - rng_below(r, 2);
	if (kind_in(t->kind, KINDS_DATA & ~KIND_BIT(BTF_KIND_TYPEDEF)) && rng_percent(r, percent)) {
		t->kind = data[rng_below(r, ARRAY_SIZE(data))];
		if (t->kind == BTF_KIND_FWD || t->kind == BTF_KIND_INT)
			t->cnt = 0;
	}
}

/* ids of `from` mapped to ids of `to`; what was dropped becomes void */
static void renew(const struct drafts *from, struct drafts *to, struct rng *r, u32 percent)
{
	u32 map[MAX_DRAFT + 1] = {0};

	for (u32 i = 0; i < from->cnt; i++) {
		u32 copies = rng_percent(r, percent) ? 0 : rng_percent(r, percent) ? 2 : 1;

		/* a FUNC needs its prototype */
		if (from->type[i].kind == BTF_KIND_FUNC_PROTO)
			copies = 1;
		for (u32 k = 0; k < copies && to->cnt < MAX_DRAFT; k++) {
			to->type[to->cnt++] = from->type[i];
			map[i + 1] = to->cnt;
			if (from->type[i].kind != BTF_KIND_FUNC)
				mutate(&to->type[to->cnt - 1], r, percent);
		}
	}
	for (u32 i = 0; i < to->cnt; i++) {
		struct draft *t = &to->type[i];

		t->ref = map[t->ref];
		t->index = map[t->index];
		for (u32 k = 0; k < t->cnt; k++)
			t->elem_ref[k] = map[t->elem_ref[k]];
		/* a doubled type may refer to the second copy of a lower one, never upwards */
		if (t->ref > i && kind_in(t->kind, KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) |
							   KIND_BIT(BTF_KIND_ARRAY)))
			t->ref = 0;
	}
}

/* ---- emitting ---- */

static u32 in_range(u32 id, u32 end)
{
	return id < end ? id : 0;
}

/* own types end before id `end`: references further up become void */
static void emit_one(struct btf *b, const struct draft *t, u32 end)
{
	u32 size = kind_in(t->kind, KINDS_ENUM) && !power_of_two(t->size) ? 4 : t->size;
	char name[16], elem[16];
	const char *n = name_of(t->name, name, sizeof(name));
	u32 ref = in_range(t->ref, end);

	switch (t->kind) {
	case BTF_KIND_INT:
		put_int(b, n, t->size, t->encoding, t->bits);
		break;
	case BTF_KIND_ARRAY:
		put_array(b, ref, in_range(t->index, end), t->size);
		break;
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		put_word(b, t->kind, n, ref, t->kind == BTF_KIND_VAR);
		break;
	case BTF_KIND_FWD:
		(t->kflag ? put_kflag : put)(b, t->kind, n, 0);
		break;
	case BTF_KIND_FLOAT:
	case BTF_KIND_DATASEC:
		put(b, t->kind, n, t->size);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		(t->kflag ? put_kflag : put)(b, t->kind, n, size);
		break;
	default:
		put(b, t->kind, n, ref);
	}
	for (u32 i = 0; i < t->cnt; i++) {
		const char *s = name_of(t->elem_name[i], elem, sizeof(elem));

		if (kind_in(t->kind, KINDS_COMPOSITE))
			put_member(b, s, in_range(t->elem_ref[i], end), 32 * i);
		else if (t->kind == BTF_KIND_FUNC_PROTO)
			put_param(b, s, in_range(t->elem_ref[i], end));
		else if (t->kind == BTF_KIND_ENUM)
			put_enumerator(b, s, i);
		else if (t->kind == BTF_KIND_ENUM64)
			put_enumerator64(b, s, (u64)i << 33);
		else if (t->kind == BTF_KIND_DATASEC)
			put_var(b, in_range(t->elem_ref[i], end), 8 * i, 8);
	}
}

static void emit(const struct drafts *d, u32 levels, struct rng *r, struct btf **out)
{
	u32 at = 0;

	for (u32 l = 0; l < levels; l++) {
		u32 upto = l + 1 == levels ? d->cnt : at + rng_below(r, d->cnt - at + 1);

		out[l] = new_split(l ? out[l - 1] : NULL);
		for (; at < upto; at++) {
			struct draft t = d->type[at];

			/* a FUNC must refer to what stays a prototype */
			if (t.kind == BTF_KIND_FUNC && t.ref > upto)
				t.kind = BTF_KIND_FWD;
			emit_one(out[l], &t, upto + 1);
		}
	}
}

/* the module: references to the kernel's types and to its own */
static void make_split(struct graph *g, struct rng *r, const struct drafts *base, u32 names,
		       const struct graph_opts *opts)
{
	static const u32 own[] = {
		BTF_KIND_STRUCT,  BTF_KIND_STRUCT,     BTF_KIND_UNION,	 BTF_KIND_PTR,
		BTF_KIND_PTR,	  BTF_KIND_CONST,      BTF_KIND_TYPEDEF, BTF_KIND_TYPEDEF,
		BTF_KIND_ARRAY,	  BTF_KIND_FUNC_PROTO, BTF_KIND_FUNC,	 BTF_KIND_VAR,
		BTF_KIND_ENUM,	  BTF_KIND_FWD,	       BTF_KIND_INT,	 BTF_KIND_TYPE_TAG,
		BTF_KIND_DATASEC, BTF_KIND_DECL_TAG,   BTF_KIND_FLOAT,	 BTF_KIND_ENUM64};
	struct drafts all = *base;
	u32 cnt = 1 + rng_below(r, 12);
	struct drafting x = {
		.r = r, .d = &all, .opts = opts, .names = names, .end = base->cnt + cnt};

	for (u32 i = 0; i < cnt; i++)
		draft_one(&x, own[rng_below(r, ARRAY_SIZE(own))]);
	g->split = new_split(graph_top(g->old));
	for (u32 i = base->cnt; i < all.cnt; i++)
		emit_one(g->split, &all.type[i], all.cnt + 1);
}

void graph_make(struct graph *g, u64 seed, const struct graph_opts *opts)
{
	struct rng r = {seed * 2 + 1};
	struct drafts before = {0}, after = {0};
	u32 cnt = 1 + rng_below(&r, 48), names = cnt / 2 + rng_below(&r, 3 * cnt) + 1;
	u32 levels = rng_percent(&r, 60) ? 1 : 2 + rng_below(&r, GRAPH_LEVELS - 1);
	static const u32 rates[] = {0, 1, 3, 10};

	memset(g, 0, sizeof(*g));
	draft(&before, &r, cnt, names, opts);
	emit(&before, levels, &r, g->old);
	make_split(g, &r, &before, names, opts);
	renew(&before, &after, &r, rates[rng_below(&r, ARRAY_SIZE(rates))]);
	draft(&after, &r, rng_below(&r, 8), 2 * names, opts);
	levels = opts->tame || rng_percent(&r, 60) ? 1 : 2 + rng_below(&r, GRAPH_LEVELS - 1);
	emit(&after, levels, &r, g->new_base);
}

void graph_make_foreign(struct graph *g, u64 seed, const struct graph_opts *opts)
{
	static const u32 kinds[] = {BTF_KIND_INT,   BTF_KIND_FLOAT,  BTF_KIND_STRUCT,
				    BTF_KIND_UNION, BTF_KIND_STRUCT, BTF_KIND_ENUM,
				    BTF_KIND_FWD,   BTF_KIND_FWD};
	struct rng r = {seed * 2 + 1};
	struct drafts dist = {0}, after = {0};
	u32 cnt = rng_below(&r, 7), names = 2 + rng_below(&r, 12);
	struct drafting x = {.r = &r, .d = &dist, .opts = opts, .names = names, .end = cnt};
	static const u32 rates[] = {0, 3, 15, 30};

	memset(g, 0, sizeof(*g));
	for (u32 i = 0; i < cnt; i++) {
		draft_one(&x, rng_percent(&r, 2) ? base_kinds[rng_below(&r, ARRAY_SIZE(base_kinds))]
						 : kinds[rng_below(&r, ARRAY_SIZE(kinds))]);
		dist.type[i].cnt = 0;
		if (rng_percent(&r, 97) && dist.type[i].name < 0)
			dist.type[i].name = (int)rng_below(&r, names);
	}
	emit(&dist, 1, &r, g->old);
	/* a string that is no type's name, which the split may share */
	if (rng_percent(&r, 10))
		object_add_str(g->old[0], "a0");
	make_split(g, &r, &dist, names, opts);
	renew(&dist, &after, &r, rates[rng_below(&r, ARRAY_SIZE(rates))]);
	draft(&after, &r, rng_below(&r, 8), names, opts);
	emit(&after, opts->tame || rng_percent(&r, 70) ? 1 : 2, &r, g->new_base);
}

void graph_free(struct graph *g)
{
	object_free(g->split);
	for (int i = GRAPH_LEVELS - 1; i >= 0; i--) {
		object_free(g->old[i]);
		object_free(g->new_base[i]);
	}
	memset(g, 0, sizeof(*g));
}
