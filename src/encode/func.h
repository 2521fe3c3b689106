/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Functions: which ones BTF describes, and how.
 *
 * Each worker notes what its units say of functions that have a symbol ("states"). When all units
 * are read, the states of one name are judged together, and what is left becomes FUNC and
 * FUNC_PROTO records in order of names. Every name that is dropped keeps its reasons.
 */
#ifndef ENCODE_FUNC_H
#define ENCODE_FUNC_H

#include "btf/object.h"
#include "encode/join.h"
#include "encode/keys.h"
#include "encode/remote.h"
#include "encode/symbols.h"

/* whose rules; see func-rules.def */
enum func_profile {
	FUNC_PROFILE_CORRECT,
	FUNC_PROFILE_1_31,   /* pahole 1.31 as released */
	FUNC_PROFILE_MASTER, /* pahole's development tree of July 2026 */
	FUNC_PROFILE_1_24,   /* pahole 1.24, and what came before */
};

/* a release's: registers are counted by parameter, the first description is taken */
static inline bool func_profile_released(u8 profile)
{
	return profile == FUNC_PROFILE_1_31 || profile == FUNC_PROFILE_1_24;
}

struct func_opts {
	u8 profile;	   /* enum func_profile */
	bool off;	   /* no functions at all */
	bool inconsistent; /* keep names whose prototypes differ (no "consistent_func") */
	bool true_signature;
	bool decl_tags; /* annotations become DECL_TAGs */
};

enum func_rule {
#define FUNC_RULE(id, name, profiles, text) FUNC_RULE_##id,
#include "encode/func-rules.def"
#undef FUNC_RULE
	FUNC_RULES,
	FUNC_RULE_FIRST_CHOICE = FUNC_RULE_TAKEN_FIRST,
};

const char *func_rule_name(enum func_rule rule);
const char *func_rule_text(enum func_rule rule);
bool func_rule_in(enum func_rule rule, enum func_profile profile);

/* ---- states ---- */

enum func_state_flags {
	STATE_UNEXPECTED = 1,
	STATE_ORDER_UNKNOWN = 2, /* with STATE_UNEXPECTED: because no order is known */
	STATE_PACKED = 4,
	STATE_REORDERED = 8,
	STATE_OPTIMIZED = 16, /* some parameter is not there */
	STATE_CHANGED = 32,   /* the compiler says that the signature is not the source's */
	STATE_HAS_PC = 64,
	STATE_VARARG = 128,
	STATE_UNNAMED = 256,
	STATE_MANY = 512,
};

enum func_param_flags {
	PARAM_LOCATED = 1,
	PARAM_REG = 2, /* reg is what it is in at the entry */
	PARAM_CONST = 4,
	PARAM_LOST = 8, /* it is somewhere, but in no register where it should be in one */
};

struct func_param {
	const char *name;
	u64 ref;  /* reference key of its type */
	u32 part; /* true signatures: index + 1 in struct func_notes.part, 0: it is whole */
	u8 flags, reg;
};

/* the one member of a struct that the compiler left of a parameter */
struct func_part {
	const char *name;
	u64 ref;
};

struct func_state {
	u32 group; /* of struct symbols */
	u32 unit;
	u32 die;   /* from the unit's header */
	u32 param; /* first of struct func_notes.param */
	u32 tag;   /* first of struct func_notes.tag */
	u32 tag_cnt;
	u16 cnt, flags;
	u64 ret; /* reference key */
	u64 pc;
};

#define FUNC_MAX_PARAMS 65534

/* an annotation */
struct func_tag {
	const char *value;
	s32 component;
};

struct func_name_slot {
	const char *name;
	u32 group;
	u32 file; /* func_notes.file when it was found */
};

/* how one machine passes parameters, to pahole and in truth */
struct func_regs {
	u16 machine; /* EM_* */
	u8 bits;
	u8 pahole_cnt;	   /* registers for parameters; 0: not checked */
	bool pahole_order; /* which ones is known to it */
	bool even;	   /* what is aligned to two words starts at an even register */
	u8 cnt;
	u8 reg[8]; /* DWARF numbers */
};

/* what all workers read */
struct func_env {
	const struct symbols *symbols;
	const struct func_opts *opts;
	const struct func_regs *regs; /* NULL: not a machine that is known */
};

/* a function of the unit that may have a symbol */
struct func_candidate {
	const char *name;
	u64 key; /* of the name, 0: the group is known */
	u32 func, group;
};

#define FUNC_NAME_SLOTS 16384

