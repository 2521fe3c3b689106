// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Shards to one BTF.
 *
 * In: shards, each with the types that its worker met. Out: own types of an object, each content
 * once, ordered by first sight in the file; a map from reference keys to ids. Holds: the result
 * does not depend on how units were dealt to workers.
 *
 * What a tag means. References to a struct, union or enum are by name. One definition: it. None:
 * a FWD. Several, "ambiguous": then a reference from a unit without a definition means the FWD,
 * and the units that have one were read again with keys that tell them apart (flavour.c). Types
 * that units see differently only because of a FWD stay twice in this result; which of them are
 * the same is for dedup to say, which knows the whole graph.
 */
#include "encode/join.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"

struct found {
	u64 order;
	const struct shard *sh;
	const struct shard_rec *rec;
};

struct join {
	struct found *rec;
	u32 cnt, cap;
	struct keytab tab;  /* content key -> index of rec */
	struct keytab tags; /* tag key -> index of tag */
	struct join_tag *tag;
	u32 tag_cnt, tag_cap;
	u64 bytes; /* of the records that are numbered */
};

static void join_deinit(struct join *j)
{
	free(j->rec);
	keytab_deinit(&j->tab);
	keytab_deinit(&j->tags);
	free(j->tag);
}

static const struct btf_type *rec_type(const struct shard *sh, const struct shard_rec *rec)
{
	return (const struct btf_type *)(const void *)(sh->wire.data + rec->wire);
}

static bool rec_is_tag(const struct shard_rec *rec)
{
	return rec->ref != rec->key;
}

/* units with the same flavour differ in what they only declare: that is for dedup to settle */
static bool rec_is_plain_tag(const struct shard_rec *rec)
{
	return rec_is_tag(rec) && !rec->flavoured;
}

/* says that the name is declared; an enum without values is one more way to do so */
static bool declares(const struct btf_type *t)
{
	return type_is(t, BTF_KIND_FWD) || (kind_in(type_kind(t), KINDS_ENUM) && !type_vlen(t));
}

/* ---- tags ---- */

static int note_tag(struct join *j, const struct shard *sh, const struct shard_rec *rec)
{
	struct keytab_slot *slot;
	struct join_tag *tag;

	if (keytab_room(&j->tags) ||
	    array_grow((void **)&j->tag, &j->tag_cap, j->tag_cnt + 1, sizeof(*j->tag)))
		return -ENOMEM;
	slot = keytab_find(&j->tags, rec->ref);
	if (!slot->key) {
		slot->key = rec->ref;
		slot->v = j->tag_cnt;
		j->tags.cnt++;
		j->tag[j->tag_cnt++] = (struct join_tag){.key = rec->ref};
	}
	tag = &j->tag[slot->v];
	if (declares(rec_type(sh, rec))) {
		tag->fwd = true;
	} else if (!tag->defs) {
		tag->content = rec->key;
		tag->defs = 1;
	} else if (tag->content != rec->key) {
		tag->defs = 2;
	}
	return 0;
}

int join_ambiguous(const struct shard *sh, u32 cnt, struct keytab *ret)
{
	struct join j = {0};
	int err = keytab_init(&j.tags, 0);

	*ret = (struct keytab){0};
	for (u32 n = 0; !err && n < cnt; n++)
		for (u32 i = 0; !err && i < shard_cnt(&sh[n]); i++)
			if (rec_is_plain_tag(&shard_recs(&sh[n])[i]))
				err = note_tag(&j, &sh[n], &shard_recs(&sh[n])[i]);
	for (u32 i = 0; !err && i < j.tag_cnt; i++) {
		const struct join_tag *tag = &j.tag[i];

		if (tag->defs < 2)
			continue;
		if (!ret->slot)
			err = keytab_init(ret, 0);
		if (!err)
			err = keytab_room(ret);
		if (err)
			break;
		keytab_find(ret, tag->key)->v = 1;
		keytab_find(ret, tag->key)->key = tag->key;
		ret->cnt++;
	}
	join_deinit(&j);
	if (err)
		keytab_deinit(ret);
	return err;
}

