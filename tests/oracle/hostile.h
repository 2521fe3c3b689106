/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the files of the hostile test share: numbers, damage to files, and the commands. */
#ifndef ORACLE_HOSTILE_H
#define ORACLE_HOSTILE_H

#include "base/mem.h"

struct rng {
	u64 state;
};

u64 rng_next(struct rng *g);

/* 0 .. n - 1; n > 0 */
static inline u64 rng_below(struct rng *g, u64 n)
{
	return rng_next(g) % n;
}

static inline bool rng_one_in(struct rng *g, u64 n)
{
	return !rng_below(g, n);
}

/* a piece of a seed that has fields */
struct region {
	u64 off, len;
	u8 unit; /* most bytes that a field in it has: 1, 2, 4, 8 */
	bool big;
	u32 weight; /* how often damage goes there, beside the other regions */
};

struct seed {
	char *path, *name; /* the name without its folder */
	u8 *data;
	u64 size;
	struct region *region;
	size_t region_cnt;
	u64 weight; /* of all regions */
};

/* reads the file and finds its regions; exits with a message where it cannot */
void seed_load(struct seed *s, const char *folder, const char *name);
void seed_free(struct seed *s);

/* the seed with damage by g's choice; out is emptied before */
void seed_hurt(const struct seed *s, struct rng *g, struct buf *out);

/* is it JSON, one value after the other, with nothing else between than white space? */
bool json_valid(const char *text, size_t len);

/* what exit code 0 promises */
enum due {
	DUE_WORD,  /* something on standard output */
	DUE_JSON,  /* JSON on standard output */
	DUE_OUT,   /* "out", which btf can read; or nothing to do, and said so */
	DUE_FILE,  /* "out", any text */
	DUE_PLACE, /* "copy", the input, is another one that btf can read, or nothing to do */
	DUE_EXIT,  /* nothing: the exit code is the answer */
	DUE_TYPES, /* something on standard output if dump --json had something */
};

/*
 * in: the damaged file; copy: the same, to be replaced; whole: the seed of it; base: what it is
 * split on; next: another kernel. Families (the first letter of a family's name; "" for all) for
 * which the command makes sense.
 */
struct job {
	const char *families;
	enum due due;
	const char *line;
};
extern const struct job hostile_jobs[];
extern const u32 hostile_job_cnt;

#endif
