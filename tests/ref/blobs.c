// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Seeds -> blobs: see blobs.h. First types that fit together (make_*), then packs of types that
 * rules look at as a whole (pack_*); then damage, which is in hurt.c.
 */
#include "blobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/wire.h"

/* ---- chance ---- */

u32 blob_rnd(struct blob *b, u32 below)
{
	b->rng += 0x9e3779b97f4a7c15ull;
	u64 z = b->rng;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	z ^= z >> 31;
	return below ? (u32)(z % below) : (u32)z;
}

bool blob_one_in(struct blob *b, u32 n)
{
	return !blob_rnd(b, n);
}

/* ---- putting down ---- */

static void word(struct blob *b, u32 w)
{
	if (buf_add(&b->types, &w, sizeof(w)))
		abort();
}

u32 blob_str(struct blob *b, const char *s)
{
	u32 off = (u32)b->strs.len;

	if (!*s)
		return 0;
	if (buf_add(&b->strs, s, strlen(s) + 1))
		abort();
	return off;
}

static u32 name(struct blob *b, const char *stem)
{
	char s[64];

	snprintf(s, sizeof(s), "%s%u", stem, b->nr);
	return blob_str(b, s);
}

static u32 rec(struct blob *b, u32 kind, u32 name_off, u32 vlen, u32 size_or_type, u32 size)
{
	u32 id = ++b->nr;

	b->at[id] = (u32)b->types.len;
	b->kind[id] = (u8)(kind & 0x7f);
	b->size[id] = size;
	word(b, name_off);
	word(b, (kind & 0x80 ? 1u << 31 : 0) | (kind & 0x7f) << 24 | vlen);
	word(b, size_or_type);
	return id;
}
#define KFLAG 0x80u

static bool full(const struct blob *b)
{
	return b->nr > BLOB_TYPES - 80;
}

u32 blob_get(const struct blob *b, u32 off)
{
	u32 w;

	memcpy(&w, b->types.data + off, sizeof(w));
	return w;
}

void blob_set(struct blob *b, u32 off, u32 w)
{
	memcpy(b->types.data + off, &w, sizeof(w));
}

/* an id of a type with a size, below the last */
static u32 sized(struct blob *b)
{
	for (;;) {
		u32 id = 1 + blob_rnd(b, b->nr);

		if (b->size[id] && b->kind[id] != BTF_KIND_DATASEC && b->kind[id] != BTF_KIND_VAR)
			return id;
	}
}

/* an id of one kind; 0 where there is none */
u32 blob_of_kind(struct blob *b, u32 kind)
{
	u32 start = 1 + blob_rnd(b, b->nr);

	for (u32 i = 0; i < b->nr; i++) {
		u32 id = 1 + (start + i) % b->nr;

		if (b->kind[id] == kind)
			return id;
	}
	return 0;
}

/* any id that references may have: void, FWD and FUNC_PROTO too */
static u32 referable(struct blob *b)
{
	u32 id = blob_rnd(b, b->nr + 1);

	while (id && (b->kind[id] == BTF_KIND_VAR || b->kind[id] == BTF_KIND_DATASEC ||
		      b->kind[id] == BTF_KIND_DECL_TAG || b->kind[id] == BTF_KIND_FUNC))
		id = blob_rnd(b, b->nr + 1);
	return id;
}

/* ---- one type of each kind ---- */

static void make_int(struct blob *b)
{
	static const u8 sizes[] = {1, 2, 4, 8, 16};
	static const u8 encodings[] = {0, 1, 2, 4};
	u32 size = sizes[blob_rnd(b, 5)], bits = size * 8, off = 0;

	if (blob_one_in(b, 4)) {
		bits = 1 + blob_rnd(b, size * 8 - 1);
		off = blob_rnd(b, size * 8 - bits + 1);
	}
	rec(b, BTF_KIND_INT, blob_one_in(b, 9) ? blob_str(b, "long int") : name(b, "i"), 0, size,
	    size);
	word(b, (u32)encodings[blob_rnd(b, 4)] << 24 | off << 16 | bits);
}

