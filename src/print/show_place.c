// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Where a member lies, and what lies at an offset.
 *
 * In: a type and "a.b[2].c", "+0x40", or both. Out: the way there, every step with its offset. A
 * member is found through anonymous structs; the way stops at pointers, whose target lies
 * elsewhere. At an offset inside of unions there are several answers: each is given, at most
 * FOUND_MAX of them. A way is a chain of at most SHOW_DEPTH steps.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print/show.h"

#define FOUND_MAX 64
#define PATH_MAX_SHOWN 1024

struct step {
	u32 name_off; /* of the member; 0: anonymous, or an element */
	u32 type;
	bool element;
	u64 index;   /* of the element */
	u64 bit_off; /* from the start of the outermost type */
	u64 size;
	u32 bits;
	u64 unit; /* of a bit-field: byte of its storage unit, from the outermost */
};

struct way {
	u32 root;
	u64 size; /* of the root */
	const char *query;
	struct step step[SHOW_DEPTH];
	u32 cnt;
	u64 goal; /* of an offset: the byte that is looked for */
	bool by_offset;
};

/* ---- saying it ---- */

static void path_text(const struct show *s, const struct way *w, char *text, size_t size)
{
	const struct btf_type *t = object_type(s->b, w->root);
	struct ctype name;
	size_t len;

	ctype_name(&name, object_name(s->b, t));
	len = (size_t)snprintf(text, size, "%s", name.len ? name.text : "(anon)");
	for (u32 i = 0; i < w->cnt && len < size; i++) {
		const struct step *p = &w->step[i];

		if (p->element) {
			len += (size_t)snprintf(text + len, size - len, "[%llu]",
						(unsigned long long)p->index);
		} else if (p->name_off) {
			ctype_name(&name, object_str(s->b, p->name_off));
			len += (size_t)snprintf(text + len, size - len, ".%s", name.text);
		}
	}
}

static void text_way(struct show *s, const struct way *w, const char *gap, u64 gap_at, u64 gap_size)
{
	char path[PATH_MAX_SHOWN];
	struct ctype c;

	path_text(s, w, path, sizeof(path));
	show_put(s, "%s\n", path);
	ctype_decl(&c, s->b, w->root, "");
	show_put(s, "\t%6d    %6llu  [%u] %s\n", 0, (unsigned long long)w->size, w->root, c.text);
	for (u32 i = 0; i < w->cnt; i++) {
		const struct step *p = &w->step[i];
		const char *name = p->name_off ? object_str(s->b, p->name_off) : "";

		if (p->bits)
			show_put(s, "\t%6llu:%-2llu %6llu", (unsigned long long)p->unit,
				 (unsigned long long)(p->bit_off - p->unit * 8),
				 (unsigned long long)p->size);
		else
			show_put(s, "\t%6llu    %6llu", (unsigned long long)(p->bit_off / 8),
				 (unsigned long long)p->size);
		if (p->element) {
			ctype_decl(&c, s->b, p->type, "");
			show_put(s, "  [%u] %s, element %llu", p->type, c.text,
				 (unsigned long long)p->index);
		} else {
			ctype_decl(&c, s->b, p->type, name);
			show_put(s, "  [%u] %s", p->type, c.text);
		}
		if (p->bits)
			show_put(s, ":%u", p->bits);
		show_put(s, "\n");
	}
	if (gap)
		show_put(s, "\t%6llu    %6llu  %s\n", (unsigned long long)gap_at,
			 (unsigned long long)gap_size, gap);
	if (w->by_offset) {
		u64 start = gap ? gap_at : w->cnt ? w->step[w->cnt - 1].bit_off / 8 : 0;

		if (w->goal > start)
			show_put(s, "\t%6llu is byte %llu of it\n", (unsigned long long)w->goal,
				 (unsigned long long)(w->goal - start));
	}
}

