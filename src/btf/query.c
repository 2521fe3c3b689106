// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Size, target and alignment of types: see query.h.
 *
 * In: any object; ids may form loops of every sort, and while it is being built need not exist. Size and
 * target follow one reference at a time; a loop is noticed by Brent's method (a marker that jumps
 * ahead at powers of two), so nothing is allocated and nothing is limited. Alignment walks a tree
 * of members with its own stack: the first thousand steps without memory, which is all that types
 * of real programs take; then once more with a table of what is known, which makes shared
 * substructures cost once and shows loops.
 */
#include "btf/query.h"

#include <errno.h>
#include <stdlib.h>

/* finds loops in a chain of ids */
struct brent {
	u32 mark, steps, power;
};

static bool brent_loops(struct brent *s, u32 id)
{
	if (s->power && s->mark == id)
		return true;
	if (s->steps++ == s->power) {
		s->mark = id;
		s->power = s->power ? s->power * 2 : 1;
		s->steps = 0;
	}
	return false;
}

u32 query_ptr_size(const struct btf *b)
{
	int sz = object_ptr_size(b);

	return sz > 0 ? (u32)sz : sizeof(void *);
}

#define KINDS_SKIP (KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_VAR))

s64 query_size(const struct btf *b, u32 id)
{
	struct brent loop = {0};
	u64 elems = 1, size;

	for (;;) {
		const struct btf_type *t = object_type_checked(b, id);
		u32 kind = t ? type_kind(t) : BTF_KIND_UNKN;

		if (kind == BTF_KIND_PTR) {
			size = query_ptr_size(b);
			break;
		}
		if (kind < WIRE_KINDS && kind_table[kind].head_size) {
			size = t->size;
			break;
		}
		if (kind == BTF_KIND_ARRAY) {
			const struct btf_array *a = type_tail(t);

			elems *= a->nelems;
			if (elems > UINT32_MAX)
				return -E2BIG;
			id = a->type;
		} else if (kind_in(kind, KINDS_SKIP | KIND_BIT(BTF_KIND_DECL_TAG))) {
			id = t->type;
		} else {
			return -EINVAL;
		}
		if (brent_loops(&loop, id))
			return -ELOOP;
	}
	size *= elems;
	return size > UINT32_MAX ? -E2BIG : (s64)size;
}

s64 query_resolve(const struct btf *b, u32 id)
{
	struct brent loop = {0};

	for (;;) {
		const struct btf_type *t = object_type_checked(b, id);

		if (!t || type_is(t, BTF_KIND_UNKN) || type_is(t, BTF_KIND_FWD))
			return -EINVAL;
		if (!kind_in(type_kind(t), KINDS_SKIP))
			return id;
		id = t->type;
		if (brent_loops(&loop, id))
			return -ELOOP;
	}
}

/* a struct or union whose members are being looked at */
struct align_frame {
	u32 id;
	u32 member;
	u32 max;
};

#define ALIGN_FRAMES 64	 /* depth without memory */
#define ALIGN_STEPS 1000 /* members looked at without memory */
#define ALIGN_OPEN 0xff	 /* in known[]: being looked at */
#define ALIGN_NONE 0xfe	 /* it has none */
#define ALIGN_LOOP 0xfd	 /* it contains itself */

struct align_walk {
	const struct btf *b;
	u32 ptr_sz;
	struct align_frame *frame;
	u32 depth, cap;
	u32 steps;
	/* the second round's tables, per id; NULL in the first */
	u8 *known;   /* alignment of a struct, ALIGN_OPEN, or 0: not met */
	u32 *target; /* what align_target found, or 0: not met */
};

/* has the alignment of what it refers to: that id; 0: decides by itself */
static u32 align_next(const struct btf_type *t)
{
	if (type_is(t, BTF_KIND_ARRAY))
		return ((const struct btf_array *)type_tail(t))->type;
	return kind_in(type_kind(t), KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF)) ? t->type : 0;
}

/* Follows what has the alignment of its target: the id that decides, or -errno. In the second
 * round every id on the way learns the answer, so that chains that join are walked once. */
static s64 align_target(struct align_walk *w, u32 id)
{
	u32 at = id, next, cnt = object_type_cnt(w->b);
	struct brent loop = {0};

	for (;; at = next) {
		/* of an object that is being built: the type may come later */
		if (at >= cnt)
			return -EINVAL;
		next = align_next(object_type(w->b, at));
		if (!next)
			break;
		if (!w->known && ++w->steps > ALIGN_STEPS)
			return -EAGAIN;
		if (w->known && w->target[at]) {
			at = w->target[at];
			break;
		}
		if (brent_loops(&loop, next))
			return -ELOOP;
	}
	for (u32 end = at; w->known && id != end && !w->target[id]; id = next) {
		next = align_next(object_type(w->b, id));
		w->target[id] = end;
	}
	return at;
}

