/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * DWARF to BTF: what a compiler says of its types, functions and variables, as BTF.
 *
 *	struct btf_encode_opts opts = {.sz = sizeof(opts)};
 *	struct btf_encoder *e = btf_encoder__new(vmlinux, &opts, report);
 *	struct btf_module *m = btf_module__encode(file, e, NULL, report);
 *	... as with btf_module__distill (<btf/module.h>) ...
 *	btf_module__free(m);
 *	btf_encoder__free(e);
 *
 * An encoder indexes its base once and is used by any number of threads, one file each; the bytes
 * that come out depend on the file, the base and the options, never on threads.
 */
#ifndef BTFKIT_ENCODE_H
#define BTFKIT_ENCODE_H

#include <btf/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which functions get into the BTF; docs/encode.md has the rules and where the sets differ. */
enum btf_encode_profile {
	BTF_PROFILE_CORRECT, /* pahole's newest rules, on every machine, in modules too */
	BTF_PROFILE_1_31,    /* as pahole 1.31 */
	BTF_PROFILE_MASTER,  /* as pahole's development tree after 1.31 */
	BTF_PROFILE_1_24,    /* as pahole 1.24, which left out nothing for what a compiler did */
};

enum btf_encode_feature {
	BTF_ENCODE_VAR = 1 << 0,	     /* per-CPU variables */
	BTF_ENCODE_GLOBAL_VAR = 1 << 1,	     /* all variables with an address */
	BTF_ENCODE_FLOAT = 1 << 2,	     /* FLOAT; without it floats are an INT of that size */
	BTF_ENCODE_DECL_TAG = 1 << 3,	     /* annotations of declarations */
	BTF_ENCODE_TYPE_TAG = 1 << 4,	     /* annotations of pointers */
	BTF_ENCODE_ENUM64 = 1 << 5,	     /* ENUM64 for enums of more than 32 bits */
	BTF_ENCODE_CONSISTENT_FUNC = 1 << 6, /* no functions whose prototypes contradict */
	BTF_ENCODE_KFUNCS = 1 << 7,	     /* DECL_TAG for members of kfunc sets; needs DECL_TAG */
	BTF_ENCODE_ATTRIBUTES = 1 << 8,	     /* address spaces of kfuncs' arena pointers */
	BTF_ENCODE_TRUE_SIGNATURE = 1 << 9,  /* optimised functions as they are, by their full name */
	BTF_ENCODE_LAYOUT = 1 << 10,	     /* layout section, for kernels from 7.1 on */
};
#define BTF_ENCODE_STANDARD                                                                        \
	(BTF_ENCODE_VAR | BTF_ENCODE_FLOAT | BTF_ENCODE_DECL_TAG | BTF_ENCODE_TYPE_TAG |           \
	 BTF_ENCODE_ENUM64 | BTF_ENCODE_CONSISTENT_FUNC | BTF_ENCODE_KFUNCS)

struct btf_encode_opts {
	size_t sz;
	enum btf_encode_profile profile;
	/* set of enum btf_encode_feature; looked at only with has_features, else the standard set */
	__u32 features;
	bool has_features;
	/* threads for the units of one file; 0: one */
	int jobs;
	/*
	 * DW_LANG_* codes, ended by 0: units in these languages are left out (NULL: Rust), or only
	 * units in these are read (NULL: all).
	 */
	const __u32 *lang_exclude, *lang_only;
	/* the code by name ("rust", "c11", "asm"): btf_encode__language */
	/* give memory back after each file instead of keeping it for the next one: slower */
	bool frugal;
	/* names in DWARF that begin with it are taken for it; NULL: none */
	const char *kabi_prefix;
};

struct btf;
struct btf_encoder;

/* base may be NULL; it must outlive the encoder. NULL + errno with a finding. */
struct btf_encoder *btf_encoder__new(const struct btf *base, const struct btf_encode_opts *opts,
				     struct btf_report *r);
void btf_encoder__free(struct btf_encoder *e);
/* DW_LANG_* code of a language's name, in any case; 0: no such language */
__u32 btf_encode__language(const char *name);
/* feature of a name as pahole's --btf_features has it; 0: no such feature */
__u32 btf_encode__feature(const char *name);

/* what was read and what came out of it, beside what btf_module__info tells */
struct btf_encode_stats {
	size_t sz;
	__u32 units;	   /* compilation units of the file */
	__u32 skipped;	   /* of these left out by language */
	__u64 dies;
	__u32 funcs;	   /* FUNCs */
	__u32 dropped;	   /* names of functions that were left out, for a reason */
	__u32 vars;
	__u64 whole_bytes; /* split: bytes of the types that the base has, so are not repeated */
	__u64 own_bytes;   /* of the BTF before it is distilled, header included */
	__u32 own_types;
};

struct btf_module_encode_opts {
	size_t sz;
	bool distill;			/* make a .BTF.base too */
	bool allow_empty;		/* without DWARF: a BTF without types */
	bool in_file; /* the result goes into the file: warn where its .BTF_ids will not fit */
	struct btf_encode_stats *stats; /* filled where not NULL */
	/* functions that were left out, with their reasons: see <btf/encode.h> below; may be NULL */
	struct btf_encode_reasons **reasons;
	/* the BTF before it is distilled, on the encoder's base: btf__free(); may be NULL */
	struct btf **split;
};

/*
 * Encodes an ELF file. NULL + errno: ENODATA with a note where the file has no DWARF, or none is
 * left after languages; else with a finding that names the unit and the DIE. What BTF cannot say
 * is left out alone, with a warning.
 */
struct btf_module *btf_module__encode(struct btf_file *f, struct btf_encoder *e,
				      const struct btf_module_encode_opts *opts,
				      struct btf_report *r);

/*
 * About how much memory encoding this file takes with so many threads, in bytes: what is read of
 * the file itself, sections that are inflated or relocated, a unit for each thread, the types.
 * `split`: most of them are in a base. Not in it: the encoder, and what else the process has.
 */
__u64 btf_encode__memory(struct btf_file *f, int jobs, bool split);

/* ---- why functions are not there ---- */

struct btf_encode_reasons;
void btf_encode_reasons__free(struct btf_encode_reasons *x);
size_t btf_encode_reasons__count(const struct btf_encode_reasons *x);

struct btf_encode_reason {
	size_t sz;
	const char *name;     /* of the function */
	bool kept;	      /* it has a FUNC: `rules` say what was considered all the same */
	size_t rule_cnt;
	const char *const *rule; /* ids, as docs/encode.md lists them */
	size_t unit_cnt;
	const char *const *unit; /* where its states come from; the first is the one chosen */
};
/* by name; 0 or -ENOENT */
int btf_encode_reasons__get(const struct btf_encode_reasons *x, size_t i,
			    struct btf_encode_reason *ret);
/* one line about a rule; NULL: no such rule */
const char *btf_encode__rule_text(const char *id);

#ifdef __cplusplus
}
#endif
#endif
