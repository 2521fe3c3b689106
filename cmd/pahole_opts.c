// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * pahole's command line. In: argv as a kernel's build writes it. Out: struct pahole_args.
 *
 * Every option of pahole is known, so that abbreviations mean what they mean there: those that
 * encode are done, some are tolerated because they change nothing, and those that print types are
 * refused with the btf command that does it. Options are taken in order: the first list of
 * features starts from nothing, later ones and single options add to it or take away.
 */
#include "pahole.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <btf/encode.h>

enum action {
	ACT_ENCODE,
	ACT_DETACHED,
	ACT_BASE,
	ACT_JOBS,
	ACT_FEATURES,
	ACT_STRICT,
	ACT_ALL,
	ACT_ON,	 /* bits on, */
	ACT_OFF, /* off */
	ACT_LANG,
	ACT_LANG_EXCLUDE,
	ACT_KABI,
	ACT_VERBOSE,
	ACT_QUIET,
	ACT_PROFILE,
	ACT_INDEX,
	ACT_FORMAT,
	ACT_ASK,       /* bits: enum pahole_ask */
	ACT_NONE,      /* it changes nothing here */
	ACT_ELSEWHERE, /* help: what does it */
};

enum takes { NOTHING, VALUE, MAYBE };

struct row {
	const char *name;
	char letter;
	unsigned char takes; /* enum takes */
	unsigned char action;
	__u32 bits;
	const char *arg, *help;
};

#define SHOW "'btf show TYPE FILE' prints layouts"
#define DUMP "'btf dump FILE' prints types"
#define HEADER "'btf header FILE' makes a header that compiles"
#define NEVER "btf does not do that; dwarves' own pahole does"

