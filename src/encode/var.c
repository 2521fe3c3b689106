// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Variables of a file to VAR and DATASEC.
 *
 * In: what units say of variables with a fixed address, the file's sections and object symbols.
 * Out: one VAR for each place in a section, one DATASEC for each section that has any. Holds:
 * offsets in a DATASEC ascend and do not overlap, as kernels ask; the result does not depend on
 * which worker read what.
 *
 * A weak definition that lost against another leaves its DIE behind, with the address of the
 * winner. Of DIEs at one place the first that a symbol there speaks for is taken, a strong symbol
 * before a weak one.
 */
#include "encode/var.h"

#include <errno.h>
#include <stdlib.h>

#include "btf/kind.h"
#include "btf/query.h"

/* ---- sections ---- */

static bool wanted_section(const struct elf_section *s, enum var_which which)
{
	if (!(s->flags & SHF_ALLOC) || (s->type != SHT_PROGBITS && s->type != SHT_NOBITS) ||
	    !s->size)
		return false;
	return which == VARS_ALL || !strcmp(s->name, VAR_PERCPU);
}

static int find_sections(struct var_sections *ret, const struct elf *e, const struct debug_image *d,
			 enum var_which which, struct btf_report *r)
{
	ret->image = d;
	ret->at = calloc(e->shnum ? e->shnum : 1, sizeof(*ret->at));
	ret->place = calloc(e->shnum ? e->shnum : 1, sizeof(*ret->place));
	if (!ret->at || !ret->place)
		return report_nomem(r);
	for (u32 i = 1; i < e->shnum; i++) {
		struct elf_section s;
		int err = elf_section_at(e, i, &s, r);

		if (err)
			return err;
		if (!wanted_section(&s, which))
			continue;
		ret->at[ret->cnt++] = (struct var_section){
			.name = s.name,
			.index = i,
			.address = d->relocatable ? debug_section_address(d, i) : s.addr,
			.size = s.size,
		};
		ret->place[i] = ret->cnt;
	}
	return 0;
}

static const struct var_section *section_of(const struct var_sections *s, u64 address)
{
	u64 offset;
	u32 place;

	/* most addresses are in no section that is wanted: one comparison tells for the only one */
	if (s->cnt == 1)
		return address - s->at->address < s->at->size ? s->at : NULL;
	place = s->place[debug_find_section(s->image, address, &offset)];
	return place ? &s->at[place - 1] : NULL;
}

static int by_symbol(const void *a, const void *b)
{
	const struct var_symbol *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (int)x->weak - (int)y->weak;
}

static int find_symbols(struct var_sections *ret, const struct elf *e, const struct debug_image *d,
			struct btf_report *r)
{
	struct elf_symbol_table t;
	struct buf found = {0};
	int err = elf_symbol_table_init(&t, e, ELF_EVERY_SECTION, r);

	for (u64 i = 1; !err && i < t.cnt; i++) {
		struct elf_symbol s;
		struct var_symbol v;

		err = elf_symbol_value_at(&t, i, &s, r);
		if (err || s.type != STT_OBJECT || !s.section)
			continue;
		v = (struct var_symbol){.address = debug_symbol_address(d, &s),
					.weak = s.bind == STB_WEAK};
		if (!section_of(ret, v.address))
			continue;
		err = elf_symbol_at(&t, i, &s, r);
		v.key = err ? 0 : key_name(s.name);
		if (!err && v.key && buf_add(&found, &v, sizeof(v)))
			err = report_nomem(r);
	}
	if (err == -ENODATA)
		err = 0;
	ret->symbol = (struct var_symbol *)(void *)found.data;
	ret->symbol_cnt = (u32)(found.len / sizeof(*ret->symbol));
	if (ret->symbol_cnt)
		qsort(ret->symbol, ret->symbol_cnt, sizeof(*ret->symbol), by_symbol);
	return err;
}

int var_sections_init(struct var_sections *ret, const struct elf *e, const struct debug_image *d,
		      enum var_which which, struct btf_report *r)
{
	int err;

	*ret = (struct var_sections){0};
	if (which == VARS_NONE)
		return 0;
	err = find_sections(ret, e, d, which, r);
	if (!err && ret->cnt)
		err = find_symbols(ret, e, d, r);
	if (err)
		var_sections_deinit(ret);
	return err;
}

void var_sections_deinit(struct var_sections *s)
{
	free(s->at);
	free(s->place);
	free(s->symbol);
	*s = (struct var_sections){0};
}

