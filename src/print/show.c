// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What `btf show` asks for -> which types are meant -> text.
 *
 * In: an object and a query. Out: text, or a finding that says what is not there. Names are looked
 * up by one pass over the types of a level, the object's own first: of a name that has both a
 * definition and forward declarations, the declarations are not shown.
 */
#include "print/show.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LONGEST 4096 /* names beyond that match no pattern */

/* ---- what the parts share ---- */

void show_put(struct show *s, const char *fmt, ...)
{
	char piece[2 * CTYPE_MAX];
	va_list ap;
	int len;

	/* what is not worth its output has been refused by then, or is at the end of a call */
	if (s->shapes.allowance < 0)
		return;
	va_start(ap, fmt);
	len = vsnprintf(piece, sizeof(piece), fmt, ap);
	va_end(ap);
	len = (int)min_of((size_t)len, sizeof(piece) - 1);
	out_done(&s->out, out_bytes(&s->out, out_room(&s->out), piece, (size_t)len));
	s->shapes.allowance -= len / 32;
}

int show_fail(struct show *s, u32 id, int err)
{
	const struct btf_type *t = show_at(s, id);
	struct place at = {.type_id = id, .kind = (int)type_kind(t), .name = object_name(s->b, t)};

	switch (err) {
	case -ELOOP:
		return report_error(s->r, BTF_CODE_SHOW_LOOP, &at, BTF_NO_VALUE, BTF_NO_VALUE,
				    "the type contains itself, or is nested more than %d deep",
				    SHOW_DEPTH);
	case -E2BIG:
		return report_error(s->r, BTF_CODE_SHOW_SIZE, &at, BTF_NO_VALUE, BTF_NO_VALUE,
				    "showing it takes far more work than real types do");
	default:
		return report_nomem(s->r);
	}
}

u32 show_inline(const struct show *s, u32 type)
{
	for (int steps = 0; steps < SHOW_DEPTH; steps++) {
		const struct btf_type *t = show_at(s, type);

		if (type_is(t, BTF_KIND_ARRAY))
			type = ((const struct btf_array *)type_tail(t))->type;
		else if (kind_in(type_kind(t), KINDS_MOD))
			type = t->type;
		else
			return kind_in(type_kind(t), KINDS_COMPOSITE) && !*object_name(s->b, t)
				       ? type
				       : 0;
	}
	return 0;
}

int show_each_tag(struct show *s, u32 id, int (*fn)(struct show *s, const char *tag, s32 component))
{
	u32 cnt = object_type_cnt(s->b);
	int err = 0;

	for (u32 i = 1; i < cnt && !err; i++) {
		const struct btf_type *t = show_at(s, i);

		if (type_is(t, BTF_KIND_DECL_TAG) && t->type == id)
			err = fn(s, object_name(s->b, t), *(const s32 *)type_tail(t));
	}
	return err;
}

int show_each_section(struct show *s, u32 id,
		      int (*fn)(struct show *s, const struct btf_type *sec,
				const struct btf_var_secinfo *at))
{
	u32 cnt = object_type_cnt(s->b);
	int err = 0;

	for (u32 i = 1; i < cnt; i++) {
		const struct btf_type *t = show_at(s, i);
		const struct btf_var_secinfo *v = type_tail(t);

		if (!type_is(t, BTF_KIND_DATASEC))
			continue;
		for (u32 k = 0; k < type_vlen(t) && !err; k++)
			if (v[k].type == id)
				err = fn(s, t, &v[k]);
	}
	return err;
}

/* ---- which types ---- */

struct wanted {
	const char *name;
	u32 kinds; /* bits; 0: any */
	bool glob;
};

struct hit {
	u32 rank, id;
};

struct matches {
	struct buf hits; /* struct hit */
	u32 cnt;
};

