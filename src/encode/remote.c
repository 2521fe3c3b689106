// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Reference keys of DIEs in other units.
 *
 * In: an offset in .debug_info, or the signature of a type unit. Out: the key. Holds: a DIE is
 * scanned with its children alone; what it refers to in its own unit is one more remote DIE, so
 * that one named struct costs one name, however large its unit is. Chains of anonymous types and
 * qualifiers across units are followed REMOTE_DEPTH deep; no compiler comes near. What lies deeper,
 * or leads to itself, breaks the unit that asks. What a unit is told depends on the file alone,
 * never on what this worker has read before.
 */
#include "encode/remote.h"

#include <errno.h>
#include <stdlib.h>

#include "encode/apart.h"

/* state of one step of the way */
struct remote_level {
	struct scan scan;
	struct keys keys;
	/* of what it refers to: the longest way, and whether something is missing */
	u32 height;
	bool lame;
};

enum remote_state { REMOTE_NEW, REMOTE_OPEN, REMOTE_DONE };

struct remote_die {
	u64 key;
	u32 height;
	u8 state;
	bool lame; /* it, or what it refers to, is not there */
};

static int by_signature(const void *a, const void *b)
{
	const struct remote_signature *x = a, *y = b;

	return x->signature != y->signature ? (x->signature < y->signature ? -1 : 1)
					    : (x->unit < y->unit ? -1 : x->unit > y->unit);
}

int remote_units_init(struct remote_units *u, const struct dwarf *d,
		      const struct dwarf_unit *unit, u32 cnt)
{
	u32 n = 0;

	*u = (struct remote_units){.d = d, .unit = unit, .cnt = cnt};
	for (u32 i = 0; i < cnt; i++)
		n += unit[i].type_die != 0;
	while (u->info_cnt < cnt && !unit[u->info_cnt].in_types)
		u->info_cnt++;
	u->sig = calloc(n ? n : 1, sizeof(*u->sig));
	if (!u->sig)
		return -ENOMEM;
	for (u32 i = 0; i < cnt; i++)
		if (unit[i].type_die)
			u->sig[u->sig_cnt++] =
				(struct remote_signature){unit[i].signature, i};
	qsort(u->sig, n, sizeof(*u->sig), by_signature);
	return 0;
}

void remote_units_deinit(struct remote_units *u)
{
	free(u->sig);
	keytab_deinit(&u->apart);
	*u = (struct remote_units){0};
}

void remote_init(struct remote *r, const struct remote_units *units, const struct key_opts *opts)
{
	*r = (struct remote){.units = units, .opts = opts};
}

void remote_deinit(struct remote *r)
{
	for (u32 i = 0; i < REMOTE_ABBREVS; i++)
		dwarf_abbrevs_deinit(&r->abbrevs[i]);
	for (u32 i = 0; r->level && i < REMOTE_DEPTH; i++) {
		scan_deinit(&r->level[i].scan);
		keys_deinit(&r->level[i].keys);
	}
	free(r->level);
	keytab_deinit(&r->known);
	buf_deinit(&r->die);
	buf_deinit(&r->links);
	free(r->last);
}

/* of the units from `low` to `high`, which are of one section */
static const struct dwarf_unit *unit_at(const struct remote_units *u, u32 low, u32 high, u64 off)
{
	u32 first = low;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (u->unit[mid].off > off)
			high = mid;
		else
			low = mid + 1;
	}
	if (low == first || off < u->unit[low - 1].die || off >= u->unit[low - 1].end)
		return NULL;
	return &u->unit[low - 1];
}

const struct dwarf_unit *remote_unit_at(const struct remote_units *u, u64 off)
{
	return unit_at(u, 0, u->info_cnt, off);
}

static const struct dwarf_unit *unit_of_signature(const struct remote_units *u, u64 signature)
{
	u32 low = 0, high = u->sig_cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (u->sig[mid].signature < signature)
			low = mid + 1;
		else
			high = mid;
	}
	return low < u->sig_cnt && u->sig[low].signature == signature
		       ? &u->unit[u->sig[low].unit]
		       : NULL;
}

