// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Comparison by meaning: see <btf/diff.h>.
 *
 * In: two objects. Out: whether they hold the same multiset of types, and by name what differs.
 *
 * color()   every type of both sides gets a number that says what stands in its own record
 * refine()  each round mixes in the numbers of what a type refers to; when a round tells no more
 *	     types apart than the one before, equal numbers mean equal graphs (cycles included)
 * match()   sorts the numbers and holds the counts of the two sides against each other
 * explain() pairs what is left over by kind and name
 *
 * Numbers are 128 bits wide, so that two different types share one by chance never. Cost: one
 * pass over all references per round; a kernel settles in about 20. Where types are chained so far
 * that it takes more, a partition is refined instead (refine.h), whose cost has a bound.
 */
#include "check/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "check/refine.h"

#define NOVAL BTF_NO_VALUE
#define DEFAULT_MAX 100
#define MAX_ROUNDS 64

struct color {
	u64 a, b;
};

struct side {
	const struct btf *b;
	u32 cnt;	     /* type_cnt: void and base included */
	struct color *own;   /* of the record alone */
	struct color *color; /* of the graph */
	struct color *next;
};

struct leftover {
	u32 id;
	u8 side;
	u32 kind;
	const char *name;
	struct color own; /* with the kinds and names of what it refers to */
};

struct diff {
	struct side side[2];
	const struct btf_diff_opts *opts;
	struct btf_diff_result *res;
	struct btf_report *r;
	struct leftover *left;
	u32 left_cnt;
	size_t said, max;
};

static inline struct color mix(struct color c, u64 v)
{
	c.a = (c.a ^ v) * 0x9e3779b97f4a7c15ULL;
	c.a ^= c.a >> 32;
	c.b = (c.b + v) * 0xc2b2ae3d27d4eb4fULL;
	c.b ^= c.b >> 29;
	return c;
}

static struct color mix_name(struct color c, const struct btf *b, u32 off)
{
	const char *s = object_str(b, off);
	size_t len = strlen(s);

	return mix(mix(c, XXH3_64bits(s, len)), len);
}

static bool is_id_word(const struct kind_info *k, u32 at)
{
	if (at < k->tail_sz)
		return at < k->tail_ids * 4u;
	return (at - k->tail_sz) % (k->elem_sz ? k->elem_sz : 4) == k->elem_id;
}

static bool is_name_word(const struct kind_info *k, u32 at)
{
	return at >= k->tail_sz && k->elem_sz && (at - k->tail_sz) % k->elem_sz == k->elem_name;
}

/* everything in the record but ids; names as text */
static struct color color_own(const struct btf *b, const struct btf_type *t)
{
	u32 kind = type_kind(t);
	const struct kind_info *k = &kind_table[kind < WIRE_KINDS ? kind : 0];
	struct color c = mix((struct color){1, 2}, t->info);
	const u8 *tail = type_tail(t);
	size_t size = object_type_size(b, t) - sizeof(*t);

	c = mix_name(c, b, t->name_off);
	if (!k->head_ref)
		c = mix(c, t->size);
	for (u32 at = 0; at < size; at += 4) {
		u32 word = *(const u32 *)(const void *)(tail + at);

		if (is_id_word(k, at))
			continue;
		c = is_name_word(k, at) ? mix_name(c, b, word) : mix(c, word);
	}
	return c;
}

/* an object that was built call by call may refer to anything */
static int check_refs(const struct side *s, u32 id, struct btf_report *r)
{
	const struct btf_type *t = object_type(s->b, id);
	struct field_iter it = type_ids(t);
	u32 *f;

	while ((f = field_next(&it)))
		if (*f >= s->cnt)
			return report_error(
				r, BTF_CODE_TYPE_REF,
				&(struct place){.type_id = id, .kind = (int)type_kind(t)},
				s->cnt - 1, *f, "refers to type id %u, the last one is %u", *f,
				s->cnt - 1);
	return 0;
}

