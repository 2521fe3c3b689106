// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Dedup beside its slow twins (tests/ref/dedup.c) on random programs (tests/ref/units.c).
 * BTFKIT_CASES sets how many, BTFKIT_SEED where they start; a failure names its seed.
 */
#include "common.h"

#include "../../ref/dedup.h"
#include "../../ref/spell.h"
#include "../../ref/units.h"
#include "pass/dedup.h"

static u32 cases = 4000;
static u32 first_seed;

struct levels {
	struct buf bytes[UNITS_LEVELS + 1];
	struct ref_btf model[UNITS_LEVELS + 1];
	u32 cnt;
};

static const struct ref_btf *read_level(struct levels *l, const struct btf *b,
					const struct ref_btf *base)
{
	l->bytes[l->cnt] = bytes_of(b);
	ref_read(&l->model[l->cnt], l->bytes[l->cnt].data, l->bytes[l->cnt].len, base);
	return &l->model[l->cnt++];
}

static const struct ref_btf *read_units(struct levels *l, const struct units *u)
{
	const struct ref_btf *top = NULL;

	l->cnt = 0;
	for (int i = 0; i < UNITS_LEVELS && u->base[i]; i++)
		top = read_level(l, u->base[i], top);
	return read_level(l, u->b, top);
}

static void free_levels(struct levels *l)
{
	while (l->cnt)
		buf_deinit(&l->bytes[--l->cnt]);
}

static void fail_at(u32 seed, const struct units *u, const struct btf *have, const char *what)
{
	for (int i = 0; i < UNITS_LEVELS && u->base[i]; i++)
		print_message("base: %s\n", spelled(u->base[i]));
	print_message("in:   %s\n", spelled(u->b));
	print_message("have: %s\n", spelled(have));
	fail_msg("seed %u: %s", seed, what);
}

static void print_model(const char *what, const struct ref_btf *b)
{
	print_message("%s:", what);
	for (u32 i = 0; i < b->cnt; i++) {
		print_message(" [%u] kind %d", b->first_id + i, b->type[i].kind);
		for (int w = 0; w < b->type[i].words; w++)
			if (b->type[i].word[w].what == REF_STR)
				print_message(" %s", b->type[i].word[w].s);
			else
				print_message(" %u", b->type[i].word[w].v);
	}
	print_message("\n");
}

static bool same_words(const struct ref_btf *a, const struct ref_btf *b)
{
	if (a->cnt != b->cnt)
		return false;
	for (u32 i = 0; i < a->cnt; i++) {
		const struct ref_type *x = &a->type[i], *y = &b->type[i];

		if (x->kind != y->kind || x->kflag != y->kflag || x->vlen != y->vlen)
			return false;
		for (int w = 0; w < x->words; w++)
			if (x->word[w].what == REF_STR ? strcmp(x->word[w].s, y->word[w].s) != 0
						       : x->word[w].v != y->word[w].v)
				return false;
	}
	return true;
}

static bool same_strings(const struct btf *b, const struct ref_deduped *want)
{
	const char *s = b->strs;
	u32 i = 0;

	for (; s < b->strs + b->strs_len; s += strlen(s) + 1)
		if (*s && (i == want->str_cnt || strcmp(s, want->strs[i++])))
			return false;
	return i == want->str_cnt;
}

struct tally {
	u32 deduped, loops, went, rounds;
};

/* same types, same order, same strings, same map, or the same refusal; again with one hash */
static void beside_twin(const struct units *u, u32 seed, bool collide, struct tally *n)
{
	static struct levels before, after;
	static struct ref_deduped want;
	const struct ref_btf *in = read_units(&before, u), *have;
	struct btf *b = reparsed(u->b, units_base(u));
	u32 *map = NULL;
	struct dedup_opts opts = {.force_collisions = collide, .ret_map = &map};
	int expected = ref_dedup(in, &want), err = dedup(b, &opts, NULL);

	if (err != expected)
		fail_at(seed, u, b, err ? "refused, the twin does not" : "the twin refuses");
	if (!err) {
		after.cnt = 0;
		have = read_level(&after, b, in->base);
		if (!same_words(have, &want.btf)) {
			print_model("twin", &want.btf);
			fail_at(seed, u, b, "other types than the twin's");
		}
		if (!same_strings(b, &want))
			fail_at(seed, u, b, "other strings than the twin's");
		if (in->cnt && memcmp(map, want.map, in->cnt * sizeof(*map)) != 0)
			fail_at(seed, u, b, "another map than the twin's");
		n->went += u->b->nr - b->nr;
		free_levels(&after);
	}
	n->deduped += !err;
	n->loops += err != 0;
	n->rounds += want.rounds > 2;
	free(map);
	object_free(b);
	free_levels(&before);
}

