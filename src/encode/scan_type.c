// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What the attributes of a DIE mean in BTF: kinds, sizes, encodings, bit offsets, dimensions.
 *
 * In: decoded attributes. Out: fields of struct scan_type and its fellows. Holds: nothing wraps:
 * where BTF has no room for what a type says, the type keeps its size and loses its members; only
 * one whose size does not fit becomes a FWD. scan.odd says which they are, and why.
 */
#include "encode/scan_type.h"

#include <errno.h>
#include <stdlib.h>

#define FAKE_INT "__SANITIZED_FAKE_INT__"
/* flags of an item while scanning: bits holds a DW_AT_bit_offset counted from the high end */
#define ITEM_HIGH_BITS 1
/* members that kernels can count */
#define MAX_ITEMS 65535u

u8 scan_kind(u16 tag)
{
	switch (tag) {
	case DW_TAG_base_type:
		return BTF_KIND_INT;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return BTF_KIND_PTR;
	case DW_TAG_const_type:
	case DW_TAG_immutable_type:
		return BTF_KIND_CONST;
	case DW_TAG_volatile_type:
		return BTF_KIND_VOLATILE;
	case DW_TAG_restrict_type:
		return BTF_KIND_RESTRICT;
	case DW_TAG_typedef:
	case DW_TAG_template_alias:
		return BTF_KIND_TYPEDEF;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_interface_type:
		return BTF_KIND_STRUCT;
	case DW_TAG_union_type:
		return BTF_KIND_UNION;
	case DW_TAG_enumeration_type:
		return BTF_KIND_ENUM;
	case DW_TAG_array_type:
		return BTF_KIND_ARRAY;
	case DW_TAG_subroutine_type:
		return BTF_KIND_FUNC_PROTO;
	case DW_TAG_atomic_type:
	case DW_TAG_packed_type:
	case DW_TAG_shared_type:
	case DW_TAG_unspecified_type:
	case DW_TAG_string_type:
	case DW_TAG_ptr_to_member_type:
		return SCAN_ALIAS;
	default:
		return SCAN_NO_TYPE;
	}
}

static void refuse(struct scan_type *t, enum scan_refusal why)
{
	if (t->flags & SCAN_REFUSED)
		return;
	t->flags |= SCAN_REFUSED | SCAN_LATE;
	t->refused = (u8)why;
}

void scan_note_odd(struct scan *s, u32 off, const char *name, enum scan_refusal why)
{
	if (s->odd_cnt < SCAN_ODD_MAX)
		s->odd[s->odd_cnt] = (struct scan_odd){name, off, (u8)why};
	s->odd_cnt++;
}

const char *scan_refusal_text(enum scan_refusal why)
{
	static const char *const text[SCAN_REFUSALS] = {
		[SCAN_TOO_MANY] = "it has more members than BTF can count (65535)",
		[SCAN_TOO_BIG] = "it is larger than BTF can say (4 GiB)",
		[SCAN_OFFSET] = "a member stands behind what BTF can say (512 MiB), or at no fixed "
				"place",
		[SCAN_BIT_RANGE] = "a bit-field stands behind what BTF can say (2 MiB), or has more "
				   "than 255 bits",
		[SCAN_UNION_OFFSET] = "a member of a union does not stand at its start",
		[SCAN_ENUM_RANGE] = "a value has more bits than the enum",
		[SCAN_DIMENSIONS] = "it has more elements than BTF can count (32 bits)",
		[SCAN_NAME] = "its name is in another file (.gnu_debugaltlink, .dwo)",
		[SCAN_SUPPLEMENT] = "the unit refers to types in another file, which dwz -m made",
		[SCAN_SKELETON] = "the types of the unit are in that file (split DWARF), not in this one",
		[SCAN_ANNOTATIONS] = "it has more than 64 annotations, or they have no end",
	};

	return why < SCAN_REFUSALS ? text[why] : NULL;
}

static bool number(const struct dwarf_die *die, const struct dwarf_attr *at, enum dwarf_slot slot,
		   u64 *ret)
{
	if (!dwarf_has(die, slot) || (at[slot].cls != ATTR_CONST && at[slot].cls != ATTR_SIGNED))
		return false;
	*ret = at[slot].v;
	return true;
}

