// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * An explanation in words, and as JSON. In: what the library found, and what mends it. Out: first
 * the verdict in one sentence, then the reasons by weight, last the commands. Names and words of
 * files are written so that no terminal takes them for orders.
 */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

#define SCHEMA "btf-explain/1"

const char *status_word(enum explain_status s)
{
	static const char *const words[] = {"loads",	   "refused",	 "misread",   "unsafe",
					    "without-btf", "unloadable", "unreadable"};

	return words[s];
}

static const char *errno_word(int err)
{
	const char *word = strerrorname_np(err);

	/* of the kernel's own */
	return err == 524 ? "ENOTSUPP" : word ? word : "?";
}

/* ---- the sentence ---- */

static const struct btf_finding *first_of(const struct item *item, enum btf_explain_part part)
{
	const struct btf_report *r = btf_explain__findings(item->e, part);

	for (size_t i = 0; i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->severity == BTF_ERROR)
			return btf_report__get(r, i);
	return btf_report__get(r, 0);
}

/* the finding without file, section and hint */
static void put_finding(FILE *to, const struct btf_finding *f, bool section)
{
	struct btf_finding one = *f;
	char line[1024];

	one.file = one.hint = NULL;
	if (!section)
		one.section = NULL;
	one.severity = BTF_ERROR; /* "warning:" would say nothing here */
	btf_finding__format(&one, line, sizeof(line));
	fputs(line, to);
}

/* text of a file, through the same escapes */
static void put_clean(FILE *to, const char *s)
{
	struct btf_finding f = {.offset = BTF_NO_OFFSET,
				.type_id = BTF_NO_TYPE,
				.member = BTF_NO_MEMBER,
				.severity = BTF_ERROR,
				.text = s};

	put_finding(to, &f, false);
}

/* without what the rule says: that stands below */
static void put_short(FILE *to, const struct btf_finding *f)
{
	const char *end = strstr(f->text, "; the rule: ");
	struct btf_finding one = *f;
	char text[512];

	if (end) {
		snprintf(text, sizeof(text), "%.*s", (int)(end - f->text), f->text);
		one.text = text;
	}
	put_finding(to, &one, false);
}

static void put_other_base(FILE *to, const struct item *item)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	const char *release = btf_file__info(item->file)->release;

	if (info->distilled) {
		fputs("it stands on a .BTF.base, which that kernel does not know", to);
	} else if (info->other_release == BTF_ANSWER_NO) {
		fputs("it was built on another build of that release, or is damaged", to);
	} else if (info->other_release == BTF_ANSWER_YES) {
		fputs("it was built on another kernel, ", to);
		put_clean(to, release);
	} else {
		fputs("it was not built on this base", to);
		if (release) {
			fputs(", but for ", to);
			put_clean(to, release);
		}
	}
}

static void put_reason(FILE *to, const struct item *item)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	const struct btf_finding *f;

	if (info->other_base == BTF_ANSWER_YES) {
		put_other_base(to, item);
		return;
	}
	f = first_of(item, item->status == STATUS_MISREAD ? BTF_EXPLAIN_SOUND : BTF_EXPLAIN_CHECK);
	if (f)
		put_short(to, f);
}

static void sentence(FILE *to, const struct item *item, const struct target *t)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	char kernel[160];

	target_name(t, kernel, sizeof(kernel));
	switch (item->status) {
	case STATUS_LOADS:
		fprintf(to, "loads with its BTF on kernel %s", kernel);
		break;
	case STATUS_IS_REFUSED:
		fprintf(to, "kernel %s refuses its BTF (%s): ", kernel,
			errno_word(info->check.err));
		put_reason(to, item);
		break;
	case STATUS_MISREAD:
		fprintf(to,
			"kernel %s takes its BTF, and reads other types than it means: ", kernel);
		put_reason(to, item);
		break;
	case STATUS_UNSAFE:
		fprintf(to, "kernel %s takes its BTF, and is not safe with it: ", kernel);
		put_reason(to, item);
		break;
	case STATUS_WITHOUT:
		fprintf(to, "has no BTF: BPF programs and tools see nothing of it on kernel %s",
			kernel);
		break;
	case STATUS_UNLOADABLE:
		fprintf(to, "its BTF fits kernel %s, the module does not: ", kernel);
		if (info->crcs_differ == BTF_ANSWER_YES) {
			fputs("CRCs of symbols are other ones", to);
		} else {
			fputs("it was built for ", to);
			put_clean(to, btf_file__info(item->file)->release);
			fputs(" and has no CRCs", to);
		}
		break;
	default:
		fputs("cannot be read", to);
	}
}

