// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The "module" of oracle/ids: a .BTF_ids section with every prefix, written in the assembler's
 * words as docs/format.md describes them. TYPEDEFS: also ids of typedefs.
 */
struct shared {
	struct shared *next;
	unsigned long bits;
};

struct own {
	struct shared in;
	int zone;
};

union own_either {
	int i;
	char c;
};

typedef struct {
	int counter;
} count_t;

int kf_zoom(struct shared *s, int by);
int kf_acquire(struct own *o);
int kf_apply(count_t *c);
int kf___init(union own_either *e);
int kf_last(void);

int kf_zoom(struct shared *s, int by)
{
	return (int)s->bits + by;
}

int kf_acquire(struct own *o)
{
	return o->zone;
}

int kf_apply(count_t *c)
{
	return c->counter;
}

int kf___init(union own_either *e)
{
	return e->i;
}

int kf_last(void)
{
	return 0;
}

/* the verifier gives the last argument, not the program */
struct bpf_prog_aux {
	int id;
};

int kf_hidden(struct shared *s, int by, struct bpf_prog_aux *aux);

int kf_hidden(struct shared *s, int by, struct bpf_prog_aux *aux)
{
	return (int)s->bits + by + aux->id;
}

/* a word that resolve_btfids fills: its symbol is local, an object of 4 bytes */
#define ID(what)                                                                                   \
	asm(".pushsection .BTF_ids, \"a\"\n"                                                       \
	    ".local __BTF_ID__" what "\n"                                                          \
	    ".type __BTF_ID__" what ", STT_OBJECT\n"                                               \
	    ".size __BTF_ID__" what ", 4\n"                                                        \
	    "__BTF_ID__" what ":\n"                                                                \
	    ".zero 4\n"                                                                            \
	    ".popsection\n")
#define WORD(value)                                                                                \
	asm(".pushsection .BTF_ids, \"a\"\n"                                                       \
	    ".long " #value "\n"                                                                   \
	    ".popsection\n")
#define LABEL(name)                                                                                \
	asm(".pushsection .BTF_ids, \"a\"\n"                                                       \
	    ".local " name "\n" name ":\n"                                                         \
	    ".popsection\n")
/* the size of a set goes from its header to its end */
#define SET_END(name, symbol)                                                                      \
	asm(".pushsection .BTF_ids, \"a\"\n"                                                       \
	    ".size " symbol ", . - " name "\n"                                                     \
	    ".popsection\n")

LABEL("list");
ID("struct__only_by_id__1");
WORD(0); /* unused */
ID("func__kf_last__2");
ID("union__either__3");
ID("struct__nowhere__4");
#ifdef TYPEDEFS
ID("typedef__count_t__5");
#endif

LABEL("set");
LABEL("__BTF_ID__set__set");
WORD(0);
ID("union__own_either__6");
ID("struct__own__7");
ID("struct__shared__8");
ID("union__either__9");
#ifdef TYPEDEFS
ID("typedef__count_t__10");
#endif
ID("func__not_there__11");
SET_END("set", "__BTF_ID__set__set");

LABEL("kfuncs");
LABEL("__BTF_ID__set8__kfuncs");
WORD(0);
WORD(1);
ID("func__kf_zoom__12");
WORD(0x20);
ID("func__kf___init__1052266");
WORD(0x3);
ID("func__kf_acquire__13");
WORD(0x15);
ID("func__kf_gone__14");
WORD(0x8);
ID("func__kf_apply__15");
WORD(0);
ID("func__kf_hidden__16");
WORD(0x11000); /* KF_FASTCALL, KF_IMPLICIT_ARGS */
SET_END("kfuncs", "__BTF_ID__set8__kfuncs");

LABEL("empty");
LABEL("__BTF_ID__set8__empty");
WORD(0);
WORD(0);
SET_END("empty", "__BTF_ID__set8__empty");
