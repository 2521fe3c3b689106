// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * .symtab to groups of functions.
 *
 * In: the symbol table. Out: groups, found by name, with their symbols in the order of the table.
 * Holds: a group has at least one symbol; parts of functions (".cold", ".part") are no symbols
 * here. A name is known by its key of 64 bits.
 *
 * Three passes, so that what each of them touches at random is small: names to keys, keys to
 * groups, symbols behind each other by group.
 */
#include "encode/symbols.h"

#include <errno.h>
#include <stdlib.h>

/* of a group: more are in no program, and looking at all of them for each state would take long */
#define MAX_LOOKED_AT 256
#define AHEAD 12 /* symbols whose slots are on their way to the cache */

/* a function symbol, while groups are made */
struct found {
	u64 key;
	u32 sym; /* number in the table */
	u32 group;
	u32 len; /* of the name before the first dot */
	u8 suffix;
	bool replaces;
};

struct collect {
	struct symbols *s;
	struct elf_symbol_table table;
	const struct debug_image *image;
	struct found *found;
	u32 cnt;
	const char *last; /* of the names so far, the one that sorts last */
	u32 last_len;
	u64 last_key;
};

/* ---- names ---- */

static u64 key_of(const char *name)
{
	u64 key = key_name(name);

	return key ? key : 1;
}

/* of the first len bytes */
static u64 key_of_part(const char *name, u32 len)
{
	char text[256], *copy = text;
	u64 key;

	if (len >= sizeof(text))
		copy = malloc((size_t)len + 1);
	if (!copy)
		return 0;
	memcpy(copy, name, len);
	copy[len] = 0;
	key = key_of(copy);
	if (copy != text)
		free(copy);
	return key;
}

static int compare(const char *a, u32 a_len, const char *b, u32 b_len)
{
	int cmp = memcmp(a, b, min_of(a_len, b_len));

	return cmp ? cmp : a_len < b_len ? -1 : a_len > b_len;
}

static int add_name(struct collect *c, u32 sym, const char *name)
{
	const char *dot = strchrnul(name, '.');
	struct found *f = &c->found[c->cnt];

	*f = (struct found){.sym = sym, .len = (u32)(dot - name)};
	if (*dot) {
		if (strstr(dot, ".cold") || strstr(dot, ".part"))
			return 0;
		f->replaces = strstr(dot, ".isra");
		f->suffix = f->replaces || strstr(dot, ".constprop") ? SUFFIX_CLONE : SUFFIX_OTHER;
		f->key = key_of_part(name, f->len);
	} else {
		f->key = key_of(name);
	}
	if (!f->key)
		return -ENOMEM;
	if (!c->last || compare(c->last, c->last_len, name, f->len) < 0) {
		c->last = name;
		c->last_len = f->len;
		c->last_key = f->key;
	}
	c->cnt++;
	return 0;
}

static int read_names(struct collect *c, struct btf_report *r)
{
	struct elf_symbol sym;
	int err = 0;

	c->found = malloc((c->table.cnt + 1) * sizeof(*c->found));
	if (!c->found)
		return -ENOMEM;
	for (u64 i = 1; !err && i < c->table.cnt; i++) {
		err = elf_symbol_at(&c->table, i, &sym, r);
		if (!err && sym.type == STT_FUNC && *sym.name)
			err = add_name(c, (u32)i, sym.name);
	}
	return err;
}

/* ---- groups ---- */

static inline struct symbols_slot *slot_of(const struct symbols *s, u64 key)
{
	u32 i = (u32)key & s->mask;

	while (s->slot[i].v &&
	       (s->slot[i].tag != (u32)(key >> 32) || s->key[s->slot[i].v - 1] != key))
		i = (i + 1) & s->mask;
	return &s->slot[i];
}

static int make_groups(struct collect *c)
{
	struct symbols *s = c->s;
	u32 slots = 64;

	while (slots / 2 <= c->cnt)
		slots *= 2;
	s->mask = slots - 1;
	s->slot = zalloc_present(slots, sizeof(*s->slot));
	s->key = malloc((c->cnt + 1) * sizeof(*s->key));
	s->group = malloc((c->cnt + 1) * sizeof(*s->group));
	if (!s->slot || !s->key || !s->group)
		return -ENOMEM;
	for (u32 i = 0; i < c->cnt; i++) {
		struct found *f = &c->found[i];
		struct symbols_slot *slot;

		if (i + AHEAD < c->cnt)
			(void)*(const volatile u32 *)symbols_place(s, f[AHEAD].key);
		slot = slot_of(s, f->key);
		if (!slot->v) {
			s->key[s->group_cnt] = f->key;
			s->group[s->group_cnt] = (struct func_group){.name_len = f->len};
			*slot = (struct symbols_slot){(u32)(f->key >> 32), ++s->group_cnt};
		}
		f->group = slot->v - 1;
		s->group[f->group].cnt++;
	}
	s->last = c->last ? slot_of(s, c->last_key)->v - 1 : SCAN_NONE;
	return 0;
}

