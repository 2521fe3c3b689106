// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * For oracle/running: puts BTF into the running kernel. `running-load` loads a BTF, an array map
 * and a program with it, pins both where a folder of a BPF file system is given, prints
 * "btf N prog N map N tag HEX" and holds them until standard input ends. `running-load --churn`
 * loads and drops BTF as fast as it can until then. Exit status 77: bpf(2) is not allowed here.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <btf/btf.h>

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return errno == EPERM || errno == ENOSYS ? 77 : 1;
}

enum { T_INT = 1, T_VALUE, T_PROTO, T_FUNC };

static struct btf *make_btf(void)
{
	struct btf *b = btf__new_empty();

	if (!b || btf__add_int(b, "int", 4, BTF_INT_SIGNED) != T_INT ||
	    btf__add_struct(b, "running_value", 8) != T_VALUE ||
	    btf__add_field(b, "first", T_INT, 0, 0) || btf__add_field(b, "second", T_INT, 32, 0) ||
	    btf__add_func_proto(b, T_INT) != T_PROTO || btf__add_func_param(b, "ctx", T_INT) ||
	    btf__add_func(b, "running_prog", BTF_FUNC_STATIC, T_PROTO) != T_FUNC) {
		btf__free(b);
		return NULL;
	}
	return b;
}

static int make_map(int btf_fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	memcpy(attr.map_name, "running_map", 12);
	attr.btf_fd = (__u32)btf_fd;
	attr.btf_key_type_id = T_INT;
	attr.btf_value_type_id = T_VALUE;
	return sys_bpf(BPF_MAP_CREATE, &attr);
}

static int make_prog(int btf_fd)
{
	struct bpf_insn insn[2] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
				   {.code = BPF_JMP | BPF_EXIT}};
	struct bpf_func_info func = {0, T_FUNC};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insn;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t) "Dual BSD/GPL";
	memcpy(attr.prog_name, "running_prog", 13);
	attr.prog_btf_fd = (__u32)btf_fd;
	attr.func_info = (uintptr_t)&func;
	attr.func_info_cnt = 1;
	attr.func_info_rec_size = sizeof(func);
	return sys_bpf(BPF_PROG_LOAD, &attr);
}

static int info(int fd, void *to, __u32 size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(to, 0, size);
	attr.info.bpf_fd = (__u32)fd;
	attr.info.info = (uintptr_t)to;
	attr.info.info_len = size;
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

static int pin(int fd, const char *folder, const char *name)
{
	union bpf_attr attr;
	char path[512];

	memset(&attr, 0, sizeof(attr));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	attr.pathname = (uintptr_t)path;
	attr.bpf_fd = (__u32)fd;
	return sys_bpf(BPF_OBJ_PIN, &attr);
}

static void wait_for_end(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

static bool ended(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static int churn(void)
{
	puts("ready");
	fflush(stdout);
	while (!ended()) {
		struct btf *b = make_btf();

		if (!b || btf__load_into_kernel(b))
			return fail("BTF_LOAD");
		btf__free(b);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_prog_info prog_info;
	struct bpf_map_info map_info;
	struct btf *b;
	int prog, map;

	if (argc > 1 && !strcmp(argv[1], "--churn"))
		return churn();
	b = make_btf();
	if (!b || btf__load_into_kernel(b))
		return fail("BTF_LOAD");
	map = make_map(btf__fd(b));
	if (map < 0)
		return fail("MAP_CREATE");
	prog = make_prog(btf__fd(b));
	if (prog < 0)
		return fail("PROG_LOAD");
	if (argc > 1 && (pin(prog, argv[1], "prog") || pin(map, argv[1], "map")))
		return fail("OBJ_PIN");
	if (info(prog, &prog_info, sizeof(prog_info)) || info(map, &map_info, sizeof(map_info)))
		return fail("OBJ_GET_INFO");
	printf("btf %u prog %u map %u tag ", prog_info.btf_id, prog_info.id, map_info.id);
	for (int i = 0; i < 8; i++)
		printf("%02x", prog_info.tag[i]);
	putchar('\n');
	fflush(stdout);
	wait_for_end();
	btf__free(b);
	return 0;
}
