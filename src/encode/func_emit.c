// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Verdicts to records.
 *
 * In: verdicts in order of names. Out: for each name that is kept a FUNC, with the FUNC_PROTO in
 * front of it where no function before had the same, and its DECL_TAGs behind it. Holds: order and
 * content are those of the verdicts; ids that verdicts get are those before dedup.
 */
#include <errno.h>
#include <stdlib.h>

#include "encode/func.h"

#define NAME_BITS 13	   /* slots for names, at most */
#define PARAM_NAME_MAX 127 /* of bytes; pahole keeps as many */

/* offset of a string by its address: parameter names repeat */
struct name_slot {
	const char *name;
	u32 off;
};

struct emit {
	const struct func_env *env;
	const struct func_set *set;
	struct btf *b;
	const struct join_ids *ids;
	u32 nr;	     /* records so far */
	u32 *protos; /* hash table: index + 1 of the record, 0: free */
	u32 mask;
	struct name_slot *names;
	u32 name_bits;
	struct buf text;
};

/* ---- strings ---- */

static int name_offset(struct emit *e, const char *name, u32 *ret)
{
	u64 hash = (u64)(uintptr_t)name * 0x9e3779b97f4a7c15ull;
	struct name_slot *slot = &e->names[hash >> (64 - e->name_bits)];
	char cut[PARAM_NAME_MAX + 1];
	int off;

	if (slot->name == name) {
		*ret = slot->off;
		return 0;
	}
	if (strnlen(name, PARAM_NAME_MAX + 1) > PARAM_NAME_MAX) {
		memcpy(cut, name, PARAM_NAME_MAX);
		cut[PARAM_NAME_MAX] = 0;
		off = object_add_str(e->b, cut);
	} else {
		off = object_add_str(e->b, name);
	}
	if (off < 0)
		return off;
	*slot = (struct name_slot){name, (u32)off};
	*ret = (u32)off;
	return 0;
}

static int func_name(struct emit *e, const struct func_verdict *v, u32 *ret)
{
	const char *name = v->name;
	int off;

	if (name[v->name_len]) {
		e->text.len = 0;
		if (buf_add(&e->text, name, v->name_len) || buf_add(&e->text, "", 1))
			return -ENOMEM;
		name = (const char *)e->text.data;
	}
	off = object_add_str(e->b, name);
	if (off < 0)
		return off;
	*ret = (u32)off;
	return 0;
}

/* ---- records ---- */

/* there is room: see func_emit */
static void *new_record(struct emit *e, size_t size)
{
	struct buf *types = &e->b->types_buf;
	void *at = types->data + types->len;

	e->b->offs[e->b->nr + e->nr++] = (u32)types->len;
	types->len += size;
	return at;
}

static void drop_record(struct emit *e, size_t size)
{
	e->b->types_buf.len -= size;
	e->nr--;
}

static u32 record_id(const struct emit *e, u32 index)
{
	return e->b->start_id + e->b->nr + index;
}

/* with true signatures: is this parameter passed at all? */
static bool passed(const struct func_verdict *v, const struct func_param *p)
{
	return !v->true_symbol ||
	       (p->flags & PARAM_LOCATED && !(p->flags & (PARAM_CONST | PARAM_LOST)));
}

/* "PARAM__MEMBER", of which only the member is passed */
static int fill_part(struct emit *e, const struct func_at *at, const struct func_param *p,
		     struct btf_param *to)
{
	const struct func_part *part = (const struct func_part *)(const void *)at->notes->part.data;
	int off;

	part += p->part - 1;
	e->text.len = 0;
	if (buf_add(&e->text, p->name, strnlen(p->name, PARAM_NAME_MAX)) ||
	    buf_add(&e->text, "__", 2) || buf_add(&e->text, part->name, strlen(part->name) + 1))
		return -ENOMEM;
	if (e->text.len > PARAM_NAME_MAX)
		e->text.data[PARAM_NAME_MAX] = 0;
	off = object_add_str(e->b, (const char *)e->text.data);
	if (off < 0)
		return off;
	*to = (struct btf_param){.name_off = (u32)off, .type = join_id(e->ids, part->ref)};
	return 0;
}

/* 1: a name is empty, which no kernel takes */
static int fill_params(struct emit *e, const struct func_verdict *v, struct btf_param *to, u32 *ret)
{
	const struct func_at *at = &v->taken;
	const struct func_param *p = func_params(at);
	u32 n = 0;

	for (u32 i = 0; i < at->state->cnt; i++) {
		int err;

		if (!passed(v, &p[i]))
			continue;
		to[n].type = join_id(e->ids, p[i].ref);
		if (unlikely(v->true_symbol && p[i].part))
			err = fill_part(e, at, &p[i], &to[n]);
		else
			err = name_offset(e, p[i].name, &to[n].name_off);
		if (err)
			return err;
		if (unlikely(!to[n++].name_off))
			return 1;
	}
	if (at->state->flags & STATE_VARARG)
		to[n++] = (struct btf_param){0};
	*ret = n;
	return 0;
}

