// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Abbreviation tables to plans; die.c reads by them.
 *
 * In: .debug_abbrev at a unit's offset. Out: one plan per code. A plan's ops stand in the order of
 * the attributes; what is not wanted and has a fixed size is folded into the `skip` of the op
 * behind it, or into the plan's size. Plans are kept while units name the same table.
 */
#include "dwarf/abbrev.h"

#include <errno.h>
#include <stdlib.h>

#include "dwarf/how.h"


/* forms by number where the size of offsets and addresses does not matter */
static const u8 form_how[0x2d] = {
	[DW_FORM_block2] = HOW_BLOCK2,	 [DW_FORM_block4] = HOW_BLOCK4,
	[DW_FORM_data2] = HOW_2,	 [DW_FORM_data4] = HOW_4,
	[DW_FORM_data8] = HOW_8,	 [DW_FORM_string] = HOW_STRING,
	[DW_FORM_block] = HOW_BLOCK,	 [DW_FORM_block1] = HOW_BLOCK1,
	[DW_FORM_data1] = HOW_1,	 [DW_FORM_flag] = HOW_1,
	[DW_FORM_sdata] = HOW_SLEB,	 [DW_FORM_udata] = HOW_ULEB,
	[DW_FORM_ref1] = HOW_REF1,	 [DW_FORM_ref2] = HOW_REF2,
	[DW_FORM_ref4] = HOW_REF4,	 [DW_FORM_ref8] = HOW_REF8,
	[DW_FORM_ref_udata] = HOW_REF_ULEB, [DW_FORM_indirect] = HOW_INDIRECT,
	[DW_FORM_exprloc] = HOW_BLOCK,	 [DW_FORM_flag_present] = HOW_TRUE,
	[DW_FORM_strx] = HOW_STRX,	 [DW_FORM_addrx] = HOW_ADDRX,
	[DW_FORM_ref_sup4] = HOW_SUP4,	 [DW_FORM_data16] = HOW_16,
	[DW_FORM_ref_sig8] = HOW_SIG8,	 [DW_FORM_implicit_const] = HOW_IMPLICIT,
	[DW_FORM_loclistx] = HOW_LISTX,	 [DW_FORM_rnglistx] = HOW_LISTX,
	[DW_FORM_ref_sup8] = HOW_SUP8,	 [DW_FORM_strx1] = HOW_STRX1,
	[DW_FORM_strx2] = HOW_STRX2,	 [DW_FORM_strx3] = HOW_STRX3,
	[DW_FORM_strx4] = HOW_STRX4,	 [DW_FORM_addrx1] = HOW_ADDRX1,
	[DW_FORM_addrx2] = HOW_ADDRX2,	 [DW_FORM_addrx3] = HOW_ADDRX3,
	[DW_FORM_addrx4] = HOW_ADDRX4,
};

enum how how_of(u64 form, const struct dwarf_unit *u)
{
	bool off8 = u->off_size == 8;

	switch (form) {
	case DW_FORM_addr:
		return u->addr_size == 8 ? HOW_ADDR8 : HOW_ADDR4;
	case DW_FORM_strp:
		return off8 ? HOW_STRP8 : HOW_STRP4;
	case DW_FORM_line_strp:
		return off8 ? HOW_LINE_STRP8 : HOW_LINE_STRP4;
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt:
		return off8 ? HOW_SUP_STRP8 : HOW_SUP_STRP4;
	case DW_FORM_sec_offset:
		return off8 ? HOW_SEC8 : HOW_SEC4;
	case DW_FORM_GNU_ref_alt:
		return off8 ? HOW_SUP8 : HOW_SUP4;
	case DW_FORM_ref_addr: /* an address in DWARF 2 */
		return (u->version == 2 ? u->addr_size == 8 : off8) ? HOW_INFO8 : HOW_INFO4;
	case DW_FORM_GNU_addr_index:
		return HOW_ADDRX;
	case DW_FORM_GNU_str_index:
		return HOW_STRX;
	default:
		return form < ARRAY_SIZE(form_how) && form_how[form] ? form_how[form] : HOW_BAD;
	}
}

