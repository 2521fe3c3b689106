// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * relocate: see relocate.h.
 *
 * In: a split on a distilled base, a new base. Out: the split on the new base, or nothing changed
 * and every obstacle named. Cost: in proportion to the split and its distilled base; the new
 * base's name index is built once, by whoever comes first, and shared.
 *
 * check()     the distilled base holds only what it may; every id of the split exists
 * embedded()  which distilled types the split holds by value
 * match_all() each distilled type gets its id in the new base (rules: match.h)
 * rewrite()   ids and string offsets of the split; nothing can fail any more
 */
#include "pass/relocate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/index.h"
#include "pass/match.h"

#define NOVAL BTF_NO_VALUE
#define DIST_SECTION ".BTF.base"
/* kinds that a distilled type can match, in whatever way */
#define KINDS_CANDIDATE (KINDS_DATA & ~KIND_BIT(BTF_KIND_TYPEDEF))
/* more types of one name than any program has: a bound on time, not a limit of the format */
#define MAX_CANDIDATES 4096

struct relocate {
	struct btf *b;
	const struct btf *dist, *base;
	const struct relocate_opts *opts;
	struct btf_report *r;
	u32 dist_cnt, dist_strs;
	u32 *map;      /* distilled id -> id in the new base */
	u32 *str_map;  /* distilled string offset -> offset in the new base, 0 unknown */
	bool *embedded; /* by distilled id */
	bool *twins;
	u32 *hash; /* of the name, by distilled id */
	struct candidates cands;
	int blocked; /* obstacles so far */
};

static struct place dist_place(const struct relocate *x, u32 id)
{
	const struct btf_type *t = object_type(x->dist, id);

	return (struct place){.section = DIST_SECTION,
			      .type_id = id,
			      .kind = (int)type_kind(t),
			      .name = object_name(x->dist, t)};
}

static int check_base(struct relocate *x)
{
	for (u32 id = 1; id < x->dist_cnt; id++) {
		const struct btf_type *t = object_type(x->dist, id);
		struct place at = dist_place(x, id);

		if (!kind_in(type_kind(t), KINDS_CANDIDATE) || !*object_name(x->dist, t))
			return report_error(x->r, BTF_CODE_RELOC_BASE_KIND, &at, NOVAL, NOVAL,
					    "%s%s does not belong into a distilled base",
					    *at.name ? "" : "anonymous ", kind_name(type_kind(t)));
		if (!type_is(t, BTF_KIND_ENUM64))
			continue;
		if (x->opts->rules == RELOCATE_KERNEL)
			return report_error(x->r, BTF_CODE_RELOC_ENUM64, &at, NOVAL, NOVAL,
					    "ENUM64 in a distilled base");
		report_warning(x->r, BTF_CODE_RELOC_ENUM64, &at, NOVAL, NOVAL,
			       "ENUM64 in a distilled base is read as an ENUM of its size");
	}
	return 0;
}

static int check_refs(struct relocate *x)
{
	u32 end = object_type_cnt(x->b), strs_end = object_str_end(x->b);

	for (u32 i = 0; i < x->b->nr; i++) {
		const struct btf_type *t = object_own(x->b, i);
		struct place at = {.type_id = x->b->start_id + i, .kind = (int)type_kind(t)};
		struct field_iter it = type_ids(t);
		u32 *f;

		if (type_kind(t) >= WIRE_KINDS)
			return report_error(x->r, BTF_CODE_TYPE_KIND, &at, NOVAL, type_kind(t),
					    "kind %u is unknown: its ids cannot be moved",
					    type_kind(t));
		while ((f = field_next(&it)))
			if (unlikely(*f >= end))
				return report_error(x->r, BTF_CODE_TYPE_REF, &at, end - 1, *f,
						    "refers to type id %u, the last one is %u", *f,
						    end - 1);
		it = type_names(t);
		while ((f = field_next(&it)))
			if (unlikely(*f && *f >= strs_end))
				return report_error(x->r, BTF_CODE_TYPE_NAME, &at,
						    (s64)strs_end - 1, *f,
						    "name offset %u, the strings end at %u", *f,
						    strs_end);
	}
	return 0;
}

