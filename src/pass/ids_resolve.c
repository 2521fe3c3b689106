// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .BTF_ids, filled in: see ids.h.
 *
 * In: a section that ids_parse has read, and the BTF it is for. Out: the ids that its symbols ask
 * for, and the section with them. Holds: what comes out depends on section and BTF alone; filled
 * in twice it is the same.
 *
 * want_init()   the wanted names in a table, and a bitmap of their first eight bytes
 * find_level()  every type once, in the order of ids; few pass the bitmap
 * put_set()     a set that is filled in for the first time goes by its symbols; one that is
 *               sorted keeps its flags where the order of its members cannot have changed
 *
 * Cost: one look at each type's name; n log n for n words.
 */
#include "pass/ids.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "btf/kind.h"

#define NOVAL BTF_NO_VALUE
#define SECTION ".BTF_ids"
#define AT(word) (&(struct place){.section = SECTION, .offset_plus1 = (u64)(word)*4 + 1})
#define BITMAP_BITS 16
#define KINDS_WANTED (KIND_BIT(BTF_KIND_FUNC) | KINDS_COMPOSITE | KIND_BIT(BTF_KIND_TYPEDEF))

/* ---- the wanted names ---- */

/* one kind and name, for all words that ask for it */
struct wanted {
	const struct ids_name *n;
	u32 hash;
	u32 id;
};

struct want {
	struct wanted *at;
	u32 cnt;
	u32 *slot; /* 1 + index into at */
	u32 mask;
	u32 *of;	      /* by name of the section: index into at */
	u32 left[WIRE_KINDS]; /* words of a kind, less the names that were found */
	u64 bitmap[1 << (BITMAP_BITS - 6)];
};

static void want_deinit(struct want *w)
{
	free(w->at);
	free(w->slot);
	free(w->of);
}

static u32 name_hash(u32 kind, const char *name, size_t len)
{
	return hash_bytes(name, len) ^ kind * 0x9e3779b9u;
}

/* up to eight bytes of a name, zeros behind its end */
static u64 name_head(const char *name, size_t len)
{
	u64 v = 0;

	memcpy(&v, name, len < 8 ? len : 8);
	return v;
}

static u32 bitmap_bit(u32 kind, u64 head)
{
	return (u32)((head ^ kind) * 0x9e3779b97f4a7c15ull >> (64 - BITMAP_BITS));
}

static struct wanted *want_find(const struct want *w, u32 kind, const char *name, size_t len,
				u32 hash, u32 *ret_slot)
{
	u32 i = hash & w->mask;

	for (; w->slot[i]; i = (i + 1) & w->mask) {
		struct wanted *e = &w->at[w->slot[i] - 1];

		if (e->hash == hash && e->n->kind == kind && e->n->len == len &&
		    !memcmp(e->n->name, name, len))
			return e;
	}
	*ret_slot = i;
	return NULL;
}

static int want_init(struct want *w, const struct ids *x)
{
	w->mask = pow2_at_least(x->name_cnt * 2 + 2) - 1;
	w->at = zalloc_array(x->name_cnt, sizeof(*w->at));
	w->of = zalloc_array(x->name_cnt, sizeof(*w->of));
	w->slot = zalloc_array((size_t)w->mask + 1, sizeof(*w->slot));
	if (!w->at || !w->of || !w->slot)
		return -ENOMEM;
	for (u32 i = 0; i < x->name_cnt; i++) {
		const struct ids_name *n = &x->name[i];
		u32 hash = name_hash(n->kind, n->name, n->len), slot, bit;
		struct wanted *e = want_find(w, n->kind, n->name, n->len, hash, &slot);

		if (!e) {
			e = &w->at[w->cnt++];
			*e = (struct wanted){n, hash, 0};
			w->slot[slot] = w->cnt;
			bit = bitmap_bit(n->kind, name_head(n->name, n->len));
			w->bitmap[bit >> 6] |= 1ull << (bit & 63);
		}
		w->of[i] = (u32)(e - w->at);
		w->left[n->kind]++;
	}
	return 0;
}

/* ---- every type once ---- */

