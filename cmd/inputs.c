// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Paths -> one BTF: see inputs.h. Files are opened one at a time, so their number has no bound.
 */
#include "inputs.h"

#include <btf/btf.h>
#include <btf/merge.h>

#include <errno.h>
#include <string.h>

/* Without -B, modules of the running kernel stand on its vmlinux; for all of them it is one. */
static int find_own_base(struct inputs *in, int cnt, char **path, struct btf_report *r)
{
	const char *running[] = {input_running_base()};
	struct list list = {.item = running, .cnt = 1};

	for (int i = 0; i < cnt; i++)
		if (input_of_running_module(path[i]))
			return base_open(&in->own_base, &list, r);
	return 0;
}

static int add(struct btf_merge *m, const char *path, struct btf *base,
	       int (*each)(void *ctx, struct btf_file *f, struct btf_report *r), void *ctx,
	       struct btf_report *r)
{
	struct input in;
	int err = input_open(&in, path, base, r);

	if (err)
		return err;
	if (each)
		err = each(ctx, in.file, r);
	if (!err)
		err = btf_merge__add(m, in.btf, path, r);
	input_close(&in);
	return err;
}

static int merge(struct inputs *in, int cnt, char **path, struct btf *base,
		 int (*each)(void *ctx, struct btf_file *f, struct btf_report *r), void *ctx,
		 struct btf_report *r)
{
	struct btf_merge *m = btf_merge__new(base);
	int err = m ? 0 : -errno;

	if (!m)
		btf_report__add(r, BTF_CODE_MEMORY, BTF_ERROR, NULL, strerror(-err));
	for (int i = 0; i < cnt && !err; i++)
		err = add(m, path[i], base, each, ctx, r);
	if (err) {
		btf_merge__free(m);
		return err;
	}
	in->merged = btf_merge__finish(m, r);
	return in->merged ? 0 : -errno;
}

int inputs_open(struct inputs *in, int cnt, char **path, struct btf *base,
		int (*each)(void *ctx, struct btf_file *f, struct btf_report *r), void *ctx,
		struct btf_report *r)
{
	int err = 0;

	*in = (struct inputs){0};
	if (cnt == 1) {
		err = input_open(&in->one, path[0], base, r);
		if (!err && each)
			err = each(ctx, in->one.file, r);
		in->btf = in->one.btf;
	} else {
		if (!base) {
			err = find_own_base(in, cnt, path, r);
			base = base_top(&in->own_base);
		}
		if (!err)
			err = merge(in, cnt, path, base, each, ctx, r);
		in->btf = in->merged;
	}
	if (err)
		inputs_close(in);
	return err;
}

void inputs_close(struct inputs *in)
{
	input_close(&in->one);
	btf__free(in->merged);
	base_close(&in->own_base);
	*in = (struct inputs){0};
}
