// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btfkit_attach: one of each thing of a module that BPF programs reach by its BTF: functions to
 * trace, one whose result may be replaced, a tracepoint, kfuncs, an iterator made of kfuncs, a
 * destructor, a struct_ops, and a target of BPF iterators.
 *
 * /dev/btfkit_attach runs them: see btfkit_attach.h. What a registration returned can be read as a
 * module parameter; one that fails does not keep the module from loading, so that each is judged
 * by itself.
 */
#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include "btfkit_attach.h"

struct btfkit_item {
	struct list_head link;
	struct mutex lock;
	atomic_t held;
	u32 number;
	struct task_struct *user; /* the task that called last */
	const struct btfkit_item *next;
	struct file *file;
};

#define CREATE_TRACE_POINTS
#include "btfkit_events.h"

static struct btfkit_item items[BTFKIT_ITEMS];

static int kfunc_result, fmodret_result, dtor_result, ops_result, target_result;

module_param(kfunc_result, int, 0400);
module_param(fmodret_result, int, 0400);
module_param(dtor_result, int, 0400);
module_param(ops_result, int, 0400);
module_param(target_result, int, 0400);

/* ---- functions to attach to: no clones, which have other names ---- */

noinline __noclone int btfkit_attach_sum(struct btfkit_item *item, int bonus);
noinline __noclone int btfkit_attach_sum(struct btfkit_item *item, int bonus)
{
	barrier();
	return item->number + bonus;
}

noinline __noclone int btfkit_attach_gate(struct btfkit_item *item);
noinline __noclone int btfkit_attach_gate(struct btfkit_item *item)
{
	barrier();
	return item ? 0 : -EINVAL;
}

BTF_KFUNCS_START(btfkit_fmodret_ids)
BTF_ID_FLAGS(func, btfkit_attach_gate)
BTF_KFUNCS_END(btfkit_fmodret_ids)

static const struct btf_kfunc_id_set fmodret_set = {
	.owner = THIS_MODULE,
	.set = &btfkit_fmodret_ids,
};

/* ---- kfuncs ---- */

struct bpf_iter_btfkit {
	u64 at;
};

static const struct file_operations device_fops;

__bpf_kfunc_start_defs();

__bpf_kfunc struct btfkit_item *btfkit_item_get(u32 index)
{
	if (index >= BTFKIT_ITEMS)
		return NULL;
	atomic_inc(&items[index].held);
	return &items[index];
}

__bpf_kfunc void btfkit_item_put(struct btfkit_item *item)
{
	atomic_dec(&item->held);
}

__bpf_kfunc void btfkit_item_put_dtor(void *item)
{
	btfkit_item_put(item);
}

/* The item of an open /dev/btfkit_attach, NULL for any other file. */
__bpf_kfunc struct btfkit_item *btfkit_item_of_file(struct file *file)
{
	return file->f_op == &device_fops ? &items[0] : NULL;
}

__bpf_kfunc int bpf_iter_btfkit_new(struct bpf_iter_btfkit *it)
{
	it->at = 0;
	return 0;
}

__bpf_kfunc struct btfkit_item *bpf_iter_btfkit_next(struct bpf_iter_btfkit *it)
{
	return it->at < BTFKIT_ITEMS ? &items[it->at++] : NULL;
}

__bpf_kfunc void bpf_iter_btfkit_destroy(struct bpf_iter_btfkit *it)
{
	it->at = BTFKIT_ITEMS;
}

__bpf_kfunc_end_defs();

/* The order is neither that of the names nor that of the addresses. */
BTF_KFUNCS_START(btfkit_item_ids)
BTF_ID_FLAGS(func, btfkit_item_put, KF_RELEASE)
BTF_ID_FLAGS(func, bpf_iter_btfkit_next, KF_ITER_NEXT | KF_RET_NULL)
BTF_ID_FLAGS(func, btfkit_item_of_file, KF_RET_NULL)
BTF_ID_FLAGS(func, bpf_iter_btfkit_new, KF_ITER_NEW)
BTF_ID_FLAGS(func, btfkit_item_get, KF_ACQUIRE | KF_RET_NULL)
BTF_ID_FLAGS(func, bpf_iter_btfkit_destroy, KF_ITER_DESTROY)
BTF_KFUNCS_END(btfkit_item_ids)

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &btfkit_item_ids,
};

BTF_ID_LIST(btfkit_dtor_ids)
BTF_ID(struct, btfkit_item)
BTF_ID(func, btfkit_item_put_dtor)

/* ---- struct_ops ---- */

struct btfkit_ops {
	int (*judge)(struct btfkit_item *item, int weight);
};

static struct btfkit_ops *current_ops;

static int btfkit_ops_judge(struct btfkit_item *item, int weight)
{
	return 0;
}

static struct btfkit_ops ops_stubs = {
	.judge = btfkit_ops_judge,
};

static int ops_init(struct btf *btf)
{
	return 0;
}

static int ops_init_member(const struct btf_type *t, const struct btf_member *member, void *kdata,
			   const void *udata)
{
	return 0;
}

static int ops_reg(void *kdata, struct bpf_link *link)
{
	if (current_ops)
		return -EBUSY;
	current_ops = kdata;
	return 0;
}

static void ops_unreg(void *kdata, struct bpf_link *link)
{
	current_ops = NULL;
}