/* references of a scanned DIE to its own unit, from outside of what was scanned */
static int make_remote(struct scan *s, scan_ref *ref)
{
	struct scan_remote to = {.cls = s->u->in_types ? ATTR_REF : ATTR_REF_INFO};

	if (!*ref || *ref >= SCAN_REF_MADE || scan_index(s, *ref) != SCAN_NONE)
		return 0;
	to.v = s->u->off + *ref;
	if (s->remote.cnt == s->remote.cap) {
		u32 n = s->remote.cap ? 2 * s->remote.cap : 16;
		void *p = realloc(s->remote.at, n * sizeof(*s->remote.at));

		if (!p)
			return -ENOMEM;
		s->remote.at = p;
		s->remote.cap = n;
	}
	s->remote.at[s->remote.cnt] = to;
	*ref = SCAN_REF_REMOTE | s->remote.cnt++;
	return 0;
}

static int make_all_remote(struct scan *s)
{
	int err = 0;

	for (u32 i = 0; !err && i < s->type.cnt; i++)
		err = make_remote(s, &s->type.at[i].ref);
	for (u32 i = 0; !err && i < s->type.cnt; i++) {
		const struct scan_type *t = &s->type.at[i];

		if (t->kind == BTF_KIND_ENUM)
			continue;
		for (u32 m = t->first; !err && m < t->first + t->cnt; m++)
			err = make_remote(s, &s->item.at[m].ref);
	}
	return err;
}

/* keys of their own for those that have one, then once more those of what refers to them */
static int keys_apart(struct remote *r, struct remote_level *l, const struct key_env *env)
{
	const struct scan *s = &l->scan;
	bool any = false;

	for (u32 i = 0; i < s->die_types; i++) {
		u64 place = remote_place(s->u->off + s->type.at[i].off, s->u->in_types);

		if (!keys_is_tag(&s->type.at[i]) || !remote_is_apart(r->units, place))
			continue;
		l->keys.ref[i] = key_mix(l->keys.ref[i], place);
		any = true;
	}
	if (!any)
		return 0;
	for (u32 i = 0; i < s->type.cnt; i++)
		if (!keys_is_tag(&s->type.at[i]))
			l->keys.state[i] = 0;
	return keys_walk(&l->keys, s, r->opts, env, NULL);
}

/*
 * Scans the DIE at `off` of its section and makes its key; what it refers to comes back here
 * through env. False: it is no type, or cannot be read.
 */
static bool die_key(struct remote *r, const struct dwarf_unit *u, u64 off, u64 *ret)
{
	const struct key_env env = {.ctx = r, .remote = remote_key};
	struct remote_level *l = &r->level[r->depth - 1];
	struct dwarf_abbrevs *a = &r->abbrevs[u->abbrev_off * 0x9e3779b97f4a7c15ull >> 58];
	struct dwarf_unit copy = *u;
	int err;

	l->height = 0;
	l->lame = false;
	err = dwarf_unit_begin(r->units->d, &copy, a, NULL);
	if (!err)
		err = scan_die(&l->scan, r->units->d, &copy, a, off, NULL);
	if (!err)
		err = make_all_remote(&l->scan);
	if (!err)
		err = keys_make(&l->keys, &l->scan, r->opts, &env);
	if (!err && r->units->apart.cnt)
		err = keys_apart(r, l, &env);
	r->nomem |= err == -ENOMEM;
	if (err || !l->scan.die_types || l->scan.type.at[0].off != off - u->off)
		return false;
	*ret = l->keys.ref[0];
	return true;
}

static u64 broken(struct remote *r, u64 at)
{
	r->broken = true;
	r->broken_at = at;
	return KEY_VOID;
}