static void json_way(struct show *s, const struct way *w, const char *gap, u64 gap_at, u64 gap_size)
{
	const struct step *last = w->cnt ? &w->step[w->cnt - 1] : NULL;
	char path[PATH_MAX_SHOWN];

	path_text(s, w, path, sizeof(path));
	show_json_head(s, w->by_offset ? "offset" : "member", w->root);
	show_json_str(s, "path", path);
	if (w->by_offset)
		show_json_num(s, "asked", w->goal);
	show_json_num(s, "offset", gap ? gap_at : last ? last->bit_off / 8 : 0);
	show_json_num(s, "size", gap ? gap_size : last ? last->size : w->size);
	if (gap)
		show_json_str(s, "gap", gap);
	show_json_open(s, "steps", '[');
	for (u32 i = 0; i < w->cnt; i++) {
		const struct step *p = &w->step[i];
		struct ctype c;

		show_json_open(s, NULL, '{');
		if (p->element)
			show_json_num(s, "index", p->index);
		else
			show_json_str(s, "name",
				      p->name_off ? object_str(s->b, p->name_off) : NULL);
		ctype_decl(&c, s->b, p->type, "");
		show_json_str(s, "type", c.text);
		show_json_num(s, "type_id", p->type);
		show_json_num(s, "offset", p->bits ? p->unit : p->bit_off / 8);
		show_json_num(s, "size", p->size);
		if (p->bits) {
			show_json_num(s, "bit_offset", p->bit_off - p->unit * 8);
			show_json_num(s, "bits", p->bits);
		}
		show_json_close(s, '}');
	}
	show_json_close(s, ']');
	show_json_end(s);
}

static void say_way(struct show *s, const struct way *w, const char *gap, u64 gap_at, u64 gap_size)
{
	if (s->any && !s->json)
		show_put(s, "\n");
	s->any = true;
	(s->json ? json_way : text_way)(s, w, gap, gap_at, gap_size);
}

static int no_place(struct show *s, u32 id, const char *fmt, ...) __printf_fmt(3, 4);
static int no_place(struct show *s, u32 id, const char *fmt, ...)
{
	const struct btf_type *t = show_at(s, id);
	struct place at = {.type_id = id, .kind = (int)type_kind(t), .name = object_name(s->b, t)};
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return report_error(s->r, BTF_CODE_SHOW_PLACE, &at, BTF_NO_VALUE, BTF_NO_VALUE, "%s", text);
}

static int push(struct show *s, struct way *w, const struct step *p)
{
	if (w->cnt == SHOW_DEPTH)
		return show_fail(s, w->root, -ELOOP);
	w->step[w->cnt++] = *p;
	return 0;
}

static struct step member_step(const struct shape_member *m, u64 base)
{
	return (struct step){.name_off = m->name_off,
			     .type = m->type,
			     .bit_off = base + m->bit_off,
			     .size = m->size,
			     .bits = m->bits,
			     .unit = base / 8 + shape_byte(m)};
}

/* ---- a path ---- */

/* Finds the member among those of id and of the anonymous structs in it: pushes the steps. 0: it is
 * there, -ENOENT, or another error, recorded. */
static int find_member(struct show *s, struct way *w, u32 id, u64 base, const char *name,
		       size_t len, struct nears *near)
{
	struct shape l;
	int err = shape_init(&l, &s->shapes, id);

	if (err)
		return show_fail(s, id, err);
	err = -ENOENT;
	for (u32 i = 0; i < l.cnt && err == -ENOENT; i++) {
		const struct shape_member *m = &l.member[i];
		const char *have = object_str(s->b, m->name_off);
		struct step p = member_step(m, base);
		u32 body;

		if (*have) {
			near_offer(near, have, m->type);
			if (!strncmp(have, name, len) && !have[len])
				err = push(s, w, &p);
			continue;
		}
		body = show_inline(s, m->type);
		if (!body || body != m->target)
			continue;
		err = push(s, w, &p);
		if (err)
			break;
		err = find_member(s, w, body, base + m->bit_off, name, len, near);
		if (err == -ENOENT)
			w->cnt--;
	}
	shape_deinit(&l);
	return err;
}

