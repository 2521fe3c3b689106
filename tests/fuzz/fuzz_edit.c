// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A program for the calls of <btf/btf.h> that build and change: each byte names a call, those
 * behind it are its arguments. There is a base, from some point on a split of it (then the base
 * rests), and a .BTF.ext beside whichever is worked on. What must hold after each call: what failed
 * added no type, and of dedup, permute and append changed no byte; bytes are read again as what
 * they are, in both orders; a permutation is undone by its inverse and is equal in meaning; a
 * second dedup changes nothing; .BTF.ext says the same as before; queries come to an end.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/dedup.h>
#include <btf/diff.h>

#include "btf/ext.h"
#include "btf/object.h"

#define TYPES_MAX 512
#define CALLS_MAX 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

struct world {
	const uint8_t *at, *end;
	struct btf *base, *split, *b; /* b is the one that is worked on */
	struct btf_ext *ext;
};

/* ---- arguments ---- */

static u32 byte(struct world *w)
{
	return w->at < w->end ? *w->at++ : 0;
}

static u32 wide(struct world *w)
{
	u32 v = byte(w);

	return v < 0xf0 ? v : v << 28 | byte(w) << 16 | byte(w);
}

/* mostly an id that is there or will be soon */
static int id(struct world *w)
{
	u32 v = byte(w);

	return v == 0xff ? -1 : (int)(v % (btf__type_cnt(w->b) + 4));
}

static const char *name(struct world *w)
{
	static const char *const names[] = {"", "a", "b", "int", "s", "x y", "long", "u8"};
	u32 v = byte(w);

	return v == 0xff ? NULL : names[v % ARRAY_SIZE(names)];
}

/* ---- bytes ---- */

static struct buf bytes(const struct btf *b, bool other)
{
	struct buf out = {0};

	must(!object_write(b, other, &out));
	return out;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static void must_be(const struct btf *b, struct buf *before)
{
	struct buf now = bytes(b, false);

	must(same(&now, before));
	buf_deinit(&now);
}

static u64 types_hash(const struct btf *b)
{
	u64 h = 0xcbf29ce484222325ULL;

	for (u32 i = 0; i < b->types_len; i++)
		h = (h ^ b->types[i]) * 0x100000001b3ULL;
	return h + b->types_len + b->nr;
}

/* NULL where ids lead nowhere, as in what is being built */
static struct btf *reread(const struct btf *b, bool other)
{
	struct buf out = bytes(b, other), again;
	struct btf *p = btf__new_split(out.data, (u32)out.len, b->base);

