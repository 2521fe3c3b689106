// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe: asks the running kernel, by bare bpf(2), what it makes of a module's BTF.
 *
 * In:  a question on the command line (see usage()), the BTF under /sys/kernel/btf.
 * Out: one line, "ok ..." or "fail ...", and exit code 0 or 1.
 * No BTF library is used: ids, offsets and sizes are read from the published bytes by the few
 * lines below, so that a mistake in btfkit cannot hide behind itself.
 */
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

static _Noreturn void finish(bool good, const char *format, ...)
{
	va_list args;

	printf("%s ", good ? "ok" : "fail");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(!good);
}

/* ---- the published BTF ---- */

struct view {
	char *data;
	const char *strings;
	uint32_t type_start, type_end;
	uint32_t first_id, first_string;
	uint32_t count, string_bytes;
};

static char *read_whole(const char *path, size_t *ret_size)
{
	size_t size = 0, room = 1 << 16;
	char *data = malloc(room);
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		finish(false, "cannot open %s: %s", path, strerror(errno));
	while ((got = read(fd, data + size, room - size)) > 0) {
		size += got;
		if (size == room)
			data = realloc(data, room *= 2);
		if (!data)
			finish(false, "out of memory reading %s", path);
	}
	if (got < 0)
		finish(false, "cannot read %s: %s", path, strerror(errno));
	close(fd);
	*ret_size = size;
	return data;
}

/* Bytes that follow the 12 byte head of a type. */
static uint32_t tail_size(const struct btf_type *t)
{
	uint32_t vlen = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return 12 * vlen;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * vlen;
	default:
		return 0;
	}
}

static struct view view_open(const char *name, const struct view *base)
{
	const struct btf_header *header;
	struct view v = {.first_id = 1};
	uint32_t at;
	char path[256];
	size_t size;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", name);
	v.data = read_whole(path, &size);
	header = (const struct btf_header *)v.data;
	if (size < sizeof(*header) || header->magic != BTF_MAGIC)
		finish(false, "%s holds no BTF", path);
	v.strings = v.data + header->hdr_len + header->str_off;
	v.string_bytes = header->str_len;
	v.type_start = header->hdr_len + header->type_off;
	v.type_end = v.type_start + header->type_len;
	if (base) {
		v.first_id = base->first_id + base->count;
		v.first_string = base->string_bytes;
	}
	for (at = v.type_start; at < v.type_end; v.count++)
		at += 12 + tail_size((const struct btf_type *)(v.data + at));
	return v;
}

/* Only names of V itself: a name of the base gives "". */
static const char *view_name(const struct view *v, uint32_t offset)
{
	return offset < v->first_string ? "" : v->strings + (offset - v->first_string);
}

static const struct btf_type *view_find(const struct view *v, const char *name, int kind,
					uint32_t *ret_id)
{
	uint32_t at = v->type_start, id = v->first_id;
	const struct btf_type *t;

	for (; at < v->type_end; at += 12 + tail_size(t), id++) {
		t = (const struct btf_type *)(v->data + at);
		if ((int)BTF_INFO_KIND(t->info) != kind ||
		    strcmp(view_name(v, t->name_off), name) != 0)
			continue;
		*ret_id = id;
		return t;
	}
	finish(false, "type '%s' of kind %d is not in the module's published BTF", name, kind);
}

/* Byte offset of a member that starts on a byte. */
static int view_offset(const struct view *v, const char *name, const char *field)
{
	const struct btf_member *m;
	const struct btf_type *t;
	uint32_t id, i;

	t = view_find(v, name, BTF_KIND_STRUCT, &id);
	m = (const struct btf_member *)(t + 1);
	for (i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (strcmp(view_name(v, m[i].name_off), field) == 0)
			return BTF_MEMBER_BIT_OFFSET(m[i].offset) / 8;
	finish(false, "struct %s has no member %s", name, field);
}

/* ---- bpf(2) ---- */

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(__NR_bpf, command, attr, sizeof(*attr));
}

/* The BTF object that the kernel holds for a module. */
static int module_btf_fd(const char *module)
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

static int array_map(uint32_t value_size)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = value_size,
		.max_entries = 1,
	};
	int fd = bpf(BPF_MAP_CREATE, &attr);

	if (fd < 0)
		finish(false, "cannot create a map: %s", strerror(errno));
	return fd;
}

/* The reason is the last line but the statistics. */
static const char *reason(void)
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

