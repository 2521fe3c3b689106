// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf info: what a file is and what BTF it carries, read without a base. With -B the BTF is also
 * put on the base, which proves that ids and names fit. In: files of any carrier. Out: a block of
 * text or a line of JSON for each.
 */
#include <errno.h>
#include <string.h>

#include <btf/btf.h>

#include "base.h"
#include "json.h"

struct info_args {
	struct list base;
	bool json;
};

static const struct opt info_options[] = {
	{"base", 'B', OPT_LIST, "BASE",
	 "also check that FILE fits this base (relocating it where it\n"
	 "has a .BTF.base); given several times, each is split on the\n"
	 "one before it",
	 offsetof(struct info_args, base)},
	{"json", 0, OPT_FLAG, NULL, "one JSON object a line, schema btf-info/1",
	 offsetof(struct info_args, json)},
	{0},
};

/* a section, its bytes and, where it holds BTF, what they say */
struct part {
	bool there, surveyed;
	size_t size;
	struct btf_survey survey;
};

/* all that is known of one file */
struct facts {
	const char *path;
	const struct btf_file_info *file;
	struct part btf, base, ext, ids;
	const char *base_path; /* of -B, NULL without */
	int fits;	       /* with -B: 1 yes, 0 no */
	struct btf_load_info load;
};

/* ---- words ---- */

static const char *kind_word(int kind)
{
	static const char *const words[] = {
		"UNKNOWN", "INT",     "PTR",	  "ARRAY",    "STRUCT",	  "UNION",  "ENUM",
		"FWD",	   "TYPEDEF", "VOLATILE", "CONST",    "RESTRICT", "FUNC",   "FUNC_PROTO",
		"VAR",	   "DATASEC", "FLOAT",	  "DECL_TAG", "TYPE_TAG", "ENUM64",
	};

	return kind < (int)(sizeof(words) / sizeof(words[0])) ? words[kind] : NULL;
}

static const char *carrier_word(enum btf_carrier carrier)
{
	static const char *const words[] = {"raw", "elf", "image"};

	return words[carrier];
}

static const char *compression_word(enum btf_compression compression)
{
	static const char *const words[] = {"none", "gzip", "xz", "zstd", "lz4"};

	return words[compression];
}

static const char *elf_type_word(int type)
{
	/* e_type of the ELF specification */
	static const char *const words[] = {"none", "relocatable", "executable", "shared", "core"};

	return type < (int)(sizeof(words) / sizeof(words[0])) ? words[type] : "other";
}

static const char *machine_word(int machine)
{
	/* e_machine of the ELF specification */
	static const struct {
		int machine;
		const char *word;
	} words[] = {
		{3, "i386"},	{8, "mips"},	 {21, "ppc64"},	     {22, "s390"},
		{40, "arm"},	{43, "sparc64"}, {62, "x86-64"},     {183, "aarch64"},
		{243, "riscv"}, {247, "bpf"},	 {258, "loongarch"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].machine == machine)
			return words[i].word;
	return NULL;
}

static const char *order_word(bool big)
{
	return big ? "big" : "little";
}

static const char *sign_word(enum btf_split_sign sign)
{
	static const char *const words[] = {NULL, "no-strings", "first-string", "ids", "names"};

	return words[sign];
}

static const char *sign_text(enum btf_split_sign sign)
{
	switch (sign) {
	case BTF_SPLIT_NONE:
		break;
	case BTF_SPLIT_NO_STRINGS:
		return "yes: it has no strings, not even the empty one that a base starts with";
	case BTF_SPLIT_FIRST_STRING:
		return "yes: its first string is not the empty one that a base starts with";
	case BTF_SPLIT_IDS:
		return "yes, or broken: it refers to type ids beyond its own";
	case BTF_SPLIT_NAMES:
		return "yes, or broken: it has names beyond its own strings";
	}
	return "no";
}

static const char *how_text(enum btf_load_how how)
{
	switch (how) {
	case BTF_LOAD_WHOLE:
		return "not used: the BTF is not split";
	case BTF_LOAD_SPLIT:
		return "fits: all ids and names exist";
	case BTF_LOAD_RELOCATED:
		return "fits: .BTF.base relocates onto it";
	case BTF_LOAD_DISTILLED:
		break;
	}
	return "is not asked for";
}

/* ---- gathering ---- */

/* 0, or EXIT_TROUBLE where a section is there but cannot be read or is broken */
static int part_read(struct part *p, struct btf_file *f, const char *section, bool is_btf,
		     struct btf_report *r)
{
	size_t size = 0;
	const void *data = btf_file__section(f, section, &size, r);

	if (!data && errno == ENODATA)
		return 0;
	p->there = true;
	p->size = size;
	if (!data)
		return EXIT_TROUBLE;
	if (!is_btf)
		return 0;
	p->survey.sz = sizeof(p->survey);
	if (btf_load__survey(f, section, &p->survey, r))
		return EXIT_TROUBLE;
	p->surveyed = true;
	return 0;
}

