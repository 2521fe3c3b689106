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
 * match_all() each distilled type gets its id in the new base (rules: match.h; where two fit:
 *             evidence.h)
 * adopt_strs() strings of the split that only the distilled base had become its own
 * rewrite()   ids and string offsets of the split; nothing can fail any more
 */
#include "pass/relocate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/index.h"
#include "pass/evidence.h"
#include "pass/match.h"

#define NOVAL BTF_NO_VALUE
#define DIST_SECTION ".BTF.base"
/* kinds that a distilled type can match, in whatever way */
#define KINDS_CANDIDATE (KINDS_DATA & ~KIND_BIT(BTF_KIND_TYPEDEF))
/*
 * Bounds on time for files made to cost it, far above what programs need: base types of one name,
 * base types looked at in all, bytes of distilled names (offsets into the middle of strings give
 * a small file long names).
 */
#define MAX_CANDIDATES 4096
#define MAX_LOOKED_AT (1u << 24)
#define MAX_NAME_BYTES(strs) ((1u << 20) + 64 * (u64)(strs))

struct relocate {
	struct btf *b;
	const struct btf *dist, *base;
	const struct relocate_opts *opts;
	struct btf_report *r;
	u32 dist_cnt, dist_strs;
	u32 *map;	/* distilled id -> id in the new base */
	u32 *str_map;	/* distilled string offset -> offset in the new base, 0 unknown */
	bool *embedded; /* by distilled id */
	bool *twins;
	u32 *hash; /* of the name, by distilled id */
	struct candidates cands;
	struct evidence evidence;
	struct buf adopted;    /* strings that only the distilled base has */
	struct id_pair *pairs; /* for ret_map */
	int blocked;	       /* obstacles so far */
};

static struct place dist_place(const struct relocate *x, u32 id)
{
	const struct btf_type *t = object_type(x->dist, id);

	return (struct place){.section = DIST_SECTION,
			      .type_id = id,
			      .kind = (int)type_kind(t),
			      .name = object_name(x->dist, t)};
}

static int too_big(struct relocate *x, const char *what)
{
	return report_error(x->r, BTF_CODE_TOO_BIG, NULL, NOVAL, NOVAL, "%s", what);
}

static int check_base(struct relocate *x)
{
	u64 room = MAX_NAME_BYTES(x->dist_strs);

	for (u32 id = 1; id < x->dist_cnt; id++) {
		const struct btf_type *t = object_type(x->dist, id);
		const char *name = object_name(x->dist, t);
		struct place at = dist_place(x, id);

		if (!kind_in(type_kind(t), KINDS_CANDIDATE) || !*name)
			return report_error(x->r, BTF_CODE_RELOC_BASE_KIND, &at, NOVAL, NOVAL,
					    "%s%s does not belong into a distilled base",
					    *name ? "" : "anonymous ", kind_name(type_kind(t)));
		room -= strnlen(name, room);
		if (!room)
			return too_big(x, "the names of the distilled base overlap too much");
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
				return report_error(
					x->r, BTF_CODE_TYPE_NAME, &at, (s64)strs_end - 1, *f,
					"name offset %u, the strings end at %u", *f, strs_end);
	}
	return 0;
}

#define KINDS_BY_VALUE (KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_ARRAY))

/*
 * Follows a member, or a type that such a chain can start with, to what it holds by value. Each
 * own type is walked once: `seen` holds the number of the chain that passed it, and meeting the
 * chain's own number is a cycle. Members come first, so a chain that is known needs no second
 * look: what it leads to has been marked.
 */
