// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Types met by one worker, each once.
 *
 * In: units with their keys, in ascending order. Out: records of what was new. Holds: a record is
 * a function of its content key, so which shard made it does not matter; the order of a shard's
 * records is that of first sight.
 */
#include "encode/shard.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"
#include "encode/base.h"

/* ---- keytab ---- */

int keytab_init(struct keytab *t, u32 expect)
{
	u32 n = 1024;

	while (n / 2 <= expect)
		n *= 2;
	t->slot = calloc(n, sizeof(*t->slot));
	t->mask = n - 1;
	t->cnt = 0;
	return t->slot ? 0 : -ENOMEM;
}

void keytab_deinit(struct keytab *t)
{
	free(t->slot);
	*t = (struct keytab){0};
}

#define KEEP_SLOTS 32768u /* clearing more costs more than growing again */

int keytab_reset(struct keytab *t)
{
	if (t->mask >= KEEP_SLOTS) {
		free(t->slot);
		return keytab_init(t, 0);
	}
	if (t->cnt)
		memset(t->slot, 0, ((size_t)t->mask + 1) * sizeof(*t->slot));
	t->cnt = 0;
	return 0;
}

int keytab_grow(struct keytab *t)
{
	struct keytab to;

	if (t->mask > UINT32_MAX / 4 || keytab_init(&to, t->mask + 1))
		return -ENOMEM;
	to.cnt = t->cnt;
	for (u32 i = 0; i <= t->mask; i++)
		if (t->slot[i].key)
			*keytab_find(&to, t->slot[i].key) = t->slot[i];
	free(t->slot);
	*t = to;
	return 0;
}

/* ---- life ---- */

int shard_init(struct shard *sh)
{
	*sh = (struct shard){0};
	if (keytab_init(&sh->tab, 0) || keytab_init(&sh->strs_tab, 0) ||
	    buf_add(&sh->strs, "", 1) || buf_add(&sh->str_off, "\0\0\0", 4)) {
		shard_deinit(sh);
		return -ENOMEM;
	}
	return 0;
}

int shard_reset(struct shard *sh)
{
	sh->rec.len = sh->wire.len = sh->refs.len = sh->seen.len = 0;
	sh->strs.len = 1;
	sh->str_off.len = sizeof(u32);
	return keytab_reset(&sh->tab) || keytab_reset(&sh->strs_tab) ? -ENOMEM : 0;
}

void shard_deinit(struct shard *sh)
{
	keytab_deinit(&sh->tab);
	keytab_deinit(&sh->strs_tab);
	buf_deinit(&sh->rec);
	buf_deinit(&sh->wire);
	buf_deinit(&sh->strs);
	buf_deinit(&sh->refs);
	buf_deinit(&sh->str_off);
	buf_deinit(&sh->seen);
}

int shard_str(struct shard *sh, const char *s, u64 key)
{
	struct keytab_slot *slot;
	u32 off = (u32)sh->strs.len;
	u32 n = (u32)(sh->str_off.len / sizeof(off));

	if (!key)
		return 0;
	if (keytab_room(&sh->strs_tab))
		return -ENOMEM;
	slot = keytab_find(&sh->strs_tab, key);
	if (slot->key)
		return (int)slot->v;
	if (sh->strs.len > INT32_MAX / 2 || buf_add(&sh->str_off, &off, sizeof(off)) ||
	    buf_add(&sh->strs, s, strnlen(s, KEY_NAME_MAX)) || buf_add(&sh->strs, "", 1))
		return -ENOMEM;
	slot->key = key;
	slot->v = n;
	sh->strs_tab.cnt++;
	return (int)n;
}

/* ---- records ---- */

#define NAMES_BYTES (16u << 20)

struct maker {
	struct shard *sh;
	struct keys *k;
	const struct scan *s;
	const struct key_opts *o;
	const struct key_env *env;
	struct btf_type *t; /* the record; moves with the next one */
	u64 most; /* bytes of names: names that overlap could be many times the file */
	int err;
};

static u32 str(struct maker *m, const char *s, u64 key)
{
	int n = m->sh->strs.len > m->most ? -ENOMEM : shard_str(m->sh, s, key);

	if (n < 0) {
		m->err = n;
		return 0;
	}
	return (u32)n;
}

static void ref(struct maker *m, u64 key)
{
	if (buf_add(&m->sh->refs, &key, sizeof(key)))
		m->err = -ENOMEM;
}

