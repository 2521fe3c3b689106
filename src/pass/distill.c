// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * distill: see distill.h.
 *
 * In: a split and its base (of any number of levels, flattened here). Out: a distilled base with
 * the named types that the split needs, without their members, and a new split on it.
 * Cost: in proportion to the split and to what it reaches in the base; nothing is sized by the
 * base, so a module of 10 types costs microseconds on a base of 100,000.
 *
 * mark()    collects the base ids that the split reaches; a named struct, union or enum is not
 *           followed, since the distilled base will hold it without members
 * place()   says for each of them, in ascending order, where it goes: INT, FLOAT, FWD and named
 *           STRUCT, UNION, ENUM, ENUM64 into the new base; all else is copied into the new split
 * fill_*()  write the records and give every id and string offset its new value
 *
 * Names are interned once per distinct old offset, not once per reference. Offsets into the middle
 * of strings make one old string many new ones: max_strs bounds what a small file can ask for.
 */
#include "pass/distill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/index.h"

#define NOVAL BTF_NO_VALUE

/* maps u32 keys > 0 to u32 values; open addressing, never shrinks, used while distilling one file
 */
struct u32map {
	struct u32map_entry {
		u32 key, val;
	} * slot;
	u32 mask, shift, cnt;
};

/* slots: a power of two, more than one */
static int u32map_init(struct u32map *m, u32 slots)
{
	m->mask = slots - 1;
	m->shift = (u32)__builtin_clz(m->mask);
	m->cnt = 0;
	m->slot = calloc(slots, sizeof(*m->slot));
	return m->slot ? 0 : -ENOMEM;
}

static u32 u32map_slot(const struct u32map *m, u32 key)
{
	/* the high bits are the ones that every bit of the key reaches */
	u32 i = (key * 0x9e3779b1u) >> m->shift;

	while (m->slot[i].key && m->slot[i].key != key)
		i = (i + 1) & m->mask;
	return i;
}

static int u32map_grow(struct u32map *m)
{
	struct u32map next;

	if (u32map_init(&next, (m->mask + 1) * 4))
		return -ENOMEM;
	for (u32 k = 0; k <= m->mask; k++)
		if (m->slot[k].key)
			next.slot[u32map_slot(&next, m->slot[k].key)] = m->slot[k];
	next.cnt = m->cnt;
	free(m->slot);
	*m = next;
	return 0;
}

/*
 * The slot of the key: its value, or 0 where it was not there and is now. NULL only when a new
 * key finds no memory; good until the next new key.
 */
static u32 *u32map_at(struct u32map *m, u32 key)
{
	u32 i = u32map_slot(m, key);

	if (m->slot[i].key)
		return &m->slot[i].val;
	if (m->cnt * 2 > m->mask) {
		if (u32map_grow(m))
			return NULL;
		i = u32map_slot(m, key);
	}
	m->slot[i].key = key;
	m->cnt++;
	return &m->slot[i].val;
}

struct distill {
	const struct btf *src;
	const struct distill_opts *opts;
	struct btf_report *r;
	struct btf *base, *split; /* the results */
	struct u32map ids;	  /* old base id -> 1 while marking, then new id */
	struct buf marked;	  /* u32: marked base ids; the worklist, then sorted */
	u32 marked_cnt;
	struct u32map strs; /* old string offset -> new offset */
	u32 *own_strs;	    /* the same for the split's own strings, by own offset */
	u64 max_strs;	    /* of either result */
};

/* an offset of an empty string gives no name either */
static bool named(const struct distill *d, const struct btf_type *t)
{
	return *object_name(d->src, t);
}

enum where { TO_BASE, TO_SPLIT };

/* where a base type goes: the whole rule */
static enum where place(const struct distill *d, const struct btf_type *t)
{
	switch (type_kind(t)) {
	case BTF_KIND_FWD:
		return d->opts->own_fwds || !named(d, t) ? TO_SPLIT : TO_BASE;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return named(d, t) ? TO_BASE : TO_SPLIT;
	default:
		return TO_SPLIT;
	}
}

#define KINDS_CANNOT_TRAVEL                                                                        \
	(KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC) |           \
	 KIND_BIT(BTF_KIND_DECL_TAG) | KIND_BIT(BTF_KIND_UNKN))

