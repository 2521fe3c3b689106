// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * DIEs of one unit to flat arrays: the walk.
 *
 * In: the bytes of a unit. Out: struct scan, types in order of their offsets, each with its
 * members in one run. Holds: every DIE is decoded once and in order; types count wherever they
 * stand, inside functions and blocks too; a list of children that is cut off ends with the unit.
 *
 * A frame stands for each DIE whose children are being read. A type inside another type
 * interrupts the outer one's run of members: the pieces are put together when the outer one ends.
 */
#include "encode/scan.h"

#include <stdlib.h>

#include "encode/scan_frame.h"

/* children of children ... that count where a DIE is scanned alone */
#define SCAN_ONE_DEPTH 64

void scan_deinit(struct scan *s)
{
	for (u32 i = 0; i < s->frame.cnt; i++)
		free(s->frame.at[i].runs);
	free(s->type.at);
	free(s->item.at);
	free(s->order.at);
	free(s->func.at);
	free(s->param.at);
	free(s->var.at);
	free(s->annotation.at);
	free(s->gnu_note.at);
	free(s->gnu_owner.at);
	free(s->remote.at);
	free(s->made.at);
	free(s->frame.at);
	free(s->bits);
	free(s->rank);
	*s = (struct scan){0};
}

/* room for bits, and their ranks */
static int bits_room(struct scan *s, u64 words)
{
	u64 *bits;
	u32 *rank;

	if (words <= s->words_cap)
		return 0;
	bits = realloc(s->bits, words * sizeof(*bits));
	if (!bits)
		return -ENOMEM;
	s->bits = bits;
	rank = realloc(s->rank, words * sizeof(*rank));
	if (!rank)
		return -ENOMEM;
	s->rank = rank;
	s->words_cap = (u32)words;
	return 0;
}

/* of a scan of one DIE it is not known ahead where it ends */
static int bits_grow(struct scan *s, u64 words)
{
	words = 2 * words;
	if (bits_room(s, words))
		return -ENOMEM;
	memset(s->bits + s->words, 0, (words - s->words) * sizeof(*s->bits));
	s->words = (u32)words;
	return 0;
}

static int scan_begin(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u, u64 start,
		      u64 end)
{
	u64 words = (end - start) / 64 + 1;

	s->d = d;
	s->u = u;
	s->start = start - u->off;
	s->type.cnt = s->item.cnt = s->order.cnt = s->func.cnt = s->param.cnt = 0;
	s->var.cnt = s->annotation.cnt = s->remote.cnt = s->made.cnt = 0;
	s->gnu_note.cnt = s->gnu_owner.cnt = 0;
	s->die_types = s->odd_cnt = 0;
	s->dies = 0;
	s->nomem = false;
	s->index_type = SCAN_NONE;
	if (bits_room(s, words))
		return -ENOMEM;
	s->words = (u32)words;
	memset(s->bits, 0, words * sizeof(*s->bits));
	return 0;
}

static void scan_rank(struct scan *s)
{
	u32 n = 0;

	for (u32 i = 0; i < s->words; i++) {
		s->rank[i] = n;
		n += scan_count_bits(s->bits[i]);
	}
}

scan_ref scan_made(struct scan *s, const struct scan_type *t)
{
	if (!scan_room(&s->made)) {
		s->nomem = true;
		return SCAN_REF_MAX; /* an offset where no DIE can be */
	}
	s->made.at[s->made.cnt] = *t;
	return SCAN_REF_MADE | s->made.cnt++;
}

scan_ref scan_ref_of(struct scan *s, const struct dwarf_attr *at)
{
	u64 off = at->v - s->u->off;

	if (likely(at->cls == ATTR_REF))
		return off <= SCAN_REF_MAX ? (scan_ref)off : SCAN_REF_MAX;
	if (at->cls == ATTR_REF_INFO && !s->u->in_types && at->v >= s->u->off &&
	    at->v < s->u->end)
		return (scan_ref)off;
	if (at->cls != ATTR_REF_INFO && at->cls != ATTR_REF_SIG && at->cls != ATTR_REF_SUP)
		return SCAN_REF_MAX;
	if (!scan_room(&s->remote)) {
		s->nomem = true;
		return SCAN_REF_MAX;
	}
	s->remote.at[s->remote.cnt] = (struct scan_remote){.v = at->v, .cls = at->cls};
	return SCAN_REF_REMOTE | s->remote.cnt++;
}

