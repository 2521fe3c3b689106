// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btfkit_kfunc: everything a module can hand to the kernel by BTF id: two sets of kfuncs with
 * flags, and a destructor for a struct of ours. The results of the registrations can be read as
 * module parameters. The functions are chosen so that a BPF program notices ids that moved
 * without their flags: one acquires, one releases, one is plain, one may sleep.
 */
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/bpf.h>
#include <linux/module.h>
#include <linux/skbuff.h>

struct btfkit_thing {
	int number;
	int held;
};

static struct btfkit_thing thing = {.number = 4711};
static int kfunc_result, second_result, dtor_result;

module_param(kfunc_result, int, 0400);
module_param(second_result, int, 0400);
module_param(dtor_result, int, 0400);

__bpf_kfunc_start_defs();

__bpf_kfunc int btfkit_kfunc_add(int a, int b)
{
	return a + b + 1000;
}

__bpf_kfunc struct btfkit_thing *btfkit_kfunc_acquire(void)
{
	thing.held++;
	return &thing;
}

__bpf_kfunc void btfkit_kfunc_release(struct btfkit_thing *p)
{
	p->held--;
}

__bpf_kfunc void btfkit_kfunc_release_dtor(void *p)
{
	btfkit_kfunc_release(p);
}

__bpf_kfunc int btfkit_kfunc_number(struct btfkit_thing *p)
{
	return p->number + p->held;
}

__bpf_kfunc int btfkit_kfunc_length(struct __sk_buff *context)
{
	struct sk_buff *skb = (struct sk_buff *)context;

	return skb->len;
}

__bpf_kfunc_end_defs();

/* The order is neither that of the names nor that of the addresses. */
BTF_KFUNCS_START(btfkit_kfunc_ids)
BTF_ID_FLAGS(func, btfkit_kfunc_release, KF_RELEASE)
BTF_ID_FLAGS(func, btfkit_kfunc_add)
BTF_ID_FLAGS(func, btfkit_kfunc_number, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, btfkit_kfunc_acquire, KF_ACQUIRE | KF_RET_NULL)
BTF_KFUNCS_END(btfkit_kfunc_ids)

BTF_KFUNCS_START(btfkit_kfunc_tc_ids)
BTF_ID_FLAGS(func, btfkit_kfunc_length)
BTF_KFUNCS_END(btfkit_kfunc_tc_ids)

BTF_ID_LIST(btfkit_kfunc_dtor_ids)
BTF_ID(struct, btfkit_thing)
BTF_ID(func, btfkit_kfunc_release_dtor)

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &btfkit_kfunc_ids,
};

static const struct btf_kfunc_id_set tc_set = {
	.owner = THIS_MODULE,
	.set = &btfkit_kfunc_tc_ids,
};

static int __init btfkit_kfunc_init(void)
{
	const struct btf_id_dtor_kfunc dtors[] = {
		{
			.btf_id = btfkit_kfunc_dtor_ids[0],
			.kfunc_btf_id = btfkit_kfunc_dtor_ids[1],
		},
	};

	kfunc_result = register_btf_kfunc_id_set(BPF_PROG_TYPE_SYSCALL, &kfunc_set);
	second_result = register_btf_kfunc_id_set(BPF_PROG_TYPE_SCHED_CLS, &tc_set);
	dtor_result = register_btf_id_dtor_kfuncs(dtors, ARRAY_SIZE(dtors), THIS_MODULE);
	return 0;
}

static void __exit btfkit_kfunc_exit(void)
{
}

module_init(btfkit_kfunc_init);
module_exit(btfkit_kfunc_exit);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("kfuncs for the btfkit boot test");
