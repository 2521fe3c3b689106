// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * pahole -J, as a kernel's build calls it.
 *
 * In: ELF files with DWARF, the BTF to split on. Out: one BTF of all files, in the first one that
 * had a unit or in a file of its own, whole or not at all. Exit status 0 with "no DWARF" (said),
 * 1 where something failed, 64 for a wrong command line.
 */
#include "pahole.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/encode.h>
#include <btf/file.h>
#include <btf/merge.h>
#include <btf/run.h>
#include <linux/btf.h>

#include "base.h"
#include "dropin.h"
#include "jobserver.h"
#include "shadow.h"

#define VERSION 131

int pahole_say(const char *fmt, ...)
{
	va_list ap;

	fputs("pahole: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_FAILURE;
}

const char *pahole_env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* a switch of the environment: set, and not to 0 */
static bool env_on(const char *name)
{
	const char *value = pahole_env(name);

	return value && strcmp(value, "0") != 0;
}

/* ---- version and profile ---- */

/* "131", "1.31" or "v1.31": always three digits, because a build reads "v2.0" as 20 */
int pahole_version(void)
{
	const char *env = pahole_env("BTFKIT_PAHOLE_VERSION"), *s = env;
	unsigned long n;

	if (!env)
		return VERSION;
	s += *s == 'v';
	s += !strncmp(s, "1.", 2) ? 2 : s[0] == '1';
	if (s != env && strlen(s) == 2 && opts_number(s, 99, &n) && n >= 10)
		return 100 + (int)n;
	pahole_say(
		"BTFKIT_PAHOLE_VERSION '%s': expected a version from 1.10 to 1.99, as 124 or 1.24",
		env);
	return -1;
}

int pahole_profile(const struct pahole_args *a, int version)
{
	static const struct {
		const char *name;
		enum btf_encode_profile profile;
	} profiles[] = {
		{"1.24", BTF_PROFILE_1_24},
		{"1.31", BTF_PROFILE_1_31},
		{"master", BTF_PROFILE_MASTER},
		{"correct", BTF_PROFILE_CORRECT},
	};
	const char *name = a->profile ? a->profile : pahole_env("BTFKIT_PROFILE");

	if (!name) /* 1.25 began to leave functions out */
		return version < 125 ? BTF_PROFILE_1_24 : BTF_PROFILE_1_31;
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (!strcmp(profiles[i].name, name))
			return profiles[i].profile;
	pahole_say("BTFKIT_PROFILE '%s': expected one of 1.24|1.31|master|correct", name);
	return -1;
}

/* ---- one run ---- */

/* one input that had a unit */
struct part {
	struct btf_file *file;
	struct btf_module *module;
	struct btf *split; /* before it is distilled; only where several are merged */
};

struct encode {
	const struct pahole_args *args;
	struct btf_encode_opts opts;
	__u32 languages[PAHOLE_LANGUAGES];
	struct base base;
	struct btf_encoder *encoder;
	struct btf_report *report;
	struct part *part;
	int cnt;
	bool distill;
	bool distill_unasked; /* because the module is built outside the kernel's tree */
};

/* what is written */
struct result {
	const void *btf, *base; /* base NULL: there is none */
	__u32 btf_size, base_size;
	struct btf *own_btf, *own_base; /* of merged files */
};

static void say_all(struct encode *e)
{
	say_report(e->report);
	btf_report__clear(e->report);
}

/* an unknown name may be a typing error that would put Rust into the kernel's BTF */
static int set_languages(struct encode *e)
{
	const char *env = pahole_env("PAHOLE_LANG_EXCLUDE");
	const char *list = e->args->languages ? e->args->languages : env;
	bool exclude = e->args->languages ? e->args->languages_exclude : true;
	char *copy = list ? or_end(strdup(list)) : NULL, *save = NULL;
	size_t n = 0;
	int code = 0;

	/* what Rust's types are called is not valid in the kernel's BTF */
	if (exclude)
		e->languages[n++] = btf_encode__language("rust");
	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && !code;
	     w = strtok_r(NULL, ",", &save)) {
		__u32 language = btf_encode__language(w);

		if (!language)
			code = pahole_say("unknown language \"%s\"", w);
		else if (n + 1 < PAHOLE_LANGUAGES)
			e->languages[n++] = language;
	}
	free(copy);
	if (exclude)
		e->opts.lang_exclude = e->languages;
	else
		e->opts.lang_only = e->languages;
	return code;
}

