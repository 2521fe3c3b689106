/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the programs that run inside the guest share: bare bpf(2), programs put together by hand,
 * and an end that says "ok ..." or "fail ...". No library is used.
 */
#ifndef VM_BPF_H
#define VM_BPF_H

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/module.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOG_SIZE (1 << 20)

static char kernel_log[LOG_SIZE];

static inline _Noreturn void finish(bool good, const char *format, ...)
{
	va_list args;

	printf("%s ", good ? "ok" : "fail");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(!good);
}

/* ---- bpf(2) ---- */

static inline long bpf(int command, union bpf_attr *attr)
{
	return syscall(__NR_bpf, command, attr, sizeof(*attr));
}

/* The BTF object that the kernel holds for a module. */
static inline int module_btf_fd(const char *module)
{
	struct bpf_btf_info info;
	union bpf_attr attr;
	char name[64];
	uint32_t id = 0;
	int fd;

	for (;;) {
		memset(&attr, 0, sizeof(attr));
		attr.start_id = id;
		if (bpf(BPF_BTF_GET_NEXT_ID, &attr))
			finish(false, "the kernel holds no BTF named %s", module);
		id = attr.next_id;
		memset(&attr, 0, sizeof(attr));
		attr.btf_id = id;
		fd = bpf(BPF_BTF_GET_FD_BY_ID, &attr);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		info.name = (uintptr_t)name;
		info.name_len = sizeof(name);
		memset(&attr, 0, sizeof(attr));
		attr.info.bpf_fd = fd;
		attr.info.info_len = sizeof(info);
		attr.info.info = (uintptr_t)&info;
		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) && !strcmp(name, module))
			return fd;
		close(fd);
	}
}

/* Where a program that is attached leaves its result: see put_result() and result_read(). */
static inline int result_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
	};
	int fd = bpf(BPF_MAP_CREATE, &attr);

	if (fd < 0)
		finish(false, "cannot create a map: %s", strerror(errno));
	return fd;
}

static inline uint64_t result_read(int map)
{
	uint32_t key = 0;
	uint64_t value = 0;
	union bpf_attr attr = {
		.map_fd = map,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&value,
	};

	if (bpf(BPF_MAP_LOOKUP_ELEM, &attr))
		finish(false, "cannot read the map: %s", strerror(errno));
	return value;
}

/* The reason is the last line but the statistics. */
static inline const char *reason(void)
{
	char *stats = strstr(kernel_log, "\nprocessed "), *line;

	if (stats)
		*stats = 0;
	else if (kernel_log[0])
		kernel_log[strlen(kernel_log) - 1] = 0;
	line = strrchr(kernel_log, '\n');
	return line ? line + 1 : kernel_log;
}

struct program {
	int type, attach_type;
	int attach_btf_fd; /* 0: none */
	uint32_t attach_id;
	int kfunc_btf_fd; /* fd_array[1], the module whose kfuncs are called; 0: none */
	struct bpf_insn insns[64];
	int count;
};

static inline int program_load(const struct program *p)
{
	int fds[2] = {0, p->kfunc_btf_fd};
	union bpf_attr attr = {
		.prog_type = p->type,
		.expected_attach_type = p->attach_type,
		.insns = (uintptr_t)p->insns,
		.insn_cnt = p->count,
		.license = (uintptr_t) "GPL",
		.log_buf = (uintptr_t)kernel_log,
		.log_size = LOG_SIZE,
		.log_level = 1,
		.attach_btf_id = p->attach_id,
		.attach_btf_obj_fd = p->attach_btf_fd,
		.fd_array = (uintptr_t)fds,
	};

	if (p->type == BPF_PROG_TYPE_SYSCALL)
		attr.prog_flags = BPF_F_SLEEPABLE;
	kernel_log[0] = 0;
	return bpf(BPF_PROG_LOAD, &attr);
}

static inline int program_load_or_fail(const struct program *p, const char *what)
{
	int fd = program_load(p);

	if (fd < 0)
		finish(false, "%s: refused (%s): %s", what, strerror(errno), reason());
	return fd;
}

/* Attached by its BTF id, until this process ends. */
static inline int program_attach(int program)
{
	union bpf_attr attr = {.raw_tracepoint.prog_fd = program};
	int fd = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);

	if (fd < 0)
		finish(false, "cannot attach: %s", strerror(errno));
	return fd;
}

static inline uint32_t program_run(int fd, bool packet)
{
	static char data[64];
	union bpf_attr attr = {.test.prog_fd = fd};

	if (packet) {
		data[12] = 8; /* an IPv4 frame */
		attr.test.data_in = (uintptr_t)data;
		attr.test.data_size_in = sizeof(data);
		attr.test.repeat = 1;
	}
	if (bpf(BPF_PROG_TEST_RUN, &attr))
		finish(false, "cannot run the program: %s", strerror(errno));
	return attr.test.retval;
}

