// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .BTF_ids: see ids.h.
 *
 * In: the section's bytes and its symbols. Out: the same bytes under another numbering. Holds
 * always: a word that no symbol explains is zero, or the section is refused; a set is sorted by
 * id, flags stay with their id. Words may be unaligned (kernels link the section with alignment
 * 1), so they are read and written as bytes.
 */
#include "pass/ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/index.h"

#define NOVAL BTF_NO_VALUE
#define SECTION ".BTF_ids"
#define PREFIX "__BTF_ID__"
#define AT(word) (&(struct place){.section = SECTION, .offset_plus1 = (u64)(word) * 4 + 1})

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

static bool takes(const char **s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*s, word, len))
		return false;
	*s += len;
	return true;
}

/* "func__NAME__123" -> kind, name without the number; names may hold "__", so the last one cuts */
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

static u32 cut_number(const char *s)
{
	size_t len = strlen(s), i = len;

	for (; i > 2; i--)
		if (s[i - 1] == '_' && s[i - 2] == '_')
			return (u32)(i - 2);
	return (u32)len;
}

static int claim(struct ids *x, u32 word, enum ids_slot_kind kind, const char *sym,
		 struct btf_report *r)
{
	if (x->kind[word] != IDS_NONE)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), NOVAL, NOVAL,
				    "symbol '%s' overlaps another one", sym);
	x->kind[word] = (u8)kind;
	return 0;
}

/* sets first: their members' symbols lie inside */
static int parse_set(struct ids *x, const struct ids_symbol *s, const char *name, bool pairs,
		     struct btf_report *r)
{
	u32 unit = pairs ? 8 : 4, word = (u32)(s->offset / 4), cnt, have;
	int err;

	if (s->size % unit || s->size < unit || s->size / 4 > x->words - word)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), NOVAL, (s64)s->size,
				    "symbol '%s' gives the set %llu bytes, the section has %u left",
				    s->name, (unsigned long long)s->size, (x->words - word) * 4);
	cnt = (u32)(s->size / unit) - 1;
	have = ids_word(x, word);
	if (have && have != cnt)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), cnt, have,
				    "set '%s' counts %u members, its symbol has room for %u", name, have,
				    cnt);
	err = claim(x, word, IDS_COUNT, s->name, r);
	if (!err && pairs)
		err = claim(x, word + 1, IDS_FLAGS, s->name, r);
	x->set[x->set_cnt++] = (struct ids_set){word, cnt, pairs, name};
	for (u32 i = 0; !err && i < cnt; i++) {
		u32 at = word + (pairs ? 2 + 2 * i : 1 + i);

		err = claim(x, at, IDS_ID, s->name, r);
		if (!err && pairs)
			err = claim(x, at + 1, IDS_FLAGS, s->name, r);
	}
	return err;
}

static int parse_id(struct ids *x, const struct ids_symbol *s, const char *name, u32 kind,
		    struct btf_report *r)
{
	u32 word = (u32)(s->offset / 4);

	if (x->kind[word] == IDS_NONE)
		x->kind[word] = IDS_ID;
	if (x->kind[word] != IDS_ID)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(word), NOVAL, NOVAL,
				    "symbol '%s' stands where a set has its count or flags", s->name);
	x->name[x->name_cnt++] = (struct ids_name){word, kind, name, cut_number(name)};
	return 0;
}

static int parse_symbol(struct ids *x, const struct ids_symbol *s, bool sets, struct btf_report *r)
{
	const char *name = s->name;
	bool pairs, set;
	u32 kind;

	if (!takes(&name, PREFIX))
		return 0; /* the list's own label */
	pairs = takes(&name, "set8__");
	set = pairs || takes(&name, "set__");
	if (set != sets)
		return 0;
	if (s->offset % 4 || s->offset / 4 >= x->words)
		return report_error(r, BTF_CODE_IDS_SYMBOL,
				    &(struct place){.section = SECTION, .offset_plus1 = s->offset + 1},
				    NOVAL, NOVAL, "symbol '%s' is not at a word of the section", s->name);
	if (set)
		return parse_set(x, s, name, pairs, r);
	kind = id_kind(&name);
	if (!kind)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(s->offset / 4), NOVAL, NOVAL,
				    "symbol '%s' asks for something other than func, struct, union, "
				    "typedef, set or set8",
				    s->name);
	return parse_id(x, s, name, kind, r);
}

/* every word that no symbol explains must be zero (BTF_ID_UNUSED) */
static int check_rest(const struct ids *x, struct btf_report *r)
{
	for (u32 i = 0; i < x->words; i++)
		if (x->kind[i] == IDS_NONE && ids_word(x, i))
			return report_error(r, BTF_CODE_IDS_GONE, AT(i), 0, ids_word(x, i),
					    "the word holds %u and no __BTF_ID__ symbol says what it is",
					    ids_word(x, i));
	return 0;
}

