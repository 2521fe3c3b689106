// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Random programs: see units.h.
 *
 * A program is drafted first: every type there is, each in two variants. A unit copies what it
 * needs of it, from some roots downwards, and takes its own choice of variants, declarations and
 * repetitions on the way; then its types are shuffled and emitted.
 */
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define MAX_PROGRAM 14
#define MAX_UNIT 24
#define MAX_REFS 3

struct draft {
	u32 kind, size;
	int name; /* -1: none */
	bool kflag;
	u32 cnt;	   /* elements */
	u32 ref[MAX_REFS]; /* drafts, +1; 0 is void */
	u32 variant;	   /* what the second variant changes */
};

struct program {
	struct draft type[MAX_PROGRAM];
	u32 cnt;
};

/* one type of a unit; refs are indexes into the unit, +1 */
struct copy {
	struct draft d;
	bool fwd, second;
	u32 ref[MAX_REFS];
	bool ref_is_base[MAX_REFS]; /* the id of a type of the base */
	u32 id;
};

struct making {
	struct rng *r;
	const struct units_opts *opts;
	const struct program *p;
	u32 second; /* drafts that this unit has in the second variant: bits */
	u32 memo[MAX_PROGRAM];
	struct copy copy[MAX_UNIT];
	u32 cnt;
	u32 base_end; /* ids below are of a base */
};

static const u32 kinds[] = {
	BTF_KIND_STRUCT,   BTF_KIND_STRUCT, BTF_KIND_STRUCT,   BTF_KIND_STRUCT, BTF_KIND_UNION,
	BTF_KIND_PTR,	   BTF_KIND_PTR,    BTF_KIND_PTR,      BTF_KIND_PTR,	BTF_KIND_TYPEDEF,
	BTF_KIND_TYPEDEF,  BTF_KIND_CONST,  BTF_KIND_VOLATILE, BTF_KIND_ARRAY,	BTF_KIND_FUNC_PROTO,
	BTF_KIND_TYPE_TAG, BTF_KIND_ENUM,   BTF_KIND_ENUM64,   BTF_KIND_INT,	BTF_KIND_FLOAT,
	BTF_KIND_DECL_TAG, BTF_KIND_VAR,    BTF_KIND_FUNC,
};

#define KINDS_NAMED                                                                                \
	(KINDS_DATA | KIND_BIT(BTF_KIND_TYPE_TAG) | KIND_BIT(BTF_KIND_DECL_TAG) |                  \
	 KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_FUNC))
#define KINDS_TOP (KIND_BIT(BTF_KIND_DECL_TAG) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_FUNC))

/* a draft to refer to: what is no struct or typedef leads downwards, so that types end */
static u32 any_ref(const struct program *p, struct rng *r, u32 from, const struct units_opts *opts)
{
	/* C has no struct that holds itself */
	bool up = !opts->no_odd || kind_in(p->type[from].kind,
					   KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_FUNC_PROTO));

	for (int tries = 0; tries < 8; tries++) {
		u32 i = rng_below(r, p->cnt), kind = p->type[i].kind;

		if (kind_in(kind, KINDS_TOP) && (opts->no_odd || !rng_percent(r, 1)))
			continue;
		if (i < from ||
		    (up && kind_in(kind, KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF))) ||
		    (!opts->no_odd && rng_percent(r, 1)))
			return i + 1;
	}
	return 0;
}

static void draft_program(struct program *p, struct rng *r, const struct units_opts *opts)
{
	u32 names = 1 + rng_below(r, MAX_PROGRAM);

	p->cnt = 2 + rng_below(r, MAX_PROGRAM - 1);
	for (u32 i = 0; i < p->cnt; i++) {
		struct draft *d = &p->type[i];

		*d = (struct draft){.kind = kinds[rng_below(r, ARRAY_SIZE(kinds))], .name = -1};
		if (kind_in(d->kind, KINDS_NAMED))
			d->name = opts->one_each ? (int)i : (int)rng_below(r, names);
		if (kind_in(d->kind, KINDS_COMPOSITE | KINDS_ENUM) && rng_percent(r, 25))
			d->name = -1;
		d->size = 4u << rng_below(r, 2);
		d->kflag = kind_in(d->kind, KINDS_COMPOSITE) && rng_percent(r, 10);
		d->variant = rng_next(r);
		if (kind_in(d->kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FUNC_PROTO)))
			d->cnt = rng_below(r, MAX_REFS + (d->kind != BTF_KIND_FUNC_PROTO));
		/* a definition has values: else it is a declaration */
		if (kind_in(d->kind, KINDS_ENUM) && !d->cnt &&
		    (opts->no_forward || (opts->no_odd && d->name < 0)))
			d->cnt = 1;
	}
	for (u32 i = 0; i < p->cnt; i++)
		for (u32 k = 0; k < MAX_REFS; k++)
			p->type[i].ref[k] = any_ref(p, r, i, opts);
}

