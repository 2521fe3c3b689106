// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* RCU and mask kfuncs, an old name of a member by a flavor, reads without CO-RE macros, typedefs. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

__u64 started, plain_files, running;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	struct task_struct___old *old = (void *)task;
	umode_t mode = bprm->file->f_inode->i_mode;
	const unsigned char *name = BPF_CORE_READ(bprm, file, f_path.dentry, d_name.name);
	struct bpf_cpumask *mask;
	loff_t size = bprm->file->f_inode->i_size;

	bpf_rcu_read_lock();
	started += task->real_parent->pid != 1 && old_pid;
	bpf_rcu_read_unlock();
	mask = bpf_cpumask_create();
	if (mask) {
		bpf_cpumask_set_cpu(0, mask);
		running += bpf_cpumask_test_cpu(0, (const struct cpumask *)mask);
		bpf_cpumask_release(mask);
	}
	if (bpf_core_field_exists(old->state))
		running += BPF_CORE_READ(old, state);
	if (name && (mode & 00170000) == 0100000)
		plain_files += size > 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
