/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Variables: VAR and DATASEC.
 *
 * Sections are those that hold data of the program; with percpu only, the one that kernels keep
 * per-CPU variables in. Each worker notes the variables of its units that lie in one of them; when
 * the types have ids, one VAR is made for each place.
 */
#ifndef ENCODE_VAR_H
#define ENCODE_VAR_H

#include "elf/debug.h"
#include "encode/join.h"
#include "encode/keys.h"

#define VAR_PERCPU ".data..percpu"

enum var_which { VARS_NONE, VARS_PERCPU, VARS_ALL };

struct var_section {
	const char *name;
	u32 index;
	u64 address, size;
};

struct var_symbol {
	u64 key; /* of its name */
	u64 address;
	bool weak;
};

/* what all workers read */
struct var_sections {
	struct var_section *at; /* in file order */
	u32 cnt;
	const struct debug_image *image;
	u32 *place; /* by section of the file: index of at + 1, 0: none */
	struct var_symbol *symbol; /* STT_OBJECT of those sections, by key, then address */
	u32 symbol_cnt;
	bool not_at_0; /* what is at address 0 is taken for discarded, as pahole 1.24 did */
};

/* A file without symbols has no variables: nothing tells discarded ones from others. */
int var_sections_init(struct var_sections *ret, const struct elf *e, const struct debug_image *d,
		      enum var_which which, struct btf_report *r);
void var_sections_deinit(struct var_sections *s);

struct var_note {
	const char *name;
	u64 type; /* reference key */
	u64 address;
	u64 order; /* unit << 32 | place in it */
	u32 section; /* index of var_sections.at */
	bool external;
};

struct var_notes {
	struct buf note; /* struct var_note[] */
};

void var_notes_deinit(struct var_notes *n);
int vars_note(struct var_notes *n, const struct var_sections *sections, struct keys *k,
	      const struct scan *s, const struct key_env *env, u32 unit);

/* a VAR that was made */
struct var_made {
	const char *name;
	u32 id;
	u32 section;
	u32 offset, size;
};

/*
 * Appends a VAR for each place that was noted, in the order of the units; *ret (struct var_made[])
 * says what they are. `notes` are struct var_note[], of all workers.
 */
int vars_emit(struct btf *b, const struct var_sections *sections, const struct buf *notes,
	      const struct join_ids *ids, struct buf *ret);
/* Appends the DATASECs, in the order of their sections. */
int datasecs_emit(struct btf *b, const struct var_sections *sections, const struct buf *made);

#endif
