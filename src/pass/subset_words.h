/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Words that a program uses, and for what: a set of strings with flags. From C source
 * (words_of_source) or put in one by one.
 */
#ifndef PASS_SUBSET_WORDS_H
#define PASS_SUBSET_WORDS_H

#include "base/mem.h"

enum {
	WORD_TAG = 1,	  /* after struct, union or enum */
	WORD_IDENT = 2,	  /* anything else: typedefs, enumerators, functions */
	WORD_MEMBER = 4,  /* after . or ->, or an argument of what reads members */
	WORD_DEFINED = 8, /* the program has a struct, union or enum of that tag itself */
	WORD_LIKE = 16,	  /* a tag of a type that the object describes in full: struct word.like */
};

/* what a WORD_LIKE type looks like */
struct word_like {
	u32 kind, size, vlen;
};

struct word {
	const char *text; /* in the arena */
	u32 hash;
	u32 flags;
	struct word_like like;
};

struct words {
	struct word *slot; /* text NULL: free */
	u32 mask, nr;
	struct arena text;
};

void words_deinit(struct words *w);
/* the word, with the flags added; NULL: out of memory. Valid until the next call. */
struct word *words_add(struct words *w, const char *s, size_t len, u32 flags);
const struct word *words_find(const struct words *w, const char *s);
static inline bool words_has(const struct words *w, const char *s, u32 flags)
{
	const struct word *word = words_find(w, s);

	return word && word->flags & flags;
}

/*
 * The identifiers of C source. Comments, strings, numbers and preprocessor lines are skipped, but
 * what a #define stands for is read. -ENOMEM.
 */
int words_of_source(struct words *w, const char *text, size_t size);

#endif
