// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The map of ids: look-ups at its edges, pairs in any order. */
#include "common.h"

#include "pass/idmap.h"

static void test_empty(void **state)
{
	struct id_map m = {0};

	(void)state;
	assert_int_equal(id_map_get(&m, 0), 0);
	assert_int_equal(id_map_get(&m, 1), 0);
	assert_int_equal(id_map_get(&m, UINT32_MAX), 0);
	id_map_sort(&m);
	id_map_deinit(&m);
	assert_null(m.base);
}

static void test_own_block(void **state)
{
	struct id_map m = {.own_from = 100, .own_cnt = 3, .own_to = 7};

	(void)state;
	assert_int_equal(id_map_get(&m, 99), 0);
	assert_int_equal(id_map_get(&m, 100), 7);
	assert_int_equal(id_map_get(&m, 102), 9);
	assert_int_equal(id_map_get(&m, 103), 0);
	/* the end of the numbers is no edge to fall over */
	m = (struct id_map){.own_from = UINT32_MAX - 1, .own_cnt = 2, .own_to = 1};
	assert_int_equal(id_map_get(&m, UINT32_MAX), 2);
	assert_int_equal(id_map_get(&m, 0), 0);
}

static void test_pairs(void **state)
{
	static const u32 orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}};

	(void)state;
	for (size_t o = 0; o < ARRAY_SIZE(orders); o++) {
		struct id_map m = {.own_from = 1000, .own_cnt = 1, .own_to = 50, .base_cnt = 5};

		m.base = malloc(5 * sizeof(*m.base));
		for (u32 i = 0; i < 5; i++)
			m.base[i] = (struct id_pair){10 * (orders[o][i] + 1), orders[o][i] + 1};
		id_map_sort(&m);
		for (u32 from = 0; from < 70; from++)
			assert_int_equal(id_map_get(&m, from),
					 from % 10 || from > 50 ? 0 : from / 10);
		assert_int_equal(id_map_get(&m, 1000), 50);
		id_map_deinit(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_own_block),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
