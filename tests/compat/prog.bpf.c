// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A BPF program for bpfobj.c: sections, lines, CO-RE relocations, a map, data, both units of it the
 * same types (compiled with -DUNIT=1 and 2). */
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))
#define CORE __attribute__((preserve_access_index))

struct inner {
	int a;
	char text[16];
} CORE;

struct CORE task {
	u64 id;
	struct task *next;
	struct inner in;
	u32 flags : 3;
	enum mode { IDLE, BUSY = 7 } mode;
};

struct {
	int (*type)[2];
	struct task **key;
	u64 *value;
} map SEC(".maps");

const volatile u32 limit SEC(".rodata") = 7;
u64 count;

static __attribute__((noinline)) u64 help(struct task *t, u32 n)
{
	count += n;
	return t->id + t->in.a;
}

SEC("tp/one")
int first(struct task *t)
{
	return (int)help(t, limit) + (int)t->next->in.a;
}

SEC("tp/two")
int second(struct task *t)
{
	if (__builtin_preserve_field_info(t->mode, 2))
		return t->mode;
	return (int)__builtin_preserve_type_info(*(struct inner *)0, 0) +
	       (int)__builtin_btf_type_id(*t, 1);
}

#if UNIT == 2
SEC("tp/two")
int third(struct inner *i)
{
	return i->text[3];
}
#endif

char _license[] SEC("license") = "Dual BSD/GPL";