static void make_ref(struct blob *b)
{
	static const u8 kinds[] = {BTF_KIND_PTR,      BTF_KIND_PTR,	BTF_KIND_PTR,
				   BTF_KIND_TYPEDEF,  BTF_KIND_CONST,	BTF_KIND_VOLATILE,
				   BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG};
	u32 kind = kinds[blob_rnd(b, 8)], to = referable(b);
	u32 name_off = 0, size;

	if (kind == BTF_KIND_PTR && blob_one_in(b, 6))
		to = b->nr + 1 + blob_rnd(b, 4);
	if (kind == BTF_KIND_TYPE_TAG)
		while (to && (b->kind[to] == BTF_KIND_CONST || b->kind[to] == BTF_KIND_TYPEDEF))
			to = referable(b);
	size = kind == BTF_KIND_PTR ? 8 : to <= b->nr ? b->size[to] : 0;
	if (kind == BTF_KIND_TYPEDEF)
		name_off = name(b, "t");
	else if (kind == BTF_KIND_TYPE_TAG)
		name_off = name(b, "tag ");
	/* a tag behind another modifier is refused: not by accident */
	if (kind != BTF_KIND_PTR && to && to <= b->nr && b->kind[to] == BTF_KIND_TYPE_TAG &&
	    kind != BTF_KIND_TYPE_TAG)
		to = 1;
	if (kind != BTF_KIND_PTR)
		size = to && to <= b->nr ? b->size[to] : 0;
	rec(b, kind | (kind == BTF_KIND_TYPE_TAG && blob_one_in(b, 8) ? KFLAG : 0), name_off, 0, to,
	    size);
}

static void make_array(struct blob *b)
{
	u32 elem = sized(b), cnt = blob_rnd(b, 5);

	/* elements of odd bits are refused */
	if (b->kind[elem] != BTF_KIND_PTR && b->kind[elem] != BTF_KIND_STRUCT)
		elem = 1;
	rec(b, BTF_KIND_ARRAY, 0, 0, 0, b->size[elem] * cnt);
	word(b, elem);
	word(b, 1);
	word(b, cnt);
}

/* room for a member's bytes; the struct's size is set at the end */
static void make_struct(struct blob *b, bool is_union)
{
	bool kflag = blob_one_in(b, 3);
	u32 cnt = blob_rnd(b, 6), at = 0, most = 0, id;

	id = rec(b, (is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT) | (kflag ? KFLAG : 0),
		 blob_one_in(b, 4) ? 0 : name(b, is_union ? "u" : "s"), cnt, 0, 0);
	for (u32 i = 0; i < cnt; i++) {
		u32 type = sized(b), size = b->size[type], bits = 0;

		if (type == id || (b->kind[type] != BTF_KIND_PTR && kflag))
			type = 1, size = 4;
		if (kflag && type == 1 && blob_one_in(b, 2))
			bits = 1 + blob_rnd(b, 31);
		at = (at + 15) / 16 * 16;
		word(b, blob_one_in(b, 5) ? 0 : name(b, "m"));
		word(b, type);
		word(b, (is_union ? 0 : at * 8) | bits << 24);
		at += size;
		most = most > size ? most : size;
	}
	b->size[id] = (is_union ? most : at) + blob_rnd(b, 3);
	if (b->size[id] > 1u << 20)
		b->size[id] = 1u << 30;
	blob_set(b, b->at[id] + 8, b->size[id]);
}

static void make_enum(struct blob *b, bool wide)
{
	u32 cnt = blob_rnd(b, 4), size = 1u << blob_rnd(b, 4);

	rec(b, (wide ? BTF_KIND_ENUM64 : BTF_KIND_ENUM) | (blob_one_in(b, 2) ? KFLAG : 0),
	    blob_one_in(b, 3) ? 0 : name(b, "e"), cnt, size, size);
	for (u32 i = 0; i < cnt; i++) {
		word(b, name(b, "V"));
		word(b, blob_rnd(b, 0));
		if (wide)
			word(b, blob_rnd(b, 0));
	}
}

