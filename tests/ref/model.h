/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A second, plain reading of BTF, that shares no code with src/: every record is a list of words
 * that are numbers, type ids or strings. The twins work on it. It reads only well-formed bytes in
 * native order with a 24-byte header, which is what the generator makes; anything else aborts.
 */
#ifndef REF_MODEL_H
#define REF_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REF_MAX_WORDS 64
#define REF_MAX_TYPES 512

enum ref_what { REF_NUM, REF_ID, REF_STR };

struct ref_word {
	enum ref_what what;
	uint32_t v;
	const char *s; /* of a REF_STR */
};

struct ref_type {
	int kind;
	bool kflag;
	uint32_t vlen;
	/* word[0] is the name, word[1] the size or type; then what follows the head */
	struct ref_word word[REF_MAX_WORDS];
	int words;
};

struct ref_btf {
	const struct ref_btf *base;
	uint32_t first_id, cnt;	     /* own types: first_id .. first_id + cnt - 1 */
	uint32_t first_str, str_len; /* own strings */
	const char *strs;	     /* in the bytes that were read */
	struct ref_type type[REF_MAX_TYPES];
};

struct ref_bytes {
	unsigned char data[1 << 16];
	size_t len;
};

void ref_read(struct ref_btf *b, const void *data, size_t size, const struct ref_btf *base);
/* any id of any level; NULL: void */
const struct ref_type *ref_get(const struct ref_btf *b, uint32_t id);
static inline const char *ref_name(const struct ref_type *t)
{
	return t->word[0].s;
}
static inline uint32_t ref_end(const struct ref_btf *b)
{
	return b->first_id + b->cnt;
}
/* offset of s in b's levels, lowest first; 0 where it is not there (and for "") */
uint32_t ref_find_str(const struct ref_btf *b, const char *s);

/* header, the types with the values of their words, strings */
void ref_write(struct ref_bytes *out, const struct ref_type *types, uint32_t cnt, const char *strs,
	       uint32_t str_len);

/* ---- the twins ---- */

struct ref_distilled {
	struct ref_bytes base, split;
};

/* 0 or -EINVAL */
int ref_distill(const struct ref_btf *split, bool own_fwds, struct ref_distilled *out);
/* 0, -EINVAL, -ENOENT: as the kernel says it */
int ref_relocate(const struct ref_btf *split, const struct ref_btf *base, bool kernel,
		 struct ref_bytes *out);

#endif