static int facts_fit(struct facts *facts, const struct base *base, struct btf_file *f,
		     struct btf_report *r)
{
	struct btf *b;

	facts->base_path = base_path(base);
	facts->load.sz = sizeof(facts->load);
	b = btf_load__file(f, base_top(base), &facts->load, r);
	facts->fits = b != NULL;
	btf__free(b);
	return b ? EXIT_OK : EXIT_FINDING;
}

/* the exit code; findings stay in r */
static int facts_gather(struct facts *facts, struct btf_file *f, const struct base *base,
			struct btf_report *r)
{
	int code;

	facts->path = btf_file__path(f);
	facts->file = btf_file__info(f);
	/* all of them, also behind a broken one */
	code = part_read(&facts->btf, f, ".BTF", true, r);
	code |= part_read(&facts->base, f, ".BTF.base", true, r);
	code |= part_read(&facts->ext, f, ".BTF.ext", false, r);
	code |= part_read(&facts->ids, f, ".BTF_ids", false, r);
	if (!code && base->cnt && facts->btf.there)
		code = facts_fit(facts, base, f, r);
	if (!code && !facts->btf.there)
		code = EXIT_FINDING;
	return code;
}

/* ---- text ---- */

static void text_file(const struct btf_file_info *i)
{
	const char *machine = machine_word(i->elf_machine);

	printf("  %-12s", "file");
	if (i->carrier == BTF_CARRIER_RAW)
		printf("raw BTF, %s endian", order_word(i->big_endian));
	else
		printf("%s, %d-bit %s endian",
		       i->carrier == BTF_CARRIER_IMAGE ? "kernel image with an ELF file" : "ELF",
		       i->elf_class, order_word(i->big_endian));
	if (i->carrier != BTF_CARRIER_RAW && machine)
		printf(" %s", machine);
	else if (i->carrier != BTF_CARRIER_RAW)
		printf(" machine %d", i->elf_machine);
	if (i->carrier != BTF_CARRIER_RAW)
		printf(" %s", elf_type_word(i->elf_type));
	if (i->compression != BTF_PLAIN)
		printf(", %s", compression_word(i->compression));
	printf(", %llu bytes\n", (unsigned long long)i->file_size);
	if (i->module)
		printf("  %-12s%s\n", "module", i->module);
	if (i->release)
		printf("  %-12s%s\n", "release", i->release);
	if (i->is_signed)
		printf("  %-12s%s\n", "signature", "appended");
}

static void text_btf(const char *name, const struct part *p)
{
	const struct btf_survey *s = &p->survey;

	if (!p->there) {
		printf("  %-12s%s\n", name, "none");
		return;
	}
	printf("  %-12s%zu bytes", name, p->size);
	if (!p->surveyed) {
		printf(", unreadable\n");
		return;
	}
	printf(": header %u, types %u, ", s->hdr_len, s->type_len);
	if (s->layout_len)
		printf("layout %u, ", s->layout_len);
	printf("strings %u; %s endian\n", s->str_len, order_word(s->big_endian));
	printf("  %-12s%u types\n", "", s->types);
	for (int k = 0; k < BTF_SURVEY_KINDS; k++) {
		char number[16];
		const char *word = kind_word(k);

		if (!s->kind[k].types)
			continue;
		snprintf(number, sizeof(number), "kind %d", k);
		printf("  %-14s%-12s%8u  %10u bytes\n", "", word ? word : number, s->kind[k].types,
		       s->kind[k].bytes);
	}
}

static void text_plain(const char *name, const struct part *p)
{
	printf("  %-12s", name);
	if (p->there)
		printf("%zu bytes\n", p->size);
	else
		printf("none\n");
}

static void text_print(const struct facts *f)
{
	printf("%s\n", f->path);
	text_file(f->file);
	text_btf(".BTF", &f->btf);
	if (f->btf.surveyed)
		printf("  %-12s%s\n", "split",
		       f->base.there ? "yes: on the .BTF.base that it brings"
				     : sign_text(f->btf.survey.split));
	if (f->base_path)
		printf("  %-12s%s: %s\n", "base", f->base_path,
		       f->fits ? how_text(f->load.how) : "does not fit");
	if (f->file->carrier == BTF_CARRIER_RAW)
		return;
	text_btf(".BTF.base", &f->base);
	text_plain(".BTF.ext", &f->ext);
	text_plain(".BTF_ids", &f->ids);
}

/* ---- JSON ---- */

