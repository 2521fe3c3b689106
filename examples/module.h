/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What tells a file that it is a module, and for which kernel: the strings of .modinfo. In
 * assembler, so that they leave no types behind.
 */
#ifndef EXAMPLES_MODULE_H
#define EXAMPLES_MODULE_H

#include "kernel.h"

#define MODULE(name)                                                                               \
	__asm__(".pushsection .modinfo, \"a\"\n"                                                   \
		".asciz \"name=" name "\"\n"                                                       \
		".asciz \"vermagic=1.0-kernel-a SMP mod_unload\"\n"                                \
		".popsection")

#endif
