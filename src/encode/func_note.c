// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What one unit says of functions that have a symbol.
 *
 * In: a scanned unit and its keys. Out: one state for each description of such a function, added
 * to the worker's notes. Holds: nothing points into the scan afterwards; names point into the
 * debug sections.
 *
 * Most functions of a unit are declarations, or inline and without a symbol: those cost one
 * look-up, mostly by the address of the name alone, since the linker keeps one copy of it.
 *
 * A function that was compiled apart from its description ("abstract origin") has its name, its
 * parameters' names and types, and what it returns, there. The description may be in another unit
 * (LTO): then it is read where it stands.
 */
#include <errno.h>
#include <stdlib.h>

#include "encode/func.h"

#define MAX_ORIGINS 8 /* an origin has a specification, which ends it; no compiler makes more */

struct note {
	struct func_notes *n;
	const struct func_env *env;
	const struct scan *s;
	struct keys *k;
	const struct key_env *kenv;
	struct remote *remote;
	u32 unit;
	u32 members; /* looked at */
	bool clang, correct, nomem;
};

/* a function's DIE, of this unit or of another one */
struct source {
	const struct scan *s; /* NULL: there is none */
	const struct scan_func *f;
};

void func_notes_deinit(struct func_notes *n)
{
	buf_deinit(&n->state);
	buf_deinit(&n->param);
	buf_deinit(&n->tag);
	buf_deinit(&n->part);
	buf_deinit(&n->state_of);
	buf_deinit(&n->candidate);
	free(n->slot);
	dwarf_abbrevs_deinit(&n->abbrevs);
	scan_deinit(&n->far);
	*n = (struct func_notes){0};
}

void func_notes_reset(struct func_notes *n)
{
	n->state.len = n->param.len = n->tag.len = n->part.len = 0;
	n->file++;
	dwarf_abbrevs_reset(&n->abbrevs);
	n->far_off = 0;
}

/* ---- where a function is described ---- */

/* the last function that starts at or before `off` */
static u32 func_before(const struct scan *s, u32 off)
{
	u32 low = 0, high = s->func.cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (s->func.at[mid].off <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? low - 1 : SCAN_NONE;
}

static struct source read_far(struct note *c, const struct scan_remote *to)
{
	const struct dwarf_unit *u = to->cls == ATTR_REF_INFO && c->remote
					     ? remote_unit_at(c->remote->units, to->v)
					     : NULL;
	struct func_notes *n = c->n;
	int err;

	if (!u)
		return (struct source){0};
	if (n->far_off != to->v) {
		n->far_unit = *u;
		n->far_off = 0;
		err = dwarf_unit_begin(c->s->d, &n->far_unit, &n->abbrevs, NULL);
		if (!err)
			err = scan_die(&n->far, c->s->d, &n->far_unit, &n->abbrevs, to->v, NULL);
		c->nomem |= err == -ENOMEM;
		if (err)
			return (struct source){0};
		n->far_off = to->v;
	}
	if (!n->far.func.cnt || n->far.func.at[0].off != to->v - u->off)
		return (struct source){0};
	return (struct source){&n->far, &n->far.func.at[0]};
}

static struct source follow(struct note *c, const struct scan *s, scan_ref ref)
{
	struct scan_remote to = {.cls = ATTR_REF_INFO};
	u32 i;

	if (!ref)
		return (struct source){0};
	if (ref & SCAN_REF_REMOTE)
		return read_far(c, &s->remote.at[ref & ~SCAN_REF_REMOTE]);
	if (s != c->s) {
		to.v = s->u->off + ref;
		return read_far(c, &to);
	}
	i = func_before(s, ref);
	if (i == SCAN_NONE || s->func.at[i].off != ref)
		return (struct source){0};
	return (struct source){s, &s->func.at[i]};
}

static struct source origin_of(struct note *c, struct source from)
{
	struct source to = follow(c, from.s, from.f->origin);

	return to.s ? to : follow(c, from.s, from.f->specification);
}

/* reference key of a type */
static u64 type_key(struct note *c, const struct scan *s, scan_ref ref)
{
	struct scan_remote to = {.cls = ATTR_REF_INFO};

	if (!ref || s == c->s)
		return keys_ref(c->k, s, c->kenv, ref);
	if (ref & SCAN_REF_REMOTE)
		return remote_key(c->remote, &s->remote.at[ref & ~SCAN_REF_REMOTE]);
	to.v = s->u->off + ref;
	return remote_key(c->remote, &to);
}

/* ---- which symbols are meant ---- */

/* the name that its symbol has, NULL: none; of C++ functions the linkage name */
static const char *symbol_name(struct note *c, const struct scan_func *f)
{
	struct source at = {c->s, f};
	const char *name = NULL;

	for (u32 i = 0; at.s && i < MAX_ORIGINS; i++) {
		if (c->correct && at.f->linkage)
			return at.f->linkage;
		if (!name)
			name = at.f->name;
		if (name && !c->correct)
			break;
		if (!at.f->origin && !at.f->specification)
			break;
		at = origin_of(c, at);
	}
	return name;
}

static inline struct func_name_slot *name_slot(struct note *c, const char *name)
{
	u64 hash = (u64)(uintptr_t)name * 0x9e3779b97f4a7c15ull;

	_Static_assert(FUNC_NAME_SLOTS == 1 << 14, "bits of the hash");
	return &c->n->slot[hash >> 50];
}

/* what it returns; pahole looks at the abstract origin, not at a specification */
static u64 returned(struct note *c, const struct scan_func *f)
{
	struct source at = {c->s, f};

	for (u32 i = 0; at.s && i < MAX_ORIGINS; i++) {
		if (at.f->ref)
			return type_key(c, at.s, at.f->ref);
		if (!at.f->origin && !(c->correct && at.f->specification))
			break;
		at = c->correct ? origin_of(c, at) : follow(c, at.s, at.f->origin);
	}
	return KEY_VOID;
}

/* ---- parameters ---- */

/* index of the function's parameter at an offset; they stand in order */
static u32 param_at(const struct source *of, u64 off)
{
	const struct scan_param *p = &of->s->param.at[of->f->first];
	u32 low = 0, high = of->f->cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (p[mid].off == off)
			return mid;
		if (p[mid].off < off)
			low = mid + 1;
		else
			high = mid;
	}
	return SCAN_NONE;
}