static void json_btf(struct json *j, const char *key, const struct part *p)
{
	const struct btf_survey *s = &p->survey;

	if (!p->there) {
		json_null(j, key);
		return;
	}
	json_object(j, key);
	json_number(j, "size", (long long)p->size);
	if (p->surveyed) {
		json_string(j, "byte_order", order_word(s->big_endian));
		json_number(j, "header_length", s->hdr_len);
		json_number(j, "type_bytes", s->type_len);
		json_number(j, "string_bytes", s->str_len);
		json_number(j, "layout_bytes", s->layout_len);
		json_bool(j, "split", s->split != BTF_SPLIT_NONE);
		json_string(j, "split_sign", sign_word(s->split));
		json_number(j, "types", s->types);
		json_array(j, "kinds");
		for (int k = 0; k < BTF_SURVEY_KINDS; k++) {
			if (!s->kind[k].types)
				continue;
			json_object(j, NULL);
			json_string(j, "kind", kind_word(k));
			json_number(j, "kind_nr", k);
			json_number(j, "types", s->kind[k].types);
			json_number(j, "bytes", s->kind[k].bytes);
			json_object_end(j);
		}
		json_array_end(j);
	}
	json_object_end(j);
}

static void json_plain(struct json *j, const char *key, const struct part *p)
{
	if (!p->there) {
		json_null(j, key);
		return;
	}
	json_object(j, key);
	json_number(j, "size", (long long)p->size);
	json_object_end(j);
}

static void json_elf(struct json *j, const struct btf_file_info *i)
{
	if (i->carrier == BTF_CARRIER_RAW) {
		json_null(j, "elf");
		return;
	}
	json_object(j, "elf");
	json_number(j, "class", i->elf_class);
	json_string(j, "byte_order", order_word(i->big_endian));
	json_string(j, "type", elf_type_word(i->elf_type));
	json_number(j, "machine_nr", i->elf_machine);
	json_string(j, "machine", machine_word(i->elf_machine));
	json_object_end(j);
}

static void json_base(struct json *j, const struct facts *f)
{
	static const char *const how[] = {"unused", "split", "distilled", "relocated"};

	if (!f->base_path) {
		json_null(j, "base");
		return;
	}
	json_object(j, "base");
	json_string(j, "file", f->base_path);
	json_bool(j, "fits", f->fits);
	json_string(j, "how", f->fits ? how[f->load.how] : NULL);
	json_object_end(j);
}

static void json_print(const struct facts *f, const struct btf_report *r)
{
	const struct btf_file_info *i = f->file;
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", "btf-info/1");
	json_string(&j, "file", f->path);
	json_number(&j, "size", (long long)i->file_size);
	json_string(&j, "carrier", carrier_word(i->carrier));
	json_string(&j, "compression", compression_word(i->compression));
	json_elf(&j, i);
	json_string(&j, "module", i->module);
	json_string(&j, "release", i->release);
	json_bool(&j, "signed", i->is_signed);
	json_btf(&j, "btf", &f->btf);
	json_btf(&j, "btf_base", &f->base);
	json_plain(&j, "btf_ext", &f->ext);
	json_plain(&j, "btf_ids", &f->ids);
	json_base(&j, f);
	json_array(&j, "findings");
	for (size_t k = 0; k < btf_report__count(r); k++)
		json_finding(&j, NULL, btf_report__get(r, k));
	json_array_end(&j);
	json_object_end(&j);
	json_line(&j);
}

/* ---- the command ---- */

static int info_file(const struct info_args *a, const char *path, const struct base *base,
		     struct btf_report *r)
{
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	struct facts facts = {0};
	struct btf_file *f;
	int code;

	f = btf_file__open(path, &opts, r);
	if (!f) {
		say_report(r);
		return EXIT_TROUBLE;
	}
	code = facts_gather(&facts, f, base, r);
	if (a->json)
		json_print(&facts, r);
	else
		text_print(&facts);
	/* findings come after what they are about, also where both go to one place */
	fflush(stdout);
	say_report(r);
	btf_file__close(f);
	return code;
}

static int info_run(void *args, int cnt, char **operand)
{
	const struct info_args *a = args;
	struct btf_report *r = btf_report__new();
	struct base base;
	int code = EXIT_TROUBLE;

	if (!r)
		return say_error("out of memory");
	if (base_open(&base, &a->base, r)) {
		say_report(r);
	} else {
		say_report(r);
		code = EXIT_OK;
		for (int i = 0; i < cnt; i++) {
			int one;

			btf_report__clear(r);
			if (i && !a->json)
				putchar('\n');
			one = info_file(a, operand[i], &base, r);
			code = one > code ? one : code;
		}
		base_close(&base);
	}
	btf_report__free(r);
	return code;
}

const struct command cmd_info = {
	.name = "info",
	.help = "tell what files are and what BTF they carry",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.options = info_options,
	.args_size = sizeof(struct info_args),
	.notes = "No base is needed to look at split BTF. Exit status 1: a FILE has no BTF, or "
		 "does not\n"
		 "fit the base.",
	.run = info_run,
};
