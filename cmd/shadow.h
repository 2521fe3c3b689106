/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTFKIT_SHADOW: the stock encoder makes what is shipped, and ours runs beside it to be compared.
 *
 * The stock one gets the build's own arguments, files and environment, so the build has what it
 * would have without us, exit status included; ours reads the files before that and writes to a
 * private folder. Everything of ours runs in processes of its own: if it fails, crashes or hangs,
 * that is a line of the log and nothing else.
 */
#ifndef CMD_SHADOW_H
#define CMD_SHADOW_H

/* stock: path of the encoder. Returns its exit code; a signal that ended it ends us. */
int shadow_run(const char *stock, int argc, char **argv);

#endif
