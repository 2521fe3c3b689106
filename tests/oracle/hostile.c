// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * hostile [-n COUNT] [-s SEED] [-j JOBS] [-f FAMILY] [-k] SEEDS: damaged files through every
 * command of btf.
 *
 * In: SEEDS, a folder with a folder for each family of files: its seeds, and their base as
 * "base". Out: a line for each thing that may not happen, a summary, exit code 1 if there was one:
 *
 *   a crash, or a sanitizer's report;
 *   more than a second of processor time for one command (ten with a sanitizer), or more than ten
 *   seconds altogether (a hundred);
 *   more than 256 MB of memory;
 *   an exit code that is none of 0, 1, 2;
 *   exit code 0 without the output that was asked for, or with one that btf cannot read;
 *   JSON that is none;
 *   another exit code without a word, or with a changed input, or with an output;
 *   a file left behind.
 *
 * The commands are linked into this program: a process runs many cases, and one that dies is
 * replaced. Case number N is made from SEED + N alone. -k runs case number SEED, tells each
 * command, and leaves its files. What a case found is in found/ of the folder that this runs in:
 * the damaged file, under the case's number.
 */
#include "hostile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#undef main
int btf_main(int argc, char **argv);

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif
#ifdef SANITIZED
#define SLOW 10
#else
#define SLOW 1
#endif

#define CPU_SECONDS (1 * SLOW)
#define WALL_SECONDS (10 * SLOW)
#define MEMORY_KB (256 * 1024)
#define CASES_PER_PROCESS 200
#define MAX_ARGS 20

/* ---- what processes share ---- */

struct shared {
	u64 next; /* case that this process works on; set by it */
	u64 runs, cases, problems;
	u32 job;	 /* of hostile_jobs[]; set before it runs */
	bool running;	 /* a job is */
	u64 since;	 /* wall clock, ns */
	u64 answered[3]; /* by exit code */
};

struct family {
	char *name, *folder;
	struct seed *seed;
	size_t cnt;
};

struct world {
	struct family *family;
	size_t cnt;
	u64 first, count;
	int processes;
	bool keep;
	const char *only;
	int found; /* folder for what was found */
	char dir[64];
};

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* ---- one process: its place, what it says ---- */

struct place {
	const struct world *w;
	struct shared *sh;
	int out, err; /* files that standard output and error are */
	int real_err; /* where problems go */
	const struct family *family;
	const struct seed *seed;
	const struct buf *bytes;
	bool types;	/* the input has types, as dump --json says */
	char line[256]; /* of the job */
};

static size_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : (size_t)st.st_size;
}

static char *text_of(int fd, size_t *ret_len)
{
	size_t len = size_of(fd);
	char *text = malloc(len + 1);

	if (!text || pread(fd, text, len, 0) != (ssize_t)len)
		die("standard output");
	text[len] = 0;
	*ret_len = len;
	return text;
}

static void empty(int fd)
{
	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
		die("standard output");
}

static void put_file(const char *name, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd))
		die(name);
}

static void keep_found(const struct place *p)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "%llu", (unsigned long long)p->sh->next);
	fd = openat(p->w->found, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, p->bytes->data, p->bytes->len) != (ssize_t)p->bytes->len)
		die("found");
	close(fd);
}

/* a thing that may not happen, with the first lines of what the command said */
static void problem(const struct place *p, const char *what)
{
	size_t len;
	char *text = text_of(p->err, &len);

	if (len > 3000)
		text[3000] = 0;
	dprintf(p->real_err, "case %llu (%s/%s): btf %s: %s\n%s", (unsigned long long)p->sh->next,
		p->family->name, p->seed->name, p->line, what, text);
	free(text);
	__atomic_add_fetch(&p->sh->problems, 1, __ATOMIC_RELAXED);
	keep_found(p);
}

/* ---- one command ---- */

