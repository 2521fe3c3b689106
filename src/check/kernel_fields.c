// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Structs with special fields: locks, list and tree nodes, pointers into the kernel. A program may
 * allocate such structs, so that kernels want to know what they own, at load already.
 *
 * In: BTF that passed all other phases, so references lead somewhere and end. Out: which special
 * fields each struct with such a member has, nested structs and arrays included; kernel_owners.c
 * asks what they own. Nested structs are gone through as often as they are met, which can take a
 * kernel for ever: KC_MAX_WORK ends it here.
 */
#include "check/kernel_fields.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/index.h"

#define FIELDS_MAX 11

static const struct special {
	const char *name;
	u32 type, size, align;
	bool unique;  /* one in a struct */
	bool starter; /* a struct with it is looked at; others only count there */
	u32 since;
} specials[] = {
	{"bpf_spin_lock", F_LOCK, 4, 4, true, true, KV(6, 2)},
	{"bpf_res_spin_lock", F_RES_LOCK, 4, 4, true, false, KV(6, 15)},
	{"bpf_list_head", F_LIST_HEAD, 16, 8, false, true, KV(6, 2)},
	{"bpf_list_node", F_LIST_NODE, 24, 8, false, true, KV(6, 2)},
	{"bpf_rb_root", F_RB_ROOT, 16, 8, false, true, KV(6, 3)},
	{"bpf_rb_node", F_RB_NODE, 32, 8, false, true, KV(6, 3)},
	{"bpf_refcount", F_REFCOUNT, 4, 4, false, true, KV(6, 4)},
};

/* structs of the kernel that a program may own through a kptr */
static const char *const with_destructor[] = {"task_struct", "cgroup", "bpf_cpumask",
					      "bpf_crypto_ctx"};

static u32 kind_at(const struct kcheck *k, u32 id)
{
	struct krec t = kc_rec(k, id);

	return krec_kind(&t);
}

static const char *name_of(const struct kcheck *k, const struct krec *t)
{
	return t->name ? kc_name(k, t->name) : "(anon)";
}

/* counts a step of the kernel's; false: it takes too long */
static bool worked(struct kcheck *k)
{
	return ++k->work <= KC_MAX_WORK;
}

static int too_long(struct field_walk *w)
{
	struct kcheck *k = w->k;

	return FAIL(UNSAFE_WORK, w->top, -1, "nested structs are gone through without end");
}

/* ---- pointers with a tag ---- */

/* NOT_ONE, IS_ONE, or -EINVAL without a finding */
enum { NOT_ONE, IS_ONE };

static int find_kptr(const struct kcheck *k, struct krec t, struct field *ret)
{
	static const struct {
		const char *tag;
		u32 type;
	} tags[] = {{"kptr_untrusted", F_KPTR_UNREF},
		    {"kptr", F_KPTR_REF},
		    {"percpu_kptr", F_KPTR_PERCPU},
		    {"uptr", 0}};
	const char *tag;
	u32 i = 0, to;

	if (krec_kind(&t) == BTF_KIND_VOLATILE)
		t = kc_rec(k, t.size);
	if (krec_kind(&t) != BTF_KIND_PTR)
		return NOT_ONE;
	t = kc_rec(k, t.size);
	if (krec_kind(&t) != BTF_KIND_TYPE_TAG || krec_kflag(&t))
		return NOT_ONE;
	if (kind_at(k, t.size) == BTF_KIND_TYPE_TAG)
		return -EINVAL;
	tag = name_of(k, &t);
	while (i < ARRAY_SIZE(tags) && strcmp(tag, tags[i].tag) != 0)
		i++;
	if (i == ARRAY_SIZE(tags) || (!tags[i].type && k->version < KV(6, 13)))
		return -EINVAL;
	for (to = t.size; kind_is_modifier(kind_at(k, to)); to = t.size)
		t = kc_rec(k, to);
	if (!tags[i].type)
		return NOT_ONE;
	if (kind_at(k, to) != BTF_KIND_STRUCT)
		return -EINVAL;
	ret->type = tags[i].type;
	ret->target = to;
	return IS_ONE;
}

