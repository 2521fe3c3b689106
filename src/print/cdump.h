/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTF -> C declarations, and bytes -> C initialisers.
 *
 * A dump remembers what it has printed: a type is defined once, after what its definition needs,
 * and a name that is used again gets a number. Types may be appended to the object between calls.
 *
 *	cdump_order.c    which definitions, in which order             id -> queue
 *	cdump_emit.c     one of them, after the declarations it needs  queue -> text
 *	cdump_decl.c     declarators, parameters, bodies of structs    type + name -> text
 *	cdump_text.c     declarations that are known by heart          id -> text around a name
 *	cdump_layout.c   sizes and alignments, known once computed     id -> size, alignment, packed
 *	cdump_names.c    names and the numbers behind them
 *	cdump_data.c     values                                        type + bytes -> text
 *
 * Nothing recurses: each of them keeps its own stack of frames. Whatever the types are, a call
 * ends: chains and cycles are noticed, and work that grows faster than the types do is cut off by
 * the allowance (cdump_charge).
 */
#ifndef PRINT_CDUMP_H
#define PRINT_CDUMP_H

#include <errno.h>

#include "btf/object.h"
#include "print/out.h"

/* ---- state of a type: d->state[id] ---- */

enum {
	TYPE_ORDERING = 0x01, /* its dependencies are being looked at */
	TYPE_ORDERED = 0x02,  /* it and they are in the queue, or need not be */
	TYPE_EMITTING = 0x04, /* what its definition needs is being printed */
	TYPE_EMITTED = 0x08,
	TYPE_DECLARED = 0x10,	/* `struct X;` was printed; of a typedef: it was, too early */
	TYPE_PRINTING = 0x20,	/* its body or its parameters are being printed */
	TYPE_REFERENCED = 0x40, /* some type refers to it */
	TYPE_SETTLED = 0x80,	/* it needs nothing in front of a named struct */
};

/* text of a name -> how often it was used; see cdump_names.c */
struct cdump_names {
	u64 *slot;
	u32 *again; /* by slot: uses after the first; NULL: there were none */
	u32 mask, nr;
};

/* what members and parameters of a type have in common: what is known of it so far */
struct cdump_ref {
	u32 text;	   /* 1 + where in d->text its declaration stands; 0: nowhere */
	u32 size;	   /* in bytes; 0: it has none that is known */
	u8 prefix, suffix; /* bytes of the text before and after the name */
	u8 nth;		   /* which use of its own name it is; 0: not asked yet; NTH_MANY: d->nth */
	u8 align : 4;	   /* in bytes; 0: it has none */
	u8 sized : 1;	   /* size and align are known */
	u8 glued : 1;	   /* no space before the name */
};
#define NTH_MANY 255

/* a stack of something; grows */
struct cdump_stack {
	void *data;
	u32 nr, cap;
};

struct cdump_data;

struct cdump {
	const struct btf *b;
	struct out out;
	u32 ptr_sz;
	u32 cnt;	/* ids below have a state */
	u32 seen_bytes; /* length of the own types when they were last looked at */
	u32 first_tag;	/* no DECL_TAG has a lower id; 0: there is none */

	/* by type id */
	u8 *state;
	struct cdump_ref *ref;
	u32 *nth;    /* which use of its name this type is, from NTH_MANY on; NULL: none is */
	u8 *layout;  /* see cdump_layout.c */
	u32 *solid;  /* cdump_layout.c: the type behind typedefs and modifiers, of long chains */
	u32 *target; /* cdump_order.c: the same behind modifiers and arrays */

	struct cdump_names tags, idents;
	struct buf text;       /* see cdump_text.c */
	u32 name_at, name_end; /* of the declaration printed last: the name, in the buffer of out */
	bool glued;
	bool varies; /* the text before the name would be another one without a name */

	struct cdump_stack queue;  /* u32: definitions to print, in order */
	struct cdump_stack marked; /* u32: what this call has ordered, to be undone on failure */
	struct cdump_stack order;  /* struct order_frame */
	struct cdump_stack emit;   /* struct emit_frame */
	struct cdump_stack chain;  /* u32: declarators that are being printed */
	struct cdump_stack print;  /* struct print_frame */
	struct cdump_stack align;  /* struct align_frame */