static int program_load(const struct program *p)
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

static int program_load_or_fail(const struct program *p, const char *what)
{
	int fd = program_load(p);

	if (fd < 0)
		finish(false, "%s: refused (%s): %s", what, strerror(errno), reason());
	return fd;
}

static uint32_t program_run(int fd, bool packet)
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

static void put(struct program *p, uint8_t code, int dst, int src, int off, int imm)
{
	p->insns[p->count++] = (struct bpf_insn){
		.code = code,
		.dst_reg = dst,
		.src_reg = src,
		.off = off,
		.imm = imm,
	};
}

static void put_move(struct program *p, int dst, int src)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void put_set(struct program *p, int dst, int value)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value);
}

/* DST = FP + OFFSET */
static void put_stack(struct program *p, int dst, int offset)
{
	put_move(p, dst, BPF_REG_10);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, offset);
}

static void put_load(struct program *p, int size, int dst, int src, int off)
{
	put(p, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

static void put_store(struct program *p, int size, int dst, int off, int src)
{
	put(p, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

static void put_store_imm(struct program *p, int size, int dst, int off, int value)
{
	put(p, BPF_ST | BPF_MEM | size, dst, 0, off, value);
}

static void put_kfunc(struct program *p, uint32_t id)
{
	put(p, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 1, id);
}

static void put_exit(struct program *p)
{
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* ---- questions ---- */

struct module {
	struct view base, view;
	int fd;
};

static struct module module_open(const char *name)
{
	struct module m;

	m.base = view_open("vmlinux", NULL);
	m.view = view_open(name, &m.base);
	m.fd = module_btf_fd(name);
	return m;
}

static uint32_t module_func(const struct module *m, const char *name)
{
	uint32_t id;

	view_find(&m->view, name, BTF_KIND_FUNC, &id);
	return id;
}

/* A program on entry to FUNC that copies 4 bytes at OFFSET of its first argument to a map. */
static struct program field_program(const struct module *m, const char *func, int offset, int map)
{
	struct program p = {
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FENTRY,
		.attach_btf_fd = m->fd,
		.attach_id = module_func(m, func),
	};

	put_load(&p, BPF_DW, BPF_REG_6, BPF_REG_1, 0);
	put_load(&p, BPF_W, BPF_REG_7, BPF_REG_6, offset);
	put_store_imm(&p, BPF_W, BPF_REG_10, -4, 0);
	put_stack(&p, BPF_REG_2, -4);
	put(&p, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map);
	put(&p, 0, 0, 0, 0, 0);
	put(&p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 1, 0);
	put_store(&p, BPF_W, BPF_REG_0, 0, BPF_REG_7);
	put_set(&p, BPF_REG_0, 0);
	put_exit(&p);
	return p;
}

/* fentry MODULE FUNC STRUCT FIELD TRIGGER VALUE */
static void ask_fentry(char **arg)
{
	struct module m = module_open(arg[0]);
	int map = array_map(4), offset = view_offset(&m.view, arg[2], arg[3]), fd;
	struct program p = field_program(&m, arg[1], offset, map);
	uint32_t key = 0, value = 0;
	union bpf_attr attr;

	fd = program_load_or_fail(&p, "fentry program");
	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.prog_fd = fd;
	if (bpf(BPF_RAW_TRACEPOINT_OPEN, &attr) < 0)
		finish(false, "cannot attach: %s", strerror(errno));
	fd = open(arg[4], O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, arg[5], strlen(arg[5])) < 0)
		finish(false, "cannot write %s: %s", arg[4], strerror(errno));
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)&value;
	if (bpf(BPF_MAP_LOOKUP_ELEM, &attr))
		finish(false, "cannot read the map: %s", strerror(errno));
	if (value != (uint32_t)atoi(arg[5]))
		finish(false, "%s.%s: read %u, expected %s", arg[2], arg[3], value, arg[5]);
	finish(true, "%s.%s at offset %d: read %u", arg[2], arg[3], offset, value);
}

/* padding MODULE FUNC STRUCT FIELD: the 4 bytes after FIELD, of 4 bytes too, belong to nobody */
static void ask_padding(char **arg)
{
	struct module m = module_open(arg[0]);
	int offset = view_offset(&m.view, arg[2], arg[3]) + 4;
	struct program p = field_program(&m, arg[1], offset, array_map(4));

	if (program_load(&p) >= 0)
		finish(false, "a load of the padding at offset %d was accepted", offset);
	if (!strstr(kernel_log, arg[2]))
		finish(false, "refused, but for another reason: %s", reason());
	finish(true, "refused: %s", reason());
}

static struct program kfunc_program(const struct module *m, int type)
{
	return (struct program){.type = type, .kfunc_btf_fd = m->fd};
}

/* kfunc MODULE: plain call, and acquire / release with the flags that enforce their pairing */
static void ask_kfunc(char **arg)
{
	struct module m = module_open(arg[0]);
	struct program p = kfunc_program(&m, BPF_PROG_TYPE_SYSCALL);
	uint32_t got;

	put_set(&p, BPF_REG_1, 20);
	put_set(&p, BPF_REG_2, 3);
	put_kfunc(&p, module_func(&m, "btfkit_kfunc_add"));
	put_exit(&p);
	got = program_run(program_load_or_fail(&p, "btfkit_kfunc_add"), false);
	if (got != 1023)
		finish(false, "btfkit_kfunc_add(20, 3) gave %u, expected 1023", got);

	p = kfunc_program(&m, BPF_PROG_TYPE_SYSCALL);
	put_kfunc(&p, module_func(&m, "btfkit_kfunc_acquire"));
	put(&p, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	put_exit(&p);
	put_move(&p, BPF_REG_6, BPF_REG_0);
	put_move(&p, BPF_REG_1, BPF_REG_0);
	put_kfunc(&p, module_func(&m, "btfkit_kfunc_number"));
	put_move(&p, BPF_REG_7, BPF_REG_0);
	put_move(&p, BPF_REG_1, BPF_REG_6);
	put_kfunc(&p, module_func(&m, "btfkit_kfunc_release"));
	put_move(&p, BPF_REG_0, BPF_REG_7);
	put_exit(&p);
	got = program_run(program_load_or_fail(&p, "acquire, number, release"), false);
	if (got != 4712)
		finish(false, "btfkit_kfunc_number() gave %u, expected 4712", got);

	p = kfunc_program(&m, BPF_PROG_TYPE_SYSCALL);
	put_kfunc(&p, module_func(&m, "btfkit_kfunc_acquire"));
	put_set(&p, BPF_REG_0, 0);
	put_exit(&p);
	if (program_load(&p) >= 0)
		finish(false, "a reference that is never released was accepted: flags are lost");
	if (!strstr(kernel_log, "Unreleased reference"))
		finish(false, "refused, but for another reason: %s", reason());
	finish(true, "add gave 1023, number 4712; leak refused: %s", reason());
}

/* tckfunc MODULE: a kfunc of the second set, which wants a packet */
static void ask_tckfunc(char **arg)
{
	struct module m = module_open(arg[0]);
	struct program p = kfunc_program(&m, BPF_PROG_TYPE_SCHED_CLS);
	uint32_t got;

	put_kfunc(&p, module_func(&m, "btfkit_kfunc_length"));
	put_exit(&p);
	got = program_run(program_load_or_fail(&p, "btfkit_kfunc_length"), true);
	if (got != 64)
		finish(false, "btfkit_kfunc_length() gave %u, expected 64", got);
	finish(true, "length gave 64");
}

/* BTF of a program: struct holder { struct NAME __kptr *held; } */
static int holder_btf(const char *name)
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

/* dtor STRUCT: a map may hold references to STRUCT, that is: the kernel has its destructor */
static void ask_dtor(char **arg)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
		.btf_fd = holder_btf(arg[0]),
		.btf_key_type_id = 1,
		.btf_value_type_id = 5,
	};

	if (bpf(BPF_MAP_CREATE, &attr) < 0)
		finish(false, "map of struct %s __kptr * refused: %s", arg[0], strerror(errno));
	finish(true, "map of struct %s __kptr * accepted", arg[0]);
}

/* What to do with the connection that was found, should there be one. */
enum found { RELEASE, WRITE_MARK_AND_RELEASE, FORGET };

/* Looks up a TCP connection from and to 0.0.0.0:0; returns the error that the kfunc reports. */
static struct program conntrack_program(const struct module *m, enum found found)
{
	struct program p = kfunc_program(m, BPF_PROG_TYPE_SCHED_CLS);
	int at, skip;

	/* 16 bytes for addresses and ports, 16 for the options */
	for (at = -32; at < 0; at += 8)
		put_store_imm(&p, BPF_DW, BPF_REG_10, at, 0);
	put_store_imm(&p, BPF_W, BPF_REG_10, -16, -1); /* this network namespace */
	put_store_imm(&p, BPF_B, BPF_REG_10, -8, 6);   /* TCP */
	put_stack(&p, BPF_REG_2, -32);
	put_set(&p, BPF_REG_3, 12);
	put_stack(&p, BPF_REG_4, -16);
	put_set(&p, BPF_REG_5, 16);
	put_kfunc(&p, module_func(m, "bpf_skb_ct_lookup"));
	if (found != FORGET) {
		skip = p.count;
		put(&p, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
		put_move(&p, BPF_REG_1, BPF_REG_0);
		if (found == WRITE_MARK_AND_RELEASE) {
			put_set(&p, BPF_REG_2, 1);
			put_store(&p, BPF_W, BPF_REG_0, view_offset(&m->base, "nf_conn", "mark"),
				  BPF_REG_2);
		}
		put_kfunc(&p, module_func(m, "bpf_ct_release"));
		p.insns[skip].off = p.count - skip - 1;
	}
	put_load(&p, BPF_W, BPF_REG_0, BPF_REG_10, -12); /* opts.error */
	put_exit(&p);
	return p;
}

/* conntrack: look up a connection that is not there, from a TC program */
static void ask_conntrack(char **arg)
{
	struct module m = module_open("nf_conntrack");
	struct program p = conntrack_program(&m, RELEASE);
	int got;

	(void)arg;
	got = program_run(program_load_or_fail(&p, "bpf_skb_ct_lookup"), true);
	if (got != -ENOENT)
		finish(false, "lookup gave error %d, expected %d", got, -ENOENT);
	p = conntrack_program(&m, FORGET);
	if (program_load(&p) >= 0)
		finish(false, "an entry that is never released was accepted: flags are lost");
	if (!strstr(kernel_log, "Unreleased reference"))
		finish(false, "refused, but for another reason: %s", reason());
	finish(true, "lookup ran and gave ENOENT; leak refused: %s", reason());
}

/*
 * ctmark: a program may write nf_conn.mark. For that the kernel compares the type with an id of
 * the module's own list, which it does not translate when the module's BTF was distilled.
 */
static void ask_ctmark(char **arg)
{
	struct module m = module_open("nf_conntrack");
	struct program p = conntrack_program(&m, WRITE_MARK_AND_RELEASE);

	(void)arg;
	program_load_or_fail(&p, "a program that writes nf_conn.mark");
	finish(true, "a program that writes nf_conn.mark is accepted");
}

/*
 * load FILE: a file whose name ends in another way than .ko is left to the kernel to decompress.
 * One built for another release is loaded without force where the symbols' checksums agree.
 */
static void ask_load(char **arg)
{
	int fd = open(arg[0], O_RDONLY | O_CLOEXEC), flags = 0;
	const char *suffix = strrchr(arg[0], '.');

	if (fd < 0)
		finish(false, "cannot open %s: %s", arg[0], strerror(errno));
	if (suffix && strcmp(suffix, ".ko"))
		flags |= MODULE_INIT_COMPRESSED_FILE;
	if (!syscall(__NR_finit_module, fd, "", flags))
		finish(true, "%s", arg[0]);
	flags |= MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC;
	if (!syscall(__NR_finit_module, fd, "", flags))
		finish(true, "%s by force", arg[0]);
	finish(false, "%s is refused: %s", arg[0], strerror(errno));
}

static const struct {
	const char *name;
	int args;
	void (*ask)(char **arg);
	const char *shape;
} questions[] = {
	{"load", 1, ask_load, "FILE"},
	{"fentry", 6, ask_fentry, "MODULE FUNC STRUCT FIELD TRIGGER VALUE"},
	{"padding", 4, ask_padding, "MODULE FUNC STRUCT FIELD"},
	{"kfunc", 1, ask_kfunc, "MODULE"},
	{"tckfunc", 1, ask_tckfunc, "MODULE"},
	{"dtor", 1, ask_dtor, "STRUCT"},
	{"conntrack", 0, ask_conntrack, ""},
	{"ctmark", 0, ask_ctmark, ""},
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (argc >= 2 && !strcmp(argv[1], questions[i].name) &&
		    argc == 2 + questions[i].args)
			questions[i].ask(argv + 2);
	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		fprintf(stderr, "usage: probe %s %s\n", questions[i].name, questions[i].shape);
	return 2;
}
