// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Tables from hash to types: see typetab.h. Chains through an array of entries; heads regrown. */
#include "pass/typetab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

int typetab_init(struct typetab *t, u32 expect)
{
	u32 heads = pow2_at_least(min_of(expect, 1u << 24) + 64);

	*t = (struct typetab){.mask = heads - 1};
	t->head = calloc(heads, sizeof(*t->head));
	return t->head ? 0 : -ENOMEM;
}

void typetab_deinit(struct typetab *t)
{
	free(t->head);
	free(t->entry);
	*t = (struct typetab){0};
}

int typetab_pack(const struct typetab *t, struct buf *start, struct buf *packed)
{
	u32 at = 0;

	for (u32 h = 0; h <= t->mask; h++) {
		if (buf_add(start, &at, sizeof(at)))
			return -ENOMEM;
		for (u32 i = t->head[h]; i; i = t->entry[i - 1].next, at++) {
			struct typetab_packed p = {t->entry[i - 1].hash, t->entry[i - 1].id};

			if (buf_add(packed, &p, sizeof(p)))
				return -ENOMEM;
		}
	}
	return buf_add(start, &at, sizeof(at));
}

bool typetab_borrow(struct typetab *t, const u32 *start, u32 starts,
		    const struct typetab_packed *packed, u32 cnt, u32 end)
{
	if (starts < 2 || (starts - 1) & (starts - 2))
		return false;
	*t = (struct typetab){
		.start = start, .mask = starts - 2, .packed = packed, .cnt = cnt, .end = end};
	return true;
}

/* newest entries first onto the chains, so that each chain ends up oldest first */
static int rehash(struct typetab *t)
{
	u32 heads = (t->mask + 1) * 4, *head;

	head = calloc(heads, sizeof(*head));
	if (!head)
		return -ENOMEM;
	free(t->head);
	t->head = head;
	t->mask = heads - 1;
	for (u32 i = t->cnt; i--;) {
		u32 *h = &head[t->entry[i].hash & t->mask];

		t->entry[i].next = *h;
		t->entry[i].last = *h ? t->entry[*h - 1].last : i + 1;
		*h = i + 1;
	}
	return 0;
}

int typetab_add(struct typetab *t, u32 hash, u32 id)
{
	u32 *head;

	if (t->cnt == t->cap) {
		u32 cap = t->cap ? t->cap * 2 : 256;
		void *p = realloc(t->entry, (size_t)cap * sizeof(*t->entry));

		if (!p)
			return -ENOMEM;
		t->entry = p;
		t->cap = cap;
	}
	if (t->cnt > t->mask && rehash(t))
		return -ENOMEM;
	t->entry[t->cnt] = (struct typetab_entry){hash, id, 0, t->cnt + 1};
	t->cnt++;
	head = &t->head[hash & t->mask];
	if (*head) {
		struct typetab_entry *first = &t->entry[*head - 1];

		t->entry[first->last - 1].next = t->cnt;
		first->last = t->cnt;
	} else {
		*head = t->cnt;
	}
	return 0;
}

static inline u64 mix(u64 h, u64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ (h >> 29);
}

static u64 hash_members(const struct btf_type *t, u64 h)
{
	const struct btf_member *m = type_tail(t);

	for (u32 n = type_vlen(t); n; n--, m++)
		h = mix(h, (u64)m->offset << 32 | m->name_off);
	return h;
}

static u64 hash_params(const struct btf_type *t, u64 h)
{
	const struct btf_param *p = type_tail(t);

	for (u32 n = type_vlen(t); n; n--, p++)
		h = mix(h, p->name_off);
	return h;
}

static u64 hash_words(const struct btf_type *t, u64 h)
{
	const u32 *w = type_tail(t);

	for (size_t n = (type_size(t) - sizeof(*t)) / 4; n; n--)
		h = mix(h, *w++);
	return h;
}

u32 typetab_hash(const struct btf_type *t, u32 ref)
{
	u64 h = mix((u64)t->info << 32 | t->name_off, ref);

	switch (type_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		h = hash_members(t, mix(h, t->size));
		break;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		h = hash_words(t, mix(h, t->size));
		break;
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
		h = mix(h, t->size);
		break;
	case BTF_KIND_ARRAY:
		h = mix(h, ((struct btf_array *)type_tail(t))->nelems);
		break;
	case BTF_KIND_FUNC_PROTO:
		h = hash_params(t, h);
		break;
	case BTF_KIND_DECL_TAG:
		h = hash_words(t, h);
		break;
	default:
		break;
	}
	return (u32)(h ^ (h >> 32));
}
