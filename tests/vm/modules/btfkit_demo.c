// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btfkit_demo: a module whose BTF refers to the kernel's in every common way: structs held by
 * value, structs behind pointers, typedefs, integers, an enum; and that has types of its own.
 * Writing a number to /sys/module/btfkit_demo/parameters/trigger calls btfkit_demo_sum(), the
 * function that the probe attaches to. Only symbols whose checksums seldom change are used, so
 * that a module built for one stable release loads in the next one.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>

enum btfkit_colour {
	BTFKIT_RED = 1,
	BTFKIT_GREEN = 7,
	BTFKIT_BLUE = -1,
};

union btfkit_value {
	u64 whole;
	struct {
		u32 low;
		u32 high;
	};
	char text[8];
};

struct btfkit_part {
	u16 first;
	u16 second : 5;
	u16 third : 11;
};

struct btfkit_item {
	struct list_head link;
	struct mutex lock;
	struct btfkit_part part;
	s32 number;
	enum btfkit_colour colour;
	union btfkit_value value;
	struct task_struct *owner;
	struct sk_buff *packet;
	struct path *where;
	const struct btfkit_item *peer;
	enum pid_type scope;
	gfp_t flags;
	pid_t ids[4];
	work_func_t work;
	int (*compare)(const struct btfkit_item *a, struct sk_buff *packet);
};

static struct btfkit_item item = {
	.link = LIST_HEAD_INIT(item.link),
	.part = {.first = 11, .second = 22, .third = 333},
	.colour = BTFKIT_GREEN,
	.value = {.whole = 0x1122334455667788ULL},
	.scope = PIDTYPE_SID,
	.ids = {1, 2, 3, 4},
};

static int last;

/* No clones: a function under another name than its own has no BTF. */
static noinline __noclone int btfkit_demo_sum(struct btfkit_item *it, int bonus)
{
	barrier();
	return it->number + it->part.first + bonus;
}

static int trigger_set(const char *text, const struct kernel_param *kp)
{
	int number, error;

	error = kstrtoint(text, 0, &number);
	if (error)
		return error;
	mutex_lock(&item.lock);
	item.number = number;
	last = btfkit_demo_sum(&item, 31);
	mutex_unlock(&item.lock);
	return 0;
}

static int trigger_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d\n", last);
}

static const struct kernel_param_ops trigger_ops = {
	.set = trigger_set,
	.get = trigger_get,
};
module_param_cb(trigger, &trigger_ops, NULL, 0600);

static int __init btfkit_demo_init(void)
{
	mutex_init(&item.lock);
	item.peer = &item;
	return 0;
}

static void __exit btfkit_demo_exit(void)
{
}

module_init(btfkit_demo_init);
module_exit(btfkit_demo_exit);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("types for the btfkit boot test");
