// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * resolve_btfids, as a kernel's build calls it: fills .BTF_ids in.
 *
 * In: options, an ELF file. Out: the file patched in place, as tools/bpf/resolve_btfids of Linux
 * 6.12 does it; or files beside it, as that of Linux 7.0 does: ELF.BTF, ELF.BTF_ids, ELF.BTF.base.
 * Its words on standard error, its exit codes.
 *
 * The two are told apart by what only one of them is called with [choose]: an option that only the
 * later one has, or --btf ELF.BTF.1, the name that scripts/gen-btf.sh gives the encoder's output.
 * BTFKIT_RESOLVE_BTFIDS=6.12 or =7.0 in the environment decides before all that.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/btf.h>

#include <btf/btf.h>
#include <btf/ids.h>

#include "base.h"
#include "dropin.h"

#define EXIT_USAGE 129
#define EXIT_FAILED 255
#define SECTION ".BTF_ids"
#define MODE_ENV "BTFKIT_RESOLVE_BTFIDS"

enum mode { MODE_NONE, MODE_IN_PLACE, MODE_SIDE_FILES };

struct args {
	const char *elf;
	const char *btf, *base; /* files, or NULL */
	const char *patch;	/* a file with the section's bytes */
	unsigned int verbose;
	int fatal_warnings, distill;
	bool later; /* an option that only the later one has was given */
};

/* what is open while a file is worked on */
struct open {
	struct btf_report *report;
	struct btf_file *elf;
	struct input base;
	struct btf_file *btf_file; /* of --btf */
	struct btf *btf;
	size_t said, warnings;
};

static const struct btf_file_opts file_opts = {.sz = sizeof(file_opts)};
static const struct btf_save_opts save_opts = {.sz = sizeof(save_opts), .no_fsync = true};

/* ---- options ---- */

static int usage(FILE *to)
{
	fputs("\n Usage: resolve_btfids [<options>] <ELF object>\n"
	      "    or: resolve_btfids --patch_btfids <.BTF_ids file> <ELF object>\n\n"
	      "    -v, --verbose         be more verbose (show errors, etc)\n"
	      "        --btf <file>      BTF data, instead of that in the ELF object\n"
	      "    -b, --btf_base <file> file with the base BTF\n"
	      "        --fatal_warnings  turn warnings into errors\n"
	      "        --distill_base    write a distilled base too\n"
	      "        --patch_btfids <file>\n"
	      "                          put the file's bytes into .BTF_ids\n\n"
	      "This is btfkit's; see btf-resolve_btfids(1).\n",
	      to);
	return EXIT_USAGE;
}

