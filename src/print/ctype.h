/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A type as C writes it, in one line: "void (*destructor)(struct sk_buff *)". For people to read:
 * what would be very long or goes in a circle is cut and ends in "...".
 */
#ifndef PRINT_CTYPE_H
#define PRINT_CTYPE_H

#include "btf/object.h"

#define CTYPE_MAX 1024

struct ctype {
	char text[CTYPE_MAX];
	size_t len;
};

/* `name` declared with type id; "" for the type alone */
void ctype_decl(struct ctype *ret, const struct btf *b, u32 id, const char *name);
/* the declarator without what stands in front of it: "*name[4]", for types that are written out */
void ctype_declarator(struct ctype *ret, const struct btf *b, u32 id, const char *name);
/* a string of the BTF for people: control characters as \xNN, at most 256 bytes of it */
void ctype_name(struct ctype *ret, const char *name);
/* "struct", "union", "enum", "typedef", "func", "var", ... */
const char *ctype_keyword(const struct btf_type *t);

#endif
