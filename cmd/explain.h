/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf explain, in parts: where the kernel and the modules are (explain_target.c), what mends a
 * module (explain_mend.c), the words (explain_text.c), and the run (explain.c).
 */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include <btf/explain.h>

#include "cmd.h"

struct explain_args {
	const char *base, *image, *built_on, *config, *symvers, *kernel, *root;
	unsigned long jobs;
	bool json, quiet, verbose;
};

/* ---- the kernel that loads them ---- */

struct target {
	const struct explain_args *args;
	const char *path; /* of its BTF */
	struct btf_file *file;
	struct btf *btf;
	bool this_machine;
	const char *release; /* "" where it is not known */
	char release_buf[128];
	unsigned int major, minor;
	bool guessed; /* nothing says which kernel it is: the running one's rules are asked */
	enum btf_answer mismatch, sig_force;
	char config[4096]; /* where that stands; "" where it is not known */
	char *symvers;
	size_t symvers_size;
	struct btf_file *built_file;
	struct btf *built_on; /* of --built-on */
};

/* 0, or an exit code after saying why */
int target_open(struct target *t, const struct explain_args *a);
void target_close(struct target *t);
/* what people call it: its release, or X.Y */
void target_name(const struct target *t, char *buf, size_t size);
/* below --root: "%s/boot/x"; false: too long */
bool target_path(const struct target *t, char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* the file of a module by name below /lib/modules; NULL: there is none. free() */
char *target_find(const struct target *t, const char *release, const char *name);
/* the kernel of a release, with BTF in it; NULL: there is none. free() */
char *target_kernel(const struct target *t, const char *release);

/* ---- one module ---- */

enum explain_status {
	/* as enum btf_explain_verdict */
	STATUS_LOADS,
	STATUS_IS_REFUSED,
	STATUS_MISREAD,
	STATUS_UNSAFE,
	STATUS_WITHOUT,
	STATUS_UNLOADABLE,
	STATUS_NOT_READ,
	EXPLAIN_STATUSES,
};

#define MAX_MENDS 6

struct mend {
	char *command; /* NULL: there was no memory for it */
	const char *why;
};

struct item {
	char *path;
	bool found;  /* in a folder: what is no module is passed over */
	bool passed; /* it was */
	enum explain_status status;
	struct btf_file *file;
	struct btf_explain *e;
	struct btf_report *report; /* where the file could not be read */
	char *built_path;	   /* the kernel it was built on */
	bool in_tree;		   /* it belongs to the kernel's own */
	struct mend mend[MAX_MENDS];
	size_t mend_cnt;
};

void mend_find(struct item *item, const struct target *t);
void mend_free(struct item *item);

/* ---- words ---- */

const char *status_word(enum explain_status s);
void explain_line(FILE *to, const struct item *item, const struct target *t);
void explain_text(const struct item *item, const struct target *t, bool details);
void explain_json(const struct item *item, const struct target *t);

#endif
