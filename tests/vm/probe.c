// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe: asks the running kernel, by bare bpf(2), what it makes of a module's BTF.
 *
 * In:  a question on the command line (see usage()), the BTF under /sys/kernel/btf.
 * Out: one line, "ok ..." or "fail ...", and exit code 0 or 1.
 * No BTF library is used: ids, offsets and sizes are read from the published bytes by the few
 * lines below, so that a mistake in btfkit cannot hide behind itself.
 */
#include "bpf.h"

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

/* A program on entry to FUNC: 4 bytes at OFFSET of its first argument are its result. */
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
	put_result(&p, map, BPF_REG_7);
	put_set(&p, BPF_REG_0, 0);
	put_exit(&p);
	return p;
}

/* fentry MODULE FUNC STRUCT FIELD TRIGGER VALUE */
static void ask_fentry(char **arg)
{
	struct module m = module_open(arg[0]);
	int map = result_map(), offset = view_offset(&m.view, arg[2], arg[3]), fd;
	struct program p = field_program(&m, arg[1], offset, map);
	uint32_t value;

	program_attach(program_load_or_fail(&p, "fentry program"));
	fd = open(arg[4], O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, arg[5], strlen(arg[5])) < 0)
		finish(false, "cannot write %s: %s", arg[4], strerror(errno));
	value = result_read(map);
	if (value != (uint32_t)atoi(arg[5]))
		finish(false, "%s.%s: read %u, expected %s", arg[2], arg[3], value, arg[5]);
	finish(true, "%s.%s at offset %d: read %u", arg[2], arg[3], offset, value);
}

/* padding MODULE FUNC STRUCT FIELD: the 4 bytes after FIELD, of 4 bytes too, belong to nobody */
static void ask_padding(char **arg)
{
	struct module m = module_open(arg[0]);
	int offset = view_offset(&m.view, arg[2], arg[3]) + 4;
	struct program p = field_program(&m, arg[1], offset, result_map());

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

/* load FILE */
static void ask_load(char **arg)
{
	bool forced = module_load(arg[0], "");

	finish(true, "%s%s", arg[0], forced ? " by force" : "");
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
