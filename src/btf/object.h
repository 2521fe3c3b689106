/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The object: types + strings + base.
 *
 * Types are wire records in native byte order, strings are the wire's string section. An object
 * that was parsed reads the caller's bytes (or its own copy) where they lie; the first change
 * makes it own growing buffers (object_modify). Type ids and string offsets count on from the
 * base: own type i has id start_id + i, own string byte i has offset start_str + i.
 *
 * Threads: an object that nobody changes may be read by many threads; what reading builds lazily
 * (name index, string index, pointer size) is published once, by compare and swap.
 */
#ifndef BTF_OBJECT_H
#define BTF_OBJECT_H

#include "base/mem.h"
#include "base/report.h"
#include "btf/kind.h"

#define OBJECT_MAGIC 0x6b6674622e6a626fULL /* first word of ours; tells a foreign pointer apart */

struct kept;
struct name_index;
struct string_index;
struct string_set;

struct btf {
	u64 magic;
	struct btf *base; /* NULL: this is a base */
	bool owns_base;
	bool swapped_out;  /* raw data is asked for in the other byte order */
	bool frozen;	   /* header fields we do not know: readable, never changed */
	bool owns_blob;	   /* blob is malloc'ed here */
	bool with_layout;  /* write a layout section and a 32-byte header */
	bool has_unknown;  /* types of unknown kinds are present */
	bool dirty;	   /* changed since parsing: raw data must be assembled */
	u8 version, flags; /* of the header: 1 and 0 in every BTF so far */
	bool strs_unique;  /* no string stands twice: nothing was parsed in */

	u32 start_id, start_str;
	u32 nr;		  /* own types */
	const u8 *types;  /* native order */
	const char *strs;
	u32 types_len, strs_len;
	const u8 *layout; /* struct wire_layout[], native order; NULL: none */
	u32 layout_len;
	u32 *offs; /* own type i starts at types + offs[i] */
	u32 offs_cap;
	bool offs_borrowed; /* they are those of `kept`, and not written to */
	u32 first_named; /* with sorted == 1: own index of the first named type; atomic */
	int sorted;	 /* own types are sorted by name (docs/format.md): -1 not asked yet; atomic */
	u32 bisects;	 /* look-ups by bisection so far; atomic */

	/* backing */
	const u8 *blob; /* as parsed, native order; NULL when built from nothing */
	u32 blob_len;
	u32 hdr_len; /* as parsed, 24 when built */
	void *map;   /* munmap on free, or NULL */
	size_t map_len;
	struct buf types_buf, strs_buf, layout_buf; /* once modified */
	struct string_set *set;			    /* own strings, once modified */

	/* caches, freed by object_changed() */
	u8 *raw[2]; /* assembled blob in native [0] and other [1] order; atomic */
	u32 raw_len[2];
	struct name_index *names[2];   /* atomic; see index.h */
	struct string_index *str_index; /* atomic */
	void *pass_index;		/* atomic; what dedup keeps of a base */
	void (*pass_index_free)(void *index);
	u32 pass_lean;			/* atomic; runs that did without it */

	struct kept *kept; /* tables that were mapped: see kept.h; of the object as it was parsed */

	int ptr_sz; /* atomic: -1 not asked yet, 0 unknown, 4, 8 */
	int fd;
};

/* ---- life ---- */

enum object_flags {
	OBJECT_COPY = 1,   /* copy the data: the caller's bytes may go */
	OBJECT_ADOPT = 2,  /* data is malloc'ed: the object frees it, also on failure */
};

/*
 * Parses a blob: header, sections, every record, every id and string offset in range. The data
 * must live as long as the object unless a flag says otherwise.
 */
int object_parse(const void *data, size_t size, struct btf *base, int flags, struct btf_report *r,
		 struct btf **ret);
/*
 * The same for a base whose records are known to begin at `offs`: that they do, and that all are of
 * known kinds, is looked at; whether ids and names are in range is not. It has to be said by
 * somebody who parsed the same bytes. The data must live as long as the object, offs too. -EINVAL
 * where offs do not fit, or the data is of the other byte order: object_parse() has a closer look.
 */
int object_parse_known(const void *data, size_t size, const u32 *offs, u32 nr, struct btf **ret);
int object_new(struct btf *base, bool with_layout, struct btf **ret); /* empty */
void object_free(struct btf *b);
static inline bool object_ours(const struct btf *b)
{
	return b && b->magic == OBJECT_MAGIC;
}

/* ---- reading ---- */

static inline u32 object_type_cnt(const struct btf *b)
{
	return b->start_id + b->nr;
}