static int side_init(struct side *s, const struct btf *b, struct btf_report *r)
{
	int err;

	*s = (struct side){.b = b, .cnt = object_type_cnt(b)};
	s->own = malloc((size_t)s->cnt * sizeof(*s->own));
	s->color = malloc((size_t)s->cnt * sizeof(*s->color));
	s->next = malloc((size_t)s->cnt * sizeof(*s->next));
	if (!s->own || !s->color || !s->next)
		return report_nomem(r);
	s->own[0] = (struct color){0, 0};
	for (u32 id = 1; id < s->cnt; id++) {
		err = check_refs(s, id, r);
		if (err)
			return err;
		s->own[id] = color_own(b, object_type(b, id));
	}
	memcpy(s->color, s->own, (size_t)s->cnt * sizeof(*s->own));
	return 0;
}

static void side_deinit(struct side *s)
{
	free(s->own);
	free(s->color);
	free(s->next);
}

static void side_round(struct side *s)
{
	struct color *tmp = s->color;

	s->next[0] = s->color[0];
	for (u32 id = 1; id < s->cnt; id++) {
		struct field_iter it = type_ids(object_type(s->b, id));
		struct color c = s->own[id];
		u32 *f;

		while ((f = field_next(&it))) {
			c = mix(c, s->color[*f].a);
			c = mix(c, s->color[*f].b);
		}
		s->next[id] = c;
	}
	s->color = s->next;
	s->next = tmp;
}

/* how many different colors both sides have together */
static s64 count_colors(const struct side *s)
{
	u32 mask = pow2_at_least((s[0].cnt + s[1].cnt) * 2) - 1;
	struct color *slot = calloc((size_t)mask + 1, sizeof(*slot));
	s64 n = 0;

	if (!slot)
		return -ENOMEM;
	for (int k = 0; k < 2; k++) {
		for (u32 id = 1; id < s[k].cnt; id++) {
			struct color c = s[k].color[id];
			u32 i = (u32)(c.a >> 7) & mask;

			while ((slot[i].a || slot[i].b) && (slot[i].a != c.a || slot[i].b != c.b))
				i = (i + 1) & mask;
			n += !slot[i].a && !slot[i].b;
			slot[i] = c;
		}
	}
	free(slot);
	return n;
}

/* ---- the rest, where rounds would be too many ---- */

struct entry {
	struct color c;
	u32 id;
	u32 side;
};

static int by_color(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->c.a != b->c.a)
		return a->c.a < b->c.a ? -1 : 1;
	if (a->c.b != b->c.b)
		return a->c.b < b->c.b ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* types of both sides in one numbering; void is node 0 of both */
static u32 node_of(const struct diff *d, u32 side, u32 id)
{
	return side && id ? d->side[0].cnt - 1 + id : id;
}

/* the colors so far as classes */
static int classes_of(const struct diff *d, u32 *class)
{
	struct entry *e = malloc(((size_t)d->side[0].cnt + d->side[1].cnt) * sizeof(*e));
	u32 n = 0, c = 0;

	if (!e)
		return -ENOMEM;
	for (u32 k = 0; k < 2; k++)
		for (u32 id = 1; id < d->side[k].cnt; id++)
			e[n++] = (struct entry){d->side[k].color[id], id, k};
	qsort(e, n, sizeof(*e), by_color);
	class[0] = 0;
	for (u32 i = 0; i < n; i++) {
		c += !i || e[i].c.a != e[i - 1].c.a || e[i].c.b != e[i - 1].c.b;
		class[node_of(d, e[i].side, e[i].id)] = c;
	}
	free(e);
	return 0;
}

static u32 *edges_of(const struct diff *d, u32 *first)
{
	u32 *to = NULL, cnt = 0, *f;

	for (int pass = 0; pass < 2; pass++) {
		cnt = 0;
		first[0] = first[1] = 0;
		for (u32 k = 0; k < 2; k++) {
			const struct side *s = &d->side[k];

			for (u32 id = 1; id < s->cnt; id++) {
				struct field_iter it = type_ids(object_type(s->b, id));

				for (; (f = field_next(&it)); cnt++)
					if (to)
						to[cnt] = node_of(d, k, *f);
				first[node_of(d, k, id) + 1] = cnt;
			}
		}
		if (!to)
			to = malloc(((size_t)cnt + 1) * sizeof(*to));
		if (!to)
			return NULL;
	}
	return to;
}

