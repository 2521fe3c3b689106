// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * attach: runs inside the guest and has BPF programs of every kind that lives by a module's BTF
 * read fields whose values are known.
 *
 * In:  a module of tests/vm/module or Debian's AF_VSOCK, loaded; the BTF under /sys/kernel/btf,
 *      read by libbtf: ids of what is attached to, offsets of fields.
 * Out: a line for each kind of program, "NAME ok ..." or "NAME fail ...". Each runs in a process
 *      of its own, with which its program goes.
 *
 *   attach load FILE    load btfkit_attach, with the addresses that it asks for
 *   attach module       the programs for btfkit_attach
 *   attach vsock        the programs for vmw_vsock_virtio_transport_common
 */
#include <linux/types.h>
#include <btf/btf.h>
#include "bpf.h"
#include <linux/vm_sockets.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "module/btfkit_attach.h"

/* not in the headers of Debian 12 */
#define MAP_VTYPE_IN_BTF_OF_FD (1U << 15)			    /* BPF_F_VTYPE_BTF_OBJ_FD */
#define VALUE_TYPE_BTF_FD (offsetof(union bpf_attr, map_extra) + 8) /* value_type_btf_obj_fd */

static struct btf *kernel_btf, *module_btf;
static int module_fd;

/* ---- what BTF says ---- */

static uint32_t id_of(const struct btf *btf, const char *name, uint32_t kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	if (id <= 0)
		finish(false, "BTF has no '%s' of kind %u: %s", name, kind, strerror(errno));
	return id;
}

/* Byte offset of the member PATH, "a" or "a.b", of the struct with that id. */
static int member_offset(const struct btf *btf, uint32_t id, const char *path)
{
	const struct btf_type *t = btf__type_by_id(btf, id);
	const struct btf_member *m = (const struct btf_member *)(t + 1);
	size_t length = strcspn(path, ".");
	uint32_t i, bits;

	for (i = 0; i < BTF_INFO_VLEN(t->info); i++) {
		const char *name = btf__name_by_offset(btf, m[i].name_off);

		bits = m[i].offset;
		if (BTF_INFO_KFLAG(t->info))
			bits = BTF_MEMBER_BIT_OFFSET(bits);
		if (!*name && btf__resolve_type(btf, m[i].type) > 0) {
			/* what an unnamed struct or union holds counts as a member */
			int inner = btf__resolve_type(btf, m[i].type), offset;
			uint32_t kind = BTF_INFO_KIND(btf__type_by_id(btf, inner)->info);

			if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
				continue;
			offset = member_offset(btf, inner, path);
			if (offset >= 0)
				return bits / 8 + offset;
		}
		if (strlen(name) != length || strncmp(name, path, length))
			continue;
		if (!path[length])
			return bits / 8;
		return bits / 8 +
		       member_offset(btf, btf__resolve_type(btf, m[i].type), path + length + 1);
	}
	return -1;
}

static int offset_of(const struct btf *btf, const char *name, const char *path)
{
	int offset = member_offset(btf, id_of(btf, name, BTF_KIND_STRUCT), path);

	if (offset < 0)
		finish(false, "struct %s has no member %s", name, path);
	return offset;
}

static uint32_t module_func(const char *name)
{
	return id_of(module_btf, name, BTF_KIND_FUNC);
}

/* ---- programs ---- */

static struct program attached_program(int attach_type, uint32_t id)
{
	return (struct program){
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = attach_type,
		.attach_btf_fd = module_fd,
		.attach_id = id,
		.kfunc_btf_fd = module_fd,
	};
}

static struct program called_program(void)
{
	return (struct program){.type = BPF_PROG_TYPE_SYSCALL, .kfunc_btf_fd = module_fd};
}

/* DST = argument INDEX of what the program is attached to; R1 must not have been changed yet */
static void put_argument(struct program *p, int dst, int index)
{
	put_load(p, BPF_DW, dst, BPF_REG_1, 8 * index);
}

/* DST = number of the item that SRC points to */
static void put_number(struct program *p, int dst, int src)
{
	put_load(p, BPF_W, dst, src, offset_of(module_btf, "btfkit_item", "number"));
}

