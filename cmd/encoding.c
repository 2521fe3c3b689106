// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Options of the encoder, and what is told of functions that are left out.
 *
 * In: words of the command line. Out: struct btf_encode_opts; text or JSON Lines in the order of
 * the files.
 */
#include "encoding.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/run.h>

#include "json.h"

#define MAX_LANGUAGES 64
#define MMAP_FROM (256 << 10)
/* the command itself, its libraries, what it says */
#define PROCESS (16ull << 20)

static int language_codes(const char *command, const struct list *names, __u32 *code)
{
	size_t n = 0;

	for (size_t i = 0; i < names->cnt; i++) {
		char *copy = strdup(names->item[i]), *save = NULL;

		if (!copy)
			return say_error("out of memory");
		for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
			if (n + 1 < MAX_LANGUAGES)
				code[n++] = btf_encode__language(w);
			if (code[n - 1])
				continue;
			say_usage(command, "'%s' is no language that DWARF knows", w);
			free(copy);
			return EXIT_TROUBLE;
		}
		free(copy);
	}
	code[n] = 0;
	return 0;
}

/* "a,b": these; "+a,-b": the standard set with a and without b; "default": the standard set */
static int feature_set(const char *command, const char *list, __u32 *ret)
{
	char *copy = strdup(list), *save = NULL;
	__u32 set = strpbrk(list, "+-") == list ? BTF_ENCODE_STANDARD : 0;
	int code = 0;

	if (!copy)
		return say_error("out of memory");
	for (char *w = strtok_r(copy, ",", &save); w && !code; w = strtok_r(NULL, ",", &save)) {
		char sign = *w == '+' || *w == '-' ? *w++ : '+';
		__u32 bit = !strcmp(w, "default") ? BTF_ENCODE_STANDARD : btf_encode__feature(w);

		if (!bit)
			code = say_usage(command, "'%s' is no feature; --help lists them", w);
		else if (sign == '+')
			set |= bit;
		else
			set &= ~bit;
	}
	free(copy);
	*ret = set;
	return code;
}

/* "512M", "2G": a number of bytes, with K, M or G */
static int memory_size(const char *command, const char *text, unsigned long long *ret)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;
	char *digits = strndup(text, len - (unit != NULL));
	unsigned long n;
	bool ok;

	if (!digits)
		return say_error("out of memory");
	ok = opts_number(digits, ~0ul >> shift, &n) && n;
	free(digits);
	if (!ok)
		return say_usage(command, "--max-memory '%s': expected a size as 512M or 2G", text);
	*ret = (unsigned long long)n << shift;
	return EXIT_OK;
}

static int languages(const char *command, const struct encoding_args *a, struct encoding *x)
{
	int code = EXIT_OK;

	if (a->lang_exclude.cnt) {
		code = language_codes(command, &a->lang_exclude, x->exclude);
		x->opts.lang_exclude = x->exclude;
	}
	if (!code && a->lang.cnt) {
		code = language_codes(command, &a->lang, x->only);
		x->opts.lang_only = x->only;
		/* who names languages to read means them, Rust too */
		if (!a->lang_exclude.cnt) {
			x->exclude[0] = 0;
			x->opts.lang_exclude = x->exclude;
		}
	}
	return code;
}

static int open_report(struct encoding *x, const char *path)
{
	x->to = strcmp(path, "-") ? fopen(path, "we") : stdout;
	if (!x->to)
		return say_error("%s: cannot be written: %s", path, strerror(errno));
	return EXIT_OK;
}

int encoding_begin(struct encoding *x, const char *command, const struct encoding_args *a,
		   const struct batch_args *batch)
{
	static const enum btf_encode_profile profile[] = {BTF_PROFILE_CORRECT, BTF_PROFILE_CORRECT,
							  BTF_PROFILE_1_31, BTF_PROFILE_MASTER,
							  BTF_PROFILE_1_24};
	bool to_stdout = a->why || (a->report && !strcmp(a->report, "-"));
	int code = EXIT_OK;

	*x = (struct encoding){.args = a, .opts = {.sz = sizeof(x->opts)}, .stats = batch->json,
				.in_file = batch->in_place};
	x->opts.profile = profile[a->profile];
	if (batch->json && to_stdout)
		return say_usage(command, "--json and %s would both write to standard output",
				 a->why ? "--why" : "--report -");
	if (batch->out && !strcmp(batch->out, "-") && to_stdout)
		return say_usage(command, "-o - and %s would both write to standard output",
				 a->why ? "--why" : "--report -");
	if (a->features) {
		code = feature_set(command, a->features, &x->opts.features);
		x->opts.has_features = true;
	}
	if (!code)
		code = languages(command, a, x);
	if (!code && a->max_memory) {
		code = memory_size(command, a->max_memory, &x->memory);
		x->opts.frugal = true;
		/* what is given back shall go back to the system, and not wait in a heap */
		mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
		mallopt(M_TRIM_THRESHOLD, MMAP_FROM);
	}
	if (!code && a->report)
		code = open_report(x, a->report);
	return code;
}