/* attributes by number; those of vendors are few */
static const u8 slot_table[0x8d] = {
#define SLOT(attr, slot) [attr] = slot + 1
	SLOT(DW_AT_name, SLOT_NAME),
	SLOT(DW_AT_type, SLOT_TYPE),
	SLOT(DW_AT_byte_size, SLOT_BYTE_SIZE),
	SLOT(DW_AT_data_member_location, SLOT_MEMBER_LOC),
	SLOT(DW_AT_bit_size, SLOT_BIT_SIZE),
	SLOT(DW_AT_bit_offset, SLOT_BIT_OFFSET),
	SLOT(DW_AT_data_bit_offset, SLOT_DATA_BIT_OFFSET),
	SLOT(DW_AT_encoding, SLOT_ENCODING),
	SLOT(DW_AT_upper_bound, SLOT_UPPER_BOUND),
	SLOT(DW_AT_count, SLOT_COUNT),
	SLOT(DW_AT_lower_bound, SLOT_LOWER_BOUND),
	SLOT(DW_AT_const_value, SLOT_CONST_VALUE),
	SLOT(DW_AT_declaration, SLOT_DECLARATION),
	SLOT(DW_AT_external, SLOT_EXTERNAL),
	SLOT(DW_AT_abstract_origin, SLOT_ORIGIN),
	SLOT(DW_AT_specification, SLOT_SPECIFICATION),
	SLOT(DW_AT_location, SLOT_LOCATION),
	SLOT(DW_AT_low_pc, SLOT_LOW_PC),
	SLOT(DW_AT_ranges, SLOT_RANGES),
	SLOT(DW_AT_artificial, SLOT_ARTIFICIAL),
	SLOT(DW_AT_calling_convention, SLOT_CALLING_CONVENTION),
	SLOT(DW_AT_linkage_name, SLOT_LINKAGE_NAME),
	SLOT(DW_AT_signature, SLOT_SIGNATURE),
	SLOT(DW_AT_producer, SLOT_PRODUCER),
	SLOT(DW_AT_language, SLOT_LANGUAGE),
	SLOT(DW_AT_dwo_name, SLOT_DWO_NAME),
	SLOT(DW_AT_str_offsets_base, SLOT_STR_OFFSETS_BASE),
	SLOT(DW_AT_addr_base, SLOT_ADDR_BASE),
	SLOT(DW_AT_loclists_base, SLOT_LOCLISTS_BASE),
#undef SLOT
};

static enum dwarf_slot slot_of(u64 at)
{
	if (at < ARRAY_SIZE(slot_table))
		return slot_table[at] ? slot_table[at] - 1u : SLOT_OTHER;
	switch (at) {
	case DW_AT_MIPS_linkage_name:
		return SLOT_LINKAGE_NAME;
	case DW_AT_GNU_annotation:
		return SLOT_GNU_ANNOTATION;
	case DW_AT_GNU_dwo_name:
		return SLOT_DWO_NAME;
	case DW_AT_GNU_addr_base:
		return SLOT_ADDR_BASE;
	default:
		return SLOT_OTHER;
	}
}

#define BIT(slot) (1ull << (slot))

