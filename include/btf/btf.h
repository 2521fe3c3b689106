/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * BTF objects: parse, query, build, write. Names, arguments, struct layouts and error codes are
 * those of libbpf 1.8's <bpf/btf.h>, so a client of that header compiles against this one
 * unchanged; the symbols in the library are named differently (btfkit_btf__new and so on), so one
 * process can use both libraries. Objects do not pass between them: a `struct btf *` that libbtf
 * did not make is answered with EINVAL.
 *
 * Terms. An object holds *types*, numbered from 1 (0 is void), and *strings*, known by their byte
 * offset (0 is the empty string). A *split* object continues the ids and string offsets of its
 * *base*, which may be split itself. A base must outlive what was split from it and must not
 * change meanwhile.
 *
 * Errors. A call that returns a pointer returns NULL and sets errno; a call that returns an int
 * returns a negative errno and sets errno to the positive one. On failure the object is as it was
 * before the call, unless a function says otherwise. Any call that modifies an object fails with
 * EOPNOTSUPP if its header has fields this version does not know, and with ENOMEM or E2BIG where
 * memory or the format's 32-bit fields end.
 *
 * Pointers. What btf__type_by_id, btf__name_by_offset, btf__str_by_offset and btf__raw_data return
 * belongs to the object and is valid until the next call that modifies or frees it. Type records
 * are in the byte order of this machine whatever the order of the input was.
 *
 * Options. An options struct starts with its own size, which must be at least sizeof(size_t);
 * fields beyond the caller's size have their defaults; unknown non-zero bytes give EINVAL.
 *
 * Threads. An object that no thread modifies may be read by any number of threads.
 */
#ifndef BTFKIT_BTF_H
#define BTFKIT_BTF_H

#ifdef __LIBBPF_BTF_H
#error "libbpf's <bpf/btf.h> was included before <btf/btf.h>: both declare the same names. \
Use one of them in a source file; a program may use both libraries from different files."
#endif
/* from here on an #include of libbpf's header does nothing */
#define __LIBBPF_BTF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/btf.h>
#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* the name of a function in the library, where it is not its name in the source */
#define BTFKIT_SYMBOL(name) __asm__("btfkit_" #name)

/* ELF sections that hold BTF */
#define BTF_ELF_SEC ".BTF"
#define BTF_EXT_ELF_SEC ".BTF.ext"
#define BTF_BASE_ELF_SEC ".BTF.base"
#define MAPS_ELF_SEC ".maps"

/* kinds that an old <linux/btf.h> does not have, as macros so that #ifdef sees them */
#ifndef BTF_KIND_FUNC
#define BTF_KIND_FUNC 12
#endif
#ifndef BTF_KIND_FUNC_PROTO
#define BTF_KIND_FUNC_PROTO 13
#endif
#ifndef BTF_KIND_VAR
#define BTF_KIND_VAR 14
#endif
#ifndef BTF_KIND_DATASEC
#define BTF_KIND_DATASEC 15
#endif
#ifndef BTF_KIND_FLOAT
#define BTF_KIND_FLOAT 16
#endif
#ifndef BTF_KIND_DECL_TAG
#define BTF_KIND_DECL_TAG 17
#endif
#ifndef BTF_KIND_TYPE_TAG
#define BTF_KIND_TYPE_TAG 18
#endif
#ifndef BTF_KIND_ENUM64
#define BTF_KIND_ENUM64 19
#endif

struct btf;
struct btf_ext;

enum btf_endianness {
	BTF_LITTLE_ENDIAN = 0,
	BTF_BIG_ENDIAN = 1
};

/* ------------------------------------------------------------------------------------------
 * Create, parse, free
 */

/* Frees the object, what it cached, and a base that came out of the same file's .BTF.base; closes
 * the descriptor set with btf__set_fd. NULL and error pointers are ignored. */
void btf__free(struct btf *btf) BTFKIT_SYMBOL(btf__free);

