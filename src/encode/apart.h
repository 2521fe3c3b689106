/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Names that mean several things, seen from other units.
 *
 * The flavour of a unit (flavour.h) is a matter between its own types. Where another unit refers
 * to one of them, by its offset or by the signature of a type unit, that reference means this one
 * type and no namesake: such types get keys made of their place in the file. Which units that
 * concerns is known when all were read once: those that refer, over however many others, to one
 * in which a name has another meaning than elsewhere.
 */
#ifndef ENCODE_APART_H
#define ENCODE_APART_H

#include "encode/base.h"
#include "encode/join.h"

/* unit `from` refers to a type or function of unit `to` */
struct apart_link {
	u32 from, to;
};

/* keys of a buffer of u64 into a table. 0 or -ENOMEM. */
int apart_gather(struct keytab *t, const struct buf *keys);
/*
 * Marks to be read again each unit that declares nothing more of a name in own_defs than the base
 * does; they have the base's declaration of it. *cnt grows by as many. 0 or -ENOMEM.
 */
int apart_declarers(const struct base_index *base, const struct keytab *own_defs,
		    const struct shard *sh, struct join_unit *unit, u32 units, u32 *cnt);
/*
 * Marks to be read again each unit that leads to one which is so marked, or flavoured; *cnt grows
 * by as many. *ret, to be freed, has the `*ret_cnt` units to which links lead and whose types need
 * keys of their own; with none, nothing was marked. 0 or -ENOMEM.
 */
int apart_spread(const struct buf *links, struct join_unit *unit, u32 units, u32 *cnt, u32 **ret,
		 u32 *ret_cnt);

#endif