/* runs btf in this process; its exit code */
static int run(struct place *p, const char *line)
{
	struct itimerval limit = {.it_value.tv_sec = CPU_SECONDS}, off = {0};
	char copy[256], *argv[MAX_ARGS + 2] = {(char *)"btf"}, *at = copy, *word;
	bool is_tool = !strncmp(line, "resolve_btfids ", 15);
	int argc = 1, code;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&at, " ")) && argc < MAX_ARGS)
		argv[argc++] = word;
	/* a tool of the kernel's build, which btf is under its name; failing has its own code there
	 */
	if (is_tool)
		memmove(argv, argv + 1, (size_t)argc-- * sizeof(*argv));
	empty(p->out);
	empty(p->err);
	clearerr(stdout);
	p->sh->since = now();
	p->sh->running = true;
	setitimer(ITIMER_PROF, &limit, NULL);
	errno = 0;
	code = btf_main(argc, argv);
	code = is_tool && code ? 2 : code;
	setitimer(ITIMER_PROF, &off, NULL);
	fflush(stdout);
	fflush(stderr);
	p->sh->running = false;
	p->sh->runs++;
	return code;
}

static bool same_as_input(const struct place *p, const char *name)
{
	int fd = open(name, O_RDONLY);
	bool same = false;
	char *data;
	size_t len;

	if (fd < 0)
		return false;
	data = text_of(fd, &len);
	same = len == p->bytes->len && !memcmp(data, p->bytes->data, len);
	free(data);
	close(fd);
	return same;
}

/* an output that btf reads again, if it is not the input; what the job said is lost */
static void must_be_read(struct place *p, const char *name)
{
	char line[64];

	/* what is copied is as good as it was */
	if (same_as_input(p, name))
		return;
	snprintf(line, sizeof(line), "info --json %s", name);
	if (run(p, line))
		problem(p, "exit code 0, and its output cannot be read");
}

static void look_at_success(struct place *p, const struct job *j)
{
	size_t said = size_of(p->out) + size_of(p->err), len;
	struct stat st;
	char *text;

	switch (j->due) {
	case DUE_EXIT:
		break;
	case DUE_TYPES:
		if (p->types && !size_of(p->out) && !strstr(p->line, "whole"))
			problem(p, "exit code 0 without output");
		break;
	case DUE_WORD:
		if (!size_of(p->out))
			problem(p, "exit code 0 without output");
		break;
	case DUE_JSON:
		if (!size_of(p->out))
			problem(p, "exit code 0 without output");
		break;
	case DUE_FILE:
		if (stat("out", &st) || !st.st_size)
			problem(p, "exit code 0 without output");
		break;
	case DUE_OUT:
		if (!stat("out", &st))
			must_be_read(p, "out");
		else if (!said || strstr(p->line, "--require"))
			problem(p, "exit code 0 without output");
		break;
	case DUE_PLACE:
		must_be_read(p, "copy");
		break;
	}
	if (j->due == DUE_JSON || strstr(p->line, "--json ")) {
		text = text_of(p->out, &len);
		if (!json_valid(text, len))
			problem(p, "its output is not JSON");
		free(text);
	}
}

static void look_at_failure(struct place *p, int code)
{
	struct stat st;

	if (!size_of(p->err) && !size_of(p->out))
		problem(p, "failed without a word");
	if (code == 2 && !stat("out", &st))
		problem(p, "exit code 2, and there is an output");
	if (strstr(p->line, " copy") && !same_as_input(p, "copy"))
		problem(p, "failed, and the file is changed");
}

static void look_at_text(struct place *p)
{
	size_t len;
	char *text = text_of(p->err, &len);

	if (strstr(text, "runtime error:") || strstr(text, "Sanitizer"))
		problem(p, "a sanitizer's report");
	if (strstr(text, "out of memory"))
		problem(p, "out of memory");
	free(text);
}