static int refine_rest(struct diff *d)
{
	struct refine_graph g = {.nodes = d->side[0].cnt + d->side[1].cnt - 1};
	u32 *first = malloc(((size_t)g.nodes + 2) * sizeof(*first));
	u32 *class = malloc(((size_t)g.nodes + 1) * sizeof(*class));
	u32 *to = first ? edges_of(d, first) : NULL;
	int err = to && class ? classes_of(d, class) : -ENOMEM;

	g.first = first;
	g.to = to;
	if (!err)
		err = refine_partition(&g, class);
	for (u32 k = 0; !err && k < 2; k++)
		for (u32 id = 1; id < d->side[k].cnt; id++)
			d->side[k].color[id] = (struct color){class[node_of(d, k, id)], 1};
	free(first);
	free(class);
	free(to);
	return err;
}

static int refine(struct diff *d)
{
	s64 before = count_colors(d->side), now;

	while (before >= 0 && d->res->rounds < MAX_ROUNDS) {
		side_round(&d->side[0]);
		side_round(&d->side[1]);
		d->res->rounds++;
		now = count_colors(d->side);
		if (now >= 0 && now <= before)
			return 0;
		before = now;
	}
	return before < 0 ? (int)before : refine_rest(d);
}

/* ---- counts ---- */

/* the record with kinds and names of what it refers to: did the type itself change? */
static struct color color_near(const struct side *s, u32 id)
{
	struct field_iter it = type_ids(object_type(s->b, id));
	struct color c = s->own[id];
	u32 *f;

	while ((f = field_next(&it))) {
		const struct btf_type *to = object_type(s->b, *f);

		c = mix_name(mix(c, type_kind(to)), s->b, to->name_off);
	}
	return c;
}

static void leave(struct diff *d, const struct entry *e)
{
	const struct side *s = &d->side[e->side];
	const struct btf_type *t = object_type(s->b, e->id);

	d->res->unmatched[e->side]++;
	d->left[d->left_cnt++] = (struct leftover){.id = e->id,
						   .side = (u8)e->side,
						   .kind = type_kind(t),
						   .name = object_name(s->b, t),
						   .own = color_near(s, e->id)};
}

/* one color: n[0] types on the left, n[1] on the right; those in excess are left over */
static void match_run(struct diff *d, const struct entry *e, u32 cnt)
{
	u32 n[2] = {0};

	for (u32 i = 0; i < cnt; i++)
		n[e[i].side]++;
	for (int k = 0; k < 2; k++)
		d->res->duplicates[k] += n[k] > 1 ? n[k] - 1 : 0;
	if (n[0] > n[1])
		for (u32 i = n[1]; i < n[0]; i++)
			leave(d, &e[i]);
	else
		for (u32 i = n[0] + n[0]; i < cnt; i++)
			leave(d, &e[i]);
}

static int match(struct diff *d)
{
	struct entry *e = malloc(((size_t)d->side[0].b->nr + d->side[1].b->nr + 1) * sizeof(*e));
	u32 n = 0, run;

	if (!e)
		return -ENOMEM;
	for (u32 k = 0; k < 2; k++) {
		const struct side *s = &d->side[k];

		for (u32 id = s->b->start_id; id < s->cnt; id++) {
			if (kind_in(type_kind(object_type(s->b, id)), d->opts->ignore_kinds))
				continue;
			e[n++] = (struct entry){s->color[id], id, k};
			d->res->types[k]++;
		}
	}
	d->left = malloc(((size_t)n + 1) * sizeof(*d->left));
	if (!d->left) {
		free(e);
		return -ENOMEM;
	}
	qsort(e, n, sizeof(*e), by_color);
	for (u32 i = 0; i < n; i += run) {
		for (run = 1;
		     i + run < n && e[i + run].c.a == e[i].c.a && e[i + run].c.b == e[i].c.b;)
			run++;
		match_run(d, &e[i], run);
	}
	free(e);
	return 0;
}