/*
 * Parses `size` bytes of BTF; they are copied. Either byte order, 24- and 32-byte headers, unknown
 * kinds where a layout section tells their size. EINVAL: not BTF, a section or a record that lies
 * outside the data, a string offset or type id that does not exist. The meaning of the types is
 * not checked: sizes may be wrong and references may form loops.
 */
struct btf *btf__new(const void *data, __u32 size) BTFKIT_SYMBOL(btf__new);
/* The same for BTF that was split from base_btf (NULL: none). */
struct btf *btf__new_split(const void *data, __u32 size, struct btf *base_btf)
	BTFKIT_SYMBOL(btf__new_split);

/* An empty object of this machine's byte order and pointer size. */
struct btf *btf__new_empty(void) BTFKIT_SYMBOL(btf__new_empty);
/* An empty object split from base_btf, of the base's byte order. */
struct btf *btf__new_empty_split(struct btf *base_btf) BTFKIT_SYMBOL(btf__new_empty_split);

struct btf_new_opts {
	size_t sz;
	/* split from this object, NULL: a base */
	struct btf *base_btf;
	/* write a layout section, which tells later readers the size of each kind, and the 32-byte
	 * header that goes with it. Without it, unlike libbpf 1.8, the 24-byte header is written */
	bool add_layout;
	__extension__ size_t : 0;
};
#define btf_new_opts__last_field add_layout

struct btf *btf__new_empty_opts(struct btf_new_opts *opts) BTFKIT_SYMBOL(btf__new_empty_opts);

/*
 * Reads BTF from a file, told by its content: raw BTF, or an ELF file's .BTF section. errno: that
 * of opening; EIO: shorter than 2 bytes, or reading failed; 4001 (libbpf's FORMAT): neither raw
 * BTF nor a readable ELF file; ENODATA: an ELF file without .BTF; EINVAL: broken BTF. From an ELF
 * file the pointer size is set from the ELF class, and *btf_ext (where btf_ext is not NULL) to
 * the .BTF.ext section, NULL if there is none. A file that has .BTF.base beside .BTF gives an
 * object split from that, which it then owns.
 */
struct btf *btf__parse(const char *path, struct btf_ext **btf_ext) BTFKIT_SYMBOL(btf__parse);
/* The same for BTF that was split from base_btf. A file with .BTF.base is relocated onto base_btf
 * (see btf__relocate); that failing fails the call. */
struct btf *btf__parse_split(const char *path, struct btf *base_btf)
	BTFKIT_SYMBOL(btf__parse_split);
/* Only from ELF files. */
struct btf *btf__parse_elf(const char *path, struct btf_ext **btf_ext)
	BTFKIT_SYMBOL(btf__parse_elf);
struct btf *btf__parse_elf_split(const char *path, struct btf *base_btf)
	BTFKIT_SYMBOL(btf__parse_elf_split);
/* Only raw BTF; EPROTO: the first two bytes are not BTF's magic in either order. A regular file
 * is mapped and must not be shortened while the object lives. */
struct btf *btf__parse_raw(const char *path) BTFKIT_SYMBOL(btf__parse_raw);
struct btf *btf__parse_raw_split(const char *path, struct btf *base_btf)
	BTFKIT_SYMBOL(btf__parse_raw_split);

/* ------------------------------------------------------------------------------------------
 * Query
 */

/* Lowest id of the name: base first, "void" is 0. ENOENT. Kind BTF_KIND_UNKN gives 0 whatever the
 * name. "" finds the first type without a name. The first look-up in an object builds an index. */
__s32 btf__find_by_name(const struct btf *btf, const char *type_name)
	BTFKIT_SYMBOL(btf__find_by_name);
__s32 btf__find_by_name_kind(const struct btf *btf, const char *type_name, __u32 kind)
	BTFKIT_SYMBOL(btf__find_by_name_kind);