#define KINDS_BY_VALUE (KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_ARRAY))

/*
 * Follows one member to what it holds by value. Each own type is walked once: `seen` holds the
 * number of the chain that passed it, and meeting the chain's own number is a cycle.
 */
static int embed_member(struct relocate *x, u32 id, u32 *seen, u32 chain)
{
	const struct btf *b = x->b;

	while (id) {
		const struct btf_type *t = object_type(b, id);

		if (id < x->dist_cnt) {
			x->embedded[id] |= kind_in(type_kind(t), KINDS_COMPOSITE);
			return 0;
		}
		if (!kind_in(type_kind(t), KINDS_BY_VALUE))
			return 0;
		if (seen[id - b->start_id] == chain)
			return report_error(x->r, BTF_CODE_RELOC_CYCLE,
					    &(struct place){.type_id = id,
							    .kind = (int)type_kind(t),
							    .name = object_name(b, t)},
					    NOVAL, NOVAL, "the type leads back to itself");
		if (seen[id - b->start_id])
			return 0;
		seen[id - b->start_id] = chain;
		id = type_is(t, BTF_KIND_ARRAY) ? ((struct btf_array *)type_tail(t))->type : t->type;
	}
	return 0;
}

static int embedded(struct relocate *x)
{
	u32 *seen = zalloc_array(x->b->nr, sizeof(*seen)), chain = 0;
	int err = 0;

	if (!seen)
		return report_nomem(x->r);
	for (u32 i = 0; !err && i < x->b->nr; i++) {
		const struct btf_type *t = object_own(x->b, i);
		struct btf_member *m = type_tail(t);

		if (!kind_in(type_kind(t), KINDS_COMPOSITE))
			continue;
		for (u32 k = 0; !err && k < type_vlen(t); k++)
			err = embed_member(x, m[k].type, seen, ++chain);
	}
	free(seen);
	return err;
}

/* hashes of all names, and who shares a name with another STRUCT or UNION */
static int hash_names(struct relocate *x)
{
	u32 mask = pow2_at_least(x->dist_cnt * 2) - 1;
	u32 *slot = zalloc_array((size_t)mask + 1, sizeof(*slot)), i;

	if (!slot)
		return report_nomem(x->r);
	for (u32 id = 1; id < x->dist_cnt; id++) {
		const struct btf_type *t = object_type(x->dist, id);
		const char *name = object_name(x->dist, t);

		x->hash[id] = name_hash(name);
		if (!kind_in(type_kind(t), KINDS_COMPOSITE))
			continue;
		for (i = x->hash[id] & mask; slot[i]; i = (i + 1) & mask)
			if (x->hash[slot[i]] == x->hash[id] &&
			    !strcmp(object_name(x->dist, object_type(x->dist, slot[i])), name))
				break;
		if (slot[i])
			x->twins[id] = x->twins[slot[i]] = true;
		else
			slot[i] = id;
	}
	free(slot);
	return 0;
}

static int add_candidate(struct candidates *c, u32 id)
{
	if (c->cnt == c->cap) {
		u32 cap = c->cap ? c->cap * 2 : 16;
		u32 *ids = realloc(c->ids, cap * sizeof(*ids));

		if (!ids)
			return -ENOMEM;
		c->ids = ids;
		c->cap = cap;
	}
	c->ids[c->cnt++] = id;
	return 0;
}

/* all levels of the base, lowest first: ids ascend */
static int collect(struct relocate *x, const struct btf *level, const struct distilled *d)
{
	struct name_iter it;
	int err;
	u32 id;

	if (level->base) {
		err = collect(x, level->base, d);
		if (err)
			return err;
	}
	err = name_iter_init(&it, level, NAMES_DATA, d->name, x->hash[d->id]);
	while (!err && (id = name_iter_next(&it))) {
		if (!kind_in(type_kind(object_own(level, id - level->start_id)), KINDS_CANDIDATE))
			continue;
		err = x->cands.cnt < MAX_CANDIDATES ? add_candidate(&x->cands, id) : -E2BIG;
	}
	return err;
}

