// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A BTF tracepoint, chains of CO-RE reads, a ring buffer, kfuncs that count references. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct event {
	__u32 pid, tgid, parent;
	__u64 mm_size;
	char comm[16];
	char cgroup[32];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, struct event);
} last SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct task_struct *held;
	struct event *e;
	u32 key;

	if (preempt || next->flags & 0x00200000 /* PF_KTHREAD */)
		return 0;
	held = bpf_task_acquire(next);
	if (!held)
		return 0;
	key = held->pid;
	bpf_task_release(held);
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	e->pid = key;
	e->tgid = BPF_CORE_READ(next, tgid);
	e->parent = BPF_CORE_READ(next, real_parent, tgid);
	e->mm_size = BPF_CORE_READ(next, mm, total_vm);
	BPF_CORE_READ_STR_INTO(&e->cgroup, next, cgroups, dfl_cgrp, kn, name);
	__builtin_memcpy(e->comm, next->comm, sizeof(e->comm));
	bpf_map_update_elem(&last, &key, e, BPF_ANY);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
