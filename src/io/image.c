// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Kernel image -> vmlinux, or the BTF in a flat one.
 *
 * In: any bytes that begin like a bootable image. Out: the unpacked payload and where the BTF in
 * it is. Always: work and memory are bounded: a candidate is unpacked whole only after its first
 * bytes turned out to be a kernel, and only a few are.
 *
 * x86 images say in their setup header where the payload is, EFI zboot images in their own; all
 * others are searched for the beginnings of compressed data [payload_search], as the kernel's
 * extract-vmlinux script does. What comes out is an ELF vmlinux on x86. On most other machines it
 * is the memory image without section headers; the .BTF section in it is found by its own header
 * [flat_search], whose sections must tile it exactly, and by its first record.
 */
#include "io/image.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "btf/wire.h"
#include "elf/open.h"

/* x86: Documentation/arch/x86/boot.rst */
#define X86_SETUP_SECTS 0x1f1
#define X86_BOOT_FLAG 0x1fe
#define X86_MAGIC 0x202
#define X86_VERSION 0x206
#define X86_RELEASE 0x20e
#define X86_PAYLOAD 0x248
#define X86_HEADER_END 0x250

#define HEAD 64 /* bytes of a candidate that are looked at before it is unpacked whole */
#define MAX_CANDIDATES 4096
#define MAX_UNPACKED 8

static u16 get16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static u32 get32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static bool is_x86(const u8 *data, u64 size)
{
	return size > X86_HEADER_END && get16(data + X86_BOOT_FLAG) == 0xaa55 &&
	       !memcmp(data + X86_MAGIC, "HdrS", 4);
}

static bool is_zboot(const u8 *data, u64 size)
{
	return size >= HEAD && !memcmp(data, "MZ\0\0zimg", 8);
}

static bool has(const u8 *data, u64 size, u64 off, const char *magic, size_t len)
{
	return size >= off + len && !memcmp(data + off, magic, len);
}

/* a memory image, as Image is before compression */
static bool is_flat(const u8 *data, u64 size)
{
	return has(data, size, 0x38, "ARM\x64", 4) || has(data, size, 0x38, "RSC\x05", 4) ||
	       has(data, size, 0, "MZ", 2);
}

bool image_recognise(const u8 *data, u64 size)
{
	return is_x86(data, size) || is_flat(data, size) ||
	       has(data, size, 0x24, "\x18\x28\x6f\x01", 4) || /* ARM zImage, either order */
	       has(data, size, 0x24, "\x01\x6f\x28\x18", 4) ||
	       has(data, size, 0, "\x27\x05\x19\x56", 4) || /* U-Boot */
	       has(data, size, 0x10008, "S390EP", 6);
}

bool release_word(const u8 *s, u64 size, char ret[RELEASE_MAX])
{
	u64 n;

	for (n = 0; n < size && n < RELEASE_MAX; n++) {
		if (s[n] <= ' ')
			break;
		if (s[n] >= 0x7f)
			return false;
	}
	if (!n || n >= RELEASE_MAX || s[0] < '0' || s[0] > '9')
		return false;
	memcpy(ret, s, n);
	ret[n] = 0;
	return true;
}

/* does " (user@host)" stand at p? */
static bool is_builder(const u8 *p, const u8 *end)
{
	bool at = false;

	if (end - p < 2 || p[0] != ' ' || p[1] != '(')
		return false;
	for (p += 2; p < end && *p >= ' ' && *p != ')'; p++)
		at |= *p == '@';
	return at && p < end && *p == ')';
}

bool banner_find(const u8 *data, u64 size, char ret[RELEASE_MAX])
{
	static const char start[] = "Linux version ";
	const u8 *p = data, *end = data + size, *word;
	char found[RELEASE_MAX];
	size_t len;

	while ((p = memmem(p, (size_t)(end - p), start, sizeof(start) - 1))) {
		word = p += sizeof(start) - 1;
		if (!release_word(word, (u64)(end - word), found))
			continue;
		len = strlen(found);
		if (!is_builder(word + len, end))
			continue;
		memcpy(ret, found, len + 1);
		return true;
	}
	return false;
}

/* --- BTF in a flat image --- */

/* bytes of the BTF that starts at p, or 0 */
static u64 btf_extent(const u8 *p, u64 size)
{
	struct wire_header h;
	struct btf_type first;
	u64 strs, end;
	bool swap;

	if (size < WIRE_HDR_LEN)
		return 0;
	memcpy(&h, p, WIRE_HDR_LEN);
	if (h.version != 1 || h.flags)
		return 0;
	swap = h.magic == WIRE_MAGIC_SWAPPED;
#define FIELD(f) ((u64)(swap ? __builtin_bswap32(h.f) : h.f))
	if (FIELD(hdr_len) < WIRE_HDR_LEN || FIELD(hdr_len) > 256 || FIELD(type_off) ||
	    FIELD(str_off) != FIELD(type_len) || FIELD(type_len) < 12 || FIELD(str_len) < 2 ||
	    FIELD(type_len) % 4)
		return 0;
	strs = FIELD(hdr_len) + FIELD(str_off);
	end = strs + FIELD(str_len);
	if (end > size || p[strs] || p[end - 1])
		return 0;
	memcpy(&first, p + FIELD(hdr_len), sizeof(first));
	if (swap) {
		first.name_off = __builtin_bswap32(first.name_off);
		first.info = __builtin_bswap32(first.info);
	}
	if (!type_kind(&first) || type_kind(&first) >= WIRE_KINDS ||
	    first.name_off >= FIELD(str_len))
		return 0;
#undef FIELD
	return end;
}

