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
	u8 *state;
	u32 *tag, *plain; /* ids of tags, and of all else that a type of DWARF may be, ascending */
	u32 tags, plains;
	u32 *tainted; /* by id, one bit: reaches an ambiguous tag */
	struct step {
		u32 id, at;
	} * stack;
	u32 stack_cnt, stack_cap;
};

/* what no type of DWARF can be: functions and variables, and what is said of them */
#define KINDS_CODE                                                                                 \
	(KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC) |           \
	 KIND_BIT(BTF_KIND_DECL_TAG))

static bool is_tag(const struct btf_type *t)
{
	return t->name_off &&
	       (kind_in(type_kind(t), KINDS_COMPOSITE | KINDS_ENUM) || type_is(t, BTF_KIND_FWD));
}

static inline u64 str_key(const struct base_index *ix, u32 off)
{
	return off ? key_name(object_str(ix->btf, off)) : 0;
}

static u64 enum_content(const struct base_index *ix, const struct btf_type *t, u64 name)
{
	u64 h = key_enum(type_kind(t), name, t->size, type_kflag(t));
	const struct wire_enum64 *e64 = type_tail(t);
	const struct btf_enum *e = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++) {
		if (type_is(t, BTF_KIND_ENUM))
			h = key_enumerator(h, str_key(ix, e[i].name_off), (u32)e[i].val);
		else
			h = key_enumerator(h, str_key(ix, e64[i].name_off),
					   (u64)e64[i].hi32 << 32 | e64[i].lo32);
	}
	return h;
}

static u64 struct_content(const struct base_index *ix, const struct btf_type *t, u64 name)
{
	u64 h = key_struct(type_kind(t), name, t->size, type_kflag(t));
	const struct btf_member *m = type_tail(t);

	for (u32 i = 0; i < type_vlen(t); i++)
		h = key_member(h, str_key(ix, m[i].name_off), m[i].offset, ix->ref[m[i].type]);
	return h;
}

static u64 proto_content(const struct base_index *ix, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);
	u64 h = key_proto(ix->ref[t->type]);

	for (u32 i = 0; i < type_vlen(t); i++)
		h = key_param(h, str_key(ix, p[i].name_off), ix->ref[p[i].type]);
	return h;
}

/* of a type whose references are all done; 0 for kinds that no DIE of a type becomes */
static u64 content_of(const struct base_index *ix, const struct btf_type *t)
{
	const struct btf_array *a = type_tail(t);
	u64 name = str_key(ix, t->name_off);

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
		return key_ref(type_kind(t), name, ix->ref[t->type]);
	case BTF_KIND_TYPE_TAG:
		return type_kflag(t) ? 0 : key_ref(type_kind(t), name, ix->ref[t->type]);
	case BTF_KIND_ARRAY:
		return key_array(ix->ref[a->type], ix->ref[a->index_type], a->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return struct_content(ix, t, name);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return enum_content(ix, t, name);
	case BTF_KIND_FWD:
		return key_fwd(type_kflag(t), name);
	case BTF_KIND_FUNC_PROTO:
		return proto_content(ix, t);
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
		bd->ix->ref[st->id] = content_of(bd->ix, t);
		bd->state[st->id] = DONE;
		bd->stack_cnt--;
	}
	return err;
}

/* a prototype that names its parameters is that of a function, which no type of DWARF is */
static bool is_of_function(const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);

	if (!type_is(t, BTF_KIND_FUNC_PROTO))
		return false;
	for (u32 i = 0; i < type_vlen(t); i++)
		if (p[i].name_off)
			return true;
	return false;
}

/* from here on records need not be looked at to know what they are */
static int sort_out(struct builder *bd)
{
	bd->tag = malloc(bd->cnt * sizeof(*bd->tag));
	bd->plain = malloc(bd->cnt * sizeof(*bd->plain));
	if (!bd->tag || !bd->plain)
		return -ENOMEM;
	for (u32 id = 1; id < bd->cnt; id++) {
		const struct btf_type *t = object_type(bd->b, id);

		if (kind_in(type_kind(t), KINDS_CODE))
			continue;
		if (is_tag(t))
			bd->tag[bd->tags++] = id;
		else if (!is_of_function(t))
			bd->plain[bd->plains++] = id;
	}
	return 0;
}

/* how many tags ahead a name is fetched */
#define AHEAD 12

static u64 tag_key(const struct builder *bd, const struct btf_type *t)
{
	u32 kind = type_kind(t);

	if (kind == BTF_KIND_FWD)
		kind = type_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	return key_tag(kind == BTF_KIND_ENUM64 ? BTF_KIND_ENUM : kind,
		       str_key(bd->ix, t->name_off));
}

/* of what refers to one type: nearly all that is no tag */
static bool visit_one(struct builder *bd, u32 id)
{
	const struct btf_type *t = object_type(bd->b, id);

	if (!kind_in(type_kind(t),
		     KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF)) ||
	    bd->state[t->type] != DONE)
		return false;
	bd->ix->ref[id] = content_of(bd->ix, t);
	bd->state[id] = DONE;
	return true;
}

