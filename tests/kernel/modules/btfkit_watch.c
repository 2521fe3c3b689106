// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btfkit_watch: holds structs of the kernel by pointer only, among them one that is larger in the
 * second kernel of scripts/long/kernel-build, and none of which a byte is read. So its code fits
 * both kernels, and its BTF has to as well, once it is distilled.
 */
#include <linux/cgroup.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/perf_event.h>

struct btfkit_watch {
	struct list_head link;
	struct perf_event *event;
	struct net_device *device;
	const struct cgroup *group;
	void (*report)(struct btfkit_watch *watch, struct perf_event *event);
	int number;
};

static struct btfkit_watch watch = {.link = LIST_HEAD_INIT(watch.link), .number = 17};

static noinline __noclone int btfkit_watch_number(const struct btfkit_watch *w,
						  struct perf_event *e)
{
	barrier();
	return w->event == e ? w->number : -1;
}

static int number_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d\n", btfkit_watch_number(&watch, NULL));
}

static const struct kernel_param_ops number_ops = {.get = number_get};

module_param_cb(number, &number_ops, NULL, 0400);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("pointers for the btfkit kernel build");
