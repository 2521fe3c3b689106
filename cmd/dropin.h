/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Programs that a kernel's build calls by the name of the tool they stand in for: links to btf in
 * libexec/btfkit (`btf --exec-path` tells where), chosen by the last part of argv[0].
 *
 * They take the options of those tools, not of btf's commands, and their exit status is what
 * the build expects: 0, 1 for a failure; what is wrong with the options is each tool's own.
 */
#ifndef CMD_DROPIN_H
#define CMD_DROPIN_H

#include <stddef.h>

int pahole_main(int argc, char **argv);
int resolve_btfids_main(int argc, char **argv);

/*
 * The folder with the links, found beside the running binary (bin/btf -> libexec/btfkit; in a
 * build folder cmd/btf -> libexec/btfkit), else where it was to be installed. The environment's
 * BTFKIT_EXEC_PATH goes before both. Caller frees; NULL: out of memory.
 */
char *dropin_folder(void);

/* names of the programs that this binary can be; NULL behind the last (main.c) */
const char *dropin_name(size_t i);

#endif
