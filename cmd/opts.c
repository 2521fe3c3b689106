// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Option tables -> parsed arguments, help text, completion data.
 *
 * In: a command's table and argv. Out: the command's own struct filled. Every word that is said
 * about an option is made from its row here, so that help, errors and completion agree.
 */
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define HELP_COLUMN 28

static const struct opt opt_help = {"help", 'h', OPT_FLAG, NULL, "show this help", 0};

static size_t opts_count(const struct command *c)
{
	size_t n = 0;

	while (c->options && c->options[n].name)
		n++;
	return n;
}

/* ---- values ---- */

bool list_add(struct list *l, const char *item)
{
	const char **p = realloc(l->item, (l->cnt + 1) * sizeof(*p));

	if (!p)
		return false;
	l->item = p;
	l->item[l->cnt++] = item;
	return true;
}

bool opts_number(const char *s, unsigned long max, unsigned long *ret)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	unsigned long v;
	char *end;

	if (!isdigit((unsigned char)s[0]) || (hex && !isxdigit((unsigned char)s[2])))
		return false;
	errno = 0;
	v = strtoul(s, &end, hex ? 16 : 10);
	if (*end || errno || v > max)
		return false;
	*ret = v;
	return true;
}

/* 1 + index of word in "one|two|three", 0: not one of them */
static int choice_find(const char *choices, const char *word)
{
	size_t len = strlen(word);
	int n = 1;

	for (const char *at = choices; at; n++) {
		const char *bar = strchr(at, '|');
		size_t l = bar ? (size_t)(bar - at) : strlen(at);

		if (l == len && !memcmp(at, word, len))
			return n;
		at = bar ? bar + 1 : NULL;
	}
	return 0;
}

static int opt_store(const struct command *c, const struct opt *o, void *args, const char *value)
{
	void *field = (char *)args + o->at;
	int choice;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)field = true;
		return 0;
	case OPT_STRING:
		*(const char **)field = value;
		return 0;
	case OPT_LIST:
		if (!list_add(field, value))
			return say_error("out of memory");
		return 0;
	case OPT_NUMBER:
		if (!opts_number(value, ~0ul, field))
			return say_usage(c->name, "--%s '%s': expected a number", o->name, value);
		return 0;
	case OPT_CHOICE:
		choice = choice_find(o->arg, value);
		if (!choice)
			return say_usage(c->name, "--%s '%s': expected one of %s", o->name, value,
					 o->arg);
		*(int *)field = choice;
		return 0;
	}
	return 0;
}

/* ---- parsing ---- */

static int opts_unknown(const struct command *c, int got, char **argv)
{
	const char *word = argv[optind - 1];

	if (got == ':') {
		/* optopt is an index for long options, a letter for short ones */
		for (size_t i = 0; i < opts_count(c); i++) {
			const struct opt *o = &c->options[i];

			if (optopt == 256 + (int)i || (o->letter && optopt == o->letter))
				return say_usage(c->name, "--%s needs a value: %s", o->name,
						 o->arg);
		}
	}
	if (optopt && optopt < 256)
		return say_usage(c->name, "unknown option '-%c'", optopt);
	if (optopt >= 256)
		return say_usage(c->name, "option '%.*s' takes no value", (int)strcspn(word, "="),
				 word);
	return say_usage(c->name, "unknown option '%s'", word);
}

/* the rows as getopt wants them; letters needs 2 bytes per row and 4 more */
static void opts_getopt(const struct command *c, size_t cnt, struct option *longs, char *letters)
{
	*letters++ = ':';
	for (size_t i = 0; i < cnt; i++) {
		const struct opt *o = &c->options[i];
		bool valued = o->kind != OPT_FLAG;

		longs[i] = (struct option){o->name, valued ? required_argument : no_argument, NULL,
					   256 + (int)i};
		if (!o->letter)
			continue;
		*letters++ = o->letter;
		if (valued)
			*letters++ = ':';
	}
	longs[cnt] = (struct option){opt_help.name, no_argument, NULL, opt_help.letter};
	*letters++ = opt_help.letter;
	*letters = 0;
}

static int opts_loop(const struct command *c, void *args, int argc, char **argv,
		     const struct option *longs, const char *letters)
{
	size_t cnt = opts_count(c);
	int got, err;

	optind = 1;
	opterr = 0;
	while ((got = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct opt *o = NULL;

		if (got == opt_help.letter)
			return -1;
		for (size_t i = 0; i < cnt && !o; i++)
			if (got == 256 + (int)i ||
			    (c->options[i].letter && got == c->options[i].letter))
				o = &c->options[i];
		if (!o)
			return opts_unknown(c, got, argv);
		err = opt_store(c, o, args, optarg);
		if (err)
			return err;
	}
	return 0;
}

int opts_parse(const struct command *c, void *args, int argc, char **argv, int *first)
{
	size_t cnt = opts_count(c);
	struct option *longs = calloc(cnt + 2, sizeof(*longs));
	char *letters = calloc(cnt + 2, 2);
	int err, operands;

	if (!longs || !letters) {
		err = say_error("out of memory");
	} else {
		opts_getopt(c, cnt, longs, letters);
		err = opts_loop(c, args, argc, argv, longs, letters);
	}
	free(longs);
	free(letters);
	if (err)
		return err;
	*first = optind;
	operands = argc - optind;
	if (operands < c->min)
		return say_usage(c->name, "%s is missing", operands ? "an operand" : c->operands);
	if (c->max >= 0 && operands > c->max)
		return say_usage(c->name, "'%s' is one operand too many", argv[optind + c->max]);
	return 0;
}

void opts_free(const struct command *c, void *args)
{
	for (size_t i = 0; i < opts_count(c); i++)
		if (c->options[i].kind == OPT_LIST)
			free(((struct list *)(void *)((char *)args + c->options[i].at))->item);
}

/* ---- help ---- */

static void opt_help_lines(const struct opt *o, FILE *to)
{
	int col = fprintf(to, "  ");

	if (o->letter)
		col += fprintf(to, "-%c, ", o->letter);
	else
		col += fprintf(to, "    ");
	col += fprintf(to, "--%s", o->name);
	if (o->arg)
		col += fprintf(to, " %s", o->arg);
	if (col >= HELP_COLUMN - 1) {
		fputc('\n', to);
		col = 0;
	}
	fprintf(to, "%*s", HELP_COLUMN - col, "");
	for (const char *s = o->help; *s; s++) {
		fputc(*s, to);
		if (*s == '\n')
			fprintf(to, "%*s", HELP_COLUMN, "");
	}
	fputc('\n', to);
}

void opts_help(const struct command *c, FILE *to)
{
	fprintf(to, "usage: btf %s [OPTION...] %s\n\n%c%s.\n\noptions:\n", c->name, c->operands,
		toupper((unsigned char)c->help[0]), c->help + 1);
	for (size_t i = 0; i < opts_count(c); i++)
		opt_help_lines(&c->options[i], to);
	opt_help_lines(&opt_help, to);
	if (c->notes)
		fprintf(to, "\n%s\n", c->notes);
	fprintf(to, "\nManual: btf-%s(1)\n", c->name);
}

static void opt_list_line(const struct command *c, const struct opt *o, FILE *to)
{
	fprintf(to, "%s\t--%s\t", c->name, o->name);
	if (o->letter)
		fprintf(to, "-%c", o->letter);
	fprintf(to, "\t%s\n", o->arg ? o->arg : "");
}

void opts_list(const struct command *c, FILE *to)
{
	for (size_t i = 0; i < opts_count(c); i++)
		opt_list_line(c, &c->options[i], to);
	opt_list_line(c, &opt_help, to);
}