/* a graph runs through a tag, which is merged from below and thus not in a cycle */
static bool runs_through_tags(const struct ref_btf *b)
{
	for (u32 i = 0; i < b->cnt; i++)
		for (int w = 0; w < b->type[i].words; w++)
			if (b->type[i].word[w].what == REF_ID && b->type[i].word[w].v &&
			    ref_get(b, b->type[i].word[w].v)->kind == BTF_KIND_DECL_TAG)
				return true;
	return false;
}

/* no two survivors are the same type, and none is one of the base; a second run changes nothing */
static void nothing_left(const struct units *u, u32 seed)
{
	static struct levels l;
	static u32 class[REF_MAX_TYPES * 4];
	struct btf *b = reparsed(u->b, units_base(u)), *again;
	struct buf once, twice;
	const struct ref_btf *m;
	struct units result = *u;
	bool clean;

	if (dedup(b, NULL, NULL)) {
		object_free(b);
		return;
	}
	result.b = b;
	m = read_units(&l, &result);
	ref_classes(m, class);
	clean = m->first_id == 1;
	/* what a base has twice stays twice, and so does what refers to the one and the other */
	for (u32 id = 1; id < ref_end(m) && class[id] == id; id++)
		clean |= id + 1 == m->first_id;
	clean &= !runs_through_tags(m);
	for (u32 id = m->first_id; clean && id < ref_end(m); id++)
		if (class[id] != id)
			fail_at(seed, u, b, "a type stands twice");
	free_levels(&l);
	once = bytes_of(b);
	again = reparsed(b, units_base(u));
	assert_int_equal(dedup(again, NULL, NULL), 0);
	twice = bytes_of(again);
	if (!same_buf(&once, &twice))
		fail_at(seed, u, again, "a second run changes something");
	buf_deinit(&once);
	buf_deinit(&twice);
	object_free(again);
	object_free(b);
}

static void test_twin(void **state)
{
	const struct units_opts opts = {0};
	struct tally n = {0};
	struct units u;

	(void)state;
	for (u32 seed = first_seed; seed < first_seed + cases; seed++) {
		units_make(&u, seed, &opts);
		beside_twin(&u, seed, seed & 1, &n);
		nothing_left(&u, seed);
		units_free(&u);
	}
	print_message("%u deduped (%u types went), %u loops, %u needed another round\n", n.deduped,
		      n.went, n.loops, n.rounds);
	assert_true(n.deduped > cases / 2 && n.loops > cases / 1000 && n.went > cases);
}

/* where nothing is declared, the result is the coarsest partition: lowest ids stay, all of them */
static void test_partition(void **state)
{
	const struct units_opts opts = {.whole = true, .no_forward = true, .no_odd = true};
	static struct levels l;
	static u32 class[REF_MAX_TYPES * 4];
	u32 refused = 0, went = 0;
	struct units u;

	(void)state;
	for (u32 seed = first_seed; seed < first_seed + cases; seed++) {
		u32 *map = NULL, classes = 0;
		struct dedup_opts with_map = {.ret_map = &map};
		const struct ref_btf *m;
		struct btf *b;

		units_make(&u, seed, &opts);
		m = read_units(&l, &u);
		ref_classes(m, class);
		b = reparsed(u.b, NULL);
		if (dedup(b, &with_map, NULL)) {
			refused++;
		} else {
			for (u32 id = 1; id < ref_end(m); id++) {
				classes += class[id] == id;
				if (map[id - 1] != map[class[id] - 1])
					fail_at(seed, &u, b, "one type became two");
			}
			if (classes != b->nr)
				fail_at(seed, &u, b, "two types became one");
			went += u.b->nr - b->nr;
		}
		free(map);
		object_free(b);
		free_levels(&l);
		units_free(&u);
	}
	print_message("%u types went, %u refused\n", went, refused);
	assert_true(refused < cases / 3 && went > cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_partition),
	};
	const char *s = getenv("BTFKIT_CASES");

	if (s)
		cases = (u32)strtoul(s, NULL, 0);
	s = getenv("BTFKIT_SEED");
	if (s)
		first_seed = (u32)strtoul(s, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