/* where a step that follows starts: the type behind typedefs and modifiers */
static int here(struct show *s, const struct way *w, u32 *ret_id, u64 *ret_base)
{
	const struct step *last = w->cnt ? &w->step[w->cnt - 1] : NULL;
	u64 size;
	int err;

	*ret_base = last ? last->bit_off : 0;
	err = shape_target(&s->shapes, last ? last->type : w->root, ret_id, &size);
	return err ? show_fail(s, w->root, err) : 0;
}

static int path_member(struct show *s, struct way *w, const char *name, size_t len)
{
	struct nears near;
	char want[128], text[512];
	u32 id;
	u64 base;
	int err = here(s, w, &id, &base);

	if (err)
		return err;
	snprintf(want, sizeof(want), "%.*s", (int)min_of(len, sizeof(want) - 1), name);
	if (type_is(show_at(s, id), BTF_KIND_PTR)) {
		struct ctype c;

		ctype_decl(&c, s->b, id, "");
		return no_place(
			s, w->root,
			"'%s' of '%s': what is in front of it is a pointer, %.200s: its target "
			"lies elsewhere, ask for that type",
			want, w->query, c.text);
	}
	if (!kind_in(type_kind(show_at(s, id)), KINDS_COMPOSITE) ||
	    (w->cnt && w->step[w->cnt - 1].bits))
		return no_place(s, w->root,
				"'%s' of '%s': what is in front of it is no struct or union", want,
				w->query);
	near_init(&near, want);
	err = find_member(s, w, id, base, name, len, &near);
	if (err != -ENOENT)
		return err;
	near_text(&near, NULL, text, sizeof(text));
	return no_place(s, id, "there is no member '%s'%s%s", want, *text ? "; near: " : "", text);
}

static int path_element(struct show *s, struct way *w, u64 index)
{
	struct step p = {.element = true, .index = index};
	const struct btf_array *a;
	u32 id, target;
	u64 base;
	int err = here(s, w, &id, &base);

	if (err)
		return err;
	if (!type_is(show_at(s, id), BTF_KIND_ARRAY))
		return no_place(s, w->root, "[%llu] of '%s': what is in front of it is no array",
				(unsigned long long)index, w->query);
	a = type_tail(show_at(s, id));
	/* [0] of a flexible array is where it starts */
	if (index >= max_of(a->nelems, 1u))
		return no_place(s, w->root, "[%llu] of '%s': the array has %u elements",
				(unsigned long long)index, w->query, a->nelems);
	p.type = a->type;
	err = shape_target(&s->shapes, p.type, &target, &p.size);
	if (err)
		return show_fail(s, w->root, err);
	p.bit_off = base + index * p.size * 8;
	return push(s, w, &p);
}

/* ---- an offset ---- */

static int find_offset(struct show *s, struct way *w, u32 id, u64 base, u64 goal);

static int found(struct show *s, const struct way *w, const char *gap, u64 at, u64 size)
{
	if (s->found++ < FOUND_MAX)
		say_way(s, w, gap, at, size);
	return 0;
}

/* into what the last step is; base: where it starts, in bytes */
static int descend(struct show *s, struct way *w, u32 type, u64 base, u64 goal)
{
	u32 id, target;
	u64 size;
	int err = shape_target(&s->shapes, type, &id, &size);

	if (err)
		return show_fail(s, w->root, err);
	if (type_is(show_at(s, id), BTF_KIND_ARRAY)) {
		struct step p = {.element = true,
				 .type = ((struct btf_array *)type_tail(show_at(s, id)))->type};

		err = shape_target(&s->shapes, p.type, &target, &p.size);
		if (err)
			return show_fail(s, w->root, err);
		if (!p.size)
			return found(s, w, NULL, 0, 0);
		p.index = (goal - base) / p.size;
		p.bit_off = (base + p.index * p.size) * 8;
		err = push(s, w, &p);
		if (err)
			return err;
		err = descend(s, w, p.type, p.bit_off / 8, goal);
		w->cnt--;
		return err;
	}
	if (kind_in(type_kind(show_at(s, id)), KINDS_COMPOSITE))
		return find_offset(s, w, id, base, goal);
	return found(s, w, NULL, 0, 0);
}

