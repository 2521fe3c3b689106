// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Whole modules, assembled here: either class and byte order, relocatable and linked; there and
 * back; what callers may hand in; and no memory at every single allocation.
 */
#include <btf/module.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <btf/btf.h>

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../elf/make.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- memory that runs out ---- */

#include "fail.h"

static long allocations, fail_at; /* fail_at 0: never */

static bool fails(void)
{
	return ++allocations == fail_at;
}

/* ---- kernels and a module ---- */

/* `extra` types come first, so that the same types have other ids */
static struct btf *make_kernel(int extra)
{
	struct btf *b = btf__new_empty();
	char name[16];
	int i;

	assert_non_null(b);
	for (i = 0; i < extra; i++) {
		snprintf(name, sizeof(name), "extra%d", i);
		assert_true(btf__add_struct(b, name, 4) > 0);
	}
	i = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	assert_true(i > 0 && btf__add_struct(b, "by_value", 8) > 0);
	assert_int_equal(btf__add_field(b, "a", i, 0, 0), 0);
	assert_int_equal(btf__add_field(b, "b", i, 32, 0), 0);
	assert_true(btf__add_struct(b, "by_id_only", 4) > 0);
	assert_int_equal(btf__add_field(b, "a", i, 0, 0), 0);
	assert_true(btf__add_fwd(b, "hidden", BTF_FWD_STRUCT) > 0);
	return b;
}

static int id_of(const struct btf *b, const char *name, int kind)
{
	int id = btf__find_by_name_kind(b, name, (unsigned int)kind);

	assert_true(id > 0);
	return id;
}

static struct btf *make_module(struct btf *kernel)
{
	struct btf *b = btf__new_empty_split(kernel);
	int s, proto, ptr;

	assert_non_null(b);
	s = btf__add_struct(b, "own", 8);
	assert_int_equal(btf__add_field(b, "v", id_of(kernel, "by_value", BTF_KIND_STRUCT), 0, 0),
			 0);
	ptr = btf__add_ptr(b, id_of(kernel, "hidden", BTF_KIND_FWD));
	proto = btf__add_func_proto(b, 0);
	assert_int_equal(btf__add_func_param(b, "o", s), 0);
	assert_int_equal(btf__add_func_param(b, "h", ptr), 0);
	assert_true(btf__add_func(b, "second", BTF_FUNC_STATIC, proto) > 0);
	assert_true(btf__add_func(b, "first", BTF_FUNC_STATIC, proto) > 0);
	return b;
}

/* ---- the file around it ---- */

#define WORDS 8
#define IDS_ADDR 0x40000

struct form {
	int class, order, type;
};

static const struct form forms[] = {
	{ELFCLASS64, ELFDATA2LSB, ET_REL}, {ELFCLASS64, ELFDATA2MSB, ET_REL},
	{ELFCLASS32, ELFDATA2LSB, ET_REL}, {ELFCLASS32, ELFDATA2MSB, ET_REL},
	{ELFCLASS64, ELFDATA2LSB, ET_DYN}, {ELFCLASS32, ELFDATA2MSB, ET_DYN},
};

/* a list of one, and kfuncs "second" and "first" with flags 2 and 1 */
static void fill_ids(u_int32_t *words, const struct btf *all)
{
	words[0] = (u_int32_t)id_of(all, "by_id_only", BTF_KIND_STRUCT);
	words[1] = 0;
	words[2] = 2;
	words[3] = 1;
	words[4] = (u_int32_t)id_of(all, "second", BTF_KIND_FUNC);
	words[5] = 2;
	words[6] = (u_int32_t)id_of(all, "first", BTF_KIND_FUNC);
	words[7] = 1;
}

