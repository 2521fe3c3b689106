// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * mkbtf: the text that `btf dump` prints -> BTF, through the public API only.
 *
 *	mkbtf [-B BASE]... [--layout] [--big-endian] OUT <TEXT
 *
 * In: a line for each type, ids in order; members, values and parameters on indented lines; what
 * stands behind '#' at the start of a line is a comment. Words that say nothing to a builder
 * (vlen=, what stands in parentheses) are skipped. Out: raw BTF. The first wrong line ends it:
 * exit code 2.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#define WORDS 12
#define BASES 8

struct word {
	char *key, *value; /* size=4 */
};

struct line {
	unsigned long id;	 /* [4], 0 for an indented line */
	char *kind, *name;	 /* name "" for '(anon)' */
	struct word word[WORDS]; /* ends with key NULL */
};

static unsigned int line_nr;

static void die(const char *what, const char *which)
{
	fprintf(stderr, "mkbtf: line %u: %s%s%s\n", line_nr, what, which ? " " : "", which ? which : "");
	exit(2);
}

/* ---- text -> struct line ---- */

static char *take_name(char *s, struct line *l)
{
	char *end;

	if (*s != '\'')
		return s;
	end = strchr(s + 1, '\'');
	if (!end)
		die("a name without its second quote", s);
	*end = '\0';
	l->name = strcmp(s + 1, "(anon)") ? s + 1 : end;
	return end + 1;
}

static void take_words(char *s, struct line *l)
{
	int n = 0;

	for (char *w = strtok(s, " ,\n"); w && *w != '('; w = strtok(NULL, " ,\n")) {
		char *eq = strchr(w, '=');

		if (!eq)
			die("expected key=value, found", w);
		if (n == WORDS - 1)
			die("too many words", NULL);
		*eq = '\0';
		l->word[n].key = w;
		l->word[n++].value = eq + 1;
	}
}

/* false: nothing on this line */
static bool take_line(char *s, struct line *l)
{
	*l = (struct line){.name = NULL};
	if (*s == '#' || !s[strspn(s, " \t\n")])
		return false;
	if (*s == '[') {
		l->id = strtoul(s + 1, &s, 10);
		if (!l->id || *s++ != ']')
			die("expected [id]", NULL);
		s += strspn(s, " ");
		l->kind = s;
		s += strcspn(s, " \n");
		if (*s)
			*s++ = '\0';
	} else if (*s != '\t' && *s != ' ') {
		die("expected '[id] KIND' or an indented member, found", s);
	}
	s += strspn(s, " \t");
	take_words(take_name(s, l), l);
	return true;
}

static const char *word(const struct line *l, const char *key)
{
	for (const struct word *w = l->word; w->key; w++)
		if (!strcmp(w->key, key))
			return w->value;
	return NULL;
}

static const char *need(const struct line *l, const char *key)
{
	const char *s = word(l, key);

	if (!s)
		die("missing:", key);
	return s;
}

/* also negative and with a suffix: -1, 7ULL */
static long long number(const char *s)
{
	char *end;
	long long v;

	errno = 0;
	v = *s == '-' ? strtoll(s, &end, 0) : (long long)strtoull(s, &end, 0);
	if (errno || end == s || end[strspn(end, "UL")])
		die("not a number:", s);
	return v;
}

static int num(const struct line *l, const char *key)
{
	return (int)number(need(l, key));
}

/* position of the word's value in a list like "static global extern" */
static int choice(const struct line *l, const char *key, const char *const *from)
{
	const char *s = need(l, key);

	for (int i = 0; from[i]; i++)
		if (!strcmp(from[i], s))
			return i;
	die("unknown word:", s);
	return -1;
}

static const char *const linkages[] = {"static", "global", "extern", NULL};
static const char *const signs[] = {"UNSIGNED", "SIGNED", NULL};
static const char *const encodings[] = {"(none)", "SIGNED", "CHAR", "BOOL", NULL};
static const char *const fwds[] = {"struct", "union", NULL};

/* ---- struct line -> type ---- */

/* what the calls that build have no argument for; the object is ours and not yet written */
static struct btf_type *last_type(struct btf *b)
{
	return (struct btf_type *)(uintptr_t)btf__type_by_id(b, btf__type_cnt(b) - 1);
}

static int add_int(struct btf *b, const struct line *l)
{
	static const int bits[] = {0, BTF_INT_SIGNED, BTF_INT_CHAR, BTF_INT_BOOL};
	int size = num(l, "size");
	int id = btf__add_int(b, l->name, (size_t)size, bits[choice(l, "encoding", encodings)]);
	__u32 *tail;

	if (id > 0) {
		tail = (__u32 *)(last_type(b) + 1);
		*tail = (*tail & 0xff000000) | (__u32)num(l, "bits_offset") << 16 |
			(__u32)num(l, "nr_bits");
	}
	return id;
}

static int add_enum(struct btf *b, const struct line *l, bool wide)
{
	int is_signed = choice(l, "encoding", signs);
	__u32 size = (__u32)num(l, "size");
	int id = wide ? btf__add_enum64(b, l->name, size, is_signed) : btf__add_enum(b, l->name, size);

	if (id > 0 && is_signed)
		last_type(b)->info |= 1u << 31;
	return id;
}

static int add_array(struct btf *b, const struct line *l)
{
	return btf__add_array(b, num(l, "index_type_id"), num(l, "type_id"),
			      (__u32)num(l, "nr_elems"));
}