/* does some bit of the member lie in the byte? */
static bool covers(const struct shape_member *m, u64 byte)
{
	return m->bit_off < (byte + 1) * 8 && shape_end_bit(m) > byte * 8;
}

/* a struct's bytes that no member has: from the end of the last before to the next start */
static int offset_gap(struct show *s, struct way *w, const struct shape *l, u64 base, u64 byte)
{
	u64 from = 0, to = l->size;

	for (u32 i = 0; i < l->cnt; i++) {
		u64 start = l->member[i].bit_off / 8, end = (shape_end_bit(&l->member[i]) + 7) / 8;

		if (end <= byte)
			from = max_of(from, end);
		else if (start > byte)
			to = min_of(to, start);
	}
	return found(s, w, to == l->size ? "padding" : "hole", base + from, to - from);
}

static int find_offset(struct show *s, struct way *w, u32 id, u64 base, u64 goal)
{
	u64 byte = goal - base;
	struct shape l;
	bool any = false;
	int err = shape_init(&l, &s->shapes, id);

	if (err)
		return show_fail(s, id, err);
	for (u32 i = 0; i < l.cnt && !err && s->found < FOUND_MAX; i++) {
		const struct shape_member *m = &l.member[i];
		struct step p = member_step(m, base * 8);

		if (!covers(m, byte))
			continue;
		any = true;
		err = push(s, w, &p);
		if (err)
			break;
		err = m->bits ? found(s, w, NULL, 0, 0)
			      : descend(s, w, m->type, base + m->bit_off / 8, goal);
		w->cnt--;
	}
	if (!err && !any)
		err = offset_gap(s, w, &l, base, byte);
	shape_deinit(&l);
	return err;
}

static int place_offset(struct show *s, struct way *w, u64 offset)
{
	u32 id;
	u64 base, size;
	int err = here(s, w, &id, &base);

	if (!err)
		err = shape_target(&s->shapes, id, &id, &size);
	if (err)
		return show_fail(s, w->root, err);
	if (w->cnt && w->step[w->cnt - 1].bits)
		return no_place(s, w->root, "'%s': a bit-field has no bytes of its own", w->query);
	if (offset >= size)
		return no_place(s, w->root, "offset %llu of '%s': the last byte is %lld",
				(unsigned long long)offset, w->query, (long long)size - 1);
	w->by_offset = true;
	w->goal = base / 8 + offset;
	s->found = 0;
	return descend(s, w, id, base / 8, w->goal);
}

/* ---- both ---- */

static bool number(const char **at, u64 *ret)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*ret = strtoull(*at, &end, 0);
	*at = end;
	return !errno;
}

int show_place(struct show *s, u32 id, const char *path, const char *query)
{
	struct way w = {.root = id, .query = query};
	const char *at = path;
	u32 target;
	u64 v;
	int err = shape_target(&s->shapes, id, &target, &w.size);

	if (err)
		return show_fail(s, id, err);
	while (*at && !err) {
		if (*at == '.') {
			size_t len = strcspn(++at, ".[+");

			err = path_member(s, &w, at, len);
			at += len;
		} else if (*at == '[') {
			at++;
			if (!number(&at, &v) || *at++ != ']')
				return no_place(s, id, "'%s': expected a number and ']' behind '['",
						query);
			err = path_element(s, &w, v);
		} else if (*at == '+') {
			at++;
			if (!number(&at, &v) || *at)
				return no_place(s, id,
						"'%s': expected a number behind '+', and no more",
						query);
			return place_offset(s, &w, v);
		} else {
			return no_place(s, id, "'%s': expected '.', '[' or '+' at '%s'", query, at);
		}
	}
	if (!err)
		say_way(s, &w, NULL, 0, 0);
	return err;
}
