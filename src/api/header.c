// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/header.h>: joins files (kfunc sets, releases, programs), passes (which types) and print.
 *
 * What is asked for is kept as words until the types are there: files may be closed and modules
 * merged in between. A kfunc set is known by the names of its symbols; that the section was sorted
 * since does not matter for who is in it.
 */
#include <btf/header.h>

#include <fnmatch.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/ids.h"
#include "api/roots.h"
#include "btf/ext.h"
#include "pass/subset.h"
#include "print/header.h"

#define NOVAL BTF_NO_VALUE
/* kinds that have something to print in C */
#define KINDS_PRINTED KINDS_DATA

struct btf_header_maker {
	char *release;
	struct words kfuncs; /* names in kfunc sets */
	struct words used;   /* what programs name */
	struct buf names;    /* const char *: of need_name; text in `used` */
	bool slim;
};

struct btf_header_maker *btf_header__new(void)
{
	struct btf_header_maker *h = calloc(1, sizeof(*h));

	return h ? h : api_null(-ENOMEM);
}

void btf_header__free(struct btf_header_maker *h)
{
	if (!h)
		return;
	free(h->release);
	words_deinit(&h->kfuncs);
	words_deinit(&h->used);
	buf_deinit(&h->names);
	free(h);
}

/* ---- files of the kernel ---- */

static int take_kfunc(void *ctx, const struct ids_name *n)
{
	struct btf_header_maker *h = ctx;

	return words_add(&h->kfuncs, n->name, n->len, WORD_IDENT) ? 0 : -ENOMEM;
}

static int take_sets(struct btf_header_maker *h, struct btf_file *f, struct btf_report *r)
{
	struct ids x = {0};
	int err;

	err = ids_of_file(f, NULL, &x);
	if (!err && !x.set_cnt && !x.name_cnt)
		err = -EINVAL;
	if (!err)
		err = ids_kfuncs(&x, take_kfunc, h);
	ids_deinit(&x);
	if (err == -ENOMEM)
		return report_nomem(r);
	if (err && err != -ENODATA)
		report_warning(r, BTF_CODE_HEADER_IDS, &(struct place){.section = ".BTF_ids"},
			       NOVAL, NOVAL, "the section cannot be read");
	return 0;
}

int btf_header__add_file(struct btf_header_maker *h, struct btf_file *f, struct btf_report *r)
{
	const struct btf_file_info *info;
	int err;

	if (!h || !f)
		return api_ret(-EINVAL);
	info = btf_file__info(f);
	if (!h->release && info->release) {
		h->release = strdup(info->release);
		if (!h->release)
			return api_ret(report_nomem(r));
	}
	report_context(r, btf_file__path(f), NULL);
	err = take_sets(h, f, r);
	report_context(r, NULL, NULL);
	return api_ret(err);
}

/* ---- what is needed ---- */

/* Used by bpf_helpers.h and its kin, or by macros of theirs, without standing in the program. */
static const char *const always_idents[] = {
	"__u8",	   "__u16",    "__u32",	   "__u64",	"__s8",	  "__s16",   "__s32",	"__s64",
	"u8",	   "u16",      "u32",	   "u64",	"s8",	  "s16",     "s32",	"s64",
	"__be16",  "__be32",   "__be64",   "__le16",	"__le32", "__le64",  "__sum16", "__wsum",
	"uint8_t", "uint16_t", "uint32_t", "uint64_t",	"int8_t", "int16_t", "int32_t", "int64_t",
	"bool",	   "size_t",   "ssize_t",  "uintptr_t", "false",  "BPF_ANY",
};
static const char *const always_tags[] = {
	"pt_regs", "user_pt_regs", "user_regs_struct", "bpf_iter_num", "bpf_map_type",
};

static int take_always(struct btf_header_maker *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(always_idents); i++)
		if (!words_add(&h->used, always_idents[i], strlen(always_idents[i]), WORD_IDENT))
			return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(always_tags); i++)
		if (!words_add(&h->used, always_tags[i], strlen(always_tags[i]), WORD_TAG))
			return -ENOMEM;
	return 0;
}

int btf_header__need_name(struct btf_header_maker *h, const char *name, struct btf_report *r)
{
	const struct word *w;

	if (!h || !name || !*name)
		return api_ret(-EINVAL);
	w = words_add(&h->used, name, strlen(name), 0);
	if (!w || buf_add(&h->names, &w->text, sizeof(w->text)))
		return api_ret(report_nomem(r));
	h->slim = true;
	return 0;
}

int btf_header__need_source(struct btf_header_maker *h, const void *text, size_t size,
			    struct btf_report *r)
{
	if (!h || (!text && size))
		return api_ret(-EINVAL);
	if (take_always(h) || words_of_source(&h->used, text, size))
		return api_ret(report_nomem(r));
	h->slim = true;
	return 0;
}