/* the attributes that are asked for on DIEs of a tag; the others are stepped over */
static u64 slots_of(u64 tag)
{
	switch (tag) {
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_label:
	case DW_TAG_unspecified_parameters:
	case DW_TAG_call_site:
	case DW_TAG_call_site_parameter:
	case DW_TAG_GNU_call_site:
	case DW_TAG_GNU_call_site_parameter:
		return 0;
	case DW_TAG_pointer_type:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
	case DW_TAG_immutable_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
	case DW_TAG_subroutine_type:
	case DW_TAG_array_type:
		return BIT(SLOT_TYPE) | BIT(SLOT_GNU_ANNOTATION);
	case DW_TAG_typedef:
		return BIT(SLOT_NAME) | BIT(SLOT_TYPE) | BIT(SLOT_GNU_ANNOTATION);
	case DW_TAG_member:
		return BIT(SLOT_NAME) | BIT(SLOT_TYPE) | BIT(SLOT_MEMBER_LOC) | BIT(SLOT_BIT_SIZE) |
		       BIT(SLOT_BIT_OFFSET) | BIT(SLOT_DATA_BIT_OFFSET) | BIT(SLOT_BYTE_SIZE) |
		       BIT(SLOT_EXTERNAL) | BIT(SLOT_DECLARATION) | BIT(SLOT_GNU_ANNOTATION);
	case DW_TAG_enumerator:
		return BIT(SLOT_NAME) | BIT(SLOT_CONST_VALUE);
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_interface_type:
	case DW_TAG_union_type:
		return BIT(SLOT_NAME) | BIT(SLOT_BYTE_SIZE) | BIT(SLOT_DECLARATION) |
		       BIT(SLOT_SIGNATURE) | BIT(SLOT_SPECIFICATION) | BIT(SLOT_GNU_ANNOTATION);
	case DW_TAG_subrange_type:
		return BIT(SLOT_UPPER_BOUND) | BIT(SLOT_LOWER_BOUND) | BIT(SLOT_COUNT);
	case DW_TAG_formal_parameter:
		return BIT(SLOT_NAME) | BIT(SLOT_TYPE) | BIT(SLOT_LOCATION) | BIT(SLOT_ORIGIN) |
		       BIT(SLOT_CONST_VALUE) | BIT(SLOT_GNU_ANNOTATION);
	case DW_TAG_subprogram:
		return ~BIT(SLOT_LOCATION);
	default:
		return ~0ull;
	}
}

/* ---- DIEs that are read without a loop ---- */

static bool fast_field(const struct dwarf_abbrevs *a, const struct dwarf_plan_op *op, u32 at,
		       struct dwarf_field *ret)
{
	u32 i;

	if (op->how == HOW_IMPLICIT) {
		memcpy(&i, op + 1, sizeof(i));
		if (a->constant[i] < 0 || a->constant[i] > UINT16_MAX)
			return false;
		*ret = (struct dwarf_field){.constant = (u16)a->constant[i]};
		return true;
	}
	if (op->how != HOW_1 && op->how != HOW_2 && op->how != HOW_4)
		return false;
	*ret = (struct dwarf_field){.width = how_size[op->how], .at = (u8)at};
	return true;
}

static bool fast_name(struct dwarf_plan *pl, const struct dwarf_plan_op *op, u32 at, bool first)
{
	if (op->how == HOW_STRP4) {
		pl->name = 1;
		pl->name_at = (u8)at;
		return true;
	}
	pl->name = 2;
	return op->how == HOW_STRING && !at && first && pl->fast != FAST_PARAM;
}

/* Sets the place of one thing that a fast DIE has; false where it is not a case for that. */
static bool fast_place(const struct dwarf_abbrevs *a, struct dwarf_plan *pl,
		       const struct dwarf_plan_op *op, u32 at, bool first)
{
	switch (op->slot) {
	case SLOT_NAME:
		return fast_name(pl, op, at, first);
	case SLOT_TYPE:
		pl->has |= FAST_HAS_TYPE;
		pl->type_at = (u8)at;
		return op->how == HOW_REF4;
	case SLOT_DECLARATION:
		pl->has |= FAST_HAS_DECLARATION;
		return op->how == HOW_TRUE && pl->fast == FAST_TAG;
	case SLOT_BIT_SIZE:
		pl->has |= FAST_HAS_BITS;
		return fast_field(a, op, at, &pl->bits);
	case SLOT_DATA_BIT_OFFSET:
		return fast_field(a, op, at, &pl->bit_off);
	case SLOT_COUNT:
	case SLOT_UPPER_BOUND:
		if (pl->has & FAST_HAS_VALUE)
			return false;
		pl->has |= FAST_HAS_VALUE | (op->slot == SLOT_COUNT ? FAST_HAS_COUNT : 0);
		return fast_field(a, op, at, &pl->value);
	case SLOT_BYTE_SIZE:
		return pl->fast == FAST_TAG && fast_field(a, op, at, &pl->value);
	case SLOT_CONST_VALUE:
	case SLOT_MEMBER_LOC:
		return fast_field(a, op, at, &pl->value);
	default:
		return op->how == HOW_SKIP;
	}
}