static u64 ref_key(struct maker *m, scan_ref to)
{
	return keys_ref(m->k, m->s, m->env, to);
}

static bool start(struct maker *m, u32 info, u32 name, u32 size, size_t tail)
{
	void *p;

	if (buf_add_zero(&m->sh->wire, sizeof(*m->t) + tail, &p)) {
		m->err = -ENOMEM;
		return false;
	}
	m->t = p;
	m->t->info = info;
	m->t->name_off = name;
	m->t->size = size;
	return true;
}

static void make_struct(struct maker *m, const struct scan_type *t, u32 name)
{
	struct btf_member *to;

	if (!start(m, info_make(t->kind, t->cnt, t->flags & SCAN_BITS), name, t->size,
		   t->cnt * sizeof(*to)))
		return;
	to = type_tail(m->t);
	for (u32 i = t->first; i < t->first + t->cnt; i++, to++) {
		const struct scan_item *from = &m->s->item.at[i];

		to->name_off = str(m, from->name, keys_item(m->k, m->s, i));
		to->offset = keys_member_offset(t, from);
		ref(m, ref_key(m, from->ref));
	}
}

static void make_enum(struct maker *m, const struct scan_type *t, u32 name)
{
	u32 kind = keys_enum_kind(t, m->o);
	u32 size = kind == BTF_KIND_ENUM ? sizeof(struct btf_enum) : sizeof(struct wire_enum64);
	u8 *to;

	if (!start(m, info_make(kind, t->cnt, keys_enum_kflag(t, m->o)), name, t->size,
		   (size_t)t->cnt * size))
		return;
	to = type_tail(m->t);
	for (u32 i = t->first; i < t->first + t->cnt; i++, to += size) {
		const struct scan_item *from = &m->s->item.at[i];
		u32 *word = (u32 *)(void *)to;

		word[0] = str(m, from->name, keys_item(m->k, m->s, i));
		word[1] = (u32)from->value;
		if (kind == BTF_KIND_ENUM64)
			word[2] = (u32)(from->value >> 32);
	}
}

static void make_proto(struct maker *m, const struct scan_type *t)
{
	bool vararg = t->flags & SCAN_VARARG;

	if (!start(m, info_make(BTF_KIND_FUNC_PROTO, t->cnt + vararg, false), 0, 0,
		   (t->cnt + vararg) * sizeof(struct btf_param)))
		return;
	ref(m, ref_key(m, t->ref));
	for (u32 i = t->first; i < t->first + t->cnt; i++)
		ref(m, ref_key(m, m->s->item.at[i].ref));
	if (vararg)
		ref(m, KEY_VOID);
}

static void make_int(struct maker *m, const struct scan_type *t, u32 name)
{
	bool is_float = t->kind == BTF_KIND_FLOAT;

	if (is_float && !m->o->float_as_int) {
		start(m, info_make(BTF_KIND_FLOAT, 0, false), name, t->size, 0);
		return;
	}
	if (start(m, info_make(BTF_KIND_INT, 0, false), name, t->size, sizeof(u32)))
		*(u32 *)type_tail(m->t) = (is_float ? 0 : (u32)t->encoding << 24) | t->size * 8;
}

static void make_array(struct maker *m, const struct scan_type *t)
{
	if (!start(m, info_make(BTF_KIND_ARRAY, 0, false), 0, 0, sizeof(struct btf_array)))
		return;
	((struct btf_array *)type_tail(m->t))->nelems = t->size;
	ref(m, ref_key(m, t->ref));
	ref(m, m->k->ref[m->s->index_type]);
}

