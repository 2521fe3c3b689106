// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Damage to files that were right.
 *
 * In: a seed, a generator. Out: its bytes with one to four changes. Half of them know what they
 * hit: the seed is read once as ELF or BTF, and its headers, tables, records and sections are
 * regions with fields; the others see bytes. A seed whose name ends in .gz, .xz or .zst is
 * compressed here, before or after the damage. The same seed and the same number give the same
 * bytes.
 */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf/wire.h"
#include "elf/open.h"
#include "io/pack.h"

u64 rng_next(struct rng *g)
{
	u64 z = g->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static _Noreturn void die(const char *path, const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", path, what);
	exit(2);
}

/* ---- seeds ---- */

static void region_add(struct seed *s, u64 off, u64 len, u8 unit, bool big, u32 weight)
{
	if (!len || off >= s->size || len > s->size - off)
		return;
	s->region = realloc(s->region, (s->region_cnt + 1) * sizeof(*s->region));
	if (!s->region)
		die(s->path, "out of memory");
	s->region[s->region_cnt++] = (struct region){off, len, unit, big, weight};
	s->weight += weight;
}

static u32 word_at(const struct seed *s, u64 off, bool big)
{
	u32 v;

	memcpy(&v, s->data + off, 4);
	return big ? __builtin_bswap32(v) : v;
}

/* BTF from off on: header, types, strings */
static void find_btf(struct seed *s, u64 off, u64 len)
{
	bool big = s->data[off] == 0xeb;
	u64 hdr, types, strs;

	if (len < 24)
		return;
	hdr = word_at(s, off + 4, big);
	types = word_at(s, off + 8, big);
	strs = word_at(s, off + 16, big);
	region_add(s, off, hdr, 4, big, 3);
	region_add(s, off + hdr + types, word_at(s, off + 12, big), 4, big, 12);
	region_add(s, off + hdr + strs, word_at(s, off + 20, big), 1, big, 3);
}

static u32 weight_of(const struct elf_section *h)
{
	static const struct {
		const char *name;
		u32 weight;
	} table[] = {
		{".debug_info", 12},	{".debug_abbrev", 10}, {".debug_str_offsets", 3},
		{".debug_loclists", 4}, {".debug_loc", 4},     {".debug_types", 8},
		{".debug_addr", 3},	{".debug_str", 2},     {".debug_line_str", 2},
		{".BTF_ids", 8},	{".BTF.ext", 6},       {".zdebug_info", 4},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(h->name, table[i].name))
			return table[i].weight;
	if (h->type == SHT_SYMTAB)
		return 5;
	return h->type == SHT_RELA ? 3 : 1;
}

static void find_elf(struct seed *s)
{
	struct elf_section h;
	struct elf e;
	u32 i;

	if (elf_init(&e, s->data, s->size, s->path, 0, NULL))
		die(s->path, "is no sound ELF file");
	region_add(s, 0, elf_header_size(&e), 2, e.big, 3);
	for (i = 1; i < e.shnum; i++) {
		u64 row = e.shoff + i * elf_section_header_size(&e);

		if (elf_section_at(&e, i, &h, NULL))
			die(s->path, "has a section that cannot be read");
		region_add(s, row, elf_section_header_size(&e), 8, e.big,
			   weight_of(&h) > 1 || !strncmp(h.name, ".BTF", 4) ? 2 : 1);
		if (h.type == SHT_NOBITS || !h.size)
			continue;
		if (!strcmp(h.name, ".BTF") || !strcmp(h.name, ".BTF.base"))
			find_btf(s, h.offset, h.size);
		else
			region_add(s, h.offset, h.size, h.type == SHT_STRTAB ? 1 : 8, e.big,
				   weight_of(&h));
	}
	elf_deinit(&e);
}

static u8 *slurp(const char *path, u64 *ret_size)
{
	FILE *f = fopen(path, "rb");
	u8 *data;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
		die(path, "cannot be read");
	data = malloc((size_t)size + 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size)
		die(path, "cannot be read");
	fclose(f);
	*ret_size = (u64)size;
	return data;
}

void seed_load(struct seed *s, const char *folder, const char *name)
{
	*s = (struct seed){.name = strdup(name)};
	if (!s->name || asprintf(&s->path, "%s/%s", folder, name) < 0)
		die(name, "out of memory");
	s->data = slurp(s->path, &s->size);
	if (elf_recognise(s->data, s->size))
		find_elf(s);
	else if (s->size >= 24 && (s->data[0] == 0xeb || s->data[0] == 0x9f))
		find_btf(s, 0, s->size);
	else if (s->size > 0x260 && s->data[0x1fe] == 0x55) /* the setup header of an x86 kernel */
		region_add(s, 0x1f0, 0x70, 4, false, 8);
	else if (s->size > 64) /* an EFI zboot image's, or a compressed file's */
		region_add(s, 0, 64, 4, false, 2);
	region_add(s, 0, s->size, 4, false, 1);
}

void seed_free(struct seed *s)
{
	free(s->path);
	free(s->name);
	free(s->data);
	free(s->region);
}

/* ---- damage that sees fields ---- */

static const struct region *a_region(const struct seed *s, struct rng *g)
{
	u64 at = rng_below(g, s->weight);
	const struct region *r = s->region;

	while (at >= r->weight)
		at -= r++->weight;
	return r;
}

static u64 get(const u8 *p, u8 unit, bool big)
{
	u64 v = 0;

	for (u8 i = 0; i < unit; i++)
		v |= (u64)p[big ? unit - 1 - i : i] << 8 * i;
	return v;
}

static void set(u8 *p, u64 v, u8 unit, bool big)
{
	for (u8 i = 0; i < unit; i++)
		p[big ? unit - 1 - i : i] = (u8)(v >> 8 * i);
}

/* near the ends of what numbers of files mean, and of what types can hold */
static u64 special(struct rng *g)
{
	static const u64 special[] = {0,
				      1,
				      2,
				      3,
				      4,
				      7,
				      8,
				      0x0f,
				      0x10,
				      0x1f,
				      0x20,
				      0x3f,
				      0x40,
				      0x7f,
				      0x80,
				      0xff,
				      0x100,
				      0x7fff,
				      0x8000,
				      0xfffe,
				      0xffff,
				      0x10000,
				      0xfffff,
				      0x100000,
				      0x7fffffff,
				      0x80000000,
				      0xfffffff0,
				      0xfffffffe,
				      0xffffffff,
				      0x100000000,
				      0x7fffffffffffffff,
				      0x8000000000000000,
				      0xfffffffffffffff0,
				      0xffffffffffffffff};

	return special[rng_below(g, ARRAY_SIZE(special))];
}

static u64 other_value(struct rng *g, u64 was, u8 unit, u64 size)
{
	switch (rng_below(g, 7)) {
	case 0:
		return was ^ 1ull << rng_below(g, 8 * unit);
	case 1:
		return was + rng_below(g, 17) - 8;
	case 2:
		return special(g);
	case 3:
		return rng_below(g, size + 2);
	case 4:
		return rng_below(g, 64);
	case 5:
		return was << 1 | (was & 1);
	}
	return rng_next(g) >> rng_below(g, 64);
}

static void hurt_field(const struct seed *s, struct rng *g, struct buf *b)
{
	const struct region *r = a_region(s, g);
	/* smaller fields are frequent too: LEB numbers, counts */
	u8 unit = r->unit == 4 && !rng_one_in(g, 4) ? 4 : (u8)(1u << rng_below(g, 4));
	u64 off;

	while (unit > r->unit || unit > r->len)
		unit /= 2;
	off = r->off + rng_below(g, (r->len - unit) / unit + 1) * unit;
	if (off + unit > b->len)
		return;
	set(b->data + off, other_value(g, get(b->data + off, unit, r->big), unit, s->size), unit,
	    r->big);
}

/* a field gets the value of another of the same region: an id, a form, an offset that exists */
static void swap_fields(const struct seed *s, struct rng *g, struct buf *b)
{
	const struct region *r = a_region(s, g);
	u8 unit = r->unit == 8 ? (u8)(1u << rng_below(g, 4)) : r->unit;
	u64 from, to;

	if (r->len < unit || r->off + r->len > b->len)
		return;
	from = r->off + rng_below(g, r->len / unit) * unit;
	to = r->off + rng_below(g, r->len / unit) * unit;
	memmove(b->data + to, b->data + from, unit);
}

/* a piece of a region over another place of it */
static void move_piece(const struct seed *s, struct rng *g, struct buf *b)
{
	const struct region *r = a_region(s, g);
	u64 len = 1 + rng_below(g, r->len < 64 ? r->len : 64);

	if (r->off + r->len > b->len)
		return;
	memmove(b->data + r->off + rng_below(g, r->len - len + 1),
		b->data + r->off + rng_below(g, r->len - len + 1), len);
}

/* ---- damage that sees bytes ---- */

static void hurt_byte(struct rng *g, struct buf *b)
{
	u64 at = rng_below(g, b->len);

	b->data[at] = (u8)other_value(g, b->data[at], 1, 256);
}

static void fill(struct rng *g, struct buf *b)
{
	u64 at = rng_below(g, b->len), len = 1 + rng_below(g, 32);

	memset(b->data + at, rng_one_in(g, 2) ? 0 : 0xff, len < b->len - at ? len : b->len - at);
}

static void remove_bytes(struct rng *g, struct buf *b)
{
	u64 at = rng_below(g, b->len), len = 1 + rng_below(g, rng_one_in(g, 4) ? 256 : 8);

	if (len > b->len - at)
		len = b->len - at;
	memmove(b->data + at, b->data + at + len, b->len - at - len);
	b->len -= len;
}

static void insert_bytes(struct rng *g, struct buf *b)
{
	u64 at = rng_below(g, b->len + 1), len = 1 + rng_below(g, rng_one_in(g, 4) ? 256 : 8);
	void *room;

	if (buf_add_zero(b, len, &room))
		exit(2);
	memmove(b->data + at + len, b->data + at, b->len - len - at);
	for (u64 i = 0; i < len; i++)
		b->data[at + i] = (u8)rng_next(g);
}

static void hurt_once(const struct seed *s, struct rng *g, struct buf *b)
{
	if (!b->len)
		return;
	switch (rng_below(g, 20)) {
	case 0:
		b->len = rng_below(g, b->len);
		return;
	case 1:
		remove_bytes(g, b);
		return;
	case 2:
		insert_bytes(g, b);
		return;
	case 3:
		fill(g, b);
		return;
	case 4:
	case 5:
	case 6:
		hurt_byte(g, b);
		return;
	case 7:
	case 8:
	case 9:
		swap_fields(s, g, b);
		return;
	case 10:
		move_piece(s, g, b);
		return;
	}
	hurt_field(s, g, b);
}

static enum pack_kind pack_of(const struct seed *s)
{
	static const struct {
		const char *suffix;
		enum pack_kind kind;
	} table[] = {{".gz", PACK_GZIP}, {".xz", PACK_XZ}, {".zst", PACK_ZSTD}};
	size_t len = strlen(s->name), n;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		n = strlen(table[i].suffix);
		if (len > n && !strcmp(s->name + len - n, table[i].suffix))
			return table[i].kind;
	}
	return PACK_NONE;
}

static void compress(const struct seed *s, struct buf *b)
{
	struct buf packed = {0};

	if (pack(pack_of(s), b->data, b->len, s->path, &packed, NULL))
		die(s->path, "cannot be compressed");
	buf_deinit(b);
	*b = packed;
}

void seed_hurt(const struct seed *s, struct rng *g, struct buf *out)
{
	/* the bytes of a compressed file, or what is in it */
	bool first = pack_of(s) != PACK_NONE && rng_one_in(g, 2);
	u64 times = rng_one_in(g, 2) ? 1 : 1 + rng_below(g, 4);

	out->len = 0;
	if (buf_add(out, s->data, s->size))
		die(s->path, "out of memory");
	if (first)
		compress(s, out);
	while (times--)
		if (!first)
			hurt_once(s, g, out);
		else if (rng_one_in(g, 8))
			out->len = rng_below(g, out->len + 1);
		else if (out->len)
			hurt_byte(g, out);
	if (!first && pack_of(s) != PACK_NONE)
		compress(s, out);
}