	s64 allowance;
	int err;     /* of this call: the first failure, a negative errno */
	u32 culprit; /* the type that it is about, or 0 */

	bool strip_mods; /* declarators without modifiers */
	bool no_bodies;	 /* anonymous types by their keyword alone */
	/* packed and padded as the BTF has it, also unions and what is packed inside, which libbpf
	 * prints in another size */
	bool exact;
};

/* ---- life (cdump.c) ---- */

/*
 * -EINVAL: kinds that are not known, ids that do not exist; -ENOMEM. Text goes out through write,
 * at the latest with cdump_flush. b must outlive the dump.
 */
int cdump_new(const struct btf *b, int (*write)(void *ctx, const void *data, size_t size),
	      void *ctx, struct cdump **ret);
/* what is still in the buffer is written; the first error of the sink, or 0 */
int cdump_free(struct cdump *d);
static inline void cdump_flush(struct cdump *d)
{
	out_flush(&d->out);
}

/* ---- calls: 0 or a negative errno, with d->culprit; text may have been printed ---- */

/*
 * The definition of a type and of what it needs, as far as they were not printed before. -EINVAL:
 * no such type; -ELOOP: a type that contains itself; -E2BIG: the allowance is used up. After a
 * failure nothing counts as ordered that was not before.
 */
int cdump_type(struct cdump *d, u32 id);
/* the same of all, in the order of ids */
int cdump_all(struct cdump *d);

struct cdump_decl {
	const char *name; /* what is declared; "" for a type alone */
	int level;	  /* of indentation */
	bool strip_mods;
};
int cdump_declare(struct cdump *d, u32 id, const struct cdump_decl *how);
/* a FUNC that BPF programs may call: its declaration, a line; and what goes before the first one */
int cdump_kfunc(struct cdump *d, const struct btf_type *func);
#define CDUMP_KSYM_MACROS                                                                          \
	"#ifndef __ksym\n"                                                                         \
	"#define __ksym __attribute__((section(\".ksyms\")))\n"                                    \
	"#endif\n"                                                                                 \
	"\n"                                                                                       \
	"#ifndef __weak\n"                                                                         \
	"#define __weak __attribute__((weak))\n"                                                   \
	"#endif\n"                                                                                 \
	"\n"

struct cdump_values {
	const char *indent; /* NULL: a tab; cut after 31 bytes */
	int level;
	bool compact, skip_names, zeroes, strings;
};
/* bytes the type takes, or a negative errno; see cdump_data.c */
int cdump_value(struct cdump *d, u32 id, const void *data, size_t size,
		const struct cdump_values *how);

/* ---- shared by the parts ---- */

/* starts a call: takes in what was appended, adds to the allowance */
int cdump_begin(struct cdump *d);
/* the failure of this call, recorded once */
int cdump_fail(struct cdump *d, int err, u32 culprit);
void *cdump_push_slow(struct cdump *d, struct cdump_stack *s, size_t size);

/*
 * Every step costs one, every sixteen bytes of a name too. The allowance is what the size of the
 * types gives, many times what real types take: types that expand to more, such as anonymous
 * structs each of which holds the next one twice, end in -E2BIG instead of filling a disk.
 */
static inline bool cdump_charge(struct cdump *d, u32 cost)
{
	d->allowance -= cost;
	if (likely(d->allowance >= 0))
		return true;
	cdump_fail(d, -E2BIG, 0);
	return false;
}

/* NULL: -ENOMEM is recorded */
static inline void *cdump_push(struct cdump *d, struct cdump_stack *s, size_t size)
{
	if (likely(s->nr < s->cap))
		return (char *)s->data + (size_t)s->nr++ * size;
	return cdump_push_slow(d, s, size);
}

static inline bool cdump_push_id(struct cdump *d, struct cdump_stack *s, u32 id)
{
	u32 *p = cdump_push(d, s, sizeof(*p));

	if (unlikely(!p))
		return false;
	*p = id;
	return true;
}

