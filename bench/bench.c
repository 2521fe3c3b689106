// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bench: one program text, compiled once against libbpf and once against libbtf.
 *
 * In:  a workload and its files. FOLDER holds raw BTF, one file per module: NAME.btf, and for
 *      distilled ones NAME.btf.base beside it.
 * Out: lines "PART CPU-MICROSECONDS WALL-MICROSECONDS"; "rss KIB"; and "PART COUNT" for what must
 *      be equal on both sides (how many succeeded, a sum over the ids found).
 * Only the named calls are timed; opening files and freeing are not, except where they are the
 * workload itself. Results are kept until the timer has stopped.
 */
#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#ifdef BTFKIT_SYMBOL
#include <btf/dedup.h>
#endif

#define LOOKUPS 1000
#define PARSES 20
#define COLD_CALLS 40

static _Noreturn void stop(const char *what, const char *on)
{
	fprintf(stderr, "bench: %s %s: %s\n", what, on, strerror(errno));
	exit(2);
}

/* ---- clocks ---- */

struct span {
	int64_t cpu, wall;
};

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct span now(void)
{
	return (struct span){clock_ns(CLOCK_PROCESS_CPUTIME_ID), clock_ns(CLOCK_MONOTONIC)};
}

static void add_since(struct span *sum, struct span start)
{
	struct span end = now();

	sum->cpu += end.cpu - start.cpu;
	sum->wall += end.wall - start.wall;
}

static void print_span(const char *part, struct span s)
{
	printf("%s %.1f %.1f\n", part, s.cpu / 1e3, s.wall / 1e3);
}

/* ---- files ---- */

struct names {
	char **path; /* FOLDER/NAME.btf, sorted */
	int count;
};

static int is_module(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return suffix && !strcmp(suffix, ".btf");
}

static struct names names_in(const char *folder)
{
	struct names n = {0};
	struct dirent **entries;
	int i, count;

	count = scandir(folder, &entries, is_module, alphasort);
	if (count <= 0)
		stop("no *.btf in", folder);
	n.path = calloc(count, sizeof(*n.path));
	if (!n.path)
		stop("no memory for", folder);
	for (i = 0; i < count; i++)
		if (asprintf(&n.path[n.count++], "%s/%s", folder, entries[i]->d_name) < 0)
			stop("no memory for", folder);
	return n;
}

static struct btf *parse(const char *path)
{
	struct btf *btf = btf__parse(path, NULL);

	if (!btf)
		stop("cannot parse", path);
	return btf;
}

static struct btf *parse_split(const char *path, struct btf *base)
{
	struct btf *btf = btf__parse_split(path, base);

	if (!btf)
		stop("cannot parse", path);
	return btf;
}

static struct btf *parse_distilled(const char *path)
{
	char base[4096];

	snprintf(base, sizeof(base), "%s.base", path);
	return parse_split(path, parse(base));
}

static void *table(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p)
		stop("no memory for", "a table");
	return p;
}

/* ---- workloads ---- */

/* distill BASE FOLDER */
static void run_distill(char **arg)
{
	struct names n = names_in(arg[1]);
	struct btf *base = parse(arg[0]), **split = table(n.count, sizeof(*split));
	struct btf **new_base = table(n.count, sizeof(*split));
	struct btf **new_split = table(n.count, sizeof(*split));
	struct span sum = {0}, start;
	int i, good = 0;

	for (i = 0; i < n.count; i++)
		split[i] = parse_split(n.path[i], base);
	start = now();
	for (i = 0; i < n.count; i++)
		good += !btf__distill_base(split[i], &new_base[i], &new_split[i]);
	add_since(&sum, start);
	print_span("distill", sum);
	printf("distilled %d\n", good);
}