/* what is known is told to whoever asked: the step before, or the unit */
static u64 answer(struct remote *r, const struct remote_die *d, const struct scan_remote *to)
{
	struct remote_level *above = r->depth ? &r->level[r->depth - 1] : NULL;

	if (r->depth + d->height > REMOTE_DEPTH)
		return broken(r, to->v);
	if (above) {
		above->height = (u32)max_of(above->height, d->height);
		above->lame |= d->lame;
	} else if (d->lame && !r->missing++) {
		r->missing_at = *to;
	}
	return d->key;
}

static u64 nomem(struct remote *r)
{
	r->nomem = true;
	return KEY_VOID;
}

/* the record of a place, a new one where it is not known; SCAN_NONE: no memory */
static u32 record(struct remote *r, u64 place)
{
	const struct remote_die fresh = {.lame = true};
	struct keytab_slot *slot;

	if ((!r->known.slot && keytab_init(&r->known, 0)) || keytab_room(&r->known))
		return SCAN_NONE;
	slot = keytab_find(&r->known, place);
	if (!slot->key) {
		if (buf_add(&r->die, &fresh, sizeof(fresh)))
			return SCAN_NONE;
		slot->key = place;
		slot->v = (u32)(r->die.len / sizeof(fresh)) - 1;
		r->known.cnt++;
	}
	return slot->v;
}

static struct remote_die *die_of(struct remote *r, u32 i)
{
	return (struct remote_die *)(void *)r->die.data + i;
}

const struct dwarf_unit *remote_unit_of(const struct remote_units *u, const struct scan_remote *to,
					u64 *off)
{
	const struct dwarf_unit *unit = NULL;

	*off = to->v;
	switch (to->cls) {
	case ATTR_REF_INFO:
		return remote_unit_at(u, to->v);
	case ATTR_REF:
		return unit_at(u, u->info_cnt, u->cnt, to->v);
	case ATTR_REF_SIG:
		unit = unit_of_signature(u, to->v);
		*off = unit ? unit->type_die : 0;
		return unit;
	default:
		return NULL;
	}
}

static int note_link(struct remote *r, const struct dwarf_unit *u)
{
	struct apart_link link = {r->from, (u32)(u - r->units->unit)};

	if (link.from == link.to)
		return 0;
	if (!r->last)
		r->last = calloc(r->units->cnt, sizeof(*r->last));
	if (!r->last)
		return -ENOMEM;
	if (r->last[link.to] == r->from + 1)
		return 0;
	r->last[link.to] = r->from + 1;
	return buf_add(&r->links, &link, sizeof(link));
}

u64 remote_key(void *remote, const struct scan_remote *to)
{
	struct remote *r = remote;
	struct remote_die *d, none = {.lame = true};
	const struct dwarf_unit *u;
	u64 off, key = KEY_VOID;
	bool ok;
	u32 i;

	if (r->broken || r->nomem)
		return KEY_VOID;
	u = remote_unit_of(r->units, to, &off);
	if (!u)
		return answer(r, &none, to);
	if (!r->depth && note_link(r, u))
		return nomem(r);
	i = record(r, remote_place(off, u->in_types));
	if (i == SCAN_NONE)
		return nomem(r);
	d = die_of(r, i);
	if (d->state == REMOTE_DONE)
		return answer(r, d, to);
	if (d->state == REMOTE_OPEN || r->depth >= REMOTE_DEPTH)
		return broken(r, to->v);
	if (!r->level)
		r->level = calloc(REMOTE_DEPTH, sizeof(*r->level));
	if (!r->level)
		return nomem(r);
	d->state = REMOTE_OPEN;
	r->depth++;
	ok = die_key(r, u, off, &key);
	r->depth--;
	/* what the unit asked for is what it is told: how the way went on depends on what is known */
	if (r->broken && !r->depth)
		r->broken_at = to->v;
	if (r->broken || r->nomem)
		return KEY_VOID;
	d = die_of(r, i);
	*d = (struct remote_die){.key = key, .state = REMOTE_DONE,
				 .height = r->level[r->depth].height + 1,
				 .lame = !ok || r->level[r->depth].lame};
	return answer(r, d, to);
}
