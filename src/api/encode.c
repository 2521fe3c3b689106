// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The exported names of <btf/encode.h>.
 *
 * An encoder is what does not change from file to file: options and the base's index. What does
 * change, the memory of a job, is taken from a list of idle ones and put back: there are as many
 * as files are encoded at a time.
 */
#include <btf/encode.h>

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>

#include "api/api.h"
#include "api/module.h"
#include "encode/encode.h"
#include "io/file_inside.h"

/* memory of one file at a time */
struct job_memory {
	struct encode_memory *encode;
	struct debug_buffers debug;
	struct job_memory *next;
};

struct btf_encoder {
	struct base_index index;
	const struct btf *base;
	struct encode_opts opts;
	bool frugal;
	char *kabi_prefix;
	u32 lang_exclude[64], lang_only[64];
	pthread_mutex_t lock;
	struct job_memory *idle; /* under lock */
};

/* ---- names ---- */

static const struct {
	const char *name;
	u32 code;
} languages[] = {
	{"ada83", 0x03}, {"ada95", 0x0d}, {"asm", 0x8001}, {"bliss", 0x25}, {"c", 0x02},
	{"c++", 0x04}, {"c++03", 0x19}, {"c++11", 0x1a}, {"c++14", 0x21}, {"c++17", 0x2b},
	{"c++20", 0x2c}, {"c11", 0x1d}, {"c17", 0x2d}, {"c89", 0x01}, {"c99", 0x0c},
	{"cobol74", 0x05}, {"cobol85", 0x06}, {"d", 0x13}, {"dylan", 0x20}, {"fortran03", 0x22},
	{"fortran08", 0x23}, {"fortran77", 0x07}, {"fortran90", 0x08}, {"fortran95", 0x0e},
	{"go", 0x16}, {"haskell", 0x18}, {"java", 0x0b}, {"julia", 0x1f}, {"modula2", 0x0a},
	{"modula3", 0x17}, {"objc", 0x10}, {"objc++", 0x11}, {"ocaml", 0x1b}, {"opencl", 0x15},
	{"pascal83", 0x09}, {"pli", 0x0f}, {"python", 0x14}, {"renderscript", 0x24},
	{"rust", 0x1c}, {"swift", 0x1e}, {"upc", 0x12}, {"zig", 0x27},
};

static const struct {
	const char *name;
	u32 bit;
} features[] = {
	{"var", BTF_ENCODE_VAR},
	{"global_var", BTF_ENCODE_GLOBAL_VAR},
	{"float", BTF_ENCODE_FLOAT},
	{"decl_tag", BTF_ENCODE_DECL_TAG},
	{"type_tag", BTF_ENCODE_TYPE_TAG},
	{"enum64", BTF_ENCODE_ENUM64},
	{"consistent_func", BTF_ENCODE_CONSISTENT_FUNC},
	{"decl_tag_kfuncs", BTF_ENCODE_KFUNCS},
	{"attributes", BTF_ENCODE_ATTRIBUTES},
	{"true_signature", BTF_ENCODE_TRUE_SIGNATURE},
	{"layout", BTF_ENCODE_LAYOUT},
};

__u32 btf_encode__language(const char *name)
{
	for (u32 i = 0; name && i < ARRAY_SIZE(languages); i++)
		if (!strcasecmp(languages[i].name, name))
			return languages[i].code;
	return 0;
}

__u32 btf_encode__feature(const char *name)
{
	for (u32 i = 0; name && i < ARRAY_SIZE(features); i++)
		if (!strcmp(features[i].name, name))
			return features[i].bit;
	return 0;
}

/* ---- life ---- */

static const u32 *copy_list(u32 *to, u32 cap, const __u32 *from)
{
	u32 n = 0;

	while (from && from[n] && n + 1 < cap) {
		to[n] = from[n];
		n++;
	}
	to[n] = 0;
	return to;
}

