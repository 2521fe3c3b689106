/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a kernel would say to BTF, and what it ought to say: the verdict and errno of its own
 * check, rule by rule, before the kernel is asked; and whether BTF that a kernel would take is
 * safe to use.
 *
 *	struct btf_check_result res = {.sz = sizeof(res)};
 *	if (btf_check__file(file, NULL, &opts, &res, report) == 1)
 *		... refused: res.err, btf_code__name(res.rule), the findings of the report ...
 *
 * The rules stand in <btf/check-rules.def>; each is a code BTF_CODE_CHECK_*.
 */
#ifndef BTFKIT_CHECK_H
#define BTFKIT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_file;

/* who the kernel takes the BTF for */
enum btf_check_as {
	BTF_CHECK_AUTO,	   /* as the file looks: a module, a kernel, or neither */
	BTF_CHECK_USER,	   /* a program loads it by bpf(BPF_BTF_LOAD): every rule is asked */
	BTF_CHECK_VMLINUX, /* the kernel's own: references are trusted */
	BTF_CHECK_MODULE,  /* of a module, on its kernel's: references are trusted */
};

enum btf_check_class {
	BTF_CHECK_CLASS_LIMIT,
	BTF_CHECK_CLASS_HEADER,
	BTF_CHECK_CLASS_META,
	BTF_CHECK_CLASS_RESOLVE,
	BTF_CHECK_CLASS_TAGS,
	BTF_CHECK_CLASS_FIELDS,
	BTF_CHECK_CLASS_UNSAFE, /* no kernel asks this */
};

/* one row of <btf/check-rules.def> */
struct btf_check_rule {
	enum btf_code code;
	const char *name; /* "check.int.size" */
	int err;	  /* positive errno; 524 is the kernel's ENOTSUPP */
	__u32 since;	  /* major << 16 | minor; 0: all known kernels */
	__u32 until;	  /* the first that no longer asks; 0: all */
	enum btf_check_class cls;
	const char *where; /* the kernel's function */
	const char *words; /* what the kernel says, "" for nothing */
	const char *text;
};

struct btf_check_opts {
	size_t sz;
	enum btf_check_as as;
	/* the kernel that is asked; 0.0: the running one. From 6.0 on. */
	unsigned int kernel_major, kernel_minor;
	bool all; /* every finding, not only the one that the kernel stops at */
	/*
	 * BTF of the kernel that would load a program's BTF: what a kptr points to is looked for
	 * in it. NULL: no kernel has a struct of that name.
	 */
	const struct btf *running;
};

struct btf_check_result {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	enum btf_check_as as;
	/* what the kernel gives: 0, or the positive errno of the rule that is broken first */
	int err;
	enum btf_code rule; /* BTF_CODE_NONE: it loads */
	/* a rule of the class UNSAFE that is broken; looked for in kernel and module BTF */
	enum btf_code danger;
	unsigned int kernel_major, kernel_minor; /* that was asked */
	/* the rules of that kernel were held against the kernel itself */
	bool proved;
	/* a .BTF.base was put onto the base's types as that kernel does it */
	bool relocated;
	__u32 types; /* own types that were walked */
};

/* all rules in the order of the table */
const struct btf_check_rule *btf_check__rules(size_t *ret_cnt);
/* the rule of a code; NULL for codes that are none */
const struct btf_check_rule *btf_check__rule(enum btf_code code);
/* "user", "vmlinux", "module" */
const char *btf_check__as_name(enum btf_check_as as);

/*
 * A base that is walked once for many modules; b must outlive it and be whole (kernels know one
 * level of split BTF). May be read by several threads. NULL + errno with a finding.
 */
struct btf_check_base;
struct btf_check_base *btf_check_base__new(const struct btf *b, const struct btf_check_opts *opts,
					   struct btf_report *r);
void btf_check_base__free(struct btf_check_base *base);

/*
 * Bytes. With a base: as MODULE they are split on it; as USER both are taken for one BTF, as no
 * call of the kernel does, but its rules then hold for the split too. Each broken rule is a
 * finding in r (may be NULL). 0: accepted and safe; 1: refused; negative errno: not checked. AUTO
 * is MODULE where there is a base, else USER.
 */
int btf_check__blob(const void *data, size_t size, const struct btf_check_base *base,
		    const struct btf_check_opts *opts, struct btf_check_result *result,
		    struct btf_report *r);
/*
 * The .BTF of a file, and as MODULE its .BTF.base and .BTF_ids: the base is checked, the split on
 * it, both are relocated onto `base` as the kernel would, and ids in .BTF_ids must be there.
 * -ENODATA where there is no .BTF.
 */
int btf_check__file(struct btf_file *f, const struct btf_check_base *base,
		    const struct btf_check_opts *opts, struct btf_check_result *result,
		    struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