/* reference keys: of tags by their names, then of all that refers to something */
static int make_keys(struct builder *bd)
{
	int err = 0;

	bd->state[0] = DONE;
	for (u32 i = 0; i < bd->tags; i++) {
		u32 id = bd->tag[i];

		if (i + AHEAD < bd->tags)
			__builtin_prefetch(
				object_name(bd->b, object_type(bd->b, bd->tag[i + AHEAD])));
		bd->ix->ref[id] = tag_key(bd, object_type(bd->b, id));
		bd->state[id] = DONE;
	}
	for (u32 i = 0; !err && i < bd->plains; i++)
		if (bd->state[bd->plain[i]] == NEW && !visit_one(bd, bd->plain[i]))
			err = visit(bd, bd->plain[i]);
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
	slot = keytab_find(&ix->tags, bd->ix->ref[id]);
	if (!slot->key) {
		slot->key = bd->ix->ref[id];
		slot->v = ix->tag_cnt++;
		ix->tags.cnt++;
	}
	tag = &ix->tag[slot->v];
	if (type_is(t, BTF_KIND_FWD) || (kind_in(type_kind(t), KINDS_ENUM) && !type_vlen(t))) {
		tag->fwd = tag->fwd ? tag->fwd : id;
	} else {
		tag->def = tag->def ? tag->def : id;
		tag->defs++;
	}
	return 0;
}

/* from here on each tag knows its definitions; what they look like is found when asked for */
static int make_tags(struct builder *bd)
{
	int err = 0;

	bd->ix->tag = calloc(bd->tags ? bd->tags : 1, sizeof(*bd->ix->tag));
	if (!bd->ix->tag || keytab_init(&bd->ix->tags, bd->tags))
		return -ENOMEM;
	for (u32 i = 0; !err && i < bd->tags; i++)
		err = add_tag(bd, bd->tag[i]);
	return err;
}

/* ---- taint: who reaches a tag with several definitions ---- */

static inline bool is_tainted(const struct builder *bd, u32 id)
{
	return bd->tainted[id / 32] >> id % 32 & 1;
}

static bool refers_to_tainted(const struct builder *bd, const struct btf_type *t)
{
	struct field_iter it;
	u32 *to;

	if (kind_in(type_kind(t), KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF)))
		return is_tainted(bd, t->type);
	it = type_ids(t);
	while ((to = field_next(&it)))
		if (unlikely(is_tainted(bd, *to)))
			return true;
	return false;
}

/*
 * Over all types, until that finds nobody: few are tainted, and they stand near each other. Who has
 * no reference key is nothing that a type refers to. False: it takes more than a few times.
 */
#define NEAR 64
#define TIMES 6

static bool spread_near(struct builder *bd)
{
	bool again = true;

	for (int n = 0; again && n < TIMES; n++) {
		again = false;
		for (u32 id = 1; id < bd->cnt; id++) {
			if (!bd->ix->ref[id] || is_tainted(bd, id) ||
			    !refers_to_tainted(bd, object_type(bd->b, id)))
				continue;
			bd->tainted[id / 32] |= 1u << id % 32;
			again = true;
			/* those before it that refer to it */
			id -= min_of(id, NEAR);
		}
	}
	return !again;
}

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

/* the same for any base, however its types stand */
static int spread_far(struct builder *bd)
{
	u32 *queue = malloc(bd->cnt * sizeof(*queue)), head = 0, tail = 0;
	struct users u;
	int err = find_users(bd, &u);

	if (!queue)
		err = -ENOMEM;
	for (u32 id = 1; !err && id < bd->cnt; id++)
		if (is_tainted(bd, id))
			queue[tail++] = id;
	while (!err && head < tail) {
		u32 id = queue[head++];

		for (u32 i = u.first[id]; i < u.first[id + 1]; i++) {
			u32 by = u.user[i];

			if (is_tainted(bd, by))
				continue;
			bd->tainted[by / 32] |= 1u << by % 32;
			queue[tail++] = by;
		}
	}
	free(queue);
	free(u.first);
	free(u.user);
	return err;
}

static int make_taint(struct builder *bd)
{
	bool several = false;
	int err = 0;

	for (u32 i = 0; i < bd->tags; i++) {
		u32 id = bd->tag[i];

		if (base_tag_find(bd->ix, bd->ix->ref[id])->defs < 2)
			continue;
		bd->tainted[id / 32] |= 1u << id % 32;
		several = true;
	}
	if (several && !spread_near(bd))
		err = spread_far(bd);
	for (u32 i = 0; i < bd->ix->tag_cnt; i++)
		bd->ix->tag[i].tainted = is_tainted(bd, bd->ix->tag[i].def);
	return err;
}

/* ---- types by content ---- */

