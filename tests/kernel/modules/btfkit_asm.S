/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* btfkit_asm: a module without a line of C of its own. */
#include <linux/linkage.h>

	.section .modinfo, "a"
	.asciz	"license=Dual BSD/GPL"
	.asciz	"description=assembler only"

	.text
SYM_FUNC_START(btfkit_asm_answer)
	movl	$42, %eax
	ret
SYM_FUNC_END(btfkit_asm_answer)