static int add_reference(struct btf *b, const struct line *l)
{
	static const struct {
		const char *kind;
		int (*add)(struct btf *b, int to);
	} plain[] = {
		{"PTR", btf__add_ptr},
		{"CONST", btf__add_const},
		{"VOLATILE", btf__add_volatile},
		{"RESTRICT", btf__add_restrict},
	};
	int to = num(l, "type_id");

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(l->kind, plain[i].kind))
			return plain[i].add(b, to);
	if (!strcmp(l->kind, "TYPEDEF"))
		return btf__add_typedef(b, l->name, to);
	if (!strcmp(l->kind, "TYPE_TAG"))
		return btf__add_type_tag(b, l->name, to);
	if (!strcmp(l->kind, "DECL_TAG"))
		return btf__add_decl_tag(b, l->name, to, num(l, "component_idx"));
	if (!strcmp(l->kind, "VAR"))
		return btf__add_var(b, l->name, choice(l, "linkage", linkages), to);
	if (!strcmp(l->kind, "FUNC"))
		return btf__add_func(b, l->name,
				     (enum btf_func_linkage)choice(l, "linkage", linkages), to);
	die("unknown kind", l->kind);
	return -1;
}

static int add_type(struct btf *b, const struct line *l)
{
	const char *kind = l->kind;

	if (!strcmp(kind, "INT"))
		return add_int(b, l);
	if (!strcmp(kind, "FLOAT"))
		return btf__add_float(b, l->name, (size_t)num(l, "size"));
	if (!strcmp(kind, "STRUCT"))
		return btf__add_struct(b, l->name, (__u32)num(l, "size"));
	if (!strcmp(kind, "UNION"))
		return btf__add_union(b, l->name, (__u32)num(l, "size"));
	if (!strcmp(kind, "ENUM") || !strcmp(kind, "ENUM64"))
		return add_enum(b, l, kind[4]);
	if (!strcmp(kind, "FWD"))
		return btf__add_fwd(b, l->name, (enum btf_fwd_kind)choice(l, "fwd_kind", fwds));
	if (!strcmp(kind, "ARRAY"))
		return add_array(b, l);
	if (!strcmp(kind, "FUNC_PROTO"))
		return btf__add_func_proto(b, num(l, "ret_type_id"));
	if (!strcmp(kind, "DATASEC"))
		return btf__add_datasec(b, l->name, (__u32)num(l, "size"));
	return add_reference(b, l);
}

static int add_member(struct btf *b, const struct line *l)
{
	switch (btf_kind(last_type(b))) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return btf__add_field(b, l->name, num(l, "type_id"), (__u32)num(l, "bits_offset"),
				      word(l, "bitfield_size") ? (__u32)num(l, "bitfield_size") : 0);
	case BTF_KIND_ENUM:
		return btf__add_enum_value(b, l->name, number(need(l, "val")));
	case BTF_KIND_ENUM64:
		return btf__add_enum64_value(b, l->name, (__u64)number(need(l, "val")));
	case BTF_KIND_FUNC_PROTO:
		return btf__add_func_param(b, l->name, num(l, "type_id"));
	case BTF_KIND_DATASEC:
		return btf__add_datasec_var_info(b, num(l, "type_id"), (__u32)num(l, "offset"),
						 (__u32)num(l, "size"));
	default:
		die("this kind has no members", NULL);
		return -1;
	}
}

static void read_types(struct btf *b)
{
	char text[4096];
	struct line l;
	int got;

	while (fgets(text, sizeof(text), stdin)) {
		line_nr++;
		if (!take_line(text, &l))
			continue;
		if (!l.id && btf__type_cnt(b) == (btf__base_btf(b) ? btf__type_cnt(btf__base_btf(b)) : 1))
			die("a member before the first type", NULL);
		got = l.id ? add_type(b, &l) : add_member(b, &l);
		if (got < 0)
			die("refused:", strerror(-got));
		if (l.id && (unsigned long)got != l.id)
			die("ids must be in order, without a gap", NULL);
	}
}

static void write_out(const struct btf *b, const char *path)
{
	__u32 size;
	const void *data = btf__raw_data(b, &size);
	FILE *f = fopen(path, "wb");

	if (!data || !f || fwrite(data, 1, size, f) != size || fclose(f)) {
		fprintf(stderr, "mkbtf: %s: %s\n", path, strerror(errno));
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct btf_new_opts opts = {.sz = sizeof(opts)};
	struct btf *base[BASES + 1] = {NULL}, *b;
	bool big = false;
	int n = 0, i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--layout")) {
			opts.add_layout = true;
		} else if (!strcmp(argv[i], "--big-endian")) {
			big = true;
		} else if (!strcmp(argv[i], "-B") && i + 1 < argc && n < BASES) {
			base[n + 1] = btf__parse_split(argv[++i], base[n]);
			if (!base[++n])
				die(argv[i], strerror(errno));
		} else {
			break;
		}
	}
	if (i != argc - 1) {
		fputs("usage: mkbtf [-B BASE]... [--layout] [--big-endian] OUT <TEXT\n", stderr);
		return 2;
	}
	opts.base_btf = base[n];
	b = btf__new_empty_opts(&opts);
	if (!b || btf__set_endianness(b, big ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN))
		die("cannot start:", strerror(errno));
	read_types(b);
	write_out(b, argv[i]);
	btf__free(b);
	while (n)
		btf__free(base[n--]);
	return 0;
}