static bool fast_places(const struct dwarf_abbrevs *a, struct dwarf_plan *pl)
{
	const struct dwarf_plan_op *op = a->op + pl->op, *last = op + pl->op_cnt;
	bool first = true;
	u32 at = 0;

	for (; pl->op_cnt && op < last; op++) {
		at += op->skip;
		if (at > DWARF_FAST_SIZE || !fast_place(a, pl, op, at, first))
			return false;
		first = false;
		at += op->how < HOW_ULEB ? how_size[op->how] : 0;
		op += op->how == HOW_IMPLICIT;
	}
	return true;
}

/* how a DIE of that tag can be read, if it has what such DIEs mostly have */
static u8 fast_of(const struct dwarf_plan *pl)
{
	switch (pl->tag) {
	case DW_TAG_pointer_type:
		return FAST_POINTER;
	case DW_TAG_const_type:
		return FAST_CONST;
	case DW_TAG_volatile_type:
		return FAST_VOLATILE;
	case DW_TAG_subroutine_type:
		return FAST_PROTO;
	case DW_TAG_array_type:
		return FAST_ARRAY;
	case DW_TAG_typedef:
		return FAST_TYPEDEF;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return FAST_TAG;
	case DW_TAG_formal_parameter:
		return pl->children ? FAST_NOT : FAST_PARAM;
	case DW_TAG_member:
		return pl->children ? FAST_NOT : FAST_MEMBER;
	case DW_TAG_enumerator:
		return pl->children ? FAST_NOT : FAST_ENUMERATOR;
	case DW_TAG_subrange_type:
		return pl->children ? FAST_NOT : FAST_RANGE;
	default:
		return FAST_NOT;
	}
}

static u8 skip_of(u16 tag)
{
	switch (tag) {
	case DW_TAG_lexical_block:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_label:
	case DW_TAG_call_site:
	case DW_TAG_call_site_parameter:
	case DW_TAG_GNU_call_site:
	case DW_TAG_GNU_call_site_parameter:
		return FAST_SKIP;
	case DW_TAG_variable:
	case DW_TAG_formal_parameter:
		return FAST_LOCAL;
	default:
		return FAST_NOT;
	}
}

static void find_fast(const struct dwarf_abbrevs *a, struct dwarf_plan *pl, bool swap)
{
	if (pl->size > DWARF_FAST_SIZE)
		return;
	pl->fast = swap ? FAST_NOT : fast_of(pl);
	if (pl->fast != FAST_NOT && fast_places(a, pl))
		return;
	pl->name = pl->has = 0;
	pl->fast = skip_of(pl->tag);
}

/* ---- compiling ---- */

static void table_free(struct dwarf_abbrevs *a)
{
	free(a->plan);
	free(a->op);
	free(a->constant);
}

void dwarf_abbrevs_reset(struct dwarf_abbrevs *a)
{
	for (u32 i = 0; i < a->kept_cnt; i++)
		table_free(&a->kept[i]);
	a->kept_cnt = 0;
	a->loaded = false;
	a->dear = false;
}

void dwarf_abbrevs_deinit(struct dwarf_abbrevs *a)
{
	dwarf_abbrevs_reset(a);
	table_free(a);
	free(a->kept);
	*a = (struct dwarf_abbrevs){0};
}

static int add_op(struct dwarf_abbrevs *a, enum how how, enum dwarf_slot slot, u32 skip)
{
	/* a run of unwanted bytes that one skip cannot say */
	for (; skip > UINT16_MAX; skip -= UINT16_MAX) {
		int err = add_op(a, HOW_SKIP, SLOT_OTHER, UINT16_MAX);

		if (err)
			return err;
	}
	if (array_grow((void **)&a->op, &a->op_cap, a->op_cnt + 1, sizeof(*a->op)))
		return -ENOMEM;
	a->op[a->op_cnt++] = (struct dwarf_plan_op){.how = (u8)how, .slot = (u8)slot, .skip = (u16)skip};
	return 0;
}

