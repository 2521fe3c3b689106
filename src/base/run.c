// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Parallel items, ordered completion: see <btf/run.h>.
 * One atomic counter hands out items; a finished item is marked under the lock and whoever
 * finishes the oldest open one reports all that are ready, in order.
 */
#include <btf/run.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/types.h"

struct run {
	size_t cnt;
	void (*work)(void *ctx, size_t item, int worker);
	void (*done)(void *ctx, size_t item);
	void *ctx;
	size_t next;          /* next item to hand out: atomic */
	pthread_mutex_t lock; /* the fields below */
	bool *finished;
	size_t reported;
	bool reporting; /* one thread is in done() */
};

struct worker {
	struct run *run;
	pthread_t thread;
	int nr;
};

static void run_report(struct run *r, size_t item)
{
	pthread_mutex_lock(&r->lock);
	r->finished[item] = true;
	if (!r->reporting) {
		r->reporting = true;
		while (r->reported < r->cnt && r->finished[r->reported]) {
			size_t i = r->reported++;

			pthread_mutex_unlock(&r->lock);
			r->done(r->ctx, i);
			pthread_mutex_lock(&r->lock);
		}
		r->reporting = false;
	}
	pthread_mutex_unlock(&r->lock);
}

static void *run_worker(void *arg)
{
	struct worker *w = arg;
	struct run *r = w->run;
	size_t i;

	while ((i = __atomic_fetch_add(&r->next, 1, __ATOMIC_RELAXED)) < r->cnt) {
		r->work(r->ctx, i, w->nr);
		if (r->done)
			run_report(r, i);
	}
	return NULL;
}

int btf_run__processors(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	n = CPU_COUNT(&set);
	return n > 0 ? n : 1;
}

int btf_run__parallel(size_t cnt, int jobs, void (*work)(void *ctx, size_t item, int worker),
		      void (*done)(void *ctx, size_t item), void *ctx)
{
	struct run r = {.cnt = cnt, .work = work, .done = done, .ctx = ctx};
	struct worker *w;
	int i, started = 0;

	if (jobs <= 0)
		jobs = btf_run__processors();
	if ((size_t)jobs > cnt)
		jobs = cnt ? (int)cnt : 1;
	if (jobs == 1) {
		for (size_t item = 0; item < cnt; item++) {
			work(ctx, item, 0);
			if (done)
				done(ctx, item);
		}
		return 0;
	}
	w = calloc((size_t)jobs, sizeof(*w));
	r.finished = calloc(cnt, sizeof(*r.finished));
	if (!w || !r.finished) {
		free(w);
		free(r.finished);
		return -ENOMEM;
	}
	pthread_mutex_init(&r.lock, NULL);
	for (i = 1; i < jobs; i++) {
		w[i] = (struct worker){.run = &r, .nr = i};
		if (pthread_create(&w[i].thread, NULL, run_worker, &w[i]))
			break;
		started = i;
	}
	w[0] = (struct worker){.run = &r};
	run_worker(&w[0]);
	for (i = 1; i <= started; i++)
		pthread_join(w[i].thread, NULL);
	pthread_mutex_destroy(&r.lock);
	free(r.finished);
	free(w);
	return 0;
}
