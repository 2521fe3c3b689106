// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Lazily built lookups: see index.h.
 *
 * Both indexes are tables of buckets filled by counting sort: two passes, no per-entry memory,
 * entries of a bucket stand together and in ascending order. A thread that builds one publishes
 * it with one compare and swap; the loser frees its copy. Types appended after the build are
 * found by scanning the tail; a tail grown too long is a reason to build anew. What was replaced is
 * kept until the object goes, for threads that read it: each is a quarter larger than the one
 * before, so all together are a few times the last.
 */
#include "btf/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/*
 * Names that overlap (one long string, a type at each of its bytes) would cost the square of its
 * length to hash whole; no name of a program is as long as this.
 */
#define HASHED_PART 4096

u32 name_hash(const char *name)
{
	return hash_bytes(name, strnlen(name, HASHED_PART));
}

static void name_index_drop(struct name_index *x)
{
	if (!x->borrowed) {
		free((void *)(uintptr_t)x->start);
		free((void *)(uintptr_t)x->entry);
	}
	free(x);
}

void name_index_free(struct name_index *x)
{
	struct name_index *older;

	for (; x; x = older) {
		older = x->older;
		name_index_drop(x);
	}
}

/* a name a few types ahead is fetched while this one is hashed: names lie all over the strings */
#define AHEAD 8

/* named types of the class, ascending by id, with their hashes */
static u32 names_collect(const struct btf *b, int which, struct index_entry *out)
{
	u32 n = 0;

	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);

		if (!t->name_off || names_class(type_kind(t)) != which)
			continue;
		out[n++] = (struct index_entry){t->name_off, b->start_id + i};
	}
	for (u32 i = 0; i < n; i++) {
		if (i + AHEAD < n)
			__builtin_prefetch(object_str(b, out[i + AHEAD].hash));
		out[i].hash = name_hash(object_str(b, out[i].hash));
	}
	return n;
}

/* entries in the order of `all`, by bucket: see index.h */
static int buckets_fill(const struct index_entry *all, u32 n, u32 *ret_mask, const u32 **ret_start,
			const struct index_entry **ret_entry)
{
	u32 mask = pow2_at_least(n / 2 + 1) - 1, *start = calloc((size_t)mask + 3, sizeof(*start));
	struct index_entry *entry = malloc(((size_t)n + 1) * sizeof(*entry));

	if (!start || !entry) {
		free(start);
		free(entry);
		return -ENOMEM;
	}
	/* start[] runs two ahead while filling, so that it ends up as the starts themselves */
	for (u32 i = 0; i < n; i++)
		start[(all[i].hash & mask) + 2]++;
	for (u32 i = 0; i <= mask; i++)
		start[i + 2] += start[i + 1];
	for (u32 i = 0; i < n; i++)
		entry[start[(all[i].hash & mask) + 1]++] = all[i];
	*ret_mask = mask;
	*ret_start = start;
	*ret_entry = entry;
	return 0;
}

static struct name_index *names_build(const struct btf *b, int which)
{
	struct name_index *x = calloc(1, sizeof(*x));
	struct index_entry *all = malloc(((size_t)b->nr + 1) * sizeof(*all));

	if (!x || !all ||
	    buckets_fill(all, names_collect(b, which, all), &x->mask, &x->start, &x->entry)) {
		free(x);
		x = NULL;
	} else {
		x->upto = b->nr;
		x->cnt = x->start[x->mask + 1];
	}
	free(all);
	return x;
}