/* ---- runs of children ---- */

static int frame_cut(struct scan_frame *f, u32 first, u32 cnt)
{
	u32 n = f->run_cnt;

	/* powers of two: how realloc grows is not asked each time */
	if (!(n & (n - 1))) {
		struct scan_run *p = realloc(f->runs, (n ? 2 * (size_t)n : 1) * sizeof(*p));

		if (!p)
			return -ENOMEM;
		f->runs = p;
	}
	f->runs[f->run_cnt++] = (struct scan_run){first, cnt};
	f->done += cnt;
	return 0;
}

/* The frame's type or function gets one more child at position `at` of its array. */
static int frame_child(struct scan_frame *f, u32 at, u32 *first, u32 *cnt)
{
	if (!*cnt)
		*first = at;
	else if (*first + (*cnt - f->done) != at) {
		int err = frame_cut(f, *first, *cnt - f->done);

		if (err)
			return err;
		*first = at;
	}
	++*cnt;
	return 0;
}

/* one run out of the pieces, at the end of the array */
#define frame_gather(s, f, array, owner)                                                           \
	({                                                                                         \
		u32 __to = (s)->array.cnt;                                                         \
		int __err = frame_cut(f, (owner)->first, (owner)->cnt - (f)->done);                \
		for (u32 __i = 0; !__err && __i < (f)->run_cnt; __i++)                             \
			for (u32 __k = 0; !__err && __k < (f)->runs[__i].cnt; __k++) {             \
				if (!scan_room(&(s)->array)) {                                          \
					__err = -ENOMEM;                                           \
					break;                                                     \
				}                                                                  \
				(s)->array.at[(s)->array.cnt++] =                                  \
					(s)->array.at[(f)->runs[__i].first + __k];                 \
			}                                                                          \
		(owner)->first = __to;                                                             \
		__err;                                                                             \
	})

int frame_join(struct scan *s, struct scan_frame *f)
{
	int err = 0;

	if (f->kind == FRAME_TYPE)
		err = frame_gather(s, f, item, &s->type.at[f->index]);
	else if (f->kind == FRAME_FUNC)
		err = frame_gather(s, f, param, &s->func.at[f->index]);
	free(f->runs);
	f->runs = NULL;
	return err;
}

/* ---- DIEs ---- */

/* the name that a DIE's type, member, ... has; one that is not in this file is noted */
static const char *die_name(struct scan *s, const struct dwarf_die *die,
			    const struct dwarf_attr *at)
{
	const char *name = dwarf_string(die, at, SLOT_NAME);

	if (unlikely(!name && dwarf_has(die, SLOT_NAME) &&
		     at[SLOT_NAME].cls == ATTR_BAD_STRING))
		scan_note_odd(s, (u32)(die->off - s->u->off), NULL, SCAN_NAME);
	return name && *name ? name : NULL;
}

static int add_type(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at,
		    u8 kind)
{
	u64 rel = die->off - s->u->off;
	u64 bit = rel - s->start;
	struct scan_type *t;

	if (!scan_room(&s->type))
		return -ENOMEM;
	if (unlikely(bit >> 6 >= s->words) && bits_grow(s, (bit >> 6) + 1))
		return -ENOMEM;
	t = &s->type.at[s->type.cnt];
	*t = (struct scan_type){.kind = kind, .off = (u32)rel};
	t->name = die_name(s, die, at);
	scan_type_attrs(s, t, die, at);
	s->bits[bit >> 6] |= 1ull << (bit & 63);
	s->type.cnt++;
	if (unlikely(dwarf_has(die, SLOT_GNU_ANNOTATION)) &&
	    scan_gnu_owner(s, at, OWNER_TYPE, s->type.cnt - 1, -1))
		return -ENOMEM;
	if (die->plan->children)
		return frame_open(s, FRAME_TYPE, s->type.cnt - 1) ? 0 : -ENOMEM;
	if (!scan_room(&s->order))
		return -ENOMEM;
	s->order.at[s->order.cnt++] = s->type.cnt - 1;
	return 0;
}

