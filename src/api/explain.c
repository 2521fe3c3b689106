// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/explain.h>: a module's load, replayed. Joins the checker, relocation, the search for signs
 * of another base, the encoder and the comparison of layouts.
 *
 * In: an open file, the base that it shall load on. Out: a verdict, and findings by part. Phases:
 *
 * look()     what the file holds
 * check()    what the kernel asks, and its relocation
 * suspect()  plain split BTF: is this the base it was built on?
 * sound()    distilled BTF: is the kernel's relocation right?
 * layout()   does what the module was compiled for lie as the kernel has it?
 * crcs()     are its symbols those of the kernel?
 * decide()   the verdict; from here on it stands
 * mend()     ways out, tried in memory
 * make_log() the kernel's words
 *
 * A phase that finds nothing to work on leaves its answer unknown; what fails for other reasons
 * than memory is an answer too, so one damaged part does not hide the others.
 */
#include <btf/encode.h>
#include <btf/explain.h>
#include <btf/module.h>

#include <stdlib.h>

#include "api/api.h"
#include "btf/look.h"
#include "check/explain.h"
#include "pass/relocate.h"
#include "pass/suspect.h"

#define NOVAL BTF_NO_VALUE
#define SEC_BTF ".BTF"
#define SEC_BASE ".BTF.base"
#define FIRST_RELOCATING (6u << 16 | 11)

struct btf_explain {
	struct btf_explain_info info;
	struct btf_report *part[BTF_EXPLAIN_PARTS];
	struct explain_log log;
};

struct explainer {
	struct btf_file *f;
	const struct btf *base;
	const struct btf_check_base *check_base;
	struct btf_explain_opts o;
	struct btf_explain *e;
	struct btf_explain_info *info;
	const void *btf, *dist;
	size_t btf_size, dist_size;
	bool uses_dist; /* the kernel looks at .BTF.base */
	bool takes;	/* the kernel accepts the BTF */
};

static enum btf_answer answer(bool yes)
{
	return yes ? BTF_ANSWER_YES : BTF_ANSWER_NO;
}

static struct btf_report *part(struct explainer *x, enum btf_explain_part which)
{
	struct btf_report *r = x->e->part[which];

	report_context(r, btf_file__path(x->f), SEC_BTF);
	return r;
}

static struct btf *base_of(const struct explainer *x)
{
	return (struct btf *)(uintptr_t)x->base;
}

/* ---- look ---- */

/* 0 with *ret NULL where there is none */
static int section(struct explainer *x, const char *name, const void **ret, size_t *ret_size,
		   struct btf_report *r)
{
	*ret = btf_file__section(x->f, name, ret_size, r);
	return *ret || errno == ENODATA ? 0 : -errno;
}

static bool has_section(struct btf_file *f, const char *name)
{
	size_t size;

	return btf_file__section(f, name, &size, NULL) != NULL && size;
}

static int look(struct explainer *x, struct btf_report *r)
{
	struct btf_explain_info *info = x->info;
	int err = section(x, SEC_BTF, &x->btf, &x->btf_size, r);

	if (!err)
		err = section(x, SEC_BASE, &x->dist, &x->dist_size, r);
	if (err)
		return err;
	/* kernels take an empty section for none */
	if (!x->btf_size)
		x->btf = NULL;
	if (!x->dist_size)
		x->dist = NULL;
	info->distilled = x->dist != NULL;
	info->has_dwarf = has_section(x->f, ".debug_info");
	info->has_crcs = has_section(x->f, "__versions");
	return 0;
}

/* ---- check ---- */

static u32 version(const struct explainer *x)
{
	return x->info->check.kernel_major << 16 | x->info->check.kernel_minor;
}

/* distilled bytes onto the base; -ENOMEM, or another negative errno where they do not fit */
static int try_relocate(struct explainer *x, const void *btf, size_t btf_size, const void *dist,
			size_t dist_size, enum relocate_rules rules, struct btf_report *r)
{
	const struct relocate_opts o = {.rules = rules};
	struct btf *b = NULL, *split = NULL;
	int err = object_parse(dist, dist_size, NULL, 0, r, &b);

	if (!err)
		err = object_parse(btf, btf_size, b, 0, r, &split);
	if (!err)
		err = relocate(split, x->base, &o, r);
	object_free(split);
	object_free(b);
	return err;
}

