/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Types for people.
 *
 *	show.c        the calls: which types are meant, and the run over them
 *	show_text.c   one type -> text
 *	show_json.c   one type -> JSON
 *	show_place.c  "a.b[2].c", "a+0x40" -> where it lies
 *	show_near.c   a name that nothing has -> names that are spelled alike
 *	shape.c       a struct -> where its members lie
 *	ctype.c       a type -> one line of C
 */
#ifndef PRINT_SHOW_H
#define PRINT_SHOW_H

#include <btf/show.h>

#include "print/ctype.h"
#include "print/shape.h"
#include "print/out.h"

#define SHOW_DEPTH 64 /* anonymous structs in each other, steps of a path */

struct show {
	struct out out;
	const struct btf *b;
	struct shapes shapes;
	struct btf_report *r;
	u32 cacheline;
	bool json;
	bool comma; /* json: something stands before in the same object or array */
	bool any;   /* something was shown */
	u32 found;  /* answers so far: of offsets */
};

/* ---- calls: as <btf/show.h>, arguments checked ---- */

int show_query(const struct btf *b, const char *query, const struct btf_show_opts *opts,
	       int (*write)(void *ctx, const void *data, size_t size), void *ctx,
	       struct btf_report *r);
int show_id(const struct btf *b, u32 id, const struct btf_show_opts *opts,
	    int (*write)(void *ctx, const void *data, size_t size), void *ctx,
	    struct btf_report *r);
int show_layout(const struct btf *b, u32 id, struct btf_layout *ret, struct btf_report *r);

/* ---- inside ---- */

void show_put(struct show *s, const char *fmt, ...) __printf_fmt(2, 3);
/* records why a type could not be shown; err is negative and returned */
int show_fail(struct show *s, u32 id, int err);
static inline const struct btf_type *show_at(const struct show *s, u32 id)
{
	return object_type(s->b, id);
}

/* one type, whatever it is; 0 or a negative errno, recorded */
int show_text(struct show *s, u32 id);
int show_json(struct show *s, u32 id);
/* one line about it, for lists */
void show_text_line(struct show *s, u32 id);

/* JSON (show_json.c): a key of NULL is for elements of an array */
void show_json_open(struct show *s, const char *key, char bracket);
void show_json_close(struct show *s, char bracket);
void show_json_str(struct show *s, const char *key, const char *value);
void show_json_num(struct show *s, const char *key, u64 value);
void show_json_head(struct show *s, const char *what, u32 id);
void show_json_end(struct show *s);

/* A member is written out where the type that it has is anonymous: that type, behind arrays and
 * modifiers; or 0 */
u32 show_inline(const struct show *s, u32 type);

/* Calls fn for every DECL_TAG of id until it fails. */
int show_each_tag(struct show *s, u32 id,
		  int (*fn)(struct show *s, const char *tag, s32 component));
/* Calls fn for every DATASEC that holds the variable id. */
int show_each_section(struct show *s, u32 id,
		      int (*fn)(struct show *s, const struct btf_type *sec,
				const struct btf_var_secinfo *at));

/* "path" and "+offset" below type id (show_place.c); query is for messages */
int show_place(struct show *s, u32 id, const char *path, const char *query);

/* the names spelled most alike, ", " between them; "" when none is (show_near.c) */
struct near {
	const char *name;
	u32 cost;
	u32 id;
};
#define NEAR_MAX 5
struct nears {
	const char *want;
	struct near best[NEAR_MAX];
	u32 cnt;
};
void near_init(struct nears *n, const char *want);
void near_offer(struct nears *n, const char *name, u32 id);
/* text of at most size bytes; kinds: with the keyword of each type of b, which may be NULL */
void near_text(const struct nears *n, const struct btf *b, char *text, size_t size);

#endif