/* by record: is it a definition of an ambiguous tag? NULL: no memory */
static u8 *defines_ambiguous(const struct shard *sh, const struct keytab *ambiguous)
{
	u32 cnt = shard_cnt(sh);
	u8 *ret = calloc(cnt + 1ull, 1);

	for (u32 i = 0; ret && i < cnt; i++) {
		const struct shard_rec *rec = &shard_recs(sh)[i];

		ret[i] = rec_is_plain_tag(rec) && !declares(rec_type(sh, rec)) &&
			 keytab_find(ambiguous, rec->ref)->key;
	}
	return ret;
}

/* the part of its shard's `seen` that is the unit's */
static const u32 *seen_by(const struct shard *sh, const struct join_unit *u)
{
	return u->cnt ? (const u32 *)(const void *)sh->seen.data + u->first : NULL;
}

int join_reread(const struct shard *sh, u32 cnt, struct join_unit *unit, u32 units,
		const struct keytab *ambiguous, u32 *ret_cnt)
{
	u8 **defines = calloc(cnt, sizeof(*defines));
	int err = defines ? 0 : -ENOMEM;

	*ret_cnt = 0;
	for (u32 n = 0; !err && n < cnt; n++) {
		defines[n] = defines_ambiguous(&sh[n], ambiguous);
		err = defines[n] ? 0 : -ENOMEM;
	}
	for (u32 u = 0; !err && u < units; u++) {
		const u32 *seen = seen_by(&sh[unit[u].shard], &unit[u]);
		const u8 *of = defines[unit[u].shard];

		for (u32 i = 0; i < unit[u].cnt && !unit[u].reread; i++)
			unit[u].reread = !(seen[i] & SHARD_IN_BASE) && of[seen[i]];
		*ret_cnt += unit[u].reread;
	}
	for (u32 n = 0; defines && n < cnt; n++)
		free(defines[n]);
	free(defines);
	return err;
}

/* ---- which records, in which order ---- */

static int collect(struct join *j, const struct shard *sh, const struct shard_rec *rec, u64 order)
{
	struct keytab_slot *slot;

	if (keytab_room(&j->tab) ||
	    array_grow((void **)&j->rec, &j->cap, j->cnt + 1, sizeof(*j->rec)))
		return -ENOMEM;
	slot = keytab_find(&j->tab, rec->key);
	if (slot->key) {
		struct found *f = &j->rec[slot->v];

		f->order = min_of(f->order, order);
		return 0;
	}
	slot->key = rec->key;
	slot->v = j->cnt;
	j->tab.cnt++;
	j->rec[j->cnt++] = (struct found){.order = order, .sh = sh, .rec = rec};
	return 0;
}

static int collect_all(struct join *j, const struct shard *sh, u32 cnt)
{
	int err = 0;

	for (u32 n = 0; !err && n < cnt; n++)
		for (u32 i = 0; !err && i < shard_cnt(&sh[n]); i++)
			err = collect(j, &sh[n], &shard_recs(&sh[n])[i],
				      shard_recs(&sh[n])[i].order);
	return err;
}

/* what units that were read once have seen, at its first place there */
static int collect_plain(struct join *j, const struct shard *sh, u32 cnt,
			 const struct join_unit *unit, u32 units)
{
	u8 **done = calloc(cnt, sizeof(*done));
	int err = done ? 0 : -ENOMEM;

	for (u32 n = 0; !err && n < cnt; n++) {
		done[n] = calloc(shard_cnt(&sh[n]) + 1, 1);
		err = done[n] ? 0 : -ENOMEM;
	}
	for (u32 u = 0; !err && u < units; u++) {
		const struct shard *s = &sh[unit[u].shard];
		const u32 *seen = seen_by(s, &unit[u]);

		if (unit[u].reread)
			continue;
		for (u32 i = 0; !err && i < unit[u].cnt; i++) {
			if (seen[i] & SHARD_IN_BASE || done[unit[u].shard][seen[i]])
				continue;
			done[unit[u].shard][seen[i]] = 1;
			err = collect(j, s, &shard_recs(s)[seen[i]], (u64)u << 32 | i);
		}
	}
	for (u32 n = 0; done && n < cnt; n++)
		free(done[n]);
	free(done);
	return err;
}

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->order != y->order ? (x->order < y->order ? -1 : 1)
	       : x->rec->key != y->rec->key ? (x->rec->key < y->rec->key ? -1 : 1)
					    : 0;
}