static int check(struct explainer *x)
{
	struct btf_check_opts o = {.sz = sizeof(o),
				   .as = BTF_CHECK_MODULE,
				   .kernel_major = x->o.kernel_major,
				   .kernel_minor = x->o.kernel_minor};
	struct btf_check_result *res = &x->info->check;
	struct btf_report *r = part(x, BTF_EXPLAIN_CHECK);
	int ret;

	res->sz = sizeof(*res);
	/* which kernel that is */
	ret = btf_check__blob(x->btf, x->btf_size, x->check_base, &o, res, NULL);
	x->uses_dist = x->dist && version(x) >= FIRST_RELOCATING;
	if (ret >= 0 && x->uses_dist)
		ret = btf_check__file(x->f, x->check_base, &o, res, r);
	else if (ret >= 0)
		ret = btf_check__blob(x->btf, x->btf_size, x->check_base, &o, res, r);
	if (ret < 0)
		return -errno;
	x->info->types = res->types;
	x->takes = !res->rule;
	return 0;
}

/* ---- suspect ---- */

static bool refers_to_base(const struct btf *split)
{
	for (u32 i = 0; i < split->nr; i++) {
		const struct btf_type *t = object_own(split, i);
		struct field_iter it = type_ids(t);
		u32 *f;

		while ((f = field_next(&it)))
			if (*f && *f < split->start_id)
				return true;
		for (it = type_names(t); (f = field_next(&it));)
			if (*f && *f < split->start_str)
				return true;
	}
	return false;
}

/* whole BTF also parses as a split, and means something else */
static bool is_whole(const struct explainer *x)
{
	struct btf *whole;
	bool is;

	if (look_split_sign(x->btf, x->btf_size) ||
	    object_parse(x->btf, x->btf_size, NULL, 0, NULL, &whole))
		return false;
	is = whole->nr != 0;
	object_free(whole);
	return is;
}

static void release(struct explainer *x)
{
	const char *mine = btf_file__info(x->f)->release, *base = x->o.base_release;

	if (!mine || !base)
		return;
	x->info->other_release = answer(strcmp(mine, base) != 0);
	if (strcmp(mine, base))
		report_note(part(x, BTF_EXPLAIN_BASE), BTF_CODE_EXPLAIN_RELEASE, NULL,
			    "the module was built for %s, the base is of %s", mine, base);
}

/* what parsing noticed: ids and names that lead nowhere are signs, a damaged header is none */
static bool is_sign(const struct btf_report *r)
{
	for (size_t i = 0; i < r->cnt; i++)
		switch (r->items[i].code) {
		case BTF_CODE_TYPE_NAME:
		case BTF_CODE_TYPE_REF:
		case BTF_CODE_TYPE_FUNC:
			return true;
		default:
			break;
		}
	return false;
}

static int suspect_split(struct explainer *x, struct btf *split, struct btf_report *r)
{
	int err;

	if (is_whole(x)) {
		report_note(r, BTF_CODE_EXPLAIN_BASE, NULL,
			    "this BTF is not split: it refers to "
			    "no base, and its ids mean others here");
		x->info->other_base = BTF_ANSWER_YES;
		return 0;
	}
	err = suspect_base(split, r);
	if (err == -ENOMEM)
		return err;
	if (err)
		x->info->other_base = BTF_ANSWER_YES;
	else if (!refers_to_base(split) || x->info->other_release == BTF_ANSWER_NO)
		x->info->other_base = BTF_ANSWER_NO;
	else if (x->info->other_release == BTF_ANSWER_YES) {
		report_note(r, BTF_CODE_EXPLAIN_BASE, NULL,
			    "it refers to types of its base by number, and those are others in "
			    "every build");
		x->info->other_base = BTF_ANSWER_YES;
	}
	return 0;
}

static int suspect(struct explainer *x)
{
	struct btf_report *r = part(x, BTF_EXPLAIN_BASE), *mine;
	struct btf *split;
	int err;

	release(x);
	if (x->uses_dist)
		return 0;
	if (x->dist) {
		report_note(
			r, BTF_CODE_EXPLAIN_BASE, NULL,
			"it is split on its own .BTF.base, and this kernel takes it for split on "
			"its BTF");
		x->info->other_base = BTF_ANSWER_YES;
		return 0;
	}
	mine = btf_report__new();
	if (!mine)
		return -ENOMEM;
	report_context(mine, btf_file__path(x->f), SEC_BTF);
	err = object_parse(x->btf, x->btf_size, base_of(x), 0, mine, &split);
	if (!err) {
		err = suspect_split(x, split, mine);
		object_free(split);
	} else if (is_sign(mine)) {
		x->info->other_base = BTF_ANSWER_YES;
	} else if (err != -ENOMEM) {
		btf_report__clear(mine); /* the checker has said so */
	}
	if (err != -ENOMEM)
		err = btf_report__append(r, mine);
	btf_report__free(mine);
	return err == -ENOMEM ? err : 0;
}

