// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/check.h>: what kernels would say to bytes and to files. Joins the checker with io (sections,
 * symbols) and, for modules that were distilled, with relocation as kernels do it.
 *
 * In: bytes or an open file, and a base. Out: a verdict; findings. A base is walked once, then only
 * read.
 */
#include <btf/check.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include <btf/file.h>
#include <btf/module.h>

#include "api/api.h"
#include "btf/look.h"
#include "check/kernel.h"
#include "pass/ids.h"

#define SEC_BTF ".BTF"
#define SEC_BASE ".BTF.base"
#define SEC_IDS ".BTF_ids"

/* kernels that the table was held against, by tests/oracle/check or tests/vm/check */
#define OLDEST KV(6, 0)
static const u32 proved[] = {KV(6, 1), KV(6, 12), KV(6, 18)};

struct btf_check_base {
	const struct btf *btf;
	struct kcheck k;
};

const struct btf_check_rule *btf_check__rules(size_t *ret_cnt)
{
	size_t cnt;
	const struct btf_check_rule *rules = kernel_rules(&cnt);

	if (ret_cnt)
		*ret_cnt = cnt;
	return rules;
}

const struct btf_check_rule *btf_check__rule(enum btf_code code)
{
	return kernel_rule(code);
}

const char *btf_check__as_name(enum btf_check_as as)
{
	static const char *const names[] = {"auto", "user", "vmlinux", "module"};

	return (unsigned int)as < ARRAY_SIZE(names) ? names[as] : "unknown";
}

/* ---- which kernel ---- */

static u32 running_version(void)
{
	unsigned int major, minor;
	struct utsname u;

	if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2)
		return KV(6, 18);
	return KV(major, minor);
}

/* 0 where it is too old to be known */
static u32 version_of(const struct btf_check_opts *o)
{
	u32 v = o->kernel_major ? KV(o->kernel_major, o->kernel_minor) : running_version();

	return o->kernel_minor < 0x10000 && o->kernel_major < 0x8000 && v >= OLDEST ? v : 0;
}

/* the options, or false for wrong ones */
static bool take_opts(const struct btf_check_opts *opts, struct btf_check_opts *ret)
{
	*ret = (struct btf_check_opts){.sz = sizeof(*ret)};
	return api_opts_take(ret, sizeof(*ret), opts) &&
	       (unsigned int)ret->as <= BTF_CHECK_MODULE && version_of(ret) &&
	       (!ret->running || api_ours(ret->running));
}

static bool is_proved(u32 version)
{
	for (size_t i = 0; i < ARRAY_SIZE(proved); i++)
		if (proved[i] == version)
			return true;
	return false;
}

/* ---- bytes ---- */

static void prepare(struct kcheck *k, const struct btf_check_opts *o, enum btf_check_as as,
		    const void *data, size_t size, const struct kcheck *base, struct btf_report *r)
{
	*k = (struct kcheck){.data = data,
			     .size = size > UINT32_MAX ? UINT32_MAX : (u32)size,
			     .base = base,
			     .as = as,
			     .version = version_of(o),
			     .all = o->all,
			     .running = o->running,
			     .section = SEC_BTF,
			     .r = r};
}

/* what a walk says into the result, after what walks before it said */
static void conclude(struct btf_check_result *res, const struct kcheck *k)
{
	if (!res->rule && k->first) {
		res->rule = k->first;
		res->err = k->err;
	}
	if (!res->danger)
		res->danger = k->danger;
	res->types = k->nr - (k->nr && !k->base);
}

/* -ENOMEM is no verdict */
static int verdict(const struct btf_check_result *res, int err)
{
	if (err == -ENOMEM && !res->rule)
		return err;
	return res->rule || res->danger ? 1 : 0;
}

/* base and split as one BTF: their ids and string offsets follow each other as they are */
static int join(const struct kcheck *base, const void *data, size_t size,
		const struct btf_check_opts *o, struct buf *out, struct btf_report *r)
{
	struct kcheck split;
	struct wire_header h = {
		.magic = WIRE_MAGIC, .version = WIRE_VERSION, .hdr_len = WIRE_HDR_LEN};
	int err;

	prepare(&split, o, BTF_CHECK_MODULE, data, size, base, r);
	err = kc_head(&split);
	if (err)
		return err;
	h.type_len = base->hdr.type_len + split.hdr.type_len;
	h.str_off = h.type_len;
	h.str_len = base->hdr.str_len + split.hdr.str_len;
	if (buf_add(out, &h, WIRE_HDR_LEN) || buf_add(out, base->types, base->hdr.type_len) ||
	    buf_add(out, split.types, split.hdr.type_len) ||
	    buf_add(out, base->strs, base->hdr.str_len) ||
	    buf_add(out, split.strs, split.hdr.str_len))
		return report_nomem(r);
	return 0;
}

