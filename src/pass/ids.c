// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .BTF_ids: see ids.h.
 *
 * In: the section's bytes and its symbols. Out: the same bytes under another numbering. Holds
 * always: a word that no symbol explains is zero, or the section is refused; a set is sorted by
 * id, flags stay with their id. Words may be unaligned (kernels link the section with alignment
 * 1), so they are read and written as bytes.
 *
 * parse_set(), parse_id()  symbols -> what each word is; sets first, their members lie inside
 * check_rest()             from here on every word that is not zero is explained
 * ids_check()              ids and symbols agree on types: section and BTF were made together
 * ids_roots()              what distilling must keep
 * ids_translate()          one id after the other, then sets are sorted again
 *
 * Cost: n log n for n words, names of at most MAX_NAME bytes.
 */
#include "pass/ids.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/index.h"

#define NOVAL BTF_NO_VALUE
#define SECTION ".BTF_ids"
#define PREFIX "__BTF_ID__"
/* kernels take 512 bytes for a symbol; string tables may overlap, so a bound on time */
#define MAX_NAME 4096
#define AT(word) (&(struct place){.section = SECTION, .offset_plus1 = (u64)(word)*4 + 1})

static u32 load(const u8 *p, bool swapped)
{
	u32 v;

	memcpy(&v, p, 4);
	return swapped ? __builtin_bswap32(v) : v;
}

static void store(u8 *p, u32 v, bool swapped)
{
	if (swapped)
		v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}

u32 ids_word(const struct ids *x, u32 word)
{
	return load(x->data + (size_t)word * 4, x->swapped);
}

void ids_put(const struct ids *x, u8 *out, u32 word, u32 value)
{
	store(out + (size_t)word * 4, value, x->swapped);
}

static bool holds_id(const struct ids *x, u32 word)
{
	return x->kind[word] == IDS_ID || x->kind[word] == IDS_MEMBER;
}

/* ---- symbols ---- */

static bool takes(const char **s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*s, word, len))
		return false;
	*s += len;
	return true;
}

static u32 id_kind(const char **s)
{
	if (takes(s, "func__"))
		return BTF_KIND_FUNC;
	if (takes(s, "struct__"))
		return BTF_KIND_STRUCT;
	if (takes(s, "union__"))
		return BTF_KIND_UNION;
	if (takes(s, "typedef__"))
		return BTF_KIND_TYPEDEF;
	return BTF_KIND_UNKN;
}

/* "NAME__123" -> length of NAME, 0 where there is none; NAME may hold "__", so the last one cuts */
static u32 name_len(const char *s)
{
	for (size_t i = strlen(s); i > 2; i--)
		if (s[i - 1] == '_' && s[i - 2] == '_')
			return (u32)(i - 2);
	return 0;
}

static int claim(struct ids *x, u32 word, enum ids_word_kind kind, const char *sym,
		 struct btf_report *r)
{
	if (x->kind[word] != IDS_NONE)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), NOVAL, NOVAL,
				    "symbol '%s' overlaps another one", sym);
	x->kind[word] = (u8)kind;
	return 0;
}

static int parse_set(struct ids *x, const struct ids_symbol *s, bool pairs, struct btf_report *r)
{
	struct ids_set set = {.name = s->name, .word = (u32)(s->offset / 4), .pairs = pairs};
	u32 unit = pairs ? 8 : 4, left = x->words - set.word;
	int err;

	if (s->size % unit || s->size < unit || s->size / 4 > left)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(set.word), (s64)left * 4,
				    (s64)s->size,
				    "symbol '%s' says the set takes %llu bytes; it takes whole "
				    "%u-byte entries, and the section has %llu bytes left",
				    s->name, (unsigned long long)s->size, unit, left * 4ull);
	set.cnt = (u32)(s->size / unit) - 1;
	err = claim(x, set.word, IDS_COUNT, s->name, r);
	if (!err && pairs)
		err = claim(x, set.word + 1, IDS_FLAGS, s->name, r);
	for (u32 i = 0; !err && i < set.cnt; i++) {
		err = claim(x, ids_member(&set, i), IDS_MEMBER, s->name, r);
		if (!err && pairs)
			err = claim(x, ids_member(&set, i) + 1, IDS_FLAGS, s->name, r);
	}
	x->set[x->set_cnt++] = set;
	return err;
}

