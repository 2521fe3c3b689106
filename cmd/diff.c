// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf diff: two BTFs compared by meaning. Exit status 0: equal, 1: different. */
#include <btf/diff.h>

#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "cmd.h"
#include "json.h"

struct diff_args {
	bool equal;
	struct list base;
	const char *ignore;
	unsigned long max;
	bool json;
	bool quiet;
};

static const struct opt diff_options[] = {
	{"equal", 'e', OPT_FLAG, NULL,
	 "the same types up to order? every type counts, ids do not",
	 offsetof(struct diff_args, equal)},
	OPT_BASE(offsetof(struct diff_args, base)),
	{"ignore", 0, OPT_STRING, "KINDS",
	 "do not count types of these kinds (func,decl_tag,...); they\n"
	 "still count as part of types that refer to them",
	 offsetof(struct diff_args, ignore)},
	{"max", 0, OPT_NUMBER, "N", "list at most N differences (default 100)",
	 offsetof(struct diff_args, max)},
	{"json", 0, OPT_FLAG, NULL, "one JSON object on stdout, schema btf-diff/1",
	 offsetof(struct diff_args, json)},
	{"quiet", 'q', OPT_FLAG, NULL, "only the exit status", offsetof(struct diff_args, quiet)},
	{0},
};

static const char *const kinds[] = {
	"",	"int",	   "ptr",      "array",	   "struct",   "union", "enum",
	"fwd",	"typedef", "volatile", "const",	   "restrict", "func",	"func_proto",
	"var",	"datasec", "float",    "decl_tag", "type_tag", "enum64"};

/* "func,decl_tag" -> bits; 0 for a word that is no kind */
static bool parse_kinds(const char *s, __u32 *ret)
{
	while (s && *s) {
		size_t len = strcspn(s, ",");
		unsigned int k = 1;

		while (k < sizeof(kinds) / sizeof(kinds[0]) &&
		       (strlen(kinds[k]) != len || strncasecmp(kinds[k], s, len)))
			k++;
		if (k == sizeof(kinds) / sizeof(kinds[0]))
			return false;
		*ret |= 1u << k;
		s += len + (s[len] == ',');
	}
	return true;
}

static void json_pair(struct json *j, const char *key, const __u32 *pair)
{
	json_array(j, key);
	json_number(j, NULL, pair[0]);
	json_number(j, NULL, pair[1]);
	json_array_end(j);
}

static void print_json(const struct btf_diff_result *r, int equal, const struct btf_report *findings)
{
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", "btf-diff/1");
	json_bool(&j, "equal", equal);
	json_pair(&j, "types", r->types);
	json_pair(&j, "unmatched", r->unmatched);
	json_number(&j, "changed", r->changed);
	json_number(&j, "reached", r->reached);
	json_pair(&j, "only", r->only);
	json_pair(&j, "anonymous", r->anonymous);
	json_pair(&j, "duplicates", r->duplicates);
	json_array(&j, "findings");
	for (size_t i = 0; i < btf_report__count(findings); i++)
		json_finding(&j, NULL, btf_report__get(findings, i));
	json_array_end(&j);
	json_object_end(&j);
	json_line(&j);
}

static void print_text(const struct btf_diff_result *r, int equal)
{
	if (equal)
		printf("equal: %u types\n", r->types[0]);
	else
		printf("different: %u of %u types on the left and %u of %u on the right have no equal;\n"
		       "by name: %u changed, %u refer to changed ones, %u only left, %u only right; "
		       "%u and %u without a name\n",
		       r->unmatched[0], r->types[0], r->unmatched[1], r->types[1], r->changed,
		       r->reached, r->only[0], r->only[1], r->anonymous[0], r->anonymous[1]);
	if (r->duplicates[0] || r->duplicates[1])
		printf("types that stand more than once: %u left, %u right\n", r->duplicates[0],
		       r->duplicates[1]);
}

static int compare(const struct diff_args *a, struct input *in, __u32 ignore, struct btf_report *r)
{
	struct btf_diff_opts opts = {.sz = sizeof(opts),
				     .ignore_kinds = ignore,
				     .max_findings = a->max};
	struct btf_diff_result res = {.sz = sizeof(res)};
	int equal = btf_diff__equal(in[0].btf, in[1].btf, &opts, &res, r);

	if (equal < 0) {
		say_report(r);
		return EXIT_TROUBLE;
	}
	if (a->json) {
		print_json(&res, equal, r);
	} else if (!a->quiet) {
		print_text(&res, equal);
		say_report(r);
	}
	return equal ? EXIT_OK : EXIT_FINDING;
}

static int diff_run(void *args, int cnt, char **operand)
{
	const struct diff_args *a = args;
	struct btf_report *r;
	struct base base = {0};
	struct input in[2] = {0};
	__u32 ignore = 0;
	int code = EXIT_TROUBLE;

	(void)cnt;
	if (!a->equal)
		return say_usage("diff", "say what to compare: --equal");
	if (!parse_kinds(a->ignore, &ignore))
		return say_usage("diff", "--ignore '%s': expected kinds like func,decl_tag", a->ignore);
	r = btf_report__new();
	if (!r)
		return say_error("out of memory");
	if (!base_open(&base, &a->base, r) && !input_open(&in[0], operand[0], base_top(&base), r) &&
	    !input_open(&in[1], operand[1], base_top(&base), r)) {
		say_report(r);
		btf_report__clear(r);
		code = compare(a, in, ignore, r);
	} else {
		say_report(r);
	}
	input_close(&in[0]);
	input_close(&in[1]);
	base_close(&base);
	btf_report__free(r);
	return code;
}

const struct command cmd_diff = {
	.name = "diff",
	.help = "compare two BTFs by meaning",
	.operands = "LEFT RIGHT",
	.min = 2,
	.max = 2,
	.options = diff_options,
	.args_size = sizeof(struct diff_args),
	.notes = "Of split BTF the own types are compared. Exit status 0: equal; 1: different.",
	.run = diff_run,
};