/* ---- functions that are left out ---- */

int encoding_end(struct encoding *x, int code)
{
	if (!x->to)
		return code;
	x->failed |= ferror(x->to);
	if (x->to == stdout)
		x->failed |= fflush(x->to) != 0;
	else
		x->failed |= fclose(x->to) != 0;
	x->to = NULL;
	if (x->failed)
		return say_error("%s: cannot be written", x->args->report);
	return code;
}

static void report_json(FILE *to, const char *path, const struct btf_encode_reason *w)
{
	struct json j = {.to = to};

	json_object(&j, NULL);
	json_string(&j, "schema", "btf-functions/1");
	json_string(&j, "file", path);
	json_string(&j, "function", w->name);
	json_array(&j, "rules");
	for (size_t i = 0; i < w->rule_cnt; i++)
		json_string(&j, NULL, w->rule[i]);
	json_array_end(&j);
	json_array(&j, "units");
	for (size_t i = 0; i < w->unit_cnt; i++)
		json_string(&j, NULL, w->unit[i] ? w->unit[i] : "");
	json_array_end(&j);
	json_object_end(&j);
	json_line(&j);
}

static void report_text(const char *path, const struct btf_encode_reason *w)
{
	printf("%s: %s: %s\n", path, w->name, w->kept ? "described" : "left out");
	for (size_t i = 0; i < w->rule_cnt; i++)
		printf("  %s: %s\n", w->rule[i], btf_encode__rule_text(w->rule[i]));
	for (size_t i = 0; i < w->unit_cnt; i++)
		printf("  %s %s\n", i || !w->kept ? "in" : "as in", w->unit[i] ? w->unit[i] : "?");
}

void encoding_tell(struct encoding *x, const struct outcome *o)
{
	struct btf_encode_reason w = {.sz = sizeof(w)};
	bool found = false;

	if (!o->reasons)
		return;
	for (size_t i = 0; i < btf_encode_reasons__count(o->reasons); i++) {
		if (btf_encode_reasons__get(o->reasons, i, &w))
			continue;
		if (x->to && !w.kept)
			report_json(x->to, o->path, &w);
		if (!x->args->why || strcmp(x->args->why, w.name))
			continue;
		report_text(o->path, &w);
		found = true;
	}
	if (x->args->why && !found)
		printf("%s: %s: no function of that name has DWARF and a symbol here\n", o->path,
		       x->args->why);
}

/* ---- one file ---- */

struct btf_encoder *encoding_encoder(const struct encoding *x, const struct btf *base, int jobs)
{
	struct btf_report *r = btf_report__new();
	struct btf_encode_opts opts = x->opts;
	struct btf_encoder *e;

	opts.jobs = jobs;
	e = btf_encoder__new(base, &opts, r);
	say_report(r);
	btf_report__free(r);
	return e;
}

unsigned long long encoding_base_memory(const struct btf *base)
{
	__u32 size;

	return PROCESS + (base && btf__raw_data(base, &size) ? 3ull * size : 0);
}

int encoding_jobs(const struct encoding *x, struct btf_file *f, int jobs)
{
	if (jobs <= 0)
		jobs = btf_run__processors();
	while (x->memory && jobs > 1 && btf_encode__memory(f, jobs, false) > x->memory)
		jobs--;
	return jobs;
}

struct btf_module *encoding_file(const struct encoding *x, struct btf_encoder *e,
				 struct btf_file *f, struct outcome *o)
{
	const struct encoding_args *a = x->args;
	struct btf_module_encode_opts opts = {.sz = sizeof(opts), .distill = a->distill,
					      .allow_empty = a->empty, .in_file = x->in_file};
	struct btf_module *m;

	o->stats.sz = sizeof(o->stats);
	if (x->stats)
		opts.stats = &o->stats;
	if (x->split)
		opts.split = &o->split;
	if (a->why || a->report)
		opts.reasons = &o->reasons;
	m = btf_module__encode(f, e, &opts, o->report);
	o->encoded = m && x->stats;
	if (!m && errno == ENODATA && a->require) {
		btf_report__add(o->report, BTF_CODE_ENCODE_REQUIRED, BTF_ERROR, btf_file__path(f),
				"has no DWARF, and --require asks for some");
		errno = EINVAL;
	}
	return m;
}