/* ---- lists and trees ---- */

/* ids of all DECL_TAGs "contains:..." */
static int collect_contains(struct field_walk *w)
{
	struct kcheck *k = w->k;

	w->has_contains = true;
	for (u32 id = 1; id < kc_end(k); id++) {
		struct krec t = kc_rec(k, id);

		if (krec_kind(&t) == BTF_KIND_DECL_TAG &&
		    !strncmp(name_of(k, &t), "contains:", 9) &&
		    buf_add(&w->contains, &id, sizeof(id)))
			return report_nomem(k->r);
	}
	return 0;
}

/* the one tag of member i of struct id; NULL: none or several */
static int contains_of(struct field_walk *w, u32 id, u32 i, const char **ret)
{
	struct kcheck *k = w->k;
	int err = w->has_contains ? 0 : collect_contains(w);
	const u32 *ids = (const u32 *)(void *)w->contains.data;

	*ret = NULL;
	for (size_t j = 0; !err && j < w->contains.len / sizeof(*ids); j++) {
		struct krec t = kc_rec(k, ids[j]);

		if (!worked(k))
			return too_long(w);
		if (t.size != id || kc_u32(t.tail) != i)
			continue;
		if (*ret) {
			*ret = NULL;
			return 0;
		}
		*ret = kc_name(k, t.name) + 9;
	}
	return err;
}

/* the lowest id of a STRUCT of that name, 0 for none */
static int find_struct(struct field_walk *w, const char *name, size_t len, u32 *ret)
{
	struct kcheck *k = w->k;

	*ret = 0;
	for (u32 id = 1; id < kc_end(k); id++) {
		struct krec t = kc_rec(k, id);
		const char *s;

		if (!worked(k))
			return too_long(w);
		if (krec_kind(&t) != BTF_KIND_STRUCT)
			continue;
		s = kc_name(k, t.name);
		if (!strncmp(s, name, len) && !s[len]) {
			*ret = id;
			return 0;
		}
	}
	return 0;
}

static int find_root(struct field_walk *w, u32 owner, u32 i, struct field *f)
{
	struct kcheck *k = w->k;
	const char *value, *node;
	u32 id;
	int err = contains_of(w, owner, i, &value);

	if (err)
		return err;
	node = value ? strchr(value, ':') : NULL;
	if (!node)
		return FAIL(FIELD_CONTAINS, owner, i,
			    "has no tag, several, or none of the form contains:STRUCT:MEMBER");
	err = find_struct(w, value, (size_t)(node - value), &id);
	if (err)
		return err;
	if (!id)
		return FAIL(FIELD_VALUE, owner, i, "contains a struct that is not there");
	if (!node[1])
		return FAIL(FIELD_CONTAINS, owner, i, "its tag names no member");
	f->target = id;
	f->node = node + 1;
	return IS_ONE;
}

/* ---- the fields of a struct ---- */

/* where found fields go: room for `left` more */
struct found {
	struct field *f;
	u32 left;
};

/* a member: number i of struct `owner`, of type id, at byte `off` */
struct spot {
	u32 owner, i, id, off;
};

static const struct special *special_of(const struct kcheck *k, const struct krec *t)
{
	const char *name = name_of(k, t);

	for (u32 i = 0; i < ARRAY_SIZE(specials); i++)
		if (k->version >= specials[i].since && !strcmp(name, specials[i].name))
			return &specials[i];
	return NULL;
}

