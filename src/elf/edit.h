/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Sections of an ELF image set, added and removed, as a list of patches to the old bytes.
 */
#ifndef ELF_EDIT_H
#define ELF_EDIT_H

#include <btf/file.h>

#include "elf/open.h"

struct elf_patch {
	u64 off, size;
	const u8 *data; /* NULL: zeros */
};

struct elf_edit {
	bool changed; /* false: every section is already as wished; the rest is empty then */
	u64 size;     /* of the new file; bytes past the old end without a patch are zero */
	struct elf_patch *patch; /* by offset, disjoint */
	size_t cnt, cap;
	struct arena arena; /* what patches point at, but for the callers' own data */
};

/*
 * e->size is where the ELF ends (an appended signature is not part of it). The result refers to
 * the data of the changes.
 */
int elf_edit_init(struct elf_edit *edit, struct elf *e, const struct btf_file_change *change,
		  size_t cnt, struct btf_report *r);
void elf_edit_deinit(struct elf_edit *edit);
/* the new file, edit->size bytes */
void elf_edit_copy(const struct elf_edit *edit, const struct elf *e, u8 *out);

#endif
