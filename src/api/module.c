// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Whole modules and BPF objects: see <btf/module.h>. Joins io (sections, symbols), pass (distill,
 * relocate, dedup, ids) and btf (writing).
 *
 * In: an open file and a base. Out: the sections that change, as bytes; the file itself is not
 * touched here. Holds always: .BTF, .BTF.base, .BTF.ext and .BTF_ids of a result are of one
 * numbering, and .rel.BTF points to what it pointed to.
 */
#include <btf/dedup.h>
#include <btf/module.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/ids.h"
#include "api/module.h"
#include "api/rel.h"
#include "btf/ext.h"
#include "btf/look.h"
#include "btf/object.h"
#include "pass/dedup.h"
#include "pass/distill.h"
#include "pass/ids.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

#define NOVAL BTF_NO_VALUE
#define SEC_BTF ".BTF"
#define SEC_BASE ".BTF.base"
#define SEC_IDS ".BTF_ids"
#define SEC_EXT ".BTF.ext"
#define SEC_REL ".rel.BTF"

struct btf_module {
	struct btf_module_info info;
	/* what was made; not used where nothing changes */
	struct buf btf, base, ids, ext, rel;
	bool drop_base;		/* .BTF.base goes */
	bool keeps_relocations; /* .rel.BTF moves along; in .BTF.ext nothing that is relocated changes */
};

void btf_module__free(struct btf_module *m)
{
	if (!m)
		return;
	buf_deinit(&m->btf);
	buf_deinit(&m->base);
	buf_deinit(&m->ids);
	buf_deinit(&m->ext);
	buf_deinit(&m->rel);
	free(m);
}

const struct btf_module_info *btf_module__info(const struct btf_module *m)
{
	return m ? &m->info : NULL;
}

static struct btf_file_change change_of(const struct btf_module *m, const char *name,
					const void *data, size_t size)
{
	/* only dedup has seen to them */
	return (struct btf_file_change){.name = name,
					.data = data,
					.size = size,
					.align = 4,
					.keeps_relocations = m->keeps_relocations};
}