/* names that may stand in the folder: jobs' files */
static bool expected_name(const char *name)
{
	static const char *const names[] = {
		".",	     "..",	 "in",	     "copy",	     "whole",	     "base",
		"next",	     "out",	 "out.base", "out.ids",	     "dir",	     "report",
		"copy.base", "copy.ids", "copy.BTF", "copy.BTF_ids", "copy.BTF.base"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void empty_dir(struct place *p)
{
	struct dirent *e;
	DIR *d = opendir("dir");
	char path[300];

	while (d && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (e->d_name[0] == '.')
			problem(p, "a file is left behind in the folder");
		snprintf(path, sizeof(path), "dir/%s", e->d_name);
		unlink(path);
	}
	if (d) {
		closedir(d);
		rmdir("dir");
	}
}

static void clean(struct place *p)
{
	static const char *const outputs[] = {"out",	  "out.base",	  "out.ids",
					      "report",	  "copy.base",	  "copy.ids",
					      "copy.BTF", "copy.BTF_ids", "copy.BTF.base"};
	struct dirent *e;
	DIR *d = opendir(".");

	while (d && (e = readdir(d)))
		if (!expected_name(e->d_name)) {
			problem(p, "a file is left behind");
			unlink(e->d_name);
		}
	if (d)
		closedir(d);
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++)
		unlink(outputs[i]);
	empty_dir(p);
}

static void look_at_memory(struct place *p)
{
#ifndef SANITIZED
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) || u.ru_maxrss < MEMORY_KB)
		return;
	problem(p, "took more than 256 MB");
	/* the mark is never lowered: another process goes on */
	fflush(NULL);
	_exit(4);
#else
	(void)p;
#endif
}

static bool says(const struct place *p, const char *what)
{
	size_t len;
	char *text = text_of(p->out, &len);
	bool found = strstr(text, what) != NULL;

	free(text);
	return found;
}

static void run_job(struct place *p, const struct job *j)
{
	int code;

	snprintf(p->line, sizeof(p->line), "%s", j->line);
	if (strstr(j->line, " copy"))
		put_file("copy", p->bytes->data, p->bytes->len);
	p->sh->job = (u32)(j - hostile_jobs);
	code = run(p, j->line);
	if (p->w->keep)
		dprintf(p->real_err, "%d  %6.3f s  btf %s\n", code,
			(double)(now() - p->sh->since) / 1e9, j->line);
	if (j == hostile_jobs)
		p->types = !code && says(p, "{\"id\":");
	if (code < 0 || code > 2)
		problem(p, "an unknown exit code");
	else
		p->sh->answered[code]++;
	look_at_text(p);
	if (!code)
		look_at_success(p, j);
	else
		look_at_failure(p, code);
	look_at_memory(p);
	clean(p);
}

/* ---- one case ---- */

static void copy_here(const char *folder, const char *name)
{
	struct seed s;

	seed_load(&s, folder, name);
	put_file(name, s.data, s.size);
	seed_free(&s);
}

/* family and seed by the case's generator, its files, all jobs; from job on after a crash */
static void run_case(struct place *p, u64 number, struct buf *bytes, u32 from)
{
	struct rng g = {number * 0x2545f4914f6cdd1d + 1};
	const struct family *was = p->family;

	rng_next(&g);
	do {
		p->family = &p->w->family[rng_below(&g, p->w->cnt)];
	} while (p->w->only && strcmp(p->w->only, p->family->name));
	p->seed = &p->family->seed[rng_below(&g, p->family->cnt)];
	p->bytes = bytes;
	p->types = false;
	p->sh->next = number;
	seed_hurt(p->seed, &g, bytes);
	put_file("in", bytes->data, bytes->len);
	put_file("whole", p->seed->data, p->seed->size);
	if (was != p->family) {
		copy_here(p->family->folder, "base");
		copy_here(p->family->folder, "next");
	}
	for (u32 i = from; i < hostile_job_cnt; i++)
		if (!*hostile_jobs[i].families ||
		    strchr(hostile_jobs[i].families, p->family->name[0]))
			run_job(p, &hostile_jobs[i]);
	p->sh->cases++;
}

/* ---- all processes ---- */

#define MAX_WORKERS 64

struct worker {
	pid_t pid; /* 0: none runs */
	struct shared *sh;
	int out, err; /* what standard output and error are to be in the process */
	u64 next;
	u32 from;
};

