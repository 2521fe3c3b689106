// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * distill and relocate beside their slow twins (tests/ref) on random graphs: equal verdicts, equal
 * bytes. BTFKIT_CASES sets how many graphs, BTFKIT_SEED where they start; a failure names its seed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pass/distill.h"
#include "pass/relocate.h"
#include "../../ref/build.h"
#include "../../ref/graph.h"
#include "../../ref/model.h"

static u32 cases = 20000;
static u32 first_seed;

/* bytes and model of each level of a chain of objects */
struct levels {
	struct buf bytes[GRAPH_LEVELS + 1];
	struct ref_btf model[GRAPH_LEVELS + 1];
	int cnt;
};

static const struct ref_btf *read_level(struct levels *l, const struct btf *b,
					const struct ref_btf *base)
{
	struct ref_btf *m = &l->model[l->cnt];

	l->bytes[l->cnt] = bytes_of(b);
	ref_read(m, l->bytes[l->cnt].data, l->bytes[l->cnt].len, base);
	l->cnt++;
	return m;
}

static const struct ref_btf *read_chain(struct levels *l, struct btf *const *level)
{
	const struct ref_btf *top = NULL;

	for (int i = 0; i < GRAPH_LEVELS && level[i]; i++)
		top = read_level(l, level[i], top);
	return top;
}

static void free_levels(struct levels *l)
{
	while (l->cnt)
		buf_deinit(&l->bytes[--l->cnt]);
}

static void same_bytes(const struct btf *b, const struct ref_bytes *want, const char *what,
		       u32 seed)
{
	struct buf have = bytes_of(b);

	if (have.len != want->len || memcmp(have.data, want->data, want->len))
		fail_msg("seed %u: %s: %zu bytes, the twin has %zu", seed, what, have.len,
			 want->len);
	buf_deinit(&have);
}

struct tally {
	u32 distilled, refused, sound, kernel, differ;
};

static int relocate_one(const struct btf *split, struct btf *dist, const struct graph *g,
			const struct ref_btf *model, const struct ref_btf *new_model, bool kernel,
			u32 seed)
{
	static struct ref_bytes want;
	struct relocate_opts opts = {.rules = kernel ? RELOCATE_KERNEL : RELOCATE_SOUND};
	struct btf *b = reparsed(split, dist);
	struct buf before = bytes_of(b), after;
	int expect = ref_relocate(model, new_model, kernel, &want);
	int err = relocate(b, graph_top(g->new_base), &opts, NULL);

	if (err != expect)
		fail_msg("seed %u: relocate%s: %d, the twin says %d", seed,
			 kernel ? " as kernels do" : "", err, expect);
	if (!err) {
		same_bytes(b, &want, kernel ? "relocated as kernels do" : "relocated", seed);
	} else {
		after = bytes_of(b);
		if (before.len != after.len || memcmp(before.data, after.data, after.len) ||
		    b->base != dist)
			fail_msg("seed %u: a failed relocate changed something", seed);
		buf_deinit(&after);
	}
	buf_deinit(&before);
	object_free(b);
	return err;
}

static void relocate_both(const struct btf *split, struct btf *dist, const struct graph *g,
			  u32 seed, struct tally *n)
{
	static struct levels from, to;
	const struct ref_btf *model = read_level(&from, dist, NULL), *new_model;
	int sound, kernel;

	model = read_level(&from, split, model);
	new_model = read_chain(&to, g->new_base);
	sound = relocate_one(split, dist, g, model, new_model, false, seed);
	/* kernels relocate onto vmlinux only */
	if (!g->new_base[1]) {
		kernel = relocate_one(split, dist, g, model, new_model, true, seed);
		n->kernel += !kernel;
		n->differ += !sound != !kernel;
	}
	n->sound += !sound;
	free_levels(&from);
	free_levels(&to);
}

static void distill_one(const struct graph *g, u32 seed, struct tally *n)
{
	static struct levels old;
	static struct ref_distilled want;
	struct distill_opts opts = {.own_fwds = seed & 1};
	struct btf *base = NULL, *split = NULL;
	const struct ref_btf *model;
	int err, expect;

	model = read_level(&old, g->split, read_chain(&old, g->old));
	expect = ref_distill(model, opts.own_fwds, &want);
	err = distill(g->split, &opts, NULL, &base, &split);
	if (err != expect)
		fail_msg("seed %u: distill: %d, the twin says %d", seed, err, expect);
	free_levels(&old);
	n->refused += err != 0;
	if (err)
		return;
	n->distilled++;
	same_bytes(base, &want.base, "distilled base", seed);
	same_bytes(split, &want.split, "split on it", seed);
	relocate_both(split, base, g, seed, n);
	object_free(split);
	object_free(base);
}

static void test_distilled_graphs(void **state)
{
	struct graph_opts opts = {0};
	struct tally n = {0};
	struct graph g;

	(void)state;
	for (u32 seed = first_seed; seed < first_seed + cases; seed++) {
		graph_make(&g, seed, &opts);
		distill_one(&g, seed, &n);
		graph_free(&g);
	}
	print_message("%u distilled, %u refused; of those %u relocated, %u as kernels do, "
		      "%u with another verdict\n",
		      n.distilled, n.refused, n.sound, n.kernel, n.differ);
	/* a generator that makes only one verdict proves little */
	if (cases < 1000)
		return;
	assert_true(n.distilled > cases / 2 && n.refused > cases / 200);
	assert_true(n.sound > cases / 10 && n.sound < n.distilled * 9 / 10 &&
		    n.differ > cases / 200);
}

static void test_foreign_graphs(void **state)
{
	struct graph_opts opts = {0};
	struct tally n = {0};
	struct graph g;

	(void)state;
	for (u32 seed = first_seed; seed < first_seed + cases; seed++) {
		graph_make_foreign(&g, seed, &opts);
		relocate_both(g.split, g.old[0], &g, seed, &n);
		graph_free(&g);
	}
	print_message("%u relocated, %u as kernels do, %u with another verdict\n", n.sound,
		      n.kernel, n.differ);
	if (cases < 1000)
		return;
	assert_true(n.sound > cases / 10 && n.sound < cases * 9 / 10 && n.differ > cases / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distilled_graphs),
		cmocka_unit_test(test_foreign_graphs),
	};
	const char *s = getenv("BTFKIT_CASES");

	if (s)
		cases = (u32)strtoul(s, NULL, 0);
	s = getenv("BTFKIT_SEED");
	if (s)
		first_seed = (u32)strtoul(s, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
