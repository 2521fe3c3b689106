// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Where a module's signature begins. */
#include "elf/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <string.h>

#include "base/types.h"

#define MARKER "~Module signature appended~\n"
#define TRAILER "\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00"

static void found(void **state)
{
	static const char file[] = "\177ELF and so on" "sig" TRAILER "\x03" MARKER;
	static const char only[] = TRAILER "\x00" MARKER;

	(void)state;
	assert_int_equal(elf_signature_size(file, sizeof(file) - 1), 3 + 12 + 28);
	assert_int_equal(elf_signature_size(only, sizeof(only) - 1), 12 + 28);
}

static void not_found(void **state)
{
	static const char too_long[] = "sig" TRAILER "\x04" MARKER;
	static const char more[] = "sig" TRAILER "\x03" MARKER "x";
	size_t n;

	(void)state;
	assert_int_equal(elf_signature_size(too_long, sizeof(too_long) - 1), 0);
	assert_int_equal(elf_signature_size(more, sizeof(more) - 1), 0);
	for (n = 0; n < sizeof(more) - 2; n++)
		assert_int_equal(elf_signature_size(more, n), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),
		cmocka_unit_test(not_found),
	};

	return cmocka_run_group_tests_name("elf-signature", tests, NULL, NULL);
}
