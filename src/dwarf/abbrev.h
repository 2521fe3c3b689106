/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Abbreviations compiled into plans, and the cursor that reads DIEs by them.
 *
 * A plan says for one abbreviation which attributes to decode and how many bytes to step over in
 * between; runs of attributes that nobody wants, of fixed size, cost one addition.
 */
#ifndef DWARF_ABBREV_H
#define DWARF_ABBREV_H

#include "dwarf/dwarf.h"
#include "dwarf/unit.h"

/* the attributes that are decoded; what is not listed is stepped over */
enum dwarf_slot {
	SLOT_NAME,
	SLOT_TYPE,
	SLOT_BYTE_SIZE,
	SLOT_MEMBER_LOC,
	SLOT_BIT_SIZE,
	SLOT_BIT_OFFSET,
	SLOT_DATA_BIT_OFFSET,
	SLOT_ENCODING,
	SLOT_UPPER_BOUND,
	SLOT_COUNT,
	SLOT_LOWER_BOUND,
	SLOT_CONST_VALUE,
	SLOT_DECLARATION,
	SLOT_EXTERNAL,
	SLOT_ORIGIN, /* abstract_origin */
	SLOT_SPECIFICATION,
	SLOT_LOCATION,
	SLOT_LOW_PC,
	SLOT_RANGES,
	SLOT_ARTIFICIAL,
	SLOT_CALLING_CONVENTION,
	SLOT_LINKAGE_NAME,
	SLOT_SIGNATURE,
	SLOT_GNU_ANNOTATION,
	SLOT_PRODUCER,
	SLOT_LANGUAGE,
	SLOT_DWO_NAME,
	SLOT_STR_OFFSETS_BASE,
	SLOT_ADDR_BASE,
	SLOT_LOCLISTS_BASE,
	SLOT_OTHER, /* variable-sized, decoded only to step over it */
	DWARF_SLOTS,
};

enum dwarf_class {
	ATTR_CONST,  /* v; zero-extended from data1..8 */
	ATTR_SIGNED, /* v is a s64: sdata, implicit_const */
	ATTR_WIDE,   /* data16: v is the address of 16 bytes */
	ATTR_STRING, /* v is the address of the string */
	ATTR_REF,    /* v is an offset in the unit's own section */
	ATTR_REF_INFO, /* v is an offset in .debug_info, perhaps of another unit */
	ATTR_REF_SIG,  /* v is the signature of a type unit */
	ATTR_REF_SUP,  /* in a supplementary file */
	ATTR_BLOCK,    /* v is the address of len bytes: blocks and expressions */
	ATTR_ADDR,
	ATTR_SEC_OFFSET,
	ATTR_LIST_INDEX,
	ATTR_BAD_STRING, /* v is an offset that is outside of its section, or in another file */
};

struct dwarf_attr {
	u64 v;
	u32 len;
	u8 cls;
};

/* DIEs whose attributes can be read without a loop: nearly all of a kernel's */
enum dwarf_fast {
	FAST_NOT,
	FAST_NULL,	 /* code 0: the end of a list of children */
	FAST_POINTER,	 /* at most a type */
	FAST_CONST,	 /* the same */
	FAST_VOLATILE,
	FAST_PROTO,
	FAST_ARRAY,
	FAST_PARAM,
	FAST_TYPEDEF,	 /* name and at most a type */
	FAST_TAG,	 /* struct or union: name and size, or that it is a declaration */
	FAST_MEMBER,	 /* name, type and a location that is a number, perhaps of bits */
	FAST_ENUMERATOR, /* name and a value that is not negative */
	FAST_RANGE,	 /* at most a bound or a count */
	FAST_SKIP,	 /* nothing is wanted of it */
	FAST_LOCAL,	 /* nothing is wanted of it inside a function */
};

#define DWARF_FAST_SIZE 200 /* bytes of a fast DIE's attributes, at most, where their size is fixed */

/* what a fast DIE has */
enum dwarf_fast_has {
	FAST_HAS_TYPE = 1,
	FAST_HAS_VALUE = 2,
	FAST_HAS_COUNT = 4, /* the value is one, not a bound */
	FAST_HAS_BITS = 8,
	FAST_HAS_DECLARATION = 16,
};

/* a number of at most four bytes at a fixed place; width 0: a constant of the abbreviation */
struct dwarf_field {
	u8 width;
	u8 at;
	u16 constant;
};

struct dwarf_plan {
	u16 tag;
	bool children;
	bool fixed; /* size is that of all attributes, known ahead */
	u16 op_cnt;
	u8 fast; /* enum dwarf_fast; in this machine's byte order only */
	u8 name; /* of a fast one: 0 no name, 1 an offset in .debug_str, 2 the string itself, first */
	u32 size; /* of all attributes of a fixed size */
	u32 op;	  /* index of the first */
	/* of a fast one: places, counted from behind a name of sort 2 */
	u8 name_at, type_at;
	u8 has; /* enum dwarf_fast_has */
	struct dwarf_field value; /* location of a member, value, size, bound */
	struct dwarf_field bits, bit_off;
};