/* the largest blob: a vmlinux's own beats whatever small one is embedded in a driver */
static void flat_search(struct image *img, const u8 *data, u64 size)
{
	static const u8 magics[2][3] = {{0x9f, 0xeb, 1}, {0xeb, 0x9f, 1}};
	const u8 *p;
	u64 off, n;
	int i;

	for (i = 0; i < 2; i++) {
		for (off = 0; off < size; off = (u64)(p - data) + 1) {
			p = memmem(data + off, size - off, magics[i], sizeof(magics[i]));
			if (!p)
				break;
			n = btf_extent(p, size - (u64)(p - data));
			if (n > img->btf_size) {
				img->btf_off = (u64)(p - data);
				img->btf_size = n;
			}
		}
	}
}

/* --- the payload --- */

/* is what came out a vmlinux? */
static bool payload_accept(struct image *img)
{
	const u8 *data = img->unpacked.data;
	u64 size = img->unpacked.len;

	if (elf_recognise(data, size)) {
		img->elf_size = size;
		return true;
	}
	flat_search(img, data, size);
	return img->btf_size != 0;
}

static int payload_unpack(struct image *img, enum pack_kind kind, const struct unpack *u,
			  struct btf_report *r)
{
	int err = unpack(kind, u, &img->unpacked, r);

	if (err)
		return err;
	img->kind = kind;
	if (payload_accept(img))
		return 0;
	buf_deinit(&img->unpacked);
	return -ENODATA;
}

/* a look at the first bytes: a kernel of some sort? */
static bool payload_probe(enum pack_kind kind, const struct unpack *whole)
{
	struct unpack u = *whole;
	struct buf head = {0};
	bool good;

	u.max = HEAD;
	u.head_only = true;
	if (unpack(kind, &u, &head, NULL))
		return false;
	good = elf_recognise(head.data, head.len) || is_flat(head.data, head.len);
	buf_deinit(&head);
	return good;
}

static int payload_search(struct image *img, const u8 *data, u64 size, const char *path, u64 max)
{
	static const struct {
		const char *magic;
		size_t len;
	} starts[] = {
		{"\x1f\x8b\x08", 3},
		{"\xfd"
		 "7zXZ",
		 6},
		{"\x28\xb5\x2f\xfd", 4},
		{"\x02\x21\x4c\x18", 4},
		{"\x04\x22\x4d\x18", 4},
		{"\x5d\0\0", 3},
	};
	struct unpack u = {.path = path, .max = max, .first_only = true};
	unsigned int tries = 0, unpacked = 0;
	enum pack_kind kind;
	const u8 *p;
	size_t i;
	u64 off;

	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		for (off = 0; off < size; off = (u64)(p - data) + 1) {
			p = memmem(data + off, size - off, starts[i].magic, starts[i].len);
			if (!p || ++tries > MAX_CANDIDATES || unpacked == MAX_UNPACKED)
				break;
			u.in = p;
			u.in_size = size - (u64)(p - data);
			kind = pack_recognise(u.in, u.in_size);
			if (kind == PACK_NONE || !payload_probe(kind, &u))
				continue;
			unpacked++;
			if (!payload_unpack(img, kind, &u, NULL))
				return 0;
		}
	}
	return -ENODATA;
}

/* the payload at a place that a header states; -ENODATA if it is not there after all */
static int payload_at(struct image *img, const u8 *data, u64 size, u64 off, u64 len,
		      const char *path, u64 max, struct btf_report *r)
{
	struct unpack u = {.path = path, .max = max, .first_only = true};

	if (!len || off > size || len > size - off)
		return -ENODATA;
	u.in = data + off;
	u.in_size = len;
	if (pack_recognise(u.in, len) == PACK_NONE)
		return -ENODATA;
	return payload_unpack(img, pack_recognise(u.in, len), &u, r);
}

static int payload_find(struct image *img, const u8 *data, u64 size, const char *path, u64 max,
			struct btf_report *r)
{
	u64 release, start;
	int err = -ENODATA;

	if (is_x86(data, size) && get16(data + X86_VERSION) >= 0x200) {
		release = get16(data + X86_RELEASE);
		if (release && release + 0x200 < size)
			release_word(data + release + 0x200, size - release - 0x200, img->release);
	}
	if (is_x86(data, size) && get16(data + X86_VERSION) >= 0x208) {
		start = ((u64)(data[X86_SETUP_SECTS] ? data[X86_SETUP_SECTS] : 4) + 1) * 512;
		err = payload_at(img, data, size, start + get32(data + X86_PAYLOAD),
				 get32(data + X86_PAYLOAD + 4), path, max, r);
	} else if (is_zboot(data, size)) {
		err = payload_at(img, data, size, get32(data + 8), get32(data + 12), path, max, r);
	}
	return err == -ENODATA ? payload_search(img, data, size, path, max) : err;
}

int image_init(struct image *img, const u8 *data, u64 size, const char *path, u64 max,
	       struct btf_report *r)
{
	struct place p = {.file = path};
	int err;

	*img = (struct image){.kind = PACK_NONE};
	err = payload_find(img, data, size, path, max, r);
	if (err == -ENODATA) {
		flat_search(img, data, size);
		err = img->btf_size ? 0 : err;
	}
	if (err == -ENODATA)
		return report_error(r, BTF_CODE_FILE_IMAGE, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "is a kernel image without BTF, or packed in a way that is "
				    "not known");
	if (!err && !img->release[0])
		banner_find(img->unpacked.len ? img->unpacked.data : data,
			    img->unpacked.len ? img->unpacked.len : size, img->release);
	return err;
}

void image_deinit(struct image *img)
{
	buf_deinit(&img->unpacked);
	*img = (struct image){.kind = PACK_NONE};
}
