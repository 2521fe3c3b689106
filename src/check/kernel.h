/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The kernel's check of BTF, asked here before the kernel asks it: see <btf/check.h> for what it
 * is for and <btf/check-rules.def> for the rules. The walk reads raw bytes and trusts none; it
 * does not use the object's parser, which refuses other things than kernels do.
 *
 * Phases, each behind the one before it: header (kernel_head.c), every record by itself
 * (kernel_meta.c), references (kernel_resolve.c, kernel_kinds.c, kernel_member.c), chains of
 * modifiers (kernel_tags.c), structs with special fields (kernel_fields.c), and what kernels do
 * not ask (kernel_safe.c).
 */
#ifndef CHECK_KERNEL_H
#define CHECK_KERNEL_H

#include <string.h>

#include <btf/check.h>

#include "base/report.h"
#include "btf/object.h"

#define KV(major, minor) ((u32)(major) << 16 | (u32)(minor))

#define KC_DEPTH 32		 /* types on the stack of the second pass */
#define KC_MAX_SIZE (16u << 20)	 /* of what a program loads */
#define KC_MAX_NAME 512		 /* characters of an identifier */
#define KC_MAX_WORK (1ull << 26) /* steps of one phase that no BTF of a compiler comes near */

/* of the second pass: what a type on the way is resolved for */
enum kc_mode { KC_TBD, KC_PTR, KC_SA };
enum kc_state { KC_NEW, KC_OPEN, KC_DONE };

struct kc_vertex {
	u32 id;
	u32 next; /* member that comes next */
};

/* one BTF that is checked; everything is zero to start with */
struct kcheck {
	/* given */
	const u8 *data;
	u32 size;
	const struct kcheck *base; /* that the ids and strings of this one continue; or NULL */
	enum btf_check_as as;
	u32 version; /* KV */
	bool all;    /* go on behind the first finding */
	bool safe;   /* the second pass asks for what is unsafe, not for what the kernel asks */
	const struct btf
		*running; /* the kernel that would load it, for names behind kptrs; or NULL */
	const char *section;
	struct btf_report *r;
	u64 *hits; /* by code; NULL: not counted */

	/* kernel_head.c */
	struct wire_header hdr;
	const u8 *types;
	const char *strs;
	u32 start_id, start_str;

	/* kernel_meta.c */
	u32 *offs;    /* own type -> its record, bytes from `types`; with void first in a base */
	u32 nr, cap;  /* own types, with void in a base */
	u32 last_off; /* record that is looked at, for findings before it has an id */

	/* kernel_resolve.c; by own type */
	u8 *state;	   /* enum kc_state, KC_NAMED, KC_BAD */
	u32 *to, *to_size; /* what it was resolved to */
	struct kc_vertex *stack;
	u32 top, stack_cap;
	enum kc_mode mode;
	u64 work;

	/* outcome */
	enum btf_code first; /* the rule that was broken first */
	int err;	     /* what the kernel gives for it, positive */
	enum btf_code danger;
	u64 findings;
};

/* flags beside enum kc_state */
#define KC_STATE 3u
#define KC_NAMED 4u /* a FUNC_PROTO whose parameters all have names */
#define KC_BAD 8u   /* a finding was made already: what follows from it is not said again */

/* one record; void is all zeroes */
struct krec {
	u32 name, info, size; /* size: or type */
	const u8 *tail;
};

