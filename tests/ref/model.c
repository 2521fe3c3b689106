// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A second reading of BTF: see model.h. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what the words of a record are: behind the name, once ("head") and per element */
static const struct {
	const char *head, *elem;
} shape[20] = {
	{"n", ""},    /* UNKN */
	{"nn", ""},   /* INT */
	{"i", ""},    /* PTR */
	{"niin", ""}, /* ARRAY */
	{"n", "sin"}, /* STRUCT */
	{"n", "sin"}, /* UNION */
	{"n", "sn"},  /* ENUM */
	{"n", ""},    /* FWD */
	{"i", ""},    /* TYPEDEF */
	{"i", ""},    /* VOLATILE */
	{"i", ""},    /* CONST */
	{"i", ""},    /* RESTRICT */
	{"i", ""},    /* FUNC; its vlen is a linkage */
	{"i", "si"},  /* FUNC_PROTO */
	{"in", ""},   /* VAR */
	{"n", "inn"}, /* DATASEC */
	{"n", ""},    /* FLOAT */
	{"in", ""},   /* DECL_TAG */
	{"i", ""},    /* TYPE_TAG */
	{"n", "snn"}, /* ENUM64 */
};

static void must(bool good)
{
	if (!good) {
		fprintf(stderr, "model: input beyond what the twins read\n");
		abort();
	}
}

static uint32_t get(const unsigned char **at)
{
	uint32_t v;

	memcpy(&v, *at, 4);
	*at += 4;
	return v;
}

static const char *str_at(const struct ref_btf *b, uint32_t off)
{
	if (!off)
		return "";
	while (b && off < b->first_str)
		b = b->base;
	must(b && off - b->first_str < b->str_len);
	return b->strs + (off - b->first_str);
}

static void read_words(struct ref_btf *b, struct ref_type *t, const char *what,
		       const unsigned char **at)
{
	for (; *what; what++) {
		struct ref_word *w = &t->word[t->words++];

		must(t->words <= REF_MAX_WORDS);
		w->v = get(at);
		w->what = *what == 'i' ? REF_ID : *what == 's' ? REF_STR : REF_NUM;
		w->s = *what == 's' ? str_at(b, w->v) : NULL;
	}
}

void ref_read(struct ref_btf *b, const void *data, size_t size, const struct ref_btf *base)
{
	const unsigned char *at = data, *end;
	uint32_t hdr[6];

	must(size >= 24);
	memcpy(hdr, data, 24);
	must((hdr[0] & 0xffff) == 0xeb9f && hdr[1] == 24 && hdr[2] == 0 && hdr[4] == hdr[3]);
	must(24 + (size_t)hdr[4] + hdr[5] == size);
	b->base = base;
	b->first_id = base ? ref_end(base) : 1;
	b->cnt = 0;
	b->first_str = base ? base->first_str + base->str_len : 0;
	b->strs = (const char *)data + 24 + hdr[4];
	b->str_len = hdr[5];
	end = at + 24 + hdr[3];
	at += 24;
	while (at < end) {
		struct ref_type *t = &b->type[b->cnt++];
		const unsigned char *info_at = at + 4;
		uint32_t info;

		must(b->cnt < REF_MAX_TYPES);
		memcpy(&info, info_at, 4);
		t->kind = (int)(info >> 24 & 0x7f);
		t->kflag = info >> 31;
		t->vlen = info & 0xffffff;
		t->words = 0;
		must(t->kind < 20);
		read_words(b, t, "s", &at);
		at += 4;
		read_words(b, t, shape[t->kind].head, &at);
		for (uint32_t i = 0; *shape[t->kind].elem && i < t->vlen; i++)
			read_words(b, t, shape[t->kind].elem, &at);
	}
}

const struct ref_type *ref_get(const struct ref_btf *b, uint32_t id)
{
	if (!id)
		return NULL;
	must(id < ref_end(b));
	while (id < b->first_id)
		b = b->base;
	return &b->type[id - b->first_id];
}

uint32_t ref_find_str(const struct ref_btf *b, const char *s)
{
	uint32_t off = b->base ? ref_find_str(b->base, s) : 0;

	if (off || !*s)
		return off;
	for (uint32_t i = 0; i < b->str_len; i += (uint32_t)strlen(b->strs + i) + 1)
		if (!strcmp(b->strs + i, s))
			return b->first_str + i;
	return 0;
}

static void add(struct ref_bytes *out, const void *data, size_t len)
{
	must(out->len + len <= sizeof(out->data));
	memcpy(out->data + out->len, data, len);
	out->len += len;
}

void ref_write(struct ref_bytes *out, const struct ref_type *types, uint32_t cnt, const char *strs,
	       uint32_t str_len)
{
	uint32_t hdr[6] = {0x0001eb9f, 24, 0, 0, 0, str_len};

	out->len = 0;
	add(out, hdr, sizeof(hdr));
	for (uint32_t i = 0; i < cnt; i++) {
		const struct ref_type *t = &types[i];
		uint32_t info = (uint32_t)t->kflag << 31 | (uint32_t)t->kind << 24 | t->vlen;

		add(out, &t->word[0].v, 4);
		add(out, &info, 4);
		for (int w = 1; w < t->words; w++)
			add(out, &t->word[w].v, 4);
	}
	hdr[3] = hdr[4] = (uint32_t)(out->len - sizeof(hdr));
	memcpy(out->data, hdr, sizeof(hdr));
	add(out, strs, str_len);
}