/* Number of types of the object and its bases, void included: ids are 0 .. count - 1. */
__u32 btf__type_cnt(const struct btf *btf) BTFKIT_SYMBOL(btf__type_cnt);
/* NULL for a base */
const struct btf *btf__base_btf(const struct btf *btf) BTFKIT_SYMBOL(btf__base_btf);
/* id 0 gives a record of kind BTF_KIND_UNKN; EINVAL: id out of range */
const struct btf_type *btf__type_by_id(const struct btf *btf, __u32 id)
	BTFKIT_SYMBOL(btf__type_by_id);

/* Bytes of a pointer: as set; or the base's; or what a type named `long` or `unsigned long` has;
 * 0 where nothing tells, and then this machine's size is used for computing. The answer is kept. */
size_t btf__pointer_size(const struct btf *btf) BTFKIT_SYMBOL(btf__pointer_size);
/* 4 or 8, else EINVAL */
int btf__set_pointer_size(struct btf *btf, size_t ptr_sz) BTFKIT_SYMBOL(btf__set_pointer_size);
/* Byte order of btf__raw_data; of a parsed object that of its input. */
enum btf_endianness btf__endianness(const struct btf *btf) BTFKIT_SYMBOL(btf__endianness);
/* EINVAL: no such order */
int btf__set_endianness(struct btf *btf, enum btf_endianness endian)
	BTFKIT_SYMBOL(btf__set_endianness);

/*
 * Bytes that a value of the type takes: typedefs, modifiers, variables, tags and arrays are
 * followed however many there are (libbpf stops after 32). EINVAL: the type has no size (void,
 * FWD, FUNC, FUNC_PROTO); E2BIG: more than 2^32 - 1; ELOOP: the type contains itself.
 */
__s64 btf__resolve_size(const struct btf *btf, __u32 type_id) BTFKIT_SYMBOL(btf__resolve_size);
/* The id behind typedefs, modifiers and variables. EINVAL: that is void or a FWD; ELOOP. */
int btf__resolve_type(const struct btf *btf, __u32 type_id) BTFKIT_SYMBOL(btf__resolve_type);
/* Alignment in bytes; 1 for a packed struct. 0 and errno: EINVAL (no alignment), ELOOP, ENOMEM. */
int btf__align_of(const struct btf *btf, __u32 id) BTFKIT_SYMBOL(btf__align_of);

/* A descriptor that the object keeps for its user, -1 for none. Setting does not close the one
 * that was set before. */
int btf__fd(const struct btf *btf) BTFKIT_SYMBOL(btf__fd);
void btf__set_fd(struct btf *btf, int fd) BTFKIT_SYMBOL(btf__set_fd);

/* The object as bytes, in the byte order of btf__endianness, *size of them. Input that was not
 * modified comes back as it was. */
const void *btf__raw_data(const struct btf *btf, __u32 *size) BTFKIT_SYMBOL(btf__raw_data);
/* The string at an offset, of the object or a base. EINVAL: out of range. Both are the same. */
const char *btf__name_by_offset(const struct btf *btf, __u32 offset)
	BTFKIT_SYMBOL(btf__name_by_offset);
const char *btf__str_by_offset(const struct btf *btf, __u32 offset)
	BTFKIT_SYMBOL(btf__str_by_offset);

/* ------------------------------------------------------------------------------------------
 * .BTF.ext: what the instructions of BPF programs have to do with types and source lines
 */

/* Parses a copy. EINVAL: broken, or nothing in it; ENOTSUP: a version or flags not known. */
struct btf_ext *btf_ext__new(const __u8 *data, __u32 size) BTFKIT_SYMBOL(btf_ext__new);
void btf_ext__free(struct btf_ext *btf_ext) BTFKIT_SYMBOL(btf_ext__free);
/* Belongs to the object. */
const void *btf_ext__raw_data(const struct btf_ext *btf_ext, __u32 *size)
	BTFKIT_SYMBOL(btf_ext__raw_data);
enum btf_endianness btf_ext__endianness(const struct btf_ext *btf_ext)
	BTFKIT_SYMBOL(btf_ext__endianness);