/* clang-format off */
static const struct row rows[] = {
	{"btf_encode", 'J', NOTHING, ACT_ENCODE, 0, NULL, "encode: BTF goes into FILE, as .BTF"},
	{"btf_encode_detached", 0, VALUE, ACT_DETACHED, 0, "FILENAME",
	 "encode: raw BTF goes into FILENAME"},
	{"btf_base", 0, VALUE, ACT_BASE, 0, "PATH", "make split BTF, on this one"},
	{"jobs", 'j', MAYBE, ACT_JOBS, 0, "NR_JOBS", "threads (default: one for each processor)"},
	{"btf_features", 0, VALUE, ACT_FEATURES, 0, "LIST",
	 "what to describe; the first LIST replaces what is standard,\n"
	 "'+LIST' and 'default' begin with that; unknown names are ignored"},
	{"btf_features_strict", 0, VALUE, ACT_STRICT, 0, "LIST", "the same; unknown names are errors"},
	{"supported_btf_features", 0, NOTHING, ACT_ASK, PAHOLE_SUPPORTED, NULL, "list the names"},
	{"lang_exclude", 0, VALUE, ACT_LANG_EXCLUDE, 0, "LANGUAGES",
	 "leave out units in these languages (rust always)"},
	{"lang", 0, VALUE, ACT_LANG, 0, "LANGUAGES", "read only units in these languages"},
	{"kabi_prefix", 0, VALUE, ACT_KABI, 0, "STRING", "names that begin with STRING are STRING"},
	{"skip_encoding_btf_vars", 0, NOTHING, ACT_OFF, BTF_ENCODE_VAR, NULL, "no VARs"},
	{"skip_encoding_btf_decl_tag", 0, NOTHING, ACT_OFF, BTF_ENCODE_DECL_TAG, NULL,
	 "no DECL_TAGs"},
	{"skip_encoding_btf_type_tag", 0, NOTHING, ACT_OFF, BTF_ENCODE_TYPE_TAG, NULL,
	 "no TYPE_TAGs"},
	{"skip_encoding_btf_enum64", 0, NOTHING, ACT_OFF, BTF_ENCODE_ENUM64, NULL, "no ENUM64"},
	{"skip_encoding_btf_inconsistent_proto", 0, NOTHING, ACT_ON, BTF_ENCODE_CONSISTENT_FUNC,
	 NULL, "no functions whose prototypes contradict"},
	{"btf_gen_floats", 0, NOTHING, ACT_ON, BTF_ENCODE_FLOAT, NULL, "FLOATs"},
	{"btf_gen_all", 0, NOTHING, ACT_ALL, 0, NULL, "everything that is standard"},
	{"btf_attributes", 0, NOTHING, ACT_ON, BTF_ENCODE_ATTRIBUTES, NULL,
	 "attributes of kfuncs' arguments"},
	{"btf_encode_force", 0, NOTHING, ACT_NONE, 0, NULL, "always so: what BTF cannot say is left out"},
	{"btf_gen_optimized", 0, NOTHING, ACT_NONE, 0, NULL, "as in pahole 1.31: without effect"},
	{"reproducible_build", 0, NOTHING, ACT_NONE, 0, NULL, "always so"},
	{"verbose", 'V', NOTHING, ACT_VERBOSE, 0, NULL, "list functions that are left out"},
	{"quiet", 'q', NOTHING, ACT_QUIET, 0, NULL, "no notes"},
	{"numeric_version", 0, NOTHING, ACT_ASK, PAHOLE_NUMERIC, NULL, "131 instead of v1.31"},
	{"version", 0, NOTHING, ACT_ASK, PAHOLE_VERSION, NULL, "v1.31"},
	{"help", '?', NOTHING, ACT_ASK, PAHOLE_HELP, NULL, "this text"},
	{"usage", 0, NOTHING, ACT_ASK, PAHOLE_USAGE, NULL, "one line"},
	{"btfkit_profile", 0, VALUE, ACT_PROFILE, 0, "1.24|1.31|master|correct",
	 "whose rules choose functions: pahole's of that version, of its\n"
	 "development tree, or right ones"},
	{"btfkit_index", 0, VALUE, ACT_INDEX, 0, "DIR",
	 "keep an index of the base in DIR, for the next process"},
	{"format_path", 'F', VALUE, ACT_FORMAT, 0, "dwarf", "DWARF is what is read"},
	{"hashbits", 0, VALUE, ACT_NONE, 0, "BITS", "without effect"},
	{"cacheline_size", 'c', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --cacheline N TYPE FILE'"},
	{"class_name", 'C', VALUE, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"expand_types", 'E', NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"expand_pointers", 'p', NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"rel_offset", 'r', NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"recursive", 'd', NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"flat_arrays", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"hex", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"show_only_data_members", 'M', NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"suppress_aligned_attribute", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"suppress_force_paddings", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"suppress_packed", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"classes_as_structs", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"fixup_silly_bitfields", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"word_size", 'w', VALUE, ACT_ELSEWHERE, 0, NULL, SHOW " of the machine it is of"},
	{"skip_missing", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, SHOW},
	{"anon_include", 'a', NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"nested_anon_include", 'A', NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"show_private_classes", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"structs", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"unions", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"sort", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf dump --sorted FILE'"},
	{"prefix_filter", 'y', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show 'PREFIX*' FILE'"},
	{"exclude", 'x', VALUE, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"sizes", 's', NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf dump --json FILE' has sizes"},
	{"class_name_len", 'N', NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf dump --json FILE' has names"},
	{"nr_members", 'n', NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf dump --json FILE' has members"},
	{"separator", 't', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf dump --json FILE' separates"},
	{"compile", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, HEADER},
	{"skip_emitting_atomic_typedefs", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, HEADER},
	{"skip_emitting_errors", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, HEADER},
	{"holes", 'H', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"bit_holes", 'B', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"hole_size_ge", 'z', VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"padding_ge", 0, VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"padding", 0, VALUE, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"packable", 'P', NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"packed", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, "'btf show --json' has holes"},
	{"with_flexible_array", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"with_embedded_flexible_array", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"contains", 'i', VALUE, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"contains_enumerator", 0, VALUE, ACT_ELSEWHERE, 0, NULL, "'btf header --need ENUMERATOR FILE'"},
	{"contains_enum", 0, VALUE, ACT_ELSEWHERE, 0, NULL, "'btf header --need ENUMERATOR FILE'"},
	{"find_pointers_to", 'f', VALUE, ACT_ELSEWHERE, 0, NULL, DUMP},
	{"defined_in", 'u', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"cu_exclude", 'X', VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"decl_exclude", 'D', VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"show_decl_info", 'I', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"show_first_biggest_size_base_type_member", 'l', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"nr_methods", 'm', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"nr_definitions", 'T', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"reorganize", 'R', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"show_reorg_steps", 'S', NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"first_obj_only", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"inner_anonymous", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"prettify", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"header_type", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"range", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"count", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"skip", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"seek_bytes", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"size_bytes", 0, VALUE, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"ptr_table_stats", 0, NOTHING, ACT_ELSEWHERE, 0, NULL, NEVER},
	{"running_kernel_vmlinux", 0, NOTHING, ACT_ELSEWHERE, 0, NULL,
	 "'btf info' without FILE looks at the running kernel"},
	{"ctf_encode", 'Z', NOTHING, ACT_ELSEWHERE, 0, NULL, "CTF is not written any more"},
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define LONG_FROM 256 /* what getopt returns for rows[0] by its long name */

/* in the order of pahole's own list; without a bit: known, and nothing depends on it */
static const struct {
	const char *name;
	bool distill;
} features[] = {
	{"encode_force", false},    {"var", false},
	{"float", false},	    {"decl_tag", false},
	{"type_tag", false},	    {"enum64", false},
	{"optimized_func", false},  {"consistent_func", false},
	{"decl_tag_kfuncs", false}, {"reproducible_build", false},
	{"distilled_base", true},   {"global_var", false},
	{"attributes", false},	    {"true_signature", false},
	{"layout", false},
};

#define FEATURES (sizeof(features) / sizeof(features[0]))

struct parse {
	struct pahole_args *a;
	bool mute;
};

/* ---- what is said ---- */

static void fail(struct parse *p, int code)
{
	p->a->ask = PAHOLE_SAID;
	p->a->code = code;
}

static void usage_error(struct parse *p)
{
	if (!p->mute)
		fputs("Try `pahole --help' or `pahole --usage' for more information.\n", stderr);
	fail(p, PAHOLE_EX_USAGE);
}

void pahole_supported(FILE *to)
{
	for (size_t i = 0; i < FEATURES; i++)
		fprintf(to, "%s%s", i ? "," : "", features[i].name);
	fputc('\n', to);
}

static void help_row(const struct row *o, FILE *to)
{
	int col = o->letter ? fprintf(to, "  -%c, --%s", o->letter, o->name)
			    : fprintf(to, "      --%s", o->name);

	if (o->takes)
		col += fprintf(to, o->takes == MAYBE ? "[=%s]" : "=%s", o->arg);
	fprintf(to, "%*s", col < 40 ? 40 - col : 1, "");
	for (const char *s = o->help; *s; s++) {
		fputc(*s, to);
		if (*s == '\n')
			fprintf(to, "%40s", "");
	}
	fputc('\n', to);
}

void pahole_help(FILE *to)
{
	fputs("Usage: pahole -J [OPTION...] FILE...\n"
	      "btfkit's encoder as a kernel's build calls it: DWARF to BTF.\n\n",
	      to);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].action != ACT_ELSEWHERE)
			help_row(&rows[i], to);
	fputs("\nOptions that print types are known, and say which btf command does it.\n"
	      "Manual: btf-pahole(1)\n",
	      to);
}

/* ---- features ---- */

static void reset_once(struct pahole_args *a)
{
	if (a->features_reset)
		return;
	a->features_reset = true;
	a->features = 0;
	a->distill = false;
}

static void feature_unknown(struct parse *p, const char *word, const char *list, bool strict)
{
	if (strict) {
		if (!p->mute) {
			fprintf(stderr,
				"Feature '%s' in '%s' is not supported.  Supported BTF features "
				"are:\n",
				word, list);
			pahole_supported(stderr);
		}
		fail(p, EXIT_FAILURE);
	} else if (p->a->verbose && !p->mute) {
		fprintf(stderr, "Ignoring unsupported feature '%s'.\n", word);
	}
}

static void feature_set(struct parse *p, const char *word, const char *list, bool strict)
{
	struct pahole_args *a = p->a;

	/* "all" is what "default" was called first */
	if (!strcmp(word, "default") || !strcmp(word, "all")) {
		a->features |= BTF_ENCODE_STANDARD;
		return;
	}
	for (size_t i = 0; i < FEATURES; i++) {
		if (strcmp(features[i].name, word) != 0)
			continue;
		a->features |= btf_encode__feature(word);
		a->distill |= features[i].distill;
		return;
	}
	feature_unknown(p, word, list, strict);
}

static void feature_list(struct parse *p, const char *list, bool strict)
{
	char *copy = or_end(strdup(list)), *save = NULL, *words = copy;

	reset_once(p->a);
	if (*words == '+') {
		p->a->features |= BTF_ENCODE_STANDARD;
		words++;
	}
	for (char *w = strtok_r(words, ",", &save); w && p->a->ask != PAHOLE_SAID;
	     w = strtok_r(NULL, ",", &save))
		feature_set(p, w, list, strict);
	free(copy);
}

/* ---- options ---- */

static void set_jobs(struct parse *p, const char *arg)
{
	unsigned long n;

	if (!arg) {
		p->a->jobs = -1;
		return;
	}
	if (opts_number(arg, 1u << 20, &n)) {
		p->a->jobs = (int)n;
		return;
	}
	if (!p->mute)
		pahole_say("-j '%s': expected a number of threads", arg);
	usage_error(p);
}

/* -F names formats to try in order: one that begins with BTF would print BTF */
static void set_format(struct parse *p, const char *arg)
{
	if (!strcmp(arg, "dwarf") || !strncmp(arg, "dwarf,", 6))
		return;
	if (!p->a->elsewhere) {
		p->a->elsewhere = "format_path";
		p->a->instead = "DWARF is what is encoded; " DUMP " of BTF";
	}
}

static void set_profile(struct parse *p, const char *arg)
{
	p->a->profile = arg;
	if (strcmp(arg, "1.24") && strcmp(arg, "1.31") && strcmp(arg, "master") &&
	    strcmp(arg, "correct")) {
		if (!p->mute)
			pahole_say("--btfkit_profile '%s': expected one of "
				   "1.24|1.31|master|correct",
				   arg);
		usage_error(p);
	}
}

static void set_features(struct parse *p, const struct row *o, const char *arg)
{
	struct pahole_args *a = p->a;

	switch ((enum action)o->action) {
	case ACT_FEATURES:
		feature_list(p, arg, false);
		break;
	case ACT_STRICT:
		feature_list(p, arg, true);
		break;
	case ACT_ALL:
		reset_once(a);
		a->features |= BTF_ENCODE_STANDARD;
		break;
	case ACT_ON:
		a->features |= o->bits;
		break;
	case ACT_OFF:
		a->features &= ~o->bits;
		break;
	default:
		break;
	}
}

static void take(struct parse *p, const struct row *o, const char *arg)
{
	struct pahole_args *a = p->a;

	switch ((enum action)o->action) {
	case ACT_DETACHED:
		a->detached = arg;
		a->encode = true;
		break;
	case ACT_ENCODE:
		a->encode = true;
		break;
	case ACT_BASE:
		a->base = arg;
		break;
	case ACT_JOBS:
		set_jobs(p, arg);
		break;
	case ACT_LANG_EXCLUDE:
		a->languages_exclude = true;
		a->languages = arg;
		break;
	case ACT_LANG:
		a->languages = arg;
		break;
	case ACT_KABI:
		a->kabi_prefix = arg;
		break;
	case ACT_VERBOSE:
		a->verbose = true;
		break;
	case ACT_QUIET:
		a->quiet = true;
		break;
	case ACT_PROFILE:
		set_profile(p, arg);
		break;
	case ACT_INDEX:
		a->index = arg;
		break;
	case ACT_FORMAT:
		set_format(p, arg);
		break;
	case ACT_ASK:
		a->ask = (enum pahole_ask)o->bits;
		break;
	case ACT_ELSEWHERE:
		if (!a->elsewhere) {
			a->elsewhere = o->name;
			a->instead = o->help;
		}
		break;
	case ACT_NONE:
		break;
	default:
		set_features(p, o, arg);
		break;
	}
}

/* ---- getopt ---- */

static void tables(struct option *longs, char *letters)
{
	for (size_t i = 0; i < ROWS; i++) {
		static const int has[] = {no_argument, required_argument, optional_argument};

		longs[i] =
			(struct option){rows[i].name, has[rows[i].takes], NULL, LONG_FROM + (int)i};
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		for (int colons = rows[i].takes; colons; colons--)
			*letters++ = ':';
	}
	longs[ROWS] = (struct option){0};
	*letters = 0;
}

static const struct row *row_of(int got)
{
	if (got >= LONG_FROM)
		return &rows[got - LONG_FROM];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter && rows[i].letter == got)
			return &rows[i];
	return NULL;
}

/* "-?" asks for help, and '?' is also what getopt returns for what it does not know */
static bool unknown(int got, int argc, char **argv)
{
	return got == '?' && (optopt || optind < 2 || optind > argc || argv[optind - 1][0] != '-' ||
			      argv[optind - 1][1] == '-');
}

static void conclude(struct parse *p)
{
	struct pahole_args *a = p->a;

	if (a->elsewhere && !p->mute)
		pahole_say("--%s: this pahole only encodes; %s", a->elsewhere, a->instead);
	else if (!a->elsewhere && !a->encode && !p->mute)
		pahole_say("without -J types would be printed: %s; " SHOW, DUMP);
	else if (!a->elsewhere && a->encode && !a->cnt && !p->mute)
		pahole_say("no FILE to encode");
	else if (!a->elsewhere && a->detached && !*a->detached && !p->mute)
		pahole_say("--btf_encode_detached needs the name of a file");
	if (a->elsewhere || !a->encode || !a->cnt || (a->detached && !*a->detached))
		usage_error(p);
}

void pahole_parse(struct pahole_args *a, int argc, char **argv, bool mute)
{
	struct option longs[ROWS + 1];
	char letters[3 * ROWS + 1];
	struct parse p = {.a = a, .mute = mute};
	int got;

	/* what pahole describes when nobody says what to describe */
	a->features =
		BTF_ENCODE_VAR | BTF_ENCODE_DECL_TAG | BTF_ENCODE_TYPE_TAG | BTF_ENCODE_ENUM64;
	tables(longs, letters);
	optind = 1;
	opterr = !mute;
	while (a->ask == PAHOLE_ENCODE || a->ask == PAHOLE_NUMERIC) {
		optopt = 0;
		got = getopt_long(argc, argv, letters, longs, NULL);
		if (got == -1)
			break;
		if (unknown(got, argc, argv))
			usage_error(&p);
		else
			take(&p, row_of(got), optarg);
	}
	a->cnt = argc - optind;
	a->file = argv + optind;
	if (a->ask == PAHOLE_ENCODE)
		conclude(&p);
}
