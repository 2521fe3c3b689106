// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The shortest way from two types to a difference: see <btf/diff.h>.
 *
 * In: two types. Out: a path of member names and the words for what differs at its end. Both
 * graphs are walked side by side, breadth first; a pair is walked into once, so cycles end it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/diff.h"

#define NOVAL BTF_NO_VALUE

struct step {
	u32 left, right;
	u32 from; /* index of the step that led here */
	u32 nth;  /* which reference of its types; 0 for the size/type word */
};

struct why {
	const struct btf *left, *right;
	struct step *step;
	u32 cnt, cap;
	u32 *slot, mask; /* pairs seen: index + 1 into step */
	u32 *equal;	 /* union-find over left ids, then right ones; NULL: not needed yet */
	struct arena text;
};

/* Pairs that are kept before implied ones are left out: the way found may not be the shortest. */
#define PAIRS_MAX (1u << 20)
/* steps of a path that are printed from either end */
#define PATH_ENDS 16

static u32 pair_hash(u32 a, u32 b)
{
	u32 h = a * 0x9e3779b1u ^ b * 0x85ebca6bu;

	return h ^ h >> 15;
}

static int seen_grow(struct why *w)
{
	u32 mask = w->mask * 2 + 1, *slot = calloc((size_t)mask + 1, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (u32 k = 0; k < w->cnt; k++) {
		u32 i = pair_hash(w->step[k].left, w->step[k].right) & mask;

		while (slot[i])
			i = (i + 1) & mask;
		slot[i] = k + 1;
	}
	free(w->slot);
	w->slot = slot;
	w->mask = mask;
	return 0;
}

static u32 root(u32 *equal, u32 i)
{
	while (equal[i] != i)
		i = equal[i] = equal[equal[i]];
	return i;
}

/* the two are taken as equal; false: that follows from earlier ones */
static bool unite(struct why *w, u32 left, u32 right)
{
	u32 a = root(w->equal, left), b = root(w->equal, object_type_cnt(w->left) + right);

	w->equal[a] = b;
	return a != b;
}

/*
 * Two graphs with cycles have more pairs than types. Whoever takes every pair met as equal needs
 * to look at no more pairs than there are types: the others follow, and a difference below them
 * is below the ones they follow from.
 */
static int start_uniting(struct why *w)
{
	u32 n = object_type_cnt(w->left) + object_type_cnt(w->right);

	w->equal = malloc((size_t)n * sizeof(*w->equal));
	if (!w->equal)
		return -ENOMEM;
	for (u32 i = 0; i < n; i++)
		w->equal[i] = i;
	for (u32 i = 0; i < w->cnt; i++)
		unite(w, w->step[i].left, w->step[i].right);
	return 0;
}

/* queues a pair that was not met before */
static int visit(struct why *w, u32 left, u32 right, u32 from, u32 nth)
{
	u32 i;

	if (left >= object_type_cnt(w->left) || right >= object_type_cnt(w->right))
		return -EINVAL;
	if (w->cnt == PAIRS_MAX && !w->equal && start_uniting(w))
		return -ENOMEM;
	if (w->equal && !unite(w, left, right))
		return 0;
	if (w->cnt * 2 >= w->mask && seen_grow(w))
		return -ENOMEM;
	for (i = pair_hash(left, right) & w->mask; w->slot[i]; i = (i + 1) & w->mask)
		if (w->step[w->slot[i] - 1].left == left && w->step[w->slot[i] - 1].right == right)
			return 0;
	if (w->cnt == w->cap) {
		u32 cap = w->cap * 2 + 64;
		void *p = realloc(w->step, cap * sizeof(*w->step));

		if (!p)
			return -ENOMEM;
		w->step = p;
		w->cap = cap;
	}
	w->slot[i] = w->cnt + 1;
	w->step[w->cnt++] = (struct step){left, right, from, nth};
	return 0;
}

static const char *quote(struct why *w, const char *name)
{
	return *name ? arena_printf(&w->text, "'%s'", name) : "(anon)";
}

/* words for the first thing in which two element lists differ, or NULL */
static const char *elems_differ(struct why *w, const struct btf_type *x, const struct btf_type *y)
{
	const struct kind_info *k = &kind_table[type_kind(x)];
	const u8 *p = (const u8 *)type_tail(x) + k->tail_sz,
		 *q = (const u8 *)type_tail(y) + k->tail_sz;

	for (u32 i = 0; i < type_vlen(x); i++, p += k->elem_sz, q += k->elem_sz) {
		const char *a = "", *b = "";

		if (k->elem_name != NO_FIELD) {
			a = object_str(w->left, *(const u32 *)(const void *)(p + k->elem_name));
			b = object_str(w->right, *(const u32 *)(const void *)(q + k->elem_name));
			if (strcmp(a, b))
				return arena_printf(&w->text, "#%u is %s, there %s", i, quote(w, a),
						    quote(w, b));
		}
		for (u32 at = 0; at < k->elem_sz; at += 4) {
			u32 v = *(const u32 *)(const void *)(p + at);
			u32 u = *(const u32 *)(const void *)(q + at);

			if (at != k->elem_id && at != k->elem_name && v != u)
				return arena_printf(&w->text, "#%u %s has %s %u, there %u", i,
						    quote(w, a), at == 8 ? "offset" : "value", v,
						    u);
		}
	}
	return NULL;
}

static const char *tails_differ(struct why *w, const struct btf_type *x, const struct btf_type *y)
{
	const struct kind_info *k = &kind_table[type_kind(x)];
	const u32 *p = type_tail(x), *q = type_tail(y);

	for (u32 i = k->tail_ids; i < k->tail_sz / 4u; i++)
		if (p[i] != q[i])
			return arena_printf(&w->text,
					    type_is(x, BTF_KIND_ARRAY) ? "%u elements, there %u"
								       : "0x%x, there 0x%x",
					    p[i], q[i]);
	return elems_differ(w, x, y);
}

/* words for the difference of two records, ids left out; NULL where there is none */
static const char *records_differ(struct why *w, const struct btf_type *x, const struct btf_type *y)
{
	const char *a = object_name(w->left, x), *b = object_name(w->right, y);

	if (type_kind(x) != type_kind(y))
		return arena_printf(&w->text, "%s, there %s",
				    type_kind(x) ? kind_name(type_kind(x)) : "void",
				    type_kind(y) ? kind_name(type_kind(y)) : "void");
	if (strcmp(a, b))
		return arena_printf(&w->text, "%s %s, there %s", kind_name(type_kind(x)),
				    quote(w, a), quote(w, b));
	if (type_kind(x) >= WIRE_KINDS)
		return "a kind that is not known";
	if (kind_table[type_kind(x)].head_size && x->size != y->size)
		return arena_printf(&w->text, "size %u, there %u", x->size, y->size);
	if (type_vlen(x) != type_vlen(y))
		return arena_printf(&w->text, "%u members, there %u", type_vlen(x), type_vlen(y));
	if (type_kflag(x) != type_kflag(y))
		return arena_printf(&w->text, "kind_flag %d, there %d", type_kflag(x),
				    type_kflag(y));
	return tails_differ(w, x, y);
}

static int visit_refs(struct why *w, u32 at)
{
	struct field_iter i = type_ids(object_type(w->left, w->step[at].left));
	struct field_iter j = type_ids(object_type(w->right, w->step[at].right));
	int err = 0;
	u32 *a, *b;

	for (u32 n = 0; !err && (a = field_next(&i)) && (b = field_next(&j)); n++)
		err = visit(w, *a, *b, at, n);
	return err;
}

/* how the n-th reference of a type reads in a path */
static const char *edge(struct why *w, const struct btf_type *t, u32 nth)
{
	const struct btf_member *m = type_tail(t);
	const struct btf_param *p = type_tail(t);
	const char *name;

	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		name = object_str(w->left, m[nth].name_off);
		return *name ? arena_printf(&w->text, ".%s", name)
			     : arena_printf(&w->text, ".(anon #%u)", nth);
	case BTF_KIND_FUNC_PROTO:
		if (!nth)
			return " returns";
		name = object_str(w->left, p[nth - 1].name_off);
		return arena_printf(&w->text, " takes %s", *name ? name : "(anon)");
	case BTF_KIND_PTR:
		return " ->";
	case BTF_KIND_ARRAY:
		return nth ? "[] index" : "[]";
	case BTF_KIND_TYPEDEF:
		return arena_printf(&w->text, " %s =", object_name(w->left, t));
	default:
		return arena_printf(&w->text, " %s", kind_name(type_kind(t)));
	}
}

