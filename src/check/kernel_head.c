// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The header and the strings, as kernels ask for them.
 *
 * In: bytes. Out: k->hdr, k->types, k->strs. Holds afterwards: the sections lie in the data, and
 * the last string ends, so that every offset into the strings is a C string. Cost: constant, but
 * for a header that is long.
 */
#include "check/kernel.h"

/* ---- sections ---- */

struct section {
	u32 off, len, field; /* field: where the header says so */
};

/* as the kernel compares: by a difference that may wrap */
static bool stands_behind(const struct section *a, const struct section *b)
{
	s32 diff = (s32)(a->off - b->off);

	return diff ? diff > 0 : (s32)(a->len - b->len) > 0;
}

static void sort_sections(struct section *s, u32 cnt)
{
	for (u32 i = 1; i < cnt; i++)
		for (u32 j = i; j && stands_behind(&s[j - 1], &s[j]); j--) {
			struct section swap = s[j];

			s[j] = s[j - 1];
			s[j - 1] = swap;
		}
}

static int check_sections(struct kcheck *k, u32 known)
{
	const struct wire_header *h = &k->hdr;
	struct section s[3] = {{h->type_off, h->type_len, 8}, {h->str_off, h->str_len, 16}};
	u32 cnt = 2, total = 0, room = k->size - h->hdr_len;

	if (known > WIRE_HDR_LEN && h->layout_len)
		s[cnt++] = (struct section){h->layout_off, h->layout_len, 24};
	sort_sections(s, cnt);
	for (u32 i = 0; i < cnt; i++) {
		if (room < s[i].off)
			return kc_fail_at(k, BTF_CODE_CHECK_SEC_OFFSET, s[i].field, room, s[i].off,
					  "a section begins at %u, behind the %u bytes of data",
					  s[i].off, room);
		if (total < s[i].off)
			return kc_fail_at(k, BTF_CODE_CHECK_SEC_GAP, s[i].field, total, s[i].off,
					  "%u bytes before a section belong to none",
					  s[i].off - total);
		if (total > s[i].off)
			return kc_fail_at(k, BTF_CODE_CHECK_SEC_OVERLAP, s[i].field, total,
					  s[i].off,
					  "a section begins %u bytes before the end of "
					  "the one before",
					  total - s[i].off);
		if (room - total < s[i].len)
			return kc_fail_at(k, BTF_CODE_CHECK_SEC_LENGTH, s[i].field, room - total,
					  s[i].len, "a section has %u bytes, %u are left", s[i].len,
					  room - total);
		total += s[i].len;
	}
	if (room != total)
		return kc_fail_at(k, BTF_CODE_CHECK_SEC_TAIL, total, total, room,
				  "%u bytes behind the sections", room - total);
	return 0;
}

/* ---- header ---- */

static int check_unknown(struct kcheck *k, u32 hdr_len, u32 known)
{
	for (u32 i = known; i < hdr_len; i++)
		if (k->data[i])
			return kc_fail_at(k, BTF_CODE_CHECK_HDR_UNKNOWN, i, 0, k->data[i],
					  "the kernel knows %u bytes of the header; byte %u is %u",
					  known, i, k->data[i]);
	return 0;
}

static int check_magic(struct kcheck *k)
{
	const struct wire_header *h = &k->hdr;

	if (h->magic != WIRE_MAGIC)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_MAGIC, 0, WIRE_MAGIC, h->magic,
				  h->magic == WIRE_MAGIC_SWAPPED
					  ? "the BTF is in the other byte order (magic %#x)"
					  : "the magic is %#x, not 0xeb9f",
				  h->magic);
	if (h->version != WIRE_VERSION)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_VERSION, 2, WIRE_VERSION, h->version,
				  "version %u", h->version);
	if (h->flags)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_FLAGS, 3, 0, h->flags, "flags %#x",
				  h->flags);
	return 0;
}

static int check_header(struct kcheck *k, u32 known)
{
	u32 hdr_len;
	int err;

	if (k->size < 8)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_SHORT, 0, 8, k->size,
				  "%u bytes are no header", k->size);
	hdr_len = kc_u32(k->data + 4);
	if (k->size < hdr_len)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_LEN, 4, k->size, hdr_len,
				  "the header has %u bytes, the data %u", hdr_len, k->size);
	err = check_unknown(k, hdr_len, known);
	if (err)
		return err;
	memcpy(&k->hdr, k->data, hdr_len < known ? hdr_len : known);
	err = check_magic(k);
	if (err)
		return err;
	if (!k->base && k->size == k->hdr.hdr_len)
		return kc_fail_at(k, BTF_CODE_CHECK_HDR_NO_DATA, 4, NOVAL, NOVAL,
				  "nothing follows the header, and this is no split BTF");
	return check_sections(k, known);
}

/* ---- strings ---- */

