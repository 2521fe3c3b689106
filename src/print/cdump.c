// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A dump's life, and what frames each call: see cdump.h.
 *
 * In: any object that passed object_parse, or was built; ids that do not exist yet are refused
 * here, once, so that nothing behind has to ask. Invariant between calls: no type is ORDERING,
 * EMITTING or PRINTING, all stacks are empty.
 */
#include "print/cdump.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/query.h"

#define ALLOWANCE_MIN (1 << 20)
#define ALLOWANCE_PER_BYTE 16 /* of type records */
#define ALLOWANCE_PER_CALL 1024

int cdump_fail(struct cdump *d, int err, u32 culprit)
{
	if (!d->err) {
		d->err = err;
		d->culprit = culprit;
	}
	return d->err;
}

void *cdump_push_slow(struct cdump *d, struct cdump_stack *s, size_t size)
{
	u32 cap = s->cap ? s->cap * 2 : 64;
	void *p = cap > s->cap ? realloc(s->data, cap * size) : NULL;

	if (!p) {
		cdump_fail(d, -ENOMEM, 0);
		return NULL;
	}
	s->data = p;
	s->cap = cap;
	return (char *)p + (size_t)s->nr++ * size;
}

void emit_line(struct cdump *d, int level)
{
	static const char text[] = "\n\t\t\t\t\t\t\t\t\t\t\t\t\t";

	emit_mem(d, text, 1 + ((unsigned int)level < 13 ? (unsigned int)level : 13));
}

/* ---- taking in types ---- */

static int grow_table(void **table, u32 from, u32 to, size_t size)
{
	char *p = *table ? realloc(*table, to * size) : zalloc_present(to, size);

	if (!p)
		return -ENOMEM;
	if (*table)
		memset(p + from * size, 0, (to - from) * size);
	*table = p;
	return 0;
}

/* kinds of which the type word is all that they refer to */
#define KINDS_HEAD                                                                                 \
	(KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF) |                         \
	 KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DECL_TAG))

/* references, `stride` bytes apart; false: one of the types does not exist */
static inline bool take_refs(u8 *state, const void *first, size_t stride, u32 nr, u32 cnt)
{
	const u8 *ref = first;

	for (; nr; nr--, ref += stride) {
		u32 id = *(const u32 *)(const void *)ref;

		if (unlikely(id >= cnt))
			return false;
		state[id] |= TYPE_REFERENCED;
	}
	return true;
}

/* false: the kind is not known, or a type it refers to does not exist */
static inline bool take_type(u8 *state, const struct btf_type *t, u32 cnt)
{
	u32 kind = type_kind(t), vlen = type_vlen(t);
	const struct btf_member *m = type_tail(t);
	const struct btf_param *p = type_tail(t);
	const struct kind_info *k;

	if (likely(kind_in(kind, KINDS_HEAD)))
		return take_refs(state, &t->type, 0, 1, cnt);
	/* the type that is returned is not marked: so it is in libbpf */
	if (kind == BTF_KIND_FUNC_PROTO)
		return t->type < cnt && take_refs(state, &p->type, sizeof(*p), vlen, cnt);
	if (kind_in(kind, KINDS_COMPOSITE))
		return take_refs(state, &m->type, sizeof(*m), vlen, cnt);
	if (!kind || kind >= WIRE_KINDS)
		return false;
	k = &kind_table[kind];
	if (k->tail_ids)
		return take_refs(state, m, sizeof(u32), k->tail_ids, cnt);
	return k->elem_id == NO_FIELD ||
	       take_refs(state, (const u8 *)m + k->elem_id, k->elem_sz, vlen, cnt);
}

/* The last type that was there may have got more members: what was derived from it is dropped. */
static void forget_layouts(struct cdump *d)
{
	u32 own = d->cnt > d->b->start_id ? d->cnt - d->b->start_id : 0;

	if (!own || (own < d->b->nr && d->b->offs[own] == d->seen_bytes))
		return;
	memset(d->layout, 0, d->cnt);
	for (u32 id = 0; id < d->cnt; id++)
		d->ref[id].sized = false;
}