void explain_line(FILE *to, const struct item *item, const struct target *t)
{
	put_clean(to, item->path);
	fputs(": ", to);
	sentence(to, item, t);
	fputc('\n', to);
}

/* ---- details ---- */

static void put_findings(const struct item *item, enum btf_explain_part part, const char *title)
{
	const struct btf_report *r = btf_explain__findings(item->e, part);

	if (!btf_report__count(r))
		return;
	printf("\n%s\n", title);
	for (size_t i = 0; i < btf_report__count(r); i++) {
		fputs("  ", stdout);
		put_finding(stdout, btf_report__get(r, i), true);
		putchar('\n');
	}
}

static void put_insmod(const struct item *item, const struct target *t)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);

	if (item->status == STATUS_IS_REFUSED && t->mismatch == BTF_ANSWER_YES)
		printf("\nThe module loads, without its BTF: CONFIG_MODULE_ALLOW_BTF_MISMATCH=y in "
		       "%s.\n",
		       t->config);
	else if (item->status == STATUS_IS_REFUSED && t->mismatch == BTF_ANSWER_NO)
		printf("\nThe module does not load: CONFIG_MODULE_ALLOW_BTF_MISMATCH is not set in "
		       "%s.\n",
		       t->config);
	else if (item->status == STATUS_IS_REFUSED)
		printf("\nThe module loads without its BTF where "
		       "CONFIG_MODULE_ALLOW_BTF_MISMATCH=y, "
		       "else not at all:\nwhich of them is not known here; --config tells.\n");
	if (info->other_release == BTF_ANSWER_YES && !info->has_crcs)
		printf("\nIt was built for another release and has no CRCs (__versions): the "
		       "kernel "
		       "refuses such a\nmodule before it looks at its BTF (\"version magic\").\n");
}

static void put_rules(const struct item *item, const struct target *t)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	const struct btf_check_result *c = &info->check;

	if (item->status == STATUS_WITHOUT)
		return;
	printf("\nBy the rules of kernel %u.%u, %s%s.\n", c->kernel_major, c->kernel_minor,
	       c->proved ? "which were held against that kernel"
			 : "which were not run on that kernel",
	       t->guessed ? "; the base does not say which kernel it is of (--kernel X.Y)" : "");
	if (item->status == STATUS_IS_REFUSED && !info->other_base &&
	    info->sound_fits == BTF_ANSWER_YES)
		printf("The kernel's rule is wrong here: every type of the module's base is found "
		       "in "
		       "this kernel.\n");
}

static void put_layout(const struct item *item)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);

	if (info->layout_differs == BTF_ANSWER_UNKNOWN)
		return;
	if (info->layout_differs == BTF_ANSWER_YES)
		fputs("\nThe layout differs, not only BTF: the module was compiled for other "
		      "structs",
		      stdout);
	else if (item->status == STATUS_LOADS || item->status == STATUS_WITHOUT ||
		 item->status == STATUS_UNLOADABLE)
		fputs("\nThe structs that the module uses lie the same here", stdout);
	else
		fputs("\nOnly BTF is stale: the structs that the module uses lie the same here",
		      stdout);
	if (info->structs)
		printf(" (by its %s, %u compared)\n", info->layout_from, info->structs);
	else
		printf(" (by its %s: sizes of what it holds by value)\n", info->layout_from);
}

static void put_layout_findings(const struct item *item)
{
	const struct btf_report *r = btf_explain__findings(item->e, BTF_EXPLAIN_LAYOUT);

	for (size_t i = 0; i < btf_report__count(r); i++) {
		fputs("  ", stdout);
		put_finding(stdout, btf_report__get(r, i), false);
		putchar('\n');
	}
	if (btf_explain__info(item->e)->farther)
		printf("  %u more that differ, to which none of its own types and functions "
		       "refer\n",
		       btf_explain__info(item->e)->farther);
}

static void put_log(const struct item *item)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);

	if (!info->log_cnt)
		return;
	puts("\nThe kernel's log says:");
	for (size_t i = 0; i < info->log_cnt; i++) {
		fputs("  ", stdout);
		put_clean(stdout, info->log[i]);
		putchar('\n');
	}
}

static void put_mend(const struct item *item)
{
	if (!item->mend_cnt)
		return;
	puts(item->status == STATUS_LOADS ? "\nIf it was refused:" : "\nTo mend it:");
	for (size_t i = 0; i < item->mend_cnt; i++)
		printf("  # %s\n  %s\n", item->mend[i].why, item->mend[i].command);
}

