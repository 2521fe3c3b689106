// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Outcomes -> text or JSON: see outcome.h. What is told depends on the outcomes and their order
 * only, never on who worked on them when; the bar alone looks at the clock.
 */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "json.h"

#define BAR_WIDTH 30
#define BAR_MS 50
#define CLEAR_LINE "\r\033[K"

static const struct {
	const char *word, *summary;
} statuses[STATUS_CNT] = {
	[STATUS_DONE] = {"done", "done"},
	[STATUS_UNCHANGED] = {"unchanged", "unchanged"},
	[STATUS_EMPTY] = {"empty", "without DWARF"},
	[STATUS_REPEATED] = {"repeated", "given before"},
	[STATUS_REFUSED] = {"refused", "refused"},
	[STATUS_FAILED] = {"failed", "failed"},
	[STATUS_UNREADABLE] = {"unreadable", "unreadable"},
	[STATUS_STOPPED] = {"stopped", "not begun"},
};

/* ---- the bar ---- */

void teller_begin(struct teller *t)
{
	const char *terminal = getenv("TERM");

	t->bar = !t->quiet && !t->json && t->files > 1 && isatty(STDERR_FILENO) && terminal &&
		 strcmp(terminal, "dumb") != 0;
}

static void draw_bar(struct teller *t)
{
	struct timespec now;
	long long ms;
	int full;

	if (t->finished == t->files) {
		fputs(CLEAR_LINE, stderr);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - t->drawn.tv_sec) * 1000ll + (now.tv_nsec - t->drawn.tv_nsec) / 1000000;
	if (ms < BAR_MS)
		return;
	t->drawn = now;
	full = (int)(t->finished * BAR_WIDTH / t->files);
	fprintf(stderr, "\r%s [", t->command);
	for (int i = 0; i < BAR_WIDTH; i++)
		fputc(i < full ? '#' : ' ', stderr);
	fprintf(stderr, "] %zu/%zu", t->finished, t->files);
}

void teller_progress(struct teller *t)
{
	t->finished++;
	if (t->bar)
		draw_bar(t);
}

/* ---- one file ---- */

static void json_encoded(struct json *j, const struct btf_encode_stats *s)
{
	json_number(j, "units", s->units);
	json_number(j, "units_left_out", s->skipped);
	json_number(j, "functions", s->funcs);
	json_number(j, "functions_left_out", s->dropped);
	json_number(j, "variables", s->vars);
	json_number(j, "not_split_bytes", (long long)(s->own_bytes + s->whole_bytes));
	json_number(j, "split_bytes", (long long)s->own_bytes);
}

static void tell_json(const struct teller *t, const struct outcome *o)
{
	const struct btf_module_info *m = &o->info;
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", t->schema);
	json_string(&j, "file", o->path);
	json_string(&j, "status", statuses[o->status].word);
	if (o->status <= STATUS_UNCHANGED) {
		json_number(&j, "types_before", m->types_before);
		json_number(&j, "types", m->types_after);
		json_number(&j, "copied_types", m->copied_types);
		json_number(&j, "base_types", m->base_types);
		json_number(&j, "bytes_before", (long long)m->bytes_before);
		json_number(&j, "bytes", (long long)m->btf_size);
		json_number(&j, "base_bytes", (long long)m->base_size);
		json_number(&j, "ids_bytes", (long long)m->ids_size);
	}
	if (o->status == STATUS_DONE && o->encoded)
		json_encoded(&j, &o->stats);
	json_findings(&j, "findings", o->report);
	json_object_end(&j);
	json_line(&j);
}

static void tell_text(const struct teller *t, const struct outcome *o)
{
	size_t findings = btf_report__count(o->report);
	/* what fails without a finding had no memory for one */
	bool silent = !findings && o->status >= STATUS_REFUSED && o->status != STATUS_STOPPED;

	if (t->bar && (findings || silent))
		fputs(CLEAR_LINE, stderr);
	say_report(o->report);
	if (silent)
		say_error("%s: out of memory", o->path);
}

void teller_file(struct teller *t, const struct outcome *o)
{
	t->told++;
	t->count[o->status]++;
	if (o->status == STATUS_DONE) {
		t->before += o->info.bytes_before;
		t->btf += o->info.btf_size;
		t->base += o->info.base_size;
	}
	if (t->json)
		tell_json(t, o);
	else
		tell_text(t, o);
	if (t->telling && t->telling->file)
		t->telling->file(t->telling->ctx, o);
}

/* ---- the end ---- */

static void summary_json(const struct teller *t)
{
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", t->schema);
	json_object(&j, "summary");
	json_number(&j, "files", (long long)t->files);
	for (int i = 0; i < STATUS_CNT; i++)
		if (i != STATUS_EMPTY || t->count[i])
			json_number(&j, statuses[i].word, (long long)t->count[i]);
	json_number(&j, "bytes_before", (long long)t->before);
	json_number(&j, "bytes", (long long)t->btf);
	json_number(&j, "base_bytes", (long long)t->base);
	if (t->telling && t->telling->summary_json)
		t->telling->summary_json(t->telling->ctx, &j);
	json_object_end(&j);
	json_object_end(&j);
	json_line(&j);
}

static void summary_text(const struct teller *t)
{
	fprintf(stderr, "btf %s: %zu %s", t->command, t->count[STATUS_DONE],
		statuses[STATUS_DONE].summary);
	for (int i = STATUS_DONE + 1; i < STATUS_CNT; i++)
		if (t->count[i])
			fprintf(stderr, ", %zu %s", t->count[i], statuses[i].summary);
	if (t->count[STATUS_DONE])
		fprintf(stderr, "; .BTF %llu -> %llu bytes", t->before, t->btf);
	if (t->base)
		fprintf(stderr, ", .BTF.base %llu", t->base);
	fputc('\n', stderr);
	if (t->telling && t->telling->summary_text)
		t->telling->summary_text(t->telling->ctx);
}

/* files that a leader's failure kept from being begun were never told */
int teller_end(struct teller *t)
{
	t->count[STATUS_STOPPED] += t->files - t->told;
	if (t->json)
		summary_json(t);
	else if (!t->quiet)
		summary_text(t);
	if (t->count[STATUS_UNREADABLE] || t->count[STATUS_FAILED] || t->count[STATUS_STOPPED])
		return EXIT_TROUBLE;
	return t->count[STATUS_REFUSED] ? EXIT_FINDING : EXIT_OK;
}
