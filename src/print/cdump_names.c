// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Names that are used twice. C has one space of names for tags of structs, unions and enums, and
 * one for typedefs and enumerators; each is a table that maps the text of a name to the number of
 * its uses. The first use keeps the name, the n-th becomes NAME___n. Cost: one look-up a use,
 * however many types share a name. Strings are known by offset: they move when the object grows.
 */
#include "print/cdump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"

void cdump_names_deinit(struct cdump_names *n)
{
	free(n->slot);
	*n = (struct cdump_names){0};
}

/* at most half full; starts with what a kernel of that many types needs, without growing */
static int names_grow(struct cdump_names *n, u32 types)
{
	u32 size = n->slot ? (n->mask + 1) * 2 : pow2_at_least(types / 4 + 16) * 2;
	struct cdump_use *slot = calloc(size, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (u32 i = 0; n->slot && i <= n->mask; i++) {
		u32 at = n->slot[i].hash & (size - 1);

		if (!n->slot[i].cnt)
			continue;
		while (slot[at].cnt)
			at = (at + 1) & (size - 1);
		slot[at] = n->slot[i];
	}
	free(n->slot);
	n->slot = slot;
	n->mask = size - 1;
	return 0;
}

u32 cdump_name_use(struct cdump *d, struct cdump_names *n, u32 name_off)
{
	const char *name = cdump_str(d, name_off);
	size_t len = strlen(name);
	u32 hash = hash_bytes(name, len);
	struct cdump_use *use;

	if (n->nr * 2 >= n->mask && names_grow(n, d->cnt)) {
		cdump_fail(d, -ENOMEM, 0);
		return 1;
	}
	for (u32 at = hash & n->mask;; at = (at + 1) & n->mask) {
		use = &n->slot[at];
		if (!use->cnt)
			break;
		if (use->hash == hash && (use->name_off == name_off ||
					  !strcmp(cdump_str(d, use->name_off), name)))
			return ++use->cnt;
	}
	*use = (struct cdump_use){.hash = hash, .name_off = name_off, .cnt = 1};
	n->nr++;
	return 1;
}

/* declarations without a body do not take a name away from the definition */
static bool counts(const struct btf_type *t)
{
	return !type_is(t, BTF_KIND_FWD) && !(type_is(t, BTF_KIND_ENUM) && !type_vlen(t));
}

u32 cdump_name_nth(struct cdump *d, struct cdump_names *n, u32 id, const struct btf_type *t)
{
	if (!t->name_off)
		return 1;
	if (!d->nth[id])
		d->nth[id] = counts(t) ? cdump_name_use(d, n, t->name_off) : 1;
	return d->nth[id];
}

void emit_nth(struct cdump *d, const char *name, u32 nth)
{
	emit_str(d, name);
	if (unlikely(nth > 1)) {
		EMIT(d, "___");
		emit_u32(d, nth);
	}
}
