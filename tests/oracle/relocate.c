// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * relocate CASES SEED: distill and relocate beside libbpf on random graphs (tests/ref/graph.h).
 *
 * Must be equal: distilled bytes and verdicts, except where the distilled base is empty (libbpf
 * then drops types); what RELOCATE_KERNEL makes, always. The sound rules may decide otherwise
 * only where they say so: a result that libbpf does not have comes with a warning, and what
 * libbpf alone accepts is refused for kind, size, twins or ambiguity. Exit code 1: not so.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass/distill.h"
#include "pass/relocate.h"
#include "../ref/build.h"
#include "../ref/graph.h"
#include "relocate.h"

static struct {
	unsigned long distilled, refused, empty, relocated, not_relocated;
	unsigned long sound_only, libbpf_only, other_types;
	unsigned long code[BTF_CODE_CNT];
	int bad;
} n;

static void differ(u32 seed, const char *what, int ours, int theirs)
{
	if (n.bad++ < 20)
		printf("seed %u: %s: libbtf %d, libbpf %d\n", seed, what, ours, theirs);
}

static struct bytes take(const struct btf *b)
{
	struct buf x = bytes_of(b);

	return (struct bytes){x.data, x.len};
}

static bool equal(const struct btf *b, const struct bytes *x)
{
	struct bytes y = take(b);
	bool same = x->len == y.len && !memcmp(x->data, y.data, y.len);

	free(y.data);
	return same;
}

static bool has_code(const struct btf_report *r, enum btf_code code)
{
	for (size_t i = 0; i < btf_report__count(r); i++)
		if (btf_report__get(r, i)->code == code)
			return true;
	return false;
}

static bool explained_refusal(const struct btf_report *r)
{
	return has_code(r, BTF_CODE_RELOC_KIND) || has_code(r, BTF_CODE_RELOC_SIZE) ||
	       has_code(r, BTF_CODE_RELOC_AMBIGUOUS);
}

static void compare_sound(const struct btf *split, struct btf *dist, const struct btf *base,
			  int theirs, const struct bytes *out, u32 seed, bool foreign)
{
	struct btf_report *r = btf_report__new();
	struct btf *b = reparsed(split, dist);
	int err = relocate(b, base, NULL, r);
	bool said = has_code(r, BTF_CODE_RELOC_KERNEL) || has_code(r, BTF_CODE_RELOC_ENUM64) ||
		    theirs == -ENOENT;

	for (size_t i = 0; i < btf_report__count(r); i++)
		n.code[btf_report__get(r, i)->code]++;
	if (!err && theirs) {
		n.sound_only++;
		if (!said)
			differ(seed, "sound rules accept and do not say that kernels refuse", err,
			       theirs);
	} else if (err && !theirs) {
		n.libbpf_only++;
		if (!explained_refusal(r))
			differ(seed, "sound rules refuse without a known reason", err, theirs);
	} else if (!err && !equal(b, out)) {
		n.other_types++;
		if (!said)
			differ(seed, "sound rules choose another type and do not say so", err,
			       theirs);
	} else if (!err && said && !foreign) {
		/* in a foreign base the type that the warning is about may be in no use */
		differ(seed, "a warning, but the same result", err, theirs);
	}
	object_free(b);
	btf_report__free(r);
}

static void compare_relocate(const struct btf *split, struct btf *dist, const struct graph *g,
			     u32 seed, bool foreign)
{
	struct relocate_opts opts = {.rules = RELOCATE_KERNEL};
	struct bytes d = take(dist), s = take(split), b = take(g->new_base[0]), out = {0};
	struct btf *x = reparsed(split, dist);
	int theirs = peer_relocate(&d, &s, &b, &out);
	int err = relocate(x, g->new_base[0], &opts, NULL);

	n.relocated += !theirs;
	n.not_relocated += !!theirs;
	if (err != theirs)
		differ(seed, "relocate as kernels do", err, theirs);
	else if (!err && !equal(x, &out))
		differ(seed, "bytes relocated as kernels do", err, theirs);
	compare_sound(split, dist, g->new_base[0], theirs, &out, seed, foreign);
	object_free(x);
	free(d.data);
	free(s.data);
	free(b.data);
	free(out.data);
}

static void compare_distill(const struct graph *g, u32 seed)
{
	struct bytes level[GRAPH_LEVELS + 1], their_base = {0}, their_split = {0};
	struct btf *base = NULL, *split = NULL;
	int cnt = 0, err, theirs;

	for (; cnt < GRAPH_LEVELS && g->old[cnt]; cnt++)
		level[cnt] = take(g->old[cnt]);
	level[cnt++] = take(g->split);
	theirs = peer_distill(level, cnt, &their_base, &their_split);
	err = distill(g->split, NULL, NULL, &base, &split);
	n.distilled += !err;
	n.refused += !!err;
	if (err != theirs) {
		differ(seed, "distill", err, theirs);
	} else if (!err && !base->nr) {
		n.empty++;
	} else if (!err) {
		if (!equal(base, &their_base))
			differ(seed, "bytes of the distilled base", err, theirs);
		if (!equal(split, &their_split))
			differ(seed, "bytes of the split", err, theirs);
		compare_relocate(split, base, g, seed, false);
	}
	while (cnt--)
		free(level[cnt].data);
	free(their_base.data);
	free(their_split.data);
	object_free(split);
	object_free(base);
}

int main(int argc, char **argv)
{
	struct graph_opts opts = {.tame = true};
	u32 cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 20000;
	u32 seed = argc > 2 ? (u32)strtoul(argv[2], NULL, 0) : 0;
	struct graph g;

	for (u32 end = seed + cases; seed < end; seed++) {
		graph_make(&g, seed, &opts);
		compare_distill(&g, seed);
		graph_free(&g);
		graph_make_foreign(&g, seed, &opts);
		compare_relocate(g.split, g.old[0], &g, seed, true);
		graph_free(&g);
	}
	printf("distill: %lu equal, %lu refused by both, %lu with an empty base (not compared)\n",
	       n.distilled, n.refused, n.empty);
	printf("relocate: libbpf accepts %lu, refuses %lu; libbtf's kernel rules the same\n",
	       n.relocated, n.not_relocated);
	printf("sound rules: %lu accepted by them alone, %lu by libbpf alone, %lu to other types\n",
	       n.sound_only, n.libbpf_only, n.other_types);
	for (int i = 0; i < BTF_CODE_CNT; i++)
		if (n.code[i])
			printf("  %-26s %lu\n", btf_code__name(i), n.code[i]);
	return n.bad ? 1 : 0;
}