/* ---- sound ---- */

static int sound(struct explainer *x)
{
	int err;

	if (!x->dist)
		return 0;
	err = try_relocate(x, x->btf, x->btf_size, x->dist, x->dist_size, RELOCATE_SOUND,
			   part(x, BTF_EXPLAIN_SOUND));
	if (err == -ENOMEM)
		return err;
	x->info->sound_fits = answer(!err);
	return 0;
}

/* ---- layout ---- */

/* what the compiler knew, as BTF of its own; NULL: it cannot be had */
static struct btf_module *encode(struct explainer *x, const struct btf *base)
{
	const struct btf_encode_opts o = {.sz = sizeof(o)};
	struct btf_encoder *e = btf_encoder__new(base, &o, NULL);
	struct btf_module *m = e ? btf_module__encode(x->f, e, NULL, NULL) : NULL;

	btf_encoder__free(e);
	return m;
}

static int compare(struct explainer *x, const struct btf *mine, const char *from)
{
	struct explain_layout l;
	int err = explain_layout(mine, x->base, &l, part(x, BTF_EXPLAIN_LAYOUT));

	if (err)
		return err;
	x->info->layout_from = from;
	x->info->layout_differs = answer(l.differ != 0);
	x->info->structs = l.structs;
	x->info->farther = l.farther;
	return 0;
}

static int layout_dwarf(struct explainer *x)
{
	struct btf_module *m = encode(x, NULL);
	const struct btf_module_info *info = btf_module__info(m);
	struct btf *mine;
	int err;

	if (!m)
		return errno == ENOMEM ? -ENOMEM : 0;
	err = object_parse(info->btf, info->btf_size, NULL, 0, NULL, &mine);
	if (!err) {
		err = compare(x, mine, "DWARF");
		object_free(mine);
	}
	btf_module__free(m);
	return err == -ENOMEM ? err : 0;
}

static int layout_built_on(struct explainer *x)
{
	struct btf *mine;
	int err = object_parse(x->btf, x->btf_size, (struct btf *)(uintptr_t)x->o.built_on, 0, NULL,
			       &mine);

	if (err)
		return err == -ENOMEM ? err : 0;
	/* on a wrong one nothing that is read means anything */
	err = suspect_base(mine, NULL);
	if (!err)
		err = compare(x, mine, "old kernel");
	object_free(mine);
	return err == -ENOMEM ? err : 0;
}

/* relocation has compared what is held by value */
static void layout_distilled(struct explainer *x)
{
	const struct btf_report *r = x->e->part[BTF_EXPLAIN_SOUND];

	if (!x->dist || x->info->layout_from)
		return;
	x->info->layout_from = SEC_BASE;
	x->info->layout_differs =
		x->info->sound_fits == BTF_ANSWER_YES ? BTF_ANSWER_NO : BTF_ANSWER_UNKNOWN;
	for (size_t i = 0; i < r->cnt; i++)
		if (r->items[i].code == BTF_CODE_RELOC_SIZE)
			x->info->layout_differs = BTF_ANSWER_YES;
}

static int layout(struct explainer *x)
{
	int err = 0;

	if (x->info->has_dwarf)
		err = layout_dwarf(x);
	if (!err && !x->info->layout_from && x->btf && !x->dist && x->o.built_on)
		err = layout_built_on(x);
	layout_distilled(x);
	return err;
}

/* ---- crcs ---- */

static int crcs(struct explainer *x)
{
	const struct btf_file_info *file = btf_file__info(x->f);
	struct explain_crcs c;
	const void *data;
	size_t size;
	int err;

	if (!x->o.symvers || !x->info->has_crcs)
		return 0;
	report_context(part(x, BTF_EXPLAIN_CRC), btf_file__path(x->f), "__versions");
	err = section(x, "__versions", &data, &size, NULL);
	if (!err)
		err = explain_crcs(data, size, file->elf_class == 64,
				   file->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__),
				   x->o.symvers, x->o.symvers_size, &c,
				   x->e->part[BTF_EXPLAIN_CRC]);
	if (err)
		return err == -ENOMEM ? err : 0;
	x->info->crcs = c.compared;
	x->info->crcs_differ = answer(c.differ || c.missing);
	return 0;
}