static const struct option longs[] = {
	{"verbose", no_argument, NULL, 'v'},
	{"btf", required_argument, NULL, 1},
	{"btf_base", required_argument, NULL, 'b'},
	{"fatal_warnings", no_argument, NULL, 2},
	{"no-fatal_warnings", no_argument, NULL, 3},
	{"distill_base", no_argument, NULL, 4},
	{"no-distill_base", no_argument, NULL, 5},
	{"patch_btfids", required_argument, NULL, 6},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static int parse(struct args *a, int argc, char **argv)
{
	int got;

	optind = 0; /* whatever order was asked for before */
	while ((got = getopt_long(argc, argv, "+vb:h", longs, NULL)) != -1) {
		a->later |= got >= 2 && got <= 6;
		switch (got) {
		case 'v':
			a->verbose++;
			break;
		case 1:
			a->btf = optarg;
			break;
		case 'b':
			a->base = optarg;
			break;
		case 2:
		case 3:
			a->fatal_warnings = got == 2;
			break;
		case 4:
		case 5:
			a->distill = got == 4;
			break;
		case 6:
			a->patch = optarg;
			break;
		default:
			return usage(stderr);
		}
	}
	if (argc - optind != 1)
		return usage(stderr);
	a->elf = argv[optind];
	return 0;
}

/* ELF.BTF.1 */
static bool is_encoded_for(const char *btf, const char *elf)
{
	size_t len = strlen(elf);

	return !strncmp(btf, elf, len) && !strcmp(btf + len, ".BTF.1");
}

static enum mode choose(const struct args *a)
{
	const char *env = getenv(MODE_ENV);

	if (env && *env) {
		if (!strcmp(env, "6.12"))
			return MODE_IN_PLACE;
		if (!strcmp(env, "7.0"))
			return MODE_SIDE_FILES;
		fprintf(stderr, "FAILED: " MODE_ENV "='%s': expected 6.12 or 7.0\n", env);
		return MODE_NONE;
	}
	if (a->later || (a->btf && is_encoded_for(a->btf, a->elf)))
		return MODE_SIDE_FILES;
	return MODE_IN_PLACE;
}

/* ---- what is said ---- */

static void say_line(const char *start, const struct btf_finding *finding)
{
	struct btf_finding f = *finding;
	char room[1024];

	/* how bad it is says `start`; options of btf are of no use here */
	f.severity = BTF_ERROR;
	if (f.code == BTF_CODE_MODULE_SIGNED)
		f.hint = "a module is signed when its ids are resolved, not before";
	btf_finding__format(&f, room, sizeof(room));
	fprintf(stderr, "%s%s\n", start, room);
}

static bool no_memory(void)
{
	fputs("FAILED: out of memory\n", stderr);
	return false;
}

/* structs, unions, typedefs, functions, and of each the last name first */
static int by_name(const void *a, const void *b)
{
	static const int rank[] = {[BTF_KIND_STRUCT] = 1,
				   [BTF_KIND_UNION] = 2,
				   [BTF_KIND_TYPEDEF] = 3,
				   [BTF_KIND_FUNC] = 4};
	const struct btf_finding *x = *(const struct btf_finding *const *)a;
	const struct btf_finding *y = *(const struct btf_finding *const *)b;

	if (x->kind != y->kind)
		return rank[x->kind] < rank[y->kind] ? -1 : 1;
	return -strcmp(x->type_name, y->type_name);
}

static void say_unresolved(const struct btf_report *r, size_t from)
{
	size_t cnt = btf_report__count(r), n = 0;
	const struct btf_finding **list = calloc(cnt + 1, sizeof(*list));

	if (!list) {
		no_memory();
		return;
	}
	for (size_t i = from; i < cnt; i++) {
		const struct btf_finding *f = btf_report__get(r, i);

		if (f->code == BTF_CODE_IDS_UNRESOLVED)
			list[n++] = f;
	}
	qsort(list, n, sizeof(*list), by_name);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "WARN: resolve_btfids: unresolved symbol %s\n", list[i]->type_name);
	free(list);
}

/* what was found since it was last said: in the words that logs are searched for */
static void say(struct open *o)
{
	size_t cnt = btf_report__count(o->report);

	for (size_t i = o->said; i < cnt; i++) {
		const struct btf_finding *f = btf_report__get(o->report, i);

		o->warnings += f->severity == BTF_WARNING;
		if (f->code == BTF_CODE_IDS_TWICE)
			fprintf(stderr,
				"WARN: multiple IDs found for '%s': %lld, %lld - using %lld\n",
				f->type_name, (long long)f->expected, (long long)f->actual,
				(long long)f->expected);
		else if (f->severity == BTF_ERROR)
			say_line("FAILED: ", f);
		else if (f->severity == BTF_WARNING && f->code != BTF_CODE_IDS_UNRESOLVED)
			say_line("WARN: resolve_btfids: ", f);
	}
	say_unresolved(o->report, o->said);
	o->said = cnt;
}

