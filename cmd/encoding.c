// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Options of the encoder, and what is told of functions that are left out.
 *
 * In: words of the command line. Out: struct btf_encode_opts; text or JSON Lines in the order of
 * the files.
 */
#include "encoding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define MAX_LANGUAGES 64

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

int encoding_opts(const char *command, const struct encoding_args *a, struct btf_encode_opts *opts,
		  __u32 *exclude, __u32 *only)
{
	static const enum btf_encode_profile profile[] = {BTF_PROFILE_CORRECT, BTF_PROFILE_CORRECT,
							  BTF_PROFILE_1_31, BTF_PROFILE_MASTER};
	int code = 0;

	opts->profile = profile[a->profile];
	if (a->features) {
		code = feature_set(command, a->features, &opts->features);
		opts->has_features = true;
	}
	if (!code && a->lang_exclude.cnt) {
		code = language_codes(command, &a->lang_exclude, exclude);
		opts->lang_exclude = exclude;
	}
	if (!code && a->lang.cnt) {
		code = language_codes(command, &a->lang, only);
		opts->lang_only = only;
		/* who names languages to read means them, Rust too */
		if (!a->lang_exclude.cnt) {
			exclude[0] = 0;
			opts->lang_exclude = exclude;
		}
	}
	return code;
}

/* ---- functions that are left out ---- */

int encoding_report_open(struct encoding_report *x, const struct encoding_args *a)
{
	*x = (struct encoding_report){.args = a};
	if (!a->report)
		return 0;
	x->to = strcmp(a->report, "-") ? fopen(a->report, "we") : stdout;
	if (!x->to)
		return say_error("%s: cannot be written: %s", a->report, strerror(errno));
	return 0;
}

int encoding_report_close(struct encoding_report *x)
{
	if (!x->to)
		return 0;
	x->failed |= ferror(x->to);
	if (x->to == stdout)
		x->failed |= fflush(x->to) != 0;
	else
		x->failed |= fclose(x->to) != 0;
	x->to = NULL;
	if (x->failed)
		return say_error("%s: cannot be written", x->args->report);
	return 0;
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

void encoding_report_file(struct encoding_report *x, const char *path,
			  const struct btf_encode_reasons *reasons)
{
	struct btf_encode_reason w = {.sz = sizeof(w)};
	bool found = false;

	for (size_t i = 0; i < btf_encode_reasons__count(reasons); i++) {
		if (btf_encode_reasons__get(reasons, i, &w))
			continue;
		if (x->to && !w.kept)
			report_json(x->to, path, &w);
		if (!x->args->why || strcmp(x->args->why, w.name))
			continue;
		report_text(path, &w);
		found = true;
	}
	if (x->args->why && !found)
		printf("%s: %s: no function of that name has DWARF and a symbol here\n", path,
		       x->args->why);
}

/* ---- one file ---- */

struct btf_module *encoding_file(const struct encoding_args *a, struct btf_encoder *e,
				 struct btf_file *f, bool in_file,
				 struct btf_encode_stats *stats,
				 struct btf_encode_reasons **ret_reasons, struct btf_report *r)
{
	struct btf_module_encode_opts opts = {.sz = sizeof(opts), .distill = a->distill,
					      .stats = stats, .allow_empty = a->empty,
					      .in_file = in_file};
	struct btf_module *m;

	if (a->why || a->report)
		opts.reasons = ret_reasons;
	m = btf_module__encode(f, e, &opts, r);
	if (!m && errno == ENODATA && a->require) {
		btf_report__add(r, BTF_CODE_ENCODE_REQUIRED, BTF_ERROR, btf_file__path(f),
				"has no DWARF, and --require asks for some");
		errno = EINVAL;
	}
	return m;
}
