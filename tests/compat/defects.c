// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Where libbpf crashes, never ends or gives what is wrong, and limits that only one of the two
 * has. Each case runs in a process of its own, with two seconds of CPU time and a stack of 8 MiB.
 */
#include "client.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "ext_words.h"

static void run_case(const char *label, void (*fn)(const char *label))
{
	struct rlimit cpu = {2, 2}, stack = {8 << 20, 8 << 20}, core = {0, 0};
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_CPU, &cpu);
		setrlimit(RLIMIT_STACK, &stack);
		setrlimit(RLIMIT_CORE, &core);
		fn(label);
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	printf("%s ended: %s\n", label, WIFSIGNALED(status) ? "by a signal" : "well");
}

/* "label what" as a label */
static const char *of(const char *label, const char *what)
{
	static char line[160];

	snprintf(line, sizeof(line), "%s %s", label, what);
	return line;
}

/* ---- queries ---- */

static void long_chain(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	for (int i = 1; i <= 40; i++)
		btf__add_const(b, i);
	INT(of(label, "size"), btf__resolve_size(b, 41));
	INT(of(label, "type"), btf__resolve_type(b, 41));
	INT(of(label, "size of 31"), btf__resolve_size(b, 31));
	INT(of(label, "type of 31"), btf__resolve_type(b, 31));
}

static void circle_align(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_const(b, 2);
	btf__add_volatile(b, 1);
	INT(of(label, "align"), btf__align_of(b, 1));
}

static void circle_size(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_const(b, 2);
	btf__add_volatile(b, 1);
	INT(of(label, "size"), btf__resolve_size(b, 1));
	INT(of(label, "type"), btf__resolve_type(b, 1));
}

static void no_such_id(const char *label)
{
	struct btf *b = btf__new_empty();

	INT(of(label, "align"), btf__align_of(b, 7));
}

static void no_object(const char *label)
{
	const struct btf_type *t;

	PTR(of(label, "type"), t, btf__type_by_id(NULL, 1));
}

/* ---- changes ---- */

static void gap_before_types(const char *label)
{
	static const __u32 blob[] = {0x0001eb9f, 24,	     4, 16,   20,	  5, 0xeeeeeeee,
				     1,		 0x01000000, 4, 0x20, 0x746e6900, 0};
	struct btf *b = btf__new(blob, 24 + 25), *again;
	const void *data;
	__u32 size;

	INT(of(label, "add"), btf__add_ptr(b, 1));
	data = btf__raw_data(b, &size);
	again = btf__new(data, size);
	printf("%s read again: %u\n", label, again ? btf__type_cnt(again) : 0);
}

static void far_member(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "int", 4, 0);
	btf__add_struct(b, "far", 0x1000000);
	INT(of(label, "member"), btf__add_field(b, "m", 1, 0x2000000, 0));
	INT(of(label, "bits"), btf__add_field(b, "b", 1, 0, 3));
	printf("%s first member: %x\n", label, btf_member_bit_offset(btf__type_by_id(b, 2), 0));
}

static void many_members(const char *label)
{
	struct btf *b = btf__new_empty();
	int err = 0;

	btf__add_int(b, "int", 4, 0);
	btf__add_struct(b, "wide", 0x80000);
	for (__u32 i = 0; i < 65536 && !err; i++)
		err = btf__add_field(b, NULL, 1, i * 32, 0);
	INT(of(label, "last"), err);
	printf("%s kind: %d vlen %u\n", label, btf_kind(btf__type_by_id(b, 2)),
	       (unsigned int)btf_vlen(btf__type_by_id(b, 2)));
}

/* a look-up in a split leaves what its base gave as bytes where it is */
static void base_stays(const char *label)
{
	struct btf *b = btf__new_empty(), *base, *split;
	const void *before, *after;
	__u32 size;

	btf__add_int(b, "int", 4, 0);
	before = btf__raw_data(b, &size);
	base = btf__new(before, size);
	before = btf__raw_data(base, &size);
	split = btf__new_empty_split(base);
	btf__add_typedef(split, "new name", 1);
	after = btf__raw_data(base, &size);
	printf("%s bytes: %d\n", label, before == after);
}

