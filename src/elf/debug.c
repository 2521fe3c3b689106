// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ELF image -> its debug sections, ready to read.
 *
 * In: an opened image, which sections are wanted. Out: slices of the image where nothing has to
 * be done, of kept buffers where a section is inflated, joined or relocated. Always: what is not
 * wanted costs nothing but a look at its name; work and memory are bounded by the size of the
 * file (and by elf.max_size for what is inflated), also when sections overlap.
 *
 * A "part" is one section of the file that is wanted. Usually a debug section has one part.
 * Objects with COMDAT groups (type units) have many, which refer to each other through symbols;
 * joined in index order they are one section, as a linker would join them.
 */
#include "elf/debug.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/inflate.h"
#include "elf/reloc.h"

#define SECTION_CREL 0x40000014 /* SHT_CREL: relocations in a form of their own */
#define ADDRESS_GAP 16		/* between two sections, at least */
#define ADDRESS_ALIGN_MAX ((u64)1 << 30)

static const char *const names[DEBUG_SECTIONS] = {
	[DEBUG_INFO] = ".debug_info",	      [DEBUG_TYPES] = ".debug_types",
	[DEBUG_ABBREV] = ".debug_abbrev",     [DEBUG_STR] = ".debug_str",
	[DEBUG_LINE_STR] = ".debug_line_str", [DEBUG_STR_OFFSETS] = ".debug_str_offsets",
	[DEBUG_ADDR] = ".debug_addr",	      [DEBUG_LOC] = ".debug_loc",
	[DEBUG_LOCLISTS] = ".debug_loclists", [DEBUG_RANGES] = ".debug_ranges",
	[DEBUG_RNGLISTS] = ".debug_rnglists", [DEBUG_LINE] = ".debug_line",
	[DEBUG_CU_INDEX] = ".debug_cu_index", [DEBUG_TU_INDEX] = ".debug_tu_index",
};

struct part {
	struct elf_section s;
	struct inflate how;
	u8 which;	/* enum debug_section */
	bool relocated; /* entries apply to it */
	struct reloc_target target;
};

struct reader {
	const struct elf *e;
	struct debug_opts o;
	struct debug_buffers *b;
	struct part *part;
	size_t part_cnt;
	u64 plain, inflated; /* bytes of the parts so far */
	u64 tls_start;	     /* the lowest address of thread-local storage */
	u32 *part_of;	     /* section index -> part + 1; only in ET_REL */
	struct elf_section *reloc;
	size_t reloc_cnt;
	struct debug_range *range;
	size_t range_cnt;
	struct btf_report *r;
	struct debug_image image;
};

const char *debug_section_name(enum debug_section section)
{
	return names[section];
}

void debug_buffers_deinit(struct debug_buffers *b)
{
	size_t i;

	for (i = 0; i < DEBUG_SECTIONS; i++)
		buf_deinit(&b->section[i]);
	buf_deinit(&b->address);
	buf_deinit(&b->value);
	buf_deinit(&b->range);
	buf_deinit(&b->part);
	buf_deinit(&b->part_of);
	buf_deinit(&b->reloc);
}

/* room for size bytes, and never NULL for 0; what was in it is lost */
static void *room(struct reader *d, struct buf *b, u64 size)
{
	b->len = 0;
	if (size > SIZE_MAX / 2) {
		report_nomem(d->r);
		return NULL;
	}
	if (size > b->cap || !b->cap) {
		/* nothing is kept, so nothing has to be copied */
		size_t cap = max_of(max_of(size, (u64)b->cap + b->cap / 2), (u64)64);

		buf_deinit(b);
		if (buf_reserve(b, cap)) {
			report_nomem(d->r);
			return NULL;
		}
	}
	b->len = size;
	return b->data;
}

static int sections_error(struct reader *d, const struct elf_section *s, const char *text)
{
	struct place p = {.file = d->e->path, .section = s->name};

	return report_error(d->r, BTF_CODE_ELF_RELOC, &p, BTF_NO_VALUE, BTF_NO_VALUE, "%s", text);
}

/* --- which sections there are --- */

/* DEBUG_SECTIONS: none of ours. The older compressed form has .zdebug_ for .debug_ */
static enum debug_section recognise(const char *name, bool *ret_dwo)
{
	enum debug_section i;
	size_t len;

	if (!strncmp(name, ".debug_", 7))
		name += 1;
	else if (!strncmp(name, ".zdebug_", 8))
		name += 2;
	else
		return DEBUG_SECTIONS;
	len = strlen(name);
	*ret_dwo = len > 4 && !strcmp(name + len - 4, ".dwo");
	if (*ret_dwo)
		len -= 4;
	for (i = 0; i < DEBUG_SECTIONS; i++)
		if (!strncmp(names[i] + 1, name, len) && !names[i][1 + len])
			break;
	return i;
}