/* of one worker */
struct func_notes {
	struct buf state, param, tag, part;
	struct func_name_slot *slot;  /* by address of a name: what was found for it last */
	struct buf state_of;	      /* u32 by function of the unit: its state */
	struct buf candidate;	      /* of the unit */
	struct dwarf_abbrevs abbrevs; /* a function of another unit is read here, */
	struct dwarf_unit far_unit;
	struct scan far;
	u32 file;    /* how many there were: addresses mean something for one file only */
	u64 far_off; /* this one; 0: none */
};

/* the part of a worker's states that is one unit's */
struct func_unit {
	const struct func_notes *notes;
	u32 first, cnt;
};

/* NULL: not known */
const struct func_regs *func_regs_of(u16 machine, bool is64);

/* the way through one function's parameters, in order */
struct func_walk {
	const struct func_env *env;
	const struct scan *s;
	const struct func_regs *regs;
	u32 cnt;    /* registers for parameters under this profile */
	bool order; /* which ones they are is known */
	bool clang, changed;
	u32 index, slot;
	bool whole_struct; /* some parameter is a struct by value */
	bool unsure;	   /* how many registers one takes is not known for certain */
	bool unexpected, unknown, optimized;
};

void func_walk_begin(struct func_walk *w, const struct func_env *env, const struct scan *s,
		     bool clang, bool changed);
/* p says where it is, `type` what it is (SCAN_NONE: void or in another unit) */
void func_walk_param(struct func_walk *w, const struct scan_param *p, u32 type,
		     struct func_param *ret);
/*
 * The one member of a struct by value that is left where the compiler took a parameter apart:
 * index of the item, SCAN_NONE: it is whole, or in more parts.
 */
u32 func_only_member(const struct scan *s, const struct scan_param *p, u32 type);
/* enum func_state_flags */
u16 func_walk_end(const struct func_walk *w);
/* the type that a typedef or qualifier stands for; SCAN_NONE where it leaves the unit */
u32 func_plain_type(const struct scan *s, u32 type);
/* is this struct packed, as far as its members tell? */
bool func_packed(const struct scan *s, u32 type);
void func_notes_deinit(struct func_notes *n);
/* empty again, with the memory it has: for another file */
void func_notes_reset(struct func_notes *n);
/* Adds the states of a unit that is scanned and keyed. 0 or -ENOMEM. */
int func_note_unit(struct func_notes *n, const struct func_env *env, const struct scan *s,
		   struct keys *k, const struct key_env *kenv, struct remote *remote, u32 unit,
		   struct func_unit *ret);

/*
 * Asks for memory that is needed soon. A load that nobody waits for, since prefetch instructions do
 * nothing where the address's page is not at hand either.
 */
static inline void func_touch(const void *p)
{
	(void)*(const volatile u8 *)p;
}

/* ---- judgement ---- */

struct func_at {
	const struct func_state *state;
	const struct func_notes *notes;
};

/* what became of one name; rules are bits by enum func_rule */
struct func_verdict {
	const char *name; /* name_len bytes, as in the file's symbols: no NUL need follow */
	u32 name_len;
	u32 group;			       /* of struct symbols: whose name it is */
	u32 first, cnt;			       /* in func_set.at */
	u32 chosen;			       /* index in func_set.at */
	u32 reasons;			       /* why it was dropped; 0: it was not */
	u32 choice;			       /* enum func_rule: how it was chosen */
	u32 id;				       /* of its FUNC before dedup, 0: it has none */
	struct func_at taken;		       /* at[chosen] */
	const struct func_symbol *true_symbol; /* of true signatures: the name is this one's */
};

/* everything, once judged; states stay the workers' */
struct func_set {
	const struct symbols *symbols;
	struct func_at *at;
	struct func_verdict *verdict; /* in order of names */
	u32 cnt;
	u32 states;
	u64 records, bytes; /* at most so many become of those that are kept */
};

static inline const struct func_param *func_params(const struct func_at *at)
{
	const struct func_param *p = (const void *)at->notes->param.data;

	return p ? p + at->state->param : NULL;
}

/*
 * Judges all names of a file whose types are joined into b. Units in order; those without states
 * have cnt 0. 0 or -ENOMEM.
 */
int func_judge(struct func_set *ret, const struct func_env *env, const struct func_unit *unit,
	       u32 units, const struct btf *b, const struct join_ids *ids);
/* Appends FUNC_PROTO, FUNC and DECL_TAG records of all names that are kept. */
int func_emit(struct func_set *set, const struct func_env *env, struct btf *b,
	      const struct join_ids *ids);
void func_set_deinit(struct func_set *set);

/* do two prototypes mean the same to pahole? */
bool func_same_prototype(const struct func_at *a, const struct func_at *b, const struct btf *btf,
			 const struct join_ids *ids);

#endif
