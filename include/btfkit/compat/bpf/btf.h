/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * <bpf/btf.h> for a client of libbpf's BTF functions that is built with libbtf instead: put this
 * folder (includedir/btfkit/compat, as `pkg-config --cflags btfkit-compat` prints it) first in the
 * include path and link with -lbtf. libbpf's other headers, where they are installed, still are
 * found and work beside this one.
 */
#ifndef BTFKIT_COMPAT_BPF_BTF_H
#define BTFKIT_COMPAT_BPF_BTF_H

/* what libbpf's header includes, clients count on */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <btf/btf.h>

#if defined(__has_include)
#if __has_include(<bpf/libbpf_common.h>)
#include <bpf/libbpf_common.h>
#endif
#endif

#ifndef LIBBPF_API
#define LIBBPF_API __attribute__((visibility("default")))
#endif

/*
 * LIBBPF_OPTS(btf_new_opts, opts, .base_btf = base): declares `struct btf_new_opts opts` with
 * every byte zero, padding too, then its size and the fields given.
 */
#ifndef LIBBPF_OPTS
#define LIBBPF_OPTS(TYPE, NAME, ...)                                                               \
	struct TYPE NAME = __extension__({                                                         \
		memset(&NAME, 0, sizeof(struct TYPE));                                             \
		(struct TYPE){.sz = sizeof(struct TYPE), __VA_ARGS__};                             \
	})
#endif
/* its name before libbpf 1.0 */
#ifndef DECLARE_LIBBPF_OPTS
#define DECLARE_LIBBPF_OPTS LIBBPF_OPTS
#endif

#endif