/* field_cnt fields stand cnt times, size bytes apart */
static int repeat(struct field_walk *w, const struct spot *s, struct found *to, u32 field_cnt,
		  u32 cnt, u32 size)
{
	struct kcheck *k = w->k;

	for (u32 j = 0; j < field_cnt; j++)
		if (!(to->f[j].type & (F_KPTR | F_ROOT)))
			return FAIL(FIELD_REPEAT, s->owner, s->i, "stands in an array");
	if ((u64)field_cnt * cnt > to->left)
		return FAIL(FIELD_COUNT, s->owner, s->i, "%u special fields in an array of %u",
			    field_cnt, cnt);
	for (u32 n = 1; n < cnt; n++)
		for (u32 j = 0; j < field_cnt; j++) {
			to->f[n * field_cnt + j] = to->f[j];
			to->f[n * field_cnt + j].off += n * size;
		}
	return 0;
}

static int find_fields(struct field_walk *w, u32 id, struct found to, u32 level, u32 *seen);

static int find_nested(struct field_walk *w, const struct spot *s, u32 cnt, struct found to,
		       u32 level, u32 *seen)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, s->id);
	int ret, err;

	if (++level >= KC_DEPTH)
		return FAIL(FIELD_DEPTH, s->owner, s->i, "structs are nested %u deep", level);
	ret = find_fields(w, s->id, to, level, seen);
	if (ret <= 0)
		return ret;
	for (int j = 0; j < ret; j++)
		to.f[j].off += s->off;
	if (cnt <= 1)
		return ret;
	err = repeat(w, s, &to, (u32)ret, cnt, t.size);
	return err ? err : ret * (int)cnt;
}

/* a member of a special type, or of no struct: its size, its type; 0 is no field */
static int take(struct field_walk *w, const struct spot *s, const struct special *special,
		struct field *f)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, s->id);
	int ret;

	if (s->off % (special ? special->align : 8))
		return NOT_ONE;
	if (!special) {
		ret = find_kptr(k, t, f);
		return ret >= 0 ? ret
				: FAIL(FIELD_KPTR, s->owner, s->i,
				       "its tag is none that is known, or stands at no struct");
	}
	if (krec_kind(&t) != BTF_KIND_STRUCT || t.size != special->size)
		return NOT_ONE;
	f->type = special->type;
	return special->type & F_ROOT ? find_root(w, s->owner, s->i, f) : IS_ONE;
}

/* through arrays to what their elements are; *ret_cnt of them */
static int strip_arrays(struct field_walk *w, struct spot *s, u32 *ret_cnt)
{
	struct kcheck *k = w->k;
	u32 deep = 0;

	*ret_cnt = 1;
	for (; kind_at(k, s->id) == BTF_KIND_ARRAY && k->version >= KV(6, 11); deep++) {
		struct krec t = kc_rec(k, s->id);

		if (deep == KC_DEPTH - 1)
			return FAIL(FIELD_DEPTH, s->owner, s->i, "arrays are nested %u deep", deep);
		*ret_cnt *= kc_u32(t.tail + 8);
		s->id = kc_u32(t.tail);
	}
	return 0;
}

static int find_one(struct field_walk *w, struct spot s, struct found to, u32 level, u32 *seen)
{
	struct kcheck *k = w->k;
	const struct special *special;
	struct field f = {.off = s.off};
	struct krec t;
	u32 cnt;
	int ret = strip_arrays(w, &s, &cnt);

	if (ret || !cnt)
		return ret;
	t = kc_rec(k, s.id);
	special = special_of(k, &t);
	if (special && (special->unique || (special->type == F_REFCOUNT && kc_fields_strict(k)))) {
		if (*seen & special->type)
			return FAIL(FIELD_UNIQUE, s.owner, s.i, "a second %s", special->name);
		*seen |= special->type;
	}
	if (!special && krec_kind(&t) == BTF_KIND_STRUCT)
		return k->version >= KV(6, 11) ? find_nested(w, &s, cnt, to, level, seen) : 0;
	if (!special && k->version < KV(6, 12))
		return 0;
	ret = take(w, &s, special, &f);
	if (ret <= 0)
		return ret;
	if (!to.left)
		return FAIL(FIELD_COUNT, s.owner, s.i, "more than %d special fields", FIELDS_MAX);
	to.f[0] = f;
	ret = cnt > 1 ? repeat(w, &s, &to, 1, cnt, special ? special->size : 8) : 0;
	return ret ? ret : (int)cnt;
}