static int parse_id(struct ids *x, const struct ids_symbol *s, const char *name, u32 kind,
		    struct btf_report *r)
{
	u32 word = (u32)(s->offset / 4);

	if (x->kind[word] == IDS_COUNT || x->kind[word] == IDS_FLAGS)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), NOVAL, NOVAL,
				    "symbol '%s' stands where a set has its count or flags",
				    s->name);
	/* a symbol without .size is as good */
	if (s->size != 4 && s->size)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), 4, (s64)s->size,
				    "symbol '%s' takes %llu bytes, an id has 4", s->name,
				    (unsigned long long)s->size);
	if (x->kind[word] == IDS_NONE)
		x->kind[word] = IDS_ID;
	x->name[x->name_cnt++] = (struct ids_name){word, kind, name, name_len(name)};
	return 0;
}

static int parse_symbol(struct ids *x, const struct ids_symbol *s, bool sets, struct btf_report *r)
{
	const char *name = s->name;
	bool pairs, set;
	u32 kind;

	if (!takes(&name, PREFIX))
		return 0; /* the label of a list or set */
	pairs = takes(&name, "set8__");
	set = pairs || takes(&name, "set__");
	if (set != sets)
		return 0;
	if (s->offset % 4 || s->offset / 4 >= x->words)
		return report_error(
			r, BTF_CODE_IDS_SYMBOL,
			&(struct place){.section = SECTION, .offset_plus1 = s->offset + 1}, NOVAL,
			NOVAL, "symbol '%.64s' is not at a word of the section", s->name);
	if (strnlen(s->name, MAX_NAME) == MAX_NAME)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(s->offset / 4), MAX_NAME - 1, NOVAL,
				    "symbol '%.64s...' is longer than %d bytes", s->name,
				    MAX_NAME - 1);
	if (set)
		return parse_set(x, s, pairs, r);
	kind = id_kind(&name);
	if (!kind || !name_len(name))
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(s->offset / 4), NOVAL, NOVAL,
				    "symbol '%s' is none of __BTF_ID__{func,struct,union,typedef}__"
				    "NAME__N and __BTF_ID__{set,set8}__NAME",
				    s->name);
	return parse_id(x, s, name, kind, r);
}

/* ---- the whole section ---- */

/* a count is what the symbol says or, in an unresolved set, zero, and then so are the ids */
static int check_set(const struct ids *x, const struct ids_set *s, struct btf_report *r)
{
	u32 have = ids_word(x, s->word);

	if (have && have != s->cnt)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(s->word), s->cnt, have,
				    "the set counts %u members, its symbol '%s' has room for %u",
				    have, s->name, s->cnt);
	for (u32 i = 0; !have && i < s->cnt; i++)
		if (ids_word(x, ids_member(s, i)))
			return report_error(r, BTF_CODE_IDS_SYMBOL, AT(s->word), s->cnt, 0,
					    "the set '%s' counts no members, but some have an id",
					    s->name);
	return 0;
}

/* every word that no symbol explains must be zero (BTF_ID_UNUSED) */
static int check_rest(struct ids *x, struct btf_report *r)
{
	int err = 0;

	for (u32 i = 0; i < x->words; i++) {
		u32 word = ids_word(x, i);

		if (x->kind[i] == IDS_NONE && word)
			return report_error(
				r, BTF_CODE_IDS_GONE, AT(i), 0, word,
				"the word holds %u and no __BTF_ID__ symbol says what it is", word);
		x->resolved |= word && x->kind[i] != IDS_FLAGS;
	}
	for (u32 i = 0; !err && i < x->set_cnt; i++)
		err = check_set(x, &x->set[i], r);
	return err;
}

