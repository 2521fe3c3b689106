/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BTF of the running kernel as input of a command: by its id, or by the program or map it is of. */
#ifndef CMD_RUNNING_H
#define CMD_RUNNING_H

#include "cmd.h"

struct btf;

struct running_args {
	const char *btf_id, *prog, *map;
	int part; /* of --map-types, from 1 */
};

/* rows of an option table; `field` is offsetof(..., of a struct running_args) */
#define OPTS_RUNNING(field)                                                                        \
	{"btf-id",                                                                                 \
	 0,                                                                                        \
	 OPT_STRING,                                                                               \
	 "N",                                                                                      \
	 "BTF that the running kernel holds, by its id in btf list",                               \
	 (field) + offsetof(struct running_args, btf_id)},                                         \
		{"prog",                                                                           \
		 0,                                                                                \
		 OPT_STRING,                                                                       \
		 "PROG",                                                                           \
		 "BTF of a loaded BPF program: its id, name, tag:TAG, or the\n"                    \
		 "path it is pinned at",                                                           \
		 (field) + offsetof(struct running_args, prog)},                                   \
		{"map",                                                                            \
		 0,                                                                                \
		 OPT_STRING,                                                                       \
		 "MAP",                                                                            \
		 "BTF of a BPF map: its id, name, or the path it is pinned at",                    \
		 (field) + offsetof(struct running_args, map)},                                    \
	{                                                                                          \
		"map-types", 0, OPT_CHOICE, "key|value|kv|all",                                    \
			"which types of the map's BTF (default kv: key and value)",                \
			(field) + offsetof(struct running_args, part)                              \
	}

bool running_asked(const struct running_args *a);
/* what does not go together, given the number of operands: EXIT_OK, or EXIT_TROUBLE and said */
int running_check(const char *command, const struct running_args *a, int operands);

struct running {
	struct btf *btf; /* btf__free() */
	/* of a map: the types asked for; 0 of them: all */
	__u32 id[2];
	size_t id_cnt;
};

/* base may be NULL: modules find theirs by themselves. 0 or a negative errno with findings in r */
int running_open(struct running *ret, const struct running_args *a, struct btf *base,
		 struct btf_report *r);

#endif