static int check_bytes(const void *data, size_t size, const struct kcheck *base,
		       const struct btf_check_opts *o, enum btf_check_as as,
		       struct btf_check_result *res, struct btf_report *r)
{
	struct buf joined = {0};
	struct kcheck k;
	int err = 0;

	if (as == BTF_CHECK_USER && base) {
		/* what is wrong with the header alone is said of the split, by the same walk */
		err = join(base, data, size, o, &joined, r);
		if (!err) {
			data = joined.data;
			size = joined.len;
			base = NULL;
		}
	}
	prepare(&k, o, base ? BTF_CHECK_MODULE : as, data, size, base, r);
	if (err)
		k.r = NULL; /* said by join() */
	err = kc_run(&k);
	conclude(res, &k);
	kc_deinit(&k);
	buf_deinit(&joined);
	return verdict(res, err);
}

static void begin(struct btf_check_result *res, const struct btf_check_opts *o,
		  enum btf_check_as as)
{
	u32 v = version_of(o);

	*res = (struct btf_check_result){.sz = sizeof(*res),
					 .as = as,
					 .kernel_major = v >> 16,
					 .kernel_minor = v & 0xffff,
					 .proved = is_proved(v)};
}

static int finish(int ret, const struct btf_check_result *res, struct btf_check_result *out)
{
	size_t sz;

	if (ret >= 0 && out) {
		sz = out->sz;
		memcpy(out, res, sz < sizeof(*res) ? sz : sizeof(*res));
		out->sz = sz;
	}
	return api_ret(ret);
}

static bool result_ok(const struct btf_check_result *res)
{
	return !res || res->sz >= sizeof(res->sz);
}

int btf_check__blob(const void *data, size_t size, const struct btf_check_base *base,
		    const struct btf_check_opts *opts, struct btf_check_result *result,
		    struct btf_report *r)
{
	struct btf_check_result res;
	struct btf_check_opts o;
	enum btf_check_as as;

	if ((!data && size) || !take_opts(opts, &o) || !result_ok(result))
		return api_ret(-EINVAL);
	as = o.as != BTF_CHECK_AUTO ? o.as : base ? BTF_CHECK_MODULE : BTF_CHECK_USER;
	begin(&res, &o, as);
	return finish(check_bytes(data, size, base ? &base->k : NULL, &o, as, &res, r), &res,
		      result);
}

/* ---- a base for many ---- */

struct btf_check_base *btf_check_base__new(const struct btf *b, const struct btf_check_opts *opts,
					   struct btf_report *r)
{
	struct btf_check_base *base;
	struct btf_check_opts o;
	const void *raw;
	u32 len;
	int err;

	if (!api_ours(b) || !take_opts(opts, &o))
		return api_null(-EINVAL);
	if (b->base) {
		report_error(r, BTF_CODE_CHECK_BASE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
			     "the base is split BTF itself, and kernels know one level");
		return api_null(-EINVAL);
	}
	base = calloc(1, sizeof(*base));
	if (!base)
		return api_null(report_nomem(r));
	/* the bytes in this machine's order are kept by the object */
	err = object_raw((struct btf *)(uintptr_t)b, false, &raw, &len);
	base->btf = b;
	if (!err) {
		prepare(&base->k, &o, BTF_CHECK_VMLINUX, raw, len, NULL, r);
		err = kc_run(&base->k);
	}
	if (err) {
		btf_check_base__free(base);
		return api_null(err == -ENOMEM ? err : -EINVAL);
	}
	base->k.r = NULL;
	return base;
}

void btf_check_base__free(struct btf_check_base *base)
{
	if (!base)
		return;
	kc_deinit(&base->k);
	free(base);
}

/* ---- files ---- */

/* -ENODATA where there is none */
static int section(struct btf_file *f, const char *name, struct btf_report *r, const void **ret,
		   size_t *ret_size)
{
	*ret = btf_file__section(f, name, ret_size, r);
	return *ret ? 0 : -errno;
}

