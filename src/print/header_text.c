// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * C as libbpf prints it -> C that C++ compilers take too.
 *
 * In: the text of cdump, whose form is fixed to the byte. Out: the same text, where
 *
 *	class, new, not, ...		are __btf_name(class)
 *	a member named as a typedef	is __btf_name(...) too: in C++ it would hide the type
 *	a member of an anonymous struct	also, where it has the name of the struct around it
 *	a tag that is a typedef		also, where the two are different types
 *	{}				is { __btf_empty }, which takes no room in C++ either
 *	enum X;				is enum X __btf_enum(unsigned int); and so is its definition
 *	attributes of types		are __btf_attr((...)), but for packed and mode
 *	bool, true, false		are defined only where the compiler does not have them
 *
 * For a C compiler the macros give the text back as it was, so CO-RE sees the kernel's names.
 * One pass over the text, identifier by identifier; what is not to be changed is copied in runs.
 */
#include "print/header.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "print/out.h"

/* what C++ keeps for itself and C does not; `bool`, `true` and `false` have a way of their own */
static const char *const cxx_words[] = {
	"alignas",   "alignof",	      "and",	   "and_eq",	  "asm",       "bitand",
	"bitor",     "catch",	      "char16_t",  "char32_t",	  "char8_t",   "class",
	"co_await",  "co_return",     "co_yield",  "compl",	  "concept",   "const_cast",
	"consteval", "constexpr",     "constinit", "decltype",	  "delete",    "dynamic_cast",
	"explicit",  "export",	      "friend",	   "mutable",	  "namespace", "new",
	"noexcept",  "not",	      "not_eq",	   "nullptr",	  "operator",  "or",
	"or_eq",     "private",	      "protected", "public",	  "requires",  "reinterpret_cast",
	"template",  "static_assert", "this",	   "static_cast", "throw",     "thread_local",
	"try",	     "typeid",	      "typename",  "using",	  "virtual",   "wchar_t",
	"xor",	     "xor_eq",
};

#define WORD_LEN_MAX 16

enum {
	OF_CXX = 1, /* a word of C++ */
	OF_TYPEDEF = 2,
	OF_CLASH = 4,	  /* a tag too, of another type than that of the typedef */
	OF_OPEN_ENUM = 8, /* an enum that is declared somewhere without its values */
};

struct name {
	const char *text; /* NULL: free */
	u32 len, hash;
	u32 flags;
	u32 target;	     /* of a typedef: the type it names */
	const char *integer; /* of an open enum: the type of its values */
};

struct filter {
	const char *at, *end;
	const char *run; /* what was read and not written yet starts here */
	struct out *out;
	u32 depth; /* of braces */
	bool line_start;
	bool after_tag; /* the last word was struct, union or enum */
	char before; /* the last sign that is no blank; 'a' for a word; 0: none since the line began
		      */
	const char *outer; /* tag of the struct whose body this is */
	u32 outer_len;
	u32 lengths[26]; /* of words of C++, a bit each, by first letter */
	struct name *slot;
	u32 mask;
};

/* ---- names to look out for ---- */

static struct name *name_at(const struct filter *f, const char *s, u32 len, u32 hash)
{
	u32 at = hash & f->mask;

	while (f->slot[at].text && (f->slot[at].hash != hash || f->slot[at].len != len ||
				    memcmp(f->slot[at].text, s, len)))
		at = (at + 1) & f->mask;
	return &f->slot[at];
}

static struct name *name_add(struct filter *f, const char *s, u32 flags)
{
	u32 len = (u32)strlen(s), hash = hash_bytes(s, len);
	struct name *n = name_at(f, s, len, hash);

	if (!n->text)
		*n = (struct name){.text = s, .len = len, .hash = hash};
	n->flags |= flags;
	return n;
}

static const struct name *name_find(const struct filter *f, const char *s, u32 len, u32 flags)
{
	const struct name *n = name_at(f, s, len, hash_bytes(s, len));

	return n->text && n->flags & flags ? n : NULL;
}

static const char *integer_of(const struct btf_type *t)
{
	static const char *const names[2][4] = {
		{"unsigned char", "unsigned short", "unsigned int", "unsigned long long"},
		{"signed char", "short", "int", "long long"},
	};
	u32 size = t->size == 1 ? 0 : t->size == 2 ? 1 : t->size == 8 ? 3 : 2;

	return names[type_kflag(t)][size];
}

