/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Whole modules and BPF objects: what distilling, relocating and deduplicating means for a file and
 * not only for its BTF. The .BTF, the .BTF.base, the ids that a module's code holds in .BTF_ids and
 * what a BPF object's .BTF.ext refers to change together, or nothing does.
 *
 *	struct btf_module *m = btf_module__distill(file, base, &opts, report);
 *	struct btf_file_change change[BTF_MODULE_CHANGES];
 *	size_t cnt = btf_module__changes(m, change);
 *	err = btf_file__save(file, NULL, change, cnt, &save, report);
 *	btf_module__free(m);
 */
#ifndef BTFKIT_MODULE_H
#define BTFKIT_MODULE_H

#include <btf/file.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_module;

struct btf_distill_opts {
	size_t sz;
	/* release of the base ("6.12.117-amd64"); compared with the module's vermagic; may be NULL
	 */
	const char *base_release;
	/* distill although the base looks like another one than the module was built on */
	bool force;
	/*
	 * Forward declarations go into .BTF.base, as libbpf does it. Without this they stay in
	 * .BTF, because released kernels refuse a FWD that became a struct with bitfields.
	 */
	bool fwds_in_base;
	/*
	 * For raw BTF: what is taken for its distilled base, from another file; borrowed for as
	 * long as the result. Where .BTF is split on it, it was distilled already.
	 */
	const void *distilled;
	size_t distilled_size;
};

enum btf_rules {
	BTF_RULES_SOUND,  /* what is right; warns where released kernels decide otherwise */
	BTF_RULES_KERNEL, /* as kernel_major.kernel_minor decides */
};

struct btf_relocate_opts {
	size_t sz;
	enum btf_rules rules;
	unsigned int kernel_major, kernel_minor;
	/* for raw BTF: the distilled base, which stands in another file; borrowed for the call */
	const void *distilled;
	size_t distilled_size;
};

/* What became of a module. Bytes belong to the struct btf_module, or to the file if unchanged. */
struct btf_module_info {
	size_t sz;
	bool unchanged;	 /* it was distilled already: there is nothing to write */
	const void *btf; /* .BTF */
	size_t btf_size;
	const void *base; /* .BTF.base; NULL after relocating: the section goes */
	size_t base_size;
	const void *ids; /* .BTF_ids in the new numbering; NULL where the file has none */
	size_t ids_size;
	__u32 types_before; /* own types of the split that came in */
	__u32 types_after;  /* own types of the split that goes out */
	__u32 base_types;   /* types of the distilled base */
	__u32 copied_types; /* base types that are now the split's own */
	size_t bytes_before;
};

/* At most this many changes. */
#define BTF_MODULE_CHANGES 5

/*
 * Distills the .BTF of a file that was built on base. NULL + errno with findings: ENODATA where
 * there is no .BTF; EINVAL where the base is another one, a type cannot travel or an id of
 * .BTF_ids would be lost. A file that has a .BTF.base already comes back `unchanged`.
 */
struct btf_module *btf_module__distill(struct btf_file *f, const struct btf *base,
				       const struct btf_distill_opts *opts, struct btf_report *r);
/*
 * Relocates a distilled file onto base. NULL + errno with a finding for each type that stands in
 * the way. base is only read and may be shared by threads.
 */
struct btf_module *btf_module__relocate(struct btf_file *f, const struct btf *base,
					const struct btf_relocate_opts *opts, struct btf_report *r);
struct btf_dedup_run_opts;

/*
 * Leaves each type of a file once: of a BPF object, of a module on base, of raw BTF. .BTF.ext,
 * .BTF_ids and the relocations of .BTF (clang's .rel.BTF) follow. What is deduplicated already
 * comes back `unchanged`. `base` may be NULL; opts (<btf/dedup.h>) too, its btf_ext must be.
 */
struct btf_module *btf_module__dedup(struct btf_file *f, const struct btf *base,
				     const struct btf_dedup_run_opts *opts, struct btf_report *r);
void btf_module__free(struct btf_module *m);
const struct btf_module_info *btf_module__info(const struct btf_module *m);
/* fills change[] and returns how many there are; the bytes are the module's */
size_t btf_module__changes(const struct btf_module *m, struct btf_file_change *change);

#ifdef __cplusplus
}
#endif
#endif