static const struct {
	const char *word;
	u32 kinds;
} words[] = {
	{"struct", KIND_BIT(BTF_KIND_STRUCT) | KIND_BIT(BTF_KIND_FWD)},
	{"union", KIND_BIT(BTF_KIND_UNION) | KIND_BIT(BTF_KIND_FWD)},
	{"enum", KINDS_ENUM},
	{"typedef", KIND_BIT(BTF_KIND_TYPEDEF)},
	{"func", KIND_BIT(BTF_KIND_FUNC)},
	{"var", KIND_BIT(BTF_KIND_VAR)},
	{"datasec", KIND_BIT(BTF_KIND_DATASEC)},
	{"int", KIND_BIT(BTF_KIND_INT)},
	{"float", KIND_BIT(BTF_KIND_FLOAT)},
	{"decl_tag", KIND_BIT(BTF_KIND_DECL_TAG)},
	{"type_tag", KIND_BIT(BTF_KIND_TYPE_TAG)},
};

/* "struct foo" -> kinds and "foo" */
static const char *split_keyword(const char *query, u32 *ret_kinds)
{
	*ret_kinds = 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i].word);

		if (strncmp(query, words[i].word, len) || !isspace((unsigned char)query[len]))
			continue;
		*ret_kinds = words[i].kinds;
		query += len;
		while (isspace((unsigned char)*query))
			query++;
		return query;
	}
	return query;
}

static bool kind_fits(const struct wanted *w, const struct btf_type *t)
{
	if (w->kinds && !kind_in(type_kind(t), w->kinds))
		return false;
	/* `struct x;` and `union x;` are one kind with a flag */
	if (w->kinds && type_is(t, BTF_KIND_FWD))
		return type_kflag(t) == kind_in(BTF_KIND_UNION, w->kinds);
	return true;
}

static bool name_fits(const struct wanted *w, const char *name)
{
	if (!w->glob)
		return !strcmp(w->name, name);
	return *name && strnlen(name, NAME_LONGEST) < NAME_LONGEST && !fnmatch(w->name, name, 0);
}

/* what people mean first when a name is of several kinds */
static u32 rank(const struct btf_type *t)
{
	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return 0;
	case BTF_KIND_TYPEDEF:
		return 1;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		return 2;
	case BTF_KIND_FUNC:
		return 3;
	case BTF_KIND_VAR:
		return 4;
	default:
		return 5;
	}
}
#define RANKS 6

