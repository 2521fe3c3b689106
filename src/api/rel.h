/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * .rel.BTF of a BPF object: relocations of the offsets that variables have in their sections. They
 * point into .BTF by byte, so they move when types do.
 *
 *	rel_read(&p, b, ...)		before b changes
 *	dedup(b, ...)
 *	rel_write(&p, b, map, ...)	the same relocations, of the bytes that b became
 */
#ifndef API_REL_H
#define API_REL_H

#include "btf/object.h"

struct rel_place {
	u32 type;   /* own index, before */
	u32 within; /* bytes into its record */
};

struct rel_places {
	struct rel_place *at;
	size_t cnt;
	const u8 *data; /* the section, of the file */
	size_t size;
	bool is64, swapped;
};

/* -EINVAL with a finding where one does not point into a DATASEC of b */
int rel_read(struct rel_places *p, const struct btf *b, const void *data, size_t size, bool is64,
	     bool swapped, struct btf_report *r);
void rel_deinit(struct rel_places *p);
/* map[own index before] is the id now; blob: the bytes of b now, in the file's order */
int rel_write(const struct rel_places *p, const struct btf *b, const u32 *map, const u8 *blob,
	      struct buf *out, struct btf_report *r);

#endif