static int make_rec(struct maker *m, u32 i, u64 order)
{
	const struct scan_type *t = &m->s->type.at[i];
	struct shard_rec rec = {.key = m->k->content[i], .ref = m->k->ref[i], .order = order,
				.wire = (u32)m->sh->wire.len,
				.refs = (u32)(m->sh->refs.len / sizeof(u64))};
	u32 name = str(m, t->name, m->k->name[i]);
	bool is_union = t->kind == BTF_KIND_UNION || t->flags & SCAN_UNION;

	rec.flavoured = keys_is_tag(t) && rec.ref != keys_tag(t, m->k->name[i]);
	if (m->sh->wire.len > UINT32_MAX / 2)
		return -ENOMEM;
	if (t->kind == BTF_KIND_FWD || t->flags & SCAN_REFUSED) {
		start(m, info_make(BTF_KIND_FWD, 0, is_union), name, 0, 0);
	} else {
		switch (t->kind) {
		case BTF_KIND_INT:
		case BTF_KIND_FLOAT:
			make_int(m, t, name);
			break;
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			make_struct(m, t, name);
			break;
		case BTF_KIND_ENUM:
			make_enum(m, t, name);
			break;
		case BTF_KIND_ARRAY:
			make_array(m, t);
			break;
		case BTF_KIND_FUNC_PROTO:
			make_proto(m, t);
			break;
		default:
			start(m, info_make(t->kind, 0, false), name, 0, 0);
			ref(m, ref_key(m, t->ref));
		}
	}
	return m->err ? m->err : buf_add(&m->sh->rec, &rec, sizeof(rec));
}

/* ---- units ---- */

/* one type: *ret is what it is */
static int add_type(struct maker *m, const struct base_index *base, u32 i, u64 order, u32 *ret)
{
	struct shard *sh = m->sh;
	u64 key = m->k->content[i];
	struct keytab_slot *slot;
	int err;

	if (base && m->k->known[i]) {
		*ret = SHARD_IN_BASE | m->k->known[i];
		return 0;
	}
	slot = keytab_find(&sh->tab, key);
	if (likely(slot->key)) {
		*ret = slot->v;
		return 0;
	}
	*ret = shard_cnt(sh);
	err = make_rec(m, i, order);
	if (!err)
		err = keytab_room(&sh->tab);
	if (err)
		return err;
	slot = keytab_find(&sh->tab, key);
	slot->key = key;
	slot->v = *ret;
	sh->tab.cnt++;
	return 0;
}

int shard_add_unit(struct shard *sh, const struct base_index *base, struct keys *k,
		   const struct scan *s, const struct key_opts *o, const struct key_env *env,
		   u32 unit)
{
	const struct dwarf *d = s->d;
	struct maker m = {.sh = sh, .k = k, .s = s, .o = o, .env = env,
			  .most = NAMES_BYTES + 4 * (d->info.len + d->types.len + d->str.len +
						     d->line_str.len)};
	u32 made = s->type.cnt - s->die_types, cnt = made + s->order.cnt;
	u32 *seen;
	int err = buf_reserve(&sh->seen, cnt * sizeof(*seen));

	if (err)
		return err;
	seen = (u32 *)(void *)(sh->seen.data + sh->seen.len);
	for (u32 j = 0; j < cnt; j++) {
		u32 i = j < made ? s->die_types + j : s->order.at[j - made];

		if (!base && j + 8 < cnt && j >= made)
			__builtin_prefetch(keytab_place(&sh->tab, k->content[s->order.at[j + 8 - made]]));
		if (!k->content[i])
			continue;
		err = add_type(&m, base, i, (u64)unit << 32 | j, seen);
		if (err)
			return err;
		seen++;
	}
	sh->seen.len = (size_t)((u8 *)seen - sh->seen.data);
	return 0;
}

/* each type and name once */
int shard_shared_bytes(const struct shard *sh, int cnt, const struct btf *base, u64 *ret)
{
	u32 types = object_type_cnt(base), strs = object_str_end(base);
	u8 *type_seen = calloc(types, 1), *str_seen = calloc(strs, 1);
	int err = type_seen && str_seen ? 0 : -ENOMEM;
	u64 sum = 0;

	for (int i = 0; !err && i < cnt; i++) {
		const struct buf *b = &sh[i].seen;
		const u32 *seen = (const u32 *)(const void *)b->data;

		for (size_t n = 0; n < b->len / sizeof(u32); n++) {
			u32 id = seen[n] & ~SHARD_IN_BASE, *name;
			const struct btf_type *t;
			struct field_iter it;

			if (!(seen[n] & SHARD_IN_BASE) || type_seen[id])
				continue;
			type_seen[id] = 1;
			t = object_type(base, id);
			sum += type_size(t);
			for (it = type_names(t); (name = field_next(&it));) {
				if (*name && !str_seen[*name])
					sum += strlen(object_str(base, *name)) + 1;
				str_seen[*name] = 1;
			}
		}
	}
	free(type_seen);
	free(str_seen);
	*ret = sum;
	return err;
}