size_t btf_module__changes(const struct btf_module *m, struct btf_file_change *change)
{
	size_t n = 0;

	if (!m || !change || m->info.unchanged)
		return 0;
	change[n++] = change_of(m, SEC_BTF, m->info.btf, m->info.btf_size);
	if (m->info.base || m->drop_base)
		change[n++] = change_of(m, SEC_BASE, m->info.base, m->info.base_size);
	if (m->info.ids)
		change[n++] = change_of(m, SEC_IDS, m->info.ids, m->info.ids_size);
	if (m->ext.len)
		change[n++] = change_of(m, SEC_EXT, m->ext.data, m->ext.len);
	if (m->rel.len)
		change[n++] = change_of(m, SEC_REL, m->rel.data, m->rel.len);
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
	struct ids ids = {0};
	int err;

	err = ids_of_file(f, r, &ids);
	if (err)
		return err == -ENODATA ? 0 : err;
	if (!ids.name_cnt && !ids.set_cnt)
		err = report_error(r, BTF_CODE_IDS_GONE, &(struct place){.section = SEC_IDS}, NOVAL,
				   (s64)ids.words * 4,
				   "the section has %zu bytes and no __BTF_ID__ symbols",
				   (size_t)ids.words * 4);
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

int module_write(const struct btf *b, struct buf *out, struct btf_report *r)
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
	err = module_write(new_base, &m->base, r);
	if (!err)
		err = module_write(new_split, &m->btf, r);
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

/* ---- what was encoded ---- */

/* ids that the code of the file holds; what does not fit the new BTF is left to resolve_btfids */
static void ids_of_encoded(struct btf_file *f, const struct btf *b, bool in_file,
			   struct btf_report *r, struct ids *ret)
{
	if (has(f, SEC_IDS) && load_ids(f, b, NULL, ret) && in_file)
		report_warning(r, BTF_CODE_ENCODE_IDS, &(struct place){.section = SEC_IDS}, NOVAL,
			       NOVAL, "the ids of the section are those of another BTF");
}

int module_encoded(struct btf_file *f, const struct btf *b, bool make_base, bool in_file,
		   struct btf_report *r, struct btf_module **ret)
{
	struct btf_module *m = calloc(1, sizeof(*m));
	const struct btf_distill_opts o = {.sz = sizeof(o)};
	struct ids ids = {0};
	const void *before;
	int err;

	if (!m)
		return report_nomem(r);
	m->info.sz = sizeof(m->info);
	ids_of_encoded(f, b, in_file, r, &ids);
	if (make_base) {
		err = distill_to(m, b, &ids, &o, r);
	} else {
		m->info.types_before = m->info.types_after = b->nr;
		m->drop_base = has(f, SEC_BASE);
		err = module_write(b, &m->btf, r);
	}
	if (section(f, SEC_BTF, NULL, &before, &m->info.bytes_before))
		m->info.bytes_before = 0;
	fill_info(m);
	ids_deinit(&ids);
	if (err)
		btf_module__free(m);
	else
		*ret = m;
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
	err = module_write(split, &m->btf, r);
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

/* ---- dedup ---- */

/* a file that is deduplicated, and what in it refers to its types */
struct redup {
	struct btf *base; /* its own, where it is distilled */
	struct btf *b;
	struct btf_ext *ext;
	struct ids ids;
	struct rel_places rel;
	u32 *map; /* own id start_id + i is now map[i] */
};

static void redup_deinit(struct redup *d)
{
	ids_deinit(&d->ids);
	rel_deinit(&d->rel);
	free(d->map);
	ext_free(d->ext);
	object_free(d->b);
	object_free(d->base);
}

static int redup_ext(struct btf_file *f, struct redup *d, struct btf_report *r)
{
	const void *data;
	size_t size;
	int err = section(f, SEC_EXT, r, &data, &size);

	if (err)
		return err == -ENODATA ? 0 : err;
	report_context(r, btf_file__path(f), SEC_EXT);
	err = ext_parse(data, size, r, &d->ext);
	if (!err)
		err = ext_fits(d->ext, d->b, r);
	report_context(r, btf_file__path(f), NULL);
	return err;
}

static int redup_rel(struct btf_file *f, struct redup *d, struct btf_report *r)
{
	const struct btf_file_info *info = btf_file__info(f);
	const void *data;
	size_t size;
	int err;

	if (has(f, ".rela.BTF"))
		return report_error(r, BTF_CODE_MODULE_REL, &(struct place){.section = ".rela.BTF"},
				    NOVAL, NOVAL, "relocations with addends are not moved along");
	err = section(f, SEC_REL, r, &data, &size);
	if (err)
		return err == -ENODATA ? 0 : err;
	return rel_read(&d->rel, d->b, data, size, info->elf_class == 64, other_order(f), r);
}

/* from here on everything in the file that refers to its types is known */
static int redup_read(struct btf_file *f, const struct btf *base, struct redup *d,
		      struct btf_report *r)
{
	struct btf *on = (struct btf *)(uintptr_t)base;
	int err = 0;

	if (has(f, SEC_BASE)) {
		err = parse(f, SEC_BASE, NULL, r, &d->base);
		on = d->base;
	}
	if (!err)
		err = parse(f, SEC_BTF, on, r, &d->b);
	if (!err)
		err = redup_ext(f, d, r);
	if (!err)
		err = redup_rel(f, d, r);
	return err ? err : load_ids(f, d->b, r, &d->ids);
}

static int redup_ids(struct btf_module *m, struct redup *d, u32 nr, struct btf_report *r)
{
	struct id_map map = {.base_cnt = nr};
	int err;

	if (!d->ids.words)
		return 0;
	map.base = malloc(((size_t)nr + 1) * sizeof(*map.base));
	if (!map.base)
		return report_nomem(r);
	for (u32 i = 0; i < nr; i++)
		map.base[i] = (struct id_pair){d->b->start_id + i, d->map[i]};
	id_map_sort(&map);
	err = write_ids(m, &d->ids, &map, r);
	id_map_deinit(&map);
	return err;
}

static int redup_write(struct btf_module *m, struct redup *d, u32 nr, struct btf_report *r)
{
	const void *data;
	u32 len;
	int err = module_write(d->b, &m->btf, r);

	if (!err && d->ext) {
		err = ext_raw(d->ext, &data, &len);
		if (!err)
			err = buf_add(&m->ext, data, len);
		err = err ? report_nomem(r) : 0;
	}
	if (!err)
		err = rel_write(&d->rel, d->b, d->map, m->btf.data, &m->rel, r);
	return err ? err : redup_ids(m, d, nr, r);
}

static int dedup_file(struct btf_file *f, const struct btf *base, const void *opts,
		      struct btf_report *r, struct btf_module *m)
{
	const struct btf_dedup_run_opts *o = opts;
	struct redup d = {0};
	struct dedup_opts x = {
		.force_collisions = o->force_collisions, .jobs = o->jobs, .ret_map = &d.map};
	const void *data;
	size_t size;
	int err = redup_read(f, base, &d, r);

	report_context(r, btf_file__path(f), SEC_BTF);
	if (!err) {
		x.ext = d.ext;
		m->info.types_before = d.b->nr;
		m->info.base_types = d.b->start_id - 1;
		err = dedup(d.b, &x, r);
	}
	if (!err)
		err = redup_write(m, &d, m->info.types_before, r);
	if (!err) {
		m->info.types_after = d.b->nr;
		m->keeps_relocations = true;
		section(f, SEC_BTF, NULL, &data, &size);
		m->info.bytes_before = size;
		m->info.unchanged = size == m->btf.len && !memcmp(data, m->btf.data, size);
		fill_info(m);
	}
	redup_deinit(&d);
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

struct btf_module *btf_module__dedup(struct btf_file *f, const struct btf *base,
				     const struct btf_dedup_run_opts *opts, struct btf_report *r)
{
	struct btf_dedup_run_opts o = {.sz = sizeof(o)};

	/* .BTF.ext is the file's own */
	if (!f || !api_base_ok(base) || !api_opts_take(&o, sizeof(o), opts) || o.btf_ext)
		return api_null(-EINVAL);
	return run(dedup_file, f, base, &o, r);
}
