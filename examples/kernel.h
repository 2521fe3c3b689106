/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A make-believe kernel: what a driver for signal lamps sees of it. KERNEL_B is the next release:
 *
 *   - it has types that were not there before (credentials), so every later id is another one;
 *   - struct task has grown. A driver that only points at tasks does not mind;
 *   - struct timer has grown too. A driver that holds a timer by value has the wrong size now;
 *   - struct device has other members, in the same size;
 *   - struct file, only declared before, is there with its members.
 */
#ifndef EXAMPLES_KERNEL_H
#define EXAMPLES_KERNEL_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

struct list_head {
	struct list_head *next, *prev;
};

#ifdef KERNEL_B
typedef struct {
	u32 val;
} kuid_t;

struct cred {
	kuid_t uid, gid;
	u64 capabilities;
};
#endif

struct task {
	int pid;
	char comm[16];
#ifdef KERNEL_B
	const struct cred *cred;
#endif
	struct task *parent;
	struct list_head children;
};

enum lamp_state {
	LAMP_OFF,
	LAMP_ON,
	LAMP_BLINKING,
};

struct device;
#ifdef KERNEL_B
struct file {
	u32 readable : 1;
	u32 writable : 1;
	const struct cred *opener;
};
#else
struct file;
#endif

struct lamp_ops {
	int (*set)(struct device *dev, enum lamp_state state);
	int (*read)(struct file *file, char *to, unsigned long size);
};

struct device {
	const char *name;
	struct device *parent;
	struct list_head siblings;
#ifdef KERNEL_B
	u32 state : 2;
	u32 suspended : 1;
	u32 power;
#else
	u64 flags;
#endif
	const struct lamp_ops *ops;
};

struct timer {
	struct list_head entry;
	u64 expires;
	void (*fire)(struct timer *timer);
#ifdef KERNEL_B
	u32 slack, cpu;
#endif
};

int lamp_register(struct device *dev);
void timer_start(struct timer *timer, u64 delay);
struct task *current_task(void);

#endif
