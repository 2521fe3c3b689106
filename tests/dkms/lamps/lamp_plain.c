/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A module that holds types of the kernel by value and by pointer. */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>

struct lamp {
	struct list_head all;
	struct mutex lock;
	struct device *parent;
	struct task_struct *owner;
	u32 brightness;
};

static struct lamp lamp;

int lamp_dim(struct lamp *lamp, u32 by);
noinline int lamp_dim(struct lamp *lamp, u32 by)
{
	mutex_lock(&lamp->lock);
	lamp->owner = current;
	lamp->brightness -= min(by, lamp->brightness);
	mutex_unlock(&lamp->lock);
	return lamp->brightness;
}

static int __init lamp_init(void)
{
	INIT_LIST_HEAD(&lamp.all);
	mutex_init(&lamp.lock);
	lamp.brightness = 100;
	return lamp_dim(&lamp, 1) != 99;
}

static void __exit lamp_exit(void)
{
}

module_init(lamp_init);
module_exit(lamp_exit);
MODULE_DESCRIPTION("a lamp, for tests");
MODULE_LICENSE("GPL");
