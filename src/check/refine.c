// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Partition refinement: see refine.h. This is Hopcroft's algorithm for automata, whose states are
 * nodes and whose letters are the places of edges.
 *
 * A class is a run of `elem`. A splitter is taken from the work list; for each letter the nodes
 * whose edge leads into it are moved to the front of their classes, and a class of which some but
 * not all were moved is cut in two. The smaller part gets the new number and becomes a splitter,
 * so a node is in a splitter at most log v times.
 */
#include "check/refine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct back_edge {
	u32 letter, from;
};

struct refine {
	const struct refine_graph *g;
	u32 *class;
	u32 *back_first;	/* back edges of node v: back[back_first[v]] .. */
	struct back_edge *back; /* and the place to gather those of a splitter */
	struct back_edge *into;
	u32 *elem, *at;		   /* nodes by class; where a node stands */
	u32 *start, *size, *moved; /* by class */
	u32 classes;
	u32 *work, works; /* splitters to come; a class stands in it at most once */
	bool *in_work;
	u32 *touched;
};

static void *array(u32 n, size_t size)
{
	return calloc((size_t)n + 2, size);
}

static int refine_init(struct refine *r)
{
	const struct refine_graph *g = r->g;
	u32 edges = g->first[g->nodes];

	r->back_first = array(g->nodes, sizeof(u32));
	r->back = array(edges, sizeof(*r->back));
	r->into = array(edges, sizeof(*r->into));
	r->elem = array(g->nodes, sizeof(u32));
	r->at = array(g->nodes, sizeof(u32));
	r->start = array(g->nodes, sizeof(u32));
	r->size = array(g->nodes, sizeof(u32));
	r->moved = array(g->nodes, sizeof(u32));
	r->work = array(g->nodes, sizeof(u32));
	r->in_work = array(g->nodes, sizeof(bool));
	r->touched = array(g->nodes, sizeof(u32));
	if (!r->back_first || !r->back || !r->into || !r->elem || !r->at || !r->start || !r->size ||
	    !r->moved || !r->work || !r->in_work || !r->touched)
		return -ENOMEM;
	/* counting sort by target; back_first runs one ahead while filling */
	for (u32 e = 0; e < edges; e++)
		r->back_first[g->to[e] + 2]++;
	for (u32 v = 0; v < g->nodes; v++)
		r->back_first[v + 1] += r->back_first[v];
	for (u32 v = 0; v < g->nodes; v++)
		for (u32 e = g->first[v]; e < g->first[v + 1]; e++)
			r->back[r->back_first[g->to[e] + 1]++] =
				(struct back_edge){e - g->first[v], v};
	return 0;
}

static void refine_deinit(struct refine *r)
{
	free(r->back_first);
	free(r->back);
	free(r->into);
	free(r->elem);
	free(r->at);
	free(r->start);
	free(r->size);
	free(r->moved);
	free(r->work);
	free(r->in_work);
	free(r->touched);
}

static void add_work(struct refine *r, u32 class)
{
	if (r->in_work[class])
		return;
	r->in_work[class] = true;
	r->work[r->works++] = class;
}

/* nodes into the runs of their classes; every class is a splitter */
static void fill_classes(struct refine *r)
{
	u32 nodes = r->g->nodes, run = 0;

	for (u32 v = 0; v < nodes; v++) {
		r->size[r->class[v]]++;
		if (r->class[v] >= r->classes)
			r->classes = r->class[v] + 1;
	}
	for (u32 c = 0; c < r->classes; c++) {
		r->start[c] = run;
		run += r->size[c];
		if (r->size[c])
			add_work(r, c);
	}
	for (u32 v = 0; v < nodes; v++) {
		u32 c = r->class[v];

		r->at[v] = r->start[c] + r->moved[c]++;
		r->elem[r->at[v]] = v;
	}
	memset(r->moved, 0, ((size_t)nodes + 1) * sizeof(*r->moved));
}

static int by_letter(const void *x, const void *y)
{
	const struct back_edge *a = x, *b = y;

	return a->letter < b->letter ? -1 : a->letter > b->letter;
}

static void swap_elems(struct refine *r, u32 i, u32 k)
{
	u32 a = r->elem[i], b = r->elem[k];

	r->elem[i] = b;
	r->elem[k] = a;
	r->at[b] = i;
	r->at[a] = k;
}

/* cuts a class of which the first moved[c] nodes lead into the splitter */
static void cut(struct refine *r, u32 c)
{
	u32 front = r->moved[c], rest = r->size[c] - front, n;

	r->moved[c] = 0;
	if (!rest)
		return;
	n = r->classes++;
	r->start[n] = front <= rest ? r->start[c] : r->start[c] + front;
	r->size[n] = front <= rest ? front : rest;
	if (front <= rest)
		r->start[c] += front;
	r->size[c] -= r->size[n];
	for (u32 i = 0; i < r->size[n]; i++)
		r->class[r->elem[r->start[n] + i]] = n;
	add_work(r, n);
}

static void split_by(struct refine *r, const struct back_edge *e, u32 cnt)
{
	u32 touched = 0;

	for (u32 i = 0; i < cnt; i++) {
		u32 c = r->class[e[i].from];

		if (!r->moved[c])
			r->touched[touched++] = c;
		swap_elems(r, r->at[e[i].from], r->start[c] + r->moved[c]);
		r->moved[c]++;
	}
	while (touched)
		cut(r, r->touched[--touched]);
}

static void use_splitter(struct refine *r, u32 s)
{
	u32 cnt = 0, run;

	/* gathered first: the splitter itself may be cut while it is used */
	for (u32 i = 0; i < r->size[s]; i++) {
		u32 v = r->elem[r->start[s] + i], first = v ? r->back_first[v] : 0;
		u32 n = r->back_first[v + 1] - first;

		memcpy(r->into + cnt, r->back + first, n * sizeof(*r->into));
		cnt += n;
	}
	qsort(r->into, cnt, sizeof(*r->into), by_letter);
	for (u32 i = 0; i < cnt; i += run) {
		for (run = 1; i + run < cnt && r->into[i + run].letter == r->into[i].letter;)
			run++;
		split_by(r, r->into + i, run);
	}
}

int refine_partition(const struct refine_graph *g, u32 *class)
{
	struct refine r = {.g = g, .class = class};
	int err = refine_init(&r);

	if (!err) {
		fill_classes(&r);
		while (r.works) {
			u32 s = r.work[--r.works];

			r.in_work[s] = false;
			use_splitter(&r, s);
		}
	}
	refine_deinit(&r);
	return err;
}
