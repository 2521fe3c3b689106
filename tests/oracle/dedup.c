// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * dedup CASES SEED: dedup beside libbpf on random programs (tests/ref/units.h).
 *
 * The bytes must be equal where each name has one definition and no unit repeats a type, but for
 * the first two of these reasons. Where names have several definitions, every difference must have
 * one of them, and each kind is counted:
 *
 *   loops	libbpf of 6.12 refuses typedefs that lead back to themselves; later ones do not
 *   twice	a second run of ours on libbpf's result gives our result: libbpf left a type twice,
 *		or one that the base has, that FWDs kept apart until the end
 *   choice	which of several definitions a declaration stands for; libbpf takes the candidates
 *		newest first, and does not say so. Both have the same types but for that
 *
 *   base	the base declares what is defined here: own types stand beside those of the base
 *that reach the declaration, and which one later types go to depends on the order of candidates,
 *which libbpf takes newest first. At most one in a hundred programs
 *
 * Exit code 1: something else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref/build.h"
#include "../ref/spell.h"
#include "../ref/units.h"
#include "check/diff.h"
#include "dedup.h"
#include "pass/dedup.h"

static struct {
	unsigned long equal, loops, both_refuse, twice, base, choice;
	int bad;
} n;

static struct bytes take(const struct btf *b)
{
	struct buf x = bytes_of(b);

	return (struct bytes){x.data, x.len};
}

static bool same_bytes(const struct btf *b, const struct bytes *x)
{
	struct bytes y = take(b);
	bool same = x->len == y.len && !memcmp(x->data, y.data, y.len);

	free(y.data);
	return same;
}

static void differ(u32 seed, const struct units *u, const char *what, const struct btf *ours,
		   const struct btf *theirs)
{
	if (n.bad++ >= 5)
		return;
	printf("seed %u: %s\n", seed, what);
	if (u->base[0])
		printf("  base   %s\n", spelled(u->base[0]));
	printf("  in     %s\n", spelled(u->b));
	if (ours)
		printf("  ours   %s\n", spelled(ours));
	if (theirs)
		printf("  libbpf %s\n", spelled(theirs));
}

/* the kinds, names and sizes that stay, as often as each does */
static bool same_names(const struct btf *a, const struct btf *b)
{
	const u32 kinds = KINDS_COMPOSITE | KIND_BIT(BTF_KIND_INT) | KIND_BIT(BTF_KIND_FLOAT) |
			  KIND_BIT(BTF_KIND_VAR);

	for (u32 i = 0; i < a->nr; i++) {
		const struct btf_type *t = object_own(a, i);
		bool found = !kind_in(type_kind(t), kinds);

		for (u32 k = 0; !found && k < b->nr; k++) {
			const struct btf_type *o = object_own(b, k);

			found = o->info == t->info &&
				(type_is(t, BTF_KIND_VAR) || o->size == t->size) &&
				!strcmp(object_name(a, t), object_name(b, o));
		}
		if (!found)
			return false;
	}
	return true;
}

/* an enum of two definitions: libbpf merges what holds one with what holds the other */
static bool enum_defined_twice(const struct btf *b)
{
	for (u32 i = 1; i < object_type_cnt(b); i++) {
		const struct btf_type *t = object_type(b, i), *o;

		for (u32 k = 1; k < i; k++) {
			o = object_type(b, k);
			if (kind_in(type_kind(t), KINDS_ENUM) &&
			    kind_in(type_kind(o), KINDS_ENUM) && type_vlen(t) && type_vlen(o) &&
			    *object_name(b, t) && !strcmp(object_name(b, t), object_name(b, o)) &&
			    (t->info != o->info || t->size != o->size ||
			     memcmp(t + 1, o + 1, type_size(t) - sizeof(*t)) != 0))
				return true;
		}
	}
	return false;
}

/* which of equal types of a base stands for an own one is a choice too: such bases are left out */
static bool has_duplicates(const struct btf *base)
{
	struct btf *b = reparsed(base, NULL);
	u32 nr = b->nr;
	bool yes = dedup(b, NULL, NULL) || b->nr != nr;

	object_free(b);
	return yes;
}

