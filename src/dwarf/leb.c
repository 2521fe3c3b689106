// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Variable-length numbers, and what is asked of the sections once per file. */
#include "dwarf/dwarf.h"

const u8 *dwarf_uleb_slow(const u8 *p, const u8 *end, u64 *ret)
{
	u64 v = 0;
	u32 shift = 0;

	while (p < end) {
		u8 b = *p++;

		if (shift < 63)
			v |= (u64)(b & 0x7f) << shift;
		else if (shift == 63 && !(b & 0x7e))
			v |= (u64)(b & 1) << 63;
		else if (b & 0x7f)
			return NULL;
		shift = shift < 70 ? shift + 7 : shift;
		if (!(b & 0x80)) {
			*ret = v;
			return p;
		}
	}
	return NULL;
}

const u8 *dwarf_sleb(const u8 *p, const u8 *end, s64 *ret)
{
	u64 v = 0;
	u32 shift = 0;

	while (p < end) {
		u8 b = *p++;

		if (shift < 64)
			v |= (u64)(b & 0x7f) << shift;
		shift = shift < 70 ? shift + 7 : shift;
		if (!(b & 0x80)) {
			if (shift < 64 && (b & 0x40))
				v |= ~0ull << shift;
			*ret = (s64)v;
			return p;
		}
	}
	return NULL;
}

static int check_strings(const struct dwarf_slice *s, const char *section, struct btf_report *r)
{
	if (!s->len || !s->data[s->len - 1])
		return 0;
	return report_error(r, BTF_CODE_DWARF_STRINGS,
			    &(struct place){.section = section, .offset_plus1 = s->len}, 0,
			    s->data[s->len - 1],
			    "the last string of the section is cut off: its NUL is missing");
}

int dwarf_check(struct dwarf *d, struct btf_report *r)
{
	int err = check_strings(&d->str, ".debug_str", r);

	return err ? err : check_strings(&d->line_str, ".debug_line_str", r);
}
