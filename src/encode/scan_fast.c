// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * DIEs without a loop over their attributes: nine of ten.
 *
 * In: DIEs whose plans say where what is wanted of them stands. Out: the same as scan.c makes of
 * them. Holds: a DIE that is odd in any way, or near the end of its unit, is left to scan.c; so is
 * one for which there is no memory, which scan.c then finds.
 */
#include "encode/scan_frame.h"

/* what follows the code of a DIE at least: its attributes, a name in place, and a word behind them */
#define FAST_MARGIN (2 + 8 + DWARF_FAST_SIZE + 8)
#define FAST_ITEMS 60000u

static inline u32 load(const u8 *p)
{
	u32 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline u32 field(const struct dwarf_field *f, const u8 *p)
{
	u32 v = load(p + f->at);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	static const u32 mask[] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff};

	return (v & mask[f->width]) + f->constant;
#else
	return (f->width ? v >> (32 - 8 * f->width) : 0) + f->constant;
#endif
}

/* behind a string of less than eight bytes, NULL for others */
static inline const u8 *behind_short(const u8 *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	u64 w, zero;

	__builtin_memcpy(&w, p, sizeof(w));
	zero = (w - 0x0101010101010101ull) & ~w & 0x8080808080808080ull;
	return likely(zero) ? p + (__builtin_ctzll(zero) >> 3) + 1 : NULL;
#else
	const u8 *nul = memchr(p, 0, 8);

	return nul ? nul + 1 : NULL;
#endif
}

/*
 * The name, NULL where there is none. *p moves behind one that stands in the DIE; NULL: it is odd.
 */
static inline const char *fast_name(struct dwarf_slice str, const struct dwarf_plan *pl,
				    const u8 **p)
{
	const char *name;
	u32 off;

	if (likely(pl->name == 1)) {
		off = load(*p + pl->name_at);
		if (unlikely(off >= str.len)) {
			*p = NULL;
			return NULL;
		}
		/* the name is read when the unit's keys are made: it can be on its way by then */
		name = (const char *)str.data + off;
		__builtin_prefetch(name);
		return name;
	}
	if (!pl->name)
		return NULL;
	name = (const char *)*p;
	*p = behind_short(*p);
	return name;
}

static inline scan_ref fast_ref(const struct dwarf_plan *pl, const u8 *p)
{
	u32 off = pl->has & FAST_HAS_TYPE ? load(p + pl->type_at) : 0;

	return likely(off <= SCAN_REF_MAX) ? off : SCAN_REF_MAX;
}

/* the plan of the DIE at *p, which moves behind the code; NULL: not for here */
static inline const struct dwarf_plan *fast_plan(const struct dwarf_abbrevs *a, const u8 **p,
						 const u8 *last)
{
	const u8 *q = *p;
	u32 code;

	if (unlikely(q > last))
		return NULL;
	code = *q++;
	if (code >= 0x80) {
		if (unlikely(*q >= 0x80))
			return NULL;
		code = (code & 0x7f) | (u32)*q++ << 7;
	}
	*p = q;
	return likely(code < a->plan_cnt) ? &a->plan[code] : NULL;
}

/* ---- types ---- */

static inline struct scan_type *fast_type(struct scan *s, u64 rel, u8 kind, const char *name,
					  scan_ref ref)
{
	u64 bit = rel - s->start;
	struct scan_type *t;

	if (unlikely(!scan_room(&s->type) || !scan_room(&s->order)))
		return NULL;
	t = &s->type.at[s->type.cnt++];
	*t = (struct scan_type){.kind = kind, .off = (u32)rel, .name = name, .ref = ref};
	s->bits[bit >> 6] |= 1ull << (bit & 63);
	return t;
}

/* the type that was added last is whole, or has children that follow */
static inline bool fast_begun(struct scan *s, const struct dwarf_plan *pl)
{
	if (pl->children) {
		if (likely(frame_open(s, FRAME_TYPE, s->type.cnt - 1)))
			return true;
		s->type.cnt--;
		return false;
	}
	s->order.at[s->order.cnt++] = s->type.cnt - 1;
	return true;
}

/* a struct or union, or the declaration of one */
static const u8 *fast_tag(struct scan *s, const struct dwarf_plan *pl, u64 rel, const u8 *p)
{
	bool is_union = pl->tag == DW_TAG_union_type;
	u8 kind = is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT, flags = 0;
	const char *name = fast_name(s->d->str, pl, &p);
	struct scan_type *t;
	u32 size;

	if (unlikely(!p || (name && !*name)))
		return NULL;
	size = field(&pl->value, p);
	if (pl->has & FAST_HAS_DECLARATION) {
		if (unlikely(!name))
			return NULL;
		kind = BTF_KIND_FWD;
		flags = is_union ? SCAN_UNION : 0;
		size = 0;
	}
	t = fast_type(s, rel, kind, name, 0);
	if (unlikely(!t))
		return NULL;
	t->size = size;
	t->flags = flags;
	return fast_begun(s, pl) ? p + pl->size : NULL;
}