/* 2: a strong symbol of that name is there, 1: a weak one, 0: none */
static u32 symbol_strength(const struct var_sections *s, u64 key, u64 address)
{
	u32 low = 0, high = s->symbol_cnt, best = 0;

	while (low < high) {
		u32 mid = low + (high - low) / 2;
		const struct var_symbol *v = &s->symbol[mid];

		if (v->key < key || (v->key == key && v->address < address))
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < s->symbol_cnt && s->symbol[low].key == key && s->symbol[low].address == address;
	     low++)
		best = max_of(best, s->symbol[low].weak ? 1u : 2u);
	return best;
}

/* ---- notes ---- */

void var_notes_deinit(struct var_notes *n)
{
	buf_deinit(&n->note);
}

/* a location that is one address: DW_OP_addr or its index, perhaps with a number added */
static bool fixed_address(const struct scan *s, const struct scan_var *v, u64 *ret)
{
	const u8 *p = v->loc, *end = p ? p + v->loc_len : NULL;
	u32 size = s->u->addr_size;
	u64 index, add = 0;

	if (!p || p == end)
		return false;
	switch (*p++) {
	case DW_OP_addr:
		if ((size_t)(end - p) < size)
			return false;
		*ret = size == 8 ? dwarf_u64(s->d->swap, p) : dwarf_u32(s->d->swap, p);
		p += size;
		break;
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index:
		p = dwarf_uleb(p, end, &index);
		if (!p || s->u->addr_base > s->d->addr.len ||
		    index >= (s->d->addr.len - s->u->addr_base) / size)
			return false;
		index = s->u->addr_base + index * size;
		*ret = size == 8 ? dwarf_u64(s->d->swap, s->d->addr.data + index)
				 : dwarf_u32(s->d->swap, s->d->addr.data + index);
		break;
	default:
		return false;
	}
	if (p < end && *p == DW_OP_plus_uconst) {
		p = dwarf_uleb(p + 1, end, &add);
		if (!p)
			return false;
	}
	*ret += add;
	return p == end;
}

/* the declaration that a definition completes; variables stand in order of their offsets */
static const struct scan_var *specified(const struct scan *s, const struct scan_var *v)
{
	u32 low = 0, high = s->var.cnt;

	if (!v->specification || v->specification & (SCAN_REF_REMOTE | SCAN_REF_MADE))
		return NULL;
	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (s->var.at[mid].off < v->specification)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->var.cnt && s->var.at[low].off == v->specification ? &s->var.at[low] : NULL;
}

static bool has_prefix(const char *name)
{
	static const char *const made_by_macros[] = {
		"__UNIQUE_ID", "__tpstrtab_", "__exitcall_", "__gendwarfksyms_ptr_",
		"__func_stack_frame_non_standard_",
	};

	for (u32 i = 0; i < ARRAY_SIZE(made_by_macros); i++)
		if (!strncmp(name, made_by_macros[i], strlen(made_by_macros[i])))
			return true;
	return false;
}