/* HIGH = HIGH << 32 | low half of LOW: two results in one */
static void put_pair(struct program *p, int high, int low)
{
	put(p, BPF_ALU64 | BPF_LSH | BPF_K, high, 0, 0, 32);
	put(p, BPF_ALU64 | BPF_LSH | BPF_K, low, 0, 0, 32);
	put(p, BPF_ALU64 | BPF_RSH | BPF_K, low, 0, 0, 32);
	put(p, BPF_ALU64 | BPF_OR | BPF_X, high, low, 0, 0);
}

static void put_return(struct program *p, int value)
{
	put_set(p, BPF_REG_0, value);
	put_exit(p);
}

static void expect(const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		finish(false, "%s: got %lld, expected %lld", what, (long long)got,
		       (long long)expected);
}

/* A result of two halves. */
static void expect_pair(int map, const char *high, uint32_t first, const char *low, uint32_t second)
{
	uint64_t value = result_read(map);

	expect(high, value >> 32, first);
	expect(low, (uint32_t)value, second);
}

static int device(void)
{
	static const char path[] = "/dev/btfkit_attach";
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		mkdir("/dev", 0755);
		mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	if (fd < 0)
		finish(false, "cannot open %s: %s", path, strerror(errno));
	return fd;
}

/* ---- btfkit_attach, a question for each kind of program ---- */

static void ask_registered(void)
{
	static const char *const names[] = {"kfunc", "fmodret", "dtor", "ops", "target"};
	char path[128], text[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "/sys/module/btfkit_attach/parameters/%s_result",
			 names[i]);
		f = fopen(path, "re");
		if (!f || !fgets(text, sizeof(text), f))
			finish(false, "cannot read %s", path);
		fclose(f);
		if (atoi(text))
			finish(false, "registering %s gave %d", names[i], atoi(text));
	}
	finish(true, "kfuncs, fmod_ret, destructor, struct_ops, target");
}

/* A field of the module's struct, and one of a kernel's struct that it points to. */
static void ask_fentry(void)
{
	struct program p = attached_program(BPF_TRACE_FENTRY, module_func("btfkit_attach_sum"));
	int map = result_map(), fd = device();

	put_argument(&p, BPF_REG_6, 0);
	put_number(&p, BPF_REG_7, BPF_REG_6);
	put_load(&p, BPF_DW, BPF_REG_8, BPF_REG_6, offset_of(module_btf, "btfkit_item", "user"));
	put_load(&p, BPF_W, BPF_REG_8, BPF_REG_8, offset_of(kernel_btf, "task_struct", "tgid"));
	put_pair(&p, BPF_REG_7, BPF_REG_8);
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "fentry program"));
	expect("sum", ioctl(fd, BTFKIT_CALL_SUM, 31), BTFKIT_FIRST_NUMBER + 31);
	expect_pair(map, "item->number", BTFKIT_FIRST_NUMBER, "item->user->tgid", getpid());
	finish(true, "item->number %d, item->user->tgid %d", BTFKIT_FIRST_NUMBER, getpid());
}

static void ask_fexit(void)
{
	struct program p = attached_program(BPF_TRACE_FEXIT, module_func("btfkit_attach_sum"));
	int map = result_map();

	put_argument(&p, BPF_REG_6, 0);
	put_number(&p, BPF_REG_7, BPF_REG_6);
	put_argument(&p, BPF_REG_8, 2);
	put_pair(&p, BPF_REG_7, BPF_REG_8);
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "fexit program"));
	ioctl(device(), BTFKIT_CALL_SUM, 31);
	expect_pair(map, "item->number", BTFKIT_FIRST_NUMBER, "what the function returned",
		    BTFKIT_FIRST_NUMBER + 31);
	finish(true, "item->number %d, returned %d", BTFKIT_FIRST_NUMBER, BTFKIT_FIRST_NUMBER + 31);
}

/* The function then returns what the program read. */
static void ask_fmod_ret(void)
{
	struct program p = attached_program(BPF_MODIFY_RETURN, module_func("btfkit_attach_gate"));
	int fd = device();

	expect("gate", ioctl(fd, BTFKIT_CALL_GATE, 0), 0);
	put_argument(&p, BPF_REG_6, 0);
	put_number(&p, BPF_REG_0, BPF_REG_6);
	put_exit(&p);
	program_attach(program_load_or_fail(&p, "fmod_ret program"));
	expect("replaced result", ioctl(fd, BTFKIT_CALL_GATE, 0), BTFKIT_FIRST_NUMBER);
	/* one that is in no set */
	p.attach_id = module_func("btfkit_attach_sum");
	if (program_load(&p) >= 0)
		finish(false, "a function that is in no set was accepted");
	finish(true, "the function returned item->number %d; another one is refused",
	       BTFKIT_FIRST_NUMBER);
}