/* ---- what is left over, by name ---- */

static int by_name(const void *x, const void *y)
{
	const struct leftover *a = x, *b = y;
	int cmp;

	/* named ones first: they are what people know */
	if (!*a->name != !*b->name)
		return *a->name ? -1 : 1;
	cmp = strcmp(a->name, b->name);
	if (cmp)
		return cmp;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void say(struct diff *d, enum btf_code code, const struct leftover *l,
		const struct leftover *other)
{
	struct place at = {.type_id = l->id, .kind = (int)l->kind, .name = l->name};
	s64 size[2] = {NOVAL, NOVAL};

	if (d->said++ >= d->max)
		return;
	if (l->kind < WIRE_KINDS && kind_table[l->kind].head_size) {
		size[0] = object_type(d->side[l->side].b, l->id)->size;
		if (other)
			size[1] = object_type(d->side[other->side].b, other->id)->size;
	}
	if (!other)
		report_warning(d->r, code, &at, size[0], NOVAL, "stands on the %s side only",
			       l->side ? "right" : "left");
	else if (size[0] != size[1])
		report_warning(d->r, code, &at, size[0], size[1],
			       "differs from [%u] of the right side: size %lld, there %lld",
			       other->id, (long long)size[0], (long long)size[1]);
	else
		report_warning(d->r, code, &at, size[0], size[1],
			       "differs from [%u] of the right side", other->id);
}

/* types of one name and kind that found no equal: lefts then rights */
static void explain_run(struct diff *d, const struct leftover *l, u32 cnt)
{
	u32 lefts = 0, pairs, rights;

	while (lefts < cnt && !l[lefts].side)
		lefts++;
	rights = cnt - lefts;
	/* pointers and the like: they differ where what they refer to does */
	if (!*l->name) {
		d->res->anonymous[0] += lefts;
		d->res->anonymous[1] += rights;
		return;
	}
	pairs = min_of(lefts, rights);
	for (u32 i = 0; i < pairs; i++) {
		const struct leftover *a = &l[i], *b = &l[lefts + i];

		if (a->own.a == b->own.a && a->own.b == b->own.b) {
			d->res->reached++;
			continue;
		}
		d->res->changed++;
		say(d, BTF_CODE_DIFF_CHANGED, a, b);
	}
	for (u32 i = pairs; i < lefts; i++) {
		d->res->only[0]++;
		say(d, BTF_CODE_DIFF_ONLY, &l[i], NULL);
	}
	for (u32 i = pairs; i < rights; i++) {
		d->res->only[1]++;
		say(d, BTF_CODE_DIFF_ONLY, &l[lefts + i], NULL);
	}
}

static void explain(struct diff *d)
{
	u32 run;

	qsort(d->left, d->left_cnt, sizeof(*d->left), by_name);
	for (u32 i = 0; i < d->left_cnt; i += run) {
		const struct leftover *l = &d->left[i];

		for (run = 1; i + run < d->left_cnt && l[run].kind == l->kind &&
			      !strcmp(l[run].name, l->name);)
			run++;
		explain_run(d, l, run);
	}
	if (d->said > d->max)
		report_note(d->r, BTF_CODE_DIFF_MORE, NULL, "%zu more differences are not listed",
			    d->said - d->max);
}

int diff_equal(const struct btf *left, const struct btf *right, const struct btf_diff_opts *opts,
	       struct btf_diff_result *res, struct btf_report *r)
{
	struct diff d = {.opts = opts, .res = res, .r = r};
	int err;

	*res = (struct btf_diff_result){.sz = res->sz};
	d.max = opts->max_findings ? opts->max_findings : DEFAULT_MAX;
	err = side_init(&d.side[0], left, r);
	if (!err)
		err = side_init(&d.side[1], right, r);
	if (!err && (refine(&d) || match(&d)))
		err = report_nomem(r);
	if (!err)
		explain(&d);
	side_deinit(&d.side[0]);
	side_deinit(&d.side[1]);
	free(d.left);
	return err ? err : !res->unmatched[0] && !res->unmatched[1];
}