static bool ops_valid_access(int off, int size, enum bpf_access_type type,
			     const struct bpf_prog *prog, struct bpf_insn_access_aux *info)
{
	return bpf_tracing_btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops ops_verifier = {
	.is_valid_access = ops_valid_access,
};

static struct bpf_struct_ops struct_ops = {
	.verifier_ops = &ops_verifier,
	.init = ops_init,
	.init_member = ops_init_member,
	.reg = ops_reg,
	.unreg = ops_unreg,
	.cfi_stubs = &ops_stubs,
	.owner = THIS_MODULE,
	.name = "btfkit_ops",
};

/* ---- a target of iterators ---- */

/*
 * The kernel exports none of these four, so only code that is built in has targets of its own.
 * What a module's BTF would be good for there is tried all the same: who loads the module looks
 * their addresses up in /proc/kallsyms. Without them there is no target.
 */
enum { ITER_REG_TARGET, ITER_UNREG_TARGET, ITER_GET_INFO, ITER_RUN_PROG, ITER_CALLS };

static unsigned long iter_calls[ITER_CALLS];
static int iter_calls_count;

module_param_array(iter_calls, ulong, &iter_calls_count, 0400);

struct bpf_iter__btfkit_item {
	__bpf_md_ptr(struct bpf_iter_meta *, meta);
	__bpf_md_ptr(struct btfkit_item *, item);
};

DEFINE_BPF_ITER_FUNC(btfkit_item, struct bpf_iter_meta *meta, struct btfkit_item *item);

static void *target_start(struct seq_file *seq, loff_t *pos)
{
	return *pos < BTFKIT_ITEMS ? &items[*pos] : NULL;
}

static void *target_next(struct seq_file *seq, void *item, loff_t *pos)
{
	++*pos;
	return target_start(seq, pos);
}

static void target_stop(struct seq_file *seq, void *item)
{
}

static int target_show(struct seq_file *seq, void *item)
{
	struct bpf_prog *(*get_info)(struct bpf_iter_meta * meta, bool in_stop) =
		(void *)iter_calls[ITER_GET_INFO];
	int (*run_prog)(struct bpf_prog * prog, void *ctx) = (void *)iter_calls[ITER_RUN_PROG];
	struct bpf_iter_meta meta = {.seq = seq};
	struct bpf_iter__btfkit_item ctx = {.meta = &meta, .item = item};
	struct bpf_prog *prog = get_info(&meta, false);

	return prog ? run_prog(prog, &ctx) : 0;
}

static const struct seq_operations target_seq_ops = {
	.start = target_start,
	.next = target_next,
	.stop = target_stop,
	.show = target_show,
};

static const struct bpf_iter_seq_info target_seq_info = {
	.seq_ops = &target_seq_ops,
};

static const struct bpf_iter_reg target = {
	.target = "btfkit_item",
	.seq_info = &target_seq_info,
};

static int target_register(void)
{
	int (*reg)(const struct bpf_iter_reg *reg_info) = (void *)iter_calls[ITER_REG_TARGET];

	return iter_calls_count == ITER_CALLS ? reg(&target) : -ENOENT;
}

static void target_unregister(void)
{
	void (*unreg)(const struct bpf_iter_reg *reg_info) = (void *)iter_calls[ITER_UNREG_TARGET];

	if (!target_result)
		unreg(&target);
}

/* ---- the device ---- */

static int held(void)
{
	int i, sum = 0;

	for (i = 0; i < BTFKIT_ITEMS; i++)
		sum += atomic_read(&items[i].held);
	return sum;
}

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	items[0].user = current;
	items[0].file = file;
	switch (command) {
	case BTFKIT_CALL_SUM:
		return btfkit_attach_sum(&items[0], argument);
	case BTFKIT_CALL_GATE:
		return btfkit_attach_gate(&items[0]);
	case BTFKIT_CALL_TRACE:
		trace_btfkit_attach_seen(&items[0], argument);
		return 0;
	case BTFKIT_CALL_OPS:
		return current_ops ? current_ops->judge(&items[0], argument) : -1;
	case BTFKIT_ASK_HELD:
		return held();
	}
	return -ENOTTY;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.unlocked_ioctl = device_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "btfkit_attach",
	.fops = &device_fops,
};

static int __init btfkit_attach_init(void)
{
	const struct btf_id_dtor_kfunc dtors[] = {
		{
			.btf_id = btfkit_dtor_ids[0],
			.kfunc_btf_id = btfkit_dtor_ids[1],
		},
	};
	int i, error;

	for (i = 0; i < BTFKIT_ITEMS; i++) {
		INIT_LIST_HEAD(&items[i].link);
		mutex_init(&items[i].lock);
		items[i].number = BTFKIT_FIRST_NUMBER + i;
		items[i].next = &items[(i + 1) % BTFKIT_ITEMS];
	}
	error = misc_register(&device);
	if (error)
		return error;
	/* programs of these types, of BPF_PROG_TYPE_LSM too, may call the kfuncs */
	kfunc_result = register_btf_kfunc_id_set(BPF_PROG_TYPE_SYSCALL, &kfunc_set);
	if (!kfunc_result)
		kfunc_result = register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, &kfunc_set);
	fmodret_result = register_btf_fmodret_id_set(&fmodret_set);
	dtor_result = register_btf_id_dtor_kfuncs(dtors, ARRAY_SIZE(dtors), THIS_MODULE);
	ops_result = register_bpf_struct_ops(&struct_ops, btfkit_ops);
	target_result = target_register();
	return 0;
}

static void __exit btfkit_attach_exit(void)
{
	target_unregister();
	misc_deregister(&device);
}

module_init(btfkit_attach_init);
module_exit(btfkit_attach_exit);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("what BPF programs attach to in the btfkit boot test");