static int take_types(struct cdump *d)
{
	u32 cnt = object_type_cnt(d->b), from = d->cnt > 1 && d->cnt <= cnt ? d->cnt - 1 : 1;

	forget_layouts(d);

	if (cnt > d->cnt) {
		if (grow_table((void **)&d->state, d->cnt, cnt, sizeof(*d->state)) ||
		    (d->nth && grow_table((void **)&d->nth, d->cnt, cnt, sizeof(*d->nth))) ||
		    grow_table((void **)&d->ref, d->cnt, cnt, sizeof(*d->ref)) ||
		    grow_table((void **)&d->layout, d->cnt, cnt, sizeof(*d->layout)) ||
		    (d->solid && grow_table((void **)&d->solid, d->cnt, cnt, sizeof(*d->solid))) ||
		    (d->target && grow_table((void **)&d->target, d->cnt, cnt, sizeof(*d->target))))
			return cdump_fail(d, -ENOMEM, 0);
	}
	d->state[0] |= TYPE_ORDERED | TYPE_EMITTED;
	for (u32 id = from; id < cnt; id++) {
		const struct btf_type *t = object_type(d->b, id);

		if (unlikely(!take_type(d->state, t, cnt)))
			return cdump_fail(d, -EINVAL, id);
		if (unlikely(type_is(t, BTF_KIND_DECL_TAG)) && !d->first_tag)
			d->first_tag = id;
	}
	if (d->b->types_len > d->seen_bytes)
		d->allowance += (s64)(d->b->types_len - d->seen_bytes) * ALLOWANCE_PER_BYTE;
	d->cnt = cnt;
	d->seen_bytes = d->b->types_len;
	return 0;
}

int cdump_begin(struct cdump *d)
{
	d->err = 0;
	d->culprit = 0;
	if (d->allowance < 0)
		d->allowance = 0;
	d->allowance += ALLOWANCE_PER_CALL;
	if (d->b->types_len == d->seen_bytes && object_type_cnt(d->b) == d->cnt)
		return 0;
	return take_types(d);
}

/* ---- life ---- */

int cdump_new(const struct btf *b, int (*write)(void *ctx, const void *data, size_t size),
	      void *ctx, struct cdump **ret)
{
	struct cdump *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->b = b;
	d->ptr_sz = query_ptr_size(b);
	d->allowance = ALLOWANCE_MIN;
	for (const struct btf *l = b->base; l; l = l->base)
		d->allowance += (s64)l->types_len * ALLOWANCE_PER_BYTE;
	err = out_init(&d->out, write, ctx);
	if (!err)
		err = take_types(d);
	if (err) {
		cdump_free(d);
		return err;
	}
	*ret = d;
	return 0;
}

int cdump_free(struct cdump *d)
{
	int err = d->out.buf ? out_deinit(&d->out) : 0;

	cdump_names_deinit(&d->tags);
	cdump_names_deinit(&d->idents);
	free(d->queue.data);
	free(d->marked.data);
	free(d->order.data);
	free(d->emit.data);
	free(d->chain.data);
	free(d->print.data);
	free(d->align.data);
	free(d->state);
	free(d->nth);
	free(d->ref);
	buf_deinit(&d->text);
	free(d->layout);
	free(d->solid);
	free(d->target);
	free(d);
	return err;
}

/* ---- calls ---- */

int cdump_type(struct cdump *d, u32 id)
{
	int err = cdump_begin(d);

	if (err)
		return err;
	if (id >= d->cnt)
		return cdump_fail(d, -EINVAL, 0);
	if (d->state[id] & TYPE_ORDERED)
		return 0;
	err = cdump_order(d, id);
	for (u32 i = 0; !err && i < d->queue.nr; i++) {
		cdump_emit(d, ((const u32 *)d->queue.data)[i]);
		err = d->err;
	}
	if (err)
		cdump_order_undo(d);
	d->queue.nr = 0;
	return err;
}

int cdump_all(struct cdump *d)
{
	int err = cdump_begin(d);

	for (u32 id = 1; id < d->cnt && !err; id++) {
		const struct btf_type *t;

		if (d->state[id] & TYPE_ORDERED)
			continue;
		t = cdump_at(d, id);
		if (type_is(t, BTF_KIND_FUNC) || /* prints nothing */
		    (type_is(t, BTF_KIND_FUNC_PROTO) && cdump_proto_done(d, t)))
			continue;
		err = cdump_type(d, id);
	}
	return err;
}

int cdump_declare(struct cdump *d, u32 id, const struct cdump_decl *how)
{
	int err = cdump_begin(d);

	if (err)
		return err;
	if (id >= d->cnt)
		return cdump_fail(d, -EINVAL, 0);
	d->strip_mods = how->strip_mods;
	emit_decl(d, id, how->name, 1, how->level);
	d->strip_mods = false;
	return d->err;
}

int cdump_kfunc(struct cdump *d, const struct btf_type *func)
{
	struct cdump_decl how = {.name = object_name(d->b, func)};
	int err;

	EMIT(d, "extern ");
	err = cdump_declare(d, func->type, &how);
	EMIT(d, " __weak __ksym;\n");
	return err;
}