int btf_ext__set_endianness(struct btf_ext *btf_ext, enum btf_endianness endian)
	BTFKIT_SYMBOL(btf_ext__set_endianness);

/* ------------------------------------------------------------------------------------------
 * Build. Adding a type returns its id (> 0), adding to the last type returns 0. Referenced ids may
 * be of types that are added later; negative ones are refused. Sizes are in bytes, offsets of
 * members and bit-field sizes in bits. Errors are EINVAL unless said.
 */

/* Offset of a string; "" is 0. A base's string is used where it has one. */
int btf__find_str(struct btf *btf, const char *s) BTFKIT_SYMBOL(btf__find_str); /* ENOENT */
int btf__add_str(struct btf *btf, const char *s) BTFKIT_SYMBOL(btf__add_str);

/* Copies one record of src_btf, its strings with it; the ids in it stay as they are. */
int btf__add_type(struct btf *btf, const struct btf *src_btf, const struct btf_type *src_type)
	BTFKIT_SYMBOL(btf__add_type);
/*
 * Copies all own types of src_btf behind those of btf, with the strings they use; ids that refer
 * to them are shifted. Returns the id of the first. A split src_btf must have the same base as btf
 * (EOPNOTSUPP). src_btf may be btf.
 */
int btf__add_btf(struct btf *btf, const struct btf *src_btf) BTFKIT_SYMBOL(btf__add_btf);

/* Size 1, 2, 4, 8 or 16; encoding: BTF_INT_SIGNED | BTF_INT_CHAR | BTF_INT_BOOL. */
int btf__add_int(struct btf *btf, const char *name, size_t byte_sz, int encoding)
	BTFKIT_SYMBOL(btf__add_int);
/* size 2, 4, 8, 12 or 16 */
int btf__add_float(struct btf *btf, const char *name, size_t byte_sz)
	BTFKIT_SYMBOL(btf__add_float);
int btf__add_ptr(struct btf *btf, int ref_type_id) BTFKIT_SYMBOL(btf__add_ptr);
int btf__add_array(struct btf *btf, int index_type_id, int elem_type_id, __u32 nr_elems)
	BTFKIT_SYMBOL(btf__add_array);

/* name may be NULL or "" */
int btf__add_struct(struct btf *btf, const char *name, __u32 sz) BTFKIT_SYMBOL(btf__add_struct);
int btf__add_union(struct btf *btf, const char *name, __u32 sz) BTFKIT_SYMBOL(btf__add_union);
/*
 * A member of the last type, which must be a struct or union. bit_size 0: not a bit-field, and
 * bit_offset is a multiple of 8; else a bit-field of at most 255 bits. A union's members are at 0.
 * A struct that has a bit-field has only 24 bits for each offset: what does not fit, of the new
 * member (EINVAL for a bit-field, else E2BIG) or, at the first bit-field, of an earlier one
 * (E2BIG), is refused; libbpf 1.8 stores a wrong offset. ENOSPC: too many members.
 */
int btf__add_field(struct btf *btf, const char *name, int field_type_id, __u32 bit_offset,
		   __u32 bit_size) BTFKIT_SYMBOL(btf__add_field);

/* Size 1, 2, 4 or 8; values are unsigned until a negative one is added. */
int btf__add_enum(struct btf *btf, const char *name, __u32 bytes_sz) BTFKIT_SYMBOL(btf__add_enum);
/* E2BIG: the value does not fit 32 bits */
int btf__add_enum_value(struct btf *btf, const char *name, __s64 value)
	BTFKIT_SYMBOL(btf__add_enum_value);
int btf__add_enum64(struct btf *btf, const char *name, __u32 bytes_sz, bool is_signed)
	BTFKIT_SYMBOL(btf__add_enum64);
int btf__add_enum64_value(struct btf *btf, const char *name, __u64 value)
	BTFKIT_SYMBOL(btf__add_enum64_value);

enum btf_fwd_kind {
	BTF_FWD_STRUCT = 0,
	BTF_FWD_UNION = 1,
	BTF_FWD_ENUM = 2 /* written as an ENUM of 4 bytes without values */
};