/* the first eight bytes of a string that may end before, and with it the strings */
static u64 string_head(const char *s, const char *end)
{
	u64 v, zero;

	if (end - s < 8)
		return name_head(s, strlen(s));
	memcpy(&v, s, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	zero = (v - 0x0101010101010101ull) & ~v & 0x8080808080808080ull;
	return zero ? v & (((zero & -zero) >> 7) - 1) : v;
#else
	(void)zero;
	return name_head(s, strnlen(s, 8));
#endif
}

static void warn_twice(const struct wanted *e, u32 id, const char *name, struct btf_report *r)
{
	struct place at = {.section = SECTION,
			   .offset_plus1 = (u64)e->n->word * 4 + 1,
			   .type_id = id,
			   .kind = (int)e->n->kind,
			   .name = name};

	report_warning(r, BTF_CODE_IDS_TWICE, &at, e->id, id,
		       "has the name of type %u too, which comes first and is taken", e->id);
}

static void find_level(struct want *w, const struct btf *b, struct btf_report *r)
{
	const char *end = b->strs + b->strs_len;

	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);
		u32 kind = type_kind(t), bit, hash, slot;
		const char *name;
		struct wanted *e;
		size_t len;

		if (!kind_in(kind, KINDS_WANTED) || !w->left[kind])
			continue;
		/* a name of the base, in a split, lies elsewhere */
		name = likely(t->name_off >= b->start_str) ? b->strs + (t->name_off - b->start_str)
							   : object_str(b, t->name_off);
		bit = bitmap_bit(kind, name >= b->strs && name < end
					       ? string_head(name, end)
					       : name_head(name, strlen(name)));
		if (likely(!(w->bitmap[bit >> 6] >> (bit & 63) & 1)))
			continue;
		len = strlen(name);
		hash = name_hash(kind, name, len);
		e = want_find(w, kind, name, len, hash, &slot);
		if (!e)
			continue;
		if (e->id) {
			warn_twice(e, b->start_id + i, name, r);
		} else {
			e->id = b->start_id + i;
			w->left[kind]--;
		}
	}
}

static void find_all(struct want *w, const struct btf *b, struct btf_report *r)
{
	if (b->base)
		find_all(w, b->base, r);
	find_level(w, b, r);
}

static void warn_unresolved(const struct want *w, struct btf_report *r)
{
	for (u32 i = 0; r && i < w->cnt; i++) {
		const struct ids_name *n = w->at[i].n;
		struct place at = *AT(n->word);
		char *name;

		if (w->at[i].id)
			continue;
		name = strndup(n->name, n->len);
		at.kind = (int)n->kind;
		at.name = name;
		report_warning(r, BTF_CODE_IDS_UNRESOLVED, &at, NOVAL, NOVAL,
			       "the BTF has no such type: its id stays 0");
		free(name);
	}
}

int ids_find(const struct ids *x, const struct btf *btf, u32 *ret_id, struct btf_report *r)
{
	struct want *w = calloc(1, sizeof(*w));
	int err = w ? want_init(w, x) : -ENOMEM;

	if (!err) {
		find_all(w, btf, r);
		for (u32 i = 0; i < x->name_cnt; i++)
			ret_id[i] = w->at[w->of[i]].id;
		warn_unresolved(w, r);
	}
	if (w)
		want_deinit(w);
	free(w);
	return err ? report_nomem(r) : 0;
}

/* ---- filling in ---- */