static int follow(struct relocate *x, u32 id, bool member, u32 *seen, u32 chain)
{
	const struct btf *b = x->b;

	while (id) {
		const struct btf_type *t = object_type(b, id);

		if (id < x->dist_cnt) {
			x->embedded[id] |= member && kind_in(type_kind(t), KINDS_COMPOSITE);
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
		id = type_is(t, BTF_KIND_ARRAY) ? ((struct btf_array *)type_tail(t))->type
						: t->type;
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
			err = follow(x, m[k].type, true, seen, ++chain);
	}
	/* no loop is a type; kernels look only at those that a member reaches (and hang) */
	for (u32 i = 0; !err && x->opts->rules != RELOCATE_KERNEL && i < x->b->nr; i++)
		err = follow(x, x->b->start_id + i, false, seen, ++chain);
	free(seen);
	return err;
}

static bool same_name(const struct relocate *x, u32 id, const struct btf_type *t)
{
	const struct btf_type *u = object_type(x->dist, id);

	return type_kind(u) == type_kind(t) &&
	       !strcmp(object_name(x->dist, u), object_name(x->dist, t));
}

/* hashes of all names, and who shares name and kind with another STRUCT or UNION */
static int hash_names(struct relocate *x)
{
	u32 mask = pow2_at_least(x->dist_cnt * 2) - 1;
	u32 *slot = zalloc_array((size_t)mask + 1, sizeof(*slot)), i;

	if (!slot)
		return report_nomem(x->r);
	for (u32 id = 1; id < x->dist_cnt; id++) {
		const struct btf_type *t = object_type(x->dist, id);

		x->hash[id] = name_hash(object_name(x->dist, t));
		if (!kind_in(type_kind(t), KINDS_COMPOSITE))
			continue;
		for (i = x->hash[id] & mask; slot[i]; i = (i + 1) & mask)
			if (x->hash[slot[i]] == x->hash[id] && same_name(x, slot[i], t))
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
		if (!x->cands.left)
			return -E2BIG;
		x->cands.left--;
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
		if (want == NOVAL)
			return report_error(x->r, BTF_CODE_RELOC_MISSING, &at, NOVAL, NOVAL,
					    "the new base has no type of this name");
		return report_error(x->r, BTF_CODE_RELOC_MISSING, &at, want, NOVAL,
				    "expected size %u, the new base has no type of this name",
				    d->t->size);
	case MATCH_KIND:
		return report_error(x->r, BTF_CODE_RELOC_KIND, &at, type_kind(d->t),
				    type_kind(object_type(x->base, m->other)),
				    "expected %s, the new base has only %s",
				    kind_name(type_kind(d->t)),
				    describe(x, m->other, a, sizeof(a)));
	case MATCH_SIZE:
		if (type_is(d->t, BTF_KIND_INT) && have == want)
			return report_error(
				x->r, BTF_CODE_RELOC_SIZE, &at, want, have,
				"expected encoding and bits 0x%08x, the new base has 0x%08x",
				*(u32 *)type_tail(d->t),
				*(u32 *)type_tail(object_type(x->base, m->other)));
		return report_error(x->r, BTF_CODE_RELOC_SIZE, &at, want, have,
				    "expected size %u%s, the new base has %s", d->t->size,
				    d->embedded ? " (the module holds it by value)"
				    : d->twins	? " (the module uses several of this name)"
						: "",
				    describe(x, m->other, a, sizeof(a)));
	default:
		return report_error(x->r, BTF_CODE_RELOC_AMBIGUOUS, &at, m->id, m->other,
				    "%s and %s of the new base both fit",
				    describe(x, m->id, a, sizeof(a)),
				    describe(x, m->other, b, sizeof(b)));
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
			       "found as [%u]; released kernels (6.11 and later) take [%u]", id,
			       k.id);
	else
		report_warning(
			x->r, BTF_CODE_RELOC_KERNEL, &at, id, NOVAL,
			"found as [%u]; released kernels (6.11 and later) refuse the module here",
			id);
}

static int sound(struct relocate *x, const struct distilled *d, struct match *m)
{
	s64 one;

	*m = match_sound(d, &x->cands);
	if (m->result == MATCH_AMBIGUOUS) {
		one = evidence_settle(&x->evidence, d, &x->cands);
		if (one < 0)
			return (int)one;
		if (one)
			*m = (struct match){MATCH_OK, (u32)one, 0};
	}
	if (m->result == MATCH_OK && x->r)
		compare_with_kernels(x, d, m->id);
	return 0;
}

static int match_one(struct relocate *x, u32 id)
{
	const struct btf_type *t = object_type(x->dist, id);
	struct distilled d = {.t = t,
			      .name = object_name(x->dist, t),
			      .id = id,
			      .embedded = x->embedded[id],
			      .twins = x->twins[id]};
	struct place at = dist_place(x, id);
	struct match m;
	int err;

	x->cands.cnt = 0;
	err = collect(x, x->base, &d);
	if (!err && x->opts->rules == RELOCATE_KERNEL)
		m = match_kernel(&d, &x->cands);
	else if (!err)
		err = sound(x, &d, &m);
	if (err == -ENOMEM)
		return report_nomem(x->r);
	if (err)
		return report_error(x->r, BTF_CODE_TOO_BIG, &at, MAX_CANDIDATES, NOVAL,
				    "the new base gives one name to too many types");
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
 * Such a string is no type's name; encoders do not make them, files can. All of them together
 * take no more than the distilled base's strings, unless they overlap.
 */
static int adopt_str(struct relocate *x, u32 off, const struct place *at, u64 *room)
{
	const char *s = object_str(x->dist, off);
	size_t len = strnlen(s, *room);
	int to;

	if (!len)
		return *room ? 0 : too_big(x, "strings of the distilled base overlap too much");
	if (x->opts->rules == RELOCATE_KERNEL)
		return report_error(x->r, BTF_CODE_RELOC_STRING, at, NOVAL, off,
				    "uses string '%.64s' of the distilled base, where it is no "
				    "type's name",
				    s);
	if (len + 1 > *room)
		return too_big(x, "strings of the distilled base overlap too much");
	*room -= len + 1;
	to = object_find_str(x->base, s);
	if (to == -ENOENT) {
		to = (int)(object_str_end(x->base) + x->b->strs_len + (u32)x->adopted.len);
		if (buf_add(&x->adopted, s, len + 1))
			to = -ENOMEM;
	}
	if (to < 0)
		return report_nomem(x->r);
	x->str_map[off] = (u32)to;
	return 0;
}

static int adopt_strs(struct relocate *x)
{
	u64 room = x->dist_strs;
	int err = 0;

	for (u32 i = 0; !err && i < x->b->nr; i++) {
		const struct btf_type *t = object_own(x->b, i);
		struct place at = {.type_id = x->b->start_id + i, .kind = (int)type_kind(t)};
		struct field_iter it = type_names(t);
		u32 *f;

		while (!err && (f = field_next(&it)))
			if (unlikely(*f && *f < x->dist_strs && !x->str_map[*f]))
				err = adopt_str(x, *f, &at, &room);
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

static int make_pairs(struct relocate *x)
{
	if (!x->opts->ret_map)
		return 0;
	x->pairs = malloc(x->dist_cnt * sizeof(*x->pairs));
	if (!x->pairs)
		return report_nomem(x->r);
	for (u32 id = 1; id < x->dist_cnt; id++)
		x->pairs[id - 1] = (struct id_pair){id, x->map[id]};
	return 0;
}

static void fill_map(struct relocate *x)
{
	if (!x->opts->ret_map)
		return;
	*x->opts->ret_map = (struct id_map){.own_from = x->dist_cnt,
					    .own_cnt = x->b->nr,
					    .own_to = object_type_cnt(x->base),
					    .base = x->pairs,
					    .base_cnt = x->dist_cnt - 1};
	x->pairs = NULL;
}

/* b owns its buffers afterwards, with the adopted strings in them, or is as it was */
static int own_buffers(struct relocate *x)
{
	struct btf *b = x->b;
	int err = object_modify(b);

	if (err == -EOPNOTSUPP)
		return report_error(x->r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
				    "the header has fields this version does not know");
	if (err || buf_add(&b->strs_buf, x->adopted.data, x->adopted.len))
		return report_nomem(x->r);
	b->strs = (const char *)b->strs_buf.data;
	b->strs_len = (u32)b->strs_buf.len;
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
	/* a distilled base seldom tells the pointer size, the new one does */
	if (!b->ptr_sz)
		b->ptr_sz = -1;
	object_rewritten(b);
}

static int prepare(struct relocate *x)
{
	if ((u64)object_type_cnt(x->base) + x->b->nr > INT32_MAX ||
	    (u64)object_str_end(x->base) + x->b->strs_len + x->dist_strs > WIRE_MAX_STRS)
		return too_big(x, "ids or strings of base and split exceed what BTF can number");
	x->cands.base = x->base;
	x->cands.left = MAX_LOOKED_AT;
	x->evidence.split = x->b;
	x->map = zalloc_array(x->dist_cnt, sizeof(*x->map));
	x->str_map = zalloc_array((size_t)x->dist_strs + 1, sizeof(*x->str_map));
	x->embedded = zalloc_array(x->dist_cnt, sizeof(*x->embedded));
	x->twins = zalloc_array(x->dist_cnt, sizeof(*x->twins));
	x->hash = zalloc_array(x->dist_cnt, sizeof(*x->hash));
	if (!x->map || !x->str_map || !x->embedded || !x->twins || !x->hash)
		return report_nomem(x->r);
	return 0;
}

static int run(struct relocate *x)
{
	int err = prepare(x);

	if (!err)
		err = check_base(x);
	if (!err)
		err = check_refs(x);
	if (!err)
		err = embedded(x);
	if (!err)
		err = match_all(x);
	if (!err)
		err = adopt_strs(x);
	if (!err)
		err = make_pairs(x);
	if (!err)
		err = own_buffers(x);
	if (err)
		return err;
	/* from here on nothing can fail; up to here nothing of b has changed */
	rewrite(x);
	fill_map(x);
	move_to(x->b, x->base);
	return 0;
}

static bool built_on(const struct btf *b, const struct btf *level)
{
	while (b && b != level)
		b = b->base;
	return b;
}

static int check_bases(const struct btf *b, const struct btf *base, struct btf_report *r)
{
	const char *why = NULL;

	if (!b->base)
		why = "this BTF is not split";
	else if (!base || base == b->base)
		why = "there is no other base to relocate to";
	else if (built_on(base, b))
		why = "the base given is this BTF, or built on it";
	else if (b->owns_base && built_on(base, b->base))
		why = "the base given is built on the distilled base, which would go";
	return why ? report_error(r, BTF_CODE_RELOC_NO_BASE, NULL, NOVAL, NOVAL, "%s", why) : 0;
}

int relocate(struct btf *b, const struct btf *base, const struct relocate_opts *opts,
	     struct btf_report *r)
{
	static const struct relocate_opts none;
	struct relocate x = {.b = b, .base = base, .opts = opts ? opts : &none, .r = r};
	int err = check_bases(b, base, r);

	if (err)
		return err;
	x.dist = b->base;
	x.dist_cnt = b->start_id;
	x.dist_strs = b->start_str;
	err = run(&x);
	free(x.map);
	free(x.str_map);
	free(x.embedded);
	free(x.twins);
	free(x.hash);
	free(x.cands.ids);
	free(x.pairs);
	buf_deinit(&x.adopted);
	evidence_deinit(&x.evidence);
	return err;
}