static struct made make_file(const struct form *f, const void *btf, size_t btf_size,
			     const void *base, size_t base_size, const void *ids)
{
	static const char strs[] = "\0__BTF_ID__struct__by_id_only__1\0__BTF_ID__set8__kfuncs\0"
				   "__BTF_ID__func__second__2\0__BTF_ID__func__first__3";
	static const char modinfo[] = "name=made\0vermagic=1.2.3-made SMP";
	u_int64_t addr = f->type == ET_REL ? 0 : IDS_ADDR;
	const struct make_symbol syms[] = {
		{0},
		{1, addr, 4, ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), 2},
		{33, addr + 8, 24, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE), 2},
		{56, addr + 16, 4, ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), 2},
		{82, addr + 24, 4, ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), 2}};
	struct made st = make_symbols(f->class, f->order, syms, COUNT(syms));
	struct make_section s[] = {
		{.name = ".BTF", .type = SHT_PROGBITS, .data = btf, .size = btf_size},
		{.name = ".BTF_ids",
		 .type = SHT_PROGBITS,
		 .flags = SHF_ALLOC,
		 .data = ids,
		 .size = WORDS * 4,
		 .addr = addr},
		{.name = ".symtab",
		 .type = SHT_SYMTAB,
		 .data = st.data,
		 .size = st.size,
		 .align = 8,
		 .link = 4,
		 .info = 5,
		 .entsize = f->class == ELFCLASS64 ? 24 : 16},
		{.name = ".strtab", .type = SHT_STRTAB, .data = strs, .size = sizeof(strs)},
		{.name = ".modinfo",
		 .type = SHT_PROGBITS,
		 .data = modinfo,
		 .size = sizeof(modinfo)},
		{.name = base ? ".BTF.base" : NULL,
		 .type = SHT_PROGBITS,
		 .data = base,
		 .size = base_size},
		{0},
	};
	struct made m = make_elf(f->class, f->order, f->type, s);

	made_free(&st);
	return m;
}

/* words in the file's order */
static void order_words(const struct form *f, const u_int32_t *words, u_int32_t *out)
{
	for (int i = 0; i < WORDS; i++)
		out[i] = f->order == ELFDATA2MSB ? htobe32(words[i]) : htole32(words[i]);
}

static struct made make_undistilled(const struct form *f, struct btf *split)
{
	u_int32_t words[WORDS], ids[WORDS];
	const void *raw;
	__u32 size;

	assert_int_equal(btf__set_endianness(split, f->order == ELFDATA2MSB ? BTF_BIG_ENDIAN
									    : BTF_LITTLE_ENDIAN),
			 0);
	raw = btf__raw_data(split, &size);
	assert_non_null(raw);
	fill_ids(words, split);
	order_words(f, words, ids);
	return make_file(f, raw, size, NULL, 0, ids);
}

static struct btf_file *open_made(const struct made *m)
{
	struct btf_file *f = btf_file__open_memory(m->data, m->size, "made.ko", NULL, NULL);

	assert_non_null(f);
	return f;
}

/* the section's ids are those of the types that its symbols ask for, sets sorted, flags with ids */
static void assert_ids(const struct form *f, const void *ids, size_t size, const struct btf *all)
{
	u_int32_t want[WORDS], got[WORDS], swap;

	assert_int_equal(size, WORDS * 4);
	memcpy(got, ids, size);
	for (int i = 0; i < WORDS; i++)
		got[i] = f->order == ELFDATA2MSB ? be32toh(got[i]) : le32toh(got[i]);
	fill_ids(want, all);
	for (int i = 4; want[4] > want[6] && i < 6; i++) {
		swap = want[i];
		want[i] = want[i + 2];
		want[i + 2] = swap;
	}
	assert_memory_equal(got, want, sizeof(want));
}

struct world {
	struct btf *built, *target, *split;
};

static struct world make_world(void)
{
	struct world w = {.built = make_kernel(0), .target = make_kernel(7)};

	w.split = make_module(w.built);
	return w;
}

static void free_world(struct world *w)
{
	btf__free(w->split);
	btf__free(w->target);
	btf__free(w->built);
}

/* ---- there and back ---- */

static void relocate_it(const struct form *f, const struct made *file, const struct btf *target)
{
	struct btf_file *in = open_made(file);
	struct btf_module *m = btf_module__relocate(in, target, NULL, NULL);
	const struct btf_module_info *info = btf_module__info(m);
	struct btf_file_change change[BTF_MODULE_CHANGES];
	struct btf *all;

	assert_non_null(m);
	assert_false(info->unchanged);
	assert_null(info->base);
	assert_int_equal(btf_module__changes(m, change), 3);
	assert_string_equal(change[1].name, ".BTF.base");
	assert_null(change[1].data);
	all = btf__new_split(info->btf, (__u32)info->btf_size, (struct btf *)(uintptr_t)target);
	assert_non_null(all);
	assert_int_equal(btf__endianness(all),
			 f->order == ELFDATA2MSB ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN);
	assert_ids(f, info->ids, info->ids_size, all);
	btf__free(all);
	btf_module__free(m);
	btf_file__close(in);
}

