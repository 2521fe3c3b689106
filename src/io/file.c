// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A file that carries BTF, opened: what it is, its sections and symbols.
 *
 * In: a path or bytes. Out: an open file that says by its content, never by its name, what it is.
 * Always: carrier bytes [f->data, f->data + f->size) are the file's own where it is not
 * compressed, else f->unpacked or f->image; the ELF part ends before a module's signature.
 *
 * Opening goes inwards [open_bytes]: compressed -> its content; then raw BTF, ELF or a kernel
 * image, and the image's content again.
 */
#include "io/file_inside.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "btf/wire.h"
#include "elf/signature.h"

#define DEFAULT_MAX ((u64)4 << 30)

static bool is_btf(const u8 *data, u64 size)
{
	u16 magic;

	if (size < sizeof(magic))
		return false;
	memcpy(&magic, data, sizeof(magic));
	return magic == WIRE_MAGIC || magic == WIRE_MAGIC_SWAPPED;
}

/* --- what an ELF file says about itself --- */

/* the value of the first "key=value" string of .modinfo */
static const char *modinfo(const u8 *data, u64 size, const char *key)
{
	size_t len = strlen(key);
	const u8 *p = data, *end = data + size, *zero;

	for (; p < end; p = zero + 1) {
		zero = memchr(p, 0, (size_t)(end - p));
		if (!zero)
			return NULL;
		if ((size_t)(zero - p) > len && !memcmp(p, key, len) && p[len] == '=')
			return (const char *)p + len + 1;
	}
	return NULL;
}

static bool set_module_name(struct btf_file *f, const char *name, size_t max)
{
	size_t len = strnlen(name, min_of(max, sizeof(f->module)));

	if (!len || len >= max || len >= sizeof(f->module))
		return false;
	memcpy(f->module, name, len);
	f->info.module = f->module;
	return true;
}

static bool find_bytes(struct btf_file *f, const char *name, const u8 **ret, u64 *ret_size)
{
	struct elf_section s;

	/* a file that is damaged there simply does not say */
	return !elf_find(&f->elf, name, &s) && !elf_bytes(&f->elf, &s, ret, ret_size, NULL);
}

/*
 * The name in struct module: after its first word (the state) and a list head, in every kernel so
 * far. Used for modules that are older than "name=" in .modinfo.
 */
static void this_module_name(struct btf_file *f)
{
	u64 off = f->elf.is64 ? 24 : 12, size;
	const u8 *data;

	if (find_bytes(f, ".gnu.linkonce.this_module", &data, &size) && size > off)
		set_module_name(f, (const char *)data + off, size - off);
}

static void describe_module(struct btf_file *f, const u8 *data, u64 size)
{
	const char *vermagic = modinfo(data, size, "vermagic");
	const char *name = modinfo(data, size, "name");

	if (vermagic && release_word((const u8 *)vermagic, strlen(vermagic) + 1, f->release))
		f->info.release = f->release;
	if (!name || !set_module_name(f, name, SIZE_MAX))
		this_module_name(f);
}

static void describe_elf(struct btf_file *f)
{
	const u8 *data;
	u64 size;

	f->info.elf_class = f->elf.is64 ? 64 : 32;
	f->info.big_endian = f->elf.big;
	f->info.elf_type = f->elf.type;
	f->info.elf_machine = f->elf.machine;
	if (f->elf.type == ET_REL) {
		if (find_bytes(f, ".modinfo", &data, &size))
			describe_module(f, data, size);
	} else if (!f->release[0] && find_bytes(f, ".rodata", &data, &size) &&
		   banner_find(data, size, f->release)) {
		f->info.release = f->release;
	}
}

/* --- opening --- */

static int open_elf(struct btf_file *f, struct btf_report *r)
{
	int err;

	f->signature = elf_signature_size(f->data, f->size);
	f->info.is_signed = f->signature != 0;
	err = elf_init(&f->elf, f->data, f->size - f->signature, f->path, f->max, r);
	if (err)
		return err;
	f->has_elf = true;
	describe_elf(f);
	return 0;
}

