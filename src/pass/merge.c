// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * merge: see merge.h.
 *
 * In: objects, one after the other. Out: one object. Each input's own types are appended, which
 * renumbers them, and dedup leaves each once; what the base has is not repeated. Holds always: the
 * same inputs in the same order give the same bytes. Memory: the sum of the inputs.
 *
 * Conflicts. Two modules may each have a `struct config` of its own: both stay, and in C the
 * second one is printed as config___2. C has one space of names for struct, union and enum tags
 * and one for typedefs, so that is how they are counted here. FWDs are no definitions, nor is an
 * enum without values. Who carries which definition is known from where dedup put each type.
 */
#include "pass/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/append.h"
#include "btf/index.h"
#include "pass/dedup.h"

#define NOVAL BTF_NO_VALUE
#define NAMES_SHOWN 8 /* carriers of one definition that a note names */
#define TEXT_SIZE 1024

struct input {
	const char *name; /* in the arena */
	u32 end;	  /* id after its last type, before dedup */
};

struct merge {
	struct btf *b;
	struct buf inputs; /* struct input */
	struct arena text;
};

/* a type that takes a name in C */
struct taken {
	u32 name_off, id;
	bool typedef_name;
};

/* ---- collecting ---- */

int merge_new(struct btf *base, struct merge **ret)
{
	struct merge *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	err = object_new(base, false, &m->b);
	if (err) {
		free(m);
		return err;
	}
	*ret = m;
	return 0;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	object_free(m->b);
	buf_deinit(&m->inputs);
	arena_deinit(&m->text);
	free(m);
}

static int refuse(int err, const struct btf *b, struct btf_report *r)
{
	switch (err) {
	case -ENOMEM:
		return report_nomem(r);
	case -EOPNOTSUPP:
		return report_error(r, BTF_CODE_MERGE_BASE, NULL, NOVAL, NOVAL,
				    "this BTF is split on another base than the others");
	case -EINVAL:
		if (b->has_unknown)
			return report_error(r, BTF_CODE_MERGE_KIND, NULL, NOVAL, NOVAL,
					    "types of unknown kinds cannot be merged");
		/* fall through */
	default:
		return report_errno(r, BTF_CODE_TOO_BIG, -err, NULL,
				    "all types together are more than one BTF holds");
	}
}

int merge_add(struct merge *m, const struct btf *b, const char *name, struct btf_report *r)
{
	struct input in = {.name = arena_strdup(&m->text, name ? name : "(unnamed)")};
	int err;

	if (!in.name || buf_reserve(&m->inputs, sizeof(in)))
		return report_nomem(r);
	err = object_append(m->b, b);
	if (err < 0)
		return refuse(err, b, r);
	in.end = object_type_cnt(m->b);
	return buf_add(&m->inputs, &in, sizeof(in));
}

/* ---- conflicts ---- */

static bool takes_name(const struct btf_type *t)
{
	u32 kind = type_kind(t);

	if (!t->name_off)
		return false;
	return kind_in(kind, KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF)) ||
	       (kind_in(kind, KINDS_ENUM) && type_vlen(t));
}