	if (p) {
		must(btf__type_cnt(p) == btf__type_cnt(b));
		again = bytes(p, other);
		must(same(&out, &again));
		must(types_hash(p) == types_hash(b));
		buf_deinit(&again);
	}
	buf_deinit(&out);
	return p;
}

static void check_bytes(struct world *w)
{
	struct btf *p = reread(w->b, false), *q = reread(w->b, true);
	const void *data;
	__u32 len;

	must(!p == !q);
	btf__free(p);
	btf__free(q);
	data = btf__raw_data(w->b, &len);
	must(data && len >= 24);
}

static void check_queries(const struct btf *b)
{
	for (u32 i = 0; i <= btf__type_cnt(b); i++) {
		const struct btf_type *t = btf__type_by_id(b, i);
		const char *s = t ? btf__name_by_offset(b, t->name_off) : NULL;

		must(!t == (i == btf__type_cnt(b)));
		btf__resolve_size(b, i);
		btf__resolve_type(b, i);
		btf__align_of(b, i);
		if (i && s && *s)
			must(btf__find_by_name(b, s) > 0 &&
			     btf__find_by_name_kind(b, s, btf_kind(t)) > 0);
	}
}

/* ---- .BTF.ext ---- */

struct said {
	const struct btf *b;
	u64 hash;
};

static void say_text(struct said *s, const char *text)
{
	do
		s->hash = (s->hash ^ (u8)*text) * 0x100000001b3ULL;
	while (*text++);
}

static int say_id(void *ctx, u32 *v)
{
	struct said *s = ctx;

	must(*v < object_type_cnt(s->b));
	say_text(s, object_name(s->b, object_type(s->b, *v)));
	return 0;
}

static int say_str(void *ctx, u32 *off)
{
	struct said *s = ctx;

	must(!*off || *off < object_str_end(s->b));
	say_text(s, object_str(s->b, *off));
	return 0;
}

/* 0: there is none, or it does not fit */
static u64 ext_says(struct world *w)
{
	struct said s = {w->b, 1};

	if (!w->ext || ext_fits(w->ext, w->b, NULL))
		return 0;
	ext_each_id(w->ext, say_id, &s);
	ext_each_str(w->ext, say_str, &s);
	return s.hash;
}

static u32 ext_hash(struct world *w)
{
	const u8 *data;
	__u32 len, h = 0;

	if (!w->ext)
		return 0;
	data = btf_ext__raw_data(w->ext, &len);
	must(data != NULL);
	while (len--)
		h = h * 31 + *data++;
	return h;
}

static void new_ext(struct world *w)
{
	u32 str = (u32)btf__add_str(w->b, "section"), n = 1 + byte(w) % 3, longer = byte(w) % 3;
	u32 words[128] = {0x0001eb9f, 32}, cnt = 8;

	for (int part = 0; part < 3; part++) {
		u32 size = (part ? 4 : 2) + longer, start = cnt;

		words[cnt++] = size * 4;
		words[cnt++] = str;
		words[cnt++] = n;
		for (u32 r = 0; r < n; r++, cnt += size) {
			words[cnt + 1] = part == 1 ? byte(w) : (u32)id(w);
			if (part)
				words[cnt + 2] = byte(w);
		}
		words[2 + 2 * part] = 4 * (start - 8);
		words[3 + 2 * part] = 4 * (cnt - start);
	}
	btf_ext__free(w->ext);
	w->ext = btf_ext__new((const __u8 *)words, cnt * 4);
	must(w->ext != NULL);
	btf_ext__set_endianness(w->ext, byte(w) & 1 ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
}

/* ---- changes of the whole ---- */

static void equal_in_meaning(const struct btf *a, const struct btf *b)
{
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	struct btf_report *r = btf_report__new();

	must(btf_diff__equal(a, b, &opts, NULL, r) == 1);
	btf_report__free(r);
}

/* every id of the base is there, so that its types can be compared */
static bool base_is_sound(const struct btf *b)
{
	struct btf *p = b->base ? reread(b->base, false) : NULL;

	btf__free(p);
	return !b->base || p;
}

static void permute(struct world *w)
{
	u32 skip = w->b->base ? 0 : 1, nr = w->b->nr, start = w->b->start_id, fault = byte(w);
	struct btf_permute_opts opts = {.sz = sizeof(opts), .btf_ext = w->ext};
	u32 *map = calloc(nr + 2, sizeof(*map)), *back = calloc(nr + 2, sizeof(*back));
	struct buf before = bytes(w->b, false);
	struct btf *copy = reread(w->b, false);
	u64 said = ext_says(w);
	u32 h = ext_hash(w);

	for (u32 i = 0; i < nr; i++)
		map[i + skip] = start + i;
	for (u32 i = nr; i > 1; i--) {
		u32 k = byte(w) % i, t = map[k + skip];

		map[k + skip] = map[i - 1 + skip];
		map[i - 1 + skip] = t;
	}
	for (u32 i = 0; i < nr; i++)
		back[map[i + skip] - start + skip] = start + i;
	if (fault == 0xff && nr)
		map[skip + byte(w) % nr] = wide(w);
	if (btf__permute(w->b, map, nr + skip, &opts)) {
		must_be(w->b, &before);
		must(ext_hash(w) == h);
	} else {
		must(ext_says(w) == said);
		if (copy && base_is_sound(w->b))
			equal_in_meaning(copy, w->b);
		must(fault == 0xff || !btf__permute(w->b, back, nr + skip, &opts));
		if (fault != 0xff) {
			must_be(w->b, &before);
			must(ext_hash(w) == h);
		}
	}
	btf__free(copy);
	free(map);
	free(back);
	buf_deinit(&before);
}

static void dedup(struct world *w)
{
	struct btf_dedup_opts opts = {
		.sz = sizeof(opts), .btf_ext = w->ext, .force_collisions = byte(w) & 1};
	struct buf before = bytes(w->b, false), after;
	u64 said = ext_says(w);
	u32 h = ext_hash(w);

	if (btf__dedup(w->b, &opts)) {
		must_be(w->b, &before);
		must(ext_hash(w) == h);
	} else {
		must(ext_says(w) == said);
		after = bytes(w->b, false);
		h = ext_hash(w);
		must(!btf__dedup(w->b, &opts));
		must_be(w->b, &after);
		must(ext_hash(w) == h);
		buf_deinit(&after);
	}
	buf_deinit(&before);
}

/* the object behind itself, or its like behind it with the .BTF.ext */
static void append(struct world *w)
{
	struct btf_append_opts opts = {.sz = sizeof(opts), .src_ext = w->ext};
	u32 cnt = btf__type_cnt(w->b), h = ext_hash(w);
	struct btf *copy = reread(w->b, false);
	u64 said = ext_says(w);
	int ret;

	if (w->b->nr > TYPES_MAX / 2) {
		btf__free(copy);
		return;
	}
	if (byte(w) & 1) {
		ret = btf__add_btf(w->b, w->b);
		must(ret < 0 || (u32)ret == cnt);
	} else if (copy) {
		ret = btf_append__run(w->b, copy, &opts, NULL);
		must(ret == -EINVAL || (u32)ret == cnt);
		must(ret < 0 ? ext_hash(w) == h : ext_says(w) == said);
	}
	btf__free(copy);
}

static void split(struct world *w)
{
	if (w->split)
		return;
	w->split = btf__new_empty_split(w->base);
	must(w->split != NULL);
	w->b = w->split;
}

static void travel(struct world *w)
{
	struct btf *dist = NULL, *moved = NULL;

	if (!w->split || btf__distill_base(w->split, &dist, &moved))
		return;
	check_queries(moved);
	if (!btf__relocate(moved, w->base)) {
		must(btf__base_btf(moved) == w->base);
		check_queries(moved);
	}
	btf__free(moved);
	btf__free(dist);
}

/* ---- one call ---- */

static int build(struct world *w, u32 call)
{
	struct btf *b = w->b;
	const char *s = name(w);
	int i = id(w);

	switch (call) {
	case 0:
		return btf__add_int(b, s, byte(w) % 18, (int)(byte(w) % 6));
	case 1:
		return btf__add_ptr(b, i);
	case 2:
		return btf__add_array(b, i, id(w), wide(w));
	case 3:
		return btf__add_struct(b, s, wide(w));
	case 4:
		return btf__add_union(b, s, wide(w));
	case 5:
		return btf__add_field(b, s, i, wide(w), byte(w));
	case 6:
		return btf__add_enum(b, s, byte(w) % 10);
	case 7:
		return btf__add_enum_value(b, s, (__s64)wide(w) - 8);
	case 8:
		return btf__add_enum64(b, s, byte(w) % 10, byte(w) & 1);
	case 9:
		return btf__add_enum64_value(b, s, wide(w));
	case 10:
		return btf__add_fwd(b, s, (enum btf_fwd_kind)(byte(w) % 4));
	case 11:
		return btf__add_typedef(b, s, i);
	case 12:
		return btf__add_const(b, i);
	case 13:
		return btf__add_volatile(b, i);
	case 14:
		return btf__add_restrict(b, i);
	case 15:
		return btf__add_type_tag(b, s, i);
	case 16:
		return btf__add_type_attr(b, s, i);
	case 17:
		return btf__add_func(b, s, (enum btf_func_linkage)(byte(w) % 4), i);
	case 18:
		return btf__add_func_proto(b, i);
	case 19:
		return btf__add_func_param(b, s, i);
	case 20:
		return btf__add_var(b, s, (int)(byte(w) % 4), i);
	case 21:
		return btf__add_datasec(b, s, wide(w));
	case 22:
		return btf__add_datasec_var_info(b, i, wide(w), wide(w));
	case 23:
		return btf__add_decl_tag(b, s, i, (int)byte(w) - 2);
	case 24:
		return btf__add_decl_attr(b, s, i, (int)byte(w) - 2);
	case 25:
		return btf__add_float(b, s, byte(w) % 18);
	case 26:
		return i > 0 && (u32)i < btf__type_cnt(b)
			       ? btf__add_type(b, b, btf__type_by_id(b, (u32)i))
			       : 0;
	default:
		return s ? btf__add_str(b, s) >= 0 ? 0 : -1 : 0;
	}
}

static void one_call(struct world *w)
{
	u32 call = byte(w) % 40, cnt = btf__type_cnt(w->b);
	u64 h;
	int ret;

	switch (call) {
	case 28:
		permute(w);
		break;
	case 29:
		dedup(w);
		break;
	case 30:
		append(w);
		break;
	case 31:
		split(w);
		break;
	case 32:
		travel(w);
		break;
	case 33:
		new_ext(w);
		break;
	case 34:
		check_bytes(w);
		break;
	case 35:
		check_queries(w->b);
		break;
	case 36:
		btf__set_endianness(w->b, byte(w) & 1 ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
		break;
	case 37:
		must(!btf__set_pointer_size(w->b, byte(w) & 1 ? 4 : 8));
		break;
	default:
		if (w->b->nr >= TYPES_MAX)
			break;
		h = types_hash(w->b);
		ret = build(w, call);
		must(ret >= 0 || types_hash(w->b) == h);
		must(ret <= 0 || ((u32)ret == cnt && btf__type_cnt(w->b) == cnt + 1));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = {.at = data, .end = data + size};

	w.base = w.b = btf__new_empty();
	for (int n = 0; n < CALLS_MAX && w.at < w.end; n++)
		one_call(&w);
	check_bytes(&w);
	check_queries(w.b);
	permute(&w);
	dedup(&w);
	travel(&w);
	btf_ext__free(w.ext);
	btf__free(w.split);
	btf__free(w.base);
	return 0;
}
