/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Types in other units: what LTO, dwz and type units refer to. Only a reference key is needed of
 * them, and that is a function of the DIE: it is read where it stands, with what it refers to,
 * and kept. The unit itself adds the record when its turn comes.
 */
#ifndef ENCODE_REMOTE_H
#define ENCODE_REMOTE_H

#include "dwarf/unit.h"
#include "encode/keys.h"
#include "encode/shard.h"

struct remote_signature {
	u64 signature;
	u32 unit;
};

/* what all workers read */
struct remote_units {
	const struct dwarf *d;
	const struct dwarf_unit *unit;
	u32 cnt, info_cnt; /* those of .debug_info come first */
	struct remote_signature *sig; /* of type units, sorted */
	u32 sig_cnt;
	struct keytab apart; /* places of DIEs with keys of their own: see apart.h */
};

int remote_units_init(struct remote_units *u, const struct dwarf *d,
		      const struct dwarf_unit *unit, u32 cnt);
void remote_units_deinit(struct remote_units *u);

#define REMOTE_DEPTH 64
#define REMOTE_ABBREVS 64

/* of one worker */
struct remote {
	const struct remote_units *units;
	const struct key_opts *opts;
	struct keytab known; /* place of a DIE -> index of die */
	struct buf die;	     /* struct remote_die[] */
	struct dwarf_abbrevs abbrevs[REMOTE_ABBREVS];
	struct remote_level *level;
	u32 depth;
	u32 from;	  /* the unit that is read */
	struct buf links; /* struct apart_link[]: to which units units refer, each once */
	u32 *last;	  /* by unit: the last that a link to it came from, + 1 */
	/* references of a unit that led nowhere, and the first of them: the caller resets the count */
	u32 missing;
	struct scan_remote missing_at;
	/* a reference that leads to itself or too far away: the unit is broken */
	bool broken;
	u64 broken_at;
	bool nomem;
};

void remote_init(struct remote *r, const struct remote_units *units, const struct key_opts *opts);
void remote_deinit(struct remote *r);
/* the unit that holds an offset of .debug_info, NULL: none */
const struct dwarf_unit *remote_unit_at(const struct remote_units *u, u64 off);
/* the unit that a reference means; NULL: none */
const struct dwarf_unit *remote_unit_of(const struct remote_units *u, const struct scan_remote *to,
					u64 *off);
/* of a DIE, its offset in the section: never 0 */
static inline u64 remote_place(u64 off, bool in_types)
{
	return key_mix(off, in_types) | 1;
}

/* Has the DIE a key of its own? */
static inline bool remote_is_apart(const struct remote_units *u, u64 place)
{
	return u->apart.cnt && keytab_find(&u->apart, place)->key;
}

/* for struct key_env */
u64 remote_key(void *remote, const struct scan_remote *to);

#endif
