// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * C source -> the words in it: see subset_words.h.
 *
 * In: any bytes. Out: each identifier once, with what it was used for. This is a tokenizer and no
 * parser: what stands before and after an identifier decides. Too many words are harmless, a
 * header gets longer; so macros are not expanded and #if is not evaluated. Macros that read members
 * (BPF_CORE_READ(task, mm, pgd), bpf_core_field_exists(t->x)) have their arguments taken as members
 * too. Cost: linear in the text.
 */
#include "pass/subset_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* ---- the set ---- */

void words_deinit(struct words *w)
{
	free(w->slot);
	arena_deinit(&w->text);
	*w = (struct words){0};
}

static int words_grow(struct words *w)
{
	u32 size = w->slot ? (w->mask + 1) * 2 : 256;
	struct word *to = size > w->mask ? zalloc_array(size, sizeof(*to)) : NULL;

	if (!to)
		return -ENOMEM;
	for (u32 i = 0; w->slot && i <= w->mask; i++) {
		u32 at = w->slot[i].hash & (size - 1);

		if (!w->slot[i].text)
			continue;
		while (to[at].text)
			at = (at + 1) & (size - 1);
		to[at] = w->slot[i];
	}
	free(w->slot);
	w->slot = to;
	w->mask = size - 1;
	return 0;
}

static struct word *words_at(const struct words *w, const char *s, size_t len, u32 hash)
{
	u32 at = hash & w->mask;

	while (w->slot[at].text && (w->slot[at].hash != hash || strncmp(w->slot[at].text, s, len) ||
				    w->slot[at].text[len]))
		at = (at + 1) & w->mask;
	return &w->slot[at];
}

struct word *words_add(struct words *w, const char *s, size_t len, u32 flags)
{
	u32 hash = hash_bytes(s, len);
	struct word *word;
	char *copy;

	if ((!w->slot || w->nr >= w->mask / 2) && words_grow(w))
		return NULL;
	word = words_at(w, s, len, hash);
	if (!word->text) {
		copy = arena_alloc(&w->text, len + 1);
		if (!copy)
			return NULL;
		memcpy(copy, s, len);
		copy[len] = 0;
		*word = (struct word){.text = copy, .hash = hash};
		w->nr++;
	}
	word->flags |= flags;
	return word;
}

const struct word *words_find(const struct words *w, const char *s)
{
	size_t len;
	const struct word *word;

	if (!w->nr)
		return NULL;
	len = strlen(s);
	word = words_at(w, s, len, hash_bytes(s, len));
	return word->text ? word : NULL;
}

/* ---- C source ---- */

struct source {
	const char *at, *end;
	struct words *words;
	bool line_start;   /* only blanks since the line began */
	bool in_define;	   /* in the body of a #define, up to the end of its line */
	bool after_tag;	   /* after struct, union, enum */
	bool after_member; /* after . or -> */
	u32 depth;	   /* of parentheses */
	u32 reads;	   /* depth outside of a macro that reads members, plus 1; 0: in none */
	bool reads_next;   /* its name was the last token */
};

static bool starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool in_word(char c)
{
	return starts_word(c) || (c >= '0' && c <= '9');
}