void explain_text(const struct item *item, const struct target *t, bool details)
{
	if (item->status == STATUS_NOT_READ) {
		say_report(item->report);
		return;
	}
	explain_line(stdout, item, t);
	if (!details)
		return;
	put_findings(item, BTF_EXPLAIN_CHECK,
		     item->status == STATUS_IS_REFUSED ? "What the kernel stops at:"
						       : "What no kernel asks, and should:");
	put_findings(item, BTF_EXPLAIN_BASE, "What speaks for another base:");
	if (item->status == STATUS_MISREAD)
		put_findings(item, BTF_EXPLAIN_SOUND, "Where the kernel's relocation is wrong:");
	put_layout(item);
	put_layout_findings(item);
	put_findings(item, BTF_EXPLAIN_CRC, "Symbols that are others in this kernel:");
	put_insmod(item, t);
	put_log(item);
	put_rules(item, t);
	put_mend(item);
}

/* ---- JSON ---- */

static void json_answer(struct json *j, const char *key, enum btf_answer a)
{
	static const char *const words[] = {"unknown", "no", "yes"};

	json_string(j, key, words[a]);
}

static void json_sentence(struct json *j, const struct item *item, const struct target *t)
{
	char *text = NULL;
	size_t size;
	FILE *to = or_end(open_memstream(&text, &size));

	sentence(to, item, t);
	fclose(to);
	json_string(j, "sentence", or_end(text));
	free(text);
}

static void json_kernel(struct json *j, const struct item *item, const struct target *t)
{
	const struct btf_check_result *c = &btf_explain__info(item->e)->check;
	char kernel[32];

	snprintf(kernel, sizeof(kernel), "%u.%u", t->major, t->minor);
	json_string(j, "kernel", kernel);
	json_string(j, "kernel_release", *t->release ? t->release : NULL);
	json_answer(j, "allows_mismatch", t->mismatch);
	json_string(j, "config", *t->config ? t->config : NULL);
	if (item->status == STATUS_WITHOUT)
		return;
	json_bool(j, "proved", c->proved);
	if (c->rule) {
		json_string(j, "rule", btf_code__name(c->rule));
		json_string(j, "errno", errno_word(c->err));
	}
	if (c->danger)
		json_string(j, "danger", btf_code__name(c->danger));
}

static void json_facts(struct json *j, const struct item *item)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	const struct btf_file_info *file = btf_file__info(item->file);

	json_string(j, "module", file->module);
	json_string(j, "release", file->release);
	json_bool(j, "signed", file->is_signed);
	json_bool(j, "in_tree", item->in_tree);
	json_number(j, "types", info->types);
	json_bool(j, "distilled", info->distilled);
	json_answer(j, "other_base", info->other_base);
	json_answer(j, "other_release", info->other_release);
	json_answer(j, "layout_differs", info->layout_differs);
	json_string(j, "layout_from", info->layout_from);
	json_number(j, "structs", info->structs);
	json_number(j, "farther", info->farther);
	json_answer(j, "crcs_differ", info->crcs_differ);
}

static void json_rest(struct json *j, const struct item *item)
{
	static const char *const parts[] = {"check", "base", "layout", "crc", "sound"};
	const struct btf_explain_info *info = btf_explain__info(item->e);

	json_object(j, "findings");
	for (int i = 0; i < BTF_EXPLAIN_PARTS; i++)
		json_findings(j, parts[i], btf_explain__findings(item->e, i));
	json_object_end(j);
	json_array(j, "log");
	for (size_t i = 0; i < info->log_cnt; i++)
		json_string(j, NULL, info->log[i]);
	json_array_end(j);
	json_array(j, "mend");
	for (size_t i = 0; i < item->mend_cnt; i++) {
		json_object(j, NULL);
		json_string(j, "command", item->mend[i].command);
		json_string(j, "why", item->mend[i].why);
		json_object_end(j);
	}
	json_array_end(j);
}

void explain_json(const struct item *item, const struct target *t)
{
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", SCHEMA);
	json_string(&j, "file", item->path);
	json_string(&j, "verdict", status_word(item->status));
	if (item->status == STATUS_NOT_READ) {
		json_findings(&j, "errors", item->report);
	} else {
		json_sentence(&j, item, t);
		json_kernel(&j, item, t);
		json_facts(&j, item);
		json_rest(&j, item);
	}
	json_object_end(&j);
	json_line(&j);
}