static int by_rank(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/*
 * Matches of the uppermost level that has any, in the order of ranks, of a pattern in that of
 * ids. Declarations count only where no level has a definition.
 */
static int collect(const struct show *s, const struct wanted *w, struct matches *ret)
{
	struct buf fwds = {0};
	u32 fwd_cnt = 0;
	int err = 0;

	for (const struct btf *b = s->b; b && !ret->cnt && !err; b = b->base) {
		for (u32 i = 0; i < b->nr && !err; i++) {
			const struct btf_type *t = object_own(b, i);
			bool fwd = type_is(t, BTF_KIND_FWD);
			struct hit h = {w->glob ? 0 : rank(t), b->start_id + i};

			if (!t->name_off || !kind_fits(w, t) || !name_fits(w, object_name(b, t)))
				continue;
			err = buf_add(fwd ? &fwds : &ret->hits, &h, sizeof(h));
			ret->cnt += !fwd;
			fwd_cnt += fwd;
		}
	}
	if (!ret->cnt) {
		buf_deinit(&ret->hits);
		*ret = (struct matches){fwds, fwd_cnt};
	} else {
		buf_deinit(&fwds);
		qsort(ret->hits.data, ret->cnt, sizeof(struct hit), by_rank);
	}
	return err;
}

static u32 match(const struct matches *m, u32 i)
{
	return ((const struct hit *)(const void *)m->hits.data)[i].id;
}

/* ---- what is not there ---- */

static void offer(const struct show *s, const struct wanted *w, struct nears *near, bool strict)
{
	near_init(near, w->name);
	for (const struct btf *b = s->b; b; b = b->base) {
		for (u32 i = 0; i < b->nr; i++) {
			const struct btf_type *t = object_own(b, i);

			if (t->name_off &&
			    !kind_in(type_kind(t),
				     KIND_BIT(BTF_KIND_DECL_TAG) | KIND_BIT(BTF_KIND_TYPE_TAG)) &&
			    (!strict || kind_fits(w, t) || !strcmp(object_name(b, t), w->name)))
				near_offer(near, object_name(b, t), b->start_id + i);
		}
	}
}

static int no_type(struct show *s, const struct wanted *w)
{
	struct nears near;
	char text[512];
	struct ctype want;

	ctype_name(&want, w->name);
	if (w->glob)
		return report_error(s->r, BTF_CODE_SHOW_NO_TYPE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				    "no type has a name like '%s'", want.text);
	/* of the kind that was asked for, or of that very name; then of any */
	offer(s, w, &near, true);
	if (!near.cnt)
		offer(s, w, &near, false);
	near_text(&near, s->b, text, sizeof(text));
	return report_error(s->r, BTF_CODE_SHOW_NO_TYPE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
			    "there is no type '%s'%s%s", want.text, *text ? "; near: " : "", text);
}

static int no_id(struct show *s, unsigned long long id)
{
	return report_error(s->r, BTF_CODE_SHOW_NO_TYPE, NULL, (s64)object_type_cnt(s->b) - 1,
			    (s64)id, "there is no type id %llu, the last one is %u", id,
			    object_type_cnt(s->b) - 1);
}

/* ---- showing ---- */

static int show_one(struct show *s, u32 id)
{
	int err;

	if (s->any && !s->json)
		show_put(s, "\n");
	s->any = true;
	err = s->json ? show_json(s, id) : show_text(s, id);
	return err;
}

static void show_line(struct show *s, u32 id)
{
	const struct btf_type *t = show_at(s, id);
	u32 kind = type_kind(t);

	s->any = true;
	if (!s->json) {
		show_text_line(s, id);
		return;
	}
	show_json_head(s, "match", id);
	if (kind < WIRE_KINDS && kind_table[kind].head_size)
		show_json_num(s, "size", t->size);
	show_json_end(s);
}

static int show_matches(struct show *s, const struct wanted *w, const struct matches *m)
{
	int err = 0;

	for (u32 i = 0; i < m->cnt && !err && !s->out.err; i++) {
		if (w->glob && m->cnt > 1)
			show_line(s, match(m, i));
		else
			err = show_one(s, match(m, i));
	}
	return err;
}

/* has it members, elements, or bytes that one can point at? */
static bool has_places(const struct btf_type *t)
{
	return kind_in(type_kind(t), KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF) |
					     KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_ARRAY));
}

/* "name.path": places in every type of the name that is of the first kind that has places */
static int show_places(struct show *s, const struct wanted *w, const struct matches *m,
		       const char *path, const char *query)
{
	u32 best = RANKS;
	int err = 0;

	for (u32 i = 0; i < m->cnt; i++)
		if (has_places(show_at(s, match(m, i))))
			best = min_of(best, rank(show_at(s, match(m, i))));
	for (u32 i = 0; i < m->cnt && !err; i++) {
		const struct btf_type *t = show_at(s, match(m, i));

		if (has_places(t) && rank(t) == best)
			err = show_place(s, match(m, i), path, query);
	}
	if (best == RANKS)
		return m->cnt ? report_error(s->r, BTF_CODE_SHOW_PLACE, NULL, BTF_NO_VALUE,
					     BTF_NO_VALUE, "'%.200s' has no members", w->name)
			      : no_type(s, w);
	return err;
}

static bool whole_number(const char *s, size_t len, unsigned long long *ret)
{
	char *end;

	if (!len || !isdigit((unsigned char)*s))
		return false;
	errno = 0;
	*ret = strtoull(s, &end, 0);
	return end == s + len && !errno;
}