/* ---- decide ---- */

static enum btf_explain_verdict decide(const struct explainer *x)
{
	const struct btf_explain_info *info = x->info;

	if (!x->btf)
		return BTF_EXPLAIN_WITHOUT;
	if (!x->takes)
		return BTF_EXPLAIN_REFUSED;
	if (info->other_base == BTF_ANSWER_YES)
		return BTF_EXPLAIN_MISREAD;
	if (info->check.danger)
		return BTF_EXPLAIN_UNSAFE;
	if (x->uses_dist && info->sound_fits == BTF_ANSWER_NO)
		return BTF_EXPLAIN_MISREAD;
	/* without CRCs the release is compared, as a part of vermagic */
	if (info->crcs_differ == BTF_ANSWER_YES ||
	    (info->other_release == BTF_ANSWER_YES && !info->has_crcs))
		return BTF_EXPLAIN_UNLOADABLE;
	return BTF_EXPLAIN_LOADS;
}

/* ---- mend ---- */

static int try_distill(struct explainer *x)
{
	const struct btf_distill_opts o = {.sz = sizeof(o)};
	struct btf_module *m;
	int err = 0;

	if (!x->btf || x->dist || !x->o.built_on)
		return 0;
	m = btf_module__distill(x->f, x->o.built_on, &o, NULL);
	if (m) {
		const struct btf_module_info *info = btf_module__info(m);

		err = try_relocate(x, info->btf, info->btf_size, info->base, info->base_size,
				   RELOCATE_KERNEL, NULL);
	}
	x->info->distill_fits = answer(m && !err && version(x) >= FIRST_RELOCATING);
	if (err != -ENOMEM && (!m && errno == ENOMEM))
		err = -ENOMEM;
	btf_module__free(m);
	return err == -ENOMEM ? err : 0;
}

static int try_encode(struct explainer *x)
{
	struct btf_module *m;

	if (!x->info->has_dwarf || x->info->layout_differs == BTF_ANSWER_YES)
		return 0;
	m = encode(x, x->base);
	if (!m && errno == ENOMEM)
		return -ENOMEM;
	x->info->encode_fits = answer(m != NULL);
	btf_module__free(m);
	return 0;
}

static int mend(struct explainer *x)
{
	int err = 0;

	if (x->info->verdict == BTF_EXPLAIN_LOADS || x->info->verdict == BTF_EXPLAIN_UNLOADABLE)
		return 0;
	err = try_distill(x);
	return err ? err : try_encode(x);
}

/* ---- the kernel's words ---- */

static void module_name(const struct explainer *x, char *ret, size_t size)
{
	const char *name = btf_file__info(x->f)->module, *path = btf_file__path(x->f);
	const char *slash = strrchr(path, '/');
	size_t len;

	if (!name)
		name = slash ? slash + 1 : path;
	for (len = 0; name[len] && name[len] != '.' && len + 1 < size; len++)
		ret[len] = name[len] == '-' ? '_' : name[len];
	ret[len] = 0;
}

static void log_rule(struct explainer *x, const struct btf_finding *f)
{
	bool in_base = f->section && !strcmp(f->section, SEC_BASE);
	struct explain_bytes bytes = {.data = in_base ? x->dist : x->btf,
				      .size = in_base ? x->dist_size : x->btf_size,
				      .base = x->base};
	struct btf *own = NULL;

	if (in_base) {
		bytes.base = NULL;
	} else if (x->uses_dist) {
		/* a base that only kernels can read gives no names */
		if (object_parse(x->dist, x->dist_size, NULL, 0, NULL, &own))
			return;
		bytes.base = own;
	}
	explain_log_rule(&x->e->log, &bytes, f, x->o.mismatch == BTF_ANSWER_YES);
	object_free(own);
}

/* the string of the distilled base that a finding names by its offset */
static void log_relocate(struct explainer *x, const struct btf_finding *f)
{
	struct btf *own;
	const char *s;

	if (object_parse(x->dist, x->dist_size, NULL, 0, NULL, &own))
		return;
	s = f->code == BTF_CODE_RELOC_STRING ? object_str_checked(own, (u32)f->actual) : NULL;
	explain_log_relocate(&x->e->log, f, s ? s : "");
	object_free(own);
}

