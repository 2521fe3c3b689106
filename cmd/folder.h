/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A folder as an operand: the files below it. */
#ifndef CMD_FOLDER_H
#define CMD_FOLDER_H

/*
 * Calls fn(ctx, path, name) for every regular file below a folder, in the order of their names,
 * until it returns an exit code that is not EXIT_OK, and returns that. Symbolic links inside are
 * passed over: they lead to what belongs to another folder. What cannot be read is said, and
 * EXIT_TROUBLE.
 */
int folder_files(char *path, int (*fn)(void *ctx, const char *path, const char *name), void *ctx);

#endif
