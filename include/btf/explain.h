/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Why a kernel refuses a module's BTF, or takes it and should not: loading and relocation replayed
 * offline, with the reasons, what the kernel's log will say, and whether only BTF is stale or the
 * layout that the module was compiled for.
 *
 *	struct btf_explain *e = btf_explain__new(file, base, check_base, &opts, report);
 *	const struct btf_explain_info *info = btf_explain__info(e);
 *	... info->verdict, btf_explain__findings(e, BTF_EXPLAIN_CHECK), info->log[i] ...
 *	btf_explain__free(e);
 */
#ifndef BTFKIT_EXPLAIN_H
#define BTFKIT_EXPLAIN_H

#include <btf/check.h>
#include <btf/file.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_explain;

enum btf_explain_verdict {
	BTF_EXPLAIN_LOADS,   /* with its BTF */
	BTF_EXPLAIN_REFUSED, /* the kernel refuses the BTF */
	BTF_EXPLAIN_MISREAD, /* the kernel takes it, and reads other types than are meant */
	BTF_EXPLAIN_UNSAFE,  /* the kernel takes it, and using it can crash */
	BTF_EXPLAIN_WITHOUT, /* there is no BTF */
	/* the BTF fits; the module itself is refused before the kernel looks at it */
	BTF_EXPLAIN_UNLOADABLE,
};

enum btf_answer {
	BTF_ANSWER_UNKNOWN,
	BTF_ANSWER_NO,
	BTF_ANSWER_YES,
};

struct btf_explain_opts {
	size_t sz;
	/* the kernel that is asked; 0.0: the running one */
	unsigned int kernel_major, kernel_minor;
	enum btf_answer mismatch; /* CONFIG_MODULE_ALLOW_BTF_MISMATCH of that kernel */
	const char *base_release; /* of the base ("6.12.117-amd64"), or NULL */
	/* BTF of the kernel that the module was built on, or NULL; borrowed for the call */
	const struct btf *built_on;
	/* text of a Module.symvers of the base's kernel, or NULL */
	const char *symvers;
	size_t symvers_size;
};

/* where findings stand; most weight first */
enum btf_explain_part {
	BTF_EXPLAIN_CHECK,  /* what the kernel asks, and relocation by its rules */
	BTF_EXPLAIN_BASE,   /* what speaks for a base other than the one given */
	BTF_EXPLAIN_LAYOUT, /* structs that the module uses and that lie otherwise in the base */
	BTF_EXPLAIN_CRC,    /* symbols whose CRC is another one */
	BTF_EXPLAIN_SOUND,  /* relocation as it is meant, where the kernel's rules decide otherwise
			     */
	BTF_EXPLAIN_PARTS,
};

struct btf_explain_info {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	enum btf_explain_verdict verdict;
	struct btf_check_result check; /* not filled for WITHOUT */
	/* the file */
	__u32 types;	/* own types of the split */
	bool distilled; /* it has a .BTF.base */
	bool has_dwarf;
	bool has_crcs; /* __versions: the kernel compares CRCs, not the release */
	/* was it built on another base than the one given? */
	enum btf_answer other_base;
	enum btf_answer other_release;
	/* does what the module was compiled for lie otherwise in the base? */
	enum btf_answer layout_differs;
	const char *layout_from; /* "DWARF", "old kernel", ".BTF.base"; or NULL */
	__u32 structs;		 /* compared */
	__u32 farther;		 /* differ, but the module only passes pointers to them on */
	enum btf_answer crcs_differ;
	__u32 crcs; /* compared */
	/* ways out that were tried in memory; UNKNOWN: not tried */
	enum btf_answer sound_fits;   /* btf relocate puts it onto the base */
	enum btf_answer distill_fits; /* distilled on built_on, the kernel relocates it */
	enum btf_answer encode_fits;  /* its DWARF can be encoded on the base */
	/* lines of the kernel's log, as dmesg has them without time stamps */
	const char *const *log;
	size_t log_cnt;
};

/*
 * Explains the module in f, or raw BTF that is taken for a module's. `base` is the BTF of the
 * kernel that loads it and `check_base` the same one, walked (<btf/check.h>, of the same kernel
 * version); both are only read and may be shared by threads. NULL + errno with a finding in r
 * where the file cannot be read.
 */
struct btf_explain *btf_explain__new(struct btf_file *f, const struct btf *base,
				     const struct btf_check_base *check_base,
				     const struct btf_explain_opts *opts, struct btf_report *r);
void btf_explain__free(struct btf_explain *e);
const struct btf_explain_info *btf_explain__info(const struct btf_explain *e);
/* owned by e; never NULL for a part that exists */
const struct btf_report *btf_explain__findings(const struct btf_explain *e,
					       enum btf_explain_part part);

/*
 * The configuration of a kernel, as text to be freed with free(): from a text file, a compressed
 * one
 * (/proc/config.gz), or a kernel image that carries it (CONFIG_IKCONFIG). NULL + errno; ENODATA
 * without a finding where the file holds none.
 */
char *btf_explain__config(const char *path, size_t *ret_size, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