static void open_raw(struct btf_file *f)
{
	u16 magic;

	memcpy(&magic, f->data, sizeof(magic));
	f->info.carrier = BTF_CARRIER_RAW;
	f->info.big_endian = (magic == WIRE_MAGIC) == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	f->btf_size = f->size;
}

static enum btf_compression compression(enum pack_kind kind)
{
	switch (kind) {
	case PACK_GZIP:
		return BTF_GZIP;
	case PACK_XZ:
	case PACK_LZMA:
		return BTF_XZ;
	case PACK_ZSTD:
		return BTF_ZSTD;
	case PACK_LZ4:
	case PACK_LZ4_LEGACY:
		return BTF_LZ4;
	default:
		return BTF_PLAIN;
	}
}

static int open_image(struct btf_file *f, struct btf_report *r)
{
	int err;

	err = image_init(&f->image, f->data, f->size, f->path, f->max, r);
	if (err)
		return err;
	f->info.carrier = BTF_CARRIER_IMAGE;
	if (f->image.unpacked.len) {
		f->info.compression = compression(f->image.kind);
		f->data = f->image.unpacked.data;
		f->size = f->image.unpacked.len;
	}
	if (f->image.release[0]) {
		memcpy(f->release, f->image.release, sizeof(f->release));
		f->info.release = f->release;
	}
	if (f->image.elf_size)
		return open_elf(f, r);
	f->btf_off = f->image.btf_off;
	f->btf_size = f->image.btf_size;
	f->info.big_endian = (f->data[f->btf_off] == 0xeb);
	return 0;
}

static int open_unpacked(struct btf_file *f, struct btf_report *r)
{
	struct place p = {.file = f->path};

	if (is_btf(f->data, f->size)) {
		open_raw(f);
		return 0;
	}
	if (elf_recognise(f->data, f->size)) {
		f->info.carrier = BTF_CARRIER_ELF;
		return open_elf(f, r);
	}
	if (image_recognise(f->data, f->size))
		return open_image(f, r);
	return report_error(r, BTF_CODE_FILE_UNKNOWN, &p, BTF_NO_VALUE, BTF_NO_VALUE,
			    f->kind == PACK_NONE
				    ? "neither BTF, nor an ELF file, nor a kernel image"
				    : "what it holds is neither BTF, nor an ELF file, nor a kernel "
				      "image");
}

static int open_bytes(struct btf_file *f, struct btf_report *r)
{
	struct unpack u = {
		.path = f->path, .in = f->raw.data, .in_size = f->raw.size, .max = f->max};
	struct place p = {.file = f->path};
	int err;

	f->info.sz = sizeof(f->info);
	f->info.file_size = f->raw.size;
	f->data = f->raw.data;
	f->size = f->raw.size;
	if (!f->size)
		return report_error(r, BTF_CODE_FILE_EMPTY, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "is empty");
	f->kind = pack_recognise(f->data, f->size);
	if (f->kind == PACK_NONE)
		return open_unpacked(f, r);
	err = unpack(f->kind, &u, &f->unpacked, r);
	if (err)
		return err;
	f->info.compression = compression(f->kind);
	f->data = f->unpacked.data;
	f->size = f->unpacked.len;
	if (!f->size)
		return report_error(r, BTF_CODE_FILE_EMPTY, &p, BTF_NO_VALUE, BTF_NO_VALUE,
				    "unpacked, it is empty");
	return open_unpacked(f, r);
}

static struct btf_file *file_new(const char *path, const struct btf_file_opts *opts)
{
	size_t len = strlen(path) + 1;
	struct btf_file *f = calloc(1, sizeof(*f) + len);

