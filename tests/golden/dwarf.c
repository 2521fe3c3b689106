// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * dwarf DIR: each file of DIR/MANIFEST whose WHAT is `encode` (or `warn`: encoded all the same) is
 * refused by the encoder with exactly the code that stands there, and each code of the encoder's
 * that bytes can cause has a file.
 * dwarf --write DIR: makes those files; MANIFEST is written by hand.
 */
#include "../unit/encode/asm.h"

#include <elf.h>

#include <btf/encode.h>
#include <btf/file.h>
#include <btf/module.h>

static int failed, passed;

/* ---- making ---- */

struct out {
	struct buf file, names;
	Elf64_Shdr head[16];
	u32 cnt;
};

static void section(struct out *o, const char *name, u32 type, const void *data, size_t len)
{
	Elf64_Shdr *h = &o->head[o->cnt++];

	h->sh_name = (u32)o->names.len;
	bytes(&o->names, name, strlen(name) + 1);
	h->sh_type = type;
	h->sh_offset = o->file.len;
	h->sh_size = len;
	h->sh_addralign = 1;
	bytes(&o->file, data ? data : "", len);
}

static void write_elf(const char *dir, const char *name, const struct assembly *a, const char *suffix)
{
	struct out o = {0};
	Elf64_Ehdr e = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			.e_ehsize = sizeof(e), .e_shentsize = sizeof(Elf64_Shdr)};
	char path[4096], section_name[64];
	FILE *f;

	bytes(&o.file, &e, sizeof(e));
	section(&o, "", SHT_NULL, NULL, 0);
	o.head[0] = (Elf64_Shdr){0};
	const struct {
		const char *name;
		const struct buf *b;
	} all[] = {{".debug_info", &a->info}, {".debug_types", &a->types},
		   {".debug_abbrev", &a->abbrev}, {".debug_str", &a->str}};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		snprintf(section_name, sizeof(section_name), "%s%s", all[i].name, suffix);
		if (all[i].b->len)
			section(&o, section_name, SHT_PROGBITS, all[i].b->data, all[i].b->len);
	}
	if (*suffix)
		section(&o, ".debug_cu_index", SHT_PROGBITS, "", 0);
	section(&o, ".shstrtab", SHT_STRTAB, NULL, 0);
	o.head[o.cnt - 1].sh_size = o.names.len;
	bytes(&o.file, o.names.data, o.names.len);
	e.e_shoff = o.file.len;
	e.e_shnum = (u16)o.cnt;
	e.e_shstrndx = (u16)(o.cnt - 1);
	bytes(&o.file, o.head, o.cnt * sizeof(*o.head));
	memcpy(o.file.data, &e, sizeof(e));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(o.file.data, 1, o.file.len, f) != o.file.len || fclose(f)) {
		perror(path);
		exit(2);
	}
	buf_deinit(&o.file);
	buf_deinit(&o.names);
}

static void good_unit(struct assembly *a)
{
	unit(a, 5);
	int_type(a);
	unit_end(a);
}

static void unit_length(struct assembly *a)
{
	good_unit(a);
	memcpy(a->info.data, "\xf0\xff\xff\x7f", 4);
}

static void unit_reserved(struct assembly *a)
{
	good_unit(a);
	memcpy(a->info.data, "\xf5\xff\xff\xff", 4);
}

static void unit_version(struct assembly *a)
{
	good_unit(a);
	a->info.data[4] = 9;
}

static void abbrev_offset(struct assembly *a)
{
	good_unit(a);
	memset(a->info.data + 8, 0x7f, 4);
}

static void abbrev_cut(struct assembly *a)
{
	good_unit(a);
	a->abbrev.len -= 4;
}

static void die_code(struct assembly *a)
{
	unit(a, 5);
	int_type(a);
	bytes(a->to, "\x55", 1);
	unit_end(a);
}

static void die_string(struct assembly *a)
{
	unit(a, 5);
	bytes(&a->str, "", 1);
	DIE(a, DW_TAG_typedef, false, FORM(DW_AT_name, DW_FORM_strp, 0x7fffffff));
	unit_end(a);
}

/* a block that claims more bytes than the unit has */
static void die_block(struct assembly *a)
{
	unit(a, 5);
	DIE(a, DW_TAG_variable, false, NAME("v"),
	    ((struct attr){DW_AT_location, DW_FORM_block1, 0, ""}));
	a->to->data[a->to->len - 1] = 0xff;
	unit_end(a);
}

static void own_typedef(struct assembly *a)
{
	u32 at;

	unit(a, 5);
	at = here(a);
	DIE(a, DW_TAG_typedef, false, NAME("self_t"), REF(DW_AT_type, at));
	unit_end(a);
}

/* pointers that refer to each other from unit to unit */
static void far_loop(struct assembly *a)
{
	u32 first, second;

	unit(a, 5);
	first = DIE(a, DW_TAG_pointer_type, false, REF_ADDR(DW_AT_type, 0));
	unit_end(a);
	unit(a, 5);
	second = a->unit + DIE(a, DW_TAG_pointer_type, false, REF_ADDR(DW_AT_type, first));
	unit_end(a);
	memcpy(a->info.data + first + 1, &second, 4);
}