/* the number of fields in struct id, or an error */
static int find_fields(struct field_walk *w, u32 id, struct found to, u32 level, u32 *seen)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, id);
	u32 own_seen = 0;
	int ret, cnt = 0;

	/* one lock in each nested struct, or in all together */
	if (!kc_fields_strict(k))
		seen = &own_seen;
	for (u32 i = 0; i < krec_vlen(&t); i++) {
		struct kc_member m = kc_member(&t, i);
		u32 off = kc_bit_off(&t, &m);

		if (!worked(k))
			return too_long(w);
		if (off % 8)
			return FAIL(FIELD_BITS, id, i, "begins at bit %u", off);
		ret = find_one(w, (struct spot){id, i, m.type, off / 8}, to, level, seen);
		if (ret < 0)
			return ret;
		cnt += ret;
		to.f += ret;
		to.left -= (u32)ret;
	}
	return cnt;
}

/* ---- records ---- */

static u32 field_size(u32 type)
{
	for (u32 i = 0; i < ARRAY_SIZE(specials); i++)
		if (specials[i].type == type)
			return specials[i].size;
	return 8;
}

/* the member that a root names is a node */
static int check_node(struct field_walk *w, const struct field *f)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, f->target), n;
	const char *want = f->type == F_LIST_HEAD ? "bpf_list_node" : "bpf_rb_node";
	bool found = false;

	for (u32 i = 0; i < krec_vlen(&t); i++) {
		struct kc_member m = kc_member(&t, i);

		if (!worked(k))
			return too_long(w);
		if (strcmp(f->node, m.name ? kc_name(k, m.name) : "(anon)") != 0)
			continue;
		if (found)
			return FAIL(FIELD_NODE, f->target, i, "a second member of that name");
		found = true;
		n = kc_rec(k, m.type);
		if (krec_kind(&n) != BTF_KIND_STRUCT || strcmp(name_of(k, &n), want) != 0)
			return FAIL(FIELD_NODE, f->target, i, "is no %s", want);
		/* how the offset is to be read is asked of the node's own type, not of the struct
		 */
		if (kc_bit_off(&n, &m) % 64)
			return FAIL(FIELD_NODE, f->target, i, "begins at bit %u",
				    kc_bit_off(&n, &m));
	}
	return found ? 0 : FAIL(FIELD_NO_NODE, f->target, -1, "has no member %s", f->node);
}

static int check_kptr(struct field_walk *w, struct field *f)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, f->target);
	const char *name = name_of(k, &t);

	f->foreign = k->running && object_find(k->running, name, BTF_KIND_STRUCT, 1) > 0;
	if (!f->foreign || f->type != F_KPTR_REF)
		return 0;
	for (u32 i = 0; i < ARRAY_SIZE(with_destructor); i++)
		if (!strcmp(name, with_destructor[i]))
			return 0;
	return FAIL(FIELD_DTOR, w->top, -1, "points to %s of the kernel, which has no destructor",
		    name);
}

/* locks and counts that the fields need */
static int check_company(struct field_walk *w, u32 mask)
{
	struct kcheck *k = w->k;

	if (mask & F_LOCK && mask & F_RES_LOCK)
		return FAIL(FIELD_LOCKS, w->top, -1, "has two kinds of lock");
	if (mask & F_ROOT && !(mask & (F_LOCK | F_RES_LOCK)))
		return FAIL(FIELD_LOCK, w->top, -1, "has no lock");
	if (mask & F_LIST_NODE && mask & F_RB_NODE && !(mask & F_REFCOUNT))
		return FAIL(FIELD_REFCOUNT, w->top, -1, "has no reference count");
	return 0;
}