/* alignment of a type that is no struct; 0: it is one; -EINVAL: it has none */
static int align_leaf(const struct align_walk *w, const struct btf_type *t)
{
	switch (type_kind(t)) {
	case BTF_KIND_PTR:
		return (int)w->ptr_sz;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
		return t->size ? (int)min_of(w->ptr_sz, t->size) : -EINVAL;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return 0;
	default:
		return -EINVAL;
	}
}

/* what stands in known[] */
static int align_known(u8 known)
{
	return known == ALIGN_OPEN || known == ALIGN_LOOP ? -ELOOP
	       : known == ALIGN_NONE			  ? -EINVAL
							  : known;
}

/* Looks at id: its alignment, or 0 and a new frame; -EAGAIN: the first round is over */
static int align_enter(struct align_walk *w, u32 id)
{
	s64 target = align_target(w, id);
	int align;

	if (target < 0)
		return (int)target;
	align = align_leaf(w, object_type(w->b, (u32)target));
	if (align)
		return align;
	if (w->known && w->known[target])
		return align_known(w->known[target]);
	if (w->depth == w->cap) {
		struct align_frame *f;

		if (!w->known)
			return -EAGAIN;
		f = realloc(w->frame, (size_t)w->cap * 2 * sizeof(*f));
		if (!f)
			return -ENOMEM;
		w->frame = f;
		w->cap *= 2;
	}
	if (w->known)
		w->known[target] = ALIGN_OPEN;
	w->frame[w->depth++] = (struct align_frame){.id = (u32)target, .max = 1};
	return 0;
}

/* Takes one member's alignment into the frame. > 0: the struct is packed, it is decided */
static int align_member(struct align_walk *w, struct align_frame *f, int align)
{
	const struct btf_type *t = object_type(w->b, f->id);
	const struct btf_member *m = (const struct btf_member *)type_tail(t) + f->member;

	f->max = max_of(f->max, (u32)align);
	f->member++;
	return !member_bits(t, m) && member_bit_off(t, m) % (8 * (u32)align) ? 1 : 0;
}

static int align_run(struct align_walk *w, u32 id)
{
	int align = align_enter(w, id);

	while (align >= 0 && w->depth) {
		struct align_frame *f = &w->frame[w->depth - 1];
		const struct btf_type *t = object_type(w->b, f->id);

		/* an answer for the member we were waiting for */
		if (align)
			align = align_member(w, f, align);
		if (!align && f->member < type_vlen(t)) {
			if (!w->known && ++w->steps > ALIGN_STEPS)
				return -EAGAIN;
			align = align_enter(
				w, ((const struct btf_member *)type_tail(t))[f->member].type);
			continue;
		}
		if (!align)
			align = t->size % f->max ? 1 : (int)f->max;
		if (w->known)
			w->known[f->id] = (u8)align;
		w->depth--;
	}
	return align;
}

int query_align_of(const struct btf *b, u32 id)
{
	struct align_frame few[ALIGN_FRAMES];
	struct align_walk w = {
		.b = b, .ptr_sz = query_ptr_size(b), .frame = few, .cap = ALIGN_FRAMES};
	int align;

	if (id >= object_type_cnt(b))
		return -EINVAL;
	align = align_run(&w, id);
	if (align != -EAGAIN)
		return align;
	w.depth = 0;
	w.cap = 4 * ALIGN_FRAMES;
	w.frame = malloc(w.cap * sizeof(*w.frame));
	w.known = calloc(object_type_cnt(b), 1);
	w.target = calloc(object_type_cnt(b), sizeof(*w.target));
	align = w.frame && w.known && w.target ? align_run(&w, id) : -ENOMEM;
	free(w.frame);
	free(w.target);
	free(w.known);
	return align;
}

struct query_aligns {
	struct align_walk walk;
};

struct query_aligns *query_aligns_new(const struct btf *b)
{
	struct query_aligns *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->walk = (struct align_walk){.b = b, .ptr_sz = query_ptr_size(b), .cap = ALIGN_FRAMES};
	q->walk.frame = malloc(q->walk.cap * sizeof(*q->walk.frame));
	q->walk.known = calloc(object_type_cnt(b), 1);
	q->walk.target = calloc(object_type_cnt(b), sizeof(*q->walk.target));
	if (q->walk.frame && q->walk.known && q->walk.target)
		return q;
	query_aligns_free(q);
	return NULL;
}

int query_aligns_of(struct query_aligns *q, u32 id)
{
	struct align_walk *w = &q->walk;
	int align;

	if (id >= object_type_cnt(w->b))
		return -EINVAL;
	align = align_run(w, id);
	/* what contains a type without an answer has none either; lack of memory is no answer */
	while (w->depth) {
		u8 *known = &w->known[w->frame[--w->depth].id];

		*known = align == -ELOOP ? ALIGN_LOOP : align == -ENOMEM ? 0 : ALIGN_NONE;
	}
	return align;
}

void query_aligns_free(struct query_aligns *q)
{
	if (!q)
		return;
	free(q->walk.frame);
	free(q->walk.known);
	free(q->walk.target);
	free(q);
}