/* `from` refers to id; 0: a root does */
static int cannot_travel(struct distill *d, u32 id, u32 from)
{
	const struct btf_type *t = object_type(d->src, id);
	struct place at = {
		.type_id = id, .kind = (int)type_kind(t), .name = object_name(d->src, t)};
	const char *kind = kind_name(type_kind(t));

	if (from)
		return report_error(
			d->r, BTF_CODE_DISTILL_KIND, &at, NOVAL, NOVAL,
			"type [%u] refers to this %s of the base, which cannot travel in "
			"a distilled base",
			from, kind);
	return report_error(
		d->r, BTF_CODE_DISTILL_KIND, &at, NOVAL, NOVAL,
		".BTF_ids holds the id of this %s of the base, which cannot travel in a "
		"distilled base",
		kind);
}

static int mark(struct distill *d, u32 id, u32 from)
{
	const struct btf_type *t;
	u32 *seen;

	if (!id || id >= d->src->start_id)
		return 0;
	seen = u32map_at(&d->ids, id);
	if (!seen)
		return report_nomem(d->r);
	if (*seen)
		return 0;
	t = object_type(d->src, id);
	if (type_kind(t) >= WIRE_KINDS || kind_in(type_kind(t), KINDS_CANNOT_TRAVEL))
		return cannot_travel(d, id, from);
	*seen = 1;
	if (buf_add(&d->marked, &id, sizeof(id)))
		return report_nomem(d->r);
	d->marked_cnt++;
	return 0;
}

static int bad_ref(struct distill *d, u32 from, u32 id, u32 end)
{
	struct place at = {.type_id = from, .kind = (int)type_kind(object_type(d->src, from))};

	return report_error(d->r, BTF_CODE_TYPE_REF, &at, end - 1, id,
			    "refers to type id %u, the last one is %u", id, end - 1);
}

/* a base type cannot refer to a type of the split, though an object under construction may */
static int mark_refs(struct distill *d, const struct btf_type *t, u32 id)
{
	struct field_iter it = type_ids(t);
	int err = 0;
	u32 *f;

	while (!err && (f = field_next(&it)))
		err = *f < d->src->start_id ? mark(d, *f, id)
					    : bad_ref(d, id, *f, d->src->start_id);
	return err;
}

static int mark_all(struct distill *d)
{
	const struct btf *src = d->src;
	u32 end = object_type_cnt(src), id;
	int err = 0;

	for (u32 i = 0; !err && i < src->nr; i++) {
		const struct btf_type *t = object_own(src, i);
		struct field_iter it = type_ids(t);
		u32 *f;

		if (type_kind(t) >= WIRE_KINDS)
			return report_error(
				d->r, BTF_CODE_TYPE_KIND,
				&(struct place){.type_id = src->start_id + i}, NOVAL, type_kind(t),
				"kind %u is unknown: its ids cannot be moved", type_kind(t));
		while (!err && (f = field_next(&it))) {
			if (unlikely(*f >= end))
				return bad_ref(d, src->start_id + i, *f, end);
			if (*f && *f < src->start_id)
				err = mark(d, *f, src->start_id + i);
		}
	}
	for (u32 i = 0; !err && i < d->opts->root_cnt; i++)
		err = mark(d, d->opts->roots[i], 0);
	/* the list grows while it is walked: a worklist, not a recursion */
	for (u32 i = 0; !err && i < d->marked_cnt; i++) {
		const struct btf_type *t;

		memcpy(&id, d->marked.data + i * sizeof(id), sizeof(id));
		t = object_type(src, id);
		if (!(kind_in(type_kind(t), KINDS_COMPOSITE) && named(d, t)))
			err = mark_refs(d, t, id);
	}
	return err;
}

/*
 * Kernels (6.11 to at least 6.12) number the split's types from 0 where the distilled base has no
 * type at all: the split is then misread, and the last of its ids is looked up behind the end of
 * a table. So one type goes along that every kernel has: the first INT, which is the base's oldest.
 */