/* relocate NEWBASE FOLDER: the loop that a user of the API writes; an index is built in it */
static void run_relocate(char **arg)
{
	struct names n = names_in(arg[1]);
	struct btf *base = parse(arg[0]), **split = table(n.count, sizeof(*split));
	struct span sum = {0}, start;
	int i, good = 0;

	for (i = 0; i < n.count; i++)
		split[i] = parse_distilled(n.path[i]);
	start = now();
	for (i = 0; i < n.count; i++)
		good += !btf__relocate(split[i], base);
	add_since(&sum, start);
	print_span("relocate", sum);
	printf("relocated %d\n", good);
}

/* cold NEWBASE FOLDER: every call meets a base that was parsed just before it */
static void run_cold(char **arg)
{
	struct names n = names_in(arg[1]);
	struct span sum = {0}, start;
	struct btf *base, *split;
	int i, good = 0;

	for (i = 0; i < COLD_CALLS; i++) {
		base = parse(arg[0]);
		split = parse_distilled(n.path[(size_t)i * n.count / COLD_CALLS]);
		start = now();
		good += !btf__relocate(split, base);
		add_since(&sum, start);
		btf__free(split);
		btf__free(base);
	}
	sum.cpu /= COLD_CALLS;
	sum.wall /= COLD_CALLS;
	print_span("cold", sum);
	printf("relocated %d\n", good);
}

struct lookup {
	char *name;
	uint32_t kind;
};

/* Names that exist, the same ones for every library: a fixed sequence of ids. */
static struct lookup *pick_lookups(const char *path)
{
	struct lookup *found = table(LOOKUPS, sizeof(*found));
	struct btf *btf = parse(path);
	uint32_t id = 1, count = btf__type_cnt(btf), n = 0;
	uint64_t state = 1;

	while (n < LOOKUPS) {
		const struct btf_type *t;
		const char *name;

		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		id = 1 + (state >> 33) % (count - 1);
		t = btf__type_by_id(btf, id);
		name = btf__name_by_offset(btf, t->name_off);
		if (!name || !*name)
			continue;
		found[n].kind = btf_kind(t);
		found[n].name = strdup(name);
		if (!found[n++].name)
			stop("no memory for", name);
	}
	btf__free(btf);
	return found;
}

static uint64_t look_up(struct btf *btf, const struct lookup *l)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < LOOKUPS; i++)
		sum += btf__find_by_name_kind(btf, l[i].name, l[i].kind);
	return sum;
}

/*
 * lookup BASE: parse; then 1,000 look-ups by name in an object nobody asked before, and the same
 * look-ups again.
 */
static void run_lookup(char **arg)
{
	struct lookup *l = pick_lookups(arg[0]);
	struct span parsing = {0}, first = {0}, again = {0}, start;
	struct btf *btf = NULL;
	uint64_t sum;
	int i;

	for (i = 0; i < PARSES; i++) {
		btf__free(btf);
		start = now();
		btf = parse(arg[0]);
		add_since(&parsing, start);
	}
	parsing.cpu /= PARSES;
	parsing.wall /= PARSES;
	start = now();
	sum = look_up(btf, l);
	add_since(&first, start);
	start = now();
	sum += look_up(btf, l);
	add_since(&again, start);
	print_span("parse", parsing);
	print_span("lookups", first);
	first.cpu += parsing.cpu;
	first.wall += parsing.wall;
	print_span("parse+lookups", first);
	print_span("again", again);
	printf("ids %llu\n", (unsigned long long)sum);
}

/* Memory of this process alone, in KiB. */
static long rss_anon(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long size = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "RssAnon: %ld", &size) == 1)
			break;
	if (file)
		fclose(file);
	return size;
}

/* open BASE FOLDER: all modules of a machine at once */
static void run_open(char **arg)
{
	struct names n = names_in(arg[1]);
	struct btf *base = parse(arg[0]), **split = table(n.count, sizeof(*split));
	struct span sum = {0}, start;
	uint64_t types = 0;
	int i;

	start = now();
	for (i = 0; i < n.count; i++)
		split[i] = parse_split(n.path[i], base);
	add_since(&sum, start);
	print_span("open", sum);
	printf("rss %ld\n", rss_anon());
	for (i = 0; i < n.count; i++)
		types += btf__type_cnt(split[i]);
	printf("types %llu\n", (unsigned long long)types);
}

