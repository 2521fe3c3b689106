// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Names that are used twice. C has one space of names for tags of structs, unions and enums, and
 * one for typedefs and enumerators; each is a table that maps the text of a name to the number of
 * its uses. The first use keeps the name, the n-th becomes NAME___n. Cost: one look-up a use,
 * however many types share a name. Strings are known by offset: they move when the object grows.
 *
 * A slot is the hash and the offset of the first string of that text; the number of uses stands
 * in a table beside it, which is there once a name was used twice: that is rare, and so a look-up
 * reads one cache line.
 */
#include "print/cdump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"

void cdump_names_deinit(struct cdump_names *n)
{
	free(n->slot);
	free(n->again);
	*n = (struct cdump_names){0};
}

/* never 0, which is an empty slot */
static u64 slot_of(u32 hash, u32 name_off)
{
	return (u64)(hash | 1) << 32 | name_off;
}

/* at most three quarters full; starts with what a kernel of that many types needs */
static int names_grow(struct cdump_names *n, u32 types)
{
	u32 size = n->slot ? (n->mask + 1) * 2 : pow2_at_least(types / 4 + 16);
	struct cdump_names to = {.mask = size - 1, .nr = n->nr};

	if (size)
		to.slot = zalloc_present(size, sizeof(*to.slot));
	if (n->again && to.slot)
		to.again = zalloc_array(size, sizeof(*to.again));
	if (!to.slot || (n->again && !to.again)) {
		cdump_names_deinit(&to);
		return -ENOMEM;
	}
	for (u32 i = 0; n->slot && i <= n->mask; i++) {
		u32 at = (u32)(n->slot[i] >> 33) & to.mask;

		if (!n->slot[i])
			continue;
		while (to.slot[at])
			at = (at + 1) & to.mask;
		to.slot[at] = n->slot[i];
		if (n->again)
			to.again[at] = n->again[i];
	}
	cdump_names_deinit(n);
	*n = to;
	return 0;
}

/* the name in slot `at` is used once more */
static u32 use_again(struct cdump *d, struct cdump_names *n, u32 at)
{
	if (!n->again)
		n->again = zalloc_present((size_t)n->mask + 1, sizeof(*n->again));
	if (!n->again) {
		cdump_fail(d, -ENOMEM, 0);
		return 1;
	}
	return ++n->again[at] + 1;
}

/* the slot, which no cache has, is brought in */
u32 cdump_name_hash(const struct cdump *d, const struct cdump_names *n, u32 name_off)
{
	const char *name = cdump_str(d, name_off);
	u32 hash = hash_bytes(name, strlen(name));

	if (likely(n->slot))
		__builtin_prefetch(&n->slot[hash >> 1 & n->mask]);
	return hash;
}

u32 cdump_name_use(struct cdump *d, struct cdump_names *n, u32 name_off, u32 hash)
{
	u32 at;

	if (n->nr >= n->mask - n->mask / 4 && names_grow(n, d->cnt)) {
		cdump_fail(d, -ENOMEM, 0);
		return 1;
	}
	for (at = hash >> 1 & n->mask; n->slot[at]; at = (at + 1) & n->mask) {
		u32 other = (u32)n->slot[at];

		if (n->slot[at] >> 32 == (hash | 1) &&
		    (other == name_off || !strcmp(cdump_str(d, other), cdump_str(d, name_off))))
			return use_again(d, n, at);
	}
	n->slot[at] = slot_of(hash, name_off);
	n->nr++;
	return 1;
}

/* declarations without a body do not take a name away from the definition */
static bool counts(const struct btf_type *t)
{
	return !type_is(t, BTF_KIND_FWD) && !(type_is(t, BTF_KIND_ENUM) && !type_vlen(t));
}

u32 cdump_name_nth_slow(struct cdump *d, struct cdump_names *n, u32 id, const struct btf_type *t)
{
	struct cdump_ref *r = &d->ref[id];
	u32 nth = 1;

	if (r->nth)
		return d->nth[id];
	if (counts(t))
		nth = cdump_name_use(d, n, t->name_off, cdump_name_hash(d, n, t->name_off));
	r->nth = (u8)min_of(nth, NTH_MANY);
	if (nth < NTH_MANY)
		return nth;
	if (!d->nth)
		d->nth = zalloc_array(d->cnt, sizeof(*d->nth));
	if (!d->nth) {
		r->nth = 1;
		cdump_fail(d, -ENOMEM, 0);
		return 1;
	}
	d->nth[id] = nth;
	return nth;
}

void emit_nth(struct cdump *d, const char *name, u32 nth)
{
	emit_str(d, name);
	if (unlikely(nth > 1)) {
		EMIT(d, "___");
		emit_u32(d, nth);
	}
}
