/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What `btf encode` and `btf kernel` ask of the encoder: their shared options. */
#ifndef CMD_ENCODING_H
#define CMD_ENCODING_H

#include <btf/encode.h>

#include "batch.h"
#include "cmd.h"

struct encoding_args {
	const char *features;
	int profile; /* 1: correct, 2: 1.31, 3: master, 4: 1.24 */
	struct list lang_exclude, lang;
	bool distill;
	bool require;
	bool empty;
	const char *why;
	const char *report;
	const char *max_memory;
};

/* clang-format off */
#define ENCODING_OPTIONS(type, f)								   \
	{"features", 0, OPT_STRING, "LIST",							   \
	 "what to describe, by pahole's names: var,global_var,float,decl_tag,\n"		   \
	 "type_tag,enum64,consistent_func,decl_tag_kfuncs,attributes,\n"			   \
	 "true_signature,layout; '+NAME' adds to the standard set, '-NAME'\n"			   \
	 "takes away from it", offsetof(type, f.features)},					   \
	{"profile", 0, OPT_CHOICE, "correct|1.31|master|1.24",					   \
	 "whose rules choose functions: right ones (default), or those of\n"			   \
	 "pahole 1.31, 1.24 or of its development tree", offsetof(type, f.profile)},			   \
	{"distill", 0, OPT_FLAG, NULL, "make a .BTF.base too, for kernels to come",		   \
	 offsetof(type, f.distill)},								   \
	{"lang-exclude", 0, OPT_LIST, "LANG", "leave out units in this language (default: rust)",  \
	 offsetof(type, f.lang_exclude)},							   \
	{"lang", 0, OPT_LIST, "LANG", "read only units in this language", offsetof(type, f.lang)}, \
	{"require", 0, OPT_FLAG, NULL, "a file without DWARF is an error",			   \
	 offsetof(type, f.require)},								   \
	{"empty", 0, OPT_FLAG, NULL, "of a file without DWARF, make a BTF without types",	   \
	 offsetof(type, f.empty)},								   \
	{"why", 0, OPT_STRING, "NAME", "say why a function is or is not described",		   \
	 offsetof(type, f.why)},								   \
	{"report", 0, OPT_STRING, "FILE",							   \
	 "write every function that is left out, with its reasons, as JSON\n"			   \
	 "Lines (schema btf-functions/1)", offsetof(type, f.report)},				   \
	{"max-memory", 0, OPT_STRING, "SIZE",							   \
	 "work on fewer files at once rather than take more memory; 512M, 2G",			   \
	 offsetof(type, f.max_memory)}
/* clang-format on */

/* What the options mean, checked: what every file is encoded with. */
struct encoding {
	const struct encoding_args *args;
	struct btf_encode_opts opts;
	__u32 exclude[64], only[64];
	unsigned long long memory; /* bytes of --max-memory, 0: no bound */
	bool in_file;		   /* results go into the files */
	bool stats;		   /* wanted, with bytes that the base has */
	bool split;		   /* wanted, as an object */
	/* where --why and --report go */
	FILE *to;
	bool failed;
};

/* EXIT_OK, or EXIT_TROUBLE after saying why; encoding_end() in any case */
int encoding_begin(struct encoding *x, const char *command, const struct encoding_args *a,
		   const struct batch_args *batch);
int encoding_end(struct encoding *x, int code);

/* NULL after saying why; base may be NULL */
struct btf_encoder *encoding_encoder(const struct encoding *x, const struct btf *base, int jobs);
/* One file: the heart of a batch's transform. */
struct btf_module *encoding_file(const struct encoding *x, struct btf_encoder *e,
				 struct btf_file *f, struct outcome *o);
/* about what the process takes with a base (or NULL) and its index */
unsigned long long encoding_base_memory(const struct btf *base);
/* threads for a file that has the processors to itself: at most `jobs` (0: one per processor) */
int encoding_jobs(const struct encoding *x, struct btf_file *f, int jobs);
/* a batch's telling.file: what --why and --report ask for */
void encoding_tell(struct encoding *x, const struct outcome *o);

#endif
