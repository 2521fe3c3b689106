// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One step of the second pass, kind by kind: the type on top of the stack either pushes a type
 * that it waits for, or is done, or breaks a rule. See kernel_resolve.c for the walk.
 *
 * Where the unsafe is looked for, rules that are only strict (a FUNC behind a pointer, a type
 * without a size) are not asked.
 */
#include "check/kernel.h"

#include <errno.h>

#define FAIL(rule, ...) kc_fail(k, BTF_CODE_CHECK_##rule, v->id, -1, __VA_ARGS__)
#define FAIL_AT(rule, i, ...) kc_fail(k, BTF_CODE_CHECK_##rule, v->id, (int)(i), __VA_ARGS__)

#define PUSHED 1

/* the record, or a void one where there is none: kind UNKN */
static struct krec get(const struct kcheck *k, u32 id)
{
	return kc_has(k, id) ? kc_rec(k, id) : (struct krec){0};
}

static u32 kind_of(const struct kcheck *k, u32 id)
{
	struct krec t = get(k, id);

	return krec_kind(&t);
}

/* a finding was made about the type already: what hangs on it is left alone */
static bool is_bad(const struct kcheck *k, u32 id)
{
	return k->all && id >= k->start_id && kc_has(k, id) && k->state[id - k->start_id] & KC_BAD;
}

/* 0: it is resolved, or nothing to follow; PUSHED; or -E2BIG, -EEXIST */
static int wait_for(struct kcheck *k, u32 id)
{
	int err;

	if (kc_is_sink(k, kind_of(k, id)) || kc_resolved(k, id))
		return 0;
	err = kc_push(k, id);
	return err ? err : PUSHED;
}

/* A modifier that was resolved below a struct may have stopped at a pointer: go on from there. */
static int wait_for_ptr(struct kcheck *k, u32 id)
{
	u32 to;

	if (!kind_is_modifier(kind_of(k, id)))
		return 0;
	to = kc_resolved_to(k, id);
	if (kind_of(k, to) != BTF_KIND_PTR)
		return 0;
	return wait_for(k, to);
}

/* what a reference comes down to where that has no size: void, FWD and FUNC_PROTO may be there */
static bool sizeless_ok(const struct kcheck *k, u32 *id)
{
	u32 kind;

	if (kc_resolved(k, *id))
		*id = kc_resolved_to(k, *id);
	kind = kind_of(k, *id);
	return kc_has(k, *id) && (!kind || kind == BTF_KIND_FWD || kind == BTF_KIND_FUNC_PROTO);
}

static int step_ref(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	u32 to = t->size;
	int ret;

	if (!kc_has(k, to) || kind_is_source(kind_of(k, to)))
		return FAIL(REF_TARGET, NOVAL, to, "refers to [%u], which is no type", to);
	ret = wait_for(k, to);
	if (!ret && krec_kind(t) == BTF_KIND_PTR)
		ret = wait_for_ptr(k, to);
	if (ret)
		return ret;
	if (!kc_size_of(k, &to, NULL) && !sizeless_ok(k, &to) && !k->safe && !is_bad(k, t->size))
		return FAIL(REF_SIZELESS, NOVAL, t->size, "refers to [%u], which has no size",
			    t->size);
	kc_pop(k, to, 0);
	return 0;
}

static int step_var(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	u32 to = t->size;
	int ret;

	if (!kc_has(k, to) || kind_is_source(kind_of(k, to)))
		return FAIL(VAR_TARGET, NOVAL, to, "is of [%u], which is no type", to);
	ret = wait_for(k, to);
	if (!ret)
		ret = wait_for_ptr(k, to);
	if (ret)
		return ret;
	if (!kc_size_of(k, &to, NULL) && !k->safe && !is_bad(k, t->size))
		return FAIL(VAR_SIZELESS, NOVAL, t->size, "is of [%u], which has no size", t->size);
	kc_pop(k, to, 0);
	return 0;
}

/* 0, PUSHED or an error; the type is there and may be of a member or element */
static int wait_for_part(struct kcheck *k, u32 id, bool *ret_wrong)
{
	u32 kind = kind_of(k, id);

	*ret_wrong = !kc_has(k, id) || kind_is_sizeless(kind) || kind_is_source(kind);
	return *ret_wrong ? 0 : wait_for(k, id);
}

static int array_index(struct kcheck *k, struct kc_vertex *v, u32 id)
{
	struct krec t;
	bool wrong;
	u32 to = id;
	int ret = wait_for_part(k, id, &wrong);

	if (ret)
		return ret;
	if (!wrong && kc_size_of(k, &to, NULL)) {
		t = kc_rec(k, to);
		if (krec_kind(&t) == BTF_KIND_INT && kc_int_regular(&t))
			return 0;
	}
	if (k->safe || is_bad(k, id))
		return 0;
	return FAIL(ARRAY_INDEX, NOVAL, id, "is indexed by [%u], which is no such INT", id);
}