/* one step of the path, in front of what comes after it */
static const char *step_text(struct why *w, const struct step *s, const char *rest)
{
	const struct btf_type *t = object_type(w->left, w->step[s->from].left);
	const char *text = arena_printf(&w->text, "%s%s", edge(w, t, s->nth), rest);

	/* a struct inside the path names itself */
	if (!text || !kind_in(type_kind(t), KINDS_COMPOSITE))
		return text;
	return arena_printf(&w->text, " %s%s",
			    *object_name(w->left, t) ? object_name(w->left, t) : "(anon)", text);
}

static const char *path_text(struct why *w, u32 at, const char *what)
{
	const struct btf_type *t = object_type(w->left, w->step[at].left);
	const char *text = arena_printf(&w->text, ": %s", what);
	u32 len = 0, k = 0;

	/* the one that the finding is about is named there */
	if (text && at && kind_in(type_kind(t), KINDS_COMPOSITE))
		text = arena_printf(&w->text, " %s%s",
				    *object_name(w->left, t) ? object_name(w->left, t) : "(anon)",
				    text);
	for (u32 i = at; i; i = w->step[i].from)
		len++;
	/* of a long path the middle is left out */
	for (; at && text; at = w->step[at].from, k++) {
		if (k < PATH_ENDS || k + PATH_ENDS >= len)
			text = step_text(w, &w->step[at], text);
		else if (k == PATH_ENDS)
			text = arena_printf(&w->text, " ... (%u steps) ...%s", len - 2 * PATH_ENDS,
					    text);
	}
	return text;
}