/* index of the parameter that p is an instance of, in the function that `of` is */
static u32 param_origin(struct note *c, const struct scan_param *p, u32 hint, struct source *of)
{
	u64 off = p->origin;
	u32 i;

	if (p->origin & SCAN_REF_REMOTE) {
		if (!of->s || of->s == c->s)
			return SCAN_NONE;
		off = c->s->remote.at[p->origin & ~SCAN_REF_REMOTE].v - of->s->u->off;
	} else if (!of->s || of->s != c->s) {
		/* no origin of the function's own: the function around the parameter */
		i = func_before(c->s, p->origin);
		if (i == SCAN_NONE)
			return SCAN_NONE;
		*of = (struct source){c->s, &c->s->func.at[i]};
	}
	if (likely(hint < of->f->cnt && of->s->param.at[of->f->first + hint].off == off))
		return hint;
	return param_at(of, off);
}

struct params {
	struct source origin; /* of the function */
	struct func_walk walk;
	u16 flags;
};

/* a struct of which one member is left */
static void note_part(struct note *c, const struct scan_param *p, u32 type, struct func_param *ret)
{
	u32 item = p->loc_kind ? func_only_member(c->s, p, type) : SCAN_NONE;
	struct func_part part;

	if (item == SCAN_NONE || !c->s->item.at[item].name)
		return;
	part.name = c->s->item.at[item].name;
	part.ref = keys_ref(c->k, c->s, c->kenv, c->s->item.at[item].ref);
	if (!buf_add(&c->n->part, &part, sizeof(part)))
		ret->part = (u32)(c->n->part.len / sizeof(part));
	else
		c->nomem = true;
}

#define MAX_MEMBERS (1u << 22) /* of a unit, to find packed structs; no unit comes near */

static bool packed(struct note *c, u32 type)
{
	u32 cnt = c->s->type.at[type].cnt;

	if (cnt > MAX_MEMBERS - c->members)
		return false;
	c->members += cnt;
	return func_packed(c->s, type);
}

static void note_param(struct note *c, struct params *ps, const struct scan_param *p, u32 i,
		       struct func_param *ret)
{
	const struct scan_param *of = p;
	struct source from = {c->s, NULL}, at = ps->origin;
	u32 k, type;