/* one found field behind the one that ends at *end */
static int check_field(struct field_walk *w, struct field *f, u32 struct_size, u32 *end)
{
	struct kcheck *k = w->k;
	u32 size = field_size(f->type);

	if (f->off + size > struct_size)
		return FAIL(FIELD_END, w->top, -1, "a field at byte %u ends behind %u bytes",
			    f->off, struct_size);
	if (f->off < *end)
		return FAIL(FIELD_OVERLAP, w->top, -1, "fields at byte %u overlap", f->off);
	*end = f->off + size;
	if (f->type & F_KPTR)
		return check_kptr(w, f);
	return f->type & F_ROOT ? check_node(w, f) : 0;
}

static int parse_struct(struct field_walk *w, u32 id)
{
	struct kcheck *k = w->k;
	struct krec t = kc_rec(k, id);
	struct field found[FIELDS_MAX];
	struct field_record rec = {.id = id, .first = (u32)(w->fields.len / sizeof(found[0]))};
	u32 seen = 0, end = 0;
	int cnt, err = 0;

	w->top = id;
	cnt = find_fields(w, id, (struct found){found, FIELDS_MAX}, 0, &seen);
	if (cnt < 0)
		return cnt;
	if (!cnt)
		return FAIL(FIELD_NONE, id, -1, "holds a special type, but no field of it");
	for (int i = 0; i < cnt && !err; i++) {
		err = check_field(w, &found[i], t.size, &end);
		rec.mask |= found[i].type;
	}
	if (!err)
		err = check_company(w, rec.mask);
	rec.cnt = (u32)cnt;
	if (!err && (buf_add(&w->fields, found, (u32)cnt * sizeof(found[0])) ||
		     buf_add(&w->records, &rec, sizeof(rec))))
		err = report_nomem(k->r);
	return err;
}

/* ---- which structs ---- */

static int by_id(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* the first struct of each special name, and every pointer with a tag; ids ascending */
static int find_starters(struct field_walk *w)
{
	struct kcheck *k = w->k;
	u32 seen = 0;

	for (u32 id = 1; id < kc_end(k); id++) {
		struct krec t = kc_rec(k, id);
		u32 kind = krec_kind(&t);
		const struct special *s = kind == BTF_KIND_STRUCT ? special_of(k, &t) : NULL;
		struct field f = {0};
		bool is = s && s->starter && !(seen & s->type);

		if (is)
			seen |= s->type;
		else if ((kind == BTF_KIND_PTR || kind == BTF_KIND_VOLATILE) &&
			 k->version >= KV(6, 12))
			is = find_kptr(k, t, &f) == IS_ONE;
		if (is && buf_add(&w->starters, &id, sizeof(id)))
			return report_nomem(k->r);
	}
	return 0;
}

static bool has_starter(const struct field_walk *w, const struct krec *t)
{
	for (u32 i = 0; i < krec_vlen(t); i++) {
		struct kc_member m = kc_member(t, i);

		if (bsearch(&m.type, w->starters.data, w->starters.len / sizeof(u32), sizeof(u32),
			    by_id))
			return true;
	}
	return false;
}

static int parse_structs(struct field_walk *w)
{
	int err = 0;

	for (u32 id = 1; w->starters.len && !err && id < kc_end(w->k); id++) {
		struct krec t = kc_rec(w->k, id);

		if (krec_kind(&t) == BTF_KIND_STRUCT && has_starter(w, &t))
			err = parse_struct(w, id);
	}
	return err;
}

int kc_fields(struct kcheck *k)
{
	struct field_walk w = {.k = k};
	int err;

	if (k->version < KV(6, 2))
		return 0;
	err = find_starters(&w);
	if (!err)
		err = parse_structs(&w);
	if (!err)
		err = kc_owners(&w);
	buf_deinit(&w.starters);
	buf_deinit(&w.records);
	buf_deinit(&w.fields);
	buf_deinit(&w.contains);
	return err;
}