static void make_proto(struct blob *b)
{
	u32 cnt = blob_rnd(b, 5), vararg = blob_one_in(b, 4), named = !blob_one_in(b, 5);

	rec(b, BTF_KIND_FUNC_PROTO, 0, cnt + vararg, blob_one_in(b, 2) ? 0 : sized(b), 0);
	for (u32 i = 0; i < cnt; i++) {
		word(b, named ? name(b, "p") : 0);
		word(b, sized(b));
	}
	if (vararg) {
		word(b, 0);
		word(b, 0);
	}
}

/* the parameters of a FUNC have names */
static void make_func(struct blob *b)
{
	u32 proto = blob_of_kind(b, BTF_KIND_FUNC_PROTO);

	if (!proto) {
		make_proto(b);
		proto = b->nr;
	}
	for (u32 i = 0; i < (blob_get(b, b->at[proto] + 4) & 0xffff); i++)
		if (!blob_get(b, b->at[proto] + 12 + i * 8) &&
		    blob_get(b, b->at[proto] + 16 + i * 8))
			blob_set(b, b->at[proto] + 12 + i * 8, name(b, "q"));
	rec(b, BTF_KIND_FUNC, name(b, "f."), blob_rnd(b, 2), proto, 0);
}

static void make_var(struct blob *b)
{
	u32 type = sized(b);

	rec(b, BTF_KIND_VAR, name(b, "v"), 0, type, b->size[type]);
	word(b, blob_rnd(b, 2));
}

static void make_datasec(struct blob *b)
{
	u32 cnt = blob_rnd(b, 4), at = blob_rnd(b, 3), id, vars[4], size = 0;

	for (u32 i = 0; i < cnt; i++) {
		vars[i] = blob_of_kind(b, BTF_KIND_VAR);
		if (!vars[i]) {
			make_var(b);
			vars[i] = b->nr;
		}
		/* small enough to add up */
		if (b->size[vars[i]] > 1u << 20)
			cnt = i;
	}
	id = rec(b, BTF_KIND_DATASEC, blob_str(b, blob_one_in(b, 2) ? ".data" : ".a b?<"), cnt, 0,
		 0);
	for (u32 i = 0; i < cnt; i++) {
		size = b->size[vars[i]] ? b->size[vars[i]] : 1;
		word(b, vars[i]);
		word(b, at);
		word(b, size);
		at += size + blob_rnd(b, 3);
	}
	blob_set(b, b->at[id] + 8, at + 8);
}

static void make_decl_tag(struct blob *b)
{
	static const u8 kinds[] = {BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_FUNC, BTF_KIND_VAR,
				   BTF_KIND_TYPEDEF};
	u32 to = blob_of_kind(b, kinds[blob_rnd(b, 5)]), vlen = 0, idx = ~0u;

	if (!to)
		return;
	if (b->kind[to] == BTF_KIND_STRUCT || b->kind[to] == BTF_KIND_UNION)
		vlen = blob_get(b, b->at[to] + 4) & 0xffff;
	else if (b->kind[to] == BTF_KIND_FUNC)
		vlen = blob_get(b, b->at[blob_get(b, b->at[to] + 8)] + 4) & 0xffff;
	if (vlen && blob_one_in(b, 2))
		idx = blob_rnd(b, vlen);
	rec(b, BTF_KIND_DECL_TAG | (blob_one_in(b, 8) ? KFLAG : 0), name(b, "any thing"), 0, to, 0);
	word(b, idx);
}