/* some cases of one process: every w->processes-th */
static void work(const struct world *w, const struct worker *k)
{
	struct place p = {.w = w, .sh = k->sh, .out = k->out, .err = k->err};
	u64 first = k->next, end = w->first + w->count, step = (u64)w->processes, done = 0;
	u32 from = k->from;
	struct buf bytes = {0};
	char folder[32];

	p.real_err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	snprintf(folder, sizeof(folder), "%d", (int)(first % step));
	mkdir(folder, 0700);
	if (p.real_err < 0 || chdir(folder) || dup2(p.out, STDOUT_FILENO) < 0 ||
	    dup2(p.err, STDERR_FILENO) < 0)
		die("folder");
	setvbuf(stderr, NULL, _IOLBF, 0);
	for (; first < end && done < CASES_PER_PROCESS; first += step, done++) {
		run_case(&p, first, &bytes, from);
		from = 0;
	}
	k->sh->next = first;
	buf_deinit(&bytes);
	/* what a leak checker says at exit goes where people look */
	dup2(p.real_err, STDERR_FILENO);
	exit(0);
}

static void start(const struct world *w, struct worker *k)
{
	fflush(NULL);
	k->sh->next = k->next;
	k->sh->running = false;
	k->pid = fork();
	if (k->pid < 0)
		die("fork");
	if (!k->pid)
		work(w, k);
}

/* the first lines of what a process said before it died */
static void tell(int fd)
{
	size_t len;
	char *text = text_of(fd, &len);

	if (len > 6000)
		text[6000] = 0;
	fputs(text, stderr);
	free(text);
}

/* a process is gone: tell why, and where the next one begins */
static void ended(const struct world *w, struct worker *k, int status, bool killed)
{
	u64 number = k->sh->next;
	bool mid = k->sh->running;
	char why[128];

	k->pid = 0;
	k->next = number;
	k->from = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 4 && !mid) {
		k->from = k->sh->job + 1;
		return;
	}
	if (killed)
		snprintf(why, sizeof(why), "more than %d seconds", WALL_SECONDS);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		snprintf(why, sizeof(why), "more than %d s of processor time", CPU_SECONDS);
	else if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(why, sizeof(why), "the process ended with %d", WEXITSTATUS(status));
	fprintf(stderr, "case %llu: btf %s: %s\n", (unsigned long long)number,
		mid ? hostile_jobs[k->sh->job].line : "(between commands)", why);
	if (mid)
		tell(k->err);
	k->sh->problems++;
	if (mid)
		k->from = k->sh->job + 1;
	else
		k->next = number + (number < w->first + w->count ? (u64)w->processes : 0);
}

static void watch(const struct world *w, struct worker *k, int cnt)
{
	u64 end = w->first + w->count;
	int busy, status;

	do {
		busy = 0;
		for (int i = 0; i < cnt; i++) {
			bool killed = false;

			if (!k[i].pid && k[i].next < end)
				start(w, &k[i]);
			if (!k[i].pid)
				continue;
			busy++;
			if (k[i].sh->running &&
			    now() > k[i].sh->since + WALL_SECONDS * 1000000000ull) {
				kill(k[i].pid, SIGKILL);
				killed = true;
			}
			if (waitpid(k[i].pid, &status, killed ? 0 : WNOHANG) == k[i].pid)
				ended(w, &k[i], status, killed);
		}
		usleep(2000);
	} while (busy);
}

static int run_all(struct world *w)
{
	static struct worker k[MAX_WORKERS];
	u64 runs = 0, cases = 0, problems = 0, answered[3] = {0}, begun = now();

	for (int i = 0; i < w->processes; i++) {
		k[i].sh = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		k[i].out = memfd_create("out", 0);
		k[i].err = memfd_create("err", 0);
		if (k[i].sh == MAP_FAILED || k[i].out < 0 || k[i].err < 0)
			die("memory");
		k[i].next = w->first + (u64)i;
	}
	watch(w, k, w->processes);
	for (int i = 0; i < w->processes; i++) {
		runs += k[i].sh->runs;
		cases += k[i].sh->cases;
		problems += k[i].sh->problems;
		for (int j = 0; j < 3; j++)
			answered[j] += k[i].sh->answered[j];
	}
	printf("%llu cases, %llu commands (exit 0: %llu, 1: %llu, 2: %llu), %llu problems, %.0f "
	       "s\n",
	       (unsigned long long)cases, (unsigned long long)runs, (unsigned long long)answered[0],
	       (unsigned long long)answered[1], (unsigned long long)answered[2],
	       (unsigned long long)problems, (double)(now() - begun) / 1e9);
	/* a case whose process died is not counted as done; one that is missing without a word is
	 */
	return problems || cases < w->count - (problems < w->count ? problems : w->count);
}