/* STRUCT 'x' size 8 */
static const char *describe(const struct relocate *x, u32 id, char *buf, size_t size)
{
	const struct btf_type *t = object_type(x->base, id);

	if (kind_table[type_kind(t)].head_size)
		snprintf(buf, size, "[%u] %s size %u", id, kind_name(type_kind(t)), t->size);
	else
		snprintf(buf, size, "[%u] %s", id, kind_name(type_kind(t)));
	return buf;
}

static int obstacle(struct relocate *x, const struct distilled *d, const struct match *m)
{
	struct place at = dist_place(x, d->id);
	char a[64], b[64];
	s64 want = kind_table[type_kind(d->t)].head_size ? (s64)d->t->size : NOVAL;
	s64 have = NOVAL;

	x->blocked++;
	if (m->other && kind_table[type_kind(object_type(x->base, m->other))].head_size)
		have = object_type(x->base, m->other)->size;
	switch (m->result) {
	case MATCH_MISSING:
		return report_error(x->r, BTF_CODE_RELOC_MISSING, &at, want, NOVAL,
				    "the new base has no type of this name");
	case MATCH_KIND:
		return report_error(x->r, BTF_CODE_RELOC_KIND, &at, type_kind(d->t),
				    type_kind(object_type(x->base, m->other)),
				    "expected %s, the new base has only %s", kind_name(type_kind(d->t)),
				    describe(x, m->other, a, sizeof(a)));
	case MATCH_SIZE:
		if (type_is(d->t, BTF_KIND_INT) && have == want)
			return report_error(x->r, BTF_CODE_RELOC_SIZE, &at, want, have,
					    "expected encoding and bits 0x%08x, the new base has 0x%08x",
					    *(u32 *)type_tail(d->t),
					    *(u32 *)type_tail(object_type(x->base, m->other)));
		return report_error(x->r, BTF_CODE_RELOC_SIZE, &at, want, have,
				    "expected size %u%s, the new base has %s", d->t->size,
				    d->embedded ? " (the module holds it by value)" : "",
				    describe(x, m->other, a, sizeof(a)));
	default:
		return report_error(x->r, BTF_CODE_RELOC_AMBIGUOUS, &at, m->id, m->other,
				    "%s and %s of the new base both fit",
				    describe(x, m->id, a, sizeof(a)),
				    describe(x, m->other, b, sizeof(b)));
	}
}

/* strips modifiers and typedefs; 0 where there are too many */
static u32 strip(const struct btf *b, u32 id)
{
	for (int hops = 0; hops < 32; hops++) {
		const struct btf_type *t = object_type(b, id);

		if (!kind_in(type_kind(t), KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF)))
			return id;
		id = t->type;
	}
	return 0;
}

/* the one candidate that all base typedefs of the name stand for; 0: none, or they disagree */
static u32 typedef_target(const struct btf *level, const char *name)
{
	struct name_iter it;
	u32 id, one = 0;

	for (; level; level = level->base) {
		if (name_iter_init(&it, level, NAMES_DATA, name, name_hash(name)))
			return 0;
		while ((id = name_iter_next(&it))) {
			u32 to;

			if (!type_is(object_type(level, id), BTF_KIND_TYPEDEF))
				continue;
			to = strip(level, id);
			if (one && to != one)
				return 0;
			one = to;
		}
	}
	return one;
}

/*
 * Two types fit: the split may say itself which one it means, by a typedef of its own (or copied
 * from its old base) that the new base has too and that leads to exactly one of them.
 */
static void settle(struct relocate *x, const struct distilled *d, struct match *m)
{
	u32 one = 0, to;

	for (u32 i = 0; i < x->b->nr; i++) {
		const struct btf_type *t = object_own(x->b, i);

		if (!type_is(t, BTF_KIND_TYPEDEF) || strip(x->b, x->b->start_id + i) != d->id)
			continue;
		to = typedef_target(x->base, object_name(x->b, t));
		if (!to)
			continue;
		if (one && to != one)
			return;
		one = to;
	}
	for (u32 i = 0; one && i < x->cands.cnt; i++) {
		const struct btf_type *t;

		if (x->cands.ids[i] != one)
			continue;
		t = object_type(x->base, one);
		if (type_kind(t) != type_kind(d->t) || t->size != d->t->size)
			return;
		m->result = MATCH_OK;
		m->id = one;
	}
}

