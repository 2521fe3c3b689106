// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * distill, slowly: what src/pass/distill.c does, as the format's documentation tells it, with
 * loops over everything and no table of anything.
 */
#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static bool travels(int kind)
{
	return kind != BTF_KIND_FUNC && kind != BTF_KIND_VAR && kind != BTF_KIND_DATASEC &&
	       kind != BTF_KIND_DECL_TAG && kind != BTF_KIND_UNKN;
}

/* a named struct stands in the distilled base without members, so they are not needed */
static bool followed(const struct ref_type *t)
{
	return !((t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION) && *ref_name(t));
}

static bool into_base(const struct ref_type *t, bool own_fwds)
{
	if (!*ref_name(t))
		return false;
	switch (t->kind) {
	case BTF_KIND_FWD:
		return !own_fwds;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return true;
	}
	return false;
}

/* marks what t refers to; 1: something is new, 0: nothing, -EINVAL */
static int mark(const struct ref_btf *split, const struct ref_type *t, bool *needed)
{
	int news = 0;

	for (int w = 0; w < t->words; w++) {
		uint32_t id = t->word[w].v;

		if (t->word[w].what != REF_ID || !id || id >= split->first_id || needed[id])
			continue;
		if (!travels(ref_get(split, id)->kind))
			return -EINVAL;
		needed[id] = true;
		news = 1;
	}
	return news;
}

static int mark_all(const struct ref_btf *split, bool *needed)
{
	int news = 1;

	for (uint32_t i = 0; i < split->cnt; i++)
		if (mark(split, &split->type[i], needed) < 0)
			return -EINVAL;
	while (news > 0) {
		news = 0;
		for (uint32_t id = 1; id < split->first_id && news >= 0; id++) {
			int more = 0;

			if (needed[id] && followed(ref_get(split, id)))
				more = mark(split, ref_get(split, id), needed);
			news = more < 0 ? more : news | more;
		}
	}
	return news;
}

/* with nothing for the base, the first INT goes there: kernels misread what is split on no types */
static void need_one(const struct ref_btf *split, bool *needed)
{
	bool any = split->cnt > 0;

	for (uint32_t id = 1; id < split->first_id; id++) {
		if (needed[id] && into_base(ref_get(split, id), true))
			return;
		any |= needed[id];
	}
	for (uint32_t id = 1; any && id < split->first_id; id++)
		if (ref_get(split, id)->kind == BTF_KIND_INT &&
		    into_base(ref_get(split, id), true)) {
			needed[id] = true;
			return;
		}
}

/* a string table that is filled in order of use and searched from its start */
struct strings {
	const struct strings *below;
	uint32_t first, len;
	char data[1 << 14];
};

static uint32_t find(const struct strings *t, const char *s)
{
	uint32_t off = t->below ? find(t->below, s) : 0;

	for (uint32_t i = 0; !off && i < t->len; i += (uint32_t)strlen(t->data + i) + 1)
		if (*s && !strcmp(t->data + i, s))
			off = t->first + i;
	return off;
}

static uint32_t intern(struct strings *t, const char *s)
{
	uint32_t off = find(t, s);

	if (off || !*s)
		return off;
	off = t->first + t->len;
	if (t->len + strlen(s) + 1 > sizeof(t->data))
		abort();
	strcpy(t->data + t->len, s);
	t->len += (uint32_t)strlen(s) + 1;
	return off;
}

static void intern_all(struct strings *strs, struct ref_type *t)
{
	for (int w = 0; w < t->words; w++)
		if (t->word[w].what == REF_STR)
			t->word[w].v = intern(strs, t->word[w].s);
}

/* named types without members: INT, FLOAT and FWD are whole, the rest is name, kind and size */
static struct ref_type distilled_form(const struct ref_type *t)
{
	struct ref_type d = *t;

	if (t->kind == BTF_KIND_INT || t->kind == BTF_KIND_FLOAT || t->kind == BTF_KIND_FWD)
		return d;
	if (t->kind == BTF_KIND_ENUM64)
		d.kind = BTF_KIND_ENUM;
	d.kflag = false;
	d.vlen = 0;
	d.words = 2;
	return d;
}

int ref_distill(const struct ref_btf *split, bool own_fwds, struct ref_distilled *out)
{
	static struct ref_type base[REF_MAX_TYPES], own[REF_MAX_TYPES];
	static struct strings base_strs, own_strs;
	bool needed[REF_MAX_TYPES * 4] = {0};
	uint32_t to[REF_MAX_TYPES * 4] = {0}, nb = 0, no = 0;

	if (ref_end(split) > REF_MAX_TYPES * 4)
		abort();
	base_strs.len = 1; /* the empty string */
	own_strs.len = 0;
	if (mark_all(split, needed) < 0)
		return -EINVAL;
	if (own_fwds)
		need_one(split, needed);
	for (uint32_t id = 1; id < split->first_id; id++)
		if (needed[id] && into_base(ref_get(split, id), own_fwds)) {
			base[nb] = distilled_form(ref_get(split, id));
			intern_all(&base_strs, &base[nb]);
			to[id] = ++nb;
		}
	own_strs.below = &base_strs;
	own_strs.first = base_strs.len;
	for (uint32_t i = 0; i < split->cnt; i++) {
		own[no] = split->type[i];
		to[split->first_id + i] = nb + ++no;
	}
	for (uint32_t id = 1; id < split->first_id; id++)
		if (needed[id] && !into_base(ref_get(split, id), own_fwds)) {
			own[no] = *ref_get(split, id);
			to[id] = nb + ++no;
		}
	for (uint32_t i = 0; i < no; i++) {
		for (int w = 0; w < own[i].words; w++)
			if (own[i].word[w].what == REF_ID)
				own[i].word[w].v = to[own[i].word[w].v];
		intern_all(&own_strs, &own[i]);
	}
	ref_write(&out->base, base, nb, base_strs.data, base_strs.len);
	ref_write(&out->split, own, no, own_strs.data, own_strs.len);
	return 0;
}
