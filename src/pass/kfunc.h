/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the build of a kernel does to the BTF of functions that BPF programs may call (kfuncs),
 * behind the encoder and before ids are resolved, and the order it puts types into. Kernels before
 * 7.0 do none of this.
 */
#ifndef PASS_KFUNC_H
#define PASS_KFUNC_H

#include "pass/ids.h"

#define KF_FASTCALL (1u << 12)
#define KF_ARENA_RET (1u << 13)
#define KF_ARENA_ARG1 (1u << 14)
#define KF_ARENA_ARG2 (1u << 15)
#define KF_IMPLICIT_ARGS (1u << 16)

struct kfunc_stats {
	u32 kfuncs;   /* functions that the sets list and that have a FUNC */
	u32 implicit; /* of these with arguments that callers do not give */
	bool tagged;  /* tags were made here: the encoder made none */
};

/*
 * Appends to b what the sets of x ask for: for KF_IMPLICIT_ARGS a FUNC NAME_impl with the whole
 * prototype, and a shorter one for NAME. Where b has no "bpf_kfunc" tag at all, the tags are made
 * too, and pointers into arenas marked. b may then hold types twice. The sets are as the linker
 * left them. 0, or -errno with findings and b in an undefined, but valid state.
 */
int kfuncs_apply(struct btf *b, const struct ids *x, struct btf_report *r, struct kfunc_stats *ret);

/* a pointer like `ptr`, marked as one into an arena; 0 where that is no pointer */
int kfunc_arena(struct btf *b, u32 ptr);

/* own types by name, those without one first, equal ones in their order; 0 or -ENOMEM */
int types_sort_by_name(struct btf *b);

#endif