static void sort_some(struct found *rec, u32 cnt)
{
	for (u32 i = 1; i < cnt; i++)
		if (rec[i - 1].order > rec[i].order) {
			qsort(rec, cnt, sizeof(*rec), by_order);
			return;
		}
}

/* by unit first: what a unit was the first to see mostly is in order */
static int sort_records(struct join *j, u32 units)
{
	struct found *sorted = malloc((j->cnt + 1ull) * sizeof(*sorted));
	u32 *end = calloc(units + 1ull, sizeof(*end)), from = 0;

	if (!sorted || !end) {
		free(sorted);
		free(end);
		return -ENOMEM;
	}
	for (u32 i = 0; i < j->cnt; i++)
		end[(j->rec[i].order >> 32) + 1]++;
	for (u32 u = 0; u < units; u++)
		end[u + 1] += end[u];
	for (u32 i = 0; i < j->cnt; i++)
		sorted[end[j->rec[i].order >> 32]++] = j->rec[i];
	for (u32 u = 0; u < units; from = end[u++])
		sort_some(sorted + from, end[u] - from);
	free(end);
	free(j->rec);
	j->rec = sorted;
	j->cap = j->cnt + 1;
	return 0;
}

/* ---- ids ---- */

u32 join_id(const struct join_ids *ids, u64 key)
{
	const struct keytab_slot *slot;
	const struct base_tag *tag;

	if (!key)
		return 0;
	slot = keytab_find(&ids->tab, key);
	if (slot->key)
		return slot->v;
	if (!ids->base)
		return 0;
	slot = keytab_find(&ids->base->tab, key);
	if (slot->key)
		return slot->v;
	tag = base_tag_find(ids->base, key);
	return !tag ? 0 : tag->defs == 1 || !tag->fwd ? tag->def : tag->fwd;
}

void join_ids_deinit(struct join_ids *ids)
{
	keytab_deinit(&ids->tab);
}

static int set_id(struct join_ids *ids, u64 key, u32 id)
{
	struct keytab_slot *slot;

	if (keytab_room(&ids->tab))
		return -ENOMEM;
	slot = keytab_find(&ids->tab, key);
	if (slot->key)
		return 0;
	slot->key = key;
	slot->v = id;
	ids->tab.cnt++;
	return 0;
}

/*
 * Numbers the records. A FWD whose tag means a definition, here or in the base, is no type of the
 * result: its place in j->rec is given up.
 */
static int number(struct join *j, const struct btf *b, struct join_ids *ids)
{
	u32 id = b->start_id, to = 0;
	int err = 0;

	for (u32 i = 0; !err && i < j->cnt; i++)
		if (rec_is_tag(j->rec[i].rec))
			err = note_tag(j, j->rec[i].sh, j->rec[i].rec);
	for (u32 i = 0; !err && i < j->cnt; i++) {
		const struct shard_rec *rec = j->rec[i].rec;
		const struct btf_type *t = rec_type(j->rec[i].sh, rec);
		const struct base_tag *known =
			ids->base && rec_is_tag(rec) ? base_tag_find(ids->base, rec->ref) : NULL;
		const struct join_tag *tag =
			rec_is_tag(rec) ? &j->tag[keytab_find(&j->tags, rec->ref)->v] : NULL;

		if (tag && declares(t) && (tag->defs == 1 || (known && (known->defs == 1 || known->fwd))))
			continue;
		j->rec[to++] = j->rec[i];
		j->bytes += type_size(t);
		/* of several definitions none is what a plain reference means, if there is a FWD */
		if (!tag)
			err = set_id(ids, rec->key, id);
		else if (!known && (declares(t) || !tag->fwd || tag->defs == 1))
			err = set_id(ids, rec->ref, id);
		id++;
	}
	j->cnt = to;
	return err;
}