static void make_one(struct blob *b)
{
	static const u8 floats[] = {2, 4, 8, 12, 16};
	u32 size;

	switch (blob_rnd(b, 20)) {
	case 0:
		make_int(b);
		break;
	case 1:
		make_array(b);
		break;
	case 2:
	case 3:
	case 4:
		make_struct(b, false);
		break;
	case 5:
		make_struct(b, true);
		break;
	case 6:
		make_enum(b, false);
		break;
	case 7:
		make_enum(b, true);
		break;
	case 8:
		rec(b, BTF_KIND_FWD | (blob_one_in(b, 2) ? KFLAG : 0), name(b, "fwd"), 0, 0, 0);
		break;
	case 9:
		make_proto(b);
		break;
	case 10:
		make_func(b);
		break;
	case 11:
		make_var(b);
		break;
	case 12:
		make_datasec(b);
		break;
	case 13:
		make_decl_tag(b);
		break;
	case 14:
		size = floats[blob_rnd(b, 5)];
		rec(b, BTF_KIND_FLOAT, blob_one_in(b, 4) ? 0 : name(b, "fl"), 0, size, size);
		break;
	default:
		make_ref(b);
	}
}

/* ---- packs: types that a rule looks at together ---- */

/* a chain of types each of which waits for the next; sometimes the last waits for the first */
static void pack_chain(struct blob *b)
{
	static const u8 kinds[] = {BTF_KIND_TYPEDEF, BTF_KIND_CONST, BTF_KIND_STRUCT,
				   BTF_KIND_ARRAY,   BTF_KIND_PTR,   BTF_KIND_VOLATILE};
	u32 len = blob_one_in(b, 2) ? 1 + blob_rnd(b, 5) : 29 + blob_rnd(b, 8), first = b->nr + 1;
	bool forward = !blob_one_in(b, 4), loop = blob_one_in(b, 3), mixed = blob_one_in(b, 2);
	u32 kind = kinds[blob_rnd(b, 6)];

	if (forward && !loop && blob_one_in(b, 3)) {
		/* the far half is resolved first: a chain may then be longer than a walk */
		rec(b, BTF_KIND_CONST, 0, 0, first + 1 + len / 2, 8);
		first++;
	} else if (forward && blob_one_in(b, 4)) {
		rec(b, BTF_KIND_VAR, name(b, "v"), 0, first + 1, 8);
		word(b, 0);
		first++;
	}
	for (u32 i = 0; i < len; i++) {
		u32 to = forward ? b->nr + 2 : i ? b->nr : 1;

		if (mixed)
			kind = kinds[blob_rnd(b, blob_one_in(b, 4) ? 6 : 4)];
		if (i == len - 1 && forward)
			to = loop ? first + blob_rnd(b, len) : 1;
		else if (!i && !forward && loop)
			to = b->nr + len;
		rec(b, kind, kind == BTF_KIND_TYPEDEF ? name(b, "t") : 0, kind == BTF_KIND_STRUCT,
		    kind == BTF_KIND_STRUCT  ? 1u << 10
		    : kind == BTF_KIND_ARRAY ? 0
					     : to,
		    8);
		if (kind == BTF_KIND_STRUCT) {
			word(b, 0);
			word(b, to);
			word(b, 0);
		} else if (kind == BTF_KIND_ARRAY) {
			word(b, to);
			word(b, 1);
			word(b, 1);
		}
	}
}

/* TYPE_TAGs among other modifiers */
static void pack_tags(struct blob *b)
{
	u32 len = 1 + blob_rnd(b, 6), to = blob_one_in(b, 3) ? 0 : 1;

	for (u32 i = 0; i < len; i++) {
		bool tag = blob_one_in(b, 2);

		to = rec(b, tag ? BTF_KIND_TYPE_TAG : BTF_KIND_CONST, tag ? name(b, "tag") : 0, 0,
			 to, to ? 4 : 0);
	}
	rec(b, BTF_KIND_PTR, 0, 0, to, 8);
}