static int step_array(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	u32 elem = kc_u32(t->tail), index = kc_u32(t->tail + 4), cnt = kc_u32(t->tail + 8);
	u32 to = elem, size = 0;
	struct krec e;
	bool wrong;
	int ret = array_index(k, v, index);

	if (ret)
		return ret;
	ret = wait_for_part(k, elem, &wrong);
	if (ret)
		return ret;
	if ((wrong || !kc_size_of(k, &to, &size)) && !is_bad(k, elem))
		return FAIL(ARRAY_ELEM, NOVAL, elem, "its elements are of [%u], which has no size",
			    elem);
	e = get(k, to);
	if (krec_kind(&e) == BTF_KIND_INT && !kc_int_regular(&e) && !k->safe)
		return FAIL(ARRAY_INT, NOVAL, elem, "its elements are bits of [%u]", elem);
	if (cnt && size > UINT32_MAX / cnt)
		return FAIL(ARRAY_OVERFLOW, NOVAL, cnt, "%u elements of %u bytes", cnt, size);
	kc_pop(k, to, size * cnt);
	return 0;
}

static int step_struct(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	u32 i = v->next, id = v->id;
	int ret = i ? kc_member_fits(k, id, i - 1) : 0;

	for (; !ret && i < krec_vlen(t); i++) {
		struct kc_member m = kc_member(t, i);
		bool wrong;

		ret = wait_for_part(k, m.type, &wrong);
		if (wrong)
			return FAIL_AT(MEMBER_TYPE, i, NOVAL, m.type,
				       "is of [%u], which has no size", m.type);
		if (ret == PUSHED) {
			/* the stack may have moved */
			k->stack[k->top - 2].next = i + 1;
			return PUSHED;
		}
		/* the kernel notes where to go on before it pushes */
		if (!ret)
			ret = kc_member_fits(k, id, i);
	}
	if (!ret)
		kc_pop(k, 0, 0);
	return ret;
}

/* the parameters of the prototype have names, but "..."; looked at once for all its FUNCs */
static int func_args(struct kcheck *k, struct kc_vertex *v, u32 proto_id, const struct krec *proto)
{
	u8 *state = proto_id >= k->start_id ? &k->state[proto_id - k->start_id] : NULL;

	if (state && *state & KC_NAMED)
		return 0;
	for (u32 i = 0; i < krec_vlen(proto); i++) {
		struct kc_member p = kc_param(proto, i);

		if (!p.name && p.type)
			return FAIL_AT(FUNC_ARG, i, NOVAL, NOVAL, "the parameter has no name");
	}
	if (state)
		*state |= KC_NAMED;
	return 0;
}

static int step_func(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	struct krec proto = get(k, t->size);
	int err;

	if (krec_kind(&proto) != BTF_KIND_FUNC_PROTO)
		return FAIL(FUNC_PROTO_ID, NOVAL, t->size, "refers to [%u], which is no FUNC_PROTO",
			    t->size);
	err = k->safe ? 0 : func_args(k, v, t->size, &proto);
	if (err)
		return err;
	kc_pop(k, t->size, 0);
	return 0;
}

/* an entry whose variable was resolved on the way is not held against its size: kernels forget */
static int step_datasec(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	k->mode = KC_TBD;
	for (u32 i = v->next; i < krec_vlen(t); i++) {
		struct kc_member e = kc_member(t, i); /* type, offset, size */
		u32 var = e.name, entry = e.offset, id, size = 0;
		struct krec x = get(k, var);
		int ret;

		if (krec_kind(&x) != BTF_KIND_VAR)
			return FAIL_AT(VSI_VAR, i, NOVAL, var, "refers to [%u], which is no VAR",
				       var);
		ret = wait_for(k, var);
		if (ret == PUSHED)
			k->stack[k->top - 2].next = i + 1;
		if (ret)
			return ret;
		id = x.size;
		if (!kc_size_of(k, &id, &size)) {
			if (k->safe || is_bad(k, var))
				continue;
			return FAIL_AT(VSI_VAR_TYPE, i, NOVAL, var, "[%u] has no size", var);
		}
		if (entry < size)
			return FAIL_AT(VSI_VAR_SIZE, i, size, entry,
				       "the entry has %u bytes, its variable [%u] %u", entry, var,
				       size);
	}
	kc_pop(k, 0, 0);
	return 0;
}

