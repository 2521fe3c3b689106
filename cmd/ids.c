// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf ids: the type ids that a kernel's or a module's code holds (.BTF_ids). In: files and folders,
 * a base. Out: every word and what it means; or whether they are right; or the file with its ids
 * filled in. What lies in .BTF_ids goes by the BTF beside it: a distilled module's ids are those of
 * its own base, whatever -B says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <linux/btf.h>

#include <btf/btf.h>
#include <btf/ids.h>

#include "base.h"
#include "folder.h"
#include "json.h"

#define SCHEMA "btf-ids/1"
#define SECTION ".BTF_ids"

struct ids_args {
	struct list base;
	bool verify, resolve;
	bool in_place;
	const char *out;
	bool json, quiet;
	bool strip_signature, no_fsync, break_hardlinks;
};

static const struct opt ids_options[] = {
	OPT_BASE(offsetof(struct ids_args, base)),
	{"verify", 0, OPT_FLAG, NULL, "say whether the ids are those of the BTF beside them",
	 offsetof(struct ids_args, verify)},
	{"resolve", 0, OPT_FLAG, NULL, "fill the ids in, as resolve_btfids does; needs -i or -o",
	 offsetof(struct ids_args, resolve)},
	{"in-place", 'i', OPT_FLAG, NULL, "replace each file, whole or not at all",
	 offsetof(struct ids_args, in_place)},
	{"output", 'o', OPT_STRING, "OUT", "write to OUT, - is standard output; for one input",
	 offsetof(struct ids_args, out)},
	{"json", 0, OPT_FLAG, NULL, "one JSON object per file, and a summary, on stdout",
	 offsetof(struct ids_args, json)},
	{"quiet", 'q', OPT_FLAG, NULL, "no summary", offsetof(struct ids_args, quiet)},
	{"strip-signature", 0, OPT_FLAG, NULL,
	 "change signed modules too: their signature is cut off",
	 offsetof(struct ids_args, strip_signature)},
	{"break-hardlinks", 0, OPT_FLAG, NULL,
	 "change files that have other names too: those keep the old content",
	 offsetof(struct ids_args, break_hardlinks)},
	{"no-fsync", 0, OPT_FLAG, NULL, "do not wait for the disk: for build systems",
	 offsetof(struct ids_args, no_fsync)},
	{0},
};

enum verdict { LISTED, RIGHT, RESOLVED, UNCHANGED, WITHOUT, WRONG, REFUSED, UNREADABLE, VERDICTS };

static const char *const words[VERDICTS] = {
	[LISTED] = "listed",	   [RIGHT] = "right",		[RESOLVED] = "resolved",
	[UNCHANGED] = "unchanged", [WITHOUT] = "without",	[WRONG] = "wrong",
	[REFUSED] = "refused",	   [UNREADABLE] = "unreadable",
};

/* bits of a member's flags, as include/linux/btf.h has them */
static const char *const flag_names[] = {
	[0] = "acquire",
	[1] = "release",
	[2] = "ret_null",
	[4] = "trusted_args",
	[5] = "sleepable",
	[6] = "destructive",
	[7] = "rcu",
	[8] = "iter_new",
	[9] = "iter_next",
	[10] = "iter_destroy",
	[11] = "rcu_protected",
	[12] = "fastcall",
	[13] = "arena_ret",
	[14] = "arena_arg1",
	[15] = "arena_arg2",
	[16] = "implicit_args",
};

struct run {
	const struct ids_args *args;
	struct base base;
	size_t files, count[VERDICTS];
};

/* one file while it is worked on */
struct work {
	const char *path;
	bool found; /* in a folder: what is no ELF file is passed over */
	struct btf_report *report;
	struct btf_file *file;
	struct btf *btf; /* NULL: cannot be had */
	struct btf_ids *ids;
	struct btf_ids_info info;
	enum verdict verdict;
};

/* ---- a file's words ---- */

struct word {
	struct btf_ids_word w;
	bool has_flags;
	__u32 flags;
	const struct btf_type *type; /* what the id means, or NULL */
};

static bool is_id(const struct btf_ids_word *w)
{
	return w->kind == BTF_IDS_LIST || w->kind == BTF_IDS_MEMBER;
}

static struct word word_at(const struct work *k, __u32 i)
{
	struct word out = {.w.sz = sizeof(out.w)};
	struct btf_ids_word next = {.sz = sizeof(next)};