/* ---- the families ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void family_load(struct family *f, const char *seeds, const char *name)
{
	struct dirent **list;
	int cnt;

	f->name = strdup(name);
	if (!f->name || asprintf(&f->folder, "%s/%s", seeds, name) < 0)
		die("memory");
	cnt = scandir(f->folder, &list, NULL, by_name);
	if (cnt < 0)
		die(f->folder);
	f->seed = calloc((size_t)cnt, sizeof(*f->seed));
	for (int i = 0; i < cnt; i++) {
		name = list[i]->d_name;
		if (name[0] != '.' && strcmp(name, "base") && strcmp(name, "next"))
			seed_load(&f->seed[f->cnt++], f->folder, name);
		free(list[i]);
	}
	free(list);
	if (!f->cnt) {
		fprintf(stderr, "hostile: %s: has no seeds\n", f->folder);
		exit(2);
	}
}

static void world_load(struct world *w, const char *seeds)
{
	char *folder = realpath(seeds, NULL);
	struct dirent **list;
	int cnt = folder ? scandir(folder, &list, NULL, by_name) : -1;
	bool there = !w->only;

	if (cnt < 0)
		die(seeds);
	w->family = calloc((size_t)cnt, sizeof(*w->family));
	for (int i = 0; i < cnt; i++) {
		if (isalpha((unsigned char)list[i]->d_name[0])) {
			family_load(&w->family[w->cnt++], folder, list[i]->d_name);
			there |= w->only && !strcmp(w->only, list[i]->d_name);
		}
		free(list[i]);
	}
	free(list);
	free(folder);
	if (!w->cnt || !there) {
		fprintf(stderr, "hostile: %s: has no such family of seeds\n", seeds);
		exit(2);
	}
}

static void world_free(struct world *w)
{
	for (size_t i = 0; i < w->cnt; i++) {
		for (size_t j = 0; j < w->family[i].cnt; j++)
			seed_free(&w->family[i].seed[j]);
		free(w->family[i].seed);
		free(w->family[i].name);
		free(w->family[i].folder);
	}
	free(w->family);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void usage(void)
{
	fputs("usage: hostile [-n COUNT] [-s SEED] [-j JOBS] [-f FAMILY] [-k] SEEDS\n", stderr);
	exit(2);
}

static void arguments(struct world *w, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "n:s:j:f:k")) != -1) {
		switch (c) {
		case 'n':
			w->count = strtoull(optarg, NULL, 10);
			break;
		case 's':
			w->first = strtoull(optarg, NULL, 10);
			break;
		case 'j':
			w->processes = atoi(optarg);
			break;
		case 'f':
			w->only = optarg;
			break;
		case 'k':
			w->keep = true;
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 1 || w->processes < 1 || w->processes > MAX_WORKERS || !w->count)
		usage();
	if (w->keep)
		w->count = (u64)(w->processes = 1);
}

int main(int argc, char **argv)
{
	struct world w = {.count = 1000, .first = 1, .processes = 2};
	const char *tmp = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	int code;

	arguments(&w, argc, argv);
	world_load(&w, argv[optind]);
	mkdir("found", 0755);
	w.found = open("found", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.found < 0)
		die("found");
	snprintf(w.dir, sizeof(w.dir), "%s/hostile-XXXXXX", tmp);
	if (!mkdtemp(w.dir) || chdir(w.dir))
		die(w.dir);
	code = run_all(&w);
	if (w.keep)
		printf("the files are in %s/0\n", w.dir);
	else if (chdir("/") || nftw(w.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS))
		die(w.dir);
	world_free(&w);
	close(w.found);
	if (!code)
		rmdir("found");
	return code;
}
