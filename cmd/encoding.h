/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What `btf encode` and `btf kernel` ask of the encoder: their shared options. */
#ifndef CMD_ENCODING_H
#define CMD_ENCODING_H

#include <btf/encode.h>

#include "cmd.h"

struct encoding_args {
	const char *features;
	int profile; /* 1: correct, 2: 1.31, 3: master */
	struct list lang_exclude, lang;
	bool distill;
	bool require;
	bool empty;
	const char *why;
	const char *report;
};

/* clang-format off */
#define ENCODING_OPTIONS(type, f)								   \
	{"features", 0, OPT_STRING, "LIST",							   \
	 "what to describe, by pahole's names: var,global_var,float,decl_tag,\n"		   \
	 "type_tag,enum64,consistent_func,decl_tag_kfuncs,attributes,\n"			   \
	 "true_signature,layout; '+NAME' adds to the standard set, '-NAME'\n"			   \
	 "takes away from it", offsetof(type, f.features)},					   \
	{"profile", 0, OPT_CHOICE, "correct|1.31|master",					   \
	 "whose rules choose functions: right ones (default), or those of\n"			   \
	 "pahole 1.31 or of its development tree", offsetof(type, f.profile)},			   \
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
	 "Lines (schema btf-functions/1)", offsetof(type, f.report)}
/* clang-format on */

/* Fills opts; exclude and only are the caller's arrays of 64. 0, or EXIT_TROUBLE after saying why */
int encoding_opts(const char *command, const struct encoding_args *a, struct btf_encode_opts *opts,
		  __u32 *exclude, __u32 *only);

/* where --why and --report go: opened once, written by one thread at a time */
struct encoding_report {
	const struct encoding_args *args;
	FILE *to;
	bool failed;
};

int encoding_report_open(struct encoding_report *x, const struct encoding_args *a);
/* The reasons of one file. */
void encoding_report_file(struct encoding_report *x, const char *path,
			  const struct btf_encode_reasons *reasons);
int encoding_report_close(struct encoding_report *x);

/* One file: what a batch calls. Sets *ret_reasons where the caller asks for them. */
struct btf_module *encoding_file(const struct encoding_args *a, struct btf_encoder *e,
				 struct btf_file *f, bool in_file,
				 struct btf_encode_stats *stats,
				 struct btf_encode_reasons **ret_reasons, struct btf_report *r);

#endif
