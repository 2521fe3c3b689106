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

#include "btf/append.h"
#include "btf/kind.h"
#include "encode/tag.h"
#include "pass/kfunc.h"

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
	if (flags & KF_ARENA_RET && (id = kfunc_arena(b, ret))) {
		if (id < 0)
			return id;
		ret = (u32)id;
	}
	for (u32 i = 0; i < 2 && i < vlen; i++) {
		if (!(flags & (KF_ARENA_ARG1 << i)) || !(id = kfunc_arena(b, args[i])))
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

static int tag_member(void *ctx, const struct ids_name *n)
{
	struct kfuncs *k = ctx;
	u32 flags = k->ids.resolved ? 0 : ids_word(&k->ids, n->word + 1);
	u32 func = keytab_find(&k->funcs, name_key(n))->v;
	int err;

	if (!func)
		return 0;
	err = object_add_decl_tag(k->b, "bpf_kfunc", func, -1, false);
	if (err >= 0 && flags & KF_FASTCALL)
		err = object_add_decl_tag(k->b, "bpf_fastcall", func, -1, false);
	if (err >= 0 && k->attributes && flags & (KF_ARENA_RET | KF_ARENA_ARG1 | KF_ARENA_ARG2))
		err = mark_arena(k->b, func, flags);
	return err < 0 ? err : 0;
}

static int want_member(void *ctx, const struct ids_name *n)
{
	struct kfuncs *k = ctx;
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

/* members are few, functions are many: those are asked for, not the other way round */
static int tag_sets(struct kfuncs *k)
{
	int err = keytab_init(&k->funcs, 0);

	if (!err)
		err = ids_kfuncs(&k->ids, want_member, k);
	for (u32 i = 0; !err && k->funcs.cnt && i < k->b->nr; i++) {
		const struct btf_type *t = object_own(k->b, i);
		struct keytab_slot *slot;

		if (!type_is(t, BTF_KIND_FUNC))
			continue;
		slot = keytab_find(&k->funcs, key_name(object_name(k->b, t)));
		if (slot->key && !slot->v)
			slot->v = k->b->start_id + i;
	}
	return err ? err : ids_kfuncs(&k->ids, tag_member, k);
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