/* a child that no array has room for: only what is below it counts */
static int skip_children(struct scan *s, const struct dwarf_die *die)
{
	return !die->plan->children || frame_open(s, FRAME_OTHER, 0) ? 0 : -ENOMEM;
}

static int add_item(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	struct scan_frame *f = frame_top(s);
	struct scan_type *t = f && f->kind == FRAME_TYPE ? &s->type.at[f->index] : NULL;
	struct scan_item *m;
	u32 index = f ? f->index : 0;
	int err;

	if (!t || !scan_item_fits(t, die, at))
		return skip_children(s, die);
	if (!scan_room(&s->item))
		return -ENOMEM;
	m = &s->item.at[s->item.cnt];
	*m = (struct scan_item){0};
	m->name = die_name(s, die, at);
	scan_item_attrs(s, t, m, die, at);
	if (likely(!t->cnt))
		t->first = s->item.cnt, t->cnt = 1, err = 0;
	else if (likely(!f->run_cnt && t->first + t->cnt == s->item.cnt))
		t->cnt++, err = 0;
	else
		err = frame_child(f, s->item.cnt, &t->first, &t->cnt);
	s->item.cnt++;
	if (!err && unlikely(dwarf_has(die, SLOT_GNU_ANNOTATION)))
		err = scan_gnu_owner(s, at, OWNER_TYPE, index, (s32)s->type.at[index].cnt - 1);
	if (err || likely(!die->plan->children))
		return err;
	f = frame_open(s, FRAME_MEMBER, s->item.cnt - 1);
	if (!f)
		return -ENOMEM;
	f->owner = index;
	f->component = (s32)s->type.at[index].cnt - 1;
	return 0;
}

static int add_param(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	struct scan_frame *f = frame_top(s);
	struct scan_param *p;
	struct scan_func *fn;
	u32 index;
	int err;

	if (!f || f->kind != FRAME_FUNC)
		return add_item(s, die, at);
	index = f->index;
	if (!scan_room(&s->param))
		return -ENOMEM;
	p = &s->param.at[s->param.cnt];
	*p = (struct scan_param){.func = index, .off = (u32)(die->off - s->u->off)};
	scan_param_attrs(s, p, die, at);
	fn = &s->func.at[index];
	err = frame_child(f, s->param.cnt, &fn->first, &fn->cnt);
	s->param.cnt++;
	if (!err && unlikely(dwarf_has(die, SLOT_GNU_ANNOTATION)))
		err = scan_gnu_owner(s, at, OWNER_FUNC, index, (s32)fn->cnt - 1);
	if (err || !die->plan->children)
		return err;
	f = frame_open(s, FRAME_PARAM, s->param.cnt - 1);
	if (!f)
		return -ENOMEM;
	f->owner = index;
	f->component = (s32)s->func.at[index].cnt - 1;
	return 0;
}

static int add_func(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	struct scan_frame *f = frame_top(s);
	struct scan_func *fn;

	if (!scan_room(&s->func))
		return -ENOMEM;
	fn = &s->func.at[s->func.cnt++];
	*fn = (struct scan_func){.off = (u32)(die->off - s->u->off),
				 .parent = f && f->kind == FRAME_TYPE ? f->index : SCAN_NONE};
	scan_func_attrs(s, fn, die, at);
	if (unlikely(dwarf_has(die, SLOT_GNU_ANNOTATION)) &&
	    scan_gnu_owner(s, at, OWNER_FUNC, s->func.cnt - 1, -1))
		return -ENOMEM;
	if (!die->plan->children)
		return 0;
	return frame_open(s, FRAME_FUNC, s->func.cnt - 1) ? 0 : -ENOMEM;
}

