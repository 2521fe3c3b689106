// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Declarations that are known by heart: id -> the text before and after the name.
 *
 * In: what was just printed for a type. Most members of structs and most parameters are of a few
 * thousand types, and with the name left out the declaration of such a type is always the same:
 * names have got their numbers when it is printed the first time. Kept are those without bodies,
 * parameters and enumerators in them. d->text has room behind its end for put_wide, and is
 * bounded by the number of types: what finds no room is printed as if it were the first time.
 */
#include "print/cdump.h"

#define BYTES_MIN (64 * 1024)
#define BYTES_PER_TYPE 32

void cdump_keep(struct cdump *d, u32 id, struct cdump_mark from)
{
	struct out *o = &d->out;
	u32 at = (u32)(o->at - o->buf), prefix, suffix;
	struct cdump_ref *r = &d->ref[id];

	if (r->text || d->varies || o->flushes != from.flushes || d->err)
		return;
	prefix = d->name_at - from.at;
	suffix = at - d->name_end;
	if (prefix + suffix > TEXT_MAX || d->text.len > BYTES_MIN + (size_t)d->cnt * BYTES_PER_TYPE)
		return;
	/* at first what a kernel takes; no memory: it is not kept */
	if (d->text.cap - d->text.len < TEXT_MAX + PUT_SLACK &&
	    buf_reserve(&d->text, 4 * TEXT_MAX + (size_t)d->cnt * 4))
		return;
	memcpy(d->text.data + d->text.len, o->buf + from.at, prefix);
	memcpy(d->text.data + d->text.len + prefix, o->buf + d->name_end, suffix);
	r->text = 1 + (u32)d->text.len;
	r->prefix = (u8)prefix;
	r->suffix = (u8)suffix;
	r->glued = d->glued & 1;
	d->text.len += prefix + suffix;
}