int btf__add_fwd(struct btf *btf, const char *name, enum btf_fwd_kind fwd_kind)
	BTFKIT_SYMBOL(btf__add_fwd);

int btf__add_typedef(struct btf *btf, const char *name, int ref_type_id)
	BTFKIT_SYMBOL(btf__add_typedef);
int btf__add_volatile(struct btf *btf, int ref_type_id) BTFKIT_SYMBOL(btf__add_volatile);
int btf__add_const(struct btf *btf, int ref_type_id) BTFKIT_SYMBOL(btf__add_const);
int btf__add_restrict(struct btf *btf, int ref_type_id) BTFKIT_SYMBOL(btf__add_restrict);
/* a tag is btf_type_tag("value"), an attribute is any other __attribute__((value)) */
int btf__add_type_tag(struct btf *btf, const char *value, int ref_type_id)
	BTFKIT_SYMBOL(btf__add_type_tag);
int btf__add_type_attr(struct btf *btf, const char *value, int ref_type_id)
	BTFKIT_SYMBOL(btf__add_type_attr);

int btf__add_func(struct btf *btf, const char *name, enum btf_func_linkage linkage,
		  int proto_type_id) BTFKIT_SYMBOL(btf__add_func);
int btf__add_func_proto(struct btf *btf, int ret_type_id) BTFKIT_SYMBOL(btf__add_func_proto);
/* A parameter of the last type, which must be a FUNC_PROTO; NULL and id 0 at the end is "...". */
int btf__add_func_param(struct btf *btf, const char *name, int type_id)
	BTFKIT_SYMBOL(btf__add_func_param);

/* linkage BTF_VAR_STATIC, BTF_VAR_GLOBAL_ALLOCATED or BTF_VAR_GLOBAL_EXTERN */
int btf__add_var(struct btf *btf, const char *name, int linkage, int type_id)
	BTFKIT_SYMBOL(btf__add_var);
int btf__add_datasec(struct btf *btf, const char *name, __u32 byte_sz)
	BTFKIT_SYMBOL(btf__add_datasec);
/* A variable of the last type, which must be a DATASEC. The order of offsets is not checked. */
int btf__add_datasec_var_info(struct btf *btf, int var_type_id, __u32 offset, __u32 byte_sz)
	BTFKIT_SYMBOL(btf__add_datasec_var_info);

/* component_idx: a member or parameter of the type, -1: the type itself */
int btf__add_decl_tag(struct btf *btf, const char *value, int ref_type_id, int component_idx)
	BTFKIT_SYMBOL(btf__add_decl_tag);
int btf__add_decl_attr(struct btf *btf, const char *value, int ref_type_id, int component_idx)
	BTFKIT_SYMBOL(btf__add_decl_attr);

/* ------------------------------------------------------------------------------------------
 * Whole objects
 */

/*
 * Takes from src_btf's base only what src_btf refers to: *new_base_btf holds the names and sizes
 * needed to find those types in another base, *new_split_btf is src_btf on top of it. Both are
 * the caller's; free the split first. EINVAL: no base, or a base type of a kind that cannot be
 * described so.
 */
int btf__distill_base(const struct btf *src_btf, struct btf **new_base_btf,
		      struct btf **new_split_btf) BTFKIT_SYMBOL(btf__distill_base);
/*
 * The way back: btf, which is split from a distilled base, is put onto base_btf. Every distilled
 * type must be found there, with the kind and, where it matters, the size it had: EINVAL.
 */
int btf__relocate(struct btf *btf, const struct btf *base_btf) BTFKIT_SYMBOL(btf__relocate);

/*
 * The running kernel. The first comes from /sys/kernel/btf/vmlinux or, where that is not there,
 * from a vmlinux of this release where distributions keep it; ESRCH where there is none. The
 * second from /sys/kernel/btf/MODULE. The others need the privileges of bpf(2); BTF of a module
 * is split on the kernel's, so by id it needs that as its base.
 */