/* references to FUNC, which are right or wrong by their order */
static void pack_func(struct blob *b)
{
	static const u8 kinds[] = {BTF_KIND_PTR, BTF_KIND_CONST, BTF_KIND_TYPEDEF};
	u32 func = b->nr + 1 + blob_rnd(b, 3), kind;

	for (u32 i = 0; i < 4; i++) {
		if (b->nr + 1 == func) {
			rec(b, BTF_KIND_FUNC, name(b, "f"), 1, b->nr + 2, 0);
			rec(b, BTF_KIND_FUNC_PROTO, 0, 0, 0, 0);
			continue;
		}
		kind = kinds[blob_rnd(b, 3)];
		rec(b, kind, kind == BTF_KIND_TYPEDEF ? name(b, "t") : 0, 0, func, 0);
	}
}

/* a DATASEC before or behind its variables, with entries that may be too small */
static void pack_datasec(struct blob *b)
{
	bool before = blob_one_in(b, 2);
	u32 var = b->nr + (before ? 2 : 1), at = 0;

	for (u32 i = 0; i < 2; i++) {
		if ((i == 0) == before) {
			rec(b, BTF_KIND_DATASEC, blob_str(b, ".bss"), 2, 64, 0);
			for (u32 j = 0; j < 2; j++, at += 8) {
				word(b, var + j);
				word(b, at);
				word(b, blob_one_in(b, 2) ? 8 : 2 + blob_rnd(b, 6));
			}
		} else {
			for (u32 j = 0; j < 2; j++) {
				rec(b, BTF_KIND_VAR, name(b, "v"), 0, sized(b), 0);
				word(b, 1);
			}
		}
	}
}

static u32 special(struct blob *b, const char *s, u32 size)
{
	return rec(b, blob_one_in(b, 60) ? BTF_KIND_UNION : BTF_KIND_STRUCT, blob_str(b, s), 0,
		   blob_one_in(b, 40) ? size + 8 : size, size);
}

struct specials {
	u32 lock, res_lock, head, node, root, rb_node, count, kptr;
};

static u32 make_kptr(struct blob *b)
{
	static const char *const tags[] = {"kptr",	  "kptr", "kptr_untrusted",
					   "percpu_kptr", "uptr", "other"};
	static const char *const known[] = {"task_struct", "cgroup", "list_head", "inode"};
	u32 to = blob_of_kind(b, BTF_KIND_STRUCT), tag;

	/* which kernels have */
	if (blob_one_in(b, 6))
		to = rec(b, BTF_KIND_STRUCT, blob_str(b, known[blob_rnd(b, 4)]), 0, 8, 8);
	if (!to || blob_one_in(b, 10))
		to = 1;
	if (blob_one_in(b, 8))
		to = rec(b, BTF_KIND_TYPE_TAG, blob_str(b, "kptr"), 0, to, 0);
	tag = rec(b, BTF_KIND_TYPE_TAG | (blob_one_in(b, 10) ? KFLAG : 0),
		  blob_str(b, tags[blob_rnd(b, 6)]), 0, to, 0);
	rec(b, BTF_KIND_PTR, 0, 0, tag, 8);
	if (blob_one_in(b, 4))
		rec(b, BTF_KIND_VOLATILE, 0, 0, b->nr, 8);
	return b->nr;
}

static u32 array_of(struct blob *b, u32 elem)
{
	u32 cnt = blob_one_in(b, 6) ? 0 : blob_one_in(b, 4) ? 12 : 1 + blob_rnd(b, 3);

	rec(b, BTF_KIND_ARRAY, 0, 0, 0, b->size[elem] * cnt);
	word(b, elem);
	word(b, 1);
	word(b, cnt);
	return b->nr;
}