/* ---- one unit ---- */

static u32 copy_draft(struct making *m, u32 i);

static u32 add_copy(struct making *m, u32 i)
{
	struct copy *c = &m->copy[m->cnt++];

	memset(c, 0, sizeof(*c));
	c->d = m->p->type[i];
	c->second = m->second >> i & 1 && !m->opts->one_each;
	return m->cnt;
}

static u32 refs_of(const struct draft *d)
{
	if (kind_in(d->kind, KINDS_COMPOSITE))
		return d->cnt;
	if (d->kind == BTF_KIND_FUNC_PROTO)
		return d->cnt + 1;
	if (d->kind == BTF_KIND_ARRAY)
		return 2;
	return kind_table[d->kind].head_ref;
}

static void copy_ref(struct making *m, struct copy *c, u32 k)
{
	u32 to = c->d.ref[k];

	/* the second variant of some types refers to something else */
	if (c->second && c->d.variant % 3 == 0 && k == 0) {
		u32 other = (to + 1) % (m->p->cnt + 1);

		if (!m->opts->no_odd || !other ||
		    kind_in(m->p->type[other - 1].kind, KINDS_ENUM | KIND_BIT(BTF_KIND_INT)))
			to = other;
	}
	if (c->d.kind != BTF_KIND_FUNC && m->base_end > 1 && !m->opts->own_refs &&
	    rng_percent(m->r, 6)) {
		c->ref_is_base[k] = true;
		c->ref[k] = 1 + rng_below(m->r, m->base_end - 1);
	} else if (to) {
		/* the array of copies does not move */
		c->ref[k] = copy_draft(m, to - 1);
	}
}

/* index + 1 of the unit's copy of a draft, made where there is none */
static u32 copy_draft(struct making *m, u32 i)
{
	const struct draft *d = &m->p->type[i];
	bool named = d->name >= 0;
	struct copy *c;
	u32 at;

	if (m->memo[i] && (m->opts->no_repeat || !rng_percent(m->r, 12)))
		return m->memo[i];
	if (m->cnt == MAX_UNIT)
		return m->memo[i];
	at = add_copy(m, i);
	c = &m->copy[at - 1];
	if (!m->opts->no_forward && named && rng_percent(m->r, 20) &&
	    kind_in(d->kind, KINDS_COMPOSITE | KINDS_ENUM)) {
		/* a declaration; the unit may have the definition beside it */
		c->fwd = true;
		if (m->opts->no_repeat || rng_percent(m->r, 50))
			m->memo[i] = at;
		return at;
	}
	m->memo[i] = at;
	for (u32 k = 0; k < refs_of(d); k++)
		copy_ref(m, c, k);
	return at;
}

static const char *name_of(int n, char *buf, size_t size)
{
	if (n < 0)
		return NULL;
	snprintf(buf, size, "n%d", n);
	return buf;
}

static u32 id_of(const struct making *m, const struct copy *c, u32 k)
{
	if (c->ref_is_base[k])
		return c->ref[k];
	return c->ref[k] ? m->copy[c->ref[k] - 1].id : 0;
}

static void emit_elements(struct btf *b, const struct making *m, const struct copy *c, u32 shift)
{
	char name[16];

	for (u32 k = 0; k < c->d.cnt; k++) {
		snprintf(name, sizeof(name), "m%u", k + (k == 0 ? shift : 0));
		if (kind_in(c->d.kind, KINDS_COMPOSITE))
			put_member(b, k % 3 == 2 ? NULL : name, id_of(m, c, k), 32 * k);
		else if (c->d.kind == BTF_KIND_ENUM)
			put_enumerator(b, name, k);
		else if (c->d.kind == BTF_KIND_ENUM64)
			put_enumerator64(b, name, (u64)k << 33);
		else
			put_param(b, name, id_of(m, c, k + 1));
	}
}