static enum btf_check_as guess_as(struct btf_file *f, const struct btf_check_base *base,
				  const void *data, size_t size)
{
	const struct btf_file_info *info = btf_file__info(f);
	const void *section_data;
	size_t section_size;

	if (info->module || look_split_sign(data, size) != BTF_SPLIT_NONE)
		return BTF_CHECK_MODULE;
	if (!section(f, SEC_BASE, NULL, &section_data, &section_size))
		return BTF_CHECK_MODULE;
	/* a program's object is of machine BPF (247) */
	if (info->carrier == BTF_CARRIER_IMAGE ||
	    (info->carrier == BTF_CARRIER_ELF && info->release && info->elf_machine != 247))
		return BTF_CHECK_VMLINUX;
	return base ? BTF_CHECK_MODULE : BTF_CHECK_USER;
}

/* ---- .BTF_ids ---- */

struct symbols {
	struct ids_symbol *item;
	size_t cnt, cap;
};

static int add_symbol(void *ctx, const struct btf_file_symbol *sym)
{
	struct symbols *s = ctx;

	if (s->cnt == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 16;
		void *p = realloc(s->item, cap * sizeof(*s->item));

		if (!p)
			return -ENOMEM;
		s->item = p;
		s->cap = cap;
	}
	s->item[s->cnt++] = (struct ids_symbol){sym->name, sym->section_offset, sym->size};
	return 0;
}

/* every id is there: kernels use them as indexes */
static void check_ids(const struct ids *x, u32 end, struct kcheck *k)
{
	for (u32 i = 0; i < x->words; i++) {
		u32 id = kc_u32(x->data + (size_t)i * 4);

		if (x->kind[i] != IDS_ID && x->kind[i] != IDS_MEMBER)
			continue;
		if (x->swapped)
			id = __builtin_bswap32(id);
		if (id >= end)
			kc_fail_at(k, BTF_CODE_CHECK_UNSAFE_IDS, (u64)i * 4, (s64)end - 1, id,
				   "the id %u, the last type is [%u]", id, end - 1);
		if (k->danger && !k->all)
			return;
	}
}

static int check_ids_section(struct btf_file *f, u32 end, struct kcheck *k, struct btf_report *r)
{
	struct symbols syms = {0};
	struct ids x;
	const void *data;
	size_t size;
	int err = section(f, SEC_IDS, r, &data, &size);

	if (err)
		return err == -ENODATA ? 0 : err;
	err = btf_file__symbols(f, SEC_IDS, add_symbol, &syms, r);
	if (!err || err == -ENODATA)
		err = ids_parse(data, size, false, syms.item, syms.cnt, r, &x);
	if (!err) {
		k->section = SEC_IDS;
		check_ids(&x, end, k);
		ids_deinit(&x);
	} else if (err != -ENOMEM) {
		/* the finding was made; what cannot be told apart cannot be called safe */
		k->danger = k->danger ? k->danger : BTF_CODE_CHECK_UNSAFE_IDS;
	}
	free(syms.item);
	return err == -ENOMEM ? err : 0;
}

/* ---- modules ---- */

/* an error that the kernel's relocator says too; in a cycle it stays for ever */
static bool is_refusal(const struct btf_finding *f)
{
	return f->severity == BTF_ERROR && f->code >= BTF_CODE_RELOC_NO_BASE &&
	       f->code <= BTF_CODE_RELOC_STRING && f->code != BTF_CODE_RELOC_CYCLE;
}

/* what stops the kernel stands first: it is what the kernel says */
static int put_first(struct btf_report *mine, struct btf_report *r)
{
	int err = btf_report__append(mine, r);

	btf_report__clear(r);
	return err ? err : btf_report__append(r, mine);
}

/*
 * With the kernel's own rules for relocation: a finding for each type in the way. What is unsafe
 * is not relocated here, but the kernel, which does not know, may still refuse it on the way.
 */
static int relocate(struct btf_file *f, const struct btf_check_base *base,
		    const struct btf_check_opts *o, struct btf_check_result *res,
		    struct btf_report *r)
{
	struct btf_relocate_opts opts = {.sz = sizeof(opts), .rules = BTF_RULES_KERNEL};
	struct btf_report *mine = btf_report__new();
	u32 v = version_of(o);
	struct btf_module *m;
	int err;