struct btf *btf__load_vmlinux_btf(void) BTFKIT_SYMBOL(btf__load_vmlinux_btf);
struct btf *btf__load_module_btf(const char *module_name, struct btf *vmlinux_btf)
	BTFKIT_SYMBOL(btf__load_module_btf);
struct btf *btf__load_from_kernel_by_id(__u32 id) BTFKIT_SYMBOL(btf__load_from_kernel_by_id);
struct btf *btf__load_from_kernel_by_id_split(__u32 id, struct btf *base_btf)
	BTFKIT_SYMBOL(btf__load_from_kernel_by_id_split);
/*
 * Loads btf, in native byte order, and keeps the file descriptor: btf__fd(), closed by
 * btf__free(). EEXIST where it has one already; else the kernel's errno. Split BTF cannot be
 * loaded.
 */
int btf__load_into_kernel(struct btf *btf) BTFKIT_SYMBOL(btf__load_into_kernel);

struct btf_dedup_opts {
	size_t sz;
	struct btf_ext *btf_ext; /* its type ids and strings are rewritten too */
	bool force_collisions;	 /* one hash for all types: for tests of the equality rules */
	__extension__ size_t : 0;
};
#define btf_dedup_opts__last_field force_collisions

/*
 * Leaves each type once: own types that stand before in btf or in its base go, strings that
 * nothing refers to go, what stays keeps its order. Forward declarations that stand for a struct
 * or union become it. EINVAL: a kind that is not known, an id out of range, a btf_ext that refers
 * to what is not there; ELOOP: types that refer to each other in a circle without a struct, union
 * or typedef. On failure nothing has changed, in btf_ext neither.
 */
int btf__dedup(struct btf *btf, const struct btf_dedup_opts *opts) BTFKIT_SYMBOL(btf__dedup);

struct btf_permute_opts {
	size_t sz;
	struct btf_ext *btf_ext; /* its type ids are rewritten too */
	__extension__ size_t : 0;
};
#define btf_permute_opts__last_field btf_ext

/*
 * Renumbers the own types. For a base id_map_cnt is btf__type_cnt() and id_map[old id] is the new
 * id, id_map[0] being 0; for a split object id_map_cnt is the number of its own types and
 * id_map[old id - id of the first] is the new id. EINVAL: not a permutation, or a btf_ext with ids
 * that are not there; nothing has changed.
 */
int btf__permute(struct btf *btf, __u32 *id_map, __u32 id_map_cnt,
		 const struct btf_permute_opts *opts) BTFKIT_SYMBOL(btf__permute);

/* ------------------------------------------------------------------------------------------
 * Types as C declarations, bytes as C initialisers
 */

struct btf_dump;

/* Gets the text in pieces of at most 240 bytes, most of which end with a line. */
typedef void (*btf_dump_printf_fn_t)(void *ctx, const char *fmt, va_list args);

struct btf_dump_opts {
	size_t sz;
};
#define btf_dump_opts__last_field sz

/*
 * A dump of btf, which must outlive it; types may be appended between calls. It remembers what it
 * has printed: each definition is printed once, and the second, third, ... use of a name gets
 * ___2, ___3, ... behind it. EINVAL: no printf_fn; a kind that is not known, an id that is not
 * there. The text is byte for byte that of libbpf where that is right.
 */
struct btf_dump *btf_dump__new(const struct btf *btf, btf_dump_printf_fn_t printf_fn, void *ctx,
			       const struct btf_dump_opts *opts) BTFKIT_SYMBOL(btf_dump__new);
/* NULL and error pointers are ignored. */
void btf_dump__free(struct btf_dump *d) BTFKIT_SYMBOL(btf_dump__free);

/*
 * The definition of a type after those that it needs, as far as they were not printed before, so
 * that what is printed compiles. A type that needs none (int, pointers) prints what its target
 * needs. EINVAL: no such type; ELOOP: a type that contains itself; E2BIG: one that takes far more
 * room in C than as BTF. After an error another type can be dumped.
 */
