// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Which units are read a second time because of what others mean by a name.
 *
 * In: what the first reading has found. Out: marks in struct join_unit. Holds: a unit that is not
 * marked refers to no type whose key the second reading changes.
 */
#include "encode/apart.h"

#include <errno.h>
#include <stdlib.h>

int apart_gather(struct keytab *t, const struct buf *keys)
{
	const u64 *key = (const u64 *)(const void *)keys->data;

	for (size_t n = 0; n < keys->len / sizeof(*key); n++) {
		struct keytab_slot *slot;

		if ((!t->slot && keytab_init(t, 0)) || keytab_room(t))
			return -ENOMEM;
		slot = keytab_find(t, key[n]);
		t->cnt += !slot->key;
		slot->key = key[n];
	}
	return 0;
}

int apart_declarers(const struct base_index *base, const struct keytab *own_defs,
		    const struct shard *sh, struct join_unit *unit, u32 units, u32 *cnt)
{
	u8 *declares;

	if (!own_defs->cnt)
		return 0;
	declares = calloc(object_type_cnt(base->btf), 1);
	if (!declares)
		return -ENOMEM;
	for (u32 i = 0; i <= own_defs->mask; i++)
		if (own_defs->slot[i].key)
			declares[base_tag_find(base, own_defs->slot[i].key)->fwd] = 1;
	for (u32 u = 0; u < units; u++) {
		const struct buf *b = &sh[unit[u].shard].seen;
		const u32 *seen = (const u32 *)(const void *)b->data + unit[u].first;

		for (u32 i = 0; i < unit[u].cnt && !unit[u].reread; i++)
			if (seen[i] & SHARD_IN_BASE && declares[seen[i] & ~SHARD_IN_BASE]) {
				unit[u].reread = true;
				++*cnt;
			}
	}
	free(declares);
	return 0;
}

/* ---- along links ---- */

/* units that refer to each one, as offsets into one array */
struct referrers {
	u32 *first; /* units + 2 */
	u32 *from;
};

static int find_referrers(const struct apart_link *link, size_t n, u32 units, struct referrers *r)
{
	r->first = calloc((size_t)units + 2, sizeof(*r->first));
	r->from = malloc((n ? n : 1) * sizeof(*r->from));
	if (!r->first || !r->from)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		r->first[link[i].to + 2]++;
	for (u32 u = 2; u < units + 2; u++)
		r->first[u] += r->first[u - 1];
	for (size_t i = 0; i < n; i++)
		r->from[r->first[link[i].to + 1]++] = link[i].from;
	return 0;
}

/* queue: those concerned, first those that are so by themselves; its length */
static u32 follow(const struct referrers *r, const struct join_unit *unit, u32 units, u8 *concerned,
		  u32 *queue)
{
	u32 head = 0, tail = 0;

	for (u32 u = 0; u < units; u++)
		if (unit[u].reread || unit[u].flavoured) {
			concerned[u] = 1;
			queue[tail++] = u;
		}
	while (head < tail) {
		u32 u = queue[head++];

		for (u32 i = r->first[u]; i < r->first[u + 1]; i++)
			if (!concerned[r->from[i]]) {
				concerned[r->from[i]] = 1;
				queue[tail++] = r->from[i];
			}
	}
	return tail;
}

int apart_spread(const struct buf *links, struct join_unit *unit, u32 units, u32 *cnt, u32 **ret,
		 u32 *ret_cnt)
{
	const struct apart_link *link = (const struct apart_link *)(const void *)links->data;
	size_t n = links->len / sizeof(*link);
	u8 *concerned = calloc(units ? units : 1, 1);
	u32 *queue = malloc((units ? units : 1) * sizeof(*queue)), tail = 0, targets = 0;
	struct referrers r = {0};
	int err = concerned && queue ? find_referrers(link, n, units, &r) : -ENOMEM;

	if (!err)
		tail = follow(&r, unit, units, concerned, queue);
	/* in place: a target stands at or behind the place it goes to */
	for (u32 i = 0; i < tail; i++)
		if (r.first[queue[i]] < r.first[queue[i] + 1])
			queue[targets++] = queue[i];
	for (u32 u = 0; targets && u < units; u++) {
		*cnt += concerned[u] && !unit[u].reread;
		unit[u].reread |= concerned[u];
	}
	free(concerned);
	free(r.first);
	free(r.from);
	if (err) {
		free(queue);
		return err;
	}
	*ret = queue;
	*ret_cnt = targets;
	return 0;
}
