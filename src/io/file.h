/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Files that carry BTF: the inside of <btf/file.h>. An open file belongs to one thread at a time.
 */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <btf/file.h>

#include "base/types.h"

int file_open(const char *path, const struct btf_file_opts *opts, struct btf_report *r,
	      struct btf_file **ret);
int file_open_memory(const void *data, u64 size, const char *name, const struct btf_file_opts *opts,
		     struct btf_report *r, struct btf_file **ret);
void file_close(struct btf_file *f);
const char *file_path(const struct btf_file *f);
const struct btf_file_info *file_info(const struct btf_file *f);
/* -ENODATA without a finding where there is no such section */
bool file_section_loaded(const struct btf_file *f, const char *name);
int file_section(struct btf_file *f, const char *name, const void **ret_data, size_t *ret_size,
		 struct btf_report *r);
int file_symbols(struct btf_file *f, const char *section,
		 int (*fn)(void *ctx, const struct btf_file_symbol *sym), void *ctx,
		 struct btf_report *r);
int file_save(struct btf_file *f, const char *path, const struct btf_file_change *changes,
	      size_t cnt, const struct btf_save_opts *opts, struct btf_report *r);
int file_patch(struct btf_file *f, const char *section, const void *data, size_t size,
	       const struct btf_save_opts *opts, struct btf_report *r);
int file_write(const char *path, const void *data, size_t size, const struct btf_save_opts *opts,
	       struct btf_report *r);

#endif