/* a struct with some of the special members; those with a list or tree get their tag */
static u32 special_struct(struct blob *b, const struct specials *s, char letter, u32 nested)
{
	u32 member[16], cnt = 0, at = 0, id, tags[16], tag_cnt = 0, pick = 1 + blob_rnd(b, 255);
	char stem[8], text[64];

	if (!blob_one_in(b, 3))
		pick |= 1;
	if (!blob_one_in(b, 4))
		pick &= ~2u;
	if (nested && blob_one_in(b, 2))
		member[cnt++] = blob_one_in(b, 2) ? nested : array_of(b, nested);
	for (u32 i = 0; i < 8; i++)
		if (pick & 1u << i && !(i > 3 && blob_one_in(b, 2)))
			member[cnt++] = (&s->lock)[i];
	for (u32 i = 0; blob_one_in(b, 4) && i < (blob_one_in(b, 4) ? 1 : 3); i++)
		member[cnt++] = blob_one_in(b, 2) ? (&s->lock)[blob_rnd(b, 8)] : 1;
	if (cnt && blob_one_in(b, 5))
		member[cnt - 1] = array_of(b, member[cnt - 1]);
	snprintf(stem, sizeof(stem), "own_%c", letter);
	id = rec(b, BTF_KIND_STRUCT, blob_str(b, stem), cnt, 0, 0);
	for (u32 i = 0; i < cnt; i++) {
		bool known = member[i] == s->node || member[i] == s->rb_node;

		at = (at + 7) / 8 * 8;
		if (blob_one_in(b, 40))
			at += 4;
		if (member[i] == s->head || member[i] == s->root ||
		    b->kind[member[i]] == BTF_KIND_ARRAY)
			tags[tag_cnt++] = i;
		word(b, known ? blob_str(b, member[i] == s->node ? "ln" : "rn") : name(b, "m"));
		word(b, member[i]);
		word(b, at * 8 + (blob_one_in(b, 15) ? 1 : 0));
		at += blob_one_in(b, 60) ? 1 : b->size[member[i]];
	}
	b->size[id] = at + 8;
	blob_set(b, b->at[id] + 8, at + 8);
	for (u32 i = 0; i < tag_cnt; i++) {
		u32 n = blob_one_in(b, 20) ? 0 : blob_one_in(b, 20) ? 2 : 1;

		for (u32 j = 0; j < n; j++) {
			snprintf(text, sizeof(text), "contains:own_%c:%s",
				 blob_one_in(b, 10) ? 'z' : 'a' + (char)blob_rnd(b, 4),
				 blob_one_in(b, 15)	      ? ""
				 : blob_one_in(b, 10)	      ? "nix"
				 : member[tags[i]] == s->root ? "rn"
							      : "ln");
			if (blob_one_in(b, 30))
				snprintf(text, sizeof(text), "contains:none");
			rec(b, BTF_KIND_DECL_TAG, blob_str(b, text), 0, id, 0);
			word(b, tags[i]);
		}
	}
	return id;
}

static void pack_fields(struct blob *b)
{
	struct specials s = {special(b, "bpf_spin_lock", 4),  special(b, "bpf_res_spin_lock", 4),
			     special(b, "bpf_list_head", 16), special(b, "bpf_list_node", 24),
			     special(b, "bpf_rb_root", 16),   special(b, "bpf_rb_node", 32),
			     special(b, "bpf_refcount", 4),   0};
	u32 cnt = 1 + blob_rnd(b, 5), last = 0, before;

	s.kptr = make_kptr(b);
	for (u32 i = 0; i < cnt; i++)
		last = special_struct(b, &s, 'a' + (char)i, last);
	/* nested deep */
	for (u32 i = 0; blob_one_in(b, 5) && i < 1; i++)
		for (u32 deep = 26 + blob_rnd(b, 10); deep; deep--) {
			before = last;
			last = rec(b, BTF_KIND_STRUCT, 0, 1, b->size[before], b->size[before]);
			word(b, 0);
			word(b, before);
			word(b, 0);
			if (deep == 1) {
				u32 size = (b->size[before] + 7) / 8 * 8;

				last = rec(b, BTF_KIND_STRUCT, 0, 2, size + 8, size + 8);
				word(b, 0);
				word(b, before);
				word(b, 0);
				word(b, 0);
				word(b, s.lock);
				word(b, size * 8);
			}
		}
}