/* a backslash before the end of a line; at is the backslash */
static size_t splice(const struct source *s, const char *at)
{
	if (s->end - at >= 2 && at[1] == '\n')
		return 2;
	return s->end - at >= 3 && at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

/* to the end of the line, which is not skipped itself; comments in it are */
static void skip_line(struct source *s)
{
	while (s->at < s->end && *s->at != '\n') {
		if (*s->at == '\\' && splice(s, s->at)) {
			s->at += splice(s, s->at);
		} else if (s->end - s->at >= 2 && s->at[0] == '/' && s->at[1] == '*') {
			const char *to = memmem(s->at + 2, (size_t)(s->end - s->at) - 2, "*/", 2);

			s->at = to ? to + 2 : s->end;
		} else {
			s->at++;
		}
	}
}

static void skip_string(struct source *s)
{
	char quote = *s->at++;

	while (s->at < s->end && *s->at != quote && *s->at != '\n')
		s->at += *s->at == '\\' && s->end - s->at >= 2 ? 2 : 1;
	if (s->at < s->end && *s->at == quote)
		s->at++;
}

/* 0x1fULL, 1.5e+3: letters belong to it */
static void skip_number(struct source *s)
{
	while (s->at < s->end && (in_word(*s->at) || *s->at == '.'))
		s->at++;
}

/* true: there was a comment */
static bool skip_comment(struct source *s)
{
	const char *to;

	if (s->end - s->at < 2 || s->at[0] != '/')
		return false;
	if (s->at[1] == '/') {
		skip_line(s);
		return true;
	}
	if (s->at[1] != '*')
		return false;
	to = memmem(s->at + 2, (size_t)(s->end - s->at) - 2, "*/", 2);
	s->at = to ? to + 2 : s->end;
	return true;
}

static void skip_blanks(struct source *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

static size_t word_len(const struct source *s)
{
	const char *p = s->at;

	while (p < s->end && in_word(*p))
		p++;
	return (size_t)(p - s->at);
}

static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(s, word, len);
}

/* after '#': goes on behind the name and the parameters of a #define, else at the line's end */
static void directive(struct source *s)
{
	size_t len;

	s->at++;
	skip_blanks(s);
	len = word_len(s);
	if (!is_word(s->at, len, "define")) {
		skip_line(s);
		return;
	}
	s->at += len;
	skip_blanks(s);
	s->at += word_len(s);
	if (s->at < s->end && *s->at == '(')
		while (s->at < s->end && *s->at != ')' && *s->at != '\n')
			s->at++;
	s->in_define = true;
	s->line_start = false;
}

static bool reads_members(const char *s, size_t len)
{
	static const char *const starts[] = {"BPF_CORE_", "BPF_PROBE_READ", "bpf_core_"};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (len >= strlen(starts[i]) && !memcmp(s, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* what follows after blanks and comments, without going there */
static char look_ahead(struct source s)
{
	for (;;) {
		while (s.at < s.end &&
		       (*s.at == ' ' || *s.at == '\t' || *s.at == '\n' || *s.at == '\r'))
			s.at++;
		if (!skip_comment(&s))
			return s.at < s.end ? *s.at : 0;
	}
}

static int take_word(struct source *s)
{
	const char *text = s->at;
	size_t len = word_len(s);
	u32 flags;

	s->at += len;
	if (is_word(text, len, "struct") || is_word(text, len, "union") ||
	    is_word(text, len, "enum")) {
		s->after_tag = true;
		return 0;
	}
	flags = s->after_tag ? WORD_TAG : s->after_member ? WORD_MEMBER : WORD_IDENT;
	if (s->after_tag && look_ahead(*s) == '{')
		flags = WORD_DEFINED;
	if (s->reads && !s->after_tag)
		flags |= WORD_MEMBER;
	s->reads_next = !s->after_member && reads_members(text, len);
	s->after_tag = s->after_member = false;
	return words_add(s->words, text, len, flags) ? 0 : -ENOMEM;
}

static void take_sign(struct source *s)
{
	char c = *s->at++;

	if (c == '(') {
		s->depth++;
		if (s->reads_next && !s->reads)
			s->reads = s->depth;
	} else if (c == ')' && s->depth) {
		if (s->reads == s->depth)
			s->reads = 0;
		s->depth--;
	}
	s->after_tag = false;
	s->reads_next = false;
	s->after_member = c == '.';
	if (c == '-' && s->at < s->end && *s->at == '>') {
		s->at++;
		s->after_member = true;
	}
}

static void new_line(struct source *s)
{
	s->at++;
	s->line_start = true;
	if (s->in_define) {
		s->in_define = s->after_tag = s->after_member = s->reads_next = false;
		s->depth = s->reads = 0;
	}
}

int words_of_source(struct words *w, const char *text, size_t size)
{
	struct source s = {.at = text, .end = text + size, .words = w, .line_start = true};

	while (s.at < s.end) {
		char c = *s.at;

		if (c == '\n') {
			new_line(&s);
			continue;
		}
		if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
			s.at++;
			continue;
		}
		if (c == '\\' && splice(&s, s.at)) {
			s.at += splice(&s, s.at);
			continue;
		}
		if (skip_comment(&s))
			continue;
		if (c == '#' && s.line_start) {
			directive(&s);
			continue;
		}
		s.line_start = false;
		if (c == '"' || c == '\'')
			skip_string(&s);
		else if (c >= '0' && c <= '9')
			skip_number(&s);
		else if (!starts_word(c))
			take_sign(&s);
		else if (take_word(&s))
			return -ENOMEM;
	}
	return 0;
}