static const u8 *fast_typedef(struct scan *s, const struct dwarf_plan *pl, u64 rel, const u8 *p)
{
	const char *name = fast_name(s->d->str, pl, &p);

	if (unlikely(!p || !name || !*name))
		return NULL;
	if (unlikely(!fast_type(s, rel, BTF_KIND_TYPEDEF, name, fast_ref(pl, p))))
		return NULL;
	return fast_begun(s, pl) ? p + pl->size : NULL;
}

/* what refers to at most one type: pointers and the like, prototypes, arrays */
static inline const u8 *fast_referrer(struct scan *s, const struct dwarf_plan *pl, u64 rel,
				      u8 kind, const u8 *p)
{
	if (unlikely(!fast_type(s, rel, kind, NULL, fast_ref(pl, p))))
		return NULL;
	return fast_begun(s, pl) ? p + pl->size : NULL;
}

static const u8 *fast_range(struct scan *s, const struct dwarf_plan *pl, const u8 *p)
{
	const struct scan_frame *f = frame_top(s);
	u64 n = 0;

	if (unlikely(!f || f->kind != FRAME_TYPE || s->type.at[f->index].kind != BTF_KIND_ARRAY))
		return NULL;
	if (pl->has & FAST_HAS_VALUE)
		n = (u64)field(&pl->value, p) + !(pl->has & FAST_HAS_COUNT);
	scan_dimension_of(&s->type.at[f->index], n);
	return p + pl->size;
}

/* ---- members, enumerators, parameters ---- */

/* the type whose children are being read, if none of them was interrupted; NULL: not for here */
static inline struct scan_type *fast_parent(struct scan *s)
{
	const struct scan_frame *f = frame_top(s);
	struct scan_type *t;

	if (unlikely(!f || f->kind != FRAME_TYPE || f->run_cnt || !scan_room(&s->item)))
		return NULL;
	t = &s->type.at[f->index];
	if (unlikely(t->cnt >= FAST_ITEMS || (t->cnt && t->first + t->cnt != s->item.cnt)))
		return NULL;
	return t;
}

/* children from m on are t's; p is behind them */
static inline const u8 *fast_children(struct scan *s, struct scan_type *t,
				      const struct scan_item *m, const u8 *p)
{
	u32 cnt = (u32)(m - s->item.at) - s->item.cnt;

	if (!t->cnt)
		t->first = s->item.cnt;
	t->cnt += cnt;
	s->item.cnt += cnt;
	s->dies += cnt - 1; /* the caller counts one */
	return cnt ? p : NULL;
}

/* room for so many more of t, for which there is memory */
static inline struct scan_item *fast_full(struct scan *s, const struct scan_type *t)
{
	return s->item.at + min_of(s->item.cap, s->item.cnt + (FAST_ITEMS - t->cnt));
}

static const u8 *fast_members(struct scan *s, const struct dwarf_abbrevs *a,
			      const struct dwarf_plan *pl, const u8 *p, const u8 *last)
{
	struct scan_type *t = fast_parent(s);
	const struct dwarf_slice str = s->d->str;
	struct scan_item *m, *full;
	const u8 *done = NULL;
	u32 most;

	if (unlikely(!t || (t->kind != BTF_KIND_STRUCT && t->kind != BTF_KIND_UNION)))
		return NULL;
	/* those of a union stand at its start */
	most = t->kind == BTF_KIND_UNION ? 0 : UINT32_MAX / 16;
	m = s->item.at + s->item.cnt;
	for (full = fast_full(s, t); m < full; m++) {
		u32 off, bits = 0;

		m->name = fast_name(str, pl, &p);
		if (unlikely(!p))
			break;
		m->ref = fast_ref(pl, p);
		off = field(&pl->value, p);
		if (unlikely(off > most))
			break;
		off *= 8;
		if (unlikely(pl->has & FAST_HAS_BITS)) {
			u32 low = field(&pl->bit_off, p);

			bits = field(&pl->bits, p);
			if (bits > 255 || low > (most ? 0xffffff : 0))
				break;
			off += low;
			t->flags |= SCAN_BITS | SCAN_LATE;
		}
		m->bit_off = off;
		m->bits = (u16)bits;
		m->flags = 0;
		done = p += pl->size;
		pl = fast_plan(a, &p, last);
		if (!pl || pl->fast != FAST_MEMBER) {
			m++;
			break;
		}
	}
	return fast_children(s, t, m, done);
}