/* lists of lists: few members, all of them right */
static void pack_owners(struct blob *b)
{
	u32 lock = rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_spin_lock"), 0, 4, 4);
	u32 head = rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_list_head"), 0, 16, 16);
	u32 node = rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_list_node"), 0, 24, 24);
	u32 cnt = 1 + blob_rnd(b, 12), loop = blob_one_in(b, 3), id;
	char text[64];

	for (u32 i = 0; i < cnt; i++) {
		bool owns = i + 1 < cnt || loop, owned = i || loop || blob_one_in(b, 3);

		snprintf(text, sizeof(text), "n%u", i);
		id = rec(b, BTF_KIND_STRUCT, blob_str(b, text), (owns ? 2 : 0) + (owned || !owns),
			 64, 64);
		if (owns) {
			word(b, 0);
			word(b, lock);
			word(b, 0);
			word(b, 0);
			word(b, head);
			word(b, 64);
		}
		if (owned || !owns) {
			word(b, blob_str(b, "ln"));
			word(b, node);
			word(b, 24 * 8);
		}
		if (!owns)
			continue;
		snprintf(text, sizeof(text), "contains:n%u:ln",
			 i + 1 < cnt ? i + 1 : blob_rnd(b, cnt));
		rec(b, BTF_KIND_DECL_TAG, blob_str(b, text), 0, id, 0);
		word(b, 1);
	}
}

/* a node that is not the first of its name: what it stands in is not looked at */
static void pack_twins(struct blob *b)
{
	u32 lock = rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_spin_lock"), 0, 4, 4), id, node;
	u32 head = rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_list_head"), 0, 16, 16);

	rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_list_node"), 0, 24, 24);
	node = blob_one_in(b, 2) ? b->nr
				 : rec(b, BTF_KIND_STRUCT, blob_str(b, "bpf_list_node"), 0, 24, 24);
	rec(b, BTF_KIND_STRUCT, blob_str(b, "twin"), 1, 24, 24);
	word(b, blob_str(b, "ln"));
	word(b, node);
	word(b, 0);
	id = rec(b, BTF_KIND_STRUCT, blob_str(b, "owner"), 2, 24, 24);
	word(b, 0);
	word(b, lock);
	word(b, 0);
	word(b, 0);
	word(b, head);
	word(b, 64);
	rec(b, BTF_KIND_DECL_TAG, blob_str(b, "contains:twin:ln"), 0, id, 0);
	word(b, 1);
}

/* members of every fit */
static void pack_members(struct blob *b)
{
	bool kflag = blob_one_in(b, 2), is_union = blob_one_in(b, 5);
	u32 cnt = 1 + blob_rnd(b, 3), at = 0, size = 1 + blob_rnd(b, 40), odd = 0;

	if (blob_one_in(b, 4)) {
		rec(b, BTF_KIND_INT, name(b, "i"), 0, 16, 16);
		word(b, blob_one_in(b, 2) ? 128 : 1u << 16 | 127);
		odd = b->nr;
	}
	if (blob_one_in(b, 6))
		size = ~0u;
	if (size == ~0u && blob_one_in(b, 2)) {
		rec(b, BTF_KIND_INT, name(b, "i"), 0, 16, 16);
		word(b, 9u << 16 | 16);
		odd = b->nr;
	}
	rec(b, (is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT) | (kflag ? KFLAG : 0), 0, cnt, size,
	    8);
	for (u32 i = 0; i < cnt; i++) {
		u32 bits = kflag && blob_one_in(b, 2) ? blob_rnd(b, 70) : 0;

		if (!kflag && size == ~0u && blob_one_in(b, 2))
			at = ~0u - blob_rnd(b, 2);
		word(b, 0);
		word(b, odd && blob_one_in(b, 2) ? odd : sized(b));
		word(b, (is_union ? 0 : at) | bits << 24);
		at += blob_one_in(b, 2) ? blob_rnd(b, 12) * 8 : blob_rnd(b, 140);
	}
}