int btf_dump__dump_type(struct btf_dump *d, __u32 id) BTFKIT_SYMBOL(btf_dump__dump_type);

struct btf_dump_emit_type_decl_opts {
	size_t sz;
	const char *field_name; /* what is declared; "" or NULL: the type alone, as in a cast */
	int indent_level;	/* tabs before members of anonymous structs, less one */
	bool strip_mods;	/* without const, volatile, restrict and tags */
	__extension__ size_t : 0;
};
#define btf_dump_emit_type_decl_opts__last_field strip_mods

/* A declaration without definitions, other than of anonymous structs, unions and enums. Errors as
 * of btf_dump__dump_type. */
int btf_dump__emit_type_decl(struct btf_dump *d, __u32 id,
			     const struct btf_dump_emit_type_decl_opts *opts)
	BTFKIT_SYMBOL(btf_dump__emit_type_decl);

struct btf_dump_type_data_opts {
	size_t sz;
	const char *indent_str; /* of one level, at most 31 bytes; NULL: a tab */
	int indent_level;	/* of the first line */
	bool compact;		/* all in one line */
	bool skip_names;	/* no names of members and no casts */
	bool emit_zeroes;	/* members that are zero too */
	bool emit_strings;	/* char arrays with a NUL in them as "text" */
	__extension__ size_t : 0;
};
#define btf_dump_type_data_opts__last_field emit_strings

/*
 * A value of the type that stands in data, in this machine's byte order, as a C initialiser.
 * Returns the bytes that the type takes. E2BIG: a value lies beyond the data, and was not printed,
 * nor what comes after it; ENOENT: no such type; EINVAL, ENOTSUP: a type without values.
 */
int btf_dump__dump_type_data(struct btf_dump *d, __u32 id, const void *data, size_t data_sz,
			     const struct btf_dump_type_data_opts *opts)
	BTFKIT_SYMBOL(btf_dump__dump_type_data);

/* ------------------------------------------------------------------------------------------
 * Reading a type record. What follows the 12-byte head depends on the kind; each reader is for
 * the kinds its name says, and checks nothing.
 */

/* 7 bits, as formats of 2026 have it; older ones use the lower 5 */
static inline __u16 btf_kind(const struct btf_type *t)
{
	return (__u16)((t->info >> 24) & 0x7f);
}

/* number of members, values, parameters or variables: 24 bits, older formats use 16. Of a FUNC: its
 * linkage */
static inline __u32 btf_vlen(const struct btf_type *t)
{
	return t->info & 0xffffff;
}

/* STRUCT, UNION: offsets hold bit-field sizes; ENUM, ENUM64: values are signed; FWD: of a union;
 * DECL_TAG, TYPE_TAG: an attribute */
static inline bool btf_kflag(const struct btf_type *t)
{
	return (t->info >> 31) != 0;
}

static inline bool btf_is_void(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_UNKN;
}

static inline bool btf_is_int(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_INT;
}

static inline bool btf_is_ptr(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_PTR;
}

static inline bool btf_is_array(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ARRAY;
}

static inline bool btf_is_struct(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_STRUCT;
}

static inline bool btf_is_union(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_UNION;
}

/* struct or union */
static inline bool btf_is_composite(const struct btf_type *t)
{
	return btf_is_struct(t) || btf_is_union(t);
}

static inline bool btf_is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ENUM;
}

static inline bool btf_is_enum64(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ENUM64;
}

static inline bool btf_is_fwd(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_FWD;
}

static inline bool btf_is_typedef(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_TYPEDEF;
}

static inline bool btf_is_volatile(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_VOLATILE;
}

static inline bool btf_is_const(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_CONST;
}

static inline bool btf_is_restrict(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_RESTRICT;
}

static inline bool btf_is_func(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_FUNC;
}

static inline bool btf_is_func_proto(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_FUNC_PROTO;
}

static inline bool btf_is_var(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_VAR;
}

static inline bool btf_is_datasec(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_DATASEC;
}

