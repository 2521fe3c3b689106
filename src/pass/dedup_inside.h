/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the phases of dedup share: dedup.c has the plan of the whole, dedup_cands.c where candidates
 * for a type are found, dedup_leaves.c the kinds that refer to nothing, dedup_refs.c those that
 * refer to what is decided.
 */
#ifndef PASS_DEDUP_INSIDE_H
#define PASS_DEDUP_INSIDE_H

#include "pass/deep.h"
#include "pass/equiv.h"
#include "pass/names.h"
#include "pass/typetab.h"

#define NOVAL BTF_NO_VALUE
#define KINDS_PRIM                                                                                 \
	(KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT) | KIND_BIT(BTF_KIND_FWD) | KINDS_ENUM)
#define KINDS_AS_GRAPH (KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF))
#define KINDS_STAY (KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC))

/* what is kept of a base: built once, read by all */
struct base_table {
	struct typetab tab;	  /* all but VAR and DATASEC, by typetab_hash or deep_hash */
	struct name_set declared; /* names of FWDs */
	u32 broken;		  /* a type that refers to one that is not there, or 0 */
};

/* what own types a table of a base is to serve: heads of their records, a bit for each hash */
#define WANTED_BITS 16384u
struct wanted {
	u64 bit[WANTED_BITS / 64];
};

struct dedup {
	struct btf *b;
	struct btf_report *r;
	u32 start, end; /* own ids */
	struct names names;
	struct equiv eq;	  /* what is decided: eq.node[id].map */
	struct typetab own;	  /* own types that stay, as in a base_table */
	struct typetab enums;	  /* by name: the own enum that stands for a declaration */
	struct deep deep[2];	  /* made when first asked: for own types, for those of the base */
	struct name_set declared; /* names of all FWDs, for deep[0] */
	const struct base_table **level; /* of the bases, lowest first */
	u32 levels;
	struct base_table *lean; /* level[0] where it was made for this run alone, else NULL */
	u32 *spoke; /* own FWDs and ENUMs, one bit each: rebuild keeps their strings */
	bool collide;
	int jobs;
};

static inline const struct btf_type *own(const struct dedup *d, u32 id)
{
	return d->eq.node[id].rec;
}

static inline u32 *map(const struct dedup *d, u32 id)
{
	return &d->eq.node[id].map;
}

/* of an own type; known without a look at its record */
static inline u32 own_kind(const struct dedup *d, u32 id)
{
	return d->names.kind[id - d->start];
}

/*
 * All candidates for a type: own ones first (what stayed because a FWD of the base stands for an
 * own type is what others like it are), then the base, lowest level first:
 *
 *	for (struct cands c = cands_of(d, id, ref); (cand = cands_next(&c));)
 */
struct cands {
	struct dedup *d;
	u32 id;
	const struct typetab *t;
	u32 e; /* place in t, 0: none is left */
	u32 level; /* whose table t is; d->levels for own */
	u32 own;   /* hash by which the type would be added to the own ones */
	u32 hash;  /* of the record */
	u32 at;	   /* hash that e is searched by */
	u32 seen;  /* entries of t by that */
	bool deep; /* t is searched by deep_hash */
	bool fail;
};

int levels_init(struct dedup *d);
void levels_deinit(struct dedup *d);
struct cands cands_of(struct dedup *d, u32 id, u32 ref);
u32 cands_next_level(struct cands *c);
/* references of kinds that are compared record by record, folded; eq NULL: as they stand there */
u32 fold_refs(const struct equiv *eq, const struct btf_type *t);
/* none of the candidates is the type: it stays, where the next one will look for it */
int stays(struct dedup *d, u32 id, const struct cands *c);

static inline u32 cands_next(struct cands *c)
{
	u32 id;

	if (unlikely(!c->e))
		return cands_next_level(c);
	id = typetab_id(c->t, c->e);
	c->seen++;
	c->e = typetab_after(c->t, c->e);
	return id;
}

/* the phases; each decides all own types of its kinds. 0 or -errno */
int prims(struct dedup *d);
int fwds(struct dedup *d);
int refs(struct dedup *d);

#endif
