// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Life of the object and its simple questions: see object.h. */
#include "btf/object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "btf/index.h"

const struct btf_type object_void;

int object_new(struct btf *base, bool with_layout, struct btf **ret)
{
	struct btf *b = calloc(1, sizeof(*b));

	if (!b)
		return -ENOMEM;
	b->magic = OBJECT_MAGIC;
	b->start_id = 1;
	b->hdr_len = WIRE_HDR_LEN;
	b->version = WIRE_VERSION;
	b->ptr_sz = -1;
	b->sorted = -1;
	b->fd = -1;
	b->with_layout = with_layout;
	b->strs_unique = true;
	b->dirty = true;
	b->types = object_nothing;
	b->strs = (const char *)object_nothing;
	if (base) {
		b->base = base;
		b->swapped_out = base->swapped_out;
		b->start_id = object_type_cnt(base);
		b->start_str = object_str_end(base);
	} else if (buf_add(&b->strs_buf, "", 1)) {
		free(b);
		return -ENOMEM;
	} else {
		b->strs = (const char *)b->strs_buf.data;
		b->strs_len = 1;
	}
	*ret = b;
	return 0;
}

void object_drop_offs(struct btf *b)
{
	if (!b->offs_borrowed)
		free(b->offs);
	b->offs = NULL;
	b->offs_borrowed = false;
}

void object_free(struct btf *b)
{
	if (!b)
		return;
	b->magic = 0;
	if (b->owns_base)
		object_free(b->base);
	if (b->owns_blob)
		free((void *)(uintptr_t)b->blob);
	if (b->map)
		munmap(b->map, b->map_len);
	object_drop_offs(b);
	buf_deinit(&b->types_buf);
	buf_deinit(&b->strs_buf);
	buf_deinit(&b->layout_buf);
	string_set_free(b->set);
	free(b->raw[0]);
	free(b->raw[1]);
	name_index_free(b->names[0]);
	name_index_free(b->names[1]);
	string_index_free(b->str_index);
	if (b->pass_index)
		b->pass_index_free(b->pass_index);
	kept_free(b->kept);
	free(b);
}

const struct btf_type *object_type_checked(const struct btf *b, u32 id)
{
	return id < object_type_cnt(b) ? object_type(b, id) : NULL;
}

const char *object_str_checked(const struct btf *b, u32 off)
{
	if (!off)
		return "";
	return off < object_str_end(b) ? object_str(b, off) : NULL;
}

const struct wire_layout *object_layout(const struct btf *b, u32 kind)
{
	for (; b; b = b->base) {
		if (b->layout)
			return (u64)(kind + 1) * sizeof(struct wire_layout) <= b->layout_len ?
				       (const struct wire_layout *)(const void *)b->layout + kind :
				       NULL;
	}
	return NULL;
}

size_t object_type_size(const struct btf *b, const struct btf_type *t)
{
	const struct wire_layout *l;

	if (type_kind(t) < WIRE_KINDS)
		return type_size(t);
	l = object_layout(b, type_kind(t));
	return l ? sizeof(*t) + l->info_sz + (size_t)type_vlen(t) * l->elem_sz : 0;
}

/* every order of words that C allows for long and unsigned long */
static bool names_long(const char *s)
{
	static const char *const spellings[] = {
		"long",		     "long int",	  "int long",
		"unsigned long",     "long unsigned",	  "unsigned long int",
		"unsigned int long", "long unsigned int", "long int unsigned",
		"int unsigned long", "int long unsigned",
	};

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
		if (!strcmp(s, spellings[i]))
			return true;
	return false;
}

static int find_ptr_size(const struct btf *b)
{
	for (u32 i = 0; i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);

		if (type_is(t, BTF_KIND_INT) && (t->size == 4 || t->size == 8) &&
		    names_long(object_name(b, t)))
			return (int)t->size;
	}
	return 0;
}

int object_ptr_size(const struct btf *b)
{
	struct btf *w = (struct btf *)(uintptr_t)b;
	int sz = __atomic_load_n(&b->ptr_sz, __ATOMIC_RELAXED);

	if (sz >= 0)
		return sz;
	sz = b->base ? object_ptr_size(b->base) : 0;
	if (!sz)
		sz = find_ptr_size(b);
	/* every thread finds the same answer */
	__atomic_store_n(&w->ptr_sz, sz, __ATOMIC_RELAXED);
	return sz;
}
