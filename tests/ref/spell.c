// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Types as text: see spell.h. */
#include "spell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

static const struct {
	const char *word;
	u32 kind;
	bool kflag;
	const char *head; /* what stands before the elements: n name, i id or other word of the
			   * head, w word behind the head, x words of an array */
	char elem;	  /* m member, e enumerator, E of 64 bits, p parameter, v variable */
} forms[] = {
	{"int", BTF_KIND_INT, false, "ni", 0},
	{"ptr", BTF_KIND_PTR, false, "i", 0},
	{"array", BTF_KIND_ARRAY, false, "x", 0},
	{"struct", BTF_KIND_STRUCT, false, "ni", 'm'},
	{"kstruct", BTF_KIND_STRUCT, true, "ni", 'm'},
	{"union", BTF_KIND_UNION, false, "ni", 'm'},
	{"enum", BTF_KIND_ENUM, false, "ni", 'e'},
	{"fwd", BTF_KIND_FWD, false, "n", 0},
	{"fwdu", BTF_KIND_FWD, true, "n", 0},
	{"typedef", BTF_KIND_TYPEDEF, false, "ni", 0},
	{"volatile", BTF_KIND_VOLATILE, false, "i", 0},
	{"const", BTF_KIND_CONST, false, "i", 0},
	{"restrict", BTF_KIND_RESTRICT, false, "i", 0},
	{"func", BTF_KIND_FUNC, false, "nil", 0},
	{"proto", BTF_KIND_FUNC_PROTO, false, "i", 'p'},
	{"var", BTF_KIND_VAR, false, "niw", 0},
	{"sec", BTF_KIND_DATASEC, false, "ni", 'v'},
	{"float", BTF_KIND_FLOAT, false, "ni", 0},
	{"tag", BTF_KIND_DECL_TAG, false, "niw", 0},
	{"typetag", BTF_KIND_TYPE_TAG, false, "ni", 0},
	{"enum64", BTF_KIND_ENUM64, false, "ni", 'E'},
};

static _Noreturn void wrong(const char *what, const char *at)
{
	fprintf(stderr, "test input: %s: '%s'\n", what, at);
	abort();
}

static u32 number(const char *s)
{
	char *end;
	long long v = strtoll(s, &end, 0);

	if (*end || end == s)
		wrong("expected a number", s);
	return (u32)v;
}

/* NAME<sep>REST: cuts s at the last sep, returns REST */
static char *cut(char *s, char sep)
{
	char *at = strrchr(s, sep);

	if (!at)
		wrong("element without its parts", s);
	*at = 0;
	return at + 1;
}

static const char *name_in(const char *s)
{
	return strcmp(s, "-") ? s : NULL;
}

static void element(struct btf *b, char what, char *s)
{
	char *x, *y;

	switch (what) {
	case 'm':
		x = cut(s, '@');
		y = cut(s, ':');
		put_member(b, name_in(s), number(y), number(x));
		break;
	case 'e':
		x = cut(s, '=');
		put_enumerator(b, name_in(s), number(x));
		break;
	case 'E':
		x = cut(s, '=');
		put_enumerator64(b, name_in(s), (u64)strtoll(x, NULL, 0));
		break;
	case 'p':
		x = cut(s, ':');
		put_param(b, name_in(s), number(x));
		break;
	case 'v':
		x = cut(s, '+');
		y = cut(s, '@');
		put_var(b, number(s), number(y), number(x));
		break;
	default:
		wrong("this kind has no elements", s);
	}
}