static void pack_arrays(struct blob *b)
{
	u32 cnt = 1 + blob_rnd(b, 4), elem = sized(b);

	for (u32 i = 0; i < cnt; i++) {
		rec(b, BTF_KIND_ARRAY, 0, 0, 0, 8);
		word(b, elem);
		word(b, blob_one_in(b, 3) ? sized(b) : 1);
		word(b,
		     blob_one_in(b, 3) ? 1u << blob_rnd(b, 32) : blob_rnd(b, 0) >> blob_rnd(b, 32));
		elem = b->nr;
	}
}

static void pack_entries(struct blob *b)
{
	u32 cnt = 1 + blob_rnd(b, 3), size = blob_one_in(b, 2) ? ~0u - blob_rnd(b, 3) : 16,
	    var = blob_of_kind(b, BTF_KIND_VAR);

	rec(b, BTF_KIND_DATASEC, blob_str(b, ".x"), cnt, size, 0);
	for (u32 i = 0; i < cnt; i++) {
		word(b, var ? var : 1);
		word(b, i * (1 + blob_rnd(b, 4)));
		word(b, blob_one_in(b, 2) ? size - blob_rnd(b, 4) : 4);
	}
}

static void make_types(struct blob *b)
{
	static void (*const packs[])(struct blob *) = {
		pack_chain,   pack_tags,   pack_func,	 pack_datasec, pack_fields, pack_owners,
		pack_members, pack_arrays, pack_entries, pack_fields,  pack_twins};
	u32 cnt = blob_one_in(b, 3) ? 0 : 3 + blob_rnd(b, 30);

	rec(b, BTF_KIND_INT, blob_str(b, "int"), 0, 4, 4);
	word(b, 1u << 24 | 32);
	rec(b, BTF_KIND_INT, blob_str(b, "char"), 0, 1, 1);
	word(b, 8);
	for (u32 i = 0; i < cnt && !full(b); i++)
		make_one(b);
	while (!blob_one_in(b, 3) && !full(b))
		packs[blob_rnd(b, ARRAY_SIZE(packs))](b);
	for (u32 i = blob_rnd(b, 4); i && !full(b); i--)
		make_one(b);
}

/* ---- the whole ---- */

static void assemble(struct blob *b)
{
	u32 types = (u32)b->types.len, strs = (u32)b->strs.len;
	bool strs_first = false;
	u32 hdr[] = {0x0001eb9f, 24, 0, types, types, strs};
	u8 zero[16] = {0};

	if (blob_one_in(b, 30))
		hdr[1] = 24 + blob_rnd(b, 17);
	if (blob_one_in(b, 100)) {
		strs_first = true;
		hdr[2] = strs;
		hdr[4] = 0;
	}
	if (buf_add(&b->bytes, hdr, sizeof(hdr)) || buf_add(&b->bytes, zero, hdr[1] - 24) ||
	    (strs_first && buf_add(&b->bytes, b->strs.data, strs)) ||
	    buf_add(&b->bytes, b->types.data, types) ||
	    (!strs_first && buf_add(&b->bytes, b->strs.data, strs)))
		abort();
}

bool blob_make(struct blob *b, u64 seed)
{
	b->rng = seed * 0x2545f4914f6cdd1dull + 1;
	b->nr = 0;
	b->types.len = b->strs.len = b->bytes.len = 0;
	if (buf_add(&b->strs, "", 1))
		return false;
	make_types(b);
	for (u32 n = blob_one_in(b, 3) ? 0 : 1 + blob_rnd(b, 2); n; n--)
		if (!blob_one_in(b, 12))
			blob_hurt_types(b);
	assemble(b);
	if (blob_one_in(b, 14))
		blob_hurt_header(b);
	if (blob_one_in(b, 15))
		blob_hurt_sections(b);
	if (blob_one_in(b, 20))
		blob_hurt_bytes(b);
	return true;
}

void blob_deinit(struct blob *b)
{
	buf_deinit(&b->bytes);
	buf_deinit(&b->types);
	buf_deinit(&b->strs);
}