struct dwarf_plan_op {
	u8 how, slot;
	u16 skip; /* bytes before it */
};

struct dwarf_abbrevs {
	u64 off; /* of the table that is compiled, and the sizes it is compiled for */
	u8 addr_size, off_size, version;
	bool loaded;
	bool dear; /* it is larger than the units that name it can account for: kept, see below */
	u8 how[0x2d]; /* by form, for these sizes */
	bool supplement; /* some form refers to another file */
	struct dwarf_plan *plan; /* by code, tag 0: no such code */
	u32 plan_cnt, plan_cap;
	struct dwarf_plan_op *op;
	u32 op_cnt, op_cap;
	s64 *constant; /* of DW_FORM_implicit_const */
	u32 constant_cnt, constant_cap;
	/*
	 * Small units may name large tables in turn. A table is compiled again for a unit that is
	 * not much smaller than it; any other is kept here, at most once.
	 */
	struct dwarf_abbrevs *kept;
	u32 kept_cnt, kept_cap;
};

void dwarf_abbrevs_deinit(struct dwarf_abbrevs *a);
/* forgets all tables: the next unit is one of another file */
void dwarf_abbrevs_reset(struct dwarf_abbrevs *a);
/* the table of unit u, nothing to do when it is the one that is loaded already */
int dwarf_abbrevs_load(struct dwarf_abbrevs *a, const struct dwarf *d, const struct dwarf_unit *u,
		       struct btf_report *r);

struct dwarf_cursor {
	const struct dwarf *d;
	const struct dwarf_unit *u;
	const struct dwarf_abbrevs *a;
	const u8 *section; /* start */
	const u8 *p, *end;
	const char *why; /* after -EINVAL: what is wrong with the DIE */
};

struct dwarf_die {
	u64 off; /* in its section */
	const struct dwarf_plan *plan;
	u64 have; /* bit by slot */
	bool null;
};

static inline void dwarf_cursor_init(struct dwarf_cursor *c, const struct dwarf *d,
				     const struct dwarf_unit *u, const struct dwarf_abbrevs *a,
				     const u8 *p, const u8 *end)
{
	*c = (struct dwarf_cursor){.d = d, .u = u, .a = a, .p = p, .end = end,
				   .section = dwarf_unit_section(d, u)->data};
}

static inline bool dwarf_has(const struct dwarf_die *die, enum dwarf_slot s)
{
	return die->have >> s & 1;
}

static inline const char *dwarf_string(const struct dwarf_die *die, const struct dwarf_attr *at,
				       enum dwarf_slot s)
{
	return dwarf_has(die, s) && at[s].cls == ATTR_STRING ? (const char *)(uintptr_t)at[s].v
							     : NULL;
}

static inline bool dwarf_flag(const struct dwarf_die *die, const struct dwarf_attr *at,
			      enum dwarf_slot s)
{
	return dwarf_has(die, s) && at[s].v;
}

/* decodes the attributes of a plan that has any; the end of the DIE or NULL, c->why says why */
const u8 *dwarf_attrs(struct dwarf_cursor *c, const struct dwarf_plan *plan, const u8 *p,
		      u64 *ret_have, struct dwarf_attr *at);

/* the end of a DIE of which nothing is wanted, NULL: that is not for here, or it is broken */
const u8 *dwarf_skip(const struct dwarf_abbrevs *a, const struct dwarf_plan *plan, const u8 *p,
		     const u8 *end);

/*
 * The next DIE: 1, 0 at the end, -EINVAL with c->why. at[] is set where die->have says so. A DIE
 * with die->null closes a list of children.
 */
static inline int dwarf_next(struct dwarf_cursor *c, struct dwarf_die *die, struct dwarf_attr *at)
{
	const struct dwarf_plan *plan;
	const u8 *p = c->p;
	u64 code;

	if (unlikely(p >= c->end))
		return 0;
	die->off = (u64)(p - c->section);
	code = *p++;
	if (unlikely(code >= 0x80)) {
		p = dwarf_uleb_slow(p - 1, c->end, &code);
		if (!p) {
			c->why = "its abbreviation code is cut off";
			return -22;
		}
	}
	if (!code) {
		die->null = true;
		c->p = p;
		return 1;
	}
	die->null = false;
	if (unlikely(code >= c->a->plan_cnt || !c->a->plan[code].tag)) {
		c->why = "it has an abbreviation code that the unit's table has not";
		return -22;
	}
	plan = &c->a->plan[code];
	die->plan = plan;
	die->have = 0;
	if (plan->fixed) {
		if (unlikely((u64)(c->end - p) < plan->size)) {
			c->why = "its attributes are cut off";
			return -22;
		}
		if (plan->op_cnt && unlikely(!dwarf_attrs(c, plan, p, &die->have, at)))
			return -22;
		c->p = p + plan->size;
		return 1;
	}
	p = dwarf_attrs(c, plan, p, &die->have, at);
	if (unlikely(!p))
		return -22;
	c->p = p;
	return 1;
}

/* -EINVAL, recorded: unit, DIE and c->why */
int dwarf_bad_die(const struct dwarf_cursor *c, const struct dwarf_die *die, struct btf_report *r);

#endif