	/* an origin may be an instance itself */
	for (u32 hops = 0; hops < MAX_ORIGINS && !of->has_type && of->origin; hops++) {
		k = param_origin(c, of, i, &at);
		if (k == SCAN_NONE)
			break;
		if (!hops && k != i)
			ps->flags |= STATE_REORDERED;
		of = &at.s->param.at[at.f->first + k];
		from = at;
		if (from.s != c->s)
			break;
		at = (struct source){0};
	}
	*ret = (struct func_param){.name = of->name};
	/* an empty name shows when strings are made: reading it here would cost a wait for each */
	if (!of->name)
		ps->flags |= STATE_UNNAMED;
	type = from.s == c->s ? keys_index(c->s, of->ref) : SCAN_NONE;
	if (likely(type < c->s->type.cnt))
		ret->ref = c->k->ref[type];
	else
		ret->ref = type_key(c, from.s, of->ref);
	func_walk_param(&ps->walk, p, type, ret);
	if (unlikely(ps->flags & STATE_CHANGED) && c->env->opts->true_signature)
		note_part(c, p, type, ret);
	if (unlikely(i >= ps->walk.cnt && type < c->s->type.cnt) &&
	    c->s->type.at[type].kind == BTF_KIND_STRUCT && c->s->type.at[type].name &&
	    packed(c, type))
		ps->flags |= STATE_PACKED;
}

/* is the signature not the source's any more? */
static bool changed(struct note *c, const struct scan_func *f, const struct source *origin)
{
	return c->clang &&
	       (f->flags & FUNC_NOCALL || (origin->s && origin->f->flags & FUNC_NOCALL));
}

static int note_params(struct note *c, const struct scan_func *f, struct func_state *st)
{
	struct params ps = {.flags = 0};
	struct func_param *to;
	void *room;

	if (f->origin)
		ps.origin = follow(c, c->s, f->origin);
	if (changed(c, f, &ps.origin))
		ps.flags |= STATE_CHANGED;
	if (f->cnt > FUNC_MAX_PARAMS) {
		st->flags |= STATE_MANY;
		return 0;
	}
	if (buf_add_zero(&c->n->param, f->cnt * sizeof(*to), &room))
		return -ENOMEM;
	to = room;
	func_walk_begin(&ps.walk, c->env, c->s, c->clang, ps.flags & STATE_CHANGED);
	for (u32 i = 0; i < f->cnt; i++)
		note_param(c, &ps, &c->s->param.at[f->first + i], i, &to[i]);
	st->cnt = (u16)f->cnt;
	st->flags |= ps.flags | func_walk_end(&ps.walk);
	return 0;
}

/* ---- units ---- */

static int note_func(struct note *c, u32 i, u32 group)
{
	const struct scan_func *f = &c->s->func.at[i];
	struct func_state st = {.group = group, .unit = c->unit, .die = f->off, .pc = f->pc};
	int err;

	st.param = (u32)(c->n->param.len / sizeof(struct func_param));
	st.flags = f->flags & FUNC_HAS_PC && f->pc ? STATE_HAS_PC : 0;
	st.flags |= f->flags & FUNC_VARARG ? STATE_VARARG : 0;
	err = note_params(c, f, &st);
	if (err)
		return err;
	st.ret = returned(c, f);
	if (c->s->annotation.cnt)
		((u32 *)(void *)c->n->state_of.data)[i] = (u32)(c->n->state.len / sizeof(st)) + 1;
	return buf_add(&c->n->state, &st, sizeof(st));
}