	btf_ids__word(k->ids, i, &out.w);
	if (is_id(&out.w) && out.w.value && k->btf)
		out.type = btf__type_by_id(k->btf, out.w.value);
	if (out.w.kind == BTF_IDS_UNUSED || out.w.kind == BTF_IDS_FLAGS || i + 1 >= k->info.words)
		return out;
	btf_ids__word(k->ids, i + 1, &next);
	out.has_flags = next.kind == BTF_IDS_FLAGS;
	out.flags = out.has_flags ? next.value : 0;
	return out;
}

static const char *kind_of(__u32 kind)
{
	switch (kind) {
	case BTF_KIND_FUNC:
		return "FUNC";
	case BTF_KIND_STRUCT:
		return "STRUCT";
	case BTF_KIND_UNION:
		return "UNION";
	case BTF_KIND_TYPEDEF:
		return "TYPEDEF";
	default:
		return "another kind";
	}
}

static const char *name_of(const struct work *k, const struct btf_type *t)
{
	return btf__name_by_offset(k->btf, t->name_off);
}

/* ---- as text ---- */

static void print_flags(const struct word *word)
{
	if (!word->has_flags)
		return;
	printf("  flags 0x%x", word->flags);
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (flag_names[i] && word->flags >> i & 1)
			printf(" %s", flag_names[i]);
}

/* there symbols do not tell what stands where */
static bool in_sorted_set(const struct work *k, const struct btf_ids_word *w)
{
	struct btf_ids_set s = {.sz = sizeof(s)};

	return w->set >= 0 && !btf_ids__set(k->ids, (__u32)w->set, &s) && s.sorted;
}

static void print_id(const struct work *k, const struct word *word)
{
	const struct btf_ids_word *w = &word->w;

	printf("  0x%05x %8u  ", w->offset, w->value);
	if (word->type)
		printf("%s '%s'", kind_of(BTF_INFO_KIND(word->type->info)), name_of(k, word->type));
	else if (w->value)
		printf(k->btf ? "no such type" : "?");
	else if (in_sorted_set(k, w))
		printf("a name that no type has");
	else if (w->want)
		printf("not resolved, asks for %s '%s'", kind_of((__u32)w->want_kind), w->want);
	else
		printf("no symbol");
	if (word->type && w->set < 0 && w->want &&
	    (BTF_INFO_KIND(word->type->info) != (__u32)w->want_kind ||
	     strcmp(w->want, name_of(k, word->type))))
		printf(", but its symbol asks for %s '%s'", kind_of((__u32)w->want_kind), w->want);
	print_flags(word);
	putchar('\n');
}

static void print_set(const struct work *k, const struct word *word)
{
	struct btf_ids_set s = {.sz = sizeof(s)};

	btf_ids__set(k->ids, (__u32)word->w.set, &s);
	printf("  0x%05x %s '%s': %u member%s, %s%s\n", s.offset, s.has_flags ? "set8" : "set",
	       s.name, s.members, s.members == 1 ? "" : "s",
	       s.sorted || !s.members ? "sorted" : "not resolved", s.kfuncs ? ", kfuncs" : "");
}

static void print_words(const struct work *k)
{
	if (!k->info.symbols)
		printf("%s: %u words without symbols\n", k->path, k->info.words);
	else
		printf("%s: %u id%s, %u set%s, %s\n", k->path, k->info.ids,
		       k->info.ids == 1 ? "" : "s", k->info.sets, k->info.sets == 1 ? "" : "s",
		       k->info.resolved ? "resolved" : "not resolved");
	for (__u32 i = 0; i < k->info.words; i++) {
		struct word word = word_at(k, i);

		if (word.w.kind == BTF_IDS_COUNT)
			print_set(k, &word);
		else if (is_id(&word.w))
			print_id(k, &word);
		else if (word.w.kind == BTF_IDS_UNUSED && word.w.value)
			printf("  0x%05x %8u\n", word.w.offset, word.w.value);
	}
}

static void tell_text(const struct run *run, const struct work *k)
{
	if (k->verdict == LISTED)
		print_words(k);
	else if (k->verdict == WITHOUT && !k->found && !run->args->quiet)
		printf("%s: has no .BTF_ids\n", k->path);
	else if (k->verdict == WRONG)
		printf("%s: wrong\n", k->path);
	fflush(stdout);
	if (!k->report)
		say_error("%s: out of memory", k->path);
	else if (k->verdict != WITHOUT)
		say_report(k->report);
}

/* ---- as JSON ---- */

static void json_type(struct json *j, const char *key, const char *kind, const char *name)
{
	json_object(j, key);
	json_string(j, "kind", kind);
	json_string(j, "name", name);
	json_object_end(j);
}