/* ---- types ---- */

static bool int_size_known(u64 size)
{
	return size && size <= 16 && !(size & (size - 1));
}

static bool float_size_known(u64 size)
{
	return size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
}

/* "complex double" is two of "double" */
static void complex_type(struct scan *s, struct scan_type *t, u64 size)
{
	static const struct {
		u32 size;
		const char *name;
	} part[] = {{2, "_Float16"}, {4, "float"}, {8, "double"}, {12, "long double"},
		    {16, "long double"}};
	struct scan_type real = {.kind = BTF_KIND_FLOAT, .size = (u32)(size / 2)};

	for (u32 i = 0; i < ARRAY_SIZE(part); i++)
		if (part[i].size == size / 2)
			real.name = part[i].name;
	if (!real.name) {
		*t = (struct scan_type){.kind = BTF_KIND_INT, .name = FAKE_INT, .size = 4,
					.off = t->off};
		return;
	}
	t->kind = BTF_KIND_ARRAY;
	t->name = NULL;
	t->size = 2;
	t->ref = scan_made(s, &real);
	s->index_type = 0;
}

static void base_type(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
		      const struct dwarf_attr *at)
{
	u64 size = 0, encoding = 0;

	number(die, at, SLOT_ENCODING, &encoding);
	if (!number(die, at, SLOT_BYTE_SIZE, &size) && number(die, at, SLOT_BIT_SIZE, &size))
		size = (size + 7) / 8;
	switch (encoding) {
	case DW_ATE_boolean:
		t->encoding = BTF_INT_BOOL;
		break;
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		t->encoding = BTF_INT_SIGNED;
		break;
	case DW_ATE_complex_float:
		complex_type(s, t, size);
		return;
	case DW_ATE_imaginary_float:
	case DW_ATE_float:
		if (float_size_known(size) && t->name) {
			t->kind = BTF_KIND_FLOAT;
			t->size = (u32)size;
			return;
		}
		break;
	default:
		break;
	}
	t->size = (u32)size;
	if (int_size_known(size) && t->name)
		return;
	t->name = FAKE_INT;
	t->size = 4;
	t->encoding &= BTF_INT_SIGNED;
}

/* a pointer to a member: a number, two of them where it is a function */
static void member_pointer(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
			   const struct dwarf_attr *at)
{
	u64 size = s->u->addr_size;

	number(die, at, SLOT_BYTE_SIZE, &size);
	t->kind = BTF_KIND_INT;
	t->name = "__ptr_to_member";
	t->size = int_size_known(size) ? (u32)size : s->u->addr_size;
}

/* Fortran's characters: so many bytes */
static void string_type(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
			const struct dwarf_attr *at)
{
	const struct scan_type byte = {.kind = BTF_KIND_INT, .name = "char", .size = 1};
	u64 size = 0;

	number(die, at, SLOT_BYTE_SIZE, &size);
	t->kind = BTF_KIND_ARRAY;
	t->size = size > UINT32_MAX ? 0 : (u32)size;
	t->ref = scan_made(s, &byte);
	s->index_type = 0;
}

static void struct_type(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
			const struct dwarf_attr *at)
{
	u64 size = 0;

	if (dwarf_has(die, SLOT_SIGNATURE)) {
		t->kind = SCAN_ALIAS; /* the type is in a unit of its own */
		t->name = NULL;
		t->ref = scan_ref_of(s, &at[SLOT_SIGNATURE]);
		return;
	}
	if (dwarf_flag(die, at, SLOT_DECLARATION)) {
		t->flags |= t->kind == BTF_KIND_UNION ? SCAN_UNION : 0;
		t->kind = t->name ? BTF_KIND_FWD : SCAN_ALIAS;
		return;
	}
	number(die, at, SLOT_BYTE_SIZE, &size);
	if (size > UINT32_MAX)
		refuse(t, SCAN_TOO_BIG);
	t->size = (u32)size;
	t->ref = !t->name && dwarf_has(die, SLOT_SPECIFICATION)
			 ? scan_ref_of(s, &at[SLOT_SPECIFICATION])
			 : 0;
}