static void take_options(struct btf_encoder *e, const struct btf_encode_opts *o)
{
	static const u8 profile[] = {[BTF_PROFILE_CORRECT] = FUNC_PROFILE_CORRECT,
				     [BTF_PROFILE_1_31] = FUNC_PROFILE_1_31,
				     [BTF_PROFILE_MASTER] = FUNC_PROFILE_MASTER,
				     [BTF_PROFILE_1_24] = FUNC_PROFILE_1_24};
	static const __u32 rust[] = {0x1c, 0};
	u32 set = o->has_features ? o->features : BTF_ENCODE_STANDARD;
	struct encode_opts *to = &e->opts;

	to->jobs = o->jobs ? o->jobs : 1;
	to->key = (struct key_opts){.float_as_int = !(set & BTF_ENCODE_FLOAT),
				    .type_tags = set & BTF_ENCODE_TYPE_TAG,
				    .enum64 = set & BTF_ENCODE_ENUM64};
	to->vars = set & BTF_ENCODE_GLOBAL_VAR ? VARS_ALL
		   : set & BTF_ENCODE_VAR      ? VARS_PERCPU
					       : VARS_NONE;
	to->decl_tags = set & BTF_ENCODE_DECL_TAG;
	to->kfuncs = set & BTF_ENCODE_KFUNCS;
	to->attributes = set & BTF_ENCODE_ATTRIBUTES;
	to->funcs = (struct func_opts){.profile = profile[o->profile],
				      .inconsistent = !(set & BTF_ENCODE_CONSISTENT_FUNC),
				      .true_signature = set & BTF_ENCODE_TRUE_SIGNATURE,
				      .decl_tags = set & BTF_ENCODE_DECL_TAG};
	to->lang_exclude = copy_list(e->lang_exclude, ARRAY_SIZE(e->lang_exclude),
				     o->lang_exclude ? o->lang_exclude : rust);
	if (o->lang_only)
		to->lang_only = copy_list(e->lang_only, ARRAY_SIZE(e->lang_only), o->lang_only);
	to->layout = set & BTF_ENCODE_LAYOUT;
}

struct btf_encoder *btf_encoder__new(const struct btf *base, const struct btf_encode_opts *opts,
				     struct btf_report *r)
{
	struct btf_encode_opts o = {.sz = sizeof(o)};
	struct btf_encoder *e;

	if (!api_base_ok(base) || !api_opts_take(&o, sizeof(o), opts) ||
	    (u32)o.profile > BTF_PROFILE_1_24)
		return api_null(-EINVAL);
	e = calloc(1, sizeof(*e));
	if (!e)
		return api_null(report_nomem(r));
	take_options(e, &o);
	e->base = base;
	e->frugal = o.frugal;
	if (o.kabi_prefix && *o.kabi_prefix)
		e->kabi_prefix = strdup(o.kabi_prefix);
	if ((o.kabi_prefix && *o.kabi_prefix && !e->kabi_prefix) ||
	    (base && base_index_build(&e->index, base))) {
		free(e->kabi_prefix);
		free(e);
		return api_null(report_nomem(r));
	}
	pthread_mutex_init(&e->lock, NULL);
	return e;
}

static void memory_free(struct job_memory *m)
{
	encode_memory_free(m->encode);
	debug_buffers_deinit(&m->debug);
	free(m);
}

void btf_encoder__free(struct btf_encoder *e)
{
	int saved = errno;

	if (!e)
		return;
	for (struct job_memory *m = e->idle, *next; m; m = next) {
		next = m->next;
		memory_free(m);
	}
	pthread_mutex_destroy(&e->lock);
	base_index_free(&e->index);
	free(e->kabi_prefix);
	free(e);
	errno = saved;
}

static struct job_memory *memory_take(struct btf_encoder *e)
{
	struct job_memory *m;

	pthread_mutex_lock(&e->lock);
	m = e->idle;
	if (m)
		e->idle = m->next;
	pthread_mutex_unlock(&e->lock);
	if (m)
		return m;
	m = calloc(1, sizeof(*m));
	if (m)
		m->encode = encode_memory_new(e->opts.jobs);
	if (m && m->encode)
		return m;
	free(m);
	return NULL;
}

static void memory_put(struct btf_encoder *e, struct job_memory *m)
{
	if (e->frugal) {
		memory_free(m);
		return;
	}
	pthread_mutex_lock(&e->lock);
	m->next = e->idle;
	e->idle = m;
	pthread_mutex_unlock(&e->lock);
}

/* ---- why functions are not there ---- */

struct reason {
	const char *name;
	const char **rule, **unit;
	u32 rule_cnt, unit_cnt;
	bool kept;
};

struct btf_encode_reasons {
	struct arena arena;
	struct buf reason; /* struct reason[] */
	int err;
};

void btf_encode_reasons__free(struct btf_encode_reasons *x)
{
	if (!x)
		return;
	arena_deinit(&x->arena);
	buf_deinit(&x->reason);
	free(x);
}

size_t btf_encode_reasons__count(const struct btf_encode_reasons *x)
{
	return x ? x->reason.len / sizeof(struct reason) : 0;
}

int btf_encode_reasons__get(const struct btf_encode_reasons *x, size_t i,
			    struct btf_encode_reason *ret)
{
	const struct reason *from;
	struct btf_encode_reason known;

	if (!ret || ret->sz < sizeof(ret->sz))
		return api_ret(-EINVAL);
	if (i >= btf_encode_reasons__count(x))
		return api_ret(-ENOENT);
	from = (const struct reason *)(const void *)x->reason.data + i;
	known = (struct btf_encode_reason){.sz = ret->sz,
					   .name = from->name,
					   .kept = from->kept,
					   .rule_cnt = from->rule_cnt,
					   .rule = from->rule,
					   .unit_cnt = from->unit_cnt,
					   .unit = from->unit};
	memcpy(ret, &known, min_of(ret->sz, sizeof(known)));
	return 0;
}

