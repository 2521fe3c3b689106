/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What BTF has no words for, told to people: the first of each sort with unit, DIE and type, and
 * how many there are. One odd type never costs the file.
 */
#ifndef ENCODE_ODD_H
#define ENCODE_ODD_H

#include "encode/keys.h"
#include "encode/remote.h"
#include "encode/scan.h"

#define ODD_MAX 16

struct odd_note {
	u64 key; /* two with the same key are one finding */
	const struct dwarf_unit *unit;
	const char *name;
	u64 v; /* a DIE from the unit's header; of a remote reference what it says */
	u32 n; /* of the unit, and place in it */
	u32 place;
	u8 sort, why;
};

/* of one worker, whose units come in ascending order */
struct odd_notes {
	struct odd_note at[ODD_MAX];
	u32 cnt;
	u64 total;
};

/* of a unit that is scanned and keyed, before anything else is asked of its keys */
void odd_note_unit(struct odd_notes *o, const struct dwarf_unit *u, u32 n, const struct scan *s,
		   const struct keys *k, const struct remote *r);
/* Warnings: the same for every way in which units were dealt to workers. */
void odd_report(const struct odd_notes *const *o, int cnt, struct btf_report *r);
/* -EINVAL, recorded: a type in another unit leads to itself */
int odd_broken(const struct dwarf_unit *u, const struct remote *r, struct btf_report *rep);

#endif