/* kernels walk the base, and stop at the first type there that is the second to fit */
static const struct btf_finding *first_twice(const struct btf_report *r)
{
	const struct btf_finding *first = NULL;

	for (size_t i = 0; i < r->cnt; i++) {
		const struct btf_finding *f = &r->items[i];

		if (f->code == BTF_CODE_RELOC_AMBIGUOUS && (!first || f->actual < first->actual))
			first = f;
	}
	return first;
}

static const struct btf_finding *first_error(const struct btf_report *r)
{
	for (size_t i = 0; i < r->cnt; i++)
		if (r->items[i].severity == BTF_ERROR)
			return &r->items[i];
	return NULL;
}

static int make_log(struct explainer *x)
{
	struct explain_log *log = &x->e->log;
	const struct btf_report *r = x->e->part[BTF_EXPLAIN_CHECK];
	const struct btf_finding *f = first_error(r), *twice = first_twice(r);
	char name[64];

	if (x->takes || !f)
		return 0;
	if (twice)
		explain_log_twice(log, twice, x->base);
	else if (btf_check__rule(f->code))
		log_rule(x, f);
	else
		log_relocate(x, f);
	module_name(x, name, sizeof(name));
	if (x->o.mismatch == BTF_ANSWER_YES)
		explain_log_add(log, "Kernel module BTF mismatch detected, BTF debug info may be "
				     "unavailable for some modules");
	else
		explain_log_add(log, "failed to validate module [%s] BTF: -%d", name,
				x->info->check.err);
	x->info->log = (const char *const *)log->line;
	x->info->log_cnt = log->cnt;
	return log->nomem ? -ENOMEM : 0;
}

/* ---- all of it ---- */

static int run(struct explainer *x, struct btf_report *r)
{
	int err = look(x, r);

	if (!err && x->btf)
		err = check(x);
	if (!err && x->btf)
		err = suspect(x);
	else if (!err)
		release(x);
	if (!err && x->btf)
		err = sound(x);
	if (!err)
		err = layout(x);
	if (!err)
		err = crcs(x);
	if (err)
		return err;
	x->info->verdict = decide(x);
	err = mend(x);
	return err || !x->btf ? err : make_log(x);
}

static struct btf_explain *make(void)
{
	struct btf_explain *e = calloc(1, sizeof(*e));
	bool whole = e != NULL;

	for (int i = 0; whole && i < BTF_EXPLAIN_PARTS; i++) {
		e->part[i] = btf_report__new();
		whole = e->part[i];
	}
	if (whole) {
		e->info.sz = sizeof(e->info);
		return e;
	}
	btf_explain__free(e);
	return NULL;
}

struct btf_explain *btf_explain__new(struct btf_file *f, const struct btf *base,
				     const struct btf_check_base *check_base,
				     const struct btf_explain_opts *opts, struct btf_report *r)
{
	struct explainer x = {.f = f, .base = base, .check_base = check_base, .o.sz = sizeof(x.o)};
	int err;

	if (!f || !api_ours(base) || !check_base || !api_opts_take(&x.o, sizeof(x.o), opts) ||
	    !api_base_ok(x.o.built_on))
		return api_null(-EINVAL);
	x.e = make();
	if (!x.e)
		return api_null(report_nomem(r));
	x.info = &x.e->info;
	err = run(&x, r);
	if (!err)
		return x.e;
	btf_report__append(r, x.e->part[BTF_EXPLAIN_CHECK]);
	btf_explain__free(x.e);
	return api_null(err == -ENOMEM ? report_nomem(r) : err);
}

void btf_explain__free(struct btf_explain *e)
{
	if (!e)
		return;
	for (int i = 0; i < BTF_EXPLAIN_PARTS; i++)
		btf_report__free(e->part[i]);
	explain_log_deinit(&e->log);
	free(e);
}

const struct btf_explain_info *btf_explain__info(const struct btf_explain *e)
{
	return e ? &e->info : NULL;
}

const struct btf_report *btf_explain__findings(const struct btf_explain *e,
					       enum btf_explain_part which)
{
	return e && (unsigned int)which < BTF_EXPLAIN_PARTS ? e->part[which] : NULL;
}
