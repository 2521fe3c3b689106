// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * reloc-link OBJECT LINKED: the debug sections of an object as we relocate them, and as they are
 * in the program that a linker made of that object alone, with a section for each section of the
 * object. Sections get the addresses that the linker chose. Exit code 1 at the first difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/debug.h"
#include "open_elf.h"

static int refused(const struct btf_report *r)
{
	const struct btf_finding *f = btf_report__count(r) ? btf_report__get(r, 0) : NULL;

	if (f)
		printf("%s: %s at 0x%llx: %s\n", f->file ? f->file : "?",
		       f->section ? f->section : "?", (unsigned long long)f->offset, f->text);
	else
		printf("cannot be opened\n");
	return 1;
}

static int differs(const char *name, const struct debug_slice *ours,
		   const struct debug_slice *theirs)
{
	u64 i;

	if (!!ours->data != !!theirs->data || ours->size != theirs->size) {
		printf("%s: %llu bytes, the linker has %llu\n", name,
		       (unsigned long long)ours->size, (unsigned long long)theirs->size);
		return 1;
	}
	for (i = 0; i < ours->size; i++) {
		if (ours->data[i] == theirs->data[i])
			continue;
		printf("%s: differs at 0x%llx: 0x%02x, the linker has 0x%02x\n", name,
		       (unsigned long long)i, ours->data[i], theirs->data[i]);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct btf_report *r = btf_report__new();
	struct debug_image ours, theirs;
	struct debug_opts o = {0};
	struct elf_section s, linked;
	struct elf object, program;
	unsigned long long bytes = 0;
	u64 *address;
	int bad = 0;
	u32 i;

	if (argc != 3 || !r || open_elf(argv[1], &object, r) || open_elf(argv[2], &program, r))
		return refused(r);
	address = calloc(object.shnum, sizeof(*address));
	for (i = 1; address && i < object.shnum; i++)
		if (!elf_section_at(&object, i, &s, r) && s.flags & SHF_ALLOC &&
		    !elf_find(&program, s.name, &linked))
			address[i] = linked.addr;
	if (!address || debug_image_init(&theirs, &program, &o, r))
		return refused(r);
	o.address = address;
	if (debug_image_init(&ours, &object, &o, r))
		return refused(r);
	for (i = 0; i < DEBUG_SECTIONS; i++) {
		bad |= differs(debug_section_name(i), &ours.section[i], &theirs.section[i]);
		bytes += ours.section[i].size;
	}
	if (!bytes) {
		printf("no debug sections\n");
		bad = 1;
	}
	debug_image_deinit(&ours);
	debug_image_deinit(&theirs);
	elf_deinit(&object);
	elf_deinit(&program);
	free(address);
	btf_report__free(r);
	return bad;
}
