/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Kernel images: what vmlinuz, bzImage, Image and zboot files hold. */
#ifndef IO_IMAGE_H
#define IO_IMAGE_H

#include "io/unpack.h"

#define RELEASE_MAX 128 /* a release string with its zero; the kernel's own bound is 65 */

struct image {
	enum pack_kind kind;	   /* of the payload */
	struct buf unpacked;	   /* the payload; empty if the image is not compressed */
	u64 elf_size;		   /* the payload is an ELF file; 0 if it is not */
	u64 btf_off, btf_size;	   /* else: where in it (or in the image) the BTF is */
	char release[RELEASE_MAX]; /* as the image's header says; "" if it does not */
};

/* by the headers of boot loaders and firmware */
bool image_recognise(const u8 *data, u64 size);
int image_init(struct image *img, const u8 *data, u64 size, const char *path, u64 max,
	       struct btf_report *r);
void image_deinit(struct image *img);

/*
 * The release in the banner "Linux version X (user@host) ..." somewhere in data; false if there is
 * none.
 */
bool banner_find(const u8 *data, u64 size, char ret[RELEASE_MAX]);
/* the first word of s, which ends at s + size at the latest; false if it is no release string */
bool release_word(const u8 *s, u64 size, char ret[RELEASE_MAX]);

#endif