static inline u32 kc_u32(const u8 *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* ids that are there: 0..kc_end-1 */
static inline u32 kc_end(const struct kcheck *k)
{
	return k->start_id + k->nr;
}

static inline bool kc_has(const struct kcheck *k, u32 id)
{
	return id < kc_end(k);
}

/* id is there */
static inline struct krec kc_rec(const struct kcheck *k, u32 id)
{
	const u8 *p;

	if (id < k->start_id)
		k = k->base;
	if (!id)
		return (struct krec){0};
	p = k->types + k->offs[id - k->start_id];
	return (struct krec){kc_u32(p), kc_u32(p + 4), kc_u32(p + 8), p + 12};
}

static inline u32 krec_kind(const struct krec *t)
{
	return info_kind(t->info);
}

static inline u32 krec_vlen(const struct krec *t)
{
	return info_vlen(t->info);
}

static inline bool krec_kflag(const struct krec *t)
{
	return info_kflag(t->info);
}

/* member, parameter, ...: three words at most */
struct kc_member {
	u32 name, type, offset;
};

static inline struct kc_member kc_member(const struct krec *t, u32 i)
{
	const u8 *p = t->tail + (size_t)i * 12;

	return (struct kc_member){kc_u32(p), kc_u32(p + 4), kc_u32(p + 8)};
}

static inline struct kc_member kc_param(const struct krec *t, u32 i)
{
	const u8 *p = t->tail + (size_t)i * 8;

	return (struct kc_member){kc_u32(p), kc_u32(p + 4), 0};
}

static inline u32 kc_bit_off(const struct krec *t, const struct kc_member *m)
{
	return krec_kflag(t) ? m->offset & 0xffffff : m->offset;
}

static inline bool kind_is_modifier(u32 kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_CONST ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_TYPE_TAG;
}

static inline bool kind_is_struct(u32 kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

/* nothing may refer to it as to a type */
static inline bool kind_is_source(u32 kind)
{
	return kind == BTF_KIND_VAR || kind == BTF_KIND_DATASEC || kind == BTF_KIND_DECL_TAG;
}

/* void too: its record is zero */
static inline bool kind_is_sizeless(u32 kind)
{
	return kind == BTF_KIND_UNKN || kind == BTF_KIND_FWD || kind == BTF_KIND_FUNC ||
	       kind == BTF_KIND_FUNC_PROTO || kind == BTF_KIND_DECL_TAG;
}

static inline bool kind_has_size_word(u32 kind)
{
	return kind == BTF_KIND_INT || kind_is_struct(kind) || kind == BTF_KIND_ENUM ||
	       kind == BTF_KIND_DATASEC || kind == BTF_KIND_FLOAT || kind == BTF_KIND_ENUM64;
}

static inline bool kind_needs_resolve(u32 kind)
{
	return kind_is_modifier(kind) || kind == BTF_KIND_PTR || kind_is_struct(kind) ||
	       kind == BTF_KIND_ARRAY || kind == BTF_KIND_VAR || kind == BTF_KIND_FUNC ||
	       kind == BTF_KIND_DECL_TAG || kind == BTF_KIND_DATASEC;
}

/* ---- kernel.c: the table ---- */

const struct btf_check_rule *kernel_rules(size_t *ret_cnt);
/* NULL for a code that is none of a rule */
const struct btf_check_rule *kernel_rule(enum btf_code code);

/* ---- kernel.c: findings ---- */

#define NOVAL BTF_NO_VALUE

/*
 * Records that a rule is broken and returns its negative errno. id 0: no type; member < 0: none.
 * Only the first one counts for the verdict.
 */
int kc_fail(struct kcheck *k, enum btf_code rule, u32 id, int member, s64 expected, s64 actual,
	    const char *fmt, ...) __printf_fmt(7, 8);
/* the same at a byte of the data, for what has no id yet */
int kc_fail_at(struct kcheck *k, enum btf_code rule, u64 offset, s64 expected, s64 actual,
	       const char *fmt, ...) __printf_fmt(6, 7);
/* whether the kernel that is asked for has the rule */
bool kc_asks(const struct kcheck *k, enum btf_code rule);

/* ---- strings (kernel_head.c) ---- */

/* the offset lies in the strings of k or of its base */
bool kc_name_ok(const struct kcheck *k, u32 off);
/* the offset is right */
const char *kc_name(const struct kcheck *k, u32 off);
bool kc_identifier(const struct kcheck *k, u32 off);
bool kc_section_name(const struct kcheck *k, u32 off);

/* ---- phases: 0, or the negative errno of the first rule that is broken ---- */

int kc_head(struct kcheck *k);
int kc_types_at(struct kcheck *k); /* the header's last rules, of what a program loads */
int kc_metas(struct kcheck *k);
int kc_resolve_all(struct kcheck *k);
int kc_tags(struct kcheck *k);
int kc_fields(struct kcheck *k);
int kc_dangling(struct kcheck *k);

/* ---- inside the second pass ---- */

/* pushes the type; 0, -E2BIG or -EEXIST without a finding */
int kc_push(struct kcheck *k, u32 id);
void kc_pop(struct kcheck *k, u32 to, u32 to_size);
bool kc_is_sink(const struct kcheck *k, u32 kind);
bool kc_resolved(const struct kcheck *k, u32 id);
u32 kc_resolved_to(const struct kcheck *k, u32 id);
/* to what *id leads and how large that is; false: to nothing with a size */
bool kc_size_of(const struct kcheck *k, u32 *id, u32 *ret_size);
bool kc_int_regular(const struct krec *t);
/* kernel_kinds.c: one step of the type on top of the stack */
int kc_step(struct kcheck *k);
int kc_proto(struct kcheck *k, u32 id);
/* kernel_resolve.c */
int kc_resolve(struct kcheck *k, u32 id);
/* kernel_member.c: does member i of struct id fit? */
int kc_member_fits(struct kcheck *k, u32 id, u32 i);

/* ---- kernel.c ---- */

/* all phases; 0 or a negative errno, k->first says which rule */
int kc_run(struct kcheck *k);
void kc_deinit(struct kcheck *k);

#endif