/* the record that has the same bytes, its index + 1; or 0 and *ret is where the new one belongs */
static u32 same_proto(const struct emit *e, const struct btf_type *t, size_t size, u32 **ret)
{
	u64 h = key_mix(t->type, t->info);
	const struct btf_param *p = type_tail(t);
	u32 i;

	for (i = 0; i < type_vlen(t); i++)
		h = key_mix(h ^ p[i].name_off, p[i].type);
	for (i = (u32)(h >> 32) & e->mask; e->protos[i]; i = (i + 1) & e->mask) {
		const struct btf_type *other =
			(const void *)(e->b->types_buf.data +
				       e->b->offs[e->b->nr + e->protos[i] - 1]);

		if (other->info == t->info && !memcmp(other, t, size))
			return e->protos[i];
	}
	*ret = &e->protos[i];
	return 0;
}

static int emit_proto(struct emit *e, const struct func_verdict *v, u32 *ret)
{
	const struct func_at *at = &v->taken;
	size_t most = sizeof(struct btf_type) + (at->state->cnt + 1u) * sizeof(struct btf_param);
	struct btf_type *t = new_record(e, most);
	u32 vlen = 0, known, *slot;
	size_t size;
	int err;

	t->name_off = 0;
	t->type = join_id(e->ids, at->state->ret);
	err = fill_params(e, v, type_tail(t), &vlen);
	if (err) {
		drop_record(e, most);
		return err;
	}
	t->info = info_make(BTF_KIND_FUNC_PROTO, vlen, false);
	size = sizeof(*t) + vlen * sizeof(struct btf_param);
	known = same_proto(e, t, size, &slot);
	if (known) {
		drop_record(e, most);
		*ret = record_id(e, known - 1);
		return 0;
	}
	e->b->types_buf.len -= most - size;
	*slot = e->nr;
	*ret = record_id(e, e->nr - 1);
	return 0;
}

static int emit_tags(struct emit *e, const struct func_at *at, u32 func)
{
	const struct func_tag *tag = (const void *)at->notes->tag.data;

	for (u32 i = 0; i < at->state->tag_cnt; i++) {
		const struct func_tag *from = &tag[at->state->tag + i];
		int off = object_add_str(e->b, from->value);
		struct btf_type *t;
		s32 *component;

		if (off < 0)
			return off;
		t = new_record(e, sizeof(*t) + sizeof(*component));
		*t = (struct btf_type){.name_off = (u32)off,
				       .type = func,
				       .info = info_make(BTF_KIND_DECL_TAG, 0, false)};
		component = type_tail(t);
		*component = from->component;
	}
	return 0;
}

static int emit_func(struct emit *e, struct func_verdict *v)
{
	u32 proto, name;
	struct btf_type *t;
	int err = emit_proto(e, v, &proto);

	if (unlikely(err > 0)) {
		v->reasons |= 1u << FUNC_RULE_UNNAMED;
		return 0;
	}
	if (!err)
		err = func_name(e, v, &name);
	if (err)
		return err;
	t = new_record(e, sizeof(*t));
	*t = (struct btf_type){
		.name_off = name, .type = proto, .info = info_make(BTF_KIND_FUNC, 0, false)};
	v->id = record_id(e, e->nr - 1);
	/* a parameter's place is not what it was in the source */
	if (!e->env->opts->decl_tags || v->true_symbol)
		return 0;
	return emit_tags(e, &v->taken, v->id);
}

/* ---- all ---- */

static int make_room(struct emit *e)
{
	const struct func_set *set = e->set;

	if (set->bytes > UINT32_MAX / 2 || set->records > UINT32_MAX / 4)
		return -E2BIG;
	e->mask = 64;
	while (e->mask < set->records)
		e->mask *= 2;
	e->protos = calloc(e->mask--, sizeof(*e->protos));
	e->name_bits = 6;
	while (e->name_bits < NAME_BITS && 1u << e->name_bits < set->records)
		e->name_bits++;
	e->names = calloc((size_t)1 << e->name_bits, sizeof(*e->names));
	if (!e->protos || !e->names)
		return -ENOMEM;
	return object_reserve(e->b, (u32)set->records, (u32)set->bytes);
}

/* names are sorted, descriptions are not: they are asked for before their turn */
static void look_ahead(const struct emit *e, u32 i)
{
	const struct func_set *set = e->set;
	const struct func_param *p;
	const struct func_at *at;

	if (i + 16 >= set->cnt)
		return;
	func_touch(set->verdict[i + 16].taken.state);
	func_touch(set->verdict[i + 16].name);
	at = &set->verdict[i + 8].taken;
	if (at->state->cnt)
		func_touch(func_params(at));
	at = &set->verdict[i + 4].taken;
	p = func_params(at);
	func_touch(keytab_place(&e->ids->tab, at->state->ret));
	for (u32 k = 0; k < min_of(at->state->cnt, 6); k++)
		func_touch(keytab_place(&e->ids->tab, p[k].ref));
}

int func_emit(struct func_set *set, const struct func_env *env, struct btf *b,
	      const struct join_ids *ids)
{
	struct emit e = {.env = env, .set = set, .b = b, .ids = ids};
	int err = object_modify(b);

	if (!err)
		err = make_room(&e);
	for (u32 i = 0; !err && i < set->cnt; i++) {
		look_ahead(&e, i);
		if (!set->verdict[i].reasons)
			err = emit_func(&e, &set->verdict[i]);
	}
	if (!err)
		object_added(b, e.nr);
	free(e.protos);
	free(e.names);
	buf_deinit(&e.text);
	return err;
}
