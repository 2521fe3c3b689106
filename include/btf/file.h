/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Files that carry BTF, told apart by content and never by name: raw BTF, ELF objects (either
 * class and byte order), .ko.gz/.xz/.zst, kernel images (vmlinuz, bzImage) and
 * /sys/kernel/btf files.
 */
#ifndef BTFKIT_FILE_H
#define BTFKIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_file;

enum btf_carrier {
	BTF_CARRIER_RAW,  /* a BTF blob and nothing else */
	BTF_CARRIER_ELF,
	BTF_CARRIER_IMAGE, /* a kernel image; its ELF vmlinux has been unpacked */
};

enum btf_compression {
	BTF_PLAIN,
	BTF_GZIP,
	BTF_XZ,
	BTF_ZSTD,
	BTF_LZ4,
};

struct btf_file_info {
	size_t sz; /* sizeof this struct: callers see how much is filled */
	enum btf_carrier carrier;
	enum btf_compression compression; /* of the file itself, or of the image's payload */
	int elf_class;                    /* 32 or 64; 0 for raw BTF */
	bool big_endian;                  /* of the ELF file or of the raw BTF */
	int elf_type;                     /* ET_REL, ET_EXEC, ET_DYN; 0 for raw */
	int elf_machine;                  /* EM_*; 0 for raw */
	bool is_signed;                   /* a module signature is appended */
	/* release string: from a module's vermagic, a kernel's banner or an image's header;
	 * NULL where the file does not say */
	const char *release;
	/* module name from .gnu.linkonce.this_module / .modinfo "name="; NULL where not a module */
	const char *module;
	__u64 file_size;
};

struct btf_file_opts {
	size_t sz;
	/* most bytes that decompressing may produce; 0 means 4 GiB */
	__u64 max_size;
};

/*
 * Opens and, where needed, unpacks. NULL + errno, with findings in r. The file is mapped, not
 * copied, where it is not compressed; it must not be truncated while open.
 */
struct btf_file *btf_file__open(const char *path, const struct btf_file_opts *opts,
				struct btf_report *r);
/* The same for bytes in memory (not copied: they must outlive the file); name is for findings. */
struct btf_file *btf_file__open_memory(const void *data, size_t size, const char *name,
				       const struct btf_file_opts *opts, struct btf_report *r);
void btf_file__close(struct btf_file *f);
const char *btf_file__path(const struct btf_file *f);
const struct btf_file_info *btf_file__info(const struct btf_file *f);

/*
 * The bytes of a section, inflated where it is compressed; for raw BTF only ".BTF" exists and is
 * the whole file. NULL + ENODATA where there is none (no finding), NULL + another errno with a
 * finding where it cannot be read. Owned by the file; it starts where it starts in the file, so no
 * alignment is promised. An open file belongs to one thread at a time.
 */
const void *btf_file__section(struct btf_file *f, const char *name, size_t *ret_size,
			      struct btf_report *r);

/*
 * Is the section part of what is loaded into memory (SHF_ALLOC), as the .BTF of a linked vmlinux
 * is? Then the running kernel has its bytes, and its size cannot grow.
 */
bool btf_file__loaded(const struct btf_file *f, const char *section);

/* ELF symbols of the file, for .BTF_ids and kfuncs. Strings are the file's. */
struct btf_file_symbol {
	const char *name;
	__u64 value; /* as in the symbol: an offset into the section for ET_REL */
	__u64 size;
	__u64 section_offset; /* value as an offset into the section in every case */
	const char *section;  /* name of its section, or NULL (undefined, absolute, common) */
	__u8 type, bind;      /* STT_*, STB_* */
};
/* Calls fn for each symbol of .symtab whose section is named `section` (NULL: every symbol) until
 * it returns non-zero, and returns that; -ENODATA where the file has no symbols. */
int btf_file__symbols(struct btf_file *f, const char *section,
		      int (*fn)(void *ctx, const struct btf_file_symbol *sym), void *ctx,
		      struct btf_report *r);

/* One section to set (data) or to remove (data NULL). */
struct btf_file_change {
	const char *name;
	const void *data;
	size_t size;
	unsigned int align; /* of a section that is new; 0 means 4 */
	/* what relocates this section is right for the new bytes too: without this a section with
	 * relocations is not changed. Of a SHT_REL section: its bytes may change, not their number */
	bool keeps_relocations;
};

struct btf_save_opts {
	size_t sz;
	bool strip_signature; /* allow changing a signed module: its signature goes */
	bool no_fsync;        /* a build system syncs by itself */
	bool break_hardlinks; /* a file with other names: replace this name only; refused without */
};

/*
 * Writes the file with changed sections to `path` (NULL: in place), whole or not at all: a
 * temporary file in the same folder, owner, mode and xattrs kept, fsync, rename. A symbolic link
 * is kept and its target replaced. A compressed file is compressed again in a form that the
 * kernel's own decompressor takes. No existing section's bytes, offset or address change. Where
 * nothing would change the file is not touched. The open file goes on showing the old content. 0,
 * or a negative errno with a finding.
 */
int btf_file__save(struct btf_file *f, const char *path, const struct btf_file_change *changes,
		   size_t cnt, const struct btf_save_opts *opts, struct btf_report *r);
/*
 * Writes over the bytes of one section of an ELF file, which has as many, where they lie: one write
 * into the same file, seen under all its names. For builds: a machine that stops in the middle may
 * leave a mixture. Refused for compressed and for signed files, and where the file is not the one
 * that was opened any more. Where nothing would change the file is not touched. The open file may
 * show old or new content afterwards. 0, or a negative errno with a finding.
 */
int btf_file__patch(struct btf_file *f, const char *section, const void *data, size_t size,
		    const struct btf_save_opts *opts, struct btf_report *r);
/* Writes bytes to path in the same way as btf_file__save; "-" is standard output, devices and pipes are written to
 * directly and never removed. */
int btf_file__write(const char *path, const void *data, size_t size,
		    const struct btf_save_opts *opts, struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