static int mark_one(struct distill *d)
{
	for (u32 i = 0; i < d->marked_cnt; i++) {
		u32 id;

		memcpy(&id, d->marked.data + i * sizeof(id), sizeof(id));
		if (place(d, object_type(d->src, id)) == TO_BASE)
			return 0;
	}
	if (!d->marked_cnt && !d->src->nr)
		return 0;
	for (u32 id = 1; id < d->src->start_id; id++) {
		const struct btf_type *t = object_type(d->src, id);

		if (type_kind(t) == BTF_KIND_INT && place(d, t) == TO_BASE)
			return mark(d, id, 0);
	}
	return 0;
}

static int ascending(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* the new offset of an old one; the string is added to `dst` on first sight */
static int map_str(struct distill *d, struct btf *dst, u32 *off)
{
	u32 *slot;
	int new_off;

	if (!*off)
		return 0;
	if (*off >= d->src->start_str)
		slot = &d->own_strs[*off - d->src->start_str];
	else
		slot = u32map_at(&d->strs, *off);
	if (!slot)
		return -ENOMEM;
	if (!*slot) {
		new_off = object_add_str(dst, object_str(d->src, *off));
		if (new_off < 0)
			return new_off;
		if (dst->strs_len > d->max_strs)
			return -E2BIG;
		*slot = (u32)new_off;
	}
	*off = *slot;
	return 0;
}

static int map_strs(struct distill *d, struct btf *dst, struct btf_type *t)
{
	struct field_iter it = type_names(t);
	int err = 0;
	u32 *f;

	while (!err && (f = field_next(&it)))
		err = map_str(d, dst, f);
	return err;
}

/* the distilled form of a named type: whole where it has no members, empty where it has */
static int add_to_base(struct distill *d, const struct btf_type *t)
{
	struct btf_type *rec;
	u32 kind = type_kind(t);
	bool whole = kind == BTF_KIND_INT || kind == BTF_KIND_FLOAT || kind == BTF_KIND_FWD;
	u32 name = t->name_off;
	int id, err;

	err = map_str(d, d->base, &name);
	if (err)
		return err;
	id = object_add_record(d->base, whole ? type_size(t) : sizeof(*t), &rec);
	if (id < 0)
		return id;
	if (whole) {
		memcpy(rec, t, type_size(t));
	} else {
		kind = kind_in(kind, KINDS_ENUM) ? BTF_KIND_ENUM : kind;
		rec->info = info_make(kind, 0, false);
		rec->size = t->size;
	}
	rec->name_off = name;
	return id;
}

/* from here on d->ids maps old base ids to new ones for what stands in the new base */
static int fill_base(struct distill *d)
{
	const u32 *ids = (const void *)d->marked.data;
	int id;

	for (u32 i = 0; i < d->marked_cnt; i++) {
		const struct btf_type *t = object_type(d->src, ids[i]);

		if (place(d, t) != TO_BASE)
			continue;
		id = add_to_base(d, t);
		if (id < 0)
			return id;
		*u32map_at(&d->ids, ids[i]) = (u32)id;
	}
	return 0;
}

static void map_ids(struct distill *d, struct btf_type *t)
{
	struct field_iter it = type_ids(t);
	u32 *f;

	while ((f = field_next(&it))) {
		if (*f >= d->src->start_id)
			*f = *f - d->src->start_id + d->split->start_id;
		else if (*f)
			*f = *u32map_at(&d->ids, *f);
	}
}

/* all old split types as one block, then the copied base types; ids and names rewritten after */
static int fill_split(struct distill *d)
{
	const u32 *ids = (const void *)d->marked.data;
	const struct btf *src = d->src;
	struct btf *split = d->split;
	size_t size = src->types_len;
	u32 n = src->nr;
	int err = 0;

	for (u32 i = 0; i < d->marked_cnt; i++) {
		const struct btf_type *t = object_type(src, ids[i]);

		if (place(d, t) != TO_SPLIT)
			continue;
		*u32map_at(&d->ids, ids[i]) = split->start_id + n++;
		size += type_size(t);
	}
	if (size > UINT32_MAX)
		return -E2BIG;
	split->offs = malloc(((size_t)n + 1) * sizeof(*split->offs));
	if (!split->offs || buf_reserve(&split->types_buf, size))
		return -ENOMEM;
	split->offs_cap = n + 1;
	/* a guess, so that the set of strings does not grow step by step: names are short */
	if (object_reserve_strs(split, src->strs_len / 12 + d->marked_cnt, src->strs_len))
		return -ENOMEM;
	if (src->nr)
		memcpy(split->offs, src->offs, src->nr * sizeof(*split->offs));
	buf_add(&split->types_buf, src->types, src->types_len);
	split->nr = src->nr;
	for (u32 i = 0; i < d->marked_cnt; i++) {
		const struct btf_type *t = object_type(src, ids[i]);

		if (place(d, t) != TO_SPLIT)
			continue;
		split->offs[split->nr++] = (u32)split->types_buf.len;
		buf_add(&split->types_buf, t, type_size(t));
	}
	split->types = split->types_buf.data;
	split->types_len = (u32)split->types_buf.len;
	for (u32 i = 0; !err && i < split->nr; i++) {
		struct btf_type *t = (void *)(split->types_buf.data + split->offs[i]);

		map_ids(d, t);
		err = map_strs(d, split, t);
	}
	return err;
}

static int fill_map(struct distill *d)
{
	struct id_map *m = d->opts->ret_map;
	const u32 *ids = (const void *)d->marked.data;

	if (!m)
		return 0;
	m->base = malloc(((size_t)d->marked_cnt + 1) * sizeof(*m->base));
	if (!m->base)
		return -ENOMEM;
	m->base_cnt = d->marked_cnt;
	for (u32 i = 0; i < d->marked_cnt; i++)
		m->base[i] = (struct id_pair){ids[i], *u32map_at(&d->ids, ids[i])};
	m->own_from = d->src->start_id;
	m->own_cnt = d->src->nr;
	m->own_to = d->split->start_id;
	return 0;
}

static int run(struct distill *d)
{
	const struct btf *src = d->src;
	int err;

	if (src->frozen)
		return report_error(d->r, BTF_CODE_HDR_UNKNOWN, NULL, NOVAL, NOVAL,
				    "the header has fields this version does not know");
	d->max_strs = max_of(WIRE_MAX_NAME_OFF, 4 * (u64)object_str_end(src));
	d->own_strs = zalloc_array((size_t)src->strs_len + 1, sizeof(*d->own_strs));
	if (!d->own_strs || u32map_init(&d->ids, pow2_at_least(src->nr / 2 + 64)) ||
	    u32map_init(&d->strs, 64) || object_new(NULL, false, &d->base))
		return report_nomem(d->r);
	err = mark_all(d);
	if (!err && d->opts->own_fwds)
		err = mark_one(d);
	if (err)
		return err; /* recorded where it was found */
	if (d->marked_cnt)
		qsort(d->marked.data, d->marked_cnt, sizeof(u32), ascending);
	d->base->swapped_out = src->swapped_out;
	d->base->with_layout = src->with_layout;
	err = fill_base(d);
	/* from here on the new base is complete: ids and strings of the split count on from it */
	if (!err)
		err = object_new(d->base, src->with_layout, &d->split);
	if (!err)
		err = fill_split(d);
	if (!err)
		err = fill_map(d);
	return err == -ENOMEM ? report_nomem(d->r)
	       : err	      ? report_error(d->r, BTF_CODE_TOO_BIG, NULL, NOVAL, NOVAL,
					     "types or names of the result would take too much room")
			      : 0;
}

int distill(const struct btf *split, const struct distill_opts *opts, struct btf_report *r,
	    struct btf **ret_base, struct btf **ret_split)
{
	static const struct distill_opts none;
	struct distill d = {.src = split, .opts = opts ? opts : &none, .r = r};
	int err;

	if (!split->base)
		return report_error(r, BTF_CODE_DISTILL_NO_BASE, NULL, NOVAL, NOVAL,
				    "this BTF is not split: there is no base to distill");
	err = run(&d);
	free(d.ids.slot);
	free(d.strs.slot);
	free(d.own_strs);
	buf_deinit(&d.marked);
	if (err) {
		object_free(d.split);
		object_free(d.base);
		return err;
	}
	*ret_base = d.base;
	*ret_split = d.split;
	return 0;
}