int ids_parse(const void *data, size_t size, bool swapped, const struct ids_symbol *syms, size_t cnt,
	      struct btf_report *r, struct ids *ret)
{
	struct ids x = {.data = data, .words = (u32)(size / 4), .swapped = swapped};
	int err = 0;

	if (size % 4 || size > UINT32_MAX)
		return report_error(r, BTF_CODE_IDS_SYMBOL, AT(0), NOVAL, (s64)size,
				    "the section has %zu bytes, which are not words", size);
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

/* the first type of the kind and name, lowest id; 0: none */
static s64 resolve(const struct ids_name *n, const struct btf *btf)
{
	char stack[256], *name = stack;
	s64 id;

	if (n->name_len >= sizeof(stack))
		name = malloc((size_t)n->name_len + 1);
	if (!name)
		return -ENOMEM;
	memcpy(name, n->name, n->name_len);
	name[n->name_len] = 0;
	id = n->name_len ? object_find(btf, name, (int)n->kind, 1) : -ENOENT;
	if (name != stack)
		free(name);
	return id == -ENOENT ? 0 : id;
}

static int add_root(const struct btf *btf, s64 id, u32 word, struct buf *roots,
		    struct btf_report *r)
{
	const struct btf_type *t;
	u32 root = (u32)id;

	if (id <= 0 || id >= btf->start_id)
		return 0;
	t = object_type(btf, root);
	if (!kind_in(type_kind(t), KINDS_DATA))
		return report_error(r, BTF_CODE_IDS_LOST,
				    &(struct place){.section = SECTION,
						    .offset_plus1 = (u64)word * 4 + 1,
						    .type_id = root,
						    .kind = (int)type_kind(t),
						    .name = object_name(btf, t)},
				    NOVAL, NOVAL,
				    "the section refers to this %s of the base, which would be lost",
				    kind_name(type_kind(t)));
	return buf_add(roots, &root, sizeof(root)) ? report_nomem(r) : 0;
}

/*
 * A section that resolve_btfids has filled says itself which ids it needs; the names count only
 * where nothing is filled in yet.
 */
int ids_roots(const struct ids *x, const struct btf *btf, struct buf *roots, struct btf_report *r)
{
	u32 end = object_type_cnt(btf);
	bool resolved = false;
	int err = 0;

	for (u32 i = 0; !err && i < x->words; i++) {
		u32 id;

		if (x->kind[i] != IDS_ID)
			continue;
		id = ids_word(x, i);
		resolved |= id != 0;
		if (id >= end)
			return report_error(r, BTF_CODE_IDS_RANGE, AT(i), end - 1, id,
					    "holds type id %u, the last one is %u", id, end - 1);
		err = add_root(btf, id, i, roots, r);
	}
	for (u32 i = 0; !err && !resolved && i < x->name_cnt; i++) {
		s64 id = resolve(&x->name[i], btf);

		err = id < 0 ? report_nomem(r) : add_root(btf, id, x->name[i].word, roots, r);
	}
	return err;
}

struct pair {
	u32 id, flags;
};

static int by_id(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->flags < y->flags ? -1 : x->flags > y->flags;
}

static int sort_set(const struct ids *x, const struct ids_set *s, u8 *out)
{
	struct pair *p = zalloc_array(s->cnt, sizeof(*p));
	u8 *at = out + ((size_t)s->word + (s->pairs ? 2 : 1)) * 4;
	size_t step = s->pairs ? 8 : 4;

	if (!p)
		return -ENOMEM;
	for (u32 i = 0; i < s->cnt; i++) {
		p[i].id = load(at + i * step, x->swapped);
		p[i].flags = s->pairs ? load(at + i * step + 4, x->swapped) : 0;
	}
	qsort(p, s->cnt, sizeof(*p), by_id);
	for (u32 i = 0; i < s->cnt; i++) {
		store(at + i * step, p[i].id, x->swapped);
		if (s->pairs)
			store(at + i * step + 4, p[i].flags, x->swapped);
	}
	free(p);
	return 0;
}

/* a set that was never resolved has no count yet and is left alone: its order is its source's */
static bool set_resolved(const struct ids *x, const struct ids_set *s)
{
	return ids_word(x, s->word) != 0;
}

int ids_translate(const struct ids *x, const struct id_map *map, u8 *out, struct btf_report *r)
{
	int err = 0;

	memcpy(out, x->data, (size_t)x->words * 4);
	for (u32 i = 0; i < x->words; i++) {
		u32 id, to;

		if (x->kind[i] != IDS_ID)
			continue;
		id = ids_word(x, i);
		to = id_map_get(map, id);
		if (id && !to)
			return report_error(r, BTF_CODE_IDS_LOST, AT(i), NOVAL, id,
					    "holds type id %u, which has no place in the new BTF", id);
		store(out + (size_t)i * 4, to, x->swapped);
	}
	for (u32 i = 0; !err && i < x->set_cnt; i++)
		if (set_resolved(x, &x->set[i]))
			err = sort_set(x, &x->set[i], out);
	return err ? report_nomem(r) : 0;
}
