// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Paths -> BTF. In: what -B and the operands name. Out: objects and the files they read from,
 * closed in the opposite order. Invariant: after a failure nothing is left open.
 */
#include "base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>
#include <btf/base_index.h>

#define SYSFS "/sys/kernel/btf/"
#define SYSFS_BASE SYSFS "vmlinux"

/* /sys/kernel/btf/MOD is split on /sys/kernel/btf/vmlinux, whatever it is called here */
bool input_of_running_module(const char *path)
{
	char *real = realpath(path, NULL);
	bool is;

	if (!real)
		return false;
	is = !strncmp(real, SYSFS, strlen(SYSFS)) && strcmp(real, SYSFS_BASE);
	free(real);
	return is;
}

const char *input_running_base(void)
{
	return SYSFS_BASE;
}

static int input_find_base(struct input *in, struct btf_report *r)
{
	in->own_base = calloc(1, sizeof(*in->own_base));
	if (!in->own_base)
		return -ENOMEM;
	return input_open(in->own_base, SYSFS_BASE, NULL, r);
}

static int open_indexed(struct input *in, const char *path, struct btf *base, const char *index,
			struct btf_report *r)
{
	struct btf_file_opts opts = {.sz = sizeof(opts)};
	int err = 0;

	*in = (struct input){.load.sz = sizeof(in->load)};
	if (!base && input_of_running_module(path)) {
		err = input_find_base(in, r);
		if (!err)
			base = in->own_base->btf;
	}
	if (!err) {
		in->file = btf_file__open(path, &opts, r);
		err = in->file ? 0 : -errno;
	}
	if (!err) {
		in->btf = base ? btf_load__file(in->file, base, &in->load, r) :
				 btf_index__load(in->file, index, &in->load, r);
		err = in->btf ? 0 : -errno;
	}
	if (err)
		input_close(in);
	return err;
}

int input_open(struct input *in, const char *path, struct btf *base, struct btf_report *r)
{
	return open_indexed(in, path, base, NULL, r);
}

void input_close(struct input *in)
{
	btf__free(in->btf);
	btf_file__close(in->file);
	if (in->own_base) {
		input_close(in->own_base);
		free(in->own_base);
	}
	*in = (struct input){0};
}

int base_open(struct base *b, const struct list *paths, struct btf_report *r)
{
	return base_open_indexed(b, paths, NULL, r);
}

int base_open_indexed(struct base *b, const struct list *paths, const char *index,
		      struct btf_report *r)
{
	int err = 0;

	*b = (struct base){0};
	if (!paths->cnt)
		return 0;
	b->level = calloc(paths->cnt, sizeof(*b->level));
	if (!b->level) {
		say_error("out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < paths->cnt && !err; i++) {
		struct input *in = &b->level[i];

		err = open_indexed(in, paths->item[i], base_top(b), index, r);
		if (err)
			break;
		b->cnt++;
		if (in->load.how == BTF_LOAD_DISTILLED) {
			say_error("%s: a base cannot be BTF that was distilled itself: give the "
				  "BTF of "
				  "its kernel with an earlier -B",
				  paths->item[i]);
			err = -EINVAL;
		}
	}
	if (err)
		base_close(b);
	return err;
}

struct btf *base_top(const struct base *b)
{
	return b->cnt ? b->level[b->cnt - 1].btf : NULL;
}

const char *base_path(const struct base *b)
{
	return b->cnt ? btf_file__path(b->level[b->cnt - 1].file) : NULL;
}

void base_close(struct base *b)
{
	while (b->cnt)
		input_close(&b->level[--b->cnt]);
	free(b->level);
	*b = (struct base){0};
}