static void enum_type(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
		      const struct dwarf_attr *at)
{
	u64 size = 4;

	t->flags |= SCAN_LATE;
	if (dwarf_has(die, SLOT_SIGNATURE)) {
		t->kind = SCAN_ALIAS;
		t->name = NULL;
		t->ref = scan_ref_of(s, &at[SLOT_SIGNATURE]);
		return;
	}
	number(die, at, SLOT_BYTE_SIZE, &size);
	t->size = int_size_known(size) && size <= 8 ? (u32)size : 4;
	t->ref = dwarf_has(die, SLOT_TYPE) ? scan_ref_of(s, &at[SLOT_TYPE]) : 0;
	if (dwarf_flag(die, at, SLOT_DECLARATION)) {
		t->flags |= SCAN_ENUM_FWD;
		t->size = 4;
	}
}

void scan_type_attrs(struct scan *s, struct scan_type *t, const struct dwarf_die *die,
		     const struct dwarf_attr *at)
{
	u16 tag = die->plan->tag;
	const char *name;

	switch (t->kind) {
	case BTF_KIND_INT:
		base_type(s, t, die, at);
		return;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		struct_type(s, t, die, at);
		return;
	case BTF_KIND_ENUM:
		enum_type(s, t, die, at);
		return;
	case BTF_KIND_ARRAY:
		s->index_type = 0;
		t->size = 0;
		t->name = NULL;
		break;
	case SCAN_ALIAS:
		name = t->name;
		t->name = NULL;
		if (tag == DW_TAG_ptr_to_member_type) {
			member_pointer(s, t, die, at);
			return;
		}
		if (tag == DW_TAG_string_type) {
			string_type(s, t, die, at);
			return;
		}
		/* the type of C++'s nullptr: a pointer, to nothing */
		if (tag == DW_TAG_unspecified_type && name && strstr(name, "nullptr"))
			t->kind = BTF_KIND_PTR;
		break;
	case BTF_KIND_TYPEDEF:
		if (!t->name)
			t->kind = SCAN_ALIAS;
		break;
	default:
		t->name = NULL;
	}
	if (dwarf_has(die, SLOT_TYPE))
		t->ref = scan_ref_of(s, &at[SLOT_TYPE]);
}

/* ---- arrays ---- */

#define DIMENSIONS_SEEN 0x80 /* in t->encoding, which arrays have no other use for */

void scan_dimension_of(struct scan_type *t, u64 n)
{
	if (n <= UINT32_MAX)
		n *= t->encoding & DIMENSIONS_SEEN ? t->size : 1;
	if (n > UINT32_MAX) {
		/* or -1 as an unsigned number of fewer bytes: no elements */
		n = 0;
		t->refused = SCAN_DIMENSIONS;
		t->flags |= SCAN_LATE;
	}
	t->encoding |= DIMENSIONS_SEEN;
	t->size = (u32)n;
}

void scan_dimension(struct scan_type *t, const struct dwarf_die *die, const struct dwarf_attr *at)
{
	u64 n = 0, low = 0;

	if (!number(die, at, SLOT_COUNT, &n)) {
		number(die, at, SLOT_LOWER_BOUND, &low);
		if (number(die, at, SLOT_UPPER_BOUND, &n))
			n = n - low + 1;
	}
	scan_dimension_of(t, n);
}

/* ---- members, enumerators ---- */

bool scan_item_fits(const struct scan_type *t, const struct dwarf_die *die,
		    const struct dwarf_attr *at)
{
	switch (die->plan->tag) {
	case DW_TAG_enumerator:
		return t->kind == BTF_KIND_ENUM;
	case DW_TAG_formal_parameter:
		return t->kind == BTF_KIND_FUNC_PROTO;
	case DW_TAG_member:
		/* a static member is a variable */
		return (t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION) &&
		       !dwarf_flag(die, at, SLOT_EXTERNAL) && !dwarf_flag(die, at, SLOT_DECLARATION);
	default: /* bases of a class: not described, as pahole does */
		return false;
	}
}