static void ask_tp_btf(void)
{
	uint32_t id = id_of(module_btf, "btf_trace_btfkit_attach_seen", BTF_KIND_TYPEDEF);
	struct program p = attached_program(BPF_TRACE_RAW_TP, id);
	int map = result_map();

	put_argument(&p, BPF_REG_6, 0);
	put_argument(&p, BPF_REG_8, 1);
	/* kernels from 6.12 on take any argument of a tracepoint of a module for perhaps NULL */
	put(&p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_6, 0, 2, 0);
	put_return(&p, 0);
	put_number(&p, BPF_REG_7, BPF_REG_6);
	put_pair(&p, BPF_REG_7, BPF_REG_8);
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "tp_btf program"));
	ioctl(device(), BTFKIT_CALL_TRACE, 99);
	expect_pair(map, "item->number", BTFKIT_FIRST_NUMBER, "count", 99);
	finish(true, "item->number %d, count 99", BTFKIT_FIRST_NUMBER);
}

/* The target writes an item's number for each item into a file that is read here. */
static void ask_iter_target(void)
{
	struct program p = attached_program(BPF_TRACE_ITER, module_func("bpf_iter_btfkit_item"));
	uint32_t numbers[BTFKIT_ITEMS + 1] = {0};
	union bpf_attr attr = {
		.link_create.attach_type = BPF_TRACE_ITER,
	};
	int fd, i;

	put_argument(&p, BPF_REG_6, 1);
	put_argument(&p, BPF_REG_1, 0);
	put_load(&p, BPF_DW, BPF_REG_1, BPF_REG_1, offset_of(kernel_btf, "bpf_iter_meta", "seq"));
	put_number(&p, BPF_REG_7, BPF_REG_6);
	put_store(&p, BPF_W, BPF_REG_10, -4, BPF_REG_7);
	put_stack(&p, BPF_REG_2, -4);
	put_set(&p, BPF_REG_3, 4);
	put(&p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_seq_write);
	put_return(&p, 0);
	attr.link_create.prog_fd = program_load_or_fail(&p, "iterator program");
	fd = bpf(BPF_LINK_CREATE, &attr);
	if (fd < 0)
		finish(false, "cannot attach: %s", strerror(errno));
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = fd;
	fd = bpf(BPF_ITER_CREATE, &attr);
	if (fd < 0)
		finish(false, "cannot iterate: %s", strerror(errno));
	expect("bytes read", read(fd, numbers, sizeof(numbers)), 4 * BTFKIT_ITEMS);
	for (i = 0; i < BTFKIT_ITEMS; i++)
		expect("item->number", numbers[i], BTFKIT_FIRST_NUMBER + i);
	finish(true, "item->number %d %d %d", numbers[0], numbers[1], numbers[2]);
}

/* The iterator made of kfuncs: the sum over all items. */
static void ask_iter_kfuncs(void)
{
	struct program p = called_program();
	int next, skip;

	put_set(&p, BPF_REG_7, 0);
	put_stack(&p, BPF_REG_1, -8);
	put_kfunc(&p, module_func("bpf_iter_btfkit_new"));
	next = p.count;
	put_stack(&p, BPF_REG_1, -8);
	put_kfunc(&p, module_func("bpf_iter_btfkit_next"));
	skip = p.count;
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
	put_number(&p, BPF_REG_1, BPF_REG_0);
	put(&p, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_7, BPF_REG_1, 0, 0);
	put(&p, BPF_JMP | BPF_JA, 0, 0, next - p.count - 1, 0);
	p.insns[skip].off = p.count - skip - 1;
	put_stack(&p, BPF_REG_1, -8);
	put_kfunc(&p, module_func("bpf_iter_btfkit_destroy"));
	put_move(&p, BPF_REG_0, BPF_REG_7);
	put_exit(&p);
	expect("sum of the numbers", program_run(program_load_or_fail(&p, "loop"), false),
	       3 * BTFKIT_FIRST_NUMBER + 3);
	finish(true, "sum of item->number %d", 3 * BTFKIT_FIRST_NUMBER + 3);
}