const char *btf_encode__rule_text(const char *id)
{
	for (u32 i = 0; id && i < FUNC_RULES; i++)
		if (!strcmp(func_rule_name(i), id))
			return func_rule_text(i);
	return NULL;
}

static bool set_rules(struct btf_encode_reasons *x, const struct func_verdict *v, struct reason *w)
{
	w->rule = arena_alloc(&x->arena, FUNC_RULES * sizeof(*w->rule));
	for (u32 i = 0; w->rule && i < FUNC_RULE_FIRST_CHOICE; i++)
		if (v->reasons >> i & 1)
			w->rule[w->rule_cnt++] = func_rule_name(i);
	if (w->rule && !v->reasons)
		w->rule[w->rule_cnt++] = func_rule_name(v->choice);
	return w->rule;
}

/* units of the states, that of the chosen one first, each name once in a row */
static bool set_units(struct btf_encode_reasons *x, const struct func_set *set,
		      const struct func_verdict *v, const struct dwarf_unit *unit, struct reason *w)
{
	w->unit = arena_alloc(&x->arena, (v->cnt + 1) * sizeof(*w->unit));
	for (u32 i = 0; w->unit && i <= v->cnt; i++) {
		u32 at = i ? v->first + i - 1 : v->chosen;
		const char *name;

		if (i && at == v->chosen)
			continue;
		name = unit[set->at[at].state->unit].name;
		w->unit[w->unit_cnt] = arena_strdup(&x->arena, name);
		if (name && !w->unit[w->unit_cnt++])
			return false;
	}
	return w->unit;
}

static char *verdict_name(struct arena *a, const struct func_set *set, const struct func_verdict *v)
{
	const struct func_group *g = &set->symbols->group[v->group];

	return v->true_symbol ? arena_strdup(a, v->true_symbol->name)
			      : arena_printf(a, "%.*s", (int)g->name_len, g->name);
}

/* called when all names of a file are judged; what it is given is gone afterwards */
static void take_reasons(void *ctx, const struct func_set *set, const struct dwarf_unit *unit)
{
	struct btf_encode_reasons *x = ctx;

	for (u32 i = 0; !x->err && i < set->cnt; i++) {
		const struct func_verdict *v = &set->verdict[i];
		struct reason w = {.kept = !v->reasons};

		w.name = verdict_name(&x->arena, set, v);
		if (!w.name || !set_rules(x, v, &w) || !set_units(x, set, v, unit, &w) ||
		    buf_add(&x->reason, &w, sizeof(w)))
			x->err = -ENOMEM;
	}
}

/* ---- one file ---- */

static int no_dwarf(const struct debug_image *d, struct btf_report *r)
{
	const u32 units = DEBUG_MASK(DEBUG_INFO) | DEBUG_MASK(DEBUG_TYPES);

	if (!(d->present & units) && d->present_dwo & units)
		report_note(r, BTF_CODE_ENCODE_SPLIT_DWARF, NULL,
			    "holds the .dwo part of split DWARF");
	else
		report_note(r, BTF_CODE_ENCODE_NO_DWARF, NULL, "has no DWARF to make BTF of");
	return -ENODATA;
}

/* does a section lie in the file's own mapping, and not in memory that it was unpacked to? */
static bool is_mapped(const struct btf_file *f, const u8 *section)
{
	return f->raw.how == BYTES_MAPPED && section >= f->raw.data && section < f->raw.data + f->raw.size;
}

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#define POPULATE_MAX (64u << 20)

/* most of a module is read, relocations above all: one call is cheaper than a fault for each bit */
static void read_ahead(const struct btf_file *f)
{
	if (f->raw.how == BYTES_MAPPED && f->elf.type == ET_REL && f->raw.size <= POPULATE_MAX)
		madvise((void *)(uintptr_t)f->raw.data, f->raw.size, MADV_POPULATE_READ);
}

static int encode_elf(struct btf_encoder *e, struct job_memory *m, struct btf_file *f,
		      struct btf_report *r, struct encode_stats *stats,
		      struct btf_encode_reasons *reasons, struct btf **ret)
{
	struct debug_opts o = {.sections = ENCODE_SECTIONS,
			       .mapped = is_mapped(f, f->elf.data),
			       .buffers = &m->debug};
	struct encode_opts opts = e->opts;
	struct debug_image image = {0};
	struct encode_file file;
	int err;