static int search(struct why *w, struct btf_report *r)
{
	const struct btf_type *t = object_type(w->left, w->step[0].left);
	struct place at = {.type_id = w->step[0].left,
			   .kind = (int)type_kind(t),
			   .name = object_name(w->left, t)};

	for (u32 i = 0; i < w->cnt; i++) {
		const struct step *s = &w->step[i];
		const char *what = records_differ(w, object_type(w->left, s->left),
						  object_type(w->right, s->right));
		const char *text;
		int err;

		if (!what) {
			err = visit_refs(w, i);
			if (err)
				return err;
			continue;
		}
		text = path_text(w, i, what);
		if (!text)
			return -ENOMEM;
		report_note(r, BTF_CODE_DIFF_PATH, &at, "differs from [%u] at%s", w->step[0].right,
			    text);
		return 0;
	}
	return 1;
}

int diff_path(const struct btf *left, u32 left_id, const struct btf *right, u32 right_id,
	      struct btf_report *r)
{
	struct why w = {.left = left, .right = right, .mask = 127};
	int ret = -ENOMEM;

	w.slot = calloc((size_t)w.mask + 1, sizeof(*w.slot));
	if (w.slot)
		ret = visit(&w, left_id, right_id, 0, 0);
	if (!ret)
		ret = search(&w, r);
	free(w.slot);
	free(w.step);
	free(w.equal);
	arena_deinit(&w.text);
	if (ret == -EINVAL)
		return report_error(r, BTF_CODE_TYPE_REF, NULL, NOVAL, NOVAL,
				    "a type on the way refers to one that is not there");
	return ret < 0 ? report_nomem(r) : ret;
}