static int check_strings(struct kcheck *k, u32 known)
{
	const struct wire_header *h = &k->hdr;
	u64 at = (u64)h->hdr_len + h->str_off;

	/* a header shorter than its own length field */
	if (known == WIRE_HDR_LEN && at + h->str_len != k->size)
		return kc_fail_at(k, BTF_CODE_CHECK_STR_END, 16, k->size, (s64)(at + h->str_len),
				  "the strings end at %llu of %u bytes",
				  (unsigned long long)(at + h->str_len), k->size);
	k->strs = (const char *)k->data + at;
	if (!h->str_len && k->base)
		return 0;
	if (!h->str_len)
		return kc_fail_at(k, BTF_CODE_CHECK_STR_EMPTY, 20, NOVAL, NOVAL,
				  "there are no strings, and this is no split BTF");
	if (h->str_len - 1 > WIRE_MAX_NAME_OFF)
		return kc_fail_at(k, BTF_CODE_CHECK_STR_LENGTH, 20, WIRE_MAX_NAME_OFF + 1,
				  h->str_len, "%u bytes of strings", h->str_len);
	if (k->strs[h->str_len - 1])
		return kc_fail_at(k, BTF_CODE_CHECK_STR_LAST, at + h->str_len - 1, NOVAL, NOVAL,
				  "the last string has no end");
	if (!k->base && k->strs[0])
		return kc_fail_at(
			k, BTF_CODE_CHECK_STR_FIRST, at, NOVAL, NOVAL,
			"the first string is not empty: is this split BTF without its base?");
	return 0;
}

static int check_layout(struct kcheck *k)
{
	const struct wire_header *h = &k->hdr;

	if (!h->layout_len || !kc_asks(k, BTF_CODE_CHECK_LAYOUT_OFFSET))
		return 0;
	if (h->layout_off % 4)
		return kc_fail_at(k, BTF_CODE_CHECK_LAYOUT_OFFSET, 24, NOVAL, h->layout_off,
				  "the layout section begins at %u", h->layout_off);
	if (h->layout_len % 4)
		return kc_fail_at(k, BTF_CODE_CHECK_LAYOUT_LENGTH, 28, NOVAL, h->layout_len,
				  "the layout section has %u bytes", h->layout_len);
	return 0;
}

int kc_head(struct kcheck *k)
{
	u32 known = k->version >= KV(7, 1) ? WIRE_HDR_LEN_LAYOUT : WIRE_HDR_LEN;
	int err;

	if (k->as == BTF_CHECK_USER && k->size > KC_MAX_SIZE)
		return kc_fail_at(k, BTF_CODE_CHECK_SIZE, 0, KC_MAX_SIZE, k->size, "%u bytes",
				  k->size);
	err = check_header(k, known);
	if (!err)
		err = check_strings(k, known);
	if (!err)
		err = check_layout(k);
	if (!err)
		k->types = k->data + k->hdr.hdr_len + k->hdr.type_off;
	return err;
}

int kc_types_at(struct kcheck *k)
{
	if (k->hdr.type_off % 4)
		return kc_fail_at(k, BTF_CODE_CHECK_TYPES_OFFSET, 8, NOVAL, k->hdr.type_off,
				  "the types begin at %u", k->hdr.type_off);
	if (!k->base && !k->hdr.type_len)
		return kc_fail_at(k, BTF_CODE_CHECK_TYPES_NONE, 12, NOVAL, NOVAL,
				  "there are no types");
	return 0;
}

/* ---- names ---- */

bool kc_name_ok(const struct kcheck *k, u32 off)
{
	if (off > WIRE_MAX_NAME_OFF)
		return false;
	if (off < k->start_str)
		k = k->base;
	return off - k->start_str < k->hdr.str_len;
}

const char *kc_name(const struct kcheck *k, u32 off)
{
	if (off < k->start_str)
		k = k->base;
	return k->strs + (off - k->start_str);
}

/* the kernel's tables of characters are those of Latin-1 */
static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

static bool is_printable(unsigned char c)
{
	return (c >= ' ' && c < 0x7f) || c >= 0xa0;
}

static bool is_word(unsigned char c, bool first, bool dots)
{
	return is_letter(c) || c == '_' || (dots && c == '.') || (!first && c >= '0' && c <= '9');
}

static bool identifier(const char *s, bool dots)
{
	u32 i = 1;

	if (!is_word((unsigned char)s[0], true, dots))
		return false;
	for (; s[i] && i < KC_MAX_NAME; i++)
		if (!is_word((unsigned char)s[i], false, dots))
			return false;
	return !s[i];
}

bool kc_identifier(const struct kcheck *k, u32 off)
{
	/* dots: since 6.5, and the stable releases of 6.1 */
	return identifier(kc_name(k, off), k->version >= KV(6, 1));
}

bool kc_section_name(const struct kcheck *k, u32 off)
{
	const char *s = kc_name(k, off);
	u32 i = 0;

	if (k->version < KV(6, 11))
		return identifier(s, true);
	if (!s[0])
		return false;
	for (; s[i] && i < KC_MAX_NAME; i++)
		if (!is_printable((unsigned char)s[i]))
			return false;
	return !s[i];
}
