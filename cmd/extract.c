// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* btf extract: the bytes of a section, out of any carrier, as they are. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <btf/file.h>

#include "cmd.h"

#define SECTIONS ".BTF|.BTF.base|.BTF.ext|.BTF_ids"
static const char *const sections[] = {".BTF", ".BTF.base", ".BTF.ext", ".BTF_ids"};

struct extract_args {
	const char *out;
	int section;
};

static const struct opt extract_options[] = {
	{"output", 'o', OPT_STRING, "OUT", "write to OUT; - is standard output (the default)",
	 offsetof(struct extract_args, out)},
	{"section", 's', OPT_CHOICE, SECTIONS, "which section (default .BTF)",
	 offsetof(struct extract_args, section)},
	{0},
};

static int extract_section(struct btf_file *f, const char *section, const char *out,
			   struct btf_report *r)
{
	struct btf_save_opts save = {.sz = sizeof(save)};
	const void *data;
	size_t size;
	int err;

	data = btf_file__section(f, section, &size, r);
	if (!data && errno == ENODATA)
		return say_error("%s: has no %s section", btf_file__path(f), section);
	/* whoever reads the output would take it for one that was cut off */
	if (data && !size)
		return say_error("%s: its %s section is empty", btf_file__path(f), section);
	if (data) {
		err = btf_file__write(out, data, size, &save, r);
		if (!err)
			return EXIT_OK;
	}
	say_report(r);
	return EXIT_TROUBLE;
}

static int extract_run(void *args, int cnt, char **operand)
{
	const struct extract_args *a = args;
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	const char *out = a->out ? a->out : "-";
	struct btf_report *r;
	struct btf_file *f;
	int code = EXIT_TROUBLE;

	(void)cnt;
	if (!a->out && isatty(STDOUT_FILENO))
		return say_usage("extract",
				 "this is binary data and standard output is a terminal: "
				 "give -o OUT, or -o - if you mean it");
	r = btf_report__new();
	if (!r)
		return say_error("out of memory");
	f = btf_file__open(operand[0], &opts, r);
	if (f)
		code = extract_section(f, sections[a->section ? a->section - 1 : 0], out, r);
	else
		say_report(r);
	btf_file__close(f);
	btf_report__free(r);
	return code;
}

const struct command cmd_extract = {
	.name = "extract",
	.help = "write a BTF section of a file as raw bytes",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.options = extract_options,
	.args_size = sizeof(struct extract_args),
	.run = extract_run,
};
