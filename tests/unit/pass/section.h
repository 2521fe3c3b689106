/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A .BTF_ids section as the kernel's macros make it; included behind cmocka.h. */
#ifndef UNIT_PASS_SECTION_H
#define UNIT_PASS_SECTION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass/ids.h"

#define MAX_WORDS 512
#define MAX_SYMS 256

struct section {
	u8 bytes[MAX_WORDS * 4 + 1];
	u32 words;
	bool swapped;
	struct ids_symbol sym[MAX_SYMS];
	char *name[MAX_SYMS];
	size_t syms;
};

/* never aligned: kernels link the section with alignment 1 */
static inline u8 *data(struct section *s)
{
	return s->bytes + 1;
}

static inline void put(struct section *s, u32 v)
{
	assert_true(s->words < MAX_WORDS);
	if (s->swapped)
		v = __builtin_bswap32(v);
	memcpy(data(s) + (size_t)s->words++ * 4, &v, 4);
}

static inline struct ids_symbol *symbol(struct section *s, const char *name, u64 size)
{
	struct ids_symbol *sym = &s->sym[s->syms];

	assert_true(s->syms < MAX_SYMS);
	s->name[s->syms] = strdup(name);
	*sym = (struct ids_symbol){s->name[s->syms], (u64)s->words * 4, size};
	s->syms++;
	return sym;
}

/* BTF_ID(kind, name); `what` is "kind__name__number" */
static inline void put_id(struct section *s, const char *what, u32 id)
{
	char name[256];

	snprintf(name, sizeof(name), "__BTF_ID__%s", what);
	symbol(s, name, 4);
	put(s, id);
}

static inline void put_pair(struct section *s, const char *what, u32 id, u32 flags)
{
	put_id(s, what, id);
	put(s, flags);
}

/* members follow */
static inline void begin_set(struct section *s, u32 cnt, u32 count_word)
{
	symbol(s, "my_set", 0);
	symbol(s, "__BTF_ID__set__my_set", (cnt + 1) * 4);
	put(s, count_word);
}

static inline void begin_set8(struct section *s, u32 cnt, u32 count_word, u32 flags)
{
	symbol(s, "__BTF_ID__set8__my_set8", (cnt + 1) * 8);
	put(s, count_word);
	put(s, flags);
}

static inline void clear(struct section *s)
{
	for (size_t i = 0; i < s->syms; i++)
		free(s->name[i]);
	*s = (struct section){.swapped = s->swapped};
}

#endif