/* dedup left each name one offset, so equal names are found by it; the order is that of the text */
static int by_name(const void *left, const void *right, void *ctx)
{
	const struct taken *a = left, *b = right;
	int diff = a->name_off == b->name_off
			   ? 0
			   : strcmp(object_str(ctx, a->name_off), object_str(ctx, b->name_off));

	if (diff)
		return diff;
	if (a->typedef_name != b->typedef_name)
		return a->typedef_name ? 1 : -1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static bool same_name(const struct taken *a, const struct taken *b)
{
	return a->typedef_name == b->typedef_name && a->name_off == b->name_off;
}

/* definitions of the bases that take the name of own type t */
static int count_in_bases(const struct merge *m, const struct btf_type *t, u32 *ret)
{
	const char *name = object_name(m->b, t);
	u32 hash = name_hash(name), id;

	*ret = 0;
	for (const struct btf *b = m->b->base; b; b = b->base) {
		struct name_iter it;

		if (name_iter_init(&it, b, NAMES_DATA, name, hash))
			return -ENOMEM;
		while ((id = name_iter_next(&it))) {
			const struct btf_type *other = object_type(b, id);

			*ret += takes_name(other) &&
				type_is(other, BTF_KIND_TYPEDEF) == type_is(t, BTF_KIND_TYPEDEF);
		}
	}
	return 0;
}

struct text {
	char buf[TEXT_SIZE];
	size_t len;
};

static void add(struct text *t, const char *before, const char *s)
{
	int n = snprintf(t->buf + t->len, sizeof(t->buf) - t->len, "%s%s", before, s);

	t->len = min_of(t->len + (size_t)max_of(n, 0), sizeof(t->buf) - 1);
}

/* which inputs carry each own type: those of type start_id + i are who[start[i]..start[i + 1] - 1]
 */
struct carriers {
	u32 *start, *who;
};

static void carriers_deinit(struct carriers *c)
{
	free(c->start);
	free(c->who);
}

/* calls with who == NULL count into start[] + 1, those with it fill */
static void carriers_pass(const struct merge *m, const u32 *map, u32 *seen, u32 *next, u32 *who)
{
	const struct input *in = (const void *)m->inputs.data;
	u32 cnt = (u32)(m->inputs.len / sizeof(*in)), first = m->b->start_id, at = first;

	memset(seen, 0, m->b->nr * sizeof(*seen));
	for (u32 i = 0; i < cnt; i++)
		for (; at < in[i].end; at++) {
			u32 to = map[at - first];

			if (to < first || seen[to - first] == i + 1)
				continue;
			seen[to - first] = i + 1;
			if (who)
				who[next[to - first]] = i;
			next[to - first]++;
		}
}

/* `map` says where dedup put each type */
static int carriers_init(const struct merge *m, const u32 *map, struct carriers *c)
{
	u32 nr = m->b->nr, *seen = zalloc_array((size_t)nr + 1, sizeof(*seen));
	u32 *next = zalloc_array((size_t)nr + 1, sizeof(*next));

	c->start = zalloc_array((size_t)nr + 1, sizeof(*c->start));
	c->who = NULL;
	if (seen && next && c->start) {
		carriers_pass(m, map, seen, next, NULL);
		for (u32 i = 0; i < nr; i++) {
			c->start[i + 1] = c->start[i] + next[i];
			next[i] = c->start[i];
		}
		c->who = zalloc_array((size_t)c->start[nr] + 1, sizeof(*c->who));
	}
	if (c->who)
		carriers_pass(m, map, seen, next, c->who);
	free(seen);
	free(next);
	return c->who ? 0 : -ENOMEM;
}

static void add_carriers(const struct merge *m, const struct carriers *c, u32 id, struct text *t)
{
	const struct input *in = (const void *)m->inputs.data;
	u32 own = id - m->b->start_id, from = c->start[own], cnt = c->start[own + 1] - from;
	char more[32];

	for (u32 i = 0; i < min_of(cnt, NAMES_SHOWN); i++)
		add(t, i ? ", " : "", in[c->who[from + i]].name);
	if (cnt > NAMES_SHOWN) {
		snprintf(more, sizeof(more), "%u more", cnt - NAMES_SHOWN);
		add(t, " and ", more);
	}
}

/* one note about the definitions at[0..cnt-1] of a name, and those of the bases */
static void note(const struct merge *m, const struct carriers *c, const struct taken *at, u32 cnt,
		 u32 in_bases, struct btf_report *r)
{
	const struct btf_type *t = object_type(m->b, at->id);
	struct place place = {
		.type_id = at->id, .kind = (int)type_kind(t), .name = object_name(m->b, t)};
	struct text text = {.len = 0};

	text.buf[0] = 0;
	if (in_bases)
		add(&text, "", "the base");
	for (u32 i = 0; i < cnt; i++) {
		add(&text, text.len ? "; " : "", "");
		add_carriers(m, c, at[i].id, &text);
	}
	report_note(r, BTF_CODE_MERGE_CONFLICT, &place, "the name has %u definitions: %s",
		    cnt + in_bases, text.buf);
}

static int report_conflicts(const struct merge *m, const u32 *map, struct btf_report *r)
{
	struct taken *own = malloc((m->b->nr ? m->b->nr : 1) * sizeof(*own));
	struct carriers c = {0};
	u32 nr = 0, in_bases, end;
	int err = own ? carriers_init(m, map, &c) : -ENOMEM;

	for (u32 i = 0; !err && i < m->b->nr; i++) {
		const struct btf_type *t = object_own(m->b, i);

		if (takes_name(t))
			own[nr++] = (struct taken){t->name_off, m->b->start_id + i,
						   type_is(t, BTF_KIND_TYPEDEF)};
	}
	if (nr)
		qsort_r(own, nr, sizeof(*own), by_name, m->b);
	for (u32 i = 0; !err && i < nr; i = end) {
		for (end = i + 1; end < nr && same_name(&own[i], &own[end]);)
			end++;
		err = count_in_bases(m, object_type(m->b, own[i].id), &in_bases);
		if (!err && end - i + in_bases > 1)
			note(m, &c, own + i, end - i, in_bases, r);
	}
	carriers_deinit(&c);
	free(own);
	return err ? report_nomem(r) : 0;
}

/* ---- the result ---- */

int merge_finish(struct merge *m, struct btf_report *r, struct btf **ret)
{
	u32 *map = NULL;
	struct dedup_opts opts = {.ret_map = &map};
	int err = dedup(m->b, &opts, r);

	if (!err && r)
		err = report_conflicts(m, map, r);
	free(map);
	if (!err) {
		*ret = m->b;
		m->b = NULL;
	}
	return err;
}
