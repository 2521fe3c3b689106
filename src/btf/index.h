/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Lookups that are built once per object and shared: names -> ids and strings -> offsets.
 *
 * name_index maps a name to the own ids that carry it, ascending; used by find_by_name and
 * relocate; dropped by object_changed(). Two classes keep relocation from paying for functions:
 * NAMES_DATA holds kinds of KINDS_DATA, NAMES_CODE everything else that has a name.
 * string_index maps a string to its lowest own offset; used by add_str of objects above; only
 * for objects that serve as a base.
 * string_set is the growing twin of string_index, for an object that is being changed.
 */
#ifndef BTF_INDEX_H
#define BTF_INDEX_H

#include "btf/kept.h"
#include "btf/object.h"

enum { NAMES_DATA, NAMES_CODE };

/* a table of buckets: entries of bucket i are entry[start[i]] .. entry[start[i + 1]] */
struct index_entry {
	u32 hash;
	u32 value; /* of a name: a type id; of a string: its own offset */
};

struct name_index {
	struct name_index *older; /* what it replaced: another thread may still be reading it */
	u32 upto;		  /* own types that are in it */
	u32 mask, cnt;
	const u32 *start;
	const struct index_entry *entry;
	bool borrowed; /* the arrays are those of b->kept */
};

/* the ids of one name in one object, ascending; `hash` from name_hash */
struct name_iter {
	const struct btf *b;
	const struct index_entry *at, *end;
	const char *name;
	u32 hash;
	u32 tail; /* next own type behind the index */
	int which;
};

static inline int names_class(u32 kind)
{
	return kind_in(kind, KINDS_DATA) ? NAMES_DATA : NAMES_CODE;
}

u32 name_hash(const char *name);
/* builds the index where it is not there; NULL: out of memory */
const struct name_index *object_names(const struct btf *b, int which);
void name_index_free(struct name_index *x);

/* own types of b only; a level below is asked separately */
int name_iter_init(struct name_iter *it, const struct btf *b, int which, const char *name, u32 hash);
/* next id, or 0 at the end */
u32 name_iter_next(struct name_iter *it);

/* lowest id of the name (any level, base first), kind < 0: any kind. -ENOENT, -ENOMEM */
s64 object_find(const struct btf *b, const char *name, int kind, u32 from_id);

struct string_index *object_strings(const struct btf *b);
void string_index_free(struct string_index *x);
/* own strings of b: offset (global), or -1 */
s64 string_index_find(const struct btf *b, const struct string_index *x, const char *s, size_t len,
		      u32 hash);

/* own strings and names of NAMES_DATA as parts; they live as long as b is not changed. -ENOMEM */
int index_keep(const struct btf *b, struct kept_slice part[KEPT_PARTS]);
/* the same as b's indexes, where b has none yet; k must outlive them. -ENOMEM, -EINVAL */
int index_take(struct btf *b, const struct kept *k);

/* from the own strings of b, with room for more */
struct string_set *string_set_new(const struct btf *b, u32 more);
void string_set_free(struct string_set *s);
u32 string_set_count(const struct string_set *s); /* different strings */
s64 string_set_find(const struct string_set *s, const char *strs, const char *str, size_t len,
		    u32 hash);
int string_set_add(struct string_set *s, u32 own_off, u32 hash);

#endif