/* ---- instructions ---- */

static inline void put(struct program *p, uint8_t code, int dst, int src, int off, int imm)
{
	p->insns[p->count++] = (struct bpf_insn){
		.code = code,
		.dst_reg = dst,
		.src_reg = src,
		.off = off,
		.imm = imm,
	};
}

static inline void put_move(struct program *p, int dst, int src)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static inline void put_set(struct program *p, int dst, int value)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value);
}

/* DST = FP + OFFSET */
static inline void put_stack(struct program *p, int dst, int offset)
{
	put_move(p, dst, BPF_REG_10);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, offset);
}

static inline void put_load(struct program *p, int size, int dst, int src, int off)
{
	put(p, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

static inline void put_store(struct program *p, int size, int dst, int off, int src)
{
	put(p, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

static inline void put_store_imm(struct program *p, int size, int dst, int off, int value)
{
	put(p, BPF_ST | BPF_MEM | size, dst, 0, off, value);
}

static inline void put_kfunc(struct program *p, uint32_t id)
{
	put(p, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 1, id);
}

static inline void put_exit(struct program *p)
{
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* R0 = address of the only element of MAP; where there is none the program ends with 0. */
static inline void put_element(struct program *p, int map)
{
	put_store_imm(p, BPF_W, BPF_REG_10, -4, 0);
	put_stack(p, BPF_REG_2, -4);
	put(p, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map);
	put(p, 0, 0, 0, 0, 0);
	put(p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	put(p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	put_exit(p);
}

/* Result of the program = SRC, one of the registers that calls keep. */
static inline void put_result(struct program *p, int map, int src)
{
	put_element(p, map);
	put_store(p, BPF_DW, BPF_REG_0, 0, src);
}

/* ---- BTF of a program ---- */

/* BTF of a program: struct holder { struct NAME __kptr *held; } */
static inline int holder_btf(const char *name)
{
	enum { INT_ID = 1, STRUCT_ID, TAG_ID, PTR_ID };
	struct {
		struct btf_header header;
		uint32_t types[4 + 3 + 3 + 3 + 6];
		char strings[96];
	} blob = {.header = {.magic = BTF_MAGIC, .version = 1, .hdr_len = 24}};
	const char prefix[] = "\0int\0kptr\0holder\0held";
	uint32_t *t = blob.types;
	union bpf_attr attr;
	int fd;

	memcpy(blob.strings, prefix, sizeof(prefix));
	strcpy(blob.strings + sizeof(prefix), name);
	/* head of a type: name, kind << 24 | vlen, size or type */
#define HEAD(n, kind, vlen, rest) (*t++ = (n), *t++ = (kind) << 24 | (vlen), *t++ = (rest))
	HEAD(1, BTF_KIND_INT, 0, 4);
	*t++ = BTF_INT_SIGNED << 24 | 32;
	HEAD(sizeof(prefix), BTF_KIND_STRUCT, 0, 8);
	HEAD(5, BTF_KIND_TYPE_TAG, 0, STRUCT_ID);
	HEAD(0, BTF_KIND_PTR, 0, TAG_ID);
	HEAD(10, BTF_KIND_STRUCT, 1, 8);
	*t++ = 17;
	*t++ = PTR_ID;
	*t++ = 0;
#undef HEAD
	blob.header.type_len = (char *)t - (char *)blob.types;
	blob.header.str_off = sizeof(blob.types);
	blob.header.str_len = sizeof(prefix) + strlen(name) + 1;
	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)&blob;
	attr.btf_size = sizeof(blob.header) + blob.header.str_off + blob.header.str_len;
	attr.btf_log_buf = (uintptr_t)kernel_log;
	attr.btf_log_size = LOG_SIZE;
	attr.btf_log_level = 1;
	fd = bpf(BPF_BTF_LOAD, &attr);
	if (fd < 0)
		finish(false, "cannot load BTF: %s: %s", strerror(errno), reason());
	return fd;
}

/* ---- modules ---- */

/*
 * A file whose name ends in another way than .ko is left to the kernel to decompress. One built for
 * another release is loaded without force where the symbols' checksums agree. Returns whether it
 * took force.
 */
static inline bool module_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), flags = 0;
	const char *suffix = strrchr(path, '.');

	if (fd < 0)
		finish(false, "cannot open %s: %s", path, strerror(errno));
	if (suffix && strcmp(suffix, ".ko"))
		flags |= MODULE_INIT_COMPRESSED_FILE;
	if (!syscall(__NR_finit_module, fd, parameters, flags))
		return false;
	flags |= MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC;
	if (syscall(__NR_finit_module, fd, parameters, flags))
		finish(false, "%s is refused: %s", path, strerror(errno));
	close(fd);
	return true;
}

#endif