/* On a hook of the kernel: a kfunc of the module knows the file, the program refuses one ioctl. */
static void ask_lsm(void)
{
	struct program p = {
		.type = BPF_PROG_TYPE_LSM,
		.attach_type = BPF_LSM_MAC,
		.attach_id = id_of(kernel_btf, "bpf_lsm_file_ioctl", BTF_KIND_FUNC),
		.kfunc_btf_fd = module_fd,
	};
	int map = result_map(), fd = device();

	put_argument(&p, BPF_REG_6, 1);
	put_argument(&p, BPF_REG_1, 0);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_6, 0, 2, BTFKIT_CALL_SUM);
	put_return(&p, 0);
	put_kfunc(&p, module_func("btfkit_item_of_file"));
	put(&p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	put_exit(&p);
	put_number(&p, BPF_REG_7, BPF_REG_0);
	put_result(&p, map, BPF_REG_7);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_7, 0, 2, BTFKIT_FIRST_NUMBER);
	put_return(&p, 0);
	put_return(&p, -EACCES);
	program_attach(program_load_or_fail(&p, "lsm program"));
	expect("ioctl", ioctl(fd, BTFKIT_CALL_SUM, 31), -1);
	expect("its errno", errno, EACCES);
	expect("item->number", result_read(map), BTFKIT_FIRST_NUMBER);
	expect("another ioctl", ioctl(fd, BTFKIT_ASK_HELD, 0), 0);
	finish(true, "item->number %d, the ioctl is refused", BTFKIT_FIRST_NUMBER);
}

static void ask_kfunc(void)
{
	struct program p = called_program();

	put_set(&p, BPF_REG_1, 1);
	put_kfunc(&p, module_func("btfkit_item_get"));
	put(&p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	put_exit(&p);
	put_number(&p, BPF_REG_7, BPF_REG_0);
	put_move(&p, BPF_REG_1, BPF_REG_0);
	put_kfunc(&p, module_func("btfkit_item_put"));
	put_move(&p, BPF_REG_0, BPF_REG_7);
	put_exit(&p);
	expect("item->number", program_run(program_load_or_fail(&p, "kfuncs"), false),
	       BTFKIT_FIRST_NUMBER + 1);
	expect("held", ioctl(device(), BTFKIT_ASK_HELD, 0), 0);
	/* without the flags of the set this would do */
	p = called_program();
	put_set(&p, BPF_REG_1, 1);
	put_kfunc(&p, module_func("btfkit_item_get"));
	put_return(&p, 0);
	if (program_load(&p) >= 0)
		finish(false, "a reference that is never released was accepted: flags are lost");
	if (!strstr(kernel_log, "Unreleased reference"))
		finish(false, "refused, but for another reason: %s", reason());
	finish(true, "item->number %d; leak refused", BTFKIT_FIRST_NUMBER + 1);
}

/* A map that holds a reference gives it back by the destructor when the map goes. */
static void ask_dtor(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
		.btf_fd = holder_btf("btfkit_item"),
		.btf_key_type_id = 1,
		.btf_value_type_id = 5,
	};
	int map = bpf(BPF_MAP_CREATE, &attr), fd = device(), program, tries;
	struct program p = called_program();

	if (map < 0)
		finish(false, "map of struct btfkit_item __kptr * refused: %s", strerror(errno));
	put_element(&p, map);
	put_move(&p, BPF_REG_6, BPF_REG_0);
	put_set(&p, BPF_REG_1, 2);
	put_kfunc(&p, module_func("btfkit_item_get"));
	put(&p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	put_exit(&p);
	put_number(&p, BPF_REG_7, BPF_REG_0);
	put_move(&p, BPF_REG_1, BPF_REG_6);
	put_move(&p, BPF_REG_2, BPF_REG_0);
	put(&p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_kptr_xchg);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0);
	put_move(&p, BPF_REG_1, BPF_REG_0);
	put_kfunc(&p, module_func("btfkit_item_put"));
	put_move(&p, BPF_REG_0, BPF_REG_7);
	put_exit(&p);
	program = program_load_or_fail(&p, "program that stores an item");
	expect("item->number", program_run(program, false), BTFKIT_FIRST_NUMBER + 2);
	expect("held by the map", ioctl(fd, BTFKIT_ASK_HELD, 0), 1);
	close(program);
	close(map);
	for (tries = 0; tries < 100 && ioctl(fd, BTFKIT_ASK_HELD, 0); tries++)
		usleep(50000);
	expect("held after the map went", ioctl(fd, BTFKIT_ASK_HELD, 0), 0);
	finish(true, "item->number %d; released with the map", BTFKIT_FIRST_NUMBER + 2);
}