	if (!f)
		return NULL;
	memcpy(f->path, path, len);
	f->max = opts && opts->max_size ? opts->max_size : DEFAULT_MAX;
	return f;
}

static int file_finish(struct btf_file *f, int err, struct btf_report *r, struct btf_file **ret)
{
	if (!err)
		err = open_bytes(f, r);
	if (err)
		file_close(f);
	else
		*ret = f;
	return err;
}

int file_open(const char *path, const struct btf_file_opts *opts, struct btf_report *r,
	      struct btf_file **ret)
{
	struct btf_file *f = file_new(path, opts);

	if (!f)
		return report_nomem(r);
	return file_finish(f, bytes_read(path, f->max, &f->raw, r), r, ret);
}

int file_open_memory(const void *data, u64 size, const char *name, const struct btf_file_opts *opts,
		     struct btf_report *r, struct btf_file **ret)
{
	struct btf_file *f = file_new(name, opts);

	if (!f)
		return report_nomem(r);
	f->raw = (struct bytes){.data = data, .size = size, .is_stream = true};
	return file_finish(f, 0, r, ret);
}

void file_close(struct btf_file *f)
{
	if (!f)
		return;
	elf_deinit(&f->elf);
	image_deinit(&f->image);
	buf_deinit(&f->unpacked);
	bytes_release(&f->raw);
	free(f);
}

const char *file_path(const struct btf_file *f)
{
	return f->path;
}

const struct btf_file_info *file_info(const struct btf_file *f)
{
	return &f->info;
}

/* --- sections and symbols --- */

bool file_section_loaded(const struct btf_file *f, const char *name)
{
	struct elf_section s;

	return f->has_elf && !elf_find(&f->elf, name, &s) && s.flags & SHF_ALLOC;
}

int file_section(struct btf_file *f, const char *name, const void **ret_data, size_t *ret_size,
		 struct btf_report *r)
{
	struct elf_section s;
	const u8 *data;
	u64 size;
	int err;

	if (!f->has_elf) {
		if (strcmp(name, ".BTF"))
			return -ENODATA;
		*ret_data = f->data + f->btf_off;
		*ret_size = f->btf_size;
		return 0;
	}
	if (elf_find(&f->elf, name, &s))
		return -ENODATA;
	err = elf_bytes(&f->elf, &s, &data, &size, r);
	if (err)
		return err;
	*ret_data = data;
	*ret_size = size;
	return 0;
}

struct symbol_ctx {
	struct btf_file *f;
	int (*fn)(void *ctx, const struct btf_file_symbol *sym);
	void *ctx;
	struct btf_report *r;
	struct elf_section section; /* that of the symbol before: they come in runs */
};

static int give_symbol(void *ctx, const struct elf_symbol *s)
{
	struct symbol_ctx *c = ctx;
	struct btf_file_symbol out = {
		.name = s->name,
		.value = s->value,
		.size = s->size,
		.section_offset = s->value,
		.type = s->type,
		.bind = s->bind,
	};
	int err;

	if (s->section) {
		if (s->section != c->section.index) {
			err = elf_section_at(&c->f->elf, s->section, &c->section, c->r);
			if (err)
				return err;
		}
		out.section = c->section.name;
		if (c->f->elf.type != ET_REL)
			out.section_offset -= c->section.addr;
	}
	return c->fn(c->ctx, &out);
}

int file_symbols(struct btf_file *f, const char *section,
		 int (*fn)(void *ctx, const struct btf_file_symbol *sym), void *ctx,
		 struct btf_report *r)
{
	struct symbol_ctx c = {.f = f, .fn = fn, .ctx = ctx, .r = r};
	u32 index = ELF_EVERY_SECTION;
	struct elf_section s;

	if (!f->has_elf)
		return -ENODATA;
	if (section) {
		index = elf_find(&f->elf, section, &s) ? ELF_NO_SECTION : s.index;
	}
	return elf_symbols(&f->elf, index, give_symbol, &c, r);
}