#ifdef PEER_DISTILLS
/* bytes that were asked for before relocating */
static void stale_bytes(const char *label)
{
	struct btf *b = btf__new_empty(), *other = btf__new_empty(), *s, *dist, *moved;
	__u32 size, was;

	btf__add_int(b, "int", 4, 0);
	btf__add_int(other, "long", 8, 0);
	btf__add_int(other, "int", 4, 0);
	s = btf__new_empty_split(b);
	btf__add_ptr(s, 1);
	btf__distill_base(s, &dist, &moved);
	memcpy(&was, (const char *)btf__raw_data(moved, &size) + 24 + 8, 4);
	INT(of(label, "relocate"), btf__relocate(moved, other));
	printf("%s target: %u\n", label, btf__type_by_id(moved, 3)->type);
	memcpy(&was, (const char *)btf__raw_data(moved, &size) + 24 + 8, 4);
	printf("%s target in bytes: %u\n", label, was);
}

/* a FWD of the distilled base, of which the new base has a struct with bit-fields */
static void forward_flavour(const char *label)
{
	struct btf *b = btf__new_empty(), *other = btf__new_empty(), *s, *dist, *moved;

	btf__add_fwd(b, "x", BTF_FWD_STRUCT);
	btf__add_int(other, "int", 4, 0);
	btf__add_struct(other, "x", 4);
	btf__add_field(other, "bits", 1, 0, 3);
	s = btf__new_empty_split(b);
	btf__add_ptr(s, 1);
	btf__distill_base(s, &dist, &moved);
	INT(of(label, "relocate"), btf__relocate(moved, other));
}

/* union for struct of one name and size */
static void other_kind(const char *label)
{
	struct btf *b = btf__new_empty(), *other = btf__new_empty(), *s, *dist, *moved;

	btf__add_int(b, "int", 4, 0);
	btf__add_struct(b, "x", 4);
	btf__add_field(b, "m", 1, 0, 0);
	btf__add_int(other, "int", 4, 0);
	btf__add_union(other, "x", 4);
	btf__add_field(other, "m", 1, 0, 0);
	s = btf__new_empty_split(b);
	btf__add_struct(s, "holds", 4);
	btf__add_field(s, "x", 2, 0, 0);
	btf__distill_base(s, &dist, &moved);
	INT(of(label, "relocate"), btf__relocate(moved, other));
}
#endif

/* ---- dedup ---- */

/* one unit that has its arrays twice: int a[2], unsigned b[2] are two types */
static void arrays(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	btf__add_int(b, "unsigned int", 4, 0);
	btf__add_array(b, 1, 1, 2);
	btf__add_struct(b, "s", 16);
	btf__add_field(b, "a", 3, 0, 0);
	btf__add_field(b, "b", 3, 64, 0);
	btf__add_array(b, 1, 1, 2);
	btf__add_array(b, 1, 2, 2);
	btf__add_struct(b, "s", 16);
	btf__add_field(b, "a", 5, 0, 0);
	btf__add_field(b, "b", 6, 64, 0);
	INT(of(label, "dedup"), btf__dedup(b, NULL));
	INT(of(label, "types"), btf__type_cnt(b));
}

/* pointers to pointers, each to the one behind it: more of them than a stack has room for */
static void deep(const char *label)
{
	struct btf *b = btf__new_empty();

	for (int twice = 0; twice < 2; twice++)
		for (int i = 0; i < 400000; i++)
			btf__add_ptr(b, i + 1 < 400000 ? (int)btf__type_cnt(b) + 1 : 0);
	INT(of(label, "dedup"), btf__dedup(b, NULL));
	INT(of(label, "types"), btf__type_cnt(b));
}

/* an anonymous enum without values is not the one beside it */
static void empty_enum(const char *label)
{
	struct btf *b = btf__new_empty();

	btf__add_enum(b, NULL, 4);
	btf__add_enum_value(b, "A", 1);
	btf__add_enum(b, NULL, 4);
	btf__add_ptr(b, 2);
	INT(of(label, "dedup"), btf__dedup(b, NULL));
	INT(of(label, "types"), btf__type_cnt(b));
}

