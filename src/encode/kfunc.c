// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The functions that a kernel lets BPF programs call, from .BTF_ids.
 *
 * In: the section with its symbols. Out: DECL_TAGs on the FUNCs of that name. Holds: every member
 * of a kfunc set that has a FUNC is tagged, in the order of the sets. A member's flags stand beside
 * its id; resolve_btfids sorts the pairs, after which the symbol of a place no longer says whose
 * flags are there: then only membership is used.
 */
#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"
#include "encode/tag.h"
#include "pass/ids.h"

#define SET8_KFUNCS 1u /* of a set's flags: its members are kfuncs */
#define KF_FASTCALL (1u << 12)
#define KF_ARENA_RET (1u << 13)
#define KF_ARENA_ARG1 (1u << 14)
#define KF_ARENA_ARG2 (1u << 15)
#define ARENA_TAG "address_space(1)"

struct kfuncs {
	struct btf *b;
	struct ids ids;
	struct keytab funcs; /* name key of a member -> id of the FUNC, 0: it has none */
	bool attributes;
};

struct gather {
	const struct elf_section *s;
	bool relocatable;
	struct buf syms;
	int err;
};

static int take_symbol(void *ctx, const struct elf_symbol *sym)
{
	struct gather *g = ctx;
	struct ids_symbol to = {.name = sym->name, .size = sym->size};

	to.offset = g->relocatable ? sym->value : sym->value - g->s->addr;
	g->err = buf_add(&g->syms, &to, sizeof(to));
	return g->err;
}

static u64 name_key(const struct ids_name *n)
{
	char name[512];

	if (n->len >= sizeof(name))
		return 0;
	memcpy(name, n->name, n->len);
	name[n->len] = 0;
	return key_name(name);
}

/* a pointer like the one that `id` is, to the same thing in another address space */
static int arena_pointer(struct btf *b, u32 id)
{
	const struct btf_type *t = object_type(b, id);
	u32 to = t->type;
	struct btf_type *made;
	int name, tag;

	if (!type_is(t, BTF_KIND_PTR))
		return 0;
	name = object_add_str(b, ARENA_TAG);
	if (name < 0)
		return name;
	tag = object_add_record(b, sizeof(*made), &made);
	if (tag < 0)
		return tag;
	made->name_off = (u32)name;
	made->info = info_make(BTF_KIND_TYPE_TAG, 0, true);
	made->type = to;
	id = (u32)object_add_record(b, sizeof(*made), &made);
	if ((int)id < 0)
		return (int)id;
	made->info = info_make(BTF_KIND_PTR, 0, false);
	made->type = (u32)tag;
	return (int)id;
}

/* a prototype of the function's own, with the pointers that the flags name marked */
static int mark_arena(struct btf *b, u32 func, u32 flags)
{
	const struct btf_type *proto = object_type(b, object_type(b, func)->type);
	u32 vlen = type_vlen(proto), ret = proto->type, args[2] = {0};
	size_t size = type_size(proto);
	struct btf_type *copy;
	int id;

	for (u32 i = 0; i < 2 && i < vlen; i++)
		args[i] = ((struct btf_param *)type_tail(proto))[i].type;
	if (flags & KF_ARENA_RET && (id = arena_pointer(b, ret))) {
		if (id < 0)
			return id;
		ret = (u32)id;
	}
	for (u32 i = 0; i < 2 && i < vlen; i++) {
		if (!(flags & (KF_ARENA_ARG1 << i)) || !(id = arena_pointer(b, args[i])))
			continue;
		if (id < 0)
			return id;
		args[i] = (u32)id;
	}
	id = object_add_record(b, size, &copy);
	if (id < 0)
		return id;
	memcpy(copy, object_type(b, object_type(b, func)->type), size);
	copy->type = ret;
	for (u32 i = 0; i < 2 && i < vlen; i++)
		((struct btf_param *)type_tail(copy))[i].type = args[i];
	((struct btf_type *)(uintptr_t)object_type(b, func))->type = (u32)id;
	object_rewritten(b);
	return 0;
}