/* what kernels take as the name of a variable */
static bool valid_name(const char *name)
{
	size_t len = strnlen(name, 128);

	if (!len || len > 127)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';

		if (!letter && !(i && c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

int vars_note(struct var_notes *n, const struct var_sections *sections, struct keys *k,
	      const struct scan *s, const struct key_env *env, u32 unit)
{
	if (!sections->cnt)
		return 0;
	for (u32 i = 0; i < s->var.cnt; i++) {
		const struct scan_var *v = &s->var.at[i], *decl;
		struct var_note note = {.order = (u64)unit << 32 | i};
		const struct var_section *in;

		if (!(v->flags & VAR_TOP) || v->flags & (VAR_DECLARATION | VAR_ARTIFICIAL) ||
		    !fixed_address(s, v, &note.address))
			continue;
		in = section_of(sections, note.address);
		if (!in || (sections->not_at_0 && !note.address))
			continue;
		decl = specified(s, v);
		note.name = v->name ? v->name : decl ? decl->name : NULL;
		if (!note.name || has_prefix(note.name) || !valid_name(note.name))
			continue;
		/* what was discarded looks as if it were at 0 */
		if (note.address == in->address &&
		    !symbol_strength(sections, key_name(note.name), note.address))
			continue;
		note.section = (u32)(in - sections->at);
		note.type = keys_ref(k, s, env, v->ref ? v->ref : decl ? decl->ref : 0);
		note.external = (v->flags | (decl ? decl->flags : 0)) & VAR_EXTERNAL;
		if (buf_add(&n->note, &note, sizeof(note)))
			return -ENOMEM;
	}
	return 0;
}

/* ---- emission ---- */

struct ranked {
	const struct var_note *note;
	u32 strength;
};

static int by_place(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->note->section != y->note->section)
		return x->note->section < y->note->section ? -1 : 1;
	if (x->note->address != y->note->address)
		return x->note->address < y->note->address ? -1 : 1;
	if (x->strength != y->strength)
		return x->strength > y->strength ? -1 : 1;
	return x->note->order < y->note->order ? -1 : x->note->order > y->note->order;
}

static int by_order(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->note->order < y->note->order ? -1 : x->note->order > y->note->order;
}

/* one note for each place, and none that overlaps the one before it: notes that stay, by order */
static u32 choose(struct ranked *all, u32 cnt, const struct btf *b, const struct join_ids *ids)
{
	u64 end = 0;
	u32 to = 0;

	qsort(all, cnt, sizeof(*all), by_place);
	for (u32 i = 0; i < cnt; i++) {
		const struct var_note *n = all[i].note;
		u32 id = join_id(ids, n->type);
		s64 size = id ? query_size(b, id) : -1;

		if (to && all[to - 1].note->section != n->section)
			end = 0;
		if (size <= 0 || n->address < end)
			continue;
		end = n->address + (u64)size;
		all[to++] = all[i];
	}
	qsort(all, to, sizeof(*all), by_order);
	return to;
}

static int emit_var(struct btf *b, const struct var_sections *sections, const struct var_note *n,
		    const struct join_ids *ids, struct buf *ret)
{
	struct var_made made = {.name = n->name, .section = n->section};
	u32 type = join_id(ids, n->type);
	int name = object_add_str(b, n->name), id;
	struct btf_type *t;

	made.offset = (u32)(n->address - sections->at[n->section].address);
	made.size = (u32)query_size(b, type);
	if (name < 0)
		return name;
	id = object_add_record(b, sizeof(*t) + sizeof(struct btf_var), &t);
	if (id < 0)
		return id;
	t->name_off = (u32)name;
	t->info = info_make(BTF_KIND_VAR, 0, false);
	t->type = type;
	((struct btf_var *)type_tail(t))->linkage =
		n->external ? BTF_VAR_GLOBAL_ALLOCATED : BTF_VAR_STATIC;
	made.id = (u32)id;
	return buf_add(ret, &made, sizeof(made));
}

int vars_emit(struct btf *b, const struct var_sections *sections, const struct buf *notes,
	      const struct join_ids *ids, struct buf *ret)
{
	const struct var_note *note = (const struct var_note *)(const void *)notes->data;
	u32 cnt = (u32)(notes->len / sizeof(*note));
	struct ranked *all;
	int err = 0;

	if (!cnt)
		return 0;
	all = malloc(cnt * sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (u32 i = 0; i < cnt; i++)
		all[i] = (struct ranked){&note[i], symbol_strength(sections, key_name(note[i].name),
								   note[i].address)};
	cnt = choose(all, cnt, b, ids);
	for (u32 i = 0; !err && i < cnt; i++)
		err = emit_var(b, sections, all[i].note, ids, ret);
	free(all);
	return err;
}

static int by_offset(const void *a, const void *b)
{
	const struct var_made *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int emit_datasec(struct btf *b, const char *section, const struct var_made *v, u32 cnt)
{
	struct btf_var_secinfo *to;
	int name = object_add_str(b, section), id;
	struct btf_type *t;

	if (name < 0)
		return name;
	id = object_add_record(b, sizeof(*t) + cnt * sizeof(*to), &t);
	if (id < 0)
		return id;
	t->name_off = (u32)name;
	t->info = info_make(BTF_KIND_DATASEC, cnt, false);
	/* as far as the variables go, which is not always the whole section */
	t->size = v[cnt - 1].offset + v[cnt - 1].size;
	to = type_tail(t);
	for (u32 i = 0; i < cnt; i++)
		to[i] = (struct btf_var_secinfo){v[i].id, v[i].offset, v[i].size};
	return 0;
}

int datasecs_emit(struct btf *b, const struct var_sections *sections, const struct buf *made)
{
	u32 cnt = (u32)(made->len / sizeof(struct var_made));
	struct var_made *v = malloc(made->len ? made->len : 1);
	int err = v ? 0 : -ENOMEM;

	if (v && cnt) {
		memcpy(v, made->data, made->len);
		qsort(v, cnt, sizeof(*v), by_offset);
	}
	for (u32 i = 0, n; !err && i < cnt; i += n) {
		for (n = 1; i + n < cnt && v[i + n].section == v[i].section; n++)
			;
		err = emit_datasec(b, sections->at[v[i].section].name, &v[i], n);
	}
	free(v);
	return err;
}
