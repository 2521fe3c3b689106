// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Unit headers of DWARF 2 to 5 and the unit DIE.
 *
 * In: .debug_info and .debug_types. Out: one struct dwarf_unit each, in section order. Holds: a
 * unit's [off, end) lies in its section, die <= end, sizes are ones that the readers know.
 */
#include "dwarf/unit.h"

#include <errno.h>
#include <stdlib.h>

#include "dwarf/abbrev.h"

struct header_reader {
	const struct dwarf *d;
	const struct dwarf_slice *s;
	struct btf_report *r;
	u64 at; /* next byte */
	u64 end;
};

static int header_bad(struct header_reader *h, const struct dwarf_unit *u, s64 expected,
		      s64 actual, const char *what)
{
	return report_error(h->r, BTF_CODE_DWARF_UNIT,
			    &(struct place){.section = dwarf_unit_section_name(u),
					    .offset_plus1 = u->off + 1},
			    expected, actual, "unit at 0x%llx: %s", (unsigned long long)u->off, what);
}

static bool take(struct header_reader *h, u32 size, u64 *ret)
{
	const u8 *p = h->s->data + h->at;

	if (h->end - h->at < size)
		return false;
	h->at += size;
	switch (size) {
	case 1:
		*ret = *p;
		break;
	case 2:
		*ret = dwarf_u16(h->d->swap, p);
		break;
	case 4:
		*ret = dwarf_u32(h->d->swap, p);
		break;
	default:
		*ret = dwarf_u64(h->d->swap, p);
	}
	return true;
}

/* the part of a header that says how long the unit is; sets h->end */
static int read_length(struct header_reader *h, struct dwarf_unit *u)
{
	u64 len;

	u->off_size = 4;
	if (!take(h, 4, &len))
		return header_bad(h, u, 4, (s64)(h->end - h->at), "its length is cut off");
	if (len == 0xffffffff) {
		u->off_size = 8;
		if (!take(h, 8, &len))
			return header_bad(h, u, 8, (s64)(h->end - h->at), "its length is cut off");
	} else if (len >= 0xfffffff0) {
		return header_bad(h, u, BTF_NO_VALUE, (s64)len, "its length is a reserved value");
	}
	if (len > h->s->len - h->at)
		return header_bad(h, u, (s64)(h->s->len - h->at), (s64)len,
				  "it is longer than the section");
	u->end = h->end = h->at + len;
	return 0;
}

static int read_rest(struct header_reader *h, struct dwarf_unit *u)
{
	u64 version, addr_size, type = 0, skip, type_off = 0;
	bool ok;

	if (!take(h, 2, &version))
		return header_bad(h, u, 2, (s64)(h->end - h->at), "its version is cut off");
	if (version < 2 || version > 5 || (u->in_types && version != 4))
		return header_bad(h, u, 5, (s64)version, "DWARF of a version that is not read here");
	u->version = (u8)version;
	if (version >= 5)
		ok = take(h, 1, &type) && take(h, 1, &addr_size) &&
		     take(h, u->off_size, &u->abbrev_off);
	else
		ok = take(h, u->off_size, &u->abbrev_off) && take(h, 1, &addr_size);
	if (u->in_types)
		type = DW_UT_type;
	u->type = (u8)type;
	if (ok && (type == DW_UT_type || type == DW_UT_split_type))
		ok = take(h, 8, &u->signature) && take(h, u->off_size, &type_off);
	else if (ok && (type == DW_UT_skeleton || type == DW_UT_split_compile))
		ok = take(h, 8, &skip);
	if (!ok)
		return header_bad(h, u, BTF_NO_VALUE, BTF_NO_VALUE, "its header is cut off");
	if (addr_size != 4 && addr_size != 8)
		return header_bad(h, u, 8, (s64)addr_size, "addresses of a size that is not read here");
	u->addr_size = (u8)addr_size;
	u->die = h->at;
	if (type_off) {
		if (type_off >= u->end - u->off)
			return header_bad(h, u, (s64)(u->end - u->off), (s64)type_off,
					  "its type lies outside of it");
		u->type_die = u->off + type_off;
	}
	return 0;
}

static int read_section(const struct dwarf *d, bool in_types, struct btf_report *r,
			struct buf *units)
{
	const struct dwarf_slice *s = in_types ? &d->types : &d->info;
	struct header_reader h = {.d = d, .s = s, .r = r};
	u64 at = 0;

