// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Dedup, slow and plain: see dedup.h. Nothing is looked up, nothing is remembered but what the
 * rules say: which id stays for an id (map), and the hypotheses of one comparison (hypot).
 */
#include "dedup.h"

#include <errno.h>
#include <linux/btf.h>
#include <string.h>

#define NONE 0xffffffffu
#define BUSY 0xfffffffeu
#define MAX_IDS (REF_MAX_TYPES * 4)
#define MAX_SEEN (1 << 16)

struct twin {
	const struct ref_btf *b;
	uint32_t start, end;
	uint32_t map[MAX_IDS];
	uint32_t hypot[MAX_IDS]; /* canonical id -> candidate id */
	uint32_t order[MAX_IDS]; /* canonical ids in the order of their hypotheses */
	uint32_t cnt;
	bool base_fwd;
	uint32_t seen[MAX_SEEN][2]; /* pairs of one call of identical() */
	uint32_t seen_cnt;
	bool loop;
};

/* ---- records ---- */

static const struct ref_type *get(const struct twin *t, uint32_t id)
{
	return ref_get(t->b, id);
}

static bool is_enum(const struct ref_type *t)
{
	return t->kind == BTF_KIND_ENUM || t->kind == 19;
}

static bool is_composite(const struct ref_type *t)
{
	return t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION;
}

static bool is_graph(const struct ref_type *t)
{
	return t->kind != BTF_KIND_VAR && t->kind != BTF_KIND_DATASEC && t->kind != 17;
}

static bool same_name(const struct ref_type *a, const struct ref_type *b)
{
	return !strcmp(ref_name(a), ref_name(b));
}

/* everything but ids */
static bool same_record(const struct ref_type *a, const struct ref_type *b)
{
	if (a->kind != b->kind || a->kflag != b->kflag || a->vlen != b->vlen)
		return false;
	for (int i = 0; i < a->words; i++) {
		if (a->word[i].what == REF_STR && strcmp(a->word[i].s, b->word[i].s))
			return false;
		if (a->word[i].what == REF_NUM && a->word[i].v != b->word[i].v)
			return false;
	}
	return true;
}

static bool declares_enum(const struct ref_type *a, const struct ref_type *b)
{
	return is_enum(a) && is_enum(b) && *ref_name(a) && same_name(a, b) &&
	       (!a->vlen || !b->vlen);
}

