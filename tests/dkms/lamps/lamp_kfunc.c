/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A module whose code holds type ids: a kfunc, in .BTF_ids. */
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>

__bpf_kfunc_start_defs();

__bpf_kfunc int lamp_sum(int a, int b)
{
	return a + b;
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(lamp_kfuncs)
BTF_ID_FLAGS(func, lamp_sum)
BTF_KFUNCS_END(lamp_kfuncs)

static const struct btf_kfunc_id_set lamp_kfunc_set = {
	.owner = THIS_MODULE,
	.set = &lamp_kfuncs,
};

static int __init lamp_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, &lamp_kfunc_set);
}

static void __exit lamp_exit(void)
{
}

module_init(lamp_init);
module_exit(lamp_exit);
MODULE_DESCRIPTION("a kfunc, for tests");
MODULE_LICENSE("GPL");
