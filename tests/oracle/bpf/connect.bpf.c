// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* kprobes with arguments by register, sockets, unions inside, existence and size of fields. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

/* comments are no code: struct ext4_inode_info *x; x->i_data */
#define PORT(sk) bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport))

struct flow {
	__be32 from, to;
	__u16 port;
	__u8 state, v6;
	__u8 net;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow);
	__type(value, __u64);
} flows SEC(".maps");

const volatile int want = 1;

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(on_connect, struct sock *sk)
{
	struct flow f = {};
	__u64 one = 1, *n;

	if (!want)
		return 0;
	f.from = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
	f.to = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	f.port = PORT(sk);
	f.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	f.v6 = BPF_CORE_READ(sk, __sk_common.skc_family) == 10;
	if (bpf_core_field_exists(sk->__sk_common.skc_net))
		f.net = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) != 0;
	if (f.state == TCP_ESTABLISHED)
		return 0;
	n = bpf_map_lookup_elem(&flows, &f);
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&flows, &f, &one, BPF_NOEXIST);
	return 0;
}

SEC("kretprobe/tcp_v4_connect")
int BPF_KRETPROBE(on_connected, int ret)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (bpf_core_type_exists(struct mptcp_sock))
		bpf_printk("%d %d", ret, BPF_CORE_READ(task, exit_code));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