/* an implicit constant's index does not fit an op: it takes two skips */
static int add_constant(struct dwarf_abbrevs *a, enum dwarf_slot slot, u32 skip, s64 value)
{
	u32 i = a->constant_cnt;

	if (array_grow((void **)&a->constant, &a->constant_cap, i + 1, sizeof(*a->constant)))
		return -ENOMEM;
	a->constant[a->constant_cnt++] = value;
	return add_op(a, HOW_IMPLICIT, slot, skip) ||
			       array_grow((void **)&a->op, &a->op_cap, a->op_cnt + 1, sizeof(*a->op))
		       ? -ENOMEM
		       : (memcpy(&a->op[a->op_cnt++], &i, sizeof(i)), 0);
}

struct attr_reader {
	const struct dwarf_slice *s;
	const u8 *p, *end;
};

static int compile_attrs(struct dwarf_abbrevs *a, const struct dwarf_unit *u, struct dwarf_plan *pl,
			 struct attr_reader *in)
{
	u64 wanted = slots_of(pl->tag) & ~BIT(SLOT_OTHER);
	u32 skip = 0;
	int err = 0;

	pl->op = a->op_cnt;
	pl->fixed = true;
	pl->size = 0;
	for (;;) {
		enum dwarf_slot slot;
		u64 at, form;
		s64 constant = 0;
		enum how how;

		in->p = dwarf_uleb(in->p, in->end, &at);
		if (in->p)
			in->p = dwarf_uleb(in->p, in->end, &form);
		if (in->p && form == DW_FORM_implicit_const)
			in->p = dwarf_sleb(in->p, in->end, &constant);
		if (!in->p)
			return -EINVAL;
		if (!at && !form)
			break;
		how = form < ARRAY_SIZE(a->how) ? a->how[form] : how_of(form, u);
		slot = slot_of(at);
		/* an attribute counts once: so a DIE costs as much as its bytes, and a little */
		if (wanted >> slot & 1)
			wanted &= ~BIT(slot);
		else
			slot = SLOT_OTHER;
		if (how == HOW_SUP4 || how == HOW_SUP8 || how == HOW_SUP_STRP4 ||
		    how == HOW_SUP_STRP8)
			a->supplement = true;
		if (how == HOW_IMPLICIT) {
			if (slot != SLOT_OTHER) {
				err = add_constant(a, slot, skip, constant);
				skip = 0;
			}
		} else if (how >= HOW_ULEB) {
			pl->fixed = false;
			err = add_op(a, how, slot, skip);
			skip = 0;
		} else if (slot != SLOT_OTHER) {
			err = add_op(a, how, slot, skip);
			skip = 0;
			pl->size += how_size[how];
		} else {
			skip += how_size[how];
			pl->size += how_size[how];
			if (skip > INT32_MAX)
				return -EINVAL;
		}
		if (err)
			return err;
	}
	if (skip && !pl->fixed)
		err = add_op(a, HOW_SKIP, SLOT_OTHER, skip);
	if (a->op_cnt - pl->op > UINT16_MAX)
		return -EINVAL;
	pl->op_cnt = (u16)(a->op_cnt - pl->op);
	return err;
}

#define MAX_CODE 0x100000u

static int compile(struct dwarf_abbrevs *a, const struct dwarf_unit *u, bool swap,
		   struct attr_reader *in)
{
	/* compilers count up from 1: a table by code must stay as small as the section's part */
	u64 limit = min_of(MAX_CODE, (u64)(in->end - in->p) + 64);

	for (;;) {
		struct dwarf_plan pl = {0};
		u64 code, tag;
		int err;

		in->p = dwarf_uleb(in->p, in->end, &code);
		if (!in->p)
			return -EINVAL;
		if (!code)
			return 0;
		in->p = dwarf_uleb(in->p, in->end, &tag);
		if (!in->p || in->p >= in->end || code >= limit || !tag || tag > UINT16_MAX)
			return -EINVAL;
		pl.tag = (u16)tag;
		pl.children = *in->p++;
		err = compile_attrs(a, u, &pl, in);
		if (!err)
			find_fast(a, &pl, swap);
		if (!err)
			err = array_grow((void **)&a->plan, &a->plan_cap, (u32)code + 1, sizeof(pl));
		if (err)
			return err;
		if (code >= a->plan_cnt) {
			memset(a->plan + a->plan_cnt, 0, (code + 1 - a->plan_cnt) * sizeof(pl));
			a->plan_cnt = (u32)code + 1;
		}
		a->plan[code] = pl;
		a->plan[0].fast = FAST_NULL;
	}
}

