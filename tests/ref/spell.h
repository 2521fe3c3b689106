/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Types as text, for tests that are tables: one type behind the other, separated by ';', ids
 * counting on from the base.
 *
 *	int NAME SIZE			float NAME SIZE
 *	ptr ID				const ID, volatile ID, restrict ID
 *	typedef NAME ID			typetag NAME ID
 *	array ELEM INDEX N		fwd NAME (of a struct), fwdu NAME (of a union)
 *	struct NAME SIZE m:ID@BIT ...	union, kstruct (kind_flag; @WORD is the offset word)
 *	enum NAME SIZE A=1 ...		enum64
 *	proto RET p:ID ...		func NAME ID LINKAGE
 *	var NAME ID LINKAGE		sec NAME SIZE ID@OFF+SIZE ...
 *	tag NAME ID COMPONENT		(DECL_TAG)
 *
 * NAME "-" is none. What cannot be read ends the process: the test is wrong.
 */
#ifndef REF_SPELL_H
#define REF_SPELL_H

#include "btf/object.h"

/* appends the types to b; NULL is none */
void spell(struct btf *b, const char *text);
/* own types of b in the same form; the caller frees */
char *spelled(const struct btf *b);
/* own strings that are not empty, separated by spaces; the caller frees */
char *spelled_strings(const struct btf *b);

#endif
