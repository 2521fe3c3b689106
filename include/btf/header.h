/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The vmlinux.h of a kernel: its types, and the functions that BPF programs may call, as a header
 * that gcc, clang, clang -target bpf, g++ and clang++ take. Whole, or what a program needs of it.
 *
 *	struct btf_header_maker *h = btf_header__new();
 *	btf_header__add_file(h, vmlinux_file, report);
 *	btf_header__need_source(h, text, size, report);
 *	btf_header__print(h, vmlinux_btf, write, ctx, report);
 *	btf_header__free(h);
 */
#ifndef BTFKIT_HEADER_H
#define BTFKIT_HEADER_H

#include <btf/file.h>
#include <btf/report.h>

#ifdef __cplusplus
extern "C" {
#endif

struct btf;
struct btf_header_maker; /* struct btf_header is that of the format */

struct btf_header_maker *btf_header__new(void); /* NULL + errno */
void btf_header__free(struct btf_header_maker *h);

/*
 * What a file of the kernel knows that its BTF does not: the release, which the first line of the
 * header names (the first file that has one), and the functions in its kfunc sets (.BTF_ids), for
 * BTF without decl tags that say so. The file may be closed afterwards. A .BTF_ids section that
 * cannot be read is a warning.
 */
int btf_header__add_file(struct btf_header_maker *h, struct btf_file *f, struct btf_report *r);

/*
 * From the first of these calls on, the header is slim: it has the types that are needed, whole;
 * those that they hold by value, whole; and declarations of what is only pointed at.
 */
/* a name or shell pattern of types, enumerators and kfuncs, or a type id */
int btf_header__need_name(struct btf_header_maker *h, const char *name, struct btf_report *r);
/*
 * C source of a BPF program: every tag, typedef, enumerator and kfunc that it names. A struct that
 * it only reaches through pointers comes whole where it reads a member of it. Types that the
 * source defines itself are left out.
 */
int btf_header__need_source(struct btf_header_maker *h, const void *text, size_t size,
			    struct btf_report *r);
/*
 * A compiled BPF program: the types that its CO-RE relocations are about, the types of its .BTF
 * that the kernel has in the same shape, and the kfuncs it calls. Enumerators leave no trace in
 * an object.
 */
int btf_header__need_object(struct btf_header_maker *h, struct btf_file *f, struct btf_report *r);

/*
 * Prints the header of btf and of what it is split on. write as for btf_print__types; it is called
 * only when all of the text could be made. 0, or a negative errno with errno set and a finding:
 * ENOENT for a name that nothing has; EINVAL, ELOOP, E2BIG for types that cannot be written as C.
 */
int btf_header__print(const struct btf_header_maker *h, const struct btf *btf,
		      int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		      struct btf_report *r);

#ifdef __cplusplus
}
#endif
#endif