static bool is_open_enum(const struct btf_type *t)
{
	return kind_in(type_kind(t), KINDS_ENUM) && t->name_off && !type_vlen(t);
}

/* what a tag has to do with the names that are there already */
static void take_tag(struct filter *f, const struct btf *b, u32 id, const struct btf_type *t)
{
	const char *s = object_name(b, t);
	u32 len = (u32)strlen(s);
	struct name *n = name_at(f, s, len, hash_bytes(s, len));

	if (!n->text)
		return;
	if (n->flags & OF_TYPEDEF && n->target != id)
		n->flags |= OF_CLASH;
	/* the definition knows the type */
	if (n->flags & OF_OPEN_ENUM && kind_in(type_kind(t), KINDS_ENUM) &&
	    (type_vlen(t) || !n->integer))
		n->integer = integer_of(t);
}

#define KINDS_TAG (KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_FWD))

static int names_init(struct filter *f, const struct btf *b)
{
	u32 cnt = object_type_cnt(b), nr = ARRAY_SIZE(cxx_words);

	for (u32 id = 1; id < cnt; id++)
		nr += type_is(object_type(b, id), BTF_KIND_TYPEDEF) ||
		      is_open_enum(object_type(b, id));
	f->mask = pow2_at_least(nr) * 2 - 1;
	f->slot = zalloc_array((size_t)f->mask + 1, sizeof(*f->slot));
	if (!f->slot)
		return -ENOMEM;
	for (u32 i = 0; i < ARRAY_SIZE(cxx_words); i++) {
		name_add(f, cxx_words[i], OF_CXX);
		f->lengths[cxx_words[i][0] - 'a'] |= 1u << strlen(cxx_words[i]);
	}
	for (u32 id = 1; id < cnt; id++) {
		const struct btf_type *t = object_type(b, id);

		if (type_is(t, BTF_KIND_TYPEDEF))
			name_add(f, object_name(b, t), OF_TYPEDEF)->target = t->type;
		else if (is_open_enum(t))
			name_add(f, object_name(b, t), OF_OPEN_ENUM);
	}
	for (u32 id = 1; id < cnt; id++) {
		const struct btf_type *t = object_type(b, id);

		if (t->name_off && kind_in(type_kind(t), KINDS_TAG))
			take_tag(f, b, id, t);
	}
	return 0;
}

static bool is_cxx_word(const struct filter *f, const char *s, u32 len)
{
	u32 letter = (u32)(u8)s[0] - 'a';

	return letter < 26 && len <= WORD_LEN_MAX && f->lengths[letter] >> len & 1 &&
	       name_find(f, s, len, OF_CXX);
}

/* ---- text ---- */

static void flush(struct filter *f, const char *to)
{
	struct out *o = f->out;

	out_done(o, out_bytes(o, out_room(o), f->run, (size_t)(to - f->run)));
	f->run = to;
}

static void say(struct filter *f, const char *s)
{
	out_done(f->out, put_str(f->out, out_room(f->out), s));
}

static bool starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool in_word(char c)
{
	return starts_word(c) || (c >= '0' && c <= '9');
}

static bool follows(const struct filter *f, const char *at, const char *s)
{
	size_t len = strlen(s);

	return (size_t)(f->end - at) >= len && !memcmp(at, s, len);
}

static void wrap(struct filter *f, const char *s, u32 len)
{
	flush(f, s);
	say(f, "__btf_name(");
	flush(f, s + len);
	say(f, ")");
}

/* a declaration at s that some compilers have built in */
static bool guard(struct filter *f, const char *s, const char *text)
{
	if (!follows(f, s, text))
		return false;
	flush(f, s);
	say(f, "#ifndef __btf_bool\n");
	f->at = s + strlen(text);
	flush(f, f->at);
	say(f, "#endif\n");
	return true;
}

/* true: the whole declaration at the start of a line outside of braces was dealt with */
static bool declaration(struct filter *f, const char *s, u32 len)
{
	if (len == 7 && !memcmp(s, "typedef", 7))
		return guard(f, s, "typedef _Bool bool;\n");
	return len == 4 && !memcmp(s, "enum", 4) &&
	       guard(f, s, "enum {\n\tfalse = 0,\n\ttrue = 1,\n};\n");
}