static int add_var(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	struct scan_frame *f = frame_top(s);
	struct scan_var *v;

	/* local ones are nothing to BTF; a member of a class may be what a definition specifies */
	if (f && !f->top && f->kind != FRAME_TYPE)
		return skip_children(s, die);
	if (!scan_room(&s->var))
		return -ENOMEM;
	v = &s->var.at[s->var.cnt++];
	*v = (struct scan_var){.off = (u32)(die->off - s->u->off),
			       .flags = f && f->top ? VAR_TOP : 0};
	scan_var_attrs(s, v, die, at);
	if (unlikely(dwarf_has(die, SLOT_GNU_ANNOTATION)) &&
	    scan_gnu_owner(s, at, OWNER_VAR, s->var.cnt - 1, -1))
		return -ENOMEM;
	if (!die->plan->children)
		return 0;
	return frame_open(s, FRAME_VAR, s->var.cnt - 1) ? 0 : -ENOMEM;
}

/* "btf_decl_tag" of the DIE around it, or "btf_type_tag" of a pointer */
static int add_annotation(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	const char *name = dwarf_string(die, at, SLOT_NAME);
	const char *text = dwarf_string(die, at, SLOT_CONST_VALUE);
	struct scan_frame *f = frame_top(s);
	struct scan_annotation a = {.value = text, .component = -1};

	if (!f || !name || !text || !*text)
		return skip_children(s, die);
	if (!strcmp(name, "btf_type_tag") && f->kind == FRAME_TYPE &&
	    s->type.at[f->index].kind == BTF_KIND_PTR) {
		struct scan_type *t = &s->type.at[f->index];
		struct scan_type tag = {.kind = BTF_KIND_TYPE_TAG, .name = text, .ref = t->ref};

		t->ref = scan_made(s, &tag);
		return skip_children(s, die);
	}
	if (strcmp(name, "btf_decl_tag") || f->kind == FRAME_OTHER)
		return skip_children(s, die);
	a.owner = f->index;
	if (f->kind == FRAME_MEMBER || f->kind == FRAME_PARAM) {
		a.owner = f->owner;
		a.component = f->component;
	}
	a.owner_kind = f->kind == FRAME_TYPE || f->kind == FRAME_MEMBER	 ? OWNER_TYPE
		       : f->kind == FRAME_FUNC || f->kind == FRAME_PARAM ? OWNER_FUNC
									 : OWNER_VAR;
	if (!scan_room(&s->annotation))
		return -ENOMEM;
	s->annotation.at[s->annotation.cnt++] = a;
	return skip_children(s, die);
}

static int add_top(struct scan *s, const struct dwarf_die *die)
{
	struct scan_frame *f;

	if (!die->plan->children)
		return 0;
	f = frame_open(s, FRAME_OTHER, 0);
	if (!f)
		return -ENOMEM;
	f->top = true;
	return 0;
}

static int add_die(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	u16 tag = die->plan->tag;
	u8 kind;

	switch (tag) {
	case DW_TAG_member:
	case DW_TAG_enumerator:
	case DW_TAG_inheritance:
		return add_item(s, die, at);
	case DW_TAG_formal_parameter:
		return add_param(s, die, at);
	case DW_TAG_subprogram:
		return add_func(s, die, at);
	case DW_TAG_variable:
		return add_var(s, die, at);
	case DW_TAG_subrange_type:
		if (frame_top(s) && frame_top(s)->kind == FRAME_TYPE &&
		    s->type.at[frame_top(s)->index].kind == BTF_KIND_ARRAY)
			scan_dimension(&s->type.at[frame_top(s)->index], die, at);
		return skip_children(s, die);
	case DW_TAG_unspecified_parameters:
		if (frame_top(s) && frame_top(s)->kind == FRAME_TYPE)
			s->type.at[frame_top(s)->index].flags |=
				SCAN_VARARG | SCAN_LATE;
		else if (frame_top(s) && frame_top(s)->kind == FRAME_FUNC)
			s->func.at[frame_top(s)->index].flags |= FUNC_VARARG;
		return skip_children(s, die);
	case DW_TAG_LLVM_annotation:
		return add_annotation(s, die, at);
	case DW_TAG_GNU_annotation:
		return scan_gnu_note(s, die, at) ? -ENOMEM : skip_children(s, die);
	case DW_TAG_compile_unit:
	case DW_TAG_partial_unit:
	case DW_TAG_type_unit:
	case DW_TAG_namespace:
		return add_top(s, die);
	default:
		kind = scan_kind(tag);
		if (kind == SCAN_NO_TYPE)
			return skip_children(s, die);
		return add_type(s, die, at, kind);
	}
}

