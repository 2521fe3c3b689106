/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Many files through one transformation: what distill, relocate, encode and kernel share. Files are
 * opened, transformed and written by several threads; what is said about them comes in the order
 * of the operands, so that output is the same for every -j.
 */
#ifndef CMD_BATCH_H
#define CMD_BATCH_H

#include <btf/file.h>
#include <btf/module.h>

#include "base.h"
#include "cmd.h"
#include "outcome.h"

/* options of all these commands; BATCH_OPTIONS puts their rows into a table */
struct batch_args {
	struct list base;
	bool in_place;
	const char *out;
	const char *detached;
	unsigned long jobs;
	bool json;
	bool quiet;
	bool strip_signature;
	bool no_fsync;
	bool break_hardlinks;
};

/* clang-format off */
#define BATCH_OPTIONS(type, f, base_help, detached_help)					   \
	{"base", 'B', OPT_LIST, "BASE", base_help, offsetof(type, f.base)},			   \
	BATCH_IN_PLACE(type, f),								   \
	{"output", 'o', OPT_STRING, "OUT", "write to OUT, - is standard output; for one input",	   \
	 offsetof(type, f.out)},								   \
	BATCH_OTHER_OPTIONS(type, f, detached_help)

/* the same without -B and -o */
#define BATCH_FOLDER_OPTIONS(type, f, detached_help)						   \
	BATCH_IN_PLACE(type, f), BATCH_OTHER_OPTIONS(type, f, detached_help)

#define BATCH_IN_PLACE(type, f)									   \
	{"in-place", 'i', OPT_FLAG, NULL, "replace each file, whole or not at all",		   \
	 offsetof(type, f.in_place)}

#define BATCH_OTHER_OPTIONS(type, f, detached_help)						   \
	{"detached", 'd', OPT_STRING, "DIR", detached_help, offsetof(type, f.detached)},	   \
	{"jobs", 'j', OPT_NUMBER, "N", "work on N files at once (default: processors)",		   \
	 offsetof(type, f.jobs)},								   \
	{"json", 0, OPT_FLAG, NULL, "one JSON object per file, and a summary, on stdout",	   \
	 offsetof(type, f.json)},								   \
	{"quiet", 'q', OPT_FLAG, NULL, "no progress bar, no summary", offsetof(type, f.quiet)},	   \
	{"strip-signature", 0, OPT_FLAG, NULL,							   \
	 "change signed modules too: their signature is cut off",				   \
	 offsetof(type, f.strip_signature)},							   \
	{"break-hardlinks", 0, OPT_FLAG, NULL,							   \
	 "change files that have other names too: those keep the old content",			   \
	 offsetof(type, f.break_hardlinks)},							   \
	{"no-fsync", 0, OPT_FLAG, NULL, "do not wait for the disk: for build systems",		   \
	 offsetof(type, f.no_fsync)}
/* clang-format on */

/* raw BTF that stands beside raw BTF, as --detached writes it: FILE.base; data NULL: none */
struct beside {
	const void *data;
	size_t size;
};

struct batch {
	const char *command; /* "distill" */
	const char *schema;  /* of the JSON lines: "btf-distill/1" */
	const struct batch_args *args;
	/*
	 * NULL + findings in o->report where the file is refused, NULL + o->status UNCHANGED where
	 * there is nothing to write; called by several threads
	 */
	struct btf_module *(*transform)(const struct batch *b, struct btf_file *f,
					const struct beside *base, struct outcome *o);
	void *opts; /* of the transformation */
	/* called once the base is open, before the first file; an exit code. May be NULL. */
	int (*prepare)(struct batch *b);
	/*
	 * The first file is what the others are made on: it is done before them, alone, and they
	 * are not begun without it.
	 */
	bool leader;
	bool big_first; /* files are begun in the order of their sizes; told in their own */
	/* most bytes that the files in work may take, as need() says of each; 0: no bound */
	unsigned long long memory;
	unsigned long long (*need)(const struct batch *b, struct btf_file *f);
	struct telling telling; /* what is told beside what every batch tells */
	bool raw_out;	   /* -o is for raw BTF, OUT and OUT.base, whatever the file is */
	bool two_files;	   /* raw BTF becomes two files: FILE and FILE.base */
	bool without_base; /* -B may be missing */
	const char *index; /* folder for an index of the base (<btf/base_index.h>), or NULL */
	/* from here on set by batch_run */
	struct base base;
	const char *release; /* of the topmost base, NULL where it is not known */
};

/* opens the base, runs all files, says and sums up; returns the exit code */
int batch_run(struct batch *b, size_t cnt, char **paths);

#endif
