// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * suspect: see suspect.h.
 *
 * In: a split that passed object_parse. Out: evidence that its base is another one, or none.
 * What counts, each from one own type and what it touches in the base:
 *
 * names   an offset that is not the start of a string: in the base, or in the own strings, which
 *         count on from the base's end; a name from the base that is no identifier where C has one
 * refs    a base type where C cannot have its kind: a member that is a function, an array of void,
 *         an index that is no integer
 * layout  a member of a base type that runs over the next one, or over the end of its struct
 *
 * Every walk is bounded (MAX_HOPS, MAX_NAME), and what exceeds the bound is not judged.
 */
#include "pass/suspect.h"

#include <errno.h>
#include <string.h>

#define NOVAL BTF_NO_VALUE
#define MAX_FINDINGS 5
#define MAX_HOPS 32  /* what kernels follow at most */
#define MAX_NAME 512 /* likewise, for identifiers */

struct suspect {
	const struct btf *b;
	struct btf_report *r;
	int found;
};

static struct place place_of(const struct suspect *s, u32 i, int member)
{
	const struct btf_type *t = object_own(s->b, i);

	return (struct place){.type_id = s->b->start_id + i,
			      .member_plus1 = member + 1,
			      .kind = (int)type_kind(t),
			      .offset_plus1 = 0};
}

/* ---- names ---- */

static bool starts_string(const struct btf *b, u32 off)
{
	while (off < b->start_str)
		b = b->base;
	off -= b->start_str;
	return !off || !b->strs[off - 1];
}

static bool identifier(const char *s)
{
	if (!*s || (*s >= '0' && *s <= '9'))
		return false;
	for (int i = 0; s[i]; i++) {
		char c = s[i];

		if (i == MAX_NAME)
			return false;
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '.'))
			return false;
	}
	return true;
}

#define KINDS_IDENTIFIER                                                                           \
	(KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD) | KIND_BIT(BTF_KIND_TYPEDEF) |      \
	 KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR))

static void look_at_names(struct suspect *s, u32 i)
{
	const struct btf_type *t = object_own(s->b, i);
	struct field_iter it = type_names(t);
	const u32 *f;

	for (int n = -1; (f = field_next(&it)) && s->found < MAX_FINDINGS; n++) {
		struct place at = place_of(s, i, n);

		if (!*f)
			continue;
		if (!starts_string(s->b, *f)) {
			s->found++;
			report_error(
				s->r, BTF_CODE_SUSPECT_STRING, &at, NOVAL, *f,
				"name offset %u points into the middle of a string, at '%.47s'", *f,
				object_str(s->b, *f));
			return;
		}
		/* own names that are odd are the split's own affair */
		if (*f >= s->b->start_str || (n < 0 && !kind_in(type_kind(t), KINDS_IDENTIFIER)))
			continue;
		if (identifier(object_str(s->b, *f)))
			continue;
		s->found++;
		report_error(s->r, BTF_CODE_SUSPECT_NAME, &at, NOVAL, *f,
			     "its name, '%.47s' of the base, is no identifier",
			     object_str(s->b, *f));
		return;
	}
}

/* ---- references ---- */

#define KINDS_NO_TYPE                                                                              \
	(KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) | KIND_BIT(BTF_KIND_DATASEC) |           \
	 KIND_BIT(BTF_KIND_DECL_TAG))
/* has no size, so nothing can consist of it; UNKN is void */
#define KINDS_NO_VALUE                                                                             \
	(KINDS_NO_TYPE | KIND_BIT(BTF_KIND_UNKN) | KIND_BIT(BTF_KIND_FWD) |                        \
	 KIND_BIT(BTF_KIND_FUNC_PROTO))
#define KINDS_ALIAS (KINDS_MOD | KIND_BIT(BTF_KIND_TYPEDEF))
#define KINDS_TAGGED                                                                               \
	(KINDS_COMPOSITE | KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR) |                      \
	 KIND_BIT(BTF_KIND_TYPEDEF))
#define KINDS_ALL (~0u)

/* the type behind modifiers and typedefs; NULL: too far away to be judged */
static const struct btf_type *behind(const struct btf *b, u32 *id)
{
	for (int hops = 0; hops < MAX_HOPS; hops++) {
		const struct btf_type *t = object_type(b, *id);

		if (!kind_in(type_kind(t), KINDS_ALIAS))
			return t;
		*id = t->type;
	}
	return NULL;
}

/* field n of own type i refers to `id`; -1: the reference of the type itself */
static void look_at_ref(struct suspect *s, u32 i, int n, u32 id, bool by_value, u32 refused)
{
	struct place at = place_of(s, i, n);
	const struct btf_type *t = object_type(s->b, id);
	u32 end = id;

	if (by_value) {
		t = behind(s->b, &end);
		if (!t)
			return;
	}
	/* void is no type of the base; the way to it must have led through one */
	if (id >= s->b->start_id || (!end && !id) || !kind_in(type_kind(t), refused))
		return;
	s->found++;
	report_error(s->r, BTF_CODE_SUSPECT_REF, &at, NOVAL, id,
		     "refers to [%u] of the base, %s%s '%.47s', which cannot stand here", id,
		     end != id ? "at last " : "", end ? kind_name(type_kind(t)) : "void",
		     object_name(s->b, t));
}