/* from here on each key stands for the first type that has it */
static int fill(struct builder *bd)
{
	struct keytab *tab = &bd->ix->tab;

	if (keytab_init(tab, bd->plains))
		return -ENOMEM;
	for (u32 i = 0; i < bd->plains; i++) {
		u32 id = bd->plain[i];
		u64 key = bd->ix->ref[id];
		struct keytab_slot *slot;

		if (!key || is_tainted(bd, id))
			continue;
		slot = keytab_find(tab, key);
		if (slot->key)
			continue; /* the same type again: a base that was not deduplicated */
		slot->key = key;
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
	if (btf->kept && !btf->dirty && !base_index_take(ix, btf->kept))
		return 0;
	ix->ref = calloc(bd.cnt, sizeof(*ix->ref));
	bd.state = calloc(bd.cnt, 1);
	bd.tainted = calloc((size_t)bd.cnt / 32 + 1, sizeof(*bd.tainted));
	if (ix->ref && bd.state && bd.tainted)
		err = sort_out(&bd);
	if (!err)
		err = make_keys(&bd);
	if (!err)
		err = make_tags(&bd);
	if (!err)
		err = make_taint(&bd);
	if (!err)
		err = fill(&bd);
	free(bd.state);
	free(bd.tag);
	free(bd.plain);
	free(bd.tainted);
	free(bd.stack);
	if (err)
		base_index_free(ix);
	return err;
}

void base_index_free(struct base_index *ix)
{
	if (!ix->borrowed) {
		keytab_deinit(&ix->tab);
		keytab_deinit(&ix->tags);
		free(ix->tag);
		free(ix->ref);
	}
	*ix = (struct base_index){0};
}

/* ---- look-ups ---- */

u64 base_tag_content_slow(const struct base_index *ix, const struct base_tag *tag)
{
	u64 content;

	if (!tag->def || !ix->ref)
		return 0;
	content = content_of(ix, object_type(ix->btf, tag->def));
	/* every thread computes the same */
	__atomic_store_n((u64 *)(uintptr_t)&tag->content, content, __ATOMIC_RELAXED);
	return content;
}

u32 base_find_tag(const struct base_index *ix, u64 content, u64 ref)
{
	const struct base_tag *tag = base_tag_find(ix, ref);

	if (!tag || tag->defs > 1)
		return 0;
	if (tag->def && !tag->tainted && base_tag_content(ix, tag) == content)
		return tag->def;
	return tag->fwd && content_of(ix, object_type(ix->btf, tag->fwd)) == content ? tag->fwd : 0;
}

#define AHEAD 12 /* types whose slots are on their way to the cache */

void base_find_all(const struct base_index *ix, struct keys *k, const struct scan *s)
{
	for (u32 i = 0; i < s->type.cnt; i++) {
		u64 content = k->content[i];

		if (i + AHEAD < s->type.cnt)
			__builtin_prefetch(base_place(ix, k->content[i + AHEAD], k->ref[i + AHEAD]));
		k->known[i] = content ? base_find(ix, content, k->ref[i]) : 0;
	}
}

/* ---- kept with a base: btf/kept.h ---- */

static struct kept_slice slots_of(const struct keytab *t)
{
	return (struct kept_slice){t->slot, ((u64)t->mask + 1) * sizeof(*t->slot)};
}

void base_index_keep(struct base_index *ix, struct kept_slice part[KEPT_PARTS])
{
	for (u32 i = 0; i < ix->tag_cnt; i++)
		if (ix->tag[i].def)
			base_tag_content(ix, &ix->tag[i]);
	part[KEPT_KEY_SLOTS] = slots_of(&ix->tab);
	part[KEPT_TAG_SLOTS] = slots_of(&ix->tags);
	part[KEPT_TAGS] = (struct kept_slice){ix->tag, (u64)ix->tag_cnt * sizeof(*ix->tag)};
}

/* numbers below `end`; and an empty slot, without which a search would never end */
static bool slots_take(struct keytab *t, const struct kept *k, enum kept_part part, u32 end)
{
	u32 slots = kept_count(k, part, sizeof(*t->slot)), most = 0, first = 0;
	const struct keytab_slot *slot = k->part[part].data;

	if (!slots || slots & (slots - 1))
		return false;
	for (u32 i = 0; i < slots; i++)
		most = max_of(most, slot[i].v);
	while (first < slots && slot[first].key)
		first++;
	if (most >= end || first == slots)
		return false;
	*t = (struct keytab){
		.slot = (struct keytab_slot *)(uintptr_t)slot, .mask = slots - 1, .cnt = slots / 2};
	return true;
}

int base_index_take(struct base_index *ix, const struct kept *k)
{
	struct base_index to = {.btf = ix->btf, .borrowed = true};
	u32 end = object_type_cnt(ix->btf);
	bool ok = true;

	to.tag_cnt = kept_count(k, KEPT_TAGS, sizeof(*to.tag));
	to.tag = (struct base_tag *)(uintptr_t)k->part[KEPT_TAGS].data;
	for (u32 i = 0; i < to.tag_cnt; i++)
		ok &= (to.tag[i].def < end) & (to.tag[i].fwd < end);
	if (!ok || !slots_take(&to.tab, k, KEPT_KEY_SLOTS, end) ||
	    !slots_take(&to.tags, k, KEPT_TAG_SLOTS, max_of(to.tag_cnt, 1u)))
		return -EINVAL;
	*ix = to;
	return 0;
}
