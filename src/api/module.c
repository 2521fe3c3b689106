// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Whole modules: see <btf/module.h>. Joins io (sections, symbols), pass (distill, relocate, ids)
 * and btf (writing).
 *
 * In: an open file and a base. Out: the sections that change, as bytes; the file itself is not
 * touched here. Holds always: .BTF, .BTF.base and .BTF_ids of a result are of one numbering.
 */
#include <btf/module.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "btf/look.h"
#include "btf/object.h"
#include "pass/distill.h"
#include "pass/ids.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

#define NOVAL BTF_NO_VALUE
#define SEC_BTF ".BTF"
#define SEC_BASE ".BTF.base"
#define SEC_IDS ".BTF_ids"

struct btf_module {
	struct btf_module_info info;
	struct buf btf, base, ids; /* what was made; not used where nothing changes */
	bool drop_base;		   /* .BTF.base goes */
};

void btf_module__free(struct btf_module *m)
{
	if (!m)
		return;
	buf_deinit(&m->btf);
	buf_deinit(&m->base);
	buf_deinit(&m->ids);
	free(m);
}

const struct btf_module_info *btf_module__info(const struct btf_module *m)
{
	return m ? &m->info : NULL;
}

size_t btf_module__changes(const struct btf_module *m, struct btf_file_change *change)
{
	size_t n = 0;

	if (!m || !change || m->info.unchanged)
		return 0;
	change[n++] = (struct btf_file_change){SEC_BTF, m->info.btf, m->info.btf_size, 4};
	if (m->info.base || m->drop_base)
		change[n++] =
			(struct btf_file_change){SEC_BASE, m->info.base, m->info.base_size, 4};
	if (m->info.ids)
		change[n++] = (struct btf_file_change){SEC_IDS, m->info.ids, m->info.ids_size, 4};
	return n;
}

/* ---- sections ---- */

/* -ENODATA without a finding where there is none */
static int section(struct btf_file *f, const char *name, struct btf_report *r, const void **ret,
		   size_t *ret_size)
{
	*ret = btf_file__section(f, name, ret_size, r);
	return *ret ? 0 : -errno;
}

static bool has(struct btf_file *f, const char *name)
{
	size_t size;

	return btf_file__section(f, name, &size, NULL) || errno != ENODATA;
}

/* the object reads the file's bytes */
static int parse(struct btf_file *f, const char *name, struct btf *base, struct btf_report *r,
		 struct btf **ret)
{
	const void *data;
	size_t size;
	int err;

	report_context(r, btf_file__path(f), NULL);
	err = section(f, name, r, &data, &size);
	if (err == -ENODATA)
		return report_error(r, BTF_CODE_MODULE_NO_BTF, NULL, NOVAL, NOVAL,
				    "has no %s section", name);
	if (err)
		return err;
	report_context(r, btf_file__path(f), name);
	err = object_parse(data, size, base, 0, r, ret);
	report_context(r, btf_file__path(f), NULL);
	return err;
}

/* the distilled base: in the file, or handed in because the file is raw BTF */
static int parse_distilled(struct btf_file *f, const void *beside, size_t beside_size,
			   struct btf_report *r, struct btf **ret)
{
	int err;

	if (!beside)
		return parse(f, SEC_BASE, NULL, r, ret);
	report_context(r, btf_file__path(f), SEC_BASE);
	err = object_parse(beside, beside_size, NULL, 0, r, ret);
	report_context(r, btf_file__path(f), NULL);
	return err;
}

/* ---- .BTF_ids ---- */

struct symbols {
	struct ids_symbol *at;
	size_t cnt, cap;
};

static int take_symbol(void *ctx, const struct btf_file_symbol *sym)
{
	struct symbols *s = ctx;

	if (s->cnt == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		void *p = realloc(s->at, cap * sizeof(*s->at));

		if (!p)
			return -ENOMEM;
		s->at = p;
		s->cap = cap;
	}
	s->at[s->cnt++] = (struct ids_symbol){sym->name, sym->section_offset, sym->size};
	return 0;
}