/* byte offset of a member; false where it is not a constant */
static bool member_location(const struct dwarf_attr *a, u64 *ret)
{
	const u8 *p = (const u8 *)(uintptr_t)a->v;

	switch (a->cls) {
	case ATTR_CONST:
	case ATTR_SIGNED:
		*ret = a->v;
		return true;
	case ATTR_BLOCK: /* DWARF 2: DW_OP_plus_uconst N */
		return a->len > 1 && *p == DW_OP_plus_uconst &&
		       dwarf_uleb(p + 1, p + a->len, ret) == p + a->len;
	default:
		return false;
	}
}

static void member_attrs(struct scan *s, struct scan_type *t, struct scan_item *m,
			 const struct dwarf_die *die, const struct dwarf_attr *at)
{
	u64 off = 0, bits = 0, low, storage;

	if (dwarf_has(die, SLOT_TYPE))
		m->ref = scan_ref_of(s, &at[SLOT_TYPE]);
	if (dwarf_has(die, SLOT_MEMBER_LOC) && !member_location(&at[SLOT_MEMBER_LOC], &off))
		refuse(t, SCAN_OFFSET);
	if (off > UINT32_MAX / 8)
		refuse(t, SCAN_OFFSET);
	off *= 8;
	if (unlikely(number(die, at, SLOT_BIT_SIZE, &bits))) {
		t->flags |= SCAN_BITS | SCAN_LATE;
		if (bits > 255)
			refuse(t, SCAN_BIT_RANGE);
		m->bits = (u16)(bits > 255 ? 255 : bits);
		if (number(die, at, SLOT_DATA_BIT_OFFSET, &low)) {
			off += low;
		} else if (number(die, at, SLOT_BIT_OFFSET, &low)) {
			if (s->d->big)
				off += low;
			else if (number(die, at, SLOT_BYTE_SIZE, &storage))
				off += storage * 8 - low - bits;
			else if (low < 1u << 12) /* the storage is that of its type: scan_finish */
				m->flags = (u16)(ITEM_HIGH_BITS | low << 4);
			else
				refuse(t, SCAN_BIT_RANGE);
		}
	} else if (number(die, at, SLOT_DATA_BIT_OFFSET, &low)) {
		off += low;
	}
	if (off > UINT32_MAX)
		refuse(t, SCAN_OFFSET);
	if (off && t->kind == BTF_KIND_UNION)
		refuse(t, SCAN_UNION_OFFSET);
	m->bit_off = (u32)off;
}

static void enumerator_attrs(struct scan_type *t, struct scan_item *m, const struct dwarf_die *die,
			     const struct dwarf_attr *at)
{
	if (!number(die, at, SLOT_CONST_VALUE, &m->value))
		return;
	if (at[SLOT_CONST_VALUE].cls == ATTR_SIGNED && (s64)m->value < 0)
		t->flags |= SCAN_SIGNED;
}

void scan_item_attrs(struct scan *s, struct scan_type *t, struct scan_item *m,
		     const struct dwarf_die *die, const struct dwarf_attr *at)
{
	switch (die->plan->tag) {
	case DW_TAG_enumerator:
		enumerator_attrs(t, m, die, at);
		break;
	case DW_TAG_formal_parameter:
		m->name = NULL;
		if (dwarf_has(die, SLOT_TYPE))
			m->ref = scan_ref_of(s, &at[SLOT_TYPE]);
		break;
	default:
		member_attrs(s, t, m, die, at);
	}
	if (unlikely(t->cnt >= MAX_ITEMS))
		refuse(t, SCAN_TOO_MANY);
}

/* ---- functions, variables ---- */

void scan_param_attrs(struct scan *s, struct scan_param *p, const struct dwarf_die *die,
		      const struct dwarf_attr *at)
{
	const struct dwarf_attr *loc = &at[SLOT_LOCATION];

	p->name = dwarf_string(die, at, SLOT_NAME);
	if (dwarf_has(die, SLOT_TYPE)) {
		p->ref = scan_ref_of(s, &at[SLOT_TYPE]);
		p->has_type = true;
	}
	if (dwarf_has(die, SLOT_ORIGIN))
		p->origin = scan_ref_of(s, &at[SLOT_ORIGIN]);
	p->has_const = dwarf_has(die, SLOT_CONST_VALUE);
	if (!dwarf_has(die, SLOT_LOCATION))
		return;
	p->loc = loc->v;
	p->loc_len = loc->len;
	p->loc_kind = loc->cls == ATTR_BLOCK	    ? LOCATION_EXPR
		      : loc->cls == ATTR_LIST_INDEX ? LOCATION_LIST_INDEX
						    : LOCATION_LIST;
}

