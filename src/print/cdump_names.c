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
	free(n->tag);
	free(n->slot);
	*n = (struct cdump_names){0};
}

static u8 tag_of(u32 hash)
{
	return (u8)(hash >> 25 | 0x80);
}

/* at most half full; starts with what a kernel of that many types needs, without growing */
static int names_grow(struct cdump_names *n, u32 types)
{
	u32 size = n->slot ? (n->mask + 1) * 2 : pow2_at_least(types / 4 + 16) * 2;
	struct cdump_names to = {
		.tag = calloc(size, 1),
		.slot = size > n->mask ? malloc((size_t)size * sizeof(*to.slot)) : NULL,
		.mask = size - 1,
		.nr = n->nr,
	};

	if (!to.slot || !to.tag) {
		cdump_names_deinit(&to);
		return -ENOMEM;
	}
	for (u32 i = 0; n->slot && i <= n->mask; i++) {
		u32 at;

		if (!n->tag[i])
			continue;
		at = n->slot[i].hash & to.mask;
		while (to.tag[at])
			at = (at + 1) & to.mask;
		to.tag[at] = n->tag[i];
		to.slot[at] = n->slot[i];
	}
	cdump_names_deinit(n);
	*n = to;
	return 0;
}

/*
 * Most names are new: then only the tags are read, which stay in the cache, and the slot is
 * written.
 */
u32 cdump_name_use(struct cdump *d, struct cdump_names *n, u32 name_off)
{
	const char *name = cdump_str(d, name_off);
	u32 hash = hash_bytes(name, strlen(name)), at;

	if (n->nr * 2 >= n->mask && names_grow(n, d->cnt)) {
		cdump_fail(d, -ENOMEM, 0);
		return 1;
	}
	for (at = hash & n->mask; n->tag[at]; at = (at + 1) & n->mask) {
		struct cdump_use *use = &n->slot[at];

		if (n->tag[at] == tag_of(hash) && use->hash == hash &&
		    (use->name_off == name_off || !strcmp(cdump_str(d, use->name_off), name)))
			return ++use->cnt;
	}
	n->tag[at] = tag_of(hash);
	n->slot[at] = (struct cdump_use){.hash = hash, .name_off = name_off, .cnt = 1};
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