static bool declares(const struct ref_type *fwd, const struct ref_type *t)
{
	return fwd->kind == BTF_KIND_FWD && *ref_name(fwd) && same_name(fwd, t) &&
	       t->kind == (fwd->kflag ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

static uint32_t resolve(const struct twin *t, uint32_t id)
{
	while (t->map[id] < BUSY && t->map[id] != id)
		id = t->map[id];
	return id;
}

/* ---- comparison ---- */

/* a declaration is what was found for it */
static bool same_enum(const struct twin *t, uint32_t a, uint32_t b)
{
	const struct ref_type *x = get(t, resolve(t, a)), *y = get(t, resolve(t, b));

	return same_record(x, y) || declares_enum(x, y);
}

static bool identical(struct twin *t, uint32_t a, uint32_t b)
{
	const struct ref_type *x, *y;

	if (resolve(t, a) == resolve(t, b))
		return true;
	if (!a || !b)
		return false;
	for (uint32_t i = 0; i < t->seen_cnt; i++)
		if (t->seen[i][0] == a && t->seen[i][1] == b)
			return true;
	t->seen[t->seen_cnt][0] = a;
	t->seen[t->seen_cnt++][1] = b;
	x = get(t, a);
	y = get(t, b);
	if (is_enum(x))
		return same_enum(t, a, b);
	if (!is_graph(x) || !same_record(x, y))
		return false;
	for (int i = 0; i < x->words; i++)
		if (x->word[i].what == REF_ID && !identical(t, x->word[i].v, y->word[i].v))
			return false;
	return true;
}

static bool equivalent(struct twin *t, uint32_t cand, uint32_t canon)
{
	const struct ref_type *x, *y;

	if (resolve(t, cand) == resolve(t, canon))
		return true;
	if (!cand || !canon)
		return false;
	if (get(t, canon)->kind == BTF_KIND_FWD && get(t, resolve(t, canon))->kind != BTF_KIND_FWD)
		canon = resolve(t, canon);
	if (t->hypot[canon] != NONE) {
		t->seen_cnt = 0;
		return t->hypot[canon] == cand || identical(t, t->hypot[canon], cand);
	}
	t->hypot[canon] = cand;
	t->order[t->cnt++] = canon;
	x = get(t, cand);
	y = get(t, canon);
	if (declares(x, y))
		return true;
	if (declares(y, x)) {
		t->base_fwd |= canon < t->start;
		return true;
	}
	if (is_enum(x))
		return same_enum(t, cand, canon);
	if (!is_graph(x) || !same_record(x, y))
		return false;
	/* of arrays the index first: only hypotheses could tell the difference */
	if (x->kind == BTF_KIND_ARRAY && !equivalent(t, x->word[3].v, y->word[3].v))
		return false;
	for (int i = 0; i < x->words; i++)
		if (x->word[i].what == REF_ID && !equivalent(t, x->word[i].v, y->word[i].v))
			return false;
	return true;
}

static void merge(struct twin *t)
{
	for (uint32_t i = 0; i < t->cnt; i++) {
		uint32_t c = resolve(t, t->hypot[t->order[i]]), k = resolve(t, t->order[i]);
		const struct ref_type *x = c ? get(t, c) : NULL, *y = k ? get(t, k) : NULL;

		if (!x || !y)
			continue;
		if (x->kind != BTF_KIND_FWD && y->kind == BTF_KIND_FWD)
			t->map[k] = c;
		if (t->base_fwd)
			continue;
		if (x->kind == BTF_KIND_FWD && y->kind != BTF_KIND_FWD)
			t->map[c] = k;
		if ((is_composite(x) || x->kind == BTF_KIND_TYPEDEF) && y->kind != BTF_KIND_FWD &&
		    t->map[k] == k && t->map[c] == NONE)
			t->map[c] = k;
	}
}

/* ---- phases ---- */

static void primitive(struct twin *t, uint32_t id)
{
	const struct ref_type *x = get(t, id);
	uint32_t declared = 0, defined = 0, own = 0;

	for (uint32_t c = 1; c < id; c++) {
		if (c >= t->start && t->map[c] == NONE)
			continue;
		if (same_record(x, get(t, c))) {
			t->map[id] = c;
			return;
		}
	}
	t->map[id] = id;
	if (!is_enum(x) || !*ref_name(x))
		return;
	for (uint32_t c = id; --c;) {
		const struct ref_type *y = get(t, c);

		if (!is_enum(y) || !same_name(x, y))
			continue;
		if (c >= t->start)
			own = t->map[c] == c ? c : own;
		else
			*(y->vlen ? &defined : &declared) = c;
	}
	if (!x->vlen) {
		t->map[id] = defined ? defined : declared ? declared : own ? own : id;
	} else if (declared && !defined && t->map[declared] == declared) {
		t->map[declared] = id;
	} else if (own && !get(t, own)->vlen) {
		t->map[own] = id;
	}
}

static void graph(struct twin *t, uint32_t id)
{
	/* own types first, then those of the base */
	for (uint32_t n = t->start; n < t->end + t->start; n++) {
		uint32_t c = n < t->end ? n : n - t->end;
		const struct ref_type *y = c ? get(t, c) : NULL;

		if (!c || (c >= t->start && t->map[c] != c) || !same_record(get(t, id), y))
			continue;
		memset(t->hypot, 0xff, sizeof(t->hypot));
		t->cnt = 0;
		t->base_fwd = false;
		if (!equivalent(t, id, c))
			continue;
		merge(t);
		if (t->base_fwd)
			continue;
		t->map[id] = c;
		return;
	}
	t->map[id] = id;
}

static void forward(struct twin *t, uint32_t id)
{
	uint32_t found = 0, cnt = 0;

	for (uint32_t c = 1; c < t->end; c++) {
		const struct ref_type *y = get(t, c);

		if (!is_composite(y) || t->map[c] != c || !same_name(get(t, id), y))
			continue;
		found = c;
		cnt++;
	}
	if (cnt == 1 && declares(get(t, id), get(t, found)))
		t->map[id] = found;
}

static bool same_refs(const struct twin *t, const struct ref_type *x, const struct ref_type *y,
		      bool y_in_base)
{
	for (int i = 0; i < x->words; i++)
		if (x->word[i].what == REF_ID &&
		    resolve(t, x->word[i].v) !=
			    (y_in_base ? y->word[i].v : resolve(t, y->word[i].v)))
			return false;
	return true;
}

static void reference(struct twin *t, uint32_t id)
{
	const struct ref_type *x = get(t, id);

	if (t->map[id] == BUSY)
		t->loop = true;
	if (t->map[id] != NONE || t->loop)
		return;
	t->map[id] = BUSY;
	for (int i = 0; i < x->words; i++)
		if (x->word[i].what == REF_ID && x->word[i].v)
			reference(t, x->word[i].v);
	for (uint32_t c = 1; c < t->end && !t->loop; c++) {
		const struct ref_type *y = get(t, c);

		/* what a base refers to is what stands there, whatever own types make of it */
		if (c != id && (c < t->start || t->map[c] == c) && same_record(x, y) &&
		    y->kind != BTF_KIND_VAR && y->kind != BTF_KIND_DATASEC &&
		    same_refs(t, x, y, c < t->start)) {
			t->map[id] = c;
			return;
		}
	}
	t->map[id] = id;
}

static int decide(struct twin *t)
{
	for (uint32_t id = 0; id < t->end; id++)
		t->map[id] = id < t->start ? id : NONE;
	for (uint32_t id = t->start; id < t->end; id++) {
		int kind = get(t, id)->kind;

		if (kind == BTF_KIND_VAR || kind == BTF_KIND_DATASEC)
			t->map[id] = id;
		else if (kind == BTF_KIND_INT || kind == 16 || kind == BTF_KIND_FWD ||
			 is_enum(get(t, id)))
			primitive(t, id);
	}
	for (uint32_t id = t->start; id < t->end; id++)
		if (t->map[id] == NONE &&
		    (is_composite(get(t, id)) || get(t, id)->kind == BTF_KIND_TYPEDEF))
			graph(t, id);
	for (uint32_t id = t->start; id < t->end; id++)
		if (t->map[id] == id && get(t, id)->kind == BTF_KIND_FWD && *ref_name(get(t, id)))
			forward(t, id);
	for (uint32_t id = t->start; id < t->end; id++)
		reference(t, id);
	return t->loop ? -ELOOP : 0;
}

/* ---- result ---- */

static void add_string(const struct ref_btf *b, struct ref_deduped *out, const char *s)
{
	if (!*s || (b->base && ref_find_str(b->base, s)))
		return;
	for (uint32_t i = 0; i < out->str_cnt; i++)
		if (!strcmp(out->strs[i], s))
			return;
	out->strs[out->str_cnt++] = s;
}

/* keeps what stays of *from in out->btf; true when that is not what there was */
static bool compact(const struct twin *t, const struct ref_btf *from, struct ref_deduped *out)
{
	static uint32_t to[MAX_IDS];
	struct ref_btf *b = &out->btf;
	uint32_t cnt = 0;
	bool changed = false;

	for (uint32_t id = 0; id < t->end; id++)
		to[id] = id < t->start ? id : t->map[id] == id ? t->start + cnt++ : NONE;
	for (uint32_t i = 0; i < from->cnt; i++) {
		struct ref_type *x = &b->type[to[t->start + i] - t->start];

		if (to[t->start + i] == NONE)
			continue;
		*x = from->type[i];
		for (int w = 0; w < x->words; w++) {
			if (x->word[w].what != REF_ID)
				continue;
			changed |= to[resolve(t, x->word[w].v)] != x->word[w].v;
			x->word[w].v = to[resolve(t, x->word[w].v)];
		}
	}
	for (uint32_t id = t->start; id < t->end; id++)
		if (to[id] == NONE)
			to[id] = to[resolve(t, id)];
	for (uint32_t i = 0; i < REF_MAX_TYPES; i++)
		if (out->map[i] >= t->start && out->map[i] < t->end)
			out->map[i] = to[out->map[i]];
	changed |= cnt != from->cnt;
	b->cnt = cnt;
	return changed;
}

int ref_dedup(const struct ref_btf *in, struct ref_deduped *out)
{
	static struct twin t;
	static struct ref_btf from;
	bool changed = true;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < in->cnt; i++) {
		out->map[i] = in->first_id + i;
		for (int w = 0; w < in->type[i].words; w++)
			if (in->type[i].word[w].what == REF_STR)
				add_string(in, out, in->type[i].word[w].s);
	}
	out->btf = *in;
	for (out->rounds = 0; changed; out->rounds++) {
		from = out->btf;
		t = (struct twin){.b = &from, .start = from.first_id, .end = ref_end(&from)};
		if (decide(&t))
			return -ELOOP;
		changed = compact(&t, &from, out);
	}
	return 0;
}

/* ---- strict equality ---- */

void ref_classes(const struct ref_btf *b, uint32_t *class)
{
	static uint32_t next[MAX_IDS];
	uint32_t end = ref_end(b);
	bool changed = true;

	for (uint32_t id = 0; id < end; id++)
		class[id] = 0;
	while (changed) {
		changed = false;
		for (uint32_t id = 1; id < end; id++) {
			const struct ref_type *x = ref_get(b, id), *y;
			uint32_t c;

			for (c = 1; c < id; c++) {
				bool same;

				y = ref_get(b, c);
				same = class[c] == class[id] && next[c] == c && same_record(x, y) &&
				       x->kind != BTF_KIND_VAR && x->kind != BTF_KIND_DATASEC;
				for (int w = 0; same && w < x->words; w++)
					same = x->word[w].what != REF_ID ||
					       class[x->word[w].v] == class[y->word[w].v];
				if (same)
					break;
			}
			next[id] = c;
		}
		for (uint32_t id = 1; id < end; id++) {
			changed |= class[id] != next[id];
			class[id] = next[id];
		}
	}
}