void scan_func_attrs(struct scan *s, struct scan_func *f, const struct dwarf_die *die,
		     const struct dwarf_attr *at)
{
	u64 v;

	f->name = dwarf_string(die, at, SLOT_NAME);
	f->linkage = dwarf_string(die, at, SLOT_LINKAGE_NAME);
	if (dwarf_has(die, SLOT_TYPE))
		f->ref = scan_ref_of(s, &at[SLOT_TYPE]);
	if (dwarf_has(die, SLOT_ORIGIN))
		f->origin = scan_ref_of(s, &at[SLOT_ORIGIN]);
	if (dwarf_has(die, SLOT_SPECIFICATION))
		f->specification = scan_ref_of(s, &at[SLOT_SPECIFICATION]);
	f->flags |= dwarf_flag(die, at, SLOT_DECLARATION) ? FUNC_DECLARATION : 0;
	f->flags |= dwarf_flag(die, at, SLOT_EXTERNAL) ? FUNC_EXTERNAL : 0;
	if (number(die, at, SLOT_CALLING_CONVENTION, &v) && v == DW_CC_nocall)
		f->flags |= FUNC_NOCALL;
	if (dwarf_has(die, SLOT_LOW_PC) && at[SLOT_LOW_PC].cls == ATTR_ADDR) {
		f->pc = at[SLOT_LOW_PC].v;
		f->flags |= FUNC_HAS_PC;
	}
}

void scan_var_attrs(struct scan *s, struct scan_var *v, const struct dwarf_die *die,
		    const struct dwarf_attr *at)
{
	v->name = dwarf_string(die, at, SLOT_NAME);
	if (dwarf_has(die, SLOT_TYPE))
		v->ref = scan_ref_of(s, &at[SLOT_TYPE]);
	if (dwarf_has(die, SLOT_SPECIFICATION))
		v->specification = scan_ref_of(s, &at[SLOT_SPECIFICATION]);
	v->flags |= dwarf_flag(die, at, SLOT_DECLARATION) ? VAR_DECLARATION : 0;
	v->flags |= dwarf_flag(die, at, SLOT_EXTERNAL) ? VAR_EXTERNAL : 0;
	v->flags |= dwarf_flag(die, at, SLOT_ARTIFICIAL) ? VAR_ARTIFICIAL : 0;
	if (dwarf_has(die, SLOT_LOCATION) && at[SLOT_LOCATION].cls == ATTR_BLOCK) {
		v->loc = (const u8 *)(uintptr_t)at[SLOT_LOCATION].v;
		v->loc_len = at[SLOT_LOCATION].len;
	}
}

/* ---- once all types are known ---- */

/* the type that a reference within the unit means, typedefs and qualifiers looked through */
static const struct scan_type *storage_type(const struct scan *s, scan_ref ref)
{
	for (u32 hops = 0; hops < 64 && ref && !(ref & SCAN_REF_REMOTE); hops++) {
		u32 i = ref & SCAN_REF_MADE ? s->die_types + (ref & ~SCAN_REF_MADE)
					    : scan_index(s, ref);
		const struct scan_type *t;

		if (i >= s->type.cnt)
			return NULL;
		t = &s->type.at[i];
		switch (t->kind) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case SCAN_ALIAS:
			ref = t->ref;
			break;
		default:
			return t;
		}
	}
	return NULL;
}

static void finish_struct(struct scan *s, struct scan_type *t)
{
	bool bits = t->flags & SCAN_BITS;

	for (u32 i = t->first; i < t->first + t->cnt; i++) {
		struct scan_item *m = &s->item.at[i];
		const struct scan_type *of;
		u32 high;

		if (unlikely(m->flags & ITEM_HIGH_BITS)) {
			of = storage_type(s, m->ref);
			high = m->flags >> 4;
			if (of && of->size < 64 && of->size * 8 >= high + m->bits)
				m->bit_off += of->size * 8 - high - m->bits;
			else
				refuse(t, SCAN_BIT_RANGE);
			m->flags = 0;
		}
		if (bits && m->bit_off > 0xffffff)
			refuse(t, SCAN_BIT_RANGE);
	}
}