/* types that were made stand behind those that have a DIE */
static int scan_end(struct scan *s)
{
	while (s->frame.cnt) {
		int err = frame_close(s);

		if (err)
			return err;
	}
	if (unlikely(s->gnu_owner.cnt) && scan_gnu_resolve(s))
		return -ENOMEM;
	s->die_types = s->type.cnt;
	for (u32 i = 0; i < s->made.cnt; i++) {
		if (!scan_room(&s->type))
			return -ENOMEM;
		s->type.at[s->type.cnt++] = s->made.at[i];
	}
	scan_rank(s);
	return scan_finish(s);
}

/* Has a DIE that is scanned alone said all that its reference key needs? */
static bool named_tag(const struct scan *s)
{
	const struct scan_type *t = s->type.at;

	return s->type.cnt == 1 && t->name &&
	       kind_in(t->kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD));
}

static int scan_range(struct scan *s, const struct dwarf_abbrevs *a, u64 start, u64 end, bool one,
		      struct btf_report *r)
{
	const u8 *section = dwarf_unit_section(s->d, s->u)->data;
	struct dwarf_attr at[DWARF_SLOTS];
	struct dwarf_die die;
	struct dwarf_cursor c;
	int err;

	dwarf_cursor_init(&c, s->d, s->u, a, section + start, section + end);
	while ((err = dwarf_next(&c, &die, at)) > 0) {
		s->dies++;
		if (die.null)
			err = s->frame.cnt ? frame_close(s) : 0;
		else
			err = add_die(s, &die, at);
		if (!err && !one)
			scan_fast(s, a, &c);
		if (unlikely(err))
			break;
		if (one && (!s->frame.cnt || s->frame.cnt > SCAN_ONE_DEPTH || named_tag(s)))
			break;
	}
	if (err == -EINVAL && c.why)
		return dwarf_bad_die(&c, &die, r);
	if (!err)
		err = s->nomem ? -ENOMEM : scan_end(s);
	return err == -ENOMEM ? report_nomem(r) : err;
}

static int scan_start(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u, u64 from,
		      u64 to, struct btf_report *r)
{
	if (u->end - u->off > SCAN_REF_MAX)
		return report_error(r, BTF_CODE_DWARF_UNIT,
				    &(struct place){.section = dwarf_unit_section_name(u),
						    .offset_plus1 = u->off + 1},
				    SCAN_REF_MAX, (s64)(u->end - u->off),
				    "the unit at 0x%llx is larger than 1 GiB",
				    (unsigned long long)u->off);
	while (s->frame.cnt)
		free(s->frame.at[--s->frame.cnt].runs);
	return scan_begin(s, d, u, from, to) ? report_nomem(r) : 0;
}

int scan_unit(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u,
	      const struct dwarf_abbrevs *a, struct btf_report *r)
{
	int err = scan_start(s, d, u, u->off, u->end, r);

	if (!err && unlikely(a->supplement))
		scan_note_odd(s, (u32)(u->die - u->off), NULL, SCAN_SUPPLEMENT);
	if (!err)
		err = scan_range(s, a, u->die, u->end, false, r);
	if (!err && unlikely(d->name_prefix))
		scan_cut_names(s, d->name_prefix);
	return err;
}

int scan_die(struct scan *s, const struct dwarf *d, const struct dwarf_unit *u,
	     const struct dwarf_abbrevs *a, u64 off, struct btf_report *r)
{
	int err = scan_start(s, d, u, off, off, r);

	if (!err)
		err = scan_range(s, a, off, u->end, true, r);
	if (!err && unlikely(d->name_prefix))
		scan_cut_names(s, d->name_prefix);
	return err;
}