static int add_part(struct reader *d, const struct elf_section *s, enum debug_section which)
{
	struct part *p;
	int err;

	err = buf_add_zero(&d->b->part, sizeof(*p), (void **)&p);
	if (err)
		return report_nomem(d->r);
	p->s = *s;
	p->which = (u8)which;
	d->part = (struct part *)d->b->part.data;
	d->part_cnt++;
	return elf_compression(d->e, s, &p->how, d->r);
}

static bool is_relocations(const struct elf_section *s)
{
	return s->type == SHT_RELA || s->type == SHT_REL || s->type == SECTION_CREL;
}

/* *end: behind the last section that got one */
static u64 next_address(struct reader *d, const struct elf_section *s, u64 *end)
{
	u64 align = s->align, start = *end;

	if (d->e->type != ET_REL)
		return s->addr;
	if (d->o.address)
		return d->o.address[s->index];
	if (align & (align - 1) || align > ADDRESS_ALIGN_MAX)
		align = 0;
	if (align)
		start = (start + align - 1) & -align;
	/* addresses that a hostile file wraps may be the same, but each is still only a number */
	*end = start + s->size + ADDRESS_GAP;
	return d->e->is64 ? start : (u32)start;
}

static int add_allocated(struct reader *d, const struct elf_section *s, u64 address)
{
	const struct debug_range *last = d->range_cnt ? &d->range[d->range_cnt - 1] : NULL;
	struct debug_range range = {address, s->size, s->index};

	if (s->flags & SHF_TLS) {
		d->tls_start = min_of(d->tls_start, address);
		return 0;
	}
	if (!s->size || (s->type != SHT_PROGBITS && s->type != SHT_NOBITS))
		return 0;
	if (last && (address < last->start || address - last->start < last->size))
		d->image.ordered = false;
	if (buf_add(&d->b->range, &range, sizeof(range)))
		return report_nomem(d->r);
	d->range = (struct debug_range *)d->b->range.data;
	d->range_cnt++;
	return 0;
}

/* from here on each wanted section is a part, and in ET_REL each allocated one has an address */
static int find_parts(struct reader *d)
{
	const struct elf *e = d->e;
	bool rel = e->type == ET_REL;
	u64 end = DEBUG_FIRST_ADDRESS;
	u64 *address = room(d, &d->b->address, (u64)e->shnum * sizeof(*address));
	enum debug_section which;
	struct elf_section s;
	bool dwo = false;
	int err;
	u32 i;

	if (!address)
		return -ENOMEM;
	d->b->part.len = d->b->reloc.len = d->b->range.len = 0;
	d->image.ordered = true;
	for (i = 0; i < e->shnum; i++) {
		err = elf_section_at(e, i, &s, d->r);
		if (err)
			return err;
		address[i] = 0;
		if (!i || s.type == SHT_NULL)
			continue;
		which = recognise(s.name, &dwo);
		if (which == DEBUG_SECTIONS && s.flags & SHF_ALLOC) {
			address[i] = next_address(d, &s, &end);
			err = add_allocated(d, &s, address[i]);
		} else if (which == DEBUG_SECTIONS && rel && is_relocations(&s)) {
			err = buf_add(&d->b->reloc, &s, sizeof(s)) ? report_nomem(d->r) : 0;
		}
		if (err)
			return err;
		if (which == DEBUG_SECTIONS)
			continue;
		*(dwo ? &d->image.present_dwo : &d->image.present) |= DEBUG_MASK(which);
		if (!(d->o.sections & DEBUG_MASK(which)) || dwo != d->o.dwo)
			continue;
		err = add_part(d, &s, which);
		if (err)
			return err;
	}
	d->image.address = address;
	d->image.address_cnt = e->shnum;
	d->image.range = d->range;
	d->image.range_cnt = d->range_cnt;
	d->reloc = (struct elf_section *)d->b->reloc.data;
	d->reloc_cnt = d->b->reloc.len / sizeof(s);
	return 0;
}

/* --- relocations --- */

static int crel_error(struct reader *d, const struct elf_section *s)
{
	struct place p = {.file = d->e->path, .section = s->name};

	return report_error(d->r, BTF_CODE_ELF_RELOC_TYPE, &p, SHT_RELA, (s64)s->type,
			    "relocations in the CREL form, which is not known");
}

