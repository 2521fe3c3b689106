// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Types that refer to decided ones: see dedup_inside.h.
 *
 * In: an object of which STRUCT, UNION, TYPEDEF and all that refers to nothing is decided. Out:
 * every other type is decided too, from the leaves up: equal records with equal references are one
 * type. Most of them stood in a graph that was found equal to another one (equiv.h), which left a
 * hint: where the hint is right, which is checked here, no table is asked.
 */
#include <errno.h>

#include "pass/dedup_inside.h"

#define IN_PROGRESS UINT32_MAX
#define KINDS_ONE_REF (KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_FUNC) | KINDS_MOD)

/* ---- everything that refers to something ---- */

/*
 * An own type and type `id`. A FWD of the base that stands for an own struct here does so for own
 * types only: a type of the base goes on referring to the FWD.
 */
static bool same_refs(const struct dedup *d, const struct btf_type *a, u32 id)
{
	const struct btf_type *b = equiv_type(&d->eq, id);
	bool in_base = id < d->start;
	struct field_iter x, y;
	u32 *i, *j;

	if (a->info != b->info || a->name_off != b->name_off)
		return false;
	/* nothing but a name and a reference */
	if (kind_in(type_kind(a), KINDS_ONE_REF))
		return equiv_resolve(&d->eq, a->type) ==
		       (in_base ? b->type : equiv_resolve(&d->eq, b->type));
	if (!equiv_shallow(a, b))
		return false;
	x = type_ids(a);
	y = type_ids(b);
	while ((i = field_next(&x)) && (j = field_next(&y)))
		if (equiv_resolve(&d->eq, *i) != (in_base ? *j : equiv_resolve(&d->eq, *j)))
			return false;
	return true;
}

/*
 * A type that this one equalled as part of a graph, if it is decided: of the types with one record
 * and the same references only one stays, so that no table needs to be asked.
 */
static bool ref_by_hint(struct dedup *d, u32 id)
{
	u32 hint = d->eq.hint[id - d->start], to = *map(d, hint);

	if (hint < d->start || !to || to == IN_PROGRESS)
		return false;
	to = equiv_resolve(&d->eq, to);
	if (!same_refs(d, own(d, id), to))
		return false;
	*map(d, id) = to;
	return true;
}

/* all its references are decided */
static int ref(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);
	struct cands c;
	u32 cand;

	if (ref_by_hint(d, id))
		return 0;
	c = cands_of(d, id, fold_refs(&d->eq, t));

	while ((cand = cands_next(&c)))
		if (same_refs(d, t, cand)) {
			*map(d, id) = cand;
			return 0;
		}
	return stays(d, id, &c);
}

struct frame {
	u32 id;
	struct field_iter it;
};

static int push_frame(struct dedup *d, struct buf *stack, u32 id)
{
	struct frame f = {id, type_ids(own(d, id))};

	*map(d, id) = IN_PROGRESS;
	return buf_add(stack, &f, sizeof(f));
}

static int loop_error(struct dedup *d, u32 id)
{
	const struct btf_type *t = own(d, id);

	return report_errno(
		d->r, BTF_CODE_DEDUP_LOOP, ELOOP,
		&(struct place){
			.type_id = id, .kind = (int)type_kind(t), .name = object_name(d->b, t)},
		"the type leads back to itself without a struct, union or typedef between");
}

/* decides id and all it needs, leaves first; a stack of our own bounds nothing but memory */
static int ref_tree(struct dedup *d, struct buf *stack, u32 id)
{
	int err = push_frame(d, stack, id);

	while (!err && stack->len) {
		struct frame *top = (struct frame *)(void *)(stack->data + stack->len) - 1;
		u32 *f = field_next(&top->it);

		if (!f) {
			u32 done = top->id;

			stack->len -= sizeof(*top);
			err = ref(d, done);
		} else if (*f >= d->start && *map(d, *f) == IN_PROGRESS) {
			err = loop_error(d, *f);
		} else if (*f >= d->start && !*map(d, *f)) {
			err = push_frame(d, stack, *f);
		}
	}
	return err;
}

/* what ref_by_hint will look at a few types from here, step by step */
static inline void refs_fetch(const struct dedup *d, u32 id)
{
	u32 i = id - d->start, left = d->end - id, to;

	if (left <= 24)
		return;
	__builtin_prefetch(&d->eq.node[d->eq.hint[i + 24]]);
	to = *map(d, d->eq.hint[i + 16]);
	__builtin_prefetch(&d->eq.node[to < d->end ? to : 0]);
	to = *map(d, d->eq.hint[i + 8]);
	__builtin_prefetch(d->eq.node[to < d->end ? to : 0].rec);
}

int refs(struct dedup *d)
{
	struct buf stack = {0};
	int err = 0;

	for (u32 id = d->start; !err && id < d->end; id++) {
		refs_fetch(d, id);
		if (!*map(d, id) && !ref_by_hint(d, id))
			err = ref_tree(d, &stack, id);
	}
	buf_deinit(&stack);
	return err;
}
