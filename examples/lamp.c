// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * lamp.ko: a driver built for kernel A. Of the kernel's types it holds struct device, struct
 * list_head and enum lamp_state by value, and points at struct task, struct file and a function.
 * None of those changed size where that matters: it can move to kernel B.
 */
#include "module.h"

MODULE("lamp");

struct lamp {
	struct device dev;
	struct list_head all;
	enum lamp_state state;
	union {
		u32 blink_ms;
		u8 raw[4];
	};
	struct task *owner;
	struct file *opened;
	int (*set_before)(struct device *dev, enum lamp_state state);
};

int lamp_set(struct lamp *lamp, enum lamp_state state)
{
	lamp->state = state;
	lamp->owner = current_task();
	return lamp->dev.ops->set(&lamp->dev, state);
}
