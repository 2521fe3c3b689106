// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * beacon.ko: another driver built for kernel A. It holds a struct timer by value, and that has
 * grown in kernel B: it must not move there.
 */
#include "module.h"

MODULE("beacon");

struct beacon {
	struct device dev;
	struct timer turn;
	u32 degrees;
};

void beacon_turn(struct beacon *beacon)
{
	beacon->degrees += 6;
	timer_start(&beacon->turn, 1000);
}
