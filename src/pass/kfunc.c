// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Kfuncs of a kernel's build: see kfunc.h.
 *
 * In: an object and the sets of .BTF_ids, as the linker left them. Out: the same object with
 * FUNCs, prototypes and tags appended; types that were there change in one thing, which prototype
 * a FUNC has.
 *
 * gather()      members of kfunc sets, each once, by name
 * match()       their FUNCs, and whether the encoder has tagged any
 * put_kfunc()   one after the other: in the order of the tags or, without, of the ids
 *
 * With tags it is what resolve_btfids of Linux 7.0 does, without them what it does since the middle
 * of 2026; both read the same options.
 */
#include "pass/kfunc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/append.h"
#include "btf/kind.h"

#define NOVAL BTF_NO_VALUE
#define TAG "bpf_kfunc"
#define TAG_FAST "bpf_fastcall"
#define TAG_ARENA "address_space(1)"
#define IMPL "_impl"
#define MAX_SYMBOL 512 /* kernels take no longer names */

struct kfunc {
	const char *name; /* in the arena */
	u32 flags;	  /* as the first set has them */
	u32 other;	  /* as another one has them */
	u32 word;
	u32 id;	  /* FUNC; 0: has none */
	u32 impl; /* FUNC of NAME_impl that is there already */
	u32 rank; /* they are worked on in this order; 0: not at all */
};

/* a DECL_TAG */
struct tag {
	u32 to, id;
};

struct job {
	struct btf *b;
	const struct ids *x;
	struct btf_report *r;
	struct arena arena;
	struct buf kfunc; /* struct kfunc[] by name */
	struct buf tag;	  /* struct tag[] by what it is on */
	bool tagged;	  /* by the encoder */
};

static struct kfunc *kfunc_at(const struct job *j, size_t i)
{
	return (struct kfunc *)(void *)j->kfunc.data + i;
}

static size_t kfunc_cnt(const struct job *j)
{
	return j->kfunc.len / sizeof(struct kfunc);
}

static int kfunc_error(const struct job *j, const struct kfunc *k, enum btf_code code,
		       const char *what)
{
	struct place at = {.section = ".BTF_ids",
			   .offset_plus1 = (u64)k->word * 4 + 1,
			   .type_id = k->id,
			   .kind = BTF_KIND_FUNC,
			   .name = k->name};

	return report_error(j->r, code, &at, NOVAL, NOVAL, "%s", what);
}

/* ---- members of sets ---- */

static int take_member(void *ctx, const struct ids_name *n)
{
	struct job *j = ctx;
	u32 flags = ids_word(j->x, n->word + 1);
	struct kfunc k = {.word = n->word, .flags = flags, .other = flags};
	char *name = arena_alloc(&j->arena, n->len + 1ull);

	if (!name)
		return -ENOMEM;
	memcpy(name, n->name, n->len);
	name[n->len] = 0;
	k.name = name;
	return buf_add(&j->kfunc, &k, sizeof(k));
}

static int by_name(const void *a, const void *b)
{
	const struct kfunc *x = a, *y = b;
	int diff = strcmp(x->name, y->name);

	return diff ? diff : x->word < y->word ? -1 : x->word > y->word;
}

/* of a set that is sorted, the symbol at a place does not say whose flags stand there */
static int check_order(const struct job *j)
{
	for (u32 i = 0; i < j->x->set_cnt; i++) {
		const struct ids_set *s = &j->x->set[i];

		for (u32 m = 1; s->pairs && ids_word(j->x, s->word) && m < s->cnt; m++)
			if (ids_word(j->x, ids_member(s, m) + 1) !=
			    ids_word(j->x, ids_member(s, 0) + 1))
				return report_error(
					j->r, BTF_CODE_IDS_FLAGS,
					&(struct place){.section = ".BTF_ids",
							.offset_plus1 = (u64)s->word * 4 + 1},
					NOVAL, NOVAL,
					"the set '%s' was sorted by resolve_btfids before: which "
					"flags are whose is not known any more",
					ids_set_name(s));
	}
	return 0;
}

/* from here on j->kfunc has each name once */
static int gather(struct job *j)
{
	int err = check_order(j);
	size_t cnt = 0;

	if (!err && ids_kfuncs(j->x, take_member, j))
		err = report_nomem(j->r);
	if (err || !kfunc_cnt(j))
		return err;
	qsort(j->kfunc.data, kfunc_cnt(j), sizeof(struct kfunc), by_name);
	for (size_t i = 0; i < kfunc_cnt(j); i++) {
		struct kfunc *k = kfunc_at(j, i), *before = cnt ? kfunc_at(j, cnt - 1) : NULL;

		if (!before || strcmp(before->name, k->name))
			*kfunc_at(j, cnt++) = *k;
		else if (before->flags != k->flags)
			before->other = k->flags;
	}
	j->kfunc.len = cnt * sizeof(struct kfunc);
	return 0;
}

