// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * relocate, slowly: what src/pass/relocate.c, match.c and evidence.c do, as the format's
 * documentation tells it. The kernel's rules are walked as kernels walk them: every base type
 * asks every distilled type; the sound rules the other way round.
 */
#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

struct slow {
	const struct ref_btf *split, *dist, *base;
	uint32_t to[REF_MAX_TYPES * 4]; /* by distilled id */
	bool embedded[REF_MAX_TYPES * 4];
};

static bool composite(const struct ref_type *t)
{
	return t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION;
}

static bool alias(const struct ref_type *t)
{
	return t->kind == BTF_KIND_TYPEDEF || t->kind == BTF_KIND_CONST ||
	       t->kind == BTF_KIND_VOLATILE || t->kind == BTF_KIND_RESTRICT ||
	       t->kind == BTF_KIND_TYPE_TAG;
}

static uint32_t size_of(const struct ref_type *t)
{
	return t->word[1].v;
}

static bool same_name(const struct ref_type *a, const struct ref_type *b)
{
	return *ref_name(a) && !strcmp(ref_name(a), ref_name(b));
}

/* ---- which distilled types are part of the split's layout ---- */

static int embed(struct slow *x)
{
	for (uint32_t i = 0; i < x->split->cnt; i++) {
		const struct ref_type *t = &x->split->type[i];

		for (int w = 2; composite(t) && w < t->words; w++) {
			uint32_t id = t->word[w].v, hops = 0;

			if (t->word[w].what != REF_ID)
				continue;
			while (id && hops++ < 1000) {
				const struct ref_type *m = ref_get(x->split, id);

				if (composite(m) && id < x->split->first_id)
					x->embedded[id] = true;
				if (alias(m))
					id = m->word[1].v;
				else if (m->kind == BTF_KIND_ARRAY)
					id = m->word[2].v;
				else
					id = 0;
			}
			if (id)
				return -EINVAL;
		}
	}
	return 0;
}

/* ---- kernels, 6.11 and later ---- */

static bool kernel_looks_at(int kind)
{
	return kind == BTF_KIND_INT || kind == BTF_KIND_FLOAT || kind == BTF_KIND_ENUM ||
	       kind == BTF_KIND_ENUM64 || kind == BTF_KIND_FWD || kind == BTF_KIND_STRUCT ||
	       kind == BTF_KIND_UNION;
}

static bool kernel_takes(const struct slow *x, uint32_t dist_id, const struct ref_type *b)
{
	const struct ref_type *d = ref_get(x->dist, dist_id);

	switch (d->kind) {
	case BTF_KIND_INT:
		return b->kind == BTF_KIND_INT &&
		       (b->word[2].v >> 24 & 15) == (d->word[2].v >> 24 & 15);
	case BTF_KIND_FLOAT:
		return b->kind == BTF_KIND_FLOAT;
	case BTF_KIND_ENUM:
		return b->kind == BTF_KIND_ENUM || b->kind == BTF_KIND_ENUM64;
	case BTF_KIND_FWD:
		if (b->kind == BTF_KIND_FWD)
			return b->kflag == d->kflag;
		return (b->kind == BTF_KIND_STRUCT && !b->kflag) ||
		       (b->kind == BTF_KIND_UNION && b->kflag);
	default:
		return !x->embedded[dist_id] || size_of(b) == size_of(d) || x->to[dist_id];
	}
}

static int kernel_base_type(struct slow *x, uint32_t id)
{
	const struct ref_type *b = ref_get(x->base, id);
	int same_named = 0;
	bool needs_size;

	if (!*ref_name(b) || !kernel_looks_at(b->kind))
		return 0;
	for (uint32_t k = 1; k < ref_end(x->base); k++)
		same_named += composite(ref_get(x->base, k)) && same_name(ref_get(x->base, k), b);
	needs_size = composite(b) ? same_named > 1 : b->kind != BTF_KIND_FWD;
	for (uint32_t d = 1; d < ref_end(x->dist); d++) {
		if (!same_name(ref_get(x->dist, d), b))
			continue;
		if (needs_size && size_of(ref_get(x->dist, d)) != size_of(b))
			continue;
		if (!kernel_takes(x, d, b))
			continue;
		if (x->to[d])
			return -EINVAL;
		x->to[d] = id;
	}
	return 0;
}

