/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The signature that the kernel's build appends to a module, after the end of the ELF file. */
#ifndef ELF_SIGNATURE_H
#define ELF_SIGNATURE_H

#include "base/types.h"

/*
 * How many bytes at the end of the file are signature (trailer and marker included); 0: none.
 * A marker with a length that does not fit counts as 0: the kernel would refuse the file.
 */
u64 elf_signature_size(const void *data, u64 size);

#endif