/* ---- their functions ---- */

static struct kfunc *find(const struct job *j, const char *name, size_t len)
{
	size_t lo = 0, hi = kfunc_cnt(j);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct kfunc *k = kfunc_at(j, mid);
		int diff = strncmp(k->name, name, len);

		if (!diff && !k->name[len])
			return k;
		if (diff < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int take_tag(struct job *j, const struct btf_type *t, u32 id)
{
	s32 component = ((const struct btf_decl_tag *)type_tail(t))->component_idx;
	const struct btf_type *func = object_type(j->b, t->type);
	struct tag tag = {t->type, id};
	const char *name;
	struct kfunc *k;

	if (component == -1 && !type_kflag(t) && !strcmp(object_name(j->b, t), TAG)) {
		j->tagged = true;
		name = object_name(j->b, func);
		k = type_is(func, BTF_KIND_FUNC) && t->type >= j->b->start_id
			    ? find(j, name, strlen(name))
			    : NULL;
		if (k && !k->rank) {
			k->rank = id;
			k->id = t->type;
		}
	}
	return buf_add(&j->tag, &tag, sizeof(tag));
}

static void take_func(struct job *j, const struct btf_type *t, u32 id)
{
	const char *name = object_name(j->b, t);
	size_t len = strlen(name), suffix = sizeof(IMPL) - 1;
	struct kfunc *k = find(j, name, len);

	if (k && !k->id)
		k->id = id;
	if (len <= suffix || strcmp(name + len - suffix, IMPL))
		return;
	k = find(j, name, len - suffix);
	if (k && !k->impl)
		k->impl = id;
}

static int by_target(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* from here on each kfunc knows its FUNC, and tags are found by what they are on */
static int match(struct job *j)
{
	int err = 0;

	for (u32 i = 0; !err && i < j->b->nr; i++) {
		const struct btf_type *t = object_own(j->b, i);

		if (type_is(t, BTF_KIND_FUNC))
			take_func(j, t, j->b->start_id + i);
		else if (type_is(t, BTF_KIND_DECL_TAG))
			err = take_tag(j, t, j->b->start_id + i);
	}
	if (err)
		return report_nomem(j->r);
	if (j->tag.len)
		qsort(j->tag.data, j->tag.len / sizeof(struct tag), sizeof(struct tag), by_target);
	for (size_t i = 0; !j->tagged && i < kfunc_cnt(j); i++) {
		const struct kfunc *k = kfunc_at(j, i);

		if (k->flags != k->other)
			err = report_error(j->r, BTF_CODE_KFUNC_FLAGS,
					   &(struct place){.section = ".BTF_ids",
							   .offset_plus1 = (u64)k->word * 4 + 1,
							   .name = k->name},
					   k->flags, k->other,
					   "the function has flags 0x%x in one set, 0x%x in "
					   "another",
					   k->flags, k->other);
		else if (!k->id)
			report_warning(j->r, BTF_CODE_KFUNC_NONE,
				       &(struct place){.section = ".BTF_ids",
						       .offset_plus1 = (u64)k->word * 4 + 1,
						       .kind = BTF_KIND_FUNC,
						       .name = k->name},
				       NOVAL, NOVAL,
				       "a set lists it, and the BTF has no such FUNC");
	}
	return err;
}

/* ---- new types ---- */

static struct btf_type *change(struct btf *b, u32 id)
{
	return (struct btf_type *)(uintptr_t)object_type(b, id);
}

int kfunc_arena(struct btf *b, u32 ptr)
{
	struct btf_type *made;
	int name, tag, id;
	u32 to;

	if (!type_is(object_type(b, ptr), BTF_KIND_PTR))
		return 0;
	to = object_type(b, ptr)->type;
	name = object_add_str(b, TAG_ARENA);
	if (name < 0)
		return name;
	tag = object_add_record(b, sizeof(*made), &made);
	if (tag < 0)
		return tag;
	made->name_off = (u32)name;
	made->info = info_make(BTF_KIND_TYPE_TAG, 0, true);
	made->type = to;
	id = object_add_record(b, sizeof(*made), &made);
	if (id < 0)
		return id;
	made->info = info_make(BTF_KIND_PTR, 0, false);
	made->type = (u32)tag;
	return id;
}

/* a copy of a prototype, or of its first `params` parameters */
static int add_proto(struct btf *b, u32 proto, u32 ret, u32 params)
{
	size_t size = sizeof(struct btf_type) + params * sizeof(struct btf_param);
	struct btf_type *t;
	int id = object_add_record(b, size, &t);

	if (id < 0)
		return id;
	memcpy(t, object_type(b, proto), size);
	t->name_off = 0;
	t->info = info_make(BTF_KIND_FUNC_PROTO, params, false);
	t->type = ret;
	return id;
}

/* ---- arguments that callers do not give ---- */

static const struct btf_type *skip_modifiers(const struct btf *b, u32 id)
{
	const struct btf_type *t = object_type(b, id);

	/* BTF may go in circles */
	for (u32 i = 0; kind_in(type_kind(t), KINDS_MOD) && i < 64; i++)
		t = object_type(b, t->type);
	return t;
}

static bool is_implicit(const struct job *j, const struct btf_param *p)
{
	const struct btf_type *t = skip_modifiers(j->b, p->type);
	const char *name;

	if (!type_is(t, BTF_KIND_PTR))
		return false;
	t = skip_modifiers(j->b, t->type);
	if (!type_is(t, BTF_KIND_STRUCT))
		return false;
	name = object_name(j->b, t);
	return !strcmp(name, "bpf_prog_aux") || (!j->tagged && !strcmp(name, "btf_struct_meta"));
}

/* the tags of the kfunc, but for the one that makes it one, for its twin too */
static int copy_tags(struct job *j, const struct kfunc *k, u32 to)
{
	const struct tag *tag = (const void *)j->tag.data;
	size_t cnt = j->tag.len / sizeof(*tag), lo = 0, hi = cnt;
	int err = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tag[mid].to < k->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; err >= 0 && lo < cnt && tag[lo].to == k->id; lo++) {
		const struct btf_type *t = object_type(j->b, tag[lo].id);
		s32 component = ((const struct btf_decl_tag *)type_tail(t))->component_idx;
		bool kflag = type_kflag(t);
		char *value;

		if (!strcmp(object_name(j->b, t), TAG))
			continue;
		/* the string may move while it is looked up */
		value = strdup(object_name(j->b, t));
		err = value ? object_add_decl_tag(j->b, value, to, component, kflag) : -ENOMEM;
		free(value);
	}
	if (err >= 0 && !j->tagged && k->flags & KF_FASTCALL)
		err = object_add_decl_tag(j->b, TAG_FAST, to, -1, false);
	return err < 0 ? err : 0;
}

static int add_impl(struct job *j, const struct kfunc *k, u32 proto)
{
	u32 linkage = type_vlen(object_type(j->b, k->id));
	char name[MAX_SYMBOL];
	struct btf_type *t;
	int off, id;

	if (strlen(k->name) + sizeof(IMPL) > sizeof(name))
		return kfunc_error(j, k, BTF_CODE_KFUNC_NAME,
				   "the name is too long to put " IMPL " behind it");
	strcpy(stpcpy(name, k->name), IMPL);
	off = object_add_str(j->b, name);
	if (off < 0)
		return off;
	id = object_add_record(j->b, sizeof(*t), &t);
	if (id < 0)
		return id;
	t->name_off = (u32)off;
	t->info = info_make(BTF_KIND_FUNC, linkage, false);
	t->type = proto;
	return copy_tags(j, k, (u32)id);
}

static int put_implicit(struct job *j, const struct kfunc *k)
{
	u32 proto = object_type(j->b, k->id)->type, params;
	const struct btf_type *t = object_type(j->b, proto);
	int err = 0, id;

	if (!k->impl)
		err = add_impl(j, k, proto);
	if (err)
		return err;
	t = object_type(j->b, proto);
	for (params = 0; params < type_vlen(t); params++)
		if (is_implicit(j, (const struct btf_param *)type_tail(t) + params))
			break;
	id = add_proto(j->b, proto, t->type, params);
	if (id < 0)
		return id;
	change(j->b, k->id)->type = (u32)id;
	return 0;
}

/* ---- pointers into arenas ---- */

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && !strcmp(s + len - n, end);
}

static bool is_arena(const struct job *j, const struct kfunc *k, u32 param)
{
	const struct btf_type *proto = object_type(j->b, object_type(j->b, k->id)->type);
	const struct btf_param *p = (const struct btf_param *)type_tail(proto) + param;
	const char *name = object_str(j->b, p->name_off);

	return ends_with(name, "__arena") || ends_with(name, "__arena__nullable") ||
	       (param < 2 && k->flags & KF_ARENA_ARG1 << param);
}

static int arena_pointer(struct job *j, const struct kfunc *k, u32 ptr)
{
	int id = kfunc_arena(j->b, ptr);

	return id ? id
		  : kfunc_error(j, k, BTF_CODE_KFUNC_PROTO,
				"what is marked as a pointer into an arena is no pointer");
}

static int put_arena(struct job *j, const struct kfunc *k)
{
	u32 proto = object_type(j->b, k->id)->type;
	u32 cnt = type_vlen(object_type(j->b, proto)), ret = object_type(j->b, proto)->type;
	bool any = k->flags & KF_ARENA_RET;
	int id, ptr;

	for (u32 i = 0; !any && i < cnt; i++)
		any = is_arena(j, k, i);
	if (!any)
		return 0;
	if (k->flags & KF_ARENA_RET) {
		ptr = arena_pointer(j, k, ret);
		if (ptr < 0)
			return ptr;
		ret = (u32)ptr;
	}
	id = add_proto(j->b, proto, ret, cnt);
	for (u32 i = 0; id >= 0 && i < cnt; i++) {
		const struct btf_param *p = type_tail(object_type(j->b, (u32)id));

		if (!is_arena(j, k, i))
			continue;
		ptr = arena_pointer(j, k, p[i].type);
		if (ptr < 0)
			return ptr;
		((struct btf_param *)type_tail(change(j->b, (u32)id)))[i].type = (u32)ptr;
	}
	if (id >= 0)
		change(j->b, k->id)->type = (u32)id;
	return id < 0 ? id : 0;
}

/* ---- one after the other ---- */

static int put_kfunc(struct job *j, const struct kfunc *k)
{
	int err = 0;

	if (!type_is(object_type(j->b, object_type(j->b, k->id)->type), BTF_KIND_FUNC_PROTO))
		return kfunc_error(j, k, BTF_CODE_KFUNC_PROTO, "the function has no prototype");
	if (!j->tagged)
		err = object_add_decl_tag(j->b, TAG, k->id, -1, false);
	if (err >= 0 && !j->tagged && k->flags & KF_FASTCALL)
		err = object_add_decl_tag(j->b, TAG_FAST, k->id, -1, false);
	if (err >= 0 && k->flags & KF_IMPLICIT_ARGS)
		err = put_implicit(j, k);
	if (err >= 0 && !j->tagged)
		err = put_arena(j, k);
	return err < 0 ? err : 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct kfunc *x = a, *y = b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* those with a FUNC: in the order of the encoder's tags or, without, of their ids */
static int put_all(struct job *j, struct kfunc_stats *stats)
{
	int err = 0;

	for (size_t i = 0; !j->tagged && i < kfunc_cnt(j); i++)
		kfunc_at(j, i)->rank = kfunc_at(j, i)->id;
	if (kfunc_cnt(j))
		qsort(j->kfunc.data, kfunc_cnt(j), sizeof(struct kfunc), by_rank);
	for (size_t i = 0; !err && i < kfunc_cnt(j); i++) {
		const struct kfunc *k = kfunc_at(j, i);

		if (!k->rank)
			continue;
		stats->kfuncs++;
		stats->implicit += (k->flags & KF_IMPLICIT_ARGS) != 0;
		err = put_kfunc(j, k);
	}
	return err;
}

int kfuncs_apply(struct btf *b, const struct ids *x, struct btf_report *r, struct kfunc_stats *ret)
{
	struct job j = {.b = b, .x = x, .r = r};
	struct kfunc_stats stats = {0};
	int err;

	err = gather(&j);
	if (!err && kfunc_cnt(&j))
		err = match(&j);
	if (!err && kfunc_cnt(&j)) {
		/* records are written to from here on */
		err = object_modify(b);
		if (!err)
			err = put_all(&j, &stats);
		object_rewritten(b);
		if (err == -ENOMEM)
			report_nomem(r);
	}
	stats.tagged = kfunc_cnt(&j) && !j.tagged;
	buf_deinit(&j.kfunc);
	buf_deinit(&j.tag);
	arena_deinit(&j.arena);
	if (!err)
		*ret = stats;
	return err;
}

/* ---- order ---- */

struct named {
	const char *name;
	u32 own;
};

static int by_type_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int diff = strcmp(x->name, y->name);

	return diff ? diff : x->own < y->own ? -1 : x->own > y->own;
}

int types_sort_by_name(struct btf *b)
{
	struct named *n = zalloc_array(b->nr, sizeof(*n));
	u32 *map = zalloc_array(b->nr, sizeof(*map));
	int err = n && map ? 0 : -ENOMEM;

	for (u32 i = 0; !err && i < b->nr; i++)
		n[i] = (struct named){object_name(b, object_own(b, i)), i};
	if (!err) {
		qsort(n, b->nr, sizeof(*n), by_type_name);
		for (u32 i = 0; i < b->nr; i++)
			map[n[i].own] = b->start_id + i;
		err = b->nr ? object_permute(b, map, NULL) : 0;
	}
	free(n);
	free(map);
	return err;
}