static void there_and_back(void **state)
{
	struct world w = make_world();

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		const struct form *f = &forms[i];
		struct made file = make_undistilled(f, w.split), distilled;
		struct btf_file *in = open_made(&file);
		struct btf_module *m = btf_module__distill(in, w.built, NULL, NULL);
		const struct btf_module_info *info = btf_module__info(m);
		struct btf *base, *all;

		assert_non_null(m);
		assert_false(info->unchanged);
		assert_int_equal(info->types_before, 5);
		assert_int_equal(info->types_after, 5 + info->copied_types);
		assert_int_equal(info->copied_types, 1); /* the forward declaration */
		assert_int_equal(info->base_types, 2);
		base = btf__new(info->base, (__u32)info->base_size);
		all = btf__new_split(info->btf, (__u32)info->btf_size, base);
		assert_non_null(all);
		assert_ids(f, info->ids, info->ids_size, all);
		distilled = make_file(f, info->btf, info->btf_size, info->base, info->base_size,
				      info->ids);
		relocate_it(f, &distilled, w.target);
		relocate_it(f, &distilled, w.built);
		made_free(&distilled);
		btf__free(all);
		btf__free(base);
		btf_module__free(m);
		btf_file__close(in);
		made_free(&file);
	}
	free_world(&w);
}

static void what_is_distilled_stays(void **state)
{
	struct world w = make_world();
	struct made file = make_undistilled(&forms[0], w.split), again;
	struct btf_file *in = open_made(&file), *in2;
	struct btf_module *m = btf_module__distill(in, w.built, NULL, NULL), *m2;
	struct btf_file_change change[BTF_MODULE_CHANGES];
	const struct btf_module_info *info = btf_module__info(m), *info2;

	(void)state;
	again = make_file(&forms[0], info->btf, info->btf_size, info->base, info->base_size,
			  info->ids);
	in2 = open_made(&again);
	/* whatever base is given */
	m2 = btf_module__distill(in2, w.target, NULL, NULL);
	info2 = btf_module__info(m2);
	assert_true(info2->unchanged);
	assert_int_equal(btf_module__changes(m2, change), 0);
	assert_int_equal(info2->btf_size, info->btf_size);
	assert_memory_equal(info2->btf, info->btf, info->btf_size);
	assert_memory_equal(info2->base, info->base, info->base_size);
	assert_memory_equal(info2->ids, info->ids, info->ids_size);
	assert_int_equal(info2->base_types, info->base_types);
	btf_module__free(m2);
	btf_file__close(in2);
	/* but not if the one does not belong to the other */
	made_free(&again);
	again = make_file(&forms[0], info->btf, info->btf_size, "x", 1, info->ids);
	in2 = open_made(&again);
	errno = 0;
	assert_null(btf_module__distill(in2, w.built, NULL, NULL));
	assert_int_equal(errno, EINVAL);
	btf_file__close(in2);
	made_free(&again);
	btf_module__free(m);
	btf_file__close(in);
	made_free(&file);
	free_world(&w);
}

static void raw_btf_with_what_stands_beside_it(void **state)
{
	struct world w = make_world();
	struct btf_distill_opts opts = {.sz = sizeof(opts)};
	struct btf_relocate_opts ropts = {.sz = sizeof(ropts)};
	const struct btf_module_info *info, *info2;
	struct btf_module *m, *m2;
	struct btf_file *in;
	const void *raw;
	__u32 size;

	(void)state;
	raw = btf__raw_data(w.split, &size);
	in = btf_file__open_memory(raw, size, "x.btf", NULL, NULL);
	/* no base of it: distilled */
	opts.distilled = raw;
	opts.distilled_size = size;
	m = btf_module__distill(in, w.built, &opts, NULL);
	info = btf_module__info(m);
	assert_non_null(m);
	assert_false(info->unchanged);
	assert_null(info->ids);
	btf_file__close(in);
	in = btf_file__open_memory(info->btf, info->btf_size, "x.btf", NULL, NULL);
	opts.distilled = info->base;
	opts.distilled_size = info->base_size;
	m2 = btf_module__distill(in, w.built, &opts, NULL);
	info2 = btf_module__info(m2);
	assert_true(info2->unchanged);
	assert_ptr_equal(info2->base, info->base);
	btf_module__free(m2);
	/* relocating needs it */
	errno = 0;
	assert_null(btf_module__relocate(in, w.target, NULL, NULL));
	assert_int_equal(errno, EINVAL);
	ropts.distilled = info->base;
	ropts.distilled_size = info->base_size;
	m2 = btf_module__relocate(in, w.target, &ropts, NULL);
	assert_non_null(m2);
	btf_module__free(m2);
	btf_file__close(in);
	btf_module__free(m);
	free_world(&w);
}

/* ---- what callers hand in ---- */

static void assert_einval(struct btf_module *m)
{
	assert_null(m);
	assert_int_equal(errno, EINVAL);
	errno = 0;
}

