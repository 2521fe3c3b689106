// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf COMMAND: finds the command's row, parses its options, runs it, checks that what it wrote
 * reached standard output. Under the name of a tool of the kernel's build it is that tool.
 * In: argv. Out: an exit code of cmd.h.
 */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dropin.h"

static const struct command *const commands[] = {
	&cmd_check,
	&cmd_dedup,
	&cmd_diff,
	&cmd_distill,
	&cmd_dump,
	&cmd_encode,
	&cmd_explain,
	&cmd_extract,
	&cmd_features,
	&cmd_header,
	&cmd_ids,
	&cmd_info,
	&cmd_kernel,
	&cmd_list,
	&cmd_relocate,
	&cmd_show,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* by the last part of argv[0] */
static const struct dropin {
	const char *name;
	int (*main)(int argc, char **argv);
} dropins[] = {
	{"pahole", pahole_main},
	{"resolve_btfids", resolve_btfids_main},
	{NULL, NULL},
};

static const struct dropin *dropin_find(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
	const char *name = slash ? slash + 1 : argv0;
	const struct dropin *d = dropins;

	while (d->name && (!name || strcmp(d->name, name)))
		d++;
	return d->name ? d : NULL;
}

const struct command *command_at(size_t i)
{
	return i < COMMANDS ? commands[i] : NULL;
}

const char *dropin_name(size_t i)
{
	return i + 1 < sizeof(dropins) / sizeof(dropins[0]) ? dropins[i].name : NULL;
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void help(FILE *to)
{
	fputs("usage: btf COMMAND [OPTION...] [FILE...]\n"
	      "       btf help COMMAND\n"
	      "       btf --version\n"
	      "       btf --exec-path\n\n"
	      "BTF of kernels, modules and BPF objects: look at it, distill it, relocate it.\n\n"
	      "commands:\n",
	      to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-12s %s\n", commands[i]->name, commands[i]->help);
	fputs("\nFILE is raw BTF, an ELF file, a module (.ko, .ko.gz, .ko.xz, .ko.zst), a kernel\n"
	      "image (vmlinuz, bzImage) or a file of /sys/kernel/btf; its content tells which.\n"
	      "Exit status: 0 ok, 1 finding or difference or refusal, 2 usage or unreadable input.\n"
	      "Manual: btf(1)\n",
	      to);
}

/* a command's output has arrived, or its success is not one */
static int close_output(int code)
{
	if (fflush(stdout) || ferror(stdout))
		return say_error("standard output: %s", errno ? strerror(errno) : "write error");
	return code;
}

static int command_run(const struct command *c, int argc, char **argv)
{
	void *args = calloc(1, c->args_size ? c->args_size : 1);
	int first, code;

	if (!args)
		return say_error("out of memory");
	code = opts_parse(c, args, argc, argv, &first);
	if (code < 0) {
		opts_help(c, stdout);
		code = EXIT_OK;
	} else if (!code) {
		code = c->run(args, argc - first, argv + first);
	}
	opts_free(c, args);
	free(args);
	return close_output(code);
}

static int help_for(const char *name)
{
	const struct command *c = command_find(name);

	if (!c)
		return say_error("'%s' is not a command; see 'btf --help'", name);
	opts_help(c, stdout);
	return close_output(EXIT_OK);
}

/* what scripts/bash-completion reads */
static int list_options(void)
{
	for (size_t i = 0; i < COMMANDS; i++)
		opts_list(commands[i], stdout);
	return close_output(EXIT_OK);
}

static int exec_path(void)
{
	char *folder = dropin_folder();

	if (!folder)
		return say_error("out of memory");
	puts(folder);
	free(folder);
	return close_output(EXIT_OK);
}

int main(int argc, char **argv)
{
	const struct dropin *dropin = dropin_find(argv[0]);
	const struct command *c;
	const char *word = argc > 1 ? argv[1] : NULL;

	if (dropin)
		return close_output(dropin->main(argc, argv));
	if (!word) {
		help(stderr);
		return EXIT_TROUBLE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		if (argc > 2)
			return help_for(argv[2]);
		help(stdout);
		return close_output(EXIT_OK);
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		puts("btf " BTFKIT_VERSION);
		return close_output(EXIT_OK);
	}
	if (!strcmp(word, "--exec-path"))
		return exec_path();
	if (!strcmp(word, "--list-options"))
		return list_options();
	c = command_find(word);
	if (!c)
		return say_error("'%s' is not a command; see 'btf --help'", word);
	return command_run(c, argc - 1, argv + 1);
}
