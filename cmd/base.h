/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Input of the commands: the chain of bases that -B names, and a file with its BTF.
 *
 *	struct base base = {0};
 *	if (base_open(&base, &args->base, report)) ...
 *	struct input in = {0};
 *	if (input_open(&in, path, base_top(&base), report)) ...
 *	... in.btf ...
 *	input_close(&in);
 *	base_close(&base);
 */
#ifndef CMD_BASE_H
#define CMD_BASE_H

#include <btf/file.h>
#include <btf/load.h>

#include "cmd.h"

struct btf;

/* one file and the BTF in it; btf reads the file's bytes */
struct input {
	struct btf_file *file;
	struct btf *btf;
	struct btf_load_info load;
	struct input *own_base; /* of a /sys/kernel/btf file: found by itself */
};

/* zeroed to start with; 0 or a negative errno with findings in r, and nothing left open */
int input_open(struct input *in, const char *path, struct btf *base, struct btf_report *r);
void input_close(struct input *in);

/* Is it a file of /sys/kernel/btf that is split on the running kernel's? And that one's path. */
bool input_of_running_module(const char *path);
const char *input_running_base(void);

/* level[0] is whole, each next one is split on the one before */
struct base {
	struct input *level;
	size_t cnt;
};

/* opens the paths in order; an empty list gives an empty chain. 0 or a negative errno */
int base_open(struct base *b, const struct list *paths, struct btf_report *r);
/* the same, with an index of the lowest one kept in the folder `index` (NULL or "": none) */
int base_open_indexed(struct base *b, const struct list *paths, const char *index,
		      struct btf_report *r);
/* what a file is split on; NULL for an empty chain */
struct btf *base_top(const struct base *b);
/* the path of the top, for findings; NULL for an empty chain */
const char *base_path(const struct base *b);
void base_close(struct base *b);

#endif