static bool other_order(const struct btf_file *f)
{
	return btf_file__info(f)->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

/*
 * The section of the file, checked against its BTF; nothing (ret->words == 0) where there is
 * none. A section whose symbols were stripped is refused: its words cannot be told from each
 * other any more.
 */
static int load_ids(struct btf_file *f, const struct btf *btf, struct btf_report *r,
		    struct ids *ret)
{
	struct symbols syms = {0};
	struct ids ids = {0};
	const void *data;
	size_t size;
	int err;

	err = section(f, SEC_IDS, r, &data, &size);
	if (err || !size)
		return err == -ENODATA ? 0 : err;
	err = btf_file__symbols(f, SEC_IDS, take_symbol, &syms, r);
	if (err == -ENOMEM)
		err = report_nomem(r);
	else if (err == -ENODATA)
		err = 0;
	if (!err)
		err = ids_parse(data, size, other_order(f), syms.at, syms.cnt, r, &ids);
	free(syms.at);
	if (!err && !ids.name_cnt && !ids.set_cnt)
		err = report_error(r, BTF_CODE_IDS_GONE, &(struct place){.section = SEC_IDS}, NOVAL,
				   (s64)size, "the section has %zu bytes and no __BTF_ID__ symbols",
				   size);
	if (!err)
		err = ids_check(&ids, btf, r);
	if (err)
		ids_deinit(&ids);
	else
		*ret = ids;
	return err;
}

static int write_ids(struct btf_module *m, const struct ids *ids, const struct id_map *map,
		     struct btf_report *r)
{
	void *out;

	if (!ids->words)
		return 0;
	if (buf_add_zero(&m->ids, (size_t)ids->words * 4, &out))
		return report_nomem(r);
	return ids_translate(ids, map, out, r);
}

/* such ids are right in the file, but the kernel moves only kfuncs on when it loads the module */
static void warn_lists(const struct ids *ids, struct btf_report *r)
{
	u32 all, listed;

	ids_count(ids, &all, &listed);
	if (listed)
		report_warning(r, BTF_CODE_IDS_LISTS, &(struct place){.section = SEC_IDS}, 0,
			       listed, "%u of %u ids stand in lists outside of kfunc sets", listed,
			       all);
}

/* ---- what goes out ---- */

static int write_object(const struct btf *b, struct buf *out, struct btf_report *r)
{
	int err = object_write(b, b->swapped_out, out);

	if (err == -ENOMEM)
		return report_nomem(r);
	return err ? report_error(r, BTF_CODE_TOO_BIG, NULL, NOVAL, NOVAL,
				  "the result cannot be written")
		   : 0;
}

static void fill_info(struct btf_module *m)
{
	m->info.btf = m->btf.data;
	m->info.btf_size = m->btf.len;
	m->info.base = m->base.data;
	m->info.base_size = m->base.len;
	m->info.ids = m->ids.data;
	m->info.ids_size = m->ids.len;
}

/* ---- distill ---- */

/*
 * It was distilled before: says so where .BTF is split on that base indeed. The result is what
 * the file (or what was handed in) holds.
 */
static int distilled_before(struct btf_file *f, const struct btf_distill_opts *o,
			    struct btf_report *r, struct btf_module *m)
{
	struct btf_module_info *info = &m->info;
	struct btf *dist = NULL, *split = NULL;
	int err;

	err = parse_distilled(f, o->distilled, o->distilled_size, r, &dist);
	if (!err)
		err = parse(f, SEC_BTF, dist, r, &split);
	if (!err) {
		info->unchanged = true;
		info->types_before = info->types_after = split->nr;
		info->base_types = dist->nr;
		info->base = o->distilled;
		info->base_size = o->distilled_size;
		section(f, SEC_BTF, NULL, &info->btf, &info->btf_size);
		info->bytes_before = info->btf_size;
		if (!o->distilled)
			section(f, SEC_BASE, NULL, &info->base, &info->base_size);
		section(f, SEC_IDS, NULL, &info->ids, &info->ids_size);
	}
	object_free(split);
	object_free(dist);
	return err;
}

static int check_release(struct btf_file *f, const struct btf_distill_opts *o, struct btf_report *r)
{
	const char *mine = btf_file__info(f)->release, *base = o->base_release;

	if (o->force || !mine || !base || !strcmp(mine, base))
		return 0;
	return report_error(r, BTF_CODE_MODULE_RELEASE, NULL, NOVAL, NOVAL,
			    "the module was built for %s, the base is of %s", mine, base);
}

/* BTF that is whole would also parse as a split, and mean something else */
static int check_split(struct btf_file *f, struct btf_report *r)
{
	struct btf *whole;
	const void *data;
	size_t size;

	if (section(f, SEC_BTF, NULL, &data, &size) || look_split_sign(data, size) ||
	    object_parse(data, size, NULL, 0, NULL, &whole))
		return 0; /* split, or broken, which parsing it will say */
	object_free(whole);
	return report_error(r, BTF_CODE_MODULE_WHOLE, &(struct place){.section = SEC_BTF}, NOVAL,
			    NOVAL, "this BTF is not split: it refers to no base");
}

static int distill_to(struct btf_module *m, const struct btf *split, const struct ids *ids,
		      const struct btf_distill_opts *o, struct btf_report *r)
{
	struct btf *new_base = NULL, *new_split = NULL;
	struct id_map map = {0};
	struct distill_opts d = {.own_fwds = !o->fwds_in_base, .ret_map = &map};
	struct buf roots = {0};
	int err;

	err = ids_roots(ids, split, &roots, r);
	d.roots = (const void *)roots.data;
	d.root_cnt = (u32)(roots.len / sizeof(u32));
	if (!err)
		err = distill(split, &d, r, &new_base, &new_split);
	buf_deinit(&roots);
	if (err)
		return err;
	id_map_sort(&map);
	err = write_object(new_base, &m->base, r);
	if (!err)
		err = write_object(new_split, &m->btf, r);
	if (!err)
		err = write_ids(m, ids, &map, r);
	m->info.types_before = split->nr;
	m->info.types_after = new_split->nr;
	m->info.base_types = new_base->nr;
	m->info.copied_types = new_split->nr - split->nr;
	m->info.bytes_before = split->blob_len;
	id_map_deinit(&map);
	object_free(new_split);
	object_free(new_base);
	return err;
}

static int distill_file(struct btf_file *f, const struct btf *base, const void *opts,
			struct btf_report *r, struct btf_module *m)
{
	const struct btf_distill_opts *o = opts;
	struct btf *split = NULL;
	struct ids ids = {0};
	int err;

	if (has(f, SEC_BASE))
		return distilled_before(f, o, r, m);
	/* what stands beside raw BTF may be another's, or from a run that was interrupted */
	if (o->distilled && !distilled_before(f, o, NULL, m))
		return 0;
	err = check_release(f, o, r);
	if (!err)
		err = check_split(f, r);
	if (!err)
		err = parse(f, SEC_BTF, (struct btf *)(uintptr_t)base, r, &split);
	report_context(r, btf_file__path(f), SEC_BTF);
	if (!err && !o->force)
		err = suspect_base(split, r);
	if (!err)
		err = load_ids(f, split, r, &ids);
	if (!err)
		err = distill_to(m, split, &ids, o, r);
	if (!err)
		warn_lists(&ids, r);
	fill_info(m);
	ids_deinit(&ids);
	object_free(split);
	return err;
}

/* ---- relocate ---- */

static int kernel_rules(const struct btf_relocate_opts *o, struct btf_report *r,
			enum relocate_rules *ret)
{
	*ret = o->rules == BTF_RULES_KERNEL ? RELOCATE_KERNEL : RELOCATE_SOUND;
	if (o->rules == BTF_RULES_KERNEL &&
	    (o->kernel_major < 6 || (o->kernel_major == 6 && o->kernel_minor < 11)))
		return report_error(r, BTF_CODE_RELOC_UNSUPPORTED, NULL, NOVAL, NOVAL,
				    "kernel %u.%u does not relocate module BTF", o->kernel_major,
				    o->kernel_minor);
	return 0;
}

static int check_distilled(struct btf_file *f, const struct btf_relocate_opts *o,
			   struct btf_report *r)
{
	if (o->distilled || has(f, SEC_BASE))
		return 0;
	if (!has(f, SEC_BTF))
		return report_error(r, BTF_CODE_MODULE_NO_BTF, NULL, NOVAL, NOVAL,
				    "has no .BTF section");
	return report_error(
		r, BTF_CODE_MODULE_NOT_DISTILLED, NULL, NOVAL, NOVAL,
		btf_file__info(f)->carrier == BTF_CARRIER_RAW
			? "is raw BTF, and there is no distilled base for it"
			: "has no .BTF.base: its ids belong to the base it was built on");
}

static int relocate_to(struct btf_module *m, struct btf *split, const struct btf *base,
		       const struct ids *ids, enum relocate_rules rules, struct btf_report *r)
{
	struct id_map map = {0};
	struct relocate_opts x = {.rules = rules, .ret_map = &map};
	int err;

	m->info.types_before = m->info.types_after = split->nr;
	m->info.base_types = split->start_id - 1;
	m->info.bytes_before = split->blob_len;
	m->drop_base = true;
	err = relocate(split, base, &x, r);
	if (err)
		return err;
	id_map_sort(&map);
	err = write_object(split, &m->btf, r);
	if (!err)
		err = write_ids(m, ids, &map, r);
	id_map_deinit(&map);
	return err;
}

static int relocate_file(struct btf_file *f, const struct btf *base, const void *opts,
			 struct btf_report *r, struct btf_module *m)
{
	const struct btf_relocate_opts *o = opts;
	struct btf *dist = NULL, *split = NULL;
	enum relocate_rules rules;
	struct ids ids = {0};
	int err;

	err = kernel_rules(o, r, &rules);
	if (!err)
		err = check_distilled(f, o, r);
	if (!err)
		err = parse_distilled(f, o->distilled, o->distilled_size, r, &dist);
	if (!err)
		err = parse(f, SEC_BTF, dist, r, &split);
	report_context(r, btf_file__path(f), SEC_BTF);
	if (!err)
		err = load_ids(f, split, r, &ids);
	if (!err)
		err = relocate_to(m, split, base, &ids, rules, r);
	fill_info(m);
	ids_deinit(&ids);
	object_free(split);
	object_free(dist);
	return err;
}

/* ---- the exported names ---- */

typedef int (*job_fn)(struct btf_file *f, const struct btf *base, const void *opts,
		      struct btf_report *r, struct btf_module *m);

static struct btf_module *run(job_fn job, struct btf_file *f, const struct btf *base,
			      const void *opts, struct btf_report *r)
{
	struct btf_module *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return api_null(report_nomem(r));
	m->info.sz = sizeof(m->info);
	report_context(r, btf_file__path(f), NULL);
	err = job(f, base, opts, r, m);
	report_context(r, NULL, NULL);
	if (err) {
		btf_module__free(m);
		return api_null(err);
	}
	return m;
}

struct btf_module *btf_module__distill(struct btf_file *f, const struct btf *base,
				       const struct btf_distill_opts *opts, struct btf_report *r)
{
	struct btf_distill_opts o = {.sz = sizeof(o)};

	if (!f || !api_ours(base) || !api_opts_take(&o, sizeof(o), opts))
		return api_null(-EINVAL);
	return run(distill_file, f, base, &o, r);
}

struct btf_module *btf_module__relocate(struct btf_file *f, const struct btf *base,
					const struct btf_relocate_opts *opts, struct btf_report *r)
{
	struct btf_relocate_opts o = {.sz = sizeof(o)};

	if (!f || !api_ours(base) || !api_opts_take(&o, sizeof(o), opts))
		return api_null(-EINVAL);
	return run(relocate_file, f, base, &o, r);
}
