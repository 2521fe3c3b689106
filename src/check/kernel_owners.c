// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Who owns whom, by list heads, tree roots and kptrs: a struct that is freed frees what it owns, so
 * that kernels bound how far that goes.
 *
 * In: the records of kernel_fields.c. Cost: linear in fields, each look-up logarithmic.
 */
#include "check/kernel_fields.h"

#define OWNERS_MAX 8

static struct field_record *record_of(const struct field_walk *w, u32 id)
{
	struct field_record *r = (struct field_record *)(void *)w->records.data;
	size_t low = 0, high = w->records.len / sizeof(*r);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (r[mid].id == id)
			return &r[mid];
		if (r[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static const struct field *field_of(const struct field_walk *w, const struct field_record *r, u32 i)
{
	return (const struct field *)(void *)w->fields.data + r->first + i;
}

/* what is owned has special fields; by what may own what: an owner that is owned owns no owner */
static int check_owned(struct field_walk *w, const struct field_record *r)
{
	struct kcheck *k = w->k;

	for (u32 i = 0; r->mask & F_ROOT && i < r->cnt; i++) {
		const struct field *f = field_of(w, r, i);
		const struct field_record *owned;

		if (!(f->type & F_ROOT))
			continue;
		owned = record_of(w, f->target);
		if (!owned)
			return FAIL(FIELD_OWNED, r->id, -1,
				    "owns [%u], which has no special fields", f->target);
		if (!kc_fields_strict(k) && r->mask & F_NODE && owned->mask & F_ROOT)
			return FAIL(FIELD_OWNERS, r->id, -1, "is owned and owns an owner, [%u]",
				    f->target);
	}
	return 0;
}

/* how many own each other from r on, at most `left`; or an error */
static int count_owners(struct field_walk *w, struct field_record *r, int left)
{
	struct kcheck *k = w->k;
	int deepest = 0, ret;

	if (!left)
		return FAIL(FIELD_OWNERS, r->id, -1, "%d structs own each other in turn",
			    OWNERS_MAX);
	for (u32 i = 0; !r->depth && i < r->cnt; i++) {
		const struct field *f = field_of(w, r, i);
		struct field_record *owned = NULL;

		if (f->type & F_ROOT || (f->type & (F_KPTR_REF | F_KPTR_PERCPU) && !f->foreign))
			owned = record_of(w, f->target);
		if (!owned)
			continue;
		ret = count_owners(w, owned, left - 1);
		if (ret < 0)
			return ret;
		deepest = ret > deepest ? ret : deepest;
	}
	if (!r->depth)
		r->depth = (u8)(deepest + 1);
	return r->depth <= left ? r->depth
				: FAIL(FIELD_OWNERS, r->id, -1,
				       "more than %d structs own each other", OWNERS_MAX);
}

int kc_owners(struct field_walk *w)
{
	struct field_record *r = (struct field_record *)(void *)w->records.data;
	size_t cnt = w->records.len / sizeof(*r);
	int err = 0;

	for (size_t i = 0; i < cnt && !err; i++)
		err = check_owned(w, &r[i]);
	for (size_t i = 0; i < cnt && err >= 0 && kc_fields_strict(w->k); i++)
		err = count_owners(w, &r[i], OWNERS_MAX);
	return err < 0 ? err : 0;
}