/* A struct_ops whose function is the program; the module calls it. */
static void ask_struct_ops(void)
{
	static const char value_name[] = "bpf_struct_ops_btfkit_ops";
	uint32_t value_id = id_of(module_btf, value_name, BTF_KIND_STRUCT), key = 0;
	uint32_t size = btf__type_by_id(module_btf, value_id)->size;
	struct program p = {
		.type = BPF_PROG_TYPE_STRUCT_OPS,
		.attach_btf_fd = module_fd,
		.attach_id = id_of(module_btf, "btfkit_ops", BTF_KIND_STRUCT),
	};
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_STRUCT_OPS,
		.key_size = 4,
		.value_size = size,
		.max_entries = 1,
		.map_flags = MAP_VTYPE_IN_BTF_OF_FD,
		.btf_vmlinux_value_type_id = value_id,
		.btf_fd = holder_btf("btfkit_item"), /* any BTF of a program */
	};
	char *value = calloc(1, size);
	int map, judged, fd = device();
	uint64_t program;

	memcpy((char *)&attr + VALUE_TYPE_BTF_FD, &module_fd, sizeof(module_fd));
	map = bpf(BPF_MAP_CREATE, &attr);
	if (map < 0)
		finish(false, "map of %s refused: %s", value_name, strerror(errno));
	put_argument(&p, BPF_REG_6, 0);
	put_argument(&p, BPF_REG_7, 1);
	put_number(&p, BPF_REG_0, BPF_REG_6);
	put(&p, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_0, BPF_REG_7, 0, 0);
	put_exit(&p);
	program = program_load_or_fail(&p, "struct_ops program");
	memcpy(value + offset_of(module_btf, value_name, "data"), &program, sizeof(program));
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)value;
	expect("judge before", ioctl(fd, BTFKIT_CALL_OPS, 9), -1);
	if (bpf(BPF_MAP_UPDATE_ELEM, &attr))
		finish(false, "cannot register: %s", strerror(errno));
	judged = ioctl(fd, BTFKIT_CALL_OPS, 9);
	/* first of all, for as long as it is registered the module cannot go */
	attr.value = 0;
	if (bpf(BPF_MAP_DELETE_ELEM, &attr))
		finish(false, "cannot unregister: %s", strerror(errno));
	expect("judge", judged, BTFKIT_FIRST_NUMBER + 9);
	finish(true, "item->number + 9 is %d", BTFKIT_FIRST_NUMBER + 9);
}

/* ---- the kernel's own AF_VSOCK, over its loopback ---- */

enum { PORT = 1717, BUFFER = 123456, OP_REQUEST = 1 };

/* A connection that nobody accepts. */
static void vsock_connect(void)
{
	struct sockaddr_vm address = {
		.svm_family = AF_VSOCK, .svm_port = PORT, .svm_cid = 1, /* VMADDR_CID_LOCAL */
	};
	uint64_t buffer = BUFFER;
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		finish(false, "no AF_VSOCK: %s", strerror(errno));
	if (setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &buffer, sizeof(buffer)))
		finish(false, "cannot set the buffer's size: %s", strerror(errno));
	expect("connect", connect(fd, (struct sockaddr *)&address, sizeof(address)), -1);
	expect("its errno", errno, ECONNRESET);
	close(fd);
}

static void ask_vsock_fentry(void)
{
	struct program p =
		attached_program(BPF_TRACE_FENTRY, module_func("virtio_transport_connect"));
	int map = result_map();

	put_argument(&p, BPF_REG_6, 0);
	put_load(&p, BPF_W, BPF_REG_7, BPF_REG_6,
		 offset_of(module_btf, "vsock_sock", "remote_addr.svm_port"));
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "fentry program"));
	vsock_connect();
	expect("vsk->remote_addr.svm_port", result_read(map), PORT);
	finish(true, "vsk->remote_addr.svm_port %d", PORT);
}