/* "task_struct___old" is task_struct: what CO-RE compares */
static size_t essential_len(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = len; i-- > 4;)
		if (name[i - 4] != '_' && !memcmp(name + i - 3, "___", 3) && name[i] != '_')
			return i - 3;
	return len;
}

struct program {
	struct btf_header_maker *h;
	const struct btf *b;
};

/* the type of a CO-RE relocation, behind what stands around it */
static int take_relocated(void *ctx, u32 *idp)
{
	const struct program *p = ctx;
	u32 id = *idp;

	for (u32 steps = 0; id && id < object_type_cnt(p->b) && steps < 64; steps++) {
		const struct btf_type *t = object_type(p->b, id);
		const char *name = object_name(p->b, t);
		u32 kind = type_kind(t);

		if (kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM | KIND_BIT(BTF_KIND_TYPEDEF)) &&
		    t->name_off &&
		    !words_add(&p->h->used, name, essential_len(name),
			       kind == BTF_KIND_TYPEDEF ? WORD_IDENT : WORD_TAG))
			return -ENOMEM;
		if (!kind_in(kind, KINDS_MOD | KIND_BIT(BTF_KIND_PTR) | KIND_BIT(BTF_KIND_TYPEDEF)))
			break;
		id = t->type;
	}
	return 0;
}

static int take_type(const struct program *p, const struct btf_type *t)
{
	const char *name = object_name(p->b, t);
	u32 kind = type_kind(t);
	struct word *w;

	if (!*name)
		return 0;
	if (kind_in(kind, KINDS_COMPOSITE | KINDS_ENUM)) {
		w = words_add(&p->h->used, name, essential_len(name), WORD_LIKE);
		if (w)
			w->like = (struct word_like){kind, t->size, type_vlen(t)};
	} else if (kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_FUNC) {
		w = words_add(&p->h->used, name, strlen(name), WORD_IDENT);
	} else {
		return 0;
	}
	return w ? 0 : -ENOMEM;
}

static int take_program(struct btf_header_maker *h, struct btf_file *f, const struct btf *b,
			struct btf_report *r)
{
	struct program p = {h, b};
	struct btf_ext *ext;
	const void *data;
	size_t size;
	int err = 0;

	for (u32 i = 0; i < b->nr && !err; i++)
		err = take_type(&p, object_own(b, i));
	if (err)
		return report_nomem(r);
	data = btf_file__section(f, ".BTF.ext", &size, NULL);
	if (!data)
		return errno == ENODATA ? 0 : -errno;
	err = ext_parse(data, size, r, &ext);
	if (err)
		return err;
	err = ext_each_id(ext, take_relocated, &p);
	ext_free(ext);
	return err ? report_nomem(r) : 0;
}

int btf_header__need_object(struct btf_header_maker *h, struct btf_file *f, struct btf_report *r)
{
	const void *data;
	struct btf *b;
	size_t size;
	int err;

	if (!h || !f)
		return api_ret(-EINVAL);
	report_context(r, btf_file__path(f), ".BTF");
	data = btf_file__section(f, ".BTF", &size, r);
	if (data)
		err = object_parse(data, size, NULL, 0, r, &b);
	else
		err = errno != ENODATA ? -errno
				       : report_error(r, BTF_CODE_HEADER_OBJECT, NULL, NOVAL, NOVAL,
						      "there is no .BTF section");
	if (!err) {
		err = take_always(h) ? report_nomem(r) : take_program(h, f, b, r);
		object_free(b);
	}
	report_context(r, NULL, NULL);
	if (!err)
		h->slim = true;
	return api_ret(err);
}

/* ---- the types and functions ---- */

struct pick {
	const struct btf_header_maker *h;
	const struct btf *b;
	struct btf_report *r;
	struct buf roots;  /* u32: types, and prototypes of kfuncs */
	struct buf kfuncs; /* u32: all of them, each name once, by name */
	struct buf ids;	   /* u32: types to print, when the header is slim */
	struct buf chosen; /* u32: FUNCs to print */
};

static const char *func_name(const struct btf *b, u32 id)
{
	return object_name(b, object_type(b, id));
}

static int by_name(const void *left, const void *right, void *ctx)
{
	u32 a = *(const u32 *)left, b = *(const u32 *)right;
	int diff = strcmp(func_name(ctx, a), func_name(ctx, b));

	return diff ? diff : a < b ? -1 : a > b;
}

/* tagged ones, and those of kfunc sets */
static int find_kfuncs(struct pick *p)
{
	u32 cnt = object_type_cnt(p->b), *id, nr = 0, all;
	int err = subset_kfuncs(p->b, &p->kfuncs);

	for (u32 i = 1; !err && p->h->kfuncs.nr && i < cnt; i++) {
		const struct btf_type *t = object_type(p->b, i);

		if (type_is(t, BTF_KIND_FUNC) && words_find(&p->h->kfuncs, object_name(p->b, t)))
			err = buf_add(&p->kfuncs, &i, sizeof(i));
	}
	if (err || !p->kfuncs.len)
		return err;
	id = (u32 *)(void *)p->kfuncs.data;
	all = (u32)(p->kfuncs.len / sizeof(*id));
	qsort_r(id, all, sizeof(*id), by_name, (void *)(uintptr_t)p->b);
	for (u32 i = 0; i < all; i++)
		if (*func_name(p->b, id[i]) &&
		    (!nr || strcmp(func_name(p->b, id[nr - 1]), func_name(p->b, id[i]))))
			id[nr++] = id[i];
	p->kfuncs.len = nr * sizeof(*id);
	return 0;
}