	opts.kernel_major = v >> 16;
	opts.kernel_minor = v & 0xffff;
	m = mine ? btf_module__relocate(f, base->btf, &opts, mine) : NULL;
	err = m ? 0 : mine ? -errno : -ENOMEM;
	btf_module__free(m);
	for (size_t i = 0; err && err != -ENOMEM && i < btf_report__count(mine) && !res->rule;
	     i++) {
		const struct btf_finding *first = btf_report__get(mine, i);

		if (res->danger ? is_refusal(first) : first->severity == BTF_ERROR) {
			res->rule = first->code;
			res->err = -err;
		}
	}
	if (err && err != -ENOMEM && !res->danger && !res->rule) {
		res->rule = BTF_CODE_RELOC_NO_BASE;
		res->err = -err;
	}
	res->relocated = !res->danger || res->rule;
	if (err != -ENOMEM && res->relocated && r)
		err = res->danger ? put_first(mine, r) : btf_report__append(r, mine);
	btf_report__free(mine);
	return err == -ENOMEM ? err : 0;
}

/* a .BTF.base of the file's own: walked as kernels do, and everything in it asked for */
static int check_own_base(struct btf_file *f, const struct btf_check_opts *o,
			  struct btf_check_result *res, struct btf_report *r, struct kcheck *own)
{
	const void *data;
	size_t size;
	int err = section(f, SEC_BASE, r, &data, &size);

	if (err)
		return err;
	prepare(own, o, BTF_CHECK_VMLINUX, data, size, NULL, r);
	own->section = SEC_BASE;
	err = kc_run(own);
	conclude(res, own);
	return err;
}

/* void is one of the base's */
static void check_not_empty(const struct kcheck *own, struct kcheck *k)
{
	if (own->nr > 1 || !k->nr || !kc_asks(k, BTF_CODE_CHECK_UNSAFE_BASE))
		return;
	k->section = SEC_BASE;
	kc_fail_at(k, BTF_CODE_CHECK_UNSAFE_BASE, 0, 1, 0,
		   "no type, and %u types of .BTF are split on it", k->nr);
}

static int check_module(struct btf_file *f, const struct btf_check_base *base, const void *data,
			size_t size, const struct btf_check_opts *o, struct btf_check_result *res,
			struct btf_report *r)
{
	struct kcheck own = {0}, k;
	bool has_own;
	int err = check_own_base(f, o, res, r, &own);

	has_own = err != -ENODATA;
	if (!has_own && !base)
		return report_error(r, BTF_CODE_SPLIT_NO_BASE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				    "this is a module's BTF, split on its kernel's");
	/* what stands on a base that is broken cannot be walked */
	if (has_own && err) {
		kc_deinit(&own);
		return verdict(res, err);
	}
	prepare(&k, o, BTF_CHECK_MODULE, data, size, has_own ? &own : &base->k, r);
	err = kc_run(&k);
	if (!err && has_own)
		check_not_empty(&own, &k);
	conclude(res, &k);
	if (!err)
		err = check_ids_section(f, kc_end(&k), &k, r);
	conclude(res, &k);
	if (has_own && base && !res->rule && (!err || (res->danger && err != -ENOMEM)))
		err = relocate(f, base, o, res, r);
	kc_deinit(&k);
	kc_deinit(&own);
	return verdict(res, err);
}

int btf_check__file(struct btf_file *f, const struct btf_check_base *base,
		    const struct btf_check_opts *opts, struct btf_check_result *result,
		    struct btf_report *r)
{
	struct btf_check_result res;
	struct btf_check_opts o;
	enum btf_check_as as;
	const void *data;
	size_t size;
	int ret;

	if (!f || !take_opts(opts, &o) || !result_ok(result))
		return api_ret(-EINVAL);
	ret = section(f, SEC_BTF, r, &data, &size);
	if (ret)
		return api_ret(ret);
	as = o.as != BTF_CHECK_AUTO ? o.as : guess_as(f, base, data, size);
	begin(&res, &o, as);
	report_context(r, btf_file__path(f), SEC_BTF);
	if (as == BTF_CHECK_MODULE)
		ret = check_module(f, base, data, size, &o, &res, r);
	else
		ret = check_bytes(data, size, as == BTF_CHECK_USER && base ? &base->k : NULL, &o,
				  as, &res, r);
	return finish(ret, &res, result);
}