static void json_id(struct json *j, const struct work *k, const struct word *word)
{
	const struct btf_ids_word *w = &word->w;

	json_object(j, NULL);
	json_number(j, "offset", w->offset);
	json_number(j, "id", w->value);
	if (w->want)
		json_type(j, "symbol", kind_of((__u32)w->want_kind), w->want);
	if (word->type)
		json_type(j, "type", kind_of(BTF_INFO_KIND(word->type->info)),
			  name_of(k, word->type));
	if (w->set >= 0)
		json_number(j, "set", w->set);
	if (word->has_flags)
		json_number(j, "flags", word->flags);
	json_object_end(j);
}

static void json_sets(struct json *j, const struct work *k)
{
	json_array(j, "sets");
	for (__u32 i = 0; i < k->info.sets; i++) {
		struct btf_ids_set s = {.sz = sizeof(s)};

		btf_ids__set(k->ids, i, &s);
		json_object(j, NULL);
		json_string(j, "name", s.name);
		json_number(j, "offset", s.offset);
		json_number(j, "members", s.members);
		json_bool(j, "has_flags", s.has_flags);
		json_bool(j, "kfuncs", s.kfuncs);
		json_bool(j, "sorted", s.sorted);
		json_object_end(j);
	}
	json_array_end(j);
}

static void tell_json(const struct work *k)
{
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", SCHEMA);
	json_string(&j, "file", k->path);
	json_string(&j, "verdict", words[k->verdict]);
	if (k->ids) {
		json_bool(&j, "resolved", k->info.resolved);
		json_sets(&j, k);
		json_array(&j, "ids");
		for (__u32 i = 0; i < k->info.words; i++) {
			struct word word = word_at(k, i);

			if (is_id(&word.w))
				json_id(&j, k, &word);
		}
		json_array_end(&j);
	}
	if (k->verdict != WITHOUT)
		json_findings(&j, "findings", k->report);
	json_object_end(&j);
	json_line(&j);
}

static int finish(const struct run *run)
{
	const size_t *n = run->count;
	struct json j = {.to = stdout};

	if (run->args->json) {
		json_object(&j, NULL);
		json_string(&j, "schema", SCHEMA);
		json_object(&j, "summary");
		json_number(&j, "files", (long long)run->files);
		for (int i = 0; i < VERDICTS; i++)
			json_number(&j, words[i], (long long)n[i]);
		json_object_end(&j);
		json_object_end(&j);
		json_line(&j);
	} else if (!run->args->quiet && (run->args->verify || run->args->resolve)) {
		fprintf(stderr, "btf ids: %zu file%s", run->files, run->files == 1 ? "" : "s");
		for (int i = RIGHT; i < VERDICTS; i++)
			if (n[i])
				fprintf(stderr, ", %zu %s%s", n[i], words[i],
					i == WITHOUT ? " .BTF_ids" : "");
		fputc('\n', stderr);
	}
	if (n[UNREADABLE])
		return EXIT_TROUBLE;
	return n[WRONG] || n[REFUSED] ? EXIT_FINDING : EXIT_OK;
}

/* ---- one file ---- */

/* the BTF that the ids are of */
static bool load_btf(const struct run *run, struct work *k)
{
	size_t size;
	bool distilled = btf_file__section(k->file, ".BTF.base", &size, NULL) || errno != ENODATA;
	bool needed = run->args->verify || run->args->resolve;
	struct btf_report *r = k->report;

	/* a list says without BTF what the symbols say */
	if (!needed && !distilled && !base_top(&run->base)) {
		k->btf = btf_load__file(k->file, NULL, NULL, NULL);
		if (!k->btf && errno != ENOMEM)
			btf_report__add(r, BTF_CODE_IDS_UNKNOWN, BTF_NOTE, k->path,
					"its BTF cannot be read without a base: what the ids mean "
					"is not shown");
		return true;
	}
	k->btf = btf_load__file(k->file, distilled ? NULL : base_top(&run->base), NULL, r);
	return k->btf || !needed;
}

static enum verdict verify(struct work *k)
{
	size_t size;
	int ret = btf_ids__verify(k->ids, k->btf, k->report);

	if (k->info.listed && btf_file__section(k->file, ".BTF.base", &size, NULL))
		btf_report__add(k->report, BTF_CODE_IDS_LISTS, BTF_WARNING, k->path,
				"is distilled, and has ids outside of kfunc sets");
	if (ret < 0)
		return UNREADABLE;
	return !ret ? RIGHT : k->info.symbols ? WRONG : REFUSED;
}

static enum verdict resolve(const struct run *run, struct work *k)
{
	const struct ids_args *a = run->args;
	struct btf_save_opts save = {.sz = sizeof(save),
				     .strip_signature = a->strip_signature,
				     .no_fsync = a->no_fsync,
				     .break_hardlinks = a->break_hardlinks};
	struct btf_file_change change = {.name = SECTION};
	size_t size;
	const void *was = btf_file__section(k->file, SECTION, &size, k->report);
	bool same;

