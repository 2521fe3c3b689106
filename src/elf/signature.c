// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Module signature: [ELF][signature][12-byte trailer]["~Module signature appended~\n"].
 *
 * In: a whole file. Out: the size of what follows the ELF. Always: at most size.
 */
#include "elf/signature.h"

#include <endian.h>
#include <string.h>

static const char marker[] = "~Module signature appended~\n";

/* the last word of the trailer, big endian on every machine, counts the bytes before it */
#define TRAILER_SIZE 12
#define TRAILER_LENGTH_AT 8

u64 elf_signature_size(const void *data, u64 size)
{
	const u64 marker_size = sizeof(marker) - 1;
	const u8 *end = (const u8 *)data + size;
	u32 len;

	if (size < marker_size + TRAILER_SIZE || memcmp(end - marker_size, marker, marker_size))
		return 0;
	memcpy(&len, end - marker_size - TRAILER_SIZE + TRAILER_LENGTH_AT, sizeof(len));
	len = be32toh(len);
	if (len > size - marker_size - TRAILER_SIZE)
		return 0;
	return marker_size + TRAILER_SIZE + len;
}