/* a FWD of the base whose struct or union stands in b */
static bool base_declares(const struct btf *b)
{
	for (u32 i = 1; i < b->start_id; i++) {
		const struct btf_type *fwd = object_type(b, i);

		for (u32 k = 0; type_is(fwd, BTF_KIND_FWD) && k < b->nr; k++)
			if (kind_in(type_kind(object_own(b, k)), KINDS_COMPOSITE) &&
			    !strcmp(object_name(b, fwd), object_name(b, object_own(b, k))))
				return true;
	}
	return false;
}

static bool explained(const struct units *u, const struct btf *ours, struct btf *theirs, bool clean)
{
	struct btf *again = reparsed(theirs, theirs->base);
	bool ok = false;
	struct btf_diff_opts opts = {.sz = sizeof(opts)};
	struct btf_diff_result res = {.sz = sizeof(res)};

	if (!dedup(again, NULL, NULL) && diff_equal(ours, again, &opts, &res, NULL) == 1) {
		n.twice++;
		ok = true;
	} else if (base_declares(u->b)) {
		n.base++;
		ok = true;
	} else if (!clean && ((same_names(ours, theirs) && same_names(theirs, ours)) ||
			      enum_defined_twice(u->b))) {
		n.choice++;
		ok = true;
	}
	object_free(again);
	return ok;
}

static void one(u32 seed, const struct units_opts *opts)
{
	struct bytes base = {0}, in, theirs = {0};
	struct btf *ours, *peer = NULL;
	struct units u;
	int err, expect;

	units_make(&u, seed, opts);
	if (u.base[0] && has_duplicates(u.base[0])) {
		units_free(&u);
		return;
	}
	ours = reparsed(u.b, units_base(&u));
	in = take(u.b);
	if (u.base[0])
		base = take(u.base[0]);
	expect = peer_dedup(u.base[0] ? &base : NULL, &in, &theirs);
	err = dedup(ours, NULL, NULL);
	if (!expect && object_parse(theirs.data, theirs.len, units_base(&u), 0, NULL, &peer))
		differ(seed, &u, "libbpf's result cannot be parsed", ours, NULL);
	else if (expect == -ELOOP && !err)
		n.loops++;
	else if (err || expect)
		*(err == expect ? &n.both_refuse : (unsigned long *)&n.bad) += 1;
	else if (same_bytes(ours, &theirs))
		n.equal++;
	else if (!explained(&u, ours, peer, opts->one_each))
		differ(seed, &u, opts->one_each ? "other bytes" : "other types", ours, peer);
	object_free(peer);
	object_free(ours);
	free(theirs.data);
	free(in.data);
	free(base.data);
	units_free(&u);
}

static void run(const char *what, u32 cases, u32 first, const struct units_opts *opts)
{
	memset(&n, 0, sizeof(n));
	for (u32 seed = first; seed < first + cases; seed++)
		one(seed, opts);
	printf("%s: %lu equal, %lu typedef loops, %lu refused by both, %lu libbpf left twice, "
	       "%lu of a base's FWD, %lu another choice, %d wrong\n",
	       what, n.equal, n.loops, n.both_refuse, n.twice, n.base, n.choice, n.bad);
}

int main(int argc, char **argv)
{
	const struct units_opts clean = {.no_repeat = true,
					 .no_odd = true,
					 .one_each = true,
					 .own_refs = true,
					 .plain_base = true};
	const struct units_opts conflicts = {.no_repeat = true, .no_odd = true, .plain_base = true};
	u32 cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 10000;
	u32 seed = argc > 2 ? (u32)strtoul(argv[2], NULL, 0) : 0;
	int bad;

	run("one definition each", cases, seed, &clean);
	bad = n.bad || n.equal < cases * 9 / 10 || n.base > cases / 100;
	run("several definitions", cases, seed, &conflicts);
	bad |= n.bad || n.equal < cases * 9 / 10 || n.base + n.choice > cases / 50;
	return bad;
}
