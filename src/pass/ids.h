/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * .BTF_ids: the ids that a module's code holds, kept right when the BTF beside it is renumbered.
 *
 * The section is words; its symbols say what they are: __BTF_ID__func__NAME__N (also struct,
 * union, typedef) stands at a word that holds an id, __BTF_ID__set__NAME and __BTF_ID__set8__NAME
 * at the count word of a set, whose members are sorted by id (set8: pairs of id and flags behind
 * a word of flags). Once a set is sorted, the name of a member's symbol no longer says which
 * member stands there: only its place counts. Everything else must be zero.
 *
 * A section is unresolved while resolve_btfids has not filled it: all ids and counts are zero.
 */
#ifndef PASS_IDS_H
#define PASS_IDS_H

#include "base/report.h"
#include "btf/object.h"
#include "pass/idmap.h"

struct ids_symbol {
	const char *name; /* whole, as in the symbol table */
	u64 offset;	  /* into the section */
	u64 size;
};

/* what a word is; IDS_ID: an id in a plain list, IDS_MEMBER: one in a set */
enum ids_word_kind { IDS_NONE, IDS_ID, IDS_MEMBER, IDS_COUNT, IDS_FLAGS };

struct ids_set {
	const char *name; /* whole, as in the symbol table */
	u32 word;	  /* of the count */
	u32 cnt;	  /* members, from the symbol's size */
	bool pairs;
};

/* a symbol of an id: which type it asks for */
struct ids_name {
	u32 word;
	u32 kind;	  /* BTF_KIND_* */
	const char *name; /* of the type */
	u32 len;	  /* without the number at the end */
};

/* what a section holds; borrows data and symbol names */
struct ids {
	const u8 *data;
	u32 words;
	bool swapped;  /* the file is in the other byte order */
	bool resolved; /* resolve_btfids has been here */
	u8 *kind;      /* enum ids_word_kind by word */
	struct ids_set *set;
	u32 set_cnt;
	struct ids_name *name; /* ascending by word */
	u32 name_cnt;
};

/* -EINVAL with a finding where the symbols do not explain the bytes */
int ids_parse(const void *data, size_t size, bool swapped, const struct ids_symbol *syms,
	      size_t cnt, struct btf_report *r, struct ids *ret);
void ids_deinit(struct ids *x);

/* the id that stands at a word */
u32 ids_word(const struct ids *x, u32 word);
/* index of the first name at a word >= `word` */
u32 ids_names_from(const struct ids *x, u32 word);

/*
 * Do section and BTF belong together: every id exists, and is of a type of the kind and name that
 * a symbol asks for. -EINVAL with a finding where not.
 */
int ids_check(const struct ids *x, const struct btf *btf, struct btf_report *r);

/*
 * Base ids that must survive distilling: what the section holds or, where it is unresolved, what
 * its symbols ask for (the first type of that kind and name, as resolve_btfids takes it). u32s
 * appended to `roots`. -EINVAL with a finding where one cannot survive. The section passed
 * ids_check.
 */
int ids_roots(const struct ids *x, const struct btf *btf, struct buf *roots, struct btf_report *r);

/*
 * The section in the new numbering, sets sorted again; as many bytes as the old one has are
 * written to out. -EINVAL with a finding where an id has no place in the new numbering.
 */
int ids_translate(const struct ids *x, const struct id_map *map, u8 *out, struct btf_report *r);

/* ids in all, and those among them that stand outside of set8 */
void ids_count(const struct ids *x, u32 *ret_all, u32 *ret_listed);

/* ---- sets ---- */

#define IDS_SET8_KFUNCS 1u /* in a set's flags: its members are kfuncs */

/* the word of member i < s->cnt; its flags stand behind it where s->pairs */
static inline u32 ids_member(const struct ids_set *s, u32 i)
{
	return s->word + (s->pairs ? 2 + 2 * i : 1 + i);
}

/* without what says that it is a set */
static inline const char *ids_set_name(const struct ids_set *s)
{
	return s->name + (s->pairs ? sizeof("__BTF_ID__set8__") : sizeof("__BTF_ID__set__")) - 1;
}

/* the word behind the set's last one */
static inline u32 ids_set_end(const struct ids_set *s)
{
	return ids_member(s, s->cnt);
}

/*
 * fn for each name of a function that stands in a set of kfuncs, in the order of the symbol table's
 * sets and of the words in them, until it returns non-zero, and that.
 */
int ids_kfuncs(const struct ids *x, int (*fn)(void *ctx, const struct ids_name *n), void *ctx);

/* sorts the members of a set in `out`, which holds the section's bytes; 0 or -ENOMEM */
int ids_sort(const struct ids *x, const struct ids_set *s, u8 *out);
void ids_put(const struct ids *x, u8 *out, u32 word, u32 value);

/* ---- resolving (ids_resolve.c) ---- */

/*
 * The type that each name asks for: the first of that kind and name, counted from the first id of
 * the base on; 0 where there is none. ret_id has x->name_cnt elements. Warns of a name that more
 * types have (only while a name of its kind has none yet, as resolve_btfids does) and of each
 * name that no type has, once. 0 or -ENOMEM.
 */
int ids_find(const struct ids *x, const struct btf *btf, u32 *ret_id, struct btf_report *r);

/*
 * The section filled in: each id at the words that ask for it, counts, sets sorted; as many bytes
 * as the old one has. Of a set8 that is sorted already, only the order says whose flags are
 * whose: they stay where the new ids can be told to be in the same order, else -EINVAL with a
 * finding.
 */
int ids_fill(const struct ids *x, const u32 *id, u8 *out, struct btf_report *r);

/*
 * Is the section what resolving would make of it: passes ids_check, all sets are counted and
 * sorted, no word is zero whose name has a type? 0, or -EINVAL with findings.
 */
int ids_verify(const struct ids *x, const struct btf *btf, const u32 *id, struct btf_report *r);

#endif
