/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DECL_TAGs: from annotations in the source (btf_decl_tag), and for kernel functions that BPF
 * programs may call, which the kernel lists in sets of .BTF_ids.
 */
#ifndef ENCODE_TAG_H
#define ENCODE_TAG_H

#include "elf/open.h"
#include "encode/join.h"
#include "encode/keys.h"

struct tag_note {
	const char *value;
	u64 owner;	/* reference key of a type; of a variable key of its name */
	u64 order;	/* unit << 32 | place in it */
	s32 component;
	u8 owner_kind;	/* enum scan_owner */
};

struct tag_notes {
	struct buf note;    /* struct tag_note[], each once */
	struct keytab seen; /* key of a note */
};

void tag_notes_deinit(struct tag_notes *n);
int tags_note(struct tag_notes *n, struct keys *k, const struct scan *s, u32 unit);

/* Appends the DECL_TAGs of types and variables; `b` has both. */
int tags_emit(struct btf *b, const struct buf *notes, const struct join_ids *ids);

/*
 * Appends the tags that say which functions of `b` are kfuncs: "bpf_kfunc" for each member of a
 * kfunc set that has a FUNC, and, where resolve_btfids has not sorted the sets yet, "bpf_fastcall"
 * and the address space of arena pointers (`attributes`) as the members' flags say.
 */
int kfuncs_emit(struct btf *b, const struct elf *e, bool attributes, struct btf_report *r);

#endif