/* a caller that asks for findings hears when a released kernel would decide otherwise */
static void compare_with_kernels(struct relocate *x, const struct distilled *d, u32 id)
{
	struct match k = match_kernel(d, &x->cands);
	struct place at = dist_place(x, d->id);

	if (k.result == MATCH_OK && k.id == id)
		return;
	if (k.result == MATCH_OK)
		report_warning(x->r, BTF_CODE_RELOC_KERNEL, &at, id, k.id,
			       "found as [%u]; released kernels (6.11 and later) take [%u]", id, k.id);
	else
		report_warning(x->r, BTF_CODE_RELOC_KERNEL, &at, id, NOVAL,
			       "found as [%u]; released kernels (6.11 and later) refuse the module here",
			       id);
}

static int match_one(struct relocate *x, u32 id)
{
	const struct btf_type *t = object_type(x->dist, id);
	struct distilled d = {.t = t,
			      .name = object_name(x->dist, t),
			      .id = id,
			      .embedded = x->embedded[id],
			      .twins = x->twins[id]};
	struct match m;
	int err;

	x->cands.cnt = 0;
	err = collect(x, x->base, &d);
	if (err == -ENOMEM)
		return report_nomem(x->r);
	if (err) {
		struct place at = dist_place(x, id);

		return report_error(x->r, BTF_CODE_RELOC_AMBIGUOUS, &at, NOVAL, MAX_CANDIDATES,
				    "the new base has more than %d types of this name",
				    MAX_CANDIDATES);
	}
	if (x->opts->rules == RELOCATE_KERNEL) {
		m = match_kernel(&d, &x->cands);
	} else {
		m = match_sound(&d, &x->cands);
		if (m.result == MATCH_AMBIGUOUS)
			settle(x, &d, &m);
		if (m.result == MATCH_OK && x->r)
			compare_with_kernels(x, &d, m.id);
	}
	if (m.result != MATCH_OK) {
		obstacle(x, &d, &m);
		return 0; /* the others are named too */
	}
	x->map[id] = m.id;
	x->str_map[t->name_off] = object_type(x->base, m.id)->name_off;
	return 0;
}

static int match_all(struct relocate *x)
{
	int err = hash_names(x);

	for (u32 id = 1; !err && id < x->dist_cnt; id++)
		err = match_one(x, id);
	if (!err && x->blocked)
		err = -EINVAL;
	return err;
}

/*
 * A string that only the distilled base has: found in the new base, or made the split's own.
 * Such a string is no type's name; encoders do not make them, files can.
 */
static int adopt_str(struct relocate *x, u32 off)
{
	const char *s = object_str(x->dist, off);
	struct btf *b = x->b;
	int to;

	if (!*s)
		return 0;
	to = object_find_str(x->base, s);
	if (to == -ENOENT) {
		to = (int)(object_str_end(x->base) + b->strs_buf.len);
		if (buf_add(&b->strs_buf, s, strlen(s) + 1))
			return -ENOMEM;
		b->strs = (const char *)b->strs_buf.data;
		b->strs_len = (u32)b->strs_buf.len;
	}
	if (to > 0)
		x->str_map[off] = (u32)to;
	return to < 0 ? to : 0;
}

static int adopt_strs(struct relocate *x)
{
	int err = 0;

	for (u32 i = 0; !err && i < x->b->nr; i++) {
		struct field_iter it = type_names(object_own(x->b, i));
		u32 *f;

		while (!err && (f = field_next(&it)))
			if (unlikely(*f && *f < x->dist_strs && !x->str_map[*f]))
				err = adopt_str(x, *f);
	}
	return err;
}