static int step_decl_tag(struct kcheck *k, struct kc_vertex *v, const struct krec *t)
{
	s32 idx = (s32)kc_u32(t->tail);
	struct krec to = get(k, t->size);
	u32 kind = krec_kind(&to);
	int ret;

	if (!kind_is_struct(kind) && kind != BTF_KIND_FUNC && kind != BTF_KIND_VAR &&
	    kind != BTF_KIND_TYPEDEF)
		return FAIL(DECL_TAG_TARGET, NOVAL, t->size, "stands at [%u]", t->size);
	ret = wait_for(k, t->size);
	if (ret)
		return ret;
	/* what has parts is a struct or a function, whose parts are those of its prototype */
	if (kind == BTF_KIND_FUNC)
		to = get(k, to.size);
	if (idx != -1 && (kind == BTF_KIND_VAR || kind == BTF_KIND_TYPEDEF))
		return FAIL(DECL_TAG_RANGE, -1, idx, "stands at component %d of what has none",
			    idx);
	if (idx != -1 && (u32)idx >= krec_vlen(&to))
		return FAIL(DECL_TAG_RANGE, krec_vlen(&to), idx, "stands at component %d of %u",
			    idx, krec_vlen(&to));
	kc_pop(k, t->size, 0);
	return 0;
}

int kc_step(struct kcheck *k)
{
	/* a copy: a push may move the stack */
	struct kc_vertex top = k->stack[k->top - 1], *v = &top;
	struct krec t = kc_rec(k, v->id);
	int ret;

	switch (krec_kind(&t)) {
	case BTF_KIND_ARRAY:
		ret = step_array(k, v, &t);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		ret = step_struct(k, v, &t);
		break;
	case BTF_KIND_VAR:
		ret = step_var(k, v, &t);
		break;
	case BTF_KIND_FUNC:
		ret = step_func(k, v, &t);
		break;
	case BTF_KIND_DECL_TAG:
		ret = step_decl_tag(k, v, &t);
		break;
	case BTF_KIND_DATASEC:
		ret = step_datasec(k, v, &t);
		break;
	default:
		ret = step_ref(k, v, &t);
	}
	return ret > 0 ? 0 : ret;
}

/* ---- FUNC_PROTO: not walked through, but asked when its id comes ---- */

static int resolve_now(struct kcheck *k, u32 id)
{
	if (kind_needs_resolve(kind_of(k, id)) && !kc_resolved(k, id))
		return kc_resolve(k, id);
	return 0;
}

static int proto_return(struct kcheck *k, struct kc_vertex *v, u32 id)
{
	u32 to = id;
	int err;

	if (!id)
		return 0;
	if (!kc_has(k, id) || kind_is_source(kind_of(k, id)))
		return FAIL(PROTO_RETURN, NOVAL, id, "returns [%u], which is no type", id);
	err = resolve_now(k, id);
	if (!err && !kc_size_of(k, &to, NULL) && !k->safe && !is_bad(k, id))
		err = FAIL(PROTO_RETURN, NOVAL, id, "returns [%u], which has no size", id);
	return err;
}

static int proto_arg(struct kcheck *k, struct kc_vertex *v, u32 i, const struct kc_member *p)
{
	u32 to = p->type;
	int err;

	if (!kc_has(k, to) || kind_is_source(kind_of(k, to)))
		return FAIL_AT(PROTO_ARG, i, NOVAL, to, "is of [%u], which is no type", to);
	if (p->name && (!kc_name_ok(k, p->name) || !kc_identifier(k, p->name)) && !k->safe)
		return FAIL_AT(PROTO_ARG_NAME, i, NOVAL, p->name, "the name is no identifier");
	err = resolve_now(k, to);
	if (!err && !kc_size_of(k, &to, NULL) && !k->safe && !is_bad(k, p->type))
		err = FAIL_AT(PROTO_ARG, i, NOVAL, p->type, "is of [%u], which has no size",
			      p->type);
	return err;
}

int kc_proto(struct kcheck *k, u32 id)
{
	struct kc_vertex at = {.id = id}, *v = &at;
	struct krec t = kc_rec(k, id);
	u32 cnt = krec_vlen(&t);
	int err = proto_return(k, v, t.size);

	if (!err && cnt) {
		struct kc_member last = kc_param(&t, cnt - 1);

		if (!last.type) {
			if (last.name && !k->safe)
				return FAIL_AT(PROTO_VARARG, cnt - 1, 0, last.name,
					       "the name of '...' is at %u", last.name);
			cnt--;
		}
	}
	for (u32 i = 0; i < cnt && !err; i++) {
		struct kc_member p = kc_param(&t, i);

		err = proto_arg(k, v, i, &p);
	}
	return err;
}