/*
 * Keeps the relocation sections that apply to parts. Their sum cannot be more than the file, so
 * that no number of sections makes the same bytes apply again and again.
 */
static int find_relocations(struct reader *d)
{
	const struct elf_section *s;
	size_t i, cnt = 0;
	u64 sum = 0;
	u32 *part_of;

	if (!d->reloc_cnt || !d->part_cnt)
		return d->reloc_cnt = 0;
	part_of = room(d, &d->b->part_of, (u64)d->e->shnum * sizeof(*part_of));
	if (!part_of)
		return -ENOMEM;
	memset(part_of, 0, d->b->part_of.len);
	for (i = 0; i < d->part_cnt; i++)
		part_of[d->part[i].s.index] = (u32)i + 1;
	d->part_of = part_of;
	for (i = 0; i < d->reloc_cnt; i++) {
		s = &d->reloc[i];
		if (s->info >= d->e->shnum || !part_of[s->info] || !s->size)
			continue;
		if (s->type == SECTION_CREL)
			return crel_error(d, s);
		if (s->size > d->e->size - sum)
			return sections_error(d, s, "the relocation sections overlap");
		sum += s->size;
		d->part[part_of[s->info] - 1].relocated = true;
		d->reloc[cnt++] = *s;
	}
	d->reloc_cnt = cnt;
	return 0;
}

/* S of a symbol */
static int find_value(struct reader *d, const struct elf_symbol_table *t, u64 i, u64 *ret)
{
	struct elf_symbol s;
	int err;

	err = elf_symbol_value_at(t, i, &s, d->r);
	if (err)
		return err;
	*ret = s.section || s.absolute ? d->image.address[s.section] + s.value : 0;
	/* debug information wants the offset, also where an ordinary relocation writes it */
	if (s.section && s.type == STT_TLS)
		*ret -= d->tls_start;
	return 0;
}

static int find_values(struct reader *d, const struct elf_symbol_table *t, u64 *value)
{
	const u32 plain = min_of(d->e->shnum, SHN_LORESERVE);
	const u64 *address = d->image.address;
	Elf64_Sym raw;
	int err = 0;
	u64 i;

	value[0] = 0;
	for (i = 1; !err && i < t->cnt; i++) {
		if (t->e->is64 && !t->e->swap) {
			memcpy(&raw, t->syms + i * sizeof(raw), sizeof(raw));
			if (raw.st_shndx < plain && ELF64_ST_TYPE(raw.st_info) != STT_TLS) {
				value[i] = raw.st_shndx ? address[raw.st_shndx] + raw.st_value : 0;
				continue;
			}
		}
		err = find_value(d, t, i, &value[i]);
	}
	return err;
}

/* from here on what lies in the parts is as a linker would leave it */
static int relocate(struct reader *d)
{
	struct reloc_symbols symbols = {0};
	struct elf_symbol_table t;
	u64 *value;
	u32 symtab = 0;
	size_t i;
	int err;

	for (i = 0; i < d->reloc_cnt; i++) {
		const struct elf_section *s = &d->reloc[i];

		if (!s->link || s->link >= d->e->shnum || (symtab && s->link != symtab))
			return sections_error(d, s,
					      symtab ? "a second symbol table"
						     : "the relocations name no symbol table");
		if (!symtab) {
			err = elf_symbol_table_init(&t, d->e, s->link, d->r);
			if (err)
				return err;
			value = room(d, &d->b->value, (t.cnt + 1) * sizeof(*value));
			if (!value)
				return -ENOMEM;
			err = find_values(d, &t, value);
			if (err)
				return err;
			symbols.value = value;
			symbols.cnt = t.cnt;
			symtab = s->link;
		}
		err = reloc_apply(d->e, s, &d->part[d->part_of[s->info] - 1].target, &symbols,
				  d->r);
		if (err)
			return err;
	}
	for (i = 0; i < d->part_cnt; i++)
		if (d->part[i].relocated)
			reloc_finish(&d->part[i].target);
	return 0;
}

/* --- bytes --- */

/*
 * What the parts of one section need together. All parts of a file together are no more than the
 * file, or than max_size where they are inflated, however often they are stated.
 */