static inline const struct btf_type *cdump_at(const struct cdump *d, u32 id)
{
	return object_type(d->b, id);
}

static inline const char *cdump_str(const struct cdump *d, u32 name_off)
{
	return object_str(d->b, name_off);
}

static inline const struct btf_array *type_array(const struct btf_type *t)
{
	return type_tail(t);
}

/* ---- text ---- */

static inline void emit_mem(struct cdump *d, const char *s, size_t len)
{
	struct out *o = &d->out;

	if (unlikely((size_t)(o->end - o->at) < len + OUT_ROOM)) {
		o->at = out_bytes(o, o->at, s, len);
		return;
	}
	memcpy(o->at, s, len);
	o->at += len;
}

#define EMIT(d, literal) emit_mem(d, literal, sizeof(literal) - 1)

static inline void emit_str(struct cdump *d, const char *s)
{
	size_t len = strlen(s);

	emit_mem(d, s, len);
	if (unlikely(len >= 16))
		cdump_charge(d, (u32)(len / 16));
}

static inline void emit_u32(struct cdump *d, u32 v)
{
	out_done(&d->out, put_u32(out_room(&d->out), v));
}

/* "\n" and tabs, of which there are at most 13, also for a negative level */
void emit_line(struct cdump *d, int level);

/* ---- names (cdump_names.c) ---- */

void cdump_names_deinit(struct cdump_names *n);
/* of the name, which is going to be used soon */
u32 cdump_name_hash(const struct cdump *d, const struct cdump_names *n, u32 name_off);
/* counts a use of the name; which one it is */
u32 cdump_name_use(struct cdump *d, struct cdump_names *n, u32 name_off, u32 hash);
/* which use of its name type id is, counted at the first question */
u32 cdump_name_nth_slow(struct cdump *d, struct cdump_names *n, u32 id, const struct btf_type *t);
static inline u32 cdump_name_nth(struct cdump *d, struct cdump_names *n, u32 id,
				 const struct btf_type *t)
{
	if (!t->name_off)
		return 1;
	if (likely(d->ref[id].nth && d->ref[id].nth < NTH_MANY))
		return d->ref[id].nth;
	return cdump_name_nth_slow(d, n, id, t);
}
/* "name" or, from the second use on, "name___2" */
void emit_nth(struct cdump *d, const char *name, u32 nth);

/* a name of at most NAME_SHORT bytes at p, where OUT_ROOM bytes are; NULL: it is longer */
#define NAME_SHORT 128
static inline char *put_name(const struct cdump *d, char *p, u32 name_off)
{
	const struct btf *b = d->b;
	const char *name;

	while (name_off < b->start_str)
		b = b->base;
	/* the empty string of a split whose string section is empty */
	if (unlikely(name_off - b->start_str >= b->strs_len))
		return p;
	name = b->strs + (name_off - b->start_str);
	return put_upto(p, name, b->strs + b->strs_len, NAME_SHORT);
}

/* the same as emit_nth */
static inline void emit_name(struct cdump *d, u32 name_off, u32 nth)
{
	char *from = out_room(&d->out), *p = put_name(d, from, name_off);

	if (unlikely(!p || nth > 1)) {
		emit_nth(d, cdump_str(d, name_off), nth);
		return;
	}
	out_done(&d->out, p);
	if (unlikely(p - from >= 16))
		cdump_charge(d, (u32)(p - from) / 16);
}

/* a name among tags; nothing for an anonymous type */
static inline void emit_tag(struct cdump *d, u32 id, const struct btf_type *t)
{
	emit_name(d, t->name_off, cdump_name_nth(d, &d->tags, id, t));
}

/* ---- order (cdump_order.c) ---- */