/* ---- emission ---- */

/* strings of a shard to strings of the object, as they are met */
struct strings {
	const struct shard *sh;
	u32 *to;
};

static int string(struct btf *b, struct strings *m, const struct shard *sh, u32 *name)
{
	int off;

	if (!*name)
		return 0;
	if (!m->to[*name]) {
		off = object_add_str(b, shard_string(sh, *name));
		if (off < 0)
			return off;
		m->to[*name] = (u32)off;
	}
	*name = m->to[*name];
	return 0;
}

/* there is room for the record: see emit_all */
static int emit(struct btf *b, u32 nr, const struct found *f, struct strings *m,
		const struct join_ids *ids)
{
	/* a shard of numbers alone has no references */
	const u64 *ref = f->sh->refs.len ? (const u64 *)(const void *)f->sh->refs.data + f->rec->refs
					 : NULL;
	const struct btf_type *from = rec_type(f->sh, f->rec);
	struct buf *types = &b->types_buf;
	struct btf_type *t = (struct btf_type *)(void *)(types->data + types->len);
	size_t size = type_size(from);
	struct field_iter it;
	u32 *field;
	int err;

	memcpy(t, from, size);
	b->offs[b->nr + nr] = (u32)types->len;
	types->len += size;
	for (it = type_ids(t); (field = field_next(&it));)
		*field = join_id(ids, *ref++);
	for (it = type_names(t); (field = field_next(&it));) {
		err = string(b, m, f->sh, field);
		if (err)
			return err;
	}
	return 0;
}

static int emit_all(struct join *j, struct btf *b, const struct shard *sh, u32 cnt,
		    const struct shard *again, u32 again_cnt, const struct join_ids *ids)
{
	struct strings *m = calloc(cnt + again_cnt, sizeof(*m));
	int err = m ? 0 : -ENOMEM;

	for (u32 n = 0; !err && n < cnt + again_cnt; n++) {
		m[n].sh = n < cnt ? &sh[n] : &again[n - cnt];
		m[n].to = calloc(m[n].sh->str_off.len / sizeof(u32), sizeof(*m[n].to));
		err = m[n].to ? 0 : -ENOMEM;
	}
	if (!err)
		err = j->bytes > UINT32_MAX / 2 ? -E2BIG : object_modify(b);
	if (!err)
		err = object_reserve(b, j->cnt, (u32)j->bytes);
	for (u32 i = 0; !err && i < j->cnt; i++) {
		const struct shard *of = j->rec[i].sh;
		u32 n = of >= sh && of < sh + cnt ? (u32)(of - sh) : cnt + (u32)(of - again);

		err = emit(b, i, &j->rec[i], &m[n], ids);
	}
	if (!err)
		object_added(b, j->cnt);
	for (u32 n = 0; m && n < cnt + again_cnt; n++)
		free(m[n].to);
	free(m);
	return err;
}

int join_types(struct btf *b, const struct shard *sh, u32 cnt, const struct join_unit *unit,
	       u32 units, const struct shard *again, u32 again_cnt, struct join_ids *ids)
{
	struct join j = {0};
	int err;

	err = keytab_init(&ids->tab, cnt ? shard_cnt(&sh[0]) : 0);
	if (!err)
		err = keytab_init(&j.tab, cnt ? shard_cnt(&sh[0]) : 0);
	if (!err)
		err = keytab_init(&j.tags, 0);
	if (!err)
		err = again_cnt ? collect_plain(&j, sh, cnt, unit, units) : collect_all(&j, sh, cnt);
	if (!err)
		err = collect_all(&j, again, again_cnt);
	if (!err)
		err = sort_records(&j, units);
	if (!err)
		err = number(&j, b, ids);
	if (!err)
		err = emit_all(&j, b, sh, cnt, again, again_cnt, ids);
	join_deinit(&j);
	return err;
}