static void finish_enum(struct scan *s, struct scan_type *t)
{
	const struct scan_type *of = NULL;
	u32 i = t->ref && !(t->ref & (SCAN_REF_REMOTE | SCAN_REF_MADE)) ? scan_index(s, t->ref)
									: SCAN_NONE;

	if (i != SCAN_NONE)
		of = &s->type.at[i];
	if (of && of->kind == BTF_KIND_INT && of->encoding & BTF_INT_SIGNED)
		t->flags |= SCAN_UNDER_SIGNED;
	t->ref = 0;
	if (t->size > 4)
		return;
	for (i = t->first; i < t->first + t->cnt; i++) {
		s64 v = (s64)s->item.at[i].value;

		if (v < INT32_MIN || v > (s64)UINT32_MAX)
			refuse(t, SCAN_ENUM_RANGE);
	}
}

/* what is left of a type that BTF cannot say whole */
static void finish_refused(struct scan *s, struct scan_type *t)
{
	scan_note_odd(s, t->off, t->name, (enum scan_refusal)t->refused);
	if (t->kind == BTF_KIND_ARRAY || t->refused == SCAN_TOO_BIG)
		return;
	t->cnt = 0;
	t->flags &= ~(SCAN_REFUSED | SCAN_BITS | SCAN_SIGNED);
	if (t->kind == BTF_KIND_ENUM)
		t->flags |= SCAN_ENUM_FWD;
	if (t->kind != BTF_KIND_FUNC_PROTO)
		return;
	t->kind = SCAN_ALIAS;
	t->ref = 0;
}

/* Arrays need a type for their index, "int". It is always made: so that it, and the array, have
 * the same keys wherever the array's DIE is read from. */
static int finish_index(struct scan *s)
{
	struct scan_type made = {.kind = BTF_KIND_INT, .name = "int", .size = 4,
				 .encoding = BTF_INT_SIGNED};

	if (s->index_type == SCAN_NONE)
		return 0;
	if (s->type.cnt == s->type.cap) {
		void *p = realloc(s->type.at, 2 * (size_t)s->type.cap * sizeof(made));

		if (!p)
			return -ENOMEM;
		s->type.at = p;
		s->type.cap *= 2;
	}
	s->index_type = s->type.cnt;
	s->type.at[s->type.cnt++] = made;
	return 0;
}

int scan_finish(struct scan *s)
{
	for (u32 i = 0; i < s->die_types; i++) {
		struct scan_type *t = &s->type.at[i];

		if (likely(!(t->flags & SCAN_LATE)))
			continue;
		if (t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION) {
			if (t->flags & SCAN_BITS)
				finish_struct(s, t);
		} else if (t->kind == BTF_KIND_ENUM) {
			finish_enum(s, t);
		} else if (t->kind == BTF_KIND_FUNC_PROTO) {
			if (unlikely(t->cnt >= MAX_ITEMS && t->flags & SCAN_VARARG))
				refuse(t, SCAN_TOO_MANY);
		}
		if (unlikely(t->refused))
			finish_refused(s, t);
	}
	return finish_index(s);
}

/* ---- names that only begin alike ---- */

static void cut_name(const char **name, const char *prefix, size_t len)
{
	if (*name && !strncmp(*name, prefix, len))
		*name = prefix;
}

void scan_cut_names(struct scan *s, const char *prefix)
{
	size_t len = strlen(prefix);

	for (u32 i = 0; i < s->type.cnt; i++)
		cut_name(&s->type.at[i].name, prefix, len);
	for (u32 i = 0; i < s->item.cnt; i++)
		cut_name(&s->item.at[i].name, prefix, len);
	for (u32 i = 0; i < s->func.cnt; i++)
		cut_name(&s->func.at[i].name, prefix, len);
	for (u32 i = 0; i < s->param.cnt; i++)
		cut_name(&s->param.at[i].name, prefix, len);
	for (u32 i = 0; i < s->var.cnt; i++)
		cut_name(&s->var.at[i].name, prefix, len);
}
