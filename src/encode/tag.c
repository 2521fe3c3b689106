// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Annotations to DECL_TAGs.
 *
 * In: the annotations of each unit; those of functions are func.c's. Out: one DECL_TAG for each
 * text, owner and component. Holds: tags stand behind what they are about, types first, then
 * variables, in the order of first sight.
 */
#include "encode/tag.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/append.h"
#include "btf/kind.h"

void tag_notes_deinit(struct tag_notes *n)
{
	buf_deinit(&n->note);
	keytab_deinit(&n->seen);
}

/* kinds that a declaration tag can be about; typedefs have one where the source says so */
static u64 owner_of(const struct keys *k, const struct scan *s, const struct scan_annotation *a)
{
	u8 kind;

	if (a->owner_kind == OWNER_VAR)
		return key_name(s->var.at[a->owner].name);
	if (a->owner_kind != OWNER_TYPE)
		return 0;
	kind = s->type.at[a->owner].kind;
	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION && kind != BTF_KIND_TYPEDEF)
		return 0;
	return k->ref[a->owner];
}

int tags_note(struct tag_notes *n, struct keys *k, const struct scan *s, u32 unit)
{
	for (u32 i = 0; i < s->annotation.cnt; i++) {
		const struct scan_annotation *a = &s->annotation.at[i];
		struct tag_note note = {.value = a->value,
					.component = a->component,
					.owner_kind = a->owner_kind,
					.owner = owner_of(k, s, a),
					.order = (u64)unit << 32 | i};
		struct keytab_slot *slot;
		u64 key;

		if (!note.owner || strnlen(a->value, KEY_NAME_MAX) == KEY_NAME_MAX)
			continue;
		key = key_mix(key_mix(key_name(a->value), note.owner),
			      (u64)(u32)a->component << 8 | a->owner_kind) |
		      1;
		if ((!n->seen.slot && keytab_init(&n->seen, 0)) || keytab_room(&n->seen))
			return -ENOMEM;
		slot = keytab_find(&n->seen, key);
		if (slot->key)
			continue;
		if (buf_add(&n->note, &note, sizeof(note)))
			return -ENOMEM;
		slot->key = key;
		n->seen.cnt++;
	}
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct tag_note *x = a, *y = b;

	if (x->owner_kind != y->owner_kind)
		return x->owner_kind < y->owner_kind ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* ids of the own VARs by the key of their names */
static int find_vars(const struct btf *b, struct keytab *ret)
{
	int err = keytab_init(ret, 0);

	for (u32 i = 0; !err && i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);
		struct keytab_slot *slot;
		u64 key;

		if (!type_is(t, BTF_KIND_VAR))
			continue;
		key = key_name(object_name(b, t));
		err = keytab_room(ret);
		if (err || !key)
			continue;
		slot = keytab_find(ret, key);
		if (slot->key)
			continue;
		slot->key = key;
		slot->v = b->start_id + i;
		ret->cnt++;
	}
	return err;
}

/* how many members a tag's component can count */
static u32 components(const struct btf *b, u32 id)
{
	const struct btf_type *t = object_type(b, id);

	return kind_in(type_kind(t), KINDS_COMPOSITE) ? type_vlen(t) : 0;
}

static int emit_note(struct btf *b, const struct tag_note *n, const struct join_ids *ids,
		     const struct keytab *vars)
{
	u32 id = n->owner_kind == OWNER_VAR ? keytab_find(vars, n->owner)->v
					    : join_id(ids, n->owner);
	int ret;

	if (!id || (n->component >= 0 && (u32)n->component >= components(b, id)))
		return 0;
	ret = object_add_decl_tag(b, n->value, id, n->component, false);
	return ret < 0 ? ret : 0;
}

int tags_emit(struct btf *b, const struct buf *notes, const struct join_ids *ids)
{
	u32 cnt = (u32)(notes->len / sizeof(struct tag_note));
	struct keytab vars = {0};
	struct tag_note *note;
	int err;

	if (!cnt)
		return 0;
	note = malloc(notes->len);
	if (!note)
		return -ENOMEM;
	memcpy(note, notes->data, notes->len);
	qsort(note, cnt, sizeof(*note), by_order);
	err = find_vars(b, &vars);
	for (u32 i = 0; !err && i < cnt; i++)
		err = emit_note(b, &note[i], ids, &vars);
	keytab_deinit(&vars);
	free(note);
	return err;
}