/* ---- dedup ---- */

static int dedup(struct btf *btf, int jobs)
{
#ifdef BTFKIT_SYMBOL
	struct btf_dedup_run_opts opts = {.sz = sizeof(opts), .jobs = jobs};

	return btf_dedup__run(btf, &opts, NULL);
#else
	(void)jobs; /* libbpf has one */
	return btf__dedup(btf, NULL);
#endif
}

static long peak_rss(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* dedup FILE JOBS: parse what many units were encoded to, and leave each type once */
static void run_dedup(char **arg)
{
	struct span sum = {0}, start = now();
	struct btf *btf = parse(arg[0]);

	if (dedup(btf, atoi(arg[1])))
		stop("cannot dedup", arg[0]);
	add_since(&sum, start);
	print_span("dedup", sum);
	printf("dedup-rss %ld\n", peak_rss());
	printf("dedup-types %u\n", btf__type_cnt(btf));
}

/*
 * split-dedup BASE FOLDER: every module of FOLDER, of which no type is in a base yet, on the same
 * base. The base is asked for nothing before. How many types stay is not compared: of some
 * modules libbpf leaves a type that only a second run of it finds to be there already.
 */
static void run_split_dedup(char **arg)
{
	struct names n = names_in(arg[1]);
	struct btf *base = parse(arg[0]), *module, *split;
	struct span sum = {0}, start;
	int i;

	for (i = 0; i < n.count; i++) {
		module = parse(n.path[i]);
		split = btf__new_empty_split(base);
		if (!split || btf__add_btf(split, module) < 0)
			stop("cannot add", n.path[i]);
		start = now();
		if (dedup(split, 1))
			stop("cannot dedup", n.path[i]);
		add_since(&sum, start);
		btf__free(split);
		btf__free(module);
	}
	print_span("split-dedup", sum);
	printf("split-deduplicated %d\n", i);
}

/* concatenate OUT FILE FOLDER: FILE and all of FOLDER, one behind the other */
static void run_concatenate(char **arg)
{
	struct names n = names_in(arg[2]);
	struct btf *all = btf__new_empty(), *one;
	const void *data;
	uint32_t size;
	FILE *file;
	int i;

	for (i = -1; i < n.count; i++) {
		one = parse(i < 0 ? arg[1] : n.path[i]);
		if (!all || btf__add_btf(all, one) < 0)
			stop("cannot add", i < 0 ? arg[1] : n.path[i]);
		btf__free(one);
	}
	data = btf__raw_data(all, &size);
	file = fopen(arg[0], "wb");
	if (!data || !file || fwrite(data, 1, size, file) != size || fclose(file))
		stop("cannot write", arg[0]);
}

static const struct {
	const char *name;
	int args;
	void (*run)(char **arg);
} workloads[] = {
	{"distill", 2, run_distill}, {"relocate", 2, run_relocate}, {"cold", 2, run_cold},
	{"lookup", 1, run_lookup},   {"open", 2, run_open},	  {"dedup", 2, run_dedup},
	{"split-dedup", 2, run_split_dedup}, {"concatenate", 3, run_concatenate},
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		if (argc < 2 || strcmp(argv[1], workloads[i].name) || argc != 2 + workloads[i].args)
			continue;
		workloads[i].run(argv + 2);
		return 0;
	}
	fprintf(stderr, "usage: bench distill|relocate|cold|open BASE FOLDER\n"
			"       bench lookup BASE\n"
			"       bench dedup FILE JOBS\n"
			"       bench split-dedup BASE FOLDER\n"
			"       bench concatenate OUT FILE FOLDER\n");
	return 2;
}