/* "NAME.a.b", "NAME[2]", "NAME+0x40", and the same with an id in place of NAME */
static int show_path(struct show *s, struct wanted *w, const char *query)
{
	size_t len = strcspn(w->name, ".[+");
	const char *path = w->name + len;
	struct matches m = {0};
	unsigned long long id;
	char *name;
	int err;

	if (!*path || !len)
		return no_type(s, w);
	if (whole_number(w->name, len, &id))
		return id < object_type_cnt(s->b) ? show_place(s, (u32)id, path, query)
						  : no_id(s, id);
	name = strndup(w->name, len);
	if (!name)
		return report_nomem(s->r);
	w->name = name;
	err = collect(s, w, &m);
	if (err)
		report_nomem(s->r);
	else
		err = show_places(s, w, &m, path, query);
	buf_deinit(&m.hits);
	free(name);
	return err;
}

static int query_run(struct show *s, const char *query)
{
	struct wanted w = {0};
	struct matches m = {0};
	unsigned long long id;
	int err;

	if (whole_number(query, strlen(query), &id))
		return id < object_type_cnt(s->b) ? show_one(s, (u32)id) : no_id(s, id);
	w.name = split_keyword(query, &w.kinds);
	err = collect(s, &w, &m);
	if (!err && !m.cnt && strpbrk(w.name, "*?")) {
		w.glob = true;
		err = collect(s, &w, &m);
	}
	if (err)
		report_nomem(s->r);
	else if (m.cnt)
		err = show_matches(s, &w, &m);
	else
		err = w.glob ? no_type(s, &w) : show_path(s, &w, query);
	buf_deinit(&m.hits);
	return err;
}

/* ---- calls ---- */

static int show_begin(struct show *s, const struct btf *b, const struct btf_show_opts *opts,
		      int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		      struct btf_report *r)
{
	*s = (struct show){.b = b,
			   .r = r,
			   .cacheline = opts && opts->cacheline ? opts->cacheline : 64,
			   .json = opts && opts->json};
	if (shapes_init(&s->shapes, b))
		return report_nomem(r);
	if (out_init(&s->out, write, ctx)) {
		shapes_deinit(&s->shapes);
		return report_nomem(r);
	}
	return 0;
}

static int show_finish(struct show *s, int err)
{
	int sink;

	if (!err && s->shapes.allowance < 0)
		err = show_fail(s, 0, -E2BIG);
	sink = out_deinit(&s->out);
	shapes_deinit(&s->shapes);
	return sink ? sink : err;
}

int show_query(const struct btf *b, const char *query, const struct btf_show_opts *opts,
	       int (*write)(void *ctx, const void *data, size_t size), void *ctx,
	       struct btf_report *r)
{
	struct show s;
	int err = show_begin(&s, b, opts, write, ctx, r);

	return err ? err : show_finish(&s, query_run(&s, query));
}

int show_id(const struct btf *b, u32 id, const struct btf_show_opts *opts,
	    int (*write)(void *ctx, const void *data, size_t size), void *ctx, struct btf_report *r)
{
	struct show s;
	int err = show_begin(&s, b, opts, write, ctx, r);

	if (err)
		return err;
	return show_finish(&s, id < object_type_cnt(b) ? show_one(&s, id) : no_id(&s, id));
}

int show_layout(const struct btf *b, u32 id, struct btf_layout *ret, struct btf_report *r)
{
	struct show s = {.b = b, .r = r};
	struct shape l;
	int err;

	if (shapes_init(&s.shapes, b))
		return report_nomem(r);
	err = shape_init(&l, &s.shapes, id);
	shapes_deinit(&s.shapes);
	if (err)
		return show_fail(&s, id, err);
	*ret = (struct btf_layout){
		.size = l.size,
		.align = l.align,
		.members = l.cnt,
		.packed = l.packed,
		.sum_members = l.sum_members,
		.sum_bits = l.sum_bits,
		.holes = l.holes,
		.bit_holes = l.bit_holes,
		.sum_holes = l.sum_holes,
		.sum_bit_holes = l.sum_bit_holes,
		.padding = l.padding,
		.bit_padding = l.bit_padding,
		.paddings = l.paddings,
		.sum_paddings = l.sum_paddings,
		.overlaps = l.overlaps,
	};
	shape_deinit(&l);
	return 0;
}
