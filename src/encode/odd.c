// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Warnings about types that are described in part, or not at all.
 *
 * In: what scans and keys counted, unit by unit. Out: at most ODD_MAX warnings of a file and one
 * that says how many there are in all. Holds: the first ODD_MAX of a file are among the first
 * ODD_MAX of each worker, so no worker needs to keep more.
 */
#include "encode/odd.h"

#include <stdlib.h>

enum odd_sort { ODD_TYPE, ODD_REFERENCE, ODD_LOOP, ODD_REMOTE };

static void note(struct odd_notes *o, const struct odd_note *x)
{
	for (u32 i = 0; i < o->cnt; i++)
		if (o->at[i].key == x->key)
			return;
	if (o->cnt < ODD_MAX)
		o->at[o->cnt++] = *x;
}

void odd_note_unit(struct odd_notes *o, const struct dwarf_unit *u, u32 n, const struct scan *s,
		   const struct keys *k, const struct remote *r)
{
	struct odd_note x = {.unit = u, .n = n};

	if (likely(!s->odd_cnt && !k->unresolved && !k->loops && !r->missing))
		return;
	o->total += (u64)s->odd_cnt + k->unresolved + k->loops + r->missing;
	for (u32 i = 0; i < s->odd_cnt && i < SCAN_ODD_MAX; i++) {
		x.place = i;
		x.sort = ODD_TYPE;
		x.why = s->odd[i].why;
		x.name = s->odd[i].name;
		x.v = s->odd[i].off;
		x.key = key_mix(key_name(x.name), x.why);
		note(o, &x);
	}
	x.name = NULL;
	x.place = SCAN_ODD_MAX;
	x.why = 0;
	if (k->unresolved) {
		x.sort = ODD_REFERENCE;
		x.v = k->unresolved_off;
		x.key = ODD_REFERENCE;
		note(o, &x);
	}
	x.place++;
	if (k->loops) {
		x.sort = ODD_LOOP;
		x.v = k->loop_off;
		x.key = ODD_LOOP;
		note(o, &x);
	}
	x.place++;
	if (r->missing) {
		x.sort = ODD_REMOTE;
		x.why = r->missing_at.cls;
		x.v = r->missing_at.v;
		x.key = ODD_REMOTE << 8 | x.why;
		note(o, &x);
	}
}

static int by_unit(const void *a, const void *b)
{
	const struct odd_note *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void say_remote(const struct odd_note *x, const struct place *at, const char *unit,
		       struct btf_report *r)
{
	unsigned long long v = x->v;

	switch (x->why) {
	case ATTR_REF_SUP:
		report_warning(r, BTF_CODE_DWARF_SUPPLEMENT, at, BTF_NO_VALUE, BTF_NO_VALUE,
			       "unit %s: a type is in another file, at 0x%llx of what dwz -m made: "
			       "void stands for it",
			       unit, v);
		return;
	case ATTR_REF_SIG:
		report_warning(r, BTF_CODE_DWARF_REFERENCE, at, BTF_NO_VALUE, BTF_NO_VALUE,
			       "unit %s: there is no type unit with signature 0x%016llx: void "
			       "stands for its type",
			       unit, v);
		return;
	default:
		report_warning(r, BTF_CODE_DWARF_REFERENCE, at, BTF_NO_VALUE, BTF_NO_VALUE,
			       "unit %s: there is no type at 0x%llx, which another unit should "
			       "have: void stands for it",
			       unit, v);
	}
}

static void say(const struct odd_note *x, struct btf_report *r)
{
	struct place at = {.section = dwarf_unit_section_name(x->unit)};
	const char *unit = x->unit->name ? x->unit->name : "(unnamed)";
	unsigned long long v = x->unit->off + x->v;
	const char *left =
		x->why == SCAN_TOO_BIG	    ? ": it is only declared"
		: x->why == SCAN_DIMENSIONS ? ": it has none"
		: x->why == SCAN_SUPPLEMENT ? ": void stands for them"
		: x->why == SCAN_NAME || x->why == SCAN_ANNOTATIONS || x->why == SCAN_SKELETON
			? ""
			: ": only its size is described";
	bool other_file = x->why == SCAN_NAME || x->why == SCAN_SUPPLEMENT;

	at.offset_plus1 = (x->sort == ODD_REMOTE ? x->unit->off : v) + 1;
	switch (x->sort) {
	case ODD_TYPE:
		at.name = x->name;
		if (x->why == SCAN_SKELETON)
			at.name = NULL;
		report_warning(r,
			       x->why == SCAN_SKELETON ? BTF_CODE_ENCODE_SPLIT_DWARF
			       : other_file	       ? BTF_CODE_DWARF_SUPPLEMENT
						       : BTF_CODE_ENCODE_ODD,
			       &at, BTF_NO_VALUE, BTF_NO_VALUE, "unit %s, DIE at 0x%llx, %s: %s%s",
			       unit, v, x->name ? x->name : "(anonymous)",
			       scan_refusal_text((enum scan_refusal)x->why), left);
		return;
	case ODD_REFERENCE:
		report_warning(
			r, BTF_CODE_DWARF_REFERENCE, &at, BTF_NO_VALUE, BTF_NO_VALUE,
			"unit %s: there is no type at 0x%llx, where a DIE of it expects one: "
			"void stands for it",
			unit, v);
		return;
	case ODD_LOOP:
		report_warning(r, BTF_CODE_DWARF_REFERENCE, &at, BTF_NO_VALUE, BTF_NO_VALUE,
			       "unit %s, DIE at 0x%llx: the type consists of itself: void stands "
			       "for it there",
			       unit, v);
		return;
	default:
		say_remote(x, &at, unit, r);
	}
}

void odd_report(const struct odd_notes *const *o, int cnt, struct btf_report *r)
{
	struct odd_notes all = {0};
	struct odd_note *x;
	size_t n = 0;

	if (!r)
		return;
	for (int i = 0; i < cnt; i++)
		all.total += o[i]->total;
	x = all.total ? calloc((size_t)cnt * ODD_MAX, sizeof(*x)) : NULL;
	if (!x)
		return;
	for (int i = 0; i < cnt; i++)
		for (u32 k = 0; k < o[i]->cnt; k++)
			x[n++] = o[i]->at[k];
	qsort(x, n, sizeof(*x), by_unit);
	for (size_t i = 0; i < n; i++)
		note(&all, &x[i]);
	for (u32 i = 0; i < all.cnt; i++)
		say(&all.at[i], r);
	if (all.total > all.cnt)
		report_warning(r, BTF_CODE_ENCODE_ODD, &(struct place){0}, BTF_NO_VALUE,
			       BTF_NO_VALUE,
			       "such places in all units: %llu, where a type counts in each",
			       (unsigned long long)all.total);
	free(x);
}

int odd_broken(const struct dwarf_unit *u, const struct remote *r, struct btf_report *rep)
{
	return report_error(
		rep, BTF_CODE_DWARF_DIE,
		&(struct place){.section = dwarf_unit_section_name(u), .offset_plus1 = u->off + 1},
		BTF_NO_VALUE, BTF_NO_VALUE,
		"unit %s at 0x%llx: the type at 0x%llx, in another unit, consists of "
		"itself, or of types of more than %u units",
		u->name ? u->name : "(unnamed)", (unsigned long long)u->off,
		(unsigned long long)r->broken_at, REMOTE_DEPTH);
}