static int by_word(const void *a, const void *b)
{
	const struct ids_name *x = a, *y = b;

	return x->word < y->word ? -1 : x->word > y->word;
}

static int sort_names(struct ids *x, struct btf_report *r)
{
	qsort(x->name, x->name_cnt, sizeof(*x->name), by_word);
	for (u32 i = 1; i < x->name_cnt; i++)
		if (x->name[i].word == x->name[i - 1].word)
			return report_error(r, BTF_CODE_IDS_SYMBOL, AT(x->name[i].word), NOVAL,
					    NOVAL,
					    "two symbols ask for an id at this word, '%s' and '%s'",
					    x->name[i - 1].name, x->name[i].name);
	return 0;
}

int ids_parse(const void *data, size_t size, bool swapped, const struct ids_symbol *syms,
	      size_t cnt, struct btf_report *r, struct ids *ret)
{
	struct ids x = {.data = data, .words = (u32)(size / 4), .swapped = swapped};
	int err = 0;

	if (size % 4 || size > UINT32_MAX)
		return report_error(r, BTF_CODE_IDS_SYMBOL, &(struct place){.section = SECTION},
				    NOVAL, (s64)size, "%zu bytes are not a number of words", size);
	x.kind = zalloc_array(x.words, 1);
	x.set = zalloc_array(cnt, sizeof(*x.set));
	x.name = zalloc_array(cnt, sizeof(*x.name));
	if (!x.kind || !x.set || !x.name)
		err = report_nomem(r);
	for (size_t i = 0; !err && i < cnt; i++)
		err = parse_symbol(&x, &syms[i], true, r);
	for (size_t i = 0; !err && i < cnt; i++)
		err = parse_symbol(&x, &syms[i], false, r);
	if (!err)
		err = sort_names(&x, r);
	if (!err)
		err = check_rest(&x, r);
	if (err) {
		ids_deinit(&x);
		return err;
	}
	*ret = x;
	return 0;
}

void ids_deinit(struct ids *x)
{
	free(x->kind);
	free(x->set);
	free(x->name);
	*x = (struct ids){0};
}

void ids_count(const struct ids *x, u32 *ret_all, u32 *ret_listed)
{
	u32 all = 0, sets = 0;

	for (u32 i = 0; i < x->words; i++)
		all += holds_id(x, i);
	for (u32 i = 0; i < x->set_cnt; i++)
		sets += x->set[i].pairs ? x->set[i].cnt : 0;
	*ret_all = all;
	*ret_listed = all - sets;
}

/* ---- section and BTF ---- */

/* kind and name asked for, against a type's */
static int compare(const struct ids_name *n, u32 kind, const char *name)
{
	int diff;

	if (n->kind != kind)
		return n->kind < kind ? -1 : 1;
	diff = strncmp(n->name, name, n->len);
	return diff ? diff : name[n->len] ? -1 : 0;
}

static int by_type(const void *a, const void *b)
{
	const struct ids_name *x = a, *y = b;
	u32 len = min_of(x->len, y->len);
	int diff;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	diff = memcmp(x->name, y->name, len);
	return diff ? diff : x->len < y->len ? -1 : x->len > y->len;
}

static int stale(const struct btf *btf, u32 word, u32 id, const char *what, struct btf_report *r)
{
	const struct btf_type *t = object_type(btf, id);
	struct place at = *AT(word);

	at.type_id = id;
	at.kind = (int)type_kind(t);
	at.name = object_name(btf, t);
	return report_error(r, BTF_CODE_IDS_STALE, &at, NOVAL, id, "word %u holds this id, %s",
			    word, what);
}

