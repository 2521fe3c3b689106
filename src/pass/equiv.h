/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Do two types mean the same? Graph equivalence with forward declarations, as dedup needs it.
 *
 * A candidate graph (types seen now) is held against a canonical one (types kept before), pair by
 * pair, on the hypothesis that every pair met so far is equal. A FWD equals a STRUCT or UNION of
 * its name and flavour; what it is equal to is remembered when the whole comparison succeeds.
 */
#ifndef PASS_EQUIV_H
#define PASS_EQUIV_H

#include "btf/object.h"

struct names;

/*
 * All that is known of a type, in one place: the walk jumps from type to type, and what it needs
 * of one must be one cache line away and not four.
 */
struct equiv_node {
	const struct btf_type *rec; /* NULL: not asked for yet (types of a base) */
	u32 map;		    /* canonical id, 0: not decided */
	u32 hypot; /* the hypothesis: candidate id that stands for this canonical one; 0 none */
};

struct equiv_pair {
	u32 cand, canon;
	u32 from; /* index + 1 in the trail of the pair whose references these are; 0: none */
};

struct pair_set {
	struct equiv_pair *at;
	u32 mask, cnt;
};

struct equiv {
	const struct btf *b;
	u32 start;		 /* first own id */
	struct equiv_node *node; /* by id, base ids included */
	size_t nodes;
	u32 *hint; /* by own index: a type that this one equalled in a graph, or 0 */
	struct {
		struct equiv_step {
			u32 canon; /* has a hypothesis: */
			u32 cand;
			u32 from; /* as in a pair */
			u32 kind; /* of cand; 0: not asked */
		} * at;
		u32 cnt, cap;
	} trail;
	/* types of the base that stand for an own type here: FWDs, ENUMs that are only declared */
	struct id_list {
		u32 *at;
		u32 cnt, cap;
	} base_changed;
	struct pair_list {
		struct equiv_pair *at;
		size_t cnt, cap;
	} stack;
	struct pair_set same;	/* pairs of candidates that are the same type, for good */
	struct pair_set differ; /* structs and unions that are different, for good */
	bool unsettled; /* some types are different only as long as FWDs are not what they stand for
			 */
	bool base_fwd;	/* would change a FWD of the base: not equal, but worth noting */
};

/* reads the records that `n` has */
int equiv_init(struct equiv *e, const struct names *n, int jobs);
void equiv_deinit(struct equiv *e);

/* canonical id as far as it is known; the id itself where it is not */
static inline u32 equiv_resolve(const struct equiv *e, u32 id)
{
	u32 to;

	while ((to = e->node[id].map) && to != id)
		id = to;
	return id;
}

static inline const struct btf_type *equiv_type(const struct equiv *e, u32 id)
{
	struct equiv_node *n = &e->node[id];

	if (unlikely(!n->rec))
		n->rec = object_type(e->b, id);
	return n->rec;
}

int equiv_add_id(struct id_list *l, u32 id); /* 0 or -ENOMEM */

/*
 * 1 equal, 0 different, -ENOMEM. After 1 equiv_merge records what follows; with base_fwd that is
 * less than equality. Kinds that cannot stand in a type graph (VAR, DATASEC, DECL_TAG) are equal
 * to themselves only.
 */
int equiv_check(struct equiv *e, u32 cand, u32 canon);
int equiv_merge(struct equiv *e); /* 0 or -ENOMEM */

/* equal in all but the types that members, parameters and elements refer to */
bool equiv_shallow(const struct btf_type *a, const struct btf_type *b);
/* ENUM and ENUM64: equal, or one of them is only declared */
bool equiv_enum_declares(const struct btf_type *a, const struct btf_type *b);

#endif