/* typedef t: pointer to t, with two of each in a unit */
static void typedef_circle(const char *label)
{
	struct btf *b = btf__new_empty();

	for (int unit = 0; unit < 2; unit++) {
		int first = (int)btf__type_cnt(b);

		btf__add_typedef(b, "t", first + 1);
		btf__add_ptr(b, first + 2);
		btf__add_typedef(b, "t", first + 3);
		btf__add_ptr(b, first);
		btf__add_struct(b, "s", 16);
		btf__add_field(b, "a", first + 1, 0, 0);
		btf__add_field(b, "b", first + 3, 64, 0);
	}
	INT(of(label, "dedup"), btf__dedup(b, NULL));
	INT(of(label, "types"), btf__type_cnt(b));
}

/* what is refused has changed nothing */
static void refused(const char *label)
{
	struct btf *b = btf__new_empty();
	__u32 size;

	btf__add_str(b, "unused");
	btf__add_int(b, "int", 4, 0);
	btf__add_int(b, "int", 4, 0);
	btf__add_const(b, 4);
	btf__add_const(b, 3);
	{
		const void *data = btf__raw_data(b, &size);

		b = btf__new(data, size);
	}
	INT(of(label, "dedup"), btf__dedup(b, NULL));
	print_content(of(label, "after"), b);
}

/* .BTF.ext of another .BTF */
static void foreign_ext(const char *label)
{
	__u32 str[4] = {1, 1, 1, 1}, id[3] = {1, 2, 0x7fffffff};
	struct btf *b = btf__new_empty();
	struct ext_words w = {{0}, 0};
	LIBBPF_OPTS(btf_dedup_opts, opts);

	btf__add_int(b, "int", 4, 0);
	btf__add_int(b, "int", 4, 0);
	ext_words_two(&w, str, id, id, 0);
	opts.btf_ext = btf_ext__new((const __u8 *)w.at, w.cnt * 4);
	INT(of(label, "dedup"), btf__dedup(b, &opts));
}

/* line_info and core_relo are the same bytes */
static void overlap(const char *label)
{
	static const __u32 blob[] = {0x0001eb9f, 32, 0, 20, 20, 28, 20, 28, 8,	1,
				     1,		 0,  7, 16, 1,	1,  0,	3,  12, 0};
	struct btf_ext *x;

	PTR(of(label, "new"), x, btf_ext__new((const __u8 *)blob, sizeof(blob)));
}

/* ---- dumps ---- */

static void nothing_printed(void *ctx, const char *fmt, va_list args)
{
	(void)ctx, (void)fmt, (void)args;
}

static void dump_circle(const char *label)
{
	struct btf *b = btf__new_empty();
	struct btf_dump *d = btf_dump__new(b, nothing_printed, NULL, NULL);

	btf__add_ptr(b, 2);
	btf__add_const(b, 1);
	INT(of(label, "type"), btf_dump__dump_type(d, 1));
	INT(of(label, "declaration"), btf_dump__emit_type_decl(d, 1, NULL));
}

int main(int argc, char **argv)
{
	client_quiet();
	if (argc < 2)
		return 2;
#define CASE(fn) run_case(#fn, fn)
	CASE(long_chain);
	CASE(circle_align);
	CASE(circle_size);
	CASE(no_such_id);
	CASE(no_object);
	CASE(gap_before_types);
	CASE(far_member);
	CASE(many_members);
	CASE(base_stays);
#ifdef PEER_DISTILLS
	CASE(stale_bytes);
	CASE(forward_flavour);
	CASE(other_kind);
#endif
	CASE(arrays);
	CASE(deep);
	CASE(empty_enum);
	CASE(typedef_circle);
	CASE(refused);
	CASE(foreign_ext);
	CASE(overlap);
	CASE(dump_circle);
	{
		/* what libbpf says of a file that is compressed: argv[1] is an ELF file in gzip */
		struct btf *b;

		PTR("compressed parse", b, btf__parse(argv[1], NULL));
		btf__free(b);
	}
	return 0;
}
