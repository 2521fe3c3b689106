// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Reference keys of DIEs in other units.
 *
 * In: an offset in .debug_info, or the signature of a type unit. Out: the key. Holds: a DIE is
 * scanned with its children alone; what it refers to in its own unit is one more remote DIE, so
 * that one named struct costs one name, however large its unit is. Chains of anonymous types and
 * qualifiers across units are followed REMOTE_DEPTH deep; no compiler comes near.
 */
#include "encode/remote.h"

#include <errno.h>
#include <stdlib.h>

#define REMOTE_DEPTH 64

/* state of one step of the way */
struct remote_level {
	struct dwarf_abbrevs abbrevs;
	struct scan scan;
	struct keys keys;
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
	*u = (struct remote_units){0};
}

void remote_init(struct remote *r, const struct remote_units *units, const struct key_opts *opts)
{
	*r = (struct remote){.units = units, .opts = opts};
}

void remote_deinit(struct remote *r)
{
	for (u32 i = 0; r->level && i < REMOTE_DEPTH; i++) {
		dwarf_abbrevs_deinit(&r->level[i].abbrevs);
		scan_deinit(&r->level[i].scan);
		keys_deinit(&r->level[i].keys);
	}
	free(r->level);
	keytab_deinit(&r->known);
	buf_deinit(&r->keys);
}

const struct dwarf_unit *remote_unit_at(const struct remote_units *u, u64 off)
{
	u32 low = 0, high = u->cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (u->unit[mid].in_types || u->unit[mid].off > off)
			high = mid;
		else
			low = mid + 1;
	}
	return low && off >= u->unit[low - 1].die && off < u->unit[low - 1].end ? &u->unit[low - 1]
										: NULL;
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

static u64 missing(struct remote *r, u64 v)
{
	if (!r->missing++)
		r->missing_v = v;
	return KEY_VOID;
}

/* references of a scanned DIE to its own unit, from outside of what was scanned */
static int make_remote(struct scan *s, scan_ref *ref)
{
	struct dwarf_attr at = {.cls = ATTR_REF_INFO};

	if (!*ref || *ref >= SCAN_REF_MADE || scan_index(s, *ref) != SCAN_NONE)
		return 0;
	if (s->u->in_types)
		*ref = 0; /* type units of DWARF 4 refer to themselves only */
	at.v = s->u->off + *ref;
	if (s->remote.cnt == s->remote.cap) {
		u32 n = s->remote.cap ? 2 * s->remote.cap : 16;
		void *p = realloc(s->remote.at, n * sizeof(*s->remote.at));

		if (!p)
			return -ENOMEM;
		s->remote.at = p;
		s->remote.cap = n;
	}
	s->remote.at[s->remote.cnt] = (struct scan_remote){.v = at.v, .cls = ATTR_REF_INFO};
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

/* key of the DIE at `off` of its section; found again by its place */
static u64 die_key(struct remote *r, const struct dwarf_unit *u, u64 off)
{
	const struct key_env env = {.ctx = r, .remote = remote_key};
	struct dwarf_unit copy = *u;
	struct remote_level *l;
	u64 key = KEY_VOID;
	int err;

	if (!r->level)
		r->level = calloc(REMOTE_DEPTH, sizeof(*r->level));
	if (!r->level || r->depth >= REMOTE_DEPTH) {
		r->nomem |= !r->level;
		return missing(r, off);
	}
	l = &r->level[r->depth++];
	err = dwarf_unit_begin(r->units->d, &copy, &l->abbrevs, NULL);
	if (!err)
		err = scan_die(&l->scan, r->units->d, &copy, &l->abbrevs, off, NULL);
	if (!err)
		err = make_all_remote(&l->scan);
	if (!err)
		err = keys_make(&l->keys, &l->scan, r->opts, &env);
	if (!err && l->scan.die_types && l->scan.type.at[0].off == off - u->off)
		key = l->keys.ref[0];
	else
		key = missing(r, off);
	r->nomem |= err == -ENOMEM;
	r->depth--;
	return key;
}

u64 remote_key(void *remote, const struct scan_remote *to)
{
	struct remote *r = remote;
	const struct dwarf_unit *u = NULL;
	struct keytab_slot *slot;
	u64 off = to->v, key, place;

	if (to->cls == ATTR_REF_INFO) {
		u = remote_unit_at(r->units, off);
	} else if (to->cls == ATTR_REF_SIG) {
		u = unit_of_signature(r->units, off);
		off = u ? u->type_die : 0;
	}
	if (!u)
		return missing(r, to->v);
	place = key_mix(off, u->in_types) | 1;
	if ((!r->known.slot && keytab_init(&r->known, 0)) || keytab_room(&r->known)) {
		r->nomem = true;
		return KEY_VOID;
	}
	slot = keytab_find(&r->known, place);
	if (slot->key)
		return ((u64 *)(void *)r->keys.data)[slot->v];
	key = die_key(r, u, off);
	if (keytab_room(&r->known) || buf_add(&r->keys, &key, sizeof(key))) {
		r->nomem = true;
		return KEY_VOID;
	}
	slot = keytab_find(&r->known, place);
	if (!slot->key) {
		slot->key = place;
		slot->v = (u32)(r->keys.len / sizeof(key)) - 1;
		r->known.cnt++;
	}
	return key;
}