	if (!was)
		return UNREADABLE;
	if (btf_ids__resolve(k->ids, k->btf, k->report))
		return errno == ENOMEM ? UNREADABLE : REFUSED;
	change.data = btf_ids__data(k->ids, &change.size);
	same = change.size == size && !memcmp(was, change.data, size);
	/* the file is closed by others, the words are read once more */
	if (btf_file__save(k->file, a->out, &change, 1, &save, k->report))
		return errno == EPERM || errno == EMLINK ? REFUSED : UNREADABLE;
	return same ? UNCHANGED : RESOLVED;
}

static enum verdict look_at(const struct run *run, struct work *k)
{
	enum btf_code first;

	k->file = btf_file__open(k->path, NULL, k->report);
	if (!k->file) {
		first = btf_report__count(k->report) ? btf_report__get(k->report, 0)->code : 0;
		return k->found && (first == BTF_CODE_FILE_UNKNOWN || first == BTF_CODE_FILE_EMPTY)
			       ? WITHOUT
			       : UNREADABLE;
	}
	k->ids = btf_ids__read(k->file, k->report);
	if (!k->ids)
		return errno == ENODATA ? WITHOUT : UNREADABLE;
	k->info.sz = sizeof(k->info);
	btf_ids__info(k->ids, &k->info);
	if (!load_btf(run, k))
		return UNREADABLE;
	if (run->args->verify)
		return verify(k);
	return run->args->resolve ? resolve(run, k) : LISTED;
}

static void do_file(struct run *run, const char *path, bool found)
{
	struct work k = {.path = path, .found = found, .report = btf_report__new()};

	k.verdict = k.report ? look_at(run, &k) : UNREADABLE;
	run->files++;
	run->count[k.verdict]++;
	if (run->args->json)
		tell_json(&k);
	else
		tell_text(run, &k);
	btf_ids__free(k.ids);
	btf__free(k.btf);
	btf_file__close(k.file);
	btf_report__free(k.report);
}

static int do_found(void *ctx, const char *path, const char *name)
{
	(void)name;
	do_file(ctx, path, true);
	return EXIT_OK;
}

/* ---- the run ---- */

static int check_args(const struct ids_args *a, int cnt, char **operand)
{
	struct stat st;

	if (a->verify && a->resolve)
		return say_usage("ids", "--verify and --resolve exclude each other");
	if (!a->resolve && (a->in_place || a->out))
		return say_usage("ids", "--in-place and --output go with --resolve");
	if (a->resolve && !a->in_place == !a->out)
		return say_usage("ids", "--resolve needs one of --in-place and --output");
	if (a->out && cnt > 1)
		return say_usage("ids", "--output is for one input, %d are given", cnt);
	if (a->out && a->json && !strcmp(a->out, "-"))
		return say_usage("ids", "--json and --output - both want standard output");
	if (a->out && !stat(operand[0], &st) && S_ISDIR(st.st_mode))
		return say_usage("ids", "--output is for one file, '%s' is a folder", operand[0]);
	return EXIT_OK;
}

static int ids_run(void *args, int cnt, char **operand)
{
	struct run run = {.args = args};
	struct btf_report *r;
	int code = check_args(args, cnt, operand);
	struct stat st;

	if (code)
		return code;
	r = btf_report__new();
	if (!r)
		return say_error("out of memory");
	if (base_open(&run.base, &run.args->base, r))
		code = EXIT_TROUBLE;
	say_report(r);
	btf_report__free(r);
	for (int i = 0; i < cnt && !code; i++) {
		if (!stat(operand[i], &st) && S_ISDIR(st.st_mode))
			code = folder_files(operand[i], do_found, &run);
		else
			do_file(&run, operand[i], false);
	}
	if (!code)
		code = finish(&run);
	base_close(&run.base);
	return code;
}

const struct command cmd_ids = {
	.name = "ids",
	.help = "the type ids that kernel code holds (.BTF_ids): list, verify, resolve",
	.operands = "FILE|DIR...",
	.min = 1,
	.max = -1,
	.options = ids_options,
	.args_size = sizeof(struct ids_args),
	.notes =
		"Without --verify and --resolve every id is shown with what it means. A module that is\n"
		"not distilled needs its kernel's BTF (-B). Of a DIR all files below it that have\n"
		".BTF_ids are taken. Resolved again, a file stays as it is.\n"
		"Exit status 0: done, or right; 1: wrong, or refused; 2: a file could not be\n"
		"read or written.",
	.run = ids_run,
};