static void rewrite(struct relocate *x)
{
	struct btf *b = x->b;
	u32 id_shift = object_type_cnt(x->base) - x->dist_cnt;
	u32 str_shift = object_str_end(x->base) - x->dist_strs;

	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);
		struct field_iter it = type_ids(t);
		u32 *f;

		while ((f = field_next(&it)))
			*f = *f < x->dist_cnt ? x->map[*f] : *f + id_shift;
		it = type_names(t);
		while ((f = field_next(&it))) {
			if (*f)
				*f = *f < x->dist_strs ? x->str_map[*f] : *f + str_shift;
		}
	}
}

static int fill_map(struct relocate *x)
{
	struct id_map *m = x->opts->ret_map;

	if (!m)
		return 0;
	m->base = malloc(((size_t)x->dist_cnt + 1) * sizeof(*m->base));
	if (!m->base)
		return -ENOMEM;
	m->base_cnt = x->dist_cnt - 1;
	for (u32 id = 1; id < x->dist_cnt; id++)
		m->base[id - 1] = (struct id_pair){id, x->map[id]};
	m->own_from = x->dist_cnt;
	m->own_cnt = x->b->nr;
	m->own_to = object_type_cnt(x->base);
	return 0;
}

static void move_to(struct btf *b, const struct btf *base)
{
	if (b->owns_base)
		object_free(b->base);
	b->owns_base = false;
	b->base = (struct btf *)(uintptr_t)base;
	b->start_id = object_type_cnt(base);
	b->start_str = object_str_end(base);
	object_rewritten(b);
}

static int run(struct relocate *x)
{
	struct btf *b = x->b;
	int err;

	if ((u64)object_type_cnt(x->base) + b->nr > INT32_MAX ||
	    (u64)object_str_end(x->base) + b->strs_len + x->dist_strs > WIRE_MAX_STRS)
		return report_error(x->r, BTF_CODE_TOO_BIG, NULL, NOVAL, NOVAL,
				    "ids or strings of base and split exceed what BTF can number");
	x->map = zalloc_array(x->dist_cnt, sizeof(*x->map));
	x->str_map = zalloc_array((size_t)x->dist_strs + 1, sizeof(*x->str_map));
	x->embedded = zalloc_array(x->dist_cnt, sizeof(*x->embedded));
	x->twins = zalloc_array(x->dist_cnt, sizeof(*x->twins));
	x->hash = zalloc_array(x->dist_cnt, sizeof(*x->hash));
	if (!x->map || !x->str_map || !x->embedded || !x->twins || !x->hash)
		return report_nomem(x->r);
	err = check_base(x);
	if (!err)
		err = check_refs(x);
	if (!err)
		err = embedded(x);
	if (!err)
		err = match_all(x);
	if (err)
		return err;
	/* from here on only memory can run out, and nothing that a reader sees has changed */
	err = object_modify(b);
	if (!err)
		err = adopt_strs(x);
	if (!err)
		err = fill_map(x);
	if (err)
		return err == -EOPNOTSUPP ?
			       report_error(x->r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
					    "the header has fields this version does not know") :
			       report_nomem(x->r);
	rewrite(x);
	move_to(b, x->base);
	return 0;
}

int relocate(struct btf *b, const struct btf *base, const struct relocate_opts *opts,
	     struct btf_report *r)
{
	static const struct relocate_opts none;
	struct relocate x = {.b = b, .base = base, .opts = opts ? opts : &none, .r = r};
	int err;

	if (!b->base || !base || base == b->base || base == b)
		return report_error(r, BTF_CODE_RELOC_NO_BASE, NULL, NOVAL, NOVAL,
				    !b->base ? "this BTF is not split" :
					       "there is no other base to relocate to");
	x.dist = b->base;
	x.dist_cnt = object_type_cnt(b->base);
	x.dist_strs = object_str_end(b->base);
	x.cands.base = base;
	err = run(&x);
	free(x.map);
	free(x.str_map);
	free(x.embedded);
	free(x.twins);
	free(x.hash);
	free(x.cands.ids);
	return err;
}
