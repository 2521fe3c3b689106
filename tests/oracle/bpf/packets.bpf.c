// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Packets: UAPI structs, enumerators of an anonymous and of a named enum, a spin lock in a map. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define ETH_P_IP 0x0800

struct tally {
	struct bpf_spin_lock lock;
	__u64 packets, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct tally);
} slots SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tally *s;
	__u32 key;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	key = ip->protocol;
	s = bpf_map_lookup_elem(&slots, &key);
	if (!s)
		return XDP_ABORTED;
	bpf_spin_lock(&s->lock);
	s->packets++;
	s->bytes += bpf_ntohs(ip->tot_len);
	bpf_spin_unlock(&s->lock);
	return ip->protocol == IPPROTO_ICMP ? XDP_DROP : XDP_PASS;
}

SEC("tc")
int mark(struct __sk_buff *skb)
{
	struct bpf_tuple_like {
		__u32 a;
	} local = {skb->ifindex};

	skb->mark = local.a;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