static const u8 *fast_enumerators(struct scan *s, const struct dwarf_abbrevs *a,
				  const struct dwarf_plan *pl, const u8 *p, const u8 *last)
{
	struct scan_type *t = fast_parent(s);
	const struct dwarf_slice str = s->d->str;
	struct scan_item *m, *full;
	const u8 *done = NULL;

	if (unlikely(!t || t->kind != BTF_KIND_ENUM))
		return NULL;
	m = s->item.at + s->item.cnt;
	for (full = fast_full(s, t); m < full; m++) {
		m->name = fast_name(str, pl, &p);
		if (unlikely(!p))
			break;
		m->value = field(&pl->value, p);
		m->bits = m->flags = 0;
		done = p += pl->size;
		pl = fast_plan(a, &p, last);
		if (!pl || pl->fast != FAST_ENUMERATOR) {
			m++;
			break;
		}
	}
	return fast_children(s, t, m, done);
}

/* parameters of a prototype have no names; those of inlined functions are nothing to anybody */
static const u8 *fast_params(struct scan *s, const struct dwarf_abbrevs *a,
			     const struct dwarf_plan *pl, const u8 *p, const u8 *last)
{
	struct scan_type *t = fast_parent(s);
	struct scan_item *m, *full;
	const u8 *done = NULL;

	if (!t || t->kind != BTF_KIND_FUNC_PROTO)
		return frame_top(s) && frame_top(s)->kind == FRAME_OTHER ? p + pl->size : NULL;
	m = s->item.at + s->item.cnt;
	for (full = fast_full(s, t); m < full; m++) {
		*m = (struct scan_item){.ref = fast_ref(pl, p)};
		done = p += pl->size;
		pl = fast_plan(a, &p, last);
		if (!pl || pl->fast != FAST_PARAM) {
			m++;
			break;
		}
	}
	return fast_children(s, t, m, done);
}

/* ---- what is nothing to anybody ---- */

static const u8 *fast_skip(struct scan *s, const struct dwarf_abbrevs *a,
			   const struct dwarf_plan *pl, const u8 *p, const u8 *last)
{
	p = pl->fixed ? p + pl->size : dwarf_skip(a, pl, p, last);
	return !p || !pl->children || frame_open(s, FRAME_OTHER, 0) ? p : NULL;
}

/* in functions that is true of variables, in blocks and inlined functions of parameters too */
static inline bool local(const struct scan *s, const struct dwarf_plan *pl)
{
	const struct scan_frame *f = frame_top(s);

	return f && ((f->kind == FRAME_OTHER && !f->top) ||
		     (f->kind == FRAME_FUNC && pl->tag == DW_TAG_variable));
}

/* behind the DIE, NULL: not for here */
static inline const u8 *fast_die(struct scan *s, const struct dwarf_abbrevs *a,
				 const struct dwarf_plan *pl, u64 rel, const u8 *p, const u8 *last)
{
	switch (pl->fast) {
	case FAST_MEMBER:
		return fast_members(s, a, pl, p, last);
	case FAST_NULL:
		if (unlikely(!s->frame.cnt))
			return NULL;
		s->nomem |= frame_close(s) != 0;
		return p;
	case FAST_POINTER:
		return fast_referrer(s, pl, rel, BTF_KIND_PTR, p);
	case FAST_CONST:
		return fast_referrer(s, pl, rel, BTF_KIND_CONST, p);
	case FAST_VOLATILE:
		return fast_referrer(s, pl, rel, BTF_KIND_VOLATILE, p);
	case FAST_PROTO:
		return fast_referrer(s, pl, rel, BTF_KIND_FUNC_PROTO, p);
	case FAST_ARRAY:
		s->index_type = 0;
		return fast_referrer(s, pl, rel, BTF_KIND_ARRAY, p);
	case FAST_TAG:
		return fast_tag(s, pl, rel, p);
	case FAST_TYPEDEF:
		return fast_typedef(s, pl, rel, p);
	case FAST_PARAM:
		return fast_params(s, a, pl, p, last);
	case FAST_ENUMERATOR:
		return fast_enumerators(s, a, pl, p, last);
	case FAST_RANGE:
		return fast_range(s, pl, p);
	case FAST_SKIP:
		return fast_skip(s, a, pl, p, last);
	case FAST_LOCAL:
		return local(s, pl) ? fast_skip(s, a, pl, p, last) : NULL;
	default:
		return NULL;
	}
}

void scan_fast(struct scan *s, const struct dwarf_abbrevs *a, struct dwarf_cursor *c)
{
	const u8 *unit = c->section + s->u->off;
	const u8 *p = c->p, *last;

	if (c->end - p < FAST_MARGIN)
		return;
	last = c->end - FAST_MARGIN;
	for (;;) {
		const u8 *q = p;
		const struct dwarf_plan *pl = fast_plan(a, &q, last);

		q = pl ? fast_die(s, a, pl, (u64)(p - unit), q, last) : NULL;
		if (!q)
			break;
		p = q;
		s->dies++;
	}
	c->p = p;
}
