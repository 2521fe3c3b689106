// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * GCC's annotations: DIEs of their own, chained, that declarations and types refer to.
 *
 * In: the annotations of a unit and who refers to one, noted during the walk. Out: type tags before
 * what pointers point at, and the scan's annotations of everything else. Holds: a chain is followed
 * SCAN_GNU_CHAIN far, so one that bites its tail ends.
 */
#include <errno.h>
#include <stdlib.h>

#include "encode/scan_type.h"

#define SCAN_GNU_CHAIN 64

/* the DIE has annotations as GCC writes them; scan_end puts them where they belong */
int scan_gnu_owner(struct scan *s, const struct dwarf_attr *at, enum scan_owner kind,
			 u32 owner, s32 component)
{
	scan_ref note = scan_ref_of(s, &at[SLOT_GNU_ANNOTATION]);

	if (note >= SCAN_REF_MADE)
		return 0;
	if (!scan_room(&s->gnu_owner))
		return -ENOMEM;
	s->gnu_owner.at[s->gnu_owner.cnt++] = (struct scan_gnu_owner){
		.note = note, .owner = owner, .component = component, .kind = (u8)kind};
	return 0;
}

int scan_gnu_note(struct scan *s, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	const char *name = dwarf_string(die, at, SLOT_NAME);
	struct scan_gnu_note n = {.value = dwarf_string(die, at, SLOT_CONST_VALUE),
				  .off = (u32)(die->off - s->u->off)};
	scan_ref next = dwarf_has(die, SLOT_GNU_ANNOTATION)
				? scan_ref_of(s, &at[SLOT_GNU_ANNOTATION])
				: 0;

	if (!scan_room(&s->gnu_note))
		return -ENOMEM;
	n.next = next < SCAN_REF_MADE ? next : 0;
	n.is_type = name && !strcmp(name, "btf_type_tag");
	if (!n.is_type && (!name || strcmp(name, "btf_decl_tag")))
		n.value = NULL;
	s->gnu_note.at[s->gnu_note.cnt++] = n;
	return 0;
}

static const struct scan_gnu_note *gnu_note_at(const struct scan *s, u32 off)
{
	u32 low = 0, high = s->gnu_note.cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (s->gnu_note.at[mid].off < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->gnu_note.cnt && s->gnu_note.at[low].off == off ? &s->gnu_note.at[low]
								       : NULL;
}

/* A chain is in the order of BTF: what is next to the pointer comes first. */
static int gnu_resolve_one(struct scan *s, const struct scan_gnu_owner *o)
{
	const char *tag[SCAN_GNU_CHAIN];
	const struct scan_gnu_note *n = gnu_note_at(s, o->note);
	u32 tags = 0, hops = 0;
	struct scan_type *t;

	for (; n && hops < SCAN_GNU_CHAIN; n = n->next ? gnu_note_at(s, n->next) : NULL, hops++) {
		if (!n->value || !*n->value)
			continue;
		if (n->is_type) {
			tag[tags++] = n->value;
			continue;
		}
		if (!scan_room(&s->annotation))
			return -ENOMEM;
		s->annotation.at[s->annotation.cnt++] = (struct scan_annotation){
			.value = n->value, .owner = o->owner, .component = o->component,
			.owner_kind = o->kind};
	}
	if (n)
		scan_note_odd(s, o->note, NULL, SCAN_ANNOTATIONS);
	t = o->kind == OWNER_TYPE && o->component < 0 ? &s->type.at[o->owner] : NULL;
	if (!t || t->kind != BTF_KIND_PTR)
		return 0;
	while (tags) {
		struct scan_type made = {.kind = BTF_KIND_TYPE_TAG, .name = tag[--tags],
					 .ref = t->ref};

		t->ref = scan_made(s, &made);
	}
	return 0;
}

int scan_gnu_resolve(struct scan *s)
{
	int err = 0;

	for (u32 i = 0; !err && i < s->gnu_owner.cnt; i++)
		err = gnu_resolve_one(s, &s->gnu_owner.at[i]);
	return err;
}