	read_ahead(f);
	err = debug_image_init(&image, &f->elf, &o, r);
	if (!err && !image.section[DEBUG_INFO].data && !image.section[DEBUG_TYPES].data &&
	    image.present_dwo & DEBUG_MASK(DEBUG_INFO)) {
		/* a .dwo file by itself: all that it says of types is there */
		debug_image_deinit(&image);
		o.dwo = true;
		err = debug_image_init(&image, &f->elf, &o, r);
		/* each unit would have its part of the other sections */
		if (!err && image.present & DEBUG_MASK(DEBUG_CU_INDEX)) {
			debug_image_deinit(&image);
			return report_errno(r, BTF_CODE_ENCODE_SPLIT_DWARF, EINVAL,
					    &(struct place){0},
					    "is a DWARF package (.dwp), which is not read");
		}
	}
	if (err)
		return err;
	encode_file_init(&file, &f->elf, &image);
	file.dwarf.name_prefix = e->kabi_prefix;
	file.mapped = is_mapped(f, image.section[DEBUG_INFO].data);
	if (reasons) {
		opts.judged = take_reasons;
		opts.judged_ctx = reasons;
	}
	err = encode_run(&file, e->base ? &e->index : NULL, &opts, m->encode, r, stats, ret);
	if (!err && reasons && reasons->err) {
		object_free(*ret);
		*ret = NULL;
		err = report_nomem(r);
	}
	if (err == -ENODATA)
		err = no_dwarf(&image, r);
	if (!err && stats->skipped == stats->units) {
		object_free(*ret);
		*ret = NULL;
		report_note(r, BTF_CODE_ENCODE_NO_UNIT, NULL,
			    "none of its %u units is in a language that is read", stats->units);
		err = -ENODATA;
	}
	debug_image_deinit(&image);
	return err;
}

static void give_stats(struct btf_encode_stats *to, const struct encode_stats *from)
{
	struct btf_encode_stats known = {.units = from->units, .skipped = from->skipped,
					 .dies = from->dies, .funcs = from->funcs,
					 .dropped = from->funcs_dropped, .vars = from->vars,
					 .whole_bytes = from->whole_bytes};
	size_t sz = to->sz;

	known.sz = sz;
	memcpy(to, &known, min_of(sz, sizeof(known)));
}

/* header, types, strings: as it would be written */
static void count_own(struct btf_encode_stats *to, const struct btf *b)
{
	struct btf_encode_stats known;

	memset(&known, 0, sizeof(known));
	memcpy(&known, to, min_of(to->sz, sizeof(known)));
	known.own_types = b->nr;
	known.own_bytes = (u64)24 + b->types_len + b->strs_len;
	memcpy(to, &known, min_of(to->sz, sizeof(known)));
}

static int encode_file(struct btf_encoder *e, struct job_memory *m, struct btf_file *f,
		       const struct btf_module_encode_opts *o, struct btf_report *r,
		       struct btf_module **ret)
{
	struct btf_encode_reasons *reasons = o->reasons ? calloc(1, sizeof(*reasons)) : NULL;
	struct encode_stats stats = {.whole_wanted = o->stats != NULL};
	struct btf *b = NULL;
	int err;

	if (o->reasons && !reasons)
		return report_nomem(r);
	if (f->has_elf)
		err = encode_elf(e, m, f, r, &stats, reasons, &b);
	else
		err = report_error(r, BTF_CODE_ENCODE_CARRIER, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				   "is no ELF file");
	if (err == -ENODATA && o->allow_empty)
		err = object_new((struct btf *)(uintptr_t)e->base, false, &b);
	if (!err) {
		/* BTF is of its file's byte order */
		b->swapped_out = f->elf.swap;
		err = module_encoded(f, b, o->distill && e->base, o->in_file, r, ret);
	}
	if (!err && o->stats) {
		give_stats(o->stats, &stats);
		count_own(o->stats, b);
	}
	if (!err && o->split)
		*o->split = b;
	else
		object_free(b);
	if (!err && o->reasons)
		*o->reasons = reasons;
	else
		btf_encode_reasons__free(reasons);
	return err;
}

struct btf_module *btf_module__encode(struct btf_file *f, struct btf_encoder *e,
				      const struct btf_module_encode_opts *opts,
				      struct btf_report *r)
{
	struct btf_module_encode_opts o = {.sz = sizeof(o)};
	struct btf_module *m = NULL;
	struct job_memory *mem;
	int err;

	if (!f || !e || !api_opts_take(&o, sizeof(o), opts))
		return api_null(-EINVAL);
	report_context(r, btf_file__path(f), NULL);
	mem = memory_take(e);
	err = mem ? encode_file(e, mem, f, &o, r, &m) : report_nomem(r);
	if (mem)
		memory_put(e, mem);
	report_context(r, NULL, NULL);
	return err ? api_null(err) : m;
}
