/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the module btfkit_attach and the program that attaches to it agree on: what each ioctl of
 * /dev/btfkit_attach calls, and which values stand in the module's items.
 */
#ifndef BTFKIT_ATTACH_H
#define BTFKIT_ATTACH_H

enum {
	BTFKIT_CALL_SUM = 0xb700, /* btfkit_attach_sum(item 0, argument): number + argument */
	BTFKIT_CALL_GATE,	  /* btfkit_attach_gate(item 0): 0 */
	BTFKIT_CALL_TRACE,	  /* the tracepoint btfkit_attach_seen(item 0, argument): 0 */
	BTFKIT_CALL_OPS,	  /* judge(item 0, argument) of the struct_ops; -1: there is none */
	BTFKIT_ASK_HELD,	  /* references to items that are held now */
};

enum {
	BTFKIT_ITEMS = 3,
	BTFKIT_FIRST_NUMBER = 4711, /* the next items have the next numbers */
};

#endif
