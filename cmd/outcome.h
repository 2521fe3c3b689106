/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What became of the files of a batch, told: findings on standard error, a progress bar where
 * that is a terminal, a summary; or JSON Lines on standard output (docs/schema).
 */
#ifndef CMD_OUTCOME_H
#define CMD_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <btf/encode.h>
#include <btf/module.h>
#include <btf/report.h>

struct json;

enum status {
	STATUS_DONE,
	STATUS_UNCHANGED,  /* there was nothing to do */
	STATUS_EMPTY,	   /* there was nothing to make it from */
	STATUS_REPEATED,   /* the same file as one given before */
	STATUS_REFUSED,	   /* what the file holds stands in the way */
	STATUS_FAILED,	   /* the result could not be written, or there was no memory */
	STATUS_UNREADABLE, /* the file, or one that belongs to it */
	STATUS_STOPPED,	   /* not begun: a signal came before */
	STATUS_CNT,
};

struct outcome {
	const char *path;
	enum status status;
	struct btf_report *report;   /* NULL: there was no memory for one */
	struct btf_module_info info; /* numbers only: the bytes may be gone */
	bool encoded;		     /* from DWARF: stats are filled */
	struct btf_encode_stats stats;
	/* where telling asks for them; freed once they are told */
	struct btf_encode_reasons *reasons;
	struct btf *split;
};

/* what a command tells beside what every batch tells; all may be NULL */
struct telling {
	void *ctx;
	/* in the order of the files, one at a time */
	void (*file)(void *ctx, const struct outcome *o);
	/* fields of the summary; lines of it */
	void (*summary_json)(void *ctx, struct json *j);
	void (*summary_text)(void *ctx);
};

struct teller {
	const char *command; /* "distill" */
	const char *schema;  /* "btf-distill/1" */
	bool json, quiet;
	size_t files;
	const struct telling *telling;
	/* filled while telling */
	bool bar;
	size_t finished, told, count[STATUS_CNT];
	unsigned long long before, btf, base; /* bytes */
	struct timespec drawn;
};

/* the fields above "filled while telling" are set by the caller */
void teller_begin(struct teller *t);
/* another file is finished, and may still wait for its turn to be told */
void teller_progress(struct teller *t);
/* in the order of the files, by one thread at a time */
void teller_file(struct teller *t, const struct outcome *o);
/* the summary; returns the exit code */
int teller_end(struct teller *t);

#endif
