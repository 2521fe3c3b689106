// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Objects for tests: see build.h. */
#include "build.h"

#include <stdio.h>
#include <stdlib.h>

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "test input: %s failed\n", what);
	abort();
}

struct btf *new_base(void)
{
	return new_split(NULL);
}

struct btf *new_split(struct btf *base)
{
	struct btf *b;

	must(!object_new(base, false, &b), "object_new");
	return b;
}

static u32 str(struct btf *b, const char *s)
{
	int off = object_add_str(b, s);

	must(off >= 0, "object_add_str");
	return (u32)off;
}

static u32 record(struct btf *b, u32 info, const char *name, u32 word, u32 tail, u32 **ret_tail)
{
	u32 name_off = str(b, name);
	struct btf_type *t;
	int id = object_add_record(b, sizeof(*t) + tail, &t);

	must(id > 0, "object_add_record");
	t->name_off = name_off;
	t->info = info;
	t->type = word;
	if (ret_tail)
		*ret_tail = type_tail(t);
	return (u32)id;
}

u32 put(struct btf *b, u32 kind, const char *name, u32 word)
{
	return record(b, info_make(kind, 0, false), name, word, 0, NULL);
}

u32 put_kflag(struct btf *b, u32 kind, const char *name, u32 word)
{
	return record(b, info_make(kind, 0, true), name, word, 0, NULL);
}

u32 put_int(struct btf *b, const char *name, u32 size, u32 encoding, u32 bits)
{
	u32 *tail, id = record(b, info_make(BTF_KIND_INT, 0, false), name, size, 4, &tail);

	*tail = encoding << 24 | bits;
	return id;
}

u32 put_array(struct btf *b, u32 type, u32 index, u32 nelems)
{
	u32 *tail, id = record(b, info_make(BTF_KIND_ARRAY, 0, false), NULL, 0, 12, &tail);

	tail[0] = type;
	tail[1] = index;
	tail[2] = nelems;
	return id;
}

u32 put_word(struct btf *b, u32 kind, const char *name, u32 type, u32 word)
{
	u32 *tail, id = record(b, info_make(kind, 0, false), name, type, 4, &tail);

	*tail = word;
	return id;
}

static void element(struct btf *b, u32 words, u32 x, u32 y, u32 z)
{
	struct btf_type *t;
	void *at;

	must(!object_add_elem(b, words * 4, &at), "object_add_elem");
	((u32 *)at)[0] = x;
	((u32 *)at)[1] = y;
	if (words > 2)
		((u32 *)at)[2] = z;
	t = (struct btf_type *)(uintptr_t)object_own(b, b->nr - 1);
	t->info++;
}

void put_member(struct btf *b, const char *name, u32 type, u32 offset)
{
	element(b, 3, str(b, name), type, offset);
}

void put_enumerator(struct btf *b, const char *name, u32 value)
{
	element(b, 2, str(b, name), value, 0);
}

void put_enumerator64(struct btf *b, const char *name, u64 value)
{
	element(b, 3, str(b, name), (u32)value, (u32)(value >> 32));
}

void put_param(struct btf *b, const char *name, u32 type)
{
	element(b, 2, str(b, name), type, 0);
}

void put_var(struct btf *b, u32 type, u32 offset, u32 size)
{
	element(b, 3, type, offset, size);
}

struct buf bytes_of(const struct btf *b)
{
	struct buf out = {0};

	must(!object_write(b, b->swapped_out, &out), "object_write");
	return out;
}

struct btf *reparsed(const struct btf *b, struct btf *base)
{
	struct buf bytes = bytes_of(b);
	struct btf *again;

	must(!object_parse(bytes.data, bytes.len, base, OBJECT_ADOPT, NULL, &again),
	     "object_parse");
	return again;
}