static int kernel_match(struct slow *x)
{
	int err = 0;

	for (uint32_t d = 1; d < ref_end(x->dist); d++)
		if (ref_get(x->dist, d)->kind == BTF_KIND_ENUM64)
			return -EINVAL;
	for (uint32_t id = 1; !err && id < ref_end(x->base); id++)
		err = kernel_base_type(x, id);
	for (uint32_t d = 1; d < ref_end(x->dist); d++)
		if (!x->to[d])
			err = -EINVAL;
	return err;
}

/* ---- sound rules ---- */

static bool enumeration(const struct ref_type *t)
{
	return t->kind == BTF_KIND_ENUM || t->kind == BTF_KIND_ENUM64;
}

/* a FWD says by its kind_flag what it declares */
static int declares(const struct ref_type *t)
{
	if (t->kind == BTF_KIND_FWD)
		return t->kflag ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	return t->kind;
}

/* the same kind of thing, whatever its size; a declaration is a thing of its own here */
static bool same_kind(const struct ref_type *d, const struct ref_type *b)
{
	return d->kind == b->kind || (enumeration(d) && enumeration(b));
}

static bool same_type(const struct ref_type *d, const struct ref_type *b)
{
	return same_kind(d, b) && size_of(d) == size_of(b) &&
	       (d->kind != BTF_KIND_INT || d->word[2].v == b->word[2].v);
}

static bool definition(const struct ref_type *d, const struct ref_type *b)
{
	return composite(b) && b->kind == declares(d);
}

static bool declaration(const struct ref_type *d, const struct ref_type *b)
{
	return b->kind == BTF_KIND_FWD && declares(b) == declares(d);
}

typedef bool (*wants_fn)(const struct ref_type *d, const struct ref_type *b);

/* how many base types of d's name are wanted; the first of them in *first */
static int count(const struct slow *x, const struct ref_type *d, wants_fn wants, uint32_t *first)
{
	int n = 0;

	*first = 0;
	for (uint32_t id = 1; id < ref_end(x->base); id++) {
		const struct ref_type *b = ref_get(x->base, id);

		if (!same_name(d, b) || !wants(d, b))
			continue;
		if (!n++)
			*first = id;
	}
	return n;
}

static uint32_t behind(const struct ref_btf *b, uint32_t id)
{
	while (id && alias(ref_get(b, id)))
		id = ref_get(b, id)->word[1].v;
	return id;
}

/* whether a base typedef of that name leads to `want`; *any: whether there is one at all */
static bool typedef_leads(const struct slow *x, const char *name, uint32_t want, bool *any)
{
	bool leads = false;

	for (uint32_t id = 1; id < ref_end(x->base); id++) {
		const struct ref_type *t = ref_get(x->base, id);

		if (t->kind != BTF_KIND_TYPEDEF || strcmp(ref_name(t), name))
			continue;
		*any = true;
		leads |= behind(x->base, id) == want;
	}
	return leads;
}

/* does everything that the split's typedefs say of distilled type d allow base type `id`? */
static bool allowed(const struct slow *x, uint32_t d, uint32_t id, bool *any)
{
	bool good = true;

	for (uint32_t i = 0; i < x->split->cnt; i++) {
		const struct ref_type *t = &x->split->type[i];
		bool known = false, leads;

		if (t->kind != BTF_KIND_TYPEDEF || behind(x->split, x->split->first_id + i) != d)
			continue;
		leads = typedef_leads(x, ref_name(t), id, &known);
		good &= leads || !known;
		*any |= known;
	}
	return good;
}

/* several fit equally well: the split's typedefs decide, or nobody does */
static uint32_t settle(const struct slow *x, uint32_t dist_id, wants_fn wants)
{
	const struct ref_type *d = ref_get(x->dist, dist_id);
	uint32_t one = 0;

	for (uint32_t id = 1; id < ref_end(x->base); id++) {
		const struct ref_type *b = ref_get(x->base, id);
		bool any = false;

		if (!same_name(d, b) || !wants(d, b) || !allowed(x, dist_id, id, &any) || !any)
			continue;
		if (one)
			return 0;
		one = id;
	}
	return one;
}

