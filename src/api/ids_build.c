// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What the build of Linux 7 makes of a file's BTF: see <btf/ids.h>.
 *
 * In: a linked file, and the BTF that was encoded for it. Out: the sections that are put into it.
 * Holds always: .BTF, .BTF.base and .BTF_ids are of one numbering.
 *
 * kfuncs_apply()        FUNCs, prototypes and tags that the kfunc sets ask for
 * dedup()               where tags were made: what they have made twice
 * distill()             where it is asked for; the base keeps what the ids name
 * types_sort_by_name()  so that a kernel can look names up by bisection
 * ids_find(), _fill()   the ids, of the numbering that came out
 */
#include <btf/ids.h>

#include <stdlib.h>

#include "api/api.h"
#include "api/ids.h"
#include "api/module.h"
#include "pass/dedup.h"
#include "pass/distill.h"
#include "pass/kfunc.h"

#define NOVAL BTF_NO_VALUE

struct btf_kbuild {
	struct btf_kbuild_sections out;
	struct buf btf, base;
	u8 *ids;
};

struct work {
	struct btf *btf;      /* what is worked on */
	struct btf *new_base; /* distilled, or NULL */
	struct ids ids;
	bool has_ids;
};

static void work_deinit(struct work *w)
{
	object_free(w->btf);
	object_free(w->new_base);
	ids_deinit(&w->ids);
}

static int read_ids(struct work *w, struct btf_file *f, struct btf_report *r)
{
	int err = ids_of_file(f, r, &w->ids);

	w->has_ids = !err;
	return err == -ENODATA ? 0 : err;
}

static int make_kfuncs(struct work *w, struct btf_kbuild *k, struct btf_report *r)
{
	struct kfunc_stats stats = {0};
	struct dedup_opts opts = {0};
	int err = w->has_ids ? kfuncs_apply(w->btf, &w->ids, r, &stats) : 0;

	if (!err && stats.tagged)
		err = dedup(w->btf, &opts, r);
	k->out.kfuncs = stats.kfuncs;
	k->out.implicit = stats.implicit;
	return err;
}

/*
 * What cannot travel is said when the ids are resolved: nothing of that name is there then. A build
 * goes on with a warning, as the kernel's own tool does.
 */
static int make_base(struct work *w, struct btf_report *r)
{
	struct distill_opts opts = {.own_fwds = true};
	struct btf *base, *split;
	struct buf roots = {0};
	int err = w->has_ids ? ids_roots(&w->ids, w->btf, &roots, NULL) : 0;

	if (err == -ENOMEM) {
		buf_deinit(&roots);
		return report_nomem(r);
	}
	opts.roots = (const void *)roots.data;
	opts.root_cnt = err ? 0 : (u32)(roots.len / sizeof(u32));
	err = distill(w->btf, &opts, r, &base, &split);
	buf_deinit(&roots);
	if (err)
		return err;
	object_free(w->btf);
	w->btf = split;
	w->new_base = base;
	return 0;
}

static int make_ids(const struct work *w, struct btf_kbuild *k, struct btf_report *r)
{
	u32 *id = zalloc_array(w->ids.name_cnt, sizeof(*id));
	int err;

	k->ids = malloc((size_t)w->ids.words * 4 + 1);
	err = id && k->ids ? 0 : report_nomem(r);
	if (!err)
		err = ids_find(&w->ids, w->btf, id, r);
	if (!err)
		err = ids_fill(&w->ids, id, k->ids, r);
	free(id);
	k->out.ids = k->ids;
	k->out.ids_size = (size_t)w->ids.words * 4;
	return err;
}

static int run(struct work *w, struct btf_kbuild *k, bool distilled, struct btf_report *r)
{
	int err = make_kfuncs(w, k, r);

	if (!err && distilled)
		err = make_base(w, r);
	if (!err && types_sort_by_name(w->btf))
		err = report_nomem(r);
	if (!err && w->has_ids)
		err = make_ids(w, k, r);
	if (!err)
		err = module_write(w->btf, &k->btf, r);
	if (!err && w->new_base)
		err = module_write(w->new_base, &k->base, r);
	k->out.btf = k->btf.data;
	k->out.btf_size = k->btf.len;
	k->out.base = k->base.data;
	k->out.base_size = k->base.len;
	return err;
}

struct btf_kbuild *btf_kbuild__run(struct btf_file *f, const void *btf, size_t size,
				   const struct btf *base, const struct btf_kbuild_opts *opts,
				   struct btf_report *r)
{
	struct btf_kbuild_opts o = {.sz = sizeof(o)};
	struct work w = {0};
	struct btf_kbuild *k;
	int err;

	if (!f || !btf || !api_base_ok(base) || !api_opts_take(&o, sizeof(o), opts) ||
	    (o.distill && !base))
		return api_null(-EINVAL);
	k = calloc(1, sizeof(*k));
	if (!k)
		return api_null(report_nomem(r));
	k->out.sz = sizeof(k->out);
	report_context(r, btf_file__path(f), ".BTF");
	err = object_parse(btf, size, (struct btf *)(uintptr_t)base, 0, r, &w.btf);
	report_context(r, btf_file__path(f), NULL);
	if (!err)
		err = read_ids(&w, f, r);
	if (!err)
		err = run(&w, k, o.distill, r);
	report_context(r, NULL, NULL);
	work_deinit(&w);
	if (err) {
		btf_kbuild__free(k);
		return api_null(err);
	}
	return k;
}

void btf_kbuild__free(struct btf_kbuild *k)
{
	int saved = errno;

	if (!k)
		return;
	buf_deinit(&k->btf);
	buf_deinit(&k->base);
	free(k->ids);
	free(k);
	errno = saved;
}

const struct btf_kbuild_sections *btf_kbuild__sections(const struct btf_kbuild *k)
{
	return k ? &k->out : api_null(-EINVAL);
}
