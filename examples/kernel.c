// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* kernel-a.btf, and with KERNEL_B kernel-b.btf: a few functions, so that types have a use. */
#include "kernel.h"

static struct list_head lamps;
static struct task init;

#ifdef KERNEL_B
const struct cred *task_cred(const struct task *task)
{
	return task->cred;
}
#endif

int lamp_register(struct device *dev)
{
	dev->siblings.next = &lamps;
	return dev->ops->set(dev, LAMP_OFF);
}

void timer_start(struct timer *timer, u64 delay)
{
	timer->expires = delay;
}

struct task *current_task(void)
{
	return &init;
}
