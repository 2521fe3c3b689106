/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The pahole that a kernel's build calls: its command line (pahole_opts.c), encoding (pahole.c),
 * and running the stock one beside it (shadow.c). docs/pahole.md lists every option.
 */
#ifndef CMD_PAHOLE_H
#define CMD_PAHOLE_H

#include <stdbool.h>
#include <linux/btf.h>

#include "cmd.h"

/* what a command line asks for */
enum pahole_ask {
	PAHOLE_ENCODE,
	PAHOLE_SAID,	  /* nothing more: what is wrong was said */
	PAHOLE_VERSION,	  /* v1.31 */
	PAHOLE_NUMERIC,	  /* 131 */
	PAHOLE_SUPPORTED, /* names of features */
	PAHOLE_HELP,
	PAHOLE_USAGE,
};

#define PAHOLE_LANGUAGES 64
#define PAHOLE_EX_USAGE 64 /* what argp programs exit with */

struct pahole_args {
	enum pahole_ask ask;
	int code; /* with PAHOLE_SAID: the exit code */
	bool encode;
	const char *detached, *base;
	int jobs; /* -j; 0: not given, so one */
	__u32 features;
	bool features_reset; /* the first list began with nothing */
	bool distill;
	bool verbose, quiet;
	const char *languages; /* the last list of --lang or --lang_exclude */
	bool languages_exclude;
	const char *kabi_prefix;
	const char *profile;   /* a name of pahole_profile */
	const char *index;     /* folder for an index of the base */
	const char *elsewhere; /* the first option that has nothing to do with encoding */
	const char *instead;   /* what does that */
	int cnt;
	char **file;
};

/* fills a (zeroed) from argv and says what is wrong with it, unless `mute` */
void pahole_parse(struct pahole_args *a, int argc, char **argv, bool mute);
/* --help */
void pahole_help(FILE *to);
/* --supported_btf_features, with its line end */
void pahole_supported(FILE *to);

/* The version that is reported, as 131: BTFKIT_PAHOLE_VERSION's, or 131; < 0 after saying why. */
int pahole_version(void);
/*
 * Whose functions, as an enum btf_encode_profile: of --btfkit_profile, BTFKIT_PROFILE, or those of
 * the version. < 0 after saying why.
 */
int pahole_profile(const struct pahole_args *a, int version);

/* encodes; the exit code. in_shadow: nothing is added that was not asked for. */
int pahole_encode(const struct pahole_args *a, int version, bool in_shadow);

/* "pahole: text" on standard error; returns 1 */
int pahole_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* a path of the environment; NULL where it is not set or empty */
const char *pahole_env(const char *name);

#endif