/*
 * Is more than one function meant? pahole compares each value with the one before it and takes 0
 * for no value; addresses are compared where there are any.
 */
static void compare_places(struct symbols *s, struct func_group *g)
{
	const struct func_symbol *sym = &s->sym[g->first], *place = NULL;

	for (u32 i = 0; i < g->cnt; i++) {
		if (i)
			g->several_values |= sym[i - 1].value && sym[i - 1].value != sym[i].value;
		if (!sym[i].defined)
			continue;
		g->several_addresses |= place && place->address != sym[i].address;
		place = &sym[i];
	}
}

static int arrange(struct collect *c, struct btf_report *r)
{
	struct symbols *s = c->s;
	u32 at = 0;
	int err = 0;

	s->sym_cnt = c->cnt;
	s->sym = malloc((c->cnt + 1) * sizeof(*s->sym));
	if (!s->sym)
		return -ENOMEM;
	for (u32 g = 0; g < s->group_cnt; g++) {
		s->group[g].first = at;
		at += s->group[g].cnt;
		s->group[g].cnt = 0;
	}
	for (u32 i = 0; !err && i < c->cnt; i++) {
		const struct found *f = &c->found[i];
		struct func_group *g = &s->group[f->group];
		struct elf_symbol sym;

		err = elf_symbol_at(&c->table, f->sym, &sym, r);
		if (err)
			break;
		if (!g->cnt)
			g->name = sym.name;
		g->plain |= f->suffix == SUFFIX_NONE;
		s->sym[g->first + g->cnt++] = (struct func_symbol){
			.name = sym.name,
			.value = sym.value,
			.address = c->image ? debug_symbol_address(c->image, &sym) : sym.value,
			.suffix = f->suffix,
			.replaces = f->replaces,
			.defined = sym.section != SHN_UNDEF || sym.absolute,
		};
	}
	for (u32 g = 0; !err && g < s->group_cnt; g++)
		if (s->group[g].cnt > 1)
			compare_places(s, &s->group[g]);
	return err;
}

/* ---- life ---- */

int symbols_init(struct symbols *ret, const struct elf *e, const struct debug_image *image,
		 struct btf_report *r)
{
	struct symbols s = {.last = SCAN_NONE, .relocatable = e->type == ET_REL};
	struct collect c = {.s = &s, .image = image};
	int err = elf_symbol_table_init(&c.table, e, ELF_EVERY_SECTION, r);

	if (err == -ENODATA)
		err = 0;
	if (!err && c.table.cnt >= UINT32_MAX / 4)
		err = -ENOMEM;
	if (!err)
		err = read_names(&c, r);
	if (!err)
		err = make_groups(&c);
	if (!err)
		err = arrange(&c, r);
	free(c.found);
	if (err) {
		symbols_deinit(&s);
		return err == -ENOMEM ? report_nomem(r) : err;
	}
	*ret = s;
	return 0;
}

void symbols_deinit(struct symbols *s)
{
	free(s->group);
	free(s->key);
	free(s->sym);
	free(s->slot);
	*s = (struct symbols){.last = SCAN_NONE};
}

u64 symbols_key(const char *name)
{
	return key_of(name);
}

u32 symbols_find_key(const struct symbols *s, u64 key)
{
	/* SCAN_NONE is what comes before 0 */
	return slot_of(s, key)->v - 1;
}

u32 symbols_find(const struct symbols *s, const char *name)
{
	return s->slot && *name ? symbols_find_key(s, key_of(name)) : SCAN_NONE;
}

const struct func_symbol *symbols_at(const struct symbols *s, const struct func_group *g,
				     u64 address, bool raw)
{
	u32 cnt = min_of(g->cnt, MAX_LOOKED_AT);

	for (u32 i = g->first; i < g->first + cnt; i++)
		if ((raw ? s->sym[i].value : s->sym[i].address) == address)
			return &s->sym[i];
	return NULL;
}