static int measure(struct reader *d, enum debug_section which, size_t *ret_cnt, u64 *ret_size)
{
	u64 size = 0;
	size_t i, cnt = 0;

	for (i = 0; i < d->part_cnt; i++) {
		struct part *p = &d->part[i];
		struct place at = {.file = d->e->path, .section = p->s.name};

		if (p->which != which)
			continue;
		if (p->how.kind == INFLATE_NONE && p->how.out_size > d->e->size - d->plain)
			return report_error(d->r, BTF_CODE_ELF_SECTION, &at, BTF_NO_VALUE,
					    BTF_NO_VALUE, "debug sections overlap");
		if (p->how.kind != INFLATE_NONE && p->how.out_size > d->e->max_size - d->inflated)
			return report_error(d->r, BTF_CODE_FILE_TOO_BIG, &at, (s64)d->e->max_size,
					    BTF_NO_VALUE,
					    "inflated, the debug sections have more than %llu "
					    "bytes, which is the limit",
					    (unsigned long long)d->e->max_size);
		*(p->how.kind == INFLATE_NONE ? &d->plain : &d->inflated) += p->how.out_size;
		p->target.start = size;
		size += p->how.out_size;
		cnt++;
	}
	*ret_cnt = cnt;
	*ret_size = size;
	return 0;
}

static int load_part(struct reader *d, struct part *p, u8 *to)
{
	p->target.name = p->s.name;
	p->target.size = p->how.out_size;
	p->target.to = to + p->target.start;
	p->target.mapped = d->o.mapped;
	if (d->e->type == ET_REL)
		((u64 *)d->b->address.data)[p->s.index] = p->target.start;
	if (p->how.kind == INFLATE_NONE) {
		p->target.from = p->how.in;
		if (!p->relocated)
			reloc_finish(&p->target);
		return 0;
	}
	p->target.ready = p->target.size;
	return elf_inflate(d->e, &p->s, &p->how, p->target.to, d->r);
}

/* from here on the section's slice is known; relocations still have to be applied */
static int load(struct reader *d, enum debug_section which)
{
	struct debug_slice *ret = &d->image.section[which];
	size_t i, cnt = 0;
	u64 size = 0;
	u8 *to;
	int err;

	err = measure(d, which, &cnt, &size);
	if (err || !cnt)
		return err;
	for (i = 0; d->part[i].which != which;)
		i++;
	if (cnt == 1 && d->part[i].how.kind == INFLATE_NONE && !d->part[i].relocated) {
		*ret = (struct debug_slice){d->part[i].how.in, size};
		return 0;
	}
	to = room(d, &d->b->section[which], size);
	if (!to)
		return -ENOMEM;
	*ret = (struct debug_slice){to, size};
	for (; !err && i < d->part_cnt; i++)
		if (d->part[i].which == which)
			err = load_part(d, &d->part[i], to);
	return err;
}

static int read_all(struct reader *d)
{
	enum debug_section which;
	int err;

	err = find_parts(d);
	if (!err)
		err = find_relocations(d);
	for (which = 0; !err && which < DEBUG_SECTIONS; which++)
		err = load(d, which);
	if (!err)
		err = relocate(d);
	return err;
}

int debug_image_init(struct debug_image *ret, const struct elf *e, const struct debug_opts *o,
		     struct btf_report *r)
{
	struct reader d = {.e = e, .o = *o, .b = o->buffers, .tls_start = UINT64_MAX, .r = r};
	int err;

	if (!d.o.sections)
		d.o.sections = DEBUG_MASK(DEBUG_SECTIONS) - 1;
	if (!d.b) {
		d.b = d.image.own = calloc(1, sizeof(*d.b));
		if (!d.b)
			return report_nomem(r);
	}
	d.image.relocatable = e->type == ET_REL;
	d.image.machine = e->machine;
	err = read_all(&d);
	if (err)
		debug_image_deinit(&d.image);
	else
		*ret = d.image;
	return err;
}

void debug_image_deinit(struct debug_image *d)
{
	if (d->own) {
		debug_buffers_deinit(d->own);
		free(d->own);
	}
	*d = (struct debug_image){0};
}

u64 debug_symbol_address(const struct debug_image *d, const struct elf_symbol *s)
{
	u64 value = s->value;

	if (d->machine == EM_ARM && s->type == STT_FUNC)
		value &= ~(u64)1;
	return d->relocatable ? debug_section_address(d, s->section) + value : value;
}

u32 debug_find_section(const struct debug_image *d, u64 address, u64 *ret_offset)
{
	const struct debug_range *range = d->range;
	size_t from = 0, cnt = d->range_cnt, half;

	/* the last that starts at or before the address is the only one that can hold it */
	while (d->ordered && cnt > 1) {
		half = cnt / 2;
		if (range[from + half].start <= address) {
			from += half;
			cnt -= half;
		} else {
			cnt = half;
		}
	}
	for (cnt += from; from < cnt; from++) {
		if (address - range[from].start >= range[from].size)
			continue;
		*ret_offset = address - range[from].start;
		return range[from].index;
	}
	return 0;
}
