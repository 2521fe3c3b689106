/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The frame that every command of btf stands in.
 *
 * A command is one file with one `struct command`: its name, its options, its operands and its
 * function. From that row come the parsing, every usage error, `btf CMD --help` and the bash
 * completion, so an option is declared in one place. Commands use the library through <btf/...>
 * only.
 */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <btf/report.h>

/* the same for every command; see "EXIT STATUS" in btf(1) */
enum {
	EXIT_OK = 0,	  /* done, nothing to complain of */
	EXIT_FINDING = 1, /* a finding, a difference, a refusal */
	EXIT_TROUBLE = 2, /* usage, or input that cannot be read, or output that cannot be written */
};

/* ---- options (opts.c) ---- */

struct list {
	const char **item; /* of argv: never freed one by one */
	size_t cnt;
};

/* Each writes one field of the command's own struct, which starts out as zeroes. */
enum opt_kind {
	OPT_FLAG,   /* bool */
	OPT_STRING, /* const char * */
	OPT_LIST,   /* struct list: may be given several times */
	OPT_NUMBER, /* unsigned long, decimal or 0x */
	OPT_CHOICE, /* int: which of the words in `arg`, counted from 1; 0: not given */
};

struct opt {
	const char *name; /* long name; NULL ends the table */
	char letter;	  /* short name, or 0 */
	enum opt_kind kind;
	const char *arg;  /* of the help: "FILE"; OPT_CHOICE: "one|two" */
	const char *help; /* what it does; lines after the first are indented by the driver */
	size_t at;	  /* offsetof(struct ..., field) */
};

/* -B is the same everywhere; base.h opens what it collects */
#define OPT_BASE(field)                                                                            \
	{                                                                                          \
		"base", 'B', OPT_LIST, "BASE",                                                     \
			"BTF that FILE is split on: vmlinux, vmlinuz or raw BTF; given\n"          \
			"several times, each is split on the one before it",                       \
			field                                                                      \
	}

struct command {
	const char *name;
	const char *help;     /* one line */
	const char *operands; /* "FILE..." */
	int min, max;	      /* number of operands; max < 0: any */
	const struct opt *options;
	size_t args_size;
	const char *notes; /* printed below the options, or NULL */
	/* args: as filled by the options; operand[0..cnt-1]; returns the exit code */
	int (*run)(void *args, int cnt, char **operand);
};

/*
 * Fills args (args_size zeroed bytes) from argv[1..argc-1]. 0, or EXIT_TROUBLE after saying what
 * is wrong, or -1 when help was asked for. Operands are argv[*first..argc-1] afterwards.
 */
int opts_parse(const struct command *c, void *args, int argc, char **argv, int *first);
void opts_free(const struct command *c, void *args); /* the lists */
void opts_help(const struct command *c, FILE *to);
/* one line per option for scripts/bash-completion: command TAB --name TAB -x TAB argument */
void opts_list(const struct command *c, FILE *to);
/* a whole decimal or 0x number of at most max, or false */
bool opts_number(const char *s, unsigned long max, unsigned long *ret);
/* appends to a list; false: out of memory */
bool list_add(struct list *l, const char *item);

/* ---- what is said to people: standard error (say.c) ---- */

/* "btf dump: text" and how to get help; returns EXIT_TROUBLE */
int say_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "btf: text"; returns EXIT_TROUBLE */
int say_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* every finding as a line; returns the worst severity, -1 if there was none */
int say_report(const struct btf_report *r);
/* the same for findings from..count-1, for reports that are said piece by piece */
int say_findings(const struct btf_report *r, size_t from);

/* p, or the end of the program where it is NULL: for commands that write nothing but what they say */
void *or_end(void *p);

/* ---- the table (main.c) ---- */

/* in order of names; NULL behind the last */
const struct command *command_at(size_t i);

extern const struct command cmd_check, cmd_dedup, cmd_diff, cmd_distill, cmd_dump, cmd_encode, cmd_explain, cmd_extract, cmd_features, cmd_header, cmd_ids, cmd_info, cmd_kernel, cmd_list, cmd_relocate, cmd_show;

#endif