static int by_value(const void *a, const void *b)
{
	u32 x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

/* the ids that a set's symbols ask for, sorted; NULL: no memory */
static u32 *sorted_ids(const struct ids *x, const struct ids_set *s, const u32 *id)
{
	u32 *to = zalloc_array(s->cnt, sizeof(*to)), cnt = 0;

	if (!to)
		return NULL;
	for (u32 n = ids_names_from(x, ids_member(s, 0));
	     cnt < s->cnt && n < x->name_cnt && x->name[n].word < ids_set_end(s); n++)
		to[cnt++] = id[n];
	qsort(to, s->cnt, sizeof(*to), by_value);
	return to;
}

static bool same_flags(const struct ids *x, const struct ids_set *s)
{
	for (u32 i = 1; i < s->cnt; i++)
		if (ids_word(x, ids_member(s, i) + 1) != ids_word(x, ids_member(s, 0) + 1))
			return false;
	return true;
}

/*
 * Did all ids move on by the same number? So it is where the types of a module are encoded again
 * on another base, which is how a kernel's build comes to resolve a module twice.
 */
static bool moved_alike(const struct ids *x, const struct ids_set *s, const u32 *to, u32 *ret_by)
{
	bool known = false;

	*ret_by = 0;
	for (u32 i = 0; i < s->cnt; i++) {
		u32 was = ids_word(x, ids_member(s, i));

		if (i && was < ids_word(x, ids_member(s, i - 1)))
			return false;
		if (!was || !to[i]) {
			if (was || to[i])
				return false;
			continue;
		}
		if (known && to[i] - was != *ret_by)
			return false;
		*ret_by = to[i] - was;
		known = true;
	}
	return true;
}

/* the set is sorted: the symbol at a place is not that of the member there */
static int put_again(const struct ids *x, const struct ids_set *s, const u32 *id, u8 *out,
		     struct btf_report *r)
{
	u32 *to = sorted_ids(x, s, id), by;
	int err = 0;

	if (!to)
		return report_nomem(r);
	if (s->pairs && !same_flags(x, s)) {
		if (!moved_alike(x, s, to, &by))
			err = report_error(r, BTF_CODE_IDS_FLAGS, AT(s->word), NOVAL, NOVAL,
					   "the set '%s' was sorted by the ids of another BTF: "
					   "which flags are "
					   "whose is not known any more",
					   ids_set_name(s));
		else if (by)
			report_warning(r, BTF_CODE_IDS_AGAIN, AT(s->word), 0, by,
				       "the set '%s' was sorted by the ids of another BTF, all %d "
				       "from these: taken to be in the same order",
				       ids_set_name(s), (int)by);
	}
	for (u32 i = 0; !err && i < s->cnt; i++)
		ids_put(x, out, ids_member(s, i), to[i]);
	free(to);
	return err;
}

int ids_fill(const struct ids *x, const u32 *id, u8 *out, struct btf_report *r)
{
	int err = 0;

	memcpy(out, x->data, (size_t)x->words * 4);
	for (u32 i = 0; i < x->name_cnt; i++)
		ids_put(x, out, x->name[i].word, id[i]);
	for (u32 i = 0; !err && i < x->set_cnt; i++) {
		const struct ids_set *s = &x->set[i];

		ids_put(x, out, s->word, s->cnt);
		if (ids_word(x, s->word))
			err = put_again(x, s, id, out, r);
		else if (ids_sort(x, s, out))
			err = report_nomem(r);
	}
	return err;
}

/* ---- verifying ---- */

static int unfilled(u32 word, struct btf_report *r, const char *what, const char *name, u32 len)
{
	return report_error(r, BTF_CODE_IDS_UNFILLED, AT(word), NOVAL, NOVAL, "%s '%.*s' %s", what,
			    (int)min_of(len, 256u), name, "is not resolved");
}

static int verify_set(const struct ids *x, const struct ids_set *s, const u32 *id,
		      struct btf_report *r)
{
	u32 none = 0, asked = 0, missing = 0;

	if (s->cnt && !ids_word(x, s->word))
		return unfilled(s->word, r, "the set", ids_set_name(s),
				(u32)strlen(ids_set_name(s)));
	for (u32 i = 0; i < s->cnt; i++) {
		u32 word = ids_member(s, i), v = ids_word(x, word);

		none += !v;
		if (i && v < ids_word(x, ids_member(s, i - 1)))
			return report_error(r, BTF_CODE_IDS_ORDER, AT(word), NOVAL, v,
					    "the set '%s' is not sorted: the kernel would not find "
					    "all of its members",
					    ids_set_name(s));
	}
	for (u32 n = ids_names_from(x, ids_member(s, 0));
	     n < x->name_cnt && x->name[n].word < ids_set_end(s); n++) {
		asked++;
		missing += !id[n];
	}
	if (asked == s->cnt && none > missing)
		return report_error(r, BTF_CODE_IDS_UNFILLED, AT(s->word), missing, none,
				    "the set '%s' has %u members without an id, of %u the BTF has "
				    "no type",
				    ids_set_name(s), none, missing);
	return 0;
}

int ids_verify(const struct ids *x, const struct btf *btf, const u32 *id, struct btf_report *r)
{
	int err, ret;
	u32 cnt = 0;

	for (u32 i = 0; i < x->name_cnt; i++)
		cnt += id[i] != 0;
	if (!x->resolved && cnt)
		return report_error(r, BTF_CODE_IDS_UNFILLED, &(struct place){.section = SECTION},
				    cnt, 0, "is not resolved: of %u ids none is filled in", cnt);
	err = ids_check(x, btf, r);
	for (u32 i = 0; i < x->set_cnt; i++) {
		ret = verify_set(x, &x->set[i], id, r);
		err = err ? err : ret;
	}
	for (u32 i = 0; i < x->name_cnt; i++) {
		const struct ids_name *n = &x->name[i];

		if (x->kind[n->word] != IDS_ID || ids_word(x, n->word) || !id[i])
			continue;
		ret = unfilled(n->word, r, kind_name(n->kind), n->name, n->len);
		err = err ? err : ret;
	}
	return err;
}