/* in a list the symbol at the word tells the type */
static int check_list(const struct ids *x, const struct btf *btf, struct btf_report *r)
{
	for (u32 i = 0; i < x->name_cnt; i++) {
		const struct ids_name *n = &x->name[i];
		u32 id = ids_word(x, n->word);
		const struct btf_type *t;
		char what[192];

		if (!id || x->kind[n->word] != IDS_ID)
			continue;
		t = object_type(btf, id);
		if (!compare(n, type_kind(t), object_name(btf, t)))
			continue;
		snprintf(what, sizeof(what), "but its symbol asks for %s '%.*s'",
			 kind_name(n->kind), (int)min_of(n->len, 128u), n->name);
		return stale(btf, n->word, id, what, r);
	}
	return 0;
}

u32 ids_names_from(const struct ids *x, u32 word)
{
	u32 lo = 0, hi = x->name_cnt;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (x->name[mid].word < word)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int ids_kfuncs(const struct ids *x, int (*fn)(void *ctx, const struct ids_name *n), void *ctx)
{
	int err = 0;

	for (u32 i = 0; !err && i < x->set_cnt; i++) {
		const struct ids_set *s = &x->set[i];

		if (!s->pairs || !(ids_word(x, s->word + 1) & IDS_SET8_KFUNCS))
			continue;
		for (u32 n = ids_names_from(x, ids_member(s, 0));
		     !err && n < x->name_cnt && x->name[n].word < ids_set_end(s); n++)
			if (x->name[n].kind == BTF_KIND_FUNC)
				err = fn(ctx, &x->name[n]);
	}
	return err;
}

/* a sorted set holds the types that its symbols ask for, in whatever order; `n` is theirs */
static int check_members(const struct ids *x, const struct btf *btf, const struct ids_set *s,
			 struct ids_name *n, struct btf_report *r)
{
	qsort(n, s->cnt, sizeof(*n), by_type);
	for (u32 i = 0; i < s->cnt; i++) {
		u32 word = ids_member(s, i), id = ids_word(x, word), lo = 0, hi = s->cnt;
		const struct btf_type *t = object_type(btf, id);
		int diff = id ? 1 : 0;

		while (diff && lo < hi) {
			u32 mid = lo + (hi - lo) / 2;

			diff = compare(&n[mid], type_kind(t), object_name(btf, t));
			if (diff < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (diff)
			return stale(btf, word, id, "but no symbol of its set asks for it", r);
	}
	return 0;
}

static int check_set_types(const struct ids *x, const struct btf *btf, const struct ids_set *s,
			   struct btf_report *r)
{
	u32 from = ids_names_from(x, s->word), cnt;
	struct ids_name *n;
	int err;

	cnt = ids_names_from(x, ids_set_end(s)) - from;
	/* members without symbols are of any type */
	if (!s->cnt || cnt != s->cnt)
		return 0;
	n = zalloc_array(cnt, sizeof(*n));
	if (!n)
		return report_nomem(r);
	memcpy(n, x->name + from, cnt * sizeof(*n));
	err = check_members(x, btf, s, n, r);
	free(n);
	return err;
}

int ids_check(const struct ids *x, const struct btf *btf, struct btf_report *r)
{
	u32 end = object_type_cnt(btf);
	int err = 0;

	for (u32 i = 0; i < x->words; i++)
		if (holds_id(x, i) && ids_word(x, i) >= end)
			return report_error(r, BTF_CODE_IDS_RANGE, AT(i), end - 1, ids_word(x, i),
					    "holds type id %u, the last one is %u", ids_word(x, i),
					    end - 1);
	for (u32 i = 0; !err && i < x->set_cnt; i++)
		err = check_set_types(x, btf, &x->set[i], r);
	return err ? err : check_list(x, btf, r);
}

/* ---- what must be kept ---- */

static int lost(const struct btf *btf, u32 id, u32 word, const char *why, struct btf_report *r)
{
	const struct btf_type *t = object_type(btf, id);
	struct place at = *AT(word);

	at.type_id = id;
	at.kind = (int)type_kind(t);
	at.name = object_name(btf, t);
	return report_error(r, BTF_CODE_IDS_LOST, &at, NOVAL, NOVAL, "%s", why);
}

static int add_root(const struct btf *btf, u32 id, u32 word, struct buf *roots,
		    struct btf_report *r)
{
	if (!id || id >= btf->start_id)
		return 0;
	if (!kind_in(type_kind(object_type(btf, id)), KINDS_DATA))
		return lost(btf, id, word,
			    "the section refers to this type of the base, which a distilled base "
			    "cannot hold: the id would be lost",
			    r);
	return buf_add(roots, &id, sizeof(id)) ? report_nomem(r) : 0;
}

/* what resolve_btfids would find before distilling; 0: nothing */
static int resolve(const struct ids_name *n, const struct btf *btf, struct btf_report *r,
		   u32 *ret_id)
{
	char name[MAX_NAME];
	s64 id, own;

	memcpy(name, n->name, n->len);
	name[n->len] = 0;
	id = object_find(btf, name, (int)n->kind, 1);
	if (id == -ENOENT)
		id = 0;
	if (id < 0)
		return report_nomem(r);
	*ret_id = (u32)id;
	if (!id || id >= btf->start_id || n->kind != BTF_KIND_TYPEDEF)
		return 0;
	/* a typedef of the base is copied behind those of the split, so it would no longer come
	 * first */
	own = object_find(btf, name, (int)n->kind, btf->start_id);
	if (own == -ENOENT)
		return 0;
	if (own < 0)
		return report_nomem(r);
	return lost(btf, *ret_id, n->word,
		    "the section asks for this type by its name; after distilling resolve_btfids "
		    "would find the module's own of that name: run resolve_btfids first",
		    r);
}

int ids_roots(const struct ids *x, const struct btf *btf, struct buf *roots, struct btf_report *r)
{
	int err = 0;

	for (u32 i = 0; !err && i < x->words; i++)
		if (holds_id(x, i))
			err = add_root(btf, ids_word(x, i), i, roots, r);
	for (u32 i = 0; !err && !x->resolved && i < x->name_cnt; i++) {
		u32 id;

		err = resolve(&x->name[i], btf, r, &id);
		if (!err)
			err = add_root(btf, id, x->name[i].word, roots, r);
	}
	return err;
}

/* ---- translation ---- */

struct member {
	u32 id, flags, place;
};

/* equal ids (several unknown ones are all 0) keep their order, as in resolve_btfids */
static int by_id(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

int ids_sort(const struct ids *x, const struct ids_set *s, u8 *out)
{
	struct member *m = zalloc_array(s->cnt, sizeof(*m));

	if (!m)
		return -ENOMEM;
	for (u32 i = 0; i < s->cnt; i++) {
		const u8 *at = out + (size_t)ids_member(s, i) * 4;

		m[i].id = load(at, x->swapped);
		m[i].flags = s->pairs ? load(at + 4, x->swapped) : 0;
		m[i].place = i;
	}
	qsort(m, s->cnt, sizeof(*m), by_id);
	for (u32 i = 0; i < s->cnt; i++) {
		u8 *at = out + (size_t)ids_member(s, i) * 4;

		store(at, m[i].id, x->swapped);
		if (s->pairs)
			store(at + 4, m[i].flags, x->swapped);
	}
	free(m);
	return 0;
}

int ids_translate(const struct ids *x, const struct id_map *map, u8 *out, struct btf_report *r)
{
	int err = 0;

	memcpy(out, x->data, (size_t)x->words * 4);
	for (u32 i = 0; i < x->words; i++) {
		u32 id, to;

		if (!holds_id(x, i))
			continue;
		id = ids_word(x, i);
		to = id_map_get(map, id);
		if (id && !to)
			return report_error(r, BTF_CODE_IDS_LOST, AT(i), NOVAL, id,
					    "holds type id %u, which has no place in the new BTF",
					    id);
		store(out + (size_t)i * 4, to, x->swapped);
	}
	/* the order of a set that is not resolved is its source's, which its symbols go by */
	for (u32 i = 0; !err && i < x->set_cnt; i++)
		if (ids_word(x, x->set[i].word))
			err = ids_sort(x, &x->set[i], out);
	return err ? report_nomem(r) : 0;
}