static void debug(const struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void debug(const struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (!a->verbose)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

static void debug_words(const struct args *a, const struct btf_ids *x)
{
	struct btf_ids_info info = {.sz = sizeof(info)};
	struct btf_ids_word w = {.sz = sizeof(w)};
	struct btf_ids_set s = {.sz = sizeof(s)};

	if (!a->verbose)
		return;
	btf_ids__info(x, &info);
	for (__u32 i = 0; i < info.words && !btf_ids__word(x, i, &w); i++)
		/* a set is sorted by now */
		if (w.want && w.set < 0)
			debug(a, "patching addr %5u: ID %7u [%s]\n", w.offset, w.value, w.want);
	for (__u32 i = 0; i < info.sets && !btf_ids__set(x, i, &s); i++)
		debug(a, "sorting  addr %5u: cnt %6u [%s]\n", s.offset, s.members, s.name);
}

/* ---- what both do ---- */

static bool has_section(struct btf_file *f, const char *name)
{
	size_t size;

	return btf_file__section(f, name, &size, NULL) || errno != ENODATA;
}

static bool open_elf(const struct args *a, struct open *o)
{
	const struct btf_file_info *info;

	o->report = btf_report__new();
	if (!o->report)
		return no_memory();
	o->elf = btf_file__open(a->elf, &file_opts, o->report);
	if (!o->elf)
		return false;
	info = btf_file__info(o->elf);
	if (info->carrier == BTF_CARRIER_ELF && info->compression == BTF_PLAIN)
		return true;
	btf_report__add(o->report, BTF_CODE_SAVE_CARRIER, BTF_ERROR, a->elf,
			"is no ELF file, or is compressed");
	return false;
}

static bool open_base(struct open *o, const char *path)
{
	return !path || !input_open(&o->base, path, NULL, o->report);
}

static void close_all(struct open *o)
{
	btf__free(o->btf);
	btf_file__close(o->btf_file);
	input_close(&o->base);
	btf_file__close(o->elf);
	btf_report__free(o->report);
}

static int finish(struct open *o, bool ok)
{
	say(o);
	close_all(o);
	return ok ? 0 : EXIT_FAILED;
}

/* ---- in place: Linux 6.12 ---- */

static bool resolve(const struct args *a, struct open *o)
{
	/* a distilled module's ids are those of its own base */
	const char *base = has_section(o->elf, ".BTF.base") ? NULL : a->base;
	struct btf_ids_info info = {.sz = sizeof(info)};
	struct btf_ids *x = btf_ids__read(o->elf, o->report);
	const void *data;
	size_t size;
	bool ok;

	if (!x && errno != ENODATA)
		return false;
	if (!x || btf_ids__info(x, &info) || !info.words) {
		debug(a, "Cannot find .BTF_ids or symbols sections, nothing to do\n");
		btf_ids__free(x);
		return true;
	}
	if (!info.symbols) {
		/* stripped: as resolve_btfids leaves it */
		btf_report__add(
			o->report, BTF_CODE_IDS_NONE, BTF_WARNING, a->elf,
			"has no symbols that say what the words of .BTF_ids are: nothing is "
			"resolved");
		btf_ids__free(x);
		return true;
	}
	ok = open_base(o, base);
	if (ok && a->btf)
		ok = (o->btf_file = btf_file__open(a->btf, &file_opts, o->report));
	if (ok)
		ok = (o->btf = btf_load__file(a->btf ? o->btf_file : o->elf, o->base.btf, NULL,
					      o->report));
	ok = ok && !btf_ids__resolve(x, o->btf, o->report);
	if (ok) {
		debug_words(a, x);
		data = btf_ids__data(x, &size);
		ok = !btf_file__patch(o->elf, SECTION, data, size, &save_opts, o->report);
		debug(a, "update %s for %s\n", ok ? "ok" : "failed", a->elf);
	}
	btf_ids__free(x);
	return ok;
}

static int in_place(const struct args *a)
{
	struct open o = {0};
	bool ok = open_elf(a, &o) && resolve(a, &o);

	return finish(&o, ok);
}

/* ---- files beside: Linux 7.0 ---- */

struct side {
	const char *suffix;
	const void *data; /* NULL: none */
	size_t size;
	char *path;
};

static bool write_side(const struct args *a, struct open *o, struct side *s)
{
	if (!s->data)
		return true;
	if (asprintf(&s->path, "%s%s", a->elf, s->suffix) < 0) {
		s->path = NULL;
		return no_memory();
	}
	if (btf_file__write(s->path, s->data, s->size, &save_opts, o->report)) {
		/* what stands there is an earlier one */
		free(s->path);
		s->path = NULL;
		return false;
	}
	debug(a, "Dumped %zu bytes of data to %s\n", s->size, s->path);
	return true;
}

/* all, or those that were written go again: half of them belong to nothing */
static bool write_sides(const struct args *a, struct open *o, const struct btf_kbuild_sections *s)
{
	struct side side[] = {
		{SECTION, s->ids, s->ids_size, NULL},
		{".BTF", s->btf, s->btf_size, NULL},
		{".BTF.base", s->base, s->base_size, NULL},
	};
	bool ok = true;

	for (int i = 0; i < 3 && ok; i++)
		ok = write_side(a, o, &side[i]);
	for (int i = 0; i < 3; i++) {
		if (!ok && side[i].path)
			unlink(side[i].path);
		free(side[i].path);
	}
	return ok;
}

static bool build(const struct args *a, struct open *o)
{
	struct btf_kbuild_opts opts = {.sz = sizeof(opts), .distill = a->distill && a->base};
	const struct btf_kbuild_sections *s;
	struct btf_kbuild *k;
	const void *data;
	size_t size;
	bool ok;

	if (!open_base(o, a->base))
		return false;
	if (a->btf && !(o->btf_file = btf_file__open(a->btf, &file_opts, o->report)))
		return false;
	data = btf_file__section(a->btf ? o->btf_file : o->elf, ".BTF", &size, o->report);
	if (!data) {
		if (errno == ENODATA)
			btf_report__add(o->report, BTF_CODE_NO_SECTION, BTF_ERROR,
					a->btf ? a->btf : a->elf, "has no .BTF");
		return false;
	}
	k = btf_kbuild__run(o->elf, data, size, o->base.btf, &opts, o->report);
	if (!k)
		return false;
	s = btf_kbuild__sections(k);
	debug(a, "%u kfuncs, %u of them with implicit arguments\n", s->kfuncs, s->implicit);
	ok = write_sides(a, o, s);
	btf_kbuild__free(k);
	return ok;
}

static int side_files(const struct args *a)
{
	struct open o = {0};
	bool ok = open_elf(a, &o) && build(a, &o);

	say(&o);
	if (ok && a->fatal_warnings && o.warnings) {
		fprintf(stderr, "FAILED: --fatal_warnings, and there are some (%zu)\n", o.warnings);
		ok = false;
	}
	return finish(&o, ok);
}

/* ---- --patch_btfids ---- */

static void *read_all(const char *path, size_t *ret_size)
{
	size_t cap = 0, len = 0, n = 1;
	char *data = NULL, *more;
	FILE *f = fopen(path, "rbe");
	int err = f ? 0 : errno;

	while (!err && n) {
		if (len == cap) {
			more = realloc(data, cap = cap ? cap * 2 : 4096);
			err = more ? 0 : ENOMEM;
			data = more ? more : data;
		}
		n = err ? 0 : fread(data + len, 1, cap - len, f);
		len += n;
		if (!n && !err && ferror(f))
			err = errno;
	}
	if (f)
		fclose(f);
	*ret_size = len;
	if (!err)
		return data;
	fprintf(stderr, "FAILED to read %s: %s\n", path, strerror(err));
	free(data);
	return NULL;
}

static int patch(const struct args *a)
{
	struct open o = {0};
	size_t size;
	void *data;
	bool ok = open_elf(a, &o);

	data = ok ? read_all(a->patch, &size) : NULL;
	ok = data && !btf_file__patch(o.elf, SECTION, data, size, &save_opts, o.report);
	if (ok)
		debug(a, "Copied data from %s to %s section of %s (%zu bytes)\n", a->patch, SECTION,
		      a->elf, size);
	free(data);
	return finish(&o, ok);
}

int resolve_btfids_main(int argc, char **argv)
{
	struct args a = {0};
	int code = parse(&a, argc, argv);

	if (code)
		return code;
	if (a.patch)
		return patch(&a);
	switch (choose(&a)) {
	case MODE_IN_PLACE:
		return in_place(&a);
	case MODE_SIDE_FILES:
		return side_files(&a);
	default:
		return EXIT_FAILED;
	}
}
