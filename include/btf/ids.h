/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * .BTF_ids: the type ids that a kernel's or a module's code holds, and the sets of functions that
 * BPF programs may call. What resolve_btfids does, and whether it was done right.
 *
 *	struct btf_ids *x = btf_ids__read(file, report);
 *	if (!btf_ids__resolve(x, btf, report))
 *		data = btf_ids__data(x, &size);
 *	btf_file__patch(file, ".BTF_ids", data, size, NULL, report);
 *	btf_ids__free(x);
 */
#ifndef BTFKIT_IDS_H
#define BTFKIT_IDS_H

#include <btf/file.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_ids;

/* a word of the section */
enum btf_ids_kind {
	BTF_IDS_UNUSED, /* holds nothing: zero */
	BTF_IDS_LIST,   /* an id on its own or in a list */
	BTF_IDS_MEMBER, /* an id in a set */
	BTF_IDS_COUNT,  /* of a set: how many members it has */
	BTF_IDS_FLAGS,  /* of a set, or of the member before it */
};

struct btf_ids_word {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	enum btf_ids_kind kind;
	__u32 offset; /* in bytes, into the section */
	__u32 value;  /* as the section has it; resolved where btf_ids__resolve was called */
	/*
	 * What the symbol here asks for: BTF_KIND_* and a name, or BTF_KIND_UNKN and NULL. In a set
	 * that is sorted that is not what stands here.
	 */
	int want_kind;
	const char *want;
	int set; /* which one the word belongs to, or -1 */
};

struct btf_ids_set {
	size_t sz;
	const char *name;
	__u32 offset;   /* of its count */
	__u32 members;  /* as its symbol says */
	bool has_flags; /* set8: flags of its own, and of each member */
	bool kfuncs;    /* BPF programs may call its members */
	bool sorted;    /* it is resolved */
};

struct btf_ids_info {
	size_t sz;
	__u32 words;
	__u32 sets;
	__u32 ids;     /* words that hold ids */
	__u32 listed;  /* of these outside of sets with flags */
	bool resolved; /* some id or count is not zero */
	bool symbols;  /* it has any */
};

/*
 * NULL + ENODATA without a finding where the file has no such section or an empty one. Where its
 * symbols were stripped, words are all BTF_IDS_UNUSED. The file must stay open.
 */
struct btf_ids *btf_ids__read(struct btf_file *f, struct btf_report *r);
void btf_ids__free(struct btf_ids *x);
/* fills what *ret has room for, as its sz says; 0 or -EINVAL */
int btf_ids__info(const struct btf_ids *x, struct btf_ids_info *ret);
int btf_ids__word(const struct btf_ids *x, __u32 i, struct btf_ids_word *ret);
int btf_ids__set(const struct btf_ids *x, __u32 i, struct btf_ids_set *ret);

/*
 * Looks up what the symbols ask for, the first type of each kind and name, and fills the section
 * in: ids, counts, sorted sets. Findings: names that no type or more than one type has, as
 * warnings. 0, also for a section that was resolved already and comes out the same; -EINVAL where
 * it was resolved with another BTF and cannot be told apart.
 */
int btf_ids__resolve(struct btf_ids *x, const struct btf *btf, struct btf_report *r);
/* Is it what resolving makes of it? 0; 1 with findings that say where not; or a negative errno. */
int btf_ids__verify(struct btf_ids *x, const struct btf *btf, struct btf_report *r);
/* the section's bytes, resolved where it was asked for, in the file's byte order */
const void *btf_ids__data(const struct btf_ids *x, size_t *ret_size);

/* ---- what the build of Linux 7 makes of a file's BTF ---- */

struct btf_kbuild_opts {
	size_t sz;
	/* base, an object of its own, is distilled; without it the result is split on base */
	bool distill;
};

struct btf_kbuild_sections {
	size_t sz;
	const void *btf;
	size_t btf_size;
	const void *base; /* .BTF.base; NULL: not distilled */
	size_t base_size;
	const void *ids; /* .BTF_ids, resolved; NULL where the file has none */
	size_t ids_size;
	__u32 kfuncs;   /* functions that the sets list */
	__u32 implicit; /* of these with arguments that callers do not give */
};

struct btf_kbuild;

/*
 * From a linked file without BTF and the BTF that was encoded for it (raw, split on base where
 * base is not NULL): functions of kfunc sets with KF_IMPLICIT_ARGS get their two prototypes, tags
 * are made where the encoder made none, types are sorted by name, ids resolved. NULL + errno with
 * findings.
 */
struct btf_kbuild *btf_kbuild__run(struct btf_file *f, const void *btf, size_t size,
				   const struct btf *base, const struct btf_kbuild_opts *opts,
				   struct btf_report *r);
void btf_kbuild__free(struct btf_kbuild *k);
const struct btf_kbuild_sections *btf_kbuild__sections(const struct btf_kbuild *k);

#ifdef __cplusplus
}
#endif
#endif
