// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf features: what this build can do, for scripts that would otherwise look at version numbers.
 * In: names to ask for, or none. Out: names, one a line; a name that was printed once keeps its
 * meaning, and btf-features(1) says what each one means.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <btf/encode.h>

#include "cmd.h"
#include "dropin.h"
#include "json.h"

struct features_args {
	bool json;
};

static const struct opt features_options[] = {
	{"json", 0, OPT_FLAG, NULL, "one JSON object, schema btf-features/1",
	 offsetof(struct features_args, json)},
	{0},
};

/* what pahole calls a feature; these are there if the library says so */
static const char *const encode_features[] = {
	"attributes", "consistent_func", "decl_tag",	   "decl_tag_kfuncs", "enum64", "float",
	"global_var", "layout",		 "true_signature", "type_tag",	      "var",
};

static const char *const others[] = {
	"distill.base",	    /* .BTF.base is made and read */
	"dwarf.dwz",	    /* partial and imported units */
	"dwarf.lto",	    /* references across units */
	"dwarf.type_units", /* -fdebug-types-section */
	"dwarf.zstd",	    /* debug sections compressed with zstd */
	"encode.in_place",  /* without objcopy */
	"encode.kabi_prefix",
	"encode.merge",	       /* several files, one BTF */
	"encode.reproducible", /* the same bytes for any number of threads */
	"input.gzip",
	"input.lz4",
	"input.vmlinuz",
	"input.xz",
	"input.zstd",
	"pahole.btf_features",
	"pahole.detached_base",	 /* distilled_base with detached output */
	"pahole.empty_detached", /* a file is written where there is no DWARF */
	"pahole.exit_status",	 /* failures are not 0 */
	"pahole.extmod_base",	 /* KBUILD_EXTMOD */
	"pahole.index",
	"pahole.jobserver",
	"pahole.lang_exclude",
	"pahole.shadow",
	"profile.1.24",
	"profile.1.31",
	"profile.correct",
	"profile.master",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct names {
	char **at;
	size_t cnt;
};

static void add(struct names *n, const char *prefix, const char *name)
{
	n->at = or_end(realloc(n->at, (n->cnt + 1) * sizeof(*n->at)));
	if (asprintf(&n->at[n->cnt], "%s%s", prefix, name) < 0)
		or_end(NULL);
	n->cnt++;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect(struct names *n)
{
	for (size_t i = 0; command_at(i); i++)
		add(n, "command.", command_at(i)->name);
	for (size_t i = 0; dropin_name(i); i++)
		add(n, "dropin.", dropin_name(i));
	for (size_t i = 0; i < COUNT(encode_features); i++)
		if (btf_encode__feature(encode_features[i]))
			add(n, "encode.", encode_features[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		add(n, "", others[i]);
	qsort(n->at, n->cnt, sizeof(*n->at), by_name);
}

static bool has(const struct names *n, const char *name)
{
	return bsearch(&name, n->at, n->cnt, sizeof(*n->at), by_name) != NULL;
}

/* those asked for that are there, or all */
static void print(const struct names *n, bool as_json, int cnt, char **operand)
{
	struct json j = {.to = stdout};

	if (as_json) {
		json_object(&j, NULL);
		json_string(&j, "schema", "btf-features/1");
		json_string(&j, "version", BTFKIT_VERSION);
		json_array(&j, "features");
	}
	for (size_t i = 0; i < (cnt ? (size_t)cnt : n->cnt); i++) {
		const char *name = cnt ? operand[i] : n->at[i];

		if (!has(n, name))
			continue;
		if (as_json)
			json_string(&j, NULL, name);
		else
			puts(name);
	}
	if (as_json) {
		json_array_end(&j);
		json_object_end(&j);
		json_line(&j);
	}
}

static int run(void *args, int cnt, char **operand)
{
	const struct features_args *a = args;
	struct names n = {0};
	int code = EXIT_OK;

	collect(&n);
	print(&n, a->json, cnt, operand);
	for (int i = 0; i < cnt; i++)
		if (!has(&n, operand[i]))
			code = EXIT_FINDING;
	for (size_t i = 0; i < n.cnt; i++)
		free(n.at[i]);
	free(n.at);
	return code;
}

const struct command cmd_features = {
	.name = "features",
	.help = "list what this build can do",
	.operands = "[NAME...]",
	.min = 0,
	.max = -1,
	.options = features_options,
	.args_size = sizeof(struct features_args),
	.notes =
		"With NAMEs only those of them that are there are printed; exit status 1 where one "
		"is\nnot. Names keep their meaning in later versions.",
	.run = run,
};
