/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The keys of one scanned unit's types. */
#ifndef ENCODE_KEYS_H
#define ENCODE_KEYS_H

#include "encode/key.h"
#include "encode/scan.h"

/* what the caller asks of every file (see include/btf/encode.h) */
struct key_opts {
	bool float_as_int; /* no FLOAT: an INT of that size */
	bool type_tags;
	bool enum64;
};

/*
 * How references leave the unit, and how tags are told apart that have more than one definition:
 * both are the business of whoever knows more than one unit.
 */
struct key_env {
	void *ctx;
	/* reference key of a type in another unit; KEY_VOID where it cannot be had */
	u64 (*remote)(void *ctx, const struct scan_remote *to);
	/*
	 * Is this definition, or this mere declaration, one that must be told apart from its
	 * namesakes (flavour.c)? *content says from which.
	 */
	bool (*ambiguous)(void *ctx, u64 tag, bool declared, u64 *content);
	/* Does a type in another unit reach such a definition? NULL: that is not known yet. */
	bool (*reaches)(void *ctx, const struct scan_remote *to);
	/* what the key of a DIE is made of that other units refer to as one that does; 0: of its name */
	u64 (*apart)(void *ctx, const struct scan *s, u32 off);
};

struct keys {
	u64 *name; /* by type: key of its name */
	u64 *ref;  /* by type: reference key */
	u64 *content; /* by type: content key; of what has no record of its own: 0 */
	u64 *item_name; /* by item; not where strings are merged */
	u32 *known; /* by type: what it is in the base; 0: nothing, or it was not looked for */
	u32 cap, item_cap;
	struct key_step *stack;
	u32 stack_cnt, stack_cap;
	u8 *state;
	u32 unresolved; /* references to what is no type */
	u32 unresolved_off;
	u32 loops, loop_off; /* circles without a tag in them, a DIE of the first */
};

void keys_deinit(struct keys *k);
/* 0 or -ENOMEM */
int keys_make(struct keys *k, const struct scan *s, const struct key_opts *o,
	      const struct key_env *env);

/* a string's address is its key where each string has one */
static inline u64 keys_name(const struct dwarf *d, const char *name)
{
	u64 off = (u64)((const u8 *)name - d->str.data);

	if (d->str_merged && off < d->str.len)
		return (off + 1) * 0xff51afd7ed558ccdull; /* not a constant of key_mix: no 0 */
	return key_name(name);
}

/* key of the name of an item */
static inline u64 keys_item(const struct keys *k, const struct scan *s, u32 item)
{
	return s->d->str_merged ? keys_name(s->d, s->item.at[item].name) : k->item_name[item];
}

/* index of the type that a reference of the unit means, SCAN_NONE for void and other units */
static inline u32 keys_index(const struct scan *s, scan_ref ref)
{
	if (likely(ref < SCAN_REF_MADE))
		return ref ? scan_index(s, ref) : SCAN_NONE;
	if (ref & SCAN_REF_REMOTE)
		return SCAN_NONE;
	return s->die_types + (ref & ~SCAN_REF_MADE);
}

/*
 * For flavour.c: computes what k->state does not say is done, then the content of tags: of those
 * that only[] marks, or (NULL) of all. Tags have their reference keys already.
 */
int keys_walk(struct keys *k, const struct scan *s, const struct key_opts *o,
	      const struct key_env *env, const u8 *only);

/* ---- how a scanned type stands in BTF, for keys and records alike ---- */

/* a struct, union or enum with a name, or the declaration of one */
bool keys_is_tag(const struct scan_type *t);
/* the reference key that its name gives a tag */
u64 keys_tag(const struct scan_type *t, u64 name);
bool keys_has_record(const struct scan_type *t, const struct key_opts *o);
u32 keys_enum_kind(const struct scan_type *t, const struct key_opts *o);
bool keys_enum_kflag(const struct scan_type *t, const struct key_opts *o);
u32 keys_member_offset(const struct scan_type *t, const struct scan_item *m);

u64 keys_ref_rare(struct keys *k, const struct scan *s, const struct key_env *env, scan_ref ref);
/* reference key of a reference */
static inline u64 keys_ref(struct keys *k, const struct scan *s, const struct key_env *env,
			   scan_ref ref)
{
	u32 i = scan_index(s, ref);

	/* no DIE stands at 0, nor where references to other places are */
	return likely(i != SCAN_NONE) ? k->ref[i] : keys_ref_rare(k, s, env, ref);
}

#endif