static uint32_t sound_fwd(const struct slow *x, uint32_t dist_id)
{
	const struct ref_type *d = ref_get(x->dist, dist_id);
	uint32_t def, decl;
	int defs = count(x, d, definition, &def);

	count(x, d, declaration, &decl);
	if (defs == 1)
		return def;
	if (decl)
		return decl;
	return defs ? settle(x, dist_id, definition) : 0;
}

static uint32_t sound_match(const struct slow *x, uint32_t dist_id)
{
	const struct ref_type *d = ref_get(x->dist, dist_id);
	uint32_t first;
	int n, twins = 0;

	if (d->kind == BTF_KIND_FWD)
		return sound_fwd(x, dist_id);
	n = count(x, d, same_type, &first);
	if (n == 1)
		return first;
	if (n > 1)
		return settle(x, dist_id, same_type);
	if (!composite(d) || x->embedded[dist_id])
		return 0;
	for (uint32_t k = 1; k < ref_end(x->dist); k++)
		twins += ref_get(x->dist, k)->kind == d->kind && same_name(ref_get(x->dist, k), d);
	n = twins > 1 ? 0 : count(x, d, same_kind, &first);
	if (n)
		return n == 1 ? first : 0;
	count(x, d, declaration, &first);
	return first;
}

/* ---- both ---- */

static int check_distilled(const struct slow *x)
{
	for (uint32_t id = 1; id < ref_end(x->dist); id++) {
		const struct ref_type *t = ref_get(x->dist, id);

		if (!*ref_name(t) || !kernel_looks_at(t->kind))
			return -EINVAL;
	}
	return 0;
}

static int rewrite(struct slow *x, bool kernel, struct ref_bytes *out)
{
	static struct ref_type own[REF_MAX_TYPES];
	static char strs[1 << 14];
	uint32_t dist_strs = x->split->first_str, len = x->split->str_len;
	uint32_t base_strs = x->base->first_str + x->base->str_len;

	if (len > sizeof(strs))
		abort();
	memcpy(strs, x->split->strs, len);
	for (uint32_t i = 0; i < x->split->cnt; i++) {
		own[i] = x->split->type[i];
		for (int w = 0; w < own[i].words; w++) {
			struct ref_word *f = &own[i].word[w];
			uint32_t off = 0;
			bool is_name = false;

			if (f->what == REF_ID && f->v)
				f->v = f->v < x->split->first_id
					       ? x->to[f->v]
					       : f->v - x->split->first_id + ref_end(x->base);
			if (f->what != REF_STR || !f->v)
				continue;
			if (f->v >= dist_strs) {
				f->v += base_strs - dist_strs;
				continue;
			}
			for (uint32_t d = 1; d < ref_end(x->dist); d++)
				is_name |= ref_get(x->dist, d)->word[0].v == f->v;
			if (kernel && !is_name)
				return -ENOENT;
			off = ref_find_str(x->base, f->s);
			for (uint32_t at = x->split->str_len; !off && at < len;
			     at += (uint32_t)strlen(strs + at) + 1)
				if (!strcmp(strs + at, f->s))
					off = base_strs + at;
			if (!off) {
				off = base_strs + len;
				strcpy(strs + len, f->s);
				len += (uint32_t)strlen(f->s) + 1;
			}
			f->v = off;
		}
	}
	ref_write(out, own, x->split->cnt, strs, len);
	return 0;
}

int ref_relocate(const struct ref_btf *split, const struct ref_btf *base, bool kernel,
		 struct ref_bytes *out)
{
	static struct slow x;
	int err;

	memset(&x, 0, sizeof(x));
	x.split = split;
	x.dist = split->base;
	x.base = base;
	err = check_distilled(&x);
	if (!err)
		err = embed(&x);
	if (!err && kernel)
		err = kernel_match(&x);
	for (uint32_t d = 1; !err && !kernel && d < ref_end(x.dist); d++) {
		x.to[d] = sound_match(&x, d);
		if (!x.to[d])
			err = -EINVAL;
	}
	return err ? err : rewrite(&x, kernel, out);
}