static bool is_table_of(const struct dwarf_abbrevs *a, const struct dwarf_unit *u)
{
	return a->loaded && a->off == u->abbrev_off && a->addr_size == u->addr_size &&
	       a->off_size == u->off_size && a->version == u->version;
}

/*
 * What is loaded is kept if it is dear, else its memory serves again. 1: the unit's table was kept
 * and is here again; 0: there is none; -ENOMEM.
 */
static int abbrevs_switch(struct dwarf_abbrevs *a, const struct dwarf_unit *u)
{
	struct dwarf_abbrevs now = *a, *found = NULL;

	for (u32 i = 0; i < a->kept_cnt && !found; i++)
		if (is_table_of(&a->kept[i], u))
			found = &a->kept[i];
	now.kept = NULL;
	now.kept_cnt = now.kept_cap = 0;
	if (!found && !(a->loaded && a->dear)) {
		a->loaded = a->supplement = a->dear = false;
		a->plan_cnt = a->op_cnt = a->constant_cnt = 0;
		return 0;
	}
	if (!found) {
		if (array_grow((void **)&a->kept, &a->kept_cap, a->kept_cnt + 1, sizeof(*a->kept)))
			return -ENOMEM;
		a->kept[a->kept_cnt++] = now;
		now = (struct dwarf_abbrevs){0};
	} else if (a->loaded && a->dear) {
		struct dwarf_abbrevs to = *found;

		*found = now;
		now = to;
	} else {
		table_free(&now);
		now = *found;
		*found = a->kept[--a->kept_cnt];
	}
	now.kept = a->kept;
	now.kept_cnt = a->kept_cnt;
	now.kept_cap = a->kept_cap;
	*a = now;
	return found != NULL;
}

int dwarf_abbrevs_load(struct dwarf_abbrevs *a, const struct dwarf *d, const struct dwarf_unit *u,
		       struct btf_report *r)
{
	struct attr_reader in = {.s = &d->abbrev};
	int err;

	if (is_table_of(a, u))
		return 0;
	err = abbrevs_switch(a, u);
	if (err)
		return err < 0 ? report_nomem(r) : 0;
	if (u->abbrev_off >= d->abbrev.len)
		return report_error(r, BTF_CODE_DWARF_ABBREV,
				    &(struct place){.section = dwarf_unit_section_name(u),
						    .offset_plus1 = u->off + 1},
				    (s64)d->abbrev.len, (s64)u->abbrev_off,
				    "unit at 0x%llx: its abbreviations lie outside of .debug_abbrev",
				    (unsigned long long)u->off);
	for (u32 form = 0; form < ARRAY_SIZE(a->how); form++)
		a->how[form] = (u8)how_of(form, u);
	in.p = d->abbrev.data + u->abbrev_off;
	in.end = d->abbrev.data + u->abbrev_end;
	err = compile(a, u, d->swap, &in);
	if (err == -ENOMEM)
		return report_nomem(r);
	if (err)
		return report_error(r, BTF_CODE_DWARF_ABBREV,
				    &(struct place){.section = ".debug_abbrev",
						    .offset_plus1 = u->abbrev_off + 1},
				    BTF_NO_VALUE, BTF_NO_VALUE,
				    "the abbreviations of the unit at 0x%llx are cut off or broken, or "
				    "another unit's start in them",
				    (unsigned long long)u->off);
	a->off = u->abbrev_off;
	a->addr_size = u->addr_size;
	a->off_size = u->off_size;
	a->version = u->version;
	a->dear = (u64)(in.p - d->abbrev.data) - u->abbrev_off > 16 * (u->end - u->off) + 2048;
	a->loaded = true;
	return 0;
}
