/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * make's jobserver: how many threads a process may have while others of the same make run too.
 * The process itself runs on a token that make holds for it; each thread beyond the first needs
 * one of the others. What is taken is given back at exit, and by a signal that ends the process.
 */
#ifndef CMD_JOBSERVER_H
#define CMD_JOBSERVER_H

/*
 * How many threads to run, of `wanted`: one and as many more as there are free tokens just now,
 * without waiting; all where MAKEFLAGS offers no jobserver, or one that cannot be reached (a recipe
 * that make does not take for a make gets none). To be called once, before there are threads.
 */
int jobserver_take(int wanted);
/* gives all back, now */
void jobserver_give(void);

#endif