const struct name_index *object_names(const struct btf *b, int which)
{
	struct btf *w = (struct btf *)(uintptr_t)b;
	struct name_index *x = __atomic_load_n(&w->names[which], __ATOMIC_ACQUIRE), *mine;

	if (x && b->nr - x->upto <= x->upto / 4 + 64)
		return x;
	mine = names_build(b, which);
	if (!mine)
		return x;
	mine->older = x;
	if (__atomic_compare_exchange_n(&w->names[which], &x, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	name_index_drop(mine);
	return x;
}

/* where the bucket of a hash begins, and its end; empty where kept bytes say what cannot be */
static inline u32 bucket_at(const u32 *start, u32 mask, u32 cnt, u32 hash, u32 *ret_end)
{
	u32 at = start[hash & mask], end = start[(hash & mask) + 1];

	if (unlikely(at > end || end > cnt))
		at = end = 0;
	*ret_end = end;
	return at;
}

int name_iter_init(struct name_iter *it, const struct btf *b, int which, const char *name, u32 hash)
{
	const struct name_index *x = object_names(b, which);
	u32 end;

	if (!x)
		return -ENOMEM;
	*it = (struct name_iter){
		.b = b,
		.at = x->entry + bucket_at(x->start, x->mask, x->cnt, hash, &end),
		.end = x->entry + end,
		.name = name,
		.hash = hash,
		.tail = x->upto,
		.which = which,
	};
	return 0;
}

u32 name_iter_next(struct name_iter *it)
{
	const struct btf *b = it->b;

	for (; it->at < it->end; it->at++) {
		u32 id = it->at->value;

		if (it->at->hash != it->hash || unlikely(id - b->start_id >= b->nr))
			continue;
		if (strcmp(object_name(b, object_own(b, id - b->start_id)), it->name))
			continue;
		it->at++;
		return id;
	}
	while (it->tail < b->nr) {
		const struct btf_type *t = object_own(b, it->tail++);

		if (t->name_off && names_class(type_kind(t)) == it->which &&
		    !strcmp(object_name(b, t), it->name))
			return b->start_id + it->tail - 1;
	}
	return 0;
}

/* anonymous types are not indexed: nobody asks for them often */
static s64 find_anonymous(const struct btf *b, int kind, u32 from_id)
{
	u32 i = from_id > b->start_id ? from_id - b->start_id : 0;

	for (; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);

		if ((kind < 0 || type_kind(t) == (u32)kind) && !*object_name(b, t))
			return (s64)b->start_id + i;
	}
	return -ENOENT;
}

static s64 find_in_class(const struct btf *b, int which, const char *name, u32 hash, int kind,
			 u32 from_id)
{
	struct name_iter it;
	u32 id;

	if (name_iter_init(&it, b, which, name, hash))
		return -ENOMEM;
	while ((id = name_iter_next(&it)))
		if (id >= from_id &&
		    (kind < 0 || type_kind(object_own(b, id - b->start_id)) == (u32)kind))
			return id;
	return -ENOENT;
}

static s64 find_by_index(const struct btf *b, const char *name, int kind, u32 from_id)
{
	u32 hash = name_hash(name);
	s64 id, other;

	if (kind >= 0)
		return find_in_class(b, names_class((u32)kind), name, hash, kind, from_id);
	id = find_in_class(b, NAMES_DATA, name, hash, kind, from_id);
	other = find_in_class(b, NAMES_CODE, name, hash, kind, from_id);
	if (id < 0 || other < 0)
		return max_of(id, other);
	return min_of(id, other);
}

/*
 * Whether the own types are sorted by name, those without one first, as kernels from 7.0 on have
 * them. Looked at once; nearly every BTF that is not sorted shows it in its first types.
 */
static bool object_sorted(const struct btf *b)
{
	struct btf *w = (struct btf *)(uintptr_t)b;
	int sorted = __atomic_load_n(&w->sorted, __ATOMIC_ACQUIRE);
	const char *prev = "";
	u32 first = b->nr;

	if (sorted >= 0)
		return sorted;
	sorted = b->nr >= 2;
	for (u32 i = 0; sorted && i < b->nr; i++) {
		const char *name = object_name(b, object_own(b, i));

		if (first == b->nr && *name)
			first = i;
		sorted = strcmp(prev, name) <= 0;
		prev = name;
	}
	/* every thread finds the same */
	__atomic_store_n(&w->first_named, first, __ATOMIC_RELAXED);
	__atomic_store_n(&w->sorted, sorted, __ATOMIC_RELEASE);
	return sorted;
}

/* An index costs as much as this many bisections; who asks more often gets one. */
#define BISECT_MAX 4096

static bool object_bisects(const struct btf *b)
{
	struct btf *w = (struct btf *)(uintptr_t)b;

	if (b->nr < 64 || !object_sorted(b))
		return false;
	if (__atomic_load_n(&w->bisects, __ATOMIC_RELAXED) >= BISECT_MAX)
		return false;
	__atomic_fetch_add(&w->bisects, 1, __ATOMIC_RELAXED);
	return true;
}

static s64 find_sorted(const struct btf *b, const char *name, int kind, u32 from_id)
{
	u32 lo = __atomic_load_n(&b->first_named, __ATOMIC_RELAXED), hi = b->nr;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (strcmp(object_name(b, object_own(b, mid)), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < b->nr && !strcmp(object_name(b, object_own(b, lo)), name); lo++)
		if (b->start_id + lo >= from_id &&
		    (kind < 0 || type_kind(object_own(b, lo)) == (u32)kind))
			return (s64)b->start_id + lo;
	return -ENOENT;
}

s64 object_find(const struct btf *b, const char *name, int kind, u32 from_id)
{
	s64 id;

	if (b->base && from_id < b->start_id) {
		id = object_find(b->base, name, kind, from_id);
		if (id != -ENOENT)
			return id;
	}
	if (!*name)
		return find_anonymous(b, kind, from_id);
	if (object_bisects(b))
		return find_sorted(b, name, kind, from_id);
	return find_by_index(b, name, kind, from_id);
}

/* ---- strings ---- */

struct string_index {
	u32 mask, cnt;
	const u32 *start;
	const struct index_entry *entry;
	bool borrowed;
};

void string_index_free(struct string_index *x)
{
	if (!x)
		return;
	if (!x->borrowed) {
		free((void *)(uintptr_t)x->start);
		free((void *)(uintptr_t)x->entry);
	}
	free(x);
}

/* every string of the section with its hash; the section ends with NUL, which parsing checked */
static u32 strings_collect(const struct btf *b, struct buf *out)
{
	const char *s = b->strs, *end = b->strs + b->strs_len;
	struct index_entry *e;
	u32 cnt = 0, n = 0;

	for (u32 i = 0; i < b->strs_len; i++)
		cnt += !s[i];
	if (buf_reserve(out, ((size_t)cnt + 1) * sizeof(*e)))
		return UINT32_MAX;
	e = (struct index_entry *)(void *)out->data;
	while (s < end) {
		size_t len = strlen(s);

		e[n++] = (struct index_entry){hash_bytes(s, len), (u32)(s - b->strs)};
		s += len + 1;
	}
	out->len = n * sizeof(*e);
	return n;
}

static struct string_index *strings_build(const struct btf *b)
{
	struct string_index *x = calloc(1, sizeof(*x));
	struct buf tmp = {0};
	u32 n = x ? strings_collect(b, &tmp) : UINT32_MAX;

	if (n == UINT32_MAX ||
	    buckets_fill((const void *)tmp.data, n, &x->mask, &x->start, &x->entry)) {
		free(x);
		x = NULL;
	}
	if (x)
		x->cnt = n;
	buf_deinit(&tmp);
	return x;
}

struct string_index *object_strings(const struct btf *b)
{
	struct btf *w = (struct btf *)(uintptr_t)b;
	struct string_index *x = __atomic_load_n(&w->str_index, __ATOMIC_ACQUIRE), *mine;

	if (x)
		return x;
	mine = strings_build(b);
	if (!mine)
		return NULL;
	if (__atomic_compare_exchange_n(&w->str_index, &x, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	string_index_free(mine);
	return x;
}

s64 string_index_find(const struct btf *b, const struct string_index *x, const char *s, size_t len,
		      u32 hash)
{
	const struct index_entry *e = x->entry;
	u32 end, at = bucket_at(x->start, x->mask, x->cnt, hash, &end);

	for (; at < end; at++)
		if (e[at].hash == hash && likely(e[at].value < b->strs_len) &&
		    !strncmp(b->strs + e[at].value, s, len + 1))
			return (s64)b->start_str + e[at].value;
	return -1;
}

/* ---- kept with a base: kept.h ---- */

static void keep_buckets(struct kept_slice *part, const u32 *start, u32 mask,
			 const struct index_entry *entry, u32 cnt)
{
	part[0] = (struct kept_slice){start, ((u64)mask + 2) * sizeof(*start)};
	part[1] = (struct kept_slice){entry, (u64)cnt * sizeof(*entry)};
}

int index_keep(const struct btf *b, struct kept_slice part[KEPT_PARTS])
{
	const struct string_index *s = object_strings(b);
	const struct name_index *n = object_names(b, NAMES_DATA);

	if (!s || !n)
		return -ENOMEM;
	keep_buckets(&part[KEPT_STRING_START], s->start, s->mask, s->entry, s->cnt);
	keep_buckets(&part[KEPT_NAME_START], n->start, n->mask, n->entry, n->cnt);
	return 0;
}

/* how a table of buckets has to look; what is in it is checked by whoever looks something up */
static bool take_buckets(const struct kept *k, enum kept_part start, u32 *ret_mask, u32 *ret_cnt)
{
	u32 starts = kept_count(k, start, sizeof(u32));

	if (starts < 2 || (starts - 1) & (starts - 2))
		return false;
	*ret_mask = starts - 2;
	*ret_cnt = kept_count(k, start + 1, sizeof(struct index_entry));
	return true;
}

int index_take(struct btf *b, const struct kept *k)
{
	struct string_index *s = calloc(1, sizeof(*s));
	struct name_index *n = calloc(1, sizeof(*n));
	int err = s && n ? 0 : -ENOMEM;

	if (!err && (!take_buckets(k, KEPT_STRING_START, &s->mask, &s->cnt) ||
		     !take_buckets(k, KEPT_NAME_START, &n->mask, &n->cnt)))
		err = -EINVAL;
	if (err || b->str_index || b->names[NAMES_DATA]) {
		free(s);
		free(n);
		return err;
	}
	s->start = k->part[KEPT_STRING_START].data;
	s->entry = k->part[KEPT_STRING_ENTRY].data;
	n->start = k->part[KEPT_NAME_START].data;
	n->entry = k->part[KEPT_NAME_ENTRY].data;
	s->borrowed = n->borrowed = true;
	n->upto = b->nr;
	b->str_index = s;
	b->names[NAMES_DATA] = n;
	return 0;
}

/* open addressing, grown at half full; off + 1 stands in the slot, 0 is empty */
struct string_set {
	struct index_entry *slot;
	u32 mask, cnt;
};

static void set_put(struct string_set *s, struct index_entry e)
{
	u32 i = e.hash & s->mask;

	while (s->slot[i].value)
		i = (i + 1) & s->mask;
	s->slot[i] = e;
	s->cnt++;
}

static int set_resize(struct string_set *s, u32 slots)
{
	struct string_set next = {.mask = slots - 1};

	next.slot = calloc(slots, sizeof(*next.slot));
	if (!next.slot)
		return -ENOMEM;
	for (u32 i = 0; s->slot && i <= s->mask; i++)
		if (s->slot[i].value)
			set_put(&next, s->slot[i]);
	free(s->slot);
	*s = next;
	return 0;
}

u32 string_set_count(const struct string_set *s)
{
	return s->cnt;
}

void string_set_free(struct string_set *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s);
}

s64 string_set_find(const struct string_set *s, const char *strs, const char *str, size_t len,
		    u32 hash)
{
	for (u32 i = hash & s->mask; s->slot[i].value; i = (i + 1) & s->mask)
		if (s->slot[i].hash == hash && !strncmp(strs + s->slot[i].value - 1, str, len + 1))
			return (s64)s->slot[i].value - 1;
	return -1;
}

int string_set_add(struct string_set *s, u32 own_off, u32 hash)
{
	if (s->cnt * 2 >= s->mask && set_resize(s, (s->mask + 1) * 2))
		return -ENOMEM;
	set_put(s, (struct index_entry){hash, own_off + 1});
	return 0;
}

struct string_set *string_set_new(const struct btf *b, u32 more)
{
	struct string_set *s = calloc(1, sizeof(*s));
	const struct index_entry *e;
	struct buf tmp = {0};
	u32 n;

	if (!s)
		return NULL;
	n = strings_collect(b, &tmp);
	if (n == UINT32_MAX || set_resize(s, pow2_at_least(min_of(n + more, 1u << 28) * 2 + 64))) {
		buf_deinit(&tmp);
		string_set_free(s);
		return NULL;
	}
	e = (const void *)tmp.data;
	/* of equal strings the first counts */
	for (u32 i = 0; i < n; i++) {
		const char *str = b->strs + e[i].value;

		if (string_set_find(s, b->strs, str, strlen(str), e[i].hash) < 0)
			set_put(s, (struct index_entry){e[i].hash, e[i].value + 1});
	}
	buf_deinit(&tmp);
	return s;
}
