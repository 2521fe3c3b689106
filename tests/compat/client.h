/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the programs of this folder share. Each is written against libbpf's <bpf/btf.h> alone, is
 * built with a libbpf and with libbtf, and prints lines "label: result"; tests/compat/run
 * compares the lines. A label stands once in a program's output.
 */
#ifndef COMPAT_CLIENT_H
#define COMPAT_CLIENT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>
#ifdef PEER_IS_LIBBPF
#include <bpf/libbpf.h>
#endif

/* libbpf's own log is not part of the comparison */
static inline void client_quiet(void)
{
#ifdef PEER_IS_LIBBPF
	libbpf_set_print(NULL);
#endif
}

/* btf__new_split, which the header of Debian's 1.1 declares and its library does not export */
static inline struct btf *client_new_split(const void *data, __u32 size, struct btf *base)
{
#ifdef PEER_IS_DEBIAN
	int fd = memfd_create("split", 0);
	struct btf *b = NULL;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size)
		b = btf__parse_raw_split(path, base);
	close(fd);
	return b;
#else
	return btf__new_split(data, size, base);
#endif
}

/* "label: ret errno" of an int-returning call; errno only where it failed */
#define INT(label, call)                                                                           \
	do {                                                                                       \
		long long ret_;                                                                    \
		errno = 0;                                                                         \
		ret_ = (call);                                                                     \
		printf("%s: %lld errno %d\n", label, ret_, ret_ < 0 ? errno : 0);                  \
	} while (0)

/* "label: ok" or "label: NULL errno"; the pointer stays in `to` */
#define PTR(label, to, call)                                                                       \
	do {                                                                                       \
		errno = 0;                                                                         \
		(to) = (call);                                                                     \
		if (to)                                                                            \
			printf("%s: ok\n", label);                                                 \
		else                                                                               \
			printf("%s: NULL errno %d\n", label, errno);                               \
	} while (0)

static inline void print_hex(const char *label, const void *data, __u32 len)
{
	const unsigned char *p = (const unsigned char *)data;

	printf("%s: %u bytes ", label, len);
	for (__u32 i = 0; i < len; i++)
		printf("%02x%s", p[i], i % 4 == 3 ? " " : "");
	printf("\n");
}

/*
 * The content without the header: libraries differ in whether they write the 24- or the 32-byte
 * one. Offsets and lengths of the sections are compared by what stands there.
 */
static inline void print_content(const char *label, const struct btf *btf)
{
	__u32 len = 0, at;
	const unsigned char *p = (const unsigned char *)btf__raw_data(btf, &len);
	__u32 h[8];

	if (!p) {
		printf("%s: NULL errno %d\n", label, errno);
		return;
	}
	memcpy(h, p, 24);
	if ((h[0] & 0xffff) == 0x9feb)
		for (int i = 1; i < 6; i++)
			h[i] = __builtin_bswap32(h[i]);
	at = h[1];
	printf("%s: types %u strings %u\n", label, h[3], h[5]);
	printf("%s ", label);
	print_hex("types", p + at + h[2], h[3]);
	printf("%s ", label);
	print_hex("strings", p + at + h[4], h[5]);
}

/* a number that stands for a run of bytes */
static inline unsigned long long fnv(unsigned long long h, const void *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;

	while (len--)
		h = (h ^ *p++) * 0x100000001b3ULL;
	return h;
}
#define FNV_START 0xcbf29ce484222325ULL

#endif