static void ask_vsock_fexit(void)
{
	struct program p =
		attached_program(BPF_TRACE_FEXIT, module_func("virtio_transport_do_socket_init"));
	int map = result_map();

	put_argument(&p, BPF_REG_6, 0);
	put_load(&p, BPF_DW, BPF_REG_7, BPF_REG_6,
		 offset_of(module_btf, "vsock_sock", "buffer_size"));
	put_argument(&p, BPF_REG_8, 2);
	put_pair(&p, BPF_REG_7, BPF_REG_8);
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "fexit program"));
	vsock_connect();
	expect_pair(map, "vsk->buffer_size", BUFFER, "what the function returned", 0);
	finish(true, "vsk->buffer_size %d, returned 0", BUFFER);
}

static void ask_vsock_tp_btf(void)
{
	uint32_t id = id_of(module_btf, "btf_trace_virtio_transport_alloc_pkt", BTF_KIND_TYPEDEF);
	struct program p = attached_program(BPF_TRACE_RAW_TP, id);
	int map = result_map();

	put_argument(&p, BPF_REG_7, 3); /* dst_port */
	put_argument(&p, BPF_REG_6, 6); /* op */
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_6, 0, 2, OP_REQUEST);
	put_return(&p, 0);
	put_result(&p, map, BPF_REG_7);
	put_return(&p, 0);
	program_attach(program_load_or_fail(&p, "tp_btf program"));
	vsock_connect();
	expect("dst_port of the request", result_read(map), PORT);
	finish(true, "dst_port of the request %d", PORT);
}

/* ---- which questions ---- */

struct question {
	const char *name;
	void (*ask)(void);
};

static const struct question about_module[] = {
	{"registered", ask_registered},
	{"fentry", ask_fentry},
	{"fexit", ask_fexit},
	{"fmod_ret", ask_fmod_ret},
	{"tp_btf", ask_tp_btf},
	{"iter_target", ask_iter_target},
	{"iter_kfuncs", ask_iter_kfuncs},
	{"lsm", ask_lsm},
	{"kfunc", ask_kfunc},
	{"dtor", ask_dtor},
	{"struct_ops", ask_struct_ops},
	{NULL, NULL},
};

static const struct question about_vsock[] = {
	{"fentry", ask_vsock_fentry},
	{"fexit", ask_vsock_fexit},
	{"tp_btf", ask_vsock_tp_btf},
	{NULL, NULL},
};

static int ask_all(const char *module, const struct question *q)
{
	int failed = 0, status;

	kernel_btf = btf__load_vmlinux_btf();
	if (!kernel_btf)
		finish(false, "BTF of the kernel cannot be read: %s", strerror(errno));
	module_btf = btf__load_module_btf(module, kernel_btf);
	if (!module_btf)
		finish(false, "BTF of %s cannot be read: %s", module, strerror(errno));
	module_fd = module_btf_fd(module);
	for (; q->name; q++) {
		pid_t child;

		printf("%s ", q->name);
		fflush(stdout);
		child = fork();
		if (child < 0)
			finish(false, "cannot fork: %s", strerror(errno));
		if (!child) {
			alarm(30);
			q->ask();
		}
		waitpid(child, &status, 0);
		if (WIFSIGNALED(status))
			printf("fail signal %d\n", WTERMSIG(status));
		failed |= status != 0;
	}
	return failed;
}

/* Loads the module with the addresses of what the kernel does not export. */
static void load(const char *path)
{
	static const char *const names[] = {"bpf_iter_reg_target", "bpf_iter_unreg_target",
					    "bpf_iter_get_info", "bpf_iter_run_prog"};
	unsigned long addresses[4] = {0}, address;
	char line[512], name[256], parameters[128];
	FILE *f = fopen("/proc/kallsyms", "re");
	size_t i;

	if (!f)
		finish(false, "cannot open /proc/kallsyms: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (!strstr(line, " bpf_iter_") ||
		    sscanf(line, "%lx %*c %255s", &address, name) != 2)
			continue;
		for (i = 0; i < 4; i++)
			if (!strcmp(name, names[i]))
				addresses[i] = address;
	}
	fclose(f);
	snprintf(parameters, sizeof(parameters), "iter_calls=0x%lx,0x%lx,0x%lx,0x%lx", addresses[0],
		 addresses[1], addresses[2], addresses[3]);
	finish(true, "%s%s", path, module_load(path, parameters) ? " by force" : "");
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "load"))
		load(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "module"))
		return ask_all("btfkit_attach", about_module);
	if (argc == 2 && !strcmp(argv[1], "vsock"))
		return ask_all("vmw_vsock_virtio_transport_common", about_vsock);
	fprintf(stderr, "usage: attach load FILE | module | vsock\n");
	return 2;
}
