// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The matching rules: see match.h; docs/format.md states them in words and its table is tested
 * against these functions.
 *
 * In: one distilled type, all base types of its name. Out: the one it means, or why none.
 */
#include "pass/match.h"

static bool same_int(const struct btf_type *a, const struct btf_type *b)
{
	return a->size == b->size && *(const u32 *)type_tail(a) == *(const u32 *)type_tail(b);
}

static u32 int_encoding(const struct btf_type *t)
{
	return *(const u32 *)type_tail(t) >> 24 & 0xf;
}

/* STRUCT or UNION, or the FWD of one */
static bool is_union(const struct btf_type *t)
{
	return type_is(t, BTF_KIND_UNION) || (type_is(t, BTF_KIND_FWD) && type_kflag(t));
}

/* how well a base type fits: the sound rules look at the best class only */
enum fit {
	FIT_NO,	  /* another kind of thing */
	FIT_SIZE, /* the right kind, the wrong size or encoding */
	FIT_WEAK, /* an acceptable stand-in: a declaration */
	FIT_NAME, /* kind fits, size differs but does not matter */
	FIT_FULL,
};

static enum fit fit_composite(const struct distilled *d, const struct btf_type *c)
{
	if (type_is(c, BTF_KIND_FWD)) {
		if (is_union(c) != is_union(d->t))
			return FIT_NO;
		/* a declaration has no size: good enough only where nobody embeds it */
		return d->embedded ? FIT_SIZE : FIT_WEAK;
	}
	if (type_kind(c) != type_kind(d->t))
		return FIT_NO;
	if (c->size == d->t->size)
		return FIT_FULL;
	return d->embedded || d->twins ? FIT_SIZE : FIT_NAME;
}

static enum fit fit_fwd(const struct distilled *d, const struct btf_type *c)
{
	switch (type_kind(c)) {
	case BTF_KIND_FWD:
		return is_union(c) == is_union(d->t) ? FIT_WEAK : FIT_NO;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return is_union(c) == is_union(d->t) ? FIT_FULL : FIT_NO;
	default:
		return FIT_NO;
	}
}

static enum fit fit_sound(const struct distilled *d, const struct btf_type *c)
{
	bool same = type_kind(c) == type_kind(d->t);

	switch (type_kind(d->t)) {
	case BTF_KIND_INT:
		return !same ? FIT_NO : same_int(d->t, c) ? FIT_FULL : FIT_SIZE;
	case BTF_KIND_FLOAT:
		return !same ? FIT_NO : c->size == d->t->size ? FIT_FULL : FIT_SIZE;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!kind_in(type_kind(c), KINDS_ENUM))
			return FIT_NO;
		return c->size == d->t->size ? FIT_FULL : FIT_SIZE;
	case BTF_KIND_FWD:
		return fit_fwd(d, c);
	default:
		return fit_composite(d, c);
	}
}

bool match_is_full(const struct distilled *d, const struct btf_type *t)
{
	return fit_sound(d, t) == FIT_FULL;
}

struct match match_sound(const struct distilled *d, const struct candidates *c)
{
	struct match m = {.result = MATCH_MISSING};
	u32 first[FIT_FULL + 1] = {0}, second[FIT_FULL + 1] = {0};

	for (u32 i = 0; i < c->cnt; i++) {
		enum fit f = fit_sound(d, object_type(c->base, c->ids[i]));

		if (!first[f])
			first[f] = c->ids[i];
		else if (!second[f])
			second[f] = c->ids[i];
	}
	/*
	 * Declarations of one name are all the same thing, so the first will do. And where a
	 * declaration was meant and several definitions fit, the declaration itself is certain.
	 */
	second[FIT_WEAK] = 0;
	if (type_is(d->t, BTF_KIND_FWD) && second[FIT_FULL] && first[FIT_WEAK])
		first[FIT_FULL] = second[FIT_FULL] = 0;
	for (int f = FIT_FULL; f >= FIT_WEAK; f--) {
		if (!first[f])
			continue;
		m.id = first[f];
		m.other = second[f];
		m.result = second[f] ? MATCH_AMBIGUOUS : MATCH_OK;
		return m;
	}
	if (first[FIT_SIZE]) {
		m.result = MATCH_SIZE;
		m.other = first[FIT_SIZE];
	} else if (first[FIT_NO]) {
		m.result = MATCH_KIND;
		m.other = first[FIT_NO];
	}
	return m;
}

/*
 * As kernels from 6.11 on code it (observed in 6.12.117, same source in libbpf): each base type
 * of the name is tried in ascending order; a second that is accepted is an error. What they get
 * wrong, on purpose here: the flavour of a FWD is compared with the kind_flag of a STRUCT or
 * UNION, which says "has bitfields"; kinds of STRUCT and UNION are not compared; an INT's bits
 * are not; and that a type is embedded is forgotten with its first match, so that a second one of
 * any size is an error.
 */
static bool kernel_accepts(const struct distilled *d, const struct btf_type *c, bool needs_size,
			   bool embedded)
{
	bool same = type_kind(c) == type_kind(d->t);

	/* they keep 31 bits of a size */
	if (needs_size && (c->size ^ d->t->size) << 1)
		return false;
	switch (type_kind(d->t)) {
	case BTF_KIND_FWD:
		switch (type_kind(c)) {
		case BTF_KIND_FWD:
			return type_kflag(c) == type_kflag(d->t);
		case BTF_KIND_STRUCT:
			return !type_kflag(c);
		case BTF_KIND_UNION:
			return type_kflag(c);
		default:
			return false;
		}
	case BTF_KIND_INT:
		return same && int_encoding(c) == int_encoding(d->t);
	case BTF_KIND_FLOAT:
		return same;
	case BTF_KIND_ENUM:
		return same || type_is(c, BTF_KIND_ENUM64);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return !embedded || c->size == d->t->size;
	default:
		return false;
	}
}

struct match match_kernel(const struct distilled *d, const struct candidates *c)
{
	struct match m = {.result = c->cnt ? MATCH_KIND : MATCH_MISSING};
	u32 composites = 0;

	for (u32 i = 0; i < c->cnt; i++)
		composites += kind_in(type_kind(object_type(c->base, c->ids[i])), KINDS_COMPOSITE);
	for (u32 i = 0; i < c->cnt; i++) {
		const struct btf_type *t = object_type(c->base, c->ids[i]);
		bool needs_size = kind_in(type_kind(t), KINDS_COMPOSITE)
					  ? composites > 1
					  : !type_is(t, BTF_KIND_FWD);

		/* the mark of an embedded type stands where its match is then written */
		if (!kernel_accepts(d, t, needs_size, d->embedded && !m.id)) {
			m.other = m.id ? m.other : c->ids[i];
			continue;
		}
		if (m.id) {
			m.other = c->ids[i];
			m.result = MATCH_AMBIGUOUS;
			return m;
		}
		m.id = c->ids[i];
		m.result = MATCH_OK;
	}
	if (m.result == MATCH_KIND && !type_is(d->t, BTF_KIND_FWD) &&
	    type_kind(object_type(c->base, m.other)) == type_kind(d->t))
		m.result = MATCH_SIZE;
	return m;
}