extern const struct btf_type object_void;
/* where types and strings of an object without any point to */
#define object_nothing ((const u8 *)&object_void)

/* id < type_cnt */
static inline const struct btf_type *object_type(const struct btf *b, u32 id)
{
	while (id < b->start_id && b->base)
		b = b->base;
	if (id == 0)
		return &object_void;
	return (const struct btf_type *)(const void *)(b->types + b->offs[id - b->start_id]);
}

/* own type by index */
static inline const struct btf_type *object_own(const struct btf *b, u32 i)
{
	return (const struct btf_type *)(const void *)(b->types + b->offs[i]);
}

/* NULL when out of range */
const struct btf_type *object_type_checked(const struct btf *b, u32 id);
const char *object_str_checked(const struct btf *b, u32 off);
/* off is in range: everything that passed object_parse */
static inline const char *object_str(const struct btf *b, u32 off)
{
	while (off < b->start_str)
		b = b->base;
	/* the empty string of a split whose string section is empty */
	return off - b->start_str < b->strs_len ? b->strs + (off - b->start_str) : "";
}

static inline const char *object_name(const struct btf *b, const struct btf_type *t)
{
	return object_str(b, t->name_off);
}

static inline u32 object_str_end(const struct btf *b)
{
	return b->start_str + b->strs_len;
}

/* bytes of the record of own or base type t, layout consulted for unknown kinds */
size_t object_type_size(const struct btf *b, const struct btf_type *t);
/* sizes of an unknown kind from the layout of b or of a base below it */
const struct wire_layout *object_layout(const struct btf *b, u32 kind);
/* the machine's pointer size that the types tell: 4, 8, or 0 */
int object_ptr_size(const struct btf *b);

/* ---- changing (see edit.c): all-or-nothing, ids returned ---- */

/* makes the object own its buffers; -EOPNOTSUPP when frozen */
int object_modify(struct btf *b);
/* whoever sets others lets go of those that are there */
void object_drop_offs(struct btf *b);
/* drops what was derived from the content; called by everything that changes something */
void object_changed(struct btf *b);
/* the tables of strings, and of pass, alone */
void object_drop_tables(struct btf *b);
/* object_changed, and the name index too: ids or names of existing types have changed */
void object_rewritten(struct btf *b);
/* Appends `size` zeroed bytes as a new record; *ret is valid until the next change. Returns the
 * new id. Strings are added before: a failure leaves the types as they were. */
int object_add_record(struct btf *b, size_t size, struct btf_type **ret);
/* Grows the last record by one element; returns it zeroed in *ret. */
int object_add_elem(struct btf *b, size_t size, void **ret);
/* offset of s, appended if neither a base nor the object has it; "" is 0 */
int object_add_str(struct btf *b, const char *s);
int object_find_str(const struct btf *b, const char *s); /* -ENOENT */
/* appends a whole record verbatim (native order); returns the id */
int object_add_raw(struct btf *b, const void *rec, size_t size);
/*
 * For whoever fills types_buf and offs itself, of an object that object_modify went through: room
 * for nr records of `bytes` bytes; and afterwards, that nr records were filled in.
 */
int object_reserve(struct btf *b, u32 nr, u32 bytes);
/* the same for strings of an object that is modified: how many, and their bytes */
int object_reserve_strs(struct btf *b, u32 cnt, u32 bytes);
void object_added(struct btf *b, u32 nr);
/* Takes over both as the own types, of the same number; they are left empty. */
void object_set_types(struct btf *b, struct buf *types, u32 **offs);

/*
 * The buffers become the object's types and strings (strs NULL: those stay, and the object must
 * have been modified before); offs and nr are the caller's to set. -ENOMEM: nothing has changed.
 */
int object_take(struct btf *b, struct buf *types, struct buf *strs);

/* ---- writing (write.c) ---- */

/* the blob in native or in the other byte order; owned and cached by the object */
int object_raw(struct btf *b, bool other_order, const void **ret, u32 *ret_len);
/* Same bytes, into a buffer of the caller's; for a const object. */
int object_write(const struct btf *b, bool other_order, struct buf *out);
/* In native order, without a layout section and its header fields: what old kernels take. */
int object_write_plain(const struct btf *b, struct buf *out);

/* ---- byte order (swap.c) ---- */

/*
 * Swaps type records of `len` bytes in place. to_native: lengths are read after swapping, else
 * before. -EINVAL at a record that is cut off or of an unknown kind.
 */
int types_swap(u8 *types, u32 len, bool to_native);
void header_swap(struct wire_header *h);
void layout_swap(u8 *layout, u32 len);

#endif