static void one(struct btf *b, char *text)
{
	char *save, *word = strtok_r(text, " \t\n", &save);
	const char *name = NULL;
	u32 v = 0, tail = 0, link = 0, arr[3] = {0};
	size_t k = 0;

	if (!word)
		return;
	while (k < ARRAY_SIZE(forms) && strcmp(forms[k].word, word))
		k++;
	if (k == ARRAY_SIZE(forms))
		wrong("no such kind", word);
	for (const char *h = forms[k].head; *h; h++) {
		for (int i = 0; i < (*h == 'x' ? 3 : 1); i++) {
			word = strtok_r(NULL, " \t\n", &save);
			if (!word)
				wrong("words are missing", forms[k].word);
			if (*h == 'n')
				name = name_in(word);
			else if (*h == 'x')
				arr[i] = number(word);
			else
				*(*h == 'w' ? &tail : *h == 'l' ? &link : &v) = number(word);
		}
	}
	if (forms[k].kind == BTF_KIND_INT)
		put_int(b, name, v, 0, v * 8);
	else if (forms[k].kind == BTF_KIND_ARRAY)
		put_array(b, arr[0], arr[1], arr[2]);
	else if (strchr(forms[k].head, 'w'))
		put_word(b, forms[k].kind, name, v, tail);
	else
		(forms[k].kflag ? put_kflag : put)(b, forms[k].kind, name, v);
	if (link)
		((struct btf_type *)(uintptr_t)object_own(b, b->nr - 1))->info |= link;
	while ((word = strtok_r(NULL, " \t\n", &save)))
		element(b, forms[k].elem, word);
}

void spell(struct btf *b, const char *text)
{
	char *copy = strdup(text ? text : ""), *save, *type;

	if (!copy)
		wrong("out of memory", "");
	for (type = strtok_r(copy, ";", &save); type; type = strtok_r(NULL, ";", &save))
		one(b, type);
	free(copy);
}

/* ---- and back ---- */

static const char *name_out(const struct btf *b, u32 off)
{
	const char *s = object_str(b, off);

	return *s ? s : "-";
}

static void say_elements(FILE *f, const struct btf *b, const struct btf_type *t, char what)
{
	const u32 *w = type_tail(t);

	for (u32 i = 0; what && i < type_vlen(t); i++) {
		if (what == 'm')
			fprintf(f, " %s:%u@%u", name_out(b, w[0]), w[1], w[2]);
		else if (what == 'e')
			fprintf(f, " %s=%d", name_out(b, w[0]), (int)w[1]);
		else if (what == 'E')
			fprintf(f, " %s=%lld", name_out(b, w[0]),
				(long long)((u64)w[2] << 32 | w[1]));
		else if (what == 'p')
			fprintf(f, " %s:%u", name_out(b, w[0]), w[1]);
		else
			fprintf(f, " %u@%u+%u", w[0], w[1], w[2]);
		w += what == 'e' || what == 'p' ? 2 : 3;
	}
}

char *spelled(const struct btf *b)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (u32 i = 0; f && i < b->nr; i++) {
		const struct btf_type *t = object_own(b, i);
		const u32 *tail = type_tail(t);
		size_t k = 0;

		while (forms[k].kind != type_kind(t) ||
		       (forms[k].kflag != type_kflag(t) && k + 1 < ARRAY_SIZE(forms) &&
			forms[k + 1].kind == type_kind(t)))
			k++;
		fprintf(f, "%s%s", i ? "; " : "", forms[k].word);
		for (const char *h = forms[k].head; *h; h++) {
			if (*h == 'n')
				fprintf(f, " %s", name_out(b, t->name_off));
			else if (*h == 'x')
				fprintf(f, " %u %u %u", tail[0], tail[1], tail[2]);
			else
				fprintf(f, " %u",
					*h == 'w'   ? tail[0]
					: *h == 'l' ? type_vlen(t)
						    : t->type);
		}
		say_elements(f, b, t, forms[k].elem);
	}
	if (!f || fclose(f))
		wrong("out of memory", "");
	return text;
}

char *spelled_strings(const struct btf *b)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (const char *s = b->strs; f && s < b->strs + b->strs_len; s += strlen(s) + 1)
		if (*s)
			fprintf(f, "%s%s", ftell(f) > 0 ? " " : "", s);
	if (!f || fclose(f))
		wrong("out of memory", "");
	return text;
}