static int tag_member(struct kfuncs *k, const struct ids_name *n)
{
	u32 flags = k->ids.resolved ? 0 : ids_word(&k->ids, n->word + 1);
	u32 func = keytab_find(&k->funcs, name_key(n))->v;
	int err;

	if (!func)
		return 0;
	err = tag_add(k->b, "bpf_kfunc", func, -1);
	if (err >= 0 && flags & KF_FASTCALL)
		err = tag_add(k->b, "bpf_fastcall", func, -1);
	if (err >= 0 && k->attributes && flags & (KF_ARENA_RET | KF_ARENA_ARG1 | KF_ARENA_ARG2))
		err = mark_arena(k->b, func, flags);
	return err < 0 ? err : 0;
}

static int want_member(struct kfuncs *k, const struct ids_name *n)
{
	u64 key = name_key(n);
	struct keytab_slot *slot;

	if (!key)
		return 0;
	if (keytab_room(&k->funcs))
		return -ENOMEM;
	slot = keytab_find(&k->funcs, key);
	k->funcs.cnt += !slot->key;
	slot->key = key;
	return 0;
}

/* fn for each function that is a member of a set of kfuncs, in the order of the sets */
static int each_member(struct kfuncs *k, int (*fn)(struct kfuncs *k, const struct ids_name *n))
{
	int err = 0;

	for (u32 i = 0; !err && i < k->ids.set_cnt; i++) {
		const struct ids_set *s = &k->ids.set[i];
		u32 end = s->word + 2 + 2 * s->cnt;

		if (!s->pairs || !(ids_word(&k->ids, s->word + 1) & SET8_KFUNCS))
			continue;
		for (u32 n = ids_names_from(&k->ids, s->word + 2);
		     !err && n < k->ids.name_cnt && k->ids.name[n].word < end; n++)
			if (k->ids.name[n].kind == BTF_KIND_FUNC)
				err = fn(k, &k->ids.name[n]);
	}
	return err;
}

/* members are few, functions are many: those are asked for, not the other way round */
static int tag_sets(struct kfuncs *k)
{
	int err = keytab_init(&k->funcs, 0);

	if (!err)
		err = each_member(k, want_member);
	for (u32 i = 0; !err && k->funcs.cnt && i < k->b->nr; i++) {
		const struct btf_type *t = object_own(k->b, i);
		struct keytab_slot *slot;

		if (!type_is(t, BTF_KIND_FUNC))
			continue;
		slot = keytab_find(&k->funcs, key_name(object_name(k->b, t)));
		if (slot->key && !slot->v)
			slot->v = k->b->start_id + i;
	}
	return err ? err : each_member(k, tag_member);
}

int kfuncs_emit(struct btf *b, const struct elf *e, bool attributes, struct btf_report *r)
{
	struct kfuncs k = {.b = b, .attributes = attributes};
	struct elf_section s;
	struct gather g = {.s = &s, .relocatable = e->type == ET_REL};
	const u8 *data;
	int err;

	if (elf_find(e, ".BTF_ids", &s) || s.type != SHT_PROGBITS || !s.size)
		return 0;
	err = elf_file_bytes(e, &s, &data, r);
	if (!err)
		err = elf_symbols(e, s.index, take_symbol, &g, r);
	if (err == -ENODATA)
		err = 0;
	if (!err)
		err = ids_parse(data, s.size, e->swap, (struct ids_symbol *)(void *)g.syms.data,
				g.syms.len / sizeof(struct ids_symbol), r, &k.ids);
	if (!err) {
		err = tag_sets(&k);
		ids_deinit(&k.ids);
	}
	keytab_deinit(&k.funcs);
	buf_deinit(&g.syms);
	return err;
}