static int processors(const struct pahole_args *a)
{
	int most = btf_run__processors();

	/* threads beyond the processors would only take memory */
	return a->jobs < 0 || a->jobs > most ? most : a->jobs ? a->jobs : 1;
}

/* does the base's kernel find the types of a .BTF.base again? Before 6.11 none did. */
static bool relocates(const struct btf *base)
{
	int id = btf__find_by_name_kind(base, "module", BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? btf__type_by_id(base, (__u32)id) : NULL;

	for (__u32 i = 0; t && i < btf_vlen(t); i++) {
		const char *name = btf__name_by_offset(base, btf_members(t)[i].name_off);

		if (name && !strcmp(name, "btf_base_data"))
			return true;
	}
	return false;
}

/*
 * Kernels that were configured with an older pahole never ask for a distilled base, and their
 * modules' BTF is lost with the next rebuild of the kernel. Only where the kernel can relocate
 * it, and in the file: with output of its own, the build distills later and needs it undistilled.
 */
static bool distill_unasked(const struct encode *e, bool in_shadow)
{
	const struct btf *base = base_top(&e->base);

	return !e->args->distill && !e->args->detached && !in_shadow && base &&
	       pahole_env("KBUILD_EXTMOD") && !env_on("BTFKIT_NO_DISTILL") && relocates(base);
}

static int begin(struct encode *e, bool in_shadow)
{
	const struct pahole_args *a = e->args;
	struct list base = {.item = (const char **)(void *)&a->base, .cnt = a->base != NULL};
	const char *index = a->index ? a->index : pahole_env("BTFKIT_INDEX");
	int code = set_languages(e);

	if (code)
		return code;
	if (a->base && base_open_indexed(&e->base, &base, index, e->report)) {
		say_all(e);
		return pahole_say("--btf_base %s: cannot be used", a->base);
	}
	e->distill_unasked = distill_unasked(e, in_shadow);
	e->distill = (a->distill && base_top(&e->base)) || e->distill_unasked;
	e->opts.jobs = jobserver_take(processors(a));
	e->encoder = btf_encoder__new(base_top(&e->base), &e->opts, e->report);
	say_all(e);
	return e->encoder ? 0 : EXIT_FAILURE;
}

static void end(struct encode *e)
{
	for (int i = 0; i < e->cnt; i++) {
		btf_module__free(e->part[i].module);
		btf__free(e->part[i].split);
		btf_file__close(e->part[i].file);
	}
	free(e->part);
	btf_encoder__free(e->encoder);
	base_close(&e->base);
	btf_report__free(e->report);
}

/* ---- -V ---- */

/* pahole's words, which scripts look for */
static const char *skip_text(const char *rule)
{
	static const char *const texts[][2] = {
		{"register-", "unexpected register used for parameter"},
		{"packed-on-stack", "uncertain parameter location"},
		{"reordered-", "reordered parameters"},
		{"optimized-", "optimized parameters"},
		{"inconsistent-", "multiple inconsistent function prototypes"},
		{"several-", "ambiguous address"},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!strncmp(rule, texts[i][0], strlen(texts[i][0])))
			return texts[i][1];
	return btf_encode__rule_text(rule);
}

static void list_skipped(const struct btf_encode_reasons *reasons)
{
	struct btf_encode_reason w = {.sz = sizeof(w)};

	for (size_t i = 0; i < btf_encode_reasons__count(reasons); i++)
		if (!btf_encode_reasons__get(reasons, i, &w) && !w.kept && w.rule_cnt)
			printf("%s : skipping BTF encoding of function due to %s (%s)\n", w.name,
			       skip_text(w.rule[0]), w.rule[0]);
}

/* ---- encoding ---- */

/* 0; *ret: it had a unit, or `empty` makes up for that */
static int encode_one(struct encode *e, const char *path, bool empty, bool *ret)
{
	struct btf_encode_reasons *reasons = NULL;
	struct btf_module_encode_opts opts = {.sz = sizeof(opts),
					      .distill = e->distill && e->args->cnt == 1,
					      .allow_empty = empty,
					      .in_file = !e->args->detached,
					      .reasons = e->args->verbose ? &reasons : NULL};
	struct part *p = &e->part[e->cnt];
	int err = 0;

	*p = (struct part){0};
	*ret = false;
	if (e->args->cnt > 1)
		opts.split = &p->split;
	p->file = btf_file__open(path, NULL, e->report);
	if (p->file)
		p->module = btf_module__encode(p->file, e->encoder, &opts, e->report);
	if (!p->module)
		err = p->file && errno == ENODATA ? 0 : -EINVAL;
	if (err || !e->args->quiet)
		say_all(e);
	btf_report__clear(e->report);
	if (reasons)
		list_skipped(reasons);
	btf_encode_reasons__free(reasons);
	if (p->module) {
		e->cnt++;
		*ret = true;
		return 0;
	}
	btf_file__close(p->file);
	return err ? EXIT_FAILURE : 0;
}

static int encode_all(struct encode *e)
{
	const struct pahole_args *a = e->args;
	bool had;
	int code = 0;

	e->part = or_end(calloc((size_t)a->cnt, sizeof(*e->part)));
	for (int i = 0; i < a->cnt && !code; i++)
		code = encode_one(e, a->file[i], false, &had);
	/* what comes next in a build reads the file: an object of assembler alone has none
	 * otherwise */
	if (!code && !e->cnt && a->detached)
		code = encode_one(e, a->file[0], true, &had);
	return code;
}

/* ---- several files ---- */

static int merge(struct encode *e, struct result *ret)
{
	struct btf_merge *m = or_end(btf_merge__new(base_top(&e->base)));
	int err = 0;

	for (int i = 0; i < e->cnt && !err; i++)
		err = btf_merge__add(m, e->part[i].split, btf_file__path(e->part[i].file),
				     e->report);
	if (err) {
		btf_merge__free(m);
	} else {
		ret->own_btf = btf_merge__finish(m, e->report);
		if (!ret->own_btf)
			err = -errno;
	}
	/* two files may well mean different things by a name: so do the units of one */
	if (err)
		say_all(e);
	btf_report__clear(e->report);
	return err;
}

static int distill_merged(struct result *ret)
{
	struct btf *base = NULL, *split = NULL;
	int err = btf__distill_base(ret->own_btf, &base, &split);

	if (err)
		return err;
	btf__free(ret->own_btf);
	ret->own_btf = split;
	ret->own_base = base;
	return 0;
}

static int merged_result(struct encode *e, struct result *ret)
{
	bool big = btf_file__info(e->part[0].file)->big_endian;
	enum btf_endianness endian = big ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN;
	int err = merge(e, ret);

	if (!err && e->distill) {
		err = distill_merged(ret);
		if (err)
			pahole_say("cannot make a distilled base: %s", strerror(-err));
	}
	if (!err)
		err = btf__set_endianness(ret->own_btf, endian);
	if (!err && ret->own_base)
		err = btf__set_endianness(ret->own_base, endian);
	if (err)
		return EXIT_FAILURE;
	ret->btf = or_end((void *)(size_t)btf__raw_data(ret->own_btf, &ret->btf_size));
	if (ret->own_base)
		ret->base = or_end((void *)(size_t)btf__raw_data(ret->own_base, &ret->base_size));
	return 0;
}

static int result_of(struct encode *e, struct result *ret)
{
	const struct btf_module_info *info = btf_module__info(e->part[0].module);

	if (e->cnt > 1 || e->part[0].split)
		return merged_result(e, ret);
	ret->btf = info->btf;
	ret->btf_size = (__u32)info->btf_size;
	ret->base = info->base;
	ret->base_size = (__u32)info->base_size;
	return 0;
}

/* ---- writing ---- */

static const struct btf_save_opts save = {
	.sz = sizeof(save),
	.no_fsync = true,	 /* a build that is cut off is run again */
	.break_hardlinks = true, /* the other name is a cache's (ccache), and not to be changed */
};

static int write_file(struct encode *e, const char *path, const void *data, __u32 size)
{
	/* "-" is a file for pahole */
	const char *to = strcmp(path, "-") ? path : "./-";

	return btf_file__write(to, data, size, &save, e->report);
}

static int write_detached(struct encode *e, const struct result *res)
{
	const char *path = e->args->detached;
	char *base = NULL;
	bool is_new;
	struct stat st;
	mode_t mask;
	int err = 0;

	if (asprintf(&base, "%s.base", path) < 0)
		base = or_end(NULL);
	is_new = lstat(base, &st) && errno == ENOENT;
	/* what pahole makes is 0640 */
	mask = umask(0);
	umask(mask | 026);
	if (res->base)
		err = write_file(e, base, res->base, res->base_size);
	if (!err) {
		err = write_file(e, path, res->btf, res->btf_size);
		if (err && res->base && is_new)
			unlink(base);
	}
	umask(mask);
	free(base);
	return err;
}

static int write_in_place(struct encode *e, const struct result *res)
{
	struct part *p = &e->part[0];
	struct btf_file_change change[BTF_MODULE_CHANGES] = {
		{.name = ".BTF", .data = res->btf, .size = res->btf_size},
		{.name = ".BTF.base", .data = res->base, .size = res->base_size}};
	size_t cnt = 2;

	if (!res->own_btf)
		cnt = btf_module__changes(p->module, change);
	return btf_file__save(p->file, NULL, change, cnt, &save, e->report);
}

/* a signal waits until the file is written: nothing is left lying beside it */
static int write_result(struct encode *e, const struct result *res)
{
	sigset_t set, old;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	err = e->args->detached ? write_detached(e, res) : write_in_place(e, res);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	say_all(e);
	if (err)
		return EXIT_FAILURE;
	if (e->distill_unasked && res->base)
		pahole_say(
			"%s: .BTF.base added for other builds of this kernel, as KBUILD_EXTMOD is "
			"set; BTFKIT_NO_DISTILL=1 turns it off",
			btf_file__path(e->part[0].file));
	return 0;
}

static bool writes_over_input(const struct pahole_args *a)
{
	struct stat out, in;

	if (!a->detached || stat(a->detached, &out) || !S_ISREG(out.st_mode))
		return false;
	for (int i = 0; i < a->cnt; i++)
		if (!stat(a->file[i], &in) && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return true;
	return false;
}

int pahole_encode(const struct pahole_args *a, int version, bool in_shadow)
{
	int profile = pahole_profile(a, version), code;
	struct result res = {0};
	struct encode e = {.args = a,
			   .opts = {.sz = sizeof(e.opts),
				    .features = a->features,
				    .has_features = true,
				    .kabi_prefix = a->kabi_prefix}};

	if (profile < 0)
		return EXIT_FAILURE;
	if (writes_over_input(a))
		return pahole_say("%s is an input: its DWARF would be gone", a->detached);
	e.opts.profile = (enum btf_encode_profile)profile;
	e.report = or_end(btf_report__new());
	code = begin(&e, in_shadow);
	if (!code)
		code = encode_all(&e);
	/* threads are done */
	jobserver_give();
	if (!code && e.cnt)
		code = result_of(&e, &res);
	if (!code && e.cnt)
		code = write_result(&e, &res);
	btf__free(res.own_btf);
	btf__free(res.own_base);
	end(&e);
	return code;
}

/* ---- the command ---- */

static int answer(const struct pahole_args *a, int version)
{
	switch (a->ask) {
	case PAHOLE_SAID:
		return a->code;
	case PAHOLE_VERSION:
		printf("v%d.%02d\n", version / 100, version % 100);
		return 0;
	case PAHOLE_NUMERIC:
		printf("%d\n", version);
		return 0;
	case PAHOLE_SUPPORTED:
		pahole_supported(stdout);
		return 0;
	case PAHOLE_HELP:
		pahole_help(stdout);
		return 0;
	case PAHOLE_USAGE:
		puts("Usage: pahole -J [OPTION...] FILE...");
		return 0;
	case PAHOLE_ENCODE:
		break;
	}
	return pahole_encode(a, version, false);
}

int pahole_main(int argc, char **argv)
{
	const char *stock = pahole_env("BTFKIT_SHADOW");
	struct pahole_args a = {0};
	int version = pahole_version();

	if (stock)
		return shadow_run(stock, argc, argv);
	if (version < 0)
		return EXIT_FAILURE;
	/* what getopt says begins with it */
	argv[0] = (char[]){"pahole"};
	pahole_parse(&a, argc, argv, false);
	return answer(&a, version);
}