	while (at < s->len) {
		struct dwarf_unit u = {.off = at, .in_types = in_types};
		int err;

		h.at = at;
		h.end = s->len;
		err = read_length(&h, &u);
		/* some linkers pad between units with zeros */
		if (!err && u.end == h.at) {
			at = u.end;
			continue;
		}
		if (!err)
			err = read_rest(&h, &u);
		if (!err && buf_add(units, &u, sizeof(u)))
			err = report_nomem(r);
		if (err)
			return err;
		at = u.end;
	}
	return 0;
}

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Tables do not overlap, so that reading each of them costs the size of the section at most. */
static int end_tables(const struct dwarf *d, struct dwarf_unit *unit, u32 cnt)
{
	u64 *start = malloc((cnt ? cnt : 1) * sizeof(*start));
	u32 n = 0;

	if (!start)
		return -ENOMEM;
	for (u32 i = 0; i < cnt; i++)
		start[i] = unit[i].abbrev_off;
	qsort(start, cnt, sizeof(*start), by_value);
	for (u32 i = 0; i < cnt; i++)
		if (!n || start[n - 1] != start[i])
			start[n++] = start[i];
	for (u32 i = 0; i < cnt; i++) {
		u32 low = 0, high = n;

		while (low < high) {
			u32 mid = low + (high - low) / 2;

			if (start[mid] <= unit[i].abbrev_off)
				low = mid + 1;
			else
				high = mid;
		}
		unit[i].abbrev_end = low < n ? min_of(start[low], d->abbrev.len) : d->abbrev.len;
	}
	free(start);
	return 0;
}

int dwarf_units(const struct dwarf *d, struct btf_report *r, struct dwarf_unit **ret, u32 *ret_cnt)
{
	struct buf units = {0};
	int err = read_section(d, false, r, &units);

	if (!err)
		err = read_section(d, true, r, &units);
	if (!err && end_tables(d, (struct dwarf_unit *)(void *)units.data,
			       (u32)(units.len / sizeof(**ret))))
		err = report_nomem(r);
	if (err) {
		buf_deinit(&units);
		return err;
	}
	*ret = (struct dwarf_unit *)(void *)units.data;
	*ret_cnt = (u32)(units.len / sizeof(**ret));
	return 0;
}

int dwarf_unit_begin(const struct dwarf *d, struct dwarf_unit *u, struct dwarf_abbrevs *a,
		     struct btf_report *r)
{
	const struct dwarf_slice *s = dwarf_unit_section(d, u);
	struct dwarf_attr at[DWARF_SLOTS];
	struct dwarf_die die;
	struct dwarf_cursor c;
	int err;

	/* without DW_AT_str_offsets_base, of .dwo files: behind the header of the section */
	u->str_offsets_base = u->version >= 5 ? (u->off_size == 8 ? 16 : 8) : 0;
	err = dwarf_abbrevs_load(a, d, u, r);
	if (err)
		return err;
	dwarf_cursor_init(&c, d, u, a, s->data + u->die, s->data + u->end);
	/* strings by index need the base that the same DIE gives: read twice */
	for (int round = 0; round < 2; round++) {
		c.p = s->data + u->die;
		err = dwarf_next(&c, &die, at);
		if (err <= 0 || die.null)
			return err < 0 ? dwarf_bad_die(&c, &die, r) : 0;
		if (dwarf_has(&die, SLOT_STR_OFFSETS_BASE))
			u->str_offsets_base = at[SLOT_STR_OFFSETS_BASE].v;
		if (dwarf_has(&die, SLOT_ADDR_BASE))
			u->addr_base = at[SLOT_ADDR_BASE].v;
		if (dwarf_has(&die, SLOT_LOCLISTS_BASE))
			u->loclists_base = at[SLOT_LOCLISTS_BASE].v;
	}
	u->tag = die.plan->tag;
	u->name = dwarf_string(&die, at, SLOT_NAME);
	u->producer = dwarf_string(&die, at, SLOT_PRODUCER);
	u->dwo_name = dwarf_string(&die, at, SLOT_DWO_NAME);
	if (dwarf_has(&die, SLOT_LANGUAGE))
		u->language = (u32)at[SLOT_LANGUAGE].v;
	if (dwarf_has(&die, SLOT_LOW_PC))
		u->low_pc = at[SLOT_LOW_PC].v;
	return 0;
}