static inline bool btf_is_float(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_FLOAT;
}

static inline bool btf_is_decl_tag(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_DECL_TAG;
}

static inline bool btf_is_type_tag(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_TYPE_TAG;
}

/* what changes a type without naming it: const, volatile, restrict, a type tag */
static inline bool btf_is_mod(const struct btf_type *t)
{
	return btf_is_const(t) || btf_is_volatile(t) || btf_is_restrict(t) || btf_is_type_tag(t);
}

static inline bool btf_is_any_enum(const struct btf_type *t)
{
	return btf_is_enum(t) || btf_is_enum64(t);
}

/* whether CO-RE takes the kinds as one: equal, or both enums of some sort */
static inline bool btf_kind_core_compat(const struct btf_type *t1, const struct btf_type *t2)
{
	return btf_kind(t1) == btf_kind(t2) || (btf_is_any_enum(t1) && btf_is_any_enum(t2));
}

/* the word behind an INT's head: encoding, bit offset, bits */
static inline __u32 btfkit_int_word(const struct btf_type *t)
{
	return *(const __u32 *)(const void *)(t + 1);
}

static inline __u8 btf_int_encoding(const struct btf_type *t)
{
	return (__u8)((btfkit_int_word(t) >> 24) & 0x0f);
}

static inline __u8 btf_int_offset(const struct btf_type *t)
{
	return (__u8)((btfkit_int_word(t) >> 16) & 0xff);
}

static inline __u8 btf_int_bits(const struct btf_type *t)
{
	return (__u8)(btfkit_int_word(t) & 0xff);
}

/* Behind the head; not const, as in libbpf: an owner of the bytes may write there. */
static inline void *btfkit_tail(const struct btf_type *t)
{
	return (void *)(__UINTPTR_TYPE__)(t + 1);
}

static inline struct btf_array *btf_array(const struct btf_type *t)
{
	return (struct btf_array *)btfkit_tail(t);
}

/* btf_vlen(t) of them, as for every array below */
static inline struct btf_enum *btf_enum(const struct btf_type *t)
{
	return (struct btf_enum *)btfkit_tail(t);
}

/* declared here too: an old <linux/btf.h> does not have it */
struct btf_enum64;

static inline struct btf_enum64 *btf_enum64(const struct btf_type *t)
{
	return (struct btf_enum64 *)btfkit_tail(t);
}

static inline __u64 btf_enum64_value(const struct btf_enum64 *e)
{
	/* words: name, low half, high half */
	const __u32 *word = (const __u32 *)(const void *)e;

	return (__u64)word[2] << 32 | word[1];
}

static inline struct btf_member *btf_members(const struct btf_type *t)
{
	return (struct btf_member *)btfkit_tail(t);
}

/* bits from the start of the struct */
static inline __u32 btf_member_bit_offset(const struct btf_type *t, __u32 member_idx)
{
	__u32 offset = btf_members(t)[member_idx].offset;

	return btf_kflag(t) ? offset & 0xffffff : offset;
}

/* bits, 0: not a bit-field (or one of the old form, whose INT says so) */
static inline __u32 btf_member_bitfield_size(const struct btf_type *t, __u32 member_idx)
{
	return btf_kflag(t) ? btf_members(t)[member_idx].offset >> 24 : 0;
}

static inline struct btf_param *btf_params(const struct btf_type *t)
{
	return (struct btf_param *)btfkit_tail(t);
}

static inline struct btf_var *btf_var(const struct btf_type *t)
{
	return (struct btf_var *)btfkit_tail(t);
}

static inline struct btf_var_secinfo *btf_var_secinfos(const struct btf_type *t)
{
	return (struct btf_var_secinfo *)btfkit_tail(t);
}

struct btf_decl_tag;

static inline struct btf_decl_tag *btf_decl_tag(const struct btf_type *t)
{
	return (struct btf_decl_tag *)btfkit_tail(t);
}

#ifdef __cplusplus
}
#endif
#endif