static void emit(struct btf *b, const struct making *m, const struct copy *c)
{
	u32 kind = c->d.kind, size = c->d.size;
	char buf[16];
	const char *name = name_of(c->d.name, buf, sizeof(buf));
	u32 second = c->second ? c->d.variant % 3 : 0;

	size += second == 1 ? 8 : 0;
	if (c->fwd && kind_in(kind, KINDS_ENUM))
		put(b, kind, name, size);
	else if (c->fwd)
		(kind == BTF_KIND_UNION ? put_kflag : put)(b, BTF_KIND_FWD, name, 0);
	else if (kind == BTF_KIND_INT)
		put_int(b, name, size, second ? BTF_INT_SIGNED : 0, 8 * size);
	else if (kind == BTF_KIND_ARRAY)
		put_array(b, id_of(m, c, 0), id_of(m, c, 1), size);
	else if (kind == BTF_KIND_VAR || kind == BTF_KIND_DECL_TAG)
		put_word(b, kind, name, id_of(m, c, 0), second);
	else if (kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM) || kind == BTF_KIND_FLOAT)
		(c->d.kflag ? put_kflag : put)(b, kind, name, size);
	else
		put(b, kind, name, id_of(m, c, 0));
	if (!c->fwd)
		emit_elements(b, m, c, second == 2);
}

static void shuffle(struct making *m, u32 *order)
{
	for (u32 i = 0; i < m->cnt; i++)
		order[i] = i;
	for (u32 i = m->cnt; i > 1; i--) {
		u32 k = rng_below(m->r, i), t = order[i - 1];

		order[i - 1] = order[k];
		order[k] = t;
	}
}

static void add_unit(struct btf *b, struct rng *r, const struct program *p,
		     const struct units_opts *opts)
{
	struct making m = {.r = r, .opts = opts, .p = p, .base_end = b->start_id};
	u32 order[MAX_UNIT];

	for (u32 i = 0; i < p->cnt; i++)
		m.second |= (u32)rng_percent(r, 8) << i;
	for (u32 roots = 1 + rng_below(r, 3); roots; roots--)
		copy_draft(&m, rng_below(r, p->cnt));
	shuffle(&m, order);
	if (rng_percent(r, 50))
		for (u32 i = 0; i < m.cnt; i++)
			order[i] = i;
	for (u32 i = 0; i < m.cnt; i++)
		m.copy[order[i]].id = object_type_cnt(b) + i;
	/* a FUNC refers to a prototype, or cannot be parsed */
	for (u32 i = 0; i < m.cnt; i++) {
		struct copy *c = &m.copy[i];

		if (c->d.kind == BTF_KIND_FUNC &&
		    (c->ref_is_base[0] || !c->ref[0] ||
		     m.copy[c->ref[0] - 1].d.kind != BTF_KIND_FUNC_PROTO))
			c->d.kind = BTF_KIND_CONST, c->d.name = -1;
	}
	for (u32 i = 0; i < m.cnt; i++)
		emit(b, &m, &m.copy[order[i]]);
}

void units_make(struct units *u, u64 seed, const struct units_opts *opts)
{
	struct rng r = {seed * 2 + 1};
	struct program p;
	struct btf *top = NULL;
	u32 levels = opts->whole || rng_percent(&r, 40) ? 0 : 1 + rng_below(&r, UNITS_LEVELS);

	if (opts->plain_base)
		levels = min_of(levels, 1);
	memset(u, 0, sizeof(*u));
	draft_program(&p, &r, opts);
	for (u32 l = 0; l <= levels; l++) {
		struct btf *built = new_split(top);

		u32 most = l == levels ? 5 : opts->plain_base ? 1 : 2;

		for (u32 n = 1 + rng_below(&r, most); n; n--)
			add_unit(built, &r, &p, opts);
		top = reparsed(built, top);
		object_free(built);
		*(l == levels ? &u->b : &u->base[l]) = top;
	}
}

void units_free(struct units *u)
{
	object_free(u->b);
	for (int l = UNITS_LEVELS - 1; l >= 0; l--)
		object_free(u->base[l]);
	memset(u, 0, sizeof(*u));
}
