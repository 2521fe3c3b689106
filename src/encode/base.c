// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Keys of a base's types: the same numbers that keys.c makes of DWARF.
 *
 * In: a parsed BTF, base of it included. Out: struct base_index, immutable. Holds: each id in
 * `tab` is the only type of the base with that content key, and reaches no tag that has several
 * definitions; so a module's type with that key is that type.
 */
#include "encode/base.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"

enum { NEW, OPEN, DONE };

struct builder {
	struct base_index *ix;
	const struct btf *b;
	u32 cnt;
	u64 *ref, *content; /* by id */
	u64 *name;
	u8 *state;
	u8 *tainted; /* by id: reaches an ambiguous tag */
	struct step {
		u32 id, at;
	} *stack;
	u32 stack_cnt, stack_cap;
};

static bool is_tag(const struct btf_type *t)
{
	return t->name_off && (kind_in(type_kind(t), KINDS_COMPOSITE | KINDS_ENUM) ||
			       type_is(t, BTF_KIND_FWD));
}

static u64 str_key(const struct builder *bd, u32 off)
{
	return key_name(object_str(bd->b, off));
}

static u64 enum_content(const struct builder *bd, const struct btf_type *t, u64 name)
{
	u64 h = key_enum(type_kind(t), name, t->size, type_kflag(t));
	const struct wire_enum64 *e64 = type_tail(t);
	const struct btf_enum *e = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++) {
		if (type_is(t, BTF_KIND_ENUM))
			h = key_enumerator(h, str_key(bd, e[i].name_off), (u32)e[i].val);
		else
			h = key_enumerator(h, str_key(bd, e64[i].name_off),
					   (u64)e64[i].hi32 << 32 | e64[i].lo32);
	}
	return h;
}

static u64 struct_content(const struct builder *bd, const struct btf_type *t, u64 name)
{
	u64 h = key_struct(type_kind(t), name, t->size, type_kflag(t));
	const struct btf_member *m = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++)
		h = key_member(h, str_key(bd, m[i].name_off), m[i].offset, bd->ref[m[i].type]);
	return h;
}

static u64 proto_content(const struct builder *bd, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);
	u64 h = key_proto(bd->ref[t->type]);

	for (u32 i = 0; i < type_vlen(t); i++)
		h = key_param(h, str_key(bd, p[i].name_off), bd->ref[p[i].type]);
	return h;
}