/* annotations stand in the order of their DIEs, not of their functions */
static int note_tags(struct note *c)
{
	const u32 *of = (const u32 *)(const void *)c->n->state_of.data;
	struct func_state *st = (struct func_state *)(void *)c->n->state.data;
	u32 at = (u32)(c->n->tag.len / sizeof(struct func_tag));
	const struct scan_annotation *a = c->s->annotation.at;
	struct func_tag *tag;
	void *room;

	if (buf_add_zero(&c->n->tag, c->s->annotation.cnt * sizeof(*tag), &room))
		return -ENOMEM;
	tag = (struct func_tag *)(void *)c->n->tag.data;
	for (u32 i = 0; i < c->s->annotation.cnt; i++)
		if (a[i].owner_kind == OWNER_FUNC && of[a[i].owner])
			st[of[a[i].owner] - 1].tag_cnt++;
	for (u32 i = 0; i < c->s->func.cnt; i++) {
		if (!of[i])
			continue;
		st[of[i] - 1].tag = at;
		at += st[of[i] - 1].tag_cnt;
		st[of[i] - 1].tag_cnt = 0;
	}
	for (u32 i = 0; i < c->s->annotation.cnt; i++) {
		struct func_state *to;

		if (a[i].owner_kind != OWNER_FUNC || !of[a[i].owner])
			continue;
		to = &st[of[a[i].owner] - 1];
		tag[to->tag + to->tag_cnt++] = (struct func_tag){a[i].value, a[i].component};
	}
	return 0;
}

/*
 * The functions of the unit that have a symbol, as struct func_candidate[] in notes. A look-up
 * waits for memory, so all of them are begun before the first one is finished.
 */
static int find_candidates(struct note *c, struct func_candidate **ret, u32 *ret_cnt)
{
	const struct scan *s = c->s;
	struct func_candidate *to;
	struct func_name_slot *slot;
	u32 cnt = 0, kept = 0;
	void *room;

	c->n->candidate.len = 0;
	if (buf_add_zero(&c->n->candidate, s->func.cnt * sizeof(*to), &room))
		return -ENOMEM;
	to = room;
	for (u32 i = 0; i < s->func.cnt; i++) {
		if (s->func.at[i].flags & FUNC_DECLARATION)
			continue;
		to[cnt] =
			(struct func_candidate){.name = symbol_name(c, &s->func.at[i]), .func = i};
		if (to[cnt].name)
			__builtin_prefetch(name_slot(c, to[cnt++].name));
	}
	for (u32 i = 0; i < cnt; i++) {
		slot = name_slot(c, to[i].name);
		if (slot->name == to[i].name && slot->file == c->n->file) {
			to[i].group = slot->group;
			continue;
		}
		to[i].key = symbols_key(to[i].name);
		__builtin_prefetch(symbols_place(c->env->symbols, to[i].key));
	}
	for (u32 i = 0; i < cnt; i++) {
		if (to[i].key) {
			to[i].group = symbols_find_key(c->env->symbols, to[i].key);
			*name_slot(c, to[i].name) =
				(struct func_name_slot){to[i].name, to[i].group, c->n->file};
		}
		if (to[i].group != SCAN_NONE)
			to[kept++] = to[i];
	}
	*ret = to;
	*ret_cnt = kept;
	return 0;
}

static int note_all(struct note *c)
{
	struct func_candidate *f = NULL;
	u32 cnt = 0;
	int err = find_candidates(c, &f, &cnt);

	for (u32 i = 0; !err && i < cnt; i++)
		err = note_func(c, f[i].func, f[i].group);
	return err;
}

int func_note_unit(struct func_notes *n, const struct func_env *env, const struct scan *s,
		   struct keys *k, const struct key_env *kenv, struct remote *remote, u32 unit,
		   struct func_unit *ret)
{
	struct note c = {
		.n = n, .env = env, .s = s, .k = k, .kenv = kenv, .remote = remote, .unit = unit};
	u32 first = (u32)(n->state.len / sizeof(struct func_state));
	void *room;
	int err;

	*ret = (struct func_unit){n, first, 0};
	if (!env->symbols->group_cnt || !s->func.cnt)
		return 0;
	c.clang = s->u->producer && strstr(s->u->producer, "clang");
	c.correct = env->opts->profile == FUNC_PROFILE_CORRECT;
	if (!n->file)
		n->file = 1;
	if (!n->slot)
		n->slot = calloc(FUNC_NAME_SLOTS, sizeof(*n->slot));
	if (!n->slot)
		return -ENOMEM;
	n->state_of.len = 0;
	if (s->annotation.cnt && buf_add_zero(&n->state_of, s->func.cnt * sizeof(u32), &room))
		return -ENOMEM;
	err = note_all(&c);
	if (!err && s->annotation.cnt)
		err = note_tags(&c);
	ret->cnt = (u32)(n->state.len / sizeof(struct func_state)) - first;
	return c.nomem ? -ENOMEM : err;
}