static void arguments(void **state)
{
	struct world w = make_world();
	struct made file = make_undistilled(&forms[0], w.split);
	struct btf_file *in = open_made(&file);
	struct btf_distill_opts opts = {.sz = sizeof(opts)};
	struct {
		struct btf_distill_opts known;
		char later[16];
	} later = {.known.sz = sizeof(later)};
	struct btf_relocate_opts ropts = {.sz = sizeof(ropts), .rules = BTF_RULES_KERNEL};
	struct btf_file_change change[BTF_MODULE_CHANGES];
	long words[64] = {0};
	struct btf_module *m;

	(void)state;
	errno = 0;
	assert_einval(btf_module__distill(NULL, w.built, NULL, NULL));
	assert_einval(btf_module__distill(in, NULL, NULL, NULL));
	assert_einval(btf_module__distill(in, (struct btf *)words, NULL, NULL));
	assert_einval(btf_module__relocate(NULL, w.built, NULL, NULL));
	assert_einval(btf_module__relocate(in, NULL, NULL, NULL));
	opts.sz = sizeof(opts.sz) - 1;
	assert_einval(btf_module__distill(in, w.built, &opts, NULL));
	later.later[15] = 1;
	assert_einval(btf_module__distill(in, w.built, &later.known, NULL));
	later.later[15] = 0;
	m = btf_module__distill(in, w.built, &later.known, NULL);
	assert_non_null(m);
	btf_module__free(m);
	/* an older caller's struct ends before what it does not know */
	opts.sz = offsetof(struct btf_distill_opts, force);
	opts.fwds_in_base = true;
	m = btf_module__distill(in, w.built, &opts, NULL);
	assert_int_equal(btf_module__info(m)->copied_types, 1);
	btf_module__free(m);
	opts.sz = sizeof(opts);
	m = btf_module__distill(in, w.built, &opts, NULL);
	assert_int_equal(btf_module__info(m)->copied_types, 0);
	btf_module__free(m);
	/* the release that the module says it was built for */
	opts.base_release = "1.2.4-made";
	assert_einval(btf_module__distill(in, w.built, &opts, NULL));
	opts.force = true;
	m = btf_module__distill(in, w.built, &opts, NULL);
	assert_non_null(m);
	btf_module__free(m);
	ropts.kernel_major = 6;
	ropts.kernel_minor = 10;
	assert_einval(btf_module__relocate(in, w.built, &ropts, NULL));
	assert_null(btf_module__info(NULL));
	assert_int_equal(btf_module__changes(NULL, change), 0);
	btf_module__free(NULL);
	btf_file__close(in);
	made_free(&file);
	free_world(&w);
}

/* ---- no memory ---- */

typedef struct btf_module *(*job_fn)(struct btf_file *f, const struct world *w,
				     struct btf_report *r);

static struct btf_module *distill_job(struct btf_file *f, const struct world *w,
				      struct btf_report *r)
{
	return btf_module__distill(f, w->built, NULL, r);
}

static struct btf_module *relocate_job(struct btf_file *f, const struct world *w,
				       struct btf_report *r)
{
	return btf_module__relocate(f, w->target, NULL, r);
}

/* fails once at each of its allocations: refused with ENOMEM, or done as if nothing had been */
static void starve(job_fn job, const struct made *file, const struct world *w, bool reported)
{
	struct btf_report *r = reported ? btf_report__new() : NULL;
	long refused = 0, last;

	for (long n = 1;; n++) {
		struct btf_file *f = open_made(file);
		struct btf_module *m;

		allocations = 0;
		fail_at = n;
		errno = 0;
		m = job(f, w, r);
		fail_at = 0;
		last = allocations;
		if (!m) {
			refused++;
			assert_int_equal(errno, ENOMEM);
		}
		btf_module__free(m);
		btf_file__close(f);
		btf_report__clear(r);
		if (n > last)
			break;
	}
	assert_true(refused > 5);
	btf_report__free(r);
}

static void no_memory(void **state)
{
	struct world w = make_world();
	struct made file = make_undistilled(&forms[0], w.split), distilled;
	struct btf_file *in = open_made(&file);
	struct btf_module *m = btf_module__distill(in, w.built, NULL, NULL);
	const struct btf_module_info *info = btf_module__info(m);

	(void)state;
	distilled = make_file(&forms[0], info->btf, info->btf_size, info->base, info->base_size,
			      info->ids);
	for (int reported = 0; reported < 2; reported++) {
		starve(distill_job, &file, &w, reported);
		starve(relocate_job, &distilled, &w, reported);
	}
	btf_module__free(m);
	btf_file__close(in);
	made_free(&distilled);
	made_free(&file);
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(what_is_distilled_stays),
		cmocka_unit_test(raw_btf_with_what_stands_beside_it),
		cmocka_unit_test(arguments),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