/* of a type whose references are all done; 0 for kinds that no DIE of a type becomes */
static u64 content_of(const struct builder *bd, u32 id, const struct btf_type *t)
{
	const struct btf_array *a = type_tail(t);
	u64 name = bd->name[id];

	switch (type_kind(t)) {
	case BTF_KIND_INT:
		return key_int(BTF_KIND_INT, name, t->size, *(u32 *)type_tail(t) >> 24 & 0xf);
	case BTF_KIND_FLOAT:
		return key_int(BTF_KIND_FLOAT, name, t->size, 0);
	case BTF_KIND_PTR:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPEDEF:
		return key_ref(type_kind(t), name, bd->ref[t->type]);
	case BTF_KIND_TYPE_TAG:
		return type_kflag(t) ? 0 : key_ref(type_kind(t), name, bd->ref[t->type]);
	case BTF_KIND_ARRAY:
		return key_array(bd->ref[a->type], bd->ref[a->index_type], a->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return struct_content(bd, t, name);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return enum_content(bd, t, name);
	case BTF_KIND_FWD:
		return key_fwd(type_kflag(t), name);
	case BTF_KIND_FUNC_PROTO:
		return proto_content(bd, t);
	default:
		return 0;
	}
}

static int push(struct builder *bd, u32 id)
{
	if (bd->stack_cnt == bd->stack_cap) {
		u32 n = bd->stack_cap ? 2 * bd->stack_cap : 256;
		void *p = realloc(bd->stack, n * sizeof(*bd->stack));

		if (!p)
			return -ENOMEM;
		bd->stack = p;
		bd->stack_cap = n;
	}
	bd->stack[bd->stack_cnt++] = (struct step){.id = id};
	bd->state[id] = OPEN;
	return 0;
}

/* reference key of a type, and of all it waits for; a circle without a tag in it gets no keys */
static int visit(struct builder *bd, u32 id)
{
	int err = push(bd, id);

	while (!err && bd->stack_cnt) {
		struct step *st = &bd->stack[bd->stack_cnt - 1];
		const struct btf_type *t = object_type(bd->b, st->id);
		struct field_iter it = type_ids(t);
		u32 n = 0, wait = 0, *to;

		while ((to = field_next(&it))) {
			if (n++ < st->at)
				continue;
			if (bd->state[*to] == NEW) {
				wait = *to;
				break;
			}
			st->at++;
		}
		if (wait) {
			err = push(bd, wait);
			continue;
		}
		bd->ref[st->id] = bd->content[st->id] = content_of(bd, st->id, t);
		bd->state[st->id] = DONE;
		bd->stack_cnt--;
	}
	return err;
}

static int make_keys(struct builder *bd)
{
	int err = 0;

	bd->state[0] = DONE;
	for (u32 id = 1; id < bd->cnt; id++) {
		const struct btf_type *t = object_type(bd->b, id);
		u32 kind = type_kind(t);

		bd->name[id] = str_key(bd, t->name_off);
		if (!is_tag(t))
			continue;
		if (kind == BTF_KIND_FWD)
			kind = type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
		bd->ref[id] = key_tag(kind == BTF_KIND_ENUM64 ? BTF_KIND_ENUM : kind, bd->name[id]);
		bd->state[id] = DONE;
	}
	for (u32 id = 1; !err && id < bd->cnt; id++)
		if (bd->state[id] == NEW)
			err = visit(bd, id);
	for (u32 id = 1; !err && id < bd->cnt; id++)
		if (is_tag(object_type(bd->b, id)))
			bd->content[id] = content_of(bd, id, object_type(bd->b, id));
	return err;
}

/* ---- tags ---- */

static int add_tag(struct builder *bd, u32 id)
{
	const struct btf_type *t = object_type(bd->b, id);
	struct base_index *ix = bd->ix;
	struct keytab_slot *slot;
	struct base_tag *tag;

	if (keytab_room(&ix->tags))
		return -ENOMEM;
	slot = keytab_find(&ix->tags, bd->ref[id]);
	if (!slot->key) {
		slot->key = bd->ref[id];
		slot->v = ix->tag_cnt++;
		ix->tags.cnt++;
	}
	tag = &ix->tag[slot->v];
	if (type_is(t, BTF_KIND_FWD) || (kind_in(type_kind(t), KINDS_ENUM) && !type_vlen(t))) {
		tag->fwd = tag->fwd ? tag->fwd : id;
	} else {
		tag->def = tag->def ? tag->def : id;
		tag->content = tag->defs++ ? tag->content : bd->content[id];
	}
	return 0;
}

static int make_tags(struct builder *bd)
{
	u32 tags = 0;

	for (u32 id = 1; id < bd->cnt; id++)
		tags += is_tag(object_type(bd->b, id));
	bd->ix->tag = calloc(tags ? tags : 1, sizeof(*bd->ix->tag));
	if (!bd->ix->tag || keytab_init(&bd->ix->tags, tags))
		return -ENOMEM;
	for (u32 id = 1; id < bd->cnt; id++) {
		int err = is_tag(object_type(bd->b, id)) ? add_tag(bd, id) : 0;

		if (err)
			return err;
	}
	return 0;
}

/* ---- taint: who reaches a tag with several definitions ---- */

/* users of each type, as offsets into one array: counting sort of all references by target */
struct users {
	u32 *first; /* cnt + 1 */
	u32 *user;
};

static int find_users(const struct builder *bd, struct users *u)
{
	u64 total = 0;
	u32 *to;

	u->user = NULL;
	u->first = calloc((size_t)bd->cnt + 2, sizeof(*u->first));
	if (!u->first)
		return -ENOMEM;
	for (u32 id = 1; id < bd->cnt; id++)
		for (struct field_iter it = type_ids(object_type(bd->b, id));
		     (to = field_next(&it));) {
			u->first[*to + 2]++;
			total++;
		}
	u->user = malloc((total ? total : 1) * sizeof(*u->user));
	if (!u->user)
		return -ENOMEM;
	for (u32 id = 2; id < bd->cnt + 2; id++)
		u->first[id] += u->first[id - 1];
	for (u32 id = 1; id < bd->cnt; id++)
		for (struct field_iter it = type_ids(object_type(bd->b, id));
		     (to = field_next(&it));)
			u->user[u->first[*to + 1]++] = id;
	return 0;
}

static int spread(struct builder *bd)
{
	u32 *queue = malloc(bd->cnt * sizeof(*queue)), head = 0, tail = 0;
	struct users u;
	int err = find_users(bd, &u);

	if (!queue)
		err = -ENOMEM;
	for (u32 id = 1; !err && id < bd->cnt; id++)
		if (bd->tainted[id])
			queue[tail++] = id;
	while (!err && head < tail) {
		u32 id = queue[head++];

		for (u32 i = u.first[id]; i < u.first[id + 1]; i++) {
			u32 by = u.user[i];

			if (!bd->tainted[by]) {
				bd->tainted[by] = 1;
				queue[tail++] = by;
			}
		}
	}
	free(queue);
	free(u.first);
	free(u.user);
	return err;
}

static int make_taint(struct builder *bd)
{
	u32 several = 0;
	int err = 0;

	for (u32 id = 1; id < bd->cnt; id++) {
		const struct base_tag *tag = is_tag(object_type(bd->b, id))
						     ? base_tag_find(bd->ix, bd->ref[id])
						     : NULL;

		if (tag && tag->defs > 1 && bd->content[id])
			several += bd->tainted[id] = 1;
	}
	if (several)
		err = spread(bd);
	for (u32 id = 1; !err && id < bd->cnt; id++) {
		const struct btf_type *t = object_type(bd->b, id);
		const struct keytab_slot *slot;

		if (!bd->tainted[id] || !is_tag(t))
			continue;
		slot = keytab_find(&bd->ix->tags, bd->ref[id]);
		bd->ix->tag[slot->v].tainted = true;
	}
	return err;
}

static int fill(struct builder *bd)
{
	struct keytab *tab = &bd->ix->tab;

	if (keytab_init(tab, bd->cnt))
		return -ENOMEM;
	for (u32 id = 1; id < bd->cnt; id++) {
		struct keytab_slot *slot;

		if (!bd->content[id] || bd->tainted[id])
			continue;
		slot = keytab_find(tab, bd->content[id]);
		if (slot->key)
			continue; /* the same type again: a base that was not deduplicated */
		slot->key = bd->content[id];
		slot->v = id;
		tab->cnt++;
	}
	return 0;
}

int base_index_build(struct base_index *ix, const struct btf *btf)
{
	struct builder bd = {.ix = ix, .b = btf, .cnt = object_type_cnt(btf)};
	int err = -ENOMEM;

	*ix = (struct base_index){.btf = btf};
	bd.ref = calloc(bd.cnt, sizeof(*bd.ref));
	bd.content = calloc(bd.cnt, sizeof(*bd.content));
	bd.name = calloc(bd.cnt, sizeof(*bd.name));
	bd.state = calloc(bd.cnt, 1);
	bd.tainted = calloc(bd.cnt, 1);
	if (bd.ref && bd.content && bd.name && bd.state && bd.tainted)
		err = make_keys(&bd);
	if (!err)
		err = make_tags(&bd);
	if (!err)
		err = make_taint(&bd);
	if (!err)
		err = fill(&bd);
	free(bd.ref);
	free(bd.content);
	free(bd.name);
	free(bd.state);
	free(bd.tainted);
	free(bd.stack);
	if (err)
		base_index_free(ix);
	return err;
}

void base_index_free(struct base_index *ix)
{
	keytab_deinit(&ix->tab);
	keytab_deinit(&ix->tags);
	free(ix->tag);
	*ix = (struct base_index){0};
}