static void look_at_refs(struct suspect *s, u32 i)
{
	const struct btf_type *t = object_own(s->b, i);
	struct field_iter it = type_ids(t);
	const u32 *f;
	int n = it.head ? -1 : 0;

	for (; (f = field_next(&it)) && s->found < MAX_FINDINGS; n++) {
		switch (type_kind(t)) {
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_VAR:
			look_at_ref(s, i, n, *f, true, KINDS_NO_VALUE);
			break;
		case BTF_KIND_ARRAY:
			look_at_ref(s, i, -1, *f, true,
				    n ? KINDS_ALL & ~KIND_BIT(BTF_KIND_INT) : KINDS_NO_VALUE);
			break;
		case BTF_KIND_FUNC_PROTO:
			look_at_ref(s, i, n, *f, true,
				    (KINDS_NO_VALUE | KIND_BIT(BTF_KIND_ARRAY)) &
					    ~(n < 0 ? KIND_BIT(BTF_KIND_UNKN) : 0));
			break;
		case BTF_KIND_DATASEC:
			look_at_ref(s, i, n, *f, false, KINDS_ALL & ~KIND_BIT(BTF_KIND_VAR));
			break;
		case BTF_KIND_DECL_TAG:
			look_at_ref(s, i, n, *f, false, KINDS_ALL & ~KINDS_TAGGED);
			break;
		case BTF_KIND_RESTRICT:
			look_at_ref(s, i, n, *f, true, KINDS_ALL & ~KIND_BIT(BTF_KIND_PTR));
			break;
		default:
			look_at_ref(s, i, n, *f, false, KINDS_NO_TYPE);
		}
	}
}

/* ---- layout ---- */

/* bits that a type of the base takes; 0: it is none of the base, or cannot be judged */
static u64 base_bits(const struct suspect *s, u32 id)
{
	const struct btf *b = s->b;
	u64 elems = 1;

	for (int hops = 0; hops < MAX_HOPS; hops++) {
		const struct btf_type *t = behind(b, &id);

		if (!t || !id)
			return 0;
		if (type_is(t, BTF_KIND_ARRAY)) {
			const struct btf_array *a = type_tail(t);

			if (__builtin_mul_overflow(elems, a->nelems, &elems) || elems > UINT32_MAX)
				return 0;
			id = a->type;
			continue;
		}
		if (id >= b->start_id)
			return 0;
		if (type_is(t, BTF_KIND_PTR))
			return 8 * elems * (u64)max_of(object_ptr_size(b), 0);
		/* an INT of fewer bits than its size has is a bitfield of old encoders */
		if (type_is(t, BTF_KIND_INT) && (*(u32 *)type_tail(t) & 0xff) != 8 * t->size)
			return 0;
		return kind_table[type_kind(t)].head_size ? 8 * elems * (u64)t->size : 0;
	}
	return 0;
}

/* member k occupies bits [from, to); one of an own type or a bitfield has no known end */
static void member_span(const struct suspect *s, const struct btf_type *t, u32 k, u64 *from,
			u64 *to)
{
	const struct btf_member *m = (const struct btf_member *)type_tail(t) + k;

	*from = *to = member_bit_off(t, m);
	/* without kind_flag an INT may still be a bitfield, by bits of its own */
	if (!member_bits(t, m) && (type_kflag(t) || !(*from % 8)))
		*to += base_bits(s, m->type);
}

static void look_at_layout(struct suspect *s, u32 i)
{
	const struct btf_type *t = object_own(s->b, i);
	u64 size = 8 * (u64)t->size, from, to, next, next_to, end;
	u32 vlen = type_vlen(t);

	for (u32 k = 0; k < vlen && s->found < MAX_FINDINGS; k++) {
		struct place at = place_of(s, i, (int)k);

		member_span(s, t, k, &from, &to);
		end = size;
		if (type_is(t, BTF_KIND_STRUCT) && k + 1 < vlen) {
			member_span(s, t, k + 1, &next, &next_to);
			/* members in another order than they lie say nothing */
			end = next > from ? min_of(next, size) : size;
		}
		if (to <= end)
			continue;
		s->found++;
		report_error(s->r, BTF_CODE_SUSPECT_LAYOUT, &at, (s64)((end - from) / 8),
			     (s64)((to - from) / 8),
			     "its %llu bytes at offset %llu run over %s at %llu",
			     (unsigned long long)((to - from) / 8), (unsigned long long)(from / 8),
			     end < size ? "the next member" : "the end of the type",
			     (unsigned long long)(end / 8));
		return;
	}
}

int suspect_base(const struct btf *split, struct btf_report *r)
{
	struct suspect s = {.b = split, .r = r};

	if (!split->base)
		return 0;
	for (u32 i = 0; i < split->nr && s.found < MAX_FINDINGS; i++) {
		u32 kind = type_kind(object_own(split, i));

		if (kind >= WIRE_KINDS)
			continue;
		look_at_names(&s, i);
		if (s.found < MAX_FINDINGS)
			look_at_refs(&s, i);
		if (kind_in(kind, KINDS_COMPOSITE) && s.found < MAX_FINDINGS)
			look_at_layout(&s, i);
	}
	return s.found ? -EINVAL : 0;
}