/* behind the tag of an enum that is declared, or defined after it was declared */
static void open_enum(struct filter *f, const char *s, u32 len)
{
	const struct name *n;

	if (f->at >= f->end || (*f->at != ';' && !follows(f, f->at, " {")))
		return;
	n = name_find(f, s, len, OF_OPEN_ENUM);
	if (!n || !n->integer)
		return;
	flush(f, f->at);
	say(f, " __btf_enum(");
	say(f, n->integer);
	say(f, ")");
}

/* without the number behind a name that is used again */
static u32 plain_len(const char *s, u32 len)
{
	u32 n = len;

	while (n && s[n - 1] >= '0' && s[n - 1] <= '9')
		n--;
	return n < len && n > 3 && !memcmp(s + n - 3, "___", 3) ? n - 3 : len;
}

static void tag(struct filter *f, const char *s, u32 len)
{
	if (is_cxx_word(f, s, len) || name_find(f, s, plain_len(s, len), OF_CLASH))
		wrap(f, s, len);
	if (!f->depth)
		open_enum(f, s, len);
}

static bool is_tag_word(const char *s, u32 len)
{
	return (len == 6 && !memcmp(s, "struct", 6)) || (len == 5 && !memcmp(s, "union", 5)) ||
	       (len == 4 && !memcmp(s, "enum", 4));
}

/* Is the word at s the name of a member? Its type stands before it in the same line. */
static bool is_member(const struct filter *f, const char *s, u32 len)
{
	char after = s + len < f->end ? s[len] : 0;

	if (!f->depth || !f->before)
		return false;
	return after == ';' || after == '[' || after == ':' || (after == ')' && f->before == '*');
}

static bool is_outer(const struct filter *f, const char *s, u32 len)
{
	return f->depth > 1 && f->outer_len == len && !memcmp(f->outer, s, len);
}

static void word(struct filter *f)
{
	const char *s = f->at;
	u32 len;

	while (f->at < f->end && in_word(*f->at))
		f->at++;
	len = (u32)(f->at - s);
	if (f->line_start && !f->depth && declaration(f, s, len))
		return;
	f->line_start = false;
	if (f->after_tag) {
		f->after_tag = false;
		tag(f, s, len);
	} else if (is_tag_word(s, len)) {
		f->after_tag = true;
	} else if (is_cxx_word(f, s, len)) {
		wrap(f, s, len);
	} else if (is_member(f, s, len)) {
		if (name_find(f, s, len, OF_TYPEDEF) || is_outer(f, s, len))
			wrap(f, s, len);
	} else if (len == 13 && !memcmp(s, "__attribute__", 13) &&
		   !follows(f, f->at, "((packed))") && !follows(f, f->at, "((mode(")) {
		flush(f, s);
		say(f, "__btf_attr");
		f->run = f->at;
	}
	if (!f->depth) {
		f->outer = s;
		f->outer_len = len;
	}
	f->before = 'a';
}

static void sign(struct filter *f)
{
	char c = *f->at++;

	f->line_start = false;
	f->after_tag = false;
	f->before = c;
	if (c == '{' && f->at < f->end && *f->at == '}') {
		flush(f, f->at);
		say(f, " __btf_empty ");
		f->depth++;
	} else if (c == '{') {
		f->depth++;
	} else if (c == '}' && f->depth) {
		f->depth--;
	} else if (c == '"') {
		while (f->at < f->end && *f->at != '"' && *f->at != '\n')
			f->at++;
		f->at += f->at < f->end && *f->at == '"';
	}
}

int header_text(const struct btf *b, const char *text, size_t size, struct out *out)
{
	struct filter f = {.at = text, .run = text, .out = out, .line_start = true};
	int err;

	if (!size)
		return 0;
	f.end = text + size;
	err = names_init(&f, b);
	while (!err && f.at < f.end) {
		char c = *f.at;

		if (starts_word(c)) {
			word(&f);
		} else if (c == '\n') {
			f.at++;
			f.line_start = true;
			f.before = 0;
		} else if (c == ' ' || c == '\t') {
			f.at++;
		} else if (c >= '0' && c <= '9') {
			while (f.at < f.end && in_word(*f.at))
				f.at++;
			f.before = 'a';
		} else {
			sign(&f);
		}
	}
	if (!err)
		flush(&f, f.end);
	free(f.slot);
	return err;
}