static int choose(struct pick *p, u32 func)
{
	u32 proto = object_type(p->b, func)->type;

	if (buf_add(&p->chosen, &func, sizeof(func)) || buf_add(&p->roots, &proto, sizeof(proto)))
		return -ENOMEM;
	return 0;
}

/* kfuncs that match; how many, or -ENOMEM */
static int choose_named(struct pick *p, const char *spec)
{
	const u32 *id = (const void *)p->kfuncs.data;
	int found = 0;

	for (u32 i = 0; i < p->kfuncs.len / sizeof(*id); i++) {
		const char *name = func_name(p->b, id[i]);

		/* what programs use was chosen before */
		if (strcmp(spec, name) && fnmatch(spec, name, 0))
			continue;
		if (!words_has(&p->h->used, name, WORD_IDENT) && choose(p, id[i]))
			return -ENOMEM;
		found++;
	}
	return found;
}

static int find_enumerator(struct pick *p, const char *name)
{
	struct words one = {0};
	size_t before = p->roots.len;
	int err = words_add(&one, name, strlen(name), WORD_IDENT) ? 0 : -ENOMEM;

	if (!err)
		err = subset_named(p->b, &one, &p->roots);
	words_deinit(&one);
	return err ? err : p->roots.len > before;
}

/* one name of need_name */
static int find_name(struct pick *p, const char *name)
{
	int types, funcs, found = 0;

	types = roots_find(p->b, name, KINDS_PRINTED, &p->roots, p->r);
	if (types < 0)
		return types;
	funcs = choose_named(p, name);
	if (funcs >= 0 && !types && !funcs)
		found = find_enumerator(p, name);
	if (funcs < 0 || found < 0)
		return report_nomem(p->r);
	return types || funcs || found ? 0 : roots_miss(p->b, name, KINDS_PRINTED, p->r);
}

static int pick_slim(struct pick *p)
{
	const char *const *name = (const void *)p->h->names.data;
	const u32 *id = (const void *)p->kfuncs.data;
	bool failed = false;
	int err = 0;

	for (u32 i = 0; i < p->kfuncs.len / sizeof(*id) && !err; i++)
		if (words_has(&p->h->used, func_name(p->b, id[i]), WORD_IDENT))
			err = choose(p, id[i]);
	if (!err)
		err = subset_named(p->b, &p->h->used, &p->roots);
	if (err)
		return report_nomem(p->r);
	/* all that is missing is said at once */
	for (u32 i = 0; i < p->h->names.len / sizeof(*name); i++) {
		err = find_name(p, name[i]);
		if (err && err != -ENOENT)
			return err;
		failed |= err == -ENOENT;
	}
	if (failed)
		return -ENOENT;
	if (p->chosen.len)
		qsort_r(p->chosen.data, p->chosen.len / sizeof(u32), sizeof(u32), by_name,
			(void *)(uintptr_t)p->b);
	err = subset_close(p->b, (const void *)p->roots.data, p->roots.len / sizeof(u32),
			   &p->h->used, SUBSET_DEFINED, &p->ids);
	return err ? report_nomem(p->r) : 0;
}

static int print_picked(const struct pick *p,
			int (*write)(void *ctx, const void *data, size_t size), void *ctx)
{
	const struct buf *funcs = p->h->slim ? &p->chosen : &p->kfuncs;
	struct header_opts o = {
		.release = p->h->release,
		.slim = p->h->slim,
		.ids = (const void *)p->ids.data,
		.id_cnt = p->ids.len / sizeof(u32),
		.kfuncs = (const void *)funcs->data,
		.kfunc_cnt = funcs->len / sizeof(u32),
	};

	return print_header(p->b, &o, write, ctx, p->r);
}

int btf_header__print(const struct btf_header_maker *h, const struct btf *btf,
		      int (*write)(void *ctx, const void *data, size_t size), void *ctx,
		      struct btf_report *r)
{
	struct pick p = {.h = h, .b = btf, .r = r};
	int err;

	if (!h || !api_ours(btf) || !write)
		return api_ret(-EINVAL);
	err = find_kfuncs(&p);
	if (err)
		err = report_nomem(r);
	if (!err && h->slim)
		err = pick_slim(&p);
	if (!err)
		err = print_picked(&p, write, ctx);
	buf_deinit(&p.roots);
	buf_deinit(&p.kfuncs);
	buf_deinit(&p.ids);
	buf_deinit(&p.chosen);
	return api_ret(err);
}