static void nowhere(struct assembly *a)
{
	unit(a, 5);
	DIE(a, DW_TAG_typedef, false, NAME("a_t"), REF(DW_AT_type, 0xfffffff0));
	DIE(a, DW_TAG_typedef, false, NAME("b_t"), SIG(DW_AT_type, 0x1234));
	unit_end(a);
}

static void supplement(struct assembly *a)
{
	unit(a, 5);
	DIE(a, DW_TAG_typedef, false, NAME("a_t"), FORM(DW_AT_type, DW_FORM_GNU_ref_alt, 0));
	bytes(a->to, "\x21\0\0", 4);
	unit_end(a);
}

static void string_end(struct assembly *a)
{
	good_unit(a);
	bytes(&a->str, "\0abc", 4);
}

static void huge_offset(struct assembly *a)
{
	u32 i;

	unit(a, 5);
	i = int_type(a);
	DIE(a, DW_TAG_structure_type, true, NAME("far"), U4(DW_AT_byte_size, 0x70000000));
	DIE(a, DW_TAG_member, false, NAME("m"), REF(DW_AT_type, i),
	    U4(DW_AT_data_member_location, 0x60000000));
	end(a);
	unit_end(a);
}

static void nothing(struct assembly *a)
{
	bytes(&a->str, "", 1);
}

static const struct {
	const char *name;
	void (*make)(struct assembly *a);
	const char *suffix;
} files[] = {
	{"dwarf-unit-length.ko", unit_length, ""},
	{"dwarf-unit-reserved.ko", unit_reserved, ""},
	{"dwarf-unit-version.ko", unit_version, ""},
	{"dwarf-abbrev-offset.ko", abbrev_offset, ""},
	{"dwarf-abbrev-cut.ko", abbrev_cut, ""},
	{"dwarf-die-code.ko", die_code, ""},
	{"dwarf-die-string.ko", die_string, ""},
	{"dwarf-die-block.ko", die_block, ""},
	{"dwarf-own-typedef.ko", own_typedef, ""},
	{"dwarf-far-loop.ko", far_loop, ""},
	{"dwarf-nowhere.ko", nowhere, ""},
	{"dwarf-supplement.ko", supplement, ""},
	{"dwarf-string-end.ko", string_end, ""},
	{"encode-huge-offset.ko", huge_offset, ""},
	{"encode-nothing.ko", nothing, ""},
	{"encode-package.dwp", good_unit, ".dwo"},
};

static int write_all(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct assembly a = {0};

		files[i].make(&a);
		write_elf(dir, files[i].name, &a, files[i].suffix);
		assembly_free(&a);
	}
	return 0;
}

/* ---- proving ---- */

static void check(bool good, const char *file, const char *what, const char *found)
{
	passed += good;
	failed += !good;
	if (!good)
		printf("not ok - %s: expected %s, found %s\n", file, what, found);
}

static void check_encode(const char *dir, const char *file, const char *code, bool refused)
{
	struct btf_report *r = btf_report__new();
	struct btf_encoder *e = btf_encoder__new(NULL, NULL, r);
	const char *found = "no finding";
	struct btf_module *m;
	struct btf_file *f;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = btf_file__open(path, NULL, r);
	m = f && e ? btf_module__encode(f, e, NULL, r) : NULL;
	for (size_t i = 0; i < btf_report__count(r); i++) {
		found = btf_code__name(btf_report__get(r, i)->code);
		if (strcmp(found, code))
			break;
	}
	check(!strcmp(found, code), file, code, found);
	check(refused == !m, file, refused ? "a refusal" : "a result", m ? "a result" : "none");
	btf_module__free(m);
	btf_file__close(f);
	btf_encoder__free(e);
	btf_report__free(r);
}

/*
 * The others depend on options or on the machine's memory: tests/cli/encode-*, and encode.no-unit,
 * whose unit is whole.
 */
static const enum btf_code covered[] = {
	BTF_CODE_DWARF_STRINGS,	  BTF_CODE_DWARF_UNIT,	     BTF_CODE_DWARF_ABBREV,
	BTF_CODE_DWARF_DIE,	  BTF_CODE_DWARF_REFERENCE, BTF_CODE_DWARF_SUPPLEMENT,
	BTF_CODE_ENCODE_ODD,	  BTF_CODE_ENCODE_NO_DWARF, BTF_CODE_ENCODE_SPLIT_DWARF,
};

int main(int argc, char **argv)
{
	bool seen[ARRAY_SIZE(covered)] = {false};
	char path[4096], line[1024];
	FILE *f;

	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_all(argv[2]);
	if (argc != 2) {
		fprintf(stderr, "usage: dwarf [--write] DIR\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/MANIFEST", argv[1]);
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		return 2;
	}
	while (fgets(line, sizeof(line), f)) {
		char file[256] = "", code[256] = "", what[256] = "";

		if (sscanf(line, "%255s %255s %255s", file, code, what) < 3 || *file == '#' ||
		    (strcmp(what, "encode") && strcmp(what, "warn")))
			continue;
		check_encode(argv[1], file, code, !strcmp(what, "encode"));
		for (size_t i = 0; i < ARRAY_SIZE(covered); i++)
			seen[i] |= !strcmp(btf_code__name(covered[i]), code);
	}
	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(covered); i++)
		check(seen[i], "MANIFEST", btf_code__name(covered[i]), "no file for it");
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