/* appends to d->queue what has to be defined for id, and id; 0 or a negative errno */
int cdump_order(struct cdump *d, u32 id);
/* Does a prototype refer only to what is ordered? Most do; it is then itself. */
static inline bool cdump_proto_done(const struct cdump *d, const struct btf_type *t)
{
	const struct btf_param *p = type_tail(t);
	u32 done = d->state[t->type];

	for (u32 i = 0; i < type_vlen(t); i++)
		done &= d->state[p[i].type];
	return done & TYPE_ORDERED;
}
/* takes back what the last cdump_order did; queue and stack are empty then */
void cdump_order_undo(struct cdump *d);

/* ---- definitions (cdump_emit.c) ---- */

/* the definition, after the declarations that it needs, where it is still missing */
void cdump_emit(struct cdump *d, u32 id);
/* "struct X", "union X" */
void emit_struct_name(struct cdump *d, u32 id, const struct btf_type *t);
/* "enum X { ... } __attribute__((...))" */
void emit_enum(struct cdump *d, u32 id, const struct btf_type *t, int level);
/* "struct X" of a FWD */
void emit_fwd(struct cdump *d, u32 id, const struct btf_type *t);

/* ---- declarators and bodies (cdump_decl.c) ---- */

/* "type name"; nth as in emit_nth */
void emit_decl(struct cdump *d, u32 id, const char *name, u32 nth, int level);
/* "struct X { ... } __attribute__((packed))" */
void emit_struct(struct cdump *d, u32 id, const struct btf_type *t, int level);

/* ---- known declarations (cdump_text.c) ---- */

/* longest text that is kept of a declaration */
#define TEXT_MAX 160

/* where the text of a declaration starts; room for all of it without a flush, if it is short */
struct cdump_mark {
	u32 at, flushes;
};
static inline struct cdump_mark cdump_mark(struct cdump *d)
{
	struct out *o = &d->out;

	if (unlikely((size_t)(o->end - o->at) < 2 * OUT_ROOM))
		out_flush(o);
	return (struct cdump_mark){(u32)(o->at - o->buf), o->flushes};
}
/* keeps what was printed since as the declaration of id */
void cdump_keep(struct cdump *d, u32 id, struct cdump_mark from);

/* "type name" at p, where OUT_ROOM bytes are; NULL: it is not known by heart */
static inline char *put_known(struct cdump *d, char *p, u32 id, u32 name_off)
{
	const struct cdump_ref *r = &d->ref[id];
	const char *text;
	char *from = p, *name;

	if (unlikely(!r->text || d->strip_mods || d->no_bodies))
		return NULL;
	text = (const char *)d->text.data + r->text - 1;
	p = put_wide(p, text, r->prefix);
	*p = ' ';
	name = p + !r->glued;
	p = put_name(d, name, name_off);
	if (unlikely(!p))
		return NULL;
	if (unlikely(p == name)) /* no name, no space */
		p -= !r->glued;
	if (r->suffix)
		p = put_wide(p, text + r->prefix, r->suffix);
	cdump_charge(d, 1 + (u32)(p - from) / 16);
	return p;
}

/* ---- sizes (cdump_layout.c) ---- */

struct cdump_layout {
	s64 size;  /* in bytes, or a negative errno */
	u32 align; /* in bytes; 0: the type has none */
};
void cdump_layout(struct cdump *d, u32 id, struct cdump_layout *ret);
/* the same, kept by id */
const struct cdump_ref *cdump_size(struct cdump *d, u32 id);
static inline const struct cdump_ref *cdump_sized(struct cdump *d, u32 id)
{
	const struct cdump_ref *r = &d->ref[id];

	return likely(r->sized) ? r : cdump_size(d, id);
}
/* of a struct or union: alignment, and whether its layout takes __attribute__((packed)) */
u32 cdump_struct_align(struct cdump *d, u32 id, bool *ret_packed);
/* the type behind modifiers and typedefs; 0: void, or they go in a circle */
u32 cdump_solid(struct cdump *d, u32 id);
/* the same by a table of the caller, which it allocates and fills; kinds tells what is followed */
u32 cdump_skip(struct cdump *d, u32 **table, u32 id, u32 kinds);
#define SKIP_ARRAY 0x80000000u /* in a table and in its answer: an array was among them */

#endif
